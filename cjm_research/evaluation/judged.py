"""One axis laid side by side: what gold says of each row, what the coder says, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cjm_research.evaluation.gold import SINGLE, codes_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Judged", "judge"]


@dataclass(frozen=True)
class Judged:
    """One axis.

    rows: positions in the gold table, n of them: those that gold says something of.
    gold, coded: bool (n, codes). confidence: float (n,), NaN where the coder gave none.
    right: float (n,), share of the row's suggested codes that gold has; NaN where none is suggested. Of an axis
    with one code, ``none`` is a suggestion as well.
    near: float (n,), 1 where gold's code is among the coder's first three, else 0; NaN where it names no three.
    """

    axis: str
    codes: tuple[str, ...]
    rows: np.ndarray
    gold: np.ndarray
    coded: np.ndarray
    confidence: np.ndarray
    right: np.ndarray
    near: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def single(self) -> bool:
        """Whether a row has one code."""
        return self.axis in SINGLE

    @property
    def sure(self) -> np.ndarray:
        """Which rows have a suggestion with a confidence: bool (n,)."""
        found: np.ndarray = ~(np.isnan(self.right) | np.isnan(self.confidence))
        return found

    def only(self, chosen: np.ndarray) -> Judged:
        """The same for some of the gold table's rows; chosen: bool, one for each of them."""
        kept = chosen[self.rows]
        cut = (part[kept] for part in (self.rows, self.gold, self.coded, self.confidence, self.right, self.near))
        return Judged(self.axis, self.codes, *cut)


def judge(gold: pd.DataFrame, coded: pd.DataFrame, axis: str, known: Sequence[str]) -> Judged:
    """Lay one axis side by side; the tables have the same rows in the same order.

    known: the axis' codes in order; others that the coder gave follow them.
    """
    truth, said = [codes_of(value) for value in gold[axis]], [codes_of(value) for value in coded[axis]]
    codes = (*known, *sorted({code for row in said for code in row} - set(known)))
    rows = np.array([n for n, row in enumerate(truth) if row or axis not in SINGLE], int)
    there, suggested = _matrix(truth, codes)[rows], _matrix(said, codes)[rows]
    many = suggested.sum(axis=1)
    right = np.where(many > 0, (there & suggested).sum(axis=1) / np.maximum(many, 1), np.nan)
    return Judged(
        axis, codes, rows, there, suggested, _confidence(coded, axis)[rows], right, _near(truth, coded, axis)[rows]
    )


def _matrix(rows: Sequence[tuple[str, ...]], codes: Sequence[str]) -> np.ndarray:
    place = {code: column for column, code in enumerate(codes)}
    found = np.zeros((len(rows), len(codes)), bool)
    for n, row in enumerate(rows):
        found[n, [place[code] for code in row]] = True
    return found


def _confidence(coded: pd.DataFrame, axis: str) -> np.ndarray:
    name = f"{axis}_confidence"
    if name not in coded.columns:
        return np.full(len(coded), np.nan)
    return coded[name].to_numpy(float)


def _near(truth: Sequence[tuple[str, ...]], coded: pd.DataFrame, axis: str) -> np.ndarray:
    name = f"{axis}_top3"
    if name not in coded.columns:
        return np.full(len(coded), np.nan)
    first = [codes_of(value)[:3] for value in coded[name]]
    return np.array([float(bool(set(row) & set(three))) for row, three in zip(truth, first, strict=True)], float)
