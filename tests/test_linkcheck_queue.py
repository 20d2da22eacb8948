"""Whose turn it is, with a clock that the test holds in its hand."""

import itertools
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.linkcheck.queue import Queue, Turn, Wait


def queue(host_at_once: int = 2, host_gap: float = 0.25, at_once: int = 64, host_failures: int = 5) -> Queue[str]:
    return Queue(host_at_once=host_at_once, host_gap=host_gap, at_once=at_once, host_failures=host_failures)


@dataclass
class World:
    """Plays a run: every request takes `seconds`; time passes only when nothing can be done."""

    queue: Queue[str]
    seconds: float
    slow: dict[str, float] = field(default_factory=dict)
    now: float = 0.0
    started: list[tuple[float, str, str]] = field(default_factory=list)
    most: int = 0

    def run(self) -> "World":
        under_way: list[tuple[float, str]] = []
        while (turn := self.queue.take(self.now)) is not None:
            if isinstance(turn, Turn):
                self.started.append((self.now, turn.host, turn.item))
                under_way.append((self.now + self.slow.get(turn.host, self.seconds), turn.host))
                self.most = max(self.most, len(under_way))
                continue
            ends = min((end for end, _ in under_way), default=float("inf"))
            assert min(ends, self.now + turn.seconds) < float("inf"), (
                "nothing is under way, and nobody will ever be asked"
            )
            self.now = min(ends, self.now + turn.seconds)
            for one in [one for one in under_way if one[0] <= self.now]:
                under_way.remove(one)
                self.queue.done(one[1], self.now)
        assert not under_way
        return self

    def times(self, host: str) -> list[float]:
        return [time for time, other, _ in self.started if other == host]


def test_two_at_a_time_and_a_quarter_of_a_second_apart() -> None:
    waiting = queue()
    for number in range(6):
        waiting.add("a.example.org", str(number), 0.0)
    assert World(waiting, seconds=1.0).run().times("a.example.org") == [0.0, 0.25, 1.0, 1.25, 2.0, 2.25]


def test_items_keep_their_order() -> None:
    waiting = queue(host_at_once=1)
    for number in range(5):
        waiting.add("a", str(number), 0.0)
    assert [item for _, _, item in World(waiting, seconds=0.1).run().started] == list("01234")


def test_a_slow_host_delays_nobody() -> None:
    waiting = queue()
    for number in range(10):
        waiting.add("slow", f"s{number}", 0.0)
        waiting.add("quick", f"q{number}", 0.0)
    world = World(waiting, seconds=0.1, slow={"slow": 20.0}).run()
    assert max(world.times("quick")) < 2.5
    assert world.now >= 100


def test_all_hosts_together_keep_the_limit() -> None:
    waiting = queue(at_once=3)
    for number in range(20):
        waiting.add(f"host{number}", "x", 0.0)
    assert World(waiting, seconds=1.0).run().most == 3


def test_the_longest_queue_comes_first() -> None:
    """One busy host and many small ones: begun first, the busy one ends when they do."""
    waiting = queue(host_gap=0.0, host_at_once=1, at_once=2)
    for number in range(10):
        waiting.add(f"small{number}", "x", 0.0)
    for number in range(10):
        waiting.add("busy", str(number), 0.0)
    world = World(waiting, seconds=1.0).run()
    assert world.started[0][1] == "busy"
    assert world.now == 10.0, "twenty requests, two at a time, without a gap at the end"


def test_what_is_asked_again_comes_last_and_after_its_pause() -> None:
    waiting = queue(host_gap=0.0, host_at_once=1)
    for name in ("bad", "b", "c"):
        waiting.add("a", name, 0.0)
    first = waiting.take(0.0)
    assert first == Turn("a", "bad")
    waiting.again("a", "bad", 0.1, pause=0.15)
    waiting.done("a", 0.1)
    world = World(waiting, seconds=0.1, now=0.1).run()
    assert [item for _, _, item in world.started] == ["b", "c", "bad"]


