"""Read the rule book: `rules.json`, the one description of personal data that Python and JavaScript share.

A *sign* is one thing that personal data looks like: a pattern with conditions, or the name of a way of looking (`by`)
that needs more than a pattern. The examples beside it are its tests, in both languages.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

SEVERITIES = ("stop", "confirm", "note")


@dataclass(frozen=True, slots=True)
class Condition:
    """What must stand round a value, or be true of it; one that holds is enough.

    `left` and `right` look at the rest of the sentence on that side, `near` at both, `near_case` minds capitals,
    `not_near` holds when both sides are free of something.
    """

    value: re.Pattern[str] | None = None
    left: re.Pattern[str] | None = None
    right: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    near_case: re.Pattern[str] | None = None
    not_near: re.Pattern[str] | None = None

    def holds(self, value: str, left: str, right: str) -> bool:
        """Whether any part holds, given the value and up to 120 characters of its sentence on either side."""
        return bool(
            (self.value and self.value.search(value))
            or (self.left and self.left.search(left))
            or (self.right and self.right.search(right))
            or (self.near and (self.near.search(left) or self.near.search(right)))
            or (self.near_case and (self.near_case.search(left) or self.near_case.search(right)))
            or (self.not_near and not (self.not_near.search(left) or self.not_near.search(right)))
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say of a hit: how serious, under which code, what it looks like and what to do."""

    severity: str
    code: str
    says: str
    do: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that personal data looks like.

    `verdict` holds when there is no `sure` or it holds; otherwise `unsure` does, unless there is none or its `unsure_if`
    fails. `hard` signs are looked for in the editors' own texts too. With `disguised`, a number that was written so that
    programs do not see it is never unsure.
    """

    id: str
    verdict: Verdict
    mask: str
    hard: bool
    by: str
    pattern: re.Pattern[str] | None
    check: str
    disguised: bool
    unless: Condition | None
    sure: Condition | None
    unsure: Verdict | None
    unsure_if: Condition | None
    must: tuple[str, ...]
    must_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """How characters are folded; see `unfold.py`. Ranges include both ends and are in order."""

    mapped: Mapping[str, str]
    dropped: tuple[tuple[int, int], ...]
    digits: tuple[int, ...]
    decomposed: tuple[tuple[int, int], ...]
    entities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every sign in order, and the lists that checks and ways of looking need."""

    signs: tuple[Sign, ...]
    words: Mapping[str, str]
    postcode_areas: frozenset[str]


def text_of(name: str) -> str:
    """A file of this package, as text."""
    return files("briefing_tools.privacy").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text_of("rules.json"))
    return document


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rule book, read once."""
    document = _document()
    words = _words(document["words"])
    return RuleBook(
        signs=tuple(_sign(entry, words) for entry in document["rules"]),
        words=words,
        postcode_areas=frozenset(document["lists"]["postcode-areas"].split()),
    )


def expand(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with its `{{name}}` replaced."""
    return re.sub(r"\{\{([a-z-]+)\}\}", lambda found: words[found.group(1)], pattern)


def _words(entries: Mapping[str, Any]) -> dict[str, str]:
    """Each entry as a pattern; an entry may use those above it."""
    words: dict[str, str] = {}
    for name, entry in entries.items():
        pattern = entry if isinstance(entry, str) else "(?:" + "|".join(entry) + ")"
        words[name] = expand(pattern, words)
    return words


def _sign(entry: Mapping[str, Any], words: Mapping[str, str]) -> Sign:
    flags = re.ASCII | (re.IGNORECASE if "i" in entry.get("flags", "") else 0)
    unsure = entry.get("unsure")
    verdict = Verdict(entry["severity"], entry["code"], entry["says"], entry["do"])
    return Sign(
        id=entry["id"],
        verdict=verdict,
        mask=entry["mask"],
        hard=entry.get("hard", False),
        by=entry.get("by", "pattern"),
        pattern=re.compile(expand(entry["pattern"], words), flags) if "pattern" in entry else None,
        check=entry.get("check", ""),
        disguised=entry.get("disguised", False),
        unless=_condition(entry.get("unless"), words),
        sure=_condition(entry.get("sure"), words),
        unsure=Verdict(unsure["severity"], unsure["code"], unsure["says"], unsure["do"]) if unsure else None,
        unsure_if=_condition(unsure.get("if"), words) if unsure else None,
        must=tuple(entry["must"]),
        must_not=tuple(entry["must_not"]),
    )


def _condition(entry: Mapping[str, str] | None, words: Mapping[str, str]) -> Condition | None:
    if entry is None:
        return None
    parts = {
        key.replace("-", "_"): re.compile(expand(pattern, words), re.ASCII | (0 if key == "near-case" else re.I))
        for key, pattern in entry.items()
    }
    return Condition(**parts)


def _fold() -> Fold:
    entry = _document()["fold"]
    return Fold(
        mapped={character: looks for looks, characters in entry["mapped"].items() for character in characters},
        dropped=_ranges(entry["dropped"]),
        digits=tuple(int(start, 16) for start in entry["digits"]),
        decomposed=_ranges(entry["decomposed"]),
        entities={name: chr(int(code, 16)) for code, names in entry["entities"].items() for name in names.split()},
    )


def _ranges(entries: list[str]) -> tuple[tuple[int, int], ...]:
    pairs = (entry.split("-") for entry in entries)
    return tuple((int(first, 16), int(last, 16)) for first, last in pairs)


FOLD = _fold()
