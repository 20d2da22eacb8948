"""Citations in Markdown: what is one, where it stands, and what its words mean. Pandoc is the judge (`oracle/`)."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown

from briefing_tools.citation_syntax import LABELS, find_citations, split_locator
from briefing_tools.markup import EXTENSIONS, CitationSyntax, Found, Placing, parse
from briefing_tools.markup.marks import put_marks, without_marks
from briefing_tools.model import Citation, Element, Locator, Mode, Node, Text, plain_text, walk
from briefing_tools.source import Source, Span
from oracle import citations as oracle

CASES: list[dict[str, Any]] = json.loads((Path(oracle.__file__).parent / "citations.json").read_text("utf-8"))
PLAIN = [case for case in CASES if "why" not in case]
DIFFERENT = [case for case in CASES if "why" in case]


def citations(text: str) -> list[Citation]:
    return [node for node in walk(parse(Source("a.md", text)).nodes) if isinstance(node, Citation)]


def at(text: str, span: Span) -> str:
    source = Source("a.md", text)
    return text[source.offset(span.start) : source.offset(span.end)]


def keys(text: str) -> list[list[str]]:
    return [[item.key for item in citation.items] for citation in citations(text)]


def words(nodes: tuple[Node, ...]) -> str:
    return "".join(node.text for node in walk(nodes) if isinstance(node, Text))


# -- Pandoc's answers --------------------------------------------------------------------------------------------------


def test_the_recorded_answers_are_those_to_the_texts() -> None:
    asked = [(section, text, why) for section, text, why in oracle.texts()]
    assert [(case["section"], case["text"], case.get("why", "")) for case in CASES] == asked, "run oracle/citations.py"
    assert len(PLAIN) >= 300


@pytest.mark.parametrize(
    ("tail", "label", "value", "suffix"),
    [
        (", Appendix B", "appendix", "B", ""),
        (", apps. A, B", "appendix", "A, B", ""),
        (", annex A and passim", "annex", "A", "and passim"),
        (", Table C, p. 3", "table", "C", ", p. 3"),
        (", sch. 1A", "schedule", "1A", ""),
        (", Appendix A, a note", "appendix", "A", ", a note"),
    ],
)
def test_appendices_are_counted_with_letters(tail: str, label: str, value: str, suffix: str) -> None:
    assert split_locator(tail) == (Locator(label, value), suffix)


@pytest.mark.parametrize("section", dict.fromkeys(case["section"] for case in PLAIN))
def test_keys_groups_and_modes_are_pandocs(section: str) -> None:
    for case in PLAIN:
        if case["section"] == section:
            assert oracle.structure(oracle.ours(case["text"])) == oracle.structure(case["pandoc"]), case["text"]


def test_locators_prefixes_and_suffixes_are_pandocs() -> None:
    different = [case["text"] for case in PLAIN if oracle.ours(case["text"]) != case["pandoc"]]
    assert len(different) <= 0.02 * len(PLAIN), different


@pytest.mark.parametrize("section", dict.fromkeys(case["section"] for case in DIFFERENT))
def test_differences_from_pandoc_are_those_decided(section: str) -> None:
    for case in DIFFERENT:
        if case["section"] == section:
            assert oracle.ours(case["text"]) == case["ours"] != case["pandoc"], case["text"]
            assert case["why"].endswith("."), "a difference has a reason, in a sentence"


# -- What pandoc cannot be asked ---------------------------------------------------------------------------------------


def test_in_boxes() -> None:
    text = (
        '!!! note "Of [@a]"\n    It works [@b;\n    @c].\n\n    - so @d [p. 5]\n\n!!! signpost\n    - [Words](u) [@e]\n'
    )
    assert keys(text) == [["b", "c"], ["d"], ["e"]]
    titles = [node for node in parse(Source("a.md", text)).slips if node.code == "cite-in-title"]
    assert [at(text, slip.problem.span) for slip in titles] == ["[@a]"]


def test_in_a_heading() -> None:
    text = "# It works [@a]\n\nAs @b say\n---------\n"
    assert keys(text) == [["a"], ["b"]]
    assert parse(Source("a.md", text)).slips == ()


def test_in_a_caption() -> None:
    text = "<figure markdown>\n![Picture](p.png)\n<figcaption markdown>From [@a, p. 5].</figcaption>\n</figure>\n"
    assert keys(text) == [["a"]]
    assert not parse(Source("a.md", text)).slips


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("<div>It works [@a, p. 5].</div>", ["[@a, p. 5]"]),
        ("<table><tr><td>[@a]</td><td>[x]</td><td>[@b]</td></tr></table>", ["[@a]", "[@b]"]),
        ("<div>@a</div>\n\n<pre>[@a]</pre>\n\n    [@b]\n\n```\n[@c]\n```\n\n`[@d]`\n\n<!-- [@e] -->", []),
        ("<p>[\\@a] and name@example.org [x]</p>", []),
    ],
)
def test_inside_html_is_reported(text: str, reported: list[str]) -> None:
    slips = [slip for slip in parse(Source("a.md", text)).slips if slip.code == "cite-bracket-broken"]
    assert [at(text, slip.problem.span) for slip in slips] == reported


def test_a_link_definition_is_none_when_a_citation_names_it() -> None:
    text = "[@a]: https://example.org/\n\n[b@c]: https://example.org/\n\nSee [@a] and [d][b@c]."
    assert keys(text) == [["a"], ["a"]]
    assert [node.attributes["target"] for node in _elements(text, "a")] == ["https://example.org/"]


def _elements(text: str, tag: str) -> list[Element]:
    nodes = parse(Source("a.md", text)).nodes
    return [node for node in walk(nodes) if isinstance(node, Element) and node.tag == tag]


def test_the_words_of_a_picture_stay_as_they_are() -> None:
    (picture,) = _elements("It works ![see @a and [@b]](p.png).", "img")
    assert picture.attributes["alt"] == "see @a and [@b]"


def test_brackets_far_apart_are_text() -> None:
    """The parser would look for a link from each of them, all the way."""
    text = "[" * 400 + "word " * 400 + "](https://example.org/)" + " [near](https://example.org/) [@a]"
    assert [plain_text((link,)) for link in _elements(text, "a")] == ["near"]
    assert words(parse(Source("a.md", text)).nodes).startswith("[" * 400 + "word")
    assert keys(text) == [["a"]]


@pytest.mark.parametrize("term", LABELS)
def test_every_term(term: str) -> None:
    for written in (term, term.title(), term.upper()):
        assert split_locator(f", {written} 47") == (Locator(LABELS[term], "47"), "")
    assert split_locator(f", {term.removesuffix('.')} 47–9, passim") == (Locator(LABELS[term], "47–9"), ", passim")
    assert split_locator(f", {{{term} A, B}} more") == (Locator(LABELS[term], "A, B"), "more")
    if term != "s.v.":  # “s.” and then “v.”, the Roman five
        assert split_locator(f", {term} many") == (None, f", {term} many")


# -- Places ------------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ("a", "munro2011", "a_b", "a.b", "doi:10.1/2", "Øst2001", "漢字", "x-y", "{a}", "{x;y]}", "{https://e.org/}")
)
PHRASES = st.sampled_from(("see", "e.g.", "*see* the", "`x`", "R&amp;D", "[in full]", "a \\; b", "“so”", "é"))
PLACES_IN_WORKS = st.sampled_from(
    ("", ", p. 58", " p. 5", ", pp. 3–4, 7", ", {ch. 2}", ", s. 47(1)", ", *passim*", ", p. \\[89\\]", ", `p. 5`")
)
BREAK = st.sampled_from((" ", "\n", " ", " "))


@st.composite
def brackets(draw: st.DrawFn) -> str:
    parts = draw(
        st.lists(st.tuples(st.booleans(), PHRASES, st.booleans(), KEYS, PLACES_IN_WORKS), min_size=1, max_size=3)
    )
    written = (
        f"{phrase + ' ' if has_phrase else ''}{'-' if minus else ''}@{key}{place}"
        for has_phrase, phrase, minus, key, place in parts
    )
    return "[" + (";" + draw(BREAK)).join(written) + "]"


@st.composite
def mentions(draw: st.DrawFn) -> str:
    minus, key = draw(st.sampled_from(("", "", "-"))), draw(KEYS)
    bracket = draw(
        st.sampled_from(("", "", " [p. 5]", " [{ch. 2}]", "[see p. 5]")) | brackets().map(lambda one: " " + one)
    )
    return f"{minus}@{key}{bracket}"


AROUND = {
    "paragraph": ("", "\n", ""),
    "list": ("- ", "\n  ", ""),
    "list in a list": ("- x\n\n    1. ", "\n       ", ""),
    "quotation": ("> ", "\n> ", ""),
    "list in a quotation": ("> - ", "\n>   ", ""),
    "box": ("!!! note\n    ", "\n    ", ""),
    "definition": ("x\n:   ", "\n    ", ""),
    "table": ("| a | b |\n|---|---|\n| ", " ", " | x |"),
    "emphasis": ("**x *", "\n", "***"),
    "caption": ("<figure markdown>\n<figcaption markdown>", "\n", "</figcaption>\n</figure>"),
}
"""What stands before a text, instead of its line breaks, and after it, in each part of a document."""

BETWEEN = (
    "and",
    "word `[@x]` word",
    "*so*",
    "[words](https://e.org/@u) x",
    "<https://e.org/@u> x",
    "n@e.org x",
    "\\@x x",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(tuple(AROUND)), st.lists(brackets() | mentions(), min_size=1, max_size=4)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(BETWEEN),
)
def test_every_citation_points_at_its_characters(blocks: list[tuple[str, list[str]]], between: str) -> None:
    text, expected = "", list[tuple[int, str]]()
    for kind, written in blocks:
        before, instead, after = AROUND[kind]
        text += f"{before}Words"
        for one in written:
            text += f" {between} "
            expected.append((len(text), one.replace("\n", instead)))
            text += one.replace("\n", instead)
        text += f" end{after}\n\nWords between.\n\n"
    source = Source("a.md", text)
    found = citations(text)
    assert [(source.offset(one.span.start), at(text, one.span)) for one in found] == expected
    for citation in found:
        for item in citation.items:
            key = at(text, item.span)
            assert key in (f"@{item.key}", f"@{{{item.key}}}")
            assert item.written in (key, f"-{key}")
            assert citation.span.start <= item.span.start <= item.span.end <= citation.span.end


FRAGMENTS = st.sampled_from((
    "[@a]", "@b", "-@c", "[@c, p. 5]", "[see ", "; @d", "]", "[", "(", ")", "{", "}", "{#id}", "{: .x}", "{@a}", "`", "``", "```\n", "~~~\n",
    "*", "**", "_", "\\", "\\@", "|", "|-|-|\n", '!!! note "', '"', "\n:   ", "[x]: http://y\n", "[x]", '[x](y "@t")', "[x](<y z>)",
    "![@a](z)", "<http://x/@u>", "<m@x.y>", "http://x/@u", "=\n---\n", "text ", "é", "---\n", "'", "[@a]: b\n", "[^1]", "<", "> ", "- ",
    "1. ", "# ", "## ", "\n", "\n\n", "\n    ", "&", "&amp;", "&#64;a", "<b>", "</b>", "<br>", "<div>", "</div>", "<div markdown>",
    "<p>", "</p>", "<!--", "-->", "<a href='@b'>", "</a>", "漢@a", "x@y.z", "@{k l}", "@{k;l}", ";", "p. 5",
))  # fmt: skip
TEXTS = st.lists(FRAGMENTS, min_size=1, max_size=14).map("".join)


@given(TEXTS)
@example("<![5]>")
@example("<div><![CDATA[ [@a] ]]> @b")
@example("<span data-cite='[3 @a'>x</span> <a data-at='@a' href=x>y</a>")
def test_nothing_makes_the_parser_raise(text: str) -> None:
    parse(Source("a.md", text))


def _convert(text: str) -> tuple[str, list[list[tuple[Any, ...]]], list[Found]]:
    placing = Placing()
    html = Markdown(extensions=[*EXTENSIONS, CitationSyntax(placing)]).convert(text)
    html = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), html)  # the parser writes addresses so
    html = re.sub(" +", " ", without_marks(html.replace("\U000f0000", "")))
    items = [
        [(item.key, item.mode, item.prefix, item.locator, item.suffix) for item in one.items] for one in placing.found
    ]
    return html, items, placing.found


@given(TEXTS.filter(lambda text: "<!--" not in text))
def test_place_marks_change_nothing(text: str) -> None:
    marked, _ = put_marks(text, 0)
    assert without_marks(marked) == text
    html, items, found = _convert(marked)
    assert (html, items) == _convert(text)[:2]
    assert all(one.opening and one.closing and all(item.mark for item in one.items) for one in found)


@given(TEXTS)
def test_brackets_and_keys_are_where_they_are_said_to_be(text: str) -> None:
    last = 0
    for one in find_citations(text):
        assert last <= one.start < one.end <= len(text)
        last = one.end
        for part in one.parts:
            assert text[part.at] == "@"
            assert text[part.at + 1 : part.end] in (part.key, f"{{{part.key}}}")
            assert one.start <= part.prefix[0] <= part.prefix[1] <= part.at < part.end <= one.end
            assert (part.mode is Mode.SUPPRESS_AUTHOR) == (text[part.prefix[1]] == "-")


def test_more_citations_than_marks_are_still_found() -> None:
    """A page of 256 KB can hold more than there are private characters."""
    text = "@_" * 131_072
    found = find_citations(text)
    assert Counter(len(one.parts) for one in found) == {1: 131_072}
