"""Search as people meet it: the box in the header, its suggestions, the page of results; by keyboard, on a phone, with a
screen reader's words, without JavaScript, under a strict policy, in a subfolder, and from a folder without a server."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from briefing_tools.model import Record
from briefing_tools.stages.pages.search import search_pages
from browsing import Visit, a_browser, build_pages, served, visiting

ROOT = Path(__file__).parents[1]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
browser_only = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own pages, built by the command."""
    folder = tmp_path_factory.mktemp("pages")
    build_pages(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as url:
        yield url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with visiting(browser) as visit:
        yield visit


def results(page: Page) -> list[str]:
    return page.locator("ol.results h3").all_inner_texts()


# -- The page of results -----------------------------------------------------------------------------------------------


@browser_only
@pytest.mark.parametrize(
    ("query", "first", "label"),
    [
        ("MASH", "Multi-Agency Safeguarding Hubs", "Research and guidance"),
        ("mutli agency hub", "Multi-Agency Safeguarding Hubs", "Research and guidance"),
        ('"key worker"', "Key policy drivers and developments", "Research and guidance"),
        ("Munro 2011", "The Munro Review of Child Protection: Final Report. A child-centred system", "Reference"),
        ("devon information sharing", "Multi-Agency Safeguarding Hubs", "Research and guidance"),
        ("mental health problems", "", "Research and guidance"),
    ],
)
def test_the_first_result_satisfies(visit: Visit, address: str, query: str, first: str, label: str) -> None:
    page = visit.page
    page.goto(f"{address}search/?q={quote(query)}")
    expect(page.locator(".result").first).to_be_visible()
    if first:
        assert results(page)[0] == first
    else:
        assert "mental health problems" in page.locator(".result-text").first.inner_text()
    shown = query if query.startswith('"') else f"“{query}”"
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^\d+ results for {re.escape(shown)}$"))
    expect(page.locator(".search-note")).to_have_count(0)
    expect(page.locator(".result-label").first).to_have_text(label)
    expect(page.locator("#search-words")).to_have_value(query)
    expect(page).to_have_title(f"{query} – Search - Development demonstrators")
    assert page.locator(".result mark").count() > 0
    page.locator("ol.results h3 a").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
    assert visit.complaints == []


@browser_only
def test_a_term_a_slip_and_a_note_are_told_above_the_results(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "search/?q=MASH")
    card = page.locator(".term-card")
    expect(card).to_contain_text("MASH – Multi-Agency Safeguarding Hub. One office")
    card.get_by_role("link").click()
    expect(page).to_have_url(address + "glossary/#mash")
    page.goto(address + "search/?q=" + quote("safegaurding zebra"))
    expect(page.get_by_text("Nothing has the word “zebra”; these results are for the rest.")).to_be_visible()
    page.get_by_role("link", name="safeguarding zebra").click()
    expect(page).to_have_url(address + "search/?q=safeguarding+zebra")
    expect(page.locator(".search-meant")).to_have_count(0)


@browser_only
def test_nothing_found_helps_on(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "search/?q=xyzzyq&kind=update")
    expect(page.get_by_role("status")).to_have_text("Nothing found for “xyzzyq”.")
    expect(page.get_by_text("Check the spelling")).to_be_visible()
    page.get_by_role("button", name="Show all kinds").click()
    expect(page).to_have_url(address + "search/?q=xyzzyq")
    page.get_by_role("main").get_by_role("link", name="everything from A to Z", exact=True).last.click()
    expect(page.get_by_role("heading", name="Everything from A to Z")).to_be_in_viewport()


@browser_only
def test_chips_narrow_and_tell_how_much_is_left(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "search/?q=hub")
    chip = page.get_by_role("button", name="Experience from a site (1)")
    expect(chip).to_have_attribute("aria-pressed", "false")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + "search/?q=hub&kind=update")
    expect(page.get_by_role("status")).to_have_text("1 result for “hub”")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    expect(page.locator(".result-label")).to_have_text(
        "Compiled by the editors from a published source, Devon, 23 November 2026"
    )
    page.go_back()
    expect(chip).to_have_attribute("aria-pressed", "false")
    page.goto(address + "search/?q=hub&kind=update&kind=glossary")
    expect(page.locator(".result")).to_have_count(3)
    assert set(page.locator(".result").evaluate_all("rows => rows.map((row) => row.className)")) == {
        "result is-update",
        "result is-glossary",
    }


