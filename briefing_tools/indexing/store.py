"""Keep: Whoosh builds the index and holds it, in memory, for as long as one command runs.

Whoosh writes nothing to disk: it pickles its schema, and whoever opens an index of its own runs what is in it. What it
built is kept from one command to the next as plain values and numbers (`keeping.py`).
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from whoosh.codec import default_codec  # type: ignore[import-untyped]
from whoosh.fields import FieldType, Schema  # type: ignore[import-untyped]
from whoosh.filedb.filestore import RamStorage  # type: ignore[import-untyped]
from whoosh.formats import Format  # type: ignore[import-untyped]
from whoosh.reading import IndexReader, TermNotFound  # type: ignore[import-untyped]

from briefing_tools.indexing.index import Roots

_MOST_MEMORY = 1 << 20
"""In megabytes: more than there is, so that Whoosh never puts half-sorted postings into a file that others could change."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where each root stands, by the record's number."""

    reader: IndexReader

    def weights(self, root: str) -> dict[int, int]:
        """The weight of a root in each record that has it."""
        return {number: int(weight) for number, weight, _ in self._postings(root)}

    def places(self, root: str) -> dict[int, list[int]]:
        """The places of a root in each record that has it, ascending."""
        return {number: list(array("I", places)) for number, _, places in self._postings(root)}

    def has(self, root: str) -> bool:
        """Whether any record has this root."""
        return ("roots", root) in self.reader

    def roots(self) -> Iterator[str]:
        """Every root, in the order of UTF-8 bytes."""
        for root in self.reader.lexicon("roots"):
            yield root.decode()

    def _postings(self, root: str) -> Iterator[tuple[int, float, bytes]]:
        try:
            matcher = self.reader.postings("roots", root)
        except TermNotFound:
            return
        while matcher.is_active():
            yield matcher.id(), matcher.weight(), matcher.value()
            matcher.next()


class Places(Format):  # type: ignore[misc]
    """How Whoosh holds the places of a root in a record: four bytes each, ascending; its weight is the sum of theirs."""

    def word_values(self, value: Roots, analyzer: None, **options: object) -> Iterator[tuple[str, int, int, bytes]]:
        """Each root once: how often it stands there, its weight, its places."""
        places: dict[str, array[int]] = {}
        weights: dict[str, int] = {}
        for root, place, weight in value:
            places.setdefault(root, array("I")).append(place)
            weights[root] = weights.get(root, 0) + weight
        for root, weight in weights.items():
            yield root, len(places[root]), weight, places[root].tobytes()


def schema() -> Schema:
    """What Whoosh is told of a record: its roots. What a root is, is not for Whoosh to say (`words.py`)."""
    return Schema(roots=FieldType(Places(), analyzer=None, scorable=True))  # else it looks for lengths at every posting


def keep(records: Iterable[Roots]) -> Kept:
    """Index records in their order; the first has the number 0."""
    index = _Memory().create_index(schema())
    writer = index.writer(codec=default_codec(compression=0), limitmb=_MOST_MEMORY)
    for roots in records:
        writer.add_document(roots=roots)
    writer.commit()
    return Kept(index.reader())


class _Memory(RamStorage):  # type: ignore[misc]
    """Memory alone. Whoosh's own would keep a folder of a known name in the system's temporary folder."""

    def temp_storage(self, name: str | None = None) -> "_Memory":
        return _Memory()
