"""Look at what was built: rules of the built pages. Each looks at all of them and yields problems.

What these rules say stands in a file of the built folder, with line and column. The content's own checks say where it
was written, when it was written wrongly; so whoever meets one of these looks at theme and templates first.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import unquote

from briefing_tools.builtpages.reading import BuiltSite, ReadPage, Target
from briefing_tools.diagnostics import Finding, Problem, Rule, Severity, nearest, rule
from briefing_tools.source import Span

ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Followed(NamedTuple):
    """A target that went wrong: the page it stands on, the file that it leads to or would, and the part of it."""

    page: ReadPage
    target: Target
    file: str
    fragment: str = ""


@dataclass(frozen=True)
class Walked:
    """The built pages, and what went wrong on the way from one to the next.

    `lost` leads to no file, `misspelt` to one that is called a little otherwise, `partless` to a part that its page does
    not have, `miscoded` holds characters that do not belong there. `ways` are the pages to which a reader gets from each.
    """

    site: BuiltSite
    lost: tuple[Followed, ...]
    misspelt: tuple[Followed, ...]
    partless: tuple[Followed, ...]
    miscoded: tuple[Followed, ...]
    ways: Mapping[str, frozenset[str]]


def look(site: BuiltSite) -> tuple[Finding, ...]:
    """Everything that is wrong, in the order of the files."""
    walked = _walk(site)
    found = (finding for one in BUILT_RULES for finding in one.findings(walked))
    return tuple(sorted(found, key=lambda finding: finding.order))


_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_MISCODED = re.compile(r"\s|\\|%(?![0-9a-fA-F]{2})|[<>\"`]")


def _walk(site: BuiltSite) -> Walked:
    lost: list[Followed] = []
    misspelt: list[Followed] = []
    partless: list[Followed] = []
    miscoded: list[Followed] = []
    ways: dict[str, frozenset[str]] = {}
    known: dict[tuple[str, str], tuple[str, str] | None] = {}
    alike = {_alike(path): path for path in site.files}
    for path, page in site.pages.items():
        here = path.rpartition("/")[0]
        if page.base:
            goal = _below(site, page.base, here)
            here = goal.rstrip("/") if goal else here
        reached = set()
        for target in page.targets:
            written = target.written
            if site.address and written.startswith(site.address):
                written = site.root + written[len(site.address) :]
            elif _SCHEME.match(written):
                continue
            if _MISCODED.search(written):
                miscoded.append(Followed(page, target, ""))
            address, _, fragment = written.partition("#")
            folder = here
            while address.startswith("../") and folder:
                address, folder = address[3:] or ".", folder.rpartition("/")[0]
            if address:
                key = (folder, address)
                if key not in known:
                    wanted = _below(site, address.partition("?")[0], folder)
                    known[key] = None if wanted is None else (wanted, _file(site, wanted))
                found = known[key]
                if found is None:
                    continue
                wanted, file = found
            else:
                wanted = file = path
            if not file:
                same = alike.get(_alike(wanted)) or alike.get(_alike(f"{wanted.strip('/')}/index.html"))
                (misspelt if same else lost).append(Followed(page, target, same or wanted))
                continue
            if target.follows:
                reached.add(file)
            if fragment and file in site.pages and not _has(site.pages[file], fragment):
                partless.append(Followed(page, target, file, fragment))
        ways[path] = frozenset(reached)
    return Walked(site, tuple(lost), tuple(misspelt), tuple(partless), tuple(miscoded), ways)


def _has(page: ReadPage, fragment: str) -> bool:
    """Whether a page has a part. Every page has a top, and what words it holds (`#:~:text=`) is not looked for."""
    if fragment in page.ids or fragment == "top":
        return True
    plain = unquote(fragment.partition(":~:")[0])
    return not plain or plain in page.ids


def _below(site: BuiltSite, address: str, folder: str) -> str | None:
    """An address as a path below the built folder; `..` where it leads out of it, nothing if another site is meant."""
    path = unquote(address) if "%" in address else address
    if path.startswith("/"):
        if not path.startswith(site.root):
            return None if site.root != "/" else path[1:]
        return normpath(path[len(site.root) :] or ".") + ("/" if path.endswith("/") else "")
    return normpath(f"{folder}/{path}" if folder else path) + ("/" if path.endswith("/") else "")


def _file(site: BuiltSite, path: str) -> str:
    """The file that a server sends for a path."""
    if path in site.files:
        return path
    bare = path.strip("/")
    index = f"{bare}/index.html" if bare not in ("", ".") else "index.html"
    return index if index in site.files else ""


def _span(one: Followed, site: BuiltSite) -> Span:
    span = one.page.span(one.target)
    return Span(f"{site.shown}/{span.path}", span.start, span.end)


@rule("link-built-missing", ERROR)
def missing(walked: Walked) -> Iterator[Problem]:
    """A built page leads to a file that was not built.

    It was not written so in a briefing, for that is noticed before; theme, settings or a template are to blame.

    Wrong:
        <a href="../08-early-help/"> on a page, and no such page
    Right:
        a link to a page that is there
    """
    site = walked.site
    folders = tuple(path.removesuffix("index.html") for path in site.pages)
    for one in walked.lost:
        likely = (path for path in folders if path[:1] == one.file[:1] and abs(len(path) - len(one.file)) < 5)
        near = nearest(one.file, islice(likely, 300), 0.7)
        yield Problem(
            _span(one, site),
            f"“{_short(one.target.written)}” leads to nothing that was built.",
            f"Did you mean {near}?" if near else "Look at the theme, the settings, or the template that writes it.",
        )


@rule("link-built-spelling", ERROR)
def spelling(walked: Walked) -> Iterator[Problem]:
    """A built page leads to a file whose name differs in capitals, or in how its letters are coded.

    It works on some machines and not on others: most web servers tell capitals apart.

    Wrong:
        <img src="Levels.png"> where the file is called levels.png
    Right:
        <img src="levels.png">
    """
    for one in walked.misspelt:
        yield Problem(
            _span(one, walked.site),
            f"“{_short(one.target.written)}” is written otherwise than the file, “{one.file}”.",
            "Capitals count, and so does how letters with accents are coded: write it just as the file is called.",
        )


@rule("link-built-coding", WARNING)
def coding(walked: Walked) -> Iterator[Problem]:
    """An address on a built page holds characters that must be written in another way.

    Browsers mend them, other programs do not.

    Wrong:
        <a href="annual report.pdf"> or <a href="100%.pdf">
    Right:
        <a href="annual%20report.pdf"> or <a href="100%25.pdf">
    """
    for one in walked.miscoded:
        found = _MISCODED.findall(one.target.written)[0]
        what = "a space or a line break" if found.isspace() else f"“{found}”"
        yield Problem(
            _span(one, walked.site),
            f"The address “{_short(one.target.written)}” holds {what}.",
            "Write %20 for a space, %25 for a percent sign, and / where there is a backslash.",
        )


@rule("link-built-anchor", ERROR)
def anchor(walked: Walked) -> Iterator[Problem]:
    """A built page leads to a part that the other page, or it itself, does not have.

    Wrong:
        <a href="#mahs"> and nothing with that id
    Right:
        <a href="#mash">
    """
    for one in walked.partless:
        page, fragment = walked.site.pages[one.file], unquote(one.fragment.partition(":~:")[0])
        near = nearest(fragment, islice((id for id in page.ids if id[:1] == fragment[:1]), 200), 0.6)
        where = "This page" if page is one.page else f"The page {one.file}"
        yield Problem(
            _span(one, walked.site),
            f"{where} has no part “{_short(fragment)}”.",
            f"Did you mean #{near}?" if near else "Look for the id that the part has now.",
        )


@rule("link-built-twice", WARNING)
def twice(walked: Walked) -> Iterator[Problem]:
    """An id stands twice on a built page, so that links to the second place lead to the first.

    Wrong:
        two headings with the id “hubs”
    Right:
        an id of its own for each
    """
    for page in walked.site.pages.values():
        for id, start in page.twice:
            span = page.source.span(start, start + len(id))
            first = page.source.position(page.ids[id])
            yield Problem(
                Span(f"{walked.site.shown}/{page.path}", span.start, span.end),
                f"The id “{_short(id)}” stands twice on this page, first in line {first.line}.",
                "Give one of them another id.",
            )


@rule("link-built-orphan", WARNING)
def orphan(walked: Walked) -> Iterator[Problem]:
    """No way leads from the front page to this page, so that readers find it by search alone.

    Wrong:
        a page that no other page leads to
    Right:
        the same page with a link from the navigation, a list or a text
    """
    site = walked.site
    if "index.html" not in site.pages:
        return
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for path in walked.ways.get(waiting.pop(), frozenset()) - reached:
            reached.add(path)
            waiting.append(path)
    for path in site.pages:
        if path not in reached and path.rpartition("/")[2] != "404.html":
            yield Problem(
                Span.of_file(f"{site.shown}/{path}"),
                f"No way leads from the front page to {path.removesuffix('index.html')}.",
                "Link to it from a text, or from the navigation in mkdocs.yml.",
            )


@rule("link-built-document", ERROR)
def document(walked: Walked) -> Iterator[Problem]:
    """A link in a PDF or an EPUB leads to a part that the document does not have, though it may work on the page.

    Wrong:
        a cross-reference in an EPUB to a chapter that it does not hold
    Right:
        one to a part that it holds
    """
    for one in walked.site.broken:
        what = f"A link in {one.part} leads to “{_short(one.target)}”, which the document does not have."
        yield Problem(
            Span.of_file(f"{walked.site.shown}/{one.path}"),
            what if one.part else "The document cannot be opened.",
            "Build the pages anew. If it stays so, it is a mistake of ours.",
        )


def _alike(path: str) -> str:
    """What two names have in common that differ only by capitals or by how their letters are coded."""
    return unicodedata.normalize("NFC", path).casefold()


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


BUILT_RULES: tuple[Rule[Walked], ...] = (missing, spelling, coding, anchor, twice, orphan, document)
