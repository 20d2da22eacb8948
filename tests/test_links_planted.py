"""Links planted wrong in every place that can hold one: each is found at its file, line and column. All of it is **invented**."""

from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.diagnostics import Finding
from briefing_tools.model import Day
from casebook import base, lay_out, write

TEXT = "briefings/01-shared-offices/index.md"
OTHER = "briefings/02-joint-teams/index.md"
UPDATE = "briefings/01-shared-offices/updates/northbridge/2026-03-05-one-room.md"
PAGE = "briefings/about.md"
WORKS = "references.bib"
SERIES, SITES = "briefings/series.yml", "briefings/sites.yml"

PLANTED: tuple[tuple[str, str, str], ...] = (
    # Files: missing, misspelt, in other capitals, coded, from the root, outside
    (TEXT, "[a](«../09-none/index.md»)", "link-missing-file"),
    (TEXT, "[a](«../02-joint-teams/Index.md»)", "link-missing-file"),
    (TEXT, "[a](«../02-Joint-Teams/index.md»)", "link-missing-file"),
    (TEXT, "[a](«../02-joint-teams/index.html»)", "link-missing-file"),
    (TEXT, "[a](«/02-joint-teams/index.md»)", "link-missing-file"),
    (TEXT, "[a](«plan.pdf»)", "link-missing-file"),
    (TEXT, "[a](«Plan.png»)", "link-missing-file"),
    (TEXT, "[a](«caf%C3%A9.png»)", "link-missing-file"),
    (TEXT, "[a](«two words.png»)", "link-missing-file"),
    (TEXT, "[a](«plan.png?v=2»)", "link-missing-file"),
    (TEXT, "[a](«../../mkdocs.yml»)", "link-missing-file"),
    (TEXT, "[a](«..\\02-joint-teams\\index.md»)", "link-missing-file"),
    (TEXT, "[a](«%ff»)", "link-missing-file"),
    (TEXT, "[a]( «gone.md» )", "link-missing-file"),
    (TEXT, "[a](<«gone.md»>)", "link-missing-file"),
    (TEXT, "[a\nb](«gone.md»)", "link-missing-file"),
    (TEXT, '[a](«gone.md» "A title")', "link-missing-file"),
    (TEXT, "[a](«briefing-1.docx»)", "link-missing-file"),
    # Updates: one has its place on a page; removed, held and waiting ones have none
    (TEXT, "[a](«updates/northbridge/2026-03-05-one-room.md»)", "link-missing-file"),
    (TEXT, "[a](«updates/northbridge/2026-03-06-removed.md»)", "link-missing-file"),
    (TEXT, "[a](«#update-northbridge-2026-03-06-removed»)", "link-missing-anchor"),
    (TEXT, "[a](«#update-northbridge-2026-03-07-held»)", "link-missing-anchor"),
    (TEXT, "[a](«#update-northbridge-2026-03-08-waiting»)", "link-missing-anchor"),
    # Parts of pages
    (TEXT, "[a](«#Teams»)", "link-missing-anchor"),
    (TEXT, "[a](«#taems»)", "link-missing-anchor"),
    (TEXT, "[a](«../02-joint-teams/index.md#nothing»)", "link-missing-anchor"),
    (TEXT, "[a](«../02-joint-teams/index.md#ü»)", "link-missing-anchor"),
    (TEXT, "[a](«../glossary.md#xyz»)", "link-missing-anchor"),
    (TEXT, "[a](«../references.md#ref-none»)", "link-missing-anchor"),
    (TEXT, '<p id="«teams»">A word</p>', "briefing-id-twice"),
    (TEXT, '<span id="twice">a</span> <span id="«twice»">b</span>', "briefing-id-twice"),
    (PAGE, "## A part {#part}\n\n## Another {#«part»}", "briefing-id-twice"),
    # Addresses
    (TEXT, "[a](«»)", "link-invalid"),
    (TEXT, "[a](«#»)", "link-invalid"),
    (TEXT, "[a](«javascript:alert(1)»)", "link-unsafe"),
    (TEXT, "[a](«JaVaScRiPt:alert(1)»)", "link-unsafe"),
    (TEXT, "[a](«data:text/html,x»)", "link-unsafe"),
    (TEXT, "[a](«file:///etc/passwd»)", "link-unsafe"),
    (TEXT, "[a](«htps://www.example.org/»)", "link-unsafe"),
    (TEXT, "[a](«//www.example.org/x»)", "link-unsafe"),
    (TEXT, "[a](«https:/www.example.org/»)", "link-invalid"),
    (TEXT, "[a](«https//www.example.org/»)", "link-missing-file"),
    (TEXT, "[a](«www.example.org/report»)", "link-missing-file"),
    (TEXT, "[a](«https://exa mple.org/»)", "link-invalid"),
    (TEXT, "[a](«https://www..example.org/»)", "link-invalid"),
    (TEXT, "<«http://»>", "link-invalid"),
    (TEXT, "[a](«mailto:nobody»)", "link-invalid"),
    (TEXT, "[a](«tel:abc»)", "link-invalid"),
    (TEXT, f"[a](«https://www.example.org/{'a' * 10_000}»)", "link-invalid"),
    (TEXT, "[a](«http://10.0.0.1/x»)", "link-refused"),
    (TEXT, "[a](«http://user:pw@www.example.org/»)", "link-refused"),
    (TEXT, "[a](«https://www.example.org:8443/»)", "link-refused"),
    (TEXT, "[a report](«https://www.еxample.org/report»)", "link-look-alike"),
    (TEXT, "[a](«http://tinyurl.com/nobody-asked»)", "link-short"),
    (TEXT, "[](«https://www.example.org/no-words»)", "link-no-words"),
    (TEXT, "[here](«https://www.example.org/vague»)", "link-vague-words"),
    # What was meant as a link and is none
    (TEXT, "«[a][nowhere]»", "link-undefined"),
    (TEXT, "«[nowhere][]»", "link-undefined"),
    (TEXT, "[a][there]\n\n[there]: «gone.md»", "link-missing-file"),
    (TEXT, '[a][titled]\n\n[titled]: «#gone» "A title"', "link-missing-anchor"),
    (TEXT, "«[unused]»: https://www.example.org/unused", "link-unused"),
    (TEXT, "A footnote«[^1]» nowhere.", "link-shown-as-written"),
    (TEXT, "A footnote«[^2]» here.\n\n[^2]: Its text.", "link-shown-as-written"),
    (TEXT, "<div>\n«[a](gone.md)»\n</div>", "link-shown-as-written"),
    (TEXT, "«[a] (https://www.example.org/spaced)»", "link-shown-as-written"),
    (TEXT, "See «https://www.example.org/bare», please.", "link-bare"),
    (TEXT, "See «www.example.org/bare-too» there.", "link-bare"),
    # Pictures
    (TEXT, "![A plan](«gone.png»)", "link-missing-picture"),
    (TEXT, "![A plan](«PLAN.png»)", "link-missing-picture"),
    (TEXT, "![A plan](«https://www.example.org/plan.png»)", "link-missing-picture"),
    (TEXT, "[![A plan](«gone.png»)](#teams)", "link-missing-picture"),
    (TEXT, "[![A plan](plan.png)](«gone.md»)", "link-missing-file"),
    (TEXT, "![](«plan.png»)", "link-picture-without-words"),
    # HTML
    (TEXT, '<a href="«gone.md»">a</a>', "link-missing-file"),
    (TEXT, "<a href='«gone.md»'>a</a>", "link-missing-file"),
    (TEXT, "<a href=«gone.md»>a</a>", "link-missing-file"),
    (TEXT, '<A HREF="«gone.md»">a</A>', "link-missing-file"),
    (TEXT, '<a href="«../02-joint-teams/index.md#gone»">a</a>', "link-missing-anchor"),
    (TEXT, '<a href="«java&#115;cript:alert(1)»">a</a>', "link-unsafe"),
    (TEXT, '<a href="«https://www.example.org/empty»"></a>', "link-no-words"),
    (TEXT, '<img src="«gone.png»" alt="A plan">', "link-missing-picture"),
    (TEXT, '<img src="«plan.png»">', "link-picture-without-words"),
    (TEXT, '<figure><img src="«gone.png»" alt="A plan"><figcaption>A</figcaption></figure>', "link-missing-picture"),
    (TEXT, '<img src="plan.png" «srcset=»"gone.png 2x" alt="A plan">', "text-unsafe-html"),
    (TEXT, '«<iframe» src="https://www.example.org/"></iframe>', "text-unsafe-html"),
    (TEXT, '«<video» src="gone.mp4"></video>', "text-unsafe-html"),
    (TEXT, "<a «name=»\"old\"></a>", "text-unsafe-html"),
    # Inside other things
    (TEXT, "| a | b |\n|---|---|\n| [a](«gone.md») | b |", "link-missing-file"),
    (TEXT, "!!! note\n    [a](«gone.md»)", "link-missing-file"),
    (TEXT, '!!! signpost "For more information see"\n    - [a](«gone.md») [@hazel2021]', "link-missing-file"),
    (TEXT, "Term\n:   [a](«gone.md»)", "link-missing-file"),
    (TEXT, "> [a](«gone.md») [@rowan2019, p. 4]", "link-missing-file"),
    (TEXT, "1. a\n    - [a](«gone.md»)", "link-missing-file"),
    (TEXT, "*a **[b](«gone.md»)***", "link-missing-file"),
    # Links that fall silent elsewhere
    (TEXT, "[a](«../02-joint-teams/index.md»)", "link-only-on-page"),
    # Updates and pages
    (UPDATE, "[a](«../gone.md»)", "link-missing-file"),
    (UPDATE, "[a](«../../index.md#gone»)", "link-missing-anchor"),
    (UPDATE, "![A photo](«photo.png»)", "link-missing-picture"),
    (UPDATE, '<a href="«javascript:x»">a</a>', "link-unsafe"),
    (UPDATE, "«[a][nowhere]»", "link-undefined"),
    (UPDATE, "See «https://www.example.org/typed».", "link-bare"),
    (PAGE, "[a](«01-shared-offices/index.md#gone»)", "link-missing-anchor"),
    (PAGE, "[a](«01-shared-offices/briefing-9.pdf»)", "link-missing-file"),
    (PAGE, "![A plan](«gone.png»)", "link-missing-picture"),
    # The bibliography
    (WORKS, "@online{p1, title={A}, author={Ash, B.}, year={2020}, «url={javascript:x}»}", "reference-unsafe-url"),
    (WORKS, "@online{p2, title={B}, author={Ash, B.}, year={2020}, «url={http://10.0.0.1/}»}", "link-refused"),
    (WORKS, "@online{p3, title={C}, author={Ash, B.}, year={2020}, «url={http://tinyurl.com/p3}»}", "link-short"),
    (WORKS, "@article{p4, title={D}, author={Ash, B.}, year={2020}, «doi={11.1/x}»}", "reference-bad-doi"),
    # Fields
    (SERIES, "  web: «htp://www.example.org»", "config-bad-field"),
    (SERIES, "  email: «nobody»", "config-bad-field"),
    (SITES, "    people:\n      - name: Jo Invented\n        email: «not-an-address»", "config-bad-field"),
    (SITES, "        telephone: «none»", "config-bad-field"),
)  # fmt: skip
"""Where, what, and by which rule it must be found: exactly at «."""

