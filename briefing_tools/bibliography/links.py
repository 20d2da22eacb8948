"""Collect: every web address and DOI of a bibliography, with the place at which it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefing_tools.bibliography.entries import read_entries
from briefing_tools.bibliography.latex import verbatim_of
from briefing_tools.bibliography.reader import RawField
from briefing_tools.source import Source, Span

_URL_COMMAND = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_FIELDS_WITH_WORDS = ("howpublished", "note", "annote", "addendum")


@dataclass(frozen=True, slots=True)
class BibAddress:
    """An address of an entry. `exact` tells that the characters at `span` are the address itself, with no LaTeX."""

    key: str
    field: str
    url: str
    span: Span
    exact: bool


def addresses_of(source: Source) -> tuple[BibAddress, ...]:
    """Every `url` and `doi`, and each `\\url{…}` in a note, in the order in which they stand."""
    entries, _ = read_entries(source)
    return tuple(
        address for entry in entries for field in entry.fields for address in _in_field(entry.key, field, source)
    )


def _in_field(key: str, field: RawField, source: Source) -> Iterator[BibAddress]:
    if field.name == "url":
        yield _address(key, field, verbatim_of(field.value).strip(), source)
    elif field.name == "doi":
        doi = re.sub(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", "", verbatim_of(field.value).strip())
        if doi:
            found = _address(key, field, doi, source)
            yield BibAddress(key, "doi", f"https://doi.org/{doi}", found.span, exact=False)
    elif field.name in _FIELDS_WITH_WORDS:
        for command in _URL_COMMAND.finditer(field.value):
            yield _address(key, field, verbatim_of(command.group(1)).strip(), source)


def _address(key: str, field: RawField, url: str, source: Source) -> BibAddress:
    """An address at its own place, or at its field's if it is written with LaTeX in it."""
    at = source.text.find(url, field.start, field.end) if url else -1
    if at < 0:
        return BibAddress(key, field.name, url, source.span(field.start, field.end), exact=False)
    return BibAddress(key, field.name, url, source.span(at, at + len(url)), exact=True)
