"""Tantivy holds an index for a search service: whatever is asked, it answers as Whoosh does, in memory and from a folder."""

import json
import random
import shutil
from pathlib import Path

import pytest

from briefing_tools.errors import CannotRun
from briefing_tools.indexing import Answer, Index, answer, build_index, large
from test_search import QUESTIONS
from test_search_engine import INDEXES, questions


@pytest.mark.parametrize("name", INDEXES)
def test_every_answer_is_that_of_whoosh(name: str, tmp_path: Path) -> None:
    index = INDEXES[name]()
    in_memory = build_index(index.records, index.glossary, keep=large.keep, language=frozenset(index.no_slips))
    large.write(index, tmp_path / "index")
    opened = large.read(tmp_path / "index")
    assert list(opened.postings.roots()) == list(in_memory.postings.roots()) == list(index.postings.roots())
    for root in list(index.postings.roots())[::7]:
        assert opened.postings.places(root) == index.postings.places(root)
        assert opened.postings.weights(root) == index.postings.weights(root)
    for query in (*QUESTIONS, *questions(index, 300, seed=5)):
        right = told(answer(index, query))
        assert told(answer(in_memory, query)) == right, query
        assert told(answer(opened, query)) == right, query


def told(given: Answer) -> object:
    """All of an answer but where its glossary was read."""
    results = [(one.record, one.score, one.snippet) for one in given.results]
    return (
        given.count,
        given.did_you_mean,
        given.note,
        results,
        [(one.term, one.name, one.meaning) for one in given.terms],
    )


def test_an_index_of_nothing(tmp_path: Path) -> None:
    large.write(build_index((), ()), tmp_path / "index")
    assert answer(large.read(tmp_path / "index"), "mash").count == 0
    assert answer(build_index((), (), keep=large.keep), "mash").count == 0


def test_a_folder_holds_no_program_and_is_not_written_over(tmp_path: Path) -> None:
    index: Index = INDEXES["golden"]()
    large.write(index, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if b"briefing_tools" in path.read_bytes()], "nothing is pickled"
    assert json.loads((tmp_path / "meta.json").read_text("utf-8"))
    with pytest.raises(CannotRun, match="is not empty"):
        large.write(index, tmp_path)


def test_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no search index"):
        large.read(tmp_path)
    (tmp_path / "meta.json").write_text("{", "utf-8")
    with pytest.raises(CannotRun, match="cannot be read"):
        large.read(tmp_path)


def test_a_damaged_index_is_told_from_a_whole_one(tmp_path: Path) -> None:
    """One bit of any file, half of it, or all of it: never a wrong answer, never a traceback."""
    large.write(INDEXES["golden"](), tmp_path / "whole")
    chance = random.Random(4)
    names = [path.name for path in (tmp_path / "whole").iterdir() if not path.name.startswith(".")]
    assert len(names) > 5
    for name in names:
        for damage in ("bit", "half", "gone"):
            folder = tmp_path / f"{name}-{damage}"
            shutil.copytree(tmp_path / "whole", folder)
            whole = bytearray((folder / name).read_bytes())
            whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            (folder / name).write_bytes(whole[: len(whole) // (2 if damage == "half" else 1)])
            if damage == "gone":
                (folder / name).unlink()
            with pytest.raises(CannotRun, match=r"cannot be read|no search index"):
                large.read(folder)
    assert answer(large.read(tmp_path / "whole"), "lantern").count
