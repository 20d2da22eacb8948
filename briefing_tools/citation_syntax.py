"""Cite: pandoc's citation syntax, from the characters between the brackets to items with prefix, locator and suffix.

Source: the pandoc manual, “Citation syntax”. This module knows nothing of Markdown; `markup.py` finds the brackets.
"""

import re
from dataclasses import dataclass

from briefing_tools.model import Locator, Mode

MARK = "[\U000f0000-\U0010fffd]"
"""A place mark: `markup.py` puts one after every `@` and `[` that may begin a citation (see there)."""

KEY = r"(?:\{(?P<braced>[^{}\s]+)\}|(?P<plain>[\w*](?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*))"
MENTION = re.compile(rf"(?<![\w\\@.])(?P<minus>-)?@(?P<mark>{MARK})?{KEY}")

LABELS = {
    term: label
    for label, terms in {
        "page": "p pp page pages pg pgs",
        "chapter": "ch chs chap chaps chapter chapters",
        "paragraph": "para paras paragraph paragraphs ¶ ¶¶",
        "section": "s ss sec secs sect sects section sections § §§",
        "figure": "fig figs figure figures",
        "volume": "vol vols volume volumes",
        "note": "n nn note notes",
        "line": "l ll line lines",
        "verse": "v vv verse verses",
        "column": "col cols column columns",
        "issue": "no nos number numbers issue issues",
        "part": "pt pts part parts",
        "book": "bk bks book books",
        "folio": "f ff fol fols folio folios",
        "opus": "op opp opus opera",
        "table": "table tables tbl tbls",
        "appendix": "app apps appendix appendices annex annexes",
        "equation": "eq eqs equation equations",
        "sub-verbo": "s.v s.vv",
        "rule": "reg regs regulation regulations",
        "article": "art arts article articles",
        "schedule": "sch schs schedule schedules",
        "slide": "slide slides",
        "supplement": "supp supps supplement supplements",
    }.items()
    for term in terms.split()
}
"""What people write before a locator's value, and the label it means; full stops after a term are optional."""

_LABEL = re.compile(r"([A-Za-z]+(?:\.[A-Za-z]+)?\.?|§§?|¶¶?)\s*(?=[\d(\[ivxlcdmIVXLCDMA-Z])")
_ROMAN = r"[ivxlcdm]+(?![a-z])|[IVXLCDM]+(?![A-Za-z])"
_NUMBERED = r"[\[(]?[A-Za-z]{0,2}[-–]?\d[\w()\[\].:–—-]*(?<![.:,])"
_UNIT = rf"(?:{_NUMBERED}|[\[(]?(?:{_ROMAN})[\w()\[\].–-]*(?<!\.)|[A-Z](?![\w]))"
_VALUE = re.compile(rf"{_UNIT}(?:\s*[,&–-]\s*{_UNIT})*")
_BARE_VALUE = re.compile(rf"(?=[^\s,;]*\d){_UNIT}(?:\s*[,&–-]+\s*(?=[^\s,;]*\d){_UNIT})*")


@dataclass(frozen=True, slots=True)
class Item:
    """One work of a citation. `mark` is the place mark of its `@`, or empty."""

    key: str
    mode: Mode
    prefix: str
    locator: Locator | None
    suffix: str
    mark: str


def split_group(text: str, first: Item | None = None) -> tuple[Item, ...] | None:
    """The items of a bracket's inside, or None when it is not a citation.

    With `first`, the bracket follows a narrative mention: a leading part without a key is that mention's locator.
    """
    items: list[Item] = []
    for index, part in enumerate(_split_at_semicolons(text)):
        mention = MENTION.search(part)
        if index == 0 and first is not None:
            if not mention:
                items.append(with_tail(first, part))
                continue
            items.append(first)
        if not mention:
            return None
        prefix = _plain(part[: mention.start()])
        items.append(with_tail(item_of(mention, prefix), part[mention.end() :]))
    return tuple(items)


def item_of(mention: re.Match[str], prefix: str = "", *, narrative: bool = False) -> Item:
    """The item that a match of `MENTION` stands for, as yet without locator and suffix."""
    mode = Mode.SUPPRESS_AUTHOR if mention["minus"] else Mode.NARRATIVE if narrative else Mode.NORMAL
    return Item(mention["braced"] or mention["plain"], mode, prefix, None, "", mention["mark"] or "")


def with_tail(item: Item, tail: str) -> Item:
    """The item with what follows its key: a locator, if the tail begins with one, and the rest as suffix."""
    locator, suffix = split_locator(_plain(tail, strip=False))
    return Item(item.key, item.mode, item.prefix, locator, suffix, item.mark)


def split_locator(tail: str) -> tuple[Locator | None, str]:
    """Split what follows a key into locator and suffix: `, pp. 3–4, and passim` → (page 3–4, `, and passim`)."""
    text = tail.lstrip(" ,\u00a0\n")
    if text.startswith("{"):
        return _explicit(text, tail)
    label = _LABEL.match(text)
    if label:
        name = LABELS.get(label.group(1).rstrip(".").lower())
        value = _VALUE.match(text, label.end())
        if name and value:
            return Locator(name, value.group().rstrip(",")), text[value.end() :].strip()
    value = _BARE_VALUE.match(text)
    if value:
        return Locator("page", value.group().rstrip(",")), text[value.end() :].strip()
    return None, tail.strip()


def _explicit(text: str, tail: str) -> tuple[Locator | None, str]:
    """A locator in braces, `{ch. 2, fig. 3}`; empty braces say that there is none."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            break
    else:
        return None, tail.strip()
    inner, rest = text[1:index].strip(), text[index + 1 :].strip()
    if not inner:
        return None, rest
    label = re.match(r"([A-Za-z]+(?:\.[A-Za-z]+)?\.?|§§?|¶¶?)\s+", inner)
    name = LABELS.get(label.group(1).rstrip(".").lower()) if label else None
    if label and name:
        return Locator(name, inner[label.end() :].strip()), rest
    return Locator("page", inner), rest


def _split_at_semicolons(text: str) -> list[str]:
    """The parts between semicolons that stand in no bracket or brace."""
    parts, depth, braces, current = [], 0, 0, ""
    for character in text:
        depth += (character == "[") - (character == "]")
        braces = max(0, braces + (character == "{") - (character == "}"))
        if character == ";" and depth == 0 and braces == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


def _plain(text: str, *, strip: bool = True) -> str:
    words = re.sub(MARK, "", text)
    words = re.sub(r"\s*\n\s*", " ", words)
    return words.strip() if strip else words
