"""Export: the works of the series, of each briefing, and each work alone, as files that reference managers read."""

from collections.abc import Iterable, Iterator

from briefing_tools.addresses import briefing_export_url, series_export_url, work_export_url
from briefing_tools.exchange import FORMATS, published
from briefing_tools.model import CitedBriefing, Export, LinkedSeries, Work


def export(plan: LinkedSeries) -> tuple[Export, ...]:
    """Every file, the series' first, then the briefings', then the works'.

    A briefing's holds the works of its reviewed text, in the order of its list; a withdrawn one has none. What is in the
    files is what readers see: no editors' notes, no address that nobody can safely follow.
    """
    works = {key: published(work) for key, work in plan.cited.series.bibliography.works.items()}
    return (*_files("", works.values()), *_of_briefings(plan, works), *_of_works(works.values()))


def _of_briefings(plan: LinkedSeries, works: dict[str, Work]) -> Iterator[Export]:
    for cited in plan.cited.briefings:
        if cited.text.references and cited.briefing.status != "withdrawn":
            yield from _files(cited.briefing.slug, _cited(cited, works), cited)


def _cited(cited: CitedBriefing, works: dict[str, Work]) -> list[Work]:
    return [works[reference.work.key] for reference in cited.text.references]


def _of_works(works: Iterable[Work]) -> Iterator[Export]:
    for work in works:
        for format in FORMATS:
            url = work_export_url(work.key, format.suffix)
            yield Export(url, format.name, format.mime, f"#{work.key}", format.write([work]).encode())


def _files(owner: str, works: Iterable[Work], cited: CitedBriefing | None = None) -> Iterator[Export]:
    listed = list(works)
    for format in FORMATS if listed else ():
        url = briefing_export_url(cited.briefing, format.suffix) if cited else series_export_url(format.suffix)
        yield Export(url, format.name, format.mime, owner, format.write(listed).encode())
