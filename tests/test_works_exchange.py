"""Works go out to reference managers and come in again; what comes in from elsewhere is read, and nothing in it does harm.

Everything here is invented but the works of Briefing 7.
"""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from briefing_tools.bibliography import read_bibliography
from briefing_tools.bibliography.kinds import KINDS
from briefing_tools.exchange import FORMATS, Format, entry_of, made_key, published, read_foreign
from briefing_tools.exchange.tagged import nodes_of, plain, tagged, unplain
from briefing_tools.exchange.vocabulary import ENTRY_TYPES, FIELDS
from briefing_tools.identifiers import isbn_problem, issn_problem
from briefing_tools.model import Element, Text, Work, plain_text
from briefing_tools.source import Source

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"


def works_of(text: str) -> list[Work]:
    return list(read_bibliography(Source("x.bib", text)).works.values())


def back(text: str) -> list[Work]:
    """The works that a file holds, at no place."""
    brought = read_foreign(Source("export", text))
    assert brought is not None
    assert brought.problems == ()
    return list(brought.works)


def same(one: list[Work], other: list[Work]) -> bool:
    return [replace(work, span=one[0].span) for work in one] == [replace(work, span=one[0].span) for work in other]


# -- There and back ----------------------------------------------------------------------------------------------------

_SIGNS = st.one_of(
    st.sampled_from(list("ab NHS{}\\'`\"~$%&#_^<>-–,.=@|/;é ß李\u00a0\u2009[]()*+")),
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")),
)
_PIECES = st.one_of(
    st.text(_SIGNS, max_size=25),
    st.sampled_from([
        r"\emph{x}", r"\textbf{NHS}", r"{\'e}", r"\textsuperscript{2}", "Smith, J. and Jones, K.", "{Department of Health}",
        "van der Berg, A. and others", "2011", "2011-05", "2010/2012", "55--69", "n.d.", "May", "<script>alert(1)</script>",
        "&lt;b&gt;", "<i>a</i>", "https://example.org/?a=b&c", "10.1000/182", "A, Jr., B", "x  y", r"a\ \ b", r"\,", "--",
        "''", "javascript:alert(1)", "1--9, 12", "{A, B and C}", "and", " and ", ",,", "é, É",
    ]),
)  # fmt: skip


def _balanced(text: str) -> str:
    """A text without the braces that have no fellow, and without a last backslash, on one line."""
    kept: list[str] = []
    open_: list[int] = []
    for sign in " ".join(text.split()).rstrip("\\"):
        if sign == "{":
            open_.append(len(kept))
        if sign != "}" or open_:
            kept.append(sign)
        if sign == "}" and open_:
            open_.pop()
    return "".join(sign for place, sign in enumerate(kept) if place not in open_)


_VALUES = st.lists(_PIECES, min_size=1, max_size=3).map("".join).map(_balanced)
_FIELDS = st.builds(
    lambda title, others: {"title": title, **others},
    _VALUES,
    st.dictionaries(st.sampled_from(FIELDS), _VALUES, max_size=8),
)
_ENTRIES = st.tuples(st.sampled_from(sorted(KINDS)), _FIELDS)


def _file(entries: list[tuple[str, dict[str, str]]]) -> str:
    return "\n\n".join(
        f"@{kind}{{k{number},\n" + ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items()) + "\n}"
        for number, (kind, fields) in enumerate(entries)
    )


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@settings(max_examples=100)
@given(entries=st.lists(_ENTRIES, min_size=1, max_size=3))
def test_nothing_is_lost_on_the_way_out_and_in_again(format: Format, entries: list[tuple[str, dict[str, str]]]) -> None:
    works = [published(work) for work in works_of(_file(entries))]
    works = [work for work in works if work.title]
    assume(works)
    written = format.write(works)
    again = back(written)
    assert [work.key for work in again] == [work.key for work in works]
    assert same(works, again), written


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@pytest.mark.parametrize("path", [ROOT / "references.bib", GOLDEN / "styles" / "works.bib"], ids=["briefing", "kinds"])
def test_real_works_come_back_as_they_went(format: Format, path: Path) -> None:
    works = [published(work) for work in works_of(path.read_text("utf-8"))]
    assert len(works) == 19
    assert same(works, back(format.write(works)))


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_exports_are_what_other_programs_were_shown(format: Format, accept: bool) -> None:
    """The files in `golden/works/` were read by pandoc 3.9, an independent reader, which found the same works.

    As biblatex it found every author, title, container, number, date and address that CSL-JSON says, but for authors
    that end in “and others”; RIS has no place for some fields that pandoc knows.
    """
    works = [published(work) for work in works_of((GOLDEN / "styles" / "works.bib").read_text("utf-8"))]
    file = GOLDEN / "works" / f"works.{format.suffix}"
    if accept:
        file.write_text(format.write(works), "utf-8")
    assert format.write(works) == file.read_text("utf-8")


