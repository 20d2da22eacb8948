"""Of a removed update not one word is left: every file of a whole build is searched, and what is packed in PDF, EPUB, Word."""

import gzip
import importlib.util
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from briefing_tools.cli import main
from casebook import lay_out, write
from test_pages import BRIEFING, files

WORDS = ("xyzzyslug", "Xyzzytitle", "Xyzzytext", "xyzzycontact", "Xyzzyoutcome", "xyzzypicture", "xyzzyperiod")
SECOND = "briefings/01-shared-offices/updates/westmarsh/2026-03-05-xyzzyslug.md"
PICTURE = "briefings/01-shared-offices/updates/westmarsh/xyzzypicture.png"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)
TEXT = """---
site: westmarsh
title: Xyzzytitle of a second room
date: 5 March 2026
period: xyzzyperiod
section: offices
evidence: practice-experience
outcomes: [Xyzzyoutcome]
licence: OGL-UK-3.0
contact:
  email: xyzzycontact@westmarsh.example
checks:
  no_personal_data: yes
  approved_by: Head of Services
status: published
moderated_by: editors
moderated_on: 2026-03-09
relates_to:
  - update: northbridge/2026-03-05-one-room
    how: differs
---

Xyzzytext of what happened [@ash2020]. ![What it shows](xyzzypicture.png)
"""


KINDS = (
    "pdf, large-print, giant, epub, txt, docx, odt" if importlib.util.find_spec("pypandoc") else "pdf, giant, epub, txt"
)


