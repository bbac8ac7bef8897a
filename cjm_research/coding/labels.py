"""What people decided as numbers that a coder can learn from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cjm_research.codebook import SINGLE

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["labels_of"]

_NONE = ".none"


def labels_of(
    codings: pd.DataFrame,
    counted: pd.DataFrame,
    codes: Sequence[str],
    segments: Sequence[str],
    reviewed: Collection[str] = (),
) -> NDArray[np.float64]:
    """Labels, float64 (segments, codes): 1 has the code, 0 has it not, NaN where nobody said anything.

    codings, counted: the tables with people's decisions on top. Of an axis with one code a passage, a code that people
    settled makes the others 0; what they rejected is 0 and leaves the others open; what they dispute is open.
    reviewed: passages that somebody looked through: what they did not settle there is 0, ``axis.none`` 1;
    sentiment stays open.
    A code that stands in ``codes`` more than once (stages that a preset joins): any of them may be meant.
    """
    labels = np.full((len(segments), len(codes)), np.nan)
    row_of = {segment: row for row, segment in enumerate(segments)}
    of_axis: dict[str, list[int]] = {}
    meaning: dict[str, list[int]] = {}
    for column, code in enumerate(codes):
        of_axis.setdefault(code.partition(".")[0], []).append(column)
        meaning.setdefault(code, []).append(column)
    for segment, code in _rejected(codings):
        if segment in row_of and code in meaning:
            labels[row_of[segment], meaning[code]] = 0.0
    # A passage that was looked through has a sentiment all the same, though nobody settled which.
    closed = [column for column, code in enumerate(codes) if not code.startswith("sentiment")]
    for segment in reviewed:
        if segment in row_of:
            labels[row_of[segment], closed] = [float(codes[column].endswith(_NONE)) for column in closed]
    told = counted[counted["coder_kind"] == "human"]
    mixed = set(codings.loc[(codings["code"] == "sentiment") & (codings["memo"] == "mixed"), "segment_id"])
    for segment, said, value, status in zip(
        told["segment_id"], told["code"], told["value"], told["status"], strict=True
    ):
        code = _feeling(float(value), segment in mixed) if said == "sentiment" else str(said)
        if segment not in row_of or code not in meaning:
            continue
        row, axis, columns = row_of[segment], code.partition(".")[0], meaning[code]
        if axis in SINGLE:
            labels[row, of_axis[axis]] = np.nan if status == "disputed" else 0.0
        labels[row, columns] = 1.0 if status == "accepted" and len(columns) == 1 else np.nan
    return labels


def _rejected(codings: pd.DataFrame) -> list[tuple[str, str]]:
    rows = codings[(codings["status"] == "rejected") & (codings["code"] != "sentiment")]
    return list(zip(rows["segment_id"], rows["code"], strict=True))


def _feeling(value: float, mixed: bool) -> str:
    sign = "neutral" if value == 0 else "negative" if value < 0 else "positive"
    return f"sentiment.{'mixed' if mixed and sign == 'neutral' else sign}"
