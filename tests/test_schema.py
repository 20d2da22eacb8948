"""The published schema of an update's fields agrees with what the checks say, on every example there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from briefing_tools.stages.reading import updates
from briefing_tools.stages.reading.schema import update_schema
from casebook import cases

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads(json.dumps(update_schema()))
JUDGE = jsonschema.Draft202012Validator(SCHEMA)
CASE = re.compile(r"briefings/[^/]+/updates/[^/]+/[^/]+\.md")


def fields(text: str) -> dict[str, object]:
    """The fields at the head of an update as an editing program reads them: dates and numbers as text."""
    loader = yaml.BaseLoader
    found = yaml.load(text.split("---\n")[1], Loader=loader)
    assert isinstance(found, dict)
    return found


def test_it_is_a_schema_of_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(updates.FIELDS)
    assert SCHEMA["else"]["required"] == list(updates.REQUIRED)


@pytest.mark.parametrize("path", sorted((ROOT / "briefings").glob("*/updates/*/*.md")), ids=lambda path: path.name)
def test_the_projects_own_updates_are_valid(path: Path) -> None:
    JUDGE.validate(fields(path.read_text("utf-8")))


def test_readmes_example_is_valid() -> None:
    example = re.search(r"```markdown\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert example
    JUDGE.validate(fields(re.sub(r"^   ", "", example.group(1), flags=re.M)))


GOOD = fields(updates.TEMPLATE.lstrip() + "\n")


def _without(name: str) -> dict[str, object]:
    return {key: value for key, value in GOOD.items() if key != name}


def _spoilt() -> Iterator[tuple[str, dict[str, object]]]:
    yield from ((f"without {name}", _without(name)) for name in (*updates.REQUIRED, "checks"))
    for name, value in (
        ("sitename", "devon"), ("title", "Hub"), ("title", "x" * 91), ("evidence", "experience"), ("level", "3"), ("direction", "good"),
        ("licence", "all rights reserved"), ("status", "finished"), ("relates_to", [{"update": "devon/2013-06-14-hub"}]),
        ("relates_to", [{"update": "hub", "how": "supports"}]), ("checks", {"no_personal_data": "no", "approved_by": "Head"}),
        ("checks", {"no_personal_data": "yes"}),
    ):  # fmt: skip
        yield f"{name}: {value}", {**GOOD, name: value}
    yield "published by nobody", {**GOOD, "status": "published"}
    yield "withdrawn for no reason", {**GOOD, "status": "withdrawn", "withdrawn_on": "2026-09-02"}
    yield "an evaluation without its report", {**GOOD, "evidence": "independent-evaluation"}
    yield "compiled from nothing", {**_without("checks"), "origin": "published"}
    yield "removed, with its title", {**GOOD, "status": "removed", "removed_on": "2026", "status_note": "Invented."}


SPOILT = dict(_spoilt())


def test_a_good_one_is_valid() -> None:
    JUDGE.validate(GOOD)
    JUDGE.validate({"site": "devon", "status": "removed", "removed_on": "2026-09-02", "status_note": "Invented."})
    JUDGE.validate({**_without("checks"), "origin": "published", "sources": ["golden2011"]})


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_one_is_not(name: str) -> None:
    assert not JUDGE.is_valid(SPOILT[name])


def _whole_updates() -> Iterator[tuple[str, str, bool]]:
    """Each case that gives a whole update with fields in good order, and whether the checks find errors in fields."""
    for case in cases():
        report = case.one("expected")
        if case.document.stem != "updates" or report is None:
            continue
        for fence in case.fences:
            if fence.kind == "file" and CASE.fullmatch(fence.path) and fence.text.count("---\n") >= 2:
                yield str(case), fence.text, "error:" in report.text


WHOLE = list(_whole_updates())


@pytest.mark.parametrize(("text", "wrong"), [one[1:] for one in WHOLE], ids=[one[0] for one in WHOLE])
def test_what_the_checks_find_in_order_the_schema_does_too(text: str, wrong: bool) -> None:
    text = text.replace("ogl-uk-3.0", "OGL-UK-3.0").replace(
        "level: C", "level: c"
    )  # reading forgives capitals and spaces
    text = text.replace("no change", "no-change")
    errors = [error.message for error in JUDGE.iter_errors(fields(text))]
    assert wrong or errors == []
