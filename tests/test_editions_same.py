"""Every edition says what the page says: each paragraph, marker, locator, note and reference, in the same order."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.errors import CannotRun
from briefing_tools.liblouis import CONTRACTED, liblouis_is_here, transcribe, transcribe_back
from briefing_tools.model import CitedBriefing, LinkedSeries, Section
from briefing_tools.pandoc import pandoc_is_here
from briefing_tools.pipeline import Checked
from briefing_tools.stages.editions import house
from briefing_tools.stages.editions.book.comparing import compare
from briefing_tools.stages.editions.catalogue import Order, kinds
from briefing_tools.stages.pages.briefing import briefing_page
from casebook import lay_out, write
from everything import NOON, TODAY, everything
from inventing import Invention
from printing import BRIEFING as PRINTED
from printing import Reading as PrintReading
from printing import squeezed
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


# -- Numbered headings -------------------------------------------------------------------------------------------------


@pytest.fixture
def numbering_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A house that wants its headings numbered."""
    _wanting("true", tmp_path, monkeypatch)
    yield
    house.headings_numbered.cache_clear()


def _wanting(said: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("house.toml", "editions.toml"):
        style = (house.PRINT / name).read_text("utf-8")
        write(folder, name, style.replace("\nnumbered = false\n", f"\nnumbered = {said}\n"))
    assert f"numbered = {said}" in (folder / "house.toml").read_text("utf-8")
    monkeypatch.setattr(house, "PRINT", folder)
    house.headings_numbered.cache_clear()


def _numbered(sections: tuple[Section, ...], above: str = "") -> Iterator[tuple[str, str]]:
    for place, section in enumerate(sections, 1):
        yield section.title, f"{above}{place}"
        yield from _numbered(section.subsections, f"{above}{place}.")


@NEEDS_PANDOC
@NEEDS_LOUIS
def test_sections_are_numbered_in_every_edition_if_the_house_wants_it(numbering_house: None, tmp_path: Path) -> None:
    made = Case(everything(tmp_path / "project"))
    numbers = dict(_numbered(made.cited.briefing.sections))
    page = made.page()
    assert {"1", "1.1", "4"} <= set(numbers.values())
    citing = "What Ash and Elm [2, p. 7] and no typeface has [see 3; 1, p. 2]: signs"
    shown = {**numbers, citing: numbers["What Ash and Elm and no typeface has: signs"]}
    assert sum(one in shown for one in page.paragraphs) == len(numbers), "the page has no numbers"
    page.paragraphs = [f"{shown[one]} {one}" if one in shown else one for one in page.paragraphs]
    assert read_epub(made.edition("epub")) == page
    assert read_docx(made.edition("docx")) == page
    assert read_odt(made.edition("odt")) == page
    lines = made.edition("txt").decode().split("\n")
    braille = read_braille(made.edition("brf"), _back)
    print_text = squeezed("".join(PrintReading(made.edition("large-print")).pages))
    for title, number in numbers.items():
        places = 1 if shown[citing] == number else 2
        assert [line.strip() for line in lines].count(f"{number} {title}") == places, (
            "in the contents and above its text"
        )
        assert _braille(f"{number} {citing if number == shown[citing] else title}") in _braille(braille)
        assert print_text.count(squeezed(f"{number} {title}")) >= places


def test_a_number_is_no_change_of_a_heading(numbering_house: None, tmp_path: Path) -> None:
    """A section that is put in before others changes their numbers and nothing of what they say."""
    before = Case(lay_out(tmp_path / "before"))
    after = Case(lay_out(tmp_path / "after"))
    text = (tmp_path / "after" / PRINTED).read_text("utf-8")
    write(
        tmp_path / "after",
        PRINTED,
        text.replace("## Key policy", "## Put in {#put-in}\n\nNew words.\n\n## Key policy", 1),
    )
    after = Case(tmp_path / "after")
    books = [Order(one.cited, one.plan, NOON, one.settings.read_asset).bound.books[0] for one in (before, after)]
    note = str(compare(*books).note)
    assert "Put in" in note
    assert "Key policy" not in note


def test_a_house_says_whether_it_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _wanting('"perhaps"', tmp_path, monkeypatch)
    with pytest.raises(CannotRun, match=r"headings\.numbered"):
        house.headings_numbered()


# -- The plan ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_plan_says(case: Case) -> None:
    """So the editions say it as well."""
    page = case.page()
    assert [number for number, _ in page.notes] == [note.number for note in case.plan.notes[case.cited.briefing.slug]]
    assert len(page.references) == len(case.cited.text.references)
    assert json.dumps(page.paragraphs).count("(note ") == len(page.notes)
