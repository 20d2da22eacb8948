"""An invented series of any size, as records and as plain pages, for benchmarks of search.

Words follow Zipf's law and the vocabulary grows with the text as it does in English (Heaps); phrases of the trade are strewn
in. A briefing has ten sections, eight references, two signposts; every other one has an update. Everything is invented.
"""

import html
import random
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from briefing_tools.model import Record, Term
from briefing_tools.source import Span

PHRASES = (
    "information sharing", "multi-agency safeguarding hub", "parental mental ill health", "whole-family approach", "key worker",
    "health and wellbeing board", "children's social care", "transition to adult services", "domestic violence",
    "early help assessment", "integrated working", "joined-up support", "co-located team", "common assessment framework",
    "Local Safeguarding Children Board", "family support", "mental health problems", "child protection", "young carers",
)  # fmt: skip
SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu", "an", "er", "in", "on", "un",
    "ther", "ment", "tion", "ing", "ness", "care", "sup", "plan",
)  # fmt: skip
FAMILY = ("Ash", "Rowan", "Elm", "Hazel", "Birch", "Alder", "Linden", "Maple", "Willow", "Aspen")
GLOSSARY = (
    Term("MASH", "Multi-Agency Safeguarding Hub", ("safeguarding hub",), "Invented.", Span.of_file("invented.yml")),
    Term("CAF", "common assessment framework", ("common assessment",), "Invented.", Span.of_file("invented.yml")),
    Term(
        "LSCB", "Local Safeguarding Children Board", ("safeguarding board",), "Invented.", Span.of_file("invented.yml")
    ),
    Term("key worker", "", ("keyworker", "lead professional"), "Invented.", Span.of_file("invented.yml")),
)


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page: its address, its title, and what stands on it."""

    url: str
    title: str
    body: str


def invented_series(briefings: int, seed: int = 7, first: int = 1001) -> tuple[list[PlainPage], list[Record]]:
    """Pages and records of so many briefings."""
    chance = random.Random(seed)
    size = max(800, round(2242 * (briefings * 1800 / 10_000) ** 0.52))
    words = ["".join(chance.choices(SYLLABLES, k=2 + number % 3)) for number in range(size)]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(size)))

    def text(least: int, most: int) -> str:
        sentences = []
        left = chance.randint(least, most)
        while left > 0:
            length = min(left, chance.randint(8, 24))
            found = chance.choices(words, cum_weights=weights, k=length)
            if chance.random() < 0.25:
                found.insert(chance.randrange(len(found)), chance.choice(PHRASES))
            if chance.random() < 0.06:
                found[0] = "-".join(chance.choices(words, cum_weights=weights, k=2))
            sentences.append(" ".join(found).capitalize() + ".")
            left -= length
        return " ".join(sentences)

    pages, records = [], []
    for number in range(first, first + briefings):
        page, own = _briefing(number, chance, text)
        pages.append(page)
        records += own
    return pages, records


def _briefing(number: int, chance: random.Random, text: object) -> tuple[PlainPage, list[Record]]:
    url, title = f"{number}-invented/", text(3, 5).rstrip(".")  # type: ignore[operator]
    crumb = f"Briefing {number}: {title}"
    records, body = [], []

    def add(kind: str, label: str, heading: str, anchor: str, words: str, **more: str) -> None:
        record = Record(
            kind, label, heading, f"{url}#{anchor}" if anchor else url, words, title, number, more.get("section", ""),
            more.get("site", ""), more.get("level", ""), more.get("date", "2026-11"), "en-GB", (crumb,), (),
            more.get("site", "").title(), "", more.get("names", ""),
        )  # fmt: skip
        records.append(record)

    add("briefing", "Briefing", title, "", text(20, 40))  # type: ignore[operator]
    for part in range(10):
        heading, words = text(3, 6).rstrip("."), text(80, 280)  # type: ignore[operator]
        author, year = chance.choice(FAMILY), chance.randint(1990, 2026)
        add(
            "section", "Research and guidance", heading, f"s{part}", words, section=f"s{part}", names=f"{author} {year}"
        )
        body.append(f'<h2 id="s{part}">{html.escape(heading)}</h2>\n<p>{html.escape(words)} [{author} {year}]</p>')
        if part == 4 and number % 2:
            heading, words = text(4, 7).rstrip("."), text(60, 120)  # type: ignore[operator]
            site = chance.choice(("westmarsh", "northbridge", "eastholm", "southfield"))
            add(
                "update",
                "Experience from a site",
                heading,
                "update-1",
                words,
                section="s4",
                site=site,
                date="2026-04-02",
            )
            body.append(f'<h3 id="update-1">{html.escape(heading)}</h3>\n<p>{html.escape(words)}</p>')
        if part in (3, 7):
            words = text(5, 12).rstrip(".")  # type: ignore[operator]
            add("signpost", "Signpost", words, f"s{part}", "", section=f"s{part}")
            body.append(f"<ul><li>{html.escape(words)}</li></ul>")
    body.append('<h2 id="references">References</h2>')
    for reference in range(8):
        author, year, name = chance.choice(FAMILY), str(chance.randint(1990, 2026)), text(5, 12).rstrip(".")  # type: ignore[operator]
        words = f"{author}, A., {name}. {year}, London: Invented Press."
        add("reference", "Reference", name, f"ref-{reference}", words, date=year, names=f"{author} {year}")
        body.append(f'<p id="ref-{reference}">{html.escape(words)}</p>')
    return PlainPage(url, title, "\n".join(body)), records


def term_records(glossary: tuple[Term, ...]) -> list[Record]:
    """The glossary's own records."""
    return [
        Record("glossary", "Glossary", f"{one.term} ({one.name})" if one.name else one.term, f"glossary/#{one.term.lower()}",
               one.meaning, "", 0, "", "", "", "", "", ("Glossary",), one.also)
        for one in glossary
    ]  # fmt: skip


