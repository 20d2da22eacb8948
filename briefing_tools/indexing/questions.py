"""Understand: what somebody typed becomes the units that records are asked for, and filters. This is the
specification.

Of a question, the first 1,000 characters and 32 words that are not small count. It is read from left to right:

1. **Filter**: `kind:update`, `site:devon`, `briefing:7`, `section:mash`, `level:integration`, `language:en`,
   `year:2011`, in any case; a value of several words stands in quotation marks. Values are compared as folded words; a
   briefing is named by its number or its title, and digits alone are a number.
   Filters of one name widen each other, filters of different names narrow. A filter only takes results away: ranks and
   scores stay.
2. **Quotation**, in quotation marks of any kind: its stems one after another. Neither other spellings nor beginnings
   count, though a term of the glossary that is written so is named. Only records that have it are found. If none has,
   its words are looked for like all others.
3. Everything else is **words**, first come, first served, longest first:
   a. a term of the glossary, however it is spelt there (one word also with an `s` behind it: *LSCBs*): the term is one
      unit, and each of its spellings answers it. What was typed weighs 4, and so do the term itself and what it stands
      for if one of the two was typed; all else weighs 2;
   b. a compound, however it is written: one unit, answered by its root;
   c. two words that the series knows only as one (*well-being*, *well being*): one unit, answered by both spellings;
   d. a word: one unit, answered by its root.
   A unit of several words is also answered by a record that has all of these words, wherever they stand.
4. The **last word** may still be being typed if nothing stands behind it, not even a space, or only filters: it is
   also answered by up to 20 words that begin so, the most widespread first, from two letters on. If the series knows
   the word as it is, these don't count as an answer.
5. An **unknown word** is answered by what it was meant to be. This is done for the first four unknown words.
   a. Of four letters or more, it is taken for the beginning of words, as in 4, wherever it stands (*info sharing*).
   b. Else it is answered by its two halves, if both have the stems of words of the vocabulary and stand next to each
      other somewhere (*keyworker*).
   c. Else, without digits, by up to three of the nearest words, all equally near: one slip of the pen from the fourth
      letter on, two from the eighth (a letter too many, too few or wrong, or two neighbours swapped). The first of them
      is suggested. Nearer comes before more widespread, before the order of code points.
   A word of the language that is no slip (`index.py`) is answered by nothing, but for what begins like it while it is
   typed: who asks for *data* does not mean *date*. A word that is answered by nothing at all is told.
6. A unit of several words that no record answers falls apart into its words.
7. A question of small words alone is answered by what begins like its last one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefing_tools.indexing.index import Index
from briefing_tools.indexing.words import SHORTEST, Word, slips_between, stem, words_of

LONGEST = 1000
MOST_WORDS = 32
MOST_BEGINNINGS = 20
MOST_NEAREST = 3
MOST_GUESSES = 4
FILTERS = ("kind", "site", "briefing", "section", "level", "language", "year")

TYPED, OTHER, GUESSED = 4, 2, 2
"""What a place weighs when it has what was typed or means the same; another spelling; a guess."""

_QUOTES = '"“”„«»'
_SPACES = " \t\n\r\u00a0"
_PARTS = re.compile(
    rf"(?<![^{_SPACES}])(?P<name>{'|'.join(FILTERS)}):"
    rf"(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]|(?P<bare>[^{_SPACES}]*))"
    rf"|[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]",
    re.IGNORECASE | re.ASCII,
)

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer a unit: stems (or one root) that stand one after another, and what each of their places weighs."""

    stems: Stems
    weight: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is asked for.

    A record answers it in one of its `ways`, or by having all of `apart` anywhere. `beginnings` add to a record's score
    but are no answer. A `quoted` unit must be answered. `terms` are the terms of the glossary that were named.
    """

    ways: tuple[Way, ...]
    apart: Stems = ()
    beginnings: tuple[Way, ...] = ()
    quoted: bool = False
    terms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on records: the values of one name, of which one must fit."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What was understood: units in the order in which they were typed, filters, and the text that was probably meant."""

    units: tuple[Unit, ...]
    filters: tuple[Filter, ...]
    did_you_mean: str
    missing: tuple[str, ...]
    """Quotations that no record has."""
    unknown: tuple[str, ...] = ()
    """Words that no record has and that were not taken for anything else, as they were typed."""


