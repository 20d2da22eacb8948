"""Address: the one place that says under which URL and anchor each thing is published.

URLs are relative to the pages' root and never begin with `/`. Anchors are promises: change one and old links break.
"""

import hashlib
import re

from briefing_tools.model import Briefing, Site, Update


def briefing_url(briefing: Briefing) -> str:
    """The folder of a briefing's page: `07-integrated-working/`."""
    return f"{briefing.slug}/"


def edition_url(briefing: Briefing, format: str) -> str:
    """A briefing's edition: `07-integrated-working/briefing-7.pdf`, `…/briefing-7-large-print.pdf`."""
    name, _, extension = format.rpartition(".")
    return f"{briefing.slug}/briefing-{briefing.number}{'-' + name if name else ''}.{extension}"


COLLECTION = "all-briefings.epub"
"""The edition that holds every briefing."""


def collection_url(format: str) -> str:
    """The same in another format: `all-briefings.pdf`, `all-briefings-large-print.pdf`."""
    name, _, extension = format.rpartition(".")
    return f"all-briefings{'-' + name if name else ''}.{extension}"


FROZEN = "editions/"
"""The page of all frozen editions; each stands below it, and so do their files, as they lie in the project's folder."""


def frozen_url(briefing: int, version: str) -> str:
    """The permanent page of a frozen edition: `editions/7/1.0/`."""
    return f"{FROZEN}{briefing}/{version}/"


def comparison_url(briefing: int, before: str, after: str) -> str:
    """The page that shows what changed from one edition to another: `editions/7/1.1/changes-since-1.0/`."""
    return f"{frozen_url(briefing, after)}changes-since-{before}/"


def comparison_pdf_url(briefing: int, before: str, after: str) -> str:
    """The same to print: `editions/7/1.1/changes-since-1.0/briefing-7-changes-1.0-to-1.1.pdf`."""
    return f"{comparison_url(briefing, before, after)}briefing-{briefing}-changes-{before}-to-{after}.pdf"


def updates_url() -> str:
    """The page of all updates."""
    return "updates/"


def site_url(site: Site) -> str:
    """The page of a site: `sites/devon/`."""
    return f"sites/{heading_id(site.id)}/"


def update_anchor(update: Update) -> str:
    """The anchor of an update on its briefing's page: `update-devon-2026-11-23-co-located-hub`."""
    return "update-" + "-".join(update.id.split("/")[1:])


def reference_anchor(key: str) -> str:
    """The anchor of a reference in a briefing's own list."""
    return f"ref-{key}"


def update_reference_anchor(update: Update, key: str) -> str:
    """The anchor of a reference in an update's own list of sources."""
    return f"{update_anchor(update)}-ref-{key}"


def citation_anchor(ordinal: int) -> str:
    """The anchor of a citation in a briefing's text, so that its reference can lead back: `cite-3`."""
    return f"cite-{ordinal}"


def update_citation_anchor(update: Update, ordinal: int) -> str:
    """The anchor of a citation in an update's text."""
    return f"{update_anchor(update)}-cite-{ordinal}"


def page_url(path: str, content: str) -> str:
    """The URL of a Markdown file's page: `briefings/about.md` → `about/`; an `index.md` is its folder."""
    inside = path.removeprefix(content + "/").removesuffix(".md")
    folder, _, name = inside.rpartition("/")
    stem = folder if name == "index" else inside
    return f"{stem}/" if stem else ""


def heading_id(title: str) -> str:
    """The anchor of a heading that has no id of its own, on an ordinary page."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def glossary_anchor(term: str) -> str:
    """The anchor of a term on the glossary's page, `glossary/`."""
    return heading_id(term)


REFERENCES = "references/"
"""The page of every work of the series, with `reference_anchor` for each."""


def series_export_url(suffix: str) -> str:
    """Every work of the series as a file: `references/all.bib`."""
    return f"{REFERENCES}all.{suffix}"


def briefing_export_url(briefing: Briefing, suffix: str) -> str:
    """The references of a briefing as a file: `07-integrated-working/briefing-7-references.bib`."""
    return f"{briefing.slug}/briefing-{briefing.number}-references.{suffix}"


def work_export_url(key: str, suffix: str) -> str:
    """A single work as a file: `references/works/munro2011.bib`.

    What a file name or an address cannot carry is written as `~` and its number in UTF-8; a long key ends in its hash.
    """
    name = re.sub(r"[^A-Za-z0-9_.-]|^[.-]", lambda found: "".join(f"~{byte:02x}" for byte in found[0].encode()), key)
    if len(name) > 120:
        name = f"{name[:80]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    return f"{REFERENCES}works/{name}.{suffix}"
