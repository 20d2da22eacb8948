"""Braille: 40 cells by 25 lines, every page numbered, contents that lead to them; nothing is left out in silence."""

import re
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.liblouis import CONTRACTED, UNCONTRACTED, liblouis_is_here, transcribe, transcribe_back
from briefing_tools.stages.editions.book.binding import bind
from briefing_tools.stages.editions.book.braille import NOTICE, make_braille, sayable
from casebook import lay_out, write
from everything import TODAY, everything
from inventing import Invention

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not liblouis_is_here(), reason="Needs liblouis: sudo apt install liblouis20 liblouis-data"
)


def brf(root: Path) -> str:
    """The Braille edition of a project's first briefing."""
    settings = load(root)
    plan = pipeline.check(settings, TODAY).plan
    made = make_braille(bind(plan.cited.briefings[0], plan, settings.read_asset))
    text = made.content.decode("ascii")
    assert text.count("\f") == made.pages
    return text


def sheets(text: str) -> list[list[str]]:
    """The pages as lines."""
    assert text.endswith("\f")
    return [page.split("\r\n") for page in text.split("\f")[:-1]]


@pytest.fixture(scope="module", params=["briefing 7", "everything", "invented"])
def text(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three briefings in Braille."""
    if request.param == "briefing 7":
        return brf(ROOT)
    root = tmp_path_factory.mktemp("project")
    if request.param == "everything":
        return brf(everything(root))
    lay_out(root)
    (root / "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md").unlink()
    write(root, "briefings/01-shared-offices/index.md", Invention(7).text(12))
    return brf(root)


def test_pages_are_40_cells_by_25_lines(text: str) -> None:
    assert set(text) <= {*map(chr, range(0x20, 0x60)), "\r", "\n", "\f"}, "Braille ASCII has 64 characters"
    for page in sheets(text):
        assert len(page) <= 25
        assert all(len(line) <= 40 for line in page)
        assert all(line == line.rstrip() for line in page)
        assert page[1].strip(), "no page begins with an empty line"


def test_every_page_has_its_number_and_the_title(text: str) -> None:
    pages = sheets(text)
    for number, page in enumerate(pages, 1):
        assert transcribe_back(page[0].split(" ")[-1], CONTRACTED) == str(number)
    heads = {re.sub(r" *#[A-J]+$", "", page[0]) for page in pages[1:]}
    assert len(heads) == 1
    assert transcribe_back(heads.pop(), CONTRACTED).startswith("Briefing ")
    assert re.fullmatch(r" +#A", pages[0][0])


def test_no_heading_stands_at_the_foot_of_a_page(text: str) -> None:
    whole = " ".join(line.strip() for page in sheets(text) for line in page[1:])
    titles = [*re.findall(r"### (.*?) \{#", Invention(7).text(12)), "Terminology", "Shared offices", "References"]
    present = [title for title in (transcribe(one, CONTRACTED) for one in titles) if title in whole]
    assert present
    for page in sheets(text)[:-1]:
        assert not any(title.endswith(page[-1].strip()) and page[-1].startswith("    ") for title in present), page[-1]


def test_the_contents_lead_to_the_headings(text: str) -> None:
    pages = sheets(text)
    first = next(number for number, page in enumerate(pages) if transcribe("Contents", CONTRACTED) in page[1])
    entries: list[tuple[str, int]] = []
    begun = ""
    for page in pages[first:]:
        for line in page[2 if page is pages[first] else 1 :]:
            found = re.fullmatch(r'(.*?) (?:"+ | *)#([A-J]+)', line)
            if not line.strip():
                continue
            if found:
                entries.append(
                    (
                        f"{begun} {found.group(1).strip()}".strip(),
                        int(transcribe_back(f"#{found.group(2)}", CONTRACTED)),
                    )
                )
                begun = ""
            else:
                begun = f"{begun} {line.strip()}"
        if entries and entries[-1][0] == transcribe("Publisher", CONTRACTED):
            break
    assert len(entries) > 8
    for title, place in entries:
        lines = " ".join(line.strip() for line in pages[place - 1][1:])
        bare = re.sub(r" \.<.*?\.>| +(?= )", "", lines)  # headings stand in the contents without their citations
        assert title in bare, f"{transcribe_back(title, CONTRACTED)} is not on page {place}"


def test_it_says_what_it_is(text: str) -> None:
    cover = " ".join(line.strip() for line in sheets(text)[0][1:])
    assert NOTICE.startswith("Machine-transcribed, not proof-read by a Braille reader.")
    assert transcribe(NOTICE, CONTRACTED) in cover


def test_an_address_longer_than_a_line_goes_on_after_dot_5(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    path = root / "briefings/01-shared-offices/index.md"
    address = "https://www.example.org/" + "/".join(["a-long-part-of-an-address"] * 5)
    path.write_text(path.read_text("utf-8").replace("https://www.example.org/two-years", address), "utf-8")
    lines = [line.strip() for page in sheets(brf(root)) for line in page]
    begin = next(number for number, line in enumerate(lines) if line.endswith('"') and "/" in line)
    whole = ""
    for line in lines[begin:]:
        whole += line.removesuffix('"')
        if not line.endswith('"'):
            break
    assert whole.split(" ")[-1] == transcribe(address, CONTRACTED)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("well 👍🏽 done", "well [thumbs up sign][emoji modifier fitzpatrick type-4] done"),
        ("नमस्ते दुनिया and on", "[text in Devanagari script] and on"),
        ("العربية, English", "[text in Arabic script], English"),
        ("soft\xadhyphen, zero\u200bwidth, no-break\xa0space", "softhyphen, zerowidth, no-break space"),
        ("Llŷr & Æsa – “yes” £5 50% €3 © §", "Llŷr & Æsa – “yes” £5 50% €3 © §"),
    ],
)
def test_what_braille_cannot_write_is_said(text: str, words: str) -> None:
    assert sayable(text, CONTRACTED) == words
    assert "\\" not in transcribe(words, CONTRACTED), "liblouis writes a code where it knows no sign"


def test_welsh_is_uncontracted_and_keeps_its_accents() -> None:
    welsh = "Mae gwasanaethau sy'n rhannu swyddfa: ŵ, ŷ, â."
    assert transcribe_back(transcribe(welsh, UNCONTRACTED), UNCONTRACTED) == welsh


def test_an_update_stands_between_lines_and_says_what_it_is(tmp_path: Path) -> None:
    lines = [line for page in sheets(brf(lay_out(tmp_path))) for line in page[1:]]
    label = transcribe("Update. Experience from a demonstrator site.", CONTRACTED)[:30]
    at = next(number for number, line in enumerate(lines) if line.startswith(label))
    assert lines[at - 1] == "7" * 40
    assert "G" * 40 in lines[at:]
