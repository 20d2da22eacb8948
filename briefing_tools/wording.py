"""Label: the words that pages and editions both put beside a briefing and beside what a site adds."""

from collections.abc import Iterable

from briefing_tools.model import DIRECTIONS, EVIDENCE, Briefing, Day, Update

STATUS_WORDS = {
    "draft": "Draft, not yet published",
    "live": "Live: what sites learn is added as it comes",
    "closed": "Closed: nothing more is added",
    "superseded": "Superseded by a later briefing",
    "withdrawn": "Withdrawn",
}
ORIGIN_WORDS = {
    "site": "Experience from a demonstrator site. Not reviewed evidence.",
    "published": "Compiled by the editors from a published source. Not reviewed evidence.",
}
"""What tells a reader, in words, that an update is not part of the reviewed text."""

KIND_WORDS = {
    "section": "Research and guidance",
    "update": "Experience from a site",
    "reference": "Reference",
    "glossary": "Glossary",
    "signpost": "Signpost",
    "briefing": "Briefing",
}
"""What tells a reader, in words, what kind of thing was found."""

RELATION_WORDS = {
    "supports": ("Supports", "Supported by"),
    "differs": ("Differs from", "Differs from"),
    "follows": ("Follows", "Followed by"),
    "replaces": ("Replaces", "Replaced by"),
}
"""How one update stands to another, from the side of the one that says so and from the other side."""

MISSING = {
    "site": "say which site this is from",
    "title": "give it a title of 8 to 90 characters",
    "date": "say when this was written",
    "section": "say which section of the briefing it speaks to",
    "evidence": "say what kind of evidence it is",
    "licence": "say how others may reuse it; OGL-UK-3.0 is usual for councils",
}
"""What an update must say, as the end of a sentence that begins with “Please”."""

SAID = {
    "title_length": "The title has {count} characters.",
    "bad_date": "“{given}” cannot be read as a date{why}.",
    "future": "{date} is in the future.",
    "no_source": "An independent evaluation needs its report.",
    "no_text": "This update has no text.",
    "heading": "An update cannot have headings.",
    "not_confirmed": "Nobody has confirmed that there is no personal data in this update.",
    "no_approver": "Nobody at the site is named who agreed to publish this update.",
}
"""What can be wrong with an update's own words: the same sentence in a check, in the terminal and on the page for writing."""

HOW_TO_WRITE_A_DATE = "Write it like 2013-06-14, 14/06/2013 or 14 June 2013."
NO_DATE = {
    "far_year": ", because the year {year} is too far away",
    "no_month": ", because there is no month {month}; the day comes before the month",
    "no_day": ", because {month} {year} has {days} days",
    "short_year": ", because its year has two figures only",
}
"""Why something is no date, as the end of a sentence."""

LICENCES = {
    "OGL-UK-3.0": "Open Government Licence 3.0 (usual for councils)",
    "CC-BY-4.0": "Creative Commons Attribution 4.0",
}
"""The licences that an update may be published under."""


def briefing_facts(briefing: Briefing) -> list[tuple[str, str]]:
    """A briefing's edition and dates, as label and value."""
    pairs = [
        ("Edition", briefing.edition),
        ("Published", briefing.published),
        ("Text updated", briefing.updated),
        ("Evidence last checked", briefing.evidence_checked),
        ("Review due", briefing.review_by),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def update_facts(update: Update, site: str, today: Day) -> list[tuple[str, str]]:
    """What stands beside an update, as label and value; `site` is the site's name."""
    overdue = update.past_review(today)
    pairs = [
        ("Area" if update.origin == "published" else "Site", site),
        ("Compiled" if update.origin == "published" else "Written", update.date),
        ("Period", update.period),
        ("Kind of evidence", EVIDENCE.get(update.evidence, update.evidence)),
        ("Level of joint working", update.level.capitalize()),
        ("Results", DIRECTIONS.get(update.direction, "")),
        ("Status", f"This is from {update.date} and has not been confirmed since" if overdue else "Published"),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def document_name(briefing: Briefing) -> str:
    """What a briefing is called where others stand beside it: `Briefing 7: Integrated working`."""
    return f"Briefing {briefing.number}: {briefing.title}"


def file_size(content: bytes) -> str:
    """The size of a file in words: `740 bytes`, `5 KB`, `1.2 MB`."""
    count = len(content)
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1024:.0f} KB" if count < 1_000_000 else f"{count / 1024 / 1024:.1f} MB"


def relations(update: Update, shown: Iterable[Update]) -> list[tuple[str, Update]]:
    """The updates that readers see of which this one speaks, or which speak of it: `Differs from` and the other one."""
    found: dict[tuple[str, str], Update] = {}
    for other in shown:
        for own in update.relates_to:
            if own.update == _named(other):
                found[RELATION_WORDS[own.how][0], other.id] = other
        for said in other.relates_to:
            if said.update == _named(update):
                found[RELATION_WORDS[said.how][1], other.id] = other
    return [(words, other) for (words, _), other in found.items()]


def _named(update: Update) -> str:
    """What other updates call it: its site and its file's name."""
    return update.id.partition("/")[2]
