"""What a researcher's decisions bring: F1 on the passages of a study that nobody has looked at yet.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.learning_curve [--material ../shared] [--orders 3]

Each source of the gold sentences is a study whose heads never saw it; its own codes are the decisions, a passage on
all axes each. Passages are decided in the order of the review queue, 25 at a time, or in random orders. Compared is
always on the same passages, those not decided: the heads alone with the heads corrected. ``whole`` beside it is the
study as its maps see it: decided passages are right, the others as suggested. At least 40 % are left for testing, so
small studies end early. Neighbours are not settled, so that both sides differ by the decisions alone.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from benchmarks.quality import left_out
from cjm_research.coding.combine import chosen
from cjm_research.coding.heads import AXES, CODES, SINGLE_AXES, axis_columns
from cjm_research.coding.learned import learn
from cjm_research.coding.likeness import Material
from cjm_research.coding.queue import review_queue
from training.examples import MATERIAL, read_gold, read_own, to_truth
from training.train_heads import passages_of, some

STEP, SIZES = 25, (25, 50, 100, 200)
TESTED = 0.4  # share of a study that is never decided
STUDIES = {
    "banks of short exchanges": r"bank_(?:ru|en)\d",
    "survey": "jupyter",
    "single interviews": r"(?:ru|en)\d",
}
Scores = dict[str, float]


@dataclass(frozen=True)
class Study:
    """A source as a study: its passages, true codes, and how often each code is met elsewhere."""

    name: str
    material: Material
    truth: np.ndarray
    prior: np.ndarray


def studies(material: Path) -> list[Study]:
    """Every source that is a study, with probabilities of heads that never saw it."""
    examples = pd.concat([read_gold(material), read_own()], ignore_index=True)
    passages, truth, source = passages_of(examples, "e5"), to_truth(examples), examples["source"]
    names = [name for form in STUDIES.values() for name in sorted(set(source[source.str.fullmatch(form)]))]
    found = left_out(examples, passages, names)
    made = []
    for name in names:
        rows = np.flatnonzero(source == name)
        answers = tuple(examples["question"].iloc[rows])
        own = Material(some(passages, rows), answers, CODES, found[rows])
        made.append(Study(name, own, truth[rows], truth[source != name].mean(axis=0)))
    return made


def f1(study: Study, probabilities: np.ndarray, rows: np.ndarray, right: np.ndarray | None = None) -> Scores:
    """F1 of each axis on some rows; right: rows that count as decided correctly."""
    picked, truth, scores = chosen(probabilities, study.prior), study.truth == 1, {}
    if right is not None:
        picked[right] = truth[right]
    for axis in AXES:
        columns = axis_columns(axis)
        told, said = truth[rows, columns], picked[rows, columns]
        if axis in SINGLE_AXES:
            there = sorted(set(told.argmax(axis=1)))
            value = f1_score(told.argmax(axis=1), said.argmax(axis=1), labels=there, average="macro", zero_division=0)
        else:
            value = f1_score(told, said, average="micro", zero_division=0)
        scores[axis] = float(value)
    return scores


def curve(study: Study, order: np.ndarray | None) -> Iterator[tuple[int, Scores, Scores]]:
    """Number of decisions, gain on the undecided and gain on the whole; order: random, or None for the queue."""
    base, total = study.material.base, len(study.material)
    everything, now = np.arange(total), base
    decided = np.zeros(total, bool)
    while decided.sum() + STEP <= (1 - TESTED) * total and decided.sum() < max(SIZES):
        if order is None:
            current = Material(study.material.passages, study.material.answers, CODES, now)
            decided[review_queue(current, study.material.answers, decided, STEP)] = True
        else:
            decided[order[decided.sum() :][:STEP]] = True
        now = learn(study.material, np.where(decided[:, None], study.truth, np.nan)).probabilities(study.material)
        if decided.sum() in SIZES:
            rest = np.flatnonzero(~decided)
            before, after = f1(study, base, rest), f1(study, now, rest)
            first, whole = f1(study, base, everything), f1(study, now, everything, decided)
            yield (
                int(decided.sum()),
                {axis: after[axis] - before[axis] for axis in AXES},
                {axis: whole[axis] - first[axis] for axis in AXES},
            )


def show(title: str, chosen_studies: list[Study], orders: int) -> None:
    """A line for each number of decisions and each order."""
    print(f"\n{title}: {len(chosen_studies)} studies of {', '.join(str(len(s.material)) for s in chosen_studies)}")
    heads = [f1(study, study.material.base, np.arange(len(study.material))) for study in chosen_studies]
    print(f"{'heads alone':24}" + "".join(f"{np.mean([h[axis] for h in heads]):>16.3f}" for axis in AXES))
    for label, seeds in (("queue", [None]), ("random", list(range(orders)))):
        found: dict[int, list[tuple[Scores, Scores]]] = {}
        for study in chosen_studies:
            for seed in seeds:
                order = None if seed is None else np.random.default_rng(seed).permutation(len(study.material))
                for size, rest, whole in curve(study, order):
                    found.setdefault(size, []).append((rest, whole))
        for size, gains in found.items():
            cells = [[np.mean([gain[part][axis] for gain in gains]) for part in (0, 1)] for axis in AXES]
            line = "".join(f"{rest:>+8.3f} /{whole:+.3f}" for rest, whole in cells)
            print(f"{label:8}{size:4} ({len(gains) // len(seeds):2} studies){line}", flush=True)


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, default=MATERIAL)
    parser.add_argument("--orders", type=int, default=3)
    given = parser.parse_args()
    made = studies(given.material)
    print(f"{'gain: rest / whole':24}" + "".join(f"{axis:>16}" for axis in AXES))
    for title, form in STUDIES.items():
        show(title, [study for study in made if pd.Series([study.name]).str.fullmatch(form).iloc[0]], given.orders)


if __name__ == "__main__":
    main()
