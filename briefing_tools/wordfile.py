"""Take over: the words of a Word file as Markdown, with its paragraphs, lists, tables and bold words; nothing else of it.

A .docx file is a ZIP of XML files (ECMA-376, part 1, 17.3). It comes by e-mail and is hostile until read: no file in it is
larger than `MOST_UNPACKED` however small it was packed, a document type is refused (it could define entities that grow
without end), and nothing is written to disk.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from briefing_tools.errors import CannotRun

MOST_PACKED = 20 * 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_FILES = 5_000
_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_LEFT_OUT = frozenset({"moveFrom", "del", "pict", "Fallback", "pPrChange", "rPrChange"})
_NUMBERS = frozenset({"decimal", "decimalZero", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "ordinal"})
_SAVE_AGAIN = "Open it in Word, save it again as “Word document (.docx)”, or copy its text into a .txt file."


def markdown_of(content: bytes, name: str) -> str:
    """The words of a Word file as Markdown; `name` is what messages call it. Raises `CannotRun` if it cannot be read."""
    if len(content) > MOST_PACKED:
        raise CannotRun(f"{name} is larger than {MOST_PACKED // 1024 // 1024} MB.", "Take the pictures out, or copy its text into a .txt file.")  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if len(packed.infolist()) > MOST_FILES:
                raise CannotRun(f"{name} holds more files than a Word document has.", _SAVE_AGAIN)
            numbering = _Numbering()
            if "word/numbering.xml" in packed.namelist():
                _parse(_unpacked(packed, "word/numbering.xml", name), numbering, name)
            words = _Words(numbering.formats())
            _parse(_unpacked(packed, "word/document.xml", name), words, name)
    except (zipfile.BadZipFile, KeyError, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise CannotRun(f"{name} is not a Word file, or it is damaged.", _SAVE_AGAIN) from None
    return words.text()


def _unpacked(packed: zipfile.ZipFile, part: str, name: str) -> bytes:
    """One file out of the ZIP; never more of it than its limit, whatever the ZIP says of its size."""
    with packed.open(part) as file:
        content = file.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise CannotRun(f"The text of {name} is too large.", "Send the part that the update needs.")
    return content


# -- XML ---------------------------------------------------------------------------------------------------------------


class _Reader:
    """Is told of a part's elements by their short names and of their characters."""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def characters(self, text: str) -> None:
        """Characters between elements."""


