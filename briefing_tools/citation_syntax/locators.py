"""Locate: what follows a key begins with a page or another part of the work; the rest is the suffix.

A locator is a term and a value (`pp. 3–4, 7`), a value that begins with a digit (`58`: pages are meant), or anything
between braces (`{ch. 2, fig. 3}`). A value is made of words that have a digit in them; after a term, Roman numerals
count as digits too. Brackets within a word belong to it: `34(1)(a)`, `591[84]`.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from briefing_tools.model import Locator

LABELS = {
    term: label
    for label, terms in {
        "page": "p. pp. pg. pgs. page pages",
        "chapter": "ch. chs. chap. chaps. chapter chapters",
        "paragraph": "para. paras. paragraph paragraphs ¶ ¶¶",
        "section": "s. ss. sec. secs. sect. sects. section sections § §§",
        "figure": "fig. figs. figure figures",
        "volume": "vol. vols. volume volumes",
        "note": "n. nn. note notes",
        "line": "l. ll. line lines",
        "verse": "v. vv. verse verses",
        "column": "col. cols. column columns",
        "issue": "no. nos. number numbers issue issues",
        "part": "pt. pts. part parts",
        "book": "bk. bks. book books",
        "folio": "f. fol. fols. folio folios",
        "opus": "op. opp. opus opera",
        "sub-verbo": "s.v. s.vv. sub·verbo",
        "table": "tbl. tbls. table tables",
        "appendix": "app. apps. appendix appendices appendixes",
        "annex": "annex annexes",
        "equation": "eq. eqs. equation equations",
        "rule": "reg. regs. regulation regulations rule rules",
        "article": "art. arts. article articles",
        "schedule": "sch. schs. sched. scheds. schedule schedules",
        "slide": "slide slides",
        "supplement": "supp. supps. supplement supplements",
    }.items()
    for term in (word.replace("·", " ") for word in terms.split())
}
"""What people write before a locator's value, and the label it means. Before a blank, the last full stop is optional."""

LETTERED = frozenset({"appendix", "annex", "schedule", "table"})
"""What is often counted with letters: `Appendix B`. Pandoc knows none of these terms."""

_LONGEST = max(map(len, LABELS))
_BRACKETED = r"(?:\.?w+(?:\.w+)*)?"
_WORD = rf"(?:\.?w+|\({_BRACKETED}\)|\[{_BRACKETED}\]|\{{{_BRACKETED}\}})+"
_FIRST = re.compile(rf" ?({_WORD})")
_NEXT = re.compile(rf"[,;]? ?({_WORD})")
_ROMAN = re.compile(r"m*(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})", re.I)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.I)


@lru_cache(maxsize=4096)
def split_locator(tail: str) -> tuple[Locator | None, str]:
    """Split what follows a key into locator and suffix: `, pp. 3–4, and passim` → (page 3–4, `, and passim`).

    A locator in braces that names no term and does not begin with a digit has the label "". Empty braces say that there
    is none; braces around a mere term hold no locator either, and the term is part of the suffix.
    """
    text = re.sub(r"\s+", " ", tail)
    start = 1 if text.startswith(",") else 0
    start += text.startswith(" ", start)
    if text.startswith("{", start):
        return _explicit(text, start)
    shape = "".join(map(_kind, text.replace("---", "———")))
    found = _after_term(text, shape, start) or _pages(text, shape, start)
    if not found:
        return None, text.strip()
    label, begin, end = found
    return Locator(label, _value(text[begin:end])), text[end:].strip()


_ALONE = re.compile(r"(?:pp?|paras?|chs?)\.\s?\S")


def is_place_alone(text: str) -> bool:
    """Whether the inside of a bracket is nothing but a page, paragraph or chapter: `p. 24`, `paras. 3–5`.

    Only these abbreviations count. “[Figure 3]” and “[s. 47]” are more likely to be meant as they stand.
    """
    words = " ".join(text.split())
    locator, suffix = split_locator(words)
    return bool(_ALONE.match(words)) and locator is not None and not suffix


def _after_term(text: str, shape: str, start: int) -> tuple[str, int, int] | None:
    """Label, start and end of a value that a term introduces; the longest term counts."""
    for end in range(min(start + _LONGEST, len(text)), start, -1):
        label = _label(text[start:end], text[end : end + 1])
        if label:
            value = _words(text, shape, end, _is_letter_or_number if label in LETTERED else _is_number)
            if value:
                return (label, *value)
    return None


def _label(written: str, following: str) -> str:
    """The label of a term before the character `following`; empty if these characters are no whole term."""
    if written[-1:].isalnum() and following.isalnum():
        return ""
    term = written.casefold()
    return LABELS.get(term) or (LABELS.get(f"{term}.", "") if following in ("", " ") else "")


def _pages(text: str, shape: str, start: int) -> tuple[str, int, int] | None:
    """A value that no term introduces. An ordinal begins something else: `2nd edition`."""
    value = _words(text, shape, start, _has_digit)
    if not value or _ORDINAL.match(text, value[0]):
        return None
    return ("page", *value)


def _words(text: str, shape: str, start: int, counts: Callable[[str], bool]) -> tuple[int, int] | None:
    """Start and end of the words from `start` on that count as numbers."""
    found = _FIRST.match(shape, start)
    begin = found.start(1) if found else start
    end = begin
    while found and counts(text[found.start(1) : found.end(1)]):
        end = found.end(1)
        found = _NEXT.match(shape, end)
    return (begin, end) if end > begin else None


def _has_digit(word: str) -> bool:
    return any("0" <= character <= "9" for character in word)


def _is_number(word: str) -> bool:
    """Whether a word has a digit in it, or begins with a Roman numeral (also after a bracket or a full stop)."""
    beginnings = re.findall(r"(?:^|[.()\[\]{}])([^-–.()\[\]{}]+)", word)
    return _has_digit(word) or any(_ROMAN.fullmatch(beginning) for beginning in beginnings)


def _is_letter_or_number(word: str) -> bool:
    """Whether a word is a single capital letter, or a number."""
    return (len(word) == 1 and "A" <= word <= "Z") or _is_number(word)


def _value(written: str) -> str:
    return re.sub(r"(?<!-)--(?!-)", "–", written.strip())


def _explicit(text: str, start: int) -> tuple[Locator | None, str]:
    """A locator in braces, as it was written."""
    end = _closing(text, start)
    if end < 0:
        return None, text.strip()
    inner, rest = text[start + 1 : end].strip(), text[end + 1 :].strip()
    if not inner:
        return None, rest
    for cut in range(min(_LONGEST, len(inner)), 0, -1):
        label = _label(inner[:cut], inner[cut : cut + 1])
        if label and cut == len(inner):
            return None, f"{inner} {rest}".strip()
        if label:
            return Locator(label, _value(inner[cut:])), rest
    return Locator("page" if "0" <= inner[0] <= "9" else "", _value(inner)), rest


def _closing(text: str, start: int) -> int:
    """The place of the brace that closes the one at `start`, or -1."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return -1


def _kind(character: str) -> str:
    """A character's part in a locator: blank, bracket or stop for itself, `w` within words, `!` other punctuation."""
    if character.isspace():
        return " "
    if character in ".,;()[]{}":
        return character
    if character in "-–:" or not unicodedata.category(character).startswith("P"):
        return "w"
    return "!"
