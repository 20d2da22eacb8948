"""The commands of `briefings links`, with a real server on this machine: what people see, what is recorded, how it ends."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from briefing_tools import pipeline
from briefing_tools.cli import main
from briefing_tools.config import load
from briefing_tools.model import Day
from casebook import change, lay_out, write
from everything import everything
from linkserver import HOSTS, Handler, LinkServer, answer, hang_up, in_turn, never, page, redirect

BRIEFING = "briefings/01-shared-offices/index.md"
SENTENCE = "Joint teams have one manager."
LIMITS = "[limits]\nhost_gap = 0.0\nhost_at_once = 8\nseconds = 1.0\nconnect_seconds = 0.5\nretry_seconds = 0.02\narchive_gap = 0.0\n"


def links(*words: str | Path) -> Result:
    """Run `briefings links …`. Whatever happens, it does not end in a traceback."""
    result = CliRunner().invoke(main, ["links", *(str(word) for word in words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert "Traceback" not in result.output
    return result


def entries(result: Result) -> Mapping[str, Mapping[str, Any]]:
    """What `--json` says, by address."""
    found = json.loads(result.stdout)
    assert found["format"] == 1
    for one in found["links"]:
        assert {"url", "state", "status", "final_url", "checked", "last_ok", "archived", "where"} <= set(one)
        assert all({"path", "line", "column"} <= set(place) for place in one["where"])
    return {one["url"]: one for one in found["links"]}


def project(root: Path, *urls: str, policy: str = LIMITS) -> Path:
    """A project whose briefing holds these links, with quick manners."""
    text = " ".join(f"[Source {number}]({url})" for number, url in enumerate(urls))
    lay_out(root, change(BRIEFING, SENTENCE, text))
    for file in root.rglob("*.md"):
        file.write_text(file.read_text("utf-8").replace("https://www.example.org/two-years", "#teams"), "utf-8")
    write(root, "briefings/links.toml", policy)
    return root


def lock(root: Path) -> dict[str, Any]:
    """The record as it stands in the file."""
    return tomllib.loads((root / "briefings/links.lock").read_text("utf-8"))


def on(monkeypatch: pytest.MonkeyPatch, day: int, month: int = 11) -> None:
    """Let it be noon on this day of 2026."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1795521600 + 86400 * (Day(2026, month, day).day - 24)))


# -- Files -------------------------------------------------------------------------------------------------------------


def test_a_file_of_addresses_is_checked(tmp_path: Path) -> None:
    with LinkServer({"/ok": answer(200, page()), "/moved": redirect(301, "/ok"), "/wall": answer(403)}) as server:
        urls = [server.url(path) for path in ("/ok", "/moved", "/gone", "/wall")] + [
            "http://127.0.0.9:1/",
            "mailto:a@example.org",
            "not an address",
        ]
        file = write(tmp_path, "list.txt", "# invented\n" + "\n".join(urls) + "\n")
        write(tmp_path, "mkdocs.yml", "site_name: x\n")
        result = links("check", file, "--online", "--allow-private", "--json")
    found = entries(result)
    assert result.exit_code == 1
    assert [found[url]["state"] for url in urls] == [
        "ok",
        "moved",
        "dead",
        "blocked",
        "unreachable",
        "skipped",
        "invalid",
    ]
    assert found[urls[0]]["status"] == 200
    assert found[urls[0]]["checked"] == found[urls[0]]["last_ok"] == "2026-11-24"
    assert found[urls[1]]["final_url"] == urls[0]
    assert found[urls[1]]["hops"] == [{"status": 301, "url": urls[0]}]
    assert found[urls[2]]["where"] == [{"path": str(file), "line": 4, "column": 1}]
    assert [url for url in urls if found[url]["fails"]] == [urls[2], urls[6]]
    assert not (tmp_path / ".cache").exists()
    assert list(tmp_path.iterdir()) == [file, tmp_path / "mkdocs.yml"] or sorted(tmp_path.iterdir()) == sorted(
        [file, tmp_path / "mkdocs.yml"]
    )


def test_private_addresses_are_never_asked_otherwise(tmp_path: Path) -> None:
    with LinkServer({"*": answer(200, page())}) as server:
        file = write(
            tmp_path,
            "list.txt",
            f"{server.url('/')}\nhttp://localhost:{server.port}/\nhttp://2130706433:{server.port}/\nhttp://[::1]/\n",
        )
        result = links("check", file, "--online", "--json")
        assert server.asked == []
    assert {one["state"] for one in entries(result).values()} == {"refused"}
    assert result.exit_code == 0


@pytest.mark.parametrize("name", ["a.md", "a.bib"])
def test_markdown_and_bibliographies_are_checked(tmp_path: Path, name: str) -> None:
    with LinkServer({"/ok": answer(200, page())}) as server:
        text = (
            f"[a]({server.url('/ok')}) `{server.url('/code')}`\n"
            if name == "a.md"
            else f"@misc{{a, url = {{{server.url('/ok')}}}}}\n"
        )
        result = links("check", write(tmp_path, name, text), "--online", "--allow-private", "--json")
        assert server.counts() == {"/ok": 1}
    assert [one["state"] for one in entries(result).values()] == ["ok"]
    assert result.exit_code == 0


def test_without_online_no_socket_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "list.txt", "https://www.example.org/\nhttps://www.example.org/a b\n")
    monkeypatch.setattr(socket, "socket", _no_socket)
    result = links("check", file, "--json")
    assert [one["state"] for one in entries(result).values()] == ["untested", "invalid"]
    assert result.exit_code == 1


