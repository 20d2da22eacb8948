"""Allow: an editor says that a line which looks like personal data may be published, and why.

What is recorded, and what the record protects, stands in `privacy/allowing.py`.
"""

import re

from briefing_tools.errors import CannotRun
from briefing_tools.model import LinkedSeries
from briefing_tools.privacy import find
from briefing_tools.privacy.allowing import LOCK, Allowance, Allowances, UnreadableAllowances, read_allowances, written
from briefing_tools.rules.privacy import seen_on_line

SHORTEST_REASON = 10


def place_of(place: str) -> tuple[str, int]:
    """The file and the line of `FILE:LINE`; what follows, such as a column, is left out. Raises `CannotRun`."""
    found = re.fullmatch(r"(.+?):([0-9]{1,7})(?::[0-9]{1,7})?", place)
    if not found or int(found.group(2)) < 1:
        raise CannotRun(
            f"“{place}” does not name a line.",
            "Write file and line as a finding shows them: briefings/07-integrated-working/updates/devon/2026-11-23-hub.md:18",
        )
    return found.group(1), int(found.group(2))


def allow(
    plan: LinkedSeries, path: str, line: int, *, rule: str, reason: str, by: str, salt: str
) -> tuple[str, tuple[Allowance, ...]]:
    """The record with the findings of one line allowed, as text, and what was added; all findings unless `rule` names one.

    `salt` (hexadecimal) is used when the project has none yet. Raises `CannotRun` when nothing was found on that line, when
    the reason says nothing or would itself give somebody away, or when the record cannot be read.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotRun("Say why this line may be published.", 'For example: --reason "A place, not a person"')
    if any(hit.severity == "stop" for hit in find(reason)):
        raise CannotRun("The reason itself holds what looks like personal data.", "Say it without names and numbers.")
    series = plan.cited.series
    seen = [one for one in seen_on_line(plan, path, line) if rule in ("", one.code)]
    if not seen:
        what = f"under the check {rule} " if rule else ""
        raise CannotRun(
            f"Nothing that looks like personal data was found {what}on line {line} of {path}.",
            "Give the file and line of a finding, as briefings check shows them.",
        )
    lock = f"{series.content}/{LOCK}"
    try:
        known = read_allowances(series.sources[lock].text) if lock in series.sources else Allowances(salt)
    except UnreadableAllowances as error:
        raise CannotRun(str(error), f"Restore {lock} from the last version that could be read.") from error
    added = tuple(
        {
            one.code: known.entry(path, one.code, one.lines, reason=reason.strip(), by=by, date=series.today.iso)
            for one in seen
        }.values()
    )
    return written(known.and_allow(added)), added