def test_every_kind_of_work_has_a_type_of_entry_that_reads_as_that_kind() -> None:
    assert set(ENTRY_TYPES) == set(KINDS.values())
    for kind, entry in ENTRY_TYPES.items():
        assert KINDS[entry] == kind


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_editors_notes_and_unsafe_addresses_stay_here(format: Format) -> None:
    (work,) = works_of(
        """@report{k, author={A, B.}, title={T}, institution={I}, year={2011}, note={secret}, annote={secret},
        abstract={secret}, file={/home/secret.pdf}, keywords={secret}, url={javascript:secret()}, doi={secret},
        howpublished={data:text/html,secret}, owner={secret}, invented={secret}}"""
    )
    assert "secret" not in format.write([published(work)])


def test_the_month_joins_the_date_and_the_publisher_has_one_name() -> None:
    (work,) = works_of("@book{k, title={T}, year={2011}, month=may, institution={I}, pages={1-9}}")
    fields = published(work).fields
    assert (fields["date"], fields["publisher"], fields["pages"]) == ("2011-05", "I", "1–9")
    assert not {"month", "institution"} & fields.keys()


def test_titles_and_organisations_are_safe_from_other_programs() -> None:
    (work,) = works_of(
        "@report{k, author={{Department for Communities and Local Government}}, title={The NHS and I},"
        " institution={Department for Communities and Local Government}, year={2011}}"
    )
    (format,) = (one for one in FORMATS if one.suffix == "bib")
    written = format.write([published(work)])
    assert "title       = {{The NHS and I}}" in written
    assert "institution = {{Department for Communities and Local Government}}" in written
    assert "title       = {The NHS and I}," in entry_of(work), "the series' own file needs no second braces"


def test_csl_json_is_what_its_schema_allows() -> None:
    """Every item has a type and an id, and nothing but CSL's variables, with `custom` for the rest."""
    works = [published(work) for work in works_of((GOLDEN / "styles" / "works.bib").read_text("utf-8"))]
    (format,) = (one for one in FORMATS if one.suffix == "json")
    names = (
        "id type author editor title issued accessed event-date custom container-title container-title-short publisher "
        "publisher-place volume issue number page edition collection-title chapter-number genre DOI ISBN ISSN URL language "
        "version event-place event-title number-of-pages number-of-volumes title-short PMID"
    )
    allowed = set(names.split())
    for item in json.loads(format.write(works)):
        assert set(item) <= allowed
        assert item["id"]
        assert item["type"] in ENTRY_TYPES


# -- Tags --------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_plain_text_survives_and_holds_no_tag(text: str) -> None:
    assert unplain(plain(text)) == text
    assert not any(isinstance(node, Element) for node in nodes_of(plain(text)))


@pytest.mark.parametrize(
    ("written", "words", "tags"),
    [
        ("<i>Homo</i> & CO<sub>2</sub>", "Homo & CO2", ["em", "sub"]),
        ('<span class="nocase">NHS</span> <B>x</B>', "NHS x", ["strong"]),
        ("<script>alert(1)</script>", "<script>alert(1)</script>", []),
        ("a <i>b", "a <i>b", []),
        ("a </i> b", "a </i> b", []),
        ("<i><b>x</i></b>", "<i>x</i>", ["strong"]),
        ("p < 0.05 &amp; n &gt; 3", "p < 0.05 & n > 3", []),
    ],
)
def test_only_four_tags_are_tags(written: str, words: str, tags: list[str]) -> None:
    nodes = nodes_of(written)
    assert plain_text(nodes) == words
    assert [node.tag for node in nodes if isinstance(node, Element)] == tags
    assert nodes_of(tagged(nodes)) == nodes


