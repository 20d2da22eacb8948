"""Ask pandoc what it sees in the texts of `citations.txt`, record its answers in `citations.json`, and count agreement.

Run `python tests/oracle/citations.py` with pypandoc-binary installed. The test `tests/test_citation_syntax.py` reads the
recorded answers and needs no pandoc.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefing_tools.markup import parse
from briefing_tools.model import Citation, walk
from briefing_tools.source import Source

HERE = Path(__file__).parent
MODES = {"NormalCitation": "normal", "AuthorInText": "narrative", "SuppressAuthor": "suppress-author"}
FORMS = (
    "[@a]",
    "[see @a_b, pp. 3–4; -@c]",
    "@a",
    "@a [p. 5]",
    "-@a",
    "@a [see @b; @c, ch. 2]",
    "[@{a b}]",
    "[@a; b]",
    "\\@a",
    "`@a`",
)
PLACES = (
    "# {}",
    "- {}",
    "1. x\n2. {}",
    "> {}",
    "*{}*",
    "**x {}**",
    "“{}”",
    "x ({})",
    "[{}](u)",
    "x\n{}\ny",
    "|a|b|\n|-|-|\n|{}|x|",
    "x\n:   {}",
    "- x\n\n    {}",
    "x {}, y {}.",
)
"""Every form in every place: added to the texts of `citations.txt`."""

Values = dict[str, Any]


def texts() -> Iterator[tuple[str, str, str]]:
    """Every text with its section and, where we differ from pandoc by decision, the reason."""
    section, why = "", ""
    for line in (HERE / "citations.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            section, why = line[3:], ""
        elif line.startswith("! "):
            why = line[2:]
        elif line and section:
            yield section, line.replace("\\n", "\n").replace("\\s", " "), why
    for place in PLACES:
        for form in FORMS:
            yield "Every form in every place", place.replace("{}", form), ""


def pandoc(inputs: list[str]) -> list[list[list[Values]]]:
    """The citations that pandoc sees in each text, in our words."""
    import pypandoc  # type: ignore[import-untyped]

    command = [pypandoc.get_pandoc_path(), "lua", str(HERE / "pandoc.lua"), str(HERE / "locator.csl")]
    asked = subprocess.run(command, input=json.dumps(inputs), capture_output=True, text=True, check=True)
    return [[[_item(item) for item in items] for items in found] for found in json.loads(asked.stdout)]


def _item(item: Values) -> Values:
    return {
        "key": item["key"], "mode": MODES[item["mode"]], "prefix": plain(item["prefix"]), "label": item["label"],
        "value": plain(item["value"]), "suffix": plain(item["rest"]),
    }  # fmt: skip


def ours(text: str) -> list[list[Values]]:
    """The citations that we see in a text, but for a page that stands alone, which is ours (`test_works_again.py`)."""
    nodes = walk(parse(Source("a.md", text)).nodes)
    found = (node for node in nodes if isinstance(node, Citation) and node.items[0].key)
    return [
        [
            {
                "key": item.key, "mode": item.mode.value, "prefix": plain(item.prefix),
                "label": item.locator.label.replace("-", " ") if item.locator else "",
                "value": plain(item.locator.value) if item.locator else "", "suffix": plain(item.suffix),
            }
            for item in citation.items
        ]
        for citation in found
    ]  # fmt: skip


def plain(words: str) -> str:
    """Words without what is typography: kinds of dashes, quotation marks and blanks, a comma at the beginning.

    Pandoc sets quotation marks and dashes and its processor writes en dashes into locators; our texts stay as typed.
    """
    for old, new in (
        ("---", "—"),
        ("--", "–"),
        ("-", "–"),
        ("“", '"'),
        ("”", '"'),
        ("‘", "'"),
        ("’", "'"),
        ("...", "…"),
    ):
        words = words.replace(old, new)
    words = re.sub(r"\s+", " ", words)
    return re.sub(r"([,;])(?=\S)", r"\1 ", words).strip(" ,")


def structure(citations: list[list[Values]]) -> list[list[tuple[str, str]]]:
    """Keys, groups and modes alone."""
    return [[(item["key"], item["mode"]) for item in items] for items in citations]


def main() -> None:
    """Record and report."""
    asked = list(texts())
    answers = pandoc([text for _, text, _ in asked])
    cases, alike, all_alike = [], 0, 0
    for (section, text, why), answer in zip(asked, answers, strict=True):
        case: Values = {"section": section, "text": text, "pandoc": answer}
        seen = ours(text)
        if why:
            case |= {"ours": seen, "why": why}
            if seen == answer:
                print(f"no longer a difference: {text!r}")
        else:
            alike += structure(seen) == structure(answer)
            all_alike += seen == answer
            if seen != answer:
                print(f"{text!r}\n  ours   {seen}\n  pandoc {answer}")
        cases.append(case)
    plain_cases = sum(1 for case in cases if "why" not in case)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / "citations.json").write_text(f"[\n{lines}\n]\n", "utf-8")
    print(f"{len(cases)} texts, {len(cases) - plain_cases} of them with a deliberate difference")
    print(
        f"keys, groups and modes agree in {alike} of {plain_cases}, locators, prefixes and suffixes too in {all_alike}"
    )


if __name__ == "__main__":
    main()
