"""Segments: sentences within participants' turns, with exact offsets.

Russian sentences are found by razdel, English ones by nltk's Punkt with a list
of abbreviations of our own (its trained model would have to be downloaded).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from cjm_research.language import detect_language, is_non_answer
from cjm_research.tables import SEGMENTS, make_table

__all__ = ["make_segments", "segment_id", "split_sentences"]

_ABBREVIATIONS = (
    "mr mrs ms dr prof sr jr st vs etc e.g i.e approx inc ltd co corp dept no fig est min max "
    "a.m p.m u.s u.k ph.d jan feb mar apr jun jul aug sep sept oct nov dec"
).split()
# A blank line, or a new line that begins a list item, ends a passage even without a full stop.
_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-–—•*]|\d{1,2}[.)])\s)")
_HAS_WORD = re.compile(r"[^\W_]")
# "(смеётся)", "[laughs]": a stage direction is no passage of its own.
_DIRECTION = re.compile(r"^\W*[(\[][^)\]]{1,40}[)\]]\W*$")


@cache
def _punkt() -> Any:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


def _raw_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    if language == "en":
        yield from _punkt().span_tokenize(text)
    else:
        from razdel import sentenize

        yield from ((sentence.start, sentence.stop) for sentence in sentenize(text))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _BREAK.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def split_sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Offsets (code points, half-open) of the sentences of ``text``, without surrounding white space.

    Pieces without a word (``…``, ``)))``, an emoji) and stage directions join the sentence
    before them; a text without any word is one piece, so that nothing a person wrote is lost.
    """
    spans: list[tuple[int, int]] = []
    for block_start, block_end in _blocks(text):
        block = text[block_start:block_end]
        for a, b in _raw_spans(block, language):
            start, end = block_start + a, block_start + b
            piece = text[start:end]
            start += len(piece) - len(piece.lstrip())
            end = start + len(piece.strip())
            if start == end:
                continue
            if spans and (not _HAS_WORD.search(piece) or _DIRECTION.match(piece)):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans


def segment_id(transcript_id: str, start: int, end: int, text: str) -> str:
    """Id of a passage, derived from where it stands and what it says: the same on every machine and run."""
    key = f"{transcript_id}\x1f{start}\x1f{end}\x1f{text}".encode()
    return "s" + hashlib.blake2s(key, digest_size=6).hexdigest()


def make_segments(turns: pd.DataFrame, transcripts: pd.DataFrame) -> pd.DataFrame:
    """Cut the participants' turns into sentences.

    turns, transcripts: tables of these names. Returns table ``segments``, in the order of transcripts and offsets;
    interviewers' and others' turns give none: they are context, not evidence.
    """
    wave_of = dict(zip(transcripts["transcript_id"], transcripts["wave"], strict=True))
    rows: list[dict[str, object]] = []
    spoken: list[dict[str, Any]] = turns[turns["role"] == "participant"].to_dict("records")  # type: ignore[assignment]
    for turn in spoken:
        whole = turn["text"]
        language = detect_language(whole)
        for a, b in split_sentences(whole, language):
            start, end, text = turn["start"] + a, turn["start"] + b, whole[a:b]
            own = detect_language(text)
            rows.append(
                {
                    "segment_id": segment_id(turn["transcript_id"], start, end, text),
                    "transcript_id": turn["transcript_id"],
                    "turn": turn["turn"],
                    "participant_id": turn["participant_id"],
                    "start": start,
                    "end": end,
                    "start_s": turn["start_s"],
                    "text": text,
                    "question": turn["question"],
                    "language": language if own == "und" else own,
                    "non_answer": int(is_non_answer(text)),
                    "wave": wave_of[turn["transcript_id"]],
                }
            )
    return make_table(SEGMENTS, rows)
