"""Rules of links to other websites, as far as the link record knows them: the reader still gets somewhere.

None of these is an error. The websites are other people's; a briefing must not stop building because one of them went
away. What a rule says here, a scheduled check has learnt before.
"""

from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, rule
from briefing_tools.linkrecord import advise, copy_words, misread, mixed_alphabets, needs_a_person
from briefing_tools.model import KnownLink, LinkedSeries, LinkState
from briefing_tools.rules.looking import shortened, slips
from briefing_tools.source import Span

WARNING, NOTE = Severity.WARNING, Severity.NOTE


def _known(plan: LinkedSeries) -> Iterator[tuple[Span, KnownLink]]:
    """Every link to another website with its place: those of the text, and those of the bibliography."""
    yield from ((link.span, link.known) for link in plan.links if link.known and link.state is not LinkState.UNSAFE)
    series = plan.cited.series
    for work in series.bibliography.works.values():
        doi = work.fields.get("doi", "")
        addresses = {
            "url": work.fields.get("url", ""),
            "doi": f"https://doi.org/{doi}" if doi.startswith("10.") else "",
        }
        for name, url in addresses.items():
            if url:
                yield work.places.get(name, work.span), series.links.of(url)


def _problems(plan: LinkedSeries, *states: LinkState) -> Iterator[tuple[Problem, KnownLink]]:
    """The links in these states, with what they are and what to do in plain words."""
    for span, known in _known(plan):
        if known.state in states:
            advice = advise(known)
            yield Problem(span, f"{shortened(known.url, 80)} – {advice.what}", advice.do), known


@rule("link-dead", WARNING)
def dead(plan: LinkedSeries) -> Iterator[Problem]:
    """A link is dead, and no archived copy of it is known.

    The website said twice that there is no such page, or did not answer three times over two weeks. Readers see
    beside it that it is no longer available, and when it was last seen. It is no error, so that the pages can still be
    built.

    Wrong:
        a link that the record calls dead
    Right:
        the same link after `briefings links archive --online` found a copy, or another address
    """
    return (problem for problem, known in _problems(plan, LinkState.DEAD) if not known.archive)


@rule("link-archived", NOTE)
def archived(plan: LinkedSeries) -> Iterator[Problem]:
    """A link is dead, and readers find its archived copy beside it.

    Wrong:
        a link that the record calls dead, with a copy
    Right:
        another address at which the work is still published
    """
    for problem, known in _problems(plan, LinkState.DEAD):
        if known.archive:
            yield Problem(problem.span, problem.message, f"Readers find the {copy_words(known)}, beside it.")


@rule("link-moved", NOTE)
def moved(plan: LinkedSeries) -> Iterator[Problem]:
    """A page has moved for good to another address.

    Redirects are forgotten in time. Only those whose every step is permanent are meant here.

    Wrong:
        a link whose page answers “moved permanently”
    Right:
        the new address, as `briefings links fix` writes it
    """
    return (problem for problem, _ in _problems(plan, LinkState.MOVED))


@rule("link-doubtful", NOTE)
def doubtful(plan: LinkedSeries) -> Iterator[Problem]:
    """A link answers, but perhaps not with what was cited.

    It leads to a home page, a sign-in or a page that says “not found”; the part of the page that it names is missing;
    or browsers warn of the website. Somebody should look.

    Wrong:
        a link to a report that now leads to the publisher's home page
    Right:
        the report's new address, or an entry [[confirmed]] in links.toml after a look with a browser
    """
    states = (LinkState.SUSPECT, LinkState.TLS_ERROR, LinkState.FRAGMENT_MISSING)
    today = plan.cited.series.today
    return (problem for problem, known in _problems(plan, *states) if not needs_a_person(known, today))


@rule("link-needs-a-person", WARNING)
def needs_somebody(plan: LinkedSeries) -> Iterator[Problem]:
    """A link has been doubtful, or closed to programs, for half a year.

    No program will find out more. Open it in a browser, and write down what you saw.

    Wrong:
        a link that has been “blocked” in the record since the spring
    Right:
        the same link with an entry [[confirmed]] in links.toml
    """
    states = (LinkState.SUSPECT, LinkState.TLS_ERROR, LinkState.BLOCKED)
    today = plan.cited.series.today
    for problem, known in _problems(plan, *states):
        if needs_a_person(known, today) and known.since:
            yield Problem(problem.span, f"{problem.message} It has been so since {known.since}.", problem.hint)


