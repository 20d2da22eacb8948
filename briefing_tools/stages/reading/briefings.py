"""Read briefings: front matter, sections and running text of `NN-slug/index.md`."""

import re
from collections.abc import Mapping

from briefing_tools.diagnostics import Slip
from briefing_tools.frontmatter import Fields, read_front_matter
from briefing_tools.markup import parse
from briefing_tools.model import BRIEFING_STATUSES, Briefing, Page, Person
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.fields import FieldReader
from briefing_tools.stages.reading.sections import nest

FIELDS = (
    "number", "title", "status", "edition", "published", "updated", "evidence_checked", "review_by", "change_note",
    "language", "authors", "thanks", "topics", "licence",
)  # fmt: skip
REQUIRED = ("number", "title", "status", "edition", "published", "authors")


def read_briefing(source: Source, slug: str) -> tuple[Briefing, tuple[Slip, ...]]:
    """Read one briefing. What is missing or unreadable is noted, and the folder's name stands in for number and title."""
    front = read_front_matter(source)
    reader = FieldReader(front.fields, "briefing")
    text = parse(source, front.body)
    lead, sections = nest(text.nodes, source.path)
    reader.know(FIELDS, "A briefing")
    if not front.fields.broken:
        _require(reader, source)
    briefing = Briefing(
        source=source,
        text_from=front.body,
        slug=slug,
        number=_number(reader, slug),
        title=reader.text("title") or _title(slug),
        status=reader.choice("status", BRIEFING_STATUSES, "draft", "a status of a briefing"),
        edition=reader.text("edition"),
        published=reader.day("published"),
        updated=reader.day("updated"),
        evidence_checked=reader.day("evidence_checked"),
        review_by=reader.day("review_by"),
        change_note=reader.texts("change_note"),
        language=reader.text("language", "en-GB") or "en-GB",
        authors=_people(reader, "authors"),
        thanks=_people(reader, "thanks"),
        topics=reader.texts("topics"),
        licence=reader.text("licence"),
        lead=lead,
        sections=sections,
        where=front.fields.keys,
    )
    return briefing, (*front.slips, *reader.slips, *text.slips)


def read_page(source: Source) -> tuple[Page, tuple[Slip, ...]]:
    """Read an ordinary page; its title is the front matter's or the first heading's."""
    front = read_front_matter(source)
    reader = FieldReader(front.fields, "text")
    reader.know(("title", "description"), "A page")
    text = parse(source, front.body)
    _, sections = nest(text.nodes, source.path)
    title = reader.text("title") or (sections[0].title if sections else "")
    return Page(source, front.body, title, text.nodes), (*front.slips, *reader.slips, *text.slips)


def _require(reader: FieldReader, source: Source) -> None:
    examples: Mapping[str, str] = {
        "number": "7", "title": "Integrated working", "status": "live", "edition": '"1.0"', "published": "2013-02",
    }  # fmt: skip
    place = Span.of_file(source.path)
    for key in REQUIRED:
        if not reader.has(key):
            example = (
                "\nauthors:\n  - name: …\n    role: …\n    organisation: …"
                if key == "authors"
                else f"{key}: {examples[key]}"
            )
            reader.note(
                "missing-field",
                place,
                f"This briefing does not say its {key}.",
                f"Add to the fields at the head: {example.strip()}",
            )


def _number(reader: FieldReader, slug: str) -> int:
    given = reader.text("number")
    if re.fullmatch(r"[0-9]{1,4}", given):
        return int(given)
    if given:
        reader.note(
            "bad-field",
            reader.fields.values["number"].span,
            f"“{given}” is not the number of a briefing.",
            "Write a whole number, for example: number: 7",
        )
    found = re.match(r"\d+", slug)
    return int(found.group()) if found else 0


def _title(slug: str) -> str:
    return re.sub(r"^\d+-", "", slug).replace("-", " ").capitalize()


def _people(reader: FieldReader, key: str) -> tuple[Person, ...]:
    people = []
    for value in reader.items(key):
        if not isinstance(value, Fields):
            example = (
                f"Write:\n{key}:\n  - name: Jo Example\n    role: Research Analyst\n    organisation: Example Institute"
            )
            reader.note("bad-field", value.span, f"An entry of “{key}” names nobody.", example)
            continue
        entry = FieldReader(value, "briefing")
        entry.know(("name", "role", "organisation"), f"An entry of “{key}”")
        people.append(Person(entry.text("name"), entry.text("role"), entry.text("organisation")))
        reader.slips += entry.slips
    return tuple(person for person in people if person.name)
