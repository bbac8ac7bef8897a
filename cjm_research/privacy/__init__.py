"""Privacy: names and other personal details out of a study, stable pseudonyms in, and a key to undo it."""

from __future__ import annotations

from cjm_research.privacy.detect import find_details
from cjm_research.privacy.key import Key, dump_key, load_key, new_key, restore
from cjm_research.privacy.known import Policy
from cjm_research.privacy.replace import Hidden, Replacement, pseudonymise
from cjm_research.privacy.report import replacement_report

__all__ = [
    "Hidden",
    "Key",
    "Policy",
    "Replacement",
    "dump_key",
    "find_details",
    "load_key",
    "new_key",
    "pseudonymise",
    "replacement_report",
    "restore",
]
