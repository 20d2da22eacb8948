"""Compose: the tree of a text becomes pieces for the template, strictly sorted into blocks and lines.

HTML lets almost anything stand in almost anything; paper does not, and Typst drops a block that stands inside a line.
So every run of lines becomes a paragraph, and whatever cannot be drawn is said in words. No text is ever lost.
"""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from urllib.parse import unquote

from briefing_tools.addresses import citation_anchor, reference_anchor
from briefing_tools.marking import Number, marker
from briefing_tools.model import Citation, CitedText, Element, Link, Node, Reference, Text
from briefing_tools.source import Span
from briefing_tools.stages.editions.pieces import Child, Flow, Piece, Value, words
from briefing_tools.stages.editions.tables import compose_table
from briefing_tools.styles import STYLES
from briefing_tools.typefaces import drawn
from briefing_tools.wording import box_title

DEEPEST_BLOCK = 5
"""Lists and boxes further in stand at this depth: there is no room on paper, and Typst gives up at about twelve."""
DEEPEST_LINE = 8
KEPT_TOGETHER = 16
"""A marker of so many characters, such as `10, p. 58`, stands on one line."""
LONGEST_URL = 2000
LONGEST_SHOWN = 300

_LOOKS = {
    "em": "emphasis", "strong": "strong", "code": "code", "kbd": "code", "sub": "lowered", "sup": "raised",
    "del": "deleted", "s": "deleted", "ins": "inserted",
}  # fmt: skip
_IN_LINES = frozenset([*_LOOKS, "a", "beside", "abbr", "cite", "q", "small", "span", "br"])
_SPACE = re.compile(r"[ \t\n\r\f]+")
_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Compositor:
    """Composes one document. `citation_id` and `reference_id` give the anchors of its own citations and references.

    With `noting`, a link that leads outside calls a note; otherwise its address stands behind its words.
    """

    text: CitedText
    links: Mapping[Span, Link]
    noting: bool = False
    citation_id: Callable[[int], str] = citation_anchor
    reference_id: Callable[[str], str] = reference_anchor

    # -- Blocks --------------------------------------------------------------------------------------------------------

    def blocks(self, nodes: Iterable[Node], depth: int = 0) -> Flow:
        """A run of nodes as blocks; lines that stand between blocks become paragraphs."""
        flow: list[Piece] = []
        lines: list[Node] = []
        for node in nodes:
            if isinstance(node, Element) and _is_block(node):
                flow += [*self.paragraph(lines), *self.block(node, depth)]
                lines = []
            else:
                lines.append(node)
        return _introducing((*flow, *self.paragraph(lines)))

    def block(self, node: Element, depth: int = 0) -> Flow:
        """One block element, with its id on the first thing made of it."""
        made = self._block(node, depth)
        identity = node.attributes.get("id", "")
        if made and identity:
            made = (made[0].having(id=identity), *made[1:])
        language = language_of(node.attributes.get("lang", ""))
        return (Piece("in-language", made, language),) if made and language else made

    def _block(self, node: Element, depth: int) -> Flow:
        deepest = depth >= DEEPEST_BLOCK
        match node.tag:
            case "ul" | "ol" if not deepest:
                return self.list(node, depth)
            case "blockquote" if not deepest:
                return self._boxed("quotation", node, depth)
            case "dd" if not deepest:
                return self._boxed("indented", node, depth)
            case "signpost" | "admonition":
                return self.box(node, depth)
            case "table" if depth < DEEPEST_BLOCK - 1:
                return compose_table(node, lambda cell: self.blocks(cell.children, DEEPEST_BLOCK - 1), self.caption)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt":
                words_alone = [Element("strong", _EMPTY, node.children)]
                return tuple(piece.having(sticky=True) for piece in self.paragraph(words_alone))
            case "img":
                return self.picture(node, ())
            case "a":
                shown_above = tuple(piece for one in _pictures(node.children) for piece in self.picture(one, ()))
                return (*shown_above, *self.paragraph([node]))
            case "figure":
                return self.figure(node, depth)
            case "pre":
                return self.paragraph([Element("code", _EMPTY, tuple(_kept_space(node.children)))])
            case "hr":
                return (Piece("rule"),)
            case _:
                return self.blocks(node.children, depth)

    def _boxed(self, kind: str, node: Element, depth: int) -> Flow:
        inside = self.blocks(node.children, depth + 1)
        return (Piece(kind, inside),) if inside else ()

    def paragraph(self, nodes: Iterable[Node]) -> Flow:
        """Lines as a paragraph; nothing when there is nothing to see."""
        lines = trimmed(self.lines(nodes))
        return (Piece("paragraph", lines, _direction(lines)),) if lines else ()

    def list(self, node: Element, depth: int) -> Flow:
        """A list; anything in it that is not an item is made one."""
        inside = (
            self.blocks(child.children if isinstance(child, Element) and child.tag == "li" else (child,), depth + 1)
            for child in node.children
        )
        items = tuple(Piece("item", blocks) for blocks in inside if blocks)
        if not items:
            return ()
        way = {"rtl": True} if all(_direction(item.children) for item in items) else {}
        if node.tag == "ul":
            return (Piece("bullets", items, way),)
        start = node.attributes.get("start", "1")
        return (Piece("numbers", items, {"start": int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1, **way}),)

    def box(self, node: Element, depth: int) -> Flow:
        """A signpost or another box with its title; too far in, the title and what stands in it without the box."""
        title = node.attributes["title"] or ("For more information see" if node.tag == "signpost" else "")
        title = box_title(node.attributes["kind"], title)
        inside = self.blocks(node.children, depth + 1)
        opening = self.paragraph([Element("strong", _EMPTY, (Text(title),))])
        if depth >= DEEPEST_BLOCK:
            return (*opening, *inside)
        kind = "signpost" if node.tag == "signpost" else "admonition"
        return (Piece(kind, (*(piece.having(sticky=True) for piece in opening), *inside)),) if inside else opening

    def figure(self, node: Element, depth: int) -> Flow:
        """A picture with its caption; of any other figure, what stands in it and then its caption."""
        captions = [child for child in node.children if isinstance(child, Element) and child.tag == "figcaption"]
        rest = self.blocks((child for child in node.children if child not in captions), depth)
        caption = tuple(piece for one in captions for piece in self.caption(one))
        if len(rest) == 1 and rest[0].kind == "picture" and caption:
            return (replace(rest[0], children=caption),)
        return (*rest, *((Piece("paragraph", caption),) if caption else ()))

    def caption(self, node: Element) -> tuple[Child, ...]:
        """The lines of a caption."""
        return trimmed(self.lines(node.children))

    def picture(self, node: Element, caption: tuple[Child, ...]) -> Flow:
        """A picture of this project; its description in words when the file is missing or elsewhere."""
        found = self.links.get(node.span) if node.span else None
        alt = drawn(node.attributes.get("alt", "")).strip()
        below = caption or trimmed((drawn(node.attributes.get("title", "")),))
        if found is not None and found.href and not found.external:
            return (Piece("picture", below, {"file": _file(found), "alt": alt}),)
        return (Piece("paragraph", (f"[Picture: {alt}]",)),) if alt else ()

    # -- Lines ---------------------------------------------------------------------------------------------------------

    def lines(self, nodes: Iterable[Node], depth: int = 0) -> tuple[Child, ...]:
        """A run of nodes as characters and the pieces that stand among them."""
        return tuple(piece for node in nodes for piece in self.line(node, depth))

    def line(self, node: Node, depth: int) -> tuple[Child, ...]:
        """One node within a line."""
        match node:
            case Text(text):
                return (drawn(text),)
            case Citation():
                return (self.citation(node),)
            case Element("br"):
                return (Piece("line-break"),)
            case Element("img"):
                return (drawn(node.attributes.get("alt", "")),)
            case Element("a"):
                return self.link(node, depth)
            case Element("beside"):
                return tuple(_after_colon(one) for one in self.lines(node.children, depth))
            case Element():
                inside = _said(node, self.lines(node.children, depth + 1))
                marked = node.attributes.get("id") or node.attributes.get("lang")
                kind = _LOOKS.get(node.tag, "span" if marked else "")
                if not kind or depth >= DEEPEST_LINE or not words(inside):
                    return inside
                identity = node.attributes.get("id", "")
                made = Piece(kind, inside, {"id": identity} if identity else _EMPTY)
                language = language_of(node.attributes.get("lang", ""))
                return (Piece("in-language", (made,), language) if language else made,)

    def citation(self, node: Citation) -> Piece:
        """A marker whose numbers lead to their references, and to which the references lead back."""
        placed = self.text.placed[node.span]
        parts: list[Child] = []
        for part in marker(placed, self.text):
            characters = _SPACE.sub(" ", drawn(part.text))
            if len(characters) <= KEPT_TOGETHER:
                characters = characters.replace(" ", "\xa0")
            to = self.reference_id(part.key) if isinstance(part, Number) else ""
            parts.append(Piece("number", (characters,), {"to": to}) if to else characters)
        return Piece("citation", tuple(parts), {"id": self.citation_id(placed.ordinal)})

    def link(self, node: Element, depth: int) -> tuple[Child, ...]:
        """A link by where it leads: outside, to a place in this document, or to a page that is not on paper."""
        inside = self.lines(node.children, depth + 1)
        found = self.links.get(node.span) if node.span else None
        href = found.href if found else node.attributes.get("href", "")
        if found is not None and not found.external:
            return (Piece("cross-reference", inside, {"to": unquote(href[1:])}),) if href.startswith("#") else inside
        if not href or (found is None and not href.startswith(("https://", "http://"))):
            return inside
        address = shown(href)
        inside = inside if words(inside).strip() else (address,)
        beside = self.lines(found.offer.beside, depth) if found is not None else ()
        if self.noting and found is not None:
            note = Piece("note", inside, {"at": str(found.span), "url": leading(href), "shown": address})
            return (note.having(beside=_pairs(beside)) if beside else note,)
        repeated = words(inside).strip() in (href, address)
        return (Piece("address", inside, {"url": leading(href), "shown": "" if repeated else address}), *beside)


