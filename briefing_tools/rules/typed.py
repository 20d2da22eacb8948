"""Rules of what was typed as a link and is none: readers would see brackets, or an address that they cannot follow."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.linkrecord.addresses import typed_address
from briefing_tools.model import Briefing, Element, LinkedSeries, Node, Page, Text, Update, walk
from briefing_tools.rules.looking import nodes_of, prose, shortened, texts
from briefing_tools.source import Span

ERROR, NOTE = Severity.ERROR, Severity.NOTE

_LINK = re.compile(r"!?\[[^\[\]\n]{1,300}\](?:\([^()\s]{1,500}\)| \((?:https?://|\.{0,2}/|#)[^()\s]{0,500}\))")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,60}\]")
_BARE = re.compile(r"(?:https?://[\w-]|www\.[\w-]+\.\w)[^\s<>\"\[\]|\\^`{}]{0,1000}", re.I)


@rule("link-shown-as-written", ERROR)
def shown_as_written(plan: LinkedSeries) -> Iterator[Problem]:
    """A link or a footnote would be shown with its brackets.

    Inside HTML nobody reads Markdown, nothing may stand between `]` and `(`, and there are no footnotes here. Whoever
    wants to show brackets writes a backslash before them.

    Wrong:
        <div>[the review](https://www.example.org/review)</div>
    Right:
        <div><a href="https://www.example.org/review">the review</a></div>
    """
    for text in texts(plan):
        for found in _typed(text, _LINK):
            spaced = re.search(r"\]\s+\(", found.words)
            hint = (
                "Take out the space between ] and (."
                if spaced
                else 'Take out the HTML around it, or write the link in HTML, too: <a href="…">…</a>'
            )
            yield Problem(found.span, f"“{shortened(found.words)}” is no link and would be shown as it is.", hint)
        for found in _typed(text, _FOOTNOTE):
            words = f"“{found.words}” would be shown as it is, because there are no footnotes here."
            yield Problem(found.span, words, "Put what it says into the text, or cite the work: [@munro2011, p. 58]")


@rule("link-bare", NOTE)
def bare(plan: LinkedSeries) -> Iterator[Problem]:
    """An address stands in the text and is no link, so that readers must type it.

    Wrong:
        See https://www.example.org/review for more.
    Right:
        See <https://www.example.org/review> for more, or better: [the review](https://www.example.org/review)
    """
    for text in texts(plan):
        for found in _typed(text, _BARE):
            url = found.words if "://" in found.words else f"https://{found.words}"
            words = f"The address “{shortened(found.words)}” is no link."
            yield Problem(found.span, words, f"Name what it leads to: [name]({url}), or write <{url}>")


@rule("link-unused", NOTE)
def unused(plan: LinkedSeries) -> Iterator[Problem]:
    """An address is given a name, but nothing refers to it, so that readers never see it.

    Wrong:
        [review]: https://www.example.org/review
    Right:
        See [the review][review].

        [review]: https://www.example.org/review
    """
    for text in texts(plan):
        words = prose(text)
        used: set[str] | None = None
        for found in re.finditer(r"^ {0,3}\[([^\]\[\n^@][^\]\[\n]*)\]:[ \t]*\S", words, re.M):
            if used is None:
                used = {one.casefold() for one in re.findall(r"\[([^\]\[\n]+)\](?![:(])", words)}
            if found[1].casefold() not in used:
                span = text.source.span(found.start(1) - 1, found.end(1) + 1)
                yield Problem(
                    span,
                    f"The address named “{shortened(found[1])}” is used nowhere.",
                    f"Refer to it, for example: [its title][{found[1]}], or take the line out.",
                )


@dataclass(frozen=True, slots=True)
class _Typed:
    """Characters of the running text, and where they stand in the file."""

    words: str
    span: Span


def _typed(text: Briefing | Update | Page, pattern: re.Pattern[str]) -> Iterator[_Typed]:
    """What readers would see of a pattern, each once, where it stands outside links and unless a backslash protects it."""
    wanted = dict.fromkeys(
        typed_address(found[0]) if pattern is _BARE else found[0]
        for words in _seen(nodes_of(text))
        for found in pattern.finditer(words)
    )
    if not wanted:
        return
    source, whole = text.source, text.source.text
    links = sorted(
        source.offset(node.span.start)
        for node in walk(nodes_of(text))
        if isinstance(node, Element) and node.span and node.tag in ("a", "img")
    )
    for words in wanted:
        at = text.text_from - 1
        while (at := whole.find(words, at + 1)) >= 0:
            place = bisect_left(links, at)
            inside = place < len(links) and links[place] < at + len(words)
            if not inside and whole[at - 1 : at] != "\\":
                yield _Typed(words, source.span(at, at + len(words)))
                break


def _seen(nodes: Iterable[Node]) -> Iterator[str]:
    """The characters that readers see, outside code and links."""
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Element) and node.tag not in ("code", "pre", "a"):
            yield from _seen(node.children)


TYPED_RULES = (shown_as_written, bare, unused)
