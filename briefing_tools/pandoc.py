"""Convert: a document in pandoc's own form becomes one for a word processor; the only door to pypandoc and its pandoc.

The extra `docx` brings it. Pandoc sees the document, the pictures it is given and nothing else of this machine.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from briefing_tools.errors import CannotRun

API = (1, 23, 1)
"""The version of pandoc's form (pandoc-types) that `word.py` writes; pandoc 3 reads it."""


def pandoc_is_here() -> bool:
    """Whether the extra `docx` is installed."""
    return find_spec("pypandoc") is not None


def convert(
    document: Mapping[str, object], format: str, template: str, files: Mapping[str, bytes], epoch: int
) -> bytes:
    """A document in pandoc's JSON as a file of this format, `docx` or `odt`, dated `epoch` (seconds since 1970).

    `template` is pandoc's for the text of such a file; `files` are pictures by name. Raises `CannotRun` without pandoc.
    """
    if not pandoc_is_here():
        raise CannotRun(
            "Documents for Word and LibreOffice need the program pandoc, which is not installed.",
            "Install it with: pip install 'briefing-tools[docx]'",
        )
    import pypandoc  # 34 MB that most installations do without

    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        desk = Path(folder)
        for name, content in {**files, "template.xml": template.encode()}.items():
            (desk / name).write_bytes(content)
        command = [pypandoc.get_pandoc_path(), "--from=json", f"--to={format}", "--output=document", "--standalone"]
        command += ["--template=template.xml", f"--data-dir={folder}", "--quiet"]
        # No home and no proxy: nothing of this machine or of the network is looked at. `SystemRoot` is for Windows.
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        environment = {**kept, "SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": folder}
        done = subprocess.run(
            command, cwd=desk, env=environment, input=json.dumps(document).encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, f"pandoc: {done.stderr.decode('utf-8', 'replace')}"
        return (desk / "document").read_bytes()
