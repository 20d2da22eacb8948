"""Cite: every citation gets its number, every work its reference, and each leads to the other.

Numbers are given per briefing, in order of first citation in reading order, from the one shared bibliography; an update
has its own series S1, S2 …, so that it never renumbers the briefing. What is made here is the one citation plan that
pages, editions, index and exports share.
"""

from collections.abc import Iterable
from types import MappingProxyType

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
from briefing_tools.styles import format_reference


def cite(series: Series, merged: tuple[MergedBriefing, ...], style: str) -> CitedSeries:
    """Number every citation of the series; an unknown key gets an empty label and no reference."""
    works = series.bibliography
    return CitedSeries(
        series=series,
        merged=merged,
        briefings=tuple(_briefing(one, works, style) for one in merged),
        pages=tuple(_page(page, works, style) for page in series.pages),
    )


def _citations(nodes: tuple[Node, ...]) -> Iterable[Citation]:
    return (node for node in walk(nodes) if isinstance(node, Citation))


def _briefing(merged: MergedBriefing, works: Bibliography, style: str) -> CitedBriefing:
    updates = {
        section: tuple(_update(update, works, style) for update in updates)
        for section, updates in merged.updates.items()
    }
    text = _number(_placed_in(merged.briefing), works, style, "")
    return CitedBriefing(merged.briefing, text, MappingProxyType(updates))


def _placed_in(briefing: Briefing) -> Iterable[tuple[str, Citation]]:
    yield from (("", citation) for citation in _citations(briefing.lead))
    for section in briefing.all_sections():
        yield from ((section.id, citation) for citation in _citations(section.body))


def _update(update: Update, works: Bibliography, style: str) -> CitedUpdate:
    """An update's works: those its text cites, in order, then those only listed under `sources`."""
    listed = tuple(key for key in update.sources if key in works.works)
    placed = ((update.section, citation) for citation in _citations(update.body))
    return CitedUpdate(update, _number(placed, works, style, "S", listed))


def _page(page: Page, works: Bibliography, style: str) -> CitedPage:
    return CitedPage(page, _number((("", citation) for citation in _citations(page.nodes)), works, style, ""))


def _number(
    found: Iterable[tuple[str, Citation]], works: Bibliography, style: str, letter: str, listed: tuple[str, ...] = ()
) -> CitedText:
    labels: dict[str, str] = {}
    cited_by: dict[str, list[int]] = {}
    placed: list[PlacedCitation] = []
    for ordinal, (section, citation) in enumerate(found, 1):
        for item in citation.items:
            if item.key in works.works:
                labels.setdefault(item.key, f"{letter}{len(labels) + 1}")
                cited_by.setdefault(item.key, []).append(ordinal)
        placed.append(
            PlacedCitation(section, ordinal, citation, tuple(labels.get(item.key, "") for item in citation.items))
        )
    for key in listed:
        labels.setdefault(key, f"{letter}{len(labels) + 1}")
    references = tuple(
        _reference(label, works.works[key], style, cited_by.get(key, [])) for key, label in labels.items()
    )
    return CitedText(tuple(placed), references, MappingProxyType({one.citation.span: one for one in placed}))


def _reference(label: str, work: Work, style: str, cited_by: list[int]) -> Reference:
    return Reference(label, work, format_reference(work, style), tuple(dict.fromkeys(cited_by)))
