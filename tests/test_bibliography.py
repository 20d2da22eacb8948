"""Reading a bibliography: every entry survives its neighbours' mistakes, and every mistake has its line and column.

Works, people and organisations that are not in `references.bib` are invented.
"""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefing_tools.bibliography import read_bibliography
from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.model import Bibliography, Element, Name, Node, Text, Work, plain_text, walk
from briefing_tools.rules.references import reference_findings
from briefing_tools.source import Source
from briefing_tools.styles import STYLES, format_reference, year_suffixes

ROOT = Path(__file__).parents[1]
OWN = ROOT / "references.bib"


def read(text: str) -> Bibliography:
    return read_bibliography(Source("references.bib", text))


def work(fields: str, kind: str = "report", before: str = "") -> Work:
    return read(f"{before}@{kind}{{k, {fields}}}").works["k"]


def slips(text: str) -> list[str]:
    """What reading noted: code, place and sentence."""
    return [
        f"{slip.code} {slip.problem.span.start.line}:{slip.problem.span.start.column} {slip.problem.message}"
        for slip in read(text).slips
    ]


def findings(text: str) -> list[Finding]:
    return sorted(reference_findings(read(text)), key=lambda finding: finding.order)


def codes(text: str) -> list[str]:
    return [finding.rule for finding in findings(text)]


def marked(nodes: tuple[Node, ...]) -> str:
    """Nodes with their marking-up spelt out; nothing is escaped, so that escaping is seen to be left to others."""
    words = ""
    for node in nodes:
        if isinstance(node, Text):
            words += node.text
        elif isinstance(node, Element):
            words += f"<{node.tag}>{marked(node.children)}</{node.tag}>"
    return words


# -- What is written well ----------------------------------------------------------------------------------------------


def test_the_projects_own_bibliography_is_in_good_order() -> None:
    works = read(OWN.read_text("utf-8"))
    assert len(works.works) == 19
    assert not works.slips
    assert [finding for finding in reference_findings(works) if finding.severity is not Severity.NOTE] == []


def test_an_entry_becomes_a_work() -> None:
    horwath = read(OWN.read_text("utf-8")).works["horwath2007"]
    assert horwath.kind == "article-journal"
    assert horwath.authors == (Name("Horwath", "J."), Name("Morrison", "T."))
    assert plain_text(horwath.title).startswith("Collaboration, integration and change in children's services:")
    assert horwath.year == "2007"
    assert horwath.fields["journal"] == "Child Abuse & Neglect"
    assert horwath.fields["pages"] == "55–69"
    assert str(horwath.span) == "references.bib:55:1"


def test_works_stand_in_the_order_of_the_file() -> None:
    text = OWN.read_text("utf-8")
    keys = list(read(text).works)
    assert keys == sorted(keys, key=lambda key: text.index(f"{{{key},"))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("techreport", "report"),
        ("report", "report"),
        ("REPORT", "report"),
        ("online", "webpage"),
        ("electronic", "webpage"),
        ("phdthesis", "thesis"),
        ("thesis", "thesis"),
        ("incollection", "chapter"),
        ("inbook", "chapter"),
        ("conference", "paper-conference"),
        ("dataset", "dataset"),
        ("legislation", "legislation"),
        ("jurisdiction", "legal_case"),
        ("misc", "document"),
    ],
)
def test_types_of_bibtex_and_biblatex(written: str, kind: str) -> None:
    assert work("title={T}", written).kind == kind


def test_fields_of_biblatex_are_read_by_the_names_of_bibtex() -> None:
    one = work("title={T}, date={2011-05-20}, location={Leeds}, journaltitle={J}", "article")
    assert one.year == "2011"
    assert one.fields["address"] == "Leeds"
    assert one.fields["journal"] == "J"


@pytest.mark.parametrize(
    ("date", "year"),
    [("2011", "2011"), ("2011-05", "2011"), ("2010/2012", "2010–2012"), ("May 2011", "2011"), ("soon", "soon")],
)
def test_years_of_dates(date: str, year: str) -> None:
    assert work(f"date={{{date}}}").year == year


