"""Freeze: the editions of a briefing, its book and its pictures become files that never change, with a manifest."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from briefing_tools.model import CitedBriefing, Edition, FrozenFile, LinkedSeries
from briefing_tools.stages.editions.book.keeping import keep_book
from briefing_tools.stages.editions.book.parts import Book
from briefing_tools.stages.editions.tools import tools
from briefing_tools.stages.editions.verifying import Verdict

BOOK = "book.json"
"""The text of a frozen edition, from which its page and comparisons are made."""
IMAGES = "images/"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an edition comes from: the commit of git (empty without one), and files that differed from it at that time.

    `lacking` are the formats that could not be made, each with the reason.
    """

    commit: str
    uncommitted: tuple[str, ...]
    lacking: tuple[tuple[str, str], ...]


def frozen_files(
    cited: CitedBriefing,
    plan: LinkedSeries,
    editions: tuple[Edition, ...],
    book: Book,
    origin: Origin,
    verdicts: tuple[Verdict, ...],
) -> Mapping[str, bytes]:
    """Everything that the folder of a frozen edition holds, by name; `manifest.json` comes last."""
    contents = {name: content for name, content, _ in _files(editions, book)}
    listed = [asdict(entry) for _, _, entry in _files(editions, book)]
    for one in listed:
        one["bytes"] = one.pop("size")
    briefing, record = cited.briefing, plan.cited.series.record
    manifest = {
        "format": 1,
        "briefing": briefing.number,
        "edition": briefing.edition,
        "title": " ".join(briefing.title.split()),
        "language": briefing.language or "en",
        "series": record.title,
        "publisher": record.publisher.name,
        "authors": [person.name for person in briefing.authors],
        "status": briefing.status,
        "published": briefing.published.iso if briefing.published else "",
        "updated": briefing.updated.iso if briefing.updated else "",
        "evidence_checked": briefing.evidence_checked.iso if briefing.evidence_checked else "",
        "frozen": plan.cited.series.today.iso,
        "source": {
            "commit": origin.commit,
            "uncommitted": list(origin.uncommitted),
            "path": briefing.path,
            "text_sha256": hashlib.sha256(briefing.source.text.encode()).hexdigest(),
        },
        "tools": dict(tools()),
        "not_made": [{"format": format, "why": why} for format, why in origin.lacking],
        "verdicts": [
            {"file": one.edition, "check": one.check, "outcome": one.outcome.value, "seen": one.seen}
            for one in verdicts
        ],
        "updates": [one.update.id for one in cited.updates_in_order()],
        "files": listed,
    }
    return {**contents, "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"}


def _files(editions: tuple[Edition, ...], book: Book) -> Iterator[tuple[str, bytes, FrozenFile]]:
    """Every file with its name, content and entry in the manifest: what readers get first."""
    made = [
        (one.url.rpartition("/")[2], one.content, one.media_type, one.format, one.pages, one.seconds)
        for one in editions
    ]
    made.append((BOOK, keep_book(book), "application/json", "", 0, 0))
    made += [(IMAGES + one.name, one.content, one.media_type, "", 0, 0) for one in book.drawings.values()]
    for name, content, media_type, format, pages, seconds in made:
        digest = hashlib.sha256(content).hexdigest()
        yield name, content, FrozenFile(name, digest, len(content), media_type, format, pages, seconds)