def test_ten_thousand_tags_take_no_time() -> None:
    assert plain_text(nodes_of("<i>" * 10_000)) == "<i>" * 10_000


# -- In from elsewhere -------------------------------------------------------------------------------------------------

RIS = """\ufeffTY  - JOUR
AU  - Rowan, Ann
AU  - van Dijk, Marten
AU  - Department of Invented Things,
T1  - Sharing an office:
      what it changes
JO  - J Inv Res
T2  - Journal of Invented Results
VL  - 3
IS  - 2
SP  - 12
EP  - 19
PY  - 2019/05/20/
M3  - doi: 10.1234/invented.1
UR  - javascript:alert(1)
N2  - An abstract.
KW  - office
TY  - RPRT
A1  - Ash, Ben, Jr.
TI  - Who <i>sits</i> where
SN  - 14
PB  - Institute of Invented Studies
CY  - Northbridge
Y1  - 2020
DA  - 2020/03
Y2  - 2021/01/05/
UR  - https://www.example.org/sits
"""


ENTRY = """@article{a,
  author  = {Rowan, Ann and van Dijk, Marten and {Department of Invented Things}},
  title   = {Sharing an office: what it changes},
  journal = {Journal of Invented Results},
  volume  = {3},
  number  = {2},
  pages   = {12--19},
  year    = {2019},
  date    = {2019-05-20},
  doi     = {10.1234/invented.1}
}
"""


def test_ris_is_read_however_it_was_written() -> None:
    brought = read_foreign(Source("a.ris", RIS.removeprefix("\ufeff")))
    assert brought
    assert brought.problems == ()
    assert brought.left_out == ("abstract", "keywords", "url")
    article, report = brought.works
    assert entry_of(replace(article, key="a")) == ENTRY
    assert article.fields["doi"] == "10.1234/invented.1"
    assert article.fields["date"] == "2019-05-20"
    assert [name.family for name in article.authors] == ["Rowan", "Dijk", "Department of Invented Things"]
    assert plain_text(article.title) == "Sharing an office: what it changes"
    assert report.authors[0].suffix == "Jr."
    assert (report.fields["number"], report.fields["institution"]) == ("14", "Institute of Invented Studies")
    assert (report.fields["date"], report.fields["urldate"]) == ("2020-03", "2021-01-05")


CSL = """[
  {"id": "http://zotero.org/1", "type": "article-magazine", "title": "<span class=\\"nocase\\">NHS</span> hubs &amp; <i>more</i>",
   "container-title": "Invented Weekly", "issued": {"date-parts": [["2014", 2]]}, "page": "3-5",
   "author": [{"family": "Dijk", "given": "Marten", "non-dropping-particle": "van"}, {"literal": "Invented Council"}],
   "abstract": "…", "number": 7},
  {"type": "post-weblog", "id": 5, "title": "A page", "issued": {"raw": "2013-02-01"}, "accessed": {"date-parts": [[2014, 1, 2]]},
   "URL": "https://www.example.org/a", "author": "nobody", "issue": null},
  {"id": "x", "type": "book"}
]"""


def test_csl_json_is_read_with_the_types_that_programs_give_it() -> None:
    brought = read_foreign(Source("a.json", CSL))
    assert brought
    magazine, page = brought.works
    assert (magazine.kind, magazine.year, magazine.fields["date"]) == ("article-journal", "2014", "2014-02")
    assert magazine.title == (Text("NHS hubs & "), Element("em", {}, (Text("more"),)))
    assert [(name.prefix, name.family) for name in magazine.authors] == [("van", "Dijk"), ("", "Invented Council")]
    assert (page.kind, page.fields["date"], page.fields["urldate"]) == ("webpage", "2013-02-01", "2014-01-02")
    assert page.authors == ()
    assert [problem.span.start.line for problem in brought.problems] == [8]
    assert brought.left_out == ("abstract",)


