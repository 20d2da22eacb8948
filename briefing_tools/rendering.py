"""Render: the tree becomes HTML, one function per thing; nothing is trusted, every character is escaped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from briefing_tools.addresses import citation_anchor, reference_anchor
from briefing_tools.marking import Number, marker, spoken
from briefing_tools.model import Citation, CitedText, Element, Link, Node, Text, plain_text
from briefing_tools.source import Span
from briefing_tools.templates import Html, escaped, escaped_again
from briefing_tools.wording import EDITORS_BOXES, box_title

_ROBUST = ("data-originalurl", "data-versionurl", "data-versiondate")
_VOID = frozenset({"br", "hr", "img"})
_KEPT = frozenset({"id", "lang", "title", "alt", "width", "height", "start", "align", "colspan", "rowspan", "scope"})


def plain_html(nodes: tuple[Node, ...]) -> Html:
    """HTML of a reference or another run of nodes that holds no citations and only links of its own."""
    return Renderer(CitedText((), (), {}), {}).nodes(nodes)


@dataclass(frozen=True)
class Renderer:
    """Renders one document. `citation_id` and `reference_id` give the anchors of its own citations and references.

    `in_link` says that a link's words are being rendered: a link cannot stand within another one.
    """

    text: CitedText
    links: Mapping[Span, Link]
    citation_id: Callable[[int], str] = citation_anchor
    reference_id: Callable[[str], str] = reference_anchor
    in_link: bool = False

    def nodes(self, nodes: tuple[Node, ...]) -> Html:
        """HTML of a run of nodes."""
        return Html("").join(self.node(node) for node in nodes)

    def node(self, node: Node) -> Html:
        """HTML of one node."""
        match node:
            case Text(text):
                return escaped(text)
            case Citation():
                return self.citation(node)
            case Element("a"):
                return self.link(node)
            case Element("img"):
                return self.picture(node)
            case Element("beside"):
                return Html('<span class="beside-link">{}</span>').format(self.nodes(node.children))
            case Element("signpost"):
                return self.signpost(node)
            case Element("admonition"):
                return self.admonition(node)
            case Element("table"):
                return self.table(node)
            case Element():
                return self.element(node)

    def element(self, node: Element) -> Html:
        """An ordinary HTML element with the attributes that mean something to readers."""
        attributes = Html("").join(
            Html(' {}="{}"').format(name, value) for name, value in node.attributes.items() if name in _KEPT
        )
        if node.tag in _VOID:
            return Html("<{}{}>").format(node.tag, attributes)
        return Html("<{}{}>{}</{}>").format(node.tag, attributes, self.nodes(node.children), node.tag)

    def citation(self, node: Citation) -> Html:
        """A marker whose numbers lead to their references, and to which the references lead back."""
        placed = self.text.placed[node.span]
        parts: list[str] = []
        for part in marker(placed, self.text):
            if isinstance(part, Number) and not self.in_link:
                to, called = escaped_again(self.reference_id(part.key)), escaped_again(spoken(part, self.text))
                parts.append(f'<a href="#{to}" aria-label="{called}">{escaped_again(part.text)}</a>')
            else:
                parts.append(escaped_again(part.text))
        return Html(
            f'<span class="citation" id="{escaped_again(self.citation_id(placed.ordinal))}">{"".join(parts)}</span>'
        )

    def link(self, node: Element) -> Html:
        """A link to where it really leads; the words alone when it leads nowhere."""
        words = replace(self, in_link=True).nodes(node.children)
        if node.span is None and node.attributes.get("href", "").startswith(("https://", "http://")):
            return _anchor(node.attributes["href"], node.attributes, words)
        found = self.links.get(node.span) if node.span else None
        if found is None or not found.href:
            return words
        link = _anchor(found.href, found.offer.attributes, words)
        return link if self.in_link else link + self.nodes(found.offer.beside)

    def picture(self, node: Element) -> Html:
        """A picture of this project; its description alone when the file is missing or elsewhere."""
        found = self.links.get(node.span) if node.span else None
        alt = node.attributes.get("alt", "")
        if found is None or found.external or not found.href:
            return escaped(alt)
        return Html('<img src="{}" alt="{}" loading="lazy">').format(found.href, alt)

    def signpost(self, node: Element) -> Html:
        """A “For more information see” box."""
        title = node.attributes["title"] or "For more information see"
        return Html('<div class="signpost"><p class="signpost-title">{}</p>{}</div>').format(
            title, self.nodes(node.children)
        )

    def admonition(self, node: Element) -> Html:
        """Any other box, as the theme draws it; what editors added later says so."""
        kind = node.attributes["kind"]
        if kind in EDITORS_BOXES:
            words = box_title(kind, node.attributes["title"])
            box = Html(
                '<div class="editors-box {}" role="note" aria-label="{}"><p class="editors-box-title">{}</p>{}</div>'
            )
            return box.format(kind, words, words, self.nodes(node.children))
        title = (
            Html('<p class="admonition-title">{}</p>').format(node.attributes["title"])
            if node.attributes["title"]
            else ""
        )
        return Html('<div class="admonition {}">{}{}</div>').format(
            node.attributes["kind"], title, self.nodes(node.children)
        )

    def table(self, node: Element) -> Html:
        """A table that can be scrolled by keyboard on a narrow screen."""
        heads = [child for child in node.children if isinstance(child, Element) and child.tag == "thead"]
        words = plain_text(tuple(heads))
        region = Html('<div class="table-wrap" role="region" tabindex="0" aria-label="Table: {}">{}</div>')
        return region.format(words, self.element(node).replace(Html("<table"), Html('<table class="data"'), 1))


def _anchor(href: str, attributes: Mapping[str, str], words: Html) -> Html:
    """A link with the attributes that Robust Links asks for, where its archived copy is known."""
    robust = Html("").join(Html(' {}="{}"').format(name, attributes[name]) for name in _ROBUST if name in attributes)
    return Html('<a href="{}"{}>{}</a>').format(href, robust, words)
