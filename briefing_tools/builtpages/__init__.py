"""Walk: what was built is followed from page to page, as a reader would, with the files of the built folder alone.

    folder → BuiltSite → findings

`reading.py` takes pages, EPUBs and PDFs apart; `looking.py` holds the rules. The checks of the content find a mistake
where it was written; these find what went wrong on the way from there to the page, whoever's fault it was: the theme's,
a plugin's, a template's.
"""

from briefing_tools.builtpages.looking import BUILT_RULES, look
from briefing_tools.builtpages.reading import BuiltSite, read_built

__all__ = ["BUILT_RULES", "BuiltSite", "look", "read_built"]
