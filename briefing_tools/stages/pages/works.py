"""Page of all works: what the series cites, who cites it where, what is cited most, what is no longer cited."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from briefing_tools.addresses import REFERENCES, reference_anchor
from briefing_tools.model import CitingPlace, Export, GatheredWork
from briefing_tools.rendering import plain_html
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.stages.pages.offering import Offer, offered, relative
from briefing_tools.styles import STYLES, AuthorDate
from briefing_tools.templates import Html, render

MOST_CITED = 10
"""How many works the list of those cited most has."""

_NOTES = {"withdrawn": "withdrawn", "change note": "named in a change note"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A link to a citation: its words, and its whole name for those who hear the link alone."""

    href: str
    words: str
    name: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A section or update that cites a work once or several times."""

    title: str
    places: tuple[_Place, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    """A briefing or page that cites a work, with its parts; `note` says why it counts no longer."""

    name: str
    note: str
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A work as the page lists it."""

    anchor: str
    key: str
    name: str
    text: Html
    count: str
    documents: tuple[_Document, ...]
    past: tuple[_Document, ...]
    offers: tuple[Offer, ...]


def works_page(works: tuple[GatheredWork, ...], exports: tuple[Export, ...]) -> BuiltPage:
    """The page of every work in the bibliography, in alphabetical order."""
    by_owner: dict[str, list[Export]] = {}
    for export in exports:
        by_owner.setdefault(export.owner, []).append(export)
    ordered = sorted(works, key=_alphabetical)
    listed = {work.work.key: _listed(work, tuple(by_owner.get(f"#{work.work.key}", ()))) for work in ordered}
    cited = [listed[work.work.key] for work in ordered if work.places]
    no_longer = [listed[work.work.key] for work in ordered if not work.places]
    most = sorted((work for work in ordered if len(work.places) > 1), key=lambda work: -len(work.places))[:MOST_CITED]
    html = render(
        "works.html",
        total=len(works),
        places=sum(len(work.places) for work in works),
        documents=len({name for work in works for name in work.documents}),
        offers=offered(exports, "", REFERENCES),
        most=[listed[work.work.key] for work in most],
        cited=cited,
        no_longer=no_longer,
    )
    headings = (("most-cited", "Cited most", most), ("cited", "All works cited", cited), ("no-longer-cited", "No longer cited", no_longer))  # fmt: skip
    return BuiltPage(
        "",
        REFERENCES,
        "References",
        "Every work that these briefings cite, and where they cite it.",
        html,
        tuple(Heading(id, title, 2) for id, title, some in headings if some),
        "References",
    )


def _alphabetical(work: GatheredWork) -> Any:
    """By authors, year and title, as an alphabetical list of references has them, whatever style the series uses."""
    return _by_author_and_year().order(work.work, work.year_suffix), work.work.key


def _name(work: GatheredWork) -> str:
    """What a work is called: `Munro (2011a)`, but `Children Act 1989`, which names its year itself."""
    called, year = _by_author_and_year().in_text(work.work, work.year_suffix)
    return f"{called} ({year})" if year else called


def _by_author_and_year() -> AuthorDate:
    author_date = STYLES["harvard"].author_date
    assert author_date is not None
    return author_date


def _listed(work: GatheredWork, exports: tuple[Export, ...]) -> _Listed:
    key = work.work.key
    return _Listed(
        reference_anchor(key),
        key,
        _name(work),
        plain_html(work.text),
        _count(work),
        tuple(_documents(work.places)),
        tuple(_documents(work.past)),
        tuple(offered(exports, f"#{key}", REFERENCES)),
    )


def _count(work: GatheredWork) -> str:
    """How often a work is cited, in words: `once`, `twice`, `5 times in 2 documents`."""
    times = len(work.places)
    said = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return said if len(work.documents) < 2 else f"{said} in {len(work.documents)} documents"


def _documents(places: Iterable[CitingPlace]) -> Iterable[_Document]:
    for (name, note), some in groupby(places, key=lambda place: (place.document, place.note)):
        yield _Document(name, _NOTES.get(note, ""), tuple(_parts(name, list(some))))


def _parts(document: str, places: list[CitingPlace]) -> Iterable[_Part]:
    by_section: dict[str, list[CitingPlace]] = {}
    for place in places:
        by_section.setdefault(place.section, []).append(place)
    for section, some in by_section.items():
        title = section or "this page"
        alone = len(some) == 1
        yield _Part("" if alone else title, tuple(
            _Place(
                relative(place.url, REFERENCES),
                ", ".join(filter(None, (title, place.locator))) if alone else place.locator or str(number),
                ", ".join(filter(None, (document, title, "" if alone else f"place {number}", place.locator))),
            )
            for number, place in enumerate(some, 1)
        ))  # fmt: skip
