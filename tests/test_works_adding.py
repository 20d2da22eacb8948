"""Adding works to the bibliography: each once, in its place, and not a byte changed beside it. All works are invented."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools import adding
from briefing_tools.adding import with_entry
from briefing_tools.bibliography import read_bibliography
from briefing_tools.cli import main
from briefing_tools.source import Source
from casebook import write

RIS = """TY  - RPRT
AU  - Birch, Ada
TI  - Three rooms
PB  - Institute of Invented Studies
CY  - Northbridge
PY  - 2022
AB  - What is in it.
ER  -
"""
ENTRY = """@techreport{birch2022,
  author      = {Birch, Ada},
  title       = {Three rooms},
  institution = {Institute of Invented Studies},
  address     = {Northbridge},
  year        = {2022}
}
"""


def add(root: Path, text: str, *options: str) -> Result:
    """Run `briefings cite add` on a pasted file."""
    return CliRunner().invoke(main, ["cite", "add", "-", "--root", str(root), *options], input=text)


def bib(root: Path) -> bytes:
    return (root / "references.bib").read_bytes()


def test_a_work_goes_to_the_end_of_a_file_in_the_order_of_citation(project: Path) -> None:
    before = bib(project)
    done = add(project, RIS)
    assert done.exit_code == 0, done.output
    assert bib(project) == before + b"\n" + ENTRY.encode()
    assert done.stdout == (
        "Added 1 work to references.bib:\n"
        "  @birch2022  Birch, A., 'Three rooms'. 2022, Institute of Invented Studies: Northbridge.\n"
        "\n"
        "Not taken over, because references do not show it: abstract.\n"
    )


def test_a_file_is_named_like_any_other(project: Path) -> None:
    file = write(project, "export.ris", RIS)
    done = CliRunner().invoke(main, ["cite", "add", str(file), "--root", str(project)])
    assert done.exit_code == 0, done.output
    assert ENTRY.encode() in bib(project)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{new}"),
        ("% The one bibliography.\n", "% The one bibliography.\n\n{new}"),
        ("@misc{zebra2000, title={Z}}", "@misc{zebra2000, title={Z}}\n\n{new}"),
        ("@misc{zebra2000, title={Z}}\n", "@misc{zebra2000, title={Z}}\n\n{new}"),
        ("@misc{zebra2000, title={Z}}\n\n", "@misc{zebra2000, title={Z}}\n\n{new}"),
        # in alphabetical order: to its place
        ("@misc{ash, title={A}}\n\n@misc{zoo, title={Z}}\n", "@misc{ash, title={A}}\n\n{new}\n@misc{zoo, title={Z}}\n"),
        ("@misc{Cat, title={A}}\n\n@misc{zoo, title={Z}}\n", "{new}\n@misc{Cat, title={A}}\n\n@misc{zoo, title={Z}}\n"),
        ("@misc{ash, title={A}}\n\n@misc{bat, title={Z}}\n", "@misc{ash, title={A}}\n\n@misc{bat, title={Z}}\n\n{new}"),
        # a comment belongs to the entry below it, and one at the very top to the file
        (
            "% Head.\n\n@misc{ash, title={A}}\n\n% On Z.\n@misc{zoo, title={Z}}\n",
            "% Head.\n\n@misc{ash, title={A}}\n\n{new}\n% On Z.\n@misc{zoo, title={Z}}\n",
        ),
        ("% Head.\n@misc{cat, title={A}}\n@misc{zoo, title={Z}}", "% Head.\n{new}\n@misc{cat, title={A}}\n@misc{zoo, title={Z}}"),
        # not in order, or two entries in a line: to the end
        ("@misc{zoo, title={A}}\n\n@misc{cat, title={Z}}\n", "@misc{zoo, title={A}}\n\n@misc{cat, title={Z}}\n\n{new}"),
        ("@misc{ash, title={A}} @misc{zoo, title={Z}}\n", "@misc{ash, title={A}} @misc{zoo, title={Z}}\n\n{new}"),
        # line endings and the mark at the beginning stay
        ("@misc{ash, title={A}}\r\n\r\n@misc{zoo, title={Z}}\r\n", "@misc{ash, title={A}}\r\n\r\n{new}\r\n@misc{zoo, title={Z}}\r\n"),
        ("\ufeff@misc{cat, title={A}}\n\n@misc{zoo, title={Z}}\n", "\ufeff{new}\n@misc{cat, title={A}}\n\n@misc{zoo, title={Z}}\n"),
    ],
)  # fmt: skip
def test_where_an_entry_goes(project: Path, before: str, after: str) -> None:
    (project / "references.bib").write_bytes(before.encode())
    assert add(project, RIS).exit_code == 0
    ending = "\r\n" if "\r\n" in before else "\n"
    assert bib(project).decode() == after.replace("{new}", ENTRY.replace("\n", ending))


@given(
    st.lists(st.sampled_from(["ash", "birch2022a", "cat", "Zoo", "elm", "oak"]), unique=True),
    st.sampled_from(["\n", "\n\n", "\n% c\n"]),
)
def test_nothing_but_the_entry_is_new(keys: list[str], gap: str) -> None:
    """Taking the entry out again gives the old text, and a sorted file of two entries or more stays sorted."""
    before = gap.join(f"@misc{{{key}, title={{T {key}}}}}" for key in keys) + "\n"
    after = with_entry(before, "birch2022", ENTRY)
    assert len(after) >= len(before) + len(ENTRY)
    assert after.replace("\n" + ENTRY, "", 1) == before or after.replace(ENTRY + "\n", "", 1) == before
    read = [key.casefold() for key in read_bibliography(Source("a", after)).works]
    folded = [key.casefold() for key in keys]
    if len(keys) > 1 and folded == sorted(folded):
        assert read == sorted(read)
    else:
        assert read == [*folded, "birch2022"]


def test_works_that_are_there_are_not_added_again(project: Path) -> None:
    before = bib(project)
    again = """@article{x, author={Ash, Bert and Elm, Cora}, title={{Who Sits Where}}, journal={Other}, year={2020}}
    @report{y, author={{Invented Council of Westmarsh}}, title={Two years of one office}, year={2021}}"""
    done = add(project, again)
    assert done.exit_code == 0
    assert bib(project) == before
    assert done.stdout == (
        "Nothing to add to references.bib.\n"
        "\n"
        "There already, and not added again:\n"
        "  @ash2020  Ash, B. and C. Elm, 'Who Sits Where'. Other, 2020.\n"
        "  @hazel2021  Invented Council of Westmarsh, 'Two years of one office'. 2021.\n"
    )


def test_the_same_doi_is_the_same_work(project: Path) -> None:
    one = "TY  - JOUR\nAU  - Oak, D.\nTI  - {}\nPY  - 2020\nDO  - {}\nER  - \n"
    done = add(
        project, one.format("One title", "10.1234/AB") + one.format("Another title", "https://doi.org/10.1234/ab")
    )
    assert done.stdout.startswith("Added 1 work to references.bib:\n  @oak2020  ")
    assert "There already, and not added again:\n  @oak2020  " in done.stdout


def test_a_second_work_of_an_author_and_year_gets_a_letter(project: Path) -> None:
    one = "TY  - RPRT\nAU  - Rowan, A.\nTI  - {}\nPB  - I\nPY  - 2019\nER  - \n"
    add(project, one.format("Aside") + one.format("Beside"))
    assert list(read_bibliography(Source("a", bib(project).decode())).works)[-2:] == ["rowan2019b", "rowan2019c"]


def test_a_dry_run_changes_nothing(project: Path) -> None:
    before = bib(project)
    done = add(project, RIS, "--dry-run")
    assert bib(project) == before
    assert done.stdout.startswith("Would add 1 work to references.bib:\n  @birch2022  ")
    assert "      @techreport{birch2022,\n        author      = {Birch, Ada},\n" in done.stdout


def test_what_checks_say_of_a_new_entry_is_said_at_once(project: Path) -> None:
    done = add(project, "TY  - JOUR\nAU  - Oak, D.\nTI  - Rooms\nPY  - 2020\nER  - \n")
    assert done.exit_code == 0
    assert "error: The entry “oak2020” has no journal. [reference-missing-field]" in done.stderr
    assert "rowan2019" not in done.stderr


def test_json_says_the_same(project: Path) -> None:
    values = json.loads(add(project, RIS + "TY  - RPRT\nER  - \n", "--json").stdout)
    assert values["format"] == 1
    assert [one["key"] for one in values["added"]] == ["birch2022"]
    assert values["added"][0]["entry"] == ENTRY
    assert values["left_out"] == ["abstract"]
    assert values["problems"][0]["place"] == "standard input:9:1"


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_added(project: Path) -> None:
    done = add(project, RIS + "TY  - RPRT\nAU  - Nobody, A.\nER  - \n")
    assert done.exit_code == 1
    assert "Not added:\n  standard input:9:1: Record 2 has no title" in done.stdout
    assert ENTRY.encode() in bib(project)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "There is no work in standard input."),
        ("", "There is no work in standard input."),
        ("\xff".encode("latin-1"), "standard input:1:1: standard input is not saved as UTF-8"),
        ("TY  - RPRT\nTI  - a\x00b\n", "There is an invisible control character"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><xml/>', "This XML is not read. It declares a document type"),
    ],
)
def test_what_cannot_be_added_is_one_sentence(project: Path, text: str, said: str) -> None:
    before = bib(project)
    done = add(project, text)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert bib(project) == before


def test_a_file_that_is_not_there(project: Path) -> None:
    done = CliRunner().invoke(main, ["cite", "add", "no.ris", "--root", str(project)])
    assert done.exit_code == 2
    assert "There is no file no.ris." in done.stderr


def test_a_huge_file_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefing_tools.intake.MAX_BIBLIOGRAPHY", 1000)
    done = add(project, RIS + "N1  - " + "a" * 1000)
    assert done.exit_code == 2
    assert "standard input is larger than 1 KB." in done.stderr


def test_a_bibliography_with_an_open_entry_is_mended_first(project: Path) -> None:
    file = project / "references.bib"
    file.write_text(file.read_text("utf-8") + "\n@report{oak2020,\n  title = {Rooms\n", "utf-8")
    before = bib(project)
    done = add(project, RIS)
    assert done.exit_code == 2
    assert "is never closed" in done.stderr
    assert "nothing was added" in done.stderr
    assert bib(project) == before


def test_a_project_without_a_bibliography_gets_one(project: Path) -> None:
    (project / "references.bib").unlink()
    assert add(project, RIS).exit_code == 0
    assert bib(project) == ENTRY.encode()


def test_a_symbolic_link_is_not_followed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "real.bib"
    elsewhere.write_text("", "utf-8")
    (project / "references.bib").unlink()
    (project / "references.bib").symlink_to(elsewhere)
    assert add(project, RIS).exit_code == 2
    assert elsewhere.read_text("utf-8") == ""


def test_the_file_is_replaced_whole_or_not_at_all(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bib(project)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", fail)
    done = add(project, RIS)
    assert done.exit_code == 2
    assert "references.bib cannot be written." in done.stderr
    assert bib(project) == before
    assert sorted(path.name for path in project.iterdir() if path.name.startswith(".references")) == []


def test_the_file_keeps_its_permissions(project: Path) -> None:
    (project / "references.bib").chmod(0o640)
    add(project, RIS)
    assert stat.S_IMODE((project / "references.bib").stat().st_mode) == 0o640


def test_markup_in_a_title_is_characters(project: Path) -> None:
    add(
        project,
        "TY  - RPRT\nAU  - Oak, D.\nTI  - <script>alert(1)</script> in {braces} & 50% of <i>rooms</i>_\nPY  - 2020\nER  - \n",
    )
    written = bib(project).decode()
    assert "<script" not in written
    (work,) = [one for one in read_bibliography(Source("a", written)).works.values() if one.key == "oak2020"]
    assert work.fields["title"] == "<script>alert(1)</script> in {braces} & 50% of rooms_"


@given(st.text(min_size=1, max_size=60), st.text(max_size=40), st.text(max_size=20))
def test_whatever_comes_in_reads_back(title: str, author: str, publisher: str) -> None:
    """The proof in `addition` holds for every text: no entry can break the file, or hide in another."""
    from briefing_tools.exchange import read_foreign

    item = [{"id": "a", "type": "report", "title": title, "author": [{"literal": author}], "publisher": publisher}]
    brought = read_foreign(Source("a", json.dumps(item)))
    assert brought
    made = adding.addition(Path("/nonexistent"), "references.bib", [brought])
    assert len(made.added) == len(brought.works)
