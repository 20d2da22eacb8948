"""Merge: each update joins the section it speaks to.

Merging attaches, it never concatenates: the reviewed text stays the value that was read, so it renders to the same
bytes with no update or with fifty, in any order, and a finding points into the site's own file.
"""

from types import MappingProxyType

from briefing_tools.model import Briefing, MergedBriefing, Series, Update

SHOWN = ("published", "expired")
"""The statuses that readers see; `expired` says so beside its date. Withdrawn and removed never get this far."""


def merge(series: Series) -> tuple[MergedBriefing, ...]:
    """Attach every update that may be shown to its section, by date, then site, then file name."""
    return tuple(_merge(briefing, series.updates) for briefing in series.briefings)


def _merge(briefing: Briefing, updates: tuple[Update, ...]) -> MergedBriefing:
    placed: dict[str, list[Update]] = {}
    for update in sorted(updates, key=lambda update: update.sort_key):
        section = briefing.section(update.section)
        if update.briefing_slug == briefing.slug and section and may_be_shown(update):
            placed.setdefault(section.id, []).append(update)
    return MergedBriefing(briefing, MappingProxyType({id: tuple(found) for id, found in placed.items()}))


def may_be_shown(update: Update) -> bool:
    """Whether readers may see an update: moderated, not withdrawn, and free of personal data if a site sent it."""
    approved = update.origin == "published" or (update.no_personal_data and bool(update.approved_by))
    return update.status in SHOWN and approved and bool(update.body)
