"""Compare: two issues of a book become a note of what changed and a third book in which every change is marked in words.

Blocks are matched by their words, paragraphs that were rewritten by how much they have in common, headings, references
and updates by their ids. A number that a reference got because of another one, and where a work is cited, are no changes.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TypeVar

from briefing_tools.stages.editions.book.parts import (
    Block,
    Blocks,
    Book,
    Chapter,
    Code,
    Group,
    Heading,
    Inside,
    Line,
    Lines,
    Listing,
    Marker,
    Outside,
    Paragraph,
    Picture,
    Reference,
    References,
    Styled,
    Table,
    Words,
    changed,
    walk,
    words,
)

T = TypeVar("T")

ADDED, REMOVED = "Added", "Removed"
ALIKE = 0.4
"""Two paragraphs with less than this share of words in common are two paragraphs, not one that was rewritten."""
MOST_PAIRED = 60
"""In a longer run of changed blocks nobody would find the pairs again."""

Note = tuple[tuple[str, tuple[str, ...]], ...]
_TODAY = "This document made"


@dataclass(frozen=True)
class Compared:
    """What changed: a note of subjects, each with its lines, and the whole text with every change marked."""

    note: Note
    marked: Book


def compare(before: Book, after: Book) -> Compared:
    """What changed from one issue of a book to the next. What left the book with an update is counted, not repeated."""
    tally = _Tally()
    cover = _facts(before, after)
    text = Chapter("text", tuple(_blocks(_text(before), _text(after), tally)))
    references = Chapter("references", (*_heads(after, "references"), *_references(before, after)))
    chapters = (*([text] if text.blocks else []), references)
    marked = Book(after.about, tuple(replace(one, blocks=_described(one.blocks)) for one in chapters))
    subjects = (
        ("From the editors", tuple(_said_by_editors(before, after))),
        ("Dates and status", cover),
        ("Sections", tuple(_sections(before, after, tally))),
        ("References", tuple(_works(before, after))),
        ("Updates from sites", tuple(_updates(before, after, tally))),
    )
    return Compared(tuple((subject, lines) for subject, lines in subjects if lines), marked)


def _described(blocks: Blocks) -> Blocks:
    """Blocks with every picture in words: what is compared is text."""

    def say(block: Block) -> Blocks:
        if not isinstance(block, Picture):
            return (block,)
        words_for_it = Paragraph((Words(f"[Picture: {block.alt}]"),), id=block.id)
        return (words_for_it, Paragraph(block.caption, "caption")) if block.caption else (words_for_it,)

    return changed(blocks, say, lambda line: (line,))


# -- The note ----------------------------------------------------------------------------------------------------------


def _said_by_editors(before: Book, after: Book) -> Iterator[str]:
    known = set(_changes(before))
    return (line for line in _changes(after) if line not in known)


def _changes(book: Book) -> list[str]:
    """The lines under “What has changed in this edition”."""
    chapter = _chapter(book, "imprint")
    lists = [block for block, head in _under(chapter.blocks if chapter else ()) if head == "changes"]
    items = [item for one in lists if isinstance(one, Listing) for item in one.items]
    return [_plain(item) for item in items]


def _under(blocks: Blocks) -> Iterator[tuple[Block, str]]:
    head = ""
    for block in blocks:
        head = block.id if isinstance(block, Heading) else head
        yield block, head


def _facts(before: Book, after: Book) -> tuple[str, ...]:
    old, new = dict(before.about.facts), dict(after.about.facts)
    pairs = [("Title", before.about.title, after.about.title), ("Status", before.about.status, after.about.status)]
    pairs += [(name, old.get(name, ""), new.get(name, "")) for name in dict.fromkeys((*old, *new)) if name != _TODAY]
    return tuple(
        f"{name}: {now} (before: {then})"
        if now and then
        else f"{ADDED}: {name}: {now}"
        if now
        else f"{REMOVED}: {name}: {then}"
        for name, then, now in pairs
        if then != now
    )


def _sections(before: Book, after: Book, tally: "_Tally") -> Iterator[str]:
    old, new = _titles(before), _titles(after)
    yield from (f"{ADDED}: “{title}”" for id, title in new.items() if id not in old)
    yield from (f"{REMOVED}: “{title}”" for id, title in old.items() if id not in new)
    yield from (f"Renamed: “{old[id]}” is now “{title}”" for id, title in new.items() if id in old and old[id] != title)
    for id, title in new.items():
        if id in old and (tally.added[id] or tally.removed[id]):
            yield f"Changed: “{title}” ({_count(tally.added[id])} added, {_count(tally.removed[id])} removed)"


def _count(number: int) -> str:
    return f"{number} word{'' if number == 1 else 's'}"


def _titles(book: Book) -> dict[str, str]:
    return {one.id: words(one.title) for one in _text(book) if isinstance(one, Heading)}


def _works(before: Book, after: Book) -> Iterator[str]:
    old, new = _listed(before), _listed(after)
    yield from (f"{ADDED}: {words(one.text.lines)}" for id, one in new.items() if id not in old)
    yield from (f"{REMOVED}: {words(one.text.lines)}" for id, one in old.items() if id not in new)
    yield from (
        f"Changed: {words(one.text.lines)}"
        for id, one in new.items()
        if id in old and _key_of(one.text.lines) != _key_of(old[id].text.lines)
    )


def _listed(book: Book) -> dict[str, Reference]:
    chapter = _chapter(book, "references")
    lists = [one for one in (chapter.blocks if chapter else ()) if isinstance(one, References)]
    return {item.id: item for one in lists for item in one.items}


def _updates(before: Book, after: Book, tally: "_Tally") -> Iterator[str]:
    old, new = _groups(before), _groups(after)
    yield from (f"{ADDED}: “{one.name}” ({_origin(one)})" for id, one in new.items() if id not in old)
    yield from (f"{REMOVED}: an update ({_origin(one)})" for id, one in old.items() if id not in new)
    yield from (f"Changed: “{one.name}” ({_origin(one)})" for id, one in new.items() if id in tally.updates)


def _origin(update: Group) -> str:
    """From where and of when an update is: the first two of its facts."""
    facts = [
        words(one.lines).partition(":")[2].strip()
        for one in update.blocks
        if isinstance(one, Paragraph) and one.role == "fact"
    ]
    return ", ".join(facts[:2])


def _groups(book: Book) -> dict[str, Group]:
    return {one.id: one for one in _text(book) if isinstance(one, Group) and one.kind == "update"}


# -- Parts of a book ---------------------------------------------------------------------------------------------------


def _text(book: Book) -> Blocks:
    """The running text of a book with its updates, as one run."""
    return tuple(block for chapter in book.chapters if chapter.kind == "text" for block in chapter.blocks)


def _chapter(book: Book, kind: str) -> Chapter | None:
    return next((one for one in book.chapters if one.kind == kind), None)


def _heads(book: Book, kind: str) -> Blocks:
    chapter = _chapter(book, kind)
    return (chapter.heading,) if chapter else (Heading(1, (Words("References"),), id="references"),)


def _plain(blocks: Blocks) -> str:
    """The words of blocks on one line."""
    return " ".join(text for block in walk(blocks) if (text := words(_lines_of(block)).strip()))


def _lines_of(block: Block) -> Lines:
    match block:
        case Heading() | Paragraph() | Code():
            return block.lines
        case Table() | Picture():
            return block.caption
        case _:
            return ()


# -- What counts as the same -------------------------------------------------------------------------------------------


def _key(block: Block) -> Hashable:
    """Blocks with the same key say the same."""
    match block:
        case References():
            return ("References", tuple((item.id, _key_of(item.text.lines)) for item in block.items))
        case Group():
            return ("Group", block.kind, block.id if block.kind == "update" else "", tuple(map(_key, block.blocks)))
        case Table():
            rows = tuple(tuple(tuple(map(_key, cell.blocks)) for cell in row) for row in (*block.head, *block.body))
            return ("Table", _key_of(block.caption), rows)
        case Picture():
            return ("Picture", block.alt, _key_of(block.caption))
        case Listing():
            return ("Listing", bool(block.start), tuple(tuple(map(_key, item)) for item in block.items))
        case Heading() | Paragraph() | Code():
            return (type(block).__name__, _key_of(block.lines))
        case _:
            return (type(block).__name__,)


def _key_of(lines: Lines) -> Hashable:
    return tuple(_key_of_line(line) for line in _joined(lines))


def _key_of_line(line: Line) -> Hashable:
    match line:
        case Words(text):
            return " ".join(text.split()) if text.strip() else " "
        case Styled(look, inner):
            return (look, _key_of(inner))
        case Outside(url, inner):
            return (url, _key_of(inner))
        case Inside(to, inner):
            return (to, re.sub(r"^[0-9]+", "", words(inner)) if to.startswith("ref-") else words(inner))
        case Marker(_, inner):
            return ("Marker", _key_of(inner))
        case _:
            return type(line).__name__


def _joined(lines: Lines) -> Lines:
    """Lines in which words that follow one another are one."""
    joined: list[Line] = []
    for line in lines:
        if isinstance(line, Words) and joined and isinstance(before := joined[-1], Words):
            joined[-1] = Words(before.text + line.text)
        else:
            joined.append(line)
    return tuple(joined)


# -- Marking blocks ----------------------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """How many words each section gained and lost, by its id, and which updates changed."""

    section: str = ""
    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    updates: set[str] = field(default_factory=set)

    def more(self, text: str) -> None:
        self.added[self.section] += len(text.split())

    def less(self, text: str) -> None:
        self.removed[self.section] += len(text.split())


def _blocks(before: Sequence[Block], after: Sequence[Block], tally: _Tally) -> Iterator[Block]:
    """Both runs as one, in which what was added and removed says so."""
    for same, old, new in _matched(before, after, _key):
        if same:
            for block in new:
                _enter(block, tally)
                yield block
            continue
        for was, now in _paired(old, new):
            if was is not None and now is not None:
                _enter(now, tally)
                yield from _rewritten(was, now, tally)
            elif now is not None:
                _enter(now, tally)
                yield from _added(now, tally)
            elif was is not None:
                yield from _removed(was, tally)


def _enter(block: Block, tally: _Tally) -> None:
    if isinstance(block, Heading) and block.id:
        tally.section = block.id


def _added(block: Block, tally: _Tally) -> Blocks:
    if isinstance(block, Heading):
        return (replace(block, lines=_mark(block.lines, "ins")),)
    if not (isinstance(block, Group) and block.kind == "update"):
        tally.more(_plain((block,)))
    return (Group("added", (Paragraph((Styled("strong", (Words(ADDED),)),), "change"), block)),)


def _removed(block: Block, tally: _Tally) -> Blocks:
    """What was taken out; of an update only that it is gone, because it may be gone for a reason."""
    label = Paragraph((Styled("strong", (Words(REMOVED),)),), "change")
    if isinstance(block, Group) and block.kind == "update":
        return (Group("removed", (label, Paragraph((Words(f"An update ({_origin(block)})"),)))),)
    if isinstance(block, Heading):
        return (Paragraph(_mark(_loose(block.lines), "del")),)
    tally.less(_plain((block,)))
    return (Group("removed", (label, *_unnamed((block,)))),)


def _unnamed(blocks: Blocks) -> Blocks:
    """Blocks without ids, and without links inside the book: the places may be gone."""

    def block(one: Block) -> Blocks:
        if isinstance(one, References):
            one = replace(one, items=tuple(replace(item, id="", places=None) for item in one.items))
        return (replace(one, id=""),)

    return changed(blocks, block, _loosened)


def _loose(lines: Lines) -> Lines:
    (paragraph,) = changed((Paragraph(lines),), lambda block: (block,), _loosened)
    return _lines_of(paragraph)


def _loosened(line: Line) -> Lines:
    match line:
        case Inside(_, inner) | Marker(_, inner):
            return inner
        case Styled():
            return (replace(line, id=""),)
        case Outside():
            return (replace(line, note=0),)
        case _:
            return (line,)


def _rewritten(before: Block, after: Block, tally: _Tally) -> Blocks:
    """One block that was changed into another."""
    match before, after:
        case (Heading(), Heading()) | (Paragraph(), Paragraph()) | (Code(), Code()):
            assert isinstance(after, Heading | Paragraph | Code)
            return (replace(after, lines=_lines(_lines_of(before), after.lines, tally)),)
        case Listing(old), Listing(new):
            return (replace(after, items=tuple(_items(old, new, tally))),)
        case Group(_, old), Group(kind, new):
            if kind == "update":
                tally.updates.add(after.id)
                return (replace(after, blocks=tuple(_blocks(old, new, _Tally()))),)
            return (replace(after, blocks=tuple(_blocks(old, new, tally))),)
        case Table(), Table() if _shape(before) == _shape(after):
            return (_table(before, after, tally),)
        case _:
            return (*_removed(before, tally), *_added(after, tally))


def _items(before: Sequence[Blocks], after: Sequence[Blocks], tally: _Tally) -> Iterator[Blocks]:
    """The items of two lists as those of one."""
    for same, old, new in _matched(before, after, lambda item: tuple(map(_key, item))):
        if same:
            yield from new
            continue
        groups = _paired([Group("item", item) for item in old], [Group("item", item) for item in new])
        for was, now in groups:
            yield tuple(_blocks(_inner(was), _inner(now), tally))


def _inner(group: Block | None) -> Blocks:
    return group.blocks if isinstance(group, Group) else ()


def _shape(table: Table) -> tuple[int, ...]:
    return tuple(len(row) for row in (*table.head, *table.body))


def _table(before: Table, after: Table, tally: _Tally) -> Table:
    """Two tables of the same shape as one, cell by cell."""
    olds = iter([cell for row in (*before.head, *before.body) for cell in row])

    def rows(several: Iterable[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
        return tuple(
            tuple(replace(cell, blocks=tuple(_blocks(next(olds).blocks, cell.blocks, tally))) for cell in row)  # type: ignore[type-var, attr-defined]
            for row in several
        )

    head, body = rows(after.head), rows(after.body)
    caption = _lines(before.caption, after.caption, tally)
    return replace(after, head=head, body=body, caption=caption)  # type: ignore[arg-type]


def _references(before: Book, after: Book) -> Iterator[Block]:
    """The list of references with what was added, rewritten and taken out."""
    old, new = _listed(before), _listed(after)
    items = []
    for id, one in new.items():
        was = old.get(id)
        lines = _lines(was.text.lines, one.text.lines, _Tally()) if was else _mark(one.text.lines, "ins")
        items.append(replace(one, text=replace(one.text, lines=lines), places=None))
    if items:
        yield References(tuple(items))
    gone = [one for id, one in old.items() if id not in new]
    if gone:
        listed = tuple((replace(one.text, lines=_loose(one.text.lines)),) for one in gone)
        yield Group("removed", (Paragraph((Styled("strong", (Words(REMOVED),)),), "change"), Listing(listed)))
    if not items and not gone:
        yield Paragraph((Words("This briefing cites no works."),))


# -- Marking words -----------------------------------------------------------------------------------------------------


def _lines(before: Lines, after: Lines, tally: _Tally) -> Lines:
    """Both lines as one, in which what was added and removed says so."""
    marked: list[Line] = []
    for same, old, new in _without_crumbs(_matched(tuple(_atoms(before)), tuple(_atoms(after)), _key_of_atom)):
        if same:
            marked += new
            continue
        if words(tuple(old)).strip():
            tally.less(words(tuple(old)))
            marked += _mark(_loose(tuple(old)), "del")
        if words(tuple(new)).strip():
            tally.more(words(tuple(new)))
            marked += _mark(tuple(new), "ins")
        elif new:
            marked += new
    return _joined(tuple(marked))


def _mark(lines: Lines, look: str) -> Lines:
    """Lines as added (`ins`) or removed (`del`) behind a word that says so; white space at either end stands outside."""
    whole = list(_joined(lines))
    start = end = ""
    if whole and isinstance(first := whole[0], Words):
        start = first.text[: len(first.text) - len(first.text.lstrip())]
        whole[0] = Words(first.text.lstrip())
    if whole and isinstance(last := whole[-1], Words):
        end = last.text[len(last.text.rstrip()) :]
        whole[-1] = Words(last.text.rstrip())
    label = Styled("strong", (Words(f"{ADDED if look == 'ins' else REMOVED}:"),))
    return (Words(start or " "), label, Words(" "), Styled(look, tuple(whole)), Words(end or " "))


def _atoms(lines: Lines) -> Iterator[Line]:
    """Words one by one, with the space between them; everything else whole."""
    for line in _joined(lines):
        if isinstance(line, Words):
            yield from (Words(part) for part in re.findall(r"\s+|[^\s]+", line.text))
        else:
            yield line


def _key_of_atom(line: Line) -> Hashable:
    return _key_of_line(line)


Run = tuple[bool, Sequence[Line], Sequence[Line]]


def _without_crumbs(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs in which a space between two changes belongs to them, so that they are one."""
    kept: list[Run] = []
    waiting = list(runs)
    for at, (same, old, new) in enumerate(waiting):
        crumb = same and not words(tuple(new)).strip() and 0 < at < len(waiting) - 1
        if (crumb or not same) and kept and not kept[-1][0]:
            _, before, after = kept[-1]
            kept[-1] = (False, [*before, *old], [*after, *new])
        else:
            kept.append((same, old, new))
    return iter(kept)


