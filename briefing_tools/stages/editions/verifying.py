"""Verify: finished editions are held against what they promise, by judges who do not know how they were made."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote
from xml.etree import ElementTree

from briefing_tools.judges import INSTALL, PROFILES, epub_faults, epubcheck_is_here, pdf_verdicts, verapdf_is_here
from briefing_tools.model import Edition
from briefing_tools.pdf import look_at
from briefing_tools.stages.editions.book.epub import MEDIA_TYPE
from briefing_tools.stages.editions.book.packing import unpack
from briefing_tools.stages.editions.house import Format, formats

MOST_NAMED = 3
_RAISED = 0.7
"""The raised number of a note in an edition that has such, as a part of its size."""


class Outcome(StrEnum):
    """How a check ended; `NOT_MADE` is neither good nor bad."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_MADE = "not made"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says of an edition: what was looked at, how it ended, and in one phrase what was seen."""

    edition: str
    check: str
    outcome: Outcome
    seen: str


def verify(editions: Iterable[Edition]) -> Iterator[Verdict]:
    """Every verdict on these editions; a judge who is not here says how to get him."""
    for edition in editions:
        name = edition.url.rpartition("/")[2]
        if edition.media_type == "application/pdf":
            yield from _pdf(edition, name)
        elif edition.media_type == MEDIA_TYPE:
            yield from _epub(edition, name)
        else:
            yield Verdict(
                name, "content", _outcome(bool(edition.content)), f"{len(edition.content)} bytes; nothing else to check"
            )


def _outcome(good: bool) -> Outcome:
    return Outcome.PASSED if good else Outcome.FAILED


def _some(faults: tuple[str, ...]) -> str:
    more = f" … and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
    return "; ".join(faults[:MOST_NAMED]) + more


# -- PDF ---------------------------------------------------------------------------------------------------------------


def _pdf(edition: Edition, name: str) -> Iterator[Verdict]:
    if verapdf_is_here():
        for standard, one in pdf_verdicts(edition.content).items():
            seen = _some(one.broken) or f"veraPDF: {one.checks:,} checks"
            yield Verdict(name, standard, _outcome(not one.broken), seen)
    else:
        for standard in PROFILES:
            yield Verdict(name, standard, Outcome.NOT_MADE, f"veraPDF is not installed; get it with: {INSTALL}")
    look = look_at(edition.content)
    yield Verdict(name, "syntax", _outcome(not look.faults), _some(look.faults) or "qpdf: nothing wrong")
    yield Verdict(
        name, "links", _outcome(not look.lost), _some(look.lost) or f"{look.links} inside it, each leads to a page"
    )
    yield from _sizes(edition, name, look.sizes)


def _sizes(edition: Edition, name: str, sizes: tuple[float, ...]) -> Iterator[Verdict]:
    format = next((one for one in formats().values() if one.name == edition.format), formats()["pdf"])
    small = tuple(size for size in sizes if size < format.points - 0.05 and not _raised(size, format))
    least = min((size for size in sizes if not _raised(size, format)), default=0.0)
    said = f"{least:g} point; this edition promises {format.points:g}"
    if any(_raised(size, format) for size in sizes):
        said += f" (raised numbers of notes: {format.points * _RAISED:g})"
    yield Verdict(name, "smallest text", _outcome(not small and bool(sizes)), said)


def _raised(size: float, format: Format) -> bool:
    return format.note_mark == "raised" and abs(size - format.points * _RAISED) < 0.1


# -- EPUB --------------------------------------------------------------------------------------------------------------


def _epub(edition: Edition, name: str) -> Iterator[Verdict]:
    if epubcheck_is_here():
        faults = epub_faults(edition.content)
        yield Verdict(name, "EPUB 3.3", _outcome(not faults), _some(faults) or "EPUBCheck: nothing wrong")
    else:
        yield Verdict(name, "EPUB 3.3", Outcome.NOT_MADE, f"EPUBCheck is not installed; get it with: {INSTALL}")
    count, lost = _epub_links(edition.content)
    yield Verdict(name, "links", _outcome(not lost), _some(lost) or f"{count} inside it, each leads to a place")


def _epub_links(content: bytes) -> tuple[int, tuple[str, ...]]:
    """How many links inside an EPUB there are, and those that lead to no place."""
    pages = {name: ElementTree.fromstring(page) for name, page in unpack(content).items() if name.endswith(".xhtml")}
    places = {f"{name}#{one.get('id')}" for name, page in pages.items() for one in page.iter() if one.get("id")}
    places |= set(pages)
    links = [
        (name, href)
        for name, page in pages.items()
        for one in page.iter()
        if (href := one.get("href")) and ":" not in href
    ]
    lost = tuple(
        f"{name}: {href}" for name, href in links if not href.endswith(".css") and _place(name, href) not in places
    )
    return len(links), lost


def _place(page: str, href: str) -> str:
    path, _, anchor = unquote(href).partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    return f"{file}#{anchor}" if anchor else file
