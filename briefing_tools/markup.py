"""Parse: Markdown becomes a tree that knows where every heading, link, picture and citation was written.

The only door to Python-Markdown and to nh3. Python-Markdown forgets positions. So before it runs, a *place mark* — one
character of the private planes 15 and 16, which the gate lets nobody type — is put where something interesting begins;
the mark travels through the parser with the text, and tells the place when it comes out. Code, comments, escapes and
HTML are set aside by the parser as always: nothing is ever searched for a second time.

What the parser makes passes nh3's allow-list before anything else sees it.
"""

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from typing import cast

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX

from briefing_tools.citation_syntax import MARK, MENTION, Item, item_of, split_group
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.model import Citation, CitationItem, Element, Node, Text
from briefing_tools.source import Source, Span

EXTENSIONS = ("attr_list", "admonition", "def_list", "fenced_code", "sane_lists", "tables")
"""The Markdown of a briefing beyond the plain kind; README's manual lists them for editors."""

TAGS = frozenset(
    [
        "a",
        "abbr",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "b",
        "i",
    ]
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang", "data-at", "data-cite"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "abbr": {"title"},
    "div": {"class"},
    "p": {"class"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    **{f"h{level}": {"role", "was"} for level in range(1, 7)},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_FIRST_MARK = 0xF0000
_MARKS = re.compile(MARK)
_VOID = frozenset({"br", "hr", "img"})


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed text: its top-level nodes in order, and what was refused on the way."""

    nodes: tuple[Node, ...]
    slips: tuple[Slip, ...]


def parse(source: Source, start: int = 0) -> Markup:
    """Parse a file's Markdown from the offset `start` to its end. Never raises on any text that passed the gate."""
    marked, offsets = _put_marks(source.text, start)
    collector = CitationExtension(collect=True)
    engine = Markdown(extensions=[*EXTENSIONS, collector], extension_configs={"tables": {"use_align_attribute": True}})
    raw = engine.convert(marked)
    places = _Places(source, offsets)
    prepared, targets = _lift_marks(raw)
    clean = nh3.clean(
        prepared, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, strip_comments=True
    )
    builder = _TreeBuilder(places, targets, tuple(collector.found))
    builder.feed(clean)
    builder.close()
    return Markup(builder.finish(), tuple(_refused(source, start, prepared)))


# -- Place marks -------------------------------------------------------------------------------------------------------

_INTERESTING = re.compile(
    r"""
      (?P<heading> ^\#{1,6}[ \t]* )(?=\S)                      # a heading: before its words
    | (?P<underlined> ^(?=[^\s>\-=].*\n(?:=+|-+)[ \t]*$) )     # a heading underlined with = or -
    | (?P<inline> \]\([ \t]*<? )[^\s)>]*                       # [words](here) and ![alt](here)
    | (?P<definition> ^[ ]{0,3}\[(?!\^)[^\[\]\n]+\]:[ \t]*<? )(?=\S)[^\s>]*   # [id]: here
    | (?P<auto> <[a-zA-Z][a-zA-Z+.-]*:// )[^\s>]*             # <https://here>
    | (?P<attribute> \b(?:href|src)[ \t]*=[ \t]*["'] )[^"'\n]*   # <a href="here">
    | (?P<bare> https?://[^\s\[\]<>()]* )                     # an address in running text: its @ is no citation
    | (?P<bracket> \[ )(?=[^\[\]]*@|[^\[\]]*\[[^\]]*\][^\[\]]*@)    # [may be a citation
    | (?P<mention> (?<![\w\\@.])@ )(?=[\w*{])                  # @may-be-one
    """,
    re.X | re.M,
)


def _put_marks(text: str, start: int) -> tuple[str, tuple[int, ...]]:
    """The text from `start` with place marks, and the offset in the file that each mark stands for."""
    offsets: list[int] = []
    pieces: list[str] = []
    last = start
    fences = _fences(text, start)
    for found in _INTERESTING.finditer(text, start):
        if any(begin <= found.start() < end for begin, end in fences) or len(offsets) > 0x1FFF0:
            continue
        kind = cast(str, found.lastgroup)
        if kind == "bare":
            continue
        place = found.end(kind)
        offsets.append(found.start() if kind in ("bracket", "mention") else place)
        pieces += [text[last:place], chr(_FIRST_MARK + len(offsets) - 1)]
        last = place
    return "".join([*pieces, text[last:]]), tuple(offsets)


def _fences(text: str, start: int) -> list[tuple[int, int]]:
    """Where fenced code stands, which needs no marks."""
    pattern = re.compile(r"^(?P<fence>`{3,}|~{3,})[^`\n]*\n.*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)", re.M | re.S)
    return [(found.start(), found.end()) for found in pattern.finditer(text, start)]


def _lift_marks(raw: str) -> tuple[str, dict[str, str]]:
    """Move the marks in link addresses into `data-at`; the addresses as written are returned by mark."""
    targets: dict[str, str] = {}

    def lift(found: re.Match[str]) -> str:
        name, value = found.group(1), html.unescape(found.group(3))
        mark = _MARKS.search(value)
        if not mark:
            return found.group()
        target = _MARKS.sub("", value)
        targets[mark.group()] = target
        return f'{name}="{html.escape(target)}" data-at="{mark.group()}"'

    return re.sub(r"""\b(href|src)=(["'])(.*?)\2""", lift, raw, flags=re.S), targets


@dataclass(frozen=True, slots=True)
class _Places:
    """Tells the span that a mark stands for."""

    source: Source
    offsets: tuple[int, ...]

    def span(self, mark: str, length: int = 1) -> Span:
        offset = self.offsets[ord(mark) - _FIRST_MARK]
        return self.source.span(offset, min(offset + length, len(self.source.text)))

    def heading(self, mark: str) -> Span:
        return self.source.line_span(self.source.position(self.offsets[ord(mark) - _FIRST_MARK]).line)

    def citation(self, found: "_Found") -> Citation:
        items = tuple(
            CitationItem(i.key, i.mode, i.prefix, i.locator, i.suffix, self.span(i.mark, len(i.key) + 1))
            for i in found.items
        )
        start = self.offsets[ord(found.mark) - _FIRST_MARK] - found.before
        return Citation(items, found.narrative, self.source.span(start, self._end(start, found)))

    def _end(self, start: int, found: "_Found") -> int:
        return min(start + found.length, len(self.source.text))


# -- The citation extension --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A citation as the parser met it: its items, the mark of its place and how long it was in the source.

    `before` is how many characters before the mark's place it begins (1 for `-@key`).
    """

    items: tuple[Item, ...]
    narrative: bool
    mark: str
    before: int
    length: int


class CitationExtension(Extension):
    """Pandoc's citations for Python-Markdown. With `collect`, each becomes an empty `span` and a value in `found`."""

    def __init__(self, *, collect: bool = False) -> None:
        super().__init__()
        self.collect = collect
        self.found: list[_Found] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register one rule for both forms: after code (190) and escapes (180), before links (170)."""
        md.inlinePatterns.register(_EscapedAt(r"\\@", md), "briefing-escaped-at", 181)
        md.inlinePatterns.register(_CitationRule(md, self), "briefing-citation", 175)

    def keep(self, found: _Found) -> etree.Element:
        """Remember a citation and leave an element in its place; numbers are given later, in document order."""
        self.found.append(found)
        return etree.Element("span", {"data-cite": chr(_FIRST_MARK + len(self.found) - 1)})


class _EscapedAt(InlineProcessor):
    """`\\@` is an at sign, never a citation."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        return f"{STX}{ord('@')}{ETX}", m.start(0), m.end(0)


class _CitationRule(InlineProcessor):
    """A bracket with a key in it, or a key in running text."""

    ANCESTOR_EXCLUDES = ("a", "code")

    def __init__(self, md: Markdown, extension: CitationExtension) -> None:
        super().__init__(rf"\[(?P<open>{MARK})|{MENTION.pattern}", md)
        self.extension = extension

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if m["open"]:
            return self._bracket(m, data)
        return self._narrative(m, data)

    def _bracket(self, m: re.Match[str], data: str) -> tuple[etree.Element | None, int | None, int | None]:
        end = _closing(data, m.start())
        if end < 0 or self._is_link(data, m.start(), end):
            return None, None, None
        items = split_group(self._written(data[m.end() : end]))
        if not items or any(not item.mark for item in items):
            return None, None, None
        length = self._length(data[m.start() : end + 1])
        return self.extension.keep(_Found(items, False, m["open"], 0, length)), m.start(), end + 1

    def _narrative(self, m: re.Match[str], data: str) -> tuple[etree.Element | None, int | None, int | None]:
        if not m["mark"]:
            return None, None, None
        first = item_of(m, narrative=True)
        items, end = (first,), m.end()
        bracket = re.compile(rf"[ \n]?\[(?!\^)(?={MARK}|[^\[\]]*\])").match(data, end)
        if bracket:
            closing = _closing(data, bracket.end() - 1)
            if closing > 0 and not self._is_link(data, bracket.end() - 1, closing):
                group = split_group(self._written(data[bracket.end() : closing]), first)
                if group and (len(group) > 1 or group[0].locator):
                    items, end = group, closing + 1
        before = 1 if m["minus"] else 0
        found = _Found(items, not before, m["mark"], before, self._length(data[m.start() : end]))
        return self.extension.keep(found), m.start(), end

    def _is_link(self, data: str, start: int, end: int) -> bool:
        """Whether the bracket from `start` to `end` is the text of a link, a picture's or a footnote's."""
        after = data[end + 1 : end + 2]
        if after == "(" or data[start - 1 : start] == "!":
            return True
        label = _MARKS.sub("", data[start + 1 : end]).lower()
        second = re.match(r"\[([^\[\]]*)\]", data[end + 1 :])
        if second and (_MARKS.sub("", second.group(1)).lower() or label) in self.md.references:
            return True
        return label in self.md.references

    def _written(self, text: str) -> str:
        """The characters as the author wrote them, with the parser's placeholders undone."""
        plain = self.unescape(text)
        return re.sub(rf"{STX}(\d+){ETX}", lambda found: chr(int(found.group(1))), plain)

    def _length(self, text: str) -> int:
        escaped = len(re.findall(rf"{STX}\d+{ETX}", text))
        return len(_MARKS.sub("", self._written(text))) + escaped


def _closing(data: str, start: int) -> int:
    """The place of the bracket that closes the one at `start`, or -1; never beyond a blank line."""
    depth = 0
    for index in range(start, len(data)):
        if data[index] == "[":
            depth += 1
        elif data[index] == "]":
            depth -= 1
            if depth == 0:
                return index
    return -1


# -- From clean HTML to the tree ---------------------------------------------------------------------------------------


class _Open:
    """An element whose children are still being read."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.span: Span | None = None


class _TreeBuilder(HTMLParser):
    """Builds the tree from nh3's output, which is always well formed."""

    def __init__(self, places: _Places, targets: dict[str, str], found: tuple[_Found, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self.places = places
        self.targets = targets
        self.citations = found
        self.stack = [_Open("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        cite, at = attributes.pop("data-cite", ""), attributes.pop("data-at", "")
        current = _Open(tag, {name: _MARKS.sub("", value) for name, value in attributes.items()})
        if _MARKS.fullmatch(cite):
            self.stack[-1].children.append(self.places.citation(self.citations[ord(cite) - _FIRST_MARK]))
        if tag in ("a", "img") and _MARKS.fullmatch(at):
            current.attributes["target"] = self.targets[at]
            current.span = self.places.span(at, len(self.targets[at]))
        self.stack.append(current)
        if tag in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        done = self.stack.pop()
        self.stack[-1].children += _finished(done)

    def handle_data(self, data: str) -> None:
        heading = next((item for item in self.stack if re.fullmatch(r"h[1-6]", item.tag)), None)
        mark = _MARKS.search(data)
        if heading and mark and heading.span is None:
            heading.span = self.places.heading(mark.group())
        text = _MARKS.sub("", data)
        if text:
            self.stack[-1].children.append(Text(text))

    def finish(self) -> tuple[Node, ...]:
        """The top-level nodes, once everything was fed."""
        return tuple(node for node in self.stack[0].children if not (isinstance(node, Text) and not node.text.strip()))


def _finished(done: _Open) -> list[Node]:
    """An element as our tree has it: boxes by their own names, meaningless wrappers taken off."""
    classes = done.attributes.get("class", "").split()
    attributes = {name: value for name, value in done.attributes.items() if name not in ("class", "href", "src")}
    if done.tag == "div" and "admonition" in classes:
        return [_box(done, classes)]
    if done.tag == "p" and "admonition-title" in classes:
        return [Element("box-title", MappingProxyType({}), tuple(done.children))]
    if done.tag in ("div", "span") and not attributes:
        return done.children
    tag = {"b": "strong", "i": "em"}.get(done.tag, done.tag)
    return [Element(tag, MappingProxyType(attributes), tuple(done.children), done.span)]


def _box(done: _Open, classes: list[str]) -> Element:
    kind = next((name for name in classes if name != "admonition"), "note")
    titles = [node for node in done.children if isinstance(node, Element) and node.tag == "box-title"]
    title = "".join(child.text for node in titles for child in node.children if isinstance(child, Text))
    rest = tuple(node for node in done.children if not (isinstance(node, Element) and node.tag == "box-title"))
    tag = "signpost" if kind == "signpost" else "admonition"
    return Element(tag, MappingProxyType({"kind": kind, "title": title}), rest)


# -- What was refused --------------------------------------------------------------------------------------------------


class _Watcher(HTMLParser):
    """Notes the tags and attributes that nh3 will take away, so that nothing disappears in silence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.names.append((tag, ""))
            return
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"class"}
        self.names += [(tag, name) for name, _ in attrs if name not in allowed]


def _refused(source: Source, start: int, prepared: str) -> Iterator[Slip]:
    watcher = _Watcher()
    watcher.feed(prepared)
    watcher.close()
    for tag, name in dict.fromkeys(watcher.names):
        words = rf"\b{re.escape(name)}\s*=" if name else rf"<\s*{re.escape(tag)}\b"
        place = re.compile(words, re.I).search(source.text, start)
        span = source.span(place.start(), place.end()) if place else Span.of_file(source.path)
        what = f"The attribute “{name}”" if name else f"The HTML element <{tag}>"
        yield Slip("text-unsafe-html", Problem(span, f"{what} is not allowed in a briefing and is left out.",
                                               "Write it in Markdown, or remove it."))  # fmt: skip
