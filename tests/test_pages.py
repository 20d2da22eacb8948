"""Pages, as MkDocs writes them: everything is there, nothing else is, and no text becomes a program.

The theme is a bare one that puts titles and contents where Material does, unescaped; so a build takes milliseconds.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.pipeline import Build
from briefing_tools.plugin import build_pages
from briefing_tools.rules import RULES
from briefing_tools.stages.pages import make_pages
from casebook import Fence, base, change, lay_out, write

BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SENTENCE = "Joint teams have one manager."
BARE = """<!doctype html>
<html lang="en"><head><title>{{ page.title }}</title>
{% if page.meta and page.meta.description %}<meta name="description" content="{{ page.meta.description }}">{% endif %}
</head><body>
<nav>{% for item in nav.pages %}<a href="{{ item.url|url }}">{{ item.title }}</a>{% endfor %}</nav>
<aside>{% for item in page.toc %}<a href="{{ item.url }}">{{ item.title }}</a>{% endfor %}</aside>
<main>{{ page.content }}</main></body></html>
"""


def bare(root: Path) -> Path:
    """Give a project the bare theme."""
    write(root, "theme/main.html", BARE)
    settings_ = (root / "mkdocs.yml").read_text("utf-8")
    write(
        root,
        "mkdocs.yml",
        settings_.replace("  name: material\n  font: false\n", "  name: null\n  custom_dir: theme\n"),
    )
    return root


def site_of(root: Path, site: Path | None = None) -> Path:
    """The folder of built pages, without editions, whatever the checks say."""
    site = site or root / "site"
    project = load(root)
    checked = pipeline.check(project, Day(2026, 11, 24))
    build_pages(project, Build(checked, (), make_pages(checked.plan, (), RULES), ()), site)
    return site


def site_with(root: Path, *fences: Fence) -> Path:
    return site_of(bare(lay_out(root, *fences)))


def page(site: Path, path: str = "01-shared-offices") -> str:
    return (site / path / "index.html").read_text("utf-8")


def files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


class _Reader(HTMLParser):
    """Collects what a browser would find: elements, attributes, words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def words(html: str) -> str:
    return " ".join(_Reader(html).text.split())


# -- What is there -----------------------------------------------------------------------------------------------------


def test_every_page_is_written_and_nothing_else(tmp_path: Path) -> None:
    site = site_with(
        tmp_path,
        Fence("file", "briefings/about.md", "---\ntitle: About us\n---\n\nText.\n"),
        Fence("bytes", "briefings/01-shared-offices/levels.png", r"\x89PNG\r\n"),
        Fence("file", "briefings/figures.csv", "a,b\n"),
        Fence("file", "briefings/anchors.lock", f'["{BRIEFING}"]\nids = ["offices"]\n'),
        Fence("file", "briefings/page.html", "<script>alert(1)</script>"),
        Fence("file", "briefings/.hidden.md", "Hidden"),
        Fence("symlink", "briefings/passwd.md", "/etc/passwd"),
        Fence("symlink", "briefings/etc", "/etc"),
    )
    own = {path for path in files(site) if path.startswith(("assets/", "sitemap", "search/"))}
    assert files(site) - own == {
        "index.html", "01-shared-offices/index.html", "about/index.html", "glossary/index.html", "checks/index.html",
        "01-shared-offices/levels.png", "figures.csv", "write/index.html", "write/privacy-data.js", "write/privacy.js",
        "write/write-data.js", "write/draft.js", "write/write.js", "write/write.css",
        "updates/index.html", "sites/northbridge/index.html", "sites/westmarsh/index.html", "schemas/update.json",
    }  # fmt: skip
    assert (site / "01-shared-offices/levels.png").read_bytes() == b"\x89PNG\r\n"


def test_a_briefing_has_everything_that_readers_need(tmp_path: Path) -> None:
    said = words(page(site_with(tmp_path)))
    for part in (
        "Sharing an office", "Briefing 1", "Live: what sites learn is added as it comes", "It is not a systematic review.",
        "What is the issue?", "Services that share an office talk more often [1, p. 4].", "Ash and Elm [2] describe who sits where.",
        "For more information see", "Two years of one office", "Experience from a demonstrator site. Not reviewed evidence.",
        "Rowan, A., 'Sharing an Office'. 2019, Institute of Invented Studies: Northbridge.", "Dana Invented", "Research Analyst",
        "To have this briefing in Braille, write to the editors.", "Institute of Invented Studies",
    ):  # fmt: skip
        assert part in said, part


