"""Serve: what a page needs to check a text in the browser, without asking anybody.

Two scripts, to be put beside the page and named in it in this order; both run under `default-src 'self'`, and from a
folder on a stick: `privacy-data.js` (rule book without its examples, vocabulary, registry) and `privacy.js`. Then

    const privacy = BriefingPrivacy.prepare(BRIEFING_PRIVACY.rules, BRIEFING_PRIVACY.vocabulary, BRIEFING_PRIVACY.registry);
    privacy.find(text)
"""

import json
from collections.abc import Mapping
from importlib.resources import files

from briefing_tools.privacy.registry import Registry
from briefing_tools.privacy.rulebook import text_of


def browser_files(known: Registry) -> Mapping[str, str]:
    """The scripts by file name; the same registry gives the same bytes."""
    book = json.loads(text_of("rules.json"))
    for sign in book["rules"]:
        del sign["must"], sign["must_not"]
    values = {
        "rules": {key: book[key] for key in ("words", "lists", "rules", "fold")},
        "vocabulary": text_of("vocabulary.txt"),
        "registry": {
            "values": sorted(known.values), "people": sorted(known.people), "words": sorted(known.words),
        },
    }  # fmt: skip
    data = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return {
        "privacy-data.js": f"self.BRIEFING_PRIVACY = {data};\n",
        "privacy.js": files("briefing_tools").joinpath("theme", "privacy.js").read_text("utf-8"),
    }
