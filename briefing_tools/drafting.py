"""Ask: what an editor must know to begin an update or a briefing, question by question, and what is wrong with an answer.

The page for writing asks the same questions; both say the same sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

from briefing_tools.dates import HOW_TO_WRITE_A_DATE, parse_day, why_no_day
from briefing_tools.diagnostics import nearest
from briefing_tools.drafts import (
    UpdateDraft,
    briefing_path,
    briefing_text,
    one_line,
    running_text,
    update_path,
    update_text,
)
from briefing_tools.errors import CannotRun
from briefing_tools.model import DIRECTIONS, EVIDENCE, LEVELS, Day, Series
from briefing_tools.wordfile import markdown_of
from briefing_tools.wording import LICENCES, MISSING, SAID

MOST_TEXT = 256 * 1024
EXAMPLE_TITLE = "Six months of a co-located hub"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the answer's name, the words, an example, what may be answered (all if nothing), whether it must be."""

    name: str
    words: str
    example: str = ""
    choices: Mapping[str, str] | None = None
    needed: bool = True


def questions(series: Series) -> tuple[Question, ...]:
    """What is asked for an update, in order; the sections depend on the briefing, so they are asked by `section_question`."""
    live = {str(one.number): one.title for one in series.briefings if one.status == "live"}
    sites = {site.id: site.name for site in series.sites}
    return (
        Question("briefing", "Which briefing does it speak to?", choices=live),
        Question("section", "Which section does it speak to?"),
        Question("site", "Which site is it from?", choices=sites),
        Question("title", "Title", EXAMPLE_TITLE),
        Question("date", "Day it was written", "14 June 2013"),
        Question("period", "When did it happen? (if you like)", "January to June 2013", needed=False),
        Question("evidence", "What kind of evidence is it?", choices=EVIDENCE),
        Question("source", "Which report? Its key in the list of sources", "golden2011", needed=False),
        Question("direction", "What came of it? (if you like)", choices=DIRECTIONS, needed=False),
        Question(
            "level",
            "Level of joint working (if it fits)",
            choices={level: level.capitalize() for level in LEVELS},
            needed=False,
        ),
        Question("licence", "How may others reuse it?", choices=LICENCES),
        Question(
            "no_personal_data",
            "Has somebody at the site looked for personal data, and found none?",
            choices={"yes": "yes", "no": "not yet"},
        ),
        Question(
            "approved_by",
            "Who at the site agreed to publish it? (leave it empty if nobody has yet)",
            "Head of Children's Services",
            needed=False,
        ),
    )


def section_question(series: Series, number: str) -> Question:
    """The question for a section of one briefing."""
    briefing = next(one for one in series.briefings if str(one.number) == number)
    sections = {section.id: section.title for section in briefing.all_sections()}
    return Question("section", "Which section does it speak to?", choices=sections)


def meant(question: Question, given: str) -> str:
    """The choice that an answer means: its name or its words, whatever their capitals; any other answer as it is."""
    folded = one_line(given).lower()
    for name, words in (question.choices or {}).items():
        if folded in (name.lower(), words.lower()) or folded.replace(" ", "-") == name.lower():
            return name
    return given


def fault(question: Question, given: str, answers: Mapping[str, str], series: Series) -> str:
    """What is wrong with an answer and what to do, as sentences; nothing if it is fine."""
    answer = one_line(given)
    if not answer:
        return _nothing_said(question, answers)
    if question.choices is not None and answer not in question.choices:
        near = nearest(answer.lower(), question.choices)
        guess = f"Did you mean “{near}”? " if near else ""
        return f"“{answer}” cannot be chosen. {guess}Choose one of: {', '.join(question.choices) or 'nothing yet'}."
    match question.name:
        case "title" if not 8 <= len(answer) <= 90:
            return f"{SAID['title_length'].format(count=len(answer))} Write 8 to 90, for example: {EXAMPLE_TITLE}"
        case "date":
            return _date_fault(answer, series.today)
        case "source" if answer not in series.bibliography.works:
            near = nearest(answer, tuple(series.bibliography.works))
            hint = f"Did you mean “{near}”?" if near else f"Add it to {series.bibliography.path} first."
            return f"The list of sources has no work with the key “{answer}”. {hint}"
        case "period" | "approved_by" if len(answer) > 200:
            return "That is longer than 200 characters. Say it shorter."
    return ""


