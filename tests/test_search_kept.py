"""The index is kept between searches: the same answers at once, anew as soon as anything changed, and never a wrong one."""

import errno
import json
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools import pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.indexing import Index, Keeper, answer, build_index
from briefing_tools.indexing.file import Broken, file_of, open_file
from briefing_tools.indexing.keeping import FILE
from briefing_tools.intake import fingerprint
from briefing_tools.model import Day
from briefing_tools.stages.search import records
from casebook import lay_out, write
from test_search import QUESTIONS, TODAY
from test_search_engine import INDEXES, questions
from test_search_large import told

BRIEFING = "briefings/01-shared-offices/index.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one invented briefing that nobody has searched yet."""
    return lay_out(tmp_path)


def ask(root: Path, *words: str) -> Result:
    """What the command answers; it never fails."""
    result = CliRunner().invoke(main, ["--root", str(root), "search", "--json", *words])
    assert result.exit_code == 0, result.output
    return result


def titles(result: Result) -> list[str]:
    """The titles of the results, best first."""
    return [one["title"] for one in json.loads(result.stdout)["results"]]


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Within this, nothing may be read, checked or indexed."""
    with monkeypatch.context() as inside:
        inside.setattr(pipeline, "check", None)
        yield inside


# -- The same answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INDEXES)
def test_every_answer_is_that_of_the_index_that_was_kept(name: str, tmp_path: Path) -> None:
    index = INDEXES[name]()
    (tmp_path / "index").write_bytes(file_of(index, {"records": "these"}))
    opened = open_file(tmp_path / "index")
    assert list(opened.postings.roots()) == list(index.postings.roots())
    assert list(opened.records) == list(index.records)
    assert opened.records[1:3] == list(index.records[1:3])
    for query in (*QUESTIONS, *questions(index, 200, seed=8)):
        assert told(answer(opened, query)) == told(answer(index, query)), query


def test_the_same_index_is_the_same_file() -> None:
    assert file_of(INDEXES["golden"](), {"a": "b"}) == file_of(INDEXES["golden"](), {"a": "b"})


def test_the_file_holds_no_program() -> None:
    content = file_of(INDEXES["golden"](), {})
    assert b"briefing_tools" not in content
    assert b"whoosh" not in content.lower()


def test_an_index_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(file_of(build_index((), ()), {}))
    assert answer(open_file(tmp_path / "index"), "mash").count == 0


# -- Anew when anything changed ----------------------------------------------------------------------------------------


def test_the_second_search_reads_no_briefing(root: Path, no_work: pytest.MonkeyPatch) -> None:
    no_work.undo()
    first = ask(root, "office")
    assert titles(first)
    no_work.setattr(pipeline, "check", None)
    second = ask(root, "office")
    assert second.stdout == first.stdout
    assert second.stderr == ""


@pytest.mark.parametrize(
    ("path", "old", "new", "query"),
    [
        (BRIEFING, "## ", "## Xylophones ", "xylophone"),
        ("references.bib", "= {Sharing", "= {Xylophones: sharing", "xylophones"),
        ("briefings/glossary.yml", "term: ", "term: Xylophone ", "kind:glossary xylophone"),
    ],
)
def test_what_was_edited_is_found_at_once(root: Path, path: str, old: str, new: str, query: str) -> None:
    assert not titles(ask(root, query))
    text = (root / path).read_text("utf-8")
    assert old in text
    kept = (root / path).stat()
    (root / path).write_text(text.replace(old, new), "utf-8")
    os.utime(root / path, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # no date is trusted
    assert titles(ask(root, query))


def test_a_new_file_an_option_and_a_removed_file_are_noticed(root: Path) -> None:
    before = ask(root, "office")
    write(root, "briefings/02-more/index.md", (root / BRIEFING).read_text("utf-8").replace("number: 1", "number: 2"))
    more = json.loads(ask(root, "office").stdout)
    assert more["count"] > json.loads(before.stdout)["count"]
    (root / "briefings/02-more/index.md").unlink()
    assert ask(root, "office").stdout == before.stdout
    settings = (root / "mkdocs.yml").read_text("utf-8")
    places = [one["breadcrumb"] for one in json.loads(ask(root, "kind:reference").stdout)["results"]]
    write(root, "mkdocs.yml", settings.replace("- briefings", "- briefings:\n      style: harvard"))
    assert [one["breadcrumb"] for one in json.loads(ask(root, "kind:reference").stdout)["results"]] != places


def test_what_makes_no_difference_to_records_only_moves_the_date(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links were asked, a picture came: everything is looked at again, but nothing is indexed."""
    first = ask(root, "office")
    write(root, "briefings/links.toml", "# Nothing is decided yet.\n")
    with monkeypatch.context() as inside:
        inside.setattr("briefing_tools.stages.search.build_index", None)
        assert ask(root, "office").stdout == first.stdout
        inside.setattr(pipeline, "check", None)
        assert ask(root, "office").stdout == first.stdout


