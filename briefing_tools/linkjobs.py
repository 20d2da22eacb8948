"""Look after links: what the commands of `briefings links` do, as functions that take settings and give values.

Reading, asking, recording and saying are other modules' work; here they are put together. Only these jobs ask the
network, and only when they are told to.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from briefing_tools import __version__
from briefing_tools.clock import epoch, today
from briefing_tools.config import Settings
from briefing_tools.errors import CannotRun
from briefing_tools.fetching import Fetcher
from briefing_tools.git import changed_since, merge_base, text_at
from briefing_tools.intake import take_in, take_one
from briefing_tools.linkcheck.addresses import Askable, sort_address
from briefing_tools.linkcheck.archiving import Copy, Search, Wanted, find_copies
from briefing_tools.linkcheck.checking import Heard, Run, ask_all, user_agent
from briefing_tools.linkcheck.collecting import Written, by_address, written_in
from briefing_tools.linkcheck.fixing import ChangedError, difference, edited, edits_for
from briefing_tools.linkcheck.history import learn_all, needs_a_person
from briefing_tools.linkcheck.judging import Verdict, is_short_link
from briefing_tools.linkcheck.keeping import Journal, read_remembered, replace_file, write_remembered
from briefing_tools.linkrecord import (
    Advice,
    LinkPolicy,
    LinkRecord,
    Why,
    advise,
    read_lock,
    read_policy,
    standing,
    write_lock,
)
from briefing_tools.linkrecord.lock import NAME as LOCK
from briefing_tools.linkrecord.policy import NAME as POLICY
from briefing_tools.model import Day, Hop, KnownLink, LinkState
from briefing_tools.source import Source

Progress = Callable[[int, int], None]
"""Told how many addresses of how many have an answer."""


@dataclass(frozen=True)
class Content:
    """What links are looked after: the addresses with their places, what is known, and what people decided."""

    addresses: Mapping[str, tuple[Written, ...]]
    record: LinkRecord
    policy: LinkPolicy
    today: Day


@dataclass(frozen=True, slots=True)
class Looked:
    """One address: how it stands now, what the record says of it, and where it is written.

    `new` tells that the record did not know it, or the base of a pull request did not hold it.
    """

    now: KnownLink
    recorded: KnownLink | None
    where: tuple[Written, ...]
    new: bool

    @property
    def fails(self) -> bool:
        """Whether this fails a check: what cannot be an address, and what is dead for sure without a copy.

        A link that is new here is dead at the first definite no, for nobody ever saw it alive; one that was good before
        is given a second day. A site that does not exist is as definite as a page that does not.
        """
        if self.now.state is LinkState.INVALID:
            return True
        if self.now.archive:
            return False
        if self.new:
            return self.now.state is LinkState.DEAD or self.now.why == Why.NO_SUCH_HOST
        return bool(self.recorded and self.recorded.state is LinkState.DEAD and self.now.state is LinkState.DEAD)

    @property
    def advice(self) -> Advice:
        """What its state means and what to do."""
        if self.now.state is LinkState.DEAD and not self.fails and not self.now.archive and self.recorded:
            return advise(replace(self.recorded, state=LinkState.UNREACHABLE, why=self.now.why))
        return advise(self.now)


@dataclass(frozen=True)
class Report:
    """What a check came to. `run` is there if the network was asked; `recorded` tells whether the record changed."""

    links: tuple[Looked, ...]
    today: Day
    run: Run | None = None
    recorded: bool = False
    useless: str = ""

    @property
    def exit_code(self) -> int:
        """0 nothing to complain of, 1 something fails, 3 it could not be checked."""
        if self.useless:
            return 3
        return 1 if any(one.fails for one in self.links) else 0


# -- What is there -----------------------------------------------------------------------------------------------------


def content_of(settings: Settings) -> Content:
    """The project's addresses, its record and its decisions. Raises `CannotRun` when a file of ours cannot be read."""
    intake = take_in(settings.root, settings.content, (settings.options.bibliography,))
    record, policy = _known(settings.content, intake.sources.get, today())
    texts = [source for path, source in intake.sources.items() if path.endswith((".md", ".bib"))]
    return Content(by_address(one for source in texts for one in written_in(source)), record, policy, today())


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

    def before(path: str) -> Source | None:
        text = text_at(settings.root, commit, path)
        return None if text is None else Source(path, text.replace("\r\n", "\n"))

    held = {url for url, where in whole.addresses.items() if any(one.span.path not in changed for one in where)}
    for path in changed:
        if path.endswith((".md", ".bib")) and (source := before(path)):
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


