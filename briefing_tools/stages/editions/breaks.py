"""Break: every note stands at the foot of the page of its call.

Typst puts a note on a later page when a box, a list or a table calls it near the foot of the page, or a line calls two
(typst/typst#5603, #5314). So the document is laid out, the first note that went astray is found, and the page is broken
before the small box that calls it; should that not do, before the smallest block, and then before the words of the link
themselves. This is repeated until none is left: a break never disturbs a page before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from briefing_tools.stages.editions.pieces import LEADING, Child, Flow, Path, Piece, changed, walk, words

Places = Mapping[int, tuple[int, int]]
"""The pages of each note's call and of the note itself, by its key."""

_BREAKABLE = frozenset(
    ["flow", "bullets", "numbers", "signpost", "admonition", "key-messages", "quotation", "indented", "record", "table", "in-language"]
)  # fmt: skip
_WHOLE = frozenset(["table", "picture", "caption"])  # never broken before words: a row and a caption stand together
_TITLED = frozenset(["signpost", "admonition"])


class NoteAstray(AssertionError):
    """A note that no break brings back to the page of its call: a mistake of ours, never of the briefing's."""


def break_pages(flow: Flow, lay_out: Callable[[Flow], Places], part: Callable[[int], int] = lambda key: 0) -> Flow:
    """The flow with the page breaks that bring every note to its call's page. Raises `NoteAstray` if there are none such.

    `part` tells by a note's key in which part of the document it stands. Each part begins on a page of its own, so a break
    in one disturbs no other, and the first note astray of each is seen to at once.
    """
    calls = {key_of(piece): path for path, piece in walk(flow) if piece.kind == "note"}
    places: dict[int, list[Path]] = {}
    while True:
        broken = _broken(flow, {left[0] for left in places.values() if left[0]})
        astray = [key for key, (call, body) in sorted(lay_out(broken).items()) if call != body]
        if not astray:
            return broken
        for first in {part(key): key for key in reversed(astray)}.values():
            if first not in places:
                places[first] = _places(flow, calls[first])
            elif len(places[first]) > 1:
                del places[first][0]
            else:
                raise NoteAstray(f"note {first} cannot be kept on the page of its call")


def key_of(note: Piece) -> int:
    """What tells a note apart in its document: its number, unless several briefings are bound in it."""
    return note.number("key") or note.number("number")


def _broken(flow: Flow, places: set[Path]) -> Flow:
    """The flow with a page break at each of these places."""
    pages: list[Flow] = []
    for path in sorted(places, reverse=True):
        flow, after = split(flow, path)
        pages.insert(0, (Piece("page-break"), *after))
    return tuple(piece for page in (flow, *pages) for piece in page)


def _places(flow: Flow, call: Path) -> list[Path]:
    """Where to break for a call, best first: before a box that is kept whole, before the smallest block, before the words."""
    down = _down(flow, call)
    whole = next((depth for depth, piece in enumerate(down) if piece.kind != "row" and piece.values.get("whole")), None)
    block = max(depth for depth, piece in enumerate(down[:-1]) if piece.kind in _BREAKABLE) + 1
    words_too = not any(piece.kind in _WHOLE for piece in down)
    depths = (*((whole,) if whole else ()), block, *((len(call),) if words_too else ()))
    return list(dict.fromkeys(_place(down, call[:depth]) for depth in depths))


def _place(down: tuple[Piece, ...], path: Path) -> Path:
    """The place to break before a piece: what is kept with it moves along, and nothing is broken off at the very start."""
    while path:
        parent = down[len(path) - 1]
        index = _before_kept(parent.children, path[-1])
        if parent.kind == "table":
            index = _before_reaching(parent, index)
        if index:
            return (*path[:-1], index)
        path = path[:-1]
    return ()


def _down(flow: Flow, path: Path) -> tuple[Piece, ...]:
    """The flow as a piece, and the pieces on the way down from it, outermost first."""
    piece = Piece("flow", flow)
    found = [piece]
    for index in path:
        child = piece.children[index]
        assert isinstance(child, Piece)
        found.append(piece := child)
    return tuple(found)


def _before_kept(siblings: tuple[Child, ...], index: int) -> int:
    """The place before everything that must stay with what stands at `index`."""
    while index and isinstance(before := siblings[index - 1], Piece) and _is_kept(before):
        index -= 1
    return index


def _is_kept(piece: Piece) -> bool:
    return piece.kind in ("heading", "caption") or bool(piece.values.get("sticky"))


def _before_reaching(table: Piece, index: int) -> int:
    """The row before which a table can be broken: not in its head, nor where a cell reaches down from above."""
    rows = table.inside()
    while index > table.number("head") and any(
        above + cell.number("down", 1) > index for above in range(index) for cell in rows[above].inside()
    ):
        index -= 1
    return index if index > table.number("head") else 0


# -- Splitting ---------------------------------------------------------------------------------------------------------


def split(flow: Flow, path: Path) -> tuple[Flow, Flow]:
    """The flow up to a place, and from there on; a piece that the place lies in stands on both sides."""
    index, *below = path
    if not any(below):
        return flow[:index], flow[index:]
    first, second = _split(flow[index], tuple(below))
    return (*flow[:index], first), (second, *flow[index + 1 :])


def _split(piece: Piece, path: Path) -> tuple[Piece, Piece]:
    index, *below = path
    before, after = piece.children[:index], piece.children[index:]
    child = piece.children[index]
    if any(below) and isinstance(child, Piece):
        first, second = _split(child, tuple(below))
        before, after = (*before, first), (second, *after[1:])
    return replace(piece, children=before), _rest(piece, index, after)


def _rest(whole: Piece, index: int, after: tuple[Child, ...]) -> Piece:
    """What follows a break inside a piece: a list goes on counting, a table has its head again, a box says that it goes on."""
    rest = Piece(whole.kind, after, {name: value for name, value in whole.values.items() if name != "id"})
    rest = rest.having(continued=True) if whole.kind in ("item", "paragraph") else rest
    match whole.kind:
        case "numbers":
            return rest.having(start=whole.number("start") + index)
        case "table":
            head = changed(whole.inside()[: whole.number("head")], _leading_nowhere)
            return replace(rest, children=(*head, *after)).having(repeat=True)
        case kind if kind in _TITLED and isinstance(title := whole.children[0], Piece) and title.values.get("sticky"):
            again = Piece("paragraph", (Piece("strong", (f"{words(title.children)} (continued)",)),), {"sticky": True})
            return replace(rest, children=(again, *after))
        case _:
            return rest


def _leading_nowhere(piece: Piece) -> Flow:
    """A piece of a repeated head: its words, without what only one place can be or call."""
    if piece.kind in LEADING:
        return (Piece("span", piece.children),)
    return (replace(piece, values={name: value for name, value in piece.values.items() if name != "id"}),)
