"""What rules share: the slips that reading noted, and small ways of looking."""

import re
from collections.abc import Iterator

from briefing_tools.diagnostics import Problem
from briefing_tools.model import Briefing, Citation, CitedText, LinkedSeries, Node, Page, Update, walk


def slips(plan: LinkedSeries, code: str) -> Iterator[Problem]:
    """The problems that reading noted for the rule `code`."""
    return (slip.problem for slip in plan.cited.series.slips if slip.code == code)


def shortened(text: str, most: int = 60) -> str:
    """A text for a message, of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def texts(plan: LinkedSeries) -> Iterator[Briefing | Update | Page]:
    """Everything that has running text: briefings, updates, ordinary pages."""
    series = plan.cited.series
    yield from series.briefings
    yield from series.updates
    yield from series.pages


def nodes_of(text: Briefing | Update | Page) -> tuple[Node, ...]:
    """The whole running text of a briefing, update or page."""
    match text:
        case Briefing():
            return text.nodes()
        case Update():
            return text.body
        case Page():
            return text.nodes


def citations_of(text: Briefing | Update | Page) -> Iterator[Citation]:
    """Every citation of a briefing, update or page, in reading order."""
    return (node for node in walk(nodes_of(text)) if isinstance(node, Citation))


def cited_texts(plan: LinkedSeries) -> Iterator[tuple[Briefing | Update | Page, CitedText]]:
    """Everything that has running text and is shown, with its numbered citations."""
    for briefing in plan.cited.briefings:
        yield briefing.briefing, briefing.text
        yield from ((cited.update, cited.text) for cited in briefing.updates_in_order())
    yield from ((page.page, page.text) for page in plan.cited.pages)


def gone_sections(plan: LinkedSeries, briefing: Briefing) -> tuple[str, ...]:
    """The ids of a briefing that were published, in `anchors.lock`, and that none of its sections has or keeps."""
    kept = {id for section in briefing.all_sections() for id in (section.id, *section.was)}
    published = plan.cited.series.anchors.get(briefing.path, ())
    return tuple(id for id in published if id not in kept) if briefing.sections else ()


def prose(text: Briefing | Update | Page) -> str:
    """A file's characters at their places, with fields, code, comments and link addresses blanked out."""
    whole = text.source.text
    body = " " * text.text_from + whole[text.text_from :]
    pattern = r"^(`{3,}|~{3,}).*?^\1[`~]*[ \t]*$|(`+)[^`].*?\2|<!--.{0,20000}?-->|(?<=\]\()[^)\n]*|<[^>\n]*>"
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found.group()), body, flags=re.M | re.S)
