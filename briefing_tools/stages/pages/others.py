"""Pages that are not briefings: the front page and its like, the glossary, the manual of checks."""

import re
from itertools import groupby

from briefing_tools.addresses import briefing_url, glossary_anchor, heading_id, page_url, reference_anchor
from briefing_tools.diagnostics import Rule
from briefing_tools.model import CitedPage, Edition, Element, LinkedSeries, Node, plain_text
from briefing_tools.rendering import Renderer
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.styles import STYLES
from briefing_tools.templates import render
from briefing_tools.wording import STATUS_WORDS, extent

NOUNS = {
    "text": "Files and fields",
    "briefing": "Briefings",
    "update": "Updates from sites",
    "cite": "Citations",
    "reference": "References",
    "link": "Links and pictures",
    "signpost": "Signposts",
    "edition": "Editions",
    "privacy": "Personal data",
    "config": "Files of the series",
}


def ordinary_page(cited: CitedPage, plan: LinkedSeries, editions: tuple[Edition, ...]) -> BuiltPage:
    """A page of running text; the front page also lists the briefings of the series."""
    page = cited.page
    url = page_url(page.path, plan.cited.series.content)
    renderer = Renderer(cited.text, plan.by_span)
    nodes = tuple(_with_id(node) for node in page.nodes)
    headings = tuple(_heading(node) for node in nodes if _is_heading(node))
    has_title = any(heading.level == 1 for heading in headings)
    html = render(
        "page.html",
        title="" if has_title else page.title,
        body=renderer.nodes(nodes),
        front=url == "",
        series=plan.cited.series.record,
        briefings=_listed(plan) if url == "" else [],
        editions=[(edition, extent(edition)) for edition in editions if edition.briefing == 0],
        base="",
        numbered=STYLES[cited.text.style].numbered,
        references=[
            (
                one.label,
                reference_anchor(one.work.key),
                renderer.nodes(one.text),
                [renderer.citation_id(ordinal) for ordinal in one.cited_by],
            )
            for one in cited.text.references
        ],
    )
    return BuiltPage(
        page.path,
        url,
        page.title or plan.cited.series.record.title,
        "",
        html,
        headings,
        "Briefings" if url == "" else page.title,
    )


def glossary_page(plan: LinkedSeries) -> BuiltPage:
    """What acronyms and terms stand for, A to Z."""
    terms = sorted(plan.cited.series.glossary, key=lambda term: term.term.casefold())
    html = render("glossary.html", terms=[(glossary_anchor(term.term), term) for term in terms])
    return BuiltPage(
        "", "glossary/", "Glossary", "What acronyms and terms in these briefings stand for.", html, (), "Glossary"
    )


def checks_page(rules: tuple[Rule[LinkedSeries], ...]) -> BuiltPage:
    """The manual of checks: one entry for every rule, made of the rule's own text."""
    groups = [
        (NOUNS[noun], [(rule, manual(rule)) for rule in of_noun])
        for noun, of_noun in groupby(sorted(rules, key=_noun_order), key=lambda rule: rule.code.partition("-")[0])
    ]
    headings = tuple(Heading(heading_id(title), title, 2) for title, _ in groups)
    html = render("checks.html", groups=[(heading_id(title), title, entries) for title, entries in groups])
    return BuiltPage(
        "",
        "checks/",
        "What the checks look for",
        "Every check of briefings and updates, with examples.",
        html,
        headings,
        "For editors: the checks",
        False,
    )


def manual(rule: Rule[LinkedSeries]) -> list[tuple[str, str]]:
    """A rule's manual as paragraphs (`p`) and examples (`Wrong`, `Right`), in order."""
    parts: list[tuple[str, str]] = []
    for block in re.split(r"\n\n|\n(?=(?:Wrong|Right):)", rule.manual):
        found = re.match(r"(Wrong|Right):\n(.*)", block, re.S)
        if found:
            lines = found.group(2).split("\n")
            parts.append((found.group(1), "\n".join(line[4:] for line in lines)))
        elif block.strip():
            parts.append(("p", " ".join(block.split())))
    return parts


def _noun_order(rule: Rule[LinkedSeries]) -> int:
    return list(NOUNS).index(rule.code.partition("-")[0])


def _listed(plan: LinkedSeries) -> list[tuple[str, object, str, int]]:
    return [
        (briefing_url(one.briefing), one.briefing, STATUS_WORDS[one.briefing.status], len(one.updates_in_order()))
        for one in plan.cited.briefings
    ]


def _is_heading(node: Node) -> bool:
    return isinstance(node, Element) and bool(re.fullmatch("h[1-6]", node.tag))


def _with_id(node: Node) -> Node:
    if not isinstance(node, Element) or not _is_heading(node) or node.attributes.get("id"):
        return node
    return Element(node.tag, {**node.attributes, "id": heading_id(plain_text(node.children))}, node.children, node.span)


def _heading(node: Node) -> Heading:
    assert isinstance(node, Element)
    return Heading(node.attributes["id"], plain_text(node.children), int(node.tag[1]))
