"""Choose: the house style and the printed editions, read from the two files that an editor may change."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path

from briefing_tools.errors import CannotRun

PRINT = Path(str(files("briefing_tools") / "theme" / "print"))
"""The folder of the template, the house style and the typefaces."""

_A4_POINTS = 842


@dataclass(frozen=True, slots=True)
class Format:
    """A printed edition of `editions.toml`; `id` is its table's name, `line` the characters that fit on a line."""

    id: str
    name: str
    file: str
    size: str
    margin: str
    emphasis: str
    note_mark: str
    line: int

    @property
    def points(self) -> float:
        """The size of the text in points."""
        return float(self.size.removesuffix("pt"))

    @property
    def rows(self) -> int:
        """About how many lines of text fit on a page."""
        return int((_A4_POINTS - 9 * self.points) / (1.45 * self.points))


@dataclass(frozen=True, slots=True)
class House:
    """The house style. `colours` by their name, `#rrggbb`; `logo` is a picture's bytes, empty for none."""

    fonts: tuple[str, ...]
    code: str
    colours: Mapping[str, str]
    logo: bytes
    logo_file: str
    logo_words: str
    logo_height: str


@cache
def formats() -> Mapping[str, Format]:
    """Every printed edition by its name for the command line. Raises `CannotRun` if `editions.toml` has a mistake."""
    return {id: _format(id, table) for id, table in _read("editions.toml").items()}


@cache
def house_style() -> House:
    """The house style. Raises `CannotRun` if `house.toml` has a mistake."""
    tables = _read("house.toml")
    fonts, colours, logo = (_table(tables, name) for name in ("fonts", "colours", "logo"))
    for name, colour in colours.items():
        _expect(
            isinstance(colour, str) and bool(re.fullmatch("#[0-9a-f]{6}", colour)),
            "house.toml",
            f"colours.{name}",
            '"#1d4f76"',
        )
    others = fonts.get("others", [])
    _expect(isinstance(others, list), "house.toml", "fonts.others", '["Vazirmatn"]')
    file = _words("house.toml", logo, "file", "logo.", empty=True)
    _expect(not file or (PRINT / file).is_file(), "house.toml", "logo.file", '"logo.svg", a file beside house.toml')
    return House(
        fonts=(_words("house.toml", fonts, "text", "fonts."), *map(str, others if isinstance(others, list) else [])),
        code=_words("house.toml", fonts, "code", "fonts."),
        colours={name: str(colour) for name, colour in colours.items()},
        logo=(PRINT / file).read_bytes() if file else b"",
        logo_file=file,
        logo_words=_words("house.toml", logo, "words", "logo.", empty=not file),
        logo_height=_words("house.toml", logo, "height", "logo."),
    )


def _format(id: str, table: object) -> Format:
    where = "editions.toml"
    _expect(isinstance(table, dict), where, id, f"[{id}], a table")
    values = dict(table) if isinstance(table, dict) else {}
    line = values.get("line")
    _expect(isinstance(line, int) and 20 <= line <= 200, where, f"{id}.line", "74")
    unknown = [name for name in values if name not in {one.name for one in fields(Format)}]
    _expect(not unknown, where, f"{id}.{unknown[0] if unknown else ''}", "nothing; there is no such setting")
    made = Format(id, line=int(str(line)), **{name: _words(where, values, name, f"{id}.") for name in ("name", "file", "size", "margin", "emphasis", "note_mark")})  # fmt: skip
    _expect(
        bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?pt", made.size)) and made.points >= 12,
        where,
        f"{id}.size",
        '"12pt" or more',
    )
    _expect(bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?mm", made.margin)), where, f"{id}.margin", '"32mm"')
    _expect(made.emphasis in ("italic", "bold"), where, f"{id}.emphasis", '"italic" or "bold"')
    _expect(made.note_mark in ("raised", "words"), where, f"{id}.note_mark", '"raised" or "words"')
    _expect(bool(re.fullmatch(r"(?:[a-z-]+)?\.pdf", made.file)), where, f"{id}.file", '"large-print.pdf"')
    return made


def _read(name: str) -> Mapping[str, object]:
    try:
        return tomllib.loads((PRINT / name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"theme/print/{name} cannot be read: {error}.", "Write it as in its comments.") from None


def _table(tables: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = tables.get(name, {})
    _expect(isinstance(table, dict), "house.toml", name, f"[{name}], a table")
    return table if isinstance(table, dict) else {}


def _words(where: str, table: Mapping[str, object], name: str, before: str, empty: bool = False) -> str:
    value = table.get(name, "")
    _expect(isinstance(value, str) and (empty or bool(value)), where, before + name, "words in quotation marks")
    return str(value)


def _expect(true: bool, where: str, name: str, example: str) -> None:
    if not true:
        raise CannotRun(f"theme/print/{where}: {name} has no meaning there.", f"It should be {example}.")
