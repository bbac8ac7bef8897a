"""What Whisper and its kin write: JSON with segments, and tables of milliseconds."""

from __future__ import annotations

import json
import math
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.blocks import join_halves
from cjm_research.readers.cues import Cue, read_cues
from cjm_research.readers.decode import Source, check_length, decode, fold, normalise
from cjm_research.readers.document import Document
from cjm_research.readers.roles import Known

__all__ = ["TSV_COLUMNS", "read_whisper_json", "read_whisper_tsv"]

TSV_COLUMNS = ("start", "end", "text")
_PER_SECOND = 1000


def read_whisper_json(source: Source, known: Known) -> list[Document]:
    """Read ``{"segments": [{"start", "end", "text", "speaker"?}]}`` (seconds), as Whisper and WhisperX write it.

    A file of nothing but text is one turn without times. Raises CjmError if it is another kind of JSON.
    """
    raw, notes = decode(source)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise CjmError.one("read.unreadable", source.name, format=".json", reason=str(error)) from error
    segments = data.get("segments") if isinstance(data, dict) else data
    if not isinstance(segments, list) or not all(isinstance(entry, dict) and "text" in entry for entry in segments):
        raise CjmError.one("read.not_whisper", source.name)
    cues = [_cue(entry) for entry in segments]
    if not cues and isinstance(data, dict) and isinstance(data.get("text"), str):
        cues = [Cue(math.nan, math.nan, "", _words(data["text"]))]
    return read_cues(source, [cue for cue in cues if cue.words], known, notes)


def _cue(entry: dict[str, Any]) -> Cue:
    speaker, words = _words(entry.get("speaker") or ""), _words(entry["text"])
    return Cue(_seconds(entry.get("start")), _seconds(entry.get("end")), speaker, words)


def _words(value: object) -> str:
    return fold(normalise(join_halves(str(value))))


def _seconds(value: object) -> float:
    return round(float(value), 3) if isinstance(value, (int, float)) and abs(value) < 1e9 else math.nan


def read_whisper_tsv(source: Source, known: Known) -> list[Document]:
    """Read a table of start, end (milliseconds) and text, separated by tabs; quotes are words like any other.

    Raises CjmError with the lines that are not so.
    """
    raw, notes = decode(source)
    check_length(raw, source.name)
    cues, wrong = list[Cue](), list[int]()
    for number, line in enumerate(raw.split("\n")[1:], start=2):
        cells = line.split("\t", 2)
        if not line.strip():
            continue
        if len(cells) < len(TSV_COLUMNS) or not (cells[0].isdecimal() and cells[1].isdecimal()) or len(line) > 10**6:
            wrong.append(number)
        elif words := fold(cells[2]):
            cues.append(Cue(_milliseconds(cells[0]), _milliseconds(cells[1]), "", words))
    if wrong:
        raise CjmError.one("read.wrong_rows", source.name, lines=", ".join(map(str, wrong[:10])))
    return read_cues(source, cues, known, notes)


def _milliseconds(digits: str) -> float:
    return int(digits[:15]) / _PER_SECOND
