"""Read fields: YAML as plain text with places, so that no slip of a pen changes or loses a value.

The only door to PyYAML. Everything is read as text (`yes`, `08`, `12:30` stay what was typed); keys given twice,
values cut at a `#`, word-processor quotes and the rest of what YAML does silently become slips. Nobody who sends an
update sees a word of YAML.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import yaml

from briefing_tools.diagnostics import Problem, Related, Slip
from briefing_tools.source import Source, Span

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
    """Named values. `keys` holds the span of each key. `broken` says that some lines could not be read."""

    values: Mapping[str, "Value"]
    keys: Mapping[str, Span]
    span: Span
    broken: bool = False


Value: TypeAlias = Scalar | Items | Fields


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields at the head of a Markdown file; `body` is the offset at which the text begins."""

    fields: Fields
    body: int
    slips: tuple[Slip, ...]


def read_front_matter(source: Source) -> FrontMatter:
    """Read the block between two lines `---` at the very start of a file; a file without one has no fields."""
    nothing = Fields(MappingProxyType({}), MappingProxyType({}), Span.of_file(source.path))
    opening = re.match(r"---[ \t]*\n", source.text)
    if not opening:
        return FrontMatter(nothing, 0, ())
    closing = re.compile(r"^---[ \t]*$\n?", re.M).search(source.text, opening.end())
    if not closing:
        slip = _slip("text-front-matter-open", source.span(0, 3),
                     "The fields at the head of this file are not closed.",
                     "After the last field, put a line with three hyphens and nothing else: ---")  # fmt: skip
        fields, _ = _salvage(source, opening.end(), _end_of_fields(source.text, opening.end()))
        return FrontMatter(fields, _end_of_fields(source.text, opening.end()), (slip,))
    if closing.start() - opening.end() > MAX_FRONT_MATTER:
        slip = _slip("text-front-matter-long", source.span(0, 3),
                     f"The fields at the head of this file are longer than {MAX_FRONT_MATTER // 1024} KB.",
                     "Put the running text below the second line ---")  # fmt: skip
        return FrontMatter(_broken(nothing), closing.end(), (slip,))
    fields, slips = _read(source, opening.end(), closing.start(), whole_file=False)
    return FrontMatter(fields, closing.end(), slips)


def read_fields(source: Source, *, trusted: bool = False) -> tuple[Fields, tuple[Slip, ...]]:
    """Read a whole file of fields, such as `sites.yml`; `trusted` lets through what only an operator may write."""
    return _read(source, 0, len(source.text), whole_file=True, trusted=trusted)


def _read(
    source: Source, start: int, end: int, *, whole_file: bool, trusted: bool = False
) -> tuple[Fields, tuple[Slip, ...]]:
    text = source.text[start:end]
    early = tuple(_missing_spaces(source, start, text)) if not whole_file else ()
    try:
        refusal = early[0] if early else None if trusted else _refuse_structure(source, start, text)
        node = None if refusal else yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        refusal = _translate(source, start, text, error)
    except yaml.YAMLError:
        refusal = _slip(
            "text-unreadable-line",
            source.span(start, start),
            "These fields hold a character that cannot be read.",
            "Type the fields again.",
        )
    if refusal:
        fields, slips = _salvage(source, start, end)
        return fields, (*(early or (refusal,)), *slips)
    slips_found: list[Slip] = []
    empty = Fields(MappingProxyType({}), MappingProxyType({}), source.span(start, start))
    if node is None:
        return empty, ()
    value = _value(source, start, node, slips_found, whole_file)
    if not isinstance(value, Fields):
        slip = _slip("text-unreadable-line", value.span, "These lines are not fields of the form “name: value”.",
                     'Write each field on a line of its own, for example: title: "Six months of a co-located hub"')  # fmt: skip
        return _broken(empty), (slip,)
    return value, tuple(slips_found)


