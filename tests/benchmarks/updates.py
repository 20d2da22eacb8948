"""How long checking and building take with many updates of one briefing: `python tests/benchmarks/updates.py [COUNT…]`.

Lays out the small project of the cases with 100 and 1,000 invented updates, or as many as are asked for, and prints seconds
of the processor and the most memory for `briefings check`, for `briefings build` without editions, and for a PDF. Each runs
in a process of its own. Times that grow like the number of updates mean that nothing looks at every pair of them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from casebook import lay_out, write

UPDATE = """---
site: {site}
title: Half a year in room number {number}
date: {date}
section: {section}
evidence: practice-experience
licence: OGL-UK-3.0
checks:
  no_personal_data: yes
  approved_by: Head of Services
status: published
moderated_by: editors
moderated_on: 2026-03-31
---

We moved our teams into one room, as [@hazel2021] did. Staff said that decisions took less time, and that it was louder
than they had thought. We would do it again, with a quiet room beside it, and with one list of who sits where.
"""


def main(words: list[str]) -> None:
    """Print a line for each number of updates asked for."""
    print(f"{'updates':>8}{'check':>18}{'pages and search':>20}{'with PDF':>18}")
    for count in [int(word.replace(",", "")) for word in words] or [100, 1_000]:
        with tempfile.TemporaryDirectory() as folder:
            root = lay_out(Path(folder))
            _send(root, count)
            checked = _run(root, "check")
            _set_editions(root, "")
            pages = _run(root, "build")
            _set_editions(root, "pdf")
            print(f"{count:>8,}{checked:>18}{pages:>20}{_run(root, 'build'):>18}")


def _send(root: Path, count: int) -> None:
    for number in range(count):
        site, section = ("westmarsh", "northbridge")[number % 2], ("offices", "teams", "issue")[number % 3]
        date = f"2026-{1 + number % 3:02}-{1 + number % 28:02}"
        path = f"briefings/01-shared-offices/updates/{site}/{date}-room-{number}.md"
        write(root, path, UPDATE.format(site=site, section=section, date=date, number=number))


def _set_editions(root: Path, kinds: str) -> None:
    settings = (root / "mkdocs.yml").read_text("utf-8").partition("  - briefings")[0]
    write(root, "mkdocs.yml", f'{settings}  - briefings:\n      editions: "{kinds}"\n')


def _run(root: Path, command: str) -> str:
    """Seconds of the processor and megabytes of a command in a process of its own."""
    words = [sys.executable, "-m", "briefing_tools.cli", command, "--root", str(root)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    assert process.returncode == 0, command
    return f"{used.ru_utime + used.ru_stime:.1f} s {used.ru_maxrss / 1024:.0f} MB"


if __name__ == "__main__":
    main(sys.argv[1:])
