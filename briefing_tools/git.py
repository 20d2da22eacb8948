"""Ask git: which files changed, and how they were. The only door to the git command."""

import subprocess
from pathlib import Path

from briefing_tools.errors import CannotRun


def changed_since(root: Path, base: str) -> frozenset[str]:
    """The files below `root` that differ from where this branch left `base`, relative to `root`.

    A file that was renamed counts twice, under its old and its new name. Raises `CannotRun` when there is no git, no
    repository, or no such commit.
    """
    differing = ("diff", "--name-only", "--no-renames", "--relative", "-z", "--merge-base", "--end-of-options", base)
    return frozenset(_ask(root, base, *differing).split("\0")) - {""}


def files_at(root: Path, commit: str) -> frozenset[str]:
    """The files below `root` that a commit holds, relative to `root`. Raises `CannotRun` as `changed_since` does."""
    return frozenset(_ask(root, commit, "ls-tree", "-r", "--name-only", "-z", commit).split("\0")) - {""}


def merge_base(root: Path, base: str) -> str:
    """The commit at which this branch left `base`. Raises `CannotRun` as `changed_since` does."""
    return _ask(root, base, "merge-base", "--end-of-options", base, "HEAD").strip()


def text_at(root: Path, commit: str, path: str) -> str | None:
    """The text of a file below `root` in a commit; nothing if it was not there, or is no text.

    Raises `CannotRun` when there is no git.
    """
    try:
        command = ["git", "-C", str(root), "cat-file", "blob", f"{commit}:./{path}"]
        done = subprocess.run(command, capture_output=True, check=False)
        return done.stdout.decode("utf-8-sig") if done.returncode == 0 else None
    except FileNotFoundError:
        raise _no_git() from None
    except UnicodeDecodeError:
        return None


def _ask(root: Path, base: str, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    except FileNotFoundError:
        raise _no_git() from None
    except subprocess.CalledProcessError:
        raise CannotRun(
            f"git knows no commit or branch “{base}” here.", "Fetch it first, or leave --base out."
        ) from None
    return done.stdout.decode("utf-8", "surrogateescape")


def _no_git() -> CannotRun:
    return CannotRun("git is not installed, so nobody can tell what changed.", "Install git, or leave --base out.")
