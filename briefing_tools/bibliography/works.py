"""Make: raw entries become works in one vocabulary, with what they inherit from others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from briefing_tools.bibliography.kinds import KINDS, nearest_kind
from briefing_tools.bibliography.latex import nodes_of, text_of, verbatim_of
from briefing_tools.bibliography.names import NameList, read_names
from briefing_tools.bibliography.reader import RawEntry, RawField
from briefing_tools.bibliography.words import clip, slip
from briefing_tools.diagnostics import Related, Slip
from briefing_tools.model import Node, Text, Work, plain_text
from briefing_tools.source import Source, Span

_RENAMED = {
    "location": "address",
    "journaltitle": "journal",
    "archiveprefix": "eprinttype",
    "primaryclass": "eprintclass",
    "accessed": "urldate",
    "lastaccessed": "urldate",
    "lastchecked": "urldate",
    "lastvisited": "urldate",
    "annotation": "annote",
}
_VERBATIM = frozenset(("url", "doi", "eprint", "file", "isbn", "issn", "crossref", "xdata"))
_DATES = frozenset(("year", "month", "date"))
_OWN = frozenset(
    (
        "crossref",
        "xdata",
        "xref",
        "entryset",
        "ids",
        "options",
        "key",
        "label",
        "shorttitle",
        "sortkey",
        "doi",
        "url",
        "eprint",
        "abstract",
        "file",
        "note",
        "annote",
        "pages",
    )
)
"""Fields that an entry never takes from the one its `crossref` names."""

_TYPE_TERMS = {
    "techreport": "Technical report",
    "resreport": "Research report",
    "phdthesis": "PhD thesis",
    "mathesis": "Master's thesis",
    "mastersthesis": "Master's thesis",
    "bathesis": "Bachelor's thesis",
}
"""What biblatex's names for a `type` mean in print."""

_DEFAULT_TYPES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_MOST_PARENTS = 20
_KEY = re.compile(r"[^\W_](?:[\w:.#$%&\-+?<>~/]*)|_[\w:.#$%&\-+?<>~/]*")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")

_Fields = dict[str, RawField]


def make_works(entries: Iterable[RawEntry], source: Source) -> tuple[tuple[Work, ...], tuple[Slip, ...]]:
    """The works of a file in its order, the first of each key, and what is doubtful about their entries."""
    slips: list[Slip] = []
    first: dict[str, RawEntry] = {}
    for entry in entries:
        kept = first.setdefault(entry.key.casefold(), entry)
        if kept is not entry:
            slips.append(_duplicate_key(entry, kept, source))
    fields = {name: _fields_once(entry, source, slips) for name, entry in first.items()}
    works = []
    for name, entry in first.items():
        if entry.kind == "xdata":
            continue
        slips.extend(_entry_slips(entry, source))
        whole = _inherited(name, first, fields, source, slips)
        works.append(_work(entry, whole, set(fields[name]), source, slips))
    return tuple(works), tuple(slips)


def _work(entry: RawEntry, fields: _Fields, own: set[str], source: Source, slips: list[Slip]) -> Work:
    people: dict[str, NameList] = {}
    for role in ("author", "editor"):
        if role in fields:
            people[role] = read_names(fields[role].value, role)
            if role in own:
                span = _field_span(fields[role], source)
                slips.extend(slip("reference-bad-name", span, *doubt) for doubt in people[role].doubts)
    authors, editors = people.get("author", NameList()), people.get("editor", NameList())
    title = _title(fields)
    texts = _texts(entry, fields)
    if title:
        texts["title"] = plain_text(title)
    return Work(
        key=entry.key,
        kind=KINDS.get(entry.kind, "document"),
        authors=authors.names,
        others=authors.others,
        editors=editors.names,
        title=title,
        year=texts.get("year", ""),
        fields=MappingProxyType(texts),
        span=source.span(entry.start, entry.end),
        places=_Places(fields, source),
    )


class _Places(Mapping[str, Span]):
    """Where each field stands; looked up only when somebody asks, which is seldom."""

    def __init__(self, fields: _Fields, source: Source) -> None:
        self._fields, self._source = fields, source

    def __getitem__(self, name: str) -> Span:
        return _field_span(self._fields[name], self._source)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def _title(fields: _Fields) -> tuple[Node, ...]:
    """The title, with biblatex's subtitle after a colon."""
    title, subtitle = (nodes_of(fields[name].value) if name in fields else () for name in ("title", "subtitle"))
    if not (title and subtitle):
        return title or subtitle
    return (*title, Text(" " if plain_text(title).endswith((":", "?", "!", ".")) else ": "), *subtitle)


def _texts(entry: RawEntry, fields: _Fields) -> dict[str, str]:
    """Every field as Unicode text, in one vocabulary."""
    texts = {name: _text(field) for name, field in fields.items()}
    if "date" in texts and "year" not in texts:
        texts["year"] = _years(texts["date"])
    if "doi" in texts:
        texts["doi"] = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", texts["doi"], flags=re.IGNORECASE)
    if "url" not in texts and re.match(r"https?://\S+$", texts.get("howpublished", "")):
        texts["url"] = verbatim_of(fields["howpublished"].value)
    if "type" in texts:
        texts["type"] = _TYPE_TERMS.get(texts["type"], texts["type"])
    elif entry.kind in _DEFAULT_TYPES:
        texts["type"] = _DEFAULT_TYPES[entry.kind]
    return {name: text for name, text in texts.items() if text}


