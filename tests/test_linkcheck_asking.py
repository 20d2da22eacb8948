"""Links that are asked: a real server plays every part that the web plays, and each gets its state and reason."""

import asyncio
import os
import ssl
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.fetching import Answer, Fetcher, NoAnswer, Request, Trouble, run_on_network
from briefing_tools.linkcheck.asking import LEAST, Again, Trail, begin, request_of, step
from briefing_tools.linkcheck.checking import Run, ask_all, user_agent
from briefing_tools.linkcheck.judging import Verdict
from briefing_tools.linkcheck.keeping import Remembered
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.policy import Limits, LinkPolicy, Services
from linkserver import (
    HOSTS,
    Handler,
    LinkServer,
    answer,
    bomb,
    drip,
    endless,
    hang_up,
    in_turn,
    never,
    page,
    raw,
    redirect,
)

QUICK = LinkPolicy(
    limits=Limits(host_at_once=8, host_gap=0.0, seconds=1.0, connect_seconds=0.5, retry_seconds=0.02, wait_seconds=1.0)
)
RunOn = Callable[[Coroutine[Any, Any, Any]], Any]
LOOPS = pytest.mark.parametrize("run_on", [run_on_network, asyncio.run], ids=["uvloop", "asyncio"])
"""Where connections are made and refused, nothing may depend on the event loop that is there."""

NOW = 1795521600.0  # 24 November 2026


def ask(
    urls: Iterable[str],
    policy: LinkPolicy = QUICK,
    *,
    private: bool = True,
    remembered: dict[str, Remembered] | None = None,
    seconds: float = 60.0,
    run_on: RunOn = run_on_network,
) -> Run:
    """Ask real servers and wait for the verdicts."""

    async def run() -> Run:
        async with Fetcher(
            user_agent("test", "mailto:links@example.org"), allow_private=private, connect_seconds=0.5
        ) as fetch:
            askable = [
                one
                for one in (sort_address(url, policy, allow_private=private) for url in urls)
                if isinstance(one, Askable)
            ]
            return await ask_all(
                askable, policy, fetch, seconds=seconds, now=NOW, allow_private=private, remembered=remembered or {}
            )

    return run_on(run())


def verdict(handlers: dict[str, Handler], path: str = "/report", policy: LinkPolicy = QUICK) -> Verdict:
    """The verdict on one path of a server."""
    with LinkServer(handlers) as server:
        url = server.url(path)
        return ask([url], policy).verdicts[url]


