"""Speak: text becomes sound; the only door to eSpeak NG (`espeakng_loader`) and to LAME (`lameenc`).

The extra `audio` brings both. The voice is synthetic and the same everywhere: the same texts, spoken one after the other
by a fresh voice, are the same bytes. (Its pitch wavers a little as it goes on, so the same text a second time is not.)
"""

import _ctypes
import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from briefing_tools.errors import CannotRun

NARRATOR = "eSpeak NG, a synthetic voice"
WORDS_A_MINUTE = 165
BIT_RATE = 32
"""Kilobits a second: a voice needs no more, and half an hour is 7 MB."""

_PLAIN_VOICE = "en-gb"
_UTF8 = 1  # speak_lib.h: espeakCHARS_UTF8
_SYNCHRONOUS = 2  # speak_lib.h: AUDIO_OUTPUT_SYNCHRONOUS, no sound on this machine and no thread
_RATE = 1  # speak_lib.h: espeakRATE
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _Voice(ctypes.Structure):
    """speak_lib.h: espeak_VOICE."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


def voices_are_here() -> bool:
    """Whether the extra `audio` is installed."""
    return find_spec("espeakng_loader") is not None and find_spec("lameenc") is not None


@contextmanager
def fresh_voice() -> Iterator["Voice"]:
    """A voice that has not spoken yet. Raises `CannotRun` without the extra `audio`."""
    _require()
    import espeakng_loader

    voice = Voice(ctypes.CDLL(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    try:
        yield voice
    finally:
        voice.leave()


def to_mp3(samples: bytes, rate: int) -> bytes:
    """Samples of 16 bits, so many a second, as MP3 at a constant bit rate. Raises `CannotRun` without the extra `audio`."""
    _require()
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_quality(5)
    return bytes(encoder.encode(samples)) + bytes(encoder.flush())


def _require() -> None:
    if not voices_are_here():
        raise CannotRun(
            "Audio needs a voice, which is not installed.", "Install it with: pip install 'briefing-tools[audio]'"
        )


class Voice:
    """eSpeak NG. `rate` is how many samples a second it gives."""

    def __init__(self, library: ctypes.CDLL, data: str) -> None:
        self.library = library
        self.rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), 0))
        assert self.rate > 0, "eSpeak NG cannot be set up"
        self.heard = bytearray()
        self.keep = _CALLBACK(self._hear)  # the library holds only an address: it must live as long
        library.espeak_SetSynthCallback(self.keep)
        library.espeak_SetVoiceByProperties.argtypes = [ctypes.POINTER(_Voice)]
        self.language = ""

    def speak(self, text: str, language: str) -> bytes:
        """Text aloud: samples of 16 bits, one channel. A language without a voice is read as English."""
        self._choose(language.lower())
        self.heard.clear()
        given = text.encode() + b"\0"
        self.library.espeak_Synth(given, ctypes.c_size_t(len(given)), 0, 0, 0, _UTF8, None, None)
        self.library.espeak_Synchronize()
        return bytes(self.heard)

    def leave(self) -> None:
        """Take the library out of memory: only a copy that is loaded anew begins as the first one did."""
        self.library.espeak_Terminate()
        handle = self.library._handle
        if sys.platform == "win32":
            _ctypes.FreeLibrary(handle)
        else:
            _ctypes.dlclose(handle)

    def _choose(self, language: str) -> None:
        """Take the voice of a language, or of the language without its region, or the plain one."""
        if language == self.language:
            return
        for tag in (language, language.partition("-")[0], _PLAIN_VOICE):
            wanted = _Voice(languages=tag.encode())
            if tag and self.library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) == 0:
                break
        self.library.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)
        self.language = language

    def _hear(self, samples: object, count: int, events: object) -> int:
        if count > 0:
            self.heard += ctypes.string_at(samples, count * 2)  # type: ignore[arg-type]
        return 0
