"""Updates never harm the briefing: the reviewed text is the same to the byte with none, one or fifty, in any order."""

import html
import json
import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing_tools import showing
from briefing_tools.intake import Intake
from briefing_tools.model import UPDATE_STATUSES, CitedBriefing, Day, LinkedSeries
from briefing_tools.source import Source
from briefing_tools.stages.citations import cite
from briefing_tools.stages.links import link
from briefing_tools.stages.pages.briefing import briefing_page, reviewed_html
from briefing_tools.stages.reading import read
from briefing_tools.stages.search import records
from briefing_tools.stages.updates import merge
from casebook import base

TODAY = Day(2026, 11, 24)
FOLDER = "briefings/01-shared-offices/updates"
SECTIONS = ("issue", "policy", "activity", "offices", "teams", "key-messages")
KEYS = ("rowan2019", "ash2020", "hazel2021")
SHOWN = ("published", "expired")


@dataclass(frozen=True)
class Sent:
    """An invented update; `number` makes its file, title and words its own."""

    number: int
    site: str = "northbridge"
    day: int = 5
    section: str = "offices"
    status: str = "published"
    cited: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    extra: str = ""
    checked: str = "yes"
    fields: str = ""
    moderated: str = "moderated_by: editors\nmoderated_on: 2026-03-31\n"

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.site}/2026-03-{self.day:02}-room-{self.number}.md"

    @property
    def text(self) -> str:
        citations = " ".join(f"[@{key}, p. {self.number + 1}]" for key in self.cited)
        return (
            f"---\nsite: {self.site}\ntitle: Invented room number{self.number}x\ndate: 2026-03-{self.day:02}\n"
            f"section: {self.section}\nevidence: practice-experience\nlicence: OGL-UK-3.0\nsources: [{', '.join(self.listed)}]\n"
            f"checks:\n  no_personal_data: {self.checked}\n  approved_by: Head of Services\nstatus: {self.status}\n"
            f"{self.moderated}{self.fields}---\n\nUnique{self.number}words {citations}. {self.extra}\n"
        )


def plan_of(*updates: Sent, reverse: bool = False) -> LinkedSeries:
    """The base with these updates instead of its own, read from memory."""
    texts = {path: text for path, text in base().items() if "/updates/" not in path}
    texts |= {update.path: update.text for update in updates}
    items = sorted(texts.items(), reverse=reverse)
    intake = Intake({path: Source(path, text) for path, text in items}, (), ())
    series = read(intake, "briefings", "references.bib", TODAY)
    return link(cite(series, merge(series), "briefing"))


def briefing_of(plan: LinkedSeries) -> CitedBriefing:
    return plan.cited.briefings[0]


def html_of(plan: LinkedSeries) -> str:
    return str(briefing_page(briefing_of(plan), plan, ()).html)


def regions(html: str) -> list[str]:
    """The regions of a page that hold updates."""
    return re.findall(r'<section class="update".*?</section>', html, re.S)


def outside(html: str) -> str:
    """A page without the regions that hold updates."""
    return re.sub(r'<section class="update".*?</section>', "", html, flags=re.S)


NONE = html_of(plan_of())
EXTRAS = (
    "", "**Bold** and *more*.", "[A link](https://www.example.org/a) and [another](#offices).", "\n\n- One\n- Two\n",
    "\n\n> Quoted. [@ash2020, p. 3]\n", "\n\n!!! signpost\n    - [More](https://www.example.org/b) [@rowan2019]\n", "</section></div><h2>Out</h2>",
    "\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n", "<div><section>", "\n\n```\n</section>\n```\n", "@hazel2021 say so.", "[@unknown2020]", "# Heading {#references}",
)  # fmt: skip

