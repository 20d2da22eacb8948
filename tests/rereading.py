"""Read editions back: one function for each format, all to the same form, so that they can be held against the page.

None of this uses the code that makes the editions. What a format can only say in its own way is written as plain text
has it: a link's note as `words (note 3)`, an address as `words <address>`, a picture as `[Picture: words]`.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
VOID = {"br", "hr", "img", "meta", "link", "input"}
IN_LINES = {
    "a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "q", "s", "small", "span", "strong", "sub", "sup",
}  # fmt: skip


@dataclass
class Reading:
    """What a reader finds: the paragraphs of text and updates in order, the notes, and the references."""

    paragraphs: list[str] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


@dataclass
class Table:
    """A table as its rows of cells, each the paragraphs in it with the column it begins in, and whether it is plain."""

    head: list[list[tuple[int, int, list[str]]]]
    body: list[list[tuple[int, int, list[str]]]]
    caption: str
    plain: bool


Found = str | Table


# -- A tree of HTML or XHTML -------------------------------------------------------------------------------------------


@dataclass
class Tag:
    """An element; children are elements and characters."""

    name: str
    attributes: dict[str, str]
    children: "list[Tag | str]"

    def has(self, kind: str) -> bool:
        """Whether the element has a class."""
        return kind in self.attributes.get("class", "").split()

    def all(self) -> "Iterator[Tag]":
        """The element and everything in it."""
        yield self
        for child in self.children:
            if isinstance(child, Tag):
                yield from child.all()

    def text(self) -> str:
        """Its characters."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Tag("", {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(tag, {name: value or "" for name, value in attrs}, [])
        self.stack[-1].children.append(made)
        if tag not in VOID:
            self.stack.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in {one.name for one in self.stack[1:]}:
            while self.stack.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def html(text: str) -> Tag:
    """A page as a tree."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.stack[0]


def xhtml(content: bytes) -> Tag:
    """An XML document as a tree, its names without namespaces (`epub:type` as `type`)."""

    def made(element: ElementTree.Element) -> Tag:
        children: list[Tag | str] = [element.text or ""]
        for child in element:
            children += [made(child), child.tail or ""]
        names = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        return Tag(element.tag.rpartition("}")[2], names, children)

    return made(ElementTree.fromstring(content))


# -- From a tree to paragraphs -----------------------------------------------------------------------------------------


@dataclass
class _Walker:
    """Walks a tree in reading order. `noting` tells the number of an outside link's note, 0 for none.

    `beside` takes what is said beside a link, and gives what of it stands in the text.
    """

    noting: Callable[[Tag, "Tag | None"], int]
    found: list[Found] = field(default_factory=list)
    beside: Callable[[Tag, str], str] = lambda tag, words: words

    def blocks(self, tag: Tag) -> None:
        """Everything in an element; what stands between blocks is a paragraph."""
        lines: list[Tag | str] = []
        for child in tag.children:
            if isinstance(child, Tag) and self._is_block(child):
                self._paragraph(lines)
                lines = []
                self.block(child)
            elif not (isinstance(child, Tag) and child.has("cited-in")):
                lines.append(child)
        self._paragraph(lines)

    def block(self, tag: Tag) -> None:
        """One block."""
        if tag.has("cited-in") or tag.has("places") or tag.attributes.get("role") == "doc-footnote":
            return
        if tag.name == "img":
            self.found.append(f"[Picture: {tag.attributes['alt']}]")
        elif tag.name == "table":
            self.found.append(self._table(tag))
        elif tag.name == "dl" and tag.has("facts"):
            for pair in (child for child in tag.children if isinstance(child, Tag)):
                label, value = (one.text() for one in pair.children if isinstance(one, Tag))
                self.found.append(f"{label}: {value}")
        elif tag.name == "pre":
            self.found.append(folded(tag.text()))
        else:
            self.blocks(tag)

    def _is_block(self, tag: Tag) -> bool:
        return tag.name not in IN_LINES or any(isinstance(c, Tag) and self._is_block(c) for c in tag.children)

    def _paragraph(self, lines: "list[Tag | str]") -> None:
        if words := folded(self.lines(lines)):
            self.found.append(words)

    def lines(self, children: "list[Tag | str]") -> str:
        """Characters of a line, with what its elements mean."""
        made = ""
        for place, child in enumerate(children):
            following = next((one for one in children[place + 1 :] if one != ""), None)
            made += (
                child
                if isinstance(child, str)
                else self._line(child, following if isinstance(following, Tag) else None)
            )
        return made

    def _line(self, tag: Tag, following: "Tag | None") -> str:
        if tag.has("cited-in"):
            return ""
        words = self.lines(tag.children)
        if tag.has("beside-link"):
            return self.beside(tag, words)
        match tag.name:
            case "br":
                return " "
            case "q":
                return f"‘{words}’"
            case "del" | "s":
                return f"[deleted: {words}]"
            case "ins":
                return f"[added: {words}]"
            case "sup":
                return words.translate(RAISED) if words.isdecimal() else f"^({words})"
            case "sub":
                return words.translate(LOWERED) if words.isdecimal() else f"_({words})"
            case "abbr" if tag.attributes.get("title"):
                return f"{words} ({tag.attributes['title']})"
            case "a":
                return self._link(tag, words, following)
            case _:
                return words

    def _link(self, tag: Tag, words: str, following: "Tag | None") -> str:
        if tag.attributes.get("role") == "doc-noteref":
            return ""
        href = tag.attributes.get("href", "")
        if not re.match("https?:|mailto:|tel:", href):
            return words
        number = self.noting(tag, following)
        return f"{words} (note {number})" if number else with_address(words, href)

    def _table(self, tag: Tag) -> Table:
        caption, rows, plain = "", [], True
        for one in tag.all():
            if one.name == "caption":
                caption = folded(self.lines(one.children))
            if one.name == "tr":
                cells = [child for child in one.children if isinstance(child, Tag) and child.name in ("td", "th")]
                inside = []
                for cell in cells:
                    walker = _Walker(self.noting, beside=self.beside)
                    walker.blocks(cell)
                    inside.append((cell, [str(found) for found in walker.found]))
                plain &= all(
                    len(found) <= 1 and not {"colspan", "rowspan"} & cell.attributes.keys() for cell, found in inside
                )
                rows.append((inside, any(part.name == "thead" for part in tag.all() if one in part.all())))
        placed = _placed([inside for inside, _ in rows])
        head = [row for row, (_, is_head) in zip(placed, rows, strict=True) if is_head]
        body = [row for row, (_, is_head) in zip(placed, rows, strict=True) if not is_head]
        return Table(head, body, caption, plain)


def _placed(rows: list[list[tuple[Tag, list[str]]]]) -> list[list[tuple[int, int, list[str]]]]:
    """Each cell with its column and how many it covers, as HTML lays a table out."""
    taken: set[tuple[int, int]] = set()
    made = []
    for number, row in enumerate(rows):
        cells, column = [], 0
        for tag, found in row:
            while (number, column) in taken:
                column += 1
            across, down = (int(tag.attributes.get(name, "1")) for name in ("colspan", "rowspan"))
            taken |= {(number + y, column + x) for y in range(down) for x in range(across)}
            cells.append((column, across, found))
        made.append(cells)
    return made


def folded(text: str) -> str:
    """Text with single spaces."""
    return " ".join(text.split())


def with_address(words: str, href: str) -> str:
    """A link's words with the address it leads to, unless they are the same."""
    return words if words.strip() in (href, shown(href)) else f"{words} <{shown(href)}>"


