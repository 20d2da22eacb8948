"""The command line, with good input and bad: the right exit code, plain sentences, and never a traceback."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools.builtpages import BUILT_RULES
from briefing_tools.cli import checking, main
from briefing_tools.rules import RULES
from casebook import Fence, as_nobody, change, drop_rights, lay_out, write

ROOT = Path(__file__).parents[1]
BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SENTENCE = "Joint teams have one manager."


def briefings(*words: str | Path) -> Result:
    """Run the command. Whatever happens, it does not end in a traceback."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1, 2)
    return result


def check(root: Path, *words: str | Path) -> Result:
    return briefings("check", *words, "--root", root)


def findings(result: Result) -> list[tuple[str, str, int]]:
    """Rule, path and line of everything that `--format json` reports."""
    found = json.loads(result.stdout)
    assert found["format"] == 1
    return [(one["rule"], one["path"], one["start"]["line"]) for one in found["findings"]]


# -- What stops a command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said", "hint"),
    [
        (None, "There is no mkdocs.yml in", "--root FOLDER"),
        ("", "There is no folder docs", "docs_dir: briefings"),
        ("- briefings\n", "There is no folder docs", ""),
        ("docs_dir: briefings\n", "does not name the plugin briefings", "plugins:\n    - briefings"),
        (
            "docs_dir: briefings\nplugins:\n  - search\n",
            "does not name the plugin briefings",
            "plugins:\n    - briefings",
        ),
        ("plugins: [briefings\n", "mkdocs.yml:", ""),
        ("plugins:\n\t- briefings\n", "mkdocs.yml:2:", ""),
        ("docs_dir: texts\nplugins:\n  - briefings\n", "There is no folder texts", "docs_dir: briefings"),
        ("docs_dir: ../..\nplugins:\n  - briefings\n", "There is no folder ../..", "docs_dir: briefings"),
        ("docs_dir: /etc\nplugins:\n  - briefings\n", "There is no folder /etc", "docs_dir: briefings"),
        ("docs_dir: briefings\nplugins:\n  - briefings:\n      stile: apa\n", "has no setting “stile”", "bibliography"),
        (
            "docs_dir: briefings\nplugins:\n  - briefings:\n      style: apa\n",
            "“apa” is not a value of style",
            "harvard",
        ),
        ("docs_dir: briefings\nplugins:\n  - briefings:\n      fail_on: never\n", "“never” is not a value", "warning"),
    ],
)
def test_settings_that_stop_everything(project: Path, settings: str | None, said: str, hint: str) -> None:
    if settings is None:
        (project / "mkdocs.yml").unlink()
    else:
        write(project, "mkdocs.yml", settings)
    result = check(project)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert hint in result.stderr
    for jargon in ("YAML", "yaml", "Python", "Error", "block", "token", "scalar"):
        assert jargon not in result.stderr


