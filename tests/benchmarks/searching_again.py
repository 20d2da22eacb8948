"""What `briefings search` takes the first time, the next time, and after an edit: `python tests/benchmarks/searching_again.py [BRIEFINGS …]`.

The project is invented, and written into a folder of its own. Seconds are of the processor, for the whole command and its start
(`briefings --help` takes that), so that what else the machine does counts little.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.invented_pages import invented_series, write_project

QUERY = "multi agency safeguarding hub"


def seconds(*words: str) -> float:
    """Seconds of the processor that a command of ours takes."""
    before = os.times()
    code = "from briefing_tools.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """A row for each number of briefings."""
    print(f"{'briefings':>10}{'start':>9}{'first':>9}{'again':>9}{'edited':>9}{'again':>9}{'kept MB':>9}")
    for briefings in [int(one) for one in sys.argv[1:]] or [10, 100, 1000]:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            write_project(invented_series(briefings)[1], root)
            ask = ("--root", name, "search", QUERY, "--json")
            told = [seconds("--help"), seconds(*ask), seconds(*ask)]
            page = next((root / "briefings").glob("*/index.md"))
            page.write_text(page.read_text("utf-8") + "\nA xylophone.\n", "utf-8")
            told += [seconds(*ask), seconds(*ask)]
            kept = (root / ".cache/briefings/search.index").stat().st_size / 1e6
            print(f"{briefings:>10}" + "".join(f"{one:>9.2f}" for one in told) + f"{kept:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
