"""Publish: a volume becomes an EPUB 3.3, each chapter a page of its own, with notes that open where they are called.

Sources: W3C, EPUB 3.3; EPUB Accessibility 1.1; DPUB-ARIA 1.1 (roles). What a collection binds keeps its own numbers.
There is no list of print pages: the PDF is set anew with every update, so its pages are nothing to cite by.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from briefing_tools.clock import instant
from briefing_tools.stages.editions.book.packing import pack
from briefing_tools.stages.editions.book.parts import (
    Book,
    Chapter,
    Drawing,
    Heading,
    Picture,
    Volume,
    anchors,
    walk,
    words,
)
from briefing_tools.stages.editions.book.xhtml import Renderer
from briefing_tools.templates import Html, render

MEDIA_TYPE = "application/epub+zip"
_XHTML = "application/xhtml+xml"
_DEEPEST = 3
"""Headings of this level still stand in the contents, as on the page."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Where a stretch of text is spoken: the id it stands under, and from when to when, in milliseconds."""

    id: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """A chapter read aloud (MP3), and where each stretch of its text is spoken."""

    content: bytes
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A page of the publication. `entry` is its line in the contents, nested `deep`; `book` its place among the books."""

    name: str
    chapter: Chapter
    book: Book | None

    @property
    def id(self) -> str:
        return self.name.removesuffix(".xhtml")


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of the manifest."""

    id: str
    href: str
    media_type: str
    properties: str = ""
    overlay: str = ""


def make_epub(volume: Volume, epoch: int, tracks: tuple[Track, ...] = (), narrator: str = "") -> bytes:
    """The volume as an EPUB, dated `epoch` (seconds since 1970); the same input gives the same bytes.

    With `tracks`, one for each chapter in order, it is a talking book (EPUB 3.3, 9: media overlays).
    """
    pages = tuple(_files(volume))
    drawings = {drawing.name: drawing for book in volume.books for drawing in book.drawings.values()}
    language = volume.about.language
    contents = {page.name: _page(_titled(page), body, language) for page, body in _bodies(pages)}
    overlays = {page.id: track for page, track in zip(pages, tracks, strict=True)} if tracks else {}
    files: dict[str, bytes] = {
        "mimetype": MEDIA_TYPE.encode("ascii"),
        "META-INF/container.xml": render("epub/container.xml").encode(),
        "EPUB/package.opf": _package(volume, pages, drawings, overlays, epoch, narrator).encode(),
        "EPUB/nav.xhtml": _page("Contents", _nav(volume, pages), language),
        "EPUB/style.css": render("epub/style.css").encode(),
        **{f"EPUB/{name}": content for name, content in contents.items()},
        **{f"EPUB/images/{name}": drawing.content for name, drawing in drawings.items()},
    }
    for page in pages:
        if track := overlays.get(page.id):
            files[f"EPUB/{page.id}.smil"] = _overlay(page, track).encode()
            files[f"EPUB/{page.id}.mp3"] = track.content
    return pack(files)


# -- Pages -------------------------------------------------------------------------------------------------------------


def _files(volume: Volume) -> Iterator[_File]:
    """Every chapter with its file, in the spine's order."""
    for chapter in volume.front:
        yield _File("cover.xhtml", chapter, None)
    for book in volume.books:
        before = f"b{book.about.number}-" if volume.front else ""
        for number, chapter in enumerate(book.chapters):
            name = (
                "cover" if chapter.kind == "cover" else f"chapter-{number}" if chapter.kind == "text" else chapter.kind
            )
            yield _File(f"{before}{name}.xhtml", chapter, book)


def _bodies(pages: tuple[_File, ...]) -> Iterator[tuple[_File, Html]]:
    homes = {anchor: page.name for page in pages for anchor in anchors(page.chapter.blocks)}
    for page in pages:
        yield page, Renderer(page.name, homes, page.book.drawings if page.book else {}).chapter(page.chapter)


def _page(title: str, body: Html, language: str) -> bytes:
    return render("epub/page.xhtml", title=title, body=body, language=language).encode()


def _titled(page: _File) -> str:
    title = words(page.chapter.heading.title)
    return f"{title} – {page.book.about.name}" if page.book and page.chapter.kind != "cover" else title


# -- Contents ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the contents and the lines below it."""

    href: str
    words: str
    below: tuple["_Entry", ...] = ()


def _nav(volume: Volume, pages: tuple[_File, ...]) -> Html:
    alone = not volume.front
    entries = [_Entry(page.name, words(page.chapter.heading.lines)) for page in pages if page.book is None]
    for book in volume.books:
        own = [page for page in pages if page.book is book]
        chapters = tuple(_chapter(page) for page in own[1:])
        entries += (
            [_Entry(own[0].name, "Cover"), *chapters] if alone else [_Entry(own[0].name, book.about.name, chapters)]
        )
    landmarks = [("toc", "nav.xhtml", "Contents"), ("titlepage", pages[0].name, "Cover")]
    landmarks += [("bodymatter", page.name, "Start of the text") for page in pages if page.chapter.kind == "text"][:1]
    landmarks += [
        ("bibliography", page.name, "References") for page in pages if alone and page.chapter.kind == "references"
    ]
    return render("epub/nav.xhtml", entries=_listed(entries), landmarks=landmarks)