def test_subtitles_follow_a_colon_unless_the_title_ends_in_a_sign_of_its_own() -> None:
    assert plain_text(work("title={Hubs}, subtitle={a study}").title) == "Hubs: a study"
    assert plain_text(work("title={Hubs?}, subtitle={A study}").title) == "Hubs? A study"


def test_a_chapter_takes_from_its_book_what_it_does_not_have() -> None:
    book = "@book{b, title={The Book}, editor={Ed, E.}, publisher={P}, year={2001}, note={not inherited}, doi={10.1000/b}}\n"
    chapter = read(book + "@incollection{k, crossref={b}, title={The Chapter}, author={Au, A.}}").works["k"]
    assert plain_text(chapter.title) == "The Chapter"
    assert chapter.fields["booktitle"] == "The Book"
    assert chapter.editors == (Name("Ed", "E."),)
    assert (chapter.year, chapter.fields["publisher"]) == ("2001", "P")
    assert "note" not in chapter.fields
    assert "doi" not in chapter.fields


def test_a_book_may_stand_after_its_chapters_and_xdata_is_shared() -> None:
    text = "@incollection{k, crossref={b}, title={C}, xdata={x}}\n@book{b, title={B}}\n@xdata{x, publisher={P}, location={Leeds}}"
    works = read(text).works
    assert works["k"].fields["booktitle"] == "B"
    assert (works["k"].fields["publisher"], works["k"].fields["address"]) == ("P", "Leeds")
    assert "x" not in works


def test_entries_that_name_each_other_as_parents_come_to_an_end() -> None:
    works = read("@book{a, crossref={b}, title={A}}\n@book{b, crossref={a}, publisher={P}}").works
    assert works["a"].fields["publisher"] == "P"
    assert plain_text(works["a"].title) == "A"


def test_strings_numbers_months_and_parts_joined_with_a_hash() -> None:
    text = '@string{dfe = {Department for } # "Education"}\n@report(k, title="A "#{{B}}, institution=dfe, year=2011, month=feb)'
    one = read(text).works["k"]
    assert (plain_text(one.title), one.fields["institution"], one.year, one.fields["month"]) == (
        "A B",
        "Department for Education",
        "2011",
        "February",
    )


def test_a_mark_at_the_beginning_of_the_file_and_windows_lines_do_not_matter() -> None:
    one = read("\ufeff@report{k,\r\n  title = {T},\r\n  year = {2011}\r\n}\r\n").works["k"]
    assert (plain_text(one.title), one.year) == ("T", "2011")


def test_what_stands_between_entries_is_left_alone() -> None:
    works = read("Write to editors@example.org.\n% A note\n@comment{ignored}\n@preamble{{x}}\n@report{k, title={T}}")
    assert list(works.works) == ["k"]
    assert not works.slips


def test_an_entry_is_read_although_a_percent_sign_or_a_comment_stands_before_it() -> None:
    """As in BibTeX, only taking an entry out takes it out."""
    assert list(read("% @report{k, title={T}}\n@comment{\n@report{l, title={U}}\n}").works) == ["k", "l"]


def test_keys_may_be_written_in_any_letters() -> None:
    assert list(read("@report{müller-2011:a/b, title={T}}\n@report{Ångström_2, title={T}}").works) == [
        "müller-2011:a/b",
        "Ångström_2",
    ]


