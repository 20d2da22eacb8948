"""Learn: a verdict joins what is known of a link, and changes the record only where something was learnt.

One bad day proves nothing. A definite no (404, 410, an unknown short link or DOI, a loop) is *dead* when it is given
twice, at least a day apart; no answer is *dead* at the third failure, at least fourteen days after the first; any
success forgets them. Blocked, suspect and unsafe links never become dead by themselves. The rules are Wikipedia's
InternetArchiveBot's in spirit: several failures, days apart, one success resets.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from briefing_tools.clock import days_between
from briefing_tools.linkcheck.judging import Verdict
from briefing_tools.linkrecord.lock import GOOD, LinkRecord, with_run
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Day, Hop, KnownLink, LinkState

FAILURES = 3
FAILING_DAYS = 14

_FAILING = frozenset({LinkState.UNREACHABLE, LinkState.DEAD})


def learn(known: KnownLink | None, url: str, verdict: Verdict, today: Day) -> KnownLink:
    """What is known of an address after it was asked. Equal to what was known before if nothing was learnt."""
    before = known or KnownLink(url, LinkState.UNTESTED)
    if verdict.state in _FAILING:
        return _after_failure(before, verdict, today)
    if before.state is LinkState.DEAD and verdict.state not in GOOD:
        return before  # a dead address that is now blocked or parked is no livelier
    if _same(before, verdict):
        return before
    same_state = before.state is verdict.state
    return replace(
        before,
        state=verdict.state,
        why=verdict.why,
        status=verdict.status,
        hops=_kept_hops(before, verdict),
        since=before.since if same_state else today,
        fails=(),
        checked=today,
        last_ok=today if verdict.state in GOOD else before.last_ok,
        note="",
    )


def _after_failure(before: KnownLink, verdict: Verdict, today: Day) -> KnownLink:
    if before.state is LinkState.DEAD or (before.fails and before.fails[-1] >= today):
        return before
    fails = (*before.fails, today)
    definite = Why(verdict.why).definite
    twice = definite and bool(before.fails) and before.why in list(Why) and Why(before.why).definite
    long_gone = not definite and len(fails) >= FAILURES and days_between(fails[0], today) >= FAILING_DAYS
    state = LinkState.DEAD if twice or long_gone else LinkState.UNREACHABLE
    return replace(
        before,
        state=state,
        why=verdict.why,
        status=verdict.status,
        hops=_kept_hops(before, verdict),
        since=before.since if before.state is state else today,
        fails=fails[:2] + fails[2:][-1:],
        checked=today,
        note="",
    )


def _same(before: KnownLink, verdict: Verdict) -> bool:
    return (
        before.state is verdict.state
        and before.why == verdict.why
        and before.status == verdict.status
        and not before.fails
        and before.hops == _kept_hops(before, verdict)
    )


def _kept_hops(before: KnownLink, verdict: Verdict) -> tuple[Hop, ...]:
    """The redirects as they are recorded: those known, when the new ones differ in nothing that lasts.

    Some sites hang a number of the visit on each redirect; that is not worth a change of the record. And what a short
    link meant while it worked is kept, whatever becomes of it.
    """
    if verdict.state not in GOOD:
        return before.hops or verdict.hops
    lasting = [(hop.status, _lasting(hop.url)) for hop in verdict.hops]
    return before.hops if lasting == [(hop.status, _lasting(hop.url)) for hop in before.hops] else verdict.hops


def _lasting(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}#{parts.fragment}"


def learn_all(
    record: LinkRecord, verdicts: Mapping[str, Verdict], used: frozenset[str], today: Day, *, whole: bool
) -> LinkRecord:
    """The record after a run. `used` are the addresses that the content holds; `whole` that all of them had their turn.

    An address that is no longer used is forgotten, unless something is known of it that could not be found out again:
    where it led, or its archived copy.
    """
    links = dict(record.links)
    for url, verdict in verdicts.items():
        links[url] = learn(links.get(url), url, verdict, today)
    links = {url: link for url, link in links.items() if url in used or link.hops or link.archive}
    if not whole:
        return LinkRecord(record.runs, MappingProxyType(links))
    for url in verdicts.keys() & links.keys():
        link = links[url]
        links[url] = replace(link, checked=today, last_ok=today if link.state in GOOD else link.last_ok)
    return with_run(LinkRecord(record.runs, MappingProxyType(links)), today)
