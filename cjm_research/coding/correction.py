"""A correction of given logits, learned from decided passages and their likeness; and how strong it should be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

__all__ = ["FEWEST", "LEAST", "Task", "choose", "probabilities"]

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

FEWEST = 20  # decided passages of an axis before anything but the order changes
LEAST = 1e-4
_TIMES = (0.0, 0.3, 3.0)  # other strengths that may be chosen, times the usual one
_FOLDS, _MOST = 5, 600  # passages used to choose the strength: more take long and change nothing
_STEPS, _STILL = 60, 1e-4  # the latter of a weight, which is at most 1
_SUGGESTED = 0.3  # probability from which a code of an axis with many counts as suggested, in F1 only


def probabilities(logits: Floats, single: bool) -> Floats:
    """Logits as probabilities: that add up to 1 where a passage has one of the codes, else each for itself."""
    if not single:
        found: Floats = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        return found
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Task:
    """Decided passages of one block: their likeness to each other, logits of the heads, labels and weights."""

    likeness: Floats
    logits: Floats
    labels: Floats
    trust: Floats
    single: bool

    def part(self, rows: Rows) -> Task:
        """Some of the passages."""
        near = self.likeness[np.ix_(rows, rows)]
        return Task(near, self.logits[rows], self.labels[rows], self.trust[rows], self.single)

    def fit(self, strength: float) -> Floats:
        """Weight of each passage for each code.

        Steps with a fixed bound of the curvature (Böhning, Ann. Inst. Statist. Math. 44, 1992): each is better.
        """
        near, weights = self.likeness * strength, np.zeros_like(self.logits)
        if not strength or not len(near):
            return weights
        bound = 0.5 if self.single else 0.25
        solver = cho_factor(bound * near + np.eye(len(near)), lower=True, check_finite=False)
        for _ in range(_STEPS):
            moved = near @ weights
            p = probabilities(self.logits + moved, self.single)
            pull = self.trust[:, None] * (self.targets(p) - p)
            before, weights = weights, np.asarray(cho_solve(solver, pull + bound * moved, check_finite=False))
            if np.abs(weights - before).max() < _STILL:
                break
        return weights

    def targets(self, p: Floats) -> Floats:
        """What the labels ask for: where they leave it open, what is thought already.

        Of an axis with one code a passage, a code that is told rules the others out; a rejection only moves its code.
        """
        wanted = np.where(np.isnan(self.labels), p, self.labels)
        return np.where(self._told, self.labels == 1, wanted)

    @cached_property
    def _told(self) -> NDArray[np.bool_]:
        """Whether the one code of the passage is known, as a column."""
        return np.asarray(self.single & (self.labels == 1).any(axis=1, keepdims=True))

    def losses(self, p: Floats) -> Floats:
        """Minus the logarithm of the probability of what people decided, for each passage."""
        if self.single:
            chance = np.where(np.where(self._told, self.labels == 1, self.labels != 0), p, 0.0).sum(
                axis=1, keepdims=True
            )
        else:
            chance = np.where(np.isnan(self.labels), 1.0, np.where(self.labels == 1, p, 1 - p))
        return np.asarray(-self.trust * np.log(np.maximum(chance, LEAST)).sum(axis=1))

    def f1(self, p: Floats) -> float:
        """Macro-F1 of the passages whose code is known (single), else micro-F1 of what is known."""
        if self.single:
            rows = self._told[:, 0]
            right, found = self.labels[rows] == 1, np.eye(p.shape[1], dtype=bool)[p[rows].argmax(axis=1)]
        else:
            right, found = self.labels == 1, (p >= _SUGGESTED) & ~np.isnan(self.labels)
            right, found = right.reshape(-1, 1), found.reshape(-1, 1)
        there = right.any(axis=0)
        both = 2 * (right & found).sum(axis=0) / np.maximum(right.sum(axis=0) + found.sum(axis=0), 1)
        return float(both[there].mean()) if there.any() else float("nan")


def choose(task: Task, groups: NDArray[Any], usual: float, seed: int) -> tuple[float, float, float]:
    """Strength, and F1 without and with it, cross-validated.

    Another strength than the usual one is taken if it foretells decisions better by more than a standard error.
    """
    if len(groups) < FEWEST:
        return usual if len(groups) else 0.0, float("nan"), float("nan")
    random = np.random.default_rng(seed)
    if len(groups) > _MOST:
        rows = np.sort(random.permutation(len(groups))[:_MOST])
        task, groups = task.part(rows), groups[rows]
    names, place = np.unique(groups, return_inverse=True)
    fold = (random.permutation(len(names)) % _FOLDS)[place]
    found = {strength: _foretold(task, fold, strength) for strength in (usual, *(usual * times for times in _TIMES))}
    losses = {strength: task.losses(p) for strength, p in found.items()}
    gains = {strength: losses[usual] - loss for strength, loss in losses.items()}
    clear = [s for s, gain in gains.items() if gain.mean() > gain.std() / np.sqrt(len(gain))]
    best = max(clear, key=lambda strength: float(gains[strength].sum()), default=usual)
    return best, task.f1(found[0.0]), task.f1(found[best])


def _foretold(task: Task, fold: Rows, strength: float) -> Floats:
    """Probabilities of each passage from what was decided on those of other folds."""
    logits = task.logits.copy()
    for one in range(_FOLDS) if strength else ():
        held, rest = np.flatnonzero(fold == one), np.flatnonzero(fold != one)
        logits[held] += strength * task.likeness[np.ix_(held, rest)] @ task.part(rest).fit(strength)
    return probabilities(logits, task.single)