# -- Names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "names", "others"),
    [
        ("Munro, E.", [Name("Munro", "E.")], False),
        ("Eileen Munro", [Name("Munro", "Eileen")], False),
        ("Munro, E. and Casey, L.", [Name("Munro", "E."), Name("Casey", "L.")], False),
        ("Lloyd, C. and others", [Name("Lloyd", "C.")], True),
        ("{Department of Health}", [Name("Department of Health")], False),
        ("{{Barnes and Noble}}", [Name("Barnes and Noble")], False),
        ("Department of Health", [Name("Department of Health")], False),
        ("NHS Commissioning Board", [Name("NHS Commissioning Board")], False),
        ("The King's Fund", [Name("The King's Fund")], False),
        ("Board, J.", [Name("Board", "J.")], False),
        ("van Dijk, Marten", [Name("Dijk", "Marten", "van")], False),
        ("Marten van Dijk", [Name("Dijk", "Marten", "van")], False),
        ("de la Cruz, Ana", [Name("Cruz", "Ana", "de la")], False),
        ("Smith, Jr., John", [Name("Smith", "John", "", "Jr.")], False),
        ("family=Dijk, given=Marten, prefix=van", [Name("Dijk", "Marten", "van")], False),
        ('given={Ana}, family={Cruz Vega} and family="Ash", given=B.', [Name("Cruz Vega", "Ana"), Name("Ash", "B.")], False),
        ("Ewart-Boyle, S.", [Name("Ewart-Boyle", "S.")], False),
        ('Dog{\\"a}n, {\\\'E}mile and {\\AA}ngstr{\\"o}m, {\\O}.', [Name("Dogän", "Émile"), Name("Ångström", "Ø.")], False),
    ],
)  # fmt: skip
def test_names(written: str, names: list[Name], others: bool) -> None:
    one = work(f"author={{{written}}}")
    assert list(one.authors) == names
    assert one.others is others


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Golden, S., Aston, H., Durbin, B.", "“Golden, S., Aston, H., Durbin, B.” has too many commas for one name."),
        ("Lloyd, C., et al.", "“Lloyd, C., et al.” is not a name."),
        ("Golden, S. and and Durbin, B.", "A name is missing beside “and” in the field “author”."),
        ("Golden, S. and B. and Durbin", "“B.” is only an initial, not a name."),
        ("Department for Communities and Local Government", "“Department for Communities” and “Local Government” were read as two authors."),
        ("given=Marten", "“given=Marten” has no family name."),
    ],
)  # fmt: skip
def test_names_that_cannot_be_told_apart(written: str, message: str) -> None:
    text = f"@report{{k,\n  title = {{T}},\n  author = {{{written}}}\n}}"
    assert f"reference-bad-name 3:3 {message}" in slips(text)


def test_people_named_too_closely_are_told_how_to_write_them() -> None:
    slip = read("@report{k, author={Golden, S., Aston, H., Durbin, B.}}").slips[0]
    assert slip.problem.hint == "Put “and” between names: author = {Golden, S. and Aston, H. and Durbin, B.}"


# -- LaTeX -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("{The} {NHS} and SCIE", "The NHS and SCIE"),
        ("\\'Etude {\\ae}on na\\\"{\\i}ve \\L{}\\'od\\'z {\\c c}a", "Étude æon naïve Łódź ça"),
        ("100\\% of \\$5 \\& more \\#1 a\\_b", "100% of $5 & more #1 a_b"),
        ("a -- b --- c", "a – b — c"),
        ("``quoted'' and children's", "“quoted” and children's"),
        ("\\emph{Homo sapiens} here", "<em>Homo sapiens</em> here"),
        ("{\\it old} and {\\bf bold}", "<em>old</em> and <strong>bold</strong>"),
        ("H\\textsubscript{2}O, CO$_2$, 2\\textsuperscript{nd}", "H<sub>2</sub>O, CO<sub>2</sub>, 2<sup>nd</sup>"),
        ("\\textbf{\\emph{both}}", "<strong><em>both</em></strong>"),
        ("\\enquote{said}", "“said”"),
        ("costs $5 and $10", "costs $5 and $10"),
        ("\\unheardof{kept} and \\other", "kept and other"),
        ("broken\n   over lines", "broken over lines"),
        ("a~b", "a\u00a0b"),
    ],
)
def test_latex(latex: str, text: str) -> None:
    assert marked(work(f"title={{{latex}}}").title) == text


def test_titles_are_never_recased() -> None:
    assert (
        plain_text(work("title={THE Munro review OF child Protection}").title) == "THE Munro review OF child Protection"
    )


# -- What is hostile ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "<b onclick=x>", "&lt;i&gt;", "{{7*7}}", "](javascript:alert(1))"]
)
def test_markup_in_a_title_stays_the_characters_it_is(title: str) -> None:
    one = work(f"title={{{title}}}")
    assert all(isinstance(node, Text) for node in walk(one.title))
    assert plain_text(one.title) == title.replace("{", "").replace("}", "")


