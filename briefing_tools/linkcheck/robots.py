"""Obey robots: what a website's `robots.txt` asks of programs like this one (RFC 9309).

Written here, because the file is a stranger's: the libraries that were looked at either know no wildcards (the standard
library) or turn them into regular expressions that such a file can make run for ever.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from briefing_tools.linkrecord.policy import matches

MOST = 500 * 1024
"""Bytes of the file that are read (RFC 9309, 2.5)."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules that hold for us: patterns with whether they allow."""

    rules: tuple[tuple[str, bool], ...] = ()

    def allow(self, url: str) -> bool:
        """Whether we may ask an address. The longest rule that matches decides; of two, the one that allows."""
        parts = urlsplit(url)
        path = _plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        found = [(len(pattern), allows) for pattern, allows in self.rules if _fits(pattern, path)]
        return max(found)[1] if found else True


ALLOW_ALL = RobotsRules()
ALLOW_NOTHING = RobotsRules((("/", False),))


def read_robots(text: str, agent: str) -> RobotsRules:
    """The rules for a program with this name, or else those for all programs."""
    mine: list[tuple[str, bool]] = []
    everybody: list[tuple[str, bool]] = []
    groups: list[list[tuple[str, bool]]] = []
    named, in_rules = False, False
    for line in text.lstrip("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if in_rules:
                groups, in_rules = [], False
            product = re.match(r"[a-zA-Z_-]*", value)
            if value == "*":
                groups.append(everybody)
            elif product and product.group() and product.group().lower() == agent.lower():
                groups.append(mine)
                named = True
        elif key in ("allow", "disallow"):
            in_rules = True
            if value:
                for group in groups:
                    group.append((_plain(value), key == "allow"))
    return RobotsRules(tuple(mine if named else everybody))


def _fits(pattern: str, path: str) -> bool:
    """Whether a rule matches a path: from its beginning, `*` for anything, `$` for the end."""
    return matches(pattern[:-1] if pattern.endswith("$") else pattern + "*", path)


def _plain(path: str) -> str:
    """A path in which equal things are spelt equally."""
    return unquote(path)
