"""Print: a cited briefing becomes a dated document to keep, send or hand out."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from briefing_tools.addresses import edition_url
from briefing_tools.marking import marker
from briefing_tools.model import Citation, CitedBriefing, Day, Edition, Element, LinkedSeries, Node, Section, Text
from briefing_tools.pdf import page_count
from briefing_tools.typesetting import to_pdf

PRINT = Path(str(files("briefing_tools") / "theme" / "print"))


def make_pdf(
    briefing: CitedBriefing, plan: LinkedSeries, today: Day, epoch: int, read_asset: Callable[[str], bytes]
) -> Edition:
    """The standard PDF of a briefing, dated `epoch` (seconds since 1970)."""
    content = {
        "title": briefing.briefing.title,
        "authors": [person.name for person in briefing.briefing.authors],
        "body": [
            *(_node(node, briefing, plan) for node in briefing.briefing.lead),
            *(part for section in briefing.briefing.sections for part in _section(section, 1, briefing, plan)),
            {"t": "h", "level": 1, "c": ["References"]},
            {"t": "ol", "c": [_all(reference.text, briefing, plan) for reference in briefing.text.references]},
        ],
    }
    made = to_pdf(
        {"main.typ": (PRINT / "briefing.typ").read_bytes(), "content.json": json.dumps(content).encode()},
        PRINT / "fonts",
        epoch,
    )
    return Edition(
        edition_url(briefing.briefing, ".pdf"), briefing.briefing.number, "PDF", page_count(made), made
    )


def _section(section: Section, level: int, briefing: CitedBriefing, plan: LinkedSeries) -> list[object]:
    return [
        {"t": "h", "level": level, "c": [section.title]},
        *(_node(node, briefing, plan) for node in section.body),
        *(part for below in section.subsections for part in _section(below, level + 1, briefing, plan)),
    ]


def _all(nodes: tuple[Node, ...], briefing: CitedBriefing, plan: LinkedSeries) -> object:
    return {"t": "span", "c": [_node(node, briefing, plan) for node in nodes]}


def _node(node: Node, briefing: CitedBriefing, plan: LinkedSeries) -> object:
    match node:
        case Text(text):
            return " ".join(text.split("\n"))
        case Citation():
            return "".join(part.text for part in marker(briefing.text.placed[node.span], briefing.text.references))
        case Element():
            found = plan.by_span.get(node.span) if node.span else None
            note = node.tag == "a" and found is not None and found.external and bool(found.href)
            return {
                "t": "note" if note else {"signpost": "box", "admonition": "box"}.get(node.tag, node.tag),
                "url": found.href if found else "",
                "c": [_node(child, briefing, plan) for child in node.children],
            }