# -- Matching ----------------------------------------------------------------------------------------------------------


def _matched(
    before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]
) -> Iterator[tuple[bool, Sequence[T], Sequence[T]]]:
    """Runs that are the same in both, and runs that differ, in order."""
    matcher = SequenceMatcher(None, list(map(key, before)), list(map(key, after)), autojunk=False)
    for name, start, end, from_, to in matcher.get_opcodes():
        yield name == "equal", before[start:end], after[from_:to]


def _paired(before: Sequence[Block], after: Sequence[Block]) -> Iterator[tuple[Block | None, Block | None]]:
    """Blocks that became one another, in order, and between them those that were removed and added."""
    if len(before) > MOST_PAIRED or len(after) > MOST_PAIRED:
        yield from ((one, None) for one in before)
        yield from ((None, one) for one in after)
        return
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    likeness = [[_alike(was, now) for now in after] for was in before]
    for at in reversed(range(len(before))):
        for to in reversed(range(len(after))):
            paired = likeness[at][to] + best[at + 1][to + 1] if likeness[at][to] >= ALIKE else 0
            best[at][to] = max(paired, best[at + 1][to], best[at][to + 1])
    at = to = 0
    while at < len(before) or to < len(after):
        if at == len(before):
            yield None, after[to]
            to += 1
        elif to == len(after) or best[at][to] == best[at + 1][to]:
            yield before[at], None
            at += 1
        elif best[at][to] == best[at][to + 1]:
            yield None, after[to]
            to += 1
        else:
            yield before[at], after[to]
            at, to = at + 1, to + 1


def _alike(before: Block, after: Block) -> float:
    """How much two blocks have in common, from 0 to 1; nothing if they are of two kinds."""
    if type(before) is not type(after):
        return 0
    if isinstance(before, Heading) and before.id and before.id == after.id:
        return 1
    if isinstance(before, Group) and isinstance(after, Group):
        if before.kind != after.kind or (before.kind == "update" and before.id != after.id):
            return 0
        if before.kind == "update":
            return 1
    one, other = _plain((before,)).split(), _plain((after,)).split()
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one or other else 0.5
