"""Compile: a cited briefing becomes a whole document — the text, its references, what sites add, the imprint."""

from collections.abc import Iterator
from dataclasses import replace

from briefing_tools.model import Briefing, CitedBriefing, LinkedSeries, Person, Reference, Section, SeriesRecord
from briefing_tools.stages.editions.compositor import Compositor, compose_reference, heading, one_line, trimmed
from briefing_tools.stages.editions.experience import experience, pointers
from briefing_tools.stages.editions.fitting import fit
from briefing_tools.stages.editions.house import Format
from briefing_tools.stages.editions.numbering import numbered, resolved, with_numbers_of
from briefing_tools.stages.editions.pieces import Flow, Piece, changed
from briefing_tools.wording import STATUS_WORDS, briefing_facts, document_name


def compile_document(cited: CitedBriefing, plan: LinkedSeries, format: Format) -> Flow:
    """Everything that follows the contents, fitted to a format. Every link leads somewhere, every id is there once."""
    briefing = cited.briefing
    composed = (*_reviewed(cited, plan), *experience(cited, plan), *_ending(briefing, plan.cited.series.record))
    moved = {old: section.id for section in briefing.all_sections() for old in section.was}
    return resolved(numbered(fit(composed, format), plan.notes.get(briefing.slug, ())), moved)


MOST_NOTES = 100_000
"""No briefing has as many notes: the gate takes no file that could hold them."""


def bound(flow: Flow, briefing: Briefing, prefix: str) -> Flow:
    """A briefing's document as a part of a larger one: below a title of its own, on a page of its own, its ids with a prefix.

    Its numbers stay what they are; `key` tells its notes from those of other briefings.
    """

    def bind(piece: Piece) -> Flow:
        values = dict(piece.values)
        values |= {name: prefix + str(values[name]) for name in ("id", "to") if values.get(name)}
        if isinstance(places := values.get("places"), tuple):
            values["places"] = tuple(f"{prefix}{place}" for place in places)
        if piece.kind == "heading":
            values["level"] = piece.number("level") + 1
        if piece.kind == "note":
            values["key"] = briefing.number * MOST_NOTES + piece.number("number")
        return (replace(piece, values=values),)

    return (
        Piece("page-break"),
        heading(document_name(briefing), 1, f"{prefix}top"),
        Piece("paragraph", (Piece("strong", (STATUS_WORDS.get(briefing.status, briefing.status),)),)),
        Piece("facts", (), {"pairs": tuple((label, one_line(value)) for label, value in briefing_facts(briefing))}),
        *changed(flow, bind),
    )


# -- The reviewed text -------------------------------------------------------------------------------------------------


def _reviewed(cited: CitedBriefing, plan: LinkedSeries) -> Flow:
    compositor = Compositor(cited.text, plan.by_span, noting=True)
    return (
        *compositor.blocks(cited.briefing.lead),
        *(
            piece
            for section, number in with_numbers_of(cited.briefing.sections)
            for piece in _section(section, 1, cited, compositor, number)
        ),
        *_references(cited.text.references, compositor),
    )


def _section(
    section: Section, level: int, cited: CitedBriefing, compositor: Compositor, number: str
) -> Iterator[Piece]:
    """A section with its subsections; levels follow one another without a gap, as PDF/UA-1 (7.4.2) asks."""
    yield heading(section.title, level, section.id, number, trimmed(compositor.lines(section.heading)))
    body = compositor.blocks(section.body)
    yield from (Piece("key-messages", body),) if section.role == "key-messages" and body else body
    yield from pointers(cited.updates.get(section.id, ()))
    for below, its_number in with_numbers_of(section.subsections, number):
        yield from _section(below, level + 1, cited, compositor, its_number)


def _references(references: tuple[Reference, ...], compositor: Compositor) -> Flow:
    title = heading("References", 1, "references")
    if not references:
        return (title, Piece("paragraph", ("This briefing cites no works.",)))
    return (title, Piece("references", tuple(compose_reference(one, compositor) for one in references)))


# -- The end of the document -------------------------------------------------------------------------------------------


def _ending(briefing: Briefing, record: SeriesRecord) -> Flow:
    changes = tuple(Piece("item", statement) for note in briefing.change_note if (statement := _statements(note)))
    return (
        *_people(briefing),
        *((heading("What has changed in this edition", 1, "changes"), Piece("bullets", changes)) if changes else ()),
        *_imprint(briefing, record),
    )


def _people(briefing: Briefing) -> Flow:
    if not briefing.authors and not briefing.thanks:
        return ()
    authors = tuple(Piece("item", statement) for one in briefing.authors if (statement := _statements(_person(one))))
    thanks = "; ".join(_person(person) for person in briefing.thanks)
    return (
        heading("Authors and thanks", 1, "authors"),
        *((Piece("bullets", authors),) if authors else ()),
        *_statements(f"With thanks to {thanks}." if thanks else ""),
    )


def _person(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.role, person.organisation) if part)


def _imprint(briefing: Briefing, record: SeriesRecord) -> Flow:
    publisher = record.publisher
    reach = {"Telephone": publisher.telephone, "Fax": publisher.fax, "Email": publisher.email, "Web": publisher.web}
    lines = (publisher.name, *publisher.address, *(f"{label}: {value}" for label, value in reach.items() if value))
    address = tuple(line for line in map(one_line, lines) if line)
    formats = _statements(record.alternative_formats)
    return (
        heading("About this briefing", 1, "imprint"),
        *_statements(record.purpose, record.live_statement),
        *((heading("Other formats", 2, "formats"), *formats) if formats else ()),
        *((heading("Publisher", 2, "publisher"), Piece("address-lines", address)) if address else ()),
        *_statements(*dict.fromkeys((publisher.copyright, briefing.licence))),
    )


def _statements(*statements: str) -> Flow:
    return tuple(Piece("paragraph", (words,)) for statement in statements if (words := one_line(statement)))
