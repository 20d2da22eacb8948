"""Rules of updates: what a site must say, and what keeps an update from harming the reviewed text."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from briefing_tools.diagnostics import Problem, Severity, nearest, rule
from briefing_tools.model import EXPLAINED, Briefing, Day, Element, LinkedSeries, Update, walk
from briefing_tools.rules.looking import gone_sections, slips
from briefing_tools.source import Span
from briefing_tools.wording import SAID

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _field(update: Update, key: str) -> Span:
    """Where a field of an update stands, or the head of the file."""
    return update.where.get(key, Span.of_file(update.path))


def _giving(plan: LinkedSeries, key: str) -> Iterator[Update]:
    """The updates that give a field in good order; of the others, reading has said what there is to say."""
    return (update for update in plan.cited.series.updates if key in update.where)


def _briefing(plan: LinkedSeries, update: Update) -> Briefing | None:
    return next((b for b in plan.cited.series.briefings if b.slug == update.briefing_slug), None)


@rule("update-unknown-field", ERROR)
def unknown_field(plan: LinkedSeries) -> Iterator[Problem]:
    """An update has a field that we do not use.

    Wrong:
        sitename: devon
    Right:
        site: devon
    """
    return slips(plan, "update-unknown-field")


@rule("update-bad-field", ERROR)
def bad_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A field of an update has a value that means nothing there.

    Wrong:
        level: 3
    Right:
        level: coordination
    """
    return slips(plan, "update-bad-field")


@rule("update-missing-field", ERROR)
def missing_field(plan: LinkedSeries) -> Iterator[Problem]:
    """An update does not say something that readers need to judge it.

    Site, title, date, section, evidence and licence are needed; so are the site's checks, or the published source.

    Wrong:
        ---
        title: "Six months of a co-located hub"
        ---
    Right:
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
        ---
    """
    return slips(plan, "update-missing-field")


@rule("update-bad-date", ERROR)
def bad_date(plan: LinkedSeries) -> Iterator[Problem]:
    """A date of an update cannot be read, or there is no such day.

    Wrong:
        date: 14th of last month
    Right:
        date: 14 June 2013
    """
    return slips(plan, "update-bad-date")


@rule("update-date-future", ERROR)
def date_future(plan: LinkedSeries) -> Iterator[Problem]:
    """An update is dated in the future.

    Wrong:
        date: 14 June 2031
    Right:
        date: 14 June 2013
    """
    today = plan.cited.series.today
    for update in _giving(plan, "date"):
        if update.date and update.date > today:
            yield Problem(
                _field(update, "date"),
                SAID["future"].format(date=update.date),
                f"Give the day on which it was written, at the latest {today}.",
            )


@rule("update-empty", ERROR)
def empty(plan: LinkedSeries) -> Iterator[Problem]:
    """An update has no text.

    Wrong:
        a file with fields only
    Right:
        the fields, and below them what you learnt
    """
    return slips(plan, "update-empty")


@rule("update-title-length", ERROR)
def title_length(plan: LinkedSeries) -> Iterator[Problem]:
    """A title is too short to say something, or too long for a list.

    Wrong:
        title: Hub
    Right:
        title: "Six months of a co-located hub"
    """
    for update in _giving(plan, "title"):
        if not 8 <= len(update.title) <= 90:
            yield Problem(
                _field(update, "title"),
                SAID["title_length"].format(count=len(update.title)),
                'Write 8 to 90, for example: title: "Six months of a co-located hub"',
            )


@rule("update-unknown-site", ERROR)
def unknown_site(plan: LinkedSeries) -> Iterator[Problem]:
    """An update names a site that is not on the list of sites.

    Editors keep the list in `sites.yml`.

    Wrong:
        site: deven
    Right:
        site: devon
    """
    sites = tuple(site.id for site in plan.cited.series.sites)
    listed_in = f"{plan.cited.series.content}/sites.yml"
    if not sites and any(slip.problem.span.path == listed_in for slip in plan.cited.series.slips):
        return
    for update in _giving(plan, "site"):
        if update.site not in sites:
            near = nearest(update.site.lower(), sites)
            listed = f"The sites are: {', '.join(sites)}." if sites else "No site is listed in sites.yml yet."
            yield Problem(
                _field(update, "site"),
                f"There is no site called “{update.site}”.",
                f"Did you mean “{near}”?" if near else listed,
            )