def test_what_people_see(tmp_path: Path) -> None:
    with LinkServer({"/ok": answer(200, page())}) as server:
        file = write(tmp_path, "list.txt", f"{server.url('/ok')}\n{server.url('/gone')}\n")
        seen = (
            links("check", file, "--online", "--allow-private")
            .output.replace(str(server.port), "PORT")
            .replace(str(tmp_path), "FOLDER")
        )
    lines = seen.splitlines()
    assert lines[:-1] == [
        "dead: http://127.0.0.1:PORT/gone",
        "  The link is dead. The server says that there is no such page (404).",
        "  Cite another address, or look for an archived copy with: briefings links archive --online",
        "  in FOLDER/list.txt:2:1",
        "",
        "2 addresses: 1 dead, 1 ok.",
    ]
    assert lines[-1].startswith("2 requests to 1 website in ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "none.txt"), "There is no file"),
        (("check",), "There is no mkdocs.yml"),
        (("check", "--base", "main"), "There is no mkdocs.yml"),
        (("explain", "https://www.example.org/"), "There is no mkdocs.yml"),
    ],
)
def test_what_stops_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = links(*words)
    assert result.exit_code == 2
    assert said in result.output


def test_files_and_base_exclude_each_other(tmp_path: Path) -> None:
    result = links("check", write(tmp_path, "list.txt", ""), "--base", "main")
    assert (result.exit_code, "cannot be used together" in result.output) == (2, True)


def test_without_aiohttp_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    result = links("check", write(tmp_path, "list.txt", "https://www.example.org/\n"), "--online")
    assert result.exit_code == 2
    assert 'pip install "briefing-tools[links]"' in result.output


# -- The record --------------------------------------------------------------------------------------------------------


def test_a_whole_run_is_recorded_and_read_by_the_build(tmp_path: Path) -> None:
    handlers: dict[str, Handler] = {"/ok": answer(200, page()), "/short": redirect(301, "/ok"), "/away": answer(503)}
    with LinkServer(handlers) as server:
        urls = [server.url(path) for path in ("/ok", "/short", "/gone", "/away")]
        root = project(tmp_path, *urls)
        result = links("check", "--root", root, "--online", "--allow-private", "--json")
    found = entries(result)
    assert result.exit_code == 1, "a link that nobody ever saw alive"
    assert [found[url]["state"] for url in urls] == ["ok", "moved", "dead", "unreachable"]
    assert json.loads(result.stdout)["run"]["recorded"] is True
    record = lock(root)
    assert record[urls[1]] == {"state": "moved", "via": [301], "final": urls[0], "since": _date(24)}
    assert record[urls[2]] == {
        "state": "unreachable",
        "why": "not-found",
        "status": 404,
        "since": _date(24),
        "fails": [_date(24)],
    }
    listed = entries(links("list", "--root", root, "--json"))
    assert [listed[url]["state"] for url in urls] == ["ok", "moved", "unreachable", "unreachable"]
    assert [listed[url]["final_url"] for url in urls[:2]] == [urls[0], urls[0]]
    assert listed[urls[0]]["checked"] == listed[urls[0]]["last_ok"] == "2026-11-24"


def _date(day: int, month: int = 11) -> Any:
    return tomllib.loads(f"d = 2026-{month:02}-{day:02}")["d"]


def test_dead_takes_two_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LinkServer({"/a": in_turn(answer(200, page()), answer(404))}) as server:
        url = server.url("/a")
        root = project(tmp_path, url)
        on(monkeypatch, 2)
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 0
        on(monkeypatch, 9)
        first = links("check", "--root", root, "--online", "--allow-private")
        assert first.exit_code == 0, "one bad day proves nothing"
        assert "It is asked again on another day" in first.output
        on(monkeypatch, 10)
        second = links("check", "--root", root, "--online", "--allow-private", "--json")
    assert second.exit_code == 1
    assert entries(second)[url]["recorded"] == "dead"
    assert lock(root)[url] == {
        "state": "dead",
        "why": "not-found",
        "status": 404,
        "since": _date(10),
        "fails": [_date(9), _date(10)],
        "last_ok": _date(2),
    }


def test_a_run_that_learns_nothing_changes_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LinkServer({"*": answer(200, page())}) as server:
        root = project(tmp_path, *(server.url(f"/{n}") for n in range(30)))
        on(monkeypatch, 23)
        links("check", "--root", root, "--online", "--allow-private")
        before = (root / "briefings/links.lock").read_text("utf-8")
        on(monkeypatch, 24)
        links("check", "--root", root, "--online", "--allow-private")
        after = (root / "briefings/links.lock").read_text("utf-8")
    differing = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert differing == [('tuesday = ""', "tuesday = 2026-11-24")]


