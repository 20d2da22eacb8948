"""Search: what is found, in which order, how it is quoted — on Briefing 7, and on a small series that is invented."""

import itertools
import json
import lzma
import pickle
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import snowballstemmer.english_stemmer
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools import pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.indexing import Answer, Filter, Index, answer, build_index
from briefing_tools.indexing.index import FIELDS
from briefing_tools.indexing.passages import WHOLE
from briefing_tools.indexing.questions import understand
from briefing_tools.indexing.ranking import rarity
from briefing_tools.indexing.store import schema
from briefing_tools.indexing.words import compounds_of, fold, slips_between, stem, words_of
from briefing_tools.model import Day, LinkedSeries, Record, Term
from briefing_tools.privacy.vocabulary import vocabulary
from briefing_tools.showing import answer_text
from briefing_tools.source import Span
from briefing_tools.stages.search import KINDS, LABELS, records, search
from casebook import lay_out, write

ROOT = Path(__file__).parents[1]
TODAY = Day(2026, 11, 24)
GOLDEN = Path(__file__).parent / "golden" / "search"


# -- Briefing 7 --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> LinkedSeries:
    """The series of this project."""
    return pipeline.check(load(ROOT), TODAY).plan


@pytest.fixture(scope="module")
def seven(plan: LinkedSeries) -> Index:
    """The index of this project: Briefing 7 and the glossary."""
    return build_index(records(plan), plan.cited.series.glossary, language=vocabulary().words)


def found(index: Index, query: str) -> list[str]:
    """Kind and place of each result: `section #mash`, `reference #ref-munro2011`, `glossary #mash`."""
    return [
        f"{one.record.kind} #{one.record.url.partition('#')[2]}" for one in answer(index, query, limit=1000).results
    ]


@pytest.mark.parametrize(
    "query",
    ["MASH", "mash", "multi agency safeguarding hub", "Multi-Agency Safeguarding Hubs", "multiagency", "multi-agency",
     "devon hub", "devon", "multi agency safegaurding hub"],
)  # fmt: skip
def test_the_section_on_hubs_comes_first(seven: Index, query: str) -> None:
    assert found(seven, query)[0] == "section #mash"


@pytest.mark.parametrize(
    "spellings",
    [
        ("multi-agency", "multiagency", "multi agency", "Multi‑Agency", "MULTI-AGENCY"),
        ("children’s services", "children's services", "childrens services", "children services"),
        ("key worker", "key-worker", "keyworker"),
        ("wellbeing", "well-being", "well being"),
        ("joined-up", "joined up", "joinedup"),
        ("whole-family", "whole family", "wholefamily"),
        ("integrated", "integration", "integrate"),
        ("coordinated", "coordination", "coordinate", "co-ordinate", "co ordinate"),
        ("evaluated", "evaluation"),
        ("transition", "transitions", "moving to adult services"),
        ("King's Fund", "kings fund", "King’s Fund"),
    ],
)
def test_spellings_of_one_thing_find_the_same(seven: Index, spellings: tuple[str, ...]) -> None:
    first, *others = (set(found(seven, spelling)) for spelling in spellings)
    assert first
    assert all(other == first for other in others)


def test_an_acronym_finds_what_it_stands_for_and_back(seven: Index) -> None:
    acronym, name = found(seven, "LSCB"), found(seven, "local safeguarding children board")
    assert acronym == name == ["section #strategic-relationships", "glossary #lscb"]
    assert [term.term for term in answer(seven, "lscbs").terms] == ["LSCB"]
    assert found(seven, "CAMHS")[0] in found(seven, "child and adolescent mental health services")[:2]


def test_information_sharing_in_devon_is_the_hub_and_what_was_learnt_there(seven: Index) -> None:
    assert found(seven, "information sharing devon")[:2] == [
        "section #mash",
        "update #update-devon-2026-11-23-co-located-hub",
    ]


def test_a_slip_of_the_pen_is_answered_and_put_right(seven: Index) -> None:
    wrong, right = answer(seven, "safegaurding"), answer(seven, "safeguarding")
    assert wrong.did_you_mean == "safeguarding"
    assert right.did_you_mean == ""
    assert {one.record.url for one in wrong.results} == {one.record.url for one in right.results}
    assert answer(seven, "  Troubled familes, kind:section").did_you_mean == "  Troubled families, kind:section"
    assert answer(seven, "munro 2010").did_you_mean == "", "a year is not a slip of the pen"


