"""Take in: only regular, small, well-named UTF-8 files come through the gate; everything else is refused with a reason.

This is the door to the disk for content. Whatever a pull request brings is hostile until it has passed here: MkDocs
follows symbolic links, Python-Markdown needs forty seconds for 20 KB of `[`, and a NUL byte would reach the page.
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.pictures import MOST_PIXELS, is_picture
from briefing_tools.source import TURNING, Position, Source, Span, first_hidden

TEXT_SUFFIXES = (".md", ".yml", ".bib", ".lock", ".toml")
ASSET_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".csv", ".txt", ".ods", ".odt", ".docx", ".xlsx")
"""What may be published as it is. Web pages, scripts and SVG could run in a reader's browser and are not among it."""

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")

MAX_TEXT = 256 * 1024
MAX_BIBLIOGRAPHY = 16 * 1024 * 1024
MAX_ASSET = 10 * 1024 * 1024
MAX_BLOCK = 16_000
MAX_CELLS = (10_000, 40_000)
"""How many cells a table may have, and how many the tables of a page."""

# What Windows takes for a device, whatever follows behind a full stop, and whose name it does not keep.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)|.*\.\Z")
_NAME = re.compile(r"[a-z0-9._/-]+\Z")
# C0 and C1 control characters, and the private and unassigned characters that `markup.py` uses as place marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
# What costs the Markdown parser time, how much of it there may be in a paragraph and on a page, and what people call it.
_LIMITS = {
    re.compile(r"[\[!<]"): (500, 5_000, "of the characters [, ! and <"),
    re.compile(r"[*_`\\&@~>{]|  \n"): (2_000, 20_000, "of the characters *, _, `, \\, &, @, ~, > and {"),
    re.compile(r"\n"): (1_000, 10_000, "lines"),
    re.compile(r"^[ \t>]*(?:```|~~~)", re.M): (500, 500, "lines that begin or end code (``` or ~~~)"),
}
# What the parser takes for the beginning of an HTML tag: it looks for the end of each on the whole page.
_TAG = re.compile(r"<(?=[a-zA-Z/!?])|>")
MAX_OPEN_TAGS = 20_000_000
"""How many characters may lie, all in all, between the `<` of a page and the `>` that follows each of them."""
# The line below a table's head, wherever the table stands. Every row gets as many cells as it has, even an empty one.
_BELOW_HEAD = re.compile(r"^[ \t>:-]*\|[ \t>|:-]*$", re.M)
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?|[A-Za-z]{2,24};)")


@dataclass(frozen=True)
class Intake:
    """What came through: texts by path, other files to publish, and what was refused. Paths are relative, with `/`."""

    sources: Mapping[str, Source]
    assets: tuple[str, ...]
    slips: tuple[Slip, ...]


def take_in(root: Path, content: str, others: tuple[str, ...] = ()) -> Intake:
    """Read the folder `content` and the single files `others`, all relative to `root`; missing ones are left out."""
    sources: dict[str, Source] = {}
    assets: list[str] = []
    slips: list[Slip] = []
    for path in (*_files(root, content, slips), *(other for other in others if os.path.lexists(root / other))):
        try:
            taken = _refuse_file(root, path) or _take(root, path)
        except FileNotFoundError:
            continue  # removed since it was listed
        except OSError:
            taken = _locked(path)
        match taken:
            case Slip():
                slips.append(taken)
            case Source():
                sources[path] = taken
            case str():
                assets.append(taken)
                slips += _no_picture(root, taken)
    return Intake(sources, tuple(assets), tuple(slips))


def fingerprint(root: Path, content: str, others: tuple[str, ...] = ()) -> str:
    """A digest of everything that `take_in` would read: texts to the last byte, other files by size and date."""
    whole = hashlib.sha256()
    for path in (*_files(root, content, []), *others):
        try:
            state = os.lstat(root / path)
            text = stat.S_ISREG(state.st_mode) and path.endswith(TEXT_SUFFIXES) and state.st_size <= _limit(path)
            told = (
                (root / path).read_bytes() if text else f"{state.st_mode} {state.st_size} {state.st_mtime_ns}".encode()
            )
        except OSError as error:
            told = f"{error.errno}".encode()
        whole.update(f"{path}\0{len(told)}\0".encode("utf-8", "surrogateescape"))
        whole.update(told)
    return whole.hexdigest()


FROZEN = "editions"
"""The folder of frozen editions in the project's folder: `editions/7/1.0/`, each with a `manifest.json`."""
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FrozenFolder:
    """The folder of a frozen edition: its manifest, or why it cannot be read, and the hash of every other file by its name.

    `path` is relative to the project's folder. A file that is none, or has an unsafe name, has an empty hash.
    """

    path: str
    manifest: Source | Slip
    hashes: Mapping[str, str]


