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

    `private` says that no report may show the line: what stands there must not be spread any further.
    """

    span: Span
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
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

    Another finding on the same lines is private too, and what it quotes of the private places is blotted out.
    """
    every = tuple(findings)
    places = [finding.problem.span for finding in every if finding.problem.private]
    if not places:
        return every
    lines = {(span.path, number) for span in places for number in range(span.start.line, span.end.line + 1)}
    secrets: dict[str, set[str]] = {}
    for span in places:
        if (source := sources.get(span.path)) and len(words := source.words(span)) >= _SHORTEST_SECRET:
            secrets.setdefault(span.path, set()).update((words, " ".join(words.split())))
    return tuple(_shield(finding, lines, secrets.get(finding.problem.span.path, set())) for finding in every)


_SHORTEST_SECRET = 4


def _shield(finding: Finding, lines: Set[tuple[str, int]], secrets: Set[str]) -> Finding:
    problem = finding.problem
    span = problem.span
    if problem.private or not any((span.path, n) in lines for n in range(span.start.line, span.end.line + 1)):
        if not secrets:
            return finding
        return replace(finding, problem=_blotted(problem, secrets))
    return replace(finding, problem=replace(_blotted(problem, secrets), private=True))


def _blotted(problem: Problem, secrets: Set[str]) -> Problem:
    def blot(text: str) -> str:
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return text

    related = tuple(replace(one, message=blot(one.message)) for one in problem.related)
    return replace(problem, message=blot(problem.message), hint=blot(problem.hint), related=related)


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
            yield Finding(self.code, self.severity, problem)


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
