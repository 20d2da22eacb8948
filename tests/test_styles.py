"""References, locators and authors, character by character, in each style.

`golden/references-briefing.txt` is the list of references of Briefing 7 as it was printed. `golden/styles/` holds one work
of every kind and what each style makes of it: `*italics*`, `<addresses>`; each line was compared with the source that
the style's module names. Works that are not in `references.bib` are invented unless the file says otherwise.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.bibliography import read_bibliography
from briefing_tools.model import Element, Locator, Node, Text, Work, plain_text
from briefing_tools.source import Source
from briefing_tools.styles import STYLES, format_reference, locator_text, narrative_authors, year_suffixes

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"


def works(text: str) -> dict[str, Work]:
    return dict(read_bibliography(Source("references.bib", text)).works)


def work(fields: str, kind: str = "report") -> Work:
    return works(f"@{kind}{{k, {fields}}}")["k"]


def text(fields: str, style: str, kind: str = "report", suffix: str = "") -> str:
    return written(format_reference(work(fields, kind), style, suffix))


def written(nodes: tuple[Node, ...]) -> str:
    """A reference on one line: italics in asterisks, addresses in angle brackets."""
    signs = {"em": "**", "a": "<>", "sub": "[]", "sup": "^^", "strong": "__"}
    line = ""
    for node in nodes:
        if isinstance(node, Text):
            line += node.text
        elif isinstance(node, Element):
            opening, closing = signs[node.tag]
            line += opening + written(node.children) + closing
    return line


def test_the_nineteen_references_of_briefing_7() -> None:
    own = works((ROOT / "references.bib").read_text("utf-8"))
    printed = (GOLDEN / "references-briefing.txt").read_text("utf-8").splitlines()
    made = [f"{n}. {plain_text(format_reference(one, 'briefing'))}" for n, one in enumerate(own.values(), 1)]
    assert made == printed


@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_work(style: str, accept: bool) -> None:
    every = works((GOLDEN / "styles" / "works.bib").read_text("utf-8"))
    letters = year_suffixes(every.values(), style)
    made = "".join(
        f"{key}: {written(format_reference(one, style, letters.get(key, '')))}\n" for key, one in every.items()
    )
    golden = GOLDEN / "styles" / f"{style}.txt"
    if accept:
        golden.write_text(made, "utf-8")
    assert made == golden.read_text("utf-8")


def test_the_golden_works_are_of_every_kind_that_is_written_in_its_own_way() -> None:
    kinds = {one.kind for one in works((GOLDEN / "styles" / "works.bib").read_text("utf-8")).values()}
    assert kinds >= {"article-journal", "report", "book", "chapter", "paper-conference", "thesis", "webpage", "dataset"}
    assert kinds >= {"legislation", "legal_case", "document"}


# -- Authors -----------------------------------------------------------------------------------------------------------

AUTHORS = ["Abel, Ann", "Baker, Ben", "Carr, Cy", "Dale, Di", "Eve, Eva", "Fry, Flo", "Gill, Guy"]


@pytest.mark.parametrize(
    ("count", "others", "briefing", "vancouver", "harvard", "named"),
    [
        (1, False, "Abel, A., ", "Abel A. ", "Abel, A. (", "Abel"),
        (2, False, "Abel, A. and B. Baker, ", "Abel A, Baker B. ", "Abel, A. and Baker, B. (", "Abel and Baker"),
        (3, False, "Abel, A., B. Baker, and C. Carr, ", "Abel A, Baker B, Carr C. ", "Abel, A., Baker, B. and Carr, C. (", "Abel, Baker and Carr"),
        (4, False, "Abel, A., et al., ", "Abel A, Baker B, Carr C, Dale D. ", "Abel, A. *et al.* (", "Abel et al."),
        (6, False, "Abel, A., et al., ", "Abel A, Baker B, Carr C, Dale D, Eve E, Fry F. ", "Abel, A. *et al.* (", "Abel et al."),
        (7, False, "Abel, A., et al., ", "Abel A, Baker B, Carr C, Dale D, Eve E, Fry F, et al. ", "Abel, A. *et al.* (", "Abel et al."),
        (1, True, "Abel, A., et al., ", "Abel A, et al. ", "Abel, A. *et al.* (", "Abel et al."),
        (2, True, "Abel, A., et al., ", "Abel A, Baker B, et al. ", "Abel, A. *et al.* (", "Abel et al."),
    ],
)  # fmt: skip
def test_et_al(count: int, others: bool, briefing: str, vancouver: str, harvard: str, named: str) -> None:
    names = " and ".join(AUTHORS[:count] + ["others"] * others)
    one = work(f"author={{{names}}}, title={{T}}")
    assert written(format_reference(one, "briefing")).startswith(briefing + "'T'")
    assert written(format_reference(one, "vancouver")).startswith(vancouver + "T.")
    assert written(format_reference(one, "harvard")).startswith(harvard)
    assert narrative_authors(one) == named


@pytest.mark.parametrize(
    ("author", "briefing", "vancouver", "harvard"),
    [
        ("Munro, Eileen", "Munro, E., ", "Munro E. ", "Munro, E. ("),
        ("Munro, Eileen Mary Ann", "Munro, E.M.A., ", "Munro EM. ", "Munro, E.M.A. ("),
        ("Munro, E. M.", "Munro, E.M., ", "Munro EM. ", "Munro, E.M. ("),
        ("Munro, EM", "Munro, E.M., ", "Munro EM. ", "Munro, E.M. ("),
        ("Sartre, Jean-Paul", "Sartre, J.-P., ", "Sartre JP. ", "Sartre, J.-P. ("),
        ("Sartre, J.-P.", "Sartre, J.-P., ", "Sartre JP. ", "Sartre, J.-P. ("),
        ("van Dijk, Marten", "van Dijk, M., ", "van Dijk M. ", "van Dijk, M. ("),
        ("Smith, Jr., John", "Smith, J., Jr., ", "Smith J Jr. ", "Smith, J., Jr. ("),
        ("O'Neill, émile", "O'Neill, É., ", "O'Neill É. ", "O'Neill, É. ("),
        ("{Department of Health}", "Department of Health, ", "Department of Health. ", "Department of Health ("),
        ("{Plato}", "Plato, ", "Plato. ", "Plato ("),
        ("{Children \\& Co.}", "Children & Co., ", "Children & Co. ", "Children & Co. ("),
    ],
)
def test_names(author: str, briefing: str, vancouver: str, harvard: str) -> None:
    one = work(f"author={{{author}}}, title={{T}}")
    assert written(format_reference(one, "briefing")).startswith(briefing + "'T'")
    assert written(format_reference(one, "vancouver")).startswith(vancouver + "T.")
    assert written(format_reference(one, "harvard")).startswith(harvard)


@pytest.mark.parametrize(
    ("editors", "briefing", "vancouver", "harvard"),
    [
        ("Abel, Ann", "Abel, A., ed., 'T'. ", "Abel A, editor. T. ", "Abel, A. (ed.) (2011) *T*. "),
        ("Abel, Ann and Baker, Ben", "Abel, A. and B. Baker, eds, 'T'. ", "Abel A, Baker B, editors. T. ", "Abel, A. and Baker, B. (eds) (2011) *T*. "),
        (" and ".join(AUTHORS[:4]), "Abel, A., et al., eds, 'T'. ", "Abel A, Baker B, Carr C, Dale D, editors. T. ", "Abel, A. *et al.* (eds) (2011) *T*. "),
    ],
)  # fmt: skip
def test_a_book_without_authors_stands_under_its_editors(
    editors: str, briefing: str, vancouver: str, harvard: str
) -> None:
    fields = f"editor={{{editors}}}, title={{T}}, publisher={{P}}, year={{2011}}"
    assert text(fields, "briefing", "book") == briefing + "2011, P."
    assert text(fields, "vancouver", "book") == vancouver + "P; 2011."
    assert text(fields, "harvard", "book") == harvard + "P."


def test_an_organisation_is_the_author_of_what_it_publishes_itself() -> None:
    fields = "title={T}, institution={NFER}, year={2011}"
    assert text(fields, "briefing") == "NFER, 'T'. 2011, NFER."
    assert text(fields, "vancouver") == "NFER. T. NFER; 2011."
    assert text(fields, "harvard") == "NFER (2011) *T*. NFER."
    assert narrative_authors(work(fields)) == "NFER"


def test_a_book_that_nobody_signed_stands_under_its_title() -> None:
    fields = "title={The Book}, publisher={P}, address={Leeds}, year={2011}"
    assert text(fields, "briefing", "book") == "'The Book'. 2011, P: Leeds."
    assert text(fields, "vancouver", "book") == "The Book. Leeds: P; 2011."
    assert text(fields, "harvard", "book") == "*The Book* (2011) Leeds: P."
    assert narrative_authors(work(fields, "book")) == "The Book"


def test_laws_and_judgments_go_by_their_titles() -> None:
    fields = "author={{Great Britain}}, title={Children Act 1989}, number={41}"
    assert text(fields, "briefing", "legislation") == "Children Act 1989, c. 41."
    assert narrative_authors(work(fields, "legislation")) == "Children Act 1989"
    assert narrative_authors(work("author={{Supreme Court}}, title={Re X}, year={2013}", "jurisdiction")) == "Re X"


# -- What may be missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "briefing", "vancouver", "harvard"),
    [
        ("report", "author={A, B.}, title={T}", "A, B., 'T'. n.d.", "A B. T. [date unknown].", "A, B. (no date) *T*."),
        ("report", "author={A, B.}, title={T}, year={n.d.}", "A, B., 'T'. n.d.", "A B. T. [date unknown].", "A, B. (no date) *T*."),
        ("report", "author={A, B.}, year={2011}", "A, B., '[no title]'. 2011.", "A B. [no title]. 2011.", "A, B. (2011) *[no title]*."),
        ("report", "author={A, B.}, title={T}, year={2011}, address={Leeds}", "A, B., 'T'. 2011, Leeds.", "A B. T. Leeds; 2011.", "A, B. (2011) *T*. Leeds."),
        ("article", "author={A, B.}, title={T}", "A, B., 'T'. n.d.", "A B. T. [date unknown].", "A, B. (no date) ‘T’."),
        ("article", "title={T}, journal={J}, year={2011}", "'T'. J, 2011.", "T. J. 2011.", "‘T’ (2011) *J*."),
        ("article", "author={A, B.}, title={T}, journal={J}, year={in press}", "A, B., 'T'. J, in press.", "A B. T. J. in press.", "A, B. (in press) ‘T’, *J*."),
        ("article", "author={A, B.}, title={T}, journal={J}, year={2011}, number={4}", "A, B., 'T'. J, 2011. (4).", "A B. T. J. 2011;(4).", "A, B. (2011) ‘T’, *J*, (4)."),
        ("incollection", "author={A, B.}, title={T}, year={2011}", "A, B., 'T'. 2011.", "A B. T. 2011.", "A, B. (2011) ‘T’."),
        ("misc", "", "'[no title]'. n.d.", "[no title]. [date unknown].", "*[no title]* (no date)."),
        ("legislation", "title={Children Act 1989}", "Children Act 1989.", "Children Act 1989.", "*Children Act 1989*."),
        ("jurisdiction", "title={Re X}, year={1990}", "Re X (1990).", "Re X (1990).", "*Re X* (1990)."),
    ],
)  # fmt: skip
def test_works_without_author_year_or_publisher(
    kind: str, fields: str, briefing: str, vancouver: str, harvard: str
) -> None:
    assert text(fields, "briefing", kind) == briefing
    assert text(fields, "vancouver", kind) == vancouver
    assert text(fields, "harvard", kind) == harvard


@pytest.mark.parametrize("style", STYLES)
def test_notes_and_abstracts_are_never_printed(style: str) -> None:
    fields = "author={A, B.}, title={T}, year={2011}, note={Secret}, annote={Secret}, abstract={Secret}, file={Secret}"
    assert "Secret" not in text(fields, style)


# -- Titles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "briefing", "vancouver", "harvard"),
    [
        ("Talking shops", "'Talking shops'. 2011", "Talking shops. X", "‘Talking shops’, *J*"),
        ("Talking shops.", "'Talking shops'. 2011", "Talking shops. X", "‘Talking shops’, *J*"),
        ("Talking shops?", "'Talking shops?' 2011", "Talking shops? X", "‘Talking shops?’, *J*"),
        ("Act now!", "'Act now!' 2011", "Act now! X", "‘Act now!’, *J*"),
        ("And then …", "'And then …' 2011", "And then … X", "‘And then …’, *J*"),
        ("What “else?”", "'What “else?”' 2011", "What “else?” X", "‘What “else?”’, *J*"),
        ("CIB and the {NHS}", "'CIB and the NHS'. 2011", "CIB and the NHS. X", "‘CIB and the NHS’, *J*"),
    ],
)
def test_a_title_keeps_its_case_and_its_own_stop(title: str, briefing: str, vancouver: str, harvard: str) -> None:
    report = f"title={{{title}}}, author={{A, B.}}, institution={{X}}, year={{2011}}"
    article = f"title={{{title}}}, author={{A, B.}}, journal={{J}}, year={{2011}}"
    assert f"A, B., {briefing}, X." in text(report, "briefing")
    assert f"A B. {vancouver}; 2011." in text(report, "vancouver")
    assert text(article, "harvard", "article") == f"A, B. (2011) {harvard}."


# -- Parts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "briefing", "harvard"),
    [
        ("2", "2nd ed. ", "2nd edn. "),
        ("Second", "2nd ed. ", "2nd edn. "),
        ("3rd", "3rd ed. ", "3rd edn. "),
        ("11th ed.", "11th ed. ", "11th edn. "),
        ("22nd edition", "22nd ed. ", "22nd edn. "),
        ("Revised", "Revised. ", "Revised. "),
        ("1", "", ""),
        ("First", "", ""),
    ],
)
def test_editions(edition: str, briefing: str, harvard: str) -> None:
    fields = f"author={{A, B.}}, title={{T}}, publisher={{P}}, year={{2011}}, edition={{{edition}}}"
    assert text(fields, "briefing", "book") == f"A, B., 'T'. {briefing}2011, P."
    assert text(fields, "vancouver", "book") == f"A B. T. {briefing}P; 2011."
    assert text(fields, "harvard", "book") == f"A, B. (2011) *T*. {harvard}P."


@pytest.mark.parametrize(
    ("pages", "briefing", "vancouver", "harvard"),
    [
        ("55--69", "p. 55-69", "55-69", "pp. 55–69"),
        ("318-323", "p. 318-323", "318-23", "pp. 318–323"),
        ("1008–1012", "p. 1008-1012", "1008-12", "pp. 1008–1012"),
        ("135", "p. 135", "135", "p. 135"),
        ("S12--S19", "p. S12-S19", "S12-S19", "pp. S12–S19"),
        ("3, 7--9", "p. 3, 7-9", "3, 7-9", "pp. 3, 7–9"),
        ("e1", "p. e1", "e1", "p. e1"),
    ],
)
def test_pages(pages: str, briefing: str, vancouver: str, harvard: str) -> None:
    fields = f"author={{A, B.}}, title={{T}}, journal={{J}}, year={{2011}}, volume={{8}}, pages={{{pages}}}"
    assert text(fields, "briefing", "article") == f"A, B., 'T'. J, 2011. 8: {briefing}."
    assert text(fields, "vancouver", "article") == f"A B. T. J. 2011;8:{vancouver}."
    assert text(fields, "harvard", "article") == f"A, B. (2011) ‘T’, *J*, 8, {harvard}."


@pytest.mark.parametrize(
    ("fields", "briefing", "vancouver", "harvard"),
    [
        ("type={At a glance}, number={09}", "At a glance 09. ", "(At a glance; no. 09).", "At a glance 09. "),
        ("type={Report}, number={56}", "Report 56. ", "Report No.: 56.", "Report 56. "),
        ("number={56}", "Report 56. ", "Report No.: 56.", "Report 56. "),
        ("number={DFE-RR174}", "DFE-RR174. ", "Report No.: DFE-RR174.", "DFE-RR174. "),
        (
            "series={Research briefing}, number={4}",
            "Research briefing 4. ",
            "(Research briefing; no. 4).",
            "Research briefing 4. ",
        ),
    ],
)
def test_series_of_reports(fields: str, briefing: str, vancouver: str, harvard: str) -> None:
    whole = f"author={{A, B.}}, title={{T}}, institution={{I}}, year={{2011}}, {fields}"
    assert text(whole, "briefing") == f"A, B., 'T'. {briefing}2011, I."
    assert text(whole, "vancouver") == f"A B. T. I; 2011. {vancouver}"
    assert text(whole, "harvard") == f"A, B. (2011) *T*. {harvard}I."


def test_a_volume_of_a_book_in_a_series() -> None:
    fields = (
        "author={A, B.}, title={T}, publisher={P}, address={Leeds}, year={2011}, volume={2}, series={S}, number={7}"
    )
    assert text(fields, "briefing", "book") == "A, B., 'T'. Vol. 2. S 7. 2011, P: Leeds."
    assert text(fields, "vancouver", "book") == "A B. T. Vol. 2. Leeds: P; 2011. (S; no. 7)."
    assert text(fields, "harvard", "book") == "A, B. (2011) *T*. Vol. 2. Leeds: P (S, 7)."


def test_theses_say_what_they_are() -> None:
    fields = "author={A, B.}, title={T}, school={University of Nowhere}, year={2011}, url={https://example.org}"
    assert text(fields, "vancouver", "mastersthesis").startswith(
        "A B. T [master's thesis on the Internet]. University of Nowhere;"
    )
    assert text(fields, "harvard", "mastersthesis").startswith(
        "A, B. (2011) *T*. Master's thesis. University of Nowhere. "
    )
    assert text(fields, "briefing", "thesis").startswith("A, B., 'T'. 2011, University of Nowhere. ")


@pytest.mark.parametrize(
    ("urldate", "briefing", "vancouver", "harvard"),
    [
        ("2013-03-01", " [accessed 1 March 2013].", "[cited 2013 Mar 1]. ", " (Accessed: 1 March 2013)."),
        ("2013-03", " [accessed March 2013].", "[cited 2013 Mar]. ", " (Accessed: March 2013)."),
        ("1 March 2013", " [accessed 1 March 2013].", "[cited 1 March 2013]. ", " (Accessed: 1 March 2013)."),
        ("2013-19-01", " [accessed 2013-19-01].", "[cited 2013-19-01]. ", " (Accessed: 2013-19-01)."),
    ],
)
def test_the_day_on_which_a_page_was_read(urldate: str, briefing: str, vancouver: str, harvard: str) -> None:
    fields = f"author={{A, B.}}, title={{T}}, year={{2011}}, url={{https://example.org/x}}, urldate={{{urldate}}}"
    assert text(fields, "briefing", "online") == f"A, B., 'T'. 2011. Available from: <https://example.org/x>{briefing}"
    assert (
        text(fields, "vancouver", "online")
        == f"A B. T [Internet]. 2011 {vancouver}Available from: <https://example.org/x>"
    )
    assert text(fields, "harvard", "online") == f"A, B. (2011) *T*. Available at: <https://example.org/x>{harvard}"


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ("title={Children Act 1989}, number={41}", "Children Act 1989, c. 41."),
        ("title={Children Act}, year={1989}, number={c. 41}", "Children Act 1989, c. 41."),
        ("title={Children Act}, date={1989-11-16}, number={41}, publisher={HMSO}, address={London}", "Children Act 1989, c. 41. HMSO: London."),
        ("title={Children (Scotland) Act 2020}, number={asp 16}", "Children (Scotland) Act 2020, asp 16."),
    ],
)  # fmt: skip
def test_acts(fields: str, made: str) -> None:
    assert text(fields, "briefing", "legislation") == made


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ("year={2013}, institution={UKSC}, number={33}", "Re X [2013] UKSC 33."),
        ("year={2013}, number={UKSC 33}", "Re X [2013] UKSC 33."),
        ("year={2013}, number={[2013] UKSC 33}, journaltitle={WLR}, volume={1}, pages={1911}", "Re X [2013] UKSC 33, [2013] 1 WLR 1911."),
        ("year={1991}, number={(1991) 93 Cr App R 48}", "Re X (1991) 93 Cr App R 48."),
        ("year={1990}, reporter={Ch}, volume={2}, pages={12}, institution={CA}", "Re X [1990] 2 Ch 12 (CA)."),
    ],
)  # fmt: skip
def test_judgments(fields: str, made: str) -> None:
    assert text(f"title={{Re X}}, {fields}", "briefing", "jurisdiction") == made


# -- Harvard: letters after the year, and the order of the list --------------------------------------------------------

ALIKE = """
@report{first, author={Munro, E.}, title={Zebra}, institution={I}, year={2011}}
@report{alone, author={Munro, E.}, title={T}, institution={I}, year={2012}}
@report{second, author={Munro, Eileen}, title={Aardvark}, institution={I}, year={2011}}
@report{third, author={Munro, F.}, title={T}, institution={I}, year={2011}}
@report{undated, author={Munro, E.}, title={T}, institution={I}}
@report{undated2, author={Munro, E.}, title={U}, institution={I}}
@legislation{act, title={Act 2011}, year={2011}}
@legislation{act2, title={Act 2011}, year={2011}}
"""


def test_works_that_a_citation_could_not_tell_apart_get_letters_in_the_order_of_the_file() -> None:
    letters = year_suffixes(works(ALIKE).values(), "harvard")
    assert dict(letters) == {"first": "a", "second": "b", "third": "c", "undated": "a", "undated2": "b"}


def test_a_work_added_at_the_end_changes_no_letter() -> None:
    before = year_suffixes(works(ALIKE).values(), "harvard")
    after = year_suffixes(
        works(ALIKE + "@report{last, author={Munro, E.}, title={A}, year={2011}}").values(), "harvard"
    )
    assert {**before, "last": "d"} == after


def test_letters_stand_after_the_year() -> None:
    assert text("author={A, B.}, title={T}, year={2011}", "harvard", suffix="b") == "A, B. (2011b) *T*."
    assert text("author={A, B.}, title={T}", "harvard", suffix="b") == "A, B. (no date b) *T*."


def test_after_z_comes_aa() -> None:
    many = "".join(f"@report{{k{n}, author={{A, B.}}, title={{T{n}}}, year={{2011}}}}\n" for n in range(54))
    letters = year_suffixes(works(many).values(), "harvard")
    assert [letters[f"k{n}"] for n in (0, 25, 26, 27, 51, 52, 53)] == ["a", "z", "aa", "ab", "az", "ba", "bb"]


def test_numbered_styles_need_no_letters() -> None:
    assert not year_suffixes(works(ALIKE).values(), "briefing")
    assert not year_suffixes(works(ALIKE).values(), "vancouver")


def test_the_list_is_alphabetical_as_people_look_things_up() -> None:
    text = """
    @report{zoe, author={Zoe, A.}, title={T}, year={2001}}
    @report{angstrom, author={Ångström, A.}, title={T}, year={2001}}
    @report{kings, author={{The King's Fund}}, title={T}, year={2001}}
    @report{oneill, author={O'Neill, A.}, title={T}, year={2001}}
    @report{onslow, author={Onslow, A.}, title={T}, year={2001}}
    @report{lower, author={bell, A.}, title={T}, year={2001}}
    @report{two, author={Bell, A. and Ash, B.}, title={T}, year={2000}}
    @report{later, author={Bell, A.}, title={T}, year={2002}}
    @report{b, author={Bell, B.}, title={T}, year={1990}}
    @book{untitled, title={A Guide}, year={2001}}
    """
    author_date = STYLES["harvard"].author_date
    assert author_date is not None
    keys = sorted(works(text), key=lambda key: author_date.order(works(text)[key], ""))
    assert keys == ["angstrom", "lower", "later", "two", "b", "untitled", "kings", "oneill", "onslow", "zoe"]


def test_works_of_one_year_stand_in_the_order_of_their_letters() -> None:
    author_date = STYLES["harvard"].author_date
    assert author_date is not None
    every = works(ALIKE)
    letters = year_suffixes(every.values(), "harvard")
    keys = sorted(["second", "first"], key=lambda key: author_date.order(every[key], letters[key]))
    assert keys == ["first", "second"]


# -- Locators ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "value", "made"),
    [
        ("page", "58", "p. 58"),
        ("page", "3–4", "pp. 3–4"),
        ("page", "3-4", "pp. 3–4"),
        ("page", "3--4", "pp. 3–4"),
        ("page", "158-9", "pp. 158–9"),
        ("page", "3, 7", "pp. 3, 7"),
        ("page", "3 & 7", "pp. 3 & 7"),
        ("page", "3, fig. 2", "p. 3, fig. 2"),
        ("page", "12, note 4", "p. 12, note 4"),
        ("page", "A-1, A-2", "pp. A-1, A-2"),
        ("page", "iv, vi", "pp. iv, vi"),
        ("page", "viii", "p. viii"),
        ("page", "ii-iv", "pp. ii–iv"),
        ("page", "A-12", "p. A-12"),
        ("page", "S3–S5", "pp. S3–S5"),
        ("page", "58ff", "pp. 58ff"),
        ("page", "58 ff.", "pp. 58 ff."),
        ("chapter", "2", "ch. 2"),
        ("chapter", "2-3", "chs 2–3"),
        ("section", "47", "s. 47"),
        ("section", "47(1)(b)", "s. 47(1)(b)"),
        ("section", "17, 47", "ss. 17, 47"),
        ("section", "4-2", "s. 4-2"),
        ("paragraph", "3", "para. 3"),
        ("paragraph", "3.2–3.4", "paras 3.2–3.4"),
        ("section", "47(1), (2)", "ss. 47(1), (2)"),
        ("appendix", "A, B", "Appendices A, B"),
        ("table", "2", "Table 2"),
        ("figure", "1–3", "Figures 1–3"),
        ("appendix", "A", "Appendix A"),
        ("schedule", "2", "sch. 2"),
        ("rule", "12", "reg. 12"),
        ("article", "8", "art. 8"),
        ("volume", "1", "vol. 1"),
        ("slide", "12", "slide 12"),
        ("stanza", "4", "stanza 4"),
    ],
)
def test_locators(label: str, value: str, made: str) -> None:
    assert locator_text(Locator(label, value)) == made


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_locator_loses_a_letter_or_figure(label: str, value: str) -> None:
    made = locator_text(Locator(label, value))
    assert "".join(filter(str.isalnum, made)).endswith("".join(filter(str.isalnum, value)))
