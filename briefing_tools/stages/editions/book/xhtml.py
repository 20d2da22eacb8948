"""Render: the blocks and lines of a book become XHTML, one function for each; every character is escaped."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Break,
    Cell,
    Chapter,
    Code,
    Drawing,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Note,
    Outside,
    Paragraph,
    Picture,
    Reference,
    References,
    Rule,
    Styled,
    Table,
    Words,
    lines_of,
    words,
)
from briefing_tools.templates import Html, escaped

_GROUPS = {"quotation": "blockquote", "definitions": "dl", "meaning": "dd"}
_KINDS = {
    "cover": Html(' class="cover" epub:type="titlepage"'),
    "text": Html(' epub:type="chapter" role="doc-chapter"'),
    "references": Html(' epub:type="bibliography" role="doc-bibliography"'),
    "imprint": Html(' epub:type="colophon" role="doc-colophon"'),
}


@dataclass(frozen=True)
class Renderer:
    """Renders one file of a publication: `here` is its name, `homes` tells the file of each id, `drawings` its pictures."""

    here: str
    homes: Mapping[str, str]
    drawings: Mapping[str, Drawing]

    def chapter(self, chapter: Chapter) -> Html:
        """A chapter, its notes at its end."""
        labelled = Html(' aria-labelledby="{}"').format(chapter.heading.id) if chapter.heading.id else ""
        notes = Html("\n").join(self.note(note) for note in chapter.notes)
        inside = Html("{}\n{}").format(self.blocks(chapter.blocks), notes) if notes else self.blocks(chapter.blocks)
        return Html("<section{}{}>\n{}\n</section>").format(_KINDS[chapter.kind], labelled, inside)

    def note(self, note: Note) -> Html:
        """The note of a link, which a reading system shows where it is called."""
        words = '<aside epub:type="footnote" role="doc-footnote" id="note-{0}"><p><a role="doc-backlink" href="#call-{0}" aria-label="Back to the call of note {0}">{0}</a> <a href="{1}">{2}</a>{3}</p></aside>'
        return Html(words).format(note.number, note.url, shown(note.url), self.lines(note.beside))

    # -- Blocks --------------------------------------------------------------------------------------------------------

    def blocks(self, blocks: Blocks) -> Html:
        """A run of blocks."""
        return Html("\n").join(self.block(block) for block in blocks)

    def block(self, block: Block) -> Html:
        """One block."""
        match block:
            case Heading(level, lines):
                return self.tagged(f"h{min(level, 6)}", block, self.lines(lines), rtl=direction(lines))
            case Paragraph(lines, role):
                return self.tagged("dt" if role == "term" else "p", block, self.lines(lines), role, direction(lines))
            case Code(lines):
                return self.tagged("pre", block, self.lines(lines), rtl=direction(lines))
            case Listing(items, start):
                inside = Html("\n").join(Html("<li>{}</li>").format(self.blocks(item)) for item in items)
                first = Html(' start="{}"').format(start) if start > 1 else Html("")
                leftwards = all(direction(tuple(lines_of(item))) for item in items)
                return self.tagged("ol" if start else "ul", block, inside, rtl=leftwards, extra=first)
            case Group():
                return self.group(block)
            case Table():
                return self.table(block)
            case Picture():
                return self.picture(block)
            case References():
                return self.references(block)
            case Rule():
                return self.tagged("hr", block, None)

    def tagged(
        self, tag: str, block: Block, inside: Html | None, kind: str = "", rtl: bool = False, extra: str = ""
    ) -> Html:
        """A block as an element with its class, id, language and direction; one without `inside` is empty."""
        attributes = Html("").join(
            Html(' {}="{}"').format(name, value)
            for name, value in (
                ("class", kind),
                ("id", block.id),
                ("lang", block.language),
                ("xml:lang", block.language),
            )
            if value
        )
        attributes += Html(extra) + Html(' dir="rtl"' if rtl else "")
        if inside is None:
            return Html("<{}{}/>").format(tag, attributes)
        return Html("<{}{}>{}</{}>").format(tag, attributes, inside, tag)

    def group(self, block: Group) -> Html:
        """Blocks that belong together; what a site adds is a section of its own that says so."""
        inside = self.blocks(block.blocks)
        if block.kind == "update":
            return self.tagged("section", block, inside, "update", extra=Html(' aria-label="{}"').format(block.name))
        tag = _GROUPS.get(block.kind, "div")
        return self.tagged(tag, block, inside, "" if tag != "div" or block.kind == "part" else block.kind)

    def table(self, block: Table) -> Html:
        """A table whose heads say of what; the first cell of a row heads it where none is marked."""
        caption = Html("<caption>{}</caption>").format(self.lines(block.caption)) if block.caption else ""
        head = Html("").join(Html("<tr>{}</tr>\n").format(self.row(row, True)) for row in block.head)
        body = Html("").join(Html("<tr>{}</tr>\n").format(self.row(row, False)) for row in block.body)
        inside = Html("{}{}{}").format(
            caption,
            Html("<thead>\n{}</thead>").format(head) if head else "",
            Html("<tbody>\n{}</tbody>").format(body) if body else "",
        )
        return self.tagged("table", block, inside)

    def row(self, row: tuple[Cell, ...], head: bool) -> Html:
        """The cells of a row."""
        marked = any(cell.heads for cell in row)
        return Html("").join(
            self.cell(
                cell, "col" if head else "row" if cell.heads or (number == 0 and not marked and len(row) > 1) else ""
            )
            for number, cell in enumerate(row)
        )

    def cell(self, cell: Cell, scope: str) -> Html:
        """A cell; one with a scope heads a column or a row."""
        tag = "th" if scope else "td"
        pairs = (
            ("scope", scope),
            ("colspan", str(cell.across) if cell.across > 1 else ""),
            ("rowspan", str(cell.down) if cell.down > 1 else ""),
            ("class", cell.align if cell.align in ("center", "right") else ""),
        )
        attributes = Html("").join(Html(' {}="{}"').format(name, value) for name, value in pairs if value)
        return Html("<{}{}>{}</{}>").format(tag, attributes, self.blocks(cell.blocks), tag)

    def picture(self, block: Picture) -> Html:
        """A picture with its words."""
        drawing = self.drawings[block.file]
        image = Html('<img src="images/{}" alt="{}" width="{}" height="{}"/>').format(
            drawing.name, block.alt, drawing.width, drawing.height
        )
        caption = Html("<figcaption>{}</figcaption>").format(self.lines(block.caption)) if block.caption else ""
        return self.tagged("figure", block, Html("{}{}").format(image, caption))

    def references(self, block: References) -> Html:
        """A list of references: numbered by the list where numbers are whole, otherwise by words of their own."""
        counted = all(item.label.isdecimal() for item in block.items)
        items = Html("\n").join(self.reference(item, counted) for item in block.items)
        return self.tagged("ol" if counted else "ul", block, items, "references")

    def reference(self, item: Reference, counted: bool) -> Html:
        """A reference and what leads back from it."""
        value = Html(' value="{}"').format(item.label) if counted else ""
        identity = Html(' id="{}"').format(item.id) if item.id else ""
        label = Html('<strong class="source">{}</strong> ').format(item.label) if item.label and not counted else ""
        text = self.tagged("p", item.text, label + self.lines(item.text.lines), "reference", direction(item.text.lines))
        places = self.block(item.places) if item.places else ""
        return Html("<li{}{}>{}{}</li>").format(identity, value, text, places)

    # -- Lines ---------------------------------------------------------------------------------------------------------

    def lines(self, lines: Lines) -> Html:
        """A run of lines."""
        return Html("").join(self.line(line) for line in lines)

    def line(self, line: Line) -> Html:
        """What stands within a line."""
        match line:
            case Words(text):
                return escaped(text)
            case Break():
                return Html("<br/>")
            case Styled():
                return self.styled(line)
            case Marker(identity, inside):
                name = Html(' id="{}"').format(identity) if identity else ""
                return Html('<span class="citation"{}>{}</span>').format(name, self.lines(inside))
            case Inside():
                return self.inside(line)
            case Outside(url, inside, note, _):
                link = Html('<a href="{}">{}</a>').format(url, self.lines(inside))
                call = '<a class="call" epub:type="noteref" role="doc-noteref" id="call-{0}" href="#note-{0}">{0}</a>'
                return link + (Html(call).format(note) if note else Html(""))

    def styled(self, line: Styled) -> Html:
        """A stretch of text that is something."""
        pairs = (("id", line.id), ("lang", line.language), ("xml:lang", line.language), ("title", line.meaning))
        attributes = Html("").join(Html(' {}="{}"').format(name, value) for name, value in pairs if value)
        return Html("<{}{}>{}</{}>").format(line.look, attributes, self.lines(line.inside), line.look)

    def inside(self, line: Inside) -> Html:
        """A link to a place in the publication: to a reference, back from one, or across the text."""
        home = self.homes[line.to]
        href = f"{'' if home == self.here else home}#{line.to}"
        role = 'doc-biblioref" epub:type="biblioref' if line.spoken.startswith("Reference ") else ""
        label = Html(' aria-label="{}"').format(line.spoken) if line.spoken else ""
        kind = Html(f' role="{role}"') if role else ""
        return Html('<a href="{}"{}{}>{}</a>').format(href, kind, label, self.lines(line.inside))


def shown(url: str) -> str:
    """An address as a reader sees it: without `mailto:` or `tel:`."""
    scheme, _, rest = url.partition(":")
    return rest if scheme.lower() in ("mailto", "tel") else url


def direction(lines: Lines) -> bool:
    """Whether the first letter belongs to a script that is written from right to left (Unicode, Bidi_Class)."""
    strong = (kind for kind in map(unicodedata.bidirectional, words(lines)) if kind in ("L", "R", "AL"))
    return next(strong, "L") != "L"