def understand(text: str, index: Index) -> Question:
    """Read a question against an index."""
    text = text[:LONGEST]
    units: list[Unit] = []
    filters: dict[str, list[str]] = {}
    missing: list[str] = []
    slips: list[tuple[int, int, str]] = []
    nowhere: dict[str, str] = {}
    room, guesses = MOST_WORDS, MOST_GUESSES
    parts = list(_parts(text))
    last = _typed_to(text, parts)
    for start, end, part in parts:
        if part and part["name"]:
            filters.setdefault(part["name"].lower(), []).append(folded(part["quoted"] or part["bare"] or ""))
            continue
        found = [word for word in words_of(text[:end]) if word.start >= start]
        telling = index.compounds.telling(found)[:room]
        room -= len(telling)
        if part:
            stems = tuple(one for word in telling for one in index.compounds.stems(word.text))
            if not stems or _is_somewhere(stems, index):
                terms = tuple(form.term for form in index.forms.get(stems, ()))
                units += [Unit((Way(stems, TYPED),), quoted=True, terms=terms)] if stems else []
                continue
            missing.append(part["phrase"].strip(_SPACES))
        typing = found[-1] if found and not part and found[-1].end == last else None
        if not telling and typing and not units:
            units += _begun(typing, index)
        unknown = [word for word in telling if not index.postings.has(index.compounds.root(word.text))][:guesses]
        guesses -= len(unknown)
        new, mistaken, lost = _units(telling, typing, unknown, index)
        units += new
        slips += mistaken
        for one in lost:
            nowhere.setdefault(one.text, text[one.start : one.end])
    meant = text
    for start, end, word in reversed(slips):
        meant = meant[:start] + word + meant[end:]
    return Question(
        tuple(dict.fromkeys(units)),
        tuple(Filter(name, tuple(values)) for name, values in filters.items()),
        meant if slips else "",
        tuple(missing),
        tuple(nowhere.values()),
    )


def folded(value: str) -> str:
    """A filter's value, or a record's, as they are compared: folded words with hyphens between them."""
    return "-".join(word.text for word in words_of(value))


_Part = tuple[int, int, "re.Match[str] | None"]


def _parts(text: str) -> Iterator[_Part]:
    """Filters, quotations, and between them words, with their places."""
    last = 0
    for match in _PARTS.finditer(text):
        yield last, match.start(), None
        yield match.start(), match.end(), match
        last = match.end()
    yield last, len(text), None


def _typed_to(text: str, parts: list[_Part]) -> int:
    """Where the typed text ends, but for filters at its end and the spaces before them."""
    filters = False
    for start, end, part in reversed(parts):
        if part and part["name"]:
            filters = True
        elif part or text[start:end].strip(_SPACES):
            return len(text[:end].rstrip(_SPACES)) if filters else end
    return 0


# -- Words -------------------------------------------------------------------------------------------------------------


def _units(
    words: list[Word], typing: Word | None, unknown: list[Word], index: Index
) -> tuple[list[Unit], list[tuple[int, int, str]], list[Word]]:
    """The units of a run of words; what was probably meant by unknown ones: from, to, word; those that nothing answers."""
    units: list[Unit] = []
    slips: list[tuple[int, int, str]] = []
    lost: list[Word] = []
    at = 0
    while at < len(words):
        unit, length = _term(words, at, index) or _compound(words, at, index) or (None, 1)
        if unit is None:
            word = words[at]
            unit, nearest = _word(word, word is typing, word in unknown, index)
            slips += [(word.start, word.end, nearest)] if nearest else []
            lost += [] if unit.beginnings or _is_answered(unit, index) else [word]
        units.append(unit)
        at += length
    return units, slips, lost


def _term(words: list[Word], at: int, index: Index) -> tuple[Unit, int] | None:
    """The longest term of the glossary that begins with a word, and how many words it has."""
    stems: Stems = ()
    longest: tuple[Stems, int] | None = None
    most = max(map(len, index.forms), default=0)
    for length, word in enumerate(words[at:], 1):
        stems += index.compounds.stems(word.text)
        if len(stems) > most:
            break
        if stems in index.forms:
            longest = (stems, length)
    if longest is None:
        return None
    stems, length = longest
    forms = index.forms[stems]
    weights = {stems: TYPED}
    for form in forms:
        for spelling, main in index.spellings[form.term]:
            weights[spelling] = max(weights.get(spelling, 0), TYPED if main and form.main else OTHER)
    ways = tuple(Way(_rooted(spelling, index), weight) for spelling, weight in sorted(weights.items()))
    unit = Unit(ways, stems if len(stems) > 1 else (), terms=tuple(form.term for form in forms))
    return (unit, length) if _is_answered(unit, index) else None


