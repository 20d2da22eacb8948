"""The MkDocs edge: hand MkDocs the pages that the pipeline made. Decides nothing; the only importer of MkDocs.

MkDocs finds files and wraps pages in the theme. Which files are published, what stands on a page, and whether a strict
build fails, is the pipeline's word: `mkdocs build --strict` fails exactly when `briefings check` does.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import mkdocs.commands.build
import mkdocs.commands.serve
from mkdocs.config import config_options as c
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from briefing_tools import pipeline
from briefing_tools.clock import epoch, today
from briefing_tools.config import CONFIG, Options, Settings, options_of, published_under
from briefing_tools.diagnostics import Finding, Severity
from briefing_tools.errors import CannotRun
from briefing_tools.pipeline import Build
from briefing_tools.replacing import keep
from briefing_tools.stages.pages import BuiltPage
from briefing_tools.stages.pages.built import Heading
from briefing_tools.templates import THEME, escaped

log = get_plugin_logger("briefings")


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    """The settings of `config.Options`, as MkDocs wants them declared."""

    bibliography = c.Type(str, default=Options.bibliography)
    style = c.Type(str, default=Options.style)
    repository = c.Type(str, default=Options.repository)
    branch = c.Type(str, default=Options.branch)
    forge = c.Type(str, default=Options.forge)
    editions = c.Type((str, list), default=Options.editions)
    fail_on = c.Type(str, default=Options.fail_on)


class BriefingsPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Runs the pipeline once per build and hands over what it made."""

    def __init__(self) -> None:
        self.build: Build | None = None
        self.pages: dict[str, BuiltPage] = {}
        self.titled: frozenset[str] = frozenset()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read, check and build everything before MkDocs looks at a file."""
        if self.build is None:
            self.build = self._run(config)
        self.pages = {_source_uri(page, config): page for page in self.build.pages}
        own = f"{THEME}/material"
        if own not in config.theme.dirs:
            config.theme.dirs.insert(1 if config.theme.custom_dir else 0, own)
        if "assets/briefings.css" not in config.extra_css:
            config.extra_css += ["assets/briefings.css", "assets/citations.css", "assets/search.css"]
            config.extra_javascript += [
                "assets/briefings.js",
                "assets/citations.js",
                "assets/search.js",
                "assets/updates.js",
            ]
        if config.nav is None:
            config.nav = [{str(escaped(page.nav_title)): uri} for uri, page in self.pages.items() if page.nav_title]
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Keep what the pipeline lets through, and add the pages and the search index that it made."""
        assert self.build is not None
        series = self.build.checked.plan.cited.series
        allowed = {asset.removeprefix(series.content + "/") for asset in self.build.assets} | set(self.pages)
        for file in list(files):
            if file.src_dir == config.docs_dir and file.src_uri not in allowed:
                files.remove(file)
        for uri, page in self.pages.items():
            if not page.source:
                files.append(File.generated(config, uri, content=""))
        made: list[tuple[str, str | bytes]] = [(one.url, one.content) for one in self.build.exports]
        made += [(page.url + name, text) for page in self.pages.values() for name, text in page.beside.items()]
        made += [(one.url, one.content) for one in self.build.sheets]
        made += list(self.build.schemas.items())
        for url, content in made:
            files.append(File.generated(config, url, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
        return files

    def on_nav(self, nav: Navigation, **_: object) -> Navigation:
        """Remember which pages have a title there; the project's own titles are kept."""
        self.titled = frozenset(page.file.src_uri for page in nav.pages if page.title)
        return nav

    def on_post_build(self, config: MkDocsConfig, **_: object) -> None:
        """Put the editions beside the pages, each of them whole."""
        assert self.build is not None
        try:
            for edition in self.build.editions:
                keep(Path(config.site_dir) / edition.url, edition.content)
            root = Path(config.config_file_path).parent
            for name in self.build.frozen_files:
                keep(Path(config.site_dir) / name, (root / name).read_bytes())
        except CannotRun as error:
            raise PluginError(str(error)) from None

    def on_page_markdown(self, markdown: str, page: Page, **_: object) -> str:
        """Nothing is left for MkDocs to parse; title and description are the pipeline's, escaped."""
        built = self.pages.get(page.file.src_uri)
        if built is None:
            return markdown
        page.meta = {"description": str(escaped(built.description)), "briefings_head": built.head}
        if built.url:
            page.meta["title"] = str(escaped(built.title))
        if not built.searchable:
            page.meta["search"] = {"exclude": True}
        if page.file.src_uri not in self.titled:
            page.title = str(escaped(built.nav_title or built.title))
        return ""

    def on_page_content(self, html: str, page: Page, **_: object) -> str:
        """The page's content and contents."""
        built = self.pages.get(page.file.src_uri)
        if built is None:
            return html
        page.toc = TableOfContents(_anchors(built.headings))
        return str(built.html)

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, **_: object) -> LiveReloadServer:
        """Watch the bibliography too."""
        server.watch(str(Path(config.config_file_path).parent / self.config.bibliography))
        return server

    def _run(self, config: MkDocsConfig) -> Build:
        root = Path(config.config_file_path).parent
        content = PurePosixPath(os.path.relpath(config.docs_dir, root)).as_posix()
        try:
            options = options_of({key: _text(value) for key, value in self.config.items()})
            settings = Settings(root, content, config.site_dir, options, published_under(config.site_url or ""))
            checked = pipeline.check(settings, today())
        except CannotRun as error:
            raise PluginError(f"{error} {error.hint}".strip()) from None
        _log(checked.findings)
        if config.strict and checked.failing(settings.fail_on):
            raise PluginError(_too_much(len(checked.failing(settings.fail_on)), settings.options.fail_on))
        return pipeline.build(checked, settings, epoch(), tell=log.info)


def build_pages(settings: Settings, build: Build, site_dir: Path) -> None:
    """Let MkDocs wrap and write the pages of a build into `site_dir`. Raises `CannotRun` if MkDocs refuses its settings."""
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    try:
        config = load_config(str(settings.root / CONFIG), site_dir=str(site_dir), strict=False)
        plugin = next(one for one in config.plugins.values() if isinstance(one, BriefingsPlugin))
        plugin.build = build
        config.plugins.run_event("startup", command="build", dirty=False)
        mkdocs.commands.build.build(config)
    except mkdocs.exceptions.MkDocsException as error:
        raise CannotRun(f"MkDocs cannot build the pages: {error}", "Correct mkdocs.yml.") from None
    except OSError as error:
        raise CannotRun(
            f"The pages cannot be written to {site_dir}: {error.strerror}.",
            "Make room on the disk, or choose another folder: --site-dir DIR",
        ) from None


def serve(settings: Settings) -> None:
    """A live preview of the pages on this machine, rebuilt at every change, until it is stopped."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    told = logging.getLogger("mkdocs")
    told.setLevel(logging.INFO)
    told.addHandler(logging.StreamHandler())
    try:
        mkdocs.commands.serve.serve(str(settings.root / CONFIG))
    except OSError as error:
        raise CannotRun(f"The preview cannot run: {error.strerror}.", "Close the preview that is still open.") from None
    except mkdocs.exceptions.MkDocsException as error:
        raise CannotRun(f"The preview cannot run: {error}", "Correct mkdocs.yml.") from None


def _too_much(count: int, level: str) -> str:
    found, shows = ("1 finding", "it") if count == 1 else (f"{count} findings", "them")
    return f"{found} at or above “{level}”; `briefings check` shows {shows}."


def _text(value: object) -> str:
    """A setting as text; a list as its values with commas between them."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _source_uri(page: BuiltPage, config: MkDocsConfig) -> str:
    """The page's file as MkDocs names it: relative to the folder of content."""
    if not page.source:
        return page.url.rstrip("/") + ".md"
    root = Path(config.config_file_path).parent
    return PurePosixPath(os.path.relpath(root / page.source, config.docs_dir)).as_posix()


def _anchors(headings: Iterable[Heading]) -> list[AnchorLink]:
    """Headings nested by level, as MkDocs's table of contents."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for heading in headings:
        link = AnchorLink(str(escaped(heading.title)), heading.id, heading.level)
        while open_ and open_[-1].level >= heading.level:
            open_.pop()
        (open_[-1].children if open_ else top).append(link)
        open_.append(link)
    return top


def _log(findings: tuple[Finding, ...]) -> None:
    """Show findings in MkDocs's log without tripping its own counting of warnings; strictness is ours to decide."""
    for finding in findings:
        level = logging.DEBUG if finding.severity is Severity.NOTE else logging.INFO
        log.log(
            level,
            "%s: %s: %s [%s]",
            finding.problem.span,
            finding.severity.value,
            finding.problem.message,
            finding.rule,
        )
