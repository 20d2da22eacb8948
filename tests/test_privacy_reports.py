"""Privacy in reports and allowances: no format gives a value away, and what an editor allows dies with its line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools.cli import FORMATS, main
from briefing_tools.diagnostics import Finding, Problem, Severity, shielded
from briefing_tools.privacy.allowing import Allowances, UnreadableAllowances, line_hash, read_allowances, written
from briefing_tools.source import Source
from casebook import lay_out

UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
FIELDS = """---
site: northbridge
title: Half a year in one room
date: 5 March 2026
section: offices
evidence: practice-experience
licence: OGL-UK-3.0
checks:
  no_personal_data: yes
  approved_by: Head of Services
---

"""
SECRETS = (
    "401 023 2102", "4010232102", "3/9/2002", "27 Larkspur", "07700 900456", "another.invented@yahoo.com", "2014/77123", "Tyrell",
    "Chantelle", "PL4 8AA", "Hillcrest", "WR13 KXY",
)  # fmt: skip
STORY = """The letter gave 401 023 2102, born 3/9/2002, of 27 Larkspur Avenue, PL4 8AA [@4010232102, and [here](401-023-2102.md).

Ring Tyrell (14) on 07700 900456 or another.invented@yahoo.com, case number 2014/77123; Chantelle's mum knows Hillcrest School.

<b onclick="x">He came in WR13 KXY</b>. Three families left.
"""


def run(*words: str | Path) -> Result:
    """Run the command; whatever happens, it does not end in a traceback."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The base of the cases with an update that tells far too much."""
    lay_out(tmp_path)
    file = tmp_path / UPDATE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FIELDS + STORY, "utf-8")
    return tmp_path


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_gives_a_value_away(project: Path, format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = project / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run("check", "--root", project, "--format", format_)
    assert result.exit_code == 1
    said = result.output + (summary.read_text("utf-8") if summary.exists() else "")
    assert "privacy-identifier" in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_the_builder_is_told_without_values_too(project: Path) -> None:
    result = run("build", "--root", project, "--site-dir", project / "site")
    assert result.exit_code == 1
    assert "Nothing was built." in result.output
    assert [secret for secret in SECRETS if secret in result.output] == []


def test_other_findings_of_a_private_line_are_shielded() -> None:
    source = Source("a.md", "His number is 943 476 5919.\nAnother line with 943 476 5919 quoted.")
    private = Finding("privacy-identifier", Severity.ERROR, Problem(source.span(14, 26), "It …", private=True))
    same = Finding("text-x", Severity.NOTE, Problem(source.span(0, 3), "“943 476 5919” is odd.", "Write 943 476 5919."))
    other = Finding("text-x", Severity.NOTE, Problem(source.span(28, 35), "“943 476 5919” is odd."))
    shown = shielded([private, same, other], {"a.md": source})
    assert [one.problem.private for one in shown] == [True, True, False]
    assert [one.problem.message for one in shown] == ["It …", "“…” is odd.", "“…” is odd."]
    assert shown[1].problem.hint == "Write …."
    assert shielded([same, other], {"a.md": source}) == (same, other)


# -- Allowances --------------------------------------------------------------------------------------------------------


def codes(project: Path) -> list[tuple[str, int]]:
    found = json.loads(run("check", "--root", project, "--format", "json").output)["findings"]
    return [(one["rule"], one["start"]["line"]) for one in found if one["rule"].startswith("privacy-")]


def test_an_allowed_line_is_silent_until_it_changes(project: Path) -> None:
    file = project / UPDATE
    file.write_text(FIELDS + "When Jayden came, three families had left.\n\nThen Kayleigh came.\n", "utf-8")
    before = codes(project)
    assert before == [("privacy-check-name", 13), ("privacy-small-count", 13), ("privacy-check-name", 15)]

    done = run(
        "allow", f"{file}:13", "--rule", "privacy-check-name", "--reason", "A brand of chairs", "--root", project
    )
    assert done.exit_code == 0, done.output
    assert "privacy-check-name" in done.output
    assert codes(project) == before[1:]

    lock = (project / "briefings" / "privacy.lock").read_text("utf-8")
    assert "Jayden" not in lock
    assert "A brand of chairs" in lock
    assert 'date = "2026-11-24"' in lock

    run("allow", f"{file}:13:4", "--reason", "An example, families of chairs", "--root", project)
    assert codes(project) == before[2:]
    assert read_allowances((project / "briefings" / "privacy.lock").read_text("utf-8")).salt in lock, "the salt stays"

    file.write_text(file.read_text("utf-8").replace("had left", "had left us"), "utf-8")
    changed = codes(project)
    assert set(before) <= set(changed)
    assert [code for code, _ in changed].count("privacy-allowance-stale") == 2


def test_an_allowance_fits_one_file_only(project: Path) -> None:
    file = project / UPDATE
    file.write_text(FIELDS + "Three families left.\n", "utf-8")
    assert run("allow", f"{UPDATE}:13", "--reason", "Families of chairs", "--root", project).exit_code == 0
    assert codes(project) == []
    (project / UPDATE).rename(file.with_name("2026-03-05-one-floor.md"))
    assert ("privacy-small-count", 13) in codes(project)


@pytest.mark.parametrize(
    ("place", "reason", "said"),
    [
        (f"{UPDATE}:2", "A brand of chairs", "Nothing that looks like personal data was found on line 2"),
        (f"{UPDATE}:900", "A brand of chairs", "Nothing that looks like personal data was found on line 900"),
        (UPDATE, "A brand of chairs", "does not name a line"),
        ("nowhere.md:3", "A brand of chairs", "There is no file or folder nowhere.md"),
        (f"{UPDATE}:13", "ok", "Say why this line may be published."),
        (f"{UPDATE}:13", "His number is 943 476 5919 anyway", "The reason itself holds"),
    ],
)
def test_what_cannot_be_allowed(project: Path, place: str, reason: str, said: str) -> None:
    result = run("allow", place, "--reason", reason, "--root", project)
    assert result.exit_code == 2
    assert said in result.output
    assert not (project / "briefings" / "privacy.lock").exists()


def test_a_record_that_cannot_be_read_is_not_overwritten(project: Path) -> None:
    lock = project / "briefings" / "privacy.lock"
    lock.write_text("salt = 'none'\n", "utf-8")
    result = run("allow", f"{UPDATE}:13", "--reason", "A brand of chairs", "--root", project)
    assert result.exit_code == 2
    assert lock.read_text("utf-8") == "salt = 'none'\n"


def test_the_record_is_read_as_it_was_written() -> None:
    odd = 'He said "yes" \\ no\nand é \x7f'
    record = Allowances("00ff")
    record = record.and_allow(
        [record.entry("a.md", "privacy-check-name", "A line", reason=odd, by="Ed", date="2026-11-24")]
    )
    assert read_allowances(written(record)) == record
    assert record.allowance("a.md", "privacy-check-name", "  A line ")
    assert not record.allowance("b.md", "privacy-check-name", "A line")
    assert not record.allowance("a.md", "privacy-check-name", "A line.")
    assert line_hash("00ff", "a", "b", "c") != line_hash("00fe", "a", "b", "c")
    for broken in ("", "salt = 1\nallowed = 3", 'salt = "xy"', "[", 'salt = "00"\n[[allowed]]\npath = "a"'):
        with pytest.raises(UnreadableAllowances):
            read_allowances(broken)


def test_people_of_a_site_are_known(project: Path) -> None:
    (project / UPDATE).write_text(
        FIELDS + "Write to Jo Invented, jo@northbridge.gov.uk, 01632 960123. Westmarsh agreed.\n", "utf-8"
    )
    assert [code for code, _ in codes(project)] == [
        "privacy-check-name",
        "privacy-check-contact",
        "privacy-check-contact",
    ]
    sites = project / "briefings" / "sites.yml"
    people = "    people:\n      - some-account\n      - name: Jo Invented\n        email: jo@northbridge.gov.uk\n        telephone: 01632 960123\n"
    sites.write_text(sites.read_text("utf-8").replace("  - id: westmarsh", people + "  - id: westmarsh"), "utf-8")
    assert codes(project) == []


def test_this_projects_own_content_trips_nothing() -> None:
    root = Path(__file__).parents[1]
    assert codes(root) == []