def _text(field: RawField) -> str:
    return verbatim_of(field.value) if field.name in _VERBATIM else text_of(field.value)


def _years(date: str) -> str:
    """The year of a biblatex date: `2011-05` is 2011, `2010/2012` is 2010–2012; a date without one stays as it is."""
    years = list(dict.fromkeys(_YEAR.findall(date)))[:2]
    return "–".join(years) or date


# -- What entries inherit ----------------------------------------------------------------------------------------------


def _inherited(
    name: str, entries: dict[str, RawEntry], fields: dict[str, _Fields], source: Source, slips: list[Slip]
) -> _Fields:
    """The entry's own fields, and those of the entries that its `xdata` and `crossref` name, and of theirs."""
    whole = dict(fields[name])
    seen = {name}
    waiting = list(_parents(whole))
    while waiting and len(seen) < _MOST_PARENTS:
        crossref, field, key = waiting.pop(0)
        parent = key.casefold()
        if parent in fields and parent not in seen:
            for inherited in fields[parent].values():
                _inherit(whole, inherited, crossref)
            waiting.extend((crossref or again, further, its) for again, further, its in _parents(fields[parent]))
        elif parent not in fields and field is fields[name].get(field.name):
            slips.append(_unknown_parent(entries[name], field, key, source))
        seen.add(parent)
    return whole


def _inherit(whole: _Fields, field: RawField, crossref: bool) -> None:
    """Add a parent's field unless the entry has it; the title of a book becomes its chapter's `booktitle`."""
    name = field.name
    if crossref:
        name = {"title": "booktitle", "subtitle": "booksubtitle"}.get(name, name)
        if name in _OWN or (name in _DATES and not _DATES.isdisjoint(whole)):
            return
    if name not in whole:
        whole[name] = replace(field, name=name)


def _parents(fields: _Fields) -> Iterator[tuple[bool, RawField, str]]:
    """The keys that a field names, each with whether it is `crossref`."""
    for how in ("xdata", "crossref"):
        if how in fields:
            yield from (
                (how == "crossref", fields[how], key) for key in verbatim_of(fields[how].value).split(",") if key
            )


# -- What is doubtful --------------------------------------------------------------------------------------------------


def _fields_once(entry: RawEntry, source: Source, slips: list[Slip]) -> _Fields:
    """An entry's fields by their name in our vocabulary; the first of two counts."""
    fields: _Fields = {}
    for field in entry.fields:
        kept = fields.setdefault(_RENAMED.get(field.name, field.name), field)
        if kept is not field:
            slips.append(_duplicate_field(entry, field, kept, source))
    return {name: field if field.name == name else replace(field, name=name) for name, field in fields.items()}


def _entry_slips(entry: RawEntry, source: Source) -> Iterator[Slip]:
    span = source.span(entry.start, entry.end)
    if not _KEY.fullmatch(entry.key):
        plain = re.sub(r"[^\w:.+/-]+", "-", entry.key).strip("-_") or "munro2011"
        said = f"The key “{clip(entry.key)}” has a character that a citation cannot carry."
        hint = f"Use letters, digits and hyphens, like: @{clip(entry.kind)}{{{clip(plain)},"
        yield slip("reference-bad-key", span, said, hint)
    if entry.kind not in KINDS and entry.kind != "xdata":
        near = nearest_kind(entry.kind)
        hint = f"Did you mean @{near}?" if near else "Use one of: @report, @article, @book, @online, @misc."
        yield slip("reference-unknown-type", span, f"“@{clip(entry.kind)}” is not a type of reference.", hint)


def _duplicate_key(entry: RawEntry, first: RawEntry, source: Source) -> Slip:
    related = (Related(source.span(first.start, first.end), f"“{clip(first.key)}” is used here first"),)
    hint = f"Give this entry a key of its own, like “{clip(entry.key)}b”, or remove it."
    span = source.span(entry.start, entry.end)
    return slip("reference-duplicate-key", span, f"The key “{clip(entry.key)}” is used twice.", hint, related)


def _duplicate_field(entry: RawEntry, field: RawField, kept: RawField, source: Source) -> Slip:
    related = (Related(_field_span(kept, source), "This one is used"),)
    twice = f"has the field “{clip(field.name)}” twice"
    same = f"has the fields “{clip(kept.name)}” and “{clip(field.name)}”, which mean the same"
    said = f"The entry “{clip(entry.key)}” {twice if field.name == kept.name else same}."
    hint = f"Keep one of them, like: {clip(kept.name)} = {{{clip(kept.value)}}},"
    return slip("reference-duplicate-field", _field_span(field, source), said, hint, related)


def _unknown_parent(entry: RawEntry, field: RawField, key: str, source: Source) -> Slip:
    said = f"The entry “{clip(entry.key)}” takes fields from “{clip(key)}”, but no reference has that key."
    hint = f"Add the entry “{clip(key)}”, or remove the field “{field.name}”."
    return slip("reference-unknown-parent", _field_span(field, source), said, hint)


def _field_span(field: RawField, source: Source) -> Span:
    """A field's first line."""
    line_end = source.text.find("\n", field.start, field.end)
    return source.span(field.start, field.end if line_end < 0 else line_end)
