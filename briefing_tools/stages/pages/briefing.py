"""Page of a briefing: number, status, dates, scope, contents, sections with their updates, references, imprint."""

from dataclasses import dataclass

from briefing_tools.addresses import (
    briefing_url,
    frozen_url,
    update_anchor,
    update_citation_anchor,
    update_reference_anchor,
)
from briefing_tools.model import (
    Briefing,
    CitedBriefing,
    CitedText,
    CitedUpdate,
    Edition,
    Export,
    LinkedSeries,
    Section,
    Update,
    plain_text,
)
from briefing_tools.rendering import Renderer
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.stages.pages.frozen import Issue, cited_as, issues_of
from briefing_tools.stages.pages.metadata import head_of
from briefing_tools.stages.pages.offering import offered, relative
from briefing_tools.stages.pages.write import write_link
from briefing_tools.styles import STYLES
from briefing_tools.templates import Html, render
from briefing_tools.wording import (
    ORIGIN_WORDS,
    STATUS_WORDS,
    WITHDRAWN_LABEL,
    briefing_facts,
    extent,
    relation_words,
    update_facts,
    withdrawn_facts,
)

MOST_IN_NAVIGATION = 40
"""A longer series is listed on the front page only: every page would carry the whole list, which grows with its square."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that cites a work: the anchor to go back to and what to call it."""

    anchor: str
    words: str
    section: str


@dataclass(frozen=True, slots=True)
class ListedReference:
    """A reference as the page's list shows it."""

    label: str
    anchor: str
    text: Html
    places: tuple[tuple[str, tuple[Place, ...]], ...]


def briefing_page(
    cited: CitedBriefing,
    plan: LinkedSeries,
    editions: tuple[Edition, ...],
    exports: tuple[Export, ...] = (),
    site_url: str = "",
    issues: tuple[Issue, ...] = (),
) -> BuiltPage:
    """The page of one briefing."""
    briefing = cited.briefing
    own = tuple(edition for edition in editions if edition.briefing == briefing.number)
    renderer = Renderer(cited.text, plan.by_span)
    body = renderer.nodes(briefing.lead) + Html("\n").join(
        _section(section, cited, renderer, plan) for section in briefing.sections
    )
    headings = tuple(Heading(section.id, section.title, section.level) for section in briefing.all_sections())
    tail = (
        Heading("references", "References", 2),
        Heading("authors", "Authors and thanks", 2),
        Heading("imprint", "About this briefing", 2),
    )
    html = render(
        "briefing.html",
        briefing=briefing,
        series=plan.cited.series.record,
        status=STATUS_WORDS[briefing.status],
        facts=briefing_facts(briefing),
        contents=[heading for heading in (*headings, *tail) if heading.level <= 3],
        body=body,
        references=_references(cited.text, renderer, cited),
        numbered=STYLES[cited.text.style].numbered,
        editions=[(edition, extent(edition)) for edition in own],
        exports=offered(exports, briefing.slug, briefing_url(briefing)),
        base=briefing_url(briefing),
        frozen=[
            (one.edition, relative(frozen_url(briefing.number, one.edition.version), briefing_url(briefing)))
            for one in issues_of(briefing.number, issues)
        ],
        cited_as=lambda edition: cited_as(edition, site_url),
        write_link=write_link(briefing, plan),
    )
    listed = len(plan.cited.briefings) <= MOST_IN_NAVIGATION
    nav_title = f"{briefing.number}. {briefing.title}" if listed else ""
    description = _description(briefing)
    head = head_of(cited, plan.cited.series.record, description, own, site_url)
    return BuiltPage(
        briefing.path,
        briefing_url(briefing),
        _page_title(briefing),
        description,
        html,
        (*headings, *tail),
        nav_title,
        head=str(head),
    )


def reviewed_html(cited: CitedBriefing, plan: LinkedSeries) -> Html:
    """The reviewed text alone, as the page shows it when there is no update."""
    bare = CitedBriefing(cited.briefing, cited.text, {})
    return briefing_page(bare, plan, ()).html


def _page_title(briefing: Briefing) -> str:
    return f"{briefing.title} (Briefing {briefing.number})"


def _description(briefing: Briefing) -> str:
    """The first sentences of the text, for search engines and link previews."""
    words = plain_text(briefing.nodes())
    return words if len(words) <= 160 else words[:160].rsplit(" ", 1)[0] + " …"


