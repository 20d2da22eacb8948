"""Issue: a briefing becomes a frozen edition in a folder of its own, which is never written to again."""

import os
from dataclasses import dataclass
from pathlib import Path

from briefing_tools import git, pipeline
from briefing_tools.config import CONFIG, Settings
from briefing_tools.errors import CannotRun
from briefing_tools.intake import FROZEN, VERSION
from briefing_tools.model import Briefing, CitedBriefing, FrozenEdition, Series, gone_from, version_order
from briefing_tools.pipeline import UNPUBLISHED, Checked
from briefing_tools.replacing import keep_folder, refuse_locked
from briefing_tools.stages.editions.verifying import Outcome


@dataclass(frozen=True)
class Issued:
    """A frozen edition that was made: its folder relative to the project's, the names of its files, and what is to be said."""

    folder: str
    files: tuple[str, ...]
    remarks: tuple[str, ...]


def issue(settings: Settings, checked: Checked, cited: CitedBriefing, epoch: int, say: pipeline.Say) -> Issued:
    """Freeze a briefing that was checked, as the edition that its fields say it is.

    Raises `CannotRun` if it cannot be issued, if this edition or a later one was issued already, or if the folder cannot
    be written; nothing is left of it then.
    """
    briefing = cited.briefing
    _refuse(briefing, checked.plan.cited.series, settings.root)
    folder = f"{FROZEN}/{briefing.number}/{briefing.edition}"
    refuse_locked(settings.root / folder)
    watched = (settings.content, settings.options.bibliography, CONFIG)
    commit, uncommitted = git.head_of(settings.root, watched)
    made = pipeline.freeze(cited, checked, settings, epoch, say, (commit, uncommitted))
    for one in made.verdicts:
        if one.outcome is Outcome.FAILED:
            raise CannotRun(
                f"{one.edition} does not pass the check “{one.check}”, so nothing was frozen: {one.seen}.",
                "This is a mistake of the program or of the house style; tell its engineers.",
            )
    say("Writing")
    keep_folder(settings.root / folder, made.files)
    remarks = [f"Not made: {kind.title}. {kind.lacking} {kind.hint}" for kind in made.lacking]
    unjudged = sorted({one.seen for one in made.verdicts if one.outcome is Outcome.NOT_MADE})
    remarks += [f"Not verified: {seen}" for seen in unjudged]
    if not commit:
        remarks.append("No commit is recorded, because this folder is not kept with git.")
    elif uncommitted:
        remarks.append(
            f"{len(uncommitted)} file{'s' if len(uncommitted) > 1 else ''} had changes that are not in the recorded commit "
            f"{commit[:12]}: {', '.join(uncommitted[:5])}{' …' if len(uncommitted) > 5 else ''}"
        )
    return Issued(folder, tuple(made.files), tuple(remarks))


def _refuse(briefing: Briefing, series: Series, root: Path) -> None:
    number, version = briefing.number, briefing.edition
    if not VERSION.fullmatch(version):
        raise CannotRun(
            f"“{version}” in {briefing.path} is not the number of an edition.", 'Write for example: edition: "1.0"'
        )
    if briefing.status in UNPUBLISHED:
        raise CannotRun(
            f"Briefing {number} is {'a draft' if briefing.status == 'draft' else 'withdrawn'}, so no edition of it can be issued.",
            "Give it the status live first.",
        )
    if any(one.number == number for one in series.briefings if one.slug != briefing.slug):
        raise CannotRun(f"There are two briefings {number}.", "Give each a number of its own.")
    if (root / FROZEN / str(number) / version).exists():
        raise CannotRun(
            f"Edition {version} of Briefing {number} was frozen already and never changes.",
            f"Raise “edition” in {briefing.path}, say in “change_note” what is new, and freeze that one.",
        )
    for folder in (FROZEN, f"{FROZEN}/{number}"):
        if os.path.lexists(root / folder) and ((root / folder).is_symlink() or not (root / folder).is_dir()):
            raise CannotRun(
                f"“{folder}” is not a folder, but frozen editions are kept in a folder of this name.",
                "Rename it or move it elsewhere, and freeze again.",
            )
    later = [one.version for one in series.frozen if one.briefing == number and one.order[1] > version_order(version)]
    if later:
        raise CannotRun(
            f"Edition {later[-1]} of Briefing {number} was frozen already, so {version} would come too late.",
            f"Raise “edition” in {briefing.path} above {later[-1]}.",
        )


def frozen_edition(series: Series, number: int, version: str) -> FrozenEdition:
    """The frozen edition of a briefing with this version. Raises `CannotRun` when there is none that can be read."""
    own = [one for one in series.frozen if one.briefing == number]
    found = next((one for one in own if one.version == version), None)
    if found is None:
        known = ", ".join(one.version for one in own)
        raise CannotRun(
            f"There is no frozen edition {version} of Briefing {number}.",
            f"Frozen are: {known}." if known else f"Freeze one with: briefings edition freeze {number}",
        )
    if gone_from(found, series):
        raise CannotRun(
            f"Edition {version} of Briefing {number} holds an update that was removed, so it is not shown any more.",
            "Freeze an edition without it.",
        )
    if found.astray:
        raise CannotRun(
            f"The frozen edition {version} of Briefing {number} is not what it was when it was issued.",
            "`briefings check` says which file, and what to do.",
        )
    return found
