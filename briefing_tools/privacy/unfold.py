"""Unfold: written text becomes the plain characters that a reader sees, each knowing where it was written.

A number can be hidden from a pattern and still be read by everybody: `9**4**3 476 5919`, full-width digits, a zero-width
space, `&#57;`, a break in the middle of a line. So patterns never look at a file; they look at its `Plain` text, in which
markup is gone, letters and digits are ASCII wherever they look it, white space is single, and every character lies in
the Basic Multilingual Plane (so that Python and JavaScript count alike). `theme/privacy.js` does exactly the same.

Decomposition is asked of the standard library only for ranges whose characters were all assigned long ago: Unicode
promises that theirs never changes (UAX #15, “Stability”), so two engines with different tables agree.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from briefing_tools.privacy.rulebook import FOLD

LONGEST_TARGET = 2000
"""How far a link's target or an HTML tag is followed; a longer one is taken for text."""

APART = "\n\n\u241e\n\n"
"""Stands between the text and what is read behind it; no pattern reaches across."""

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_BREAKING = frozenset(
    [
        "br",
        "hr",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "blockquote",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "dd",
    ]
)
_CELLS = frozenset(["td", "th"])
_UNCLOSED = ("nbsp", "shy")


@dataclass(frozen=True)
class Plain:
    """Plain characters, what was `written`, and where each piece came from.

    `pieces` are (offset in `text`, start and end in the source); a piece as long as its source maps one to one, any
    other as a whole.
    """

    written: str
    text: str
    pieces: tuple[tuple[int, int, int], ...]
    offsets: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source from the plain character `start` to the one before `end`."""
        return self._place(start)[0], self._place(end - 1)[1]

    def disguised(self, start: int, end: int) -> bool:
        """Whether two digits that stand together here were written apart, with something nobody sees between them, or
        a digit was not written as one."""
        last = -1
        for offset in range(start, end):
            begin, finish = self._place(offset)
            if not "0" <= self.text[offset] <= "9":
                last = -1
                continue
            if self.written[begin:finish] != self.text[offset] or 0 <= last < begin:
                return True
            last = finish
        return False

    def _place(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.offsets, offset) - 1
        begins, start, end = self.pieces[index]
        following = self.offsets[index + 1] if index + 1 < len(self.offsets) else len(self.text)
        if following - begins == end - start:
            return start + offset - begins, start + offset - begins + 1
        return start, end


def unfold(text: str, start: int = 0, end: int | None = None) -> Plain:
    """The plain text of a stretch of Markdown. Link targets, HTML attributes and comments follow behind the text."""
    reader = _Reader(text, start, len(text) if end is None else end)
    reader.markdown()
    for begin, finish in reader.later:
        reader.raw(begin, finish)
    return Plain(text, "".join(reader.out), tuple(reader.pieces), tuple(piece[0] for piece in reader.pieces))


@lru_cache(maxsize=4096)
def fold(character: str) -> str:
    """What one character looks like in ASCII; nothing for an invisible one, itself when it has no such likeness."""
    if character < "\x7f":
        return character
    code = ord(character)
    if character in FOLD.mapped:
        return FOLD.mapped[character]
    if _within(code, FOLD.dropped):
        return ""
    digit = _digit(code)
    if digit >= 0:
        return chr(48 + digit)
    if _within(code, FOLD.decomposed):
        parts = unicodedata.normalize("NFKD", character)
        return "".join(_folded_part(part) for part in parts)
    return character if code <= 0xFFFF else "\ufffd"


def _folded_part(part: str) -> str:
    code = ord(part)
    if part in FOLD.mapped:
        return FOLD.mapped[part]
    if _within(code, FOLD.dropped):
        return ""
    return part if code <= 0xFFFF else "\ufffd"


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    index = bisect_right(ranges, (code, 0x110000)) - 1
    return index >= 0 and ranges[index][0] <= code <= ranges[index][1]


def _digit(code: int) -> int:
    """The value of a decimal digit of any script; -1 for anything else."""
    index = bisect_right(FOLD.digits, code) - 1
    return code - FOLD.digits[index] if index >= 0 and code - FOLD.digits[index] < 10 else -1


class _Reader:
    """Reads a stretch of text once, from left to right."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.out: list[str] = []
        self.pieces: list[tuple[int, int, int]] = []
        self.size = 0
        self.later: list[tuple[int, int]] = []
        self.links = _link_brackets(text, start, end)
        self.found: dict[str, int] = {}

    # What is written down

    def put(self, piece: str, start: int, end: int) -> None:
        """Write a piece that stands for the source from `start` to `end`."""
        if piece:
            self.pieces.append((self.size, start, end))
            self.out.append(piece)
            self.size += len(piece)

    def last(self) -> str:
        """The last character written, or a line break where nothing was."""
        return self.out[-1][-1] if self.out else "\n"

    def take_back_space(self) -> None:
        """Unwrite a space at the end."""
        if self.out and self.out[-1] == " ":
            self.out.pop()
            self.size = self.pieces.pop()[0]

    def space(self, start: int, end: int) -> None:
        """Write one space, unless there is white space or a cell's edge already."""
        if self.last() not in " \n|":
            self.put(" ", start, end)

    def line_break(self, start: int) -> None:
        """Write a line break; never more than one empty line."""
        self.take_back_space()
        if not (len(self.out) > 1 and self.out[-1] == self.out[-2] == "\n"):
            self.put("\n", start, start + 1)

    def edge(self, start: int, end: int) -> None:
        """Write the edge of a table's cell, without the white space round it."""
        self.take_back_space()
        self.put("|", start, end)

    def character(self, character: str, start: int, end: int) -> None:
        """Write a character as it looks."""
        looks = fold(character)
        if looks == " ":
            self.space(start, end)
        else:
            self.put(looks, start, end)

    def next(self, what: str, start: int) -> int:
        """Where `what` stands next, or -1; every place is looked for once, so that reading stays linear."""
        known = self.found.get(what, self.start - 1)
        if known == -1 and what in self.found:
            return -1
        if known < start:
            known = self.text.find(what, start, self.end)
            self.found[what] = known
        return known

    # The two ways of reading

    def markdown(self) -> None:
        """Read Markdown: what is markup is left out."""
        text, at, end = self.text, self.start, self.end
        line_start = True
        while at < end:
            run = _run_end(text, at, end)
            if run > at:
                self.put(text[at:run], at, run)
                at, line_start = run, False
                continue
            character = text[at]
            if character == "\n":
                self.line_break(at)
                at, line_start = at + 1, True
                continue
            if line_start and character in " \t>":
                at += 1
                continue
            at = self.mark(character, at, line_start)
            line_start = False

    def mark(self, character: str, at: int, line_start: bool) -> int:
        """Read one character that may be markup, and say where to go on."""
        text, end = self.text, self.end
        following = text[at + 1] if at + 1 < end else ""
        match character:
            case " " | "\t":
                self.space(at, at + 1)
            case "\\" if following and following in _PUNCTUATION:
                self.put(following, at, at + 2)
                return at + 2
            case "*":
                if self.last() == "|" and (alone := _ALONE.match(text, at, end)):
                    self.put(alone.group(1), at, at + len(alone.group(1)))
                    return at + len(alone.group(1))
                if line_start and following in (" ", "\t"):
                    self.put("-", at, at + 1)
            case "`":
                pass
            case "~":
                if following == "~":
                    return at + 2
                self.put("~", at, at + 1)
            case "_":
                if _alphanumeric(self.last()) and _alphanumeric(following):
                    self.put("_", at, at + 1)
            case "|":
                self.edge(at, at + 1)
            case "[" | "]":
                return self.bracket(character, following, at)
            case "<":
                return self.angle(following, at)
            case "&":
                return self.entity(at)
            case _:
                self.character(character, at, at + 1)
        return at + 1

    def bracket(self, character: str, following: str, at: int) -> int:
        """Read a bracket; a link leaves its words here and its target for later."""
        if at not in self.links:
            self.put(character, at, at + 1)
            return at + 1
        if character == "]" and following == "(":
            close = self.next(")", at + 2)
            if 0 <= close - at <= LONGEST_TARGET:
                self.later.append((at + 2, close))
                return close + 1
        return at + 1

    def angle(self, following: str, at: int) -> int:
        """Read `<`: a tag and a comment are set aside; an address in angle brackets and a bare sign are text."""
        if self.text.startswith("<!--", at):
            close = self.next("-->", at + 4)
            if close >= 0:
                self.later.append((at + 4, close))
                return close + 3
        close = self.next(">", at + 1) if following == "/" or _letter(following) else -1
        if not 0 <= close - at <= LONGEST_TARGET:
            self.put("<", at, at + 1)
            return at + 1
        name, rest = _tag(self.text, at + 1, close)
        if not name:
            self.put("<", at, at + 1)
            return at + 1
        if rest < close:
            self.later.append((rest, close))
        if name in _CELLS:
            self.edge(at, close + 1)
        elif name in _BREAKING:
            self.space(at, close + 1)
        return close + 1

    def entity(self, at: int) -> int:
        """Read `&`: what an HTML character reference stands for, or the sign itself."""
        character, end = _entity(self.text, at, self.end, FOLD.entities)
        if not character:
            self.put("&", at, at + 1)
            return at + 1
        self.character(character, at, end)
        return end

    def raw(self, start: int, end: int) -> None:
        """Read what was set aside: a target, attributes, a comment."""
        text, at = self.text, start
        self.take_back_space()
        self.put(APART, start, start)
        while at < end:
            run = _run_end(text, at, end)
            if run > at:
                self.put(text[at:run], at, run)
                at = run
                continue
            character = text[at]
            if character == "&":
                found, after = _entity(text, at, end, FOLD.entities)
                if found:
                    self.character(found, at, after)
                    at = after
                    continue
            if character == "%" and _hexadecimal(text[at + 1 : min(at + 3, end)], 2):
                code = int(text[at + 1 : at + 3], 16)
                if 0x20 <= code < 0x7F:
                    self.character(chr(code), at, at + 3)
                    at += 3
                    continue
            if character in " \t\n":
                self.space(at, at + 1)
            elif character not in "*`":
                self.character(character, at, at + 1)
            at += 1


