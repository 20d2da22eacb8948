"""Put in: on a page that the pipeline knows nothing of, citations and references go where they belong in its HTML.

`CitationsAnywhere` is an extension of Python-Markdown that knows how a page is put together; what citations look like,
is for `write` to say. It works below the table of contents (5), when all headings have their ids.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from briefing_tools.markup.citing import CitationSyntax, Found, Placing
from briefing_tools.model import Citation, CitationItem, Mode
from briefing_tools.source import Position, Span

_PLACE = re.compile(r"(?:^|\n)[ \t]*\\(full_)?bibliography[ \t]*$")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a page cites, in order. `in_links` are the indexes of citations that stand in a link's words.

    `whole` says that the page asks for every work of the bibliography, `placed` that it says where the list shall stand.
    Spans tell citations apart and their keys from each other; they are not places of the page.
    """

    citations: tuple[Citation, ...]
    in_links: frozenset[int]
    whole: bool
    placed: bool


@dataclass(frozen=True, slots=True)
class Written:
    """HTML for each citation of a page, in order, and for its list of references; empty when there is none."""

    citations: tuple[str, ...]
    references: str


class _Keeping(Placing):
    """Keeps each citation with the empty element that stands for it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: dict[etree.Element, Found] = {}

    def place(self, found: Found) -> etree.Element:
        """An empty element that says nothing of its number, for the table of contents takes a copy."""
        element = etree.Element("span", {"class": "citation"})
        self.elements[element] = found
        return element


class CitationsAnywhere(Extension):
    """Citations for any page; `write` is asked once for each page that cites something or asks for a list."""

    def __init__(self, write: Callable[[Cited], Written]) -> None:
        super().__init__()
        self.write = write

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the syntax, and the step that fills in."""
        keeping = _Keeping()
        CitationSyntax(keeping).extendMarkdown(md)
        md.treeprocessors.register(_FillingIn(md, keeping, self.write), "briefing-references", 4)


class _FillingIn(Treeprocessor):
    """Writes citations and references into a page whose headings have their ids."""

    def __init__(self, md: Markdown, keeping: _Keeping, write: Callable[[Cited], Written]) -> None:
        super().__init__(md)
        self.keeping = keeping
        self.write = write

    def run(self, root: etree.Element) -> None:
        """Put the markers in place of the empty elements, and the list of references where the page wants it."""
        found, self.keeping.elements = self.keeping.elements, {}
        asked = list(_asked(root))
        elements = [element for element in root.iter("span") if element in found]
        if not elements and not asked:
            return
        in_links = {inner for link in root.iter("a") for inner in link.iter("span")}
        cited = Cited(
            citations=tuple(_citation(number, found[element]) for number, element in enumerate(elements)),
            in_links=frozenset(number for number, element in enumerate(elements) if element in in_links),
            whole=any(full for _, _, full in asked),
            placed=bool(asked),
        )
        written = self.write(cited)
        html = {
            element: self.md.htmlStash.store(words) for element, words in zip(elements, written.citations, strict=True)
        }
        for parent in list(root.iter()):
            _put_in(parent, html)
        self._list(root, asked, written.references)

    def _list(self, root: etree.Element, asked: list[tuple[etree.Element, etree.Element, bool]], html: str) -> None:
        """One list for a page: at the first place that is named for it, or at the end."""
        for parent, paragraph, _ in asked:
            _without_command(parent, paragraph)
        if not html:
            return
        block = etree.Element("p")
        block.text = self.md.htmlStash.store(html)
        block.tail = "\n"
        if not asked:
            root.append(block)
            return
        parent, paragraph, _ = asked[0]
        children = list(parent)
        parent.insert(children.index(paragraph) + 1, block)


def _put_in(parent: etree.Element, html: Mapping[etree.Element, str]) -> None:
    """Replace the children of an element that HTML is given for, by that HTML."""
    if not any(child in html for child in parent):
        return
    children = list(parent)
    text = parent.text or ""
    for child in children:
        parent.remove(child)
    for child in children:
        if child in html:
            text += html[child] + (child.tail or "")
        else:
            _append(parent, text)
            parent.append(child)
            text, child.tail = child.tail or "", None
    _append(parent, text)


def _append(parent: etree.Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = text
    else:
        parent.text = text


def _asked(root: etree.Element) -> Iterator[tuple[etree.Element, etree.Element, bool]]:
    """The paragraphs that end with a place for the list, their parents, and whether the whole bibliography is wanted."""
    for parent in root.iter():
        for child in parent:
            if child.tag == "p":
                last = (child[-1].tail if len(child) else child.text) or ""
                command = _PLACE.search(last) if "bibliography" in last else None
                if command:
                    yield parent, child, bool(command[1])


def _without_command(parent: etree.Element, paragraph: etree.Element) -> None:
    """Take the command out of a paragraph; one that is empty then is only a place, and loses its text."""
    if len(paragraph):
        paragraph[-1].tail = _PLACE.sub("", paragraph[-1].tail or "")
    else:
        paragraph.text = _PLACE.sub("", paragraph.text or "")
        if not paragraph.text:
            paragraph.tag, paragraph.text = "div", ""


def _citation(number: int, found: Found) -> Citation:
    """A citation with a line of its own for a place: its keys stand where they would stand if it were alone on it."""
    bare, column, items = found.bare, 1, list[CitationItem]()
    for item in found.items:
        column += 1 if bare and item.mode is Mode.SUPPRESS_AUTHOR else 0 if bare else 2
        span = Span("", Position(number + 1, column), Position(number + 1, column + item.length))
        items.append(CitationItem(item.key, item.mode, item.prefix, item.locator, item.suffix, span))
        bare, column = False, column + item.length
    return Citation(tuple(items), found.narrative, Span("", Position(number + 1, 1), Position(number + 1, column + 1)))