def cells_apart(found: list[Found]) -> list[str]:
    """Paragraphs with every cell of a table as paragraphs of its own."""
    made: list[str] = []
    for one in found:
        if isinstance(one, str):
            made.append(one)
            continue
        made += [one.caption] if one.caption else []
        made += [words for row in (*one.head, *one.body) for _, _, cell in row for words in cell]
    return made


def rows_as_records(found: list[Found], in_columns: Callable[[Table], bool] = lambda table: False) -> list[str]:
    """Paragraphs with every row of a table as `head: cell`, unless it can be set in columns."""
    made: list[str] = []
    for one in found:
        if isinstance(one, str):
            made.append(one)
            continue
        made += [one.caption] if one.caption else []
        if in_columns(one):
            made += cells_apart([Table(one.head, one.body, "", True)])
            continue
        for row in one.body:
            for column, _, cell in row:
                heads = [
                    " ".join(words) for line in one.head for at, across, words in line if at <= column < at + across
                ]
                if cell:
                    made += [f"{' – '.join(dict.fromkeys(heads))}: {cell[0]}" if heads else cell[0], *cell[1:]]
    return made


# -- The page and the formats ------------------------------------------------------------------------------------------


def read_page(text: str, tables: Callable[[list[Found]], list[str]] = cells_apart) -> Reading:
    """The page of a briefing; links of the reviewed text have notes in order of occurrence, as print counts them."""
    whole = next(tag for tag in html(text).all() if tag.has("briefing"))
    reading = Reading()
    in_updates = {id(tag) for update in whole.all() if update.has("update") for tag in update.all()}

    in_beside = {id(tag) for beside in whole.all() if beside.has("beside-link") for tag in beside.all()}

    def noting(tag: Tag, following: Tag | None) -> int:
        if id(tag) in in_updates or id(tag) in in_beside:
            return 0
        reading.notes.append((len(reading.notes) + 1, shown(tag.attributes["href"])))
        return len(reading.notes)

    def beside(tag: Tag, words: str) -> str:
        """Beside a link of the reviewed text: print has it in the note."""
        if id(tag) in in_updates:
            return words
        number, address = reading.notes[-1]
        reading.notes[-1] = (number, address + words)
        return ""

    walker = _Walker(noting, beside=beside)
    children = [child for child in whole.children if not (isinstance(child, Tag) and child.name in ("header", "nav"))]
    end = next(
        n for n, child in enumerate(children) if isinstance(child, Tag) and child.attributes.get("id") == "references"
    )
    walker.blocks(Tag("div", {}, children[:end]))
    reading.paragraphs = tables(walker.found)
    listed = next(child for child in children[end:] if isinstance(child, Tag) and child.name in ("ol", "ul", "p"))
    reading.references = _listed(listed)
    return reading


