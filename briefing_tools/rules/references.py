"""Rules of references: every entry of the bibliography can be read, and says enough to find the work by."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from briefing_tools.diagnostics import Finding, Problem, Related, Rule, Severity, rule
from briefing_tools.model import Bibliography, LinkedSeries, Work, plain_text
from briefing_tools.rules.works import BIBLIOGRAPHY_RULES
from briefing_tools.source import Span
from briefing_tools.styles.names import authorship, family_of, folded
from briefing_tools.styles.parts import ARTICLES, PARTS, TITLED, container_of, publisher_of
from briefing_tools.styles.whereabouts import is_doi, is_safe

ERROR, WARNING = Severity.ERROR, Severity.WARNING

_NAMES = (
    "abstract address addendum afterword annote annotator author authortype bookauthor bookpagination booksubtitle "
    "booktitle booktitleaddon chapter commentator crossref date doi edition editor editora editorb editorc editortype "
    "eid entrysubtype eprint eprintclass eprinttype eventdate eventtitle eventtitleaddon file foreword gender holder "
    "howpublished ids indextitle institution introduction isan isbn ismn isrn issn issue issuesubtitle issuetitle iswc "
    "journal journalsubtitle key keywords label language langid lccn library mainsubtitle maintitle maintitleaddon month "
    "nameaddon note number options organization origdate origlanguage origlocation origpublisher origtitle owner pages "
    "pagetotal pagination part pmid publisher pubstate related relatedtype reporter reprinttitle school series "
    "shortauthor shorteditor shorthand shortjournal shortseries shorttitle sortkey subtitle timestamp title titleaddon "
    "translator type url urldate urldateusetime venue version volume volumes xdata xref year"
)
_FIELDS = frozenset(_NAMES.split())
"""The fields of BibTeX and biblatex, by the names that reading gives them."""

_UNREADABLE = ("reference-unclosed", "reference-syntax", "reference-unknown-type", "reference-unknown-parent")
"""Slips after which it would be unfair to say that a field is missing."""

_YEAR = re.compile(r"\[?(?:ca?\.? ?)?(\d{4})\??\]?(?: ?[–/-] ?(?:(\d{4})|\d{2})?)?")
_ISO = re.compile(r"-?\d{4}(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?(?:T[\d:+Z-]+)?")
_NO_YEAR = re.compile(r"\[?(?:n\. ?d\.?|nd|no date|undated|date unknown|in press|forthcoming|in preparation)\]?", re.I)


@rule("reference-unclosed", ERROR)
def unclosed(works: Bibliography) -> Iterator[Problem]:
    """An entry of the bibliography, or one of its fields, is never closed.

    What follows is still read: the entry is taken to end where the next one begins.

    Wrong:
        @report{casey2012,
          title = {Listening to Troubled Families,
          year  = {2012}
    Right:
        @report{casey2012,
          title = {Listening to Troubled Families},
          year  = {2012}
        }
    """
    return _slips(works, "reference-unclosed")


@rule("reference-syntax", ERROR)
def syntax(works: Bibliography) -> Iterator[Problem]:
    """A part of an entry cannot be read.

    A field is a name, an equals sign and a value in braces, and a comma stands between two fields.

    Wrong:
        title {Listening to Troubled Families}
        year = {2012}
    Right:
        title = {Listening to Troubled Families},
        year = {2012}
    """
    return _slips(works, "reference-syntax")


@rule("reference-bad-key", ERROR)
def bad_key(works: Bibliography) -> Iterator[Problem]:
    """The key of an entry has a character that a citation cannot carry.

    Wrong:
        @report{casey (2012),
    Right:
        @report{casey2012,
    """
    return _slips(works, "reference-bad-key")


@rule("reference-duplicate-key", ERROR)
def duplicate_key(works: Bibliography) -> Iterator[Problem]:
    """Two entries have the same key; the second is not used.

    Keys that differ only in small and capital letters count as the same.

    Wrong:
        @report{dh2011, … and further down @report{DH2011, …
    Right:
        @report{dh2011a, … and further down @report{dh2011b, …
    """
    return _slips(works, "reference-duplicate-key")


@rule("reference-duplicate-field", WARNING)
def duplicate_field(works: Bibliography) -> Iterator[Problem]:
    """An entry has a field twice, or two fields that mean the same; the first is used.

    Wrong:
        address  = {London},
        location = {Leeds}
    Right:
        address = {London}
    """
    return _slips(works, "reference-duplicate-field")


@rule("reference-unknown-field", WARNING)
def unknown_field(works: Bibliography) -> Iterator[Problem]:
    """An entry has a field that nothing reads, and its name is nearly that of one that is read.

    Fields that reference managers keep for themselves are let be.

    Wrong:
        publsher = {Sage}
    Right:
        publisher = {Sage}
    """
    for work in works.works.values():
        for name in work.fields:
            near = _nearest_field(name)
            if near:
                said = f"The entry “{work.key}” has a field “{_clip(name)}”, which nothing reads."
                yield Problem(_place(work, name), said, f"Did you mean “{near}”?")


@rule("reference-unknown-type", WARNING)
def unknown_type(works: Bibliography) -> Iterator[Problem]:
    """An entry has a type that does not exist, so its reference is written as that of a plain document.

    Wrong:
        @raport{casey2012,
    Right:
        @report{casey2012,
    """
    return _slips(works, "reference-unknown-type")


@rule("reference-unknown-parent", ERROR)
def unknown_parent(works: Bibliography) -> Iterator[Problem]:
    """An entry takes fields from another one (`crossref`, `xdata`) that is not there.

    Wrong:
        crossref = {glasby2009} without an entry glasby2009
    Right:
        crossref = {glasby2009}, and the entry @book{glasby2009, … in the same file
    """
    return _slips(works, "reference-unknown-parent")


@rule("reference-bad-name", WARNING)
def bad_name(works: Bibliography) -> Iterator[Problem]:
    """A list of authors or editors is not written so that every name can be told apart.

    Names stand with `and` between them; an organisation stands in braces of its own.

    Wrong:
        author = {Golden, S., Aston, H. & Durbin, B.}
        author = {Department for Communities and Local Government}
    Right:
        author = {Golden, S. and Aston, H. and Durbin, B.}
        author = {{Department for Communities and Local Government}}
    """
    return _slips(works, "reference-bad-name")


@rule("reference-missing-field", ERROR)
def missing_field(works: Bibliography) -> Iterator[Problem]:
    """An entry lacks something without which readers cannot find the work.

    Every work has a title, a year, and somebody responsible for it: an author, an editor, or the organisation that
    published it. An article also names its journal, and a chapter or conference paper its book. A work that gives no date
    says so; for a web page the day on which it was read is enough. Acts and judgments need no author.

    Wrong:
        @article{horwath2007,
          author = {Horwath, J. and Morrison, T.},
          title  = {Collaboration, integration and change in children's services},
          year   = {2007}
        }
    Right:
        @article{horwath2007,
          author  = {Horwath, J. and Morrison, T.},
          title   = {Collaboration, integration and change in children's services},
          journal = {Child Abuse \\& Neglect},
          year    = {2007}
        }
    """
    for work in _readable(works):
        missing = dict(_missing(work))
        if missing:
            names = " and no ".join(filter(None, (", no ".join(list(missing)[:-1]), list(missing)[-1])))
            yield Problem(work.span, f"The entry “{work.key}” has no {names}.", f"Add: {'; '.join(missing.values())}")


def _missing(work: Work) -> Iterator[tuple[str, str]]:
    """What a work lacks, each with an example of the field that would give it."""
    law = work.kind in TITLED
    if not plain_text(work.title):
        yield "title", "title = {The Munro Review of Child Protection}"
    if not law and not authorship(work).names and (work.kind in ARTICLES or not publisher_of(work)):
        yield "author", "author = {Munro, E.}, or for an organisation author = {{Department for Education}}"
    if work.kind in ARTICLES and not work.fields.get("journal"):
        yield "journal", "journal = {Child Abuse \\& Neglect}"
    if work.kind in PARTS and not container_of(work):
        yield "book title", "booktitle = {International perspectives on health and social care}"
    if not _dated(work, law):
        yield "year", "year = {2011}, or year = {n.d.} if the work gives no date"


def _dated(work: Work, law: bool) -> bool:
    named = law and re.search(r"\b\d{4}\b", f"{plain_text(work.title)} {work.fields.get('number', '')}")
    return bool(work.year or named or (work.kind == "webpage" and work.fields.get("urldate")))


@rule("reference-no-publisher", WARNING)
def no_publisher(works: Bibliography) -> Iterator[Problem]:
    """A report, book or thesis does not say who published it.

    Wrong:
        @report{casey2012, author = {Casey, L.}, title = {Listening to Troubled Families}, year = {2012}}
    Right:
        @report{casey2012, …, institution = {Department for Communities and Local Government}, address = {London}}
    """
    fields = {"report": "institution", "book": "publisher", "thesis": "school"}
    for work in _readable(works):
        if work.kind in fields and not publisher_of(work):
            who = "at which university it was written" if work.kind == "thesis" else "who published it"
            hint = f"Add: {fields[work.kind]} = {{Social Care Institute for Excellence}}, address = {{London}}"
            yield Problem(work.span, f"The entry “{work.key}” does not say {who}.", hint)


@rule("reference-bad-year", ERROR)
def bad_year(works: Bibliography) -> Iterator[Problem]:
    """The year of an entry is not a year.

    It is written with four digits, or is a range of years. A work without a date has `n.d.`, one that is not out yet
    `in press`. Letters that tell works of one year apart are never typed: they are added where a style needs them.

    Wrong:
        year = {Spring 2011a}
    Right:
        year = {2011}
    """
    for work in works.works.values():
        problem = _year_problem(work.year) or _date_problem(work.fields.get("date", ""))
        if problem:
            place = _place(work, "year", "date")
            yield Problem(place, f"The entry “{work.key}” has {problem[0]}.", problem[1])


def _year_problem(year: str) -> tuple[str, str] | None:
    """What is wrong with a year, and what to write for it."""
    found = _YEAR.fullmatch(year)
    if (
        not year
        or _NO_YEAR.fullmatch(year)
        or (found and all(1000 <= int(one) <= 2100 for one in found.groups() if one))
    ):
        return None
    digits = re.search(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", year)
    lettered = re.fullmatch(r"\d{4}[a-z]", year)
    why = "Leave the letter out; it is added where a style needs it" if lettered else "Write four digits"
    return f"the year “{_clip(year)}”, which is not a year", f"{why}: year = {{{digits[0] if digits else '2011'}}}"


def _date_problem(date: str) -> tuple[str, str] | None:
    """What is wrong with a date that is written in figures as biblatex wants it."""
    for part in date.strip(" /.").split("/"):
        found = _ISO.fullmatch(part)
        if found and not (1 <= int(found[1] or 1) <= 12 and 1 <= int(found[2] or 1) <= 31):
            return (
                f"the date “{_clip(date)}”, which is not in the calendar",
                "Write year, month and day: date = {2011-05-20}",
            )
    return None


@rule("reference-unsafe-url", ERROR)
def unsafe_url(works: Bibliography) -> Iterator[Problem]:
    """An address does not begin with `https://` or `http://`, or has something in it that could mislead readers.

    It is left out of the reference. Spaces, passwords and characters that nobody sees are not let through.

    Wrong:
        url = {www.scie.org.uk}
        url = {javascript:alert(1)}
    Right:
        url = {https://www.scie.org.uk}
    """
    for work in works.works.values():
        url = work.fields.get("url", "")
        if url and not is_safe(url):
            whole = f"https://{url}" if re.match(r"[\w-]+(?:\.[\w-]+)+(?:/|$)", url) else ""
            said = f"The entry “{work.key}” has an address that no reader can safely follow: “{_clip(url)}”."
            hint = "Give one that begins with https:// and has no spaces, like: url = {https://www.scie.org.uk}"
            if whole and is_safe(whole):
                hint = f"Write it in full: url = {{{_clip(whole)}}}"
            yield Problem(_place(work, "url", "howpublished"), said, hint)


@rule("reference-bad-doi", WARNING)
def bad_doi(works: Bibliography) -> Iterator[Problem]:
    """The DOI of an entry is not one, so the reference has no link.

    Wrong:
        doi = {chiabu.2006.01.007}
    Right:
        doi = {10.1016/j.chiabu.2006.01.007}
    """
    for work in works.works.values():
        doi = work.fields.get("doi", "")
        if doi and not is_doi(doi):
            said = f"The entry “{work.key}” has the DOI “{_clip(doi)}”, which is not one."
            yield Problem(
                _place(work, "doi"), said, "A DOI begins with 10., like: doi = {10.1016/j.chiabu.2006.01.007}"
            )


@rule("reference-duplicate-work", WARNING)
def duplicate_work(works: Bibliography) -> Iterator[Problem]:
    """Two entries seem to be the same work: they have one DOI, or the same first author, year and title.

    Titles are the same when they differ in no more than capitals, punctuation and a slip of the pen. Cite one entry
    everywhere, or readers meet the work under two numbers.

    Wrong:
        @report{munro2011, … and @techreport{munro-review, … with the same author, title and year
    Right:
        @report{munro2011, … alone
    """
    alike: dict[tuple[str, ...], list[Work]] = {}
    for work in works.works.values():
        for likeness in likenesses(work):
            alike.setdefault(likeness, []).append(work)
    told: set[str] = set()
    for same in alike.values():
        for first, second in combinations(same[:50], 2):
            if second.key not in told and same_work(first, second):
                told.add(second.key)
                related = (Related(first.span, f"“{first.key}” stands here"),)
                said = f"“{second.key}” seems to be the same work as “{first.key}”."
                yield Problem(
                    second.span, said, f"Keep one of them, and cite it with [@{first.key}] everywhere.", related
                )


def likenesses(work: Work) -> Iterator[tuple[str, ...]]:
    """What two entries of the same work would share."""
    if work.fields.get("doi"):
        yield ("doi", work.fields["doi"].casefold())
    names = authorship(work).names
    yield ("author", folded(family_of(names[0])) if names else "", work.year)


def same_work(first: Work, second: Work) -> bool:
    """Whether two entries that share a likeness are the same work."""
    dois = {work.fields.get("doi", "").casefold() for work in (first, second)} - {""}
    if len(dois) == 1 and first.fields.get("doi") and second.fields.get("doi"):
        return True
    numbers = (
        first.fields.get(name, "") != second.fields.get(name, "")
        for name in ("volume", "number")
        if name in first.fields and name in second.fields
    )
    return len(dois) < 2 and not any(numbers) and _same_title(plain_text(first.title), plain_text(second.title))


def _same_title(first: str, second: str) -> bool:
    """Whether two titles differ in no more than small letters, punctuation, and two slips of the pen."""
    one, other = folded(first).split(), folded(second).split()
    if not one or "".join(one) == "".join(other):
        return bool(one)
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return (
        len(one) == len(other)
        and len(differing) <= min(2, len(one) // 3)
        and all(_slip_of_pen(*pair) for pair in differing)
    )


def _slip_of_pen(one: str, other: str) -> bool:
    """Whether two words that are not short differ by one letter too many, missing, wrong or changed places with the next."""
    if max(len(one), len(other)) < 5 or not (one + other).isalpha():
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[:2][::-1] and one[2:] == other[2:])
    )


@lru_cache(maxsize=1024)
def _nearest_field(name: str) -> str:
    """The field that was meant by a name that is nearly its own, or nothing."""
    if name in _FIELDS or len(name) < 4:
        return ""
    return next((known for known in sorted(_FIELDS) if _slip_of_pen(name, known)), "")


def _slips(works: Bibliography, code: str) -> Iterator[Problem]:
    """The problems that reading the file noted for the rule `code`."""
    return (slip.problem for slip in works.slips if slip.code == code)


def _readable(works: Bibliography) -> Iterator[Work]:
    """The works whose entries were read whole."""
    starts = [work.span.start for work in works.works.values()]
    slips = (slip.problem.span.start for slip in works.slips if slip.code in _UNREADABLE)
    damaged = {bisect_right(starts, start) - 1 for start in slips}
    return (work for at, work in enumerate(works.works.values()) if at not in damaged)


def _place(work: Work, *names: str) -> Span:
    """Where the first of these fields that the work has stands."""
    return next((work.places[name] for name in names if name in work.places), work.span)


def _clip(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rstrip() + "…"


_RULES: tuple[Rule[Bibliography], ...] = (
    unclosed,
    syntax,
    bad_key,
    duplicate_key,
    duplicate_field,
    unknown_field,
    unknown_type,
    unknown_parent,
    bad_name,
    missing_field,
    no_publisher,
    bad_year,
    unsafe_url,
    bad_doi,
    duplicate_work,
    *BIBLIOGRAPHY_RULES,
)


def _for_series(one: Rule[Bibliography]) -> Rule[LinkedSeries]:
    """The same rule, looking at the bibliography of a series."""

    def look(plan: LinkedSeries) -> Iterable[Problem]:
        return one.look(plan.cited.series.bibliography)

    return Rule(one.code, one.severity, one.title, one.manual, look)


REFERENCE_RULES: tuple[Rule[LinkedSeries], ...] = tuple(_for_series(one) for one in _RULES)


def reference_findings(works: Bibliography) -> Iterable[Finding]:
    """What the rules say of a bibliography that stands alone."""
    return (finding for one in _RULES for finding in one.findings(works))
