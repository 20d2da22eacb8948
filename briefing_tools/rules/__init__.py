"""Look: every rule, in the order of the manual. A rule looks at the plan and yields problems; it changes nothing."""

from briefing_tools.diagnostics import Rule
from briefing_tools.model import LinkedSeries
from briefing_tools.rules.briefings import BRIEFING_RULES
from briefing_tools.rules.citations import CITATION_RULES
from briefing_tools.rules.editions import EDITION_RULES
from briefing_tools.rules.links import LINK_RULES
from briefing_tools.rules.outside import OUTSIDE_RULES
from briefing_tools.rules.privacy import PRIVACY_RULES
from briefing_tools.rules.proposals import PROPOSAL_RULES
from briefing_tools.rules.references import REFERENCE_RULES
from briefing_tools.rules.series import SERIES_RULES
from briefing_tools.rules.text import TEXT_RULES
from briefing_tools.rules.typed import TYPED_RULES
from briefing_tools.rules.updates import UPDATE_RULES
from briefing_tools.rules.works import WORK_RULES

RULES: tuple[Rule[LinkedSeries], ...] = (
    *TEXT_RULES,
    *BRIEFING_RULES,
    *UPDATE_RULES,
    *PROPOSAL_RULES,
    *PRIVACY_RULES,
    *CITATION_RULES,
    *REFERENCE_RULES,
    *WORK_RULES,
    *LINK_RULES,
    *TYPED_RULES,
    *OUTSIDE_RULES,
    *EDITION_RULES,
    *SERIES_RULES,
)
