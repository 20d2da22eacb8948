"""Write out: a volume becomes plain text, for mail, for readers of one's own, for whatever else cannot be foreseen.

Lines have 72 characters at most, so that they can be read where nothing wraps them, as in Notepad and mail. UTF-8 is
announced by a byte order mark: a browser that gets the file without a character set would guess otherwise.
"""

import textwrap
from collections.abc import Iterator

from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Book,
    Break,
    Cell,
    Chapter,
    Code,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Note,
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
from briefing_tools.stages.editions.book.xhtml import shown

MEDIA_TYPE = "text/plain"
WIDTH = 72
_NARROWEST = 24
"""Text further in than this leaves room for is not set in any further."""
_UNDERLINES = "=-~."
_JOINED = "\x1f"
"""A space at which no line ends; no text can hold this character."""
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def make_text(volume: Volume) -> bytes:
    """The volume as plain text (UTF-8)."""
    chapters = [chapter for book in volume.books for chapter in with_notes(book)]
    contents = [*(line for one in volume.front for line in _blocks(one.blocks, 0))]
    for chapter in chapters:
        contents += [*_gap(chapter), *_blocks(chapter.blocks, 0)]
        if chapter.kind == "cover":
            book = next(book for book in volume.books if chapter in book.chapters)
            contents += ["", *_contents(book)]
    return ("\ufeff" + "\n".join(line.rstrip() for line in _settled(contents)) + "\n").replace(_JOINED, " ").encode()


def _gap(chapter: Chapter) -> list[str]:
    return ["", ""] if chapter.kind != "cover" else []


def _settled(lines: list[str]) -> Iterator[str]:
    """The lines without empty ones at the start, and never three of them together."""
    empty = 3
    for line in lines:
        empty = 0 if line.strip() else empty + 1
        if empty < 3:
            yield line


# -- What a book has besides its chapters ------------------------------------------------------------------------------


def with_notes(book: Book) -> tuple[Chapter, ...]:
    """The chapters of a book where notes cannot stand by their calls: as they are, and a chapter of notes before the references."""
    notes = tuple(note for chapter in book.chapters for note in chapter.notes)
    if not notes:
        return book.chapters
    added = Chapter("notes", (Heading(1, (Words("Notes"),)), *(_note(note) for note in notes)))
    at = next(number for number, chapter in enumerate(book.chapters) if chapter.kind == "references")
    return (*book.chapters[:at], added, *book.chapters[at:])


def _note(note: Note) -> Block:
    return Listing(((Paragraph((Words(shown(note.url)), *note.beside), "note"),),), note.number)


def _contents(book: Book) -> Iterator[str]:
    """The headings, each set in by its level."""
    yield from ("Contents", "--------")
    for chapter in with_notes(book)[1:]:
        for block in chapter.blocks:
            if isinstance(block, Heading) and block.level <= 3:
                yield from _wrapped(text_of(block.title), "  " * (block.level - 1), "  " * block.level)


# -- Blocks ------------------------------------------------------------------------------------------------------------


def _blocks(blocks: Blocks, indent: int) -> Iterator[str]:
    """Blocks with an empty line between them, except between facts, list items of one line, and lines of an address."""
    before: Block | None = None
    for block in blocks:
        if before is not None and not _close(before, block):
            yield ""
        yield from _block(block, indent)
        before = block


def _close(before: Block, block: Block) -> bool:
    """Whether no empty line stands between two blocks."""
    if isinstance(before, Paragraph) and before.role in ("term", "title", "label"):
        return True
    facts = all(isinstance(one, Paragraph) and one.role in ("fact", "series", "strand") for one in (before, block))
    notes = all(isinstance(one, Listing) and _is_note(one) for one in (before, block))
    return facts or notes


def _is_note(block: Listing) -> bool:
    first = block.items[0][0]
    return isinstance(first, Paragraph) and first.role == "note"


