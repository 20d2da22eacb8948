"""The cases: every document in `cases/` is run as it is written, and every rule has at least one case."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Briefing, Day, Page, Update
from briefing_tools.proposing import proposal_between
from briefing_tools.report import human
from briefing_tools.rules import RULES
from casebook import Case, cases, lay_out, replace_fence

TODAY = Day(2026, 11, 24)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case(case: Case, tmp_path: Path, accept: bool) -> None:
    settings = load(lay_out(tmp_path, *case.fences))
    sender = case.one("sender")
    sent = proposal_between(settings, "HEAD", None, sender.text.strip()) if sender else pipeline.NOBODYS
    checked = pipeline.check(settings, TODAY, proposal=sent)
    seen = human.report(checked.findings, checked.plan.cited.series.sources) + "\n"
    series = checked.plan.cited.series
    read = case.one("read")
    held = ""
    if read:
        texts = {text.path: text for text in (*series.briefings, *series.updates, *series.pages)}
        held = "".join(_held(texts[read.path], read.text))
    if accept:
        replace_fence(case, "expected", seen)
        if read:
            replace_fence(case, "read", held)
        return
    expected = case.one("expected")
    assert expected, "the case expects nothing yet: pytest --accept"
    assert seen == expected.text
    assert held == (read.text if read else "")


def _held(text: Briefing | Update | Page, fields: str) -> Iterator[str]:
    """What the plan holds of a file, for the fields named: `field: value`."""
    for line in fields.splitlines():
        name = line.partition(":")[0]
        value = getattr(text, name)
        words = " | ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
        yield f"{name}: {words}\n"


def test_every_rule_has_a_case() -> None:
    reports = [fence.text for case in cases() if (fence := case.one("expected"))]
    heads = re.compile(r"^(?:error|warning|note): .* \[([a-z0-9-]+)\]$", re.M)
    assert {rule.code for rule in RULES} <= {code for report in reports for code in heads.findall(report)}


def test_titles_are_used_once() -> None:
    for document in {case.document for case in cases()}:
        titles = [case.title for case in cases() if case.document == document]
        assert len(titles) == len(set(titles)), document.name
