"""Book: everything that an edition holds, in reading order and without a format, strictly sorted into blocks and lines.

HTML lets almost anything stand in almost anything. Here a block holds blocks or lines, and lines hold lines only, so
that each format needs one short function for each thing and no text is ever lost between two of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

# -- Lines: what stands within a paragraph -----------------------------------------------------------------------------

LOOKS = ("em", "strong", "code", "kbd", "sub", "sup", "del", "ins", "q", "abbr", "cite", "small", "span")
"""What a stretch of text can be, by its HTML name."""


@dataclass(frozen=True, slots=True)
class Words:
    """Plain characters; white space is folded as HTML folds it, except inside `Code`."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """A stretch of text that is something: `look` is one of `LOOKS`; `meaning` is what an abbreviation stands for."""

    look: str
    inside: "Lines"
    id: str = ""
    language: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """A link that leaves the book. `note` is the number that print gives it, 0 for a link without a note.

    `beside` is what became of the address; it stands in the note.
    """

    url: str
    inside: "Lines"
    note: int = 0
    beside: "Lines" = ()


@dataclass(frozen=True, slots=True)
class Inside:
    """A link to a place in the book; `to` is the id there. `spoken` is what it is called when its words are too few."""

    to: str
    inside: "Lines"
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """What the reader sees of a citation; the numbers in it are links to the references, which lead back to `id`."""

    id: str
    inside: "Lines"


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within a paragraph."""


Line: TypeAlias = Words | Styled | Outside | Inside | Marker | Break
Lines: TypeAlias = tuple[Line, ...]

# -- Blocks: what follows one another down the text --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """What all blocks have: an id that can be led to (empty for none), and their language where it is not the book's."""

    id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Heading(_Block):
    """A title; `level` is 1 for a chapter's. `number` is that of its section, such as `1.2`, if the house numbers them.

    `short` is the title without its citations, if it has any.
    """

    level: int
    lines: Lines
    number: str = ""
    short: str = ""

    @property
    def title(self) -> Lines:
        """What contents and menus show of it."""
        return (Words(self.short),) if self.short else self.lines


@dataclass(frozen=True, slots=True)
class Paragraph(_Block):
    """Running text. `role` tells what it is beyond that: `title` of a box, `label` of an update, `fact`, `caption`, `term`."""

    lines: Lines
    role: str = ""


@dataclass(frozen=True, slots=True)
class Code(_Block):
    """Text whose line breaks and spaces are kept as they are."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Listing(_Block):
    """A list; `start` is the number of its first item, 0 for a list without numbers."""

    items: tuple["Blocks", ...]
    start: int = 0


@dataclass(frozen=True, slots=True)
class Group(_Block):
    """Blocks that belong together.

    `kind` is `signpost`, `box`, `key-messages`, `update`, `quotation`, `indented`, `definitions` (terms and `meaning`s by
    turns), `meaning`, or `part` for one that shows no sign of it. `name` is what the group is called aloud.
    """

    kind: str
    blocks: "Blocks"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `heads` if it heads a row or column. `align` is `left`, `center`, `right` or empty.

    It stands in this `column`, counted from 0, and reaches over so many columns and rows.
    """

    blocks: "Blocks"
    column: int
    heads: bool = False
    across: int = 1
    down: int = 1
    align: str = ""


@dataclass(frozen=True, slots=True)
class Table(_Block):
    """A table; in every row the cells cover each of the `columns` once, unless a cell above reaches down."""

    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    columns: int
    caption: Lines = ()


@dataclass(frozen=True, slots=True)
class Picture(_Block):
    """A picture of the project by its file, relative to the project's folder; `alt` says it in words."""

    file: str
    alt: str
    caption: Lines = ()


@dataclass(frozen=True, slots=True)
class Rule(_Block):
    """A line across, where the subject changes."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A work in a list of references. `label` is its number, empty in a style without; `places` lead back to the text."""

    id: str
    label: str
    text: Paragraph
    places: Paragraph | None


@dataclass(frozen=True, slots=True)
class References(_Block):
    """A list of references."""

    items: tuple[Reference, ...]


Block: TypeAlias = Heading | Paragraph | Code | Listing | Group | Table | Picture | Rule | References
Blocks: TypeAlias = tuple[Block, ...]

# -- The whole ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a link: its number, the address it leads to, and what became of that."""

    number: int
    url: str
    beside: Lines = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part with a heading of level 1. `kind` is `cover`, `text`, `references` or `imprint`."""

    kind: str
    blocks: Blocks

    @property
    def heading(self) -> Heading:
        """The title of the chapter: its first heading."""
        return next(block for block in self.blocks if isinstance(block, Heading))

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes of its links, in order."""
        return tuple(
            Note(line.note, line.url, line.beside)
            for line in lines_of(self.blocks)
            if isinstance(line, Outside) and line.note
        )


