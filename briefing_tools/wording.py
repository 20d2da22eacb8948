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


def document_name(briefing: Briefing) -> str:
    """What a briefing is called where others stand beside it: `Briefing 7: Integrated working`."""
    return f"Briefing {briefing.number}: {briefing.title}"


def file_size(content: bytes) -> str:
    """The size of a file in words: `740 bytes`, `5 KB`, `1.2 MB`."""
    count = len(content)
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1024:.0f} KB" if count < 1_000_000 else f"{count / 1024 / 1024:.1f} MB"