def test_the_day_makes_no_difference(root: Path) -> None:
    """The kept index need not know what day it is: no record depends on it."""
    settings = load(root)
    now, later = (records(pipeline.check(settings, day).plan) for day in (TODAY, Day(2031, 1, 1)))
    assert now == later


def test_what_changed_while_it_was_read_is_not_kept_as_what_there_is(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = iter(("before", "before", "after"))
    monkeypatch.setattr(pipeline, "digest_of", lambda settings: next(digests))
    pipeline.find_index(load(root), TODAY)
    head = json.loads((root / FILE).read_bytes().partition(b"\n")[0])
    assert head["made_of"]["sources"] == ""
    monkeypatch.setattr(pipeline, "digest_of", lambda settings: "")
    looked = []
    check = pipeline.check
    monkeypatch.setattr(pipeline, "check", lambda *given: looked.append(1) or check(*given))
    pipeline.find_index(load(root), TODAY)
    assert looked


def test_a_build_leaves_the_index_for_searches(root: Path, no_work: pytest.MonkeyPatch) -> None:
    no_work.undo()
    settings = load(root)
    pipeline.build(pipeline.check(settings, TODAY), settings, 0)
    no_work.setattr(pipeline, "check", None)
    assert titles(ask(root, "office"))


def test_a_build_takes_the_index_that_is_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(root)
    first = pipeline.build(pipeline.check(settings, TODAY), settings, 0)
    monkeypatch.setattr("briefing_tools.stages.search.build_index", None)
    again = pipeline.build(pipeline.check(settings, TODAY), settings, 0)
    assert again.sheets == first.sheets


def test_another_version_of_the_program_makes_it_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(root, "office")
    monkeypatch.setattr(pipeline, "tools_hash", lambda: b"another")
    looked = []
    check = pipeline.check
    monkeypatch.setattr(pipeline, "check", lambda *given: looked.append(1) or check(*given))
    assert titles(ask(root, "office"))
    assert looked


def test_links_to_other_places_are_not_followed(tmp_path: Path) -> None:
    one = fingerprint(tmp_path, "none")
    (tmp_path / "briefings").mkdir()
    (tmp_path / "briefings/a.md").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "briefings/b.md")
    assert fingerprint(tmp_path, "briefings") != one


# -- Damaged, or in the wrong place ------------------------------------------------------------------------------------


def test_a_damaged_file_is_told_from_a_whole_one(tmp_path: Path) -> None:
    """A bit anywhere, or any part of it missing: never a wrong answer, never a traceback."""
    whole = file_of(INDEXES["golden"](), {"records": "these"})
    file = tmp_path / "index"
    chance = random.Random(4)
    head = whole.index(b"\n")
    places = [*range(0, head, 7), *(chance.randrange(len(whole)) for _ in range(200))]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        file.write_bytes(flipped)
        _no_wrong_answer(file)
    for length in (0, 1, head, head + 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        _no_wrong_answer(file)
    file.write_bytes(whole + b"!")
    with pytest.raises(Broken):
        open_file(file)


def _no_wrong_answer(file: Path) -> None:
    try:
        opened = open_file(file)
    except Broken:
        return
    assert list(opened.records) == list(INDEXES["golden"]().records)  # the damage is in what it was made of


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"garbage", b"\x00" * 5000, b"{}\n", b"[]\n", b"1\n", b'{"format": 1}\n', b"[" * 9000 + b"\n", b'{"a": ' * 3000],
    ids=["nothing", "a line", "garbage", "zeros", "no fields", "a list", "a number", "one field", "deep", "deeper"],
)  # fmt: skip
def test_a_broken_index_is_reported_in_a_sentence_and_made_anew(root: Path, content: bytes) -> None:
    right = ask(root, "office")
    (root / FILE).write_bytes(content)
    mended = ask(root, "office")
    assert mended.stdout == right.stdout
    assert mended.stderr == f"The search index in {FILE} was damaged, and is made anew.\n"
    assert ask(root, "office").stderr == ""


