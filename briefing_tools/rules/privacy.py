"""Rules of privacy: what could lead to a child or a family does not reach a page.

What sites send is looked at in full; what the editors wrote and reviewed, only for numbers and addresses that can never be
published. The messages hold no more of a value than its author needs to find it again, for reports are read by others;
and no report shows the line. The patterns are in `privacy/rules.json`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from briefing_tools.diagnostics import Problem, Related, Severity, rule
from briefing_tools.model import LinkedSeries, Update
from briefing_tools.privacy import Hit, Registry, find, find_in_reviewed
from briefing_tools.privacy.allowing import LOCK, Allowance, Allowances, UnreadableAllowances, read_allowances
from briefing_tools.privacy.known import known_to, with_contact
from briefing_tools.rules.looking import texts
from briefing_tools.source import Position, Source, Span

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
FIELDS = ("title", "outcomes", "contact", "period", "status_note")
"""The fields of an update that readers see, or that somebody might fill with a story."""

MOST_HASHED = 200
"""How many lines of one file are compared with the allowances at most: each costs a twentieth of a second."""

MOST_RELATED = 5


@dataclass(frozen=True)
class Seen:
    """A problem with the code of its rule; `lines` are the words that an allowance must fit."""

    code: str
    problem: Problem
    lines: str


def seen_on_line(plan: LinkedSeries, path: str, line: int) -> tuple[Seen, ...]:
    """What would be reported on a line if nothing were allowed there; notes are not counted."""
    found = (seen for seen in _everything(plan) if seen.problem.private and seen.problem.span.path == path)
    return tuple(seen for seen in found if seen.problem.span.start.line <= line <= seen.problem.span.end.line)


@dataclass(frozen=True)
class _Looked:
    """What was seen and is not allowed, and which allowances fit nothing any more."""

    seen: tuple[Seen, ...]
    stale: tuple[Allowance, ...]


class _Same:
    """A plan as a key: equal only to itself."""

    def __init__(self, plan: LinkedSeries) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


def _problems(plan: LinkedSeries, code: str) -> Iterator[Problem]:
    """The problems of one rule; the texts are looked at once for all rules."""
    return (seen.problem for seen in _looked(_Same(plan)).seen if seen.code == code)


@lru_cache(maxsize=1)
def _looked(same: _Same) -> _Looked:
    plan = same.plan
    allowances, _ = _allowances(plan)
    used: set[Allowance] = set()
    hashed: Counter[str] = Counter()
    kept: list[Seen] = []
    for seen in _everything(plan):
        path = seen.problem.span.path
        if allowances.concern(path, seen.code) and hashed[path] < MOST_HASHED:
            hashed[path] += 1
            if allowance := allowances.allowance(path, seen.code, seen.lines):
                used.add(allowance)
                continue
        kept.append(seen)
    return _Looked(tuple(kept), tuple(entry for entry in allowances.entries if entry not in used))


def _allowances(plan: LinkedSeries) -> tuple[Allowances, Problem | None]:
    """What editors have allowed, and what is wrong with the record."""
    series = plan.cited.series
    source = series.sources.get(f"{series.content}/{LOCK}")
    if source is None:
        return Allowances(), None
    try:
        return read_allowances(source.text), None
    except UnreadableAllowances as error:
        hint = f"Restore it from the last version that could be read: git checkout HEAD -- {source.path}"
        return Allowances(), Problem(Span.of_file(source.path), str(error), hint)


# -- Looking at texts --------------------------------------------------------------------------------------------------


def _everything(plan: LinkedSeries) -> Iterator[Seen]:
    series = plan.cited.series
    known = known_to(series)
    for text in texts(plan):
        if isinstance(text, Update) and text.origin == "site":
            yield from _in_update(text, with_contact(known, text))
        else:
            yield from _as_seen(text.source, find_in_reviewed(text.source.text, known))


def _in_update(update: Update, known: Registry) -> Iterator[Seen]:
    """What a site sent: its text and its fields, which are read as they are written, without escapes."""
    source = update.source
    hits = list(find(source.text, update.text_from, None, known))
    for start, end in _stretches(update):
        hits += find(source.text, start, end, known)
    hits += find(source.text, 0, update.text_from, known, hard_only=True)
    first: dict[tuple[int, int, str], Hit] = {}
    for hit in hits:
        first.setdefault((hit.start, hit.end, hit.code), hit)
    yield from _as_seen(source, tuple(sorted(first.values(), key=lambda hit: (hit.start, hit.end))))
    yield from _in_name(update, known)


def _stretches(update: Update) -> Iterator[tuple[int, int]]:
    """Where the values of the fields stand, each up to the next field's; the names of fields do no harm."""
    source = update.source
    starts = sorted(source.offset(span.start) for span in update.where.values())
    for name in FIELDS:
        if name in update.where:
            begin = source.offset(update.where[name].start)
            yield begin, min((start for start in starts if start > begin), default=update.text_from)