ENDNOTE = """<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><database name="a.enl">a.enl</database>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal">Rowan, Ann</style></author>
<author><style face="normal">Invented Council,</style></author></authors></contributors><titles><title>
<style face="normal">The case of </style><style face="italic">Homo invented</style><style face="normal"> &lt;b&gt;</style></title>
<secondary-title><style>Journal of Invented Results</style></secondary-title></titles><pages><style>12-19</style></pages>
<volume><style>3</style></volume><dates><year><style>2019</style></year></dates><keywords><keyword>a</keyword></keywords>
<urls><related-urls><url><style>javascript:alert(1)</style></url></related-urls></urls>
<electronic-resource-num><style>https://doi.org/10.1234/invented.1</style></electronic-resource-num></record>
<record><ref-type name="Edited Book">28</ref-type><contributors><authors><author>Ash, B.</author></authors></contributors>
<titles><title>Rooms</title></titles><dates><year>2018</year></dates><publisher>Press</publisher></record></records></xml>"""


def test_endnote_xml_is_read_with_its_styles() -> None:
    brought = read_foreign(Source("a.xml", ENDNOTE))
    assert brought
    article, book = brought.works
    assert article.title == (Text("The case of "), Element("em", {}, (Text("Homo invented"),)), Text(" <b>"))
    assert [(name.family, name.given) for name in article.authors] == [("Rowan", "Ann"), ("Invented Council", "")]
    assert (article.fields["journal"], article.fields["pages"]) == ("Journal of Invented Results", "12–19")
    assert article.fields["doi"] == "10.1234/invented.1"
    assert "url" not in article.fields
    assert (book.authors, book.editors[0].family) == ((), "Ash")
    assert brought.left_out == ("keywords", "url")


_BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xml><records><record><titles><title>&b;</title></titles></record></records></xml>"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (_BOMB, "This XML is not read. It declares a document type, which a list of works does not need and which can do harm."),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>', "This XML is not read. It declares a document type, which a list of works does not need and which can do harm."),
        ("<a>" * 50_000, "This XML is not read. Its elements are nested too deeply to be a list of works."),
        ("<xml><records><record><titles>", "From here on the file cannot be read as XML."),
        ("<html><body>hello</body></html>", "This XML holds no record of EndNote's."),
        ("[" * 100_000, "This JSON is nested too deeply to be a list of works."),
        ('{"a":', "From here on the file cannot be read as JSON."),
        ("[1, 2]", "This JSON is not a list of works."),
        ('[{"id": "a", "type": "book"}]', "Record 1 has no title, so it is no work that readers could find."),
        ("TY  - RPRT\nAU  - A, B.\n", "Record 1 has no title, so it is no work that readers could find."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(written: str, said: str) -> None:
    brought = read_foreign(Source("a", written))
    assert brought
    assert brought.works == ()
    assert [problem.message for problem in brought.problems] == [said]


@pytest.mark.parametrize("written", ["", "hello", "TY: RPRT", "AU  - A, B."])
def test_what_is_no_export_is_told_apart(written: str) -> None:
    assert read_foreign(Source("a", written)) is None


def test_a_huge_file_takes_time_in_proportion() -> None:
    """A continued line of 200,000 pieces; read by joining each to what is there, it would take minutes."""
    started = time.process_time()
    brought = read_foreign(Source("a", "TY  - JOUR\nTI  - x\n" + "a\n" * 200_000))
    assert brought
    assert len(plain_text(brought.works[0].title)) < 11_000
    assert time.process_time() - started < 5


@given(
    st.text(),
    st.sampled_from(
        ["TY  - JOUR\nTI  - ", '[{"title": "', "<xml><records><record><titles><title>", "@book{k, title={"]
    ),
)
def test_no_text_whatever_raises(text: str, start: str) -> None:
    read_foreign(Source("a", start + text))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["title", "author", "issued", "date-parts", "family", "given", "type", "id", "custom", "briefing-tools", "URL", "literal"]), inner), max_leaves=20))  # fmt: skip
