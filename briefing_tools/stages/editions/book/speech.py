"""Read aloud: a volume becomes one sound file with chapters, or a talking EPUB that shows the words as they are spoken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from briefing_tools.stages.editions.book.epub import Clip, Track, make_epub
from briefing_tools.stages.editions.book.id3 import Mark, tag
from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Book,
    Break,
    Chapter,
    Code,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Marker,
    Outside,
    Paragraph,
    Picture,
    Reference,
    References,
    Styled,
    Table,
    Volume,
    Words,
    changed,
    inside,
)
from briefing_tools.stages.editions.book.plain import picture_in_words, with_notes
from briefing_tools.voices import NARRATOR, Voice, fresh_voice, to_mp3

MEDIA_TYPE = "audio/mpeg"
_AFTER_PARAGRAPH, _AROUND_HEADING = 0.35, 0.8
"""Seconds of silence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A file of sound and how long it is, in seconds."""

    content: bytes
    seconds: int


@dataclass(frozen=True, slots=True)
class _Utterance:
    """What is spoken without a stop: its words, their language, the id they stand under, and the level of a heading."""

    words: str
    language: str
    id: str
    level: int = 0


def make_audio(volume: Volume) -> Sound:
    """The volume as MP3 with chapters (ID3v2). Raises `CannotRun` without a voice."""
    about = volume.about
    marks: list[Mark] = []
    with fresh_voice() as voice:
        tape = _Tape(voice)
        for chapter in (*volume.front, *(chapter for book in volume.books for chapter in with_notes(book))):
            for one in _utterances(chapter, about.language):
                begin = tape.add(one)
                if one.level in (1, 2) and begin is not None:
                    marks.append(Mark(one.words, begin))
    artist = about.publisher or ", ".join(about.authors)
    head = tag(about.name, artist, about.series, about.published, NARRATOR, tuple(marks), tape.length)
    return Sound(head + to_mp3(bytes(tape.samples), voice.rate), round(tape.length / 1000))


def make_talking_epub(volume: Volume, epoch: int) -> Sound:
    """The volume as an EPUB with media overlays, dated `epoch` (seconds since 1970). Raises `CannotRun` without a voice."""
    marked = _marked(volume)
    tracks = []
    total = 0
    with fresh_voice() as voice:
        for chapter in (*marked.front, *(chapter for book in marked.books for chapter in book.chapters)):
            tape = _Tape(voice)
            language = volume.about.language
            shown = [one for one in (*_utterances(chapter, language), *_note_utterances(chapter, language)) if one.id]
            begins = [(one.id, begin, tape.length) for one in shown if (begin := tape.add(one)) is not None]
            total += tape.length
            tracks.append(Track(to_mp3(bytes(tape.samples), voice.rate), tuple(Clip(*clip) for clip in begins)))
    return Sound(make_epub(marked, epoch, tuple(tracks), NARRATOR), round(total / 1000))


class _Tape:
    """What has been spoken so far: samples of 16 bits, one channel."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.samples = bytearray()

    @property
    def length(self) -> int:
        """In milliseconds."""
        return len(self.samples) * 500 // self.voice.rate

    def add(self, one: _Utterance) -> int | None:
        """Speak an utterance behind what was spoken; when it begins, in milliseconds, unless there was nothing to hear."""
        spoken = self.voice.speak(one.words, one.language) if one.words else b""
        if not spoken:
            return None
        if one.level and self.samples:
            self._pause(_AROUND_HEADING)
        begin = self.length
        self.samples += spoken
        self._pause(_AROUND_HEADING if one.level else _AFTER_PARAGRAPH)
        return begin

    def _pause(self, seconds: float) -> None:
        self.samples += bytes(2 * round(seconds * self.voice.rate))


# -- What is spoken ----------------------------------------------------------------------------------------------------


def _utterances(chapter: Chapter, language: str) -> Iterator[_Utterance]:
    """A chapter as it is read aloud, in reading order."""
    yield from _spoken(chapter.blocks, language)


def _note_utterances(chapter: Chapter, language: str) -> Iterator[_Utterance]:
    """The notes of a chapter, under the ids that an EPUB gives them."""
    for note in chapter.notes:
        beside = re.sub(r"https?://(?:www\.)?", "", said(note.beside), flags=re.I)
        yield _Utterance(f"Note {note.number}: {_address(note.url)} {beside}".rstrip(), language, f"note-{note.number}")


