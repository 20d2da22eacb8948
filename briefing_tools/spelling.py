"""Spell out: a line of a signpost that is nothing but a citation shows the whole reference, a title names whom it cites.

    !!! signpost "For more information see"
        - [@oliver2010]

reads “Oliver, C., A. Mooney, and J. Statham, 'Integrated Working: A Review of the Evidence'. 2010, … [8]”. The syntax is
pandoc's own: a program that does not spell out shows the citation as it shows any other. Done on the tree, once, so that
page, print and search have the same words.

Contents, menus and search show the title of a section without its citations: `What @munro2011 asked for [@lloyd2011]` is
“What Munro asked for” there.
"""

from dataclasses import replace

from briefing_tools.marking import named
from briefing_tools.model import CITED, Briefing, Citation, CitedText, Element, Node, Section, Text, without_citations


def spelled_out(briefing: Briefing, text: CitedText) -> Briefing:
    """The briefing with the lone citations of its signposts and its titles spelled out; itself when there are none."""
    lead = _nodes(briefing.lead, text)
    sections = _sections(briefing.sections, text)
    return (
        briefing
        if (lead, sections) == (briefing.lead, briefing.sections)
        else replace(briefing, lead=lead, sections=sections)
    )


def lone_citation(entry: Element) -> Citation | None:
    """The citation of one work that a line of a list consists of, if there is nothing else in it."""
    rest = [node for node in entry.children if not (isinstance(node, Text) and not node.text.strip())]
    if len(rest) != 1:
        return None
    match rest[0]:
        case Citation(items=(_,), narrative=False) as citation:
            return citation
        case Element("p") as paragraph:
            return lone_citation(paragraph)
    return None


def _sections(sections: tuple[Section, ...], text: CitedText) -> tuple[Section, ...]:
    return tuple(
        replace(
            one,
            title=_title(one, text),
            body=_nodes(one.body, text),
            subsections=_sections(one.subsections, text),
        )
        for one in sections
    )


def _title(section: Section, text: CitedText) -> str:
    """A section's title with the authors whom it names by a citation."""
    if not section.heading:
        return section.title
    words = ""
    for node in section.heading:
        match node:
            case Text(characters):
                words += characters
            case Citation():
                words += named(text.placed[node.span], text) or CITED
    return without_citations(words)


def _nodes(nodes: tuple[Node, ...], text: CitedText, boxed: bool = False) -> tuple[Node, ...]:
    """A run of nodes with the entries of its signposts spelled out; the same nodes where there are none."""
    changed = tuple(_node(node, text, boxed) if isinstance(node, Element) else node for node in nodes)
    return nodes if all(new is old for new, old in zip(changed, nodes, strict=True)) else changed


def _node(node: Element, text: CitedText, boxed: bool) -> Element:
    boxed = boxed or node.tag == "signpost"
    citation = lone_citation(node) if boxed and node.tag == "li" else None
    if citation:
        return replace(node, children=_written(citation, text))
    children = _nodes(node.children, text, boxed)
    return node if children is node.children else replace(node, children=children)


def _written(citation: Citation, text: CitedText) -> tuple[Node, ...]:
    """The reference of the work cited, and the citation behind it."""
    key = citation.items[0].key
    written = next((reference.text for reference in text.references if reference.work.key == key), ())
    return (*written, Text(" "), citation) if written else (citation,)
