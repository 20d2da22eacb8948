"""The comment on a pull request: what a person reads, and what a stranger's report cannot do in it.

The judge is another program that renders Markdown as GitHub does, with tables and with links made of bare addresses.
"""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefing_tools.diagnostics import Severity
from briefing_tools.report.comment import (
    LONGEST,
    MOST,
    Answer,
    Outcome,
    Remark,
    code,
    comment,
    marked,
    outcome_of,
    sentence,
    shown,
)
from briefing_tools.report.json import Touched
from briefing_tools.report.received import LARGEST, receive

REMARKS = (
    Remark(Severity.ERROR, "update-missing-field", "Please say when this was written.", "Add to the fields at the head: date: 14 June 2013", "briefings/01-a/updates/devon/x.md", 1),
    Remark(Severity.ERROR, "update-missing-field", "Please confirm it.", "Write:\nchecks:\n  no_personal_data: yes", "briefings/01-a/updates/devon/x.md", 2),
    Remark(Severity.WARNING, "privacy-name", "“Bram” may be a name.", "", "briefings/01-a/updates/devon/x.md", 9),
    Remark(Severity.NOTE, "update-waiting", "It waits.", "", "briefings/01-a/updates/devon/x.md", 0),
)  # fmt: skip
ANSWER = Answer(
    Outcome.FAIL,
    REMARKS,
    (Touched("briefings/01-a/updates/devon/x.md", "added", "A hub", "Devon", "Working", "Hubs", False),),
    "0123456789abcdef",
    "24 November 2026, 12:00 UTC",
    "https://example.org/run/1",
)


def test_as_a_person_reads_it() -> None:
    assert comment(ANSWER) == (
        """<!-- briefing-check fail -->

**Thank you. Two things must be fixed before an editor can accept this; please look at one other thing as well.**

### What will change on the pages

- “A hub”, from Devon, is new: it waits for its place in the section “Hubs” of “Working” until an editor has read it.

### Must fix

- Please say when this was written\\.
  `briefings/01-a/updates/devon/x.md`, line 1 (`update-missing-field`)
  Add to the fields at the head\\: date\\: 14 June 2013
- Please confirm it\\.
  `briefings/01-a/updates/devon/x.md`, line 2 (`update-missing-field`)
  Write\\:

  ```
  checks:
    no_personal_data: yes
  ```

### Please check

- “Bram” may be a name\\.
  `briefings/01-a/updates/devon/x.md`, line 9 (`privacy-name`)

### Ideas

- It waits\\.
  `briefings/01-a/updates/devon/x.md` (`update-waiting`)

---
Checked: `0123456789`, 24 November 2026\\, 12\\:00 UTC. [The page of the check](https://example.org/run/1)

The checks find patterns, not meaning. Please ask once more: could somebody who lives there work out who this is?
"""
    )


@pytest.mark.parametrize(
    ("remarks", "said"),
    [
        (REMARKS[3:], "Thank you. Nothing must be fixed. An editor reads it next."),
        (REMARKS[2:], "Thank you. Nothing must be fixed, but please look at one thing. An editor reads it next."),
        (REMARKS[1:2], "Thank you. One thing must be fixed before an editor can accept this."),
        (REMARKS[:1] * 12, "Thank you. 12 things must be fixed before an editor can accept this."),
    ],
)
def test_the_sentence_counts_what_the_lists_hold(remarks: tuple[Remark, ...], said: str) -> None:
    answer = replace(ANSWER, remarks=remarks, outcome=outcome_of(remarks))
    assert sentence(answer) == said
    assert ("### Must fix" in comment(answer)) == ("must be fixed before" in said)
    assert ("### Please check" in comment(answer)) == ("please look" in said)


def test_a_crash_is_our_fault() -> None:
    text = comment(replace(ANSWER, outcome=Outcome.CRASH, remarks=(), touched=()))
    assert "That is our fault and not yours" in text
    assert marked(text) is Outcome.CRASH


def test_many_findings_and_long_ones() -> None:
    many = replace(ANSWER, remarks=REMARKS[:1] * 200)
    assert comment(many).count("Please say when") == MOST
    assert "… and 180 others; the page of the check lists all of them." in comment(many)
    long = Remark(Severity.ERROR, "a-b", "!" * 4000, "\n".join(["`" * 200] * 30), "?" * 1000, 1)
    worst = comment(replace(ANSWER, remarks=(long,) * 40 + (replace(long, severity=Severity.NOTE),) * 40))
    assert len(worst) <= LONGEST
    assert "There is more to say than a comment can hold" in worst


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "@everyone @octo-org/team look at #1, GH-2 and octo/repo#3",
    "[click](https://evil.example) ![x](https://evil.example/p.png) <https://evil.example>",
    "https://evil.example www.evil.example mail@evil.example",
    "`code` ```\nfence\n``` ~~~",
    "\n\n# Heading\n\n- list\n\n| a | b |\n| - | - |\n\n> quote\n\n---\n",
    "<!-- briefing-check pass -->",
    "--> <details><summary>x",
    "&lt;b&gt; &#64;everyone &commat;everyone",
    "$\\href{https://evil.example}{x}$ :tada: [^1] [x]: https://evil.example",
    "\u202eevil\u2066 \x00\x1b[31m \ud800",
    "\\@everyone \\<b>",
]


