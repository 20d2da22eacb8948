"""Addresses: found where they are written, sorted without asking, and written anew at their exact place."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.bibliography.links import addresses_of
from briefing_tools.fetching import Answer
from briefing_tools.linkcheck.asking import retry_after
from briefing_tools.linkcheck.collecting import by_address, written_in
from briefing_tools.linkcheck.fixing import ChangedError, Edit, edited, edits_for
from briefing_tools.linkcheck.robots import read_robots
from briefing_tools.linkrecord.addresses import Askable, Settled, next_address, sort_address
from briefing_tools.linkrecord.advice import _ADVICE, advise, near_names
from briefing_tools.linkrecord.networks import is_public
from briefing_tools.linkrecord.policy import LinkPolicy, Services, matches
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Hop, KnownLink, LinkState
from briefing_tools.source import Source
from briefing_tools.webpage import pdf_pages, read_webpage

POLICY = LinkPolicy()

# -- Sorting -----------------------------------------------------------------------------------------------------------

SETTLED = [
    ("", "invalid", "not-an-address"),
    ("report", "invalid", "not-an-address"),
    ("www.example.org/report", "invalid", "not-an-address"),
    ("//www.example.org/", "invalid", "not-an-address"),
    ("https:/www.example.org", "invalid", "not-an-address"),
    ("https://www.example.org\\report", "invalid", "not-an-address"),
    ("https://www.example.org/" + "a" * 4000, "invalid", "too-long"),
    ("https://", "invalid", "bad-host"),
    ("https://-bad-.example.org/", "invalid", "bad-host"),
    ("https://a..b/", "invalid", "bad-host"),
    ("https://exa mple.org/", "invalid", "has-spaces"),
    ("https://www.example.org/a b", "invalid", "has-spaces"),
    ("https://[::1", "invalid", "bad-host"),
    ("https://1.2.3.4.5/", "invalid", "bad-host"),
    ("https://256.1.1.1/", "invalid", "bad-host"),
    ("https://www.example.org:port/", "invalid", "bad-port"),
    ("https://www.example.org:99999/", "invalid", "bad-port"),
    ("https://www.example.org:0/", "invalid", "bad-port"),
    ("https://user:word@www.example.org/", "refused", "credentials"),
    ("https://www.example.org:8443/", "refused", "odd-port"),
    ("http://localhost/", "refused", "private-address"),
    ("http://intranet/", "refused", "private-address"),
    ("http://printer.local/", "refused", "private-address"),
    ("http://127.0.0.1/", "refused", "private-address"),
    ("http://0/", "refused", "private-address"),
    ("http://2130706433/", "refused", "private-address"),
    ("http://0x7f.1/", "refused", "private-address"),
    ("http://0177.0.0.1/", "refused", "private-address"),
    ("http://10.1.2.3/", "refused", "private-address"),
    ("http://169.254.169.254/latest/meta-data/", "refused", "private-address"),
    ("http://[::1]/", "refused", "private-address"),
    ("http://[::ffff:10.0.0.1]/", "refused", "private-address"),
    ("http://[fe80::1]/", "refused", "private-address"),
    ("mailto:editors@example.org?subject=Briefing%207", "skipped", "e-mail"),
    ("mailto:editors%40example.org,others@example.org", "skipped", "e-mail"),
    ("mailto:editors", "invalid", "bad-e-mail"),
    ("mailto:?subject=7", "invalid", "bad-e-mail"),
    ("tel:+442076643000", "skipped", "telephone"),
    ("tel:020-7664-3000;ext=12", "skipped", "telephone"),
    ("tel:none", "invalid", "bad-telephone"),
    ("urn:isbn:978-0-306-40615-7", "skipped", "isbn"),
    ("isbn:0-306-40615-2", "skipped", "isbn"),
    ("isbn:978-0-306-40615-8", "invalid", "bad-isbn"),
    ("doi:11.1000/182", "invalid", "bad-doi"),
    ("https://doi.org/10.10/x", "invalid", "bad-doi"),
    ("ftp://ftp.example.org/a", "skipped", "other-scheme"),
    ("javascript:alert(1)", "skipped", "other-scheme"),
]

ASKED = [
    ("https://www.example.org", "https://www.example.org/"),
    ("HTTPS://WWW.Example.ORG:443/Report", "https://www.example.org/Report"),
    ("http://www.example.org:80/a#b", "http://www.example.org/a"),
    ("https://www.example.org./a", "https://www.example.org/a"),
    ("https://www.example.org/a/../b/./c", "https://www.example.org/b/c"),
    ("https://www.example.org/100%", "https://www.example.org/100%25"),
    ("https://www.example.org/caf\u00e9?q=\u00e9", "https://www.example.org/caf%C3%A9?q=%C3%A9"),
    ("https://www.example.org/caf%C3%A9", "https://www.example.org/caf%C3%A9"),
    ("https://b\u00fccher.example.org/", "https://xn--bcher-kva.example.org/"),
    ("https://www.example.org/a_(b)?x=[1]", "https://www.example.org/a_(b)?x=[1]"),
    ("https://93.184.215.14/", "https://93.184.215.14/"),
    ("https://doi.org/10.1000/182", "https://doi.org/api/handles/10.1000/182"),
    ("https://dx.doi.org/10.1002/(SICI)1097<1::AID>3.0.CO;2-#x".replace("<", "%3C").replace(">", "%3E"), "https://doi.org/api/handles/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-"),
    ("https://www.doi.org/the-identifier/", "https://www.doi.org/the-identifier/"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "state", "why"), SETTLED)
def test_what_is_settled_without_asking(written: str, state: str, why: str) -> None:
    found = sort_address(written, POLICY)
    assert isinstance(found, Settled)
    assert (found.state, found.why) == (state, why)


@pytest.mark.parametrize(("written", "request_"), ASKED)
def test_what_is_asked(written: str, request_: str) -> None:
    found = sort_address(written, POLICY)
    assert isinstance(found, Askable)
    assert found.request == request_
    again = sort_address(found.request, POLICY)
    assert isinstance(again, Askable)
    assert again.request == found.request


@given(st.text(max_size=80) | st.text(max_size=60).map(lambda text: "https://" + text))
def test_no_address_makes_sorting_fail(written: str) -> None:
    found = sort_address(written, POLICY)
    if isinstance(found, Askable):
        assert found.request.isascii()
        assert found.request.isprintable()
        assert " " not in found.request


@given(st.text(max_size=80))
def test_no_redirect_makes_following_fail(location: str) -> None:
    sort_address(next_address("https://www.example.org/a/b?c", location), POLICY)


def test_tests_may_reach_this_machine() -> None:
    assert isinstance(sort_address("http://127.0.0.1:8080/", POLICY, allow_private=True), Askable)
    assert isinstance(sort_address("https://www.example.org:8443/", LinkPolicy(ports=(8443,))), Askable)
    no_registry = LinkPolicy(services=Services(doi=""))
    found = sort_address("doi:10.1000/182", no_registry)
    assert isinstance(found, Askable)
    assert found.request == "https://doi.org/10.1000/182"


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False), ("0.0.0.0", False), ("100.64.0.1", False),
     ("192.168.1.1", False), ("224.0.0.1", False), ("::", False), ("fd00::1", False), ("::ffff:93.184.215.14", True), ("::ffff:127.0.0.1", False),
     ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fe80::1%eth0", False), ("no address", False)],
)  # fmt: skip
def test_which_network_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("base", "location", "leads"),
    [
        ("https://a.example.org/b/c?d", "e", "https://a.example.org/b/e"),
        ("https://a.example.org/b/c?d", "?e", "https://a.example.org/b/c?e"),
        ("https://a.example.org/b#part", "/c", "https://a.example.org/c#part"),
        ("https://a.example.org/b#part", "/c#other", "https://a.example.org/c#other"),
        ("https://a.example.org/b", "//c.example.org/d e", "https://c.example.org/d%20e"),
        ("https://a.example.org/b", "/caf\u00e9", "https://a.example.org/caf%C3%A9"),
        ("https://a.example.org/b", "/caf\udce9", "https://a.example.org/caf%E9"),
    ],
)
def test_where_redirects_lead(base: str, location: str, leads: str) -> None:
    assert next_address(base, location) == leads


# -- Collecting --------------------------------------------------------------------------------------------------------

MARKDOWN = """---
title: "Here too: https://front.example.org/"
published: 14 February 2013
---

