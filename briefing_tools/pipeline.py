"""Read this first: how Markdown becomes checked, cited, linked, searchable pages and editions.

    take in → read → merge updates → cite → link → look (rules) → index · pages · editions

Every stage takes values and returns values. Nothing here knows of MkDocs or of a command line; both edges call `check`
and `build` and decide nothing themselves. Clock and disk are passed in.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from briefing_tools.clock import epoch_of
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding, Severity, shielded
from briefing_tools.errors import CannotRun
from briefing_tools.indexing import Index, Keeper
from briefing_tools.intake import MANIFEST, fingerprint, take_frozen, take_in
from briefing_tools.model import (
    CitedBriefing,
    Day,
    Edition,
    Export,
    FrozenEdition,
    IndexSheet,
    LinkedSeries,
    Proposal,
    Record,
    Series,
    gone_from,
)
from briefing_tools.rules import RULES
from briefing_tools.shelf import FOLDER, Shelf, tools_hash
from briefing_tools.stages.citations import cite
from briefing_tools.stages.editions import NOTHING_KEPT, formats, make_collection
from briefing_tools.stages.editions.book.comparing import compare
from briefing_tools.stages.editions.book.fragment import stand_alone
from briefing_tools.stages.editions.book.keeping import CannotRead, read_book
from briefing_tools.stages.editions.book.parts import Book
from briefing_tools.stages.editions.catalogue import Kind, Order, collect, kinds, kinds_named, make
from briefing_tools.stages.editions.changes import print_changes
from briefing_tools.stages.editions.freezing import BOOK, IMAGES, Origin, frozen_files
from briefing_tools.stages.editions.verifying import Verdict, verify
from briefing_tools.stages.exports import export
from briefing_tools.stages.links import link, published_assets
from briefing_tools.stages.pages import BuiltPage, Comparison, Heading, Issue, make_pages
from briefing_tools.stages.reading import read
from briefing_tools.stages.reading.schema import update_schema
from briefing_tools.stages.search import index_of, index_sheets, records
from briefing_tools.stages.updates import merge
from briefing_tools.stages.works import gather
from briefing_tools.wording import extent

Say = Callable[[str], None]

NOBODYS = Proposal()
"""The proposal of a check that looks at what is here, whoever wrote it."""

STANDARD = "pdf"
"""The edition that `briefings edition` makes when nothing else is asked for."""

MOST_PRINTED = 30
"""A build prints all briefings in one PDF if there are no more: some 400 pages, for which the engine needs a gigabyte."""

UNPUBLISHED = ("draft", "withdrawn")
"""The statuses of briefings that a collection leaves out."""


@dataclass(frozen=True)
class Checked:
    """The plan of the whole series and what is wrong with it."""

    plan: LinkedSeries
    findings: tuple[Finding, ...]
    sources: str = ""
    """A digest of everything that the plan was made from; empty if it changed meanwhile."""

    def failing(self, fail_on: Severity) -> tuple[Finding, ...]:
        """The findings that make a command fail."""
        return tuple(finding for finding in self.findings if finding.severity.rank <= fail_on.rank)


@dataclass(frozen=True)
class Build:
    """Everything that a build publishes."""

    checked: Checked
    records: tuple[Record, ...]
    pages: tuple[BuiltPage, ...]
    editions: tuple[Edition, ...]
    sheets: tuple[IndexSheet, ...] = ()
    exports: tuple[Export, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def frozen_files(self) -> tuple[str, ...]:
        """The files of frozen editions that are published as they lie in the project's folder, under the same address."""
        return tuple(
            f"{one.edition.folder}/{name}"
            for one in self.issues
            if one.shown
            for name in (*(file.name for file in one.edition.files), MANIFEST)
        )

    @property
    def schemas(self) -> dict[str, bytes]:
        """JSON Schemas of what contributors write, by their URL relative to the pages' root."""
        return {"schemas/update.json": json.dumps(update_schema(), ensure_ascii=False, indent=2).encode() + b"\n"}

    @property
    def assets(self) -> tuple[str, ...]:
        """The files that are published as they are, relative to the project's folder."""
        return published_assets(self.checked.plan)


def read_series(settings: Settings, today: Day) -> Series:
    """Everything as it stands in the files, before anything is merged or looked at."""
    intake = take_in(settings.root, settings.content, (settings.options.bibliography,))
    frozen = take_frozen(settings.root)
    return read(intake, settings.content, settings.options.bibliography, today, frozen)


