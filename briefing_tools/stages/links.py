"""Link: every link, anchor and picture is followed as far as it goes without a network.

Links inside the project are checked and turned into what the page must carry. External ones stand as the link record
has them: a build opens no socket. Links of the reviewed text become print's numbered notes.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote, unquote

from briefing_tools.addresses import (
    briefing_export_url,
    briefing_url,
    citation_anchor,
    edition_url,
    glossary_anchor,
    heading_id,
    page_url,
    reference_anchor,
    site_url,
    update_anchor,
    update_citation_anchor,
    update_reference_anchor,
)
from briefing_tools.diagnostics import nearest
from briefing_tools.exchange import FORMATS
from briefing_tools.linkrecord import with_offers
from briefing_tools.model import (
    CitedBriefing,
    CitedSeries,
    CitedText,
    Element,
    KnownLink,
    Link,
    LinkedSeries,
    LinkKnowledge,
    LinkState,
    Node,
    Note,
    Offer,
    plain_text,
)


@dataclass(frozen=True)
class _Map:
    """Where everything is published: a URL for each file, the anchors of each page, and every file there is.

    `parts` are files that have no page of their own but stand on another: its file, with the anchor.
    """

    urls: Mapping[str, str]
    anchors: Mapping[str, frozenset[str]]
    known: LinkKnowledge
    content: str
    parts: Mapping[str, str]


def link(cited: CitedSeries, downloads: Iterable[str] = (".pdf",)) -> LinkedSeries:
    """Resolve every link of briefings, updates and pages, and number the notes of each briefing.

    `downloads` are the editions that a build makes, by the ends of their files' names (`large-print.pdf`).
    """
    where = _map(cited, tuple(downloads))
    links: list[Link] = []
    notes: dict[str, tuple[Note, ...]] = {}
    for briefing in cited.briefings:
        own = [_resolve(element, section, briefing.briefing.path, where) for section, element in _elements(briefing)]
        links += [found for _, found in own]
        notes[briefing.briefing.slug] = _notes(own)
        for update in briefing.updates_in_order():
            links += _links_in(update.update.body, update.update.path, briefing.briefing.path, where)
    for page in cited.pages:
        links += _links_in(page.page.nodes, page.page.path, page.page.path, where)
    return LinkedSeries(
        _offered(cited), tuple(links), MappingProxyType(notes), MappingProxyType({found.span: found for found in links})
    )


def _offered(cited: CitedSeries) -> CitedSeries:
    """The series with what is offered beside the addresses in every list of references."""
    known = cited.series.links

    def text(one: CitedText) -> CitedText:
        listed = tuple(reference._replace(text=with_offers(reference.text, known)) for reference in one.references)
        return replace(one, references=listed)

    def briefing(one: CitedBriefing) -> CitedBriefing:
        updates = {
            section: tuple(replace(update, text=text(update.text)) for update in updates)
            for section, updates in one.updates.items()
        }
        return replace(one, text=text(one.text), updates=MappingProxyType(updates))

    return replace(
        cited,
        briefings=tuple(briefing(one) for one in cited.briefings),
        pages=tuple(replace(page, text=text(page.text)) for page in cited.pages),
    )


def published_assets(plan: LinkedSeries) -> tuple[str, ...]:
    """The files that are published as they are: of those beside updates, only what something that is shown links to.

    So a picture of an update that waits, was held, withdrawn or removed is on no page and under no address.
    """
    linked = {
        posixpath.normpath(posixpath.join(posixpath.dirname(one.owner), unquote(one.target.partition("#")[0])))
        for one in plan.links
        if not one.external
    }
    beside = re.compile(rf"{re.escape(plan.cited.series.content)}/[^/]+/updates/")
    return tuple(asset for asset in plan.cited.series.assets if asset in linked or not beside.match(asset))


def _elements(briefing: CitedBriefing) -> Iterable[tuple[str, Element]]:
    """The links and pictures of the reviewed text, in reading order, with the section they stand in."""
    yield from (("", element) for element in _targets(briefing.briefing.lead))
    for section in briefing.briefing.all_sections():
        yield from ((section.id, element) for element in _targets(section.body))


def _targets(nodes: Iterable[Node]) -> Iterable[Element]:
    for node in nodes:
        if isinstance(node, Element):
            if node.span and node.tag in ("a", "img"):
                yield node
            yield from _targets(node.children)


def _links_in(nodes: Iterable[Node], owner: str, page: str, where: _Map) -> list[Link]:
    return [_resolve(element, "", page, where, owner)[1] for element in _targets(nodes)]


def _notes(own: list[tuple[str, Link]]) -> tuple[Note, ...]:
    external = [(section, found) for section, found in own if found.external and not found.picture and found.href]
    return tuple(
        Note(number, found.href, section, found.span, found.offer.beside)
        for number, (section, found) in enumerate(external, 1)
    )


def _map(cited: CitedSeries, downloads: tuple[str, ...]) -> _Map:
    series = cited.series
    urls = {asset: asset.removeprefix(series.content + "/") for asset in series.assets}
    urls |= {f"{series.content}/{name}.md": f"{name}/" for name in ("checks", "glossary", "references", "updates")}
    urls |= {f"{series.content}/{site_url(site)[:-1]}.md": site_url(site) for site in series.sites}
    anchors: dict[str, frozenset[str]] = {
        f"{series.content}/glossary.md": frozenset(glossary_anchor(term.term) for term in series.glossary),
        f"{series.content}/references.md": frozenset(map(reference_anchor, series.bibliography.works)),
    }
    for briefing in cited.briefings:
        path = briefing.briefing.path
        urls[path] = briefing_url(briefing.briefing)
        files = [edition_url(briefing.briefing, end) for end in downloads]
        files += [briefing_export_url(briefing.briefing, format.suffix) for format in FORMATS]
        urls |= {f"{series.content}/{file}": file for file in files}
        anchors[path] = frozenset(_anchors(briefing))
    for page in cited.pages:
        urls[page.page.path] = page_url(page.page.path, series.content)
        anchors[page.page.path] = frozenset(_ids(page.page.nodes))
    parts = {
        update.update.path: f"{briefing.briefing.path}#{update_anchor(update.update)}"
        for briefing in cited.briefings
        for update in briefing.updates_in_order()
    }
    return _Map(urls, anchors, series.links, series.content, parts)


def _anchors(briefing: CitedBriefing) -> Iterable[str]:
    """Every anchor that a briefing's page will have."""
    for section in briefing.briefing.all_sections():
        yield from (section.id, *section.was)
    yield from _ids(briefing.briefing.nodes())
    yield from ("references", "authors", "contents")
    yield from (reference_anchor(reference.work.key) for reference in briefing.text.references)
    yield from (citation_anchor(placed.ordinal) for placed in briefing.text.citations)
    yield from (update_anchor(gone) for found in briefing.withdrawn.values() for gone in found)
    for cited in briefing.updates_in_order():
        yield update_anchor(cited.update)
        yield from (update_reference_anchor(cited.update, reference.work.key) for reference in cited.text.references)
        yield from (update_citation_anchor(cited.update, placed.ordinal) for placed in cited.text.citations)


