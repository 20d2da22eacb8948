"""Read fields: named values become typed ones, and what does not fit becomes a slip in plain words."""

import re
from collections.abc import Iterable

from briefing_tools.dates import HOW_TO_WRITE_A_DATE, parse_day, why_no_day
from briefing_tools.diagnostics import Problem, Slip, nearest
from briefing_tools.frontmatter import Fields, Items, Scalar, Value, folded
from briefing_tools.model import Day
from briefing_tools.source import Span
from briefing_tools.wording import SAID


class FieldReader:
    """Takes typed values out of fields; `slips` collects what was wrong, under codes that begin with `noun`."""

    def __init__(self, fields: Fields, noun: str) -> None:
        self.fields = fields
        self.noun = noun
        self.slips: list[Slip] = []

    def note(self, what: str, span: Span, message: str, hint: str) -> None:
        """Note a slip with the code `<noun>-<what>`, unless its line holds one already."""
        if span.start.line not in self.fields.doubtful:
            self.slips.append(Slip(f"{self.noun}-{what}", Problem(span, message, hint)))

    def know(self, known: Iterable[str], where: str) -> None:
        """Note every field that is not `known`; one that is nearly the name of a missing field is taken for it."""
        names = list(known)
        for key, span in list(self.fields.keys.items()):
            if key in names:
                continue
            near = nearest(folded(key), names)
            hint = f"Did you mean “{near}”?" if near else f"The fields are: {', '.join(names)}."
            self.note("unknown-field", span, f"{where} has no field called “{key}”.", hint)
            if near and near not in self.fields.keys:
                self.fields = self.fields.renamed(key, near)

    def has(self, key: str) -> bool:
        """Whether the field is there with something in it."""
        value = self.fields.values.get(key)
        return bool(value) and not (isinstance(value, Scalar) and not value.text.strip())

    def text(self, key: str, default: str = "") -> str:
        """One line of text; line breaks and doubled spaces are folded."""
        value = self.fields.values.get(key)
        if value is None:
            return default
        if isinstance(value, Scalar):
            return " ".join(value.text.split())
        whole = words_of(value)
        self.note("bad-field", value.span, f"“{key}” takes one piece of text.",
                  f'Write it on one line, for example: {key}: "{whole}"')  # fmt: skip
        return whole

    def choice(self, key: str, choices: Iterable[str], default: str, called: str) -> str:
        """One of a few words; another is noted with the nearest, and the default is used."""
        words, given = list(choices), self.text(key)
        word = re.sub(r"[\s_]+", "-", given.lower())
        if not given or word in words:
            return word or default
        near = nearest(word, words)
        hint = f"Did you mean “{near}”? " if near else ""
        span = self.fields.values[key].span
        self.note("bad-field", span, f"“{given}” is not {called}.", f"{hint}Choose one of: {', '.join(words)}.")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        return tuple(text for value in self.items(key) if (text := self._entry_text(key, value)))

    def items(self, key: str) -> tuple[Value, ...]:
        """The values of a list; a single value counts as a list of one, an empty field as none."""
        value = self.fields.values.get(key)
        if value is None or (isinstance(value, Scalar) and not value.text.strip()):
            return ()
        return value.values if isinstance(value, Items) else (value,)

    def _entry_text(self, key: str, value: Value) -> str:
        if not isinstance(value, Scalar):
            self.note("bad-field", value.span, f"An entry of “{key}” should be one piece of text.",
                      f'Put quotation marks round the whole entry: - "{words_of(value)}"')  # fmt: skip
        return " ".join(words_of(value).split())

    def group(self, key: str) -> Fields | None:
        """The fields under a field, such as those under `publisher:`."""
        value = self.fields.values.get(key)
        if value is None or isinstance(value, Fields):
            return value
        self.note("bad-field", value.span, f"“{key}” takes fields of its own.",
                  f"Write them below “{key}:”, each on a line that begins with two spaces.")  # fmt: skip
        return None

    def day(self, key: str) -> Day | None:
        """A date, or None if the field is missing or cannot be read."""
        given = self.text(key)
        if not given:
            return None
        day = parse_day(given)
        if day is None:
            said = SAID["bad_date"].format(given=given, why=why_no_day(given))
            self.note("bad-date", self.fields.values[key].span, said, HOW_TO_WRITE_A_DATE)
        return day


def words_of(value: Value) -> str:
    """All the text of a value on one line: entries separated by commas, fields by semicolons."""
    match value:
        case Scalar(text):
            return " ".join(text.split())
        case Items(values):
            return ", ".join(words_of(one) for one in values)
        case Fields(values):
            return "; ".join(f"{name}: {words_of(one)}" for name, one in values.items())