def test_a_link_hidden_in_a_title_leaves_only_its_words() -> None:
    assert marked(work("title={\\href{javascript:alert(1)}{click here}}").title) == "click here"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "//example.org/x",
        "www.example.org",
        "/local/path",
        "https://",
        "https:///path",
        "http://[::1",
        "https://user:secret@example.org/",
        "https://example.org/\u202egnp.exe",
        "https://exam\u200bple.org/",
        'https://example.org/"onmouseover="x',
        "https://example.org/<b>",
        "https://example.org/\\\\evil",
    ],
)
@pytest.mark.parametrize("style", STYLES)
def test_an_unsafe_address_is_reported_and_never_becomes_a_link(url: str, style: str) -> None:
    text = f"@online{{k, author={{A, B.}}, title={{T}}, year={{2011}}, url={{{url}}}}}"
    assert codes(text) == ["reference-unsafe-url"]
    tags = {node.tag for node in walk(format_reference(read(text).works["k"], style)) if isinstance(node, Element)}
    assert "a" not in tags


def test_a_doi_may_be_pasted_as_an_address_and_must_be_one() -> None:
    one = work("title={T}, doi={https://doi.org/10.1016/j.chiabu.2006.01.007}")
    assert one.fields["doi"] == "10.1016/j.chiabu.2006.01.007"
    assert "reference-bad-doi" in codes("@article{k, doi={javascript:alert(1)}}")
    assert "reference-bad-doi" in codes("@article{k, doi={10.1016}}")


@pytest.mark.parametrize("style", STYLES)
def test_a_strange_doi_is_encoded(style: str) -> None:
    one = work("title={T}, doi={10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2}", "article")
    links = [node for node in walk(format_reference(one, style)) if isinstance(node, Element) and node.tag == "a"]
    assert [link.attributes["href"] for link in links] == [
        "https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15%3C1661::AID-SIM968%3E3.0.CO;2-2"
    ]


@pytest.mark.parametrize(
    "value",
    [
        "{" * 2000 + "deep" + "}" * 2000,
        "\\emph{" * 500 + "x" + "}" * 500,
        "$" * 5001,
        "\\" * 5001,
        "`" * 5001,
        "a and " * 5000,
        "," * 5000,
    ],
    ids=["braces", "commands", "dollars", "backslashes", "quotes", "names", "commas"],
)
@pytest.mark.parametrize("field", ["title", "author", "url", "doi", "pages", "year", "date", "edition"])
def test_deep_and_endless_values_are_read_and_written(value: str, field: str) -> None:
    works = read(f"@report{{k, {field}={{{value}}}}}\n@report{{after, title={{T}}}}")
    assert "after" in works.works
    for one in works.works.values():
        for style in STYLES:
            assert format_reference(one, style)
    assert list(reference_findings(works))


# -- What is written badly ---------------------------------------------------------------------------------------------

UNCLOSED = """\
@report{first2010,
  author      = {Rowan, A.},
  title       = {Whole},
  institution = {I},
  year        = {2010}
}

@report{open2011,
  author      = {Ash, B.},
  title       = {Left open,
  institution = {I},
  year        = {2011}
}

@article{third2012,
  author  = {Elm, C.},
  title   = {Whole again},
  journal = {J},
  year    = {2012}
}
"""


def test_an_unclosed_brace_costs_no_other_entry_and_no_other_field() -> None:
    works = read(UNCLOSED)
    assert list(works.works) == ["first2010", "open2011", "third2012"]
    assert plain_text(works.works["open2011"].title) == "Left open"
    assert works.works["open2011"].fields["institution"] == "I"
    assert works.works["open2011"].year == "2011"
    assert works.works["third2012"].fields["journal"] == "J"


def test_an_unclosed_brace_is_reported_once_where_the_entry_begins() -> None:
    (one,) = findings(UNCLOSED)
    assert (one.rule, one.severity) == ("reference-unclosed", Severity.ERROR)
    assert str(one.problem.span) == "references.bib:8:1"
    assert one.problem.message == "The entry “open2011” is never closed: its field “title” has no closing }."
    assert one.problem.hint == "Close the field: title = {Left open},"


