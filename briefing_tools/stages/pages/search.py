"""Page of search: a form, room for results, and everything from A to Z for whoever browses or has no JavaScript.

A long series has a page of sections for each letter, so that no page grows with it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from unicodedata import category, normalize

from briefing_tools.addresses import heading_id
from briefing_tools.model import Day, Record
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.templates import render
from briefing_tools.wording import KIND_WORDS

URL = "search/"
MOST_ON_ONE_PAGE = 300
"""How many sections one page lists; of more, each letter has a page."""


def search_pages(records: tuple[Record, ...], most: int = MOST_ON_ONE_PAGE) -> tuple[BuiltPage, ...]:
    """The page of search, and pages of sections by letter if there are many."""
    if not records:
        return ()
    letters = _by_letter(one for one in records if one.kind == "section")
    pages = [(letter, f"{URL}{heading_id(letter) or 'other'}/", found) for letter, found in letters]
    alone = sum(len(found) for _, found in letters) <= most
    return (_search_page(records, pages, alone), *(() if alone else (_letter_page(pages, one) for one in pages)))


_Letter = tuple[str, str, list[Record]]
"""A letter, the address of its page, and the sections whose titles begin with it."""


def _search_page(records: tuple[Record, ...], pages: list[_Letter], alone: bool) -> BuiltPage:
    by_kind = {kind: [one for one in records if one.kind == kind] for kind in KIND_WORDS}
    lists = (
        ("Sections", "sections", bool(pages)),
        ("Glossary", "terms", bool(by_kind["glossary"])),
        ("Sites", "sites", bool(by_kind["update"])),
        ("Topics", "topics", any(one.topics for one in by_kind["briefing"])),
    )
    html = render(
        "search.html",
        kinds=KIND_WORDS,
        lists=[(title, id) for title, id, there in lists if there],
        pages=pages,
        alone=alone,
        terms=sorted(by_kind["glossary"], key=lambda one: _order(one.title)),
        sites=_sites(by_kind["update"]),
        topics=_topics(by_kind["briefing"]),
    )
    headings = (
        Heading("browse", "Everything from A to Z", 2),
        *(Heading(id, title, 3) for title, id, there in lists if there),
    )
    description = (
        "Search the briefings, what sites learnt, references and the glossary, or browse everything from A to Z."
    )
    return BuiltPage("", URL, "Search", description, html, headings, "Search and A to Z", False)


def _letter_page(pages: list[_Letter], page: _Letter) -> BuiltPage:
    letter, url, sections = page
    title = f"Sections: {letter}"
    html = render("letter.html", title=title, pages=pages, letter=letter, sections=sections)
    return BuiltPage(
        "", url, title, f"Sections of all briefings whose titles begin with {letter}.", html, (), "", False
    )


def _by_letter(records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    ordered = sorted(records, key=lambda one: (_order(one.title), one.briefing_number))
    return [(letter, list(found)) for letter, found in groupby(ordered, key=lambda one: _letter(one.title))]


def _order(title: str) -> str:
    """A title as it is sorted: letters and digits alone, without case or accents."""
    return "".join(one for one in normalize("NFKD", title) if category(one)[0] in "LN" or one == " ").casefold().strip()


def _letter(title: str) -> str:
    first = _order(title)[:1].upper()
    return first if "A" <= first <= "Z" else "Other"


def _sites(updates: list[Record]) -> list[tuple[str, list[tuple[Record, str]]]]:
    """Each site's name with its updates and their days, the newest first."""
    ordered = sorted(updates, key=attrgetter("date"), reverse=True)
    return [
        (name, [(one, _day(one.date)) for one in found])
        for name, found in groupby(sorted(ordered, key=lambda one: _order(one.site_name)), key=attrgetter("site_name"))
    ]


def _day(iso: str) -> str:
    return str(Day(*map(int, iso.split("-")))) if iso else ""


def _topics(briefings: list[Record]) -> list[tuple[str, list[Record]]]:
    """Each topic with the briefings on it."""
    pairs = sorted(_pairs(briefings), key=lambda pair: _order(pair[0]))
    return [(topic, [one for _, one in found]) for topic, found in groupby(pairs, key=lambda pair: pair[0])]


def _pairs(briefings: list[Record]) -> Iterator[tuple[str, Record]]:
    return ((topic, one) for one in briefings for topic in one.topics)
