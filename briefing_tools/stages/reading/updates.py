"""Read updates: what a site sent, one file each, in `NN-slug/updates/<site>/<date>-<slug>.md`."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from briefing_tools.diagnostics import Slip
from briefing_tools.frontmatter import Fields, FrontMatter, read_front_matter
from briefing_tools.markup import parse
from briefing_tools.model import (
    DIRECTIONS,
    EVIDENCE,
    EXPLAINED,
    LEVELS,
    ORIGINS,
    RELATIONS,
    UPDATE_STATUSES,
    Relation,
    Update,
)
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.again import cited_again
from briefing_tools.stages.reading.fields import FieldReader
from briefing_tools.wording import LICENCES, MISSING, SAID

FIELDS = (
    "site", "title", "date", "section", "evidence", "origin", "checks", "licence", "level", "direction", "period", "outcomes",
    "sources", "relates_to", "contact", "language", "review_by", "status", "moderated_by", "moderated_on", "status_note",
    "held_on", "withdrawn_on", "removed_on", "briefing",
)  # fmt: skip
CHECKS = ("no_personal_data", "approved_by")
NAMES = (*FIELDS, *CHECKS, "update", "how")
REQUIRED = ("site", "title", "date", "section", "evidence", "licence")
WORDS = {
    "site": (MISSING["site"], "site: devon"),
    "title": (MISSING["title"], 'title: "Six months of a co-located hub"'),
    "date": (MISSING["date"], "date: 14 June 2013"),
    "section": (MISSING["section"], "section: mash"),
    "evidence": (MISSING["evidence"], "evidence: practice-experience"),
    "licence": (MISSING["licence"], "licence: OGL-UK-3.0"),
    "checks": ("confirm that it holds no personal data, and who agreed to publish it",
               "\nchecks:\n  no_personal_data: yes\n  approved_by: Head of Children's Services"),
    "sources": ("name the published source it was compiled from", "sources: [golden2011]"),
}  # fmt: skip
TEMPLATE = """
---
site: devon
title: "Six months of a co-located hub"
date: 14 June 2013
section: mash
evidence: practice-experience
licence: OGL-UK-3.0
checks:
  no_personal_data: yes
  approved_by: Head of Children's Services
---"""


def read_update(source: Source, slug: str) -> tuple[Update, tuple[Slip, ...]]:
    """Read one update of the briefing in the folder `slug`. Whatever is missing is noted and left empty."""
    front = read_front_matter(source, NAMES)
    reader = FieldReader(front.fields, "update")
    _gather_checks(reader)
    reader.know(FIELDS, "An update")
    origin = reader.choice("origin", ORIGINS, "site", "an origin of an update")
    status = reader.choice("status", UPDATE_STATUSES, "submitted", "a status of an update")
    if not front.fields.broken and status != "removed":
        _require(reader, origin, PurePosixPath(source.path).parent.name)
    text = parse(source, front.body)
    path = PurePosixPath(source.path)
    site = reader.text("site")
    checks = _checks(reader)
    where = _where(reader.fields, checks is not None)
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
        status=status,
        licence=_licence(reader),
        level=reader.choice("level", LEVELS, "", "a level of joint working"),
        direction=reader.choice("direction", DIRECTIONS, "", "a direction of results"),
        period=reader.text("period"),
        outcomes=reader.texts("outcomes"),
        sources=_keys(reader),
        relates_to=_relations(reader),
        contact=_texts(reader, "contact"),
        language=reader.text("language", "en-GB") or "en-GB",
        review_by=reader.day("review_by"),
        no_personal_data=(checks or {}).get("no_personal_data", "").lower() in ("yes", "true", "y"),
        approved_by=(checks or {}).get("approved_by", ""),
        moderated_by=reader.text("moderated_by"),
        moderated_on=reader.day("moderated_on"),
        status_note=reader.text("status_note"),
        status_on=reader.day(f"{status}_on") if status in EXPLAINED else None,
        body=cited_again(text.nodes),
        where=where,
    )
    return update, (*front.slips, *reader.slips, *text.slips, *_empty(front, update))


def _where(fields: Fields, checked: bool) -> Mapping[str, Span]:
    """Where each field stands, and each of the checks; without `checks` if it is no group of fields."""
    places = fields.places()
    checks = fields.values.get("checks")
    inner = checks.places() if isinstance(checks, Fields) else {}
    return MappingProxyType({**inner, **{key: place for key, place in places.items() if key != "checks" or checked}})


def _gather_checks(reader: FieldReader) -> None:
    """Take the two checks for what stands under `checks` if somebody forgot to indent them."""
    fields = reader.fields
    checks = fields.values.get("checks")
    within = checks.values if isinstance(checks, Fields) else {}
    loose = [key for key in CHECKS if key in fields.values and key not in within]
    if not loose:
        return
    reader.note("bad-field", fields.keys[loose[0]], f"“{loose[0]}” belongs under “checks:”.",
                f"Begin its line with two spaces:{WORDS['checks'][1]}")  # fmt: skip
    reader.fields = fields.gathered("checks", loose)


def _require(reader: FieldReader, origin: str, site: str) -> None:
    """Note what an update must say and does not; `site` is whose folder it lies in."""
    fields = reader.fields
    if not fields.keys:
        reader.note("missing-field", fields.span, "This update has no fields at its head.",
                    f"Put these above the text, with what is true of your update:{TEMPLATE}")  # fmt: skip
        return
    for key in (*REQUIRED, "sources" if origin == "published" else "checks"):
        if not reader.has(key):
            words, example = WORDS[key]
            example = f"site: {site}" if key == "site" else example
            what = "Write" if key in fields.keys else "Add to the fields at the head"
            hint = f"{what}:{'' if example.startswith(chr(10)) else ' '}{example}"
            place = fields.keys.get(key, Span.of_file(fields.span.path))
            reader.note("missing-field", place, f"Please {words}.", hint)


def _licence(reader: FieldReader) -> str:
    """A licence by its name, whatever its capitals."""
    given = reader.text("licence")
    known = next((name for name in LICENCES if name.lower() == given.lower().replace(" ", "-")), "")
    if given and not known:
        reader.note("bad-field", reader.fields.values["licence"].span, f"“{given}” is not a licence we can publish under.",
                    "Choose one of: OGL-UK-3.0, CC-BY-4.0.")  # fmt: skip
    return known


def _checks(reader: FieldReader) -> Mapping[str, str] | None:
    """What stands under `checks`; None if nothing of that form does."""
    fields = reader.group("checks")
    if fields is None:
        return None
    checks = FieldReader(fields, "update")
    checks.know(CHECKS, "“checks”")
    reader.slips += checks.slips
    return {key: checks.text(key) for key in CHECKS}


def _keys(reader: FieldReader) -> tuple[str, ...]:
    """The keys of the bibliography under `sources`, also when commas separate them or they are written as citations."""
    parts = (part for text in reader.texts("sources") for part in re.split(r"[\s,;]+", text))
    return tuple(key for part in parts if (key := part.strip("[]@")))


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
    if update.body or update.status == "removed":
        return ()
    note = FieldReader(front.fields, "update")
    note.note(
        "empty",
        Span.of_file(update.path),
        SAID["no_text"],
        "Write what you learnt below the second line ---",
    )
    return tuple(note.slips)
