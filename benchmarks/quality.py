"""How well the coders do on products and sources they have never seen; ``make quality`` prints it.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.quality [--engine e5|use] [--own]

Every source of the gold sentences (``../shared/gold``, train and dev together) is left out in turn: networks are
trained without it, calibrated on other sources, and then asked about it. Beside them in the same run: the rules alone,
heads over vectors alone, the most frequent class, TextBlob and VADER. ``--own`` does the same for the sentences
written for this project, whose files are other products and voices each. ``dev.csv`` is only ever tested on.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from cjm_research.codebook import default_codebook
from cjm_research.coding.combine import settle
from cjm_research.coding.heads import probabilities_of
from cjm_research.coding.passages import Passages
from cjm_research.coding.texts import linked, to_table
from cjm_research.evaluation import compare
from cjm_research.evaluation.coders import by_keywords, by_majority, by_textblob, by_vader
from training.examples import groups, read_gold, read_own, to_segments, to_truth
from training.train_heads import calibrate, left_out_scores, passages_of, to_heads, vocabulary

AXES = ("stage", "sentiment", "emotion", "pains", "wants", "channels")
TARGETS = {"stage": 0.68, "sentiment": 0.65, "emotion": 0.45, "pains": 0.50, "wants": 0.72, "channels": 0.70}


def left_out(examples: pd.DataFrame, passages: Passages, tested: Sequence[str]) -> np.ndarray:
    """Probabilities of each tested source by networks that never saw it, calibrated on the other sources."""
    truth, source = to_truth(examples), groups(examples)
    seen = (examples["part"] != "dev").to_numpy()
    found = left_out_scores(passages, truth, source, list(tested), seen)
    probabilities = np.full(truth.shape, np.nan, np.float32)
    for name in tested:
        out = (source == name).to_numpy()
        others = ~out & seen & ~np.isnan(found[:, 0])
        slope, offset = calibrate(found[others], truth[others])
        probabilities[out] = probabilities_of(found[out] * slope + offset)
    return probabilities


def coded(examples: pd.DataFrame, passages: Passages, probabilities: np.ndarray) -> pd.DataFrame:
    """Probabilities as the columns a person sees."""
    rows = np.flatnonzero(~np.isnan(probabilities[:, 0]))
    frame, found = examples.iloc[rows], probabilities[rows]
    beside = linked(list(frame["text"]), list(frame["question"]), list(frame["context"]))
    heads = to_heads("", vocabulary(passages), [], to_truth(examples).mean(axis=0))
    return to_table(frame, to_segments(frame), settle(found, beside, [""] * len(frame)), heads)


def vectors_only(passages: Passages) -> Passages:
    """What heads without the rules and words see."""
    return Passages(passages.vectors, tuple(frozenset({"~"}) for _ in passages.marks))


def show(name: str, gold: pd.DataFrame, guess: pd.DataFrame) -> None:
    """One line a coder and language: F1 of each axis, then how good the confidences of the stages are."""
    axes = [axis for axis in AXES if axis in guess.columns]
    kept = gold[["text", "question", "context", "language", "source", *axes]]
    judged = compare(kept, guess, default_codebook(), times=50)
    for language in ("all", "ru", "en"):
        cells = [f"{judged.value(axis, 'f1', language):6.2f}" if axis in axes else "     –" for axis in AXES]
        line = f"{name if language == 'all' else '':28}{language:5}" + "".join(f"{cell:>10}" for cell in cells)
        if "stage_top3" in guess.columns and language == "all":
            rest = [judged.value("stage", measure) for measure in ("top3", "precision_40")]
            errors = [judged.value(axis, "ece") for axis in AXES]
            line += "   " + " ".join(f"{value:.2f}" for value in rest) + "   " + " ".join(f"{v:.2f}" for v in errors)
        print(line, flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="e5", choices=("e5", "use"))
    parser.add_argument("--own", action="store_true")
    chosen = parser.parse_args()
    examples = pd.concat([read_gold(), read_own().assign(part="own")], ignore_index=True)
    examples.index = pd.Index([str(number) for number in range(len(examples))])
    tested = sorted(set(groups(examples)[(examples["part"] == "own") == chosen.own]))
    passages = passages_of(examples, chosen.engine)
    gold = examples[groups(examples).isin(tested)]
    print(f"{len(gold)} sentences of {len(tested)} sources left out in turn; {len(examples)} in all")
    print(f"{'':33}" + "".join(f"{axis:>10}" for axis in AXES) + "   stage: first three, surest 40 %;  ece by axis")
    if not chosen.own:
        print(f"{'target':33}" + "".join(f"{TARGETS[axis]:10.2f}" for axis in AXES) + "   0.90 0.85   0.08")
    show("combined", gold, coded(examples, passages, left_out(examples, passages, tested)))
    bare = vectors_only(passages)
    show("heads over vectors alone", gold, coded(examples, bare, left_out(examples, bare, tested)))
    show("rules alone", gold, by_keywords(gold, default_codebook()))
    show("most frequent class", gold, by_majority(gold))
    show("TextBlob", gold, by_textblob(gold, default_codebook()))
    show("VADER", gold, by_vader(gold, default_codebook()))


if __name__ == "__main__":
    main()
