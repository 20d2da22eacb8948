"""Write: the house style, as Briefing 7 was printed with it: EndNote's “Numbered” form, titles in straight quotes.

Source: the 19 references of Briefing 7 for reports and articles. Other kinds of work follow EndNote's own output style
“Numbered” with those same conventions: up to three authors, of whom the first is inverted; more become `et al.`; year
and publisher before the place; `p.` before one page or several, ranges with a hyphen.

Where we differ from EndNote, on purpose: a work without a date says `n.d.`; Acts and judgments are written as OSCOLA
writes them; an organisation that publishes its own report stands as its author; DOIs are addresses that can be typed.
"""

from briefing_tools.model import Node, Work
from briefing_tools.styles.composing import Nodes, joined, nodes, paragraph, sentence, wrapped
from briefing_tools.styles.names import Authorship, authorship, family_of, initials
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

NO_DATE = "n.d."


def reference(work: Work, suffix: str = "") -> tuple[Node, ...]:
    """A work as the list of references prints it; the style is numbered and needs no `suffix` to the year."""
    if work.kind in LAWS:
        return paragraph(_statute(work), _address(work))
    if work.kind == "legal_case":
        return paragraph(sentence(title_of(work), " ", law_report_of(work)), _address(work))
    body = _article(work) if work.kind in ARTICLES else _part(work) if work.kind in PARTS else _whole(work)
    return paragraph(body, _address(work))


def _article(work: Work) -> Nodes:
    journal = sentence(joined(", ", work.fields.get("journal", ""), dated(work) or NO_DATE))
    number = wrapped("article ", article_number(work), "")
    return paragraph(_head(work), journal, sentence(joined(": ", volume_of(work), _pages(work) or number)))


def _part(work: Work) -> Nodes:
    editors = ""
    if editors_of(work):
        editors = _running(Authorship(work.editors)) + (", Editors" if len(work.editors) > 1 else ", Editor")
    book = joined(", ", wrapped("in ", container_of(work), ""), editors, event_of(work))
    details = paragraph(sentence(edition_of(work, "ed.")), sentence(_volume(work)), sentence(series_of(work)))
    return paragraph(
        sentence(joined(", ", _authors(work), _title(work), book)), details, _published(work), sentence(_pages(work))
    )


def _whole(work: Work) -> Nodes:
    details = paragraph(sentence(edition_of(work, "ed.")), sentence(_volume(work)), sentence(series_of(work)))
    return paragraph(_head(work), details, _published(work), sentence(_pages(work)))


def _statute(work: Work) -> Nodes:
    title, number = statute_of(work)
    return paragraph(sentence(joined(", ", title, number)), sentence(joined(": ", publisher_of(work), place_of(work))))


def _head(work: Work) -> Nodes:
    return sentence(joined(", ", _authors(work), _title(work)))


def _title(work: Work) -> Nodes:
    medium = MEDIA.get(work.kind, "")
    return joined(" ", nodes("'", title_of(work), "'"), wrapped("[", medium, "]"))


def _published(work: Work) -> Nodes:
    where = joined(": ", publisher_of(work), place_of(work))
    return sentence(joined(", ", dated(work) or NO_DATE, where))


def _pages(work: Work) -> str:
    pages = pages_of(work)
    return f"p. {pages}" if pages else ""


def _volume(work: Work) -> str:
    volume = work.fields.get("volume", "")
    return f"Vol. {volume}" if volume else ""


def _authors(work: Work) -> str:
    """`Oliver, C., A. Mooney, and J. Statham`: the first author inverted, more than three cut to the first."""
    people = authorship(work)
    if not people.names:
        return ""
    name = people.names[0]
    first = ", ".join(filter(None, (family_of(name), initials(name.given), name.suffix)))
    return _several(first, people) + (_edited(people) if people.edited else "")


def _running(people: Authorship) -> str:
    """The same with no name inverted, as editors stand after the title."""
    return _several(_plain(people, 0), people)


def _several(first: str, people: Authorship) -> str:
    match len(people.names):
        case count if people.others or count > 3:
            return f"{first}, et al."
        case 3:
            return f"{first}, {_plain(people, 1)}, and {_plain(people, 2)}"
        case 2:
            return f"{first} and {_plain(people, 1)}"
    return first


def _plain(people: Authorship, index: int) -> str:
    name = people.names[index]
    return " ".join(filter(None, (initials(name.given), family_of(name), name.suffix)))


def _edited(people: Authorship) -> str:
    return ", eds" if len(people.names) > 1 or people.others else ", ed."


def _address(work: Work) -> Nodes:
    address = address_of(work)
    if address is None:
        return ()
    read = "" if address.doi else written_day(accessed(work))
    return nodes("Available from: ", address.link(), wrapped(" [accessed ", read, "]."))
