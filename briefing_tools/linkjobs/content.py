"""Gather: the addresses that a job looks after, what is known of them, and what people decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from briefing_tools.clock import days_between, today
from briefing_tools.config import Settings
from briefing_tools.errors import CannotRun
from briefing_tools.git import changed_since, files_at, merge_base, text_at
from briefing_tools.intake import take_in, take_one
from briefing_tools.linkcheck.collecting import KINDS, Written, by_address, written_in
from briefing_tools.linkrecord import LinkPolicy, LinkRecord, read_lock, read_policy
from briefing_tools.linkrecord.lock import NAME as LOCK
from briefing_tools.linkrecord.policy import NAME as POLICY
from briefing_tools.model import Day
from briefing_tools.source import Source


@dataclass(frozen=True)
class Content:
    """What links are looked after: the addresses with their places, what is known, and what people decided."""

    addresses: Mapping[str, tuple[Written, ...]]
    record: LinkRecord
    policy: LinkPolicy
    today: Day
    unread: tuple[str, ...] = ()
    """Files that were refused, so that nobody knows which links they hold."""

    @property
    def lock(self) -> str:
        """Where the record is kept, relative to the project's folder."""
        folder = self.policy.path.rpartition("/")[0]
        return f"{folder}/{LOCK}" if folder else LOCK

    def to_record(self) -> "Content":
        """The same, to be recorded: no day of the record lies after its `today`.

        Clocks differ by a day, and time must not run backwards in the record. Raises `CannotRun` when they differ by more:
        one of them is wrong, and nobody can tell which.
        """
        latest = self.record.latest
        ahead = days_between(self.today, latest) if latest else 0
        if ahead > 1:
            raise CannotRun(
                f"{self.lock} says that something was learnt on {latest}, but this machine's clock says {self.today}.",
                f"Set the clock right. If the record is wrong, restore it from before that day: git log -- {self.lock}",
            )
        return replace(self, today=latest) if latest and ahead == 1 else self


def content_of(settings: Settings) -> Content:
    """The project's addresses, its record and its decisions. Raises `CannotRun` when a file of ours cannot be read."""
    intake = take_in(settings.root, settings.content, (settings.options.bibliography,))
    for name in (f"{settings.content}/{LOCK}", f"{settings.content}/{POLICY}"):
        if name not in intake.sources and (settings.root / name).exists():
            hint = f"Look at what briefings check says of it, or restore it: git checkout HEAD -- {name}"
            raise CannotRun(f"{name} cannot be read as text.", hint)
    record, policy = _known(settings.content, intake.sources.get, today())
    texts = [source for path, source in intake.sources.items() if path.endswith(KINDS)]
    found = by_address(one for source in texts for one in written_in(source))
    refused = {slip.problem.span.path for slip in intake.slips}
    unread = tuple(sorted(path for path in refused if path.endswith(KINDS) and path not in intake.sources))
    return Content(found, record, policy, today(), unread)


def content_of_files(files: Sequence[Path], settings: Settings | None) -> Content:
    """The addresses of single files. What the project around them knows and decided holds for them too."""
    sources = []
    for file in files:
        read = take_one(file)
        if not isinstance(read, Source):
            raise CannotRun(read.message, read.hint)
        sources.append(read)
    record, policy = LinkRecord(), LinkPolicy()
    if settings:
        folder = settings.root / settings.content
        record, policy = _known(settings.content, lambda path: _read_beside(folder, path), today())
    return Content(by_address(one for source in sources for one in written_in(source)), record, policy, today())


def new_content(settings: Settings, base: str) -> Content:
    """The addresses that are new since this branch left `base`, under the decisions and limits of `base`.

    What a proposal brings must not decide how it is checked. Raises `CannotRun` when git does not know `base`.
    """
    whole = content_of(settings)
    commit = merge_base(settings.root, base)
    changed = changed_since(settings.root, base)
    same = files_at(settings.root, commit) - changed

    def before(path: str) -> Source | None:
        text = text_at(settings.root, commit, path)
        return None if text is None else Source(path, text.replace("\r\n", "\n"))

    held = {url for url, where in whole.addresses.items() if any(one.span.path in same for one in where)}
    for path in changed:
        if path.endswith(KINDS) and (source := before(path)):
            held |= {one.url for one in written_in(source)}
    record, policy = _known(settings.content, before, today())
    new = {url: where for url, where in whole.addresses.items() if url not in held}
    return Content(MappingProxyType(new), record, policy, whole.today)


def _known(content: str, read: Callable[[str], Source | None], day: Day) -> tuple[LinkRecord, LinkPolicy]:
    """The record and the decisions; a mistake in either stops a job, for guessing could lose what is known."""
    lock, decisions = read(f"{content}/{LOCK}"), read(f"{content}/{POLICY}")
    record, slips = read_lock(lock) if lock else (LinkRecord(), ())
    policy, more = read_policy(decisions, day) if decisions else (LinkPolicy(f"{content}/{POLICY}"), ())
    for slip in (*slips, *more):
        raise CannotRun(f"{slip.problem.span}: {slip.problem.message}", slip.problem.hint)
    return record, policy


def _read_beside(folder: Path, path: str) -> Source | None:
    file = folder / path.rpartition("/")[2]
    read = take_one(file) if file.is_file() else None
    return Source(path, read.text) if isinstance(read, Source) else None