def test_when_most_hosts_fail_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[str, Handler] = {"*": answer(200, page())}
    with LinkServer(handlers) as server:
        urls = [server.url("/a", host) for host in HOSTS]
        root = project(tmp_path, *urls)
        on(monkeypatch, 23)
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 0
        before = (root / "briefings/links.lock").read_bytes()
        for host in HOSTS[:4]:
            server.hosts[host] = {"*": hang_up}
        on(monkeypatch, 24)
        result = links("check", "--root", root, "--online", "--allow-private")
        assert result.exit_code == 3
        assert "4 of 6 websites did not answer" in result.output
        assert "Nothing was recorded" in result.output
        assert (root / "briefings/links.lock").read_bytes() == before
        server.hosts.clear()
        # The failures are not taken up again either.
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 0


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed for good, without a chance to say goodbye."""
    fast = [f"/fast{n}" for n in range(20)]
    with LinkServer({path: answer(200, page()) for path in fast}, hosts={HOSTS[1]: {"*": never}}) as server:
        root = project(
            tmp_path,
            *(server.url(path) for path in fast),
            server.url("/slow", HOSTS[1]),
            policy=LIMITS.replace("seconds = 1.0", "seconds = 30.0", 1),
        )
        words = [
            sys.executable,
            "-m",
            "briefing_tools.cli",
            "links",
            "check",
            "--root",
            str(root),
            "--online",
            "--allow-private",
        ]
        run = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})
        try:
            deadline = time.monotonic() + 30
            while len(server.asked) < 21 and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(0.3)
        finally:
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
        assert not (root / "briefings/links.lock").exists()
        asked = len(server.asked)
        server.hosts[HOSTS[1]] = {"*": answer(200, page())}
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 0
        assert [one.path for one in server.asked[asked:]] == ["/slow"], "only what was on its way is asked again"
    assert len(lock(root)) == 22, "every address, and the run"


def test_refresh_records_anchors_and_asks_only_when_told(tmp_path: Path) -> None:
    with LinkServer({"*": answer(200, page())}) as server:
        root = project(tmp_path, server.url("/a"))
        assert links("refresh", "--root", root).exit_code == 0
        assert server.asked == []
        assert (root / "briefings/anchors.lock").is_file()
        assert not (root / "briefings/links.lock").exists()
        assert links("refresh", "--root", root, "--online", "--allow-private").exit_code == 0
        assert lock(root)[server.url("/a")]["state"] == "ok"


def test_what_nobody_asked_is_recorded_with_a_note_until_somebody_does(tmp_path: Path) -> None:
    a, b = "https://www.example.org/a", "https://www.example.org/b"
    root = project(tmp_path, a, b, a, "mailto:office@example.org")
    result = links("refresh", "--root", root, "--note", "No network \n here")
    assert "Recorded 2 addresses as untested in briefings/links.lock." in result.output
    before = (root / "briefings/links.lock").read_text("utf-8")
    assert {url: entry["state"] for url, entry in lock(root).items() if url != "run"} == {a: "untested", b: "untested"}
    assert "recorded already" in links("refresh", "--root", root, "--note", "Another").output
    assert (root / "briefings/links.lock").read_text("utf-8") == before
    listed = entries(links("list", "--root", root, "--json"))
    assert (listed[a]["state"], listed[a]["note"]) == ("untested", "No network here")
    text = links("list", "--root", root).stdout
    assert (
        f"untested (2): not asked yet; ask with: briefings links check --online\n  {a}\n      note: No network here\n      in {BRIEFING}:"
        in text
    )
    assert "No network" not in links("check", "--root", root).stdout, "what waits for its turn is no trouble"


def test_the_thirteen_links_of_briefing_7_wait_in_the_record() -> None:
    root = Path(__file__).parents[1]
    notes = pipeline.check(load(root), Day(2026, 11, 24)).plan.notes["07-integrated-working"]
    record = lock(root)
    assert len(notes) == 13
    for note in notes:
        assert record[note.url]["state"] != "untested" or record[note.url]["note"]


def test_the_first_answer_takes_the_note_away(tmp_path: Path) -> None:
    with LinkServer({"/a": answer(200, page()), "/b": answer(404)}) as server:
        a, b = server.url("/a"), server.url("/b")
        root = project(tmp_path, a, b)
        stanzas = (f'["{url}"]\nstate = "untested"\nnote = "No network."\nsince = 2026-11-01\n' for url in (a, b))
        write(root, "briefings/links.lock", "\n".join(stanzas))
        result = links("check", "--root", root, "--online", "--allow-private", "--json")
        assert result.exit_code == 1, "nobody ever saw it alive, so the first no is enough"
        assert [("note" in entry, entry["state"]) for entry in (lock(root)[a], lock(root)[b])] == [
            (False, "ok"),
            (False, "unreachable"),
        ]


def test_exceptions_and_confirmations_hold(tmp_path: Path) -> None:
    with LinkServer({"/wall": answer(403), "/x/1": answer(404), "/never": answer(500)}) as server:
        policy = (
            f'[[confirmed]]\nurl = "{server.url("/wall")}"\nby = "me"\non = 2026-11-20\n'
            f'[[rule]]\nmatch = "{server.url("/x/")}*"\ntreat = "ok"\nreason = "Invented."\nby = "me"\nuntil = 2027-01-01\n'
            f'[[rule]]\nmatch = "{server.url("/never")}"\ntreat = "skip"\nreason = "Invented."\nby = "me"\nuntil = 2027-01-01\n'
        )
        urls = [server.url(path) for path in ("/wall", "/x/1", "/never")]
        root = project(tmp_path, *urls, policy=LIMITS + policy)
        result = links("check", "--root", root, "--online", "--allow-private", "--json")
        assert "/never" not in server.counts()
    assert result.exit_code == 0
    assert [(entries(result)[url]["state"], entries(result)[url]["why"]) for url in urls] == [
        ("ok", "confirmed"),
        ("ok", "exempt"),
        ("skipped", "exempt"),
    ]
    assert lock(root)[urls[0]]["state"] == "blocked", "the record keeps what was seen"


def test_a_mistake_in_the_decisions_stops_the_check(tmp_path: Path) -> None:
    root = project(
        tmp_path, "https://www.example.org/", policy='[[rule]]\nmatch = "https://www.example.org/"\ntreat = "ok"\n'
    )
    result = links("check", "--root", root, "--online")
    assert result.exit_code == 2
    assert "briefings/links.toml:1:1: This exception does not say" in result.output


# -- Pull requests -----------------------------------------------------------------------------------------------------


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@example.org", *words],
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("status", [404, 410])
def test_a_new_link_fails_at_once_and_an_old_one_does_not(tmp_path: Path, status: int) -> None:
    with LinkServer({"/old": answer(404), "/new": answer(status), "/wall": answer(403)}) as server:
        root = project(tmp_path, server.url("/old"))
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "base")
        nothing = links("check", "--root", root, "--base", "main", "--online", "--allow-private")
        assert nothing.exit_code == 0
        assert server.asked == []
        # The proposal moves the old link to another file, and brings its own indulgence.
        file = root / BRIEFING
        file.write_text(
            file.read_text("utf-8").replace(
                "[Source 0]", f"[New]({server.url('/new')}) [Wall]({server.url('/wall')}) [Source 0]"
            ),
            "utf-8",
        )
        indulgence = (
            f'[[rule]]\nmatch = "{server.url("/")}*"\ntreat = "ok"\nreason = "Mine."\nby = "me"\nuntil = 2027-01-01\n'
        )
        write(root, "briefings/links.toml", LIMITS + indulgence)
        result = links("check", "--root", root, "--base", "main", "--online", "--allow-private", "--json")
        assert server.counts() == {"/new": 1, "/wall": 1}
        assert result.exit_code == 1
        assert [(one["state"], one["fails"]) for one in entries(result).values()] == [
            ("dead", True),
            ("blocked", False),
        ]
        assert not (root / "briefings/links.lock").exists()
        said = links(
            "check", "--root", root, "--base", "main", "--online", "--allow-private", "--format", "github"
        ).output
    assert f"::error file={BRIEFING},line=" in said
    assert ",title=link-doubtful::" in said
    assert "::warning file=" in said, "what is doubtful of a new link warns"


def test_a_new_file_that_git_does_not_know_yet_is_new(tmp_path: Path) -> None:
    with LinkServer({"*": answer(404)}) as server:
        root = project(tmp_path, "https://www.example.org/")
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "base")
        write(
            root,
            "briefings/about.md",
            f"---\ntitle: About\n---\n[a]({server.url('/a')}) [b](https://www.example.org/)\n",
        )
        result = links("check", "--root", root, "--base", "HEAD", "--online", "--allow-private", "--json")
    assert list(entries(result)) == [server.url("/a")]
    assert result.exit_code == 1


@pytest.mark.parametrize(("url", "code"), [("http://no-such-host.invalid/", 1), ("https://www.example.org:port/", 1)])
def test_names_and_spellings_fail_at_once(tmp_path: Path, url: str, code: int) -> None:
    root = project(tmp_path, "https://www.example.org/")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    file = root / BRIEFING
    file.write_text(file.read_text("utf-8").replace("[Source 0]", f"[New]({url}) [Source 0]"), "utf-8")
    assert links("check", "--root", root, "--base", "main", "--online").exit_code == code


def test_an_unknown_base(tmp_path: Path) -> None:
    root = project(tmp_path, "https://www.example.org/")
    git(root, "init", "-q")
    result = links("check", "--root", root, "--base", "nowhere", "--online")
    assert (result.exit_code, "“nowhere”" in result.output) == (2, True)


# -- Fixing, archiving, explaining -------------------------------------------------------------------------------------

MOVED = """[run]
monday = 2026-11-23

