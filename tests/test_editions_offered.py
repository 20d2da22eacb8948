"""What is offered: one list, one command, one setting, one box on the page; and nothing is ever left half done."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools import pandoc, pipeline, voices
from briefing_tools.cli import main
from briefing_tools.config import Options, load
from briefing_tools.errors import CannotRun
from briefing_tools.model import Edition
from briefing_tools.replacing import keep
from briefing_tools.stages.editions import catalogue
from briefing_tools.stages.editions.catalogue import FLOWING, kinds, kinds_named
from briefing_tools.wording import extent
from casebook import lay_out, write
from everything import NOON, TODAY, everything
from rereading import html

ROOT = Path(__file__).parents[1]


def briefings(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def with_settings(root: Path, settings: str) -> Path:
    """The project with settings under the plugin."""
    path = root / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").rstrip() + f":\n{settings}", "utf-8")
    return root


def built(root: Path) -> pipeline.Build:
    """A build of a project, not yet written."""
    settings = load(root)
    return pipeline.build(pipeline.check(settings, TODAY), settings, NOON)


# -- The list ----------------------------------------------------------------------------------------------------------


def test_every_kind_says_what_it_is() -> None:
    names, endings, titles = zip(*((kind.id, kind.file, kind.title) for kind in kinds().values()), strict=True)
    assert names == ("pdf", "large-print", "giant", "epub", "txt", "docx", "odt", "brf", "audio", "talking-epub")
    assert len(set(endings)) == len(set(titles)) == len(names)
    for kind in kinds().values():
        assert re.fullmatch(r"(?:[a-z-]+)?\.[a-z0-9]+", kind.file)
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", kind.media_type)
        assert bool(kind.lacking) == bool(kind.hint)


@pytest.mark.parametrize("name", [*(kind.id for kind in FLOWING), "pdf", "large-print", "giant"])
def test_every_kind_is_documented(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"^\|.*`{name}`.*\| .+ \|", readme, re.M), "in README's table of formats"
    setting = next(one for one in fields(Options) if one.name == "editions")
    assert re.search(rf"[ ,]{name}[,.]", setting.metadata["doc"])
    help_text = next(one.help for one in main.commands["edition"].commands["make"].params if "--format" in one.opts)  # type: ignore[attr-defined]
    assert name in help_text


# -- The command -------------------------------------------------------------------------------------------------------


def test_editions_are_written_into_a_folder(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    done = briefings(
        "edition", "1", "--root", root, "--format", "epub, txt,txt", "--output", tmp_path / "new" / "folder"
    )
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "briefing-1.epub",
        "briefing-1.txt",
    ]
    lines = done.output.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r".*briefing-1\.epub: EPUB for phones and e-readers, \d+ KB", lines[0])
    assert re.fullmatch(r".*briefing-1\.txt: Plain text, \d+ KB", lines[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["1", "--format", "word"], "There is no format “word”."),
        (["1", "--format", ""], ""),
        (["seven"], "“seven” is not the number of a briefing."),
        (["9"], "There is no briefing with the number 9."),
        (["all", "--format", "docx"], "All briefings together cannot be made as “docx”."),
        (["1", "--output", "mkdocs.yml"], "mkdocs.yml is a file, not a folder."),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    tmp_path: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lay_out(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    done = briefings("edition", *arguments)
    if not message:
        assert done.exit_code == 0, "nothing asked for is the PDF"
        return
    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.splitlines()) <= 3
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "door", "hint"),
    [
        ("docx", pandoc, "pip install 'briefing-tools[docx]'"),
        ("odt", pandoc, "pip install 'briefing-tools[docx]'"),
        ("audio", voices, "pip install 'briefing-tools[audio]'"),
        ("talking-epub", voices, "pip install 'briefing-tools[audio]'"),
    ],
)
def test_without_its_extra_a_format_says_how_to_get_it(
    tmp_path: Path, name: str, door: object, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "find_spec", lambda module: None)
    done = briefings(
        "edition", "1", "--root", lay_out(tmp_path), "--format", f"txt,{name}", "--output", tmp_path / "out"
    )
    assert done.exit_code == 2
    assert hint in done.output
    assert not (tmp_path / "out").exists(), "nothing is made if not everything can be"


def test_without_liblouis_braille_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = catalogue.Kind(
        "brf", "Braille", ".brf", "text/plain", catalogue._braille, lambda: False, *catalogue._LOUIS
    )
    monkeypatch.setattr(catalogue, "kinds", lambda: {"brf": lacking})
    with pytest.raises(CannotRun, match="liblouis") as raised:
        kinds_named(("brf",))
    assert "apt install liblouis20" in raised.value.hint


def test_all_briefings_in_one(tmp_path: Path) -> None:
    done = briefings("edition", "all", "--root", everything(tmp_path / "p"), "--output", tmp_path)
    assert done.exit_code == 0, done.output
    assert "all-briefings.epub: All briefings in one EPUB, " in done.output
    assert (tmp_path / "all-briefings.epub").read_bytes()[30:58] == b"mimetypeapplication/epub+zip"


def test_drafts_are_not_collected(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    path = root / "briefings/01-shared-offices/index.md"
    path.write_text(path.read_text("utf-8").replace("status: live", "status: draft"), "utf-8")
    done = briefings("edition", "all", "--root", root, "--output", tmp_path)
    assert done.exit_code == 2
    assert "No briefing is published yet" in done.output


# -- Whole or not at all -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file.")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """The system refuses to write more than 2 KB, as a full disk would; the old file is still whole."""
    root = lay_out(tmp_path / "p")
    out = tmp_path / "out"
    write(out, "briefing-1.txt", "what was there")
    command = f"ulimit -f 2; exec '{sys.executable}' -m briefing_tools.cli edition 1 --root '{root}' --format txt --output '{out}'"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "briefing-1.txt cannot be written: File too large." in done.stderr
    assert "Make room on the disk" in done.stderr
    assert [path.name for path in out.iterdir()] == ["briefing-1.txt"]
    assert (out / "briefing-1.txt").read_text("utf-8") == "what was there"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file.")
def test_a_full_disk_stops_a_build_with_a_sentence(tmp_path: Path) -> None:
    root = with_settings(lay_out(tmp_path / "p"), "      editions: epub\n")
    command = f"ulimit -f 4; exec '{sys.executable}' -m briefing_tools.cli build --root '{root}' --site-dir '{tmp_path / 'site'}'"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "site").rglob("*.epub*")), "not a part of an edition"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    write(tmp_path, "file", "")
    with pytest.raises(CannotRun, match="cannot be written"):
        keep(tmp_path / "file" / "edition.txt", b"text")
    keep(tmp_path / "folder" / "edition.txt", b"text")
    assert (tmp_path / "folder" / "edition.txt").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["edition.txt"]


# -- The setting and the pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "made"),
    [
        ("      style: briefing\n", ["pdf", "large-print.pdf", "epub", "txt"]),
        ("      editions: txt,  epub , txt\n", ["txt", "epub"]),
        ("      editions: [epub, txt]\n", ["epub", "txt"]),
        ("      editions:\n        - txt\n", ["txt"]),
        ('      editions: ""\n', []),
    ],
)
def test_a_build_makes_what_the_settings_name(tmp_path: Path, settings: str, made: list[str]) -> None:
    build = built(with_settings(lay_out(tmp_path), settings))
    names = [edition.url.removeprefix("01-shared-offices/briefing-1") for edition in build.editions]
    assert [name.lstrip(".-") for name in names] == made


def test_a_list_of_settings_means_the_same_to_mkdocs(tmp_path: Path) -> None:
    root = with_settings(lay_out(tmp_path / "p"), "      editions: [txt]\n")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", root / "mkdocs.yml", "-d", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    files = {path.name for path in (tmp_path / "site" / "01-shared-offices").iterdir()}
    assert {"briefing-1.txt", "index.html"} <= files
    assert not {"briefing-1.pdf", "briefing-1.epub"} & files


def test_an_unknown_edition_in_the_settings_stops_the_build(tmp_path: Path) -> None:
    root = with_settings(lay_out(tmp_path / "p"), "      editions: pdf, papyrus\n")
    done = briefings("build", "--root", root, "--site-dir", tmp_path / "site")
    assert done.exit_code == 2
    assert "There is no format “papyrus”." in done.output
    assert not (tmp_path / "site").exists()


def test_the_page_offers_what_the_build_made(tmp_path: Path) -> None:
    build = built(everything(tmp_path))
    page = html(str(next(page.html for page in build.pages if page.url == "01-shared-offices/")))
    box = next(tag for tag in page.all() if tag.has("downloads"))
    links = [tag for tag in box.all() if tag.name == "a"]
    offered = [(a.attributes["href"], a.attributes.get("type"), " ".join(a.text().split())) for a in links]
    own = [edition for edition in build.editions if edition.briefing == 1]
    names = [
        (edition.url.partition("/")[2], edition.media_type, f"{edition.format} {extent(edition)}") for edition in own
    ]
    assert offered == [*names, ("#formats", None, "How to ask for another format")]
    assert any(tag.attributes.get("id") == "formats" for tag in page.all())
    listed = next(tag for tag in box.all() if tag.name == "ul")
    assert (
        next(tag for tag in box.all() if tag.attributes.get("id") == listed.attributes["aria-labelledby"]).text()
        == "Download this briefing"
    )
    front = html(str(next(page.html for page in build.pages if page.url == "")))
    assert [tag.attributes["href"] for tag in front.all() if "download" in tag.attributes] == [
        "all-briefings.pdf",
        "all-briefings.epub",
    ]


def test_a_series_of_one_has_no_collection(tmp_path: Path) -> None:
    assert all(edition.briefing for edition in built(lay_out(tmp_path)).editions)


def test_without_editions_there_is_no_box(tmp_path: Path) -> None:
    build = built(with_settings(lay_out(tmp_path), '      editions: ""\n'))
    assert not any("downloads" in str(page.html) for page in build.pages)


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        (Edition("u", 1, "PDF", 1, b"x" * 3000), "1 page, 3 KB"),
        (Edition("u", 1, "PDF", 12, b"x" * 245_760), "12 pages, 240 KB"),
        (Edition("u", 1, "Plain text", 0, b"xy"), "2 bytes"),
        (Edition("u", 1, "Audio", 0, b"x" * 6_800_000, "audio/mpeg", 1690), "28 minutes, 6.5 MB"),
        (Edition("u", 1, "Audio", 0, b"x" * 68_000, "audio/mpeg", 20), "1 minute, 66 KB"),
    ],
)
def test_how_long_and_how_large(edition: Edition, words: str) -> None:
    assert extent(edition) == words


# -- Again and again ---------------------------------------------------------------------------------------------------


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    """Under another locale, time zone, hash seed and working directory."""
    root = everything(tmp_path / "p")
    able = [kind.id for kind in FLOWING if kind.here()]
    assert {"epub", "txt"} <= set(able)
    surroundings = (
        ("a", "/", {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}),
        ("b", str(tmp_path), {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2"}),
    )
    for name, folder, values in surroundings:
        environment = {**os.environ, **values, "SOURCE_DATE_EPOCH": str(NOON), "PYTHONPATH": str(ROOT)}
        arguments = ["edition", "1", "--root", str(root), "--format", ",".join(able), "--output", str(tmp_path / name)]
        command = [sys.executable, "-m", "briefing_tools.cli", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert len(first) == len(able)
    assert [name for name in first if first[name] != second.get(name)] == []
