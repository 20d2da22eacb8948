"""Mark: one character of the private planes 15 and 16, which the gate lets nobody type, tells where something stood.

A mark stands behind the `@`, `[` or `]` of what may be a citation, before a heading's words, and within a link's
address. Python-Markdown takes it for an ordinary character, so that it changes nothing in what the parser makes.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from briefing_tools.source import Source, Span

MARK = "[\U000f0000-\U0010fffd]"
"""A pattern that matches one mark."""

_FIRST = 0xF0000
_MOST = 0x10FFFD - _FIRST
_ANY = re.compile(MARK)
_INTERESTING = re.compile(
    r"""
    (?= [<@\[\](] | (?i:href|src) | (?<![^\n]) )        # a quick look first, for most characters are words
    (?:
      (?P<section> <!\[CDATA\[ )
    | (?P<section_end> \]\]> )
    | (?P<heading> ^(?:[ ]{0,4}>)*[ ]{0,4}\#{1,6}(?!\#)[ \t]* )(?=\S)           # a heading: before its words
    | (?P<underlined> ^(?=(?:[^\W\d_]|\d+(?![\d.)])|["'“‘(])[^\n]*\n(?:=+|-+)[ \t]*$) )   # a heading underlined with = or -
    | (?P<inline> (?<=\])\(\s*(?:<(?=[^<>\n]*>))? )(?P<a>(?<=<)[^<>\n]*|(?:[^\s()<>]|\([^\s()<>]*\))*)   # [words](here)
    | (?P<definition> ^[ \t>]*(?:(?:[-*+:]|\d+[.)])[ \t]+)*\[(?!\^)(?![^\[\]]*(?<![^\W_])@[\w*{])[^\[\]]+\]:[ \t]*(?:\n[ \t]*)?<? )(?P<b>[^\s<>]+)
    | (?P<auto> <[a-zA-Z][a-zA-Z0-9+.-]*:// )(?P<c>[^<>\s]*)                 # <https://here>
    | (?P<mail> <[^<>\s!@] )(?P<d>[^<>\s@]*@[^<>\s@]+)(?=>)                  # <somebody@here>
    | (?P<attribute> (?<=[\s"'])(?i:href|src)[ \t]*=[ \t]*["']? )(?P<e>[^\s"'<>]*)   # <a href="here">: see _in_a_tag
    | (?P<at> @ )(?=[\w*{])                                                 # @ and [] may make a citation
    | (?P<open> \[ )(?!\^)
    | (?P<close> \] )
    )
    """,
    re.X | re.M | re.S,
)
_ANGLE = re.compile("[<>]")
_LONGEST_TAG = 2000
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_POSSIBLE = re.compile(r"@[\w*{]|\[\s{0,9}(?:pp?|paras?|chs?)\.")


class Mark(NamedTuple):
    """What a mark stands for: a kind of thing, the offset in the file at which it begins, its length there."""

    kind: str
    start: int
    length: int


def put_marks(text: str, start: int) -> tuple[str, tuple[Mark, ...]]:
    """The text from `start` on with marks in it, and what each of them stands for."""
    marks: list[Mark] = []
    pieces: list[str] = []
    last = position = start
    citing = _citing_paragraphs(text, start)
    in_section = False
    angle = start - 1
    while (found := _INTERESTING.search(text, position)) and len(marks) < _MOST:
        kind = next(name for name, value in found.groupdict().items() if value is not None)
        place = found.end(kind)
        position = max(place, found.start() + 1)
        if kind == "section" or (kind == "section_end" and in_section):
            in_section = kind == "section"
            continue
        if kind == "section_end":
            kind, place, position = "close", found.start() + 1, found.start() + 1
        if kind == "attribute":
            angle = angle if angle >= found.end() else _next_angle(text, found.end())
            if not _in_a_tag(text, found.end(), angle):
                position = found.start() + 1
                continue
        if kind in ("open", "close") and not citing[bisect_right(citing, (found.start(), True)) - 1][1]:
            continue
        marks.append(_mark(kind, found, place))
        pieces += [text[last:place], chr(_FIRST + len(marks) - 1)]
        last = place
    return "".join([*pieces, text[last:]]), tuple(marks)


def _next_angle(text: str, start: int) -> int:
    """Where the next `<` or `>` stands; the end of the text, if there is none."""
    found = _ANGLE.search(text, start)
    return found.start() if found else len(text)


def _in_a_tag(text: str, end: int, angle: int) -> bool:
    """Whether what ends at `end` may be an attribute: a `>` comes next, and not too far away."""
    return angle - end <= _LONGEST_TAG and text.startswith(">", angle)


def _mark(kind: str, found: re.Match[str], place: int) -> Mark:
    if kind in ("at", "open", "close"):
        return Mark(kind, found.start(), 1)
    if kind in ("heading", "underlined"):
        return Mark(kind, place, 0)
    if kind in ("auto", "mail"):
        return Mark("link", found.start() + 1, found.end() - found.start() - 1)
    return Mark("link", place, found.end() - place)


def _citing_paragraphs(text: str, start: int) -> list[tuple[int, bool]]:
    """Where each paragraph begins, and whether it may hold a citation."""
    begins = [start, *(found.end() for found in _PARAGRAPH.finditer(text, start))]
    ends = [*begins[1:], len(text)]
    return [(begin, bool(_POSSIBLE.search(text, begin, end))) for begin, end in zip(begins, ends, strict=True)]


def without_marks(text: str) -> str:
    """The text as it was written."""
    return _ANY.sub("", text)


def first_mark(text: str) -> str:
    """The first mark in a text, or nothing."""
    found = _ANY.search(text)
    return found.group() if found else ""


def lift_marks(raw: str, marks: tuple[Mark, ...]) -> tuple[str, Mapping[str, str]]:
    """Move the marks in addresses of HTML tags into `data-at`; the addresses as written are returned by mark."""
    targets: dict[str, str] = {}

    def lift(found: re.Match[str]) -> str:
        value = html.unescape(found[3] or found[4] or "")
        mark = first_mark(value)
        if not mark:
            return found[0]
        target = without_marks(value)
        at = ""
        if marks[ord(mark) - _FIRST].kind == "link":
            targets[mark] = target
            at = f' data-at="{mark}"'
        return f'{found[1].lower()}="{html.escape(target)}"{at}'

    def tag(found: re.Match[str]) -> str:
        return re.sub(_ATTRIBUTE, lift, found[0])

    return re.sub(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""", tag, raw), targets


_ATTRIBUTE = re.compile(r"""(?<=[\s"'])(href|src)\s*=\s*(?:(["'])(.*?)\2|([^\s"'<>]+))""", re.S | re.I)


@dataclass(frozen=True, slots=True)
class Places:
    """Tells the span that a mark stands for."""

    source: Source
    marks: tuple[Mark, ...]

    def mark(self, character: str) -> Mark:
        """What a mark stands for; the beginning of the file, should a text have had more things to mark than there are marks."""
        return self.marks[ord(character) - _FIRST] if character else Mark("none", 0, 0)

    def span(self, character: str) -> Span:
        """The stretch of the file that a mark stands for."""
        mark = self.mark(character)
        return self.source.span(mark.start, mark.start + mark.length)

    def line(self, character: str) -> Span:
        """The line in which a mark was put."""
        return self.source.line_span(self.source.position(self.mark(character).start).line)
