"""Find the part: what stands after `#` in an address is looked for in the page or PDF.

Ids and names, as written or percent-encoded; text fragments (`#:~:text=`); pages of a PDF (`#page=`). What a program in
the browser makes of the rest (`#/route`, `#L10`, `#t=30`) cannot be told from outside, and is said so.
"""

import re
from urllib.parse import unquote

from briefing_tools.fetching import Answer
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.webpage import WebPage, pdf_pages, squeezed

_FOR_PROGRAMS = re.compile(r"[!/]|L\d+(?:-L?\d+)?$|t=\d|xywh=|svgView|line[-=]?\d+$|[\w.-]+=|\?|.*&\w+=")
"""Fragments that a program reads: application routes, lines of source code, media times, parameters."""


def fragment_of(url: str) -> str:
    """The part after `#`, as written."""
    return url.partition("#")[2]


def wants_pdf_page(url: str) -> bool:
    """Whether an address names a page of a document."""
    return bool(_pdf_page(fragment_of(url)))


def look_for(fragment: str, answer: Answer, page: WebPage | None) -> Why | None:
    """Whether a part of a page is missing (the reason), cannot be told (`PART_UNKNOWN`), or is there (nothing)."""
    if not fragment:
        return None
    if answer.content_type == "application/pdf" or answer.body.startswith(b"%PDF"):
        return _look_in_pdf(fragment, answer)
    if page is None:
        return Why.PART_UNKNOWN
    element, marker, directive = fragment.partition(":~:")
    if element and (missing := _look_in_page(element, answer, page)):
        return missing
    return _look_for_words(directive, answer, page) if marker else None


def _look_in_page(fragment: str, answer: Answer, page: WebPage) -> Why | None:
    decoded = unquote(fragment)
    if decoded.lower() == "top" or {fragment, decoded, f"user-content-{decoded}"} & page.ids:
        return None
    if not answer.whole or page.programmed or _FOR_PROGRAMS.match(decoded):
        return Why.PART_UNKNOWN
    return Why.NO_SUCH_PART


def _look_for_words(directive: str, answer: Answer, page: WebPage) -> Why | None:
    """Text fragments: `text=[before-,]first[,last][,-after]` (WICG Scroll To Text Fragment)."""
    wanted = [part[5:] for part in directive.split("&") if part.startswith("text=")]
    missing = [one for one in wanted if not _has_words(one, page.words)]
    if not missing:
        return None
    return Why.NO_SUCH_WORDS if answer.whole and not page.programmed else Why.PART_UNKNOWN


def _has_words(text: str, words: str) -> bool:
    parts = text.split(",")
    middle = [part for part in parts if not part.endswith("-") and not part.startswith("-")]
    at = 0
    for part in middle[:2]:
        sought = squeezed(unquote(part))
        found = words.find(sought, at)
        if found < 0:
            return False
        at = found + len(sought)
    return True


def _pdf_page(fragment: str) -> int | None:
    """The page in `#page=12&zoom=100` (RFC 8118), or nothing."""
    found = re.search(r"(?:^|&)page=(\d{1,6})(?:&|$)", fragment, re.I)
    return int(found.group(1)) if found else None


def _look_in_pdf(fragment: str, answer: Answer) -> Why | None:
    number = _pdf_page(fragment)
    if number is None:
        return Why.PART_UNKNOWN
    if number == 0:
        return Why.NO_SUCH_PAGE
    pages = pdf_pages(answer.body)
    if pages is None or (not answer.whole and number > pages):
        return Why.PART_UNKNOWN
    return Why.NO_SUCH_PAGE if number > pages else None
