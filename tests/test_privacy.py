"""Privacy: the rule book's examples, both languages alike, what is planted is found, and nothing is given away."""

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.diagnostics import Severity
from briefing_tools.privacy import NOBODY, find, find_in_reviewed, registry
from briefing_tools.privacy.checks import nhs, nino, upn
from briefing_tools.privacy.masking import mask
from briefing_tools.privacy.rulebook import FOLD, Sign, expand, rule_book
from briefing_tools.privacy.unfold import unfold
from briefing_tools.privacy.vocabulary import vocabulary
from briefing_tools.rules.privacy import PRIVACY_RULES
from twins import PLANTED, examples, is_found, javascript, planted, python

BOOK = rule_book()
SIGNS = {sign.id: sign for sign in BOOK.signs}


# -- The rule book -----------------------------------------------------------------------------------------------------


def _examples(kind: str) -> list[tuple[str, str]]:
    return [(sign.id, example) for sign in BOOK.signs for example in getattr(sign, kind)]


@pytest.mark.parametrize(("sign", "example"), _examples("must"))
def test_finds_what_it_must(sign: str, example: str) -> None:
    """Exactly what stands between the marks, where it stands."""
    start, end = example.index("«"), example.index("»") - 1
    hits = [hit for hit in find(example.replace("«", "").replace("»", "")) if hit.sign == sign]
    assert (start, end) in [(hit.start, hit.end) for hit in hits]


@pytest.mark.parametrize(("sign", "example"), _examples("must_not"))
def test_leaves_alone_what_it_must(sign: str, example: str) -> None:
    assert not [hit for hit in find(example) if hit.sign == sign]


@pytest.mark.parametrize("sign", BOOK.signs, ids=lambda sign: sign.id)
def test_every_sign_is_tried_and_reported(sign: Sign) -> None:
    assert sign.must
    assert sign.must_not
    severities = {"stop": Severity.ERROR, "confirm": Severity.WARNING, "note": Severity.NOTE}
    rules = {rule.code: rule for rule in PRIVACY_RULES}
    for verdict in filter(None, (sign.verdict, sign.unsure)):
        assert rules[verdict.code].severity is severities[verdict.severity]
    assert sign.by in ("pattern", "names", "tables")
    assert (sign.pattern is not None) == (sign.by == "pattern")


def _patterns() -> Iterator[tuple[str, str]]:
    for sign in BOOK.signs:
        if sign.pattern:
            yield sign.id, sign.pattern.pattern
        for condition in filter(None, (sign.unless, sign.sure, sign.unsure_if)):
            for name in ("value", "left", "right", "near", "near_case", "not_near"):
                if pattern := getattr(condition, name):
                    yield f"{sign.id} {name}", pattern.pattern


@pytest.mark.parametrize(("where", "pattern"), list(_patterns()))
def test_patterns_mean_the_same_in_both_languages(where: str, pattern: str) -> None:
    """Only ASCII, and only what Python and JavaScript read alike; every repetition has an end."""
    bare = re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", pattern)
    assert re.sub("[£€–]", "", pattern).isascii()
    assert not re.search(r"\\[dDwWsSAZ]", bare), "a class that the two read differently"
    assert not re.search(r"(?<!\\)\(\?(?![:=!])", bare), "a group that only one of them has"
    assert not re.search(r"(?<!\\)[*+]|\{\d*,\}", bare), "a repetition without an end"
    assert " " in where or not re.search(r"(?<!\\)[$^]", bare), "an anchor in a pattern"


def test_words_are_all_used() -> None:
    used = " ".join(pattern for _, pattern in _patterns())
    for name, pattern in BOOK.words.items():
        others = [other for key, other in BOOK.words.items() if key != name]
        assert pattern in used or any(pattern in other for other in others) or name in ("kin", "age", "people"), name
    assert expand("{{month}}", BOOK.words) == BOOK.words["month"]


# -- Both languages ----------------------------------------------------------------------------------------------------

