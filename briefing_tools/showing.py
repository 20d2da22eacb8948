"""Show: the plan and its parts as values for `--json` (shapes that outside programs read) and as text for people."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import Finding
from briefing_tools.errors import CannotRun
from briefing_tools.frontmatter import read_front_matter
from briefing_tools.indexing import Answer
from briefing_tools.intake import take_one
from briefing_tools.linkcheck.collecting import KINDS as LINK_HOLDERS
from briefing_tools.linkcheck.collecting import written_in
from briefing_tools.linkrecord import URGENT, about, known_values
from briefing_tools.markup import parse
from briefing_tools.model import (
    Bibliography,
    Briefing,
    Citation,
    CitationItem,
    CitedBriefing,
    Day,
    Element,
    KnownLink,
    LinkedSeries,
    LinkState,
    Record,
    Section,
    key_messages_of,
    plain_text,
    walk,
)
from briefing_tools.rendering import plain_html
from briefing_tools.rules.references import reference_findings as _reference_findings
from briefing_tools.source import Source, Span
from briefing_tools.stages.editions.verifying import Outcome, Verdict
from briefing_tools.stages.pages import Comparison
from briefing_tools.stages.pages.frozen import comparison_html
from briefing_tools.stages.search import KINDS, records
from briefing_tools.styles import STYLES, format_reference, year_suffixes
from briefing_tools.templates import render

STYLE_NAMES = tuple(STYLES)
Values = Mapping[str, Any]
"""JSON values by name."""

__all__ = ["KINDS", "STYLE_NAMES"]


# -- show --------------------------------------------------------------------------------------------------------------


def briefing_of(plan: LinkedSeries, number: int) -> CitedBriefing:
    """The briefing with this number; raises `CannotRun` if there is none."""
    for cited in plan.cited.briefings:
        if cited.briefing.number == number:
            return cited
    numbers = ", ".join(str(one.briefing.number) for one in plan.cited.briefings) or "none yet"
    raise CannotRun(f"There is no briefing with the number {number}.", f"The numbers are: {numbers}.")


def change_note(comparison: Comparison) -> str:
    """What changed from one frozen edition to another, as a dated note for readers."""
    before, after = comparison.before, comparison.after
    lines = [
        f"{after.title} (Briefing {after.briefing}): what changed from edition {before.version} to {after.version}",
        f"Edition {before.version} was frozen on {before.frozen}, edition {after.version} on {after.frozen}.",
    ]
    for subject, said in comparison.note:
        lines += ["", subject, *(f"  - {line}" for line in said)]
    return "\n".join(lines if comparison.note else [*lines, "", "Nothing that readers see has changed."])


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as a table for editors, and below it one sentence on the whole."""
    rows = [(one.edition, one.check, one.outcome.value.upper(), one.seen) for one in verdicts]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    ]
    failed = sum(one.outcome is Outcome.FAILED for one in verdicts)
    undone = sum(one.outcome is Outcome.NOT_MADE for one in verdicts)
    passed = len(verdicts) - failed - undone
    said = f"{passed} passed, {failed} failed, {undone} not made."
    return "\n".join([*lines, "", f"{said} Reading order and descriptions of pictures must be judged by a person."])


def comparison_document(comparison: Comparison) -> bytes:
    """The same with the marked text, as a web page that stands on its own."""
    language, body = comparison.after.language, comparison_html(comparison, alone=True)
    title = f"What changed in Briefing {comparison.after.briefing}"
    return render("comparison-alone.html", title=title, language=language, body=body).encode()


