"""Propose: what lies between two revisions becomes a proposal, and what it will change on the pages is listed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from briefing_tools.clock import today
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding
from briefing_tools.errors import CannotRun
from briefing_tools.git import changes_since, lay_out, merge_base, names_in, text_at
from briefing_tools.intake import MAX_TEXT, take_one
from briefing_tools.model import Change, LinkedSeries, Proposal, Update
from briefing_tools.pipeline import Checked, check
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


def caused(errors: tuple[Finding, ...], settings: Settings, base: str, head: str | None) -> tuple[Finding, ...]:
    """Those of the errors that did not stand in the same file when this branch left `base`.

    An error in a file that did not change is caused by what did: a work that others cite, or a section that others refer
    to, is gone. Raises `CannotRun` when git knows no such commit.
    """
    with TemporaryDirectory(prefix="briefings-") as folder:
        lay_out(settings.root, merge_base(settings.root, base, head), Path(folder))
        try:
            before = check(replace(settings, root=Path(folder)), today()).findings
        except CannotRun:  # there was no briefing yet
            before = ()
    known = Counter(map(_told, before))
    known.subtract(map(_told, errors))
    return tuple(one for one in errors if known[_told(one)] < 0)


def _told(finding: Finding) -> tuple[str, str, str]:
    """What makes two findings the same one, though lines above it came or went."""
    return finding.rule, finding.problem.span.path, finding.problem.message


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
