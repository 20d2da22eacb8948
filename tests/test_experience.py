"""What sites tell us: every update that is shown is listed once with its place, and the list can be narrowed."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from briefing_tools.cli import main
from briefing_tools.model import DIRECTIONS
from briefing_tools.rules import RULES
from briefing_tools.stages.pages import BuiltPage, make_pages
from browsing import a_browser, served, visiting
from casebook import lay_out, write
from test_updates import Sent, plan_of

SECOND = Sent(
    2,
    "westmarsh",
    9,
    section="teams",
    fields="level: coalition\ndirection: no-change\nrelates_to:\n  - update: northbridge/2026-03-05-room-1\n    how: differs\n",
)
UPDATES = (Sent(1, fields="direction: positive\n"), SECOND, Sent(3, day=11, section="teams", status="expired"))
HIDDEN = tuple(
    Sent(number, status=status) for number, status in enumerate(("submitted", "held", "withdrawn", "removed"), 4)
)


def pages_of(*updates: Sent) -> dict[str, BuiltPage]:
    return {page.url: page for page in make_pages(plan_of(*updates), (), RULES)}


def titles(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<p class="update-list-title"><a href="([^"]+)">([^<]+)</a>', html)


def test_every_update_that_is_shown_is_listed_with_its_place() -> None:
    html = str(pages_of(*UPDATES, *HIDDEN)["updates/"].html)
    assert titles(html) == [
        ("../01-shared-offices/#update-northbridge-2026-03-05-room-1", "Invented room number1x"),
        ("../01-shared-offices/#update-westmarsh-2026-03-09-room-2", "Invented room number2x"),
        ("../01-shared-offices/#update-northbridge-2026-03-11-room-3", "Invented room number3x"),
    ]
    assert re.findall(r"<h[23][^>]*>(?:<a[^>]*>)?([^<]+)", html)[:3] == [
        "Briefing 1: Sharing an office", "Shared offices", "Joint teams",
    ]  # fmt: skip
    assert "This is experience, not reviewed evidence." in html
    assert "3 accounts. Sites say 0 times that they support another account, and 1 time that theirs differs." in html
    assert html.count("<dt>Beside others</dt><dd>Differs from 1</dd>") == 2, "both sides, with equal weight"


def test_each_site_has_a_page_of_its_own() -> None:
    pages = pages_of(*UPDATES, *HIDDEN)
    assert [title for _, title in titles(str(pages["sites/westmarsh/"].html))] == ["Invented room number2x"]
    north = titles(str(pages["sites/northbridge/"].html))
    assert [title for _, title in north] == ["Invented room number1x", "Invented room number3x"]
    assert north[0][0] == "../../01-shared-offices/#update-northbridge-2026-03-05-room-1"


def test_no_update_is_said_in_words() -> None:
    pages = pages_of(*HIDDEN)
    assert "No site has added anything yet." in pages["updates/"].html
    assert "Nothing has been added from here yet." in pages["sites/westmarsh/"].html


def test_it_stands_behind_the_briefings_in_the_navigation() -> None:
    listed = [page.nav_title for page in pages_of().values() if page.nav_title]
    assert listed[:3] == ["Briefings", "1. Sharing an office", "What sites tell us"]


def test_what_changed_nothing_can_be_asked_for_even_when_nobody_said_so() -> None:
    html = str(pages_of(Sent(1))["updates/"].html)
    for value, words in DIRECTIONS.items():
        assert f'<option value="{value}">{words} (0)</option>' in html


# -- In a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = lay_out(tmp_path_factory.mktemp("experience"))
    for update in (*UPDATES, *HIDDEN[:3]):
        reason = (
            f"status_note: Invented.\n{update.status}_on: 2026-04-01\n"
            if update.status in ("held", "withdrawn")
            else ""
        )
        write(root, update.path, update.text.replace("moderated_by", f"{reason}moderated_by"))
    done = CliRunner().invoke(main, ["build", "--root", str(root)])
    assert done.exit_code == 0, done.output
    with served(root / "site") as url:
        yield url


def _shown(page: Page) -> list[str]:
    return page.locator(".update-list > li:visible .update-list-title").all_inner_texts()


@pytest.mark.browser
def test_the_list_is_narrowed_by_keyboard_and_says_how_many_are_left(browser: Browser, address: str) -> None:
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.goto(address + "updates/")
        count = page.get_by_role("status")
        assert len(_shown(page)) == 4
        page.get_by_label("Results", exact=True).focus()
        page.keyboard.type("No change")
        page.keyboard.press("Tab")
        assert _shown(page) == ["Invented room number2x"]
        expect(count).to_have_text("1 of 4 shown.")
        assert page.get_by_role("heading", name="Shared offices").count() == 0
        page.get_by_label("Site", exact=True).select_option(label="Northbridge (3)")
        assert _shown(page) == []
        expect(count).to_have_text("None of 4 is like that.")
        page.get_by_role("button", name="Show all").press("Enter")
        expect(count).to_have_text("")
        assert len(_shown(page)) == 4
        assert visit.complaints == []
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_without_a_script_the_whole_list_is_there_and_no_filter(browser: Browser, address: str) -> None:
    with visiting(browser, scripts=False) as visit:
        visit.page.goto(address + "updates/")
        assert len(_shown(visit.page)) == 4
        expect(visit.page.locator("#update-filters")).to_be_hidden()
        visit.page.get_by_role("link", name="Invented room number2x").click()
        expect(visit.page.locator("#update-westmarsh-2026-03-09-room-2")).to_be_in_viewport()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390])
def test_the_filters_fit_a_phone(browser: Browser, address: str, width: int) -> None:
    """However long what can be chosen is."""
    with visiting(browser, width=width) as visit:
        page = visit.page
        page.goto(address + "updates/")
        page.get_by_label("Section", exact=True).evaluate(
            "box => { box.options[1].text = 'A very long title '.repeat(9) }"
        )
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        inside = page.locator("#update-filters").evaluate(
            "form => [...form.elements].every((one) => one.getBoundingClientRect().right < form.getBoundingClientRect().right)"
        )
        assert inside


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_a_briefing_with_a_withdrawn_update(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(address + "01-shared-offices/")
        expect(visit.page.get_by_role("region", name="An update from Northbridge was withdrawn")).to_be_visible()
        found = Axe().run(
            visit.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert found.violations_count == 0, found.generate_report()


def test_the_script_stands_in_a_file_of_its_own() -> None:
    """So that a strict content security policy lets it run."""
    html = str(pages_of(*UPDATES)["updates/"].html)
    assert "<script" not in html
    assert not re.search(r" on[a-z]+=| style=", html)
