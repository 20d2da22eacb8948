"""Decode: LaTeX becomes text and safe marking-up (`em`, `strong`, `sup`, `sub`); the door to latexcodec.

Braces vanish, case never changes. Whatever is not known as LaTeX stays text: HTML in a field remains the characters it
is written with.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

import latexcodec  # noqa: F401 (it makes the codec "ulatex" known)

from briefing_tools.bibliography.commands import (
    ACCENTS,
    ARGUMENT_DROPPED,
    ARGUMENT_KEPT,
    DECLARATIONS,
    LIGATURES,
    SIGNS,
    SYMBOLS,
    TAGS,
    WRAPPED,
)
from briefing_tools.model import Element, Node, Text, walk

_PLAIN = re.compile(r"[^\\{}$~`'-]*(?:(?:'(?!')|-(?!-))[^\\{}$~`'-]*)*")
_TOKEN = re.compile(r"\\[A-Za-z]+\*?\s*|\\.|---?|``|''|[^\\{}$~`'-]+|.", re.DOTALL)
_QUOTED = re.compile(r"(?<![`\\])`([^`'{}\\]+)'(?!['\w])")
_MATH = re.compile(r"(?<!\\)\$([^$]+)(?<!\\)\$")
_MATHEMATICS = re.compile(r"[\\^_]|^\S{1,12}$")
_SCRIPT = re.compile(r"([\^_])(\{|\\[A-Za-z]+|.)")
_MAX_DEPTH = 40
_DECODE: Callable[[str], tuple[str, int]] = codecs.lookup("ulatex").decode  # type: ignore[assignment]

NO_ATTRIBUTES: MappingProxyType[str, str] = MappingProxyType({})


def nodes_of(latex: str) -> tuple[Node, ...]:
    """The marked-up text that a value stands for."""
    folded = " ".join(latex.split())
    if _PLAIN.fullmatch(folded):
        return (Text(folded),) if folded else ()
    prepared = _MATH.sub(_without_dollars, _QUOTED.sub("‘\\1’", folded))
    return _merged(_Decoding(prepared).group(0))


def text_of(latex: str) -> str:
    """The words that a value stands for, without marking-up."""
    folded = " ".join(latex.split())
    if _PLAIN.fullmatch(folded):
        return folded
    return _short_text(folded) if len(folded) < 100 else _all_words(nodes_of(folded))


def verbatim_of(latex: str) -> str:
    """An address or identifier: only the escapes that reference managers put into one are undone."""
    bare = re.sub(r"\\url\s*(?=\{)|[{}]", "", latex.replace("{\\textunderscore}", "_").replace("\\textasciitilde", "~"))
    return "".join(re.sub(r"\\([_%&#$~^-])", r"\1", bare).split())


@lru_cache(maxsize=8192)
def _short_text(latex: str) -> str:
    return _all_words(nodes_of(latex))


def _all_words(nodes: Iterable[Node]) -> str:
    """The words of nodes, their spaces kept as they are."""
    return "".join(node.text for node in walk(tuple(nodes)) if isinstance(node, Text))


def _without_dollars(math: "re.Match[str]") -> str:
    """Simple mathematics as text: `$CO_2$` becomes a subscript."""
    return _SCRIPT.sub(_script, math[1]) if _MATHEMATICS.search(math[1]) else math[0]


def _script(found: "re.Match[str]") -> str:
    command = "\\textsuperscript" if found[1] == "^" else "\\textsubscript"
    return command + (found[2] if found[2].startswith(("{", "\\")) else f"{{{found[2]}}}")


class _Decoding:
    """One pass over the tokens of a value."""

    def __init__(self, latex: str) -> None:
        self.tokens = _TOKEN.findall(latex)
        self.at = 0

    def group(self, depth: int) -> list[Node]:
        """The nodes up to the closing brace of this group, or to the end."""
        nodes: list[Node] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token == "}" and depth:
                break
            word = token[1:].rstrip().rstrip("*") if token.startswith("\\") else ""
            if word in DECLARATIONS and depth:
                nodes.append(Element(DECLARATIONS[word], NO_ATTRIBUTES, _merged(self.group(min(depth, _MAX_DEPTH)))))
                break
            nodes.extend(self._nodes(token, depth))
        return nodes

    def _nodes(self, token: str, depth: int) -> list[Node]:
        """What a token, with the arguments it takes, stands for."""
        if token == "{":
            return self.group(depth + 1) if depth < _MAX_DEPTH else []
        if token == "}":
            return []
        if not token.startswith("\\"):
            return [Text(LIGATURES.get(token, token))]
        word = token[1:].rstrip().rstrip("*") if token[1:2].isalpha() else token[1:]
        return self._command(word, token, depth)

    def _command(self, word: str, token: str, depth: int) -> list[Node]:
        if depth >= _MAX_DEPTH:
            return []
        if word in ACCENTS and (not word.isalpha() or self._group_follows() or token.endswith(" ")):
            return _accented(word, self._argument(depth))
        if word in TAGS:
            return [Element(TAGS[word], NO_ATTRIBUTES, inner)] if (inner := _merged(self._argument(depth))) else []
        if word in WRAPPED:
            return [Text(WRAPPED[word][0]), *self._argument(depth), Text(WRAPPED[word][1])]
        if word == "href":
            self._argument(depth)
            return self._argument(depth)
        if word in ARGUMENT_KEPT:
            return self._argument(depth)
        if word in ARGUMENT_DROPPED and self._group_follows():
            self._argument(depth)
            return []
        return [Text(self._symbol(word, token))]

    def _symbol(self, word: str, token: str) -> str:
        """The character a command stands for; of an unknown command only its argument, or its name, is kept."""
        if not word[:1].isalpha() or not word.isascii():
            return SIGNS.get(word, word)
        known = SYMBOLS.get(word)
        known = _character(word) if known is None else known
        if known is None:
            return "" if self._group_follows() or word in DECLARATIONS else word + (" " if token.endswith(" ") else "")
        return known

    def _argument(self, depth: int) -> list[Node]:
        """The group or the single character that follows."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        if self.at == len(self.tokens) or self.tokens[self.at] == "}":
            return []
        token = self.tokens[self.at]
        if token[0] in "{\\":
            self.at += 1
            return self._nodes(token, depth + 1)
        token = token.lstrip()
        self.tokens[self.at] = token[1:]
        self.at += len(token) == 1
        return [Text(token[0])]

    def _group_follows(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == "{"


def _accented(accent: str, nodes: list[Node]) -> list[Node]:
    """Put an accent on the first letter of what follows it."""
    if not nodes:
        return [Text(accent if accent in "~^" else "")]
    if not isinstance(nodes[0], Text) or not nodes[0].text:
        return nodes
    letters = {"ı": "i", "ȷ": "j"}.get(nodes[0].text[0], nodes[0].text[0]) + ACCENTS[accent]
    return [Text(unicodedata.normalize("NFC", letters) + nodes[0].text[1:]), *nodes[1:]]


@lru_cache(maxsize=1024)
def _character(word: str) -> str | None:
    """What latexcodec knows a command to stand for."""
    decoded = str(_DECODE(f"\\{word}")[0]).strip()
    return None if "\\" in decoded else decoded


def _merged(nodes: list[Node]) -> tuple[Node, ...]:
    """Neighbouring texts joined to one."""
    merged: list[Node] = []
    for is_text, run in groupby(nodes, lambda node: isinstance(node, Text)):
        if not is_text:
            merged.extend(run)
        elif text := _all_words(run):
            merged.append(Text(text))
    return tuple(merged)
