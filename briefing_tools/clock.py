"""Tell the time: the only door to the clock, so that everything else can be built as of any day."""

import os
import re
from datetime import UTC, date, datetime

from briefing_tools.errors import CannotRun
from briefing_tools.model import Day

_DAY = 24 * 60 * 60


def epoch() -> int:
    """The beginning of today in Coordinated Universal Time, in seconds since 1970, or `SOURCE_DATE_EPOCH` if it is set.

    Documents are dated by the day, so that two builds of one day are the same to the byte.
    Source: reproducible-builds.org, “SOURCE_DATE_EPOCH specification”. Raises `CannotRun` if it is not a number.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        now = int(datetime.now(UTC).timestamp())
        return now - now % _DAY
    if not re.fullmatch(r"[0-9]{1,11}", given):
        raise CannotRun(
            "SOURCE_DATE_EPOCH is not a number of seconds.",
            "Unset it, or set it to seconds since 1970, for example 1361232000.",
        )
    return int(given)


def today() -> Day:
    """The day of `epoch` in Coordinated Universal Time."""
    now = datetime.fromtimestamp(epoch(), UTC)
    return Day(now.year, now.month, now.day)


def epoch_of(day: Day) -> int:
    """The beginning of a day in Coordinated Universal Time, in seconds since 1970. Unknown parts count as 1."""
    return days_between(Day(1970, 1, 1), day) * _DAY


def instant(epoch: int) -> str:
    """A time, given in seconds since 1970, in Coordinated Universal Time as ISO 8601 has it: `2026-11-24T12:00:00Z`."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> float:
    """This moment in seconds since 1970, whatever day a build is dated: for dates that a server sends."""
    return datetime.now(UTC).timestamp()


def days_between(earlier: Day, later: Day) -> int:
    """How many days lie from one day to another; negative if they are the other way round. Unknown parts count as 1."""
    return _date(later).toordinal() - _date(earlier).toordinal()


def days_after(day: Day, count: int) -> Day:
    """The day that comes `count` days after another."""
    found = date.fromordinal(_date(day).toordinal() + count)
    return Day(found.year, found.month, found.day)


def _date(day: Day) -> date:
    return date(day.year, day.month or 1, day.day or 1)
