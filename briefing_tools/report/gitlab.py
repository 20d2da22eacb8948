"""Report to GitLab: the code quality format. Source: GitLab documentation, “Code Quality”.

GitLab shows only the description, and takes equal fingerprints for one finding; so the description stands alone and the
fingerprint holds rule, place and words.
"""

import hashlib
import json

from briefing_tools.diagnostics import Finding, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def report(findings: tuple[Finding, ...]) -> str:
    """All findings as a JSON array."""
    return json.dumps([_entry(finding) for finding in findings], ensure_ascii=False, indent=2)


def _entry(finding: Finding) -> dict[str, object]:
    problem = finding.problem
    words = f"{problem.message} {problem.hint}".strip()
    return {
        "description": words,
        "check_name": finding.rule,
        "fingerprint": hashlib.sha256(f"{finding.rule} {problem.span} {words}".encode()).hexdigest(),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": problem.span.path, "lines": {"begin": problem.span.start.line}},
    }
