"""Moderate: an editor's decision about an update becomes fields in its file, and not a character more changes.

The only writer of updates. A file is written whole or not at all, and only when its fields could be read without doubt:
what is not understood is not touched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing_tools.diagnostics import Finding, Severity, nearest
from briefing_tools.errors import CannotRun
from briefing_tools.model import Day, Series, Update
from briefing_tools.replacing import replace_file
from briefing_tools.source import Source, Span

DECISIONS = {"accept": "published", "hold": "held", "withdraw": "withdrawn", "remove": "removed"}
"""What an editor can decide, and the status that it gives an update."""

_BEGINS = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:")


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decides about an update: one of `DECISIONS`, by whom, when, and why."""

    kind: str
    by: str
    on: Day
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update in the queue: why it is there, since when, and for how many days (None if that is not known).

    What will expire has its last day as `since`, and so fewer than no days. `confirmations` are the places in its file
    that may be personal data, and that no editor has allowed.
    """

    update: Update
    state: str
    since: Day | None
    days: int | None
    confirmations: tuple[Span, ...] = ()


# -- The queue ---------------------------------------------------------------------------------------------------------

STATES = ("submitted", "held", "to confirm", "past review", "expiring", "expired", "withdrawn")
"""Why an update stands in the queue, the most pressing first."""

SOON = 60
"""So many days before its review is due does a published update stand in the queue."""


def queue(series: Series, findings: Iterable[Finding] = ()) -> tuple[Waiting, ...]:
    """The updates that an editor should look at, by state and then the oldest first; of removed ones nothing is told.

    `findings` are those of the same series; of them only what may be personal data counts here.
    """
    places: dict[str, list[Span]] = {}
    for finding in findings:
        if finding.problem.private and finding.severity is Severity.WARNING:
            places.setdefault(finding.problem.span.path, []).append(finding.problem.span)
    found = [_waiting(update, series.today, tuple(places.get(update.path, ()))) for update in series.updates]
    kept = [one for one in found if one]
    return tuple(sorted(kept, key=lambda one: (STATES.index(one.state), -(one.days or 0), one.update.sort_key)))


def _waiting(update: Update, today: Day, confirmations: tuple[Span, ...]) -> Waiting | None:
    state, since = update.status, update.status_on
    due = update.review_by
    if state == "published" and update.past_review(today):
        state, since = "past review", due
    elif state == "published" and confirmations:
        state, since = "to confirm", update.moderated_on or update.date
    elif state == "published" and due and days_between(today, due) <= SOON:
        state, since = "expiring", due
    elif state in ("submitted", "expired"):
        since = update.date if state == "submitted" else update.review_by or update.date
    if state not in STATES:
        return None
    return Waiting(update, state, since, days_between(since, today) if since else None, confirmations)


def days_between(earlier: Day, later: Day) -> int:
    """Days from one date to another; a date known to the month or year counts from its last day."""
    return _ordinal(later) - _ordinal(earlier)


def _ordinal(day: Day) -> int:
    """The number of a day in the Gregorian calendar (Fliegel and Van Flandern, CACM 11 (1968) 657)."""
    year, month = day.year, day.month or 12
    number = day.day or (31 if month in (1, 3, 5, 7, 8, 10, 12) else 30 if month != 2 else 28)
    shift = (14 - month) // 12
    years, months = year + 4800 - shift, month + 12 * shift - 3
    return number + (153 * months + 2) // 5 + 365 * years + years // 4 - years // 100 + years // 400


def queue_values(waiting: Iterable[Waiting]) -> dict[str, object]:
    """The queue in the shape of `queue --json`; `days` is null where no date is known."""
    listed = [
        {
            "update": one.update.name,
            "id": one.update.id,
            "path": one.update.path,
            "state": one.state,
            "status": one.update.status,
            "site": one.update.site,
            "title": one.update.title,
            "section": one.update.section,
            "since": one.since.iso if one.since else None,
            "days": one.days,
            "reason": one.update.status_note,
            "confirmations": [{"line": span.start.line, "column": span.start.column} for span in one.confirmations],
        }
        for one in waiting
    ]
    return {"format": 1, "count": len(listed), "updates": listed}


def queue_text(waiting: Iterable[Waiting]) -> str:
    """The queue for people: a heading for each state, and an update a line."""
    lines: list[str] = []
    for state in STATES:
        found = [one for one in waiting if one.state == state]
        if found:
            lines += [*([""] if lines else []), f"{_HEADS[state]} ({len(found)})"]
        for one in found:
            lines.append(f"  {one.update.name}: {one.update.title} ({_how_long(one.days)})")
            if one.confirmations:
                named = ", ".join(dict.fromkeys(str(span.start.line) for span in one.confirmations))
                lines.append(f"      May lead to a person, nobody has said that it does not: line {named}")
            lines += [f"      {one.update.status_note}"] if one.update.status_note else []
    return "\n".join(lines) or "Nothing waits."


def _how_long(days: int | None) -> str:
    if days is None:
        return "since when is not said"
    words = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {words}" if days < 0 else words


_HEADS = {
    "submitted": "Waiting for an editor",
    "held": "Held",
    "to confirm": "Published, and may hold personal data",
    "past review": "Published, and due to be looked at again",
    "expiring": f"To be looked at again within {SOON} days",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
}


# -- Decisions ---------------------------------------------------------------------------------------------------------


def find_update(series: Series, name: str) -> Update:
    """The update with this name: `devon/2026-11-23-hub`, its file's path, or its id. Raises `CannotRun` if none or several."""
    plain = name.removesuffix(".md").removeprefix("./")
    names = {update.name: update for update in series.updates}
    found = [one for one in series.updates if plain in (one.name, one.id, one.path.removesuffix(".md"))]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.id for one in found)
        raise CannotRun(f"There are several updates called “{name}”.", f"Say which: {ids}.")
    near = nearest(plain, names)
    hint = (
        f"Did you mean “{near}”?" if near else "Name it like devon/2026-11-23-hub; `briefings queue` lists what waits."
    )
    raise CannotRun(f"There is no update “{name}”.", hint)


