"""Cite: pandoc's citations as an extension of Python-Markdown.

Before the parser's inline rules run (priority 20), every text of the document is looked at once. What stands in code is
covered, citations are found, and each is replaced by a *token* that no other rule touches. The words around its keys go
into an element of their own at the end of the document, where the parser reads them like any other text, for they may
hold emphasis, entities and links. After the inline rules (19) these words are taken back and split into locator and
suffix, and `placing.place` is asked for the element that shall stand where the token is. Whatever gives numbers comes
below the table of contents (5), and the element is empty until then: otherwise numbers would get into ids of headings.

Doing all of a text at once keeps the time linear; an inline rule of its own would be asked again after each citation.
"""

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from markdown import Markdown
from markdown.blockprocessors import ReferenceProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER_RE, STX, AtomicString

from briefing_tools.citation_syntax import Mention, Part, find_citations, split_locator
from briefing_tools.markup.marks import MARK, without_marks
from briefing_tools.model import Locator, Mode

MAX_BRACKET = 1000
"""Brackets further apart make no link: the parser would look for one at each of them, over the whole distance."""

_TOKEN = re.compile(f"{STX}cite:(\\d+){ETX}")
_MERE_WORDS = re.compile(r"(?:[^\W_]|[ \n,;§¶–]|\.(?![.\w])|-(?!-))*")
"""Words in which no rule of the parser or of an extension can find anything: most of what stands around a key."""

