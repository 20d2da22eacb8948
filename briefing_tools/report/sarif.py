"""Report to code scanners: SARIF 2.1.0 (OASIS). Rule manuals travel along as help texts."""

import json
from urllib.parse import quote

from briefing_tools import __version__
from briefing_tools.diagnostics import Finding, Rule, Severity
from briefing_tools.source import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def report(findings: tuple[Finding, ...], rules: tuple[Rule, ...]) -> str:  # type: ignore[type-arg]
    """One run with every finding, and the rules that they break."""
    broken = {finding.rule for finding in findings}
    driver = {
        "name": "briefing-tools",
        "version": __version__,
        "rules": [
            {
                "id": rule.code,
                "shortDescription": {"text": rule.title},
                "help": {"text": rule.manual, "markdown": rule.manual},
            }
            for rule in rules
            if rule.code in broken
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(finding: Finding) -> dict[str, object]:
    words = f"{finding.problem.message} {finding.problem.hint}".strip()
    related = [
        {**_location(one.span), "message": {"text": one.message}, "id": number}
        for number, one in enumerate(finding.problem.related)
    ]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": words},
        "locations": [_location(finding.problem.span)],
        **({"relatedLocations": related} if related else {}),
    }


def _location(span: Span) -> dict[str, object]:
    """A place; its path is a relative URI, as the specification wants it (3.4.3)."""
    region = {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.path)}, "region": region}}
