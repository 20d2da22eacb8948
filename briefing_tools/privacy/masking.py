"""Mask: what a stranger may see of a value, enough for its author to find it again."""

import re

DOTS = "…"
_WHITE = re.compile(r"[ \n]")


def mask(value: str, how: str) -> str:
    """A value with most of it hidden.

    `how` is `hidden` (nothing shows), `none` (everything does), `last-word`, `initials`, `mail` (first letter and
    domain), or `ends M N` (so many letters and digits of both ends).
    """
    kind, *numbers = how.split(" ")
    match kind:
        case "none":
            return value.replace("\n", " ")
        case "last-word":
            return f"{DOTS} {_WHITE.split(value)[-1]}"
        case "initials":
            return " ".join(f"{word[0]}{DOTS}" for word in re.findall(r"\b[A-Z][A-Za-z]{0,60}", value, re.A)) or DOTS
        case "mail":
            name, _, domain = value.rpartition("@")
            return f"{name[:1]}{DOTS}@{domain}"
        case "ends":
            return _ends(value, int(numbers[0]), int(numbers[1]))
        case _:
            return DOTS


def _ends(value: str, first: int, last: int) -> str:
    signs = re.sub(r"[^0-9A-Za-z]", "", value)
    shown = [signs[:first]] if first else []
    shown.append(DOTS)
    if last:
        shown.append(signs[-last:])
    return " ".join(shown)