def take_frozen(root: Path) -> tuple[FrozenFolder, ...]:
    """Every folder of a frozen edition, by path; what is hidden, or has another name than editions have, is none."""
    top = root / FROZEN
    if not top.is_dir() or top.is_symlink():
        return ()
    briefings = sorted(one for one in top.iterdir() if re.fullmatch(r"[0-9]{1,6}", one.name) and _is_folder(one))
    versions = (sorted(one for one in briefing.iterdir() if VERSION.fullmatch(one.name)) for briefing in briefings)
    return tuple(_take_frozen(root, one) for several in versions for one in several if _is_folder(one))


VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}")
"""What a version can be: `1`, `1.0`, `1.0.2`."""


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _take_frozen(root: Path, folder: Path) -> FrozenFolder:
    path = folder.relative_to(root).as_posix()
    hashes = {}
    for current, folders, names in os.walk(folder, followlinks=False):
        odd = [name for name in folders if os.path.islink(os.path.join(current, name))]
        folders[:] = sorted(name for name in folders if name not in odd)
        for name in sorted([*names, *odd]):
            file = Path(current) / name
            hashes[printable(file.relative_to(folder).as_posix())] = _hash(file)
    manifest = _read_manifest(root, f"{path}/{MANIFEST}", MANIFEST in hashes and bool(hashes[MANIFEST]))
    hashes.pop(MANIFEST, None)
    return FrozenFolder(path, manifest, hashes)


def _read_manifest(root: Path, path: str, there: bool) -> Source | Slip:
    here = Span.of_file(path)
    if not there or (root / path).stat().st_size > MAX_TEXT:
        return _slip("edition-changed", here, f"The frozen edition {path.rpartition('/')[0]} has no manifest that can be read.",
                     "Restore the folder from the project's history; nothing of it is published until then.")  # fmt: skip
    return _read_text(root, path)


def _hash(file: Path) -> str:
    """The SHA-256 of an ordinary file with a safe name, empty for anything else."""
    try:
        state = os.lstat(file)
        if not stat.S_ISREG(state.st_mode) or not _NAME.match(file.name):
            return ""
        return _hash_of(str(file), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    except OSError:
        return ""


@lru_cache(maxsize=10_000)
def _hash_of(path: str, size: int, changed: int, moved: int, node: int) -> str:
    """The SHA-256 of a file; reckoned once as long as the system says that it is the same file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_one(path: Path) -> Source | Problem:
    """Read one text file that a command was given, under the path it was given by; or say why not."""
    here = Span.of_file(printable(str(path)))
    try:
        if not path.is_file():
            return Problem(here, f"There is no file {here.path}.", "Give the path as you see it from here.")
        if path.stat().st_size > MAX_BIBLIOGRAPHY:
            return Problem(here, f"{here.path} is larger than {_size(MAX_BIBLIOGRAPHY)}.", "Split it.")
        read = _read_text(Path("."), str(path))
    except OSError:
        read = _locked(str(path))
    if isinstance(read, Source):
        return read
    return Problem(read.problem.span, f"{read.problem.span}: {read.problem.message}", read.problem.hint)


def take_pasted(data: bytes, name: str) -> Source | Problem:
    """A text that a command was handed, under a name for it; or why not."""
    if len(data) > MAX_BIBLIOGRAPHY:
        return Problem(Span.of_file(name), f"{name} is larger than {_size(MAX_BIBLIOGRAPHY)}.", "Split it.")
    read = _decoded(data, name)
    if isinstance(read, Source):
        return read
    return Problem(read.problem.span, f"{read.problem.span}: {read.problem.message}", read.problem.hint)


def printable(path: str) -> str:
    """A path as it can be shown: what is no visible character becomes a question mark."""
    return "".join(character if character.isprintable() else "?" for character in path)


def _take(root: Path, path: str) -> Source | Slip | str:
    """The text of a file, or the path of one that is published as it is."""
    return _read_text(root, path) if path.endswith(TEXT_SUFFIXES) else path


def _files(root: Path, folder: str, slips: list[Slip]) -> Iterator[str]:
    """Every file below a folder in a fixed order; hidden ones are nobody's content."""
    if linked := _linked(root, folder):
        slips.append(_link_slip(linked))
        return

    def note(error: OSError) -> None:
        slips.append(_locked(Path(error.filename).relative_to(root).as_posix()))

    for current, folders, names in os.walk(root / folder, followlinks=False, onerror=note):
        here = Path(current).relative_to(root)
        odd = [name for name in folders if os.path.islink(os.path.join(current, name)) or _has_suffix(name)]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in odd)
        yield from ((here / name).as_posix() for name in sorted(names + odd) if not name.startswith("."))


