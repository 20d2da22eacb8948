"""Address: the one place that says under which URL and anchor each thing is published.

URLs are relative to the pages' root and never begin with `/`. Anchors are promises: change one and old links break.
"""

import re

from briefing_tools.model import Briefing, Site, Update


def briefing_url(briefing: Briefing) -> str:
    """The folder of a briefing's page: `07-integrated-working/`."""
    return f"{briefing.slug}/"


def edition_url(briefing: Briefing, format: str) -> str:
    """A briefing's edition: `07-integrated-working/briefing-7.pdf`, `…/briefing-7-large-print.pdf`."""
    name, _, extension = format.rpartition(".")
    return f"{briefing.slug}/briefing-{briefing.number}{'-' + name if name else ''}.{extension}"


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