def test_a_word_of_the_language_is_no_slip(seven: Index) -> None:
    """The series has *date*, *plan*, *same* and *round*; who asks for a word that it lacks is not told to mean another."""
    for word in ("data", "plant", "save", "around"):
        assert not seven.postings.has(stem(word)), "else this tells nothing"
        given = answer(seven, f"{word} protection ")
        assert given.did_you_mean == "", word
        assert given.note == f"Nothing has the word “{word}”; these results are for the rest.", word
    assert answer(seven, "dtae protection ").did_you_mean == "date protection "


@pytest.mark.parametrize("query", ["info sharing", "sharing info hub", "inform shar"])
def test_half_a_word_is_a_beginning_wherever_it_stands(seven: Index, query: str) -> None:
    assert "section #mash" in found(seven, query)[:3]
    assert answer(seven, query).did_you_mean == ""


def test_a_name_and_a_year_find_the_work_and_who_cites_it(seven: Index) -> None:
    assert found(seven, "Munro 2011")[:3] == [
        "reference #ref-munro2011",
        "section #policy",
        "section #strategic-relationships",
    ]
    assert found(seven, "Horwath and Morrison (2007)")[:2] == ["reference #ref-horwath2007", "section #terminology"]


def test_a_quotation_must_be_there_word_for_word(seven: Index) -> None:
    quoted = answer(seven, "“mental health problems”", limit=1000)
    assert quoted.count
    assert all("mental health problems" in f"{one.record.title} {one.record.text}" for one in quoted.results)
    assert set(found(seven, '"mental health problems"')) < set(found(seven, "mental health problems"))
    missing = answer(seven, '"problems mental health"')
    assert missing.note == "Nothing has exactly “problems mental health”; what comes near is shown."
    assert missing.count


def test_a_term_is_told_beside_the_results_and_stands_behind_a_section(seven: Index) -> None:
    for query in ("key worker", '"key worker"', '"lead professional"', "CAF", "MASH", "LSCBs"):
        given = answer(seven, query)
        assert given.results[0].record.kind == "section", query
        assert given.terms, query
    alone = answer(seven, "NFER")
    assert alone.results[0].record.kind != "section" or "NFER" in alone.results[0].record.text


def test_all_words_come_before_most_words(seven: Index) -> None:
    both = found(seven, "substance misuse domestic violence")
    assert both[0] == "section #family-services"
    few = answer(seven, "domestic abuse")
    assert few.note == "Nothing has all of these words; what has most of them comes first."
    assert found(seven, "domestic abuse")[0] == "section #family-services"


@pytest.mark.parametrize("beginning", ["safegu", "safeguardi", "multi-agency safeguarding hu", "mental heal"])
def test_the_word_being_typed_counts_as_far_as_it_goes(seven: Index, beginning: str) -> None:
    assert "section #mash" in found(seven, beginning) or "section #transitions" in found(seven, beginning)
    assert answer(seven, beginning).did_you_mean == ""


def test_a_known_word_comes_before_longer_ones(seven: Index) -> None:
    """*plan* begins *planned* (the same word) and nothing else; *care* begins *carers*, who come last."""
    texts = [f"{one.record.title} {one.record.text}".lower() for one in answer(seven, "care", limit=1000).results]
    has_care = [bool({"care", "cares"} & {word.text for word in words_of(text)}) for text in texts]
    assert has_care == sorted(has_care, reverse=True)


def test_the_newest_first(seven: Index) -> None:
    best, newest = (answer(seven, "services", newest=order, limit=1000) for order in (False, True))
    dates = [one.record.date for one in newest.results]
    assert dates == sorted(dates, reverse=True)
    assert {one.record.url for one in best.results} == {one.record.url for one in newest.results}
    same = [one for one in newest.results if one.record.date == dates[0]]
    assert [one.score for one in same] == sorted((one.score for one in same), reverse=True)


def test_filters(seven: Index, plan: LinkedSeries) -> None:
    every = records(plan)
    assert found(seven, "kind:update") == [
        f"update #{one.url.partition('#')[2]}" for one in every if one.kind == "update"
    ]
    assert found(seven, "site:devon") == ["update #update-devon-2026-11-23-co-located-hub"]
    assert found(seven, "hub KIND:Updates") == ["update #update-devon-2026-11-23-co-located-hub"]
    assert set(found(seven, "hub section:mash kind:section kind:signpost")) == {"section #mash", "signpost #mash"}
    assert found(seven, "hub briefing:7") == [one for one in found(seven, "hub") if not one.startswith("glossary")]
    assert found(seven, "year:2007 kind:reference") == ["reference #ref-horwath2007"]
    assert found(seven, "language:en kind:briefing") == ["briefing #"]
    assert answer(seven, "hub kind:banana").note.startswith(
        "Nothing at all is kind:banana. There is: briefing, glossary,"
    )
    assert answer(seven, "hub briefing:8").note == "Nothing at all is briefing:8. There is: 7."
    assert answer(seven, "hub kind:update year:2013").count == 0
    assert found(seven, "note:hub") == found(seven, "note hub"), "what is no filter is words"


