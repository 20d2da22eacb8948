"""Take apart: every file of a built folder, and of every page its ids and what it leads to.

HTML is read by its tags alone: what we, MkDocs and a theme write is well formed enough, a thousand pages must be read in
less than a second, and no text of a contributor reaches a page that was not cleaned before. Comments and scripts are
passed over. Nothing here follows a link.
"""

import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from briefing_tools.errors import CannotRun
from briefing_tools.pdf import broken_links
from briefing_tools.source import Source, Span

LARGEST = 32 * 1024 * 1024
"""Bytes of a page; no browser likes a larger one."""

_APART = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|textarea)\b[^>]*>(.*?)(?:</\1\s*>|\Z)", re.S | re.I)
"""Comments, and what stands inside a script: no tags."""
_TAG = re.compile(r"([a-zA-Z][a-zA-Z0-9:-]*)[\s/]([^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*)>")
_ATTRIBUTE = re.compile(
    r"(?:^|(?<=[\s\"'/]))(id|name|href|src|srcset|poster|data|action|formaction|xlink:href)"
    r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.I,
)
_SIGN = re.compile(r"(?:href|src|srcset|id|name|data|action|poster)=")
_ANY_SIGN = re.compile(r"(?:href|src|srcset|id|name|data|action|poster)\s*=", re.I)
_UNUSUAL = ("HREF", "Href", "SRC", "Src", "ID=", "Id=", "NAME=", "Name=", "href =", "src =", "id =", "name =")
"""Attributes as few programs write them; they take longer to find."""
_LONGEST_TAG = 8 * 1024
_MOST_BROKEN = 1000
"""So many signs of a tag that is none, and the rest of the page is no HTML."""
_POINTING = frozenset({"href", "src", "poster", "data", "action", "formaction", "xlink:href"})


class Target(NamedTuple):
    """What a page leads to, as written, with its place in the text. `follows` tells whether a reader can go there."""

    written: str
    start: int
    end: int
    follows: bool


@dataclass(frozen=True)
class ReadPage:
    """A page: its file below the folder, its text, its ids with the place of each, those that stand twice, its targets.

    `base` is what `<base href>` says, or empty.
    """

    path: str
    text: str
    ids: Mapping[str, int]
    twice: tuple[tuple[str, int], ...]
    targets: tuple[Target, ...]
    base: str = ""

    @cached_property
    def source(self) -> Source:
        """The text with lines and columns."""
        return Source(self.path, self.text)

    def span(self, target: Target) -> Span:
        """Where a target is written."""
        return self.source.span(target.start, target.end)


@dataclass(frozen=True, slots=True)
class BrokenInside:
    """A link of a downloaded document that leads nowhere: the document, the part of it, and where the link should lead."""

    path: str
    part: str
    target: str


@dataclass(frozen=True)
class BuiltSite:
    """Everything that was built. `files` are all files below the folder, `pages` the HTML among them, by file.

    `root` is the path under which the pages are published: `/` or `/briefings/`; `address` the whole of it, if known.
    `shown` is the folder as people named it. `broken` are the links of EPUBs and PDFs that lead nowhere.
    """

    shown: str
    files: frozenset[str]
    pages: Mapping[str, ReadPage]
    root: str = "/"
    address: str = ""
    broken: tuple[BrokenInside, ...] = ()


def read_built(folder: Path, address: str = "") -> BuiltSite:
    """Read a built folder. `address` is where it is published, `https://www.example.org/briefings/`, if that is known.

    Raises `CannotRun` when there is no page in it.
    """
    if not folder.is_dir():
        raise CannotRun(f"There is no folder {folder}.", "Build the pages first: briefings build")
    files = frozenset(_files(folder))
    pages = {path: read_html(path, text) for path in sorted(files) if (text := _text(folder, path)) is not None}
    if not pages:
        raise CannotRun(f"There is no page in the folder {folder}.", "Build the pages first: briefings build")
    root = re.sub(r"^[a-z]+://[^/]*", "", address, flags=re.I) or "/"
    return BuiltSite(
        folder.as_posix(),
        files,
        pages,
        root if root.endswith("/") else root + "/",
        address,
        tuple(_broken(folder, files)),
    )


