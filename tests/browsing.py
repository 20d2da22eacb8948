"""A real browser for tests: the system's Chromium, driven by Playwright, against pages served on this machine."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find_browser() -> str:
    """The path of the system's browser. Without one, a developer's test is skipped and a test in CI fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), "")
    if not found:
        reason = "No browser is installed here (Chromium or Chrome), so the pages cannot be opened in one."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextlib.contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless browser."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


def build_pages(root: Path, folder: Path) -> None:
    """Build the pages of the project in `root` into a folder, by the command as its users do."""
    command = [sys.executable, "-m", "briefing_tools.cli", "build", "--root", str(root), "--site-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args: object, headers: dict[str, str], **others: object) -> None:
        self.told = headers
        super().__init__(*args, **others)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        for name, value in self.told.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path, headers: dict[str, str] | None = None) -> Iterator[str]:
    """The address under which a folder is served on this machine, with more headers if they are given."""
    handler = functools.partial(_Quiet, directory=str(folder), headers=headers or {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Visit:
    """A page opened in the browser, with everything it complained of and everything it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextlib.contextmanager
def visiting(browser: Browser, *, width: int = 1280, scripts: bool = True) -> Iterator[Visit]:
    """An empty page of a certain width in pixels, with or without JavaScript."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="en-GB"
    )
    visit = Visit(context.new_page())
    visit.page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    yield visit
    context.close()
