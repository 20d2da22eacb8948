"""Rules of print: what a page can show and paper cannot."""

from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import LinkedSeries
from briefing_tools.source import Source
from briefing_tools.typefaces import missing


@rule("text-cannot-be-printed", Severity.WARNING)
def cannot_be_printed(plan: LinkedSeries) -> Iterator[Problem]:
    """A character is in none of the typefaces of the printed editions.

    Pages show it; PDFs print its name, or say that there is text in another script. They have the letters of all
    European languages, Arabic, Urdu and Hebrew, but no emoji. Each is reported once in a file.

    Wrong:
        Staff liked it 👍
    Right:
        Staff liked it.
    """
    series = plan.cited.series
    printed = [briefing.path for briefing in series.briefings]
    printed += [cited.update.path for briefing in plan.cited.briefings for cited in briefing.updates_in_order()]
    for path in (*printed, series.record.path, series.bibliography.path):
        if source := series.sources.get(path):
            yield from _in_file(source)


def _in_file(source: Source) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in missing(source.text):
        if not one.words.startswith("[") or one.words in seen:
            continue
        seen.add(one.words)
        written = source.text[one.start : one.end]
        yield Problem(
            source.span(one.start, one.end),
            f"The printed editions cannot show “{written}” and print “{one.words}”.",
            "Say it in words." if "cannot print" not in one.words else "Give it in English beside it.",
        )


EDITION_RULES = (cannot_be_printed,)
