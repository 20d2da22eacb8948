"""Name: the programs that have a hand in editions, with their versions."""

import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from briefing_tools.liblouis import liblouis_version

_TOOLS = (
    "briefing-tools", "typst", "pikepdf", "fonttools", "pillow", "markdown", "pybtex", "jinja2", "nh3", "pypandoc-binary", "espeakng-loader", "lameenc",
)  # fmt: skip


def tools() -> Iterator[tuple[str, str]]:
    """What had a hand in the files, with its version."""
    yield "python", platform.python_version()
    for name in _TOOLS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
    if louis := liblouis_version():
        yield "liblouis", louis


@cache
def made_with() -> bytes:
    """All of them as one text."""
    return "\n".join(f"{name} {number}" for name, number in tools()).encode()
