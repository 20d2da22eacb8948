"""Read page: what a stranger's web page or PDF says about itself — title, headings, ids, words, pages.

The only door to lxml, imported when the first page is read. The content is hostile: of the parsers that were tried, one
needed three minutes for a megabyte of nested `<div>` and the standard library's hung on unclosed comments; libxml2
reads each of these in a few hundredths of a second.
"""

import codecs
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from briefing_tools.errors import CannotRun

_WORDLESS = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
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
    collector = _Collector()
    parser = etree.HTMLParser(target=collector, encoding=_encoding(content_type), huge_tree=False)
    try:
        parser.feed(body)
        parser.close()
    except (etree.XMLSyntaxError, LookupError, ValueError):
        pass  # what was read up to here still counts
    return collector.page()


def squeezed(text: str) -> str:
    """A text in which only the letters count: no white space, small letters. Two texts that read alike are equal."""
    return "".join(text.split()).translate(_INVISIBLE).casefold()


_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF))
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


class _Collector:
    """Takes what the parser finds, in order."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.title: list[str] = []
        self.heading: list[str] = []
        self.words: list[str] = []
        self.size = 0
        self.refresh = ""
        self.password = False
        self.scripts = 0
        self.open: list[str] = []
        self.headings_seen = 0

    def start(self, tag: Any, attributes: Mapping[Any, Any]) -> None:
        name = str(tag).lower()
        values = {str(key).lower(): str(value) for key, value in attributes.items()}
        if values.get("id"):
            self.ids.add(values["id"])
        if name in ("a", "map", "img") and values.get("name"):
            self.ids.add(values["name"])
        if name == "meta" and values.get("http-equiv", "").strip().lower() == "refresh" and not self.refresh:
            self.refresh = _refresh(values.get("content", ""))
        if name == "input" and values.get("type", "").lower() == "password":
            self.password = True
        self.scripts += name == "script"
        self.headings_seen += name == "h1"
        self.open.append(name)

    def end(self, tag: Any) -> None:
        if self.open:
            self.open.pop()

    def data(self, text: str) -> None:
        current = self.open[-1] if self.open else ""
        if current == "title":
            if "svg" not in self.open:
                self.title.append(text)
        elif not any(name in _WORDLESS for name in self.open[-6:]):
            if self.headings_seen == 1 and "h1" in self.open[-6:]:
                self.heading.append(text)
            if self.size < _MOST_WORDS:
                self.words.append(text)
                self.size += len(text)

    def comment(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass

    def page(self) -> WebPage:
        words = squeezed("".join(self.words))
        return WebPage(
            title=_line("".join(self.title)),
            heading=_line("".join(self.heading)),
            ids=frozenset(self.ids),
            words=words,
            refresh=self.refresh,
            password=self.password,
            programmed=self.scripts > 0 and len(words) < 200,
        )


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
