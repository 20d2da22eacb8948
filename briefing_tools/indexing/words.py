"""Analyse: text becomes words, and words become the roots under which things are found. This is the specification.

Texts and questions are analysed alike, by every reader of the index. Nothing depends on the language that a text says
it is in. A character is a Unicode code point, here and wherever characters are counted.

1. **Word.** A run of letters, digits and the marks that belong to them (`CHARACTER`). An apostrophe (`'`, `’`, `‘`,
   `ʼ`) between two of them belongs to the word. Everything else parts words. Of a longer word only the first 64
   characters count.
2. **Folding.** The word in Unicode's form NFKD, without accents (U+0300 to U+036F), soft hyphens and Arabic vowel
   marks; then in lower case; then the letters of `LETTERS` as it spells them. An `s` behind the last apostrophe is
   dropped, and so are the apostrophes: *Children’s* → `children`, *O'Brien* → `obrien`, *Siân* → `sian`.
3. **Small words** (`SMALL`) are as if they weren't there, in texts, questions and quotations. A small word that is a
   term of the glossary on its own is not small (*WHO*).
4. **Stem.** Snowball's English stemmer (`snowballstemmer`, the algorithm once called Porter 2).
5. **Compounds.** Two words that are joined by a hyphen somewhere in the series or its glossary are a compound (two
   words of letters alone, neither of them small). However a compound is written, it is indexed in the same way:
   *multi-agency*, *multi agency* and *multiagency* are each the stems `multi` and `agenc` in two places, and the
   compound's root `multiag` in the first of these. The root is the stem of both words written together; when the
   series has several, the first in the order of code points stands for all.
6. **Root** of a word: its compound's root if it is one written together, else its stem.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

_MARKS = "\u00ad\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0980-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd"
CHARACTER = rf"[^\W_\u02bc][{_MARKS}]*"
"""A letter or a digit (Unicode's classes L and N) with its marks: accents, and vowel signs of Arabic and Indic scripts."""

_WORD = re.compile(rf"(?:{CHARACTER})+(?:['’‘ʼ](?:{CHARACTER})+)*")
_DROPPED = re.compile("[ \u00ad\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]")
_APOSTROPHE = re.compile("['’‘ʼ]")
HYPHENS = "-\u2010\u2011"
"""What joins two words: hyphen-minus, hyphen, no-break hyphen. A dash does not."""

LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart, and how somebody without them types them."""

_SMALL = (
    "a about am an and any are as at be been but by can could did do does for from had has have how i if "
    "in into is it its may me might my of on or our she should so some such than that the their them "
    "then there these they this those to us was we were what when where which who whom whose why will "
    "with would you your"
)
SMALL = frozenset(_SMALL.split())
"""Words that are everywhere and tell nothing, and those that questions begin with."""

LONGEST = 64
SHORTEST = 4
"""So many letters a word has at least that is put right when it is unknown; shorter ones are like too many others."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in its text; `joined` tells that a hyphen ties it to the word before."""

    text: str
    start: int
    end: int
    joined: bool


@dataclass(frozen=True)
class Compounds:
    """The compounds of a series, and the glossary's own small words.

    `parts` leads from the stem of a compound written together to the stems of its two words; `whole` leads back, to the
    compound's root.
    """

    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    def root(self, word: str) -> str:
        """The root of a folded word."""
        found = stem(word)
        return self.whole[self.parts[found]] if found in self.parts else found

    def stems(self, word: str) -> tuple[str, ...]:
        """The stems of a folded word: two if it is a compound written together, else one."""
        found = stem(word)
        return self.parts.get(found) or (found,)

    def telling(self, words: Iterable[Word]) -> list[Word]:
        """The words that aren't small. One behind a small word is joined to nothing."""
        return [word for word in words if word.text not in SMALL or word.text in self.kept]


def words_of(text: str) -> list[Word]:
    """The words of a text, small ones included, in their order."""
    found: list[Word] = []
    end = -1
    for match in _WORD.finditer(text):
        start = match.start()
        joined = start == end + 1 and text[end] in HYPHENS
        end = match.end()
        if word := fold(match[0]):
            found.append(Word(word, start, end, joined))
    return found


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """A word as it is compared: without case, accents and apostrophes."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKD", word[:LONGEST])).lower().translate(LETTERS)
    parts = _APOSTROPHE.split(plain)
    return "".join(parts[:-1] if len(parts) > 1 and parts[-1] == "s" else parts)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a folded word."""
    return _snowball()(word)


@cache
def _snowball() -> Callable[[str], str]:
    import snowballstemmer  # type: ignore[import-untyped]  # here, since only a command that searches should wait for it

    stem_of: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_of


def compounds_of(texts: Iterable[list[Word]], terms: Iterable[list[Word]] = ()) -> Compounds:
    """The compounds of a series: of its texts, and of the terms of its glossary, some of which may be small words."""
    terms = list(terms)
    kept = frozenset(words[0].text for words in terms if len(words) == 1 and words[0].text in SMALL)
    pairs: set[tuple[str, str]] = set()
    for words in (*texts, *terms):
        for before, word in pairwise(words):
            if word.joined and before.text.isalpha() and word.text.isalpha() and not {before.text, word.text} & SMALL:
                pairs.add((before.text, word.text))
    parts: dict[str, tuple[str, ...]] = {}
    whole: dict[tuple[str, ...], str] = {}
    for first, second in sorted(pairs):
        stems = (stem(first), stem(second))
        root = stem(first + second)
        parts.setdefault(root, stems)
        if parts[root] == stems:
            whole[stems] = min(root, whole.get(stems, root))
    return Compounds(parts, whole, kept)


def sequence(words: Iterable[Word], compounds: Compounds) -> tuple[str, ...]:
    """The stems of a text in their order, compounds as two: what quotations and terms of the glossary are compared by."""
    return tuple(one for word in compounds.telling(words) for one in compounds.stems(word.text))


def placed(telling: Iterable[Word], compounds: Compounds) -> list[tuple[str, int]]:
    """What is indexed of words that aren't small: each stem and root with its place, counted from 0."""
    found: list[tuple[str, int]] = []
    last, place = "", -1
    for word in telling:
        for one in compounds.stems(word.text):
            root = compounds.whole.get((last, one))
            if root is not None:
                found.append((root, place))
            place += 1
            found.append((one, place))
            last = one
    return found


def slips_between(a: str, b: str, most: int) -> int:
    """How many slips make one word of another (“optimal string alignment”), or more than `most` as soon as that is sure."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for row, letter in enumerate(a, 1):
        line = [row]
        for column, other in enumerate(b, 1):
            slips = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == b[column - 2] and a[row - 2] == other:
                slips = min(slips, before[column - 2] + 1)
            line.append(slips)
        if min(line) > most and min(last) > most:
            return most + 1
        before, last = last, line
    return last[-1]
