"""Fetch: one HTTP request, bounded in time and size, that can never reach a private network.

The only door to the network. aiohttp does the wire work and is imported when the first request is made, so that nobody
who merely builds pages needs it. Redirects are not followed, cookies not kept, proxies and `.netrc` not read: whoever
asks decides each step. Which address a connection goes to is checked after the name was looked up, at the moment of
connecting, so that neither a redirect, nor a name that resolves to a private address, nor one that changes its mind in
between gets through (the guard of `lychee -E` looks at written addresses only and let four of eight such pass).

aiohttp speaks HTTP/1.1. HTTP/2 saves nothing here: mostly one request goes to one host at a time.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from briefing_tools.errors import CannotRun
from briefing_tools.linkrecord.networks import is_public

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""Looks up a host name and gives its addresses; raises `OSError` when it has none."""

LARGEST_HEADER = 64 * 1024
"""Bytes; some servers send 40 KB of cookies and policies."""

_OTHER_CONTENT = 2 * 1024
"""How many bytes are read of content that nobody looks into, such as a picture."""


class Trouble(StrEnum):
    """Why there was no answer."""

    NO_SUCH_HOST = "no-such-host"
    LOOKUP_FAILED = "lookup-failed"
    NO_CONNECTION = "no-connection"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    BROKEN = "broken-answer"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_UNKNOWN = "certificate-unknown"
    TLS_FAILED = "tls-failed"
    PRIVATE = "private-address"


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: the whole address in ASCII without a fragment, for at most `seconds` and `most` bytes of text."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 20.0
    most: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are in small letters; `whole` tells whether `body` is all there was."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    whole: bool = True
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """The first header with this name (in small letters), or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def content_type(self) -> str:
        """The content's type without parameters, in small letters: `text/html`."""
        return _bare(self.header("content-type"))


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no answer, or none that can be understood."""

    trouble: Trouble
    detail: str = ""
    seconds: float = 0.0


def run_on_network(main: Coroutine[Any, Any, T]) -> T:
    """Run something that asks. On uvloop, where that is installed: with it a connection over TLS holds a fifth of the memory."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


class Fetch(Protocol):
    """Whatever asks a server; the real one is `Fetcher`."""

    async def __call__(self, request: Request) -> Answer | NoAnswer:
        """Ask once. Never raises for anything a server or a network does."""
        ...


class _PrivateError(OSError):
    """The address lies in a private network."""


class _NoSuchHostError(OSError):
    """No such name exists."""


