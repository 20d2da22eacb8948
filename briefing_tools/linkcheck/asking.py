"""Ask: an address is followed hop by hop until it arrives somewhere, or is stopped.

    Askable → Trail → (one request) → Trail | Arrived | Failed | Stopped

Pure: each step is told what the server said and says what to ask next. Every hop takes its own turn in the queue, so
that a redirect cannot make us impolite to the host it leads to, and passes the same policy as a written address.
"""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from briefing_tools.fetching import Answer, NoAnswer, Request, Trouble
from briefing_tools.linkrecord.addresses import Askable, Settled, next_address, sort_address
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Hop, LinkState
from briefing_tools.webpage import WebPage, read_webpage

REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be different in a moment."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What was asked of one address so far, and what to ask next.

    `start` is the address's request; `at` what is asked now. `parts` tells that parts of the page are wanted, so that all
    of it must be read; `deep` asks for enough of a PDF to count its pages.
    `spent` are the seconds of this try, `total` those of all tries and of the pauses between them.
    `cookies` were set on the way, by host: some sites lead back to the same address until theirs comes back.
    """

    start: str
    at: Askable
    hops: tuple[Hop, ...] = ()
    method: str = "GET"
    tries: int = 0
    spent: float = 0.0
    total: float = 0.0
    parts: bool = False
    deep: bool = False
    cookies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seen: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A server gave an answer that is no redirect; `page` is what it says if it is a web page."""

    trail: Trail
    answer: Answer
    page: WebPage | None


@dataclass(frozen=True, slots=True)
class Failed:
    """There was no answer, after all tries."""

    trail: Trail
    no_answer: NoAnswer


@dataclass(frozen=True, slots=True)
class Stopped:
    """We went no further, for a reason of ours or because the way has no end."""

    trail: Trail
    state: LinkState
    why: Why
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that nothing changed since we asked last (304)."""

    trail: Trail


Outcome: TypeAlias = Arrived | Failed | Stopped | Unchanged


@dataclass(frozen=True, slots=True)
class Again:
    """Ask the same again, after `pause` seconds; `whole_host` is to be left in peace until then."""

    trail: Trail
    pause: float
    whole_host: bool


def begin(address: Askable, *, parts: bool = False, deep: bool = False) -> Trail:
    """Set out for an address; its fragment is left behind, for one request serves all that differ only in that."""
    return Trail(address.request, replace(address, fragment=""), parts=parts, deep=deep)


def request_of(trail: Trail, policy: LinkPolicy, validators: Mapping[str, str]) -> Request:
    """The request for a trail's next hop. `validators` (`if-none-match` …) belong to the first hop only."""
    headers = dict(validators) if not trail.hops else {}
    cookies = trail.cookies.get(trail.at.host)
    if cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if trail.at.doi:
        headers["accept"] = "application/json"
    most = policy.limits.pdf_bytes if trail.deep else policy.limits.bytes
    return Request(trail.at.request, trail.method, headers, max(_left(trail, policy), LEAST), most)


LEAST = 0.1
"""Seconds for which a request is worth making."""


def _left(trail: Trail, policy: LinkPolicy) -> float:
    """Seconds that are left to a try, and to its link."""
    return min(policy.limits.seconds - trail.spent, policy.limits.link_seconds - trail.total)


def waited(trail: Trail, seconds: float) -> Trail:
    """The trail after so many seconds in which it was busy."""
    return replace(trail, spent=trail.spent + seconds, total=trail.total + seconds)


def step(
    trail: Trail, said: Answer | NoAnswer, policy: LinkPolicy, now: float, *, allow_private: bool = False
) -> Trail | Again | Outcome:
    """What to do after a server said something, or nothing. `now` is in seconds since 1970, for dates in headers.

    However a server drags a link out, its requests and pauses add up to no more than `link_seconds`.
    """
    after = _after(waited(trail, said.seconds), said, policy, now, allow_private)
    if isinstance(after, Trail) and _left(after, policy) < LEAST:
        return _after_silence(after, NoAnswer(Trouble.TIMEOUT), policy)
    return after


def _after(
    trail: Trail, said: Answer | NoAnswer, policy: LinkPolicy, now: float, allow_private: bool
) -> Trail | Again | Outcome:
    if isinstance(said, NoAnswer):
        return _after_silence(trail, said, policy)
    if said.status in AGAIN:
        return _after_trouble(trail, said, policy, now)
    if said.status == 304 and not trail.hops:
        return Unchanged(trail)
    if said.status in REDIRECTS and not trail.at.doi:
        return _follow(_with_cookies(trail, said), said.status, said.header("location"), policy, allow_private)
    if said.status in (405, 501) and trail.method == "GET":
        # Asked for the content, it says “only other methods”; the head alone may still tell that it is there.
        return replace(trail, method="HEAD", tries=0)
    page = _page(trail, said) if trail.method == "GET" else None
    if page and page.refresh and 200 <= said.status < 300:
        onward = next_address(trail.at.request, page.refresh)
        if onward.partition("#")[0] != trail.at.request:
            return _follow(_with_cookies(trail, said), 200, page.refresh, policy, allow_private)
    return Arrived(trail, said, page)


