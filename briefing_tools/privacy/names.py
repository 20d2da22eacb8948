"""Look for names: capitalised words that are not ordinary ones, and what stands beside them.

No list holds everybody's name, so the question is turned round: a capitalised word that public-sector prose does not use
is probably somebody's. A row of capitalised words with the word of an organisation in it (Trust, School, Road) is none;
an ordinary word that is also a first name (Grace) counts only where a person is likely. Beside an age or a relative a
name identifies a child, and is stopped; otherwise a person is asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from briefing_tools.privacy.found import Found, left_of, right_of
from briefing_tools.privacy.registry import Registry
from briefing_tools.privacy.rulebook import Sign, expand, rule_book
from briefing_tools.privacy.vocabulary import Vocabulary, vocabulary

LONGEST_ROW = 12
"""A longer row of capitalised words is looked at in parts."""

_WORD = re.compile(r"\b[A-Za-z]{1,40}(?:['-][A-Za-z]{1,40}){0,4}\b", re.A)
_CHUNK = re.compile(r"[^ \n|]+")
_DOTTED = re.compile(r"[A-Za-z0-9]\.[a-z]{2}")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_NOBLE = re.compile(r"(?:Mc|Mac|De|Du|Le|La|Fitz|Van|Von|Di|El|Al)[A-Z]")
_ACRONYMS = re.compile(r"[A-Z]{2,10}s")
_ROMAN = re.compile(r"[IVX]{1,5}")
_CITED = re.compile(r"^(?:'s)?,? ?(?:et al\b|(?:and|&) [A-Z][A-Za-z'-]{1,30},? ?[(\[]?(?:19|20)[0-9]{2}\b)")
_DATED = re.compile(r"^(?:'s)?,? ?[(\[]?(?:19|20)[0-9]{2}[a-z]?(?:[)\],;:.]|$)")
_SPEAKS = re.compile(
    r"^ (?:said|told|says|felt|feels|came|went|lives|lived|loves|loved|wants|wanted|asked|cried|thinks|thought|left|moved"
    r"|smiled|ran|got|who|stayed|settled|agreed|laughed|wrote)\b"
)
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "nurse",
        "cllr",
        "councillor",
        "pc",
        "dc",
        "ds",
        "di",
        "sgt",
        "sergeant",
        "rev",
        "reverend",
        "judge",
        "auntie",
        "aunt",
        "uncle",
        "nan",
        "nana",
        "grandma",
        "grandad",
        "granny",
        "nanny",
    ]
)
_SCHOOLS = frozenset(["school", "academy", "college", "nursery", "preschool", "pre-school"])
_GENERAL = frozenset(["national", "royal", "staff", "open", "sixth", "international"])
_HOME = re.compile(r"\b(?:Children's|Care|Nursing|Residential) Homes?$")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the plain text. `lower` is its small-letter form without a possessive ending."""

    text: str
    start: int
    end: int
    lower: str

    @property
    def capital(self) -> bool:
        return "A" <= self.text[0] <= "Z"

    @property
    def capitals(self) -> bool:
        return len(self.text) > 1 and self.text == self.text.upper()


