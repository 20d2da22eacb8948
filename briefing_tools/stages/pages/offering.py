"""Offer: the links by which a page gives works away as files, each with its type and size."""

import posixpath
from dataclasses import dataclass
from urllib.parse import quote

from briefing_tools.model import Export
from briefing_tools.wording import file_size


@dataclass(frozen=True, slots=True)
class Offer:
    """A file to save: its address as the page carries it, and what it is."""

    href: str
    format: str
    mime: str
    size: str


def offered(exports: tuple[Export, ...], owner: str, page_url: str) -> list[Offer]:
    """The files of an owner, for the page under `page_url`."""
    return [
        Offer(relative(one.url, page_url), one.format, one.mime, file_size(one.content))
        for one in exports
        if one.owner == owner
    ]


def relative(url: str, page_url: str) -> str:
    """An address below the pages' root as a page carries it, with its anchor."""
    path, _, anchor = url.partition("#")
    way = posixpath.relpath(path or ".", page_url or ".") + ("/" if path.endswith("/") or not path else "")
    return quote(way, safe="/~") + (f"#{quote(anchor)}" if anchor else "")
