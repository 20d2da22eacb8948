"""Build: records become an index. What a place in a record is worth is defined here, for every reader of the index.

- A record has four **fields**, each with a weight (`FIELDS`): its title, its key words, its text, its surroundings.
- A **place** is a whole number: 2²⁰ times the field's number, plus the word's place in the field, counted from 0.
- A root's **weight** in a record is the sum of the weights of the fields of its places.
- A record's **length** is the number of its places. Its **size** is its length in sixteenths of the records' mean
  length (both rounded down), of which only the three highest binary digits count, and at most 448: 32 sizes in all.
- Records stand **in the order** of their kinds (`KINDS`), and within a kind in that of reading.
- The **vocabulary** holds each folded word that is not small, with the number of records that have it.
- Words of the language that are **no slips**, though they look like slips of the series' own words: of four letters or
  more, unknown to the series, and one slip of the pen away from a word of the vocabulary (*data*, where there is *date*).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain, islice, takewhile
from typing import Protocol

from briefing_tools.indexing.words import (
    HYPHENS,
    SHORTEST,
    Compounds,
    Word,
    compounds_of,
    placed,
    sequence,
    slips_between,
    stem,
    words_of,
)
from briefing_tools.model import Record, Term

FIELDS = (("title", 6), ("key", 3), ("text", 1), ("around", 1))
"""The fields of a record in the order of their numbers, with their weights."""

KINDS = ("section", "briefing", "update", "reference", "glossary", "signpost")
"""The kinds of record in their order: the briefings' own text before what surrounds it."""

LARGEST = 448

FIELD_SIZE = 1 << 20
"""How many places a field has; what stands behind them is not found."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a term of the glossary. `main` tells the term itself and what it stands for from other spellings."""

    term: int
    main: bool


class Postings(Protocol):
    """Where each root stands, by the record's number."""

    def weights(self, root: str) -> dict[int, int]:
        """The weight of a root in each record that has it."""

    def places(self, root: str) -> dict[int, list[int]]:
        """The places of a root in each record that has it, ascending."""

    def has(self, root: str) -> bool:
        """Whether any record has this root."""

    def roots(self) -> Iterator[str]:
        """Every root."""


@dataclass(frozen=True)
class Index:
    """Everything that an answer is made from.

    `lengths` and `records` go by the record's number, `many` tells how many records of each of `KINDS` there are, `above`
    leads from an update's number to that of its section. `spread` tells of each word of the vocabulary how many records
    have it. `forms` leads from a sequence of stems to the terms of the glossary that are written so, `spellings` from a
    term's number to the sequences, and whether each is the term itself or what it stands for. `no_slips` are sorted.
    """

    records: Sequence[Record]
    many: tuple[int, ...]
    above: Mapping[int, int]
    glossary: tuple[Term, ...]
    compounds: Compounds
    lengths: tuple[int, ...]
    spread: Mapping[str, int]
    forms: Mapping[tuple[str, ...], tuple[Form, ...]]
    spellings: tuple[tuple[tuple[tuple[str, ...], bool], ...], ...]
    no_slips: tuple[str, ...]
    postings: Postings

    def words_from(self, beginning: str) -> Iterator[str]:
        """The words of the vocabulary that begin so, in the order of code points."""
        first = bisect_left(self.vocabulary, beginning)
        return takewhile(lambda word: word.startswith(beginning), islice(self.vocabulary, first, None))

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """Every folded word of the records that is not small, in the order of code points."""
        return tuple(sorted(self.spread))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The size of each record, by its number."""
        average = max(1, sum(self.lengths) // max(1, len(self.lengths)))
        return tuple(_size(16 * length // average) for length in self.lengths)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words of the vocabulary."""
        return frozenset(map(stem, self.spread))

    def is_no_slip(self, word: str) -> bool:
        """Whether a folded word is a word of the language that the series does not have, though it has one like it."""
        at = bisect_left(self.no_slips, word)
        return self.no_slips[at : at + 1] == (word,)

    def kind(self, number: int) -> str:
        """The kind of a record, by its number."""
        return KINDS[bisect_right(self._ends, number)]

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(self.many))


def _size(sixteenths: int) -> int:
    """The three highest binary digits of a number, the others 0."""
    spare = max(0, sixteenths.bit_length() - 3)
    return min(LARGEST, sixteenths >> spare << spare)


def _above(records: tuple[Record, ...]) -> dict[int, int]:
    """The number of each update's section, by the update's number: that on the same page with the same id."""
    sections = {_place(record): number for number, record in enumerate(records) if record.kind == "section"}
    places = ((number, _place(record)) for number, record in enumerate(records) if record.kind == "update")
    return {number: sections[place] for number, place in places if place in sections}


def _place(record: Record) -> tuple[str, str]:
    """The address of the page that a record stands on, and the id of its section."""
    return record.url.partition("#")[0], record.section


Roots = list[tuple[str, int, int]]
"""What stands in one record, in reading order: a root, its place, and what the place weighs."""

Keep = Callable[[Iterable[Roots]], Postings]
"""A store: takes in the records in their order, the first with the number 0, and tells where each root stands."""


