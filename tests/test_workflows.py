"""Pull requests from end to end: the scripts of the workflows, as they stand there, on real repositories and a fake GitHub.

The fake answers from files, as GitHub's API does, and keeps what is sent to it. Sites and people are invented.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from casebook import commit, git, lay_out, write

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
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
UPDATE = """---
site: westmarsh
title: Half a year in two rooms
date: 6 March 2026
section: offices
evidence: practice-experience
licence: OGL-UK-3.0
checks:
  no_personal_data: yes
  approved_by: Head of Services
---

We moved two teams into two rooms.
"""
NEW = f"{FOLDER}/westmarsh/2026-03-06-rooms.md"
ROBOT = "github-actions[bot]"

GH = '''#!{python}
"""`gh api`, from the files in $FAKE: what is read is there by its path, what is sent is kept."""
import json, os, pathlib, subprocess, sys
words, fake = sys.argv[2:], pathlib.Path(os.environ["FAKE"])
def after(name):
    return words[words.index(name) + 1] if name in words else ""
path = next(word for word in words if word.startswith("repos/")).partition("?")[0].removeprefix("repos/invented/briefings/")
if after("--input"):
    sent = {{"method": after("-X"), "path": path, "values": json.load(open(after("--input")))}}
    with (fake / "sent").open("a") as file:
        file.write(json.dumps(sent) + "\\n")
    print("{{}}")
else:
    content = (fake / path.replace("/", "_")).read_bytes()
    if after("--jq"):
        content = subprocess.run(["jq", "-r", after("--jq")], input=content, capture_output=True, check=True).stdout
    sys.stdout.buffer.write(content)
'''


def workflow(name: str) -> dict[Any, Any]:
    return yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def script(name: str, step: str) -> str:
    return next(one["run"] for one in steps(name) if one.get("name") == step)


@dataclass
class Forge:
    """A repository with a pull request, and where the scripts of its workflows run."""

    root: Path
    sender: str
    head: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def clone(self) -> Path:
        return self.root / "clone"

    @property
    def fake(self) -> Path:
        return self.root / "github"

    def send(self) -> None:
        """Commit what lies in the fork, and offer it as pull request 7."""
        self.head = commit(self.root / "fork", "Proposal")
        git(self.root / "fork", "push", "-q", "-f", "origin", "HEAD:refs/pull/7/head")

    def run(self, name: str, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the script of one step, as GitHub does: `bash -e`."""
        base = git(self.clone, "rev-parse", "HEAD")
        environment = {
            **os.environ,
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "FAKE": str(self.fake),
            "REPOSITORY": "invented/briefings",
            "COMMIT": self.head,
            "RUN": "99",
            "PAGE": "https://github.com/invented/briefings/actions/runs/99",
            "OWNER": self.sender,
            "BRANCH": "proposal",
            "MAIN": "main",
            "NUMBER": "7",
            "BASE": base,
            "SENDER": self.sender,
            **more,
        }
        command = ["bash", "-e", "-c", script(name, step)]
        return subprocess.run(command, cwd=self.clone, env=environment, capture_output=True, text=True, check=False)

    def check(self) -> tuple[int, bytes | None]:
        """The job without rights: its exit code and the report that it keeps."""
        put = self.run("check.yml", "Put the proposal's content in place")
        assert put.returncode == 0, put.stderr
        done = self.run("check.yml", "Check")
        assert "Traceback" not in done.stderr
        report = self.clone / ".cache/report/report.json"
        content = report.read_bytes() if report.is_file() else None
        git(self.clone, "reset", "-q", "--hard")
        return done.returncode, content

    def answer(self, report: bytes | None) -> list[dict[str, Any]]:
        """The job with rights: what it sends to GitHub."""
        self._tell(report)
        shutil.rmtree(self.clone / ".cache", ignore_errors=True)
        for step in ("Ask GitHub what was sent", "Answer"):
            done = self.run("comment.yml", step)
            assert done.returncode == 0, done.stderr
        sent = self.fake / "sent"
        return [json.loads(line) for line in sent.read_text("utf-8").splitlines()] if sent.is_file() else []

    def _tell(self, report: bytes | None) -> None:
        """Lay out what GitHub's API says."""
        shutil.rmtree(self.fake, ignore_errors=True)
        self.fake.mkdir()
        raw = git(self.root / "fork", "diff", "--name-status", "-M", "origin/main...HEAD").splitlines()
        names = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "modified"}
        files = []
        for line in raw:
            letter, *paths = line.split("\t")
            file = {"filename": paths[-1], "status": names[letter[0]]}
            files.append({**file, "previous_filename": paths[0]} if len(paths) == 2 else file)
        tree = []
        for line in git(self.root / "fork", "ls-tree", "-r", "-t", "HEAD").splitlines():
            heads, path = line.split("\t")
            mode, kind, _ = heads.split(" ")
            tree.append({"path": path, "mode": mode, "type": kind})
        pull = {"number": 7, "head": {"sha": self.head}, "user": {"login": self.sender}, "changed_files": len(files)}
        half = len(files) // 2
        pages = json.dumps(files[:half]) + json.dumps(files[half:])
        kept = [{"id": 5, "name": "report", "size_in_bytes": len(report) // 50}] if report is not None else []
        said = {
            "pulls": json.dumps([pull]),
            "pulls_7": json.dumps(pull),
            "pulls_7_files": pages,
            f"git_trees_{self.head}": json.dumps({"tree": tree, "truncated": False}),
            "issues_7_comments": json.dumps(self.comments),
            "actions_runs_99_artifacts": json.dumps({"artifacts": kept}),
        }
        for name, text in said.items():
            write(self.fake, name, text)
        if report is not None:
            with zipfile.ZipFile(self.fake / "actions_artifacts_5_zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("report.json", report)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A base, a fork of it, and a clone in which the workflows run. Wes, who sends for Westmarsh, is the sender."""
    for tool in ("jq", "unzip"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed here; GitHub's machines have it.")
    base = lay_out(tmp_path / "base")
    write(base, "briefings/sites.yml", SITES)
    git(base, "init", "-q", "-b", "main")
    commit(base, "Base")
    git(tmp_path, "clone", "-q", "--bare", str(base), str(tmp_path / "origin"))
    for name in ("fork", "clone"):
        git(tmp_path, "clone", "-q", str(tmp_path / "origin"), str(tmp_path / name))
    program = write(
        tmp_path, "clone/.venv/bin/briefings", f'#!/bin/sh\nexec "{sys.executable}" -m briefing_tools.cli "$@"\n'
    )
    program.chmod(0o755)
    write(tmp_path, "bin/gh", GH.format(python=sys.executable)).chmod(0o755)
    return Forge(tmp_path, "wes-example")


def body(sent: list[dict[str, Any]]) -> str:
    """The comment among what was sent, or nothing."""
    return next((one["values"]["body"] for one in sent if "body" in one["values"]), "")


def status(sent: list[dict[str, Any]]) -> str:
    (found,) = [one["values"]["state"] for one in sent if one["path"].startswith("statuses/")]
    return str(found)


def test_an_update_in_its_own_folder(forge: Forge) -> None:
    write(forge.root / "fork", NEW, UPDATE)
    forge.send()
    code, report = forge.check()
    assert code == 0
    sent = forge.answer(report)
    assert [(one["method"], one["path"]) for one in sent] == [
        ("POST", f"statuses/{forge.head}"),
        ("POST", "issues/7/comments"),
    ]
    assert status(sent) == "success"
    text = body(sent)
    assert text.startswith("<!-- briefing-check pass -->\n")
    assert "**Thank you. Nothing must be fixed. An editor reads it next.**" in text
    assert "### What will change on the pages\n\n- “Half a year in two rooms”, from Westmarsh, is new" in text
    assert "Must fix" not in text
    assert f"Checked: `{forge.head[:10]}`, 24 November 2026" in text


@pytest.mark.parametrize(("code", "passes"), [(0, True), (1, True), (2, False), (3, True)])
def test_a_dead_link_stops_nobody(code: int, passes: bool, forge: Forge) -> None:
    """Findings of links, and a network that fails, are told; only a check that could not run fails the job."""
    write(forge.clone, ".venv/bin/briefings", f"#!/bin/sh\nexit {code}\n")
    assert (forge.run("check.yml", "Ask the links that are new").returncode == 0) == passes


def test_one_comment_is_kept_up_to_date(forge: Forge) -> None:
    """It is written over while the outcome stays, and a new one is written when the outcome changes."""
    write(forge.root / "fork", NEW, UPDATE)
    forge.send()
    _, report = forge.check()
    mark = "<!-- briefing-check {} -->\nText"
    stranger = {"id": 3, "user": {"login": "mallory"}, "body": mark.format("pass")}
    forge.comments = [
        {"id": 1, "user": None, "body": ""},
        {"id": 2, "user": {"login": ROBOT}, "body": mark.format("pass")},
        stranger,
    ]
    assert forge.answer(report)[1]["path"] == "issues/comments/2"
    forge.comments = [{"id": 2, "user": {"login": ROBOT}, "body": mark.format("fail")}]
    assert forge.answer(report)[1]["path"] == "issues/7/comments"


def test_silent_where_no_update_is_touched(forge: Forge) -> None:
    forge.sender = "an-engineer"
    write(forge.root / "fork", "notes.txt", "Notes\n")
    forge.send()
    sent = forge.answer(forge.check()[1])
    assert [one["path"] for one in sent] == [f"statuses/{forge.head}"]


def _grant(fork: Path) -> None:
    write(fork, "briefings/sites.yml", SITES.replace("account: jo-example", "account: wes-example"))


def _twin(fork: Path) -> None:
    write(fork, f"{FOLDER}/Westmarsh/2026-03-06-rooms.md", UPDATE)


def _link(fork: Path) -> None:
    (fork / NEW).parent.mkdir(parents=True)
    (fork / NEW).symlink_to("/etc/passwd")


def _steal(fork: Path) -> None:
    (fork / NEW).parent.mkdir(parents=True)
    (fork / f"{FOLDER}/northbridge/2026-03-05-one-room.md").rename(fork / NEW)


def _run(fork: Path) -> None:
    write(fork, NEW, UPDATE).chmod(0o755)


ATTACKS = {
    "another site's folder": (lambda fork: write(fork, f"{FOLDER}/northbridge/2026-03-06-x.md", UPDATE), f"{FOLDER}/northbridge/2026-03-06-x.md"),
    "rights for oneself": (_grant, "briefings/sites.yml"),
    "a symbolic link": (_link, NEW),
    "a program": (_run, NEW),
    "settings": (lambda fork: write(fork, "mkdocs.yml", "plugins: [evil]\n"), "mkdocs.yml"),
    "a workflow": (lambda fork: write(fork, ".github/workflows/check.yml", "on: push\n"), ".github/workflows/check.yml"),
    "the bibliography": (lambda fork: write(fork, "references.bib", ""), "references.bib"),
    "another site's file, moved": (_steal, f"{FOLDER}/northbridge/2026-03-05-one-room.md"),
    "a twin by capitals": (_twin, f"{FOLDER}/Westmarsh/2026-03-06-rooms.md"),
    "a record": (lambda fork: write(fork, "briefings/privacy.lock", ""), "briefings/privacy.lock"),
}  # fmt: skip
"""What somebody changes in the fork, and the file that both jobs name."""

ALL_IS_WELL = json.dumps({"format": 1, "findings": [], "summary": {}, "updates": []}).encode()


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_stopped_by_both_jobs(name: str, forge: Forge) -> None:
    """Even if the sender forges a report in which all is well."""
    attack, path = ATTACKS[name]
    attack(forge.root / "fork")
    forge.send()
    code, report = forge.check()
    assert code == 1
    assert report is not None
    assert path in {one["path"] for one in json.loads(report)["findings"] if one["severity"] == "error"}
    sent = forge.answer(ALL_IS_WELL)
    assert status(sent) == "failure"
    text = body(sent)
    assert text.startswith("<!-- briefing-check fail -->\n")
    assert "### Must fix" in text
    assert f"`{path}`" in text


@pytest.mark.parametrize("report", [None, b"", ALL_IS_WELL + b" " * 5_000_000], ids=["none", "empty", "5 MB"])
def test_a_report_that_cannot_be_read_is_our_fault(report: bytes | None, forge: Forge) -> None:
    """What else is refused stands in `test_comment.py`."""
    write(forge.root / "fork", NEW, UPDATE)
    forge.send()
    text = body(forge.answer(report))
    assert text.startswith("<!-- briefing-check crash -->\n")
    assert "That is our fault and not yours" in text


def test_a_pull_request_that_moved_on_or_was_closed(forge: Forge) -> None:
    write(forge.root / "fork", NEW, UPDATE)
    forge.send()
    forge._tell(ALL_IS_WELL)
    write(forge.fake, "pulls", "[]")
    assert forge.run("comment.yml", "Ask GitHub what was sent").returncode == 0
    assert forge.run("comment.yml", "Answer").returncode == 0
    assert not (forge.fake / "sent").exists()
    forge._tell(ALL_IS_WELL)
    assert forge.run("comment.yml", "Ask GitHub what was sent").returncode == 0
    done = forge.run("comment.yml", "Answer", COMMIT="0" * 40)
    assert done.returncode == 2
    assert "The pull request has moved on since this check." in done.stderr
    assert not (forge.fake / "sent").exists()


# -- How the files are made --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.glob("*.yml")))
def test_actions_have_a_version_and_rights_are_stated(name: str) -> None:
    whole = workflow(name)
    assert "permissions" in whole
    assert "pull_request_target" not in whole[True]
    for step in steps(name):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]), "a tag can be moved, a commit cannot"
        assert "${{" not in step.get("run", ""), "values reach a script by its environment"
    for job in whole["jobs"].values():
        assert job["timeout-minutes"] <= 60


def test_an_independent_linter_finds_nothing() -> None:
    program = Path(sys.executable).parent / "zizmor"
    if not program.is_file():
        pytest.skip("zizmor is not installed here; it is among what developers install.")
    command = [str(program), "--offline", "--no-progress", "--no-config", str(ROOT / ".github")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout


def test_the_job_that_sees_the_proposal_has_no_rights() -> None:
    whole = workflow("check.yml")
    assert whole["permissions"] == {"contents": "read"}
    assert list(whole[True]) == ["pull_request"]
    assert "secrets." not in (WORKFLOWS / "check.yml").read_text("utf-8")
    for step in steps("check.yml"):
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
            assert step["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"


def test_the_job_that_may_write_never_sees_the_proposal() -> None:
    whole = workflow("comment.yml")
    assert whole["permissions"] == {}
    (job,) = whole["jobs"].values()
    assert job["permissions"] == {"contents": "read", "actions": "read", "pull-requests": "write", "statuses": "write"}
    (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")]
    assert checkout["with"] == {"ref": "${{ github.event.repository.default_branch }}", "persist-credentials": False}
    scripts = "\n".join(step.get("run", "") for step in job["steps"])
    assert not re.search(r"\bgit (fetch|checkout|switch|restore|pull|clone)\b|refs/pull|download-artifact", scripts)
    with_token = [step["name"] for step in job["steps"] if "GH_TOKEN" in step.get("env", {})]
    assert with_token == ["Ask GitHub what was sent", "Answer"]


def _on_gitlab(forge: Forge) -> tuple[int, str]:
    """Run the example's script as GitLab does, on a proposal that is a branch; the program is there already."""
    job = yaml.safe_load((ROOT / ".ci" / "gitlab-ci.yml").read_text("utf-8"))["check"]
    lines = [line for line in job["script"] if "pip install" not in line]
    assert len(lines) == len(job["script"]) - 1
    variables = {
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_SHA": forge.head,
        "GITLAB_USER_LOGIN": forge.sender,
    }
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)], cwd=forge.clone, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    report = forge.clone / job["artifacts"]["reports"]["codequality"]
    return done.returncode, report.read_text("utf-8") if report.is_file() else done.stderr


@pytest.mark.parametrize("name", ["nothing wrong", *ATTACKS])
def test_the_example_for_gitlab(name: str, forge: Forge) -> None:
    """Its script reports what a site may not do, by the target branch's program, settings and rights."""
    if name == "nothing wrong":
        write(forge.root / "fork", NEW, UPDATE)
    else:
        ATTACKS[name][0](forge.root / "fork")
    forge.send()
    git(forge.clone, "fetch", "-q", "origin", "refs/pull/7/head")
    git(forge.clone, "checkout", "-q", "--detach", forge.head)
    code, report = _on_gitlab(forge)
    found = json.loads(report)
    assert len({one["fingerprint"] for one in found}) == len(found)
    if name == "nothing wrong":
        assert code == 0
        assert {one["severity"] for one in found} <= {"info"}
        return
    assert code == 1
    at_fault = [one for one in found if one["location"]["path"] == ATTACKS[name][1]]
    assert "major" in {one["severity"] for one in at_fault}
    assert all(one["location"]["lines"]["begin"] >= 1 for one in at_fault)


def test_the_example_for_gitlab_reports_code_quality() -> None:
    job = yaml.safe_load((ROOT / ".ci" / "gitlab-ci.yml").read_text("utf-8"))["check"]
    assert job["artifacts"]["reports"] == {"codequality": "quality.json"}
    assert job["artifacts"]["when"] == "always"
    assert "--format gitlab > quality.json" in job["script"][-1]
