"""Share out: the index becomes small files, of which a page in a browser reads only those that a question needs. This is
the specification; `theme/engine/` holds the reader.

Every file is a **sheet**: a script of one call, `briefingsSearch(name, version, content);`, so that it can be read from any
host, from a folder without a host, and where only a page's own scripts may run. The version is a digest of all content: a
reader that meets two versions begins anew. The same index is shared out to the same bytes.

- `index`: what every question needs. How many records of each kind there are, and the eighths they are given; the small
  words; the glossary's sequences; for each series of sheets that is sorted, the first key on each; how much there is of
  each sort of sheet; and between which numbers the briefings of `BLOCK` records are.
- `roots-N`: lines of a key, its postings, and its compounds. The key is a root, or a glossary's sequence of several stems
  with hyphens between them. Postings are, for each record in order, the steps from the last record's number (the first
  from 0), and 32 times the weight less 1, plus the number of the size. A key whose postings are long goes on on the next
  sheets. Compounds are those with which the key has anything to do: the first stem, the second, and what they are written
  together, of which the first is the compound's root.
- `places-N`: the same keys without the sequences: for each record the step, how many places there are, and for each of
  them 4 times the step from the last place in the same field (the first from 0), plus the step to the field.
- `words-N`: the vocabulary: how many letters a word shares with the one before, its other letters, its spread.
  `meant-N`: so also the words that are no slips; their spread is 0.
- `records-N`: `TOGETHER` records each, as they are shown; the rest of a very long text stands on `text-…`. `terms-N`: as many
  terms of the glossary.
- `briefing-N`, `title-N`, `site-N`, `section-N`, `level-N`, `language-N`, `date-N`: what `BLOCK` records are filtered by: values, and
  runs of a value's number and of how many records in a row have it; what is too much of the values stands on as many
  sheets `briefing-N-…` as `more` tells. `above-N`: for `BLOCK` updates the number of their
  section: 0 for none, else the step from the last, times 2, plus 1 for forward or none.

Numbers are written in characters (“dense codes with stoppers and continuers”): of the 91 visible ASCII characters other
than `"`, `\\` and `|`, the first 64 end a number, the others go before.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, groupby, pairwise, takewhile, zip_longest
from typing import TypeVar

from briefing_tools.indexing.index import FIELD_SIZE, FIELDS, KINDS, Index
from briefing_tools.indexing.questions import occurrences
from briefing_tools.indexing.ranking import EIGHTHS
from briefing_tools.indexing.words import SMALL
from briefing_tools.model import IndexSheet, Record

T = TypeVar("T")

FORMAT = 1
SHEET = 10_000
"""How many bytes a sheet of sorted keys has at most, but for a line that is longer by itself."""
PLACES = 2
"""Sheets of places are so much larger: they are needed seldom, and the first key on each stands in what every question needs."""
LINE = 60_000
TOGETHER = 8
BLOCK = 1 << 14
LONGEST_TEXT = 20_000

STOPPERS = 64
_UNSAFE = re.compile("[\u2028\u2029\ud800-\udfff]")
_DIGITS = [chr(code) for code in range(33, 127) if chr(code) not in '"\\|']
_CONTINUERS = len(_DIGITS) - STOPPERS


@dataclass(frozen=True, slots=True)
class Limits:
    """How large sheets may be; smaller ones let a test see many of them."""

    sheet: int = SHEET
    line: int = LINE
    together: int = TOGETHER
    block: int = BLOCK
    text: int = LONGEST_TEXT


def share_out(index: Index, engine: str, limits: Limits | None = None) -> tuple[IndexSheet, ...]:
    """The sheets of an index, and the engine (a script) that reads them."""
    limits = limits or Limits()
    contents: dict[str, object] = {}
    roots, places = _roots(index, limits)
    firsts = {
        "roots": _sorted_sheets("roots", roots, contents, limits),
        "places": _sorted_sheets("places", places, contents, replace(limits, sheet=PLACES * limits.sheet)),
        "words": _word_sheets("words", index.vocabulary, index.spread, contents, limits),
        "meant": _word_sheets("meant", index.no_slips, {}, contents, limits),
    }
    labels = list(dict.fromkeys(record.label for record in index.records))
    _record_sheets(index, labels, contents, limits)
    _term_sheets(index, contents, limits)
    _columns(index, contents, limits)
    _above(index, contents, limits)
    contents["index"] = {"format": FORMAT, **firsts, **_common(index, labels, limits), "sizes": _sizes(contents)}
    texts = {name: json.dumps(content, ensure_ascii=False, separators=(",", ":")) for name, content in contents.items()}
    version = hashlib.sha256("\0".join([engine, *texts, *texts.values()]).encode("utf-8", "replace")).hexdigest()[:12]
    sheets = [
        IndexSheet(f"search/{name}.js", f'briefingsSearch("{name}","{version}",{_safe(text)});\n'.encode())
        for name, text in texts.items()
    ]
    return (IndexSheet("search/engine.js", engine.encode("utf-8")), *sorted(sheets, key=lambda sheet: sheet.url))


def _sizes(contents: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    """How many sheets of each sort there are, and their characters, in the order in which questions need them."""
    found = {}
    for sort in ("roots", "words", "meant", "terms", "records", "places"):
        told = [
            len(json.dumps(one, ensure_ascii=False)) for name, one in contents.items() if name.startswith(f"{sort}-")
        ]
        found[sort] = (len(told), sum(told))
    return found


def _safe(text: str) -> str:
    """JSON that stands in a script of any age: what could end a line, and what no file can hold, is escaped."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# -- Numbers in characters ---------------------------------------------------------------------------------------------


