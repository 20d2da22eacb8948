"""What an answer means, without a server: titles, walls, home pages, redirects. Cases that were met, and their neighbours."""

import pytest

from briefing_tools.fetching import Answer, NoAnswer, Trouble
from briefing_tools.linkcheck.asking import Again, Arrived, Failed, Stopped, Trail, begin, request_of, step
from briefing_tools.linkcheck.fragments import look_for
from briefing_tools.linkcheck.judging import Verdict, judge
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.webpage import WebPage, read_webpage

POLICY = LinkPolicy()
LONG = "<p>" + "Words of a long page about children, families and the services that work with them. " * 40
NOW = 1795521600.0


def trail(url: str = "https://www.example.org/reports/7") -> Trail:
    found = sort_address(url, POLICY)
    assert isinstance(found, Askable)
    return begin(found, parts=True)


def html(title: str, body: str = LONG, heading: str = "") -> bytes:
    return f"<title>{title}</title><h1>{heading or title}</h1>{body}".encode()


def said(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    pairs = {"content-type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(status, tuple(pairs.items()), body)


def walk(url: str, *answers: Answer | NoAnswer) -> Verdict:
    """The verdict after these answers, one after another; every pause is over at once."""
    now: object = trail(url)
    for answer in answers:
        while isinstance(now, Again):
            now = now.trail
        assert isinstance(now, Trail), "there is nothing more to ask"
        now = step(now, answer, POLICY, NOW)
    assert isinstance(now, Arrived | Failed | Stopped), f"not at an end: {now}"
    return judge(now, url.partition("#")[2], POLICY)


@pytest.mark.parametrize(
    "title",
    [
        "404", "Error 404", "404 Not Found", "HTTP 404 - File not found", "Page not found", "Page Not Found | Anytown Council",
        "Anytown Council - Page not found", "Sorry, page not found", "Oops! That page can’t be found.", "We couldn't find that page",
        "The page you requested was not found", "This page no longer exists", "File not found", "The requested document is no longer available",
        "Page unavailable", "Document removed",
    ],
)  # fmt: skip
def test_titles_that_say_not_found(title: str) -> None:
    assert walk("https://www.example.org/reports/7", said(html(title))) == Verdict(*("suspect", "soft-not-found", 200))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    [
        "Lost and found", "Missing children: a review", "Missing", "Found", "Not just a phase", "Children not in school", "Available support",
        "Nobody home: services that families cannot find", "Removed from home", "The page boys of Anytown", "Sorry for your loss", "Document library",
        "About us", "404 reasons to read", "What works", "Not available in the shops: a history", "",
    ],
)  # fmt: skip
def test_titles_that_are_about_something(title: str) -> None:
    assert walk("https://www.example.org/reports/7", said(html(title, heading="A heading"))).state == "ok"


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("/reports/7", "/", "home-page"),
        ("/reports/7", "/index.html", "home-page"),
        ("/reports/7", "/en-GB/", "home-page"),
        ("/reports/7", "/home", "home-page"),
        ("/?id=7", "/", "home-page"),
        ("/", "/en/", ""),
        ("/index.php", "/", ""),
        ("/reports/7", "/ok", ""),
        ("/reports/7", "/reports/8", ""),
        ("/reports/7", "/?id=7", ""),
        ("/reports/7", "/404.html", "soft-not-found"),
        ("/reports/7", "/errors/page-not-found", "soft-not-found"),
        ("/reports/7", "/error/", "soft-not-found"),
        ("/blog/not-found-in-translation", "/blog/not-found-in-translation/", ""),
        ("/reports/7", "/login?next=/reports/7", "sign-in"),
        ("/reports/7", "/Account/SignIn", "sign-in"),
        ("/reports/7", "/sso/start", "sign-in"),
        ("/reports/7", "/blogging-in-schools", ""),
        ("/login", "/login/", ""),
    ],
)
def test_where_redirects_end(start: str, end: str, why: str) -> None:
    found = walk(f"https://www.example.org{start}", said(status=302, location=end), said(html("A title")))
    assert (found.state, str(found.why)) == ("suspect" if why else "redirected", why)


@pytest.mark.parametrize(
    ("status", "title", "body", "state", "why"),
    [
        (403, "Just a moment...", "", "blocked", "robot-wall"),
        (403, "Attention Required! | Cloudflare", "", "blocked", "robot-wall"),
        (200, "Making sure you&#39;re not a bot!", "", "blocked", "robot-wall"),
        (200, "www.example.org", "<p>Enable JavaScript and cookies to continue</p>", "blocked", "robot-wall"),
        (200, "Captchas and accessibility: a review", LONG, "ok", ""),
        (200, "Just a moment: a novel", LONG, "ok", ""),
        (404, "Just a moment...", "", "dead", "not-found"),
        (403, "Forbidden", "", "blocked", "forbidden"),
        (451, "Unavailable", "", "blocked", "forbidden"),
        (402, "", "", "blocked", "needs-sign-in"),
        (400, "", "", "suspect", "odd-status"),
        (300, "", "", "unreachable", "broken-answer"),
        (520, "", "", "unreachable", "server-error"),
    ],
)
def test_statuses_and_walls(status: int, title: str, body: str, state: str, why: str) -> None:
    found = walk("https://www.example.org/reports/7", said(html(title, body or "<p>Wait.</p>"), status))
    assert (found.state, str(found.why)) == (state, why)


