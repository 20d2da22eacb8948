"""Rules of links, pictures and signposts: the reader always gets somewhere."""

import posixpath
import re
from collections.abc import Iterator

from briefing_tools.diagnostics import Problem, Severity, nearest, rule
from briefing_tools.linkrecord import advise
from briefing_tools.model import Citation, Element, Link, LinkedSeries, LinkState, Text, plain_text, walk
from briefing_tools.rules.looking import gone_sections, nodes_of, prose, shortened, slips, texts
from briefing_tools.source import Span
from briefing_tools.spelling import lone_citation

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _in_state(plan: LinkedSeries, state: LinkState) -> Iterator[Link]:
    return (link for link in plan.links if link.state == state)


def _meant(link: Link, otherwise: str) -> str:
    return f"Did you mean {link.nearest}?" if link.nearest else otherwise


def _web_address(link: Link) -> str:
    """What to do about a web address that lacks its beginning."""
    if link.target.startswith("//"):
        return f"Write it in full: https:{link.target}"
    looks_so = re.match(r"(?:www\.|[\w-]+\.(?:com|org|net|gov|ac|co|nhs|uk)\b(?!\.md))", link.target, re.I)
    return f"Write it in full: https://{link.target}" if looks_so else ""


@rule("link-missing-file", ERROR)
def missing_file(plan: LinkedSeries) -> Iterator[Problem]:
    """A link leads to a file of this project that does not exist.

    Write the path from the file the link stands in; capitals count.

    Wrong:
        [Briefing 8](../08-early-help.md)
    Right:
        [Briefing 8](../08-early-help/index.md)
    """
    for link in _in_state(plan, LinkState.MISSING_FILE):
        if not link.picture:
            yield Problem(
                link.span,
                f"This link leads to “{link.target}”, which does not exist.",
                _web_address(link)
                or _meant(link, "Write the path from this file, for example: ../07-integrated-working/index.md"),
            )


@rule("link-missing-picture", ERROR)
def missing_picture(plan: LinkedSeries) -> Iterator[Problem]:
    """A picture is shown that does not exist, or that lies outside the project.

    Pictures are kept beside the briefing. A picture from elsewhere would tell that place who reads the page.

    Wrong:
        ![The five levels](levels.png) and no such file
    Right:
        ![The five levels](levels.png) with levels.png beside index.md
    """
    refused = {slip.span.path for slip in slips(plan, "text-symbolic-link")}
    for link in plan.links:
        if link.picture and (link.external or link.state == LinkState.MISSING_FILE):
            if posixpath.normpath(posixpath.join(posixpath.dirname(link.owner), link.target)) in refused:
                continue
            what = "is kept outside the project" if link.external else "does not exist"
            yield Problem(
                link.span,
                f"The picture “{link.target}” {what}.",
                _meant(link, "Put the file beside the text and name it, for example: ![The five levels](levels.png)"),
            )


@rule("link-missing-anchor", ERROR)
def missing_anchor(plan: LinkedSeries) -> Iterator[Problem]:
    """A link leads to a section that the page does not have.

    Wrong:
        [Hubs](#mahs)
    Right:
        [Hubs](#mash)
    """
    for link in _in_state(plan, LinkState.MISSING_ANCHOR):
        anchor = link.target.partition("#")[2]
        yield Problem(
            link.span,
            f"This link leads to the section “{anchor}”, which that page does not have.",
            _meant(link, "Use the id of a section, for example: #mash"),
        )


@rule("link-unsafe", ERROR)
def unsafe(plan: LinkedSeries) -> Iterator[Problem]:
    """A link has an address that could run a program, or that browsers do not open.

    Wrong:
        [Read more](javascript:alert(1))
    Right:
        [Read more](https://www.example.org/report)
    """
    for link in _in_state(plan, LinkState.UNSAFE):
        yield Problem(
            link.span,
            f"The address “{shortened(link.target)}” is not allowed.",
            _opened_instead(link.target)
            or _web_address(link)
            or "Use an address that begins with https:, http:, mailto: or tel:.",
        )


