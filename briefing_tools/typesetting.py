"""Typeset: the only door to Typst. Files go in by name and content, a PDF comes out.

Nothing is read from the disk but the fonts that this package carries: a document sees exactly the files it is given, no
font of the machine and no package of the network, so the same input gives the same bytes everywhere.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst


def to_pdf(files: Mapping[str, bytes], fonts: Path, epoch: int) -> bytes:
    """Typeset `main.typ` as one file that is PDF/A-3a and PDF/UA-1, dated `epoch` (seconds since 1970)."""
    made = typst.compile(
        dict(files),  # type: ignore[type-var]
        format="pdf",
        font_paths=_fonts(fonts),
        pdf_standards=["a-3a", "ua-1"],
        timestamp=epoch,
    )
    assert isinstance(made, bytes)
    return made


def look_up(files: Mapping[str, bytes], fonts: Path, label: str) -> object:
    """The value of the one `metadata` element with this label, once `main.typ` is laid out."""
    found = typst.query(dict(files), f"<{label}>", field="value", one=True, font_paths=_fonts(fonts))  # type: ignore[type-var]
    return json.loads(found)


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
