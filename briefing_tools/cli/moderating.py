"""Moderate: what waits for an editor, and what editors decide."""

import click

from briefing_tools import moderation, pipeline
from briefing_tools.cli.frame import F, json_option, json_text, main, rooted
from briefing_tools.clock import today
from briefing_tools.config import Settings
from briefing_tools.moderation import Decision


@main.command()
@rooted
@json_option
def queue(settings: Settings, wants_json: bool) -> None:
    """List the updates that wait for an editor, and for how long: sent, held, due to be looked at again, or expired.

    Where one may hold personal data that no editor has allowed, its lines are named.
    """
    checked = pipeline.check(settings, today())
    waiting = moderation.queue(checked.plan.cited.series, checked.findings)
    click.echo(json_text(moderation.queue_values(waiting)) if wants_json else moderation.queue_text(waiting))


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
