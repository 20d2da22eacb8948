"""How well and how fast invented briefings are printed: `python tests/benchmarks/editions.py [BRIEFINGS [SECTIONS]]`.

Prints, per format, pages and notes, how many notes stand on another page than their call (counted in the PDF's text by
pypdf, not by us), and CPU and wall seconds. Times compare only within one run.
"""

import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pypdf

sys.path.insert(0, str(Path(__file__).parents[1]))

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.stages.editions import formats
from casebook import lay_out, write
from inventing import Invention

BRIEFING = "briefings/01-shared-offices/index.md"


def astray(content: bytes, links: int) -> list[int]:
    """The notes that a reader of the PDF does not find on the page of their call."""
    pages = ["".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(content)).pages]
    calls = [[at for at, page in enumerate(pages) if f"call{number}end" in page] for number in range(1, links + 1)]
    notes = [[at for at, page in enumerate(pages) if f"note{number}end" in page] for number in range(1, links + 1)]
    return [number for number, (call, note) in enumerate(zip(calls, notes, strict=True), 1) if call != note or not call]


def main(briefings: int = 10, sections: int = 8) -> None:
    """Print each invented briefing in every format."""
    print(
        f"{briefings} briefings of {sections} sections\n{'format':<14}{'pages':>7}{'notes':>7}{'astray':>8}{'CPU s':>8}{'wall s':>8}"
    )
    totals = {name: [0, 0, 0, 0.0, 0.0] for name in formats()}
    for seed in range(briefings):
        with tempfile.TemporaryDirectory() as folder:
            root = lay_out(Path(folder))
            invention = Invention(seed)
            write(root, BRIEFING, invention.text(sections))
            settings = load(root)
            checked = pipeline.check(settings, Day(2026, 11, 24))
            for name, total in totals.items():
                cpu, wall = time.process_time(), time.perf_counter()
                made = pipeline.print_edition(checked.plan.cited.briefings[0], checked, settings, name, 0)
                total[3] += time.process_time() - cpu
                total[4] += time.perf_counter() - wall
                total[0] += made.pages
                total[1] += invention.links
                total[2] += len(astray(made.content, invention.links))
    for name, (pages, notes, lost, cpu, wall) in totals.items():
        print(f"{name:<14}{pages:>7}{notes:>7}{lost:>8}{cpu:>8.1f}{wall:>8.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
