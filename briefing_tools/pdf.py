"""Finish: what Typst cannot say in a PDF yet is added, and a PDF is looked at again; the only door to pikepdf."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, String

Table: TypeAlias = tuple[tuple[int, ...], ...]
"""Of each row of a table's body, the places of the cells that head the row, counted from 0."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished PDF and how many pages it has."""

    content: bytes
    pages: int


def finish(content: bytes, tables: tuple[Table, ...]) -> Finished:
    """Tag the cells that head a row (ISO 32000-1, 14.8.4.3.4: `TH` with scope `Row`), table by table in document order.

    Typst tags heads of columns only (`pdf.header-cell` is experimental). Two finishes of the same bytes are the same bytes.
    """
    with pikepdf.open(BytesIO(content)) as document:
        pages = len(document.pages)
        found = tuple(_tables(document.Root.StructTreeRoot))
        assert len(found) == len(tables), f"{len(found)} tables were tagged where {len(tables)} were set"
        tagged = [cell for element, heads in zip(found, tables, strict=True) for cell in _tag(element, heads)]
        return Finished(_updated(content, document, tagged) if tagged else content, pages)


_LAST_TABLE = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")


def _updated(content: bytes, document: pikepdf.Pdf, objects: Iterable[pikepdf.Object]) -> bytes:
    """The file with these objects as they are now, appended as an update (ISO 32000-1, 7.5.6), which leaves the rest alone.

    To write the whole file anew takes a sixth of the time that a document takes.
    """
    last = _LAST_TABLE.search(content)
    assert last is not None
    assert content.startswith(b"xref\n", int(last[1])), "the file has no plain table of its objects"
    appended = bytearray(content.rstrip() + b"\n")
    places: list[bytes] = []
    for number, one in sorted((one.objgen[0], one) for one in objects):
        assert number, "a tag that is no object of its own cannot be changed"
        places.append(b"%d 1\n%010d 00000 n \n" % (number, len(appended)))
        appended += b"%d 0 obj\n%b\nendobj\n" % (number, one.unparse(resolved=True))
    trailer = document.trailer
    trailer.ID = Array([trailer.ID[0], String(hashlib.sha256(appended).digest()[:16])])
    trailer.Prev = int(last[1])
    table = len(appended)
    appended += b"xref\n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (b"".join(places), trailer.unparse(), table)
    return bytes(appended)


# -- Looking at one ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looked:
    """What a PDF is like: faults of its syntax in qpdf's words, links inside it, those that lead nowhere, sizes of text.

    `sizes` are those of every text that is shown, in points, smallest first.
    """

    faults: tuple[str, ...]
    links: int
    lost: tuple[str, ...]
    sizes: tuple[float, ...]


def look_at(content: bytes) -> Looked:
    """Look at a PDF as a stranger would, with qpdf and with the operators that draw its text (ISO 32000-1, 9.4)."""
    with pikepdf.open(BytesIO(content)) as document:
        faults = tuple(str(one) for one in document.check_pdf_syntax())
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages, 1)}
        names = _named_places(document)
        leaps = [(number, leap) for number, page in enumerate(document.pages, 1) for leap in _leaps(page)]
        lost = tuple(f"page {number}: {place!s:.60}" for number, place in leaps if not _leads(place, names, pages))
        sizes = sorted({size for page in document.pages for size in _sizes(page)})
    return Looked(faults, len(leaps), lost, tuple(sizes))


def broken_links(content: bytes) -> tuple[tuple[int, str], ...] | None:
    """The links of a PDF that lead to no place in it, as page number and the place's name; nothing if it is no PDF."""
    try:
        with pikepdf.open(BytesIO(content)) as document:
            pages = {page.obj.objgen: number for number, page in enumerate(document.pages, 1)}
            names = _named_places(document)
            leaps = [(number, place) for number, page in enumerate(document.pages, 1) for place in _leaps(page)]
            return tuple((number, f"{place!s:.60}") for number, place in leaps if not _leads(place, names, pages))
    except pikepdf.PdfError:
        return None


