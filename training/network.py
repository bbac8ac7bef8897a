"""The network behind the heads, in plain numpy: one hidden layer over vectors and marks, all axes at once.

Trained by Adam with decoupled weight decay (Loshchilov & Hutter 2019) and dropout of inputs and hidden units; the same
examples and seed give the same weights on the same machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cjm_research.coding.heads import probabilities_of

__all__ = ["Inputs", "Settings", "fit", "scores"]

Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Inputs:
    """Standardised vectors (n, d), rule marks (n, m) and words (n, w)."""

    vectors: np.ndarray
    marks: np.ndarray
    words: sparse.csr_array

    def take(self, rows: np.ndarray) -> Inputs:
        """Some of the examples."""
        return Inputs(self.vectors[rows], self.marks[rows], self.words[rows])


@dataclass(frozen=True)
class Settings:
    """Size and training of the network; chosen on examples written for this project, never on dev.csv."""

    hidden: int = 384
    rounds: int = 12
    batch: int = 128
    rate: float = 2e-3
    vector_drop: float = 0.3
    mark_drop: float = 0.3
    hidden_drop: float = 0.5


_DECAY: Mapping[str, float] = {"into": 0.1, "from_marks": 0.1, "out": 0.1, "marks": 0.02, "words": 0.3}


def _kept(rng: np.random.Generator, shape: tuple[int, ...], drop: float) -> np.ndarray:
    return (rng.random(shape, np.float32) > drop) / np.float32(1 - drop)


def _start(inputs: Inputs, codes: int, hidden: int, rng: np.random.Generator) -> Weights:
    def drawn(rows: int, columns: int, size: float) -> np.ndarray:
        return rng.normal(0, size / np.sqrt(rows), (rows, columns)).astype(np.float32)

    width, marks, words = inputs.vectors.shape[1], inputs.marks.shape[1], inputs.words.shape[1]
    return {
        "into": drawn(width, hidden, 1.0),
        "from_marks": drawn(marks, hidden, 1.0),
        "hidden_bias": np.zeros(hidden, np.float32),
        "out": drawn(hidden, codes, 0.5),
        "bias": np.zeros(codes, np.float32),
        "marks": np.zeros((marks, codes), np.float32),
        "words": np.zeros((words, codes), np.float32),
    }


def scores(weights: Weights, inputs: Inputs) -> np.ndarray:
    """Scores (n, codes), not calibrated."""
    hidden = inputs.vectors @ weights["into"] + inputs.marks @ weights["from_marks"] + weights["hidden_bias"]
    direct = inputs.marks @ weights["marks"] + inputs.words @ weights["words"]
    total: np.ndarray = np.maximum(hidden, 0) @ weights["out"] + weights["bias"] + direct
    return total


def _slopes(weights: Weights, batch: Inputs, truth: np.ndarray, drop: float, rng: np.random.Generator) -> Weights:
    """Gradient of the mean cross-entropy, summed over axes."""
    hidden = batch.vectors @ weights["into"] + batch.marks @ weights["from_marks"] + weights["hidden_bias"]
    kept = _kept(rng, hidden.shape, drop)
    active = np.maximum(hidden, 0) * kept
    direct = batch.marks @ weights["marks"] + batch.words @ weights["words"]
    wrong = (probabilities_of(active @ weights["out"] + weights["bias"] + direct) - truth) / len(truth)
    back = (wrong @ weights["out"].T) * kept * (hidden > 0)
    return {
        "into": batch.vectors.T @ back,
        "from_marks": batch.marks.T @ back,
        "hidden_bias": back.sum(axis=0),
        "out": active.T @ wrong,
        "bias": wrong.sum(axis=0),
        "marks": batch.marks.T @ wrong,
        "words": batch.words.T @ wrong,
    }


def fit(inputs: Inputs, truth: np.ndarray, seed: int, settings: Settings = Settings()) -> Weights:
    """Train on examples with truth (n, codes) of 0 and 1."""
    rng = np.random.default_rng(seed)
    weights = _start(inputs, truth.shape[1], settings.hidden, rng)
    first = {name: np.zeros_like(values) for name, values in weights.items()}
    second = {name: np.zeros_like(values) for name, values in weights.items()}
    step = 0
    for turn in range(settings.rounds):
        rate = settings.rate * 0.5 * (1 + np.cos(np.pi * turn / settings.rounds))
        order = rng.permutation(len(truth))
        for start in range(0, len(order), settings.batch):
            rows = order[start : start + settings.batch]
            batch = inputs.take(rows)
            batch = Inputs(
                batch.vectors * _kept(rng, batch.vectors.shape, settings.vector_drop),
                batch.marks * _kept(rng, batch.marks.shape, settings.mark_drop),
                batch.words,
            )
            step += 1
            for name, slope in _slopes(weights, batch, truth[rows], settings.hidden_drop, rng).items():
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.99 * second[name] + 0.01 * slope**2
                move = first[name] / (1 - 0.9**step) / (np.sqrt(second[name] / (1 - 0.99**step)) + 1e-8)
                weights[name] -= np.float32(rate) * (move + _DECAY.get(name, 0.0) * weights[name]).astype(np.float32)
    return weights
