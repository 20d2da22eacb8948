"""Check: the addresses of the content are looked up in the record, or asked; what was learnt is recorded."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from briefing_tools import __version__
from briefing_tools.clock import now
from briefing_tools.fetching import Fetcher, run_on_network
from briefing_tools.linkcheck.checking import Heard, Run, Watch, ask_all, user_agent
from briefing_tools.linkcheck.collecting import Written
from briefing_tools.linkcheck.history import learn_all
from briefing_tools.linkcheck.judging import Verdict
from briefing_tools.linkcheck.keeping import Journal, Remembered, read_remembered, replace_file, write_remembered
from briefing_tools.linkjobs.content import Content
from briefing_tools.linkrecord import Advice, LinkPolicy, LinkRecord, Why, advise, standing, write_lock
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.lock import GOOD
from briefing_tools.model import Day, KnownLink, LinkState

Progress = Watch
"""Told how many requests are done and left, and of which host most is left, how many."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One address: how it stands now, what the record says of it, and where it is written.

    `new` tells that nobody had asked it before, or that the base of a pull request did not hold it. `lenient` tells that it
    is new in a pull request, and only in what sites tell: no website of somebody else's stops an update.
    """

    now: KnownLink
    recorded: KnownLink | None
    where: tuple[Written, ...]
    new: bool
    lenient: bool = False

    @property
    def fails(self) -> bool:
        """Whether this fails a check: what cannot be an address, and what is dead for sure without a copy.

        A link that is new here is dead at the first definite no, for nobody ever saw it alive; one that was good before
        is given a second day. A site that does not exist is as definite as a page that does not.
        """
        if self.now.state is LinkState.INVALID:
            return True
        if self.now.archive or self.lenient:
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
    """What a check came to. `run` is there if the network was asked; `recorded` tells whether the record changed.

    `useless` says why the run proves nothing, if it does not. `unread` are files whose links are not known.
    """

    links: tuple[Looked, ...]
    today: Day
    run: Run | None = None
    recorded: bool = False
    useless: str = ""
    unread: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[Looked, ...]:
        """The links to report on. Of a run that proves nothing, what did not answer is told once and not for each link."""
        return tuple(one for one in self.links if not (self.useless and one.now.state is LinkState.UNREACHABLE))

    @property
    def exit_code(self) -> int:
        """0 nothing to complain of, 1 something fails, 3 it could not be checked."""
        if self.useless:
            return 3
        return 1 if any(one.fails for one in self.links) else 0


def look_up(content: Content, *, allow_private: bool = False, all_new: bool = False, proposal: bool = False) -> Report:
    """What is known of every address, without asking anybody."""
    looked = [
        _looked(url, where, content, _as_known(url, content, allow_private), all_new)
        for url, where in content.addresses.items()
    ]
    links = tuple(map(_leniently, looked)) if proposal else tuple(looked)
    return Report(links, content.today, unread=content.unread)


def ask(
    content: Content,
    *,
    root: Path | None = None,
    allow_private: bool = False,
    proposal: bool = False,
    say: Progress | None = None,
) -> Report:
    """Ask every address and report. With `root`, the whole project's, what was learnt goes into its record.

    Without it nothing is written, and each address is judged on its own: it is new here. `proposal` keeps to the limits
    for pull requests.
    """
    limits = content.policy.limits
    content = content if root is None else content.to_record()
    settled = {url: _settled(url, content, allow_private) for url in content.addresses}
    askable = [one for one in settled.values() if isinstance(one, Askable)]
    chosen = askable[: limits.new_links] if proposal else askable
    seconds = limits.new_seconds if proposal else limits.run_seconds
    if root is None:
        run = _ask_network(chosen, content.policy, seconds, allow_private, {}, lambda url, verdict: None, say)
        report = _report(content, content.record, settled, run, _useless(run, proposal), all_new=True)
        return replace(report, links=tuple(map(_leniently, report.links))) if proposal else report
    with Journal(root, content.today) as journal:
        # Where nobody answered, another try may do better, perhaps on a better line.
        earlier = {
            url: verdict
            for url, verdict in journal.earlier.items()
            if url in settled and verdict.state is not LinkState.UNREACHABLE
        }
        rest = [one for one in chosen if one.written not in earlier]
        run = _ask_network(rest, content.policy, seconds, allow_private, read_remembered(root), journal.note, say)
        run = _joined(run, earlier, settled)
        useless = _useless(run, proposal=False)
        after = content.record if useless else _learnt(content, run)
        changed = not useless and _write_record(root, content, after, run)
        journal.finish()
    return replace(_report(content, after, settled, run, useless, all_new=False), recorded=changed)


def _leniently(one: Looked) -> Looked:
    return replace(one, lenient=all("/updates/" in place.span.path for place in one.where))


def _joined(run: Run, earlier: Mapping[str, Verdict], settled: Mapping[str, Askable | KnownLink]) -> Run:
    """A run together with what a run of the same day had learnt before it was broken off."""
    answered = frozenset(one.host for url in earlier if isinstance(one := settled[url], Askable))
    verdicts = MappingProxyType({**earlier, **run.verdicts})
    return replace(run, verdicts=verdicts, hosts=run.hosts | answered, silent=run.silent - answered)


def _ask_network(
    askable: Iterable[Askable],
    policy: LinkPolicy,
    seconds: float,
    allow_private: bool,
    remembered: Mapping[str, Remembered],
    heard: Heard,
    watch: Progress | None,
) -> Run:
    async def run() -> Run:
        async with fetcher(policy, allow_private) as fetch:
            return await ask_all(
                askable,
                policy,
                fetch,
                seconds=seconds,
                now=now(),
                allow_private=allow_private,
                remembered=remembered,
                heard=heard,
                watch=watch,
            )

    return run_on_network(run())


def fetcher(policy: LinkPolicy, allow_private: bool) -> Fetcher:
    """The door to the network, under the project's limits."""
    return Fetcher(
        user_agent(__version__, policy.contact),
        allow_private=allow_private,
        connect_seconds=policy.limits.connect_seconds,
        at_once=policy.limits.at_once,
    )