def decided(update: Update, decision: Decision, series: Series) -> str:
    """The text of an update's file after a decision. Raises `CannotRun` where the decision or the file will not do."""
    _refuse(update, decision, series)
    status = DECISIONS[decision.kind]
    fields = {"status": status}
    if decision.kind == "accept":
        fields |= {"moderated_by": _quoted(decision.by), "moderated_on": decision.on.iso}
    else:
        fields |= {f"{status}_on": decision.on.iso, "status_note": _quoted(decision.reason)}
    if not update.moderated_by and decision.kind != "accept":
        fields |= {"moderated_by": _quoted(decision.by), "moderated_on": decision.on.iso}
    dropped = ("status_note", "held_on", "withdrawn_on") if decision.kind == "accept" else ()
    return _emptied(update, fields) if decision.kind == "remove" else with_fields(update, fields, dropped)


def _refuse(update: Update, decision: Decision, series: Series) -> None:
    if decision.kind != "accept" and not decision.reason.strip():
        whom = "readers" if decision.kind == "withdraw" else "the site"
        raise CannotRun(
            f"To {decision.kind} an update you must say why, because {whom} will ask.",
            'Add for example: --reason "The site found a mistake in its figures."',
        )
    for words in (decision.by, decision.reason):
        if not words.isprintable():
            raise CannotRun("A name and a reason stand on one line.", "Leave out line breaks and invisible characters.")
    if not decision.by.strip():
        raise CannotRun("Nobody is named who decided this.", "Add for example: --by editors")
    if decision.kind in ("accept", "hold") and update.status == "removed":
        raise CannotRun(f"“{update.name}” was removed; nothing of it is left.", "Ask the site to send it again.")
    if decision.kind == "withdraw" and update.status not in ("published", "expired", "withdrawn"):
        raise CannotRun(
            f"“{update.name}” is {update.status}, so no reader has seen it.", "Hold it instead: briefings hold"
        )
    if decision.kind == "accept" and not (update.approved and update.body):
        lacks = "has no text" if update.approved else "has not been checked for personal data and approved by its site"
        raise CannotRun(f"“{update.name}” {lacks}.", "Ask the site; `briefings check` says what is missing.")
    head = update.source.position(update.text_from).line
    for slip in series.slips:
        span = slip.problem.span
        if span.path == update.path and decision.kind != "remove" and span.start.line < head:
            raise CannotRun(
                f"{span}: {slip.problem.message}",
                "Correct this first: as long as a field is in doubt, the file is not changed.",
            )


