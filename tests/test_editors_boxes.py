"""What editors add to a section says so, with its date, in words, on the page, in search and in print."""

import re
from pathlib import Path

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.stages.editions.compositor import Compositor
from briefing_tools.stages.editions.pieces import walk, words
from briefing_tools.stages.pages.briefing import briefing_page
from briefing_tools.stages.search import records
from casebook import change, lay_out

BRIEFING = "briefings/01-shared-offices/index.md"
SENTENCE = "Joint teams have one manager."
BOXES = f"""{SENTENCE}

!!! later-evidence "March 2016"
    A *later* report found less [@ash2020, p. 15].

!!! editors-note "14 June 2013"
    The second area has stopped.
"""
LATER = "Later evidence, March 2016: added by the editors to the reviewed text"
NOTE = "Editors’ note, 14 June 2013: added by the editors to the reviewed text"


def test_everywhere_it_is_said_what_it_is(tmp_path: Path) -> None:
    plan = pipeline.check(load(lay_out(tmp_path, change(BRIEFING, SENTENCE, BOXES))), Day(2026, 11, 24)).plan
    (cited,) = plan.cited.briefings
    html = str(briefing_page(cited, plan, ()).html)
    boxes = re.findall(r'<div class="editors-box ([a-z-]+)" role="note" aria-label="([^"]+)">(.*?)</div>', html, re.S)
    assert [(kind, name) for kind, name, _ in boxes] == [("later-evidence", LATER), ("editors-note", NOTE)]
    assert f'<p class="editors-box-title">{LATER}</p>' in boxes[0][2]
    assert "2, p. 15" in boxes[0][2], "its citation has a number of the briefing"
    section = next(one for one in records(plan) if one.kind == "section" and one.section == "teams")
    assert f"{SENTENCE} {LATER}. A later report found less. {NOTE}. The second area has stopped." in section.text
    teams = cited.briefing.section("teams")
    assert teams
    printed = Compositor(cited.text, plan.by_span).blocks(teams.body)
    titles = [
        words(piece.children) for _, piece in walk(printed) if piece.kind == "paragraph" and piece.values.get("sticky")
    ]
    assert titles == [LATER, NOTE]
