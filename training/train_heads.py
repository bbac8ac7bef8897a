"""Train the heads that ship with the package (a few minutes on one core; vectors are kept for the next time).

    OPENBLAS_NUM_THREADS=1 python -m training.train_heads [e5|use] [--material ../shared]

Learns from ``gold/train.csv`` of the study material and from ``training/examples``; never from ``gold/dev.csv``.
Calibration is fitted on sources that were left out.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from cjm_research.codebook import default_codebook
from cjm_research.coding.heads import (
    AXES,
    CODES,
    SINGLE_AXES,
    Heads,
    axis_columns,
    probabilities_of,
    save_heads,
)
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.nearest import example_texts, save_bank
from cjm_research.coding.passages import Passages, describe, marks_matrix
from cjm_research.embedding import open_embedder
from training.examples import MATERIAL, groups, read_gold, read_own, to_segments, to_truth
from training.network import Inputs, Weights, fit, scores

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "reports" / ".cache" / "vectors"
WEIGHTS = ROOT / "cjm_research" / "coding" / "weights"
LEAST_MARK, LEAST_WORD, MOST_WORDS = 3, 5, 6000
SEEDS = (0, 1)
BUNDLES = 6  # of sources, left out in turn for the calibration
SHOWN_EXAMPLES, SHOWN_LENGTH = 14, (25, 140)  # of a code and language; characters


@dataclass(frozen=True)
class Vocabulary:
    """How passages become inputs: marks and words that are known, mean and scale of the vectors."""

    marks: tuple[str, ...]
    words: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray

    def inputs(self, passages: Passages) -> Inputs:
        """Passages as numbers."""
        vectors = ((passages.vectors - self.mean) * self.scale).astype(np.float32)
        marks = marks_matrix(passages.marks, self.marks).toarray()
        return Inputs(vectors, marks, marks_matrix(passages.marks, self.words))


def vocabulary(passages: Passages) -> Vocabulary:
    """What is met often enough, most often first."""
    met = Counter(mark for marks in passages.marks for mark in marks)
    ranked = sorted(met, key=lambda mark: (-met[mark], mark))
    marks = tuple(mark for mark in ranked if not mark.startswith("w:") and met[mark] >= LEAST_MARK)
    words = tuple(mark for mark in ranked if mark.startswith("w:") and met[mark] >= LEAST_WORD)[:MOST_WORDS]
    mean = passages.vectors.mean(axis=0)
    half = passages.vectors.shape[1] // 2
    spread = [(passages.vectors[:, part] - mean[part]).std() for part in (slice(half), slice(half, None))]
    return Vocabulary(marks, words, mean, np.repeat(1 / np.array(spread, np.float32), half))


def passages_of(examples: pd.DataFrame, engine: str) -> Passages:
    """The examples as the heads see them."""
    segments = to_segments(examples)
    rules = suggest_keywords(segments, default_codebook())
    embedder = open_embedder(engine, cache=CACHE)
    assert embedder is not None
    return describe(segments, rules, embedder)


def some(passages: Passages, rows: np.ndarray) -> Passages:
    """Some of the passages."""
    return Passages(passages.vectors[rows], tuple(passages.marks[row] for row in rows))


def train(passages: Passages, truth: np.ndarray, seeds: tuple[int, ...] = SEEDS) -> tuple[Vocabulary, list[Weights]]:
    """Networks that differ in their seed."""
    known = vocabulary(passages)
    inputs = known.inputs(passages)
    return known, [fit(inputs, truth, seed) for seed in seeds]


def left_out_scores(
    passages: Passages, truth: np.ndarray, source: pd.Series, tested: list[str], seen: np.ndarray | None = None
) -> np.ndarray:
    """Scores of each tested source by a network that never saw it; NaN for sources that are not tested.

    seen: rows that may be trained on at all.
    """
    found = np.full(truth.shape, np.nan, np.float32)
    for name in tested:
        out = (source == name).to_numpy()
        rest = np.flatnonzero(~out if seen is None else ~out & seen)
        known, networks = train(some(passages, rest), truth[rest], SEEDS[:1])
        held = known.inputs(some(passages, np.flatnonzero(out)))
        found[out] = np.mean([scores(weights, held) for weights in networks], axis=0)
    return found


def calibrate(found: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset of each code: one temperature an axis of one code, Platt's two numbers an axis elsewhere."""
    slope, offset = np.ones(len(CODES), np.float32), np.zeros(len(CODES), np.float32)
    for axis in AXES:
        columns = axis_columns(axis)

        def loss(x: np.ndarray, columns: slice = columns, axis: str = axis) -> float:
            shifted = found.copy()
            shifted[:, columns] = found[:, columns] * x[0] + (0 if axis in SINGLE_AXES else x[1])
            p = np.clip(probabilities_of(shifted)[:, columns], 1e-7, 1 - 1e-7)
            t = truth[:, columns]
            return float(-(t * np.log(p) + (0 if axis in SINGLE_AXES else (1 - t) * np.log(1 - p))).sum(axis=1).mean())

        best = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6}).x
        slope[columns] = best[0]
        offset[columns] = 0 if axis in SINGLE_AXES else best[1]
    return slope, offset


