"""Ask git: which files changed. The only door to the git command."""

import subprocess
from pathlib import Path

from briefing_tools.errors import CannotRun


def changed_since(root: Path, base: str) -> frozenset[str]:
    """The files below `root` that differ from where this branch left `base`, relative to `root`.

    Raises `CannotRun` when there is no git, no repository, or no such commit.
    """
    command = [
        "git",
        "-C",
        str(root),
        "diff",
        "--name-only",
        "--relative",
        "-z",
        "--merge-base",
        "--end-of-options",
        base,
    ]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except FileNotFoundError:
        raise CannotRun(
            "git is not installed, so nobody can tell what changed.", "Install git, or leave --base out."
        ) from None
    except subprocess.CalledProcessError:
        raise CannotRun(
            f"git knows no commit or branch “{base}” here.", "Fetch it first, or leave --base out."
        ) from None
    return frozenset(done.stdout.decode("utf-8", "surrogateescape").split("\0")) - {""}