def _value(source: Source, base: int, node: yaml.Node, slips: list[Slip], whole_file: bool) -> Value:
    span = source.span(base + node.start_mark.index, base + node.end_mark.index)
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.start_mark)
            place = source.span(base + key_node.start_mark.index, base + key_node.end_mark.index)
            if key in keys:
                slips.append(_twice(place, key, keys[key]))
                continue
            keys[key] = place
            values[key] = _value(source, base, value_node, slips, whole_file)
        return Fields(MappingProxyType(values), MappingProxyType(keys), span)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_value(source, base, item, slips, whole_file) for item in node.value), span)
    return _scalar(source, base, node, span, slips, whole_file)


def _scalar(source: Source, base: int, node: yaml.Node, span: Span, slips: list[Slip], whole_file: bool) -> Scalar:
    text = str(node.value)
    end = base + node.end_mark.index
    rest = source.text[end : source.text.find("\n", end) if "\n" in source.text[end:] else len(source.text)]
    cut = re.match(r"\s+#(\S?).*", rest)
    if node.style is None and text and cut and (cut.group(1) or not whole_file):
        slips.append(_slip("text-value-cut", source.span(end, end + len(rest)),
                           f"Everything from the # on would be lost: {_short(rest.strip())}",
                           f'Put the whole value between quotation marks, for example: "{_short(text + rest.rstrip())}"'))  # fmt: skip
        text += rest.rstrip()
    quoted = re.fullmatch(r"[“”„‟\"]([^“”„‟\"]*)[“”„‟]|[‘‛]([^‘’‛]*)’", text)
    if node.style is None and quoted:
        text = quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
        slips.append(_slip("text-quotes", span, "The quotation marks here were curled by a word processor.",
                           f'Type straight ones, for example: "{_short(text)}"'))  # fmt: skip
    return Scalar(text, span)


def _missing_spaces(source: Source, base: int, text: str) -> Iterator[Slip]:
    """Lines such as `title:Six months`, which YAML reads as something else or refuses with a riddle."""
    offset = 0
    for line in text.split("\n"):
        found = re.match(r"([A-Za-z_]+):(?!//)([^\s:].*)$", line)
        if found:
            name, value = found.groups()
            at = base + offset + found.end(1)
            yield _slip("text-colon", source.span(at, at + 1), f"There is no space after the colon of “{name}:”.",
                        f"Write it like this: {name}: {_short(value)}")  # fmt: skip
        offset += len(line) + 1


