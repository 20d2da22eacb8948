"""Encode: text and its marking-up become LaTeX that reading turns into the same text again.

Letters stay what they are (UTF-8, which BibTeX has understood for twenty years); only signs that LaTeX gives a meaning to
are written as commands. `<` is written as one too, so that no tag stands in a file that somebody may open in a browser.
"""

import re
from collections.abc import Iterable

from briefing_tools.model import Element, Node, Text

_COMMANDS = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "`": "{`}",
    "&": "\\&",
    "%": "\\%",
    "#": "\\#",
    "_": "\\_",
    "$": "\\$",
    "\u00a0": "~",
    "\u2009": "{\\,}",
}
_SPECIAL = re.compile("[" + re.escape("".join(_COMMANDS)) + "]|''+|--+")
_SPACES = re.compile(r"^ | $|(?<= ) ")
_TAGS = {"em": "emph", "strong": "textbf", "sup": "textsuperscript", "sub": "textsubscript"}


def latex_of(text: str) -> str:
    """Characters as LaTeX."""
    return _spaced(_encoded(text))


def marked_latex(nodes: Iterable[Node]) -> str:
    """Marked-up text as LaTeX."""
    return _spaced("".join(map(_node, nodes)))


def _node(node: Node) -> str:
    match node:
        case Text(text):
            return _encoded(text)
        case Element():
            inner = "".join(map(_node, node.children))
            command = _TAGS.get(node.tag, "")
            return f"\\{command}{{{inner}}}" if command else inner
    return ""


def _encoded(text: str) -> str:
    return _SPECIAL.sub(_command, text)


def _command(found: "re.Match[str]") -> str:
    run = found[0]
    return "{}".join(run) if run[0] in "'-" else _COMMANDS[run]


def _spaced(latex: str) -> str:
    """Spaces that reading would fold away, written so that they stay."""
    return _SPACES.sub(r"{\\ }", latex)
