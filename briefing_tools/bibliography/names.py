"""Split: a list of names becomes authors; the rules are BibTeX's, with biblatex's `family=…, given=…`.

Done here and not by pybtex, whose splitting takes quadratic time on braces and reports mistakes to a global.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefing_tools.bibliography.latex import text_of
from briefing_tools.bibliography.words import clip
from briefing_tools.model import Name

_AND = re.compile(r"[{}]|\s(?:and|AND|And)(?=\s)")
_COMMA = re.compile(r"[{}]|,")
_SPACE = re.compile(r"[{}]|(?:\\ |\s|(?<!\\)~)+")
_LABELLED = re.compile(r"\s*(family|given|prefix|suffix)\s*=\s*", re.IGNORECASE)
_OPTION = re.compile(r"\s*[A-Za-z][\w-]*\s*=")
_ET_AL = re.compile(r"(?:\bet\s+al\b\.?)\s*$", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:(?i:jn?r|sn?r|junior|senior|[ivx]+|\d(?:st|nd|rd|th)|esq|ph\.?d)|[A-Z]{2,4}|)\.?")
_INITIALS = re.compile(r"(?:[A-Z]\.[\s~-]*)+$")
_ORGANISATION_WORDS = frozenset(("of", "for", "the", "on", "with", "against", "&", "\\&"))
"""Words that stand in the names of departments and boards, and in nobody's family name."""

_ORGANISATION_ENDS = frozenset((
    "agency", "association", "authority", "board", "bureau", "centre", "commission", "committee", "council", "department",
    "directorate", "foundation", "fund", "government", "inspectorate", "institute", "ministry", "network", "office",
    "parliament", "partnership", "service", "services", "society", "trust", "university",
))  # fmt: skip
"""Words that end the names of organisations: `NHS Commissioning Board` without braces is nobody called Board."""


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of a list, whether it ends in “and others”, and what is wrong with it: pairs of message and hint."""

    names: tuple[Name, ...] = ()
    others: bool = False
    doubts: tuple[tuple[str, str], ...] = ()


def read_names(value: str, field: str = "author") -> NameList:
    """Read the value of a field that names people and organisations."""
    names: list[Name] = []
    doubts: list[tuple[str, str]] = []
    bare: list[str] = []
    others = False
    before = ""
    for written in _split(value, _AND):
        if written.lower() == "others":
            others = True
            continue
        if ended := _ET_AL.search(written):
            others = True
            kept = written[: ended.start()].rstrip(" ,")
            hint = f"Write “and others” for “et al.”: {field} = {{{clip(kept) or 'Lloyd, C.'} and others}}"
            doubts.append((f"“{clip(written)}” is not a name.", hint))
            written = kept
            if not written:
                continue
        found = list(_doubts(written, before, field))
        doubts.extend(found)
        name = _name(written)
        if found and before in bare:
            bare.remove(before)  # said already: it was taken for two authors
        if not found and _bare_organisation(written):
            bare.append(written)
        if name.family:
            names.append(name)
        before = written
    doubts += [
        (
            f"“{clip(one)}” has no braces of its own, so other programs take it for a person.",
            f"Put it into braces: {{{clip(one, 80)}}}",
        )
        for one in bare
    ]
    return NameList(tuple(names), others, tuple(doubts))


def _doubts(written: str, before: str, field: str) -> Iterator[tuple[str, str]]:
    """What is wrong with one name, given the one before it in the list."""
    commas = _split(written, _COMMA)
    if not written:
        hint = f"Put “and” between two names only: {field} = {{Golden, S. and Aston, H.}}"
        yield f"A name is missing beside “and” in the field “{field}”.", hint
    elif _OPTION.match(written):
        if not any(_labelled(part)[0] == "family" for part in commas):
            yield f"“{clip(written)}” has no family name.", "Write: family=Dijk, given=Marten, prefix=van"
    elif len(commas) > 3:
        hint = f"Put “and” between names: {field} = {{{_regrouped(commas)}}}"
        yield f"“{clip(written)}” has too many commas for one name.", hint
    elif len(commas) == 3 and not _SUFFIX.fullmatch(text_of(commas[1])):
        hint = f"Put “and” between names: {field} = {{{clip(' and '.join(commas), 120)}}}; or is it Family, Jr., Given?"
        yield f"“{clip(written)}” was read as one name with “{clip(commas[1])}” as its suffix.", hint
    elif len(commas) == 1 and before and _organisation(before) and len(_split(before, _COMMA)) == 1:
        hint = f"Put an organisation's name into braces of its own: {field} = {{{{{clip(f'{before} and {written}', 80)}}}}}"
        yield f"“{clip(before)}” and “{clip(written)}” were read as two authors.", hint
    elif len(commas) == 1 and _INITIALS.match(written):
        hint = "Remove the “and” within the name: Golden, S. and Durbin, B."
        yield f"“{clip(written)}” is only an initial, not a name.", hint


def _regrouped(parts: list[str]) -> str:
    """What was probably meant by `A, B., C, D.`: each family name with its initials."""
    if len(parts) % 2:
        return "Oliver, C. and Mooney, A."
    pairs = [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return clip(" and ".join(pairs), 120)


def _name(written: str) -> Name:
    parts = _split(written, _COMMA)
    if _OPTION.match(written):
        labelled = dict(_labelled(part) for part in parts)
        return Name(*(labelled.get(part, "") for part in ("family", "given", "prefix", "suffix")))
    if _one_group(written) or (len(parts) == 1 and (_organisation(written) or _ends_as_organisation(written))):
        return Name(text_of(written).strip())
    if len(parts) == 1:
        return _first_von_last(written)
    prefix, family = _von_last(_split(parts[0], _SPACE))
    suffix = parts[1] if len(parts) > 2 else ""
    given = " ".join(parts[2:]) if len(parts) > 2 else parts[1]
    return Name(_words([family]), _words(_split(given, _SPACE)), _words([prefix]), _words([suffix]))


def _first_von_last(written: str) -> Name:
    """`Marten van Dijk`: what comes before the first small word is given, what comes after the last is family."""
    words = [word for word in _split(written, _SPACE) if word]
    small = [index for index, word in enumerate(words[:-1]) if _is_small(word)]
    start = small[0] if small else max(0, len(words) - 1)
    prefix, family = _von_last(words[start:])
    return Name(_words([family]), _words(words[:start]), _words([prefix]))


def _von_last(words: list[str]) -> tuple[str, str]:
    """The prefix ends with the last small word; the last word is never part of it."""
    words = [word for word in words if word]
    small = [index for index, word in enumerate(words[:-1]) if _is_small(word)]
    end = small[-1] + 1 if small else 0
    return " ".join(words[:end]), " ".join(words[end:])


def _is_small(word: str) -> bool:
    """Whether a word begins with a small letter, as BibTeX sees it: a braced word does not, `{\\'e}t` does."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letter = next((character for character in text_of(word) if character.isalpha()), "")
    return letter.islower()