def to_heads(name: str, known: Vocabulary, networks: list[Weights], prior: np.ndarray) -> Heads:
    """Networks as heads, not yet calibrated."""
    hidden = tuple((net["into"], net["from_marks"], net["hidden_bias"], net["out"]) for net in networks)
    direct = np.mean([np.vstack([net["marks"], net["words"]]) for net in networks], axis=0)
    bias = np.mean([net["bias"] for net in networks], axis=0)
    ones = np.ones(len(CODES), np.float32)
    return Heads(name, known.mean, known.scale, known.marks, known.words, hidden, direct, bias, ones, 0 * ones, prior)


def typical(examples: pd.DataFrame, probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Rows of the sentences written for this project that stand for their codes best, a few a code and language."""
    fit_to_show = (
        examples["source"].str.startswith("own_") & examples["text"].str.len().between(*SHOWN_LENGTH)
    ).to_numpy()
    rows: set[int] = set()
    for column, code in enumerate(CODES):
        for language in ("ru", "en"):
            of_code = fit_to_show & (truth[:, column] == 1) & (examples["language"] == language).to_numpy()
            ranked = sorted(
                np.flatnonzero(of_code), key=lambda row: (-round(float(probabilities[row, column]), 4), row)
            )
            rows.update(ranked[: SHOWN_EXAMPLES if not code.endswith((".none", ".neutral")) else 0])
    return np.array(sorted(rows))


def main() -> None:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", default="e5", choices=("e5", "use"))
    parser.add_argument("--material", type=Path, default=MATERIAL)
    chosen = parser.parse_args()
    gold = read_gold(chosen.material)
    examples = pd.concat([gold[gold["part"] == "train"], read_own()], ignore_index=True)
    passages, truth, source = passages_of(examples, chosen.engine), to_truth(examples), groups(examples)
    print(f"{len(examples)} sentences of {source.nunique()} sources")
    bundle = source.map({name: f"bundle {number % BUNDLES}" for number, name in enumerate(sorted(set(source)))})
    found = left_out_scores(passages, truth, bundle, sorted(set(bundle)))
    slope, offset = calibrate(found, truth)
    known, networks = train(passages, truth)
    heads = to_heads(chosen.engine, known, networks, truth.mean(axis=0))
    calibrated = Heads(**{**vars(heads), "slope": slope, "offset": offset})
    WEIGHTS.mkdir(exist_ok=True)
    save_heads(WEIGHTS / f"heads_{chosen.engine}.npz", calibrated)
    rows = typical(examples, calibrated.probabilities(passages), truth)
    if chosen.engine != "e5":  # every engine shows the same examples
        rows = np.flatnonzero(examples["id"].isin(example_texts()))
    codes = [" ".join(CODES[column] for column in np.flatnonzero(truth[row])) for row in rows]
    shown = examples.iloc[rows][["id", "language", "text"]].assign(codes=codes)
    save_bank(chosen.engine, shown.to_dict("records"), passages.vectors[rows, : passages.vectors.shape[1] // 2])
    print(f"{len(rows)} examples to show")
    for axis in AXES:
        first = axis_columns(axis).start
        print(f"{axis}: slope {slope[first]:.3f}, offset {offset[first]:.3f}")


if __name__ == "__main__":
    main()
