"""The record: it is read as it was written, changes only where something was learnt, and merges without a conflict."""

import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing_tools.clock import days_after
from briefing_tools.linkcheck.history import learn, learn_all
from briefing_tools.linkcheck.judging import Verdict
from briefing_tools.linkcheck.keeping import Journal, Remembered, read_remembered, replace_file, write_remembered
from briefing_tools.linkrecord import LinkPolicy, LinkRecord, offer, read_lock, read_policy, standing, write_lock
from briefing_tools.linkrecord.lock import GOOD, WEEKDAYS, _as_written, with_run
from briefing_tools.model import Day, Element, Hop, KnownLink, LinkState, Text, plain_text, walk
from briefing_tools.source import Source

TODAY = Day(2026, 11, 24)  # a Tuesday
URL = "https://www.example.org/report"
OK = Verdict(LinkState.OK, "", 200)
NOT_FOUND = Verdict(LinkState.DEAD, "not-found", 404)
TIMEOUT = Verdict(LinkState.UNREACHABLE, "timeout")
FORBIDDEN = Verdict(LinkState.BLOCKED, "forbidden", 403)


def read(text: str) -> LinkRecord:
    record, slips = read_lock(Source("briefings/links.lock", text))
    assert not slips
    return record


def after(*days: tuple[Day, Verdict | None], urls: tuple[str, ...] = (URL,)) -> LinkRecord:
    """The record after whole runs on these days, each time written and read."""
    record = LinkRecord()
    for day, verdict in days:
        verdicts = dict.fromkeys(urls, verdict) if verdict else {}
        record = read(write_lock(learn_all(record, verdicts, frozenset(urls), day, whole=True)))
    return record


# -- Reading and writing -----------------------------------------------------------------------------------------------

days = st.builds(Day, st.integers(2000, 2040), st.integers(1, 12), st.integers(1, 28))
urls = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r"), min_size=1, max_size=40).map(
    lambda text: f"https://example.org/{text}"
)


@st.composite
def records(draw: st.DrawFn) -> LinkRecord:
    """Any record that a run may leave behind."""
    runs = draw(st.dictionaries(st.sampled_from(WEEKDAYS), days))
    run = max(runs.values(), default=None)
    links = {}
    for url in draw(st.lists(urls, unique=True, max_size=6)):
        state = draw(st.sampled_from(sorted(set(LinkState) - {LinkState.UNTESTED})))
        good = state in GOOD
        checked = draw(days if run else st.none() | days) or run
        links[url] = KnownLink(
            url,
            state,
            draw(st.sampled_from(["", "timeout", "not-found", "something \\ new \x7f"])),
            draw(st.sampled_from([200, 204] if good else [None, 200, 404])),
            tuple(draw(st.lists(st.builds(Hop, st.sampled_from([200, 301, 302]), urls), max_size=3))),
            draw(st.none() | days),
            tuple(draw(st.lists(days, max_size=3))),
            checked,
            draw(days if good and checked else st.none() if good else st.none() | days) or (checked if good else None),
            *draw(
                st.sampled_from(
                    [("", None), ("https://archive.example.org/x", None), ("https://archive.example.org/y", TODAY)]
                )
            ),
        )
    return LinkRecord(runs, links)


@given(records())
def test_what_was_written_is_read(record: LinkRecord) -> None:
    text = write_lock(record)
    found = read(text)
    assert found == record
    assert write_lock(found) == text


@given(records(), st.data())
def test_the_quick_way_of_reading_and_toml_agree(record: LinkRecord, data: st.DataObject) -> None:
    text = write_lock(record)
    quick = _as_written(text)
    assert quick is not None
    assert read_lock(Source("a", text)) == read_lock(Source("a", "# a line that nobody wrote here\n" + text))
    # Whatever is changed by hand is read as TOML reads it, or refused as TOML refuses it.
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(
        st.sampled_from(["", '"', "\n", "x", "=", "[", "]", "#", " ", "1", "-", "\\", "\x00", 'state = "ok"\n'])
    )
    broken = text[:at] + piece + text[at + data.draw(st.integers(0, 3)) :]
    assert _read(broken) == _read("\n" + broken) or not _toml(broken)