@pytest.mark.parametrize(
    "query", ["", " ", "…?!", '""', "“", "kind:", '"', "'", "-", "*", "\\", "\x00", "🙂", "\ud800"]
)
def test_nothing_asked_is_nothing_found(seven: Index, query: str) -> None:
    assert answer(seven, query).results == ()


def test_long_questions_are_read_as_far_as_they_count(seven: Index) -> None:
    long = answer(seven, "mash " + "safeguarding hub devon " * 5000)
    assert long.results[0].record.section == "mash"
    many = " ".join(f"unknownword{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    assert answer(seven, many).results == ()
    assert found(seven, many[:200] + " mash")


def test_small_words_alone_are_answered_by_what_begins_like_them(seven: Index) -> None:
    assert answer(seven, "wh").results
    assert any("whole" in one.record.title.lower() for one in answer(seven, "who", limit=1000).results)
    assert found(seven, "what is a MASH?") == found(seven, "MASH")


# -- Records -----------------------------------------------------------------------------------------------------------


def test_every_part_of_a_briefing_is_a_record(plan: LinkedSeries) -> None:
    every = records(plan)
    kinds = [one.kind for one in every]
    cited = plan.cited.briefings[0]
    assert set(kinds) == set(KINDS)
    assert kinds.count("section") == len(list(cited.briefing.all_sections()))
    assert kinds.count("reference") == len(cited.text.references)
    assert kinds.count("update") == len(cited.updates_in_order())
    assert kinds.count("glossary") == len(plan.cited.series.glossary)
    assert len({(one.kind, one.url, one.title) for one in every}) == len(every)


def test_records_read_like_the_page(plan: LinkedSeries) -> None:
    by_url = {one.url: one for one in records(plan)}
    section = next(one for one in records(plan) if one.kind == "section" and one.section == "terminology")
    assert section.label == "Research and guidance"
    assert section.breadcrumb == (
        "Briefing 7: Integrated working",
        "Activity and research in this area",
        "What is integrated working?",
    )
    assert "Horwath and Morrison describe five levels" in section.text, "a narrative mention keeps its authors"
    assert " ." not in section.text, "a citation leaves no space before the full stop"
    assert "• Communication: people" in section.text
    update = by_url["07-integrated-working/#update-devon-2026-11-23-co-located-hub"]
    assert (update.kind, update.label) == ("update", "Compiled by the editors from a published source")
    assert (update.site, update.site_name, update.date) == ("devon", "Devon", "2026-11-23")
    reference = by_url["07-integrated-working/#ref-munro2011"]
    assert reference.date == "2011"
    assert reference.text.startswith("Munro, E., 'The Munro Review of Child Protection")


def test_results_lead_to_what_is_on_the_page(plan: LinkedSeries) -> None:
    """Every deep link leads to a page that is made, and to an anchor on it."""
    from briefing_tools.rules import RULES
    from briefing_tools.stages.pages import make_pages

    pages = {page.url: str(page.html) for page in make_pages(plan, (), RULES)}
    for one in records(plan):
        url, _, anchor = one.url.partition("#")
        assert not anchor or f'id="{anchor}"' in pages[url], one.url


# -- An invented series ------------------------------------------------------------------------------------------------

UPDATE = """---
site: westmarsh
title: {title}
date: 2026-04-0{day}
section: {section}
evidence: routine-data
level: coordination
licence: OGL-UK-3.0
origin: site
checks: {{no_personal_data: {clean}, approved_by: Head of Services}}
status: {status}
status_note: Invented.
moderated_by: editors
moderated_on: 2026-04-10
---

{text}
"""

BRIEFING = """---
number: {number}
title: {title}
status: {status}
edition: "1.0"
published: 2026-03
authors:
  - {{name: Dana Invented, role: Research Analyst, organisation: Institute of Invented Studies}}
topics: [lanterns]
---

## What is the issue? {{#issue role=issue}}

{issue}

## Key policy drivers {{#policy role=policy}}

None is known.

## Activity and research {{#activity role=activity}}

{activity}

## Key messages for practice {{#key-messages role=key-messages}}

- Hang lanterns.
"""


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> LinkedSeries:
    """An invented series of three briefings: one in good order, one on lanterns, one that was withdrawn."""
    root = lay_out(tmp_path_factory.mktemp("invented"))
    lantern = "A lantern in the corridor brought families and staff together. " * 3
    texts = {
        "02-lanterns": BRIEFING.format(
            number=2, title="Lanterns in corridors", status="live", issue="Corridors are dark.", activity=lantern
        ),
        "03-gone": BRIEFING.format(
            number=3,
            title="Candles",
            status="withdrawn",
            issue="Quixotic candles.",
            activity="Zebra candles [@ash2020].",
        ),
    }
    for slug, text in texts.items():
        write(root, f"briefings/{slug}/index.md", text)
    statuses = ("published", "submitted", "held", "withdrawn", "removed", "expired")
    for day, status in enumerate(statuses, 1):
        text = f"Lantern lantern lantern: the word of this one is xylophone{status}. We follow [@rowan2019]."
        update = UPDATE.format(
            title=f"A lantern that is {status}", day=day, section="activity", status=status, text=text, clean="yes"
        )
        write(root, f"briefings/02-lanterns/updates/westmarsh/2026-04-0{day}-{status}.md", update)
    unsafe = UPDATE.format(
        title="With personal data", day=9, section="activity", status="published", text="xylophoneunsafe", clean="no"
    )
    write(root, "briefings/02-lanterns/updates/westmarsh/2026-04-09-unsafe.md", unsafe)
    gone = UPDATE.format(
        title="Added to what is gone", day=9, section="activity", status="published", text="xylophonegone", clean="yes"
    )
    write(root, "briefings/03-gone/updates/westmarsh/2026-04-09-gone.md", gone)
    return pipeline.check(load(root), TODAY).plan


@pytest.fixture(scope="module")
def series(invented: LinkedSeries) -> Index:
    """The index of the invented series."""
    return build_index(records(invented), invented.cited.series.glossary)


def test_what_readers_may_not_see_is_not_there(invented: LinkedSeries, series: Index) -> None:
    shown = {word for word in series.vocabulary if word.startswith("xylophone")}
    assert shown == {"xylophonepublished", "xylophoneexpired"}
    everything = repr(records(invented))
    for hidden in ("submitted", "held", "withdrawn", "removed", "unsafe", "gone", "Quixotic", "Candles", "Zebra"):
        assert hidden not in everything
    assert answer(series, "quixotic").results == ()


def test_an_update_says_what_it_is(invented: LinkedSeries) -> None:
    update = next(one for one in records(invented) if one.kind == "update" and "published" in one.title)
    assert (update.label, update.site_name, update.level) == ("Experience from a site", "Westmarsh", "coordination")
    assert update.breadcrumb == ("Briefing 2: Lanterns in corridors", "Activity and research")


def test_a_source_that_only_an_update_cites_is_found(series: Index) -> None:
    sources = [one.record for one in answer(series, "rowan 2019 briefing:2 kind:reference").results]
    assert [one.title for one in sources] == ["Sharing an Office"]
    assert sources[0].url.endswith("-ref-rowan2019")
    assert sources[0].breadcrumb[-1] == "Source S1"


def test_an_update_stands_behind_its_section(series: Index) -> None:
    """The update says *lantern* in its title and more often, its section only in its text."""
    kinds = [
        one.record.kind for one in answer(series, "lantern briefing:2").results if one.record.section == "activity"
    ]
    assert kinds[0] == "section"
    assert "update" in kinds
    for query in ("lantern westmarsh", "xylophonepublished"):
        assert answer(series, query).results[0].record.kind == "update", (
            "for words that the section lacks it comes first"
        )


def test_what_is_put_behind_the_same_section_keeps_its_own_order(seven: Index) -> None:
    """Both terms mention a key worker; the one that is about it comes first. So do two updates of one section."""
    terms = [one for one in found(seven, '"key worker"') if one.startswith("glossary")]
    assert terms == ["glossary #key-worker", "glossary #fip"]
    plain = Record("section", "", "Plain", "x/#1", "A lantern here.", "", 1, "1", "", "", "", "")
    once = replace(plain, kind="update", title="Once", url="x/#u1", text="A lantern " + "and other things " * 20)
    titled = replace(once, title="Lantern", url="x/#u2", text="A lantern, and a lantern.")
    given = answer(build_index((plain, once, titled), ()), "lantern").results
    assert [one.record.title for one in given] == ["Plain", "Lantern", "Once"]
    both = answer(build_index((plain, replace(titled, title="Lantern lantern", url="x/#u3"), titled), ()), "lantern")
    scores = [one.score for one in both.results]
    assert scores[0] == scores[1] == scores[2]


def test_levels_and_sites(series: Index) -> None:
    assert {one.record.kind for one in answer(series, "level:coordination").results} == {"update"}
    assert answer(series, "site:northbridge lantern").count == 0
    assert [one.record.title for one in answer(series, 'site:"Northbridge"').results] == ["Half a year in one room"]


QUESTIONS = (
    "lantern", "lanterns corridor", "corridor office lantern", "multi-agency", "multiagency", "multi agency", "Multi‑Agency teams",
    "ISO", "isos", "invented shared office", "shared office", "key worker", "keyworkers", "lead professional", "SCR", "scrs",
    "who", "what does the WHO say?", "the", "serious corridor review", "rowan 2019", "O'Brien", "obriens", "ash elm (2020)",
    "information sharing", '"information sharing"', '“sharing information”', "„nobody walked“ corridor", '"of the"', "integration",
    "co-operation", "cooperation", "cooperate", "co operation", "well lit", "welllit", "halways", "lantren coridor", "famly lantern oil",
    "lant", "co-loc", "caretaker zzzz", "Qqqq lantern zzzz qqqq", "qqqq zzzz xxxq lantern wwwq", "zzzz", "key wor", "children's services", "childrens service", "lodz aarhus sian", "漢字",
    "½", "ty a chegin", "kind:update", "lantern kind:update", "lantern KIND:updates site:westmarsh", 'site:"Nörth bridge"',
    "lantern level:coordination", "language:cy lantern", "year:2026-0 kind:section lantern", "briefing:2 lan", "briefing:9 lantern",
    "kind:banana", "lantern kind:section kind:reference", "briefing 2", "note:lantern", "lantern lantern LANTERN", "four o'clock",
    "supercalifragilistic" + "x" * 240, "Tuesday team of two", "tea helped more light", "\x00\ud800 lantern", "", "…", '"', "''",
    "a lantern in the corridor between two offices that families and staff of three agencies have shared since Tuesday",
)  # fmt: skip


def test_the_same_answers_whoever_reads_the_index(accept: bool) -> None:
    """The definition in numbers: every reader of the index, in any language, gives these answers to the last digit."""
    given = json.loads((GOLDEN / "series.json").read_text("utf-8"))
    series = tuple(Record(**{name: _frozen(value) for name, value in one.items()}) for one in given["records"])
    here = Span.of_file("invented.yml")
    glossary = tuple(
        Term(one["term"], one["name"], tuple(one["also"]), one["meaning"], here) for one in given["glossary"]
    )
    index = build_index(series, glossary)
    lines = [json.dumps({query: _as_values(answer(index, query, limit=8))}, ensure_ascii=True) for query in QUESTIONS]
    text = "\n".join(lines) + "\n"
    file = GOLDEN / "answers.jsonl"
    if accept:
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), "if this is meant: pytest --accept"


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_values(found: Answer) -> dict[str, object]:
    """An answer; a mark in a passage stands between double brackets."""
    results = [
        [one.record.url, one.score, "".join(f"⟦{text}⟧" if marked else text for text, marked in one.snippet)]
        for one in found.results
    ]
    terms = [term.term for term in found.terms]
    return {
        "count": found.count,
        "did_you_mean": found.did_you_mean,
        "note": found.note,
        "terms": terms,
        "results": results,
    }