@dataclass(frozen=True, slots=True)
class About:
    """What stands on the cover and in a file's properties. `facts` are pairs of label and value; `language` is BCP 47.

    `number` is 0 for a collection. `identity` is the same for every issue of the same edition.
    """

    title: str
    number: int
    series: str
    strand: str
    status: str
    facts: tuple[tuple[str, str], ...]
    scope: str
    publisher: str
    rights: tuple[str, ...]
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    description: str
    language: str
    published: str
    identity: str

    @property
    def name(self) -> str:
        """The title with the briefing's number before it."""
        return f"Briefing {self.number}: {self.title}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as it can be put into a document; sizes in pixels."""

    name: str
    content: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Book:
    """A briefing as an edition holds it, cover first. `drawings` are its pictures by their file."""

    about: About
    chapters: tuple[Chapter, ...]
    drawings: Mapping[str, Drawing] = field(default_factory=dict)


@dataclass(frozen=True)
class Volume:
    """What an edition binds: one book, or several behind a common cover. `about` is the whole's."""

    about: About
    front: tuple[Chapter, ...]
    books: tuple[Book, ...]


# -- Looking at them ---------------------------------------------------------------------------------------------------


def words(lines: Lines) -> str:
    """The characters of lines; a line break is a space."""
    return "".join(_words(line) for line in lines)


def _words(line: Line) -> str:
    match line:
        case Words(text):
            return text
        case Break():
            return " "
        case _:
            return words(line.inside)


def inside(block: Block) -> Iterator[Blocks]:
    """The runs of blocks that stand directly in a block, in reading order."""
    match block:
        case Listing():
            yield from block.items
        case Group():
            yield block.blocks
        case Table():
            yield from (cell.blocks for row in (*block.head, *block.body) for cell in row)
        case References():
            yield from ((item.text, *((item.places,) if item.places else ())) for item in block.items)
        case _:
            return


def walk(blocks: Blocks) -> Iterator[Block]:
    """Every block, in reading order, parents before their children."""
    for block in blocks:
        yield block
        for run in inside(block):
            yield from walk(run)


def lines_of(blocks: Blocks) -> Iterator[Line]:
    """Everything that stands within lines, in reading order, parents before their children."""
    for block in walk(blocks):
        match block:
            case Heading() | Paragraph() | Code():
                yield from _walk_lines(block.lines)
            case Table() | Picture():
                yield from _walk_lines(block.caption)
            case _:
                pass


def _walk_lines(lines: Lines) -> Iterator[Line]:
    for line in lines:
        yield line
        if not isinstance(line, Words | Break):
            yield from _walk_lines(line.inside)


# -- Changing them -----------------------------------------------------------------------------------------------------


def with_numbers(book: Book) -> Book:
    """The book as it is written: the number of a heading is the first of its words."""

    def block(one: Block) -> Blocks:
        if not isinstance(one, Heading) or not one.number:
            return (one,)
        short = f"{one.number} {one.short}" if one.short else ""
        return (replace(one, lines=(Words(f"{one.number} "), *one.lines), number="", short=short),)

    def chapter(one: Chapter) -> Chapter:
        return replace(one, blocks=changed(one.blocks, block, lambda line: (line,)))

    return replace(book, chapters=tuple(map(chapter, book.chapters)))


def changed(blocks: Blocks, block: Callable[[Block], Blocks], line: Callable[[Line], Lines]) -> Blocks:
    """The blocks with every block and every line put through a function, in reading order, parents before their children."""
    return tuple(new for one in blocks for made in block(one) for new in (_changed(made, block, line),))


def _changed(block: Block, change: Callable[[Block], Blocks], line: Callable[[Line], Lines]) -> Block:
    def run(blocks: Blocks) -> Blocks:
        return changed(blocks, change, line)

    def row(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(replace(cell, blocks=run(cell.blocks)) for cell in cells)

    match block:
        case Heading() | Paragraph() | Code():
            return replace(block, lines=changed_lines(block.lines, line))
        case Listing():
            return replace(block, items=tuple(run(item) for item in block.items))
        case Group():
            return replace(block, blocks=run(block.blocks))
        case Table():
            caption = changed_lines(block.caption, line)
            return replace(block, caption=caption, head=tuple(map(row, block.head)), body=tuple(map(row, block.body)))
        case Picture():
            return replace(block, caption=changed_lines(block.caption, line))
        case References():
            return replace(block, items=tuple(_reference(item, line) for item in block.items))
        case Rule():
            return block


def _reference(item: Reference, line: Callable[[Line], Lines]) -> Reference:
    text = replace(item.text, lines=changed_lines(item.text.lines, line))
    places = replace(item.places, lines=changed_lines(item.places.lines, line)) if item.places else None
    return replace(item, text=text, places=places)


def changed_lines(lines: Lines, change: Callable[[Line], Lines]) -> Lines:
    """Lines put through a function, in reading order, parents before their children."""
    return tuple(
        made if isinstance(made, Words | Break) else replace(made, inside=changed_lines(made.inside, change))
        for line in lines
        for made in change(line)
    )


def anchors(blocks: Blocks) -> Iterator[str]:
    """Every id that can be led to, in reading order."""
    for block in walk(blocks):
        yield from filter(None, (block.id,))
        if isinstance(block, References):
            yield from (item.id for item in block.items)
    yield from (line.id for line in lines_of(blocks) if isinstance(line, Styled | Marker) and line.id)
