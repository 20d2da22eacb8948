"""Judge: what came back becomes a state and a reason.

    Outcome → Verdict

Pure. A redirect is followed to its end before anything is judged. Signs that a page is not what was cited are weighed
with care: a single word such as “not found” in a page's text is no sign, an essay may be about it; its title is.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from briefing_tools.fetching import Answer, NoAnswer, Trouble
from briefing_tools.linkcheck.asking import Arrived, Failed, Stopped
from briefing_tools.linkcheck.fragments import fragment_of, look_for
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.model import Hop, LinkState
from briefing_tools.webpage import WebPage, squeezed

PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an address answered: state, reason, the last HTTP status, and the redirects in order."""

    state: LinkState
    why: str = ""
    status: int | None = None
    hops: tuple[Hop, ...] = ()


def judge(outcome: Arrived | Failed | Stopped, fragment: str, policy: LinkPolicy) -> Verdict:
    """The verdict on an address that was asked, with the fragment it was written with."""
    hops = _with_fragment(outcome.trail.hops, fragment)
    match outcome:
        case Stopped():
            return Verdict(outcome.state, outcome.why, outcome.status, hops)
        case Failed():
            return _silent(outcome.no_answer, hops)
        case Arrived() if outcome.trail.at.doi:
            return _judge_doi(outcome)
        case Arrived():
            return _judge_answer(outcome, hops, fragment, policy)


def _with_fragment(hops: tuple[Hop, ...], fragment: str) -> tuple[Hop, ...]:
    """Redirects carry the written fragment on when they name none; one request serves many fragments."""
    if not fragment or not hops or any("#" in hop.url for hop in hops):
        return hops
    return (*hops[:-1], Hop(hops[-1].status, f"{hops[-1].url}#{fragment}"))


def _silent(said: NoAnswer, hops: tuple[Hop, ...]) -> Verdict:
    if said.trouble is Trouble.PRIVATE:
        return Verdict(LinkState.REFUSED, Why.PRIVATE_ADDRESS, None, hops)
    unsafe = said.trouble.startswith("certificate") or said.trouble is Trouble.TLS_FAILED
    return Verdict(LinkState.TLS_ERROR if unsafe else LinkState.UNREACHABLE, Why(said.trouble), None, hops)


def _judge_doi(arrived: Arrived) -> Verdict:
    """What the DOI registry's API says (DOI Handbook, “Proxy server”): response code 1 is found, 100 is unknown."""
    answer = arrived.answer
    try:
        said = json.loads(answer.body) if answer.body else {}
        code = said.get("responseCode") if isinstance(said, dict) else None
        values = said.get("values", []) if isinstance(said, dict) else []
    except (ValueError, RecursionError):
        code, values = None, []
    if code == 1:
        return Verdict(LinkState.OK, "", answer.status, _registered(values))
    if code == 100 or (answer.status == 404 and code is not None):
        return Verdict(LinkState.DEAD, Why.UNKNOWN_DOI, answer.status)
    if code == 200:  # the DOI exists, without an address
        return Verdict(LinkState.OK, "", answer.status)
    return Verdict(
        LinkState.UNREACHABLE, Why.SERVER_ERROR if answer.status >= 500 else Why.BROKEN_ANSWER, answer.status
    )


def _registered(values: object) -> tuple[Hop, ...]:
    for value in values if isinstance(values, list) else []:
        data = value.get("data") if isinstance(value, dict) and value.get("type") == "URL" else None
        url = data.get("value") if isinstance(data, dict) else None
        if isinstance(url, str) and re.fullmatch(r"https?://[!-~]{1,2000}", url):
            return (Hop(302, url),)
    return ()


def _judge_answer(arrived: Arrived, hops: tuple[Hop, ...], fragment: str, policy: LinkPolicy) -> Verdict:
    answer, page, status = arrived.answer, arrived.page, arrived.answer.status

    def verdict(state: LinkState, why: str = "") -> Verdict:
        return Verdict(state, why, status, hops)

    shortener = policy.shortener(arrived.trail.start)
    if _is_wall(answer, page):
        return verdict(LinkState.BLOCKED, Why.ROBOT_WALL)
    if status in (404, 410):
        why = Why.UNKNOWN_SHORT_LINK if shortener and not _left(arrived, policy) else None
        return verdict(LinkState.DEAD, why or (Why.NOT_FOUND if status == 404 else Why.GONE))
    if status in (401, 402, 407, 511):
        return verdict(LinkState.BLOCKED, Why.NEEDS_SIGN_IN)
    if status == 429:
        return verdict(LinkState.BLOCKED, Why.TOO_MANY_REQUESTS)
    if status in (403, 405, 406, 451, 999):
        return verdict(LinkState.BLOCKED, Why.FORBIDDEN)
    if status >= 500 or status == 408 or status == 425:
        return verdict(LinkState.UNREACHABLE, Why.SERVER_ERROR)
    if status >= 400:
        return verdict(LinkState.SUSPECT, Why.ODD_STATUS)
    if not 200 <= status < 300:
        return verdict(LinkState.UNREACHABLE, Why.BROKEN_ANSWER)
    if shortener is not None and not _left(arrived, policy):
        known = page is not None and any(squeezed(sign) in squeezed(page.title) + page.words for sign in shortener)
        if known or (page and _says_not_found(page)):
            return verdict(LinkState.DEAD, Why.UNKNOWN_SHORT_LINK)
        return verdict(LinkState.SUSPECT, Why.SHORT_LINK_STAYS)
    if doubt := _doubt(arrived, page):
        return verdict(LinkState.SUSPECT, doubt)
    return _judge_good(arrived, verdict(_way(hops)), fragment)