def _spoken(blocks: Blocks, language: str) -> Iterator[_Utterance]:
    for block in blocks:
        own = block.language or language
        match block:
            case Heading(level, lines):
                yield _Utterance(said(lines), own, block.id, level)
            case Paragraph(lines, role):
                if role != "places":
                    yield _Utterance(("Update. " if role == "label" else "") + said(lines), own, block.id)
            case Code(lines):
                yield _Utterance(said(lines), own, block.id)
            case Picture(_, alt, caption):
                yield _Utterance(picture_in_words(alt), own, block.id)
                yield from _captioned(caption, own)
            case References(items):
                for item in items:
                    label = f"{item.label}. " if item.label else ""
                    yield _Utterance(label + said(item.text.lines), own, item.text.id)
            case _:
                yield from _captioned(block.caption, own) if isinstance(block, Table) else ()
                yield from (one for run in inside(block) for one in _spoken(run, own))
                if isinstance(block, Group) and block.kind == "update":
                    yield _Utterance("End of the update.", language, "")


def _captioned(caption: Lines, language: str) -> Iterator[_Utterance]:
    if caption:
        first = caption[0]
        yield _Utterance(said(caption), language, first.id if isinstance(first, Styled) else "")


def said(lines: Lines) -> str:
    """Lines as they are spoken."""
    return " ".join("".join(_said(line) for line in lines).split())


def _said(line: Line) -> str:
    match line:
        case Words(text):
            return text
        case Break():
            return ". "
        case Marker(_, inner):
            return _marker(inner)
        case Inside(_, inner):
            return said(inner)
        case Outside(_, inner, note, _):
            return f"{_run(inner)} (note {note})" if note else _run(inner)
        case Styled(look, inner, _, _, meaning):
            words = _run(inner)
            match look:
                case "del":
                    return f"deleted: {words}, "
                case "ins":
                    return f"added: {words}, "
                case "sup":
                    return f" to the power {words}" if words.isdecimal() else f" {words}"
                case "abbr" if meaning:
                    return f"{words} ({meaning})"
                case _:
                    return words


def _run(lines: Lines) -> str:
    return "".join(_said(line) for line in lines)


_ABBREVIATIONS = {"pp.": "pages", "p.": "page", "ch.": "chapter", "sec.": "section", "para.": "paragraph", "fig.": "figure", "vol.": "volume"}  # fmt: skip


def _marker(lines: Lines) -> str:
    """A citation for the ear: “(reference 1, page 58)”."""
    words = "".join(
        one.spoken[0].lower() + one.spoken[1:] if isinstance(one, Inside) else _said(one)
        for one in lines
        if not isinstance(one, Break)
    )
    words = re.sub(r"\b(?:pp|p|ch|sec|para|fig|vol)\.", lambda found: _ABBREVIATIONS[found.group()], words)
    return words.replace("[", "(").replace("]", ")").replace("–", " to ")


def _address(url: str) -> str:
    """A web address for the ear: without what every one begins with."""
    return re.sub(r"^(?:https?://(?:www\.)?|mailto:|tel:)", "", url, flags=re.I)


# -- The ids under which it is spoken ----------------------------------------------------------------------------------


def _marked(volume: Volume) -> Volume:
    """The volume in which everything that is spoken has an id."""
    given = iter(range(1, 10**9))

    def name() -> str:
        return f"spoken-{next(given)}"

    def mark(block: Block) -> Blocks:
        match block:
            case Heading() | Paragraph() | Code():
                return (replace(block, id=block.id or name()),)
            case Picture() | Table():
                caption = (Styled("span", block.caption, id=name()),) if block.caption else ()
                return (replace(block, id=block.id or name(), caption=caption),)
            case References():
                return (replace(block, items=tuple(reference(item) for item in block.items)),)
            case _:
                return (block,)

    def reference(item: Reference) -> Reference:
        return replace(item, text=replace(item.text, id=name()))

    def chapters(old: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        return tuple(replace(one, blocks=changed(one.blocks, mark, lambda line: (line,))) for one in old)

    front = chapters(volume.front)
    books = tuple(Book(book.about, chapters(book.chapters), book.drawings) for book in volume.books)
    return Volume(volume.about, front, books)