def test_no_json_whatever_raises(value: object) -> None:
    read_foreign(Source("a", json.dumps([value] if isinstance(value, dict) else value)))


# -- Keys --------------------------------------------------------------------------------------------------------------


def key(fields: str, *taken: str) -> str:
    (work,) = works_of(f"@misc{{k, {fields}}}")
    return made_key(work, taken)


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ("author={Munro, E.}, year=2011", "munro2011"),
        ('author={M{\\"u}ller, {\\L}.}, date={2012-05}', "muller2012"),
        ("author={Ångström, Å. and B, C.}, year=2012", "angstrom2012"),
        ("author={van Dijk, Marten}, year=2012", "vandijk2012"),
        ("author={O'Neill-Smith, B.}, year=2012", "oneillsmith2012"),
        ("author={Straße, B.}, year=2012", "strasse2012"),
        ("author={Łukasz, B.}, year=2012", "lukasz2012"),
        ("author={{Department of Health}}, year=2010", "dh2010"),
        ("author={{NHS Commissioning Board}}, year=2012", "nhscb2012"),
        ("author={{Social Care Institute for Excellence}}, year=2012", "scie2012"),
        ("author={{Barnardo's}}, year=2014", "barnardos2014"),
        ("author={{The King's Fund}}, year=2014", "kf2014"),
        ("editor={Glasby, J.}, year=2009", "glasby2009"),
        ("title={Working Together to Safeguard Children}, year=2013", "working2013"),
        ("title={The 2013 A to Z}, year=2013", "20132013"),
        ("author={Munro, E.}", "munrond"),
        ("author={Munro, E.}, year={n.d.}", "munrond"),
        ("author={Munro, E.}, year={2010/2012}", "munro2010"),
        ("author={李, 明}, year=2012", "李2012"),
        ("title={!!!}", "worknd"),
    ],
)
def test_keys_are_made_in_one_way(fields: str, made: str) -> None:
    assert key(fields) == made


def test_the_project_s_own_keys_are_those_that_would_be_made() -> None:
    for work in works_of((ROOT / "references.bib").read_text("utf-8")):
        assert made_key(work, ()) == work.key


def test_a_key_that_is_taken_gets_a_letter() -> None:
    munro = "author={Munro, E.}, year=2011"
    assert key(munro, "Munro2011") == "munro2011b"
    assert key(munro, "munro2011", "munro2011b") == "munro2011c"
    letters = ["", *"bcdefghijklmnopqrstuvwxyz"]
    taken = [f"munro2011{letter}" for letter in letters]
    after = key(munro, *taken)
    assert after not in taken
    assert after.startswith("munro2011")


@pytest.mark.parametrize("count", [2, 27, 800])
def test_keys_never_meet(count: int) -> None:
    (work,) = works_of("@misc{k, author={Munro, E.}, year=2011}")
    taken: list[str] = []
    for _ in range(count):
        taken.append(made_key(work, taken))
    assert len(set(taken)) == count


# -- Check digits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "isbn", ["0-306-40615-2", "978-0-306-40615-7", "ISBN 0 8044 2957 X", "ISBN: 9780306406157", "080442957x"]
)
def test_isbns_that_hold(isbn: str) -> None:
    assert isbn_problem(isbn) == ""


@given(st.from_regex(r"\A97[89][0-9]{9}\Z"), st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_in_an_isbn_is_seen(start: str, place: int, by: int) -> None:
    check = -sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(start)) % 10
    isbn = f"{start}{check}"
    assert isbn_problem(isbn) == ""
    wrong = isbn[:place] + str((int(isbn[place]) + by) % 10) + isbn[place + 1 :]
    assert isbn_problem(wrong)


@given(st.from_regex(r"\A[0-9]{7}\Z"), st.integers(0, 5))
def test_changed_places_in_an_issn_are_seen(start: str, place: int) -> None:
    check = -sum(int(digit) * weight for digit, weight in zip(start, range(8, 1, -1), strict=True)) % 11
    issn = f"{start[:4]}-{start[4:]}{'X' if check == 10 else check}"
    assert issn_problem(issn) == ""
    digits = issn.replace("-", "")
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert bool(issn_problem(swapped)) == (swapped != digits)
