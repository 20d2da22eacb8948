"""Read a date: people write days in many ways, and none is ever guessed."""

import calendar
import re

from briefing_tools.model import Day

HOW_TO_WRITE_A_DATE = "Write it like 2013-06-14, 14/06/2013 or 14 June 2013."
NO_DATE = {
    "far_year": ", because the year {year} is too far away",
    "no_month": ", because there is no month {month}; the day comes before the month",
    "no_day": ", because {month} {year} has {days} days",
    "short_year": ", because its year has two figures only",
}
"""Why something is no date, as the end of a sentence."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WEEKDAYS = "mon|tue|wed|thu|fri|sat|sun"


def parse_day(text: str) -> Day | None:
    """Read `2013-03-14`, `14/03/2013`, `14 March 2013`, `2013-03`, `March 2013` or `2013`; None for anything else.

    Never guesses: words such as “last month” and days that do not exist are refused.
    """
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if not 1800 <= year <= 2200 or month > 12 or (day and not month):
        return None
    if day and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return Day(year, month, day)


def why_no_day(text: str) -> str:
    """Why what looks like a date is none, as the end of a sentence; empty if that cannot be said."""
    parts = _parts(text)
    if parts and not 1800 <= parts[0] <= 2200:
        return NO_DATE["far_year"].format(year=parts[0])
    if parts and parts[1] > 12:
        return NO_DATE["no_month"].format(month=parts[1])
    if parts and parts[2]:
        year, month, _ = parts
        days = calendar.monthrange(year, month)[1]
        return NO_DATE["no_day"].format(month=calendar.month_name[month], year=year, days=days)
    if re.fullmatch(r"\d{1,2}[/. ]\w+[/. ]\d{2}", text):
        return NO_DATE["short_year"]
    return ""


def _parts(text: str) -> tuple[int, int, int] | None:
    """The year, month and day that a text names, whether they exist or not; 0 for what it leaves out."""
    words = re.sub(rf"^(?:{_WEEKDAYS})\w*,? ", "", text.strip().rstrip("."), flags=re.I)
    if found := re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?)?)?", words):
        numbers = [int(part) if part else 0 for part in found.groups()]
        given = [part is not None for part in found.groups()]
        if any(there and not number for there, number in zip(given, numbers, strict=True)):
            return None
        return numbers[0], numbers[1], numbers[2]
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", words):
        day, month, year = (int(part) for part in found.groups())
        return (year, month, day) if month and day else None
    named = re.fullmatch(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<month>[A-Za-z]+)\.?,? (?P<year>\d{4})", words)
    named = named or re.fullmatch(r"(?P<month>[A-Za-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})", words)
    number = _MONTHS.get(named["month"].lower(), 0) if named else 0
    return (int(named["year"]), number, int(named["day"] or 0)) if named and number else None