def plan_of(plan: LinkedSeries, number: int) -> Values:
    """Everything that is planned for one briefing, in the shape of `show --json`."""
    cited = briefing_of(plan, number)
    briefing = cited.briefing
    return {
        "number": briefing.number,
        "title": briefing.title,
        "status": briefing.status,
        "edition": briefing.edition,
        "path": briefing.path,
        "sections": [_section(section, cited) for section in briefing.all_sections()],
        "citations": [
            {
                "section": placed.section,
                "line": placed.citation.span.start.line,
                "column": placed.citation.span.start.column,
                "narrative": placed.citation.narrative,
                "items": [
                    {**_item(item), "number": _number(label)}
                    for item, label in zip(placed.citation.items, placed.labels, strict=True)
                ],
            }
            for placed in cited.text.citations
        ],
        "references": [
            {"number": int(one.label), "key": one.work.key, "text": plain_text(one.text), "cited": len(one.cited_by)}
            for one in sorted(cited.text.references, key=lambda one: int(one.label))
        ],
        "signposts": [
            _signpost(section, box, plan) for section in briefing.all_sections() for box in _signposts(section)
        ],
        "notes": [
            {"number": note.number, "url": note.url, "section": note.section}
            for note in plan.notes.get(briefing.slug, ())
        ],
        "key_messages": [
            message
            for section in briefing.all_sections()
            if section.role == "key-messages"
            for message in key_messages_of(section)
        ],
        "updates": [
            {
                "id": update.id.partition("/")[2],
                "site": update.site,
                "section": update.section,
                "status": update.status,
                "origin": update.origin,
                "title": update.title,
                "shown": any(one.update is update for one in cited.updates_in_order()),
                "sources": [
                    {"label": source.label, "key": source.work.key}
                    for one in cited.updates_in_order()
                    if one.update is update
                    for source in one.text.references
                ],
            }
            for update in plan.cited.series.updates
            if update.briefing_slug == briefing.slug and update.status != "removed"
        ],
    }


def plan_text(plan: Values) -> str:
    """The plan for people: what stands where, with numbers."""
    lines = [
        f"Briefing {plan['number']}: {plan['title']} ({plan['status']}, edition {plan['edition']})",
        "",
        "Sections",
    ]
    for section in plan["sections"]:
        role = f" [{section['role']}]" if section["role"] else ""
        lines.append(f"  {'  ' * (section['level'] - 2)}{section['title']} {{#{section['id']}}}{role}")
        lines += [f"  {'  ' * (section['level'] - 1)}+ update {update}" for update in section["updates"]]
    lines += ["", f"Citations ({len(plan['citations'])})"]
    lines += [
        f"  line {one['line']:<4} {'; '.join(_item_words(item) for item in one['items'])}" for one in plan["citations"]
    ]
    lines += ["", f"References ({len(plan['references'])})"]
    lines += [f"  {one['number']:>2}. {one['text']}" for one in plan["references"]]
    lines += ["", f"Signposts ({len(plan['signposts'])}), notes ({len(plan['notes'])})"]
    lines += [
        f"  note {link['note'] or '–':<3} {link['text']}: {link['url']}"
        for box in plan["signposts"]
        for link in box["links"]
    ]
    lines += ["", f"Key messages ({len(plan['key_messages'])})"]
    lines += [f"  - {message}" for message in plan["key_messages"]]
    lines += ["", f"Updates ({len(plan['updates'])})"]
    lines += [
        f"  {one['id']} → {one['section']} ({one['status']}{'' if one['shown'] else ', not shown'}): {one['title']}"
        for one in plan["updates"]
    ]
    return "\n".join(lines)


def _section(section: Section, cited: CitedBriefing) -> Values:
    updates = [one.update.id.partition("/")[2] for one in cited.updates.get(section.id, ())]
    return {"id": section.id, "title": section.title, "role": section.role, "level": section.level, "updates": updates}


def _item(item: CitationItem) -> Values:
    return {
        "key": item.key,
        "prefix": item.prefix,
        "label": item.locator.label if item.locator else "",
        "locator": item.locator.value if item.locator else "",
        "suffix": item.suffix,
        "mode": item.mode.value,
    }


def _item_words(item: Values) -> str:
    locator = f", {item['label']} {item['locator']}" if item["locator"] else ""
    number = f"[{item['number']}] " if item.get("number") else ""
    return f"{number}{item['prefix'] + ' ' if item['prefix'] else ''}{item['key']}{locator}"


def _number(label: str) -> int | None:
    return int(label) if label.isdigit() else None


def _signposts(section: Section) -> list[Element]:
    return [node for node in walk(section.body) if isinstance(node, Element) and node.tag == "signpost"]


def _signpost(section: Section, box: Element, plan: LinkedSeries) -> Values:
    notes = {note.span: note.number for found in plan.notes.values() for note in found}
    links = [node for node in walk(box.children) if isinstance(node, Element) and node.tag == "a" and node.span]
    return {
        "section": section.id,
        "title": box.attributes["title"],
        "links": [
            {"text": plain_text(one.children), "url": one.attributes.get("target", ""), "note": notes.get(one.span)}
            for one in links
            if one.span
        ],
    }


# -- citations ---------------------------------------------------------------------------------------------------------


def citations_of(files: Sequence[Path]) -> Values:
    """Every citation of Markdown files, in the shape of `citations --json`."""
    return {"format": 1, "files": [{"path": str(path), "citations": _citations_in(path)} for path in files]}