def _refuse_structure(source: Source, base: int, text: str) -> Slip | None:
    """Refuse what can blow up or run: shared values (`&`, `*`), tags (`!`) and deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        place = source.span(base + event.start_mark.index, base + event.end_mark.index)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            line = source.lines[place.start.line - 1].strip()
            return _slip("text-shared-value", place, "A value cannot begin with one of the signs &, * and !.",
                         f"Put the value between quotation marks, for example: {_quoted(line)}")  # fmt: skip
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return _slip("text-unreadable-line", place, "There are too many lists inside lists here.",
                         "If this is text, put it between quotation marks.")  # fmt: skip
    return None


def _translate(source: Source, base: int, text: str, error: yaml.MarkedYAMLError) -> Slip:
    """Say a parser's complaint in words a council officer would use; the line decides, not the parser's phrase."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark else 0, max(len(text) - 1, 0))
    number = source.position(base + index).line
    if error.context_mark and "quoted scalar" in str(error.context):
        number = source.position(base + error.context_mark.index).line
        return _slip("text-quotes", source.line_span(number), "A quotation mark is opened here and not closed, or closed too early.",
                     "Use a pair of straight double marks round the whole value, and single ones inside it: " + _quoted(source.lines[number - 1].strip()))  # fmt: skip
    line = source.lines[number - 1]
    if "\t" in line[: len(line) - len(line.lstrip())] or "\\t" in str(error.problem):
        return _slip(
            "text-tab", source.line_span(number), "This line begins with a tab.", "Use spaces instead of the tab."
        )
    if "mapping values are not allowed" in str(error.problem):
        if line.strip().count(": ") + line.rstrip().endswith(":") > 1:
            return _slip("text-colon", source.line_span(number), "A value with a colon and a space in it needs quotation marks.",
                         f"Write it like this: {_quoted(line.strip())}")  # fmt: skip
        return _slip("text-indent", source.line_span(number), "This line does not line up with the lines above it.",
                     f"Begin it at the same place as the other fields: {_short(line.strip())}")  # fmt: skip
    if re.match(r"\s*[\w-]+:\s+[@`%\[{&*!|>]", line) or re.match(r"\s*-\s+[@`%\[{&*!|>]", line):
        return _slip("text-shared-value", source.line_span(number), "A value that begins with a special sign needs quotation marks.",
                     f"Write it like this: {_quoted(line.strip())}")  # fmt: skip
    if re.match(r"\s*[\w-]+:\s+[\"']", line):
        return _slip("text-quotes", source.line_span(number), "A quotation mark is closed too early on this line.",
                     f"Put the quotation marks round the whole value: {_quoted(line.strip())}")  # fmt: skip
    previous = next(
        (n for n in range(number, 0, -1) if source.lines[n - 1].strip() and ":" not in source.lines[n - 1]), None
    )
    if previous and "---" not in source.lines[previous - 1] and not source.lines[previous - 1].lstrip().startswith("-"):
        return _slip("text-colon", source.line_span(previous), f"This line has no colon: {_short(source.lines[previous - 1].strip())}",
                     "Write the name of the field, a colon, a space and the value, for example: site: devon")  # fmt: skip
    if line[:1].isspace() or "indent" in str(error.problem) or "block" in str(error.context):
        return _slip("text-indent", source.line_span(number), "This line does not line up with the lines above it.",
                     f"Begin it at the same place as the other fields: {_short(line.strip())}")  # fmt: skip
    return _slip("text-unreadable-line", source.line_span(number), f"This line cannot be read: {_short(line.strip())}",
                 "Write the name of the field, a colon, a space and the value, for example: site: devon")  # fmt: skip


def _salvage(source: Source, start: int, end: int) -> tuple[Fields, tuple[Slip, ...]]:
    """What can be read line by line when the whole cannot, so that one slip does not hide the rest."""
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for found in re.finditer(r"^([A-Za-z_]+):[ \t]*([^\n]*)$", source.text[start:end], re.M):
        key, value = found.group(1), found.group(2).strip()
        if key not in keys and value and value[0] not in "[{|>&*!":
            keys[key] = source.span(start + found.start(1), start + found.end(1))
            values[key] = Scalar(value.strip("\"'"), source.span(start + found.start(2), start + found.end(2)))
    return Fields(MappingProxyType(values), MappingProxyType(keys), source.span(start, start), broken=True), ()


def _end_of_fields(text: str, start: int) -> int:
    """Where the running text begins when nobody closed the fields: the first blank line or heading."""
    found = re.compile(r"^(?=[ \t]*$|#)", re.M).search(text, start)
    return found.start() if found else len(text)


def _broken(fields: Fields) -> Fields:
    return Fields(fields.values, fields.keys, fields.span, broken=True)


def _twice(place: Span, key: str, first: Span) -> Slip:
    related = (Related(first, f"“{key}” is given here first"),)
    return Slip(
        "text-key-twice",
        Problem(
            place, f"The field “{key}” is given twice; only the first is used.", "Remove one of the two lines.", related
        ),
    )


def _slip(code: str, span: Span, message: str, hint: str) -> Slip:
    return Slip(code, Problem(span, message, hint))


def _quoted(line: str) -> str:
    """An example line with its value between quotation marks."""
    name, colon, value = line.partition(":")
    inner = value.strip().strip('"“”').replace('"', "'")
    return f'{name}: "{_short(inner)}"' if colon else f'"{_short(line)}"'


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