sent = st.builds(
    Sent,
    number=st.integers(0, 999),
    site=st.sampled_from(["northbridge", "westmarsh"]),
    day=st.integers(1, 31),
    section=st.sampled_from([*SECTIONS, "nowhere"]),
    status=st.sampled_from([*SHOWN, *UPDATE_STATUSES]),
    cited=st.lists(st.sampled_from(KEYS), max_size=3).map(tuple),
    listed=st.lists(st.sampled_from(KEYS), max_size=2).map(tuple),
    extra=st.sampled_from(EXTRAS),
    checked=st.sampled_from(["yes", "yes", "no"]),
)


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=6, unique_by=lambda update: update.number))
def test_the_reviewed_text_is_the_same_with_any_updates(updates: list[Sent]) -> None:
    plan = plan_of(*updates)
    assert outside(html_of(plan)) == NONE
    assert reviewed_html(briefing_of(plan), plan) == NONE
    assert briefing_of(plan).text == briefing_of(plan_of()).text, "numbers and references are the briefing's own"


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=6, unique_by=lambda update: update.number))
def test_the_order_in_which_updates_arrive_does_not_matter(updates: list[Sent]) -> None:
    first, second = plan_of(*updates), plan_of(*reversed(updates), reverse=True)
    assert html_of(first) == html_of(second)
    assert json.dumps(showing.plan_of(first, 1)) == json.dumps(showing.plan_of(second, 1))


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=6, unique_by=lambda update: update.number))
def test_merging_again_changes_nothing(updates: list[Sent]) -> None:
    series = plan_of(*updates).cited.series
    once = merge(series)
    placed = tuple(
        update
        for briefing in once
        for found in (*briefing.updates.values(), *briefing.withdrawn.values())
        for update in found
    )
    assert merge(series) == once
    assert merge(replace(series, updates=placed)) == once


@pytest.mark.parametrize("count", [0, 1, 50])
def test_none_one_and_fifty(count: int) -> None:
    updates = [
        Sent(
            number,
            day=1 + number % 28,
            section=SECTIONS[number % 6],
            cited=KEYS[: 1 + number % 3],
            extra=EXTRAS[number % 4],
        )
        for number in range(count)
    ]
    html = html_of(plan_of(*updates))
    assert len(regions(html)) == count
    assert outside(html) == NONE


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=8, unique_by=lambda update: update.number))
def test_only_what_may_be_shown_is_shown(updates: list[Sent]) -> None:
    plan = plan_of(*updates)
    html = html_of(plan)
    found = json.dumps([record.text for record in records(plan)])
    for update in updates:
        shown = update.status in SHOWN and update.checked == "yes" and update.section in SECTIONS
        assert (f"Unique{update.number}words" in html) == shown
        assert (f"number{update.number}x" in html) == shown
        assert (f"Unique{update.number}words" in found) == shown


@pytest.mark.parametrize("status", [status for status in UPDATE_STATUSES if status not in SHOWN])
def test_what_is_not_published_is_nowhere(status: str) -> None:
    """Submitted, held, withdrawn and removed updates reach no page and no search; of a withdrawn one its place is left."""
    plan = plan_of(Sent(1, status=status, cited=KEYS))
    assert outside(html_of(plan)) == NONE
    assert len(regions(html_of(plan))) == (status == "withdrawn")
    assert "number1x" not in html_of(plan)
    assert "Unique1words" not in html_of(plan)
    assert not [record for record in records(plan) if record.kind == "update"]
    listed = json.dumps(showing.plan_of(plan, 1))
    assert ("number1x" in listed) == (status != "removed"), "of what was removed, not a word is left"


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=6, unique_by=lambda update: update.number))
def test_each_update_numbers_its_own_sources(updates: list[Sent]) -> None:
    plan = plan_of(*updates)
    for cited in briefing_of(plan).updates_in_order():
        labels = [reference.label for reference in cited.text.references]
        assert labels == [f"S{number}" for number in range(1, len(labels) + 1)]
        cited_keys = [item.key for placed in cited.text.citations for item in placed.citation.items if item.key in KEYS]
        expected = list(dict.fromkeys([*cited_keys, *cited.update.sources]))
        assert [reference.work.key for reference in cited.text.references] == expected


def test_the_numbers_of_an_update_are_on_the_page() -> None:
    (region,) = regions(html_of(plan_of(Sent(1, cited=("hazel2021", "rowan2019", "hazel2021"), listed=("ash2020",)))))
    assert re.findall(r">(S\d, p\. 2)<", region) == ["S1, p. 2", "S2, p. 2", "S1, p. 2"]
    assert re.findall(r'<span class="source-label">(S\d)</span>', region) == ["S1", "S2", "S3"]


