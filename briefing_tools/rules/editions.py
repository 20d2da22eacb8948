"""Rules of editions: what a page can show, and paper or a voice cannot."""

from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import Element, LinkedSeries, Node, plain_text, walk
from briefing_tools.source import Source, Span
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


@rule("text-table-without-head", Severity.WARNING)
def table_without_head(plan: LinkedSeries) -> Iterator[Problem]:
    """A table does not say what its columns hold.

    Whoever cannot see it hears one cell after the other; with the head of its column each makes sense. Large print and
    Braille set every row as a list of “head: cell”.

    Wrong:
        |             |    |
        |-------------|----|
        | Northbridge | 12 |
    Right:
        | Place       | Staff |
        |-------------|-------|
        | Northbridge | 12    |
    """
    for briefing in plan.cited.briefings:
        text = briefing.briefing
        yield from _headless(text.lead, Span.of_file(text.path), "the first lines")
        for section in text.all_sections():
            yield from _headless(section.body, section.span, f"“{section.title}”")
        for cited in briefing.updates_in_order():
            update = cited.update
            yield from _headless(update.body, update.where.get("title", Span.of_file(update.path)), f"“{update.title}”")


def _headless(nodes: tuple[Node, ...], place: Span, where: str) -> Iterator[Problem]:
    for table in walk(nodes):
        if isinstance(table, Element) and table.tag == "table":
            heads = [one for one in walk(table.children) if isinstance(one, Element) and one.tag == "th"]
            if not plain_text(tuple(heads)):
                yield Problem(
                    place,
                    f"A table in {where} has no heads above its columns.",
                    "Say in its first row what each column holds.",
                )


EDITION_RULES = (cannot_be_printed, table_without_head)
