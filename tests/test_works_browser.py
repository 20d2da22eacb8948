"""Citations in a real browser: the card beside them by pointer and keyboard, the page of works, files to save."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import a_browser, build_pages, served, visiting

ROOT = Path(__file__).parents[1]
BRIEFING = "07-integrated-working/"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own pages, built by the command."""
    folder = tmp_path_factory.mktemp("pages")
    build_pages(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser) as visit:
        visit.page.goto(address + BRIEFING)
        yield visit.page
        assert visit.complaints == []


def card_of(page: Page) -> Locator:
    return page.locator(".citation-card")


def by_keyboard(page: Page, link: Locator) -> None:
    """Reach a link as somebody does who has no pointer."""
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()


def test_pointing_at_a_citation_shows_its_reference(page: Page) -> None:
    page.locator("#cite-2 a").hover()
    card = card_of(page)
    expect(card).to_be_visible()
    expect(card).to_contain_text("Monitoring and evaluation of family intervention services")
    expect(card).not_to_contain_text("Cited in")
    page.mouse.move(5, 5)
    expect(card).to_have_count(0)


def test_the_pointer_can_move_onto_the_card_and_stay(page: Page) -> None:
    page.locator("#cite-2 a").hover()
    card = card_of(page)
    expect(card).to_be_visible()
    card.hover()
    page.wait_for_timeout(600)
    expect(card).to_be_visible()
    page.locator("h1").hover()
    expect(card).to_have_count(0)


