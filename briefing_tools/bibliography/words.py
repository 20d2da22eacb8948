"""Small words for slips about references."""

from briefing_tools.diagnostics import Problem, Related, Slip
from briefing_tools.source import Span


def slip(code: str, span: Span, message: str, hint: str = "", related: tuple[Related, ...] = ()) -> Slip:
    """A slip, ready to be kept."""
    return Slip(code, Problem(span, message, hint, related))


def clip(text: str, length: int = 50) -> str:
    """What somebody wrote, on one line, short enough to quote."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
