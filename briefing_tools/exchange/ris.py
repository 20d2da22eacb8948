"""RIS: the lines with two letters that every reference manager reads and writes.

Sources: the specification of 2011 as EndNote's manual has it, and what Zotero writes. Read here and not by a package: the
one that is kept (rispy) drops a record whose end is missing and takes quadratic time on continued lines.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from briefing_tools.diagnostics import Problem
from briefing_tools.exchange.incoming import Incoming, Record, brought_in, dated, doi_in, iso_parts, people, person
from briefing_tools.exchange.tagged import plain, unplain
from briefing_tools.exchange.vocabulary import (
    ARTICLES,
    FIELDS,
    PARTS,
    Card,
    card_of,
    clean,
    completed,
    container_field,
    publisher_field,
    remainder,
)
from briefing_tools.model import Name, Work
from briefing_tools.source import Source

_TYPES: Mapping[str, str] = MappingProxyType({
    "article-journal": "JOUR", "review": "JOUR", "periodical": "JFULL", "report": "RPRT", "book": "BOOK",
    "chapter": "CHAP", "entry-encyclopedia": "ENCYC", "paper-conference": "CONF", "thesis": "THES", "webpage": "ELEC",
    "dataset": "DATA", "software": "COMP", "legislation": "STAT", "bill": "BILL", "legal_case": "CASE",
    "document": "GEN", "manuscript": "UNPB", "pamphlet": "PAMP", "patent": "PAT", "personal_communication": "PCOMM",
    "graphic": "ART", "song": "SOUND", "motion_picture": "MPCT", "performance": "GEN",
})  # fmt: skip
_KINDS: Mapping[str, str] = MappingProxyType({
    **{ris: kind for kind, ris in _TYPES.items() if kind not in ("review", "performance")},
    "MGZN": "article-journal", "NEWS": "article-journal", "EJOUR": "article-journal", "ABST": "article-journal",
    "INPR": "article-journal", "EBOOK": "book", "EDBOOK": "book", "CLSWK": "book", "SER": "book", "ECHAP": "chapter",
    "DICT": "entry-encyclopedia", "CPAPER": "paper-conference", "GOVDOC": "report", "STAND": "report", "BLOG": "webpage",
    "WEB": "webpage", "DBASE": "dataset", "AGGR": "dataset", "MUSIC": "song", "VIDEO": "motion_picture",
    "ADVS": "motion_picture", "MULTI": "motion_picture", "FIGURE": "graphic", "CHART": "graphic", "MAP": "graphic",
    "LEGAL": "legal_case", "UNPD": "manuscript", "MANSCPT": "manuscript", "UNBILL": "bill",
    "ICOMM": "personal_communication",
})  # fmt: skip
_PLAIN_TAGS: Mapping[str, str] = MappingProxyType({
    "VL": "volume", "ET": "edition", "DO": "doi", "LA": "language", "C7": "eid", "NV": "volumes", "ST": "shorttitle",
})  # fmt: skip
"""Tags that mean the same in a record of any kind."""

_LINE = re.compile(r"[ \t]*([A-Z][A-Z0-9])[ \t]{1,2}-(?:[ \t](.*))?", re.DOTALL)
_OURS = "U1"
"""The tag, left to users by the specification, that carries what RIS has no place for: `U1  - eprint = 1234.5678`."""

_SILENT = frozenset(("TY", "ER", "ID", "DB", "DP", "AN", "CN", "SN", "M1", "M3"))
_WORDS = MappingProxyType({"AB": "abstract", "N2": "abstract", "KW": "keywords", "L1": "file", "L4": "file"})
"""What a person calls the tags that are not taken over."""

_First: TypeAlias = Callable[..., str]
"""Gives the first text that stands under any of several tags."""


# -- Out ---------------------------------------------------------------------------------------------------------------


def ris_file(records: Iterable[str]) -> str:
    """A file of records."""
    return "\n".join(records)


def ris_record(work: Work) -> str:
    """A work as a record, with what RIS has no place for at its end."""
    card = card_of(work)
    lines = list(_lines(work, card))
    back, _ = _card([(tag, text) for tag, text in lines])
    rest = remainder(card, back)
    lines += [(_OURS, f"{name} = {plain(text) if name != 'title' else text}") for name, text in rest.items()]
    return "".join(f"{tag}  - {text}\n" for tag, text in (*lines, ("ER", "")))


def _lines(work: Work, card: Card) -> Iterator[tuple[str, str]]:
    kind = work.kind
    yield "TY", _TYPES.get(kind, "GEN")
    yield "ID", work.key
    yield from (("AU", plain(_person(name))) for name in work.authors)
    yield from (("ED", plain(_person(name))) for name in work.editors)
    if "title" in card:
        yield "TI", card["title"]
    fields = {
        container_field(kind): "T2",
        "series": "T3" if kind in PARTS or container_field(kind) in card else "T2",
        "shortjournal": "J2",
        **{field: tag for tag, field in _PLAIN_TAGS.items()},
        "number": "IS" if kind in ARTICLES else "SN" if kind == "report" else "M1",
        "issn" if kind in ARTICLES else "isbn": "SN",
        "type": "M3",
        publisher_field(kind): "PB",
        "address": "CY",
        "year": "PY",
        "date": "DA",
        "url": "UR",
        "urldate": "Y2",
        "chapter": "SE",
    }
    for name in (name for name in FIELDS if name in card):
        if name == "pages":
            yield from _pages(card["pages"])
        elif name in ("date", "urldate"):
            parts = iso_parts(card[name])
            if parts and (name == "urldate" or len(parts) > 1):
                yield fields[name], "/".join((*parts, "", "", "")[:4])
        elif name in fields and not (name == "isbn" and kind == "report"):
            yield fields[name], plain(card[name])


def _person(name: Name) -> str:
    """`van Dijk, Marten, Jr`; an organisation's name with its commas doubled and one at its end, as EndNote wants it."""
    if name == Name(name.family):
        return name.family.replace(",", ",,") + ","
    return ", ".join(filter(None, (f"{name.prefix} {name.family}".strip(), name.given, name.suffix)))


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    found = re.fullmatch(r"(\w+)–(\w+)", pages)
    yield "SP", plain(found[1] if found else pages)
    if found:
        yield "EP", found[2]