def test_settings_in_another_encoding(project: Path) -> None:
    (project / "mkdocs.yml").write_bytes("site_name: caf\xe9\n".encode("latin-1"))
    result = check(project)
    assert (result.exit_code, "not saved as UTF-8" in result.stderr) == (2, True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = check(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "There is no folder" in result.stderr


def test_no_briefing_yet(project: Path) -> None:
    for path in sorted((project / "briefings").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    result = check(project)
    assert result.exit_code == 2
    assert "There is no briefing in the folder briefings." in result.stderr
    assert "briefings/01-its-title/index.md" in result.stderr


def test_settings_of_mkdocs_with_tags_are_let_be(project: Path) -> None:
    """MkDocs's own settings may name functions and environment variables; they are none of our business."""
    text = (project / "mkdocs.yml").read_text("utf-8")
    extra = "extra:\n  key: !ENV KEY\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/name:str.lower\n"
    write(project, "mkdocs.yml", text + extra)
    assert check(project).exit_code == 0


# -- Bad content -------------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[list[Fence], str, str, int]] = {
    "an empty briefing": ([Fence("file", BRIEFING, "")], "briefing-empty", BRIEFING, 1),
    "fields that are not closed": ([change(UPDATE, "moderated_on: 2026-03-09\n---", "moderated_on: 2026-03-09")], "text-front-matter-open", UPDATE, 1),
    "two briefings with one number": ([Fence("file", "briefings/02-more/index.md", "---\nnumber: 1\n---\n")], "briefing-number-twice", "briefings/02-more/index.md", 2),
    "a section that is unknown": ([change(UPDATE, "section: offices", "section: ofices")], "update-unknown-section", UPDATE, 5),
    "a site that is unknown": ([change(UPDATE, "site: northbridge", "site: elsewhere")], "update-unknown-site", UPDATE, 2),
    "a key that is unknown": ([change(BRIEFING, SENTENCE, "Teams [@rowan2018].")], "cite-unknown-key", BRIEFING, 34),
    "a locator without its number": ([change(BRIEFING, SENTENCE, "Teams [@rowan2019, p.].")], "cite-malformed-locator", BRIEFING, 34),
    "a broken entry": ([Fence("add", "references.bib", "@misc{elm2022,\n  title = {One\n  year = {2022}\n}\n")], "reference-unclosed", "references.bib", 25),
    "a key used twice": ([Fence("add", "references.bib", "@misc{ash2020,\n  title = {One}\n}\n")], "reference-duplicate-key", "references.bib", 25),
    "a picture that is missing": ([change(BRIEFING, SENTENCE, "![Levels](levels.png)")], "link-missing-picture", BRIEFING, 34),
    "an anchor that is missing": ([change(BRIEFING, SENTENCE, "See [teams](#taems).")], "link-missing-anchor", BRIEFING, 34),
    "another encoding": ([Fence("bytes", "briefings/a.md", r"a\nb\xff")], "text-not-utf8", "briefings/a.md", 2),
    "a NUL character": ([Fence("bytes", "briefings/a.md", r"a\nb\x00")], "text-control-character", "briefings/a.md", 2),
    "a symbolic link to a file": ([Fence("symlink", "briefings/a.md", "/etc/passwd")], "text-symbolic-link", "briefings/a.md", 1),
    "a symbolic link to a folder": ([Fence("symlink", "briefings/a", "/etc")], "text-symbolic-link", "briefings/a", 1),
    "a symbolic link in a circle": ([Fence("symlink", "briefings/a", ".")], "text-symbolic-link", "briefings/a", 1),
    "a symbolic link for the bibliography": ([Fence("delete", "references.bib", ""), Fence("symlink", "references.bib", "/etc/passwd")], "text-symbolic-link", "references.bib", 1),
    "an id given twice": ([change(BRIEFING, "### Joint teams {#teams}", "### Joint teams {#offices}")], "briefing-id-twice", BRIEFING, 32),
    "a published id that changed": ([Fence("file", "briefings/anchors.lock", f'["{BRIEFING}"]\nids = ["team"]\n')], "link-anchor-gone", BRIEFING, 32),
    "31 February": ([change(UPDATE, "date: 5 March 2026", "date: 31 February 2026")], "update-bad-date", UPDATE, 4),
    "a bomb of aliases": ([change(UPDATE, "licence: OGL-UK-3.0", "licence: OGL-UK-3.0\nperiod: &a [x]\noutcomes: [*a, *a]")], "text-shared-value", UPDATE, 8),
    "a folder called index.md": ([Fence("folder", "briefings/02-more/index.md", "")], "text-not-a-file", "briefings/02-more/index.md", 1),
    "a named pipe": ([Fence("fifo", "briefings/a.md", "")], "text-not-a-file", "briefings/a.md", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_content_is_a_finding_with_its_line(name: str, tmp_path: Path) -> None:
    fences, rule, path, line = BAD[name]
    root = lay_out(tmp_path, *fences)
    result = check(root, "--format", "json")
    assert result.exit_code == 1
    assert (rule, path, line) in findings(result)
    text = check(root)
    assert text.exit_code == 1
    assert f"[{rule}]\n  --> {path}:{line}:" in text.stdout


def test_the_other_entries_survive_a_broken_one(tmp_path: Path) -> None:
    broken = "@misc{elm2022,\n  title = {One\n  year = {2022}\n}\n@misc{oak2023,\n  author = {Oak, D.},\n  title = {Two},\n  year = {2023}\n}\n"
    root = lay_out(tmp_path, Fence("add", "references.bib", broken))
    result = briefings("references", "--root", root, "--json")
    assert result.exit_code == 1
    keys = [one["key"] for one in json.loads(result.stdout)["references"]]
    assert keys == ["rowan2019", "ash2020", "hazel2021", "elm2022", "oak2023"]


def test_a_text_of_twenty_megabytes_is_refused_unread(project: Path) -> None:
    for name in ("large.md", "large.png"):
        with (project / "briefings" / name).open("wb") as file:
            file.truncate(20 * 1024 * 1024)
    result = check(project)
    assert result.exit_code == 1
    assert "briefings/large.md is 20.0 MB large; a file of this kind may be at most 256 KB." in result.stdout
    assert "briefings/large.png is 20.0 MB large; a file of this kind may be at most 10.0 MB." in result.stdout


def test_file_names_of_any_bytes(project: Path) -> None:
    """File systems take any bytes; what cannot be shown is shown as a question mark, and no line can be forged."""
    folder = os.fsencode(project / "briefings")
    for name in (b"caf\xe9.md", b"a\n::error::forged.md", b"\x1b[31mred.md", "\u202egnp.md".encode()):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"Text")
    for words in ([], ["--format", "json"], ["--format", "github"], ["--format", "gitlab"], ["--format", "sarif"]):
        result = check(project, *words)
        assert result.exit_code == 1
        assert result.output.count("text-file-name") >= 4
        assert "\n::error::forged" not in result.output
        assert "\x1b" not in result.output
        assert "\u202e" not in result.output


@pytest.mark.parametrize(
    "fields",
    [
        'title: ["a\\n::error::forged"]\n"x\\n::error::forged": 1\n',
        "title:\n  - |\n    a\n    ::error::forged\n",
        "title: |\n  a\n  ::error::forged\nsection: |\n  a\n  ::error::forged\n",
        "? |\n  a\n  ::error::forged\n: b\n",
        "outcomes:\n  - a: |\n      b\n      ::error::forged\n",
    ],
)
def test_a_value_cannot_forge_a_line_of_the_report(fields: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path, Fence("file", UPDATE, f"---\n{fields}---\nText"))
    for words in ([], ["--format", "github"]):
        for line in check(root, *words).stdout.splitlines():
            assert not line.strip().startswith("::error::")


@pytest.mark.parametrize("locked", [UPDATE, BRIEFING, "references.bib", "briefings/01-shared-offices/updates"])
def test_what_nobody_may_read(locked: str) -> None:
    with as_nobody() as folder:
        root = lay_out(folder)
        (root / locked).chmod(0)
        drop_rights()
        result = check(root)
    assert result.exit_code == 1
    assert f"{locked} cannot be opened. [text-not-a-file]" in result.stdout


def test_a_file_that_nobody_may_read() -> None:
    with as_nobody() as folder:
        file = write(folder, "works.bib", "")
        file.chmod(0)
        drop_rights()
        for words in (["references", file], ["citations", file]):
            result = briefings(*words)
            assert result.exit_code == 2
            assert "cannot be opened" in result.stderr


def test_a_build_with_an_error_writes_nothing(tmp_path: Path) -> None:
    root = lay_out(tmp_path, change(BRIEFING, SENTENCE, "Teams [@rowan2018]."))
    result = briefings("build", "--root", root)
    assert result.exit_code == 1
    assert "Nothing was built." in result.stderr
    assert "Did you mean @rowan2019 (Sharing an Office)?" in result.stderr
    assert not (root / "site").exists()


def test_a_strict_build_fails_on_warnings(tmp_path: Path) -> None:
    root = lay_out(tmp_path, change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"))
    result = briefings("build", "--strict", "--root", root)
    assert result.exit_code == 1
    assert "[briefing-id-missing]" in result.stderr
    assert not (root / "site").exists()


# -- Which findings, and how they are printed --------------------------------------------------------------------------


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Something wrong in the briefing, in an update, and in the bibliography."""
    return lay_out(
        tmp_path / "project",
        change(BRIEFING, SENTENCE, "Teams [@rowan2018] say 100%: see [here](https://www.example.org/)."),
        change(UPDATE, "section: offices", "section: ofices"),
        Fence("add", "references.bib", "@misc{elm2022, author = {Elm, C.}, title = {One}, year = {2022}}\n"),
    )


def test_severities_decide_the_exit_code(tmp_path: Path) -> None:
    note = lay_out(tmp_path / "note", change(BRIEFING, SENTENCE, "See [here](https://www.example.org/)."))
    warning = lay_out(tmp_path / "warning", change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"))
    error = lay_out(tmp_path / "error", change(BRIEFING, SENTENCE, "Teams [@rowan2018]."))
    codes = [
        [check(root, *words).exit_code for words in ([], ["--fail-on", "warning"], ["--fail-on", "note"])]
        for root in (note, warning, error)
    ]
    assert codes == [[0, 0, 1], [0, 1, 1], [1, 1, 1]]


def test_the_project_decides_what_fails(tmp_path: Path) -> None:
    root = lay_out(
        tmp_path,
        change("mkdocs.yml", "  - briefings", "  - briefings:\n      fail_on: warning"),
        change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"),
    )
    assert check(root).exit_code == 1
    assert check(root, "--fail-on", "error").exit_code == 0


def test_only_the_paths_asked_for(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = findings(check(faulty, "--format", "json"))
    assert {path for _, path, _ in everything} == {BRIEFING, UPDATE, "references.bib"}
    for words, expected in (
        ([faulty / UPDATE], {UPDATE}),
        ([faulty / "briefings"], {BRIEFING, UPDATE}),
        ([faulty / "briefings/01-shared-offices/updates", faulty / "references.bib"], {UPDATE, "references.bib"}),
        ([faulty / "briefings/glossary.yml"], set()),
        ([UPDATE], {UPDATE}),
    ):
        result = check(faulty, *words, "--format", "json")
        assert {path for _, path, _ in findings(result)} == expected
        assert result.exit_code == (1 if expected else 0)
    monkeypatch.chdir(faulty / "briefings/01-shared-offices")
    assert {path for _, path, _ in findings(check(faulty, "index.md", "--format", "json"))} == {BRIEFING}
    assert {path for _, path, _ in findings(check(faulty, ".", "--format", "json"))} == {BRIEFING, UPDATE}


def test_a_long_check_says_how_long(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the error stream, so that a report in JSON stays one."""
    assert check(project, "--format", "json").stderr == ""
    monkeypatch.setattr(checking, "LONG", 0.0)
    result = check(project, "--format", "json")
    assert re.fullmatch(r"1 briefing and 1 update checked in \d+ seconds\n", result.stderr)
    assert json.loads(result.stdout)["findings"] == []


def test_a_path_that_is_not_there(project: Path) -> None:
    result = check(project, "nowhere.md")
    assert result.exit_code == 2
    assert "There is no file or folder nowhere.md." in result.stderr


def _git(root: Path, *words: str) -> None:
    identity = ["-c", "user.name=Invented", "-c", "user.email=invented@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *words], check=True, capture_output=True)


def test_only_what_changed_since_a_commit(faulty: Path) -> None:
    assert check(faulty, "--base", "main").exit_code == 2
    _git(faulty, "init", "-q", "-b", "main")
    _git(faulty, "add", ".")
    _git(faulty, "rm", "-q", "--cached", UPDATE)
    _git(faulty, "commit", "-q", "-m", "Base")
    _git(faulty, "switch", "-q", "-c", "proposal")
    result = check(faulty, "--base", "main", "--format", "json")
    assert {path for _, path, _ in findings(result)} == {UPDATE}, "git does not know it yet, and it counts"
    _git(faulty, "add", UPDATE)
    _git(faulty, "commit", "-q", "-m", "Proposal")
    result = check(faulty, "--base", "main", "--format", "json")
    assert result.exit_code == 1
    assert {path for _, path, _ in findings(result)} == {UPDATE}
    assert re.match(
        r"\d+ errors? (?:is|are) not shown, in files that did not change. All of them: briefings check\n", result.stderr
    )
    assert check(faulty, "--base", "HEAD", "--format", "json").exit_code == 0
    for wrong in ("nobranch", "--output=x", "-h"):
        result = check(faulty, "--base", wrong)
        assert result.exit_code == 2
        assert f"git knows no commit or branch “{wrong}” here." in result.stderr


def test_errors_elsewhere_that_a_change_causes(project: Path) -> None:
    """A work that another file cites is taken away: the change is told, though it did not touch that file."""
    briefing = project / BRIEFING
    write(project, BRIEFING, briefing.read_text("utf-8") + "\n## Old {#old}\n\nSaid before [@nobody1999].\n")
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-q", "-m", "Base")
    _git(project, "switch", "-q", "-c", "proposal")
    text = (project / "references.bib").read_text("utf-8")
    write(project, "references.bib", text.replace("{rowan2019,", "{rowan2020,"))
    result = check(project, "--base", "main", "--format", "json")
    assert result.exit_code == 1
    told = [one for one in findings(result) if one[1] != "references.bib"]
    assert {(rule, path) for rule, path, _ in told} == {("cite-unknown-key", BRIEFING)}
    assert "nobody1999" not in result.stdout, "that was wrong before"
    known, hidden = result.stderr.splitlines()
    assert re.match(rf"\d errors? stands? in files that did not change, because of what did: {BRIEFING}$", known)
    assert hidden == "1 error is not shown, in files that did not change. All of them: briefings check"
    _git(project, "commit", "-q", "-a", "-m", "Proposal")
    head = check(project, "--base", "main", "--head", "proposal", "--format", "json")
    assert findings(head) == findings(result)
    _git(project, "switch", "-q", "main")
    write(project, "references.bib", text + "\n% more\n")
    assert check(project, "--base", "main", "--format", "json").exit_code == 0


def test_findings_as_json(faulty: Path) -> None:
    result = check(faulty, "--format", "json")
    report = json.loads(result.stdout)
    assert set(report) == {"format", "findings", "summary"}
    assert report["summary"] == {"errors": 2, "warnings": 1, "notes": 1}
    (cited,) = [one for one in report["findings"] if one["rule"] == "cite-unknown-key"]
    assert cited == {
        "rule": "cite-unknown-key",
        "severity": "error",
        "message": "No reference has the key “rowan2018”.",
        "hint": "Did you mean @rowan2019 (Sharing an Office)?",
        "path": BRIEFING,
        "start": {"line": 34, "column": 8},
        "end": {"line": 34, "column": 18},
        "related": [],
    }


def test_findings_on_github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most serious first, ten of a kind, the whole list in the summary; nothing in a text can forge a command."""
    sentences = " ".join(f"Item {n}, 100%: [@unknown{n}]." for n in range(14))
    root = lay_out(
        tmp_path / "project",
        change(BRIEFING, SENTENCE, f"{sentences} See [here](https://www.example.org/)."),
        change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"),
        change(UPDATE, "section: offices", "section: a%0A, b"),
    )
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = check(root, "--format", "github")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    kinds = [line.split(" ")[0] for line in lines if line.startswith("::")]
    assert kinds == ["::error"] * 10 + ["::warning", "::notice"]
    assert lines[10] == "… and 5 more errors; all are in the summary of this step."
    assert lines[0] == (
        f"::error file={BRIEFING},line=34,col=16,endLine=34,endColumn=25,title=cite-unknown-key"
        "::No reference has the key “unknown0”. Add the work to references.bib, or write \\@ for an at sign that is "
        "not a citation."
    )
    assert lines[-1] == "15 errors, 1 warning, 1 note"
    whole = summary.read_text("utf-8")
    assert whole.count("[cite-unknown-key]") == 14
    assert "a%0A, b" in whole
    assert whole.startswith("```\n")
    assert whole.endswith("\n```\n")


def test_text_on_github_is_escaped(tmp_path: Path) -> None:
    root = lay_out(tmp_path, change(UPDATE, "section: offices", "section: a%0A::b, c"))
    (line,) = [line for line in check(root, "--format", "github").stdout.splitlines() if line.startswith("::")]
    assert "called “a%250A::b, c”" in line


def test_findings_on_gitlab(faulty: Path) -> None:
    report = json.loads(check(faulty, "--format", "gitlab").stdout)
    assert [one["severity"] for one in report] == ["major", "info", "major", "minor"]
    assert len({one["fingerprint"] for one in report}) == 4
    assert report[0]["location"] == {"path": BRIEFING, "lines": {"begin": 34}}
    assert report[0]["check_name"] == "cite-unknown-key"
    assert report[0]["description"].startswith("No reference has the key “rowan2018”.")


def test_findings_as_sarif(faulty: Path) -> None:
    """The properties that SARIF 2.1.0 requires, and those that code scanners need (sections 3.13 to 3.30)."""
    write(faulty, "briefings/Odd name.md", "Text")
    log = json.loads(check(faulty, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "briefing-tools"
    rules = {one["id"]: one for one in driver["rules"]}
    assert len(rules) == len(driver["rules"])
    assert len(run["results"]) == 5
    for result in run["results"]:
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert rules[result["ruleId"]]["shortDescription"]["text"].endswith(".")
        assert rules[result["ruleId"]]["help"]["markdown"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert all(region[name] >= 1 for name in ("startLine", "startColumn", "endLine", "endColumn"))
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert not set(uri) & set(' <>"')
    assert run["columnKind"] == "unicodeCodePoints"
    assert any(
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "briefings/Odd%20name.md"
        for one in run["results"]
    )


def test_every_format_is_silent_about_nothing(project: Path) -> None:
    assert check(project).stdout == "Nothing to report.\n"
    assert json.loads(check(project, "--format", "json").stdout)["findings"] == []
    assert check(project, "--format", "github").stdout == "Nothing to report.\n"
    assert json.loads(check(project, "--format", "gitlab").stdout) == []
    assert json.loads(check(project, "--format", "sarif").stdout)["runs"][0]["results"] == []


# -- Explain -----------------------------------------------------------------------------------------------------------


def test_explain_lists_every_check() -> None:
    lines = briefings("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.code for rule in (*RULES, *BUILT_RULES)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_explain_shows_the_manual(rule: object) -> None:
    shown = briefings("explain", rule.code).stdout
    assert shown.startswith(f"{rule.code} ({rule.severity})")
    assert "Wrong:" in shown
    assert "Right:" in shown


def test_explain_suggests() -> None:
    result = briefings("explain", "cite-unkown-key")
    assert result.exit_code == 2
    assert "Did you mean “cite-unknown-key”?" in result.stderr
    assert "briefings explain" in briefings("explain", "xyz").stderr


# -- The first briefing ------------------------------------------------------------------------------------------------


def test_the_project_itself_has_no_errors() -> None:
    result = check(ROOT, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["warnings"] == 0


def test_citations_of_a_file() -> None:
    path = ROOT / "briefings/07-integrated-working/index.md"
    result = briefings("citations", path, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["format"] == 1
    (file,) = found["files"]
    assert file["path"] == str(path)
    assert 38 <= len(file["citations"]) <= 42
    first = file["citations"][0]
    assert set(first) == {"line", "column", "narrative", "items"}
    assert first["items"] == [
        {"key": "munro2011", "prefix": "", "label": "page", "locator": "58", "suffix": "", "mode": "normal"}
    ]
    text = path.read_text("utf-8").split("\n")
    for one in file["citations"]:
        assert text[one["line"] - 1][one["column"] - 1] in "[@"
    assert [one["items"][0]["key"] for one in file["citations"] if one["narrative"]] == ["horwath2007"]
    shown = briefings("citations", path).stdout.splitlines()
    assert len(shown) == len(file["citations"])
    assert shown[0] == f"{path}:{first['line']}:{first['column']}: munro2011, page 58"


def test_citations_of_files_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "good.md", "Text [@a].")
    for name, said in (("nowhere.md", "There is no file"), (".", "There is no file")):
        result = briefings("citations", tmp_path / "good.md", tmp_path / name)
        assert result.exit_code == 2
        assert said in result.stderr
    (tmp_path / "bad.md").write_bytes(b"a\xff")
    result = briefings("citations", tmp_path / "bad.md")
    assert result.exit_code == 2
    assert "bad.md:1:2: " in result.stderr


ORIGINAL = [
    "munro2011", "lloyd2011", "casey2012", "cameron2012", "dh2010", "staite2011", "horwath2007", "oliver2010",
    "nhscb2012", "humphries2012", "diggins2011", "golden2011", "scie2012", "roscoe2012", "sainsbury2011",
    "dh2011", "singh2008", "scie2004", "bhaumik2011",
]  # fmt: skip
"""The references of the printed briefing, in its order (domain facts; the corrected mis-citation changes 11 to 13)."""


@pytest.fixture(scope="module")
def seven() -> dict[str, object]:
    os.environ["SOURCE_DATE_EPOCH"] = "1795521600"
    return json.loads(briefings("show", "7", "--json", "--root", ROOT).stdout)


def test_the_plan_of_briefing_7(seven: dict) -> None:
    assert (seven["number"], seven["title"], seven["status"], seven["edition"]) == (
        7,
        "Integrated working",
        "live",
        "1.0",
    )
    assert [section["role"] for section in seven["sections"] if section["role"]] == [
        "issue", "policy", "activity", "key-messages",
    ]  # fmt: skip
    assert 38 <= len(seven["citations"]) <= 42
    assert len(seven["signposts"]) == 6
    assert sum(len(box["links"]) for box in seven["signposts"]) == 13
    assert [note["number"] for note in seven["notes"]] == list(range(1, 14))
    assert len({note["url"] for note in seven["notes"]}) == 12
    assert len(seven["key_messages"]) == 5
    assert [(one["site"], one["section"], one["status"]) for one in seven["updates"]] == [
        ("devon", "mash", "published")
    ]


def test_the_plan_of_briefing_7_is_the_one_that_was_agreed(accept: bool) -> None:
    """The whole plan, line by line. Look at every change before `pytest --accept` takes it over."""
    golden = ROOT / "tests/golden/briefing-7.json"
    plan = briefings("show", "7", "--json", "--root", ROOT).stdout
    if accept:
        golden.write_text(plan, "utf-8")
    assert plan == golden.read_text("utf-8")


def test_the_references_keep_their_original_order(seven: dict) -> None:
    assert [one["number"] for one in seven["references"]] == list(range(1, 20))
    assert [one["key"] for one in seven["references"]] == ORIGINAL


def test_the_four_locators_of_briefing_7(seven: dict) -> None:
    located = [
        (item["key"], item["number"], item["label"], item["locator"])
        for one in seven["citations"]
        for item in one["items"]
        if item["locator"]
    ]
    assert located == [
        ("munro2011", 1, "page", "58"),
        ("nhscb2012", 9, "page", "9"),
        ("humphries2012", 10, "page", "24"),
        ("lloyd2011", 2, "page", "19"),
    ]


def test_a_briefing_that_does_not_exist() -> None:
    result = briefings("show", "70", "--root", ROOT)
    assert result.exit_code == 2
    assert "There is no briefing with the number 70." in result.stderr
    assert "The numbers are: 7." in result.stderr


def test_the_plan_as_text() -> None:
    shown = briefings("show", "7", "--root", ROOT)
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Briefing 7: Integrated working (live, edition 1.0)\n")
    assert "References (19)" in shown.stdout
    assert "Signposts (6), notes (13)" in shown.stdout


def test_the_links_of_the_project() -> None:
    result = briefings("links", "list", "--json", "--root", ROOT)
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["format"] == 1
    for one in found["links"]:
        assert {"url", "state", "status", "final_url", "checked", "last_ok", "archived", "where"} <= set(one)
        assert all({"path", "line", "column"} <= set(place) for place in one["where"])
    urls = [one["url"] for one in found["links"]]
    assert len(urls) == len(set(urls)), "one entry for each address"
    (twice,) = [one for one in found["links"] if one["url"] == "http://tinyurl.com/integreview"]
    assert len(twice["where"]) == 2
    assert briefings("links", "list", "--root", ROOT).stdout


def test_the_references_of_the_project() -> None:
    result = briefings("references", "--root", ROOT, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["format"], found["style"]) == (1, "briefing")
    assert [one["key"] for one in found["references"]][:2] == ["munro2011", "lloyd2011"]
    assert all(set(one) >= {"key", "text", "html"} for one in found["references"])
    assert not [one for one in found["findings"] if one["severity"] == "error"]
    for style in ("vancouver", "harvard"):
        other = json.loads(briefings("references", "--root", ROOT, "--json", "--style", style).stdout)
        assert other["style"] == style
        assert other["references"] != found["references"]


def test_references_of_a_file_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "works.bib", "@misc{a2020, author = {Ash, B.}, title = {One}, year = {2020}}")
    monkeypatch.chdir(tmp_path)
    result = briefings("references", "works.bib")
    assert result.exit_code == 0
    assert result.stdout.startswith("a2020: ")
    assert briefings("references", "nowhere.bib").exit_code == 2


def test_refresh_records_what_is_published(project: Path) -> None:
    assert briefings("links", "refresh", "--root", project).exit_code == 0
    recorded = (project / "briefings/anchors.lock").read_text("utf-8")
    assert '    "offices",' in recorded
    assert check(project).stdout == "Nothing to report.\n"
    text = (project / BRIEFING).read_text("utf-8")
    write(project, BRIEFING, text.replace("{#offices}", "{#rooms}").replace("section: offices", "section: rooms"))
    assert "The section id “offices” was published and is gone" in check(project).stdout
    assert briefings("links", "refresh", "--root", project).exit_code == 0
    assert '    "offices",' in (project / "briefings/anchors.lock").read_text("utf-8"), "an id is never forgotten"


# -- The real thing ----------------------------------------------------------------------------------------------------


def test_the_installed_command_runs_outside_a_terminal(project: Path) -> None:
    command = [sys.executable, "-m", "briefing_tools.cli"]
    done = subprocess.run([*command, "check", "--root", project], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing to report.\n", "")
    (project / "mkdocs.yml").unlink()
    done = subprocess.run([*command, "--root", project, "check"], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.startswith("cannot run: There is no mkdocs.yml in ")
    assert "Traceback" not in done.stderr


def test_reports_can_be_printed_where_few_characters_can(tmp_path: Path) -> None:
    """A terminal or pipe that knows ASCII only is no reason to fail."""
    root = lay_out(tmp_path, change(BRIEFING, SENTENCE, "Teams “say” [@rowan2018]."))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "briefing_tools.cli", "check", "--root", root], capture_output=True, env=environment
    )
    assert done.returncode == 1
    assert b"cite-unknown-key" in done.stdout
    assert b"Traceback" not in done.stderr
