"""Figures of one axis, each for many weightings of the rows at once.

A weighting (how often each row counts) is how a bootstrap sample is written: the figure itself has all weights 1, and
its interval comes from weights drawn with replacement. So every function takes ``weights`` (samples, n) and returns
(samples, …), NaN where a figure is not defined.
"""

from __future__ import annotations

import numpy as np

from cjm_research.evaluation.judged import Judged

__all__ = [
    "BINS",
    "MEASURES",
    "SHARE",
    "bin_of",
    "code_alpha",
    "code_f1",
    "counts",
    "coverage",
    "f1",
    "measure",
    "resamples",
]

BINS = 10
SHARE = 0.4  # of the surest suggestions, whose precision is a figure of its own
_AT_ONCE = 100  # samples


def _divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=found, where=below != 0)
    return found


def counts(judged: Judged, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often each code is rightly suggested, suggested, and there: each (samples, codes)."""
    right = weights @ (judged.gold & judged.coded).astype(float)
    return right, weights @ judged.coded.astype(float), weights @ judged.gold.astype(float)


def code_f1(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """F1 of each code: 2 right / (suggested + there), NaN for one that is neither; (samples, codes)."""
    right, found, there = counts(judged, weights)
    return _divide(2 * right, found + there)


def f1(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """Macro-F1 of an axis with one code (mean over the codes that gold has, ``none`` included), else micro-F1."""
    right, found, there = counts(judged, weights)
    if not judged.single:
        return _divide(2 * right.sum(axis=1), (found + there).sum(axis=1))
    each = np.where(there > 0, _divide(2 * right, found + there), 0.0)
    return _divide(each.sum(axis=1), (there > 0).sum(axis=1).astype(float))


def _alpha(agreed: np.ndarray, rows: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha for nominal data of two coders without gaps.

    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section B. agreed, rows: how many rows have
    the same value twice, and how many there are; said: how often each value was given by either (…, values).
    """
    values = 2 * rows
    apart, expected = 2 * (rows - agreed), values**2 - (said**2).sum(axis=-1)
    return 1 - _divide((values - 1) * apart, expected)


def code_alpha(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha of each code, there or not, between gold and coder; (samples, codes).

    Rows of an axis with one code that the coder left unscored are out, here and in `alpha`.
    """
    weights = weights * (judged.coded.any(axis=1) | (not judged.single))
    rows = weights.sum(axis=1, keepdims=True)
    _, found, there = counts(judged, weights)
    agreed = weights @ (judged.gold == judged.coded).astype(float)
    yes = found + there
    return _alpha(agreed, rows, np.stack([yes, 2 * rows - yes], axis=-1))


def alpha(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha between gold and coder; of an axis with many codes the mean over the codes that gold has."""
    if not judged.single:
        each = np.where(judged.gold.any(axis=0), code_alpha(judged, weights), np.nan)
        defined = ~np.isnan(each)
        return _divide(np.where(defined, each, 0.0).sum(axis=1), defined.sum(axis=1).astype(float))
    weights = weights * judged.coded.any(axis=1)
    right, found, there = counts(judged, weights)
    return _alpha(right.sum(axis=1), weights.sum(axis=1), found + there)


def bin_of(confidence: np.ndarray) -> np.ndarray:
    """Tenth of the scale that a confidence is in: 0 for [0, 0.1) … 9 for [0.9, 1]."""
    found: np.ndarray = np.minimum(np.floor(np.round(confidence * BINS, 9)), BINS - 1).astype(int)
    return found


def calibration_error(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """Expected calibration error in ten bins: mean distance between confidence and precision (Guo et al. 2017)."""
    sure = judged.sure
    place, gap = bin_of(judged.confidence[sure]), judged.right[sure] - judged.confidence[sure]
    gaps = np.zeros((len(place), BINS))
    gaps[np.arange(len(place)), place] = gap
    kept = weights[:, sure]
    return _divide(np.abs(kept @ gaps).sum(axis=1), kept.sum(axis=1))


def coverage(judged: Judged, weights: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Precision of the surest suggestions, a column for each share of them kept; (samples, shares).

    Where a share ends among equally sure ones, these count in proportion, so that the order of rows has no part in it.
    """
    sure = judged.sure
    order = np.argsort(-judged.confidence[sure], kind="stable")
    ranked, right = judged.confidence[sure][order], judged.right[sure][order]
    kept = weights[:, sure][:, order]
    if not len(ranked):
        return np.full((len(weights), len(shares)), np.nan)
    starts = np.flatnonzero(np.r_[True, np.diff(ranked) != 0])
    many = np.cumsum(np.add.reduceat(kept, starts, axis=1), axis=1)
    good = np.cumsum(np.add.reduceat(kept * right, starts, axis=1), axis=1)
    found = np.full((len(weights), len(shares)), np.nan)
    for sample, (n, k) in enumerate(zip(many, good, strict=True)):
        if n[-1]:
            taken = shares * n[-1]
            found[sample] = np.interp(taken, np.r_[0, n], np.r_[0, k]) / taken
    return found


def precision_of_surest(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """Precision of the surest `SHARE` of the suggestions."""
    return coverage(judged, weights, np.array([SHARE]))[:, 0]


def among_three(judged: Judged, weights: np.ndarray) -> np.ndarray:
    """How often gold's code is among the coder's first three."""
    named = ~np.isnan(judged.near)
    kept = weights[:, named]
    return _divide(kept @ judged.near[named], kept.sum(axis=1))


MEASURES = {
    "f1": f1,
    "alpha": alpha,
    "precision_40": precision_of_surest,
    "ece": calibration_error,
    "top3": among_three,
}


def measure(name: str, judged: Judged, samples: np.ndarray | None) -> tuple[float, float, float]:
    """A figure of `MEASURES` with the ends of its 95 % percentile interval (Efron 1979); NaN where there is none.

    samples: weights of the gold table's rows, as `resamples` draws them. The calibration error has no interval: a mean
    of distances grows with noise, so that resampling would only show it too high.
    """
    value = float(MEASURES[name](judged, np.ones((1, len(judged))))[0])
    if samples is None or name == "ece" or np.isnan(value):
        return value, np.nan, np.nan
    parts = [samples[start : start + _AT_ONCE][:, judged.rows] for start in range(0, len(samples), _AT_ONCE)]
    drawn = np.concatenate([MEASURES[name](judged, part.astype(float)) for part in parts])
    if np.isnan(drawn).all():
        return value, np.nan, np.nan
    lo, hi = np.nanpercentile(drawn, [2.5, 97.5])
    return value, float(lo), float(hi)


def resamples(groups: np.ndarray, times: int, seed: int) -> np.ndarray:
    """Weights of rows when whole groups of them are drawn with replacement: int32 (times, n).

    groups: number of the group of each row, from 0.
    """
    many = int(groups.max()) + 1
    draws = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), size=times)
    drawn: np.ndarray = draws[:, groups].astype(np.int32)
    return drawn