def read_html(path: str, text: str) -> ReadPage:
    """One page, taken apart."""
    ids: dict[str, int] = {}
    twice: list[tuple[str, int]] = []
    targets: list[Target] = []
    base = ""
    for name, attributes, offset in _tags(text):
        for found in _ATTRIBUTE.finditer(attributes):
            which = found.lastindex or 2
            attribute, value = found[1].lower(), found[which]
            start = offset + found.start(which)
            if "&" in value:
                value = unescape(value)
            if attribute == "id" or (attribute == "name" and name in ("a", "map")):
                if value not in ids:
                    ids[value] = start
                elif attribute == "id":
                    twice.append((value, start))
            elif attribute == "srcset":
                targets += _in_srcset(value, start)
            elif attribute == "href" and name == "base":
                base = value
            elif attribute in _POINTING:
                targets.append(Target(value.strip(), start, offset + found.end(which), name in _FOLLOWED))
    return ReadPage(path, text, ids, tuple(twice), tuple(targets), base)


_FOLLOWED = ("a", "area", "form")


def _tags(text: str) -> Iterator[tuple[str, str, int]]:
    """Each tag that may say something: its name, its attributes, and where these begin."""
    bare = _APART.sub(_blank, text)
    sign = _ANY_SIGN if any(one in bare for one in _UNUSUAL) else _SIGN
    done = broken = 0
    for found in sign.finditer(bare):
        place = found.start()
        if place < done:
            continue
        at = bare.rfind("<", done, place)
        tag = _TAG.match(bare, at + 1, at + _LONGEST_TAG) if at >= 0 else None
        broken += tag is None
        if broken > _MOST_BROKEN:
            return
        if tag and tag.end() > place:
            yield tag[1].lower(), tag[2], tag.start(2)
            done = tag.end()


def _blank(found: re.Match[str]) -> str:
    """The same number of characters without a tag; a script keeps its own."""
    if found[2] is None:
        return " " * len(found[0])
    head = found.start(2) - found.start()
    return found[0][:head] + " " * (len(found[0]) - head)


def _in_srcset(value: str, start: int) -> Iterator[Target]:
    """The addresses in `srcset="small.png 1x, large.png 2x"`."""
    for found in re.finditer(r"(?:^|,)\s*([^\s,]+)", value):
        yield Target(found[1], start + found.start(1), start + found.end(1), False)


def _files(folder: Path) -> Iterator[str]:
    """Every file below a folder, as paths with `/`; links that lead out of it are files like others."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                else:
                    yield path


def _text(folder: Path, path: str) -> str | None:
    """The text of a page; nothing for a file that is none."""
    if not path.endswith((".html", ".htm", ".xhtml")):
        return None
    with open(folder / path, "rb") as file:
        return file.read(LARGEST).decode("utf-8", "replace")


# -- Documents to download ---------------------------------------------------------------------------------------------


def _broken(folder: Path, files: frozenset[str]) -> Iterator[BrokenInside]:
    for path in sorted(files):
        if path.endswith(".epub"):
            yield from _broken_in_epub(folder / path, path)
        elif path.endswith(".pdf"):
            found = broken_links((folder / path).read_bytes())
            if found is None:
                yield BrokenInside(path, "", "")
            else:
                yield from (BrokenInside(path, f"page {number}", target) for number, target in found)


def _broken_in_epub(file: Path, path: str) -> Iterator[BrokenInside]:
    """What leads nowhere inside an EPUB: to no file of it, or to no id of that file."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = frozenset(archive.namelist())
            pages = {
                name: read_html(name, archive.read(name).decode("utf-8", "replace"))
                for name in names
                if name.endswith((".xhtml", ".html"))
            }
    except (zipfile.BadZipFile, OSError):
        yield BrokenInside(path, "", "")
        return
    for name, page in sorted(pages.items()):
        for target in page.targets:
            if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target.written):
                continue
            to, _, anchor = target.written.partition("#")
            goal = os.path.normpath(f"{PurePosixPath(name).parent}/{to}") if to else name
            if goal not in names or (anchor and goal in pages and anchor not in pages[goal].ids):
                yield BrokenInside(path, name, target.written)
