"""New: what an editor answers in a terminal, or takes from a site's file, becomes a file that the checks accept."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools import pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.errors import CannotRun
from briefing_tools.model import Day
from briefing_tools.wordfile import MOST_UNPACKED, markdown_of
from casebook import lay_out, write

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOLDER = "briefings/01-shared-offices/updates/northbridge"
OPTIONS = (
    "--briefing", "1", "--section", "teams", "--site", "northbridge", "--title", "What changed: nothing", "--date", "5 March 2026",
    "--period", "", "--evidence", "routine-data", "--direction", "no-change", "--level", "", "--licence", "CC-BY-4.0",
    "--no-personal-data", "yes", "--approved-by", "Head of Services",
)  # fmt: skip


def run(root: Path, *words: str, typed: Sequence[str] = ()) -> Result:
    result = CliRunner().invoke(
        main, ["new", *words, "--root", str(root)], input="".join(f"{line}\n" for line in typed)
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def found(root: Path, path: str) -> list[str]:
    findings = pipeline.check(load(root), Day(2026, 11, 24)).findings
    return [finding.rule for finding in findings if finding.problem.span.path == path]


def word_file(body: str, numbering: str = "", begin: str = "") -> bytes:
    """A Word file with these paragraphs; its text is invented."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        xml = f'<?xml version="1.0"?>{begin}<w:document xmlns:w="{W}" xmlns:mc="urn:x"><w:body>{body}</w:body></w:document>'
        packed.writestr("word/document.xml", xml)
        if numbering:
            packed.writestr("word/numbering.xml", f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>')
    return held.getvalue()


def p(text: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def entry(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def test_one_question_after_another(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    typed = (
        "7", "1", "team", "teams", "northbridg", "northbridge", "Hub", "Half a year of joint teams", "31 February 2026", "1 January 2031",
        "5 March 2026", "", "statistics", "routine-data", "negative", "", "OGL-UK-3.0", "yes", "Head of Services",
        "First line.", "", "- one", ".",
    )  # fmt: skip
    result = run(root, "update", typed=typed)
    assert result.exit_code == 0, result.output
    for said in (
        "“7” cannot be chosen. Choose one of: 1.", "“team” cannot be chosen. Did you mean “teams”?", "The title has 3 characters.",
        "“31 February 2026” cannot be read as a date, because February 2026 has 28 days.", "1 January 2031 is in the future.",
        "Joint teams", "No change", "For example: 14 June 2013",
    ):  # fmt: skip
        assert said in result.output, said
    path = f"{FOLDER}/2026-03-05-half-a-year-of-joint-teams.md"
    assert f"Wrote {path}." in result.output
    assert (root / path).read_text("utf-8").endswith("---\n\nFirst line.\n\n- one\n")
    assert found(root, path) == ["update-waiting"]


def test_options_and_a_text_file(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    (tmp_path / "mail.txt").write_bytes("We didn\u2019t see – any – change.".encode("cp1252"))
    result = run(root, "update", *OPTIONS, "--from", str(tmp_path / "mail.txt"))
    assert result.exit_code == 0, result.output
    path = f"{FOLDER}/2026-03-05-what-changed-nothing.md"
    assert "didn’t see – any – change." in (root / path).read_text("utf-8")
    assert found(root, path) == ["update-waiting"]
    before = (root / path).read_bytes()
    again = run(root, "update", *OPTIONS, "--text", str(tmp_path / "mail.txt"))
    assert again.exit_code == 2
    assert "is there already, and nothing is written over it" in again.output
    assert (root / path).read_bytes() == before


def test_without_the_sign_offs_only_they_are_missing(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    (tmp_path / "mail.md").write_text("Nothing changed.", "utf-8")
    words = [*OPTIONS[:-4], "--no-personal-data", "no", "--approved-by", "", "--from", str(tmp_path / "mail.md")]
    assert run(root, "update", *words).exit_code == 1, "it fails as a check does"
    assert set(found(root, f"{FOLDER}/2026-03-05-what-changed-nothing.md")) == {
        "update-not-confirmed",
        "update-waiting",
    }


def test_choices_may_be_given_in_words(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    (tmp_path / "mail.md").write_text("Nothing changed.", "utf-8")
    spoken = (
        "--evidence",
        "Practice Experience",
        "--direction",
        "No change",
        "--section",
        "Joint teams",
        "--site",
        "Northbridge",
    )
    done = run(root, "update", *OPTIONS, *spoken, "--from", str(tmp_path / "mail.md"))
    assert done.exit_code == 0, done.output
    text = (root / FOLDER / "2026-03-05-what-changed-nothing.md").read_text("utf-8")
    for line in ("evidence: practice-experience", "direction: no-change", "section: teams", "site: northbridge"):
        assert f"\n{line}\n" in text


def test_personal_data_in_a_mail_is_pointed_out_and_not_repeated(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    (tmp_path / "mail.md").write_text("It began with 943 476 5919.", "utf-8")
    done = run(root, "update", *OPTIONS, "--from", str(tmp_path / "mail.md"))
    assert done.exit_code == 1
    assert "“… 919” looks like an NHS, CHI or Health and Care number." in done.output
    assert "943 476 5919" not in done.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--section", "tems"), "--section: “tems” cannot be chosen. Did you mean “teams”?"),
        (("--date", "soon"), "--date: “soon” cannot be read as a date."),
        (("--evidence", "independent-evaluation"), "Nobody answered, so nothing was written."),
        (("--site", "../../etc"), "--site: “../../etc” cannot be chosen."),
        (("--from", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("--from", "mkdocs.yml"), "mkdocs.yml is neither a text file nor a Word file."),
    ],
)
def test_a_wrong_option_is_one_sentence(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    result = run(lay_out(tmp_path), "update", *OPTIONS, *change)
    assert result.exit_code == 2
    assert said in result.output


def test_a_folder_that_is_a_link_is_not_written_to(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    (root / "briefings/01-shared-offices/updates/westmarsh").symlink_to(tmp_path / "elsewhere")
    write(tmp_path, "mail.md", "Nothing changed.")
    result = run(root, "update", *OPTIONS, "--site", "westmarsh", "--from", str(tmp_path / "mail.md"))
    assert result.exit_code == 2
    assert "is a link to another place" in result.output
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_briefing_to_begin_from(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    result = run(root, "briefing", "--number", "2", "--title", 'Early "help": who & when')
    assert result.exit_code == 0, result.output
    path = "briefings/02-early-help-who-when/index.md"
    assert set(found(root, path)) <= {"briefing-missing-field"}, found(root, path)
    again = run(root, "briefing", typed=["2", "Other"])
    assert again.exit_code == 2
    assert "Another briefing already has the number 2" in again.output


def test_the_first_briefing_of_a_series(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    for path in sorted((root / "briefings/01-shared-offices").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert run(root, "briefing", "--number", "1", "--title", "Early help").exit_code == 0
    assert (root / "briefings/01-early-help/index.md").is_file()


# -- Word files --------------------------------------------------------------------------------------------------------


def test_a_word_file_keeps_paragraphs_lists_and_bold(tmp_path: Path) -> None:
    bold = '<w:p><w:r><w:t xml:space="preserve">We met </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>every </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>week</w:t></w:r><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>.</w:t></w:r></w:p>'
    gone = "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>kept</w:t></w:r></w:ins></w:p>"
    body = (
        p("What we did", '<w:pStyle w:val="Heading1"/>') + bold + p("one", entry(1)) + p("two", entry(1)) + p("deep", entry(1, 1))
        + p("first", entry(2)) + p("# not *a* [sign] &lt;b&gt; @you") + p("1. typed") + gone + p("")
    )  # fmt: skip
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        for n, kind in ((5, "bullet"), (6, "decimal"))
    )
    lists = (
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>'
    )
    content = word_file(body, kinds + lists)
    assert markdown_of(content, "mail.docx") == (
        "**What we did**\n\nWe met **every week**.\n\n- one\n- two\n    - deep\n1. first\n\n"
        "\\# not \\*a\\* \\[sign\\] &lt;b> \\@you\n\n1\\. typed\n\nkept"
    )
    root = lay_out(tmp_path)
    (tmp_path / "mail.docx").write_bytes(content)
    assert run(root, "update", *OPTIONS, "--from", str(tmp_path / "mail.docx")).exit_code == 0
    assert found(root, f"{FOLDER}/2026-03-05-what-changed-nothing.md") == ["update-waiting"]


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def test_a_word_file_keeps_its_tables(tmp_path: Path) -> None:
    """So that a count in them is looked at as a count, and a cell that its total gives away is found."""
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Area</w:t></w:r></w:p>"
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("Both")
    nested = "<w:tbl>" + row(p("in"), p("side")) + "</w:tbl>" + p("")
    table = (
        "<w:tbl>" + row(bold, p("Children"), p("Note")) + row(p("North"), p("c"), p("a | b") + p("more")) + row(p("South"), p("40"), nested)
        + row(wide, p("x")) + row(p("Total"), p("43")) + row(p(""), p(""), p("")) + "</w:tbl>"
    )  # fmt: skip
    framed = "<w:tbl>" + row(p("A frame | round words")) + "</w:tbl>"
    content = word_file(p("Before") + table + framed + p("After"))
    assert markdown_of(content, "mail.docx") == (
        "Before\n\n| Area | Children | Note |\n| --- | --- | --- |\n| North | c | a \\| b more |\n| South | 40 | in side |\n"
        "| Both |  | x |\n| Total | 43 |  |\n\nA frame | round words\n\nAfter"
    )
    root = lay_out(tmp_path)
    counts = (
        row(p("Area"), p("Children")) + row(p("North"), p("c")) + row(p("South"), p("40")) + row(p("Total"), p("43"))
    )
    (tmp_path / "mail.docx").write_bytes(word_file(f"<w:tbl>{counts}</w:tbl>"))
    assert run(root, "update", *OPTIONS, "--from", str(tmp_path / "mail.docx")).exit_code == 1
    assert "privacy-hidden-count" in found(root, f"{FOLDER}/2026-03-05-what-changed-nothing.md")


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a Word file, or it is damaged"),
        (b"PK\x03\x04 nothing", "is not a Word file, or it is damaged"),
        (word_file(p("x"))[:-40], "is not a Word file, or it is damaged"),
        (word_file("<w:p>"), "is not a Word file, or it is damaged"),
        (word_file(p("&a9;"), begin=f'<!DOCTYPE x [<!ENTITY a0 "x">{BOMB}]>'), "defines a document type"),
        (word_file(p("&f;"), begin='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'), "defines a document type"),
        (word_file(p("x" * MOST_UNPACKED)), "is too large"),
    ],
)  # fmt: skip
def test_a_hostile_word_file_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(CannotRun, match=said):
        markdown_of(content, "mail.docx")
