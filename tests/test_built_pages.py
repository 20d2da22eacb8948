"""The check of built pages: what is wrong in a folder of HTML is found at its line and column, and nothing else is."""

import json
import zipfile
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing_tools.builtpages import BUILT_RULES, look, read_built
from briefing_tools.builtpages.reading import read_html
from briefing_tools.cli import main
from briefing_tools.pdf import broken_links
from casebook import write
from everything import everything


def site(root: Path, **pages: str) -> Path:
    """A built folder: a front page that leads to every other one, and `pages`, by folder."""
    ways = "".join(f'<a href="{name}/">{name}</a>' for name in pages)
    write(root, "index.html", f"<html><body>{ways}</body></html>")
    for name, text in pages.items():
        write(root, f"{name}/index.html", text)
    return root


def found(root: Path, address: str = "") -> list[tuple[str, str, str]]:
    """What is wrong: rule, place within the folder, and what to do."""
    return [
        (one.rule, str(one.problem.span).removeprefix(f"{root.as_posix()}/"), one.problem.hint)
        for one in look(read_built(root, address))
    ]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["links", "check", *(str(word) for word in words)])


@pytest.mark.parametrize(
    ("text", "rule", "column", "hint"),
    [
        ('<a href="../b/">x</a>', "", 0, ""),
        ('<a href="../b">x</a>', "", 0, ""),
        ('<a href="../b/index.html#part">x</a>', "", 0, ""),
        ('<a href="../b/?q=1#part">x</a>', "", 0, ""),
        ('<a href="#top">x</a>', "", 0, ""),
        ('<a href="#">x</a>', "", 0, ""),
        ('<a href="../b/#:~:text=words">x</a>', "", 0, ""),
        ('<a href="../b/#f%C3%BCr">x</a>', "", 0, ""),
        ('<a href="../pictures/caf%C3%A9.png">x</a>', "", 0, ""),
        ('<a href="https://www.example.org/">x</a><a href="mailto:a@example.org">x</a><a href="//x/">x</a>', "", 0, ""),
        ("<!-- <a href='gone/'>x</a> --><script>var x = '<a href=\"gone/\">'</script>", "", 0, ""),
        ('<p>He wrote href="gone/" in words.</p>', "", 0, ""),
        ('<a href="../gone/">x</a>', "link-built-missing", 10, "Look at the theme"),
        ('<a href="../bb/">x</a>', "link-built-missing", 10, "Did you mean b/?"),
        ("<img src=../gone.png>", "link-built-missing", 10, "Look at the theme"),
        ('<img srcset="../pictures/a.png 1x, ../gone.png 2x">', "link-built-missing", 36, "Look at the theme"),
        ('<video poster="../gone.png"></video>', "link-built-missing", 16, "Look at the theme"),
        ('<A HREF = "../gone/">x</A>', "link-built-missing", 12, "Look at the theme"),
        ('<link rel="stylesheet" href="../gone.css">', "link-built-missing", 30, "Look at the theme"),
        ('<script src="../gone.js"></script>', "link-built-missing", 14, "Look at the theme"),
        ('<form action="../gone/"></form>', "link-built-missing", 15, "Look at the theme"),
        ('<a href="../B/">x</a>', "link-built-spelling", 10, "Capitals count"),
        ('<img src="../pictures/A.png">', "link-built-spelling", 11, "Capitals count"),
        ('<img src="../pictures/cafe%CC%81.png">', "link-built-spelling", 11, "Capitals count"),
        ('<a href="../b/#prat">x</a>', "link-built-anchor", 10, "Did you mean #part?"),
        ('<a href="#nothing">x</a>', "link-built-anchor", 10, "Look for the id"),
        ('<a href="../b/#Part">x</a>', "link-built-anchor", 10, "Look for the id"),
        ('<i id="two"></i><b id="two"></b>', "link-built-twice", 24, "Give one of them"),
        ('<a href="../pictures/a b.png">x</a>', "link-built-coding", 10, "Write %20"),
        ('<a href="../pictures/100%.png">x</a>', "link-built-coding", 10, "Write %20"),
    ],
)
def test_what_is_wrong_on_a_page(text: str, rule: str, column: int, hint: str, tmp_path: Path) -> None:
    root = site(tmp_path, a=f"<html>\n{text}</html>", b='<h2 id="part">Part</h2><a name="für"></a>')
    for name in ("a.png", "café.png", "a b.png", "100%.png"):
        write(root, f"pictures/{name}", "")
    said = found(root)
    assert [(one, place) for one, place, _ in said] == ([(rule, f"a/index.html:2:{column}")] if rule else [])
    assert all(words.startswith(hint) for *_, words in said)


def test_a_page_that_no_way_leads_to(tmp_path: Path) -> None:
    root = site(tmp_path, a='<a href="../b/">x</a>')
    for name in ("b", "lost", "lost/too"):
        write(root, f"{name}/index.html", '<a href="../lost/too/">x</a><a href="too/">x</a>' if name == "lost" else "")
    write(root, "404.html", "")
    assert [(rule, place) for rule, place, _ in found(root)] == [
        ("link-built-orphan", "lost/index.html:1:1"),
        ("link-built-orphan", "lost/too/index.html:1:1"),
    ]


