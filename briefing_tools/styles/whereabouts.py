"""Lead: where a work can be read, as an address that is safe to follow.

Nothing from a bibliography becomes a link unless it is `http`, `https` or a DOI; everything else stays out of the pages.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from briefing_tools.model import Work
from briefing_tools.styles.composing import Nodes, link

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_HIDING = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\"\\^`{|}]")
"""White space, characters that nobody sees or that turn the reading direction, and those that no address holds bare."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a work can be read: the address, and the DOI if that is what it was made of."""

    href: str
    doi: str = ""

    def link(self) -> Nodes:
        """The address as a link that shows where it leads."""
        return link(self.href, self.href)


def address_of(work: Work) -> Address | None:
    """A work's DOI as an address, or else its URL; None when it has neither that is safe."""
    doi = work.fields.get("doi", "")
    if is_doi(doi):
        return Address("https://doi.org/" + quote(doi, safe="/:;().-_~!$*,@+="), doi)
    url = work.fields.get("url", "")
    return Address(url) if is_safe(url) else None


def is_doi(text: str) -> bool:
    """Whether the text is a DOI, without `doi:` or an address before it (the DOI Handbook, §2.2)."""
    return bool(_DOI.fullmatch(text)) and not _HIDING.search(text)


def is_safe(url: str) -> bool:
    """Whether an address leads to a host by `http` or `https`, without a password and with nothing hidden in it."""
    if _HIDING.search(url) or "<" in url or ">" in url:
        return False
    try:
        parts = urlsplit(url)
        return url.startswith(("http://", "https://")) and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