class Fetcher:
    """Asks real servers. Use it as `async with Fetcher(…) as fetch`.

    `agent` is the honest name we give ourselves. `allow_private` lets tests reach this machine. `lookup` replaces the
    system's look-up of names. Raises `CannotRun` if aiohttp is not installed.
    """

    def __init__(
        self,
        agent: str,
        *,
        allow_private: bool = False,
        connect_seconds: float = 10.0,
        at_once: int = 64,
        lookup: Lookup | None = None,
    ) -> None:
        self._agent = agent
        self._allow_private = allow_private
        self._connect_seconds = connect_seconds
        self._at_once = at_once
        self._lookup = lookup or _system_lookup
        self._tls = ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Fetcher":
        aiohttp = _aiohttp()
        from yarl import URL

        # A name server that does not answer blocks a thread; a pool of its own keeps it from blocking everybody.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._at_once, "lookup"))
        connector = aiohttp.TCPConnector(
            limit=self._at_once,
            resolver=_resolver(aiohttp, self._addresses),
            ttl_dns_cache=300,
            ssl=self._tls,
            socket_factory=self._open_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": self._agent,
                "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
                "Accept-Language": "en-GB,en;q=0.8",
                "Accept-Encoding": "gzip, deflate",
            },
            max_line_size=LARGEST_HEADER,
            max_field_size=LARGEST_HEADER,
            trust_env=False,
            requote_redirect_url=False,
        )
        self._url = partial(URL, encoded=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def __call__(self, request: Request) -> Answer | NoAnswer:
        """Ask once; where the answer is malformed, ask once more in plain words before calling it broken."""
        clock = asyncio.get_running_loop().time
        start = clock()
        first = await self._ask(request, clock)
        if isinstance(first, Answer):
            return first
        spent = clock() - start
        if first.trouble in (Trouble.BROKEN, Trouble.CLOSED) and request.seconds - spent > 0.2:
            second = await self._ask_plainly(request, request.seconds - spent)
            return _timed(second or first, clock() - start)
        return _timed(first, spent)

    async def _ask(self, request: Request, clock: Callable[[], float]) -> Answer | NoAnswer:
        assert self._session is not None, "use it as: async with Fetcher(…) as fetch"
        aiohttp, start = _aiohttp(), clock()
        limit = aiohttp.ClientTimeout(total=request.seconds, sock_connect=self._connect_seconds)
        try:
            async with self._session.request(
                request.method,
                self._url(request.url),
                headers=request.headers or None,
                allow_redirects=False,
                timeout=limit,
            ) as response:
                headers = tuple([(name.lower(), value) for name, value in response.headers.items()])
                body, whole = await _read(
                    response.content, _most(_bare(response.headers.get("content-type", "")), request.most)
                )
                return Answer(response.status, headers, body, whole, clock() - start)
        except TimeoutError:
            return NoAnswer(Trouble.TIMEOUT)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _trouble(aiohttp, error)

    async def _ask_plainly(self, request: Request, seconds: float) -> Answer | None:
        """A second opinion on a malformed answer, read as forgivingly as browsers do; nothing if it is hopeless.

        aiohttp refuses some answers that browsers show, such as one with words after its announced end.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._speak(request)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            return None

    async def _speak(self, request: Request) -> Answer | None:
        parts = urlsplit(request.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        address = (await self._addresses(host))[0]
        reader, writer = await asyncio.open_connection(
            address,
            parts.port or (443 if secure else 80),
            limit=LARGEST_HEADER,
            ssl=self._tls if secure else None,
            server_hostname=host if secure else None,
        )
        try:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            lines = [f"{request.method} {target} HTTP/1.1", f"Host: {parts.netloc}", f"User-Agent: {self._agent}"]
            lines += ["Accept: text/html, */*;q=0.8", "Accept-Encoding: identity", "Connection: close", "", ""]
            writer.write("\r\n".join(lines).encode("ascii"))
            await writer.drain()
            raw = bytearray()
            while len(raw) < request.most + LARGEST_HEADER and (piece := await reader.read(64 * 1024)):
                raw += piece
        finally:
            writer.close()
        return _forgiving(bytes(raw), request)

    async def _addresses(self, host: str) -> Sequence[str]:
        """The addresses of a host that may be connected to; raises an `OSError` of ours when there is none."""
        if _is_address(host):
            found: Sequence[str] = [host]
        else:
            found = await self._lookup(host)
        allowed = [one for one in found if self._allow_private or is_public(one)]
        if found and not allowed:
            raise _PrivateError(f"{host} is {found[0]}")
        if not allowed:
            raise _NoSuchHostError(host)
        return allowed

    def _open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Open a socket for a connection that is about to be made; the last look at where it really goes."""
        family, kind, protocol, _, address = info
        if not self._allow_private and not is_public(str(address[0])):
            raise _PrivateError(str(address[0]))
        return socket.socket(family, kind, protocol)


def _aiohttp() -> Any:
    try:
        import aiohttp
    except ImportError:
        raise CannotRun(
            "Asking links needs the package aiohttp, which is not installed.",
            'Install it with: pip install "briefing-tools[links]"',
        ) from None
    return aiohttp


def _resolver(aiohttp: Any, addresses: Lookup) -> Any:
    """Our look-up in the form that aiohttp wants."""

    class Resolver(aiohttp.abc.AbstractResolver):  # type: ignore[misc]
        async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[dict[str, object]]:
            return [
                {
                    "hostname": host,
                    "host": one,
                    "port": port,
                    "family": socket.AF_INET6 if ":" in one else socket.AF_INET,
                    "proto": 0,
                    "flags": socket.AI_NUMERICHOST,
                }
                for one in await addresses(host)
            ]

        async def close(self) -> None:
            pass

    return Resolver()


async def _system_lookup(host: str) -> Sequence[str]:
    """The system's own look-up. Names under `.invalid` never exist (RFC 6761, 6.4)."""
    if host.rpartition(".")[2] == "invalid":
        raise _NoSuchHostError(host)
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(None, partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _most(kind: str, most: int) -> int:
    """How much of a body is worth reading: all of a text or a PDF up to the limit, the beginning of anything else."""
    looked_into = not kind or kind.startswith("text/") or kind.endswith(("xml", "json", "/pdf"))
    return most if looked_into else min(most, _OTHER_CONTENT)


async def _read(content: Any, most: int) -> tuple[bytes, bool]:
    """The body, up to a limit, and whether that is all of it."""
    body: bytes | bytearray = await content.readany()
    while len(body) <= most and not content.at_eof():
        body = bytearray(body) if isinstance(body, bytes) else body
        body += await content.readany()
    return bytes(body[:most]), len(body) <= most


def _timed(said: Answer | NoAnswer, seconds: float) -> Answer | NoAnswer:
    return replace(said, seconds=seconds)


_CERTIFICATE = {
    10: Trouble.CERTIFICATE_EXPIRED,
    9: Trouble.CERTIFICATE_EXPIRED,
    62: Trouble.CERTIFICATE_NAME,
    64: Trouble.CERTIFICATE_NAME,
}
"""OpenSSL's verification codes (x509_vfy.h): 9 not yet valid, 10 expired, 62 and 64 another name."""


def _trouble(aiohttp: Any, error: BaseException) -> NoAnswer:
    """What went wrong, in our words."""
    cause = getattr(error, "os_error", None) or error
    detail = re.sub(r"\s+", " ", str(cause))[:200]
    certificate = getattr(error, "certificate_error", None)
    if certificate is not None:
        code = getattr(certificate, "verify_code", 0)
        return NoAnswer(_CERTIFICATE.get(code, Trouble.CERTIFICATE_UNKNOWN), getattr(certificate, "verify_message", ""))
    if isinstance(cause, _PrivateError):
        return NoAnswer(Trouble.PRIVATE, detail)
    if isinstance(cause, _NoSuchHostError):
        return NoAnswer(Trouble.NO_SUCH_HOST, detail)
    if isinstance(cause, socket.gaierror):
        missing = cause.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None))
        return NoAnswer(Trouble.NO_SUCH_HOST if missing else Trouble.LOOKUP_FAILED, detail)
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError):
        return NoAnswer(Trouble.TLS_FAILED, detail)
    if isinstance(error, aiohttp.ClientConnectorError):
        return NoAnswer(Trouble.NO_CONNECTION, detail)
    if isinstance(error, aiohttp.ServerDisconnectedError | OSError):
        return NoAnswer(Trouble.CLOSED, detail)
    return NoAnswer(Trouble.BROKEN, detail)


