"""Who may change what, on real repositories: the command line, and what git is asked. Sites and people are invented."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing_tools.cli import main
from briefing_tools.git import changed_since, changes_since, names_in, text_at
from briefing_tools.model import Change
from casebook import commit, git, lay_out, write

SITES = """sites:
  - id: northbridge
    name: Northbridge
    people:
      - name: Jo Example
        account: jo-example
  - id: westmarsh
    name: Westmarsh
    people: [wes-example]
editors: [ed-example]
"""
FOLDER = "briefings/01-shared-offices/updates"
MARKER = "a-program-of-the-repository-ran"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The base of all cases as a repository, with people; its first commit is on `main`."""
    root = lay_out(tmp_path / "repository")
    write(root, "briefings/sites.yml", SITES)
    git(root, "init", "-q", "-b", "main")
    commit(root, "Base")
    git(root, "switch", "-q", "-c", "proposal")
    return root


def check(root: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, ["check", "--root", str(root), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def rules(result: Result) -> set[tuple[str, str]]:
    found = json.loads(result.stdout)["findings"]
    return {(one["rule"], one["path"]) for one in found if one["rule"].startswith("update-")}


def test_a_commit_that_is_not_checked_out(repository: Path) -> None:
    """In CI the program and its settings are the base's; what was sent is there as a commit only."""
    write(repository, "mkdocs.yml", "plugins: [anything]\n")
    write(repository, "references.bib", "")
    write(repository, f"{FOLDER}/westmarsh/2026-03-06-rooms.md", "---\nsite: westmarsh\nstatus: published\n---\nText\n")
    head = commit(repository, "Proposal")
    git(repository, "switch", "-q", "main")
    result = check(repository, "--base", "main", "--head", head, "--by", "wes-example", "--format", "json")
    assert result.exit_code == 1
    assert rules(result) == {
        ("update-other-folder", "mkdocs.yml"),
        ("update-other-folder", "references.bib"),
        ("update-editor-field", f"{FOLDER}/westmarsh/2026-03-06-rooms.md"),
    }
    assert check(repository, "--base", "main", "--head", head, "--by", "ed-example").exit_code == 0


def test_rights_are_those_of_the_base_as_it_is_now(repository: Path) -> None:
    """A branch that left the base long ago brings no rights that were taken away since."""
    write(repository, f"{FOLDER}/westmarsh/2026-03-06-rooms.md", "---\nsite: westmarsh\n---\nText\n")
    head = commit(repository, "Proposal")
    git(repository, "switch", "-q", "main")
    write(repository, "briefings/sites.yml", SITES.replace("    people: [wes-example]\n", ""))
    commit(repository, "Somebody left")
    result = check(repository, "--base", "main", "--head", head, "--by", "wes-example", "--format", "json")
    assert ("update-unknown-sender", f"{FOLDER}/westmarsh/2026-03-06-rooms.md") in rules(result)


def test_what_the_pages_will_show(repository: Path) -> None:
    old = f"{FOLDER}/northbridge/2026-03-05-one-room.md"
    text = (repository / old).read_text("utf-8").replace("three teams", "two teams")
    write(repository, old, text)
    new = f"{FOLDER}/northbridge/2026-03-06-rooms.md"
    write(repository, new, text.replace("status: published\n", "").replace("Half a year", "A year"))
    write(
        repository,
        f"{FOLDER}/northbridge/2026-03-07-dob.md",
        text.replace("Half a year in one room", "A child, date of birth 03/05/2014"),
    )
    result = check(repository, "--base", "main", "--by", "jo-example", "--format", "json")
    touched = {one["path"]: one for one in json.loads(result.stdout)["updates"]}
    assert touched[old] == {
        "path": old,
        "kind": "changed",
        "title": "Half a year in one room",
        "site": "Northbridge",
        "briefing": "Sharing an office",
        "section": "Shared offices",
        "shown": True,
    }
    assert (touched[new]["kind"], touched[new]["shown"]) == ("added", False)
    assert touched[f"{FOLDER}/northbridge/2026-03-07-dob.md"]["title"] == "", "personal data is not spread"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "jo-example"], "--by and --head need to know what to compare with."),
        (["--head", "main"], "--by and --head need to know what to compare with."),
        (["--base", "main", "--by", " "], "--by names nobody."),
        (["--base", "main", "--head", "--output=x", "--by", "x"], "git knows no commit or branch “--output=x” here."),
        (["--base", "main", "--head", "main:briefings", "--by", "x"], "git knows no commit or branch “main:briefings”"),
    ],
)
def test_what_stops_the_command(repository: Path, words: list[str], said: str) -> None:
    result = check(repository, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not (repository / "x").exists()


def test_every_kind_of_change(repository: Path) -> None:
    """Renames are two changes; files git does not know yet count, and ignored ones do not."""
    write(repository, "a.md", "A\n" * 40)
    write(repository, "tool", "#!/bin/sh\n").chmod(0o755)
    commit(repository, "More")
    (repository / "a.md").rename(repository / "b\n.md")
    (repository / "tool").chmod(0o644)
    (repository / "link").symlink_to("/etc/passwd")
    write(repository, ".gitignore", "site\n")
    write(repository, "site", "")
    assert changes_since(repository, "HEAD") == (
        Change(".gitignore", "added", "", "100644"),
        Change("a.md", "deleted", "100644", ""),
        Change("b\n.md", "added", "", "100644"),
        Change("link", "added", "", "120000"),
        Change("tool", "changed", "100755", "100644"),
    )
    before = git(repository, "rev-parse", "HEAD")
    after = commit(repository, "All of it")
    assert changes_since(repository, before, after) == changes_since(repository, before)
    assert "b\n.md" in names_in(repository, after)
    assert changed_since(repository, before, after) == {".gitignore", "a.md", "b\n.md", "link", "tool"}


def test_a_repository_inside_the_repository(repository: Path) -> None:
    git(
        repository,
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{git(repository, 'rev-parse', 'HEAD')},{FOLDER}/northbridge/more",
    )
    git(repository, "commit", "-q", "-m", "A submodule")
    head = git(repository, "rev-parse", "HEAD")
    result = check(repository, "--base", "main", "--head", head, "--by", "jo-example", "--format", "json")
    assert ("update-unsafe-file", f"{FOLDER}/northbridge/more") in rules(result)


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    """What lies outside of the project's folder is nobody's own either."""
    root = lay_out(tmp_path / "whole" / "project")
    write(root, "briefings/sites.yml", SITES)
    git(root.parent, "init", "-q", "-b", "main")
    commit(root.parent, "Base")
    write(root.parent, "outside.txt", "")
    write(root, f"{FOLDER}/northbridge/2026-03-06-rooms.md", "---\nsite: northbridge\n---\nText\n")
    assert text_at(root, "main", "briefings/sites.yml") == SITES
    assert text_at(root, "main", "../outside.txt") is None
    result = check(root, "--base", "main", "--by", "jo-example", "--format", "json")
    assert {one for one in rules(result) if one[0] == "update-other-folder"} == {("update-other-folder", "outside.txt")}


def test_nothing_that_a_repository_brings_is_run(repository: Path) -> None:
    program = write(repository, "program", f"#!/bin/sh\ntouch {repository}/{MARKER}\ncat\n")
    program.chmod(0o755)
    for name in ("diff.external", "core.fsmonitor", "diff.odd.command", "diff.odd.textconv"):
        git(repository, "config", name, str(program))
    write(repository, ".gitattributes", "*.md diff=odd\n")
    write(repository, "a.md", "A\n")
    head = git(repository, "-c", "core.fsmonitor=", "rev-parse", "HEAD")
    (repository / MARKER).unlink(missing_ok=True)
    write(repository, "briefings/index.md", "# Changed\n")
    changes_since(repository, "main")
    changed_since(repository, "main")
    names_in(repository, None)
    text_at(repository, head, "briefings/index.md")
    assert not (repository / MARKER).exists()


def test_texts_that_cannot_be_read(repository: Path) -> None:
    (repository / "odd.md").write_bytes(b"caf\xe9")
    write(repository, "large.md", "a" * (256 * 1024 + 1))
    head = commit(repository, "Odd")
    assert text_at(repository, head, "odd.md") is None
    assert text_at(repository, head, "large.md", 256 * 1024) is None
    assert text_at(repository, head, "missing.md") is None
