"""Citations on any page: the extension alone, under MkDocs with Material, and under Zensical.

The pages are invented; the works are those of Briefing 7.
"""

import importlib.util
import logging
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown import Markdown

from briefing_tools.citation_extension import BriefingCitations
from briefing_tools.errors import CannotRun

BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"
PAGE = """# One [@munro2011, p. 58]

As @horwath2007 [p. 5] say [@lloyd2011; see @munro2011, pp. 3--4], and @media.

!!! note "In a box"
    Inside [@casey2012].

| a | b |
|---|---|
| [@cameron2012] | x[^1] |

- [ ] A task [@staite2011]
- `[@code]` and <https://example.org/@someone>

```python
@decorator
def f(): ...
```

<figure markdown>
![Alt @munro2011](x.png)
<figcaption markdown>From [@oliver2010]</figcaption>
</figure>

See [the words of a link [@dh2010]](https://example.org/).

[^1]: A note [@singh2008].

## References

\\bibliography

## After it
"""
SITE = """site_name: Invented
theme:
  name: material
  font: false
markdown_extensions:
  - toc:
      permalink: true
  - footnotes
  - tables
  - admonition
  - attr_list
  - md_in_html
  - pymdownx.superfences
  - pymdownx.tasklist
  - briefing_citations:
      bibliography: references.bib
"""


def convert(text: str, style: str = "briefing", *others: str) -> str:
    settings = {"briefing_citations": {"bibliography": str(BIBLIOGRAPHY), "style": style}}
    return Markdown(extensions=["briefing_citations", *others], extension_configs=settings).convert(text)


def markers(html: str) -> list[str]:
    """What readers see of each citation."""
    found = re.findall(r'<span class="citation" id="cite-\d+">(.*?)</span>', html)
    return [unescape(re.sub("<[^>]*>", "", marker)) for marker in found]


def listed(html: str) -> list[str]:
    """The keys of the list of references, in its order."""
    return re.findall(r'<li id="ref-([^"]+)"', html)


def test_numbers_in_the_order_of_the_page() -> None:
    html = convert("As [@lloyd2011] says, @horwath2007 [p. 5] and [@munro2011; see @lloyd2011, ch. 2] say.")
    assert markers(html) == ["[1]", "Horwath and Morrison [2, p. 5]", "[3; see 1, ch. 2]"]
    assert listed(html) == ["lloyd2011", "horwath2007", "munro2011"]


def test_numbers_in_every_part_of_a_page_are_in_its_order() -> None:
    html = convert(PAGE, "briefing", "tables", "admonition", "footnotes", "md_in_html", "fenced_code")
    numbers = [re.findall(r"\d+", re.sub("pp?\\. .*", "", marker)) for marker in markers(html) if "[" in marker]
    first = list(dict.fromkeys(number for one in numbers for number in one))
    assert first == [str(number) for number in range(1, len(listed(html)) + 1)]


def test_styles_without_numbers() -> None:
    html = convert("As @horwath2007 [p. 5] and others [@munro2011, p. 58] say.", "harvard")
    assert markers(html) == ["Horwath and Morrison (2007, p. 5)", "(Munro, 2011, p. 58)"]
    assert listed(html) == ["horwath2007", "munro2011"]


def test_every_number_leads_to_its_reference_and_back() -> None:
    html = convert(PAGE, "briefing", "tables", "admonition", "footnotes", "md_in_html")
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    targets = set(re.findall(r'href="#((?:ref|cite)-[^"]+)"', html))
    assert targets <= ids
    within_a_link = {"ref-dh2010"}
    assert {f"ref-{key}" for key in listed(html)} - within_a_link <= targets
    cited = {target for target in targets if target.startswith("cite-")}
    assert len(cited) == sum("media" not in marker for marker in markers(html))


