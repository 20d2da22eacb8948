"""Search in the browser: the same index gives the same answers as on the command line, to the last digit.

The engine of the pages reads the index from its sheets; whatever is asked, results, order, scores, passages, suggestions
and notes are those of `briefings search --json`.
"""

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import snowballstemmer.english_stemmer
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.indexing import Filter, Index, Limits, answer, build_index, share_out
from briefing_tools.indexing.sheets import coded
from briefing_tools.indexing.words import words_of
from briefing_tools.model import Day, Record, Term
from briefing_tools.privacy.vocabulary import vocabulary
from briefing_tools.showing import answer_values
from briefing_tools.source import Span
from briefing_tools.stages.search import KINDS, engine, records
from browsing import a_browser, served, visiting
from test_search import GOLDEN, QUESTIONS, c_stems

ROOT = Path(__file__).parents[1]
SMALL = Limits(sheet=700, line=200, together=3, block=16, text=120)
"""So small that everything is spread over many sheets."""
WHOLE_TEXTS = replace(SMALL, text=20_000)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


def golden() -> Index:
    """The invented series of `golden/search/`."""
    given = json.loads((GOLDEN / "series.json").read_text("utf-8"))
    frozen = ({k: tuple(v) if isinstance(v, list) else v for k, v in one.items()} for one in given["records"])
    here = Span.of_file("invented.yml")
    terms = (Term(one["term"], one["name"], tuple(one["also"]), one["meaning"], here) for one in given["glossary"])
    return build_index(tuple(Record(**one) for one in frozen), tuple(terms))


def seven() -> Index:
    """The index of this project."""
    plan = pipeline.check(load(ROOT), Day(2026, 11, 24)).plan
    return build_index(records(plan), plan.cited.series.glossary, language=vocabulary().words)


INDEXES = {"golden": golden, "seven": seven}


@pytest.fixture(
    scope="module", params=[(name, limits) for name in INDEXES for limits in ("usual", "small")], ids="-".join
)
def shared(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Index, Page]]:
    """An index, and an empty page on which its engine is at hand."""
    name, limits = request.param
    index = INDEXES[name]()
    folder = tmp_path_factory.mktemp("shared")
    page_of(index, folder, SMALL if limits == "small" else None)
    with served(folder) as url, visiting(browser) as visit:
        visit.page.goto(url)
        assert visit.complaints == []
        yield index, visit.page
        assert visit.complaints == []


PAGE = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="search/engine.js"></script>'


def page_of(index: Index, folder: Path, limits: Limits | None = None) -> None:
    """An empty page with an index beside it."""
    (folder / "search").mkdir(exist_ok=True)
    for sheet in share_out(index, engine(), limits):
        (folder / sheet.url).write_bytes(sheet.content)
    (folder / "index.html").write_text(PAGE, "utf-8")


def asked(page: Page, query: str, **options: object) -> dict[str, object]:
    """What the engine on the page answers, in the shape of `search --json`."""
    found = page.evaluate("([query, options]) => briefingsSearch.ask(query, options)", [query, options])
    return _comparable(found)


def _comparable(found: dict[str, object]) -> dict[str, object]:
    for result in found["results"]:
        result["snippet"] = "".join(f"⟦{run}⟧" if marked else run for run, marked in result["snippet"])
    for term in found["terms"]:
        del term["url"]
    del found["facets"]
    return found


def expected(index: Index, query: str, **options: object) -> dict[str, object]:
    """What the command answers."""
    given = answer(index, query, **options)
    found = answer_values(given)
    for result, one in zip(found["results"], given.results, strict=True):
        result["snippet"] = "".join(f"⟦{text}⟧" if marked else text for text, marked in one.snippet)
    return found