def _block(block: Block, indent: int) -> Iterator[str]:
    space = " " * min(indent, WIDTH - _NARROWEST)
    match block:
        case Heading(level, lines):
            title = list(_wrapped(text_of(lines), space, space))
            yield from ["", *title] if level < 3 else title
            yield space + _UNDERLINES[min(level, 4) - 1] * (max(map(len, title)) - len(space))
        case Paragraph(lines):
            yield from _wrapped(text_of(lines), space, space)
        case Code(lines):
            yield from (f"{space}    {line}" for line in text_of(lines).expandtabs(4).strip("\n").split("\n"))
        case Listing(items, start):
            yield from _list(items, start, indent)
        case Group():
            yield from _group(block, indent)
        case Table():
            yield from _table(block, indent)
        case Picture(_, alt, caption):
            yield from _wrapped(f"[{picture_in_words(alt)}]", space, space)
            yield from _wrapped(text_of(caption), space, space) if caption else ()
        case References(items):
            for number, item in enumerate(items):
                yield from [""] if number else []
                label = f"{item.label}{'.' if item.label.isdecimal() else ''} " if item.label else ""
                yield from _wrapped(text_of(item.text.lines), space + label, space + " " * len(label or "   "))
                if item.places:
                    further = space + " " * len(label or "   ")
                    yield from _wrapped(text_of(item.places.lines), further, further)
        case Rule():
            yield f"{space}* * *"


def _list(items: tuple[Blocks, ...], start: int, indent: int) -> Iterator[str]:
    """A list; its items stand apart if one of them has more than a few lines."""
    made = []
    for number, item in enumerate(items, start):
        mark = f"{number}. " if start else "- "
        inside = list(_blocks(item, indent + len(mark)))
        space = " " * min(indent, WIDTH - _NARROWEST)
        made.append([space + mark + inside[0].lstrip(), *inside[1:]])
    loose = any(len(lines) > 4 or "" in lines for lines in made)
    for number, lines in enumerate(made):
        yield from [""] if number and loose else []
        yield from lines


def _group(block: Group, indent: int) -> Iterator[str]:
    """Blocks that belong together; where an update begins and ends is said in words."""
    if block.kind == "update":
        label, *rest = block.blocks
        assert isinstance(label, Paragraph)
        space = " " * min(indent, WIDTH - _NARROWEST)
        yield from _wrapped(f"[Update. {text_of(label.lines)}]", space, space)
        yield from _blocks(tuple(rest), indent + 2)
        yield ""
        yield from _wrapped(f"[End of the update “{block.name}”]", space, space)
        return
    further = {"quotation": 4, "indented": 4, "meaning": 4, "box": 2, "signpost": 2, "key-messages": 0}.get(
        block.kind, 0
    )
    yield from _blocks(block.blocks, indent + further)


# -- Tables ------------------------------------------------------------------------------------------------------------


def _table(block: Table, indent: int) -> Iterator[str]:
    """A table in columns where every row fits on a line; otherwise each row by itself, its cells behind their heads."""
    space = " " * min(indent, WIDTH - _NARROWEST)
    if block.caption:
        yield from _wrapped(f"Table: {text_of(block.caption)}", space, space)
        yield ""
    plain = all(
        cell.across == cell.down == 1 and len(_cell(cell)) <= 1 for row in (*block.head, *block.body) for cell in row
    )
    rows = [[" ".join(_cell(cell)) for cell in row] for row in (*block.head, *block.body)]
    if plain and len({len(row) for row in rows}) == 1:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 2 * (len(widths) - 1) <= WIDTH - len(space):
            yield from _columns(block, rows, widths, space)
            return
    yield from _records(block, indent)


def _columns(block: Table, rows: list[list[str]], widths: list[int], space: str) -> Iterator[str]:
    for number, (cells, row) in enumerate(zip(rows, (*block.head, *block.body), strict=True)):
        if number == len(block.head) and number:
            yield space + "  ".join("-" * width for width in widths)
        aligned = (
            text.rjust(width)
            if cell.align == "right"
            else text.center(width)
            if cell.align == "center"
            else text.ljust(width)
            for text, width, cell in zip(cells, widths, row, strict=True)
        )
        yield space + "  ".join(aligned)