def _opened_instead(target: str) -> str:
    """What to write for a DOI or an ISBN, which browsers do not open."""
    scheme, _, rest = target.removeprefix("urn:").partition(":")
    if scheme.lower() == "doi":
        return f"Browsers do not open DOIs. Write: https://doi.org/{rest or '10.1000/182'}"
    if scheme.lower() == "isbn":
        return "Browsers do not open ISBNs. Cite the book as a work of the bibliography, with its isbn."
    return ""


@rule("link-invalid", ERROR)
def invalid(plan: LinkedSeries) -> Iterator[Problem]:
    """A link has no address, or one that cannot be right.

    The website's name is misspelt beyond doubt, there is a space in the address, the last digit of an ISBN does not fit
    the others, it is no e-mail address, no telephone number or no DOI, or it is longer than browsers and servers take.

    Wrong:
        [Read more]()
    Right:
        [Read more](https://www.example.org/report)
    """
    for link in _in_state(plan, LinkState.INVALID):
        if link.known and link.target:
            advice = advise(link.known)
            yield Problem(link.span, f"“{shortened(link.target)}” – {advice.what}", advice.do)
        else:
            hint = "Write it in full, for example: https://www.example.org/report"
            yield Problem(link.span, "This link has no address.", hint)


@rule("link-only-on-page", NOTE)
def only_on_page(plan: LinkedSeries) -> Iterator[Problem]:
    """A link of a briefing works on the page but not in its PDF or EPUB, where its words stand alone.

    A document that is kept or printed does not hold the other pages. Links to parts of the same briefing work in it. A
    paragraph that names the briefing, or says “website”, says enough.

    Wrong:
        How teams are managed is [another matter](../08-early-help/index.md).
    Right:
        How teams are managed is told in Briefing 8, [Early help](../08-early-help/index.md).
    """
    names = {one.path: f"Briefing {one.number}" for one in plan.cited.series.briefings}
    slugs = {one.slug: one.path for one in plan.cited.series.briefings}
    for link in plan.links:
        if (
            link.state != LinkState.OK
            or link.external
            or link.picture
            or link.href.startswith("#") != (link.href == "#contents")
        ):
            continue
        if link.owner not in names and "/updates/" not in link.owner:
            continue
        slug = next((slug for slug in slugs if f"{slug}/" in link.href), "")
        name = names.get(slugs.get(slug, ""), "")
        if link.href == "./" or (name or "website") in _around(plan, link):
            continue
        example = f"{name}, “{link.text}”" if name else f"“{link.text}” on the website"
        yield Problem(
            link.span,
            f"The link “{shortened(link.text)}” works on the page, but not in the PDF or EPUB.",
            f"Say in words where it leads, for example: {example}",
        )


def _around(plan: LinkedSeries, link: Link) -> str:
    """The paragraph in which a link stands."""
    source = plan.cited.series.sources[link.span.path]
    at = source.offset(link.span.start)
    start, end = source.text.rfind("\n\n", 0, at), source.text.find("\n\n", at)
    return source.text[max(start, 0) : end if end >= 0 else None]


@rule("link-undefined", ERROR)
def undefined(plan: LinkedSeries) -> Iterator[Problem]:
    """A link refers to an address that is given nowhere, so readers would see the brackets.

    Wrong:
        [the review][munro] and no line that says what “munro” is
    Right:
        [the review][munro] and, below, the line [munro]: https://www.example.org/report
    """
    for text in texts(plan):
        words = prose(text)
        defined = {found.group(1).lower() for found in re.finditer(r"^ {0,3}\[([^\]\n]+)\]:", words, re.M)}
        for found in re.finditer(r"(?<!\\)\[([^\]\[\n@]+)\]\[([^\]\[\n@]*)\]", words):
            if (found.group(2) or found.group(1)).lower() not in defined:
                span = text.source.span(found.start(), found.end())
                name = found.group(2) or found.group(1)
                yield Problem(
                    span,
                    f"Nothing says what the address “{name}” is.",
                    f"Add a line [{name}]: https://… below, or write [{found.group(1)}](https://…).",
                )


