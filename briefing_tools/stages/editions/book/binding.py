"""Bind: a cited briefing becomes a book, with the words and in the reading order of its page; or several, one volume."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from briefing_tools.addresses import update_anchor, update_citation_anchor, update_reference_anchor
from briefing_tools.model import (
    Briefing,
    CitedBriefing,
    CitedText,
    CitedUpdate,
    LinkedSeries,
    Person,
    Related,
    Section,
    SeriesRecord,
    plain_text,
)
from briefing_tools.model import Reference as Cited
from briefing_tools.pictures import printable
from briefing_tools.source import Span
from briefing_tools.stages.editions.book.composing import Composer, language_of, said, trimmed
from briefing_tools.stages.editions.book.parts import (
    About,
    Block,
    Blocks,
    Book,
    Break,
    Chapter,
    Drawing,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Paragraph,
    Picture,
    Reference,
    References,
    Styled,
    Volume,
    Words,
    anchors,
    changed,
    walk,
    words,
)
from briefing_tools.stages.editions.numbering import with_numbers_of
from briefing_tools.styles import STYLES
from briefing_tools.wording import ORIGIN_WORDS, STATUS_WORDS, briefing_facts, relation_words, update_facts

ReadAsset = Callable[[str], bytes]
_SAFE = re.compile(r"(?!(?:note|call|spoken)-[0-9]+$)[A-Za-z][A-Za-z0-9._-]*")
"""An id that is left as it is; those of notes, their calls and of what is spoken are kept free."""
_PAGE = "page:"
"""Begins what leads to a place of the pages until it is known whether the volume has it."""


def bind(cited: CitedBriefing, plan: LinkedSeries, read_asset: ReadAsset) -> Volume:
    """A briefing as a volume of one book. Every link leads somewhere, and every id is there once.

    `read_asset` reads a picture by its path relative to the project's folder; one that cannot be shown is said in words.
    """
    books = _bound((cited,), plan, read_asset, ("",))
    return Volume(books[0].about, (), books)


def bind_together(briefings: tuple[CitedBriefing, ...], plan: LinkedSeries, read_asset: ReadAsset) -> Volume:
    """Briefings as one volume behind a common cover. Each keeps its own numbers, and links lead from one to another."""
    books = _bound(briefings, plan, read_asset, tuple(f"b{cited.briefing.number}-" for cited in briefings))
    about = _collection(books, plan)
    return Volume(about, (_cover(about),), books)


def _bound(
    briefings: tuple[CitedBriefing, ...], plan: LinkedSeries, read_asset: ReadAsset, prefixes: tuple[str, ...]
) -> tuple[Book, ...]:
    """Books whose ids begin with their prefix, so that no two of one volume are the same."""
    books = [_book(cited, plan, read_asset) for cited in briefings]
    places: dict[str, str] = {}
    for cited, book, prefix in zip(briefings, books, prefixes, strict=True):
        slug = cited.briefing.slug
        found = dict.fromkeys(anchor for chapter in book.chapters for anchor in anchors(chapter.blocks))
        places |= {f"{_PAGE}{slug}#{anchor}": prefix + safe(anchor) for anchor in found}
        for section in cited.briefing.all_sections():
            for old in section.was:
                places.setdefault(f"{_PAGE}{slug}#{old}", prefix + safe(section.id))
        places[f"{_PAGE}{slug}#"] = f"{prefix}top"
    return tuple(_settled(book, prefix, places) for book, prefix in zip(books, prefixes, strict=True))


def safe(anchor: str) -> str:
    """An id that XML, Word and every reading system take; the same for the same anchor."""
    return anchor if _SAFE.fullmatch(anchor) else f"x-{anchor.encode().hex()}"


# -- One book ----------------------------------------------------------------------------------------------------------


def _book(cited: CitedBriefing, plan: LinkedSeries, read_asset: ReadAsset) -> Book:
    waiting: dict[Span, list[int]] = defaultdict(list)
    for note in plan.notes.get(cited.briefing.slug, ()):
        waiting[note.span].append(note.number)
    slug = cited.briefing.slug

    def number(span: Span) -> int:
        """The next number of a link; one that is used twice has its numbers in reading order."""
        return waiting[span].pop(0)

    composer = Composer(cited.text, plan.by_span, number, lambda href: _goal(href, slug))
    about = _about(cited.briefing, plan)
    chapters = (
        _cover(about),
        *_introduction(cited, composer),
        *(
            Chapter("text", tuple(_section(one, 1, cited, composer, plan, number)))
            for one, number in with_numbers_of(cited.briefing.sections)
        ),
        _references(cited, composer),
        _imprint(cited.briefing, plan.cited.series.record),
    )
    assert not any(waiting.values()), f"links without their notes: {dict(waiting)}"
    files = dict.fromkeys(b.file for chapter in chapters for b in walk(chapter.blocks) if isinstance(b, Picture))
    drawings = {
        file: drawing for number, file in enumerate(files, 1) if (drawing := _drawing(file, number, read_asset))
    }
    shown = tuple(replace(chapter, blocks=_shown(chapter.blocks, drawings)) for chapter in chapters)
    return Book(about, shown, drawings)


def _goal(href: str, slug: str) -> str:
    """Where a link inside the pages leads, as a place of the pages: `page:07-integrated-working#mash`."""
    path, _, anchor = href.partition("#")
    folder = posixpath.normpath(posixpath.join(slug, unquote(path))) if path else slug
    return f"{_PAGE}{folder}#{unquote(anchor)}"


def _drawing(file: str, number: int, read_asset: ReadAsset) -> Drawing | None:
    made = printable(read_asset(file))
    if made is None:
        return None
    media_type = "image/jpeg" if made.ending == ".jpg" else "image/png"
    return Drawing(f"picture-{number}{made.ending}", made.content, media_type, made.width, made.height)


def _shown(blocks: Blocks, drawings: Mapping[str, Drawing]) -> Blocks:
    """The blocks with every picture that cannot be shown said in words."""

    def say(block: Block) -> Blocks:
        if not isinstance(block, Picture) or block.file in drawings:
            return (block,)
        words = Paragraph((Words(f"[A picture that cannot be shown: {block.alt}]"),), id=block.id)
        return (words, Paragraph(block.caption, "caption")) if block.caption else (words,)

    return changed(blocks, say, lambda line: (line,))


# -- The reviewed text -------------------------------------------------------------------------------------------------


def _introduction(cited: CitedBriefing, composer: Composer) -> Iterator[Chapter]:
    if lead := composer.blocks(cited.briefing.lead):
        yield Chapter("text", (_heading("Introduction", 1, "introduction"), *lead))


def _section(
    section: Section, level: int, cited: CitedBriefing, composer: Composer, plan: LinkedSeries, number: str
) -> Iterator[Block]:
    """A section's body, then what sites add to it, then its subsections; levels follow one another without a gap."""
    heading = replace(_heading(section.title, level, section.id), number=number)
    cited_heading = trimmed(composer.lines(section.heading))
    yield replace(heading, lines=cited_heading, short=words(heading.lines)) if cited_heading else heading
    body = composer.blocks(section.body)
    yield from (Group("key-messages", body, section.title),) if section.role == "key-messages" and body else body
    yield from (_update(one, level + 1, cited.briefing, plan) for one in cited.updates.get(section.id, ()))
    for below, its_number in with_numbers_of(section.subsections, number):
        yield from _section(below, level + 1, cited, composer, plan, its_number)


