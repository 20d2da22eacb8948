"""Write names: authors and editors as BibTeX lists them, so that reading the list gives the same names again."""

from collections.abc import Iterable
from functools import lru_cache

from briefing_tools.bibliography.names import read_names
from briefing_tools.exchange.latex import latex_of
from briefing_tools.model import Name


def name_list(names: Iterable[Name], others: bool = False) -> str:
    """`Munro, E. and {Department of Health} and others`, in LaTeX; empty for nobody."""
    return " and ".join([*map(_written, names), *(["others"] if others else [])])


@lru_cache(maxsize=8192)
def _written(name: Name) -> str:
    """One name in the first way of writing it that reading understands."""
    for written in _ways(name):
        if read_names(written).names == (name,):
            return written
    return _labelled(name)


def _ways(name: Name) -> Iterable[str]:
    family, given, prefix, suffix = (latex_of(part) for part in (name.family, name.given, name.prefix, name.suffix))
    if name == Name(name.family):
        yield f"{{{family}}}"
    whole = f"{prefix} {family}".strip()
    yield ", ".join(part for part in (whole, suffix, given) if part)
    yield ", ".join(part for part in (f"{prefix} {{{family}}}".strip(), suffix, given) if part)


def _labelled(name: Name) -> str:
    """biblatex's extended form, which can say everything: `family={Dijk}, given={Marten}, prefix={van}`."""
    parts = (("family", name.family), ("given", name.given), ("prefix", name.prefix), ("suffix", name.suffix))
    return ", ".join(f"{label}={{{latex_of(text)}}}" for label, text in parts if text)
