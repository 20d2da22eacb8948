"""Guard: what looks like personal data, or like a count so small that it points to somebody, before anything is sent.

One question, `find(text)`, answered the same way here and in a contributor's browser (`theme/privacy.js`):

    unfold the text → look for signs, names and tables → leave out what the registry allows → mask

Both read one rule book (`rules.json`) and one vocabulary. The checks find patterns, not meaning: a person must still ask
whether somebody local could work out who a text is about.
"""

from dataclasses import dataclass

from briefing_tools.privacy.found import Found
from briefing_tools.privacy.masking import mask
from briefing_tools.privacy.names import look_for_names
from briefing_tools.privacy.registry import Registry, registry
from briefing_tools.privacy.reviewed import worth_a_look
from briefing_tools.privacy.rulebook import SEVERITIES, rule_book
from briefing_tools.privacy.signs import look
from briefing_tools.privacy.tables import look_at_tables
from briefing_tools.privacy.unfold import Plain, unfold

__all__ = ["NOBODY", "Hit", "Registry", "find", "find_in_reviewed", "registry"]

NOBODY = Registry()
"""A registry that knows nobody."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that looks like personal data, from `start` to `end` in the source (in characters; `end` is exclusive).

    `severity` is `stop` (cannot be published), `confirm` (a person must look) or `note`; `code` is the rule that reports
    it. `masked` is what a stranger may see of it. `message` is a sentence without the value, `advice` what to do.
    """

    start: int
    end: int
    sign: str
    code: str
    severity: str
    masked: str
    message: str
    advice: str


def find(
    text: str, start: int = 0, end: int | None = None, known: Registry = NOBODY, *, hard_only: bool = False
) -> tuple[Hit, ...]:
    """Everything in a stretch of Markdown that looks like personal data, in order; of two at one place the more serious.

    `hard_only` looks only for what can never be published, whoever wrote it.
    """
    plain = unfold(text, start, end)
    found = [
        one
        for sign in rule_book().signs
        if sign.by == "pattern" and (sign.hard or not hard_only)
        for one in look(plain, sign)
    ]
    if hard_only:
        found = [one for one in found if one.verdict.severity == "stop"]
    else:
        found += look_for_names(plain.text, known)
        found += look_at_tables(plain.text)
    return tuple(sorted(_hits(plain, _apart(plain.text, _unknown(plain.text, found, known))), key=_place))


def find_in_reviewed(text: str, known: Registry = NOBODY) -> tuple[Hit, ...]:
    """What can never be published, in a text that the editors wrote and reviewed."""
    return tuple(hit for start, end in worth_a_look(text) for hit in find(text, start, end, known, hard_only=True))


def _unknown(text: str, found: list[Found], known: Registry) -> list[Found]:
    """What the registry does not allow."""
    return [one for one in found if not known.knows_value(text[one.start : one.end])]


def _apart(text: str, found: list[Found]) -> list[Found]:
    """One finding for each place: the most serious, then the longest, then the rule book's order."""
    order = {sign.id: index for index, sign in enumerate(rule_book().signs)}

    def weight(one: Found) -> tuple[int, int, int, int]:
        return (SEVERITIES.index(one.verdict.severity), one.start - one.end, one.start, order[one.sign.id])

    taken = bytearray(len(text))
    kept: list[Found] = []
    for one in sorted(found, key=weight):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return kept


def _hits(plain: Plain, found: list[Found]) -> list[Hit]:
    hits = []
    for one in found:
        begin, finish = plain.source(one.start, one.end)
        masked = mask(plain.text[one.start : one.end], one.sign.mask)
        subject = "This" if masked == mask("", "hidden") else f"“{masked}”"
        message = f"{subject} looks like {one.verdict.says}."
        hits.append(
            Hit(begin, finish, one.sign.id, one.verdict.code, one.verdict.severity, masked, message, one.verdict.do)
        )
    return hits


def _place(hit: Hit) -> tuple[int, int]:
    return (hit.start, hit.end)
