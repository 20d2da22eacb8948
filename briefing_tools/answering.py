"""Answer: what GitHub says of a pull request and what its check reported become one comment and one status.

This runs with rights, so it runs the base's code on the base's files. The list of what changed is GitHub's, never the
sender's; the report of the check is advice from a stranger and gets no further than its form allows (`report/received`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefing_tools import pipeline
from briefing_tools.config import Settings
from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.errors import CannotRun
from briefing_tools.git import names_in, text_at
from briefing_tools.intake import MAX_TEXT
from briefing_tools.model import Change, Day, Proposal
from briefing_tools.report.comment import Answer, Outcome, Remark, comment, marked, outcome_of
from briefing_tools.report.received import LARGEST, Received, receive
from briefing_tools.rules.proposals import PROPOSAL_RULES
from briefing_tools.stages.reading.proposal import read_proposal

ROBOT = "github-actions[bot]"
"""Who writes our comments; a comment of anybody else is never taken for one, whatever it says."""

CONTEXT = "briefings/folders"
_KINDS = {"added": "added", "copied": "added", "removed": "deleted"}
_FENCE = frozenset(rule.code for rule in PROPOSAL_RULES)
_NEEDS_TEXT = "update-editor-field"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send: a status always, a comment if `target` names where (`POST issues/7/comments`)."""

    target: str
    body: str
    state: str
    description: str


def reply(settings: Settings, folder: Path, commit: str, run: str, today: Day, when: str) -> Reply:
    """What to say of the pull request that `folder` holds: `pull.json`, `files.json`, `tree.json`, `comments.json`,
    as GitHub's API gave them, and `report.json`, if the check made one. `commit` was checked, on the page `run`.

    Raises `CannotRun` when one of GitHub's files is missing or is about another commit.
    """
    pull = _one(folder / "pull.json")
    if pull["head"]["sha"] != commit:
        raise CannotRun("The pull request has moved on since this check.", "The check of its last commit will answer.")
    if run and not re.fullmatch(r"https://[\w./:-]+", run):
        raise CannotRun(f"“{run}” is not the address of a page.", "Give the page of the check: https://…")
    changes, complete = _changes(pull, tuple(_many(folder / "files.json")), _one(folder / "tree.json"))
    proposal = _proposal(settings, pull["user"]["login"], changes, _one(folder / "tree.json"))
    fence = _fence(settings, today, proposal, complete)
    report = _report(folder / "report.json")
    remarks = (*fence, *_advice(report))
    outcome = Outcome.CRASH if report is None and outcome_of(fence) is Outcome.PASS else outcome_of(remarks)
    target = _target(tuple(_many(folder / "comments.json")), pull["number"], outcome, proposal, fence)
    answer = Answer(outcome, remarks, report.touched if report else (), commit, when, run)
    broken = outcome_of(fence) is Outcome.FAIL
    return Reply(
        target,
        comment(answer) if target else "",
        "failure" if broken else "success",
        "Something lies where its sender may not change it."
        if broken
        else "Every file lies where its sender may change it.",
    )


def _advice(report: Received | None) -> Iterator[Remark]:
    """What the check reported, without what was looked at here once more."""
    kept = report.remarks if report else ()
    return (remark for remark in kept if remark.rule not in _FENCE or remark.rule == _NEEDS_TEXT)


def _report(path: Path) -> Received | None:
    """The report, read no further than it may be long."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return receive(file.read(LARGEST + 1))


def _proposal(settings: Settings, sender: str, changes: tuple[Change, ...], tree: Mapping[str, Any]) -> Proposal:
    return read_proposal(
        sender,
        settings.content,
        changes,
        before=names_in(settings.root, "HEAD"),
        after=(entry["path"] for entry in tree["tree"] if entry["type"] != "tree"),
        text_before=lambda path: text_at(settings.root, "HEAD", path, MAX_TEXT),
        text_after=None,
    )


def _fence(settings: Settings, today: Day, proposal: Proposal, complete: bool) -> tuple[Remark, ...]:
    """What the sender may not change, by GitHub's list of files."""
    checked = pipeline.check(settings, today, proposal=proposal)
    remarks = [_remark(finding) for finding in checked.findings if finding.rule in _FENCE]
    if not complete and not proposal.editor:
        many = "This changes more files than can be checked at once."
        remarks.append(Remark(Severity.ERROR, "update-other-folder", many, "Send it in smaller parts.", "", 0))
    return tuple(sorted(remarks, key=lambda remark: remark.severity.rank))


def _remark(finding: Finding) -> Remark:
    problem = finding.problem
    return Remark(finding.severity, finding.rule, problem.message, problem.hint, problem.span.path, 0)


def _changes(
    pull: Mapping[str, Any], files: tuple[Mapping[str, Any], ...], tree: Mapping[str, Any]
) -> tuple[tuple[Change, ...], bool]:
    """The changes that GitHub lists, and whether it lists them all (it stops at 3,000 files, and in very large trees)."""
    modes = {entry["path"]: entry["mode"] for entry in tree["tree"]}
    changes = []
    for file in files:
        name, kind = file["filename"], _KINDS.get(file["status"], "changed")
        if file["status"] == "renamed":
            changes.append(Change(file["previous_filename"], "deleted", "", ""))
            kind = "added"
        changes.append(Change(name, kind, "", "" if kind == "deleted" else modes.get(name, "")))
    known = all(change.after or change.kind == "deleted" for change in changes)
    complete = known and not tree["truncated"] and len(files) == pull["changed_files"]
    return tuple(sorted(changes, key=lambda change: change.path)), complete


def _target(
    comments: tuple[Mapping[str, Any], ...],
    number: int,
    outcome: Outcome,
    proposal: Proposal,
    fence: tuple[Remark, ...],
) -> str:
    """Where the comment goes: over our last one, or below it if it said something else; nowhere if nobody waits for it."""
    earlier = [(one["id"], marked(one["body"])) for one in comments if (one["user"] or {}).get("login") == ROBOT]
    ours = [(id, said) for id, said in earlier if said is not None]
    if not ours and not proposal.touched_updates and outcome_of(fence) is Outcome.PASS:
        return ""
    if ours and ours[-1][1] is outcome:
        return f"PATCH issues/comments/{int(ours[-1][0])}"
    return f"POST issues/{int(number)}/comments"


def _one(path: Path) -> dict[str, Any]:
    values = list(_documents(path))
    if len(values) != 1 or not isinstance(values[0], dict):
        raise CannotRun(f"{path} is not what GitHub says of one thing.", "Ask GitHub again.")
    return values[0]


def _many(path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a list that GitHub gave in pages, one list after the other."""
    for page in _documents(path):
        yield from page


def _documents(path: Path) -> Iterator[Any]:
    try:
        text = path.read_text("utf-8").strip()
        decoder = json.JSONDecoder()
        while text:
            value, end = decoder.raw_decode(text)
            yield value
            text = text[end:].lstrip()
    except (OSError, ValueError):
        raise CannotRun(f"{path} is missing, or was cut off.", "Ask GitHub again.") from None
