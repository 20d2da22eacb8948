"""Export: the works of the series, of each briefing, and each work alone, as files that reference managers read."""

from collections.abc import Iterator, Sequence

from briefing_tools.addresses import briefing_export_url, series_export_url, work_export_url
from briefing_tools.exchange import FORMATS, Format, published
from briefing_tools.model import CitedBriefing, Export, LinkedSeries


def export(plan: LinkedSeries) -> tuple[Export, ...]:
    """Every file, by format: the series', then the briefings', then the works'.

    A briefing's holds the works of its reviewed text, in the order of its list; a withdrawn one has none. What is in the
    files is what readers see: no editors' notes, no address that nobody can safely follow.
    """
    works = [published(work) for work in plan.cited.series.bibliography.works.values()]
    offering = [one for one in plan.cited.briefings if one.text.references and one.briefing.status != "withdrawn"]
    records = {format.name: {work.key: format.record(work) for work in works} for format in FORMATS}
    return tuple(file for format in FORMATS for file in _files(format, records[format.name], offering))


def _files(format: Format, records: dict[str, str], offering: Sequence[CitedBriefing]) -> Iterator[Export]:
    def made(url: str, owner: str, keys: Sequence[str]) -> Export:
        return Export(url, format.name, format.mime, owner, format.file(records[key] for key in keys).encode())

    if records:
        yield made(series_export_url(format.suffix), "", list(records))
    for cited in offering:
        keys = [reference.work.key for reference in cited.text.references]
        yield made(briefing_export_url(cited.briefing, format.suffix), cited.briefing.slug, keys)
    yield from (made(work_export_url(key, format.suffix), f"#{key}", [key]) for key in records)
