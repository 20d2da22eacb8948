"""Say: reports as JSON values (shapes that outside programs read), as text for people, as GitHub's annotations."""

from collections.abc import Callable, Mapping
from typing import Any

from briefing_tools.linkcheck.archiving import Search
from briefing_tools.linkjobs.checking import Looked, Report
from briefing_tools.linkjobs.content import Content
from briefing_tools.linkrecord import known_values, needs_a_person
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
    return dict(sorted(counts.items()))


_PLAIN = frozenset({LinkState.OK, LinkState.SKIPPED})


def report_text(report: Report, paint: Callable[[str, str], str] = lambda text, style: text) -> str:
    """A report for people: what is not plainly good, with places and advice; then the sum."""
    lines: list[str] = []
    order = list(LinkState)
    for one in sorted(report.links, key=lambda one: (not one.fails, order.index(one.now.state))):
        if one.now.state in _PLAIN or (one.now.state is LinkState.UNTESTED and not one.now.why):
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
    if report.run and report.run.out_of_time:
        lines.append("Time was up before all were asked; the rest is asked next time.")
    return "\n".join([*lines, *([report.useless] if report.useless else [])])


def _looked_lines(one: Looked, paint: Callable[[str, str], str]) -> list[str]:
    advice = one.advice
    style = "error" if one.fails else "warning"
    lines = [f"{paint(one.now.state.value, style)}: {one.now.url}", f"  {advice.what}"]
    if advice.do:
        lines.append(f"  {advice.do}")
    if one.now.archive:
        lines.append(f"  Archived copy{f' of {one.now.archived}' if one.now.archived else ''}: {one.now.archive}")
    return lines + [f"  {paint('in', 'dim')} {place.span}" for place in one.where]


def github_lines(report: Report) -> str:
    """A report as annotations for GitHub: errors for what fails, warnings for the rest that is not good."""
    lines = []
    for one in report.links:
        if one.now.state in _PLAIN or one.now.state is LinkState.UNTESTED:
            continue
        kind = "error" if one.fails else "warning"
        place = one.where[0].span
        message = f"{one.now.url} – {one.advice.what} {one.advice.do}".replace("%", "%25").replace("\n", "%0A")
        lines.append(
            f"::{kind} file={place.path},line={place.start.line},col={place.start.column},title={one.now.state.value}::{message}"
        )
    return "\n".join(lines)


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