def _heading(title: str, level: int, identity: str) -> Heading:
    return Heading(level, (Words(said(title) or "Untitled"),), id=identity)


# -- What sites add ----------------------------------------------------------------------------------------------------


def _update(cited: CitedUpdate, level: int, briefing: Briefing, plan: LinkedSeries) -> Group:
    """An update in a region of its own that says, in words, that it is not part of the reviewed text."""
    update = cited.update
    composer = Composer(
        cited.text,
        plan.by_span,
        lambda span: 0,
        lambda href: _goal(href, briefing.slug),
        lambda ordinal: update_citation_anchor(update, ordinal),
        lambda key: update_reference_anchor(update, key),
    )
    names = {site.id: site.name for site in plan.cited.series.sites}
    facts = update_facts(update, names.get(update.site, update.site), plan.cited.series.today)
    sources = tuple(_reference(one, cited.text, composer, None) for one in cited.text.references)
    language = language_of(update.language)
    other = language if language != language_of(briefing.language) else ""
    blocks = (
        Paragraph((Words(ORIGIN_WORDS.get(update.origin, ORIGIN_WORDS["site"])),), "label"),
        replace(_heading(update.title, level, ""), language=other),
        *facts_of(facts),
        *(_related(one, briefing, plan) for one in plan.cited.related.get(update.id, ())),
        *(replace(block, language=block.language or other) for block in composer.blocks(update.body)),
        *((Paragraph((Words("Sources given with this update"),), "title"), References(sources)) if sources else ()),
    )
    return Group("update", blocks, said(update.title), id=update_anchor(update))


