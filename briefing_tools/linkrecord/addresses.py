"""Sort: what somebody wrote as an address becomes something to ask, or is settled without asking.

    written → Askable | Settled

Here our policy is kept for written addresses and for every redirect; that a *name* leads to a private network is
noticed when connecting (`fetching.py`).
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from briefing_tools.identifiers import isbn_problem
from briefing_tools.linkrecord.networks import is_public
from briefing_tools.linkrecord.policy import LinkPolicy
from briefing_tools.linkrecord.reasons import LONGEST, Why
from briefing_tools.model import LinkState


@dataclass(frozen=True, slots=True)
class Askable:
    """An address that can be asked. `request` is what is sent, in ASCII; many written addresses may share one.

    `host` is the name by which politeness is counted, with the port if it is an unusual one. `fragment` is the part
    after `#` as written. `doi` is the DOI that `request` asks about at the registry, or empty.
    """

    written: str
    request: str
    host: str
    fragment: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """An address of which all is said without asking."""

    written: str
    state: LinkState
    why: Why


_AFTER_ADDRESS = ".,;:!?'*_”’…"
"""Characters that end the sentence, not the address."""


def typed_address(words: str) -> str:
    """An address without what ends the sentence after it."""
    url = words.rstrip(_AFTER_ADDRESS)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_AFTER_ADDRESS)
    return url


def sort_address(written: str, policy: LinkPolicy, *, allow_private: bool = False) -> Askable | Settled:
    """What to do with a written address. Never raises."""

    def settled(state: LinkState, why: Why) -> Settled:
        return Settled(written, state, why)

    text = written.strip()
    scheme = text.partition(":")[0].lower() if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) else ""
    if len(text) > LONGEST:
        return settled(LinkState.INVALID, Why.TOO_LONG)
    if re.search(r"[\s\x00-\x20<>\"]", text):
        return settled(LinkState.INVALID, Why.HAS_SPACES if text else Why.NOT_AN_ADDRESS)
    if scheme == "mailto":
        good = all(_MAIL.fullmatch(unquote(one)) for one in text[7:].partition("?")[0].split(","))
        return settled(LinkState.SKIPPED, Why.EMAIL) if good else settled(LinkState.INVALID, Why.BAD_EMAIL)
    if scheme in ("tel", "sms"):
        right = _TELEPHONE.fullmatch(text.partition(":")[2])
        return settled(LinkState.SKIPPED, Why.TELEPHONE) if right else settled(LinkState.INVALID, Why.BAD_TELEPHONE)
    if isbn := re.fullmatch(r"(?:urn:)?isbn:([0-9Xx-]+)", text, re.I):
        wrong = isbn_problem(isbn.group(1))
        return settled(LinkState.INVALID, Why.BAD_ISBN) if wrong else settled(LinkState.SKIPPED, Why.ISBN)
    if scheme == "doi" or _DOI_HOST.match(text):
        return _sort_doi(written, text, policy, allow_private)
    if scheme and scheme not in ("http", "https"):
        return settled(LinkState.SKIPPED, Why.OTHER_SCHEME)
    if not re.match(r"https?://", text, re.I) or "\\" in text:
        return settled(LinkState.INVALID, Why.NOT_AN_ADDRESS)
    return _sort_web(written, text, policy, allow_private)


def next_address(base: str, location: str) -> str:
    """Where a redirect from `base` leads, made whole and put in ASCII as browsers do.

    A `Location` is bytes that call themselves ASCII; other bytes arrive as UTF-8 or as single surrogates.
    """
    raw = location.strip().replace("\t", "").replace("\n", "").encode("utf-8", "surrogateescape")
    text = "".join(chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in raw)
    try:
        joined = urljoin(base, text)
    except ValueError:
        return text
    # A fragment stays when the redirect names none (RFC 9110, 10.2.2).
    inherited = base.partition("#")[2]
    return f"{joined}#{inherited}" if inherited and "#" not in joined else joined


# -- Web addresses -----------------------------------------------------------------------------------------------------

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_INSIDE = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "corp", "home", "arpa", "onion", "localdomain"}
)
"""Last parts of names that only have a meaning inside a network (RFC 6761, 6762, 7686, 8375 and custom)."""


def _sort_web(written: str, text: str, policy: LinkPolicy, allow_private: bool) -> Askable | Settled:
    address, _, fragment = text.partition("#")
    try:
        parts = urlsplit(address)
        name = parts.hostname or ""
    except ValueError:
        return Settled(written, LinkState.INVALID, Why.BAD_HOST)
    try:
        port = parts.port
    except ValueError:
        return Settled(written, LinkState.INVALID, Why.BAD_PORT)
    host = _host(name)
    if not host:
        return Settled(written, LinkState.INVALID, Why.BAD_HOST)
    if "@" in parts.netloc:
        return Settled(written, LinkState.REFUSED, Why.CREDENTIALS)
    if not allow_private and _is_inside(host):
        return Settled(written, LinkState.REFUSED, Why.PRIVATE_ADDRESS)
    usual = 443 if parts.scheme == "https" else 80
    if port == 0:
        return Settled(written, LinkState.INVALID, Why.BAD_PORT)
    if port not in (None, 80, 443, *policy.ports) and not allow_private:
        return Settled(written, LinkState.REFUSED, Why.ODD_PORT)
    place = f"[{host}]" if ":" in host else host
    netloc = place if port in (None, usual) else f"{place}:{port}"
    path = urljoin("/", _quoted(parts.path)) if "/." in parts.path else _quoted(parts.path) or "/"
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    polite = place if port in (None, 80, 443) else f"{place}:{port}"
    return Askable(written, f"{parts.scheme}://{netloc}{path}{query}", polite, fragment)


def _host(name: str) -> str:
    """A host as the name system wants it, in ASCII; nothing if it cannot be one."""
    if ":" in name:
        return name if re.fullmatch(r"[0-9a-f:.]+(?:%[\w.]+)?", name) else ""
    try:
        host = name.rstrip(".").encode("idna").decode("ascii").lower() if name else ""
    except UnicodeError:
        return ""
    labels = host.split(".")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        return _number_host(labels)
    good = host and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return host if good else ""


def _number_host(labels: list[str]) -> str:
    """An address in any of the spellings that browsers take for one: `2130706433`, `0x7f.1` (WHATWG URL, 3.5)."""
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        return ""
    *first, last = numbers
    if len(numbers) > 4 or any(one > 255 for one in first) or last >= 256 ** (5 - len(numbers)):
        return ""
    value = last + sum(one << (24 - 8 * index) for index, one in enumerate(first))
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") and len(label) > 1 else int(label)


def _is_inside(host: str) -> bool:
    """Whether a host is written in a way that only has a meaning inside some network."""
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        return not is_public(host)
    return "." not in host or host.rpartition(".")[2] in _INSIDE


def _quoted(text: str) -> str:
    """Percent-encode what may not stand in an address, and leave alone what is encoded already."""
    whole = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text)
    return quote(whole.encode("utf-8", "surrogateescape"), safe="/:@!$&'()*+,;=?%[]~|^`{}-._")


# -- Mail, telephone, DOI, ISBN ----------------------------------------------------------------------------------------

_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
"""HTML's pattern for e-mail addresses, with a name that has a dot in it."""

