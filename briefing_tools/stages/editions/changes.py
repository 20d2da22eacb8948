"""Print changes: what changed from one frozen edition to the next becomes a PDF, with every change marked in words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from briefing_tools.addresses import comparison_pdf_url
from briefing_tools.model import Edition, FrozenEdition
from briefing_tools.pdf import finish
from briefing_tools.shelf import Kept, Shelf
from briefing_tools.stages.editions import NOTHING_KEPT
from briefing_tools.stages.editions.book.comparing import Compared
from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Break,
    Cell,
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
    Reference,
    References,
    Rule,
    Styled,
    Table,
    Words,
    with_numbers,
)
from briefing_tools.stages.editions.compositor import language_of, leading, one_line, shown, trimmed
from briefing_tools.stages.editions.fitting import fit, keep_whole, loosen
from briefing_tools.stages.editions.house import PRINT, Format, formats, house_style
from briefing_tools.stages.editions.numbering import resolved
from briefing_tools.stages.editions.pieces import Child, Flow, Piece, Value, as_json
from briefing_tools.stages.editions.tables import row_heads
from briefing_tools.stages.editions.tools import made_with
from briefing_tools.typefaces import FONTS, drawn
from briefing_tools.typesetting import MAIN, desk

_LOOKS = {
    "em": "emphasis", "cite": "emphasis", "strong": "strong", "code": "code", "kbd": "code", "sub": "lowered", "sup": "raised",
    "ins": "added-words", "del": "removed-words",
}  # fmt: skip
_DEEPEST = 6


def print_changes(
    compared: Compared, before: FrozenEdition, after: FrozenEdition, epoch: int, shelf: Shelf = NOTHING_KEPT
) -> Edition:
    """The change note and the marked text as PDF/A-3a and PDF/UA-1, dated `epoch` (seconds since 1970)."""
    format = formats()["pdf"]
    flow = keep_whole(resolved(fit((*_note(compared, after), *_marked(compared)), format), {}), format)
    style = house_style()
    content = {
        "about": _about(compared, before, after, format),
        "format": asdict(format),
        "house": asdict(style),
        "attached": [],
    }
    files = {
        MAIN: (PRINT / "briefing.typ").read_bytes(),
        "content.json": as_json(content),
        "flow.json": as_json(loosen(flow)),
    }
    if style.logo:
        files[style.logo] = (PRINT / style.logo).read_bytes()
    parts = (
        b"changes",
        str(epoch).encode(),
        made_with(),
        *(part for name in files for part in (name.encode(), files[name])),
    )
    finished = shelf.once(parts, lambda: _typeset(files, flow, epoch))
    url = comparison_pdf_url(after.briefing, before.version, after.version)
    return Edition(url, after.briefing, "What changed, as PDF", finished.pages, finished.content)


def _typeset(files: Mapping[str, bytes], flow: Flow, epoch: int) -> Kept:
    with desk(files, FONTS) as on_desk:
        finished = finish(on_desk.to_pdf(epoch), tuple(row_heads(flow)))
    return Kept(finished.content, finished.pages)


def _about(compared: Compared, before: FrozenEdition, after: FrozenEdition, format: Format) -> Mapping[str, Value]:
    """What cover and running heads say."""
    about = compared.marked.about
    title = f"{one_line(about.title)}: what changed from edition {before.version} to {after.version}"
    running = f"Briefing {after.briefing}: what changed since edition {before.version}"
    return {
        "series": one_line(about.series),
        "strand": one_line(about.strand),
        "title": title,
        "status": f"A comparison of two frozen editions, {before.frozen} and {after.frozen}",
        "scope": one_line(about.scope),
        "publisher": one_line(about.publisher),
        "running": running[: format.line],
        "edition": f"Edition {after.version}, {after.frozen}",
        "description": title,
        "number": after.briefing,
        "facts": (
            ("Earlier edition", f"{before.version}, frozen on {before.frozen}"),
            ("Later edition", f"{after.version}, frozen on {after.frozen}"),
        ),
        "authors": tuple(filter(None, map(one_line, about.authors or (about.publisher,)))),
        "keywords": tuple(map(one_line, about.topics)),
        **(language_of(about.language) or {"language": "en", "region": "GB"}),
    }


def _note(compared: Compared, after: FrozenEdition) -> Iterator[Piece]:
    yield Piece("heading", ("What changed",), {"level": 1, "id": "change-note"})
    yield Piece("paragraph", (f"Change note of {after.frozen}",))
    for number, (subject, lines) in enumerate(compared.note):
        yield Piece("heading", (subject,), {"level": 2, "id": f"change-note-{number}"})
        yield Piece("bullets", tuple(Piece("item", (Piece("paragraph", (one_line(line),)),)) for line in lines))
    if not compared.note:
        yield Piece("paragraph", ("Nothing that readers see has changed.",))


def _marked(compared: Compared) -> Iterator[Piece]:
    yield Piece("heading", ("The text with every change marked",), {"level": 1, "id": "marked-text"})
    yield Piece(
        "paragraph",
        ("What is new is underlined and begins with the word “Added”; what was taken out is struck through and begins with the word “Removed”.",),
    )  # fmt: skip
    level = 1
    for chapter in with_numbers(compared.marked).chapters:
        for block in chapter.blocks:
            if isinstance(block, Heading):  # one level lower, and never two at once (PDF/UA-1, 7.4.2)
                level = min(block.level + 1, level + 1, _DEEPEST)
                yield Piece("heading", _heading(block), {"level": level, "id": block.id})
            else:
                yield from _block(block)


def _heading(block: Heading) -> tuple[Child, ...]:
    return trimmed(_lines(block.lines)) or ("Untitled",)


# -- Blocks ------------------------------------------------------------------------------------------------------------


def _blocks(blocks: Blocks) -> Flow:
    return tuple(piece for block in blocks for piece in _block(block))


def _block(block: Block) -> Flow:
    """A block as pieces, with its language; every word of it is printed."""
    made = _made(block)
    language = language_of(block.language)
    return (Piece("in-language", made, language),) if made and language else made


def _made(block: Block) -> Flow:
    match block:
        case Heading(_, lines):
            return tuple(one.having(sticky=True) for one in _paragraph((Styled("strong", lines),)))
        case Paragraph(lines) | Code(lines):
            return _paragraph(lines)
        case Listing(items, start):
            inner = tuple(Piece("item", made) for item in items if (made := _blocks(item)))
            return (
                (Piece("numbers" if start else "bullets", inner, {"start": start} if start else {}),) if inner else ()
            )
        case Group(kind, inner_blocks):
            inside = _blocks(inner_blocks)
            return (Piece(_BOXES[kind], inside),) if inside and kind in _BOXES else inside
        case Table():
            return _table(block)
        case Picture(_, alt):
            return (Piece("paragraph", (drawn(f"[Picture: {alt}]"),)), *_paragraph(block.caption))
        case References(items):
            return (Piece("references", tuple(map(_reference, items))),) if items else ()
        case Rule():
            return (Piece("rule"),)


_BOXES = {
    "signpost": "signpost", "box": "admonition", "update": "admonition", "key-messages": "key-messages",
    "quotation": "quotation", "indented": "indented", "meaning": "indented", "added": "added", "removed": "removed",
}  # fmt: skip


def _paragraph(lines: Lines) -> Flow:
    made = trimmed(_lines(lines))
    return (Piece("paragraph", made),) if made else ()


def _reference(item: Reference) -> Piece:
    lines = trimmed(_lines(item.text.lines)) or ("Untitled",)
    return Piece("reference", lines, {"label": item.label, "id": item.id, "places": ()})


def _table(block: Table) -> Flow:
    caption = trimmed(_lines(block.caption))
    rows = tuple(Piece("row", tuple(map(_cell, row))) for row in (*block.head, *block.body))
    if not rows:
        return _paragraph(block.caption)
    values = {"columns": block.columns, "head": len(block.head), "repeat": True}
    return (*((Piece("caption", caption),) if caption else ()), Piece("table", rows, values))


def _cell(cell: Cell) -> Piece:
    values = {"column": cell.column, "across": cell.across, "down": cell.down, "heads": cell.heads}
    return Piece("cell", _blocks(cell.blocks), {**values, "align": cell.align or "left"})


# -- Lines -------------------------------------------------------------------------------------------------------------


def _lines(lines: Lines) -> tuple[Child, ...]:
    return tuple(piece for line in lines for piece in _line(line))


def _line(line: Line) -> tuple[Child, ...]:
    match line:
        case Words(text):
            return (drawn(text),)
        case Break():
            return (Piece("line-break"),)
        case Styled(look, inner):
            inside = _lines(inner)
            inside = ("‘", *inside, "’") if look == "q" else inside
            return (Piece(_LOOKS[look], inside),) if look in _LOOKS and inside else inside
        case Inside(_, inner) | Marker(_, inner):
            return _lines(inner)
        case Outside(url, inner):
            inside, address = _lines(inner), shown(url)
            return (Piece("address", inside or (address,), {"url": leading(url), "shown": ""}),)