def test_a_pause_holds_for_the_whole_host_and_slows_it_down() -> None:
    waiting = queue(host_at_once=1)
    for number in range(3):
        waiting.add("a", str(number), 0.0)
        waiting.add("b", str(number), 0.0)
    assert isinstance(waiting.take(0.0), Turn)
    assert isinstance(waiting.take(0.0), Turn)
    waiting.pause("a", 0.1, 10.0)
    waiting.done("a", 0.1)
    waiting.done("b", 0.1)
    world = World(waiting, seconds=0.1, now=0.1).run()
    assert world.times("a") == [10.1, 10.6]
    assert max(world.times("b")) < 1.0


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    waiting = queue(host_failures=3)
    for number in range(5):
        waiting.add("a", str(number), 0.0)
    waiting.again("a", "later", 0.0, 5.0)
    assert [waiting.failed("a") for _ in range(2)] == [False, False]
    waiting.answered("a")
    assert [waiting.failed("a") for _ in range(3)] == [False, False, True]
    assert waiting.leave_alone("a") == ("0", "1", "2", "3", "4", "later")
    assert waiting.is_left_alone("a")
    assert waiting.take(0.0) is None


def test_what_goes_on_comes_before_what_has_not_begun() -> None:
    waiting = queue()
    waiting.add("a", "new", 0.0)
    waiting.add("a", "next hop", 0.0, first=True)
    assert waiting.take(0.0) == Turn("a", "next hop")


def test_when_time_is_up_everything_comes_back() -> None:
    waiting = queue(host_at_once=1)
    for name in "abc":
        waiting.add(name, name, 0.0)
    taken = waiting.take(0.0)
    assert isinstance(taken, Turn)
    assert sorted((taken.item, *waiting.leave_all())) == ["a", "b", "c"]
    assert waiting.take(0.0) == Wait(float("inf")), "one is still under way"
    waiting.done(taken.host, 1.0)
    assert waiting.take(1.0) is None


@given(
    items=st.lists(st.sampled_from("abcdef"), max_size=60),
    host_at_once=st.integers(1, 3),
    gap=st.sampled_from([0.0, 0.1, 1.0]),
    at_once=st.integers(1, 5),
    slow=st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 5.0)),
)
def test_everything_is_asked_once_and_every_host_gently(
    items: list[str], host_at_once: int, gap: float, at_once: int, slow: dict[str, float]
) -> None:
    waiting = queue(host_at_once=host_at_once, host_gap=gap, at_once=at_once)
    for number, host in enumerate(items):
        waiting.add(host, f"{host}{number}", 0.0)
    world = World(waiting, 0.5, slow).run()
    assert Counter(item for *_, item in world.started) == Counter(f"{host}{n}" for n, host in enumerate(items))
    assert world.most <= at_once
    for host in set(items):
        times = world.times(host)
        assert all(after - before >= gap - 1e-9 for before, after in itertools.pairwise(times))
        seconds = slow.get(host, 0.5)
        assert all(sum(start <= time < start + seconds - 1e-9 for start in times) <= host_at_once for time in times)


def test_a_silent_host_gets_no_more_requests_than_it_takes_to_give_it_up() -> None:
    """Ten under way when the first fails: no new ones, which would only keep the run waiting."""
    waiting = queue(host_at_once=10, host_gap=0.0)
    for number in range(50):
        waiting.add("a", str(number), 0.0)
    assert sum(isinstance(waiting.take(0.0), Turn) for _ in range(10)) == 10
    for _ in range(4):
        assert not waiting.failed("a")
        waiting.done("a", 5.0)
        assert isinstance(waiting.take(5.0), Wait)
    waiting.answered("a")
    waiting.done("a", 5.0)
    assert isinstance(waiting.take(5.0), Turn), "it answers after all"


def test_a_silent_host_is_asked_until_it_is_given_up() -> None:
    waiting = queue(host_at_once=10, host_gap=0.0)
    for number in range(50):
        waiting.add("a", str(number), 0.0)
    asked = 0
    while isinstance(waiting.take(float(asked)), Turn):
        asked += 1
        given_up = waiting.failed("a")
        waiting.done("a", float(asked))
        if given_up:
            waiting.leave_alone("a")
    assert asked == 5