def write_project(records: list[Record], folder: Path) -> None:
    """A project whose briefings, updates and glossary have the texts of these records."""
    content = folder / "briefings"
    files: dict[Path, list[str]] = {}
    roles = dict(enumerate(("issue", "policy", "activity", "key-messages")))
    for one in records:
        home = content / f"{one.briefing_number}-invented"
        page = files.setdefault(home / "index.md", [])
        match one.kind:
            case "briefing":
                page += [
                    f"---\nnumber: {one.briefing_number}\ntitle: {one.title}\nstatus: live\npublished: 2026-02\n---\n",
                    one.text,
                ]
            case "section":
                role = roles.get(int(one.section[1:]))
                text = f"- {one.text}" if role == "key-messages" else one.text
                page.append(f"## {one.title} {{#{one.section}{f' role={role}' if role else ''}}}\n\n{text}")
            case "update":
                head = f"site: {one.site}\ntitle: {one.title[:90]}\ndate: {one.date}\nsection: {one.section}\nevidence: practice-experience"
                head += "\nchecks:\n  no_personal_data: yes\n  approved_by: Invented\nlicence: OGL-UK-3.0\nstatus: published"
                files[home / "updates" / one.site / f"{one.date}-one.md"] = [f"---\n{head}\n---\n", one.text]
    sites = sorted({one.site for one in records if one.site})
    files[content / "sites.yml"] = [
        "sites:",
        *(f"  - id: {one}\n    name: {one.title()}\n    organisation: Invented" for one in sites),
    ]
    files[content / "glossary.yml"] = [
        "terms:",
        *(f"  - term: {one.term}\n    name: {one.name}\n    meaning: {one.meaning}" for one in GLOSSARY),
    ]
    files[folder / "references.bib"] = [""]
    files[folder / "mkdocs.yml"] = [
        "site_name: Invented\ndocs_dir: briefings\ntheme: {name: material, font: false}\nplugins:\n  - briefings:\n      editions: ''"
    ]
    for path, texts in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(texts) + "\n", "utf-8")


SHELL = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">{head}</head>
<body><main data-pagefind-body><h1>{title}</h1>
{body}
</main></body></html>
"""


def write_pages(pages: list[PlainPage], folder: Path, head: str = "") -> None:
    """Plain HTML pages."""
    for page in pages:
        (folder / page.url).mkdir(parents=True, exist_ok=True)
        (folder / page.url / "index.html").write_text(
            SHELL.format(title=html.escape(page.title), head=head, body=page.body), "utf-8"
        )


def write_for_material(pages: list[PlainPage], folder: Path) -> None:
    """A project whose pages Material wraps and searches."""
    docs = folder / "docs"
    for page in pages:
        (docs / page.url).mkdir(parents=True, exist_ok=True)
        body = page.body.replace("\n\n", "\n")
        (docs / page.url / "index.md").write_text(
            f"---\ntitle: {page.title!r}\n---\n<div>\n<h1>{html.escape(page.title)}</h1>\n{body}\n</div>\n", "utf-8"
        )
    (docs / "index.md").write_text("# Start\n\n" + "Invented.\n", "utf-8")
    theme = "theme: {name: material, font: false, features: [navigation.prune]}"
    (folder / "mkdocs.yml").write_text(
        f"site_name: Invented\n{theme}\nplugins: [search]\nnav: [Start: index.md]\nvalidation: {{nav: {{omitted_files: ignore}}}}\n",
        "utf-8",
    )
