"""Read a printed edition as its reader does: pages without running heads, notes with their calls, where links lead.

pypdf reads; none of the product's own code is used to judge it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import ArrayObject

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import Day, Edition, LinkedSeries
from briefing_tools.pipeline import Checked
from casebook import lay_out, write

BRIEFING = "briefings/01-shared-offices/index.md"
TODAY = Day(2026, 11, 24)
NOON = 1795521600
"""24 November 2026, 12:00 UTC."""


def squeezed(text: str) -> str:
    """Characters without white space: lines and pages break anywhere."""
    return "".join(text.split())


def check(root: Path) -> Checked:
    """The plan of the project in a folder, and its findings, as of 24 November 2026."""
    return pipeline.check(load(root), TODAY)


def printed(root: Path, format: str = "pdf", number: int = 0) -> Edition:
    """An edition of the first (or another) briefing of the project in a folder."""
    checked = check(root)
    return pipeline.print_edition(checked.plan.cited.briefings[number], checked, load(root), format, NOON)


def printed_text(root: Path, text: str, format: str = "pdf") -> "Reading":
    """What is printed when the base's briefing has this text below its fields."""
    whole = (lay_out(root) / BRIEFING).read_text("utf-8")
    fields = whole[: whole.index("\n---\n", 4) + 5]
    write(root, BRIEFING, f"{fields}\n{text}\n")
    return Reading(printed(root, format).content)


@dataclass(frozen=True)
class Leap:
    """A link inside the document: what it is called, the page and place it stands on, those it leads to. Pages from 1."""

    contents: str
    page: int
    to_page: int
    to_height: float


@dataclass(frozen=True)
class Reading:
    """A PDF that is being read."""

    content: bytes

    @cached_property
    def pdf(self) -> pypdf.PdfReader:
        """The file in pypdf's hands."""
        return pypdf.PdfReader(BytesIO(self.content))

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The text of each page, with running heads and notes."""
        return tuple(page.extract_text() for page in self.pdf.pages)

    @cached_property
    def text(self) -> str:
        """All text in reading order without white space, running heads, running feet and notes."""
        return "".join(self._body(number) for number in range(len(self.pages)))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where in `text` each page ends."""
        return tuple(accumulate(len(self._body(number)) for number in range(len(self.pages))))

    def _body(self, number: int) -> str:
        """A page's text: without its first line and, from the first note on, without its end."""
        lines = self.pages[number].split("\n")
        if number == 0:
            return squeezed(self.pages[0])
        notes = [mark for mark in self.note_marks if self.note_marks[mark] == number + 1]
        first = next(
            (
                at
                for at, line in enumerate(lines)
                if notes and squeezed(line).startswith((f"{notes[0]}http", f"(note{notes[0]})http"))
            ),
            len(lines) - 1,
        )
        return squeezed("".join(lines[1:first]))

    @cached_property
    def note_marks(self) -> Mapping[int, int]:
        """The page on which each note stands, by its number."""
        return {_number(leap): leap.to_page for leap in self.leaps if leap.contents.startswith("Footnote")}

    @cached_property
    def calls(self) -> Mapping[int, int]:
        """The page on which each note is called, by its number."""
        return {_number(leap): leap.page for leap in self.leaps if leap.contents.startswith("Footnote")}

    @cached_property
    def leaps(self) -> tuple[Leap, ...]:
        """Every link to a place of the document, in order."""
        where = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(self.pdf.pages, 1)
            if page.indirect_reference
        }
        found = []
        for number, annotation in self._links():
            destination = annotation.get("/Dest")
            if destination is not None:
                target = destination.get_object()
                if not isinstance(target, ArrayObject):
                    target = self.pdf.named_destinations[str(target)].dest_array
                found.append(Leap(str(annotation["/Contents"]), number, where[target[0].idnum], float(target[3])))
        return tuple(found)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Every address outside that a link leads to, in order."""
        return tuple(str(annotation["/A"]["/URI"]) for _, annotation in self._links() if "/A" in annotation)

    def _links(self) -> Iterator[tuple[int, Any]]:
        for number, page in enumerate(self.pdf.pages, 1):
            for annotation in page.get("/Annots", ()):
                held = annotation.get_object()
                if held["/Subtype"] == "/Link":
                    yield number, held

    def sizes(self, page: int) -> set[float]:
        """The sizes of all characters on a page (from 1), in points."""
        found: set[float] = set()

        def see(text: str, _: object, matrix: list[float], font: object, size: float) -> None:
            if text.strip():
                found.add(round(size * abs(matrix[3]), 1))

        self.pdf.pages[page - 1].extract_text(visitor_text=see)
        return found

    def beyond(self) -> list[tuple[int, str]]:
        """Text that runs over the edge of its page, or into the outermost 7 mm, with the page's number (from 1)."""
        found: list[tuple[int, str]] = []

        def see_on(number: int, width: float, height: float) -> Callable[..., None]:
            def see(text: str, page: list[float], matrix: list[float], font: object, size: float) -> None:
                across, up = page[4] + matrix[4], page[5] + matrix[5]
                reach = across + 0.42 * size * sum(map(str.isalnum, text))  # a little less than letters take on average
                if text.strip() and not (across > 20 and reach < width - 20 and 20 < up < height - 20):
                    found.append((number, text))

            return see

        for number, page in enumerate(self.pdf.pages, 1):
            page.extract_text(visitor_text=see_on(number, float(page.mediabox.width), float(page.mediabox.height)))
        return found

    def elements(self, kind: str) -> list[Any]:
        """The elements of the structure tree with this tag, in order."""
        return [one for one in _walk(self.pdf.trailer["/Root"]["/StructTreeRoot"]) if one.get("/S") == kind]


def _number(leap: Leap) -> int:
    """The number in a call's description: “Footnote 3”, “Footnote (note 3)”."""
    return int("".join(character for character in leap.contents if character.isdigit()))


def _walk(element: Any) -> Iterator[Any]:
    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, ArrayObject) else (kids,):
        held = kid.get_object() if hasattr(kid, "get_object") else kid
        if hasattr(held, "get") and "/S" in held:
            yield held
            yield from _walk(held)


def plan_of(root: Path) -> LinkedSeries:
    """The plan of the project in a folder."""
    return check(root).plan