def _read(text: str) -> tuple[LinkRecord, list[str]]:
    """What is read of a text, and what is said of it, wherever it stands."""
    record, slips = read_lock(Source("a", text))
    return record, [slip.problem.message for slip in slips]


def _toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@given(st.text(max_size=300))
def test_nothing_makes_reading_fail(text: str) -> None:
    read_lock(Source("briefings/links.lock", text))
    read_policy(Source("briefings/links.toml", text), TODAY)


@given(st.lists(st.sampled_from(['["u"]', "state = \"ok\"", "state = 3", "via = [1]", "via = [301]\nfinal = \"x\"", "fails = 3", "since = 2026-01-01", "[run]", "monday = \"\"", "run = 1", "[[rule]]", "rule = 1", "limits = 3", "[services]", "doi = 4", "match = 3", "shorteners = []"]), max_size=12))  # fmt: skip
def test_whatever_toml_says_reading_does_not_fail(lines: list[str]) -> None:
    read_lock(Source("briefings/links.lock", "\n".join(lines)))
    read_policy(Source("briefings/links.toml", "\n".join(lines)), TODAY)


def test_the_text_of_a_record() -> None:
    """As people see it in a pull request."""
    link = KnownLink("http://tinyurl.com/a", LinkState.MOVED, "", 200, (Hop(301, "https://b.example.org/"), Hop(308, "https://c.example.org/")),
                     Day(2026, 10, 5), (), TODAY, TODAY, "https://web.archive.org/web/20120614/http://tinyurl.com/a", Day(2012, 6, 14))  # fmt: skip
    text = write_lock(with_run(LinkRecord({}, {link.url: link}), TODAY))
    assert text.endswith(
        """
tuesday = 2026-11-24
#
wednesday = ""
#
thursday = ""
#
friday = ""
#
saturday = ""
#
sunday = ""
#

["http://tinyurl.com/a"]
state = "moved"
via = [301, 308]
through = ["https://b.example.org/"]
final = "https://c.example.org/"
since = 2026-10-05
archive = "https://web.archive.org/web/20120614/http://tinyurl.com/a"
archived = 2012-06-14
"""
    )


# -- Learning ----------------------------------------------------------------------------------------------------------


def test_not_found_twice_is_dead() -> None:
    first = after((Day(2026, 11, 2), OK), (Day(2026, 11, 9), NOT_FOUND)).links[URL]
    assert (first.state, first.why, first.fails, first.last_ok) == (
        "unreachable",
        "not-found",
        (Day(2026, 11, 9),),
        Day(2026, 11, 2),
    )
    again = learn(first, URL, NOT_FOUND, Day(2026, 11, 9))
    assert again == first, "twice on one day is once"
    second = learn(first, URL, NOT_FOUND, Day(2026, 11, 10))
    assert (second.state, second.since, second.last_ok) == ("dead", Day(2026, 11, 10), Day(2026, 11, 2))


@pytest.mark.parametrize(
    ("days", "state"),
    [((2, 9), "unreachable"), ((2, 9, 15), "unreachable"), ((2, 9, 16), "dead"), ((2, 16), "unreachable"), ((1, 2, 3, 4, 5, 15), "dead")],
)  # fmt: skip
def test_no_answer_three_times_over_fourteen_days_is_dead(days: tuple[int, ...], state: str) -> None:
    assert after(*((Day(2026, 11, day), TIMEOUT) for day in days)).links[URL].state == state


def test_a_success_resets() -> None:
    link = after(
        (Day(2026, 11, 2), TIMEOUT), (Day(2026, 11, 9), TIMEOUT), (Day(2026, 11, 10), OK), (Day(2026, 11, 17), TIMEOUT)
    ).links[URL]
    assert (link.state, link.fails, link.last_ok) == ("unreachable", (Day(2026, 11, 17),), Day(2026, 11, 10))
    assert after((Day(2026, 11, 2), NOT_FOUND), (Day(2026, 11, 3), NOT_FOUND), (TODAY, OK)).links[URL].state == "ok"


