"""Frozen editions: made once and whole, never changed, published for good, and compared in words."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from briefing_tools.cli import main
from briefing_tools.clock import epoch, today
from briefing_tools.config import load
from briefing_tools.errors import CannotRun
from briefing_tools.pipeline import Build, build, check, kept_book
from briefing_tools.replacing import keep_folder, refuse_locked
from briefing_tools.stages.editions.book.binding import bind
from briefing_tools.stages.editions.book.comparing import compare
from briefing_tools.stages.editions.book.fragment import stand_alone
from briefing_tools.stages.editions.book.keeping import CannotRead, keep_book, read_book
from briefing_tools.stages.editions.book.parts import Book
from briefing_tools.stages.editions.catalogue import Kind, kinds
from briefing_tools.stages.editions.changes import print_changes
from casebook import as_nobody, drop_rights, lay_out, write
from everything import NOON, everything
from printing import Reading, squeezed
from rereading import html

BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
PAGE = "editions/1/1.0/"
QUICK = ("pdf", "epub", "txt")
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze three formats; all of them are made, and looked at, elsewhere."""
    few: dict[str, Kind] = {name: kind for name, kind in kinds().items() if name in QUICK}
    monkeypatch.setattr("briefing_tools.pipeline.kinds", lambda: few)
    for judge in ("verapdf", "epubcheck"):  # they take seconds, and are tried in test_editions_verified.py
        monkeypatch.setattr(f"briefing_tools.stages.editions.verifying.{judge}_is_here", lambda: False)


