"""Clean: only the elements, attributes and addresses on a list come through; what is taken away is said."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import nh3

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.source import Source, Span

TAGS = frozenset(
    [
        "a",
        "abbr",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "b",
        "i",
    ]
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang", "data-at", "data-cite"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "abbr": {"title"},
    "div": {"class"},
    "p": {"class"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    **{f"h{level}": {"role", "was"} for level in range(1, 7)},
}
_WITHOUT_NAME = re.compile(r"<!--.*?-->|<(?=[!?])", re.S)
"""Comments and declarations: nh3 drops them without harm, and Python's parser refuses some with an exception."""

SCHEMES = {"http", "https", "mailto", "tel"}


def clean(html: str) -> str:
    """Well-formed HTML with nothing in it but what is allowed."""
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, strip_comments=True
    )


_BOOK = {
    "*": {"id", "lang", "dir", "class", "role", "aria-label", "aria-labelledby"},
    **{tag: names for tag, names in ATTRIBUTES.items() if tag in ("a", "img", "abbr", "ol")},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


def clean_book(html: str) -> str:
    """The same for what is made of a book that lay on disk: with its sections and their roles, without anything else."""
    return nh3.clean(
        html, tags={*TAGS, "section"}, attributes=_BOOK, url_schemes=SCHEMES, link_rel=None, strip_comments=True
    )


def refused(source: Source, start: int, html: str) -> Iterator[Slip]:
    """What `clean` takes away from the HTML of a text, once for each kind, so that nothing disappears in silence."""
    watcher = _Watcher()
    watcher.feed(_WITHOUT_NAME.sub("&lt;", html))
    watcher.close()
    for tag, name in dict.fromkeys(watcher.names):
        words = rf"\b{re.escape(name)}\s*=" if name else rf"<\s*{re.escape(tag)}\b"
        place = re.compile(words, re.I).search(source.text, start)
        span = source.span(place.start(), place.end()) if place else Span.of_file(source.path)
        what = f"The attribute “{name}”" if name else f"The HTML element <{tag}>"
        yield Slip("text-unsafe-html", Problem(span, f"{what} is not allowed in a briefing and is left out.",
                                               "Write it in Markdown, or remove it."))  # fmt: skip


class _Watcher(HTMLParser):
    """Notes the tags and attributes that are not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.names.append((tag, ""))
            return
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"class"}
        self.names += [(tag, name) for name, _ in attrs if name not in allowed]
