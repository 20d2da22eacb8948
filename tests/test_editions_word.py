"""Word and OpenDocument: headings, footnotes, heads of tables, words of pictures, languages; our styles and A4."""

import re
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.pandoc import pandoc_is_here
from briefing_tools.stages.editions.book.packing import unpack
from briefing_tools.stages.editions.catalogue import Order, kinds
from everything import NOON, TODAY, everything

pytestmark = pytest.mark.skipif(not pandoc_is_here(), reason="Needs pandoc: pip install '.[docx]' brings it.")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def files(root: Path, kind: str) -> dict[str, bytes]:
    """The files of a document made of a project's first briefing."""
    settings = load(root)
    plan = pipeline.check(settings, TODAY).plan
    content = kinds()[kind].make(Order(plan.cited.briefings[0], plan, NOON, settings.read_asset)).content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
    return unpack(content)


@pytest.fixture(scope="module")
def docx(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A Word document with everything."""
    return files(everything(tmp_path_factory.mktemp("docx")), "docx")


@pytest.fixture(scope="module")
def odt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """An OpenDocument text with everything."""
    return files(everything(tmp_path_factory.mktemp("odt")), "odt")


def test_every_part_is_xml_and_named_in_the_lists(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    for name, content in {**docx, **odt}.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    types = docx["[Content_Types].xml"].decode()
    assert 'PartName="/word/footer.xml"' in types
    assert 'Id="footer"' in docx["word/_rels/document.xml.rels"].decode()
    assert next(iter(odt)) == "mimetype"
    assert odt["mimetype"] == b"application/vnd.oasis.opendocument.text"


def test_every_style_that_is_used_is_there_and_large_enough(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    styles = docx["word/styles.xml"].decode()
    text = docx["word/document.xml"].decode() + docx["word/footnotes.xml"].decode() + docx["word/footer.xml"].decode()
    used = set(re.findall(r'<w:(?:p|r|tbl)Style w:val="([^"]+)"', text))
    assert used >= {"Title", "Heading1", "Heading2", "Signpost", "SiteUpdate", "FootnoteText", "Bibliography", "Table"}
    assert used <= set(re.findall(r'w:styleId="([^"]+)"', styles))
    assert min(map(int, re.findall(r'<w:sz w:val="(\d+)"', styles))) == 24, "in half points: clear print"
    open_styles = odt["styles.xml"].decode() + odt["content.xml"].decode()
    named = set(re.findall(r'(?:text|table):style-name="([^"]+)"', odt["content.xml"].decode()))
    assert named <= set(re.findall(r'style:name="([^"]+)"', open_styles))
    assert min(float(size) for size in re.findall(r'fo:font-size="([\d.]+)pt"', odt["styles.xml"].decode())) == 12
    assert not re.search(r'style:name="[^"]* ', open_styles), "a name has no space (ODF 1.3, 19.502)"


def test_headings_follow_one_another(docx: dict[str, bytes]) -> None:
    document = ElementTree.fromstring(docx["word/document.xml"])
    styles = [style.get(f"{W}val", "") for style in document.iter(f"{W}pStyle")]
    levels = [int(style[-1]) for style in styles if re.fullmatch("Heading[1-9]", style)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert styles.count("Title") == 1


def test_tables_repeat_their_heads(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    tables = list(ElementTree.fromstring(docx["word/document.xml"]).iter(f"{W}tbl"))
    assert len(tables) == 3
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, *[False] * (len(rows) - 1)]
    assert odt["content.xml"].count(b"<table:table-header-rows>") == 3


def test_pictures_have_their_words(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    wanted = ["A plan of the office: two rooms &amp; a door", "People around a table"]
    assert re.findall(r'<wp:docPr descr="([^"]*)"', docx["word/document.xml"].decode()) == wanted
    assert re.findall("<svg:desc>(.*?)</svg:desc></draw:frame>", odt["content.xml"].decode()) == wanted
    assert [name for name in docx if name.startswith("word/media/")]
    assert len([name for name in odt if name.startswith("Pictures/")]) == 2


def test_languages_are_marked(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    text = docx["word/document.xml"].decode()
    assert '<w:lang w:val="en-GB"' in docx["word/styles.xml"].decode()
    for words in ("Mae gwasanaethau", "croeso i Gymru", "Symudon", "Blwyddyn"):
        assert re.search(rf'<w:lang w:val="cy" /></w:rPr><w:t[^>]*>{words}', text), words
    assert re.search(r'<w:bidi /></w:pPr><w:r><w:rPr><w:rtl /><w:lang w:val="ar" w:bidi="ar" />', text)
    assert 'fo:language="en" fo:country="GB"' in odt["styles.xml"].decode()
    assert 'fo:language="cy"' in odt["content.xml"].decode()


def test_properties(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    core, meta = docx["docProps/core.xml"].decode(), odt["meta.xml"].decode()
    title = 'Briefing 1: Sharing &amp; caring &lt;b&gt;offices&lt;/b&gt;: "one" room'
    for said in (core.replace("&quot;", '"'), meta.replace("&quot;", '"')):
        assert f"<dc:title>{title}</dc:title>" in said
        assert "Dana Invented" in said
        assert "2026-11-24T12:00:00Z" in said
        assert "<dc:language>en-GB</dc:language>" in said
        assert "sharing, offices &amp; rooms" in said


def test_the_page_is_a4_and_numbered(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in docx["word/document.xml"].decode()
    assert "NUMPAGES" in docx["word/footer.xml"].decode()
    assert 'fo:page-width="21cm" fo:page-height="29.7cm"' in odt["styles.xml"].decode()
    assert "<text:page-count>" in odt["styles.xml"].decode()


def test_a_contributors_text_is_never_markup(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    """Pandoc is given characters, so nothing in them is read as Markdown, HTML or XML."""
    for content in (docx["word/document.xml"].decode(), odt["content.xml"].decode()):
        assert "Half a year in &lt;one&gt; room &amp; more" in content
        assert "3 &lt; 4 &gt; 2 &amp; 5 ≥ 4" in content


def test_nothing_of_this_machine_is_in_it(docx: dict[str, bytes], odt: dict[str, bytes]) -> None:
    whole = b"".join([*docx.values(), *odt.values()])
    for trace in (b"/tmp", b"/home", b"/root", b"briefings-"):
        assert trace not in whole.replace(b"briefings-1", b"")
