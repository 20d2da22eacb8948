"""Compare: an address with the words of its own link, and the letters of a website's name with one another."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
"""Alphabets with letters that look alike."""

_SPELLINGS = ("sz", "zs", "cs", "sc")
"""Letters that differ between British and American spelling: organisation, licence."""


def misread(url: str, words: str) -> tuple[str, str] | None:
    """A stretch of the address's last part that is one letter away from a word of the link, and that word.

    Only where the rest of that part is made of the link's words, so that it was plainly meant to be: `quide44transitions`
    for “Guide 44: transitions”. A difference at the end, as of singular and plural, is none.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    slug = re.sub(r"\.[a-z]{2,5}$", "", unquote(path).rstrip("/").rpartition("/")[2].casefold())
    if not 5 <= len(slug) <= 200:
        return None
    said = dict.fromkeys(re.findall(r"[^\W\d_]+|\d+", words.casefold()))
    rest = slug
    for word in sorted(said, key=len, reverse=True):
        if (len(word) > 2 or word.isdigit()) and word in rest:
            rest = rest.replace(word, " ")
    left = [piece for piece in re.split(r"[^\w]+|_", rest) if len(piece) > 2]
    letters = sum(character.isalnum() for character in slug)
    if len(left) != 1 or (len(left[0]) == letters and len(said) > 1 and len(left[0]) < 8):
        return None
    piece = left[0]
    found = next((word for word in said if len(word) > 4 and word not in slug and _one_letter_away(piece, word)), None)
    return (piece, found) if found else None


def _one_letter_away(one: str, other: str) -> bool:
    """Whether two words differ in one letter, in two that changed places, or in one too many or too few; not at the end."""
    if one == other or one[-1] != other[-1]:
        return False
    if len(one) == len(other):
        places = [at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
        if len(places) == 1:
            return one[places[0]] + other[places[0]] not in _SPELLINGS
        swapped = len(places) == 2 and places[1] == places[0] + 1
        return swapped and one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]
    if abs(len(one) - len(other)) != 1:
        return False
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer) - 1))


def mixed_alphabets(url: str) -> str:
    """The letters of other alphabets in a part of a website's name that is mostly of one; nothing for any other name."""
    try:
        host = urlsplit(url).hostname or ""
        labels = [label.encode().decode("idna") if label.startswith("xn--") else label for label in host.split(".")]
    except (ValueError, UnicodeError):
        return ""
    for label in labels:
        kinds: dict[str, list[str]] = {}
        for letter in filter(str.isalpha, label):
            kind = unicodedata.name(letter, "").partition(" ")[0]
            if kind in _ALPHABETS:
                kinds.setdefault(kind, []).append(letter)
        if len(kinds) > 1:
            kind, letters = min(kinds.items(), key=lambda pair: len(pair[1]))
            return f"“{''.join(dict.fromkeys(letters))}” is {kind.capitalize()}"
        if kinds.keys() <= {"CYRILLIC", "GREEK"} and kinds and labels[-1].isascii() and set(label) <= _LATIN_LOOKING:
            return f"“{label}” is {next(iter(kinds)).capitalize()}"
    return ""


_LATIN_LOOKING = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡбѳꙇ" + "αικνορτυωγ" + "0123456789-")
"""Letters that readers take for Latin ones; browsers show a name made of nothing else in its coded form (Chromium, “IDN in
Chromium”)."""
