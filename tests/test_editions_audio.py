"""Audio: chapters by which a listener finds the way, words for the ear, and a book that shows what it says."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from briefing_tools import pipeline
from briefing_tools.config import load
from briefing_tools.model import CitedBriefing
from briefing_tools.stages.editions.book.binding import bind
from briefing_tools.stages.editions.book.id3 import Mark, tag
from briefing_tools.stages.editions.book.packing import unpack
from briefing_tools.stages.editions.book.parts import Volume
from briefing_tools.stages.editions.book.speech import Sound, _utterances, make_audio, make_talking_epub
from briefing_tools.voices import fresh_voice, voices_are_here
from casebook import lay_out, write
from everything import NOON, TODAY, everything
from rereading import mp3_frames, xhtml

needs_voice = pytest.mark.skipif(not voices_are_here(), reason="Needs a voice: pip install '.[audio]' brings it.")


def volume(root: Path) -> Volume:
    """A project's first briefing as a volume."""
    settings = load(root)
    plan = pipeline.check(settings, TODAY).plan
    cited: CitedBriefing = plan.cited.briefings[0]
    return bind(cited, plan, settings.read_asset)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    """A short briefing."""
    return volume(lay_out(tmp_path_factory.mktemp("project")))


@pytest.fixture(scope="module")
def sound(small: Volume) -> Sound:
    """It, read aloud."""
    return make_audio(small)


def spoken(book: Volume) -> list[str]:
    """What is said, in order."""
    return [one.words for chapter in book.books[0].chapters for one in _utterances(chapter, "en-GB")]


def mp3_seconds(content: bytes) -> float:
    """How long MPEG-2 layer III frames sound (ISO/IEC 13818-3): 576 samples each at 22,050 a second, here all alike."""
    at, frames = 0, 0
    while at + 4 <= len(content):
        assert content[at] == 0xFF, f"no frame at {at}"
        assert content[at + 1] & 0xFE == 0xF2, "MPEG-2, layer III"
        rate = (8, 16, 24, 32, 40, 48, 56, 64)[(content[at + 2] >> 4) - 1]
        assert rate == 32
        at += 72 * rate * 1000 // 22050 + (content[at + 2] >> 1 & 1)
        frames += 1
    return frames * 576 / 22050


@needs_voice
def test_chapters_are_the_headings(sound: Sound) -> None:
    texts, chapters = mp3_frames(sound.content)
    assert [title for title, _, _ in chapters] == [
        "Sharing an office", "What is the issue?", "Key policy drivers", "Activity and research", "Shared offices", "Joint teams",
        "Key messages for practice", "Notes", "References", "About this briefing", "Authors and thanks", "Other formats", "Publisher",
    ]  # fmt: skip
    assert chapters[0][1] < 10_000, "the series and the number stand before the title"
    assert all(end == begin for (_, _, end), (_, begin, _) in pairwise(chapters))
    assert texts["CTOC"].startswith(b"contents\0\x03" + bytes([len(chapters)]) + b"chapter-1\0chapter-2\0")
    assert texts["TIT2"] == "Briefing 1: Sharing an office"
    assert texts["TPE1"] == "Institute of Invented Studies"
    assert texts["TDRC"] == "2026-02"


@needs_voice
def test_the_length_is_what_it_says(sound: Sound) -> None:
    texts, chapters = mp3_frames(sound.content)
    length = mp3_seconds(sound.content[texts["end"] :])
    assert abs(length - int(texts["TLEN"]) / 1000) < 0.2
    assert chapters[-1][2] == int(texts["TLEN"])
    assert abs(sound.seconds - length) < 1
    assert 40 < length < 240


def test_more_chapters_than_can_be_counted_are_cut() -> None:
    marks = tuple(Mark(f"Part {number}", number * 1000) for number in range(300))
    texts, chapters = mp3_frames(tag("T", "A", "", "2026", "V", marks, 300_000))
    assert len(chapters) == 255
    assert chapters[-1] == ("Part 254", 254_000, 300_000)
    assert texts["CTOC"][10] == 255