# -- What several parts of a document are made of ----------------------------------------------------------------------


def heading(title: str, level: int, identity: str, number: str = "", whole: tuple[Child, ...] = ()) -> Piece:
    """A heading behind its number, if it has one; without words it says so, because PDF/UA-1 allows none that is empty.

    `whole` is the title with its citations, which contents and bookmarks leave out.
    """
    words_of_it = one_line(title) or "Untitled"
    before = (f"{number} ",) if number else ()
    values: dict[str, Value] = {"level": level, "id": identity}
    if whole:
        return Piece("heading", (*before, *whole), {**values, "title": "".join((*before, words_of_it))})
    return Piece("heading", ("".join((*before, words_of_it)),), values)


def compose_reference(reference: Reference, compositor: Compositor) -> Piece:
    """A reference with the places that cite it; its number, unless the style lists works by their authors."""
    label = reference.label if STYLES[compositor.text.style].numbered else ""
    places = tuple(compositor.citation_id(ordinal) for ordinal in reference.cited_by)
    values: Mapping[str, Value] = {"label": label, "id": compositor.reference_id(reference.work.key), "places": places}
    return Piece("reference", trimmed(compositor.lines(reference.text)), values)


def language_of(tag: str) -> Mapping[str, str]:
    """The language and region that a tag such as `en-GB` names; nothing if Typst would not take it."""
    found = re.fullmatch(r"([a-z]{2,3})(?:-([A-Z]{2}))?", tag)
    return {"language": found[1], "region": found[2] or ""} if found else {}


