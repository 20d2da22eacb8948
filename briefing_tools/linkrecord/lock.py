"""Read and write `links.lock`: text in, values out, and back without a difference.

One stanza an address, sorted, keys in a fixed order, dates only where something was learnt. A run that learns nothing
moves one date at the head. There are seven such dates, one a weekday, so that two branches that ran on different days
change different lines and git can merge them; a link's facts stand between lines that do not change, for the same
reason. Where git was told to keep both sides (`merge=union`), what is there twice is read as the later of the two.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from briefing_tools.clock import days_between
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.model import Day, Hop, KnownLink, LinkState
from briefing_tools.source import Source, Span

NAME = "links.lock"
FORMAT = 1
"""The form of the record that is written, and the newest that can be read."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEAD = """\
# links.lock: where links lead, as far as anybody knows.
# Written by `briefings links check --online`; decisions of people stand in links.toml. Format 1.

# The last whole run on each weekday. A link without `checked` was asked in the last of them.
[run]
"""
GOOD = frozenset({LinkState.OK, LinkState.MOVED, LinkState.REDIRECTED, LinkState.FRAGMENT_MISSING})
"""The states of a link that is alive."""


@dataclass(frozen=True)
class LinkRecord:
    """Everything the record holds. `runs` are the days of the last whole run by weekday, `links` are by address."""

    runs: Mapping[str, Day] = field(default_factory=dict)
    links: Mapping[str, KnownLink] = field(default_factory=dict)

    @property
    def run(self) -> Day | None:
        """The day of the last run that asked everything."""
        return max(self.runs.values(), default=None)

    @property
    def latest(self) -> Day | None:
        """The last day on which the record says that something was learnt."""
        days = {day for one in self.links.values() for day in (one.since, one.checked, one.last_ok, *one.fails) if day}
        return max(days | set(self.runs.values()), default=None)


# -- Writing -----------------------------------------------------------------------------------------------------------


def write_lock(record: LinkRecord) -> str:
    """The text of `links.lock`. The same record always gives the same text."""
    runs = [f"{name} = {_day(record.runs.get(name))}\n#\n" for name in WEEKDAYS]
    stanzas = (_stanza(record.links[url], record.run) for url in sorted(record.links))
    return "".join([_HEAD, *runs, *stanzas])


def with_run(record: LinkRecord, today: Day) -> LinkRecord:
    """The record after a whole run today."""
    runs = {**record.runs, WEEKDAYS[days_between(Day(2024, 1, 1), today) % 7]: today}  # 1 January 2024 was a Monday
    return LinkRecord(MappingProxyType(runs), record.links)


def _stanza(link: KnownLink, run: Day | None) -> str:
    good = link.state in GOOD
    through = [hop.url for hop in link.hops[:-1]]
    lines = [
        f"state = {_text(link.state)}",
        f"why = {_text(link.why)}" if link.why else "",
        f"note = {_text(link.note)}" if link.note else "",
        f"status = {link.status}" if link.status and not (good and link.status == 200) else "",
        f"via = [{', '.join(str(hop.status) for hop in link.hops)}]" if link.hops else "",
        f"through = [{', '.join(_text(url) for url in through)}]" if through else "",
        f"final = {_text(link.final)}" if link.hops else "",
        f"since = {link.since.iso}" if link.since else "",
        f"fails = [{', '.join(day.iso for day in link.fails)}]" if link.fails else "",
        f"checked = {link.checked.iso}" if link.checked and link.checked != run else "",
        f"last_ok = {link.last_ok.iso}"
        if link.last_ok and not (good and link.last_ok == (link.checked or run))
        else "",
        f"archive = {_text(link.archive)}" if link.archive else "",
        f"archived = {link.archived.iso}" if link.archived else "",
    ]
    return "\n".join(["", f"[{_text(link.url)}]", *(line for line in lines if line), ""])


def _day(day: Day | None) -> str:
    return day.iso if day else '""'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _text(value: str) -> str:
    """A TOML basic string on one line (TOML 1.0, “String”)."""
    return '"' + re.sub(r'["\\\x00-\x1f\x7f]', lambda found: _escape(found.group()), value) + '"'


def _escape(character: str) -> str:
    return _ESCAPES.get(character, f"\\u{ord(character):04X}")


# -- Reading -----------------------------------------------------------------------------------------------------------


def read_lock(source: Source) -> tuple[LinkRecord, tuple[Slip, ...]]:
    """Read `links.lock`. What cannot be read is noted and left out; no text whatever makes this raise."""
    newer = re.search(r"^#.*\bFormat ([0-9]{1,6})\b", source.text[:1000], re.M)
    if newer and int(newer[1]) > FORMAT:
        return LinkRecord(), (_newer(source, newer[1]),)
    try:
        values = _as_written(source.text) or tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if "<<<<<<<" in source.text:
            line = next(n for n, text in enumerate(source.lines, 1) if "<<<<<<<" in text)
            return LinkRecord(), (_slip(source, "The record of links holds the marks of an unfinished merge.", line),)
        mended = _once(source.text)
        try:
            values = tomllib.loads(mended)
        except (tomllib.TOMLDecodeError, RecursionError) as other:
            line = _line(error) if "twice" not in str(error) and "overwrite" not in str(error) else 0
            line = line or _same_line(source, mended.split("\n")[_line(other) - 1 :][:1])
            return LinkRecord(), (_slip(source, "The record of links cannot be read.", line),)
    given = values.pop("run", None)
    runs = {name: day for name, one in (given if isinstance(given, dict) else {}).items() if (day := _as_day(one))}
    run = max(runs.values(), default=None)
    links = {url: link for url, entry in values.items() if (link := _link(url, entry, run))}
    slips = [_misread(source, url, *wrong) for url, entry in values.items() if (wrong := _mistake(entry))]
    if given is not None and (wrong := _mistake_in_runs(given)):
        slips.append(_misread(source, "", *wrong))
    return LinkRecord(MappingProxyType(runs), MappingProxyType(links)), tuple(slips)


def _as_written(text: str) -> dict[str, Any] | None:
    """The values of a text that stands just as we write it, in a fraction of TOML's time; nothing for any other text.

    A long series has thousands of stanzas, and every build reads them.
    """
    head, *stanzas = text.split('\n\n["')
    if not head.startswith(_HEAD) or not text.endswith("\n"):
        return None
    lines = [line for line in head.removeprefix(_HEAD).split("\n") if line != "#"]
    tables = [("run", lines)]
    tables += [(name.removesuffix('"]'), pairs) for name, *pairs in (stanza.split("\n") for stanza in stanzas)]
    values: dict[str, Any] = {}
    for name, pairs in tables:
        name = _value(f'"{name}"')
        entry = dict(pair.split(" = ", 1) for pair in pairs if " = " in pair)
        if name in values or len(entry) != sum(pair != "" for pair in pairs) or not _KEYS.issuperset(entry):
            return None
        values[name] = {key: _value(value) for key, value in entry.items()}
    return values


_KEYS = frozenset(
    (
        "state",
        "why",
        "note",
        "status",
        "via",
        "through",
        "final",
        "since",
        "fails",
        "checked",
        "last_ok",
        "archive",
        "archived",
    )
) | frozenset(WEEKDAYS)


def _value(text: str) -> Any:
    """One TOML value; most are strings without an escape."""
    if text.startswith('"') and text.endswith('"') and text.count('"') == 2 and "\\" not in text and text.isprintable():
        return text[1:-1]
    return _other_value(text)


@lru_cache(maxsize=4096)
def _other_value(text: str) -> Any:
    values = tomllib.loads(f"value = {text}")
    if len(values) != 1:
        raise tomllib.TOMLDecodeError("more than a value")
    return values["value"]


def _link(url: str, entry: Any, run: Day | None) -> KnownLink | None:
    """One address; nothing when its stanza says nothing that has a meaning here."""
    if not isinstance(entry, dict) or entry.get("state") not in list(LinkState):
        return None
    state = LinkState(entry["state"])
    statuses = [one for one in _list(entry.get("via")) if isinstance(one, int)]
    targets = [*(one for one in _list(entry.get("through")) if isinstance(one, str)), _string(entry.get("final"))]
    if len(statuses) != len(targets):  # a merge kept the ends of two ways: where they led is worth more than how
        statuses, targets = statuses[-1:], targets[-1:]
    hops = tuple(Hop(*pair) for pair in zip(statuses, targets, strict=False))
    checked = _as_day(entry.get("checked")) or (None if state is LinkState.UNTESTED else run)
    last_ok = _as_day(entry.get("last_ok"))
    status = entry.get("status")
    return KnownLink(
        url=url,
        state=state,
        why=_string(entry.get("why")),
        status=status if isinstance(status, int) else 200 if state in GOOD else None,
        hops=hops if targets[-1] else (),
        since=_as_day(entry.get("since")),
        fails=tuple(day for one in _list(entry.get("fails")) if (day := _as_day(one))),
        checked=checked,
        last_ok=last_ok or (checked if state in GOOD else None),
        archive=_string(entry.get("archive")),
        archived=_as_day(entry.get("archived")),
        note=_string(entry.get("note")),
    )


_STATES = frozenset(one.value for one in LinkState)
_DAYS = frozenset(("since", "checked", "last_ok", "archived"))
_LISTS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "via": lambda one: type(one) is int,
        "through": lambda one: isinstance(one, str),
        "fails": lambda one: _as_day(one) is not None,
    }
)


def _mistake(entry: Any) -> tuple[str, str] | None:
    """What somebody wrote into a stanza that means nothing here: the key, and what is wrong. An empty stanza is none:
    a merge may leave one."""
    if not isinstance(entry, dict):
        return "", "is not followed by what is known of it"
    for key, value in entry.items():
        shown = f"“{str(value)[:60]}”"
        if key not in _KEYS or key in WEEKDAYS:
            return key, f"has a “{key[:60]}”, which means nothing here"
        if key == "state" and value not in _STATES:
            return key, f"is said to be {shown}, which is no state of a link"
        if key in _DAYS and _as_day(value) is None:
            return key, f"has {shown} as “{key}”, which is no day (write {key} = 2026-11-23)"
        if key in _LISTS and not (isinstance(value, list) and all(_LISTS[key](one) for one in value)):
            return key, f"has {shown} as “{key}”, which is no such list"
        if key == "status" and type(value) is not int:
            return key, f"has {shown} as “status”, which is no number"
        if key in ("why", "note", "final", "archive") and not isinstance(value, str):
            return key, f"has {shown} as “{key}”, which stands in no quotation marks"
    if entry and "state" not in entry:
        return "", "has no state"
    return None


def _mistake_in_runs(given: Any) -> tuple[str, str] | None:
    if not isinstance(given, dict):
        return "", "is not a list of days"
    for key, value in given.items():
        if key not in WEEKDAYS:
            return key, f"has a “{key[:60]}”, which means nothing here"
        if value != "" and _as_day(value) is None:
            return key, f"has “{str(value)[:60]}” as “{key}”, which is no day (write {key} = 2026-11-23)"
    return None


def _as_day(value: Any) -> Day | None:
    """A TOML date; a time of day is left out."""
    if all(isinstance(getattr(value, part, None), int) for part in ("year", "month", "day")):
        return Day(value.year, value.month, value.day)
    return None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _once(text: str) -> str:
    """The text with every stanza and every key once, the last of each: what a merge that kept both sides needs."""
    stanzas: dict[str, dict[str, str]] = {}
    current: dict[str, str] = stanzas.setdefault("", {})
    for line in text.split("\n"):
        if header := re.match(r"\[.*\]\s*$", line):
            current = stanzas.setdefault(header.group().strip(), {})
        elif pair := re.match(r"([a-z_]+) *=", line):
            earlier = current.get(pair.group(1), "")
            # Of two dates the later one holds: they only ever move forward.
            current[pair.group(1)] = max(earlier, line) if _is_date(earlier) and _is_date(line) else line
        elif line.strip() and not line.startswith("#"):
            current[line] = line
    return "\n".join(line for name, lines in stanzas.items() for line in _stanza_lines(name, lines))


def _stanza_lines(name: str, lines: Mapping[str, str]) -> Iterator[str]:
    yield name
    yield from lines.values()


def _is_date(line: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]+ = \d{4}-\d\d-\d\d\s*", line))


def _line(error: BaseException) -> int:
    found = re.search(r"line (\d+)", str(error))
    return int(found.group(1)) if found else 1


def _same_line(source: Source, text: list[str]) -> int:
    """Where a line of the mended text stands in the file."""
    return next((number for number, line in enumerate(source.lines, 1) if [line] == text), 1)


def _misread(source: Source, url: str, key: str, what: str) -> Slip:
    """A stanza that somebody changed by hand: at its key, or else at its head."""
    head = f"[{_text(url)}]" if url else "[run]"
    lines = source.lines
    top = next((n for n, line in enumerate(lines, 1) if line.strip() == head), 0)
    stanza = takewhile(lambda n: not lines[n - 1].startswith("["), range(top + 1, len(lines) + 1)) if top else ()
    at = next((n for n in stanza if re.match(rf"\s*{re.escape(key)}\s*=", lines[n - 1])), top) if key else top
    name = (url if len(url) <= 100 else url[:99] + "…") if url else "the list of runs"
    return _slip(source, f"In the record of links, {name} {what}.", at or 1)


def _newer(source: Source, number: str) -> Slip:
    message = f"The record of links was written by a newer version of this program (format {number})."
    hint = "Bring this program up to date: pip install --upgrade briefing-tools"
    return Slip("config-bad-record", Problem(source.line_span(1), message, hint))


def _slip(source: Source, message: str, line: int = 1) -> Slip:
    span = source.line_span(line) if 0 < line <= len(source.lines) else Span.of_file(source.path)
    hint = f"Restore it from the last version that could be read: git checkout HEAD -- {source.path}"
    return Slip("config-bad-record", Problem(span, message, hint))
