"""Estimate: about how much of a page a piece will take, before Typst lays it out."""

from briefing_tools.stages.editions.pieces import Piece, walk, words

MOST_KEPT = 0.75
"""A box or a row that takes more of a page than this may be broken: it might not fit, or leave a page almost empty."""

MOST_KEPT_TABLE = 0.35
"""A table that takes less of a page than this is not broken: two rows on the next page would look like a mistake."""

_NARROWEST = 8
_INDENT = 4  # characters that a list or a box takes from the lines inside it
_PICTURE = 30  # lines; the most that the template gives to one


def rows_of(piece: Piece, line: int) -> float:
    """The lines that a piece takes, with its notes, where `line` characters fit on one. Rather too many than too few."""
    match piece.kind:
        case "paragraph" | "reference":
            rows = 1.5 + len(words(piece.children)) // line
            for _, one in walk(piece.inside()):
                if one.kind == "note":
                    rows += 1 + len(str(one.values["shown"])) // line
                elif one.kind == "line-break":
                    rows += 1
            return rows
        case "picture":
            return _PICTURE
        case _:
            inside = max(_NARROWEST, line - _INDENT)
            return 1 + sum(rows_of(child, inside) for child in piece.inside())


def lines_of_table(table: Piece, line: int) -> float:
    """The lines that a table takes if its columns are of one width."""
    column = max(_NARROWEST, line // table.number("columns", 1))
    return sum(max((rows_of(cell, column) for cell in row.inside()), default=0) for row in table.inside())
