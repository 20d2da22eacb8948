"""The MkDocs edge: the same pages as `briefings build`, and a strict build that fails exactly when `briefings check` does."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from mkdocs.__main__ import cli as mkdocs

from briefing_tools.cli import main
from casebook import Fence, change, lay_out, write
from test_pages import bare, files

ROOT = Path(__file__).parents[1]
BRIEFING = "briefings/01-shared-offices/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
SENTENCE = "Joint teams have one manager."


@pytest.fixture(autouse=True)
def _mkdocs_leaves_no_trace() -> Iterator[None]:
    """MkDocs sets up logging for the whole process, and never says the same twice; put it back."""
    log, building = logging.getLogger("mkdocs"), logging.getLogger("mkdocs.commands.build")
    level, handlers, filters = log.level, list(log.handlers), list(building.filters)
    yield
    log.setLevel(level)
    log.handlers[:] = handlers
    building.filters[:] = filters


def build(root: Path, *words: str) -> tuple[int, str]:
    """The exit code and the output of `mkdocs build`; it does not end in a traceback."""
    result = CliRunner().invoke(mkdocs, ["build", "-f", str(root / "mkdocs.yml"), "-d", str(root / "site"), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def check(root: Path) -> int:
    return CliRunner().invoke(main, ["check", "--root", str(root)]).exit_code


FAULTS: dict[str, tuple[Fence, ...]] = {
    "nothing": (),
    "a note": (change(BRIEFING, SENTENCE, "See [here](https://www.example.org/)."),),
    "a warning": (change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"),),
    "an error in a citation": (change(BRIEFING, SENTENCE, "Teams [@rowan2018]."),),
    "an error in fields": (change(UPDATE, "title: Half a year in one room", "title: Half a year: one room"),),
    "fields that MkDocs drops in silence": (Fence("file", "briefings/a.md", "---\ntitle: a: b\n---\n\nText.\n"),),
    "a link in HTML that MkDocs does not see": (change(BRIEFING, SENTENCE, '<a href="nowhere.md">Nowhere</a>'),),
    "a file that is refused": (Fence("symlink", "briefings/passwd.md", "/etc/passwd"),),
    "a file in another encoding": (Fence("bytes", "briefings/a.md", r"caf\xe9"),),
    "a warning that fails": (
        change(BRIEFING, "### Joint teams {#teams}", "### Joint teams"),
        change("mkdocs.yml", "  - briefings", "  - briefings:\n      fail_on: warning"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_strict_build_fails_exactly_when_check_does(name: str, tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path, *FAULTS[name]))
    expected = check(root)
    assert expected in (0, 1)
    assert build(root, "--strict")[0] == expected
    assert build(root, "-q", "--strict")[0] == expected
    assert (root / "site").exists() == (not expected)


def test_a_build_that_is_not_strict_shows_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path, change(BRIEFING, SENTENCE, "Teams [@rowan2018].")))
    code, said = build(root)
    assert code == 0
    assert f"{BRIEFING}:34:8: error: No reference has the key “rowan2018”. [cite-unknown-key]" in said
    assert (root / "site/01-shared-offices/index.html").exists()


def test_both_commands_make_the_same_pages(tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path))
    assert build(root, "--strict")[0] == 0
    other = tmp_path / "other"
    result = CliRunner().invoke(main, ["build", "--root", str(root), "--site-dir", str(other)])
    assert result.exit_code == 0, result.output
    assert files(root / "site") == files(other)
    for path in files(other):
        assert (root / "site" / path).read_bytes() == (other / path).read_bytes(), path
    assert (other / "01-shared-offices/briefing-1.pdf").read_bytes().startswith(b"%PDF")
    pages = sum(path.endswith(".html") and path != "404.html" for path in files(other))
    for said in (
        f"Built {other}",
        "Briefings  1",
        "Citations  4",
        "References 3",
        "Updates    1",
        f"Pages      {pages}",
    ):
        assert said in result.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("  - briefings:\n      style: apa\n", "“apa” is not a value of style."),
        ("  - briefings:\n      stile: apa\n", "stile"),
        ("  - briefings:\n      fail_on: never\n", "“never” is not a value of fail_on."),
    ],
)
def test_settings_without_a_meaning(settings: str, said: str, tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path))
    text = (root / "mkdocs.yml").read_text("utf-8").replace("  - briefings\n", settings)
    write(root, "mkdocs.yml", text)
    code, output = build(root, "--strict")
    assert code == 1
    assert said in output
    assert CliRunner().invoke(main, ["check", "--root", str(root)]).exit_code == 2


def test_no_briefing_stops_mkdocs_in_words(tmp_path: Path) -> None:
    root = bare(lay_out(tmp_path))
    for path in sorted((root / "briefings").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    code, said = build(root)
    assert code == 1
    assert "There is no briefing in the folder briefings." in said


def test_a_theme_may_be_changed_by_the_project(tmp_path: Path) -> None:
    """The project's own templates win over ours, and ours over the theme's."""
    root = bare(lay_out(tmp_path))
    write(root, "theme/assets/briefings.css", "/* the project's own */")
    assert build(root, "--strict")[0] == 0
    assert (root / "site/assets/briefings.css").read_text("utf-8") == "/* the project's own */"


def test_a_nav_of_the_project_is_kept_with_its_titles(tmp_path: Path) -> None:
    """What the project calls a page stands in the navigation, what it leaves out is ours, and so is the page's own title."""
    root = bare(lay_out(tmp_path))
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(
            "nav:\n  - Start: index.md\n  - More:\n      - The one: 01-shared-offices/index.md\n      - glossary.md\n"
        )
    write(
        root,
        "theme/main.html",
        "{% macro lines(items) %}{% for one in items %}{% if one.children %}[{{ one.title }}: {{ lines(one.children) }}]"
        "{% else %}({{ one.title }}){% endif %}{% endfor %}{% endmacro %}"
        "<title>{{ page.meta.title }}</title><nav>{{ lines(nav.items) }}</nav><h1>{{ page.title }}</h1>{{ page.content }}",
    )
    assert build(root)[0] == 0
    nav = "<nav>(Start)[More: (The one)(Glossary)]</nav>"
    assert f"{nav}<h1>Start</h1>" in (root / "site/index.html").read_text("utf-8")
    briefing = (root / "site/01-shared-offices/index.html").read_text("utf-8")
    assert f"<title>Sharing an office (Briefing 1)</title>{nav}<h1>The one</h1>" in briefing