# -- Checking ----------------------------------------------------------------------------------------------------------


def look_up(content: Content, *, allow_private: bool = False, all_new: bool = False) -> Report:
    """What is known of every address, without asking anybody."""
    looked = [
        _looked(url, where, content, _settled(url, content, allow_private), all_new)
        for url, where in content.addresses.items()
    ]
    return Report(tuple(looked), content.today)


def ask(
    content: Content,
    *,
    root: Path | None = None,
    allow_private: bool = False,
    proposal: bool = False,
    say: Progress = lambda done, of: None,
) -> Report:
    """Ask every address and report. With `root`, the whole project's, what was learnt goes into its record.

    Without it nothing is written, and each address is judged on its own: it is new here. `proposal` keeps to the limits
    for pull requests.
    """
    limits = content.policy.limits
    settled = {url: _settled(url, content, allow_private) for url in content.addresses}
    askable = [one for one in settled.values() if isinstance(one, Askable)]
    chosen = askable[: limits.new_links] if proposal else askable
    seconds = limits.new_seconds if proposal else limits.run_seconds
    if root is None:
        run = _ask_network(chosen, content.policy, seconds, allow_private, {}, _counting(say, len(chosen)))
        return _report(content, content.record, settled, run, _useless(run, proposal), all_new=True)
    with Journal(root, content.today) as journal:
        # Where nobody answered, another try may do better, perhaps on a better line.
        earlier = {
            url: verdict
            for url, verdict in journal.earlier.items()
            if url in settled and verdict.state is not LinkState.UNREACHABLE
        }
        rest = [one for one in chosen if one.written not in earlier]
        count = _counting(say, len(chosen), len(chosen) - len(rest))

        def heard(url: str, verdict: Verdict) -> None:
            journal.note(url, verdict)
            count(url, verdict)

        run = _ask_network(rest, content.policy, seconds, allow_private, read_remembered(root), heard)
        run = replace(run, verdicts=MappingProxyType({**earlier, **run.verdicts}))
        useless = _useless(run, proposal=False)
        after = content.record if useless else _learnt(content, run)
        changed = not useless and _write_record(root, content, after, run)
        journal.finish()
    return replace(_report(content, after, settled, run, useless, all_new=False), recorded=changed)


def _ask_network(
    askable: Iterable[Askable],
    policy: LinkPolicy,
    seconds: float,
    allow_private: bool,
    remembered: Mapping[str, Any],
    heard: Heard,
) -> Run:
    async def run() -> Run:
        async with _fetcher(policy, allow_private) as fetch:
            return await ask_all(
                askable,
                policy,
                fetch,
                seconds=seconds,
                now=float(epoch()),
                allow_private=allow_private,
                remembered=remembered,
                heard=heard,
            )

    return asyncio.run(run())


def _fetcher(policy: LinkPolicy, allow_private: bool) -> Fetcher:
    return Fetcher(
        user_agent(__version__, policy.contact),
        allow_private=allow_private,
        connect_seconds=policy.limits.connect_seconds,
        at_once=policy.limits.at_once,
    )


def _counting(say: Progress, of: int, done: int = 0) -> Heard:
    counted = iter(range(done + 1, 10**9))
    return lambda url, verdict: say(next(counted), of)


