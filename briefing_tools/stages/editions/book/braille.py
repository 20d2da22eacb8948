"""Emboss: a volume becomes Braille, 40 cells by 25 lines, in contracted Unified English Braille (UEB grade 2).

It is machine-transcribed and says so: a Braille reader has still to proof-read it before it is more than a draft. Sources:
International Council on English Braille, Rules of Unified English Braille 2013 (RUEB); BRF is Braille ASCII, pages parted
by form feeds. What is not English is uncontracted (RUEB 13). Type that is only for the eye, italic and bold, is left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from briefing_tools.liblouis import CONTRACTED, UNCONTRACTED, can_be_transcribed, transcribe
from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Book,
    Break,
    Chapter,
    Code,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Outside,
    Paragraph,
    Picture,
    References,
    Rule,
    Styled,
    Table,
    Volume,
    Words,
)
from briefing_tools.stages.editions.book.plain import column_names, picture_in_words, with_notes
from briefing_tools.stages.editions.book.xhtml import shown

MEDIA_TYPE = "text/plain"
CELLS = 40
LINES = 25
DEEPEST = 3
"""Headings of this level still stand in the contents."""
_NARROWEST = 20
"""Text further in than this leaves room for is not set in any further."""
_TOP, _BOTTOM = "7" * CELLS, "G" * CELLS
"""The lines above and below a box (RUEB 16.2: dots 2356 and 1245)."""
_GUIDE = '"'
"""Dot 5: leads the finger to the number of a page, and says that an address goes on in the next line (RUEB 10.13)."""
_LOWERED = "\u2822"
"""Dots 26: what follows stands lower (RUEB 11.4)."""
NOTICE = (
    "Machine-transcribed, not proof-read by a Braille reader. Contracted Unified English Braille; "
    "text that is not English is uncontracted. Italic and bold type is not shown."
)


@dataclass(frozen=True, slots=True)
class Brf:
    """A Braille file and how many Braille pages it has."""

    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of cells. One that is `kept` stays with the next; `entry` is the place among the headings that begins here."""

    cells: str
    kept: bool = False
    entry: int = -1


def make_braille(volume: Volume) -> Brf:
    """The volume as BRF. Raises `CannotRun` without liblouis."""
    about = volume.about
    scribe = _Scribe(about.language)
    front = _paginated([*scribe.blocks(_cover(volume), 0)])
    scribe = _Scribe(about.language)  # the cover's title is not among the headings that are counted
    chapters = [chapter for book in volume.books for chapter in _chapters(book)]
    text = [row for chapter in chapters for row in scribe.blocks(chapter.blocks, 0)]
    headings = [
        one for chapter in chapters for one in chapter.blocks if isinstance(one, Heading) and one.level <= DEEPEST
    ]
    contents, pages = _paginated([]), 0
    while True:  # the contents name pages that depend on how many pages the contents take
        before = len(front) + len(contents)
        body = _paginated(text)
        places = {row.entry: before + number for number, page in enumerate(body, 1) for row in page if row.entry >= 0}
        contents = _paginated(scribe.contents(headings, places))
        if pages == len(contents):
            break
        pages = len(contents)
    head = scribe.running_head(about.name)
    made = [
        _page(page, number, head if number > 1 else "") for number, page in enumerate([*front, *contents, *body], 1)
    ]
    return Brf("".join(f"{page}\f" for page in made).encode("ascii"), len(made))


def _cover(volume: Volume) -> Blocks:
    """The cover, and what whoever reads Braille must know of it."""
    chapter = volume.front[0] if volume.front else volume.books[0].chapters[0]
    return (*chapter.blocks, Paragraph((Words(NOTICE),)))


def _chapters(book: Book) -> tuple[Chapter, ...]:
    return with_notes(book)[1:]


# -- Pages -------------------------------------------------------------------------------------------------------------


def _paginated(rows: list[_Row]) -> list[list[_Row]]:
    """Rows on pages: no heading at the foot of one, no empty line at its head."""
    pages: list[list[_Row]] = []
    page: list[_Row] = []
    for row in rows:
        if not page and not row.cells:
            continue
        page.append(row)
        if len(page) < LINES - 1:
            continue
        moved: list[_Row] = []
        while len(page) > 1 and (page[-1].kept or (moved and not page[-1].cells)):
            moved.insert(0, page.pop())
        if len(page) == 1 and page[0].kept:  # nothing but headings: they stay
            page, moved = [*page, *moved], []
        pages.append(page)
        page = [row for row in moved if row.cells or row.entry >= 0]
    return [*pages, page] if page else pages


def _page(rows: list[_Row], number: int, head: str) -> str:
    """A page: the running head and the number of the page in its first line."""
    place = transcribe(str(number), CONTRACTED)
    first = head[: CELLS - len(place) - 3].ljust(CELLS - len(place)) + place
    return "\r\n".join([first, *(row.cells.rstrip() for row in rows)])


# -- Blocks ------------------------------------------------------------------------------------------------------------