@rule("link-no-words", ERROR)
def no_words(plan: LinkedSeries) -> Iterator[Problem]:
    """A link has no words, so that nobody can see or hear where it leads.

    Wrong:
        [](https://www.example.org/report)
    Right:
        [The Munro review: final report](https://www.example.org/report)
    """
    for link in plan.links:
        if not link.picture and not link.text.strip() and link.target:
            yield Problem(
                link.span,
                f"The link to “{shortened(link.target)}” has no words.",
                "Name what it leads to between the square brackets.",
            )


@rule("link-vague-words", NOTE)
def vague_words(plan: LinkedSeries) -> Iterator[Problem]:
    """The words of a link say nothing about where it leads.

    People who use a screen reader often hear the links of a page as a list.

    Wrong:
        [here](https://www.example.org/report)
    Right:
        [the evaluation report](https://www.example.org/report)
    """
    for link in plan.links:
        words = link.text.strip().casefold()
        if not link.picture and words in {"here", "click here", "this", "link", "this link", "more", "read more"}:
            yield Problem(
                link.span, f"“{link.text}” does not say where the link leads.", "Use the name of what it leads to."
            )


@rule("link-picture-without-words", ERROR)
def picture_without_words(plan: LinkedSeries) -> Iterator[Problem]:
    """A picture has no description for those who cannot see it.

    Wrong:
        ![](levels.png)
    Right:
        ![Five levels of joint working, from communication to integration](levels.png)
    """
    for link in plan.links:
        if link.picture and not link.text.strip():
            yield Problem(
                link.span,
                f"The picture “{shortened(link.target)}” has no description.",
                "Say between the square brackets what it shows.",
            )


@rule("link-anchor-gone", ERROR)
def anchor_gone(plan: LinkedSeries) -> Iterator[Problem]:
    """A section id that was published is gone, so that links from elsewhere break.

    Ids are promises. A section that is renamed keeps its old id under `was`. The published ids are in `anchors.lock`,
    which `briefings links refresh` brings up to date.

    Wrong:
        ## Safeguarding hubs {#hubs} where {#mash} was published
    Right:
        ## Safeguarding hubs {#hubs was="mash"}
    """
    series = plan.cited.series
    for briefing in series.briefings:
        published = series.anchors.get(briefing.path, ())
        fresh = {section.id: section for section in briefing.all_sections() if section.id not in published}
        for id in gone_sections(plan, briefing):
            near = nearest(id, tuple(fresh), 0.3)
            new = fresh.get(near) or (next(iter(fresh.values())) if len(fresh) == 1 else None)
            place = new.span if new else Span.of_file(briefing.path)
            example = f'{{#{new.id} was="{id}"}}' if new else f'{{#new-id was="{id}"}}'
            yield Problem(
                place,
                f"The section id “{id}” was published and is gone; links to it would break.",
                f"If the section was renamed, keep the old id with the new one: {example}",
            )


@rule("link-page-gone", ERROR)
def page_gone(plan: LinkedSeries) -> Iterator[Problem]:
    """A briefing that was published is gone, or its folder has another name, so that links from elsewhere break.

    Which were published is in `anchors.lock`. A briefing that was taken back for good keeps its folder and its number.

    Wrong:
        briefings/07-joint-working/ where briefings/07-integrated-working/ was published
    Right:
        briefings/07-integrated-working/ with the new title in its fields
    """
    series = plan.cited.series
    there = {briefing.path: briefing for briefing in series.briefings}
    refused = {slip.problem.span.path for slip in series.slips}
    unpublished = tuple(path for path in there if path not in series.anchors)
    for path in series.anchors:
        if path in there or path in refused:
            continue
        folder = posixpath.dirname(path)
        number = posixpath.basename(folder).partition("-")[0]
        new = next(
            (one for one in unpublished if posixpath.basename(posixpath.dirname(one)).startswith(f"{number}-")), ""
        )
        hint = (
            f"Give the folder {posixpath.dirname(new)} its old name back, {posixpath.basename(folder)}; its title may change."
            if new
            else f"Put it back: git log -- {path}. If nobody can have linked to it, take its lines out of the record."
        )
        what = f"The page {posixpath.basename(folder)}/ was published and is gone; links to it would break."
        yield Problem(Span.of_file(new) if new else _line_of(plan, path), what, hint)


