"""Put in: on a page that the pipeline knows nothing of, citations and references go where they belong in its HTML.

`CitationsAnywhere` is an extension of Python-Markdown that knows how a page is put together; what citations look like,
is for `write` to say. It works below the table of contents (5), when all headings have their ids, and puts a *token*
where HTML shall stand. After the parser's own raw HTML (30) each token becomes that HTML. The parser's store of raw HTML
is left alone: it is looked for in the whole page, item by item, as soon as it holds anything.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from briefing_tools.markup.citing import CitationSyntax, Found, Placing
from briefing_tools.model import Citation, CitationItem, Mode
from briefing_tools.source import Position, Span

_TOKEN = re.compile(f"{STX}cited:(\\d+){ETX}")
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
        filling = _FillingIn(md, keeping, self.write)
        md.treeprocessors.register(filling, "briefing-references", 4)
        md.postprocessors.register(_Writing(md, filling), "briefing-references", 25)


class _FillingIn(Treeprocessor):
    """Puts tokens for citations and references into a page whose headings have their ids; `html` is what they stand for."""

    def __init__(self, md: Markdown, keeping: _Keeping, write: Callable[[Cited], Written]) -> None:
        super().__init__(md)
        self.keeping = keeping
        self.write = write
        self.html: tuple[str, ...] = ()

    def run(self, root: etree.Element) -> None:
        """Put the markers in place of the empty elements, and the list of references where the page wants it."""
        found, self.keeping.elements, self.html = self.keeping.elements, {}, ()
        asked = list(_asked(root))
        elements = [element for element in root.iter("span") if element in found]
        if not elements and not asked:
            return
        in_links = {inner for link in root.iter("a") for inner in link.iter("span")}
        cited = Cited(
            citations=tuple(_citation(number, found[element]) for number, element in enumerate(elements)),
            in_links=frozenset(number for number, element in enumerate(elements) if element in in_links),
            whole=any(full for _, full in asked),
            placed=bool(asked),
        )
        written = self.write(cited)
        self.html = (*written.citations, written.references)
        tokens = {element: _token(number) for number, element in enumerate(elements)}
        for parent in list(root.iter()):
            _put_in(parent, tokens)
        for paragraph, _ in asked:
            _without_command(paragraph)
        if written.references:
            before = asked[0][0] if asked else root[-1]
            before.tail = f"\n{_token(len(elements))}{before.tail or ''}"


class _Writing(Postprocessor):
    """Writes what the tokens stand for."""

    def __init__(self, md: Markdown, filling: _FillingIn) -> None:
        super().__init__(md)
        self.filling = filling

    def run(self, text: str) -> str:
        """The page with HTML in place of tokens."""
        html = self.filling.html
        return _TOKEN.sub(lambda found: html[int(found[1])], text) if html else text


def _token(number: int) -> str:
    return f"{STX}cited:{number}{ETX}"


def _put_in(parent: etree.Element, tokens: Mapping[etree.Element, str]) -> None:
    """Replace the children of an element that have a token by that token."""
    if not any(child in tokens for child in parent):
        return
    children = list(parent)
    text = parent.text or ""
    for child in children:
        parent.remove(child)
    for child in children:
        if child in tokens:
            text += tokens[child] + (child.tail or "")
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


def _asked(root: etree.Element) -> Iterator[tuple[etree.Element, bool]]:
    """The paragraphs that end with a place for the list, and whether the whole bibliography is wanted."""
    for paragraph in root.iter("p"):
        last = (paragraph[-1].tail if len(paragraph) else paragraph.text) or ""
        command = _PLACE.search(last) if "bibliography" in last else None
        if command:
            yield paragraph, bool(command[1])


def _without_command(paragraph: etree.Element) -> None:
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
