"""Cite: pandoc's citation syntax — where citations stand in a text, and what the characters around their keys mean.

Source: the pandoc manual, “Citation syntax”; what the manual leaves open is settled by asking pandoc 3.9
(`tests/oracle/citations.py`), and every place where we decide otherwise is written down there with its reason.
Nothing here knows of Markdown's parser; `markup` hands over a text whose code and escaped characters are set aside.
"""

from briefing_tools.citation_syntax.locators import LABELS, is_place_alone, split_locator
from briefing_tools.citation_syntax.mentions import KEY, Mention, Part, find_citations

__all__ = ["KEY", "LABELS", "Mention", "Part", "find_citations", "is_place_alone", "split_locator"]
