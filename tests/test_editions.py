"""Printed editions, read again with pypdf: nothing is lost, every note stands by its call, the same input is the same file."""

import dataclasses
import hashlib
import os
import subprocess
import sys
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from PIL import Image

from briefing_tools import pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.errors import CannotRun
from briefing_tools.model import Node, Text, walk
from briefing_tools.pictures import printable
from briefing_tools.source import first_hidden
from briefing_tools.stages import editions
from briefing_tools.stages.editions import breaks, formats, house
from briefing_tools.stages.editions.pieces import Flow, Piece, words
from briefing_tools.typefaces import damaged, drawn
from casebook import change, lay_out, write
from inventing import Invention
from printing import BRIEFING, NOON, Reading, check, plan_of, printed, printed_text, squeezed

ROOT = Path(__file__).parents[1]
PRINT = ROOT / "briefing_tools" / "theme" / "print"
FORMATS = ("pdf", "large-print", "giant")


@cache
def own(format: str) -> Reading:
    """An edition of this project's Briefing 7."""
    return Reading(printed(ROOT, format).content)


# -- Nothing is lost ---------------------------------------------------------------------------------------------------


def _texts(nodes: tuple[Node, ...]) -> list[str]:
    """The running characters of a tree; what citations print between them is not among these."""
    return [squeezed(node.text) for node in walk(nodes) if isinstance(node, Text)]


@pytest.mark.parametrize("format", FORMATS)
def test_every_word_of_the_briefing_is_printed_in_order(format: str) -> None:
    plan = plan_of(ROOT)
    (cited,) = plan.cited.briefings
    briefing = cited.briefing
    printed_words = own(format).text
    at = printed_words.index(squeezed(briefing.title))
    for section in briefing.all_sections():
        for piece in (squeezed(section.title), *_texts(section.body)):
            found = printed_words.find(piece, at)
            assert found >= 0, f"missing after {printed_words[at - 40 : at]}: {piece}"
            at = found + len(piece)
    for reference in cited.text.references:
        assert squeezed("".join(_texts(reference.text))) in printed_words[at:]
    for update in cited.updates_in_order():
        assert all(piece in printed_words for piece in (squeezed(update.update.title), *_texts(update.update.body)))
    people = [name for person in (*briefing.authors, *briefing.thanks) for name in (person.name, person.role)]
    record = plan.cited.series.record
    statements = (
        *briefing.change_note,
        *people,
        record.scope_statement,
        record.live_statement,
        record.alternative_formats,
    )
    for statement in (*statements, *record.publisher.address, record.publisher.email, record.publisher.copyright):
        assert squeezed(statement) in printed_words, statement


def test_the_cover_says_what_it_is() -> None:
    cover = own("pdf").pages[0]
    for words_there in (
        "Development demonstrators",
        "Briefing 7",
        "Integrated",
        "working",
        "Edition: 1.0",
        "Published: February 2013",
    ):
        assert words_there in cover
    assert "Live: what sites learn is added as it comes" in cover
    assert "This document made: 24 November 2026" in cover
    assert "not a systematic review" in " ".join(cover.split())


@pytest.mark.parametrize("format", FORMATS)
def test_every_other_page_has_its_running_head_and_number(format: str) -> None:
    pages = own(format).pages
    for number, page in enumerate(pages[1:], 2):
        assert "Briefing 7: Integrated working" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Edition 1.0, 24 November 2026" in page


def test_contents_give_the_page_of_every_section() -> None:
    reading = own("pdf")
    contents = squeezed(reading.pages[1]).replace(".", "")
    at = 0
    for section in plan_of(ROOT).cited.briefings[0].briefing.all_sections():
        title = squeezed(section.title)
        at = reading.text.index(title, at or reading.ends[1]) + len(title)
        page = next(number for number, end in enumerate(reading.ends, 1) if at <= end)
        assert f"{title}{page}" in contents


# -- Notes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_thirteen_notes_each_on_the_page_of_its_call(format: str) -> None:
    reading = own(format)
    notes = plan_of(ROOT).notes["07-integrated-working"]
    assert list(reading.calls) == [note.number for note in notes] == list(range(1, 14))
    assert reading.calls == reading.note_marks
    for note in notes:
        page = squeezed(reading.pages[reading.calls[note.number] - 1])
        assert f"{note.number}{note.url}" in page or f"(note{note.number}){note.url}" in page
    assert [url for url in reading.addresses if "tinyurl" in url][::1].count("http://tinyurl.com/integreview") == 4