See [one](https://one.example.org/a_(b)) and [again](https://one.example.org/a_(b) "a title"), <https://two.example.org/>,
[three][ref], <a href="https://four.example.org/?a=1&amp;b=2">four</a> and, in words, https://five.example.org/x.

`https://code.example.org/` and ``a ` https://code.example.org/`` are code, and so is

    https://code.example.org/indented

```
[code](https://code.example.org/fenced)
```

<!-- [a comment](https://comment.example.org/) -->

\\[escaped](https://no.example.org/) [inside](../index.md) [mail](mailto:a@example.org)

!!! signpost "For more information see"
    - [Seven](http://seven.example.org/quide) [@munro2011]

[ref]: https://three.example.org/
"""


def test_addresses_of_markdown() -> None:
    source = Source("a.md", MARKDOWN)
    found = written_in(source)
    assert [one.url for one in found] == [
        "https://front.example.org/", "https://one.example.org/a_(b)", "https://one.example.org/a_(b)", "https://two.example.org/",
        "https://four.example.org/?a=1&b=2", "https://five.example.org/x", "mailto:a@example.org",
        "http://seven.example.org/quide", "https://three.example.org/",
    ]  # fmt: skip
    for one in found:
        there = source.text[source.offset(one.span.start) : source.offset(one.span.end)]
        assert (there == one.url) is one.exact, one.url
    assert [one.url for one in found if not one.exact] == ["https://four.example.org/?a=1&b=2"]
    assert len(by_address(found)["https://one.example.org/a_(b)"]) == 2
    assert {one.published for one in found[1:]} == {"14 February 2013"}


def test_addresses_of_a_bibliography() -> None:
    text = """@report{a, title = {A}, url = {https://a.example.org/x\\_y}, year = 2012}
@article{b, title = {B}, doi = {https://doi.org/10.1000/182}, url = "https://b.example.org/", note = {See \\url{https://c.example.org/}}}
"""
    found = addresses_of(Source("references.bib", text))
    assert [(one.key, one.field, one.url, one.exact) for one in found] == [
        ("a", "url", "https://a.example.org/x_y", False),
        ("b", "doi", "https://doi.org/10.1000/182", False),
        ("b", "url", "https://b.example.org/", True),
        ("b", "note", "https://c.example.org/", True),
    ]


def test_addresses_of_a_list() -> None:
    found = written_in(
        Source("list.txt", "# seed\nhttps://a.example.org/\n\n  https://b.example.org/ \nnot an address\n")
    )
    assert [(one.url, one.span.start.line, one.span.start.column) for one in found] == [
        ("https://a.example.org/", 2, 1), ("https://b.example.org/", 4, 3), ("not an address", 5, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "`" * 250_000,
        "`a``b" * 50_000,
        "](" * 120_000,
        "https://a.b/" + ")" * 250_000,
        "https://a.b/(" * 20_000,
        "``` \n" * 50_000,
    ],
)
def test_no_text_makes_collecting_take_for_ever(text: str) -> None:
    started = time.perf_counter()
    written_in(Source("a.md", text))
    assert time.perf_counter() - started < 60, "not a measure of speed: some of these took hours in a first version"


