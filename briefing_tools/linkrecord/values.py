"""Tell: what is known of a link as JSON values, in the shape of an entry of `links --json`."""

from typing import Any

from briefing_tools.model import Day, KnownLink


def known_values(known: KnownLink) -> dict[str, Any]:
    """What is known of a link, in the shape of an entry of `links --json` without its places."""

    def day(value: Day | None) -> str | None:
        return value.iso if value else None

    asked = known.status is not None or known.hops
    return {
        "url": known.url,
        "state": known.state.value,
        "why": str(known.why) or None,
        "note": known.note or None,
        "status": known.status,
        "final_url": known.final if asked else None,
        "hops": [{"status": hop.status, "url": hop.url} for hop in known.hops],
        "since": day(known.since),
        "failures": [one.iso for one in known.fails],
        "checked": day(known.checked),
        "last_ok": day(known.last_ok),
        "archived": known.archive or None,
        "archived_on": day(known.archived),
    }
