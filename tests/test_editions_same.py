"""Every edition says what the page says: each paragraph, marker, locator, note and reference, in the same order."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.liblouis import CONTRACTED, liblouis_is_here, transcribe, transcribe_back
from briefing_tools.model import CitedBriefing, LinkedSeries
from briefing_tools.pandoc import pandoc_is_here
from briefing_tools.pipeline import Checked
from briefing_tools.stages.editions.catalogue import Order, kinds
from briefing_tools.stages.pages.briefing import briefing_page
from casebook import lay_out, write
from everything import NOON, TODAY, everything
from inventing import Invention
from rereading import (
    Found,
    Reading,
    Table,
    folded,
    left_over,
    read_braille,
    read_docx,
    read_epub,
    read_odt,
    read_page,
    read_text,
    rows_as_records,
)

ROOT = Path(__file__).parents[1]
NEEDS_PANDOC = pytest.mark.skipif(not pandoc_is_here(), reason="Needs pandoc: pip install '.[docx]' brings it.")
NEEDS_LOUIS = pytest.mark.skipif(
    not liblouis_is_here(), reason="Needs liblouis: sudo apt install liblouis20 liblouis-data"
)


class Case:
    """A project's first briefing: its page, and its editions by format."""

    def __init__(self, root: Path) -> None:
        self.settings = load(root)
        self.checked: Checked = pipeline.check(self.settings, TODAY)
        assert not [f for f in self.checked.findings if f.severity.value == "error"], self.checked.findings
        self.cited: CitedBriefing = self.checked.plan.cited.briefings[0]
        self.plan: LinkedSeries = self.checked.plan
        self.html = str(briefing_page(self.cited, self.plan, ()).html)

    def edition(self, name: str) -> bytes:
        """The bytes of an edition."""
        order = Order(self.cited, self.plan, NOON, self.settings.read_asset)
        return kinds()[name].make(order).content

    def page(self, tables: Callable[[list[Found]], list[str]] | None = None) -> Reading:
        """What the page says; what stands before its first heading has none there."""
        reading = read_page(self.html, tables) if tables else read_page(self.html)
        lead = ["Introduction"] if self.cited.briefing.lead else []
        reading.paragraphs = [*lead, *reading.paragraphs]
        return reading


