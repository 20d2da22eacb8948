"""Page: each briefing, the front page, works, the glossary, search and the manual of checks become HTML for the theme.

The reviewed text renders to the same bytes whatever updates there are: updates stand in regions of their own behind
their section, and nothing outside these regions depends on them.
"""

from briefing_tools.config import Options
from briefing_tools.diagnostics import Rule
from briefing_tools.model import Edition, Export, GatheredWork, LinkedSeries, Record
from briefing_tools.stages.pages.briefing import briefing_page
from briefing_tools.stages.pages.built import BuiltPage, Heading
from briefing_tools.stages.pages.experience import site_page, updates_page
from briefing_tools.stages.pages.frozen import Comparison, Issue, frozen_pages
from briefing_tools.stages.pages.others import checks_page, glossary_page, ordinary_page
from briefing_tools.stages.pages.search import search_pages
from briefing_tools.stages.pages.works import works_page
from briefing_tools.stages.pages.write import write_page

__all__ = ["BuiltPage", "Comparison", "Heading", "Issue", "make_pages"]

STANDARD = Options()


def make_pages(
    plan: LinkedSeries,
    editions: tuple[Edition, ...],
    rules: tuple[Rule[LinkedSeries], ...],
    works: tuple[GatheredWork, ...] = (),
    exports: tuple[Export, ...] = (),
    site_url: str = "",
    records: tuple[Record, ...] = (),
    options: Options = STANDARD,
    issues: tuple[Issue, ...] = (),
    comparisons: tuple[Comparison, ...] = (),
) -> tuple[BuiltPage, ...]:
    """Every page of the pages, in the navigation's order: front, briefings, what sites tell us, writing an update, others,
    works, frozen editions, glossary, search, checks.

    `site_url` is the address under which the pages are published, if it is known; `records` is what can be found, which
    the page of search lists.
    """
    write = write_page(plan, options)
    others = [ordinary_page(page, plan, editions) for page in plan.cited.pages]
    return (
        *(page for page in others if page.url == ""),
        *(briefing_page(briefing, plan, editions, exports, site_url, issues) for briefing in plan.cited.briefings),
        *((updates_page(plan),) if plan.cited.series.sites else ()),
        *(site_page(site, plan) for site in plan.cited.series.sites),
        *((write,) if write else ()),
        *(page for page in others if page.url != ""),
        *((works_page(works, exports),) if works else ()),
        *frozen_pages(issues, comparisons, plan, site_url),
        *((glossary_page(plan),) if plan.cited.series.glossary else ()),
        *search_pages(records),
        checks_page(rules),
    )