def check(settings: Settings, today: Day, say: Say = lambda stage: None, proposal: Proposal = NOBODYS) -> Checked:
    """Read, merge, cite and link everything, and look at it with every rule; `proposal` is what was sent, if it was.

    Raises `CannotRun` when there is no briefing to look at.
    """
    say("Reading")
    sources = digest_of(settings)
    series = read_series(settings, today)
    if not series.briefings and not series.slips:
        raise CannotRun(
            f"There is no briefing in the folder {settings.content}.",
            f"Begin one in {settings.content}/01-its-title/index.md, or set docs_dir in mkdocs.yml.",
        )
    say("Merging updates")
    merged = merge(series)
    say("Citing")
    cited = cite(series, merged, settings.options.style)
    say("Following links")
    made = kinds()
    plan = replace(
        link(cited, {".pdf"} | {made[name].file for name in settings.editions if name in made}), proposal=proposal
    )
    say("Checking")
    findings = shielded((finding for rule in RULES for finding in rule.findings(plan)), series.sources)
    unchanged = sources == digest_of(settings)
    return Checked(plan, tuple(sorted(findings, key=lambda finding: finding.order)), sources if unchanged else "")


def digest_of(settings: Settings) -> str:
    """A digest of everything that a plan is made from: files, options, this program and the packages beside it."""
    options = settings.options
    files = fingerprint(settings.root, settings.content, (options.bibliography,))
    told = json.dumps([files, settings.content, asdict(options)]).encode()
    return hashlib.sha256(tools_hash() + told).hexdigest()


def find_index(settings: Settings, today: Day, say: Say = lambda stage: None, tell: Say = lambda what: None) -> Index:
    """The index of everything that can be found: the kept one if it is of what there is now, else made anew and kept.

    `tell` hears in a sentence if the kept one is damaged, or if none can be kept. Raises `CannotRun` as `check` does.
    """
    keeper = Keeper(settings.root, tell)
    kept = keeper.find("sources", digest_of(settings))
    return kept or _indexed(check(settings, today, say), keeper, say)[0]


def _indexed(checked: Checked, keeper: Keeper, say: Say) -> tuple[Index, tuple[Record, ...]]:
    say("Indexing")
    found = records(checked.plan)
    return index_of(found, checked.plan.cited.series.glossary, keeper, tools_hash(), checked.sources), found


def build(
    checked: Checked, settings: Settings, epoch: int, say: Say = lambda stage: None, tell: Say = lambda what: None
) -> Build:
    """Index, pages and editions of a plan. `epoch` dates the editions, in seconds since 1970 (`SOURCE_DATE_EPOCH`).

    `tell` hears in a sentence what went wrong without any harm to what is built.
    """
    plan = checked.plan
    index, found = _indexed(checked, Keeper(settings.root, tell), say)
    sheets = index_sheets(index)
    say("Making editions")
    shelf = Shelf(settings.root / FOLDER)
    editions = tuple(_editions(checked, settings, epoch, shelf))
    say("Gathering works")
    works, exports = gather(plan, settings.options.style), export(plan)
    say("Making pages")
    issues = tuple(_issue(one, plan, settings) for one in plan.cited.series.frozen)
    compared = tuple(compare_editions(*pair, settings, shelf) for pair in _following(issues))
    comparisons = tuple(comparison for comparison, _ in compared)
    shelf.clear()
    address, options = settings.site_url, settings.options
    pages = make_pages(plan, editions, RULES, works, exports, address, found, options, issues, comparisons)
    printed = (*editions, *(edition for _, edition in compared))
    return Build(checked, found, pages, printed, sheets, exports, issues)


def make_editions(
    cited: CitedBriefing,
    checked: Checked,
    settings: Settings,
    kinds: tuple[Kind, ...],
    epoch: int,
    shelf: Shelf = NOTHING_KEPT,
) -> Iterator[Edition]:
    """Editions of one briefing, one after the other. What the `shelf` has is not made again."""
    order = Order(cited, checked.plan, epoch, settings.read_asset, shelf)
    return (make(kind, order) for kind in kinds)


def print_edition(cited: CitedBriefing, checked: Checked, settings: Settings, format: str, epoch: int) -> Edition:
    """One edition of one briefing, by the name of its format. Raises `CannotRun` when there is no such format here."""
    return next(make_editions(cited, checked, settings, kinds_named((format,)), epoch))