@pytest.mark.parametrize(
    "verdict", [FORBIDDEN, Verdict(LinkState.SUSPECT, "parked", 200), Verdict(LinkState.TLS_ERROR, "tls-failed")]
)
def test_what_is_doubtful_never_dies_by_itself(verdict: Verdict) -> None:
    link = after(*((days_after(Day(2026, 1, 5), 7 * week), verdict) for week in range(30))).links[URL]
    assert (link.state, link.since) == (verdict.state, Day(2026, 1, 5))
    dead = after((Day(2026, 11, 2), NOT_FOUND), (Day(2026, 11, 3), NOT_FOUND)).links[URL]
    assert learn(dead, URL, verdict, TODAY) == dead, "and makes nothing dead alive"


def test_what_a_short_link_meant_is_never_lost() -> None:
    known = Verdict(LinkState.MOVED, "", 200, (Hop(301, "https://www.example.org/report.pdf"),))
    lost = Verdict(LinkState.DEAD, "unknown-short-link", 404)
    link = after((Day(2026, 11, 2), known), (Day(2026, 11, 9), lost), (TODAY, lost)).links[URL]
    assert (link.state, link.final) == ("dead", "https://www.example.org/report.pdf")
    suspect = Verdict(LinkState.SUSPECT, "sign-in", 200, (Hop(302, "https://www.example.org/login"),))
    assert after((Day(2026, 11, 2), known), (TODAY, suspect)).links[URL].final == "https://www.example.org/report.pdf"
    # Nor when the briefing no longer has it.
    record = after((Day(2026, 11, 2), known))
    assert URL in learn_all(record, {}, frozenset(), TODAY, whole=True).links
    assert not learn_all(after((Day(2026, 11, 2), OK)), {}, frozenset(), TODAY, whole=True).links


# -- Nothing changes without cause -------------------------------------------------------------------------------------

MANY = tuple(f"https://www.example.org/{number}" for number in range(20))


def changed(before: str, now: str) -> list[str]:
    """The lines that differ, as `git diff` counts them."""
    old, new = before.split("\n"), now.split("\n")
    return [line for line in new if line not in old] + [line for line in old if line not in new]


def test_a_run_that_learns_nothing_changes_one_line() -> None:
    before = after((Day(2026, 11, 17), OK), urls=MANY)
    same = write_lock(learn_all(before, dict.fromkeys(MANY, OK), frozenset(MANY), TODAY, whole=True))
    assert changed(write_lock(before), same) == ["tuesday = 2026-11-24", "tuesday = 2026-11-17"]
    assert read(same).links[MANY[0]].last_ok == TODAY
    part = write_lock(learn_all(before, {MANY[0]: OK}, frozenset(MANY), TODAY, whole=False))
    assert part == write_lock(before), "nor does one that was broken off"


def test_a_destination_with_a_number_of_the_visit_is_no_news() -> None:
    def leads(number: int) -> Verdict:
        return Verdict(LinkState.REDIRECTED, "", 200, (Hop(302, f"https://www.example.org/r?visit={number}"),))

    record = after((Day(2026, 11, 17), leads(1)), (TODAY, leads(2)))
    assert record.links[URL].final.endswith("visit=1")


@pytest.mark.parametrize(
    "verdict",
    [NOT_FOUND, TIMEOUT, FORBIDDEN, Verdict(LinkState.MOVED, "", 200, (Hop(301, "https://new.example.org/"),))],
)
def test_one_changed_link_changes_one_stanza(verdict: Verdict) -> None:
    before = after((Day(2026, 11, 17), OK), urls=MANY)
    verdicts = {**dict.fromkeys(MANY, OK), MANY[7]: verdict}
    now = write_lock(learn_all(before, verdicts, frozenset(MANY), TODAY, whole=True))
    stanzas = [set(text.split("\n\n[")) for text in (write_lock(before), now)]
    differing = {stanza.split("\n")[0] for stanza in stanzas[0] ^ stanzas[1] if not stanza.startswith("#")}
    assert {name.strip('"]') for name in differing if "example" in name} == {MANY[7]}


def _merged(base: str, ours: str, theirs: str, folder: Path, *options: str) -> tuple[str, int]:
    files = []
    for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_text(text, "utf-8")
        files.append(str(folder / name))
    done = subprocess.run(["git", "merge-file", "-p", *options, *files], capture_output=True, text=True, check=False)
    return done.stdout, done.returncode


