"""Rank: what each record is worth as an answer, in whole numbers. This is the specification.

`a // b` is division rounded down. All numbers stay far below 2⁵³, so every language reckons alike, in any order.

1. **Rarity** of something that `n` of `N` records have: `log2((N + n) · 1024 // n) − 10 · 1024`, where `log2` counts
   in 1024ths and runs straight between powers of two: `log2(x) = 1024 · e + 1024 · (x − 2^e) // 2^e`, `2^e ≤ x <
   2^(e+1)`.
2. **Weight** of a way to answer in a record: the weights of the fields of all its places (of its first word, if it has
   several), times the way's own weight. A unit weighs as much as its heaviest way; `n` counts the records of all its
   ways.
3. **Worth** of a weight `x` in a record of size `s`, where the rarity is `r`: `r · 10 · x // (10 · x + 12 + 36 · s //
   16)` (BM25 with k₁ = 1.2 and b = 0.75).
4. A **unit** is worth twice that. A unit of several words is worth once that and, if the record has all its words,
   besides the mean of what each of them is worth (with the weight of what was typed), rounded down. Either makes the
   record an answer to the unit. Beginnings, if there is nothing else, are worth half of (3), rounded down, and make no
   answer. A unit's rarity is the greatest of these: of its ways, of its beginnings, the mean of its words', rounded
   down.
5. Records that don't answer a quotation are left out. A record's **score** is the sum over its units, times the
   eighths that its kind is given (`EIGHTHS`), `// 8`. If it answers all units, twice the sum of the units' rarities is
   added, so that it stands above all that don't; if it answers `a` of `u`, its score is `score · 2a // 2u`, or `score
   // 2u` for none.
6. **An update never stands above the section that it belongs to for the same words**: if the section answers every
   unit that the update answers, the update's score is at most the section's. **A term of the glossary never stands
   above every section for the same words**: its score is at most that of the best section that answers every unit that
   it answers, if there is one; what the term means is told beside the results.
7. Records with a score above 0 are ranked by score. Of equals, those that were put behind by 6 stand behind, among
   them first what had the higher score before; else they keep their own order: by kind, then as they are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from briefing_tools.indexing.index import FIELD_SIZE, FIELDS, Index
from briefing_tools.indexing.questions import Question, Unit, Way, occurrences

EIGHTHS = {"section": 8, "briefing": 7, "update": 7, "reference": 4, "glossary": 4, "signpost": 3}
"""The briefings' own text before what surrounds it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: its number, its score, and whether it answers all that was asked."""

    number: int
    score: int
    complete: bool


@dataclass(frozen=True)
class _Worth:
    """What a unit is worth in each record, which records answer it, and its rarity."""

    worth: Mapping[int, int]
    answers: frozenset[int]
    rarity: int


def rank(question: Question, index: Index) -> list[Hit]:
    """The records that answer a question, best first, filters aside."""
    units = [_worth(unit, index) for unit in question.units]
    quoted = [one.answers for unit, one in zip(question.units, units, strict=True) if unit.quoted]
    found = {number for one in units for number in one.worth}
    for answers in quoted:
        found &= answers
    best = sum(2 * one.rarity for one in units)
    scores: dict[int, int] = {}
    answered: dict[int, frozenset[int]] = {}
    for number in found:
        answered[number] = frozenset(place for place, one in enumerate(units) if number in one.answers)
        worth = sum(one.worth.get(number, 0) for one in units) * EIGHTHS[index.kind(number)] // 8
        met = len(answered[number])
        scores[number] = worth + best if met == len(units) else worth * (2 * met or 1) // (2 * len(units))
    lowered = _lowered(scores, answered, index)
    hits = [Hit(number, score, len(answered[number]) == len(units)) for number, score in lowered.items() if score > 0]
    behind = {number: scores[number] - score for number, score in lowered.items()}
    return sorted(hits, key=lambda hit: (-hit.score, behind[hit.number] > 0, -behind[hit.number], hit.number))


def _lowered(scores: Mapping[int, int], answered: Mapping[int, frozenset[int]], index: Index) -> dict[int, int]:
    """Scores with updates behind their sections, and terms of the glossary behind the best section, for the same words."""
    lowered = dict(scores)
    best: dict[frozenset[int], int] = {}
    for number, score in scores.items():
        if index.kind(number) == "section":
            best[answered[number]] = max(score, best.get(answered[number], 0))
    for number in scores:
        kind = index.kind(number)
        if kind == "update":
            section = index.above.get(number)
            if section is not None and section in scores and answered[section] >= answered[number]:
                lowered[number] = min(scores[number], scores[section])
        elif kind == "glossary":
            above = [score for answers, score in best.items() if answers >= answered[number]]
            lowered[number] = min(scores[number], max(above, default=scores[number]))
    return lowered


def rarity(n: int, records: int) -> int:
    """How much it tells that a record has something, in 1024ths of a bit; 1024 if all have it."""
    return _log2((records + n) * 1024 // n) - 10 * 1024


def _log2(x: int) -> int:
    """The binary logarithm of a whole number of at least 1, in 1024ths, straight between powers of two."""
    power = x.bit_length() - 1
    return 1024 * power + 1024 * (x - (1 << power)) // (1 << power)


def _worth(unit: Unit, index: Index) -> _Worth:
    weights = _weights(unit.ways, index)
    rare = rarity(len(weights), len(index.records)) if weights else 0
    worth = {number: _saturated(rare, weight, number, index) for number, weight in weights.items()}
    answers = set(worth)
    if unit.apart:
        parts = [_parted(one, index) for one in unit.apart]
        both = set.intersection(*(set(part) for part in parts))
        rare = max(rare, sum(rarity(len(part), len(index.records)) for part in parts if part) // len(parts))
        for number in both:
            worth[number] = worth.get(number, 0) + sum(part[number] for part in parts) // len(parts)
        answers |= both
    else:
        worth = {number: 2 * one for number, one in worth.items()}
    if unit.beginnings:
        begun = _weights(unit.beginnings, index)
        rare_begun = rarity(len(begun), len(index.records)) if begun else 0
        for number, weight in begun.items():
            worth.setdefault(number, _saturated(rare_begun, weight, number, index) // 2)
        rare = max(rare, rare_begun)
    return _Worth(worth, frozenset(answers), rare)


def _parted(root: str, index: Index) -> dict[int, int]:
    """What a single word is worth in each record that has it."""
    weights = _weights((Way((root,), 4),), index)
    rare = rarity(len(weights), len(index.records)) if weights else 0
    return {number: _saturated(rare, weight, number, index) for number, weight in weights.items()}


def _weights(ways: tuple[Way, ...], index: Index) -> dict[int, int]:
    """The weight of the heaviest of several ways in each record that has one of them."""
    found: dict[int, int] = {}
    for way in ways:
        for number, weight in weights_of(way, index).items():
            found[number] = max(found.get(number, 0), weight)
    return found


def weights_of(way: Way, index: Index) -> dict[int, int]:
    """The weight of one way in each record that has it."""
    if len(way.stems) == 1:
        return {number: weight * way.weight for number, weight in index.postings.weights(way.stems[0]).items()}
    return {
        number: sum(FIELDS[place // FIELD_SIZE][1] for place in places) * way.weight
        for number, places in occurrences(way.stems, index).items()
    }


def _saturated(rare: int, weight: int, number: int, index: Index) -> int:
    return rare * 10 * weight // (10 * weight + 12 + 36 * index.sizes[number] // 16)