@pytest.mark.parametrize("host", ["www.hugedomains.com", "sedoparking.com"])
def test_a_name_that_is_for_sale(host: str) -> None:
    assert (
        walk("https://old.example.org/a", said(status=302, location=f"https://{host}/old"), said(html("x"))).why
        == "parked"
    )
    assert (
        walk(
            "https://old.example.org/a",
            said(html("old.example.org", "<p>The domain old.example.org is for sale. Buy this domain now.")),
        ).why
        == "parked"
    )
    assert walk("https://old.example.org/a", said(html("Public domain: what is for sale", LONG))).state == "ok"


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_its_state(trouble: Trouble) -> None:
    silent = NoAnswer(trouble)
    now: object = trail()
    for _ in range(POLICY.limits.tries):
        if isinstance(now, Again):
            now = now.trail
        if isinstance(now, Trail):
            now = step(now, silent, POLICY, NOW)
    assert isinstance(now, Failed)
    found = judge(now, "", POLICY)
    assert found.why == trouble.value
    kinds = {"certificate": "tls-error", "tls": "tls-error", "private": "refused"}
    assert found.state == kinds.get(trouble.value.partition("-")[0], "unreachable")


def test_only_what_may_be_different_in_a_moment_is_asked_again() -> None:
    assert isinstance(step(trail(), NoAnswer(Trouble.TIMEOUT), POLICY, NOW), Again)
    assert isinstance(step(trail(), said(status=503), POLICY, NOW), Again)
    assert isinstance(step(trail(), NoAnswer(Trouble.NO_SUCH_HOST), POLICY, NOW), Failed)
    assert isinstance(step(trail(), NoAnswer(Trouble.CERTIFICATE_EXPIRED), POLICY, NOW), Failed)
    assert isinstance(step(trail(), said(status=404), POLICY, NOW), Arrived)


def test_a_link_has_one_time_limit_however_many_hops() -> None:
    first = step(trail(), Answer(302, (("location", "/b"),), seconds=15.0), POLICY, NOW)
    assert isinstance(first, Trail)
    assert request_of(first, POLICY, {}).seconds == pytest.approx(5.0)


def test_validators_are_for_the_first_address_only() -> None:
    assert request_of(trail(), POLICY, {"if-none-match": '"a"'}).headers == {"if-none-match": '"a"'}
    onward = step(trail(), said(status=302, location="/b"), POLICY, NOW)
    assert isinstance(onward, Trail)
    assert request_of(onward, POLICY, {"if-none-match": '"a"'}).headers == {}


def test_cookies_stay_with_their_host() -> None:
    onward = step(
        trail(), said(status=302, location="https://other.example.org/", set_cookie="a=1; Path=/"), POLICY, NOW
    )
    assert isinstance(onward, Trail)
    assert "cookie" not in request_of(onward, POLICY, {}).headers
    back = step(onward, said(status=302, location="https://www.example.org/reports/8"), POLICY, NOW)
    assert isinstance(back, Trail)
    assert request_of(back, POLICY, {}).headers["cookie"] == "a=1"


@pytest.mark.parametrize("refresh", ["5; url=/b", "0;URL='/b'", "0, /b"])
def test_a_page_that_sends_its_reader_on(refresh: str) -> None:
    page = f'<meta http-equiv="Refresh" content="{refresh}">'.encode()
    found = walk("https://www.example.org/a", said(page), said(html("B")))
    assert (found.state, [hop.status for hop in found.hops], found.hops[-1].url) == (
        "redirected",
        [200],
        "https://www.example.org/b",
    )


@pytest.mark.parametrize("refresh", ["300; url=/b", "5", "0; url=https://www.example.org/a", ""])
def test_a_page_that_only_keeps_itself_fresh(refresh: str) -> None:
    page = f'<title>A</title><meta http-equiv="refresh" content="{refresh}">'.encode()
    assert walk("https://www.example.org/a", said(page)).state == "ok"


def test_a_page_of_which_not_all_is_known_lacks_nothing() -> None:
    page, cut = WebPage(ids=frozenset({"a"})), Answer(200, (("content-type", "text/html"),), b"x", whole=False)
    assert look_for("b", cut, page) is Why.PART_UNKNOWN
    assert look_for("a", cut, page) is None
    assert look_for(":~:text=b", cut, page) is Why.PART_UNKNOWN


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("shared%20office", True), ("SHARED OFFICE", True), ("shared,families", True), ("families,shared", False), ("a-,shared,-office", True),
        ("hub&text=shared", False), ("shared&text=families", True), ("caf%C3%A9", True),
    ],
)  # fmt: skip
def test_words_are_looked_for_as_browsers_do(text: str, there: bool) -> None:
    body = "<p>A <i>shared</i>\noffice helps families.</p><p>Caf\u00e9</p>".encode()
    page = read_webpage(body, "text/html; charset=utf-8")
    missing = look_for(f":~:text={text}", Answer(200, (("content-type", "text/html"),), body), page)
    assert (missing is None) is there


def test_fragments_of_other_content_cannot_be_told() -> None:
    assert look_for("t=30", Answer(200, (("content-type", "video/mp4"),)), None) is Why.PART_UNKNOWN
    assert (
        look_for("nameddest=a", Answer(200, (("content-type", "application/pdf"),), b"%PDF"), None) is Why.PART_UNKNOWN
    )
