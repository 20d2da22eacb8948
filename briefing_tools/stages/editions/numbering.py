"""Number: every call of a note gets the plan's number, every link a place that is there, every section the house's number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from briefing_tools.model import Note, Section
from briefing_tools.stages.editions.house import headings_numbered
from briefing_tools.stages.editions.pieces import LEADING, Flow, Piece, changed


def numbered(flow: Flow, notes: tuple[Note, ...]) -> Flow:
    """The flow with the number that the plan gave each link; a link used twice has its numbers in reading order."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for note in notes:
        waiting[str(note.span)].append(note.number)

    def give(piece: Piece) -> Flow:
        if piece.kind != "note":
            return (piece,)
        return (piece.having(number=waiting[str(piece.values["at"])].pop(0)),)

    made = changed(flow, give)
    assert not any(waiting.values()), f"links without their notes: {dict(waiting)}"
    return made


def resolved(flow: Flow, moved: Mapping[str, str]) -> Flow:
    """The flow in which an id stands once, and what would lead to a place that is not printed is words alone.

    `moved` gives the present id for each earlier one.
    """
    seen: set[str] = set()

    def once(piece: Piece) -> Flow:
        identity = str(piece.values.get("id", ""))
        if identity not in seen:
            seen.update((identity,) if identity else ())
            return (piece,)
        return (replace(piece, values={name: value for name, value in piece.values.items() if name != "id"}),)

    def lead(piece: Piece) -> Flow:
        if piece.kind not in LEADING or "to" not in piece.values:
            return (piece,)
        to = str(piece.values["to"])
        to = to if to in seen else moved.get(to, to)
        return (piece.having(to=to),) if to in seen else (Piece("span", piece.children),)

    return changed(changed(flow, once), lead)


def with_numbers_of(sections: tuple[Section, ...], above: str = "") -> Iterator[tuple[Section, str]]:
    """Sections with their numbers: `1`, and `1.2` below it; empty unless the house style wants numbered headings."""
    wanted = headings_numbered()
    for place, section in enumerate(sections, 1):
        yield section, f"{above}.{place}".lstrip(".") if wanted else ""
