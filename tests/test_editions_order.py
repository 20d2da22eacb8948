"""In which order a screen reader meets a PDF, and as what: its tags and their text, held against `golden/editions/`.

`pytest --accept` takes what is read now; whether that is a good order, a person judges.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from everything import everything
from printing import printed

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "editions"
_SILENT = frozenset(["/Span", "/Strong", "/Em"])
"""Elements that only say how text looks."""

Texts = Mapping[tuple[tuple[int, int], int], str]
"""What stands under each mark (MCID) of each page."""


def reading_order(content: bytes) -> str:
    """Each element by its tag and each run of text, one a line, in the order of the structure tree (ISO 32000-1, 14.7)."""
    with pikepdf.open(BytesIO(content)) as document:
        texts = {(page.obj.objgen, mark): text for page in document.pages for mark, text in _marked(page)}
        lines: list[str] = []
        _read(document.Root.StructTreeRoot, -1, None, texts, lines)
    return "".join(f"{line.rstrip()}\n" for line in lines if line.strip())


def _read(element: Dictionary, depth: int, page: Dictionary | None, texts: Texts, lines: list[str]) -> None:
    page = element.get(Name.Pg, page)
    kids = element.get(Name.K, Array([]))
    for kid in list(kids) if isinstance(kids, Array) else [kids]:
        if isinstance(kid, int):
            _say(texts.get((page.objgen, kid), "") if page else "", depth + 1, lines)
        elif kid.get(Name.Type) == Name.MCR:
            _say(texts.get((kid.get(Name.Pg, page).objgen, int(kid.MCID)), ""), depth + 1, lines)
        elif Name.S in kid and str(kid.S) in _SILENT:
            _read(kid, depth, page, texts, lines)
        elif Name.S in kid:
            lines.append(f"{'  ' * (depth + 1)}<{str(kid.S)[1:]}>")
            _read(kid, depth + 1, page, texts, lines)


def _say(text: str, depth: int, lines: list[str]) -> None:
    """Text on a line of its own, or behind the text before it."""
    margin = "  " * depth
    if lines and lines[-1].startswith(margin) and not lines[-1].startswith((margin + " ", margin + "<")):
        lines[-1] += text
    else:
        lines.append(margin + text.lstrip(" "))


def _marked(page: pikepdf.Page) -> Iterator[tuple[int, str]]:
    """The text under each mark of a page."""
    found: dict[int, str] = {}
    marks: list[int | None] = []
    letters: Mapping[int, str] = {}
    fonts = {str(name): _letters(font) for name, font in page.Resources.get(Name.Font, Dictionary()).items()}
    for one in pikepdf.parse_content_stream(page):
        operands, operator = list(one.operands), str(one.operator)
        if operator in ("BDC", "BMC"):
            about = operands[1] if len(operands) > 1 else None
            marks.append(int(about.MCID) if isinstance(about, Dictionary) and Name.MCID in about else None)
        elif operator == "EMC":
            marks.pop()
        elif operator == "Tf":
            letters = fonts[str(operands[0])]
        elif operator in ("Tj", "TJ"):
            mark = next((mark for mark in reversed(marks) if mark is not None), None)
            if mark is not None:
                pieces = operands[0] if operator == "TJ" else operands
                codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                found[mark] = found.get(mark, "") + "".join(
                    letters.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2)
                )
    yield from found.items()


def _letters(font: Dictionary) -> Mapping[int, str]:
    """What the codes of a font stand for: the font's own table (ISO 32000-1, 9.10.3)."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(text, 16) + code - int(first, 16))
    return found


def _ours(folder: Path) -> Path:
    return ROOT


@pytest.mark.parametrize(("name", "project"), [("briefing-7", _ours), ("everything", everything)])
def test_the_reading_order_is_the_one_that_was_looked_at(
    tmp_path: Path, name: str, project: Callable[[Path], Path], accept: bool
) -> None:
    order = reading_order(printed(project(tmp_path)).content)
    golden = GOLDEN / f"{name}-reading-order.txt"
    if accept:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(order, "utf-8")
    assert order == golden.read_text("utf-8"), "if this is meant: pytest --accept"


def test_a_note_is_read_where_it_is_called() -> None:
    """Not at the end of the page: its number, then the note itself, then the text goes on."""
    lines = [line.strip() for line in reading_order(printed(ROOT).content).splitlines()]
    notes = [at for at, line in enumerate(lines) if line == "<Note>"]
    assert [lines[at - 3 : at] for at in notes] == [["<Lbl>", "<Link>", str(number)] for number in range(1, 14)]
