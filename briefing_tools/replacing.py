"""Replace: a file has its old content or the new one, whole, whatever happens in between."""

import contextlib
import os
import tempfile
from pathlib import Path

from briefing_tools.errors import CannotRun


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside the old one and put it in its place. Raises `OSError` when that is not allowed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)  # still there when something went wrong


def keep(path: Path, content: bytes) -> None:
    """Put a document where somebody wants it, making its folder. Raises `CannotRun` if it cannot be written there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    except OSError as error:
        raise CannotRun(
            f"{path} cannot be written: {error.strerror}.",
            "Make room on the disk, or choose a folder in which you may write: --output FOLDER",
        ) from None