_PIECES = (
    "*", "**", "_", "`", "[", "](", "]", "(", ")", "<b>", "</b>", "<", "<!--", "-->", "&#57;", "&nbsp;", "&shy", "&", "|", "| ",
    "\n", "\n\n", "\n> ", "\n- ", " ", "  ", "\t", "\u200b", "\u00a0", "９", "٣", "𝟵", "😀", "é", "e\u0301", "ﬁ", "①", "‐", "–", "’", "“",
    "\\", "\\*", "%40", "%", "3", "943", "476", "5919", "Jayden", "c", "|---|---|\n", "Total", "# ", "~~", "~", "½", "ß", "Ａ", "А", "І",
    "\u2028", "\ufeff", "\U000e0041", "Mrs ", "SMITH", "'s mum", " (14)", "O'", "12/6/2001", "born ", "three ", "children", "\r",
)  # fmt: skip


def _generated() -> list[str]:
    """Texts put together from examples, tricks and odd characters: always the same ones."""
    chance = random.Random(2013)
    whole = list(examples())
    texts = []
    for _ in range(1500):
        size = chance.randint(1, 12)
        parts = (chance.choice(_PIECES) if chance.random() < 0.6 else _part(chance, whole) for _ in range(size))
        texts.append("".join(parts))
    ranges = ((0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x24FF), (0xFB00, 0xFFEF), (0x1D400, 0x1F1FF), (0x1F300, 0x1F600))
    for _ in range(300):
        texts.append("".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(60)))
    return texts


def _part(chance: random.Random, whole: list[str]) -> str:
    text = chance.choice(whole)
    start = chance.randint(0, len(text))
    return text if chance.random() < 0.4 else text[start : start + chance.randint(1, 30)]


def test_python_and_javascript_find_the_same() -> None:
    """Places, severities, masked values and messages, over every example, planted sentence and generated text."""
    texts = [*examples(), *(one.text for name in PLANTED for one in planted(name)), *_generated()]
    known = registry(["020 7946 0000", "hub@devon.gov.uk"], ["Dr Jo Example"], ["Barnstaple Family Centre"])
    for allowed in (NOBODY, known):
        answers = javascript(texts, allowed)
        for text, found, (there, _) in zip(texts, python(texts, allowed), answers, strict=True):
            assert there == found, repr(text)


def test_folding_rests_on_what_unicode_never_changes() -> None:
    """Every character whose decomposition is asked for was assigned in Unicode 14, or is one of the known holes."""
    holes = set(range(0x1D400, 0x1D7CC)) | set(range(0x2070, 0x209D))
    for first, last in FOLD.decomposed:
        for code in range(first, last + 1):
            assert unicodedata.category(chr(code)) != "Cn" or code in holes, hex(code)


# -- What is found -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLANTED)
def test_planted_sentences(name: str) -> None:
    """Everything is found except what the document says is missed; what it says is missed is missed."""
    sentences = planted(name)
    assert len(sentences) >= 60
    wrong = [one.text for one in sentences if is_found(one) == one.missed]
    assert not wrong


def test_check_digits() -> None:
    """Worked examples: the one printed in the NHS Data Dictionary's algorithm, and others made to fit or not."""
    assert nhs("943 476 5919")
    assert not nhs("943 476 5918")
    assert not nhs("0000000000")
    assert sum(nhs(f"{number:010}") for number in range(9_000_000_000, 9_000_001_100)) == 100
    assert upn("H801200001001")
    assert not upn("A801200001001")
    assert nino("AB123456C")
    assert not nino("QQ123456C")
    assert not nino("GB123456A")


@pytest.mark.parametrize(
    "text",
    [
        "9**4**3 476 5919", "9\u200b43 476\u00ad 5919", "９４３ ４７６ ５９１９", "943‑476–5919", "943\n> 476\n> 5919", "&#x39;43&nbsp;476&ensp;5919",
        "943<b> 476</b> <!-- -->5919", "[943](x) 476 5919", "`943` ~~476~~ 5919", "943\\-476\\-5919", "<span title='943 476 5919'>",
        "<!-- 943 476 5919 -->", "[here](?n=943%20476%205919)", "- 943 476\n  5919", "𝟗𝟒𝟑 ④⑦⑥ 5919", "٩٤٣ ٤٧٦ ٥٩١٩",
    ],
)  # fmt: skip
def test_tricks_hide_nothing(text: str) -> None:
    hits = find(text)
    assert [(hit.code, hit.severity, hit.masked) for hit in hits] == [("privacy-identifier", "stop", "… 919")]
    assert unfold(text[hits[0].start : hits[0].end]).text.strip() != ""


