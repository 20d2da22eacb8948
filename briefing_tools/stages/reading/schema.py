"""Read: the fields of an update as a JSON Schema, made of the same tables that reading uses.

Editors' programs can complete and check fields by it while somebody types. What it cannot say, such as whether a section
exists, the checks say. Source: JSON Schema, draft 2020-12.
"""

from collections.abc import Mapping, Sequence

from briefing_tools.model import DIRECTIONS, EVIDENCE, EXPLAINED, LEVELS, ORIGINS, RELATIONS, UPDATE_STATUSES
from briefing_tools.stages.reading.updates import CHECKS, FIELDS, REQUIRED, WORDS
from briefing_tools.wording import LICENCES

Schema = Mapping[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT: Schema = {"type": "string", "minLength": 1}
_DATE: Schema = {"type": "string", "minLength": 4, "description": "A day, month or year: 14 June 2013, 2013-06, 2013"}
_TEXTS: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": _TEXT}]}


def _one_of(words: Sequence[str]) -> Schema:
    return {"enum": list(words)}


_CHECKS: Schema = {
    "type": "object",
    "required": list(CHECKS),
    "additionalProperties": False,
    "properties": {"no_personal_data": {"enum": [True, "yes"]}, "approved_by": _TEXT},
}
_RELATION: Schema = {
    "type": "object",
    "required": ["update", "how"],
    "additionalProperties": False,
    "properties": {"update": {"type": "string", "pattern": "^[a-z0-9._-]+/[a-z0-9._-]+$"}, "how": _one_of(RELATIONS)},
}
_FORMS: Mapping[str, Schema] = {
    "title": {"type": "string", "minLength": 8, "maxLength": 90},
    "date": _DATE,
    "evidence": _one_of(tuple(EVIDENCE)),
    "origin": _one_of(ORIGINS),
    "checks": _CHECKS,
    "licence": _one_of(tuple(LICENCES)),
    "level": _one_of(LEVELS),
    "direction": _one_of(tuple(DIRECTIONS)),
    "outcomes": _TEXTS,
    "sources": _TEXTS,
    "relates_to": {"type": "array", "items": _RELATION},
    "contact": {"type": "object", "additionalProperties": _TEXT},
    "review_by": _DATE,
    "status": _one_of(UPDATE_STATUSES),
    "moderated_on": _DATE,
    **{f"{status}_on": _DATE for status in EXPLAINED},
}
"""The form of each field that is more than a piece of text."""


def update_schema() -> Schema:
    """The JSON Schema of the fields at the head of an update."""
    return {
        "$schema": DIALECT,
        "title": "An update from a demonstrator site",
        "description": "The fields above the text of briefings/<briefing>/updates/<site>/<date>-<name>.md",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _described(name) for name in FIELDS},
        "if": _having("status", "removed"),
        "then": {"required": ["site", "status_note", "removed_on"], "not": {"required": ["title"]}},
        "else": {"required": list(REQUIRED)},
        "allOf": [
            {
                "if": {"anyOf": [_having("origin", "published"), _having("status", "removed")]},
                "else": {"required": ["checks"]},
            },
            _when("origin", "published", "sources"),
            _when("evidence", "independent-evaluation", "sources"),
            _when("status", "published", "moderated_by", "moderated_on"),
            *(_when("status", status, "status_note", f"{status}_on") for status in EXPLAINED),
        ],
    }


def _described(name: str) -> Schema:
    form = _FORMS.get(name, _TEXT)
    words = WORDS.get(name, ("", ""))[0]
    return {"description": words[:1].upper() + words[1:], **form} if words else form


def _having(name: str, value: str) -> Schema:
    return {"required": [name], "properties": {name: {"const": value}}}


def _when(name: str, value: str, *needed: str) -> Schema:
    return {"if": _having(name, value), "then": {"required": list(needed)}}
