"""Ask git: which files changed, and what a file was in an earlier revision. The only door to the git command.

Nothing that a repository brings along is run: no hooks, no watcher, no outside program that compares or converts, and
nothing is fetched. What somebody else named is passed after `--end-of-options`, and paths come back with NULs between.
"""

import os
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from briefing_tools.errors import CannotRun
from briefing_tools.model import Change

_SAFE = ("--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=", "-c", "core.quotePath=false")
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules=none", "-z")
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
_KINDS = {"A": "added", "D": "deleted"}


def changed_since(root: Path, base: str, head: str | None = None) -> frozenset[str]:
    """The files below `root` that differ from where this branch left `base`, relative to `root`.

    `head` is the commit to compare; without it, the files as they lie there, also those that git does not know yet, but
    for ignored ones. Raises `CannotRun` when there is no git, no repository, or no such commit.
    """
    commits = [commit(root, one) for one in (base, head) if one is not None]
    done = _ask(root, base, "diff", "--name-only", "--relative", *_PLAIN, "--merge-base", "--end-of-options", *commits)
    new = _ask(root, base, "ls-files", "--others", "--exclude-standard", "-z") if head is None else b""
    return frozenset((*_names(done), *_names(new)))


def changes_since(root: Path, base: str, head: str | None = None) -> tuple[Change, ...]:
    """Every file of the repository that was added, changed or deleted since this branch left `base`, sorted by path.

    A file that was renamed is one deleted and one added. Paths are relative to `root`; one outside of it begins with `/`
    and is relative to the repository. Without `head`, files that git does not know yet count too, but for ignored ones.
    Raises `CannotRun` as `changed_since` does.
    """
    prefix = _prefix(root, base)
    top = root / Path(*[".."] * prefix.count("/"))
    commits = [commit(root, one) for one in (base, head) if one is not None]
    raw = _names(_ask(top, base, "diff", "--raw", *_PLAIN, "--merge-base", "--end-of-options", *commits))
    changes = [_change(heads, _below(prefix, path)) for heads, path in zip(raw[::2], raw[1::2], strict=True)]
    if head is None:
        for path in _names(_ask(top, base, "ls-files", "--others", "--exclude-standard", "-z")):
            changes.append(Change(_below(prefix, path), "added", "", _mode(top / path)))
    return tuple(sorted(changes, key=lambda change: change.path))


def names_in(root: Path, revision: str | None) -> frozenset[str]:
    """Every file of a revision of the repository, or without one every file that git knows or could; as in `changes_since`."""
    prefix = _prefix(root, revision or "HEAD")
    if revision is not None:
        done = _ask(root, revision, "ls-tree", "-r", "-z", "--full-tree", "--name-only", commit(root, revision))
    else:
        top = root / Path(*[".."] * prefix.count("/"))
        done = _ask(top, "HEAD", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    return frozenset(_below(prefix, path) for path in _names(done))


def files_at(root: Path, revision: str) -> frozenset[str]:
    """The files below `root` that a commit holds, relative to `root`. Raises `CannotRun` as `changed_since` does."""
    return frozenset(path for path in names_in(root, revision) if not path.startswith("/"))


def merge_base(root: Path, base: str, head: str | None = None) -> str:
    """The commit at which `head`, or this branch, left `base`. Raises `CannotRun` as `changed_since` does."""
    tip = "HEAD" if head is None else commit(root, head)
    done = _ask(root, base, "merge-base", "--end-of-options", commit(root, base), tip)
    return done.decode("ascii", "replace").strip()


def lay_out(root: Path, revision: str, folder: Path) -> None:
    """Write the files below `root` as they were in a commit into `folder`, links that lead out of it excepted.

    Raises `CannotRun` as `changed_since` does.
    """
    packed = _ask(root, revision, "archive", "--format=tar", commit(root, revision))
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter=_harmless)


def _harmless(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def head_of(root: Path, paths: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The commit that is checked out, and the files below these paths that differ from it; nothing without a commit.

    Paths are relative to `root`, as are the files.
    """
    try:
        head = _run(root, "rev-parse", "--verify", "--quiet", "HEAD").decode("ascii", "replace").strip()
        said = _names(
            _run(root, "status", "--porcelain=v1", "--no-renames", "--untracked-files=all", "-z", "--", *paths)
        )
        prefix = _run(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "", ()
    return head, tuple(sorted(_below(prefix, line[3:]) for line in said))


def text_at(root: Path, revision: str, path: str, most: int | None = None) -> str | None:
    """The text of a file below `root` in a commit, of at most `most` bytes; None if there is none that can be read.

    Raises `CannotRun` when there is no git.
    """
    if path.startswith("/") or ".." in path.split("/"):
        return None
    name = f"{revision}:./{path}"
    try:
        if most is not None and int(_run(root, "cat-file", "-s", "--end-of-options", name)) > most:
            return None
        return _run(root, "cat-file", "blob", "--end-of-options", name).decode("utf-8-sig")
    except FileNotFoundError:
        raise _no_git() from None
    except (subprocess.CalledProcessError, UnicodeDecodeError, ValueError):
        return None


def commit(root: Path, revision: str) -> str:
    """The full name of the commit that a revision means. Raises `CannotRun` when there is none."""
    done = _ask(root, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return done.decode("ascii", "replace").strip()


def _prefix(root: Path, revision: str) -> str:
    """Where `root` lies in its repository: empty, or ending in `/`."""
    done = _ask(root, revision, "rev-parse", "--show-prefix")
    return done.decode("utf-8", "surrogateescape").removesuffix("\n")


def _below(prefix: str, path: str) -> str:
    return path.removeprefix(prefix) if path.startswith(prefix) else f"/{path}"


def _change(heads: str, path: str) -> Change:
    """A change from a record of `git diff --raw`: `:100644 100755 1a2b3c 4d5e6f M`."""
    before, after, _, _, letter = heads.removeprefix(":").split(" ")
    gone = "000000"
    return Change(path, _KINDS.get(letter, "changed"), "" if before == gone else before, "" if after == gone else after)


def _mode(path: Path) -> str:
    """The mode under which git would keep a file."""
    if path.is_symlink():
        return "120000"
    if path.is_dir():
        return "160000"
    return "100755" if os.access(path, os.X_OK) else "100644"


def _names(output: bytes) -> list[str]:
    return [name for name in output.decode("utf-8", "surrogateescape").split("\0") if name]


def _ask(root: Path, revision: str, *words: str) -> bytes:
    """Run git, or say in one sentence what is missing."""
    try:
        return _run(root, *words)
    except FileNotFoundError:
        raise _no_git() from None
    except (subprocess.CalledProcessError, ValueError):
        raise CannotRun(
            f"git knows no commit or branch “{revision}” here.", "Fetch it first, or leave --base out."
        ) from None


def _run(root: Path, *words: str) -> bytes:
    command = ["git", *_SAFE, "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, check=True, env={**os.environ, **_QUIET}).stdout


def _no_git() -> CannotRun:
    return CannotRun("git is not installed, so nobody can tell what changed.", "Install git, or leave --base out.")
