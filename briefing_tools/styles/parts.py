"""Pick: the parts of a work that several styles write in the same or nearly the same way."""

import re

from briefing_tools.model import Day, Work
from briefing_tools.styles.composing import Nodes, joined, nodes, without_stop, words

ARTICLES = frozenset(("article-journal", "review"))
PARTS = frozenset(("chapter", "paper-conference", "entry-encyclopedia"))
BOUND = PARTS | {"book"}
LAWS = frozenset(("legislation", "bill"))
TITLED = LAWS | {"legal_case"}
"""Kinds of work that go by their title, whoever may be named as their author."""

MEDIA = {"dataset": "dataset", "software": "computer program"}
"""Kinds of work whose form is said in square brackets."""

_DASH = re.compile(r"(?<=\w)\s*[-–—]+\s*(?=\w)")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_UNDATED = frozenset(("n.d.", "nd", "n.d", "no date", "undated", "date unknown", "[no date]", "[n.d.]"))
_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:T.*)?")


def title_of(work: Work) -> Nodes:
    """The title as written, without a full stop of its own; a work without one says so."""
    return without_stop(work.title) or nodes("[no title]")


def dated(work: Work) -> str:
    """The year as written, or nothing when the work has none or says that it has none."""
    return "" if work.year.strip().lower() in _UNDATED else work.year


def publisher_of(work: Work) -> str:
    """Who published a work, by whatever name its kind of entry gives it."""
    names = ("publisher", "institution", "school", "organization")
    return next((work.fields[name] for name in names if work.fields.get(name)), "")


def place_of(work: Work) -> str:
    """Where it was published."""
    return work.fields.get("address", "")


def container_of(work: Work) -> str:
    """The book, proceedings or website that a part belongs to, with its subtitle."""
    book = work.fields.get("booktitle", "") or work.fields.get("maintitle", "") or work.fields.get("journal", "")
    return words(joined(": ", book, work.fields.get("booksubtitle", "")))


def editors_of(work: Work) -> bool:
    """Whether a part names the editors of its book beside its own authors."""
    return bool(work.editors) and bool(work.authors or work.others)


def volume_of(work: Work) -> str:
    """Volume and issue of an article: `31(1)`, `31`, `(1)`."""
    issue = work.fields.get("number", "") or work.fields.get("issue", "")
    return work.fields.get("volume", "") + (f"({issue})" if issue else "")


def pages_of(work: Work, dash: str = "-") -> str:
    """The pages without a label, ranges with the dash that a style uses."""
    return _DASH.sub(dash, work.fields.get("pages", ""))


def article_number(work: Work) -> str:
    """The number that stands for the pages of an article that has none."""
    return "" if work.fields.get("pages") else work.fields.get("eid", "")


def edition_of(work: Work, word: str) -> str:
    """The edition unless it is the first: `2`, `Second` and `2nd` → `2nd ed.`; other words stand as they are."""
    written = work.fields.get("edition", "").strip()
    number = _ORDINALS.index(written.lower()) + 1 if written.lower() in _ORDINALS else 0
    found = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)?\.?(?:\s*(?:edn?|edition)\.?)?", written, re.IGNORECASE)
    number = int(found[1]) if found else number
    if number == 1 or not written:
        return ""
    return f"{ordinal(number)} {word}" if number else written


def ordinal(number: int) -> str:
    """A number in order: `1st`, `2nd`, `11th`."""
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def series_of(work: Work) -> str:
    """What kind of report a work is, its series and its number: `At a glance 09`, `PhD thesis`, `Report 56`."""
    kind, series, number = (work.fields.get(name, "") for name in ("type", "series", "number"))
    if not kind and not series:
        return (
            "" if work.kind in BOUND else f"Report {number}" if number.isdigit() and work.kind == "report" else number
        )
    if series:
        return words(joined(". ", kind, f"{series} {number}".strip()))
    return f"{kind} {number}".strip()


def event_of(work: Work) -> str:
    """Where and when a conference was held: `Leeds, 12–14 June 2012`."""
    return words(joined(", ", work.fields.get("venue", ""), written_day(work.fields.get("eventdate", ""))))


def statute_of(work: Work) -> tuple[str, str]:
    """A law's title with its year, and its chapter or number: `Children Act 1989` and `c. 41`."""
    title, year, number = words(title_of(work)), dated(work), work.fields.get("number", "")
    if number.isdigit() and re.search(r"\bAct\b", title):
        number = f"c. {number}"
    return (title if not year or year in title else f"{title} {year}"), number


def law_report_of(work: Work) -> str:
    """Where a judgment is found, as OSCOLA cites it: `[2013] UKSC 33, [2013] 1 WLR 1911`.

    A `number` that is not bare stands as it is written, which leaves room for `(1991) 93 Cr App R 48`.
    """
    number, court, year = work.fields.get("number", ""), publisher_of(work), dated(work)
    reporter = work.fields.get("reporter", "") or work.fields.get("journal", "")
    neutral = f"{court} {number}".strip() if number.isdigit() else number
    report = " ".join(filter(None, (work.fields.get("volume", ""), reporter, pages_of(work)))) if reporter else ""
    found = [f"[{year}] {place}" if year and year not in place else place for place in (neutral, report) if place]
    if not found:
        return f"({words(joined(', ', court, year))})" if court or year else ""
    return ", ".join(found) + (f" ({court})" if court and court not in found[0] else "")


def day_of(written: str) -> Day | None:
    """An ISO date as a day, or None when it is written in another way."""
    found = _ISO.fullmatch(written.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    return Day(int(found[1]), int(found[2]), int(found[3] or 0))


def written_day(written: str) -> str:
    """A date in words, `1 March 2013`, `12–14 June 2012`; anything that is not ISO as it stands."""
    days = [day for part in written.split("/") if (day := day_of(part))]
    if (
        len(days) == 2
        and (days[0].year, days[0].month) == (days[1].year, days[1].month)
        and days[0].day
        and days[1].day
    ):
        return f"{days[0].day}–{days[1]}"
    return "–".join(str(day) for day in days) if len(days) == written.count("/") + 1 else written


def accessed(work: Work) -> str:
    """The day on which somebody last read a work on its address, as written in the entry."""
    return work.fields.get("urldate", "")
