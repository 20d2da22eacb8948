"""Skim: the paragraphs of a reviewed text that are worth a look, so that a long series is checked in little time.

Editors do not hide numbers from their own checks; so only paragraphs with the digits of a number, a date or an address, or
with a personal e-mail address, are read in full.
"""

import re
from collections.abc import Iterator

_STREETS = "Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Crescent|Court|Place|Terrace|Grove|Gardens|Way|Walk|Row|Square|Hill|Park|Green|View|Mews|Villas|Cottages|Estate"
_NUMBER = re.compile(
    rf"""
    [0-9]
    (?: (?:[^0-9A-Za-z]{{0,3}}[0-9]){{5}}                                             # six digits close together
      | [0-9]{{0,3}}[/-][0-9A-Za-z]{{3}} | [0-9]{{4}} | [0-9]{{0,1}}[A-Z][0-9]{{3}}         # a reference
      | [0-9]?(?:st|nd|rd|th)?[ \n./-]{{1,3}}(?:of[ ])?(?:[0-9]{{1,2}}|[A-Z][a-z]{{2,8}})[ \n./,-]{{1,3}}[0-9]{{2}}   # a date
      | [0-9]{{0,2}}[A-Za-z]?,?[ \n](?:[A-Za-z'-]{{2,20}}[ \n]){{1,3}}(?:{_STREETS}|{_STREETS.lower()})\b    # an address
    )
    """,
    re.X,
)
_MAIL = re.compile(
    r"(?:@|%40)[A-Za-z-]{2,20}\.(?:com|co|net|me|fm|io|ru)\b|(?:gmail|hotmail|googlemail|icloud|yahoo)[ (\[.]"
)


def worth_a_look(text: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, as places in the text, that may hold what can never be published."""
    last = 0
    for place in sorted(found.start() for pattern in (_NUMBER, _MAIL) for found in pattern.finditer(text)):
        if place < last:
            continue
        start = max(last, text.rfind("\n\n", 0, place) + 1)
        end = text.find("\n\n", place)
        last = len(text) if end < 0 else end
        yield start, last
