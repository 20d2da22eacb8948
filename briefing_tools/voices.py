"""Speak: text becomes sound; the only door to eSpeak NG (`espeakng_loader`) and to LAME (`lameenc`).

The extra `audio` brings both. The voice is synthetic and the same everywhere: the same text gives the same bytes.
"""

import ctypes
from functools import cache
from importlib.util import find_spec

from briefing_tools.errors import CannotRun

NARRATOR = "eSpeak NG, a synthetic voice"
WORDS_A_MINUTE = 165
BIT_RATE = 32
"""Kilobits a second: a voice needs no more, and half an hour is 7 MB."""

_PLAIN_VOICE = "en-gb"
_UTF8 = 1  # speak_lib.h: espeakCHARS_UTF8
_RETRIEVAL = 1  # speak_lib.h: AUDIO_OUTPUT_RETRIEVAL, no sound on this machine; 2 is the same without a thread
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


def speak(text: str, language: str) -> bytes:
    """Text aloud: samples of 16 bits at `sample_rate()`, one channel. A language without a voice is read as English.

    Raises `CannotRun` without the extra `audio`.
    """
    speaker = _speaker()
    speaker.choose(language.lower())
    return speaker.say(text)


def sample_rate() -> int:
    """Samples a second. Raises `CannotRun` without the extra `audio`."""
    return _speaker().rate


def to_mp3(samples: bytes) -> bytes:
    """Samples as MP3 (MPEG-2 audio layer III) at a constant bit rate. Raises `CannotRun` without the extra `audio`."""
    _require()
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_in_sample_rate(sample_rate())
    encoder.set_channels(1)
    encoder.set_quality(5)
    return bytes(encoder.encode(samples)) + bytes(encoder.flush())


def _require() -> None:
    if not voices_are_here():
        raise CannotRun(
            "Audio needs a voice, which is not installed.", "Install it with: pip install 'briefing-tools[audio]'"
        )


class _Speaker:
    """eSpeak NG, which knows one voice at a time and is set up once for a whole process."""

    def __init__(self) -> None:
        import espeakng_loader

        self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate = int(self.library.espeak_Initialize(_RETRIEVAL + 1, 0, data, 0))
        assert self.rate > 0, "eSpeak NG cannot be set up"
        self.heard = bytearray()
        self.keep = _CALLBACK(self._hear)  # the library holds only an address: it must live as long
        self.library.espeak_SetSynthCallback(self.keep)
        self.library.espeak_SetVoiceByProperties.argtypes = [ctypes.POINTER(_Voice)]
        self.voice = ""

    def choose(self, language: str) -> None:
        """Take the voice of a language, or of the language without its region, or the plain one."""
        if language == self.voice:
            return
        for tag in (language, language.partition("-")[0], _PLAIN_VOICE):
            wanted = _Voice(languages=tag.encode())
            if tag and self.library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) == 0:
                break
        self.library.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)
        self.voice = language

    def say(self, text: str) -> bytes:
        self.heard.clear()
        given = text.encode() + b"\0"
        self.library.espeak_Synth(given, ctypes.c_size_t(len(given)), 0, 0, 0, _UTF8, None, None)
        self.library.espeak_Synchronize()
        return bytes(self.heard)

    def _hear(self, samples: object, count: int, events: object) -> int:
        if count > 0:
            self.heard += ctypes.string_at(samples, count * 2)  # type: ignore[arg-type]
        return 0


@cache
def _speaker() -> _Speaker:
    _require()
    return _Speaker()
