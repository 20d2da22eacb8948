"""Writing an update in a real browser, as a site would: on a phone, by keyboard, without a network once it is loaded."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.drafts import one_line, running_text
from briefing_tools.model import Day
from briefing_tools.wording import update_facts
from browsing import a_browser, build_pages, served, visiting

ROOT = Path(__file__).parents[1]
REPOSITORY = "https://repository.example/owner/name"
FOLDER = "briefings/07-integrated-working/updates/devon"
TITLE = "Six months of a co-located hub"
TEXT = "We met every **week**, and nothing changed for families.\n\n- Staff liked it.\n- Decisions took as long."
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project whose updates go to an invented repository."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "briefings", root / "briefings")
    shutil.copy(ROOT / "references.bib", root)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    (root / "mkdocs.yml").write_text(
        settings.replace("      fail_on: error\n", f"      fail_on: error\n      repository: {REPOSITORY}\n"), "utf-8"
    )
    return root


@pytest.fixture(scope="module")
def address(browser: Browser, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    build_pages(project, folder)
    with served(folder) as url:
        yield url


def fill_in(page: Page, title: str = TITLE, text: str = TEXT, **other: str) -> None:
    """Answer everything; a person would take longer."""
    page.get_by_label("Which section does it speak to?").select_option("07-integrated-working#mash")
    page.get_by_label("Which site are you from?").select_option("devon")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Day you wrote it").fill(other.get("date", "14 June 2013"))
    page.get_by_label("When did it happen?").fill(other.get("period", ""))
    page.get_by_label("Practice experience").check()
    page.get_by_label("No change").check()
    page.get_by_label("What you did, what happened").fill(text)
    page.get_by_label("I have looked: nothing here").check()
    page.get_by_label("Who at your site agreed").fill(other.get("approved_by", "Head of Children's Services"))
    page.get_by_label("They have read this text").check()
    page.get_by_label("Open Government Licence").check()


def paste(page: Page, words: str) -> None:
    """Paste at the end of the text, as from another program."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("words => navigator.clipboard.writeText(words)", words)
    page.get_by_label("What you did, what happened").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+V")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Check it and go on").click()


def test_a_site_writes_on_a_phone_and_nothing_leaves_before_it_is_fine(browser: Browser, address: str) -> None:
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.goto(address + "write/", wait_until="networkidle")
        assert all(url.startswith((address, "data:")) for url in visit.requests)
        asked = len(visit.requests)
        page.context.set_offline(True)
        fill_in(page, text=TEXT)
        paste(page, "\n\nIt began with 943 476 5919.")
        hits = page.locator("#write-text-hits")
        expect(hits).to_contain_text(
            "Cannot be published. Line 6: “… 919” looks like an NHS, CHI or Health and Care number."
        )
        expect(hits).to_contain_text("Leave it out.")
        assert "943 476 5919" not in hits.inner_text()
        expect(page.get_by_role("status").filter(has_text="Found 1 place that cannot be published.")).to_be_visible()
        go_on(page)
        summary = page.get_by_role("group", name="One thing stands in the way. Nothing has been sent.")
        expect(summary).to_be_focused()
        expect(page.locator("#write-ways")).to_be_hidden()
        assert page.locator("#write-open").get_attribute("href") is None
        summary.get_by_role("link").click()
        expect(page.get_by_label("What you did, what happened")).to_be_focused()
        page.get_by_role("button", name="Show … 919 in your text").click()
        chosen = "(box => box.value.slice(box.selectionStart, box.selectionEnd))(document.getElementById('write-text'))"
        assert page.evaluate(chosen) == "943 476 5919"
        page.keyboard.type("an enquiry")
        expect(hits).to_be_hidden()
        go_on(page)
        ways = page.get_by_role("group", name="Nothing stands in the way. Nothing has been sent yet.")
        expect(ways).to_be_focused()
        assert len(visit.requests) == asked, "nothing was asked of anybody while the form was filled in"
        page.context.set_offline(False)
        opened: list[str] = []

        def stay(route: Route) -> None:
            opened.append(route.request.url)
            route.fulfill(status=200, body="")

        page.context.route(REPOSITORY + "/**", stay)
        ways.get_by_role("link", name="Open it on GitHub").click()
        page.wait_for_url(REPOSITORY + "/**")
        (url,) = opened
        assert urlsplit(url).path == f"/owner/name/new/main/{FOLDER}"
        query = parse_qs(urlsplit(url).query)
        assert query["filename"] == ["2013-06-14-six-months-of-a-co-located-hub.md"]
        (text,) = query["value"]
        assert f'title: "{TITLE}"\n' in text
        assert text.endswith("\n\nIt began with an enquiry.\n")
        page.go_back()
        expect(page.get_by_label("Title")).to_have_value(TITLE)


