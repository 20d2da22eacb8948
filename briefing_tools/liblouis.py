"""Transcribe: text becomes Braille and back; the only door to liblouis, a library of the system.

It is not on PyPI; Debian and Ubuntu have it as liblouis20 and liblouis-data, macOS as liblouis in Homebrew. Braille is
written in the characters of North American Braille ASCII, which embossers and Braille displays take.
"""

import ctypes
import ctypes.util
import re
from functools import cache

from briefing_tools.errors import CannotRun

CONTRACTED = "en-us-brf.dis,en-ueb-g2.ctb"
"""Unified English Braille, grade 2."""
UNCONTRACTED = "en-us-brf.dis,en-ueb-g1.ctb"
"""Unified English Braille, grade 1: letter for letter, accents kept."""

_NAMES = ("liblouis.so.20", "liblouis.20.dylib", "liblouis.dll")
_NO_UNDEFINED = 128
"""liblouis.h: `noUndefined`, a character that the table lacks leaves nothing behind."""


def liblouis_is_here() -> bool:
    """Whether the library is installed."""
    return _library() is not None


def liblouis_version() -> str:
    """Its version, such as `3.24.0`; empty without the library."""
    library = _library()
    if library is None:
        return ""
    library.lou_version.restype = ctypes.c_char_p
    said = library.lou_version()
    return said.decode("ascii", "replace") if said else ""


def transcribe(text: str, table: str) -> str:
    """Text in Braille ASCII. Raises `CannotRun` without the library or its tables."""
    library = _library()
    if library is None:
        raise CannotRun(
            "Braille needs the library liblouis, which is not installed.",
            "Install it with: sudo apt install liblouis20 liblouis-data (macOS: brew install liblouis)",
        )
    return "".join(_call(library.lou_translateString, piece, table, 0) for piece in _NUMBERS.split(text))


def transcribe_back(braille: str, table: str) -> str:
    """Braille ASCII as text again, as far as one can tell: UEB has one sign for several quotation marks and dashes."""
    library = _library()
    assert library is not None, "only what was transcribed can be transcribed back"
    return _call(library.lou_backTranslateString, braille, table, 0)


@cache
def can_be_transcribed(character: str, table: str) -> bool:
    """Whether a table knows a character."""
    library = _library()
    assert library is not None, "asked while transcribing"
    return character.isspace() or bool(_call(library.lou_translateString, character, table, _NO_UNDEFINED))


# A space between two numbers: liblouis would write them as one number with a numeric space (UEB 6.6), which holds only
# for digits in groups of three.
_NUMBERS = re.compile(r"(?<=[0-9])(?= [0-9])(?! [0-9]{3}(?![0-9]))")


@cache
def _library() -> ctypes.CDLL | None:
    for name in (ctypes.util.find_library("louis"), *_NAMES):
        if name is None:
            continue
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _call(function: "ctypes._FuncPointer", text: str, table: str, mode: int) -> str:  # type: ignore[name-defined, unused-ignore]
    """One of the library's two functions: characters of a fixed width in, characters out (liblouis.h)."""
    library = _library()
    assert library is not None
    width = library.lou_charSize()
    encoding = "utf-32-le" if width == 4 else "utf-16-le"
    given = text.encode(encoding)
    room = len(given) // width * 8 + 256
    read, written = ctypes.c_int(len(given) // width), ctypes.c_int(room)
    source = ctypes.create_string_buffer(given, len(given) + width)
    target = ctypes.create_string_buffer(room * width)
    done = function(table.encode(), source, ctypes.byref(read), target, ctypes.byref(written), None, None, mode)
    if not done:
        raise CannotRun(
            f"liblouis has no table {table.rpartition(',')[2]}.", "Install its tables: sudo apt install liblouis-data"
        )
    assert read.value == len(given) // width, "liblouis stopped early"
    return target.raw[: written.value * width].decode(encoding)