def questions(index: Index, number: int, seed: int) -> list[str]:
    """Invented questions about a series: words, slips of the pen, stretches of text, quotations, filters, terms, beginnings."""
    chance = random.Random(seed)
    words = list(index.vocabulary)
    texts = [record.text for record in index.records if len(record.text) > 20]

    def slip(word: str) -> str:
        at = chance.randrange(len(word))
        swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
        return chance.choice((word[:at] + word[at + 1 :], word[:at] + chance.choice("aeinst") + word[at:], swapped))

    def stretch() -> str:
        text = chance.choice(texts)
        start = chance.randrange(len(text) - 10)
        return text[start : start + chance.randint(3, 60)]

    def quotation() -> str:
        parts = chance.choice(texts).split()
        start = chance.randrange(max(1, len(parts) - 3))
        return f'"{" ".join(parts[start : start + chance.randint(1, 4)])}" {chance.choice(words)}'

    def filtered() -> str:
        record = chance.choice(index.records)
        told = chance.choice(
            (f"kind:{record.kind}", f"site:{record.site}", f"briefing:{record.briefing_number}", f"section:{record.section}",
             f"level:{record.level}", f"language:{record.language}", f"year:{record.date[:4]}", "site:nowhere", "briefing:99")
        )  # fmt: skip
        return f"{chance.choice(words)} {told}"

    def term() -> str:
        one = chance.choice(index.glossary)
        return (
            f"{chance.choice((one.term, one.name or one.term, *one.also))} {chance.choice(('', chance.choice(words)))}"
        )

    def lacking() -> str:
        begun = chance.choice(words)[: chance.randint(3, 6)]
        return f"{chance.choice((begun, chance.choice(index.no_slips or (begun,))))} {chance.choice(words)}"

    def together() -> str:
        return chance.choice(words) + chance.choice(("", " ", "-")) + chance.choice(words)

    kinds = (
        lambda: " ".join(chance.sample(words, chance.randint(1, 4))),
        lambda: " ".join(slip(word) for word in chance.sample(words, chance.randint(1, 3))),
        stretch, quotation, filtered, term, together, lacking,
        lambda: chance.choice(words)[: chance.randint(1, 6)],
    )  # fmt: skip
    return [chance.choice(kinds)() for _ in range(number)]


def test_page_and_command_answer_alike(shared: tuple[Index, Page]) -> None:
    index, page = shared
    spellings = [spelling for term in index.glossary for spelling in (term.term, term.name, *term.also) if spelling]
    together = [f"{first} {second}" for first, second in index.compounds.whole]
    every = [query for query in QUESTIONS if "\ud800" not in query] + questions(index, 300, seed=7)
    every += [written for one in (*spellings, *together) for written in (one, f'"{one}"')]
    given = page.evaluate(
        """async (queries) => {
            const found = [];
            for (const query of queries) found.push(await briefingsSearch.ask(query, { limit: 12 }));
            return found;
        }""",
        every,
    )
    for query, found in zip(every, given, strict=True):
        assert _comparable(found) == expected(index, query, limit=12), query


def test_filters_dates_and_counts(shared: tuple[Index, Page]) -> None:
    """What chips do: filters beside the question, the newest first, and how many answers each value would leave."""
    index, page = shared
    sites = sorted({record.site for record in index.records if record.site})
    chance = random.Random(3)
    for query in questions(index, 40, seed=9):
        filters = [(name, values) for name, values in (
            ("kind", chance.sample(KINDS, 2)), ("site", sites[:1]), ("briefing", ["1", "7"]), ("section", ["mash"]),
        ) if chance.random() < 0.4]  # fmt: skip
        newest = chance.random() < 0.5
        options = {"narrowed": [[name, values] for name, values in filters], "newest": newest, "limit": 8}
        narrowed = [Filter(name, tuple(values)) for name, values in filters]
        assert asked(page, query, **options) == expected(index, query, narrowed=narrowed, newest=newest, limit=8), (
            query,
            filters,
        )
    for query in ("lantern", "health", "families kind:section", "the"):
        counted = page.evaluate("query => briefingsSearch.ask(query, { facets: ['kind', 'site', 'briefing'] })", query)[
            "facets"
        ]
        every = answer(index, query, limit=10_000).results
        for name, value_of in (
            ("kind", lambda record: record.kind),
            ("site", lambda record: record.site),
            ("briefing", lambda record: str(record.briefing_number or "")),
        ):
            given = {value: count for value, _, count in counted[name]}
            there = [value_of(one.record) for one in every if value_of(one.record)]
            if not (name == "kind" and "kind:" in query):
                assert given == {value: there.count(value) for value in there}, (query, name)


def test_every_word_of_the_vocabulary_has_the_same_stem(shared: tuple[Index, Page]) -> None:
    """The complete vocabulary, and what Snowball's own tables of endings make of some hundred beginnings."""
    index, page = shared
    tables = snowballstemmer.english_stemmer.EnglishStemmer
    endings = [one.s for table in ("a_2", "a_5", "a_7", "a_8", "a_9", "a_10") for one in getattr(tables, table)]
    special = [one.s for table in ("a_0", "a_3", "a_4", "a_11") for one in getattr(tables, table)]
    chance = random.Random(5)
    made = ["".join(chance.choices("aeiouybcdlngtsr", k=chance.randint(1, 9))) for _ in range(4000)]
    words = [*index.vocabulary, *made]
    words += [
        begin + end + more for begin in (*special, *made[:60]) for end in endings for more in ("", "s", "ly", "ed", "e")
    ]
    stems = page.evaluate("words => words.map(briefingsSearch.stem)", words)
    official = snowballstemmer.stemmer("english").stemWord
    assert [(word, stem) for word, stem in zip(words, stems, strict=True) if stem != official(word)] == []
    assert len(set(words)) > 10_000


