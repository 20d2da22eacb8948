"""Weigh: the record and people's decisions together tell how a link counts today.

The record keeps what servers said; an exception or a confirmation changes how it counts, never what was seen.
"""

from dataclasses import dataclass, replace

from briefing_tools.clock import days_after, days_between
from briefing_tools.diagnostics import Problem, Slip
from briefing_tools.linkrecord.addresses import Settled, sort_address
from briefing_tools.linkrecord.lock import LinkRecord
from briefing_tools.linkrecord.offering import offer
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Day, KnownLink, LinkState, Offer

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

    def offer(self, url: str) -> Offer:
        """What readers get for a link to an address."""
        return offer(self.of(url), self.policy.shortens(url))

    def shortens(self, url: str) -> bool:
        """Whether an address only stands for another one."""
        return self.policy.shortens(url)


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