def test_tables_are_worked_through_with_a_pencil() -> None:
    """One cell hidden in a row, and with its value one more in a column; two hidden cells that can only be 1 each."""
    chain = "| Area | Boys | Girls | Total |\n|---|---|---|---|\n| N | c | 30 | 34 |\n| S | * | c | 43 |\n| Total | 46 | 31 | 77 |"
    assert [chain[hit.start : hit.end] for hit in find(chain) if hit.sign == "hidden-cell"] == ["c", "c"]
    ones = "| Area | Children |\n|---|---|\n| N | c |\n| S | c |\n| E | 20 |\n| Total | 22 |"
    assert [hit.sign for hit in find(ones)] == ["hidden-cell", "hidden-cell"]
    safe = ones.replace("22", "27")
    assert not find(safe)
    for symbol in ("c", "z", ":", "*", "\\*", "**", "..", "[c]", "<5"):
        table = f"| Area | Pupils |\n|---|---|\n| N | {symbol} |\n| S | 40 |\n| Total | 43 |"
        assert [hit.sign for hit in find(table)] == ["hidden-cell"], symbol
    assert not find("| Area | Children |\n|---|---|\n| N | 0 |\n| S | - |\n| Total | 0 |")


def test_the_registry_never_trips_it() -> None:
    text = (
        "Published by the Local Government Association, Smith Square, London SW1P 3HZ. Telephone +44 (0)20 7664 3000, "
        "info@local.gov.uk. Hannah Roscoe wrote it, with thanks to Dr Lisa Bostock; Dr Bostock agreed. "
        "Ask Jo Invented on 07700 900123."
    )
    known = registry(
        ["Smith Square London SW1P 3HZ", "020 7664 3000", "info@local.gov.uk", "07700 900 123"],
        ["Hannah Roscoe", "Dr Lisa Bostock", "Jo Invented"],
        ["Local Government Association"],
    )
    assert find(text)
    assert not find(text, 0, None, known)
    assert find("Hannah (14) came.", 0, None, known), "a first name alone is anybody's"
    assert find("07700 900124", 0, None, known)


def test_reviewed_texts_are_looked_at_for_what_can_never_be_published() -> None:
    text = (
        "Jayden and three families.\n\nHe was 943 476 5919, born 12/6/2001.\n\nAt 14 Acacia Avenue, invented@gmail.com."
    )
    codes = [hit.code for hit in find_in_reviewed(text)]
    assert codes == ["privacy-identifier", "privacy-birth-date", "privacy-address", "privacy-email"]


# -- What is given away ------------------------------------------------------------------------------------------------


def test_messages_hold_no_value() -> None:
    """Of every example: no message or advice repeats the value, except a pseudonym and the last word of a count."""
    for sign in BOOK.signs:
        for example in sign.must:
            value = example[example.index("«") + 1 : example.index("»")]
            plain = unfold(value).text.strip()
            for hit in find(example.replace("«", "").replace("»", "")):
                if hit.sign == sign.id and sign.mask != "none":
                    assert not plain or plain not in hit.masked
                    assert len(plain) < 4 or plain not in hit.message + hit.advice
                    digits = re.sub(r"\D", "", plain)
                    assert len(re.sub(r"\D", "", hit.masked)) <= len(digits) * 0.6


@given(st.text(max_size=40), st.sampled_from(sorted({sign.mask for sign in BOOK.signs})))
def test_masking_never_fails(value: str, how: str) -> None:
    plain = unfold(value).text
    if plain and how not in ("none", "last-word", "mail"):
        assert "…" in mask(plain, how)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    hits = find(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert list(hits) == sorted(hits, key=lambda hit: (hit.start, hit.end))


@given(st.text(alphabet="ab1 *_[]()<>|&;#\\`~\n\u200b９", max_size=80))
def test_places_survive_unfolding(text: str) -> None:
    """Every plain character comes from where it says, and what stands for itself is itself."""
    plain = unfold(text)
    for offset, character in enumerate(plain.text):
        start, end = plain.source(offset, offset + 1)
        assert 0 <= start <= end <= len(text)
        if end - start == 1 and text[start].isalnum() and text[start].isascii():
            assert text[start] == character


def test_the_vocabulary_knows_its_trade() -> None:
    words = vocabulary()
    assert all(
        words.knows(word) for word in ("safeguarding", "multi", "commissioners", "devon", "ofsted", "unaccompanied")
    )
    assert not any(words.knows(word) for word in ("jayden", "kayleigh", "okafor", "siobhan"))
    assert not words.given & words.acronyms