@lru_cache(maxsize=1)
def _beside() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What tells an age or a relative: right of a name, left of it, right, left."""
    words = rule_book().words
    right_age = (
        r"^(?:,? ?\((?:aged? )?(?:[1-9][0-9]?|{{age}})\)"
        r"|, (?:aged? |now |then |only )?(?:[1-9][0-9]?|{{age}})(?=, ?[a-z]|[.;)](?![0-9])| years?\b| who\b)"
        r"|,? (?:is|was|turned|who is|who was|had turned) (?:just |only |now |nearly )?(?:[1-9][0-9]?|{{age}})"
        r"(?=[,.;]| years?\b| when\b| and\b| but\b|$)"
        r"|,? aged? (?:[1-9][0-9]?|{{age}})\b)"
    )
    left_age = (
        r"\b(?:[1-9][0-9]?|{{age}})[ -](?:years?|months?|weeks?)[ -]old (?:[a-z-]{2,12},? )?(?:called |named )?$"
        r"|\baged? (?:[1-9][0-9]?|{{age}}),? $"
    )
    right_kin = (
        r"^(?:'s (?:[a-z-]{2,12} ){0,2}{{kin}}\b|,? (?:and )?(?:the|his|her|their|a) (?:[a-z-]{2,12} )?{{kin}}\b)"
    )
    left_kin = r"\b{{kin}}(?:,| called| named| is| was| of|,? \()? ?$"
    patterns = [
        re.compile(expand(pattern, words), re.A | re.I) for pattern in (right_age, left_age, right_kin, left_kin)
    ]
    return patterns[0], patterns[1], patterns[2], patterns[3]


def look_for_names(text: str, registry: Registry) -> Iterator[Found]:
    """Every name in the plain text that the registry does not know, and every school or home by name."""
    signs = {sign.id: sign for sign in rule_book().signs if sign.by == "names"}
    known = vocabulary()
    runs = _runs(text, _words(text))
    behind_organisation = -1
    for run in runs:
        if not run[0].capital:
            yield from _verdict(text, run, signs, registry, weak=False)
            continue
        lowered = [word.lower for word in run]
        organisation = any(word in known.organisation for word in lowered) or bool(
            _HOME.search(text[run[0].start : run[-1].end])
        )
        between = text[behind_organisation : run[0].start] if 0 <= run[0].start - behind_organisation < 12 else ""
        joined = behind_organisation >= 0 and between in (" of ", " for ", " of the ", " for the ")
        if organisation or joined:
            behind_organisation = run[-1].end
            if organisation and _named_place(text, run, known):
                yield Found(run[0].start, run[-1].end, signs["school"], signs["school"].verdict)
            continue
        behind_organisation = -1
        yield from _people(text, run, signs, registry, known)


def _people(
    text: str, run: list[_Word], signs: dict[str, Sign], registry: Registry, known: Vocabulary
) -> Iterator[Found]:
    """The names in a row of capitalised words."""
    at = 0
    while at < len(run):
        word = run[at]
        if agreed := _agreed(run, at, registry):
            at += agreed
            continue
        if word.lower in _TITLES and at + 1 < len(run):
            end = at + 2
            while end < len(run) and (run[end - 1].lower in _TITLES or _continues(run[end], run, known, registry)):
                end += 1
            yield from _verdict(text, run[at:end], signs, registry, weak=False)
            at = end
            continue
        certain = _is_name(word, run, known, registry)
        weak = not certain and word.lower in known.given and not word.capitals
        if not certain and not weak:
            at += 1
            continue
        end = at + 1
        while end < len(run) and _continues(run[end], run, known, registry):
            end += 1
        if weak and end > at + 1:
            weak = False
        if weak and len(run) > 1 and not (at == len(run) - 1 and _begins(text, run[0].start)):
            at = end
            continue
        yield from _verdict(text, run[at:end], signs, registry, weak=weak)
        at = end


def _agreed(run: list[_Word], at: int, registry: Registry) -> int:
    """How many words from `at` on are the full name of somebody who agreed to be named."""
    for length in range(min(5, len(run) - at), 1, -1):
        if registry.knows_person(" ".join(word.lower for word in run[at : at + length])):
            return length
    return 0


def _verdict(
    text: str, name: list[_Word], signs: dict[str, Sign], registry: Registry, *, weak: bool
) -> Iterator[Found]:
    """What to say of a name; a `weak` one is an ordinary word too, and counts only where a person is likely."""
    start, end = name[0].start, name[-1].end
    if name[-1].text.endswith("'s") and len(name[-1].text) > 3:
        end -= 2
    if registry.knows_person(" ".join(word.lower for word in name)):
        return
    left, right = left_of(text, start), right_of(text, end)
    first = name[0].lower
    if _CITED.search(right) or (_DATED.search(right) and first not in vocabulary().given):
        return
    right_age, left_age, right_kin, left_kin = _beside()
    for sign, before, behind in (
        (signs["name-and-age"], left_age.search(left), right_age.search(right)),
        (signs["name-and-kin"], left_kin.search(left), right_kin.search(right)),
    ):
        if before or behind:
            begin = start - len(left) + before.start() if before else start
            yield Found(begin, end + (behind.end() if behind else 0), sign, sign.verdict)
            return
    if weak and _begins(text, start) and not _SPEAKS.search(right):
        return
    yield Found(start, end, signs["name"], signs["name"].verdict)


def _continues(word: _Word, run: list[_Word], known: Vocabulary, registry: Registry) -> bool:
    """Whether a word behind a name belongs to it: another name, an initial, a family name that is a word (Hill)."""
    listed = word.lower in known.surnames or word.lower in known.given
    return listed or len(word.text) == 1 or _is_name(word, run, known, registry)


def _is_name(word: _Word, run: list[_Word], known: Vocabulary, registry: Registry) -> bool:
    """Whether a capitalised word can hardly be anything but a name."""
    if len(word.lower) < 2 or word.lower in _TITLES or registry.knows_word(word.lower):
        return False
    if word.capitals:
        listed = word.lower in known.surnames or word.lower in known.given
        others = any(not other.capitals and _is_name(other, run, known, registry) for other in run)
        return (
            word.lower not in known.words
            and word.lower not in known.acronyms
            and ((listed and word.lower not in known.proper) or (others and not known.knows(word.lower)))
        )
    parts = re.split("['-]", word.text)
    if len(parts) > 1 and "'" in word.text and len(parts[0]) == 1:
        return len(parts[1]) > 2 and "A" <= parts[1][0] <= "Z"
    if "'" in word.text and "-" not in word.text:
        parts = parts[:1]
    return any(_unknown(part, known, registry) for part in parts)


def _unknown(part: str, known: Vocabulary, registry: Registry) -> bool:
    if len(part) < 2 or not "A" <= part[0] <= "Z" or part == part.upper() or _ROMAN.fullmatch(part):
        return False
    if (_INNER_CAPITAL.search(part) and not _NOBLE.match(part)) or _ACRONYMS.fullmatch(part):
        return False
    return not known.knows(part.lower()) and not registry.knows_word(part.lower())


def _named_place(text: str, run: list[_Word], known: Vocabulary) -> bool:
    """Whether an organisation is a school, nursery or home with a name of its own."""
    lowered = [word.lower for word in run]
    if not any(word in _SCHOOLS for word in lowered) and not _HOME.search(text[run[0].start : run[-1].end]):
        return False
    first = next((word for word in lowered if word not in ("the", "a", "at", "in", "our")), "")
    if first in _GENERAL or first in known.organisation or first in _SCHOOLS:
        return False
    return any(
        word == "st" or word in known.proper or word in known.given or word in known.surnames or not known.knows(word)
        for word in lowered
        if word not in known.organisation
    )


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a list item, a heading or a cell begins here, where every word has a capital."""
    at, marker = start - 1, False
    while at >= 0 and start - at < 12 and text[at] in " \"'([#+-":
        marker = marker or text[at] in "#+-"
        at -= 1
    if at < 0:
        return True
    if text[at] == "\n":
        return marker or at == 0 or text[at - 1] in ".?!:\n|"
    return text[at] in ".?!:|"