def _records(block: Table, indent: int) -> Iterator[str]:
    """Each row by itself, every cell of it behind the words of its column's head; a table of heads only, as its rows."""
    names = column_names(block)
    for number, row in enumerate(block.body or block.head):
        yield from [""] if number else []
        filled = [(cell, inside) for cell in row if (inside := _cell(cell))]
        for place, (cell, (opening, *rest)) in enumerate(filled):
            name = names[cell.column] if block.body else ""
            lead = " " * min(indent + (2 if place else 0), WIDTH - _NARROWEST)
            yield from _wrapped(f"{name}: {opening}" if name else opening, lead, lead + "  ")
            for paragraph in rest:
                yield from _wrapped(paragraph, lead + "  ", lead + "  ")


def column_names(block: Table) -> list[str]:
    """The words above each column of a table; heads that stand below one another are joined."""

    def above(row: tuple[Cell, ...], column: int) -> str:
        return next((" ".join(_cell(cell)) for cell in row if cell.column <= column < cell.column + cell.across), "")

    columns = range(block.columns)
    return [" – ".join(dict.fromkeys(filter(None, (above(row, column) for row in block.head)))) for column in columns]


def _cell(cell: Cell) -> list[str]:
    """The lines of a cell, unwrapped: one for each paragraph in it."""
    return [line for line in (" ".join(line.split()) for line in _blocks_unwrapped(cell.blocks)) if line]


def _blocks_unwrapped(blocks: Blocks) -> Iterator[str]:
    joined: list[str] = []
    for line in _blocks(blocks, 0):
        if line.strip() and not line.lstrip().startswith(("- ", "[")) and joined:
            joined.append(line)
            continue
        if joined:
            yield " ".join(joined)
        joined = [line] if line.strip() else []
    if joined:
        yield " ".join(joined)


def picture_in_words(alt: str) -> str:
    """What stands for a picture where none can be shown."""
    return f"Picture: {alt}" if alt else "Picture without a description"


# -- Lines -------------------------------------------------------------------------------------------------------------


def text_of(lines: Lines) -> str:
    """Lines as plain characters; what is more than its letters is said."""
    return "".join(_text(line) for line in lines)


def _text(line: Line) -> str:
    match line:
        case Words(text):
            return text
        case Break():
            return "\n"
        case Styled():
            return _styled(line)
        case Inside(_, inside):
            return text_of(inside)
        case Marker(_, inside):
            return text_of(inside).replace("p. ", f"p.{_JOINED}")
        case Outside(url, inside, note, _):
            words = text_of(inside)
            if note:
                return f"{words} (note{_JOINED}{note})"
            return words if words.strip() in (url, shown(url)) else f"{words} <{shown(url)}>"


def _styled(line: Styled) -> str:
    words = text_of(line.inside)
    match line.look:
        case "sup":
            raised = words.translate(_RAISED)
            return raised if all(new != old for new, old in zip(raised, words, strict=True)) else f"^({words})"
        case "sub":
            lowered = words.translate(_LOWERED)
            return lowered if all(new != old for new, old in zip(lowered, words, strict=True)) else f"_({words})"
        case "del":
            return f"[deleted: {words}]"
        case "ins":
            return f"[added: {words}]"
        case "q":
            return f"‘{words}’"
        case "abbr" if line.meaning:
            return f"{words} ({line.meaning})"
        case _:
            return words


def _wrapped(text: str, first: str, further: str) -> Iterator[str]:
    """Text on lines of `WIDTH` characters; an address or a longer word is never broken."""
    for line in text.split("\n"):
        yield from textwrap.wrap(
            line, WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
        ) or [""]
        first = further
