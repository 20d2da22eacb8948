"""Rules of structure: what a briefing must have, in which order, and what its dates may say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefing_tools.dates import parse_day
from briefing_tools.diagnostics import Problem, Related, Severity, nearest, rule
from briefing_tools.model import (
    ROLES,
    Briefing,
    Citation,
    Day,
    Element,
    LinkedSeries,
    Page,
    Section,
    key_messages_of,
    plain_text,
    walk,
)
from briefing_tools.rules.looking import prose, slips
from briefing_tools.source import Span

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
TITLES = {
    "issue": "What is the issue?",
    "policy": "Key policy drivers and developments",
    "activity": "Activity and research in this area",
    "key-messages": "Key messages for practice",
}


def _sections(plan: LinkedSeries) -> Iterator[tuple[Briefing, Section]]:
    for briefing in plan.cited.series.briefings:
        yield from ((briefing, section) for section in briefing.all_sections())


def _field(briefing: Briefing, key: str) -> Span:
    """Where a field of a briefing stands, or the head of the file."""
    return briefing.where.get(key, Span.of_file(briefing.path))


def _nearest_role(role: str) -> str:
    return nearest(role, ROLES, 0.4)


def _has_words(section: Section) -> bool:
    """Whether a heading says anything beside its id."""
    return bool(re.sub(r"\{[^{}]*\}", "", section.title).strip())


_PARTS = ("top", "references", "authors", "contents", "imprint", "changes")


@dataclass(frozen=True, slots=True)
class _Named:
    """An id, the section that it stands in or belongs to, and the words that it names."""

    id: str
    section: Section
    words: str


def _named(briefing: Briefing) -> Iterator[_Named]:
    """Every id that a briefing gives, in reading order: its sections' of today and earlier, and those inside them."""
    for section in briefing.all_sections():
        yield from (_Named(id, section, section.title) for id in (section.id, *section.was))
        for node in walk(section.body):
            if isinstance(node, Element) and node.attributes.get("id"):
                words = plain_text(node.children)
                yield _Named(node.attributes["id"], section, words if len(words) <= 40 else words[:39].rstrip() + "…")


@rule("briefing-unknown-field", WARNING)
def unknown_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing has a field that nothing reads.

    Usually its name is mistyped, and what it says would be lost.

    Wrong:
        pubished: 2013-02
    Right:
        published: 2013-02
    """
    return slips(plan, "briefing-unknown-field")


@rule("briefing-bad-field", ERROR)
def bad_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A field of a briefing has a value that means nothing there.

    Wrong:
        status: alive
    Right:
        status: live
    """
    return slips(plan, "briefing-bad-field")


