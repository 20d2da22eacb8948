"""Attach: the briefing's own text and the works it cites travel with the PDF, as PDF/A-3 provides (ISO 19005-3, 6.8)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from briefing_tools.model import CitedBriefing, LinkedSeries
from briefing_tools.source import Source

_DEFINITION = re.compile(r"^[ \t]*@(?:string|preamble)\b.*$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF; `relationship` is PDF's (ISO 19005-3, 6.8): `source` or `data`."""

    name: str
    content: str
    media_type: str
    relationship: str
    description: str


def attachments(cited: CitedBriefing, plan: LinkedSeries) -> tuple[Attachment, ...]:
    """The Markdown that the edition was made from, and the cited entries of the bibliography as they were written."""
    name = f"briefing-{cited.briefing.number}"
    text = cited.briefing.source.text
    made = [
        Attachment(f"{name}.md", text, "text/markdown", "source", "The reviewed text of this briefing, in Markdown")
    ]
    bibliography = plan.cited.series.bibliography
    source = plan.cited.series.sources.get(bibliography.path)
    entries = tuple(_entries(cited, source, plan)) if source else ()
    if entries:
        made.append(
            Attachment(
                f"{name}.bib", "\n\n".join(entries) + "\n", "text/x-bibtex", "data", "The works it cites, in BibTeX"
            )
        )
    return tuple(made)


def _entries(cited: CitedBriefing, source: Source, plan: LinkedSeries) -> Iterator[str]:
    """Abbreviations that entries may use, then each cited entry, in the order of the references."""
    keys = list(dict.fromkeys(_keys(cited)))
    starts = sorted(source.offset(work.span.start) for work in plan.cited.series.bibliography.works.values())
    ends: Mapping[int, int] = dict(zip(starts, [*starts[1:], len(source.text)], strict=True))
    if keys:
        yield from (found.group().strip() for found in _DEFINITION.finditer(source.text))
    for key in keys:
        start = source.offset(plan.cited.series.bibliography.works[key].span.start)
        yield _DEFINITION.sub("", source.text[start : ends[start]]).strip()


def _keys(cited: CitedBriefing) -> Iterable[str]:
    yield from (reference.work.key for reference in cited.text.references)
    for update in cited.updates_in_order():
        yield from (reference.work.key for reference in update.text.references)
