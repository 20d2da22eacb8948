"""Find: brackets that hold keys, and keys in running text.

The text is read once, from left to right, into tokens: brackets, semicolons, keys, marks of emphasis and quotation.
Brackets are paired as they are met. A pair is a citation when each of its parts, between semicolons, holds a key, and
when it is not the words of a link. Every token belongs to one pair only, so the time is linear in the text's length.
"""

import html.entities
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from briefing_tools.citation_syntax.locators import is_place_alone
from briefing_tools.model import Mode

KEY = r"(?:\{(?P<braced>(?:[^{}\s\x02\x03]|\{[^{}\s\x02\x03]*\})++)\}|(?P<plain>[\w*](?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*+))"
"""A key after its `@`: letters, digits and `_`, with single marks inside; anything but blanks between braces."""

_TOKEN = re.compile(
    rf"""
      (?P<aside> \x02[^\x03]*\x03                                   # code and escapes, set aside by the parser
        | \\[!-/:-@\[-`{{-~]                                        # an escaped character
        | <!--.*?--> | <[?].*?[?]> | <!\[CDATA\[(?:.*?\]\]>)?           # a comment, an instruction, a section
        | <[a-zA-Z][a-zA-Z0-9+.-]*:[^<>\s]*> | <[^<>\s!]+@[^<>\s@]+>   # an address between angle brackets
        | </?[a-zA-Z][\w:.-]*+(?:\s(?:[^<>"']|"[^"]*"|'[^']*')*+)?/?>  # a tag
        | \[\^[^\]\s]*\]                                            # the mark of a footnote
      )
    | (?P<address> (?<![^\W_])(?:https?://|ftp://|www\.)[^\s<>\[\]()"';\\\x02]*+ )   # in running text
    | (?P<entity> &(?:\#\d+|\#[xX][0-9a-fA-F]+|\w+); )
    | (?P<key> (?<![^\W_])(?:(?<!\.)|(?<=\.\.\.))(?:(?<!-)(?P<minus>-))?@{KEY} )
    | (?P<picture> !\[ )
    | (?P<open> \[ )
    | (?P<close> \] )
    | (?P<semicolon> ; )
    | (?P<around> \*+ | _+ | ["'] )                                 # emphasis or quotation
    """,
    re.X | re.S,
)
_BEGINS = re.compile(r"""[\x02\\<\[\]&@;!*_"'-]""")
_BEGINS_OR_ADDRESS = re.compile(r"""[\x02\\<\[\]&@;!*_"'hfw-]""")
"""What a token begins with, in a text without addresses and in any: a quick look, for most characters are words."""
_NEXT_KEY = re.compile(f"(?P<minus>-)?@{KEY}")
_DESTINATION = re.compile(r"""\((?:[^()"]|"[^"\n]*"|\([^()]*\)){0,2000}\)|\((?:[^()]|\([^()]*\)){0,2000}\)""")
_ATTRIBUTE = r"""(?:[#.][\w:.-]+|[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s"'{}=]+)|-)"""
_ATTRIBUTES = re.compile(rf"\{{\s*(?:{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*+)?\s*\}}")
_BETWEEN = re.compile(r"[ \t]*\n?[ \t]*")


class Part(NamedTuple):
    """One work of a citation, as it stands in the text. `at` is the place of its `@`, `end` where its key ends.

    `prefix` and `tail` are the stretches of text before and after the key: from and to, the end exclusive.
    """

    key: str
    mode: Mode
    at: int
    end: int
    prefix: tuple[int, int]
    tail: tuple[int, int]


class Mention(NamedTuple):
    """A bracket or a narrative mention, from `start` to `end` (exclusive)."""

    start: int
    end: int
    narrative: bool
    parts: tuple[Part, ...]


def find_citations(
    text: str, is_label: Callable[[str], bool] = lambda label: False, *, alone: bool = False
) -> tuple[Mention, ...]:
    """Every citation of a text in order; those inside the prefix or suffix of another one belong to it.

    `is_label` tells whether words in brackets are defined as a link elsewhere. The words of a picture are not looked at.
    With `alone`, a bracket that holds a place and no key, `[p. 24]`, is a citation too: its one part has an empty key,
    and stands for the work cited last. Pandoc shows such a bracket as it is (jgm/pandoc#7205).
    """
    return tuple(_Reading(text, is_label, *_tokens(text), alone).mentions())


# -- Tokens ------------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """A stretch that matters. `tail` is where a link's address or an attribute list ends that follows a bracket."""

    kind: str
    start: int
    end: int
    key: str = ""
    minus: bool = False
    tail: int = 0

    @property
    def at(self) -> int:
        """Where the `@` of a key is."""
        return self.start + self.minus


