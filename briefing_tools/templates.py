"""Fill in: the only door to Jinja. Every value is escaped unless it is `Html`, which only our own renderer makes."""

from functools import cache, lru_cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

Html = Markup
"""Text that is HTML already and safe; anything else is escaped where it is put in."""

THEME = str(files("briefing_tools") / "theme")


def escaped(text: str) -> Html:
    """Text made safe to stand in HTML, in attributes too."""
    return escape(text)


escaped_again = lru_cache(maxsize=4096)(escaped)
"""As `escaped`, for what comes again and again: keys and labels of references."""


def render(name: str, **values: object) -> Html:
    """Fill in the template `theme/templates/<name>`; a value that the template lacks is our mistake and raises."""
    return Html(_environment().get_template(name).render(**values))


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(f"{THEME}/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