def test_words_for_the_ear(tmp_path: Path) -> None:
    said = spoken(volume(everything(tmp_path)))
    assert any("talk more often (reference 1, page 4)." in words for words in said)
    assert any("(see reference 2, pages 3 to 5; reference 1; also reference 3, chapter 2)" in words for words in said)
    assert any("Ash and Elm (reference 2, page 7) describe" in words for words in said)
    assert any("10 to the power 2" in words for words in said)
    assert any("ISO (Invented Shared Office)" in words for words in said)
    assert "Picture: A plan of the office: two rooms & a door" in said
    assert "Update. Experience from a demonstrator site. Not reviewed evidence." in said
    assert said.count("End of the update.") == 2
    assert not any(words.startswith("Cited in") for words in said)


@needs_voice
def test_the_voice_speaks_and_begins_anew_every_time() -> None:
    texts = [
        ("Families rarely have troubles that belong to a single service.", "en-GB"),
        ("Mae gwasanaethau yn siarad yn amlach", "cy"),
        ("Mae gwasanaethau yn siarad yn amlach", "en-GB"),
    ]
    takes = []
    for _ in range(2):
        with fresh_voice() as voice:
            takes.append([voice.speak(text, language) for text, language in texts])
    assert takes[0] == takes[1]
    first = takes[0][0]
    assert 2.5 < len(first) / 2 / voice.rate < 6
    assert any(first), "it is no silence"
    alone = []
    for language in ("cy", "en-GB", "cy"):
        with fresh_voice() as voice:
            alone.append(voice.speak(texts[1][0], language))
    assert alone[0] == alone[2] != alone[1], "Welsh has a voice of its own"
    with fresh_voice() as voice:
        unknown = [voice.speak(text, "xx-none" if language == "en-GB" else language) for text, language in texts]
    assert unknown == takes[0], "what has no voice is read as English"


@needs_voice
def test_a_talking_book_is_the_same_after_anything_else(small: Volume) -> None:
    alone = make_talking_epub(small, NOON)
    make_audio(small)
    assert make_talking_epub(small, NOON) == alone


@needs_voice
def test_a_talking_book_shows_what_it_says(tmp_path: Path) -> None:
    root = everything(tmp_path)
    write(root, "briefings/02-joint-teams/index.md", (root / "briefings/02-joint-teams/index.md").read_text("utf-8"))
    made = make_talking_epub(volume(root), NOON)
    files = unpack(made.content)
    package = xhtml(files["EPUB/package.opf"])
    items = {tag.attributes["href"]: tag.attributes for tag in package.all() if tag.name == "item"}
    spine = [
        tag.attributes["idref"] for tag in package.all() if tag.name == "itemref" if tag.attributes["idref"] != "nav"
    ]
    durations = {
        tag.attributes.get("refines", ""): tag.text()
        for tag in package.all()
        if tag.attributes.get("property") == "media:duration"
    }
    total = 0.0
    for identity in spine:
        assert items[f"{identity}.xhtml"]["media-overlay"] == f"{identity}-overlay"
        page = xhtml(files[f"EPUB/{identity}.xhtml"])
        ids = {tag.attributes["id"]: tag.text() for tag in page.all() if "id" in tag.attributes}
        overlay = xhtml(files[f"EPUB/{identity}.smil"])
        clips = [
            [tag.attributes for tag in par.all() if tag.name in ("text", "audio")]
            for par in overlay.all()
            if par.name == "par"
        ]
        at = 0.0
        for text, audio in clips:
            assert text["src"].removeprefix(f"{identity}.xhtml#") in ids, text
            begin, end = (float(audio[name].removesuffix("s")) for name in ("clipBegin", "clipEnd"))
            assert at <= begin < end
            at = end
        assert abs(mp3_seconds(files[f"EPUB/{identity}.mp3"]) - at) < 1
        assert durations[f"#{identity}-overlay"] == f"{at:.3f}s"
        total += at
    assert abs(float(durations[""].removesuffix("s")) - total) < 0.01
    assert abs(made.seconds - total) < len(spine)
    notes = [par for par in xhtml(files["EPUB/chapter-2.smil"]).all() if par.attributes.get("type") == "footnote"]
    assert len(notes) == 14, "the notes can be skipped"
    silent = re.sub(r' id="spoken-\d+"', "", files["EPUB/chapter-2.xhtml"].decode())
    assert "spoken" not in silent
