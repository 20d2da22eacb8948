"""Pack: the files of a document become one file; the same files always become the same bytes."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_FIRST = (1980, 1, 1, 0, 0, 0)
"""The first day a ZIP file knows; a real one would be in the time zone of whoever builds."""
_PACKED_ALREADY = (".jpg", ".mp3", ".png")


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files by name, in their order. A `mimetype` is not compressed, so that tools recognise it (EPUB 3.3, OCF 4.3)."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.create_system = 3  # Unix, whichever system packs it
            entry.external_attr = 0o100644 << 16
            stored = name == "mimetype" or name.endswith(_PACKED_ALREADY)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return out.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a packed document by name, in their order."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
