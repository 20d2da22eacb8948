"""Spoiled updates are mended by following the message alone: a follower who knows nothing but what it says and where.

The follower reads a finding as a person does: it goes to the line, and does what the sentence and its example say. It
knows no rule and no field; it changes nothing that no message spoke of. Sites and people are invented.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.diagnostics import Finding
from briefing_tools.model import Day
from casebook import base, write

PATH = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SOUND = base()[PATH]
TODAY = Day(2026, 11, 24)
TITLE = "title: Half a year in one room"
MOVED = "We moved three teams"
ROUNDS = 4
"""As often may somebody have to look again: a slip can hide another one behind it."""


@dataclass(frozen=True)
class Page:
    """A text in front of a person, with the finding that they are reading."""

    lines: list[str]
    finding: Finding

    @property
    def line(self) -> int:
        return self.finding.problem.span.start.line - 1

    @property
    def message(self) -> str:
        return self.finding.problem.message

    @property
    def hint(self) -> str:
        return self.finding.problem.hint

    def put(self, line: str, at: int | None = None) -> str:
        """The text with another line in the place of this one."""
        lines = list(self.lines)
        lines[self.line if at is None else at] = line
        return "\n".join(lines)

    def add(self, *lines: str, at: int) -> str:
        return "\n".join([*self.lines[:at], *lines, *self.lines[at:]])

    def end_of_fields(self) -> int:
        return self.lines.index("---", 1)

    def marked(self) -> tuple[str, str, str]:
        """The line in three parts: what is marked stands in the middle."""
        text, span = self.lines[self.line], self.finding.problem.span
        end = span.end.column - 1 if span.end.line == span.start.line else len(text)
        return text[: span.start.column - 1], text[span.start.column - 1 : end], text[end:]

    def without_mark(self, instead: str = "") -> str:
        before, _, after = self.marked()
        return self.put(before + instead + after)


def _example(found: re.Match[str], page: Page) -> str:
    """“… like this: field: value”: the line is written so, as far in as it was."""
    indent = re.match(r"\s*", page.lines[page.line])
    return page.put((indent.group() if indent else "") + found["example"])


def _add(found: re.Match[str], page: Page) -> str:
    """“Add to the fields at the head: …”: it is added below the last field."""
    return page.add(*found["example"].strip("\n").split("\n"), at=page.end_of_fields())


def _below_checks(found: re.Match[str], page: Page) -> str:
    return page.add("  " + found["example"], at=page.lines.index("checks:") + 1)


def _instead(found: re.Match[str], page: Page) -> str:
    """“Did you mean “x”?”, “Choose one of: x, …”, “like x, …”: x, in the place of what the message quotes."""
    quoted = re.findall("“([^”]+)”", page.message)[-1]
    assert quoted in page.marked()[1], "what the message quotes is what is marked"
    return page.without_mark(page.marked()[1].replace(quoted, found["example"]))


def _indent(found: re.Match[str], page: Page) -> str:
    """“Begin its line with two spaces”, below the field that the example shows."""
    lines = list(page.lines)
    moved = "  " + lines.pop(page.line).strip()
    above = found["example"].split("\n")[0]
    at = lines.index(above) + 1
    while lines[at].startswith(" "):
        at += 1
    return "\n".join([*lines[:at], moved, *lines[at:]])


Way = tuple[str, Callable[[re.Match[str], Page], str]]
WAYS: tuple[Way, ...] = (
    (r"Begin its line with two spaces:\n(?P<example>.+)", _indent),
    (r"Add to the fields at the head:\s?(?P<example>.+)", _add),
    (r"Add its key .* to the fields at the head, for example: (?P<example>.+)", _add),
    (r"Add it below “checks:”; .*for example: (?P<example>.+)", _below_checks),
    (r"(?:or write|Write it like this|Write it again like this|for example|inside): (?P<example>[a-z_]+: .+)$", _example),
    (r"Did you mean (?P<example>@[\w-]+)", lambda found, page: page.without_mark(found["example"])),
    (r"Did you mean “(?P<example>[^”]+)”", _instead),
    (r"Choose one of: (?P<example>[\w.-]+)", _instead),
    (r"Write it like (?P<example>[\d-]+)", _instead),
    (r"at the latest (?P<example>[\w ]+)\.", lambda found, page: page.put(f"date: {found['example']}")),
    (r"two spaces instead of the tab", lambda found, page: page.put(page.lines[page.line].replace("\t", "  ", 1))),
    (r"Begin it at the margin: (?P<example>.+)", lambda found, page: page.put(found["example"])),
    (r"Remove one of the two lines", lambda found, page: page.put("\0")),
    (r"After the last field, put a line with three hyphens", lambda found, page: page.add("---", at=page.lines.index("", 1))),
    (r"Change to “(?P<example>[^”]+)”", lambda found, page: page.put("  " + found["example"])),
    (r"few bold words instead", lambda found, page: page.put(re.sub("^#+ (.*)", r"**\1.**", page.lines[page.line]))),
    (r"Write “(?P<example>a few)”", lambda found, page: page.without_mark(f"{found['example']} {page.marked()[1].split()[-1]}")),
    (r"[Ll]eave it out|or remove it", lambda found, page: page.without_mark()),
    (r"address that begins with (?P<example>https:)", lambda found, page: page.without_mark("https://www.example.org/")),
)  # fmt: skip
"""What hints say, and what a person does then; the first that fits."""


def follow(text: str, finding: Finding) -> str:
    """The text after somebody did what the finding says."""
    page = Page(text.split("\n"), finding)
    for pattern, do in WAYS:
        if found := re.search(pattern, page.hint, re.S):
            return do(found, page).replace("\0\n", "")
    raise AssertionError(f"nobody could follow this: {page.hint}")


def findings(root: Path, path: str, text: str) -> list[Finding]:
    """What is wrong with the update, the first place first."""
    write(root, path, text)
    found = pipeline.check(load(root), TODAY).findings
    assert all(one.problem.span.path == path for one in found)
    return sorted(found, key=lambda one: (one.problem.span.start.line, one.problem.span.start.column))


def renamed(root: Path, path: str, hint: str) -> str:
    """“Call it 2013-06-14-….md”: the file is called so, and what stands for the dots stays."""
    called = re.fullmatch(r"Call it ([\d-]+-)….md\.", hint)
    assert called
    (root / path).unlink()
    return re.sub(r"[\d-]+-(?=[a-z])", called[1], path.rpartition("/")[2]).join([path.rpartition("/")[0] + "/", ""])


SPOILED = {
    "a number sign": (TITLE, "title: Half a year in one room, phase #2"),
    "a colon in the title": (TITLE, "title: Half a year: in one room"),
    "a quotation mark left open": (TITLE, 'title: "Half a year in one room'),
    "an at sign": (TITLE, "title: @home in one room"),
    "a title that says nothing": (TITLE, "title: Hub"),
    "no title": (TITLE + "\n", ""),
    "a title as a list": (TITLE, "title: [Half a year, one room]"),
    "a tab": ("  approved_by", "\tapproved_by"),
    "a tab at the margin": ("section: offices", "\tsection: offices"),
    "no space after the colon": ("section: offices", "section:offices"),
    "an equals sign": ("section: offices", "section = offices"),
    "no colon": ("section: offices", "section offices"),
    "a field twice": ("section: offices", "section: offices\nsection: teams"),
    "a mistyped section": ("section: offices", "section: ofices"),
    "a section by its heading": ("section: offices", "section: Shared offices"),
    "an unclear date": ("5 March 2026", "14th of last month"),
    "a day that there is not": ("5 March 2026", "31 February 2026"),
    "a year of two figures": ("5 March 2026", "03/05/26"),
    "a date in the future": ("5 March 2026", "5 March 2031"),
    "no date": ("date: 5 March 2026\n", ""),
    "a mistyped field": ("evidence:", "evidense:"),
    "another word for the site": ("site: northbridge", "sitename: northbridge"),
    "no site": ("site: northbridge\n", ""),
    "another site": ("site: northbridge", "site: westmarsh"),
    "a level by its number": ("licence:", "level: 3\nlicence:"),
    "a direction in other words": ("licence:", "direction: good\nlicence:"),
    "another kind of evidence": ("practice-experience", "experience"),
    "no licence": ("licence: OGL-UK-3.0\n", ""),
    "another licence": ("licence: OGL-UK-3.0", "licence: free"),
    "nobody has looked": ("no_personal_data: yes", "no_personal_data: no"),
    "nobody has agreed": ("  approved_by: Head of Services\n", ""),
    "a check at the margin": ("  approved_by", "approved_by"),
    "both checks at the margin": ("  no_personal_data: yes\n  approved_by", "no_personal_data: yes\napproved_by"),
    "no checks": ("checks:\n  no_personal_data: yes\n  approved_by: Head of Services\n", ""),
    "fields that are not closed": ("---\n\nWe moved", "\nWe moved"),
    "an evaluation without its report": ("practice-experience", "independent-evaluation"),
    "a mistyped source": ("@hazel2021", "@hazle2021"),
    "a heading": (MOVED, f"## What we did\n\n{MOVED}"),
    "an NHS number": (MOVED, f"A child (943 476 5919) came. {MOVED}"),
    "a small number": (MOVED, f"Three children left. {MOVED}"),
    "a date of birth": (MOVED, f"He was born on 12/6/2011. {MOVED}"),
    "somebody's own e-mail": (MOVED, f"Ask jo.bloggs@gmail.com. {MOVED}"),
    "a script": (MOVED, f"<script>alert(1)</script> {MOVED}"),
    "an address that runs a program": (MOVED, f"[A](javascript:alert) {MOVED}"),
    "five slips at once": (
        "date: 5 March 2026\nsection: offices\nevidence: practice-experience\nlicence: OGL-UK-3.0\n",
        "date: 31/02/2026\nsection:ofices\nevidence: practise\nlevel: 3\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_following_the_message_mends_it(name: str, project: Path) -> None:
    old, new = SPOILED[name]
    assert old in SOUND
    text = SOUND.replace(old, new, 1)
    path, found = PATH, findings(project, PATH, text)
    assert any(one.severity.value == "error" for one in found)
    for _ in range(ROUNDS):
        for finding in reversed(found):  # from the end, so that the lines above stay where they are
            if finding.rule == "update-file-name":
                path = renamed(project, path, finding.problem.hint)
            else:
                text = follow(text, finding)
        found = findings(project, path, text)
        if not found:
            break
    assert not found, text
    assert "moved three teams into one room, as [@hazel2021] did." in text, "nothing else was lost"


def test_twenty_at_least() -> None:
    assert len(SPOILED) >= 20
