"""Read frozen editions: what their manifests say, held against what their folders hold."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from briefing_tools.dates import parse_day
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.intake import VERSION, FrozenFolder
from briefing_tools.model import Day, FrozenEdition, FrozenFile
from briefing_tools.source import Span

_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[a-z0-9-]+(?:\.[a-z0-9-]+)*)?")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class _Unreadable(Exception):
    """What a manifest lacks, in words."""


def read_frozen(folders: tuple[FrozenFolder, ...]) -> tuple[tuple[FrozenEdition, ...], tuple[Slip, ...]]:
    """The frozen editions by briefing and version; a folder whose manifest cannot be read is a slip."""
    editions: list[FrozenEdition] = []
    slips: list[Slip] = []
    for folder in folders:
        if isinstance(folder.manifest, Slip):
            slips.append(Slip("edition-changed", folder.manifest.problem))
            continue
        try:
            editions.append(_edition(folder, _Table.of(json.loads(folder.manifest.text), "the manifest")))
        except (json.JSONDecodeError, RecursionError):
            slips.append(_slip(folder, "it is not JSON"))
        except _Unreadable as lack:
            slips.append(_slip(folder, str(lack)))
    return tuple(sorted(editions, key=lambda one: one.order)), tuple(slips)


def _slip(folder: FrozenFolder, why: str) -> Slip:
    return Slip(
        "edition-changed",
        Problem(
            Span.of_file(f"{folder.path}/manifest.json"),
            f"The manifest of the frozen edition {folder.path} cannot be read: {why}.",
            "Restore it from the project's history; nothing of this edition is published until then.",
        ),
    )


def _edition(folder: FrozenFolder, given: "_Table") -> FrozenEdition:
    _, number, version = folder.path.rsplit("/", 2)
    made_from, tools = given.table("source"), given.table("tools")
    files = tuple(map(_file, given.tables("files")))
    edition = FrozenEdition(
        folder=folder.path,
        briefing=given.number("briefing"),
        version=given.words("edition", VERSION.pattern),
        title=given.words("title"),
        language=given.words("language", r"[A-Za-z0-9-]{2,35}"),
        series=given.words("series"),
        publisher=given.words("publisher"),
        authors=given.list("authors"),
        published=given.day("published") if given.words("published") else None,
        frozen=given.day("frozen"),
        commit=made_from.words("commit", "[0-9a-f]*"),
        text_sha256=made_from.words("text_sha256", "[0-9a-f]{64}"),
        tools=tuple((name, tools.words(name)) for name in tools.values),
        updates=given.list("updates"),
        files=files,
        astray=_astray(files, folder.hashes),
        span=Span.of_file(f"{folder.path}/manifest.json"),
    )
    if given.number("format") != 1 or (edition.briefing, edition.version) != (int(number), version):
        raise _Unreadable(f"it is the manifest of edition {edition.version} of Briefing {edition.briefing}")
    return edition


def _file(given: "_Table") -> FrozenFile:
    return FrozenFile(
        name=given.words("name", _NAME.pattern),
        sha256=given.words("sha256", "[0-9a-f]{64}"),
        size=given.number("bytes"),
        media_type=given.words("media_type", _MEDIA_TYPE.pattern),
        format=given.words("format"),
        pages=given.number("pages"),
        seconds=given.number("seconds"),
    )


def _astray(files: tuple[FrozenFile, ...], hashes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What the folder holds that the manifest does not, and the other way round."""
    known = {one.name: one.sha256 for one in files}
    lost = [(name, "missing" if name not in hashes else "changed") for name in known if hashes.get(name) != known[name]]
    return (*lost, *((name, "added") for name in hashes if name not in known))


@dataclass(frozen=True)
class _Table:
    """Values by name, each of which is what it should be, or raises `_Unreadable`."""

    values: Mapping[str, object]
    name: str

    @classmethod
    def of(cls, value: object, name: str) -> "_Table":
        if not isinstance(value, dict):
            raise _Unreadable(f"{name} is no list of names and values")
        return cls(value, name)

    def _one(self, key: str) -> object:
        if key not in self.values:
            raise _Unreadable(f"{self.name} does not say “{key}”")
        return self.values[key]

    def words(self, key: str, pattern: str = r"[^\x00-\x1f\x7f]*") -> str:
        value = self._one(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise _Unreadable(f"“{key}” of {self.name} has no meaning")
        return value

    def number(self, key: str) -> int:
        value = self._one(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**40:
            raise _Unreadable(f"“{key}” of {self.name} is no number")
        return value

    def day(self, key: str) -> Day:
        found = parse_day(self.words(key))
        if found is None:
            raise _Unreadable(f"“{key}” of {self.name} is no day")
        return found

    def list(self, key: str) -> tuple[str, ...]:
        value = self._one(key)
        if not isinstance(value, list) or not all(isinstance(one, str) and one.isprintable() for one in value):
            raise _Unreadable(f"“{key}” of {self.name} is no list of words")
        return tuple(value)

    def table(self, key: str) -> "_Table":
        return _Table.of(self._one(key), f"“{key}”")

    def tables(self, key: str) -> "tuple[_Table, ...]":
        value = self._one(key)
        if not isinstance(value, list):
            raise _Unreadable(f"“{key}” of {self.name} is no list")
        return tuple(_Table.of(one, f"an entry of “{key}”") for one in value)