def with_fields(update: Update, fields: Mapping[str, str], dropped: Iterable[str] = ()) -> str:
    """The file's text with these lines among its fields and without the dropped ones; all else stays to the byte.

    Raises `CannotRun` if the fields do not stand between two lines `---`.
    """
    lines, first, last = _framed(update.source)
    wanted = dict(fields)
    kept: list[str] = []
    for key, block in _blocks(lines[first:last]):
        if key in wanted:
            kept.append(f"{key}: {wanted.pop(key)}\n")
        elif key not in dropped:
            kept += block
    kept += [f"{key}: {value}\n" for key, value in wanted.items()]
    return "".join([*lines[:first], *kept, *lines[last:]])


def _emptied(update: Update, fields: Mapping[str, str]) -> str:
    """The fields that say that an update was removed, and nothing that it said."""
    kept = {
        key: value
        for key, value in {
            "site": update.site,
            "date": update.date.iso if update.date else "",
            "section": update.section,
            "moderated_by": _quoted(update.moderated_by) if update.moderated_by else "",
            "moderated_on": update.moderated_on.iso if update.moderated_on else "",
        }.items()
        if value and re.fullmatch(r"[\w .'\"-]+", value)
    }
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in {**kept, **fields}.items()) + "---\n"


def _framed(source: Source) -> tuple[list[str], int, int]:
    """The lines of a file, and the first and the last of its fields."""
    lines = source.text.splitlines(keepends=True)
    rules = [number for number, line in enumerate(lines) if re.fullmatch(r"---[ \t]*\n?", line)]
    if len(rules) < 2 or any(line.strip() for line in lines[: rules[0]]):
        raise CannotRun(
            f"{source.path}: the fields do not stand between two lines of three hyphens.",
            "Put a line --- above and below them.",
        )
    return lines, rules[0] + 1, rules[1]


def _blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """The fields as they are written: each name with its lines, also those below it that are indented or a list's."""
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        begins = _BEGINS.match(line)
        if begins or not blocks:
            blocks.append((begins.group(1) if begins else "", [line]))
        else:
            blocks[-1][1].append(line)
    return [part for key, block in blocks for part in _with_tail(key, block)]


def _with_tail(key: str, block: list[str]) -> list[tuple[str, list[str]]]:
    """A field's lines, and apart from them the remarks and blank lines that follow it."""
    end = len(block)
    while end > 1 and (not block[end - 1].strip() or block[end - 1].startswith("#")):
        end -= 1
    return [(key, block[:end]), *((("", block[end:]),) if end < len(block) else ())]


def _quoted(words: str) -> str:
    """Words as a field that can hold anything: between quotation marks."""
    plain = " ".join(words.split())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- Writing -----------------------------------------------------------------------------------------------------------


def write(root: Path, update: Update, text: str) -> None:
    """Put a new text into an update's file, whole or not at all; line ends and a byte-order mark stay what they are.

    Raises `CannotRun` if the file was changed since it was read, or cannot be written.
    """
    path = root / update.path
    try:
        before = path.read_bytes()
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        ends = "\r\n" if b"\r\n" in before else "\n"
        if before.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n") != update.source.text:
            raise CannotRun(f"{update.path} has been changed in the meantime.", "Run the command again.")
        replace_file(path, mark + text.replace("\n", ends).encode("utf-8"))
    except OSError as error:
        raise CannotRun(f"{update.path} cannot be written: {error.strerror}.", "Nothing was changed.") from None


LEFT_TO_DO = (
    "The file's name is public too: if it gives anything away, rename the file.",
    "Pictures and other files that belonged to the update still lie beside it: delete them.",
    "Other updates that refer to it under “relates_to” still name it: take these lines out.",
    "Build and publish the pages again; until then everything is still there.",
    "The project's history still holds the text: have it rewritten (git filter-repo), and ask the host of the repository to "
    "delete cached views and the pull request.",
    "Forks and copies that others made are beyond your reach: ask their owners.",
    "Ask search engines and web archives to forget the page.",
    "Editions already issued still hold it: `briefings check` names those that were frozen, of which nothing is published any more; "
    "freeze one without it, and tell those who were sent the old one.",
    "If it was personal data, tell your data protection officer today.",
)
"""What taking an update out of its file does not undo, and who must see to it."""
