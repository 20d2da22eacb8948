"""Propose: what lies between two revisions becomes a proposal, and what it will change on the pages is listed."""

from pathlib import Path

from briefing_tools.config import Settings
from briefing_tools.git import changes_since, names_in, text_at
from briefing_tools.intake import MAX_TEXT, take_one
from briefing_tools.model import Change, LinkedSeries, Proposal, Update
from briefing_tools.pipeline import Checked
from briefing_tools.report.json import Touched
from briefing_tools.source import Source
from briefing_tools.stages.reading.proposal import read_proposal
from briefing_tools.stages.updates import may_be_shown


def proposal_between(settings: Settings, base: str, head: str | None, sender: str) -> Proposal:
    """What `sender` changed since `base`: up to the commit `head`, or up to the files as they lie here.

    Who may change what is read from `base`. Raises `CannotRun` when git knows no such commit.
    """
    root = settings.root

    def text_after(path: str) -> str | None:
        return text_at(root, head, path, MAX_TEXT) if head is not None else _text(root / path)

    return read_proposal(
        sender,
        settings.content,
        changes_since(root, base, head),
        before=names_in(root, base),
        after=names_in(root, head),
        text_before=lambda path: text_at(root, base, path, MAX_TEXT),
        text_after=text_after,
    )


def _text(path: Path) -> str | None:
    taken = None if path.is_symlink() else take_one(path)
    return taken.text if isinstance(taken, Source) else None


def touched_updates(checked: Checked) -> tuple[Touched, ...]:
    """What the proposal will change on the pages, in the order of its files. A title that holds personal data is left out."""
    private = {
        (finding.problem.span.path, line)
        for finding in checked.findings
        if finding.problem.private
        for line in range(finding.problem.span.start.line, finding.problem.span.end.line + 1)
    }
    plan = checked.plan
    updates = {update.path: update for update in plan.cited.series.updates}
    return tuple(
        _touched(plan, change, updates.get(change.path), private)
        for change in plan.proposal.touched_updates
        if change.path.endswith(".md")
    )


def _touched(plan: LinkedSeries, change: Change, update: Update | None, private: set[tuple[str, int]]) -> Touched:
    if update is None or change.kind == "deleted":
        return Touched(change.path, change.kind)
    series = plan.cited.series
    briefing = next((one for one in series.briefings if one.slug == update.briefing_slug), None)
    section = briefing.section(update.section) if briefing else None
    site = next((one.name for one in series.sites if one.id == update.site), update.site)
    place = update.where.get("title")
    masked = place is not None and (place.path, place.start.line) in private
    return Touched(
        path=change.path,
        kind=change.kind,
        title="" if masked else update.title,
        site=site,
        briefing=briefing.title if briefing else "",
        section=section.title if section else "",
        shown=bool(section) and may_be_shown(update),
    )
