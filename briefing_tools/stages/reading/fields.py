"""Read fields: named values become typed ones, and what does not fit becomes a slip in plain words."""

import calendar
import re
from collections.abc import Iterable

from briefing_tools.diagnostics import Problem, Slip, nearest
from briefing_tools.frontmatter import Fields, Items, Scalar, Value
from briefing_tools.model import Day
from briefing_tools.source import Span

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}


class FieldReader:
    """Takes typed values out of fields; `slips` collects what was wrong, under codes that begin with `noun`."""

    def __init__(self, fields: Fields, noun: str) -> None:
        self.fields = fields
        self.noun = noun
        self.slips: list[Slip] = []

    def note(self, what: str, span: Span, message: str, hint: str) -> None:
        """Note a slip with the code `<noun>-<what>`."""
        self.slips.append(Slip(f"{self.noun}-{what}", Problem(span, message, hint)))

    def know(self, known: Iterable[str], where: str) -> None:
        """Note every field that is not `known`, with the nearest one that is."""
        names = list(known)
        for key, span in self.fields.keys.items():
            if key not in names:
                near = nearest(key, names)
                hint = f"Did you mean “{near}”?" if near else f"The fields are: {', '.join(names)}."
                self.note("unknown-field", span, f"{where} has no field called “{key}”.", hint)

    def has(self, key: str) -> bool:
        """Whether the field is there with something in it."""
        value = self.fields.values.get(key)
        return bool(value) and not (isinstance(value, Scalar) and not value.text.strip())

    def text(self, key: str, default: str = "") -> str:
        """One line of text; line breaks and doubled spaces are folded."""
        value = self.fields.values.get(key)
        if value is None:
            return default
        if isinstance(value, Scalar):
            return " ".join(value.text.split())
        self.note(
            "bad-field", value.span, f"“{key}” takes one piece of text, not a list.", f"Write it on one line: {key}: …"
        )
        return default

    def choice(self, key: str, choices: Iterable[str], default: str, called: str) -> str:
        """One of a few words; another is noted with the nearest, and the default is used."""
        words, given = list(choices), self.text(key)
        folded = re.sub(r"[\s_]+", "-", given.lower())
        if not given or folded in words:
            return folded or default
        near = nearest(folded, words, 0.5)
        hint = f"Did you mean “{near}”? " if near else ""
        span = self.fields.values[key].span
        self.note("bad-field", span, f"“{given}” is not {called}.", f"{hint}Choose one of: {', '.join(words)}.")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        return tuple(text for value in self.items(key) if (text := self._entry_text(key, value)))

    def items(self, key: str) -> tuple[Value, ...]:
        """The values of a list; a single value counts as a list of one, an empty field as none."""
        value = self.fields.values.get(key)
        if value is None or (isinstance(value, Scalar) and not value.text.strip()):
            return ()
        return value.values if isinstance(value, Items) else (value,)

    def _entry_text(self, key: str, value: Value) -> str:
        if isinstance(value, Scalar):
            return " ".join(value.text.split())
        self.note("bad-field", value.span, f"An entry of “{key}” should be one piece of text.",
                  "If it has a colon in it, put quotation marks round the whole entry.")  # fmt: skip
        return ""

    def group(self, key: str) -> Fields | None:
        """The fields under a field, such as those under `publisher:`."""
        value = self.fields.values.get(key)
        if value is None or isinstance(value, Fields):
            return value
        self.note("bad-field", value.span, f"“{key}” has fields of its own.",
                  f"Write them below “{key}:”, each on a line that begins with two spaces.")  # fmt: skip
        return None

    def day(self, key: str) -> Day | None:
        """A date, or None if the field is missing or cannot be read."""
        given = self.text(key)
        if not given:
            return None
        day = parse_day(given)
        if day is None:
            self.note("bad-date", self.fields.values[key].span, f"“{given}” cannot be read as a date{_why(given)}.",
                      "Write it like 2013-06-14, 14/06/2013 or 14 June 2013.")  # fmt: skip
        return day


def parse_day(text: str) -> Day | None:
    """Read `2013-03-14`, `14/03/2013`, `14 March 2013`, `2013-03`, `March 2013` or `2013`; None for anything else.

    Never guesses: words such as “last month” and days that do not exist are refused.
    """
    words = text.strip().rstrip(".")
    parts = _parts(words)
    if parts is None:
        return None
    year, month, day = parts
    if not 1800 <= year <= 2200 or month > 12 or (day and not month):
        return None
    if day and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return Day(year, month, day)


def _parts(words: str) -> tuple[int, int, int] | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", words)
    if found:
        numbers = [int(part) if part else 0 for part in found.groups()]
        given = [part is not None for part in found.groups()]
        if any(there and not number for there, number in zip(given, numbers, strict=True)):
            return None
        return numbers[0], numbers[1], numbers[2]
    found = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", words)
    if found:
        day, month, year = (int(part) for part in found.groups())
        return (year, month, day) if month and day else None
    found = re.fullmatch(r"(?:(\d{1,2})(?:st|nd|rd|th)? )?([A-Za-z]+),? (\d{4})", words)
    if found and found.group(2).lower() in _MONTHS:
        return int(found.group(3)), _MONTHS[found.group(2).lower()], int(found.group(1) or 0)
    return None


def _why(text: str) -> str:
    """Why a date that looks like one is none: the month has fewer days."""
    parts = _parts(text.strip().rstrip("."))
    if parts and 1800 <= parts[0] <= 2200 and 1 <= parts[1] <= 12 and parts[2]:
        year, month, _ = parts
        return f", because {calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days"
    return ""