def citations_text(found: Values) -> str:
    """Citations for people, one a line."""
    lines = []
    for file in found["files"]:
        for one in file["citations"]:
            items = "; ".join(_item_words(item) for item in one["items"])
            lines.append(
                f"{file['path']}:{one['line']}:{one['column']}: {'narrative ' if one['narrative'] else ''}{items}"
            )
    return "\n".join(lines) or "No citations."


def _citations_in(path: Path) -> list[Values]:
    source = read_text(path)
    tree = parse(source, read_front_matter(source).body)
    found = [node for node in walk(tree.nodes) if isinstance(node, Citation) and node.items[0].key]
    return [
        {
            "line": one.span.start.line,
            "column": one.span.start.column,
            "narrative": one.narrative,
            "items": [_item(item) for item in one.items],
        }
        for one in found
    ]


def read_text(path: Path) -> Source:
    """A single file that a command was given, through the same gate as all content; raises `CannotRun` if refused."""
    read = take_one(path)
    if isinstance(read, Source):
        return read
    raise CannotRun(read.message, read.hint)


# -- references --------------------------------------------------------------------------------------------------------


def read_works(path: Path) -> tuple[Source, Bibliography]:
    """A bibliography file and its works; raises `CannotRun` when the file cannot be read."""
    source = read_text(path)
    return source, read_bibliography(source)


def references_of(works: Bibliography, style: str) -> dict[str, Any]:
    """Every work written out in a style, in the shape of `references --json` without its findings."""
    suffixes = year_suffixes(works.works.values(), style)
    formatted = {key: format_reference(work, style, suffixes.get(key, "")) for key, work in works.works.items()}
    listed = [{"key": key, "text": plain_text(text), "html": str(plain_html(text))} for key, text in formatted.items()]
    return {"format": 1, "style": style, "references": listed}


def references_text(found: Values) -> str:
    """References for people, in the file's order."""
    return "\n".join(f"{one['key']}: {one['text']}" for one in found["references"]) or "No references."


def reference_findings(works: Bibliography) -> tuple[Finding, ...]:
    """What the rules of references say of a bibliography that stands alone."""
    return tuple(sorted(_reference_findings(works), key=lambda finding: finding.order))


# -- search ------------------------------------------------------------------------------------------------------------


def records_lines(plan: LinkedSeries) -> list[str]:
    """Everything that can be found, one JSON value a line; kind, url and title together tell records apart."""
    return [json.dumps(_record_values(one), ensure_ascii=False) + "\n" for one in records(plan)]


def _record_values(record: Record) -> Values:
    """A record with the names of `search --json`, and besides what it is found by."""
    values = {**asdict(record), "briefing": record.briefing_number or None, "briefing_title": record.briefing}
    del values["briefing_number"]
    return values


def answer_values(found: Answer) -> Values:
    """An answer in the shape of `search --json`."""
    results = [
        {
            "kind": one.record.kind,
            "label": one.record.label,
            "title": one.record.title,
            "url": one.record.url,
            "briefing": one.record.briefing_number or None,
            "section": one.record.section,
            "site": one.record.site,
            "site_name": one.record.site_name,
            "level": one.record.level,
            "date": one.record.date,
            "language": one.record.language,
            "breadcrumb": list(one.record.breadcrumb),
            "score": one.score,
            "snippet": "".join(text for text, _ in one.snippet),
        }
        for one in found.results
    ]
    terms = [{"term": one.term, "name": one.name, "meaning": one.meaning} for one in found.terms]
    return {
        "query": found.query,
        "count": found.count,
        "did_you_mean": found.did_you_mean,
        "note": found.note,
        "terms": terms,
        "results": results,
    }


def answer_text(found: Answer, paint: Callable[[str, str], str]) -> str:
    """An answer for people: rank, title, label, place, snippet with the words marked, deep link.

    `paint(text, style)` may colour `note`, `warning` (what comes from sites), `dim` and `mark`.
    """
    lines = []
    if found.did_you_mean:
        lines += [f"Did you mean: {found.did_you_mean}?", ""]
    lines += [f"{one.term}: {f'{one.name}. ' if one.name else ''}{one.meaning}" for one in found.terms]
    lines += [""] if found.terms else []
    if not found.results:
        return "\n".join(
            [*lines, f"Nothing found for {_as_asked(found.query)}. {found.note or 'Try fewer or other words.'}"]
        )
    shown = f"{len(found.results)} of {found.count}" if found.count > len(found.results) else str(found.count)
    lines.append(f"{shown} result{'s' if found.count != 1 else ''} for {_as_asked(found.query)}")
    lines += [found.note] if found.note else []
    for rank, one in enumerate(found.results, 1):
        snippet = "".join(paint(text, "mark") if marked else text for text, marked in one.snippet)
        lines += [
            "",
            f"{rank:>2}. {paint(one.record.title, 'note')}",
            f"    {paint(_label(one.record), 'warning' if one.record.kind == 'update' else 'mark')}",
            *([f"    {paint(' › '.join(one.record.breadcrumb), 'dim')}"] if one.record.kind != "glossary" else []),
            *([f"    {snippet}"] if snippet else []),
            f"    {paint(one.record.url, 'dim')}",
        ]
    return "\n".join(lines)


