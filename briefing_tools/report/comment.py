"""Report to a pull request: one comment in plain English, made from what a check reported.

Sentence and lists come from the same values, so they cannot disagree. Whatever the report says was written by strangers:
it is shown as plain characters, without links, pictures, markup or mentions, and at a length that a person can read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from briefing_tools.diagnostics import Severity
from briefing_tools.report.json import Touched

MOST = 20
"""How many findings of a kind a comment lists; the check's own page has them all."""

LONGEST = 60_000
"""GitHub takes 65,536 characters for a comment."""

_HEADINGS = {Severity.ERROR: "Must fix", Severity.WARNING: "Please check", Severity.NOTE: "Ideas"}
_JOINER = "\u2060"
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


class Outcome(StrEnum):
    """How a check ended; `crash` says that it did not, and that this is our fault."""

    PASS = "pass"
    FAIL = "fail"
    CRASH = "crash"


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding as a comment shows it. `path` and `line` say where; a line of 0 stands for the whole file."""

    severity: Severity
    rule: str
    message: str
    hint: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that a comment says. `when` is a time for people, `commit` the full name of what was checked.

    `run` is the address of the check's own page, which we know ourselves.
    """

    outcome: Outcome
    remarks: tuple[Remark, ...]
    touched: tuple[Touched, ...]
    commit: str
    when: str
    run: str

    def of(self, severity: Severity) -> tuple[Remark, ...]:
        """The remarks of one severity, in order."""
        return tuple(remark for remark in self.remarks if remark.severity is severity)


def outcome_of(remarks: Iterable[Remark]) -> Outcome:
    """Whether something must be fixed."""
    return Outcome.FAIL if any(one.severity is Severity.ERROR for one in remarks) else Outcome.PASS


def comment(answer: Answer) -> str:
    """The comment as Markdown; it begins with a mark that only `marked` reads."""
    parts = [f"<!-- briefing-check {answer.outcome} -->", f"**{sentence(answer)}**"]
    parts += _changes(answer.touched)
    for severity, heading in _HEADINGS.items():
        parts += _remarks(heading, answer.of(severity))
    foot = _foot(answer)
    whole = "\n\n".join([*parts, foot])
    if len(whole) <= LONGEST:
        return whole + "\n"
    short = "There is more to say than a comment can hold; the page of the check has all of it."
    return "\n\n".join([*parts[:2], short, foot]) + "\n"


def sentence(answer: Answer) -> str:
    """What it comes to, in one or two sentences."""
    if answer.outcome is Outcome.CRASH:
        return (
            "The check could not finish. That is our fault and not yours: please leave everything as it is; "
            "the editors will see to it."
        )
    must, check = len(answer.of(Severity.ERROR)), len(answer.of(Severity.WARNING))
    looked = f"please look at {_count(check, 'other thing' if must else 'thing')} as well" if check else ""
    if must:
        fix = f"{_count(must, 'thing')} must be fixed before an editor can accept this"
        return f"Thank you. {fix[0].upper()}{fix[1:]}{'; ' + looked if looked else ''}."
    if check:
        return (
            f"Thank you. Nothing must be fixed, but please look at {_count(check, 'thing')}. An editor reads it next."
        )
    return "Thank you. Nothing must be fixed. An editor reads it next."


def marked(text: str) -> Outcome | None:
    """The outcome that an earlier comment of ours told; None if it is no such comment."""
    found = re.match(r"<!-- briefing-check (pass|fail|crash) -->\n", text.replace("\r\n", "\n"))
    return Outcome(found.group(1)) if found else None


def shown(text: str, most: int = 400) -> str:
    """Foreign text as plain characters on one line of Markdown, cut after `most` characters.

    Every mark of punctuation is escaped, which Markdown defines for all of ASCII (CommonMark 0.31, 2.4); what would
    notify somebody or refer to something (`@name`, `#12`) is parted by a character that nobody sees.
    """
    line = " ".join("".join(one if one.isprintable() else " " for one in text).replace(_JOINER, "").split())
    cut = line if len(line) <= most else line[: most - 1] + "…"
    parted = re.sub(r"(?<=[@#])|(?<=\bGH)(?=-)|(?<=\bwww)(?=\.)", _JOINER, cut, flags=re.I)
    return _SPECIAL.sub(r"\\\1", parted)


def code(text: str, most: int = 200) -> str:
    """Foreign text as code on one line, fenced by more back-ticks than it holds."""
    line = " ".join("".join(one if one.isprintable() else "?" for one in text).split())[:most] or "?"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"`{line}`"


def _count(number: int, thing: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[number] if number < len(words) else number} {thing}{'' if number == 1 else 's'}"


def _changes(touched: Sequence[Touched]) -> list[str]:
    """What will change on the pages."""
    if not touched:
        return []
    lines = [f"- {_change(one)}" for one in touched[:MOST]]
    if len(touched) > MOST:
        lines.append(f"- … and {_count(len(touched) - MOST, 'other update')}.")
    return ["### What will change on the pages", "\n".join(lines)]


def _change(one: Touched) -> str:
    title = f"“{shown(one.title, 120)}”" if one.title else code(one.path)
    if one.kind == "deleted":
        return f"{title} is taken out: it is not on the pages any more."
    place = f" in the section “{shown(one.section, 120)}” of “{shown(one.briefing, 120)}”" if one.section else ""
    site = f", from {shown(one.site, 80)}," if one.site else ""
    verb = "is new" if one.kind == "added" else "changes"
    if one.shown:
        return f"{title}{site} {verb}: readers see it{place} once this is accepted."
    return f"{title}{site} {verb}: it waits{' for its place' + place if place else ''} until an editor has read it."


def _remarks(heading: str, remarks: Sequence[Remark]) -> list[str]:
    if not remarks:
        return []
    items = [_remark(remark) for remark in remarks[:MOST]]
    if len(remarks) > MOST:
        items.append(f"- … and {_count(len(remarks) - MOST, 'other')}; the page of the check lists all of them.")
    return [f"### {heading}", "\n".join(items)]


def _remark(remark: Remark) -> str:
    place = code(remark.path) + (f", line {remark.line}" if remark.line else "")
    head = f"- {shown(remark.message)}\n  {place} ({code(remark.rule, 60)})"
    first, _, rest = remark.hint.partition("\n")
    hint = f"\n  {shown(first)}" if first else ""
    return head + hint + (_example(rest) if rest else "")


def _example(text: str) -> str:
    """An example of several lines, as code that nothing in it can end."""
    lines = ["".join(one if one.isprintable() else " " for one in line)[:160] for line in text.split("\n")[:20]]
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return "\n\n" + "\n".join(f"  {line}" for line in (fence, *lines, fence))


def _foot(answer: Answer) -> str:
    page = f" [The page of the check]({answer.run})" if answer.run else ""
    return (
        "---\n"
        f"Checked: {code(answer.commit[:10])}, {shown(answer.when, 40)}.{page}\n\n"
        "The checks find patterns, not meaning. Please ask once more: could somebody who lives there work out who this is?"
    )