def coded(number: int) -> str:
    """A number of at least 0 in characters."""
    found = _DIGITS[number % STOPPERS]
    number //= STOPPERS
    while number:
        number, digit = divmod(number - 1, _CONTINUERS)
        found = _DIGITS[STOPPERS + digit] + found
    return found


_coded = cache(coded)


def _all_coded(numbers: Iterable[int]) -> str:
    return "".join(map(_coded, numbers))


# -- Sorted sheets -----------------------------------------------------------------------------------------------------

_Line = tuple[str, str]
"""A key, and what stands in its line behind it."""


def _roots(index: Index, limits: Limits) -> tuple[list[_Line], list[_Line]]:
    """The lines of the sheets of roots and of places, sorted by their keys."""
    groups = _compounds(index)
    codes = [_size_code(size) for size in index.sizes]
    roots: list[_Line] = []
    places: list[_Line] = []
    known = set()
    for root in index.postings.roots():
        found = index.postings.places(root)
        known.add(root)
        roots += _postings(root, found, codes, groups.get(root, ()), limits)
        places += _pieces(root, _places(found), limits)
    for stems in _sequences(index):
        tied = dict.fromkeys(group for one in stems for group in groups.get(one, ()))
        roots += _postings("-".join(stems), occurrences(stems, index), codes, tied, limits)
    for root, compounds in groups.items():
        if root not in known:
            roots += _postings(root, {}, codes, compounds, limits)
    return sorted(roots, key=lambda line: line[0]), places


def _sequences(index: Index) -> Iterator[tuple[str, ...]]:
    """The glossary's sequences of several stems that are found somewhere."""
    for stems in index.forms:
        if len(stems) > 1 and stems not in index.compounds.whole and all(map(index.postings.has, stems)):
            yield stems


def _compounds(index: Index) -> dict[str, list[str]]:
    """The compounds that have anything to do with a stem."""
    together: dict[tuple[str, ...], list[str]] = {}
    for root, stems in sorted(index.compounds.parts.items()):
        together.setdefault(stems, []).append(root)
    groups: dict[str, list[str]] = {}
    for stems, written in together.items():
        for one in dict.fromkeys((*stems, *written)):
            groups.setdefault(one, []).append("-".join((*stems, *written)))
    return groups


