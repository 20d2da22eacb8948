"""Choose: the house style and the printed editions, read from the two files that an editor may change."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path

from briefing_tools.errors import CannotRun
from briefing_tools.typefaces import FONTS, damaged
from briefing_tools.typesetting import families

PRINT = Path(str(files("briefing_tools") / "theme" / "print"))
"""The folder of the template, the house style and the typefaces."""

COLOURS = ("text", "brand", "quiet", "line", "tint", "update", "warm")
"""The colours that the template uses."""

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
    """The house style: families of typefaces, the text's first; colours by their name, `#rrggbb`; the logo's file or nothing."""

    fonts: tuple[str, ...]
    code: str
    colours: Mapping[str, str]
    logo: str
    logo_words: str
    logo_height: str


@cache
def formats() -> Mapping[str, Format]:
    """Every printed edition by its name for the command line. Raises `CannotRun` if `editions.toml` has a mistake."""
    return {id: _format(id, table) for id, table in _read("editions.toml").items()}


@cache
def house_style() -> House:
    """The house style. Raises `CannotRun` if `house.toml` has a mistake, or a file of a typeface is damaged."""
    for name in damaged(FONTS):
        raise CannotRun(
            f"theme/print/fonts/{name} is damaged, so nothing can be printed.", "Put a whole copy of this file there."
        )
    read = _read("house.toml")
    fonts, colours, logo = (_table("house.toml", name, read.get(name)) for name in ("fonts", "colours", "logo"))
    file = logo.words("file", r"|[a-z0-9-]+\.(?:svg|png)", '"logo.svg"')
    logo.expect(not file or (PRINT / file).is_file(), "file", "a file that lies beside house.toml")
    return House(
        fonts=(fonts.family("text"), *(fonts.family("others", one) for one in fonts.names("others"))),
        code=fonts.family("code"),
        colours={name: colours.words(name, "#[0-9a-f]{6}", '"#1d4f76"') for name in COLOURS},
        logo=file,
        logo_words=logo.words("words", ".+" if file else ".*", "what stands on the picture"),
        logo_height=logo.words("height", r"[0-9]+(?:\.[0-9]+)?em", '"3em"'),
    )


@cache
def headings_numbered() -> bool:
    """Whether sections are numbered in editions. Raises `CannotRun` if `house.toml` says neither."""
    headings = _table("house.toml", "headings", _read("house.toml").get("headings"))
    wanted = headings.values.get("numbered")
    headings.expect(isinstance(wanted, bool), "numbered", "true or false")
    return wanted is True


def _format(id: str, values: object) -> Format:
    table = _table("editions.toml", id, values)
    known = {one.name for one in fields(Format)} - {"id"}
    for name in table.values:
        table.expect(name in known, name, "left out: there is no such setting")
    line = table.values.get("line")
    table.expect(isinstance(line, int) and 20 <= line <= 200, "line", "a number such as 74")
    made = Format(
        id=id,
        name=table.words("name", ".+", '"PDF in large print"'),
        file=table.words("file", r"(?:[a-z-]+)?\.pdf", '"large-print.pdf"'),
        size=table.words("size", r"[0-9]+(?:\.[0-9]+)?pt", '"18pt"'),
        margin=table.words("margin", r"[0-9]+(?:\.[0-9]+)?mm", '"22mm"'),
        emphasis=table.words("emphasis", "italic|bold", '"italic" or "bold"'),
        note_mark=table.words("note_mark", "raised|words", '"raised" or "words"'),
        line=int(str(line)),
    )
    table.expect(made.points >= 12, "size", '"12pt" or more')
    return made


def _read(name: str) -> Mapping[str, object]:
    try:
        return tomllib.loads((PRINT / name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"theme/print/{name} cannot be read: {error}.", "Write it as its comments say.") from None


def _table(file: str, name: str, values: object) -> "_Table":
    return _Table(file, name, values if isinstance(values, dict) else {})


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of one of the files, which says in one sentence what is wrong with it."""

    file: str
    name: str
    values: Mapping[str, object]

    def expect(self, true: bool, key: str, example: str) -> None:
        """Stop with the key's name and what it should be, unless all is well."""
        if not true:
            raise CannotRun(
                f"theme/print/{self.file}: {self.name}.{key} is missing or has no meaning.", f"It should be {example}."
            )

    def words(self, key: str, pattern: str, example: str) -> str:
        """A text that matches the pattern."""
        value = self.values.get(key)
        self.expect(isinstance(value, str) and re.fullmatch(pattern, value) is not None, key, example)
        return str(value)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key)
        names = tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else None
        self.expect(names is not None, key, 'a list such as ["Vazirmatn"]')
        return names or ()

    def family(self, key: str, name: str | None = None) -> str:
        """A family of typefaces that is there."""
        family = self.words(key, ".+", '"Source Sans 3"') if name is None else name
        self.expect(
            family in families(FONTS), key, f"one of these, from the folder fonts: {', '.join(families(FONTS))}"
        )
        return family
