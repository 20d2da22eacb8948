"""Mark: what the reader sees of a citation, for pages and print alike — `[1, p. 58]`, `Horwath and Morrison [7]`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from briefing_tools.model import CitationItem, Mode, PlacedCitation, Reference
from briefing_tools.styles import locator_text, narrative_authors


@dataclass(frozen=True, slots=True)
class Words:
    """Characters that lead nowhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number that leads to its reference, with the locator that belongs to it: `1, p. 58`."""

    text: str
    label: str
    key: str


Part: TypeAlias = Words | Number


def marker(placed: PlacedCitation, references: tuple[Reference, ...]) -> tuple[Part, ...]:
    """The parts of a citation's marker, in order. An unknown key stands with a question mark and leads nowhere."""
    works: Mapping[str, Reference] = {reference.work.key: reference for reference in references}
    parts: list[Part] = []
    items = placed.citation.items
    for index, (item, label) in enumerate(zip(items, placed.labels, strict=True)):
        if item.mode is Mode.NARRATIVE and item.key in works:
            parts.append(Words(narrative_authors(works[item.key].work) + " "))
        parts.append(Words("[" if index == 0 else "; "))
        parts += _item(item, label)
    return tuple(_joined([*parts, Words("]")]))


def _item(item: CitationItem, label: str) -> list[Part]:
    before = [Words(item.prefix + " ")] if item.prefix else []
    locator = ", " + locator_text(item.locator) if item.locator else ""
    number: Part = Number(label + locator, label, item.key) if label else Words(f"{item.key}?{locator}")
    after = [Words(item.suffix if item.suffix[0] in ",.;:" else " " + item.suffix)] if item.suffix else []
    return [*before, number, *after]


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring words made one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + part.text)
        else:
            joined.append(part)
    return joined