["http://short.example.org/a"]
state = "moved"
via = [301]
final = "https://www.example.org/a"
since = 2026-11-02

["http://short.example.org/b"]
state = "redirected"
via = [302]
final = "https://www.example.org/b"
since = 2026-11-02
"""


def test_fix_shows_and_writes(tmp_path: Path) -> None:
    root = project(tmp_path, "http://short.example.org/a", "http://short.example.org/b")
    write(root, "briefings/links.lock", MOVED)
    bib = root / "references.bib"
    bib.write_text(
        bib.read_text("utf-8") + "\n@misc{x, title = {X}, year = 2012, url = {http://short.example.org/a}}\n", "utf-8"
    )
    before = (root / BRIEFING).read_bytes()
    shown = links("fix", "--root", root, "--dry-run")
    assert shown.exit_code == 0
    assert (root / BRIEFING).read_bytes() == before
    done = links("fix", "--root", root)
    assert "+[Source 0](https://www.example.org/a) [Source 1](http://short.example.org/b)" in done.output
    assert done.output.splitlines()[-1] == "2 addresses changed."
    assert (root / BRIEFING).read_bytes() == before.replace(b"http://short.example.org/a", b"https://www.example.org/a")
    assert "url = {https://www.example.org/a}" in bib.read_text("utf-8")
    assert links("fix", "--root", root).output == "Nothing to change.\n"


def test_fix_follows_what_was_asked_on_this_machine(tmp_path: Path) -> None:
    with LinkServer({"/old": redirect(301, "/new"), "/new": answer(200, page())}) as server:
        root = project(tmp_path, server.url("/old"))
        links("check", "--root", root, "--online", "--allow-private")
        assert entries(links("check", "--root", root, "--json"))[server.url("/old")]["state"] == "moved"
        assert links("explain", "--root", root, server.url("/old")).output.splitlines()[4] == "  State           moved"
        links("fix", "--root", root)
    assert f"({server.url('/new')})" in (root / BRIEFING).read_text("utf-8")


def test_archive_looks_near_the_day_of_publication(tmp_path: Path) -> None:
    target = "http://www.example.org/report.pdf"
    with LinkServer() as server:
        copy = server.url("/web/20130301101112/http://short.example.org/a")
        server.paths = {
            "/available": answer(200, '{"archived_snapshots": {}}', kind="application/json"),
            "/web/20260224/http://short.example.org/a": redirect(302, copy),
            "/web/20130301101112/http://short.example.org/a": redirect(
                302, server.url(f"/web/20130301101112/{target}")
            ),
        }
        services = f'[services]\narchive_timemap = ""\narchive_available = "{server.url("/available?url={url}&timestamp={date}")}"\narchive_copies = "{server.url("/web/{date}/{url}")}"\narchive_save = ""\n'
        policy = LIMITS + services + '[shorteners]\n"short.example.org" = []\n'
        root = project(tmp_path, "http://short.example.org/a", "http://short.example.org/b", policy=policy)
        text = (root / BRIEFING).read_text("utf-8")
        (root / BRIEFING).write_text(
            text.replace("---\n", "---\npublished: 2026-02-24\n", 1) if "published:" not in text else text, "utf-8"
        )
        published = next(
            line for line in (root / BRIEFING).read_text("utf-8").splitlines() if line.startswith("published")
        )
        day = f"{published.partition(': ')[2].replace('-', ''):0<6}01"[:8]
        server.paths[f"/web/{day}/http://short.example.org/a"] = redirect(302, copy)
        offline = links("archive", "--root", root)
        assert server.asked == []
        assert "2 to look for" in offline.output
        result = links("archive", "--root", root, "--online", "--allow-private")
        assert f"/available?url=http%3A%2F%2Fshort.example.org%2Fa&timestamp={day}" in server.counts()
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "1 found, 1 without a copy, 0 not asked."
    record = lock(root)["http://short.example.org/a"]
    assert record == {
        "state": "untested",
        "via": [302],
        "final": target,
        "archive": copy,
        "archived": tomllib.loads("d = 2013-03-01")["d"],
    }
    assert "Archived copy" in links("explain", "--root", root, "http://short.example.org/a").output


def test_archive_takes_what_the_availability_service_says(tmp_path: Path) -> None:
    said = {
        "archived_snapshots": {
            "closest": {
                "available": True,
                "status": "200",
                "timestamp": "20120614103000",
                "url": "http://web.archive.org/web/20120614103000/https://www.example.org/gone",
            }
        }
    }
    with LinkServer({"/available": answer(200, json.dumps(said), kind="application/json")}) as server:
        policy = (
            LIMITS
            + f'[services]\narchive_timemap = ""\narchive_available = "{server.url("/available?url={url}&timestamp={date}")}"\n'
        )
        root = project(tmp_path, "https://www.example.org/gone", policy=policy)
        write(root, "briefings/links.lock", '["https://www.example.org/gone"]\nstate = "dead"\nwhy = "not-found"\n')
        result = links("archive", "--root", root, "--online", "--allow-private", "--json")
    assert result.exit_code == 0
    assert (
        json.loads(result.stdout)["found"][0]["archived"]
        == "https://web.archive.org/web/20120614103000/https://www.example.org/gone"
    )
    listed = entries(links("list", "--root", root, "--json"))["https://www.example.org/gone"]
    assert (listed["state"], listed["archived_on"]) == ("dead", "2012-06-14")


def test_archive_saves_only_when_told_and_stops_when_refused(tmp_path: Path) -> None:
    with LinkServer() as server:
        server.paths = {
            "/save/https://www.example.org/a": redirect(
                302, server.url("/web/20261124120000/https://www.example.org/a")
            ),
            "/save/https://www.example.org/b": answer(429),
        }
        services = f'[services]\narchive_timemap = ""\narchive_available = ""\narchive_copies = "{server.url("/web/{date}/{url}")}"\narchive_save = "{server.url("/save/{url}")}"\n'
        root = project(tmp_path, *(f"https://www.example.org/{name}" for name in "abc"), policy=LIMITS + services)
        assert links("archive", "--root", root, "--online", "--allow-private", "--all").exit_code == 0
        assert not [path for path in server.counts() if path.startswith("/save")]
        result = links("archive", "--root", root, "--online", "--allow-private", "--all", "--save")
        assert "/save/https://www.example.org/c" not in server.counts()
    assert "1 found, 0 without a copy, 2 not asked." in result.output
    assert "asks to be left alone" in result.output
    assert lock(root)["https://www.example.org/a"]["archived"] == _date(24)


def test_explain_says_everything(tmp_path: Path) -> None:
    root = project(tmp_path, "http://short.example.org/a")
    write(root, "briefings/links.lock", MOVED)
    seen = links("explain", "--root", root, "http://short.example.org/a").output
    assert seen.splitlines() == [
        "http://short.example.org/a",
        "  The page has moved for good to https://www.example.org/a",
        "  Write the new address with: briefings links fix",
        "",
        "  State           moved",
        "  Answer          HTTP 200",
        "  Leads to        https://www.example.org/a (HTTP 301)",
        "  Since           2 November 2026",
        "  Last asked      23 November 2026",
        "  Last seen alive 23 November 2026",
        f"  Written in      {BRIEFING}:34:12",
    ]
    assert "no briefing, update or reference" in links("explain", "--root", root, "https://other.example.org/").output


# -- A build opens no socket -------------------------------------------------------------------------------------------


def _no_socket(*_: object, **__: object) -> None:
    raise AssertionError("somebody opens a socket")


def test_a_build_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, "http://short.example.org/a", "https://www.example.org/unknown")
    write(root, "briefings/links.lock", MOVED)
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, _no_socket)
    checked = pipeline.check(load(root), Day(2026, 11, 24))
    made = pipeline.build(checked, load(root), 1795521600)
    assert made.pages
    assert {finding.rule for finding in checked.findings} == {"link-moved"}
    states = {link.target: link.state for link in checked.plan.links if link.external}
    assert states == {"http://short.example.org/a": "moved", "https://www.example.org/unknown": "untested"}


WATCHED = """
import sys

