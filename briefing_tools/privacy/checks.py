"""Check: the arithmetic that tells a real number from one that merely has its shape.

Each check takes a value as plain text and says whether it can be what it looks like.
"""

import re
from collections.abc import Callable, Mapping

from briefing_tools.privacy.rulebook import rule_book

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_NO_NINO = frozenset(["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"])


def nhs(value: str) -> bool:
    """Modulus 11 over ten digits; not ten equal ones. CHI and Health and Care numbers use the same.

    Source: NHS Data Model and Dictionary, “NHS Number”.
    """
    digits = _digits(value)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = 11 - sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return rest != 10 and rest % 11 == digits[9]


def upn(value: str) -> bool:
    """The check letter of a unique pupil number; a temporary one ends in a letter, which counts as its place.

    Source: Department for Education, “Unique pupil numbers (UPNs): a guide for schools and local authorities”.
    """
    number = re.sub(r"[^0-9A-Za-z]", "", value).upper()
    if not re.fullmatch(r"[A-Z][0-9]{11}[0-9A-Z]", number) or number[0] not in _UPN_LETTERS:
        return False
    last = number[12]
    if not last.isdigit() and last not in _UPN_LETTERS:
        return False
    values = [int(digit) for digit in number[1:12]]
    values.append(int(last) if last.isdigit() else _UPN_LETTERS.index(last))
    return _UPN_LETTERS[sum(value * (place + 2) for place, value in enumerate(values)) % 23] == number[0]


def nino(value: str) -> bool:
    """The letters that a National Insurance number may begin with; QQ, as printed in examples, is none.

    Source: HM Revenue & Customs, National Insurance Manual NIM39110.
    """
    number = re.sub(r"[^0-9A-Za-z]", "", value).upper()
    first, second = number[0], number[1]
    return first not in "DFIQUV" and second not in "DFIOQUV" and number[:2] not in _NO_NINO


def postcode(value: str) -> bool:
    """A postcode's area exists."""
    area = re.match(r"[A-Z]{1,2}", value)
    return area is not None and area.group() in rule_book().postcode_areas


def not_date(value: str) -> bool:
    """A row of digits is not a date with a time behind it."""
    return not re.match(r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}", value)


def ip(value: str) -> bool:
    """Four numbers up to 255 that are no section number and no address of a private network (RFC 1918, RFC 6890)."""
    parts = [int(part) for part in value.split(".")]
    private = parts[0] in (0, 10, 127) or parts[:2] in ([192, 168], [169, 254]) or (parts[0], parts[1] >> 4) == (172, 1)
    return all(part <= 255 for part in parts) and sum(part >= 10 for part in parts) >= 2 and not private


def _digits(value: str) -> list[int]:
    return [int(character) for character in value if "0" <= character <= "9"]


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "nhs": nhs,
    "upn": upn,
    "nino": nino,
    "postcode": postcode,
    "not-date": not_date,
    "ip": ip,
}
