"""Read `links.toml`: what people decided about links — exceptions that end, confirmations, copies, limits.

An exception without an end would hide a dead link for ever, so each has one, at most a year away, with a reason and a
name. A mistake in this file is a finding at its line; the entry is left out and everything else holds.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from briefing_tools.clock import days_after
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.model import Day
from briefing_tools.source import Source, Span

NAME = "links.toml"
TREATMENTS = ("ok", "skip")
CONFIRMED_FOR = 180
"""For how many days “I looked with a browser” holds."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Addresses that match (`*` stands for anything) count as good, or are not asked, until a day."""

    match: str
    treat: str
    reason: str
    by: str
    until: Day
    span: Span

    def covers(self, url: str) -> bool:
        """Whether an address matches."""
        return matches(self.match, url)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody looked at an address with a browser and found what was cited."""

    url: str
    by: str
    on: Day
    span: Span


@dataclass(frozen=True, slots=True)
class PickedCopy:
    """An archived copy that a person chose, and the day it was taken."""

    url: str
    copy: str
    taken: Day | None
    span: Span


@dataclass(frozen=True, slots=True)
class Limits:
    """How politely and how long links are asked. Each carries its own manual entry."""

    host_at_once: int = field(default=2, metadata={"doc": "Requests to one host at a time."})
    host_gap: float = field(default=0.25, metadata={"doc": "Seconds between two requests to one host."})
    at_once: int = field(default=64, metadata={"doc": "Requests to all hosts at a time."})
    seconds: float = field(default=20.0, metadata={"doc": "The longest one try may take, redirects included."})
    link_seconds: float = field(
        default=60.0, metadata={"doc": "The longest a link may take, with all its tries and the pauses between them."}
    )
    connect_seconds: float = field(default=10.0, metadata={"doc": "The longest a connection may take to open."})
    bytes: int = field(default=1024 * 1024, metadata={"doc": "How much of a page is read at most."})
    pdf_bytes: int = field(
        default=16 * 1024 * 1024, metadata={"doc": "The same for a PDF that a link opens at a page."}
    )
    redirects: int = field(default=10, metadata={"doc": "Redirects followed one after another."})
    tries: int = field(default=3, metadata={"doc": "How often a link is asked when there is no answer."})
    retry_seconds: float = field(default=2.0, metadata={"doc": "The pause before a second try; it doubles each time."})
    wait_seconds: float = field(default=30.0, metadata={"doc": "The longest pause a host may ask for (Retry-After)."})
    host_failures: int = field(default=5, metadata={"doc": "After so many failures in a row a host is left alone."})
    run_seconds: float = field(default=1800.0, metadata={"doc": "When a whole run stops asking."})
    new_links: int = field(default=200, metadata={"doc": "How many new links of a pull request are asked."})
    new_seconds: float = field(default=180.0, metadata={"doc": "When a run for a pull request stops asking."})
    archive_gap: float = field(default=2.0, metadata={"doc": "Seconds between two requests to an archive."})
    archive_most: int = field(default=60, metadata={"doc": "Requests to an archive in one run."})


@dataclass(frozen=True, slots=True)
class Services:
    """Where others are asked about links. `{url}` and `{date}` (yyyymmdd) are filled in; an empty one is not asked."""

    archive_available: str = "https://archive.org/wayback/available?url={url}&timestamp={date}"
    archive_copies: str = "https://web.archive.org/web/{date}/{url}"
    archive_timemap: str = "https://web.archive.org/web/timemap/link/{url}"
    archive_save: str = "https://web.archive.org/save/{url}"
    doi: str = "https://doi.org/api/handles/{url}"


SHORTENERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(
        (
            "tinyurl.com", "bit.ly", "goo.gl", "ow.ly", "is.gd", "t.co", "buff.ly", "tiny.cc", "t.ly", "rebrand.ly", "cutt.ly",
            "shorturl.at", "v.gd", "dlvr.it", "fb.me", "lnkd.in",
        ),
        (),
    )
)  # fmt: skip
"""Hosts whose addresses only stand for others."""


@dataclass(frozen=True)
class LinkPolicy:
    """Everything in `links.toml`, with defaults for what is not there.

    `shorteners` gives for each host the words by which its pages say that a short link is unknown. `robots` tells
    whether `robots.txt` is obeyed: it speaks to programs that wander from page to page, while we ask the single address
    that somebody cited, as a reader would; so it is a choice, and off. `ports` may be asked besides 80 and 443.
    """

    path: str = NAME
    contact: str = ""
    robots: bool = False
    ports: tuple[int, ...] = ()
    limits: Limits = field(default_factory=Limits)
    services: Services = field(default_factory=Services)
    shorteners: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SHORTENERS)
    exemptions: tuple[Exemption, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    copies: tuple[PickedCopy, ...] = ()

    def exemption(self, url: str, today: Day) -> Exemption | None:
        """The exception that holds for an address today."""
        return next((one for one in self.exemptions if one.until >= today and one.covers(url)), None)

    def confirmation(self, url: str, today: Day) -> Confirmation | None:
        """The confirmation that still holds for an address today."""
        found = (one for one in self.confirmations if one.url == url and days_after(one.on, CONFIRMED_FOR) >= today)
        return next(found, None)

    def shortener(self, url: str) -> tuple[str, ...] | None:
        """The words by which a short-link service says “unknown”; nothing if the address is not one of its short links."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        for host in (parts.netloc, (parts.hostname or "").removeprefix("www.")):
            if host in self.shorteners and len(parts.path) > 1:
                return self.shorteners[host]
        return None

    def shortens(self, url: str) -> bool:
        """Whether an address only stands for another, by its host."""
        return self.shortener(url) is not None

    def copy(self, url: str) -> PickedCopy | None:
        """The copy that somebody chose for an address."""
        return next((one for one in self.copies if one.url == url), None)


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern in which `*` stands for anything; takes linear time for any pattern."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    if not text.startswith(first):
        return False
    at, last = len(first), rest.pop()
    for piece in rest:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - len(last) >= at and text.endswith(last)


