"""Cite: every citation gets its number, every work its reference, and each leads to the other.

Numbers are given per briefing, in order of first citation in reading order, from the one shared bibliography; an update
has its own series S1, S2 …, so that it never renumbers the briefing. What is made here is the one citation plan that
pages, editions, index and exports share. In a style without numbers they still say in which order works were cited,
while the list of references is alphabetical and letters after the year are the same throughout the series.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from briefing_tools.model import (
    Bibliography,
    Briefing,
    Citation,
    CitedBriefing,
    CitedPage,
    CitedSeries,
    CitedText,
    CitedUpdate,
    MergedBriefing,
    Node,
    Page,
    PlacedCitation,
    Reference,
    Series,
    Update,
    Work,
    walk,
)
from briefing_tools.spelling import spelled_out
from briefing_tools.styles import STYLES, Style, format_reference, year_suffixes


def cite(series: Series, merged: tuple[MergedBriefing, ...], style: str) -> CitedSeries:
    """Number every citation of the series; an unknown key gets an empty label and no reference."""
    shelf = shelve(series.bibliography, style)
    return CitedSeries(
        series=series,
        merged=merged,
        briefings=tuple(_briefing(one, shelf) for one in merged),
        pages=tuple(_page(page, shelf) for page in series.pages),
    )


@dataclass(frozen=True)
class Shelf:
    """Every work that can be cited, and how it is written and sorted: that is made out once for the whole series."""

    works: Mapping[str, Work]
    style: Style
    suffixes: Mapping[str, str]
    _written: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    _named: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    _order: dict[str, Any] = field(default_factory=dict)

    def reference(self, label: str, key: str, cited_by: list[int]) -> Reference:
        """A work as one document refers to it."""
        work, suffix = self.works[key], self.suffixes.get(key, "")
        if key not in self._written:
            author_date = self.style.author_date
            self._written[key] = format_reference(work, self.style.name, suffix)
            self._named[key] = author_date.in_text(work, suffix) if author_date else None
        return Reference(label, work, self._written[key], tuple(dict.fromkeys(cited_by)), suffix, self._named[key])

    def listed(self, references: list[Reference]) -> tuple[Reference, ...]:
        """References, given by first citation, in the order of the style's list."""
        author_date = self.style.author_date
        if author_date is None:
            return tuple(references)
        for one in references:
            if one.work.key not in self._order:
                self._order[one.work.key] = author_date.order(one.work, one.year_suffix)
        return tuple(sorted(references, key=lambda one: self._order[one.work.key]))


def shelve(bibliography: Bibliography, style: str) -> Shelf:
    """The works of a bibliography as one style writes them."""
    return Shelf(bibliography.works, STYLES[style], year_suffixes(bibliography.works.values(), style))


def _citations(nodes: tuple[Node, ...]) -> Iterable[Citation]:
    return (node for node in walk(nodes) if isinstance(node, Citation))


def _briefing(merged: MergedBriefing, shelf: Shelf) -> CitedBriefing:
    updates = {section: tuple(_update(one, shelf) for one in updates) for section, updates in merged.updates.items()}
    text = number(_placed_in(merged.briefing), shelf, "")
    return CitedBriefing(spelled_out(merged.briefing, text), text, MappingProxyType(updates), merged.withdrawn)


def _placed_in(briefing: Briefing) -> Iterable[tuple[str, Citation]]:
    yield from (("", citation) for citation in _citations(briefing.lead))
    for section in briefing.all_sections():
        yield from ((section.id, citation) for citation in _citations((*section.heading, *section.body)))


def _update(update: Update, shelf: Shelf) -> CitedUpdate:
    """An update's works: those its text cites, in order, then those only listed under `sources`."""
    listed = tuple(key for key in update.sources if key in shelf.works)
    placed = ((update.section, citation) for citation in _citations(update.body))
    return CitedUpdate(update, number(placed, shelf, "S", listed))


def _page(page: Page, shelf: Shelf) -> CitedPage:
    return CitedPage(page, number((("", citation) for citation in _citations(page.nodes)), shelf, ""))


def number(found: Iterable[tuple[str, Citation]], shelf: Shelf, letter: str, listed: tuple[str, ...] = ()) -> CitedText:
    """One text's citations, each with the section it stands in, numbered in order; works `listed` only come after them.

    `letter` stands before each number.
    """
    labels: dict[str, str] = {}
    cited_by: dict[str, list[int]] = {}
    placed: list[PlacedCitation] = []
    style = shelf.style.name
    for ordinal, (section, citation) in enumerate(found, 1):
        for item in citation.items:
            if item.key in shelf.works:
                labels.setdefault(item.key, f"{letter}{len(labels) + 1}")
                cited_by.setdefault(item.key, []).append(ordinal)
        known = tuple(labels.get(item.key, "") for item in citation.items)
        placed.append(PlacedCitation(section, ordinal, citation, known, style))
    for key in listed:
        labels.setdefault(key, f"{letter}{len(labels) + 1}")
    references = [shelf.reference(label, key, cited_by.get(key, [])) for key, label in labels.items()]
    by_span = MappingProxyType({one.citation.span: one for one in placed})
    return CitedText(tuple(placed), shelf.listed(references), by_span, style)
