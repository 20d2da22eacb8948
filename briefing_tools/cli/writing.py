"""Write: a new update, a new briefing, a new work in the bibliography."""

import sys
from pathlib import Path

import click

from briefing_tools import adding, drafting, pipeline
from briefing_tools.cli.frame import json_option, json_text, main, paint, rooted
from briefing_tools.clock import today
from briefing_tools.config import Settings
from briefing_tools.errors import CannotRun
from briefing_tools.intake import MAX_BIBLIOGRAPHY
from briefing_tools.model import Series
from briefing_tools.report import human


@main.group()
def new() -> None:
    """Begin an update or a briefing: a new file in the right place."""


@new.command("update")
@rooted
@click.option("--briefing", default=None, metavar="NUMBER", help="The briefing's number.")
@click.option("--section", default=None, metavar="ID", help="The section it speaks to.")
@click.option("--site", default=None, metavar="ID", help="The site it is from.")
@click.option("--title", default=None, help="8 to 90 characters.")
@click.option("--date", default=None, help="The day it was written, for example 14 June 2013.")
@click.option("--period", default=None, help="When it happened.")
@click.option("--evidence", default=None, help="The kind of evidence.")
@click.option("--source", default=None, metavar="KEY", help="The work it reports, for an independent evaluation.")
@click.option("--direction", default=None, help="What came of it.")
@click.option("--level", default=None, help="The level of joint working.")
@click.option("--licence", default=None, help="How others may reuse it.")
@click.option("--no-personal-data", default=None, help="yes, once somebody at the site has looked.")
@click.option("--approved-by", default=None, help="Who at the site agreed to publish it; a job title is enough.")
@click.option(
    "--from",
    "--text",
    "file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="The text: a .txt, .md or Word file (.docx).",
)
def new_update(settings: Settings, file: Path | None, **given: str | None) -> None:
    """Write down what a site sent by e-mail: asks what was not given, one question at a time, and makes the file.

    Nothing that is there already is written over. Afterwards the new file is checked, and it fails as a check does.
    """
    series = pipeline.read_series(settings, today())
    text = drafting.text_of_file(file) if file else None
    answers: dict[str, str] = {}
    for question in drafting.questions(series):
        if question.name == "section":
            question = drafting.section_question(series, answers["briefing"])
        answers[question.name] = _answer(question, given.get(question.name), answers, series)
    path, words = drafting.new_update(answers, text if text is not None else _running_text(), series)
    drafting.write_new(settings.root, path, words)
    click.echo(f"Wrote {path}.")
    checked = pipeline.check(settings, today())
    found = tuple(finding for finding in checked.findings if finding.problem.span.path == path)
    click.echo(human.report(found, checked.plan.cited.series.sources, paint()))
    sys.exit(1 if any(finding.severity.rank <= settings.fail_on.rank for finding in found) else 0)


@new.command("briefing")
@rooted
@click.option("--number", type=click.IntRange(1, 9999), prompt="Number", help="Its number in the series.")
@click.option("--title", prompt="Title", help="Its title.")
def new_briefing(settings: Settings, number: int, title: str) -> None:
    """Begin a briefing: a draft with its four parts, to be written."""
    series = pipeline.read_series(settings, today())
    path, words = drafting.new_briefing(number, title, series)
    drafting.write_new(settings.root, path, words)
    click.echo(f"Wrote {path}. It is a draft: write its parts, then add published and authors, and set status: live.")


def _answer(question: drafting.Question, given: str | None, answers: dict[str, str], series: Series) -> str:
    """The answer given as an option, which must be right, or the first right one of a person who is asked."""
    option = "--" + question.name.replace("_", "-")
    if given is not None:
        given = drafting.meant(question, given)
        if wrong := drafting.fault(question, given, answers, series):
            raise CannotRun(f"{option}: {wrong}")
        return given
    if question.name == "source" and answers["evidence"] != "independent-evaluation":
        return ""
    if question.choices is not None and not question.choices:
        raise CannotRun("No live briefing, or no site, is there to choose.", "Updates are for live briefings, and sites are listed in sites.yml.")  # fmt: skip
    click.echo(f"\n{question.words}" + (f" For example: {question.example}" if question.example else ""))
    for line in drafting.listed(question.choices or {}):
        click.echo(line)
    while True:
        said = drafting.meant(question, _line(option))
        wrong = drafting.fault(question, said, answers, series)
        if not wrong:
            return said
        click.echo(wrong)


def _running_text() -> str:
    """The text of an update, typed or pasted, up to a line with a full stop alone."""
    click.echo("\nWhat the site learnt. End with a line that holds a full stop and nothing else.")
    lines: list[str] = []
    while (line := _line("--from FILE")) != ".":
        lines.append(line)
    return "\n".join(lines)


def _line(option: str) -> str:
    """One line of what somebody types. Raises `CannotRun` when nobody answers."""
    try:
        return str(click.prompt("", prompt_suffix="> ", default="", show_default=False))
    except click.Abort:
        raise CannotRun(
            "Nobody answered, so nothing was written.", f"Answer, or give it as an option: {option} …"
        ) from None


@main.group()
def cite() -> None:
    """Bring works into the bibliography."""


@cite.command("add")
@rooted
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show what would be added; change nothing.")
@json_option
def cite_add(settings: Settings, files: tuple[Path, ...], dry_run: bool, wants_json: bool) -> None:
    """Add the works of FILES to the bibliography: RIS, BibTeX, CSL-JSON or EndNote XML, as reference managers export.

    A FILE of - is what you paste, until the end of input. Each work gets a key such as munro2011 (munro2011b if that is
    taken). Works that are there already are named and not added again; everything else in the file stays as it is.
    """
    pasted = sys.stdin.buffer.read(MAX_BIBLIOGRAPHY + 1) if Path("-") in files else None
    brought = adding.read_files([file for file in files if file != Path("-")], pasted)
    made = adding.addition(settings.root, settings.options.bibliography, brought)
    if made.added and not dry_run:
        adding.write(settings.root, made)
    if wants_json:
        click.echo(json_text(adding.values(made)))
    else:
        click.echo(adding.told(made, dry_run, paint()))
        if made.findings:
            click.echo("\n" + human.report(made.findings, {made.path: made.source}, paint()), err=True)
    sys.exit(1 if made.problems else 0)
