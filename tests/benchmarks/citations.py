"""How long a page's citations take to read, also when somebody makes it hard: `python tests/benchmarks/citations.py`.

Every text has about 20 KB and passes the gate: at most 500 of `[`, `!` and `<` in a paragraph. Times are CPU seconds of
one run, of the syntax alone and of everything that becomes of a page's Markdown. Only ratios within one run mean anything.
"""

import time
from collections.abc import Callable

from briefing_tools.citation_syntax import find_citations
from briefing_tools.markup import parse
from briefing_tools.source import Source

SIZE = 20_000
PIECES = {
    "prose with citations": "Progress was made in many places [see @munro2011, pp. 3–4; @golden2011], as @horwath2007 [p. 5] say. ",
    "keys": "@a ", "keys only": "@_", "minus": "-@a ", "semicolons": ";", "closing": "]", "keys and closing": "@a]",
    "opening": "[", "open with keys": "[@a ", "mentions and opening": "@a [", "closed": "[@a] ", "closed twice": "[[@a]",
    "mentions with locators": "@a [p. 5] ", "pictures": "![@a", "tags": "<@a ", "half links": "[@a](", "links": "[@a](b) ",
    "attributes": " href=", "half attributes": "[@a]{#a.b.c ", "far brackets": "[word word word word word word word word ", "emphasis": "_@a_",
    "half braces": "@{a", "addresses": "https://x/@a ", "mail": "a@b.c ", "escapes": "\\@", "code": "`@a` ",
    "quotations": "> @a\n", "lists": "- @a\n  [p. 5]\n", "definitions": "[@a]: http://x.org/\n",
}  # fmt: skip
WHOLE = {
    "long key": "@" + "a:" * (SIZE // 2), "one bracket": "[" + "@a;" * (SIZE // 3) + "@a]", "one open bracket": "[" + "@a;" * (SIZE // 3),
    "nested": "[" * 250 + "@a " * 6000 + "]" * 250, "stars": "[@a, " + "*x " * (SIZE // 3) + "]",
    "quotes": "[@a, " + '"x ' * (SIZE // 3) + "]", "numbers": "[@a, " + "5, " * (SIZE // 3) + "]",
    "braces": "[@a, " + "{" * SIZE + "]", "numerals": "[@a, p. " + "iv-" * (SIZE // 3) + "]",
}  # fmt: skip


def filled(piece: str) -> str:
    """About 20 KB of a piece, in paragraphs that pass the gate."""
    marks = sum(piece.count(mark) for mark in "[!<")
    in_paragraph = 500 // marks if marks else SIZE // len(piece) + 1
    paragraphs = min(10, SIZE // (in_paragraph * len(piece)) + 1)
    return "\n\n".join([piece * in_paragraph] * paragraphs)[:SIZE]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each text."""
    texts = {name: filled(piece) for name, piece in PIECES.items()} | WHOLE
    print(f"{'text':24}{'characters':>10}{'citations':>11}{'syntax':>9}{'page':>9}")
    for name, text in texts.items():
        syntax = seconds(lambda text=text: find_citations(text))  # type: ignore[misc]
        page = seconds(lambda text=text: parse(Source("a.md", text)))  # type: ignore[misc]
        print(f"{name:24}{len(text):>10}{len(find_citations(text)):>11}{syntax:>8.3f} s{page:>8.3f} s")


if __name__ == "__main__":
    main()