_HEAD_OF_PAGE = 64 * 1024
"""Bytes of a page that tell what it is, when no part of it is wanted."""


def _page(trail: Trail, answer: Answer) -> WebPage | None:
    kind = answer.content_type
    is_html = kind in ("text/html", "application/xhtml+xml") or (not kind and b"<" in answer.body[:1024])
    # A redirect may name a part, too.
    whole = trail.parts or "#" in (trail.hops[-1].url if trail.hops else "")
    body = answer.body if whole else answer.body[:_HEAD_OF_PAGE]
    return read_webpage(body, answer.header("content-type")) if is_html and body else None


def _after_silence(trail: Trail, said: NoAnswer, policy: LinkPolicy) -> Again | Failed:
    again = Why(said.trouble) in _WORTH_A_TRY
    pause = policy.limits.retry_seconds * 2**trail.tries
    if again and _may_try_again(trail, pause, policy):
        return _again(trail, pause, whole_host=False)
    return Failed(trail, said)


def _may_try_again(trail: Trail, pause: float, policy: LinkPolicy) -> bool:
    limits = policy.limits
    return trail.tries + 1 < limits.tries and trail.total + pause + LEAST <= limits.link_seconds


def _again(trail: Trail, pause: float, *, whole_host: bool) -> Again:
    return Again(replace(trail, tries=trail.tries + 1, spent=0.0, total=trail.total + pause), pause, whole_host)


_WORTH_A_TRY = frozenset({Why.LOOKUP_FAILED, Why.NO_CONNECTION, Why.TIMEOUT, Why.CLOSED, Why.BROKEN_ANSWER})


def _after_trouble(trail: Trail, said: Answer, policy: LinkPolicy, now: float) -> Again | Outcome:
    limits = policy.limits
    asked_for = retry_after(said, now)
    whole_host = said.status == 429 or asked_for is not None
    if asked_for is not None and asked_for > limits.wait_seconds:
        why = Why.TOO_MANY_REQUESTS if said.status == 429 else Why.SERVER_ERROR
        state = LinkState.BLOCKED if said.status == 429 else LinkState.UNREACHABLE
        return Stopped(trail, state, why, said.status)
    pause = limits.retry_seconds * 2**trail.tries if asked_for is None else asked_for
    if _may_try_again(trail, pause, policy):
        return _again(trail, pause, whole_host=whole_host)
    return Arrived(trail, said, _page(trail, said))


def retry_after(said: Answer, now: float) -> float | None:
    """How long a server asks us to wait, in seconds (RFC 9110, 10.2.3); nothing if it does not say."""
    value = said.header("retry-after").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = email.utils.parsedate_tz(value) if value else None
    if date is None:
        return None
    sent = email.utils.parsedate_tz(said.header("date"))
    try:
        return max(0.0, email.utils.mktime_tz(date) - (email.utils.mktime_tz(sent) if sent else now))
    except (ValueError, OverflowError):
        return None


def _follow(trail: Trail, status: int, location: str, policy: LinkPolicy, allow_private: bool) -> Trail | Stopped:
    """Go on to where a redirect leads, if we may."""
    if not location.strip():
        return Stopped(trail, LinkState.UNREACHABLE, Why.BROKEN_ANSWER, status)
    start = f"{trail.at.request}#{trail.at.fragment}" if trail.at.fragment else trail.at.request
    target = next_address(start, location)
    found = sort_address(target, policy, allow_private=allow_private)
    trail = replace(trail, hops=(*trail.hops, Hop(status, target)))
    if isinstance(found, Settled):
        if found.state is LinkState.SKIPPED:
            return Stopped(trail, LinkState.SUSPECT, Why.LEAVES_THE_WEB, status)
        if found.state is LinkState.INVALID:
            return Stopped(trail, LinkState.UNREACHABLE, Why.BROKEN_ANSWER, status)
        return Stopped(trail, found.state, found.why, status)
    if len(trail.hops) > policy.limits.redirects:
        return Stopped(trail, LinkState.UNREACHABLE, Why.TOO_MANY_REDIRECTS, status)
    # A page may lead back to itself once it has set a cookie, but not twice in the same circumstances.
    state = (found.request, _circumstances(trail))
    if state in trail.seen or (found.request == trail.at.request and not trail.cookies):
        return Stopped(trail, LinkState.DEAD, Why.LOOP, status)
    return replace(trail, at=found, method="GET", tries=0, seen=trail.seen | {state, (trail.at.request, state[1])})


def _circumstances(trail: Trail) -> int:
    return sum(len(cookies) for cookies in trail.cookies.values())


def _with_cookies(trail: Trail, said: Answer) -> Trail:
    """The trail with the cookies a server set, for this host and for this trail only."""
    mine = dict(trail.cookies.get(trail.at.host, {}))
    for name, value in said.headers:
        if name == "set-cookie" and len(mine) < 20:
            key, equals, rest = value.partition(";")[0].partition("=")
            if equals and key.strip() and (key + rest).isascii() and (key + rest).isprintable():
                mine[key.strip()] = rest.strip()[:2000]
    return (
        replace(trail, cookies=MappingProxyType({**trail.cookies, trail.at.host: MappingProxyType(mine)}))
        if mine
        else trail
    )
