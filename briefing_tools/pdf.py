"""Finish: what Typst cannot say in a PDF yet is added; the only door to pikepdf."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode

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
        found = tuple(_tables(document.Root.StructTreeRoot))
        assert len(found) == len(tables), f"{len(found)} tables were tagged where {len(tables)} were set"
        for element, heads in zip(found, tables, strict=True):
            _tag(element, heads)
        out = BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=ObjectStreamMode.preserve, linearize=False)
        return Finished(out.getvalue(), len(document.pages))


def _tables(root: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every table of the structure tree, in document order."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, Dictionary) and element.get(Name.S) == Name.Table:
            yield element
        elif isinstance(element, Dictionary) and Name.K in element:
            waiting += reversed(_children(element))


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get(Name.K, Array([]))
    return list(kids) if isinstance(kids, Array) else [kids]


def _tag(table: pikepdf.Object, heads: Table) -> None:
    groups = {str(group.get(Name.S)): group for group in _children(table)}
    body = groups.get("/TBody", table)  # a table without a head has its rows directly inside
    rows = [row for row in _children(body) if row.get(Name.S) == Name.TR]
    assert len(rows) == len(heads), f"a table was tagged with {len(rows)} rows where {len(heads)} were set"
    for row, places in zip(rows, heads, strict=True):
        cells = _children(row)
        for place in places:
            _head_of_row(cells[place])


def _head_of_row(cell: pikepdf.Object) -> None:
    cell.S = Name.TH
    given = cell.get(Name.A, Array([]))
    attributes = list(given) if isinstance(given, Array) else [given]
    own = [one for one in attributes if isinstance(one, Dictionary) and one.get(Name.O) == Name.Table]
    if own:
        own[0].Scope = Name.Row
        return
    cell.A = Array([*attributes, Dictionary(O=Name.Table, Scope=Name.Row)])


def broken_links(content: bytes) -> tuple[tuple[int, str], ...] | None:
    """The links of a PDF that lead to no place in it, as page number and the name of the place; nothing if it is no PDF."""
    try:
        with pikepdf.open(BytesIO(content)) as document:
            pages = {page.objgen for page in document.pages}
            named = _named_places(document)
            found = []
            for number, page in enumerate(document.pages, 1):
                for note in page.get(Name.Annots, Array([])):
                    goal = _goal(note)
                    if isinstance(goal, pikepdf.String | Name):
                        name = str(goal)
                        goal = named.get(name)
                        found += [(number, name)] if goal is None else []
                    if isinstance(goal, Array) and (not len(goal) or getattr(goal[0], "objgen", (0, 0)) not in pages):
                        found.append((number, "a page that is not there"))
            return tuple(found)
    except pikepdf.PdfError:
        return None


def _goal(note: pikepdf.Object) -> pikepdf.Object | None:
    """Where a link inside a document leads: a place, or the name of one (ISO 32000-1, 12.5.6.5)."""
    if note.get(Name.Subtype) != Name.Link:
        return None
    action = note.get(Name.A)
    if isinstance(action, Dictionary):
        return action.get(Name.D) if action.get(Name.S) == Name.GoTo else None
    return note.get(Name.Dest)


def _named_places(document: pikepdf.Pdf) -> dict[str, pikepdf.Object | None]:
    """The places with names (ISO 32000-1, 12.3.2.3)."""
    names = document.Root.get(Name.Names, Dictionary()).get(Name.Dests)
    found = dict(pikepdf.NameTree(names).items()) if names is not None else {}
    found |= dict(document.Root.get(Name.Dests, Dictionary()).items())
    return {
        str(name).removeprefix("/"): place.get(Name.D) if isinstance(place, Dictionary) else place
        for name, place in found.items()
    }
