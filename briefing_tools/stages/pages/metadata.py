"""Describe: what a briefing's page tells reference managers and search engines about itself and the works it cites.

Sources: the tags that Google Scholar documents under “Inclusion Guidelines” and that Zotero's translator *Embedded
Metadata* reads (`citation_…`), and schema.org (`Report`, in JSON-LD). Nothing here is shown to readers. A block of JSON-LD
is data and cannot run; every `<` in it is escaped all the same.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from briefing_tools.addresses import briefing_url, reference_anchor
from briefing_tools.exchange import published
from briefing_tools.model import CitedBriefing, Day, Edition, Name, SeriesRecord, Work, plain_text
from briefing_tools.templates import Html

_KINDS: Mapping[str, str] = {
    "article-journal": "ScholarlyArticle", "review": "Review", "report": "Report", "book": "Book", "chapter": "Chapter",
    "thesis": "Thesis", "webpage": "WebPage", "dataset": "Dataset", "software": "SoftwareApplication",
    "legislation": "Legislation", "periodical": "Periodical", "motion_picture": "Movie",
}  # fmt: skip
"""What schema.org calls the kinds of work; any other is a `CreativeWork`."""


def head_of(
    cited: CitedBriefing,
    series: SeriesRecord,
    description: str,
    editions: tuple[Edition, ...],
    site_url: str,
) -> Html:
    """The tags for a briefing's `<head>`. Without `site_url` nothing in them is an address of the pages.

    There is no `<link rel="alternate">` for the exports: Material takes every one for a translation, and looks for its map.
    """
    tags = [Html('<meta name="{}" content="{}">').format(*pair) for pair in _tags(cited, series, editions, site_url)]
    tags.append(_script(_report(cited, series, description, editions, site_url)))
    return Html("\n").join(tags)


def _script(values: Mapping[str, Any]) -> Html:
    """A block of data. `<`, `>` and `&` are written as JSON escapes, so that no text can end the block."""
    text = json.dumps(values, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Html(f'<script type="application/ld+json">\n{text}\n</script>')


# -- Highwire's tags ---------------------------------------------------------------------------------------------------


def _tags(
    cited: CitedBriefing, series: SeriesRecord, editions: tuple[Edition, ...], site_url: str
) -> Iterator[tuple[str, str]]:
    briefing = cited.briefing
    yield "citation_title", briefing.title
    yield from (("citation_author", person.name) for person in briefing.authors)
    if briefing.published:
        yield "citation_publication_date", briefing.published.iso.replace("-", "/")
    if series.publisher.name:
        yield "citation_technical_report_institution", series.publisher.name
    yield "citation_technical_report_number", str(briefing.number)
    if series.title:
        yield "citation_series_title", series.title
    yield "citation_language", briefing.language
    if briefing.topics:
        yield "citation_keywords", "; ".join(briefing.topics)
    if site_url:
        yield "citation_public_url", urljoin(site_url, briefing_url(briefing))
        yield from (("citation_pdf_url", urljoin(site_url, one.url)) for one in editions[:1])
    yield from (("citation_reference", _reference(published(one.work))) for one in cited.text.references)


def _reference(work: Work) -> str:
    """A work that is cited, as `citation_title=…; citation_author=…`; a semicolon in a value would end it."""
    journal = work.fields.get("journal", "")
    pairs = [
        ("title", plain_text(work.title)),
        *(("author", _person(name)) for name in work.authors),
        ("publication_date", work.year),
        ("journal_title" if journal else "technical_report_institution", journal or _publisher(work)),
        ("volume", work.fields.get("volume", "")),
        ("issue", work.fields.get("number", "") if journal else ""),
        ("firstpage", work.fields.get("pages", "").partition("–")[0] if journal else ""),
        ("doi", work.fields.get("doi", "")),
    ]
    return "; ".join(f"citation_{name}={value.replace(';', ',')}" for name, value in pairs if value)


def _person(name: Name) -> str:
    """A name from the given one to the family's, as these tags have it."""
    return " ".join(filter(None, (name.given, name.prefix, name.family, name.suffix)))


def _publisher(work: Work) -> str:
    return next((work.fields[name] for name in ("institution", "publisher", "school") if name in work.fields), "")


# -- schema.org --------------------------------------------------------------------------------------------------------


def _report(
    cited: CitedBriefing, series: SeriesRecord, description: str, editions: tuple[Edition, ...], site_url: str
) -> dict[str, Any]:
    briefing = cited.briefing
    url = urljoin(site_url, briefing_url(briefing)) if site_url else ""
    publisher = {"@type": "Organization", "name": series.publisher.name} if series.publisher.name else None
    return _filled({
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": url,
        "url": url,
        "name": briefing.title,
        "reportNumber": str(briefing.number),
        "version": briefing.edition,
        "description": description,
        "inLanguage": briefing.language,
        "datePublished": _iso(briefing.published),
        "dateModified": _iso(briefing.updated),
        "creativeWorkStatus": briefing.status,
        "keywords": list(briefing.topics),
        "author": [
            _filled({
                "@type": "Person",
                "name": person.name,
                "jobTitle": person.role,
                "affiliation": {"@type": "Organization", "name": person.organisation} if person.organisation else None,
            })
            for person in briefing.authors
        ],
        "publisher": publisher,
        "isPartOf": {"@type": "CreativeWorkSeries", "name": series.title} if series.title else None,
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": urljoin(site_url, one.url)}
            for one in editions
            if site_url and one.url.endswith(".pdf")
        ],
        "citation": [_cited(published(one.work), url) for one in cited.text.references],
    })  # fmt: skip


def _cited(work: Work, url: str) -> dict[str, Any]:
    """A work as schema.org describes it, with its address or its DOI's."""
    doi = work.fields.get("doi", "")
    return _filled({
        "@type": _KINDS.get(work.kind, "CreativeWork"),
        "@id": f"{url}#{reference_anchor(work.key)}" if url else None,
        "name": plain_text(work.title),
        "author": [
            {"@type": "Organization" if name.corporate else "Person", "name": _person(name)} for name in work.authors
        ],
        "datePublished": _date(work),
        "publisher": {"@type": "Organization", "name": _publisher(work)} if _publisher(work) else None,
        "isPartOf": {"@type": "CreativeWork", "name": _container(work)} if _container(work) else None,
        "identifier": f"doi:{doi}" if doi else None,
        "url": f"https://doi.org/{doi}" if doi else work.fields.get("url", ""),
        "isbn": work.fields.get("isbn", ""),
    })  # fmt: skip


def _date(work: Work) -> str:
    """When a work was published, as exactly as ISO says; nothing for a range or for words."""
    dates = (work.fields.get("date", ""), work.year)
    return next((date for date in dates if re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", date)), "")


def _container(work: Work) -> str:
    return work.fields.get("journal", "") or work.fields.get("booktitle", "")


def _iso(day: Day | None) -> str:
    return day.iso if day else ""


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that there are."""
    return {name: value for name, value in values.items() if value}
