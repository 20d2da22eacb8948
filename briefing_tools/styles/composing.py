"""Compose: pieces of text become sentences of a reference, with exactly one stop at the end of each.

A piece is plain characters or marked-up text; an empty piece vanishes together with what would have joined it.
"""

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import TypeAlias

from briefing_tools.model import Element, Node, Text, walk

Nodes: TypeAlias = tuple[Node, ...]
Piece: TypeAlias = str | Nodes

_STOPPED = re.compile(r"[.?!…][’”'\")\]]*$")


def nodes(*pieces: Piece) -> Nodes:
    """The pieces one after the other, neighbouring characters made one."""
    made: list[Node] = []
    for piece in pieces:
        for node in (Text(piece),) if isinstance(piece, str) else piece:
            last = made[-1] if made else None
            if isinstance(node, Text) and isinstance(last, Text):
                made[-1] = Text(last.text + node.text)
            elif not isinstance(node, Text) or node.text:
                made.append(node)
    return tuple(made)


def joined(separator: str, *pieces: Piece) -> Nodes:
    """The pieces that are not empty, with the separator between them."""
    kept = [piece for piece in pieces if words(piece).strip()]
    return nodes(*kept[:1], *(part for piece in kept[1:] for part in (separator, piece)))


def sentence(*pieces: Piece) -> Nodes:
    """The pieces with a full stop, unless they end in one, in `?`, `!` or in nothing at all."""
    whole = nodes(*pieces)
    text = words(whole).rstrip()
    return whole if not text or _STOPPED.search(text) else nodes(whole, ".")


def paragraph(*sentences: Piece) -> Nodes:
    """Sentences with a space between them."""
    return joined(" ", *sentences)


def wrapped(opening: str, piece: Piece, closing: str) -> Nodes:
    """The piece between two signs; nothing of nothing."""
    return nodes(opening, piece, closing) if words(piece).strip() else ()


def italic(*pieces: Piece) -> Nodes:
    """The pieces in italics; nothing of nothing."""
    inner = nodes(*pieces)
    return (Element("em", MappingProxyType({}), inner),) if inner else ()


def link(href: str, text: str) -> Nodes:
    """A link to an address that was found safe."""
    return (Element("a", MappingProxyType({"href": href}), (Text(text),)),)


def words(piece: Piece) -> str:
    """The characters of a piece, spaces kept."""
    return piece if isinstance(piece, str) else "".join(node.text for node in walk(piece) if isinstance(node, Text))


def without_stop(title: Nodes) -> Nodes:
    """A title without the full stop that somebody typed after it; `…`, `?` and `!` stay."""
    if not title or not isinstance(title[-1], Text):
        return title
    last = title[-1].text.rstrip()
    return title if not last.endswith(".") or last.endswith("..") else nodes(title[:-1], last[:-1])


def first_to_last(names: Iterable[str], last: str = " and ") -> str:
    """Names as running text: `A`, `A and B`, `A, B and C`."""
    every = list(names)
    return last.join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)
