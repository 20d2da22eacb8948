"""Draft: what somebody answered becomes the text and the path of a new file. `theme/write/draft.js` is its twin.

Whatever was typed comes back from our own reader as it was typed, but for characters that nobody can see or that no
file may hold, and doubled spaces in what takes one line.
"""

import re
import unicodedata
from dataclasses import dataclass

from briefing_tools.model import ROLES, Day
from briefing_tools.source import FLAG, TURNING, UNSEEN

MOST_IN_NAME = 40
"""How many characters of a title a file's name takes over at most."""

_WHITE = re.compile("[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    f"({FLAG})|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff{TURNING}{UNSEEN}]"
)


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """What a site says in an update. `slug` is the briefing's folder, `site`, `section` and `source` are ids and a key;
    empty is what was not said.
    """

    slug: str
    site: str
    section: str
    title: str
    date: Day
    evidence: str
    licence: str
    text: str
    direction: str = ""
    level: str = ""
    period: str = ""
    source: str = ""
    no_personal_data: bool = False
    approved_by: str = ""


def update_text(draft: UpdateDraft) -> str:
    """The file of an update, with a line feed at its end."""
    lines = [
        "---",
        f"site: {draft.site}",
        f"title: {quoted(draft.title)}",
        f"date: {draft.date.iso}",
        f"section: {draft.section}",
        f"evidence: {draft.evidence}",
        *([f"sources: [{draft.source}]"] if draft.source else []),
        *([f"direction: {draft.direction}"] if draft.direction else []),
        *([f"level: {draft.level}"] if draft.level else []),
        *([f"period: {quoted(draft.period)}"] if one_line(draft.period) else []),
        f"licence: {draft.licence}",
        "checks:",
        f"  no_personal_data: {'yes' if draft.no_personal_data else 'no'}",
        *([f"  approved_by: {quoted(draft.approved_by)}"] if one_line(draft.approved_by) else []),
        "---",
    ]
    return "\n".join(lines) + f"\n\n{running_text(draft.text)}\n"


def update_path(content: str, draft: UpdateDraft) -> str:
    """Where an update belongs: `briefings/07-integrated-working/updates/devon/2013-06-14-six-months-of-a-hub.md`."""
    name = f"{draft.date.iso}-{name_of(draft.title) or 'update'}.md"
    return f"{content}/{draft.slug}/updates/{draft.site}/{name}"


def briefing_text(number: int, title: str) -> str:
    """A briefing to begin from: its fields, its four parts, and a sentence in each that says what is to be written."""
    parts = "\n".join(f"## {PARTS[role][0]} {{#{role} role={role}}}\n\n{PARTS[role][1]}\n" for role in ROLES)
    return f'---\nnumber: {number}\ntitle: {quoted(title)}\nstatus: draft\nedition: "0.1"\n---\n\n{parts}'


PARTS = {
    "issue": ("What is the issue?", "Say what this briefing is about, and whom it is for."),
    "policy": ("Key policy drivers and developments", "Say which laws, programmes and reports matter here."),
    "activity": ("Activity and research in this area", "Say what has been tried, and what is known of it."),
    "key-messages": (
        "Key messages for practice",
        "- Say first what matters most.\n- Say what somebody can do tomorrow.\n- Say what is not known yet.",
    ),
}
"""Heading and first words of each required part."""


def briefing_path(content: str, number: int, title: str) -> str:
    """Where a briefing belongs: `briefings/08-its-title/index.md`."""
    return f"{content}/{number:02}-{name_of(title) or 'briefing'}/index.md"


def one_line(text: str) -> str:
    """Text for a field: on one line, without doubled spaces and without what cannot be seen."""
    return re.sub(" +", " ", _seen(_WHITE.sub(" ", text))).strip(" ")


def running_text(text: str) -> str:
    """Text as a file may hold it: line feeds only, nothing unseen, no empty lines around it."""
    lines = re.sub("\r\n?|[\u2028\u2029\x85]", "\n", text)
    return re.sub(r"[ \t\n]+$", "", re.sub(r"^(?:[ \t]*\n)+", "", _seen(lines)))


def _seen(text: str) -> str:
    """Text without what the gate refuses: what cannot be seen, what turns text round, and what no file may hold."""
    return _UNSEEN.sub(lambda found: found[1] or "", text)


def quoted(text: str) -> str:
    """Text for a field, between quotation marks, so that no sign in it means anything."""
    line = one_line(text)
    if '"' in line or "\\" in line:
        return "'" + line.replace("'", "''") + "'"
    return f'"{line}"'


def name_of(title: str) -> str:
    """A title as a part of a file's name: small letters, digits and hyphens, whole words as far as they fit."""
    plain = re.sub("[\u0300-\u036f'’]", "", unicodedata.normalize("NFKD", title)).lower()
    words = re.findall("[a-z0-9]+", plain)
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:MOST_IN_NAME]
        if len(longer) > MOST_IN_NAME:
            break
        name = longer
    return name
