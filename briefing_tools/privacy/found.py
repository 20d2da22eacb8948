"""Find: what was found in plain text, and the sentence round it."""

import re
from dataclasses import dataclass

from briefing_tools.privacy.rulebook import Sign, Verdict

WINDOW = 120
"""How far a condition looks, in characters, within the sentence."""

_BOUNDARY = re.compile(r"""[.?!]["')]?[ \n](?=[A-Z])|\n\n""")


@dataclass(frozen=True, slots=True)
class Found:
    """Something in the plain text from `start` to `end` that looks like personal data."""

    start: int
    end: int
    sign: Sign
    verdict: Verdict


def left_of(text: str, start: int) -> str:
    """The sentence before a place, on one line."""
    window = text[max(0, start - WINDOW) : start + 1]
    cut = 0
    for boundary in _BOUNDARY.finditer(window):
        cut = boundary.end()
    size = min(WINDOW, start)
    return window[:size][cut:].replace("\n", " ")


def right_of(text: str, end: int) -> str:
    """The sentence behind a place, on one line."""
    window = text[end : end + WINDOW + 1]
    boundary = _BOUNDARY.search(window)
    return window[: boundary.start() if boundary else WINDOW].replace("\n", " ")
