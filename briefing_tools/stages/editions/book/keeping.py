"""Keep: a book becomes JSON that can be read back in any number of years, without the pictures' bytes.

Every value is written with the name of its kind in `parts.py` and those of its fields that say something. Whoever reads
it trusts nothing: a kind, a field or an address that is not expected is refused.
"""

import json
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from briefing_tools.stages.editions.book import parts
from briefing_tools.stages.editions.book.parts import (
    About,
    Book,
    Chapter,
    Drawing,
    Heading,
    Inside,
    Line,
    Lines,
    Outside,
    Picture,
    Volume,
    anchors,
    changed,
    walk,
)

FORMAT = 1
_SAFE_URL = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20<>\"]+", re.I)
_NAME = re.compile(r"[a-z0-9-]+\.(?:png|jpg)")


class CannotRead(ValueError):
    """A kept book is not what was written; the message says in words what is wrong."""


def keep_book(book: Book) -> bytes:
    """The book as JSON in UTF-8; the same book is always the same bytes."""
    drawings = {
        file: {"name": one.name, "media_type": one.media_type, "width": one.width, "height": one.height}
        for file, one in book.drawings.items()
    }
    kept = {"format": FORMAT, "about": _plain(book.about), "chapters": _plain(book.chapters), "drawings": drawings}
    return json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def everything_in(volume: Volume) -> Iterator[bytes]:
    """All that a document made of a volume can depend on, as bytes: its texts, and its pictures with theirs."""
    yield json.dumps([_plain(volume.about), _plain(volume.front)], sort_keys=True).encode()
    for book in volume.books:
        yield keep_book(book)
        yield from (one.content for one in book.drawings.values())


def read_book(content: bytes, read_picture: Callable[[str], bytes]) -> Book:
    """A book that was kept. `read_picture` reads a picture by its name. Raises `CannotRead` for anything unexpected."""
    try:
        kept = json.loads(content)
        if not isinstance(kept, dict) or kept.get("format") != FORMAT:
            raise CannotRead("it is no book of a kind that is known here")
        about = _read(About, kept.get("about"))
        chapters = _read(tuple[Chapter, ...], kept.get("chapters"))
        drawings = _drawings(kept.get("drawings"), read_picture)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise CannotRead("it is no JSON that was written here") from None
    except OSError:
        raise CannotRead("a picture of it is missing") from None
    files = {one.file for chapter in chapters for one in walk(chapter.blocks) if isinstance(one, Picture)}
    if not files <= drawings.keys() or any(not any(isinstance(b, Heading) for b in one.blocks) for one in chapters):
        raise CannotRead("a picture or a chapter's title is missing")
    there = {anchor for chapter in chapters for anchor in anchors(chapter.blocks)}
    shown = tuple(
        replace(one, blocks=changed(one.blocks, lambda block: (block,), lambda line: _led(line, there)))
        for one in chapters
    )
    return Book(about, shown, drawings)


def _led(line: Line, there: set[str]) -> Lines:
    """A line of which every link leads somewhere safe; one that does not is words alone."""
    match line:
        case Inside(to, inside) if to not in there:
            return inside
        case Outside(url, inside) if not _SAFE_URL.fullmatch(url):
            return inside
        case _:
            return (line,)


def _drawings(kept: Any, read_picture: Callable[[str], bytes]) -> Mapping[str, Drawing]:
    if not isinstance(kept, dict) or not all(isinstance(one, dict) for one in kept.values()):
        raise CannotRead("its pictures are missing")
    return {file: _drawing(one, read_picture) for file, one in kept.items()}


def _drawing(one: Mapping[str, Any], read_picture: Callable[[str], bytes]) -> Drawing:
    name, media_type = _read(str, one.get("name")), _read(str, one.get("media_type"))
    if not _NAME.fullmatch(name) or media_type not in ("image/png", "image/jpeg"):
        raise CannotRead(f"“{name}” is no picture")
    return Drawing(name, read_picture(name), media_type, _read(int, one.get("width")), _read(int, one.get("height")))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        said = {one.name: _plain(here) for one in fields(value) if (here := getattr(value, one.name)) != one.default}
        return {"is": type(value).__name__, **said}
    return value


def _read(hint: Any, value: Any) -> Any:
    """A value of the kind that a field is declared with."""
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise CannotRead("a list is missing")
        inner = get_args(hint)
        kinds = [inner[0]] * len(value) if len(inner) == 2 and inner[1] is Ellipsis else list(inner)
        if len(kinds) != len(value):
            raise CannotRead("a list has another length than it should")
        return tuple(_read(kind, one) for kind, one in zip(kinds, value, strict=True))
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(hint):
            return None
        return _read(_named(value, tuple(one for one in get_args(hint) if one is not type(None))), value)
    if is_dataclass(hint):
        return _made(_named(value, (hint,)), value)
    if type(value) is not hint:
        raise CannotRead(f"{str(value)[:40]!r} stands where it cannot stand")
    return value


def _named(value: Any, kinds: tuple[Any, ...]) -> Any:
    """The one of these kinds that a value says it is."""
    name = value.get("is") if isinstance(value, dict) else None
    found = next((kind for kind in kinds if kind.__name__ == name), None)
    if found is None:
        raise CannotRead(f"{str(name)[:40]!r} stands where it cannot stand")
    return found


def _made(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {name: one for name, one in value.items() if name != "is"}
    needed = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}
    if not needed <= given.keys() <= hints.keys():
        raise CannotRead(f"{kind.__name__} has other fields than it should")
    return kind(**{name: _read(hints[name], one) for name, one in given.items()})


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, vars(parts))