def _section(section: Section, cited: CitedBriefing, renderer: Renderer, plan: LinkedSeries) -> Html:
    shown = {one.update.sort_key: _update(one, section, plan) for one in cited.updates.get(section.id, ())}
    gone = {one.sort_key: _withdrawn(one, section, plan) for one in cited.withdrawn.get(section.id, ())}
    updates = Html("").join(html for _, html in sorted((shown | gone).items()))
    aliases = Html("").join(Html('<span id="{}"></span>').format(old) for old in section.was)
    level = min(max(section.level, 2), 6)
    words = renderer.nodes(section.heading) or section.title
    heading = Html('{}<h{} id="{}">{}</h{}>\n').format(aliases, level, section.id, words, level)
    body = renderer.nodes(section.body)
    if section.role == "key-messages":
        body = Html('<div class="key-messages">{}</div>').format(body)
    below = Html("\n").join(_section(child, cited, renderer, plan) for child in section.subsections)
    return Html("{}{}\n{}{}").format(heading, body, updates, below)


def _update(cited: CitedUpdate, section: Section, plan: LinkedSeries) -> Html:
    update = cited.update
    renderer = Renderer(
        cited.text,
        plan.by_span,
        lambda ordinal: update_citation_anchor(update, ordinal),
        lambda key: update_reference_anchor(update, key),
    )
    sites = {site.id: site.name for site in plan.cited.series.sites}
    return render(
        "update.html",
        update=update,
        anchor=update_anchor(update),
        label=ORIGIN_WORDS[update.origin],
        level=min(section.level + 1, 6),
        facts=update_facts(update, sites.get(update.site, update.site), plan.cited.series.today),
        related=_related(update, plan),
        body=renderer.nodes(update.body),
        sources=_sources(cited, renderer),
    )


def _withdrawn(update: Update, section: Section, plan: LinkedSeries) -> Html:
    """What stands in the place of a withdrawn update, under its address: that it was withdrawn, when and why."""
    sites = {site.id: site.name for site in plan.cited.series.sites}
    site = sites.get(update.site, update.site)
    return render(
        "withdrawn.html",
        anchor=update_anchor(update),
        level=min(section.level + 1, 6),
        site=site,
        label=WITHDRAWN_LABEL,
        facts=withdrawn_facts(update, site),
    )


def _related(update: Update, plan: LinkedSeries) -> list[tuple[str, str, str, str]]:
    """How an update stands to others: words, address relative to its own page, the other's title, its site and briefing."""
    sites = {site.id: site.name for site in plan.cited.series.sites}
    briefings = {briefing.slug: briefing for briefing in plan.cited.series.briefings}
    found = []
    for related in plan.cited.related.get(update.id, ()):
        other = related.other
        home = briefings[other.briefing_slug]
        here = other.briefing_slug == update.briefing_slug
        address = f"{'' if here else '../' + briefing_url(home)}#{update_anchor(other)}"
        where = [sites.get(other.site, other.site), *([] if here else [f"Briefing {home.number}"])]
        found.append((relation_words(related), address, other.title, ", ".join(where)))
    return found


def _sources(cited: CitedUpdate, renderer: Renderer) -> list[tuple[str, str, Html, list[str]]]:
    """An update's own sources: label, anchor, text, and the anchors of the citations that name it."""
    return [
        (
            one.label if STYLES[cited.text.style].numbered else "",
            update_reference_anchor(cited.update, one.work.key),
            renderer.nodes(one.text),
            [renderer.citation_id(ordinal) for ordinal in one.cited_by],
        )
        for one in cited.text.references
    ]


def _references(text: CitedText, renderer: Renderer, cited: CitedBriefing) -> list[ListedReference]:
    titles = {section.id: section.title for section in cited.briefing.all_sections()}
    sections = {placed.ordinal: placed.section for placed in text.citations}
    listed = []
    for reference in text.references:
        by_section: dict[str, list[int]] = {}
        for ordinal in reference.cited_by:
            by_section.setdefault(sections[ordinal], []).append(ordinal)
        places = tuple(
            (titles.get(section, "Introduction"), _places(titles.get(section, "Introduction"), ordinals, renderer))
            for section, ordinals in by_section.items()
        )
        listed.append(
            ListedReference(
                reference.label, renderer.reference_id(reference.work.key), renderer.nodes(reference.text), places
            )
        )
    return listed


def _places(title: str, ordinals: list[int], renderer: Renderer) -> tuple[Place, ...]:
    if len(ordinals) == 1:
        return (Place(renderer.citation_id(ordinals[0]), title, title),)
    return tuple(Place(renderer.citation_id(ordinal), str(count), title) for count, ordinal in enumerate(ordinals, 1))
