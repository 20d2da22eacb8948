"""Label: the words that pages and editions both put beside a briefing and beside what a site adds."""

from collections.abc import Iterable

from briefing_tools.model import DIRECTIONS, EVIDENCE, Briefing, Day, Edition, Update

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


def extent(edition: Edition) -> str:
    """How long and how large an edition is: `12 pages, 240 KB`, `28 minutes, 6.5 MB`, `20 KB`."""
    minutes = max(1, round(edition.seconds / 60))
    length = [f"{edition.pages} page{'s' if edition.pages > 1 else ''}"] if edition.pages else []
    length += [f"{minutes} minute{'s' if minutes > 1 else ''}"] if edition.seconds else []
    return ", ".join([*length, file_size(edition.content)])


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