def briefings(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def freeze(root: Path) -> Result:
    return briefings("edition", "freeze", 1, "--root", root)


def frozen(root: Path) -> Path:
    """The project after its edition 1.0 was frozen."""
    done = freeze(root)
    assert done.exit_code == 0, done.output
    return root


def revise(root: Path, *changes: tuple[str, str], edition: str = "1.1") -> None:
    """A later text of the briefing."""
    text = (root / BRIEFING).read_text("utf-8")
    for before, after in (('edition: "1.0"', f'edition: "{edition}"'), *changes):
        assert before in text, before
        text = text.replace(before, after)
    write(root, BRIEFING, text)


def built(root: Path) -> Build:
    settings = load(root)
    return build(check(settings, today()), settings, epoch())


def page(made: Build, url: str) -> str:
    return str(next(one.html for one in made.pages if one.url == url))


def findings(root: Path) -> list[str]:
    return [finding.rule for finding in check(load(root), today()).findings if finding.rule.startswith("edition-")]


def book_of(root: Path, number: int = 0) -> Book:
    settings = load(root)
    plan = check(settings, today()).plan
    return bind(plan.cited.briefings[number], plan, settings.read_asset).books[0]


# -- Freezing ----------------------------------------------------------------------------------------------------------


def test_an_edition_is_frozen_with_its_manifest(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    done = freeze(root)
    assert done.exit_code == 0, done.output
    assert "Frozen: edition 1.0 of Briefing 1, in editions/1/1.0/" in done.output
    folder = root / "editions/1/1.0"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    listed = {one["name"]: one for one in manifest["files"]}
    assert {"briefing-1.pdf", "briefing-1.epub", "briefing-1.txt", "book.json"} == set(listed)
    for name, entry in listed.items():
        content = (folder / name).read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (manifest["briefing"], manifest["edition"], manifest["frozen"]) == (1, "1.0", "2026-11-24")
    assert manifest["tools"]["typst"]
    assert manifest["tools"]["briefing-tools"]
    assert manifest["updates"] == ["01-shared-offices/northbridge/2026-03-05-one-room"]
    assert [path.name for path in (root / "editions/1").iterdir()] == ["1.0"], "nothing is left beside it"
    assert findings(root) == []


def test_freezing_the_same_again_makes_the_same_files(tmp_path: Path) -> None:
    first, second = frozen(lay_out(tmp_path / "a")), frozen(lay_out(tmp_path / "b"))
    for path in sorted((first / "editions/1/1.0").rglob("*.*")):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name


def test_the_commit_is_recorded_and_what_differs_from_it_is_said(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    git = partial(subprocess.run, cwd=root, check=True, capture_output=True)
    who = ["-c", "user.name=Invented", "-c", "user.email=invented@example.org"]
    git(["git", "init", "-q"])
    git(["git", "add", "."])
    git(["git", *who, "commit", "-q", "-m", "All"])
    write(root, BRIEFING, (root / BRIEFING).read_text("utf-8") + "\nOne more line.\n")
    done = freeze(root)
    head = git(["git", "rev-parse", "HEAD"]).stdout.decode().strip()
    manifest = json.loads((root / "editions/1/1.0/manifest.json").read_text("utf-8"))
    assert manifest["source"]["commit"] == head
    assert manifest["source"]["uncommitted"] == [BRIEFING]
    assert f"1 file had changes that are not in the recorded commit {head[:12]}: {BRIEFING}" in done.output


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('edition: "1.0"', 'edition: "first"', "“first” in briefings/01-shared-offices/index.md is not the number of an edition."),
        ("status: live", "status: draft", "Briefing 1 is a draft, so no edition of it can be issued."),
        ("status: live", "status: withdrawn", "Briefing 1 is withdrawn"),
    ],
)  # fmt: skip
def test_what_cannot_be_issued_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    root = lay_out(tmp_path)
    write(root, BRIEFING, (root / BRIEFING).read_text("utf-8").replace(before, after))
    done = freeze(root)
    assert done.exit_code == 2
    assert said in done.output
    assert not (root / "editions").exists()


def test_a_briefing_with_an_error_is_not_frozen(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    write(root, BRIEFING, (root / BRIEFING).read_text("utf-8") + "\nA claim [@nobody1999].\n")
    done = freeze(root)
    assert done.exit_code == 1
    assert "cite-unknown-key" in done.output
    assert "Nothing was frozen." in done.output
    assert not (root / "editions").exists()


def test_an_edition_is_frozen_once(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    before = {path.name: path.read_bytes() for path in (root / "editions/1/1.0").iterdir()}
    again = freeze(root)
    assert again.exit_code == 2
    assert "Edition 1.0 of Briefing 1 was frozen already and never changes." in again.output
    assert {path.name: path.read_bytes() for path in (root / "editions/1/1.0").iterdir()} == before
    revise(root, edition="0.9")
    assert "Edition 1.0 of Briefing 1 was frozen already, so 0.9 would come too late." in freeze(root).output


def test_what_its_judges_refuse_is_not_frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path)
    monkeypatch.setattr("briefing_tools.stages.editions.verifying.epubcheck_is_here", lambda: True)
    monkeypatch.setattr(
        "briefing_tools.stages.editions.verifying.epub_faults", lambda content: ("RSC-012: A link to nowhere",)
    )
    done = freeze(root)
    assert done.exit_code == 2
    assert (
        "briefing-1.epub does not pass the check “EPUB 3.3”, so nothing was frozen: RSC-012: A link to nowhere."
        in done.output
    )
    assert not (root / "editions").exists()


def test_the_manifest_keeps_the_verdicts(tmp_path: Path) -> None:
    done = freeze(lay_out(tmp_path))
    assert "Not verified: veraPDF is not installed" in done.output
    manifest = json.loads((tmp_path / "editions/1/1.0/manifest.json").read_text("utf-8"))
    outcomes = {(one["file"], one["check"]): one["outcome"] for one in manifest["verdicts"]}
    assert outcomes["briefing-1.pdf", "PDF/UA-1"] == "not made"
    assert outcomes["briefing-1.pdf", "links"] == outcomes["briefing-1.epub", "links"] == "passed"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file.")
def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path) -> None:
    """The system refuses to write more than 24 KB to a file, as a full disk would."""
    root = lay_out(tmp_path / "p")
    command = f"ulimit -f 24; exec '{sys.executable}' -m briefing_tools.cli edition freeze 1 --root '{root}'"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "cannot be written" in done.stderr or "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "editions").exists()


def test_a_folder_is_put_there_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be written"):
        keep_folder(tmp_path / "one", {"a.txt": b"a", "a.txt/b.txt": b"b"})
    with pytest.raises(CannotRun, match="cannot be written"):
        keep_folder(tmp_path / "new/and/one", {"a.txt": b"a", "a.txt/b.txt": b"b"})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(CannotRun, match="cannot be written"):
        keep_folder(tmp_path / "file/one", {"a.txt": b"a"})
    assert (tmp_path / "file").read_bytes() == b"no folder"
    (tmp_path / "file").unlink()
    keep_folder(tmp_path / "one", {"a.txt": b"a", "in/b.txt": b"b"})
    with pytest.raises(CannotRun, match="is there already"):
        keep_folder(tmp_path / "one", {"a.txt": b"other"})
    assert (tmp_path / "one/a.txt").read_bytes() == b"a"


class BrokenOff(dict[str, bytes]):
    """Files of which somebody breaks off the writing behind the first."""

    def items(self) -> Any:
        for count, one in enumerate(super().items()):
            if count:
                raise KeyboardInterrupt
            yield one


def test_nothing_is_left_when_somebody_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    with pytest.raises(KeyboardInterrupt):
        keep_folder(tmp_path / "editions/7/1.0", BrokenOff({"a.txt": b"a", "b.txt": b"b"}))
    assert list((tmp_path / "editions").iterdir()) == [], "what was there before stays"


@pytest.mark.parametrize("name", ["editions", "editions/1"])
def test_a_file_where_editions_are_kept_is_told_before_anything_is_made(tmp_path: Path, name: str) -> None:
    root = lay_out(tmp_path)
    write(root, name, "a list of editions")
    done = briefings("edition", "freeze", "1", "--root", root)
    assert done.exit_code == 2
    assert f"“{name}” is not a folder" in done.output
    assert (root / name).read_text("utf-8") == "a list of editions"


def test_a_folder_that_nobody_may_write_to() -> None:
    with as_nobody() as folder:
        (folder / "editions").mkdir(mode=0o555)
        drop_rights()
        with pytest.raises(CannotRun, match=r"editions/1/1\.0 cannot be written: Permission denied"):
            refuse_locked(folder / "editions/1/1.0")


def test_a_locked_folder_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _, mode, **__: not mode & os.W_OK)
    monkeypatch.setattr("briefing_tools.pipeline.freeze", None)
    done = briefings("edition", "freeze", "1", "--root", lay_out(tmp_path))
    assert done.exit_code == 2
    assert f"{tmp_path / 'editions/1/1.0'} cannot be written: Permission denied." in done.output


