"""Mend: lines of fields that YAML would misread or refuse become lines that say what was typed.

Four passes: split the lines, join what runs on, line up what stands askew, put in quotation marks what needs them. What
is mended is a slip, unless nobody could see the difference (a tab behind a colon, a hard space). There are as many
lines after as before, so that every value keeps its line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from briefing_tools.diagnostics import Problem, Slip, nearest
from briefing_tools.source import Position, Source, Span

EXAMPLE = "Write the name of the field, a colon, a space and the value, for example: site: devon"

_MOST_LINES = 200
_WHITE = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\u2060\ufeff"
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_NAME = r"[A-Za-z_][\w-]*(?: [\w-]+){0,2}"
_FIELD = re.compile(rf"""(?P<quote>["']?)(?P<name>{_NAME})(?P=quote)[ \u00a0]*:(?:[{_WHITE}]+(?P<value>.*)|$)""", re.S)
_TIGHT = re.compile(r"(?P<name>[A-Za-z_][\w-]*) *(?P<colon>:(?!//)|：)\s*(?P<value>\S.*)", re.S)
_NO_COLON = re.compile(r"(?P<name>[A-Za-z_][\w-]*)(?P<sign>\s*[=;]\s*|\s+)(?P<value>\S.*)", re.S)
_DASHES = re.compile(rf"(?:-(?:[{_WHITE}]+|$))+")
_BULLET = re.compile(rf"(?P<bullet>[–—―•·▪‣]|\*(?=[{_WHITE}]))[{_WHITE}]*(?=\S)")
_BLOCK = re.compile(r"[|>][0-9+-]{0,2}(?:\s+#.*)?")
_QUOTED = re.compile(r"""\A\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""", re.S)
_CURLED = re.compile(r"[“”„‟\"]([^“”„‟\"]*)[“”„‟]|[‘‛‚]([^‘’‛‚]*)[’‘]")
_SIGNS = "@`&*!%|>[{]},"


@dataclass(frozen=True, slots=True)
class Mended:
    """Lines for YAML to read, as many as there were.

    `doubtful` are the numbers of the lines that hold a slip: nothing more need be said of them. `shifted` are the numbers
    of the lines whose columns are no longer those of the file.
    """

    lines: tuple[str, ...]
    slips: tuple[Slip, ...]
    doubtful: frozenset[int]
    shifted: frozenset[int]


def mend(source: Source, first: int, count: int, names: Sequence[str] = (), *, remarks: bool = False) -> Mended:
    """Mend `count` lines of a file from line number `first` on.

    `names` are the fields that are known, if any; with `remarks`, a value may be followed by a remark (`# …`).
    """
    notes = _Notes(source)
    typed = source.lines[first - 1 : first - 1 + count]
    split = list(_split(typed, first, names, notes, remarks))
    joined = _joined(split, names, notes, remarks)
    aligned = _aligned(joined, notes, fields_only=not remarks)
    final = [_readable(line, names, notes, remarks) for line in aligned]
    mended = tuple(
        old if line is before and not line.mended and _smooth(old) == old else line.written()
        for line, before, old in zip(final, split, typed, strict=True)
    )
    shifted = frozenset(
        first + n for n, (now, old) in enumerate(zip(mended, typed, strict=True)) if len(now) != len(old.rstrip())
    )
    return Mended(mended, tuple(notes.slips), frozenset(notes.doubtful), shifted)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line taken apart: `kind` is `field`, `entry` (of a list), `text`, `remark` or `raw` (left as it is)."""

    number: int
    kind: str
    indent: int = 0
    dashes: str = ""
    name: str = ""
    value: str = ""
    runs_on: bool = False  # into the raw lines below
    known: bool = False  # a text that begins with the name of a field
    mended: bool = False  # not as it was typed

    @property
    def column(self) -> int:
        """Where what comes after the hyphens begins, from 0."""
        return self.indent + len(self.dashes)

    def written(self) -> str:
        """The line for YAML to read."""
        if self.kind == "raw":
            return self.value
        name = f"{self.name}: " if self.kind == "field" else ""
        return f"{' ' * self.indent}{self.dashes}{name}{self.value}".rstrip(" ")


@dataclass(frozen=True, slots=True)
class _Notes:
    """Collects slips, one a line."""

    source: Source
    slips: list[Slip] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)

    def add(self, number: int, code: str, message: str, hint: str, part: str = "") -> None:
        """Note a slip at a `part` of a line, or at the whole line."""
        if number in self.doubtful:
            return
        self.doubtful.add(number)
        span = self.source.line_span(number)
        line = self.source.lines[number - 1]
        at = 0 if part.isspace() else line.rfind(part) if part else -1
        if at >= 0:
            span = Span(span.path, Position(number, at + 1), Position(number, at + len(part) + 1))
        self.slips.append(Slip(code, Problem(span, message, hint)))


# -- Split -------------------------------------------------------------------------------------------------------------


def _split(written: Sequence[str], first: int, names: Sequence[str], notes: _Notes, remarks: bool) -> Iterator[_Line]:
    """Each line taken apart; those inside a block of text, brackets or quotation marks stay as they are."""
    index = 0
    while index < len(written):
        line = _taken_apart(written[index], first + index, names, notes)
        index += 1
        if line.value.startswith("# ") and line.kind == "field" and (remarks or _is_deeper(written[index:], line)):
            line = replace(line, value="")
        taken = _lines_taken(line, written[index:], remarks)
        yield replace(line, runs_on=True) if taken else line
        yield from (_Line(first + index + n, "raw", value=written[index + n]) for n in range(taken))
        index += taken


def _is_deeper(below: Sequence[str], line: _Line) -> bool:
    """Whether the next line is indented more than this one."""
    following = next((one for one in below if one.strip()), "")
    return len(following) - len(following.lstrip(" ")) > line.indent


def _taken_apart(written: str, number: int, names: Sequence[str], notes: _Notes) -> _Line:
    content = written.strip(_WHITE)
    indent = _indentation(written[: len(written) - len(written.lstrip(_WHITE))], number, notes, content)
    if not content:
        return _Line(number, "raw")
    if content.startswith("#"):
        return _Line(number, "remark", indent, value=content)
    bullet = _BULLET.match(content)
    if bullet:
        content = f"- {content[bullet.end() :]}"
        said = f"An entry of a list begins with a hyphen, not with “{bullet['bullet']}”."
        notes.add(number, "text-unreadable-line", said, f"Write it like this: {short(content)}", bullet["bullet"])
    marks = _DASHES.match(content)
    dashes = _plain(marks.group()).rstrip(" ") + " " if marks else ""
    rest = content[marks.end() :] if marks else content
    if found := _FIELD.fullmatch(rest):
        return _Line(
            number, "field", indent, dashes, found["name"], (found["value"] or "").strip(_WHITE), mended=bool(bullet)
        )
    tight = _TIGHT.fullmatch(rest)
    if tight and (not indent or _is_known(tight["name"], names)):
        _note_colon(tight, number, notes)
        return _Line(number, "field", indent, dashes, tight["name"], tight["value"], mended=True)
    kind = "entry" if dashes else "text"
    return _Line(number, kind, indent, dashes, value=rest, known=_begins_field(rest, names), mended=bool(bullet))


def _indentation(white: str, number: int, notes: _Notes, content: str) -> int:
    """How far a line is indented; a tab is a slip and counts as two spaces."""
    if "\t" in white and content:
        notes.add(number, "text-tab", "This line begins with a tab.", "Use two spaces instead of the tab.", white)
    return len(_plain(white).replace("\t", "  "))


def _note_colon(tight: "re.Match[str]", number: int, notes: _Notes) -> None:
    name, colon, value = tight["name"], tight["colon"], tight["value"]
    said = f"There is no space after the colon of “{name}:”."
    if colon != ":":
        said = f"The colon of “{name}” is a wide one, which cannot be read here."
    notes.add(number, "text-colon", said, f"Write it like this: {name}: {short(value)}", f"{name}{colon}")


def _begins_field(text: str, names: Sequence[str]) -> bool:
    found = _NO_COLON.fullmatch(text)
    return found is not None and (found["sign"].strip() != "" or _is_known(found["name"], names))


def _is_known(word: str, names: Sequence[str]) -> bool:
    return bool(nearest(folded(word), names, 0.8))


def _lines_taken(line: _Line, below: Sequence[str], remarks: bool) -> int:
    """How many of the lines below belong to a value that YAML itself brings to its end."""
    if line.kind not in ("field", "entry") or not line.value:
        return 0
    if _BLOCK.fullmatch(line.value):
        deeper = (n for n, one in enumerate(below) if one.strip() and len(one) - len(one.lstrip(" ")) <= line.indent)
        return next(deeper, len(below))
    if line.value[0] not in "\"'[{" or _rest(line.value) is not None:
        return 0
    whole = line.value
    for n, one in enumerate(below[:_MOST_LINES]):
        if one.strip() and len(one) - len(one.lstrip(" ")) <= line.indent and not re.match(r"\s*[\]}]", one):
            return 0
        whole += "\n" + one
        if (rest := _rest(whole)) is not None:
            return n + 1 if _is_remark(rest, remarks) else 0
    return 0


def _rest(value: str) -> str | None:
    """What stands behind the closing quotation mark or bracket of a value; None if there is none."""
    if value[0] in "\"'":
        found = _QUOTED.match(value)
        return value[found.end() :] if found else None
    depth, at = 0, 0
    while at < len(value):
        found = _QUOTED.match(value, at) if value[at] in "\"'" and value[at - 1] in "[{,: \n" else None
        depth += (value[at] in "[{") - (value[at] in "]}")
        at = found.end() if found else at + 1
        if depth == 0:
            return value[at:]
    return None


def _is_remark(rest: str, remarks: bool) -> bool:
    return not rest.strip() or (remarks and bool(re.match(r"\s+# ", rest)))


# -- Join --------------------------------------------------------------------------------------------------------------


def _joined(lines: Iterable[_Line], names: Sequence[str], notes: _Notes, remarks: bool) -> list[_Line]:
    """Values that run on in the lines below are brought into one line; the lines they came from are left empty."""
    done: list[_Line] = []
    open_at = -1
    for line in lines:
        above = done[open_at] if open_at >= 0 else None
        deeper = above is not None and line.indent > above.column
        if line.kind == "field" and deeper and above and above.value and not _may_be_field(line, names):
            line = _Line(line.number, "text", line.indent, value=f"{line.name}: {line.value}")
        if line.kind == "text" and line.known and not (deeper and above and above.value):
            line = _with_colon(line, notes)
        if line.kind in ("field", "entry"):
            open_at = -1 if line.runs_on else len(done)
        elif line.kind == "text" or (line.kind == "remark" and deeper and above and above.value and not remarks):
            _note_joined(line, above, notes)
            if above:
                done[open_at] = replace(above, value=f"{above.value} {line.value}".strip())
                if line.number in notes.doubtful:
                    notes.doubtful.add(above.number)
            line = _Line(line.number, "raw")
        done.append(line)
    return done


def _may_be_field(line: _Line, names: Sequence[str]) -> bool:
    return bool(line.dashes) or (_is_known(line.name, names) if names else " " not in line.name)


def _with_colon(line: _Line, notes: _Notes) -> _Line:
    found = _NO_COLON.fullmatch(line.value)
    assert found
    hint = f"Write it like this: {found['name']}: {short(found['value'])}"
    notes.add(line.number, "text-colon", f"This line has no colon: {short(line.value)}", hint)
    return _Line(line.number, "field", line.indent, "", found["name"], found["value"])


def _note_joined(line: _Line, above: _Line | None, notes: _Notes) -> None:
    """Say what is wrong with a line that runs on, if anything is."""
    if above and line.kind == "remark":
        whole = short(f"{above.value} {line.value}")
        notes.add(line.number, "text-value-cut", f"Everything from the # on would be lost: {short(line.value)}",
                  f'Put the whole value between quotation marks, for example: "{whole}"')  # fmt: skip
    elif above is None or line.indent <= above.indent:
        goes_on = "If it goes on from the line above, begin it with two spaces. If not: w" if above else "W"
        notes.add(line.number, "text-colon", f"This line has no colon: {short(line.value)}", goes_on + EXAMPLE[1:])


# -- Line up -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Level:
    """Fields or entries that begin in one column. `filled`: the last of them has a value on its own line.

    `below` is the column in which what belongs to the last of them begins, or -1.
    """

    column: int
    listed: bool
    filled: bool = False
    below: int = -1


def _aligned(lines: Iterable[_Line], notes: _Notes, *, fields_only: bool) -> list[_Line]:
    """Lines that do not line up with their neighbours are moved to where they were meant to stand."""
    levels: list[_Level] = []
    return [
        _in_its_place(line, levels, notes, fields_only) if line.kind in ("field", "entry") else line for line in lines
    ]


def _in_its_place(line: _Line, levels: list[_Level], notes: _Notes, fields_only: bool) -> _Line:
    listed = bool(line.dashes)
    while len(levels) > 1 and levels[-1].column > line.indent:
        levels.pop()
    if levels and levels[-1].listed and not listed and levels[-1].column == line.indent and len(levels) > 1:
        levels.pop()
    top = levels[-1] if levels else None
    if listed and line.kind == "field" and _needless(top, line, fields_only):
        said, hint = "A field does not begin with a hyphen.", f"Write it like this: {line.name}: {short(line.value)}"
        notes.add(line.number, "text-unreadable-line", said, hint)
        line, listed = replace(line, dashes=""), False
    column = _right_column(top, line, listed)
    if column != line.indent:
        start = f"Begin it with {column} spaces" if column else "Begin it at the margin"
        words = f"{line.dashes}{line.name}: {line.value}" if line.name else f"{line.dashes}{line.value}"
        notes.add(line.number, "text-indent", "This line does not line up with the lines above it.", f"{start}: {short(words.strip())}")  # fmt: skip
        line = replace(line, indent=column)
    _enter(levels, line, listed)
    return line


def _needless(top: _Level | None, line: _Line, fields_only: bool) -> bool:
    if top is None:
        return fields_only
    return not top.listed and top.filled and top.column >= line.indent


def _right_column(top: _Level | None, line: _Line, listed: bool) -> int:
    if top is None or top.column == line.indent:
        return line.indent
    if top.column > line.indent:
        return top.column
    if top.below >= 0:
        return top.below
    return top.column if top.filled and not listed else line.indent


def _enter(levels: list[_Level], line: _Line, listed: bool) -> None:
    """Remember where a line stands, for those below it."""
    while levels and levels[-1].column > line.indent:
        levels.pop()
    top = levels[-1] if levels else None
    if top is None or top.column < line.indent or (listed and not top.listed):
        if top is not None:
            top.below = line.indent
        levels.append(_Level(line.indent, listed))
    level = levels[-1]
    level.filled, level.below = bool(line.value), -1
    if listed and line.kind == "field":
        level.filled, level.below = False, line.column
        levels.append(_Level(line.column, False, bool(line.value)))


# -- Put in quotation marks --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a value: the rule's code, the part of it that is wrong, the words, and the value as meant."""

    code: str
    part: str
    message: str
    hint: str
    text: str


def _readable(line: _Line, names: Sequence[str], notes: _Notes, remarks: bool) -> _Line:
    """The line with its value in quotation marks if YAML would take it for something else than text."""
    if line.kind not in ("field", "entry") or line.runs_on or not line.value:
        return line
    value = line.value
    if _BLOCK.fullmatch(value):
        return line
    if value[0] == "[" and _rest(value) == "" and re.search(r"[\s,]#", value):
        return _with_entries_in_quotes(line, notes)
    if value[0] in "\"'[{" and (rest := _rest(value)) is not None and _is_remark(rest, remarks):
        literal = _literal(value) if value[0] == '"' else value
        return line if literal == value else replace(line, value=literal)
    fault = _two_fields(value, line.name, names) or _fault(value, line.name, remarks)
    if fault:
        notes.add(line.number, fault.code, fault.message, fault.hint, fault.part)
        return replace(line, value=_in_quotes(fault.text))
    return line


def _with_entries_in_quotes(line: _Line, notes: _Notes) -> _Line:
    """A list in brackets one of whose entries has a `#` in it, which YAML would take for the beginning of a remark."""
    entries = [entry.strip(" \"'") for entry in line.value[1:-1].split(",")]
    example = ", ".join(f'"{entry}"' for entry in entries)
    cut = line.value[line.value.index("#") :]
    notes.add(line.number, "text-value-cut", f"Everything from the # on would be lost: {short(cut)}",
              f"Put each entry between quotation marks, for example: {line.name}: [{short(example)}]", cut)  # fmt: skip
    return replace(line, value=f"[{', '.join(_in_quotes(entry) for entry in entries)}]")


def _two_fields(value: str, name: str, names: Sequence[str]) -> _Fault | None:
    found = re.match(rf"({_NAME}): ", value)
    if not found or not name or folded(found.group(1)) not in names:
        return None
    return _Fault("text-colon", value, f"“{found.group(1)}” needs a line of its own.",
                  f"Write each field on a line of its own; begin those that belong to “{name}:” with two spaces.", value)  # fmt: skip


def _fault(value: str, name: str, remarks: bool) -> _Fault | None:
    curled = _CURLED.fullmatch(value)
    if curled:
        text = curled.group(1) if curled.group(1) is not None else curled.group(2)
        return _Fault("text-quotes", value, "The quotation marks here were curled by a word processor.",
                      f"Type straight ones, for example: {_example(name, text)}", text)  # fmt: skip
    if value[0] in "\"'":
        return _quotes_fault(value, name)
    cut = re.search(r"(?:^|\s)(#(\s?).*)", value, re.S)
    if cut and not (remarks and cut.group(2) and cut.start()):
        return _Fault("text-value-cut", cut.group(1), f"Everything from the # on would be lost: {short(cut.group(1))}",
                      f"Put the whole value between quotation marks, for example: {_example(name, value)}", value)  # fmt: skip
    kept = value[: cut.start()] if cut else value
    if kept[0] in "[{" and _rest(kept) is None:
        closed = kept + "]}"["[{".index(kept[0])]
        return _Fault("text-shared-value", value, f"The bracket {kept[0]} is opened here and not closed.",
                      f"Close it, for example: {name}: {short(closed)}", kept)  # fmt: skip
    if kept[0] in _SIGNS or re.match(r"[-?:](?:\s|$)", kept):
        return _Fault("text-shared-value", value, f"A value that begins with “{kept[0]}” needs quotation marks.",
                      f"Write it like this: {_example(name, kept)}", kept)  # fmt: skip
    if re.search(r":(?:\s|$)", kept):
        return _Fault("text-colon", value, "A value with a colon and a space in it needs quotation marks." if ": " in kept
                      else "A value that ends with a colon needs quotation marks.",
                      f"Write it like this: {_example(name, kept)}", kept)  # fmt: skip
    return None


def _quotes_fault(value: str, name: str) -> _Fault:
    """A value that begins with a quotation mark which is not closed, or not at the end."""
    mark = value[0]
    if remark := re.match(r"\s+(#.*)", _rest(value) or ""):
        text = value[1 : -len(remark.group())].removesuffix(mark) + remark.group()
        return _Fault("text-value-cut", remark.group(1), f"Everything from the # on would be lost: {short(remark.group(1))}",
                      f"Put it between the quotation marks too, for example: {_example(name, text)}", text)  # fmt: skip
    if len(value) > 1 and value.endswith(mark):
        text, said = value[1:-1], "There are quotation marks between the quotation marks."
    elif mark in value[1:]:
        text, said = value, "The quotation mark that is opened here is closed before the value ends."
    else:
        text, said = value[1:], "A quotation mark is opened here and not closed."
    hint = f"Put straight double marks round the whole value and none but single ones inside: {_example(name, text)}"
    return _Fault("text-quotes", value, said, hint, text)


def _example(name: str, text: str) -> str:
    """How a field or an entry is written with its value between quotation marks."""
    inner = short(text.replace('"', "'"))
    return f'{name}: "{inner}"' if name else f'- "{inner}"'


def _in_quotes(text: str) -> str:
    """A text as YAML's double-quoted value; U+2028 and U+2029 would be line breaks there."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\u2028", "\\L").replace("\u2029", "\\P") + '"'


def _literal(value: str) -> str:
    """A value in double quotation marks whose backslashes stand for themselves, unless they stand before a mark."""
    return '"' + re.sub(r'\\(?!")', lambda found: found.group() * 2, value[1:-1]) + '"'


def folded(word: str) -> str:
    """A field's name whatever its capitals, spaces and hyphens: `Approved by` is `approved_by`."""
    return re.sub(r"[\s-]+", "_", word.strip().lower())


def short(text: str, most: int = 60) -> str:
    """A text, clipped to what a message can carry."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _smooth(text: str) -> str:
    """A line with plain spaces only."""
    return _plain(text).replace("\t", " ")


def _plain(white: str) -> str:
    """White space with hard spaces made plain and invisible characters left out; tabs stay."""
    return re.sub(f"[{_WHITE[2:]}]", " ", _INVISIBLE.sub("", white))
