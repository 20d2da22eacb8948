"""Make a key: the name by which texts cite a work, made in one way whatever file the work came from.

Munro, E. (2011)                               munro2011
a second one of that author and year           munro2011b
Müller, Ł. (2012)                              muller2012
{Department of Health} (2010)                  dh2010         the initials of its words, acronyms whole
{NHS Commissioning Board} (2012)               nhscb2012
{Barnardo's} (2014)                            barnardos2014
nobody, “Working together to safeguard …”      working2013    the first word of the title that says something
no year                                        munrond
"""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

from briefing_tools.model import Work, plain_text

_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "de",
        "der",
        "des",
        "di",
        "du",
        "for",
        "from",
        "in",
        "la",
        "le",
        "les",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "their",
        "this",
        "to",
        "von",
        "what",
        "with",
    ]
)
"""Words that say nothing of a title, and that leave no initial of an organisation's name."""

_LETTERS = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "ng",
})  # fmt: skip
"""Letters that do not come apart into a plain one and an accent."""


def made_key(work: Work, taken: Collection[str]) -> str:
    """A key for a work that is none of those taken, whatever capitals these are written with."""
    folded = {key.casefold() for key in taken}
    stem = _names(work) + _year(work)
    return next(key for letter in count() if (key := stem + _letter(letter)) not in folded)


def _names(work: Work) -> str:
    """The first author, or else the first editor, or else a word of the title."""
    for name in (*work.authors, *work.editors):
        made = _organisation(name.family) if name.corporate else _folded(f"{name.prefix} {name.family}")
        if made:
            return made
    words = [_folded(word) for word in re.findall(r"\w[\w'’]*", plain_text(work.title))]
    return next((word for word in words if len(word) > 1 and word not in _SMALL), "work")


def _organisation(name: str) -> str:
    """The initials of a name's words, with an acronym whole; a single word whole."""
    words = [word for word in re.findall(r"\w[\w'’.]*", name) if word.lower() not in _SMALL]
    if len(words) < 2:
        return _folded("".join(words))
    return "".join(_folded(word) if len(word) > 1 and word.isupper() else _folded(word)[:1] for word in words)


def _year(work: Work) -> str:
    found = re.search(r"\d{4}", work.year)
    return found[0] if found and found[0].isascii() else "nd"


def _letter(number: int) -> str:
    """What tells keys apart: nothing, `b`, `c` … `z`, `ab`, `ac` …"""
    if number == 0:
        return ""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[number] if number < 26 else _letter(number // 26 - 1).rjust(1, "a") + letters[number % 26]


def _folded(text: str) -> str:
    """Small letters and digits, without accents, small words joined on: `van Dijk` → `vandijk`."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(sign for sign in plain if sign.isalnum() and not unicodedata.combining(sign))
