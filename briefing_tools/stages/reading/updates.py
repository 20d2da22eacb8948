"""Read updates: what a site sent, one file each, in `NN-slug/updates/<site>/<date>-<slug>.md`."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from briefing_tools.diagnostics import Slip
from briefing_tools.frontmatter import Fields, FrontMatter, read_front_matter
from briefing_tools.markup import parse
from briefing_tools.model import DIRECTIONS, EVIDENCE, LEVELS, ORIGINS, RELATIONS, UPDATE_STATUSES, Relation, Update
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.fields import FieldReader

FIELDS = (
    "site", "title", "date", "section", "evidence", "origin", "checks", "licence", "level", "direction", "period", "outcomes",
    "sources", "relates_to", "contact", "language", "review_by", "status", "moderated_by", "moderated_on", "status_note", "briefing",
)  # fmt: skip
LICENCES = ("OGL-UK-3.0", "CC-BY-4.0")
REQUIRED = ("site", "title", "date", "section", "evidence", "licence")
WORDS = {
    "site": ("say which site this is from", "site: devon"),
    "title": ("give it a title of 8 to 90 characters", 'title: "Six months of a co-located hub"'),
    "date": ("say when this was written", "date: 14 June 2013"),
    "section": ("say which section of the briefing it speaks to", "section: mash"),
    "evidence": ("say what kind of evidence it is", "evidence: practice-experience"),
    "licence": ("say how others may reuse it; OGL-UK-3.0 is usual for councils", "licence: OGL-UK-3.0"),
    "checks": ("confirm that it holds no personal data, and who agreed to publish it",
               "checks:\n  no_personal_data: yes\n  approved_by: Head of Children’s Services"),
    "sources": ("name the published source it was compiled from", "sources: [golden2011]"),
}  # fmt: skip


def read_update(source: Source, slug: str) -> tuple[Update, tuple[Slip, ...]]:
    """Read one update of the briefing in the folder `slug`. Whatever is missing is noted and left empty."""
    front = read_front_matter(source)
    reader = FieldReader(front.fields, "update")
    reader.know(FIELDS, "An update")
    origin = reader.choice("origin", ORIGINS, "site", "an origin of an update")
    if not front.fields.broken:
        _require(reader, source, origin)
    text = parse(source, front.body)
    path = PurePosixPath(source.path)
    site = reader.text("site")
    checks = _checks(reader)
    update = Update(
        source=source,
        text_from=front.body,
        id=f"{slug}/{path.parent.name}/{path.stem}",
        briefing_slug=slug,
        site=site or path.parent.name,
        title=reader.text("title") or path.stem,
        date=reader.day("date"),
        section=reader.text("section"),
        evidence=reader.choice("evidence", EVIDENCE, "practice-experience", "a kind of evidence"),
        origin=origin,
        status=reader.choice("status", UPDATE_STATUSES, "submitted", "a status of an update"),
        licence=_licence(reader),
        level=reader.choice("level", LEVELS, "", "a level of joint working"),
        direction=reader.choice("direction", DIRECTIONS, "", "a direction of results"),
        period=reader.text("period"),
        outcomes=reader.texts("outcomes"),
        sources=reader.texts("sources"),
        relates_to=_relations(reader),
        contact=_texts(reader, "contact"),
        language=reader.text("language", "en-GB") or "en-GB",
        review_by=reader.day("review_by"),
        no_personal_data=checks.get("no_personal_data", "").lower() in ("yes", "true", "y"),
        approved_by=checks.get("approved_by", ""),
        moderated_by=reader.text("moderated_by"),
        moderated_on=reader.day("moderated_on"),
        status_note=reader.text("status_note"),
        body=text.nodes,
        where=front.fields.keys,
    )
    return update, (*front.slips, *reader.slips, *text.slips, *_empty(front, update))


def _require(reader: FieldReader, source: Source, origin: str) -> None:
    for key in (*REQUIRED, "sources" if origin == "published" else "checks"):
        if not reader.has(key):
            words, example = WORDS[key]
            reader.note(
                "missing-field",
                Span.of_file(source.path),
                f"Please {words}.",
                f"Add to the fields at the head: {example}",
            )


def _licence(reader: FieldReader) -> str:
    """A licence by its name, whatever its capitals."""
    given = reader.text("licence")
    known = next((name for name in LICENCES if name.lower() == given.lower().replace(" ", "-")), "")
    if given and not known:
        reader.note("bad-field", reader.fields.values["licence"].span, f"“{given}” is not a licence we can publish under.",
                    "Choose one of: OGL-UK-3.0, CC-BY-4.0.")  # fmt: skip
    return known


def _checks(reader: FieldReader) -> Mapping[str, str]:
    fields = reader.group("checks")
    if fields is None:
        return {}
    checks = FieldReader(fields, "update")
    checks.know(("no_personal_data", "approved_by"), "“checks”")
    reader.slips += checks.slips
    return {key: checks.text(key) for key in ("no_personal_data", "approved_by")}


def _texts(reader: FieldReader, key: str) -> Mapping[str, str]:
    fields = reader.group(key)
    if fields is None:
        return {}
    entry = FieldReader(fields, "update")
    found = {name: entry.text(name) for name in fields.values}
    reader.slips += entry.slips
    return found


def _relations(reader: FieldReader) -> tuple[Relation, ...]:
    relations = []
    for value in reader.items("relates_to"):
        if not isinstance(value, Fields):
            reader.note("bad-field", value.span, "An entry of “relates_to” needs two fields, update and how.",
                        "Write:\nrelates_to:\n  - update: devon/2013-06-14-hub\n    how: supports")  # fmt: skip
            continue
        entry = FieldReader(value, "update")
        entry.know(("update", "how"), "An entry of “relates_to”")
        how = entry.choice("how", RELATIONS, "follows", "a relation between updates")
        relations.append(Relation(entry.text("update"), how, value.span))
        reader.slips += entry.slips
    return tuple(relations)


def _empty(front: FrontMatter, update: Update) -> tuple[Slip, ...]:
    if update.body:
        return ()
    note = FieldReader(front.fields, "update")
    note.note(
        "empty",
        Span.of_file(update.path),
        "This update has no text.",
        "Write what you learnt below the second line ---",
    )
    return tuple(note.slips)