def one_line(text: str) -> str:
    """Words of a field as they can be printed, on one line."""
    return " ".join(drawn(text).split())


# -- Characters --------------------------------------------------------------------------------------------------------


def leading(href: str) -> str:
    """Where a link on paper leads; nowhere if the address is longer than Typst takes."""
    return href if len(href.encode()) <= LONGEST_URL else ""


def shown(href: str) -> str:
    """An address as it is printed: without `mailto:` or `tel:`, and of one that nobody could type both ends."""
    address = drawn(re.sub(r"^(?:mailto|tel):", "", href, flags=re.I))
    return address if len(address) <= LONGEST_SHOWN else f"{address[: LONGEST_SHOWN - 60]} … {address[-50:]}"


def trimmed(lines: tuple[Child, ...]) -> tuple[Child, ...]:
    """Lines with white space folded as HTML has it, none at either end; empty when there is nothing to see."""
    if len(lines) == 1 and isinstance(lines[0], str):  # as most are
        alone = _SPACE.sub(" ", lines[0]).strip(" ")
        return (alone,) if alone.strip() else ()
    folded, _ = _folded(lines, True)
    while folded and (folded[-1] == "" or _kind(folded[-1]) == "line-break"):
        folded = folded[:-1]
    if folded and isinstance(end := folded[-1], str):
        folded = (*folded[:-1], end.rstrip(" "))
    return folded if words(folded).strip() else ()


