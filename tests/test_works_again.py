"""A page that stands alone: of which work it is, what readers see, and that nothing else changes its meaning."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from briefing_tools import pipeline
from briefing_tools.citation_syntax import find_citations, is_place_alone
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.model import Citation, Day, walk
from casebook import change, lay_out, write

BRIEFING = "briefings/01-shared-offices/index.md"
SENTENCE = "Joint teams have one manager."


@pytest.mark.parametrize("text", ["p. 24", "pp. 3–4", "p.24", "p. xii", "para. 5", "paras. 3, 7", "ch. 2", " p. 24 "])
def test_a_place_alone(text: str) -> None:
    assert is_place_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "24",
        "4",
        "p.",
        "p. 24 and more",
        "p. 24; p. 25",
        "s. 47",
        "Figure 3",
        "page 24",
        "n. 3",
        "see p. 24",
        "P. Smith",
        "",
    ],
)
def test_no_place_alone(text: str) -> None:
    assert not is_place_alone(text)


def test_as_pandoc_reads_it_a_page_alone_is_no_citation() -> None:
    assert find_citations("[@a] and [p. 24]") == find_citations("[@a] and      ")


def keys(root: Path, text: str) -> list[list[str]]:
    """The keys of every citation of the section “Joint teams”."""
    lay_out(root, change(BRIEFING, SENTENCE, text))
    checked = pipeline.check(load(root), Day(2026, 11, 24))
    (briefing,) = checked.plan.cited.series.briefings
    section = briefing.section("teams")
    assert section
    return [[item.key for item in node.items] for node in walk(section.body) if isinstance(node, Citation)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A [@ash2020]. B [p. 3]. C [p. 4].", [["ash2020"], ["ash2020"], ["ash2020"]]),
        ("A [@ash2020].\n\n- B [p. 3]\n- C [@rowan2019]\n- D [p. 4]\n\n> E [p. 5]", [["ash2020"], ["ash2020"], ["rowan2019"], ["rowan2019"], ["rowan2019"]]),
        ("@ash2020 say so, and more [p. 4].", [["ash2020"], ["ash2020"]]),
        ("A [@ash2020; @ash2020, p. 3]. B [p. 4].", [["ash2020", "ash2020"], ["ash2020"]]),
        ("A [@ash2020; @rowan2019]. B [p. 4].", [["ash2020", "rowan2019"], [""]]),
        ("A [p. 4]. B [@ash2020].", [[""], ["ash2020"]]),
        ("A [@ash2020].\n\n#### Below {#below}\n\nB.", [["ash2020"]]),
    ],
)  # fmt: skip
def test_of_which_work_it_is(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    assert keys(tmp_path, text) == expected


def test_the_next_section_begins_anew(tmp_path: Path) -> None:
    lay_out(tmp_path, change(BRIEFING, SENTENCE, "A [@ash2020].\n\n#### Below {#below}\n\nB [p. 4]."))
    checked = pipeline.check(load(tmp_path), Day(2026, 11, 24))
    assert [finding.rule for finding in checked.findings] == ["cite-place-alone"]


def test_readers_see_the_work_with_the_page(tmp_path: Path) -> None:
    lay_out(tmp_path, change(BRIEFING, SENTENCE, "A [@ash2020, p. 13]. B [p. 14]."))
    plan = json.loads(CliRunner().invoke(main, ["show", "1", "--json", "--root", str(tmp_path)]).stdout)
    item = plan["citations"][-1]["items"][0]
    assert (item["key"], item["label"], item["locator"]) == ("ash2020", "page", "14")
    settings = load(tmp_path)
    built = pipeline.build(pipeline.check(settings, Day(2026, 11, 24)), settings, 0)
    html = next(str(page.html) for page in built.pages if page.url == "01-shared-offices/")
    assert 'aria-label="Reference 2, p. 14">2, p. 14</a>]' in html


def test_an_update_has_its_own(tmp_path: Path) -> None:
    lay_out(tmp_path)
    update = tmp_path / "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
    text = update.read_text("utf-8").replace("as [@hazel2021] did.", "as [@hazel2021] did [p. 4].")
    write(tmp_path, str(update.relative_to(tmp_path)), text)
    (cited,) = pipeline.check(load(tmp_path), Day(2026, 11, 24)).plan.cited.briefings
    (one,) = cited.updates_in_order()
    assert [placed.citation.items[0].key for placed in one.text.citations] == ["hazel2021", "hazel2021"]


def test_the_list_of_citations_is_pandoc_s(tmp_path: Path) -> None:
    file = write(tmp_path, "a.md", "A [@ash2020] and [p. 4].\n")
    found = json.loads(CliRunner().invoke(main, ["citations", str(file), "--json"]).stdout)
    assert [[item["key"] for item in one["items"]] for one in found["files"][0]["citations"]] == [["ash2020"]]
