"""Name: the people and organisations behind a work, as lists of references and as running text call them."""

import re
import unicodedata
from dataclasses import dataclass

from briefing_tools.model import Name, Work
from briefing_tools.styles.composing import first_to_last
from briefing_tools.styles.parts import TITLED, publisher_of

MOST_NAMED = 3
"""Running text names up to three authors, and calls more than three by the first and `et al.`: Cite Them Right's rule,
and the one that the list of references of Briefing 7 follows."""

_SPACES = re.compile(r"[\s~\u00a0]+")
_DOTTED = re.compile(r"(?:\w\.)+(?:-(?:\w\.)+)*")
_CAPITALS = re.compile(r"[A-Z]{2,3}")
_OWN_PUBLICATIONS = frozenset(("report", "webpage", "dataset", "software", "document", "pamphlet"))
"""Kinds of work of which an organisation is the author when it publishes one without naming a person."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Whom a work is listed under: their names, whether there are others, and whether they edited it."""

    names: tuple[Name, ...]
    others: bool = False
    edited: bool = False


def authorship(work: Work) -> Authorship:
    """A work's authors, or else its editors, or else the organisation that published it; nobody for laws and the rest."""
    if work.kind in TITLED:
        return Authorship(())
    if work.authors or work.others:
        return Authorship(work.authors, work.others)
    if work.editors:
        return Authorship(work.editors, edited=True)
    publisher = publisher_of(work) if work.kind in _OWN_PUBLICATIONS else ""
    return Authorship((Name(publisher),) if publisher else ())


def short_authors(work: Work) -> str:
    """The family names as a sentence calls them, `Horwath and Morrison`, `Lloyd et al.`; empty without any."""
    people = authorship(work)
    families = [family_of(name) for name in people.names]
    if not families:
        return ""
    if people.others or len(families) > MOST_NAMED:
        return f"{families[0]} et al."
    return first_to_last(families)


def family_of(name: Name) -> str:
    """A family name with the small words that belong to it, `van Dijk`; an organisation's whole name."""
    return f"{name.prefix} {name.family}".strip()


def initials(given: str, stop: str = ".", hyphen: str = "-") -> str:
    """Given names as initials, `Jean-Paul M.` → `J.-P.M.`, with the stop and the hyphen that a style uses."""
    return "".join(_initials(part, stop, hyphen) for part in _SPACES.split(given) if part)


def _initials(part: str, stop: str, hyphen: str) -> str:
    if _DOTTED.fullmatch(part):
        return part.replace("-", hyphen).replace(".", stop)
    if _CAPITALS.fullmatch(part):
        return "".join(letter + stop for letter in part)
    firsts = (next((letter for letter in piece if letter.isalnum()), "") for piece in part.split("-"))
    return hyphen.join(letter.upper() + stop for letter in firsts if letter)


def folded(text: str) -> str:
    """Small letters without accents and punctuation, to sort and to compare by: `O'Neill, É.` → `oneill e`."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w\s]|_", "", plain.casefold()).split())
