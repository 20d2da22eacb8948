"""Look at tables: small counts of people, and hidden ones that a total gives away.

A table of numbers hides small counts with a sign (`c`, `*`, `..`). If it hides one cell of a row or column whose total it
prints, the total less the rest is the hidden count. So every row and column with a total is worked through, again and
again with what was found, as a reader with a pencil would. Source of the practice: Department for Education, “Children in
need” statistics (numbers from 1 to 5 replaced by c, with secondary suppression).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefing_tools.privacy.found import Found
from briefing_tools.privacy.rulebook import Sign, rule_book

MOST_ROUNDS = 50
"""How often a table is worked through; each round that finds nothing new is the last."""

_RULE = re.compile(r"\|?[ ]?:?-{1,200}:?[ ]?(?:\|[ ]?:?-{1,200}:?[ ]?){0,200}\|?")
_TOTAL = re.compile(r"^(?:grand |sub-?)?totals?\b|^all\b|^sum\b|^overall\b|\btotals?$", re.I)
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9}")
_HIDDEN = re.compile(
    r"\[?\(?(?:c|z|x|:|\*{1,3}|\.{2,3}|…|<[ ]?(?:=[ ]?)?[0-9]{1,2}|[0-9]-[0-9]|under (?:5|five|6|six)|fewer than (?:5|five|6|six|10|ten)"
    r"|suppressed|hidden)\)?\]?",
    re.I,
)
_NOT_PEOPLE = re.compile(
    r"%|\bper cent|\bpercent|\brates?\b|\bages?\b|\baverage|\bmean\b|\bmedian|\bscores?\b|\bweeks?\b|\bmonths?\b|\bdays?\b|\bhours?\b|\bminutes\b"
    r"|\bvisits?\b|\bsessions?\b|\bmeetings?\b|\blevels?\b|\bstages?\b|\bquestions?\b|\branks?\b|\bcosts?\b|£|\bratio|\bper\b|\byears\b|\bstars?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a table: its words without the white space round them, and where they stand in the plain text."""

    text: str
    start: int
    end: int

    @property
    def number(self) -> int | None:
        if self.text == "-":
            return 0
        return int(self.text.replace(",", "")) if _NUMBER.fullmatch(self.text) else None

    @property
    def hidden(self) -> bool:
        return bool(_HIDDEN.fullmatch(self.text))


Row = tuple[_Cell, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A head and its rows; `before` is the line above, often the table's title."""

    head: Row
    rows: tuple[Row, ...]
    before: str


def look_at_tables(text: str) -> Iterator[Found]:
    """Every small count of people in a table, and every hidden one that can be worked out."""
    signs = {sign.id: sign for sign in rule_book().signs if sign.by == "tables"}
    people = re.compile(
        rf"\b(?:{rule_book().words['people']}|{rule_book().words['one-person']}|cases|referrals)\b", re.A | re.I
    )
    for table in _tables(text):
        yield from _small(table, signs, people)
        yield from _worked_out(table, signs["hidden-cell"])


def _small(table: _Table, signs: dict[str, Sign], people: re.Pattern[str]) -> Iterator[Found]:
    """Cells of 1 to 9 where heading, row or title says that people are counted."""
    head = " ".join(cell.text for cell in table.head)
    titled = bool(people.search(table.before)) or bool(people.search(table.head[0].text if table.head else ""))
    titled = titled or bool(re.search(r"\bnumber of\b", head, re.I) and people.search(head))
    for row in table.rows:
        for column, cell in enumerate(row):
            if column == 0 or cell.number is None or not 1 <= cell.number <= 9:
                continue
            above = table.head[column].text if column < len(table.head) else ""
            said = bool(people.search(above)) or bool(people.search(row[0].text)) or titled
            if said and not _NOT_PEOPLE.search(above) and not _NOT_PEOPLE.search(row[0].text):
                sign = signs["small-cell"] if cell.number <= 5 else signs["middle-cell"]
                yield Found(cell.start, cell.end, sign, sign.verdict)


def _worked_out(table: _Table, sign: Sign) -> Iterator[Found]:
    """Hidden cells whose value follows from totals and is 1 to 9."""
    values: dict[tuple[int, int], int] = {}
    hidden: dict[tuple[int, int], _Cell] = {}
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row[1:], 1):
            if cell.number is not None:
                values[y, x] = cell.number
            elif cell.hidden:
                hidden[y, x] = cell
    sums = [sum_ for sum_ in _sums(table) if all(place in values or place in hidden for place in sum_)]
    found: set[tuple[int, int]] = set()
    for _ in range(MOST_ROUNDS):
        before = len(values)
        for total, *parts in sums:
            _solve(total, parts, values)
        if len(values) == before:
            break
    found = {place for place in hidden if 1 <= values.get(place, 0) <= 9}
    for place in sorted(found):
        yield Found(hidden[place].start, hidden[place].end, sign, sign.verdict)