def test_stems_are_those_of_snowball_in_c(browser: Browser, tmp_path: Path) -> None:
    official = c_stems()
    page_of(build_index((), ()), tmp_path)
    with served(tmp_path) as url, visiting(browser) as visit:
        visit.page.goto(url)
        stems = visit.page.evaluate("words => words.map(briefingsSearch.stem)", list(official))
    assert dict(zip(official, stems, strict=True)) == official


def test_texts_are_taken_apart_alike(shared: tuple[Index, Page]) -> None:
    index, page = shared
    chance = random.Random(8)
    odd = "aé’'-‐‑–ßŁİıﬁ½²٣漢字\u0301\u00ad\u064bʼ𝐌😀ΟΔΟΣς_ \n\u2028Ａ"
    texts = [record.text[:4000] for record in index.records] + [record.title for record in index.records]
    texts += ["".join(chance.choices(odd, k=chance.randint(0, 12))) for _ in range(500)]
    given = page.evaluate("texts => texts.map((text) => briefingsSearch.wordsOf(text).map((word) => word.text))", texts)
    assert given == [[word.text for word in words_of(text)] for text in texts]


# -- Sheets ------------------------------------------------------------------------------------------------------------


def test_the_same_index_is_shared_out_to_the_same_bytes() -> None:
    assert share_out(seven(), engine()) == share_out(seven(), engine())
    assert share_out(seven(), engine())[1] != share_out(golden(), engine())[1]


def test_sheets_are_small_scripts_of_one_version() -> None:
    for limits in (None, SMALL):
        sheets = share_out(seven(), engine(), limits)
        assert sheets[0].url == "search/engine.js"
        versions = set()
        for sheet in sheets[1:]:
            call = re.fullmatch(r'briefingsSearch\("([a-z0-9-]+)","([0-9a-f]{12})",(.+)\);\n', sheet.content.decode())
            assert call, sheet.url
            assert sheet.url == f"search/{call[1]}.js"
            json.loads(call[3])
            versions.add(call[2])
            assert len(sheet.content) < 200_000
        assert len(versions) == 1


def test_a_word_that_is_everywhere_and_a_very_long_text_are_cut_up() -> None:
    """Invented: twenty thousand sections with the same word, each of a briefing with a long title; one of half a million
    characters; and some of characters that take three bytes."""
    many = tuple(
        Record(
            "section", "", "Plain", f"x/#{number}", "lantern " * (number % 7 + 1),
            f"Briefing {number}: lanterns in corridors between offices", number, f"lanterns-{number}", "", "", "", "",
        )
        for number in range(20_000)
    )  # fmt: skip
    wide = Record("section", "", "Wide", "x/#wide", "漢字 " * 20_000, "", 1, "wide", "", "", "", "")
    long = Record("section", "", "Long", "x/#long", "lantern corridor " * 30_000, "", 1, "long", "", "", "", "")
    words = ["".join(letters) for letters in itertools.product("bcdfghklmn", "aeiou", "prstvz", "aeiou", "lmnrst")]
    tied = Record(
        "section", "", "Tied", "x/#tied", " ".join(f"lantern-{word}" for word in words), "", 1, "t", "", "", "", ""
    )
    sheets = share_out(build_index((*many, long, tied, *[wide] * 16), ()), engine())
    assert max(len(sheet.content) for sheet in sheets) < 200_000
    assert sum(b"lantern " in sheet.content for sheet in sheets if sheet.url.startswith("search/roots-")) > 2
    assert sum(sheet.url.startswith("search/text-20000-") for sheet in sheets) == 25
    assert sum(sheet.url.startswith("search/places-") for sheet in sheets) > 2


@given(st.integers(0, 1 << 40))
def test_numbers_are_written_in_characters(number: int) -> None:
    text = coded(number)
    assert not set(text) & set('"\\| ')
    high = 0
    for one in text[:-1]:
        high = high * 27 + DIGITS.index(one) - 64 + 1
    assert high * 64 + DIGITS.index(text[-1]) == number


