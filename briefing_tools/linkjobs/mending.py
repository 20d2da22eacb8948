"""Mend: new addresses are written into the content, and archived copies into the record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from briefing_tools.config import Settings
from briefing_tools.dates import parse_day
from briefing_tools.fetching import run_on_network
from briefing_tools.linkcheck.archiving import Copy, Search, Wanted, find_copies
from briefing_tools.linkcheck.collecting import Written
from briefing_tools.linkcheck.fixing import ChangedError, difference, edited, edits_for
from briefing_tools.linkcheck.keeping import replace_file
from briefing_tools.linkjobs.checking import fetcher
from briefing_tools.linkjobs.content import Content
from briefing_tools.linkrecord import LinkRecord, standing, write_lock
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.model import Hop, KnownLink, LinkState


@dataclass(frozen=True)
class Fixed:
    """What `fix` would change or has changed, as a diff; what a person must change; what could not be written."""

    diff: str
    links: int
    by_hand: tuple[Written, ...]
    refused: tuple[str, ...]


def fix(settings: Settings, content: Content, *, write: bool) -> Fixed:
    """Write the new addresses of links that have moved for good into the content."""
    places: dict[str, list[Written]] = {}
    for where in content.addresses.values():
        for one in where:
            places.setdefault(one.span.path, []).append(one)

    def known(url: str) -> KnownLink | None:
        found = content.record.links.get(url)
        return standing(found, content.policy, content.today) if found else None

    diffs: list[str] = []
    by_hand: list[Written] = []
    refused: list[str] = []
    count = 0
    for path, written in sorted(places.items()):
        edits, manual = edits_for(written, known, content.policy)
        by_hand += manual
        if not edits:
            continue
        file = settings.root / path
        raw = file.read_bytes().decode("utf-8")
        try:
            after = edited(raw, edits)
        except ChangedError as error:
            refused.append(f"{path} was changed meanwhile ({error}), and is left as it is.")
            continue
        if write:
            if file.read_bytes().decode("utf-8", "replace") != raw:
                refused.append(f"{path} was changed meanwhile, and is left as it is.")
                continue
            replace_file(file, after)
        diffs.append(difference(path, raw, after))
        count += len(edits)
    return Fixed("\n".join(diffs), count, tuple(by_hand), tuple(refused))


def note_untested(root: Path, content: Content, words: str) -> int:
    """Enter every address that the record does not hold as untested, with a note; how many there were.

    So the record says that an address is known, and why nobody asked it yet. The first answer takes the note away.
    """
    content = content.to_record()
    new = {
        url: KnownLink(url, LinkState.UNTESTED, since=content.today, note=words)
        for url in content.addresses
        if url not in content.record.links and isinstance(sort_address(url, content.policy), Askable)
    }
    if new:
        links = MappingProxyType({**content.record.links, **new})
        replace_file(root / content.lock, write_lock(LinkRecord(content.record.runs, links)))
    return len(new)


_WORTH_A_COPY = frozenset(
    {LinkState.DEAD, LinkState.UNREACHABLE, LinkState.SUSPECT, LinkState.MOVED, LinkState.REDIRECTED}
)


def wanted_copies(content: Content, urls: Sequence[str], *, everything: bool) -> tuple[Wanted, ...]:
    """The addresses of which a copy is to be looked for: those named, or all without one that seem to need it."""
    wanted = []
    for url in urls or content.addresses:
        known = content.record.links.get(url) or KnownLink(url, LinkState.UNTESTED)
        standing_now = standing(known, content.policy, content.today)
        short = content.policy.shortens(url)
        needs = urls or everything or standing_now.state in _WORTH_A_COPY or short
        if standing_now.archive and not urls:
            continue
        if needs and isinstance(sort_address(url, content.policy), Askable):
            days = [day for one in content.addresses.get(url, ()) if (day := parse_day(one.published))]
            near = min(days) if days else known.last_ok or content.today
            wanted.append(Wanted(url, near, short))
    return tuple(wanted)


def archive(
    root: Path,
    content: Content,
    wanted: Sequence[Wanted],
    *,
    save: bool,
    allow_private: bool,
    heard: Callable[[str], None],
) -> Search:
    """Look for copies and put those found into the record, with what a copied short link led to.

    Each is recorded as soon as it is found, so that breaking off loses nothing. `heard` is told of each in words.
    """
    content = content.to_record()
    links = dict(content.record.links)

    def record(url: str, copy: Copy) -> None:
        known = links.get(url) or KnownLink(url, LinkState.UNTESTED)
        hops = known.hops or ((Hop(302, copy.target),) if copy.target else ())
        links[url] = replace(known, archive=copy.address, archived=copy.taken, hops=hops)
        after = LinkRecord(content.record.runs, MappingProxyType(links))
        replace_file(root / content.lock, write_lock(after))

    def told(url: str, copy: Copy | None) -> None:
        if copy:
            record(url, copy)
        taken = f", {copy.taken}" if copy and copy.taken else ""
        led = f"\n  which led to {copy.target}" if copy and copy.target else ""
        heard(f"{url}\n  {copy.address + taken + led if copy else 'no copy'}")

    async def run() -> Search:
        async with fetcher(content.policy, allow_private) as fetch:
            return await find_copies(wanted, content.policy, fetch, save=save, allow_private=allow_private, heard=told)

    return run_on_network(run())
