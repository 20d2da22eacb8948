"""Replace: a file has its old content or the new one, whole, whatever happens in between; a folder is there or not."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
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


def refuse_locked(path: Path) -> None:
    """Raise `CannotRun` if we have no right to make a folder here. That the disk is full is only seen in writing."""
    above = next(folder for folder in path.absolute().parents if folder.exists())
    as_whom_we_act = os.access in os.supports_effective_ids
    if not os.access(above, os.W_OK | os.X_OK, effective_ids=as_whom_we_act):
        raise _unwritten(path, os.strerror(errno.EACCES))


def _unwritten(path: Path, reason: str | None) -> CannotRun:
    return CannotRun(
        f"{path} cannot be written: {reason}.",
        "Make room on the disk, or allow writing there. Nothing was left half done.",
    )


def keep_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Put a new folder with all these files in its place at once.

    If one cannot be written, or somebody breaks off, nothing is left: no file, and no folder above it that was not there
    before. Raises `CannotRun` if there is something of this name already, or if it cannot be written.
    """
    if os.path.lexists(path):
        raise CannotRun(f"{path} is there already.", "What is there is never written over.")
    made_above = [folder for folder in path.parents if not folder.exists()]
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        for name, content in files.items():
            (beside / name).parent.mkdir(exist_ok=True)
            with open(beside / name, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        os.chmod(beside, 0o755)
        os.rename(beside, path)
        beside = None
    except OSError as error:
        raise _unwritten(path, error.strerror) from None
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
        for folder in made_above:
            with contextlib.suppress(OSError):
                folder.rmdir()  # which only takes away what is empty
