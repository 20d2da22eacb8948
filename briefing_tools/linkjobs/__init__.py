"""Look after links: what the commands of `briefings links` do, as functions that take settings and give values.

Reading, asking, recording and advising are other modules' work; here they are put together. Only these jobs ask the
network, and only when they are told to.
"""

from briefing_tools.linkjobs.checking import Looked, Report, ask, explain, look_up
from briefing_tools.linkjobs.content import Content, content_of, content_of_files, new_content
from briefing_tools.linkjobs.mending import Fixed, archive, fix, note_untested, wanted_copies
from briefing_tools.linkjobs.saying import (
    explain_text,
    findings_of,
    left_text,
    looked_values,
    markdown_report,
    report_text,
    report_values,
    search_values,
)

__all__ = [
    "Content",
    "Fixed",
    "Looked",
    "Report",
    "archive",
    "ask",
    "content_of",
    "content_of_files",
    "explain",
    "explain_text",
    "findings_of",
    "fix",
    "left_text",
    "look_up",
    "looked_values",
    "markdown_report",
    "new_content",
    "note_untested",
    "report_text",
    "report_values",
    "search_values",
    "wanted_copies",
]