_BRACKET = re.compile(r"[\[\]]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Item(NamedTuple):
    """One work of a citation. `mark` is the place mark of its `@` or empty, `length` that of the key with its `@`."""

    key: str
    mode: Mode
    prefix: str
    locator: Locator | None
    suffix: str
    mark: str
    length: int


class Found(NamedTuple):
    """A citation as the parser met it.

    It is `bare` when it begins with a key and not with a bracket. It begins `before` characters before the thing that `opening` marks, and ends `after` characters behind the place
    at which the thing that `closing` marks begins. Without place marks both are empty.
    """

    items: tuple[Item, ...]
    narrative: bool
    bare: bool
    opening: str
    before: int
    closing: str
    after: int


class Placing:
    """Keeps the citations of one text in the order of the document, and gives each its element."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def place(self, found: Found) -> etree.Element:
        """The empty element that stands for a citation: its index in `found`, behind a mark that nobody can type."""
        self.found.append(found)
        return etree.Element("span", {"data-cite": f"\U000f0000{len(self.found) - 1}"})


class CitationSyntax(Extension):
    """Finds citations and replaces each by the element that `placing.place` makes of it.

    With `alone`, `[p. 24]` is a citation of the work cited last; its item has an empty key.
    """

    def __init__(self, placing: Placing, *, alone: bool = False) -> None:
        super().__init__()
        self.placing = placing
        self.alone = alone

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the two tree steps and our view of link definitions."""
        finding = _Finding(md, self.alone)
        md.treeprocessors.register(finding, "briefing-citations-found", 21)
        md.treeprocessors.register(_Settling(md, finding, self.placing), "briefing-citations", 19)
        md.parser.blockprocessors.register(_Definitions(md.parser), "reference", 15)


# -- Before the inline rules -------------------------------------------------------------------------------------------


class _Waiting(NamedTuple):
    """A citation whose words the parser is reading, before and after each key, in a text with the place marks lifted.

    `covered` is that text without what the parser reads first, `written` what stood in place of the citation.
    """

    mention: Mention
    words: tuple[tuple["_Around", "_Around"], ...]
    written: str
    covered: str
    marks: Mapping[int, str]


_Around: TypeAlias = etree.Element | str
"""Words around a key: the element in which the parser reads them, or the words themselves if it would change nothing."""


class _Finding(Treeprocessor):
    """Replaces the citations of every text by tokens."""

    def __init__(self, md: Markdown, alone: bool) -> None:
        super().__init__(md)
        self.alone = alone
        self.waiting: list[_Waiting] = []
        self.words = etree.Element("div")
        self.first: tuple[tuple[str, InlineProcessor], ...] = ()

    def run(self, root: etree.Element) -> None:
        """Look at every text that the inline rules will look at."""
        self.waiting = []
        self.words = etree.Element("div")
        self.first = tuple(self._read_first())
        for element in root.iter():
            if element.text and not isinstance(element.text, AtomicString):
                element.text = self._replaced(element.text)
            if element.tail:
                element.tail = self._replaced(element.tail)
        if len(self.words):
            root.append(self.words)

    def _replaced(self, data: str) -> str:
        if "@" not in data and "[" not in data:
            return data
        text, marks, others = _lift(data)
        covered = self._cover(text)
        changes = [*others, *_plain_brackets(covered), *_escapes(covered, only="@")]
        mentions = find_citations(covered, self._is_label, alone=self.alone) if self.alone or "@" in covered else ()
        for mention in mentions:
            changes.append((mention.start, mention.end, self._token(text, covered, mention, marks)))
        return _changed(text, 0, len(text), changes)

    def _read_first(self) -> Iterator[tuple[str, InlineProcessor]]:
        """The rules that the parser asks before it looks for escaped characters."""
        patterns = self.md.inlinePatterns
        for place in range(patterns.get_index_for_name("escape")):
            pattern = patterns[place]
            if isinstance(pattern, InlineProcessor):
                yield ("backtick" if "backtick" in patterns and pattern is patterns["backtick"] else ""), pattern

    def _cover(self, text: str) -> str:
        """The text with everything covered that the parser reads before escaped characters: code, above all."""
        covered = text
        for name, pattern in self.first:
            if name != "backtick" or "`" in text:
                covered = _cover_with(pattern, covered)
        return covered

    def _is_label(self, words: str) -> bool:
        return " ".join(words.split()).lower() in self.md.references

    def _token(self, text: str, covered: str, mention: Mention, marks: Mapping[int, str]) -> str:
        words = tuple(
            (self._hand_over(text, covered, part.prefix), self._hand_over(text, covered, part.tail))
            for part in mention.parts
        )
        self.waiting.append(_Waiting(mention, words, text[mention.start : mention.end], covered, marks))
        return f"{STX}cite:{len(self.waiting) - 1}{ETX}"

    def _hand_over(self, text: str, covered: str, stretch: tuple[int, int]) -> _Around:
        """An element with the words of a stretch, for the parser to read; the words if there is nothing to be read."""
        if _MERE_WORDS.fullmatch(text, *stretch):
            return text[slice(*stretch)]
        words = etree.SubElement(self.words, "p")
        words.text = _changed(text, *stretch, _escapes(covered, *stretch))
        return words


_Change: TypeAlias = tuple[int, int, str]
"""A stretch of a text, from and to, and what shall stand there instead."""


def _lift(data: str) -> tuple[str, dict[int, str], list[_Change]]:
    """The text without place marks; those of `@`, `[` and `]` by the place of their character; the others as changes."""
    pieces, marks, others = list[str](), dict[int, str](), list[_Change]()
    if data.isascii():
        return data, marks, others
    last = length = 0
    for found in re.finditer(MARK, data):
        pieces.append(data[last : found.start()])
        length += found.start() - last
        if found.start() > last and data[found.start() - 1] in "@[]":
            marks[length - 1] = found.group()
        else:
            others.append((length, length, found.group()))
        last = found.end()
    return "".join([*pieces, data[last:]]), marks, others


def _cover_with(pattern: InlineProcessor, text: str) -> str:
    """The text with what an inline rule takes for itself covered, character by character."""
    pieces, last = [], 0
    for found in pattern.getCompiledRegExp().finditer(text):
        if found.start() < last:
            continue
        _, start, end = pattern.handleMatch(found, text)
        if start is not None and end is not None and end - start > 1:
            pieces += [text[last:start], STX, "x" * (end - start - 2), ETX]
            last = end
    return "".join([*pieces, text[last:]])


def _plain_brackets(text: str) -> Iterator[_Change]:
    """Opening brackets that are never closed, or only far away, written as escaped characters: they begin no link."""
    open_: list[int] = []
    if "[" not in text:
        return
    for found in _BRACKET.finditer(text, text.index("["), max(text.rfind("["), text.rfind("]")) + 1):
        if found.group() == "[":
            open_.append(found.start())
        elif open_ and found.start() - (place := open_.pop()) > MAX_BRACKET:
            yield place, place + 1, _escaped("[")
    yield from ((place, place + 1, _escaped("[")) for place in open_)


def _escapes(covered: str, *stretch: int, only: str = "") -> list[_Change]:
    r"""Escaped characters, such as `\@`, as the parser writes them; it knows only those of plain Markdown."""
    every = _ESCAPED.finditer(covered, *stretch)
    return [(found.start(), found.end(), _escaped(found[1])) for found in every if not only or found[1] == only]


def _escaped(character: str) -> str:
    return f"{STX}{ord(character)}{ETX}"


def _changed(text: str, start: int, end: int, changes: Iterable[_Change]) -> str:
    """A stretch of the text with changes made; one that lies within an earlier one is left out."""
    pieces, last = [], start
    for begin, finish, instead in sorted(changes):
        if begin >= last:
            pieces += [text[last:begin], instead]
            last = finish
    return "".join([*pieces, text[last:end]])


# -- After the inline rules --------------------------------------------------------------------------------------------


class _Settling(Treeprocessor):
    """Puts an element where each token is."""

    def __init__(self, md: Markdown, finding: _Finding, placing: Placing) -> None:
        super().__init__(md)
        self.finding = finding
        self.placing = placing

    def run(self, root: etree.Element) -> None:
        """Take the words back, and go through the tree."""
        if not self.finding.waiting:
            return
        if len(self.finding.words):
            root.remove(self.finding.words)
        for element in list(root.iter()):
            for name, value in element.items():
                if STX in value:
                    element.set(name, _TOKEN.sub(self._written, value))
            children = list(element)
            if any(text and _TOKEN.search(text) for text in (element.text, *(child.tail for child in children))):
                self._rebuild(element, children)
        self.finding.waiting = []

    def _written(self, token: re.Match[str]) -> str:
        return self.finding.waiting[int(token[1])].written

    def _rebuild(self, element: etree.Element, children: list[etree.Element]) -> None:
        for child in children:
            element.remove(child)
        text, element.text = element.text, None
        self._append(element, text)
        for child in children:
            tail, child.tail = child.tail, None
            element.append(child)
            self._append(element, tail)

    def _append(self, element: etree.Element, text: str | None) -> None:
        """Append a text to what an element holds already, and the citations in it."""
        for index, piece in enumerate(_TOKEN.split(text or "")):
            if index % 2:
                element.append(self.placing.place(self._complete(self.finding.waiting[int(piece)])))
            elif piece and len(element):
                element[-1].tail = piece
            elif piece:
                element.text = piece

    def _complete(self, waiting: _Waiting) -> Found:
        """A citation with the words around its keys, now that the parser has read them."""
        mention, covered, marks = waiting.mention, waiting.covered, waiting.marks
        first, end = mention.parts[0], mention.end - 1
        bare_start, bare_end = covered[mention.start] != "[", first.end > end or covered[end] != "]"
        return Found(
            items=tuple(
                self._item(part, *words, marks) for part, words in zip(mention.parts, waiting.words, strict=True)
            ),
            narrative=mention.narrative,
            bare=bare_start,
            opening=marks.get(first.at if bare_start else mention.start, ""),
            before=first.at - mention.start if bare_start else 0,
            closing=marks.get(first.at if bare_end else end, ""),
            after=mention.end - first.at if bare_end else 1,
        )

    def _item(self, part: Part, before: _Around, after: _Around, marks: Mapping[int, str]) -> Item:
        locator, suffix = split_locator(self._plain(after))
        prefix = " ".join(self._plain(before).split())
        return Item(part.key, part.mode, prefix, locator, suffix, marks.get(part.at, ""), part.end - part.at)

    def _plain(self, around: _Around) -> str:
        """The words around a key, with what the parser had set aside put back and markup left out."""
        if isinstance(around, str):
            return around
        words = "".join(_texts(around))
        words = HTML_PLACEHOLDER_RE.sub(self._set_aside, words)
        words = re.sub(rf"{STX}amp{ETX}([^;]*;)", lambda found: html.unescape(f"&{found[1]}"), words)
        words = re.sub(rf"{STX}(\d+){ETX}", lambda found: chr(int(found[1])), words)
        return without_marks(re.sub(rf"[{STX}{ETX}]", "", words))

    def _set_aside(self, found: re.Match[str]) -> str:
        """An entity as its character; nothing for a tag."""
        raw = self.md.htmlStash.rawHtmlBlocks[int(found[1])]
        return html.unescape(raw) if isinstance(raw, str) and raw.startswith("&") else ""


def _texts(element: etree.Element) -> Iterator[str]:
    if element.tag in ("img", "br"):
        yield element.get("alt", " ")
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


class _Definitions(ReferenceProcessor):
    """Link definitions, `[name]: address`, but none with a citation for its name: for pandoc, that is text."""

    RE = re.compile(ReferenceProcessor.RE.pattern.replace(r"\[(", r"\[(?![^\[\]]*(?<![^\W_])@[\w*{])(", 1), re.M)