@rule("update-wrong-folder", ERROR)
def wrong_folder(plan: LinkedSeries) -> Iterator[Problem]:
    """An update lies in another site's folder, or in none.

    Each site has its own folder, so that nobody can change what another site said.

    Wrong:
        updates/leeds/2013-06-14-hub.md with site: devon
    Right:
        updates/devon/2013-06-14-hub.md with site: devon
    """
    sites = {site.id for site in plan.cited.series.sites}
    for update in _giving(plan, "site"):
        path = PurePosixPath(update.path)
        if update.site in sites and path.parent.name != update.site:
            right = f"Move it to updates/{update.site}/{path.name}"
            other = f", or write: site: {path.parent.name}" if path.parent.name in sites else ""
            yield Problem(
                _field(update, "site"),
                f"This update is from “{update.site}” but does not lie in that site's folder.",
                right + other,
            )


@rule("update-file-name", WARNING)
def file_name(plan: LinkedSeries) -> Iterator[Problem]:
    """An update's file name does not begin with its date.

    The name is part of the update's address and puts the files in order.

    Wrong:
        updates/devon/hub.md
    Right:
        updates/devon/2013-06-14-hub.md
    """
    for update in _giving(plan, "date"):
        name = PurePosixPath(update.path).name
        if update.date and update.date <= plan.cited.series.today and not name.startswith(update.date.iso + "-"):
            yield Problem(
                _field(update, "date"),
                f"The file is called {name}, but the update is dated {update.date}.",
                f"Call it {update.date.iso}-….md.",
            )


@rule("update-unknown-section", ERROR)
def unknown_section(plan: LinkedSeries) -> Iterator[Problem]:
    """An update speaks to a section that the briefing does not have.

    Wrong:
        section: mahs
    Right:
        section: mash
    """
    for update in _giving(plan, "section"):
        briefing = _briefing(plan, update)
        if briefing is None or not briefing.sections or not update.section or briefing.section(update.section):
            continue
        if update.section in gone_sections(plan, briefing):
            continue  # the briefing is to be mended, not the update: `link-anchor-gone` says so
        ids = {section.id: section.title for section in briefing.all_sections()}
        titles = {title.lower(): id for id, title in ids.items()}
        near = nearest(update.section.lower(), tuple(ids)) or titles.get(
            nearest(update.section.lower(), tuple(titles)), ""
        )
        guess = f"Did you mean “{near}” ({ids[near]})? " if near else ""
        yield Problem(
            _field(update, "section"),
            f"Briefing {briefing.number} has no section called “{update.section}”.",
            f"{guess}The sections are: {', '.join(ids)}.",
        )


@rule("update-no-briefing", ERROR)
def no_briefing(plan: LinkedSeries) -> Iterator[Problem]:
    """An update lies in the folder of a briefing that does not exist.

    Wrong:
        briefings/70-integrated-working/updates/devon/2013-06-14-hub.md
    Right:
        briefings/07-integrated-working/updates/devon/2013-06-14-hub.md
    """
    slugs = tuple(briefing.slug for briefing in plan.cited.series.briefings)
    refused = {slip.problem.span.path for slip in plan.cited.series.slips}
    content = plan.cited.series.content
    for update in plan.cited.series.updates:
        if update.briefing_slug not in slugs and f"{content}/{update.briefing_slug}/index.md" not in refused:
            near = nearest(update.briefing_slug, slugs)
            hint = f"Did you mean {near}?" if near else f"The briefings are: {', '.join(slugs) or 'none yet'}."
            yield Problem(
                Span.of_file(update.path), f"There is no briefing in the folder {update.briefing_slug}.", hint
            )