FINE = (
    "On this website: [a](plan.png) [b](<plan.png>) [c](./plan.png) [d](../01-shared-offices/plan.png)",
    "[a](#old-teams) [b](#caf%C3%A9) [c](#café) [d](#TEAMS-2)",
    "[a](#update-northbridge-2026-03-05-one-room) [b](#references) [c](#ref-rowan2019)",
    "[the PDF of this website](briefing-1.pdf) [the EPUB of this website](briefing-1.epub)",
    "`[a](gone.md)` and \\[a](gone.md) and <!-- [a](gone.md) -->",
    "```\n[a](gone.md) and [a][nowhere] and https://www.example.org/code\n```",
    "<https://www.example.org/auto> and [https://www.example.org/words](https://www.example.org/words)",
    "[a](https://www.example.org/?a=1&b=2#c) [b](https://www.example.org/a_(b)) [c](https://bücher.example.org/)",
    "[a](mailto:a@example.org) [b](tel:+442076643000)",
)
"""What is right, though it looks odd."""


@dataclass(frozen=True)
class _Planted:
    texts: dict[str, str]
    places: list[tuple[str, int, int]]
    fine: list[range]
    findings: tuple[Finding, ...]


def _plant(texts: dict[str, str], path: str, what: str) -> tuple[int, int]:
    """Put something into a text, and tell the line and column of «."""
    words = what.replace("«", "").replace("»", "")
    gap = "" if path.endswith(".yml") else "\n"
    head, end, tail = texts[path].partition("\n## Key messages" if path == TEXT else "\0")
    start = len(head) + len(gap)
    texts[path] = f"{head}{gap}{words}\n{end}{tail}"
    at = start + max(what.find("«"), 0)
    before = texts[path][:at]
    return before.count("\n") + 1, at - before.rfind("\n")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> _Planted:
    root = lay_out(tmp_path_factory.mktemp("planted"))
    texts = {path: base()[path] for path in (TEXT, UPDATE, WORKS, SERIES, SITES)} | {PAGE: "---\ntitle: About\n---\n"}
    teams = '### Joint teams {#teams was="old-teams"}\n\n<span id="café">A</span> <span id="TEAMS-2">word</span>'
    texts[TEXT] = texts[TEXT].replace("### Joint teams {#teams}", teams)
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    (root / TEXT).with_name("plan.png").write_bytes(picture.getvalue())
    write(root, OTHER, base()[TEXT].replace("number: 1", "number: 2").replace("Sharing an office", "Joint teams"))
    gone = "---\nsite: northbridge\nstatus: removed\nremoved_on: 2026-03-10\nstatus_note: Agreed.\n---\n"
    held = texts[UPDATE].replace("status: published", "status: held\nheld_on: 2026-03-10\nstatus_note: A question.")
    write(root, UPDATE.replace("05-one-room", "06-removed"), gone)
    write(root, UPDATE.replace("05-one-room", "07-held"), held)
    write(root, UPDATE.replace("05-one-room", "08-waiting"), texts[UPDATE].split("status:")[0] + "---\n\nA text.\n")
    places = [(path, *_plant(texts, path, what)) for path, what, _ in PLANTED]
    fine = []
    for words in FINE:
        line, _ = _plant(texts, TEXT, words)
        fine.append(range(line, line + words.count("\n") + 1))
    for path, text in texts.items():
        write(root, path, text)
    return _Planted(texts, places, fine, pipeline.check(load(root), Day(2026, 11, 24)).findings)


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=lambda number: PLANTED[number][1][:50])
def test_what_is_planted_is_found_at_its_place(number: int, planted: _Planted) -> None:
    path, _, rule = PLANTED[number]
    found = {
        (one.rule, one.problem.span.path, one.problem.span.start.line, one.problem.span.start.column)
        for one in planted.findings
    }
    assert (rule, *planted.places[number]) in found, sorted(
        one for one in found if one[1] == path and one[2] == planted.places[number][1]
    )


