"""Index: records become an index that answers questions. The only door to Whoosh and Snowball."""

from dataclasses import dataclass

import snowballstemmer
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.highlight import Formatter, get_text
from whoosh.qparser import MultifieldParser, OrGroup

from briefing_tools.model import Record

_STEMMER = snowballstemmer.stemmer("english")


def stem(word: str) -> str:
    """The stem of a lower-case English word, by Snowball's English algorithm."""
    return str(_STEMMER.stemWord(word))


@dataclass(frozen=True, slots=True)
class Found:
    """A record that answers a query, how well, and its best passage: runs of text, marked or not."""

    record: Record
    score: int
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a query, best first. `count` counts also what lies beyond the limit."""

    query: str
    count: int
    did_you_mean: str
    results: tuple[Found, ...]


class _Runs(Formatter):  # type: ignore[misc]
    def format_token(self, text, token, replace=False):  # type: ignore[no-untyped-def]
        return f"\x01{get_text(text, token, replace)}\x02"


def ask(records: tuple[Record, ...], wanted: tuple[bool, ...], query: str, limit: int) -> Answer:
    """Answer a query from the records that are wanted."""
    analyser = RegexTokenizer() | LowercaseFilter() | StemFilter(stemfn=stem)
    index = RamStorage().create_index(
        Schema(number=ID(stored=True), title=TEXT(analyser, field_boost=4.0), text=TEXT(analyser, stored=True))
    )
    writer = index.writer()
    for number, record in enumerate(records):
        writer.add_document(number=str(number), title=f"{record.title} {record.names}", text=record.text)
    writer.commit()
    with index.searcher() as searcher:
        parsed = MultifieldParser(["title", "text"], index.schema, group=OrGroup.factory(0.9)).parse(query)
        hits = searcher.search(parsed, limit=None)
        hits.formatter = _Runs()
        found = [
            Found(records[int(hit["number"])], round(hit.score * 1000), _runs(hit.highlights("text", top=1)))
            for hit in hits
            if wanted[int(hit["number"])]
        ]
    return Answer(query, len(found), "", tuple(found[:limit]))


def _runs(text: str) -> tuple[tuple[str, bool], ...]:
    runs: list[tuple[str, bool]] = []
    for part in text.split("\x01"):
        marked, closed, after = part.partition("\x02")
        runs += [(marked, True), (after, False)] if closed else [(part, False)]
    return tuple(run for run in runs if run[0])
