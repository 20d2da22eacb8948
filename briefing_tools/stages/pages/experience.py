"""Pages of updates: what sites tell us, by briefing and section, and a page for each site."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from briefing_tools.addresses import briefing_url, site_url, update_anchor, updates_url
from briefing_tools.model import DIRECTIONS, EVIDENCE, LEVELS, LinkedSeries, Section, Site, Update
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.templates import render
from briefing_tools.wording import ORIGIN_WORDS, relation_words, update_facts

TITLE = "What sites tell us"


@dataclass(frozen=True, slots=True)
class Entry:
    """An update as a list shows it; `address` is relative to the pages' root, `relations` are words with how many."""

    update: Update
    section: str
    address: str
    site_address: str
    label: str
    facts: tuple[tuple[str, str], ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A briefing's updates: its number, title and address, and its sections that have some, in reading order."""

    number: int
    title: str
    address: str
    sections: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: its name, what readers call it, and its values with their words and how many updates have them."""

    name: str
    label: str
    options: tuple[tuple[str, str, int], ...]


def updates_page(plan: LinkedSeries) -> BuiltPage:
    """Every update that is shown, by briefing and section, with what a list can be narrowed by."""
    blocks = _blocks(plan, lambda update: True)
    entries = [entry for block in blocks for _, found in block.sections for entry in found]
    said = Counter(relation.how for entry in entries for relation in entry.update.relates_to)
    html = render(
        "updates.html",
        title=TITLE,
        blocks=blocks,
        count=len(entries),
        choices=_choices(entries, plan),
        supports=said["supports"],
        differs=said["differs"],
        sites=[(site.name, f"../{site_url(site)}") for site in plan.cited.series.sites],
        base="../",
    )
    headings = tuple(
        Heading(f"briefing-{block.number}", f"Briefing {block.number}: {block.title}", 2) for block in blocks
    )
    description = "What demonstrator sites added to the briefings. Experience, not reviewed evidence."
    return BuiltPage("", updates_url(), TITLE, description, html, headings, TITLE, searchable=False)


def site_page(site: Site, plan: LinkedSeries) -> BuiltPage:
    """A site: who it is, and its updates that are shown."""
    blocks = _blocks(plan, lambda update: update.site == site.id)
    html = render("site.html", site=site, blocks=blocks, title=TITLE, home=f"../../{updates_url()}", base="../../")
    headings = tuple(
        Heading(f"briefing-{block.number}", f"Briefing {block.number}: {block.title}", 2) for block in blocks
    )
    return BuiltPage("", site_url(site), site.name, f"What {site.name} tells us.", html, headings, searchable=False)


def _blocks(plan: LinkedSeries, wanted: Callable[[Update], bool]) -> tuple[Block, ...]:
    blocks = []
    for cited in plan.cited.briefings:
        briefing = cited.briefing
        found = [
            (section, tuple(one.update for one in cited.updates.get(section.id, ()) if wanted(one.update)))
            for section in briefing.all_sections()
        ]
        sections = tuple(
            (section.title, tuple(_entry(update, section, plan) for update in updates))
            for section, updates in found
            if updates
        )
        if sections and briefing.status != "withdrawn":
            blocks.append(Block(briefing.number, briefing.title, briefing_url(briefing), sections))
    return tuple(blocks)


def _entry(update: Update, section: Section, plan: LinkedSeries) -> Entry:
    site = next((one for one in plan.cited.series.sites if one.id == update.site), None)
    counted = Counter(relation_words(one) for one in plan.cited.related.get(update.id, ()))
    return Entry(
        update,
        f"{update.briefing_slug}/{section.id}",
        f"{update.briefing_slug}/#{update_anchor(update)}",
        site_url(site) if site else "",
        ORIGIN_WORDS[update.origin],
        tuple(update_facts(update, site.name if site else update.site, plan.cited.series.today)),
        tuple(f"{words} {count}" for words, count in counted.items()),
    )


def _choices(entries: list[Entry], plan: LinkedSeries) -> tuple[Choice, ...]:
    """The filters. Every direction is offered, also one that nobody has reported: that nothing changed is worth asking for."""
    sections = {
        f"{cited.briefing.slug}/{section.id}": f"{cited.briefing.number}: {section.title}"
        for cited in plan.cited.briefings
        for section in cited.briefing.all_sections()
    }
    sites = {site.id: site.name for site in plan.cited.series.sites}
    levels = {level: level.capitalize() for level in LEVELS}
    return (
        _choice("section", "Section", sections, (one.section for one in entries), every=False),
        _choice("site", "Site", sites, (one.update.site for one in entries), every=False),
        _choice("level", "Level of joint working", levels, (one.update.level for one in entries)),
        _choice("evidence", "Kind of evidence", EVIDENCE, (one.update.evidence for one in entries)),
        _choice("direction", "Results", DIRECTIONS, (one.update.direction for one in entries)),
    )


def _choice(name: str, label: str, words: dict[str, str], values: Iterable[str], *, every: bool = True) -> Choice:
    counts = Counter(values)
    kept = ((value, said, counts[value]) for value, said in words.items() if every or counts[value])
    return Choice(name, label, tuple(kept))