def _useless(run: Run, proposal: bool) -> str:
    """Why a run proves nothing, if it does not. A single new address with a misspelt name is no sign of a bad line."""
    silent, hosts = len(run.silent), len(run.hosts)
    if not run.mostly_failed or (proposal and all(one.why == Why.NO_SUCH_HOST for one in run.verdicts.values())):
        return ""
    which = (
        "The only website"
        if hosts == 1
        else "Both websites"
        if silent == hosts == 2
        else f"{silent} of {hosts} websites"
    )
    return f"{which} did not answer, so it is probably this machine's connection that failed. Nothing was recorded."


def _learnt(content: Content, run: Run) -> LinkRecord:
    used = frozenset(content.addresses)
    return learn_all(content.record, run.verdicts, used, content.today, whole=not run.out_of_time)


def _write_record(root: Path, content: Content, record: LinkRecord, run: Run) -> bool:
    """Write what was learnt. Whether anything changed."""
    write_remembered(root, run.remembered)
    return replace_file(root / _beside(content.policy, LOCK), write_lock(record))


def _beside(policy: LinkPolicy, name: str) -> str:
    folder = policy.path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name


def _settled(url: str, content: Content, allow_private: bool) -> Askable | KnownLink:
    """An address to ask, or what is known of it without asking."""
    exemption = content.policy.exemption(url, content.today)
    found = sort_address(url, content.policy, allow_private=allow_private)
    if not isinstance(found, Askable):
        return KnownLink(url, found.state, found.why)
    if exemption and exemption.treat == "skip":
        return KnownLink(url, LinkState.SKIPPED, Why.EXEMPT)
    return found


def _report(
    content: Content,
    record: LinkRecord,
    settled: Mapping[str, Askable | KnownLink],
    run: Run,
    useless: str,
    *,
    all_new: bool,
) -> Report:
    """The report of a run. `record` is the record after it."""
    looked = [
        replace(
            _looked(url, where, content, _answered(url, settled[url], content, run), all_new),
            recorded=record.links.get(url),
        )
        for url, where in content.addresses.items()
    ]
    return Report(tuple(looked), content.today, run, useless=useless)


def _answered(url: str, settled: Askable | KnownLink, content: Content, run: Run) -> Askable | KnownLink:
    """What is known of an address after a run: what it answered today, beside what the record knows besides."""
    verdict = run.verdicts.get(url)
    known = content.record.links.get(url)
    if isinstance(settled, KnownLink):
        return settled
    if verdict is None:
        why = run.unasked.get(url, Why.OUT_OF_TIME)
        return known or KnownLink(url, LinkState.UNTESTED, why)
    good = verdict.state in (LinkState.OK, LinkState.MOVED, LinkState.REDIRECTED, LinkState.FRAGMENT_MISSING)
    return KnownLink(
        url,
        verdict.state,
        verdict.why,
        verdict.status,
        verdict.hops,
        since=known.since if known and known.state is verdict.state else content.today,
        fails=known.fails if known else (),
        checked=content.today,
        last_ok=content.today if good else known.last_ok if known else None,
        archive=known.archive if known else "",
        archived=known.archived if known else None,
    )


def _looked(
    url: str, where: tuple[Written, ...], content: Content, found: Askable | KnownLink, all_new: bool
) -> Looked:
    recorded = content.record.links.get(url)
    now = recorded or KnownLink(url, LinkState.UNTESTED) if isinstance(found, Askable) else found
    return Looked(standing(now, content.policy, content.today), recorded, where, all_new or recorded is None)


# -- Saying ------------------------------------------------------------------------------------------------------------


def report_values(report: Report) -> Mapping[str, Any]:
    """A report in the shape of `links --json`."""
    links = [looked_values(one, report.today) for one in report.links]
    values: dict[str, Any] = {"format": 1, "links": links, "summary": _counted(report)}
    if run := report.run:
        values["run"] = {
            "hosts": len(run.hosts),
            "hosts_without_answer": len(run.silent),
            "requests": run.requests,
            "seconds": round(run.seconds, 1),
            "out_of_time": run.out_of_time,
            "recorded": report.recorded,
            "useless": report.useless,
        }
    return values