class _Scribe:
    """Writes blocks in Braille; `language` is the book's. Counts the headings that it meets outside of boxes."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.met = 0
        self.within = 0

    def running_head(self, text: str) -> str:
        """A title for the first line of every page, cut at a word."""
        words = self.cells(text, "").split(" ")
        while len(words) > 1 and len(" ".join(words)) > CELLS - 8:
            words.pop()
        return " ".join(words)

    def contents(self, headings: list[Heading], places: dict[int, int]) -> list[_Row]:
        """The headings with the numbers of their pages."""
        rows = [*self.title(Heading(1, (Words("Contents"),)), -1)]
        for number, heading in enumerate(headings):
            indent = 2 * (heading.level - 1)
            place = transcribe(str(places[number]), CONTRACTED) if number in places else ""
            cells = self.cells(_said(heading.title), heading.language)
            lines = _wrapped(cells, indent, indent + 2, CELLS - len(place) - 3)
            room = CELLS - len(lines[-1]) - len(place) - 2
            lead = f" {_GUIDE * room} {place}" if room >= 2 else " " * (room + 2) + place
            rows += [_Row(line) for line in (*lines[:-1], lines[-1] + lead)]
        return rows

    def blocks(self, blocks: Blocks, indent: int) -> Iterator[_Row]:
        """A run of blocks."""
        for block in blocks:
            yield from self.block(block, min(indent, CELLS - _NARROWEST))

    def block(self, block: Block, indent: int) -> Iterator[_Row]:
        """One block."""
        match block:
            case Heading():
                entry = -1
                if block.level <= DEEPEST and not self.within:
                    entry, self.met = self.met, self.met + 1
                yield from self.title(block, entry)
            case Paragraph():
                yield from self.paragraph(block, indent)
            case Code(lines):
                for line in _said(lines).expandtabs(4).strip("\n").split("\n"):
                    yield from self.rows(line.strip(), block.language, indent + 2, indent + 4)
            case Listing(items, start):
                yield from self.list(items, start, indent)
            case Group():
                yield from self.group(block, indent)
            case Table():
                yield from self.table(block, indent)
            case Picture(_, alt, caption):
                yield from self.rows(f"[{picture_in_words(alt)}]", "", indent + 2, indent)
                if caption:
                    yield from self.rows(_said(caption), block.language, indent + 2, indent)
            case References(items):
                for item in items:
                    label = f"{item.label}{'.' if item.label.isdecimal() else ''} " if item.label else ""
                    yield from self.rows(label + _said(item.text.lines), block.language, indent, indent + 2)
            case Rule():
                yield _Row("")
                yield _Row(("3" * 12).center(CELLS).rstrip())
                yield _Row("")

    def title(self, block: Heading, entry: int) -> Iterator[_Row]:
        """A heading: centred, or from the fifth or seventh cell, with an empty line before it."""
        cells = self.cells(_said(block.lines), block.language)
        yield _Row("", True)
        if block.level == 1:
            lines = [line.strip().center(CELLS).rstrip() for line in _wrapped(cells, 0, 0, CELLS - 6)]
        else:
            indent = 4 if block.level == 2 else 6
            lines = _wrapped(cells, indent, indent)
        for number, line in enumerate(lines):
            yield _Row(line, True, entry if number == 0 else -1)
        if block.level == 1:
            yield _Row("", True)

    def paragraph(self, block: Paragraph, indent: int) -> Iterator[_Row]:
        """Running text: its first line from the third cell, the others from the first."""
        flat = block.role in ("fact", "title", "label", "term", "note", "series", "strand", "number")
        first = indent if flat else indent + 2
        for number, line in enumerate(_said(block.lines).split("\n")):
            further = indent + 2 if flat else indent
            yield from self.rows(
                line,
                block.language,
                first if number == 0 else further,
                further,
                block.role in ("title", "label", "term"),
            )

    def list(self, items: tuple[Blocks, ...], start: int, indent: int) -> Iterator[_Row]:
        """A list: each item from the margin, what runs over from two cells further in."""
        for number, item in enumerate(items, start):
            mark = f"{number}. " if start else ""
            first, *rest = item
            if isinstance(first, Paragraph):
                yield from self.rows(mark + _said(first.lines), first.language, indent, indent + 2)
            else:
                yield from self.rows(mark, "", indent, indent + 2) if mark else ()
                rest = list(item)
            yield from self.blocks(tuple(rest), indent + 2)

    def group(self, block: Group, indent: int) -> Iterator[_Row]:
        """Blocks that belong together; a box stands between two lines of cells."""
        if block.kind in ("signpost", "box", "update", "key-messages"):
            blocks = block.blocks
            if block.kind == "update" and isinstance(label := blocks[0], Paragraph):
                blocks = (Paragraph((Words("Update. "), *label.lines), "label"), *blocks[1:])
            self.within += 1
            inside = list(self.blocks(blocks, indent))
            self.within -= 1
            yield _Row(_TOP, True)
            yield from inside[1:] if inside and not inside[0].cells else inside
            yield _Row(_BOTTOM)
            return
        further = {"quotation": 4, "indented": 2, "meaning": 2}.get(block.kind, 0)
        yield from self.blocks(block.blocks, indent + further)

    def table(self, block: Table, indent: int) -> Iterator[_Row]:
        """A table as a list of its rows, every cell behind the words of its column's head."""
        if block.caption:
            yield from self.rows(f"Table: {_said(block.caption)}", block.language, indent, indent + 2, True)
        names = column_names(block)
        for row in block.body or block.head:
            filled = [cell for cell in row if cell.blocks]
            for place, cell in enumerate(filled):
                name = names[cell.column] if block.body else ""
                first, *rest = cell.blocks
                margin = indent if place == 0 else indent + 2
                if isinstance(first, Paragraph):
                    words = _said(first.lines)
                    yield from self.rows(f"{name}: {words}" if name else words, first.language, margin, margin + 2)
                else:
                    yield from self.rows(f"{name}:", "", margin, margin + 2) if name else ()
                    rest = list(cell.blocks)
                yield from self.blocks(tuple(rest), margin + 2)

    # -- Cells ---------------------------------------------------------------------------------------------------------

    def rows(self, text: str, language: str, first: int, further: int, kept: bool = False) -> Iterator[_Row]:
        """Text on lines of cells."""
        yield from (_Row(line, kept) for line in _wrapped(self.cells(text, language), first, further))

    def cells(self, text: str, language: str) -> str:
        """Text in Braille, each stretch by the rules of its language."""
        pieces = re.split("(\ue000[^\ue001]*\ue001|\ue002)", text)
        current, made = language or self.language, []
        outer = current
        for piece in pieces:
            if piece.startswith("\ue000"):
                current = piece[1:-1] or outer
            elif piece == "\ue002":
                current = outer
            elif piece:
                table = CONTRACTED if current.partition("-")[0].lower() == "en" else UNCONTRACTED
                made.append(transcribe(sayable(" ".join(piece.split(" ")), table), table))
        return " ".join("".join(made).split())