def _related(related: Related, briefing: Briefing, plan: LinkedSeries) -> Paragraph:
    """How an update stands to another one, with the site and, if it is another, the briefing that the other one stands in."""
    other = related.other
    sites = {site.id: site.name for site in plan.cited.series.sites}
    home = next(one for one in plan.cited.series.briefings if one.slug == other.briefing_slug)
    where = [sites.get(other.site, other.site), *([f"Briefing {home.number}"] if home.slug != briefing.slug else [])]
    title = Inside(f"{_PAGE}{home.slug}#{update_anchor(other)}", (Words(said(other.title) or "Untitled"),))
    label = Styled("strong", (Words(f"{relation_words(related)}:"),))
    return Paragraph((label, Words(" "), title, Words(f" ({said(', '.join(where))})")), "fact")


def facts_of(pairs: Iterable[tuple[str, str]]) -> Blocks:
    """Pairs of label and value, a line each."""
    return tuple(
        Paragraph((Styled("strong", (Words(f"{label}:"),)), Words(f" {said(value)}")), "fact") for label, value in pairs
    )


# -- References --------------------------------------------------------------------------------------------------------


def _references(cited: CitedBriefing, composer: Composer) -> Chapter:
    heading = _heading("References", 1, "references")
    if not cited.text.references:
        return Chapter("references", (heading, Paragraph((Words("This briefing cites no works."),))))
    titles = {section.id: said(section.title) for section in cited.briefing.all_sections()}
    sections = {placed.ordinal: titles.get(placed.section, "Introduction") for placed in cited.text.citations}
    items = tuple(_reference(one, cited.text, composer, sections) for one in cited.text.references)
    return Chapter("references", (heading, References(items)))


def _reference(one: Cited, text: CitedText, composer: Composer, sections: Mapping[int, str] | None) -> Reference:
    label = one.label if STYLES[text.style].numbered else ""
    lines = trimmed(composer.lines(one.text)) or (Words(said(one.work.key)),)
    places = None
    if one.cited_by:
        places = (
            _places(one.cited_by, composer, sections)
            if sections
            else _numbered("Cited in this update", one.cited_by, composer)
        )
    return Reference(composer.reference_id(one.work.key), label, Paragraph(lines, "reference"), places)