def _way(hops: tuple[Hop, ...]) -> LinkState:
    """Good; by which way?"""
    if not hops:
        return LinkState.OK
    return LinkState.MOVED if all(hop.status in PERMANENT for hop in hops) else LinkState.REDIRECTED


def _judge_good(arrived: Arrived, good: Verdict, fragment: str) -> Verdict:
    """A page that is there: is the part of it there too that the address names?"""
    named = fragment_of(good.hops[-1].url) if good.hops else fragment
    missing = look_for(named, arrived.answer, arrived.page)
    if missing is Why.PART_UNKNOWN:
        return Verdict(good.state, missing, good.status, good.hops)
    if missing:
        return Verdict(LinkState.FRAGMENT_MISSING, missing, good.status, good.hops)
    return good


# -- Short links -------------------------------------------------------------------------------------------------------


def _left(arrived: Arrived, policy: LinkPolicy) -> bool:
    """Whether a short link led away from its service."""
    start, end = urlsplit(arrived.trail.start), urlsplit(arrived.trail.at.request)
    return start.netloc.removeprefix("www.") != end.netloc.removeprefix("www.")


# -- Robot walls -------------------------------------------------------------------------------------------------------

_WALL_TITLE = re.compile(
    r"just a moment|attention required|making sure you.?re not a bot|verif(?:y|ying) (?:that )?you are (?:a )?human|are you (?:a )?(?:human|robot)|"
    r"access (?:to this page has been )?denied|bot verification|ddos.guard|security check(?:point)?$|pardon our interruption|"
    r"checking your browser|human verification|captcha|client challenge|request unsuccessful|robot check",
    re.I,
)
_WALL_WORDS = (
    "enablejavascriptandcookiestocontinue",
    "checkingyourbrowserbeforeaccessing",
    "verifyyouarehuman",
    "verifythatyouarehuman",
    "incapsulaincidentid",
)


def _is_wall(answer: Answer, page: WebPage | None) -> bool:
    """Whether a server first wants to know if its visitor is a person."""
    if answer.header("cf-mitigated").lower() == "challenge" or answer.header("x-datadome"):
        return answer.status in (401, 403, 429, 503) or answer.header("cf-mitigated") != ""
    if page is None or not (answer.status in (401, 403, 405, 429, 503) or 200 <= answer.status < 300):
        return False
    if _WALL_TITLE.search(page.title) and (answer.status >= 400 or len(page.words) < 1500):
        return True
    return len(page.words) < 1500 and any(words in page.words for words in _WALL_WORDS)


# -- Doubts ------------------------------------------------------------------------------------------------------------

_NOT_FOUND_WORDS = frozenset(
    """sorry oops whoops error http https status code 404 410 page pages file document content resource article item url
    link address the this that your you a we web it requested was is are were could can cannot can't couldn't can’t
    couldn’t wasn't wasn’t not be been has no longer does doesn't doesn’t exist exists found find available unavailable
    removed missing looking for tried to reach or moved deleted unable anymore any more here either but whatever us
    looks like""".split()  # noqa: SIM905 (words are read better than quotation marks)
)
"""The words of which pages that say “not found” make their titles; a title with any other word is about something."""