def pdf(pages: int) -> bytes:
    """A small PDF with so many pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    return f"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Kids [{kids}] /Count {pages}>> endobj\n%%EOF".encode()


def packed_pdf(pages: int) -> bytes:
    """The same with its page tree in a compressed object stream, as most programs write it."""
    inside = zlib.compress(f"2 0 1 30 <</Type/Pages/Count {pages}/Kids[]>>".encode())
    return (
        b"%PDF-1.5\n9 0 obj <</Type/ObjStm/N 1/First 8/Filter/FlateDecode/Length 99>>\nstream\r\n"
        + inside
        + b"\nendstream endobj"
    )


SOFT = page("Page not found", "<p>Sorry, we cannot find that page.</p>")
GOOD = {"/report": answer(200, page())}

PLAIN: Sequence[tuple[str, dict[str, Handler], str, str, str]] = [
    ("a page", GOOD, "/report", "ok", ""),
    ("no content", {"/report": answer(204)}, "/report", "ok", ""),
    ("an empty page", {"/report": answer(200)}, "/report", "ok", ""),
    ("not found", {"/report": answer(404, page("Not found"))}, "/report", "dead", "not-found"),
    ("gone", {"/report": answer(410)}, "/report", "dead", "gone"),
    ("password", {"/report": answer(401)}, "/report", "blocked", "needs-sign-in"),
    ("forbidden", {"/report": answer(403, page("Forbidden"))}, "/report", "blocked", "forbidden"),
    ("LinkedIn's 999", {"/report": answer(999)}, "/report", "blocked", "forbidden"),
    ("teapot", {"/report": answer(418)}, "/report", "suspect", "odd-status"),
    ("500 for ever", {"/report": answer(500)}, "/report", "unreachable", "server-error"),
    ("503 for ever", {"/report": answer(503)}, "/report", "unreachable", "server-error"),
    ("500 once", {"/report": in_turn(answer(500), answer(200, page()))}, "/report", "ok", ""),
    ("429 for ever", {"/report": answer(429)}, "/report", "blocked", "too-many-requests"),
    ("429 once", {"/report": in_turn(answer(429, "", (("Retry-After", "0"),)), answer(200, page()))}, "/report", "ok", ""),
    ("429 for a day", {"/report": answer(429, "", (("Retry-After", "86400"),))}, "/report", "blocked", "too-many-requests"),
    ("hangs up once", {"/report": in_turn(hang_up, hang_up, answer(200, page()))}, "/report", "ok", ""),
    ("hangs up for ever", {"/report": hang_up}, "/report", "unreachable", "closed"),
    ("never answers", {"/report": never}, "/report", "unreachable", "timeout"),
    # Redirects
    ("301", {**GOOD, "/old": redirect(301, "/report")}, "/old", "moved", ""),
    ("308 then 301", {**GOOD, "/a": redirect(308, "/b"), "/b": redirect(301, "/report")}, "/a", "moved", ""),
    ("302", {**GOOD, "/old": redirect(302, "/report")}, "/old", "redirected", ""),
    ("307 after 301", {**GOOD, "/a": redirect(301, "/b"), "/b": redirect(307, "/report")}, "/a", "redirected", ""),
    ("303", {**GOOD, "/old": redirect(303, "/report")}, "/old", "redirected", ""),
    ("refresh in the page", {**GOOD, "/old": answer(200, page(head='<meta http-equiv="refresh" content="0; url=/report">'))}, "/old", "redirected", ""),
    ("301 to nothing", {"/old": redirect(301, "/none")}, "/old", "dead", "not-found"),
    ("loop", {"/a": redirect(302, "/b"), "/b": redirect(302, "/a")}, "/a", "dead", "loop"),
    ("loop on itself", {"/a": redirect(302, "/a")}, "/a", "dead", "loop"),
    ("cookie wall", {"/a": in_turn(redirect(302, "/a", (("Set-Cookie", "seen=1; Path=/"),)), answer(200, page()))}, "/a", "redirected", ""),
    ("cookie loop", {"/a": redirect(302, "/a", (("Set-Cookie", "seen=1"),))}, "/a", "dead", "loop"),
    ("chain without end", {"*": redirect(302, "x")} | {f"/{n}": redirect(302, f"/{n + 1}") for n in range(20)}, "/0", "unreachable", "too-many-redirects"),
    ("redirect to nowhere", {"/a": redirect(302, "")}, "/a", "unreachable", "broken-answer"),
    ("redirect to mail", {"/a": redirect(302, "mailto:a@example.org")}, "/a", "suspect", "leaves-the-web"),
    ("redirect with é", {"/a": raw("HTTP/1.1 301 x\r\nLocation: /caf\u00e9\r\nContent-Length: 0\r\n\r\n".encode()), "/caf%C3%A9": answer(200, page())}, "/a", "moved", ""),
    ("redirect with latin é", {"/a": raw(b"HTTP/1.1 301 x\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n"), "/caf%E9": answer(200, page())}, "/a", "moved", ""),
    # Not what was cited
    ("home page", {"/deep/report.pdf": redirect(302, "/"), "/": answer(200, page("Welcome"))}, "/deep/report.pdf", "suspect", "home-page"),
    ("home page from a home page", {"/": redirect(302, "/en/"), "/en/": answer(200, page())}, "/", "redirected", ""),
    ("sign-in page", {"/report": redirect(302, "/account/login?next=%2Freport"), "/account/login": answer(200, page("Sign in"))}, "/report", "suspect", "sign-in"),
    ("sign-in form", {"/report": answer(200, page("Sign in to your account", '<input type="password">'))}, "/report", "suspect", "sign-in"),
    ("soft 404", {"/report": answer(200, SOFT)}, "/report", "suspect", "soft-not-found"),
    ("soft 404 with the site's name", {"/report": answer(200, page("Page not found | Anytown Council"))}, "/report", "suspect", "soft-not-found"),
    ("soft 404 by address", {"/report": redirect(302, "/errors/404.aspx"), "/errors/404.aspx": answer(200, page("Anytown"))}, "/report", "suspect", "soft-not-found"),
    ("an essay on 404", {"/report": answer(200, page("Lost children: not found in the statistics", "<p>" + "A long essay. " * 100))}, "/report", "ok", ""),
    ("parked", {"/report": answer(200, page("example.org", "<p>This domain is for sale! Buy this domain.</p>"))}, "/report", "suspect", "parked"),
    # Robot walls
    ("challenge by header", {"/report": answer(403, page("Wait"), (("cf-mitigated", "challenge"),))}, "/report", "blocked", "robot-wall"),
    ("challenge by title", {"/report": answer(503, page("Just a moment..."))}, "/report", "blocked", "robot-wall"),
    ("challenge with 200", {"/report": answer(200, page("Making sure you're not a bot!"))}, "/report", "blocked", "robot-wall"),
    # Bodies
    ("endless page", {"/report": endless()}, "/report", "ok", ""),
    ("endless picture", {"/report": endless("image/png")}, "/report", "ok", ""),
    ("dripping page", {"/report": drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x", 0.1)}, "/report", "unreachable", "timeout"),
    ("dripping headers", {"/report": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1)}, "/report", "unreachable", "timeout"),
    ("bomb", {"/report": bomb(300_000_000)}, "/report", "ok", ""),
    ("headers of 40 KB", {"/report": answer(200, page(), (("X-Policy", "x" * 40_000),))}, "/report", "ok", ""),
    ("headers without end", {"/report": drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 100_000, 0.001)}, "/report", "unreachable", "broken-answer"),
    ("chunks that break at once", {"/report": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nno chunk")}, "/report", "unreachable", "broken-answer"),
    ("chunks that break off", {"/report": raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n<title>A page</title>\r\n")}, "/report", "ok", ""),
    ("less than promised", {"/report": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<title>A page</title>")}, "/report", "ok", ""),
    ("words after the end", {"/report": raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokand some more")}, "/report", "ok", ""),
    ("no HTTP at all", {"/report": raw(b"SSH-2.0-OpenSSH_9.2\r\n")}, "/report", "unreachable", "broken-answer"),
    ("line ends of old", {"/report": raw(b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<title>Old</title>")}, "/report", "ok", ""),
    ("only other methods", {"/report": in_turn(answer(405), answer(200))}, "/report", "ok", ""),
    # Parts
    ("part by id", {"/report": answer(200, page(body='<h2 id="mash">Hubs</h2>'))}, "/report#mash", "ok", ""),
    ("part by name", {"/report": answer(200, page(body='<a name="mash">Hubs</a>'))}, "/report#mash", "ok", ""),
    ("part with é", {"/report": answer(200, page(body='<h2 id="café">Hubs</h2>'))}, "/report#caf%C3%A9", "ok", ""),
    ("part as written", {"/report": answer(200, page(body='<h2 id="caf%C3%A9">Hubs</h2>'))}, "/report#caf%C3%A9", "ok", ""),
    ("top", GOOD, "/report#top", "ok", ""),
    ("no such part", GOOD, "/report#mash", "fragment-missing", "no-such-part"),
    ("no such part after 301", {**GOOD, "/old": redirect(301, "/report")}, "/old#mash", "fragment-missing", "no-such-part"),
    ("part named by the redirect", {"/old": redirect(301, "/report#mash"), "/report": answer(200, page(body='<h2 id="mash">Hubs</h2>'))}, "/old#gone", "moved", ""),
    ("route of a program", GOOD, "/report#/briefings/7", "ok", "part-unknown"),
    ("page that a program writes", {"/report": answer(200, "<title>App</title><script>go()</script>")}, "/report#mash", "ok", "part-unknown"),
    ("words", {"/report": answer(200, page(body="<p>A hub for <b>multi-agency</b>\n safeguarding.</p>"))}, "/report#:~:text=hub%20for%20multi%2Dagency,safeguarding", "ok", ""),
    ("no such words", GOOD, "/report#:~:text=multi%2Dagency", "fragment-missing", "no-such-words"),
    ("page of a PDF", {"/a.pdf": answer(200, pdf(12), kind="application/pdf")}, "/a.pdf#page=12", "ok", ""),
    ("no such page of a PDF", {"/a.pdf": answer(200, pdf(12), kind="application/pdf")}, "/a.pdf#page=13", "fragment-missing", "no-such-page"),
    ("page of a packed PDF", {"/a.pdf": answer(200, packed_pdf(40), kind="application/pdf")}, "/a.pdf#page=41", "fragment-missing", "no-such-page"),
    ("page of a PDF nobody can read", {"/a.pdf": answer(200, b"%PDF-1.7 encrypted", kind="application/pdf")}, "/a.pdf#page=3", "ok", "part-unknown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("handlers", "path", "state", "why"), [row[1:] for row in PLAIN], ids=[row[0] for row in PLAIN]
)
def test_every_behaviour_has_its_state(handlers: dict[str, Handler], path: str, state: str, why: str) -> None:
    found = verdict(dict(handlers), path)
    assert (found.state, str(found.why)) == (state, why)


def test_one_request_for_an_address_however_often_it_is_written() -> None:
    with LinkServer({"/report": answer(200, page(body='<h2 id="a">A</h2>'))}) as server:
        urls = [
            server.url("/report"),
            server.url("/report#a"),
            server.url("/report#b"),
            server.url("/report").replace("http", "HTTP"),
            server.url("/report"),
        ]
        run = ask(urls)
        assert server.counts() == {"/report": 1}
    assert [run.verdicts[url].state for url in urls] == ["ok", "ok", "fragment-missing", "ok", "ok"]


def test_redirects_are_recorded_hop_by_hop() -> None:
    found = verdict({"/short": redirect(301, "/go"), "/go": redirect(302, "/report"), **GOOD}, "/short#part-of-it")
    assert [hop.status for hop in found.hops] == [301, 302]
    assert [hop.url.rpartition("/")[2] for hop in found.hops] == ["go", "report#part-of-it"]


def test_head_is_asked_only_where_get_is_not_served() -> None:
    with LinkServer({"/report": answer(405), "/good": answer(200, page())}) as server:
        ask([server.url("/report"), server.url("/good")])
        assert [(one.method, one.path) for one in server.asked if one.path == "/good"] == [("GET", "/good")]
        assert [one.method for one in server.asked if one.path == "/report"] == ["GET", "HEAD"]


def test_we_say_who_we_are() -> None:
    with LinkServer(GOOD) as server:
        ask([server.url("/report")])
        headers = server.asked[0].headers
    assert (
        headers["user-agent"] == "briefing-tools/test (checks that cited links still work; +mailto:links@example.org)"
    )
    assert "cookie" not in headers
    assert "authorization" not in headers


@LOOPS
def test_trouble_is_named_alike_on_every_loop(run_on: RunOn) -> None:
    ways: dict[str, Handler] = {"/timeout": never, "/closed": hang_up, "/broken-answer": raw(b"SSH-2.0\r\n"),
                                "/drip": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1)}  # fmt: skip
    once = replace(QUICK, limits=replace(QUICK.limits, tries=1))
    with LinkServer(ways) as server:
        port = server.port
        whys = [str(one.why) for one in ask(map(server.url, ways), once, run_on=run_on).verdicts.values()]
    assert sorted(whys) == ["broken-answer", "closed", "timeout", "timeout"]
    refused = ask([f"http://127.0.0.1:{port}/", "http://nobody.invalid/"], once, run_on=run_on)
    assert sorted(str(one.why) for one in refused.verdicts.values()) == ["no-connection", "no-such-host"]


def test_a_body_is_read_up_to_its_limit_only() -> None:
    handlers = {"/bomb": bomb(400_000_000), "/endless": endless(), "/picture": endless("image/png")}
    with LinkServer(handlers) as server:
        tracemalloc.start()
        run = ask([server.url("/bomb#x"), server.url("/endless#x"), server.url("/picture")])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert {verdict.state for verdict in run.verdicts.values()} == {"ok"}
    assert peak < 30_000_000


@given(st.data())
def test_however_a_server_drags_a_link_out_its_limit_holds(data: st.DataObject) -> None:
    """The clock is ours here: every request takes as long as it may, or less, and ends in one of these ways."""
    limits = Limits(seconds=20, link_seconds=60, tries=data.draw(st.integers(1, 9)), redirects=50)
    policy = LinkPolicy(limits=limits)
    here = sort_address("https://www.example.org/0", policy)
    assert isinstance(here, Askable)
    trail, spent, requests = begin(here), 0.0, 0
    while True:
        request = request_of(trail, policy, {})
        assert 0 < request.seconds <= limits.seconds
        takes = request.seconds * data.draw(st.sampled_from([0.001, 0.5, 1.0]))
        headers = {
            301: (("location", f"/{requests + 1}"),),
            429: (("retry-after", data.draw(st.sampled_from(["0", "9", "30", "99999"]))),),
        }
        status = data.draw(st.sampled_from([0, 301, 405, 429, 503]))
        said = (
            Answer(status, headers.get(status, ()), seconds=takes) if status else NoAnswer(Trouble.TIMEOUT, "", takes)
        )
        after = step(trail, said, policy, NOW)
        requests += 1
        spent += takes
        if isinstance(after, Again):
            spent += after.pause
        elif not isinstance(after, Trail):
            break
        trail = after.trail if isinstance(after, Again) else after
    assert spent <= limits.link_seconds + LEAST


def test_no_link_takes_longer_than_its_limit() -> None:
    slow = {f"/{n}": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.05) for n in range(3)}
    started = time.perf_counter()
    with LinkServer(slow) as server:
        ask([server.url(path) for path in slow], replace(QUICK, limits=replace(QUICK.limits, tries=1)))
    assert time.perf_counter() - started < QUICK.limits.seconds + 10, "they would drip for ever"


# -- Manners -----------------------------------------------------------------------------------------------------------


def test_a_host_is_asked_gently() -> None:
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=2, host_gap=0.05))
    with LinkServer({"*": answer(200, page())}) as server:
        run = ask([server.url(f"/{n}", host) for n in range(8) for host in HOSTS[:3]], policy)
        for host in HOSTS[:3]:
            mine = [one for one in server.asked if one.host == host]
            assert max(one.at_once for one in mine) <= 2
            assert mine[-1].time - mine[0].time > 0.2, "seven gaps of 50 ms, give or take this machine"
    assert {one.host for one in server.asked[:6]} == {*HOSTS[:3]}, "hosts do not wait for each other"
    assert {verdict.state for verdict in run.verdicts.values()} == {"ok"}


def test_one_slow_host_delays_nobody() -> None:
    others = [f"/{n}" for n in range(20)]
    with LinkServer({"*": answer(200, page())}, hosts={HOSTS[0]: {"*": never}}) as server:
        answered: list[str] = []
        slow = [server.url(path, HOSTS[0]) for path in others]
        quick = [server.url(path, HOSTS[1]) for path in others]

        async def run() -> Run:
            async with Fetcher("test", allow_private=True) as fetch:
                askable = [
                    one
                    for one in (sort_address(url, QUICK, allow_private=True) for url in slow + quick)
                    if isinstance(one, Askable)
                ]
                return await ask_all(askable, QUICK, fetch, seconds=60, now=NOW, allow_private=True,
                                     heard=lambda url, _: answered.append(url))  # fmt: skip

        found = run_on_network(run())
        assert {*answered[: len(quick)]} == {*quick}, "before the first slow one gives up"
        assert {found.verdicts[url].state for url in slow} == {"unreachable"}
        assert {str(found.verdicts[url].why) for url in slow} <= {"timeout", "host-left-alone"}
        assert len([one for one in server.asked if one.host == HOSTS[0]]) <= 16, "left alone after five failures"


def test_retry_after_holds_for_the_whole_host() -> None:
    busy = in_turn(answer(429, "", (("Retry-After", "1"),)), answer(200, page()))
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=1))
    with LinkServer({"/a": busy, "/b": answer(200, page()), "/c": answer(200, page())}) as server:
        run = ask([server.url(path) for path in ("/a", "/b", "/c")], policy)
        times = [one.time for one in server.asked]
        assert next(one.path for one in server.asked) == "/a"
        assert times[1] - times[0] > 0.95
    assert {verdict.state for verdict in run.verdicts.values()} == {"ok"}


def test_a_host_that_asks_for_a_day_is_left_alone() -> None:
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=1))
    with LinkServer({"*": answer(429, "", (("Retry-After", "86400"),))}) as server:
        run = ask([server.url(f"/{n}") for n in range(5)], policy)
        assert len(server.asked) == 1
    assert [verdict.state for verdict in run.verdicts.values()] == ["blocked"]
    assert set(run.unasked.values()) == {"host-asks-to-wait"}
    assert len(run.unasked) == 4


def test_a_date_in_retry_after_is_understood() -> None:
    headers = (("Date", "Tue, 24 Nov 2026 12:00:00 GMT"), ("Retry-After", "Tue, 24 Nov 2026 13:00:00 GMT"))
    assert verdict({"/report": answer(429, "", headers)}).why == "too-many-requests"


def test_tries_come_at_the_end() -> None:
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=1, retry_seconds=0.2))
    with LinkServer({"/bad": in_turn(answer(503), answer(200, page())), "*": answer(200, page())}) as server:
        ask([server.url(path) for path in ("/bad", "/1", "/2", "/3")], policy)
        assert [one.path for one in server.asked] == ["/bad", "/1", "/2", "/3", "/bad"]


def test_time_is_up() -> None:
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=1, host_gap=0.2))
    with LinkServer({"*": answer(200, page())}) as server:
        run = ask([server.url(f"/{n}") for n in range(50)], policy, seconds=0.5)
    assert run.out_of_time
    assert 1 <= len(run.verdicts) <= 5
    assert len(run.verdicts) + len(run.unasked) == 50
    assert set(run.unasked.values()) == {"out-of-time"}


def test_rules_that_never_come_leave_time_for_the_page() -> None:
    with LinkServer({"/robots.txt": never, "*": answer(200, page())}) as server:
        run = ask([server.url("/a"), server.url("/b")], replace(QUICK, robots=True))
        assert server.counts() == {"/robots.txt": 1, "/a": 1, "/b": 1}
    assert {verdict.state for verdict in run.verdicts.values()} == {"ok"}


def test_five_thousand_parts_of_one_page() -> None:
    body = "".join(f'<h2 id="part-{number}">Part {number}</h2>' for number in range(5000))
    with LinkServer({"/report": answer(200, page(body=body))}) as server:
        run = ask(server.url(f"/report#part-{number}") for number in range(5001))
        assert server.counts() == {"/report": 1}
    assert [url.rpartition("#")[2] for url, one in run.verdicts.items() if one.state != "ok"] == ["part-5000"]


def test_robots_are_obeyed_if_that_is_set() -> None:
    rules = answer(200, "User-agent: *\nDisallow: /private\nAllow: /private/open$\n", kind="text/plain")
    paths = ("/private/a", "/private/open", "/public")
    with LinkServer({"/robots.txt": rules, "*": answer(200, page())}) as server:
        urls = [server.url(path) for path in paths]
        obeyed = ask(urls, replace(QUICK, robots=True))
        assert server.counts() == {"/robots.txt": 1, "/private/open": 1, "/public": 1}
        assert [(obeyed.verdicts[url].state, str(obeyed.verdicts[url].why)) for url in urls] == [
            ("skipped", "robots"), ("ok", ""), ("ok", ""),
        ]  # fmt: skip
        assert {verdict.state for verdict in ask(urls).verdicts.values()} == {"ok"}
        assert server.counts()["/robots.txt"] == 1, "off, it is not even asked for"


def test_an_unchanged_page_is_not_sent_again() -> None:
    async def tagged(asked, writer):  # type: ignore[no-untyped-def]
        same = asked.headers.get("if-none-match") == '"one"'
        await (
            answer(304)
            if same
            else answer(200, page(), (("ETag", '"one"'), ("Last-Modified", "Mon, 01 Jun 2026 00:00:00 GMT")))
        )(asked, writer)

    with LinkServer({"/report": tagged}) as server:
        urls = [server.url("/report"), server.url("/report#mash")]
        first = ask(urls)
        second = ask(urls, remembered=dict(first.remembered))
        assert [one.headers.get("if-none-match") for one in server.asked] == [None, '"one"']
        assert server.asked[1].headers["if-modified-since"] == "Mon, 01 Jun 2026 00:00:00 GMT"
        assert second.verdicts == first.verdicts
        assert second.remembered == first.remembered
        # Another part of the page is wanted: nothing was noted of it, so the page is needed.
        third = ask([*urls, server.url("/report#other")], remembered=dict(second.remembered))
        assert "if-none-match" not in server.asked[2].headers
        assert third.verdicts[server.url("/report#other")].state == "fragment-missing"


# -- Short links and DOIs ----------------------------------------------------------------------------------------------


def test_what_a_short_link_service_does_not_know_is_dead() -> None:
    with LinkServer({"/known": redirect(301, "http://127.0.0.2:{port}/report"), "*": answer(200, page("Tiny", "<p>The link was not  known.</p>"))},
                    hosts={HOSTS[1]: GOOD}) as server:  # fmt: skip
        policy = replace(QUICK, shorteners={f"127.0.0.1:{server.port}": ("link was not known",)})
        known, unknown, other = server.url("/known"), server.url("/quide44"), server.url("/other")
        run = ask([known, unknown], policy)
        doubtful = ask([other], replace(QUICK, shorteners={f"127.0.0.1:{server.port}": ()}))
    assert run.verdicts[known].state == "moved"
    assert (run.verdicts[unknown].state, str(run.verdicts[unknown].why)) == ("dead", "unknown-short-link")
    assert (doubtful.verdicts[other].state, str(doubtful.verdicts[other].why)) == ("suspect", "short-link-stays")


def test_the_registry_is_asked_about_a_doi() -> None:
    found = '{"responseCode":1,"handle":"10.1000/182","values":[{"type":"URL","data":{"format":"string","value":"https://publisher.example.org/182"}}]}'
    with LinkServer(
        {
            "/api/10.1000/182": answer(200, found, kind="application/json"),
            "*": answer(404, '{"responseCode":100}', kind="application/json"),
        }
    ) as server:
        policy = replace(QUICK, services=Services(doi=server.url("/api/{url}")))
        urls = ("https://doi.org/10.1000/182", "doi:10.1000/182", "http://dx.doi.org/10.1000/none")
        run = ask(urls, policy)
        assert server.counts() == {"/api/10.1000/182": 1, "/api/10.1000/none": 1}
    states = [(run.verdicts[url].state, str(run.verdicts[url].why)) for url in urls]
    assert states == [("ok", ""), ("ok", ""), ("dead", "unknown-doi")]
    assert run.verdicts["doi:10.1000/182"].hops[-1].url == "https://publisher.example.org/182"


# -- Where we never go -------------------------------------------------------------------------------------------------


def test_no_redirect_leads_into_a_private_network() -> None:
    """The server stands in for a public one; what it leads to is asked under the rules for everybody."""
    targets = (
        "http://127.0.0.1:{port}/x",
        "http://[::ffff:127.0.0.1]:{port}/x",
        "http://2130706433:{port}/x",
        "http://localhost:{port}/x",
        "http://10.0.0.1/x",
        "http://user:pw@example.org/",
    )
    with LinkServer({f"/{n}": redirect(302, target) for n, target in enumerate(targets)}) as server:
        policy = replace(QUICK, ports=(server.port,))

        async def run() -> Run:
            async with Fetcher("test", allow_private=True) as fetch:
                urls = [server.url(f"/{n}") for n in range(len(targets))]
                askable = [
                    one
                    for one in (sort_address(url, policy, allow_private=True) for url in urls)
                    if isinstance(one, Askable)
                ]
                return await ask_all(askable, policy, fetch, seconds=30, now=NOW, allow_private=False)

        found = run_on_network(run())
        assert {verdict.state for verdict in found.verdicts.values()} == {"refused"}
        assert "/x" not in server.counts()


@LOOPS
def test_no_name_leads_into_a_private_network(run_on: RunOn) -> None:
    answers = {
        "inside.example.org": ["127.0.0.1"],
        "mapped.example.org": ["::ffff:127.0.0.1"],
        "metadata.example.org": ["169.254.169.254"],
        "mixed.example.org": ["10.0.0.1", "192.168.0.1"],
    }

    async def lookup(host: str) -> list[str]:
        return answers[host]

    async def run(server: LinkServer) -> list[Answer | NoAnswer]:
        async with Fetcher("test", lookup=lookup) as fetch:
            return [await fetch(Request(f"http://{host}:{server.port}/report")) for host in answers]

    with LinkServer(GOOD) as server:
        found = run_on(run(server))
        assert server.asked == []
    assert [one.trouble for one in found if isinstance(one, NoAnswer)] == [Trouble.PRIVATE] * 4


@LOOPS
def test_a_name_that_changes_its_mind_gets_nowhere(run_on: RunOn) -> None:
    """Public when it is looked up first, private when it is looked up again: what counts is where we connect to."""
    said = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])

    async def lookup(host: str) -> list[str]:
        return next(said)

    async def run(server: LinkServer) -> Answer | NoAnswer:
        async with Fetcher("test", lookup=lookup, connect_seconds=0.2) as fetch:
            await lookup("rebinding.example.org")  # somebody else looks first, and is content
            return await fetch(Request(f"http://rebinding.example.org:{server.port}/report"))

    with LinkServer(GOOD) as server:
        found = run_on(run(server))
        assert server.asked == []
    assert isinstance(found, NoAnswer)
    assert found.trouble is Trouble.PRIVATE


HOSTILE = """
import asyncio, sys

