"""How well search finds what it should, beside Pagefind and Material's own: `python tests/benchmarks/relevance.py`.

Sixty questions with the places that answer them stand in `tests/relevance/questions.tsv`. They are asked of Briefing 7 among a
hundred invented briefings in which the phrases of the trade are strewn, on the same pages for all three. A question's worth is
1 divided by the rank of the first right result, or 0 if there is none among the first ten (mean reciprocal rank);
that Briefing 7 as a whole is named in between takes up no rank. Odd
questions were there for tuning, even ones were kept aside. `--pagefind PATH` as in `pages.py`; `--show` prints every rank.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, sync_playwright

from benchmarks.invented_pages import PlainPage, invented_series, write_for_material, write_pages
from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.indexing import answer, build_index
from briefing_tools.model import Day
from briefing_tools.privacy.vocabulary import vocabulary
from briefing_tools.rules import RULES
from briefing_tools.stages.pages import make_pages
from briefing_tools.stages.search import records
from browsing import SWITCHES, find_browser, served

ROOT = Path(__file__).parents[2]
HERE = "07-integrated-working/"
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and the anchors that answer it."""

    question: str
    right: frozenset[str]

    def rank(self, urls: list[str]) -> int:
        """The rank of the first right address, or 0."""
        anchors = [url.partition("#")[2] if HERE in url else "elsewhere" for url in urls]
        anchors = [anchor for anchor in anchors if anchor][:DEEPEST]
        return next((rank for rank, anchor in enumerate(anchors, 1) if anchor in self.right), 0)


def questions() -> list[Judged]:
    """The questions, in the order of the file."""
    lines = (Path(__file__).parents[1] / "relevance" / "questions.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return [Judged(question, frozenset(places.split())) for question, places in pairs]


PAGEFIND = """async ([query]) => {
    window.pagefind ??= await import("/pagefind/pagefind.js");
    const found = await pagefind.search(query);
    const shown = await Promise.all(found.results.slice(0, 10).map((one) => one.data()));
    return shown.flatMap((one) =>
        [...one.sub_results].sort((a, b) => b.locations.length - a.locations.length).slice(0, 3).map((sub) => sub.url));
}"""
MATERIAL = """([query]) => new Promise((done) => {
    const box = document.querySelector("[data-md-component=search-query]");
    box.value = query;
    box.dispatchEvent(new Event("keyup", { bubbles: true }));
    setTimeout(() => done([...document.querySelectorAll(".md-search-result__link")].map((link) => link.href)), 900);
})"""


@contextlib.contextmanager
def opened(folder: Path, path: str) -> Iterator[Page]:
    """A page of a folder in the browser."""
    with served(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=SWITCHES)
        page = browser.new_page()
        page.goto(url + path)
        yield page
        browser.close()


def main() -> None:
    """Print the mean reciprocal ranks of both halves."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pagefind", type=Path)
    arguments.add_argument("--no-material", action="store_true")
    arguments.add_argument("--show", action="store_true")
    given = arguments.parse_args()
    judged = questions()
    plan = pipeline.check(load(ROOT), Day(2026, 11, 24)).plan
    pages, others = invented_series(100)
    built = [page for page in make_pages(plan, (), RULES) if page.url in (HERE, "glossary/")]
    pages += [PlainPage(page.url, page.title, str(page.html)) for page in built]
    index = build_index((*records(plan), *others), plan.cited.series.glossary, language=vocabulary().words)
    ranks = {
        "briefings": [
            one.rank([found.record.url for found in answer(index, one.question, limit=20).results]) for one in judged
        ]
    }
    with tempfile.TemporaryDirectory() as name:
        if given.pagefind:
            write_pages(pages, Path(name) / "plain")
            subprocess.run([given.pagefind, "--site", Path(name) / "plain", "--quiet"], check=True)
            with opened(Path(name) / "plain", HERE) as page:
                ranks["Pagefind"] = [one.rank(page.evaluate(PAGEFIND, [one.question])) for one in judged]
        if not given.no_material:
            write_for_material(pages, Path(name) / "material")
            command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", Path(name) / "material" / "mkdocs.yml"]
            subprocess.run(command, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
            with opened(Path(name) / "material" / "site", "") as page:
                page.evaluate("document.getElementById('__search').click()")
                page.evaluate(MATERIAL, ["warm"])
                page.wait_for_timeout(8000)
                ranks["Material"] = [one.rank(page.evaluate(MATERIAL, [one.question])) for one in judged]
    print(f"{'':<12}{'tuning half':>14}{'kept aside':>14}{'all':>8}{'first':>8}{'missed':>8}")
    for name, found in ranks.items():
        halves = [_mean(found[0::2]), _mean(found[1::2]), _mean(found)]
        print(f"{name:<12}{halves[0]:>14.2f}{halves[1]:>14.2f}{halves[2]:>8.2f}{found.count(1):>8}{found.count(0):>8}")
    if given.show:
        for number, one in enumerate(judged):
            print("  ".join(f"{found[number]:>2}" for found in ranks.values()), one.question)


def _mean(ranks: list[int]) -> float:
    return sum(1 / rank for rank in ranks if rank) / len(ranks)


if __name__ == "__main__":
    main()
