"""Build: clean HTML becomes our tree, and every mark in it a span."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from types import MappingProxyType

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.markup.citing import Found, Item
from briefing_tools.markup.marks import MARK, Places, first_mark, without_marks
from briefing_tools.model import Citation, CitationItem, Element, Node, Text, plain_text, walk
from briefing_tools.source import Span

_VOID = frozenset({"br", "hr", "img"})


def build(
    clean: str, places: Places, targets: Mapping[str, str], found: tuple[Found, ...]
) -> tuple[tuple[Node, ...], tuple[Slip, ...]]:
    """The top-level nodes of a clean text, and what cannot be shown where it was written.

    `targets` are the addresses of links by their marks, `found` the citations in the order of their numbers.
    """
    builder = _Builder(places, targets, found)
    builder.feed(clean)
    builder.close()
    return builder.finish(), tuple(builder.slips)


class _Open:
    """An element whose children are still being read; the outermost heading it stands in, and whether it is in code."""

    def __init__(self, tag: str, attributes: dict[str, str], within: "_Open | None" = None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.mark = ""
        self.heading: _Open | None = (within and within.heading) or (self if re.fullmatch(r"h[1-6]", tag) else None)
        self.in_code: bool = tag in ("code", "pre") or (within is not None and within.in_code)


class _Builder(HTMLParser):
    """Builds the tree from nh3's output, which is always well formed."""

    def __init__(self, places: Places, targets: Mapping[str, str], found: tuple[Found, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self.places = places
        self.targets = targets
        self.found = found
        self.stack = [_Open("", {})]
        self.slips: list[Slip] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        cite, at = attributes.pop("data-cite", ""), attributes.pop("data-at", "")
        current = _Open(tag, {name: without_marks(value) for name, value in attributes.items()}, self.stack[-1])
        if re.fullmatch(rf"{MARK}\d+", cite):
            self.stack[-1].children.append(self._citation(self.found[int(cite[1:])]))
        if tag in ("a", "img") and at in self.targets:
            current.attributes["target"] = self.targets[at]
            current.mark = at
        self.stack.append(current)
        if tag in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        done = self.stack.pop()
        self.stack[-1].children += self._finished(done)

    def handle_data(self, data: str) -> None:
        heading = self.stack[-1].heading
        if heading and not heading.mark:
            heading.mark = first_mark(data)
        if not self.stack[-1].in_code:
            self._look_for_unread(data)
        text = without_marks(data)
        if text:
            self.stack[-1].children.append(Text(text))

    def _look_for_unread(self, data: str) -> None:
        """Note a bracket with a key in it that the parser has not looked at, which it does not within HTML."""
        for found in re.finditer(rf"\[(?P<open>{MARK})(?P<inside>[^\[\]]*)\](?P<close>{MARK})", data):
            if not re.search(rf"(?<!\\)@{MARK}", found["inside"]):
                continue
            start, end = (self.places.mark(found[name]).start for name in ("open", "close"))
            span = self.places.source.span(start, end + 1)
            words = f"The bracket {without_marks(found[0])} is no citation, because it stands inside HTML."
            self.slips.append(
                Slip("cite-bracket-broken", Problem(span, words, "Write this paragraph in Markdown, without HTML."))
            )

    def finish(self) -> tuple[Node, ...]:
        """The top-level nodes, once everything was fed."""
        return tuple(node for node in self.stack[0].children if not (isinstance(node, Text) and not node.text.strip()))

    def _citation(self, found: Found) -> Citation:
        items = tuple(
            CitationItem(item.key, item.mode, item.prefix, item.locator, item.suffix, self._key(item))
            for item in found.items
        )
        source = self.places.source
        start = self.places.mark(found.opening).start - found.before
        end = self.places.mark(found.closing).start + found.after
        return Citation(items, found.narrative, source.span(max(start, 0), end))

    def _key(self, item: Item) -> Span:
        start = self.places.mark(item.mark).start
        return self.places.source.span(start, start + item.length)

    def _finished(self, done: _Open) -> list[Node]:
        """An element as our tree has it: boxes by their own names, meaningless wrappers taken off."""
        classes = done.attributes.get("class", "").split()
        attributes = {name: value for name, value in done.attributes.items() if name not in ("class", "href", "src")}
        if done.tag == "div" and "admonition" in classes:
            return [_box(done, classes)]
        if done.tag == "p" and "admonition-title" in classes:
            self._refuse(done)
            return [Element("box-title", MappingProxyType({}), tuple(done.children))]
        if done.tag in ("div", "span") and not attributes:
            return done.children
        tag = {"b": "strong", "i": "em"}.get(done.tag, done.tag)
        span = None
        if done.mark and done.tag in ("a", "img"):
            span = self.places.span(done.mark)
        elif done.mark:
            span = self.places.line(done.mark)
        return [Element(tag, MappingProxyType(attributes), tuple(done.children), span)]

    def _refuse(self, title: _Open) -> None:
        """Note the citations in the title of a box."""
        for node in walk(tuple(title.children)):
            if isinstance(node, Citation):
                words, hint = "A citation cannot stand in the title of a box.", "Put it into the text of the box."
                self.slips.append(Slip("cite-in-title", Problem(node.span, words, hint)))


def _box(done: _Open, classes: list[str]) -> Element:
    kind = next((name for name in classes if name != "admonition"), "note")
    titles = [node for node in done.children if isinstance(node, Element) and node.tag == "box-title"]
    rest = tuple(node for node in done.children if not (isinstance(node, Element) and node.tag == "box-title"))
    tag = "signpost" if kind == "signpost" else "admonition"
    return Element(tag, MappingProxyType({"kind": kind, "title": plain_text(tuple(titles))}), rest)
