"""Intervals over few people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.stats import t_interval, wilson

SCALE = (-2.0, 2.0)


@pytest.mark.parametrize(("n", "upper"), [(5, 0.434), (8, 0.324), (12, 0.242), (20, 0.161)])
def test_nobody_of_n_still_leaves_room(n: int, upper: float) -> None:
    """Wilson's upper end for 0 of n; 1 minus it is the lower end for n of n."""
    nobody, everybody = wilson(0, n), wilson(n, n)
    assert (nobody.value, nobody.lo, round(nobody.hi, 3)) == (0.0, 0.0, upper)
    assert (everybody.value, everybody.hi, round(everybody.lo, 3)) == (1.0, 1.0, round(1 - upper, 3))


def test_wilson_against_figures_worked_out_by_hand() -> None:
    """3 of 7 at 95 %: (3/7 + z²/14 ± z·√(12/343 + z²/196)) / (1 + z²/7) with z = 1.959964 gives 0.158…0.750."""
    found = wilson(3, 7)
    assert [round(x, 3) for x in found] == [0.429, 0.158, 0.750]
    assert wilson(3, 7, 0.5).hi < found.hi


def test_wilson_of_nobody_asked_is_nothing() -> None:
    """No people, no share."""
    assert all(math.isnan(x) for x in wilson(0, 0))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_symmetric_and_holds_the_share(counts: tuple[int, int]) -> None:
    """0 ≤ lo ≤ share ≤ hi ≤ 1, and counting those who did not is the mirror image."""
    k, n = counts
    found, mirrored = wilson(k, n), wilson(n - k, n)
    assert 0 <= found.lo <= found.value <= found.hi <= 1
    assert found.lo == pytest.approx(1 - mirrored.hi, abs=1e-12)
    assert found.hi == pytest.approx(1 - mirrored.lo, abs=1e-12)


def test_t_interval_against_figures_worked_out_by_hand() -> None:
    """0, 1, 2, 1: mean 1, s = √(2/3) = 0.8165, s/√4 = 0.4082, t(3) = 3.1824, so 1 ± 1.2992, cut at 2."""
    assert t_interval([0, 1, 2, 1], (-9, 9)) == pytest.approx((1.0, -0.2992, 2.2992), abs=5e-5)
    assert t_interval([0, 1, 2, 1], SCALE) == pytest.approx((1.0, -0.2992, 2.0), abs=5e-5)
    assert t_interval([0, -1, -2, -1], SCALE) == pytest.approx((-1.0, -2.0, 0.2992), abs=5e-5)


@pytest.mark.parametrize(("values", "mean"), [([1.0], 1.0), ([2.0, -1.0], 0.5)])
def test_one_or_two_people_have_no_interval(values: list[float], mean: float) -> None:
    """Below three people there is the mean alone."""
    found = t_interval(values, SCALE)
    assert found.value == mean
    assert math.isnan(found.lo)
    assert math.isnan(found.hi)


def test_no_values_have_no_mean() -> None:
    """Nothing in, nothing out."""
    assert all(math.isnan(x) for x in t_interval([], SCALE))


def test_people_of_one_mind_have_no_interval() -> None:
    """Equal values give their mean alone: a width of 0 would claim certainty that few people cannot give."""
    found = t_interval([2.0, 2.0, 2.0], SCALE)
    assert found.value == 2.0
    assert math.isnan(found.lo)
    assert math.isnan(found.hi)


@given(st.lists(st.floats(-2, 2), min_size=3, max_size=12).filter(lambda values: min(values) < max(values)))
def test_t_interval_stays_on_the_scale(values: list[float]) -> None:
    """Lowest ≤ lo ≤ mean ≤ hi ≤ highest, whatever the order of the values."""
    found = t_interval(values, SCALE)
    assert -2 <= found.lo <= found.value <= found.hi <= 2
    assert t_interval(sorted(values), SCALE).value == found.value