_ALONE = re.compile(r"(\*{1,3})[ \t]{0,20}(?=[|\n])")
"""Stars that fill a cell of a table: they hide a number there and are no emphasis."""

_RUN = re.compile(r"[A-Za-z0-9.,;:'\"()/?!@#$+=^{}-]*")


def _run_end(text: str, at: int, end: int) -> int:
    """The end of the run of characters from `at` that stand for themselves."""
    found = _RUN.match(text, at, end)
    return found.end() if found else at


def _link_brackets(text: str, start: int, end: int) -> frozenset[int]:
    """The places of `[` and `]` that make links: the closing one is followed by `(` or `[`."""
    found: list[int] = []
    opened: list[int] = []
    at = start
    while at < end:
        character = text[at]
        if character == "\\":
            at += 1
        elif character == "[":
            opened.append(at)
        elif character == "]" and opened:
            begin = opened.pop()
            if at + 1 < end and text[at + 1] in "([":
                found += (begin, at)
        elif character == "\n" and at + 1 < end and text[at + 1] == "\n":
            opened.clear()
        at += 1
    return frozenset(found)


def _tag(text: str, start: int, close: int) -> tuple[str, int]:
    """The name of the tag whose words begin at `start`, in small letters, and where its attributes begin."""
    at = start + (text[start] == "/")
    begin = at
    while at < close and (_letter(text[at]) or (at > begin and (text[at] == "-" or "0" <= text[at] <= "9"))):
        at += 1
    if at == begin or (at < close and text[at] not in " \t\n/"):
        return "", close
    return text[begin:at].lower(), at


