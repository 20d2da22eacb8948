"""Queue: whose turn it is, so that every host is asked gently and no host holds up another.

Pure: it is told the time and never waits itself. A host has at most so many requests at a time and a gap between two;
of the hosts that may be asked, the one with most waiting comes first (which saves a quarter of a long run); what is
asked again goes to the end and comes back after a pause; a host that asks for a pause gets it as a whole, and one that
fails again and again is left alone.
"""

import heapq
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """It is this item's turn; say `done` for its host afterwards."""

    host: str
    item: T


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody's turn yet. Ask again after `seconds`, or when something was done; infinite if only that can help."""

    seconds: float


class _Host(Generic[T]):
    """One host's waiting items and manners."""

    def __init__(self, gap: float) -> None:
        self.items: deque[T] = deque()
        self.active = 0
        self.next_time = 0.0
        self.gap = gap
        self.failures = 0
        self.alone = False
        self.listed = False


class Queue(Generic[T]):
    """Items by host. Times are seconds of any clock that only goes forward."""

    def __init__(self, *, host_at_once: int, host_gap: float, at_once: int, host_failures: int) -> None:
        self._host_at_once = host_at_once
        self._gap = host_gap
        self._at_once = at_once
        self._host_failures = host_failures
        self._hosts: dict[str, _Host[T]] = {}
        self._active = 0
        self._waiting = 0
        self._ticket = count()
        self._soon: list[tuple[float, int, str]] = []  # hosts that may be asked from a time on
        self._ready: list[tuple[int, int, str]] = []  # hosts that may be asked now, most waiting first
        self._later: list[tuple[float, int, str, T]] = []  # items that are asked again from a time on

    def add(self, host: str, item: T, now: float, *, first: bool = False) -> None:
        """Put an item at the end of its host's queue, or `first` if it goes on with something begun."""
        entry = self._host(host)
        (entry.items.appendleft if first else entry.items.append)(item)
        self._waiting += 1
        self._list(host, entry, now)

    def again(self, host: str, item: T, now: float, pause: float) -> None:
        """Ask an item again, after a pause and behind all that waits by then."""
        heapq.heappush(self._later, (now + pause, next(self._ticket), host, item))

    def take(self, now: float) -> Turn[T] | Wait | None:
        """Whose turn it is; nothing when all is done. Items of a host that is left alone come by `abandoned`."""
        while self._later and self._later[0][0] <= now:
            _, _, host, item = heapq.heappop(self._later)
            self.add(host, item, now)
        while self._soon and self._soon[0][0] <= now:
            _, ticket, host = heapq.heappop(self._soon)
            heapq.heappush(self._ready, (-len(self._hosts[host].items), ticket, host))
        while self._ready and self._active < self._at_once:
            host = heapq.heappop(self._ready)[2]
            entry = self._hosts[host]
            entry.listed = False
            if entry.alone or not entry.items or self._is_full(entry):
                continue
            if entry.next_time > now:
                self._list(host, entry, now)
                continue
            item = entry.items.popleft()
            entry.active += 1
            entry.next_time = now + entry.gap
            self._active += 1
            self._waiting -= 1
            self._list(host, entry, now)
            return Turn(host, item)
        if not self._active and not self._waiting and not self._later:
            return None
        times = [heap[0][0] for heap in (self._soon, self._later) if heap and self._active < self._at_once]
        return Wait(max(0.0, min(times) - now) if times else float("inf"))

    def done(self, host: str, now: float) -> None:
        """A turn of this host is over."""
        entry = self._hosts[host]
        entry.active -= 1
        self._active -= 1
        self._list(host, entry, now)

    def pause(self, host: str, now: float, seconds: float) -> None:
        """Ask nothing of a host for some seconds, and go on more slowly afterwards."""
        entry = self._host(host)
        entry.next_time = max(entry.next_time, now + seconds)
        entry.gap = min(max(entry.gap * 2, 0.05), 2.0)

    def answered(self, host: str) -> None:
        """The host answered something: its failures are forgotten."""
        self._host(host).failures = 0

    def failed(self, host: str) -> bool:
        """The host did not answer. Whether it is to be left alone from now on."""
        entry = self._host(host)
        entry.failures += 1
        return entry.failures >= self._host_failures

    def leave_alone(self, host: str) -> tuple[T, ...]:
        """Leave a host alone for good; gives back what was still to be asked of it."""
        entry = self._host(host)
        entry.alone = True
        left = tuple(entry.items)
        entry.items.clear()
        self._waiting -= len(left)
        mine = [one for one in self._later if one[2] == host]
        if mine:
            self._later = [one for one in self._later if one[2] != host]
            heapq.heapify(self._later)
        return left + tuple(item for *_, item in sorted(mine, key=lambda one: one[:2]))

    def slowest(self) -> tuple[str, int]:
        """The host of which most is still to be asked, and how much that is."""
        left = ((len(entry.items) + entry.active, host) for host, entry in self._hosts.items())
        number, host = max(left, default=(0, ""))
        return host, number

    def is_left_alone(self, host: str) -> bool:
        """Whether a host is no longer asked."""
        return host in self._hosts and self._hosts[host].alone

    def leave_all(self) -> tuple[T, ...]:
        """Leave every host alone, as when time is up; gives back everything that was still to be asked."""
        hosts = dict.fromkeys([*self._hosts, *(one[2] for one in self._later)])
        return tuple(item for host in hosts for item in self.leave_alone(host))

    def _host(self, host: str) -> "_Host[T]":
        return self._hosts.setdefault(host, _Host(self._gap))

    def _is_full(self, entry: "_Host[T]") -> bool:
        """Whether a host has all the requests it may have; if it was silent, no more than it takes to give it up."""
        doomed = entry.failures > 0 and entry.active + entry.failures >= self._host_failures
        return doomed or entry.active >= self._host_at_once

    def _list(self, host: str, entry: "_Host[T]", now: float) -> None:
        """Note from when on a host may be asked, if it may be at all."""
        if not entry.listed and entry.items and not self._is_full(entry) and not entry.alone:
            entry.listed = True
            heapq.heappush(self._soon, (max(entry.next_time, now), next(self._ticket), host))
