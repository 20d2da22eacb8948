"""Writing an update: what is made of the answers, in Python and in the browser's script, comes back from our own reader."""

import json
import random
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.dates import NO_DATE, parse_day, why_no_day
from briefing_tools.drafts import UpdateDraft, briefing_path, name_of, one_line, running_text, update_path, update_text
from briefing_tools.errors import CannotRun
from briefing_tools.model import Day
from briefing_tools.source import Source
from briefing_tools.stages.pages.write import ADVICE
from briefing_tools.stages.reading.updates import read_update
from briefing_tools.wording import SAID
from casebook import Fence, lay_out, write
from test_pages import bare, site_of, site_with
from twins import find_node

SCRIPT = Path(__file__).parents[1] / "briefing_tools" / "theme" / "write" / "draft.js"
DRAFT = UpdateDraft(
    "01-shared-offices", "northbridge", "offices", "Half a year in one room", Day(2026, 3, 5), "practice-experience",
    "OGL-UK-3.0", "We moved three teams into one room.", "no-change", "coordination", "January to June 2026", "", True,
    "Head of Services",
)  # fmt: skip
HOSTILE = (
    'Quotes "double" and \'single\'', "A colon: here, and # a remark", "“Curly” and ‘curled’ marks", "- a list, perhaps",
    "yes and no: on, off ~", "& * ! | > % @ ` all signs", "{braces} and [brackets], you see", "back\\slash \\n \\x41 \\",
    "emoji 😀 and 👩‍👧 family", "two\nlines\r\nand\rmore", "--- three hyphens ---", "null: ~ true", "tab\there\u00a0hard space",
    "unseen\u200bcharacter\ufeff\u2060s", "control\x00\x07\x1b\x85 characters", "\u2028separators\u2029 here", "ends with a colon:",
    "? question: mark", "site: westmarsh", "title: twice", "0123456789", "2026-03-05", "12:30:45", "0x1F and 1e3", "'", '"""', "\\\"",
    "Wales 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f and 🏴\U000e0067 none", "turned \u202e round \u2066x\u2069 \u3164", "=" * 20, "א עברית ו-ع", "%YAML 1.2 is here", "<script>alert(1)</script>", "a" * 90, "\U000f0001private\U0010fffd",
)  # fmt: skip
BODIES = (
    "---\nsite: westmarsh\n---\n\nAgain.", "One.\n\n---\n\nTwo.", "\n\n   \nFirst line\n\n\nlast   \n\n", "title: not a field",
    "Line\r\nline\rline", "- one\n- two\n    - three", "    code", "> quoted", "😀 " * 3000, "tab\tand \u200bunseen", "...", "%",
)  # fmt: skip
DATES = (
    "2013-06-14", "14/06/2013", "14.6.2013", "14 June 2013", "14th June, 2013", "June 14, 2013", "Friday 14 June 2013", "Sept 2013",
    "June 2013", "2013", "2013-06", "2013-00", "2013-6-1", "31 February 2013", "29/02/2012", "29/02/2013", "14/13/2013", "0/1/2013",
    "14/06/13", "14th of last month", "yesterday", "", "1799", "2201-01-01", "14 June 0013", "32 Jan 2013", "2013-06-14T10:00Z",
    "Wed, 5 March 2026", "5 Marchy 2026", "2013-13", "2013.", "١٤/٠٦/٢٠١٣", "14 JUNE 2013", "may 2013", "14 Sep. 2013", "31.11.2013",
)  # fmt: skip

_ASK = """
const draft = require(process.argv[1]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(([name, ...values]) => draft[name](...values))));
"""


