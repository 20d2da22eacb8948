"""EndNote's XML, which EndNote exports; works come in from it, and go out as RIS, which EndNote reads.

The parser is the standard library's expat, told to stop at a document type: without one there are no entities to grow,
and nothing outside the file to fetch.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.parsers import expat

from briefing_tools.diagnostics import Problem
from briefing_tools.exchange.incoming import Incoming, Record, brought_in, dated, people, person
from briefing_tools.exchange.tagged import nodes_of, plain
from briefing_tools.exchange.vocabulary import ARTICLES, Card, clean, container_field, publisher_field
from briefing_tools.model import plain_text
from briefing_tools.source import Position, Source, Span

_KINDS: Mapping[str, str] = MappingProxyType({
    "journal article": "article-journal", "electronic article": "article-journal", "magazine article": "article-journal",
    "newspaper article": "article-journal", "report": "report", "government document": "report", "standard": "report",
    "book": "book", "edited book": "book", "electronic book": "book", "serial": "book", "classical work": "book",
    "book section": "chapter", "electronic book section": "chapter", "dictionary": "entry-encyclopedia",
    "encyclopedia": "entry-encyclopedia", "conference paper": "paper-conference",
    "conference proceedings": "paper-conference", "thesis": "thesis", "web page": "webpage", "blog": "webpage",
    "dataset": "dataset", "online database": "dataset", "aggregated database": "dataset", "computer program": "software",
    "statute": "legislation", "legal rule or regulation": "legislation", "bill": "bill", "case": "legal_case",
    "unpublished work": "manuscript", "manuscript": "manuscript", "pamphlet": "pamphlet", "patent": "patent",
    "personal communication": "personal_communication", "artwork": "graphic", "figure": "graphic", "map": "graphic",
    "music": "song", "film or broadcast": "motion_picture", "audiovisual material": "motion_picture",
})  # fmt: skip
_NUMBERS: Mapping[str, str] = MappingProxyType({
    "17": "article-journal", "27": "report", "46": "report", "6": "book", "28": "book", "5": "chapter",
    "10": "paper-conference", "47": "paper-conference", "32": "thesis", "12": "webpage", "31": "legislation",
    "4": "bill", "7": "legal_case", "9": "software", "34": "manuscript",
})  # fmt: skip
"""EndNote's numbers for the commonest types, for records that give no name."""

_MAX_DEPTH = 40
_TAGS = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}
_LEFT_OUT = {
    "abstract": "abstract",
    "keywords/keyword": "keywords",
    "urls/pdf-urls/url": "file",
    "research-notes": "notes",
}


class _Refused(Exception):
    """What the file holds is not let in."""


