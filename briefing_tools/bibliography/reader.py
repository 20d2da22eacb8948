"""Read on: pybtex's reader of values, made to note places and to go on after a mistake; the door to pybtex.

Only what pybtex does well is left to it: values in braces and quotes, `#`, `@string` and months. Its searches look for
each kind of brace to the end of the text, so they are replaced by one that takes linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pybtex.database.input.bibtex import LowLevelParser, month_names  # type: ignore[import-untyped]
from pybtex.scanner import Literal, PrematureEOF, PybtexSyntaxError, Token  # type: ignore[import-untyped]
from pybtex.utils import CaseInsensitiveDict  # type: ignore[import-untyped]

from briefing_tools.bibliography.words import clip

_COMMAND = re.compile(r'@\s*([^\s{}()@,"=]+)\s*([{(])')
_NO_BRACE = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]+([^\s,{}()=@]+)[ \t]*,", re.MULTILINE)
_KEY = re.compile(r"[^,=\n]{0,300}")
_NO_COMMA = re.compile(r"\s*[^\s,})]")
_FIELD = re.compile(r"[A-Za-z][\w:.+/-]*\s*=")
_PLAIN_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\s*=\s*\{([^{}]*)\}\s*(?=[,})])")
"""A field without braces in its value, which most are: read at a glance, and not token by token."""
_RESUME = re.compile(r'(?<=[\n,])[ \t]*(?=[A-Za-z][\w-]*[ \t]*=[ \t]*["{\w])|(?=@\s*[^\s{}()@,"=]+\s*[{(])')
_SWALLOWED = re.compile(r'\n[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*(?:["{]|\d+[ \t]*,?[ \t\r]*\n)')
_COMMENT_LINE = re.compile(r"\s*%[^\n]*")
_STOPS = re.compile(r"[{}]"), re.compile(r'[{}"]')


@dataclass(frozen=True, slots=True)
class RawField:
    """A field as written: its name in small letters, its value in LaTeX, and where it stands in the text."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as written, with its type in small letters; from `start` to `end` stands `@type{key`."""

    kind: str
    key: str
    fields: tuple[RawField, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that cannot be read, in the words of a slip; `start` and `end` are offsets in the chunk."""

    code: str
    start: int
    end: int
    message: str
    hint: str


class Reader(LowLevelParser):  # type: ignore[misc]
    """Reads a file chunk by chunk; what an `@string` stands for is remembered from one to the next."""

    text: str
    pos: int

    def __init__(self) -> None:
        super().__init__("", macros=CaseInsensitiveDict(month_names))
        self.mistakes: list[Mistake] = []
        self.fields: list[RawField] = []
        self.field_start = 0
        self.name = ""

    def read(self, chunk: str) -> Iterator[tuple[RawEntry, tuple[Mistake, ...]]]:
        """The entries of a chunk (mostly one) with their mistakes; an entry without a key carries mistakes only."""
        self._open(chunk)
        at = 0
        while command := _COMMAND.search(chunk, at):
            kind, at = command[1].lower(), command.end()
            self.pos, self.mistakes, self.fields, self.name = at, [], [], ""
            if kind == "comment":
                continue
            yield (
                self._definition(command) if kind in ("string", "preamble") else self._entry(command),
                tuple(self.mistakes),
            )
            at = max(self.pos, at)
        if missing := _NO_BRACE.search(chunk, at):
            said = f"The entry “{clip(missing[2])}” has no opening brace."
            self.mistakes = []
            self._note(*missing.span(), said, f"Write: @{missing[1]}{{{clip(missing[2])},")
            yield RawEntry("", "", (), *missing.span()), tuple(self.mistakes)

    def _open(self, chunk: str) -> None:
        self.text, self.end_pos, self.pos = chunk, len(chunk), 0

    def _definition(self, command: "re.Match[str]") -> RawEntry:
        """Read an `@string` or a `@preamble`: it makes no entry, but may have mistakes."""
        body_end = self.RBRACE if command[2] == "{" else self.RPAREN
        try:
            (self.parse_string_body if command[1].lower() == "string" else self.parse_preamble_body)(body_end)
            self.required([body_end])
        except PybtexSyntaxError:
            said = f"This @{clip(command[1])} cannot be read or is never closed."
            self._note(*command.span(), said, "Write it like: @string{dfe = {Department for Education}}")
        return RawEntry("", "", (), *command.span())

    def _entry(self, command: "re.Match[str]") -> RawEntry:
        body_end = self.RBRACE if command[2] == "{" else self.RPAREN
        key, end = self._key(command, body_end)
        body = self.pos
        whole = self._fields(body_end)
        entry = RawEntry(command[1].lower(), key, tuple(self.fields), command.start(), end)
        return entry if whole else self._repaired(entry, body, body_end)

    # -- An entry's parts ----------------------------------------------------------------------------------------------

    def _key(self, command: "re.Match[str]", body_end: Literal) -> tuple[str, int]:
        """The key and where it ends; leaves the position before the comma that should follow."""
        self.eat_whitespace()
        found = _KEY.match(self.text, self.pos)
        raw = found.group() if found else ""
        field_follows = self.text.startswith("=", self.pos + len(raw))
        words = raw.split()
        closing = raw.find("}" if body_end is self.RBRACE else ")")
        if closing >= 0 and "{" not in raw[:closing]:
            raw = raw[:closing]
        elif field_follows:
            raw = words[0] if len(words) > 1 else ""
        key = raw.strip()
        start, end = self.pos, self.pos + len(raw.rstrip())
        self.pos = end
        if not key:
            said = f"This @{clip(command[1])} entry has no key."
            self._note(*command.span(), said, f"Give it one to cite it by: @{clip(command[1])}{{munro2011,")
            return "", command.end()
        if _NO_COMMA.match(self.text, end):
            self._note(start, end, f"There is no comma after the key “{clip(key)}”.", f"Write: {clip(key)},")
        return key, end

    def _fields(self, body_end: Literal) -> bool:
        """Read fields up to the end of the entry, past mistakes; False when not all could be read in good order."""
        whole = True
        while True:
            try:
                self._field()
                if self.optional([self.COMMA]) or self._comma_forgotten():
                    continue
                if self.optional([body_end]):
                    return whole
            except PrematureEOF:
                return False
            except PybtexSyntaxError:
                pass
            whole = False
            resume = _RESUME.search(self.text, self.pos)
            self._note_junk(resume.start() if resume else self.end_pos)
            self.pos = resume.end() if resume else self.end_pos
            if not resume or self.text.startswith("@", self.pos):
                return False

    def _field(self) -> None:
        """Read one field, if there is one here."""
        while comment := _COMMENT_LINE.match(self.text, self.pos):
            self.pos = comment.end()
        self.eat_whitespace()
        self.field_start, self.name = self.pos, ""
        if plain := _PLAIN_FIELD.match(self.text, self.pos):
            self.name, self.pos = plain[1], plain.end()
            self.fields.append(RawField(self.name.lower(), plain[2], self.field_start, self.pos))
            return
        name = self.optional([self.NAME])
        if not name:
            return
        self.name = name.value
        if not self.optional([self.EQUALS]):
            said = f"There is no “=” after “{clip(self.name)}”."
            self._note(self.field_start, self.field_start + len(self.name), said, f"Write: {clip(self.name)} = {{…}},")
            if not self.text.startswith(("{", '"'), self.pos):
                raise PybtexSyntaxError("no value", self)
        self.parse_value()
        self.fields.append(RawField(self.name.lower(), "".join(self.current_value), self.field_start, self.pos))

    def _comma_forgotten(self) -> bool:
        if not self.name or not _FIELD.match(self.text, self.pos):
            return False
        said, hint = f"There is no comma after the field “{clip(self.name)}”.", f"Write: {clip(self.name)} = {{…}},"
        self._note(*self.first_line(self.fields[-1]), said, hint)
        return True

    def first_line(self, field: RawField) -> tuple[int, int]:
        """Where a field's first line begins and ends."""
        line_end = self.text.find("\n", field.start, field.end)
        return field.start, line_end if line_end >= 0 else field.end

    # -- An entry that was left open -----------------------------------------------------------------------------------

    def _repaired(self, entry: RawEntry, body: int, body_end: Literal) -> RawEntry:
        """Read an entry again with the field closed that was left open, if one swallowed the line of the next."""
        name = f"“{clip(entry.key)}”" if entry.key else "without a key"
        opened = self._swallowing(body)
        if opened:
            self.mistakes = []
            kept = self._closed_and_read(name, (entry.start, entry.end), opened, body, body_end)
            return replace(entry, fields=kept)
        if not self.mistakes:
            said, hint = f"The entry {name} is never closed.", "Put a } on a line of its own after its last field."
            self._note(entry.start, entry.end, said, hint, "reference-unclosed")
        return entry

    def _swallowing(self, body: int) -> tuple[RawField, int] | None:
        """The first field whose value runs over what looks like the next field's line, and the end of its own line."""
        current = [RawField(self.name, "", self.field_start, self.end_pos)] if self.field_start >= body else []
        for field in (*self.fields, *current):
            over = _SWALLOWED.search(self.text, field.start, field.end)
            if over and field.name:
                return field, over.start()
        return None

    def _closed_and_read(
        self, name: str, where: tuple[int, int], opened: tuple[RawField, int], body: int, body_end: Literal
    ) -> tuple[RawField, ...]:
        """Note which field is open, and give the fields as they are when it is closed at the end of its line."""
        field, line_end = opened
        chunk = self.text
        written = chunk[field.start : line_end].rstrip(" \t\r,")
        closer = '"' if written.partition("=")[2].lstrip().startswith('"') else "}"
        said = f"The entry {name} is never closed: its field “{clip(field.name)}” has no closing {closer}."
        self._note(*where, said, f"Close the field: {clip(written, 70)}{closer},", "reference-unclosed")
        noted, cut = self.mistakes, field.start + len(written)
        self._open(f"{chunk[:cut]}{closer},{chunk[line_end:]}")
        self.pos, self.fields = body, []
        self._fields(body_end)
        back = line_end - cut - 2
        kept = (f if f.start <= cut else replace(f, start=f.start + back, end=f.end + back) for f in self.fields)
        self._open(chunk)
        self.pos, self.mistakes = len(chunk), noted
        return tuple(kept)

    # -- Mistakes ------------------------------------------------------------------------------------------------------

    def _note_junk(self, end: int) -> None:
        """Note that the text from here to `end` is no field."""
        rest = self.text[self.pos : end]
        start = self.pos + len(rest) - len(rest.lstrip())
        junk = rest.strip().partition("\n")[0].rstrip()
        after = f" after the field “{clip(self.name)}”" if self.name else ""
        hint = "Write each field on a line of its own, like: title = {The Munro Review},"
        self._note(start, start + len(junk), f"“{clip(junk)}”{after} cannot be read.", hint)

    def _note(self, start: int, end: int, message: str, hint: str, code: str = "reference-syntax") -> None:
        self.mistakes.append(Mistake(code, start, end, message, hint))

    # -- What pybtex calls while it reads a value ----------------------------------------------------------------------

    def parse_value(self) -> None:
        """Read the parts of a value; the last field of an entry that is never closed is one too."""
        parts = [self.parse_value_part()]
        self.eat_whitespace()
        while not self.eof() and self.optional([self.HASH]):
            parts.append(self.parse_value_part())
            self.eat_whitespace()
        self.current_value = parts

    def skip_to(self, patterns: list[Literal]) -> Token | None:
        """The text up to and with the next brace or quote."""
        found = _STOPS[len(patterns) == 3].search(self.text, self.pos)
        if not found:
            return None
        value = self.text[self.pos : found.end()]
        self.pos = found.end()
        character = found.group()
        return Token(value, self.LBRACE if character == "{" else self.RBRACE if character == "}" else self.QUOTE)

    def update_lineno(self, value: str) -> None:
        """Nothing: places are counted in characters here."""

    def substitute_macro(self, name: str) -> str:
        """What an `@string` stands for; an unknown one stands for itself."""
        if name in self.macros:
            return str(self.macros[name])
        said = f"“{clip(name)}” has no braces, and no @string has that name."
        self._note(self.pos - len(name), self.pos, said, f"Write: {clip(self.name or 'title')} = {{{clip(name)}}},")
        return name