def _has_suffix(name: str) -> bool:
    return name.endswith((*TEXT_SUFFIXES, *ASSET_SUFFIXES))


def _linked(root: Path, path: str) -> str:
    """The first part of a path that is a symbolic link, or nothing."""
    parts = Path(path).parts
    heads = (Path(*parts[: count + 1]) for count in range(len(parts)))
    return next((head.as_posix() for head in heads if os.path.islink(root / head)), "")


def _refuse_file(root: Path, path: str) -> Slip | None:
    here = Span.of_file(printable(path))
    if _linked(root, path):
        return _link_slip(path)
    state = os.lstat(root / path)
    if stat.S_ISDIR(state.st_mode):
        return _slip(
            "text-not-a-file", here, f"{here.path} is a folder, but its name is that of a file.", "Rename or remove it."
        )
    if not stat.S_ISREG(state.st_mode):
        return _slip("text-not-a-file", here, f"{here.path} is not an ordinary file.", "Remove it.")
    if not _NAME.match(path):
        part = next(part for part in path.split("/") if not _NAME.match(part))
        return _slip("text-file-name", here, f"The name “{printable(part)}” has characters that a web address cannot carry safely.",
                     f"Use small letters, digits, full stops and hyphens only, for example: {_safe_name(part)}")  # fmt: skip
    if device := next((part for part in path.split("/") if _DEVICE.match(part)), ""):
        return _slip("text-file-name", here, f"The name “{device}” cannot be kept on Windows, so that nobody there could open the project.",
                     f"Call it something else, for example: {_other_name(device)}")  # fmt: skip
    if not _has_suffix(path):
        return _slip("text-file-type", here, f"{path} is a kind of file that is not published.",
                     f"Use one of: {', '.join(ASSET_SUFFIXES)}.")  # fmt: skip
    limit = _limit(path)
    if state.st_size > limit:
        return _slip("text-too-large", here, f"{path} is {_size(state.st_size)} large; a file of this kind may be at most {_size(limit)}.",
                     "Split it, or leave out what readers do not need.")  # fmt: skip
    return None


def _no_picture(root: Path, path: str) -> Iterator[Slip]:
    """What is wrong with a picture that no browser and no edition can show."""
    if not path.endswith(PICTURE_SUFFIXES):
        return
    with (root / path).open("rb") as file:
        if is_picture(file):
            return
    here = Span.of_file(printable(path))
    yield _slip("text-not-a-picture", here, f"{here.path} cannot be shown: it is damaged, no picture, or larger than {MOST_PIXELS // 10**6} million dots.",
                "Save the picture again as PNG or JPEG, at most 4,000 dots wide.")  # fmt: skip


def _link_slip(path: str) -> Slip:
    here = Span.of_file(printable(path))
    return _slip("text-symbolic-link", here, f"{here.path} is a symbolic link, and links to other places are not followed.",
                 "Put the file itself here instead of a link to it.")  # fmt: skip


def _locked(path: str) -> Slip:
    here = Span.of_file(printable(path))
    return _slip("text-not-a-file", here, f"{here.path} cannot be opened.", "Allow everybody to read it, or remove it.")


def _read_text(root: Path, path: str) -> Source | Slip:
    return _decoded((root / path).read_bytes(), path)


def _decoded(data: bytes, path: str) -> Source | Slip:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        return _slip("text-not-utf8", Span(path, place, place), f"{printable(path)} is not saved as UTF-8: a character in line {place.line} cannot be read.",
                     "Save it again and choose the encoding “UTF-8”.")  # fmt: skip
    source = Source(path, text.replace("\r\n", "\n").replace("\r", "\n"))
    return _refuse_text(source) or source


def _refuse_text(source: Source) -> Slip | None:
    bad = _FORBIDDEN.search(source.text)
    if bad:
        return _slip("text-control-character", source.span(bad.start(), bad.end()),
                     f"There is an invisible control character (U+{ord(bad.group()):04X}) {_behind(source.text, bad.start())}.",
                     "Delete it; it often comes with text copied from another program.")  # fmt: skip
    if hidden := _hidden(source):
        return hidden
    if not source.path.endswith(".md"):
        return None
    for found in _REFERENCE.finditer(source.text):
        if not (found.group(1) or found.group(2)):
            number = ord(unescape(found.group())[0])
        else:
            number = int(found.group(1), 16) if found.group(1) else int(found.group(2))
        if number == 0 or number > 0x10FFFF or _FORBIDDEN.match(chr(number)):
            return _slip("text-control-character", source.span(found.start(), found.end()),
                         f"{found.group()} stands for an invisible control character.", "Delete it.")  # fmt: skip
        if first_hidden(chr(number)) >= 0:
            return _slip("text-hidden-character", source.span(found.start(), found.end()),
                         f"{found.group()} stands for a character that {_does(chr(number))}.", "Delete it.")  # fmt: skip
    return _refuse_density(source)


