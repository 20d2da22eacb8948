"""Advise: what a link's state means and what to do about it, in plain English.

The technical reason is kept apart (`reasons.py`); this is what a person reads in a finding, in `briefings links explain`
and in the report of a check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from briefing_tools.linkrecord.reasons import LONGEST, Why
from briefing_tools.model import KnownLink, LinkState


@dataclass(frozen=True, slots=True)
class Advice:
    """`what` is one sentence about the link; `do` says what to do about it, or is empty when nothing is to be done."""

    what: str
    do: str = ""


_LOOK = "Open it in a browser. If it is what you cited, say so in links.toml under [[confirmed]]"
_LATER = "Nothing need be done yet: it counts as dead only after three failures over fourteen days."
_COPY = "Cite another address, or look for an archived copy with: briefings links archive --online"
_NOTHING = ""

_ADVICE: Mapping[Why, tuple[str, str]] = MappingProxyType(
    {
        Why.NOT_FOUND: ("The server says that there is no such page (404).", _COPY),
        Why.GONE: ("The server says that this page was taken away for good (410).", _COPY),
        Why.UNKNOWN_SHORT_LINK: (
            "The short-link service does not know this short link.",
            "Compare it with the original, letter by letter; then put the real address in its place.",
        ),
        Why.UNKNOWN_DOI: ("No work is registered under this DOI.", "Compare it with the work's first page."),
        Why.LOOP: ("The address leads back to itself without end.", _COPY),
        Why.NO_SUCH_HOST: (
            "There is no such website: its name is not known on the internet.",
            "Check the spelling. If it is right, the site has closed or moved; look for it by its title.",
        ),
        Why.LOOKUP_FAILED: ("The website's name could not be looked up this time.", _LATER),
        Why.NO_CONNECTION: ("The website accepts no connection.", _LATER),
        Why.TIMEOUT: ("The website did not answer in time.", _LATER),
        Why.CLOSED: ("The website closed the connection without an answer.", _LATER),
        Why.BROKEN_ANSWER: ("The website sent something that cannot be read.", _LATER),
        Why.SERVER_ERROR: ("The website has an error of its own.", _LATER),
        Why.TOO_MANY_REDIRECTS: ("The address leads from one page to the next and does not arrive.", _LATER),
        Why.HOST_LEFT_ALONE: (
            "Other addresses of this website failed several times, so that it was left alone for this run.",
            _LATER,
        ),
        Why.CERTIFICATE_EXPIRED: (
            "The website's security certificate has expired, and browsers warn of it.",
            "Tell the website's owner; look again in a few days.",
        ),
        Why.CERTIFICATE_NAME: (
            "The website's security certificate is for another name, and browsers warn of it.",
            "Check the address, often with or without “www.”.",
        ),
        Why.CERTIFICATE_UNKNOWN: (
            "Nobody vouches for the website's security certificate, and browsers warn of it.",
            "Look with a browser. If it warns you too, cite another address.",
        ),
        Why.TLS_FAILED: ("No secure connection to the website could be made.", _LOOK),
        Why.HOME_PAGE: (
            "The address now leads to the website's home page, not to what was cited.",
            "Look for the document on that website by its title. " + _LOOK,
        ),
        Why.SIGN_IN: ("The address now leads to a sign-in page.", _LOOK),
        Why.PARKED: ("The website's name seems to be for sale; the site is gone.", _COPY),
        Why.SOFT_NOT_FOUND: ("The page answers, but says itself that it was not found.", _LOOK),
        Why.SHORT_LINK_STAYS: ("The short link leads nowhere but to the short-link service itself.", _LOOK),
        Why.LEAVES_THE_WEB: ("The address leads to something that is no web page.", _LOOK),
        Why.ODD_STATUS: ("The website answers with an error that is neither “found” nor “not found”.", _LOOK),
        Why.NEEDS_SIGN_IN: (
            "The website asks for a password.",
            "Readers without an account get no further. Cite a public address if there is one. " + _LOOK,
        ),
        Why.FORBIDDEN: ("The website refuses programs such as this one. Readers may well get through.", _LOOK),
        Why.TOO_MANY_REQUESTS: ("The website says it was asked too often. Readers may well get through.", _NOTHING),
        Why.ROBOT_WALL: (
            "The website checks first whether its visitor is a person. Readers may well get through.",
            _LOOK,
        ),
        Why.NO_SUCH_PART: (
            "The page is there, but not the part of it that the address names after “#”.",
            "Readers arrive at the top of the page. Correct the part after “#”, or leave it out.",
        ),
        Why.NO_SUCH_WORDS: (
            "The page is there, but not the words to which the address points.",
            "The page's text has changed. Look whether it still says what you cite.",
        ),
        Why.NO_SUCH_PAGE: (
            "The document is there, but has no page with that number.",
            "Correct the number after “#page=”. It counts from the first sheet, the cover included.",
        ),
        Why.PART_UNKNOWN: (
            "The page is there. Whether the part after “#” is there too cannot be told from outside.",
            _NOTHING,
        ),
        Why.EXEMPT: ("An exception in links.toml holds for this address.", _NOTHING),
        Why.CONFIRMED: ("Somebody looked at it with a browser and found what was cited.", _NOTHING),
        Why.PRIVATE_ADDRESS: (
            "The address lies in a private network that readers cannot reach. It was not asked.",
            "Cite a public address.",
        ),
        Why.ODD_PORT: (
            "The address names an unusual port, as test servers do. It was not asked.",
            "Cite the public address; or allow the port in links.toml: ports = [8080]",
        ),
        Why.CREDENTIALS: (
            "The address holds a user name or password, which everybody could read. It was not asked.",
            "Take out what stands before the “@”, and change that password.",
        ),
        Why.EMAIL: ("An e-mail address is well formed; more cannot be told without writing to it.", _NOTHING),
        Why.TELEPHONE: ("A telephone number is well formed; more cannot be told without calling it.", _NOTHING),
        Why.ISBN: ("The ISBN is well formed; a book has no address that could be asked.", _NOTHING),
        Why.ROBOTS: ("The website asks programs not to visit this page. It was not asked.", _LOOK),
        Why.OTHER_SCHEME: ("This is no web address, so it was not asked.", _NOTHING),
        Why.HOST_ASKS_TO_WAIT: ("The website asked to be left alone for a while. It was not asked again.", _NOTHING),
        Why.OUT_OF_TIME: ("The run ended before its turn came. It is asked next time.", _NOTHING),
        Why.NOT_AN_ADDRESS: (
            "This is not a web address.",
            "Write it in full, for example: https://www.example.org/report",
        ),
        Why.HAS_SPACES: ("There is a space or a line break in the address.", "Take it out, or write %20 in its place."),
        Why.TOO_LONG: (
            "The address has more characters than servers and browsers take.",
            "Cite a shorter one. Often all that stands after “?” can be left out; try it in a browser.",
        ),
        Why.BAD_HOST: ("The name of the website cannot be right.", "Check what stands between “//” and the next “/”."),
        Why.BAD_PORT: ("What stands after “:” is no port number.", "Take it out."),
        Why.BAD_EMAIL: ("This is not an e-mail address.", "Write it like: mailto:name@example.org"),
        Why.BAD_TELEPHONE: ("This is not a telephone number.", "Write it like: tel:+442076643000"),
        Why.BAD_DOI: ("This is not a DOI.", "Write it like: https://doi.org/10.1000/182"),
        Why.BAD_ISBN: ("The last digit of this ISBN does not fit the others.", "Compare it with the book."),
    }
)

_STATES: Mapping[LinkState, str] = MappingProxyType(
    {
        LinkState.OK: "The link leads where it should.",
        LinkState.MOVED: "The page has moved for good to another address.",
        LinkState.REDIRECTED: "The address leads on to another one, which may change.",
        LinkState.FRAGMENT_MISSING: "The page is there, but not the part of it that the address names.",
        LinkState.SUSPECT: "The address answers, but probably not with what was cited.",
        LinkState.BLOCKED: "The website refuses programs. Readers may well get through.",
        LinkState.UNREACHABLE: "The address could not be reached.",
        LinkState.TLS_ERROR: "The website has no safe connection.",
        LinkState.DEAD: "The link is dead.",
        LinkState.INVALID: "This is not an address.",
        LinkState.REFUSED: "The address was not asked, because it is one that readers cannot or should not use.",
        LinkState.SKIPPED: "The address was not asked.",
        LinkState.UNTESTED: "Nobody has asked this address yet.",
        LinkState.MISSING_FILE: "The link leads to a file that does not exist.",
        LinkState.MISSING_ANCHOR: "The link leads to a section that does not exist.",
        LinkState.UNSAFE: "Browsers do not open this kind of address.",
    }
)


URGENT = (
    LinkState.MISSING_FILE, LinkState.MISSING_ANCHOR, LinkState.UNSAFE, LinkState.INVALID, LinkState.DEAD,
    LinkState.REFUSED, LinkState.SUSPECT, LinkState.TLS_ERROR, LinkState.FRAGMENT_MISSING, LinkState.UNREACHABLE,
    LinkState.BLOCKED, LinkState.MOVED, LinkState.REDIRECTED, LinkState.UNTESTED, LinkState.SKIPPED, LinkState.OK,
)  # fmt: skip
"""The states of links, what needs somebody first."""

_HEADS: Mapping[LinkState, str] = MappingProxyType(
    {
        LinkState.MISSING_FILE: "no such file; correct the path",
        LinkState.MISSING_ANCHOR: "no such section on that page; correct the part after “#”",
        LinkState.UNSAFE: "an address that browsers do not open; replace it",
        LinkState.INVALID: "no address that can be right; correct it",
        LinkState.DEAD: "nothing there any more; cite another address, or: briefings links archive --online",
        LinkState.REFUSED: "where readers cannot or should not go; cite a public address",
        LinkState.SUSPECT: "an answer, but probably not what was cited; open it in a browser",
        LinkState.TLS_ERROR: "a certificate of which browsers warn; tell the website's owner, or cite another address",
        LinkState.FRAGMENT_MISSING: "the page is there, the part after “#” is not; correct that part",
        LinkState.UNREACHABLE: "no answer, or “not found” for the first time; nothing need be done yet",
        LinkState.BLOCKED: "refuses programs; open it once in a browser, and say so in links.toml under [[confirmed]]",
        LinkState.MOVED: "moved for good; write the new address with: briefings links fix",
        LinkState.REDIRECTED: "leads on to another address, which is recorded; nothing need be done",
        LinkState.UNTESTED: "not asked yet; ask with: briefings links check --online",
        LinkState.SKIPPED: "nothing to ask, as with e-mail addresses",
        LinkState.OK: "leads where it should",
    }
)


def about(state: LinkState) -> str:
    """What a state means, and what to do about it, in a few words for the head of a list."""
    return _HEADS[state]


def advise(link: KnownLink) -> Advice:
    """What a link's state means, and what to do."""
    why = Why(link.why) if link.why in list(Why) else None
    what, do = _ADVICE[why] if why else (_STATES[link.state], _NOTHING)
    match link.state:
        case LinkState.DEAD:
            what, do = f"The link is dead. {what}", do if do != _LATER else _COPY
            if link.archive:
                do = "Readers find the archived copy beside it. Nothing need be done."
            elif near := near_names(link.url) if why is Why.UNKNOWN_SHORT_LINK else ():
                do = f"Perhaps a letter was misread: try {', '.join(near)}. {do}"
        case LinkState.UNREACHABLE if why and why.definite:
            do = "It is asked again on another day, and counts as dead if the answer is the same."
        case LinkState.MOVED:
            what = f"The page has moved for good to {link.final}"
            do = "Write the new address with: briefings links fix"
        case LinkState.REDIRECTED:
            what, do = f"The address leads on to {link.final}", "Nothing need be done: what it leads to is recorded."
        case LinkState.SUSPECT if link.hops:
            what = f"{what} It leads to {link.final}"
        case LinkState.INVALID if why is Why.TOO_LONG:
            what = f"The address has {len(link.url):,} characters; many servers and browsers take no more than {LONGEST:,}."
        case LinkState.UNTESTED if not why:
            what = f"{what} Noted: {link.note}" if link.note else what
            do = "Ask it with: briefings links check --online"
    return Advice(what, do)


_MISREAD = (
    ("q", "g"),
    ("g", "q"),
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("1", "l"),
    ("0", "O"),
    ("O", "0"),
    ("I", "l"),
    ("l", "I"),
    ("vv", "w"),
    ("cl", "d"),
    ("5", "S"),
    ("S", "5"),
)
"""Letters that are mistaken for each other in print, and what they may have been."""


def near_names(url: str, most: int = 3) -> tuple[str, ...]:
    """Addresses that differ in one letter of the last part, as when it was misread in print; the likeliest first."""
    stem, slash, name = url.rpartition("/")
    found = []
    for wrong, right in _MISREAD:
        at = name.find(wrong)
        if at >= 0:
            found.append(stem + slash + name[:at] + right + name[at + len(wrong) :])
    return tuple(dict.fromkeys(found))[:most]
