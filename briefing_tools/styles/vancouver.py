"""Write: Vancouver, as the National Library of Medicine's style guide sets it out.

Source: K. Patrias and D. Wendling, *Citing Medicine*, 2nd edition (NLM, 2007, updated to 2020): chapters 1 (articles),
2 (books and their parts), 3 (conferences), 4 (reports), 5 (theses), 22–25 (the internet); and NLM's *Samples of
Formatted References for Authors of Journal Articles*: the first six authors, then `et al.`; at most two initials.

Where we differ, on purpose: titles and the names of journals stand as the entry writes them (a `shortjournal` is used);
places and publishers that are not known are left out and not called unknown; no country is put after a place; British
Acts and judgments, for which the guide sends its readers to a legal one, follow OSCOLA; and of a work that has a DOI the
DOI is given and no second address.
"""

import re

from briefing_tools.model import Name, Node, Work
from briefing_tools.styles.composing import Nodes, joined, link, nodes, paragraph, sentence, wrapped
from briefing_tools.styles.names import authorship, family_of, initials
from briefing_tools.styles.parts import (
    ARTICLES,
    LAWS,
    MEDIA,
    PARTS,
    accessed,
    article_number,
    container_of,
    dated,
    day_of,
    edition_of,
    editors_of,
    law_report_of,
    pages_of,
    place_of,
    publisher_of,
    statute_of,
    title_of,
    volume_of,
)
from briefing_tools.styles.whereabouts import address_of

MOST_LISTED = 6
NO_DATE = "[date unknown]"
_RANGE = re.compile(r"(?<![\w.])(\d+)-(\d+)(?![\w.])")


def reference(work: Work, suffix: str = "") -> tuple[Node, ...]:
    """A work as the list of references prints it; the style is numbered and needs no `suffix` to the year."""
    if work.kind in LAWS:
        return paragraph(_statute(work), _address(work))
    if work.kind == "legal_case":
        judgment = joined(" ", title_of(work), law_report_of(work), _internet(work))
        return paragraph(sentence(judgment), sentence(_cited(work)), _address(work))
    body = _article(work) if work.kind in ARTICLES else _part(work) if work.kind in PARTS else _whole(work)
    return paragraph(body, _address(work))


def _article(work: Work) -> Nodes:
    journal = work.fields.get("shortjournal", "") or work.fields.get("journal", "")
    name = sentence(joined(" ", journal, _internet(work)))
    place = joined(":", volume_of(work), _pages(work) or article_number(work))
    return paragraph(_authors(work), sentence(title_of(work)), name, sentence(joined(";", _date(work), place)))


def _part(work: Work) -> Nodes:
    editors = sentence(_people(work.editors, False), _editor(work.editors)) if editors_of(work) else ()
    book = sentence(
        joined("; ", container_of(work), _when(work.fields.get("eventdate", "")), work.fields.get("venue", ""))
    )
    whole = nodes("In: ", paragraph(editors, book)) if book else ()
    return paragraph(_authors(work), sentence(title_of(work)), whole, _published(work))


def _whole(work: Work) -> Nodes:
    title = joined(" ", title_of(work), _medium(work))
    return paragraph(_authors(work), sentence(title), _published(work))


def _statute(work: Work) -> Nodes:
    title, number = statute_of(work)
    where = joined(": ", place_of(work), publisher_of(work))
    published = joined("; ", where, dated(work)) if where else ()
    whole = joined(" ", joined(", ", title, number), _internet(work))
    return paragraph(sentence(whole), sentence(joined(" ", published, _cited(work))))


def _published(work: Work) -> Nodes:
    """What follows the title of a book or of a part of one: edition, volume, publication, pages, series."""
    volume, pages = work.fields.get("volume", ""), _pages(work)
    return paragraph(
        sentence(edition_of(work, "ed.")),
        sentence(wrapped("Vol. ", volume, "")),
        sentence(joined("; ", joined(": ", place_of(work), publisher_of(work)), _date(work))),
        sentence(wrapped("p. ", pages, "")),
        sentence(_series(work)),
    )


def _series(work: Work) -> Nodes:
    """`(At a glance; no. 09)`, `Report No.: 56`; a thesis says what it is after its title."""
    kind, series, number = (work.fields.get(name, "") for name in ("type", "series", "number"))
    label = f"no. {number}" if number[:1].isdigit() else number
    if series:
        return wrapped("(", joined("; ", series, label), ")")
    if not number or work.kind == "thesis":
        return ()
    if work.kind == "report" and kind.lower() in ("", "report", "technical report", "research report"):
        return nodes("Report No.: ", number)
    return wrapped("(", joined("; ", kind, label), ")")


def _medium(work: Work) -> str:
    """`[Internet]`, `[dataset]`, `[dissertation on the Internet]`: what a work is, if it is not printed paper."""
    kind = work.fields.get("type", "")
    if work.kind == "thesis":
        medium = "master's thesis" if kind.lower().startswith("master") else "dissertation"
    elif work.kind == "report" and kind and not work.fields.get("number"):
        medium = kind[:1].lower() + kind[1:] if kind.istitle() else kind
    else:
        medium = MEDIA.get(work.kind, "")
    if not _read_online(work):
        return f"[{medium}]" if medium else ""
    return f"[{medium} on the Internet]" if medium else "[Internet]"


def _internet(work: Work) -> str:
    return "[Internet]" if _read_online(work) else ""


def _read_online(work: Work) -> bool:
    address = address_of(work)
    return address is not None and not address.doi


def _date(work: Work) -> Nodes:
    return joined(" ", dated(work) or NO_DATE, _cited(work))


def _cited(work: Work) -> str:
    """`[cited 2013 Mar 1]`."""
    written = accessed(work)
    if not written or not _read_online(work):
        return ""
    return f"[cited {_when(written)}]"


def _when(written: str) -> str:
    """A date from the year down, months cut to three letters: `2013 Mar 1`, `2012 Jun 12-14`."""
    first, _, last = written.partition("/")
    one, other = day_of(first), day_of(last)
    if one is None or (last and other is None):
        return written
    begun = " ".join(part[:3] if part.isalpha() else part for part in reversed(str(one).split()))
    if other is None:
        return begun
    if (one.year, one.month) == (other.year, other.month) and one.day and other.day:
        return f"{begun}-{other.day}"
    return f"{begun} - {_when(last)}"


def _pages(work: Work) -> str:
    """Pages with only the digits of the last that differ from the first: `318-323` → `318-23`."""
    return _RANGE.sub(_shortened, pages_of(work))


def _shortened(found: "re.Match[str]") -> str:
    first, last = found[1], found[2]
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), 0)
    return f"{first}-{last[same:]}" if len(first) == len(last) and int(first) < int(last) else found[0]


def _authors(work: Work) -> Nodes:
    people = authorship(work)
    names = _people(people.names, people.others)
    return sentence(names, _editor(people.names) if people.edited else "")


def _people(names: tuple[Name, ...], others: bool) -> str:
    listed = [_name(name) for name in names[:MOST_LISTED]]
    return ", ".join([*listed, "et al"] if others or len(names) > MOST_LISTED else listed)


def _name(name: Name) -> str:
    return " ".join(filter(None, (family_of(name), initials(name.given, "", "")[:2], name.suffix.rstrip("."))))


def _editor(names: tuple[Name, ...]) -> str:
    return ", editors" if len(names) > 1 else ", editor"


def _address(work: Work) -> Nodes:
    address = address_of(work)
    if address is None:
        return ()
    return nodes("doi: ", link(address.href, address.doi)) if address.doi else nodes("Available from: ", address.link())