@rule("update-unknown-source", ERROR)
def unknown_source(plan: LinkedSeries) -> Iterator[Problem]:
    """An update lists a source that is not in the bibliography.

    Wrong:
        sources: [goldn2011]
    Right:
        sources: [golden2011]
    """
    keys = tuple(plan.cited.series.bibliography.works)
    if plan.cited.series.bibliography.path not in plan.cited.series.sources:
        return
    for update in _giving(plan, "sources"):
        for key in update.sources:
            if key not in keys:
                near = nearest(key, keys)
                hint = (
                    f"Did you mean “{near}”?"
                    if near
                    else f"Ask the editors to add it to {plan.cited.series.bibliography.path}."
                )
                yield Problem(_field(update, "sources"), f"The list of sources has no work with the key “{key}”.", hint)


@rule("update-evaluation-source", ERROR)
def evaluation_source(plan: LinkedSeries) -> Iterator[Problem]:
    """An independent evaluation is reported without its source.

    Wrong:
        evidence: independent-evaluation
    Right:
        evidence: independent-evaluation
        sources: [golden2011]
    """
    key = next(iter(plan.cited.series.bibliography.works), "golden2011")
    for update in _giving(plan, "evidence"):
        if update.evidence == "independent-evaluation" and not update.sources:
            yield Problem(
                _field(update, "evidence"),
                SAID["no_source"],
                f"Add its key from the bibliography to the fields at the head, for example: sources: [{key}]",
            )


@rule("update-not-confirmed", ERROR)
def not_confirmed(plan: LinkedSeries) -> Iterator[Problem]:
    """Nobody at the site has confirmed that an update holds no personal data, or agreed to publish it.

    An update about children's cases is never shown before a person has looked.

    Wrong:
        checks:
          no_personal_data: not yet
    Right:
        checks:
          no_personal_data: yes
          approved_by: Head of Children's Services
    """
    for update in _giving(plan, "checks"):
        if update.origin != "site" or update.status == "removed":
            continue
        if not update.no_personal_data:
            yield Problem(update.where.get("no_personal_data", _field(update, "checks")), SAID["not_confirmed"],
                          "Change to “no_personal_data: yes” once someone has checked.")  # fmt: skip
        if not update.approved_by:
            yield Problem(_field(update, "checks"), SAID["no_approver"],
                          "Add it below “checks:”; a job title is enough, for example: approved_by: Head of Children's Services")  # fmt: skip


@rule("update-unmoderated", ERROR)
def unmoderated(plan: LinkedSeries) -> Iterator[Problem]:
    """An update is marked as published, but no editor is named who accepted it.

    Wrong:
        status: published
    Right:
        status: published
        moderated_by: editors
        moderated_on: 2013-06-20
    """
    for update in plan.cited.series.updates:
        if update.status == "published" and not (update.moderated_by and update.moderated_on):
            yield Problem(_field(update, "status"), "This update is marked as published, but no editor is named who accepted it.",
                          "Add moderated_by and moderated_on; sites leave out “status”.")  # fmt: skip


@rule("update-waiting", NOTE)
def waiting(plan: LinkedSeries) -> Iterator[Problem]:
    """An update waits for an editor and is not shown yet.

    Wrong:
        status: submitted
    Right:
        status: published (set by an editor)
    """
    noted = {slip.problem.span for slip in plan.cited.series.slips}
    for update in plan.cited.series.updates:
        if update.where and update.status in ("submitted", "held") and _field(update, "status") not in noted:
            state = "is held back" if update.status == "held" else "waits for an editor"
            yield Problem(
                _field(update, "status"),
                f"The update “{update.title}” {state} and is not shown.",
                "An editor sets “status: published” after reading it.",
            )