# -- Properties --------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["lantern", "lanterns", "corridor", "office", "shared office", "ISO", "rowan 2019", "famlies", "staff", "the", "kind:update",
     "site:westmarsh", "briefing:2", "year:2026", '"staff together"', '"', "“", "-", "multi-", "’", "xylophone", "é", "ﬀ", "٣", "漢"]
)  # fmt: skip
QUERIES = st.one_of(st.text(max_size=60), st.lists(st.one_of(_WORDS, st.text(max_size=6)), max_size=8).map(" ".join))


@given(query=QUERIES)
def test_no_question_fails(series: Index, query: str) -> None:
    given = answer(series, query, limit=1000)
    assert given.count == len(given.results)
    scores = [one.score for one in given.results]
    assert scores == sorted(scores, reverse=True)
    for one in given.results:
        snippet = "".join(text for text, _ in one.snippet)
        whole = snippet.removeprefix("… ").removesuffix(" …")
        assert whole in one.record.text
        assert len(whole) <= WHOLE
        assert all(text.strip() for text, marked in one.snippet if marked)


@given(query=QUERIES)
def test_the_same_question_has_the_same_answer(series: Index, query: str) -> None:
    again = build_index(series.records, series.glossary)
    assert answer(series, query) == answer(again, query)


@given(query=QUERIES, kind=st.sampled_from(KINDS), briefing=st.integers(0, 3))
def test_filters_only_narrow(series: Index, query: str, kind: str, briefing: int) -> None:
    whole = answer(series, query, limit=1000)
    narrowed = (Filter("kind", (kind,)), Filter("briefing", (str(briefing),)))
    narrow = answer(series, query, narrowed=narrowed, limit=1000)
    kept = tuple(one for one in whole.results if one.record.kind == kind and one.record.briefing_number == briefing > 0)
    assert narrow.results == kept
    assert answer(series, query, limit=3).results == whole.results[:3]


