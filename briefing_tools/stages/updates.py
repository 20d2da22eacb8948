"""Merge: each update joins the section it speaks to.

Merging attaches, it never concatenates: the reviewed text stays the value that was read, so it renders to the same
bytes with no update or with fifty, in any order, and a finding points into the site's own file.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from briefing_tools.model import Briefing, MergedBriefing, Series, Update

SHOWN = ("published", "expired")
"""The statuses that readers see; `expired` says so beside its date. Of a withdrawn update only that it was withdrawn."""


def merge(series: Series) -> tuple[MergedBriefing, ...]:
    """Attach every update that may be shown to its section, by date, then site, then file name."""
    return tuple(_merge(briefing, series.updates) for briefing in series.briefings)


def _merge(briefing: Briefing, updates: tuple[Update, ...]) -> MergedBriefing:
    own = [update for update in updates if update.briefing_slug == briefing.slug]
    return MergedBriefing(briefing, _placed(briefing, own, may_be_shown), _placed(briefing, own, leaves_a_banner))


def _placed(
    briefing: Briefing, updates: list[Update], wanted: Callable[[Update], bool]
) -> Mapping[str, tuple[Update, ...]]:
    """The wanted updates by section, each section's in reading order."""
    placed: dict[str, list[Update]] = {}
    for update in sorted(updates, key=lambda update: update.sort_key):
        section = briefing.section(update.section)
        if section and wanted(update):
            placed.setdefault(section.id, []).append(update)
    return MappingProxyType({id: tuple(found) for id, found in placed.items()})


def may_be_shown(update: Update) -> bool:
    """Whether readers may see an update: moderated, not withdrawn, and free of personal data if a site sent it."""
    return update.status in SHOWN and update.approved and bool(update.body)


def leaves_a_banner(update: Update) -> bool:
    """Whether readers are told that an update was withdrawn; what no editor ever accepted was never there for them."""
    return update.status == "withdrawn" and update.approved and bool(update.moderated_by)
