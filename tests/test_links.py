"""Links: every one is followed as far as it goes without a network, and the page carries an address that works there."""

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing_tools import pipeline, showing
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.model import Day, Link, LinkedSeries, LinkState
from briefing_tools.rules import RULES
from briefing_tools.stages.pages import BuiltPage, make_pages
from casebook import Fence, change, lay_out, write

ROOT = Path(__file__).parents[1]
TODAY = Day(2026, 11, 24)
BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SENTENCE = "Joint teams have one manager."


def plan_of(root: Path) -> LinkedSeries:
    return pipeline.check(load(root), TODAY).plan


def link_of(plan: LinkedSeries, owner: str, target: str) -> Link:
    (found,) = [link for link in plan.links if (link.owner, link.target) == (owner, target)]
    return found


def with_more(root: Path, path: str, text: str) -> LinkedSeries:
    """The plan of the base with an about page, a picture and a PDF, and `text` in the file `path`."""
    write(
        root,
        "briefings/about.md",
        "---\ntitle: About us\n---\n\n## Who we are\n\nText.\n\n### Ünïts {#units}\n\nText.\n",
    )
    write(root, "briefings/guides/index.md", "---\ntitle: Guides\n---\n\nText.\n")
    write(root, "briefings/01-shared-offices/levels.png", "")
    write(root, "briefings/files/report.pdf", "")
    old = {BRIEFING: SENTENCE, UPDATE: "We moved three teams into one room, as [@hazel2021] did."}.get(path)
    if old is None:
        write(root, path, text)
    else:
        lay_out(root, change(path, old, text))
    return plan_of(root)


@pytest.mark.parametrize(
    ("owner", "target", "href"),
    [
        (BRIEFING, "#offices", "#offices"),
        (BRIEFING, "index.md#offices", "#offices"),
        (BRIEFING, "index.md", "./"),
        (BRIEFING, "../index.md", "../"),
        (BRIEFING, "../about.md", "../about/"),
        (BRIEFING, "../about.md#who-we-are", "../about/#who-we-are"),
        (BRIEFING, "../about.md#units", "../about/#units"),
        (BRIEFING, "../guides/index.md", "../guides/"),
        (BRIEFING, "../guides/", "../guides/"),
        (BRIEFING, "../guides", "../guides/"),
        (BRIEFING, "../glossary.md#iso", "../glossary/#iso"),
        (BRIEFING, "../checks.md", "../checks/"),
        (BRIEFING, "levels.png", "levels.png"),
        (BRIEFING, "./levels.png", "levels.png"),
        (BRIEFING, "../files/report.pdf", "../files/report.pdf"),
        (BRIEFING, "#references", "#references"),
        (BRIEFING, "#ref-rowan2019", "#ref-rowan2019"),
        (BRIEFING, "#cite-1", "#cite-1"),
        (BRIEFING, "#update-northbridge-2026-03-05-one-room", "#update-northbridge-2026-03-05-one-room"),
        (UPDATE, "../../index.md#offices", "#offices"),
        (UPDATE, "../../levels.png", "levels.png"),
        (UPDATE, "../../../about.md", "../about/"),
        (UPDATE, "#offices", "#offices"),
        ("briefings/note.md", "01-shared-offices/index.md", "../01-shared-offices/"),
        ("briefings/note.md", "01-shared-offices/index.md#offices", "../01-shared-offices/#offices"),
        ("briefings/note.md", "files/report.pdf", "../files/report.pdf"),
        ("briefings/note.md", "index.md", "../"),
        ("briefings/guides/note.md", "../index.md", "../../"),
        ("briefings/guides/note.md", "index.md", "../"),
    ],
)  # fmt: skip
def test_links_inside_the_project_work_on_the_page(owner: str, target: str, href: str, tmp_path: Path) -> None:
    found = link_of(with_more(lay_out(tmp_path), owner, f"See [words]({target})."), owner, target)
    assert (found.state, found.href) == (LinkState.OK, href)
    assert not found.external