def _entity(text: str, at: int, end: int, names: Mapping[str, str]) -> tuple[str, int]:
    """The character that a reference at `at` stands for and where it ends; nothing when it is none."""
    window = text[at + 1 : min(at + 34, end)]
    if window.startswith("#"):
        is_hex = window[1:2] in ("x", "X")
        begin = 2 if is_hex else 1
        size = begin
        allowed = "0123456789abcdefABCDEF" if is_hex else "0123456789"
        while size < len(window) and size - begin < 8 and window[size] in allowed:
            size += 1
        if size == begin:
            return "", at
        code = int(window[begin:size], 16 if is_hex else 10)
        after = at + 1 + size + (window[size : size + 1] == ";")
        if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return "\ufffd", after
        return chr(code), after
    close = window.find(";")
    if close > 0 and window[:close] in names:
        return names[window[:close]], at + 2 + close
    for name in _UNCLOSED:
        if window.startswith(name):
            return names[name], at + 1 + len(name)
    return "", at


def _letter(character: str) -> bool:
    return "a" <= character <= "z" or "A" <= character <= "Z"


def _alphanumeric(character: str) -> bool:
    return _letter(character) or "0" <= character <= "9"


def _hexadecimal(text: str, length: int) -> bool:
    return len(text) == length and all(character in "0123456789abcdefABCDEF" for character in text)
