"""Name: what of a work is exchanged with reference managers, and by which of several names.

A work is exchanged as a *card*: its fields as text, with the kind, the names and the title among them. What a format has
no place for is carried beside it as a remainder, so that nothing is lost on the way out and in again.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from briefing_tools.bibliography.names import read_names
from briefing_tools.exchange.names import name_list
from briefing_tools.exchange.tagged import nodes_of, tagged
from briefing_tools.model import Work, plain_text
from briefing_tools.source import Span
from briefing_tools.styles.whereabouts import is_doi, is_safe

Card: TypeAlias = dict[str, str]
"""A work as text by field: `kind`, `author` and `editor` (BibTeX's name lists), `title` (tagged text), and its fields."""

_NAMES = (
    "author editor title booktitle booksubtitle booktitleaddon maintitle mainsubtitle journal journalsubtitle shortjournal "
    "shorttitle titleaddon series type volume number issue volumes part edition version chapter pages pagetotal eid "
    "publisher institution school organization address howpublished venue eventtitle eventdate reporter bookauthor "
    "translator year month date origdate pubstate doi isbn issn eprint eprinttype eprintclass pmid url urldate language"
)
FIELDS = tuple(_NAMES.split())
"""What describes a work, in the order in which an entry is written. Every other field is the editors' own business: notes,
abstracts, key words and the places of files on somebody's disk do not leave the house."""

VERBATIM = frozenset(("doi", "isbn", "issn", "eprint", "url"))
"""Fields that are copied sign by sign and hold no LaTeX."""

ARTICLES = frozenset(("article-journal", "review", "periodical"))
PARTS = frozenset(("chapter", "paper-conference", "entry-encyclopedia"))

ENTRY_TYPES: Mapping[str, str] = MappingProxyType({
    "article-journal": "article", "report": "techreport", "book": "book", "chapter": "incollection",
    "entry-encyclopedia": "inreference", "paper-conference": "inproceedings", "thesis": "thesis", "webpage": "online",
    "dataset": "dataset", "software": "software", "legislation": "legislation", "bill": "bill",
    "legal_case": "jurisdiction", "document": "misc", "manuscript": "unpublished", "pamphlet": "booklet",
    "patent": "patent", "periodical": "periodical", "review": "review", "personal_communication": "letter",
    "graphic": "artwork", "song": "audio", "motion_picture": "movie", "performance": "performance",
})  # fmt: skip
"""The type of entry that each kind of work is written with: BibTeX's where it has one, biblatex's otherwise."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PUBLISHERS = ("publisher", "institution", "school", "organization")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
_SPACE = re.compile(r"[^\S\u00a0\u2009]+")
_ODD = re.compile(r"[\s{}\\<>]")


def published(work: Work) -> Work:
    """A work without what is not for readers, and with one name for what several fields mean.

    Editors' fields and addresses that nobody can safely follow are left out. The month joins the date, a range of pages
    has a dash, the publisher has the field that the kind of work gives it, and every text stands on one line.
    """
    card = {name: text for name, text in card_of(work).items() if name in FIELDS or name == "kind"}
    doi = card.get("doi", "")
    unsafe = {
        "url": not is_safe(card.get("url", "")),
        "howpublished": bool(re.match(r"\s*\w+:", card.get("howpublished", ""))),
        "doi": not is_doi(doi) or bool(re.search("<[A-Za-z/!?]", doi)),
        **{name: bool(_ODD.search(card.get(name, ""))) for name in ("isbn", "issn", "eprint")},
    }
    kept = {name: clean(text) for name, text in card.items() if not unsafe.get(name)}
    return work_of(_one_name(kept, work.kind), work.key, work.span)


def clean(text: str) -> str:
    """Text on one line, without spaces at its ends and without characters that nobody sees."""
    return _SPACE.sub(" ", _INVISIBLE.sub(" ", text)).strip()


def _one_name(fields: Mapping[str, str], kind: str) -> Card:
    """Fields with one name for what several mean, in the order of an entry."""
    card = dict(fields)
    named = [name for name in _PUBLISHERS if name in card]
    if len(named) == 1:
        card[publisher_field(kind)] = card.pop(named[0])
    if "issue" in card and "number" not in card:
        card["number"] = card.pop("issue")
    month = _month(card.get("month", ""))
    if month and "date" not in card and re.fullmatch(r"\d{4}", card.get("year", "")):
        card["date"] = f"{card['year']}-{month:02}"
        del card["month"]
    if card.get("date") == card.get("year"):
        card.pop("date", None)
    if "pages" in card:
        card["pages"] = re.sub(r"^(\w+) ?(?:-{1,2}|–) ?(\w+)$", r"\1–\2", card["pages"])
    return card


def _month(written: str) -> int:
    """The number of a month in words or figures; 0 for anything else."""
    if written.isdigit():
        return int(written) if 1 <= int(written[:4]) <= 12 else 0
    start = written[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS and re.fullmatch(r"[A-Za-z]+\.?", written) else 0


# -- Cards -------------------------------------------------------------------------------------------------------------


def card_of(work: Work) -> Card:
    """A work as text by field."""
    names = {"author": name_list(work.authors, work.others), "editor": name_list(work.editors)}
    whole = {"kind": work.kind, **work.fields, **names, "title": tagged(work.title)}
    return {name: text for name, text in whole.items() if text}


def work_of(card: Mapping[str, str], key: str, span: Span) -> Work:
    """The work that a card describes; a plain document when the card does not say of what kind it is."""
    fields = {name: text for name, text in card.items() if text and name not in ("kind", "author", "editor", "title")}
    title = nodes_of(card.get("title", ""))
    if title:
        fields["title"] = plain_text(title)
    fields = {name: fields[name] for name in (*FIELDS, *sorted(fields.keys() - set(FIELDS))) if name in fields}
    authors, editors = (read_names(card.get(role, ""), role) for role in ("author", "editor"))
    kind = card.get("kind", "")
    return Work(
        key, kind if kind in ENTRY_TYPES else "document", authors.names, authors.others, editors.names, title,
        fields.get("year", ""), MappingProxyType(fields), span,
    )  # fmt: skip


def remainder(card: Card, read_back: Card) -> Card:
    """What a format lost or changed, as the fields that put it right; an empty text takes a field away."""
    changed = {name: text for name, text in card.items() if read_back.get(name) != text}
    return changed | {name: "" for name in read_back if name not in card}


def completed(read_back: Card, rest: Mapping[str, str]) -> Card:
    """A card as it was before a format lost something."""
    return {name: text for name, text in {**read_back, **rest}.items() if text}


def publisher_field(kind: str) -> str:
    """What the field for the publisher is called in an entry of this kind."""
    return {"report": "institution", "thesis": "school"}.get(kind, "publisher")


def container_field(kind: str) -> str:
    """What the field for the whole that a work is part of is called in an entry of this kind."""
    return "booktitle" if kind in PARTS else "journal"
