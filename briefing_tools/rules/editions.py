"""Rules of editions: what a page can show and paper or a voice cannot, and what became of those that were frozen."""

import hashlib
import re
from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.model import Element, LinkedSeries, Node, gone_from, plain_text, walk, withdrawn_from
from briefing_tools.rules.looking import slips
from briefing_tools.source import Source, Span
from briefing_tools.typefaces import missing


@rule("text-cannot-be-printed", Severity.WARNING)
def cannot_be_printed(plan: LinkedSeries) -> Iterator[Problem]:
    """A character is in none of the typefaces of the printed editions.

    Pages show it; PDFs print its name, or say that there is text in another script. They have the letters of all
    European languages, Arabic, Urdu and Hebrew, but no emoji. Each is reported once in a file.

    Wrong:
        Staff liked it 👍
    Right:
        Staff liked it.
    """
    series = plan.cited.series
    printed = [briefing.path for briefing in series.briefings]
    printed += [cited.update.path for briefing in plan.cited.briefings for cited in briefing.updates_in_order()]
    for path in (*printed, series.record.path, series.bibliography.path):
        if source := series.sources.get(path):
            yield from _in_file(source)


def _in_file(source: Source) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in missing(source.text):
        if not one.words.startswith("[") or one.words in seen:
            continue
        seen.add(one.words)
        written = source.text[one.start : one.end]
        yield Problem(
            source.span(one.start, one.end),
            f"The printed editions cannot show “{written}” and print “{one.words}”.",
            "Say it in words." if "cannot print" not in one.words else "Give it in English beside it.",
        )


@rule("text-table-without-head", Severity.WARNING)
def table_without_head(plan: LinkedSeries) -> Iterator[Problem]:
    """A table does not say what its columns hold.

    Whoever cannot see it hears one cell after the other; with the head of its column each makes sense. Large print and
    Braille set every row as a list of “head: cell”.

    Wrong:
        |             |    |
        |-------------|----|
        | Northbridge | 12 |
    Right:
        | Place       | Staff |
        |-------------|-------|
        | Northbridge | 12    |
    """
    for briefing in plan.cited.briefings:
        text = briefing.briefing
        yield from _headless(text.lead, Span.of_file(text.path), "the first lines")
        for section in text.all_sections():
            yield from _headless(section.body, section.span, f"“{section.title}”")
        for cited in briefing.updates_in_order():
            update = cited.update
            yield from _headless(update.body, update.where.get("title", Span.of_file(update.path)), f"“{update.title}”")


def _headless(nodes: tuple[Node, ...], place: Span, where: str) -> Iterator[Problem]:
    for table in walk(nodes):
        if isinstance(table, Element) and table.tag == "table":
            heads = [one for one in walk(table.children) if isinstance(one, Element) and one.tag == "th"]
            if not plain_text(tuple(heads)):
                yield Problem(
                    place,
                    f"A table in {where} has no heads above its columns.",
                    "Say in its first row what each column holds.",
                )


# -- Frozen editions ---------------------------------------------------------------------------------------------------

_ASTRAY = {"changed": "is not what it was", "missing": "is missing", "added": "does not belong to it"}


@rule("edition-changed", Severity.ERROR)
def edition_changed(plan: LinkedSeries) -> Iterator[Problem]:
    """A file of a frozen edition is not what it was when it was issued.

    Others cite a frozen edition and rely on it, so its folder never changes. Its manifest keeps the hash of every file;
    one that was changed, taken away or added is reported, and nothing of the edition is published until it is restored.
    A pull request must not touch a manifest that is there.

    Wrong:
        Somebody corrects editions/7/1.0/briefing-7.txt
    Right:
        Somebody corrects briefings/07-integrated-working/index.md, sets edition: "1.1" and runs: briefings edition freeze 7
    """
    yield from slips(plan, "edition-changed")
    for change in plan.proposal.changes:
        if change.kind != "added" and re.fullmatch(r"editions/[0-9]+/[0-9.]+/manifest\.json", change.path):
            yield Problem(
                Span.of_file(change.path),
                f"The manifest of the frozen edition {change.path.rpartition('/')[0]} was {change.kind}; it stays as it was issued.",
                "Undo this change. What is new belongs into an edition with a higher number.",
            )
    for edition in plan.cited.series.frozen:
        if edition.emptied and gone_from(edition, plan.cited.series):
            continue  # editors took back what must not be read any more
        for name, what in edition.astray:
            yield Problem(
                Span.of_file(f"{edition.folder}/{name}"),
                f"The file {name} of the frozen edition {edition.version} of Briefing {edition.briefing} {_ASTRAY[what]}.",
                f"Restore it: git checkout -- {edition.folder}"
                if what != "added"
                else "Put it elsewhere: a frozen edition holds what it held when it was issued, and nothing else.",
            )


