"""Offer: the one list of everything that a briefing is handed out as, and how each is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from briefing_tools.addresses import COLLECTION, edition_url
from briefing_tools.errors import CannotRun
from briefing_tools.liblouis import liblouis_is_here
from briefing_tools.model import CitedBriefing, Edition, LinkedSeries
from briefing_tools.pandoc import pandoc_is_here
from briefing_tools.shelf import Kept, Shelf
from briefing_tools.stages.editions import NOTHING_KEPT, Format, formats, make_edition
from briefing_tools.stages.editions.book import braille, epub, plain, speech, word
from briefing_tools.stages.editions.book.binding import bind, bind_together
from briefing_tools.stages.editions.book.keeping import everything_in
from briefing_tools.stages.editions.book.parts import Volume, with_numbers
from briefing_tools.stages.editions.tools import made_with
from briefing_tools.voices import voices_are_here


@dataclass(frozen=True)
class Order:
    """What an edition is made from. `epoch` dates it, in seconds since 1970; `read_asset` reads a picture by its path.

    What the `shelf` has is not made again.
    """

    cited: CitedBriefing
    plan: LinkedSeries
    epoch: int
    read_asset: Callable[[str], bytes]
    shelf: Shelf = NOTHING_KEPT

    @cached_property
    def bound(self) -> Volume:
        """The briefing as a book without a format, as it is kept and compared."""
        return bind(self.cited, self.plan, self.read_asset)

    @cached_property
    def volume(self) -> Volume:
        """The book as it is written; the same for every format that is made of it."""
        return _written(self.bound)

    @cached_property
    def parts(self) -> tuple[bytes, ...]:
        """What goes into every format that is made of the book."""
        return (str(self.epoch).encode(), made_with(), *everything_in(self.volume))


def _written(volume: Volume) -> Volume:
    return replace(volume, books=tuple(map(with_numbers, volume.books)))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of edition. `file` is the end of its file's name; the rest is briefing-<number>.

    `printed` are those on paper. `here` tells whether this machine can make it, `lacking` in one sentence what is missing if not.
    """

    id: str
    title: str
    file: str
    media_type: str
    make: Callable[[Order], Kept]
    here: Callable[[], bool] = lambda: True
    lacking: str = ""
    hint: str = ""
    printed: bool = False


def _printed(format: Format) -> Kind:
    def make(order: Order) -> Kept:
        edition = make_edition(order.cited, order.plan, format, order.epoch, order.read_asset, order.shelf)
        return Kept(edition.content, edition.pages)

    return Kind(format.id, format.name, format.file, "application/pdf", make, printed=True)


def _braille(order: Order) -> Kept:
    made = braille.make_braille(order.volume)
    return Kept(made.content, pages=made.pages)


def _audio(order: Order) -> Kept:
    made = speech.make_audio(order.volume)
    return Kept(made.content, seconds=made.seconds)


def _talking(order: Order) -> Kept:
    made = speech.make_talking_epub(order.volume, order.epoch)
    return Kept(made.content, seconds=made.seconds)


_PANDOC = (
    "Documents for Word and LibreOffice need pandoc, which is not installed.",
    "Install it with: pip install 'briefing-tools[docx]'",
)
_LOUIS = (
    "Braille needs the library liblouis, which is not installed.",
    "Install it with: sudo apt install liblouis20 liblouis-data (macOS: brew install liblouis)",
)
_VOICE = (
    "Audio needs a synthetic voice, which is not installed.",
    "Install it with: pip install 'briefing-tools[audio]'",
)

FLOWING = (
    Kind("epub", "EPUB for phones and e-readers", ".epub", epub.MEDIA_TYPE, lambda order: Kept(epub.make_epub(order.volume, order.epoch))),
    Kind("txt", "Plain text", ".txt", plain.MEDIA_TYPE, lambda order: Kept(plain.make_text(order.volume))),
    Kind("docx", "Word document", ".docx", word.DOCX, lambda order: Kept(word.make_docx(order.volume, order.epoch)), pandoc_is_here, *_PANDOC),
    Kind("odt", "OpenDocument text", ".odt", word.ODT, lambda order: Kept(word.make_odt(order.volume, order.epoch)), pandoc_is_here, *_PANDOC),
    Kind("brf", "Braille (BRF, machine-transcribed)", ".brf", braille.MEDIA_TYPE, _braille, liblouis_is_here, *_LOUIS),
    Kind("audio", "Audio (MP3, synthetic voice)", ".mp3", speech.MEDIA_TYPE, _audio, voices_are_here, *_VOICE),
    Kind("talking-epub", "Talking book (EPUB, synthetic voice)", "talking.epub", epub.MEDIA_TYPE, _talking, voices_are_here, *_VOICE),
)  # fmt: skip
"""Editions without pages of their own, in the order in which a reader is offered them, behind the printed ones."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of edition by the name that commands and settings know it by. Raises `CannotRun` as `formats` does."""
    printed = (_printed(format) for format in formats().values())
    return {kind.id: kind for kind in (*printed, *FLOWING)}


def kinds_named(names: tuple[str, ...]) -> tuple[Kind, ...]:
    """The kinds with these names. Raises `CannotRun` for a name that is none, and for a kind that cannot be made here."""
    known = kinds()
    for name in names:
        if name not in known:
            raise CannotRun(f"There is no format “{name}”.", f"The formats are: {', '.join(known)}.")
        if not known[name].here():
            raise CannotRun(known[name].lacking, known[name].hint)
    return tuple(known[name] for name in names)


def make(kind: Kind, order: Order) -> Edition:
    """One edition of one briefing."""
    made = kind.make(order) if kind.printed else _once(kind, order)
    briefing = order.cited.briefing
    return Edition(
        edition_url(briefing, kind.file),
        briefing.number,
        kind.title,
        made.pages,
        made.content,
        kind.media_type,
        made.seconds,
    )


def _once(kind: Kind, order: Order) -> Kept:
    """A document that is made of a book alone; nothing but the book, the kind and the day goes into it."""

    def parts() -> Iterator[bytes]:
        yield kind.id.encode()
        yield from order.parts

    return order.shelf.once(parts(), lambda: kind.make(order))


def collect(
    briefings: tuple[CitedBriefing, ...], plan: LinkedSeries, epoch: int, read_asset: Callable[[str], bytes]
) -> Edition:
    """All these briefings in one EPUB, each with the numbers of its own page."""
    content = epub.make_epub(_written(bind_together(briefings, plan, read_asset)), epoch)
    return Edition(COLLECTION, 0, "All briefings in one EPUB", 0, content, epub.MEDIA_TYPE)
