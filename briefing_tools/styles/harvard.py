"""Write: Harvard, the author–date form of *Cite Them Right* that British councils and universities ask for.

Source: R. Pears and G. Shields, *Cite Them Right*, 12th edition (Bloomsbury, 2022), and the CSL style of the same name
by P. O'Brien: up to three authors, more become `et al.`; whole works in italics, parts of works in quotation marks;
`(no date)`; works of one author and year get a letter after the year; the list is alphabetical.

Where we differ, on purpose: titles are never re-cased; an organisation that publishes its own report, page or data
without naming a person is its author; letters are given once for the whole series, in the order of the bibliography
file, so that a work has the same letter in every briefing and a work added at the end changes none; works that a citation
could not tell apart get a letter even when their authors only share a family name, and initials are not added.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from briefing_tools.model import Name, Node, Work
from briefing_tools.styles.composing import (
    Nodes,
    first_to_last,
    italic,
    joined,
    nodes,
    paragraph,
    sentence,
    words,
    wrapped,
)
from briefing_tools.styles.names import MOST_NAMED, authorship, family_of, folded, initials, short_authors
from briefing_tools.styles.parts import (
    ARTICLES,
    LAWS,
    MEDIA,
    PARTS,
    accessed,
    article_number,
    container_of,
    dated,
    edition_of,
    editors_of,
    event_of,
    law_report_of,
    pages_of,
    place_of,
    publisher_of,
    series_of,
    statute_of,
    title_of,
    volume_of,
    written_day,
)
from briefing_tools.styles.whereabouts import address_of

NO_DATE = "no date"
_ARTICLE = re.compile(r"^(?:the|an?) ")


def reference(work: Work, suffix: str = "") -> tuple[Node, ...]:
    """A work as the list of references prints it, with the letter that `suffixes` gave to its year."""
    if work.kind in LAWS:
        return paragraph(_statute(work), _address(work))
    if work.kind == "legal_case":
        return paragraph(sentence(italic(title_of(work)), " ", law_report_of(work)), _address(work))
    body = _article if work.kind in ARTICLES else _part if work.kind in PARTS else _whole
    return paragraph(sentence(body(work, suffix)), _address(work))


def in_text(work: Work, suffix: str = "") -> tuple[str, str]:
    """What a citation calls a work: its authors, or else its title, and the year; a law has its year in its title."""
    if work.kind in LAWS:
        return statute_of(work)[0], ""
    return _called(work), _year(work, suffix)


def suffixes(works: Iterable[Work]) -> Mapping[str, str]:
    """The letter after the year of each work, by key, for works that a citation could not tell apart without one."""
    alike: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        if work.kind not in LAWS:
            alike.setdefault((folded(_called(work)), dated(work)), []).append(work)
    return MappingProxyType({
        work.key: _letter(index) for same in alike.values() if len(same) > 1 for index, work in enumerate(same)
    })  # fmt: skip


def order(work: Work, suffix: str = "") -> tuple[object, ...]:
    """Sorts the list: by authors letter by letter without accents, then year and letter, then title."""
    people = authorship(work)
    names = tuple((_sorted(family_of(name)), folded(initials(name.given))) for name in people.names)
    title = _sorted(words(title_of(work)))
    return (names or ((title, ""),), people.others, dated(work), len(suffix), suffix, title, work.key)


def _article(work: Work, suffix: str) -> Nodes:
    number = wrapped("article ", article_number(work), "")
    journal = joined(", ", italic(work.fields.get("journal", "")), volume_of(work), _pages(work) or number)
    return sentence(_head(work, suffix, _quoted(work), journal))


def _part(work: Work, suffix: str) -> Nodes:
    editors = ""
    if editors_of(work):
        editors = f"{_running(work.editors)} {_edited(work.editors)}"
    book = joined(" ", editors, italic(container_of(work)))
    placed = nodes("in ", book) if book and (editors or work.kind != "paper-conference") else book
    first = sentence(_head(work, suffix, _quoted(work), joined(", ", placed, event_of(work))))
    details = paragraph(sentence(edition_of(work, "edn")), sentence(_volume(work)))
    return paragraph(first, details, sentence(joined(", ", _published(work), _pages(work))))


def _whole(work: Work, suffix: str) -> Nodes:
    medium = MEDIA.get(work.kind, "").capitalize()
    title = joined(" ", italic(title_of(work)), wrapped("[", medium, "]"))
    kind = "" if work.kind == "book" else series_of(work)
    head = _head(work, suffix, title)
    return paragraph(
        sentence(head) if _authors(work) else head,
        sentence(edition_of(work, "edn")),
        sentence(_volume(work)),
        sentence(kind),
        sentence(joined(", ", _published(work), _pages(work))),
    )


def _statute(work: Work) -> Nodes:
    title, number = statute_of(work)
    chapter = re.match(r"(?:c|ch|asp|asc|anaw)\b", number)
    name = italic(joined(", ", title, number)) if chapter else joined(" ", italic(title), wrapped("(", number, ")"))
    published = () if address_of(work) else joined(": ", place_of(work), publisher_of(work))
    return paragraph(sentence(name), sentence(published))


def _head(work: Work, suffix: str, title: Nodes, rest: Nodes = ()) -> Nodes:
    """`Munro, E. (2011) Title, the rest`; a work without authors begins with its title: `Title (2011) the rest`."""
    year = f"({_year(work, suffix)})"
    authors = _authors(work)
    if not authors:
        return joined(" ", title, year, rest)
    return joined(" ", authors, year, joined(", ", title, rest))


def _quoted(work: Work) -> Nodes:
    return wrapped("‘", title_of(work), "’")


def _published(work: Work) -> Nodes:
    publisher, place = publisher_of(work), place_of(work)
    if work.kind == "thesis":
        return nodes(publisher)
    if work.kind in ("webpage", "dataset", "software"):
        return nodes(publisher) if publisher != words(_authors(work)) else ()
    series = words(joined(", ", work.fields.get("series", ""), work.fields.get("number", "")))
    whole = joined(": ", place, publisher)
    return joined(" ", whole, wrapped("(", series, ")")) if work.kind == "book" and work.fields.get("series") else whole


def _volume(work: Work) -> str:
    volume = work.fields.get("volume", "")
    return f"Vol. {volume}" if volume else ""


def _pages(work: Work) -> str:
    pages = pages_of(work, "–")
    return f"{'pp.' if re.search('[–,]', pages) else 'p.'} {pages}" if pages else ""


def _year(work: Work, suffix: str) -> str:
    year = dated(work)
    return year + suffix if year else f"{NO_DATE} {suffix}".strip()


def _called(work: Work) -> str:
    return short_authors(work) or work.fields.get("shorttitle", "") or words(title_of(work))


def _authors(work: Work) -> Nodes:
    """`Oliver, C., Mooney, A. and Statham, J.`; more than three become the first and `et al.`"""
    people = authorship(work)
    if not people.names:
        return ()
    label = _edited(people.names) if people.edited else ""
    inverted = [", ".join(filter(None, (family_of(n), initials(n.given), n.suffix))) for n in people.names]
    if people.others or len(inverted) > MOST_NAMED:
        return joined(" ", inverted[0], italic("et al."), label)
    return joined(" ", first_to_last(inverted), label)


def _running(names: tuple[Name, ...]) -> str:
    plain = [" ".join(filter(None, (initials(n.given), family_of(n), n.suffix))) for n in names]
    return f"{plain[0]} et al." if len(plain) > MOST_NAMED else first_to_last(plain)


def _edited(names: tuple[Name, ...]) -> str:
    return "(eds)" if len(names) > 1 else "(ed.)"


def _address(work: Work) -> Nodes:
    address = address_of(work)
    if address is None:
        return ()
    read = "" if address.doi else written_day(accessed(work))
    return nodes("Available at: ", address.link(), wrapped(" (Accessed: ", read, ")."))


def _letter(index: int) -> str:
    """`a` to `z`, then `aa`."""
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(ord("a") + index % 26)


def _sorted(text: str) -> str:
    return _ARTICLE.sub("", folded(text))
