"""Keep large: Tantivy holds the index, in memory or in a folder, for a search service or a very large series.

It answers what Whoosh answers (`store.py`), to the last digit, since what a word is and what a record is worth is decided
elsewhere. A folder is opened in an instant by any number of processes, and holds no program: Tantivy's own files, and JSON.
The package is installed with the extra `tantivy`.

    build_index(records, glossary, keep=large.keep)        as Whoosh does, in memory
    large.write(build_index(records, glossary), folder)    for a service to open
    answer(large.read(folder), "key worker kind:section")  in the service
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

import tantivy

from briefing_tools.errors import CannotRun
from briefing_tools.indexing.index import Index, Roots
from briefing_tools.indexing.packing import index_of, packed, places_in, record_of, row_of, told_of, weights_in

FORMAT = 2
_AT_ONCE = 50_000_000
"""Bytes that Tantivy gathers before it writes them out."""
_ROOT, _REST = "r", "*"
"""What a document's key begins with: a root's places, or a part of everything else."""
_SUMS = "sums.json"
"""Checksums of Tantivy's files, which itself looks at no more than how they begin and end."""
_PART = 2000
"""So many records stand in one document."""


@dataclass(frozen=True)
class Large:
    """Where each root stands, by the record's number. A document of Tantivy's for each root: records, how many places each
    has, and the places, as 32-bit numbers."""

    searcher: tantivy.Searcher

    def weights(self, root: str) -> dict[int, int]:
        """The weight of a root in each record that has it."""
        return weights_in(self._found(_ROOT + root) or b"")

    def places(self, root: str) -> dict[int, list[int]]:
        """The places of a root in each record that has it, ascending."""
        return places_in(self._found(_ROOT + root) or b"")

    def has(self, root: str) -> bool:
        """Whether any record has this root."""
        return self._found(_ROOT + root) is not None

    def roots(self) -> Iterator[str]:
        """Every root, in the order of code points."""
        query = tantivy.Query.regex_query(schema(), "key", f"{_ROOT}.*")
        hits = self.searcher.search(query, limit=max(1, self.searcher.num_docs)).hits
        yield from sorted(str(self.searcher.doc(address)["key"][0])[1:] for _, address in hits)

    def rest(self, name: str) -> Any:
        """A part of everything else, as it was written."""
        found = self._found(_REST + name)
        return None if found is None else json.loads(found)

    def _found(self, key: str) -> bytes | None:
        hits = self.searcher.search(tantivy.Query.term_query(schema(), "key", key), limit=1).hits
        return bytes(self.searcher.doc(hits[0][1])["told"][0]) if hits else None


def schema() -> tantivy.Schema:
    """What Tantivy is told: a key that is looked up as it is, and bytes."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("told", stored=True)
    return builder.build()


def keep(records: Iterable[Roots]) -> Large:
    """Index records in their order, in memory; the first has the number 0."""
    index = tantivy.Index(schema())
    gathered: dict[str, dict[int, list[int]]] = {}
    for number, roots in enumerate(records):
        for root, place, _ in roots:
            gathered.setdefault(root, {}).setdefault(number, []).append(place)
    writer = index.writer(_AT_ONCE, 1)
    for root, places in gathered.items():
        _add(writer, _ROOT + root, packed(places))
    return _committed(index, writer)


def write(index: Index, folder: Path) -> None:
    """Write an index, however it was kept, into a folder that is empty or not there yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotRun(f"{folder} is not empty.", "Give a new folder for the index.")
    folder.mkdir(parents=True, exist_ok=True)
    large = tantivy.Index(schema(), path=str(folder))
    writer = large.writer(_AT_ONCE, 1)
    for root in index.postings.roots():
        _add(writer, _ROOT + root, packed(index.postings.places(root)))
    for name, told in _rest(index):
        _add(writer, _REST + name, json.dumps(told, ensure_ascii=True).encode())
    _committed(large, writer)
    (folder / _SUMS).write_text(json.dumps(_sums(folder), indent=1), "utf-8")


def read(folder: Path) -> Index:
    """Open an index that `write` left. Raises `CannotRun` if there is none, or if any bit of it has changed."""
    if not (folder / "meta.json").is_file():
        raise CannotRun(f"There is no search index in {folder}.", "Write one first.")
    try:
        if json.loads((folder / _SUMS).read_bytes()) != _sums(folder):
            raise ValueError
        index = tantivy.Index.open(str(folder))
        index.reload()
        large = Large(index.searcher())
        told = large.rest("series")
    except (OSError, ValueError):
        raise CannotRun(f"The search index in {folder} cannot be read.", "Write it anew, in an empty folder.") from None
    if not told or told["format"] != FORMAT:
        raise CannotRun(f"The search index in {folder} was written by another version.", "Write it anew.")
    rows = chain.from_iterable(large.rest(f"records-{part}") for part in range(told["in parts"]))
    return index_of(told, tuple(map(record_of, rows)), large)


def _sums(folder: Path) -> dict[str, int]:
    """The CRC-32 of each file; locks and the like, whose names begin with a dot, aside."""
    sums: dict[str, int] = {}
    for path in sorted(folder.iterdir()):
        if path.name != _SUMS and not path.name.startswith("."):
            with path.open("rb") as file:
                sums[path.name] = 0
                while part := file.read(1 << 20):
                    sums[path.name] = crc32(part, sums[path.name])
    return sums


def _rest(index: Index) -> Iterator[tuple[str, Any]]:
    """Everything but the postings, in parts."""
    starts = range(0, len(index.records), _PART)
    yield "series", {"format": FORMAT, "in parts": len(starts), **told_of(index)}
    for part, start in enumerate(starts):
        yield f"records-{part}", [row_of(record) for record in index.records[start : start + _PART]]


def _add(writer: tantivy.IndexWriter, key: str, told: bytes) -> None:
    document = tantivy.Document()
    document.add_text("key", key)
    document.add_bytes("told", told)
    writer.add_document(document)


def _committed(index: tantivy.Index, writer: tantivy.IndexWriter) -> Large:
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return Large(index.searcher())