@browser_only
def test_newest_first_and_more(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "search/?q=services")
    expect(page.locator(".result")).to_have_count(10)
    page.get_by_role("button", name="Show more results").click()
    expect(page.locator(".result h3 a").nth(10)).to_be_focused()
    assert page.locator(".result").count() > 10
    page.get_by_label("Sort by").select_option("newest first")
    expect(page).to_have_url(address + "search/?q=services&sort=date")
    expect(page.locator(".result-label").first).to_contain_text(
        "23 November 2026" if "update" in page.locator(".result").first.get_attribute("class") else "Research"
    )
    page.reload()
    expect(page.get_by_label("Sort by")).to_have_value("date")


@browser_only
def test_results_follow_what_is_typed(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "search/")
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.type("z")
    expect(page.locator("#search-count")).to_contain_text("Nothing found for “z”.")
    expect(page.locator("#search-results")).to_be_hidden()  # a word has just begun
    page.keyboard.press("Enter")
    expect(page.locator("#search-results")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.type("safegu")
    expect(page.get_by_role("status")).to_contain_text("results for “safegu”")
    expect(page).to_have_url(address + "search/?q=safegu")
    page.keyboard.press("ArrowDown")
    expect(page.locator("ol.results h3 a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("ol.results h3 a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator("#search-words")).to_have_value("")
    expect(page).to_have_url(address + "search/")
    expect(page.locator("#search-results")).to_be_hidden()


@browser_only
def test_when_the_index_cannot_be_read(browser: Browser, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "pages")
    (tmp_path / "pages" / "search" / "index.js").unlink()
    with served(tmp_path / "pages") as url, visiting(browser) as visit:
        visit.page.goto(url + "search/?q=MASH")
        expect(visit.page.get_by_role("status")).to_contain_text("The search index cannot be loaded.")
        expect(visit.page.get_by_role("link", name="Multi-Agency Safeguarding Hubs")).to_be_visible()


# -- The box in the header ---------------------------------------------------------------------------------------------


@browser_only
def test_the_box_is_a_combobox(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "07-integrated-working/")
    assert not [url for url in visit.requests if "/search/" in url], (
        "nothing is fetched before somebody goes to the box"
    )
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search this site")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("mutli agency hub")
    expect(page.get_by_role("option")).to_have_count(8)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-controls", page.get_by_role("listbox").get_attribute("id") or "-")
    expect(page.get_by_role("status")).to_have_text("8 suggestions; the arrow keys lead to them.")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_have_text("Show all 17 results")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option", selected=True)
    expect(first).to_have_text("Did you mean multi agency hub?")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "-")
    page.keyboard.press("Enter")
    expect(box).to_have_value("multi agency hub")
    expect(page.get_by_role("option").first).to_contain_text("Multi-Agency Safeguarding Hubs")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("multi agency hub")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + "07-integrated-working/#mash")
    box.focus()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    assert not [url for url in visit.requests if "search_index" in url], "Material's own index is never fetched"
    assert visit.complaints == []


@browser_only
def test_enter_and_a_click_lead_to_results(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address)
    box = page.get_by_role("combobox")
    box.press("Enter")
    expect(page).to_have_url(address)
    box.fill("munro 2011")
    box.press("Enter")
    expect(page).to_have_url(address + "search/?q=munro+2011")
    expect(page.locator(".result").first).to_contain_text("Munro Review")
    page.goto(address)
    page.get_by_role("combobox").press_sequentially("devon")
    page.get_by_role("option").first.click()
    expect(page).to_have_url(address + "07-integrated-working/#mash")


