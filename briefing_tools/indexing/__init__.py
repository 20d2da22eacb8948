"""Find: records become an index, and the index answers questions. The only door to Whoosh and to Snowball.

Whoosh builds the index and holds it (`store.py`); a file keeps it from one command to the next (`keeping.py`). What a
word is (`words.py`), what a place is worth (`index.py`), what a question means (`questions.py`), how answers are ranked
(`ranking.py`) and quoted (`passages.py`) is defined here in full, in whole numbers and without Whoosh, so that every
reader of the index gives the same answer, in whatever language that reader is written.
`tests/golden/search/` holds questions with the answers that each must give.
"""

from briefing_tools.indexing.answers import Answer, Found, answer
from briefing_tools.indexing.index import Index, build_index
from briefing_tools.indexing.keeping import Keeper
from briefing_tools.indexing.packing import row_of
from briefing_tools.indexing.questions import Filter
from briefing_tools.indexing.sheets import Limits, share_out

__all__ = ["Answer", "Filter", "Found", "Index", "Keeper", "Limits", "answer", "build_index", "row_of", "share_out"]
