"""Rule up: a table, however raggedly it was written, becomes a grid of rows, or a list where the page is too narrow."""

import re
from collections.abc import Callable
from dataclasses import replace

from briefing_tools.model import Element
from briefing_tools.pdf import Table as PdfTable
from briefing_tools.stages.editions.grids import rows_of_cells, spanned
from briefing_tools.stages.editions.pieces import Child, Flow, Piece, leads, walk, words
from briefing_tools.stages.editions.sizes import MOST_KEPT, rows_of

MOST_COLUMNS = 24
MOST_NOTES_IN_ROW = 3
"""A row is never split between pages; with more notes than this it might not fit on one."""
WIDEST_WORD = 18
"""A longer word may be broken, so a column need not be wider."""

Blocks = Callable[[Element], Flow]


def compose_table(table: Element, blocks: Blocks, lines: Callable[[Element], tuple[Child, ...]]) -> Flow:
    """A table piece behind its caption, if it has one.

    Its first `head` rows are the head; in every row the cells cover each column once, unless a cell above reaches down.
    """
    rows = list(rows_of_cells(table.children))
    captions = [child for child in table.children if isinstance(child, Element) and child.tag == "caption"]
    words_above = tuple(piece for one in captions for piece in lines(one))
    caption: Flow = (Piece("caption", words_above),) if words_above else ()
    columns = min(max((_width(cells) for cells, _ in rows), default=0), MOST_COLUMNS)
    if not columns:
        return caption
    head = _grid([cells for cells, is_head in rows if is_head], columns, blocks)
    body = _grid([cells for cells, is_head in rows if not is_head], columns, blocks)
    values = {"columns": columns, "head": len(head), "repeat": not any(leads(row) for row in head)}
    return (*caption, Piece("table", (*head, *body), values))


def _width(cells: list[Element]) -> int:
    return sum(spanned(cell, "colspan", MOST_COLUMNS) for cell in cells)


def _grid(rows: list[list[Element]], columns: int, blocks: Blocks, reach_down: bool = True) -> Flow:
    """Rows in which no cell leaves the grid and no place is empty; cells beyond the last column join the last one."""
    free = [[True] * columns for _ in rows]
    laid: list[dict[int, Piece]] = [{} for _ in rows]
    for number, cells in enumerate(rows):
        for cell in cells:
            column = next((at for at in range(columns) if free[number][at]), columns)
            if column < columns:
                across, down = _room(cell, free, number, column, reach_down)
                for below in range(number, number + down):
                    free[below][column : column + across] = [False] * across
                laid[number][column] = _cell(cell, blocks(cell), column, across, down)
            elif laid[number]:
                last = max(laid[number])
                before = laid[number][last]
                laid[number][last] = replace(before, children=before.children + blocks(cell))
        for gap in (at for at in range(columns) if free[number][at]):
            laid[number][gap] = Piece("cell", (), {"column": gap})
    if not all(laid) and reach_down:  # cells from above fill a whole row, and its own would be lost
        return _grid(rows, columns, blocks, reach_down=False)
    return tuple(Piece("row", tuple(row[column] for column in sorted(row))) for row in laid)


def _room(cell: Element, free: list[list[bool]], number: int, column: int, reach_down: bool) -> tuple[int, int]:
    """How far a cell may reach to the right and down without covering another or leaving the grid."""
    across = spanned(cell, "colspan", len(free[number]) - column)
    while not all(free[number][column : column + across]):
        across -= 1
    return across, spanned(cell, "rowspan", len(free) - number) if reach_down else 1


def _cell(cell: Element, inside: Flow, column: int, across: int, down: int) -> Piece:
    align = cell.attributes.get("align", "")
    values = {"column": column, "across": across, "down": down, "heads": cell.tag == "th"}
    return Piece("cell", inside, {**values, "align": align if align in ("left", "center", "right") else "left"})


def row_heads(flow: Flow) -> list[PdfTable]:
    """Of each table, of each row of its body, the cells that head the row: those marked so, else the first column's."""
    tables = [piece for _, piece in walk(flow) if piece.kind == "table"]
    return [
        tuple(
            tuple(
                place
                for place, cell in enumerate(row.inside())
                if cell.values.get("heads") or (cell.number("column") == 0 and table.number("columns") > 1)
            )
            for row in table.inside()[table.number("head") :]
        )
        for table in tables
    ]


# -- As a list ---------------------------------------------------------------------------------------------------------


def fitted(table: Piece, line: int, page: int) -> Flow:
    """The table, or a list of its rows if a page of so many lines, of so many characters, is too small for it.

    Columns need their longest words; and a row that calls notes must fit on a page with them.
    """
    if _needs(table) > line or any(_too_tall(row, line, page) for row in table.inside()):
        return _as_list(table)
    return (table,)


def _too_tall(row: Piece, line: int, page: int) -> bool:
    notes = sum(inner.kind == "note" for _, inner in walk((row,)))
    return notes > MOST_NOTES_IN_ROW or (notes > 0 and rows_of(row, line) > page * MOST_KEPT)


def _needs(table: Piece) -> int:
    """The characters that the columns need at least: the longest word of each, and the space between them."""
    longest = [0] * table.number("columns")
    for cell in (cell for row in table.inside() for cell in row.inside() if cell.number("across", 1) == 1):
        lengths = (len(word) for word in re.split(r"[\s-]+", words(cell.children)))
        column = cell.number("column")
        longest[column] = max(longest[column], min(WIDEST_WORD, max(lengths)))
    return sum(length + 3 for length in longest)


def _as_list(table: Piece) -> Flow:
    """Each row as a block: every cell behind the words of its column's head, the first one in bold."""
    rows, head = table.inside(), table.number("head")
    names = tuple(
        " – ".join(dict.fromkeys(text for row in rows[:head] if (text := _text_at(row, column))))
        for column in range(table.number("columns"))
    )
    records = tuple(_record(row, names) for row in rows[head:])
    if not table.values["repeat"]:  # what leads somewhere must stay: the head's cells come first, as they are
        return (*(block for row in rows[:head] for cell in row.inside() for block in cell.inside()), *records)
    used = {cell.number("column") for row in rows[head:] for cell in row.inside() if cell.children}
    unused = "; ".join(dict.fromkeys(name for column, name in enumerate(names) if name and column not in used))
    return (*records, *((Piece("paragraph", (f"Nothing stands under: {unused}.",)),) if unused else ()))


def _text_at(row: Piece, column: int) -> str:
    for cell in row.inside():
        if cell.number("column") <= column < cell.number("column") + cell.number("across", 1):
            return " ".join(words(cell.children).split())
    return ""


def _record(row: Piece, names: tuple[str, ...]) -> Piece:
    inside: list[Piece] = []
    for cell in (cell for cell in row.inside() if cell.children):
        name = names[cell.number("column")]
        inside += _labelled(cell.inside(), f"{name}:" if name else "", bold=not inside)
    return Piece("record", tuple(inside))


def _labelled(flow: Flow, label: str, bold: bool) -> Flow:
    """The blocks of a cell with the label at the head of its first paragraph, or before them if they begin otherwise."""
    first, *rest = flow if flow[0].kind == "paragraph" else (Piece("paragraph"), *flow)
    lead: tuple[Child, ...] = (Piece("strong", (label,)), " ") if label else ()
    if bold and first.children:
        lead, first = (Piece("strong", (f"{label} ".lstrip(), *first.children)),), replace(first, children=())
    made = replace(first, children=(*lead, *first.children))
    return (made, *rest) if made.children else tuple(rest)
