"""Know who may be named: the publisher, the sites, and people who agreed to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TITLES = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|cllr|councillor) ")


@dataclass(frozen=True, slots=True)
class Registry:
    """What may be published: `values` such as addresses, telephone numbers and e-mail addresses, without spaces and stops;
    `people` by full name, in small letters; `words` of organisations and places, in small letters.
    """

    values: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def knows_value(self, value: str) -> bool:
        """Whether a value, or a longer one that it is a part of, may be published."""
        key = key_of(value)
        return len(key) >= 5 and any(key in known for known in self.values)

    def knows_person(self, name: str) -> bool:
        """Whether a name in small letters, with or without a title, is somebody's who agreed to it."""
        return _TITLES.sub("", name) in self.people

    def knows_word(self, word: str) -> bool:
        """Whether a word in small letters belongs to an organisation or a place of the registry."""
        return word in self.words


def registry(values: Iterable[str] = (), people: Iterable[str] = (), organisations: Iterable[str] = ()) -> Registry:
    """A registry of values, full names and names of organisations and places, as people write them."""
    return Registry(
        frozenset(key for value in values if len(key := key_of(value)) >= 5),
        frozenset(known for name in people for known in _ways_to_say(name)),
        frozenset(word for name in organisations for word in re.findall(r"[a-z]{2,40}", name.lower())),
    )


def key_of(value: str) -> str:
    """A value without spaces, stops and the ways to begin a British telephone number."""
    key = re.sub(r"[^a-z0-9@]", "", value.lower())
    return re.sub(r"^(?:0044|44)?0?", "", key) if re.fullmatch(r"[0-9]{9,14}", key) else key


def _ways_to_say(name: str) -> list[str]:
    """A full name without title, and the family name, which follows a title: “Dr Jo Example”, “Dr Example”."""
    bare = _TITLES.sub("", " ".join(re.findall(r"[a-z'-]+", name.lower())))
    words = bare.split()
    return [bare, words[-1]] if len(words) > 1 else words
