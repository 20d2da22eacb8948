"""Draw: which characters the bundled typefaces have, and the words that stand for those they lack; the door to fontTools.

A PDF that is to be read aloud and kept may not hold a character that no typeface can draw (PDF/A-3, 6.2.11.8: it would
be an empty box). A symbol is then printed as its name in Unicode, which a screen reader would say as well; writing in a
script that is not bundled is announced, so that nothing disappears in silence.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = Path(str(files("briefing_tools") / "theme" / "print" / "fonts"))

# ASCII, Latin-1, Latin Extended-A and the marks of typography: every text face has them, no need to look.
_COMMON = re.compile("[\n\t\r -~\xa0-ž‐-”„†‡•…‹›€]*")
# What is left out: variation selectors, skin tones, tags and the joiner of compound symbols cling to the symbol before
# them; a byte order mark means nothing within a text.
_DROPPED = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff\u200d\ufeff]")
# Soft hyphen, marks of direction: characters that are never visible (Unicode, Default_Ignorable_Code_Point).
_INVISIBLE = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f]")


@dataclass(frozen=True, slots=True)
class Missing:
    """Characters that cannot be drawn: where they stand in a text, and the words printed in their place.

    The words are in square brackets unless they mean the same to every reader, such as `U` for `𝔘`.
    """

    start: int
    end: int
    words: str


def drawn(text: str) -> str:
    """The text as it can be printed: what no typeface draws is replaced by words in square brackets."""
    if _COMMON.fullmatch(text):
        return text
    pieces, last = [], 0
    for one in missing(text):
        pieces += [text[last : one.start], one.words]
        last = one.end
    return "".join([*pieces, text[last:]])


def missing(text: str) -> Iterator[Missing]:
    """The characters of a text that no typeface draws, in order; those of one script that stand together are one."""
    at = 0
    while at < len(text):
        at = _COMMON.match(text, at).end()  # type: ignore[union-attr]
        if at == len(text):
            return
        end = _run(text, at)
        if end == at:
            at += 1
            continue
        yield Missing(at, end, _words(text[at:end]))
        at = end


def _run(text: str, start: int) -> int:
    """Where the undrawable characters from `start` on end: one symbol, or everything in one script."""
    if _draws(text[start]):
        return start
    end = start + 1
    if _plainer(text[start]):
        return end
    if _is_writing(text[start]):
        while (
            end < len(text)
            and (_is_writing(text[end]) or text[end].isspace())
            and (text[end].isspace() or not _draws(text[end]))
        ):
            end += 1
        return start + len(text[start:end].rstrip())
    while end < len(text) and _DROPPED.match(text[end]):
        end += 1
    return end


def _draws(character: str) -> bool:
    """Whether a character is drawn, or is one that is never visible."""
    return ord(character) in _characters() or bool(_INVISIBLE.match(character))


def _plainer(character: str) -> str:
    """The plain characters that a styled one stands for (Unicode, compatibility decomposition), if they are drawn."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if all(map(_draws, plain)) else ""


def _is_writing(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _words(text: str) -> str:
    if _DROPPED.match(text[0]):
        return ""
    if unicodedata.category(text[0]) == "Zs":
        return " "
    if plain := _plainer(text[0]):
        return plain
    names = [unicodedata.name(character, "") for character in text]
    if not _is_writing(text[0]):
        name = next((name for name in names if name), f"character U+{ord(text[0]):04X}")
        return f"[{name.lower()}]"
    script = names[0].split(" ")[0].split("-")[0]
    known = {"": "a script unknown", "CJK": "Chinese characters", "HANGUL": "Korean script"}
    words = known.get(script, f"{script.capitalize()} script")
    return f"[text in {words}, which this edition cannot print]"


def damaged(folder: Path) -> tuple[str, ...]:
    """The names of the font files in a folder that are not whole: a table lies beyond the end, or its sum is wrong.

    Typst passes over such a file without a word, and bold would no longer be bold. Source: OpenType 1.9.1, “Calculating checksums”.
    """
    return tuple(path.name for path in sorted(folder.glob("*.[ot]tf")) if not _is_whole(path.read_bytes()))


def _is_whole(content: bytes) -> bool:
    if len(content) < 12:
        return False
    (count,) = struct.unpack_from(">H", content, 4)
    if not count or 12 + 16 * count > len(content):
        return False
    return all(_sums_up(content, *struct.unpack_from(">4sIII", content, 12 + 16 * number)) for number in range(count))


def _sums_up(content: bytes, tag: bytes, expected: int, start: int, length: int) -> bool:
    table = content[start : start + length]
    if len(table) != length:
        return False
    if tag == b"head":  # its sum is reckoned without the one that it holds of the whole file
        table = table[:8] + bytes(4) + table[12:]
    padded = table + bytes(-length % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF == expected


@cache
def _characters() -> frozenset[int]:
    """Every character that some bundled file has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # 0.1 s to import, and most texts never ask

    found: set[int] = set()
    for path in sorted(FONTS.glob("*.[ot]tf")):
        with TTFont(path, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found - {0, 0xFEFF, 0xFFFE})  # forbidden by PDF/A-3, 6.2.11.7.2