# -- Reading -----------------------------------------------------------------------------------------------------------


def read_policy(source: Source, today: Day) -> tuple[LinkPolicy, tuple[Slip, ...]]:
    """Read `links.toml`. What cannot be read is noted and left out; no text whatever makes this raise."""
    try:
        values = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return LinkPolicy(source.path), (_unreadable(source, error),)
    reader = _Reader(source, today)
    known = ("contact", "robots", "ports", "limits", "services", "shorteners", "rule", "confirmed", "archive")
    reader.know(values, known, "links.toml", source.line_span(1))
    defaults = LinkPolicy(source.path)
    limits = reader.numbers(values.get("limits"))
    policy = LinkPolicy(
        path=source.path,
        contact=reader.contact(values.get("contact", "")),
        robots=reader.yes_no(values.get("robots", False)),
        ports=reader.ports(values.get("ports", [])),
        limits=limits,
        services=reader.services(values.get("services")),
        shorteners=MappingProxyType({**defaults.shorteners, **reader.shorteners(values.get("shorteners"))}),
        exemptions=tuple(filter(None, map(reader.exemption, *reader.entries(values, "rule")))),
        confirmations=tuple(filter(None, map(reader.confirmation, *reader.entries(values, "confirmed")))),
        copies=tuple(filter(None, map(reader.copy, *reader.entries(values, "archive")))),
    )
    return policy, tuple(reader.slips)


