"""Check: every address has its turn, once, however often it is written; each verdict is heard as soon as it is known.

The only part that waits. What to ask next is the queue's word (`queue.py`), what to do with an answer is `asking.py`'s,
what it means is `judging.py`'s.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from briefing_tools.fetching import Answer, Fetch, NoAnswer, Request, Trouble
from briefing_tools.linkcheck.asking import (
    AGAIN,
    LEAST,
    Again,
    Arrived,
    Failed,
    Outcome,
    Stopped,
    Trail,
    Unchanged,
    begin,
    request_of,
    step,
    waited,
)
from briefing_tools.linkcheck.fragments import wants_pdf_page
from briefing_tools.linkcheck.judging import Verdict, judge
from briefing_tools.linkcheck.keeping import Remembered
from briefing_tools.linkcheck.queue import Queue, Turn, Wait
from briefing_tools.linkcheck.robots import ALLOW_ALL, ALLOW_NOTHING, MOST, RobotsRules, read_robots
from briefing_tools.linkrecord.addresses import Askable, next_address, sort_address
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import LinkState

PRODUCT = "briefing-tools"
"""Our name in `robots.txt` and at the head of our user agent."""

Heard = Callable[[str, Verdict], None]
"""Told of each written address with its verdict."""

Watch = Callable[[int, int, str, int], None]
"""Told a few times a second how many requests are done and how many are left, and of which host most is left, how many."""

OFTEN = 0.2
"""Seconds between two looks at how far a run has come."""

MOST_UNWEIGHED = 8 * 1024 * 1024
"""Bytes of answers that may wait to be read."""

_HOST_IS_SILENT = frozenset({Trouble.LOOKUP_FAILED, Trouble.NO_CONNECTION, Trouble.TIMEOUT})
_SAME_FOR_HOST = frozenset({Trouble.NO_SUCH_HOST, Trouble.PRIVATE})
_NETWORK = _HOST_IS_SILENT | {Trouble.NO_SUCH_HOST, Trouble.CLOSED}


@dataclass(frozen=True)
class Run:
    """What a run came to. `verdicts` and `unasked` are by written address; `unasked` says why nobody asked.

    `hosts` were asked, `silent` are those of them that never answered. `remembered` are pages to ask about more briefly
    next time. `seconds` is how long it took, `requests` how many were made.
    """

    verdicts: Mapping[str, Verdict]
    unasked: Mapping[str, Why]
    hosts: frozenset[str]
    silent: frozenset[str]
    remembered: Mapping[str, Remembered]
    requests: int
    seconds: float
    out_of_time: bool

    @property
    def mostly_failed(self) -> bool:
        """Whether more than half of the hosts never answered: then this machine's network is to blame, not they."""
        return len(self.silent) * 2 > len(self.hosts)


def user_agent(version: str, contact: str) -> str:
    """The honest name that we give ourselves."""
    return f"{PRODUCT}/{version} (checks that cited links still work{'; +' + contact if contact else ''})"


async def ask_all(
    addresses: Iterable[Askable],
    policy: LinkPolicy,
    fetch: Fetch,
    *,
    seconds: float,
    now: float,
    allow_private: bool = False,
    remembered: Mapping[str, Remembered] = MappingProxyType({}),
    heard: Heard = lambda url, verdict: None,
    watch: Watch | None = None,
) -> Run:
    """Ask every address and judge the answers. `seconds` limits the run; `now` is in seconds since 1970."""
    return await _Running(policy, fetch, seconds, now, allow_private, remembered, heard, watch).run(addresses)


class _Counts:
    """What a run counts as it goes."""

    def __init__(self) -> None:
        self.verdicts: dict[str, Verdict] = {}
        self.unasked: dict[str, Why] = {}
        self.asked: set[str] = set()
        self.answered: set[str] = set()
        self.failed: set[str] = set()
        self.remembered: dict[str, Remembered] = {}
        self.requests = 0


