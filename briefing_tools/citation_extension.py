"""The Python-Markdown edge: citations on any page of any site, without briefings and without our pipeline.

    markdown_extensions:
      - briefing_citations:
          bibliography: references.bib
          style: briefing

`[@key, p. 5]` and `@key` become markers, numbered in the order of the page or written as the style wants it; a line with
`\\bibliography` is where the page's references stand, `\\full_bibliography` where every work of the bibliography stands,
and without either they stand at the end of the page. What is shown is made by the same code as a briefing's page. It
runs wherever Python-Markdown does: under MkDocs, Zensical, or alone.
"""

import logging
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

from briefing_tools.addresses import citation_anchor, reference_anchor
from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import nearest
from briefing_tools.errors import CannotRun
from briefing_tools.intake import take_one
from briefing_tools.marking import called
from briefing_tools.markup import CitationsAnywhere, Cited, Written
from briefing_tools.model import Bibliography, Citation, CitedText, Reference, Work
from briefing_tools.rendering import Renderer, plain_html
from briefing_tools.source import Source
from briefing_tools.stages.citations import Shelf, number, shelve
from briefing_tools.styles import STYLES
from briefing_tools.templates import Html, escaped, render

log = logging.getLogger("mkdocs.plugins.briefing_citations")
"""MkDocs shows what is said below its own name, and counts warnings when a build is strict."""


class BriefingCitations(CitationsAnywhere):
    """The extension `briefing_citations`.

    `bibliography` is the path of a `.bib` file, or of a folder of them, as seen from the folder in which the site is
    built; `style` is one of `briefing`, `vancouver` and `harvard`. Raises `CannotRun` when there is no such file or style.
    """

    def __init__(
        self, bibliography: "str | PathLike[str]" = "references.bib", style: str = "briefing", **unknown: object
    ) -> None:
        for name in unknown:
            raise CannotRun(f"briefing_citations has no setting {name!r}.", "Its settings are bibliography and style.")
        if style not in STYLES:
            raise CannotRun(f"There is no citation style {style!r}.", f"The styles are: {', '.join(STYLES)}.")
        self.bibliography = fspath(bibliography)
        self.style = style
        _open(self.bibliography, style)
        super().__init__(self.write_page)

    def write_page(self, cited: Cited) -> Written:
        """The markers and the list of references of one page."""
        return _written(cited, _open(self.bibliography, self.style), self.bibliography)


def makeExtension(**settings: str) -> BriefingCitations:  # noqa: N802 (Python-Markdown's name)
    """The extension by the name of this module, for those who do not use entry points."""
    return BriefingCitations(**settings)


@dataclass(frozen=True, slots=True)
class _Library:
    """The works of a bibliography, their keys without regard to capitals, and what was written out already, by key."""

    shelf: Shelf
    spelled: Mapping[str, str]
    html: dict[str, Html]

    def written(self, reference: Reference) -> Html:
        """A reference as the list shows it; written once and not for every page."""
        key = reference.work.key
        if key not in self.html:
            self.html[key] = Html(_narrow(plain_html(reference.text)))
        return self.html[key]

    def respelled(self, citation: Citation) -> Citation:
        """A citation with keys as the bibliography spells them, for other programs take no notice of capitals."""
        if all(item.key in self.shelf.works for item in citation.items):
            return citation
        return citation._replace(items=tuple(item._replace(key=self._key(item.key)) for item in citation.items))

    def _key(self, key: str) -> str:
        found = key if key in self.shelf.works else self.spelled.get(key.casefold(), key)
        if found != key:
            log.info("The bibliography spells the key “%s” as “%s”.", key, found)
        return found


def _open(bibliography: str, style: str) -> _Library:
    """The bibliography as it is now. MkDocs makes a new extension for each page, so a file is read once until it changes."""
    state = _state(bibliography)
    if state is None or not stat.S_ISDIR(state.st_mode):
        return _read((bibliography,), style, (_changed(state),))
    files = tuple(map(str, sorted(Path(bibliography).rglob("*.bib")))) or (bibliography,)
    return _read(files, style, tuple(_changed(_state(file)) for file in files))


