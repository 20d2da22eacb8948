"""Fix: the new address of a link that has moved for good is written into the file, at its exact place and nowhere else.

Only characters that are the address itself are replaced, so code, comments and escapes stay as they are. What cannot be
replaced safely is left alone and told.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from briefing_tools.linkcheck.collecting import Written
from briefing_tools.linkcheck.judging import PERMANENT
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.model import KnownLink, LinkState
from briefing_tools.source import Position, Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters to put in the place of others."""

    span: Span
    old: str
    new: str


class ChangedError(Exception):
    """The file is no longer what was read."""


def may_be_fixed(known: KnownLink, policy: LinkPolicy) -> bool:
    """Whether a link's new address may be written down: every redirect was permanent, and it leads to a public page.

    Where the old address lies in a private network, the new one may, too.
    """
    permanent = known.state is LinkState.MOVED and all(hop.status in PERMANENT for hop in known.hops)
    private = not isinstance(sort_address(known.url, policy), Askable)
    return (
        permanent
        and known.final != known.url
        and isinstance(sort_address(known.final, policy, allow_private=private), Askable)
    )


def edits_for(
    written: Iterable[Written], known: Callable[[str], KnownLink | None], policy: LinkPolicy
) -> tuple[tuple[Edit, ...], tuple[Written, ...]]:
    """The edits for what has moved, and the places that a person must change."""
    edits: dict[Span, Edit] = {}
    by_hand: dict[Span, Written] = {}
    for one in written:
        found = known(one.url)
        if found is None or not may_be_fixed(found, policy):
            continue
        if one.exact:
            edits[one.span] = Edit(one.span, one.url, _safe(found.final))
        else:
            by_hand[one.span] = one
    return tuple(edits.values()), tuple(by_hand.values())


def edited(raw: str, edits: Sequence[Edit]) -> str:
    """A file's text as it is on the disk, with the edits made. Line endings and all else stay as they are.

    Raises `ChangedError` when the characters to be replaced are not there.
    """
    lines = raw.split("\n")
    if any("\r" in line[:-1] for line in lines):
        raise ChangedError("its lines end in an unusual way")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    mark = len(raw) - len(raw.removeprefix("\ufeff"))
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda one: one.span.start):
        begin, end = (_offset(position, starts, mark) for position in (edit.span.start, edit.span.end))
        if begin < at or raw[begin:end] != edit.old:
            raise ChangedError(f"“{edit.old}” is no longer in line {edit.span.start.line}")
        pieces += [raw[at:begin], edit.new]
        at = end
    return "".join([*pieces, raw[at:]])


def difference(path: str, before: str, after: str) -> str:
    """What changed in a file, as a unified diff."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="", n=1)
    return "\n".join(lines)


def _offset(position: Position, starts: Sequence[int], mark: int) -> int:
    if position.line >= len(starts):
        return -1
    return starts[position.line - 1] + position.column - 1 + (mark if position.line == 1 else 0)


def _safe(url: str) -> str:
    """An address without characters that mean something in Markdown, HTML or BibTeX."""
    return re.sub(r"[\s()<>\[\]{}\\\"'`|^*]", lambda found: "".join(f"%{b:02X}" for b in found.group().encode()), url)
