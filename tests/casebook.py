"""Cases: read the documents in `cases/`, and lay out the project that a case describes.

A document is prose with one heading per case. Four backticks fence what a case needs:

    PATH                the whole file
    diff PATH           lines to take out (-) and to put in (+); every other line says where
    delete PATH         the file is missing
    move PATH           the file or folder is under the name in the fence
    symlink PATH        a symbolic link to the place named in the fence
    fifo PATH           a named pipe
    bytes PATH          bytes, with Python's escapes: caf\\xe9
    add N PATH          the fence's text N times, at the end of the file
    folder PATH         an empty folder
    program PATH        the file is marked as a program that can be run
    base PATH           the whole file, before somebody sent what the other fences say
    sender              the account that sent it; the case is then a change since a commit of git
    read PATH           what the plan holds of a file afterwards: one `field: value` a line
    expected            what a person sees

Whatever a case does not mention is taken from the base, the first case of `base.md`.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CASES = Path(__file__).parent / "cases"

_FENCE = re.compile(r"^````[ ]?([^`\n]*)\n(.*?)^````[ ]*$", re.M | re.S)
_HEADING = re.compile(r"^## (.+)$", re.M)


@dataclass(frozen=True)
class Fence:
    """A fenced block: what kind it is, the path it speaks of, and its text, which ends with a line break."""

    kind: str
    path: str
    text: str
    times: int = 1


@dataclass(frozen=True)
class Case:
    """A heading of a document with its fences; `start` and `end` are its place in the document."""

    document: Path
    title: str
    fences: tuple[Fence, ...]
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.document.stem}: {self.title}"

    def one(self, kind: str) -> Fence | None:
        """The fence of this kind, if there is one."""
        return next((fence for fence in self.fences if fence.kind == kind), None)


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every document, in order."""
    return tuple(case for document in sorted(CASES.glob("*.md")) for case in read_document(document))


def read_document(document: Path) -> Iterator[Case]:
    """The cases of one document."""
    text = document.read_text("utf-8")
    fenced = [(found.start(), found.end()) for found in _FENCE.finditer(text)]
    headings = [
        found for found in _HEADING.finditer(text) if not any(start <= found.start() < end for start, end in fenced)
    ]
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        inside = tuple(_fence(found) for found in _FENCE.finditer(text, heading.end(), end))
        yield Case(document, heading.group(1).strip(), inside, heading.start(), end)


def base() -> dict[str, str]:
    """The texts of the base, by path."""
    first = next(read_document(CASES / "base.md"))
    return {fence.path: fence.text for fence in first.fences if fence.kind == "file"}


def lay_out(root: Path, *fences: Fence) -> Path:
    """Write the base with what the fences change into the folder `root`, and return it."""
    for path, text in base().items():
        write(root, path, text)
    for fence in fences:
        if fence.kind == "base":
            write(root, fence.path, fence.text)
    if any(fence.kind == "sender" for fence in fences):
        git(root, "init", "-q", "-b", "main")
        commit(root, "Base")
    for fence in fences:
        _apply(root, fence)
    return root


def git(root: Path, *words: str) -> str:
    """Run git in `root` as somebody invented, and return what it says."""
    names = (
        "user.name=Invented",
        "user.email=invented@example.org",
        "commit.gpgsign=false",
        "protocol.file.allow=always",
    )
    settings = [word for name in names for word in ("-c", name)]
    done = subprocess.run(["git", "-C", str(root), *settings, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, message: str) -> str:
    """Commit everything below `root`, and return the commit's name."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def write(root: Path, path: str, text: str) -> Path:
    """Write one text file below `root` with the folders that it needs."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def change(path: str, old: str, new: str) -> Fence:
    """The fence that puts `new` in the place of the line or lines `old`."""
    lines = [f"-{line}" for line in old.split("\n")] + [f"+{line}" for line in new.split("\n")]
    return Fence("diff", path, "\n".join(lines) + "\n")


def replace_fence(case: Case, kind: str, text: str) -> None:
    """Write `text` into the case's fence of this kind, adding one at the case's end if there is none."""
    whole = case.document.read_text("utf-8")
    now = next(one for one in read_document(case.document) if one.title == case.title)
    fence = next((found for found in _FENCE.finditer(whole, now.start, now.end) if _fence(found).kind == kind), None)
    block = f"````{fence.group(1) if fence else ' ' + kind}\n{text}````"
    start, end = (fence.start(), fence.end()) if fence else (now.end, now.end)
    if fence is None:
        block = ("" if whole[:start].endswith("\n\n") else "\n") + block + "\n" * (2 if whole[end:] else 1)
    elif fence.group(1):
        block = f"```` {fence.group(1)}\n{text}````"
    case.document.write_text(whole[:start] + block + whole[end:], "utf-8")


def _fence(found: re.Match[str]) -> Fence:
    info, text = found.group(1).strip(), found.group(2)
    words = info.split(" ")
    if words[0] in (
        "expected",
        "read",
        "diff",
        "delete",
        "move",
        "symlink",
        "fifo",
        "bytes",
        "folder",
        "base",
        "sender",
        "program",
    ):
        return Fence(words[0], " ".join(words[1:]), text)
    if words[0] == "add":
        return Fence("add", " ".join(words[2:]), text, int(words[1]))
    return Fence("file", info, text)


def _apply(root: Path, fence: Fence) -> None:
    file = root / fence.path
    if fence.kind in ("expected", "read", "base", "sender"):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    match fence.kind:
        case "file":
            file.write_text(fence.text, "utf-8")
        case "diff":
            file.write_text(_patched(file.read_text("utf-8"), fence), "utf-8")
        case "delete":
            file.unlink()
        case "program":
            file.chmod(0o755)
        case "move":
            (root / fence.text.strip()).parent.mkdir(parents=True, exist_ok=True)
            file.rename(root / fence.text.strip())
        case "symlink":
            file.symlink_to(fence.text.strip())
        case "fifo":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "bytes":
            file.write_bytes(fence.text.encode("latin-1").decode("unicode_escape").encode("latin-1"))
        case "add":
            with file.open("a", encoding="utf-8") as open_file:
                open_file.write(fence.text * fence.times)


def _patched(text: str, fence: Fence) -> str:
    """A text with the lines of a `diff` fence exchanged; what is taken out must be there exactly once."""
    old, new = [], []
    for line in fence.text.removesuffix("\n").split("\n"):
        sign, rest = line[:1], line[1:]
        assert sign in ("-", "+", " ", ""), f"{fence.path}: a line of a diff begins with -, + or a space: {line!r}"
        if sign != "+":
            old.append(rest)
        if sign != "-":
            new.append(rest)
    before, after = "\n".join(old) + "\n", "\n".join(new) + "\n"
    whole = "\n" + text
    assert whole.count("\n" + before) == 1, f"{fence.path} does not have these lines exactly once:\n{before}"
    return whole.replace("\n" + before, "\n" + (after if new else ""))[1:]


@contextmanager
def as_nobody() -> Iterator[Path]:
    """An empty folder; `drop_rights` holds until its end."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        privileged = os.geteuid() == 0
        try:
            yield Path(folder)
        finally:
            if privileged:
                os.seteuid(0)
            for path in Path(folder).rglob("*"):
                if not path.is_symlink():
                    path.chmod(0o755)


def drop_rights() -> None:
    """From here on we have no more rights than any user has."""
    if os.geteuid() == 0:
        os.seteuid(65534)
