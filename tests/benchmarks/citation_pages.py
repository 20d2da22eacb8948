"""What citations add to `mkdocs build`, beside mkdocs-bibtex: `python tests/benchmarks/citation_pages.py [WORKS …]`.

All build the same 1,000 invented pages of about 1,300 words with 20 citations each, from a bibliography of 500 and one of
2,000 works, in turn, nine times, and another one begins each time, after one build that does not count; mkdocs-bibtex, which
takes five times as long, every third time. CPU seconds of the whole command: the least, for whatever else a machine does only
adds to them, and the median. All run as they do when they are installed, with their bytecode kept. The plain build leaves
the brackets as they are, and no build makes MkDocs's search index unless `--search` says so. mkdocs-bibtex takes part if
`pip install mkdocs-bibtex` has put it beside us; it is measured in its own way of writing references, or by pandoc with
`--csl FILE`. Only ratios within one run mean anything.
"""

import argparse
import importlib.util
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bibliography import generate

CITATIONS = 20
WORDS = 1300
_SITE = "site_name: Invented\ntheme: {name: mkdocs}\nplugins: [PLUGINS]\n"
OURS = "markdown_extensions:\n  - briefing_citations: {bibliography: references.bib, style: STYLE}\n"
THEIRS = "bibtex: {bib_file: references.bib, bib_by_default: true}"


def main() -> None:
    """Print a table for each size of the bibliography."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("works", nargs="*", type=int, default=[500, 2000])
    arguments.add_argument("--pages", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--csl", type=Path)
    arguments.add_argument("--search", action="store_true")
    given = arguments.parse_args()
    for works in given.works:
        with tempfile.TemporaryDirectory() as name:
            _compare(Path(name), works, given)


def _compare(root: Path, works: int, given: argparse.Namespace) -> None:
    _write_project(root, works, given.pages)
    site = _SITE.replace("PLUGINS", "search, PLUGINS" if given.search else "PLUGINS")
    plain = site.replace("PLUGINS", "")
    builds = {"mkdocs alone": plain}
    builds |= {
        f"briefing_citations, {style}": plain + OURS.replace("STYLE", style) for style in ("briefing", "harvard")
    }
    if importlib.util.find_spec("mkdocs_bibtex"):
        csl = f", csl_file: {given.csl.resolve()}" if given.csl else ""
        builds[f"mkdocs-bibtex{' by pandoc' if csl else ''}"] = site.replace("PLUGINS", THEIRS.replace("}", csl + "}"))
    print(
        f"\n{given.pages:,} pages with {CITATIONS} citations each, a bibliography of {works:,}; CPU seconds", flush=True
    )
    for name, settings in builds.items():
        (root / f"{_slug(name)}.yml").write_text(settings, "utf-8")
    told: dict[str, list[float]] = {name: [] for name in builds}
    names = list(told)
    _seconds(root, f"{_slug(names[0])}.yml")
    for turn in range(given.rounds):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            if not name.startswith("mkdocs-bibtex") or turn % 3 == 0:
                told[name].append(_seconds(root, f"{_slug(name)}.yml"))
    for said, of in (("least", min), ("median", statistics.median)):
        _print(said, {name: of(seconds) for name, seconds in told.items()})


def _print(said: str, told: dict[str, float]) -> None:
    alone = told["mkdocs alone"]
    ours = told["briefing_citations, briefing"] - alone
    print(f"  {said:<30}{'whole':>8}{'added':>8}{'of plain':>10}{'of ours':>9}")
    for name, whole in told.items():
        added = whole - alone
        print(f"  {name:<30}{whole:>8.1f}{added:>8.1f}{added / alone:>9.0%} {added / ours:>8.1f}", flush=True)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)


def _seconds(root: Path, settings: str) -> float:
    """The CPU seconds of a build with all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--clean", "-f", settings, "-d", "site"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr[-2000:]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _write_project(root: Path, works: int, pages: int) -> None:
    bibliography = generate(works)
    (root / "references.bib").write_text(bibliography, "utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", bibliography, re.M)
    (root / "docs").mkdir()
    chance = random.Random(7)
    for number in range(pages):
        name = "index" if number == 0 else f"page-{number}"
        (root / "docs" / f"{name}.md").write_text(_page(number, keys, chance), "utf-8")


def _page(number: int, keys: list[str], chance: random.Random) -> str:
    """A page of prose in ten parts, with a citation in every other sentence or so."""
    lines = [f"# Page {number}\n"]
    words = "what children and families told agencies about sharing information early was acted upon".split()  # noqa: SIM905
    for part in range(10):
        lines.append(f"## Part {part}\n")
        for _ in range(CITATIONS // 10):
            prose = " ".join(chance.choices(words, k=WORDS // CITATIONS // 2))
            more = " ".join(chance.choices(words, k=WORDS // CITATIONS // 2))
            lines.append(f"{prose.capitalize()} {_citation(keys, chance)}. {more.capitalize()}.\n")
    return "\n".join(lines)


def _citation(keys: list[str], chance: random.Random) -> str:
    """A bracket with one or two works, most with a page."""
    picked = chance.sample(keys, k=2 if chance.random() < 0.2 else 1)
    return "[" + "; ".join(f"@{key}, p. {chance.randint(1, 300)}" for key in picked) + "]"


if __name__ == "__main__":
    main()