def watch(event, values):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.send", "urllib.Request")):
        raise SystemExit(f"the build asks the network: {event} {values}")

sys.addaudithook(watch)
from briefing_tools.cli import main
main(["build", "--root", sys.argv[1], "--site-dir", sys.argv[2]])
"""


def test_dead_and_short_links_are_published_as_the_record_has_them_and_nobody_is_asked(tmp_path: Path) -> None:
    """The whole command, in a process that ends when anything looks a name up or connects."""
    root = everything(tmp_path / "project")
    words = [sys.executable, "-c", WATCHED, root, tmp_path / "site"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"})
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site/01-shared-offices/index.html").read_text("utf-8")
    copy = "https://web.archive.org/web/20120614103000/https://www.example.org/gone"
    robust = f'data-originalurl="https://www.example.org/gone" data-versionurl="{copy}" data-versiondate="2012-06-14"'
    dead = f'<a href="https://www.example.org/gone" {robust}>a report</a><span class="beside-link"> (no longer available; <a href="{copy}">archived copy, 14 June 2012</a>)</span>'
    assert dead in page
    assert "(no longer available, last seen on 26 October 2026)" in page
    leads = "https://www.example.org/guides/44?a=1&amp;b=2"
    assert f'(leads to <a href="{leads}">{leads}</a>)' in page
    text = (tmp_path / "site/01-shared-offices/briefing-1.txt").read_text("utf-8-sig")
    assert f"(no longer available; archived copy, 14 June 2012 <{copy}>)".replace(" ", "") in "".join(text.split())
    for name in ("briefing-1.pdf", "briefing-1-large-print.pdf"):
        reader = PdfReader(tmp_path / "site/01-shared-offices" / name)
        printed = "".join("".join(one.extract_text() for one in reader.pages).split())
        assert f"https://www.example.org/gone(nolongeravailable;archivedcopy,14June2012:{copy})" in printed
        assert "http://tinyurl.com/inventedguide(leadsto" in printed
        aims = {
            note.get_object()["/A"]["/URI"]
            for one in reader.pages
            for note in one.get("/Annots", ())
            if "/A" in note.get_object()
        }
        assert copy in aims


def test_a_build_does_not_even_load_the_network() -> None:
    code = "import sys, briefing_tools.cli, briefing_tools.pipeline; print(sorted({'aiohttp', 'asyncio', 'lxml', 'ssl'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert "aiohttp" not in done.stdout


# -- Reports -----------------------------------------------------------------------------------------------------------


def test_a_report_for_an_issue(tmp_path: Path) -> None:
    """What has an archived copy needs nobody; no address breaks out of its line."""
    root = everything(tmp_path)
    odd = "https://www.example.org/a`b]_@somebody"
    write(
        root,
        BRIEFING,
        (root / BRIEFING)
        .read_text("utf-8")
        .replace("## Key policy drivers", f"[odd](<{odd}>)\n\n## Key policy drivers"),
    )
    text = (root / "briefings/links.lock").read_text("utf-8")
    write(root, "briefings/links.lock", f'{text}\n["{odd}"]\nstate = "blocked"\nwhy = "forbidden"\n')
    said = links("check", "--root", root, "--format", "markdown").stdout
    assert "2 of 15 links need somebody, as at " in said
    assert "## Dead (1)\n\n- `https://www.example.org/lost`  \n  The link is dead." in said
    assert f"- `` {odd} ``  \n" in said
    assert "links.toml under \\[\\[confirmed\\]\\]" in said
    assert f"  - in `{BRIEFING}:" in said
    assert "web.archive.org" not in said


@pytest.mark.parametrize("format_", ["github", "gitlab", "sarif", "json"])
def test_reports_for_programs(format_: str, tmp_path: Path) -> None:
    said = links("check", "--root", everything(tmp_path), "--format", format_)
    assert said.exit_code == 1
    found = {
        "github": lambda: [line for line in said.stdout.split("\n") if "/lost" in line and line.startswith("::")],
        "gitlab": lambda: [one for one in json.loads(said.stdout) if "/lost" in one["description"]],
        "sarif": lambda: [
            one for one in json.loads(said.stdout)["runs"][0]["results"] if "/lost" in one["message"]["text"]
        ],
        "json": lambda: [one for one in json.loads(said.stdout)["links"] if "/lost" in one["url"]],
    }[format_]()
    assert len(found) == 1


GH = """#!/bin/sh
echo "$@" >> asked
[ "$2" = list ] && cat open
exit 0
"""


@pytest.mark.parametrize(
    ("open_", "text", "asked"),
    [
        (
            "",
            "1 of 2 links need somebody.\n\n## Dead (1)",
            "issue create --title Links that need somebody --body-file issue.md",
        ),
        ("7", "1 of 2 links need somebody.\n\n## Dead (1)", "issue edit 7 --body-file issue.md"),
        ("7", "All 2 links are well.", "issue close 7 --comment All links are well."),
        ("", "All 2 links are well.", ""),
    ],
)
def test_the_weekly_job_keeps_one_issue(open_: str, text: str, asked: str, tmp_path: Path) -> None:
    """The step as it stands in the workflow, with a `gh` that only writes down what it is asked."""
    workflow = (Path(__file__).parents[1] / ".github/workflows/links.yml").read_text("utf-8")
    step = workflow.split("- name: Tell what needs somebody")[1].split("      - name:")[0]
    script = "\n".join(line.removeprefix(" " * 10) for line in step.split("run: |\n")[1].splitlines())
    for path, content in ((".venv/bin/briefings", f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit 1\n"), ("bin/gh", GH)):
        write(tmp_path, path, content).chmod(0o755)
    write(tmp_path, "open", open_)
    env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "TITLE": "Links that need somebody"}
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=env, check=True, capture_output=True)
    done = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert done[1:] == ([asked] if asked else [])
    assert (tmp_path / "issue.md").read_text("utf-8") == f"{text}\n"


@pytest.mark.parametrize(
    "content",
    [b"# Format 2.\n[a]\nb = 1\n", b"\x00\x01", b"\xff\xfe", b'["https://x"]\nstate = "ok\n', b"<<<<<<< HEAD\n[run]\n"],
)
def test_a_record_that_cannot_be_read_is_never_written_over(content: bytes, tmp_path: Path) -> None:
    with LinkServer({"*": answer(200, page())}) as server:
        root = project(tmp_path, server.url("/a"))
        (root / "briefings/links.lock").write_bytes(content)
        for words in (
            ("check", "--online", "--allow-private"),
            ("check",),
            ("refresh", "--note", "words"),
            ("archive",),
        ):
            result = links(words[0], "--root", root, *words[1:])
            assert result.exit_code == 2, result.output
        assert server.asked == []
    assert (root / "briefings/links.lock").read_bytes() == content


@pytest.mark.parametrize(
    "content", ['["briefings/01-shared-offices/index.md"]\nids = "teams"\n', "# Format 9.\n", "\x00"]
)
def test_published_ids_that_cannot_be_read_are_never_written_over(content: str, tmp_path: Path) -> None:
    """Otherwise a promise to readers would be forgotten."""
    root = project(tmp_path)
    write(root, "briefings/anchors.lock", content)
    assert links("refresh", "--root", root).exit_code == 2
    assert (root / "briefings/anchors.lock").read_text("utf-8") == content


# -- When the machine is at fault --------------------------------------------------------------------------------------


def test_a_clock_that_is_wrong_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the clock or the record is wrong nobody can tell; so it is said, and nothing changes."""
    with LinkServer({"*": in_turn(answer(404), answer(200, page()))}) as server:
        root = project(tmp_path, server.url("/a"))
        on(monkeypatch, 30)
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 1
        before = (root / "briefings/links.lock").read_bytes()
        on(monkeypatch, 3)
        asked = len(server.asked)
        for words in (("check", "--online", "--allow-private"), ("refresh", "--note", "w"), ("archive", "--online")):
            said = links(words[0], "--root", root, *words[1:])
            assert said.exit_code == 2
            assert "learnt on 30 November 2026, but this machine's clock says 3 November 2026" in said.output
        assert len(server.asked) == asked
        assert links("list", "--root", root).exit_code == 0, "reading does no harm"
        assert "Failed on" in links("explain", "--root", root, server.url("/a")).output
    assert (root / "briefings/links.lock").read_bytes() == before


