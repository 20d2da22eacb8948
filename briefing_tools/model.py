"""The words of the trade as values: briefings, sections, citations, works, updates, links.

Every value is frozen. What becomes known later is another type: `Briefing` → `MergedBriefing` → `CitedBriefing`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias

from briefing_tools.diagnostics import Slip
from briefing_tools.source import Source, Span

# -- The tree: what Markdown became, and what pages, editions and the index are made from ------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters, no markup, nothing escaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of marked-up text.

    `tag` is an HTML name (`p`, `ul`, `ol`, `li`, `em`, `strong`, `a`, `img`, `blockquote`, `table`, `h2` …) or one of
    ours: `signpost` and `admonition` (attributes `kind`, `title`), `beside` (what is said of the link before it). `span` is
    known for headings, links and pictures.
    """

    tag: str
    attributes: Mapping[str, str]
    children: tuple["Node", ...]
    span: Span | None = None


class Mode(StrEnum):
    """How a citation item is written; the names and meanings are pandoc's."""

    NORMAL = "normal"
    SUPPRESS_AUTHOR = "suppress-author"
    NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a work: pandoc's label (`page`, `chapter`, `section`, `paragraph` …) and the value (`58`, `3–4`)."""

    label: str
    value: str


class CitationItem(NamedTuple):
    """One work named by a citation. `span` is that of the key as it was written, with its `@` and any braces.

    A place that stands alone, `[p. 24]`, has an empty key until reading gives it that of the work cited last; where there
    is none, it stays empty. Its span is the bracket's.
    """

    key: str
    mode: Mode
    prefix: str
    locator: Locator | None
    suffix: str
    span: Span

    @property
    def written(self) -> str:
        """The key as it was written: `@key`, `@{key}`, `-@key`."""
        braced = self.span.end.column - self.span.start.column > len(self.key) + 1
        key = f"@{{{self.key}}}" if braced else f"@{self.key}"
        return f"-{key}" if self.mode is Mode.SUPPRESS_AUTHOR else key


class Citation(NamedTuple):
    """One bracket (`[see @a, p. 3; @b]`) or one narrative mention (`@a [p. 3]`), where it stands in the text."""

    items: tuple[CitationItem, ...]
    narrative: bool
    span: Span

    @property
    def bare(self) -> bool:
        """Whether it begins with a key in running text, `@a` or `-@a`, and not with a bracket."""
        first, start = self.items[0], self.span.start
        before = 1 if first.mode is Mode.SUPPRESS_AUTHOR else 0
        return first.span.start.line == start.line and first.span.start.column - start.column == before


Node: TypeAlias = Text | Element | Citation


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node of a tree, in reading order, parents before their children."""
    for node in nodes:
        yield node
        if isinstance(node, Element):
            yield from walk(node.children)


def plain_text(nodes: tuple[Node, ...]) -> str:
    """The words of a tree without markup; citations leave nothing behind, white space is folded."""
    return without_citations("".join(_words(node) for node in nodes))


CITED = "\0"
"""Stands for a citation in words that are about to lose it; no text that comes through the gate holds this character."""


def without_citations(words: str) -> str:
    """Words without `CITED` and the space before it, so that none is left before a full stop; white space is folded."""
    return " ".join(re.sub(rf"\s*{CITED}", "", words).split())


_BLOCKS = frozenset(
    [
        "p",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "signpost",
        "admonition",
    ]
)


def _words(node: Node) -> str:
    match node:
        case Text(text):
            return text
        case Citation():
            return CITED
        case Element("br"):
            return " "
        case Element("img"):
            return node.attributes.get("alt", "")
        case Element():
            inner = "".join(_words(child) for child in node.children)
            return f" {inner} " if node.tag in _BLOCKS else inner


# -- Dates and people --------------------------------------------------------------------------------------------------

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as precise as it is known: a year, a month of a year, or a day. Unknown parts are 0."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """ISO 8601, shortened to what is known: `2013`, `2013-02` or `2013-02-14`."""
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    def __str__(self) -> str:
        month = _MONTHS[self.month - 1] if self.month else ""
        return " ".join(str(part) for part in (self.day or "", month, self.year) if part)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named as an author or thanked."""

    name: str
    role: str = ""
    organisation: str = ""


