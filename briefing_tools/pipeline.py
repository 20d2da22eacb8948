"""Read this first: how Markdown becomes checked, cited, linked, searchable pages and editions.

    take in → read → merge updates → cite → link → look (rules) → index · pages · editions

Every stage takes values and returns values. Nothing here knows of MkDocs or of a command line; both edges call `check`
and `build` and decide nothing themselves. Clock and disk are passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding, Severity, shielded
from briefing_tools.errors import CannotRun
from briefing_tools.intake import take_in
from briefing_tools.model import CitedBriefing, Day, Edition, Export, IndexSheet, LinkedSeries, Proposal, Record, Series
from briefing_tools.rules import RULES
from briefing_tools.stages.citations import cite
from briefing_tools.stages.editions import Format, formats, make_edition
from briefing_tools.stages.exports import export
from briefing_tools.stages.links import link
from briefing_tools.stages.pages import BuiltPage, make_pages
from briefing_tools.stages.reading import read
from briefing_tools.stages.search import index_sheets, records
from briefing_tools.stages.updates import merge
from briefing_tools.stages.works import gather

Say = Callable[[str], None]

NOBODYS = Proposal()
"""The proposal of a check that looks at what is here, whoever wrote it."""

STANDARD = "pdf"
"""The edition that every build makes; the others are printed when somebody asks for them."""


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
    editions = tuple(print_edition(briefing, checked, settings, STANDARD, epoch) for briefing in plan.cited.briefings)
    say("Gathering works")
    works, exports = gather(plan, settings.options.style), export(plan)
    say("Making pages")
    pages = make_pages(plan, editions, RULES, works, exports, settings.site_url, found, settings.options)
    return Build(checked, found, pages, editions, sheets, exports)


def printed(names: tuple[str, ...]) -> tuple[Format, ...]:
    """The formats with these names. Raises `CannotRun` for a name that is none."""
    known = formats()
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise CannotRun(f"There is no format “{unknown}”.", f"The formats are: {', '.join(known)}.")
    return tuple(known[name] for name in names)


def print_edition(briefing: CitedBriefing, checked: Checked, settings: Settings, format: str, epoch: int) -> Edition:
    """One printed edition of one briefing. Raises `CannotRun` when there is no such format."""
    (known,) = printed((format,))

    def read_asset(path: str) -> bytes:
        return (settings.root / path).read_bytes()

    return make_edition(briefing, checked.plan, known, epoch, read_asset)