@rule("link-unreachable", NOTE)
def unreachable(plan: LinkedSeries) -> Iterator[Problem]:
    """A website did not answer when it was last asked, or said for the first time that there is no such page.

    One bad day proves nothing, so readers see nothing of it. It counts as dead after a second “no such page”, or after
    three days without an answer within two weeks.

    Wrong:
        a link whose website did not answer this week
    Right:
        the same link when it answers again
    """
    return (problem for problem, _ in _problems(plan, LinkState.UNREACHABLE))


@rule("link-short", NOTE)
def short(plan: LinkedSeries) -> Iterator[Problem]:
    """A short link stands in the text, and nobody knows where it leads.

    It tells readers nothing, and when the service that made it closes, nobody can find out what it meant. Once
    `briefings links check --online` has recorded where it leads, pages and editions show that beside it. A short link
    that stands in the record with a note is known to the editors, and is left alone.

    Wrong:
        [The review](http://tinyurl.com/integreview)
    Right:
        [The review](https://www.example.org/integrated-working-review.pdf)
    """
    links = plan.cited.series.links
    for span, known in _known(plan):
        unknown = not known.hops and known.state is not LinkState.DEAD
        if links.shortens(known.url) and unknown and not known.note:
            yield Problem(
                span,
                f"{shortened(known.url, 80)} is a short link, and where it leads is not recorded.",
                "Put the address in its place to which it leads; or record that with: briefings links check --online",
            )


@rule("link-look-alike", NOTE)
def look_alike(plan: LinkedSeries) -> Iterator[Problem]:
    """An address differs in one letter from the words of its own link, or mixes alphabets in the website's name.

    A letter was probably misread when it was copied, most often in short links.

    Wrong:
        [Guide 44: transitions](http://tinyurl.com/quide44transitions)
    Right:
        [Guide 44: transitions](http://tinyurl.com/guide44transitions)
    """
    for link in plan.links:
        if not link.known or link.picture or not link.href:
            continue
        if mixed := mixed_alphabets(link.target):
            yield Problem(
                link.span,
                f"The website's name in {shortened(link.target, 80)} mixes alphabets: {mixed}.",
                "Copy the address anew from the website itself. Such names are made to look like others.",
            )
        elif meant := misread(link.target, link.text):
            wrong, right = meant
            yield Problem(
                link.span,
                f"In {shortened(link.target, 80)} stands “{wrong}”, but its words say “{right}”.",
                f"Compare it with the original, letter by letter. Perhaps it is {shortened(link.target.replace(wrong, right), 80)}",
            )


@rule("link-refused", WARNING)
def refused(plan: LinkedSeries) -> Iterator[Problem]:
    """A link leads where readers cannot or should not go: into a private network, to an odd port, past a password.

    Wrong:
        See [the report](http://intranet/report.pdf).
    Right:
        See [the report](https://www.example.org/report.pdf).
    """
    return (problem for problem, _ in _problems(plan, LinkState.REFUSED))


@rule("link-exception-ended", WARNING)
def exception_ended(plan: LinkedSeries) -> Iterator[Problem]:
    """An exception in links.toml has come to its end.

    Exceptions end, so that a link that died meanwhile does not stay hidden.

    Wrong:
        until = 2026-01-31 when that day is past
    Right:
        no such entry, or a later day after another look
    """
    return slips(plan, "link-exception-ended")


@rule("link-exception-ending", NOTE)
def exception_ending(plan: LinkedSeries) -> Iterator[Problem]:
    """An exception in links.toml ends within a month.

    Wrong:
        until = 2026-12-01 in November 2026
    Right:
        a later day after another look, or nothing
    """
    return slips(plan, "link-exception-ending")


OUTSIDE_RULES = (
    dead, archived, moved, doubtful, needs_somebody, unreachable, short, look_alike, refused, exception_ended, exception_ending,
)  # fmt: skip