@pytest.mark.parametrize(
    ("seed", "format"),
    [*((seed, "pdf") for seed in range(6)), (6, "large-print"), (7, "large-print"), (8, "giant"), (9, "giant")],
)
def test_notes_of_invented_briefings_stand_by_their_calls(seed: int, format: str, tmp_path: Path) -> None:
    """Links in paragraphs, lists, boxes and tables, many to a page, some two in a line: none goes astray."""
    invention = Invention(seed)
    write(lay_out(tmp_path), BRIEFING, invention.text(sections=3))
    reading = Reading(printed(tmp_path, format).content)
    pages = [squeezed(page) for page in reading.pages]
    assert invention.links > 15
    for number in range(1, invention.links + 1):
        call = [at for at, page in enumerate(pages) if f"call{number}end" in page]
        note = [at for at, page in enumerate(pages) if f"note{number}end" in page]
        assert call == note, f"note {number}"
        assert len(call) == 1
    assert list(reading.calls) == list(range(1, invention.links + 1))
    assert all(f"call{number}end" in reading.text for number in range(1, invention.links + 1))


def test_a_link_used_twice_has_two_notes(tmp_path: Path) -> None:
    reading = printed_text(
        tmp_path, "## A {#a}\n\n[one][x], [two][x] and [mail](mailto:a@example.org)\n\n[x]: https://example.org/x"
    )
    assert list(reading.calls) == [1, 2, 3]
    assert "1https://example.org/x2https://example.org/x3a@example.org" in squeezed(
        reading.pages[-1] + reading.pages[2]
    )


def test_a_note_that_cannot_be_kept_is_named() -> None:
    flow: Flow = (Piece("paragraph", (Piece("note", ("words",), {"number": 4, "url": "https://example.org"}),)),)
    with pytest.raises(breaks.NoteAstray, match="note 4"):
        breaks.break_pages(flow, lambda tried: {4: (1, 2)})


def test_breaking_never_loses_a_word() -> None:
    link = Piece("note", ("here",), {"number": 1, "url": "u", "shown": "u"})
    items = tuple(
        Piece("item", (Piece("paragraph", (f"item {number} ", *((link,) if number == 3 else ()))),))
        for number in range(5)
    )
    flow: Flow = (
        Piece("heading", ("Title",)),
        Piece("signpost", (Piece("paragraph", ("See",), {"sticky": True}), Piece("numbers", items, {"start": 1}))),
    )
    seen: list[Flow] = []

    def lay_out_pages(tried: Flow) -> breaks.Places:
        seen.append(tried)
        return {1: (1, 2 if len(seen) < 3 else 1)}

    breaks.break_pages(flow, lay_out_pages)
    before_item, before_words = seen[1:]
    for tried in (before_item, before_words):
        assert [piece.kind for piece in tried] == ["heading", "signpost", "page-break", "signpost"]
        assert words(tried) == words(flow).replace(
            "item 3", "See (continued)item 3" if tried is before_item else "item 3"
        ).replace("here", "here" if tried is before_item else "See (continued)here")
    rest = before_item[3].inside()[1]
    assert rest.number("start") == 4


# -- References --------------------------------------------------------------------------------------------------------


def test_citations_lead_to_their_references_and_back() -> None:
    reading = own("pdf")
    plan = plan_of(ROOT)
    (cited,) = plan.cited.briefings
    references = cited.text.references
    assert len(references) == 19
    first = reading.text.rindex("References1.") if "References1." in reading.text else reading.text.index("References")
    text = reading.text[first:]
    for reference in references:
        assert f"{reference.label}.{squeezed(''.join(_texts(reference.text)))}Citedonpage" in text
    in_text = sum(len([label for label in placed.labels if label]) for placed in cited.text.citations)
    in_updates = sum(len(placed.labels) for update in cited.updates_in_order() for placed in update.text.citations)
    back = sum(len(reference.cited_by) for reference in references)
    own_back = sum(len(one.cited_by) for update in cited.updates_in_order() for one in update.text.references)
    to_and_fro = [leap for leap in reading.leaps if leap.contents.startswith("page ")]
    assert len(to_and_fro) == in_text + in_updates + back + own_back
    assert all(leap.contents == f"page {leap.to_page}" for leap in to_and_fro)


