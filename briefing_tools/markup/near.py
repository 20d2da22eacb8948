"""Near: a link's address ends not far from where it begins, or it is no link.

Python-Markdown looks for the end of each address over the whole paragraph; five hundred that never end took minutes.
"""

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import IMAGE_LINK_RE, LINK_RE, ImageInlineProcessor, LinkInlineProcessor

MAX_AHEAD = 4_500
"""So many characters may stand between a link's first space or bracket and its end: room for any title."""

_UNBROKEN = re.compile(r"\(?[^\s()]*")


class NearAddresses(Extension):
    """Puts rules in the place of Python-Markdown's that look no further than `MAX_AHEAD`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register both rules under the names and priorities that they have in Python-Markdown."""
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)


class _Link(LinkInlineProcessor):
    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        return super().getLink(_near(data, index), index)


class _Image(ImageInlineProcessor):
    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        return super().getLink(_near(data, index), index)


def _near(data: str, index: int) -> str:
    """The text as far as a link may reach that begins here: an address without a space or bracket has no limit.

    No other link can begin within such an address, so that each of its characters is looked at once.
    """
    unbroken = _UNBROKEN.match(data, index)
    assert unbroken is not None, "A match of nothing is a match."
    return data[: unbroken.end() + MAX_AHEAD]
