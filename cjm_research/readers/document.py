"""What every reader hands on: a document with its normalised text and its turns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cjm_research.errors import Problem
from cjm_research.readers.normalise import SourceMap

__all__ = ["Document", "SourceTurn"]


@dataclass(frozen=True)
class SourceTurn:
    """One turn of a conversation, or one open answer.

    speaker: the label as written; empty where the source has none.
    role: ``participant``, ``interviewer`` or ``other``; only participants are evidence.
    question: what this turn answers, white space folded; empty for the interviewer.
    start, end: code points into the document's text, half-open; ``text[start:end]`` is nothing but
        what was said (labels, markup before the words and time stamps stay outside).
    start_s, end_s: seconds from the start of the recording, NaN if unknown.
    """

    speaker: str
    role: str
    question: str
    start: int
    end: int
    start_s: float = math.nan
    end_s: float = math.nan


@dataclass(frozen=True)
class Document:
    """One interview, or the answers of one survey respondent.

    transcript_id: path below the study folder; for a survey answer ``path#row`` with the row of the
        spreadsheet (its first row is 1).
    path, sha256: the file it was read from (forward slashes) and the hash of its bytes.
    kind: one of `cjm_research.tables.KINDS`.
    date: ISO 8601 day, empty if the source names none.
    text: normalised text that all offsets count in.
    participant: respondent id of a survey answer, else empty.
    attributes: closed answers of a survey respondent under canonical names.
    notes: what was guessed or is doubtful; nothing here stops the reading.
    source_map: from offsets in ``text`` to offsets in the decoded file, where ``text`` is the file itself.
    """

    transcript_id: str
    path: str
    sha256: str
    kind: str
    date: str
    text: str
    turns: tuple[SourceTurn, ...]
    participant: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Problem, ...] = ()
    source_map: SourceMap | None = None
