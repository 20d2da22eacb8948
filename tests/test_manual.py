"""The manual of checks: its examples are true. Each `Wrong:` makes its check speak, each `Right:` leaves it silent."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.rules import RULES
from briefing_tools.stages.pages.others import NOUNS, manual

PROJECT = Path(__file__).parents[1]
BRIEFING = "briefings/07-integrated-working/index.md"
UPDATE = "briefings/07-integrated-working/updates/devon/2013-06-14-hub.md"
PAGE = "briefings/index.md"
SENTENCE = (
    "Ahead of the boards' official start in 2013, many councils have set up ‘shadow’ boards of their own [@staite2011]."
)

AN_UPDATE = """---
site: devon
title: Six months of an invented hub
date: 14 June 2013
section: mash
evidence: practice-experience
licence: OGL-UK-3.0
checks:
  no_personal_data: yes
  approved_by: Head of Children's Services
status: published
moderated_by: editors
moderated_on: 2013-06-20
---
This update is invented.
"""


def _fields(text: str, example: str) -> str:
    """A file with the example's lines at the head of its fields."""
    return f"---\n{example}\n{text.removeprefix('---' + chr(10))}"


def _without(text: str, name: str) -> str:
    """A text without the field `name` and what stands under it."""
    return re.sub(rf"^{name}:.*(?:\n[ -].*)*\n", "", text, flags=re.M)


def _clear(root: Path, examples: list[str]) -> None:
    """Take out of the project what the examples of a rule bring along: fields, works and ids of the same name."""
    for path in (BRIEFING, UPDATE, PAGE, "briefings/series.yml", "briefings/sites.yml"):
        text = (root / path).read_text("utf-8")
        head, rule, body = text.rpartition("\n---\n") if path.endswith(".md") else (text, "", "")
        for name in re.findall(r"^\W*([a-z_]+)\b", "\n".join(examples), re.M):
            head = _without(head + "\n", name).removesuffix("\n") if name != "sites" else head
        for id in re.findall(r"\{#([\w-]+)", "\n".join(examples)):
            body = body.replace(f"{{#{id}}}", f"{{#{id}-too}}")
        (root / path).write_text(head + rule + body, "utf-8")
    works = (root / "references.bib").read_text("utf-8")
    for key in re.findall(r"@\w+\{(\w+),", "\n".join(examples)):
        works = re.sub(rf"^@\w+\{{{key},.*?^\}}\n", "", works, flags=re.M | re.S)
    (root / "references.bib").write_text(works, "utf-8")


def _in_update(root: Path, example: str) -> None:
    file = root / UPDATE
    file.write_text(_fields(file.read_text("utf-8"), example), "utf-8")


def _as_update(root: Path, example: str) -> None:
    (root / UPDATE).write_text(example + ("\n" if "\n---\n" in example else "\n---\nText."), "utf-8")


def _as_broken_update(root: Path, example: str) -> None:
    (root / UPDATE).write_text(example + "\n", "utf-8")


def _in_update_text(root: Path, example: str) -> None:
    file = root / UPDATE
    file.write_text(file.read_text("utf-8").replace("This update is invented.", example), "utf-8")


def _in_briefing(root: Path, example: str) -> None:
    file = root / BRIEFING
    file.write_text(_fields(file.read_text("utf-8"), example), "utf-8")


def _as_fields_of_briefing(root: Path, example: str) -> None:
    file = root / BRIEFING
    file.write_text(f"{example}\n{file.read_text('utf-8').split(chr(10) + '---' + chr(10), 1)[1]}", "utf-8")


def _in_text(root: Path, example: str) -> None:
    file = root / BRIEFING
    text = file.read_text("utf-8")
    assert text.count(SENTENCE) == 1
    file.write_text(text.replace(SENTENCE, f"{example}\n\n{SENTENCE}"), "utf-8")


def _as_heading(root: Path, example: str) -> None:
    file = root / BRIEFING
    words = re.escape(example.partition(" {")[0])
    file.write_text(re.sub(rf"^{words} \{{.*$", example, file.read_text("utf-8"), flags=re.M), "utf-8")


def _in_page(root: Path, example: str) -> None:
    file = root / PAGE
    file.write_text(_fields(file.read_text("utf-8"), example), "utf-8")


def _in_file(path: str) -> Callable[[Path, str], None]:
    def put(root: Path, example: str) -> None:
        file = root / path
        text = _without(file.read_text("utf-8"), example.partition(":")[0])
        file.write_text(f"{example}\n{text}", "utf-8")

    return put