def test_a_number_gets_into_no_heading_and_no_contents() -> None:
    engine = Markdown(
        extensions=["briefing_citations", "toc"],
        extension_configs={"briefing_citations": {"bibliography": str(BIBLIOGRAPHY)}},
    )
    html = engine.convert("[TOC]\n\n# One [@munro2011, p. 58]\n\n# As @horwath2007 say\n")
    assert re.findall(r'<h1 id="([^"]*)"', html) == ["one", "as-say"]
    assert [token["name"] for token in engine.toc_tokens] == ["One", "As say"]  # type: ignore[attr-defined]
    assert markers(html) == ["[1, p. 58]", "Horwath and Morrison [2]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A [@munro2011].\n\n## Works\n\n\\bibliography\n\n## End", "Works A End"),
        ("A [@munro2011].\n\nWorks:\n\\bibliography\n\n## End", "Works A End"),
        ("A [@munro2011].\n\n- \\bibliography is code\n\n## End", "End A"),
        ("A [@munro2011].\n\n`\\bibliography`\n\n## End", "End A"),
        ("\\bibliography\n\nA [@munro2011]. Works\n\n\\bibliography", "A Works"),
    ],
)
def test_where_the_references_stand(text: str, expected: str) -> None:
    html = convert(text)
    assert listed(html) == ["munro2011"]
    order = {html.index(word): word for word in ("Works", "End") if word in html}
    order[html.index('id="ref-munro2011"')] = "A"
    assert " ".join(order[place] for place in sorted(order)) == expected
    assert ("\\bibliography" in html) == ("code" in text or "`" in text)
    assert ("<h2>References</h2>" in html) == (expected == "End A")


def test_the_whole_bibliography() -> None:
    html = convert("A [@singh2008].\n\n\\full_bibliography\n")
    keys = re.findall(r"^@\w+\{([^,]+),", BIBLIOGRAPHY.read_text("utf-8"), re.M)
    assert listed(html) == ["singh2008", *(key for key in keys if key != "singh2008")]


def test_a_page_without_citations_is_untouched() -> None:
    text = "# One\n\nWords name@example.org, `[@code]`, \\[x\\] and [words](https://example.org/@x).\n"
    assert convert(text) == Markdown().convert(text)


def test_a_page_of_plain_letters_gets_no_wider_characters() -> None:
    """One character beyond Latin-1 would double the memory that Python needs for a whole page."""
    html = convert("Both [@munro2011, pp. 3–4; see @horwath2007] say so.", "harvard", "tables")
    assert html.encode("latin-1")
    assert markers(html) == ["(Munro, 2011, pp. 3–4; see Horwath and Morrison, 2007)"]
    assert "London: Department for Education" in unescape(html)
    assert "‘" in unescape(html)


def test_pages_know_nothing_of_each_other() -> None:
    engine = Markdown(extensions=[BriefingCitations(str(BIBLIOGRAPHY))])
    first, second = engine.convert("[@munro2011] [@lloyd2011]"), engine.reset().convert("[@lloyd2011]")
    assert (markers(first), markers(second)) == (["[1]", "[2]"], ["[1]"])


def test_no_link_stands_in_a_link() -> None:
    html = convert("See [the words [@munro2011]](https://example.org/) and [@munro2011].")
    inside, outside = re.findall(r'<span class="citation".*?</span>', html)
    assert "<a" not in inside
    assert "<a" in outside


