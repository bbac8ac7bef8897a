"""Which passages to look at next: those about which a decision would tell the machine most.

A passage's worth is how unsure the coders are of it (margin between the two likeliest codes of an axis with one code a
passage; nearness to one half elsewhere, rare codes counting more: Settles, "Active Learning", 2012, chapter 2) and
whether rules and heads disagree, times how unlike it is to everything decided or chosen already. People of whom
little has been chosen come a little sooner.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cjm_research.codebook import SINGLE
from cjm_research.coding.likeness import Likeness, Material

__all__ = ["review_queue", "unsureness"]

Floats = NDArray[np.float64]

_WEIGHT = {"stage": 2.0, "pain": 2.0}  # journey maps stand on these; any other axis 1
_DISAGREEMENT = 0.5  # of rules and heads on everything, beside being unsure of everything
_PERSON = 0.02  # less for every passage of the same person chosen before, at the most a fifth
_MOST_OF_PERSON = 10
_DIGITS = 9  # so that the last bits of a sum never decide


def review_queue(
    material: Material,
    participants: Sequence[str],
    decided: NDArray[np.bool_],
    size: int,
    disagreement: Floats | None = None,
) -> list[int]:
    """Rows of the passages to review, most telling first; at most ``size``, never one that is decided.

    material: all passages of a study, with the probabilities as they stand now as base. participants: whose words
    each passage is. decided: (n,) passages that need no review. disagreement: (n,) from 0 to 1, share of axes on which
    rules and heads differ. Each passage depends on those before it only: a shorter queue is the start of a longer one.
    """
    worth = unsureness(material.base, material.codes)
    if disagreement is not None:
        worth = worth + _DISAGREEMENT * np.asarray(disagreement, float)
    people, person = np.unique(np.array(participants, dtype=str), return_inverse=True)
    taken = np.zeros(len(people))
    likeness = Likeness(material)
    known = _known(likeness, np.flatnonzero(decided))
    free, queue = ~np.asarray(decided, bool), list[int]()
    while len(queue) < size and free.any():
        patience = 1 - _PERSON * np.minimum(taken[person], _MOST_OF_PERSON)
        score = np.where(free, np.round(worth * (1 - known) * patience, _DIGITS), -1.0)
        best = int(score.argmax())
        queue.append(best)
        free[best] = False
        taken[person[best]] += 1
        known = np.maximum(known, _known(likeness, np.array([best])))
    return queue


def unsureness(probabilities: NDArray[np.float64] | NDArray[np.float32], codes: Sequence[str]) -> Floats:
    """How unsure the coders are of each passage, from 0 (sure of all) to 1: mean over the axes, float64 (n,).

    Codes without probability (NaN) are left out.
    """
    columns: dict[str, list[int]] = {}
    for column, code in enumerate(codes):
        if not np.isnan(probabilities[:, column]).any():
            columns.setdefault(code.partition(".")[0], []).append(column)
    total, weights = np.zeros(len(probabilities)), 0.0
    for axis, own in columns.items():
        weight = _WEIGHT.get(axis, 1.0)
        unsure = _margin if axis in SINGLE else _doubt
        total += weight * unsure(np.asarray(probabilities[:, own], float))
        weights += weight
    return total / max(weights, 1.0)


def _margin(p: Floats) -> Floats:
    """1 where the two likeliest codes are equally likely, 0 where one is certain."""
    if p.shape[1] == 1:
        return _doubt(p)
    ranked = np.sort(p, axis=1)
    return np.asarray(1 - (ranked[:, -1] - ranked[:, -2]))


def _doubt(p: Floats) -> Floats:
    """Of the codes, the largest doubt whether the passage has it, less for codes that are frequent in this study."""
    rare = 1 / np.sqrt(np.maximum(p.sum(axis=0), 1.0))
    return np.asarray((4 * p * (1 - p) * rare).max(axis=1, initial=0.0))


def _known(likeness: Likeness, rows: NDArray[np.intp]) -> Floats:
    """For each passage, likeness to the most similar of these, from 0 to 1."""
    passages = len(likeness.own.answers)
    if not len(rows):
        return np.zeros(passages)
    return np.asarray(np.clip(likeness.near(likeness.own, rows).max(axis=1) / likeness.most, 0.0, 1.0))