@pytest.mark.parametrize(
    ("target", "state"),
    [
        ("nowhere.md", LinkState.MISSING_FILE),
        ("../../mkdocs.yml", LinkState.MISSING_FILE),
        ("../../references.bib", LinkState.MISSING_FILE),
        ("../sites.yml", LinkState.MISSING_FILE),
        ("../../../../../etc/passwd", LinkState.MISSING_FILE),
        ("/etc/passwd", LinkState.MISSING_FILE),
        ("updates/northbridge/2026-03-05-one-room.md", LinkState.MISSING_FILE),
        ("index.md#nowhere", LinkState.MISSING_ANCHOR),
        ("#nowhere", LinkState.MISSING_ANCHOR),
        ("../about.md#nowhere", LinkState.MISSING_ANCHOR),
        ("javascript:alert(1)", LinkState.UNSAFE),
        ("JavaScript:alert(1)", LinkState.UNSAFE),
        ("vbscript:x", LinkState.UNSAFE),
        ("data:text/html,x", LinkState.UNSAFE),
        ("file:///etc/passwd", LinkState.UNSAFE),
        ("//www.example.org", LinkState.UNSAFE),
        ("https:///nohost", LinkState.INVALID),
        ("http://[oops", LinkState.INVALID),
        ("https://www.example.org/", LinkState.UNTESTED),
        ("mailto:a@example.org", LinkState.SKIPPED),
        ("tel:+441234567890", LinkState.SKIPPED),
    ],
)
def test_what_is_known_about_where_a_link_leads(target: str, state: LinkState, tmp_path: Path) -> None:
    plan = with_more(lay_out(tmp_path), BRIEFING, f"See [words]({target}).")
    found = link_of(plan, BRIEFING, target)
    assert found.state == state
    assert bool(found.href) == (state in (LinkState.UNTESTED, LinkState.SKIPPED)), (
        "what leads nowhere is not a link on the page"
    )


def test_notes_are_numbered_as_they_occur(tmp_path: Path) -> None:
    """Print numbers the links of the reviewed text; a repeated address gets a new number, an update none."""
    root = lay_out(
        tmp_path,
        change(
            BRIEFING,
            "Two areas have tried it.",
            "See [one](https://www.example.org/one) and [two](https://www.example.org/two).",
        ),
        change(
            BRIEFING,
            SENTENCE,
            "See [one again](https://www.example.org/one), [mail](mailto:a@example.org) and [here](#offices).",
        ),
        change(
            UPDATE,
            "We moved three teams into one room, as [@hazel2021] did.",
            "See [ours](https://www.example.org/ours).",
        ),
    )
    plan = plan_of(root)
    (notes,) = plan.notes.values()
    assert [(note.number, note.url, note.section) for note in notes] == [
        (1, "https://www.example.org/one", "activity"),
        (2, "https://www.example.org/two", "activity"),
        (3, "https://www.example.org/two-years", "offices"),
        (4, "https://www.example.org/one", "teams"),
        (5, "mailto:a@example.org", "teams"),
    ]
    assert len({note.span for note in notes}) == 5


def test_a_link_is_found_by_its_place(project: Path) -> None:
    plan = plan_of(project)
    for link in plan.links:
        assert plan.by_span[link.span] is link
        source = plan.cited.series.sources[link.span.path]
        assert source.text[source.offset(link.span.start) : source.offset(link.span.end)] == link.target


def _pages(plan: LinkedSeries) -> dict[str, BuiltPage]:
    return {page.url: page for page in make_pages(plan, (), RULES)}


def _ids(page: BuiltPage) -> set[str]:
    return set(re.findall(r'\bid="([^"]*)"', str(page.html)))