def test_pages_that_are_published_below_an_address(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        a='<a href="/briefings/b/">x</a><a href="https://www.example.org/briefings/c/">x</a><a href="/other/">x</a>',
    )
    write(root, "b/index.html", "")
    assert [(rule, place) for rule, place, _ in found(root, "https://www.example.org/briefings/")] == [
        ("link-built-missing", "a/index.html:1:39")
    ]


def test_documents_to_download(tmp_path: Path) -> None:
    root = site(tmp_path)
    with zipfile.ZipFile(root / "a.epub", "w") as archive:
        archive.writestr(
            "EPUB/one.xhtml", '<a href="two.xhtml#part">x</a><a href="two.xhtml#gone">x</a><a href="gone.xhtml">x</a>'
        )
        archive.writestr(
            "EPUB/two.xhtml", '<h2 id="part">Part</h2><a href="#part">x</a><a href="https://example.org">x</a>'
        )
    document = pikepdf.new()
    document.add_blank_page()
    goal = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    names = pikepdf.NameTree.new(document)
    names["here"] = goal
    document.Root.Names = pikepdf.Dictionary(Dests=names.obj)
    notes = [
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], **more)
        for more in (
            {"Dest": pikepdf.String("here")},
            {"Dest": pikepdf.String("gone")},
            {"A": pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.String("here"))},
            {"A": pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=goal)},
            {"A": pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org"))},
        )
    ]
    document.pages[0].Annots = pikepdf.Array(notes)
    document.save(root / "a.pdf")
    (root / "b.pdf").write_bytes(b"no PDF")
    said = [(one.problem.span.path.rpartition("/")[2], one.problem.message) for one in look(read_built(root))]
    assert said == [
        ("a.epub", "A link in EPUB/one.xhtml leads to “gone.xhtml”, which the document does not have."),
        ("a.epub", "A link in EPUB/one.xhtml leads to “two.xhtml#gone”, which the document does not have."),
        ("a.pdf", "A link in page 1 leads to “gone”, which the document does not have."),
        ("b.pdf", "The document cannot be opened."),
    ]
    assert broken_links(b"") is None


def test_what_we_build_is_sound(tmp_path: Path) -> None:
    """Pages, PDFs and EPUBs of a project with everything: every link of them leads somewhere."""
    root = everything(tmp_path / "project")
    config = (root / "mkdocs.yml").read_text("utf-8").rstrip()
    write(
        root,
        "mkdocs.yml",
        f"{config}:\n      editions: pdf, large-print, giant, epub\n" if config.endswith("briefings") else config,
    )
    built = CliRunner().invoke(main, ["build", "--root", str(root), "--site-dir", str(tmp_path / "site")])
    assert built.exit_code == 0, built.output
    result = run("--root", root, "--built", tmp_path / "site")
    assert (result.exit_code, result.stdout.split("\n")[0]) == (0, "Nothing to report."), result.stdout
    assert list((tmp_path / "site").rglob("*.epub"))


def test_formats_and_exit_codes(tmp_path: Path) -> None:
    root = site(tmp_path / "site", a='<a href="../gone/">x</a>')
    assert run("--built", root).exit_code == 1
    assert "1 |" in run("--built", root).stdout, "with the line"
    values = json.loads(run("--built", root, "--json").stdout)
    assert [(one["rule"], one["start"]) for one in values["findings"]] == [
        ("link-built-missing", {"line": 1, "column": 10})
    ]
    rules = json.loads(run("--built", root, "--format", "sarif").stdout)["runs"][0]["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == ["link-built-missing"]
    assert run("--built", root, "--format", "github").stdout.startswith("::error file=")
    assert json.loads(run("--built", root, "--format", "gitlab").stdout)[0]["check_name"] == "link-built-missing"
    for words, said in (
        (["--built", tmp_path / "none"], "There is no folder"),
        (["--built", tmp_path], ""),
        (["--built", root, "--online"], "looks at a built folder only"),
    ):
        result = run(*words)
        assert said in result.output
    (tmp_path / "empty").mkdir()
    assert run("--built", tmp_path / "empty").exit_code == 2


def test_every_rule_is_explained() -> None:
    for rule in BUILT_RULES:
        result = CliRunner().invoke(main, ["explain", rule.code])
        assert (result.exit_code, rule.title in result.output, "Right:" in result.output) == (0, True, True)


@settings(max_examples=200, deadline=2000)
@given(st.text(alphabet="<>\"'= /abhrefsidc!-\n", max_size=300))
def test_no_text_stops_it(text: str) -> None:
    read_html("a.html", text)


@pytest.mark.parametrize(
    "text", ["<a " * 50_000, '<a href="' * 50_000, "<!--" * 50_000, "<script>" * 50_000, "<a href='x' " * 20_000]
)
def test_hostile_pages_are_read_in_time(text: str) -> None:
    read_html("a.html", text)
