"""Build and serve: everything is checked, then pages, search index and editions are made."""

import sys
import time
from collections import Counter
from pathlib import Path

import click

from briefing_tools import pipeline
from briefing_tools.cli.frame import main, progress, rooted, show_findings, tell
from briefing_tools.clock import epoch, today
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Severity
from briefing_tools.model import LinkState
from briefing_tools.pipeline import Build
from briefing_tools.wording import extent

MOST_EDITIONS = 12
"""As many editions are named one by one when a build is done."""


@main.command()
@rooted
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the pages go (default: site_dir in mkdocs.yml).",
)
@click.option("--strict", is_flag=True, help="Warnings fail the build too.")
def build(settings: Settings, site_dir: Path | None, strict: bool) -> None:
    """Check everything, then make pages, search index and editions.

    Nothing is written when a finding is serious enough to fail the build.
    """
    from briefing_tools.plugin import build_pages

    started = time.perf_counter()
    say = progress()
    checked = pipeline.check(settings, today(), say)
    fail_on = (
        max(settings.fail_on, Severity.WARNING, key=lambda severity: severity.rank) if strict else settings.fail_on
    )
    show_findings(checked, Severity.WARNING)
    if checked.failing(fail_on):
        click.echo("Nothing was built.", err=True)
        sys.exit(1)
    target = site_dir or settings.root / settings.site_dir
    made = pipeline.build(checked, settings, epoch(), say, tell)
    say("Writing pages")
    build_pages(settings, made, target)
    say("")
    click.echo(_summary(made, target, time.perf_counter() - started))


@main.command()
@rooted
def serve(settings: Settings) -> None:
    """Preview the pages on this machine; they follow every change you save."""
    from briefing_tools.plugin import serve as serve_pages

    serve_pages(settings)


def _summary(made: Build, target: Path, seconds: float) -> str:
    plan = made.checked.plan
    cited = plan.cited.briefings
    updates = sum(len(one.updates_in_order()) for one in cited)
    external = sum(link.external and not link.picture for link in plan.links)
    untested = sum(link.state is LinkState.UNTESTED for link in plan.links)
    rows = (
        ("Briefings", str(len(cited))),
        ("Citations", str(sum(len(one.text.citations) for one in cited))),
        ("References", str(sum(len(one.text.references) for one in cited))),
        ("Links", f"{len(plan.links)} ({external} external, {untested} of them untested)"),
        ("Updates", str(updates)),
        ("Editions", _editions_in_words(made)),
        ("Pages", str(len(made.pages))),
        ("Search", f"{len(made.records)} records"),
        ("Seconds", f"{seconds:.1f}"),
    )
    return "\n".join([f"Built {target}", *(f"  {name:<11}{value}" for name, value in rows)])


def _editions_in_words(made: Build) -> str:
    """Each edition of a short series; how many there are of each kind in a long one."""
    if len(made.editions) <= MOST_EDITIONS:
        return "\n             ".join(f"{edition.url} ({extent(edition)})" for edition in made.editions) or "none"
    counts = Counter(edition.format for edition in made.editions)
    return ", ".join(f"{count} × {words}" for words, count in counts.items())
