"""Tag: a title's marking-up as the few tags that Zotero, Mendeley and CSL understand: `<i>`, `<b>`, `<sup>`, `<sub>`.

Nothing else is markup, in neither direction: a `<script>` in a title is the characters it is written with, and goes out
as `&lt;script>`.
"""

import html
import re
from collections.abc import Iterable

from briefing_tools.model import Element, Node, Text

_TAGS = {"em": "i", "strong": "b", "sup": "sup", "sub": "sub"}
_ELEMENTS = {"i": "em", "em": "em", "b": "strong", "strong": "strong", "sup": "sup", "sub": "sub"}
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_TOKEN = re.compile(r"<(/?)(i|em|b|strong|sup|sub)>|</?span\b[^<>]{0,200}>", re.IGNORECASE)
_MAX_DEPTH = 20


def plain(text: str) -> str:
    """Text that no reader of tags takes for a tag or an entity."""
    return _TAG_LIKE.sub("&lt;", _ENTITY.sub(lambda found: "&amp;" + found[0][1:], text))


def unplain(text: str) -> str:
    """The text that `plain` was given; also what other programs write as entities."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def tagged(nodes: Iterable[Node]) -> str:
    """Marked-up text with tags; elements that have none are their words."""
    return "".join(_tagged(node) for node in nodes)


def _tagged(node: Node) -> str:
    match node:
        case Text(text):
            return plain(text)
        case Element():
            inner = tagged(node.children)
            tag = _TAGS.get(node.tag, "")
            return f"<{tag}>{inner}</{tag}>" if tag and inner else inner
    return ""


def nodes_of(text: str) -> tuple[Node, ...]:
    """The marked-up text that tags stand for; a tag without its fellow is the characters it is written with."""
    stack: list[tuple[str, str, list[Node]]] = [("", "", [])]
    last = 0
    for found in _TOKEN.finditer(text):
        _add(stack[-1][2], text[last : found.start()])
        last = found.end()
        closing, name = found[1], (found[2] or "").lower()
        if not name:
            continue  # a span, which CSL and Zotero use to protect capitals
        tag = _ELEMENTS[name]
        if not closing and len(stack) <= _MAX_DEPTH:
            stack.append((tag, found[0], []))
        elif closing and len(stack) > 1 and stack[-1][0] == tag:
            _, _, inner = stack.pop()
            if inner:
                stack[-1][2].append(Element(tag, {}, tuple(inner)))
        else:
            _add(stack[-1][2], found[0])
    _add(stack[-1][2], text[last:])
    while len(stack) > 1:
        _, opening, inner = stack.pop()
        _add(stack[-1][2], opening)
        for node in inner:
            _add(stack[-1][2], node)
    return tuple(stack[0][2])


def _add(nodes: list[Node], node: Node | str) -> None:
    """Add a node; neighbouring texts become one."""
    if isinstance(node, str):
        node = Text(unplain(node))
    last = nodes[-1] if nodes else None
    if isinstance(node, Text) and isinstance(last, Text):
        nodes[-1] = Text(last.text + node.text)
    elif not isinstance(node, Text) or node.text:
        nodes.append(node)
