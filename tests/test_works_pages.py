"""The page of all works, exports, and what pages tell programs of themselves. Everything in it is invented."""

import json
import re
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pikepdf
import pytest
from click.testing import CliRunner

from briefing_tools import pipeline
from briefing_tools.addresses import work_export_url
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.exchange import read_foreign
from briefing_tools.model import Day
from briefing_tools.pipeline import Build
from briefing_tools.source import Source
from briefing_tools.stages.pages import BuiltPage
from briefing_tools.stages.pages.briefing import reviewed_html
from casebook import Fence, change, lay_out, write

BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SENTENCE = "Joint teams have one manager."

SECOND = """---
number: 2
title: Sharing a kettle
status: {status}
edition: "1.0"
published: 2026-03
change_note:
  - "The page of @ash2020 was corrected; see @oak2018."
authors:
  - name: Dana Invented
---

## What is the issue? {{#issue role=issue}}

Tea helps [@rowan2019, p. 7], and so do biscuits [@elm2017].

## Key policy drivers {{#policy role=policy}}

None.

## Activity and research {{#activity role=activity}}

None.

## Key messages {{#key-messages role=key-messages}}

- Tea.
- Kettle.
- Biscuit.
"""
MORE_WORKS = """
@report{elm2017, author={Elm, C.}, title={Biscuits}, institution={I}, year={2017}}
@report{oak2018, author={Oak, D.}, title={Rooms}, institution={I}, year={2018}}
@report{fir2016, author={Fir, E.}, title={Doors}, institution={I}, year={2016}}
"""


def built(root: Path) -> Build:
    """What a build makes of a project, whatever the checks say."""
    settings = load(root)
    return pipeline.build(pipeline.check(settings, Day(2026, 11, 24)), settings, 0)


def with_second(root: Path, status: str = "live") -> Path:
    """The base with a second briefing and works that only it cites, or nobody."""
    lay_out(root)
    write(root, "briefings/02-sharing-a-kettle/index.md", SECOND.format(status=status))
    with (root / "references.bib").open("a", encoding="utf-8") as file:
        file.write(MORE_WORKS)
    return root


def page(build: Build, url: str) -> BuiltPage:
    return next(page for page in build.pages if page.url == url)


class _Reader(HTMLParser):
    """Collects elements with their attributes, and the words inside each element that has an id."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = tag
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.open == "script":
            self.scripts.append(data)

    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}

    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a" and "href" in attributes]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split()).replace("&#39;", "'")


def item(html: str, key: str) -> str:
    """The words of a work's entry on the page of works."""
    found = re.search(rf'<li id="ref-{key}".*?</li>', html, re.S)
    assert found, key
    return words(found[0])


# -- The page of works -------------------------------------------------------------------------------------------------


def test_every_work_has_its_place_and_everybody_who_cites_it(tmp_path: Path) -> None:
    html = str(page(built(with_second(tmp_path)), "references/").html)
    rowan = item(html, "rowan2019")
    assert rowan.startswith(
        "Rowan, A., 'Sharing an Office'. 2019, Institute of Invented Studies: Northbridge. Cited 3 times in 2 documents."
    )
    assert (
        "Briefing 1: Sharing an office: What is the issue?, p. 4; Shared offices. Briefing 2: Sharing a kettle: What is the issue?, p. 7."
        in rowan
    )
    hazel = item(html, "hazel2021")
    assert "Briefing 1: Sharing an office: Shared offices; Half a year in one room (Northbridge)." in hazel
    assert "Cited once. Briefing 2" in item(html, "elm2017")
    assert "6 works, cited 7 times in 2 documents." in words(html)


def test_places_lead_to_the_citations(tmp_path: Path) -> None:
    build = built(with_second(tmp_path))
    pages = {one.url: _Reader(str(one.html)).ids() for one in build.pages}
    for href in _Reader(str(page(build, "references/").html)).links():
        target = urlsplit(urljoin("https://a.example/references/", href))
        if target.fragment:
            assert unquote(target.fragment) in pages[target.path.removeprefix("/")], href


