"""The manual is true: every rule, command, setting and field that exists is explained, and what is explained exists."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest

from briefing_tools.cli import FORMATS, main
from briefing_tools.config import Options
from briefing_tools.diagnostics import Rule
from briefing_tools.model import DIRECTIONS, EVIDENCE, LEVELS, ROLES, LinkedSeries
from briefing_tools.rules import RULES
from briefing_tools.stages.reading import updates

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOUNS = ("briefing", "update", "cite", "reference", "signpost", "link", "privacy", "text", "config", "edition")


def test_readme_begins_with_the_two_commands() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(lines) == 2
    assert lines[0].endswith("briefings build")
    assert "pytest" in lines[1]
    assert README.index(lines[0]) < 700, "the first command stands at the top"


@pytest.mark.skipif(not os.environ.get("CI"), reason="Installs everything anew, which takes minutes; CI does it.")
def test_readmes_first_command_builds_pages_and_pdf(tmp_path: Path) -> None:
    """On a fresh clone in a fresh virtual environment."""
    clone = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    command = next(line for line in README.splitlines() if line.startswith("python3 -m venv"))
    done = subprocess.run(["bash", "-c", command], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "site" / "index.html").is_file()
    assert (clone / "site" / "07-integrated-working" / "briefing-7.pdf").read_bytes().startswith(b"%PDF")
    for word in ("Briefings", "Citations", "References", "Links", "Updates", "Editions", "Seconds"):
        assert word in done.stdout


def test_ci_runs_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    pattern = re.search(r"grep -m1 '([^']+)' README.md", script)
    assert pattern
    assert re.search(pattern.group(1), README, re.M)


def _commands(group: click.Group, before: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += _commands(command, f"{before}{name} ")
        else:
            found.append((before + name, command))
    return found


@pytest.mark.parametrize(("name", "command"), _commands(main))
def test_every_command_is_documented(name: str, command: click.Command) -> None:
    assert f"`briefings {name}" in README
    assert command.help, f"{name} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"


def test_every_command_in_readme_exists() -> None:
    names = {name.split()[0] for name, _ in _commands(main)}
    for name in re.findall(r"`briefings ([a-z]+)", README):
        assert name in names


@pytest.mark.parametrize("option", fields(Options), ids=lambda option: option.name)
def test_every_setting_is_documented(option: object) -> None:
    default = f"`{option.default}`" if option.default else "none"  # type: ignore[attr-defined]
    row = f"| `{option.name}` | {default} | {option.metadata['doc']} |"  # type: ignore[attr-defined]
    assert row in README


def test_every_field_and_word_of_an_update_is_documented() -> None:
    editors_only = {"origin", "status", "moderated_by", "moderated_on", "status_note", "briefing"}
    for name in (*set(updates.FIELDS) - editors_only, *EVIDENCE, *LEVELS, *DIRECTIONS, *updates.LICENCES):
        assert f"`{name}`" in README, name


def test_every_role_and_format_is_documented() -> None:
    for name in (*ROLES, *(name for name in FORMATS if name != "human")):
        assert f"`{name}`" in README or f" {name}`" in README, name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_manual_page(rule: Rule[LinkedSeries]) -> None:
    assert rule.code.split("-")[0] in NOUNS
    assert rule.title.endswith("."), "the first line is a sentence"
    assert "Wrong:\n" in rule.manual
    assert "Right:\n" in rule.manual


def test_codes_are_unique_and_every_rule_is_listed() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    defined = set()
    for path in (ROOT / "briefing_tools" / "rules").rglob("*.py"):
        defined |= set(re.findall(r'^@rule\(\s*"([a-z0-9-]+)"', path.read_text("utf-8"), re.M))
    assert defined == set(codes)


def test_the_map_names_every_module() -> None:
    words = (ROOT / "briefing_tools" / "README.md").read_text("utf-8")
    for path in sorted((ROOT / "briefing_tools").iterdir()):
        if path.suffix == ".py" and path.name != "__init__.py":
            assert f"`{path.name}`" in words or f"`{path.stem}`" in words, path.name
        elif path.is_dir() and (path / "__init__.py").is_file():
            assert f"`{path.name}/`" in words or f"`{path.name}`" in words, path.name


def test_every_dependency_is_explained() -> None:
    words = (ROOT / "briefing_tools" / "README.md").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    for name in re.findall(r'^    "([A-Za-z0-9-]+)[<>=",]', project, re.M):
        if not name.startswith("types-"):
            assert f"`{name}`" in words, name