def test_escape_dismisses_the_card_without_moving_anything(page: Page) -> None:
    link = page.locator("#cite-2 a")
    link.hover()
    expect(card_of(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    page.wait_for_timeout(400)
    expect(card_of(page)).to_have_count(0)
    by_keyboard(page, link)
    expect(card_of(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    expect(link).to_be_focused()


def test_the_card_opens_by_keyboard_and_describes_its_link(page: Page) -> None:
    link = page.locator("#cite-1 a")
    by_keyboard(page, link)
    expect(card_of(page)).to_contain_text("The Munro Review of Child Protection")
    expect(link).to_have_accessible_description(
        "Munro, E., 'The Munro Review of Child Protection: Final Report. A child-centred system'. 2011, Department for Education: London."
    )
    page.keyboard.press("Tab")
    expect(card_of(page)).not_to_contain_text("The Munro Review of Child Protection")


def test_enter_and_a_click_follow_the_link_as_ever(page: Page, address: str) -> None:
    by_keyboard(page, page.locator("#cite-1 a"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}{BRIEFING}#ref-munro2011")
    expect(card_of(page)).to_have_count(0)
    page.go_back()
    page.locator("#cite-2 a").click()
    expect(page).to_have_url(f"{address}{BRIEFING}#ref-lloyd2011")
    expect(page.locator("#ref-lloyd2011")).to_be_in_viewport()


def test_each_number_of_a_group_has_its_own_card(page: Page) -> None:
    links = page.locator(".citation", has_text=";").first.locator("a")
    assert links.count() == 2
    links.nth(0).hover()
    expect(card_of(page)).to_contain_text("Diggins")
    links.nth(1).hover()
    expect(card_of(page)).to_contain_text("At a glance 09")
    expect(card_of(page)).to_have_count(1)


def test_links_in_a_card_are_reached_by_tab_right_after_the_citation(page: Page) -> None:
    """The first reference is given a link, as one with a DOI has."""
    page.evaluate("""() => {
        const link = Object.assign(document.createElement('a'), {href: 'https://doi.org/10.1234/invented', textContent: 'doi'});
        document.querySelector('#ref-munro2011 .reference-text').append(link);
    }""")
    citation = page.locator("#cite-1").get_by_role("link", name="Reference 1, p. 58")
    by_keyboard(page, citation)
    page.keyboard.press("Tab")
    inside = card_of(page).get_by_role("link")
    expect(inside).to_be_focused()
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    expect(citation).to_be_focused()


def test_an_update_s_citation_shows_the_update_s_source(page: Page) -> None:
    page.locator(".update .citation a").first.hover()
    expect(card_of(page)).to_contain_text("Devon multi-agency safeguarding hub")
    expect(card_of(page)).not_to_contain_text("S1")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_card_stays_on_the_screen_and_axe_finds_nothing(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, width=width) as visit:
        page = visit.page
        page.goto(address + BRIEFING)
        for citation in ("#cite-1", "#cite-5", "#cite-16"):
            page.locator(f"{citation} a").first.hover()
            expect(card_of(page)).to_be_visible()
            box = card_of(page).bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            page.mouse.move(2, 2)
            expect(card_of(page)).to_have_count(0)
        by_keyboard(page, page.locator("#cite-1 a"))
        expect(card_of(page)).to_be_visible()
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def test_a_tap_follows_the_link(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + BRIEFING)
    page.locator("#cite-1 a").tap()
    expect(page).to_have_url(f"{address}{BRIEFING}#ref-munro2011")
    expect(card_of(page)).to_have_count(0)
    context.close()


def test_nothing_of_it_is_printed(page: Page) -> None:
    by_keyboard(page, page.locator("#cite-1 a"))
    expect(card_of(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(card_of(page)).to_be_hidden()


class _Strict(http.server.SimpleHTTPRequestHandler):
    """Serves pages under the strictest policy: nothing but this place's own files, no inline script or style."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_it_works_under_a_strict_content_security_policy(browser: Browser, site: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Strict, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with visiting(browser) as visit:
            page = visit.page
            page.goto(f"http://127.0.0.1:{server.server_port}/{BRIEFING}")
            page.locator("#cite-2 a").hover()
            expect(card_of(page)).to_contain_text("Monitoring and evaluation")
            box, link = card_of(page).bounding_box(), page.locator("#cite-2 a").bounding_box()
            assert box
            assert link
            assert 0 <= box["y"] - link["y"] - link["height"] < 20, (
                "it stands below its link, so its style was let through"
            )
            assert not [
                complaint for complaint in visit.complaints if "citations" in complaint or "ld+json" in complaint
            ]
    finally:
        server.shutdown()
        server.server_close()


def test_without_javascript_the_links_remain(browser: Browser, address: str) -> None:
    with visiting(browser, scripts=False) as visit:
        page = visit.page
        page.goto(address + BRIEFING)
        page.locator("#cite-1 a").click()
        expect(page).to_have_url(f"{address}{BRIEFING}#ref-munro2011")
        page.get_by_role("link", name="Save these references as RIS").click(trial=True)
        page.get_by_role("link", name="References", exact=True).first.click()
        expect(page.get_by_role("heading", name="References", level=1)).to_be_visible()


# -- The page of works -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_of_works_can_be_read_by_everybody(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, width=width) as visit:
        page = visit.page
        page.goto(address + "references/")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.locator("ul.works > li").count() == 19
        assert visit.complaints == []
        assert [url for url in visit.requests if not url.startswith((address, "data:"))] == []


def test_a_work_leads_to_the_place_that_cites_it(browser: Browser, address: str) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.goto(address + BRIEFING)
        page.get_by_role("link", name="References", exact=True).first.click()
        expect(page).to_have_url(address + "references/")
        page.locator("#ref-munro2011").get_by_role("link", name="Key policy drivers and developments, p. 58").click()
        expect(page).to_have_url(f"{address}{BRIEFING}#cite-1")
        expect(page.locator("#cite-1")).to_be_in_viewport()


def test_files_are_saved_under_names_that_say_what_they_are(browser: Browser, address: str) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.goto(address + BRIEFING)
        with page.expect_download() as download:
            page.get_by_role("link", name="Save these references as RIS").click()
        assert download.value.suggested_filename == "briefing-7-references.ris"
        assert Path(download.value.path()).read_text("utf-8").count("TY  - ") == 19
        page.goto(address + "references/")
        with page.expect_download() as download:
            page.locator("#ref-horwath2007").get_by_role("link", name="Save this work as BibTeX").click()
        assert download.value.suggested_filename == "horwath2007.bib"