_NO = re.compile(r"not|no longer|cannot|n['’]t|unable", re.I)
_THERE = re.compile(r"found|find|exists?|available", re.I)
_GONE = re.compile(r"missing|unavailable|removed|deleted", re.I)
_THING = re.compile(r"page|file|document|content|resource|article|item", re.I)
_WEAK = re.compile(
    r"\b404\b|not (?:be )?found|no longer (?:available|exists?)|doesn.t exist|does not exist|page unavailable", re.I
)
_NOT_FOUND_PATH = re.compile(
    r"/(?:404|410)(?:\.\w+)?/?$|not[-_]?found|page[-_]?missing|/error[-_]?(?:404|page)?(?:\.\w+)?/?$", re.I
)
_SIGN_IN_PATH = re.compile(
    r"/(?:log[-_]?in|log[-_]?on|sign[-_]?in|signon|sso|oauth2?|saml2?|adfs|cas|authenticate|authori[sz]e|idp)(?:[/.?]|$)|^(?:login|signin|sso|auth|idp|accounts)\.|[/_]login\.",
    re.I,
)
_SIGN_IN_TITLE = re.compile(r"\b(?:log[- ]?in|sign[- ]?in|log[- ]?on|single sign[- ]on)\b", re.I)
_PARKED = re.compile(
    r"(?:domain|website|web address|name)[\w .-]{0,40}\b(?:is |may be )(?:for|on) sale|buy this (?:domain|name)|domain (?:is )?parked|parked (?:domain|page|free)|"
    r"this domain (?:has expired|is (?:registered|available|parked))|domain for sale|future home of something",
    re.I,
)
_PARKERS = (
    "sedoparking.com",
    "sedo.com",
    "hugedomains.com",
    "dan.com",
    "afternic.com",
    "bodis.com",
    "parkingcrew.net",
    "above.com",
    "undeveloped.com",
    "buydomains.com",
)
_PARKED_WORDS = (
    "thisdomainisforsale",
    "buythisdomain",
    "thisdomainmaybeforsale",
    "domainisparked",
    "thedomainnameisforsale",
)


def _doubt(arrived: Arrived, page: WebPage | None) -> Why | None:
    """A reason to think that the page is not what was cited."""
    start, end = urlsplit(arrived.trail.start), urlsplit(arrived.trail.at.request)
    led_away = bool(arrived.trail.hops)
    host = end.hostname or ""
    if any(host == parker or host.endswith("." + parker) for parker in _PARKERS) and start.hostname != end.hostname:
        return Why.PARKED
    if page and _is_parked(page):
        return Why.PARKED
    if led_away and (_NOT_FOUND_PATH.search(end.path) and not _NOT_FOUND_PATH.search(start.path)):
        return Why.SOFT_NOT_FOUND
    if page and (_says_not_found(page) or (_WEAK.search(page.title) and _second_sign(arrived, page))):
        return Why.SOFT_NOT_FOUND
    if led_away and _is_sign_in(host + end.path) and not _is_sign_in((start.hostname or "") + start.path):
        return Why.SIGN_IN
    if (
        page
        and page.password
        and _SIGN_IN_TITLE.search(page.title + " " + page.heading)
        and not _is_sign_in(start.path)
    ):
        return Why.SIGN_IN
    if led_away and _is_deep(start.path, start.query) and _is_home(end.path, end.query):
        return Why.HOME_PAGE
    return None


def _is_parked(page: WebPage) -> bool:
    if _PARKED.search(page.title) or _PARKED.search(page.heading):
        return True
    return (
        len(page.words) < 1500 and sum(words in page.words for words in _PARKED_WORDS) >= 1 and "domain" in page.words
    )


def _says_not_found(page: WebPage) -> bool:
    """Whether the title, or one of its parts, or the heading of a page without a title, says just “not found”."""
    parts = re.split(r"\s+[|–—·:»-]\s*|\s*[|–—·:»]\s+", page.title) if page.title else [page.heading]
    return any(_is_no(part) for part in parts)


def _is_no(words: str) -> bool:
    spoken = re.findall(r"[\w'’]+", words.lower())
    if not 0 < len(spoken) <= 20 or not _NOT_FOUND_WORDS.issuperset(spoken):
        return False
    if {"404", "410"} & set(spoken):
        return True
    return bool(_NO.search(words) and _THERE.search(words)) or bool(_GONE.search(words) and _THING.search(words))


def _second_sign(arrived: Arrived, page: WebPage) -> bool:
    """A weak title counts when we were led away, or when there is little else to read."""
    return bool(arrived.trail.hops) or len(page.words) < 400


def _is_sign_in(place: str) -> bool:
    return bool(_SIGN_IN_PATH.search(place))


def _is_deep(path: str, query: str) -> bool:
    return not _is_home(path, query)


_HOME = re.compile(
    r"/?(?:(?:en|cy|ga|gd|fr|de|es|it|nl|pt|pl|sv|da|fi|ja|zh|ar)(?:[-_][a-zA-Z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{2,5})?/?)?"
)
"""Nothing, a language, or the usual names of a home page."""


def _is_home(path: str, query: str) -> bool:
    """Whether a path is that of a home page, in any of the usual spellings."""
    if query and not re.fullmatch(r"(?:utm_\w+|ref|lang)=[^&]*(?:&(?:utm_\w+|ref|lang)=[^&]*)*", query):
        return False
    return bool(_HOME.fullmatch(unquote(path)))
