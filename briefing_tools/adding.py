"""Add: works from a reference manager's file join the bibliography, each once, under a key made in one way.

The bibliography is its editors' file: not a byte of it changes but for the new entries. In a file whose entries stand in
alphabetical order of their keys a new one goes to its place; in any other it goes to the end. Nothing is written unless
the new text reads back as the old works and the new ones.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import Finding, Problem
from briefing_tools.errors import CannotRun
from briefing_tools.exchange import Incoming, entry_of, made_key, published, read_foreign
from briefing_tools.intake import take_one, take_pasted
from briefing_tools.model import Bibliography, Work, plain_text
from briefing_tools.replacing import replace_file
from briefing_tools.rules.references import likenesses, reference_findings, same_work
from briefing_tools.source import Source
from briefing_tools.styles import format_reference

FORMATS = "RIS, BibTeX, CSL-JSON or EndNote XML"
_SPOILT = ("reference-unclosed", "reference-syntax")


@dataclass(frozen=True)
class Addition:
    """What adding would change, or did.

    `added` are the new works under their keys, `known` those that were there, each with the key it is there under.
    `text` is the bibliography's new text, `findings` what the checks say of the new entries in it.
    """

    path: str
    added: tuple[Work, ...]
    known: tuple[tuple[Work, str], ...]
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
    text: str
    findings: tuple[Finding, ...]

    @property
    def source(self) -> Source:
        """The bibliography's new text as findings point into it."""
        return Source(self.path, _lines(self.text))


def read_files(paths: Sequence[Path], pasted: bytes | None = None) -> tuple[Incoming, ...]:
    """What files hold, and what was pasted. Raises `CannotRun` for a file that cannot be read or holds no works."""
    sources = [take_one(path) for path in paths]
    if pasted is not None:
        sources.append(take_pasted(pasted, "standard input"))
    return tuple(map(_incoming, sources))


def _incoming(read: Source | Problem) -> Incoming:
    if isinstance(read, Problem):
        raise CannotRun(read.message, read.hint)
    incoming = read_foreign(read)
    if incoming is None or not (incoming.works or incoming.problems):
        raise CannotRun(f"There is no work in {read.path}.", f"Export it from your reference manager as {FORMATS}.")
    if not incoming.works:
        problem = incoming.problems[0]
        raise CannotRun(f"{problem.span}: {problem.message}", problem.hint)
    return incoming


def addition(root: Path, path: str, brought: Sequence[Incoming]) -> Addition:
    """What adding works to the bibliography `path` of the project in `root` would change.

    Raises `CannotRun` when the bibliography cannot be read, or is so spoilt that a new entry would end up inside another.
    """
    raw = _raw(root / path, path)
    before = read_bibliography(Source(path, _lines(raw)))
    spoilt = next((slip.problem for slip in before.slips if slip.code in _SPOILT), None)
    if spoilt:
        raise CannotRun(f"{spoilt.span}: {spoilt.message}", "Correct it first; nothing was added.")
    added, known = _told_apart(before, (work for one in brought for work in one.works))
    text = raw
    for work in added:
        text = with_entry(text, work.key, entry_of(work))
    after = read_bibliography(Source(path, _lines(text)))
    _prove(before, added, after)
    new = {after.works[work.key].span.start for work in added}
    last = sorted(work.span.start for work in after.works.values())
    findings = [
        finding
        for finding in reference_findings(after)
        if (starts := [start for start in last if start <= finding.problem.span.start]) and starts[-1] in new
    ]
    return Addition(
        path, added, known,
        tuple(problem for one in brought for problem in one.problems),
        tuple(dict.fromkeys(name for one in brought for name in one.left_out)),
        text, tuple(sorted(findings, key=lambda finding: finding.order)),
    )  # fmt: skip


def write(root: Path, addition: Addition) -> None:
    """Put the bibliography's new text in the place of the old. Raises `CannotRun` when that is not allowed."""
    try:
        replace_file(root / addition.path, addition.text.encode())
    except OSError:
        raise CannotRun(f"{addition.path} cannot be written.", "Allow yourself to change it and its folder.") from None


def _raw(file: Path, path: str) -> str:
    """The bibliography's text as it stands in the file, line endings and all; nothing when there is none yet."""
    if file.is_symlink():
        raise CannotRun(f"{path} is a symbolic link.", "Put the file itself there.")
    if not file.exists():
        return ""
    read = take_one(file)
    if isinstance(read, Problem):
        raise CannotRun(read.message, read.hint)
    return file.read_bytes().decode("utf-8")


