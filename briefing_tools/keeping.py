"""Keep: a file is written whole or not at all, so that nobody ever finds half of one under its name."""

import os
import tempfile
from pathlib import Path

from briefing_tools.errors import CannotRun


def keep(path: Path, content: bytes) -> None:
    """Write a file, replacing what was there; until it is complete it stands beside it under a name of its own.

    Raises `CannotRun` if it cannot be written, and then leaves everything as it was.
    """
    unfinished = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(unfinished, 0o666 & ~_mask())
        os.replace(unfinished, path)
    except OSError as error:
        if unfinished:
            Path(unfinished).unlink(missing_ok=True)
        raise CannotRun(
            f"{path} cannot be written: {error.strerror}.",
            "Make room on the disk, or choose a folder in which you may write: --output FOLDER",
        ) from None


def _mask() -> int:
    """What new files are not allowed to everybody; it can only be asked by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
