"""How often the check of privacy speaks of ordinary prose, what it misses, and how long it takes: `python tests/benchmarks/privacy.py DIR…`.

Reads every text file below the folders (`.txt`, `.md`, `.rst`, and files without an ending), in pieces of about 60,000
characters. False alarms are counted on the assumption that ordinary prose holds nothing private: names once for each
different name in a piece. `-v` shows some of what was found, and so what it was; it prints the values, so use it on texts
that may be seen. What is missed is counted on the two sets of planted sentences in `tests/privacy`: one that the rules were
written with, and one that was written when they were done. Without a folder, times are measured, too: on invented texts of 200 KB that are hard to read, and on
twice as much, in both languages. A ratio of about 2 means that time grows with the text and not faster.
"""

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from briefing_tools.privacy import NOBODY, find, find_in_reviewed
from briefing_tools.privacy.browser import browser_files
from twins import PLANTED, is_found, planted

PIECE = 60_000
SIZE = 200_000
ENDINGS = (".txt", ".md", ".rst", "")

HARD = {
    "one letter": "a", "capitals": "A", "digits": "9", "digits apart": "9 ", "nearly NHS": "943 476 591 ", "NHS": "9434765919 ",
    "failing NHS": "9434765918 ", "nearly UPN": "H8012000010 ", "words of NHS": "nhs number nhs ", "open links": "[a](", "closings": "](",
    "links": "[a](943 476 5919)", "open tags": "<a ", "open comments": "<!-- ", "comments": "<!--x-->", "tags": "<b title='943'>",
    "entities": "&#9", "percents": "%41", "stars": "*|", "cells": "| c ", "mail": "a.b_c@", "more mail": "a@a.a.", "dots": "1.2.3.4.",
    "dates": "12/06/2001 ", "births": "born on the ", "names": "Jayden Smith ", "mixed names": "ABCD Jayden ", "names and ages": "Jayden (14) ",
    "ages": "aged 14 at Xxx. ", "counts": "three children ", "nearly counts": "three of the young white ", "shares": "Of the 12 young people supported, ",
    "streets": "14 Acacia Mill Lane ", "nearly streets": "14 Acacia ", "invisible": "\u200b", "wide digits": "９", "faces": "😀", "lines": "\n",
    "quotes": "\n> ", "cases": "case ref no number ", "hyphens": "Aa-Bb-", "apostrophes": "O'O'O'", "titles": "Dr ", "of": "University of Xyz ",
    "table": "| c | 3 |\n",
}  # fmt: skip
"""What the hard texts repeat."""

_CLOCK = """
const vm = require("vm"), files = JSON.parse(require("fs").readFileSync(0, "utf8"));
const page = {}; page.self = page; vm.createContext(page);
for (const script of files.scripts) vm.runInContext(script, page);
page.texts = files.texts; page.now = () => performance.now();
process.stdout.write(JSON.stringify(vm.runInContext(`(() => {
  const data = self.BRIEFING_PRIVACY;
  const privacy = self.BriefingPrivacy.prepare(data.rules, data.vocabulary, data.registry);
  privacy.find(texts[0]);
  return texts.map((text) => { const begin = now(); privacy.find(text); return (now() - begin) / 1000; });
})()`, page)));
"""


def main(words: list[str]) -> None:
    """Measure what the command line asks for."""
    folders = [Path(word) for word in words if not word.startswith("-")]
    misses()
    if folders:
        false_alarms(folders, verbose="-v" in words)
    else:
        times()


def false_alarms(folders: list[Path], *, verbose: bool) -> None:
    """Print how often each sign was found in the folders' texts, and how many words were read in a second."""
    read, names, took = 0, 0, 0.0
    found: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], list[str]] = {}
    for text in _pieces(folders):
        read += len(re.findall(r"[A-Za-z']+", text))
        begin = time.perf_counter()
        hits = find(text)
        took += time.perf_counter() - begin
        names += len({text[hit.start : hit.end] for hit in hits if hit.sign == "name"})
        for hit in hits:
            found[hit.severity, hit.sign] += 1
            around = (
                text[max(0, hit.start - 40) : hit.start]
                + "«"
                + text[hit.start : hit.end]
                + "»"
                + text[hit.end : hit.end + 25]
            )
            shown.setdefault((hit.severity, hit.sign), []).append(" ".join(around.split()))
    stops = sum(count for (severity, _), count in found.items() if severity == "stop")
    print(f"{read} words, {read / max(took, 1e-9):.0f} words a second")
    print(f"names asked about: {names / max(read, 1) * 1000:.1f} per 1,000 words (at most 6)")
    print(f"stops: {stops / max(read, 1) * 10_000:.2f} per 10,000 words (at most 1)")
    for (severity, sign), count in sorted(found.items()):
        print(f"  {severity:8} {sign:22} {count:6}")
        if verbose:
            for around in random.Random(1).sample(shown[severity, sign], min(6, count)):
                print(f"      {around}")


def misses() -> None:
    """Print how many of the planted sentences are found, and which kinds are missed."""
    for name in PLANTED:
        sentences = planted(name)
        missed = Counter(one.kind for one in sentences if not is_found(one))
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(missed.items()))
        print(f"planted sentences, set “{name}”: {len(sentences) - sum(missed.values())} of {len(sentences)} found")
        if missed:
            print(f"  missed: {kinds}")


def _pieces(folders: list[Path]) -> Iterator[str]:
    for path in sorted(path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))):
        if path.is_file() and path.suffix in ENDINGS:
            text = path.read_bytes().decode("utf-8", "replace")
            for start in range(0, len(text), PIECE):
                yield text[start : start + PIECE]


def times() -> None:
    """Print how long hard texts take in both languages, worst first, and a text of ordinary length."""
    texts = {name: (part * (SIZE // len(part) + 1))[:SIZE] for name, part in HARD.items()}
    twice = {name: text + text for name, text in texts.items()}
    here = {name: (_seconds(texts[name]), _seconds(twice[name])) for name in texts}
    there_once, there_twice = _javascript(list(texts.values())), _javascript(list(twice.values()))
    print(f"{'text of 200 KB':18}{'Python s':>10}{'× 2':>7}{'Node s':>10}{'× 2':>7}")
    for index, name in sorted(enumerate(texts), key=lambda pair: -here[pair[1]][0]):
        once, double = here[name]
        print(
            f"{name:18}{once:10.2f}{double / once:7.1f}{there_once[index]:10.2f}"
            f"{there_twice[index] / max(there_once[index], 1e-3):7.1f}"
        )
    own = (Path(__file__).parents[2] / "briefings" / "07-integrated-working" / "index.md").read_text("utf-8")
    begin = time.perf_counter()
    for _ in range(10):
        find_in_reviewed(own)
    reviewed = (time.perf_counter() - begin) / 10
    print(
        f"Briefing 7, {len(own)} characters: in full {_seconds(own) * 1000:.0f} ms, as reviewed text {reviewed * 1000:.1f} ms"
    )


def _seconds(text: str) -> float:
    begin = time.perf_counter()
    find(text)
    return time.perf_counter() - begin


def _javascript(texts: list[str]) -> list[float]:
    asked = json.dumps({"scripts": list(browser_files(NOBODY).values()), "texts": texts})
    done = subprocess.run(["node", "-e", _CLOCK], input=asked, capture_output=True, text=True, check=True)
    seconds: list[float] = json.loads(done.stdout)
    return seconds


if __name__ == "__main__":
    main(sys.argv[1:])
