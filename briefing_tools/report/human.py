"""Report to people: each finding with its line, a caret under the place, and what to do."""

from collections.abc import Callable, Mapping

from briefing_tools.diagnostics import Finding, Problem, Severity
from briefing_tools.source import Source

AROUND = 40
"""How many characters of a long line are shown on either side of the place; lines of prose are long."""

HIDDEN = "(This line is not shown, because others can read this report.)"

Paint = Callable[[str, str], str]


def _plain(text: str, style: str) -> str:
    return text


def report(findings: tuple[Finding, ...], sources: Mapping[str, Source], paint: Paint = _plain) -> str:
    """All findings, the most serious first, then a summary line.

    `paint(text, style)` may colour `error`, `warning`, `note` and `dim`.
    """
    in_order = sorted(findings, key=lambda finding: finding.severity.rank)
    blocks = [_finding(finding, sources, paint) for finding in in_order]
    return "\n\n".join([*blocks, summary(findings)])


def summary(findings: tuple[Finding, ...]) -> str:
    """How many of each severity: `1 error, 2 warnings, no notes` in as few words as can be."""
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in Severity}
    parts = [f"{count} {severity.value}{'s' if count != 1 else ''}" for severity, count in counts.items() if count]
    return ", ".join(parts) or "Nothing to report."


def _finding(finding: Finding, sources: Mapping[str, Source], paint: Paint) -> str:
    problem = finding.problem
    head = f"{paint(finding.severity.value, finding.severity.value)}: {problem.message} {paint(f'[{finding.rule}]', 'dim')}"
    lines = [head, f"  {paint('-->', 'dim')} {problem.span}", *_excerpt(problem, sources, paint)]
    if problem.hint:
        first, *rest = problem.hint.split("\n")
        lines += [f"  {first}", *(f"      {line}" for line in rest)]
    for related in problem.related:
        lines.append(f"  {paint('see', 'dim')} {related.span}: {related.message}")
    return "\n".join(lines)


def _excerpt(problem: Problem, sources: Mapping[str, Source], paint: Paint) -> list[str]:
    """The line and a caret under the place; nothing for a place that stands for a whole file, or is private."""
    span = problem.span
    if problem.private:
        return [f"  {paint(f'{span.start.line} |', 'dim')} {HIDDEN}"]
    source = sources.get(span.path)
    if source is None or span.start == span.end or span.start.line > len(source.lines):
        return []
    line = source.lines[span.start.line - 1].replace("\t", " ")
    begin = span.start.column - 1
    end = span.end.column - 1 if span.end.line == span.start.line else len(line)
    end = min(end, begin + 2 * AROUND)
    left, right = max(0, begin - AROUND), min(len(line), max(end, begin + 1) + AROUND)
    shown = ("…" if left else "") + line[left:right] + ("…" if right < len(line) else "")
    offset = begin - left + (1 if left else 0)
    number = str(span.start.line)
    carets = "^" * max(1, min(end, right) - begin)
    return [
        f"  {paint(number + ' |', 'dim')} {shown}",
        f"  {' ' * len(number)} {paint('|', 'dim')} {' ' * offset}{paint(carets, 'error')}",
    ]