def test_a_back_link_names_the_page_it_leads_to() -> None:
    reading = own("pdf")
    page = next(at for at, text in enumerate(reading.pages, 1) if "[1, p. 58]" in text.replace("\xa0", " "))
    assert f"Cited on page {page}, page" in " ".join(" ".join(reading.pages).split())


def test_citations_in_a_row_are_broken_into_lines(tmp_path: Path) -> None:
    row = ", ".join(f"[@rowan2019, Table {number}]" for number in range(1, 31))
    root = lay_out(tmp_path, change(BRIEFING, "Joint teams have one manager.", f"So {row}."))
    with pikepdf.open(BytesIO(printed(root).content)) as document:
        links = [(page, link) for page in document.pages for link in page.get("/Annots", [])]
        assert len(links) > 30
        for page, link in links:
            assert float(link.Rect[2]) < float(page.mediabox[2]) - 40, "nothing is printed in the margin"


@pytest.mark.parametrize("style", ["vancouver", "harvard"])
def test_every_style_of_reference_is_printed(style: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    write(root, "mkdocs.yml", settings.replace("  - briefings", f"  - briefings:\n      style: {style}"))
    reading = Reading(printed(root).content)
    marker = {"vancouver": "(1,p.4)", "harvard": "(Rowan,2019,p.4)"}[style]
    assert marker in reading.text
    listed = reading.text[reading.text.index(marker) :]
    assert ("References1.Rowan" in listed) == (style == "vancouver")
    assert ("ReferencesAsh,B." in listed) == (style == "harvard"), (
        "a style without numbers lists works by their authors"
    )


def test_updates_stand_apart_with_sources_of_their_own() -> None:
    text = own("pdf").text
    appendix = text.rindex("Experiencefromdemonstratorsites,asat24November2026")
    assert appendix > text.rindex("References1.")
    part = text[appendix:]
    assert "Compiledbytheeditorsfromapublishedsource.Notreviewedevidence." in part
    assert "Kindofevidence:Independentevaluation" in part
    assert "[S1]" in part
    assert "S1.Golden" in part
    pointer = text.index("Experiencefromsites.")
    assert text.index("Multi-AgencySafeguardingHubs", text.index("References") + 1) < pointer < appendix
    assert "notreviewedevidence" in text[pointer : pointer + 90]


def test_updates_of_every_kind_are_printed(tmp_path: Path) -> None:
    """Two invented updates that differ: each names the other, with its own sources, links, lists and language."""
    root = lay_out(tmp_path)
    folder = root / "briefings/01-shared-offices/updates"
    first = (folder / "northbridge/2026-03-05-one-room.md").read_text("utf-8")
    body = """Mae pobl yn siarad 👍 [yma](https://example.org/yma) [@ash2020, p. 12; @rowan2019].

| Tîm | Nifer |
|---|--:|
| Un | 3 |

1. cyntaf
2. ail [uchod](#offices)"""
    fields = (
        first[: first.index("\n---\n", 4)]
        .replace("northbridge", "westmarsh")
        .replace("Half a year in one room", "Two rooms did as well")
    )
    relation = "language: cy\nrelates_to:\n  - update: northbridge/2026-03-05-one-room\n    how: differs"
    write(
        root,
        "briefings/01-shared-offices/updates/westmarsh/2026-06-01-two-rooms.md",
        f"{fields}\n{relation}\n---\n{body}\n",
    )
    checked = check(root)
    assert [finding.rule for finding in checked.findings if finding.severity == "error"] == []
    reading = Reading(printed(root).content)
    text = reading.text
    one = text.index("Halfayearinoneroom", text.rindex("Experiencefromdemonstratorsites"))
    two = text.rindex("Tworoomsdidaswell")
    assert "Differsfrom:Tworoomsdidaswell,page" in text[one : two + 30]
    assert "Differsfrom:Halfayearinoneroom,page" in text[two:]
    assert "siarad[thumbsupsign]yma(https://example.org/yma)[S1,p.12;S2]." in text[two:]
    assert "uchod(page" in text[two:]
    assert "2accountsofexperience,notreviewedevidence,speaktothissection" in text
    assert list(reading.calls) == [1], "links of updates are no notes of the reviewed text"
    assert "cy" in {str(element["/Lang"]) for element in reading.elements("/P") if "/Lang" in element}


def test_the_reviewed_text_is_the_same_with_and_without_updates(tmp_path: Path) -> None:
    with_updates = Reading(printed(lay_out(tmp_path / "with")).content).text
    bare = lay_out(tmp_path / "without")
    for file in (bare / "briefings").glob("*/updates/*/*.md"):
        file.unlink()
    without = Reading(printed(bare).content).text
    start, end = "Whatistheissue?Services", "References1."
    assert "Experiencefromsites." in with_updates
    assert "Experiencefromsites." not in without
    reviewed = without[without.index(start) : without.index(end)]
    before, _, after = with_updates[with_updates.index(start) : with_updates.index(end)].partition(
        "Experiencefromsites."
    )
    assert reviewed.startswith(before)
    assert reviewed.endswith(after[after.index("Jointteams") :])


# -- The file ----------------------------------------------------------------------------------------------------------


def test_properties_say_what_the_document_is() -> None:
    pdf = own("pdf").pdf
    about = pdf.metadata
    assert about is not None
    assert about.title == "Integrated working"
    assert about.author == "Hannah Roscoe, Jane Greenstock"
    assert about.subject
    assert about.subject.startswith("Families rarely have troubles")
    assert about["/Keywords"].startswith("integrated working, multi-agency working")
    assert about["/CreationDate"] == about["/ModDate"] == "D:20261124120000Z"
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    properties = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in properties
    assert "<pdfuaid:part>1</pdfuaid:part>" in properties


def test_the_text_and_its_works_travel_inside() -> None:
    attached = own("pdf").pdf.attachments
    assert attached["briefing-7.md"][0] == (ROOT / "briefings/07-integrated-working/index.md").read_bytes()
    works = attached["briefing-7.bib"][0].decode()
    assert works.count("@") == 19
    assert all(entry.strip() in (ROOT / "references.bib").read_text("utf-8") for entry in works.split("\n\n"))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_smaller_than_the_edition_promises(format: str) -> None:
    reading, chosen = own(format), formats()[format]
    raised = {round(chosen.points * 0.7, 1)} if chosen.note_mark == "raised" else set()
    for page in range(1, len(reading.pages) + 1):
        assert all(size >= chosen.points for size in reading.sizes(page) - raised), (
            f"page {page}: {reading.sizes(page)}"
        )


def test_large_print_has_no_italics() -> None:
    for format in FORMATS:
        fonts = {
            str(font.get_object()["/BaseFont"])
            for page in own(format).pdf.pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert any("Italic" in font for font in fonts) == (format == "pdf")
        assert all("SourceSans3" in font for font in fonts)


def test_rows_of_a_table_have_their_heads(tmp_path: Path) -> None:
    reading = printed_text(
        tmp_path, "## A {#a}\n\n| Place | Families |\n|---|--:|\n| Northbridge | 12 |\n| Westmarsh | 7 |"
    )
    scopes = [
        [attribute["/Scope"] for attribute in cell["/A"] if attribute.get("/O") == "/Table"]
        for cell in reading.elements("/TH")
    ]
    assert scopes == [["/Column"], ["/Column"], ["/Row"], ["/Row"]]
    assert len(reading.elements("/TD")) == 2


def test_the_same_input_is_the_same_file(tmp_path: Path) -> None:
    seen = set()
    for folder, settings in (
        ("one", {"TZ": "UTC", "PYTHONHASHSEED": "1"}),
        ("two", {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2"}),
    ):
        where = tmp_path / folder
        where.mkdir()
        command = [sys.executable, "-m", "briefing_tools.cli", "edition", "7", "--root", str(ROOT), "--output", "."]
        done = subprocess.run(
            command,
            cwd=where,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON), **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "briefing-7.pdf: PDF, " in done.stdout
        seen.add(hashlib.sha256((where / "briefing-7.pdf").read_bytes()).hexdigest())
    assert seen == {hashlib.sha256(own("pdf").content).hexdigest()}


# -- Hostile and odd texts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r'\#import "x" #import "x": * #panic("x") #sys.inputs', '#import "x" #import "x": * #panic("x") #sys.inputs'),
        ("$x$ $ x^2 $ //no /\\*no\\*/ ~ -- --- ... -? 'a' \"b\"", "$x$ $ x^2 $ //no /*no*/ ~ -- --- ... -? 'a' \"b\""),
        (r"\@a \\ &lt;label&gt; \`x\` \*y\* \_z\_ \[b\] = + / #[k] #{1} @", "@a \\ <label> `x` *y* _z_ [b] = + / #[k] #{1} @"),
        ("`#let x = 1` and `` `raw` ``", "#let x = 1 and `raw`"),
        ("a" * 900, "a" * 900),
        ("Łódź Ŵyr ½ ≥ Київ Ελλάδα", "Łódź Ŵyr ½ ≥ Київ Ελλάδα"),
        ("liked it 👍🏽, ☎️ and नमस्ते दुनिया.", "liked it [thumbs up sign], [black telephone] and [text in Devanagari script, which this edition cannot print]."),
        ("<q>so</q> <abbr title='Shared Office'>SO</abbr> <del>old</del><ins>new</ins> x<sup>2</sup>", "‘so’ SO (Shared Office) [deleted: old][added: new] x2"),
    ],
)  # fmt: skip
def test_characters_are_never_markup(written: str, shown: str, tmp_path: Path) -> None:
    assert squeezed(shown) in printed_text(tmp_path, f"## A {{#a}}\n\nBefore {written} after.\n").text


def test_right_to_left_writing_is_printed(tmp_path: Path) -> None:
    reading = printed_text(tmp_path, "## A {#a}\n\nשלום עולם\n\nWords, then العربية.\n")
    page = reading.pages[2]
    assert {*"שלוםעולם"} <= {*page}
    assert {*"العربية"} <= {*page}


@pytest.mark.parametrize("format", ["pdf", "giant"])
@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("", ["Sharing an office", "References"]),
        ("Only a line before any heading.", ["Only a line before any heading."]),
        ("## A {#a}\n\n| a | b |\n|---|---|\n| 1 | 2 |", ["a", "b", "1", "2"]),
        ("## A {#a}\n\n| a | b |\n|---|---|\n" + "".join(f"| row {row} | x |\n" for row in range(300)), [f"row {row}" for row in range(300)]),
        ("## A {#a}\n\n|" + " column |" * 14 + "\n|" + "---|" * 14 + "\n|" + "".join(f" cell {cell} |" for cell in range(14)), ["cell 0", "cell 13"]),
        ("## A {#a}\n\n| a | b |\n|---|---|\n| x | " + "word " * 2000 + "|", ["word " * 30]),
        ("## A {#a}\n\n!!! note\n    " + "word " * 3000, ["word " * 30]),
        ("## A {#a}\n\n" + "".join(f"{'    ' * depth}- level {depth}\n" for depth in range(30)), [f"level {depth}" for depth in range(30)]),
        ("## A {#a}\n\n" + "> " * 50 + "far in", ["far in"]),
        ("## A {#a}\n\n> " + "x<br>" * 80 + "end\n\n!!! note\n    " + "y<br>" * 90 + "END", ["end", "END"]),
        ("## " + "Long heading " * 40 + "{#a}\n\n" + "x" * 700 + "\n\n- " + "y" * 300 + "\n\n| a | b |\n|---|---|\n| " + "z" * 200 + " | b |", ["x" * 700, "y" * 300, "z" * 200]),
        ("## A {#a}\n\n| a | b |\n|---|---|\n| x | " + "word " * 900 + "[end](https://example.org/) |", ["end1"]),
        ("## A {#a}\n\n" + "<em>" * 60 + "stressed" + "</em>" * 60, ["stressed"]),
        ("## A {#a}\n\n" + "<div><ul><li><table><tr><td>" * 9 + "within" + "</td></tr></table></li></ul></div>" * 9, ["within"]),
        ("#### Deep {#d}\n\nx\n\n## Up {#u}\n\n###### Six {#s}\n\ny", ["Deep", "Up", "Six"]),
        ("## {#x}\n\ntext\n\n### A {#a}\n\n### B {#a}\n\n[there](#a) [gone](#none) [work](#ref-rowan2019) [@rowan2019]", ["there", "gone", "work"]),
        ("## A {#a}\n\n[x](https://example.org/" + "u" * 3900 + ") y", ["x1", "y"]),
        ("## A {#a}\n\n<pre><a href='https://example.org/1'>x</a>\nsecond</pre>", ["x1", "second"]),
        ("## A {#a}\n\nTerm\n:   Meaning\n\n    - list", ["Term", "Meaning", "list"]),
        ("## A {#a}\n\n!!! note\n    !!! signpost\n        - [x](https://example.org)\n\n!!! tip \"\"\n    y\n\n---\n\n1. a\n2. b\n\n<ol start='-3'><li>c</li></ol>", ["Signpost", "x1", "y", "c"]),
    ],
)  # fmt: skip
def test_odd_texts_are_printed_whole(text: str, there: list[str], format: str, tmp_path: Path) -> None:
    reading = printed_text(tmp_path, text, format)
    printed_words = reading.text.replace("(note1)", "1")
    assert [piece for piece in there if squeezed(piece) not in printed_words] == []
    assert reading.beyond() == []