# -- The series --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the series; the imprint of every page and edition."""

    name: str = ""
    address: tuple[str, ...] = ()
    telephone: str = ""
    fax: str = ""
    email: str = ""
    web: str = ""
    copyright: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """What holds for every briefing of the series (`series.yml`)."""

    path: str
    title: str = ""
    strand: str = ""
    programme: str = ""
    purpose: str = ""
    scope_statement: str = ""
    live_statement: str = ""
    alternative_formats: str = ""
    publisher: Publisher = field(default_factory=Publisher)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of a site who agreed to be named. `account` is the name on the platform where pull requests are sent."""

    name: str = ""
    role: str = ""
    email: str = ""
    telephone: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A demonstrator site, or an area whose published case study is quoted (`sites.yml`)."""

    id: str
    name: str
    organisation: str
    role: str
    note: str
    span: Span
    people: tuple[Contact, ...] = ()


# -- Proposals: what somebody sent, and what they may change -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a proposal touches. `kind` is added, changed or deleted; a file that was renamed is two changes.

    `before` and `after` are git's modes: `100644` a file, `100755` one that can be run, `120000` a symbolic link,
    `160000` a repository inside the repository; empty where there is no file, or where the mode is not known.
    """

    path: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field at the head of an update that a proposal sets, changes or takes out; empty values mean it is not there."""

    span: Span
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody sent, measured by the rights that `sites.yml` of the base gives; the empty one was sent by nobody.

    `sender` is the account; `sites` are the ids of the sites that it sends for. `slugs` are the folders of briefings that
    the base has. `twins` names, for a changed path, the other one that differs only by capitals or by how its letters
    are coded. `field_changes` are those of fields that only editors set.
    """

    sender: str = ""
    editor: bool = False
    sites: tuple[str, ...] = ()
    content: str = ""
    slugs: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    twins: Mapping[str, str] = field(default_factory=dict)
    field_changes: tuple[FieldChange, ...] = ()

    @property
    def touched_updates(self) -> tuple[Change, ...]:
        """The changes to files in any folder of updates."""
        return tuple(change for change in self.changes if is_update_path(change.path, self.content))


def is_update_path(path: str, content: str) -> bool:
    """Whether a path lies in a folder of updates: `briefings/07-integrated-working/updates/…`."""
    parts = path.removeprefix(f"{content}/").split("/")
    return path.startswith(f"{content}/") and len(parts) > 2 and parts[1].lower() == "updates"


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary: what an acronym stands for, other spellings, and one sentence of meaning."""

    term: str
    name: str
    also: tuple[str, ...]
    meaning: str
    span: Span


# -- Briefings ---------------------------------------------------------------------------------------------------------

ROLES = ("issue", "policy", "activity", "key-messages")
"""The required parts of a briefing, in their order."""