from briefing_tools import fetching
from briefing_tools.fetching import Fetcher, run_on_network
from briefing_tools.linkcheck.checking import ask_all
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.policy import Limits, LinkPolicy
from linkserver import LinkServer, redirect

WAYS = [
    "http://127.0.0.1:{port}/x", "http://127.1:{port}/x", "http://2130706433:{port}/x", "http://0x7f000001:{port}/x",
    "http://0177.0.0.1:{port}/x", "http://0.0.0.0:{port}/x", "http://[::1]:{port}/x", "http://[::]:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x", "http://[::ffff:7f00:1]:{port}/x", "http://[64:ff9b::7f00:1]:{port}/x",
    "http://localhost:{port}/x", "http://LOCALHOST.:{port}/x", "http://a.localhost:{port}/x", "http://printer:{port}/x",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/", "http://metadata.google.internal/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[ff02::1]/",
    "http://router.local/", "http://wiki.intranet/", "http://user:pw@www.example.org/", "https://www.example.org:22/",
    "http://www.example.org:25/", "file:///etc/passwd", "gopher://www.example.org/", "http://①②⑦.⓪.⓪.①:{port}/x",
]
NAMES = {
    "loopback.example.org": ["127.0.0.1"], "private.example.org": ["10.1.2.3", "192.168.0.9"],
    "mapped.example.org": ["::ffff:127.0.0.1"], "metadata.example.org": ["169.254.169.254"], "six.example.org": ["::1"],
}
seen = []
watched = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
sys.addaudithook(lambda event, said: seen.append((event, said)) if event in watched else None)