def test_nothing_else_is_found(planted: _Planted) -> None:
    """What is right is left in peace, and of what is wrong nothing is told where it is not."""
    lines = {line for where in planted.fine for line in where}
    odd = [one for one in planted.findings if one.problem.span.path == TEXT and one.problem.span.start.line in lines]
    assert odd == []
    told = [one for one in planted.findings if one.rule.startswith("link-")]
    assert {(one.problem.span.path, one.problem.span.start.line) for one in told} <= {
        (path, line) for path, line, _ in planted.places
    }


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("../02-joint-teams/Index.md", "../02-joint-teams/index.md"),
        ("../02-joint-teams/index.html", "../02-joint-teams/index.md"),
        ("/02-joint-teams/index.md", "../02-joint-teams/index.md"),
        ("..\\02-joint-teams\\index.md", "../02-joint-teams/index.md"),
        ("Plan.png", "plan.png"),
        ("plan.png?v=2", "plan.png"),
        ("updates/northbridge/2026-03-05-one-room.md", "index.md#update-northbridge-2026-03-05-one-room"),
        ("www.example.org/report", "https://www.example.org/report"),
        ("//www.example.org/x", "https://www.example.org/x"),
        ("#Teams", "#teams"),
        ("#taems", "#teams"),
    ],
)
def test_the_nearest_right_target_is_named(target: str, meant: str, planted: _Planted) -> None:
    hints = [
        one.problem.hint
        for one in planted.findings
        if target in one.problem.message or f"“{target[1:]}”" in one.problem.message
    ]
    assert any(meant in hint for hint in hints), hints