@dataclass
class _Reading:
    """One pass over a file: the path of open elements, and each record's texts by path."""

    records: list[tuple[int, dict[str, list[str]]]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """An element opens."""
        if len(self.path) >= _MAX_DEPTH:
            raise _Refused("Its elements are nested too deeply to be a list of works.")
        self.path.append(tag)
        if tag == "record":
            self.records.append((line, {}))
        if tag == "style":
            tags = [_TAGS[face] for face in attributes.get("face", "").split() if face in _TAGS]
            self.text += [f"<{one}>" for one in tags]
            self.closing.append("".join(f"</{one}>" for one in reversed(tags)))
            return
        self.text.clear()
        if tag == "ref-type" and self.records and "name" in attributes:
            self._note("ref-type@name", attributes["name"])

    def end(self, tag: str) -> None:
        """An element closes; its text is noted under its path below the record."""
        self.path.pop()
        if tag == "style":
            self.text.append(self.closing.pop())
            return
        if self.records and "record" in self.path:
            below = self.path[self.path.index("record") + 1 :]
            self._note("/".join((*below, tag)), "".join(self.text))
        self.text.clear()

    def _note(self, path: str, text: str) -> None:
        if text.strip():
            self.records[-1][1].setdefault(path, []).append(text)


def looks_like_endnote(text: str) -> bool:
    """Whether a text begins as XML does."""
    return text.lstrip()[:1] == "<"


def read_endnote(source: Source) -> Incoming:
    """The works of an EndNote XML file."""
    reading = _Reading()
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _Refused("It declares a document type, which a list of works does not need and which can do harm.")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: reading.start(tag, attributes, parser.CurrentLineNumber)
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = lambda text: reading.text.append(plain(text))
    parser.buffer_text = True
    try:
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", source.text, count=1), True)
    except _Refused as refused:
        here = source.line_span(min(max(parser.CurrentLineNumber, 1), len(source.lines)))
        return Incoming((), (Problem(here, f"This XML is not read. {refused}", "Export it from EndNote again."),))
    except expat.ExpatError as error:
        place = Position(min(error.lineno, len(source.lines)), 1)
        said = "From here on the file cannot be read as XML."
        return Incoming((), (Problem(Span(source.path, place, place), said, "Export it from EndNote again."),))
    if not reading.records:
        whole = Span.of_file(source.path)
        return Incoming(
            (), (Problem(whole, "This XML holds no record of EndNote's.", "Export it from EndNote as XML."),)
        )
    return brought_in(_record(source, line, texts) for line, texts in reading.records)


def _record(source: Source, line: int, texts: Mapping[str, list[str]]) -> Record:
    def first(*paths: str) -> str:
        return clean(next((texts[path][0] for path in paths if path in texts), ""))

    def all_of(path: str) -> Iterable[str]:
        return (_words(text) for text in texts.get(path, ()))

    named = first("ref-type@name").lower()
    kind = _KINDS.get(named) or _NUMBERS.get(first("ref-type"), "document")
    authors, seconds = (
        people(person(one) for one in all_of(f"contributors/{role}/author"))
        for role in ("authors", "secondary-authors")
    )
    card: Card = {"kind": kind, "title": first("titles/title"), "author": authors}
    if named == "edited book":
        card |= {"author": "", "editor": authors}
    elif kind != "book":  # of a book they are the editors of its series
        card["editor"] = seconds
    whole = first("periodical/full-title", "titles/secondary-title")
    card["series" if kind in ("report", "book") else container_field(kind)] = _words(whole)
    card["series"] = card.get("series") or _words(first("titles/tertiary-title"))
    places = {
        "shortjournal": ("periodical/abbr-1", "titles/alt-title"),
        "shorttitle": ("titles/short-title",),
        "volume": ("volume",),
        "number": ("number", "issue") if kind in ARTICLES else ("number", "issue", "report-id", "volume"),
        "edition": ("edition",),
        "pages": ("pages",),
        "eid": ("custom7", "article-number"),
        publisher_field(kind): ("publisher",),
        "address": ("pub-location",),
        "issn" if kind in ARTICLES else "isbn": ("isbn",),
        "doi": ("electronic-resource-num",),
        "url": ("urls/related-urls/url", "urls/web-urls/url"),
        "urldate": ("access-date", "urls/web-urls/date"),
        "type": ("work-type",) if kind not in ARTICLES else (),
        "language": ("language",),
        "note": ("notes",),
    }
    card |= {name: _words(first(*paths)) for name, paths in places.items()}
    if kind == "report" and card["number"] == card["volume"]:
        card["volume"] = ""
    card["pages"] = re.sub(r"^(\w+)-(\w+)$", r"\1–\2", card["pages"])
    card["isbn"] = card.get("isbn", "").split(" ")[0]
    year = _words(first("dates/year"))
    dated(card, year if re.fullmatch(r"\d{4}", year) else "", other=year)
    left_out = tuple(name for path, name in _LEFT_OUT.items() if path in texts)
    return Record(card, _words(first("label")), source.line_span(line), left_out)


def _words(text: str) -> str:
    """The characters of tagged text."""
    return plain_text(nodes_of(text))