def _useless(run: Run, proposal: bool) -> str:
    """Why a run proves nothing, if it does not. A single new address with a misspelt name is no sign of a bad line."""
    silent, hosts = len(run.silent), len(run.hosts)
    misspelt = proposal and hosts < 3 and all(one.why == Why.NO_SUCH_HOST for one in run.verdicts.values())
    if not run.mostly_failed or misspelt:
        return ""
    named = {1: "The only website did not answer", 2: "Neither of the two websites answered"}
    which = f"{silent} of {hosts} websites did not answer"
    if silent == hosts:
        which = named.get(hosts, f"None of the {hosts} websites answered")
    proxy = next((name for name in _PROXIES if os.environ.get(name)), "")
    reason = (
        f"{proxy} is set here, but links are asked directly and never through a proxy. "
        "Ask from a machine that reaches the web without one, or leave it to the weekly job."
        if proxy
        else "So it is probably this machine's connection that failed."
    )
    return f"{which}. {reason} Nothing was recorded."


_PROXIES = tuple(name for one in ("https_proxy", "http_proxy", "all_proxy") for name in (one.upper(), one))
"""What a council's network sets. It is not used, for its password would go to whoever is asked, and whoever asks through it
cannot see where it really goes."""


def _learnt(content: Content, run: Run) -> LinkRecord:
    used = frozenset(content.addresses)
    if content.unread:  # nobody knows what stands there, so nothing is forgotten
        used |= content.record.links.keys()
    return learn_all(content.record, run.verdicts, used, content.today, whole=not run.out_of_time)


def _write_record(root: Path, content: Content, record: LinkRecord, run: Run) -> bool:
    """Write what was learnt. Whether anything changed."""
    write_remembered(root, run.remembered)
    return replace_file(root / content.lock, write_lock(record))


def _settled(url: str, content: Content, allow_private: bool) -> Askable | KnownLink:
    """An address to ask, or what is known of it without asking."""
    exemption = content.policy.exemption(url, content.today)
    found = sort_address(url, content.policy, allow_private=allow_private)
    if not isinstance(found, Askable):
        return KnownLink(url, found.state, found.why)
    if exemption and exemption.treat == "skip":
        return KnownLink(url, LinkState.SKIPPED, Why.EXEMPT)
    return found


def _as_known(url: str, content: Content, allow_private: bool = False) -> Askable | KnownLink:
    """The same when nobody is asked: what somebody asked in a private network counts as it was recorded."""
    found = _settled(url, content, allow_private)
    known = content.record.links.get(url)
    return known if known and isinstance(found, KnownLink) and found.state is LinkState.REFUSED else found


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
    return Report(tuple(looked), content.today, run, useless=useless, unread=content.unread)


def _answered(url: str, settled: Askable | KnownLink, content: Content, run: Run) -> Askable | KnownLink:
    """What is known of an address after a run: what it answered today, beside what the record knows besides."""
    verdict = run.verdicts.get(url)
    known = content.record.links.get(url)
    if isinstance(settled, KnownLink):
        return settled
    if verdict is None:
        why = run.unasked.get(url, Why.OUT_OF_TIME)
        return known or KnownLink(url, LinkState.UNTESTED, why)
    return KnownLink(
        url,
        verdict.state,
        verdict.why,
        verdict.status,
        verdict.hops,
        since=known.since if known and known.state is verdict.state else content.today,
        fails=known.fails if known else (),
        checked=content.today,
        last_ok=content.today if verdict.state in GOOD else known.last_ok if known else None,
        archive=known.archive if known else "",
        archived=known.archived if known else None,
    )


def _looked(
    url: str, where: tuple[Written, ...], content: Content, found: Askable | KnownLink, all_new: bool
) -> Looked:
    recorded = content.record.links.get(url)
    now = recorded or KnownLink(url, LinkState.UNTESTED) if isinstance(found, Askable) else found
    new = all_new or recorded is None or recorded.state is LinkState.UNTESTED
    return Looked(standing(now, content.policy, content.today), recorded, where, new)


def explain(url: str, content: Content) -> Looked:
    """Everything that is known of one address, whether or not the content holds it."""
    where = content.addresses.get(url, ())
    return _looked(url, where, content, _as_known(url, content), all_new=False)
