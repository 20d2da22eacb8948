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
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from briefing_tools.addresses import citation_anchor, reference_anchor
from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import nearest
from briefing_tools.errors import CannotRun
from briefing_tools.intake import take_one
from briefing_tools.marking import called
from briefing_tools.markup import CitationsAnywhere, Cited, Written
from briefing_tools.model import CitedText
from briefing_tools.source import Source
from briefing_tools.stages.citations import Shelf, number, shelve
from briefing_tools.stages.pages.html import Renderer, plain_html
from briefing_tools.styles import STYLES
from briefing_tools.templates import Html, render

log = logging.getLogger("mkdocs.plugins.briefing_citations")
"""MkDocs shows what is said below its own name, and counts warnings when a build is strict."""


class BriefingCitations(CitationsAnywhere):
    """The extension `briefing_citations`.

    `bibliography` is the path of a `.bib` file, as seen from the folder in which the site is built; `style` is one of
    `briefing`, `vancouver` and `harvard`. Raises `CannotRun` when there is no such file or style.
    """

    def __init__(self, bibliography: str = "references.bib", style: str = "briefing", **unknown: object) -> None:
        for name in unknown:
            raise CannotRun(f"briefing_citations has no setting {name!r}.", "Its settings are bibliography and style.")
        if style not in STYLES:
            raise CannotRun(f"There is no citation style {style!r}.", f"The styles are: {', '.join(STYLES)}.")
        self.bibliography = bibliography
        self.style = style
        _open(bibliography, style)
        super().__init__(self.write_page)

    def write_page(self, cited: Cited) -> Written:
        """The markers and the list of references of one page."""
        return _written(cited, _open(self.bibliography, self.style), self.bibliography)


def makeExtension(**settings: str) -> BriefingCitations:  # noqa: N802 (Python-Markdown's name)
    """The extension by the name of this module, for those who do not use entry points."""
    return BriefingCitations(**settings)


def _open(bibliography: str, style: str) -> Shelf:
    """The bibliography as it is now. MkDocs makes a new extension for each page, so a file is read once until it changes."""
    path = Path(bibliography)
    state = path.stat() if path.is_file() else None
    return _read(bibliography, style, state.st_mtime_ns if state else 0, state.st_size if state else 0)


@lru_cache(maxsize=8)
def _read(bibliography: str, style: str, changed: int, size: int) -> Shelf:
    source = take_one(Path(bibliography))
    if not isinstance(source, Source):
        raise CannotRun(f"The bibliography cannot be read: {source.message}", source.hint)
    works = read_bibliography(source)
    for slip in works.slips:
        log.warning("%s: %s %s", slip.problem.span, slip.problem.message, slip.problem.hint)
    return shelve(works, style)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A reference as the list shows it; `places` are the anchors of the citations that name it."""

    label: str
    name: str
    anchor: str
    text: Html
    places: tuple[str, ...]


def _written(cited: Cited, shelf: Shelf, bibliography: str) -> Written:
    text = number(
        (("", citation) for citation in cited.citations), shelf, "", tuple(shelf.works) if cited.whole else ()
    )
    outside, inside = Renderer(text, {}), Renderer(text, {}, in_link=True)
    _warn(text, shelf, bibliography)
    return Written(
        tuple(
            str((inside if index in cited.in_links else outside).citation(citation))
            for index, citation in enumerate(cited.citations)
        ),
        str(_list(text, shelf, heading=not cited.placed)) if text.references else "",
    )


def _list(text: CitedText, shelf: Shelf, *, heading: bool) -> Html:
    references = [
        _Listed(
            one.label,
            f"reference {one.label}" if shelf.style.numbered else called(one, text.style),
            reference_anchor(one.work.key),
            plain_html(one.text),
            tuple(map(citation_anchor, one.cited_by)),
        )
        for one in text.references
    ]
    return render("references.html", references=references, numbered=shelf.style.numbered, heading=heading)


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
