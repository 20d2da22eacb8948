"""How long search takes on a series of any size, beside Whoosh as it comes: `python tests/benchmarks/search.py [SECTIONS …]`.

The series is invented: words follow Zipf's law, sections have about 180 of them, and phrases of the trade are strewn in so
that the questions find something. Times are medians of three runs of each question, with passages for the first ten.
Only ratios within one run mean anything: machines differ, and so does what else they do meanwhile.
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import accumulate

from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import MultifieldParser, OrGroup

from briefing_tools.indexing import answer, build_index
from briefing_tools.model import Record, Term
from briefing_tools.source import Span

PHRASES = (
    "information sharing", "multi-agency safeguarding hub", "parental mental ill health", "whole-family approach",
    "key worker", "health and wellbeing board", "children's social care", "transition to adult services",
    "domestic violence", "early help assessment", "integrated working", "Munro 2011",
)  # fmt: skip
QUESTIONS = (
    "information sharing", "multi agency safeguarding hub", "parental mental ill health", "MASH", '"domestic violence"',
    "safegaurding", "early help assess", "transition adult services kind:section", "Munro 2011", "integrated working",
)  # fmt: skip
GLOSSARY = (
    Term("MASH", "multi-agency safeguarding hub", ("safeguarding hub",), "Invented.", Span.of_file("invented.yml")),
    Term("key worker", "", ("keyworker", "lead professional"), "Invented.", Span.of_file("invented.yml")),
)


def invented_series(sections: int, seed: int = 7) -> tuple[Record, ...]:
    """Invented records: a briefing for every ten sections."""
    chance = random.Random(seed)
    size = max(500, round(2242 * (sections * 180 / 10_000) ** 0.52))
    words = ["".join(chance.choices(_SYLLABLES, k=1 + number % 4)) for number in range(size)]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(size)))

    def text(length: int) -> str:
        found = chance.choices(words, cum_weights=weights, k=length)
        for phrase in chance.sample(PHRASES, k=min(2, length // 8)):
            found.insert(chance.randrange(len(found)), phrase)
        return " ".join(found) + "."

    return tuple(_section(number, text(4), text(chance.randint(60, 300))) for number in range(sections))


_SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu", "an", "er", "in", "on", "un",
    "ther", "ment", "tion", "ing", "ness", "care", "sup", "plan",
)  # fmt: skip


def _section(number: int, title: str, text: str) -> Record:
    briefing = 1 + number // 10
    return Record(
        kind="section",
        label="Research and guidance",
        title=title,
        url=f"{briefing:02}-invented/#s{number}",
        text=text,
        briefing=f"Invented {briefing}",
        briefing_number=briefing,
        section=f"s{number}",
        site="",
        level="",
        date="2026-11-24",
        language="en-GB",
        breadcrumb=(f"Briefing {briefing}: Invented {briefing}",),
    )


def plain_whoosh(records: tuple[Record, ...]) -> RamStorage:
    """Whoosh as its manual begins: two text fields, its own analysis, its own ranking."""
    storage = RamStorage()
    index = storage.create_index(Schema(number=ID(stored=True), title=TEXT(stored=True), text=TEXT(stored=True)))
    writer = index.writer()
    for number, record in enumerate(records):
        writer.add_document(number=str(number), title=record.title, text=record.text)
    writer.commit()
    return index


def ask_whoosh(index: RamStorage, query: str, group: object) -> int:
    """The number of records that Whoosh finds, with passages for the first ten."""
    with index.searcher() as searcher:
        options = {} if group is None else {"group": group}
        hits = searcher.search(MultifieldParser(["title", "text"], index.schema, **options).parse(query), limit=10)
        for hit in hits:
            hit.highlights("text", top=1)
        return len(hits)


def measured(ask: Callable[[str], int]) -> tuple[list[float], list[int]]:
    """Milliseconds and number of finds for each question."""
    times, found = [], []
    for query in QUESTIONS:
        runs = []
        for _ in range(3):
            started = time.perf_counter()
            count = ask(query)
            runs.append((time.perf_counter() - started) * 1000)
        times.append(statistics.median(runs))
        found.append(count)
    return times, found


def main() -> None:
    """Print a table for each size asked for (default: 100, 1,000 and 10,000 sections)."""
    for sections in [int(size.replace(",", "")) for size in sys.argv[1:]] or [100, 1_000, 10_000]:
        records = invented_series(sections)
        started = time.perf_counter()
        ours = build_index(records, GLOSSARY)
        our_build = time.perf_counter() - started
        started = time.perf_counter()
        theirs = plain_whoosh(records)
        their_build = time.perf_counter() - started
        rows = (
            ("briefings", our_build, measured(lambda query, index=ours: answer(index, query, limit=10).count)),
            ("Whoosh, as it comes", their_build, measured(lambda q, index=theirs: ask_whoosh(index, q, None))),
            ("Whoosh, any word", their_build, measured(lambda q, index=theirs: ask_whoosh(index, q, OrGroup))),
        )
        print(f"{sections:,} sections, {sum(len(one.text.split()) for one in records):,} words")
        print(f"  {'':<22}{'index s':>9}{'median ms':>11}{'max ms':>9}{'nothing found':>15}")
        for name, build, (times, found) in rows:
            print(f"  {name:<22}{build:>9.2f}{statistics.median(times):>11.1f}{max(times):>9.1f}{found.count(0):>15}")
        for query, *cells in zip(QUESTIONS, *(zip(*row[2], strict=True) for row in rows), strict=True):
            print(f"    {query:<40}" + "".join(f"{ms:>9.1f} ms {count:>6}" for ms, count in cells))
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
