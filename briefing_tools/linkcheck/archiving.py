"""Archive: look for a copy of a page near the day it was cited, or ask for one to be made.

The archive's addresses are settings (`[services]` in links.toml), the Wayback Machine's by default. Its availability
API often answers “nothing” for pages that it has, so it is asked as every archive can be that speaks Memento (RFC 7089):
its TimeGate leads to the copy nearest to a day, and its TimeMap lists all of them. One request
every two seconds and a budget a run: it blocks those who ask faster. What is found is kept in the record for good.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from briefing_tools.clock import days_between
from briefing_tools.fetching import Answer, Fetch, NoAnswer, Request
from briefing_tools.linkrecord.addresses import Askable, next_address, sort_address
from briefing_tools.linkrecord.policy import LinkPolicy, day_in
from briefing_tools.model import Day


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address of which a copy is wanted, best from a certain day. `short` if it only stands for another."""

    url: str
    near: Day
    short: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """An archived copy and the day it was taken. `target` is where it leads on to, if it is a copy of a redirect."""

    address: str
    taken: Day | None
    target: str = ""


@dataclass(frozen=True)
class Search:
    """What came of a search: the copies found, by address; what has no copy; what was not asked, and why not."""

    found: Mapping[str, Copy]
    none: tuple[str, ...]
    unasked: tuple[str, ...]
    trouble: str = ""


async def find_copies(
    wanted: Sequence[Wanted],
    policy: LinkPolicy,
    fetch: Fetch,
    *,
    save: bool = False,
    allow_private: bool = False,
    heard: Callable[[str, Copy | None], None] = lambda url, copy: None,
) -> Search:
    """Look for a copy of each address in turn; with `save`, ask for one where there is none.

    Ends early when the archive refuses, cannot be reached, or the budget is spent.
    """
    asking = _Asking(policy, fetch, allow_private)
    found: dict[str, Copy] = {}
    none: list[str] = []
    for index, one in enumerate(wanted):
        try:
            copy = (
                await asking.available(one)
                or await asking.nearest(one)
                or await asking.listed(one)
                or (await asking.save(one) if save else None)
            )
            if copy and one.short:
                copy = await asking.behind(copy)
        except _EnoughError as error:
            return Search(found, tuple(none), tuple(rest.url for rest in wanted[index:]), str(error))
        if copy:
            found[one.url] = copy
        else:
            none.append(one.url)
        heard(one.url, copy)
    return Search(found, tuple(none), ())


class _EnoughError(Exception):
    """The archive is not to be asked again in this run."""