def test_unknown_keys(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mkdocs"):
        html = convert("See [@munro2012, p. 5], @media [p. 5; @lloyd2011] and -@nobody.")
    assert markers(html) == ["[munro2012?, p. 5]", "@media [p. 5; 1]", "-@nobody"]
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [level for level, _ in told] == ["WARNING", "INFO", "INFO"]
    assert "Did you mean @munro2011?" in told[0][1]


def test_hostile_keys_and_words_stay_words(tmp_path: Path) -> None:
    works = tmp_path / "works.bib"
    works.write_text('@book{a"<b>, title={<script>alert(1)</script>}, year={2011}, url={javascript:alert(1)}}', "utf-8")
    settings = {"briefing_citations": {"bibliography": str(works)}}
    html = Markdown(extensions=["briefing_citations"], extension_configs=settings).convert(
        '[see "&gt;<img src=x onerror=alert(1)> @{a"<b>}, p. 5] [@{x"onclick="alert(1)}]'
    )
    seen = _Seen()
    seen.feed(html)
    assert seen.tags <= {"p", "span", "a", "section", "h2", "ol", "li"}
    assert seen.attributes <= {"class", "id", "href", "aria-label", "value"}
    assert all(target.startswith("#") for target in seen.targets)


class _Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.targets = set[str](), set[str](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {value or "" for name, value in attrs if name == "href"}


def test_a_changed_bibliography_is_read_again(tmp_path: Path) -> None:
    works = tmp_path / "works.bib"
    extension = []
    for title in ("First", "Second title"):
        works.write_text(f"@book{{a, title={{{title}}}, year={{2011}}}}", "utf-8")
        extension.append(Markdown(extensions=[BriefingCitations(str(works))]).convert("[@a]"))
    assert "First" in extension[0]
    assert "Second title" in extension[1]


def test_a_folder_of_bibliographies(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a.bib").write_text("@book{a, title={First}, year={2011}}", "utf-8")
    (tmp_path / "below" / "two.bib").write_text(
        "@book{a, title={Not this}, year={2011}}\n@book{b, title={Second}, year={2012}}", "utf-8"
    )
    (tmp_path / "below" / "notes.txt").write_text("@book{c, title={No}}", "utf-8")
    html = Markdown(extensions=[BriefingCitations(tmp_path)]).convert("[@a; @b]")
    assert listed(html) == ["a", "b"]
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) == 1
    assert warned[0].endswith(f"two.bib:1:1: The key “a” is used twice. The work in {tmp_path / 'a.bib'} counts.")


def test_a_folder_without_bibliographies(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        BriefingCitations(tmp_path)


def test_keys_without_regard_to_capitals(tmp_path: Path) -> None:
    works = tmp_path / "works.bib"
    works.write_text("@book{Ash2020, title={A}}\n@book{elm, title={B}}", "utf-8")
    engine = Markdown(extensions=[BriefingCitations(str(works))])
    html = engine.convert("As [@ash2020, p. 5; @elm] and [@ELM] and @ASH2020 say.")
    assert listed(html) == ["Ash2020", "elm"]
    assert markers(html) == ["[1, p. 5; 2]", "[2]", "A [1]"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"bibliography": "nowhere.bib"}, "nowhere.bib"),
        ({"bibliography": str(BIBLIOGRAPHY), "style": "chicago"}, "chicago"),
        ({"bibliografy": str(BIBLIOGRAPHY)}, "bibliografy"),
    ],
)
def test_wrong_settings_are_said_in_words(settings: dict[str, str], words: str) -> None:
    with pytest.raises(CannotRun, match=words) as caught:
        Markdown(extensions=["briefing_citations"], extension_configs={"briefing_citations": settings})
    assert caught.value.hint


# -- Sites -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site without a briefing."""
    root = tmp_path_factory.mktemp("site")
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(SITE, "utf-8")
    (root / "docs" / "index.md").write_text(PAGE, "utf-8")
    (root / "docs" / "two.md").write_text("# Two\n\nOnly [@singh2008] and [@munro2011].\n", "utf-8")
    (root / "docs" / "x.png").write_bytes(b"x")
    shutil.copy(BIBLIOGRAPHY, root)
    return root


def _build(root: Path, *command: str) -> tuple[str, str]:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = tuple((root / "site" / page).read_text("utf-8") for page in ("index.html", "two/index.html"))
    shutil.rmtree(root / "site")
    return pages[0], pages[1]


def _lists(html: str) -> list[str]:
    return re.findall(r'<section class="references-of-page".*?</section>', html, re.S)


@pytest.fixture(scope="module")
def by_mkdocs(site: Path) -> tuple[str, str]:
    """The two pages as MkDocs builds them, strictly."""
    return _build(site, "mkdocs", "build", "--strict", "--quiet")


def test_under_mkdocs_with_material(by_mkdocs: tuple[str, str]) -> None:
    first, second = by_mkdocs
    assert markers(first) == [
        "[1, p. 58]", "Horwath and Morrison [2, p. 5]", "[3; see 1, pp. 3–4]", "@media", "[4]", "[5]", "[6]", "[7]", "[8]", "[9]",
    ]  # fmt: skip
    assert markers(second) == ["[1]", "[2]"]
    assert 'id="one"' in first
    assert first.index("references-of-page") < first.index('id="after-it"')
    assert len(_lists(first)) == len(_lists(second)) == 1


@pytest.mark.skipif(not importlib.util.find_spec("zensical"), reason="Zensical is not installed")
def test_under_zensical_the_same(site: Path, by_mkdocs: tuple[str, str]) -> None:
    for one, other in zip(_build(site, "zensical", "build"), by_mkdocs, strict=True):
        assert re.findall(r'<span class="citation".*?</span>', one) == re.findall(
            r'<span class="citation".*?</span>', other
        )
        assert _lists(one) == _lists(other)
