"""Intervals for few people: over participants, never over passages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["LEVEL", "Interval", "t_interval", "wilson"]

LEVEL = 0.95


class Interval(NamedTuple):
    """A value with its interval, all in the same unit; ``lo`` and ``hi`` are NaN if there is none."""

    value: float
    lo: float
    hi: float


def wilson(k: int, n: int, level: float = LEVEL) -> Interval:
    """Share ``k`` of ``n`` with the Wilson score interval (Wilson 1927), 0…1.

    For k = 0 the lower end is exactly 0, for k = n the upper end exactly 1. All NaN if n is 0.

    >>> [round(x, 3) for x in wilson(0, 5)]
    [0.0, 0.0, 0.434]
    """
    if n == 0:
        return Interval(math.nan, math.nan, math.nan)
    from scipy.special import ndtri

    z2 = float(ndtri(0.5 + level / 2)) ** 2
    p = k / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return Interval(p, 0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half)


def t_interval(values: Sequence[float], scale: tuple[float, float], level: float = LEVEL) -> Interval:
    """Mean of participants' values with Student's t-interval, cut to ``scale`` (lowest, highest).

    Fewer than 3 values give the mean alone: an interval over two people covers nearly the whole
    scale and would only look like knowledge; nor do equal values. NaN if there are no values.
    """
    n = len(values)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = math.fsum(values) / n
    if n < 3:
        return Interval(mean, math.nan, math.nan)
    from scipy.special import stdtrit

    if min(values) == max(values):  # no spread to estimate from: a width of 0 would claim certainty
        return Interval(mean, math.nan, math.nan)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * deviation / math.sqrt(n)
    return Interval(mean, max(scale[0], mean - half), min(scale[1], mean + half))