@given(
    first=st.sampled_from(["lantern", "corid", "staff families", "offices"]),
    written=st.sampled_from(["kind:update", 'site:"westmarsh"']),
)
def test_a_written_filter_narrows_too(series: Index, first: str, written: str) -> None:
    whole = [(one.record.url, one.score) for one in answer(series, first, limit=1000).results]
    narrow = [(one.record.url, one.score) for one in answer(series, f"{first} {written}", limit=1000).results]
    assert narrow == [one for one in whole if one in narrow]


@given(
    query=st.lists(
        st.sampled_from(["lantern", "corridor", "family", "staff", "rowan", "brought", "together"]),
        min_size=1,
        max_size=4,
    )
)
def test_an_update_never_outranks_its_section_for_the_same_words(series: Index, query: list[str]) -> None:
    ranked = [one.record for one in answer(series, " ".join(query), limit=1000).results]
    for section, update in itertools.product(ranked, ranked):
        if section.kind == "section" and update.kind == "update" and section.section == update.section:
            lacks = [word for word in query if not _says(section, word) and _says(update, word)]
            assert lacks or ranked.index(section) < ranked.index(update)


def _says(record: Record, word: str) -> bool:
    whole = " ".join((record.title, record.text, record.site_name, record.names, *record.breadcrumb[1:]))
    return stem(word) in {stem(one.text) for one in words_of(whole)}


