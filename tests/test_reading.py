"""Reading: every heading, link and citation knows where it was written, and no text whatever makes the reader fall over."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from briefing_tools.dates import parse_day
from briefing_tools.frontmatter import Fields, Items, Scalar, Value, read_fields, read_front_matter
from briefing_tools.intake import Intake, take_in
from briefing_tools.markup import parse
from briefing_tools.model import Citation, Day, Element, Node, Text, plain_text, walk
from briefing_tools.source import Position, Source, Span
from briefing_tools.stages.reading import read
from briefing_tools.stages.reading.updates import NAMES
from casebook import lay_out, write

ROOT = Path(__file__).parents[1]


def written(source: Source, span: Span) -> str:
    """The characters that a span points at."""
    return source.text[source.offset(span.start) : source.offset(span.end)]


def citations(nodes: tuple[Node, ...]) -> list[Citation]:
    return [node for node in walk(nodes) if isinstance(node, Citation)]


def elements(nodes: tuple[Node, ...], *tags: str) -> list[Element]:
    return [node for node in walk(nodes) if isinstance(node, Element) and node.tag in tags]


# -- Places ------------------------------------------------------------------------------------------------------------

TEXT = r"""First *line* with [@one], then [see @two, pp. 3–4; -@three, ch. 2] and @four [p. 5].

## A heading with [@five] {#heading role=issue was="old older"}

A paragraph
over lines [@six,
p. 7].

1. In a list @{seven}, [@eight; see also
   @nine, and passim].

