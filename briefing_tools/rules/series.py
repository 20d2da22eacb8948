"""Rules of the series: what `series.yml`, `sites.yml`, `glossary.yml` and the records must say."""

from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import LinkedSeries
from briefing_tools.rules.looking import slips
from briefing_tools.source import Span

ERROR = Severity.ERROR
TEMPLATE = """title: …
scope_statement: …
alternative_formats: …
publisher:
  name: …"""


@rule("config-unknown-field", ERROR)
def unknown_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A file of the series has a field that nothing reads.

    Wrong:
        sope_statement: …
    Right:
        scope_statement: …
    """
    return slips(plan, "config-unknown-field")


@rule("config-bad-field", ERROR)
def bad_field(plan: LinkedSeries) -> Iterator[Problem]:
    """A field of a file of the series has a value that means nothing there.

    Wrong:
        sites: devon
    Right:
        sites:
          - id: devon
            name: Devon
    """
    return slips(plan, "config-bad-field")


@rule("config-bad-record", ERROR)
def bad_record(plan: LinkedSeries) -> Iterator[Problem]:
    """A record that the commands keep was changed by hand and cannot be read.

    Wrong:
        an anchors.lock with a line deleted
    Right:
        the file as `briefings links refresh` wrote it
    """
    return slips(plan, "config-bad-record")


@rule("config-link-policy", ERROR)
def link_policy(plan: LinkedSeries) -> Iterator[Problem]:
    """A decision about links in links.toml cannot be read, or lacks what makes it one.

    Every exception has an end, a reason and a name, for one without an end would hide a dead link for ever.

    Wrong:
        [[rule]]
        match = "https://www.example.org/*"
        treat = "ok"
    Right:
        [[rule]]
        match = "https://www.example.org/*"
        treat = "ok"
        reason = "Refuses programs; the editors look by hand."
        by = "the editors"
        until = 2027-03-31
    """
    return slips(plan, "config-link-policy")


@rule("config-series-statement", ERROR)
def series_statement(plan: LinkedSeries) -> Iterator[Problem]:
    """The series does not say something that every page and edition must print.

    Readers are told what the briefings are and are not (scope), who publishes them, and how to ask for other formats.

    Wrong:
        a series.yml without scope_statement
    Right:
        scope_statement: These briefings introduce … They do not review …
    """
    series = plan.cited.series
    record = series.record
    if {record.path, series.content} & {slip.problem.span.path for slip in series.slips}:
        return
    if record.path not in series.sources:
        yield Problem(Span.of_file(record.path), f"There is no file {record.path}, which says what the series is.",
                      f"Create it with these lines:\n{TEMPLATE}")  # fmt: skip
        return
    needed = {
        "title": record.title,
        "scope_statement": record.scope_statement,
        "alternative_formats": record.alternative_formats,
        "publisher": record.publisher.name,
    }
    for name, value in needed.items():
        if not value:
            example = "\npublisher:\n  name: …" if name == "publisher" else f" {name}: …"
            yield Problem(Span.of_file(record.path), f"The series does not give its {name.replace('_', ' ')}.",
                          f"Add to {record.path}:{example}")  # fmt: skip


SERIES_RULES = (unknown_field, bad_field, bad_record, link_policy, series_statement)