def _hidden(source: Source) -> Slip | None:
    """What hides in a text. In works from other programs, such as a bibliography, only what turns text round does harm."""
    ours = source.path.endswith((".md", ".yml"))
    start = first_hidden(source.text)
    while start >= 0 and not ours and not re.match(f"[{TURNING}]", source.text[start]):
        start = first_hidden(source.text, start + 1)
    if start < 0:
        return None
    character = source.text[start]
    return _slip("text-hidden-character", source.span(start, start + 1),
                 f"There is a character (U+{ord(character):04X}) that {_does(character)}, {_behind(source.text, start)}.",
                 "Delete the two letters on either side of it and type them again; it often comes with copied text.")  # fmt: skip


def _does(character: str) -> str:
    return "turns the order of the text round" if re.match(f"[{TURNING}]", character) else "nobody can see"


def _refuse_density(source: Source) -> Slip | None:
    """Refuse text that the Markdown parser would take quadratic time for; what passes takes seconds at the very most."""
    start, total, all_cells = 0, dict.fromkeys(_LIMITS, 0), 0
    for block in re.split(r"(\n[ \t]*\n)", source.text):
        first = start + len(block) - len(block.lstrip())
        start += len(block)
        if len(block.expandtabs(4)) > MAX_BLOCK:  # as the parser does it
            return _dense(source, first, f"This paragraph has more than {MAX_BLOCK} characters.")
        cells = _cells(block)
        all_cells += cells
        if cells > MAX_CELLS[0] or all_cells > MAX_CELLS[1]:
            place, limit = (
                ("This table", MAX_CELLS[0]) if cells > MAX_CELLS[0] else ("The tables of this page", MAX_CELLS[1])
            )
            return _dense(source, first, f"{place} would have more than {limit} cells, counted with empty ones.")
        for marks, (in_block, in_page, named) in _LIMITS.items():
            count = len(marks.findall(block))
            total[marks] += count
            if count > in_block or total[marks] > in_page:
                place, limit = ("paragraph", in_block) if count > in_block else ("page", in_page)
                return _dense(source, first, f"This {place} has more than {limit} {named}.")
    return _refuse_open_tags(source)


def _refuse_open_tags(source: Source) -> Slip | None:
    """Refuse a page on which many `<` are not closed."""
    distance, close = 0, len(source.text)
    for found in reversed(list(_TAG.finditer(source.text))):
        if found.group() == ">":
            close = found.start()
            continue
        distance += close - found.start()
        if distance > MAX_OPEN_TAGS:
            return _slip("text-too-dense", source.span(found.start(), found.end()),
                         "From here on, too many of the characters < have no > behind them.",
                         r"Close each HTML tag with >, and write \< where you mean the character itself.")  # fmt: skip
    return None


def _cells(block: str) -> int:
    """How many cells a paragraph has at the most if it is a table; 0 if it can be none."""
    columns = max((line.count("|") + 1 for line in _BELOW_HEAD.findall(block)), default=0)
    return columns * (block.count("\n") + 1)


def _dense(source: Source, first: int, message: str) -> Slip:
    span = source.span(first, min(first + 1, len(source.text)))
    return _slip("text-too-dense", span, message, "Split it with empty lines, or into several files.")


def _slip(code: str, span: Span, message: str, hint: str) -> Slip:
    return Slip(code, Problem(span, message, hint))


def _limit(path: str) -> int:
    if path.endswith((".bib", ".lock")):  # both grow with the whole series
        return MAX_BIBLIOGRAPHY
    return MAX_TEXT if path.endswith(TEXT_SUFFIXES) else MAX_ASSET


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{count / 1024:.0f} KB"


def _behind(text: str, offset: int) -> str:
    """Where in its line something stands, in words."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return f"behind “{before[-30:]}”" if before.strip() else "at the beginning of this line"


def _other_name(name: str) -> str:
    stem, stop, kind = name.partition(".")
    return f"{stem}-1{stop}{kind}".rstrip(".")


def _safe_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"-*\.-*", ".", re.sub(r"[^a-z0-9._-]+", "-", plain)).strip("-") or "file"