@pytest.mark.parametrize("which", ["base", "real"])
def test_every_link_of_every_page_arrives(which: str, tmp_path: Path) -> None:
    """The pages that were made are the judge, not the plan that they were made from."""
    plan = plan_of(lay_out(tmp_path) if which == "base" else ROOT)
    pages = _pages(plan)
    seen = 0
    for page in pages.values():
        for href in re.findall(r'\bhref="([^"]*)"', str(page.html)):
            if re.match(r"[a-z]+:", href) or href in page.beside:
                continue
            path, _, anchor = unquote(href).partition("#")
            url = posixpath.normpath(posixpath.join(page.url, path)) if path else page.url.rstrip("/")
            target = next((one for one in pages if one.rstrip("/") == url.removeprefix(".").strip("/")), None)
            assert target is not None, f"{page.url}: {href}"
            assert not anchor or anchor in _ids(pages[target]), f"{page.url}: {href}"
            seen += 1
    assert seen >= 20


def test_the_first_briefing_has_thirteen_notes() -> None:
    plan = plan_of(ROOT)
    notes = plan.notes["07-integrated-working"]
    assert [note.number for note in notes] == list(range(1, 14))
    assert notes[0].url == notes[3].url == "http://tinyurl.com/integreview"
    assert not [link for link in plan.links if link.state not in (LinkState.OK, LinkState.UNTESTED)]


def test_a_list_from_a_record_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    lay_out(tmp_path)
    write(tmp_path, "briefings/links.lock", "<<<<<<< ours\n")
    listed = CliRunner().invoke(main, ["links", "list", "--root", str(tmp_path)])
    assert listed.exit_code == 1
    assert "untested (1)" in listed.stdout
    assert "config-bad-record" in listed.stderr


def test_links_are_listed_once_for_each_address(tmp_path: Path) -> None:
    root = lay_out(
        tmp_path,
        change(BRIEFING, SENTENCE, "See [this](https://www.example.org/two-years) and ![A picture](levels.png)."),
        Fence("bytes", "briefings/01-shared-offices/levels.png", ""),
    )
    listed = {one["url"]: one for one in showing.links_of(plan_of(root))["links"]}
    assert [place["line"] for place in listed["https://www.example.org/two-years"]["where"]] == [30, 34]
    assert listed["https://www.example.org/two-years"]["state"] == "untested"
    assert listed["levels.png"]["state"] == "ok"


PIECES = [
    "https://",
    "http://",
    "//",
    "javascript:",
    "mailto:",
    "..",
    "/",
    "index.md",
    "#",
    "offices",
    "a",
    "%",
    "%2e",
    "%00",
    "?",
    "&",
    "[",
    "]",
    ":",
    "@",
    "é",
    " ",
    "\\",
    "*",
    "_",
    ";",
    "=",
    "~",
]


@settings(max_examples=150)
@given(target=st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_no_address_makes_the_follower_fall_over(target: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path) if not (tmp_path / "mkdocs.yml").exists() else tmp_path
    write(
        root,
        "briefings/note.md",
        f"---\ntitle: A note\n---\n\nSee [words]({target}) and [more](<{target}>).\n\n![Alt]({target})\n",
    )
    plan = plan_of(root)
    for link in plan.links:
        assert not link.href or re.match(r"(?:https?:|mailto:|tel:|\.|#|[\w%./-]+)", link.href, re.I)
        assert not re.match(r"\s*(?:javascript|data|vbscript):", link.href, re.I)
    html = str(_pages(plan)["note/"].html)
    assert not re.search(r'(?:href|src)="\s*(?:javascript|data|vbscript):', html, re.I)


def test_an_address_of_ten_thousand_characters(tmp_path: Path) -> None:
    url = "https://www.example.org/".ljust(10_000, "a")
    root = lay_out(
        tmp_path, change("briefings/01-shared-offices/index.md", "Joint teams have one manager.", f"See [it]({url}).")
    )
    found = [one for one in pipeline.check(load(root), TODAY).findings if one.rule == "link-invalid"]
    assert [(one.problem.message.split(" – ")[1], one.problem.hint) for one in found] == [
        (
            "The address has 10,000 characters; many servers and browsers take no more than 4,000.",
            "Cite a shorter one. Often all that stands after “?” can be left out; try it in a browser.",
        )
    ]
