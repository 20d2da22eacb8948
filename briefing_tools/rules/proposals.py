"""Rules of proposals: what the sender of a change may touch. Editors may change everything.

They look at `plan.proposal` alone, so they hold for a list of file names as well as for files.
"""

import re
from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import Change, LinkedSeries, Proposal
from briefing_tools.source import Span

ERROR, WARNING = Severity.ERROR, Severity.WARNING

RECORDS = ("privacy.lock", "links.lock", "links.toml", "anchors.lock")
_LINK, _REPOSITORY, _PROGRAM = "120000", "160000", "100755"
_DONE = {"added": "was added", "changed": "was changed", "deleted": "was deleted"}


def _shown(path: str) -> str:
    """A path that cannot disturb a report: what is no visible character becomes a question mark."""
    return "".join(character if character.isprintable() else "?" for character in path).removeprefix("/")


def _place(path: str) -> Span:
    return Span.of_file(_shown(path))


def _folders(proposal: Proposal) -> str:
    """The folders of the sender's sites, as they are said to people."""
    slug = proposal.slugs[0] if len(proposal.slugs) == 1 else "NN-briefing"
    return " or ".join(f"{proposal.content}/{slug}/updates/{site}/" for site in proposal.sites)


def _own(proposal: Proposal, path: str) -> bool:
    """Whether a path lies in a folder of the sender's sites, for a briefing that there is."""
    parts = path.removeprefix(f"{proposal.content}/").split("/")
    return (
        path.startswith(f"{proposal.content}/")
        and len(parts) > 3
        and parts[0] in proposal.slugs
        and parts[1] == "updates"
        and parts[2] in proposal.sites
        and not any(part in ("", ".", "..") for part in parts)
    )


def _is_record(proposal: Proposal, change: Change) -> bool:
    return change.path.casefold() in {f"{proposal.content}/{name}".casefold() for name in RECORDS}


@rule("update-other-folder", ERROR)
def other_folder(plan: LinkedSeries) -> Iterator[Problem]:
    """Somebody who sends updates for a site touched a file outside that site's folder.

    Each site adds, changes and deletes files in its own folder only. Who sends for which site stands in `sites.yml` as
    the editors accepted it, whatever the change itself says there. A file that was moved is looked at in both places.

    Wrong:
        Devon changes briefings/07-integrated-working/index.md
    Right:
        Devon adds briefings/07-integrated-working/updates/devon/2026-11-23-hub.md
    """
    proposal = plan.proposal
    if proposal.editor or not proposal.sites:
        return
    for change in proposal.changes:
        if not _own(proposal, change.path) and not _is_record(proposal, change):
            yield Problem(
                _place(change.path),
                f"{_shown(change.path)} {_DONE[change.kind]}, but it does not lie in your site's folder.",
                f"Undo this change. Your files belong in {_folders(proposal)}. "
                "If something else should change, write it to the editors in your pull request.",
            )


@rule("update-unknown-sender", WARNING)
def unknown_sender(plan: LinkedSeries) -> Iterator[Problem]:
    """The editors have not listed the account that sent an update.

    An editor must find out who it is before the update is accepted, and can then add the account in `sites.yml`.

    Wrong:
        an update from an account that stands nowhere in sites.yml
    Right:
        people:
          - name: Jo Example
            account: jo-example
    """
    proposal = plan.proposal
    if proposal.sender and not proposal.editor and not proposal.sites and proposal.touched_updates:
        yield Problem(
            _place(proposal.touched_updates[0].path),
            f"No site has listed the account “{_shown(proposal.sender)}”, so an editor will find out who sent this.",
            f"Editors: when you know, add it to the site in {proposal.content}/sites.yml:\n"
            f"people:\n  - name: …\n    account: {_shown(proposal.sender)}",
        )


@rule("update-privacy-record", ERROR)
def record(plan: LinkedSeries) -> Iterator[Problem]:
    """Somebody who is no editor changed a record that decides what may be published.

    `privacy.lock` says which lines an editor has allowed; `links.lock`, `links.toml` and `anchors.lock` say which links
    are good. Only editors change them.

    Wrong:
        Devon changes briefings/privacy.lock
    Right:
        Devon asks the editors, who run briefings allow
    """
    proposal = plan.proposal
    if not proposal.sender or proposal.editor:
        return
    for change in proposal.changes:
        if _is_record(proposal, change):
            yield Problem(
                _place(change.path),
                f"{_shown(change.path)} {_DONE[change.kind]}, but only editors change this record.",
                "Undo this change, and ask the editors in your pull request for what you need.",
            )


@rule("update-editor-field", ERROR)
def editor_field(plan: LinkedSeries) -> Iterator[Problem]:
    """Somebody who is no editor changed a field that editors set.

    Editors decide whether an update is shown, and say who decided: `status`, `status_note`, `moderated_by`,
    `moderated_on`, `held_on`, `withdrawn_on`, `removed_on`, and `origin` for what they compiled themselves.

    Wrong:
        status: published (set by the site)
    Right:
        the same file without that line
    """
    proposal = plan.proposal
    if not proposal.sender or proposal.editor:
        return
    for change in proposal.field_changes:
        if not change.before:
            what, hint = "was added", "Take this line out."
        elif change.after:
            what, hint = "was changed", "Put the line back as it was."
        else:
            what, hint = "was taken out", "Put the line back as it was."
        yield Problem(
            change.span,
            f"The field “{change.field}” {what}, but only editors set it.",
            f"{hint} An editor sets it after reading the update.",
        )


@rule("update-unsafe-file", ERROR)
def unsafe_file(plan: LinkedSeries) -> Iterator[Problem]:
    """A file was sent that is not an ordinary text or picture, or whose name some computers take for another one.

    Symbolic links, programs and repositories inside the repository are refused; so is a name that differs from another
    only by capital letters.

    Wrong:
        updates/Devon/2026-11-23-hub.md beside updates/devon/
    Right:
        updates/devon/2026-11-23-hub.md
    """
    proposal = plan.proposal
    if not proposal.sender or proposal.editor:
        return
    kinds = {
        _LINK: ("is a symbolic link to something else", "Put the file itself there."),
        _REPOSITORY: ("is a whole repository instead of a file", "Put the files themselves there."),
        _PROGRAM: ("is marked as a program that can be run", "Send it as an ordinary file; the web page where you edit it does so."),
    }  # fmt: skip
    for change in proposal.changes:
        if not change.path.casefold().startswith(f"{proposal.content}/".casefold()) and change.path != proposal.content:
            continue
        path = _shown(change.path)
        if change.after in kinds and change.after != change.before:
            what, hint = kinds[change.after]
            yield Problem(_place(change.path), f"{path} {what}.", hint)
        elif change.path in proposal.twins:
            twin = _shown(proposal.twins[change.path])
            yield Problem(
                _place(change.path),
                f"{path} and {twin} are the same name for some computers.",
                "Use small letters only, or another name.",
            )
        elif change.kind != "deleted" and re.search(r"(?:^|/)\.{0,2}(?:/|$)|\\", change.path):
            yield Problem(_place(change.path), f"{path} is not a name for a file.", "Give it a plain name.")


PROPOSAL_RULES = (other_folder, unknown_sender, record, editor_field, unsafe_file)
"""What `briefings check --by` and the answer to a pull request look at."""
