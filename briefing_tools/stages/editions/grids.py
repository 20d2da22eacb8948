"""Lay out: the rows and cells of a table in the text, as every edition counts them."""

import re
from collections.abc import Iterator

from briefing_tools.model import Element, Node


def rows_of_cells(nodes: tuple[Node, ...], head: bool = False) -> Iterator[tuple[list[Element], bool]]:
    """The cells of each row that has any, and whether the row stands in the head."""
    for node in nodes:
        if isinstance(node, Element) and node.tag in ("thead", "tbody"):
            yield from rows_of_cells(node.children, node.tag == "thead")
        elif isinstance(node, Element) and node.tag == "tr":
            cells = [child for child in node.children if isinstance(child, Element) and child.tag in ("td", "th")]
            if cells:
                yield cells, head


def spanned(cell: Element, name: str, most: int) -> int:
    """How many columns (`colspan`) or rows (`rowspan`) a cell takes: at least 1, and no more than `most`."""
    given = cell.attributes.get(name, "1")
    return max(1, min(int(given), most)) if re.fullmatch(r"[0-9]{1,4}", given) else 1
