"""Read: what a briefing holds, what a text cites, what is found."""

import sys
from pathlib import Path

import click

from briefing_tools import pipeline, showing
from briefing_tools.cli.frame import json_option, json_text, main, paint, progress, rooted, tell
from briefing_tools.clock import today
from briefing_tools.config import Settings, load
from briefing_tools.diagnostics import Severity
from briefing_tools.errors import CannotRun
from briefing_tools.report import human
from briefing_tools.report import json as as_json
from briefing_tools.stages.search import search as find


@main.command()
@rooted
@click.argument("briefing", type=int)
@json_option
def show(settings: Settings, briefing: int, wants_json: bool) -> None:
    """Show the plan of BRIEFING (its number): sections, citations, references, signposts, notes, updates."""
    checked = pipeline.check(settings, today())
    plan = showing.plan_of(checked.plan, briefing)
    click.echo(json_text(plan) if wants_json else showing.plan_text(plan))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def citations(files: tuple[Path, ...], wants_json: bool) -> None:
    """List every citation in Markdown FILES, with key, locator and place."""
    found = showing.citations_of(files)
    click.echo(json_text(found) if wants_json else showing.citations_text(found))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--root", type=click.Path(path_type=Path), default=None, help="The project's folder (default: this one).")
@click.option("--style", type=click.Choice(showing.STYLE_NAMES), default=None, help="How to write them.")
@json_option
@click.pass_context
def references(ctx: click.Context, file: Path | None, root: Path | None, style: str | None, wants_json: bool) -> None:
    """Write out the references of FILE.bib, or of the project's bibliography, and say what is wrong with them."""
    if file is None:
        settings = load(root or ctx.obj or Path("."))
        file, style = settings.root / settings.options.bibliography, style or settings.options.style
    source, works = showing.read_works(file)
    found = showing.references_of(works, style or "briefing")
    findings = showing.reference_findings(works)
    if wants_json:
        click.echo(json_text({**found, "findings": [as_json.as_values(finding) for finding in findings]}))
    else:
        click.echo(showing.references_text(found))
        if findings:
            click.echo("\n" + human.report(findings, {source.path: source}, paint()), err=True)
    sys.exit(1 if any(finding.severity is Severity.ERROR for finding in findings) else 0)


@main.command()
@rooted
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(showing.KINDS), default=None, help="Only results of this kind.")
@click.option("--briefing", type=int, default=None, help="Only results from the briefing with this number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many results.")
@click.option(
    "--sort", type=click.Choice(["relevance", "date"]), default="relevance", help="The best first, or the newest."
)
@json_option
def search(
    settings: Settings,
    words: tuple[str, ...],
    kind: str | None,
    briefing: int | None,
    limit: int,
    sort: str,
    wants_json: bool,
) -> None:
    """Search sections, updates, references, signposts and glossary for WORDS; finding nothing is no error.

    Words in quotation marks must stand together: '"information sharing"'. These among the words narrow the answer:
    kind:update, site:devon, briefing:7, section:mash, level:integration, language:en, year:2011.
    """
    say = progress()
    index = pipeline.find_index(settings, today(), say, tell)
    say("")
    answer = find(index, " ".join(words), kind=kind, briefing=briefing, limit=limit, newest=sort == "date")
    click.echo(json_text(showing.answer_values(answer)) if wants_json else showing.answer_text(answer, paint()))


@main.command("records")
@rooted
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help="The file to write (default: print them)."
)
def records_(settings: Settings, output: Path | None) -> None:
    """Everything that search can find, one JSON value a line, for another search service to take in."""
    lines = showing.records_lines(pipeline.check(settings, today()).plan)
    if output is None:
        click.echo("".join(lines), nl=False)
        return
    try:
        output.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise CannotRun(
            f"{output} cannot be written: {error.strerror}.", "Give a file in a folder that exists."
        ) from None
    click.echo(f"Wrote {len(lines)} records to {output}.")