class _Running:
    """One run: the queue, the groups of written addresses that share a request, and what came of them."""

    def __init__(
        self,
        policy: LinkPolicy,
        fetch: Fetch,
        seconds: float,
        now: float,
        allow_private: bool,
        remembered: Mapping[str, Remembered],
        heard: Heard,
        watch: Watch | None,
    ) -> None:
        limits = policy.limits
        self.policy = policy
        self.fetch = fetch
        self.seconds = seconds
        self.now = now
        self.allow_private = allow_private
        self.remembered = remembered
        self.heard = heard
        self.watch = watch
        self.settled = 0
        self.queue: Queue[Trail] = Queue(
            host_at_once=limits.host_at_once,
            host_gap=limits.host_gap,
            at_once=limits.at_once,
            host_failures=limits.host_failures,
        )
        self.groups: dict[str, list[Askable]] = {}
        self.counts = _Counts()
        self.given_up: dict[str, Outcome | Why] = {}
        self.robots: dict[str, asyncio.Task[RobotsRules]] = {}
        self.unweighed: deque[tuple[str, Trail, Answer]] = deque()
        self.waiting_bytes = 0
        self.to_weigh = asyncio.Event()
        self.wake = asyncio.Event()
        self.over = False

    async def run(self, addresses: Iterable[Askable]) -> Run:
        clock = asyncio.get_running_loop().time
        start = clock()
        written = {address.written: address for address in addresses}
        for address in written.values():
            self.groups.setdefault(address.request, []).append(address)
        for group in self.groups.values():
            parts, deep = any(one.fragment for one in group), any(wants_pdf_page(one.written) for one in group)
            trail = begin(group[0], parts=parts, deep=deep)
            self.queue.add(trail.at.host, trail, start)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._tell()) if self.watch else None
            weighing = tasks.create_task(self._weigh(clock))
            await self._take_turns(tasks, clock, start + self.seconds)
            weighing.cancel()
            if watching:
                watching.cancel()
        counts = self.counts
        return Run(
            verdicts=counts.verdicts,
            unasked=counts.unasked,
            hosts=frozenset(counts.asked),
            silent=frozenset(counts.failed - counts.answered),
            remembered=counts.remembered,
            requests=counts.requests,
            seconds=clock() - start,
            out_of_time=self.over,
        )

    async def _take_turns(self, tasks: asyncio.TaskGroup, clock: Callable[[], float], end: float) -> None:
        while True:
            now = clock()
            if now >= end and not self.over:
                self.over = True
                for trail in self.queue.leave_all():
                    self._leave(trail, Why.OUT_OF_TIME)
            turn = self.queue.take(now)
            if turn is None and not self.unweighed:
                return
            if isinstance(turn, Turn):
                tasks.create_task(self._turns(turn, clock))
                continue
            self.wake.clear()
            pause = turn.seconds if turn else float("inf")
            until = min(pause, end - now if not self.over else pause)
            try:
                async with asyncio.timeout(until if until < 1e9 else None):
                    await self.wake.wait()
            except TimeoutError:
                pass

    async def _turns(self, turn: Turn[Trail] | Wait | None, clock: Callable[[], float]) -> None:
        """Take a turn, and the next one at once while there is one, so that no place stands empty.

        A mistake of ours ends the run with its traceback; the journal keeps the rest.
        """
        while isinstance(turn, Turn):
            trail, host = turn.item, turn.host
            try:
                if self.policy.robots and not trail.at.doi:
                    asked = clock()
                    rules = await self._rules(trail.at.request)
                    trail = waited(trail, clock() - asked)
                    if not rules.allow(trail.at.request):
                        self._settle(Stopped(trail, LinkState.SKIPPED, Why.ROBOTS))
                        continue
                said = await self._ask(request_of(trail, self.policy, self._validators(trail)), host)
                self._notice(host, trail, said)
                if isinstance(said, Answer) and said.status not in AGAIN and self.waiting_bytes < MOST_UNWEIGHED:
                    self.unweighed.append((host, trail, said))
                    self.waiting_bytes += len(said.body)
                    self.to_weigh.set()
                else:
                    self._hear(host, trail, said, clock)
            finally:
                self.queue.done(host, clock())
                turn = None if self.over else self.queue.take(clock())
        self.wake.set()

    async def _weigh(self, clock: Callable[[], float]) -> None:
        """Read and judge answers one by one, and let the network go first in between: it has others to keep busy."""
        while True:
            while self.unweighed:
                host, trail, said = self.unweighed.popleft()
                self.waiting_bytes -= len(said.body)
                self._hear(host, trail, said, clock)
                await asyncio.sleep(0)
            self.wake.set()
            self.to_weigh.clear()
            await self.to_weigh.wait()

    def _hear(self, host: str, trail: Trail, said: Answer | NoAnswer, clock: Callable[[], float]) -> None:
        self._go_on(host, step(trail, said, self.policy, self.now, allow_private=self.allow_private), clock())

    async def _ask(self, request: Request, host: str) -> Answer | NoAnswer:
        self.counts.requests += 1
        self.counts.asked.add(host)
        said = await self.fetch(request)
        if isinstance(said, Answer):
            self.counts.answered.add(host)
        elif said.trouble in _NETWORK and not host.endswith(".invalid"):
            self.counts.failed.add(host)
        return said

    def _notice(self, host: str, trail: Trail, said: Answer | NoAnswer) -> None:
        """Remember how a host behaves, and leave it alone where there is no hope."""
        if isinstance(said, Answer):
            self.queue.answered(host)
        elif said.trouble in _SAME_FOR_HOST:
            self._give_up(host, Failed(trail, said))
        elif said.trouble in _HOST_IS_SILENT and self.queue.failed(host):
            self._give_up(host, Stopped(trail, LinkState.UNREACHABLE, Why.HOST_LEFT_ALONE))

    def _give_up(self, host: str, reason: Outcome | Why) -> None:
        """Leave a host alone for this run; what was to be asked of it gets the same reason."""
        self.given_up.setdefault(host, reason)
        for trail in self.queue.leave_alone(host):
            self._refuse(trail, self.given_up[host])

    def _refuse(self, trail: Trail, reason: Outcome | Why) -> None:
        if isinstance(reason, Why):
            self._leave(trail, reason)
        else:
            self._settle(replace(reason, trail=trail))

    def _go_on(self, host: str, after: Trail | Again | Outcome, now: float) -> None:
        match after:
            case Trail():
                self._enqueue(after, now)
            case Again():
                if after.whole_host:
                    self.queue.pause(host, now, after.pause)
                if host in self.given_up or self.over:
                    self._enqueue(after.trail, now)
                else:
                    self.queue.again(host, after.trail, now, after.pause)
            case Stopped(status=429 | 503):
                self._settle(after)
                self._give_up(host, Why.HOST_ASKS_TO_WAIT)
            case _:
                self._settle(after)

    def _enqueue(self, trail: Trail, now: float) -> None:
        """The next hop of an address takes its turn, before what has not begun."""
        if trail.at.host in self.given_up:
            self._refuse(trail, self.given_up[trail.at.host])
        elif self.over:
            self._leave(trail, Why.OUT_OF_TIME)
        else:
            self.queue.add(trail.at.host, trail, now, first=True)

    async def _tell(self) -> None:
        """Tell how far the run has come, until it is over."""
        assert self.watch is not None
        try:
            while True:
                self.watch(self.settled, len(self.groups) - self.settled, *self.queue.slowest())
                await asyncio.sleep(OFTEN)
        finally:
            self.watch(self.settled, 0, "", 0)

    # -- Ends ----------------------------------------------------------------------------------------------------------

    def _leave(self, trail: Trail, why: Why) -> None:
        self.settled += 1
        for one in self.groups[trail.start]:
            self.counts.unasked[one.written] = why

    def _settle(self, outcome: Outcome) -> None:
        """Judge an address, once for every way in which it is written, and tell."""
        trail = outcome.trail
        self.settled += 1
        before = self.remembered.get(trail.start)
        verdicts: dict[str, Verdict] = {}
        for one in self.groups[trail.start]:
            if isinstance(outcome, Unchanged):
                known = before.verdicts.get(one.written) if before else None
                verdicts[one.written] = known or Verdict(LinkState.UNREACHABLE, Why.BROKEN_ANSWER, 304)
            else:
                verdicts[one.written] = judge(outcome, one.fragment, self.policy)
        for url, verdict in verdicts.items():
            self.counts.verdicts[url] = verdict
            self.heard(url, verdict)
        if isinstance(outcome, Unchanged) and before:
            self.counts.remembered[trail.start] = before
        elif isinstance(outcome, Arrived) and outcome.answer.status == 200 and not trail.hops:
            headers = _validators_of(outcome.answer)
            if headers:
                self.counts.remembered[trail.start] = Remembered(headers, verdicts)

    def _validators(self, trail: Trail) -> Mapping[str, str]:
        """What to send so that an unchanged page need not be sent again, if all that we want of it is remembered."""
        page = self.remembered.get(trail.start)
        known = page and all(one.written in page.verdicts for one in self.groups[trail.start])
        return page.headers if page and known and trail.method == "GET" else {}

    # -- Robots --------------------------------------------------------------------------------------------------------

    async def _rules(self, url: str) -> RobotsRules:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.robots:
            self.robots[origin] = asyncio.ensure_future(self._read_rules(f"{origin}/robots.txt"))
        return await self.robots[origin]

    async def _read_rules(self, url: str) -> RobotsRules:
        """A host's rules. None at all allow everything; a server in trouble allows nothing (RFC 9309, 2.3.1).

        Half the time that a try may take is left for the page.
        """
        clock = asyncio.get_running_loop().time
        end = clock() + self.policy.limits.seconds / 2
        for _ in range(5):
            found = sort_address(url, self.policy, allow_private=self.allow_private)
            left = end - clock()
            if not isinstance(found, Askable) or left < LEAST:
                return ALLOW_ALL
            said = await self._ask(Request(found.request, seconds=left, most=MOST), found.host)
            await asyncio.sleep(self.policy.limits.host_gap)
            if isinstance(said, NoAnswer):
                return ALLOW_ALL  # the page itself will show that nobody answers
            if 300 <= said.status < 400 and said.header("location"):
                url = next_address(found.request, said.header("location"))
                continue
            if said.status >= 500:
                return ALLOW_NOTHING
            return read_robots(said.body.decode("utf-8", "replace"), PRODUCT) if said.status < 300 else ALLOW_ALL
        return ALLOW_ALL


def _validators_of(answer: Answer) -> dict[str, str]:
    """What a page said of its age, as the headers that ask about it (RFC 9110, 13.1)."""
    given = {"if-none-match": answer.header("etag"), "if-modified-since": answer.header("last-modified")}
    return {
        name: value
        for name, value in given.items()
        if value and value.isascii() and value.isprintable() and len(value) < 500
    }
