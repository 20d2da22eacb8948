"""Read sections: the flat run of headings and blocks becomes sections inside sections."""

import re
import unicodedata
from collections.abc import Sequence

from briefing_tools.model import Citation, Element, Node, Section, Text, plain_text, walk
from briefing_tools.source import Span
from briefing_tools.stages.reading.again import cited_again


def nest(nodes: Sequence[Node], path: str) -> tuple[tuple[Node, ...], tuple[Section, ...]]:
    """What stands before the first heading, and the sections; a level-1 heading is taken as a section too."""
    first = next((index for index, node in enumerate(nodes) if _level(node)), len(nodes))
    sections, _ = _sections(nodes, first, 0, path)
    return cited_again(tuple(nodes[:first])), sections


def _sections(nodes: Sequence[Node], index: int, above: int, path: str) -> tuple[tuple[Section, ...], int]:
    """The sections from `index` on that are deeper than `above`, and the index after them."""
    sections: list[Section] = []
    while index < len(nodes) and (level := _level(nodes[index])) > above:
        heading = nodes[index]
        assert isinstance(heading, Element)
        body_end = next((i for i in range(index + 1, len(nodes)) if _level(nodes[i])), len(nodes))
        subsections, after = _sections(nodes, body_end, level, path)
        sections.append(_section(heading, level, tuple(nodes[index + 1 : body_end]), subsections, path))
        index = after
    return tuple(sections), index


def _section(
    heading: Element, level: int, body: tuple[Node, ...], subsections: tuple[Section, ...], path: str
) -> Section:
    title = plain_text(heading.children)
    cited = any(isinstance(node, Citation) for node in walk(heading.children))
    whole = cited_again((*(_flat(heading.children) if cited else ()), *body))
    given = heading.attributes.get("id", "")
    return Section(
        id=given or slug(title),
        title=title,
        role=heading.attributes.get("role", ""),
        level=level,
        was=tuple(heading.attributes.get("was", "").replace(",", " ").split()),
        id_given=bool(given),
        body=whole[len(whole) - len(body) :],
        subsections=subsections,
        span=heading.span or Span.of_file(path),
        heading=whole[: len(whole) - len(body)],
    )


def _flat(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """A heading's words and citations without what they stand in; a heading looks alike everywhere."""
    flat: list[Node] = []
    for node in nodes:
        match node:
            case Text() | Citation():
                flat.append(node)
            case Element():
                flat += _flat(node.children)
    return tuple(flat)


def slug(title: str) -> str:
    """An id made of a title: small letters, digits and hyphens; accents are dropped."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-") or "section"


def _level(node: Node) -> int:
    """A heading's level, 1 to 6; 0 for everything else."""
    found = re.fullmatch(r"h([1-6])", node.tag) if isinstance(node, Element) else None
    return int(found.group(1)) if found else 0
