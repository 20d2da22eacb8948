"""Compile: a cited briefing becomes the whole document — cover, text, references, experience of sites, imprint."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from briefing_tools.addresses import (
    citation_anchor,
    reference_anchor,
    update_anchor,
    update_citation_anchor,
    update_reference_anchor,
)
from briefing_tools.model import (
    Briefing,
    CitedBriefing,
    CitedUpdate,
    LinkedSeries,
    Note,
    Person,
    Reference,
    Section,
    SeriesRecord,
    plain_text,
)
from briefing_tools.stages.editions.compositor import Compositor, trimmed
from briefing_tools.stages.editions.house import Format
from briefing_tools.stages.editions.pieces import LEADING, Flow, Piece, Value, changed, walk, words
from briefing_tools.stages.editions.tables import fitted
from briefing_tools.typefaces import drawn
from briefing_tools.wording import ORIGIN_WORDS, STATUS_WORDS, briefing_facts, update_facts

_BOXES = frozenset(["signpost", "admonition", "quotation", "record", "row"])
MOST_KEPT = 0.6
"""A box that fills more of a page than this may be broken: otherwise the page before it might stay almost empty."""
MOST_INTRODUCING = 3
"""A paragraph of more lines than this need not stay on the page of the list that it introduces."""


@dataclass(frozen=True)
class Document:
    """Everything that one edition prints. `about` fills cover, running heads and the file's properties."""

    about: Mapping[str, Value]
    flow: Flow


def compile_document(cited: CitedBriefing, plan: LinkedSeries, format: Format) -> Document:
    """The document of a briefing, fitted to a format. Every link leads somewhere, and every id is there once."""
    composed = (*_reviewed(cited, plan), *_experience(cited, plan), *_imprint(cited.briefing, plan.cited.series.record))
    numbered = _numbered(changed(composed, lambda piece: _fit(piece, format)), plan.notes.get(cited.briefing.slug, ()))
    moved = {old: section.id for section in cited.briefing.all_sections() for old in section.was}
    return Document(_about(cited.briefing, plan), _resolved(numbered, moved))


def _fit(piece: Piece, format: Format) -> Flow:
    """A piece as the page's size wants it."""
    if piece.kind == "table":
        return fitted(piece, format.line)
    if piece.values.get("sticky") and len(words(piece.children)) > MOST_INTRODUCING * format.line:
        return (piece.having(sticky=False),)
    return (piece,)


def kept_whole(flow: Flow, format: Format) -> Flow:
    """The flow in which small boxes, and small rows of tables, are not broken."""
    return changed(
        flow,
        lambda piece: (
            (piece.having(whole=_rows(piece, format) < format.rows * MOST_KEPT),) if piece.kind in _BOXES else (piece,)
        ),
    )


def _rows(piece: Piece, format: Format) -> float:
    """About how many lines a piece takes, its notes included."""
    if piece.kind == "paragraph":
        notes = sum(
            1 + len(str(inner.values["shown"])) // format.line for _, inner in walk((piece,)) if inner.kind == "note"
        )
        return 1.5 + len(words(piece.children)) // format.line + notes
    return 1 + sum(_rows(child, format) for child in piece.inside())


# -- Cover and properties ----------------------------------------------------------------------------------------------