def test_what_is_cited_most_stands_first(tmp_path: Path) -> None:
    html = str(page(built(with_second(tmp_path)), "references/").html)
    most = re.search(r'<ol class="most-cited">.*?</ol>', html, re.S)
    assert most
    assert words(most[0]) == "Rowan (2019), 3 times in 2 documents Invented Council of Westmarsh (2021), twice"


def test_in_a_style_without_numbers_works_are_called_as_citations_call_them(tmp_path: Path) -> None:
    cited = "A [@fir2016a; @fir2016b] B [@fir2016a, p. 3; @fir2016b; @act1989, s. 17] C [@act1989, s. 47]."
    lay_out(tmp_path, change(BRIEFING, SENTENCE, cited))
    settings = (tmp_path / "mkdocs.yml").read_text("utf-8")
    write(tmp_path, "mkdocs.yml", settings.replace("  - briefings", "  - briefings:\n      style: harvard"))
    with (tmp_path / "references.bib").open("a", encoding="utf-8") as file:
        file.write("""
@report{fir2016a, author={Fir, E.}, title={Doors}, institution={I}, year={2016}}
@report{fir2016b, author={Fir, E.}, title={Windows}, institution={I}, year={2016}}
@legislation{act1989, title={Invented Act 1989}, year={1989}}
""")
    build = built(tmp_path)
    most = re.search(r'<ol class="most-cited">.*?</ol>', str(page(build, "references/").html), re.S)
    assert most
    for said in ("Fir (2016a), twice", "Fir (2016b), twice", "Invented Act 1989, twice"):
        assert said in words(most[0])
    numbered = re.compile(r"(?:Reference|Source) S?\d|\bS\d\b")
    assert not numbered.search(str(page(build, "01-shared-offices/").html))
    found = CliRunner().invoke(main, ["search", "Windows", "--kind", "reference", "--root", str(tmp_path)]).stdout
    assert "Briefing 1" in found
    assert not numbered.search(found)


def test_what_is_no_longer_cited_is_told_apart(tmp_path: Path) -> None:
    html = str(page(built(with_second(tmp_path, "withdrawn")), "references/").html)
    after = html.partition('id="no-longer-cited"')[2]
    assert "Once: Briefing 2: Sharing a kettle (withdrawn): What is the issue?." in item(after, "elm2017")
    assert "Once: Briefing 2: Sharing a kettle (named in a change note): What has changed in this edition." in item(
        after, "oak2018"
    )
    assert "Cited nowhere." in item(after, "fir2016")
    rowan = item(html, "rowan2019")
    assert "Cited twice. Briefing 1" in rowan
    assert "No longer counted: Briefing 2: Sharing a kettle (withdrawn): What is the issue?, p. 7." in rowan
    assert 'id="ref-rowan2019"' not in after


def test_a_project_without_works_has_no_such_page(tmp_path: Path) -> None:
    lay_out(tmp_path, Fence("delete", "references.bib", ""))
    build = built(tmp_path)
    assert "references/" not in {one.url for one in build.pages}
    assert build.exports == ()


def test_an_ordinary_page_may_lead_to_a_work(tmp_path: Path) -> None:
    line = "Begin with [sharing an office](01-shared-offices/index.md)."
    lay_out(
        tmp_path,
        change(
            "briefings/index.md", line, "See [Rowan](references.md#ref-rowan2019) and [all](references.md) [@ash2020]."
        ),
    )
    build = built(tmp_path)
    assert build.checked.findings == ()
    front = str(page(build, "").html)
    assert 'href="references/#ref-rowan2019"' in front
    assert "Invented briefings: this page." in item(str(page(build, "references/").html), "ash2020")
    assert 'Cited in this page: <span class="places"><a href="#cite-1"' in front


def test_an_update_s_sources_lead_back_to_where_they_are_cited(tmp_path: Path) -> None:
    html = str(page(built(lay_out(tmp_path)), "01-shared-offices/").html)
    anchor = "update-northbridge-2026-03-05-one-room"
    source = re.search(rf'<li id="{anchor}-ref-hazel2021".*?</li>', html, re.S)
    assert source
    assert f'<a href="#{anchor}-cite-1" aria-label="Cited in this update, place 1">1</a>' in source[0]