class _Asking:
    """Asks the archive slowly, and no more often than is allowed."""

    def __init__(self, policy: LinkPolicy, fetch: Fetch, allow_private: bool) -> None:
        self.policy = policy
        self.fetch = fetch
        self.allow_private = allow_private
        self.left = policy.limits.archive_most
        self.begun = False

    async def available(self, wanted: Wanted) -> Copy | None:
        """The availability API's answer: the closest copy of a page that was there."""
        template = self.policy.services.archive_available
        said = await self.ask(_filled(template, wanted, encode=True)) if template else None
        try:
            values = json.loads(said.body) if said and said.status == 200 else {}
        except (ValueError, RecursionError):
            return None
        closest = _inside(values, "archived_snapshots", "closest")
        if _inside(closest, "available") is not True or not str(_inside(closest, "status") or "200").startswith("2"):
            return None
        return _copy(str(_inside(closest, "url") or ""))

    async def nearest(self, wanted: Wanted) -> Copy | None:
        """Where the TimeGate leads that is asked for a copy of a certain day (RFC 7089, 4).

        It sends us on to the copy, or sends the copy itself and says which it is.
        """
        template = self.policy.services.archive_copies
        if not template:
            return None
        address = _filled(template, wanted, encode=False)
        said = await self.ask(address, {"accept-datetime": http_date(wanted.near)})
        taken = _day_of(said.header("memento-datetime"))
        if taken:  # it is the copy itself, which may be a copy of a redirect
            where = said.header("content-location") or next((url for url, _ in mementos(said.header("link"))), "")
            return _copy(next_address(address, where) if where else address, taken)
        if said.status in (301, 302, 303, 307, 308) and said.header("location"):
            return _copy(next_address(address, said.header("location")))
        return _copy(address) if said.status == 200 and day_in(address) else None

    async def listed(self, wanted: Wanted) -> Copy | None:
        """Of all copies that the TimeMap lists, the one nearest to the day (RFC 7089, 5; RFC 6690 for its form)."""
        template = self.policy.services.archive_timemap
        if not template:
            return None
        address = _filled(template, wanted, encode=False)
        said = await self.ask(address, most=1024 * 1024)
        if said.status != 200:
            return None
        near = wanted.near
        day = Day(near.year, near.month or 1, near.day or 1)
        copies = mementos(said.body.decode("utf-8", "replace"))
        best = min(copies, key=lambda one: abs(days_between(one[1], day)), default=None)
        return _copy(next_address(address, best[0]), best[1]) if best else None

    async def save(self, wanted: Wanted) -> Copy | None:
        """Ask for a copy to be made now."""
        template = self.policy.services.archive_save
        if not template:
            return None
        address = _filled(template, wanted, encode=False)
        said = await self.ask(address)
        where = said.header("location") or said.header("content-location")
        return _copy(next_address(address, where)) if where and said.status < 400 else None

    async def behind(self, copy: Copy) -> Copy:
        """Where a copied redirect leads: what a short link meant when its service still knew."""
        said = await self.ask(copy.address)
        onward = next_address(copy.address, said.header("location")) if 300 <= said.status < 400 else ""
        original = re.search(r"/\d{4,14}(?:[a-z]{2}_)?/(https?://[!-~]+)$", onward)
        return Copy(copy.address, copy.taken, original.group(1) if original else "")

    async def ask(self, url: str, headers: Mapping[str, str] = MappingProxyType({}), most: int = 64 * 1024) -> Answer:
        if self.left <= 0:
            raise _EnoughError("the archive was asked as often as is allowed in one run")
        if self.begun:
            await asyncio.sleep(self.policy.limits.archive_gap)
        self.left, self.begun = self.left - 1, True
        found = sort_address(url, self.policy, allow_private=self.allow_private)
        if not isinstance(found, Askable):
            return Answer(0)
        said = await self.fetch(Request(found.request, headers=headers, seconds=60.0, most=most))
        if isinstance(said, NoAnswer):
            raise _EnoughError("the archive could not be reached, so try again later")
        if said.status == 429 or said.status >= 500:
            raise _EnoughError(
                "the archive asks to be left alone for a while"
                if said.status == 429
                else "the archive has an error of its own"
            )
        return said


def _filled(template: str, wanted: Wanted, *, encode: bool) -> str:
    near = wanted.near
    date = f"{near.year:04}{near.month or 1:02}{near.day or 1:02}"
    return template.replace("{date}", date).replace("{url}", quote(wanted.url, safe="") if encode else wanted.url)


_LISTED = re.compile(r"<([^<>\s]{1,4000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))*)")


def mementos(text: str) -> Iterator[tuple[str, Day]]:
    """The copies that a TimeMap lists, each with its day."""
    for found in _LISTED.finditer(text):
        said = dict(re.findall(r"([\w*-]+)\s*=\s*\"([^\"]*)\"", found[2]))
        day = _day_of(said.get("datetime", ""))
        if "memento" in said.get("rel", "").split() and day:
            yield found[1], day


def http_date(day: Day) -> str:
    """A day as HTTP writes it, at noon: `Thu, 14 Jun 2012 12:00:00 GMT` (RFC 9110, 5.6.7)."""
    whole = Day(day.year, day.month or 1, day.day or 1)
    weekday = _WEEKDAYS[days_between(Day(2024, 1, 1), whole) % 7]  # 1 January 2024 was a Monday
    return f"{weekday}, {whole.day:02} {_MONTHS[whole.month - 1]} {whole.year:04} 12:00:00 GMT"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day_of(date: str) -> Day | None:
    """The day of an HTTP date, in UTC."""
    found = re.match(r"\s*\w{3,9}, (\d{1,2})[ -](\w{3})[ -](\d{4}) ", date)
    if not found or found[2] not in _MONTHS or not 1 <= int(found[1]) <= 31:
        return None
    return Day(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))


def _copy(address: str, taken: Day | None = None) -> Copy | None:
    """A copy, if the address is one that may stand on a page."""
    secure = re.sub(r"^http://(web\.archive\.org/)", r"https://\1", address)
    return Copy(secure, taken or day_in(secure)) if re.fullmatch(r"https?://[!#-;=?-~]{1,4000}", secure) else None


def _inside(values: Any, *names: str) -> Any:
    for name in names:
        values = values.get(name) if isinstance(values, dict) else None
    return values
