"""Parse: Markdown becomes a tree that knows where every heading, link, picture and citation was written.

The only door to Python-Markdown and to nh3. Python-Markdown forgets positions. So before it runs, a *place mark* is put
where something interesting stands (`marks.py`); the mark travels through the parser with the text and tells the place
when it comes out. Code, comments, escapes and HTML are set aside by the parser as always: nothing is ever searched for a
second time. What the parser makes passes nh3's allow-list (`safety.py`) before it becomes our tree (`tree.py`).
"""

import re
from dataclasses import dataclass

from markdown import Markdown

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.markup.anywhere import CitationsAnywhere, Cited, Written
from briefing_tools.markup.citing import CitationSyntax, Found, Placing
from briefing_tools.markup.marks import Places, lift_marks, put_marks
from briefing_tools.markup.near import NearAddresses
from briefing_tools.markup.safety import clean, clean_book, refused
from briefing_tools.markup.tree import build
from briefing_tools.model import Element, Node
from briefing_tools.source import Source

__all__ = [
    "EXTENSIONS",
    "CitationSyntax",
    "CitationsAnywhere",
    "Cited",
    "Found",
    "Markup",
    "Placing",
    "Written",
    "clean_book",
    "parse",
]

EXTENSIONS = ("attr_list", "admonition", "def_list", "fenced_code", "md_in_html", "sane_lists", "tables")
"""The Markdown of a briefing beyond the plain kind; README's manual lists them for editors.

Footnotes are not among them: a briefing has two series of numbers already, references and the notes of links in print.
"""


MOST_NESTED = 90
"""How many things may stand inside each other; nobody can read more, and pages and print are made level by level."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed text: its top-level nodes in order, and what was refused on the way."""

    nodes: tuple[Node, ...]
    slips: tuple[Slip, ...]


def parse(source: Source, start: int = 0) -> Markup:
    """Parse a file's Markdown from the offset `start` to its end. Never raises on any text that passed the gate."""
    marked, marks = put_marks(source.text, start)
    citations = Placing()
    engine = Markdown(
        extensions=[*EXTENSIONS, CitationSyntax(citations, alone=True), NearAddresses()],
        extension_configs={"tables": {"use_align_attribute": True}},
    )
    try:
        html, targets = lift_marks(engine.convert(marked), marks)
    except RecursionError:
        return Markup((), (_too_nested(source, start),))
    nodes, slips = build(clean(html), Places(source, marks), targets, tuple(citations.found))
    if _is_deeper(nodes, MOST_NESTED):
        return Markup((), (_too_nested(source, start),))
    return Markup(nodes, (*slips, *refused(source, start, html)))


def _is_deeper(nodes: tuple[Node, ...], most: int) -> bool:
    """Whether something stands inside more than `most` other things."""
    level: list[Node] = list(nodes)
    for _ in range(most):
        level = [child for node in level if isinstance(node, Element) for child in node.children]
    return bool(level)


def _too_nested(source: Source, start: int) -> Slip:
    lines = range(source.position(start).line, len(source.lines) + 1)
    deepest = max(lines, key=lambda number: _depth_of(source.lines[number - 1]), default=1)
    message = f"Something here stands inside more than {MOST_NESTED} other things, such as quotations or lists."
    return Slip("text-too-nested", Problem(source.line_span(deepest), message, "Write it with fewer levels."))


def _depth_of(line: str) -> int:
    """About how deep a line stands: its signs of quotation and list, its indentation, its opening tags."""
    lead = re.match(r"[ \t>*+-]*", line)
    return len(lead.group() if lead else "") + len(re.findall(r"<[a-zA-Z]", line))