BRIEFING_STATUSES = ("draft", "live", "closed", "superseded", "withdrawn")


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part with a permanent id. `body` is its own text, before its subsections.

    `level` is the heading's (2 to 6). `span` is the heading's; `id_given` tells an authored id from one made of the
    title; `was` are earlier ids that still lead here. `heading` is the title with its citations where they stand, as text
    and citations; it is empty if it has none.
    """

    id: str
    title: str
    role: str
    level: int
    was: tuple[str, ...]
    id_given: bool
    body: tuple[Node, ...]
    subsections: tuple["Section", ...]
    span: Span
    heading: tuple[Node, ...] = ()

    @property
    def cited_in_heading(self) -> tuple[Citation, ...]:
        """The citations of its heading, in order."""
        return tuple(node for node in self.heading if isinstance(node, Citation))


def key_messages_of(section: Section) -> tuple[str, ...]:
    """The words of each key message of a section with that role, in order."""
    lists = [node for node in section.body if isinstance(node, Element) and node.tag in ("ul", "ol")]
    return tuple(
        plain_text((item,)) for one in lists for item in one.children if isinstance(item, Element) and item.tag == "li"
    )


@dataclass(frozen=True)
class Briefing:
    """One document of the series, as its editors wrote it.

    `where` maps each front-matter key to its span; `text_from` is the offset at which the running text begins.
    """

    source: Source
    text_from: int
    slug: str
    number: int
    title: str
    status: str
    edition: str
    published: Day | None
    updated: Day | None
    evidence_checked: Day | None
    review_by: Day | None
    change_note: tuple[str, ...]
    language: str
    authors: tuple[Person, ...]
    thanks: tuple[Person, ...]
    topics: tuple[str, ...]
    licence: str
    lead: tuple[Node, ...]
    sections: tuple[Section, ...]
    where: Mapping[str, Span] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The briefing's file, relative to the project's folder."""
        return self.source.path

    @property
    def has_text(self) -> bool:
        """Whether there is any text below the fields."""
        return bool(self.sections or self.lead)

    def all_sections(self) -> Iterator[Section]:
        """Every section at every depth, in reading order."""
        yield from _flatten(self.sections)

    def section(self, id: str) -> Section | None:
        """The section with this id or, failing that, the one that used to have it."""
        sections = list(self.all_sections())
        return next((s for s in sections if s.id == id), next((s for s in sections if id in s.was), None))

    def nodes(self) -> tuple[Node, ...]:
        """The whole reviewed text in reading order; of headings, only what they cite."""
        sections = ((*section.cited_in_heading, *section.body) for section in self.all_sections())
        return self.lead + tuple(node for nodes in sections for node in nodes)