def _in_bibliography(root: Path, example: str) -> None:
    lines = example.split("\n")
    if not example.startswith("@"):
        fields = "author = {Invented, A.}, title = {An Invented Work}, year = {2012}, institution = {Nobody},"
        named = set(re.findall(r"^(\w+)\s*=", example, re.M))
        kept = [field for field in re.findall(r"\w+ = \{[^}]*\},", fields) if field.split(" ")[0] not in named]
        lines = ["@report{invented2012,", *kept, example, "}"]
    elif example.endswith(","):
        lines += ["author = {Invented, A.}, title = {An Invented Work}, year = {2012}, institution = {Nobody}", "}"]
    with (root / "references.bib").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(lines) + "\n")


def _as_link_policy(root: Path, example: str) -> None:
    (root / "briefings" / "links.toml").write_text(example + "\n", "utf-8")


WHERE: dict[str, Callable[[Path, str], None]] = {
    "text-front-matter-open": _as_broken_update,
    "text-unreadable-line": _in_update,
    "text-key-twice": _in_update,
    "text-value-cut": _in_update,
    "text-quotes": _in_update,
    "text-colon": _in_update,
    "text-tab": _in_update,
    "text-indent": _in_update,
    "text-shared-value": _in_update,
    "text-unknown-field": _in_page,
    "text-bad-field": _in_page,
    "text-unsafe-html": _in_text,
    "text-cannot-be-printed": _in_text,
    "text-table-without-head": _in_text,
    "briefing-unknown-field": _in_briefing,
    "briefing-bad-field": _in_briefing,
    "briefing-missing-field": _as_fields_of_briefing,
    "briefing-bad-date": _in_briefing,
    "briefing-date-order": _in_briefing,
    "briefing-change-note-missing": _in_briefing,
    "briefing-part-missing": _as_heading,
    "briefing-role-unknown": _in_text,
    "briefing-section-empty": _in_text,
    "briefing-heading-twice": _in_text,
    "briefing-id-twice": _in_text,
    "briefing-id-missing": _in_text,
    "briefing-id-reserved": _in_text,
    "briefing-level-skipped": _in_text,
    "briefing-heading-one": _in_text,
    "briefing-heading-empty": _in_text,
    "briefing-key-messages": _in_text,
    "briefing-quotation-source": _in_text,
    "update-unknown-field": _in_update,
    "update-bad-field": _in_update,
    "update-missing-field": _as_update,
    "update-bad-date": _in_update,
    "update-date-future": _in_update,
    "update-title-length": _in_update,
    "update-unknown-site": _in_update,
    "update-unknown-section": _in_update,
    "update-unknown-source": _in_update,
    "update-evaluation-source": _in_update,
    "update-not-confirmed": _in_update,
    "briefing-note-date": _in_text,
    "update-editors-box": _in_update_text,
    "update-unexplained": _in_update,
    "update-undated": _in_update,
    "update-unmoderated": _in_update,
    "update-unknown-relation": _in_update,
    "update-heading": _in_update_text,
    "update-own-id": _in_update_text,
    "cite-unknown-key": _in_text,
    "cite-malformed-locator": _in_text,
    "cite-page-outside": _in_text,
    "cite-key-without-at": _in_text,
    "cite-bracket-broken": _in_text,
    "cite-in-title": _in_text,
    "cite-after-stop": _in_text,
    "cite-place-alone": _in_text,
    "cite-number-typed": _in_text,
    "cite-page-out-of-range": _in_text,
    "cite-other-title": _in_text,
    "cite-figure-without-source": _in_text,
    "reference-unclosed": _in_bibliography,
    "reference-syntax": _in_bibliography,
    "reference-bad-key": _in_bibliography,
    "reference-duplicate-field": _in_bibliography,
    "reference-unknown-field": _in_bibliography,
    "reference-unknown-type": _in_bibliography,
    "reference-bad-name": _in_bibliography,
    "reference-missing-field": _in_bibliography,
    "reference-bad-year": _in_bibliography,
    "reference-unsafe-url": _in_bibliography,
    "reference-bad-doi": _in_bibliography,
    "reference-bad-isbn": _in_bibliography,
    "reference-bad-issn": _in_bibliography,
    "reference-short-url": _in_bibliography,
    "reference-http-url": _in_bibliography,
    "reference-no-access-date": _in_bibliography,
    "link-refused": _in_text,
    "link-shown-as-written": _in_text,
    "link-bare": _in_text,
    "link-unused": _in_text,
    "link-missing-anchor": _in_text,
    "link-unsafe": _in_text,
    "link-invalid": _in_text,
    "link-no-words": _in_text,
    "link-vague-words": _in_text,
    "link-picture-without-words": _in_text,
    "signpost-empty": _in_text,
    "privacy-identifier": _in_update_text,
    "privacy-birth-date": _in_update_text,
    "privacy-address": _in_update_text,
    "privacy-phone": _in_update_text,
    "privacy-email": _in_update_text,
    "privacy-case-reference": _in_update_text,
    "privacy-person": _in_update_text,
    "privacy-small-count": _in_update_text,
    "privacy-hidden-count": _in_update_text,
    "privacy-check-number": _in_update_text,
    "privacy-check-date": _in_update_text,
    "privacy-check-contact": _in_update_text,
    "privacy-check-age": _in_update_text,
    "privacy-check-name": _in_update_text,
    "privacy-check-place": _in_update_text,
    "privacy-check-count": _in_update_text,
    "privacy-pseudonym": _in_update_text,
    "config-unknown-field": _in_file("briefings/series.yml"),
    "config-bad-field": _in_file("briefings/sites.yml"),
    "config-link-policy": _as_link_policy,
}
"""Where a rule's examples are put to try them."""