@pytest.mark.parametrize(("level", "said"), [("error", "1 finding at"), ("warning", "2 findings at")])
def test_a_strict_build_says_how_much_stopped_it(level: str, said: str, tmp_path: Path) -> None:
    text = change(BRIEFING, SENTENCE, "Teams [@rowan2018].")
    root = bare(lay_out(tmp_path, text, change(BRIEFING, "### Joint teams {#teams}", "### Joint teams")))
    settings = (root / "mkdocs.yml").read_text("utf-8")
    write(root, "mkdocs.yml", settings.replace("  - briefings\n", f"  - briefings:\n      fail_on: {level}\n"))
    code, output = build(root, "--strict")
    assert code == 1
    assert f"{said} or above “{level}”; `briefings check` shows" in output


def test_the_project_itself_builds_with_material(tmp_path: Path) -> None:
    """The real command, the real theme, the first briefing, and not a word on standard error that alarms."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    html = (tmp_path / "site/07-integrated-working/index.html").read_text("utf-8")
    assert "Key messages for practice" in html
    assert html.count('class="citation"') >= 38
    assert html.count('<section class="update"') == 1
    assert (tmp_path / "site/07-integrated-working/briefing-7.pdf").stat().st_size > 10_000
    assert "http://" not in "".join(line for line in html.splitlines() if "<script" in line or "<link" in line)