def _about(briefing: Briefing, plan: LinkedSeries) -> Mapping[str, Value]:
    record, today = plan.cited.series.record, plan.cited.series.today
    language, _, region = briefing.language.partition("-")
    known = re.fullmatch("[a-z]{2,3}", language) is not None
    description = " ".join((plain_text(briefing.nodes()) or record.purpose).split())
    return {
        "series": drawn(record.title),
        "strand": drawn(" · ".join(part for part in (record.strand, record.programme) if part)),
        "number": briefing.number,
        "title": _title(briefing.title),
        "status": drawn(STATUS_WORDS.get(briefing.status, briefing.status)),
        "live": briefing.status == "live",
        "facts": tuple(
            (label, drawn(value)) for label, value in (*briefing_facts(briefing), ("This document made", str(today)))
        ),
        "scope": drawn(record.scope_statement),
        "publisher": drawn(record.publisher.name),
        "edition": drawn(f"Edition {briefing.edition}, {today}" if briefing.edition else str(today)),
        "authors": tuple(drawn(person.name) for person in briefing.authors)
        or ((drawn(record.publisher.name),) if record.publisher.name else ()),
        "description": drawn(description if len(description) <= 300 else description[:300].rsplit(" ", 1)[0] + " …"),
        "keywords": tuple(drawn(topic) for topic in briefing.topics),
        "language": language if known else "en",
        "region": region if known and re.fullmatch("[A-Z]{2}", region) else "",
    }


def _title(text: str) -> str:
    return " ".join(drawn(text).split()) or "Untitled"


# -- The reviewed text -------------------------------------------------------------------------------------------------


def _reviewed(cited: CitedBriefing, plan: LinkedSeries) -> Flow:
    compositor = Compositor(cited.text, plan.by_span, noting=True)
    return (
        *compositor.blocks(cited.briefing.lead),
        *(piece for section in cited.briefing.sections for piece in _section(section, 1, cited, compositor)),
        *_references(cited.text.references, compositor),
    )


def _section(section: Section, level: int, cited: CitedBriefing, compositor: Compositor) -> Iterator[Piece]:
    """A section with its subsections; levels follow one another without a gap, as PDF/UA-1 asks."""
    yield _heading(section.title, level, section.id)
    body = compositor.blocks(section.body)
    yield from (Piece("key-messages", body),) if section.role == "key-messages" and body else body
    yield from _pointers(cited.updates.get(section.id, ()))
    for below in section.subsections:
        yield from _section(below, level + 1, cited, compositor)


def _heading(title: str, level: int, identity: str) -> Piece:
    return Piece("heading", (_title(title),), {"level": level, "id": identity})


def _pointers(updates: tuple[CitedUpdate, ...]) -> Flow:
    """Where a site speaks to a section; the reviewed text itself stays as it is."""
    if not updates:
        return ()
    links = tuple(
        Piece("update-pointer", (_title(one.update.title),), {"to": update_anchor(one.update)}) for one in updates
    )
    return (Piece("update-pointers", links),)


def _references(references: tuple[Reference, ...], compositor: Compositor) -> Flow:
    heading = _heading("References", 1, "references")
    if not references:
        return (heading, Piece("paragraph", ("This briefing cites no works.",)))
    listed = (
        _reference(one, compositor, reference_anchor(one.work.key), map(citation_anchor, one.cited_by))
        for one in references
    )
    return (heading, Piece("references", tuple(listed)))


def _reference(reference: Reference, compositor: Compositor, identity: str, places: Iterable[str]) -> Piece:
    lines = trimmed(compositor.lines(reference.text))
    return Piece("reference", lines, {"label": reference.label, "id": identity, "places": tuple(places)})


# -- What sites add ----------------------------------------------------------------------------------------------------


