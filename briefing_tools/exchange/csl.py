"""CSL-JSON: the vocabulary of the Citation Style Language, which Zotero, Mendeley, pandoc and Crossref speak.

Source: the schema of CSL 1.0.2 (github.com/citation-style-language/schema, csl-data.json). What it has no variable for
goes into `custom`, the place that the schema gives to such things.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from briefing_tools.diagnostics import Problem
from briefing_tools.exchange.incoming import Incoming, Record, brought_in, dated, iso_parts, people
from briefing_tools.exchange.tagged import plain, unplain
from briefing_tools.exchange.vocabulary import (
    ARTICLES,
    ENTRY_TYPES,
    FIELDS,
    Card,
    card_of,
    clean,
    completed,
    container_field,
    publisher_field,
    remainder,
)
from briefing_tools.model import Name, Work
from briefing_tools.source import Source, Span

_VARIABLES: Mapping[str, str] = MappingProxyType({
    "volume": "volume", "edition": "edition", "series": "collection-title", "chapter": "chapter-number", "pages": "page",
    "address": "publisher-place", "type": "genre", "doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL",
    "language": "language", "version": "version", "venue": "event-place", "eventtitle": "event-title",
    "pagetotal": "number-of-pages", "volumes": "number-of-volumes", "shorttitle": "title-short",
    "shortjournal": "container-title-short", "pmid": "PMID",
})  # fmt: skip
"""Our fields and the variables that mean the same in works of any kind."""

_KINDS: Mapping[str, str] = MappingProxyType({
    "article": "manuscript", "article-magazine": "article-journal", "article-newspaper": "article-journal",
    "collection": "book", "classic": "book", "entry": "entry-encyclopedia", "entry-dictionary": "entry-encyclopedia",
    "figure": "graphic", "map": "graphic", "post": "webpage", "post-weblog": "webpage", "regulation": "legislation",
    "treaty": "legislation", "review-book": "review", "speech": "paper-conference", "standard": "report",
    "broadcast": "motion_picture", "musical_score": "song",
})  # fmt: skip
"""Kinds of CSL that are written with another kind's type of entry; a kind that neither knows is a plain document."""

_SILENT = frozenset((
    "id", "type", "title", "author", "editor", "translator", "issued", "accessed", "event-date", "custom", "note", "event",
    "citation-key", "citation-label", "source", "call-number", "system_id", "categories", "journalAbbreviation",
))  # fmt: skip
"""Variables that are read elsewhere, or that only mean something to the program that wrote them."""

_CUSTOM = "briefing-tools"


# -- Out ---------------------------------------------------------------------------------------------------------------


def csl_file(records: Iterable[str]) -> str:
    """A file of records."""
    return "[\n" + ",\n".join(records) + "\n]\n"


def csl_record(work: Work) -> str:
    """A work as an item; `<` is escaped, so that no tag stands in it."""
    card = card_of(work)
    item = dict(_natural(work, card))
    rest = remainder(card, _card(item))
    text = json.dumps({**item, "custom": {_CUSTOM: rest}} if rest else item, ensure_ascii=False, indent=2)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _natural(work: Work, card: Card) -> Iterator[tuple[str, Any]]:
    kind = work.kind
    yield "id", work.key
    yield "type", kind
    if work.authors:
        yield "author", [_name(name) for name in work.authors]
    if work.editors:
        yield "editor", [_name(name) for name in work.editors]
    if "title" in card:
        yield "title", card["title"]
    variables = {
        **_VARIABLES,
        container_field(kind): "container-title",
        publisher_field(kind): "publisher",
        "number": "issue" if kind in ARTICLES else "number",
        **({"eid": "number"} if kind in ARTICLES else {}),
    }
    for name in (name for name in FIELDS if name in card):
        if name in variables:
            yield variables[name], plain(card[name])
    if "year" in card:
        yield "issued", _issued(card)
    for name, variable in (("urldate", "accessed"), ("eventdate", "event-date")):
        if name in card:
            yield variable, _date(card[name])


def _name(name: Name) -> dict[str, str]:
    if name == Name(name.family):
        return {"literal": plain(name.family)}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.prefix, "suffix": name.suffix}
    return {part: plain(text) for part, text in parts.items() if text}


def _issued(card: Card) -> dict[str, Any]:
    """When a work was published: as exactly as ISO says, or as the years of a range, or as it is written."""
    years = re.fullmatch(r"(\d{4})–(\d{4})", card["year"])
    if years:
        return {"date-parts": [[int(years[1])], [int(years[2])]]}
    date = card.get("date", "")
    exact = date if date.startswith(card["year"]) and iso_parts(date) else card["year"]
    return _date(exact)


def _date(written: str) -> dict[str, Any]:
    """A date, or the two ends of a time, as numbers; anything that is not ISO as it is written."""
    dates = [iso_parts(one) for one in written.split("/")]
    exact = "/".join("-".join(part.zfill(2) for part in parts) for parts in dates) == written
    if exact and len(dates) <= 2:
        return {"date-parts": [[int(part) for part in parts] for parts in dates]}
    return {"literal": plain(written)}


# -- In ----------------------------------------------------------------------------------------------------------------


def looks_like_csl(text: str) -> bool:
    """Whether a text begins as JSON does."""
    return text.lstrip()[:1] in ("[", "{")