# -- Publishing --------------------------------------------------------------------------------------------------------


def test_its_page_holds_the_text_the_files_and_how_to_cite_it(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    settings = (root / "mkdocs.yml").read_text("utf-8")
    write(root, "mkdocs.yml", settings + "\nsite_url: https://briefings.example.org/\n")
    made = built(root)
    seen = page(made, PAGE)
    assert "This is the latest edition that was frozen." in seen
    assert "https://briefings.example.org/editions/1/1.0/" in seen
    assert "Briefing 1, edition 1.0 of 24 November 2026" in seen
    links = [tag.attributes["href"] for tag in html(seen).all() if "download" in tag.attributes]
    assert links == ["briefing-1.pdf", "briefing-1.epub", "briefing-1.txt"]
    assert 'id="offices"' in seen
    assert "Half a year in one room" in seen
    assert hashlib.sha256((root / "editions/1/1.0/briefing-1.txt").read_bytes()).hexdigest() in seen
    assert set(made.frozen_files) == {
        f"editions/1/1.0/{name}"
        for name in ("briefing-1.pdf", "briefing-1.epub", "briefing-1.txt", "book.json", "manifest.json")
    }
    assert "edition 1.0 of 24 November 2026" in page(made, "01-shared-offices/")
    assert "Edition 1.0" in page(made, "editions/")
    assert not any(record.url.startswith("editions/") for record in made.records), (
        "search finds the page that is kept up to date"
    )


def test_a_build_copies_the_files_and_never_makes_them_again(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path / "p"))
    folder = root / "editions/1/1.0"
    when = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    done = briefings("build", "--root", root, "--site-dir", tmp_path / "site")
    assert done.exit_code == 0, done.output
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == when
    published = tmp_path / "site/editions/1/1.0"
    assert {path.name for path in published.iterdir()} == {*when, "index.html"}
    assert all((published / name).read_bytes() == content for name, (content, _) in when.items())


def test_the_text_stays_what_it_was(tmp_path: Path) -> None:
    """Also when the briefing, its bibliography and its pictures have gone."""
    root = frozen(everything(tmp_path))
    text = re.sub(r"(?s)^.*?(?=<section)", "", page(built(root), PAGE)).partition("<details")[0]
    assert 'src="images/picture-1' in text
    assert "تتحدث الخدمات" in text
    assert (root / "editions/1/1.0/images").is_dir()
    revise(root, ("Services that share an office", "Something quite different"))
    for picture in root.glob("briefings/01-shared-offices/*.png"):
        picture.write_bytes(next(root.glob("editions/1/1.0/images/*")).read_bytes())
    assert re.sub(r"(?s)^.*?(?=<section)", "", page(built(root), PAGE)).partition("<details")[0] == text