def _ids(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, Element):
            if node.attributes.get("id"):
                yield node.attributes["id"]
            elif re.fullmatch("h[1-6]", node.tag):
                yield heading_id(plain_text(node.children))
            yield from _ids(node.children)


def _resolve(element: Element, section: str, page: str, where: _Map, owner: str = "") -> tuple[str, Link]:
    target = element.attributes.get("target", "").strip()
    words = element.attributes.get("alt", "") if element.tag == "img" else plain_text(element.children)
    picture = element.tag == "img"
    assert element.span is not None
    if _is_outside(target):
        known = where.known.of(target) if _OPENED.match(target) else KnownLink(target, LinkState.UNSAFE)
        href = "" if known.state in (LinkState.UNSAFE, LinkState.INVALID) else target
        offer = where.known.offer(target) if href else Offer()
        found = Link(owner or page, words, target, href, known.state, True, picture, "", element.span, known, offer)
        return section, found
    href, state, nearest = _inside(target, owner or page, page, where)
    return section, Link(owner or page, words, target, href, state, False, picture, nearest, element.span)


_OPENED = re.compile(r"(?:https?|mailto|tel):", re.I)
"""The kinds of addresses that every browser opens without running anything."""


def _is_outside(target: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target)) or target.startswith("//")


def _inside(target: str, owner: str, page: str, where: _Map) -> tuple[str, LinkState, str]:
    """A link inside the project: written relative to `owner`'s file, carried relative to `page`'s URL."""
    path, _, anchor = unquote(target).partition("#")
    if not path and not anchor:
        return "", LinkState.INVALID, ""
    file = posixpath.normpath(posixpath.join(posixpath.dirname(owner), path)) if path else page
    if file not in where.urls and f"{file}/index.md" in where.urls:
        file = f"{file}/index.md"
    if file not in where.urls:
        return "", LinkState.MISSING_FILE, _meant(path, anchor, posixpath.dirname(owner), where)
    if anchor and anchor not in where.anchors.get(file, frozenset()):
        near = nearest(anchor, where.anchors.get(file, frozenset()))
        return "", LinkState.MISSING_ANCHOR, f"{path}#{near}" if near else ""
    fragment = f"#{quote(anchor)}" if anchor else ""
    if file == page:
        return fragment or "./", LinkState.OK, ""
    relative = posixpath.relpath(where.urls[file] or ".", where.urls[page] or ".")
    slash = "/" if where.urls[file].endswith("/") or not where.urls[file] else ""
    return quote(relative) + slash + fragment, LinkState.OK, ""


def _meant(path: str, anchor: str, folder: str, where: _Map) -> str:
    """The file that was probably meant by one that does not exist, written relative to `folder`; or nothing."""

    def relative(file: str, part: str = "") -> str:
        return posixpath.relpath(file, folder) + (f"#{part}" if part else "")

    bare = path.partition("?")[0].replace("\\", "/")
    written = [posixpath.normpath(posixpath.join(folder, one)) for one in (bare, re.sub(r"\.html?$", ".md", bare))]
    written += [posixpath.normpath(f"{where.content}/{bare}")] if bare.startswith("/") else []
    by_letters = {one.casefold(): one for one in where.urls}
    for file in written:
        if part := where.parts.get(file):
            return relative(*part.split("#"))
        if found := by_letters.get(file.casefold()):
            return relative(found, anchor if anchor in where.anchors.get(found, frozenset()) else "")
    suffix = posixpath.splitext(bare)[1].lower()
    named = [one for one in where.urls if posixpath.basename(one) == posixpath.basename(bare) != "index.md"]
    if len(named) == 1:
        return relative(named[0])
    alike = {_stem(relative(one)): relative(one) for one in where.urls if one.lower().endswith(suffix)}
    return alike.get(nearest(_stem(bare), alike, 0.7), "")


def _stem(path: str) -> str:
    """What differs between the paths of files of one kind."""
    return re.sub(r"^(?:\.\./)+|(?:/index)?\.\w+$", "", path)
