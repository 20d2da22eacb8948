"""Privacy in a real browser: the check runs under the strictest policy, in a page that may ask nobody else for anything."""

import json
from pathlib import Path

import pytest

from briefing_tools.privacy import registry
from briefing_tools.privacy.browser import browser_files
from browsing import a_browser, served, visiting
from twins import examples, python

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="data:,">
<title>Invented page</title>
<script src="privacy-data.js"></script><script src="privacy.js"></script><script src="ask.js"></script>
<textarea id="text"></textarea>
</html>
"""
ASK = """
const privacy = BriefingPrivacy.prepare(BRIEFING_PRIVACY.rules, BRIEFING_PRIVACY.vocabulary, BRIEFING_PRIVACY.registry);
"""


def test_the_check_runs_in_the_page_and_asks_nobody(tmp_path: Path) -> None:
    known = registry([], ["Jo Invented"], [])
    for name, text in browser_files(known).items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "index.html").write_text(PAGE.replace('<link rel="icon" href="data:,">\n', ""), "utf-8")
    (tmp_path / "ask.js").write_text(ASK, "utf-8")
    (tmp_path / "favicon.ico").write_bytes(b"")
    texts = [text for text in examples() if text.isascii()]
    with a_browser() as browser, served(tmp_path) as address, visiting(browser, width=320) as visit:
        visit.page.goto(address)
        asked = len(visit.requests)
        found = visit.page.evaluate("(texts) => JSON.stringify(texts.map((text) => privacy.find(text)))", texts)
        assert json.loads(found) == python(texts, known)
        assert len(visit.requests) == asked, "looking at a text asks nobody"
        assert all(request.startswith(address) for request in visit.requests)
        assert visit.complaints == []