def _parse(content: bytes, reader: _Reader, name: str) -> None:
    def refuse(*_: object) -> None:
        raise CannotRun(f"{name} defines a document type, which no Word file does.", _SAVE_AGAIN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, values: reader.begin(
        _short(tag), {_short(k): v for k, v in values.items()}
    )
    parser.EndElementHandler = lambda tag: reader.end(_short(tag))
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise CannotRun(f"{name} is not a Word file, or it is damaged.", _SAVE_AGAIN) from None


def _short(name: str) -> str:
    """The name of one of Word's own elements; those of others keep their namespace, but for what repeats a picture."""
    space, _, local = name.rpartition(" ")
    return local if space in _NAMESPACES or local == "Fallback" else name


# -- Lists -------------------------------------------------------------------------------------------------------------


@dataclass
class _Numbering(_Reader):
    """Which lists are numbered: `numbering.xml` says it in two steps, list → kind of list → format of each level."""

    kinds: dict[str, dict[int, str]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    level: int = 0
    number: str = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "abstractNum":
                self.kind = attributes.get("abstractNumId", "")
            case "lvl":
                self.level = _whole(attributes.get("ilvl", ""))
            case "numFmt":
                self.kinds.setdefault(self.kind, {})[self.level] = attributes.get("val", "")
            case "num":
                self.number = attributes.get("numId", "")
            case "abstractNumId":
                self.lists[self.number] = attributes.get("val", "")

    def formats(self) -> Mapping[tuple[str, int], str]:
        """The format of each list's levels."""
        return {
            (number, level): format
            for number, kind in self.lists.items()
            for level, format in self.kinds.get(kind, {}).items()
        }


def _whole(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]", text) else 0


# -- Words -------------------------------------------------------------------------------------------------------------


@dataclass
class _Words(_Reader):
    """Gathers paragraphs; a run is the smallest piece of text with one look."""

    formats: Mapping[tuple[str, int], str]
    blocks: list[tuple[bool, str]] = field(default_factory=list)  # whether it is an entry of a list, and its Markdown
    runs: list[tuple[bool, str]] = field(default_factory=list)  # whether it is bold, and its characters
    left_out: int = 0
    reading: bool = False
    in_run: bool = False
    bold: bool = False
    chosen: str = ""  # the list that the paragraph is an entry of
    level: int = 0
    heading: bool = False
    tables: int = 0  # how many tables are open, one inside the other
    rows: list[list[str]] = field(default_factory=list)  # of the outermost table
    cell_from: int = 0  # the first block of the cell that is read
    span: int = 1  # over how many columns it goes

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _LEFT_OUT or self.left_out:
            self.left_out += 1
            return
        match tag:
            case "tbl":
                self._close()
                self.tables += 1
            case "tr" if self.tables == 1:
                self.rows.append([])
            case "tc" if self.tables == 1:
                self._close()
                self.cell_from, self.span = len(self.blocks), 1
            case "gridSpan" if self.tables == 1:
                self.span = max(1, _whole(attributes.get("val", "")))
            case "p":
                self._close()
            case "pStyle":
                style = attributes.get("val", "").lower()
                self.heading = style.startswith(("heading", "title"))
                self.chosen = style[:10] if style.startswith(("listbullet", "listnumber")) else ""
            case "numId":
                self.chosen = attributes.get("val", "") if attributes.get("val") != "0" else ""
            case "ilvl":
                self.level = _whole(attributes.get("val", ""))
            case "r":
                self.in_run, self.bold = True, False
            case "b" if self.in_run:
                self.bold = attributes.get("val", "true") not in ("false", "0", "off")
            case "t":
                self.reading = True
            case "tab":
                self._add(" " if self.in_run else "")
            case "br" | "cr":
                self._add("\n")
            case "noBreakHyphen":
                self._add("-")

    def end(self, tag: str) -> None:
        if self.left_out:
            self.left_out -= 1
            return
        match tag:
            case "t":
                self.reading = False
            case "r":
                self.in_run = False
            case "p":
                self._close()
            case "tc" if self.tables == 1 and self.rows:
                self._close_cell()
            case "tbl" if self.tables:
                self.tables -= 1
                if not self.tables:
                    self._close_table()

    def characters(self, text: str) -> None:
        if self.reading and not self.left_out:
            self._add(text)

    def _add(self, text: str) -> None:
        if self.runs and self.runs[-1][0] == self.bold:
            self.runs[-1] = (self.bold, self.runs[-1][1] + text)
        elif text:
            self.runs.append((self.bold, text))

    def _close(self) -> None:
        """Take over the paragraph that ends here, or ends because another begins inside it."""
        bold_already = self.heading
        words = "".join(text if bold_already else _marked(bold, text) for bold, text in self._escaped())
        words = re.sub(r"[ \t]+", " ", words).strip()
        if words and self.chosen:
            format = self.formats.get((self.chosen, self.level), "bullet")
            mark = "1." if format in _NUMBERS or self.chosen == "listnumber" else "-"
            self.blocks.append((True, "    " * self.level + f"{mark} " + words.replace("\n", " ")))
        elif words:
            words = words.replace("\n", "  \n")
            self.blocks.append((False, f"**{words}**" if self.heading else _no_mark(words)))
        self.runs, self.chosen, self.level, self.heading = [], "", 0, False

    def _close_cell(self) -> None:
        """Take what was read since the cell began out of the text and into its row, on one line."""
        said = " ".join(" ".join(block.split()) for _, block in self.blocks[self.cell_from :])
        del self.blocks[self.cell_from :]
        self.rows[-1] += [re.sub(r"(?<!\\)\|", r"\\|", said), *[""] * (self.span - 1)]

    def _close_table(self) -> None:
        """A table of several columns is one in Markdown, with its first row as heads; of one column, it was a frame."""
        rows, self.rows = [row for row in self.rows if any(row)], []
        width = max(map(len, rows), default=0)
        if width < 2:
            self.blocks += [(False, row[0].replace("\\|", "|")) for row in rows]
            return
        heads = [re.sub(r"^\*\*([^*]+)\*\*$", r"\1", cell) for cell in rows[0]]
        lines = [[*row, *[""] * (width - len(row))] for row in (heads, ["---"] * width, *rows[1:])]
        self.blocks.append((False, "\n".join(f"| {' | '.join(line)} |" for line in lines)))

    def _escaped(self) -> list[tuple[bool, str]]:
        return [(bold, escaped(text)) for bold, text in self.runs]

    def text(self) -> str:
        """Everything, as Markdown: entries of a list follow each other, all else is set apart."""
        whole = ""
        for number, (entry, block) in enumerate(self.blocks):
            follows = number and entry and self.blocks[number - 1][0]
            whole += ("\n" if follows else "\n\n" if number else "") + block
        return whole


def escaped(text: str) -> str:
    """Characters of a text so that Markdown takes none of them for a sign."""
    return re.sub(r"([\\`*_\[\]@])", r"\\\1", text).replace("<", "&lt;").replace("&#", "&amp;#")


def _marked(bold: bool, text: str) -> str:
    """Bold words between stars; the spaces at their ends stay outside, where Markdown wants them."""
    if not bold or not text.strip():
        return text
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return f"{text[:start]}**{text[start:end]}**{text[end:]}"


def _no_mark(words: str) -> str:
    """A paragraph whose first sign would make it a list, a heading, a quotation or a rule."""
    return re.sub(r"^([-+#>=~:|!])|^([0-9]+)\.", lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\.", words, flags=re.M)