def test_a_citation_leads_to_its_reference_and_back(tmp_path: Path) -> None:
    html = page(site_with(tmp_path))
    assert '<span class="citation" id="cite-1">[<a href="#ref-rowan2019"' in html
    (reference,) = re.findall(r'<li id="ref-rowan2019".*?</li>', html, re.S)
    assert re.findall(r'href="#(cite-\d+)"', reference) == ["cite-1", "cite-3"]


def test_an_old_address_still_works(tmp_path: Path) -> None:
    html = page(
        site_with(
            tmp_path, change(BRIEFING, "### Joint teams {#teams}", '### Joint teams {#managers was="teams one-team"}')
        )
    )
    for id in ("managers", "teams", "one-team"):
        assert html.count(f'id="{id}"') == 1


def test_the_front_page_lists_the_briefings(tmp_path: Path) -> None:
    html = page(site_with(tmp_path), ".")
    assert '<a href="01-shared-offices/">Briefing 1: Sharing an office</a>' in html
    assert "1 update." in words(html)


def test_the_contents_lead_to_the_sections(tmp_path: Path) -> None:
    html = page(site_with(tmp_path))
    aside = html[html.index("<aside>") : html.index("</aside>")]
    anchors = re.findall(r'href="#([^"]+)"', aside)
    assert anchors[:4] == ["issue", "policy", "activity", "key-messages"]
    for anchor in anchors:
        assert f'id="{anchor}"' in html


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("draft", "Draft, not yet published"),
        ("closed", "Closed: nothing more is added"),
        ("superseded", "Superseded by a later briefing"),
        ("withdrawn", "Withdrawn"),
    ],
)
def test_a_status_is_said_in_words(status: str, said: str, tmp_path: Path) -> None:
    assert said in words(page(site_with(tmp_path, change(BRIEFING, "status: live", f"status: {status}"))))


def test_dates_and_notes_of_changes(tmp_path: Path) -> None:
    fields = (
        'published: 2026-02\nupdated: 2026-05-07\nevidence_checked: 2026-04\nchange_note:\n  - "Corrected: a year."'
    )
    said = words(page(site_with(tmp_path, change(BRIEFING, "published: 2026-02", fields))))
    for part in ("February 2026", "7 May 2026", "April 2026", "Corrected: a year."):
        assert part in said


def test_a_language_is_marked(tmp_path: Path) -> None:
    html = page(site_with(tmp_path, change(BRIEFING, "status: live", "status: live\nlanguage: cy")))
    assert ("div", "cy") in [(tag, found.get("lang")) for tag, found in _Reader(html).elements]


@pytest.mark.parametrize("status", ["submitted", "held", "withdrawn", "removed"])
def test_not_a_word_of_what_is_not_published(status: str, tmp_path: Path) -> None:
    site = site_with(
        tmp_path,
        change(UPDATE, "status: published", f"status: {status}"),
        change(UPDATE, "title: Half a year in one room", "title: Xyzzy in one room"),
        change(UPDATE, "We moved three teams into one room, as [@hazel2021] did.", "Plugh was moved."),
    )
    for path in files(site):
        content = (site / path).read_bytes()
        assert b"Xyzzy" not in content, path
        assert b"Plugh" not in content, path


def test_two_builds_are_equal_to_the_byte(tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path))
    first, second = site_of(root, tmp_path / "first"), site_of(root, tmp_path / "second")
    assert files(first) == files(second)
    for path in files(first):
        assert (first / path).read_bytes() == (second / path).read_bytes(), path


# -- What must not get through -----------------------------------------------------------------------------------------

PAYLOAD = """x"'></title></a><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}&amp;"""
YAML = "'" + PAYLOAD.replace("'", "''") + "'"
BIBTEX = PAYLOAD.replace("{", "").replace("}", "").replace("%", "").replace("&", "").replace('"', "")


OWN_SCRIPTS = ("privacy-data.js", "privacy.js", "write-data.js", "draft.js", "write.js")


def _without_form(html: str) -> list[tuple[str, dict[str, str]]]:
    """What a browser would find, but for the one form that is ours, its fields by their ids and choices, and its scripts."""
    found = _Reader(html).elements
    if html.count("<form") != 1 or '<form id="write-form"' not in html:
        return found
    return [
        (tag, attributes)
        for tag, attributes in found
        if not (
            tag == "script"
            and attributes == {"src": attributes.get("src"), "defer": ""}
            and attributes["src"] in OWN_SCRIPTS
        )
        and attributes.get("id") != "write-form"
        and not (
            tag == "input" and (attributes.get("id", "").startswith("write-") or attributes.get("type") == "radio")
        )
    ]