@pytest.fixture(scope="module", params=["briefing 7", "everything", "harvard", "invented 1", "invented 2"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Briefing 7, a briefing with every element and hostile characters, and long ones that are made up."""
    if request.param == "briefing 7":
        return Case(ROOT)
    root = tmp_path_factory.mktemp("project")
    if request.param in ("everything", "harvard"):
        everything(root)
        if request.param == "harvard":
            write(root, "mkdocs.yml", (root / "mkdocs.yml").read_text("utf-8").rstrip() + ":\n      style: harvard\n")
        return Case(root)
    lay_out(root)
    write(root, "briefings/01-shared-offices/index.md", Invention(int(request.param[-1])).text(4))
    (root / "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md").unlink()
    return Case(root)


def test_epub(case: Case) -> None:
    assert read_epub(case.edition("epub")) == case.page()


@NEEDS_PANDOC
def test_docx(case: Case) -> None:
    assert read_docx(case.edition("docx")) == case.page()


@NEEDS_PANDOC
def test_odt(case: Case) -> None:
    assert read_odt(case.edition("odt")) == case.page()


DECORATION = re.compile(
    r"""(?: [=~.-]{2,}                               # below a heading, or the head of a table
          | - | \d+\.                                # a list
          | \*\ \*\ \*                               # a line across
          | \[Update\. | \[End\ of\ the\ update\ “.*?”\] | \]
          | Table: | Cited\ in(?:\ this\ update)?:\ .*?                 # of a caption; what leads back on the page
        )(?:\s+|$)""",
    re.X,
)


def test_plain_text(case: Case) -> None:
    page = case.page(lambda found: rows_as_records(found, _fits))
    notes = [f"{number}. {address}" for number, address in page.notes]
    chapter = ["Notes", *notes] if notes else []
    rest = left_over(read_text(case.edition("txt")), [*page.paragraphs, *chapter, "References", *page.references])
    assert [piece for piece in rest if not _only(DECORATION, piece)] == []


def _fits(table: Table) -> bool:
    """Whether a table can be set in columns of 72 characters."""
    rows = [[" ".join(words) for _, _, words in row] for row in (*table.head, *table.body)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if table.plain else [99]
    return sum(widths) + 2 * (len(widths) - 1) <= 72


def _only(pattern: re.Pattern[str], text: str) -> bool:
    return re.fullmatch(f"(?:{pattern.pattern})*", text, re.X | re.I) is not None


# -- Braille -----------------------------------------------------------------------------------------------------------

# What liblouis 3 reads back otherwise than it wrote it, though the Braille is right (tested below), or what is one sign in
# Braille: every dash and every pair of quotation marks (RUEB 7.2, 7.6).
ALIKE = (
    ("[‘’“”'\"]", '"'), ("[–—]", "-"), ("://", "cc//"), ("enough", "en"), (r"∑", "Σ"), ("hen2o", "h₂o"),
)  # fmt: skip
BRAILLE_DECORATION = re.compile(r"(?: \d+\. | Update\. | Table: )(?:\s+|$)", re.X)


@NEEDS_LOUIS
def test_braille_read_back(case: Case) -> None:
    page = case.page(rows_as_records)
    notes = [f"{number}. {address}" for number, address in page.notes]
    chapter = ["Notes", *notes] if notes else []
    text = read_braille(case.edition("brf"), _back)
    wanted = [_braille(one) for one in (*page.paragraphs, *chapter, "References", *page.references)]
    foreign = [one for one in wanted if re.search("[ŵŷ\u0600-\u06ff\u0900-\u097f]|symudon|blwyddyn", one)]
    rest = left_over(_braille(text), [one for one in wanted if one not in foreign])
    rest = [piece for piece in rest if not _only(BRAILLE_DECORATION, piece)]
    assert len(rest) <= len(foreign), "only what is not English is read back otherwise, and it is there"
    assert bool(rest) == bool(foreign)


SIGNS = {"2": ";", '"<': "(", '">': ")", ".<": "[", ".>": "]"}
"""A semicolon and brackets, before which liblouis takes a contracted word for its letters: they are read here."""


def _back(braille: str) -> str:
    pieces = re.split(r"""((?<=[^ ,])2(?=[ ]|$)|"<|">|\.<|\.>)""", braille)
    return "".join(SIGNS.get(piece) or transcribe_back(piece, CONTRACTED) for piece in pieces)


def _braille(text: str) -> str:
    text = folded(text).casefold()
    for pattern, one in ALIKE:
        text = re.sub(pattern, one, text)
    return text.replace("* * *", "").replace("[grinning face]", "😀")


@NEEDS_LOUIS
@pytest.mark.parametrize(
    ("text", "braille"),
    [
        ("enough", "5"),
        ("SCIE's", ",,SCIE'S"),
        ("‘quote’ “double”", ",8QUOTE,0 8D\\BLE0"),
        ("http://a.org", "HTTP3_/_/A4ORG"),
        ("[1, p. 58]", ".<#A1 ;P4 #EH.>"),
        ("in 2006 12 councils", "9 #BJJF #AB C\\NCILS"),
        ("1 000 000", '#A"JJJ"JJJ'),
    ],
)
def test_signs_of_ueb(text: str, braille: str) -> None:
    """Rules of Unified English Braille 2013: 10.5, 8.4, 7.6, 10.13, 6.6."""
    assert transcribe(text, CONTRACTED) == braille


# -- The plan ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_plan_says(case: Case) -> None:
    """So the editions say it as well."""
    page = case.page()
    assert [number for number, _ in page.notes] == [note.number for note in case.plan.notes[case.cited.briefing.slug]]
    assert len(page.references) == len(case.cited.text.references)
    assert json.dumps(page.paragraphs).count("(note ") == len(page.notes)