@rule("edition-holds-removed", Severity.ERROR)
def edition_holds_removed(plan: LinkedSeries) -> Iterator[Problem]:
    """A frozen edition holds an update that was removed.

    Of a removed update nothing may be left in anything that is built, so nothing of such an edition is published: its
    page keeps its address and says that the edition was taken back. The editors decide: freeze a new edition without the
    update, then delete every file of the old one except its manifest. An update whose file is gone counts as removed.

    Wrong:
        editions/7/1.0/ still holds its files after devon/2013-06-14-hub was removed
    Right:
        editions/7/1.1/ was frozen without it, and editions/7/1.0/ holds nothing but manifest.json
    """
    for edition in plan.cited.series.frozen:
        if edition.emptied:
            continue
        for name in gone_from(edition, plan.cited.series):
            yield Problem(
                edition.span,
                f"Edition {edition.version} of Briefing {edition.briefing} holds the update “{name}”, which was removed; "
                "nothing of this edition is published any more.",
                f"Freeze a new edition without it (set edition: in the briefing, then briefings edition freeze {edition.briefing}), "
                f"delete everything in {edition.folder} but manifest.json, and tell those who were sent it.",
            )


@rule("edition-holds-withdrawn", Severity.NOTE)
def edition_holds_withdrawn(plan: LinkedSeries) -> Iterator[Problem]:
    """A frozen edition holds an update that was withdrawn since.

    The edition stays as it was issued, because others may have cited it; its page says which update was withdrawn, when
    and why. Remove the update instead if nobody may read it any more.

    Wrong:
        Nobody knows that edition 1.0 still holds the account of Devon that was withdrawn
    Right:
        A new edition was frozen without it, and the page of edition 1.0 leads to it
    """
    for edition in plan.cited.series.frozen:
        for update in withdrawn_from(edition, plan.cited.series):
            yield Problem(
                edition.span,
                f"Edition {edition.version} of Briefing {edition.briefing} holds the update “{update.name}”, which was withdrawn since; "
                "its page says so.",
                f"Freeze a new edition without it: briefings edition freeze {edition.briefing}",
            )


@rule("edition-text-changed", Severity.NOTE)
def edition_text_changed(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing was changed after its edition was frozen, and still says that it is that edition.

    Readers who hold the frozen edition would believe that they have the same text. Raise `edition` with the next change,
    say in `change_note` what is new, and freeze it when it is done.

    Wrong:
        edition: "1.0" still stands in a briefing whose edition 1.0 was frozen before the last change
    Right:
        edition: "1.1"
    """
    frozen = {(one.briefing, one.version): one for one in plan.cited.series.frozen}
    for briefing in plan.cited.series.briefings:
        edition = frozen.get((briefing.number, briefing.edition))
        if edition and edition.text_sha256 != hashlib.sha256(briefing.source.text.encode()).hexdigest():
            yield Problem(
                briefing.where.get("edition", Span.of_file(briefing.path)),
                f"The text was changed since edition {edition.version} of it was frozen on {edition.frozen}.",
                'Give it the next number, for example: edition: "1.1"',
            )


EDITION_RULES = (
    cannot_be_printed,
    table_without_head,
    edition_changed,
    edition_holds_removed,
    edition_holds_withdrawn,
    edition_text_changed,
)