def _nothing_said(question: Question, answers: Mapping[str, str]) -> str:
    if question.name == "source" and answers.get("evidence") == "independent-evaluation":
        return f"{SAID['no_source']} Give its key, for example: {question.example}"
    if not question.needed:
        return ""
    return f"Please {MISSING[question.name]}." if question.name in MISSING else "This needs an answer."


def _date_fault(answer: str, today: Day) -> str:
    day = parse_day(answer)
    if day is None:
        return f"{SAID['bad_date'].format(given=answer, why=why_no_day(answer))} {HOW_TO_WRITE_A_DATE}"
    if day > today:
        return f"{SAID['future'].format(date=day)} Give the day on which it was written, at the latest {today}."
    return ""


def new_update(answers: Mapping[str, str], text: str, series: Series) -> tuple[str, str]:
    """The path of a new update, relative to the project's folder, and its text. Raises `CannotRun` if it has no words."""
    if not running_text(text):
        raise CannotRun(SAID["no_text"], "Write what the site learnt, or give a file with --from FILE")
    briefing = next(one for one in series.briefings if str(one.number) == answers["briefing"])
    day = parse_day(one_line(answers["date"]))
    assert day is not None, "`fault` has been asked"
    taken = {one.name for one in fields(UpdateDraft)} - {"slug", "date", "text", "no_personal_data"}
    said = {name: one_line(answers.get(name, "")) for name in taken}
    draft = UpdateDraft(
        slug=briefing.slug,
        date=day,
        text=text,
        no_personal_data=answers.get("no_personal_data") == "yes",
        **said,
    )
    return update_path(series.content, draft), update_text(draft)


def new_briefing(number: int, title: str, series: Series) -> tuple[str, str]:
    """The path of a new briefing and its text. Raises `CannotRun` if the number is taken or the title says nothing."""
    taken = next((one for one in series.briefings if one.number == number), None)
    if taken:
        free = max(one.number for one in series.briefings) + 1
        raise CannotRun(f"Another briefing already has the number {number}: {taken.title}.", f"Give it a number of its own, for example: {free}")  # fmt: skip
    if not one_line(title):
        raise CannotRun("The briefing needs a title.", 'For example: --title "Early help"')
    return briefing_path(series.content, number, title), briefing_text(number, title)


def text_of_file(path: Path) -> str:
    """The words of a text file or a Word file, as Markdown. Raises `CannotRun` when it cannot be read."""
    kind = path.suffix.lower()
    if kind not in (".txt", ".md", ".docx"):
        raise CannotRun(f"{path.name} is neither a text file nor a Word file.", "Give a file that ends in .txt, .md or .docx.")  # fmt: skip
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path} cannot be read: {error.strerror}.", "Give the path as you see it from here.") from None
    text = markdown_of(content, path.name) if kind == ".docx" else _decoded(content)
    if len(text.encode("utf-8", "replace")) > MOST_TEXT:
        raise CannotRun(f"{path.name} is too long for an update.", "Send the part that the section needs.")
    return text


def _decoded(content: bytes) -> str:
    """A text file's characters: UTF-8, or what older Windows programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def write_new(root: Path, path: str, text: str) -> Path:
    """Write a new file with its folders; never over another, never outside the project. Raises `CannotRun`."""
    file = root / path
    steps = [root.joinpath(*PurePosixPath(path).parts[: count + 1]) for count in range(len(PurePosixPath(path).parts))]
    if any(step.is_symlink() for step in steps):
        raise CannotRun(f"The folder of {path} is a link to another place.", "Replace it by a folder.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise CannotRun(f"{path} is there already, and nothing is written over it.", "Give the new one another title or another day.") from None  # fmt: skip
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}.", "Look at the folder's rights.") from None
    return file


def listed(choices: Mapping[str, str]) -> Sequence[str]:
    """Choices as lines for a terminal: what to type, and what it means."""
    width = max((len(value) for value in choices), default=0)
    return [
        f"  {value:<{width}}  {words}" if words.lower() != value else f"  {value}" for value, words in choices.items()
    ]