_TELEPHONE = re.compile(r"(?=(?:\D*\d){3,20}(?!.*\d{16}))\+?[\d().*#-]+(?:;[\w.%=+-]+)*")
_DOI_HOST = re.compile(r"https?://(?:www\.)?(?:dx\.)?doi\.org/(?=10[./]|doi:)", re.I)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s]+|10/[a-z0-9]+", re.I)


def _sort_doi(written: str, text: str, policy: LinkPolicy, allow_private: bool) -> Askable | Settled:
    """Ask the registry about a DOI: the publisher behind it often refuses programs, and moves."""
    bare = _DOI_HOST.sub("", text) if _DOI_HOST.match(text) else text.partition(":")[2]
    doi, _, fragment = bare.partition("#") if _DOI_HOST.match(text) else (bare, "", "")
    doi = doi.partition("?")[0].removeprefix("doi:")
    if not _DOI.fullmatch(doi):
        return Settled(written, LinkState.INVALID, Why.BAD_DOI)
    if not policy.services.doi:
        return _sort_web(written, f"https://doi.org/{quote(doi, safe='/:;()%.-_')}", policy, allow_private)
    service = policy.services.doi.replace("{url}", quote(doi, safe="/:;().-_%"))
    found = _sort_web(service, service, policy, allow_private)
    return Askable(written, found.request, found.host, fragment, doi) if isinstance(found, Askable) else found