def build_index(
    records: tuple[Record, ...],
    glossary: tuple[Term, ...],
    keep: Keep | None = None,
    language: frozenset[str] = frozenset(),
) -> Index:
    """Index records with the glossary whose terms find each other. `keep` is the store: Whoosh unless told otherwise.

    `language` are words, folded, that somebody may mean though the series does not have them.
    """
    if keep is None:
        from briefing_tools.indexing.store import keep as whoosh  # here, since only a command that searches should wait

        keep = whoosh
    records = tuple(sorted(records, key=lambda record: KINDS.index(record.kind)))
    terms = [[words_of(form) for form in (term.term, term.name, *term.also) if form] for term in glossary]
    texts = chain.from_iterable(map(fields_of, records))
    hyphenated = (run for text in texts for run in text.split() if any(sign in run for sign in HYPHENS))
    compounds = compounds_of(map(words_of, hyphenated), chain.from_iterable(terms))
    spellings = tuple(
        tuple(_spelt(forms, 2 if term.name else 1, compounds)) for term, forms in zip(glossary, terms, strict=True)
    )
    forms: dict[tuple[str, ...], tuple[Form, ...]] = {}
    for number, written in enumerate(spellings):
        for stems, main in written:
            forms[stems] = (*forms.get(stems, ()), Form(number, main))
    lengths: list[int] = []
    spread: Counter[str] = Counter()

    def roots() -> Iterator[Roots]:
        for record in records:
            found = _analysed(record, compounds)
            lengths.append(found.length)
            spread.update(found.words)
            yield found.roots

    postings = keep(roots())
    kinds = Counter(record.kind for record in records)
    many = tuple(kinds[kind] for kind in KINDS)
    no_slips = tuple(sorted(_no_slips(language, spread, compounds, postings)))
    return Index(
        records, many, _above(records), glossary, compounds, tuple(lengths), dict(spread), forms, spellings, no_slips,
        postings,
    )  # fmt: skip


def _no_slips(
    language: frozenset[str], vocabulary: Iterable[str], compounds: Compounds, postings: Postings
) -> Iterator[str]:
    """Words of the language that the series does not know, but has one that is a single slip of the pen away."""
    shortenings = _shortenings(language)
    near: set[str] = set()
    for word in filter(str.isalpha, vocabulary):
        for short in _shortened(word):
            found = (one for one in shortenings.get(short, ()) if one not in near)
            near.update(one for one in found if slips_between(word, one, 1) == 1)
    return (word for word in near if not postings.has(compounds.root(word)))


@lru_cache(maxsize=1)
def _shortenings(language: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """The words of a language by what they are with one letter left out, and by themselves."""
    found: dict[str, tuple[str, ...]] = {}
    for word in language:
        if len(word) >= SHORTEST and word.isalpha():
            for short in _shortened(word):
                found[short] = (*found.get(short, ()), word)
    return found


def _shortened(word: str) -> Iterator[str]:
    """A word, and what it is with any one letter left out: two words that are a slip apart have one of these in common."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _spelt(forms: list[list[Word]], main: int, compounds: Compounds) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The sequences that a term is written as, and whether each is one of the `main` first forms.

    One word is also written with an `s` behind it: Snowball leaves *LSCBs* alone, since it has no vowel.
    """
    for number, words in enumerate(forms):
        stems = sequence(words, compounds)
        if stems:
            yield stems, number < main
        if len(words) == 1 and len(stems) == 1 and (plural := stem(words[0].text + "s")) != stems[0]:
            yield (plural,), number < main


@dataclass(frozen=True, slots=True)
class _Analysed:
    """The roots of a record with their places and what these weigh; its length; its words."""

    roots: Roots
    length: int
    words: set[str]


def _analysed(record: Record, compounds: Compounds) -> _Analysed:
    roots: Roots = []
    words: set[str] = set()
    length = 0
    for number, text in enumerate(fields_of(record)):
        first, weight = number * FIELD_SIZE, FIELDS[number][1]
        telling = compounds.telling(words_of(text))
        found = placed(telling, compounds)
        roots += [(root, first + place, weight) for root, place in found if place < FIELD_SIZE]
        length += found[-1][1] + 1 if found else 0
        words.update(word.text for word in telling)
    return _Analysed(roots, length, words)


def fields_of(record: Record) -> tuple[str, str, str, str]:
    """What a record is found by, in the order of `FIELDS`.

    The briefing's own title and topics are not repeated for each of its parts, which would all be found by them.
    """
    match record.kind:
        case "briefing":
            key = " ".join((record.key, *record.topics))
            return " ".join((*record.breadcrumb, record.title)), key, record.text, record.names
        case "reference":
            return f"{record.title} {record.names}", "", record.text, ""
        case "glossary":
            return record.title, " ".join(record.topics), record.text, ""
        case "update":
            around = " ".join((*record.breadcrumb[1:], record.names, record.level, *record.topics))
            return record.title, record.site_name, record.text, around
        case _:
            return record.title, record.key, record.text, " ".join((*record.breadcrumb[1:], record.names))
