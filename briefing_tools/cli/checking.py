"""Check: what is wrong in a project or a proposal, what a rule means, and lines that an editor allows."""

import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click

from briefing_tools import answering, pipeline, proposing
from briefing_tools.allowing import allow as allow_line
from briefing_tools.allowing import place_of
from briefing_tools.cli.frame import FORMATS, in_format, json_text, main, progress, rooted
from briefing_tools.clock import epoch, today
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding, Rule, Severity, nearest
from briefing_tools.errors import CannotRun
from briefing_tools.git import changed_since
from briefing_tools.pipeline import Checked
from briefing_tools.privacy.allowing import LOCK
from briefing_tools.report import json as as_json
from briefing_tools.rules import RULES
from briefing_tools.rules.proposals import PROPOSAL_RULES

LONG = 10.0
"""As many seconds may a check take before it says how long it took."""


_OF_SENDERS = frozenset(rule.code for rule in PROPOSAL_RULES)


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
    checked = pipeline.check(settings, today(), progress(), sent)
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
    (folder / "status.json").write_text(json_text({**status, **({"target_url": run} if run else {})}), "utf-8")
    if sent.target:
        (folder / "comment.json").write_text(json_text({"body": sent.body}), "utf-8")
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
    plan = pipeline.check(settings, today(), progress()).plan
    text, added = allow_line(plan, path, line, rule=rule, reason=reason, by=by, salt=secrets.token_hex(16))
    (settings.root / settings.content / LOCK).write_text(text, "utf-8")
    codes = ", ".join(entry.rule for entry in added)
    click.echo(f"Allowed line {line} of {path} ({codes}), recorded in {settings.content}/{LOCK}.")
    click.echo("If the line changes, it has to be looked at again.")


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


def _formatted(findings: tuple[Finding, ...], checked: Checked, format_: str) -> str:
    if format_ == "json":
        sent = checked.plan.proposal.sender
        return as_json.report(findings, proposing.touched_updates(checked) if sent else None)
    return in_format(findings, checked.plan.cited.series.sources, format_)


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
