"""Frame: the command itself, how it ends when it cannot run, and what several commands print alike."""

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from briefing_tools import __version__, pipeline
from briefing_tools.config import CONFIG, Settings, load
from briefing_tools.diagnostics import Finding, Rule, Severity
from briefing_tools.errors import CannotRun
from briefing_tools.pipeline import Checked
from briefing_tools.report import github, gitlab, human, sarif
from briefing_tools.report import json as as_json
from briefing_tools.rules import RULES
from briefing_tools.source import Source

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("human", "json", "github", "gitlab", "sarif")
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan", "dim": "bright_black"}


class Group(click.Group):
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


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


def settings_if_any(root: Path | None) -> Settings | None:
    """The settings of the project we are in; none if we are in none and none was named."""
    if root is None and not Path(CONFIG).is_file():
        return None
    return load(root or Path("."))


def must_be_folder(output: Path, command: str) -> None:
    """Raises `CannotRun` if a file stands where a command is told to put its files."""
    if output.exists() and not output.is_dir():
        raise CannotRun(f"{output} is a file, not a folder.", f"Give a folder: {command} --output FOLDER")


def progress() -> pipeline.Say:
    """Say which stage runs, on a terminal only: a line that is written over. Quiet in CI and in pipes."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        return lambda stage: None
    return lambda stage: click.echo(f"\r\033[K{stage + ' …' if stage else ''}", nl=False, err=True)


def tell(what: str) -> None:
    """Say a sentence on the error stream, on a line of its own."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(what, err=True)


def paint() -> Callable[[str, str], str]:
    """Colours for a terminal; `NO_COLOR` turns them off (no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return lambda text, style: text
    return lambda text, style: click.style(text, fg=_COLOURS.get(style), bold=style == "error" or style == "mark")


def show_findings(checked: Checked, least: Severity) -> None:
    """Print what a builder must know on standard error; notes are for `briefings check`."""
    findings = checked.failing(least)
    if findings:
        click.echo(
            "\r\033[K" * sys.stderr.isatty() + human.report(findings, checked.plan.cited.series.sources, paint()),
            err=True,
        )


def in_format(
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
            return human.report(findings, sources, paint())


def json_text(values: object) -> str:
    """Values as the commands print them with `--json`."""
    return json.dumps(values, ensure_ascii=False, indent=2)
