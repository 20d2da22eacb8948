"""Links: where they lead, what is known of them, and what can be mended."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from briefing_tools import pipeline, showing
from briefing_tools.cli.frame import (
    FORMATS,
    in_format,
    json_option,
    json_text,
    main,
    paint,
    rooted,
    settings_if_any,
)
from briefing_tools.clock import today
from briefing_tools.config import Settings, load
from briefing_tools.diagnostics import Severity
from briefing_tools.errors import CannotRun
from briefing_tools.replacing import replace_file
from briefing_tools.report import human

LINK_FORMATS = (*FORMATS, "markdown")


@main.group()
def links() -> None:
    """Where links lead, and which anchors have been published."""


@links.command("list")
@rooted
@json_option
def links_list(settings: Settings, wants_json: bool) -> None:
    """List every link with its state; external ones as the link record has them.

    A record that cannot be read is reported, and the exit code is then 1: its links are listed as untested.
    """
    checked = pipeline.check(settings, today())
    found = showing.links_of(checked.plan)
    click.echo(json_text(found) if wants_json else showing.links_text(found))
    broken = tuple(finding for finding in checked.findings if finding.rule == "config-bad-record")
    if broken:
        click.echo("\n" + human.report(broken, checked.plan.cited.series.sources, paint()), err=True)
    sys.exit(1 if broken else 0)


root_option = click.option(
    "--root", type=click.Path(path_type=Path), default=None, help="The project's folder (default: this one)."
)


private_option = click.option(
    "--allow-private", is_flag=True, help="Ask addresses of this machine and of private networks too; for tests."
)


@links.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@click.option("--online", is_flag=True, help="Ask the websites; without it, say what is known of them.")
@click.option("--base", default=None, metavar="REF", help="Only addresses that are new since this commit or branch.")
@private_option
@click.option(
    "--built",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FOLDER",
    help="Check the built pages in FOLDER instead.",
)
@click.option(
    "--format", "format_", type=click.Choice(LINK_FORMATS), default="human", help="How to print what was found."
)
@json_option
@click.pass_context
def links_check(
    ctx: click.Context,
    files: tuple[Path, ...],
    root: Path | None,
    online: bool,
    base: str | None,
    allow_private: bool,
    built: Path | None,
    format_: str,
    wants_json: bool,
) -> None:
    """Check where links to other websites lead.

    With --online every address is asked once, gently, and what was learnt goes into links.lock. FILES (Markdown, .bib, or
    lists of addresses, one a line) and --base are checked without changing the record. Exit code 0: no link is dead for
    sure; 1: some are; 3: it could not be told, because most websites did not answer.

    With --built the pages, EPUBs and PDFs in FOLDER are followed from one to the next, without asking anybody.
    """
    format_ = "json" if wants_json else format_
    if built is not None:
        if files or online or base is not None:
            raise CannotRun("--built looks at a built folder only.", "Leave out FILES, --online and --base.")
        _check_built(built, settings_if_any(root or ctx.obj), format_)
        return
    from briefing_tools import linkjobs

    settings = settings_if_any(root or ctx.obj) if files else load(root or ctx.obj or Path("."))
    if files and base is not None:
        raise CannotRun("FILES and --base cannot be used together.", "Give one or the other.")
    if files:
        content = linkjobs.content_of_files(files, settings)
    else:
        assert settings is not None
        content = linkjobs.new_content(settings, base) if base is not None else linkjobs.content_of(settings)
    alone = bool(files) or base is not None
    if online:
        kept = None if alone or settings is None else settings.root
        with _stopped(_GOES_ON if kept else "Nothing was kept."):
            report = linkjobs.ask(
                content, root=kept, allow_private=allow_private, proposal=base is not None, say=_counter()
            )
    else:
        report = linkjobs.look_up(content, allow_private=allow_private, all_new=alone, proposal=base is not None)
    match format_:
        case "json":
            click.echo(json_text(linkjobs.report_values(report)))
        case "human":
            click.echo(linkjobs.report_text(report, paint()))
        case "markdown":
            click.echo(linkjobs.markdown_report(report))
        case _:
            click.echo(in_format(linkjobs.findings_of(report), {}, format_))
    if format_ not in ("human", "markdown"):
        for words in filter(None, (report.useless, linkjobs.left_text(report))):
            click.echo(words, err=True)
    sys.exit(report.exit_code)


_GOES_ON = "What was learnt is kept: the next run goes on from here, today or tomorrow."


@contextlib.contextmanager
def _stopped(kept: str) -> Iterator[None]:
    """Whoever breaks off is told what was kept; exit code 3."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"Stopped. {kept}", err=True)
        sys.exit(3)


def _check_built(folder: Path, settings: Settings | None, format_: str) -> None:
    """Follow the built pages; exit code 1 if something fails."""
    from briefing_tools.builtpages import BUILT_RULES, look, read_built

    if format_ == "markdown":
        raise CannotRun(
            "The built pages are not reported as Markdown.", "Use --format human, json, github, gitlab or sarif."
        )
    site = read_built(folder, settings.site_url if settings else "")
    findings = look(site)
    sources = {f"{site.shown}/{path}": page.source for path, page in site.pages.items()}
    click.echo(in_format(findings, sources, format_, BUILT_RULES))
    if format_ == "human":
        count = len(site.pages)
        click.echo(f"{count} page{'s' if count != 1 else ''} in {site.shown}.")
    least = settings.fail_on if settings else Severity.ERROR
    sys.exit(1 if any(one.severity.rank <= least.rank for one in findings) else 0)


