"""Search: everything that can be found becomes a record, and records answer a question.

Records are made from the values that pages are made of, so that a result reads as its page does. An update is there only
when readers may see it; a briefing that was withdrawn is not there at all.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from briefing_tools.addresses import (
    briefing_url,
    glossary_anchor,
    reference_anchor,
    update_anchor,
    update_reference_anchor,
)
from briefing_tools.indexing import Answer, Filter, Index, Keeper, answer, build_index, row_of, share_out
from briefing_tools.model import (
    EVIDENCE,
    Briefing,
    Citation,
    CitedBriefing,
    CitedText,
    CitedUpdate,
    Element,
    IndexSheet,
    LinkedSeries,
    Mode,
    Node,
    Record,
    Reference,
    Section,
    Term,
    Text,
    Work,
    key_messages_of,
    plain_text,
    walk,
)
from briefing_tools.privacy.vocabulary import vocabulary
from briefing_tools.styles import STYLES, narrative_authors
from briefing_tools.templates import THEME
from briefing_tools.wording import EDITORS_BOXES, KIND_WORDS, box_title

KINDS = tuple(KIND_WORDS)
"""The kinds of record."""

LABELS = {
    **KIND_WORDS,
    "site": KIND_WORDS["update"],
    "published": "Compiled by the editors from a published source",
}
"""What tells a reader, in words, what a result is; updates by their origin, everything else by its kind."""


def index_of(
    found: tuple[Record, ...], glossary: tuple[Term, ...], keeper: Keeper, tools: bytes, sources: str
) -> Index:
    """The index of some records: the kept one, if it was made of the same by the same `tools`, or made anew and kept.

    `sources` is the digest of the files that the records are made of.
    """
    whole = hashlib.sha256(tools)
    for one in found:
        whole.update(json.dumps(row_of(one)).encode())
    for term in glossary:
        whole.update(json.dumps([term.term, term.name, term.also, term.meaning]).encode())
    made_of = whole.hexdigest()
    index = keeper.find("records", made_of)
    if index is None:
        index = build_index(found, glossary, language=vocabulary().words)
    keeper.put(index, {"records": made_of, "sources": sources})
    return index


def search(
    index: Index,
    query: str,
    *,
    kind: str | None = None,
    briefing: int | None = None,
    limit: int = 20,
    newest: bool = False,
) -> Answer:
    """Answer a query; `kind` and `briefing` (its number) narrow the answer, `limit` cuts the results, not the count.

    The best comes first, or the newest.
    """
    asked = (("kind", kind), ("briefing", briefing))
    narrowed = tuple(Filter(name, (str(value),)) for name, value in asked if value is not None)
    return answer(index, query, narrowed=narrowed, limit=limit, newest=newest)


ENGINE = ("words", "stemmer", "sheets", "questions", "ranking", "passages", "answers")
"""The chapters of the engine that reads the index in a browser, in `theme/engine/`."""


def index_sheets(index: Index) -> tuple[IndexSheet, ...]:
    """The search index as small files for the pages, with the engine that reads them."""
    return share_out(index, engine())


def engine() -> str:
    """The engine in one script."""
    chapters = (Path(THEME, "engine", f"{name}.js").read_text("utf-8") for name in ENGINE)
    return '(() => {\n"use strict";\n\n' + "\n".join(chapters) + "})();\n"


def records(plan: LinkedSeries) -> tuple[Record, ...]:
    """Everything that can be found, in reading order: each briefing with its parts, then the glossary."""
    shown = (cited for cited in plan.cited.briefings if cited.briefing.status != "withdrawn")
    return (
        *(record for cited in shown for record in _briefing(cited, plan)),
        *(_term(term) for term in plan.cited.series.glossary),
    )


def _briefing(cited: CitedBriefing, plan: LinkedSeries) -> Iterator[Record]:
    """A briefing, its sections with their updates and signposts, its references and those of its updates."""
    yield _whole(cited)
    seen: set[tuple[str, str]] = set()
    for section, above in _sections(cited.briefing.sections, ()):
        yield _section(section, above, cited)
        for update in cited.updates.get(section.id, ()):
            yield _update(update, section, above, cited, plan)
        for words, target, text in _signposts(section, cited.text):
            if (words, target) not in seen:
                seen.add((words, target))
                yield _signpost(words, text, section, above, cited.briefing)
    yield from _references(cited)


def _references(cited: CitedBriefing) -> Iterator[Record]:
    """The references of a briefing, then the sources of its updates that are not among them, each once."""
    briefing = cited.briefing
    numbered = STYLES[cited.text.style].author_date is None
    listed = {reference.work.key for reference in cited.text.references}
    for reference in cited.text.references:
        place = f"Reference {reference.label}" if numbered else "References"
        yield _reference(reference, reference_anchor(reference.work.key), (place,), briefing)
    for one in cited.updates_in_order():
        for source in one.text.references:
            if source.work.key not in listed:
                listed.add(source.work.key)
                anchor = update_reference_anchor(one.update, source.work.key)
                places = (one.update.title, f"Source {source.label}" if numbered else "Sources")
                yield _reference(source, anchor, places, briefing, one.update.section, one.update.site)


def _sections(
    sections: tuple[Section, ...], above: tuple[Section, ...]
) -> Iterator[tuple[Section, tuple[Section, ...]]]:
    """Every section in reading order, with the sections it stands in."""
    for section in sections:
        yield section, above
        yield from _sections(section.subsections, (*above, section))


def _crumb(briefing: Briefing, above: tuple[Section, ...] = ()) -> tuple[str, ...]:
    return (f"Briefing {briefing.number}: {briefing.title}", *(section.title for section in above))


def _date(briefing: Briefing) -> str:
    day = briefing.updated or briefing.published
    return day.iso if day else ""


def _whole(cited: CitedBriefing) -> Record:
    briefing = cited.briefing
    messages = [
        message for one in briefing.all_sections() if one.role == "key-messages" for message in key_messages_of(one)
    ]
    opening = briefing.lead or next((section.body for section in briefing.sections), ())
    return Record(
        kind="briefing",
        label=LABELS["briefing"],
        title=briefing.title,
        url=briefing_url(briefing),
        text=_text(opening, cited.text),
        briefing=briefing.title,
        briefing_number=briefing.number,
        section="",
        site="",
        level="",
        date=_date(briefing),
        language=briefing.language,
        breadcrumb=(f"Briefing {briefing.number}",),
        topics=briefing.topics,
        key=" ".join(messages),
        names=" ".join(person.name for person in briefing.authors),
    )


def _section(section: Section, above: tuple[Section, ...], cited: CitedBriefing) -> Record:
    briefing = cited.briefing
    body = tuple(node for node in section.body if not _is_signpost(node))
    return Record(
        kind="section",
        label=LABELS["section"],
        title=section.title,
        url=f"{briefing_url(briefing)}#{quote(section.id)}",
        text=_text(body, cited.text),
        briefing=briefing.title,
        briefing_number=briefing.number,
        section=section.id,
        site="",
        level="",
        date=_date(briefing),
        language=briefing.language,
        breadcrumb=_crumb(briefing, above),
        topics=briefing.topics,
        key=" ".join(key_messages_of(section)) if section.role == "key-messages" else "",
        names=_cited_names((*section.heading, *section.body), cited.text),
    )


def _update(
    one: CitedUpdate, section: Section, above: tuple[Section, ...], cited: CitedBriefing, plan: LinkedSeries
) -> Record:
    update, briefing = one.update, cited.briefing
    site = next((site.name for site in plan.cited.series.sites if site.id == update.site), update.site)
    return Record(
        kind="update",
        label=LABELS[update.origin],
        title=update.title,
        url=f"{briefing_url(briefing)}#{quote(update_anchor(update))}",
        text=_text(update.body, one.text),
        briefing=briefing.title,
        briefing_number=briefing.number,
        section=section.id,
        site=update.site,
        level=update.level,
        date=update.date.iso if update.date else "",
        language=update.language,
        breadcrumb=_crumb(briefing, (*above, section)),
        topics=(*update.outcomes, EVIDENCE.get(update.evidence, "")),
        site_name=site,
        names=" ".join(_names(source) for source in one.text.references),
    )


def _signpost(words: str, text: str, section: Section, above: tuple[Section, ...], briefing: Briefing) -> Record:
    return Record(
        kind="signpost",
        label=LABELS["signpost"],
        title=words,
        url=f"{briefing_url(briefing)}#{quote(section.id)}",
        text=text,
        briefing=briefing.title,
        briefing_number=briefing.number,
        section=section.id,
        site="",
        level="",
        date=_date(briefing),
        language=briefing.language,
        breadcrumb=_crumb(briefing, (*above, section)),
    )


def _reference(
    reference: Reference, anchor: str, places: tuple[str, ...], briefing: Briefing, section: str = "", site: str = ""
) -> Record:
    return Record(
        kind="reference",
        label=LABELS["reference"],
        title=plain_text(reference.work.title),
        url=f"{briefing_url(briefing)}#{quote(anchor)}",
        text=plain_text(reference.text),
        briefing=briefing.title,
        briefing_number=briefing.number,
        section=section,
        site=site,
        level="",
        date=reference.work.year,
        language=reference.work.fields.get("language", ""),
        breadcrumb=(*_crumb(briefing), *places),
        names=_names(reference),
    )


def _term(term: Term) -> Record:
    title = f"{term.term} ({term.name})" if term.name else term.term
    return Record(
        kind="glossary",
        label=LABELS["glossary"],
        title=title,
        url=f"glossary/#{quote(glossary_anchor(term.term))}",
        text=term.meaning,
        briefing="",
        briefing_number=0,
        section="",
        site="",
        level="",
        date="",
        language="",
        breadcrumb=("Glossary",),
        topics=term.also,
    )


# -- Words -------------------------------------------------------------------------------------------------------------


def _text(nodes: tuple[Node, ...], cited: CitedText) -> str:
    """The words of a tree, with a dot before each line of a list.

    A narrative mention leaves its authors, a bracket nothing, not even a space before a stop.
    """
    works = {reference.work.key: reference.work for reference in cited.references}
    return re.sub(r" +([.,;:!?)’”])", r"\1", plain_text(tuple(_spoken(node, works) for node in nodes)))


def _spoken(node: Node, works: dict[str, Work]) -> Node:
    if isinstance(node, Citation):
        named = [item.key for item in node.items if item.mode is Mode.NARRATIVE and item.key in works]
        return Text("; ".join(narrative_authors(works[key]) for key in named))
    if isinstance(node, Element):
        dot = (Text("• "),) if node.tag == "li" else ()
        if node.attributes.get("kind") in EDITORS_BOXES:
            dot = (Text(f" {box_title(node.attributes['kind'], node.attributes['title'])}. "),)
        return Element(node.tag, node.attributes, (*dot, *(_spoken(child, works) for child in node.children)))
    return node


def _is_signpost(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "signpost"


def _signposts(section: Section, cited: CitedText) -> Iterator[tuple[str, str, str]]:
    """The lines of a section's signposts: words, the first address, and the works it leads to."""
    works = {reference.work.key: reference for reference in cited.references}
    for node in walk(section.body):
        if not (isinstance(node, Element) and node.tag == "signpost"):
            continue
        for line in walk(node.children):
            if isinstance(line, Element) and line.tag == "li":
                inside = list(walk((line,)))
                links = [one for one in inside if isinstance(one, Element) and one.tag == "a"]
                keys = [item.key for one in inside if isinstance(one, Citation) for item in one.items]
                leads = " ".join(plain_text(works[key].text) for key in keys if key in works)
                target = links[0].attributes.get("target", "") if links else ""
                yield _text(line.children, cited), target, leads


def _cited_names(nodes: tuple[Node, ...], cited: CitedText) -> str:
    """Authors and years of the works cited in a tree, in order of first citation."""
    works = {reference.work.key: reference for reference in cited.references}
    keys = [item.key for node in walk(nodes) if isinstance(node, Citation) for item in node.items]
    return " ".join(_names(works[key]) for key in dict.fromkeys(keys) if key in works)


def _names(reference: Reference) -> str:
    """What a reader remembers of a work: its authors' or editors' family names, and the year as it is printed."""
    work = reference.work
    people = [" ".join(part for part in (one.prefix, one.family) if part) for one in work.authors or work.editors]
    return " ".join(dict.fromkeys([*people, work.year, work.year + reference.year_suffix]))