def _leaps(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """Where the links of a page to other places of the document lead."""
    for one in page.get(Name.Annots, Array([])):
        if one.get(Name.Subtype) == Name.Link:
            action = one.get(Name.A, Dictionary())
            if Name.Dest in one:
                yield one.Dest
            elif action.get(Name.S) == Name.GoTo:
                yield action.D


def _named_places(document: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    names = document.Root.get(Name.Names, Dictionary()).get(Name.Dests)
    found = dict(pikepdf.NameTree(names).items()) if names is not None else {}
    old = document.Root.get(Name.Dests, Dictionary())
    return {**{str(key): value for key, value in old.items()}, **{str(key): value for key, value in found.items()}}


def _leads(place: pikepdf.Object, names: dict[str, pikepdf.Object], pages: dict[tuple[int, int], int]) -> bool:
    """Whether a destination is a page that is there."""
    if not isinstance(place, Array | Dictionary):
        return str(place) in names and _leads(names[str(place)], names, pages)
    if isinstance(place, Dictionary):
        return Name.D in place and _leads(place.D, names, pages)
    return len(place) > 0 and isinstance(place[0], Dictionary) and place[0].objgen in pages


_SHOWING = frozenset(["Tj", "TJ", "'", '"'])


def _sizes(page: pikepdf.Page) -> Iterator[float]:
    """The height of each text that a page shows: the font's size in the text's matrix in the page's."""
    scale, saved, size, up = 1.0, [], 0.0, 1.0
    for one in pikepdf.parse_content_stream(page):
        operands = one.operands
        match str(one.operator):
            case "q":
                saved.append(scale)
            case "Q":
                scale = saved.pop()
            case "cm":
                scale *= abs(float(operands[3]))
            case "Tf":
                size = float(operands[1])
            case "BT":
                up = 1.0
            case "Tm":
                up = abs(float(operands[3]))
            case name if name in _SHOWING and size:
                yield round(size * up * scale, 1)


# -- Tags --------------------------------------------------------------------------------------------------------------


_OF_LINES = frozenset(
    ["/P", "/Link", "/Span", "/Strong", "/Em", "/Lbl", "/TOC", "/Caption", "/Figure", *(f"/H{n}" for n in range(1, 7))]
)
"""Elements that hold lines, or lists of places, and so no table."""


def _tables(root: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every table of the structure tree, in document order."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, int):  # a place in a page's text
            continue
        kind = str(element.get("/S"))
        if kind == "/Table":
            yield element
        elif kind not in _OF_LINES:
            waiting += reversed(_children(element))


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _tag(table: pikepdf.Object, heads: Table) -> Iterator[pikepdf.Object]:
    """Tag the cells that head a row, and tell them."""
    groups = {str(group.get(Name.S)): group for group in _children(table)}
    body = groups.get("/TBody", table)  # a table without a head has its rows directly inside
    rows = [row for row in _children(body) if str(row.get("/S")) == "/TR"]
    assert len(rows) == len(heads), f"a table was tagged with {len(rows)} rows where {len(heads)} were set"
    for row, places in zip(rows, heads, strict=True):
        cells = row.K
        for place in places:
            cell = cells[place] if isinstance(cells, Array) else cells
            _head_of_row(cell)
            yield cell


def _head_of_row(cell: pikepdf.Object) -> None:
    cell.S = Name.TH
    given = cell.get(Name.A, Array([]))
    attributes = list(given) if isinstance(given, Array) else [given]
    own = [one for one in attributes if isinstance(one, Dictionary) and one.get(Name.O) == Name.Table]
    if own:
        own[0].Scope = Name.Row
        return
    cell.A = Array([*attributes, Dictionary(O=Name.Table, Scope=Name.Row)])
