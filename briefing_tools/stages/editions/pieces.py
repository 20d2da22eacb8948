"""Piece: what the template is given — the name of one of its functions, its values, and what stands inside."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

Child: TypeAlias = "Piece | str"
Value: TypeAlias = str | int | bool | tuple[str, ...] | tuple[tuple[str, str], ...]
Path: TypeAlias = tuple[int, ...]
"""The way down from the flow to a piece: the place among the children at every level."""

_NONE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on paper. `kind` is a function of `briefing.typ`, or `row` or `cell`; `values` are its named arguments.

    Children are pieces and plain characters. Characters are never parsed: they reach Typst as strings.
    """

    kind: str
    children: tuple[Child, ...] = ()
    values: Mapping[str, Value] = field(default_factory=lambda: _NONE)

    def having(self, **values: Value) -> "Piece":
        """The same piece with some values set."""
        return Piece(self.kind, self.children, {**self.values, **values})

    def number(self, name: str, default: int = 0) -> int:
        """A value that is a whole number."""
        value = self.values.get(name, default)
        assert isinstance(value, int), f"{name} of {self.kind} is {value!r}"
        return value

    def inside(self) -> tuple["Piece", ...]:
        """The pieces that stand directly inside, without loose characters."""
        return tuple(child for child in self.children if isinstance(child, Piece))


Flow: TypeAlias = tuple[Piece, ...]
"""What follows one another down the pages: headings, paragraphs, lists, boxes, tables."""

LEADING = frozenset({"note", "number", "cross-reference", "address"})
"""Pieces that a reader can follow: Typst cannot repeat them on every page (PDF/UA-1 allows no link in an artifact)."""


def as_json(value: object) -> bytes:
    """Pieces, and the tuples, mappings and scalars around them, as the JSON that the template reads."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain).encode()


def _plain(value: object) -> object:
    """A dictionary for what JSON does not know of itself."""
    if isinstance(value, Piece):
        return {"is": value.kind, "values": value.values, "children": value.children}
    assert isinstance(value, Mapping), f"JSON has nothing for {value!r}"
    return dict(value)


def walk(pieces: tuple[Child, ...], path: Path = ()) -> Iterator[tuple[Path, Piece]]:
    """Every piece with the way down to it, in reading order, parents before their children."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, Piece):
            yield (*path, index), piece
            yield from walk(piece.children, (*path, index))


def words(children: tuple[Child, ...]) -> str:
    """The characters of pieces, without what the template adds."""
    if len(children) == 1 and isinstance(children[0], str):  # as most are
        return children[0]
    return "".join(child if isinstance(child, str) else words(child.children) for child in children)


def leads(piece: Piece) -> bool:
    """Whether a reader can follow something in a piece."""
    return any(inner.kind in LEADING for _, inner in walk((piece,)))


def changed(flow: Flow, change: Callable[[Piece], Flow]) -> Flow:
    """The flow with every piece put through `change`, children first."""
    return tuple(new for piece in flow for new in _changed(piece, change))


def _changed(piece: Piece, change: Callable[[Piece], Flow]) -> Flow:
    children: list[Child] | None = None  # until one is another
    for index, child in enumerate(piece.children):
        made = (child,) if isinstance(child, str) else _changed(child, change)
        if children is not None:
            children += made
        elif len(made) != 1 or made[0] is not child:
            children = [*piece.children[:index], *made]
    return change(piece if children is None else Piece(piece.kind, tuple(children), piece.values))