def test_ragged_tables_keep_every_cell(tmp_path: Path) -> None:
    table = """<table><caption>Caption</caption><thead><tr><th colspan="2">Head</th><th rowspan="99">Last</th></tr></thead>
<tbody><tr><td rowspan="3">one</td><td>two</td></tr><tr><td colspan="500">three</td><td>four</td></tr><tr></tr><tr><th>five</th></tr></tbody></table>
<table><tr><td rowspan="2">six</td><td rowspan="2">seven</td></tr><tr><td>eight</td></tr></table><table></table><table><caption>nine</caption></table>"""
    text = printed_text(tmp_path, f"## A {{#a}}\n\n{table}").text
    for cell in ("Caption", "Head", "Last", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"):
        assert cell in text


def test_a_small_table_stands_on_one_page_with_its_caption(tmp_path: Path) -> None:
    """Wherever the foot of the page is: text of another length stands before each."""
    tables = "\n\n".join(
        f"{'Staff share an office and stay with their own employers. ' * number}\n\n<table><caption>Caption {number}.</caption>"
        f"<thead><tr><th>Place</th><th>Told {number}.</th></tr></thead><tbody>"
        f"<tr><td>One</td><td>First {number}.</td></tr><tr><td>Two</td><td>Last {number}.</td></tr></tbody></table>"
        for number in range(1, 25)
    )
    pages = printed_text(tmp_path, f"## What is the issue? {{#issue role=issue}}\n\n{tables}").pages
    for number in range(1, 25):
        homes = [
            [at for at, page in enumerate(pages) if f"{words} {number}." in page]
            for words in ("Caption", "Told", "First", "Last")
        ]
        assert homes[0]
        assert homes == [homes[0]] * 4, number


def test_marks_of_a_list_stand_where_its_writing_begins(tmp_path: Path) -> None:
    text = "## What is the issue? {#issue role=issue}\n\n- שלום\n- המשרד\n\nBetween.\n\n- Left\n- to right"
    assert [mark > 300 for mark in _marks(printed_text(tmp_path, text))[:4]] == [True, True, False, False]


def _marks(reading: Reading) -> list[float]:
    """How far from the left edge each bullet of the third page stands, in points."""
    found: list[float] = []

    def see(text: str, page: list[float], matrix: list[float], font: object, size: float) -> None:
        found.extend(page[4] + matrix[4] for mark in text if mark == "•")

    reading.pdf.pages[2].extract_text(visitor_text=see)
    return found


def test_links_in_the_head_of_a_long_table_are_called_once(tmp_path: Path) -> None:
    rows = "".join(f"| {row} | [c{row}](https://example.org/c{row}) |\n" for row in range(60))
    reading = printed_text(
        tmp_path, f"## A {{#a}}\n\n| [head](https://example.org/h) [@rowan2019] | b |\n|---|---|\n{rows}"
    )
    assert list(reading.calls) == list(range(1, 62))
    assert reading.calls == reading.note_marks


def test_the_longest_links_still_find_room_in_giant_print(tmp_path: Path) -> None:
    items = "".join(
        f"    - [Box link {number}](https://example.org/{'long/' * 50}{number}) [@rowan2019]\n" for number in range(12)
    )
    sentence = " ".join(f"[link {number}](https://example.org/{number})" for number in range(60))
    reading = printed_text(tmp_path, f"## A {{#a}}\n\n{sentence}\n\n!!! signpost\n{items}", "giant")
    assert list(reading.calls) == list(range(1, 73))
    assert reading.calls == reading.note_marks


def test_pictures_are_printed_with_their_words(tmp_path: Path) -> None:
    drawn_picture = BytesIO()
    Image.new("RGB", (900, 600), "#336699").save(drawn_picture, "PNG")
    folder = lay_out(tmp_path) / "briefings/01-shared-offices"
    (folder / "blue.png").write_bytes(drawn_picture.getvalue())
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n not a picture")
    text = """## A {#a}

![A blue field](blue.png)

Before ![In a line](blue.png) after, [![A link](blue.png)](https://example.org/x).

<figure><img src="blue.png" alt="Framed"><figcaption>The caption</figcaption></figure>

![](blue.png)

![Damaged](broken.png)

![Missing](none.png)"""
    reading = printed_text(tmp_path, text)
    assert [str(figure["/Alt"]) for figure in reading.elements("/Figure")] == [
        "A blue field",
        "In a line",
        "A link",
        "Framed",
    ]
    for piece in (
        "Before",
        "after,",
        "Alink1",
        "Thecaption",
        "[Apicturethatcannotbeprinted:Damaged]",
        "[Picture:Missing]",
    ):
        assert piece in reading.text
    assert list(reading.calls) == [1]


# -- Characters, pictures, house style ---------------------------------------------------------------------------------


def test_every_character_that_is_let_through_can_be_drawn(tmp_path: Path) -> None:
    """All of Unicode is tried: what `drawn` leaves alone must be in a typeface, upright, bold, italic and as code.

    Characters that nobody can see do not come as far as that: a text with them is refused.
    """
    characters = [
        chr(code) for code in range(0x21, 0x30000) if not 0xD800 <= code < 0xE000 and drawn(chr(code)) == chr(code)
    ]
    assert len(characters) > 2000
    known = "".join(
        character
        for character in characters
        if character not in "\\`*_{}[]()#+-.!<>&@|~:=\"'^\u00ad" and first_hidden(character) < 0
    )
    rows = "\n\n".join(
        f"{known[at : at + 50]} **{known[at : at + 50]}** *{known[at : at + 50]}* <code>{known[at : at + 50]}</code>"
        for at in range(0, len(known), 50)
    )
    assert printed_text(tmp_path, f"## A {{#a}}\n\n{rows}").pages


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – “text”…", "plain – “text”…"),
        ("𝔟𝔬𝔩𝔡 Ｗｉｄｅ ①", "bold Wide 1"),
        ("✔️ x\u200by", "✔ x\u200by"),
        ("a\u3000b", "a b"),
        ("👨‍👩‍👧", "[man][woman][girl]"),
        ("中文字 and नमस्ते दुनिया.", "[text in Chinese characters, which this edition cannot print] and [text in Devanagari script, which this edition cannot print]."),
        ("\ue000", "[character u+e000]"),
    ],
)  # fmt: skip
def test_words_stand_for_what_no_typeface_has(text: str, shown: str) -> None:
    assert drawn(text) == shown


