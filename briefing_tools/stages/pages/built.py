"""A page as the theme takes it over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from briefing_tools.templates import Html


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a page's contents; `level` is the heading's, 2 to 6."""

    id: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page without the theme around it.

    `source` is its file relative to the project's folder, empty for a page that has none; `url` is relative to the
    pages' root; `nav_title` is its line in the navigation, empty for none; `searchable` pages may be indexed by the theme;
    `beside` are text files that stand in the page's folder, by name, such as its scripts.
    `head` is HTML for the page's `<head>`: what programs, and no readers, are told of it.
    """

    source: str
    url: str
    title: str
    description: str
    html: Html
    headings: tuple[Heading, ...]
    nav_title: str = ""
    searchable: bool = True
    beside: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
