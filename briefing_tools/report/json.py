"""Report to programs: one JSON document; its shape is a promise (`format` 1)."""

import json
from dataclasses import asdict, dataclass

from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.source import Position


@dataclass(frozen=True, slots=True)
class Touched:
    """An update that a proposal touches: its file, and what readers will see of it.

    `kind` is added, changed or deleted. `site`, `briefing` and `section` are names for people, empty where there is none;
    `shown` says whether it is on the pages once the proposal is accepted, or waits for an editor.
    """

    path: str
    kind: str
    title: str = ""
    site: str = ""
    briefing: str = ""
    section: str = ""
    shown: bool = False


def report(findings: tuple[Finding, ...], touched: tuple[Touched, ...] | None = None) -> str:
    """All findings and how many there are of each severity; of a proposal also the updates that it touches."""
    counts = {f"{severity.value}s": sum(one.severity == severity for one in findings) for severity in Severity}
    document: dict[str, object] = {
        "format": 1,
        "findings": [as_values(finding) for finding in findings],
        "summary": counts,
    }
    if touched is not None:
        document["updates"] = [asdict(one) for one in touched]
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
