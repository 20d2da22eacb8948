"""Read briefings: front matter, sections and running text of `NN-slug/index.md`."""

import re
from collections.abc import Mapping

from briefing_tools.diagnostics import Slip
from briefing_tools.frontmatter import Fields, Scalar, read_front_matter
from briefing_tools.markup import parse
from briefing_tools.model import BRIEFING_STATUSES, Briefing, Page, Person
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.again import cited_again
from briefing_tools.stages.reading.fields import FieldReader, words_of
from briefing_tools.stages.reading.sections import nest

FIELDS = (
    "number", "title", "status", "edition", "published", "updated", "evidence_checked", "review_by", "change_note",
    "language", "authors", "thanks", "topics", "licence",
)  # fmt: skip
NAMES = (*FIELDS, "name", "role", "organisation")
PAGE_FIELDS = ("title", "description")
WORDS: Mapping[str, tuple[str, str]] = {
    "number": ("its number", "number: 7"),
    "title": ("its title", "title: Integrated working"),
    "status": ("its status", "status: live"),
    "edition": ("which edition it is", 'edition: "1.0"'),
    "published": ("when it was published", "published: 2013-02"),
    "authors": ("who wrote it", "authors:\n  - name: …\n    role: …\n    organisation: …"),
}
"""The fields that a briefing must have: what is missing without them, and an example."""


def read_briefing(source: Source, slug: str) -> tuple[Briefing, tuple[Slip, ...]]:
    """Read one briefing. What is missing or unreadable is noted, and the folder's name stands in for number and title."""
    front = read_front_matter(source, NAMES)
    reader = FieldReader(front.fields, "briefing")
    text = parse(source, front.body)
    lead, sections = nest(text.nodes, source.path)
    reader.know(FIELDS, "A briefing")
    if not front.fields.broken and source.text.strip():
        _require(reader)
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
        where=reader.fields.places(),
    )
    return briefing, (*front.slips, *reader.slips, *text.slips)


def read_page(source: Source) -> tuple[Page, tuple[Slip, ...]]:
    """Read an ordinary page; its title is the front matter's or the first heading's."""
    front = read_front_matter(source, PAGE_FIELDS)
    reader = FieldReader(front.fields, "text")
    reader.know(PAGE_FIELDS, "A page")
    text = parse(source, front.body)
    _, sections = nest(text.nodes, source.path)
    title = reader.text("title") or (sections[0].title if sections else "")
    return Page(source, front.body, title, cited_again(text.nodes)), (*front.slips, *reader.slips, *text.slips)


def _require(reader: FieldReader) -> None:
    fields = reader.fields
    if not fields.keys:
        lines = "\n".join(example for _, example in WORDS.values())
        reader.note("missing-field", fields.span, "This briefing has no fields at its head.",
                    f"Put these above the text, with what is true of it:\n---\n{lines}\n---")  # fmt: skip
        return
    for key, (words, example) in WORDS.items():
        if not reader.has(key):
            what = "Write" if key in fields.keys else "Add to the fields at the head"
            place = fields.keys.get(key, Span.of_file(fields.span.path))
            gap = "\n" if "\n" in example else " "
            reader.note("missing-field", place, f"This briefing does not say {words}.", f"{what}:{gap}{example}")


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
        if isinstance(value, Fields):
            entry = FieldReader(value, "briefing")
            entry.know(("name", "role", "organisation"), f"An entry of “{key}”")
            person = Person(entry.text("name"), entry.text("role"), entry.text("organisation"))
            reader.slips += entry.slips
        else:
            person = Person("")
        if not person.name:
            person = Person(words_of(value) if isinstance(value, Scalar) else person.organisation)
            example = person.name if isinstance(value, Scalar) else "…"
            reader.note("bad-field", value.span, f"An entry of “{key}” has no name.",
                        f"Write:\n{key}:\n  - name: {example}\n    role: …\n    organisation: …")  # fmt: skip
        people.append(person)
    return tuple(person for person in people if person.name)