def _in_name(update: Update, known: Registry) -> Iterator[Seen]:
    """The name of the file, which becomes part of an address."""
    words = PurePosixPath(update.path).stem.replace("-", " ")
    for hit in find(words, 0, None, known):
        if hit.code == "privacy-check-name" or hit.severity == "stop":
            span = Span.of_file(update.path)
            message = "The name of this file holds what " + hit.message.partition(" looks ")[2].replace(
                "like ", "looks like ", 1
            )
            yield Seen(hit.code, Problem(span, message, "Give the file another name.", (), private=True), update.path)


def _as_seen(source: Source, hits: tuple[Hit, ...]) -> Iterator[Seen]:
    """Hits as problems; the same name again is told with its first place."""
    again: dict[tuple[str, str], list[Span]] = {}
    for hit in hits:
        if hit.code == "privacy-check-name":
            again.setdefault((hit.code, source.text[hit.start : hit.end].lower()), []).append(
                source.span(hit.start, hit.end)
            )
    told: set[tuple[str, str]] = set()
    for hit in hits:
        span = source.span(hit.start, hit.end)
        key = (hit.code, source.text[hit.start : hit.end].lower())
        if key in told:
            continue
        others = again.get(key, [])[1:]
        if others:
            told.add(key)
        related = tuple(Related(one, "Here again.") for one in others[:MOST_RELATED])
        yield Seen(hit.code, _problem(hit, span, related), _lines(source, span))


def _problem(hit: Hit, span: Span, related: tuple[Related, ...] = ()) -> Problem:
    return Problem(span, hit.message, hit.advice, related, private=hit.severity != "note")


def _lines(source: Source, span: Span) -> str:
    return "\n".join(source.lines[span.start.line - 1 : span.end.line])


# -- What cannot be published ------------------------------------------------------------------------------------------