DIGITS = [chr(code) for code in range(33, 127) if chr(code) not in '"\\|']


def test_the_first_results_are_told_while_others_are_on_their_way(browser: Browser, tmp_path: Path) -> None:
    """One sheet of records is held back: what stands above its first result is told, and in the end all of them."""
    page_of(seven(), tmp_path, WHOLE_TEXTS)
    with served(tmp_path) as url, visiting(browser) as visit:
        came: list[Route] = []

        def hold_the_fourth(route: Route) -> None:
            came.append(route)
            if len(came) != 4:
                route.continue_()

        visit.page.goto(url)
        right = expected(seven(), "families", limit=8)
        visit.page.evaluate("async () => { await briefingsSearch.open(); }")
        visit.page.route("**/search/records-*.js*", hold_the_fourth)
        visit.page.evaluate("""() => {
            window.told = [];
            window.whole = briefingsSearch.ask("families", { limit: 8, early: (some) => told.push(some) });
        }""")
        _until(lambda: visit.page.evaluate("told.length") > 0, visit.page)
        told = visit.page.evaluate("told")
        came[3].continue_()
        whole = _comparable(visit.page.evaluate("whole"))
        assert told
        assert whole == right
        for some in told:
            assert [one["url"] for one in some["results"]] == [one["url"] for one in right["results"]][
                : len(some["results"])
            ]
            assert len(some["results"]) < len(right["results"])
            assert (some["count"], some["note"]) == (right["count"], right["note"])
        visit.page.evaluate("""async () => {
            window.told = [];
            await briefingsSearch.ask("families", { limit: 8, early: (some) => told.push(some) });
        }""")
        assert visit.page.evaluate("told") == [], "what is at hand comes at once"


def _until(there: Callable[[], bool], page: Page) -> None:
    for _ in range(100):
        if there():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


@pytest.mark.parametrize("line", ["usual", "saving", "slow"])
def test_a_short_series_is_fetched_ahead_when_nobody_asks(browser: Browser, tmp_path: Path, line: str) -> None:
    """After the first answer the next question needs nothing; who pays for bytes, or has a slow line, is spared."""
    page_of(seven(), tmp_path, WHOLE_TEXTS)
    with served(tmp_path) as url, visiting(browser) as visit:
        told = {"usual": "{}", "saving": "{ saveData: true }", "slow": "{ effectiveType: 'slow-2g' }"}[line]
        visit.page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {told} }})")
        asked_for: list[str] = []
        visit.page.on("request", lambda request: asked_for.append(request.url))
        visit.page.goto(url)
        asked(visit.page, "MASH")
        before = len(asked_for)
        if line != "usual":
            visit.page.wait_for_timeout(2500)
            assert len(asked_for) == before
            return
        some = re.compile(r"/(?:roots|words|meant|terms|records|places)-")
        count = len([one for one in share_out(seven(), engine(), WHOLE_TEXTS) if some.search(one.url)])
        _until(lambda: len({one for one in asked_for if some.search(one)}) == count, visit.page)
        fetched = len(asked_for)
        assert asked(visit.page, "information shraing") == expected(seven(), "information shraing")
        assert asked(visit.page, '"key worker"') == expected(seven(), '"key worker"')
        assert len(asked_for) == fetched


def test_a_long_series_is_not_fetched_ahead(browser: Browser, tmp_path: Path) -> None:
    page_of(seven(), tmp_path, WHOLE_TEXTS)
    script = tmp_path / "search" / "engine.js"
    script.write_text(script.read_text("utf-8").replace("MOST_AHEAD = 300_000", "MOST_AHEAD = 3_000"), "utf-8")
    with served(tmp_path) as url, visiting(browser) as visit:
        asked_for: list[str] = []
        visit.page.on("request", lambda request: asked_for.append(request.url))
        visit.page.goto(url)
        asked(visit.page, "MASH")
        before = len(asked_for)
        visit.page.wait_for_timeout(2500)
        assert len(asked_for) == before


