"""Read registry: what holds for the whole series — `series.yml`, `sites.yml`, `glossary.yml`, the records."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import TypeVar

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.frontmatter import Fields, Scalar, Value, read_fields
from briefing_tools.linkrecord import KnownLinks, LinkPolicy, LinkRecord, ending, read_lock, read_policy
from briefing_tools.linkrecord.addresses import Settled, sort_address
from briefing_tools.linkrecord.lock import NAME as LOCK
from briefing_tools.linkrecord.policy import NAME as POLICY
from briefing_tools.model import Contact, Day, LinkKnowledge, LinkState, Publisher, SeriesRecord, Site, Term
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.fields import FieldReader

T = TypeVar("T")

SERIES_FIELDS = (
    "title", "strand", "programme", "purpose", "scope_statement", "live_statement", "alternative_formats", "publisher",
)  # fmt: skip
PUBLISHER_FIELDS = ("name", "address", "telephone", "fax", "email", "web", "copyright")
CONTACT_FIELDS = ("name", "role", "email", "telephone", "account")
SITE_ROLES = ("demonstrator", "published-case")


def read_series(source: Source) -> tuple[SeriesRecord, tuple[Slip, ...]]:
    """Read `series.yml`: programme, purpose, scope statement, publisher record, alternative formats."""
    fields, slips = read_fields(source)
    reader = FieldReader(fields, "config")
    reader.know(SERIES_FIELDS, "series.yml")
    group = reader.group("publisher")
    publisher = Publisher()
    if group is not None:
        entry = FieldReader(group, "config")
        entry.know(PUBLISHER_FIELDS, "“publisher”")
        one_line = {key: entry.text(key) for key in PUBLISHER_FIELDS if key != "address"}
        publisher = Publisher(address=entry.texts("address"), **one_line)
        _reachable(entry)
        reader.slips += entry.slips
    record = SeriesRecord(
        path=source.path,
        title=reader.text("title"),
        strand=reader.text("strand"),
        programme=reader.text("programme"),
        purpose=reader.text("purpose"),
        scope_statement=reader.text("scope_statement"),
        live_statement=reader.text("live_statement"),
        alternative_formats=reader.text("alternative_formats"),
        publisher=publisher,
    )
    return record, (*slips, *reader.slips)


def read_sites(source: Source) -> tuple[tuple[Site, ...], tuple[Slip, ...]]:
    """Read `sites.yml`: who may send updates."""

    def make(entry: FieldReader, span: Span) -> Site:
        role = entry.choice("role", SITE_ROLES, "demonstrator", "a role of a site")
        people = tuple(_contact(entry, value) for value in entry.items("people"))
        return Site(
            entry.text("id"), entry.text("name"), entry.text("organisation"), role, entry.text("note"), span, people
        )

    return _read_list(source, "sites", ("id", "name", "organisation", "role", "note", "people"), make, ("editors",))


def read_editors(source: Source) -> tuple[tuple[Contact, ...], tuple[Slip, ...]]:
    """Read `editors` of `sites.yml`: who may change everything. What else is wrong with the file, `read_sites` says."""
    fields, _ = read_fields(source)
    reader = FieldReader(fields, "config")
    return tuple(_contact(reader, value, "editors") for value in reader.items("editors")), tuple(reader.slips)


def _contact(reader: FieldReader, value: Value, name: str = "people") -> Contact:
    """Somebody of a site, or an editor: fields, or one word or name alone (a name has a space in it, an account has none)."""
    if isinstance(value, Scalar):
        text = " ".join(value.text.split())
        return Contact(name=text) if " " in text else Contact(account=text)
    if not isinstance(value, Fields):
        reader.note("bad-field", value.span, f"An entry of “{name}” names nobody.", "Write: - name: Jo Example")
        return Contact()
    entry = FieldReader(value, "config")
    entry.know(CONTACT_FIELDS, f"An entry of “{name}”")
    _reachable(entry)
    reader.slips += entry.slips
    return Contact(**{key: entry.text(key) for key in CONTACT_FIELDS})


_REACHED = (
    ("email", "mailto:", "an e-mail address", "name@example.org"),
    ("telephone", "tel:", "a telephone number", "020 7664 3000"),
    ("web", "", "the address of a website", "https://www.example.org/"),
)


def _reachable(entry: FieldReader) -> None:
    """Note an address or a number by which nobody can be reached."""
    for name, scheme, what, example in _REACHED:
        value = entry.fields.values.get(name)
        text = value.text.strip() if isinstance(value, Scalar) else ""
        if name == "web" and "://" not in text:
            scheme = "https://"
        written = scheme + (re.sub(r"[\s\u2011\u2013()]", "", text) if name == "telephone" else text)
        found = sort_address(written, LinkPolicy()) if text else None
        odd = name == "web" and not re.match(r"https?://", written, re.I)
        if isinstance(value, Scalar) and (odd or (isinstance(found, Settled) and found.state is not LinkState.SKIPPED)):
            entry.note("bad-field", value.span, f"“{text[:60]}” is not {what}.", f"Write it like: {name}: {example}")


def read_glossary(source: Source) -> tuple[tuple[Term, ...], tuple[Slip, ...]]:
    """Read `glossary.yml`: acronyms and terms with other spellings."""

    def make(entry: FieldReader, span: Span) -> Term:
        return Term(entry.text("term"), entry.text("name"), entry.texts("also"), entry.text("meaning"), span)

    return _read_list(source, "terms", ("term", "name", "also", "meaning"), make)


def read_anchors(source: Source) -> tuple[Mapping[str, tuple[str, ...]], tuple[Slip, ...]]:
    """Read `anchors.lock`: the section ids that have been published, by file."""
    newer = re.search(r"^#.*\bFormat ([0-9]{1,6})\b", source.text[:1000], re.M)
    if newer and int(newer[1]) > 1:
        what = f"The record of published anchors was written by a newer version of this program (format {newer[1]})."
        hint = "Bring this program up to date: pip install --upgrade briefing-tools"
        return {}, (Slip("config-bad-record", Problem(source.line_span(1), what, hint)),)
    try:
        pages = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if "<<<<<<<" in source.text:
            line = next(number for number, text in enumerate(source.lines, 1) if "<<<<<<<" in text)
            return {}, (_bad_anchors(source, line, "The record of published anchors holds the marks of a merge."),)
        found = re.search(r"line (\d+)", str(error))
        return {}, (_bad_anchors(source, int(found[1]) if found else 1),)
    anchors: dict[str, tuple[str, ...]] = {}
    for path, page in pages.items():
        ids = page.get("ids") if isinstance(page, dict) else None
        if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
            line = next((number for number, text in enumerate(source.lines, 1) if f'"{path}"' in text), 1)
            return {}, (
                _bad_anchors(source, line, f"The record of published anchors holds no list of ids for {path}."),
            )
        anchors[path] = tuple(ids)
    return anchors, ()


def _bad_anchors(source: Source, line: int, what: str = "The record of published anchors cannot be read.") -> Slip:
    span = source.line_span(min(line, len(source.lines)))
    hint = f"Restore it from the last version that could be read: git checkout HEAD -- {source.path}"
    return Slip("config-bad-record", Problem(span, what, hint))


def read_known_links(sources: Mapping[str, Source], content: str, today: Day) -> tuple[LinkKnowledge, tuple[Slip, ...]]:
    """Read `links.lock` and `links.toml`: what is known of external links, as it counts today. Neither need be there."""
    lock, decisions = sources.get(f"{content}/{LOCK}"), sources.get(f"{content}/{POLICY}")
    record, unreadable = read_lock(lock) if lock else (LinkRecord(), ())
    policy, mistakes = read_policy(decisions, today) if decisions else (LinkPolicy(f"{content}/{POLICY}"), ())
    return KnownLinks(record, policy, today), (*unreadable, *mistakes, *ending(policy, today))


def _read_list(
    source: Source,
    name: str,
    known: tuple[str, ...],
    make: Callable[[FieldReader, Span], T],
    beside: tuple[str, ...] = (),
) -> tuple[tuple[T, ...], tuple[Slip, ...]]:
    fields, slips = read_fields(source)
    reader = FieldReader(fields, "config")
    reader.know((name, *beside), source.path.rpartition("/")[2])
    made: list[T] = []
    seen: Mapping[str, Span] = {}
    for value in reader.items(name):
        if not isinstance(value, Fields) or not value.values:
            reader.note(
                "bad-field", value.span, f"An entry of “{name}” has no fields.", f"Write:\n{name}:\n  - {known[0]}: …"
            )
            continue
        entry = FieldReader(value, "config")
        entry.know(known, f"An entry of “{name}”")
        id = entry.text(known[0])
        if not id or id in seen:
            what = f"“{id}” is listed twice." if id else f"An entry of “{name}” has no {known[0]}."
            reader.note("bad-field", value.span, what, f"Give each entry its own {known[0]}.")
        else:
            made.append(make(entry, value.span))
            seen = {**seen, id: value.span}
        reader.slips += entry.slips
    return tuple(made), (*slips, *reader.slips)
