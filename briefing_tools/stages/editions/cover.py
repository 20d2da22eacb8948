"""Introduce: what cover, running heads and the file's properties say of a briefing."""

from collections.abc import Mapping

from briefing_tools.model import Briefing, CitedBriefing, LinkedSeries, Node, plain_text
from briefing_tools.stages.editions.compositor import language_of, one_line
from briefing_tools.stages.editions.house import Format
from briefing_tools.stages.editions.pieces import Value
from briefing_tools.wording import STATUS_WORDS, briefing_facts

LONGEST_DESCRIPTION = 300
_LONGEST_EDITION = (
    32  # characters, as “Edition 1.10, 24 September 2026”: the page number stands beside it in giant print
)


def about(briefing: Briefing, plan: LinkedSeries, format: Format) -> Mapping[str, Value]:
    """The values that the template prints on the cover and on every page, and writes into the file's properties."""
    record, today = plan.cited.series.record, plan.cited.series.today
    title = one_line(briefing.title) or "Untitled"
    live = briefing.status == "live"
    running = f"Briefing {briefing.number}: {title}" + ("" if live else f" – {briefing.status.capitalize()}")
    facts = (*briefing_facts(briefing), ("This document made", str(today)))
    authors = tuple(one_line(person.name) for person in briefing.authors) or (one_line(record.publisher.name),)
    made = {
        "series": record.title,
        "strand": " · ".join(part for part in (record.strand, record.programme) if part),
        "title": title,
        "status": STATUS_WORDS.get(briefing.status, briefing.status),
        "scope": record.scope_statement,
        "publisher": record.publisher.name,
        "running": _cut(running, format.line),
        "edition": _cut(f"Edition {briefing.edition}, {today}" if briefing.edition else str(today), _LONGEST_EDITION),
        "description": _cut(_beginning(briefing.nodes()) or record.purpose, LONGEST_DESCRIPTION),
    }
    return {
        **{name: one_line(words) for name, words in made.items()},
        "number": briefing.number,
        "facts": tuple((label, one_line(value)) for label, value in facts),
        "authors": tuple(name for name in authors if name),
        "keywords": tuple(one_line(topic) for topic in briefing.topics),
        **(language_of(briefing.language) or {"language": "en", "region": "GB"}),
    }


def about_all(briefings: tuple[CitedBriefing, ...], plan: LinkedSeries, format: Format) -> Mapping[str, Value]:
    """The same for all of these briefings together."""
    record, today = plan.cited.series.record, plan.cited.series.today
    title = one_line(record.title) or "All briefings"
    authors = (one_line(person.name) for cited in briefings for person in cited.briefing.authors)
    topics = (one_line(topic) for cited in briefings for topic in cited.briefing.topics)
    count = f"{len(briefings)} briefing{'' if len(briefings) == 1 else 's'}"
    made = {
        "series": "",
        "strand": " · ".join(part for part in (record.strand, record.programme) if part),
        "title": title,
        "status": f"{count}, each with the numbers of its own page",
        "scope": record.scope_statement,
        "publisher": record.publisher.name,
        "running": _cut(title, format.line // 2),
        "edition": f"Collected {today}",
        "description": _cut(record.purpose or title, LONGEST_DESCRIPTION),
    }
    return {
        **{name: one_line(words) for name, words in made.items()},
        "number": 0,
        "facts": (("This document made", str(today)),),
        "authors": tuple(dict.fromkeys(filter(None, authors))) or (one_line(record.publisher.name) or title,),
        "keywords": tuple(dict.fromkeys(topics)),
        **(language_of(briefings[0].briefing.language) or {"language": "en", "region": "GB"}),
    }


def _beginning(nodes: tuple[Node, ...]) -> str:
    """The words of a text, or of so much of its beginning that a description is full."""
    count = 1
    while len(words := plain_text(nodes[:count])) <= LONGEST_DESCRIPTION and count < len(nodes):
        count *= 2
    return words


def _cut(words: str, length: int) -> str:
    """The words on one line, shortened to about so many characters where one word ends."""
    line = " ".join(words.split())
    return line if len(line) <= length else (line[: length - 2].rsplit(" ", 1)[0])[: length - 2] + " …"
