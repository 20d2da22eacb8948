"""Read this first: how Markdown becomes checked, cited, linked, searchable pages and editions.

    take in → read → merge updates → cite → link → look (rules) → index · pages · editions

Every stage takes values and returns values. Nothing here knows of MkDocs or of a command line; both edges call `check`
and `build` and decide nothing themselves. Clock and disk are passed in.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding, Severity, shielded
from briefing_tools.errors import CannotRun
from briefing_tools.intake import take_in
from briefing_tools.model import CitedBriefing, Day, Edition, Export, IndexSheet, LinkedSeries, Proposal, Record, Series
from briefing_tools.rules import RULES
from briefing_tools.stages.citations import cite
from briefing_tools.stages.editions.catalogue import Kind, Order, collect, kinds_named, make
from briefing_tools.stages.exports import export
from briefing_tools.stages.links import link, published_assets
from briefing_tools.stages.pages import BuiltPage, make_pages
from briefing_tools.stages.reading import read
from briefing_tools.stages.reading.schema import update_schema
from briefing_tools.stages.search import index_sheets, records
from briefing_tools.stages.updates import merge
from briefing_tools.stages.works import gather

Say = Callable[[str], None]

NOBODYS = Proposal()
"""The proposal of a check that looks at what is here, whoever wrote it."""

STANDARD = "pdf"
"""The edition that `briefings edition` makes when nothing else is asked for."""

UNPUBLISHED = ("draft", "withdrawn")
"""The statuses of briefings that a collection leaves out."""


@dataclass(frozen=True)
class Checked:
    """The plan of the whole series and what is wrong with it."""

    plan: LinkedSeries
    findings: tuple[Finding, ...]

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
    return read(intake, settings.content, settings.options.bibliography, today)


def check(settings: Settings, today: Day, say: Say = lambda stage: None, proposal: Proposal = NOBODYS) -> Checked:
    """Read, merge, cite and link everything, and look at it with every rule; `proposal` is what was sent, if it was.

    Raises `CannotRun` when there is no briefing to look at.
    """
    say("Reading")
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
    plan = replace(link(cited), proposal=proposal)
    say("Checking")
    findings = shielded((finding for rule in RULES for finding in rule.findings(plan)), series.sources)
    return Checked(plan, tuple(sorted(findings, key=lambda finding: finding.order)))


def build(checked: Checked, settings: Settings, epoch: int, say: Say = lambda stage: None) -> Build:
    """Index, pages and editions of a plan. `epoch` dates the editions, in seconds since 1970 (`SOURCE_DATE_EPOCH`)."""
    plan = checked.plan
    say("Indexing")
    found = records(plan)
    sheets = index_sheets(found, plan.cited.series.glossary)
    say("Making editions")
    editions = tuple(_editions(checked, settings, epoch))
    say("Gathering works")
    works, exports = gather(plan, settings.options.style), export(plan)
    say("Making pages")
    pages = make_pages(plan, editions, RULES, works, exports, settings.site_url, found, settings.options)
    return Build(checked, found, pages, editions, sheets, exports)


def make_editions(
    cited: CitedBriefing, checked: Checked, settings: Settings, kinds: tuple[Kind, ...], epoch: int
) -> Iterator[Edition]:
    """Editions of one briefing, one after the other."""
    order = Order(cited, checked.plan, epoch, settings.read_asset)
    return (make(kind, order) for kind in kinds)


def print_edition(cited: CitedBriefing, checked: Checked, settings: Settings, format: str, epoch: int) -> Edition:
    """One edition of one briefing, by the name of its format. Raises `CannotRun` when there is no such format here."""
    return next(make_editions(cited, checked, settings, kinds_named((format,)), epoch))


def collected_edition(checked: Checked, settings: Settings, epoch: int) -> Edition:
    """All published briefings in one EPUB. Raises `CannotRun` if there is none."""
    if not _published(checked):
        raise CannotRun(
            "No briefing is published yet, so there is nothing to collect.", "Give one of them the status: live"
        )
    return collect(_published(checked), checked.plan, epoch, settings.read_asset)


def _editions(checked: Checked, settings: Settings, epoch: int) -> Iterator[Edition]:
    """What a build publishes: the editions that the settings name, and with EPUBs of several briefings also one of all."""
    kinds = kinds_named(settings.editions)
    for cited in checked.plan.cited.briefings:
        yield from make_editions(cited, checked, settings, kinds, epoch)
    if any(kind.id == "epub" for kind in kinds) and len(_published(checked)) > 1:
        yield collected_edition(checked, settings, epoch)


def _published(checked: Checked) -> tuple[CitedBriefing, ...]:
    return tuple(one for one in checked.plan.cited.briefings if one.briefing.status not in UNPUBLISHED)