def _kind(child: Child) -> str:
    return child.kind if isinstance(child, Piece) else ""


def _folded(lines: tuple[Child, ...], after_space: bool) -> tuple[tuple[Child, ...], bool]:
    """White space folded to single spaces, also across the edges of pieces; and whether the last character is a space."""
    folded: list[Child] = []
    for child in lines:
        if isinstance(child, Piece):
            if child.kind == "citation" and _is_word_before(folded):
                folded[-1] = str(folded[-1])[:-1] + "\xa0"  # a marker stays with the word before it
            if child.kind == "line-break":
                folded, after_space = [*folded, child], True
                continue
            inside, after_space = _folded(child.children, after_space)
            folded.append(replace(child, children=inside))
            continue
        text = _SPACE.sub(" ", child)
        text = text[1:] if after_space and text.startswith(" ") else text
        if text:
            folded.append(text)
            after_space = text.endswith(" ")
    return tuple(folded), after_space


def _is_word_before(lines: list[Child]) -> bool:
    """Whether lines end with a word and a space, and may break before the word: else markers in a row would be one line."""
    before = lines[-1] if lines else None
    return isinstance(before, str) and before.endswith(" ") and (len(lines) == 1 or " " in before[:-1])


def _said(node: Element, inside: tuple[Child, ...]) -> tuple[Child, ...]:
    """Lines with what an element means beyond its look: quotation marks, and what an abbreviation stands for."""
    if node.tag == "q":
        return ("‘", *inside, "’")
    title = drawn(node.attributes.get("title", "")).strip()
    return (*inside, f" ({title})") if node.tag == "abbr" and title else inside


def _after_colon(child: Child) -> Child:
    """An address that follows its words after a colon, and not in brackets: it stands in brackets already."""
    return child.having(colon=True) if isinstance(child, Piece) and child.kind == "address" else child


def _pairs(lines: tuple[Child, ...]) -> tuple[tuple[str, str], ...]:
    """What stands beside a link as pairs of words and the address that they lead to, which may be none."""
    pairs: list[tuple[str, str]] = []
    for child in lines:
        url, more = (str(child.values["url"]), str(child.values["shown"])) if isinstance(child, Piece) else ("", "")
        said = words((child,))
        pairs += [(said, url), *([(": ", ""), (more, url)] if more else [])]
    return tuple(pairs)


def _direction(lines: tuple[Child, ...]) -> Mapping[str, bool]:
    """`rtl` for a paragraph whose first letter belongs to a script written from right to left."""
    first = next((kind for kind in map(unicodedata.bidirectional, words(lines)) if kind in ("L", "R", "AL")), "L")
    return {} if first == "L" else {"rtl": True}


def _kept_space(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes whose line breaks are elements and whose repeated spaces cannot be folded."""
    for node in nodes:
        match node:
            case Text(text):
                for index, row in enumerate(text.expandtabs(4).split("\n")):
                    if index:
                        yield Element("br", _EMPTY, ())
                    yield Text(re.sub(r"^ +| {2,}", lambda found: "\xa0" * len(found.group()), row))
            case Element():
                yield replace(node, children=tuple(_kept_space(node.children)))
            case _:
                yield node


# -- Blocks and their neighbours ---------------------------------------------------------------------------------------


def _is_block(node: Element) -> bool:
    """Whether an element is a block, or holds one."""
    if node.tag == "img" or node.tag not in _IN_LINES:
        return True
    return any(isinstance(child, Element) and _is_block(child) for child in node.children)


def _pictures(nodes: Iterable[Node]) -> Iterator[Element]:
    for node in nodes:
        if isinstance(node, Element):
            yield from [node] if node.tag == "img" else _pictures(node.children)


def _introducing(flow: Flow) -> Flow:
    """A short paragraph that introduces a list or a table stays on its page."""
    return tuple(
        piece.having(sticky=True)
        if piece.kind == "paragraph"
        and following is not None
        and following.kind in ("bullets", "numbers", "table", "quotation")
        and words(piece.children).rstrip().endswith(":")
        else piece
        for piece, following in zip_longest(flow, flow[1:])
    )


def _file(link: Link) -> str:
    """The picture's file, relative to the project's folder."""
    path = unquote(link.target.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(link.owner), path))