_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})[^\r\n]*\r?\n")


def _forgiving(raw: bytes, request: Request) -> Answer | None:
    """An answer read line by line; nothing when it has no status line, no end of headers, or no content it promised."""
    found = _STATUS_LINE.match(raw.lstrip(b"\r\n"))
    head, end, rest = raw.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not end:
        head, end, rest = raw.lstrip(b"\r\n").partition(b"\n\n")
    if not found or not end or len(head) > LARGEST_HEADER:
        return None
    lines = head.split(b"\n")[1:]
    pairs = (line.decode("utf-8", "surrogateescape").partition(":") for line in lines)
    headers = tuple((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)
    answer = Answer(int(found.group(1)), headers)
    body: bytes | None = rest
    if "chunked" in answer.header("transfer-encoding").lower():
        body = _joined_chunks(rest)
    if body and answer.header("content-encoding").lower() in ("gzip", "deflate"):
        body = _unpacked(body, request.most)
    promised = answer.header("content-length").strip() not in ("", "0") or body is None
    if body is None or (promised and not body and request.method != "HEAD"):
        return None
    most = _most(answer.content_type, request.most)
    return Answer(answer.status, headers, body[:most], whole=False)


def _joined_chunks(rest: bytes) -> bytes | None:
    """The chunks up to the first that cannot be read; nothing when not even the first can."""
    body, at = bytearray(), 0
    while size := re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r?\n").match(rest, at):
        length = int(size.group(1), 16)
        if not length:
            return bytes(body)
        body += rest[size.end() : size.end() + length]
        at = size.end() + length
        at += 2 if rest[at : at + 2] == b"\r\n" else 1
    return bytes(body) or None


def _unpacked(body: bytes, most: int) -> bytes | None:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, most) or None
    except zlib.error:
        return None