class _Reader:
    """Turns what TOML gave into values and notes what is wrong with it."""

    def __init__(self, source: Source, today: Day) -> None:
        self.source = source
        self.today = today
        self.slips: list[Slip] = []

    def note(self, span: Span, message: str, hint: str) -> None:
        self.slips.append(Slip("config-link-policy", Problem(span, message, hint)))

    def place(self, name: str) -> Span:
        """The first line that gives a name, or the table of that name."""
        for number, line in enumerate(self.source.lines, 1):
            if re.match(rf"\s*\[?{re.escape(name)}\s*[=\]]", line):
                return self.source.line_span(number)
        return self.source.line_span(1)

    def know(self, values: Mapping[str, Any], known: tuple[str, ...], where: str, span: Span) -> None:
        for name in values:
            if name not in known:
                place = self.place(name) if where == "links.toml" else span
                self.note(place, f"{where} has no setting “{name}”.", f"The settings are: {', '.join(known)}.")

    def entries(self, values: Mapping[str, Any], name: str) -> tuple[list[Any], list[Span]]:
        """The entries `[[name]]` with their places."""
        headers = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
        lines = [n for n, line in enumerate(self.source.lines, 1) if headers.match(line)]
        given = values.get(name, [])
        if not isinstance(given, list) or len(given) != len(lines):
            self.note(
                self.place(name),
                f"“{name}” is not written as a list of entries.",
                f"Begin each with a line [[{name}]].",
            )
            return [], []
        return given, [self.source.line_span(line) for line in lines]

    # -- Single values --

    def contact(self, value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(r"(?:(?:https?://|mailto:)[!-~]+)?", value):
            return value
        self.note(self.place("contact"), "“contact” is not an address at which you can be reached.",
                  'Write, for example: contact = "mailto:briefings@example.org"')  # fmt: skip
        return ""

    def yes_no(self, value: Any) -> bool:
        if not isinstance(value, bool):
            self.note(self.place("robots"), "“robots” is neither true nor false.", "Write: robots = true")
        return value is True

    def ports(self, value: Any) -> tuple[int, ...]:
        good = [port for port in value if isinstance(port, int) and 0 < port < 65536] if isinstance(value, list) else []
        if value != good:
            self.note(self.place("ports"), "“ports” is not a list of numbers.", "Write, for example: ports = [8080]")
        return tuple(good)

    def numbers(self, value: Any) -> Limits:
        given = self._table(value, "limits")
        known = {one.name: one for one in fields(Limits)}
        self.know(given, tuple(known), "[limits]", self.place("limits"))
        good: dict[str, Any] = {}
        for name, number in given.items():
            if name not in known:
                continue
            kind = int if isinstance(known[name].default, int) else (int, float)
            floor = 0 if name.endswith(("gap", "retry_seconds", "wait_seconds", "redirects")) else 0.001
            if isinstance(number, bool) or not isinstance(number, kind) or not floor <= number <= 1e9:
                self.note(self.place(name), f"“{name}” is not a number that makes sense here.",
                          f"{known[name].metadata['doc']} The usual value is {known[name].default}.")  # fmt: skip
            else:
                good[name] = number
        return Limits(**good)

    def services(self, value: Any) -> Services:
        given = self._table(value, "services")
        known = {one.name: one for one in fields(Services)}
        self.know(given, tuple(known), "[services]", self.place("services"))
        good: dict[str, str] = {}
        for name, address in given.items():
            if name not in known:
                continue
            if isinstance(address, str) and (not address or (re.match(r"https?://", address) and "{url}" in address)):
                good[name] = address
            else:
                self.note(
                    self.place(name),
                    f"“{name}” is not an address with {{url}} in it.",
                    f'The usual one is "{known[name].default}".',
                )
        return Services(**good)

    def shorteners(self, value: Any) -> Mapping[str, tuple[str, ...]]:
        good: dict[str, tuple[str, ...]] = {}
        for host, signs in self._table(value, "shorteners").items():
            if isinstance(signs, list) and all(isinstance(sign, str) and sign.strip() for sign in signs):
                good[host.lower()] = tuple(signs)
            else:
                self.note(self.place(f'"{host}"'), f"What {host} says of an unknown short link is not a list of words.",
                          f'Write, for example: "{host}" = ["link not found"], or [] if you do not know.')  # fmt: skip
        return good

    def _table(self, value: Any, name: str) -> Mapping[str, Any]:
        if value is None or isinstance(value, dict):
            return value or {}
        self.note(self.place(name), f"“{name}” is not a group of settings.", f"Begin it with a line [{name}].")
        return {}

    # -- Entries --

    def exemption(self, entry: Any, span: Span) -> Exemption | None:
        self.know(entry, ("match", "treat", "reason", "by", "until"), "A [[rule]]", span)
        match, treat, reason, by = (self._words(entry, name) for name in ("match", "treat", "reason", "by"))
        until = self._day(entry.get("until"))
        if not match.strip("*") or not reason or not by:
            self.note(span, "This exception does not say for which address, why, or who decided.",
                      'Give match, reason and by, for example: match = "https://www.example.org/*"')  # fmt: skip
        elif treat not in TREATMENTS:
            self.note(
                span,
                f"“{treat}” is not something that can be done with a link.",
                'Write treat = "ok" (count it as good) or treat = "skip" (never ask it).',
            )
        elif until is None:
            self.note(
                span,
                "This exception has no end.",
                f"Give it one, at most a year from now: until = {days_after(self.today, 180).iso}",
            )
        elif until > days_after(self.today, 366):
            self.note(
                span,
                f"This exception ends on {until}, more than a year from now.",
                f"Choose an earlier day, for example: until = {days_after(self.today, 365).iso}",
            )
        else:
            return Exemption(match, treat, reason, by, until, span)
        return None

    def confirmation(self, entry: Any, span: Span) -> Confirmation | None:
        self.know(entry, ("url", "by", "on"), "A [[confirmed]]", span)
        url, by, on = self._words(entry, "url"), self._words(entry, "by"), self._day(entry.get("on"))
        if url and by and on and on <= self.today:
            return Confirmation(url, by, on, span)
        self.note(span, "This confirmation does not say which address was looked at, by whom, or on which day.",
                  f'Give url, by and on, for example: on = {self.today.iso}')  # fmt: skip
        return None

    def copy(self, entry: Any, span: Span) -> PickedCopy | None:
        self.know(entry, ("url", "copy", "taken"), "An [[archive]]", span)
        url, copy = self._words(entry, "url"), self._words(entry, "copy")
        if not url or not re.fullmatch(r"https?://[^\s<>\"]+", copy):
            self.note(span, "This archived copy does not say of which address it is, or where it is.",
                      'Give url and copy, for example: copy = "https://web.archive.org/web/20130214000000/http://…"')  # fmt: skip
            return None
        return PickedCopy(url, copy, self._day(entry.get("taken")) or day_in(copy), span)

    def _words(self, entry: Any, name: str) -> str:
        value = entry.get(name, "") if isinstance(entry, dict) else ""
        return value.strip() if isinstance(value, str) else ""

    def _day(self, value: Any) -> Day | None:
        if all(isinstance(getattr(value, part, None), int) for part in ("year", "month", "day")):
            return Day(value.year, value.month, value.day)
        return None


def day_in(copy: str) -> Day | None:
    """The day in an archive's address: `…/web/20130214103000/http://…`."""
    found = re.search(r"/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{0,6}(?:[a-z]{2}_)?/", copy)
    return Day(*(int(part) for part in found.groups())) if found else None


def _unreadable(source: Source, error: BaseException) -> Slip:
    found = re.search(r"line (\d+)", str(error))
    number = min(int(found.group(1)) if found else 1, len(source.lines))
    return Slip("config-link-policy", Problem(source.line_span(number), "This line of the link decisions cannot be read.",
                'Write values as name = "words", name = 3 or name = 2027-01-31, and begin entries with [[rule]].'))  # fmt: skip
