"""Near: a link's address ends not far from where it begins, or it is no link.

Python-Markdown looks for the end of each address over the whole paragraph; five hundred that never end took minutes.
"""

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import IMAGE_LINK_RE, LINK_RE, ImageInlineProcessor, LinkInlineProcessor

MAX_ADDRESS = 4_500
"""Address and title together may have so many characters: browsers and servers take 2,000 to 4,000 for an address."""


class NearAddresses(Extension):
    """Puts rules in the place of Python-Markdown's that look no further than `MAX_ADDRESS`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register both rules under the names and priorities that they have in Python-Markdown."""
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)


class _Link(LinkInlineProcessor):
    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        return super().getLink(data[: index + MAX_ADDRESS], index)


class _Image(ImageInlineProcessor):
    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        return super().getLink(data[: index + MAX_ADDRESS], index)
