"""Report to programs: one JSON document; its shape is a promise (`format` 1)."""

import json

from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.source import Position


def report(findings: tuple[Finding, ...]) -> str:
    """All findings and how many there are of each severity."""
    counts = {f"{severity.value}s": sum(one.severity == severity for one in findings) for severity in Severity}
    document = {"format": 1, "findings": [as_values(finding) for finding in findings], "summary": counts}
    return json.dumps(document, ensure_ascii=False, indent=2)


def as_values(finding: Finding) -> dict[str, object]:
    """A finding as JSON values; lines and columns count from 1, the end is exclusive."""
    problem = finding.problem
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "path": problem.span.path,
        "start": _place(problem.span.start),
        "end": _place(problem.span.end),
        "related": [
            {"path": one.span.path, "start": _place(one.span.start), "message": one.message} for one in problem.related
        ],
    }


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