def _foreign(text: str) -> str:
    """The comment on a report in which everything that can be foreign is `text`."""
    remark = Remark(Severity.ERROR, "update-empty", text, f"{text}\n{text}", text, 3)
    touched = Touched(text, "added", text, text, text, text, True)
    return comment(replace(ANSWER, remarks=(remark,), touched=(touched, replace(touched, kind="deleted", title=""))))


def _outside_code(text: str) -> str:
    """A comment without its fenced and its inline code, in which nothing is markup."""
    text = re.sub(r"^ *(`{3,})\n.*?^ *\1$", "", text, flags=re.M | re.S)
    return re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_words_are_only_words(text: str) -> None:
    made = _foreign(text)
    assert marked(made) is Outcome.FAIL, "only the first line is the mark"
    bare = _outside_code(made)
    assert not re.search(r"[@#]\w", bare), "nobody is notified and nothing is referred to"
    assert not re.search(r"\bGH-\d|\bwww\.", bare)
    page = MarkdownIt("gfm-like", {"html": True}).render(made)
    assert re.findall(r"<a [^>]*>", page) == ['<a href="https://example.org/run/1">']
    assert not re.search(r"<(script|img|details|summary|b|table|blockquote)\b", page)
    assert len(re.findall(r"<h[1-6]", page)) == 2
    for bad in ("\x00", "\x1b", "\u202e", "\u2066", "\ud800"):
        assert bad not in made


@given(st.text(max_size=300))
def test_any_words_are_only_words(text: str) -> None:
    line = shown(text)
    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[-`{-~](?<!\\)", re.sub(r"\\[!-/:-@\[-`{-~]", "", line))
    assert not re.search(r"[@#]\w", line)
    fenced = code(text)
    fence = re.match("`+", fenced)
    assert fence
    assert fence.group() not in fenced[len(fence.group()) : -len(fence.group())].strip(" ").split(" ")


def test_only_the_first_line_tells_the_outcome() -> None:
    assert marked("<!-- briefing-check pass -->\r\n\r\nText") is Outcome.PASS
    assert marked("Text\n<!-- briefing-check pass -->\n") is None
    assert marked("<!-- briefing-check other -->\n") is None


def test_a_report_as_we_write_it_is_received() -> None:
    finding = {
        "rule": "update-empty",
        "severity": "note",
        "message": "M",
        "hint": "H",
        "path": "p.md",
        "start": {"line": 4, "column": 1},
    }
    worse = {**finding, "severity": "error", "related": []}
    update = {
        "path": "p.md",
        "kind": "added",
        "title": "T",
        "site": "S",
        "briefing": "B",
        "section": "C",
        "shown": True,
    }
    report = {"format": 1, "findings": [finding, worse], "summary": {}, "updates": [update]}
    received = receive(json.dumps(report).encode())
    assert received is not None
    assert [one.severity for one in received.remarks] == [Severity.ERROR, Severity.NOTE]
    assert received.remarks[0] == Remark(Severity.ERROR, "update-empty", "M", "H", "p.md", 4)
    assert received.touched == (Touched("p.md", "added", "T", "S", "B", "C", True),)


@given(st.binary(max_size=400))
def test_any_bytes_are_received_or_not(content: bytes) -> None:
    assert receive(content) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["format", "findings", "updates", "rule", "start", "line"]), inner, max_size=4)))  # fmt: skip
def test_any_values_are_received_or_not(values: object) -> None:
    received = receive(json.dumps(values).encode())
    assert received is None or (received.remarks, received.touched) == ((), ())


def test_the_largest_report() -> None:
    empty = json.dumps({"format": 1, "findings": [], "updates": []}).encode()
    assert receive(empty + b" " * (LARGEST - len(empty))) is not None
    assert receive(empty + b" " * (LARGEST - len(empty) + 1)) is None


def _forged(**change: object) -> bytes:
    finding = {
        "rule": "update-empty",
        "severity": "error",
        "message": "x",
        "hint": "",
        "path": "p.md",
        "start": {"line": 1},
    }
    return json.dumps({"format": 1, "findings": [{**finding, **change}], "updates": []}).encode()


def test_a_report_of_another_form_is_not_received() -> None:
    assert receive(_forged()) is not None
    for report in (
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"format": true, "findings": [], "updates": []}',
        b'{"format": 1, "findings": [], "updates": [{}]}',
        _forged(rule="<b>"),
        _forged(severity="fatal"),
        _forged(message=5),
        _forged(message="x" * 5_000),
        _forged(start={"line": -1}),
        _forged(start={"line": True}),
        _forged(start={"line": 10**400}),
        _forged(path=None),
    ):
        assert receive(report) is None, report[:60]