@browser_only
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("query", ["MASH", "xyzzyq", "safegaurding hub&kind=section&site=devon"])
def test_axe_finds_nothing_in_results(browser: Browser, address: str, width: int, query: str) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(f"{address}search/?q={quote(query, safe='&=')}")
        expect(visit.page.get_by_role("status")).not_to_be_empty()
        found = Axe().run(visit.page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@browser_only
def test_axe_finds_nothing_in_suggestions(visit: Visit, address: str) -> None:
    visit.page.goto(address)
    visit.page.get_by_role("combobox").press_sequentially("safegaurding")
    expect(visit.page.get_by_role("option").first).to_be_visible()
    visit.page.keyboard.press("ArrowDown")
    found = Axe().run(visit.page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@browser_only
def test_on_a_phone_a_link_leads_to_search(browser: Browser, address: str) -> None:
    with visiting(browser, width=320) as visit:
        page = visit.page
        page.goto(address + "07-integrated-working/")
        link = page.get_by_role("banner").get_by_role("link", name="Search")
        box = link.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        link.click()
        expect(page).to_have_url(address + "search/")
        page.goto(address + "glossary/")
        page.keyboard.press("/")
        expect(page).to_have_url(address + "search/")


# -- Wherever the pages are --------------------------------------------------------------------------------------------


@browser_only
def test_without_javascript_everything_is_listed(browser: Browser, address: str) -> None:
    with visiting(browser, scripts=False) as visit:
        page = visit.page
        page.goto(address)
        page.get_by_role("textbox", name="Search this site").fill("mash")
        page.keyboard.press("Enter")
        expect(page).to_have_url(address + "search/?q=mash")
        expect(page.locator(".search-notice")).to_be_visible()
        for title in ("Sections", "Glossary", "Sites", "Topics"):
            expect(page.get_by_role("main").get_by_role("heading", name=title, exact=True)).to_be_visible()
        hrefs = page.locator(".md-content a[href]").evaluate_all("links => links.map((link) => link.href)")
        assert address + "07-integrated-working/#mash" in hrefs
        assert address + "glossary/#mash" in hrefs
        assert address + "07-integrated-working/#update-devon-2026-11-23-co-located-hub" in hrefs
        page.get_by_role("link", name="Multi-Agency Safeguarding Hubs").first.click()
        expect(page.locator("#mash")).to_be_in_viewport()


@browser_only
def test_under_a_strict_policy_and_in_a_subfolder(browser: Browser, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "deep" / "down" / "pages").symlink_to(folder)
    with served(tmp_path, {"Content-Security-Policy": "default-src 'self'"}) as url, visiting(browser) as visit:
        page = visit.page
        page.goto(url + "deep/down/pages/glossary/")
        before = list(visit.complaints)
        page.get_by_role("combobox").press_sequentially("safegaurding hub")
        expect(page.get_by_role("option").nth(1)).to_contain_text("Multi-Agency Safeguarding Hubs")
        assert visit.complaints == before, "the box asks for nothing that the policy forbids"
        page.keyboard.press("Enter")
        expect(page.locator(".result").first).to_contain_text("Multi-Agency Safeguarding Hubs")
        ours = [one for one in visit.complaints if "search" in one or "results.js" in one]
        assert not [
            one for one in ours if "assets/search.js" in one or "assets/results.js" in one or "engine.js" in one
        ]
        page.locator("ol.results h3 a").first.click()
        expect(page).to_have_url(url + "deep/down/pages/07-integrated-working/#mash")


@browser_only
def test_from_a_folder_without_a_server(browser: Browser, folder: Path) -> None:
    with visiting(browser) as visit:
        page = visit.page
        page.goto((folder / "index.html").as_uri())
        page.get_by_role("combobox").press_sequentially("MASH")
        expect(page.get_by_role("option").first).to_contain_text("Multi-Agency Safeguarding Hubs")
        page.keyboard.press("Enter")
        expect(page).to_have_url((folder / "search" / "index.html").as_uri() + "?q=MASH")
        expect(page.locator(".result").first).to_contain_text("Multi-Agency Safeguarding Hubs")
        page.locator("ol.results h3 a").first.click()
        expect(page).to_have_url((folder / "07-integrated-working" / "index.html").as_uri() + "#mash")
        expect(page.locator("#mash")).to_be_in_viewport()


# -- Lists -------------------------------------------------------------------------------------------------------------


def test_many_sections_have_a_page_for_each_letter() -> None:
    """Invented: five sections; two letters and one that is none."""
    titles = ("Élan", "early help", "Zebra <b>", "42 days", "East")
    sections = tuple(
        Record("section", "", title, f"01-x/#{n}", "", "X", 1, str(n), "", "", "", "", ("Briefing 1: X",))
        for n, title in enumerate(titles)
    )
    alone = search_pages(sections)
    assert [page.url for page in alone] == ["search/"]
    pages = {page.url: str(page.html) for page in search_pages(sections, most=4)}
    assert list(pages) == ["search/", "search/other/", "search/e/", "search/z/"]
    assert [title for title in titles if title in pages["search/e/"]] == ["Élan", "early help", "East"]
    assert pages["search/e/"].index("early") < pages["search/e/"].index("East") < pages["search/e/"].index("Élan")
    assert "Zebra &lt;b&gt;" in pages["search/z/"]
    assert 'href="../../01-x/#2"' in pages["search/z/"]
    assert "early help" not in pages["search/"]
    assert 'href="../search/e/"' in pages["search/"]
