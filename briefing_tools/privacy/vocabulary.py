"""Know words: which capitalised words are ordinary, and which are people's names (`vocabulary.txt`)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from briefing_tools.privacy.rulebook import text_of

_ENDINGS = ("s", "es", "ed", "d", "ing", "ly")
_BEGINNINGS = ("re", "un", "non", "pre", "co", "multi", "inter", "anti", "sub", "under", "over", "self", "mis")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in small letters, by what they tell: ordinary, a place or the like, an organisation, a first or last name."""

    words: frozenset[str]
    proper: frozenset[str]
    acronyms: frozenset[str]
    organisation: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is ordinary, as it stands or without a common ending or beginning."""
        if word in self.words or word in self.proper or word in self.acronyms:
            return True
        if word in self.given:
            return False
        if any(word.endswith(ending) and word[: -len(ending)] in self.words for ending in _ENDINGS):
            return True
        return any(
            word.startswith(beginning) and len(word) - len(beginning) > 3 and word[len(beginning) :] in self.words
            for beginning in _BEGINNINGS
        )


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    lists: dict[str, frozenset[str]] = {}
    for name, body in re.findall(r"^\[([a-z]+)\]\n([^\[#]*)", text_of("vocabulary.txt"), re.M):
        lists[name] = frozenset(word for entry in body.split() for word in _spelt_out(entry))
    return Vocabulary(**lists)


def _spelt_out(entry: str) -> list[str]:
    """`abandon-ed-ing` as the words it stands for."""
    stem, *endings = entry.split("-")
    return [stem, *(stem + ending for ending in endings)]
