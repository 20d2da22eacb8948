"""Say: what is wrong, where, why, and what to do about it, in one plain sentence.

A *problem* is what somebody saw; a *rule* gives it a code, a severity and a manual page; together they are a *finding*.
Stages and doors that meet something unreadable note a *slip*: a problem with the code of the rule that will report it.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, TypeVar

from briefing_tools.source import Source, Span

T = TypeVar("T")


class Severity(StrEnum):
    """How much a finding matters: an error spoils the briefing, a warning may, a note is for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most serious; for sorting and for `fail_on`."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding, such as where a key was first used."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What was seen, in words: one sentence that stands alone, what to do, and the other places that explain it.

    `severity` is given where it matters less, or more, than what its rule is about. `private` says that no report may
    show the line: what stands there must not be spread any further.
    """

    span: Span
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A problem met while reading, kept until the rule with this code reports it."""

    code: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a rule reports."""

    rule: str
    severity: Severity
    problem: Problem

    @property
    def order(self) -> tuple[str, int, int, int, str, str]:
        """Sorts findings by file, place, then severity."""
        start = self.problem.span.start
        return (self.problem.span.path, start.line, start.column, self.severity.rank, self.rule, self.problem.message)


def shielded(findings: Iterable[Finding], sources: Mapping[str, Source]) -> tuple[Finding, ...]:
    """The findings, none of which gives away what a private one found.

    Another finding on the same lines is private too, and what any quotes of the private places of its file is blotted out.
    """
    every = tuple(findings)
    lines: set[tuple[str, int]] = set()
    secrets: dict[str, set[str]] = {}
    for span in (finding.problem.span for finding in every if finding.problem.private):
        lines.update((span.path, number) for number in range(span.start.line, span.end.line + 1))
        if source := sources.get(span.path):
            words = source.words(span)
            secrets.setdefault(span.path, set()).update((words, " ".join(words.split())))
    return tuple(_shield(finding, lines, secrets) for finding in every) if lines else every


def _shield(finding: Finding, lines: Set[tuple[str, int]], secrets: Mapping[str, Set[str]]) -> Finding:
    problem = finding.problem
    span = problem.span
    if problem.private or span.path not in secrets:
        return finding
    words = secrets[span.path]
    shown = replace(
        problem,
        message=_blotted(problem.message, words),
        hint=_blotted(problem.hint, words),
        related=tuple(replace(one, message=_blotted(one.message, words)) for one in problem.related),
        private=any((span.path, number) in lines for number in range(span.start.line, span.end.line + 1)),
    )
    return replace(finding, problem=shown)


def _blotted(text: str, secrets: Set[str]) -> str:
    """A text without any of the secrets. There may be thousands of them, so the text is walked and they are looked up."""
    lengths = sorted({len(secret) for secret in secrets if len(secret) >= _SHORTEST_SECRET}, reverse=True)
    pieces: list[str] = []
    at = 0
    while at < len(text):
        length = next((length for length in lengths if text[at : at + length] in secrets), 0)
        pieces.append("…" if length else text[at])
        at += length or 1
    return "".join(pieces)


_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One thing that can be wrong. `title` is the manual page's first line, `manual` the rest of it (Markdown)."""

    code: str
    severity: Severity
    title: str
    manual: str
    look: Callable[[T], Iterable[Problem]]

    def findings(self, value: T) -> Iterator[Finding]:
        """Look at a value and report what is wrong with it, if anything."""
        for problem in self.look(value):
            yield Finding(self.code, problem.severity or self.severity, problem)


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The one of `words` that was probably meant, or nothing; `cutoff` is how alike they must be, 0 to 1."""
    found = get_close_matches(word[:100], list(words), 1, cutoff)
    return found[0] if found else ""


def rule(code: str, severity: Severity) -> Callable[[Callable[[T], Iterable[Problem]]], Rule[T]]:
    """Make a function into the rule `code`; its docstring is the rule's manual page."""

    def make(look: Callable[[T], Iterable[Problem]]) -> Rule[T]:
        title, _, manual = inspect.cleandoc(look.__doc__ or "").partition("\n\n")
        return Rule(code, severity, title.replace("\n", " "), manual, look)

    return make
