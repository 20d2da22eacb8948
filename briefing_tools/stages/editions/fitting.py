"""Fit: pieces take the shape that a page of this size wants."""

from briefing_tools.stages.editions.house import Format
from briefing_tools.stages.editions.pieces import Flow, Piece, changed, words
from briefing_tools.stages.editions.sizes import MOST_KEPT, rows_of
from briefing_tools.stages.editions.tables import fitted

MOST_INTRODUCING = 3
"""A paragraph of more lines than this need not stay on the page of the list that it introduces."""

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
    """The flow with every box and row marked that is small enough to stand on one page."""

    def keep(piece: Piece) -> Flow:
        if piece.kind not in _BOXES:
            return (piece,)
        return (piece.having(whole=rows_of(piece, format.line) < format.rows * MOST_KEPT),)

    return changed(flow, keep)