@rule("privacy-identifier", ERROR)
def identifier(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds a number that belongs to one person.

    NHS, CHI and Health and Care numbers, pupil and learner numbers, National Insurance, passport, driving licence and bank
    numbers lead to one person in every office that has them. Check digits tell them from other numbers, and it does not
    matter how they are written: with other spaces, in bold, across two lines.

    Wrong:
        The referral gave 943 476 5919 as her number.
    Right:
        The referral gave her NHS number.
    """
    return _problems(plan, "privacy-identifier")


@rule("privacy-birth-date", ERROR)
def birth_date(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds somebody's date of birth.

    Wrong:
        The older boy, born 12/6/2001, stayed with a relative.
    Right:
        The older boy, a teenager, stayed with a relative.
    """
    return _problems(plan, "privacy-birth-date")


@rule("privacy-address", ERROR)
def address(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds a home address.

    An address with the words of an organisation near it is only asked about (`privacy-check-contact`).

    Wrong:
        They moved to 14 Acacia Avenue in the spring.
    Right:
        They moved to another part of the county in the spring.
    """
    return _problems(plan, "privacy-address")


@rule("privacy-phone", ERROR)
def phone(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds a mobile phone number.

    A number that readers may ring belongs under “contact:”, with `publish: yes`.

    Wrong:
        Ring the key worker on 07700 900123.
    Right:
        Ring the hub's office.
    """
    return _problems(plan, "privacy-phone")


@rule("privacy-email", ERROR)
def email(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds an e-mail address of the kind that people have at home.

    Work addresses are asked about (`privacy-check-contact`), unless they stand under “contact:” with `publish: yes`.

    Wrong:
        Write to someone.invented@gmail.com to hear more.
    Right:
        Write to the hub to hear more.
    """
    return _problems(plan, "privacy-email")


@rule("privacy-case-reference", ERROR)
def case_reference(plan: LinkedSeries) -> Iterator[Problem]:
    """A text holds the reference of a case, a court, a crime or the police.

    Wrong:
        See case number 2013/00412 for the whole story.
    Right:
        See what happened in one case.
    """
    return _problems(plan, "privacy-case-reference")


@rule("privacy-person", ERROR)
def person(plan: LinkedSeries) -> Iterator[Problem]:
    """Two details stand together that point to one child: a name and an age or a relative, an age and a place.

    Each alone may be harmless; together, somebody who lives nearby knows who it is.

    Wrong:
        A girl, aged 14, from Barnstaple told us what had helped.
    Right:
        A teenager told us what had helped.
    """
    return _problems(plan, "privacy-person")


@rule("privacy-small-count", ERROR)
def small_count(plan: LinkedSeries) -> Iterator[Problem]:
    """A count of one to five people is given, in words, figures or a table; or a share of fewer than ten.

    National statistics on children hide numbers from 1 to 5, because people who know a place can tell who they are. Zero
    may be given. In a table, write c, and hide a second cell so that nobody can work out the first.

    Wrong:
        In the first year, three families left the project.
    Right:
        In the first year, a few families left the project.
    """
    return _problems(plan, "privacy-small-count")


@rule("privacy-hidden-count", ERROR)
def hidden_count(plan: LinkedSeries) -> Iterator[Problem]:
    """A hidden cell of a table can be worked out from a total.

    A row or column with a total must hide at least two cells, or none.

    Wrong:
        | Area | Boys | Girls | Total |
        |---|---|---|---|
        | North | c | 30 | 34 |
    Right:
        | Area | Boys | Girls | Total |
        |---|---|---|---|
        | North | c | 30 | c |
    """
    return _problems(plan, "privacy-hidden-count")


# -- What somebody must look at ----------------------------------------------------------------------------------------


@rule("privacy-check-number", WARNING)
def check_number(plan: LinkedSeries) -> Iterator[Problem]:
    """A number may belong to one person, car or case.

    Wrong:
        The list had 9434765919 in its first line.
    Right:
        The list had a number in its first line.
    """
    return _problems(plan, "privacy-check-number")


@rule("privacy-check-date", WARNING)
def check_date(plan: LinkedSeries) -> Iterator[Problem]:
    """The exact day of something that happened to one person is given.

    People who were there, or who read the local paper, know by the day whose story it is.

    Wrong:
        She was taken into care on 12 June 2013.
    Right:
        She was taken into care in 2013.
    """
    return _problems(plan, "privacy-check-date")


@rule("privacy-check-contact", WARNING)
def check_contact(plan: LinkedSeries) -> Iterator[Problem]:
    """A postcode, street, phone number, e-mail address or profile may be somebody's own.

    What may be published belongs under “contact:”, with `publish: yes`, or in the registry (`sites.yml`).

    Wrong:
        Most of them live near EX4 3LZ.
    Right:
        Most of them live near the hub.
    """
    return _problems(plan, "privacy-check-contact")


@rule("privacy-check-age", WARNING)
def check_age(plan: LinkedSeries) -> Iterator[Problem]:
    """One person's age is given.

    Wrong:
        A boy aged 12 came every day.
    Right:
        A boy aged 11 to 15 came every day.
    """
    return _problems(plan, "privacy-check-age")


@rule("privacy-check-name", WARNING)
def check_name(plan: LinkedSeries) -> Iterator[Problem]:
    """A word may be somebody's name.

    It has a capital and is not a word that public services use. If it is the name of a place or an organisation, an editor
    can say so, with `briefings allow`, or list it in the glossary.

    Wrong:
        When Jayden came, nobody had spoken to him for weeks.
    Right:
        When the boy came, nobody had spoken to him for weeks.
    """
    return _problems(plan, "privacy-check-name")


@rule("privacy-check-place", WARNING)
def check_place(plan: LinkedSeries) -> Iterator[Problem]:
    """A school, nursery or home is named.

    Wrong:
        All of them went to Oakfield Primary School.
    Right:
        All of them went to the same primary school.
    """
    return _problems(plan, "privacy-check-place")


@rule("privacy-check-count", WARNING)
def check_count(plan: LinkedSeries) -> Iterator[Problem]:
    """A count of six to nine people is given, or the story of one.

    It may be fine. Together with a place, a date or a rare event it may not.

    Wrong:
        In the first year, seven families left the project.
    Right:
        In the first year, 12 families left the project.
    """
    return _problems(plan, "privacy-check-count")


@rule("privacy-pseudonym", NOTE)
def pseudonym(plan: LinkedSeries) -> Iterator[Problem]:
    """Somebody is called by a letter or a number, which is fine.

    It hides a name and nothing else: the rest of the story may still tell who it is.

    Wrong:
        Child B settled well in her new home.
    Right:
        One of the children settled well.
    """
    return _problems(plan, "privacy-pseudonym")


# -- What editors allowed ----------------------------------------------------------------------------------------------


@rule("privacy-allowance-stale", NOTE)
def allowance_stale(plan: LinkedSeries) -> Iterator[Problem]:
    """An allowance fits no line any more.

    The line has changed, or nothing on it looks like personal data now. The entry can go.

    Wrong:
        an entry of privacy.lock for a line that has since been written anew
    Right:
        an entry for a line as it stands
    """
    series = plan.cited.series
    source = series.sources.get(f"{series.content}/{LOCK}")
    for entry in _looked(_Same(plan)).stale:
        span = _entry_span(source, entry) if source else Span.of_file(LOCK)
        message = f"What was allowed in {entry.path} on {entry.date} fits no line any more."
        yield Problem(span, message, f"Look at that file again, and remove this entry ({entry.rule}).")


def _entry_span(source: Source, entry: Allowance) -> Span:
    """The line of an entry's hash in the record."""
    number = next((n for n, line in enumerate(source.lines, 1) if entry.hash and entry.hash in line), 1)
    return Span(source.path, Position(number, 1), Position(number, 1))


@rule("privacy-allowance-unreadable", ERROR)
def allowance_unreadable(plan: LinkedSeries) -> Iterator[Problem]:
    """The record of allowed lines cannot be read, so nothing is allowed.

    Wrong:
        a record that was edited by hand and lost its salt
    Right:
        a record as `briefings allow` writes it
    """
    _, problem = _allowances(plan)
    if problem:
        yield problem


PRIVACY_RULES = (
    identifier, birth_date, address, phone, email, case_reference, person, small_count, hidden_count, check_number, check_date,
    check_contact, check_age, check_name, check_place, check_count, pseudonym, allowance_stale, allowance_unreadable,
)  # fmt: skip