def _listed(tag: Tag) -> list[str]:
    """References behind their numbers; their links are part of their words."""
    made = []
    for item in (child for child in tag.children if isinstance(child, Tag) and child.name == "li"):
        walker = _Walker(lambda tag, following: 0)
        walker.blocks(item)
        number = f"{item.attributes['value']}. " if "value" in item.attributes else ""
        made += [number + str(found) for found in walker.found]
    return made


def read_epub(content: bytes, prefix: str = "") -> Reading:
    """A briefing's part of an EPUB; `prefix` begins the names of its files."""
    reading = Reading()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        package = xhtml(archive.read("EPUB/package.opf"))
        hrefs = {tag.attributes["id"]: tag.attributes["href"] for tag in package.all() if tag.name == "item"}
        spine = [hrefs[tag.attributes["idref"]] for tag in package.all() if tag.name == "itemref"]
        for name in spine:
            if not re.fullmatch(rf"{prefix}(?:chapter-\d+|references)\.xhtml", name):
                continue
            page = xhtml(archive.read(f"EPUB/{name}"))
            body = next(tag for tag in page.all() if tag.name == "body")
            for note in (tag for tag in body.all() if tag.attributes.get("role") == "doc-footnote"):
                back, address, *_ = (tag for tag in note.all() if tag.name == "a")
                assert address.text() == shown(address.attributes["href"])
                said = folded(_Walker(lambda tag, following: 0).lines(note.children))
                reading.notes.append((int(back.text()), said.removeprefix(f"{back.text()} ")))
            if name.endswith("references.xhtml"):
                reading.references += _listed(next(tag for tag in body.all() if tag.has("references")))
                continue
            walker = _Walker(_called)
            walker.blocks(body)
            reading.paragraphs += cells_apart(walker.found)
    return reading


