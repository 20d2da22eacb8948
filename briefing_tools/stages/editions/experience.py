"""Append: what sites add stands in a dated appendix of its own, after the reviewed text and its references."""

from briefing_tools.addresses import update_anchor, update_citation_anchor, update_reference_anchor
from briefing_tools.model import CitedBriefing, CitedUpdate, LinkedSeries, Related
from briefing_tools.stages.editions.compositor import Compositor, compose_reference, heading, language_of, one_line
from briefing_tools.stages.editions.pieces import Flow, Piece
from briefing_tools.wording import ORIGIN_WORDS, relation_words, update_facts


def pointers(updates: tuple[CitedUpdate, ...]) -> Flow:
    """Where a site speaks to a section. The reviewed text itself stays as it is."""
    links = tuple(
        Piece("update-pointer", (one_line(one.update.title) or "Untitled",), {"to": update_anchor(one.update)})
        for one in updates
    )
    return (Piece("update-pointers", links),) if links else ()


def experience(cited: CitedBriefing, plan: LinkedSeries) -> Flow:
    """The appendix of updates in reading order; nothing when there are none."""
    updates = cited.updates_in_order()
    if not updates:
        return ()
    today = plan.cited.series.today
    introduction = (
        "This part is not reviewed evidence. It holds what sites and areas had added to the sections of this briefing "
        f"by {today}; each names the section that it speaks to. More may have been added since: the briefing's page "
        "has the latest."
    )
    return (
        Piece("page-break"),
        heading(f"Experience from demonstrator sites, as at {today}", 1, "experience"),
        Piece("paragraph", (introduction,)),
        *(piece for one in updates for piece in _update(one, cited, plan)),
    )


def _update(cited: CitedUpdate, briefing: CitedBriefing, plan: LinkedSeries) -> Flow:
    update = cited.update
    compositor = Compositor(
        cited.text,
        plan.by_span,
        citation_id=lambda ordinal: update_citation_anchor(update, ordinal),
        reference_id=lambda key: update_reference_anchor(update, key),
    )
    names = {site.id: site.name for site in plan.cited.series.sites}
    facts = update_facts(update, names.get(update.site, update.site), plan.cited.series.today)
    section = briefing.briefing.section(update.section)
    speaks_to = Piece("speaks-to", (one_line(section.title),), {"to": section.id}) if section and section.id else None
    sources = tuple(compose_reference(one, compositor) for one in cited.text.references)
    related = tuple(_related(one, briefing, plan) for one in plan.cited.related.get(update.id, ()))
    return (
        heading(update.title, 2, update_anchor(update)),
        Piece("update-label", (ORIGIN_WORDS.get(update.origin, ORIGIN_WORDS["site"]),)),
        Piece("facts", (), {"pairs": tuple((label, one_line(value)) for label, value in facts)}),
        *((speaks_to,) if speaks_to else ()),
        *related,
        Piece("update", compositor.blocks(update.body), language_of(update.language)),
        *((Piece("sources", sources),) if sources else ()),
    )


def _related(related: Related, briefing: CitedBriefing, plan: LinkedSeries) -> Piece:
    """How an update stands to another one, which may be printed with another briefing."""
    other = related.other
    here = other.briefing_slug == briefing.briefing.slug
    number = next(one.number for one in plan.cited.series.briefings if one.slug == other.briefing_slug)
    where = {"to": update_anchor(other)} if here else {"elsewhere": f"in Briefing {number}"}
    names = {site.id: site.name for site in plan.cited.series.sites}
    said = {"words": relation_words(related), "from": one_line(names.get(other.site, other.site))}
    return Piece("related", (one_line(other.title) or "Untitled",), {**said, **where})