def test_an_entry_without_its_last_brace_keeps_its_last_field() -> None:
    works = read("@report{a,\n  title = {A},\n  year = {2011}\n\n@report{b, title={B}, year={2012}}\n")
    assert [(key, one.year) for key, one in works.works.items()] == [("a", "2011"), ("b", "2012")]
    assert slips("@report{a,\n  title = {A},\n  year = {2011}\n") == [
        "reference-unclosed 1:1 The entry “a” is never closed."
    ]


def test_an_open_quotation_mark_is_an_open_field() -> None:
    works = read('@report{a,\n  title = "A,\n  year = {2011}\n}\n@report{b, title={B}}\n')
    assert list(works.works) == ["a", "b"]
    assert works.works["a"].year == "2011"
    assert [slip.problem.message for slip in works.slips] == [
        'The entry “a” is never closed: its field “title” has no closing ".'
    ]


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("@report{k,\n  title {T},\n  year = {2011}\n}", "reference-syntax 2:3 There is no “=” after “title”."),
        ("@report{k,\n  title = {T}\n  year = {2011}\n}", "reference-syntax 2:3 There is no comma after the field “title”."),
        ("@report{k\n  title = {T}\n}", "reference-syntax 1:9 There is no comma after the key “k”."),
        ("@report{k, title={T}, institution=scie}", "reference-syntax 1:35 “scie” has no braces, and no @string has that name."),
        ("@report{\n  title = {T}\n}", "reference-syntax 1:1 This @report entry has no key."),
        ("\n@report k2011,\n  title = {T}\n}", "reference-syntax 2:1 The entry “k2011” has no opening brace."),
        ("@report{k, title={T}}\n@string{dfe = {Open\n", "reference-syntax 2:1 This @string cannot be read or is never closed."),
        ("@report{k 2011, title={T}}", "reference-bad-key 1:1 The key “k 2011” has a character that a citation cannot carry."),
        ("@raport{k, title={T}}", "reference-unknown-type 1:1 “@raport” is not a type of reference."),
        ("@report{k, title={T}}\n@report{K, title={U}}", "reference-duplicate-key 2:1 The key “K” is used twice."),
        ("@report{k, title={T},\n  title={U}}", "reference-duplicate-field 2:3 The entry “k” has the field “title” twice."),
        ("@report{k, address={A},\n  location={B}}", "reference-duplicate-field 2:3 The entry “k” has the fields “address” and “location”, which mean the same."),
        ("@incollection{k,\n  crossref = {gone}}", "reference-unknown-parent 2:3 The entry “k” takes fields from “gone”, but no reference has that key."),
    ],
)  # fmt: skip
def test_every_slip_has_its_line_and_column(text: str, noted: str) -> None:
    assert noted in slips(text)


def test_the_first_of_two_counts_and_the_second_leads_to_it() -> None:
    works = read("@report{k, title={First}, title={Again}}\n@report{k, title={Second}}")
    assert plain_text(works.works["k"].title) == "First"
    assert [str(slip.problem.related[0].span) for slip in works.slips] == ["references.bib:1:12", "references.bib:1:1"]


def test_a_type_that_was_nearly_right_is_suggested() -> None:
    assert read("@artcle{k, title={T}}").slips[0].problem.hint == "Did you mean @article?"


# -- What is missing or wrong in what was read -------------------------------------------------------------------------

