"""Locate: a place in a work as British readers write it: `p. 58`, `pp. 3–4`, `ch. 2`, `s. 47`, `Table 2`.

Sources: *New Hart's Rules*, ch. 10 (an abbreviation has a full stop, a contraction such as `chs` has none) and OSCOLA,
appendix 4.2.3, for the parts of a statute; the labels are pandoc's.
"""

import re
from functools import lru_cache

from briefing_tools.model import Locator

TERMS = {
    "page": ("p.", "pp."),
    "chapter": ("ch.", "chs"),
    "paragraph": ("para.", "paras"),
    "section": ("s.", "ss."),
    "figure": ("Figure", "Figures"),
    "volume": ("vol.", "vols"),
    "note": ("n.", "nn."),
    "line": ("l.", "ll."),
    "verse": ("v.", "vv."),
    "column": ("col.", "cols"),
    "issue": ("no.", "nos"),
    "part": ("pt", "pts"),
    "book": ("bk", "bks"),
    "folio": ("fol.", "fols"),
    "opus": ("op.", "opp."),
    "table": ("Table", "Tables"),
    "appendix": ("Appendix", "Appendices"),
    "annex": ("Annex", "Annexes"),
    "equation": ("eq.", "eqs"),
    "sub-verbo": ("s.v.", "s.vv."),
    "rule": ("reg.", "regs"),
    "article": ("art.", "arts"),
    "schedule": ("sch.", "schs"),
    "slide": ("slide", "slides"),
    "supplement": ("supp.", "supps"),
}
"""What stands before one place and before several, by label."""

_RANGE = re.compile(r"(?<![\w.])(\d+|[ivxlc]+|[IVXLC]{2,})\s*(?:–|—|--?)\s*(\d+|[ivxlc]+|[IVXLC]{2,})(?![\w-]|\.\d)")
_DASHED = re.compile(r"\d\s*(?:–|—|--)\s*[A-Za-z]{0,2}\d")
_ANOTHER = r"[(\[]?(?:(?:[^\W_]+-)?[^\W_]*\d|[^\W_]\b(?!\.)|[ivxlc]+\b(?!\.)|[IVXLC]{2,}\b)"
_SEVERAL = re.compile(rf"\S\s*[,;&]\s*{_ANOTHER}|\band\b|\d\s?ff?\b")
"""Another number after a comma, or `and`, or `ff`; but in `3, fig. 2` one page and something else on it."""


@lru_cache(maxsize=4096)
def locator_text(locator: Locator) -> str:
    """The locator in words; a label without a term stands as it is, and a range gets an en dash."""
    value = " ".join(locator.value.split())
    ranged = _RANGE.sub(lambda found: f"{found[1]}–{found[2]}" if _ascends(found[1], found[2]) else found[0], value)
    several = ranged != value or any(_ascends(*found.groups()) for found in _RANGE.finditer(value))
    several = several or bool(_DASHED.search(value) or _SEVERAL.search(value))
    term = TERMS.get(locator.label, (locator.label, locator.label))[several]
    return f"{term} {_DASHED.sub(_with_en_dash, ranged)}".strip()


def _with_en_dash(found: "re.Match[str]") -> str:
    return re.sub(r"\s*(?:—|--|–)\s*", "–", found[0])


def _ascends(first: str, last: str) -> bool:
    """Whether two numbers with a dash between them are a range: `3-4`, `158-9`, `ii-iv`, but not paragraph `4-2`."""
    if first.isdigit() and last.isdigit():
        return int(first) < int(last) or len(last) < len(first)
    return first.isdigit() == last.isdigit()