@pytest.mark.parametrize("what", ["changed", "missing", "added", "manifest", "link"])
def test_a_frozen_edition_that_was_changed_is_an_error_and_not_published(tmp_path: Path, what: str) -> None:
    root = frozen(lay_out(tmp_path))
    folder = root / "editions/1/1.0"
    file = folder / "briefing-1.txt"
    if what == "changed":
        file.write_bytes(file.read_bytes() + b" ")
    elif what == "missing":
        file.unlink()
    elif what == "added":
        (folder / "other.txt").write_text("x", "utf-8")
    elif what == "link":
        shutil.move(file, root / "elsewhere.txt")
        file.symlink_to(root / "elsewhere.txt")
    else:
        (folder / "manifest.json").write_text("{", "utf-8")
    done = briefings("check", "--root", root)
    assert done.exit_code == 1
    assert "[edition-changed]" in done.output
    made = built(root)
    assert made.frozen_files == ()
    if what != "manifest":
        seen = page(made, PAGE)
        assert "This edition cannot be shown at the moment." in seen
        assert "<section" not in seen


@pytest.mark.parametrize(
    ("key", "value"),
    [("briefing", 2), ("briefing", "1"), ("edition", "1.0/../.."), ("frozen", "last month"), ("files", {}), ("title", None), ("tools", [])],
)  # fmt: skip
def test_a_manifest_that_is_none_is_said_in_a_sentence(tmp_path: Path, key: str, value: object) -> None:
    root = frozen(lay_out(tmp_path))
    path = root / "editions/1/1.0/manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | {key: value}
    path.write_text(json.dumps(manifest), "utf-8")
    done = briefings("check", "--root", root)
    assert done.exit_code == 1
    assert "The manifest of the frozen edition editions/1/1.0 cannot be read:" in done.output