WHOLE = "@report{k, author={A, B.}, title={T}, institution={I}, year={2011}}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE.replace(" title={T},", ""), "The entry “k” has no title."),
        (WHOLE.replace("title={T}", "title={}"), "The entry “k” has no title."),
        (WHOLE.replace(", year={2011}", ""), "The entry “k” has no year."),
        ("@misc{k, title={T}, year={2011}}", "The entry “k” has no author."),
        ("@article{k, title={T}}", "The entry “k” has no author, no journal and no year."),
        ("@incollection{k, author={A, B.}, title={T}, year={2011}}", "The entry “k” has no book title."),
        ("@online{k, author={A, B.}, title={T}, url={https://example.org}}", "The entry “k” has no year."),
    ],
)  # fmt: skip
def test_what_a_reader_needs_to_find_a_work(text: str, message: str) -> None:
    (one,) = findings(text)
    assert (one.rule, one.severity, one.problem.message) == ("reference-missing-field", Severity.ERROR, message)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.replace("author={A, B.}, ", ""),
        WHOLE.replace("author", "editor"),
        WHOLE.replace("{2011}", "{n.d.}"),
        "@online{k, organization={O}, title={T}, url={https://example.org}, urldate={2014-02-14}}",
        "@legislation{k, title={Children Act 1989}, number={c. 41}}",
        "@jurisdiction{k, title={Re X}, number={[2013] UKSC 33}}",
        "@article{k, author={A, B.}, title={T}, journal={J}, year={in press}}",
    ],
)  # fmt: skip
def test_entries_that_say_enough(text: str) -> None:
    assert findings(text) == []


def test_nothing_is_said_to_be_missing_from_an_entry_that_could_not_be_read() -> None:
    assert codes("@report{k,\n  author = {A, B.},\n  title {T},\n}\n") == ["reference-syntax"]
    assert codes("@incollection{k, author={A, B.}, title={T}, crossref={gone}}") == ["reference-unknown-parent"]


@pytest.mark.parametrize("kind", ["report", "book", "thesis"])
def test_a_work_that_somebody_published_says_who(kind: str) -> None:
    (one,) = findings(f"@{kind}{{k, author={{A, B.}}, title={{T}}, year={{2011}}}}")
    assert (one.rule, one.severity) == ("reference-no-publisher", Severity.WARNING)


@pytest.mark.parametrize(
    "year", ["2011", "2010–2012", "2010--2012", "2010/11", "c. 1900", "[1989]", "n.d.", "no date", "in press", "2011–"]
)
def test_years(year: str) -> None:
    assert codes(WHOLE.replace("2011", year)) == []


@pytest.mark.parametrize("year", ["11", "20111", "2011a", "Spring 2011", "soon", "3011", "0211", "20ll"])
def test_years_that_are_none(year: str) -> None:
    assert codes(WHOLE.replace("2011", year)) == ["reference-bad-year"]


@pytest.mark.parametrize("date", ["2011-13-01", "2011-02-32", "2011-00"])
def test_dates_that_are_in_no_calendar(date: str) -> None:
    assert codes(WHOLE.replace("year={2011}", f"date={{{date}}}")) == ["reference-bad-year"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("year = {20ll}", "reference-bad-year"),
        ("date = {2011-13}", "reference-bad-year"),
        ("url = {www.example.org}", "reference-unsafe-url"),
        ("doi = {none}", "reference-bad-doi"),
        ("adress = {Leeds}", "reference-unknown-field"),
    ],
)
def test_what_is_said_of_a_field_is_said_at_its_line(field: str, code: str) -> None:
    found = findings(f"@report{{k,\n  author = {{A, B.}},\n\n  {field},\n  title = {{T}}\n}}")
    assert [str(one.problem.span) for one in found if one.rule == code] == ["references.bib:4:3"]


def test_a_letter_after_the_year_is_taken_out_by_the_hint() -> None:
    assert findings(WHOLE.replace("2011", "2011a"))[0].problem.hint == (
        "Leave the letter out; it is added where a style needs it: year = {2011}"
    )


def test_an_address_without_its_beginning_is_completed_by_the_hint() -> None:
    (one,) = findings(WHOLE.replace("year", "url={www.scie.org.uk/x}, year"))
    assert one.problem.hint == "Write it in full: url = {https://www.scie.org.uk/x}"


def test_a_misspelt_field_is_recognised_and_private_fields_are_let_be() -> None:
    (one,) = findings(WHOLE.replace("year", "adress={Leeds}, mendeley-groups={x}, rating={5}, year"))
    assert (one.rule, one.problem.hint) == ("reference-unknown-field", "Did you mean “address”?")