def _places(ordinals: tuple[int, ...], composer: Composer, sections: Mapping[int, str]) -> Paragraph:
    """Where a work is cited: each section once, each place in it a link."""
    by_section: dict[str, list[int]] = defaultdict(list)
    for ordinal in ordinals:
        by_section[sections[ordinal]].append(ordinal)
    lines: list[Line] = []
    for section, places in by_section.items():
        lines.append(Words("; " if lines else "Cited in: "))
        if len(places) == 1:
            lines.append(Inside(composer.citation_id(places[0]), (Words(section),)))
        else:
            lines += [Words(f"{section} ("), *_links(section, places, composer), Words(")")]
    return Paragraph(tuple(lines), "places")


def _numbered(where: str, ordinals: tuple[int, ...], composer: Composer) -> Paragraph:
    return Paragraph((Words(f"{where}: "), *_links(where, ordinals, composer)), "places")


def _links(where: str, ordinals: Iterable[int], composer: Composer) -> Iterator[Line]:
    """Places as links that are counted."""
    for count, ordinal in enumerate(ordinals, 1):
        if count > 1:
            yield Words(", ")
        yield Inside(composer.citation_id(ordinal), (Words(str(count)),), f"{where}, place {count}")


# -- The end of the book -----------------------------------------------------------------------------------------------


def _imprint(briefing: Briefing, record: SeriesRecord) -> Chapter:
    publisher = record.publisher
    reach = [
        ("Telephone", publisher.telephone),
        ("Fax", publisher.fax),
        ("Email", publisher.email),
        ("Web", publisher.web),
    ]
    address = [publisher.name, *publisher.address, *(f"{label}: {value}" for label, value in reach if value)]
    thanks = "; ".join(_person(person) for person in briefing.thanks)
    return Chapter(
        "imprint",
        (
            _heading("About this briefing", 1, "imprint"),
            *_statements(record.purpose, record.live_statement),
            *_part("Authors and thanks", "authors", (*_bullets(map(_person, briefing.authors)), *_statements(thanks and f"With thanks to {thanks}."))),
            *_part("What has changed in this edition", "changes", _bullets(briefing.change_note)),
            *_part("Other formats", "formats", _statements(record.alternative_formats)),
            *_part("Publisher", "publisher", (*_together(address), *_statements(*_rights(briefing, record)))),
        ),
    )  # fmt: skip


def _part(title: str, identity: str, blocks: Blocks) -> Blocks:
    return (_heading(title, 2, identity), *blocks) if blocks else ()


def _statements(*statements: str) -> Blocks:
    return tuple(Paragraph((Words(words),)) for statement in statements if (words := said(statement)))


def _together(statements: Iterable[str]) -> Blocks:
    """Short lines below one another, as an address has them."""
    lines: list[Line] = []
    for statement in filter(None, map(said, statements)):
        lines += [Break()] if lines else []
        lines.append(Words(statement))
    return (Paragraph(tuple(lines)),) if lines else ()


def _bullets(statements: Iterable[str]) -> Blocks:
    items = tuple(blocks for statement in statements if (blocks := _statements(statement)))
    return (Listing(items),) if items else ()


def _person(person: Person) -> str:
    return said(", ".join(part for part in (person.name, person.role, person.organisation) if part))


def _rights(briefing: Briefing, record: SeriesRecord) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(words for line in (record.publisher.copyright, briefing.licence) if (words := said(line)))
    )


# -- Cover and properties ----------------------------------------------------------------------------------------------


def _about(briefing: Briefing, plan: LinkedSeries) -> About:
    record, today = plan.cited.series.record, plan.cited.series.today
    description = said(plain_text(briefing.nodes()) or record.purpose)
    facts = [*briefing_facts(briefing), ("This document made", str(today))]
    return About(
        title=said(briefing.title) or "Untitled",
        number=briefing.number,
        series=said(record.title),
        strand=said(" · ".join(part for part in (record.strand, record.programme) if part)),
        status=said(STATUS_WORDS.get(briefing.status, briefing.status)),
        facts=tuple((label, said(value)) for label, value in facts),
        scope=said(record.scope_statement),
        publisher=said(record.publisher.name),
        rights=_rights(briefing, record),
        authors=tuple(name for person in briefing.authors if (name := said(person.name))),
        topics=tuple(topic for one in briefing.topics if (topic := said(one))),
        description=description if len(description) <= 300 else description[:300].rsplit(" ", 1)[0] + " …",
        language=language_of(briefing.language, "en-GB"),
        published=briefing.published.iso if briefing.published else today.iso,
        identity="\n".join((record.publisher.name, record.title, str(briefing.number), briefing.edition)),
    )