# -- Words, numbers, the index -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Children’s", "children"), ("children's", "children"), ("O'Brien’s", "obrien"), ("Siân", "sian"), ("Sia\u0302n", "sian"),
        ("MASH", "mash"), ("Łódź", "lodz"), ("Straße", "strasse"), ("ﬁnd", "find"), ("İstanbul", "istanbul"), ("20²", "202"),
        ("co\u00adlocated", "colocated"), ("it's", "it"), ("a" * 90, "a" * 64),
    ],
)  # fmt: skip
def test_folding(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_words_stand_where_they_stand() -> None:
    text = "‘Multi-agency’ hubs: children's, 24/7 – and co-operation"
    found = words_of(text)
    assert [word.text for word in found] == ["multi", "agency", "hubs", "children", "24", "7", "and", "co", "operation"]
    assert [text[word.start : word.end] for word in found][:4] == ["Multi", "agency", "hubs", "children's"]
    assert [word.text for word in found if word.joined] == ["agency", "operation"]


def c_stems() -> dict[str, str]:
    """What the authors' own stemmer in C makes of 26,000 words: libstemmer, in PyStemmer 3.1.0.

    Every third word of `privacy/vocabulary.txt`, words of it with endings that Snowball knows (also where no English has
    them), and all exceptions of the algorithm with all endings. Snowball is © Martin Porter and Richard Boulton, BSD licence.
    """
    lines = lzma.decompress((GOLDEN / "stems.tsv.xz").read_bytes()).decode().splitlines()
    return dict(line.split("\t") for line in lines)


def test_stems_are_those_of_snowball_in_c() -> None:
    official = c_stems()
    assert len(official) > 26_000
    pure = snowballstemmer.english_stemmer.EnglishStemmer()  # whatever else is installed
    assert {word: pure.stemWord(word) for word in official} == official
    assert {word: stem(word) for word in official} == official


def test_compounds_are_learnt_from_hyphens() -> None:
    compounds = compounds_of([words_of("multi-agency co-operation case-studies 24-7 up-to-date")])
    assert compounds.root("multiagency") == "multiag"
    assert compounds.stems("cooperation") == (stem("co"), stem("operation"))
    assert set(compounds.parts.values()) == {("multi", "agenc"), ("co", "oper"), ("case", "studi")}


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=6), min_size=2, max_size=2))
def test_slips_are_counted_alike_both_ways(words: list[str]) -> None:
    a, b = words
    assert slips_between(a, b, 9) == slips_between(b, a, 9)
    assert (slips_between(a, b, 9) == 0) == (a == b)
    assert slips_between(a, b, 9) <= max(len(a), len(b))


def test_slips() -> None:
    assert slips_between("safegaurding", "safeguarding", 2) == 1
    assert slips_between("famlies", "families", 2) == 1
    assert slips_between("abcdefgh", "hgfedcba", 2) == 3, "it stops counting when it is more than what is allowed"