def _assert_harmless(html: str) -> None:
    found = _without_form(html)
    assert not [
        tag
        for tag, attributes in found
        if attributes.get("id") != "update-filters"
        and tag in ("script", "iframe", "form", "object", "embed", "base", "style", "svg", "input")
    ]
    for tag, attributes in found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src"):
            assert not re.match(r"\s*(?:javascript|data|vbscript):", attributes.get(name, ""), re.I)
        assert attributes.get("src", "levels.png").endswith("levels.png"), "no picture from elsewhere"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (BRIEFING, "title: Sharing an office", f"title: {YAML}"),
        (BRIEFING, 'edition: "1.0"', f"edition: {YAML}"),
        (BRIEFING, "status: live", f"status: live\nlanguage: {YAML}"),
        (BRIEFING, "status: live", f"status: live\ntopics: [{YAML}]"),
        (BRIEFING, "status: live", f"status: live\nlicence: {YAML}"),
        (BRIEFING, "status: live", f"status: live\nthanks:\n  - name: {YAML}\n    role: {YAML}"),
        (BRIEFING, "published: 2026-02", f"published: 2026-02\nchange_note: {YAML}"),
        (BRIEFING, "  - name: Dana Invented", f"  - name: {YAML}"),
        (BRIEFING, "    role: Research Analyst", f"    role: {YAML}"),
        (BRIEFING, "    organisation: Institute of Invented Studies", f"    organisation: {YAML}"),
        (BRIEFING, "### Joint teams {#teams}", f"### Joint `{PAYLOAD}` teams"),
        (BRIEFING, SENTENCE, f"`{PAYLOAD}`"),
        (BRIEFING, SENTENCE, f"[@rowan2019, p. 3 {PAYLOAD}]"),
        (BRIEFING, SENTENCE, f"See [`{PAYLOAD}`](https://www.example.org/)."),
        (BRIEFING, SENTENCE, f"![{PAYLOAD}](levels.png)"),
        (BRIEFING, '!!! signpost "For more information see"', f"!!! signpost \"{PAYLOAD.replace(chr(34), '')}\""),
        (UPDATE, "title: Half a year in one room", f"title: {YAML}"),
        (UPDATE, "licence: OGL-UK-3.0", f"licence: OGL-UK-3.0\nperiod: {YAML}\nlanguage: {YAML}\noutcomes: [{YAML}]"),
        ("briefings/series.yml", "title: Invented briefings", f"title: {YAML}\nstrand: {YAML}\nlive_statement: {YAML}"),
        ("briefings/series.yml", "  name: Institute of Invented Studies", f"  name: {YAML}\n  address: [{YAML}]\n  telephone: {YAML}\n  email: {YAML}\n  web: {YAML}\n  copyright: {YAML}"),
        ("briefings/sites.yml", "    name: Northbridge", f"    name: {YAML}"),
        ("briefings/glossary.yml", "    name: Invented Shared Office", f"    name: {YAML}\n    also: [{YAML}]"),
        ("briefings/glossary.yml", "  - term: ISO", f"  - term: {YAML}"),
        ("briefings/index.md", "title: Invented briefings", f"title: {YAML}\ndescription: {YAML}"),
        ("briefings/index.md", "# Invented briefings", f"# `{PAYLOAD}`"),
        ("references.bib", "  title       = {Sharing an Office},", f"  title       = {{{BIBTEX}}},"),
        ("references.bib", "  author      = {Rowan, A.},", f"  author      = {{{{{BIBTEX}}}}},"),
        ("references.bib", "  institution = {Institute of Invented Studies},", f"  institution = {{{BIBTEX}}}, url = {{javascript:alert(1)}}, doi = {{{BIBTEX}}},"),
    ],
)  # fmt: skip
def test_no_words_become_a_program(path: str, old: str, new: str, tmp_path: Path) -> None:
    """Whatever people type into fields, headings, links and the bibliography is text for readers."""
    site = site_with(tmp_path, change(path, old, new), Fence("bytes", "briefings/01-shared-offices/levels.png", ""))
    for name in files(site):
        if name.endswith(".html"):
            html = (site / name).read_text("utf-8")
            _assert_harmless(html)
            assert "49" not in words(html).replace("249", ""), "nothing is computed"


