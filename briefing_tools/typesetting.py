"""Typeset: the only door to Typst. Files go in by name and content, a PDF comes out.

A document sees exactly the files it is given and the typefaces that this package carries: no file of the machine, no
font of the machine, no package from the network. So the same input gives the same bytes everywhere.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

MAIN = "main.typ"


@dataclass(frozen=True)
class Desk:
    """A folder with the files of one document, `main.typ` among them, and the typefaces at hand."""

    folder: Path
    compiler: typst.Compiler

    def put(self, name: str, content: bytes) -> None:
        """Lay a file down, or replace it."""
        (self.folder / name).write_bytes(content)

    def look_up(self, label: str) -> object:
        """Lay the document out; the value of the one `metadata` element that has this label."""
        return json.loads(self.compiler.query(f"<{label}>", field="value", one=True))

    def to_pdf(self, epoch: int) -> bytes:
        """The document as one file, dated `epoch` (seconds since 1970).

        It is PDF/A-3a (ISO 19005-3, to be kept) and PDF/UA-1 (ISO 14289-1, to be read by everybody) at once.
        """
        made = self.compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=epoch)
        assert isinstance(made, bytes)
        return made


@contextmanager
def desk(files: Mapping[str, bytes], fonts: Path) -> Iterator[Desk]:
    """A desk with these files, by name; at the end it is cleared, and Typst forgets them."""
    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        yield Desk(Path(folder), typst.Compiler(str(Path(folder) / MAIN), root=folder, font_paths=_fonts(fonts)))
        _forget(Path(folder), _fonts(fonts))


_REMEMBERED = 10
"""Typst keeps what it laid out until so many documents have been made since (comemo, `evict`)."""


def _forget(folder: Path, fonts: typst.Fonts) -> None:
    """Make as many empty documents as it takes for Typst to let go of the last one, which holds a megabyte a page."""
    (folder / "empty.typ").write_bytes(b"")
    empty = typst.Compiler(str(folder / "empty.typ"), root=str(folder), font_paths=fonts)
    for _ in range(_REMEMBERED + 1):
        empty.compile(format="svg")


def families(fonts: Path) -> tuple[str, ...]:
    """The families of the typefaces in a folder, and those that Typst brings along."""
    return tuple(_fonts(fonts).families())


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
