"""Read: files that passed the gate become the series — briefings, updates, sites, glossary, bibliography, pages."""

import re
from types import MappingProxyType

from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import Slip
from briefing_tools.intake import FrozenFolder, Intake
from briefing_tools.model import Bibliography, Briefing, Day, Page, Series, SeriesRecord, Update
from briefing_tools.source import Source
from briefing_tools.stages.reading.briefings import read_briefing, read_page
from briefing_tools.stages.reading.frozen import read_frozen
from briefing_tools.stages.reading.registry import (
    read_anchors,
    read_editors,
    read_glossary,
    read_known_links,
    read_series,
    read_sites,
)
from briefing_tools.stages.reading.updates import read_update


def read(intake: Intake, content: str, bibliography: str, today: Day, folders: tuple[FrozenFolder, ...] = ()) -> Series:
    """Read everything in the folder `content`, the bibliography file and frozen editions; what cannot be read is kept as slips."""
    briefings: list[Briefing] = []
    updates: list[Update] = []
    pages: list[Page] = []
    slips: list[Slip] = list(intake.slips)
    for path, source in intake.sources.items():
        inside = path.removeprefix(content + "/")
        if not path.endswith(".md") or inside == path:
            continue
        if found := re.fullmatch(r"(\d+-[^/]+)/index\.md", inside):
            briefing, noted = read_briefing(source, found.group(1))
            briefings.append(briefing)
        elif found := re.fullmatch(r"(\d+-[^/]+)/updates/.+\.md", inside):
            update, noted = read_update(source, found.group(1))
            updates.append(update)
        else:
            page, noted = read_page(source)
            pages.append(page)
        slips += noted
    empty = Source("", "")

    def whole(name: str) -> Source:
        return intake.sources.get(f"{content}/{name}", empty)

    record, noted = (
        read_series(whole("series.yml")) if whole("series.yml").path else (SeriesRecord(f"{content}/series.yml"), ())
    )
    slips += noted
    sites, noted = read_sites(whole("sites.yml"))
    slips += noted
    editors, noted = read_editors(whole("sites.yml"))
    slips += noted
    glossary, noted = read_glossary(whole("glossary.yml"))
    slips += noted
    anchors, noted = read_anchors(whole("anchors.lock"))
    slips += noted
    known, noted = read_known_links(intake.sources, content, today)
    slips += noted
    frozen, noted = read_frozen(folders)
    slips += noted
    listed = intake.sources.get(bibliography)
    works = read_bibliography(listed) if listed else Bibliography(bibliography, MappingProxyType({}), ())
    return Series(
        content=content,
        record=record,
        briefings=tuple(sorted(briefings, key=lambda briefing: (briefing.number, briefing.slug))),
        updates=tuple(sorted(updates, key=lambda update: update.sort_key)),
        pages=tuple(pages),
        sites=sites,
        glossary=glossary,
        bibliography=works,
        anchors=anchors,
        assets=intake.assets,
        sources=intake.sources,
        today=today,
        slips=(*slips, *works.slips),
        editors=editors,
        links=known,
        frozen=frozen,
    )
