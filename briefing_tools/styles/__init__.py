"""Write out: a work becomes a reference, a locator and authors become words, in one of three styles.

`briefing` is the house style, `vancouver` and `harvard` are what health journals and councils ask for; each style's
module names its source. Titles are never re-cased, `note` is never printed, and no markup or unsafe address from a
bibliography reaches a reference: it is made of `Text`, of `em`, `strong`, `sub` and `sup`, and of links to `http(s)`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from briefing_tools.model import Node, Work
from briefing_tools.styles import briefing, harvard, vancouver
from briefing_tools.styles.composing import words
from briefing_tools.styles.locators import locator_text
from briefing_tools.styles.names import short_authors
from briefing_tools.styles.parts import title_of

__all__ = [
    "STYLES",
    "AuthorDate",
    "Style",
    "format_reference",
    "locator_text",
    "narrative_authors",
    "year_suffixes",
]


@dataclass(frozen=True, slots=True)
class AuthorDate:
    """How a style without numbers tells works apart: their letters, what a citation says, and the list's order."""

    suffixes: Callable[[Iterable[Work]], Mapping[str, str]]
    in_text: Callable[[Work, str], tuple[str, str]]
    order: Callable[[Work, str], Any]


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write references and citations. `brackets` stand around a citation; without `author_date` it is a number."""

    name: str
    brackets: tuple[str, str]
    reference: Callable[[Work, str], tuple[Node, ...]]
    author_date: AuthorDate | None = None

    @property
    def numbered(self) -> bool:
        """Whether references are numbered in order of first citation; otherwise their list is alphabetical."""
        return self.author_date is None


STYLES: Mapping[str, Style] = MappingProxyType({
    "briefing": Style("briefing", ("[", "]"), briefing.reference),
    "vancouver": Style("vancouver", ("(", ")"), vancouver.reference),
    "harvard": Style("harvard", ("(", ")"), harvard.reference, AuthorDate(harvard.suffixes, harvard.in_text, harvard.order)),
})  # fmt: skip


def format_reference(work: Work, style: str, suffix: str = "") -> tuple[Node, ...]:
    """A work as the list of references prints it; `suffix` is the letter that `year_suffixes` gave it."""
    return STYLES[style].reference(work, suffix)


def year_suffixes(works: Iterable[Work], style: str) -> Mapping[str, str]:
    """The letters that tell works of one author and year apart, by key: `2011a`; none in a numbered style.

    Give it the whole bibliography, so that a work has one letter in every briefing.
    """
    author_date = STYLES[style].author_date
    return author_date.suffixes(works) if author_date else {}


def narrative_authors(work: Work) -> str:
    """The authors as a sentence names them: `Horwath and Morrison`, `Lloyd et al.`; the title of a work without any."""
    return short_authors(work) or words(title_of(work))