@rule("briefing-missing-field", ERROR)
def missing_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing lacks a field that its page and its editions print.

    Number, title, status, edition, published and authors are needed.

    Wrong:
        ---
        number: 7
        ---
    Right:
        ---
        number: 7
        title: Integrated working
        status: live
        edition: "1.0"
        published: 2013-02
        authors:
          - name: Hannah Roscoe
        ---
    """
    return slips(plan, "briefing-missing-field")


@rule("briefing-bad-date", ERROR)
def bad_date(plan: LinkedSeries) -> Iterator[Problem]:
    """A date of a briefing cannot be read, or there is no such day.

    Wrong:
        published: 31 February 2013
    Right:
        published: 28 February 2013
    """
    return slips(plan, "briefing-bad-date")


@rule("briefing-date-order", ERROR)
def date_order(plan: LinkedSeries) -> Iterator[Problem]:
    """Two dates of a briefing contradict each other, or one lies in the future.

    A text cannot change before it is published, nor be reviewed before its evidence was checked.

    Wrong:
        published: 2013-02
        updated: 2012-11
    Right:
        published: 2013-02
        updated: 2013-11
    """
    today = plan.cited.series.today
    for briefing in plan.cited.series.briefings:
        for name in ("published", "updated", "evidence_checked"):
            day = getattr(briefing, name)
            if day and day > today:
                yield Problem(
                    _field(briefing, name), f"“{name}” is in the future: {day}.", "Give the day on which it happened."
                )
        pairs = (("published", "updated"), ("evidence_checked", "review_by"), ("published", "review_by"))
        for earlier, later in pairs:
            first, second = getattr(briefing, earlier), getattr(briefing, later)
            if first and second and second.iso[: len(first.iso)] < first.iso[: len(second.iso)]:
                related = (Related(_field(briefing, earlier), f"“{earlier}” is {first}"),)
                yield Problem(
                    _field(briefing, later),
                    f"“{later}” ({second}) is before “{earlier}” ({first}).",
                    "Correct one of the two dates.",
                    related,
                )


@rule("briefing-change-note-missing", ERROR)
def change_note_missing(plan: LinkedSeries) -> Iterator[Problem]:
    """The text was updated but no change note says how.

    `updated` moves only with a note, so that readers learn what changed.

    Wrong:
        updated: 2013-11-04
    Right:
        updated: 2013-11-04
        change_note: Corrected the year of the evaluation in “Family Intervention Projects”.
    """
    for briefing in plan.cited.series.briefings:
        if briefing.updated and briefing.updated != briefing.published and not briefing.change_note:
            yield Problem(_field(briefing, "updated"), "The text was updated, but there is no change note.",
                          "Say in a sentence what changed: change_note: …")  # fmt: skip


@rule("briefing-review-due", NOTE)
def review_due(plan: LinkedSeries) -> Iterator[Problem]:
    """A live briefing is past the date by which its evidence was to be checked again.

    Wrong:
        review_by: 2014-02 (and it is 2015)
    Right:
        evidence_checked: 2015-01
        review_by: 2016-01
    """
    for briefing in plan.cited.series.briefings:
        due = briefing.review_by
        if (
            due
            and briefing.status == "live"
            and Day(due.year, due.month or 12, due.day or 31) < plan.cited.series.today
        ):
            yield Problem(_field(briefing, "review_by"), f"The evidence of this briefing was to be checked by {due}.",
                          "Check it and move both dates, or close the briefing.")  # fmt: skip


@rule("briefing-number-twice", ERROR)
def number_twice(plan: LinkedSeries) -> Iterator[Problem]:
    """Two briefings have the same number.

    Practitioners ask for a briefing by its number, so it must be the only one.

    Wrong:
        number: 7 (in 07-integrated-working and in 08-early-help)
    Right:
        number: 8 (in 08-early-help)
    """
    seen: dict[int, Briefing] = {}
    for briefing in plan.cited.series.briefings:
        first = seen.setdefault(briefing.number, briefing)
        if first is not briefing:
            free = max(b.number for b in plan.cited.series.briefings) + 1
            related = (Related(_field(first, "number"), f"{first.title} has it first"),)
            yield Problem(_field(briefing, "number"), f"Another briefing already has the number {briefing.number}.",
                          f"Give this one a number of its own, for example: number: {free}", related)  # fmt: skip


@rule("briefing-empty", ERROR)
def empty(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing has no text at all.

    Wrong:
        a file with fields only
    Right:
        the fields, then the four parts: issue, policy, activity, key messages
    """
    refused = {problem.span.path for problem in slips(plan, "text-too-nested")}
    for briefing in plan.cited.series.briefings:
        if briefing.has_text or briefing.path in refused:
            continue
        if briefing.source.text.strip():
            yield Problem(Span.of_file(briefing.path), "This briefing has no text.",
                          "Write its parts below the fields, beginning with: ## What is the issue? {#issue role=issue}")  # fmt: skip
        else:
            yield Problem(Span.of_file(briefing.path), "This briefing's file is empty.",
                          "Restore its last version; or delete the file and begin anew, for example with: "
                          f"briefings new briefing --number {briefing.number}")  # fmt: skip


