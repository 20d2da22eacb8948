"""Allow: lines that an editor has looked at and found fit to publish, recorded without their words (`privacy.lock`).

An entry holds a slow, salted hash of the line, so the record does not repeat what somebody may later want removed, and
dies by itself when the line changes. It does not make a secret of a line that can be guessed: whoever has the record and
knows all of a line but a child's age has few guesses to make. So the hash is scrypt's (RFC 7914), over the whole line, its
file and the rule; the salt is the project's own and is no secret.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

LOCK = "privacy.lock"
_HEAD = (
    "# Lines that looked like personal data and that an editor has found fit to publish: `briefings allow FILE:LINE`.\n"
    "# An entry fits one line of one file, by its hash, and no other; change the line and it has to be looked at again.\n"
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """One line that may be published. `rule` is the code of the finding; `date` is ISO 8601."""

    path: str
    rule: str
    hash: str
    reason: str
    by: str
    date: str


@dataclass(frozen=True, slots=True)
class Allowances:
    """Everything allowed in a project, and its salt (hexadecimal)."""

    salt: str = ""
    entries: tuple[Allowance, ...] = ()

    def concern(self, path: str, rule: str) -> bool:
        """Whether anything is allowed in a file under a rule; a hash is worked out only then."""
        return any(entry.path == path and entry.rule == rule for entry in self.entries)

    def allowance(self, path: str, rule: str, lines: str) -> Allowance | None:
        """The entry that fits a line (or the lines that a finding covers), if there is one."""
        hashed = line_hash(self.salt, path, rule, lines)
        return next(
            (entry for entry in self.entries if (entry.path, entry.rule, entry.hash) == (path, rule, hashed)), None
        )

    def entry(self, path: str, rule: str, lines: str, *, reason: str, by: str, date: str) -> Allowance:
        """A new entry for a line (or the lines that a finding covers)."""
        return Allowance(path, rule, line_hash(self.salt, path, rule, lines), reason, by, date)

    def and_allow(self, entries: Iterable[Allowance]) -> "Allowances":
        """These with more, in the order in which they are written; the newer of two for one line stays."""
        by_line = {(entry.path, entry.rule, entry.hash): entry for entry in (*self.entries, *entries)}
        return replace(self, entries=tuple(by_line[key] for key in sorted(by_line)))


class UnreadableAllowances(ValueError):
    """The record is not what `written` writes; `line` is where, from 1, or 0 when that is not known."""

    def __init__(self, line: int = 0) -> None:
        super().__init__("The record of allowed lines cannot be read.")
        self.line = line


def line_hash(salt: str, path: str, rule: str, lines: str) -> str:
    """The hash of a line, 64 hexadecimal characters; about 50 ms of work, white space at the ends set aside."""
    words = json.dumps([path, rule, "\n".join(line.strip() for line in lines.split("\n"))])
    done = hashlib.scrypt(
        words.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32
    )
    return done.hex()


def read_allowances(text: str) -> Allowances:
    """Read the record. Raises `UnreadableAllowances`."""
    try:
        document: Mapping[str, Any] = tomllib.loads(text)
        salt = str(document["salt"])
        bytes.fromhex(salt)
        entries = tuple(
            Allowance(*(str(entry[key]) for key in ("path", "rule", "hash", "reason", "by", "date")))
            for entry in document.get("allowed", [])
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableAllowances from error
    return Allowances(salt, entries)


def written(allowances: Allowances) -> str:
    """The record as text, in a fixed order, one stanza for each line allowed."""
    stanzas = [f'{_HEAD}\nformat = 1\nsalt = "{allowances.salt}"\n']
    for entry in allowances.entries:
        fields = ((key, getattr(entry, key)) for key in ("path", "rule", "hash", "reason", "by", "date"))
        stanzas.append("[[allowed]]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in fields))
    return "\n".join(stanzas)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