# -- In ----------------------------------------------------------------------------------------------------------------


def looks_like_ris(text: str) -> bool:
    """Whether a text begins as a file of RIS records does."""
    return bool(re.match(r"\s*TY[ \t]{1,2}-[ \t]*\w", text[:2000]))


def read_ris(source: Source) -> Incoming:
    """The works of a RIS file. A record ends where the next begins, whether or not its end is marked."""
    records: list[Record] = []
    problems: list[Problem] = []
    for start, lines in _records(source, problems):
        card, left_out = _card(lines)
        key = next((text for tag, text in lines if tag == "ID"), "")
        records.append(Record(card, clean(key), source.line_span(start), left_out))
    return brought_in(records, problems)


def _records(source: Source, problems: list[Problem]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each record's first line number with its tags and texts, continued lines joined."""
    start = 0
    lines: list[tuple[str, list[str]]] = []
    for number, line in enumerate(source.lines, 1):
        found = _LINE.fullmatch(line)
        tag = found[1] if found else ""
        if tag in ("TY", "ER") and start:
            yield start, [(name, " ".join(parts)) for name, parts in lines]
            start, lines = 0, []
        if tag == "TY":
            start = number
        if start and found:
            lines.append((tag, [(found[2] or "").strip()]))
        elif start and line.strip():
            lines[-1][1].append(line.strip())
        elif line.strip() and tag != "ER" and not problems:
            said = "This line stands outside any record."
            problems.append(Problem(source.line_span(number), said, "A record begins with a line like: TY  - RPRT"))
    if start:
        yield start, [(name, " ".join(parts)) for name, parts in lines]


def _card(lines: list[tuple[str, str]]) -> tuple[Card, tuple[str, ...]]:
    """What the lines of a record say, and the tags that have no place in a bibliography."""
    tags: dict[str, list[str]] = {}
    for tag, text in lines:
        if text:
            tags.setdefault(tag, []).append(text)

    def first(*names: str) -> str:
        return next((tags[name][0] for name in names if name in tags), "")

    kind = _KINDS.get(first("TY").strip().upper(), "document")
    card: Card = {"kind": kind}
    card["author"] = people(person(unplain(one)) for tag in ("AU", "A1") for one in tags.get(tag, ()))
    card["editor"] = people(person(unplain(one)) for tag in _editor_tags(kind) for one in tags.get(tag, ()))
    card["translator"] = " and ".join(unplain(one) for one in tags.get("A4", ()))
    card["title"] = first("TI", "T1", "CT") or (first("BT") if kind == "book" else "")
    texts = dict(_texts(kind, first, bool(card["title"])))
    card |= {name: unplain(text) for name, text in texts.items()}
    _date(card, first)
    known = {"TI", "T1", "CT", "BT", "AU", "A1", "A4", "T2", "T3", "JF", "JO", "JA", "J2", "IS", "PB", "CY", "SP", "EP",
             "PY", "Y1", "DA", "UR", "LK", "L2", "Y2", "SE", "N1", *_SILENT, *_PLAIN_TAGS, *_editor_tags(kind)}  # fmt: skip
    rest = dict(_ours(one) for one in tags.get(_OURS, ()))
    rest.pop("", None)
    left_out = tuple(_WORDS.get(tag, tag) for tag in tags if tag not in known and not (tag == _OURS and rest))
    return completed(card, rest), left_out


def _texts(kind: str, first: _First, titled: bool) -> Iterator[tuple[str, str]]:
    """The fields of a record that are plain text."""
    for tag, name in _PLAIN_TAGS.items():
        yield name, first(tag)
    whole = container_field(kind)
    if kind in ("report", "book"):
        yield "series", first("T2", "T3")
    else:
        yield whole, first("T2", "JF", "BT" if titled else "", "JO", "JA")
        yield "series", first("T3")
    yield "shortjournal", first("J2") or (first("JA") if first("T2", "JF", "JO") else "")
    numbers = {"report": ("SN", "IS", "M1")}.get(kind, ("IS", "M1"))
    yield "number", first(*numbers)
    if kind != "report":
        yield "issn" if kind in ARTICLES else "isbn", first("SN")
    if kind not in ARTICLES:
        yield "type", first("M3")
    elif doi_in(first("M3")).startswith("10."):
        yield "doi", first("DO", "M3")
    yield publisher_field(kind), first("PB")
    yield "address", first("CY", "C1" if kind == "paper-conference" else "CY")
    start, end = first("SP"), first("EP")
    yield "pages", f"{start}–{end}" if start and end and end != start else start or end
    yield "url", first("UR", "LK", "L2").split(" ")[0]
    yield "chapter", first("SE")
    yield "note", first("N1").removeprefix("<p>").removesuffix("</p>")


def _editor_tags(kind: str) -> tuple[str, ...]:
    """What editors stand under: of a book its second authors are the series' editors."""
    return ("ED", "A3") if kind == "book" else ("ED", "A2")


def _date(card: Card, first: _First) -> None:
    """The dates of publication and of reading; `DA` is written 2011/05/20/, with what is unknown left empty."""
    years = re.split(r"[/-]", first("PY", "Y1"))
    date = re.split(r"[/-]", first("DA"))
    exact = date if re.fullmatch(r"\d{4}", date[0]) and years[0] in ("", date[0]) else years
    year, month, day = (*exact, "", "")[:3] if re.fullmatch(r"\d{4}", exact[0]) else ("", "", "")
    dated(card, year, month, day, unplain(first("PY", "Y1", "DA")))
    read = [part.zfill(2) for part in re.split(r"[/-]", first("Y2"))[:3] if part]
    card["urldate"] = "-".join(read) if read and all(part.isdigit() for part in read) else first("Y2")


def _ours(text: str) -> tuple[str, str]:
    """A remainder's field and its text; nothing when it is not one of ours."""
    name, equals, value = text.partition(" =")
    if not equals or name not in (*FIELDS, "kind"):
        return "", ""
    return name, value.strip() if name == "title" else unplain(value.strip())