@pytest.mark.parametrize("verdict", [NOT_FOUND, TIMEOUT, FORBIDDEN])
@pytest.mark.parametrize(("mine", "others"), [(3, 12), (3, 4), (0, 19)])
@pytest.mark.parametrize("later", [0, 1, 6])
def test_two_branches_that_asked_merge_without_conflict(
    tmp_path: Path, verdict: Verdict, mine: int, others: int, later: int
) -> None:
    base = after((Day(2026, 11, 17), OK), (Day(2026, 11, 18), OK), urls=MANY)

    def branch(url: str, day: Day) -> str:
        return write_lock(learn_all(base, {**dict.fromkeys(MANY, OK), url: verdict}, frozenset(MANY), day, whole=True))

    text, conflicts = _merged(
        write_lock(base), branch(MANY[mine], TODAY), branch(MANY[others], days_after(TODAY, later)), tmp_path
    )
    assert conflicts == 0
    merged = read(text)
    assert {url for url in MANY if merged.links[url].state == LinkState.OK} == set(MANY) - {MANY[mine], MANY[others]}
    assert merged.run == days_after(TODAY, later)


def test_what_git_keeps_from_both_sides_is_read(tmp_path: Path) -> None:
    """The same weekday of different weeks, and new links at the same place: with `merge=union`, as .gitattributes says."""
    base = after((Day(2026, 11, 17), OK), urls=MANY)

    def branch(url: str, day: Day) -> str:
        used = (*MANY, url)
        return write_lock(learn_all(base, dict.fromkeys(used, OK), frozenset(used), day, whole=True))

    new = ("https://www.example.org/7a", "https://www.example.org/7b")
    text, conflicts = _merged(
        write_lock(base), branch(new[0], TODAY), branch(new[1], days_after(TODAY, 7)), tmp_path, "--union"
    )
    assert conflicts == 0
    merged = read(text)
    assert merged.run == days_after(TODAY, 7)
    assert set(MANY) <= set(merged.links)
    assert all(link.state == LinkState.OK for link in merged.links.values())
    assert merged.links.keys() & set(new), "what was mixed up is asked again"


def test_the_repository_tells_git_so() -> None:
    attributes = Path(__file__).parents[1] / ".gitattributes"
    assert "links.lock merge=union" in attributes.read_text("utf-8")


# -- Keeping -----------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "links.lock"
    assert replace_file(file, "one")
    assert not replace_file(file, "one"), "nothing to do"

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="full"):
        replace_file(file, "two")
    assert file.read_text("utf-8") == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["links.lock"]


def test_a_killed_run_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    hops = Verdict(LinkState.MOVED, "", 200, (Hop(301, "https://www.example.org/\u2028new"),))
    with Journal(tmp_path, TODAY) as journal:
        journal.note("https://a.example.org/", OK)
        journal.note("https://b.example.org/", hops)
    with open(tmp_path / ".cache/briefings/links-run.jsonl", "a", encoding="utf-8") as file:
        file.write('{"url": "https://c.example.org/", "sta')  # killed here
    with Journal(tmp_path, TODAY) as journal:
        assert journal.earlier == {"https://a.example.org/": OK, "https://b.example.org/": hops}
        journal.finish()
    assert Journal(tmp_path, TODAY).earlier == {}


@pytest.mark.parametrize(("day", "used"), [(24, True), (23, True), (22, False), (25, False)])
def test_a_journal_is_of_use_until_the_next_day(day: int, used: bool, tmp_path: Path) -> None:
    """Midnight may come between a run that was killed and the next; what is older is asked again."""
    with Journal(tmp_path, Day(2026, 11, day)) as journal:
        journal.note(URL, OK)
    assert (Journal(tmp_path, TODAY).earlier == {URL: OK}) == used


def test_pages_are_remembered(tmp_path: Path) -> None:
    pages = {URL: Remembered({"if-none-match": '"one"'}, {URL: OK, f"{URL}#a": NOT_FOUND})}
    assert read_remembered(tmp_path) == {}
    write_remembered(tmp_path, pages)
    assert read_remembered(tmp_path) == pages
    file = tmp_path / ".cache/briefings/links-pages.jsonl"
    file.write_text("{broken\n" + file.read_text("utf-8"), "utf-8")
    assert read_remembered(tmp_path) == pages
    file.write_text(file.read_text("utf-8").replace('"version"', '"vision"'), "utf-8")
    assert read_remembered(tmp_path) == {}, "another version may judge differently"


# -- What readers get --------------------------------------------------------------------------------------------------