def _line_of(plan: LinkedSeries, path: str) -> Span:
    """Where the record of published ids names a page."""
    for name, source in plan.cited.series.sources.items():
        if name.endswith("anchors.lock"):
            lines = (number for number, line in enumerate(source.lines, 1) if f'"{path}"' in line)
            return source.line_span(next(lines, 1))
    return Span.of_file(path)


@rule("signpost-empty", ERROR)
def signpost_empty(plan: LinkedSeries) -> Iterator[Problem]:
    """A signpost has no entry, or an entry has no link.

    An entry that is nothing but a citation is shown as the whole reference, which is enough.

    Wrong:
        !!! signpost "For more information see"
            - Research Briefing 41
    Right:
        !!! signpost "For more information see"
            - [Research Briefing 41](https://www.example.org/briefing41) [@cameron2012]
    """
    for briefing in plan.cited.series.briefings:
        for section in briefing.all_sections():
            for box in (node for node in walk(section.body) if isinstance(node, Element) and node.tag == "signpost"):
                entries = [node for node in walk(box.children) if isinstance(node, Element) and node.tag == "li"]
                bare = [
                    entry
                    for entry in entries
                    if not lone_citation(entry)
                    and not any(isinstance(node, Element) and node.tag == "a" for node in walk(entry.children))
                ]
                if not entries:
                    yield Problem(
                        section.span,
                        f"A signpost in “{section.title}” has no entries.",
                        "Indent each by four spaces and begin it with a hyphen:\n    - [Name](https://…)",
                    )
                for entry in bare:
                    spans = (node.span for node in walk(entry.children) if not isinstance(node, Text) and node.span)
                    yield Problem(
                        next(spans, section.span),
                        f"The signpost entry “{shortened(plain_text(entry.children))}” in “{section.title}” has no link.",
                        "Write it as [name](https://…), or as a citation alone to show the whole reference.",
                    )


@rule("signpost-without-reference", NOTE)
def signpost_without_reference(plan: LinkedSeries) -> Iterator[Problem]:
    """A signpost leads to a work without citing it.

    With the citation, readers can still find the work when its address has died.

    Wrong:
        - [Research Briefing 41](https://www.example.org/briefing41)
    Right:
        - [Research Briefing 41](https://www.example.org/briefing41) [@cameron2012]
    """
    for text in texts(plan):
        for box in (node for node in walk(nodes_of(text)) if isinstance(node, Element) and node.tag == "signpost"):
            for entry in (node for node in walk(box.children) if isinstance(node, Element) and node.tag == "li"):
                inside = list(walk(entry.children))
                links = [node for node in inside if isinstance(node, Element) and node.tag == "a" and node.span]
                if links and links[0].span and not any(isinstance(node, Citation) for node in inside):
                    yield Problem(
                        links[0].span,
                        f"The signpost “{shortened(plain_text(links[0].children))}” cites no work.",
                        "If the work is in the bibliography, add its citation after the link.",
                    )


LINK_RULES = (
    missing_file, missing_picture, missing_anchor, unsafe, invalid, only_on_page, undefined, no_words, vague_words, picture_without_words,
    anchor_gone, page_gone, signpost_empty, signpost_without_reference,
)  # fmt: skip