@rule("update-unexplained", ERROR)
def unexplained(plan: LinkedSeries) -> Iterator[Problem]:
    """An update was held, withdrawn or removed without a reason.

    The site deserves one, and readers who followed a link to a withdrawn update find it in the update's place. The reason
    for holding or removing an update stays in its file and is not published.

    Wrong:
        status: withdrawn
    Right:
        status: withdrawn
        withdrawn_on: 2013-09-02
        status_note: The site found a mistake in its figures.
    """
    for update in plan.cited.series.updates:
        if update.status in EXPLAINED and not update.status_note and "status" in update.where:
            yield Problem(
                _field(update, "status"),
                f"This update is {update.status}, but nobody has said why.",
                f"Add the reason{_AUDIENCE[update.status]}, for example: status_note: {_REASON[update.status]}",
            )


_AUDIENCE = {
    "held": ", for the site",
    "withdrawn": ", which readers will see",
    "removed": " in words that give nothing away",
}
_REASON = {
    "held": "The site is checking its figures.",
    "withdrawn": "The site found a mistake in its figures.",
    "removed": "It told too much about a family.",
}


@rule("update-undated", WARNING)
def undated(plan: LinkedSeries) -> Iterator[Problem]:
    """An update was held, withdrawn or removed, and it is not said when.

    Wrong:
        status: withdrawn
        status_note: The site found a mistake in its figures.
    Right:
        status: withdrawn
        withdrawn_on: 2013-09-02
        status_note: The site found a mistake in its figures.
    """
    today = plan.cited.series.today
    for update in plan.cited.series.updates:
        key = f"{update.status}_on"
        if update.status not in EXPLAINED or "status" not in update.where:
            continue
        if update.status_on and update.status_on > today:
            yield Problem(_field(update, key), f"{update.status_on} is in the future.",
                          f"Give the day on which it was {update.status}, at the latest {today}.")  # fmt: skip
        elif not update.status_on and key not in update.where and not _noted(plan, update, key):
            yield Problem(_field(update, "status"), f"This update is {update.status}, but it is not said since when.",
                          f"Add the day, for example: {key}: {today.iso}")  # fmt: skip


def _noted(plan: LinkedSeries, update: Update, word: str) -> bool:
    """Whether reading found something wrong with a field of this update that speaks of a word."""
    lines = update.source.lines
    noted = (slip.problem.span for slip in plan.cited.series.slips if slip.problem.span.path == update.path)
    return any(word in lines[span.start.line - 1] for span in noted if 0 < span.start.line <= len(lines))


@rule("update-removed-text", ERROR)
def removed_text(plan: LinkedSeries) -> Iterator[Problem]:
    """The file of a removed update still holds what was removed.

    Nothing of it is published, but everybody can read the file. `briefings remove` leaves the fields that say what
    happened, and nothing else.

    Wrong:
        status: removed
        ---
        What the update said …
    Right:
        status: removed
        ---
    """
    for update in plan.cited.series.updates:
        if update.status != "removed":
            continue
        text = update.source.text
        if text[update.text_from :].strip():
            start = update.text_from + len(text[update.text_from :]) - len(text[update.text_from :].lstrip())
            yield Problem(
                update.source.span(start, len(text.rstrip())),
                "This update was removed, but its text is still in the file.",
                "Delete everything below the second line ---, or let it be done: briefings remove, and then the update's name.",
                private=True,
            )
        for key in TELLING:
            if key in update.where:
                yield Problem(
                    _field(update, key),
                    f"This update was removed, but its file still gives “{key}”.",
                    f"Delete “{key}” and what belongs to it.",
                    private=True,
                )


TELLING = ("title", "contact", "period", "outcomes")
"""The fields of an update that tell something of what it said, or of people."""


@rule("update-past-review", NOTE)
def past_review(plan: LinkedSeries) -> Iterator[Problem]:
    """An update should have been looked at again by now.

    It stays where it is and says that it has not been confirmed since its date.

    Wrong:
        review_by: 2013-06-14 (long ago)
    Right:
        review_by: 2027-06-14 (a later day, once the site has confirmed that the update still holds)
    """
    return _due(plan, long_ago=False)


@rule("update-long-past-review", WARNING)
def long_past_review(plan: LinkedSeries) -> Iterator[Problem]:
    """An update should have been looked at again more than a year ago.

    Readers should not rely for ever on what nobody confirms.

    Wrong:
        review_by: 2013-06-14 (years ago)
    Right:
        review_by: 2027-06-14 (a later day, once the site has confirmed that the update still holds)
    """
    return _due(plan, long_ago=True)


