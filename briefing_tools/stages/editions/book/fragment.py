"""Stand alone: a book becomes the text of one web page, with the ids that its briefing's page has."""

from dataclasses import dataclass, replace

from briefing_tools.markup import clean_book
from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Book,
    Chapter,
    Heading,
    Line,
    Lines,
    Outside,
    anchors,
    changed,
    walk,
    with_numbers,
    words,
)
from briefing_tools.stages.editions.book.xhtml import Renderer
from briefing_tools.templates import Html


@dataclass(frozen=True, slots=True)
class Fragment:
    """The text of a page, and the lines of its contents: id, words and level (2 and lower) of each heading."""

    html: Html
    headings: tuple[tuple[str, str, int], ...]


def stand_alone(book: Book) -> Fragment:
    """The whole book as a part of a web page. Whatever is in the book, nothing but harmless HTML comes out."""
    chapters = tuple(_on_page(chapter) for chapter in with_numbers(book).chapters)
    homes = dict.fromkeys((anchor for chapter in chapters for anchor in anchors(chapter.blocks)), "")
    renderer = Renderer("", homes, book.drawings)
    html = "\n".join(str(renderer.chapter(chapter)) for chapter in chapters)
    headings = tuple(
        (block.id, words(block.title), block.level)
        for chapter in chapters
        for block in walk(chapter.blocks)
        if isinstance(block, Heading) and block.id and block.level > 1
    )
    return Fragment(Html(clean_book(html)), headings)


def _on_page(chapter: Chapter) -> Chapter:
    """A chapter below the page's one title, with plain links: their words are the link, and no notes are called."""
    lower = 0 if chapter.kind == "cover" else 1

    def block(one: Block) -> Blocks:
        return (replace(one, level=min(one.level + lower, 6)),) if isinstance(one, Heading) else (one,)

    def line(one: Line) -> Lines:
        return (replace(one, note=0),) if isinstance(one, Outside) else (one,)

    return replace(chapter, blocks=changed(chapter.blocks, block, line))