def _chapter(page: _File) -> _Entry:
    """A chapter with its headings, each below the one before that stands higher."""
    headings = [one for one in page.chapter.blocks[1:] if isinstance(one, Heading) and one.level <= _DEEPEST and one.id]
    return _Entry(page.name, words(page.chapter.heading.lines), _below(headings, page.name))


def _below(headings: list[Heading], file: str) -> tuple[_Entry, ...]:
    entries: list[_Entry] = []
    while headings:
        first, *rest = headings
        inner = next((at for at, one in enumerate(rest) if one.level <= first.level), len(rest))
        entries.append(_Entry(f"{file}#{first.id}", words(first.title), _below(rest[:inner], file)))
        headings = rest[inner:]
    return tuple(entries)


def _listed(entries: Iterable[_Entry]) -> Html:
    lines = (
        Html('<li><a href="{}">{}</a>{}</li>').format(one.href, one.words, _listed(one.below) if one.below else "")
        for one in entries
    )
    return Html("<ol>\n{}\n</ol>").format(Html("\n").join(lines))


# -- The package -------------------------------------------------------------------------------------------------------


def _package(
    volume: Volume,
    pages: tuple[_File, ...],
    drawings: Mapping[str, Drawing],
    overlays: Mapping[str, Track],
    epoch: int,
    narrator: str,
) -> Html:
    about = volume.about
    items = [
        _Item("nav", "nav.xhtml", _XHTML, "nav"),
        _Item("style", "style.css", "text/css"),
        *(_Item(page.id, page.name, _XHTML, "", f"{page.id}-overlay" if page.id in overlays else "") for page in pages),
        *(_Item(name.replace(".", "-"), f"images/{name}", one.media_type) for name, one in drawings.items()),
    ]
    for id in overlays:
        items.append(_Item(f"{id}-overlay", f"{id}.smil", "application/smil+xml"))
        items.append(_Item(f"{id}-audio", f"{id}.mp3", "audio/mpeg"))
    lengths = {id: track.clips[-1].end for id, track in overlays.items()}
    durations = [
        ("", _clock(sum(lengths.values()))),
        *((f"{id}-overlay", _clock(length)) for id, length in lengths.items()),
    ]
    spine = [pages[0].id, "nav", *(page.id for page in pages[1:])]
    return render(
        "epub/package.opf",
        about=about,
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, about.identity + ("\ntalking" if overlays else "")),
        creators=about.authors or ((about.publisher,) if about.publisher else ()),
        modified=instant(epoch),
        accessibility=_accessibility(volume, bool(overlays)),
        durations=durations if overlays else [],
        narrator=narrator,
        items=items,
        spine=spine,
    )


def _accessibility(volume: Volume, talking: bool) -> list[tuple[str, str]]:
    """What readers with a disability can count on (EPUB Accessibility 1.1, 2; schema.org's vocabulary). No claim to a standard."""
    pictures = [
        b for book in volume.books for chapter in book.chapters for b in walk(chapter.blocks) if isinstance(b, Picture)
    ]
    described = all(picture.alt for picture in pictures)
    modes = ["textual", *(["visual"] if pictures else []), *(["auditory"] if talking else [])]
    enough = ["textual" if described else "textual,visual", *(["auditory"] if talking and described else [])]
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    features += ["alternativeText"] if pictures and described else []
    features += ["synchronizedAudioText"] if talking else []
    summary = "Text, headings, lists, tables and notes can be read by a screen reader or in Braille, and shown in any size and colours. "
    summary += (
        "There are no pictures. "
        if not pictures
        else "Every picture is described in words. "
        if described
        else "Some pictures have no description. "
    )
    summary += "The text is read aloud by a synthetic voice. " if talking else ""
    return [
        *(("accessMode", mode) for mode in modes),
        *(("accessModeSufficient", mode) for mode in enough),
        *(("accessibilityFeature", feature) for feature in features),
        ("accessibilityHazard", "none"),
        ("accessibilitySummary", summary + "Nobody outside has certified this."),
    ]


# -- Talking -----------------------------------------------------------------------------------------------------------


def _overlay(page: _File, track: Track) -> Html:
    """Which text is spoken when (EPUB 3.3, 9.2: SMIL)."""
    clips = [(clip.id, _clock(clip.begin), _clock(clip.end), clip.id.startswith("note-")) for clip in track.clips]
    return render("epub/overlay.smil", page=page.name, audio=f"{page.id}.mp3", clips=clips)


def _clock(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}s"
