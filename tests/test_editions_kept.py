"""What is made of the same things is not made again, and nobody can tell from the result."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from briefing_tools.clock import epoch, today
from briefing_tools.config import load
from briefing_tools.pipeline import build, check
from briefing_tools.shelf import FOLDER, Kept, Shelf
from casebook import lay_out, write
from everything import everything
from test_editions_offered import with_settings

BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"


def editions(root: Path) -> Mapping[str, tuple[bytes, int, int]]:
    """The editions of a build, by address."""
    settings = load(root)
    made = build(check(settings, today()), settings, epoch()).editions
    return {one.url: (one.content, one.pages, one.seconds) for one in made}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is made and not taken from the shelf, by a name that only grows."""
    seen: list[str] = []
    once = Shelf.once

    def watched(self: Shelf, parts: object, make: object) -> Kept:
        def made_now() -> Kept:
            seen.append("made")
            return make()  # type: ignore[operator, no-any-return]

        return once(self, parts, made_now)  # type: ignore[arg-type]

    monkeypatch.setattr(Shelf, "once", watched)
    return seen


def kept(root: Path) -> list[Path]:
    return sorted((root / FOLDER).iterdir())


def test_what_did_not_change_is_not_made_again_and_is_the_same(tmp_path: Path, made: list[str]) -> None:
    root = everything(tmp_path)
    first = editions(root)
    at_first = len(made)
    assert at_first == len([url for url in first if url != "all-briefings.epub"])
    assert editions(root) == first
    assert len(made) == at_first
    shutil.rmtree(root / FOLDER)
    assert editions(root) == first, "made anew, they are the same to the byte"
    assert len(made) == 2 * at_first


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (BRIEFING, "Two areas have tried it.", "Three areas have tried it."),
        (BRIEFING, "Dana Invented", "Dana Otherwise"),
        (UPDATE, "We moved three teams", "We moved four teams"),
        ("references.bib", "Sharing an Office", "Sharing a Desk"),
        ("briefings/series.yml", "Invented briefings", "Other invented briefings"),
    ],
)
def test_whatever_a_reader_could_see_makes_it_anew(
    tmp_path: Path, made: list[str], path: str, before: str, after: str
) -> None:
    root = lay_out(tmp_path)
    first = editions(root)
    text = (root / path).read_text("utf-8")
    assert before in text
    write(root, path, text.replace(before, after))
    second = editions(root)
    assert len(made) == 2 * len(first)
    assert all(first[url] != second[url] for url in first)
    assert len(kept(root)) == len(second), "what is not needed any more is thrown away"


def test_another_day_makes_it_anew(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path)
    first = editions(root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch() + 24 * 60 * 60))
    assert all(content != first[url] for url, content in editions(root).items())
    assert len(made) == 2 * len(first)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "headless", "folder"])
def test_a_document_that_is_not_whole_is_not_used(tmp_path: Path, made: list[str], damage: str) -> None:
    root = with_settings(lay_out(tmp_path), "      editions: txt\n")
    first = editions(root)
    (path,) = kept(root)
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        damaged = {
            "cut": content[:-9],
            "changed": content.replace(b"office", b"orifice"),
            "empty": b"",
            "headless": b"[1]\nx",
        }
        path.write_bytes(damaged[damage])
    assert editions(root) == first
    assert made == ["made", "made"]


def test_a_way_to_another_place_is_not_followed(tmp_path: Path) -> None:
    root = with_settings(lay_out(tmp_path / "p"), "      editions: txt\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.txt").write_text("mine", "utf-8")
    (root / FOLDER).parent.mkdir(parents=True)
    (root / FOLDER).symlink_to(elsewhere)
    assert editions(root)
    assert [path.name for path in elsewhere.iterdir()] == ["mine.txt"]


def test_without_room_it_is_made_all_the_same(tmp_path: Path) -> None:
    root = with_settings(lay_out(tmp_path), "      editions: txt\n")
    (root / FOLDER).parent.mkdir(parents=True)
    (root / FOLDER).write_text("no folder", "utf-8")
    assert editions(root)


def test_a_shelf_without_a_folder_keeps_nothing() -> None:
    shelf = Shelf()
    answers = iter([Kept(b"one"), Kept(b"two")])
    assert [shelf.once([b"same"], lambda: next(answers)).content for _ in range(2)] == [b"one", b"two"]
    shelf.clear()