def sayable(text: str, table: str) -> str:
    """Text whose every character can be written in Braille; what cannot is said in words, in square brackets."""
    text = re.sub(
        r"[\s\xad\u200b-\u200f\u2060\ufe00-\ufe0f]", lambda found: " " if found.group().isspace() else "", text
    )
    pieces: list[str] = []
    script = ""
    for character in text:
        if can_be_transcribed(character, table):
            script = script if character.isspace() else ""
            pieces.append(character)
            continue
        name = unicodedata.name(character, f"character U+{ord(character):04X}")
        if unicodedata.category(character)[0] not in "LM":
            pieces.append(f"[{name.lower()}]")
            continue
        new = name.split(" ")[0].split("-")[0]
        if new == script:
            continue
        script = new
        pieces.append(f"[text in {script.capitalize()} script]")
    return re.sub(" {2,}", " ", "".join(pieces))


def _wrapped(cells: str, first: int, further: int, width: int = CELLS) -> list[str]:
    """Cells on lines; what is longer than a line goes on after a dot 5, as an address may (RUEB 10.13)."""
    lines: list[str] = []
    line, indent = " " * first, first
    for word in cells.split(" "):
        gap = " " if len(line) > indent else ""
        if len(line) + len(gap) + len(word) > width and len(line) > indent:
            lines.append(line)
            line, indent, gap = " " * further, further, ""
        while len(line) + len(gap) + len(word) > width:
            room = width - len(line) - 1
            at = word.rfind("/", room // 2, room) + 1 or room
            lines.append(line + word[:at] + _GUIDE)
            word, line, indent = word[at:], " " * further, further
        line += gap + word
    return [*lines, line]


# -- Lines -------------------------------------------------------------------------------------------------------------


def _said(lines: Lines) -> str:
    """Lines as characters; what is more than its letters is said, and language is marked for `cells`."""
    return "".join(_line(line) for line in lines)


def _line(line: Line) -> str:
    match line:
        case Words(text):
            return text
        case Break():
            return "\n"
        case Marker(_, inside) | Inside(_, inside):
            return _said(inside)
        case Outside(url, inside, note, _):
            words = _said(inside)
            if note:
                return f"{words} (note {note})"
            return words if words.strip() in (url, shown(url)) else f"{words} <{shown(url)}>"
        case Styled():
            return _styled(line)


def _styled(line: Styled) -> str:
    words = _said(line.inside)
    match line.look:
        case "sub":
            words = _LOWERED + words if re.fullmatch("[0-9]+", words) else f"{_LOWERED}({words})"
        case "sup":
            raised = words.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
            words = raised if re.fullmatch("[0-9]+", words) else f"^({words})"
        case "del":
            words = f"[deleted: {words}]"
        case "ins":
            words = f"[added: {words}]"
        case "q":
            words = f"‘{words}’"
        case "abbr" if line.meaning:
            words = f"{words} ({line.meaning})"
        case _:
            pass
    return f"\ue000{line.language}\ue001{words}\ue002" if line.language else words
