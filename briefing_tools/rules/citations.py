"""Rules of citations: every bracket leads to a work, every page stands with the work it comes from."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from briefing_tools.citation_syntax import KEY
from briefing_tools.diagnostics import Problem, Severity, nearest, rule
from briefing_tools.model import Citation, LinkedSeries, Work, plain_text
from briefing_tools.rules.looking import citations_of, cited_texts, prose, slips, texts
from briefing_tools.source import Position, Source

_ENDED = re.compile(r"(?:[^\W\d_]{4,}|\d{2,}|\))[.?!]\s\Z")
"""The end of a sentence: not that of an abbreviation such as `et al.`, nor what a quotation mark follows."""
_NEW_SENTENCE = re.compile(r"\s*\n\s*(?:\n|\Z)|\s*\Z|\s+[“‘\[*]*[A-Z]")
_REST_OF_LINK = re.compile(r"[^\[\]\n]{0,300}\][(\[]")
_NEXT_CITATION = re.compile(r"[^\[\]\n]{0,300}\]\[[^\[\]\n@]{0,300}@")

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@rule("cite-unknown-key", ERROR)
def unknown_key(plan: LinkedSeries) -> Iterator[Problem]:
    """A citation names a work that is not in the bibliography.

    The key in the brackets must be the key of an entry of `references.bib`, letter for letter. An unknown key in running
    text is a warning only, and readers see it as it was typed: it may be the name of an account, such as `@media`.

    Wrong:
        Progress was recognised [@munro2012].
    Right:
        Progress was recognised [@munro2011].
    """
    works = plan.cited.series.bibliography.works
    if plan.cited.series.bibliography.path not in plan.cited.series.sources:
        return
    for text in texts(plan):
        for citation in citations_of(text):
            for item in citation.items:
                if item.key and item.key not in works:
                    bare = citation.bare and item is citation.items[0]
                    words, hint = f"No reference has the key “{item.key}”.", _suggest(item.key, tuple(works), plan)
                    yield Problem(item.span, words, hint, severity=WARNING if bare else None)


def _suggest(key: str, keys: tuple[str, ...], plan: LinkedSeries) -> str:
    folded = {known.lower(): known for known in keys}
    near = folded.get(key.lower()) or nearest(key, keys)
    if near:
        return f"Did you mean @{near} ({_title(plan.cited.series.bibliography.works[near])})?"
    return f"Add the work to {plan.cited.series.bibliography.path}, or write \\@ for an at sign that is not a citation."


def _title(work: Work) -> str:
    title = plain_text(work.title)
    return title if len(title) <= 60 else title[:59].rstrip() + "…"


@rule("cite-malformed-locator", ERROR)
def malformed_locator(plan: LinkedSeries) -> Iterator[Problem]:
    """A citation begins to name a page or chapter, but does not say which; or a range runs backwards.

    A range has a dash or stands behind `pp.`; a page with a hyphen in its number, such as `7-4`, is one page.

    Wrong:
        [@munro2011, p.]
    Right:
        [@munro2011, p. 58]
    """
    for text in texts(plan):
        for citation in citations_of(text):
            for item in citation.items:
                begun = re.match(
                    r",?\s*(pp?|pgs?|pages?|chs?|chap|chapter|paras?|figs?|vols?|ss?|secs?|sects?|tbl|app)\b\.?(?=\s|[,;]|$)",
                    item.suffix,
                    re.I,
                )
                if item.locator is None and begun:
                    written = item.suffix.strip(" ,")
                    end = text.source.offset(item.span.end)
                    yield Problem(text.source.span(end, min(end + len(item.suffix), len(text.source.text))), f"The citation of “{item.key}” says “{written}”, which names no page or part.",
                                  f"Give the number, for example [@{item.key}, p. 58], or leave the words out.")  # fmt: skip
                found = re.fullmatch(r"(\d+)\s*[–-]+\s*(\d+)", item.locator.value) if item.locator else None
                if found and "–" not in found.group() and not _several(text.source, item.span.end):
                    continue
                if found and len(found.group(1)) == len(found.group(2)) and int(found.group(1)) > int(found.group(2)):
                    yield Problem(
                        item.span,
                        f"The range {found.group()} of “{item.key}” runs backwards.",
                        f"Write the smaller number first: {found.group(2)}–{found.group(1)}.",
                    )


def _several(source: Source, end: Position) -> bool:
    """Whether the words after a key say that several pages follow."""
    return bool(re.compile(r"[\s,{]*(?:pp|pgs|pages)\b", re.I).match(source.text, source.offset(end)))


@rule("cite-page-outside", ERROR)
def page_outside(plan: LinkedSeries) -> Iterator[Problem]:
    """A page number stands outside the citation it belongs to.

    Only inside the bracket does it stay with its work when numbers change, and reach the reader in every format.

    Wrong:
        progress so far [@munro2011], p. 58.
    Right:
        progress so far [@munro2011, p. 58].
    """
    for text in texts(plan):
        citations = sorted(citations_of(text), key=lambda citation: citation.span.start)
        spans = [citation.span for citation in citations]
        starts = [text.source.offset(span.start) for span in spans]
        for found in re.finditer(
            r"\(pp?\.?\s?\d+(?:\s?[–-]\s?\d+)?\)|(?<=\])[.,]?\s\(?pp?\.\s?\d+(?:\s?[–-]\s?\d+)?\)?", prose(text)
        ):
            before = bisect_left(starts, found.start()) - 1
            if before >= 0 and found.start() < text.source.offset(spans[before].end):
                continue
            pages = re.sub(r"[^\d–-]", "", found.group())
            key = citations[before].items[-1].key if before >= 0 else "key"
            label = "pp." if re.search("[–-]", pages) else "p."
            span = text.source.span(found.start(), found.end())
            yield Problem(
                span,
                f"The page “{found.group().strip(' .,')}” stands outside a citation.",
                f"Put it in the bracket of its work: [@{key}, {label} {pages}]",
            )


@rule("cite-key-without-at", ERROR)
def key_without_at(plan: LinkedSeries) -> Iterator[Problem]:
    """A bracket holds the key of a work but not the sign @, so it is no citation.

    Wrong:
        [munro2011, p. 58]
    Right:
        [@munro2011, p. 58]
    """
    works = plan.cited.series.bibliography.works
    for text in texts(plan):
        for found in re.finditer(r"(?<!\\)\[([\w:.+/-]+)(,[^\]\[@]*)?\](?![(\[:])", prose(text)):
            if found.group(1) in works:
                span = text.source.span(found.start(), found.end())
                yield Problem(
                    span,
                    f"{found.group()} is not a citation, because the sign @ is missing.",
                    f"Write [@{found.group()[1:]}",
                )


@rule("cite-bracket-broken", ERROR)
def bracket_broken(plan: LinkedSeries) -> Iterator[Problem]:
    """A bracket that should be a citation is not closed, has a part without a key, or stands in a link or inside HTML.

    Wrong:
        recognised progress [@munro2011, p. 58 in safeguarding.
    Right:
        recognised progress [@munro2011, p. 58] in safeguarding.
    """
    yield from slips(plan, "cite-bracket-broken")
    for text in texts(plan):
        words = prose(text)
        for citation in citations_of(text):
            yield from _comma_for_semicolon(citation)
            if citation.narrative and _is_bracketed(words, text.source.offset(citation.span.start)):
                yield _in_a_bracket(citation, words, text.source.offset(citation.span.end))


def _is_bracketed(words: str, start: int) -> bool:
    """Whether a bracket of the same paragraph is open at an offset."""
    opening = words.rfind("[", words.rfind("\n\n", 0, start) + 1, start)
    return opening >= 0 and words.find("]", opening, start) < 0 and words[opening - 1 : opening] != "\\"


def _in_a_bracket(citation: Citation, words: str, end: int) -> Problem:
    """What is wrong with a mention that stands in a bracket and ends at an offset of the text."""
    key = citation.items[0].key
    if _NEXT_CITATION.match(words, end):
        return Problem(citation.span, f"The bracket of “@{key}” is not a citation, because another bracket follows at once.",
                       "Write both works in one bracket, with a semicolon between them.")  # fmt: skip
    if _REST_OF_LINK.match(words, end):
        return Problem(citation.span, f"The citation “@{key}” stands in the words of a link.",
                       f"Put it behind the link: [words](https://…) [@{key}]")  # fmt: skip
    return Problem(citation.span, f"The bracket before “@{key}” is not a citation: it is not closed, or a part of it has no key.",
                   f"Write [@{key}] or [@{key}, p. 58]; separate several works with semicolons.")  # fmt: skip


def _comma_for_semicolon(citation: Citation) -> Iterator[Problem]:
    """A key in the words before or behind another one: only the other one is cited."""
    for item in citation.items:
        found = re.search(rf"(?<![^\W_])@{KEY}", f"{item.prefix} {item.suffix}")
        if found:
            yield Problem(
                item.span,
                f"“{found.group()}” is not cited, because it belongs to the words around “@{item.key}”.",
                f"Separate works with semicolons: [@{item.key}; {found.group()}]",
            )


@rule("cite-in-title", ERROR)
def in_title(plan: LinkedSeries) -> Iterator[Problem]:
    """A citation stands in the title of a box.

    The title names the box for people who listen to the page, and a number leads nowhere there. Headings of sections may
    cite: contents, menus and search show them without the number.

    Wrong:
        !!! note "The Munro Review [@munro2011]"
            It was published in 2011.
    Right:
        !!! note "The Munro Review"
            It was published in 2011 [@munro2011].
    """
    yield from slips(plan, "cite-in-title")


@rule("cite-after-stop", NOTE)
def after_stop(plan: LinkedSeries) -> Iterator[Problem]:
    """A citation stands after the full stop of the sentence it supports.

    Quotations are set apart with their source behind them, and lines of signposts end with it: there it is right.

    Wrong:
        for three months after the transition. [@singh2008]
    Right:
        for three months after the transition [@singh2008].
    """
    for text in texts(plan):
        for citation in citations_of(text):
            start, end = text.source.offset(citation.span.start), text.source.offset(citation.span.end)
            if not citation.narrative and _stands_behind(text.source.text, start, end):
                yield Problem(
                    citation.span,
                    "This citation stands after the punctuation.",
                    "Put it before the full stop or comma, with a space before it.",
                )


def _stands_behind(text: str, start: int, end: int) -> bool:
    """Whether what stands from `start` to `end` comes after the end of a sentence, or at once after a comma or semicolon."""
    if text[start - 1 : start] in (".", ",", ";"):
        return True
    first_line = text.rfind("\n\n", 0, start) + 2
    apart = text.startswith((">", "    ", "\t"), first_line)
    return not apart and bool(
        _ENDED.search(text, max(start - 40, first_line), start) and _NEW_SENTENCE.match(text, end)
    )


@rule("reference-never-cited", WARNING)
def never_cited(plan: LinkedSeries) -> Iterator[Problem]:
    """A work of the bibliography is cited nowhere.

    It may have been meant somewhere, or be left over. As long as a briefing has no text, nobody can tell.

    Wrong:
        an entry casey2012 that no briefing cites
    Right:
        [@casey2012] where the briefing relies on it, or no entry
    """
    briefings = plan.cited.series.briefings
    if not briefings or not all(briefing.has_text for briefing in briefings):
        return
    cited = {item.key for text in texts(plan) for citation in citations_of(text) for item in citation.items}
    cited |= {key for update in plan.cited.series.updates for key in update.sources}
    for key, work in plan.cited.series.bibliography.works.items():
        if key not in cited:
            yield Problem(
                work.span, f"The work “{key}” is never cited.", f"Cite it with [@{key}], or remove the entry."
            )


@rule("reference-no-bibliography", ERROR)
def no_bibliography(plan: LinkedSeries) -> Iterator[Problem]:
    """Texts cite works, but there is no bibliography.

    Wrong:
        a project without references.bib
    Right:
        references.bib beside mkdocs.yml, with an entry for every work cited
    """
    path = plan.cited.series.bibliography.path
    refused = {slip.problem.span.path for slip in plan.cited.series.slips}
    if path in plan.cited.series.sources or path in refused:
        return
    for _, cited in cited_texts(plan):
        for placed in cited.citations[:1]:
            yield Problem(
                placed.citation.span,
                f"This text cites a work, but there is no file {path}.",
                "Create it beside mkdocs.yml, or name the right file there under “bibliography:”.",
            )
            return


CITATION_RULES = (
    unknown_key, malformed_locator, page_outside, key_without_at, bracket_broken, in_title, after_stop, never_cited, no_bibliography,
)  # fmt: skip
