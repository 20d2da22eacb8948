"""Rules of works: numbers and addresses of works hold, and what the text says of a work is true of it."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from briefing_tools.diagnostics import Problem, Related, Rule, Severity, rule
from briefing_tools.identifiers import isbn_problem, issn_problem
from briefing_tools.linkrecord.policy import SHORTENERS
from briefing_tools.model import (
    Bibliography,
    Briefing,
    Citation,
    Element,
    LinkedSeries,
    Node,
    Page,
    Text,
    Update,
    Work,
    plain_text,
)
from briefing_tools.rules.looking import citations_of, nodes_of, prose, texts
from briefing_tools.source import Span
from briefing_tools.styles.names import folded
from briefing_tools.styles.parts import ARTICLES, PARTS
from briefing_tools.styles.whereabouts import is_doi, is_safe

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# -- The bibliography --------------------------------------------------------------------------------------------------


@rule("reference-bad-isbn", WARNING)
def bad_isbn(works: Bibliography) -> Iterator[Problem]:
    """The ISBN of an entry is not one.

    The last digit of an ISBN follows from the others, so most slips of the pen can be seen.

    Wrong:
        isbn = {978-0-306-40615-8}
    Right:
        isbn = {978-0-306-40615-7}
    """
    yield from _numbers(works, "isbn", isbn_problem)


@rule("reference-bad-issn", WARNING)
def bad_issn(works: Bibliography) -> Iterator[Problem]:
    """The ISSN of an entry is not one.

    Wrong:
        issn = {0145-2143}
    Right:
        issn = {0145-2134}
    """
    yield from _numbers(works, "issn", issn_problem)


@rule("reference-short-url", WARNING)
def short_url(works: Bibliography) -> Iterator[Problem]:
    """The address of a work is a shortened one.

    It says nothing about where it leads, and when the service ends nobody can find out.

    Wrong:
        url = {https://tinyurl.com/integreview}
    Right:
        url = {https://www.example.org/reports/integrated-working.pdf}
    """
    for work in works.works.values():
        url = work.fields.get("url", "")
        if is_safe(url) and _is_shortened(url):
            yield Problem(
                _at(work, "url"),
                f"The entry “{work.key}” has a shortened address: {_clip(url)}",
                "Follow it once, and write down the address that it leads to.",
            )


@rule("reference-http-url", NOTE)
def http_url(works: Bibliography) -> Iterator[Problem]:
    """The address of a work begins with `http://`, which nobody protects on its way.

    Nearly every publisher answers at the same address with `https://`.

    Wrong:
        url = {http://www.scie.org.uk/publications/guides/guide30}
    Right:
        url = {https://www.scie.org.uk/publications/guides/guide30}
    """
    for work in works.works.values():
        url = work.fields.get("url", "")
        if url.startswith("http://") and is_safe(url) and not (_is_doi_address(url) or _is_shortened(url)):
            said = f"The address of “{work.key}” begins with http://."
            yield Problem(_at(work, "url"), said, f"See whether it works as: https{_clip(url[4:])}")


@rule("reference-no-access-date", WARNING)
def no_access_date(works: Bibliography) -> Iterator[Problem]:
    """A work is to be read under an address, but the entry does not say on which day somebody read it there.

    Pages change and move. The day tells readers which state of them was meant. A DOI needs no day.

    Wrong:
        url = {https://www.scie.org.uk/publications/guides/guide30}
    Right:
        url     = {https://www.scie.org.uk/publications/guides/guide30},
        urldate = {2013-02-14}
    """
    for work in works.works.values():
        fields = work.fields
        url = fields.get("url", "")
        known = is_doi(fields.get("doi", "")) or fields.get("urldate") or not is_safe(url) or _is_doi_address(url)
        undated = work.kind == "webpage" and not work.year  # which says already that the day is missing
        if not known and not undated:
            said = f"The entry “{work.key}” has an address, but no day on which it was read."
            yield Problem(_at(work, "url"), said, "Add: urldate = {2013-02-14}")


def _numbers(works: Bibliography, field: str, problem: Callable[[str], str]) -> Iterator[Problem]:
    """Each number of a field that fails; a field may hold several, with commas or semicolons between them."""
    for work in works.works.values():
        for number in re.split(r"[,;]|(?<=\d)\s*\((?:print|online|pbk|hbk)\)", work.fields.get(field, "")):
            wrong = problem(number) if number.strip() else ""
            if wrong:
                said = f"The {field.upper()} “{_clip(number)}” of “{work.key}” {wrong}."
                yield Problem(_at(work, field), said, "Copy it again from the work, or leave it out.")


def _at(work: Work, field: str) -> Span:
    """Where a field of an entry stands, or the entry."""
    return work.places.get(field, work.span)


def _is_shortened(url: str) -> bool:
    return (urlsplit(url).hostname or "").removeprefix("www.") in SHORTENERS


def _is_doi_address(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("doi.org", "dx.doi.org")


BIBLIOGRAPHY_RULES: tuple[Rule[Bibliography], ...] = (bad_isbn, bad_issn, short_url, http_url, no_access_date)
"""What can be said of a bibliography that stands alone."""


# -- What the text says of works ---------------------------------------------------------------------------------------


@rule("cite-place-alone", ERROR)
def place_alone(plan: LinkedSeries) -> Iterator[Problem]:
    """A page, paragraph or chapter stands in a bracket alone, and it is not clear in which work it is.

    Such a bracket means the work cited last in the same section. There must be one, and only one in its bracket.

    Wrong:
        Both say so [@munro2011; @casey2012], and one says why [p. 24].
    Right:
        Progress was recognised [@munro2011, p. 58], and so were its limits [p. 24].
    """
    for text in texts(plan):
        last: Citation | None = None
        for citation in citations_of(text):
            if citation.items[0].key:
                last = citation
                continue
            written = text.source.text[text.source.offset(citation.span.start) : text.source.offset(citation.span.end)]
            several = " behind a bracket with several" if last and len(last.items) > 1 else ""
            said = f"It is not clear in which work {written} is{several}."
            key = last.items[-1].key if last else "munro2011"
            yield Problem(
                citation.span,
                said,
                f"Name the work, for example [@{key}, {written[1:-1]}]. Write \\{written} for a bracket that is no citation.",
            )


@rule("cite-number-typed", WARNING)
def number_typed(plan: LinkedSeries) -> Iterator[Problem]:
    """A number in brackets was typed by hand.

    It leads nowhere, and is wrong as soon as a citation before it comes or goes. Numbers are given by the system.

    Wrong:
        progress was recognised [4, p. 58]
    Right:
        progress was recognised [@munro2011, p. 58]
    """
    for text in texts(plan):
        words = prose(text)
        defined = set(re.findall(r"^ {0,3}\[(\d+)\]:", words, re.M))
        for found in _TYPED.finditer(words):
            if found[1] not in defined and not _within(found.start(), _places(text)):
                yield Problem(
                    text.source.span(found.start(), found.end()),
                    f"The number {found[0]} was typed by hand, so it is no citation.",
                    "Cite the work by its key, like [@munro2011]; if a number in brackets is meant, write \\[4\\].",
                )


_TYPED = re.compile(r"(?<![\w\\\]!)=])\[([1-9]\d{0,2})(?:\s*[,;–-]\s*\d{1,3})*(?:,?\s*pp?\.?\s?[\w–-]+)?\](?![\[(:\w])")


@rule("cite-page-out-of-range", WARNING)
def page_out_of_range(plan: LinkedSeries) -> Iterator[Problem]:
    """A citation names a page that the article or chapter does not have.

    The page may be wrong, or the pages of the entry, or the work.

    Wrong:
        levels of working together [@horwath2007, p. 80]
    Right:
        levels of working together [@horwath2007, p. 58]
    """
    works = plan.cited.series.bibliography.works
    for text in texts(plan):
        for citation in citations_of(text):
            for item in citation.items:
                work = works.get(item.key)
                pages = _pages_of(work) if work else None
                if not work or not pages or not item.locator or item.locator.label != "page":
                    continue
                outside = [page for page in _pages_in(item.locator.value) if not pages[0] <= page <= pages[1]]
                if outside:
                    said = f"Page {outside[0]} is not in “{_clip(plain_text(work.title))}”, which has pages {pages[0]} to {pages[1]}."
                    hint = "Correct the page, or the pages of the entry."
                    yield Problem(item.span, said, hint, (Related(work.span, f"“{work.key}” stands here"),))


def _pages_of(work: Work) -> tuple[int, int] | None:
    """The first and the last page of a work that has a range of plain numbers; the last may be shortened, 158–9."""
    found = re.fullmatch(r"(\d+)\s*[-–]+\s*(\d+)", work.fields.get("pages", "").strip())
    if not found or work.kind not in ARTICLES | PARTS:
        return None
    first, last = int(found[1]), _last(found[1], found[2])
    return (first, last) if first < last else None


def _pages_in(value: str) -> list[int]:
    """The pages that a locator of plain numbers names; nothing when there is anything else in it."""
    if not re.fullmatch(r"\d+(?:\s*[-–,&;]+\s*\d+)*", value) or len(value) > 60:
        return []
    pages: list[int] = []
    for part in re.split(r"\s*[,&;]\s*", value):
        first, _, last = re.sub(r"\s*[-–]+\s*", "–", part).partition("–")
        pages += [int(first), _last(first, last)] if last else [int(first)]
    return pages


def _last(first: str, last: str) -> int:
    """The last number of a range, its shortened form made whole: 158–9 is 159."""
    return int(first[: -len(last)] + last) if len(last) < len(first) else int(last)


@rule("cite-other-title", WARNING)
def other_title(plan: LinkedSeries) -> Iterator[Problem]:
    """The text names the title of one work, and cites another beside it.

    Only titles in italics, in quotation marks or as a link are looked at, and only a citation that follows at once.

    Wrong:
        *Think child, think parent, think family: a guide to parental mental health and child welfare* [@scie2012]
    Right:
        *Think child, think parent, think family: a guide to parental mental health and child welfare* [@diggins2011]
    """
    works = plan.cited.series.bibliography.works
    titles = _Titles.of(works)
    for text in texts(plan):
        for words, citation in _named_beside(nodes_of(text)):
            named = titles.named_by(words)
            cited = {item.key for item in citation.items}
            if named and cited <= works.keys() and not named & cited:
                key = sorted(named)[0]
                yield Problem(
                    citation.span,
                    f"“{_clip(words)}” is the title of “{key}”, but “{citation.items[0].key}” is cited beside it.",
                    f"Cite @{key} here, or correct the title.",
                    (Related(works[key].span, f"“{key}” stands here"),),
                )


@dataclass(frozen=True)
class _Titles:
    """Works by their titles, folded: by the whole title and by what stands before its colon or full stop."""

    whole: Mapping[str, frozenset[str]]
    begins: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, works: Mapping[str, Work]) -> "_Titles":
        whole: dict[str, set[str]] = {}
        begins: dict[str, set[str]] = {}
        for work in works.values():
            title = plain_text(work.title)
            whole.setdefault(folded(title), set()).add(work.key)
            for head in (title, *_heads(title)):
                begins.setdefault(folded(head), set()).add(work.key)
        return cls(*({title: frozenset(keys) for title, keys in one.items()} for one in (whole, begins)))

    def named_by(self, words: str) -> frozenset[str]:
        """The works that some words are the title of: the whole title, or else its beginning, of three words or more."""
        said = folded(words)
        if len(said.split()) < 3:
            return frozenset()
        return self.whole.get(said) or self.begins.get(said, frozenset())


def _heads(title: str) -> Iterator[str]:
    """The beginnings of a title that stand for it: up to each colon, semicolon, full stop or question mark."""
    return (title[: found.start()] for found in re.finditer(r"[:;.?!–—](?=\s)", title))


def _named_beside(nodes: tuple[Node, ...]) -> Iterator[tuple[str, Citation]]:
    """Words that may be a title, each with the citation that follows at once."""
    before = ""
    for node in nodes:
        match node:
            case Text(text):
                quoted = re.search(r"[‘“]([^‘’“”]+(?:’\w[^‘’“”]*)*)[’”][\s,(]*$", text)
                before = quoted[1] if quoted else before if re.fullmatch(r"[\s,(]{0,3}", text) else ""
            case Citation():
                if before and not node.narrative:
                    yield before, node
                before = ""
            case Element("em" | "a" | "strong"):
                yield from _named_beside(node.children)
                before = plain_text(node.children)
            case Element():
                yield from _named_beside(node.children)
                before = ""


@rule("cite-figure-without-source", WARNING)
def figure_without_source(plan: LinkedSeries) -> Iterator[Problem]:
    """A paragraph of a briefing gives a figure, and no citation says where it is from.

    Percentages, sums of money, fractions and counts are looked at; years, ages, pages and the key messages are not. A
    list may have its source in the sentence that leads to it.

    Wrong:
        The share of families with these risks fell by 47 per cent.
    Right:
        The share of families with these risks fell by 47 per cent [@lloyd2011].
    """
    for briefing in plan.cited.series.briefings:
        for start, block in _unsourced(briefing):
            found = _figure(block)
            if found:
                yield Problem(
                    briefing.source.span(start + found.start(), start + found.end()),
                    f"The figure “{found[0].strip()}” stands in a paragraph without a citation.",
                    "Cite the work that it is from, like [@lloyd2011, p. 19].",
                )


_NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|a dozen|twenty|hundred"
_COUNTED = (
    "families|children|people|adults|parents|carers|respondents|participants|households|councils|authorities|sites|schools|"
    "cases|referrals|practitioners|social workers|workers|staff|interviews|studies|patients|pupils|women|men|young people"
)
_FIGURE = re.compile(
    rf"""
      (?<![\w%])\d[\d.,]*\s?(?:%(?![\dA-F]{{2}})|per\s?cent\b|percentage\ points?\b)
    | [£€$]\s?\d[\d.,]*(?:\s?(?:million|billion|m|bn|k)\b)?
    | \b(?:one|two|three|four|a)[ -](?:thirds?|quarters?|fifths?|tenths?)\s+of\b | \b(?:two|three|four)-(?:thirds|quarters|fifths)\b
    | \b(?:\d+|{_NUMBER_WORDS})\s(?:in|out\ of)\s(?:every\s)?(?:\d+|three|four|five|six|eight|ten|twenty|a\ hundred)\b(?!\s?(?:per|%|years))
    | (?<![\w/.,£–-])\d{{1,3}}(?:,\d{{3}})+(?![\d/])
    | (?<![\w/.,£–-])\d{{2,}}\s(?:{_COUNTED})\b
    """,
    re.X | re.I,
)
_ADDRESS = re.compile(r"https?://\S+")


def _figure(block: str) -> "re.Match[str] | None":
    """The first figure of a block that needs a source."""
    return _FIGURE.search(_ADDRESS.sub(lambda found: " " * len(found[0]), block))


_LIST = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_OTHER = re.compile(r"\s*(?:[#>|]|!!!|\[\^?[^\]]+\]:|\*\[)")
"""Blocks that are no running text: headings, quotations, tables, boxes, definitions."""


def _unsourced(briefing: Briefing) -> Iterator[tuple[int, str]]:
    """The paragraphs and lists without a citation, each with its place in the file."""
    places = _places(briefing)
    exempt = _key_messages(briefing)
    lead = boxed = False
    for found in re.finditer(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", prose(briefing), re.M):
        block, start = found[0], found.start()
        cited = _any_within(places, start, found.end())
        indented = block.startswith(("    ", "\t"))
        boxed = block.lstrip().startswith("!!!") or (boxed and indented)
        if _LIST.match(block):
            if not (cited or lead or boxed or _inside(start, exempt)):
                yield start, block
            lead = lead or cited
            continue
        lead = cited or (lead and indented)
        if not (cited or boxed or indented or _OTHER.match(block) or _inside(start, exempt)):
            yield start, block


def _places(text: "Briefing | Update | Page") -> list[tuple[int, int]]:
    """Where the citations of a text stand, as offsets, in order."""
    spans = (citation.span for citation in citations_of(text))
    return sorted((text.source.offset(span.start), text.source.offset(span.end)) for span in spans)


def _any_within(places: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(places, (start, 0))
    return at < len(places) and places[at][0] < end


def _within(offset: int, places: list[tuple[int, int]]) -> bool:
    at = bisect_left(places, (offset + 1, 0)) - 1
    return at >= 0 and offset < places[at][1]


def _inside(offset: int, stretches: list[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in stretches)


def _key_messages(briefing: Briefing) -> list[tuple[int, int]]:
    """Where the key messages stand: they sum up what the text has sources for."""
    starts = [(briefing.source.offset(one.span.start), one.role, one.level) for one in briefing.all_sections()]
    stretches = []
    for at, (start, role, level) in enumerate(starts):
        if role == "key-messages":
            after = (other for other, _, its in starts[at + 1 :] if its <= level)
            stretches.append((start, next(after, len(briefing.source.text))))
    return stretches


def _clip(text: str, length: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


WORK_RULES: tuple[Rule[LinkedSeries], ...] = (
    place_alone,
    number_typed,
    page_out_of_range,
    other_title,
    figure_without_source,
)
