"""Looking for copies by the Memento protocol (RFC 7089), against a real server of it: pywb, filled with invented pages.

It is skipped where pywb is not installed. It brings many packages, so it is best kept in an environment of its own:
`python3 -m venv pywb && pywb/bin/pip install pywb 'setuptools<80'`, and its `bin` on the path when the tests run.
"""

import json
import shutil
import socket
import subprocess
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from briefing_tools.cli import main
from briefing_tools.linkcheck.archiving import http_date, mementos
from briefing_tools.model import Day
from casebook import lay_out, write

HERE = shutil.which("wayback") and shutil.which("wb-manager")
NEEDS_PYWB = pytest.mark.skipif(not HERE, reason="Needs pywb on the path: pip install pywb 'setuptools<80'")
BRIEFING = "briefings/01-shared-offices/index.md"
GONE, SHORT, NEVER = "http://www.example.org/gone", "http://tinyurl.com/inventedguide", "http://www.example.org/never"


def _record(url: str, when: str, answer: str) -> bytes:
    """One answer as a record of a web archive (WARC 1.0, ISO 28500)."""
    body = answer.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {when}T10:30:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{abs(hash((url, when))) % 10**12:012}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def _page(words: str) -> str:
    text = f"<html><title>{words}</title><p>{words}</p></html>"
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(text)}\r\n\r\n{text}"


ARCHIVED = (
    _record(GONE, "2009-05-01", _page("The first one, invented")),
    _record(GONE, "2013-01-20", _page("Near the publication, invented")),
    _record(GONE, "2024-03-03", _page("Long after, invented")),
    _record(
        SHORT,
        "2013-02-02",
        "HTTP/1.1 301 Moved\r\nLocation: http://www.example.org/guides/44\r\nContent-Length: 0\r\n\r\n",
    ),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running pywb with an archive of invented pages; gives its address."""
    folder = tmp_path_factory.mktemp("archive")
    write(folder, "config.yaml", "framed_replay: false\nenable_memento: true\n")
    (folder / "invented.warc").write_bytes(b"".join(ARCHIVED))
    for words in (["init", "web"], ["add", "web", "invented.warc"]):
        subprocess.run(["wb-manager", *words], cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["wayback", "-b", "127.0.0.1", "-p", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/web"
    try:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"{address}/timemap/link/{GONE}", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def look(root: Path, services: str) -> dict[str, dict[str, str]]:
    """What `links archive --online` records, by address."""
    lay_out(root)
    text = (root / BRIEFING).read_text("utf-8").replace("published: 2026-02", "published: 2013-02")
    links = " ".join(f"[it]({url})" for url in (GONE, SHORT, NEVER))
    write(root, BRIEFING, text.replace("Joint teams have one manager.", f"See {links}."))
    write(
        root, "briefings/links.toml", f'[limits]\narchive_gap = 0.0\n[services]\narchive_available = ""\n{services}\n'
    )
    words = ["links", "archive", "--root", str(root), "--online", "--allow-private", "--json", GONE, SHORT, NEVER]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["none"] == [NEVER]
    return tomllib.loads((root / "briefings/links.lock").read_text("utf-8"))


@NEEDS_PYWB
@pytest.mark.parametrize(
    "services",
    [
        'archive_copies = "{archive}/{url}"\narchive_timemap = ""',
        'archive_copies = ""\narchive_timemap = "{archive}/timemap/link/{url}"',
        'archive_copies = "{archive}/{date}/{url}"\narchive_timemap = ""',
    ],
    ids=["TimeGate", "TimeMap", "a date in the address"],
)
def test_a_real_memento_server(services: str, archive: str, tmp_path: Path) -> None:
    record = look(tmp_path, services.replace("{archive}", archive))
    assert record[GONE]["archived"].isoformat() == "2013-01-20", "the copy nearest to the publication"
    assert record[GONE]["archive"].endswith(f"/{GONE}")
    assert record[SHORT]["archived"].isoformat() == "2013-02-02"
    assert record[SHORT]["final"] == "http://www.example.org/guides/44", "what the short link meant"
    with urllib.request.urlopen(record[GONE]["archive"], timeout=10) as copy:
        assert b"Near the publication" in copy.read(), "the address that readers get shows the copy"


def test_a_day_as_http_writes_it() -> None:
    assert http_date(Day(2012, 6, 14)) == "Thu, 14 Jun 2012 12:00:00 GMT"
    assert http_date(Day(2013)) == "Tue, 01 Jan 2013 12:00:00 GMT"


def test_a_timemap_is_read() -> None:
    """The example of RFC 7089, 5.1, shortened."""
    text = """<http://a.example.org>;rel="original",
<http://arxiv.example.net/timemap/http://a.example.org>; rel="self";type="application/link-format",
<http://arxiv.example.net/web/20000620180259/http://a.example.org>; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT",
<http://arxiv.example.net/web/20091027204954/http://a.example.org>; rel="last memento"; datetime="Tue, 27 Oct 2009 20:49:54 GMT",
<http://arxiv.example.net/web/x>; rel="memento"; datetime="no day", <broken"""
    assert [day for _, day in mementos(text)] == [Day(2000, 6, 20), Day(2009, 10, 27)]