def test_hostile_words_are_shown_as_they_were_typed(tmp_path: Path) -> None:
    site = site_with(
        tmp_path,
        change(BRIEFING, "title: Sharing an office", f"title: {YAML}"),
        change(UPDATE, "title: Half a year in one room", f"title: {YAML}"),
        change(BRIEFING, SENTENCE, f"`{PAYLOAD}`"),
    )
    html = page(site)
    assert words(html).count(PAYLOAD) >= 4, "in the title, the navigation, the heading, the update and the code"
    assert PAYLOAD in words(page(site, "."))


HTML = (
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.example></SCRIPT>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", '<a href="javascript:alert(1)">x</a>', '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "[x](javascript:alert(1))", "[x](JaVaScRiPt&#58;alert(1))", "![x](data:image/svg+xml;base64,AAAA)", "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>", "<iframe src=https://x.example></iframe>", "<form action=/x><input name=p></form>", "<base href=https://x.example>",
    "<style>*{display:none}</style>", "<p style='position:fixed'>x</p>", "<p onclick=alert(1)>x</p>", "x\n{: onclick=alert(1) }", "# x {onclick=alert(1)}",
    "<object data=x></object>", "<embed src=x>", "<math><mtext><script>alert(1)</script></mtext></math>", "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><script>alert(1)</script>'>", "```\n<script>alert(1)</script>\n```", "`<script>alert(1)</script>`", "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<details ontoggle=alert(1) open>x</details>", "<video src=x onerror=alert(1)></video>", "<link rel=stylesheet href=//x.example>",
    "<meta http-equiv=refresh content='0;url=//x.example'>", "<template><script>alert(1)</script></template>", "{{ config }} {% include 'x' %}", "--8<-- \"/etc/passwd\"",
)  # fmt: skip


@pytest.mark.parametrize("html", HTML)
def test_no_html_becomes_a_program(html: str, tmp_path: Path) -> None:
    """In a briefing, an update and a page alike, also when nobody has heeded the finding."""
    site = site_with(
        tmp_path,
        change(BRIEFING, SENTENCE, f"Before.\n\n{html}\n\nAfter."),
        change(UPDATE, "We moved three teams into one room, as [@hazel2021] did.", f"Before.\n\n{html}\n\nAfter."),
        Fence("file", "briefings/note.md", f"---\ntitle: A note\n---\n\nBefore.\n\n{html}\n\nAfter.\n"),
    )
    for name in ("01-shared-offices", "note"):
        _assert_harmless(page(site, name))
        assert "After." in words(page(site, name))


@settings(max_examples=40)
@given(
    text=st.lists(
        st.sampled_from(
            [*HTML, "\n\n", " ", "<", ">", '"', "'", "&", "`", "[", "](", ")", "<p>", "</div>", "</main>", "x"]
        ),
        max_size=8,
    ).map("".join)
)
def test_no_mixture_becomes_a_program(text: str, tmp_path: Path) -> None:
    root = tmp_path if (tmp_path / "mkdocs.yml").exists() else lay_out(tmp_path)
    write(root, "briefings/note.md", f"---\ntitle: A note\n---\n\n{text}\n")
    plan = pipeline.check(load(root), Day(2026, 11, 24)).plan
    for made in make_pages(plan, (), RULES):
        _assert_harmless(str(made.html))


def test_mkdocs_reads_nothing_by_itself(tmp_path: Path) -> None:
    """Fields that MkDocs or Material act on, and lines that MkDocs takes for fields, are text like any other."""
    site = site_with(
        tmp_path,
        Fence(
            "file", "briefings/a.md", "---\ntitle: A\ntemplate: sitemap.xml\nhide: [navigation]\n---\n\nText of a.\n"
        ),
        Fence("file", "briefings/b.md", "author: nobody\nsubject: this\n\nText of b.\n"),
        Fence("file", "briefings/c.md", "Text {{ page.title }} and {{ 7 * 7 }}.\n"),
    )
    assert "Text of a." in words(page(site, "a"))
    assert "author: nobody subject: this" in words(page(site, "b"))
    assert "Text {{ page.title }} and {{ 7 * 7 }}." in words(page(site, "c"))


def test_no_page_asks_anybody_else(tmp_path: Path) -> None:
    for name in files(site := site_with(tmp_path)):
        if name.endswith(".html"):
            for tag, attributes in _Reader((site / name).read_text("utf-8")).elements:
                loaded = [attributes[key] for key in ("src", "srcset", "data", "poster") if key in attributes]
                loaded += [attributes.get("href", "")] if tag == "link" else []
                assert not [url for url in loaded if url.startswith(("http", "//"))]


def test_the_base_needs_no_theme_to_be_complete() -> None:
    assert "theme" not in {path.split("/")[0] for path in base()}