def _state(path: str) -> os.stat_result | None:
    """What the disk says of a file or folder; nothing if there is none."""
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def _changed(state: os.stat_result | None) -> tuple[int, int]:
    """When a file was changed last, and its size."""
    return (state.st_mtime_ns, state.st_size) if state else (0, 0)


@lru_cache(maxsize=8)
def _read(files: tuple[str, ...], style: str, states: tuple[tuple[int, int], ...]) -> _Library:
    works: dict[str, Work] = {}
    spelled: dict[str, str] = {}
    for path in files:
        source = take_one(Path(path))
        if not isinstance(source, Source):
            raise CannotRun(f"The bibliography cannot be read: {source.message}", source.hint)
        read = read_bibliography(source)
        for slip in read.slips:
            log.warning("%s: %s %s", slip.problem.span, slip.problem.message, slip.problem.hint)
        for key, work in read.works.items():
            first = spelled.setdefault(key.casefold(), key)
            if works.setdefault(first, work) is not work:
                said = "%s: The key “%s” is used twice. The work in %s counts."
                log.warning(said, work.span, key, works[first].span.path)
    return _Library(shelve(Bibliography("", works, ()), style), spelled, {})


class _Listed(NamedTuple):
    """A reference as the list shows it; `places` are links to the citations that name it."""

    label: str
    anchor: str
    text: Html
    places: Html


def _written(cited: Cited, library: _Library, bibliography: str) -> Written:
    shelf = library.shelf
    citations = tuple(map(library.respelled, cited.citations))
    text = number((("", citation) for citation in citations), shelf, "", tuple(shelf.works) if cited.whole else ())
    outside, inside = Renderer(text, {}), Renderer(text, {}, in_link=True)
    _warn(text, shelf, bibliography)
    return Written(
        tuple(
            _narrow((inside if index in cited.in_links else outside).citation(citation))
            for index, citation in enumerate(citations)
        ),
        _narrow(_list(text, library, heading=not cited.placed)) if text.references else "",
    )


def _narrow(html: Html) -> str:
    """The same HTML with references (`&#8211;`) for characters beyond Latin-1.

    One dash or quotation mark doubles the memory that Python needs for a whole page, which may hold none but ours.
    """
    return str(html) if html.isascii() else html.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def _list(text: CitedText, library: _Library, *, heading: bool) -> Html:
    numbered = library.shelf.style.numbered
    references = [
        _Listed(
            one.label,
            reference_anchor(one.work.key),
            library.written(one),
            _places(one, f"reference {one.label}" if numbered else called(one, text.style)),
        )
        for one in text.references
    ]
    return render("references.html", references=references, numbered=numbered, heading=heading)


def _places(reference: Reference, name: str) -> Html:
    """Numbered links to where a reference, known by this name, is cited."""
    where = f"where {escaped(name)} is cited"
    links = (
        f'<a href="#{citation_anchor(at)}" aria-label="Place {number} {where}">{number}</a>'
        for number, at in enumerate(reference.cited_by, 1)
    )
    return Html(" ".join(links))


def _warn(text: CitedText, shelf: Shelf, bibliography: str) -> None:
    """Say which keys are unknown. One in running text may be the name of an account, and is no reason to worry."""
    for placed in text.citations:
        for item, label in zip(placed.citation.items, placed.labels, strict=True):
            if not label:
                bare = placed.citation.bare and item is placed.citation.items[0]
                say = log.info if bare else log.warning
                near = nearest(item.key, shelf.works)
                hint = f"Did you mean @{near}?" if near else "Add the work, or correct the key."
                say("No work in %s has the key “%s”. %s", bibliography, item.key, hint)