@links.command("refresh")
@rooted
@click.option("--online", is_flag=True, help="Ask the websites too, as `links check --online` does.")
@click.option("--note", default="", metavar="WORDS", help="Record what nobody asked yet as untested, and say why.")
@private_option
def links_refresh(settings: Settings, online: bool, note: str, allow_private: bool) -> None:
    """Record the section ids that are published now, so that a later change cannot break links to them unnoticed."""
    checked = pipeline.check(settings, today())
    path = f"{settings.content}/anchors.lock"
    for finding in checked.findings:
        if finding.rule == "config-bad-record" and finding.problem.span.path == path:
            raise CannotRun(f"{finding.problem.span}: {finding.problem.message}", finding.problem.hint)
    if (settings.root / path).exists() and path not in checked.plan.cited.series.sources:
        raise CannotRun(f"{path} cannot be read as text.", f"Restore it: git checkout HEAD -- {path}")
    replace_file(settings.root / path, showing.anchors_lock(checked.plan).encode("utf-8"))
    click.echo(f"Recorded the published section ids in {settings.content}/anchors.lock.")
    if note or online:
        from briefing_tools import linkjobs
    if note:
        content = linkjobs.content_of(settings)
        number = linkjobs.note_untested(settings.root, content, " ".join(note.split()))
        words = f"{number} address{'es' if number != 1 else ''}"
        click.echo(
            f"Recorded {words} as untested in {content.lock}." if number else "Every address is recorded already."
        )
    if online:
        content = linkjobs.content_of(settings)
        with _stopped(_GOES_ON):
            report = linkjobs.ask(content, root=settings.root, allow_private=allow_private, say=_counter())
        click.echo(linkjobs.report_text(report, paint()))
        sys.exit(report.exit_code)


@links.command("fix")
@rooted
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def links_fix(settings: Settings, dry_run: bool) -> None:
    """Write the new addresses of pages that have moved for good into briefings, updates and the bibliography.

    Only where the record says that every redirect is permanent, and never inside code.
    """
    from briefing_tools import linkjobs

    fixed = linkjobs.fix(settings, linkjobs.content_of(settings), write=not dry_run)
    if fixed.diff:
        click.echo(fixed.diff)
    for place in fixed.by_hand:
        click.echo(f"{place.span}: {place.url} has moved, but is written in a way that a person must change.", err=True)
    for words in fixed.refused:
        click.echo(words, err=True)
    number = f"{fixed.links} address{'es' if fixed.links != 1 else ''}"
    click.echo(f"{number} would change." if dry_run else f"{number} changed." if fixed.links else "Nothing to change.")
    sys.exit(1 if fixed.refused else 0)


@links.command("archive")
@rooted
@click.argument("urls", nargs=-1)
@click.option("--online", is_flag=True, help="Ask the archive; without it, list what would be asked for.")
@click.option("--all", "everything", is_flag=True, help="Look for copies of links that are alive, too.")
@click.option("--save", is_flag=True, help="Ask the archive to make a copy where it has none.")
@private_option
@json_option
def links_archive(
    settings: Settings,
    urls: tuple[str, ...],
    online: bool,
    everything: bool,
    save: bool,
    allow_private: bool,
    wants_json: bool,
) -> None:
    """Look for archived copies of URLS, or of every link that is dead, doubtful or short, and record them.

    A copy is looked for near the day on which the briefing that cites it was published.
    """
    from briefing_tools import linkjobs

    content = linkjobs.content_of(settings)
    wanted = linkjobs.wanted_copies(content, urls, everything=everything)
    if not online:
        for one in wanted:
            click.echo(f"{one.url} (near {one.near})")
        click.echo(f"{len(wanted)} to look for. Ask the archive with: briefings links archive --online")
        return

    def heard(words: str) -> None:
        if not wants_json:
            click.echo(words)

    with _stopped("The copies found so far are recorded."):
        search = linkjobs.archive(settings.root, content, wanted, save=save, allow_private=allow_private, heard=heard)
    if wants_json:
        click.echo(json_text(linkjobs.search_values(search)))
    else:
        click.echo(f"{len(search.found)} found, {len(search.none)} without a copy, {len(search.unasked)} not asked.")
    if search.trouble:
        click.echo(f"Ended early: {search.trouble}.", err=True)
    sys.exit(3 if search.trouble and not search.found and not search.none else 0)


@links.command("explain")
@rooted
@click.argument("url")
@json_option
def links_explain(settings: Settings, url: str, wants_json: bool) -> None:
    """Say everything that is known of URL: where it leads, since when, where it is written, and what to do."""
    from briefing_tools import linkjobs

    content = linkjobs.content_of(settings)
    found = linkjobs.explain(url, content)
    click.echo(
        json_text(linkjobs.looked_values(found, content.today)) if wants_json else linkjobs.explain_text(found, content)
    )


def _counter() -> Callable[[int, int, str, int], None] | None:
    """How far asking has come, on a terminal only, on a line that is written over."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        return None

    def tell(done: int, left: int, host: str, waiting: int) -> None:
        slowest = f"; most is left at {host[:40]} ({waiting})" if waiting > 1 else ""
        click.echo(f"\r\033[K{done} asked, {left} left{slowest}" if left else "\r\033[K", nl=False, err=True)

    return tell
