"""Keep at hand: the index of the last time answers again, as long as nothing that it is made from has changed.

It lies in `.cache/briefings/search.index` (`file.py`), is nobody's content, and may be deleted at any time. One that is
missing, or of other things, is made anew without a word; one that is damaged, or cannot be kept, also, and in a sentence.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from briefing_tools.indexing.file import Broken, file_of, open_file
from briefing_tools.indexing.file import made_of as made_of_file
from briefing_tools.indexing.index import Index
from briefing_tools.replacing import replace_file

FILE = ".cache/briefings/search.index"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where a project's index is kept. `tell` hears what went wrong first, in a sentence; a search never fails by it."""

    root: Path
    tell: Callable[[str], None]
    told: list[str] = field(default_factory=list)

    def find(self, name: str, made_of: str) -> Index | None:
        """The kept index, if it was made of this: of the `sources` or the `records` with a digest."""
        path = self.root / FILE
        try:
            if not made_of or not _is_plain(path):
                return None
            return open_file(path) if made_of_file(path).get(name) == made_of else None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except Broken:
            self._say(f"The search index in {FILE} was damaged, and is made anew.")
        except OSError as error:
            self._say(f"The search index in {FILE} cannot be read: {error.strerror}. It is made anew for this search.")
        return None

    def put(self, index: Index, made_of: Mapping[str, str]) -> None:
        """Keep an index in place of the last; at once, so that others find the old one or the new one whole."""
        path = self.root / FILE
        try:
            if self._has(made_of):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            if any(one.is_symlink() for one in (path, *path.parents[:2])):
                self._say(f"The search index is not kept, since {FILE} leads to another place.")
                return
            _clear(path)
            replace_file(path, file_of(index, made_of))
        except OSError as error:
            self._say(f"The search index cannot be kept in {FILE}: {error.strerror}. The next search makes it anew.")

    def _say(self, what: str) -> None:
        if not self.told:
            self.told.append(what)
            self.tell(what)

    def _has(self, made_of: Mapping[str, str]) -> bool:
        """Whether the index of these very things is kept already."""
        try:
            path = self.root / FILE
            return _is_plain(path) and made_of_file(path) == made_of
        except (OSError, Broken):
            return False


def _is_plain(path: Path) -> bool:
    """Whether there is an ordinary file, and not a way to another place. Raises `OSError` if nobody may look."""
    links = any(one.is_symlink() for one in path.parents[:2])
    return not links and stat.S_ISREG(os.lstat(path).st_mode)


_LONG = 3600
"""After so many seconds without a change, a file that was begun will not be finished."""


def _clear(path: Path) -> None:
    """Throw away what a writer left that was killed: what is much older than what can be written now."""
    beside = [one for one in path.parent.iterdir() if one.name.startswith(f".{path.name}.")]
    if not beside:
        return
    now = path.parent / f".{path.name}.now"
    with contextlib.suppress(FileNotFoundError):
        now.write_bytes(b"")
        newest = now.stat().st_mtime
        for one in beside:
            if newest - one.lstat().st_mtime > _LONG:
                one.unlink()
        now.unlink()
