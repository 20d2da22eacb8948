"""Search in the browser: the same index gives the same answers as on the command line, to the last digit.

The engine of the pages reads the index from its sheets; whatever is asked, results, order, scores, passages, suggestions
and notes are those of `briefings search --json`.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import snowballstemmer
from playwright.sync_api import Browser, Page

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.indexing import Filter, Index, Limits, answer, build_index, share_out
from briefing_tools.indexing.sheets import coded
from briefing_tools.model import Day, Record, Term
from briefing_tools.showing import answer_values
from briefing_tools.source import Span
from briefing_tools.stages.search import KINDS, engine, records
from browsing import a_browser, served, visiting
from test_search import GOLDEN, QUESTIONS

ROOT = Path(__file__).parents[1]
SMALL = Limits(sheet=700, line=200, together=3, block=16, text=120)
"""So small that everything is spread over many sheets."""
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
    return build_index(records(plan), plan.cited.series.glossary)


INDEXES = {"golden": golden, "seven": seven}


@pytest.fixture(scope="module", params=[(name, limits) for name in INDEXES for limits in ("usual", "small")], ids="-".join)
def shared(request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Page]]:
    """An index, and an empty page on which its engine is at hand."""
    name, limits = request.param
    index = INDEXES[name]()
    folder = tmp_path_factory.mktemp("shared")
    (folder / "search").mkdir()
    for sheet in share_out(index, engine(), SMALL if limits == "small" else None):
        (folder / sheet.url).write_bytes(sheet.content)
    (folder / "index.html").write_text('<!doctype html><meta charset="utf-8"><title>x</title><script src="search/engine.js"></script>', "utf-8")
    with served(folder) as url, visiting(browser) as visit:
        visit.page.goto(url)
        assert visit.complaints == []
        yield index, visit.page
        assert [one for one in visit.complaints if "favicon" not in one and "404" not in one] == []


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
        return f"{chance.choice((one.term, one.name or one.term, *one.also))} {chance.choice(('', chance.choice(words)))}"

    def together() -> str:
        return chance.choice(words) + chance.choice(("", " ", "-")) + chance.choice(words)

    kinds = (
        lambda: " ".join(chance.sample(words, chance.randint(1, 4))),
        lambda: " ".join(slip(word) for word in chance.sample(words, chance.randint(1, 3))),
        stretch, quotation, filtered, term, together,
        lambda: chance.choice(words)[: chance.randint(1, 6)],
    )  # fmt: skip
    return [chance.choice(kinds)() for _ in range(number)]


def test_page_and_command_answer_alike(shared: tuple[Index, Page]) -> None:
    index, page = shared
    every = [query for query in QUESTIONS if "\ud800" not in query] + questions(index, 300, seed=7)
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
