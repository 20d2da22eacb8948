"""The check of privacy in both its languages: the same texts, asked of Python and of JavaScript under Node."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import playwright
import pytest

from briefing_tools.privacy import NOBODY, Registry, find
from briefing_tools.privacy.browser import browser_files
from briefing_tools.privacy.rulebook import rule_book

HERE = Path(__file__).parent
PLANTED = {name: HERE / "privacy" / f"planted-{name}.md" for name in ("before", "after")}

_ASK = """
const vm = require("vm"), fs = require("fs");
const files = JSON.parse(fs.readFileSync(0, "utf8"));
const page = { console }; page.self = page;
vm.createContext(page);
for (const script of files.scripts) vm.runInContext(script, page);
page.texts = files.texts;
const answers = vm.runInContext(`(() => {
  const data = self.BRIEFING_PRIVACY;
  const privacy = self.BriefingPrivacy.prepare(data.rules, data.vocabulary, data.registry);
  return texts.map((text) => { const begin = Date.now(); const hits = privacy.find(text); return [hits, Date.now() - begin]; });
})()`, page);
process.stdout.write(JSON.stringify(answers));
"""

Values = dict[str, Any]


def find_node() -> str:
    """Node: the system's, or the one that Playwright carries. Without one, a developer's test is skipped."""
    carried = Path(playwright.__file__).parent / "driver" / ("node.exe" if os.name == "nt" else "node")
    found = shutil.which("node") or (str(carried) if carried.is_file() else "")
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("There is no Node here.")
    return found


def javascript(texts: Sequence[str], known: Registry = NOBODY) -> list[tuple[list[Values], int]]:
    """What the browser's script finds in each text, with places as Python counts them, and its milliseconds."""
    asked = json.dumps({"scripts": list(browser_files(known).values()), "texts": list(texts)})
    done = subprocess.run([find_node(), "-e", _ASK], input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    answers = json.loads(done.stdout)
    return [([_counted(text, hit) for hit in hits], took) for text, (hits, took) in zip(texts, answers, strict=True)]


def python(texts: Sequence[str], known: Registry = NOBODY) -> list[list[Values]]:
    """What Python finds in each text."""
    return [[asdict(hit) for hit in find(text, 0, None, known)] for text in texts]


def _counted(text: str, hit: Values) -> Values:
    units = text.encode("utf-16-le")
    places = {key: len(units[: 2 * hit[key]].decode("utf-16-le")) for key in ("start", "end")}
    return {**hit, **places}


def examples() -> Iterator[str]:
    """Every example of the rule book, without its marks."""
    for sign in rule_book().signs:
        yield from (example.replace("«", "").replace("»", "") for example in (*sign.must, *sign.must_not))


@dataclass(frozen=True)
class Planted:
    """An invented sentence with something to be found from `start` to `end`; `missed` ones are known not to be."""

    kind: str
    severity: str
    missed: bool
    text: str
    start: int
    end: int


def planted(name: str) -> list[Planted]:
    """The sentences of one of the two documents."""
    pattern = re.compile(r"^- ([a-z-]+) (stop|confirm)( missed)?: (.+)$", re.M)
    return [_planted(*found.groups()) for found in pattern.finditer(PLANTED[name].read_text("utf-8"))]


def _planted(kind: str, severity: str, missed: str | None, words: str) -> Planted:
    text, start, end = "", 0, 0
    for part in re.split("([«»])", words.replace("⏎", "\n")):
        if part == "«":
            start = len(text)
        elif part == "»":
            end = len(text)
        else:
            text += part
    return Planted(kind, severity, missed is not None, text, start, end)


def is_found(one: Planted) -> bool:
    """Whether a hit at least as serious as wanted touches the place."""
    serious = ("stop",) if one.severity == "stop" else ("stop", "confirm")
    return any(hit.start < one.end and hit.end > one.start and hit.severity in serious for hit in find(one.text))