def test_an_index_of_another_form_is_made_anew_in_silence(root: Path, no_work: pytest.MonkeyPatch) -> None:
    no_work.undo()
    right = ask(root, "office")
    head, _, rest = (root / FILE).read_bytes().partition(b"\n")
    other = json.dumps({**json.loads(head), "format": 99, "lengths": "of another form"})
    (root / FILE).write_bytes(other.encode() + b"\n" + rest)
    again = ask(root, "office")
    assert (again.stdout, again.stderr) == (right.stdout, "")
    no_work.setattr(pipeline, "check", None)
    assert ask(root, "office").stdout == right.stdout


@pytest.mark.parametrize("what", ["folder", "file instead of the folder", "link", "linked folder", "pipe"])
def test_something_else_in_its_place(root: Path, tmp_path_factory: pytest.TempPathFactory, what: str) -> None:
    """Nothing is read or written outside the project, nothing waits for ever, and the search has its answer."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    path = root / FILE
    path.parent.parent.mkdir()
    match what:
        case "file instead of the folder":
            path.parent.write_text("A note.", "utf-8")
        case "linked folder":
            path.parent.symlink_to(elsewhere)
        case _:
            path.parent.mkdir()
    match what:
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(elsewhere / "index")
        case "pipe":
            os.mkfifo(path)
    found = ask(root, "office")
    assert titles(found)
    assert list(elsewhere.iterdir()) == []
    if what == "pipe":
        assert path.is_file()  # it was put in the pipe's place
    else:
        assert found.stderr.startswith(("The search index cannot be kept in", "The search index is not kept,"))
        assert found.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_where_nothing_can_be_written_the_answer_comes_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("briefing_tools.indexing.keeping.replace_file", refuse)
    found = ask(root, "office")
    assert titles(found)
    why = f"The search index cannot be kept in {FILE}: {os.strerror(number)}. The next search makes it anew."
    assert found.stderr == why + "\n"


def test_an_index_that_nobody_may_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(root, "office")

    def refuse(*_: object) -> Index:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("briefing_tools.indexing.keeping.open_file", refuse)
    found = ask(root, "office")
    assert titles(found)
    assert found.stderr.startswith(f"The search index in {FILE} cannot be read: Permission denied.")


def test_a_disk_that_fills_up_leaves_the_old_index_whole(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(root, "office")
    kept = (root / FILE).read_bytes()

    def fill(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill)
    write(root, "briefings/links.toml", "# Another.\n")
    assert titles(ask(root, "office"))
    assert (root / FILE).read_bytes() == kept
    assert os.listdir((root / FILE).parent) == ["search.index"]


def test_two_at_once_find_a_whole_index(tmp_path: Path) -> None:
    """One writes all the time, the other reads all the time; what is read is one of the two, whole."""
    both = [INDEXES["golden"](), build_index((), ())]
    keeper = Keeper(tmp_path, lambda what: complaints.append(what))
    complaints: list[str] = []
    done = threading.Event()

    def writing() -> None:
        for round_ in range(60):
            keeper.put(both[round_ % 2], {"records": "these", "round": str(round_)})
        done.set()

    writer = threading.Thread(target=writing)
    writer.start()
    found = set()
    while not done.is_set():
        if (index := keeper.find("records", "these")) is not None:
            found.add(len(index.records))
    writer.join()
    assert found <= {len(one.records) for one in both}
    assert complaints == []
    assert os.listdir((tmp_path / FILE).parent) == ["search.index"]


def test_what_a_killed_writer_left_is_thrown_away(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, pytest.fail)
    folder = (tmp_path / FILE).parent
    folder.mkdir(parents=True)
    old, new = folder / ".search.index.old", folder / ".search.index.new"
    for one in (old, new):
        one.write_bytes(b"half an ind")
    os.utime(old, (0, 0))
    keeper.put(build_index((), ()), {})
    assert sorted(os.listdir(folder)) == [".search.index.new", "search.index"]
