"""Page of a frozen edition: its text as it was issued, its files, how to cite it, and what took its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urljoin

from briefing_tools.addresses import FROZEN, briefing_url, comparison_pdf_url, comparison_url, frozen_url
from briefing_tools.model import FrozenEdition, LinkedSeries, gone_from, withdrawn_from
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.stages.pages.offering import relative
from briefing_tools.templates import Html, render
from briefing_tools.wording import citation_of, frozen_extent, withdrawn_facts

NOTHING = Html("")


@dataclass(frozen=True, slots=True)
class Issue:
    """A frozen edition with its text as a page shows it, which is empty for one of which nothing may be shown."""

    edition: FrozenEdition
    html: Html = NOTHING
    headings: tuple[Heading, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether readers get it."""
        return bool(self.html)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one frozen edition to a later one: a note, line by line, and the text with every change marked."""

    before: FrozenEdition
    after: FrozenEdition
    note: tuple[tuple[str, tuple[str, ...]], ...]
    html: Html
    headings: tuple[Heading, ...]
    pdf_extent: str


def frozen_pages(
    issues: tuple[Issue, ...], comparisons: tuple[Comparison, ...], plan: LinkedSeries, site_url: str
) -> tuple[BuiltPage, ...]:
    """The list of frozen editions, the page of each, and what changed between them; nothing where there are none."""
    if not issues:
        return ()
    compared = {(one.after.briefing, one.after.version): one for one in comparisons}
    return (
        _list(issues, compared, plan),
        *(_page(one, _later(one, issues), compared, plan, site_url) for one in issues),
        *(_comparison(one) for one in comparisons),
    )


def issues_of(number: int, issues: Iterable[Issue]) -> list[Issue]:
    """The frozen editions of a briefing that readers get, the latest first."""
    return [one for one in reversed(list(issues)) if one.edition.briefing == number and one.shown]


def cited_as(edition: FrozenEdition, site_url: str) -> Html:
    """How to cite an edition, with its permanent address if that is known."""
    address = urljoin(site_url, frozen_url(edition.briefing, edition.version)) if site_url else ""
    return Html("{} <cite>{}</cite>. {}").format(*citation_of(edition, address))


def _later(issue: Issue, issues: tuple[Issue, ...]) -> FrozenEdition | None:
    """The latest edition that took this one's place."""
    own = [one.edition for one in issues if one.edition.briefing == issue.edition.briefing]
    shown = [one.edition for one in issues if one.shown and one.edition.briefing == issue.edition.briefing]
    later = [one for one in (shown or own) if one.order > issue.edition.order]
    return later[-1] if later else None


def _page(
    issue: Issue,
    later: FrozenEdition | None,
    compared: dict[tuple[int, str], Comparison],
    plan: LinkedSeries,
    site_url: str,
) -> BuiltPage:
    edition = issue.edition
    url = frozen_url(edition.briefing, edition.version)
    live = next((one for one in plan.cited.series.briefings if one.number == edition.briefing), None)
    sites = {site.id: site.name for site in plan.cited.series.sites}
    since = compared.get((edition.briefing, edition.version))
    replaced = compared.get((later.briefing, later.version)) if later else None
    html = render(
        "frozen.html",
        edition=edition,
        shown=issue.shown,
        gone=len(gone_from(edition, plan.cited.series)),
        later=later,
        later_url=relative(frozen_url(later.briefing, later.version), url) if later else "",
        changes_url=relative(_url_of(replaced), url) if replaced and replaced.before == edition else "",
        since=since.before.version if since else "",
        since_url=relative(_url_of(since), url) if since else "",
        live_url=relative(briefing_url(live), url) if live else "",
        withdrawn=[
            (sites.get(one.site, one.site), withdrawn_facts(one, sites.get(one.site, one.site)))
            for one in withdrawn_from(edition, plan.cited.series)
        ]
        if issue.shown
        else [],
        files=[(one, frozen_extent(one)) for one in edition.files if one.format],
        every=edition.files,
        citation=cited_as(edition, site_url),
        body=issue.html,
    )
    title = f"{edition.title} (Briefing {edition.briefing}, edition {edition.version})"
    description = f"Edition {edition.version} of Briefing {edition.briefing}, {edition.title}, as it was issued on {edition.frozen}."
    return BuiltPage("", url, title, description, html, issue.headings if issue.shown else (), searchable=False)


def _url_of(comparison: Comparison) -> str:
    return comparison_url(comparison.after.briefing, comparison.before.version, comparison.after.version)


def _list(issues: tuple[Issue, ...], compared: dict[tuple[int, str], Comparison], plan: LinkedSeries) -> BuiltPage:
    groups = []
    titles = {one.number: one.title for one in plan.cited.series.briefings}
    for number, several in groupby(issues, key=lambda one: one.edition.briefing):
        editions = list(several)[::-1]
        rows = []
        for one in editions:
            found = compared.get((number, one.edition.version))
            rows.append((one, relative(frozen_url(number, one.edition.version), FROZEN),
                         found.before.version if found else "", relative(_url_of(found), FROZEN) if found else ""))  # fmt: skip
        groups.append(
            (f"briefing-{number}", f"Briefing {number}: {titles.get(number, editions[0].edition.title)}", rows)
        )
    html = render("frozen-list.html", groups=groups)
    headings = tuple(Heading(id, title, 2) for id, title, _ in groups)
    description = "Every edition of the briefings that was frozen, to be read and cited as it was issued."
    return BuiltPage("", FROZEN, "Editions to cite", description, html, headings, "Editions to cite", searchable=False)


def comparison_html(comparison: Comparison, alone: bool = False) -> Html:
    """What changed, as the text of a page; one that stands `alone`, outside of the pages, leads nowhere."""
    before, after = comparison.before, comparison.after
    url = _url_of(comparison)
    return render(
        "comparison.html",
        before=before,
        after=after,
        before_url="" if alone else relative(frozen_url(before.briefing, before.version), url),
        after_url="" if alone else relative(frozen_url(after.briefing, after.version), url),
        note=comparison.note,
        pdf="" if alone else relative(comparison_pdf_url(after.briefing, before.version, after.version), url),
        pdf_extent=comparison.pdf_extent,
        body=comparison.html,
    )


def _comparison(comparison: Comparison) -> BuiltPage:
    before, after = comparison.before, comparison.after
    title = f"What changed in Briefing {after.briefing} from edition {before.version} to {after.version}"
    headings = (Heading("changes", "What changed", 2), Heading("marked", "The text with every change marked", 2))
    html = comparison_html(comparison)
    return BuiltPage(
        "",
        _url_of(comparison),
        title,
        f"{title}: {after.title}.",
        html,
        (*headings, *comparison.headings),
        searchable=False,
    )
