"""Hand over: a volume becomes a document for a word processor, .docx or .odt, through pandoc's own form.

The form is pandoc's JSON (Text.Pandoc.Definition, pandoc-types 1.23): nothing is parsed on the way, so what a
contributor wrote can never become markup there. Looks come from styles that we write, see `theme/word/`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from briefing_tools.pandoc import API, convert
from briefing_tools.stages.editions.book.packing import pack, unpack
from briefing_tools.stages.editions.book.parts import (
    About,
    Block,
    Blocks,
    Book,
    Break,
    Cell,
    Code,
    Drawing,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Outside,
    Paragraph,
    Picture,
    Reference,
    References,
    Rule,
    Styled,
    Table,
    Volume,
    Words,
    walk,
    words,
)
from briefing_tools.stages.editions.book.xhtml import direction, shown
from briefing_tools.templates import Html, render

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

Json: TypeAlias = dict[str, object]
Many: TypeAlias = list[Json]

_ROLES = {
    "series": "Series", "strand": "Series", "number": "Number", "status": "Status", "fact": "Fact", "scope": "Scope",
    "publisher": "Publisher", "title": "Box Title", "label": "Update Label", "caption": "Caption", "places": "Cited In",
}  # fmt: skip
"""The style of a paragraph by its role; every other one is body text."""
_GROUPS = {
    "signpost": "Signpost",
    "box": "Box",
    "key-messages": "Key Messages",
    "update": "Site Update",
    "indented": "Indented",
}
_LOOKS = {
    "em": "Emph",
    "strong": "Strong",
    "sub": "Subscript",
    "sup": "Superscript",
    "del": "Strikeout",
    "ins": "Underline",
    "cite": "Emph",
}
_ALIGN = {"left": "AlignLeft", "center": "AlignCenter", "right": "AlignRight"}
_FOOTER = '<Relationship Id="footer" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer.xml"/>'
_FOOTER_TYPE = '<Override PartName="/word/footer.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
_BIDI = re.compile(rb'(?<=<w:rtl /><w:lang )w:val=("[^"]*")')
"""Of writing from right to left Word asks for the language by another name (ISO/IEC 29500-1, 17.3.2.20), which pandoc leaves out."""
_WIDEST = 6.2
"""Inches between the margins of A4; a picture from a screen is shown at 120 dots to the inch, as in the PDF."""


def make_docx(volume: Volume, epoch: int) -> bytes:
    """The volume as a Word document (ISO/IEC 29500), dated `epoch` (seconds since 1970). Raises `CannotRun` without pandoc."""
    files = unpack(convert(document(volume), "docx", render("docx/document.xml"), _pictures(volume), epoch))
    dressed = {
        "word/document.xml": _BIDI.sub(rb"\g<0> w:bidi=\1", files["word/document.xml"]),
        "word/styles.xml": render("docx/styles.xml", about=volume.about).encode(),
        "word/footer.xml": render("docx/footer.xml", about=volume.about).encode(),
        "[Content_Types].xml": _with_part(files["[Content_Types].xml"], _FOOTER_TYPE, "</Types>"),
        "word/_rels/document.xml.rels": _with_part(files["word/_rels/document.xml.rels"], _FOOTER, "</Relationships>"),
    }
    return pack({**files, **dressed})


def make_odt(volume: Volume, epoch: int) -> bytes:
    """The volume as OpenDocument text (ISO/IEC 26300), dated `epoch` (seconds since 1970). Raises `CannotRun` without pandoc."""
    files = unpack(convert(document(volume, "_20_"), "odt", render("odt/content.xml"), _pictures(volume), epoch))
    language, _, rest = volume.about.language.partition("-")
    country = rest if len(rest) == 2 else "none"
    styles = render("odt/styles.xml", about=volume.about, language=language, country=country)
    content = _described(files["content.xml"].decode(), volume)
    return pack({**files, "content.xml": content.encode(), "styles.xml": styles.encode()})


def _described(content: str, volume: Volume) -> str:
    """OpenDocument text whose pictures have their words (ODF 1.3, 10.2: `svg:desc`), which pandoc leaves out."""
    chapters = [*volume.front, *(chapter for book in volume.books for chapter in book.chapters)]
    alts = [block.alt for chapter in chapters for block in walk(chapter.blocks) if isinstance(block, Picture)]
    first, *rest = content.split("</draw:frame>")
    assert len(rest) == len(alts), f"{len(rest)} pictures were made of {len(alts)}"
    described = (
        Html("<svg:desc>{}</svg:desc></draw:frame>").format(alt) + Html(after)
        for alt, after in zip(alts, rest, strict=True)
    )
    return first + "".join(described)


def _pictures(volume: Volume) -> Mapping[str, bytes]:
    return {drawing.name: drawing.content for book in volume.books for drawing in book.drawings.values()}


def _with_part(content: bytes, part: str, end: str) -> bytes:
    """One of the lists in a Word document with one more line."""
    before, found, after = content.decode().rpartition(end)
    assert found, f"pandoc's .docx has no {end}"
    return f"{before}{part}{end}{after}".encode()


def document(volume: Volume, space: str = " ") -> Json:
    """The volume in pandoc's form; `space` stands for a space in the names of styles."""
    made = Maker({file: drawing for book in volume.books for file, drawing in book.drawings.items()}, space)
    blocks = [block for chapter in volume.front for block in made.cover(chapter.blocks)]
    for book in volume.books:
        blocks += made.book(book)
    return {"pandoc-api-version": list(API), "meta": _meta(volume.about), "blocks": blocks}