def same(*entries: str) -> list[str]:
    """The keys of entries that seem to be works already listed."""
    whole = "".join(f"@report{{k{number}, institution={{I}}, {entry}}}\n" for number, entry in enumerate(entries, 1))
    return [finding.problem.message for finding in findings(whole) if finding.rule == "reference-duplicate-work"]


def test_the_same_work_twice_is_found_by_author_year_and_title() -> None:
    first = "author={Munro, E.}, year={2011}, title={The Munro Review of Child Protection}"
    told = ["“k2” seems to be the same work as “k1”."]
    assert same(first, first) == told
    assert same(first, first.replace("Munro, E.", "Eileen Munro and others")) == told
    assert same(first, first.replace("The Munro Review of Child", "The Munro review of Chlid")) == told
    assert same(first, first.replace("Protection", "Protection.")) == told


def test_works_that_are_only_alike_are_told_apart() -> None:
    first = "author={Munro, E.}, year={2011}, title={Working Together to Safeguard Children}"
    assert same(first, first.replace("Munro", "Casey")) == []
    assert same(first, first.replace("2011", "2012")) == []
    assert same(first, first.replace("Children", "Children: statutory framework")) == []
    assert same(first, first.replace("Children", "Children 2")) == []
    assert same(first + ", number={1}", first + ", number={2}") == []
    assert same(first + ", doi={10.1000/a}", first + ", doi={10.1000/b}") == []
    assert (
        same(first.replace("Children", "Children: interim report"), first.replace("Children", "Children: final report"))
        == []
    )


def test_one_doi_is_one_work_whatever_else_it_says() -> None:
    assert same("title={A}, year={2011}, doi={10.1000/a}", "title={B}, year={2012}, doi={10.1000/A}") == [
        "“k2” seems to be the same work as “k1”."
    ]


def test_near_titles_of_the_projects_own_bibliography_are_different_works() -> None:
    """Staite 2011 and Humphries 2012; Diggins 2011, SCIE 2012 and Roscoe 2012."""
    assert "reference-duplicate-work" not in codes(OWN.read_text("utf-8"))


# -- Whatever it may be ------------------------------------------------------------------------------------------------

WORDS = (
    '@ @report{ @book{k, { } " , = title author year date url doi crossref xdata others # % \\ \\emph \\" $ ^ _ -- ~ family= '
    "x É 2011 javascript: @string( @comment ( ) <b> \\href edition 1 [ number type @legislation{a, title={T}, editor"
)
PIECES = st.sampled_from(
    [*WORDS.split(), "\n", " ", "and ", "van ", "et al.", "Department of Health", "\u202e", "\x00", "\ufeff"]
)


@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=40).map("".join),
        st.lists(PIECES, max_size=30).map(lambda parts: "@report{k," + "".join(parts)),
    )
)
@example("@book{a, crossref={a}}")
@example("@report{k, author={and and and}}")
def test_no_text_whatever_stops_reading_checking_or_writing(text: str) -> None:
    works = read(text)
    last = len(text.split("\n"))
    for finding in reference_findings(works):
        assert 1 <= finding.problem.span.start.line <= last
        assert finding.problem.message.endswith(".")
    for style in STYLES:
        letters = year_suffixes(works.works.values(), style)
        for key, one in works.works.items():
            reference = format_reference(one, style, letters.get(key, ""))
            assert plain_text(reference)
            for node in walk(reference):
                if isinstance(node, Element):
                    assert node.tag in ("em", "strong", "sub", "sup", "a")
                    assert node.attributes.get("href", "https://").startswith(("https://", "http://"))


@given(st.integers(0, len(UNCLOSED)), st.sampled_from(["", "{", "}", '"', ",", "\n", "@", "="]))
def test_one_character_too_many_or_missing_never_loses_another_entry(at: int, put: str) -> None:
    """Wherever one character of the middle entry is taken out or put in, the entries around it are read as before."""
    start, end = UNCLOSED.index("@report{open2011"), UNCLOSED.index("@article{third2012")
    at = start + 1 + at % (end - start - 2)
    works = read(UNCLOSED[:at] + put + UNCLOSED[at + (not put) :]).works
    assert {"first2010", "third2012"} <= set(works)
    assert works["third2012"].fields["journal"] == "J"