def test_what_the_page_makes_passes_the_checks(browser: Browser, address: str, project: Path) -> None:
    answers = (
        {
            "title": 'Quotes "double", it\'s # and: more',
            "text": "---\n\nsite: x\n\n---\n\n* one: two\n* `three` 😀 # four",
        },
        {
            "title": "- yes: no, {a} [b] \\n &amp; 😀",
            "period": "“2013”: spring – #2",
            "approved_by": "yes: 'Head' # \"of\" \\ all",
        },
        {"title": "👩‍👧 two  spaces and\ttabs", "text": "  \n\nline\r\nline  \n\n\u200b&copy; %YAML !!tag *star\n\n"},
    )
    with visiting(browser, width=390) as visit:
        page = visit.page
        for number, given in enumerate(answers):
            page.goto(address + "write/")
            page.get_by_role("button", name="Clear everything").click()
            fill_in(page, **given)
            page.wait_for_timeout(200)
            for box in page.get_by_label("I have looked at").all():
                box.check()
            go_on(page)
            with page.expect_download() as download:
                page.get_by_role("button", name="Download the file").click()
            path = project / FOLDER / re.sub(r"\.md$", f"-{number}.md", download.value.suggested_filename)
            path.write_bytes(Path(download.value.path()).read_bytes())
            checked = pipeline.check(load(project), Day(2026, 11, 24))
            here = path.relative_to(project).as_posix()
            update = next(one for one in checked.plan.cited.series.updates if one.path == here)
            found = {one.rule for one in checked.findings if one.problem.span.path == here and not one.problem.private}
            path.unlink()
            assert found == {"update-waiting"}
            assert update.title == one_line(given["title"])
            assert update.period == one_line(given.get("period", ""))
            assert update.approved_by == one_line(given.get("approved_by", "Head of Children's Services"))
            assert update.source.text[update.text_from :] == f"\n{running_text(given.get('text', TEXT))}\n"
            assert (update.direction, update.section, update.site) == ("no-change", "mash", "devon")


