"""Take in: only regular, small, well-named UTF-8 files come through the gate; everything else is refused with a reason.

This is the door to the disk for content. Whatever a pull request brings is hostile until it has passed here: MkDocs
follows symbolic links, Python-Markdown needs forty seconds for 20 KB of `[`, and a NUL byte would reach the page.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.source import Position, Source, Span

TEXT_SUFFIXES = (".md", ".yml", ".bib", ".lock", ".toml")
ASSET_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".csv", ".txt", ".ods", ".odt", ".docx", ".xlsx")
"""What may be published as it is. Web pages, scripts and SVG could run in a reader's browser and are not among it."""

MAX_TEXT = 256 * 1024
MAX_BIBLIOGRAPHY = 16 * 1024 * 1024
MAX_ASSET = 10 * 1024 * 1024
MAX_MARKS_IN_BLOCK = 500
MAX_MARKS_IN_PAGE = 5000

_NAME = re.compile(r"[a-z0-9._/-]+\Z")
# C0 and C1 control characters, and the private and unassigned characters that `markup.py` uses as place marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
_MARKS = re.compile(r"[\[!<]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")


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
    for path in (*_files(root, content), *(other for other in others if _is_there(root / other))):
        refusal = _refuse_file(root, path)
        if refusal:
            slips.append(refusal)
        elif not path.endswith(TEXT_SUFFIXES):
            assets.append(path)
        else:
            read = _read_text(root, path)
            if isinstance(read, Slip):
                slips.append(read)
            else:
                sources[path] = read
    return Intake(sources, tuple(assets), tuple(slips))


def take_one(path: Path) -> Source | Problem:
    """Read one text file that a command was given, under the path it was given by; or say why not."""
    here = Span.of_file(str(path))
    if not path.is_file():
        return Problem(here, f"There is no file {path}.", "Give the path as you see it from here.")
    if path.stat().st_size > MAX_BIBLIOGRAPHY:
        return Problem(here, f"{path} is larger than {_size(MAX_BIBLIOGRAPHY)}.", "Split it.")
    read = _read_text(Path("."), str(path))
    return (
        Problem(read.problem.span, f"{read.problem.span}: {read.problem.message}", read.problem.hint)
        if isinstance(read, Slip)
        else read
    )


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _files(root: Path, folder: str) -> Iterator[str]:
    """Every file below a folder in a fixed order; hidden ones are nobody's content."""
    for current, folders, names in os.walk(root / folder, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(current, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        for name in sorted(names + links):
            if not name.startswith("."):
                yield Path(current, name).relative_to(root).as_posix()


def _refuse_file(root: Path, path: str) -> Slip | None:
    here = Span.of_file(path)
    state = os.lstat(root / path)
    if stat.S_ISLNK(state.st_mode):
        return _slip("text-symbolic-link", here, f"{path} is a symbolic link, and links to other places are not followed.",
                     "Put the file itself here instead of a link to it.")  # fmt: skip
    if not stat.S_ISREG(state.st_mode):
        return _slip("text-not-a-file", here, f"{path} is not an ordinary file.", "Remove it.")
    if not _NAME.match(path):
        return _slip("text-file-name", here, f"The file name {ascii(path)[1:-1]!r} has characters that a web address cannot carry safely.",
                     f"Use small letters, digits, full stops and hyphens only, for example {_safe_name(path)!r}.")  # fmt: skip
    if not path.endswith((*TEXT_SUFFIXES, *ASSET_SUFFIXES)):
        return _slip("text-file-type", here, f"{path} is a kind of file that is not published.",
                     f"Use one of: {', '.join(ASSET_SUFFIXES)}.")  # fmt: skip
    limit = _limit(path)
    if state.st_size > limit:
        return _slip("text-too-large", here, f"{path} has {_size(state.st_size)}; a file of this kind may have at most {_size(limit)}.",
                     "Split it, or leave out what readers do not need.")  # fmt: skip
    return None


def _read_text(root: Path, path: str) -> Source | Slip:
    data = (root / path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        return _slip("text-not-utf8", Span(path, place, place), f"{path} is not saved as UTF-8: byte {error.start + 1} cannot be read.",
                     "Save it again and choose the encoding “UTF-8”.")  # fmt: skip
    source = Source(path, text.replace("\r\n", "\n").replace("\r", "\n"))
    return _refuse_text(source) or source


def _refuse_text(source: Source) -> Slip | None:
    bad = _FORBIDDEN.search(source.text)
    if bad:
        return _slip("text-control-character", source.span(bad.start(), bad.end()),
                     f"There is an invisible control character here (U+{ord(bad.group()):04X}).",
                     "Delete it; it often comes with text copied from another program.")  # fmt: skip
    if not source.path.endswith(".md"):
        return None
    for found in _REFERENCE.finditer(source.text):
        number = int(found.group(1), 16) if found.group(1) else int(found.group(2))
        if number == 0 or number > 0x10FFFF or _FORBIDDEN.match(chr(number)):
            return _slip("text-control-character", source.span(found.start(), found.end()),
                         f"{found.group()} stands for an invisible control character.", "Delete it.")  # fmt: skip
    return _refuse_density(source)


def _refuse_density(source: Source) -> Slip | None:
    """Refuse text that the Markdown parser would take quadratic time for; 500 marks a block cost at most 0.08 s."""
    hint = "Split the text, or remove the marks that are not Markdown."
    start, total = 0, 0
    for block in re.split(r"(\n[ \t]*\n)", source.text):
        marks = len(_MARKS.findall(block))
        total += marks
        if marks > MAX_MARKS_IN_BLOCK or total > MAX_MARKS_IN_PAGE:
            place = "paragraph" if marks > MAX_MARKS_IN_BLOCK else "page"
            limit = MAX_MARKS_IN_BLOCK if place == "paragraph" else MAX_MARKS_IN_PAGE
            first = start + len(block) - len(block.lstrip())
            return _slip(
                "text-too-dense",
                source.span(first, first + 1),
                f"This {place} has more than {limit} of the characters [, ! and <.",
                hint,
            )
        start += len(block)
    return None


def _slip(code: str, span: Span, message: str, hint: str) -> Slip:
    return Slip(code, Problem(span, message, hint))


def _limit(path: str) -> int:
    if path.endswith(".bib"):
        return MAX_BIBLIOGRAPHY
    return MAX_TEXT if path.endswith(TEXT_SUFFIXES) else MAX_ASSET


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{count / 1024:.0f} KB"


def _safe_name(path: str) -> str:
    return re.sub(r"[^a-z0-9._/-]+", "-", path.lower()).strip("-") or "file"
