"""Set up: the settings of a project, read once from `mkdocs.yml`, for both edges alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath

from briefing_tools.diagnostics import Severity
from briefing_tools.errors import CannotRun
from briefing_tools.frontmatter import Fields, Scalar, read_fields
from briefing_tools.source import Source

CONFIG = "mkdocs.yml"
PLUGIN = "briefings"


@dataclass(frozen=True)
class Options:
    """What stands under the plugin `briefings` in `mkdocs.yml`. Each setting carries its own manual entry."""

    bibliography: str = field(
        default="references.bib", metadata={"doc": "The BibTeX file that every briefing cites from, beside mkdocs.yml."}
    )
    style: str = field(
        default="briefing", metadata={"doc": "How references are written: briefing, vancouver or harvard.", "choices": ("briefing", "vancouver", "harvard")}
    )  # fmt: skip
    repository: str = field(
        default="",
        metadata={
            "doc": "Where the series is kept, so that sites can send updates from the page for writing: https://github.com/owner/name.",
            "pattern": r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+){2,}",
            "example": "https://github.com/owner/name",
        },
    )
    branch: str = field(
        default="main",
        metadata={
            "doc": "The branch of the repository that updates are sent to.",
            "pattern": r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*",
            "example": "main",
        },
    )
    forge: str = field(
        default="github",
        metadata={
            "doc": "What the repository runs on: github, gitlab or gitea.",
            "choices": ("github", "gitlab", "gitea"),
        },
    )
    editions: str = field(
        default="pdf, large-print, epub, txt",
        metadata={
            "doc": "What readers can download of each briefing, with commas: pdf, large-print, giant, epub, txt, docx, odt, brf, audio, talking-epub. Nothing for none."
        },
    )
    fail_on: str = field(
        default="error",
        metadata={
            "doc": "The least serious finding that makes a command fail: error, warning or note.",
            "choices": tuple(severity.value for severity in Severity),
        },
    )


@dataclass(frozen=True)
class Settings:
    """A project: its folder, the folder of content and the folder for pages (both relative to it), and the options.

    `site_url` is the address under which the pages are published, with a slash at its end; empty when it is not known.
    """

    root: Path
    content: str
    site_dir: str
    options: Options
    site_url: str = ""

    @property
    def editions(self) -> tuple[str, ...]:
        """The names of the editions that a build makes."""
        return tuple(dict.fromkeys(name for one in self.options.editions.split(",") if (name := one.strip())))

    def read_asset(self, path: str) -> bytes:
        """A file of the project by its path, which has passed the gate."""
        return (self.root / path).read_bytes()

    @property
    def fail_on(self) -> Severity:
        """The least serious severity that fails a command."""
        return Severity(self.options.fail_on)


def load(root: Path) -> Settings:
    """Read the settings of the project in `root`.

    Raises `CannotRun` when there is no `mkdocs.yml`, when it cannot be read, or when a setting has no meaning.
    """
    path = root / CONFIG
    if not root.is_dir():
        raise CannotRun(
            f"There is no folder {root}.", "Give the folder that holds mkdocs.yml: briefings --root FOLDER …"
        )
    if not path.is_file():
        raise CannotRun(
            f"There is no mkdocs.yml in {root.resolve()}.",
            "Go to the project's folder, or name it: briefings --root FOLDER …",
        )
    try:
        source = Source(CONFIG, path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise CannotRun("mkdocs.yml is not saved as UTF-8.", "Save it again and choose the encoding “UTF-8”.") from None
    read, slips = read_fields(source, trusted=True)
    if slips:
        problem = slips[0].problem
        raise CannotRun(f"{problem.span}: {problem.message}", problem.hint)
    content = _text(read, "docs_dir", "docs")
    if not (root / content).is_dir() or PurePosixPath(content).is_absolute() or ".." in PurePosixPath(content).parts:
        raise CannotRun(
            f"There is no folder {content} in the project for the briefings.",
            "Set it in mkdocs.yml, for example: docs_dir: briefings",
        )
    return Settings(
        root,
        PurePosixPath(content).as_posix(),
        _text(read, "site_dir", "site"),
        options_of(_plugin(read)),
        published_under(_text(read, "site_url", "")),
    )


def published_under(site_url: str) -> str:
    """MkDocs's `site_url` as an address to build on; empty when it is none."""
    return site_url.rstrip("/") + "/" if site_url.startswith(("https://", "http://")) else ""


def options_of(given: Mapping[str, str]) -> Options:
    """Options from what stands under the plugin; raises `CannotRun` for an unknown setting or value."""
    known = {one.name: one for one in fields(Options)}
    for name, value in given.items():
        if name not in known:
            raise CannotRun(
                f"mkdocs.yml: the plugin {PLUGIN} has no setting “{name}”.", f"The settings are: {', '.join(known)}."
            )
        choices = known[name].metadata.get("choices")
        if choices and value not in choices:
            raise CannotRun(f"mkdocs.yml: “{value}” is not a value of {name}.", f"Choose one of: {', '.join(choices)}.")
        pattern = known[name].metadata.get("pattern")
        if pattern and value and not re.fullmatch(pattern, value):
            example = known[name].metadata["example"]
            raise CannotRun(
                f"mkdocs.yml: “{value}” is not a value of {name}.", f"Write it like this: {name}: {example}"
            )
    return Options(**given)


def _text(read: Fields, key: str, default: str) -> str:
    value = read.values.get(key)
    return value.text if isinstance(value, Scalar) and value.text else default


def _plugin(read: Fields) -> Mapping[str, str]:
    """The settings under `plugins: - briefings:`, as text."""
    plugins = read.values.get("plugins")
    entries = plugins.values.values() if isinstance(plugins, Fields) else getattr(plugins, "values", ())
    if isinstance(plugins, Fields) and PLUGIN in plugins.values:
        return _flat(plugins.values[PLUGIN])
    for entry in entries:
        if isinstance(entry, Scalar) and entry.text == PLUGIN:
            return {}
        if isinstance(entry, Fields) and PLUGIN in entry.values:
            return _flat(entry.values[PLUGIN])
    raise CannotRun("mkdocs.yml does not name the plugin briefings.", "Add to it:\nplugins:\n  - briefings")


def _flat(value: object) -> Mapping[str, str]:
    if not isinstance(value, Fields):
        return {}
    return {name: _flat_text(entry) for name, entry in value.values.items()}


def _flat_text(entry: object) -> str:
    """A setting as text; a list as its values with commas between them."""
    if isinstance(entry, Scalar):
        return entry.text
    return ", ".join(_flat_text(one) for one in getattr(entry, "values", ()))
