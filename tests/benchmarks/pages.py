"""What search on the pages costs, beside Pagefind and Material's own: `python tests/benchmarks/pages.py [BRIEFINGS …]`.

All are asked in one run, on the same invented pages, in the system's Chromium, over a line of 10 Mb/s and 40 ms that the
server emulates, so that it slows workers too, which the browser's own emulation does not.
`--pagefind PATH` names Pagefind's program (`npm install pagefind` puts it in `node_modules/@pagefind/*/bin/`); without it,
Pagefind is left out. `--no-material` leaves Material out, which takes longest. Figures are medians of three new profiles.
Bytes are those of the line, compressed as most hosts do. Only ratios within one run mean anything.
"""

import argparse
import contextlib
import gzip
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, sync_playwright

from benchmarks.invented_pages import GLOSSARY, invented_series, term_records, write_for_material, write_pages
from briefing_tools.indexing import build_index, share_out
from briefing_tools.stages.search import engine
from browsing import SWITCHES, find_browser

FIRST = "parental mental ill health"
NEXT = ("information sharing", "multi agency safeguarding hub", "transition adult services", "domestic violence")
TYPED = "safeguarding children"


@dataclass
class Line:
    """A slow line: so many seconds until an answer begins, so many bytes a second for all answers together."""

    latency: float = 0.04
    speed: float = 10e6 / 8
    sent: int = 0
    free: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, body: bytes, write: Callable[[bytes], object]) -> None:
        """Send a body at the line's speed."""
        time.sleep(self.latency)
        for start in range(0, len(body), 4096):
            part = body[start : start + 4096]
            with self.lock:
                self.sent += len(part)
                self.free = max(self.free, time.monotonic()) + len(part) / self.speed
                wait = self.free - time.monotonic()
            time.sleep(max(0, wait))
            write(part)

    def take(self) -> float:
        """The kilobytes sent since this was asked last."""
        with self.lock:
            sent, self.sent = self.sent, 0
        return sent / 1000


class _Zipping(http.server.SimpleHTTPRequestHandler):
    """Serves a folder over a slow line, with texts compressed."""

    protocol_version = "HTTP/1.1"
    line: Line
    zipped: dict[str, bytes]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body, kind = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        if path.suffix in (".html", ".js", ".json", ".css", ".svg"):
            body = self.zipped.setdefault(str(path), gzip.compress(body, 6))
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.line.send(body, self.wfile.write)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Line]]:
    """The address under which a folder is served over a slow line."""
    line = Line()
    handler = type("Handler", (_Zipping,), {"zipped": {}, "line": line})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a, **k: handler(*a, directory=str(folder), **k))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", line
    finally:
        server.shutdown()
        server.server_close()


OURS = """async ([query, limit]) => {
    if (!window.briefingsSearch) await new Promise((done) => {
        const early = { rel: "preload", as: "script", href: "/search/index.js" };
        document.head.append(Object.assign(document.createElement("link"), early));
        const script = document.createElement("script");
        script.src = "/search/engine.js"; script.onload = done; document.head.append(script);
    });
    await briefingsSearch.open();
    const facets = ["kind", "site", ...(briefingsSearch.parts() <= 2 ? ["briefing"] : [])];
    const found = await briefingsSearch.ask(query, { limit, facets });
    return found.results.length;
}"""
PAGEFIND = """async ([query, limit]) => {
    window.pagefind ??= await import("/pagefind/pagefind.js");
    const found = await pagefind.search(query);
    const shown = await Promise.all(found.results.slice(0, limit).map((one) => one.data()));
    return shown.length;
}"""


def measure(folder: Path, script: str) -> dict[str, float]:
    """One visit in a new profile: first and next questions over the slow line, then typing, then memory."""
    with serving(folder) as (url, line), _browser() as page:
        page.goto(url + "start.html")
        page.wait_for_timeout(200)
        told: dict[str, float] = {}
        line.take()
        told["first ms"] = _timed(lambda: page.evaluate(script, [FIRST, 10]))
        told["first KB"] = line.take()
        times, sizes = [], []
        for query in NEXT:
            line.take()
            times.append(_timed(lambda query=query: page.evaluate(script, [query, 10])))
            sizes.append(line.take())
        told["next ms"], told["next KB"] = statistics.median(times), statistics.median(sizes)
        typing = []
        for again in range(2):
            for end in range(2, len(TYPED) + 1):
                spent = page.evaluate(
                    f"async (given) => {{ const from = performance.now(); await ({script})(given); return performance.now() - from; }}",
                    [TYPED[:end], 6],
                )
                typing += [spent] if again else []
        told["typing ms"], told["typing max"] = statistics.median(typing), max(typing)
        told["memory MB"] = _memory(page)
        return told


