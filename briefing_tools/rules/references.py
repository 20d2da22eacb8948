"""Rules of references: every entry of the bibliography can be read, and says enough to find the work."""

from collections.abc import Iterable, Iterator

from briefing_tools.diagnostics import Finding, Problem, Rule, Severity, rule
from briefing_tools.model import Bibliography, LinkedSeries

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@rule("reference-unclosed", ERROR)
def unclosed(works: Bibliography) -> Iterator[Problem]:
    """An entry of the bibliography, or one of its fields, is never closed.

    Wrong:
        @report{casey2012,
          title = {Listening to Troubled Families,
    Right:
        @report{casey2012,
          title = {Listening to Troubled Families},
        }
    """
    return (slip.problem for slip in works.slips if slip.code == "reference-unclosed")


_RULES: tuple[Rule[Bibliography], ...] = (unclosed,)


def _for_series(one: Rule[Bibliography]) -> Rule[LinkedSeries]:
    def look(plan: LinkedSeries) -> Iterable[Problem]:
        return one.look(plan.cited.series.bibliography)

    return Rule(one.code, one.severity, one.title, one.manual, look)


REFERENCE_RULES: tuple[Rule[LinkedSeries], ...] = tuple(_for_series(one) for one in _RULES)


def reference_findings(works: Bibliography) -> Iterable[Finding]:
    """What the rules say of a bibliography that stands alone."""
    return (finding for one in _RULES for finding in one.findings(works))
