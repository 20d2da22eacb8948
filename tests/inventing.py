"""Invented briefings, for tests and benchmarks of print: as long as asked, and full of links where print finds them hard.

Everything in them is **invented**. Each link ends in a word of its own, and leads to an address of its own, so that a
reader of the PDF can tell on which page a note is called and on which it stands.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

HEAD = """---
number: 1
title: Sharing an office
status: live
edition: "1.0"
published: 2026-02
authors:
  - name: Dana Invented
---
"""
_WORDS = (
    "staff", "share", "an", "office", "and", "stay", "with", "their", "own", "employers", "while", "managers",
    "agree", "what", "may", "be", "told", "and", "to", "whom", "because", "families", "meet", "many", "services",
    "whose", "thresholds", "differ", "so", "one", "key", "worker", "joins", "them", "up", "over", "time",
)  # fmt: skip


@dataclass
class Invention:
    """Writes a briefing; the same seed writes the same. One that is not `dense` has about as many links as a real one."""

    seed: int
    links: int = 0
    dense: bool = True
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def words(self, least: int, most: int) -> str:
        """Some words of running text."""
        return " ".join(self.chance.choice(_WORDS) for _ in range(self.chance.randint(least, most)))

    def link(self) -> str:
        """A link whose last word is `call<number>end`, to an address that ends in `note<number>end`."""
        self.links += 1
        path = "-".join(self.words(1, self.chance.choice((3, 12))).split())
        return f"[{self.words(1, 9)} call{self.links}end](https://example.org/{path}/note{self.links}end)"

    def paragraph(self) -> str:
        """A paragraph, every third one with links, sometimes two in one line."""
        text = self.words(20, 110)
        for _ in range(self.chance.choice((0, 0, 0, 0, 1, 3)) if self.dense else 0):
            text += f", {self.link()} {self.words(1, 25)}"
        return text.capitalize() + "."

    def bullets(self, indent: str = "") -> str:
        """A list, some of its items with links, some with a list inside."""
        rows = []
        for _ in range(self.chance.randint(2, 7)):
            link = f" {self.link()}" if self.chance.random() < 0.3 * self.dense else ""
            rows.append(f"{indent}- {self.words(3, 30)}{link}")
            if self.chance.random() < 0.1 and not indent:
                rows.append(self.bullets("    "))
        return "\n".join(rows)

    def signpost(self) -> str:
        """A box of links, as at the end of most sections."""
        items = (f"    - {self.link()} [@hazel2021]" for _ in range(self.chance.randint(1, 5 if self.dense else 3)))
        return '!!! signpost "For more information see"\n' + "\n".join(items)

    def admonition(self) -> str:
        """A box of running text with links."""
        opening = self.words(10, 60)
        linked = f"{self.link()} and {self.link()}" if self.dense else self.words(5, 9)
        return f"!!! note\n    {opening} {linked} {self.words(5, 40)}"

    def table(self) -> str:
        """A table, some of its cells links."""
        rows = (
            f"| {self.words(1, 3)} | {self.link() if self.chance.random() < 0.3 * self.dense else self.words(2, 12)} | {number} |"
            for number in range(self.chance.randint(3, 18))
        )
        return "| Place | What is told | Number |\n|---|---|--:|\n" + "\n".join(rows)

    def quotation(self) -> str:
        """A quotation that ends with a citation."""
        return f"> ‘{self.words(15, 50)}’ [@rowan2019, p. 4]"

    def section(self, number: int) -> Iterator[str]:
        """A section with all of these."""
        yield f"### {self.words(2, 9).capitalize()} {{#part-{number}}}"
        kinds: tuple[Callable[[], str], ...] = (
            self.paragraph, self.paragraph, self.paragraph, self.paragraph, self.bullets, self.table, self.admonition, self.quotation,
        )  # fmt: skip
        for _ in range(self.chance.randint(3, 8)):
            yield self.chance.choice(kinds)()
        yield self.signpost()

    def text(self, sections: int) -> str:
        """The whole file of a briefing with so many sections beside the required parts."""
        parts = [
            "## What is the issue? {#issue role=issue}", self.paragraph(), self.signpost(),
            "## Key policy drivers {#policy role=policy}", "@ash2020 say so.", self.paragraph(),
            "## Activity and research {#activity role=activity}", self.paragraph(),
            *(part for number in range(sections) for part in self.section(number)),
            "## Key messages for practice {#key-messages role=key-messages}", self.bullets(),
        ]  # fmt: skip
        return HEAD + "\n" + "\n\n".join(parts) + "\n"
