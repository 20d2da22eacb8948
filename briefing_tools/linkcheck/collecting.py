"""Collect: every address of the content that leads outside, with each place where it stands.

Markdown is read by the same parser as the pages, so that code, comments and escapes hold no links. A bibliography gives
its `url` and `doi` fields. Of fields, those of `series.yml` as those at the head of a text, it is what is written out as an
address. Any other text file is a list of addresses, one a line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from briefing_tools.bibliography.links import addresses_of
from briefing_tools.frontmatter import Scalar, read_front_matter
from briefing_tools.linkrecord.addresses import typed_address
from briefing_tools.markup import parse
from briefing_tools.model import Element, walk
from briefing_tools.source import Source, Span


@dataclass(frozen=True, slots=True)
class Written:
    """An address where it stands. `exact` tells that the characters at `span` are the address and may be replaced.

    `published` is the day, as written, on which the text was published in which it stands: a copy is wanted of that time.
    """

    url: str
    span: Span
    exact: bool
    published: str = ""


KINDS = (".md", ".bib", ".yml")
"""What holds links of ours, by the ends of files' names."""


def written_in(source: Source) -> tuple[Written, ...]:
    """Every outside address of one file, in order."""
    if source.path.endswith(".md"):
        return tuple(_in_markdown(source))
    if source.path.endswith(".yml"):
        return tuple(_in_fields(source, len(source.text)))
    if source.path.endswith(".bib"):
        return tuple(Written(one.url, one.span, one.exact) for one in addresses_of(source) if one.url)
    return tuple(_in_list(source))


def by_address(written: Iterable[Written]) -> Mapping[str, tuple[Written, ...]]:
    """Every address once, in the order in which they first stand, with all its places."""
    found: dict[str, list[Written]] = {}
    for one in written:
        found.setdefault(one.url, []).append(one)
    return MappingProxyType({url: tuple(places) for url, places in found.items()})


def is_outside(target: str) -> bool:
    """Whether an address leads out of the pages: it names a scheme, or a host."""
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target)) or target.startswith("//")


def _in_markdown(source: Source) -> Iterator[Written]:
    front = read_front_matter(source)
    yield from _in_fields(source, front.body)
    given = front.fields.values.get("published")
    published = given.text if isinstance(given, Scalar) else ""
    links = [
        Written(node.attributes["target"].strip(), node.span, exact=False, published=published)
        for node in walk(parse(source, front.body).nodes)
        if isinstance(node, Element) and node.tag == "a" and node.span and is_outside(node.attributes.get("target", ""))
    ]
    taken = [(source.offset(one.span.start), source.offset(one.span.end)) for one in links]
    bare = [
        Written(source.text[start:end], source.span(start, end), exact=False, published=published)
        for start, end in _bare(source.text, front.body)
        if not any(begin < end and start < stop for begin, stop in taken)
    ]
    for one in sorted([*links, *bare], key=lambda one: one.span.start):
        here = source.text[source.offset(one.span.start) : source.offset(one.span.end)]
        yield Written(one.url, one.span, here == one.url, published)


_NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^`\n]*\n.*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)"  # fenced code
    r"|^(?:(?: {4}|\t)[^\n]*\n?)+"  # indented: code, or the inside of a list or box, whose links the parser finds
    r"|<!--.*?(?:-->|\Z)|\]\([^)\n]{0,500}\)|^ {0,3}\[[^\]\n]+\]:[^\n]*|<[^>\n]{0,1000}>",
    re.M | re.S,
)
_BARE = re.compile(r"https?://[^\s<>\"\[\]|\\^`{}]{1,4000}", re.I)


def _in_fields(source: Source, end: int) -> Iterator[Written]:
    """The addresses in fields: wherever one is written out, and the publisher's website, which may lack its beginning."""
    lines = re.compile(r"^(?!\s*#)(\s+web:[ \t]*[\"']?(?=www\.))?(.*)$", re.M)
    for line in lines.finditer(source.text, 0, end):
        if line[1]:
            found = re.match(r"[^\s\"'#]+", line[2])
            start = line.start(2)
            if found:
                yield Written(f"https://{found[0]}", source.span(start, start + found.end()), exact=False)
            continue
        for address in _BARE.finditer(source.text, line.start(), line.end()):
            url = typed_address(address.group())
            yield Written(url, source.span(address.start(), address.start() + len(url)), exact=True)


def _bare(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where addresses stand in running text that are no links: readers see them, and may type them."""
    blank = _without_code(_NOT_PROSE.sub(lambda found: _blanked(found.group()), text[start:]))
    for found in _BARE.finditer(blank):
        url = typed_address(found.group())
        if len(url) > len("https://"):
            yield start + found.start(), start + found.start() + len(url)


def _without_code(text: str) -> str:
    """The text with code in its lines blanked out: between two equally long runs of back-ticks of one paragraph."""
    pieces: list[str] = []
    for block in re.split(r"(\n[ \t]*\n)", text):
        runs = list(re.finditer(r"`+", block))
        after: dict[int, list[int]] = {}
        for index, run in enumerate(runs):
            after.setdefault(len(run.group()), []).append(index)
        at, index = 0, 0
        while index < len(runs):
            same = after[len(runs[index].group())]
            place = bisect_right(same, index)
            if place < len(same):
                closing = same[place]
                pieces += [block[at : runs[index].start()], _blanked(block[runs[index].start() : runs[closing].end()])]
                at, index = runs[closing].end(), closing
            index += 1
        pieces.append(block[at:])
    return "".join(pieces)


def _blanked(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _in_list(source: Source) -> Iterator[Written]:
    """One address a line; empty lines and those that begin with `#` are left out."""
    for number, line in enumerate(source.lines, 1):
        url = line.strip()
        if url and not url.startswith("#"):
            start = source.offset(source.line_span(number).start)
            yield Written(url, source.span(start, start + len(url)), exact=True)
