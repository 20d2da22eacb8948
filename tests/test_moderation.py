"""Moderation: decisions change the lines that they must and not one byte more, or nothing at all."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools import moderation, pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.moderation import days_between
from casebook import base, write

PATH = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
NAME = "northbridge/2026-03-05-one-room"
SENT = base()[PATH].replace("status: published\nmoderated_by: editors\nmoderated_on: 2026-03-09\n", "")
WHY = ("--by", "Dana Invented", "--reason", 'The figures of "room 2" are wrong.')


def run(root: Path, *words: str) -> Result:
    done = CliRunner().invoke(main, [*words, "--root", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def text_of(root: Path) -> str:
    return (root / PATH).read_bytes().decode("utf-8")


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def errors(root: Path) -> list[str]:
    findings = pipeline.check(load(root), Day(2026, 11, 24)).findings
    return [one.rule for one in findings if one.severity.value != "note"]


@pytest.fixture
def sent(project: Path) -> Path:
    """A project whose update was sent by its site, and no editor has seen it."""
    write(project, PATH, SENT)
    return project


def test_accepting_adds_three_lines(sent: Path) -> None:
    done = run(sent, "accept", NAME, "--by", "Dana Invented")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{PATH}: published on 24 November 2026\n"
    gone, came = changes(SENT, text_of(sent))
    assert gone == []
    assert came == ["status: published", 'moderated_by: "Dana Invented"', "moderated_on: 2026-11-24"]
    assert errors(sent) == []


@pytest.mark.parametrize(("command", "status"), [("hold", "held"), ("withdraw", "withdrawn")])
def test_holding_and_withdrawing_say_when_and_why(command: str, status: str, project: Path) -> None:
    before = text_of(project)
    assert run(project, command, PATH, *WHY).exit_code == 0
    gone, came = changes(before, text_of(project))
    assert gone == ["status: published"]
    assert came == [
        f"status: {status}",
        f"{status}_on: 2026-11-24",
        'status_note: "The figures of \\"room 2\\" are wrong."',
    ]
    (update,) = pipeline.check(load(project), Day(2026, 11, 24)).plan.cited.series.updates
    assert (update.status, update.status_on, update.moderated_by) == (status, Day(2026, 11, 24), "editors")
    assert update.status_note == 'The figures of "room 2" are wrong.'
    assert errors(project) == []


def test_accepting_what_was_held_forgets_the_reason(sent: Path) -> None:
    run(sent, "hold", NAME, *WHY)
    assert run(sent, "accept", NAME, "--by", "editors").exit_code == 0
    assert "status_note" not in text_of(sent)
    assert errors(sent) == []


def test_removing_leaves_no_word_and_says_what_is_left_to_do(project: Path) -> None:
    done = run(project, "remove", NAME, "--by", "editors", "--reason", "It told too much.")
    assert done.exit_code == 0
    assert text_of(project) == (
        '---\nsite: northbridge\ndate: 2026-03-05\nsection: offices\nmoderated_by: "editors"\nmoderated_on: 2026-03-09\n'
        'status: removed\nremoved_on: 2026-11-24\nstatus_note: "It told too much."\n---\n'
    )
    assert errors(project) == []
    for word in ("history", "Forks", "cached", "Editions already issued", "web archives"):
        assert word in done.stdout


def test_what_cannot_be_read_can_be_removed_all_the_same(project: Path) -> None:
    write(project, PATH, "---\ntitle: a: [b\nno fields here\n---\n\nXyzzy.\n")
    assert run(project, "remove", NAME, "--by", "editors", "--reason", "It told too much.").exit_code == 0
    assert "Xyzzy" not in text_of(project)
    assert "no fields" not in text_of(project)


@pytest.mark.parametrize("command", ["hold", "withdraw", "remove"])
@pytest.mark.parametrize("reason", [[], ["--reason", "  "]])
def test_a_reason_is_demanded(command: str, reason: list[str], project: Path) -> None:
    before = text_of(project)
    done = run(project, command, NAME, "--by", "editors", *reason)
    assert done.exit_code == 2
    assert "you must say why" in done.stderr
    assert text_of(project) == before


@pytest.mark.parametrize(
    ("text", "command", "said"),
    [
        (SENT.replace("title: Half", "title: a: Half"), "accept", "Correct this first"),
        (SENT.replace("site: northbridge", "site: northbridge\nsite: westmarsh"), "accept", "given twice"),
        (SENT.replace("---\n\nWe moved", "We moved"), "accept", "not closed"),
        (SENT.replace("yes", "not yet"), "accept", "has not been checked for personal data"),
        (SENT.partition("We moved")[0], "accept", "has no text"),
        (SENT, "withdraw", "no reader has seen it"),
    ],
)
def test_what_will_not_do_changes_nothing(text: str, command: str, said: str, project: Path) -> None:
    write(project, PATH, text)
    done = run(project, command, NAME, *WHY)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert text_of(project) == text


def test_all_or_none(sent: Path) -> None:
    done = run(sent, "accept", NAME, "northbridge/2026-03-05-one-roon", "--by", "editors")
    assert done.exit_code == 2
    assert f"Did you mean “{NAME}”?" in done.stderr
    assert text_of(sent) == SENT


def test_a_removed_update_does_not_come_back(project: Path) -> None:
    run(project, "remove", NAME, "--by", "editors", "--reason", "It told too much.")
    done = run(project, "accept", NAME, "--by", "editors")
    assert done.exit_code == 2
    assert "nothing of it is left" in done.stderr


def test_line_ends_a_mark_and_remarks_stay(sent: Path) -> None:
    odd = (
        SENT.replace("licence:", "# a remark\nlicence:")
        .replace("checks:", "\nchecks:")
        .replace("section:", "section :")
    )
    (sent / PATH).write_bytes(b"\xef\xbb\xbf" + odd.replace("\n", "\r\n").encode())
    assert run(sent, "accept", NAME, "--by", "editors").exit_code == 0
    content = (sent / PATH).read_bytes()
    added = b'status: published\r\nmoderated_by: "editors"\r\nmoderated_on: 2026-11-24\r\n'
    assert content.replace(added, b"") == b"\xef\xbb\xbf" + odd.replace("\n", "\r\n").encode()


def test_a_file_changed_in_the_meantime_is_left_alone(sent: Path) -> None:
    (update,) = pipeline.check(load(sent), Day(2026, 11, 24)).plan.cited.series.updates
    write(sent, PATH, SENT + "More.\n")
    with pytest.raises(moderation.CannotRun, match="changed in the meantime"):
        moderation.write(sent, update, "anything")
    assert text_of(sent) == SENT + "More.\n"
    assert [path.name for path in (sent / PATH).parent.iterdir()] == [PATH.rpartition("/")[2]]


def test_the_queue_says_what_waits_and_how_long(project: Path) -> None:
    folder = PATH.rpartition("/")[0]
    for day, (status, more) in enumerate(_kinds(), 1):
        text = base()[PATH].replace("status: published", f"status: {status}").replace("5 March", f"{day} March")
        write(
            project, f"{folder}/2026-03-0{day}-{status}-{day}.md", text.replace("moderated_by", f"{more}moderated_by")
        )
    listed = json.loads(run(project, "queue", "--json").stdout)
    assert [(one["update"], one["state"], one["days"]) for one in listed["updates"]] == [
        ("northbridge/2026-03-01-submitted-1", "submitted", 268),
        ("northbridge/2026-03-02-held-2", "held", 10),
        ("northbridge/2026-03-04-published-4", "past review", 24),
        ("northbridge/2026-03-07-published-7", "expiring", -37),
        ("northbridge/2026-03-05-expired-5", "expired", 264),
        ("northbridge/2026-03-03-withdrawn-3", "withdrawn", 1),
    ]
    assert (listed["format"], listed["count"]) == (1, 6)
    said = run(project, "queue").stdout
    assert (
        "Waiting for an editor (1)\n  northbridge/2026-03-01-submitted-1: Half a year in one room (268 days)\n" in said
    )
    assert (
        "Withdrawn (1)\n  northbridge/2026-03-03-withdrawn-3: Half a year in one room (1 day)\n      Invented.\n"
        in said
    )
    assert (
        "To be looked at again within 60 days (1)\n  northbridge/2026-03-07-published-7: Half a year in one room (in 37 days)\n"
        in said
    )
    assert "removed" not in said


def test_the_queue_names_what_is_still_to_be_confirmed(project: Path) -> None:
    """By its lines, and never by what stands there; an editor who allows a line takes it off the queue."""
    write(project, PATH, base()[PATH] + "\nWe asked Zebediah Quint.\n")
    listed = json.loads(run(project, "queue", "--json").stdout)
    (waiting,) = listed["updates"]
    assert (waiting["state"], waiting["days"]) == ("to confirm", 260)
    assert waiting["confirmations"] == [{"line": 18, "column": 10}]
    said = run(project, "queue").stdout
    assert "Published, and may hold personal data (1)" in said
    assert "May lead to a person, nobody has said that it does not: line 18" in said
    assert "Zebediah" not in said + json.dumps(listed)
    done = run(project, "allow", f"{PATH}:18", "--by", "Dana Invented", "--reason", "A pen name of the site's own.")
    assert done.exit_code == 0, done.output
    assert run(project, "queue").stdout == "Nothing waits.\n"


def _kinds() -> Iterator[tuple[str, str]]:
    yield "submitted", ""
    yield "held", "held_on: 2026-11-14\nstatus_note: Invented.\n"
    yield "withdrawn", "withdrawn_on: 2026-11-23\nstatus_note: Invented.\n"
    yield "published", "review_by: October 2026\n"
    yield "expired", ""
    yield "removed", "removed_on: 2026-11-23\nstatus_note: Invented.\n"
    yield "published", "review_by: 2026-12-31\n"
    yield "published", "review_by: 2027-01-24\n"


def test_nothing_waits(project: Path) -> None:
    assert run(project, "queue").stdout == "Nothing waits.\n"


@given(first=st.dates(), second=st.dates())
def test_days_are_counted_as_the_calendar_has_them(first: date, second: date) -> None:
    one, other = Day(first.year, first.month, first.day), Day(second.year, second.month, second.day)
    assert days_between(one, other) == (second - first).days