def _organisation(written: str) -> bool:
    """Whether a name without braces can only be an organisation's: `Department of Health`."""
    return not _ORGANISATION_WORDS.isdisjoint(_split(written, _SPACE)[1:])


def _bare_organisation(written: str) -> bool:
    """Whether this is an organisation's name that no braces hold together."""
    if _one_group(written) or _OPTION.match(written) or len(_split(written, _COMMA)) > 1:
        return False
    return _organisation(written) or _ends_as_organisation(written)


def _ends_as_organisation(written: str) -> bool:
    """Whether a name without braces ends as only an organisation's does: `The King's Fund`."""
    return _split(written, _SPACE)[-1].lower() in _ORGANISATION_ENDS


def _one_group(written: str) -> bool:
    """Whether one pair of braces holds the whole name."""
    if not (written.startswith("{") and written.endswith("}")):
        return False
    depth = 0
    for brace in re.finditer(r"[{}]", written):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end() == len(written)
    return False


def _labelled(part: str) -> tuple[str, str]:
    """`family=Dijk` as a pair; anything else under no name."""
    label = _LABELLED.match(part)
    return (label[1].lower(), text_of(part[label.end() :].strip().strip('"')).strip()) if label else ("", "")


def _words(words: list[str]) -> str:
    return " ".join(text_of(word).strip() for word in words).strip()


def _split(text: str, separator: "re.Pattern[str]") -> list[str]:
    """The pieces between separators that stand in no brace, trimmed."""
    if "{" not in text and "}" not in text:
        return [piece.strip() for piece in separator.split(text)]
    pieces, depth, start = [], 0, 0
    for found in separator.finditer(text):
        mark = found.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            pieces.append(text[start : found.start()].strip())
            start = found.end()
    return [*pieces, text[start:].strip()]