def test_a_photograph_keeps_nothing_but_the_picture() -> None:
    taken = Image.new("RGB", (4000, 1000), "#336699")
    about = taken.getexif()
    about[0x0110] = "Camera of an invented person"
    about[0x0112] = 6  # lying on its side
    file = BytesIO()
    taken.save(file, "JPEG", exif=about)
    picture = printable(file.getvalue())
    assert picture is not None
    assert (picture.ending, picture.width, picture.height) == (".jpg", 700, 2800)
    assert b"invented person" in file.getvalue()
    assert b"invented person" not in picture.content


def test_a_picture_that_would_unfold_to_gigabytes_is_refused() -> None:
    file = BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    assert len(file.getvalue()) < 200_000
    assert printable(file.getvalue()) is None
    assert printable(b"") is None
    assert printable(b"GIF89a") is None


def _contrast(first: str, second: str) -> float:
    """WCAG 2.2, “contrast ratio”."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_the_contrast_that_the_house_style_states() -> None:
    colours = house.house_style().colours
    stated = (PRINT / "house.toml").read_text("utf-8").partition("[colours]")[2]
    for name, least in (("text", 7), ("brand", 4.5), ("quiet", 4.5), ("line", 3), ("update", 4.5)):
        ratio = _contrast(colours[name], "#ffffff")
        assert ratio >= least
        line = next(line for line in stated.splitlines() if line.startswith(f"{name} = "))
        assert f"[{ratio:.1f}]" in line
    for ground in ("tint", "warm"):
        line = next(line for line in stated.splitlines() if line.startswith(f"{ground} = "))
        for name in ("text", "brand"):
            ratio = _contrast(colours[name], colours[ground])
            assert ratio >= 4.5
            assert f"{name} on it {ratio:.1f}" in line


def test_every_typeface_has_its_licence() -> None:
    families = {path.name.split("-")[0] for path in (PRINT / "fonts").glob("*.ttf")}
    for family in families:
        assert "SIL Open Font License, Version 1.1" in (PRINT / "fonts" / f"{family}-OFL.txt").read_text("utf-8")
    assert sum(path.stat().st_size for path in (PRINT / "fonts").iterdir()) < 2_000_000


def test_template_functions_are_named_as_the_pieces() -> None:
    template = (PRINT / "briefing.typ").read_text("utf-8")
    for name in (
        "signpost",
        "key-messages",
        "update",
        "table",
        "picture",
        "quotation",
        "admonition",
        "note",
        "citation",
        "reference",
        "heading",
    ):
        assert f"{name}: " in template
    assert "@preview" not in template


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("house.toml", '"#1d4f76"', '"blue"', "colours.brand"),
        ("house.toml", '[colours]', '[colours', "cannot be read"),
        ("house.toml", 'file = ""', 'file = "none.svg"', "logo.file"),
        ("house.toml", 'file = ""', 'file = "../../../secret.png"', "logo.file"),
        ("house.toml", '"Source Sans 3"', '"Comic Sans"', "fonts.text"),
        ("house.toml", '["Vazirmatn", ', '["Arial", ', "fonts.others"),
        ("house.toml", "warm = ", "warmth = ", "colours.warm"),
        ("editions.toml", '"12pt"', '"9pt"', "pdf.size"),
        ("editions.toml", 'note_mark = "raised"', 'note_mark = "red"', "pdf.note_mark"),
        ("editions.toml", "line = 74", 'line = "74"', "pdf.line"),
        ("editions.toml", "line = 74", "line = 74\ncolour = 3", "pdf.colour"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_house_style_is_one_sentence(
    file: str, old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("house.toml", "editions.toml"):
        write(tmp_path, name, (PRINT / name).read_text("utf-8"))
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    write(tmp_path, file, text.replace(old, new, 1))
    monkeypatch.setattr(house, "PRINT", tmp_path)
    with pytest.raises(CannotRun, match=said) as caught:
        (house.house_style if file == "house.toml" else house.formats).__wrapped__()
    assert caught.value.hint


def test_a_logo_stands_on_the_cover_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logo = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30" fill="#1d4f76"/></svg>'
    write(tmp_path, "print/logo.svg", logo)
    write(tmp_path, "print/briefing.typ", (PRINT / "briefing.typ").read_text("utf-8"))
    style = dataclasses.replace(house.house_style(), logo="logo.svg", logo_words="Institute of Invented Studies")
    monkeypatch.setattr(editions, "PRINT", tmp_path / "print")
    monkeypatch.setattr(editions, "house_style", lambda: style)
    reading = Reading(printed(lay_out(tmp_path / "project")).content)
    assert [str(figure["/Alt"]) for figure in reading.elements("/Figure")] == ["Institute of Invented Studies"]


def test_the_command_prints_what_is_asked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main,
        [
            "edition",
            "1",
            "--root",
            str(lay_out(tmp_path / "p")),
            "--format",
            "large-print, giant",
            "--output",
            str(tmp_path / "out"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "briefing-1-giant.pdf",
        "briefing-1-large-print.pdf",
    ]
    assert "PDF in giant print" in done.output
    unknown = CliRunner().invoke(main, ["edition", "1", "--root", str(tmp_path / "p"), "--format", "pdf,word"])
    assert unknown.exit_code == 2
    assert "There is no format “word”." in unknown.output
    assert ", ".join(tomllib.loads((PRINT / "editions.toml").read_text("utf-8"))) in unknown.output


def test_a_build_makes_the_standard_edition(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    made, *_ = pipeline.build(check(root), load(root), NOON).editions
    assert made.url == "01-shared-offices/briefing-1.pdf"
    assert made.pages == len(Reading(made.content).pages)


# -- Damaged typefaces -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "no font"])
def test_a_damaged_typeface_is_named(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst would pass over it, and headings would no longer be bold."""
    for path in (PRINT / "fonts").glob("*.ttf"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert damaged(tmp_path) == ()
    file = tmp_path / "SourceSans3-Bold.ttf"
    whole = file.read_bytes()
    half = len(whole) // 2
    spoilt = {
        "cut": whole[:half],
        "changed": whole[:half] + bytes([whole[half] ^ 255]) + whole[half + 1 :],
        "empty": b"",
        "no font": b"<html>Not found</html>",
    }
    file.write_bytes(spoilt[damage])
    assert damaged(tmp_path) == ("SourceSans3-Bold.ttf",)
    monkeypatch.setattr(house, "FONTS", tmp_path)
    house.house_style.cache_clear()
    with pytest.raises(CannotRun, match=r"fonts/SourceSans3-Bold\.ttf is damaged"):
        house.house_style()
    house.house_style.cache_clear()