def _experience(cited: CitedBriefing, plan: LinkedSeries) -> Flow:
    """The dated appendix of updates, in reading order."""
    updates = cited.updates_in_order()
    if not updates:
        return ()
    today = plan.cited.series.today
    introduction = (
        f"This part is not reviewed evidence. It holds what sites and areas had added to the sections of this briefing by {today}; "
        "each names the section that it speaks to. More may have been added since: the briefing's page has the latest."
    )
    return (
        Piece("page-break"),
        _heading(f"Experience from demonstrator sites, as at {today}", 1, "experience"),
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
    speaks_to: Flow = (Piece("speaks-to", (_title(section.title),), {"to": section.id}),) if section else ()
    sources = tuple(
        _reference(one, compositor, update_reference_anchor(update, one.work.key), (update_citation_anchor(update, place) for place in one.cited_by))
        for one in cited.text.references
    )  # fmt: skip
    return (
        _heading(update.title, 2, update_anchor(update)),
        Piece("update-label", (ORIGIN_WORDS[update.origin],)),
        Piece("facts", (), {"pairs": tuple((label, drawn(value)) for label, value in facts)}),
        *speaks_to,
        Piece("update", compositor.blocks(update.body)),
        *((Piece("sources", sources),) if sources else ()),
    )


# -- The end of the document -------------------------------------------------------------------------------------------


def _imprint(briefing: Briefing, record: SeriesRecord) -> Flow:
    publisher = record.publisher
    address = (publisher.name, *publisher.address)
    reach = [
        ("Telephone", publisher.telephone),
        ("Fax", publisher.fax),
        ("Email", publisher.email),
        ("Web", publisher.web),
    ]
    lines = (*address, *(f"{label}: {value}" for label, value in reach if value))
    rights = dict.fromkeys(line for line in (publisher.copyright, briefing.licence) if line)
    return (
        *_people(briefing),
        *_changes(briefing),
        _heading("About this briefing", 1, "imprint"),
        *_statements(record.purpose, record.live_statement),
        *((_heading("Other formats", 2, "formats"), *_statements(record.alternative_formats)) if record.alternative_formats else ()),
        *((_heading("Publisher", 2, "publisher"), Piece("address-lines", tuple(drawn(line) for line in lines if line))) if any(lines) else ()),
        *_statements(*rights),
    )  # fmt: skip


def _statements(*statements: str) -> Flow:
    return tuple(
        Piece("paragraph", (words,)) for statement in statements if (words := " ".join(drawn(statement).split()))
    )


def _people(briefing: Briefing) -> Flow:
    if not briefing.authors and not briefing.thanks:
        return ()
    authors = tuple(Piece("item", (Piece("paragraph", (_person(person),)),)) for person in briefing.authors)
    thanks = "; ".join(_person(person) for person in briefing.thanks)
    return (
        _heading("Authors and thanks", 1, "authors"),
        *((Piece("bullets", authors),) if authors else ()),
        *_statements(f"With thanks to {thanks}." if thanks else ""),
    )


def _person(person: Person) -> str:
    return " ".join(drawn(", ".join(part for part in (person.name, person.role, person.organisation) if part)).split())


def _changes(briefing: Briefing) -> Flow:
    notes = tuple(Piece("item", statement) for note in briefing.change_note if (statement := _statements(note)))
    return (_heading("What has changed in this edition", 1, "changes"), Piece("bullets", notes)) if notes else ()


# -- Numbers and destinations ------------------------------------------------------------------------------------------


def _numbered(flow: Flow, notes: tuple[Note, ...]) -> Flow:
    """Every call with the number that the plan gave its link; a link used twice has its numbers in reading order."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for note in notes:
        waiting[str(note.span)].append(note.number)

    def give(piece: Piece) -> Flow:
        if piece.kind != "note":
            return (piece,)
        return (piece.having(number=waiting[str(piece.values["at"])].pop(0)),)

    numbered = changed(flow, give)
    assert not any(waiting.values()), f"links without their notes: {dict(waiting)}"
    return numbered


def _resolved(flow: Flow, moved: Mapping[str, str]) -> Flow:
    """The flow in which an id stands once; what leads to a place that is not printed is words alone. `moved` are earlier ids."""
    seen: set[str] = set()

    def once(piece: Piece) -> Flow:
        identity = str(piece.values.get("id", ""))
        if not identity or identity not in seen:
            seen.add(identity)
            return (piece,)
        return (replace(piece, values={name: value for name, value in piece.values.items() if name != "id"}),)

    def lead(piece: Piece) -> Flow:
        if piece.kind not in LEADING or "to" not in piece.values:
            return (piece,)
        to = str(piece.values["to"])
        to = to if to in seen else moved.get(to, to)
        return (piece.having(to=to),) if to in seen else (Piece("span", piece.children),)

    return changed(changed(flow, once), lead)
