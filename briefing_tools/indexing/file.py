"""Keep in a file: a whole index, with its records, lies in one file from which a question reads only what it needs.

Whoosh's own files are not kept: whoever opens them runs what is in them. This one holds plain values and numbers, and is
read only if it is whole. The first line is JSON: `format`, `order` of bytes, `made_of` (what the index was made from, as
the writer calls it), `lengths` of the parts that follow, and their checksum (CRC-32). The parts are: what `packing.told_of`
tells; where each record's row begins; the rows; the roots; where each root's places begin; the places.
"""

import json
import mmap
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, overload
from zlib import crc32

from briefing_tools.indexing.index import Index
from briefing_tools.indexing.packing import index_of, packed, places_in, record_of, row_of, told_of, weights_in
from briefing_tools.model import Record

FORMAT = 1
_PARTS = 6
_LONGEST_HEAD = 10_000


class Broken(Exception):
    """The file is not what was written."""


def file_of(index: Index, made_of: Mapping[str, str]) -> bytes:
    """An index as the content of a file."""
    rows = [json.dumps(row_of(record), ensure_ascii=True).encode() for record in index.records]
    roots = list(index.postings.roots())
    places = [packed(index.postings.places(root)) for root in roots]
    parts = (
        json.dumps(told_of(index), ensure_ascii=True).encode(),
        _starts(rows),
        b"".join(rows),
        "".join(f"{root}\n" for root in roots).encode(),
        _starts(places),
        b"".join(places),
    )
    head = {
        "format": FORMAT,
        "order": sys.byteorder,
        "made_of": dict(made_of),
        "lengths": [len(part) for part in parts],
        "sum": _sum(parts),
    }
    return b"\n".join((json.dumps(head).encode(), b"".join(parts)))


def made_of(path: Path) -> Mapping[str, str]:
    """What the index in a file was made of; nothing for one of another version. Raises as `open_file` does."""
    with path.open("rb") as file:
        return _head(file.readline(_LONGEST_HEAD)).made_of


def open_file(path: Path) -> Index:
    """The index in a file; records and postings are read when they are asked for.

    Raises `OSError` if the file cannot be read, `Broken` if it is not, to the last bit, what `file_of` made.
    """
    with path.open("rb") as file:
        first = file.readline(_LONGEST_HEAD)
        head = _head(first)
        try:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))[len(first) :]
        except ValueError as error:
            raise Broken from error
    ends = list(accumulate(head.lengths))
    if len(ends) != _PARTS or ends[-1] != len(whole):
        raise Broken
    parts = tuple(whole[end - length : end] for length, end in zip(head.lengths, ends, strict=True))
    if _sum(parts) != head.sum:
        raise Broken
    told, starts, rows, roots, begin, places = parts
    where = dict(zip(bytes(roots).decode().split("\n"), _pairs(begin), strict=False))
    return index_of(json.loads(bytes(told)), _Rows(rows, tuple(_pairs(starts))), _Postings(places, where))


@dataclass(frozen=True, slots=True)
class _Head:
    made_of: Mapping[str, str]
    lengths: tuple[int, ...] = ()
    sum: int = 0


def _head(line: bytes) -> _Head:
    try:
        head = json.loads(line)
        if (head["format"], head["order"]) != (FORMAT, sys.byteorder):
            return _Head({})
        told = {str(name): str(value) for name, value in head["made_of"].items()}
        return _Head(told, tuple(max(0, int(length)) for length in head["lengths"]), int(head["sum"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Broken from error


def _sum(parts: Iterable[bytes | memoryview]) -> int:
    found = 0
    for part in parts:
        found = crc32(part, found)
    return found


def _starts(things: Iterable[bytes]) -> bytes:
    """Where each thing begins, and where the last one ends, as 64-bit numbers."""
    return array("Q", accumulate(map(len, things), initial=0)).tobytes()


def _pairs(starts: memoryview) -> Iterator[tuple[int, int]]:
    """From where to where each thing goes."""
    numbers = array("Q", bytes(starts))
    return pairwise(numbers)


@dataclass(frozen=True)
class _Postings:
    content: memoryview
    where: Mapping[str, tuple[int, int]]

    def weights(self, root: str) -> dict[int, int]:
        return weights_in(self._of(root))

    def places(self, root: str) -> dict[int, list[int]]:
        return places_in(self._of(root))

    def has(self, root: str) -> bool:
        return root in self.where

    def roots(self) -> Iterator[str]:
        return iter(self.where)

    def _of(self, root: str) -> bytes:
        start, end = self.where.get(root, (0, 0))
        return bytes(self.content[start:end])


@dataclass(frozen=True)
class _Rows(Sequence[Record]):
    """Records that are read when they are asked for."""

    content: memoryview
    where: Sequence[tuple[int, int]]
    known: dict[int, Record] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.where)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | Sequence[Record]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        start, end = self.where[at]
        if at not in self.known:
            row: list[Any] = json.loads(bytes(self.content[start:end]))
            self.known[at] = record_of(row)
        return self.known[at]