@rule("briefing-part-missing", ERROR)
def part_missing(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing lacks one of its four parts.

    Every briefing of the series has the parts issue, policy, activity and key messages, so that readers find their way.

    Wrong:
        ## Key messages for practice
    Right:
        ## Key messages for practice {#key-messages role=key-messages}
    """
    for briefing in plan.cited.series.briefings:
        roles = [section.role for section in briefing.all_sections()]
        meant = {_nearest_role(role) for role in roles if role not in ROLES}
        for role in ROLES:
            if role not in roles and role not in meant and briefing.sections:
                yield Problem(Span.of_file(briefing.path), f"This briefing has no part with the role “{role}”.",
                              f"Give the heading its role: ## {TITLES[role]} {{#{role} role={role}}}")  # fmt: skip


@rule("briefing-part-order", ERROR)
def part_order(plan: LinkedSeries) -> Iterator[Problem]:
    """The parts of a briefing are out of order, or a role is given twice.

    The order is: issue, policy, activity, key messages.

    Wrong:
        ## Key messages for practice {#key-messages role=key-messages}
        ## What is the issue? {#issue role=issue}
    Right:
        ## What is the issue? {#issue role=issue}
        …
        ## Key messages for practice {#key-messages role=key-messages}
    """
    for briefing in plan.cited.series.briefings:
        last: Section | None = None
        for section in (s for s in briefing.all_sections() if s.role in ROLES):
            if last and ROLES.index(section.role) <= ROLES.index(last.role):
                related = (Related(last.span, f"The part “{last.role}” is here"),)
                said = f"The part “{section.role}” cannot come after the part “{last.role}”."
                hint = f"Bring the parts into the order {', '.join(ROLES)}."
                if section.role == last.role:
                    said, hint = (
                        f"Two headings have the role “{section.role}”.",
                        "Leave it to the one that begins the part.",
                    )
                yield Problem(section.span, said, hint, related)
            last = section


@rule("briefing-role-unknown", ERROR)
def role_unknown(plan: LinkedSeries) -> Iterator[Problem]:
    """A heading has a role that is not one of the four parts.

    Wrong:
        ## Key messages {#key-messages role=messages}
    Right:
        ## Key messages {#key-messages role=key-messages}
    """
    for _, section in _sections(plan):
        if section.role and section.role not in ROLES:
            near = _nearest_role(section.role)
            hint = f"Did you mean role={near}?" if near else f"The roles are: {', '.join(ROLES)}."
            yield Problem(section.span, f"“{section.role}” is not a role of a part.", hint)


@rule("briefing-section-empty", ERROR)
def section_empty(plan: LinkedSeries) -> Iterator[Problem]:
    """A section has a heading but neither text nor subsections.

    Wrong:
        ### Supporting transitions {#transitions}
        ### Next section {#next}
    Right:
        ### Supporting transitions {#transitions}
        Young people who move to adult services …
    """
    for _, section in _sections(plan):
        if not section.body and not section.subsections:
            yield Problem(
                section.span, f"The section “{section.title}” has no text.", "Write it, or remove the heading."
            )


@rule("briefing-heading-twice", WARNING)
def heading_twice(plan: LinkedSeries) -> Iterator[Problem]:
    """Two sections of a briefing have the same heading.

    A list of contents or of search results with two equal lines helps nobody.

    Wrong:
        ### Evidence {#evidence}
        ### Evidence {#evidence-2}
    Right:
        ### Evidence on outcomes {#evidence-outcomes}
        ### Evidence on cost {#evidence-cost}
    """
    for briefing in plan.cited.series.briefings:
        seen: dict[str, Section] = {}
        for section in briefing.all_sections():
            first = seen.setdefault(section.title.casefold(), section)
            if first is not section:
                related = (Related(first.span, "It is used here first"),)
                yield Problem(
                    section.span,
                    f"The heading “{section.title}” is used twice.",
                    "Say in the heading what sets this section apart.",
                    related,
                )


@rule("briefing-id-twice", ERROR)
def id_twice(plan: LinkedSeries) -> Iterator[Problem]:
    """Two sections of a briefing have the same id, now or from earlier.

    A link to it could lead to only one of them.

    Wrong:
        ### Hubs {#mash}
        ### Panels {#mash}
    Right:
        ### Hubs {#mash}
        ### Panels {#panels}
    """
    for briefing in plan.cited.series.briefings:
        seen: dict[str, _Named] = {}
        places: Mapping[str, list[Span]] = {}
        for named in _named(briefing):
            first = seen.setdefault(named.id, named)
            if first is not named:
                places = places or _places(briefing)
                related = (Related(first.section.span, f"“{first.section.title}” has it first"),)
                yield Problem(
                    _second(places, named.id, named.section.span),
                    f"The id “{named.id}” is used twice.",
                    f"Give “{named.words}” an id of its own, such as {{#{named.id}-2}}.",
                    related,
                )
    for page in plan.cited.series.pages:
        given: dict[str, Element] = {}
        places = {}
        for node in walk(page.nodes):
            id = node.attributes.get("id", "") if isinstance(node, Element) else ""
            if isinstance(node, Element) and id and given.setdefault(id, node) is not node:
                places = places or _places(page)
                hint = f"Give one of them an id of its own, such as {id}-2."
                place = _second(places, id, node.span or Span.of_file(page.path))
                yield Problem(place, f"The id “{id}” is used twice.", hint)


_GIVEN = re.compile(r"""\b(?:id|was)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'<>}]+))|\{:?[^{}\n#]*#([^\s{}]+)""")


def _places(text: Briefing | Page) -> Mapping[str, list[Span]]:
    """Where each id is given, in order: in a heading's braces, or in HTML."""
    places: dict[str, list[Span]] = {}
    for found in _GIVEN.finditer(text.source.text, text.text_from):
        start = found.start(found.lastindex or 0)
        for one in re.finditer(r"\S+", found[found.lastindex or 0]):
            places.setdefault(one[0], []).append(text.source.span(start + one.start(), start + one.end()))
    return places


def _second(places: Mapping[str, list[Span]], id: str, otherwise: Span) -> Span:
    """Where an id is given for the second time."""
    return places[id][1] if len(places.get(id, ())) > 1 else otherwise


@rule("briefing-id-missing", WARNING)
def id_missing(plan: LinkedSeries) -> Iterator[Problem]:
    """A section has no id of its own.

    Sites' updates and readers' links point to it. An id made of the heading breaks when the heading is reworded.

    Wrong:
        ### Multi-Agency Safeguarding Hubs
    Right:
        ### Multi-Agency Safeguarding Hubs {#mash}
    """
    for _, section in _sections(plan):
        if not section.id_given and _has_words(section):
            yield Problem(
                section.span,
                f"The section “{section.title}” has no permanent id.",
                f"Add one after the heading: {{#{section.id}}}",
            )


@rule("briefing-id-form", ERROR)
def id_form(plan: LinkedSeries) -> Iterator[Problem]:
    """A section's id has characters other than small letters, digits and hyphens.

    Ids become part of addresses and file names.

    Wrong:
        {#MASH_hub}
    Right:
        {#mash-hub}
    """
    for _, section in _sections(plan):
        for id in (section.id, *section.was):
            if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", id):
                yield Problem(
                    section.span,
                    f"The id “{id}” cannot be used.",
                    "Use small letters, digits and single hyphens, such as {#mash-hub}.",
                )


@rule("briefing-id-reserved", ERROR)
def id_reserved(plan: LinkedSeries) -> Iterator[Problem]:
    """A section's id is one that every page uses for a part of its own.

    Wrong:
        ## References in practice {#references}
    Right:
        ## References in practice {#references-in-practice}
    """
    for briefing in plan.cited.series.briefings:
        for named in _named(briefing):
            if named.id in _PARTS or re.match(r"(?:ref|cite|update)-", named.id):
                yield Problem(
                    named.section.span,
                    f"The id “{named.id}” belongs to a part that every page has.",
                    f"Choose another, such as {{#{named.id}-section}}.",
                )


@rule("briefing-level-skipped", ERROR)
def level_skipped(plan: LinkedSeries) -> Iterator[Problem]:
    """A heading is more than one level below the one above it.

    Readers who use a screen reader move by heading levels and would think that a section is missing.

    Wrong:
        ## Activity {#activity role=activity}
        #### Terminology {#terminology}
    Right:
        ## Activity {#activity role=activity}
        ### Terminology {#terminology}
    """
    for briefing in plan.cited.series.briefings:
        above = 1
        for section in briefing.all_sections():
            if section.level > above + 1:
                yield Problem(section.span, f"The heading “{section.title}” is at level {section.level}, but the one above it is at level {above}.",
                              f"Write it with {'#' * (above + 1)} instead of {'#' * section.level}.")  # fmt: skip
            above = section.level


@rule("briefing-heading-one", ERROR)
def heading_one(plan: LinkedSeries) -> Iterator[Problem]:
    """A section's heading is at level 1, which belongs to the briefing's title.

    Wrong:
        # What is the issue?
    Right:
        ## What is the issue? {#issue role=issue}
    """
    for _, section in _sections(plan):
        if section.level == 1:
            yield Problem(
                section.span,
                f"The heading “{section.title}” has the level of the title.",
                "Write it with ## instead of #.",
            )


@rule("briefing-heading-empty", ERROR)
def heading_empty(plan: LinkedSeries) -> Iterator[Problem]:
    """A heading has no words.

    Wrong:
        ## {#issue}
    Right:
        ## What is the issue? {#issue}
    """
    for _, section in _sections(plan):
        if not _has_words(section):
            yield Problem(
                section.span, "This heading has no words.", "Write what the section is about, or remove the heading."
            )


@rule("briefing-key-messages", WARNING)
def key_messages(plan: LinkedSeries) -> Iterator[Problem]:
    """The key messages are not a list of three to seven.

    Wrong:
        ## Key messages for practice {#key-messages role=key-messages}
        Work together.
    Right:
        ## Key messages for practice {#key-messages role=key-messages}
        - Support needs …
        - “Integration” can mean …
        - Plan transitions early …
    """
    for _, section in _sections(plan):
        if section.role == "key-messages" and section.body:
            count = len(key_messages_of(section))
            if not 3 <= count <= 7:
                yield Problem(
                    section.span,
                    f"There are {count or 'no'} key messages; readers expect 3 to 7.",
                    "Write each as a list entry that begins with a hyphen.",
                )


@rule("briefing-quotation-source", WARNING)
def quotation_source(plan: LinkedSeries) -> Iterator[Problem]:
    """A block quotation does not end with the work and page it was taken from.

    Wrong:
        > Respondents reported wide variations.
    Right:
        > Respondents reported wide variations. [@humphries2012, p. 24]
    """
    for _, section in _sections(plan):
        for node in section.body:
            if isinstance(node, Element) and node.tag == "blockquote":
                cited = [one for one in walk(node.children) if isinstance(one, Citation)]
                if not cited or not cited[-1].items[-1].locator:
                    place = cited[-1].span if cited else section.span
                    yield Problem(
                        place,
                        f"A quotation in “{section.title}” does not name its source and page.",
                        "End it with a citation, such as [@humphries2012, p. 24].",
                    )


_EDITORS_BOX = re.compile(r"^[ \t]*(?:[-*+>][ \t]+)*!!![ \t]+(later-evidence|editors-note)\b[ \t]*(.*?)[ \t]*$", re.M)


@rule("briefing-note-date", ERROR)
def note_date(plan: LinkedSeries) -> Iterator[Problem]:
    """A box that editors added later does not say when.

    Readers must be able to tell what was known when the text was reviewed from what came after. The title of a box of later
    evidence, or of an editors' note, is its date and nothing else.

    Wrong:
        !!! later-evidence "New findings"
            A later report found less [@day2011].
    Right:
        !!! later-evidence "March 2016"
            A later report found less [@day2011].
    """
    for briefing in plan.cited.series.briefings:
        for found in _EDITORS_BOX.finditer(prose(briefing)):
            given = found.group(2).strip('"')
            day = parse_day(given)
            if day and day <= plan.cited.series.today:
                continue
            said = (
                f"“{given}” is not a date, and the title of this box must be one." if given else "This box has no date."
            )
            said = f"“{given}” is in the future." if day else said
            yield Problem(
                briefing.source.span(found.start(1), found.end()),
                said,
                f'Give the day or month in which editors added it, for example: !!! {found.group(1)} "March 2016"',
            )


@rule("update-editors-box", ERROR)
def editors_box(plan: LinkedSeries) -> Iterator[Problem]:
    """An update uses a box that only editors use in a briefing.

    Wrong:
        !!! later-evidence "March 2016"
            We found less.
    Right:
        We found less.
    """
    for update in plan.cited.series.updates:
        for found in _EDITORS_BOX.finditer(prose(update)):
            yield Problem(
                update.source.span(found.start(1), found.end()),
                f"An update cannot have a box called “{found.group(1)}”; editors use it in briefings.",
                "Write the text without the box.",
            )


BRIEFING_RULES = (
    unknown_field, bad_field, missing_field, bad_date, date_order, change_note_missing, review_due, number_twice, empty,
    part_missing, part_order, role_unknown, section_empty, heading_twice, id_twice, id_missing, id_form, id_reserved,
    level_skipped, heading_one, heading_empty, key_messages, quotation_source, note_date, editors_box,
)  # fmt: skip
