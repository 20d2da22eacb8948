"""Gather: every work of the bibliography with every place of the series that cites it.

A place counts while readers rely on it. What only a withdrawn briefing cites, or a change note names, is kept apart, so
that editors see what is no longer cited.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from briefing_tools.addresses import (
    briefing_url,
    citation_anchor,
    page_url,
    update_citation_anchor,
    update_reference_anchor,
)
from briefing_tools.linkrecord import with_offers
from briefing_tools.model import (
    CitedBriefing,
    CitedPage,
    CitedText,
    CitedUpdate,
    CitingPlace,
    GatheredWork,
    LinkedSeries,
    Node,
    Work,
)
from briefing_tools.styles import format_reference, locator_text, year_suffixes
from briefing_tools.wording import document_name

_Found = Iterator[tuple[str, CitingPlace]]
"""Keys with a place that cites them."""


def gather(plan: LinkedSeries, style: str) -> tuple[GatheredWork, ...]:
    """Every work, in the bibliography's order, written out in a style, with its places in reading order."""
    works = plan.cited.series.bibliography.works
    letters = year_suffixes(works.values(), style)
    now: dict[str, list[CitingPlace]] = {key: [] for key in works}
    past: dict[str, list[CitingPlace]] = {key: [] for key in works}
    for key, place in _places(plan):
        if key in works:
            (past if place.note else now)[key].append(place)

    def reference(work: Work) -> tuple[Node, ...]:
        return with_offers(format_reference(work, style, letters.get(work.key, "")), plan.cited.series.links)

    return tuple(
        GatheredWork(work, reference(work), tuple(now[key]), tuple(past[key]), letters.get(key, ""))
        for key, work in works.items()
    )


def _places(plan: LinkedSeries) -> _Found:
    sites = {site.id: site.name for site in plan.cited.series.sites}
    for cited in plan.cited.briefings:
        yield from _in_briefing(cited)
        yield from (found for update in cited.updates_in_order() for found in _in_update(update, cited, sites))
        yield from _in_change_notes(cited, plan.cited.series.bibliography.works)
    for page in plan.cited.pages:
        yield from _in_page(page, plan.cited.series.content)


def _cited(text: CitedText) -> Iterator[tuple[str, int, str, str]]:
    """Each work cited: its key, the citation's number and section, and the place in the work."""
    for placed in text.citations:
        for item in placed.citation.items:
            yield item.key, placed.ordinal, placed.section, locator_text(item.locator) if item.locator else ""


def _in_briefing(cited: CitedBriefing) -> _Found:
    briefing = cited.briefing
    note = "withdrawn" if briefing.status == "withdrawn" else ""
    titles = {section.id: section.title for section in briefing.all_sections()}
    for key, ordinal, section, locator in _cited(cited.text):
        url = f"{briefing_url(briefing)}#{citation_anchor(ordinal)}"
        yield key, CitingPlace(document_name(briefing), titles.get(section, "Introduction"), locator, url, note)


def _in_update(cited: CitedUpdate, of: CitedBriefing, sites: dict[str, str]) -> _Found:
    update, page = cited.update, briefing_url(of.briefing)
    note = "withdrawn" if of.briefing.status == "withdrawn" else ""
    title = f"{update.title} ({sites.get(update.site, update.site)})"
    for key, ordinal, _, locator in _cited(cited.text):
        url = f"{page}#{update_citation_anchor(update, ordinal)}"
        yield key, CitingPlace(document_name(of.briefing), title, locator, url, note)
    for reference in cited.text.references:
        if not reference.cited_by:
            key = reference.work.key
            url = f"{page}#{update_reference_anchor(update, key)}"
            yield key, CitingPlace(document_name(of.briefing), title, "", url, note)


def _in_change_notes(cited: CitedBriefing, keys: Collection[str]) -> _Found:
    briefing = cited.briefing
    for key in _named(briefing.change_note, keys):
        url = f"{briefing_url(briefing)}#changes"
        yield key, CitingPlace(document_name(briefing), "What has changed in this edition", "", url, "change note")


def _named(notes: Iterable[str], keys: Collection[str]) -> Iterable[str]:
    """The keys that change notes name as citations do, `@munro2011`; notes are plain text and hold no citations."""
    words = (word for note in notes for word in re.findall(r"(?<!\w)@\{?([^\s{}]+)", note))
    return dict.fromkeys(key for word in words if (key := word if word in keys else word.rstrip(",.;:!?)]’”'")) in keys)


def _in_page(cited: CitedPage, content: str) -> _Found:
    url = page_url(cited.page.path, content)
    name = cited.page.title or "Front page"
    for key, ordinal, _, locator in _cited(cited.text):
        yield key, CitingPlace(name, "", locator, f"{url}#{citation_anchor(ordinal)}")