async def lookup(host):
    return NAMES.get(host, ["127.0.0.1"])

async def run(urls, policy):
    async with Fetcher("test", lookup=lookup, connect_seconds=0.5) as fetch:
        askable = [one for one in (sort_address(url, policy) for url in urls) if isinstance(one, Askable)]
        return await ask_all(askable, policy, fetch, seconds=20, now=0.0)

paths = {f"/{n}": redirect(302, way.encode().decode("latin-1")) for n, way in enumerate(WAYS)}
paths |= {f"/n{n}": redirect(302, f"http://{name}:{{port}}/x") for n, name in enumerate(NAMES)}
with LinkServer(paths) as server:
    limits = Limits(host_gap=0.0, host_at_once=8, tries=1, seconds=2.0)
    policy = LinkPolicy(ports=(server.port,), limits=limits)
    del seen[:]
    written = [way.replace("{port}", str(server.port)) for way in WAYS]
    written += [f"http://{name}:{server.port}/x" for name in NAMES]
    states = {str(v.state) for v in RUN(run(written, policy)).verdicts.values()}
    print("written", sorted(states), [one for one in seen if one[0] != "socket.getaddrinfo"], len(server.asked))
    del seen[:]
    # One address of this machine stands in for the public web, so that something can lead into the private one.
    public = fetching.is_public
    fetching.is_public = lambda address: address == "127.0.0.2" or public(address)
    NAMES["www.example.org"] = ["127.0.0.2"]
    found = RUN(run([f"http://www.example.org:{server.port}{path}" for path in paths], policy))
    places = {said[1][:2] for event, said in seen if event == "socket.connect"}
    print("redirects", len(found.verdicts), sorted({str(v.state) for v in found.verdicts.values()}), places == {("127.0.0.2", server.port)})
    print("reached", sorted(path for path in server.counts() if path not in paths), [one for one in seen if one[0] not in ("socket.connect", "socket.getaddrinfo")])
