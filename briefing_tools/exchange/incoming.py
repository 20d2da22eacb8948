"""Bring in: what a reference manager's file holds, cleaned of everything that has no place in a bibliography."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from briefing_tools.bibliography.names import read_names
from briefing_tools.diagnostics import Problem
from briefing_tools.exchange.latex import latex_of
from briefing_tools.exchange.names import name_list
from briefing_tools.exchange.vocabulary import FIELDS, VERBATIM, Card, clean, work_of
from briefing_tools.model import Name, Work
from briefing_tools.source import Span
from briefing_tools.styles.whereabouts import is_doi, is_safe

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
MAX_VALUE = 10_000
"""The longest value that is taken over, in characters; nothing that describes a work is longer."""


@dataclass(frozen=True)
class Incoming:
    """The works of a file, in its order, what could not be read, and the names of fields that were not taken over."""

    works: tuple[Work, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """A record as a format's reader understood it: a card, its own key, its place, and what it left out."""

    card: Mapping[str, str]
    key: str
    span: Span
    left_out: tuple[str, ...] = ()


def brought_in(records: Iterable[Record], problems: Iterable[Problem] = ()) -> Incoming:
    """Records as works. One without a title is no work, and is a problem instead."""
    works: list[Work] = []
    found = list(problems)
    left_out: dict[str, None] = {}
    for number, record in enumerate(records, 1):
        card = {name: _cleaned(name, text) for name, text in record.card.items() if name in _TAKEN}
        kept = {name: text for name, text in card.items() if text}
        left_out |= dict.fromkeys(
            (*record.left_out, *(name for name in record.card if record.card[name] and name not in kept))
        )
        work = work_of(kept, record.key, record.span)
        if work.title:
            works.append(work)
        else:
            said = f"Record {number} has no title, so it is no work that readers could find."
            found.append(Problem(record.span, said, "Add its title in your reference manager, and export it again."))
    return Incoming(tuple(works), tuple(found), tuple(left_out))


_TAKEN = frozenset((*FIELDS, "kind", "note"))


def _cleaned(name: str, text: str) -> str:
    """A field's text, or nothing when it is not what the field should hold."""
    text = clean(text)[:MAX_VALUE]
    if name == "doi":
        text = doi_in(text)
        return text if is_doi(text) else ""
    if name in VERBATIM:
        text = re.sub(r"[\s{}\\]", "", text)
    if name == "url":
        return text if is_safe(text) else ""
    return text


def doi_in(text: str) -> str:
    """A DOI without what people write before it."""
    return re.sub(r"^(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:?\s*)", "", text.strip(), flags=re.IGNORECASE)


def people(names: Iterable[Name], others: bool = False) -> str:
    """Names as a card has them."""
    return name_list([name for name in names if name.family], others)


def person(written: str) -> Name:
    """A name as RIS and EndNote write it: `Family, Given, Suffix`; without a comma, or with one at its end, an organisation.

    Two commas stand for one in an organisation's name: `University of Birmingham,, HSMC` (EndNote's manual).
    """
    text = clean(written)
    if ",," in text or text.endswith(",") or "," not in text:
        return Name(re.sub(r",,+", ",", text.removesuffix(",")).strip())
    family, given, suffix = (part.strip() for part in (*text.split(",", 2), "")[:3])
    parts = [latex_of(part) for part in (family, suffix, given) if part]
    names = read_names(", ".join(parts)).names
    return names[0] if len(names) == 1 else Name(family, given, "", suffix)


def dated(card: Card, year: str, month: str = "", day: str = "", other: str = "") -> None:
    """Note when a work was published, as exactly as it is known."""
    parts = [part.zfill(2) for part in (month, day) if part.isdigit() and 1 <= int(part[:4]) <= 31]
    card["year"] = year or other
    if re.fullmatch(r"\d{4}", year) and parts and (month.isdigit() and 1 <= int(month[:4]) <= 12):
        card["date"] = "-".join((year, *parts))


def iso_parts(date: str) -> tuple[str, ...]:
    """The parts of an ISO date that is as precise as it is known; nothing for anything else."""
    found = _ISO.fullmatch(date)
    return tuple(part for part in found.groups() if part) if found else ()
