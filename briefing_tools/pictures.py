"""Picture: a picture of the project becomes one that can be printed; the only door to Pillow.

Whoever sends a photograph sends where and with what it was taken as well. So every picture is drawn anew, turned the
right way up, no larger than paper shows, and without anything but the picture.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_PIXELS = 50_000_000
"""A file of a few kilobytes can unfold to gigabytes; this is more than any camera of a council."""
LARGEST = (2000, 2800)
"""A4's text area at about 300 dots per inch."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be printed; `ending` is its file name's, width and height are in pixels."""

    content: bytes
    ending: str
    width: int
    height: int


def is_picture(file: BinaryIO) -> bool:
    """Whether a file begins as a picture does that can be shown; a look at its first bytes, not at all of it."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=FORMATS) as picture:
            return picture.width * picture.height <= MOST_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False  # what Pillow raises for damaged files, by format


def printable(content: bytes) -> Picture | None:
    """The picture to print; nothing if the file is damaged, or no picture, or huge."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            kind = picture.format
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None  # what Pillow raises for damaged files, by format
    upright.thumbnail(LARGEST)
    out = BytesIO()
    if kind == "JPEG":
        upright.convert("RGB").save(out, "JPEG", quality=88)
    else:
        upright.convert("RGBA").save(out, "PNG")
    return Picture(out.getvalue(), ".jpg" if kind == "JPEG" else ".png", upright.width, upright.height)
