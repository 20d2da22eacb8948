"""Receive: a report that came from a check of somebody else's proposal is hostile until its size and form are known."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from briefing_tools.diagnostics import Severity
from briefing_tools.report.comment import Remark
from briefing_tools.report.json import Touched

LARGEST = 1024 * 1024
"""How many bytes a report may have."""

MOST = 5_000
_TEXT = 4_000
_RULE = re.compile(r"[a-z]+(?:-[a-z0-9]+){1,6}\Z")


@dataclass(frozen=True, slots=True)
class Received:
    """A report that has the right form: its findings, most serious first, and the updates that it touches."""

    remarks: tuple[Remark, ...]
    touched: tuple[Touched, ...]


class _Odd(Exception):
    """The report has not the form that we write."""


def receive(content: bytes) -> Received | None:
    """The report, or None if it is too large, no JSON, or not of the form `briefings check --format json --by` writes."""
    if not 0 < len(content) <= LARGEST:
        return None
    try:
        values = json.loads(content.decode("utf-8"))
        return _report(values)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError, _Odd):
        return None


def _report(values: object) -> Received:
    whole = _group(values)
    if whole.get("format") != 1 or isinstance(whole.get("format"), bool):
        raise _Odd
    remarks = [_remark(_group(one)) for one in _list(whole.get("findings"))]
    touched = tuple(_touched(_group(one)) for one in _list(whole.get("updates")))
    return Received(tuple(sorted(remarks, key=lambda one: one.severity.rank)), touched)


def _remark(values: Mapping[str, object]) -> Remark:
    rule, severity = _text(values, "rule", 80), _text(values, "severity", 20)
    if not _RULE.match(rule) or severity not in list(Severity):
        raise _Odd
    line = _group(values.get("start")).get("line")
    if not isinstance(line, int) or isinstance(line, bool) or not 1 <= line <= 10_000_000:
        raise _Odd
    message, hint, path = _text(values, "message"), _text(values, "hint"), _text(values, "path", 1_000)
    return Remark(Severity(severity), rule, message, hint, path, line)


def _touched(values: Mapping[str, object]) -> Touched:
    kind, is_shown = _text(values, "kind", 20), values.get("shown")
    if kind not in ("added", "changed", "deleted") or not isinstance(is_shown, bool):
        raise _Odd
    words = {name: _text(values, name, 1_000) for name in ("path", "title", "site", "briefing", "section")}
    return Touched(kind=kind, shown=is_shown, **words)


def _group(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _Odd
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _Odd
    return value


def _text(values: Mapping[str, object], name: str, most: int = _TEXT) -> str:
    value = values.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise _Odd
    return value