def _lines(raw: str) -> str:
    """A text as reading has it."""
    return raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _told_apart(before: Bibliography, brought: Iterable[Work]) -> tuple[tuple[Work, ...], tuple[tuple[Work, str], ...]]:
    """The works that are new, with their keys, and those that the bibliography or the same files hold already."""
    alike: dict[tuple[str, ...], list[Work]] = {}
    added: list[Work] = []
    known: list[tuple[Work, str]] = []
    taken = {key.casefold() for key in before.works}

    def shelve(work: Work) -> None:
        for likeness in likenesses(work):
            alike.setdefault(likeness, []).append(work)

    for work in before.works.values():
        shelve(work)
    for work in brought:
        others = (other for likeness in likenesses(work) for other in alike.get(likeness, ()))
        same = next((other for other in others if same_work(other, work)), None)
        if same:
            known.append((work, same.key))
            continue
        new = replace(work, key=made_key(work, taken))
        taken.add(new.key.casefold())
        added.append(new)
        shelve(new)
    return tuple(added), tuple(known)


def _prove(before: Bibliography, added: Iterable[Work], after: Bibliography) -> None:
    """Make sure that the new text holds the old works and the new ones, and nothing else."""
    old = {key: _anywhere(work) for key, work in before.works.items()}
    assert {key: _anywhere(after.works[key]) for key in old} == old, "an old entry does not read as it did"
    new = {work.key: _anywhere(published(work)) for work in added}
    found = {key: _anywhere(published(work)) for key, work in after.works.items() if key not in old}
    assert found == new, "a new entry does not read back as it was written"


def _anywhere(work: Work) -> Work:
    """A work without its places."""
    return replace(work, span=Source("", "").span(0, 0), places={})


# -- Where an entry goes -----------------------------------------------------------------------------------------------


def with_entry(raw: str, key: str, entry: str) -> str:
    """A bibliography's text with an entry in its place; every other character stays."""
    ending = "\r\n" if "\r\n" in raw else "\n"
    written = entry.replace("\n", ending)
    place = _place(raw, key)
    if place is not None:
        return raw[:place] + written + ending + raw[place:]
    if not raw.removeprefix("\ufeff"):
        return raw + written
    gap = "" if raw.endswith(ending * 2) else ending if raw.endswith(ending) else ending * 2
    return raw + gap + written


def _place(raw: str, key: str) -> int | None:
    """Where in a sorted text an entry with this key goes; None for the end, and for a text that is not sorted."""
    entries = list(_entries(raw))
    keys = [other.casefold() for other, _ in entries]
    if len(keys) < 2 or keys != sorted(keys):
        return None
    return next((start for (_, start), other in zip(entries, keys, strict=True) if other > key.casefold()), None)


def _entries(raw: str) -> Iterator[tuple[str, int]]:
    """The key of each entry, and where it begins together with the comment right above it, in a text of good order."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", raw)
    starts = list(accumulate(map(len, lines), initial=0))
    starts[0] = len(raw) - len(raw.removeprefix("\ufeff"))
    for work in read_bibliography(Source("", _lines(raw))).works.values():
        begin = work.span.start.line - 1
        if lines[begin].removeprefix("\ufeff")[: work.span.start.column - 1].strip():
            return  # two entries in one line: nothing can go between them
        top = begin
        while top > 0 and lines[top - 1].lstrip("\ufeff").startswith("%"):
            top -= 1
        yield work.key, starts[top or begin]  # a comment at the very top speaks of the whole file


# -- What is told --------------------------------------------------------------------------------------------------------


def values(made: Addition) -> Mapping[str, Any]:
    """An addition as JSON values, in the shape of `cite add --json`."""
    return {
        "format": 1,
        "bibliography": made.path,
        "added": [{"key": work.key, "text": _described(work), "entry": entry_of(work)} for work in made.added],
        "known": [{"key": key, "text": _described(work)} for work, key in made.known],
        "left_out": list(made.left_out),
        "problems": [{"place": str(one.span), "message": one.message, "hint": one.hint} for one in made.problems],
    }


def told(made: Addition, dry_run: bool, paint: Callable[[str, str], str]) -> str:
    """An addition for people: what was added under which key, what was there, what was not taken over."""
    count = f"{len(made.added)} {'work' if len(made.added) == 1 else 'works'}"
    said = f"Would add {count} to {made.path}" if dry_run else f"Added {count} to {made.path}"
    lines = [f"{said}:" if made.added else f"Nothing to add to {made.path}."]
    for work in made.added:
        lines += [f"  {paint('@' + work.key, 'mark')}  {_described(work)}"]
        lines += [f"      {line}" for line in entry_of(work).splitlines()] if dry_run else []
    if made.known:
        lines += ["", "There already, and not added again:"]
        lines += [f"  {paint('@' + key, 'mark')}  {_described(work)}" for work, key in made.known]
    if made.problems:
        lines += ["", "Not added:"]
        lines += [f"  {one.span}: {one.message} {one.hint}".rstrip() for one in made.problems]
    if made.left_out:
        lines += ["", f"Not taken over, because references do not show it: {', '.join(made.left_out)}."]
    return "\n".join(lines)


def _described(work: Work) -> str:
    """A work as a person recognises it."""
    return plain_text(format_reference(work, "briefing"))
