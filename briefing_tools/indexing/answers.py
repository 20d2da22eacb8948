"""Answer: a question is understood, records are ranked, filtered and quoted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from briefing_tools.indexing.index import Index
from briefing_tools.indexing.passages import Run, passage
from briefing_tools.indexing.questions import Filter, Question, folded, understand
from briefing_tools.indexing.ranking import Hit, rank
from briefing_tools.model import Record, Term

_NUMBER = re.compile("[0-9]+")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A record that answers a question, its score, and its best passage: runs of text, marked or not."""

    record: Record
    score: int
    snippet: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question, best first.

    `count` counts also what lies beyond the limit. `did_you_mean` is the question without its slips of the pen, or empty.
    `note` tells in a sentence when less than what was asked for could be found, `terms` are the terms of the glossary
    that the question names.
    """

    query: str
    count: int
    did_you_mean: str
    results: tuple[Found, ...]
    note: str = ""
    terms: tuple[Term, ...] = ()


def answer(
    index: Index, query: str, *, narrowed: Iterable[Filter] = (), limit: int = 20, newest: bool = False
) -> Answer:
    """Answer a question, narrowed by its own filters and by others; `newest` first if that is asked for.

    Of two dates, the one that is known less well comes after; what has none comes last.
    """
    question = understand(query, index)
    filters = (*question.filters, *narrowed)
    hits = _hits(question, index)
    found = [hit for hit in hits if all(fits(index.records[hit.number], one) for one in filters)]
    if newest:
        found.sort(key=lambda hit: index.records[hit.number].date, reverse=True)
    results = tuple(
        Found(index.records[hit.number], hit.score, passage(index.records[hit.number].text, question, index))
        for hit in found[:limit]
    )
    terms = dict.fromkeys(term for unit in question.units for term in unit.terms)
    note = _note(question, found) if found else _why_nothing(hits, filters, index)
    return Answer(
        query, len(found), question.did_you_mean, results, note, tuple(index.glossary[term] for term in terms)
    )


def fits(record: Record, condition: Filter) -> bool:
    """Whether a record meets a filter."""
    return any(_fits(record, condition.name, value) for value in condition.values)


def _hits(question: Question, index: Index) -> list[Hit]:
    """Every record in its own order when there are filters alone."""
    if question.units or not question.filters:
        return rank(question, index)
    return [Hit(number, 0, True) for number in range(len(index.records))]


def _fits(record: Record, name: str, value: str) -> bool:
    match name:
        case "kind":
            return value in (record.kind, f"{record.kind}s")
        case "site":
            return bool(value) and value in (folded(record.site), folded(record.site_name))
        case "briefing":
            if _NUMBER.fullmatch(value):
                return value.lstrip("0") == str(record.briefing_number or "none")
            return bool(value) and value == folded(record.briefing)
        case "section":
            return bool(value) and value == folded(record.section)
        case "level":
            return bool(value) and value == folded(record.level)
        case "language":
            return bool(value) and f"{folded(record.language)}-".startswith(f"{value}-")
        case _:
            return bool(value) and record.date.startswith(value)


def _note(question: Question, found: list[Hit]) -> str:
    if question.missing:
        return f"Nothing has exactly “{question.missing[0]}”; what comes near is shown."
    if question.unknown:
        return f"Nothing has {_named(question.unknown)}; these results are for the rest."
    if question.units and not any(hit.complete for hit in found):
        return "Nothing has all of these words; what has most of them comes first."
    return ""


def _named(words: tuple[str, ...]) -> str:
    """Words in quotation marks, the first three of many."""
    *first, last = [f"“{word}”" for word in words[:_MOST_NAMED]] + ["others"] * (len(words) > _MOST_NAMED)
    return f"the words {', '.join(first)} or {last}" if first else f"the word {last}"


def _why_nothing(hits: list[Hit], filters: tuple[Filter, ...], index: Index) -> str:
    """What to do about a filter that leaves nothing."""
    for one in filters:
        if not any(fits(record, one) for record in index.records):
            known = sorted({value for record in index.records if (value := _value(record, one.name))})[:12]
            return f"Nothing at all is {one.name}:{one.values[0]}." + (
                f" There is: {', '.join(known)}." if known else ""
            )
    return f"Without {filters[0].name}:{filters[0].values[0]} there is more: {len(hits)}." if hits and filters else ""


def _value(record: Record, name: str) -> str:
    match name:
        case "briefing":
            return str(record.briefing_number or "")
        case "year":
            return record.date[:4]
        case _:
            return str(getattr(record, name))
