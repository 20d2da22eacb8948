"""Write BibTeX: a work becomes an entry as the series' own bibliography has them, readable by BibTeX and biblatex alike."""

from collections.abc import Iterable, Iterator

from briefing_tools.exchange.latex import latex_of, marked_latex
from briefing_tools.exchange.names import name_list
from briefing_tools.exchange.vocabulary import ENTRY_TYPES, FIELDS, VERBATIM
from briefing_tools.model import Work

_THESES = {"PhD thesis": "phdthesis", "Master's thesis": "mastersthesis"}


def bibtex_record(work: Work) -> str:
    """A work for other programs: written so that none re-cases a title, or takes an organisation for a list because there
    is an *and* in its name."""
    return entry_of(work, protect=True)


def bibtex_file(records: Iterable[str]) -> str:
    """A file of records."""
    return "\n".join(records)


def entry_of(work: Work, *, protect: bool = False) -> str:
    """One entry with its fields in the usual order, the equals signs below each other, and a line break at its end."""
    kind = ENTRY_TYPES.get(work.kind, "misc")
    if kind == "thesis" and work.fields.get("type", "") in _THESES:
        kind = _THESES[work.fields["type"]]
    fields = [(name, value) for name, value in _fields(work, protect) if value and (name, kind) not in _IMPLIED]
    width = max((len(name) for name, _ in fields), default=0)
    lines = [f"  {name:<{width}} = {{{value}}}" for name, value in fields]
    return f"@{kind}{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


_IMPLIED = frozenset(("type", kind) for kind in _THESES.values())
"""Fields that the type of entry says already."""


_RECASED = frozenset(("title", "booktitle", "maintitle"))
_LISTS = frozenset(("publisher", "institution", "school", "organization", "address"))
"""Fields whose values other programs change: titles get small letters, and lists are split at `and`."""


def _fields(work: Work, protect: bool) -> Iterator[tuple[str, str]]:
    values = {
        "author": name_list(work.authors, work.others),
        "editor": name_list(work.editors),
        "title": marked_latex(work.title),
    }
    for name in (*FIELDS, *sorted(work.fields.keys() - set(FIELDS))):
        text = work.fields.get(name, "")
        value = values[name] if name in values else text if name in VERBATIM else latex_of(text)
        if name == "pages":
            value = value.replace("–", "--")
        changed = name in _RECASED or (name in _LISTS and " and " in value)
        yield name, f"{{{value}}}" if protect and changed and value else value