def ask(questions: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What the browser's script answers, each question a function's name and its values."""
    asked = json.dumps(questions)
    done = subprocess.run(
        [find_node(), "-e", _ASK, str(SCRIPT)], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    answers: list[Any] = json.loads(done.stdout)
    return answers


def as_values(draft: UpdateDraft) -> Mapping[str, Any]:
    return {**asdict(draft), "date": draft.date.iso}


def variations() -> list[UpdateDraft]:
    """Drafts with every hostile text in every place, and some thousand characters at random."""
    chance = random.Random(7)
    signs = " \n\t:#-'\"\\[]{}&*!|>%@`,?~=“”‘’\u00a0\u200b\u2028😀éaA0—.\x00\x85"
    mixed = ["".join(chance.choice(signs) for _ in range(chance.randint(1, 40))) for _ in range(300)]
    return [
        *(replace(DRAFT, title=text, period=text[::-1], approved_by=text) for text in (*HOSTILE, *mixed)),
        *(replace(DRAFT, text=text) for text in (*HOSTILE, *BODIES, *mixed)),
        replace(DRAFT, direction="", level="", period="", source="hazel2021", evidence="independent-evaluation"),
        replace(DRAFT, no_personal_data=False, approved_by=""),
        replace(DRAFT, date=Day(2026)),
    ]


def read_back(draft: UpdateDraft, text: str) -> None:
    """The reader finds nothing wrong with the fields, and every value as it was given."""
    source = Source("briefings/01-shared-offices/updates/northbridge/2026-03-05-x.md", text)
    update, slips = read_update(source, draft.slug)
    head = source.position(update.text_from).line
    said = [slip for slip in slips if slip.problem.span.start.line < head and slip.code != "update-empty"]
    assert [slip.code for slip in said] == ([] if one_line(draft.title) else ["update-missing-field"])
    if one_line(draft.title):
        assert update.title == one_line(draft.title)
    assert update.period == one_line(draft.period)
    assert update.approved_by == one_line(draft.approved_by)
    assert (update.site, update.section, update.date) == (draft.site, draft.section, draft.date)
    assert (update.evidence, update.licence) == (draft.evidence, draft.licence)
    assert (update.direction, update.level) == (draft.direction, draft.level)
    assert update.sources == ((draft.source,) if draft.source else ())
    assert update.no_personal_data == draft.no_personal_data
    assert text[update.text_from :] == f"\n{running_text(draft.text)}\n"


def test_every_value_comes_back() -> None:
    for draft in variations():
        read_back(draft, update_text(draft))


@given(st.text(min_size=1), st.text())
def test_any_text_comes_back(line: str, body: str) -> None:
    draft = replace(DRAFT, title=line, period=line, approved_by=line, text=body)
    read_back(draft, update_text(draft))


def test_both_languages_write_the_same_file() -> None:
    drafts = variations()
    made = ask([("text", as_values(draft)) for draft in drafts])
    assert made == [update_text(draft) for draft in drafts]
    places = ask([("place", "briefings", as_values(draft)) for draft in drafts])
    assert [f"{one['folder']}/{one['name']}" for one in places] == [update_path("briefings", one) for one in drafts]


def test_both_languages_read_the_same_dates() -> None:
    days = [parse_day(" ".join(given.split())) for given in DATES if given.isascii()]
    found = ask([("parseDay", given) for given in DATES if given.isascii()])
    assert [Day(**one) if one else None for one in found] == days
    assert ask([("parseDay", given) for given in DATES if not given.isascii()]) == [None]


def test_both_languages_say_the_same_of_a_date() -> None:
    wrong = [given for given in DATES if given and given.isascii() and parse_day(given) is None]
    questions = [
        ("faults", {**as_values(DRAFT), "date": given}, {**ADVICE, **NO_DATE}, {"year": 2026, "month": 11, "day": 24})
        for given in wrong
    ]
    said = [one["date"] for one in ask(questions)]
    assert len(said) > 8
    assert said == [
        f"{SAID['bad_date'].format(given=given, why=why_no_day(given))} {ADVICE['bad_date'][1]}" for given in wrong
    ]


def faults(**changes: object) -> Mapping[str, str]:
    """What the form says of answers that are fine but for these."""
    values = {**as_values(DRAFT), "agreed": True, **changes}
    (found,) = ask([("faults", values, {**ADVICE, **NO_DATE}, {"year": 2026, "month": 11, "day": 24})])
    return dict(found)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"site": ""}, "site", "Please say which site this is from."),
        ({"title": "Hub"}, "title", "The title has 3 characters. Write 8 to 90"),
        ({"title": "😀" * 90}, "", ""),
        ({"title": "😀" * 91}, "title", "The title has 91 characters."),
        ({"date": "25 November 2026"}, "date", "25 November 2026 is in the future. Give the day on which it was written, at the latest 24 November 2026."),
        ({"date": "November 2026"}, "", ""),
        ({"text": " \n "}, "text", "This update has no text."),
        ({"text": "Words.\n\n## What we did"}, "text", "An update cannot have headings."),
        ({"text": "What we did\n---\nWords."}, "text", "An update cannot have headings."),
        ({"text": "One.\n\n---\n\nTwo."}, "", ""),
        ({"evidence": "independent-evaluation"}, "source", "An independent evaluation needs its report."),
        ({"no_personal_data": False}, "no_personal_data", "Nobody has confirmed that there is no personal data in this update."),
        ({"approved_by": " "}, "approved_by", "Nobody at the site is named who agreed to publish this update."),
        ({"agreed": False}, "agreed", "Tick it once they have said yes."),
    ],
)  # fmt: skip
def test_the_form_says_what_is_wrong(changes: Mapping[str, object], field: str, said: str) -> None:
    found = faults(**changes)
    assert list(found) == ([field] if field else [])
    if field:
        assert said in found[field]


SENDING = {
    "content": "briefings", "repository": "https://example.org/owner/name", "branch": "main/next", "forge": "github",
    "email": "editors@example.org",
}  # fmt: skip


def test_addresses_of_the_three_kinds_of_repository() -> None:
    draft = as_values(replace(DRAFT, title="Half & half + more", text="a b"))
    folder = "briefings/01-shared-offices/updates/northbridge"
    github, gitlab, gitea, nowhere = ask(
        [
            ("address", {**SENDING, **change}, draft)
            for change in ({}, {"forge": "gitlab"}, {"forge": "gitea"}, {"repository": ""})
        ]
    )
    name = "2026-03-05-half-half-more.md"
    assert github.startswith(
        f"https://example.org/owner/name/new/main/next/{folder}?filename={name}&value=---%0Asite%3A+northbridge"
    )
    assert "%22Half+%26+half+%2B+more%22" in github
    named = f"https://example.org/owner/name/-/new/main/next?file_name={folder.replace('/', '%2F')}%2F{name}"
    assert gitlab.startswith(f"{named}&content=---%0Asite%3A+northbridge")
    assert parse_qs(urlsplit(gitlab).query)["content"] == [
        update_text(replace(DRAFT, title="Half & half + more", text="a b"))
    ]
    (long,) = ask([("address", {**SENDING, "forge": "gitlab"}, {**draft, "text": "word " * 2000})])
    assert long == named
    assert gitea.startswith(f"https://example.org/owner/name/_new/main/next/{folder}?filename={name}&value=---%0A")
    assert nowhere == ""


def test_no_address_is_longer_than_servers_take() -> None:
    drafts = [replace(DRAFT, text="a" * count) for count in range(6900, 7900, 20)]
    longest = max(len(address) for address in ask([("address", SENDING, as_values(draft)) for draft in drafts]))
    assert 8191 - 20 <= longest <= 8191


def test_a_letter_holds_the_text_or_says_which_file_is_attached() -> None:
    short, long = ask(
        [("letter", SENDING, as_values(replace(DRAFT, text=text))) for text in ("Short.", "word " * 1500)]
    )
    assert short.startswith("mailto:editors@example.org?subject=Update%3A%20Half%20a%20year%20in%20one%20room&body=")
    assert "Short." in short
    assert "I%20attach%20the%20file%202026-03-05-half-a-year-in-one-room.md" in long
    assert max(len(short), len(long)) <= 1900


def test_names_of_files() -> None:
    assert name_of("Six months of a co-located hub") == "six-months-of-a-co-located-hub"
    assert name_of("What we learnt in the very first two years of it") == "what-we-learnt-in-the-very-first-two"
    assert name_of("Children's Café: Æ, ß, 😀") == "childrens-cafe"
    assert name_of("😀😀") == ""
    assert len(name_of("a" * 90)) == 40
    assert briefing_path("briefings", 8, "Think Family!") == "briefings/08-think-family/index.md"


# -- The page ----------------------------------------------------------------------------------------------------------


def test_the_page_offers_what_there_is_and_needs_no_script_to_be_read(tmp_path: Path) -> None:
    site = site_with(tmp_path)
    html = (site / "write/index.html").read_text("utf-8")
    assert '<optgroup label="Briefing 1: Sharing an office" id="01-shared-offices">' in html
    assert '<option value="01-shared-offices#offices">' in html
    assert "Northbridge (Invented Council of Northbridge)" in html
    assert "site: northbridge" in html
    assert "<code>offices</code>" in html
    assert "<style" not in html
    assert " style=" not in html
    assert "<script>" not in html
    assert " on" not in "".join(
        part.split(">")[0] for part in html.split("<")[1:] if part.startswith(("input", "button"))
    )
    briefing = (site / "01-shared-offices/index.html").read_text("utf-8")
    assert '<a href="../write/#01-shared-offices">Tell others what your site learnt</a>' in briefing


def test_what_is_named_on_the_page_stays_text(tmp_path: Path) -> None:
    sites = "sites:\n  - id: northbridge\n    name: '<img src=x onerror=alert(1)>'\n    organisation: '\"><script>'\n"
    html = (site_with(tmp_path, Fence("file", "briefings/sites.yml", sites)) / "write/index.html").read_text("utf-8")
    assert "<img src=x" not in html
    assert '"><script>' not in html


@pytest.mark.parametrize("change", ["closed", "no sites"])
def test_there_is_no_page_when_nothing_can_be_sent(change: str, tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path))
    if change == "closed":
        path = root / "briefings/01-shared-offices/index.md"
        path.write_text(path.read_text("utf-8").replace("status: live", "status: closed"), "utf-8")
    else:
        write(root, "briefings/sites.yml", "sites: []\n")
    site = site_of(root)
    assert not (site / "write").exists()
    assert "Tell others" not in (site / "01-shared-offices/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("repository: http://example.org/owner/name", "is not a value of repository"),
        ("repository: https://example.org/owner", "is not a value of repository"),
        ("repository: 'javascript:alert(1)//x/y'", "is not a value of repository"),
        ("branch: main?x=1", "is not a value of branch"),
        ("forge: bitbucket", "is not a value of forge"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(setting: str, said: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    text = (root / "mkdocs.yml").read_text("utf-8").replace("  - briefings\n", f"  - briefings:\n      {setting}\n")
    write(root, "mkdocs.yml", text)
    with pytest.raises(CannotRun, match=said):
        load(root)


def test_a_file_as_it_is_made_passes_every_check(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    write(root, update_path("briefings", DRAFT), update_text(DRAFT))
    found = pipeline.check(load(root), Day(2026, 11, 24)).findings
    assert [finding.rule for finding in found] == ["update-waiting"]