def policy(text: str) -> LinkPolicy:
    found, slips = read_policy(Source("briefings/links.toml", text), TODAY)
    assert not slips
    return found


def test_an_exception_holds_until_its_day() -> None:
    dead = KnownLink(URL, LinkState.DEAD, "not-found")
    rule = policy(
        '[[rule]]\nmatch = "https://www.example.org/*"\ntreat = "ok"\nreason = "r"\nby = "b"\nuntil = 2026-12-24\n'
    )
    assert standing(dead, rule, Day(2026, 12, 24)).state == "ok"
    assert standing(dead, rule, Day(2026, 12, 25)).state == "dead"
    assert standing(replace(dead, url="https://other.example.org/"), rule, TODAY).state == "dead"


def test_a_confirmation_holds_for_half_a_year() -> None:
    blocked, looked = (
        KnownLink(URL, LinkState.BLOCKED, "forbidden"),
        policy(f'[[confirmed]]\nurl = "{URL}"\nby = "b"\non = 2026-11-01\n'),
    )
    assert standing(blocked, looked, TODAY).state == "ok"
    assert standing(blocked, looked, Day(2027, 5, 1)).state == "blocked"
    dead = replace(blocked, state=LinkState.DEAD)
    assert standing(dead, looked, TODAY).state == "dead", "who saw it alive saw something else"


def test_what_readers_get() -> None:
    copy = {
        "archive": "https://web.archive.org/web/20120614/https://www.example.org/report",
        "archived": Day(2012, 6, 14),
    }

    def said(known: KnownLink, short: bool = False) -> str:
        """What a reader sees beside a link; where words lead is put behind them."""
        nodes = walk(offer(known, short).beside)
        words = [
            node.text if isinstance(node, Text) else f"[{node.attributes['href']}] "
            for node in nodes
            if isinstance(node, Text) or (isinstance(node, Element) and node.tag == "a")
        ]
        return "".join(words)

    alive = offer(KnownLink(URL, LinkState.OK))
    assert (alive.beside, alive.attributes) == ((), {})
    kept = KnownLink(URL, LinkState.OK, **copy)
    assert said(kept) == "", "nothing need be said of what is alive"
    assert offer(kept).attributes == {
        "data-originalurl": URL,
        "data-versionurl": copy["archive"],
        "data-versiondate": "2012-06-14",
    }
    dead = KnownLink(URL, LinkState.DEAD, last_ok=Day(2026, 10, 26))
    assert said(dead) == " (no longer available, last seen on 26 October 2026)"
    gone = replace(dead, **copy)
    assert said(gone) == f" (no longer available; [{copy['archive']}] archived copy, 14 June 2012)"
    assert said(replace(gone, state=LinkState.SUSPECT)) == f" ([{copy['archive']}] archived copy, 14 June 2012)"
    short = KnownLink("http://tinyurl.com/a", LinkState.MOVED, hops=(Hop(301, URL),))
    assert said(short, short=True) == f" (leads to [{URL}] {URL})"
    assert said(short) == "", "a page that has moved is no short link"
    assert said(replace(short, state=LinkState.DEAD), short=True) == f" (no longer available; it led to [{URL}] {URL})"


def test_what_servers_redirect_to_is_offered_only_where_it_opens_a_page() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", 'https://x.example.org/"onclick=', "ftp://example.org/a"):
        led = KnownLink("http://tinyurl.com/a", LinkState.REDIRECTED, hops=(Hop(301, url),), archive=url)
        assert offer(led, short=True) == offer(KnownLink(URL, LinkState.OK))
    long = KnownLink("http://tinyurl.com/a", LinkState.REDIRECTED, hops=(Hop(301, f"{URL}/{'a' * 400}"),))
    assert plain_text(offer(long, short=True).beside) == "(leads to www.example.org)"


def test_a_record_of_a_long_series_is_read_whole(tmp_path: Path) -> None:
    links = {
        url: KnownLink(url, LinkState.OK, "", 200, (), TODAY, (), TODAY, TODAY)
        for url in (f"https://www.example.org/{n}" for n in range(5000))
    }
    text = write_lock(with_run(LinkRecord({}, MappingProxyType(links)), TODAY))
    assert len(text) > 256 * 1024
    assert read(text).links == links