def read_csl(source: Source) -> Incoming:
    """The works of a CSL-JSON file: a list of items, one item, or an object that holds them under `items`."""
    whole = Span.of_file(source.path)
    try:
        read = json.loads(source.text)
    except RecursionError:
        return Incoming((), (Problem(whole, "This JSON is nested too deeply to be a list of works."),))
    except ValueError as error:
        at = min(getattr(error, "pos", 0), len(source.text))
        said = "From here on the file cannot be read as JSON."
        return Incoming((), (Problem(source.span(at, at), said, "Export it again as CSL-JSON."),))
    items = read.get("items", [read]) if isinstance(read, dict) else read
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return Incoming((), (Problem(whole, "This JSON is not a list of works.", "Export it as CSL-JSON."),))
    starts = _starts(source, len(items))
    records = (
        Record(_card(item), _text(item.get("citation-key") or item.get("id")), where, tuple(_left_out(item)))
        for item, where in zip(items, starts, strict=True)
    )
    return brought_in(records)


def _starts(source: Source, count: int) -> list[Span]:
    """Where each item begins, if every one begins on a line of its own; otherwise the whole file's place."""
    lines = [number for number, line in enumerate(source.lines, 1) if re.match(r" {0,4}\{|\[ *\{", line)]
    if len(lines) == count:
        return [source.line_span(number) for number in lines]
    return [Span.of_file(source.path)] * count


def _left_out(item: Mapping[str, Any]) -> Iterator[str]:
    known = {*_VARIABLES.values(), *_SILENT, "container-title", "publisher", "number", "issue", "collection-number"}
    return (clean(str(name))[:40] for name, value in item.items() if name not in known and value)


def _card(item: Mapping[str, Any]) -> Card:
    """What an item says, whatever the types of its values."""
    written = _text(item.get("type"))
    kind = _KINDS.get(written, written)
    kind = kind if kind in ENTRY_TYPES else "document"
    card: Card = {"kind": kind}
    for role in ("author", "editor", "translator"):
        card[role] = people(_names(item.get(role)))
    card["title"] = _text(item.get("title"))
    for name, variable in _VARIABLES.items():
        card[name] = unplain(_text(item.get(variable)))
    card[container_field(kind)] = unplain(_text(item.get("container-title")))
    card[publisher_field(kind)] = unplain(_text(item.get("publisher")))
    card["shortjournal"] = card["shortjournal"] or unplain(_text(item.get("journalAbbreviation")))
    number, issue = unplain(_text(item.get("number"))), unplain(_text(item.get("issue")))
    card["number"] = issue if kind in ARTICLES else number or issue or unplain(_text(item.get("collection-number")))
    card["eid"] = number if kind in ARTICLES else ""
    card["pages"] = re.sub(r"^(\w+)-(\w+)$", r"\1–\2", card["pages"])
    _published(card, item.get("issued"))
    card["urldate"], card["eventdate"] = _day(item.get("accessed")), _day(item.get("event-date"))
    card["note"] = unplain(_text(item.get("note")))
    return completed(card, _rest(item.get("custom")))


def _rest(custom: object) -> Card:
    """The remainder that we wrote, if we did."""
    ours = custom.get(_CUSTOM) if isinstance(custom, dict) else None
    if not isinstance(ours, dict):
        return {}
    return {name: text for name, text in ours.items() if name in (*FIELDS, "kind") and isinstance(text, str)}


def _names(value: object) -> list[Name]:
    return [_read_name(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _read_name(value: Mapping[str, Any]) -> Name:
    def part(name: str) -> str:
        return clean(unplain(_text(value.get(name))))

    if part("literal"):
        return Name(part("literal"))
    prefix = f"{part('dropping-particle')} {part('non-dropping-particle')}".strip()
    family, given = part("family") or part("given"), part("given") if part("family") else ""
    return Name(family, given, prefix, part("suffix"))


def _published(card: Card, issued: object) -> None:
    """Note when a work was published: the year, a range of years, or an exact date."""
    dates = _parts(issued)
    if len(dates) > 1:
        card["year"] = "–".join(date[0] for date in dates[:2])
    elif dates:
        year, month, day = (*dates[0], "", "")[:3]
        dated(card, year.zfill(4), month, day)
    else:
        written = _literal(issued)
        parts = iso_parts(written)
        dated(card, *parts) if parts else dated(card, "", other=written)


def _day(value: object) -> str:
    """A date, or the two ends of a time, as ISO; anything else as it is written."""
    dates = _parts(value)
    return "/".join("-".join(part.zfill(2) for part in date) for date in dates) or _literal(value)


def _parts(value: object) -> list[list[str]]:
    given = value.get("date-parts") if isinstance(value, dict) else None
    dates = (
        [[_text(part) for part in date[:3]] for date in given if isinstance(date, list)]
        if isinstance(given, list)
        else []
    )
    return [kept for date in dates if (kept := [part for part in date if part.isdigit() and len(part) <= 4])]


def _literal(value: object) -> str:
    if isinstance(value, dict):
        return unplain(_text(value.get("literal")) or _text(value.get("raw")) or _text(value.get("edtf")))
    return unplain(_text(value))


def _text(value: object) -> str:
    """Text or a number as text; nothing for anything else."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