def test_an_old_edition_says_what_took_its_place(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    revise(root, ("Two areas have tried it.", "Three areas have tried it."))
    made = built(frozen(root))
    old, new = page(made, PAGE), page(made, "editions/1/1.1/")
    assert "Superseded by edition 1.1 of 24 November 2026." in old
    assert 'href="../1.1/"' in old
    assert 'href="../1.1/changes-since-1.0/"' in old
    assert "Superseded" not in new
    assert 'href="changes-since-1.0/"' in new
    assert "Two areas have tried it." in old
    assert "Three areas have tried it." in new
    listed = page(made, "editions/")
    assert listed.index("Edition 1.1") < listed.index("Edition 1.0")


def test_a_text_that_moved_on_needs_another_number(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    assert findings(root) == []
    write(root, BRIEFING, (root / BRIEFING).read_text("utf-8").replace("Two areas", "Three areas"))
    assert findings(root) == ["edition-text-changed"]
    revise(root)
    assert findings(root) == []


@pytest.mark.parametrize(
    ("what", "said"), [("rewritten", "was changed; it stays as it was issued"), ("gone", "was deleted")]
)
def test_a_pull_request_cannot_rewrite_a_frozen_edition(tmp_path: Path, what: str, said: str) -> None:
    """Not even with a manifest that fits, and not by taking the whole folder away."""
    root = frozen(lay_out(tmp_path))
    git = partial(subprocess.run, cwd=root, check=True, capture_output=True)
    who = ["-c", "user.name=Invented", "-c", "user.email=invented@example.org"]
    git(["git", "init", "-q", "-b", "main"])
    git(["git", "add", "."])
    git(["git", *who, "commit", "-q", "-m", "All"])
    folder = root / "editions/1/1.0"
    old = (folder / "briefing-1.txt").read_bytes()
    if what == "gone":
        shutil.rmtree(folder)
    else:
        (folder / "briefing-1.txt").write_bytes(b"x" * len(old))
        manifest = (folder / "manifest.json").read_text("utf-8")
        old_hash, new_hash = (hashlib.sha256(one).hexdigest() for one in (old, b"x" * len(old)))
        (folder / "manifest.json").write_text(manifest.replace(old_hash, new_hash), "utf-8")
    assert "edition-changed" not in briefings("check", "--root", root).output
    done = briefings("check", "--root", root, "--base", "main", "--by", "somebody")
    assert done.exit_code == 1
    assert said in done.output


# -- Updates that went -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["removed", "deleted"])
def test_nothing_is_published_of_an_edition_that_holds_a_removed_update(tmp_path: Path, gone: str) -> None:
    root = frozen(lay_out(tmp_path / "p"))
    if gone == "deleted":
        (root / UPDATE).unlink()
    else:
        done = briefings(
            "remove", "northbridge/2026-03-05-one-room", "--by", "editors", "--reason", "Not ours", "--root", root
        )
        assert done.exit_code == 0, done.output
        assert "Editions already issued still hold it" in done.output
    told = briefings("check", "--root", root)
    assert told.exit_code == 1
    assert (
        "Edition 1.0 of Briefing 1 holds the update “northbridge/2026-03-05-one-room”, which was removed" in told.output
    )
    made = built(root)
    assert made.frozen_files == ()
    seen = page(made, PAGE)
    assert "This edition was taken back." in seen
    assert "one room" not in seen
    assert "one-room" not in seen
    for path in (root / "editions/1/1.0").iterdir():
        if path.name != "manifest.json":
            path.unlink()
    assert findings(root) == []
    assert "This edition was taken back." in page(built(root), PAGE)
    revise(root)
    done = freeze(root)
    assert done.exit_code == 0, done.output
    written = b"".join(
        path.read_bytes() for path in (root / "editions/1/1.1").iterdir() if path.suffix in (".txt", ".json")
    )
    assert b"Half a year" not in written
    made = built(root)
    assert not any("changes-since" in one.url for one in made.pages), "there is nothing to compare with"
    refused = briefings("edition", "compare", 1, "1.0", "1.1", "--root", root)
    assert refused.exit_code == 2
    assert "holds an update that was removed" in refused.output


def test_of_a_withdrawn_update_the_page_says_when_and_why(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    name, why = "northbridge/2026-03-05-one-room", "Its figures were wrong"
    assert briefings("withdraw", name, "--by", "editors", "--reason", why, "--root", root).exit_code == 0
    assert findings(root) == ["edition-holds-withdrawn"]
    seen = page(built(root), PAGE)
    assert "that stands in this edition was withdrawn since" in seen
    assert "Its figures were wrong" in seen
    revise(root)
    made = built(frozen(root))
    compared = page(made, "editions/1/1.1/changes-since-1.0/")
    assert "Half a year in one room" not in compared, "what was withdrawn is not repeated"
    assert "Removed: an update (" in compared


# -- Comparing ---------------------------------------------------------------------------------------------------------


def test_what_changed_is_said_in_words_and_marked(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path / "p"))
    revise(
        root,
        ("Two areas have tried it.", "Three areas have tried it, and a fourth will [@hazel2021]."),
        ("published: 2026-02", "published: 2026-02\nupdated: 2026-11-20\nchange_note:\n  - A third area joined."),
    )
    extra = (root / UPDATE).read_text("utf-8").replace("Half a year in one room", "A whole year in one room")
    write(root, UPDATE.replace("2026-03-05-one-room", "2026-09-01-a-year"), extra)
    frozen(root)
    done = briefings("edition", "compare", 1, "1.0", "1.1", "--root", root, "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    for line in (
        "Edition 1.0 was frozen on 24 November 2026, edition 1.1 on 24 November 2026.",
        "From the editors\n  - A third area joined.",
        "  - Edition: 1.1 (before: 1.0)",
        "  - Added: Text updated: 20 November 2026",
        "Updates from sites\n  - Added: “A whole year in one room” (Northbridge",
    ):
        assert line in done.output
    assert re.search(r"Changed: “[^”]+” \(\d+ words? added, \d+ words? removed\)", done.output)
    alone = (tmp_path / "out/briefing-1-changes-1.0-to-1.1.html").read_text("utf-8")
    published = page(built(root), "editions/1/1.1/changes-since-1.0/")
    for text in (alone, published):
        assert "<strong>Removed:</strong> <del>Two</del>" in text
        assert "<strong>Added:</strong> <ins>Three</ins>" in text
        assert '<div class="added"><p class="change"><strong>Added</strong></p>' in text
    reading = Reading((tmp_path / "out/briefing-1-changes-1.0-to-1.1.pdf").read_bytes())
    printed = " ".join(" ".join(reading.pages).split())
    assert "Removed:TwoAdded:Threeareashavetried" in squeezed(printed)
    assert "A whole year in one room" in printed
    assert "A third area joined." in printed


def test_a_new_number_of_a_reference_is_no_change(tmp_path: Path) -> None:
    """A work that is cited before all others moves every number on; only the new sentence is marked."""
    root = lay_out(tmp_path)
    before = book_of(root)
    text = (root / BRIEFING).read_text("utf-8")
    start = re.search(r"role=issue\}\n\n", text)
    assert start
    write(root, BRIEFING, f"{text[: start.end()]}A new work comes first [@hazel2021].\n\n{text[start.end() :]}")
    compared = compare(before, book_of(root))
    said = dict(compared.note)
    assert len(said["Sections"]) == 1
    assert "0 words removed" in said["Sections"][0]
    marked = stand_alone(compared.marked).html
    assert marked.count("Removed") == 0
    assert "<ins>" not in marked.partition("References</h2>")[0].replace('<div class="added">', "")


def test_the_same_book_has_no_changes(tmp_path: Path) -> None:
    root = everything(tmp_path)
    book = book_of(root)
    compared = compare(book, book)
    assert compared.note == ()
    marked = stand_alone(compared.marked).html
    assert "<strong>Added" not in marked
    assert "<strong>Removed" not in marked


def test_everything_can_be_added_removed_and_printed(tmp_path: Path) -> None:
    """From a short briefing to one with everything that a briefing may hold, and back."""
    root = frozen(lay_out(tmp_path / "p"))
    full = everything(tmp_path / "f")
    for path in full.rglob("*"):
        if path.is_file():
            write(root, path.relative_to(full).as_posix(), "")
            (root / path.relative_to(full)).write_bytes(path.read_bytes())
    revise(root)
    frozen(root)
    settings = load(root)
    short, long = check(settings, today()).plan.cited.series.frozen
    for before, after in ((short, long), (long, short)):
        compared = compare(kept_book(before, settings), kept_book(after, settings))
        said = str(stand_alone(compared.marked).html)
        assert "A part with everything" in said
        assert ("Added" if after is long else "Removed") in said
        ids = [tag.attributes["id"] for tag in html(said).all() if "id" in tag.attributes]
        assert len(ids) == len(set(ids))
        printed = print_changes(compared, before, after, NOON)
        reading = Reading(printed.content)
        assert "Apartwitheverything" in squeezed("".join(reading.pages))
        assert "croesoiGymru" in squeezed("".join(reading.pages))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, "1.0", "2.0"), "There is no frozen edition 2.0 of Briefing 1."),
        ((1, "1.0", "1.0"), "Edition 1.0 did not follow edition 1.0."),
        ((2, "1.0", "1.1"), "There is no frozen edition 1.0 of Briefing 2."),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, arguments: tuple[object, ...], said: str) -> None:
    done = briefings("edition", "compare", *arguments, "--root", frozen(lay_out(tmp_path)))
    assert done.exit_code == 2
    assert said in done.output


