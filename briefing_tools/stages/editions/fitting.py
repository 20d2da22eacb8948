"""Fit: pieces take the shape that a page of this size wants."""

import re
from collections.abc import Iterator
from operator import is_

from briefing_tools.stages.editions.house import Format
from briefing_tools.stages.editions.pieces import Child, Flow, Piece, changed, words
from briefing_tools.stages.editions.sizes import MOST_KEPT, MOST_KEPT_TABLE, lines_of_table, rows_of
from briefing_tools.stages.editions.tables import fitted

MOST_INTRODUCING = 3
"""A paragraph of more lines than this need not stay on the page of the list that it introduces."""

_LONG, _LONG_IN_TABLE = (re.compile(rf"[^\s\-‐–—/.?&=_,;]{{{length}}}") for length in (24, 18))
_BOXES = frozenset(["signpost", "admonition", "quotation", "record", "row", "reference"])


def fit(flow: Flow, format: Format) -> Flow:
    """The flow with its tables as the page can hold them, and only short paragraphs kept with what they introduce."""

    def fit_piece(piece: Piece) -> Flow:
        if piece.kind == "table":
            return fitted(piece, format.line, format.rows)
        if piece.values.get("sticky") and len(words(piece.children)) > MOST_INTRODUCING * format.line:
            return (piece.having(sticky=False),)
        return (piece,)

    return changed(flow, fit_piece)


def keep_whole(flow: Flow, format: Format) -> Flow:
    """The flow with every box, row and small table marked that can stand on one page."""

    def keep(piece: Piece) -> Flow:
        if piece.kind == "table":
            whole = lines_of_table(piece, format.line) < format.rows * MOST_KEPT_TABLE
        elif piece.kind in _BOXES:
            whole = rows_of(piece, format.line) < format.rows * MOST_KEPT
        else:
            return (piece,)
        return (piece,) if piece.values.get("whole") is whole else (piece.having(whole=whole),)

    return changed(flow, keep)


def loosen(flow: Flow) -> Flow:
    """The flow in which a word that is longer than a line may be can be broken; sooner in a table, whose columns are narrow.

    A cell that holds one paragraph holds its lines alone: Typst lays a cell out some four times until the widths of the
    columns are known, and a paragraph of its own doubles that.
    """
    return tuple(_loose(piece, _LONG) for piece in flow)


def _loose(piece: Piece, long: re.Pattern[str]) -> Piece:
    long = _LONG_IN_TABLE if piece.kind == "table" else long
    children: list[Child] = []
    for child in _lines_alone(piece) if piece.kind == "cell" else piece.children:
        if isinstance(child, str):
            children += _in_parts(child, long)
        else:
            children.append(_loose(child, long))
    made = tuple(children)
    same = len(made) == len(piece.children) and all(map(is_, made, piece.children))
    return piece if same else Piece(piece.kind, made, piece.values)


def _lines_alone(cell: Piece) -> tuple[Child, ...]:
    """What a cell holds, or what its paragraph holds if there is nothing else."""
    match cell.children:
        case (Piece("paragraph", lines, values),) if not values:
            return lines
    return cell.children


def _in_parts(text: str, long: re.Pattern[str]) -> Iterator[Child]:
    """Characters with every part of a long word, behind which it may be broken, as a piece of its own."""
    at = 0
    for found in long.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield Piece("long-word", (found.group(),))
        at = found.end()
    if at == 0:
        yield text
    elif at < len(text):
        yield text[at:]