Underlined {#underlined}
------------------------

!!! signpost "For more information see"
    - [Words](https://www.example.org/a_(b)?c=d&e=f#g) [@ten]
    - [Words][ref]

| A | B |
| --- | --- |
| [@eleven] | [link](#heading) |

Umlauts äöü and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 before [@twelve] and ![a picture](levels.png "title").

`[@code]` and \[@escaped] and \@escaped and a@example.org and [@not closed.

```
[@fenced] ## no heading
```

In <em>HTML [@thirteen]</em> and <a href="https://www.example.org/html">words</a>.

[ref]: https://www.example.org/ref
"""


def test_every_citation_points_at_its_brackets() -> None:
    source = Source("a.md", TEXT)
    found = citations(parse(source).nodes)
    assert [written(source, one.span) for one in found] == [
        "[@one]",
        "[see @two, pp. 3–4; -@three, ch. 2]",
        "@four [p. 5]",
        "[@five]",
        "[@six,\np. 7]",
        "@{seven}",
        "[@eight; see also\n   @nine, and passim]",
        "[@ten]",
        "[@eleven]",
        "[@twelve]",
        "@escaped",
        "@not",
        "[@thirteen]",
    ]


def test_a_citation_over_two_lines_of_a_quotation_points_at_its_brackets() -> None:
    source = Source("a.md", "> A quotation [@six,\n> p. 7]. More.")
    (found,) = citations(parse(source).nodes)
    assert written(source, found.span) == "[@six,\n> p. 7]"


def test_an_address_between_angle_brackets_points_at_its_beginning() -> None:
    source = Source("a.md", "See <https://www.example.org/auto>.")
    (found,) = elements(parse(source).nodes, "a")
    assert found.span
    assert written(source, found.span) == "https://www.example.org/auto"


def test_every_item_points_at_its_key() -> None:
    source = Source("a.md", TEXT)
    keys = [(item.key, written(source, item.span)) for one in citations(parse(source).nodes) for item in one.items]
    assert [key for key, _ in keys] == [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "escaped", "not",
        "thirteen",
    ]  # fmt: skip
    for key, words in keys:
        assert words.lstrip("@{").startswith(key[: len(words) - 2])
        assert words.startswith("@")


def test_every_link_points_at_its_address() -> None:
    source = Source("a.md", TEXT)
    links = elements(parse(source).nodes, "a", "img")
    assert [written(source, link.span) for link in links if link.span] == [
        "https://www.example.org/a_(b)?c=d&e=f#g",
        "https://www.example.org/ref",
        "#heading",
        "levels.png",
        "https://www.example.org/html",
    ]
    for link in links:
        assert link.span
        assert written(source, link.span) == link.attributes["target"]


def test_every_heading_points_at_its_line() -> None:
    source = Source("a.md", TEXT)
    headings = elements(parse(source).nodes, "h2")
    assert [written(source, one.span) for one in headings if one.span] == [
        '## A heading with [@five] {#heading role=issue was="old older"}',
        "Underlined {#underlined}",
    ]
    assert headings[0].attributes == {"id": "heading", "role": "issue", "was": "old older"}
    assert plain_text(headings[0].children) == "A heading with"


def test_positions_count_characters_from_one() -> None:
    source = Source("a.md", "ä𝔘[@b]\n\n[@c]")
    first, second = citations(parse(source).nodes)
    assert first.span == Span("a.md", Position(1, 3), Position(1, 7))
    assert second.span == Span("a.md", Position(3, 1), Position(3, 5))
    for offset in range(len(source.text) + 1):
        assert source.offset(source.position(offset)) == offset


def test_the_first_briefing_knows_all_its_places() -> None:
    path = "briefings/07-integrated-working/index.md"
    source = Source(path, (ROOT / path).read_text("utf-8"))
    nodes = parse(source, read_front_matter(source).body).nodes
    for one in citations(nodes):
        words = written(source, one.span)
        assert words.startswith("@") if one.narrative else (words[0], words[-1]) == ("[", "]")
        for item in one.items:
            assert written(source, item.span) == f"@{item.key}"
    for link in elements(nodes, "a"):
        assert link.span
        assert written(source, link.span) == link.attributes["target"]
    headings = elements(nodes, "h2", "h3", "h4")
    assert len(headings) == len(re.findall(r"^#+ ", source.text, re.M))
    for heading in headings:
        assert heading.span
        assert plain_text(heading.children) in written(source, heading.span)


# -- Any text ----------------------------------------------------------------------------------------------------------

PIECES = [
    "# ", "## ", "[", "]", "(", ")", "](", "][", "]: ", "@", "@key", "-@key", "@{odd key}", "[@key, p. 3]", "{#id}", "{: #id }",
    "`", "```\n", "~~~\n", "<", ">", "&", "\\", "!", "![", "*", "**", "_", "|", "| --- |\n", "---\n", "===\n", "\n", "\n\n", "    ",
    "\t", "- ", "1. ", "> ", ": ", '!!! signpost "x"\n    ', "<script>", "</script>", "<p>", "</p>", '<a href="', '">', "</a>",
    "<!--", "-->", "<![CDATA[", "<?php", "http://x.y/z", "<http://x.y>", ";", ",", "p. 3", "word", "é", "𝔘", "\u2028", "\u00a0",
    "\u202e", "\u200b", "&#65;", "&lt;", "&nbsp;", "{", "}", "^", "[^1]", "'", '"', "=", "~", "$", "%",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


def passes(text: str, folder: Path) -> Source | None:
    """The text as the gate lets it through, or None."""
    path = write(folder, "texts/a.md", "")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return take_in(folder, "texts").sources.get("texts/a.md")


@settings(max_examples=300)
@given(text=texts)
@example(text="[" * 499)
@example(text="<a " * 400)
@example(text="> " * 300 + "deep")
@example(text="- " * 200 + "deep")
@example(text="\n".join(" " * (4 * n) + "- deep" for n in range(100)))
@example(text="*" * 5000)
@example(text="@a [" * 200)
def test_no_text_makes_the_reader_fall_over(text: str, tmp_path: Path) -> None:
    source = passes(text, tmp_path)
    assume(source is not None)
    markup = parse(source)
    for one in citations(markup.nodes):
        words = written(source, one.span)
        assert words.startswith(("@", "-@")) if one.narrative or words[0] == "-" else words.startswith("[")
        for item in one.items:
            assert written(source, item.span).startswith("@")
    for link in elements(markup.nodes, "a", "img"):
        if link.span:
            assert 0 <= source.offset(link.span.start) <= source.offset(link.span.end) <= len(text)
    for node in walk(markup.nodes):
        if isinstance(node, Text):
            assert not re.search("[\x00-\x08\U000f0000-\U0010ffff]", node.text), "no mark of the reader is left behind"


@settings(max_examples=200)
@given(keys=st.lists(st.sampled_from(["a2011", "b:2012", "c_2013", "d.2014"]), min_size=1, max_size=4), page=st.integers(1, 999),
       before=st.sampled_from(["Text ", "*Text* ", "`[@x]` ", "ä𝔘 ", "> ", "- ", "\\[ ", "[link](http://a.b) "]),
       prefix=st.sampled_from(["", "see ", "e.g. ", "see, for example, "]))  # fmt: skip
def test_a_bracket_is_read_back_as_it_was_written(keys: list[str], page: int, before: str, prefix: str) -> None:
    bracket = "[" + "; ".join(f"{prefix}@{key}, p. {page}" for key in keys) + "]"
    source = Source("a.md", f"{before}{bracket} and more.")
    (found,) = citations(parse(source).nodes)
    assert written(source, found.span) == bracket
    assert [item.key for item in found.items] == keys
    assert {(item.prefix, item.locator.label, item.locator.value) for item in found.items if item.locator} == {
        (prefix.strip(), "page", str(page))
    }


# -- Any fields --------------------------------------------------------------------------------------------------------

FIELD_PIECES = [
    "site", "title", "date", "checks", "no_personal_data", "northbridge", ":", ": ", " ", "  ", "    ", "\n", "\n  ", "\n- ", "- ", "#", " # ",
    "'", '"', "“", "”", "[", "]", "{", "}", ",", "&a ", "*a", "!tag ", "|", ">", "|\n", "@", "`", "%", "?", "\\", "\t", "\u00a0", "–",
    "---", "...", "<<: ", "word", "é", "1", "12:30", "\u2028", "=", ";",
]  # fmt: skip
fields = st.lists(st.sampled_from(FIELD_PIECES), max_size=30).map("".join)


def all_text(value: Value) -> str:
    match value:
        case Scalar(text):
            return text
        case Items(values):
            return " ".join(all_text(one) for one in values)
        case Fields(values):
            return " ".join(f"{name} {all_text(one)}" for name, one in values.items())


@settings(max_examples=600)
@given(lines=fields)
@example(lines="title: a\n  b: c\n d: e")
@example(lines="- a: b\n c: d\n- e")
@example(lines="title: [a, 'b")
@example(lines='title: "a\n\n  b"\nsite: x')
@example(lines="? a\n: b")
def test_no_word_of_the_fields_is_lost_in_silence(lines: str) -> None:
    """Whatever stands between the lines of hyphens is read, or something is said about it."""
    assume(not re.search(r"^(?:---|[–—―]|…|\.{3})", lines, re.M))
    source = Source("a.md", f"---\n{lines}\n---\nText.")
    front = read_front_matter(source, NAMES)
    lines = re.sub(r"^[ \u00a0]*#.*$", "", lines, flags=re.M)  # a remark on a line of its own is nobody's loss
    words = re.findall(r"[\w]{2,}", lines)
    got = all_text(front.fields)
    if not front.slips:
        assert [word for word in words if word not in got] == []
    for slip in front.slips:
        assert slip.problem.message
        assert 1 <= slip.problem.span.start.line <= len(source.lines)
    assert source.text[front.body :].endswith("Text.")


@settings(max_examples=200)
@given(lines=fields)
def test_no_file_of_fields_makes_the_reader_fall_over(lines: str) -> None:
    read_fields(Source("series.yml", lines))
    read_fields(Source("mkdocs.yml", lines), trusted=True)


@settings(max_examples=200)
@given(value=st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=40))
def test_a_value_between_quotation_marks_is_what_was_typed(value: str) -> None:
    assume('"' not in value and not value.endswith("\\"))
    front = read_front_matter(Source("a.md", f'---\ntitle: "{value}"\n---\n'), NAMES)
    assert front.slips == ()
    title = front.fields.values["title"]
    assert isinstance(title, Scalar)
    assert title.text == value


# -- Dates -------------------------------------------------------------------------------------------------------------


@given(day=st.dates())
def test_dates_are_read_in_every_usual_form(day: object) -> None:
    expected = Day(day.year, day.month, day.day) if day.year >= 1800 else None
    assume(day.year <= 2200)
    for form in (
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%d %B %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%A %d %B %Y",
        "%Y-%m-%dT%H:%M:%S",
    ):
        assert parse_day(day.strftime(form).replace(day.strftime("%Y"), f"{day.year:04}")) == expected


@given(text=st.text(max_size=20))
def test_no_text_makes_the_reader_of_dates_fall_over(text: str) -> None:
    day = parse_day(text)
    assert day is None or parse_day(day.iso) == day


@pytest.mark.parametrize(
    "text", ["yesterday", "last month", "June", "30/02/2013", "2013-13", "13", "1/1/1", "2013-02-00", ""]
)
def test_nothing_is_guessed(text: str) -> None:
    assert parse_day(text) is None


# -- The series --------------------------------------------------------------------------------------------------------


def _shuffled(intake: Intake) -> Intake:
    return Intake(dict(reversed(intake.sources.items())), tuple(reversed(intake.assets)), tuple(reversed(intake.slips)))


def test_the_order_of_files_does_not_matter(project: Path) -> None:
    update = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
    text = (project / update).read_text("utf-8")
    for number in range(5):
        write(project, update.replace("one", f"room-{number}"), text.replace("5 March", f"{1 + number % 3} March"))
    intake = take_in(project, "briefings", ("references.bib",))
    today = Day(2026, 11, 24)
    first = read(intake, "briefings", "references.bib", today)
    second = read(_shuffled(intake), "briefings", "references.bib", today)
    assert [one.id for one in first.updates] == [one.id for one in second.updates]
    assert first.briefings == second.briefings
    assert first.sites == second.sites


def test_what_the_gate_refuses_is_not_in_the_series(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    (root / "briefings/link.md").symlink_to("/etc/passwd")
    (root / "briefings/a.html").write_text("<script>", "utf-8")
    intake = take_in(root, "briefings", ("references.bib",))
    assert not [path for path in (*intake.sources, *intake.assets) if "link" in path or "a.html" in path]
    assert {slip.code for slip in intake.slips} == {"text-symbolic-link", "text-file-type"}


@pytest.mark.parametrize(
    ("address", "is_link"),
    [("a" * 4_000, True), ("a" * 10_000, True), ("a_(b)" + "c" * 4_000, True), ("a (" + "b" * 5_000 + ")", False)],
    ids=["long", "longer", "with brackets", "with a space"],
)
def test_an_address_has_an_end(address: str, is_link: bool) -> None:
    """The parser would look for it to the end of the paragraph; what is no link stays as it was written."""
    text = f"See [the review](https://www.example.org/{address})."
    nodes = parse(Source("briefings/01-shared-offices/notes.md", text)).nodes
    links = [node for node in walk(nodes) if isinstance(node, Element) and node.tag == "a"]
    assert bool(links) is is_link
    assert is_link or plain_text(nodes) == text