def test_a_clock_that_is_a_day_late_counts_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record's days only move forward: a run on an earlier day is one on the last day that the record knows."""
    with LinkServer({"/a": answer(404), "*": answer(200, page())}) as server:
        root = project(tmp_path, server.url("/a"), *(server.url(f"/{n}") for n in range(5)))
        on(monkeypatch, 24)
        links("check", "--root", root, "--online", "--allow-private")
        before = (root / "briefings/links.lock").read_bytes()
        on(monkeypatch, 23)
        links("check", "--root", root, "--online", "--allow-private")
    assert (root / "briefings/links.lock").read_bytes() == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_records_whole(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LinkServer({"/a": in_turn(answer(200, page()), answer(403))}) as server:
        root = project(tmp_path, server.url("/a"))
        links("refresh", "--root", root, "--online", "--allow-private")
        records = {name: (root / "briefings" / name).read_bytes() for name in ("links.lock", "anchors.lock")}
        write(root, BRIEFING, (root / BRIEFING).read_text("utf-8") + "\n### A new section {#new-one}\n\nIts text.\n")

        def full(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", full)
        for words in (("check", "--online", "--allow-private"), ("refresh",)):
            said = links(words[0], "--root", root, *words[1:])
            assert said.exit_code == 2
            assert said.output.startswith("cannot run: The disk is full")
    assert {name: (root / "briefings" / name).read_bytes() for name in records} == records
    assert not [one for one in (root / "briefings").iterdir() if one.name.startswith(".")], "nothing half done is left"


@pytest.mark.parametrize("proxy", ["", "HTTPS_PROXY", "all_proxy"])
def test_no_network_is_told_once(proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    if proxy:
        monkeypatch.setenv(proxy, "http://somebody:secret@127.0.0.1:9")
    with LinkServer() as server:
        port = server.port
    addresses = [f"http://{host}:{port}/page{n}" for host in HOSTS for n in range(3)]
    root = project(tmp_path, *addresses)
    for format_ in ("human", "markdown", "github"):
        said = links("check", "--root", root, "--online", "--allow-private", "--format", format_)
        assert said.exit_code == 3
        assert said.output.count("None of the 6 websites answered") == 1
        assert "/page" not in said.output, "not once for each link"
        assert ("never through a proxy" in said.output) == bool(proxy)
        assert "secret" not in said.output
    assert not (root / "briefings/links.lock").exists()


@pytest.mark.parametrize(
    ("hosts", "words"), [(1, "The only website did not answer."), (2, "Neither of the two websites")]
)
def test_few_websites_are_told_in_words(hosts: int, words: str, tmp_path: Path) -> None:
    with LinkServer({"*": hang_up}) as server:
        root = project(tmp_path, *(server.url("/a", host) for host in HOSTS[:hosts]))
        assert words in links("check", "--root", root, "--online", "--allow-private").output


def test_the_environment_gives_no_proxy_and_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a council's machine knows stays on it: neither the proxy's password nor one in .netrc is sent anywhere."""
    with LinkServer({"*": answer(200, page())}) as proxy, LinkServer({"*": answer(200, page())}) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            for one in (name, name.lower()):
                monkeypatch.setenv(one, f"http://somebody:secret@{HOSTS[0]}:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(write(tmp_path, ".netrc", f"machine {HOSTS[0]} login me password secret\n")))
        root = project(tmp_path / "project", server.url("/a"))
        assert links("check", "--root", root, "--online", "--allow-private").exit_code == 0
        assert proxy.asked == []
        assert [one.path for one in server.asked] == ["/a"]
        assert not {"authorization", "proxy-authorization", "cookie"} & set(server.asked[0].headers)


def test_breaking_off_keeps_the_copies_that_were_found(tmp_path: Path) -> None:
    """The second address is never answered: the copy of the first is in the record by then."""
    stop = in_turn(redirect(302, "/web/20120614103000/https://www.example.org/a"), never)
    with LinkServer({"*": stop}) as server:
        services = (
            '[services]\narchive_available = ""\narchive_timemap = ""\n'
            f'archive_copies = "{server.url("/web/{date}/{url}")}"\n'
        )
        root = project(tmp_path, "https://www.example.org/a", "https://www.example.org/b", policy=LIMITS + services)
        # Whoever started these tests in the background made them deaf to Ctrl-C; the command is not.
        code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import briefing_tools.cli as cli; cli.main()"
        words = [sys.executable, "-c", code, "links", "archive", "--root", str(root)]
        words += ["--online", "--all", "--allow-private"]
        run = subprocess.Popen(
            words, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}, stderr=subprocess.PIPE, text=True
        )
        try:
            deadline = time.monotonic() + 30
            while len(server.asked) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            run.send_signal(signal.SIGINT)
            said = run.communicate(timeout=30)[1]
    assert run.returncode == 3, said
    assert "Stopped. The copies found so far are recorded." in said
    assert str(lock(root)["https://www.example.org/a"]["archived"]) == "2012-06-14"


def test_a_pull_request_has_a_budget_and_says_what_was_left(tmp_path: Path) -> None:
    with LinkServer({"*": answer(200, page())}) as server:
        root = project(tmp_path, server.url("/old"), policy=LIMITS + "new_links = 3\n")
        for words in (
            ("init", "-q"),
            ("add", "-A"),
            ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"),
        ):
            subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
        items = "\n".join(f"- [Item {number}]({server.url(f'/{number}')})" for number in range(10))
        write(root, BRIEFING, (root / BRIEFING).read_text("utf-8") + f"\n{items}\n")
        for format_ in ("human", "markdown", "github"):
            said = links("check", "--root", root, "--base", "HEAD", "--online", "--allow-private", "--format", format_)
            assert said.exit_code == 0
            assert said.output.count("7 of 10 were not asked") == 1
            assert "All 10 links are well" not in said.output
        assert len(server.asked) == 9, "three a run, and never what was there before"


def test_a_dead_link_never_stops_the_update_of_a_site(tmp_path: Path) -> None:
    """It is new in a pull request, dead, and somebody else's; an editor's text is another matter."""
    with LinkServer({}) as server:
        root = lay_out(tmp_path)
        update = next(root.glob("briefings/01-shared-offices/updates/*/*.md"))
        write(root, "briefings/links.toml", LIMITS)
        for words in (
            ("init", "-q"),
            ("add", "-A"),
            ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"),
        ):
            subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
        update.write_text(update.read_text("utf-8") + f"\nSee [a report]({server.url('/gone')}).\n", "utf-8")
        check = ("check", "--root", root, "--base", "HEAD", "--online", "--allow-private")
        said = links(*check, "--format", "github")
        assert said.exit_code == 0
        assert said.stdout.startswith("::warning"), said.stdout
        assert entries(links(*check, "--json"))[server.url("/gone")]["state"] == "dead"
        index = root / BRIEFING
        index.write_text(index.read_text("utf-8") + f"\nSee [a report]({server.url('/gone')}).\n", "utf-8")
        assert links(*check).exit_code == 1