def test_an_update_says_in_words_what_it_is() -> None:
    (region,) = regions(
        html_of(plan_of(Sent(1, fields="level: coalition\ndirection: no change\nperiod: Spring 2026\n")))
    )
    words = " ".join(re.sub(r"<[^>]+>", " ", region).split())
    for said in (
        "Experience from a demonstrator site. Not reviewed evidence.", "Invented room number1x", "Site Northbridge", "Written 5 March 2026",
        "Period Spring 2026", "Kind of evidence Practice experience", "Level of joint working Coalition", "Results No change", "Status Published",
    ):  # fmt: skip
        assert said in words
    assert 'aria-labelledby="update-northbridge-2026-03-05-room-1-title"' in region


def test_what_editors_compiled_says_so() -> None:
    update = replace(Sent(1, listed=("hazel2021",)), fields="origin: published\n")
    (region,) = regions(html_of(plan_of(update)))
    assert "Compiled by the editors from a published source. Not reviewed evidence." in region
    assert "Experience from a demonstrator site" not in region


@pytest.mark.parametrize(
    ("status", "fields"),
    [("expired", ""), ("published", "review_by: 2026-10\n"), ("published", "review_by: 2026-11-23\n")],
)
def test_an_update_that_nobody_has_confirmed_says_so(status: str, fields: str) -> None:
    (region,) = regions(html_of(plan_of(Sent(1, status=status, fields=fields))))
    assert "This is from 5 March 2026 and has not been confirmed since" in region


def test_an_update_is_good_until_the_end_of_its_month() -> None:
    (region,) = regions(html_of(plan_of(Sent(1, fields="review_by: November 2026\n"))))
    assert "has not been confirmed since" not in region


def test_updates_stand_by_date_then_site_in_their_section() -> None:
    updates = (
        Sent(1, day=9, section="teams"), Sent(2, "westmarsh", 7), Sent(3, day=7), Sent(4, day=3), Sent(5, day=9, section="issue"),
    )  # fmt: skip
    html = html_of(plan_of(*updates))
    assert re.findall(r"number(\d)x</h", html) == ["5", "4", "3", "2", "1"]
    before = html[: html.index("number4x")]
    assert before.rindex("<h") > before.rindex('id="offices"'), "behind the section's own text"
    assert html.index("Staff sit together") < html.index("number4x") < html.index('id="teams"')


def test_an_update_for_an_old_id_finds_its_section() -> None:
    plan = plan_of(Sent(1))
    source = plan.cited.series.sources["briefings/01-shared-offices/index.md"]
    assert "{#offices}" in source.text
    texts = {
        **plan.cited.series.sources,
        source.path: Source(source.path, source.text.replace("{#offices}", '{#rooms was="offices"}')),
    }
    series = read(Intake(texts, (), ()), "briefings", "references.bib", TODAY)
    (merged,) = merge(series)
    assert list(merged.updates) == ["rooms"]


@settings(max_examples=30)
@given(updates=st.lists(sent, max_size=6, unique_by=lambda update: update.number))
def test_every_id_of_a_page_is_its_own(updates: list[Sent]) -> None:
    """Otherwise a link to a section could lead into an update."""
    sound = [update for update in updates if "{#" not in update.extra]  # an id in an update is an error
    ids = re.findall(r' id="([^"]*)"', html_of(plan_of(*sound)))
    assert len(ids) == len(set(ids))


# -- What was withdrawn or removed -------------------------------------------------------------------------------------


def test_a_withdrawn_update_keeps_its_place_with_date_and_reason() -> None:
    told = "withdrawn_on: 2026-09-02\nstatus_note: The site found a <mistake> in its figures.\n"
    plan = plan_of(Sent(1, day=3), Sent(2, day=5, status="withdrawn", fields=told), Sent(3, day=7))
    first, gone, last = regions(html_of(plan))
    assert "number1x" in first
    assert "number3x" in last
    assert 'id="update-northbridge-2026-03-05-room-2"' in gone, "an old link still leads here"
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", gone)).split())
    assert words == (
        "An update from Northbridge was withdrawn Withdrawn. Its text is no longer published. Site Northbridge "
        "Written 5 March 2026 Withdrawn 2 September 2026 Reason The site found a <mistake> in its figures."
    )
    assert [update["shown"] for update in showing.plan_of(plan, 1)["updates"]] == [True, False, True]


