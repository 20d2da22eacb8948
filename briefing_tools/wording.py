"""Label: the words that pages and editions both put beside a briefing and beside what a site adds."""

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
        ("Kind of evidence", EVIDENCE[update.evidence]),
        ("Level of joint working", update.level.capitalize()),
        ("Results", DIRECTIONS.get(update.direction, "")),
        ("Status", f"This is from {update.date} and has not been confirmed since" if overdue else "Published"),
    ]
    return [(label, str(value)) for label, value in pairs if value]
