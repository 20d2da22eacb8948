"""Keep at hand: what was made of the same things before is not made again, and nobody can tell from the result.

A thing is known by the hash of everything that went into it: its texts and pictures, this package with its templates and
typefaces, and the versions of the programs. Files that are not whole, or that somebody else touched, are not used. They lie
in `.cache/briefings/editions/`, are nobody's content, and may be deleted at any time.
"""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unicodedata import unidata_version

from briefing_tools.replacing import replace_file

FOLDER = ".cache/briefings/editions"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished document; `pages` and `seconds` are 0 where that means nothing."""

    content: bytes
    pages: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where finished documents are kept; without a folder nothing is. `used` are the names of those that were asked for."""

    folder: Path | None = None
    used: set[str] = field(default_factory=set)

    def once(self, parts: Iterable[bytes], make: Callable[[], Kept]) -> Kept:
        """What was made of these parts before, or what `make` makes of them now."""
        if self.folder is None:
            return make()
        name = _name(parts)
        self.used.add(name)
        if found := _taken(self.folder / name):
            return found
        made = make()
        _put(self.folder / name, made)
        return made

    def clear(self) -> None:
        """Throw away what was not asked for."""
        if self.folder is None or not _safe(self.folder):
            return
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name not in self.used:
                    path.unlink(missing_ok=True)


def _name(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256(package_hash())
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


@cache
def package_hash() -> bytes:
    """The hash of every file of this package: code, templates, styles and typefaces."""
    whole = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            whole.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.digest()


@cache
def tools_hash() -> bytes:
    """The hash of everything that works here: this package, Python, and the names and versions of what is installed."""
    installed = {one.name for place in sys.path for one in Path(place).glob("*.dist-info")}
    whole = hashlib.sha256(package_hash())
    whole.update("\0".join([sys.version, unidata_version, *sorted(installed)]).encode())
    return whole.digest()


def _safe(folder: Path) -> bool:
    """Whether the folder is one, and not a way to another place."""
    return folder.is_dir() and not any(one.is_symlink() for one in (folder, *folder.parents[:2]))


def _taken(path: Path) -> Kept | None:
    """A document that is whole: one line about it, then its content, which has the hash that the line names."""
    try:
        if not _safe(path.parent) or path.is_symlink():
            return None
        line, _, content = path.read_bytes().partition(b"\n")
        about = json.loads(line)
        if about == {**about, "sha256": hashlib.sha256(content).hexdigest()}:
            return Kept(content, int(about["pages"]), int(about["seconds"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return None


def _put(path: Path, made: Kept) -> None:
    """Keep a document if there is room; it is none of the reader's trouble if not."""
    about = {"sha256": hashlib.sha256(made.content).hexdigest(), "pages": made.pages, "seconds": made.seconds}
    with contextlib.suppress(OSError):
        os.makedirs(path.parent, exist_ok=True)
        if _safe(path.parent):
            replace_file(path, json.dumps(about).encode() + b"\n" + made.content)