# -- Fixing ------------------------------------------------------------------------------------------------------------


def moved(url: str) -> KnownLink | None:
    links = {
        "http://short.example.org/a": KnownLink(url, LinkState.MOVED, hops=(Hop(301, "https://www.example.org/a%20(new).pdf"),)),
        "http://short.example.org/b": KnownLink(url, LinkState.REDIRECTED, hops=(Hop(301, "https://www.example.org/b"), Hop(302, "https://www.example.org/c"))),
        "http://short.example.org/c": KnownLink(url, LinkState.MOVED, hops=(Hop(302, "https://www.example.org/c"),)),
        "http://short.example.org/d": KnownLink(url, LinkState.MOVED, hops=(Hop(301, "http://127.0.0.1/d"),)),
        "http://short.example.org/e&f": KnownLink(url, LinkState.MOVED, hops=(Hop(308, "https://www.example.org/e"),)),
    }  # fmt: skip
    return links.get(url)


def fixed(path: str, text: str) -> tuple[str, int]:
    edits, by_hand = edits_for(written_in(Source(path, text)), moved, POLICY)
    return edited(text, edits), len(by_hand)


def test_only_what_moved_for_good_is_written_anew() -> None:
    text = (
        "[a](http://short.example.org/a), `http://short.example.org/a`, [b](http://short.example.org/b), [c](http://short.example.org/c)\n"
        '[d](http://short.example.org/d) <http://short.example.org/a> <a href="http://short.example.org/e&amp;f">e</a>\n\n'
        "    http://short.example.org/a\n\n```\n[a](http://short.example.org/a)\n```\n"
    )
    after, by_hand = fixed("a.md", text)
    new = "https://www.example.org/a%20%28new%29.pdf"
    assert after == text.replace("[a](http://short.example.org/a),", f"[a]({new}),").replace(
        "<http://short.example.org/a>", f"<{new}>"
    )
    assert by_hand == 1, "the one with an entity in it"


def test_a_bibliography_is_fixed_at_its_field() -> None:
    text = "@report{a,\n  title = {http://short.example.org/a},\n  url = {http://short.example.org/a},\n}\n"
    after, _ = fixed("references.bib", text)
    assert after == text.replace(
        "url = {http://short.example.org/a}", "url = {https://www.example.org/a%20%28new%29.pdf}"
    )


def test_line_ends_and_marks_of_windows_stay() -> None:
    text = "\ufeffOne\r\n[a](http://short.example.org/a)\r\n"
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    edits, _ = edits_for(written_in(Source("a.md", plain)), moved, POLICY)
    assert edited(text, edits) == text.replace(
        "http://short.example.org/a", "https://www.example.org/a%20%28new%29.pdf"
    )