def test_a_filter_by_number_fetches_no_titles(browser: Browser, tmp_path: Path) -> None:
    """Of a long series, only those parts in which the briefing can be are looked at, and no title of any."""
    here = replace(seven().records[0], kind="section", section="", text="A lantern.")
    many = tuple(
        replace(here, url=f"{number}/#a", briefing=f"About {number}", briefing_number=number, title=f"Lantern {number}")
        for number in range(1, 200)
    )
    index = build_index(many, ())
    page_of(index, tmp_path, Limits(sheet=400, line=120, together=2, block=16, text=300))
    with served(tmp_path) as url, visiting(browser) as visit:
        asked_for: list[str] = []
        visit.page.on("request", lambda request: asked_for.append(request.url.rpartition("/")[2].partition(".")[0]))
        visit.page.goto(url)
        assert asked(visit.page, "lantern briefing:70") == expected(index, "lantern briefing:70")
        columns = {name for name in asked_for if name.startswith(("briefing-", "title-"))}
        assert columns
        assert not any(name.startswith("title-") for name in columns)
        assert {name.split("-")[1] for name in columns} == {"4"}
        assert asked(visit.page, 'briefing:"about 70" lantern') == expected(index, 'briefing:"about 70" lantern')
        for number in ("0", "007", "7", "200", "9" * 30, "1984"):
            assert asked(visit.page, f"lantern briefing:{number}") == expected(index, f"lantern briefing:{number}")
        asked_for.clear()
        counted = visit.page.evaluate("briefingsSearch.ask('lantern', { facets: ['briefing'] })")["facets"]["briefing"]
        assert not any(name.startswith("title-") for name in asked_for)
        assert len(counted) == 199
        assert counted[0] == ["1", "About 1", 1]
        assert [label for _, label, _ in counted[8:]] == [""] * 191


def test_pages_that_are_published_anew_while_somebody_reads(browser: Browser, tmp_path: Path) -> None:
    """Sheets of two versions are never mixed: an answer is the old index's or the new one's, and soon the new one's."""
    old, new = seven(), golden()
    page_of(old, tmp_path, SMALL)
    with served(tmp_path) as url, visiting(browser) as visit:
        visit.page.goto(url)
        assert asked(visit.page, "MASH") == expected(old, "MASH")
        page_of(new, tmp_path, SMALL)
        for query in ("MASH", "lantern", "lantern corridor", "Munro 2011", "shared office"):
            assert asked(visit.page, query) in (expected(old, query), expected(new, query)), query
        assert asked(visit.page, "lantern") == expected(new, "lantern")


def test_a_sheet_that_cannot_be_read_is_asked_for_again(browser: Browser, tmp_path: Path) -> None:
    page_of(seven(), tmp_path)
    away = tmp_path / "away"
    (tmp_path / "search" / "roots-0.js").rename(away)
    with served(tmp_path) as url, visiting(browser) as visit:
        visit.page.goto(url)
        failed = visit.page.evaluate("briefingsSearch.ask('MASH').catch((error) => error.message)")
        assert failed.endswith("cannot be read.")
        away.rename(tmp_path / "search" / "roots-0.js")
        assert asked(visit.page, "MASH")["count"] == 7


def test_from_a_folder_without_a_server(browser: Browser, tmp_path: Path) -> None:
    page_of(seven(), tmp_path, SMALL)
    with visiting(browser) as visit:
        visit.page.goto((tmp_path / "index.html").as_uri())
        index = seven()
        for query in ("MASH", '"mental health problems"', "safegaurding hub", "site:devon sharing"):
            assert asked(visit.page, query) == expected(index, query), query
        assert visit.complaints == []


def test_what_is_hostile_is_text(browser: Browser, tmp_path: Path) -> None:
    """Invented: markup, names of JavaScript's own, quotation marks and line ends of every kind stay what was typed."""
    texts = (
        "</script><img src=x onerror=alert(1)> constructor",
        "__proto__ hasOwnProperty toString constructor prototype valueOf",
        "a \"quoted\" 'word' \\ back|slash \u2028 line \u2029 end & ${template} `tick`",
        'briefingsSearch("index","0",{})',
    )
    every = tuple(
        Record("section", "", text, f"x/#{n}", text, text, 1, text, text, text, text, text)
        for n, text in enumerate(texts)
    )
    index = build_index(
        every, (Term("constructor", "__proto__", ("toString",), "Invented.", Span.of_file("invented.yml")),)
    )
    page_of(index, tmp_path)
    with served(tmp_path) as url, visiting(browser) as visit:
        visit.page.goto(url)
        queries = ["constructor", "__proto__", "hasOwnProperty valueOf", "</script>", "quoted line", "site:constructor tick",
                   "briefingssearch", "section:prototype", "constructer", "\\", "${template}", "tostrin"]  # fmt: skip
        for query in queries:
            assert asked(visit.page, query) == expected(index, query), query
        assert visit.complaints == []
