"""A server on this machine that behaves as the web does: well, badly, slowly, and against every rule.

It speaks HTTP by hand, because a well-made server library refuses to misbehave. It listens on several loopback
addresses, so that tests have several hosts. What it was asked is noted.
"""

import asyncio
import ssl
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 7))

Handler = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request as it came in, with the time (seconds of the server's clock) and how many others were under way."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    time: float
    at_once: int


def page(title: str = "A report", body: str = "<p>Words.</p>", head: str = "") -> str:
    """A web page."""
    heading = f"<h1>{title}</h1>"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{heading}{body}</body></html>'
    )


def answer(
    status: int = 200,
    body: str | bytes = "",
    headers: tuple[tuple[str, str], ...] = (),
    kind: str = "text/html; charset=utf-8",
) -> Handler:
    """A handler that always gives this answer."""
    data = body.encode() if isinstance(body, str) else body

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}", f"Content-Type: {kind}"]
        lines += [f"{name}: {value}" for name, value in headers]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if asked.method == "HEAD" else data))

    return reply


def redirect(status: int, location: str, headers: tuple[tuple[str, str], ...] = ()) -> Handler:
    """A handler that leads on; `{port}` in the location is this server's."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        port = asked.headers.get("host", ":").rpartition(":")[2]
        await answer(status, "", (("Location", location.replace("{port}", port)), *headers))(asked, writer)

    return reply


def raw(data: bytes) -> Handler:
    """A handler that sends these bytes and hangs up."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        writer.close()

    return reply


def drip(first: bytes, piece: bytes, every: float) -> Handler:
    """A handler that sends something, and then a little more again and again until nobody listens."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            await writer.drain()
            await asyncio.sleep(every)
            writer.write(piece)

    return reply


def in_turn(*handlers: Handler) -> Handler:
    """A handler that behaves differently each time; the last way for good."""
    left = list(handlers)

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return reply


async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A handler that never says anything."""
    await asyncio.sleep(600)


async def hang_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A handler that closes the connection without a word."""
    writer.close()


def late(seconds: float, handler: Handler) -> Handler:
    """A handler that takes its time, as a far-away server does."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await handler(asked, writer)

    return reply


def bucket(every: float, most: int, handler: Handler) -> Handler:
    """A handler that allows `most` requests at a burst and then one `every` so many seconds; else 429."""
    tokens, last = float(most), 0.0

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal tokens, last
        tokens, last = min(most, tokens + (asked.time - last) / every), asked.time
        if tokens >= 1:
            tokens -= 1
            await handler(asked, writer)
        else:
            await answer(429, "", (("Retry-After", "1"),))(asked, writer)

    return reply


def endless(kind: str = "text/html") -> Handler:
    """A handler whose body never ends, as fast as it is read."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n<title>Endless</title>".encode())
        while not writer.is_closing():
            writer.write(b"<p>more and more</p>" * 1000)
            await writer.drain()

    return reply


def bomb(size: int) -> Handler:
    """A handler whose small answer unpacks to `size` bytes."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(b"<p>0</p>" * 125_000) for _ in range(size // 1_000_000)) + packer.flush()
    return answer(200, packed, (("Content-Encoding", "gzip"),))


@dataclass
class LinkServer:
    """The server; use it as `with LinkServer({path: handler}) as server`. `hosts` sets other handlers for a host."""

    paths: dict[str, Handler] = field(default_factory=dict)
    hosts: dict[str, dict[str, Handler]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    addresses: tuple[str, ...] = HOSTS
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    under_way: Counter[str] = field(default_factory=Counter)

    def url(self, path: str = "/", host: str = HOSTS[0]) -> str:
        """The address of a path on one of the hosts."""
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"

    def counts(self) -> dict[str, int]:
        """How often each path was asked."""
        return dict(Counter(one.path for one in self.asked))

    def __enter__(self) -> "LinkServer":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        first = await asyncio.start_server(self._serve, self.addresses[0], 0, ssl=self.tls, backlog=512)
        self.port = first.sockets[0].getsockname()[1]
        rest = await asyncio.start_server(self._serve, list(self.addresses[1:]), self.port, ssl=self.tls, backlog=512)
        self._servers = [first, rest]

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while await self._one(reader, writer, host):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> bool:
        first = await reader.readexactly(1)
        if first == b"\x16":  # a greeting in TLS, where plain words are spoken
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis is plain HTTP.")
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self.under_way[host] += 1
        asked = Asked(host, method, path, headers, asyncio.get_running_loop().time(), self.under_way[host])
        self.asked.append(asked)
        try:
            handlers = {**self.paths, **self.hosts.get(host, {})}
            handler = (
                handlers.get(path)
                or handlers.get(path.partition("?")[0])
                or handlers.get("*")
                or answer(404, page("Not found"))
            )
            await handler(asked, writer)
            await writer.drain()
        finally:
            self.under_way[host] -= 1
        return not writer.is_closing() and headers.get("connection") != "close"
