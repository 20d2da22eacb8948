"""Tag: what a player shows of a sound file, and the chapters by which a listener finds the way.

Sources: ID3v2.4.0 (id3.org, November 2000); ID3v2 Chapter Frame Addendum 1.0 (December 2005).
"""

from dataclasses import dataclass
from struct import pack

_MOST = 255
"""As many chapters as a table of contents can count."""
_TOP_AND_ORDERED = 3
_UTF8 = b"\x03"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a chapter begins, in milliseconds, and what it is called."""

    title: str
    begin: int


def tag(title: str, artist: str, album: str, date: str, voice: str, marks: tuple[Mark, ...], length: int) -> bytes:
    """The ID3v2.4 tag that stands before the sound; `length` is the sound's, in milliseconds."""
    kept = marks[:_MOST]
    ends = [mark.begin for mark in kept[1:]] + [length]
    texts = {"TIT2": title, "TPE1": artist, "TALB": album, "TDRC": date, "TLEN": str(length), "TCON": "Speech"}
    names = [f"chapter-{number}".encode() + b"\0" for number in range(1, len(kept) + 1)]
    contents = b"contents\0" + bytes([_TOP_AND_ORDERED, len(kept)]) + b"".join(names) + _text("TIT2", "Contents")
    frames = [
        *(_text(name, text) for name, text in texts.items() if text),
        _frame("COMM", _UTF8 + b"eng" + b"\0" + f"Read by {voice}".encode()),
        *([_frame("CTOC", contents)] if kept else []),
        *(_chapter(name, mark, end) for name, mark, end in zip(names, kept, ends, strict=True)),
    ]
    body = b"".join(frames)
    return b"ID3\x04\x00\x00" + _size(len(body)) + body


def _chapter(name: bytes, mark: Mark, end: int) -> bytes:
    """Begin and end in milliseconds; places in the file are not given, so that players go by the time."""
    times = pack(">IIII", mark.begin, end, 0xFFFFFFFF, 0xFFFFFFFF)
    return _frame("CHAP", name + times + _text("TIT2", mark.title))


def _text(name: str, text: str) -> bytes:
    return _frame(name, _UTF8 + text.encode())


def _frame(name: str, content: bytes) -> bytes:
    return name.encode("ascii") + _size(len(content)) + b"\0\0" + content


def _size(number: int) -> bytes:
    """A number in four bytes of seven bits each (ID3v2.4.0 6.2)."""
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))
