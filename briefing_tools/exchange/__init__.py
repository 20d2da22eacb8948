"""Exchange: works go out to reference managers and come in from them, as BibTeX, RIS, CSL-JSON and EndNote's XML.

What goes out is what readers see, and can be brought in again without loss; notes, abstracts and unsafe addresses stay
here. What comes in is hostile until it is read: nothing in it is markup but the tags of a title, and nothing is fetched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from briefing_tools.bibliography import read_bibliography
from briefing_tools.exchange.bibtex import entry_of, write_bibtex
from briefing_tools.exchange.csl import looks_like_csl, read_csl, write_csl
from briefing_tools.exchange.endnote import looks_like_endnote, read_endnote
from briefing_tools.exchange.incoming import Incoming, Record, brought_in
from briefing_tools.exchange.keys import made_key
from briefing_tools.exchange.ris import looks_like_ris, read_ris, write_ris
from briefing_tools.exchange.vocabulary import card_of, published
from briefing_tools.model import Work
from briefing_tools.source import Source

__all__ = ["FORMATS", "Format", "Incoming", "entry_of", "made_key", "published", "read_foreign"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that works go out in. `mime` is what a browser is told of it; `write` takes works and gives a file's text."""

    name: str
    suffix: str
    mime: str
    write: Callable[[Iterable[Work]], str]


FORMATS = (
    Format("BibTeX", "bib", "application/x-bibtex", write_bibtex),
    Format("RIS", "ris", "application/x-research-info-systems", write_ris),
    Format("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", write_csl),
)
"""The formats of exports, in the order in which pages offer them."""


def read_foreign(source: Source) -> Incoming | None:
    """The works of a file from a reference manager, by whatever format it begins as; None when it is none of them."""
    text = source.text
    if looks_like_ris(text):
        return read_ris(source)
    if looks_like_csl(text):
        return read_csl(source)
    if looks_like_endnote(text):
        return read_endnote(source)
    return _read_bibtex(source) if "@" in text else None


def _read_bibtex(source: Source) -> Incoming:
    """The works of a BibTeX or biblatex file."""
    bibliography = read_bibliography(source)
    records = [Record(card_of(work), work.key, work.span) for work in bibliography.works.values()]
    return brought_in(records, (slip.problem for slip in bibliography.slips))
