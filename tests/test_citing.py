"""Citing: how works are numbered, and what the reader sees of a citation in each style.

Everything here is invented: sites, works, and what they found.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools import pipeline
from briefing_tools.bibliography import read_bibliography
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.marking import Number, called, marker
from briefing_tools.markup import parse
from briefing_tools.model import (
    Bibliography,
    CitationItem,
    CitedBriefing,
    CitedText,
    Day,
    Mode,
    PlacedCitation,
    Reference,
    plain_text,
    walk,
)
from briefing_tools.model import Citation as OneCitation
from briefing_tools.source import Position, Source, Span
from briefing_tools.stages.pages.briefing import reviewed_html
from briefing_tools.styles import STYLES, format_reference, year_suffixes
from casebook import change, lay_out, write

TODAY = Day(2026, 11, 24)

WORKS = """
@report{rowan2019, author={Rowan, A.}, title={Sharing}, institution={I}, year={2019}}
@article{ash2020, author={Ash, B. and Elm, C.}, title={Who sits where}, journal={J}, year={2020}}
@report{birch2021, author={Birch, A. and others}, title={Many hands}, institution={I}, year={2021}}
@report{rowan2019b, author={Rowan, A.}, title={Aside}, institution={I}, year={2019}}
@report{council, author={{Invented Council of Westmarsh}}, title={Undated}, institution={I}}
@legislation{act, title={Invented Act 1989}, number={41}, year={1989}}
@jurisdiction{case, title={Re Z}, year={2013}, number={UKSC 1}}
"""


def bibliography(text: str = WORKS) -> Bibliography:
    return read_bibliography(Source("references.bib", text))


def seen(written: str, style: str, text: str = WORKS) -> list[str]:
    """What the reader sees of every citation of a paragraph."""
    works = bibliography(text).works
    letters = year_suffixes(works.values(), style)
    numbers: dict[str, str] = {}
    markers = []
    for node in walk(parse(Source("a.md", written), 0).nodes):
        if isinstance(node, OneCitation):
            for item in node.items:
                if item.key in works:
                    numbers.setdefault(item.key, str(len(numbers) + 1))
            labels = tuple(numbers.get(item.key, "") for item in node.items)
            placed = PlacedCitation("", 1, node, labels, style)
            references = tuple(
                Reference(label, works[key], format_reference(works[key], style), (), letters.get(key, ""))
                for key, label in numbers.items()
            )
            markers.append("".join(part.text for part in marker(placed, CitedText((), references, {}))))
    return markers


@pytest.mark.parametrize(
    ("written", "briefing", "vancouver", "harvard"),
    [
        ("So [@ash2020].", "[1]", "(1)", "(Ash and Elm, 2020)"),
        ("So [@ash2020, p. 58].", "[1, p. 58]", "(1, p. 58)", "(Ash and Elm, 2020, p. 58)"),
        ("So [@birch2021, pp. 3-4].", "[1, pp. 3–4]", "(1, pp. 3–4)", "(Birch et al., 2021, pp. 3–4)"),
        ("So [see @ash2020, pp. 3–4; @birch2021].", "[see 1, pp. 3–4; 2]", "(see 1, pp. 3–4; 2)", "(see Ash and Elm, 2020, pp. 3–4; Birch et al., 2021)"),
        ("So [see @rowan2019; @birch2021].", "[see 1; 2]", "(see 1; 2)", "(see Rowan, 2019a; Birch et al., 2021)"),
        ("@ash2020 say so.", "Ash and Elm [1]", "Ash and Elm (1)", "Ash and Elm (2020)"),
        ("@ash2020 [p. 5] say so.", "Ash and Elm [1, p. 5]", "Ash and Elm (1, p. 5)", "Ash and Elm (2020, p. 5)"),
        ("@ash2020 [p. 5; see @birch2021] say so.", "Ash and Elm [1, p. 5; see 2]", "Ash and Elm (1, p. 5; see 2)", "Ash and Elm (2020, p. 5; see Birch et al., 2021)"),
        ("As they said [-@ash2020].", "[1]", "(1)", "(2020)"),
        ("As they said [-@ash2020, p. 7].", "[1, p. 7]", "(1, p. 7)", "(2020, p. 7)"),
        ("So [@rowan2019; @rowan2019b].", "[1; 2]", "(1; 2)", "(Rowan, 2019a; Rowan, 2019b)"),
        ("So [@council].", "[1]", "(1)", "(Invented Council of Westmarsh, no date)"),
        ("So [@act, s. 47].", "[1, s. 47]", "(1, s. 47)", "(Invented Act 1989, s. 47)"),
        ("The @act says so.", "Invented Act 1989 [1]", "Invented Act 1989 (1)", "Invented Act 1989"),
        ("The @act [s. 47] says so.", "Invented Act 1989 [1, s. 47]", "Invented Act 1989 (1, s. 47)", "Invented Act 1989 (s. 47)"),
        ("The @act [; @ash2020] says so.", "Invented Act 1989 [1; 2]", "Invented Act 1989 (1; 2)", "Invented Act 1989 (Ash and Elm, 2020)"),
        ("In @case it was so.", "Re Z [1]", "Re Z (1)", "Re Z (2013)"),
        ("So [@nobody2020].", "[nobody2020?]", "(nobody2020?)", "(nobody2020?)"),
        ("So [@ash2020; see @nobody2020, p. 3].", "[1; see nobody2020?, p. 3]", "(1; see nobody2020?, p. 3)", "(Ash and Elm, 2020; see nobody2020?, p. 3)"),
    ],
)  # fmt: skip
def test_what_the_reader_sees(written: str, briefing: str, vancouver: str, harvard: str) -> None:
    for style, expected in (("briefing", briefing), ("vancouver", vancouver), ("harvard", harvard)):
        assert seen(written, style) == [expected]


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("[e.g. @ash2020 for Westmarsh]", "[e.g. 1 for Westmarsh]"),
        ("[for example, @ash2020, p. 3, and passim]", "[for example, 1, p. 3, and passim]"),
        ("[see (@ash2020)]", "[see (1)]"),
        ("[@ash2020: a caution]", "[1: a caution]"),
        ("[@ash2020 – a caution]", "[1 – a caution]"),
        ("[cf. @ash2020, esp. the tables; contrast @rowan2019]", "[cf. 1, esp. the tables; contrast 2]"),
        ("[see Annex B of @ash2020, ch. 2]", "[see Annex B of 1, ch. 2]"),
    ],
)
def test_words_before_and_after_stay_as_written(written: str, marked: str) -> None:
    assert seen(f"So {written}.", "briefing") == [marked]


WORDS = st.text(st.sampled_from("abc éß'“”.,:;()<>&*_-–"), max_size=15).map(str.strip)


@given(
    WORDS,
    WORDS,
    st.sampled_from(Mode),
    st.sampled_from([*bibliography().works, "nobody"]),
    st.sampled_from(list(STYLES)),
)
def test_no_prefix_or_suffix_is_ever_lost(prefix: str, suffix: str, mode: Mode, key: str, style: str) -> None:
    span = Span("a.md", Position(1, 1), Position(1, 2))
    works = bibliography().works
    label = "1" if key in works else ""
    references = tuple(Reference("1", works[one], (), ()) for one in ([key] if label else []))
    item = CitationItem(key, mode, prefix, None, suffix, span)
    placed = PlacedCitation("", 1, OneCitation((item,), mode is Mode.NARRATIVE, span), (label,), style)
    parts = marker(placed, CitedText((), references, {}))
    whole = "".join(part.text for part in parts)
    assert prefix in whole
    assert suffix.lstrip(" ,;") in whole
    assert [part.key for part in parts if isinstance(part, Number)] == ([key] if label else [])


# -- Numbers -----------------------------------------------------------------------------------------------------------


def cited(project: Path) -> tuple[CitedBriefing, ...]:
    return pipeline.check(load(project), TODAY).plan.cited.briefings


def numbers(text: CitedText) -> Mapping[str, str]:
    return {reference.work.key: reference.label for reference in text.references}


def styled(style: str) -> object:
    return change("mkdocs.yml", "  - briefings", f"  - briefings:\n      style: {style}")


def body(text: str) -> object:
    """The base with this instead of what it says of joint teams."""
    return change("briefings/01-shared-offices/index.md", "Joint teams have one manager.", text)


def test_numbers_follow_the_first_citation_in_reading_order(tmp_path: Path) -> None:
    (briefing,) = cited(lay_out(tmp_path, body("One manager [@hazel2021; @ash2020], and again [@rowan2019, p. 9].")))
    assert numbers(briefing.text) == {"rowan2019": "1", "ash2020": "2", "hazel2021": "3"}
    assert [one.labels for one in briefing.text.citations] == [("1",), ("2",), ("1",), ("3",), ("3", "2"), ("1",)]
    assert [(one.label, one.cited_by) for one in briefing.text.references] == [
        ("1", (1, 3, 6)),
        ("2", (2, 5)),
        ("3", (4, 5)),
    ]


def test_a_heading_cites_before_its_text_and_is_named_without_its_numbers(tmp_path: Path) -> None:
    heading = "## What @hazel2021 [p. 3] found *here* [see @ash2020, p. 7]? {#found}\n\nThis [p. 8]. That [@rowan2019]."
    (briefing,) = cited(lay_out(tmp_path, body(heading)))
    assert numbers(briefing.text) == {"rowan2019": "1", "hazel2021": "3", "ash2020": "2"}
    found = briefing.briefing.section("found")
    assert found is not None
    assert found.title == "What Invented Council of Westmarsh found here?"
    own = [one for one in briefing.text.citations if one.section == "found"]
    assert [one.labels for one in own] == [("3",), ("2",), ("2",), ("1",)]
    page = reviewed_html(briefing, pipeline.check(load(tmp_path), TODAY).plan)
    (title,) = re.findall(r'<h2 id="found">(.*)</h2>', page)
    assert re.sub("<[^>]+>", "", title) == "What Invented Council of Westmarsh [3, p. 3] found here [see 2, p. 7]?"
    assert title.count("<a ") == 2
    assert f'<a href="#found">{found.title}</a>' in re.sub(r"\s*<(/?)span[^>]*>\s*", "", page)


def test_a_key_that_is_unknown_takes_no_number(tmp_path: Path) -> None:
    (briefing,) = cited(lay_out(tmp_path, body("One manager [@nobody; @hazel2021].")))
    assert numbers(briefing.text) == {"rowan2019": "1", "ash2020": "2", "hazel2021": "3"}
    assert briefing.text.citations[-1].labels == ("", "3")


def test_every_briefing_counts_for_itself(tmp_path: Path) -> None:
    project = lay_out(tmp_path)
    first = (project / "briefings/01-shared-offices/index.md").read_text("utf-8")
    second = first.replace("number: 1", "number: 2").replace("rowan2019", "hazel2021")
    write(project, "briefings/02-joint-teams/index.md", second)
    one, other = cited(project)
    assert numbers(one.text)["rowan2019"] == "1"
    assert numbers(other.text) == {"hazel2021": "1", "ash2020": "2"}


def test_updates_have_their_own_numbers_and_leave_the_briefings_alone(tmp_path: Path) -> None:
    update = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
    project = lay_out(
        tmp_path,
        change(update, "evidence: practice-experience", "evidence: practice-experience\nsources: [ash2020, hazel2021]"),
    )
    (briefing,) = cited(project)
    (its,) = briefing.updates_in_order()
    assert numbers(its.text) == {"hazel2021": "S1", "ash2020": "S2"}
    assert [one.labels for one in its.text.citations] == [("S1",)]
    (project / update).unlink()
    (bare,) = cited(project)
    assert bare.text == briefing.text


@given(st.lists(st.lists(st.sampled_from([*bibliography().works, "nobody"]), min_size=1, max_size=3), max_size=8))
def test_numbers_count_up_without_a_gap(groups: list[list[str]]) -> None:
    written = " ".join("So [" + "; ".join(f"@{key}" for key in keys) + "]." for keys in groups)
    markers = seen(written, "briefing")
    order = list(dict.fromkeys(key for keys in groups for key in keys if key != "nobody"))
    expected = [
        "[" + "; ".join(str(order.index(key) + 1) if key in order else "nobody?" for key in keys) + "]"
        for keys in groups
    ]
    assert markers == expected


# -- Author and date ---------------------------------------------------------------------------------------------------


def test_harvard_lists_references_alphabetically_and_still_numbers_them(tmp_path: Path) -> None:
    (briefing,) = cited(lay_out(tmp_path, styled("harvard")))
    assert [(one.label, plain_text(one.text)[:24]) for one in briefing.text.references] == [
        ("2", "Ash, B. and Elm, C. (202"),
        ("3", "Invented Council of West"),
        ("1", "Rowan, A. (2019) Sharing"),
    ]
    assert [called(one, briefing.text.style) for one in briefing.text.references] == [
        "Ash and Elm, 2020",
        "Invented Council of Westmarsh, 2021",
        "Rowan, 2019",
    ]


def test_a_work_has_one_letter_in_every_briefing(tmp_path: Path) -> None:
    project = lay_out(tmp_path, styled("harvard"), body("One manager [@rowan2019b]."))
    with (project / "references.bib").open("a", encoding="utf-8") as file:
        file.write("\n@report{rowan2019b, author={Rowan, A.}, title={Aside}, institution={I}, year={2019}}\n")
    first = (project / "briefings/01-shared-offices/index.md").read_text("utf-8")
    second = (
        first.replace("number: 1", "number: 2")
        .replace("@rowan2019,", "@hazel2021,")
        .replace("@rowan2019]", "@hazel2021]")
    )
    write(project, "briefings/02-joint-teams/index.md", second)
    one, other = (
        {ref.work.key: plain_text(ref.text) for ref in briefing.text.references} for briefing in cited(project)
    )
    assert one["rowan2019"].startswith("Rowan, A. (2019a) ")
    assert one["rowan2019b"].startswith("Rowan, A. (2019b) ")
    assert "rowan2019" not in other, "the letter does not depend on what else a briefing cites"
    assert other["rowan2019b"].startswith("Rowan, A. (2019b) ")


def test_numbered_styles_call_a_reference_by_its_number(tmp_path: Path) -> None:
    (briefing,) = cited(lay_out(tmp_path, styled("vancouver")))
    assert [called(one, briefing.text.style) for one in briefing.text.references] == ["1", "2", "3"]


@pytest.mark.parametrize("style", STYLES)
def test_the_plan_gives_numbers_in_every_style(tmp_path: Path, style: str) -> None:
    project = lay_out(tmp_path, styled(style))
    done = CliRunner().invoke(main, ["--root", str(project), "show", "1", "--json"])
    plan = json.loads(done.output)
    assert {one["key"]: one["number"] for one in plan["references"]} == {"rowan2019": 1, "ash2020": 2, "hazel2021": 3}
    assert [[item["number"] for item in one["items"]] for one in plan["citations"]] == [[1], [2], [1], [3]]