def _called(tag: Tag, following: Tag | None) -> int:
    called = following is not None and following.attributes.get("role") == "doc-noteref"
    return int(following.text()) if called and following else 0


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_docx(content: bytes) -> Reading:
    """A Word document, from its first heading to the last part before the imprint."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        document, footnotes, links, more = (
            ElementTree.fromstring(archive.read(f"word/{name}"))
            for name in ("document.xml", "footnotes.xml", "_rels/document.xml.rels", "_rels/footnotes.xml.rels")
        )
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    aims = {link.get("Id", ""): link.get("Target", "") for link in more}
    reading, called, part = Reading(), [], ""

    def words(run: ElementTree.Element) -> str:
        text = ""
        for child in run:
            match child.tag.removeprefix(W):
                case "t":
                    text += child.text or ""
                case "br" | "tab":
                    text += " "
                case "footnoteReference":
                    called.append(child.get(f"{W}id"))
                    text += f" (note {len(called)})"
                case "drawing":
                    text += next(f"[Picture: {one.get('descr')}]" for one in child.iter() if one.tag.endswith("docPr"))
        style = run.find(f"{W}rPr")
        look = {child.tag.removeprefix(W): child.get(f"{W}val") for child in style} if style is not None else {}
        if look.get("vertAlign") == "superscript":
            text = text.translate(RAISED) if text.isdecimal() else f"^({text})"
        if look.get("vertAlign") == "subscript":
            text = text.translate(LOWERED) if text.isdecimal() else f"_({text})"
        if "strike" in look:
            text = f"[deleted: {text}]"
        return f"[added: {text}]" if "u" in look else text

    def line(element: ElementTree.Element, targets: dict[str, str] = targets) -> str:
        made = ""
        for child in element:
            if child.tag == f"{W}r":
                made += words(child)
            elif child.tag == f"{W}hyperlink":
                inside = line(child, targets)
                target = targets.get(child.get(f"{R}id", ""), "")
                made += f"{inside}\0{target}\0" if target else inside
        return made

    notes = {
        note.get(f"{W}id"): folded(_with_addresses("".join(line(one, aims) for one in note.iter(f"{W}p"))))
        for note in footnotes
    }

    for paragraph in document.iter(f"{W}p"):
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        style = found.get(f"{W}val", "") if found is not None else ""
        text = folded(_with_addresses(line(paragraph)))
        if style == "Heading1":
            part = text
        if (
            not part
            or part == "About this briefing"
            or not text
            or style == "CitedIn"
            or text.startswith("End of the update “")
        ):
            continue
        if part == "References":
            reading.references += [text] if text != "References" else []
            continue
        reading.paragraphs.append(text)
    reading.notes = [(number, notes[identity]) for number, identity in enumerate(called, 1)]
    return reading


def _with_addresses(text: str) -> str:
    """A paragraph with the address of a link, which stands between two NULs behind its words, as plain text has it."""
    text = re.sub("\0[^\0]*\0(?= \\(note [0-9]+\\))", "", text)
    text = re.sub("\0([^\0]*)\0 \\(\\1\\)", lambda found: f" <{found.group(1)}>", text)
    return re.sub("\0[^\0]*\0", "", text)


T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
S = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def read_odt(content: bytes) -> Reading:
    """An OpenDocument text, from its first heading to the last part before the imprint."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        document = ElementTree.fromstring(archive.read("content.xml"))
    own = {style.get(f"{S}name", ""): style for style in document.iter(f"{S}style")}
    looks = {
        id: {name.rpartition("}")[2]: value for one in style for name, value in one.attrib.items()}
        for id, style in own.items()
    }
    styles = {id: style.get(f"{S}parent-style-name", "") for id, style in own.items()}
    reading, part, code = Reading(), "", False

    def line(element: ElementTree.Element) -> str:
        made = element.text or ""
        for child in element:
            made += thing(child) + (child.tail or "")
        return made

    def thing(child: ElementTree.Element) -> str:
        match child.tag.rpartition("}")[2]:
            case "s" | "tab" | "line-break":
                return " " * int(child.get(f"{T}c", "1"))
            case "note":
                body = child.find(f"{T}note-body")
                assert body is not None
                said = "".join(line(one) for one in body.iter(f"{T}p"))
                reading.notes.append((len(reading.notes) + 1, folded(_with_addresses(said))))
                return f" (note {len(reading.notes)})"
            case "frame":
                title = next(
                    (one.text for one in child.iter() if one.tag.endswith("}title") or one.tag.endswith("}desc")), ""
                )
                return f"[Picture: {title}]"
            case "a":
                target = child.get("{http://www.w3.org/1999/xlink}href", "")
                return line(child) + ("" if target.startswith("#") else f"\0{shown(target)}\0")
            case "span":
                return _looking(line(child), looks.get(child.get(f"{T}style-name"), {}))
            case _:
                return line(child)

    for paragraph in (one for one in document.iter() if one.tag in (f"{T}p", f"{T}h")):
        style = styles.get(paragraph.get(f"{T}style-name", ""), paragraph.get(f"{T}style-name", ""))
        if style == "Footnote":
            continue
        text = folded(_with_addresses(line(paragraph)))
        if paragraph.tag == f"{T}h" and paragraph.get(f"{T}outline-level") == "1":
            part = text
        if (
            not part
            or part == "About this briefing"
            or not text
            or style == "Cited_20_In"
            or text.startswith("End of the update “")
        ):
            continue
        if part == "References":
            reading.references += [text] if text != "References" else []
            continue
        if code and style == "Preformatted_20_Text":
            reading.paragraphs[-1] += f" {text}"
            continue
        reading.paragraphs.append(text)
        code = style == "Preformatted_20_Text"
    return reading


