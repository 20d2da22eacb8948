"""What search on the pages costs, beside Pagefind and Material's own: `python tests/benchmarks/pages.py [BRIEFINGS …]`.

All are asked in one run, on the same invented pages, in the system's Chromium, over a line of 10 Mb/s and 40 ms that the
server emulates, so that it slows workers too, which the browser's own emulation does not.
`--pagefind PATH` names Pagefind's program (`npm install pagefind` puts it in `node_modules/@pagefind/*/bin/`); without it,
Pagefind is left out. `--no-material` leaves Material out, which takes longest. Figures are medians of three new profiles.
Bytes are those of the line, compressed as most hosts do. Only ratios within one run mean anything.

The columns, each in kilobytes or milliseconds: of the **first** question, with everything that must be loaded for it, until
three results are there and until ten are; what is fetched **ahead** in the three seconds after it, when nobody asks; a
**next** question that is asked at once, as from a link, again until three and until ten; a next question that is **typed**,
a key every 150 ms, from its last key until ten results are there, and all that was fetched on the way; a key when everything
is at hand (**warm**), median and longest; the memory of the page's process. Material shows all results together.
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

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, sync_playwright

from benchmarks.invented_pages import GLOSSARY, invented_series, term_records, write_for_material, write_pages
from briefing_tools.indexing import build_index, share_out
from briefing_tools.stages.search import engine
from browsing import SWITCHES, find_browser

FIRST = "parental mental ill health"
NEXT = ("information sharing", "multi agency safeguarding hub", "transition adult services", "domestic violence")
TYPED = "safeguarding children"
TYPED_NEXT = ("whole family approach", "early help assessment", "young carers", "health and wellbeing board")
PACE = 150
"""Milliseconds from key to key: 80 words a minute, faster than most people type, and than all on a phone."""
AHEAD = 3000
COLUMNS = (
    "first KB", "first 3", "first 10", "ahead KB", "next KB", "next 3", "next 10", "typed KB", "typed 10", "warm key",
    "warm max", "memory MB",
)  # fmt: skip


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
    const from = performance.now();
    let three = 0;
    if (!window.briefingsSearch) await new Promise((done) => {
        const early = { rel: "preload", as: "script", href: "/search/index.js" };
        document.head.append(Object.assign(document.createElement("link"), early));
        const script = document.createElement("script");
        script.src = "/search/engine.js"; script.onload = done; document.head.append(script);
    });
    await briefingsSearch.open();
    const facets = ["kind", "site", ...(briefingsSearch.parts() <= 2 ? ["briefing"] : [])];
    const early = ({ results }) => { if (results.length >= 3) three ||= performance.now() - from; };
    const found = await briefingsSearch.ask(query, { limit, facets, early });
    const ten = performance.now() - from;
    return [found.results.length, three || ten, ten];
}"""
PAGEFIND = """async ([query, limit]) => {
    const from = performance.now();
    let three = 0;
    window.pagefind ??= await import("/pagefind/pagefind.js");
    const found = await pagefind.search(query);
    const coming = found.results.slice(0, limit).map((one) => one.data());
    Promise.all(coming.slice(0, 3)).then(() => { three = performance.now() - from; });
    const shown = await Promise.all(coming);
    const ten = performance.now() - from;
    return [shown.length, three || ten, ten];
}"""
TYPING = """async ([queries, pace]) => {
    const ask = %s;
    const times = [];
    for (const query of queries) {
        let last;
        for (let end = 1; end <= query.length; end++) {
            const from = performance.now();
            last = ask([query.slice(0, end), 10]).then(() => performance.now() - from);
            if (end < query.length) await new Promise((done) => setTimeout(done, pace));
        }
        times.push(await last);
        await new Promise((done) => setTimeout(done, 500));
    }
    return times;
}"""


def measure(folder: Path, script: str) -> dict[str, float]:
    """One visit in a new profile: first and next questions over the slow line, then typing, then memory."""
    with serving(folder) as (url, line), _browser() as page:
        page.goto(url + "start.html")
        page.wait_for_timeout(200)
        told: dict[str, float] = {}
        line.take()
        told["first 3"], told["first 10"] = _asked(page, script, FIRST)
        told["first KB"] = line.take()
        page.wait_for_timeout(AHEAD)
        told["ahead KB"] = line.take()
        times, sizes = [], []
        for query in NEXT:
            line.take()
            times.append(_asked(page, script, query))
            sizes.append(line.take())
        told["next 3"], told["next 10"] = (statistics.median(one) for one in zip(*times, strict=True))
        told["next KB"] = statistics.median(sizes)
        told["typed 10"] = statistics.median(page.evaluate(TYPING % script, [TYPED_NEXT, PACE]))
        told["typed KB"] = line.take() / len(TYPED_NEXT)
        typing = []
        for again in range(2):
            for end in range(2, len(TYPED) + 1):
                spent = page.evaluate(f"async (given) => (await ({script})(given))[2]", [TYPED[:end], 6])
                typing += [spent] if again else []
        told["warm key"], told["warm max"] = statistics.median(typing), max(typing)
        told["memory MB"] = _memory(page)
        return told


def _asked(page: Page, script: str, query: str) -> tuple[float, float]:
    """Milliseconds until three results are there, and until ten are."""
    found, three, ten = page.evaluate(script, [query, 10])
    assert found > 0, f"{query} finds something"
    return three, ten


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
        first = (time.perf_counter() - started) * 1000
        told = {"first 3": first, "first 10": first, "first KB": line.take()}
        page.wait_for_timeout(AHEAD)
        told["ahead KB"], told["next KB"] = line.take(), 0.0
        typing = []
        for end in range(3, len(TYPED) + 1):
            typing.append(page.evaluate(MATERIAL_TYPED, TYPED[:end]))
        told["warm key"], told["warm max"] = statistics.median(typing), max(typing)
        told["next 3"] = told["next 10"] = statistics.median(page.evaluate(MATERIAL_TYPED, query) for query in NEXT)
        ask = f"async ([query]) => ({MATERIAL_TYPED})(query)"
        told["typed 10"] = statistics.median(page.evaluate(TYPING % ask, [TYPED_NEXT, PACE]))
        told["typed KB"] = line.take() / len(TYPED_NEXT)
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
    print(f"  {'':<22}{'build s':>9}" + "".join(f"{name:>10}" for name in COLUMNS))
    figures = {}
    for name, build, run, where in rows:
        (where / "start.html").write_text(
            '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Start</title>', "utf-8"
        )
        told = [run() for _ in range(given.runs)]
        figures[name] = {column: statistics.median(one[column] for one in told) for column in COLUMNS}
        values = "".join(f"{value:>10.1f}" for value in figures[name].values())
        print(f"  {name:<22}{build:>9.1f}{values}", flush=True)
        shutil.rmtree(where, ignore_errors=True)
    for name in list(figures)[1:]:
        _overtaken(figures["briefings"], figures[name], name)


def _overtaken(ours: dict[str, float], theirs: dict[str, float], name: str) -> None:
    """After how many questions on one page the other has cost less, all in all, if each next one is asked at once."""
    for first, ahead, each, what in (("first KB", "ahead KB", "next KB", "bytes"), ("first 10", "", "next 10", "time")):
        lead = theirs[first] - ours[first] - ours.get(ahead, 0)
        more = ours[each] - theirs[each]
        after = "never" if more <= 0 else f"after {lead / more + 1:,.0f} questions on one page"
        print(f"  {name} has cost less {what}: {after}")


if __name__ == "__main__":
    main()