def test_the_reviewed_text_knows_nothing_of_updates(tmp_path: Path) -> None:
    """Exports, their sizes and the metadata of a briefing are the same with an update and without one."""
    with_one = built(lay_out(tmp_path / "one"))
    without = built(lay_out(tmp_path / "none", Fence("delete", UPDATE, "")))
    briefing = "01-shared-offices"
    assert [one.content for one in with_one.exports if one.owner == briefing] == [
        one.content for one in without.exports if one.owner == briefing
    ]
    assert page(with_one, f"{briefing}/").head == page(without, f"{briefing}/").head
    for build in (with_one, without):
        (cited,) = build.checked.plan.cited.briefings
        reviewed_html(cited, build.checked.plan)


# -- Exports -----------------------------------------------------------------------------------------------------------


def test_pages_offer_every_file_with_type_and_size(tmp_path: Path) -> None:
    build = built(with_second(tmp_path))
    by_url = {one.url: one for one in build.exports}
    offered = set()
    for url in ("references/", "01-shared-offices/", "02-sharing-a-kettle/"):
        for tag, attributes in _Reader(str(page(build, url).html)).elements:
            if tag == "a" and "download" in attributes and attributes.get("type") != "":
                target = unquote(urlsplit(urljoin(f"https://a.example/{url}", attributes["href"])).path)[1:]
                if target in by_url:
                    offered.add(target)
                    assert attributes["type"] == by_url[target].mime
                    assert re.search(r", \d+ (bytes|KB)$", attributes["aria-label"])
    assert offered == set(by_url)
    assert {
        "references/all.bib",
        "references/works/fir2016.ris",
        "01-shared-offices/briefing-1-references.json",
    } <= offered
    assert len(by_url) == 3 * (1 + 2 + 6)


def test_files_hold_the_works_they_say(tmp_path: Path) -> None:
    build = built(with_second(tmp_path))
    for one in build.exports:
        brought = read_foreign(Source(one.url, one.content.decode()))
        assert brought
        keys = [work.key for work in brought.works]
        if one.owner.startswith("#"):
            assert keys == [one.owner[1:]]
        elif one.owner == "01-shared-offices":
            assert keys == ["rowan2019", "ash2020", "hazel2021"]
        elif one.owner:
            assert keys == ["rowan2019", "elm2017"]
        else:
            assert keys == list(build.checked.plan.cited.series.bibliography.works)


def test_a_withdrawn_briefing_offers_no_references(tmp_path: Path) -> None:
    build = built(with_second(tmp_path, "withdrawn"))
    assert not [one for one in build.exports if one.owner == "02-sharing-a-kettle"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("munro2011", "munro2011"),
        ("smith_2011.b-c", "smith_2011.b-c"),
        ("doi:10.1000/182", "doi~3a10.1000~2f182"),
        ("../../etc/passwd", "~2e.~2f..~2fetc~2fpasswd"),
        ("Łuk", "~c5~81uk"),
        ("a b", "a~20b"),
        (".hidden", "~2ehidden"),
    ],
)
def test_every_key_has_a_harmless_file_name(key: str, name: str) -> None:
    assert work_export_url(key, "bib") == f"references/works/{name}.bib"


def test_long_keys_do_not_meet() -> None:
    one, other = (work_export_url("a" * 500 + end, "bib") for end in "bc")
    assert one != other
    assert len(one) < 140


# -- What programs are told --------------------------------------------------------------------------------------------


def tags(build: Build, url: str = "01-shared-offices/") -> list[tuple[str, str]]:
    return [
        (attributes["name"], attributes["content"])
        for tag, attributes in _Reader(page(build, url).head).elements
        if tag == "meta"
    ]


def data(build: Build, url: str = "01-shared-offices/") -> dict[str, object]:
    (script,) = _Reader(page(build, url).head).scripts
    found: dict[str, object] = json.loads(script)
    return found


