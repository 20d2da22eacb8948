"""Split: the text of a BibTeX file becomes raw entries, each field with its place.

The text is first cut where a line begins with `@type{key,`, so that an entry somebody forgot to close cannot swallow
those after it, and so that no search runs to the end of the file.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from briefing_tools.bibliography.reader import RawEntry, RawField, Reader
from briefing_tools.bibliography.words import slip
from briefing_tools.diagnostics import Related, Slip
from briefing_tools.source import Source

_CHUNK = re.compile(
    r'^[ \t]*@[ \t]*[A-Za-z]+\s*[{(]\s*(?:[^,{}"=\n]+[,}\n]|,|[A-Za-z]\w*[ \t]*=)'  # an entry or a @string
    r"|^[ \t]*@[ \t]*[A-Za-z]+[ \t]+[^\s,{}()=@]+[ \t]*,[ \t\r]*\n",  # an entry whose brace is missing
    re.MULTILINE,
)


def read_entries(source: Source) -> tuple[tuple[RawEntry, ...], tuple[Slip, ...]]:
    """Every entry of a file that has a key, in order, and what could not be read."""
    reader = Reader()
    entries: list[RawEntry] = []
    slips: list[Slip] = []
    for start, chunk in _chunks(source.text):
        for entry, mistakes in reader.read(chunk):
            where = source.span(start + entry.start, start + entry.end)
            for mistake in mistakes:
                span = source.span(start + mistake.start, start + mistake.end)
                related = (Related(where, "The entry begins here"),) if span != where else ()
                slips.append(slip(mistake.code, span, mistake.message, mistake.hint, related))
            if entry.key:
                entries.append(_moved(entry, start))
    return tuple(entries), tuple(slips)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The text cut where entries begin, with each piece's offset."""
    for start, end in pairwise((0, *(match.start() for match in _CHUNK.finditer(text)), len(text))):
        if start < end:
            yield start, text[start:end]


def _moved(entry: RawEntry, by: int) -> RawEntry:
    fields = tuple(RawField(one.name, one.value, one.start + by, one.end + by) for one in entry.fields)
    return RawEntry(entry.kind, entry.key, fields, entry.start + by, entry.end + by)