def _due(plan: LinkedSeries, *, long_ago: bool) -> Iterator[Problem]:
    today = plan.cited.series.today
    a_year_ago = Day(today.year - 1, today.month, today.day)
    for update in plan.cited.series.updates:
        if update.status not in ("published", "expired") or not update.review_by or not update.past_review(today):
            continue
        late = Day(update.review_by.year, update.review_by.month or 12, update.review_by.day or 31) < a_year_ago
        if late == long_ago:
            yield Problem(
                _field(update, "review_by"),
                f"The update “{update.title}” was to be looked at again by {update.review_by}.",
                "Ask the site whether it still holds; then set “review_by” to a later day, or withdraw it.",
            )


@rule("update-unknown-relation", ERROR)
def unknown_relation(plan: LinkedSeries) -> Iterator[Problem]:
    """An update refers to another update that does not exist, was removed, or to itself.

    Of a removed update not one word is to be left, and so nothing may speak of it. A withdrawn one may be referred to.

    Wrong:
        relates_to:
          - update: devon/2026-11-32-co-located-hub
            how: differs
    Right:
        relates_to:
          - update: devon/2026-11-23-co-located-hub
            how: differs
    """
    ids = tuple(update.name for update in plan.cited.series.updates if update.status != "removed")
    removed = {update.name for update in plan.cited.series.updates if update.status == "removed"}
    for update in plan.cited.series.updates:
        for relation in update.relates_to:
            if relation.update == update.name:
                yield Problem(
                    relation.span, "This update refers to itself.", "Name another update, or leave “relates_to” out."
                )
            elif relation.update in removed:
                yield Problem(
                    relation.span,
                    "The update that is named here was removed, and nothing may refer to it.",
                    "Take this entry out of “relates_to”, and out of the text whatever quotes the removed update.",
                )
            elif relation.update not in ids:
                near = nearest(relation.update, ids)
                yield Problem(
                    relation.span,
                    f"There is no update “{relation.update}”.",
                    f"Did you mean “{near}”?" if near else "Write it as site/file-name, without .md.",
                )


@rule("update-heading", ERROR)
def heading(plan: LinkedSeries) -> Iterator[Problem]:
    """An update has headings of its own.

    It stands inside a section of the briefing, whose headings readers move by. A bold word at the head of a paragraph does.

    Wrong:
        ## What we did
    Right:
        **What we did.** We moved the three teams …
    """
    for update in plan.cited.series.updates:
        for node in walk(update.body):
            if isinstance(node, Element) and node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                yield Problem(
                    node.span or Span.of_file(update.path),
                    SAID["heading"],
                    "Begin the paragraph with a few bold words instead: **What we did.** …",
                )


@rule("update-own-id", ERROR)
def own_id(plan: LinkedSeries) -> Iterator[Problem]:
    """An update gives a place on the page an id.

    Ids belong to the briefing. A second one of the same name would lead readers from the reviewed text into the update.

    Wrong:
        <p id="mash">We moved the three teams …</p>
    Right:
        We moved the three teams …
    """
    for update in plan.cited.series.updates:
        for node in walk(update.body):
            if isinstance(node, Element) and node.attributes.get("id") and not re.fullmatch("h[1-6]", node.tag):
                yield Problem(
                    node.span or Span.of_file(update.path),
                    f"An update cannot have ids, such as “{node.attributes['id']}”.",
                    "Leave the id out; the update itself has an address on the page.",
                )


UPDATE_RULES = (
    unknown_field, bad_field, missing_field, bad_date, date_future, empty, title_length, unknown_site, wrong_folder, file_name,
    unknown_section, no_briefing, unknown_source, evaluation_source, not_confirmed, unmoderated, waiting, unexplained, undated,
    removed_text, past_review, long_past_review, unknown_relation, heading, own_id,
)  # fmt: skip
