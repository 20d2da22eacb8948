"""Pack: an index as plain values and bytes, for stores that keep it on disk. There is no program in it that could run."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from briefing_tools.indexing.index import FIELD_SIZE, FIELDS, Form, Index, Postings
from briefing_tools.indexing.words import Compounds
from briefing_tools.model import Record, Term
from briefing_tools.source import Span

_NAMES = tuple(one.name for one in fields(Record))


def row_of(record: Record) -> list[Any]:
    """A record as plain values."""
    return [getattr(record, name) for name in _NAMES]


def record_of(row: list[Any]) -> Record:
    """The record that a row was made of."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return Record(*values)


def told_of(index: Index) -> dict[str, Any]:
    """Everything but records and postings, as plain values."""
    return {
        "many": index.many,
        "above": [list(index.above), list(index.above.values())],
        "glossary": [[one.term, one.name, one.also, one.meaning] for one in index.glossary],
        "parts": list(index.compounds.parts.items()),
        "whole": list(index.compounds.whole.items()),
        "kept": sorted(index.compounds.kept),
        "lengths": index.lengths,
        "words": list(index.spread),
        "spread": list(index.spread.values()),
        "forms": [[stems, [[form.term, form.main] for form in forms]] for stems, forms in index.forms.items()],
        "spellings": index.spellings,
        "no_slips": index.no_slips,
    }


def index_of(told: Mapping[str, Any], records: Sequence[Record], postings: Postings) -> Index:
    """The index that was told of. Where in the glossary's file a term stands is forgotten."""
    here = Span.of_file("glossary.yml")
    return Index(
        records,
        tuple(told["many"]),
        dict(zip(*told["above"], strict=True)),
        tuple(Term(term, name, tuple(also), meaning, here) for term, name, also, meaning in told["glossary"]),
        Compounds(
            {root: tuple(stems) for root, stems in told["parts"]},
            {tuple(stems): root for stems, root in told["whole"]},
            frozenset(told["kept"]),
        ),
        tuple(told["lengths"]),
        dict(zip(told["words"], told["spread"], strict=True)),
        {tuple(stems): tuple(Form(*form) for form in forms) for stems, forms in told["forms"]},
        tuple(tuple((tuple(stems), main) for stems, main in written) for written in told["spellings"]),
        tuple(told["no_slips"]),
        postings,
    )


def packed(places: Mapping[int, list[int]]) -> bytes:
    """Where a root stands as 32-bit numbers: how many records have it, which, how many places each has, the places."""
    counts = [len(found) for found in places.values()]
    every = (place for found in places.values() for place in found)
    return array("I", [len(places), *places, *counts, *every]).tobytes()


def weights_in(content: bytes) -> dict[int, int]:
    """The weight of a packed root in each record that has it."""
    return {number: sum(FIELDS[place // FIELD_SIZE][1] for place in places) for number, places in _unpacked(content)}


def places_in(content: bytes) -> dict[int, list[int]]:
    """The places of a packed root in each record that has it, ascending."""
    return {number: list(places) for number, places in _unpacked(content)}


def _unpacked(content: bytes) -> "Iterator[tuple[int, array[int]]]":
    if not content:
        return
    numbers = array("I", content)
    many = numbers[0]
    start = 1 + 2 * many
    for number, count in zip(numbers[1 : 1 + many], numbers[1 + many : start], strict=True):
        yield number, numbers[start : start + count]
        start += count
