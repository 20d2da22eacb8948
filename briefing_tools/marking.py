"""Mark: what the reader sees of a citation, for pages and print alike.

The style decides: `[1, p. 58]` and `Horwath and Morrison [7]` in the house style, `(1, p. 58)` in Vancouver,
`(Munro, 2011, p. 58)` and `Horwath and Morrison (2007)` in Harvard. Every work of a bracket stands whole, also where a
style would draw several together (`1–3`, `Munro, 2010, 2011`), because each leads to its own reference.
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from briefing_tools.model import CitationItem, CitedText, Mode, PlacedCitation, Reference
from briefing_tools.styles import STYLES, Style, locator_text, narrative_authors


class Words(NamedTuple):
    """Characters that lead nowhere."""

    text: str


class Number(NamedTuple):
    """What leads to a reference, with the locator that belongs to it: `1, p. 58`, `Munro, 2011, p. 58`.

    `label` is the reference's number, whether or not the style shows it.
    """

    text: str
    label: str
    key: str


Part: TypeAlias = Words | Number

_OPENS = ("(", "[", "{", "‘", "“")
_CLOSES = (",", ".", ";", ":", ")", "]", "}", "’", "”", "!", "?", "'s")
"""What a prefix may end with and a suffix begin with so that no space stands between it and the work."""


def marker(placed: PlacedCitation, text: CitedText) -> tuple[Part, ...]:
    """The parts of the marker of one of a text's citations, in order.

    An unknown key in a bracket stands with a question mark and leads nowhere. In running text it stands as it was
    written, for it may be no citation at all, such as the name of an account (`@media`).
    """
    known = text.known
    style = STYLES[placed.style]
    items = list(zip(placed.citation.items, placed.labels, strict=True))
    before = _before(placed, known, style)
    first = items[0][0]
    unread = first.key not in known and placed.citation.bare
    inside: list[Part] = []
    for item, label in items:
        bare = item is first and (unread or (bool(before) and not _year(item, known, style)))
        piece = _around(item, [] if bare else [_core(item, label, known, style)], bare)
        inside += [Words("; "), *piece] if inside and piece else piece
    if inside:
        opening, closing = style.brackets
        inside = [Words(f" {opening}" if before else opening), *inside, Words(closing)]
    return tuple(_joined([*before, *inside]))


def named(placed: PlacedCitation, text: CitedText) -> str:
    """The words of a citation that belong to the sentence: the authors it names, or a key that is none; often nothing."""
    return "".join(part.text for part in _before(placed, text.known, STYLES[placed.style]))


def _before(placed: PlacedCitation, known: Mapping[str, Reference], style: Style) -> list[Part]:
    """What stands before the bracket of a narrative mention."""
    first = placed.citation.items[0]
    if first.key not in known:
        return [Words(first.written)] if placed.citation.bare else []
    return _named(first, known[first.key], style) if first.mode is Mode.NARRATIVE else []


def called(reference: Reference, style: str) -> str:
    """What a reference is called where it stands alone: its number, or `Munro, 2011a` in a style without numbers."""
    if STYLES[style].numbered:
        return reference.label
    return ", ".join(filter(None, _in_text(reference, STYLES[style])))


def spoken(part: Number, text: CitedText) -> str:
    """What a screen reader calls a citation's link: its words, with the authors if the sentence has named them already."""
    style = STYLES[text.style]
    authors, year = ("", "") if style.numbered else _in_text(text.known[part.key], style)
    return f"Reference {authors}, {part.text}" if year and part.text.startswith(year) else f"Reference {part.text}"


def _named(item: CitationItem, reference: Reference, style: Style) -> list[Part]:
    """The authors as the sentence names them. A work without a year of its own, such as an Act, leads on from there."""
    if style.numbered:
        return [Words(narrative_authors(reference.work))]
    authors, year = _in_text(reference, style)
    return [Words(authors) if year else Number(authors, reference.label, item.key)]


def _around(item: CitationItem, core: list[Part], bare: bool) -> list[Part]:
    """A work in its bracket, between its prefix and its suffix as they are written."""
    place = locator_text(item.locator) if item.locator and bare else ""
    before = item.prefix + ("" if item.prefix.endswith(_OPENS) or not (core or place) else " ") if item.prefix else ""
    after = item.suffix if item.suffix.startswith(_CLOSES) or not item.suffix else f" {item.suffix}"
    if bare and not place:
        after = item.suffix.lstrip(" ,;")
    return [part for part in (Words(before), *core, Words(place), Words(after)) if part.text]


def _core(item: CitationItem, label: str, known: Mapping[str, Reference], style: Style) -> Part:
    """What leads to the reference: the number, or the authors and year, and the place in the work."""
    locator = ", " + locator_text(item.locator) if item.locator else ""
    if item.key not in known:
        return Words(f"{item.key}?{locator}")
    if style.numbered:
        return Number(label + locator, label, item.key)
    authors, year = _in_text(known[item.key], style)
    named = authors if item.mode is Mode.NORMAL or not year else ""
    return Number(", ".join(filter(None, (named, year))) + locator, label, item.key)


def _year(item: CitationItem, known: Mapping[str, Reference], style: Style) -> str:
    """What tells the work apart once its authors are named: its number, or its year."""
    reference = known[item.key]
    return reference.label if style.numbered else _in_text(reference, style)[1]


def _in_text(reference: Reference, style: Style) -> tuple[str, str]:
    assert style.author_date is not None, f"{style.name} is a numbered style"
    return reference.in_text or style.author_date.in_text(reference.work, reference.year_suffix)


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring words made one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + part.text)
        else:
            joined.append(part)
    return joined