def _postings(
    key: str, found: dict[int, list[int]], codes: list[int], tied: Iterable[str], limits: Limits
) -> list[_Line]:
    pairs = (
        (number, _coded(32 * (sum(FIELDS[place // FIELD_SIZE][1] for place in places) - 1) + codes[number]))
        for number, places in found.items()
    )
    postings = [text for _, text in _pieces(key, pairs, limits)]
    told = zip_longest(postings, _joined(tied, limits), fillvalue="")
    return [(key, f"{text} {groups}" if groups else text) for text, groups in told]


def _joined(groups: Iterable[str], limits: Limits) -> Iterator[str]:
    """Compounds with commas between them, in as many pieces as it takes."""
    piece = ""
    for group in groups:
        if len(piece) > limits.line:
            yield piece
            piece = ""
        piece += f",{group}" if piece else group
    if piece:
        yield piece


def _places(found: dict[int, list[int]]) -> Iterator[tuple[int, str]]:
    for number, places in found.items():
        text = [_coded(len(places))]
        last = 0
        for place in places:
            fields = place // FIELD_SIZE - last // FIELD_SIZE
            step = place % FIELD_SIZE if fields else place - last
            text.append(_coded(4 * step + fields))
            last = place
        yield number, "".join(text)


def _pieces(key: str, pairs: Iterable[tuple[int, str]], limits: Limits) -> list[_Line]:
    """What is told of records in their order, each behind the step to it, in as many lines as it takes."""
    lines: list[_Line] = []
    text: list[str] = []
    length = last = 0
    for number, told in pairs:
        if length > limits.line:
            lines.append((key, "".join(text)))
            text, length, last = [], 0, 0
        text += (_coded(number - last), told)
        length += len(told) + 2
        last = number
    return [*lines, (key, "".join(text))] if text else lines


def _size_code(size: int) -> int:
    """The number, below 32, of a size."""
    spare = max(0, size.bit_length() - 3)
    return size if size < 8 else 4 * (spare + 1) + (size >> spare) - 4


def _sorted_sheets(name: str, lines: list[_Line], contents: dict[str, object], limits: Limits) -> list[str]:
    """Fill sheets with lines; the first key on each. What goes on from a line begins a sheet of its own."""
    goes_on = [before[0] == line[0] for before, line in pairwise([("", ""), *lines])]
    lengths = [
        limits.sheet if more else len(key.encode()) + len(text.encode()) + 2
        for (key, text), more in zip(lines, goes_on, strict=True)
    ]
    firsts = []
    for number, sheet in enumerate(_filled(lines, lengths, limits)):
        contents[f"{name}-{number}"] = {"text": "|".join(f"{key} {text}" for key, text in sheet)}
        firsts.append(sheet[0][0])
    return firsts


def _word_sheets(
    name: str, words: Sequence[str], spread: Mapping[str, int], contents: dict[str, object], limits: Limits
) -> list[str]:
    """Fill sheets with words; the first word on each."""
    firsts = []
    lengths = [len(word.encode()) // 2 + 5 for word in words]
    for number, some in enumerate(_filled(words, lengths, limits)):
        lines = []
        before = ""
        for word in some:
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, word, strict=False)))
            lines.append(f"{coded(shared)}{word[shared:]} {coded(spread.get(word, 0))}")
            before = word
        contents[f"{name}-{number}"] = {"text": "|".join(lines)}
        firsts.append(some[0])
    return firsts


def _filled(things: Sequence[T], lengths: Sequence[int], limits: Limits) -> Iterator[list[T]]:
    """Things in their order, as many together as find room."""
    sheet: list[T] = []
    used = 0
    for thing, length in zip(things, lengths, strict=True):
        if sheet and used + length > limits.sheet:
            yield sheet
            sheet, used = [], 0
        sheet.append(thing)
        used += length
    if sheet:
        yield sheet


# -- Records, terms, columns -------------------------------------------------------------------------------------------


def _common(index: Index, labels: list[str], limits: Limits) -> dict[str, object]:
    """What every question needs, besides the first keys."""
    return {
        "kinds": [[kind, many, EIGHTHS[kind]] for kind, many in zip(KINDS, index.many, strict=True)],
        "fields": [weight for _, weight in FIELDS],
        "small": " ".join(sorted(SMALL)),
        "kept": sorted(index.compounds.kept),
        "labels": labels,
        "terms": [[["-".join(stems), int(main)] for stems, main in spellings] for spellings in index.spellings],
        "together": limits.together,
        "block": limits.block,
        "numbers": [_between(records) for records in _batches(index.records, limits.block)],
    }


def _between(records: Sequence[Record]) -> list[int]:
    """The least and the greatest number of a briefing that has one of these records; nothing is between 0 and 0."""
    numbers = [record.briefing_number for record in records if record.briefing_number] or [0]
    return [min(numbers), max(numbers)]


def _record_sheets(index: Index, labels: list[str], contents: dict[str, object], limits: Limits) -> None:
    rows = []
    for number, record in enumerate(index.records):
        first, *rest = _cut(record.text, limits.text)
        rows.append(_row(record, labels.index(record.label), first, len(rest)))
        contents.update({f"text-{number}-{part}": text for part, text in enumerate(rest)})
    contents.update({f"records-{sheet}": found for sheet, found in enumerate(_batches(rows, limits.together))})


def _cut(text: str, most: int) -> list[str]:
    """A text in pieces of about so many bytes."""
    length = max(1, most * len(text) // max(1, len(text.encode("utf-8", "replace"))))
    return [text[start : start + length] for start in range(0, len(text), length)] or [""]


def _row(record: Record, label: int, text: str, more: int) -> list[object]:
    """A record as it is shown."""
    return [
        label, record.title, record.url, text, record.briefing_number, record.section, record.site, record.site_name,
        record.level, record.date, record.language, list(record.breadcrumb), record.briefing, more,
    ]  # fmt: skip


def _term_sheets(index: Index, contents: dict[str, object], limits: Limits) -> None:
    places = {record.title: record.url for record in index.records if record.kind == "glossary"}
    rows: list[object] = []
    for term in index.glossary:
        title = f"{term.term} ({term.name})" if term.name else term.term
        rows.append([term.term, term.name, term.meaning, places.get(title, "")])
    contents.update({f"terms-{sheet}": found for sheet, found in enumerate(_batches(rows, limits.together))})


COLUMNS: dict[str, Callable[[Record], object]] = {
    "briefing": lambda record: record.briefing_number,
    "title": lambda record: record.briefing,
    "site": lambda record: (record.site, record.site_name),
    "section": lambda record: record.section,
    "level": lambda record: record.level,
    "language": lambda record: record.language,
    "date": lambda record: record.date,
}
"""What records are filtered and sorted by, beside their kind. A briefing's title stands by itself, since it is long."""


def _columns(index: Index, contents: dict[str, object], limits: Limits) -> None:
    for name, value_of in COLUMNS.items():
        for block, records in enumerate(_batches(index.records, limits.block)):
            values: dict[object, int] = {}
            runs = [
                (values.setdefault(value, len(values)), sum(1 for _ in same))
                for value, same in groupby(map(value_of, records))
            ]
            lengths = [len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) + 1 for value in values]
            told, *rest = _filled(list(values), lengths, replace(limits, sheet=limits.line))
            coded_runs = _all_coded(chain.from_iterable(runs))
            contents[f"{name}-{block}"] = {"values": told, "more": len(rest), "runs": coded_runs}
            contents.update({f"{name}-{block}-{part}": some for part, some in enumerate(rest)})


def _above(index: Index, contents: dict[str, object], limits: Limits) -> None:
    """The section of each update, as the step from the section of the update before."""
    steps = []
    last = 0
    for number, record in enumerate(index.records):
        if record.kind == "update":
            section = index.above.get(number)
            if section is None:
                steps.append(0)
            else:
                steps.append(2 * (section - last) + 1 if section >= last else 2 * (last - section))
                last = section
    for block, some in enumerate(_batches(steps, limits.block)):
        contents[f"above-{block}"] = {"steps": _all_coded(some)}


def _batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
