"""Place: where every word came from, carried from the moment of reading."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

TURNING = "\u202a-\u202e\u2066-\u2069"
"""Characters that turn the order of text round, so that readers see something else than what stands there (UAX #9)."""

UNSEEN = "\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
"""Characters that nobody can see, and that no language needs to be written: for the brackets of a pattern."""

FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f"
"""The flag of a part of a country, such as Wales: a black flag, with letters that are not seen (UTS #51)."""

_HIDDEN = re.compile(f"{FLAG}|(?P<hidden>[{TURNING}{UNSEEN}])")


def first_hidden(text: str, start: int = 0) -> int:
    """Where the first character stands that is not seen or turns text round; -1 if there is none."""
    found = next((one for one in _HIDDEN.finditer(text, start) if one["hidden"]), None)
    return found.start() if found else -1


class Position(NamedTuple):
    """A place in a text: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of a file. `path` is relative to the project's folder, with `/`; `end` is exclusive."""

    path: str
    start: Position
    end: Position

    @classmethod
    def of_file(cls, path: str) -> "Span":
        """The span for something said of the whole file: its first character."""
        return cls(path, Position(1, 1), Position(1, 1))

    def __str__(self) -> str:
        return f"{self.path}:{self.start.line}:{self.start.column}"


@dataclass(frozen=True)
class Source:
    """The text of one file, already let through the gate (`intake.py`)."""

    path: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their endings, in order; line 1 is `lines[0]`."""
        return tuple(self.text.split("\n"))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, offset = [], 0
        for line in self.lines:
            starts.append(offset)
            offset += len(line) + 1
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """The line and column of a character, given its offset from the start of the text."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position from the start of the text; the inverse of `position`."""
        return self._starts[position.line - 1] + position.column - 1

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets; `end` is exclusive."""
        return Span(self.path, self.position(start), self.position(end))

    def words(self, span: Span) -> str:
        """The characters of a span."""
        return self.text[self.offset(span.start) : self.offset(span.end)]

    def line_span(self, number: int) -> Span:
        """The span of a whole line, counted from 1, without its indentation."""
        line = self.lines[number - 1]
        indent = len(line) - len(line.lstrip())
        return Span(self.path, Position(number, indent + 1), Position(number, len(line) + 1))
