"""Read fields: YAML as plain text with places, so that no slip of a pen changes or loses a value.

The only door to PyYAML. Everything is read as text (`yes`, `08`, `12:30` stay what was typed). Before YAML sees them,
lines that it would misread or refuse are mended (`mending.py`), so that each slip is one finding in plain words and the
rest is still read. Nobody who sends an update sees a word of YAML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

import yaml

from briefing_tools.diagnostics import Problem, Related, Slip
from briefing_tools.frontmatter.mending import EXAMPLE, folded, mend, short
from briefing_tools.source import Position, Source, Span

__all__ = ["Fields", "FrontMatter", "Items", "Scalar", "Value", "folded", "read_fields", "read_front_matter"]

MAX_FRONT_MATTER = 8 * 1024
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, as typed."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values."""

    values: tuple["Value", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Fields:
    """Named values. `keys` holds the span of each key.

    `broken` says that some lines could not be read. `doubtful` are the numbers of the lines that hold a slip already:
    their values stand as they were probably meant, and nothing more need be said of them.
    """

    values: Mapping[str, "Value"]
    keys: Mapping[str, Span]
    span: Span
    broken: bool = False
    doubtful: frozenset[int] = frozenset()

    def renamed(self, key: str, name: str) -> "Fields":
        """The same fields with `key` under another name."""
        values = {name if one == key else one: value for one, value in self.values.items()}
        keys = {name if one == key else one: span for one, span in self.keys.items()}
        doubtful = self.doubtful | {self.keys[key].start.line}
        return replace(self, values=MappingProxyType(values), keys=MappingProxyType(keys), doubtful=doubtful)

    def gathered(self, name: str, keys: Sequence[str]) -> "Fields":
        """The same fields with some of them put under one called `name`, behind what stands there already."""
        there = self.values.get(name)
        before, spans = (there.values, there.keys) if isinstance(there, Fields) else ({}, {})
        inner = replace(
            self,
            values={**before, **{key: self.values[key] for key in keys}},
            keys={**spans, **{key: self.keys[key] for key in keys}},
        )
        values = {key: value for key, value in self.values.items() if key not in keys} | {name: inner}
        places = {name: self.keys[keys[0]]} | {key: span for key, span in self.keys.items() if key not in keys}
        return replace(self, values=MappingProxyType(values), keys=MappingProxyType(places))

    def places(self) -> Mapping[str, Span]:
        """Where each value stands, or its key if it has none; without the doubtful ones."""
        spans = {key: _place(self.keys[key], value) for key, value in self.values.items()}
        return MappingProxyType({k: span for k, span in spans.items() if self.keys[k].start.line not in self.doubtful})


Value: TypeAlias = Scalar | Items | Fields


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields at the head of a Markdown file; `body` is the offset at which the text begins."""

    fields: Fields
    body: int
    slips: tuple[Slip, ...]


def _place(key: Span, value: Value) -> Span:
    one_line = value.span.start.line == value.span.end.line == key.start.line
    return value.span if one_line and value.span.start != value.span.end else key


_SUSPECT = re.compile(r"[&*!\[{]|^ {8}|- - - ", re.M)
"""Without one of these, fields hold nothing that is shared, run or deeply nested."""

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_NO_KEYS: Mapping[str, Span] = MappingProxyType({})


# -- The head of a file ------------------------------------------------------------------------------------------------

_HYPHENS = re.compile(r"---[ \t]*$", re.M)
_RULE = re.compile(r"(?:-{2,}|[–—―][–—―-]*|={3,}|_{3,}|\*{3,}|…)[ \t]*$", re.M)
_FIELD_LINE = re.compile(
    r"[ \t]*(?:-[ \t]|#(?!#|.*\{#)|[A-Za-z_][\w-]*(?: [\w-]+){0,2}[ \t]*[:=：])|[ \t]+\S|[ \t]*$", re.M
)
"""What may stand among fields; a heading of the running text does not, though a comment begins like one."""
_A_FIELD = re.compile(r"([A-Za-z_][\w-]*) *[:：]")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the fields begin and end, where the running text begins, and what is wrong with the lines around them."""

    start: int
    end: int
    body: int
    slips: tuple[Slip, ...] = ()
    whole: bool = True  # whether it is certain where the fields end


def read_front_matter(source: Source, names: Sequence[str] = ()) -> FrontMatter:
    """Read the block between two lines `---` at the head of a file; a file without one has no fields.

    `names` are the fields that the file may have, at any depth: they tell a line without its colon from running text.
    """
    nothing = Fields(_NOTHING, _NO_KEYS, Span.of_file(source.path))
    frame = _frame(source, names)
    if frame is None:
        return FrontMatter(nothing, 0, ())
    if frame.end - frame.start > MAX_FRONT_MATTER:
        slip = _slip("text-front-matter-long", source.line_span(source.position(frame.start).line - 1),
                     f"The fields at the head of this file are longer than {MAX_FRONT_MATTER // 1024} KB.",
                     "Put the running text below the second line ---")  # fmt: skip
        return FrontMatter(Fields(_NOTHING, _NO_KEYS, nothing.span, broken=True), frame.body, (slip,))
    fields, slips = _read_mended(source, frame.start, frame.end, tuple(names), remarks=False)
    return FrontMatter(replace(fields, broken=fields.broken or not frame.whole), frame.body, (*frame.slips, *slips))


def _frame(source: Source, names: Sequence[str]) -> _Frame | None:
    """Find the fields at the head of a file, also when the lines around them are missing or mistyped."""
    text = source.text
    first = re.search(r"^[ \t]*\S", text, re.M)
    start = first.start() if first else 0
    if _HYPHENS.match(text, start):
        begin = _next_line(text, start)
        return _end_of_fields(source, begin, names)
    begin = _next_line(text, start) if _RULE.match(text, start) else start
    found = _A_FIELD.match(text, begin)
    if not found or folded(found.group(1)) not in names:
        return None
    frame = _end_of_fields(source, begin, names)
    hint = "Begin the file with a line that holds three hyphens and nothing else: ---"
    if begin > start:
        slip = _slip("text-front-matter-open", source.line_span(source.position(start).line),
                     "The line above the fields is not three hyphens.", hint)  # fmt: skip
    else:
        slip = _slip("text-front-matter-open", source.span(begin, begin + 1),
                     "There is no line of three hyphens above the fields.", hint)  # fmt: skip
    return replace(frame, slips=(slip,))


def _end_of_fields(source: Source, start: int, names: Sequence[str]) -> _Frame:
    """Find where the fields end and the running text begins; the line between them may be missing or mistyped."""
    text = source.text
    rules = (line for line in _line_starts(text, start) if _RULE.match(text, line))
    closing = next(rules, len(text))
    prose = _prose(text, start, closing, names)
    if closing < len(text) and prose is None:
        body = _next_line(text, closing)
        if _HYPHENS.match(text, closing):
            return _Frame(start, closing, body)
        slip = _slip("text-front-matter-open", source.line_span(source.position(closing).line),
                     "The line below the fields is not three hyphens.",
                     "Write three hyphens there and nothing else: ---")  # fmt: skip
        return _Frame(start, closing, body, (slip,))
    end = prose if prose is not None else _first_other_line(text, start)
    slip = _slip("text-front-matter-open", source.line_span(max(source.position(start).line - 1, 1)),
                 "The fields at the head of this file are not closed.",
                 "After the last field, put a line with three hyphens and nothing else: ---")  # fmt: skip
    return _Frame(start, end, end, (slip,), whole=False)


def _prose(text: str, start: int, end: int, names: Sequence[str]) -> int | None:
    """The blank line behind which running text begins although the fields are not closed yet, if there is one."""
    lines = [line for line in _line_starts(text, start) if line < end]
    for blank, line in pairwise(lines):
        if not text[blank:line].strip() and not _FIELD_LINE.match(text, line):
            later = (_A_FIELD.match(text, one) for one in lines if one > line)
            return None if any(found and folded(found.group(1)) in names for found in later) else blank
    return None


def _first_other_line(text: str, start: int) -> int:
    """The first line that is blank, a heading, or no field."""
    lines = (line for line in _line_starts(text, start) if line < len(text))
    others = (
        n
        for n in lines
        if not text[n : _next_line(text, n)].strip() or text[n] == "#" or not _FIELD_LINE.match(text, n)
    )
    return next(others, len(text))


def _line_starts(text: str, start: int) -> Iterator[int]:
    while start < len(text):
        yield start
        start = _next_line(text, start)


def _next_line(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    return found + 1 if found >= 0 else len(text)


# -- Whole files of fields ---------------------------------------------------------------------------------------------


def read_fields(source: Source, *, trusted: bool = False) -> tuple[Fields, tuple[Slip, ...]]:
    """Read a whole file of fields, such as `sites.yml`; `trusted` reads YAML of any form, which only an operator may write."""
    if not trusted:
        return _read_mended(source, 0, len(source.text), (), remarks=True)
    empty = Fields(_NOTHING, _NO_KEYS, Span.of_file(source.path))
    whole = _Text(source, 1, source.lines, frozenset(), frozenset())
    try:
        node = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        return replace(empty, broken=True), (_translate(whole, error),)
    slips: list[Slip] = []
    value = _value(whole, node, slips) if node else empty
    return (value if isinstance(value, Fields) else empty), tuple(slips)


# -- From lines to values ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """Lines as YAML reads them, and where they stand in the file."""

    source: Source
    first: int
    lines: tuple[str, ...]
    doubtful: frozenset[int]
    shifted: frozenset[int]

    @cached_property
    def joined(self) -> Source:
        """The lines as one text."""
        return Source(self.source.path, "\n".join(self.lines))

    def span(self, start: int, end: int) -> Span:
        """The place in the file of what stands between two offsets of the joined lines."""
        begin, close = self._position(start), self._position(end)
        if begin.line in self.shifted or close.line in self.shifted:
            return self.source.line_span(begin.line)
        return Span(self.source.path, begin, close)

    def _position(self, offset: int) -> Position:
        place = self.joined.position(min(offset, len(self.joined.text)))
        number = min(place.line + self.first - 1, len(self.source.lines))
        return Position(number, place.column)


def _read_mended(
    source: Source, start: int, end: int, names: tuple[str, ...], *, remarks: bool
) -> tuple[Fields, tuple[Slip, ...]]:
    first = source.position(start).line
    count = source.text.count("\n", start, end) + (end > start and source.text[end - 1] != "\n")
    mended = mend(source, first, count, names, remarks=remarks)
    text = _Text(source, first, mended.lines, mended.doubtful, mended.shifted)
    empty = Fields(_NOTHING, _NO_KEYS, source.span(start, start), doubtful=mended.doubtful)
    try:
        refusal = _refuse_structure(text)
        node = None if refusal else yaml.compose(text.joined.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        refusal = _translate(text, error)
    if refusal:
        again = () if refusal.problem.span.start.line in mended.doubtful else (refusal,)
        return _salvage(text, empty), (*mended.slips, *again)
    if node is None:
        return empty, mended.slips
    found: list[Slip] = []
    value = _value(text, node, found)
    if isinstance(value, Fields):
        return value, (*mended.slips, *found)
    slip = _slip("text-unreadable-line", value.span, "These lines are not fields of the form “name: value”.", EXAMPLE)
    return replace(empty, broken=True), (*(mended.slips or (slip,)),)


def _value(text: _Text, node: yaml.Node, slips: list[Slip]) -> Value:
    span = text.span(node.start_mark.index, node.end_mark.index)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_value(text, item, slips) for item in node.value), span)
    if not isinstance(node, yaml.MappingNode):
        return Scalar(str(node.value), span)
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
        place = text.span(key_node.start_mark.index, key_node.end_mark.index)
        if key in keys:
            slips.append(_twice(place, key, keys[key]))
            continue
        keys[key] = place
        values[key] = _value(text, value_node, slips)
    return Fields(MappingProxyType(values), MappingProxyType(keys), span, doubtful=text.doubtful)


def _refuse_structure(text: _Text) -> Slip | None:
    """Refuse what can blow up or run: shared values (`&`, `*`), tags (`!`) and deep nesting."""
    if not _SUSPECT.search(text.joined.text):
        return None
    depth = 0
    for event in yaml.parse(text.joined.text, Loader=yaml.SafeLoader):
        marks = event.start_mark, event.end_mark
        place = text.span(*(mark.index if mark else 0 for mark in marks))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            return _slip("text-shared-value", place, "A value cannot begin with one of the signs &, * and !.",
                         "Put it between quotation marks.")  # fmt: skip
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return _slip("text-unreadable-line", place, "There are too many lists inside lists here.",
                         "If this is text, put it between quotation marks.")  # fmt: skip
    return None


def _translate(text: _Text, error: yaml.YAMLError) -> Slip:
    """Say a parser's complaint in plain words; what mending foresaw does not get here."""
    mark = (error.context_mark or error.problem_mark) if isinstance(error, yaml.MarkedYAMLError) else None
    span = text.span(mark.index, mark.index) if mark else text.span(0, 0)
    number = min(span.start.line, len(text.source.lines))
    line = text.source.lines[number - 1].strip()
    return _slip(
        "text-unreadable-line", text.source.line_span(number), f"This line cannot be read: {short(line)}", EXAMPLE
    )


def _salvage(text: _Text, empty: Fields) -> Fields:
    """What can be read line by line when the whole cannot, so that one slip does not hide the rest."""
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for found in re.finditer(r"^([A-Za-z_][\w-]*):[ \t]*([^\n]*)$", text.joined.text, re.M):
        key, value = found.group(1), found.group(2).strip()
        if key not in keys and value and value[0] not in "[{|>&*!":
            keys[key] = text.span(found.start(1), found.end(1))
            values[key] = Scalar(value.strip("\"'"), text.span(found.start(2), found.end(2)))
    return replace(empty, values=MappingProxyType(values), keys=MappingProxyType(keys), broken=True)


def _twice(place: Span, key: str, first: Span) -> Slip:
    related = (Related(first, f"“{key}” is given here first"),)
    said = f"The field “{key}” is given twice; only the first is used."
    return Slip("text-key-twice", Problem(place, said, "Remove one of the two lines.", related))


def _slip(code: str, span: Span, message: str, hint: str) -> Slip:
    return Slip(code, Problem(span, message, hint))
