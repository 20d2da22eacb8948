"""A hundred hosts in one process that answer as fast as Python can, so that it is the checkers that are measured.

`tests/linkserver.py` plays every misbehaviour and is slow; this one knows few ways of behaving and costs a few
hundredths of a millisecond for each request. It runs on uvloop where that is installed. What a path means is in its
first part: `/page/N` a page, `/moved/N` a 301 to that page, `/none/N` a 404, `/never/N` no answer at all, `/bomb/N` a page
that unpacks to N megabytes.
"""

import asyncio
import multiprocessing
import multiprocessing.synchronize
import resource
import ssl
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ADDRESSES = tuple(f"127.0.1.{number}" for number in range(1, 101))
_BODY = f"<!doctype html><html lang=en><title>A page</title><h1>A page</h1><p>{'Words. ' * 600}</html>".encode()
_KIND = b"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
_PAGE = b"HTTP/1.1 200 OK" + _KIND + b"%d\r\n\r\n" % len(_BODY) + _BODY
_NONE = b"HTTP/1.1 404 Not Found" + _KIND + b"%d\r\n\r\n" % 9 + b"Not found"


@dataclass
class Hosts:
    """Where they listen. `seconds` of processor time they used and `requests` they answered are known afterwards."""

    port: int
    scheme: str
    seconds: float = 0.0
    requests: int = 0

    def url(self, host: str, path: str) -> str:
        """The address of a path on one of the hosts."""
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def hosts(latency: float, certificates: Path | None = None) -> Iterator[Hosts]:
    """The hosts, in a process of their own. Every answer is `latency` seconds late. With a folder that holds
    a certificate for each address, `ADDRESS.pem`, they speak TLS.
    """
    said: Any = multiprocessing.Queue()
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=_play, args=(latency, certificates, said, stop))
    process.start()
    there = Hosts(said.get(timeout=30), "https" if certificates else "http")
    try:
        yield there
    finally:
        stop.set()
        there.seconds, there.requests = said.get(timeout=30)
        process.join()


class _Connection(asyncio.Protocol):
    """One connection, on which one request comes after another."""

    answered = 0

    def __init__(self, loop: asyncio.AbstractEventLoop, latency: float) -> None:
        self._loop = loop
        self._latency = latency
        self._heard = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._heard.endswith(b"\r\n\r\n"):
            path = self._heard.split(b" ", 2)[1]
            self._heard = b""
            if not path.startswith(b"/never/"):
                self._loop.call_later(self._latency, self._answer, path)

    def _answer(self, path: bytes) -> None:
        _, what, number = path.split(b"/")
        _Connection.answered += 1
        if what == b"page":
            self._transport.write(_PAGE)
        elif what == b"bomb":
            self._transport.write(_bomb(int(number)))
        elif what == b"moved":
            location = b"\r\nLocation: /page/" + number
            self._transport.write(b"HTTP/1.1 301 Moved Permanently" + location + _KIND + b"0\r\n\r\n")
        else:
            self._transport.write(_NONE)


@cache
def _bomb(megabytes: int) -> bytes:
    """The same megabyte again and again. Packed on its own after a full flush, it is packed anew by copying."""
    page = b"<p>0</p>" * 131_072
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(page) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(page, check)
    tail = packer.flush() + struct.pack("<II", check, megabytes * len(page) & 0xFFFFFFFF)
    body = b"\x1f\x8b\x08" + bytes(6) + b"\xff" + packed * megabytes + tail
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip" + _KIND + b"%d\r\n\r\n" % len(body) + body


def _play(latency: float, certificates: Path | None, said: Any, stop: multiprocessing.synchronize.Event) -> None:
    def tls(address: str) -> ssl.SSLContext | None:
        if not certificates:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates / f"{address}.pem")
        return context

    async def play() -> None:
        loop = asyncio.get_running_loop()
        port = 0
        for address in ADDRESSES:
            server = await loop.create_server(
                lambda: _Connection(loop, latency), address, port, ssl=tls(address), backlog=512
            )
            port = server.sockets[0].getsockname()[1]
        said.put(port)
        await loop.run_in_executor(None, stop.wait)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(play())
    used = resource.getrusage(resource.RUSAGE_SELF)
    said.put((used.ru_utime + used.ru_stime, _Connection.answered))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