def _meta(about: About) -> Json:
    """The document's properties."""
    values = {
        "title": _meta_text(about.name),
        "author": _meta_list(about.authors or (about.publisher,)),
        "keywords": _meta_list(about.topics),
        "subject": _meta_text(about.series or about.title),
        "description": _meta_text(about.description),
        "lang": _meta_text(about.language),
    }
    return dict(values)


def _meta_text(text: str) -> Json:
    return {"t": "MetaInlines", "c": _text(text)}


def _meta_list(texts: Iterable[str]) -> Json:
    return {"t": "MetaList", "c": [_meta_text(text) for text in texts if text]}


class Maker:
    """Makes the blocks of a document; `drawings` are its pictures by their file, `space` a space in a style's name."""

    def __init__(self, drawings: Mapping[str, Drawing], space: str) -> None:
        self.drawings = drawings
        self.space = space

    def book(self, book: Book) -> Many:
        """A briefing: its cover, its contents, its chapters."""
        cover, *chapters = book.chapters
        made = [*self.cover(cover.blocks), *self.contents(book)]
        return made + [block for chapter in chapters for block in self.blocks(chapter.blocks)]

    def cover(self, blocks: Blocks) -> Many:
        """A cover; its title is the document's, not a heading."""
        made: Many = []
        for block in blocks:
            if isinstance(block, Heading):
                made.append(self.in_style("Title", [_span(self.lines(block.lines), block.id)]))
            else:
                made += self.block(block)
        return made

    def contents(self, book: Book) -> Many:
        """The headings of the first two levels, each a link to its place."""
        made = [self.in_style("Contents Heading", self.lines((Words("Contents"),)))]
        for chapter in book.chapters[1:]:
            for one in chapter.blocks:
                if isinstance(one, Heading) and one.level <= 2:
                    line = (Inside(one.id, one.title),) if one.id else one.title
                    made.append(self.in_style(f"Contents {one.level}", self.lines(line)))
        return made

    # -- Blocks --------------------------------------------------------------------------------------------------------

    def blocks(self, blocks: Blocks, style: str = "") -> Many:
        """A run of blocks; `style` is that of its paragraphs."""
        return [made for block in blocks for made in self.block(block, style)]

    def block(self, block: Block, style: str = "") -> Many:
        """One block with its language and id."""
        made = self._block(block, style)
        attributes = {"lang": block.language} if block.language else {}
        lines = block.lines if isinstance(block, Heading | Paragraph | Code) else ()
        if direction(lines):
            attributes["dir"] = "rtl"
        named = block.id if not isinstance(block, Heading) else ""
        return [_div(made, attributes, named)] if attributes or named else made

    def _block(self, block: Block, style: str) -> Many:
        match block:
            case Heading(level, lines):
                return [_node("Header", [min(level, 6), _attr(block.id), self.lines(lines)])]
            case Paragraph(lines, role):
                named = _ROLES.get(role, style)
                inside = self.lines(lines)
                return [self.in_style(named, inside)] if named else [_node("Para", inside)]
            case Code(lines):
                return [_node("CodeBlock", [_attr(), _kept(lines)])]
            case Listing(items, start):
                made = [self.item(item, style) for item in items]
                if start:
                    return [_node("OrderedList", [[start, _node("Decimal"), _node("Period")], made])]
                return [_node("BulletList", made)]
            case Group():
                return self.group(block, style)
            case Table():
                return [self.table(block)]
            case Picture():
                return self.picture(block)
            case References(items):
                return [made for item in items for made in self.reference(item)]
            case Rule():
                return [_node("HorizontalRule")]

    def item(self, item: Blocks, style: str) -> Many:
        """An item of a list."""
        return self.blocks(item, style)

    def group(self, block: Group, style: str) -> Many:
        """Blocks that belong together, in the style of their kind; what a site adds ends with a line that says so."""
        match block.kind:
            case "quotation":
                return [_node("BlockQuote", self.blocks(block.blocks))]
            case "definitions":
                return [_node("DefinitionList", self.definitions(block.blocks))]
            case "update":
                inside = self.blocks(block.blocks, _GROUPS["update"])
                end = self.in_style("Update Label", self.lines((Words(f"End of the update “{block.name}”"),)))
                return [*inside, end]
            case kind:
                return self.blocks(block.blocks, _GROUPS.get(kind, style))

    def definitions(self, blocks: Blocks) -> list[object]:
        """Terms with what they mean; a term that shares its meaning with the next one has none of its own."""
        entries: list[tuple[list[Json], list[Many]]] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                entries.append(([_span(self.lines(block.lines), block.id, block.language)], []))
            elif isinstance(block, Group):
                entries[-1][1].append(self.blocks(block.blocks))
        return [list(entry) for entry in entries]

    def picture(self, block: Picture) -> Many:
        """A picture with its words, and what stands below it."""
        drawing = self.drawings[block.file]
        width = min(drawing.width / 120, _WIDEST)
        size = {"width": f"{width:.2f}in", "height": f"{width * drawing.height / drawing.width:.2f}in"}
        image = _node("Image", [_attr("", size), _text(block.alt), [drawing.name, ""]])
        below = [self.in_style("Caption", self.lines(block.caption))] if block.caption else []
        return [_node("Para", [image]), *below]

    def reference(self, item: Reference) -> Many:
        """A reference behind its number, and below it where it is cited."""
        label = f"{item.label}{'.' if item.label.isdecimal() else ''} " if item.label else ""
        lines = [*(_text(label) if label else []), *self.lines(item.text.lines)]
        text = self.in_style("Bibliography", [_span(lines, item.id)] if item.id else lines)
        return [text, *(self.block(item.places) if item.places else [])]

    def in_style(self, style: str, inside: Many) -> Json:
        """A paragraph in a style by its name."""
        return _div([_node("Para", inside)], {"custom-style": style.replace(" ", self.space)})

    # -- Tables --------------------------------------------------------------------------------------------------------

    def table(self, block: Table) -> Json:
        """A table whose head is repeated on every page, its first column heading the rows."""
        caption = [None, [_node("Plain", self.lines(block.caption))] if block.caption else []]
        columns = [[_node("AlignDefault"), _node("ColWidthDefault")] for _ in range(block.columns)]
        head = [_attr(), [self.row(row, True) for row in block.head]]
        body = [_attr(), 1 if block.columns > 1 else 0, [], [self.row(row, False) for row in block.body]]
        return _node("Table", [_attr(), caption, columns, head, [body], [_attr(), []]])

    def row(self, row: tuple[Cell, ...], head: bool) -> list[object]:
        """The cells of a row."""
        return [_attr(), [self.cell(cell, cell.heads and not head) for cell in row]]

    def cell(self, cell: Cell, strong: bool) -> list[object]:
        """A cell; one that heads a row is in bold."""
        blocks = cell.blocks
        if strong and len(blocks) == 1 and isinstance(only := blocks[0], Paragraph):
            blocks = (Paragraph((Styled("strong", only.lines),), only.role, id=only.id, language=only.language),)
        align = _node(_ALIGN.get(cell.align, "AlignDefault"))
        return [_attr(), align, cell.down, cell.across, self.blocks(blocks, "Table Text")]

    # -- Lines ---------------------------------------------------------------------------------------------------------

    def lines(self, lines: Lines) -> Many:
        """A run of lines."""
        return [made for line in lines for made in self.line(line)]

    def line(self, line: Line) -> Many:
        """What stands within a line."""
        match line:
            case Words(text):
                return _text(text)
            case Break():
                return [_node("LineBreak")]
            case Styled():
                return self.styled(line)
            case Marker(identity, inside):
                return [_span(self.lines(inside), identity)]
            case Inside(to, inside):
                return [_node("Link", [_attr(), self.lines(inside), [f"#{to}", ""]])]
            case Outside(url, inside, note, beside):
                link = _node("Link", [_attr(), self.lines(inside), [url, ""]])
                if note:
                    address = _node("Link", [_attr(), _text(shown(url)), [url, ""]])
                    return [link, _node("Note", [_node("Para", [address, *self.lines(beside)])])]
                repeated = words(inside).strip() in (url, shown(url))
                return [link] if repeated else [link, *_text(f" ({shown(url)})")]

    def styled(self, line: Styled) -> Many:
        """A stretch of text that is something."""
        inside = self.lines(line.inside)
        if line.look in ("code", "kbd"):
            inside = [_node("Code", [_attr(), _kept(line.inside)])]
        elif line.look in _LOOKS:
            inside = [_node(_LOOKS[line.look], inside)]
        elif line.look == "q":
            inside = [*_text("‘"), *inside, *_text("’")]
        elif line.look == "abbr" and line.meaning:
            inside += _text(f" ({line.meaning})")
        return [_span(inside, line.id, line.language)] if line.id or line.language else inside


# -- Pandoc's form -----------------------------------------------------------------------------------------------------


def _node(kind: str, *content: object) -> Json:
    return {"t": kind, "c": content[0]} if content else {"t": kind}


def _attr(identity: str = "", values: Mapping[str, str] | None = None) -> list[object]:
    return [identity, [], [list(pair) for pair in (values or {}).items()]]


def _text(text: str) -> Many:
    return [_node("Str", text)] if text else []


def _span(inside: Many, identity: str = "", language: str = "") -> Json:
    return _node("Span", [_attr(identity, {"lang": language} if language else {}), inside])


def _div(inside: Many, values: Mapping[str, str], identity: str = "") -> Json:
    return _node("Div", [_attr(identity, values), inside])


def _kept(lines: Lines) -> str:
    """Lines as characters, their breaks kept."""
    return "".join(
        "\n" if isinstance(line, Break) else line.text if isinstance(line, Words) else _kept(line.inside)
        for line in lines
    )
