"""Offer: what a reader gets for a link, from what is known of it: the words that stand beside it, and its attributes.

The link itself stays what was cited. Whatever became of it is said beside it, in words, so that a page read aloud and a
printed one say the same.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from briefing_tools.model import Element, KnownLink, LinkKnowledge, LinkState, Node, Offer, Text

LONGEST_SHOWN = 300
"""Characters of an address that is shown whole."""

_WANTS_COPY = frozenset({LinkState.DEAD, LinkState.UNREACHABLE, LinkState.SUSPECT, LinkState.TLS_ERROR})
"""The states in which a reader probably does not get what was cited, and is shown the archived copy."""


def offer(known: KnownLink, short: bool = False) -> Offer:
    """What readers get for a link; `short` tells that its address only stands for another.

    A dead link is named as such, with its archived copy and that copy's date, or else with the day on which it was last
    seen and where it led. A short link names where it leads.
    """
    return Offer(_beside(_remarks(known, short)), _robust(known))


def with_offers(nodes: tuple[Node, ...], known: LinkKnowledge) -> tuple[Node, ...]:
    """The nodes of a reference with what readers are offered beside each of its addresses."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "a" and "href" in node.attributes:
            offer = known.offer(node.attributes["href"])
            made += [replace(node, attributes={**node.attributes, **offer.attributes}), *offer.beside]
        elif isinstance(node, Element):
            made.append(replace(node, children=with_offers(node.children, known)))
        else:
            made.append(node)
    return tuple(made)


def copy_words(known: KnownLink) -> str:
    """What an archived copy is called: `archived copy, 14 June 2012`; nothing if there is none."""
    if not _opens(known.archive):
        return ""
    return f"archived copy, {known.archived}" if known.archived else "archived copy"


def _remarks(known: KnownLink, short: bool) -> list[tuple[Node, ...]]:
    dead = known.state is LinkState.DEAD
    copied = bool(copy_words(known)) and known.state in _WANTS_COPY
    remarks: list[tuple[Node, ...]] = []
    if dead:
        seen = f", last seen on {known.last_ok}" if known.last_ok and not copied else ""
        remarks.append((Text(f"no longer available{seen}"),))
    elsewhere = known.final != known.url and known.state is not LinkState.SUSPECT and _opens(known.final)
    leads = known.final if elsewhere else ""
    if leads and (dead or short):
        remarks.append((Text("it led to " if dead else "leads to "), _link(leads, _shown(leads))))
    if copied:
        remarks.append((_link(known.archive, copy_words(known)),))
    return remarks


def _beside(remarks: list[tuple[Node, ...]]) -> tuple[Node, ...]:
    """The remarks in brackets, with a space before them."""
    if not remarks:
        return ()
    joined: list[Node] = [Text(" (")]
    for number, remark in enumerate(remarks):
        joined += [*([Text("; ")] if number else []), *remark]
    return (Element("beside", MappingProxyType({}), (*joined, Text(")"))),)


def _opens(url: str) -> bool:
    """Whether every browser opens an address without running anything; what a server redirects to is not checked."""
    return re.fullmatch(r"https?://[^\s<>\"]+", url, re.I) is not None


def _shown(url: str) -> str:
    """An address as words; of one that nobody could read only the website."""
    return url if len(url) <= LONGEST_SHOWN else url.split("/", 3)[2]


def _link(href: str, words: str) -> Element:
    return Element("a", MappingProxyType({"href": href}), (Text(words),))


def _robust(known: KnownLink) -> Mapping[str, str]:
    """Robust Links' attributes (mementoweb.org/robustlinks): the address as cited, its copy, and that copy's date."""
    if not copy_words(known):
        return MappingProxyType({})
    attributes = {"data-originalurl": known.url, "data-versionurl": known.archive}
    if known.archived:
        attributes["data-versiondate"] = known.archived.iso
    return MappingProxyType(attributes)
