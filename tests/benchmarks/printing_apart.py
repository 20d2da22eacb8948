"""How fast print is beside WeasyPrint, and what a long document costs: `python tests/benchmarks/printing_apart.py [DOCUMENTS]`.

The same invented briefings of about thirteen pages are printed by us and, from the HTML of their pages with a style sheet
for paper, by WeasyPrint (`pip install weasyprint`, and Pango of the system); one after the other in one process, so that
the ratio holds on a busy machine. Both begin with the plan and end with the bytes of a tagged PDF in the same typeface
that has the same text, cover, contents with pages, running heads, page numbers, notes, links both ways and attachments.
WeasyPrint makes PDF/UA-1, we PDF/UA-1 and PDF/A-3a at once; its notes stand where it puts them, ours by their calls.
Processor time of all threads is counted. Then collected editions of 50, 100 and 200 pages are made, each in a process of
its own, for its memory.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf

sys.path.insert(0, str(Path(__file__).parents[1]))

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day
from briefing_tools.stages.editions.attachments import attachments
from briefing_tools.stages.pages.briefing import briefing_page
from briefing_tools.typefaces import FONTS
from casebook import lay_out, write
from inventing import Invention

TODAY = Day(2026, 11, 24)
SECTIONS = 6
"""Sections of an invented briefing that make about thirteen pages."""

PAPER = """
@font-face { font-family: "Text"; src: url("FONTS/SourceSans3-Regular.ttf") }
@font-face { font-family: "Text"; src: url("FONTS/SourceSans3-Bold.ttf"); font-weight: bold }
@font-face { font-family: "Text"; src: url("FONTS/SourceSans3-Italic.ttf"); font-style: italic }
@page { size: A4; margin: 26mm 32mm; @top-left { content: "Briefing 1: Sharing an office" } @top-right { content: string(part, first) }
  @bottom-left { content: "Edition 1.0, February 2026" } @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
@page :first { @top-left { content: none } @top-right { content: none } @bottom-left { content: none } @bottom-right { content: none } }
body { font: 12pt/1.45 "Text" } h1 { font-size: 2.6em } h2 { font-size: 1.5em; string-set: part content() } h2, h3 { break-after: avoid; color: #1d4f76 }
table { border-collapse: collapse } tr, .references li { break-inside: avoid } td, th { border-bottom: 1px solid #888; padding: 4px 6px }
.foot { float: footnote } blockquote { margin-left: 2em } a { color: #1d4f76 }
.signpost, .admonition { border-left: 4px solid #1d4f76; padding: 8px; margin: 16px 0; break-inside: avoid }
.contents { break-before: page; break-after: page } .contents a::after { content: leader(".") target-counter(attr(href), page) }
.cited-in a::after { content: " (page " target-counter(attr(href), page) ")" } .downloads, .tell { display: none }
"""
"""What our template does, as far as CSS can: cover, contents with pages, running heads, notes, boxes and rows kept whole,
and of each reference the pages that cite it."""


def project(folder: str, first: int, briefings: int, sections: int) -> Path:
    """A project with so many invented briefings."""
    root = lay_out(Path(folder))
    for number in range(1, briefings + 1):
        text = Invention(first + number, dense=False).text(sections).replace("number: 1", f"number: {number}", 1)
        write(root, f"briefings/{'01-shared-offices' if number == 1 else f'{number:02}-more'}/index.md", text)
    return root


def html_for_paper(html: str) -> str:
    """The page's text as a document for WeasyPrint, every link with its address as a footnote."""
    noted = re.sub(
        r'(<a [^>]*href="(https?://[^"]+)"[^>]*>.*?</a>)', r'\1<span class="foot">\2</span>', html, flags=re.S
    )
    return f'<!DOCTYPE html><html lang="en-GB"><head><title>Sharing an office</title><style>{PAPER.replace("FONTS", FONTS.as_uri())}</style></head><body>{noted}</body></html>'


def documents(count: int) -> Iterator[tuple[float, int, float, int]]:
    """Of each document: our processor seconds and pages, then WeasyPrint's."""
    import weasyprint

    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            root = project(folder, 100 + seed, 1, SECTIONS)
            settings = load(root)
            checked = pipeline.check(settings, TODAY)
            (cited,) = checked.plan.cited.briefings
            begin = time.process_time()
            ours = pipeline.print_edition(cited, checked, settings, "pdf", 0)
            between = time.process_time()
            html = html_for_paper(str(briefing_page(cited, checked.plan, ()).html))
            attached = [
                weasyprint.Attachment(string=one.content, name=one.name, description=one.description)
                for one in attachments(cited, checked.plan)
            ]
            whole = weasyprint.HTML(string=html, base_url=str(root))
            theirs = whole.write_pdf(pdf_variant="pdf/ua-1", attachments=attached)
            end = time.process_time()
            yield between - begin, ours.pages, end - between, len(pypdf.PdfReader(BytesIO(theirs)).pages)


def most_memory() -> float:
    """The most memory that this process held so far, in MB (Linux; `ru_maxrss` would begin with that of the parent)."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


def collect(briefings: int) -> None:
    """Print one collected edition, its processor seconds and the most memory that this process held."""
    with tempfile.TemporaryDirectory() as folder:
        root = project(folder, 200, briefings, SECTIONS)
        settings = load(root)
        checked = pipeline.check(settings, TODAY)
        before = most_memory()
        begin = time.process_time()
        made = pipeline.collected_edition(checked, settings, 0, "pdf")
        spent = time.process_time() - begin
    most = most_memory()
    print(f"{briefings:>10}{made.pages:>8}{spent:>8.1f}{before:>14.0f}{most:>10.0f}{most / made.pages:>14.2f}")


def main(count: int = 50) -> None:
    """Both comparisons."""
    rows = list(documents(count))
    ours, theirs = sum(row[0] for row in rows), sum(row[2] for row in rows)
    print(f"{count} documents        pages   CPU s   CPU s a page")
    for name, spent, pages in (
        ("ours", ours, sum(r[1] for r in rows)),
        ("WeasyPrint", theirs, sum(r[3] for r in rows)),
    ):
        print(f"{name:<18}{pages:>8}{spent:>8.1f}{spent / pages:>15.4f}")
    print(f"WeasyPrint takes {theirs / ours:.1f} times our processor time for the same text.\n")
    print(" briefings   pages   CPU s  MB before   MB most   MB a page")
    sys.stdout.flush()
    for briefings in (5, 10, 20):
        subprocess.run([sys.executable, __file__, "--collect", str(briefings)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--collect"]:
        collect(int(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