def test_rarity_is_reckoned_in_whole_numbers() -> None:
    assert rarity(1, 1) == 1024
    assert rarity(1, 1023) == 10 * 1024
    assert rarity(3, 4) == 1024 + 170
    assert [rarity(n, 1000) for n in (1, 10, 100, 1000)] == sorted(
        (rarity(n, 1000) for n in (1, 10, 100, 1000)), reverse=True
    )


def test_title_and_key_message_weigh_more_than_text() -> None:
    def invented(number: int, **fields: str) -> Record:
        fields = {"title": "Plain", "text": "One two three.", **fields}
        return Record(
            kind="section", label="", url=f"x/#{number}", briefing="", section=str(number), briefing_number=1, site="",
            level="", date="", language="", **fields,
        )  # fmt: skip

    given = (
        invented(0, text="A lantern here."),
        invented(1, key="A lantern here."),
        invented(2, title="Lantern"),
        invented(3),
    )
    assert [one.record.section for one in answer(build_index(given, ()), "lantern").results] == ["2", "1", "0"]
    assert [name for name, _ in FIELDS] == ["title", "key", "text", "around"]


def test_whoosh_is_told_no_analysis_of_its_own(seven: Index) -> None:
    """Whoosh's own Porter stemmer parts *integrated* from *integration*."""
    fields = schema()
    assert {name: fields[name].analyzer for name in fields.names()} == {"roots": None}
    assert b"porter" not in pickle.dumps(fields)
    assert seven.postings.has("integr")
    assert not seven.postings.has("integrat")
    assert {stem(word) for word in ("integrate", "integrated", "integrating", "integration")} == {"integr"}


def test_the_index_is_all_there(seven: Index) -> None:
    """Whoosh gives back what was put in: every root in its record, at its places, with its weight."""
    for root in ("mash", "integr", "multiag", "devon"):
        weights, places = seven.postings.weights(root), seven.postings.places(root)
        assert weights.keys() == places.keys()
        for number, found in places.items():
            assert weights[number] == sum(FIELDS[place >> 20][1] for place in found)
            assert found == sorted(found)
    assert set(seven.postings.roots()) >= {seven.compounds.root(word) for word in seven.vocabulary}


def test_nothing_is_put_on_disk(plan: LinkedSeries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert search(build_index(records(plan), plan.cited.series.glossary), "mash").count
    assert list(tmp_path.iterdir()) == []


def test_terms_of_several_words_and_of_small_words() -> None:
    """Invented: an acronym that is also a small word, and a term in two spellings."""
    here = Span.of_file("invented.yml")
    glossary = (
        Term("WHO", "World Health Organization", (), "Invented.", here),
        Term("sign post", "", ("sign-post", "way mark"), "Invented.", here),
    )
    base = Record("section", "", "Plain", "x/#1", "The WHO said so.", "", 1, "1", "", "", "", "")
    index = build_index((base, replace(base, url="x/#2", section="2", text="Follow the way mark.")), glossary)
    assert [one.record.section for one in answer(index, "world health organization").results] == ["1"]
    assert [one.record.section for one in answer(index, "who").results] == ["1"]
    for spelling in ("sign post", "signpost", "sign-posts"):
        assert [one.record.section for one in answer(index, spelling).results] == ["2"]
    assert understand("who", build_index((), ())).units == ()


def test_an_index_of_nothing_answers_nothing() -> None:
    index = build_index((), ())
    assert answer(index, "mash").count == 0
    assert answer(index, "kind:section").note == "Nothing at all is kind:section."


# -- Passages ----------------------------------------------------------------------------------------------------------


def _passage(text: str, query: str) -> str:
    record = Record("section", "", "Plain", "x/#1", text, "", 1, "1", "", "", "", "")
    (only,) = answer(build_index((record,), ()), query).results
    return "".join(f"[{text}]" if marked else text for text, marked in only.snippet)


def test_a_short_text_is_shown_whole() -> None:
    assert (
        _passage("Lanterns help. Multi-agency teams.", "lantern multiagency")
        == "[Lanterns] help. [Multi-agency] teams."
    )


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    filler = "Nothing of this is asked for at all, not in the least. "
    text = f"A lantern alone. {filler * 8}Then the lantern met the corridor. {filler * 8}"
    shown = _passage(text, "corridor lantern")
    assert shown.startswith("… Then the [lantern] met the [corridor]. Nothing")
    assert shown.endswith(" …")
    assert 160 <= len(shown.replace("[", "").replace("]", "")) <= 210


def test_a_passage_without_spaces_is_cut_all_the_same() -> None:
    assert _passage("x" * 70 + "." + "y" * 900 + " lantern", "lantern").endswith("[lantern]")
    assert len(_passage("lantern " + "y" * 900, "lantern")) <= 210


@given(st.text(alphabet="ab .!?’-\n", max_size=600), st.sampled_from(["a", "ab", '"a b"', "b-a"]))
def test_passages_are_cut_from_the_text(text: str, query: str) -> None:
    record = Record("section", "", "a b ab", "x/#1", text, "", 1, "1", "", "", "", "")
    for one in answer(build_index((record,), ()), query).results:
        shown = "".join(run for run, _ in one.snippet)
        assert shown.removeprefix("… ").removesuffix(" …") in text


# -- The command -------------------------------------------------------------------------------------------------------


def _command(*words: str) -> Iterator[str]:
    run = CliRunner().invoke(main, ["search", "--root", str(ROOT), *words])
    assert run.exit_code == 0, run.output
    return iter(run.output.splitlines())


def test_the_command_prints_ranked_labelled_results() -> None:
    lines = list(_command("information sharing", "devon", "--limit", "2"))
    assert re.fullmatch(r"2 of \d+ results for “information sharing devon”", lines[0])
    assert lines[2] == " 1. Multi-Agency Safeguarding Hubs"
    assert lines[3].strip() == LABELS["section"]
    assert lines[6].strip() == "07-integrated-working/#mash"
    assert "    Compiled by the editors from a published source, Devon, 23 November 2026" in lines


def test_colours_are_for_a_terminal_only_and_tell_nothing_alone(plan: LinkedSeries) -> None:
    result = CliRunner().invoke(main, ["search", "--root", str(ROOT), "devon", "hub"])
    assert "\033" not in result.stdout
    given = search(build_index(records(plan), plan.cited.series.glossary), "devon hub", limit=2)
    painted = answer_text(given, lambda text, style: f"<{style}>{text}</>")
    assert "<note>Multi-Agency Safeguarding Hubs</>" in painted
    assert "<mark>Research and guidance</>" in painted
    assert "<warning>Compiled by the editors from a published source, Devon, 23 November 2026</>" in painted
    assert "<mark>Devon hub</>" in painted
    assert re.sub(r"<\w+>|</>", "", painted) == answer_text(given, lambda text, style: text)


def test_the_command_explains_a_term_and_a_slip() -> None:
    assert next(_command("mash")).startswith("MASH: Multi-Agency Safeguarding Hub. One office")
    assert next(_command("safegaurding")) == "Did you mean: safeguarding?"


def test_the_command_sorts_by_date() -> None:
    given = json.loads("\n".join(_command("services", "--sort", "date", "--json")))
    dates = [one["date"] for one in given["results"]]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] == "2026-11-23"