def looked_values(one: Looked, day: Day) -> Mapping[str, Any]:
    """One address as an entry of `links --json`."""
    advice = one.advice
    return {
        **known_values(one.now),
        "new": one.new,
        "fails": one.fails,
        "recorded": one.recorded.state.value if one.recorded else None,
        "needs_a_person": needs_a_person(one.now, day),
        "advice": {"what": advice.what, "do": advice.do},
        "where": [
            {"path": place.span.path, "line": place.span.start.line, "column": place.span.start.column}
            for place in one.where
        ],
    }


def known_values(known: KnownLink) -> dict[str, Any]:
    """What is known of a link, in the shape of an entry of `links --json` without its places."""

    def day(value: Day | None) -> str | None:
        return value.iso if value else None

    asked = known.status is not None or known.hops
    return {
        "url": known.url,
        "state": known.state.value,
        "why": str(known.why) or None,
        "status": known.status,
        "final_url": known.final if asked else None,
        "hops": [{"status": hop.status, "url": hop.url} for hop in known.hops],
        "since": day(known.since),
        "failures": [one.iso for one in known.fails],
        "checked": day(known.checked),
        "last_ok": day(known.last_ok),
        "archived": known.archive or None,
        "archived_on": day(known.archived),
    }


def _counted(report: Report) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in report.links:
        counts[one.now.state.value] = counts.get(one.now.state.value, 0) + 1
    return dict(sorted(counts.items()))


_PLAIN = frozenset({LinkState.OK, LinkState.SKIPPED})


def report_text(report: Report, paint: Callable[[str, str], str] = lambda text, style: text) -> str:
    """A report for people: what is not plainly good, with places and advice; then the sum."""
    lines: list[str] = []
    order = list(LinkState)
    for one in sorted(report.links, key=lambda one: (not one.fails, order.index(one.now.state))):
        if one.now.state in _PLAIN or (one.now.state is LinkState.UNTESTED and not one.now.why):
            continue
        lines += [*_looked_lines(one, paint), ""]
    counts = ", ".join(f"{count} {state}" for state, count in _counted(report).items())
    total = len(report.links)
    lines.append(f"{total} address{'es' if total != 1 else ''}{': ' + counts if counts else ''}.")
    if report.run:
        lines.append(
            f"{report.run.requests} requests to {len(report.run.hosts)} websites in {report.run.seconds:.1f} seconds."
        )
    if report.run and report.run.out_of_time:
        lines.append("Time was up before all were asked; the rest is asked next time.")
    return "\n".join([*lines, *([report.useless] if report.useless else [])])


def _looked_lines(one: Looked, paint: Callable[[str, str], str]) -> list[str]:
    advice = one.advice
    style = "error" if one.fails else "warning"
    lines = [f"{paint(one.now.state.value, style)}: {one.now.url}", f"  {advice.what}"]
    if advice.do:
        lines.append(f"  {advice.do}")
    if one.now.archive:
        lines.append(f"  Archived copy{f' of {one.now.archived}' if one.now.archived else ''}: {one.now.archive}")
    return lines + [f"  {paint('in', 'dim')} {place.span}" for place in one.where]


def github_lines(report: Report) -> str:
    """A report as annotations for GitHub: errors for what fails, warnings for the rest that is not good."""
    lines = []
    for one in report.links:
        if one.now.state in _PLAIN or one.now.state is LinkState.UNTESTED:
            continue
        kind = "error" if one.fails else "warning"
        place = one.where[0].span
        message = f"{one.now.url} – {one.advice.what} {one.advice.do}".replace("%", "%25").replace("\n", "%0A")
        lines.append(
            f"::{kind} file={place.path},line={place.start.line},col={place.start.column},title={one.now.state.value}::{message}"
        )
    return "\n".join(lines)


# -- Explaining --------------------------------------------------------------------------------------------------------


def explain(url: str, content: Content) -> Looked:
    """Everything that is known of one address, whether or not the content holds it."""
    where = content.addresses.get(url, ())
    return _looked(url, where, content, _settled(url, content, allow_private=False), all_new=False)