"""


@pytest.mark.parametrize("loop", ["asyncio.run", "run_on_network"])
def test_no_packet_leaves_for_a_hostile_address(loop: str) -> None:
    """Counted where nothing can hide: each connection that Python makes, by its audit events, in a process of its own."""
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"}
    said = subprocess.run(
        [sys.executable, "-c", HOSTILE.replace("RUN", loop)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert said.stderr == ""
    assert said.stdout.splitlines() == [
        "written ['refused'] [] 0",
        "redirects 41 ['refused', 'suspect', 'unreachable'] True",
        "reached [] []",
    ]


@LOOPS
def test_even_the_socket_refuses(run_on: RunOn) -> None:
    """Should anything ever get past the look-up, no socket is opened to a private address."""

    async def run(server: LinkServer) -> Answer | NoAnswer:
        fetch = Fetcher("test")
        fetch._addresses = lambda host: _given(["127.0.0.1"])  # type: ignore[method-assign, assignment, misc]
        async with fetch:
            return await fetch(Request(f"http://name.example.org:{server.port}/report"))

    async def _given(found: list[str]) -> list[str]:
        return found

    with LinkServer(GOOD) as server:
        found = run_on(run(server))
        assert server.asked == []
    assert isinstance(found, NoAnswer)
    assert found.trouble is Trouble.PRIVATE


def test_a_name_that_does_not_exist() -> None:
    policy = replace(QUICK, limits=replace(QUICK.limits, host_at_once=1))
    run = ask(["http://nobody.invalid/a", "http://nobody.invalid/b"], policy, private=False)
    assert {(verdict.state, str(verdict.why)) for verdict in run.verdicts.values()} == {("unreachable", "no-such-host")}
    assert run.requests == 1, "the whole host is settled"
    assert not run.mostly_failed, "that such a name does not exist is sure, and no sign of a bad line"


def test_when_nobody_answers_it_is_our_own_line() -> None:
    with LinkServer(GOOD) as server:
        port = server.port
    run = ask([f"http://{host}:{port}/report" for host in HOSTS], replace(QUICK, limits=replace(QUICK.limits, tries=1)))
    assert run.mostly_failed
    assert {str(verdict.why) for verdict in run.verdicts.values()} == {"no-connection"}


# -- TLS ---------------------------------------------------------------------------------------------------------------


def _tls(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@LOOPS
def test_certificates(run_on: RunOn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    kinds = {
        "": ours.issue_cert("127.0.0.1"),
        "certificate-unknown": theirs.issue_cert("127.0.0.1"),
        "certificate-name": ours.issue_cert("other.example.org"),
        "certificate-expired": ours.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)),
    }
    for why, certificate in kinds.items():
        with LinkServer(GOOD, tls=_tls(certificate)) as server:
            found = ask([server.url("/report")], run_on=run_on).verdicts[server.url("/report")]
        assert (found.state, str(found.why)) == ("tls-error" if why else "ok", why)


def test_plain_words_where_tls_is_expected() -> None:
    with LinkServer({"*": answer(400)}) as server:
        url = server.url("/report").replace("http:", "https:")
        found = ask([url]).verdicts[url]
    assert found.state == "tls-error"