def _words(text: str) -> list[_Word]:
    """The words of the text that are not part of an address or a file name."""
    addresses = [chunk.span() for chunk in _CHUNK.finditer(text) if _is_address(chunk.group())]
    words: list[_Word] = []
    index = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        while index < len(addresses) and addresses[index][1] <= start:
            index += 1
        if index < len(addresses) and addresses[index][0] <= start:
            continue
        if text[start - 1 : start] in ("/", "\\", "_", "=", "&", "#") or text[end : end + 1] in ("_", "=", "/"):
            continue
        lower = match.group().lower()
        words.append(_Word(match.group(), start, end, lower[:-2] if lower.endswith("'s") and len(lower) > 3 else lower))
    return words


def _is_address(chunk: str) -> bool:
    return "@" in chunk or "://" in chunk or chunk.startswith("www.") or bool(_DOTTED.search(chunk))


def _runs(text: str, words: list[_Word]) -> list[list[_Word]]:
    """Rows of capitalised words with nothing but a space between them; and first names in small letters, alone."""
    known = vocabulary()
    runs: list[list[_Word]] = []
    last = -1
    for word in words:
        if not word.capital:
            given = len(word.text) > 3 and word.lower in known.given
            if given and word.lower not in known.words and word.lower not in known.proper:
                runs.append([word])
            last = -1
            continue
        between = text[last : word.start] if last >= 0 else "-"
        near = between in (" ", "\n") or (between == ". " and _is_short(runs[-1][-1]))
        if near and len(runs[-1]) < LONGEST_ROW:
            runs[-1].append(word)
        else:
            runs.append([word])
        last = word.end
    return runs


def _is_short(word: _Word) -> bool:
    """Whether a full stop behind a word may be an abbreviation's: an initial or a title."""
    return len(word.text) == 1 or word.lower in _TITLES or word.lower == "st"