def _tokens(text: str) -> tuple[list[_Token], dict[int, int]]:
    """The tokens, and for each bracket that is closed, by their places in the list, the one that closes it."""
    tokens: list[_Token] = []
    pairs: dict[int, int] = {}
    open_: list[int] = []
    position = 0
    end = max(text.rfind("@"), text.rfind("]")) + 1
    begins = _BEGINS_OR_ADDRESS if "://" in text or "www." in text else _BEGINS
    while begun := begins.search(text, position, end):
        found = _TOKEN.match(text, begun.start())
        position = found.end() if found else begun.end()
        if not found:
            continue
        kind = found.lastgroup or ""
        if kind in ("plain", "braced", "minus", "key"):
            while found:
                tokens.append(_key(found))
                position = found.end()
                found = _NEXT_KEY.match(text, position)
        elif kind == "entity":
            if not _is_entity(found.group()):
                tokens.append(_Token("semicolon", found.end() - 1, found.end()))
        elif kind == "close":
            tail = 0
            if open_:
                pairs[open_.pop()] = len(tokens)
                tail = _tail(text, position)
                position = tail or position
            tokens.append(_Token(kind, found.start(), found.end(), tail=tail))
        elif kind not in ("aside", "address"):
            if kind in ("open", "picture"):
                open_.append(len(tokens))
            tokens.append(_Token(kind, found.start(), found.end()))
    return tokens, pairs


def _key(found: re.Match[str]) -> _Token:
    key = found["braced"] or found["plain"]
    return _Token("key", found.start(), found.end(), key, bool(found["minus"]))


def _is_entity(written: str) -> bool:
    return written[1] == "#" or written[1:] in html.entities.html5


def _tail(text: str, position: int) -> int:
    """Where a link's address or a list of attributes ends that begins here; 0 when there is none."""
    follows = text[position : position + 1]
    found = (
        _DESTINATION.match(text, position)
        if follows == "("
        else _ATTRIBUTES.match(text, position)
        if follows == "{"
        else None
    )
    return found.end() if found else 0


# -- Citations ---------------------------------------------------------------------------------------------------------


class _Segment(NamedTuple):
    """What stands between two semicolons of a bracket, and the place of its first key among the tokens."""

    start: int
    end: int
    key: int | None