def _texts(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    """What a file says, and every file that is packed in it: what a PDF carries, an EPUB, a Word file."""
    yield path, path + content.decode("utf-8", "replace")
    if path.endswith(".pdf"):
        read = pypdf.PdfReader(io.BytesIO(content))
        yield path, path + "".join(page.extract_text() for page in read.pages) + repr(read.metadata)
        for name, parts in read.attachments.items():
            for part in parts:
                yield from _texts(f"{path}:{name}", part)
    elif path.endswith(".gz"):
        yield path, gzip.decompress(content).decode("utf-8")
    elif path.endswith((".epub", ".docx", ".odt")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _texts(f"{path}:{name}", archive.read(name))


def published(root: Path) -> dict[str, str]:
    """Everything that a build writes, as text by path."""
    done = CliRunner().invoke(main, ["build", "--root", str(root)])
    assert done.exit_code == 0, done.output
    paths = files(root / "site")
    return {name: text for path in paths for name, text in _texts(path, (root / "site" / path).read_bytes())}


EVERYWHERE = (
    "01-shared-offices/index.html", "updates/index.html", "sites/westmarsh/index.html", "search/", "search/search_index.json",
    *(f"01-shared-offices/briefing-1{kind}" for kind in (".pdf", "-giant.pdf", ".epub:", ".txt")),
    *(f"01-shared-offices/briefing-1{kind}" for kind in (".docx:", ".odt:") if "docx" in KINDS),
)  # fmt: skip
"""Where the words of a published update stand."""


def holding(found: dict[str, str]) -> dict[str, set[str]]:
    """Which of the words stand where."""
    return {word: {path for path, text in found.items() if word.lower() in text.lower()} for word in WORDS}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a published update full of words that occur nowhere else."""
    root = lay_out(tmp_path)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    settings = settings.replace("  - briefings\n", f"  - briefings:\n      editions: {KINDS}\n")
    write(root, "mkdocs.yml", settings + "site_url: https://www.example.org/\n")
    write(root, SECOND, TEXT)
    (root / PICTURE).write_bytes(PNG)
    return root


def _set(root: Path, status: str, *, emptied: bool = False) -> None:
    text = (
        (root / SECOND).read_text("utf-8").replace("status: published", f"status: {status}\nstatus_note: For a reason.")
    )
    if status != "submitted":
        text = text.replace("moderated_by", f"{status}_on: 2026-11-20\nmoderated_by")
    if emptied:
        text = re.sub(r"\n---\n.*", "\n---\n", text, flags=re.S)
        text = re.sub(r"^(title|period|outcomes|contact|  email):.*\n", "", text, flags=re.M)
    write(root, SECOND, text)


def test_while_it_is_published_the_words_are_found(root: Path) -> None:
    """Otherwise the tests below would prove nothing."""
    found = holding(published(root))
    for word in ("xyzzyslug", "Xyzzytitle", "Xyzzytext", "xyzzypicture", "xyzzyperiod"):
        assert found[word], word
    for path in EVERYWHERE:
        assert any(one.startswith(path) for one in found["Xyzzytext"] | found["Xyzzytitle"]), path


def test_from_the_sending_to_the_removal(root: Path) -> None:
    """As editors do it: nowhere while it waits; on page, in search and in every edition once accepted; nowhere at last."""
    write(root, SECOND, re.sub(r"^(status|moderated_by|moderated_on): .*\n", "", TEXT, flags=re.M))
    assert not any(holding(published(root)).values())
    name, editor = "westmarsh/2026-03-05-xyzzyslug", ("--by", "Dana Invented", "--root", str(root))
    assert CliRunner().invoke(main, ["accept", name, *editor]).exit_code == 0
    found = holding(published(root))
    for path in EVERYWHERE:
        assert any(one.startswith(path) for one in found["Xyzzytext"] | found["Xyzzytitle"]), path
    assert CliRunner().invoke(main, ["remove", name, "--reason", "It told too much.", *editor]).exit_code == 0
    assert not any(holding(published(root)).values())


def test_of_a_removed_update_not_one_word_is_left(root: Path) -> None:
    _set(root, "removed", emptied=True)
    found = published(root)
    assert {"sitemap.xml", "01-shared-offices/briefing-1.pdf:briefing-1.md"} <= set(found)
    for path in EVERYWHERE:
        assert any(one.startswith(path) for one in found), path
    assert {word: paths for word, paths in holding(found).items() if paths} == {}


@pytest.mark.parametrize("status", ["held", "submitted"])
def test_neither_of_one_that_is_held_or_waits(status: str, root: Path) -> None:
    _set(root, status)
    assert {word: paths for word, paths in holding(published(root)).items() if paths} == {}


def test_of_a_withdrawn_one_its_address_is_left_on_its_page_alone(root: Path) -> None:
    _set(root, "withdrawn")
    found = published(root)
    left = {word: paths for word, paths in holding(found).items() if paths}
    assert left == {"xyzzyslug": {"01-shared-offices/index.html"}}
    banner = {path for path, text in found.items() if "For a reason." in text}
    assert banner == {"01-shared-offices/index.html"}, "not in search, not in the edition"


def test_removing_stops_the_build_until_the_file_is_emptied(root: Path) -> None:
    _set(root, "removed")
    done = CliRunner().invoke(main, ["build", "--root", str(root)])
    assert done.exit_code == 1
    assert "its text is still in the file" in done.stderr
    assert not (root / "site").exists()


def test_the_reviewed_text_may_show_a_picture_from_beside_updates(root: Path) -> None:
    _set(root, "removed", emptied=True)
    path = root / BRIEFING
    path.write_text(path.read_text("utf-8") + "\n![Shown](updates/westmarsh/xyzzypicture.png)\n", "utf-8")
    assert "01-shared-offices/updates/westmarsh/xyzzypicture.png" in published(root)


def test_a_removed_update_is_in_no_command(root: Path) -> None:
    _set(root, "removed", emptied=True)
    for command in (
        ["show", "1", "--json"],
        ["show", "1"],
        ["search", "xyzzytext", "--json"],
        ["links", "list", "--json"],
    ):
        said = CliRunner().invoke(main, [*command, "--root", str(root)]).stdout.lower()
        assert "xyzzyslug" not in said, command
        assert "xyzzytitle" not in said, command
