"""The built pages in a real browser: a citation is followed there and back, nothing is asked of anybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from browsing import Visit, a_browser, build_pages, served, visiting

ROOT = Path(__file__).parents[1]
PAGES = ("", "07-integrated-working/", "updates/", "sites/devon/", "write/", "glossary/", "search/", "checks/")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The project's own pages, built by the command and served on this machine."""
    folder = tmp_path_factory.mktemp("pages")
    build_pages(ROOT, folder)
    with served(folder) as url:
        yield url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with visiting(browser) as visit:
        yield visit


def test_a_citation_leads_to_its_reference_and_back(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "07-integrated-working/")
    expect(page).to_have_title("Integrated working (Briefing 7) - Development demonstrators")
    marker = page.locator("#cite-1 a")
    expect(marker).to_have_text("1, p. 58")
    marker.click()
    expect(page).to_have_url(address + "07-integrated-working/#ref-munro2011")
    reference = page.locator("#ref-munro2011")
    expect(reference).to_be_in_viewport()
    expect(reference).to_contain_text("The Munro Review of Child Protection")
    back = reference.get_by_role("link", name="Key policy drivers and developments")
    back.click()
    expect(page).to_have_url(address + "07-integrated-working/#cite-1")
    expect(page.locator("#cite-1")).to_be_in_viewport()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith((address, "data:"))] == []


def test_every_citation_and_back_link_leads_somewhere(visit: Visit, address: str) -> None:
    visit.page.goto(address + "07-integrated-working/")
    broken = visit.page.evaluate(
        """() => [...document.querySelectorAll('.md-content a[href^="#"]')]
            .map(link => decodeURIComponent(link.hash.slice(1)))
            .filter(id => !document.getElementById(id))"""
    )
    assert broken == []
    assert visit.page.locator("ol.references > li").count() == 19
    assert visit.page.locator(".signpost").count() == 6


def test_the_update_says_what_it_is(visit: Visit, address: str) -> None:
    visit.page.goto(address + "07-integrated-working/#mash")
    update = visit.page.get_by_role("region", name="What a co-located hub changed in Devon")
    expect(update).to_contain_text("Compiled by the editors from a published source. Not reviewed evidence.")
    expect(update).to_contain_text("S1")


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("url", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, address: str, url: str, width: int) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(address + url)
        found = Axe().run(
            visit.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert found.violations_count == 0, found.generate_report()
        wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        assert visit.complaints == []


def test_the_phone_menu_opens_by_keyboard(browser: Browser, address: str) -> None:
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.goto(address + "07-integrated-working/")
        menu = page.get_by_role("button", name="Menu")
        link = page.locator(".md-sidebar--primary").get_by_role("link", name="Glossary")
        expect(link).to_be_hidden()
        menu.focus()
        page.keyboard.press("Enter")
        expect(link).to_be_visible()
        expect(menu).to_have_attribute("aria-expanded", "true")


def test_everything_can_be_read_without_javascript(browser: Browser, address: str) -> None:
    with visiting(browser, scripts=False) as visit:
        page = visit.page
        page.goto(address + "07-integrated-working/")
        page.locator("#cite-1 a").click()
        expect(page).to_have_url(address + "07-integrated-working/#ref-munro2011")
        expect(page.locator("#ref-munro2011")).to_be_in_viewport()
        expect(page.get_by_role("link", name="PDF", exact=False).first).to_be_visible()


def test_the_pdf_is_there_to_download(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "07-integrated-working/")
    with page.expect_download() as download:
        page.get_by_role("list", name="Download this briefing").get_by_role("link", name="PDF").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.7")