def test_records_leave_as_json_lines(plan: LinkedSeries, tmp_path: Path) -> None:
    """One record a line, with everything that it is found by, on standard output or in a file."""
    run = CliRunner().invoke(main, ["records", "--root", str(ROOT)])
    assert run.exit_code == 0
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    every = records(plan)
    assert [(one["kind"], one["url"], one["title"]) for one in lines] == [
        (one.kind, one.url, one.title) for one in every
    ]
    assert all(len(one) == len(lines[0]) for one in lines)
    hub = next(one for one in lines if one["section"] == "mash" and one["kind"] == "section")
    assert (hub["briefing"], hub["briefing_title"]) == (7, "Integrated working")
    assert "Golden" in hub["names"]
    assert "briefing_number" not in hub
    run = CliRunner().invoke(main, ["records", "--root", str(ROOT), "--output", str(tmp_path / "records.jsonl")])
    assert run.output == f"Wrote {len(every)} records to {tmp_path / 'records.jsonl'}.\n"
    assert (tmp_path / "records.jsonl").read_text("utf-8").splitlines() == [
        json.dumps(one, ensure_ascii=False) for one in lines
    ]
    nowhere = CliRunner().invoke(
        main, ["records", "--root", str(ROOT), "--output", str(tmp_path / "no" / "where.jsonl")]
    )
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.output


def test_finding_nothing_is_no_error() -> None:
    assert list(_command("xyzzyq")) == ["Nothing found for “xyzzyq”. Try fewer or other words."]
    assert list(_command("")) == ["Nothing found for “”. Try fewer or other words."]


def test_the_command_as_json() -> None:
    given = json.loads("\n".join(_command("information sharing devon", "--json", "--kind", "update")))
    assert given["query"] == "information sharing devon"
    assert given["count"] == 1
    (result,) = given["results"]
    assert {"kind", "title", "url", "briefing", "section", "site", "score", "snippet"} <= result.keys()
    assert (result["kind"], result["briefing"], result["section"], result["site"]) == ("update", 7, "mash", "devon")
    assert isinstance(result["score"], int)
    assert "<" not in result["snippet"]
    assert json.loads("\n".join(_command("xyzzyq", "--json")))["results"] == []
