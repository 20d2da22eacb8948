"""Offer: the record and people's decisions together, and what a reader gets for a link.

The record keeps what servers said; an exception or a confirmation changes how it counts, never what was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from briefing_tools.clock import days_after, days_between
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.linkrecord.addresses import Settled, sort_address
from briefing_tools.linkrecord.lock import LinkRecord
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Day, KnownLink, LinkState

NEEDS_A_PERSON = 180
"""After so many days a link that is blocked, suspect or unsafe should be looked at by somebody."""

ENDING = 30
"""So many days before an exception ends, people are told."""

_CONFIRMABLE = frozenset({LinkState.BLOCKED, LinkState.SUSPECT, LinkState.TLS_ERROR, LinkState.FRAGMENT_MISSING})


def standing(known: KnownLink, policy: LinkPolicy, today: Day) -> KnownLink:
    """A link as it counts today: excused, confirmed or as recorded; with the copy that somebody chose."""
    if picked := policy.copy(known.url):
        known = replace(known, archive=picked.copy, archived=picked.taken)
    exemption = policy.exemption(known.url, today)
    if exemption and exemption.treat == "skip":
        return replace(known, state=LinkState.SKIPPED, why=Why.EXEMPT)
    if exemption and known.state not in (LinkState.OK, LinkState.INVALID, LinkState.REFUSED):
        return replace(known, state=LinkState.OK, why=Why.EXEMPT)
    if known.state in _CONFIRMABLE and policy.confirmation(known.url, today):
        return replace(known, state=LinkState.OK, why=Why.CONFIRMED)
    return known


@dataclass(frozen=True)
class KnownLinks:
    """Everything a build knows of external links: the record and the decisions, as they count on a day."""

    record: LinkRecord
    policy: LinkPolicy
    today: Day

    def of(self, url: str) -> KnownLink:
        """How an address stands; `untested` if nobody asked it yet.

        Whoever publishes inside a network, or tests, may have asked a private address: then what it answered counts.
        """
        known = self.record.links.get(url)
        found = sort_address(url, self.policy) if known is None else None
        if isinstance(found, Settled):
            return KnownLink(url, found.state, found.why)
        return standing(known or KnownLink(url, LinkState.UNTESTED), self.policy, self.today)


def needs_a_person(link: KnownLink, today: Day) -> bool:
    """Whether a link has been blocked, suspect or unsafe for so long that somebody should look at it."""
    waiting = link.state in (LinkState.BLOCKED, LinkState.SUSPECT, LinkState.TLS_ERROR)
    return waiting and link.since is not None and days_between(link.since, today) >= NEEDS_A_PERSON


def ending(policy: LinkPolicy, today: Day) -> tuple[Slip, ...]:
    """The exceptions that have ended, and those that soon will."""
    found = []
    for one in policy.exemptions:
        if one.until < today:
            message = f"The exception for {one.match} ended on {one.until} and no longer holds."
            found.append(
                Slip(
                    "link-exception-ended", Problem(one.span, message, "Take it out, or decide anew with a later day.")
                )
            )
        elif one.until <= days_after(today, ENDING):
            message = f"The exception for {one.match} ends on {one.until}."
            found.append(
                Slip("link-exception-ending", Problem(one.span, message, "Look at the link again before that day."))
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page or an edition shows for an external link.

    `href` is where the link itself leads: the address as cited, or the archived copy if that address is dead; empty
    when there is nothing to lead to. `destination` is the address behind a short link or a redirect, or empty.
    `copy` is the address of an archived copy and `copy_words` names it with its date, for a second link; they are
    empty when there is none. `lost_words` says, when the address is dead, what a reader should know. `attributes` are
    Robust Links' (mementoweb.org/robustlinks: `data-originalurl`, `data-versionurl`, `data-versiondate`).
    """

    href: str
    destination: str = ""
    copy: str = ""
    copy_words: str = ""
    lost_words: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def offer(known: KnownLink) -> Offer:
    """What readers get for a link. Works for one of which nothing is known yet: then it is the link itself."""
    dead = known.state is LinkState.DEAD
    words = f"archived copy, {known.archived}" if known.archived else "archived copy"
    lost = ""
    if dead and known.archive:
        lost = "The original is no longer available."
    elif dead:
        lost = f"No longer available; last seen on {known.last_ok}." if known.last_ok else "No longer available."
    return Offer(
        href=(known.archive if dead else known.url),
        destination=known.final if known.final != known.url and known.state is not LinkState.SUSPECT else "",
        copy=known.archive,
        copy_words=words if known.archive else "",
        lost_words=lost,
        attributes=_robust(known),
    )


def _robust(known: KnownLink) -> Mapping[str, str]:
    """Robust Links attributes; the specification wants the date always and the copy's address where there is one."""
    if not known.archive:
        return {}
    attributes = {"data-originalurl": known.url, "data-versionurl": known.archive}
    return {**attributes, "data-versiondate": known.archived.iso} if known.archived else attributes