class _Reading(NamedTuple):
    """A text read into tokens; `pairs` leads from each closed bracket to the one that closes it."""

    text: str
    is_label: Callable[[str], bool]
    tokens: list[_Token]
    pairs: Mapping[int, int]
    alone: bool = False

    def mentions(self) -> Iterator[Mention]:
        """Every citation that does not belong to another one, in order."""
        place = 0
        names: dict[int, bool] = {}
        while place < len(self.tokens):
            found, following = None, place + 1
            if self.tokens[place].kind == "key":
                found = self._narrative(place)
            elif names.get(place):
                following = self.pairs[place] + 1
            elif place in self.pairs:
                name = None if place in names else self._name_after(place)
                if name is not None:
                    names[name] = self._is_reference(place, name)
                if self._is_picture(place, name):
                    following = self.pairs[place] + 1
                elif place in names or not self._is_link(place):
                    found = self._bracket(place)
            if found:
                mention, following = found
                yield mention
            place = following

    def _bracket(self, place: int) -> tuple[Mention, int] | None:
        """The citation that a closed bracket is, and the place after it."""
        parts = [self._part(segment) for segment in self._segments(place)]
        close = self.pairs[place]
        whole = tuple(part for part in parts if part)
        if len(whole) < len(parts):
            return self._place_alone(place) if self.alone else None
        return Mention(self.tokens[place].end - 1, self.tokens[close].end, False, whole), close + 1

    def _place_alone(self, place: int) -> tuple[Mention, int] | None:
        """The citation that a bracket is which holds a place and no key, unless it names a link's definition."""
        close = self.pairs[place]
        start, end = self.tokens[place].end, self.tokens[close].start
        inside = self.text[start:end]
        if not is_place_alone(inside) or self.is_label(inside) or self.text[end + 1 : end + 2] == ":":
            return None
        part = Part("", Mode.NORMAL, start - 1, end + 1, (start, start), (start, end))
        return Mention(start - 1, end + 1, False, (part,)), close + 1

    def _narrative(self, place: int) -> tuple[Mention, int]:
        """The citation that a key in running text is, with the bracket that belongs to it, and the place after it."""
        token = self.tokens[place]
        mode = Mode.SUPPRESS_AUTHOR if token.minus else Mode.NARRATIVE
        first = Part(token.key, mode, token.at, token.end, (token.start, token.start), (token.end, token.end))
        parts = self._belonging(place + 1, first)
        if not parts:
            return Mention(token.start, token.end, not token.minus, (first,)), place + 1
        close = self.pairs[place + 1]
        return Mention(token.start, self.tokens[close].end, not token.minus, parts), close + 1

    def _belonging(self, place: int, first: Part) -> tuple[Part, ...]:
        """The parts of a narrative mention together with the bracket that follows it; empty if none belongs to it."""
        if place not in self.pairs or self.tokens[place].kind != "open":
            return ()
        if not _BETWEEN.fullmatch(self.text, first.end, self.tokens[place].start):
            return ()
        if self._is_link(place) or self.is_label(self._inside(place)):
            return ()
        segments = self._segments(place)
        parts = [self._part(segment) for segment in segments]
        whole = tuple(part for part in parts if part)
        if len(whole) == len(parts):
            return (first, *whole)
        after = self._after(place)
        if parts[0] or len(whole) < len(parts) - 1 or self.text[after : after + 1] in ("(", "[", "{"):
            return ()
        tail = (segments[0].start, segments[0].end)
        return (Part(first.key, first.mode, first.at, first.end, first.prefix, tail), *whole)

    def _part(self, segment: _Segment) -> Part | None:
        if segment.key is None:
            return None
        key = self.tokens[segment.key]
        mode = Mode.SUPPRESS_AUTHOR if key.minus else Mode.NORMAL
        return Part(key.key, mode, key.at, key.end, (segment.start, key.start), (key.end, segment.end))

    # -- What a pair of brackets is

    def _is_link(self, place: int) -> bool:
        """Whether a bracket is a link's words or carries attributes, by what follows it."""
        return self._after(place) != self.tokens[self.pairs[place]].end or self._name_after(place) is not None

    def _after(self, place: int) -> int:
        """Where a bracket ends, with the address or the attributes that follow it."""
        close = self.tokens[self.pairs[place]]
        return close.tail or close.end

    def _name_after(self, place: int) -> int | None:
        """The place of the bracket that follows at once, if one does: it may name a link's definition."""
        following = self.pairs[place] + 1
        if following in self.pairs and self.tokens[following].start == self._after(place):
            return following if self.tokens[following].kind == "open" else None
        return None

    def _is_reference(self, place: int, name: int) -> bool:
        return self.is_label(self._inside(name) or self._inside(place))

    def _is_picture(self, place: int, name: int | None) -> bool:
        if self.tokens[place].kind != "picture":
            return False
        if name is not None and self._is_reference(place, name):
            return True
        return self.text[self._after(place) - 1] == ")" or self.is_label(self._inside(place))

    def _inside(self, place: int) -> str:
        return self.text[self.tokens[place].end : self.tokens[self.pairs[place]].start]

    # -- What stands inside

    def _segments(self, place: int) -> list[_Segment]:
        """The parts of a bracket between its own semicolons."""
        segments: list[_Segment] = []
        start, key = self.tokens[place].end, None
        for inner in self._level(place):
            token = self.tokens[inner]
            if token.kind == "semicolon":
                segments.append(_Segment(start, token.start, key))
                start, key = token.end, None
            elif token.kind == "key" and key is None:
                key = inner
        return [*segments, _Segment(start, self.tokens[self.pairs[place]].start, key)]

    def _level(self, place: int) -> Iterator[int]:
        """The tokens of a bracket's own level: not those in brackets, emphasis or quotation marks inside it."""
        level: list[int] = []
        inner = place + 1
        while inner < self.pairs[place]:
            level.append(inner)
            inner = self.pairs.get(inner, inner) + 1
        closing: dict[str, list[int]] = {}
        for index, inner in enumerate(level):
            token = self.tokens[inner]
            if token.kind == "around" and self._closes(token):
                closing.setdefault(self.text[token.start : token.end], []).append(index)
        index = 0
        while index < len(level):
            token = self.tokens[level[index]]
            if token.kind == "around" and self._opens(token):
                places = closing.get(self.text[token.start : token.end], [])
                later = bisect_right(places, index)
                index = places[later] if later < len(places) else index
            else:
                yield level[index]
            index += 1

    def _opens(self, token: _Token) -> bool:
        before, after = self._neighbours(token)
        return not after.isspace() and (self.text[token.start] == "*" or not before.isalnum())

    def _closes(self, token: _Token) -> bool:
        before, after = self._neighbours(token)
        return not before.isspace() and (self.text[token.start] in '*"' or not after.isalnum())

    def _neighbours(self, token: _Token) -> tuple[str, str]:
        return self.text[max(token.start - 1, 0) : token.start], self.text[token.end : token.end + 1]
