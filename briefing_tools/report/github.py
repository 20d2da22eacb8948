"""Report to GitHub: annotations on the lines of a pull request.

GitHub shows ten annotations of a kind per step and drops the rest in silence; so the most serious come first, ten of a
kind, then a line that says how many more. The whole list belongs into the step summary (`summary`).
Source: GitHub documentation, “Workflow commands for GitHub Actions”.
"""

import re

from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.report import human
from briefing_tools.source import Source

MOST = 10
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def report(findings: tuple[Finding, ...]) -> str:
    """Workflow commands, most serious first, at most ten of a kind."""
    lines: list[str] = []
    for severity, kind in _KINDS.items():
        of_kind = [finding for finding in findings if finding.severity == severity]
        lines += [_annotation(finding, kind) for finding in of_kind[:MOST]]
        if len(of_kind) > MOST:
            lines.append(f"… and {len(of_kind) - MOST} more {severity.value}s; all are in the summary of this step.")
    return "\n".join([*lines, human.summary(findings)])


def summary(findings: tuple[Finding, ...], sources: dict[str, Source]) -> str:
    """The whole list as Markdown for the step summary; the text of a pull request cannot break out of its fence."""
    text = human.report(findings, sources)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}\n"


def _annotation(finding: Finding, kind: str) -> str:
    span = finding.problem.span
    place = {
        "file": span.path,
        "line": span.start.line,
        "col": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
        "title": finding.rule,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    words = f"{finding.problem.message} {finding.problem.hint}".strip()
    return f"::{kind} {properties}::{_data(words)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
