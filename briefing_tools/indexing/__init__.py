"""Find: records become an index, and the index answers questions. The only door to Whoosh and to Snowball.

Whoosh builds the index and keeps it (`index.py`). What a word is (`words.py`), what a question means (`questions.py`), how answers
are ranked (`ranking.py`) and quoted (`passages.py`) is defined here in whole, in whole numbers and without Whoosh, so
that every reader of the same index gives the same answer, whatever language it is written in.
"""

from briefing_tools.indexing.answers import Answer, Found, answer
from briefing_tools.indexing.index import Index, build_index
from briefing_tools.indexing.questions import Filter

__all__ = ["Answer", "Filter", "Found", "Index", "answer", "build_index"]