def explain_text(one: Looked, content: Content) -> str:
    """The same for people."""
    now, advice = one.now, one.advice
    rows = [("State", f"{now.state.value}{f' ({now.why})' if now.why else ''}")]
    if now.status:
        rows.append(("Answer", f"HTTP {now.status}"))
    rows += [
        ("Leads by" if index < len(now.hops) - 1 else "Leads to", f"{hop.url} (HTTP {hop.status})")
        for index, hop in enumerate(now.hops)
    ]
    days = (("Since", now.since), ("Last asked", now.checked), ("Last seen alive", now.last_ok))
    rows += [(name, str(day)) for name, day in days if day]
    if now.fails:
        rows.append(("Failed on", ", ".join(str(day) for day in now.fails)))
    if now.archive:
        rows.append(("Archived copy", f"{now.archive}{f' ({now.archived})' if now.archived else ''}"))
    if exemption := content.policy.exemption(now.url, content.today):
        rows.append(("Exception", f"until {exemption.until}, by {exemption.by}: {exemption.reason}"))
    if confirmation := content.policy.confirmation(now.url, content.today):
        rows.append(("Confirmed", f"on {confirmation.on} by {confirmation.by}"))
    rows += [("Written in", str(place.span)) for place in one.where] or [
        ("Written in", "no briefing, update or reference")
    ]
    table = [f"  {name:<16}{value}" for name, value in rows]
    return "\n".join([now.url, f"  {advice.what}", *([f"  {advice.do}"] if advice.do else []), "", *table])


# -- Fixing ------------------------------------------------------------------------------------------------------------


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


# -- Archiving ---------------------------------------------------------------------------------------------------------

_WORTH_A_COPY = frozenset(
    {LinkState.DEAD, LinkState.UNREACHABLE, LinkState.SUSPECT, LinkState.MOVED, LinkState.REDIRECTED}
)


def wanted_copies(content: Content, urls: Sequence[str], *, everything: bool) -> tuple[Wanted, ...]:
    """The addresses of which a copy is to be looked for: those named, or all without one that seem to need it."""
    wanted = []
    for url in urls or content.addresses:
        known = content.record.links.get(url) or KnownLink(url, LinkState.UNTESTED)
        standing_now = standing(known, content.policy, content.today)
        short = is_short_link(url, content.policy)
        needs = urls or everything or standing_now.state in _WORTH_A_COPY or short
        if standing_now.archive and not urls:
            continue
        if needs and isinstance(sort_address(url, content.policy), Askable):
            days = [one.published for one in content.addresses.get(url, ()) if one.published]
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

    `heard` is told of each in words.
    """

    def told(url: str, copy: Copy | None) -> None:
        taken = f", {copy.taken}" if copy and copy.taken else ""
        led = f"\n  which led to {copy.target}" if copy and copy.target else ""
        heard(f"{url}\n  {copy.address + taken + led if copy else 'no copy'}")

    async def run() -> Search:
        async with _fetcher(content.policy, allow_private) as fetch:
            return await find_copies(wanted, content.policy, fetch, save=save, allow_private=allow_private, heard=told)

    search = asyncio.run(run())
    links = dict(content.record.links)
    for url, copy in search.found.items():
        known = links.get(url) or KnownLink(url, LinkState.UNTESTED)
        hops = known.hops or ((Hop(302, copy.target),) if copy.target else ())
        links[url] = replace(known, archive=copy.address, archived=copy.taken, hops=hops)
    if search.found:
        record = LinkRecord(content.record.runs, MappingProxyType(links))
        replace_file(root / _beside(content.policy, LOCK), write_lock(record))
    return search


def search_values(search: Search) -> Mapping[str, Any]:
    """What came of a search for copies, as JSON values."""
    found = [
        {
            "url": url,
            "archived": copy.address,
            "archived_on": copy.taken.iso if copy.taken else None,
            "led_to": copy.target or None,
        }
        for url, copy in search.found.items()
    ]
    return {
        "format": 1,
        "found": found,
        "none": list(search.none),
        "not_asked": list(search.unasked),
        "trouble": search.trouble or None,
    }
