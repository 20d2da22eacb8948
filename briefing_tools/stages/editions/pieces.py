"""Piece: what the template is given — the name of one of its functions, its values, and what stands inside."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Child: TypeAlias = "Piece | str"
Value: TypeAlias = "str | int | bool | tuple[str, ...] | tuple[int, ...]"
Path: TypeAlias = tuple[int, ...]
"""The way down from the document's flow to a piece: the place among the children at every level."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on paper. `kind` is a function of `briefing.typ`, `values` are its named arguments.

    Children are pieces and plain characters. Characters are never parsed: they reach Typst as strings.
    """

    kind: str
    children: tuple[Child, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)


Flow: TypeAlias = tuple[Piece, ...]
"""What follows one another down the pages: headings, paragraphs, lists, boxes, tables."""


def as_json(value: object) -> bytes:
    """Pieces, and the tuples, mappings and scalars around them, as the JSON that the template reads."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True).encode()


def _plain(value: object) -> object:
    match value:
        case Piece(kind, children, values):
            return {"is": kind, "with": _plain(values), "children": _plain(children)}
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
        case _:
            return value


def walk(pieces: tuple[Child, ...], path: Path = ()) -> Iterator[tuple[Path, Piece]]:
    """Every piece with its way down, in reading order, parents before their children."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, Piece):
            yield (*path, index), piece
            yield from walk(piece.children, (*path, index))


def words(children: tuple[Child, ...]) -> str:
    """The characters of pieces, without what the template adds."""
    return "".join(child if isinstance(child, str) else words(child.children) for child in children)


def split(flow: Flow, path: Path) -> tuple[Flow, Flow]:
    """The flow up to a piece, and the flow from it on; whatever holds the piece stands on both sides, as `split_piece` says."""
    index, *below = path
    if not below or not any(below):
        return flow[:index], flow[index:]
    before, after = split_piece(flow[index], tuple(below))
    return (*flow[:index], before), (after, *flow[index + 1 :])


def split_piece(piece: Piece, path: Path) -> tuple[Piece, Piece]:
    """The part of a piece before a descendant, and the rest, which says that it continues."""
    index, *below = path
    before, after = piece.children[:index], piece.children[index:]
    child = piece.children[index]
    if any(below) and isinstance(child, Piece):
        first, second = split_piece(child, tuple(below))
        before, after = (*before, first), (second, *after[1:])
    return replace(piece, children=before), continued(replace(piece, children=after), index, any(below), piece)


def continued(rest: Piece, index: int, inside: bool, whole: Piece) -> Piece:
    """The rest of a piece after a split before its child `index`; a numbered list goes on counting, a table repeats its head."""
    values = dict(whole.values) | {"continued": True}
    match whole.kind:
        case "numbers":
            return replace(rest, values=values | {"start": int(whole.values["start"]) + index})  # type: ignore[call-overload]
        case _:
            return replace(rest, values=values)
