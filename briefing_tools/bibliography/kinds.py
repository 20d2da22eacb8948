"""Name: the types of entry that reference managers write, and what CSL calls them."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from briefing_tools.diagnostics import nearest

KINDS: Mapping[str, str] = MappingProxyType({
    entry: kind
    for kind, entries in {
        "article-journal": "article suppperiodical",
        "report": "report techreport manual",
        "book": "book mvbook collection mvcollection reference mvreference proceedings mvproceedings commentary",
        "chapter": "incollection inbook bookinbook suppbook suppcollection",
        "entry-encyclopedia": "inreference",
        "paper-conference": "inproceedings conference",
        "thesis": "thesis phdthesis mastersthesis",
        "webpage": "online electronic www webpage website",
        "dataset": "dataset data",
        "software": "software",
        "legislation": "legislation legal act statute",
        "bill": "bill",
        "legal_case": "jurisdiction case",
        "document": "misc other standard set",
        "manuscript": "unpublished",
        "pamphlet": "booklet",
        "patent": "patent",
        "periodical": "periodical",
        "review": "review",
        "personal_communication": "letter",
        "graphic": "artwork image",
        "song": "audio music",
        "motion_picture": "movie video",
        "performance": "performance",
    }.items()
    for entry in entries.split()
})  # fmt: skip
"""The types of entry that BibTeX, biblatex and reference managers write, and CSL's name for what they are."""


@lru_cache(maxsize=256)
def nearest_kind(written: str) -> str:
    """The type that was probably meant, or nothing."""
    return nearest(written, KINDS)
