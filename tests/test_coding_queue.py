"""The review queue shows first what a decision would tell most about, and the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cjm_research.coding.likeness import Material
from cjm_research.coding.passages import Passages
from cjm_research.coding.queue import review_queue, unsureness

CODES = ("stage.purchase", "stage.use", "stage.none", "pain.price", "pain.delay")
SURE = [0.98, 0.01, 0.01, 0.01, 0.01]
UNSURE = [0.4, 0.4, 0.2, 0.01, 0.01]


def material(base: list[list[float]], like: list[int] | None = None, answers: list[str] | None = None) -> Material:
    """Passages with these probabilities; those of the same number have the same words and question."""
    vectors = np.random.default_rng(2).normal(size=(len(base) + 1, 16)).astype(np.float32)
    rows = like or list(range(len(base)))
    names = answers or [str(k) for k in range(len(base))]
    marks = tuple(frozenset({f"pain.m{row}@0.5"}) for row in rows)
    return Material(Passages(vectors[rows], marks), tuple(names), CODES, np.array(base))


def none(n: int) -> NDArray[np.bool_]:
    """Nothing is decided."""
    return np.zeros(n, bool)


def test_the_unsure_come_before_the_sure() -> None:
    """Of passages that are unlike each other the one the coders are unsure of is first."""
    found = review_queue(material([SURE, UNSURE, SURE]), ["a", "b", "c"], none(3), 3)

    assert found[0] == 1


def test_disagreement_brings_a_passage_forward() -> None:
    """Of equally sure passages the one on which rules and heads differ is first."""
    found = review_queue(material([SURE] * 4), list("abcd"), none(4), 1, np.array([0, 0, 1.0, 0]))

    assert found == [2]


def test_what_is_decided_is_not_shown_nor_its_like() -> None:
    """A decided passage is never in the queue, and one like it comes after others."""
    similar = material([UNSURE] * 4, like=[0, 0, 1, 2], answers=["x", "x", "y", "z"])
    decided = np.array([True, False, False, False])

    found = review_queue(similar, list("abcd"), decided, 9)

    assert sorted(found) == [1, 2, 3]
    assert found[-1] == 1


def test_the_queue_covers_different_things_first() -> None:
    """Of two groups of like passages one of each comes before the second of either."""
    twins = material([UNSURE] * 4, like=[0, 0, 1, 1], answers=["x", "x", "y", "y"])

    found = review_queue(twins, ["a"] * 4, none(4), 2)

    assert {row // 2 for row in found} == {0, 1}


def test_everybody_gets_a_turn() -> None:
    """Of equally telling passages those of a person of whom nothing was chosen come sooner."""
    same = material([UNSURE] * 3, like=[0, 0, 0])

    assert review_queue(same, ["a", "a", "b"], none(3), 3) == [0, 2, 1]


def test_rare_codes_count_more() -> None:
    """The same doubt is worth more on a code that hardly anybody has than on one that many have."""
    base = np.tile(SURE, (60, 1))
    base[:, 3] = 0.95
    base[0, 3], base[1, 4] = 0.5, 0.5

    unsure = unsureness(base, CODES)

    assert unsure[1] > unsure[0] > unsure[2]


def test_unsureness_lies_between_0_and_1() -> None:
    """Certainty is 0, complete doubt on the axes 1; a code that no head knows is left out."""
    known = np.array([[1.0, 0, 0, 0, 0], [0.5, 0.5, 0, 0.5, 0.5]])
    unknown = np.array([[1.0, 0, 0, np.nan, 0]])

    assert unsureness(known, CODES) == pytest.approx([0.0, 1.0])
    assert unsureness(unknown, CODES) == pytest.approx([0.0])


@given(st.integers(0, 30), st.integers(0, 12), st.integers(0, 1000))
def test_a_queue_is_the_start_of_a_longer_one(n: int, size: int, seed: int) -> None:
    """Whatever the passages: no row twice, none decided, no more than asked for, and a shorter queue is a start."""
    random = np.random.default_rng(seed)
    some = material(random.dirichlet(np.ones(5), size=n).reshape(n, 5).tolist()) if n else None
    if some is None:
        return
    decided = random.random(n) < 0.3
    people = [f"p{k % 3}" for k in range(n)]

    found = review_queue(some, people, decided, size)

    assert len(found) == len(set(found)) == min(size, int((~decided).sum()))
    assert not decided[found].any()
    assert review_queue(some, people, decided, n)[: len(found)] == found
