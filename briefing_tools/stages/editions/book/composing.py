"""Compose: the tree of a text becomes the blocks and lines of a book; every run of lines becomes a paragraph."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from briefing_tools.addresses import citation_anchor, reference_anchor
from briefing_tools.marking import Number, marker, spoken
from briefing_tools.model import Citation, CitedText, Element, Link, Node, Text
from briefing_tools.source import Span
from briefing_tools.stages.editions.book.parts import (
    LOOKS,
    Block,
    Blocks,
    Break,
    Cell,
    Code,
    Group,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Outside,
    Paragraph,
    Picture,
    Rule,
    Styled,
    Table,
    Words,
    words,
)
from briefing_tools.stages.editions.grids import rows_of_cells, spanned
from briefing_tools.wording import box_title

DEEPEST_BLOCK = 8
"""Lists and boxes further in stand at this depth: no reader follows further, and neither phones nor Braille have the room."""
DEEPEST_LINE = 12
MOST_COLUMNS = 40

_LOOKS = {"b": "strong", "i": "em", "s": "del", **{look: look for look in LOOKS}}
_IN_LINES = frozenset([*_LOOKS, "a", "beside", "br"])
_SPACE = re.compile(r"[ \t\n\r\f]+")
# What XML 1.0 (2.2) and so EPUB, .docx and .odt cannot hold; the gate lets it through only as an escape in a field.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]")
# RFC 5646, 2.1, as far as anybody writes it: language, script, region, variants.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")


def legible(text: str) -> str:
    """The text without characters that no document may hold."""
    return _NO_CHARACTER.sub("", text)


def said(text: str) -> str:
    """A field as a line of text: legible, white space folded."""
    return " ".join(legible(text).split())


def language_of(tag: str, otherwise: str = "") -> str:
    """A language tag, if it is one (RFC 5646)."""
    return tag if LANGUAGE.fullmatch(tag) else otherwise


@dataclass(frozen=True)
class Composer:
    """Composes one text. `citation_id` and `reference_id` give the anchors of its own citations and references.

    `note` tells the number of a link's note by the link's place, 0 for none. `goal` turns where a link inside the pages
    leads into an id of the book, empty where the book does not have it. `in_link` says that a link's words are composed:
    a link cannot stand within another one.
    """

    text: CitedText
    links: Mapping[Span, Link]
    note: Callable[[Span], int]
    goal: Callable[[str], str]
    citation_id: Callable[[int], str] = citation_anchor
    reference_id: Callable[[str], str] = reference_anchor
    in_link: bool = False

    # -- Blocks --------------------------------------------------------------------------------------------------------

    def blocks(self, nodes: Iterable[Node], depth: int = 0) -> Blocks:
        """A run of nodes as blocks; lines that stand between blocks become paragraphs."""
        made: list[Block] = []
        lines: list[Node] = []
        for node in nodes:
            if isinstance(node, Element) and self.is_block(node):
                made += [*self.paragraph(lines), *self.block(node, depth)]
                lines = []
            else:
                lines.append(node)
        return (*made, *self.paragraph(lines))

    def block(self, node: Element, depth: int = 0) -> Blocks:
        """One block element, with its id on the first thing made of it and its language on all."""
        made = self._block(node, depth)
        language = language_of(node.attributes.get("lang", ""))
        if language:
            made = tuple(replace(one, language=one.language or language) for one in made)
        identity = node.attributes.get("id", "")
        if not made or not identity:
            return made
        if made[0].id:  # what stands first in it has an id of its own, and both must lead here
            return (Group("part", made, id=identity),)
        return (replace(made[0], id=identity), *made[1:])

    def _block(self, node: Element, depth: int) -> Blocks:
        deepest = depth >= DEEPEST_BLOCK
        match node.tag:
            case "ul" | "ol" if not deepest:
                return self.listing(node, depth)
            case "blockquote" if not deepest:
                return _grouped("quotation", self.blocks(node.children, depth + 1))
            case "dl" if not deepest:
                return self.definitions(node, depth)
            case "dd" if not deepest:
                return _grouped("indented", self.blocks(node.children, depth + 1))
            case "signpost" | "admonition":
                return self.box(node, depth)
            case "table" if not deepest:
                return self.table(node, depth)
            case "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if not self.holds_blocks(node):
                return self.paragraph([node_of("strong", node.children)])
            case "img":
                return self.picture(node)
            case "a":
                above = tuple(
                    block for one in _pictures(node.children) if self.is_block(one) for block in self.picture(one)
                )
                return (*above, *self.paragraph([replace(node, children=self._without_pictures(node.children))]))
            case "figure":
                return self.figure(node, depth)
            case "pre":
                lines = self.lines(node.children)
                return (Code(lines),) if words(lines).strip() else ()
            case "hr":
                return (Rule(),)
            case _:
                return self.blocks(node.children, depth)

    def paragraph(self, nodes: Iterable[Node], role: str = "") -> tuple[Paragraph, ...]:
        """Lines as a paragraph; nothing when there is nothing to see."""
        lines = trimmed(self.lines(nodes))
        return (Paragraph(lines, role),) if lines else ()

    def listing(self, node: Element, depth: int) -> Blocks:
        """A list; anything in it that is not an item is made one."""
        items = tuple(blocks for child in node.children if (blocks := self.item(child, depth + 1)))
        if not items:
            return ()
        start = node.attributes.get("start", "1")
        first = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
        return (Listing(items, max(first, 1) if node.tag == "ol" else 0),)

    def item(self, child: Node, depth: int) -> Blocks:
        """An item of a list, with its id and language."""
        if not isinstance(child, Element) or child.tag != "li":
            return self.blocks((child,), depth)
        return self.block(replace(child, tag="div"), depth)

    def definitions(self, node: Element, depth: int) -> Blocks:
        """A list of terms and what they mean; as it comes where it is no such list."""
        tags = [child.tag for child in node.children if isinstance(child, Element)]
        loose = any(
            (isinstance(child, Text) and child.text.strip()) or isinstance(child, Citation) for child in node.children
        )
        nested = any(
            isinstance(child, Element) and child.tag == "dt" and self.holds_blocks(child) for child in node.children
        )
        if loose or nested or not re.fullmatch("(?:(?:dt )+(?:dd )+)+", "".join(f"{tag} " for tag in tags)):
            return self.blocks(node.children, depth)
        made: list[Block] = []
        for child in node.children:
            if not isinstance(child, Element):
                continue
            if child.tag == "dt":
                lines = trimmed(self.lines(child.children)) or (Words("–"),)
                made.append(
                    Paragraph(
                        lines,
                        "term",
                        id=child.attributes.get("id", ""),
                        language=language_of(child.attributes.get("lang", "")),
                    )
                )
            else:
                inside = self.block(replace(child, tag="div"), depth + 1) or (Paragraph((Words("–"),)),)
                made.append(Group("meaning", inside))
        return (Group("definitions", tuple(made)),)

    def box(self, node: Element, depth: int) -> Blocks:
        """A signpost or another box with its title; too far in, the title and what stands in it without the box."""
        default = "For more information see" if node.tag == "signpost" else ""
        title = said(box_title(node.attributes["kind"], node.attributes["title"] or default))
        opening = (Paragraph((Words(title),), "title"),) if title else ()
        inside = self.blocks(node.children, depth + 1)
        if depth >= DEEPEST_BLOCK or not inside:
            return (*opening, *inside)
        return (Group("signpost" if node.tag == "signpost" else "box", (*opening, *inside), title or "Note"),)

    def figure(self, node: Element, depth: int) -> Blocks:
        """A picture with its caption; of any other figure, what stands in it and then its caption."""
        captions = [child for child in node.children if isinstance(child, Element) and child.tag == "figcaption"]
        rest = self.blocks((child for child in node.children if child not in captions), depth)
        caption = trimmed(tuple(line for one in captions for line in self.lines(one.children)))
        if len(rest) == 1 and isinstance(rest[0], Picture) and caption:
            return (replace(rest[0], caption=caption),)
        return (*rest, *((Paragraph(caption, "caption"),) if caption else ()))

    def picture(self, node: Element) -> Blocks:
        """A picture of this project."""
        found = self._shown(node)
        assert found is not None, "any other one is its description, within a line"
        return (Picture(_file(found), said(node.attributes.get("alt", ""))),)

    def is_block(self, node: Element) -> bool:
        """Whether an element is a block, or holds one; a picture that is missing or elsewhere is only its description."""
        if node.tag == "img":
            return self._shown(node) is not None
        return node.tag not in _IN_LINES or self.holds_blocks(node)

    def holds_blocks(self, node: Element) -> bool:
        """Whether a block stands somewhere in an element."""
        return any(isinstance(child, Element) and self.is_block(child) for child in node.children)

    def _without_pictures(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            replace(node, children=self._without_pictures(node.children)) if isinstance(node, Element) else node
            for node in nodes
            if not (isinstance(node, Element) and node.tag == "img" and self.is_block(node))
        )

    def _shown(self, node: Element) -> Link | None:
        """Where a picture is, if it is one of this project."""
        found = self.links.get(node.span) if node.span else None
        return found if found is not None and found.href and not found.external else None

    # -- Tables --------------------------------------------------------------------------------------------------------

    def table(self, node: Element, depth: int) -> Blocks:
        """A table in whose rows the cells cover each column once, however raggedly it was written."""
        rows = list(rows_of_cells(node.children))
        captions = [child for child in node.children if isinstance(child, Element) and child.tag == "caption"]
        caption = trimmed(tuple(line for one in captions for line in self.lines(one.children)))
        columns = min(
            max((sum(spanned(cell, "colspan", MOST_COLUMNS) for cell in cells) for cells, _ in rows), default=0),
            MOST_COLUMNS,
        )
        if not columns:
            return (Paragraph(caption, "caption"),) if caption else ()
        head = self._grid([cells for cells, heads in rows if heads], columns, depth)
        body = self._grid([cells for cells, heads in rows if not heads], columns, depth)
        return (Table(head, body, columns, caption),)

    def _grid(self, rows: list[list[Element]], columns: int, depth: int) -> tuple[tuple[Cell, ...], ...]:
        """Rows in which no place is empty; cells beyond the last column join the last one."""
        taken = [[False] * columns for _ in rows]
        made: list[tuple[Cell, ...]] = []
        for number, cells in enumerate(rows):
            row: dict[int, Cell] = {}
            for cell in cells:
                column = next((at for at in range(columns) if not taken[number][at]), columns)
                blocks = self.blocks(cell.children, depth + 1)
                if column == columns and row:
                    last = max(row)
                    row[last] = replace(row[last], blocks=row[last].blocks + blocks)
                    continue
                if column == columns:  # cells from above fill the whole row: it begins anew
                    taken[number], column = [False] * columns, 0
                across, down = _room(cell, taken, number, column)
                for below in range(number, number + down):
                    taken[below][column : column + across] = [True] * across
                align = cell.attributes.get("align", "")
                row[column] = Cell(
                    blocks,
                    column,
                    cell.tag == "th",
                    across,
                    down,
                    align if align in ("left", "center", "right") else "",
                )
            row |= {at: Cell((), at) for at in range(columns) if not taken[number][at]}
            made.append(tuple(row[column] for column in sorted(row)))
        return tuple(made)

    # -- Lines ---------------------------------------------------------------------------------------------------------

    def lines(self, nodes: Iterable[Node], depth: int = 0) -> Lines:
        """A run of nodes as what stands within a line."""
        return tuple(line for node in nodes for line in self.line(node, depth))

    def line(self, node: Node, depth: int) -> Lines:
        """One node within a line."""
        match node:
            case Text(text):
                return (Words(legible(text)),)
            case Citation():
                return (self.citation(node),)
            case Element("br"):
                return (Break(),)
            case Element("img"):
                return (Words(said(node.attributes.get("alt", ""))),)
            case Element("a"):
                return self.link(node, depth)
            case Element():
                return self.styled(node, depth)

    def styled(self, node: Element, depth: int) -> Lines:
        """A stretch of text with what it is; the text alone where that is nothing, or too far in."""
        inside = self.lines(node.children, depth + 1)
        identity, language = node.attributes.get("id", ""), language_of(node.attributes.get("lang", ""))
        meaning = said(node.attributes.get("title", "")) if node.tag == "abbr" else ""
        look = _LOOKS.get(node.tag, "span")
        if depth >= DEEPEST_LINE or (look == "span" and not (identity or language)):
            return inside
        return (Styled(look, inside, identity, language, meaning),)

    def citation(self, node: Citation) -> Marker:
        """A marker whose numbers lead to their references, and to which the references lead back."""
        placed = self.text.placed[node.span]
        lines: list[Line] = []
        for part in marker(placed, self.text):
            shown: Line = Words(_SPACE.sub(" ", legible(part.text)))
            if isinstance(part, Number) and not self.in_link:
                shown = Inside(self.reference_id(part.key), (shown,), said(spoken(part, self.text)))
            lines.append(shown)
        return Marker(self.citation_id(placed.ordinal), tuple(lines))

    def link(self, node: Element, depth: int) -> Lines:
        """A link by where it leads: out of the book, to a place in it, or to a page that it does not have."""
        inside = replace(self, in_link=True).lines(node.children, depth + 1)
        found = self.links.get(node.span) if node.span else None
        href = found.href if found else node.attributes.get("href", "")
        if found is not None and not found.external:
            goal = self.goal(href)
            return (Inside(goal, inside),) if goal else inside
        if not href or (found is None and not href.startswith(("https://", "http://"))):
            return inside
        inside = inside if words(inside).strip() else (Words(legible(href)),)
        number = self.note(found.span) if found is not None else 0
        beside = self.lines(found.offer.beside) if found is not None else ()
        return (
            (Outside(legible(href), inside, number, beside),) if number else (Outside(legible(href), inside), *beside)
        )


# -- Lines and their edges ---------------------------------------------------------------------------------------------


def trimmed(lines: Lines) -> Lines:
    """Lines with white space folded as HTML has it, none at either end; empty when there is nothing to see."""
    folded, _ = _folded(lines, True)
    while folded and isinstance(folded[-1], Break):
        folded = folded[:-1]
    folded = _stripped(folded)
    seen = words(folded).strip() or any(isinstance(line, Marker) for line in folded)
    return folded if seen else ()


def _folded(lines: Lines, after_space: bool) -> tuple[Lines, bool]:
    """White space folded to single spaces, also across the edges of stretches; and whether the last character is a space."""
    folded: list[Line] = []
    for line in lines:
        match line:
            case Words(text):
                text = _SPACE.sub(" ", text)
                text = text[1:] if after_space and text.startswith(" ") else text
                after_space = text.endswith(" ") if text else after_space
                if text:
                    folded.append(Words(text))
            case Break():
                folded, after_space = [*_stripped(tuple(folded)), line], True
            case _:
                inner, after_space = _folded(line.inside, after_space)
                folded.append(replace(line, inside=inner))
    return tuple(folded), after_space


def _stripped(lines: Lines) -> Lines:
    """Lines without a space at their end."""
    if not lines or isinstance(lines[-1], Break):
        return lines
    last = lines[-1]
    if isinstance(last, Words):
        text = last.text.rstrip(" ")
        return (*lines[:-1], Words(text)) if text else _stripped(lines[:-1])
    return (*lines[:-1], replace(last, inside=_stripped(last.inside)))


# -- Elements ----------------------------------------------------------------------------------------------------------


def node_of(tag: str, children: tuple[Node, ...]) -> Element:
    """An element without attributes."""
    return Element(tag, {}, children)


def _grouped(kind: str, blocks: Blocks) -> Blocks:
    return (Group(kind, blocks),) if blocks else ()


def _pictures(nodes: Iterable[Node]) -> Iterator[Element]:
    for node in nodes:
        if isinstance(node, Element):
            yield from [node] if node.tag == "img" else _pictures(node.children)


def _room(cell: Element, taken: list[list[bool]], number: int, column: int) -> tuple[int, int]:
    """How far a cell may reach to the right and down without covering another or leaving the grid."""
    across = min(spanned(cell, "colspan", MOST_COLUMNS), len(taken[number]) - column)
    while any(taken[number][column : column + across]):
        across -= 1
    return across, min(spanned(cell, "rowspan", MOST_COLUMNS), len(taken) - number)


def _file(link: Link) -> str:
    """The picture's file, relative to the project's folder."""
    path = unquote(link.target.partition("#")[0].partition("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(link.owner), path))