def _as_asked(query: str) -> str:
    """A question in quotation marks, of its own if it has some at both ends."""
    text = query.strip()
    return text if len(text) > 1 and {text[0], text[-1]} <= set('"“”„«»') else f"“{text}”"


def _label(record: Record) -> str:
    """What a result is, in words; of an update also from where and when."""
    if record.kind != "update":
        return record.label
    day = str(Day(*map(int, record.date.split("-")))) if record.date else ""
    return ", ".join(part for part in (record.label, record.site_name, day) if part)


# -- links -------------------------------------------------------------------------------------------------------------


def links_of(plan: LinkedSeries) -> Values:
    """Every link, one entry per address, in the shape of `links --json`: those of the text, then of fields and bibliography."""
    found: dict[str, tuple[KnownLink, list[Span]]] = {}
    for link in plan.links:
        address = link.href if link.external and link.href else link.target
        found.setdefault(address, (link.known or KnownLink(address, link.state), []))[1].append(link.span)
    series = plan.cited.series
    there = {(address, span) for address, (_, spans) in found.items() for span in spans}
    for source in series.sources.values():
        for one in written_in(source) if source.path.endswith(LINK_HOLDERS) else ():
            if (one.url, one.span) in there:
                continue
            opened = re.match(r"(?:https?|mailto|tel|doi):|(?:urn:)?isbn:|(?![a-z][a-z0-9+.-]*:)", one.url, re.I)
            known = series.links.of(one.url) if opened else KnownLink(one.url, LinkState.UNSAFE)
            found.setdefault(one.url, (known, []))[1].append(one.span)
    listed = [
        {
            **known_values(known),
            "url": url,
            "where": [{"path": one.path, "line": one.start.line, "column": one.start.column} for one in spans],
        }
        for url, (known, spans) in found.items()
    ]
    return {"format": 1, "links": listed}


def links_text(found: Values) -> str:
    """Links for people, by state, what needs somebody first: address, places, and what else is known."""
    order = [state.value for state in URGENT]
    by_state: dict[str, list[Values]] = {}
    for one in found["links"]:
        by_state.setdefault(one["state"], []).append(one)
    blocks = []
    for state in sorted(by_state, key=lambda state: order.index(state) if state in order else len(order)):
        links = by_state[state]
        lines = [f"{state} ({len(links)}): {about(LinkState(state))}"]
        for one in links:
            lines.append(f"  {one['url'] if len(one['url']) <= 300 else one['url'][:299] + '…'}")
            more = (("leads to", one["final_url"]), ("archived copy", one["archived"]), ("note", one["note"]))
            lines += [f"      {name}: {value}" for name, value in more if value and value != one["url"]]
            lines += [f"      in {place['path']}:{place['line']}:{place['column']}" for place in one["where"]]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or "No links."


def anchors_lock(plan: LinkedSeries) -> str:
    """`anchors.lock` as it should be now: every id that was ever published, and those of today."""
    lines = [
        "# anchors.lock: section ids that readers may have linked to.",
        "# Written by `briefings links refresh`. Format 1.",
    ]
    ids_of = {cited.briefing.path: _ids(cited.briefing) for cited in plan.cited.briefings}
    for path, published in plan.cited.series.anchors.items():  # a page that is gone, or cannot be read, too
        ids_of[path] = ids_of.get(path, set()) | set(published)
    for path, found in sorted(ids_of.items()):
        ids = sorted(found)
        lines += ["", f'["{path}"]', "ids = ["]
        lines += [f'    "{id}",' for id in ids] + ["]"]
    return "\n".join(lines) + "\n"


def _ids(briefing: Briefing) -> set[str]:
    return {id for section in briefing.all_sections() for id in (section.id, *section.was)}