IN_WORDS = {
    "text-symbolic-link", "text-not-a-file", "text-not-a-picture", "text-file-name", "text-file-type", "text-too-large", "text-not-utf8",
    "text-control-character", "text-hidden-character", "text-too-dense", "text-too-nested", "text-front-matter-long", "briefing-review-due", "briefing-number-twice",
    "briefing-empty", "briefing-part-order", "briefing-id-form", "update-empty", "update-wrong-folder",
    "update-file-name", "update-no-briefing", "update-waiting", "update-removed-text", "update-past-review", "update-long-past-review", "reference-duplicate-key", "reference-unknown-parent",
    "reference-no-publisher", "reference-duplicate-work", "reference-never-cited", "reference-no-bibliography", "link-missing-file",
    "link-missing-picture", "link-undefined", "link-anchor-gone", "link-page-gone", "signpost-without-reference", "config-bad-record",
    "config-series-statement", "privacy-allowance-stale", "privacy-allowance-unreadable", "link-dead", "link-archived",
    "link-moved", "link-doubtful", "link-unreachable", "link-short", "link-look-alike", "link-only-on-page", "link-needs-a-person", "link-exception-ended", "link-exception-ending",
    "update-other-folder", "update-unknown-sender", "update-privacy-record", "update-editor-field", "update-unsafe-file",
    "edition-changed", "edition-holds-removed", "edition-holds-withdrawn", "edition-text-changed",
}  # fmt: skip
"""Rules whose examples describe a situation, or need more around them than they show."""


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of this project's own content, with an invented update."""
    for name in ("mkdocs.yml", "references.bib"):
        shutil.copy(PROJECT / name, tmp_path)
    shutil.copytree(PROJECT / "briefings", tmp_path / "briefings")
    (tmp_path / UPDATE).write_text(AN_UPDATE, "utf-8")
    return tmp_path


def _codes(root: Path) -> set[str]:
    return {finding.rule for finding in pipeline.check(load(root), Day(2026, 11, 24)).findings}


@pytest.mark.parametrize("code", WHERE)
def test_examples_are_true(code: str, real: Path) -> None:
    rule = next(rule for rule in RULES if rule.code == code)
    examples = [(kind, words.replace("(tab)", "\t")) for kind, words in manual(rule) if kind != "p"]
    assert [kind for kind, _ in examples] == ["Wrong", "Right"]
    if WHERE[code] is not _as_heading:
        _clear(real, [words for _, words in examples])
    before = {path: path.read_bytes() for path in real.rglob("*") if path.is_file()}
    for kind, words in examples:
        for path, content in before.items():
            path.write_bytes(content)
        for example in _apart(code, words):
            WHERE[code](real, example)
            assert (code in _codes(real)) == (kind == "Wrong"), f"{kind}:\n{example}"


def _apart(code: str, words: str) -> list[str]:
    """Examples of the bibliography that stand on a line each are tried one by one."""
    lines = words.split("\n")
    alone = code.startswith("reference-") and len({line.split(" ")[0] for line in lines}) == 1
    return lines if alone else [words]


def test_every_rule_is_tried_or_in_words() -> None:
    assert {rule.code for rule in RULES} == set(WHERE) | IN_WORDS
    assert not set(WHERE) & IN_WORDS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_manual(rule: object) -> None:
    parts = manual(rule)
    assert rule.title.endswith("."), "the first line is a sentence"
    assert [kind for kind, _ in parts if kind != "p"] == ["Wrong", "Right"]
    assert rule.code.partition("-")[0] in NOUNS