def measure_material(folder: Path) -> dict[str, float]:
    """Material asks for its index when a page is opened, so its first result is timed from there."""
    with serving(folder) as (url, line), _browser() as page:
        started = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_selector("[data-md-component=search-query]", state="attached")
        page.evaluate("document.getElementById('__search').click()")
        box = page.locator("[data-md-component=search-query]")
        box.fill(FIRST)
        page.wait_for_selector(".md-search-result__item", timeout=120_000)
        told = {"first ms": (time.perf_counter() - started) * 1000, "first KB": line.take()}
        told["next ms"], told["next KB"] = 0.0, 0.0
        typing = []
        for end in range(3, len(TYPED) + 1):
            typing.append(page.evaluate(MATERIAL_TYPED, TYPED[:end]))
        told["typing ms"], told["typing max"] = statistics.median(typing), max(typing)
        told["next ms"] = statistics.median(page.evaluate(MATERIAL_TYPED, query) for query in NEXT)
        told["memory MB"] = _memory(page)
        return told


MATERIAL_TYPED = """(query) => new Promise((done) => {
    const box = document.querySelector("[data-md-component=search-query]");
    const list = document.querySelector(".md-search-result__list");
    const from = performance.now();
    const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now() - from); });
    watch.observe(list, { childList: true });
    setTimeout(() => { watch.disconnect(); done(performance.now() - from); }, 5000);
    box.value = query;
    box.dispatchEvent(new Event("keyup", { bubbles: true }));
})"""


@contextlib.contextmanager
def _browser() -> Iterator[Page]:
    """A page in a new profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=SWITCHES)
        yield browser.new_page()
        browser.close()


def _timed(ask: Callable[[], Any]) -> float:
    started = time.perf_counter()
    assert ask() > 0, "it finds something"
    return (time.perf_counter() - started) * 1000


def _memory(page: Page) -> float:
    """What the largest renderer below this process holds for itself (PSS), in megabytes."""
    held = [0.0]
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"--type=renderer" in (folder / "cmdline").read_bytes() and _is_below(folder.name):
                line = next(one for one in (folder / "smaps_rollup").read_text().splitlines() if one.startswith("Pss:"))
                held.append(int(line.split()[1]) / 1024)
    return max(held)


def _is_below(process: str) -> bool:
    while process not in ("0", "1"):
        if process == str(os.getpid()):
            return True
        process = (Path("/proc") / process / "stat").read_text().rpartition(")")[2].split()[1]
    return False


def main() -> None:
    """Print a table for each size."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("briefings", nargs="*", type=int, default=[100, 1000])
    arguments.add_argument("--pagefind", type=Path)
    arguments.add_argument("--no-material", action="store_true")
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    for briefings in given.briefings:
        with tempfile.TemporaryDirectory() as name:
            _compare(Path(name), briefings, given)


def _compare(folder: Path, briefings: int, given: argparse.Namespace) -> None:
    pages, records = invented_series(briefings)
    words = sum(len(one.text.split()) for one in records)
    print(f"\n{briefings:,} briefings, {len(records):,} records, {words:,} words", flush=True)
    rows = []
    ours = folder / "ours"
    (ours / "search").mkdir(parents=True)
    started = time.perf_counter()
    index = build_index((*records, *term_records(GLOSSARY)), GLOSSARY)
    half = time.perf_counter()
    sheets = share_out(index, engine())
    done = time.perf_counter()
    for sheet in sheets:
        (ours / sheet.url).write_bytes(sheet.content)
    print(f"  briefings: index {half - started:.1f} s, sheets {done - half:.1f} s; {len(sheets):,} files, "
          f"{sum(len(one.content) for one in sheets) / 1e6:.2f} MB, largest {max(len(one.content) for one in sheets) / 1000:.0f} KB", flush=True)  # fmt: skip
    rows.append(("briefings", done - started, lambda: measure(ours, OURS), ours))
    if given.pagefind:
        theirs = folder / "pagefind"
        write_pages(pages, theirs)
        started = time.perf_counter()
        subprocess.run([given.pagefind, "--site", theirs, "--quiet"], check=True)
        rows.append(("Pagefind", time.perf_counter() - started, lambda: measure(theirs, PAGEFIND), theirs))
    if not given.no_material:
        write_for_material(pages, folder / "material")
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-q", "-f", folder / "material" / "mkdocs.yml"],
            check=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        site = folder / "material" / "site"
        rows.append(("Material (build: all)", time.perf_counter() - started, lambda: measure_material(site), site))
    columns = ("first KB", "first ms", "next KB", "next ms", "typing ms", "typing max", "memory MB")
    print(f"  {'':<22}{'build s':>9}" + "".join(f"{name:>11}" for name in columns))
    for name, build, run, where in rows:
        (where / "start.html").write_text(
            '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Start</title>', "utf-8"
        )
        told = [run() for _ in range(given.runs)]
        medians = [statistics.median(one[column] for one in told) for column in columns]
        print(f"  {name:<22}{build:>9.1f}" + "".join(f"{value:>11.1f}" for value in medians), flush=True)
        shutil.rmtree(where, ignore_errors=True)


if __name__ == "__main__":
    main()
