"""Verify: numbers that carry a check digit, so that a slip of the pen in them can be seen.

Sources: the ISBN Users' Manual (7th edition, §4 and appendix 1) and ISO 3297 for ISSNs. A DOI has no check digit.
"""

import re


def isbn_problem(written: str) -> str:
    """What is wrong with an ISBN of ten or thirteen digits, in words; nothing when it is right."""
    digits = re.sub(r"[\s‐-―-]", "", written).upper().removeprefix("ISBN").lstrip(":")
    if re.fullmatch(r"\d{9}[\dX]", digits):
        return "" if _weighed(digits, range(10, 0, -1)) % 11 == 0 else _WRONG_DIGIT
    if re.fullmatch(r"97[89]\d{10}", digits):
        return "" if _weighed(digits, (1, 3) * 7) % 10 == 0 else _WRONG_DIGIT
    return "has neither ten nor thirteen digits"


def issn_problem(written: str) -> str:
    """What is wrong with an ISSN, in words; nothing when it is right."""
    digits = re.sub(r"[\s‐-―-]", "", written).upper().removeprefix("ISSN").lstrip(":")
    if not re.fullmatch(r"\d{7}[\dX]", digits):
        return "does not have eight digits"
    return "" if _weighed(digits, range(8, 0, -1)) % 11 == 0 else _WRONG_DIGIT


_WRONG_DIGIT = "does not add up: a digit is wrong, or two have changed places"


def _weighed(digits: str, weights: "range | tuple[int, ...]") -> int:
    """The sum of the digits, each times its weight; X is ten."""
    return sum((10 if digit == "X" else int(digit)) * weight for digit, weight in zip(digits, weights, strict=False))