def _cover(about: About) -> Chapter:
    """The cover, in words: what this is, from when, and what it is not."""
    what = "What this briefing is." if about.number else "What these briefings are."
    pairs = (
        ("series", about.series),
        ("strand", about.strand),
        ("number", f"Briefing {about.number}" if about.number else ""),
    )
    scope = Paragraph((Styled("strong", (Words(what),)), Words(f" {about.scope}")), "scope")
    return Chapter(
        "cover",
        (
            *(Paragraph((Words(words),), role) for role, words in pairs if words),
            _heading(about.title, 1, "top"),
            Paragraph((Styled("strong", (Words(about.status),)),), "status"),
            *facts_of(about.facts),
            *((scope,) if about.scope else ()),
            *((Paragraph((Words(about.publisher),), "publisher"),) if about.publisher else ()),
        ),
    )


def _collection(books: tuple[Book, ...], plan: LinkedSeries) -> About:
    """The cover of a whole series."""
    record, today = plan.cited.series.record, plan.cited.series.today
    count = f"{len(books)} briefing{'' if len(books) == 1 else 's'}"
    return About(
        title=said(record.title) or "All briefings",
        number=0,
        series="",
        strand=said(" · ".join(part for part in (record.strand, record.programme) if part)),
        status=f"{count}, each with the numbers of its own page",
        facts=(("This document made", str(today)),),
        scope=said(record.scope_statement),
        publisher=said(record.publisher.name),
        rights=tuple(dict.fromkeys(line for book in books for line in book.about.rights)),
        authors=tuple(dict.fromkeys(name for book in books for name in book.about.authors)),
        topics=tuple(dict.fromkeys(topic for book in books for topic in book.about.topics)),
        description=said(record.purpose),
        language=books[0].about.language,
        published=today.iso,
        identity="\n".join((record.publisher.name, record.title, "collected")),
    )


# -- Ids and destinations ----------------------------------------------------------------------------------------------


def _settled(book: Book, prefix: str, places: Mapping[str, str]) -> Book:
    """The book in which every id is safe and there once; what leads to a place that is not bound is words alone."""
    seen: set[str] = set()

    def once(identity: str) -> str:
        if not identity or safe(identity) in seen:
            return ""
        seen.add(safe(identity))
        return prefix + safe(identity)

    def block(one: Block) -> Blocks:
        if isinstance(one, References):
            one = replace(one, items=tuple(replace(item, id=once(item.id)) for item in one.items))
        return (replace(one, id=once(one.id)),)

    def line(one: Line) -> Lines:
        match one:
            case Styled() | Marker():
                return (replace(one, id=once(one.id)),)
            case _:
                return (one,)

    kept = [changed(chapter.blocks, block, line) for chapter in book.chapters]
    there = {*places.values(), *(prefix + identity for identity in seen)}

    def lead(one: Line) -> Lines:
        if not isinstance(one, Inside):
            return (one,)
        to = places.get(one.to, "") if one.to.startswith(_PAGE) else prefix + safe(one.to)
        return (replace(one, to=to),) if to in there else one.inside

    led = (changed(blocks, lambda one: (one,), lead) for blocks in kept)
    chapters = tuple(replace(chapter, blocks=blocks) for chapter, blocks in zip(book.chapters, led, strict=True))
    drawings = {file: replace(one, name=prefix + one.name) for file, one in book.drawings.items()}
    return Book(book.about, chapters, drawings)