def _flatten(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _flatten(section.subsections)


@dataclass(frozen=True)
class Page:
    """An ordinary page of the pages, such as the front page: Markdown that is not a briefing."""

    source: Source
    text_from: int
    title: str
    nodes: tuple[Node, ...]

    @property
    def path(self) -> str:
        """The page's file, relative to the project's folder."""
        return self.source.path


# -- Updates -----------------------------------------------------------------------------------------------------------

EVIDENCE = {
    "practice-experience": "Practice experience",
    "service-user-feedback": "Feedback from people who use services",
    "routine-data": "Routine data",
    "local-evaluation": "Local evaluation",
    "independent-evaluation": "Independent evaluation",
}
LEVELS = ("communication", "cooperation", "coordination", "coalition", "integration")
"""Horwath and Morrison's five levels of joint working, which Briefing 7 describes."""

DIRECTIONS = {
    "positive": "Positive",
    "mixed": "Mixed",
    "no-change": "No change",
    "negative": "Negative",
    "too-early": "Too early to say",
}
UPDATE_STATUSES = ("submitted", "published", "held", "expired", "withdrawn", "removed")
EXPLAINED = ("held", "withdrawn", "removed")
"""The statuses that need a reason (`status_note`) and a date (`held_on`, `withdrawn_on`, `removed_on`)."""

ORIGINS = ("site", "published")
RELATIONS = ("supports", "differs", "follows", "replaces")


@dataclass(frozen=True, slots=True)
class Relation:
    """How one update stands to another; `update` is the other's id."""

    update: str
    how: str
    span: Span


@dataclass(frozen=True)
class Update:
    """What a site adds to a section of a briefing, as it was sent. `where` maps each front-matter key to its span.

    `id` is unique in the series: `7/devon/2026-11-23-co-located-hub`. `section` is the id the update names, which may
    be unknown. `sources` are keys of the bibliography. A `checks.no_personal_data` other than yes makes
    `no_personal_data` false. `status_on` is the day on which it was held, withdrawn or removed.
    """

    source: Source
    text_from: int
    id: str
    briefing_slug: str
    site: str
    title: str
    date: Day | None
    section: str
    evidence: str
    origin: str
    status: str
    licence: str
    level: str
    direction: str
    period: str
    outcomes: tuple[str, ...]
    sources: tuple[str, ...]
    relates_to: tuple[Relation, ...]
    contact: Mapping[str, str]
    language: str
    review_by: Day | None
    no_personal_data: bool
    approved_by: str
    moderated_by: str
    moderated_on: Day | None
    status_note: str
    status_on: Day | None
    body: tuple[Node, ...]
    where: Mapping[str, Span] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The update's file, relative to the project's folder."""
        return self.source.path

    def past_review(self, today: Day) -> bool:
        """Whether `review_by` has gone by without the site confirming it; a month or a year counts until its end."""
        due = self.review_by
        late = due is not None and Day(due.year, due.month or 12, due.day or 31) < today
        return self.status == "expired" or late

    @property
    def approved(self) -> bool:
        """Whether its site agreed to publish it and found no personal data; the editors answer for what they compiled."""
        return self.origin == "published" or (self.no_personal_data and bool(self.approved_by))

    @property
    def name(self) -> str:
        """What other updates and commands call it: its site and its file's name, `devon/2026-11-23-co-located-hub`."""
        return self.id.partition("/")[2]

    @property
    def sort_key(self) -> tuple[Day, str, str]:
        """Updates stand by date, then site, then file name."""
        return (self.date or Day(9999), self.site, self.id)


# -- The bibliography --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """An author or editor. A corporate author has only `family`; nothing is escaped, no LaTeX is left."""

    family: str
    given: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def corporate(self) -> bool:
        """Whether this is an organisation, or a person of whom only one name is known."""
        return not self.given


@dataclass(frozen=True, slots=True)
class Work:
    """A work of the bibliography, in CSL's vocabulary for `kind` and our words for the rest.

    `title` keeps its case. `others` says that the list of authors ends in “and others”. `fields` holds every field of
    the entry as Unicode text, by lower-case name, for what has no property of its own. `span` is the entry's first line,
    `places` the first line of each field.
    """

    key: str
    kind: str
    authors: tuple[Name, ...]
    others: bool
    editors: tuple[Name, ...]
    title: tuple[Node, ...]
    year: str
    fields: Mapping[str, str]
    span: Span
    places: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class Bibliography:
    """Every work of `references.bib`, by key, in the file's order, and what could not be read."""

    path: str
    works: Mapping[str, Work]
    slips: tuple[Slip, ...]


# -- Where links lead ---------------------------------------------------------------------------------------------------


class LinkState(StrEnum):
    """What is known about where a link leads; an external one is `untested` until somebody asks it.

    The first four are said of links inside the pages, `ok` and `invalid` of both kinds, the rest of external ones.
    """

    MISSING_FILE = "missing-file"
    MISSING_ANCHOR = "missing-anchor"
    UNSAFE = "unsafe"
    INVALID = "invalid"
    OK = "ok"
    MOVED = "moved"
    REDIRECTED = "redirected"
    FRAGMENT_MISSING = "fragment-missing"
    SUSPECT = "suspect"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    TLS_ERROR = "tls-error"
    DEAD = "dead"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: with which HTTP status it was given (200 for one inside a page), and the address it leads to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class KnownLink:
    """What the link record says of an external address: how it answered, since when, and where its copy is kept.

    `why` is one of the words of `linkrecord.reasons`, or empty. `status` is the last HTTP status, if there was one.
    `hops` are the redirects in order. `fails` are days of failed checks since the last good one (the first two and
    the last). `checked` and `last_ok` are the last days on which it was asked and was seen alive. `archive` is the
    address of an archived copy and `archived` the day it was taken. `note` is what people say of an address that nobody
    asked yet.
    """

    url: str
    state: LinkState
    why: str = ""
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    since: Day | None = None
    fails: tuple[Day, ...] = ()
    checked: Day | None = None
    last_ok: Day | None = None
    archive: str = ""
    archived: Day | None = None
    note: str = ""

    @property
    def final(self) -> str:
        """The address at the end of the redirects; its own if there are none."""
        return self.hops[-1].url if self.hops else self.url


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader gets for an external link beyond the link itself; nothing for one of which there is nothing to say.

    `beside` stands behind the link, with a space before it: that it is no longer available, its archived copy, where a
    short link leads. It is an `Element("beside")`, so that every format can set it apart. `attributes` are those that
    Robust Links asks for (`data-originalurl`, `data-versionurl`, `data-versiondate`).
    """

    beside: tuple[Node, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


class LinkKnowledge(Protocol):
    """What is known of external links: the record, what people decided, and what an address alone tells."""

    def of(self, url: str) -> KnownLink:
        """How an address stands today; `untested` if nobody asked it yet."""
        ...

    def offer(self, url: str) -> Offer:
        """What readers get for a link to an address."""
        ...

    def shortens(self, url: str) -> bool:
        """Whether an address only stands for another one."""
        ...


@dataclass(frozen=True)
class NothingKnown:
    """No external link was ever asked."""

    def of(self, url: str) -> KnownLink:
        """Every address is untested."""
        return KnownLink(url, LinkState.UNTESTED)

    def offer(self, url: str) -> Offer:
        """There is nothing to say."""
        return Offer()

    def shortens(self, url: str) -> bool:
        """No service for short links is known."""
        return False


# -- Frozen editions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """A file of a frozen edition as its manifest has it. `name` is relative to the edition's folder, `size` in bytes.

    `format` says in words what readers get; it is empty for what they are not offered. `pages` and `seconds` are 0 where
    that means nothing.
    """

    name: str
    sha256: str
    size: int
    media_type: str
    format: str = ""
    pages: int = 0
    seconds: int = 0


@dataclass(frozen=True)
class FrozenEdition:
    """An issue of a briefing that never changes: what its manifest says, and what its folder holds by now.

    `folder` is relative to the project's folder, `editions/7/1.0`. `text_sha256` is the hash of the briefing's file when
    it was frozen, `updates` are the ids of the updates that it shows. `astray` are files that are not what they were, each
    with what became of it: `changed`, `missing` or `added`.
    """

    folder: str
    briefing: int
    version: str
    title: str
    language: str
    series: str
    publisher: str
    authors: tuple[str, ...]
    published: Day | None
    frozen: Day
    commit: str
    text_sha256: str
    tools: tuple[tuple[str, str], ...]
    updates: tuple[str, ...]
    files: tuple[FrozenFile, ...]
    astray: tuple[tuple[str, str], ...]
    span: Span

    @property
    def order(self) -> tuple[int, tuple[int, ...]]:
        """Sorts editions by briefing, then by version: 1.10 follows 1.9."""
        return self.briefing, version_order(self.version)

    @property
    def emptied(self) -> bool:
        """Whether nothing is left of it but its manifest, as when editors took back what must not be read any more."""
        missing = {name for name, what in self.astray if what == "missing"}
        return bool(self.files) and missing == {one.name for one in self.files}


def version_order(version: str) -> tuple[int, ...]:
    """What sorts versions made of numbers and full stops; empty for any other."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdecimal() for part in parts) else ()


# -- What each stage makes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """Everything that was read: the content of a project, before anything is merged or numbered.

    `content` is the folder of briefings. `anchors` are the ids already published, by file (`anchors.lock`). `assets` are
    files that are published as they are, relative to the project's folder. `today` is the day of reading. `links` tells what
    is known of external links (`links.lock`, `links.toml`). `editors` are the people who may change
    everything.
    """

    content: str
    record: SeriesRecord
    briefings: tuple[Briefing, ...]
    updates: tuple[Update, ...]
    pages: tuple[Page, ...]
    sites: tuple[Site, ...]
    glossary: tuple[Term, ...]
    bibliography: Bibliography
    anchors: Mapping[str, tuple[str, ...]]
    assets: tuple[str, ...]
    sources: Mapping[str, Source]
    today: Day
    slips: tuple[Slip, ...]
    editors: tuple[Contact, ...] = ()
    links: LinkKnowledge = field(default_factory=NothingKnown)
    frozen: tuple[FrozenEdition, ...] = ()


def gone_from(edition: FrozenEdition, series: Series) -> tuple[str, ...]:
    """The names of a frozen edition's updates that were removed since, or whose file is gone: nobody may read them any more."""
    there = {one.name for one in _updates_of(edition, series) if one.status != "removed"}
    return tuple(name for id in edition.updates if (name := id.partition("/")[2]) not in there)


def withdrawn_from(edition: FrozenEdition, series: Series) -> tuple[Update, ...]:
    """The updates of a frozen edition that were withdrawn since."""
    names = {id.partition("/")[2] for id in edition.updates}
    return tuple(one for one in _updates_of(edition, series) if one.status == "withdrawn" and one.name in names)


def _updates_of(edition: FrozenEdition, series: Series) -> Iterator[Update]:
    """Every update of an edition's briefing, whose folder may have another name by now."""
    slugs = {one.slug for one in series.briefings if one.number == edition.briefing}
    return (one for one in series.updates if one.briefing_slug in slugs)


@dataclass(frozen=True)
class MergedBriefing:
    """A briefing with its updates attached to their sections; the briefing's own text is untouched.

    `updates` maps a section's id to its updates in reading order; only those that may be shown. `withdrawn` are those of
    which readers see nothing but that they were withdrawn, when and why.
    """

    briefing: Briefing
    updates: Mapping[str, tuple[Update, ...]]
    withdrawn: Mapping[str, tuple[Update, ...]] = field(default_factory=dict)


class PlacedCitation(NamedTuple):
    """A citation with the section it stands in, its place among all citations (from 1) and its works' numbers.

    `labels` are the numbers of each item's work: `1` in the briefing, `S1` in an update; empty for an unknown key.
    `style` names the style that its marker is written in.
    """

    section: str
    ordinal: int
    citation: Citation
    labels: tuple[str, ...]
    style: str = "briefing"


class Reference(NamedTuple):
    """A work with its number in one document, its formatted text, and the ordinals of the citations that name it.

    `label` is the number in order of first citation, `1` or `S1`; a style without numbers does not print it.
    `year_suffix` is the letter that such a style puts after the year: `a` in `2011a`; `in_text` are the authors and the
    year as its citations name them, where that is known already.
    """

    label: str
    work: Work
    text: tuple[Node, ...]
    cited_by: tuple[int, ...]
    year_suffix: str = ""
    in_text: tuple[str, str] | None = None


@dataclass(frozen=True)
class CitedText:
    """Running text with its citations numbered. `placed` finds a citation of the tree by its span.

    `references` stand in the order of the list: of first citation, or alphabetical where `style` has no numbers.
    """

    citations: tuple[PlacedCitation, ...]
    references: tuple[Reference, ...]
    placed: Mapping[Span, PlacedCitation]
    style: str = "briefing"

    @cached_property
    def known(self) -> Mapping[str, Reference]:
        """The references by the keys of their works."""
        return {reference.work.key: reference for reference in self.references}


@dataclass(frozen=True)
class CitedUpdate:
    """An update with its own sources numbered S1, S2 …"""

    update: Update
    text: CitedText


@dataclass(frozen=True)
class CitedBriefing:
    """A merged briefing whose citations are numbered, and its updates with their own sources, by section."""

    briefing: Briefing
    text: CitedText
    updates: Mapping[str, tuple[CitedUpdate, ...]]
    withdrawn: Mapping[str, tuple[Update, ...]] = field(default_factory=dict)

    def updates_in_order(self) -> tuple[CitedUpdate, ...]:
        """Every update shown, in reading order."""
        return tuple(u for section in self.briefing.all_sections() for u in self.updates.get(section.id, ()))


@dataclass(frozen=True, slots=True)
class Related:
    """How an update stands to the `other` one; `reverse` says that the other one says so."""

    how: str
    reverse: bool
    other: Update


@dataclass(frozen=True)
class CitedPage:
    """An ordinary page whose citations are numbered."""

    page: Page
    text: CitedText


@dataclass(frozen=True)
class CitedSeries:
    """The series with every citation numbered."""

    series: Series
    merged: tuple[MergedBriefing, ...]
    briefings: tuple[CitedBriefing, ...]
    pages: tuple[CitedPage, ...]

    @cached_property
    def related(self) -> Mapping[str, tuple["Related", ...]]:
        """How the updates that readers see stand to one another, by id: from both sides, also across briefings."""
        shown = [one.update for each in self.briefings for one in each.updates_in_order()]
        named: dict[str, list[Update]] = {}
        for update in shown:
            named.setdefault(update.name, []).append(update)
        found: dict[str, dict[tuple[str, bool, str], Related]] = {}
        for update in shown:
            for said in update.relates_to:
                for other in named.get(said.update, ()):
                    if other is not update:
                        symmetric = said.how == "differs"
                        found.setdefault(update.id, {})[said.how, False, other.id] = Related(said.how, False, other)
                        back = Related(said.how, not symmetric, update)
                        found.setdefault(other.id, {})[said.how, not symmetric, update.id] = back
        return {id: tuple(relations.values()) for id, relations in found.items()}


@dataclass(frozen=True, slots=True)
class CitingPlace:
    """A place that cites a work. `url` is relative to the pages' root and deep-links to the citation.

    `document` is what readers call the briefing or page (`Briefing 7: Integrated working`), `section` the title of the
    section or of the update it stands in, `locator` the place in the work, in words. `note` says, of a place that counts
    no longer, why: the briefing was withdrawn, or a change note alone names the work.
    """

    document: str
    section: str
    locator: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class GatheredWork:
    """A work with every place of the series that cites it, and those that did. `text` is its reference, written out."""

    work: Work
    text: tuple[Node, ...]
    places: tuple[CitingPlace, ...]
    past: tuple[CitingPlace, ...]
    year_suffix: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        """The briefings and pages that cite it, each once, in the series' order."""
        return tuple(dict.fromkeys(place.document for place in self.places))


@dataclass(frozen=True, slots=True)
class Export:
    """Works as a file for reference managers. `url` is relative to the pages' root, `format` its name, `mime` its type.

    `owner` is the slug of the briefing whose references these are, `#` and the key of a single work, or empty for all.
    """

    url: str
    format: str
    mime: str
    owner: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture, where it stands and where it leads.

    `owner` is the file it stands in. `target` is as written. `href` is what the page carries: for a link inside the
    pages, relative to the page it stands on. `nearest` is the target that was probably meant when it is missing. `known`
    is what is known of an external address, and `offer` what readers get for it.
    """

    owner: str
    text: str
    target: str
    href: str
    state: LinkState
    external: bool
    picture: bool
    nearest: str
    span: Span
    known: KnownLink | None = None
    offer: Offer = field(default_factory=Offer)


@dataclass(frozen=True, slots=True)
class Note:
    """A link of the reviewed text as print numbers it, in order of occurrence; a repeated URL gets a new number.

    `beside` is what is offered beside the link; in print it stands in the note.
    """

    number: int
    url: str
    section: str
    span: Span
    beside: tuple[Node, ...] = ()


@dataclass(frozen=True)
class LinkedSeries:
    """The cited series with every link resolved; `notes` are by briefing slug, `links` by span in `by_span`.

    `proposal` is what somebody sent, if what is here was sent by somebody.
    """

    cited: CitedSeries
    links: tuple[Link, ...]
    notes: Mapping[str, tuple[Note, ...]]
    by_span: Mapping[Span, Link]
    proposal: Proposal = field(default_factory=Proposal)


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that can be found: a section, an update, a reference, a glossary term, a signpost or a briefing.

    `url` is relative to the pages' root and deep-links to the thing. `label` tells the reader in words what it is,
    `breadcrumb` where it stands, from the briefing down. `text` is what is shown of it, in plain characters; `key` are the
    key messages it holds, `names` the authors and years of the works it is or cites. `briefing` is the briefing's title,
    `section` a section's id, `site` a site's id, `level` one of `LEVELS`; each is empty, and `briefing_number` 0, where
    there is none. `date` is as precise as it is known, in ISO 8601.
    """

    kind: str
    label: str
    title: str
    url: str
    text: str
    briefing: str
    briefing_number: int
    section: str
    site: str
    level: str
    date: str
    language: str
    breadcrumb: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    site_name: str = ""
    key: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A document to download. `url` is relative to the pages' root; `briefing` is 0 for a collection of them.

    `format` says in words what it is. `pages` and `seconds` to listen to are 0 where it has none.
    """

    url: str
    briefing: int
    format: str
    pages: int
    content: bytes
    media_type: str = "application/pdf"
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class IndexSheet:
    """A file of the search index. `url` is relative to the pages' root."""

    url: str
    content: bytes
