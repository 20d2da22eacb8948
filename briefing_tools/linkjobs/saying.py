"""Say: reports as JSON values (shapes that outside programs read), as text for people, as findings, as Markdown."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from briefing_tools.diagnostics import Finding, Problem, Severity
from briefing_tools.linkcheck.archiving import Search
from briefing_tools.linkjobs.checking import Looked, Report
from briefing_tools.linkjobs.content import Content
from briefing_tools.linkrecord import URGENT, Why, known_values, needs_a_person
from briefing_tools.model import Day, LinkState


def report_values(report: Report) -> Mapping[str, Any]:
    """A report in the shape of `links --json`."""
    links = [looked_values(one, report.today) for one in report.links]
    values: dict[str, Any] = {"format": 1, "links": links, "summary": _counted(report)}
    if run := report.run:
        values["run"] = {
            "hosts": len(run.hosts),
            "hosts_without_answer": len(run.silent),
            "requests": run.requests,
            "seconds": round(run.seconds, 1),
            "out_of_time": run.out_of_time,
            "recorded": report.recorded,
            "useless": report.useless,
        }
    return values


def looked_values(one: Looked, day: Day) -> Mapping[str, Any]:
    """One address as an entry of `links --json`."""
    advice = one.advice
    return {
        **known_values(one.now),
        "new": one.new,
        "fails": one.fails,
        "recorded": one.recorded.state.value if one.recorded else None,
        "needs_a_person": needs_a_person(one.now, day),
        "advice": {"what": advice.what, "do": advice.do},
        "where": [
            {"path": place.span.path, "line": place.span.start.line, "column": place.span.start.column}
            for place in one.where
        ],
    }


def _counted(report: Report) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in report.links:
        counts[one.now.state.value] = counts.get(one.now.state.value, 0) + 1
    return {state.value: counts[state.value] for state in URGENT if state.value in counts}


_PLAIN = frozenset({LinkState.OK, LinkState.SKIPPED, LinkState.REDIRECTED})


def report_text(report: Report, paint: Callable[[str, str], str] = lambda text, style: text) -> str:
    """A report for people: what is not plainly good, with places and advice; then the sum."""
    lines: list[str] = []
    order = list(URGENT)
    for one in sorted(report.shown, key=lambda one: (not one.fails, order.index(one.now.state))):
        if one.now.state in _PLAIN or (one.now.state is LinkState.UNTESTED and one.now.why in ("", Why.OUT_OF_TIME)):
            continue
        lines += [*_looked_lines(one, paint), ""]
    counts = ", ".join(f"{count} {state}" for state, count in _counted(report).items())
    total = len(report.links)
    lines.append(f"{total} address{'es' if total != 1 else ''}{': ' + counts if counts else ''}.")
    if run := report.run:
        requests, websites = (
            f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((run.requests, "request"), (len(run.hosts), "website"))
        )
        lines.append(f"{requests} to {websites} in {run.seconds:.1f} seconds.")
    if left := left_text(report):
        lines.append(left)
    if report.unread:
        files = ", ".join(report.unread[:3]) + (f" and {len(report.unread) - 3} more" if len(report.unread) > 3 else "")
        lines.append(
            f"Not looked into, because the text was refused: {files}. What is wrong is told by: briefings check"
        )
    return "\n".join([*lines, *([report.useless] if report.useless else [])])


def left_text(report: Report) -> str:
    """A sentence about what a run could not ask in the time and number it is allowed; nothing if it asked everything."""
    left = sum(one.now.why == Why.OUT_OF_TIME for one in report.links)
    if not left:
        return ""
    verb = "was" if left == 1 else "were"
    return f"{left} of {len(report.links)} {verb} not asked, because one run may ask only so many or so long. A later one will."


def _looked_lines(one: Looked, paint: Callable[[str, str], str]) -> list[str]:
    advice = one.advice
    style = "error" if one.fails else "warning"
    url = one.now.url if len(one.now.url) <= LONGEST_SHOWN else one.now.url[: LONGEST_SHOWN - 1] + "…"
    lines = [f"{paint(one.now.state.value, style)}: {url}", f"  {advice.what}"]
    if advice.do:
        lines.append(f"  {advice.do}")
    if one.now.archive:
        lines.append(f"  Archived copy{f' of {one.now.archived}' if one.now.archived else ''}: {one.now.archive}")
    return lines + [f"  {paint('in', 'dim')} {place.span}" for place in one.where]


LONGEST_SHOWN = 300
"""Characters of an address that a report for people shows; its place says where all of it stands."""

_SILENT = frozenset({LinkState.OK, LinkState.SKIPPED, LinkState.REDIRECTED})
_SERIOUS = frozenset({LinkState.DEAD, LinkState.REFUSED})
_RULES: Mapping[LinkState, str] = MappingProxyType(
    {
        LinkState.INVALID: "link-invalid",
        LinkState.DEAD: "link-dead",
        LinkState.REFUSED: "link-refused",
        LinkState.SUSPECT: "link-doubtful",
        LinkState.TLS_ERROR: "link-doubtful",
        LinkState.FRAGMENT_MISSING: "link-doubtful",
        LinkState.BLOCKED: "link-doubtful",
        LinkState.UNREACHABLE: "link-unreachable",
        LinkState.MOVED: "link-moved",
    }
)
"""The rule by which a link in each state is reported where other checks are read."""


def findings_of(report: Report) -> tuple[Finding, ...]:
    """A report as findings, one for each place, for formats that other checks share.

    An error is what fails the check. Of a link that is new here every doubt is a warning, of one that has long been there a note."""
    found = []
    for one in report.shown:
        if one.now.state in _SILENT or one.now.state not in _RULES:
            continue
        code = "link-archived" if one.now.state is LinkState.DEAD and one.now.archive else _RULES[one.now.state]
        doubtful = one.new and one.now.state is not LinkState.MOVED
        serious = (one.now.state in _SERIOUS or doubtful) and code != "link-archived"
        severity = Severity.ERROR if one.fails else Severity.WARNING if serious else Severity.NOTE
        message = f"{one.now.url if len(one.now.url) <= 200 else one.now.url[:199] + '…'} – {one.advice.what}"
        found += [Finding(code, severity, Problem(place.span, message, one.advice.do)) for place in one.where]
    return tuple(sorted(found, key=lambda finding: finding.order))


_LONGEST_REPORT = 60_000
"""Characters; an issue on GitHub holds 65,536."""


def markdown_report(report: Report) -> str:
    """A report as Markdown, for an issue: what needs somebody, by state, with where it is used; then the sum.

    No address can break out of its line. Nothing but the first line when nothing needs anybody.
    """
    by_state: dict[LinkState, list[Looked]] = {}
    for one in report.shown:
        helped = one.now.state is LinkState.DEAD and one.now.archive
        if one.now.state not in _SILENT and one.now.state in _RULES and not helped:
            by_state.setdefault(one.now.state, []).append(one)
    counts = ", ".join(f"{count} {state}" for state, count in _counted(report).items())
    total, needy = len(report.links), sum(map(len, by_state.values()))
    left = left_text(report)
    well = "All links that were asked are well" if left else f"All {total} links are well"
    head = f"{needy} of {total} links need somebody" if needy else well
    if report.useless and not needy:
        head = "The links could not be checked"
    lines = [f"{head}, as at {report.today} ({counts})."]
    lines += [line for words in (report.useless, left) if words for line in ("", words)]
    for state in _RULES:
        if links := by_state.get(state):
            lines += ["", f"## {state.value.capitalize()} ({len(links)})", ""]
            for one in links:
                lines.append(f"- {_code(one.now.url)}  ")
                lines.append(f"  {_plain_markdown(f'{one.advice.what} {one.advice.do}'.strip())}")
                lines += [f"  - in {_code(str(place.span))}" for place in one.where]
    text = "\n".join(lines)
    if len(text) > _LONGEST_REPORT:
        text = text[:_LONGEST_REPORT].rpartition("\n")[0] + "\n\nThis list is cut off. All: `briefings links list`"
    return text


def _code(text: str) -> str:
    """A text that Markdown shows as it is."""
    one_line = " ".join(text.split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", one_line)), default=0))
    edge = " " if "`" in one_line else ""
    return f"{fence}{edge}{one_line}{edge}{fence}"


def _plain_markdown(text: str) -> str:
    """Words of ours around addresses of others: no mark-up, no mention of anybody, no HTML."""
    return re.sub(r"([\\`*_\[\]<>#@|~])", r"\\\1", " ".join(text.split()))


def explain_text(one: Looked, content: Content) -> str:
    """The same for people."""
    now, advice = one.now, one.advice
    rows = [("State", f"{now.state.value}{f' ({now.why})' if now.why else ''}")]
    if now.note:
        rows.append(("Note", now.note))
    if now.status:
        rows.append(("Answer", f"HTTP {now.status}"))
    rows += [
        ("Leads by" if index < len(now.hops) - 1 else "Leads to", f"{hop.url} (HTTP {hop.status})")
        for index, hop in enumerate(now.hops)
    ]
    days = (("Since", now.since), ("Last asked", now.checked), ("Last seen alive", now.last_ok))
    rows += [(name, str(day)) for name, day in days if day]
    if now.fails:
        rows.append(("Failed on", ", ".join(str(day) for day in now.fails)))
    if now.archive:
        rows.append(("Archived copy", f"{now.archive}{f' ({now.archived})' if now.archived else ''}"))
    if exemption := content.policy.exemption(now.url, content.today):
        rows.append(("Exception", f"until {exemption.until}, by {exemption.by}: {exemption.reason}"))
    if confirmation := content.policy.confirmation(now.url, content.today):
        rows.append(("Confirmed", f"on {confirmation.on} by {confirmation.by}"))
    rows += [("Written in", str(place.span)) for place in one.where] or [
        ("Written in", "no briefing, update or reference")
    ]
    table = [f"  {name:<16}{value}" for name, value in rows]
    return "\n".join([now.url, f"  {advice.what}", *([f"  {advice.do}"] if advice.do else []), "", *table])


def search_values(search: Search) -> Mapping[str, Any]:
    """What came of a search for copies, as JSON values."""
    found = [
        {
            "url": url,
            "archived": copy.address,
            "archived_on": copy.taken.iso if copy.taken else None,
            "led_to": copy.target or None,
        }
        for url, copy in search.found.items()
    ]
    return {
        "format": 1,
        "found": found,
        "none": list(search.none),
        "not_asked": list(search.unasked),
        "trouble": search.trouble or None,
    }
