"""Whatever is written, and however it is nested: no edition loses a word, and each can be read by a machine."""

import os
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.stages.editions.book.packing import unpack
from briefing_tools.stages.editions.catalogue import Order, kinds
from briefing_tools.stages.pages.briefing import briefing_page
from casebook import base, lay_out, write
from everything import NOON, TODAY, picture
from rereading import folded, left_over, read_epub, read_page, read_text

BRIEFING = "briefings/01-shared-offices/index.md"
LINES = (
    "plain words", "*stressed*", "**strong _both_**", "`code <a> & b`", "[a link](https://www.example.org/a?b=1&c=2)", "[@rowan2019, p. 4]",
    "see @ash2020 [p. 5; @hazel2021]", "[inside](#offices)", "<b>bold &amp; more</b>", "x<sup>2</sup>", "<del>gone</del>", "<q>quoted</q>",
    "a  \nline break", "<https://www.example.org>", "&lt;script&gt;alert(1)&lt;/script&gt;", "5 < 6 & 7 > 3", "“quotes” ‘and’ – dashes — …",
    "![a picture](plan.png)", '<span lang="cy">croeso</span>', "مرحبا", "😀", "[see @rowan2019; also @ash2020, ch. 2]", "<abbr title='A B'>AB</abbr>",
)  # fmt: skip
STARTS = (
    "",
    "",
    "",
    "- ",
    "1. ",
    "> ",
    "    ",
    "        ",
    "> > ",
    "- - ",
    "> - ",
    ":   ",
    "# Part ",
    "| ",
    "    - ",
    "!!! note\n    ",
    '!!! signpost ""\n    - ',
)
WHOLE = (
    "| a | b |\n|---|--:|\n| one | [two](https://www.example.org/t) |\n| three |",
    "<table><tr><td rowspan=3>down</td><td>a</td></tr><tr><td colspan=9>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
    "```\nkept   spaces\n  <here>\n```", "---", "Term\n:   Meaning\n\n    more of it", "<div><p>in a div</p>loose<ul><li>item</ul></div>",
    "<blockquote>loose <em>and</em><p>paragraph</p></blockquote>", '<p id="same">one</p><p id="same">two</p>',
    "<dl><dd>no term</dd></dl>", "<figure><img src='plan.png' alt='x'><figcaption>Words</figcaption></figure>",
    "<table><caption>Only <em>this</em></caption></table>", "<ol start=5><li>five</li><p>stray</p></ol>",
)  # fmt: skip

one_line = st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map(" ".join)
one_block = st.one_of(st.tuples(st.sampled_from(STARTS), one_line).map("".join), st.sampled_from(WHOLE))
text = st.lists(st.tuples(one_block, st.sampled_from(["\n", "\n\n"])).map("".join), min_size=1, max_size=9).map("".join)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = lay_out(tmp_path_factory.mktemp("project"))
    (root / "briefings/01-shared-offices/plan.png").write_bytes(picture("PNG", (9, 9)))
    return root


@settings(max_examples=int(os.environ.get("EXAMPLES", "40")), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(text=text, said=text)
def test_nothing_is_lost(project: Path, text: str, said: str) -> None:
    """In the reviewed text and in an update alike."""
    write(project, BRIEFING, base()[BRIEFING].replace("Two areas have tried it.", text))
    update = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
    write(project, update, base()[update].partition("We moved")[0] + said)
    given_settings = load(project)
    plan = pipeline.check(given_settings, TODAY).plan
    order = Order(plan.cited.briefings[0], plan, NOON, given_settings.read_asset)
    page = read_page(str(briefing_page(order.cited, plan, ()).html))
    epub = kinds()["epub"].make(order).content
    assert read_epub(epub) == page
    for name, content in unpack(epub).items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ids = [one.get("id") for one in ElementTree.fromstring(content).iter() if one.get("id")]
            assert len(ids) == len(set(ids)), name
    plain = read_text(kinds()["txt"].make(order).content)
    words = [one for one in page.paragraphs if one not in plain]
    assert all(folded(one) in folded(plain) or _in_pieces(one, plain) for one in words)
    left_over(plain, page.references)


def _in_pieces(paragraph: str, text: str) -> bool:
    """Whether the words of a paragraph stand in a text in their order; heads of columns may stand between them."""
    stream, at = folded(text), 0
    for word in paragraph.split():
        at = stream.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True


def test_the_pieces_are_told_apart() -> None:
    assert _in_pieces("one two", "one: and two")
    assert not _in_pieces("two one", "one two")
    assert len({*LINES}) == len(LINES)
    assert all(a != b for a, b in pairwise(WHOLE))
