"""ELAN annotations (``.eaf``): a tier a speaker, an annotation a cue."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.cues import Cue, read_cues
from cjm_research.readers.decode import TEXT_LIMIT, Source, fold, normalise
from cjm_research.readers.document import Document
from cjm_research.readers.roles import Known
from cjm_research.readers.xml_files import parse_xml

__all__ = ["read_elan"]


def read_elan(source: Source, known: Known) -> list[Document]:
    """Read an ``.eaf`` file; the speaker is the tier's participant, else its name.

    Tiers that hang on another one (translations, glosses) are left out, with a note.
    Raises CjmError if it is no ELAN file or nothing is annotated.
    """
    if len(source.data) > TEXT_LIMIT:
        raise CjmError.one("read.unreadable", source.name, format=".eaf", reason=f"{len(source.data)} B")
    root = parse_xml(source.data, source.name, ".eaf")
    if root.tag != "ANNOTATION_DOCUMENT":
        raise CjmError.one("read.unreadable", source.name, format=".eaf", reason=str(root.tag)[:60])
    times = _times(root)
    tiers = root.findall("TIER")
    left_out = [tier.get("TIER_ID", "") for tier in tiers if tier.get("PARENT_REF")]
    cues = [cue for tier in tiers if not tier.get("PARENT_REF") for cue in _cues(tier, times)]
    # Without a slot the words come last: nothing is lost, and the order is certain. Tiers keep their order.
    cues.sort(key=lambda cue: (math.isnan(cue.start_s), cue.start_s, cue.end_s))
    notes = [Problem("read.tiers_left_out", source.name, MappingProxyType({"tiers": ", ".join(left_out)}))]
    return read_cues(source, cues, known, notes if left_out else [])


def _times(root: Any) -> dict[str, float]:
    """Seconds by time slot; a slot that was never aligned has the time of the one before."""
    times, last = dict[str, float](), 0.0
    for slot in root.iterfind("TIME_ORDER/TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        last = int(value[:15]) / 1000 if value.isdecimal() else last
        times[slot.get("TIME_SLOT_ID", "")] = last
    return times


def _cues(tier: Any, times: dict[str, float]) -> Iterator[Cue]:
    speaker = fold(normalise(tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""))
    for annotation in tier.iterfind("ANNOTATION/ALIGNABLE_ANNOTATION"):
        if words := fold(normalise(annotation.findtext("ANNOTATION_VALUE") or "")):
            start, end = (times.get(annotation.get(f"TIME_SLOT_REF{at}", ""), math.nan) for at in (1, 2))
            yield Cue(start, end, speaker, words)