@pytest.mark.parametrize("change", [{"checked": "no"}, {"moderated": ""}])
def test_what_readers_never_saw_leaves_no_banner(change: dict[str, str]) -> None:
    assert html_of(plan_of(Sent(1, status="withdrawn", **change))) == NONE  # type: ignore[arg-type]


def test_links_to_a_withdrawn_update_still_lead_to_it() -> None:
    link_to_it = "[Before](../../index.md#update-northbridge-2026-03-05-room-1)"
    plan = plan_of(Sent(1, status="withdrawn"), Sent(2, extra=link_to_it))
    assert [link.state.value for link in plan.links if "room-1" in link.target] == ["ok"]


# -- How updates stand to one another ----------------------------------------------------------------------------------


def _relation(how: str, other: str) -> str:
    return f"relates_to:\n  - update: {other}\n    how: {how}\n"


@pytest.mark.parametrize(
    ("how", "words", "back"),
    [
        ("supports", "Supports", "Supported by"),
        ("differs", "Differs from", "Differs from"),
        ("follows", "Follows", "Followed by"),
        ("replaces", "Replaces", "Replaced by"),
    ],
)
def test_relations_lead_both_ways(how: str, words: str, back: str) -> None:
    plan = plan_of(Sent(1), Sent(2, "westmarsh", 9, fields=_relation(how, "northbridge/2026-03-05-room-1")))
    first, second = regions(html_of(plan))
    line = '<li><strong>{}:</strong> <a href="#update-{}">Invented room number{}x</a> ({})</li>'
    assert line.format(back, "westmarsh-2026-03-09-room-2", 2, "Westmarsh") in first
    assert line.format(words, "northbridge-2026-03-05-room-1", 1, "Northbridge") in second
    assert outside(html_of(plan)) == NONE


def test_both_saying_that_they_differ_is_one_line_each() -> None:
    plan = plan_of(
        Sent(1, fields=_relation("differs", "northbridge/2026-03-05-room-2")),
        Sent(2, fields=_relation("differs", "northbridge/2026-03-05-room-1")),
    )
    assert [region.count("Differs from:") for region in regions(html_of(plan))] == [1, 1]


def test_relations_lead_to_another_briefing() -> None:
    """From one briefing's page to the other's and back."""
    texts = {path: text for path, text in base().items() if "/updates/" not in path}
    first = Sent(1)
    second = Sent(2, "westmarsh", 9, fields=_relation("differs", "northbridge/2026-03-05-room-1"))
    texts["briefings/02-other/index.md"] = texts["briefings/01-shared-offices/index.md"].replace(
        "number: 1", "number: 2"
    )
    texts |= {first.path: first.text, second.path.replace("01-shared-offices", "02-other"): second.text}
    series = read(
        Intake({path: Source(path, text) for path, text in texts.items()}, (), ()), "briefings", "references.bib", TODAY
    )
    plan = link(cite(series, merge(series), "briefing"))
    one, two = (str(briefing_page(cited, plan, ()).html) for cited in plan.cited.briefings)
    assert (
        '<a href="../02-other/#update-westmarsh-2026-03-09-room-2">Invented room number2x</a> (Westmarsh, Briefing 2)'
        in one
    )
    assert '<a href="../01-shared-offices/#update-northbridge-2026-03-05-room-1">Invented room number1x</a>' in two


@pytest.mark.parametrize("status", ["held", "withdrawn", "removed"])
def test_nothing_leads_to_what_is_not_shown(status: str) -> None:
    plan = plan_of(Sent(1, status=status), Sent(2, fields=_relation("follows", "northbridge/2026-03-05-room-1")))
    assert "number1x" not in html_of(plan)
    assert "Follows" not in html_of(plan)
