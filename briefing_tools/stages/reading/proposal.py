"""Read proposal: what somebody sent, and what `sites.yml` of the *base* lets them change.

Rights are read from the base and never from what was sent, so that no change can grant itself any.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from briefing_tools.frontmatter import Fields, read_front_matter
from briefing_tools.model import EXPLAINED, Change, Contact, FieldChange, Proposal, is_update_path
from briefing_tools.source import Source, Span
from briefing_tools.stages.reading.fields import FieldReader, words_of
from briefing_tools.stages.reading.registry import read_editors, read_sites
from briefing_tools.stages.reading.updates import FIELDS, NAMES

EDITOR_FIELDS = (
    "status", "moderated_by", "moderated_on", "status_note", *(f"{status}_on" for status in EXPLAINED), "origin",
)  # fmt: skip
_AS_GOOD_AS_NONE = {("origin", "site"), ("status", "submitted")}
"""What a field means when it is not there; to write it out changes nothing."""

ReadText = Callable[[str], str | None]


def read_proposal(
    sender: str,
    content: str,
    changes: tuple[Change, ...],
    *,
    before: Iterable[str],
    after: Iterable[str],
    text_before: ReadText,
    text_after: ReadText | None,
) -> Proposal:
    """A proposal of the account `sender`.

    `before` and `after` are the names of all files in the base and in what was sent; `text_before` and `text_after`
    give the text of one of them, or None if it has none that can be read; without `text_after` no field is looked at.
    """
    source = Source(f"{content}/sites.yml", text_before(f"{content}/sites.yml") or "")
    sites, _ = read_sites(source)
    editors, _ = read_editors(source)
    names = frozenset(before)
    inside = (name.removeprefix(f"{content}/") for name in names if name.startswith(f"{content}/"))
    return Proposal(
        sender=sender,
        editor=_lists(editors, sender),
        sites=tuple(site.id for site in sites if _lists(site.people, sender)),
        content=content,
        slugs=tuple(sorted(name.removesuffix("/index.md") for name in inside if _is_briefing(name))),
        changes=changes,
        twins=_twins(changes, (*names, *after)),
        field_changes=tuple(
            found
            for change in changes
            if text_after is not None
            and change.path.endswith(".md")
            and is_update_path(change.path, content)
            and change.kind != "deleted"
            for found in _field_changes(change, text_before, text_after)
        ),
    )


def _is_briefing(name: str) -> bool:
    return name.endswith("/index.md") and name.count("/") == 1


def _lists(people: tuple[Contact, ...], account: str) -> bool:
    """Whether somebody has this account; GitHub and GitLab take capitals and small letters for the same."""
    wanted = account.removeprefix("@").lower()
    return bool(wanted) and any(person.account.removeprefix("@").lower() == wanted for person in people)


def _twins(changes: tuple[Change, ...], names: Iterable[str]) -> Mapping[str, str]:
    """For each added path the one that some systems take for the same file or folder."""
    spellings: dict[str, set[str]] = {}
    for name in names:
        for head in _heads(name):
            spellings.setdefault(_folded(head), set()).add(head)
    twins = {}
    for change in changes:
        if change.kind == "added":
            for head in _heads(change.path):
                others = sorted(spellings.get(_folded(head), set()) - {head})
                if others:
                    twins[change.path] = others[0]
    return twins


def _heads(path: str) -> Iterator[str]:
    """A path and every folder on its way."""
    parts = path.split("/")
    return ("/".join(parts[: count + 1]) for count in range(len(parts)))


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _field_changes(change: Change, text_before: ReadText, text_after: ReadText) -> Iterator[FieldChange]:
    """The fields for editors that have another value than before."""
    old = _fields(change.path, text_before(change.path) if change.kind == "changed" else None)
    new = _fields(change.path, text_after(change.path))
    for name in EDITOR_FIELDS:
        was, now = _value(old, name), _value(new, name)
        if was != now:
            yield FieldChange(new.keys.get(name, Span.of_file(change.path)), name, was, now)


def _fields(path: str, text: str | None) -> Fields:
    """The fields as the reading of updates takes them, a misspelt one under the name that it is taken for."""
    reader = FieldReader(read_front_matter(Source(path, text or ""), NAMES).fields, "update")
    reader.know(FIELDS, "")
    return reader.fields


def _value(fields: Fields, name: str) -> str:
    value = fields.values.get(name)
    words = words_of(value) if value is not None else ""
    return "" if (name, words.strip().lower()) in _AS_GOOD_AS_NONE else words