def _looking(text: str, look: dict[str, str]) -> str:
    """A stretch of OpenDocument text with what its look means."""
    position = look.get("text-position", "")
    if position.startswith("super"):
        return text.translate(RAISED) if text.isdecimal() else f"^({text})"
    if position.startswith("sub"):
        return text.translate(LOWERED) if text.isdecimal() else f"_({text})"
    if look.get("text-line-through-style", "none") != "none":
        return f"[deleted: {text}]"
    if look.get("text-underline-style", "none") != "none":
        return f"[added: {text}]"
    return text


# -- Formats in which everything is one run of characters --------------------------------------------------------------


def read_text(content: bytes) -> str:
    """Plain text from behind the contents to the imprint."""
    _, text = content.decode("utf-8-sig").split("\n  Publisher\n", 1)
    return text[: text.index("\nAbout this briefing\n===")]


def read_braille(content: bytes, back: Callable[[str], str]) -> str:
    """Braille from behind the contents to the imprint, read back by `back`; the first line of each page is its head."""
    lines = [line.strip() for page in content.decode("ascii").split("\f")[:-1] for line in page.split("\r\n")[1:]]
    stream = ""
    for line in lines:
        if line and set(line) in ({"7"}, {"G"}):
            continue
        goes_on = re.search(r'[^ "]"$', stream)
        stream = stream[:-1] + line if goes_on else f"{stream} {line}"
    text = back(folded(stream))
    entry = re.search(r"Publisher [^ ]* ?\d+", text)  # the last of the contents, its guide dots and its page
    assert entry
    return text[entry.end() : text.rindex("About this briefing")]


def left_over(text: str, wanted: list[str]) -> list[str]:
    """Find each of `wanted` in a text, in order; what stands between them. Lines may end anywhere between two words."""
    stream, at, rest = folded(text), 0, []
    for one in wanted:
        sought = folded(one)
        place = stream.find(sought, at)
        assert place >= 0, f"not found, or not in its place: {one!r}; the text goes on: {stream[at : at + 200]!r}"
        rest.append(stream[at:place].strip())
        at = place + len(sought)
    return [piece for piece in (*rest, stream[at:].strip()) if piece]


def shown(href: str) -> str:
    """An address as a reader sees it."""
    return re.sub("^(?:mailto|tel):", "", href)


def mp3_frames(content: bytes) -> tuple[dict[str, Any], list[tuple[str, int, int]]]:
    """The tag of an MP3 (ID3v2.4): its texts by name, and its chapters with their times in milliseconds."""
    assert content[:4] == b"ID3\x04"

    def size(four: bytes) -> int:
        return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))

    def frames(data: bytes) -> Iterator[tuple[str, bytes]]:
        while len(data) > 10:
            length = size(data[4:8])
            yield data[:4].decode("ascii"), data[10 : 10 + length]
            data = data[10 + length :]

    texts: dict[str, Any] = {"end": 10 + size(content[6:10])}
    chapters = []
    for name, data in frames(content[10 : texts["end"]]):
        if name.startswith("T"):
            texts[name] = data[1:].decode()
        elif name == "CHAP":
            identity, _, rest = data.partition(b"\0")
            begin, end = int.from_bytes(rest[:4], "big"), int.from_bytes(rest[4:8], "big")
            (_, title), *_ = frames(rest[16:])
            chapters.append((title[1:].decode(), begin, end))
            assert identity.startswith(b"chapter-")
        elif name == "CTOC":
            texts["CTOC"] = data
    return texts, chapters
