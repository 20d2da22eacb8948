"""How long reading a large bibliography takes, beside pybtex's own parser: python tests/benchmarks/bibliography.py [ENTRIES]

Both read the same generated text in one process, in turn, five times; CPU seconds, the median of the five. Ours gives
works with decoded text, names and the place of every slip; pybtex's gives undecoded fields without places. The target
for 7,000 entries (about 3 MB) is less than 3 s.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from pybtex.database import parse_string

from briefing_tools.bibliography import read_bibliography
from briefing_tools.model import Bibliography
from briefing_tools.rules.references import reference_findings
from briefing_tools.source import Source
from briefing_tools.styles import STYLES, format_reference, year_suffixes

ROUNDS = 5
_SYLLABLES = "ash bel cor dun el fen gar hol ing jes kel lor mun nor oak pel ros sut tor wil".split()  # noqa: SIM905
_ACCENTED = ["{\\'e}", '{\\"o}', "{\\o}", "ł", "{\\c c}", "ñ", "\\ss{}"]
_KINDS = ["article"] * 5 + ["techreport"] * 3 + ["book", "incollection", "inproceedings", "phdthesis", "online"]


def generate(entries: int) -> str:
    """A bibliography of invented works such as a reference manager exports: abstracts, accents, braces, keywords."""
    chance = random.Random(7)

    def word() -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(1, 3)))

    def words(count: int) -> str:
        return " ".join(word() for _ in range(count))

    def name() -> str:
        accent = chance.choice(_ACCENTED) if chance.random() < 0.15 else ""
        return f"{word().title()}{accent}, {word().title()} {chance.choice('ABCDEFGH')}."

    def entry(number: int) -> str:
        kind = chance.choice(_KINDS)
        acronym = "{NHS} " if chance.random() < 0.3 else ""
        emphasis = "\\emph{in vivo} " if chance.random() < 0.05 else ""
        fields = {
            "author": " and ".join(name() for _ in range(chance.randint(1, 6))),
            "title": f"{acronym}{emphasis}{words(chance.randint(5, 14)).capitalize()} {number}",
            "year": str(chance.randint(1980, 2025)),
            "pages": f"{number % 300}--{number % 300 + 12}",
            "volume": str(number % 60),
            "journal" if kind == "article" else "booktitle" if kind.startswith("in") else "institution": words(
                4
            ).title(),
            "publisher": words(2).title(),
            "address": word().title(),
            "doi": f"10.9999/{word()}.{number}",
            "url": f"https://example.org/{word()}/{number}",
            "urldate": "2025-03-01",
            "keywords": ", ".join(word() for _ in range(5)),
            "abstract": words(20),
        }
        body = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items())
        return f"@{kind}{{{word()}{number},\n{body}}}\n"

    return "\n".join(entry(number) for number in range(entries))


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that one call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(entries: int) -> None:
    """Print the figures."""
    text = generate(entries)
    source = Source("references.bib", text)
    works = read_bibliography(source)
    assert len(works.works) == entries
    assert not works.slips
    print(f"{entries} entries, {len(text) / 1e6:.1f} MB, CPU seconds, median of {ROUNDS}")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: read_bibliography(source)))
        theirs.append(seconds(lambda: parse_string(text, "bibtex")))
    one, other = statistics.median(ours), statistics.median(theirs)
    print(f"{'read_bibliography':<24}{one:8.2f}")
    print(f"{'pybtex parse_string':<24}{other:8.2f}   ours takes {one / other:.2f} of it")
    print(f"{'rules of references':<24}{seconds(lambda: list(reference_findings(works))):8.2f}")
    for style in STYLES:
        print(f"{'written out in ' + style:<24}{seconds(partial(write_out, works, style)):8.2f}")


def write_out(works: Bibliography, style: str) -> None:
    """Format every work."""
    letters = year_suffixes(works.works.values(), style)
    for key, work in works.works.items():
        format_reference(work, style, letters.get(key, ""))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7000)
