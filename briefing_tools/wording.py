"""Label: the words that pages and editions both put beside a briefing and beside what a site adds."""

from briefing_tools.model import (
    DIRECTIONS,
    EVIDENCE,
    Briefing,
    Day,
    Edition,
    FrozenEdition,
    FrozenFile,
    Related,
    Update,
)

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

LICENCES = {
    "OGL-UK-3.0": "Open Government Licence 3.0 (usual for councils)",
    "CC-BY-4.0": "Creative Commons Attribution 4.0",
}
"""The licences that an update may be published under."""
EDITORS_BOXES = {"later-evidence": "Later evidence", "editors-note": "Editors’ note"}
"""The dated boxes in which editors add to a section after its text was reviewed: their kinds, and what readers call them."""

WITHDRAWN_LABEL = "Withdrawn. Its text is no longer published."
"""What stands in the place of a withdrawn update, with its site, its date and the reason."""


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
    area, written = _origin_labels(update)
    pairs = [
        (area, site),
        (written, update.date),
        ("Period", update.period),
        ("Kind of evidence", EVIDENCE.get(update.evidence, update.evidence)),
        ("Level of joint working", update.level.capitalize()),
        ("Results", DIRECTIONS.get(update.direction, "")),
        ("Status", f"This is from {update.date} and has not been confirmed since" if overdue else "Published"),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def box_title(kind: str, title: str) -> str:
    """The title of a box: as written, or for an editors' box what it is, of when, and that it was added later."""
    if kind not in EDITORS_BOXES:
        return title
    return f"{EDITORS_BOXES[kind]}, {title or 'undated'}: added by the editors to the reviewed text"


def document_name(briefing: Briefing) -> str:
    """What a briefing is called where others stand beside it: `Briefing 7: Integrated working`."""
    return f"Briefing {briefing.number}: {briefing.title}"


def file_size(content: bytes) -> str:
    """The size of a file in words: `740 bytes`, `5 KB`, `1.2 MB`."""
    return size_words(len(content))


def size_words(count: int) -> str:
    """So many bytes in words."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1024:.0f} KB" if count < 1_000_000 else f"{count / 1024 / 1024:.1f} MB"


def extent(edition: Edition) -> str:
    """How long and how large an edition is: `12 pages, 240 KB`, `28 minutes, 6.5 MB`, `20 KB`."""
    return _extent(edition.pages, edition.seconds, len(edition.content))


def frozen_extent(file: FrozenFile) -> str:
    """The same for a file of a frozen edition."""
    return _extent(file.pages, file.seconds, file.size)


def _extent(pages: int, seconds: int, size: int) -> str:
    minutes = max(1, round(seconds / 60))
    length = [f"{pages} page{'s' if pages > 1 else ''}"] if pages else []
    length += [f"{minutes} minute{'s' if minutes > 1 else ''}"] if seconds else []
    return ", ".join([*length, size_words(size)])


def citation_of(edition: FrozenEdition, address: str) -> tuple[str, str, str]:
    """How to cite a frozen edition, in three parts of which the middle one is its title: authors and year, title, the rest.

    `address` is where it stands for good; empty when that is not known.
    """
    *others, last = edition.authors or (edition.publisher or edition.series,)
    authors = f"{', '.join(others)} and {last}" if others else last
    series = [part for part in (edition.series, edition.publisher) if part and part != authors]
    rest = [f"Briefing {edition.briefing}, edition {edition.version} of {edition.frozen}", *series]
    return (
        f"{authors} ({edition.frozen.year})",
        edition.title,
        ". ".join(rest) + "." + (f" {address}" if address else ""),
    )


def withdrawn_facts(update: Update, site: str) -> list[tuple[str, str]]:
    """What readers are still told of a withdrawn update, as label and value: neither its title nor its text."""
    area, written = _origin_labels(update)
    pairs = [(area, site), (written, update.date), ("Withdrawn", update.status_on), ("Reason", update.status_note)]
    return [(label, str(value)) for label, value in pairs if value]


def relation_words(related: Related) -> str:
    """How an update stands to another one: `Supports`, or `Supported by` where the other one says so."""
    return RELATION_WORDS[related.how][related.reverse]


def _origin_labels(update: Update) -> tuple[str, str]:
    """What its site and its date are called: a site wrote it, or editors compiled it of an area."""
    return ("Area", "Compiled") if update.origin == "published" else ("Site", "Written")