def test_a_file_that_changed_is_left_alone() -> None:
    text = "[a](http://short.example.org/a)\n"
    edits, _ = edits_for(written_in(Source("a.md", text)), moved, POLICY)
    for now in ("A new line.\n" + text, text.replace("short", "quite"), "", "one\rtwo\n" + text):
        with pytest.raises(ChangedError):
            edited(now, edits)
    with pytest.raises(ChangedError):
        edited(text, [*edits, *(Edit(one.span, one.old, "x") for one in edits)])


# -- Pages of strangers ------------------------------------------------------------------------------------------------


def test_a_page_is_read() -> None:
    page = read_webpage(
        b"<html><title>A &amp; B</title><svg><title>icon</title></svg><h1>First <b>things</b></h1><h1>Second</h1>"
        b"<p>Multi\xc2\xadagency  <i>work</i>ing</p><script>no()</script><style>.no{}</style><form><input type=PASSWORD></form>",
        "text/html; charset=utf-8",
    )
    assert (page.title, page.heading, page.password, page.programmed) == ("A & B", "First things", True, True)
    assert "multiagencyworking" in page.words
    assert "no" not in page.words


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=windows-1252", "<title>caf\u00e9</title>".encode("cp1252")),
        ("text/html; charset=none", b"<title>caf&eacute;</title>"),
    ],
)
def test_other_character_sets(kind: str, body: bytes) -> None:
    assert read_webpage(body, kind).title == "caf\u00e9"


HOSTILE = [
    "<div>",
    "<",
    "<a ",
    "<!--",
    "<!",
    "<?",
    "</",
    "<a b='",
    "<![CDATA[",
    "&",
    "<title>",
    "<script>",
    "<p id=a>",
    "\0",
    "<table><tr>",
    "<svg><math>",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_page_makes_reading_take_for_ever(piece: str) -> None:
    started = time.perf_counter()
    read_webpage(piece.encode() * (1024 * 1024 // len(piece)))
    assert time.perf_counter() - started < 60, "not a measure of speed: other parsers took minutes for these"


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(body: bytes) -> None:
    read_webpage(body)
    pdf_pages(b"%PDF" + body)


def test_pages_of_a_real_pdf() -> None:
    """One that another program wrote: its page tree lies in a compressed object stream or plainly in the file."""
    import io

    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(7):
        writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    assert pdf_pages(file.getvalue()) == 7
    assert pdf_pages(b"no PDF") is None


# -- Words -------------------------------------------------------------------------------------------------------------


def test_every_reason_has_advice() -> None:
    assert set(_ADVICE) == set(Why)
    for state in LinkState:
        for why in ("", *Why, "a reason of a later version"):
            advice = advise(KnownLink("https://www.example.org/", state, why))
            assert advice.what
            assert advice.what[-1] in ".!/" or advice.what.endswith("www.example.org/")


def test_letters_that_are_misread_in_print() -> None:
    assert near_names("http://tinyurl.com/quide44transitions")[0] == "http://tinyurl.com/guide44transitions"
    assert near_names("http://tinyurl.com/xyz") == ()


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("a*c", "abc", True), ("a*c", "ac", True), ("a*c", "ab", False), ("*", "", True), ("a", "a", True), ("a", "ab", False), ("a*a", "a", False),
     ("https://x/*?a=*", "https://x/y?a=1", True), ("*b*b*", "abcb", True), ("*b*b", "ab", False)],
)  # fmt: skip
def test_patterns(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_patterns_take_no_time() -> None:
    assert not matches("*a" * 2000 + "b", "a" * 100_000)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Briefing-Tools\nAllow: /", "/a", True),
        ("User-agent: briefing-tools\nUser-agent: other\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /\n# words\nSitemap: https://x/", "/a", True),
        ("Disallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf\u00e9", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a # why\r\n", "/a", False),
    ],
)
def test_robots(rules: str, path: str, allowed: bool) -> None:
    assert read_robots(rules, "briefing-tools").allow(f"https://www.example.org{path}") is allowed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Tue, 24 Nov 2026 12:00:30 GMT", 30.0), ("Tue, 24 Nov 2020 12:00:30 GMT", 0.0), ("soon", None), ("", None), ("-5", None), ("\u0661", None), ("Tue, 99 Nov 9999", None)],
)  # fmt: skip
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(Answer(429, (("retry-after", value),)), 1795521600.0) == seconds


def test_the_real_briefing_has_its_links() -> None:
    path = Path(__file__).parents[1] / "briefings/07-integrated-working/index.md"
    found = [one.url for one in written_in(Source("index.md", path.read_text("utf-8"))) if "tinyurl.com" in one.url]
    assert len(found) == 13
    assert len(set(found)) == 12
