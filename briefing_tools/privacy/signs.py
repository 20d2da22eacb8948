"""Look for signs: every pattern of the rule book, its check digits and the words round it."""

from collections.abc import Iterator

from briefing_tools.privacy.checks import CHECKS
from briefing_tools.privacy.found import Found, left_of, right_of
from briefing_tools.privacy.rulebook import Sign, Verdict
from briefing_tools.privacy.unfold import Plain


def look(plain: Plain, sign: Sign) -> Iterator[Found]:
    """Every place of a plain text that has a sign. What fails a check is looked at again from its second character."""
    if sign.pattern is None:
        return
    text, at = plain.text, 0
    while match := sign.pattern.search(text, at):
        start, end = match.span()
        verdict = judge(plain, start, end, sign)
        if verdict:
            yield Found(start, end, sign, verdict)
        at = end if verdict else start + 1


def judge(plain: Plain, start: int, end: int, sign: Sign) -> Verdict | None:
    """What to say of a match, or nothing when a check or a condition speaks against it."""
    text = plain.text
    value = text[start:end].replace("\n", " ")
    if sign.check and not CHECKS[sign.check](value):
        return None
    if not (sign.unless or sign.sure or sign.unsure):
        return sign.verdict
    left, right = left_of(text, start), right_of(text, end)
    if sign.unless and sign.unless.holds(value, left, right):
        return None
    if sign.disguised and plain.disguised(start, end):
        return sign.verdict
    if sign.sure is None or sign.sure.holds(value, left, right):
        return sign.verdict
    if sign.unsure_if is None or sign.unsure_if.holds(value, left, right):
        return sign.unsure
    return None
