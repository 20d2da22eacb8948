"""The command line: one command per job, exit code 0 (fine), 1 (findings) or 2 (could not run).

Each module adds its commands to `main`.
"""

from briefing_tools.cli import building, checking, editions, links, moderating, reading, writing
from briefing_tools.cli.frame import FORMATS, main

__all__ = ["FORMATS", "building", "checking", "editions", "links", "main", "moderating", "reading", "writing"]
