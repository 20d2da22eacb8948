"""Page for writing: a form in which a site writes an update, checked in its own browser before anything is sent.

The page asks nobody: its scripts, the rules of privacy and everything that can be chosen stand beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from briefing_tools.config import Options
from briefing_tools.dates import HOW_TO_WRITE_A_DATE, NO_DATE
from briefing_tools.drafts import UpdateDraft, update_path, update_text
from briefing_tools.model import DIRECTIONS, EVIDENCE, LEVELS, Briefing, Day, LinkedSeries, Site, Work, plain_text
from briefing_tools.privacy.browser import browser_files
from briefing_tools.privacy.known import known_to
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.templates import Html, render
from briefing_tools.wording import LICENCES, MISSING, ORIGIN_WORDS, SAID

URL = "write/"
SCRIPTS = ("draft.js", "write.js", "write.css")
FORGES = {"github": "GitHub", "gitlab": "GitLab", "gitea": "the repository"}
EXAMPLE_TITLE = "Six months of a co-located hub"
EXAMPLE_TEXT = "Write here what you did, what happened, and what you would do differently.\nNever write anything by which a child or family could be recognised."
HEADINGS = (
    Heading("where", "Where it belongs", 2),
    Heading("what", "What you learnt", 2),
    Heading("checks", "Before it is sent", 2),
    Heading("look", "How it will look", 2),
    Heading("send", "Send it", 2),
)
ADVICE = {
    **{f"no_{name}": (f"Please {words}.", "") for name, words in MISSING.items()},
    "title_length": (SAID["title_length"], f"Write 8 to 90, for example: {EXAMPLE_TITLE}"),
    "bad_date": (SAID["bad_date"], HOW_TO_WRITE_A_DATE),
    "future": (SAID["future"], "Give the day on which it was written, at the latest {today}."),
    "no_source": (SAID["no_source"], "Choose it; if it is not on the list, ask the editors to add it."),
    "no_text": (SAID["no_text"], "Write what you learnt."),
    "heading": (
        SAID["heading"],
        "Begin the paragraph with a few bold words instead: **What we did.** … A line must not begin with #.",
    ),
    "not_confirmed": (SAID["not_confirmed"], "Tick the box once someone has looked."),
    "no_approver": (SAID["no_approver"], "A job title is enough, for example: Head of Children's Services"),
    "not_agreed": ("The box beside who agreed is not ticked.", "Tick it once they have said yes."),
}
"""What is wrong with an answer, in the words of the checks, and what to do about it in the form."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value in the file and its words."""

    value: str
    words: str


def write_page(plan: LinkedSeries, options: Options) -> BuiltPage | None:
    """The page for writing an update; none while no briefing takes updates, or no site is listed that could send one."""
    series = plan.cited.series
    live = [briefing for briefing in series.briefings if briefing.status == "live"]
    if not live or not series.sites:
        return None
    demonstrators = [_site(site) for site in series.sites if site.role == "demonstrator"]
    areas = [_site(site) for site in series.sites if site.role != "demonstrator"]
    example = UpdateDraft(
        live[0].slug, series.sites[0].id, next(live[0].all_sections()).id if live[0].sections else "", EXAMPLE_TITLE,
        Day(2013, 6, 14), "practice-experience", "OGL-UK-3.0", EXAMPLE_TEXT, no_personal_data=True,
        approved_by="Head of Children's Services",
    )  # fmt: skip
    html = render(
        "write.html",
        briefings=[(briefing, _sections(briefing)) for briefing in live],
        sites=[(words, found) for words, found in (("Demonstrator sites", demonstrators), ("Areas with a published case study", areas)) if found],
        evidence=_choices(EVIDENCE),
        works=[_work(work) for work in series.bibliography.works.values()],
        directions=_choices(DIRECTIONS),
        levels=[Choice(level, level.capitalize()) for level in LEVELS],
        licences=_choices(LICENCES),
        headings={heading.id: heading.title for heading in HEADINGS},
        email=series.record.publisher.email,
        forge=FORGES[options.forge],
        gitlab=options.forge == "gitlab",
        repository=options.repository,
        template=update_text(example),
        template_path=update_path(series.content, example),
        example_title=EXAMPLE_TITLE,
    )  # fmt: skip
    return BuiltPage(
        "", URL, "Write an update", "Tell others what your site learnt: a form that checks your text in your own browser.",
        html, HEADINGS, "Write an update", beside=_beside(plan, options),
    )  # fmt: skip


def write_link(briefing: Briefing, plan: LinkedSeries) -> Html:
    """The link from the head of a live briefing to the page for writing; nothing if it takes no updates."""
    if briefing.status != "live" or not plan.cited.series.sites:
        return Html("")
    return Html('<p class="tell"><a href="../{}#{}">Tell others what your site learnt</a></p>').format(
        URL, briefing.slug
    )


def _beside(plan: LinkedSeries, options: Options) -> Mapping[str, str]:
    """The page's scripts and style, by file name."""
    series = plan.cited.series
    folder = files("briefing_tools") / "theme" / "write"
    values = {
        "sending": {
            "content": series.content, "repository": options.repository, "branch": options.branch, "forge": options.forge,
            "email": series.record.publisher.email,
        },
        "sentences": {**ADVICE, **NO_DATE},
        "label": ORIGIN_WORDS["site"],
        "series": series.record.title,
    }  # fmt: skip
    data = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    own = {name: (folder / name).read_text("utf-8") for name in SCRIPTS}
    return {**browser_files(known_to(series)), "write-data.js": f"self.BRIEFING_WRITE = {data};\n", **own}


def _choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(value, said) for value, said in words.items()]


def _site(site: Site) -> Choice:
    return Choice(site.id, f"{site.name} ({site.organisation})" if site.organisation else site.name)


def _sections(briefing: Briefing) -> list[Choice]:
    """A briefing's sections in reading order; those inside others are indented."""
    return [
        Choice(f"{briefing.slug}#{section.id}", "\u00a0" * 3 * max(section.level - 2, 0) + section.title)
        for section in briefing.all_sections()
    ]


def _work(work: Work) -> Choice:
    year = f" ({work.year})" if work.year else ""
    return Choice(work.key, f"{plain_text(work.title)}{year}")