def test_zotero_and_search_engines_find_the_briefing(tmp_path: Path) -> None:
    build = built(
        lay_out(
            tmp_path,
            change("mkdocs.yml", "site_name: Invented briefings", "site_name: I\nsite_url: https://a.example/b"),
        )
    )
    found = tags(build)
    assert [pair for pair in found if pair[0] != "citation_reference"] == [
        ("citation_title", "Sharing an office"),
        ("citation_author", "Dana Invented"),
        ("citation_publication_date", "2026/02"),
        ("citation_technical_report_institution", "Institute of Invented Studies"),
        ("citation_technical_report_number", "1"),
        ("citation_series_title", "Invented briefings"),
        ("citation_language", "en-GB"),
        ("citation_public_url", "https://a.example/b/01-shared-offices/"),
        ("citation_pdf_url", "https://a.example/b/01-shared-offices/briefing-1.pdf"),
    ]
    assert [value for name, value in found if name == "citation_reference"][1] == (
        "citation_title=Who sits where; citation_author=B. Ash; citation_author=C. Elm; citation_publication_date=2020; "
        "citation_journal_title=Journal of Invented Results; citation_volume=3; citation_firstpage=12"
    )
    report = data(build)
    assert (report["@type"], report["name"], report["url"]) == (
        "Report",
        "Sharing an office",
        "https://a.example/b/01-shared-offices/",
    )
    citations = report["citation"]
    assert isinstance(citations, list)
    assert [one["name"] for one in citations] == ["Sharing an Office", "Who sits where", "Two Years of One Office"]
    assert citations[1] == {
        "@type": "ScholarlyArticle",
        "@id": "https://a.example/b/01-shared-offices/#ref-ash2020",
        "name": "Who sits where",
        "author": [{"@type": "Person", "name": "B. Ash"}, {"@type": "Person", "name": "C. Elm"}],
        "datePublished": "2020",
        "isPartOf": {"@type": "CreativeWork", "name": "Journal of Invented Results"},
    }
    assert citations[2]["author"] == [{"@type": "Organization", "name": "Invented Council of Westmarsh"}]


def test_without_a_known_address_no_address_is_given(tmp_path: Path) -> None:
    build = built(lay_out(tmp_path))
    assert not [name for name, _ in tags(build) if name.endswith("_url")]
    assert "url" not in data(build)


def test_other_pages_say_nothing_of_themselves(tmp_path: Path) -> None:
    build = built(lay_out(tmp_path))
    assert {one.url for one in build.pages if one.head} == {"01-shared-offices/"}


# -- A signpost's line that is a citation alone ------------------------------------------------------------------------


def test_a_line_that_is_a_citation_alone_is_the_whole_reference(tmp_path: Path) -> None:
    line = "    - [Two years of one office](https://www.example.org/two-years) [@hazel2021]"
    lay_out(
        tmp_path,
        change(
            BRIEFING,
            line,
            f"{line}\n    - [@ash2020, p. 14]\n    - @rowan2019 and [more rooms](https://www.example.org)",
        ),
    )
    build = built(tmp_path)
    assert build.checked.findings == ()
    box = re.search(r'<div class="signpost">.*?</div>', str(page(build, "01-shared-offices/").html), re.S)
    assert box
    assert words(box[0]) == (
        "For more information see Two years of one office [3]"
        " Ash, B. and C. Elm, 'Who sits where'. Journal of Invented Results, 2020. 3: p. 12-19. [2, p. 14]"
        " Rowan [1] and more rooms"
    )


def test_outside_signposts_a_citation_alone_stays_one(tmp_path: Path) -> None:
    build = built(lay_out(tmp_path, change(BRIEFING, SENTENCE, f"{SENTENCE}\n\n- [@ash2020]")))
    assert 'class="citation"' in str(page(build, "01-shared-offices/").html)
    assert str(page(build, "01-shared-offices/").html).count("Who sits where") == 1


# -- Hostile works -----------------------------------------------------------------------------------------------------

