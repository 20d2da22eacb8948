"""All briefings in one PDF: each keeps the numbers of its own page, notes stand by their calls, links stay inside."""

import re
from pathlib import Path

import pytest

from briefing_tools.config import load
from briefing_tools.errors import CannotRun
from briefing_tools.pipeline import collected_edition
from casebook import lay_out, write
from everything import NOON, everything
from inventing import Invention
from printing import Reading, check, printed, squeezed

FIRST = "briefings/01-shared-offices/index.md"


def together(root: Path, format: str = "pdf") -> Reading:
    return Reading(collected_edition(check(root), load(root), NOON, format).content)


def _part(reading: Reading, number: int) -> str:
    """The text of a briefing in the whole, without heads and feet."""
    pages = [squeezed(page) for page in reading.pages[2:]]
    starts = [at for at, page in enumerate(pages) if re.search(rf"Briefing{number}:.*Edition:", page)]
    assert starts
    ends = [at for at, page in enumerate(pages) if re.search(rf"Briefing{number + 1}:.*Edition:", page)]
    return "".join(pages[starts[0] : ends[0] if ends else len(pages)])


def test_each_briefing_keeps_its_own_numbers(tmp_path: Path) -> None:
    root = everything(tmp_path)
    whole = together(root)
    plan = check(root).plan
    for cited in plan.cited.briefings:
        part = _part(whole, cited.briefing.number)
        alone = Reading(printed(root, "pdf", plan.cited.briefings.index(cited)).content)
        markers = re.findall(r"\[[S0-9][^\]]*\]", alone.text)
        assert markers
        assert all(one in part for one in markers)
        for reference in cited.text.references:
            assert f"{reference.label}." in part
        for note in plan.notes.get(cited.briefing.slug, ()):
            assert f"{note.number}{squeezed(note.url).removeprefix('mailto:').removeprefix('tel:')[:24]}" in part
    assert squeezed("2 briefings, each with the numbers of its own page") in squeezed(whole.pages[0])


@pytest.mark.parametrize("format", ["pdf", "giant"])
def test_every_note_stands_by_its_call(tmp_path: Path, format: str) -> None:
    root = lay_out(tmp_path)
    texts = {}
    for number in (1, 2, 3):
        invention = Invention(number + 40)
        text = invention.text(sections=2).replace("number: 1", f"number: {number}", 1)
        for end in ("call", "note"):
            text = re.sub(rf"{end}(\d+)end", rf"{end}\1of{number}end", text)
        texts[number] = invention.links
        write(root, FIRST if number == 1 else f"briefings/0{number}-more/index.md", text)
    reading = together(root, format)
    pages = [squeezed(page) for page in reading.pages]
    for number, links in texts.items():
        assert links > 8
        for link in range(1, links + 1):
            call = [at for at, page in enumerate(pages) if f"call{link}of{number}end" in page]
            note = [at for at, page in enumerate(pages) if f"note{link}of{number}end" in page]
            assert call == note, f"note {link} of briefing {number}"
            assert len(call) == 1


def test_contents_and_bookmarks_name_each_briefing(tmp_path: Path) -> None:
    reading = together(everything(tmp_path))
    contents = squeezed(reading.pages[1])
    assert "Briefing1:" in contents
    assert "Briefing2:Jointteams" in contents
    titles = [one["/Title"] for one in reading.pdf.outline if not isinstance(one, list)]
    assert [title.partition(":")[0] for title in titles] == ["Contents", "Briefing 1", "Briefing 2"]
    assert {"briefing-1.md", "briefing-2.md", "briefing-1.bib"} <= set(reading.pdf.attachments)


def test_it_is_the_same_file_each_time(tmp_path: Path) -> None:
    first, second = everything(tmp_path / "a"), everything(tmp_path / "b")
    assert together(first).content == together(second).content


def test_another_format_is_refused_in_a_sentence(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    with pytest.raises(CannotRun, match="All briefings together cannot be made as “docx”"):
        collected_edition(check(root), load(root), NOON, "docx")
