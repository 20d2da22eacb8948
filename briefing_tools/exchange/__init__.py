"""Exchange: works go out to reference managers and come in from them, as BibTeX, RIS, CSL-JSON and EndNote's XML.

What goes out is what readers see, and can be brought in again without loss; notes, abstracts and unsafe addresses stay
here. What comes in is hostile until it is read: nothing in it is markup but the tags of a title, and nothing is fetched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from briefing_tools.bibliography import read_bibliography
from briefing_tools.exchange.bibtex import bibtex_file, bibtex_record, entry_of
from briefing_tools.exchange.csl import csl_file, csl_record, looks_like_csl, read_csl
from briefing_tools.exchange.endnote import looks_like_endnote, read_endnote
from briefing_tools.exchange.incoming import Incoming, Record, brought_in
from briefing_tools.exchange.keys import made_key
from briefing_tools.exchange.ris import looks_like_ris, read_ris, ris_file, ris_record
from briefing_tools.exchange.vocabulary import card_of, published
from briefing_tools.model import Work
from briefing_tools.source import Source

__all__ = ["FORMATS", "Format", "Incoming", "entry_of", "made_key", "published", "read_foreign"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that works go out in. `mime` is what a browser is told of it.

    `record` writes a work, `file` makes a file of such records; so a work that stands in many files is written once.
    """

    name: str
    suffix: str
    mime: str
    record: Callable[[Work], str]
    file: Callable[[Iterable[str]], str]

    def write(self, works: Iterable[Work]) -> str:
        """A file of works, in the order given."""
        return self.file(map(self.record, works))


FORMATS = (
    Format("BibTeX", "bib", "application/x-bibtex", bibtex_record, bibtex_file),
    Format("RIS", "ris", "application/x-research-info-systems", ris_record, ris_file),
    Format("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl_record, csl_file),
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
