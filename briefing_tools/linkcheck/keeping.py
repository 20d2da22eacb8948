"""Keep: what a run has learnt is never lost, and a file is replaced at once or not at all.

While a run goes on, each verdict is added to a journal as a line of its own. The run that finds a journal of the same
day, or of the day before, goes on where it ended; so a run that is killed loses at most the answers that were on their way. What pages said
about their age (`ETag`, `Last-Modified`) is kept beside it, so that an unchanged page need not be sent again. Both live
in `.cache/briefings/`, are nobody's content, and may be deleted at any time.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, TextIO

from briefing_tools import __version__
from briefing_tools.clock import days_between
from briefing_tools.dates import parse_day
from briefing_tools.linkcheck.judging import Verdict
from briefing_tools.model import Day, Hop, LinkState
from briefing_tools.replacing import replace_file as put_in_place

FOLDER = ".cache/briefings"


def replace_file(path: Path, text: str) -> bool:
    """Write a text file so that every reader sees the old or the new one whole. Whether there was a difference."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(path, data)
    return True


# -- The journal -------------------------------------------------------------------------------------------------------


class Journal:
    """The verdicts of a run as they come. Use it as `with Journal(root, today) as journal`.

    `earlier` are the verdicts of a run of the same day or of the day before, since midnight may come in between, that did
    not end. The file is deleted by `finish`.
    """

    def __init__(self, root: Path, today: Day) -> None:
        self._path = root / FOLDER / "links-run.jsonl"
        self._today = today
        self._file: TextIO | None = None
        self.earlier: Mapping[str, Verdict] = MappingProxyType(dict(_read_journal(self._path, today)))

    def __enter__(self) -> "Journal":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.earlier
        self._file = open(self._path, "w" if fresh else "a", encoding="utf-8")
        if fresh:
            self._line({"day": self._today.iso, "version": __version__})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def note(self, url: str, verdict: Verdict) -> None:
        """Add a verdict. It is with the system, if not yet on the disk, when this returns."""
        self._line({"url": url, **verdict_values(verdict)})

    def finish(self) -> None:
        """The run has ended and everything is in the record."""
        self._path.unlink(missing_ok=True)

    def _line(self, values: Mapping[str, Any]) -> None:
        assert self._file is not None, "use it as: with Journal(…) as journal"
        self._file.write(json.dumps(values, ensure_ascii=False) + "\n")
        self._file.flush()


def _read_journal(path: Path, today: Day) -> Iterator[tuple[str, Verdict]]:
    lines = _json_lines(path)
    head = next(lines, {})
    begun = parse_day(str(head.get("day")))
    if begun is None or not 0 <= days_between(begun, today) <= 1 or head.get("version") != __version__:
        return
    for values in lines:
        verdict = verdict_of(values)
        if verdict and isinstance(values.get("url"), str):
            yield values["url"], verdict


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Every line that can be read; the last may have been cut off."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8", "replace").split("\n"):
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            yield values


def verdict_values(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values."""
    hops = [[hop.status, hop.url] for hop in verdict.hops]
    return {"state": verdict.state.value, "why": str(verdict.why), "status": verdict.status, "hops": hops}


def verdict_of(values: Mapping[str, Any]) -> Verdict | None:
    """The verdict that JSON values stand for, if they do."""
    try:
        hops = tuple(Hop(int(status), str(url)) for status, url in values.get("hops", []))
        status = values.get("status")
        return Verdict(
            LinkState(values["state"]), str(values.get("why", "")), None if status is None else int(status), hops
        )
    except (KeyError, TypeError, ValueError):
        return None


# -- What pages said about their age -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remembered:
    """A page that answered without a redirect: what to send to learn whether it changed, and the verdicts it led to."""

    headers: Mapping[str, str]
    verdicts: Mapping[str, Verdict]


def read_remembered(root: Path) -> Mapping[str, Remembered]:
    """The pages remembered from earlier runs of this version, by request."""
    found: dict[str, Remembered] = {}
    lines = _json_lines(root / FOLDER / "links-pages.jsonl")
    if next(lines, {}).get("version") != __version__:
        return found
    for values in lines:
        url, headers, given = values.get("url"), values.get("headers"), values.get("verdicts")
        if isinstance(url, str) and isinstance(headers, dict) and isinstance(given, dict):
            verdicts = {str(name): verdict for name, one in given.items() if (verdict := verdict_of(one))}
            found[url] = Remembered({str(k): str(v) for k, v in headers.items()}, verdicts)
    return found


def write_remembered(root: Path, pages: Mapping[str, Remembered]) -> None:
    """Remember pages for the next run."""
    lines = [{"version": __version__}] + [
        {
            "url": url,
            "headers": dict(page.headers),
            "verdicts": {name: verdict_values(verdict) for name, verdict in page.verdicts.items()},
        }
        for url, page in sorted(pages.items())
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    replace_file(root / FOLDER / "links-pages.jsonl", text)
