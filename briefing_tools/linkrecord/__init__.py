"""Remember: what is known about external links, what people decided about them, and how to say so.

Three files, all committed. `links.lock` is written by `briefings links check --online` (`lock.py`); `links.toml` is
written by people (`policy.py`); `anchors.lock` holds our own published ids (`stages/reading/registry.py`). A build reads
them and opens no socket. `standing.py` puts the record and the decisions together; `advice.py` puts it into words for
editors, `offering.py` for readers.
"""

from briefing_tools.linkrecord.advice import URGENT, Advice, about, advise
from briefing_tools.linkrecord.likeness import misread, mixed_alphabets
from briefing_tools.linkrecord.lock import LinkRecord, read_lock, write_lock
from briefing_tools.linkrecord.offering import copy_words, offer, with_offers
from briefing_tools.linkrecord.policy import LinkPolicy, read_policy
from briefing_tools.linkrecord.reasons import Why
from briefing_tools.linkrecord.standing import KnownLinks, ending, needs_a_person, standing
from briefing_tools.linkrecord.values import known_values

__all__ = [
    "URGENT",
    "Advice",
    "KnownLinks",
    "LinkPolicy",
    "LinkRecord",
    "Why",
    "about",
    "advise",
    "copy_words",
    "ending",
    "known_values",
    "misread",
    "mixed_alphabets",
    "needs_a_person",
    "offer",
    "read_lock",
    "read_policy",
    "standing",
    "with_offers",
    "write_lock",
]
