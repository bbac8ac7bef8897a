"""Which passages are asked about together, and what is shown around them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from cjm_research.coding.llm.prompt import Line
from cjm_research.i18n import LANGUAGES

__all__ = ["Batch", "lines", "make_batches"]

_BEFORE, _AFTER = 2, 1  # neighbours shown
_MOST_CHARACTERS = 6000  # of the passages of one request; a longer passage goes alone


class Batch(NamedTuple):
    """Passages (positions in the table of segments) asked about together, and their language."""

    rows: tuple[int, ...]
    language: str


def make_batches(segments: pd.DataFrame, most: int) -> Iterator[Batch]:
    """Passages in Russian and English, ``most`` at a time.

    They go file by file (all answers of a survey are one file), so that a change in one asks only its own passages
    anew; passages of any other language are in no batch.
    """
    files = [str(transcript).partition("#")[0] for transcript in segments["transcript_id"]]
    languages, sizes = list(segments["language"]), [len(text) for text in segments["text"]]
    known = [row for row in range(len(segments)) if languages[row] in LANGUAGES]
    order = {key: n for n, key in enumerate(dict.fromkeys((files[row], languages[row]) for row in known))}
    known.sort(key=lambda row: order[files[row], languages[row]])  # stable: rows of a file stay in order
    for (_, language), group in groupby(known, key=lambda row: (files[row], languages[row])):
        rows: list[int] = []
        for row in group:
            if rows and (len(rows) == most or sum(sizes[r] for r in rows) + sizes[row] > _MOST_CHARACTERS):
                yield Batch(tuple(rows), language)
                rows = []
            rows.append(row)
        yield Batch(tuple(rows), language)


def lines(segments: list[Any], rows: tuple[int, ...]) -> Iterator[Line]:
    """The passages ``rows`` numbered from 1, with their neighbours of the same transcript.

    segments: rows of the table of segments, in the order of the transcripts.
    """
    numbers = {row: n for n, row in enumerate(rows, start=1)}
    near = {row + step for row in rows for step in range(-_BEFORE, _AFTER + 1)}
    shown = [
        row
        for row in sorted(near)
        if row in numbers or any(_of_one_transcript(segments, row, numbered) for numbered in _around(row, numbers))
    ]
    before = ""
    for row in shown:
        one = segments[row]
        yield Line(numbers.get(row, 0), str(one.text), str(one.question), one.transcript_id != before)
        before = one.transcript_id


def _around(row: int, numbers: dict[int, int]) -> list[int]:
    """Numbered passages that ``row`` is a neighbour of."""
    return [near for near in range(row - _AFTER, row + _BEFORE + 1) if near in numbers]


def _of_one_transcript(segments: list[Any], row: int, other: int) -> bool:
    return 0 <= row < len(segments) and segments[row].transcript_id == segments[other].transcript_id
