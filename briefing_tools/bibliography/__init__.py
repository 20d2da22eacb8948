"""Read: a BibTeX or biblatex file becomes works, each with its place; what is wrong becomes a slip.

The only door to pybtex, which splits a file into values (`entries.py`), and to latexcodec (`latex.py`). pybtex's own
styles, name splitting and global error state are not used: they lose positions, and a careless file makes them slow.
"""

from types import MappingProxyType

from briefing_tools.bibliography.entries import read_entries
from briefing_tools.bibliography.works import make_works
from briefing_tools.model import Bibliography
from briefing_tools.source import Source


def read_bibliography(source: Source) -> Bibliography:
    """Every work of the file in its order, by key as written; no text whatever makes this raise."""
    entries, unreadable = read_entries(source)
    works, doubtful = make_works(entries, source)
    slips = sorted((*unreadable, *doubtful), key=lambda slip: (slip.problem.span, slip.code))
    return Bibliography(source.path, MappingProxyType({work.key: work for work in works}), tuple(slips))
