"""Quote: the passage of a text that answers best, with the words that were asked for marked. This is the
specification.

1. A word is marked when it is answered by itself or as part of a sequence that was asked for; the small words within a
   sequence are marked with it. Neighbouring marks with only spaces or a hyphen between them become one.
2. A text of up to 220 characters is shown whole. Of a longer one, a window of 180 characters is moved from mark to
   mark, through the first 500: the first window with the most different things asked for, then with the most marks, is
   shown.
3. The passage begins where the sentence of the first mark in the window does, if that and the end of the sentence
   before are at most 60 characters before the mark, else with the first whole word within 40 characters before it.
   Without a mark it is the text's beginning. If fewer than 160 characters are left from there, it begins with the
   first whole word of the last 200.
4. It ends with the last sentence that ends 160 to 200 characters later, else with the last word that ends within 200
   characters. What is left out at either side is shown as ` …` or `… `.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefing_tools.indexing.index import Index
from briefing_tools.indexing.questions import Question, Stems
from briefing_tools.indexing.words import HYPHENS, Compounds, words_of

WHOLE, WINDOW, LEAST, MOST = 220, 180, 160, 200
TO_SENTENCE, BEFORE = 60, 40
MOST_MARKS = 500

_SENTENCE = re.compile(r"[.!?]['’”)]{0,3} +(?=[^ ])")
BRACKETS = 8
"""How far beyond a stretch is looked for what closes its last sentence."""

Run = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch to mark, and which of the things that were asked for it answers."""

    start: int
    end: int
    what: int


def passage(text: str, question: Question, index: Index) -> tuple[Run, ...]:
    """The best passage of a text: runs of characters, marked or not."""
    marks = list(_marks(text, list(_wanted(question)), index.compounds))
    start, end = (0, len(text)) if len(text) <= WHOLE else _stretch(text, marks)
    runs = [("… ", False)] if start else []
    for mark in _joined(marks, text):
        if mark.start >= start and mark.end <= end:
            runs += [(text[start : mark.start], False), (text[mark.start : mark.end], True)]
            start = mark.end
    runs += [(text[start:end], False), (" …" if end < len(text) else "", False)]
    return tuple(_merged(run for run in runs if run[0]))


def _wanted(question: Question) -> Iterator[tuple[int, Stems]]:
    """Every sequence of stems to mark, with the number of the unit it answers."""
    for number, unit in enumerate(question.units):
        for way in (*unit.ways, *unit.beginnings):
            yield number, way.stems
        yield from ((number, (one,)) for one in unit.apart)


def _marks(text: str, wanted: list[tuple[int, Stems]], compounds: Compounds) -> Iterator[_Mark]:
    telling = compounds.telling(words_of(text))
    stems = [(one, at) for at, word in enumerate(telling) for one in compounds.stems(word.text)]
    by_first: dict[str, list[tuple[int, Stems]]] = {}
    for number, asked in wanted:
        apart = compounds.parts.get(asked[0], asked) if len(asked) == 1 else asked
        by_first.setdefault(apart[0], []).append((number, apart))
    for place, (one, at) in enumerate(stems):
        for number, sequence in by_first.get(one, ()):
            here = stems[place : place + len(sequence)]
            if tuple(found for found, _ in here) == sequence:
                yield _Mark(telling[at].start, telling[here[-1][1]].end, number)


def _joined(marks: Iterable[_Mark], text: str) -> list[_Mark]:
    joined: list[_Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        last = joined[-1] if joined else None
        if last and not text[last.end : mark.start].strip(" " + HYPHENS):
            joined[-1] = _Mark(last.start, max(last.end, mark.end), last.what)
        else:
            joined.append(mark)
    return joined


def _stretch(text: str, marks: list[_Mark]) -> tuple[int, int]:
    """Where the passage begins and ends."""
    first = _best(marks[:MOST_MARKS])
    start = _beginning(text, first) if first else 0
    if len(text) - start < LEAST:
        start = min(start, text.find(" ", len(text) - MOST) + 1)
    if len(text) - start <= MOST:
        return start, len(text)
    ends = [end for _, end, _ in _sentences(text, start + LEAST - BRACKETS, start + MOST + BRACKETS)]
    whole = [end for end in ends if start + LEAST <= end <= start + MOST]
    if whole and (first is None or whole[-1] >= first.end):
        return start, whole[-1]
    space = text.rfind(" ", start, start + MOST + 1)
    return start, space if space > start else start + MOST


def _best(marks: list[_Mark]) -> _Mark | None:
    """The mark at which the window that answers best begins."""
    best: tuple[int, int] = (0, 0)
    found = None
    for place, mark in enumerate(marks):
        inside = [one for one in marks[place : place + WINDOW] if one.end <= mark.start + WINDOW]
        worth = (len({one.what for one in inside}), len(inside))
        if worth > best:
            best, found = worth, mark
    return found


def _beginning(text: str, first: _Mark) -> int:
    if first.start <= BEFORE:
        return 0
    near = max(0, first.start - TO_SENTENCE)
    begun = [new for _, _, new in _sentences(text, near, first.start + 1)]
    if begun:
        return begun[-1]
    space = text.find(" ", first.start - BEFORE - 1, first.start)
    return space + 1 if space >= 0 else first.start


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Where sentences end within a stretch: their last letter's end, their own end, and where the next one begins."""
    for match in _SENTENCE.finditer(text[start:end]):
        yield start + match.start(), start + match.start() + len(match[0].rstrip(" ")), start + match.end()


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbouring runs of one sort made one."""
    last: Run | None = None
    for text, marked in runs:
        if last and last[1] == marked:
            last = (last[0] + text, marked)
        else:
            if last:
                yield last
            last = (text, marked)
    if last:
        yield last