def collected_edition(
    checked: Checked, settings: Settings, epoch: int, format: str = "epub", shelf: Shelf = NOTHING_KEPT
) -> Edition:
    """All published briefings in one document: an EPUB, or a PDF of any size.

    Raises `CannotRun` if there is none, or for another format.
    """
    published, plan = _published(checked), checked.plan
    if not published:
        raise CannotRun(
            "No briefing is published yet, so there is nothing to collect.", "Give one of them the status: live"
        )
    if format == "epub":
        return collect(published, plan, epoch, settings.read_asset)
    if format not in formats():
        known = ", ".join(("epub", *formats()))
        raise CannotRun(f"All briefings together cannot be made as “{format}”.", f"Choose of: {known}.")
    return make_collection(published, plan, formats()[format], epoch, settings.read_asset, shelf)


@dataclass(frozen=True)
class Freezing:
    """The files of an edition that is to be frozen, what its judges say, and the kinds that cannot be made here."""

    files: Mapping[str, bytes]
    verdicts: tuple[Verdict, ...]
    lacking: tuple[Kind, ...]


def freeze(
    cited: CitedBriefing,
    checked: Checked,
    settings: Settings,
    epoch: int,
    say: Say,
    from_where: tuple[str, tuple[str, ...]],
) -> Freezing:
    """Every format of a briefing that can be made here, made anew and verified.

    `from_where` is the commit of git, and the files that differ from it.
    """
    order = Order(cited, checked.plan, epoch, settings.read_asset)
    lacking = tuple(kind for kind in kinds().values() if not kind.here())
    editions = []
    for kind in (kind for kind in kinds().values() if kind.here()):
        say(f"Making {kind.title}")
        editions.append(make(kind, order))
    say("Verifying")
    verdicts = tuple(verify(editions))
    origin = Origin(*from_where, tuple((kind.id, kind.lacking) for kind in lacking))
    files = frozen_files(cited, checked.plan, tuple(editions), order.bound.books[0], origin, verdicts)
    return Freezing(files, verdicts, lacking)


def kept_book(edition: FrozenEdition, settings: Settings) -> Book:
    """The text of a frozen edition. Raises `CannotRun` if it is not what was written."""
    try:
        content = settings.read_asset(f"{edition.folder}/{BOOK}")
        return read_book(content, lambda name: settings.read_asset(f"{edition.folder}/{IMAGES}{name}"))
    except (OSError, CannotRead) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CannotRun(
            f"{edition.folder}/{BOOK} cannot be read: {why}.",
            f"Restore the frozen edition from the project's history: git checkout -- {edition.folder}",
        ) from None


def compare_editions(
    before: FrozenEdition, after: FrozenEdition, settings: Settings, shelf: Shelf = NOTHING_KEPT
) -> tuple[Comparison, Edition]:
    """What changed from one frozen edition to another, as a page and as a PDF that is dated like the later one.

    Raises `CannotRun` as `kept_book` does.
    """
    compared = compare(kept_book(before, settings), kept_book(after, settings))
    printed = print_changes(compared, before, after, epoch_of(after.frozen), shelf)
    fragment = stand_alone(compared.marked)
    headings = tuple(Heading(*one) for one in fragment.headings)
    return Comparison(before, after, compared.note, fragment.html, headings, extent(printed)), printed


def _following(issues: tuple[Issue, ...]) -> Iterator[tuple[FrozenEdition, FrozenEdition]]:
    """Each edition that readers get, with the one that followed it."""
    shown = [one.edition for one in issues if one.shown]
    return ((one, next) for one, next in pairwise(shown) if one.briefing == next.briefing)


def _issue(edition: FrozenEdition, plan: LinkedSeries, settings: Settings) -> Issue:
    """A frozen edition as pages show it: not at all if a file is not what it was, or if it holds what was removed."""
    if edition.astray or gone_from(edition, plan.cited.series):
        return Issue(edition)
    fragment = stand_alone(kept_book(edition, settings))
    return Issue(edition, fragment.html, tuple(Heading(*one) for one in fragment.headings))


def _editions(checked: Checked, settings: Settings, epoch: int, shelf: Shelf) -> Iterator[Edition]:
    """What a build publishes: the editions that the settings name, and with EPUBs or PDFs of several briefings also one of all."""
    kinds = kinds_named(settings.editions)
    for cited in checked.plan.cited.briefings:
        yield from make_editions(cited, checked, settings, kinds, epoch, shelf)
    few = len(_published(checked)) <= MOST_PRINTED
    if len(_published(checked)) > 1:
        for id in (kind.id for kind in kinds if kind.id == "epub" or (kind.id == STANDARD and few)):
            yield collected_edition(checked, settings, epoch, id, shelf)


def _published(checked: Checked) -> tuple[CitedBriefing, ...]:
    return tuple(one for one in checked.plan.cited.briefings if one.briefing.status not in UNPUBLISHED)
