"""Timed lyrics (``.lrc``), which some transcribers write: ``[01:23.45] words``."""

from __future__ import annotations

import math
import re

from cjm_research.readers.cues import Cue, read_cues
from cjm_research.readers.decode import Source, check_length, decode, fold
from cjm_research.readers.document import Document
from cjm_research.readers.markers import seconds
from cjm_research.readers.roles import Known

__all__ = ["read_lyrics"]

_STAMPS = re.compile(r"\s*(?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+")
_STAMP = re.compile(r"\[(\d{1,3}:\d{1,2})(?:[.:](\d{1,3}))?\]")
_WORD_TIME = re.compile(r"<\d{1,3}:\d{2}(?:\.\d{1,3})?>")


def read_lyrics(source: Source, known: Known) -> list[Document]:
    """Read an ``.lrc`` file; words last until the next stamp. Lines without a stamp (title, author) are left out.

    Raises CjmError if no line has a stamp.
    """
    raw, notes = decode(source)
    check_length(raw, source.name)
    timed = list[tuple[float, str]]()
    for line in raw.split("\n"):
        if stamps := _STAMPS.match(line):
            words = fold(_WORD_TIME.sub("", line[stamps.end() :]))
            # One line may be sung several times; the order of the stamps is the order of the words.
            timed += [(_seconds(clock, part), words) for clock, part in _STAMP.findall(stamps[0])]
    timed.sort(key=lambda entry: entry[0])
    ends = [*(start for start, _ in timed[1:]), math.nan]
    cues = [Cue(start, end, "", words) for (start, words), end in zip(timed, ends, strict=False) if words]
    return read_cues(source, cues, known, notes)


def _seconds(clock: str, part: str) -> float:
    return seconds(clock) + (float(f"0.{part}") if part else 0.0)