def _compound(words: list[Word], at: int, index: Index) -> tuple[Unit, int] | None:
    """A compound that begins with a word, and how many words it was written in."""
    compounds = index.compounds
    stems = compounds.stems(words[at].text)
    if len(stems) == 2:
        unit, length = Unit((Way((compounds.whole[stems],), TYPED),), stems), 1
    elif at + 1 < len(words) and len(compounds.stems(words[at + 1].text)) == 1:
        length = 2
        stems = (*stems, *compounds.stems(words[at + 1].text))
        root = compounds.whole.get(stems)
        together = stem(words[at].text + words[at + 1].text)
        if not root and not index.postings.has(together):
            return None
        unit = Unit((Way((root,), TYPED),) if root else (Way((together,), TYPED), Way(stems, TYPED)), stems)
    else:
        return None
    return (unit, length) if _is_answered(unit, index) else None


def _word(word: Word, typing: bool, unknown: bool, index: Index) -> tuple[Unit, str]:
    """A single word, and what was probably meant if it is unknown."""
    root = index.compounds.root(word.text)
    typed = Way((root,), TYPED)
    meant = not unknown or index.is_no_slip(word.text)
    beginnings = _beginnings(word, root, index) if typing or (not meant and len(word.text) >= SHORTEST) else ()
    if not unknown:
        return Unit((typed,), beginnings=beginnings), ""
    if beginnings:
        return Unit(beginnings), ""
    if meant:
        return Unit((typed,)), ""
    halves = _halves(word.text, index)
    if halves:
        return Unit((Way(halves, TYPED),)), ""
    nearest = _nearest(word.text, index)
    roots = dict.fromkeys(index.compounds.root(one) for one in nearest)
    return Unit((typed, *(Way((one,), GUESSED) for one in roots))), nearest[0] if nearest else ""


def _begun(word: Word, index: Index) -> list[Unit]:
    ways = _beginnings(word, word.text, index)
    return [Unit(ways)] if ways else []


def _beginnings(word: Word, root: str, index: Index) -> tuple[Way, ...]:
    """The most widespread words that begin with what was typed."""
    if len(word.text) < 2:
        return ()
    words = sorted(index.words_from(word.text), key=lambda one: (-index.spread[one], one))[:MOST_BEGINNINGS]
    roots = dict.fromkeys(index.compounds.root(one) for one in words)
    return tuple(Way((one,), GUESSED) for one in roots if one != root)


def _halves(word: str, index: Index) -> Stems:
    """The two words that an unknown word is written together from, if they stand next to each other somewhere."""
    for cut in range(2, len(word) - 1):
        stems = (stem(word[:cut]), stem(word[cut:]))
        if index.stems.issuperset(stems) and _is_somewhere(stems, index):
            return stems
    return ()


def _rooted(stems: Stems, index: Index) -> Stems:
    """A sequence of stems that is a whole compound, as its root."""
    root = index.compounds.whole.get((stems[0], stems[1])) if len(stems) == 2 else None
    return (root,) if root else stems


# -- Asking the index --------------------------------------------------------------------------------------------------


def occurrences(stems: Stems, index: Index) -> dict[int, list[int]]:
    """Where stems stand one after another: the places of the first of them, by the record's number."""
    found = index.postings.places(stems[0])
    for distance, one in enumerate(stems[1:], 1):
        others = index.postings.places(one) if found else {}
        found = {
            number: together
            for number, places in found.items()
            if number in others and (together := _followed(places, others[number], distance))
        }
    return found


def _followed(places: list[int], others: list[int], distance: int) -> list[int]:
    known = set(others)
    return [place for place in places if place + distance in known]


def _is_somewhere(stems: Stems, index: Index) -> bool:
    return all(index.postings.has(one) for one in stems) and bool(occurrences(stems, index))


def _is_answered(unit: Unit, index: Index) -> bool:
    return any(_is_somewhere(way.stems, index) for way in unit.ways) or bool(_have_all(unit.apart, index))


def _have_all(stems: Iterable[str], index: Index) -> set[int]:
    """The records that have all of some stems, wherever they stand."""
    found: set[int] | None = None
    for one in stems:
        found = set(index.postings.weights(one)) if found is None else found & set(index.postings.weights(one))
    return found or set()


# -- Slips of the pen --------------------------------------------------------------------------------------------------


def _nearest(word: str, index: Index) -> list[str]:
    """The known words that are nearest to an unknown one, all equally near; the most widespread first."""
    most = 0 if len(word) < SHORTEST or not word.isalpha() else 1 if len(word) < 8 else 2
    for allowed in range(1, most + 1):
        near = [
            one
            for one in index.vocabulary
            if abs(len(one) - len(word)) <= allowed and one.isalpha() and slips_between(word, one, allowed) <= allowed
        ]
        if near:
            return sorted(near, key=lambda one: (-index.spread[one], one))[:MOST_NEAREST]
    return []