def _solve(total: tuple[int, int], parts: Sequence[tuple[int, int]], values: dict[tuple[int, int], int]) -> None:
    """Work out the one unknown number of a sum; or all of them, when the rest leaves just one each."""
    unknown = [place for place in parts if place not in values]
    known = sum(values[place] for place in parts if place in values)
    if total not in values:
        if not unknown:
            values[total] = known
        return
    rest = values[total] - known
    if rest < 0 or not unknown:
        return
    if len(unknown) == 1:
        values[unknown[0]] = rest
    elif rest == len(unknown):
        values.update(dict.fromkeys(unknown, 1))


def _sums(table: _Table) -> list[list[tuple[int, int]]]:
    """The sums that a table prints: the place of a total and the places of what it adds up, by row and by column."""
    width = len(table.head)
    if not width or any(len(row) != width for row in table.rows):
        return []
    totals_below = [y for y, row in enumerate(table.rows) if _TOTAL.search(row[0].text)]
    totals_right = [x for x in range(1, width) if _TOTAL.search(table.head[x].text)]
    columns = [x for x in range(1, width) if not _NOT_PEOPLE.search(table.head[x].text)]
    sums: list[list[tuple[int, int]]] = []
    if len(totals_below) == 1:
        others = [y for y in range(len(table.rows)) if y not in totals_below]
        sums += [[(totals_below[0], x), *((y, x) for y in others)] for x in columns if others]
    if len(totals_right) == 1:
        others = [x for x in columns if x not in totals_right]
        sums += [[(y, totals_right[0]), *((y, x) for x in others)] for y in range(len(table.rows)) if others]
    return sums


def _tables(text: str) -> Iterator[_Table]:
    """Every Markdown table of the plain text: a row, a rule of hyphens, more rows."""
    lines = _lines(text)
    index = 1
    while index < len(lines):
        _start, line = lines[index]
        above_start, above = lines[index - 1]
        if "|" not in above or "-" not in line or not _RULE.fullmatch(line):
            index += 1
            continue
        head = _row(above, above_start)
        title = next((words for _, words in reversed(lines[max(0, index - 4) : index - 1]) if words), "")
        index += 1
        rows: list[Row] = []
        while index < len(lines) and "|" in lines[index][1]:
            rows.append(_row(lines[index][1], lines[index][0]))
            index += 1
        yield _Table(head, tuple(rows), title)


def _lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    return lines


def _row(line: str, start: int) -> Row:
    """The cells of a line; edges at its ends make no cells of their own."""
    cells: list[_Cell] = []
    begin = 1 if line.startswith("|") else 0
    end = len(line) - 1 if line.endswith("|") and len(line) > 1 else len(line)
    at = begin
    for part in line[begin:end].split("|"):
        words = part.strip(" ")
        lead = len(part) - len(part.lstrip(" "))
        cells.append(_Cell(words, start + at + lead, start + at + lead + len(words)))
        at += len(part) + 1
    return tuple(cells)