def test_a_long_text_is_downloaded_copied_or_attached(browser: Browser, address: str) -> None:
    long = "Nothing much changed for the staff of the hub this week. " * 140
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(address + "write/")
        fill_in(page, text=long)
        go_on(page)
        expect(page.locator("#write-ways")).to_be_focused()
        expect(page.get_by_text("The text is too long for the address of that page.")).to_be_visible()
        expect(page.get_by_role("link", name="Open it on GitHub")).to_be_hidden()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the file").click()
        assert download.value.suggested_filename == "2013-06-14-six-months-of-a-co-located-hub.md"
        text = Path(download.value.path()).read_text("utf-8")
        assert text.endswith(f"\n\n{long.strip()}\n")
        page.get_by_role("button", name="Copy the text").click()
        expect(page.get_by_text("The text is copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
        mail = page.get_by_role("link", name="Write an e-mail to the editors").get_attribute("href")
        assert mail is not None
        assert mail.startswith("mailto:info@local.gov.uk?subject=Update%3A%20Six%20months")
        assert "I%20attach%20the%20file%202013-06-14-six-months-of-a-co-located-hub.md" in mail


def test_what_looks_like_a_name_needs_a_tick_and_the_tick_dies_with_the_words(browser: Browser, address: str) -> None:
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.goto(address + "write/")
        fill_in(page, text="We asked Zebediah Quint about it.")
        tick = page.get_by_label("I have looked at Z… Q…")
        expect(tick).to_be_visible()
        go_on(page)
        expect(page.get_by_text("Change it, or tick that you have looked.")).to_be_visible()
        tick.check()
        go_on(page)
        expect(page.locator("#write-ways")).to_be_visible()
        page.get_by_label("What you did, what happened").fill("We asked Zebediah Quinn about it.")
        expect(page.locator("#write-ways")).to_be_hidden()
        expect(page.get_by_label("I have looked at Z… Q…")).not_to_be_checked()


def test_a_reload_loses_nothing_and_clearing_leaves_nothing(browser: Browser, address: str) -> None:
    with visiting(browser, width=390) as visit:
        page = visit.page
        page.goto(address + "write/")
        fill_in(page, title="A title that was typed", text="A text that was typed.", approved_by="Somebody who agreed")
        page.reload()
        expect(page.get_by_label("What you did, what happened")).to_have_value("A text that was typed.")
        expect(page.get_by_label("Title")).to_have_value("A title that was typed")
        expect(page.get_by_label("No change")).to_be_checked()
        expect(page.locator("#write-section")).to_have_value("07-integrated-working#mash")
        expect(page.locator("#write-look")).to_contain_text("A text that was typed.")
        go_on(page)
        page.get_by_role("button", name="Clear everything").click()
        expect(page.get_by_text("Everything is cleared")).to_be_visible()
        page.wait_for_timeout(300)
        everything = """() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie
            + document.documentElement.innerHTML + [...document.querySelectorAll('input, textarea')].map(box => box.value)"""
        for _ in range(2):
            for trace in ("A text that was typed", "A title that was typed", "Somebody who agreed"):
                assert trace not in page.evaluate(everything)
            assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('briefing-update'))") == []
            expect(page.get_by_label("Title")).to_have_value("")
            page.reload()


def test_it_looks_as_it_will_and_markup_stays_words(browser: Browser, address: str, project: Path) -> None:
    text = 'We met **weekly**.\n\n1. One\n2. Two [there](javascript:alert(1))\n\n<img src=x onerror="alert(1)"><b>x</b>'
    with visiting(browser) as visit:
        page = visit.page
        page.goto(address + "write/")
        fill_in(page, title="A <b>bold</b> & quiet title", text=text, period="2013")
        region = page.get_by_role("region", name="How it will look")
        expect(region.get_by_role("heading")).to_have_text("A <b>bold</b> & quiet title")
        expect(region.locator("strong")).to_have_text("weekly")
        expect(region.locator("ol > li")).to_have_text(["One", "Two there (javascript:alert(1))"])
        assert region.locator("img, b, a, script").count() == 0
        shown = dict(zip(region.locator("dt").all_inner_texts(), region.locator("dd").all_inner_texts(), strict=True))
        update = next(iter(pipeline.check(load(project), Day(2026, 11, 24)).plan.cited.series.updates))
        names = {name for name, _ in update_facts(update, "Devon", Day(2026, 11, 24))} | {"Site", "Written", "Period"}
        assert set(shown) <= names
        assert shown["Site"] == "Devon"
        assert (shown["Written"], shown["Results"]) == ("14 June 2013", "No change")
        assert visit.complaints == []


def test_all_of_it_by_keyboard(browser: Browser, address: str) -> None:
    """Tab and typing alone reach every question, in the order of the page, and the buttons at its end."""
    with visiting(browser) as visit:
        page = visit.page
        page.goto(address + "write/")
        page.locator("#write-section").focus()
        passed = []
        for _ in range(25):
            passed.append(page.evaluate("document.activeElement.id || document.activeElement.name"))
            if passed[-1] == "write-clear":
                break
            page.keyboard.press("Tab")
        assert [name.removeprefix("write-") for name in passed if name] == [
            "section", "site", "title", "date", "period", "evidence", "direction", "level", "text", "no_personal_data", "approved_by",
            "agreed", "licence", *[one for one in (passed[13:-1]) if one], "clear",
        ]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_axe_finds_nothing_in_any_state(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, width=width) as visit:
        page = visit.page
        page.goto(address + "write/")
        for state in ("begun", "refused", "ready"):
            if state == "refused":
                page.get_by_label("What you did, what happened").fill(
                    "Zebediah Quint, born 1.2.2011, 943 476 5919. " * 3
                )
                page.get_by_label("Independent evaluation").check()
                page.wait_for_timeout(200)
                go_on(page)
            elif state == "ready":
                fill_in(page)
                go_on(page)
                expect(page.locator("#write-ways")).to_be_visible()
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert visit.complaints == []


def test_without_javascript_there_is_something_to_copy(browser: Browser, address: str) -> None:
    with visiting(browser, width=390, scripts=False) as visit:
        page = visit.page
        page.goto(address + "write/")
        expect(page.locator("form.write")).to_be_hidden()
        expect(page.get_by_role("region", name="An update to copy and change")).to_contain_text("no_personal_data: yes")
        expect(page.get_by_text("Multi-Agency Safeguarding Hubs: mash")).to_be_visible()


def test_it_works_under_the_strictest_policy(browser: Browser, address: str) -> None:
    """The theme's own inline scripts are refused; ours do everything all the same, and break no rule themselves."""

    def strict(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": "default-src 'self'"})

    with visiting(browser, width=390) as visit:
        page = visit.page
        page.context.route("**/write/", strict)
        page.goto(address + "write/")
        assert "script-src" in "".join(visit.complaints) or "default-src" in "".join(visit.complaints), (
            "the policy holds"
        )
        before = len(visit.complaints)
        fill_in(page)
        go_on(page)
        expect(page.get_by_role("link", name="Open it on GitHub")).to_be_visible()
        with page.expect_download():
            page.get_by_role("button", name="Download the file").click()
        assert len(visit.complaints) == before
        assert page.locator("form.write [style], form.write style, form.write script:not([src])").count() == 0