# -- The book that is kept ---------------------------------------------------------------------------------------------


def test_a_book_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    book = book_of(everything(tmp_path))
    pictures = {one.name: one.content for one in book.drawings.values()}
    assert pictures
    kept = keep_book(book)
    assert read_book(kept, pictures.__getitem__) == book
    assert keep_book(read_book(kept, pictures.__getitem__)) == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"is": "Paragraph"', '"is": "Script"'),
        ('"level": 1', '"level": "1"'),
        ('"format": 1', '"format": 2'),
        ('"chapters": [', '"chapters": 7, "more": ['),
        ("{", "["),
    ],
)
def test_a_book_that_was_tampered_with_is_refused(tmp_path: Path, before: str, after: str) -> None:
    kept = keep_book(book_of(lay_out(tmp_path))).decode()
    assert before in kept
    with pytest.raises(CannotRead):
        read_book(kept.replace(before, after, 1).encode(), lambda name: b"")


def test_no_markup_and_no_unsafe_address_comes_out_of_a_kept_book(tmp_path: Path) -> None:
    root = frozen(lay_out(tmp_path))
    path = root / "editions/1/1.0/book.json"
    kept = path.read_text("utf-8")
    hostile = kept.replace("Two areas have tried it.", "<script>alert(1)</script>")
    hostile = re.sub(r'"url": "https?://[^"]*"', '"url": "javascript:alert(1)"', hostile)
    assert hostile.count("javascript:") > 0
    manifest = (root / "editions/1/1.0/manifest.json").read_text("utf-8")
    path.write_text(hostile, "utf-8")
    old, new = (hashlib.sha256(text.encode()).hexdigest() for text in (kept, hostile))
    (root / "editions/1/1.0/manifest.json").write_text(manifest.replace(old, new), "utf-8")
    seen = page(built(root), PAGE)
    assert "&lt;script&gt;alert(1)" in seen
    assert "<script" not in seen
    assert "javascript:" not in seen
