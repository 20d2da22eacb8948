"""Read page: what a stranger's web page or PDF says about itself — title, headings, ids, words, pages.

The only door to lxml, imported when the first page is read. The content is hostile: of the parsers that were tried, one
needed three minutes for a megabyte of nested `<div>` and the standard library's hung on unclosed comments; libxml2
reads each of these in a few hundredths of a second.
"""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from briefing_tools.errors import CannotRun

_WORDLESS = ("script", "style", "noscript", "template", "svg", "iframe", "object")
_MOST_WORDS = 512 * 1024


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a page says. `words` is its visible text without any white space, in small letters (see `squeezed`).

    `refresh` is the address to which it sends its reader within ten seconds, or empty. `ids` are the values of `id`,
    and of `name` on links. `programmed` tells that it is mostly a program that writes the page in the browser.
    """

    title: str = ""
    heading: str = ""
    ids: frozenset[str] = frozenset()
    words: str = ""
    refresh: str = ""
    password: bool = False
    programmed: bool = False


def read_webpage(body: bytes, content_type: str = "") -> WebPage:
    """Read HTML, however broken. `content_type` may name the character set, as HTTP's header does.

    Raises `CannotRun` if lxml is not installed.
    """
    etree = _lxml()
    parser = etree.HTMLParser(
        encoding=_encoding(content_type) or _utf8(body), remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):
        root = None
    return _page(etree, root) if root is not None else WebPage()


def squeezed(text: str) -> str:
    """A text in which only the letters count: no white space, small letters. Two texts that read alike are equal."""
    if text.isascii():
        return text.translate(_ASCII_SPACE).lower()
    text = "".join(text.split())
    for invisible in _INVISIBLE:
        text = text.replace(invisible, "")
    return text.casefold()


_ASCII_SPACE = {code: None for code in range(128) if chr(code).isspace()}
_INVISIBLE = "\xad\u200b\u200c\u200d\ufeff"
"""Soft hyphens and their like, which break lines and are never seen."""


def _lxml() -> Any:
    try:
        from lxml import etree  # type: ignore[import-untyped]
    except ImportError:
        raise CannotRun(
            "Looking into web pages needs the package lxml, which is not installed.",
            'Install it with: pip install "briefing-tools[links]"',
        ) from None
    return etree


def _encoding(content_type: str) -> str | None:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.I)
    try:
        return codecs.lookup(found.group(1)).name if found else None
    except LookupError:
        return None


def _utf8(body: bytes) -> str | None:
    """UTF-8, if the bytes are that: many pages are and do not say so. Otherwise what the page itself says counts."""
    try:
        codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return None
    return "utf-8"


_PARTS = "//@id | //a/@name | //map/@name | //img/@name"


def _page(etree: Any, root: Any) -> WebPage:
    found: dict[str, list[Any]] = {name: [] for name in ("title", "h1", "meta", "input", "script")}
    for one in root.iter(*found):
        found[one.tag].append(one)
    titles = (one for one in found["title"] if all(above.tag != "svg" for above in one.iterancestors()))
    refreshes = (
        one.get("content", "") for one in found["meta"] if one.get("http-equiv", "").strip().lower() == "refresh"
    )
    title, heading = _said(next(titles, None)), _said(next(iter(found["h1"]), None))
    password = any(one.get("type", "").lower() == "password" for one in found["input"])
    ids = frozenset(map(str, _xpath(etree, _PARTS)(root))) - {""}
    etree.strip_elements(root, "title", *_WORDLESS, with_tail=False)
    words = squeezed("".join(root.itertext())[:_MOST_WORDS])
    return WebPage(
        title=title,
        heading=heading,
        ids=ids,
        words=words,
        refresh=next(filter(None, map(_refresh, refreshes)), ""),
        password=password,
        programmed=bool(found["script"]) and len(words) < 200,
    )


@cache
def _xpath(etree: Any, path: str) -> Any:
    return etree.XPath(path)


def _said(element: Any) -> str:
    return "" if element is None else _line("".join(element.itertext()))


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _refresh(content: str) -> str:
    """The address in `<meta http-equiv="refresh" content="0; url=…">` (HTML, “Refresh state”), if it comes soon."""
    found = re.match(r"\s*(\d{1,9})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", content, re.I)
    return found.group(2) if found and int(found.group(1)) <= 10 else ""


# -- PDF ---------------------------------------------------------------------------------------------------------------

_MOST_UNPACKED = 4 * 1024 * 1024
_MOST_STREAMS = 200
_MOST_NODES = 500


def pdf_pages(body: bytes) -> int | None:
    """How many pages a PDF has; nothing when that cannot be told, as when it is encrypted or not all of it is here.

    Looks for the root of the page tree (ISO 32000-1, 7.7.3.2) in the file and in its object streams. It is not opened
    with a PDF library: those unpack without limit what a stranger packed.
    """
    if not body.startswith(b"%PDF") and b"%PDF" not in body[:1024]:
        return None
    linear = re.search(rb"/Linearized\b[^>]{0,200}?/N\s+(\d{1,6})", body[:2048])
    if linear:
        return int(linear.group(1))
    counts = [int(count) for text in _pdf_texts(body) for count in _counts(text)]
    return max(counts, default=None)


def _pdf_texts(body: bytes) -> Iterator[bytes]:
    """The file itself, and what its object streams hold, up to a limit."""
    yield body
    left = _MOST_UNPACKED
    for found in islice(re.finditer(rb"/ObjStm\b", body), _MOST_STREAMS):
        start = body.find(b"stream", found.end(), found.end() + 2048)
        if start < 0 or left <= 0:
            continue
        at = start + 6
        at += 2 if body[at : at + 2] == b"\r\n" else 1
        try:
            text = zlib.decompressobj().decompress(body[at : at + 1024 * 1024], left)
        except zlib.error:
            continue
        left -= len(text)
        yield text


def _counts(text: bytes) -> Iterator[bytes]:
    """The `/Count` beside each `/Type /Pages`, before or after it in the same object."""
    for found in islice(re.finditer(rb"/Type\s*/Pages\b", text), _MOST_NODES):
        start = max(text.rfind(b" obj", max(0, found.start() - 65536), found.start()), found.start() - 65536, 0)
        end = text.find(b"endobj", found.end(), found.end() + 65536)
        around = text[start : end if end >= 0 else found.end() + 65536]
        here = found.start() - start
        counts = list(re.finditer(rb"/Count\s+(\d{1,6})\b", around))
        if counts:
            yield min(counts, key=lambda one: abs(one.start() - here)).group(1)