SCRIPT = "<script>alert(1)</script>"
HOSTILE = rf"""
@report{{evil1,
  author      = {{{{{SCRIPT}}} and "onmouseover="alert(2), X}},
  title       = {{T {SCRIPT} "onload="alert(3) \href{{javascript:alert(4)}}{{click}} </title></script><img src=x onerror=alert(5)>}},
  institution = {{I {SCRIPT}}}, address = {{{SCRIPT}}}, type = {{{SCRIPT}}}, number = {{{SCRIPT}}}, year = {{2019{SCRIPT}}},
  url         = {{javascript:alert(6)}}, doi = {{10.1000/{SCRIPT}}}, isbn = {{{SCRIPT}}}, note = {{secret {SCRIPT}}},
  howpublished = {{javascript:alert(7)}}, urldate = {{{SCRIPT}}}
}}
@article{{evil2, author = {{A, B.}}, title = {{U}}, journal = {{J {SCRIPT}}}, year = {{2020}}, volume = {{{SCRIPT}}},
  url = {{https://a.example/?a=1&b="onmouseover=alert(8)}}, eprint = {{{SCRIPT}}}, pages = {{{SCRIPT}}}}}
@online{{evil3, author = {{A, C.}}, title = {{V}}, year = {{2020}}, urldate = {{2020-01-01}},
  url = {{data:text/html;base64,PHNjcmlwdD4=}}}}
@online{{evil4, author = {{A, D.}}, title = {{W}}, year = {{2020}}, url = {{HTTPS://a.example/\u0000}}, urldate = {{2020-01-01}}}}
@online{{evil5, author = {{A, E.}}, title = {{X}}, year = {{2020}}, url = {{vbscript:x}}, doi = {{10.1000/"onload=alert(9)}}}}
@online{{evil6, author = {{A, F.}}, title = {{Y}}, year = {{2020}}, url = {{https://user:pass@a.example/}}, urldate = {{2020-01-01}}}}
"""
CITED = 'One [see <b>@evil1</b>, p. <script>alert(10)</script>]. Two [@evil1, p. 3 "onload=alert(11); @evil2]. @evil3 [@evil4; @evil5; @evil6].'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a whole build with the real theme and every edition writes from a hostile bibliography."""
    root = lay_out(tmp_path_factory.mktemp("hostile"), change(BRIEFING, SENTENCE, CITED))
    write(root, "references.bib", (root / "references.bib").read_text("utf-8") + HOSTILE)
    kept = (root / "mkdocs.yml").read_text("utf-8")
    write(
        root, "mkdocs.yml", kept.replace("  - briefings", "  - briefings:\n      editions: pdf, epub, txt, docx, odt")
    )
    settings = load(root)
    checked = pipeline.check(settings, Day(2026, 11, 24))
    assert checked.failing(settings.fail_on), "the checks would have stopped this build"
    from briefing_tools.plugin import build_pages

    site = root / "site"
    build_pages(settings, pipeline.build(checked, settings, 0), site)
    return site


def test_no_file_of_a_build_holds_a_program_from_a_bibliography(hostile: Path) -> None:
    """No tag, no handler, no unsafe address: searched for in every file that is written, not only in pages.

    Plain text and the search index are left out: no program reads tags in them, so they have the characters of a title
    as they are. What the search page does with them is tested in a browser, beside it.
    """
    files = [path for path in hostile.rglob("*") if path.suffix in READ and path.parent.name != "search"]
    texts = [(path.name, path.read_bytes()) for path in (*files, hostile / "search" / "index.html") if path.is_file()]
    for book in hostile.rglob("*.epub"):
        with zipfile.ZipFile(book) as parts:
            texts += [
                (name, parts.read(name))
                for name in parts.namelist()
                if Path(name).suffix in (*READ, ".xhtml", ".opf", ".ncx")
            ]
    assert len(texts) > 35
    for name, content in texts:
        text = content.decode("utf-8", "replace")
        assert not re.search(r"<script>alert|<img src=x|</script><img", text), name
        if name.endswith(("html", "htm")):
            for tag, attributes in _Reader(text).elements:
                assert not [one for one in attributes if one.startswith("on")], (name, tag, attributes)
                for one in ("href", "src", "action", "formaction", "xlink:href"):
                    assert _is_harmless(attributes.get(one, "")), (name, tag, attributes)


READ = (".html", ".json", ".bib", ".ris", ".xml", ".js", ".css")


def test_exports_of_hostile_works_hold_no_unsafe_address(hostile: Path) -> None:
    for path in (hostile / "references" / "works").glob("evil*.json"):
        (found,) = json.loads(path.read_text("utf-8"))
        assert _is_harmless(found.get("URL", "")), path.name
        assert "secret" not in path.read_text("utf-8")
    for path in [*hostile.rglob("*.bib"), *hostile.rglob("*.ris")]:
        for line in path.read_text("utf-8").splitlines():
            found_url = re.match(r"\s*(?:url\s*= \{|UR  - )(.*?)\}?,?$", line)
            assert not found_url or _is_harmless(found_url[1]), line


def test_the_document_leads_nowhere_unsafe(hostile: Path) -> None:
    """Every address in the PDF is `http(s)` or `mailto`, or a place inside it; it holds no program."""
    files = sorted(hostile.rglob("*.pdf"))
    assert files
    for file in files:
        _leads_nowhere_unsafe(file)


def _leads_nowhere_unsafe(file: Path) -> None:
    with pikepdf.open(file) as document:
        assert "/OpenAction" not in document.Root or "/JS" not in str(document.Root.OpenAction)
        for sheet in document.pages:
            for note in sheet.get("/Annots", []):
                action = note.get("/A", {})
                assert action.get("/S", "/URI") in ("/URI", "/GoTo")
                if "/URI" in action:
                    assert _is_harmless(str(action["/URI"]))
    assert b"/JavaScript" not in file.read_bytes()


def test_word_documents_lead_nowhere_unsafe(hostile: Path) -> None:
    """Every address in the Word and the OpenDocument file is harmless, and the characters of a title are characters."""
    for kind, part, address in (
        ("docx", "word/document.xml", r'Target="([^"]*)"'),
        ("odt", "content.xml", r'href="([^"]*)"'),
    ):
        (file,) = hostile.rglob(f"*.{kind}")
        with zipfile.ZipFile(file) as parts:
            assert not [name for name in parts.namelist() if "macro" in name.lower() or name.endswith((".bin", ".js"))]
            assert SCRIPT in "".join(ElementTree.fromstring(parts.read(part)).itertext())
            texts = [parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith((".rels", ".xml"))]
        leads = [unescape(found) for text in texts for found in re.findall(address, text)]
        assert len(leads) > 5
        assert not [one for one in leads if not _is_harmless(one)], kind


def test_data_for_programs_cannot_end_its_block(hostile: Path) -> None:
    text = (hostile / "01-shared-offices" / "index.html").read_text("utf-8")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert block
    assert not re.search(r"[<>&]", block[1])
    values = json.loads(block[1])
    assert SCRIPT in values["citation"][-6]["name"], "the characters are kept, as characters"
    assert not [one for one in values["citation"] if not _is_harmless(one.get("url", ""))]


def _is_harmless(address: str) -> bool:
    """Whether an address is inside the pages, or begins with one of the four ways that are let through."""
    way = urlsplit(address.strip().lower()).scheme
    return way in ("", "http", "https", "mailto", "doi", "tel") and "@" not in urlsplit(address).netloc


def test_the_command_line_shows_hostile_works_as_characters(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    write(root, "references.bib", HOSTILE)
    done = CliRunner().invoke(main, ["references", "--root", str(root), "--json"])
    values = json.loads(done.stdout)
    for one in values["references"]:
        assert not re.search(r"<(?!/?(?:em|strong|sup|sub|a)\b)", one["html"]), one["html"]
        assert all(_is_harmless(href) for href in re.findall(r'href="([^"]*)"', one["html"]))
