"""Train the weights of the sentiment coder; the same bytes on every run (about a minute, one core).

    OPENBLAS_NUM_THREADS=1 python training/train_sentiment.py [--material ../shared]

One multinomial logistic regression per language. Sources differ in what they hold (reviews have no neutral
sentences), so each outer source has a column of its own while training, which is left out in use.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import sparse

from cjm_research.coding.sentiment import CLASSES, LANGUAGES, read_seeds
from cjm_research.coding.sentiment_features import features

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "cjm_research" / "coding" / "weights"
# Sentences of the outer sources count less than those coded with the codebook.
OUTER_WEIGHT = 0.2
# A coded sentence is learned from twice, with its question and without: not every passage has one.
WITHOUT_QUESTION_WEIGHT = 0.03
# Rare classes count more, else a mixed passage is never found.
CLASS_WEIGHT = {"negative": 1.0, "neutral": 1.0, "positive": 1.2, "mixed": 2.0}
# Polar phrases are trusted more (less regularised) than single words, single words more than pairs.
SCALE = {"@": 3.0, "word": 1.0, "pair": 0.7}
SOURCE_SCALE = 2.0
REGULARISATION = 0.5
LEAST_SENTENCES = 2
MOST_FEATURES = 8000
# Coded sentences taken from an outer source; one is never tested while the other is learned from.
SAME_SOURCE = {"amazon_cells": "uci_amazon_cells", "yelp": "uci_yelp"}
# Sources left out together: one style, one product or one question form.
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ru": (("bank_ru1",), ("bank_ru2",), ("bank_ru3",), ("ru1",), ("ru3",), ("ru5",), ("ru7",)),
    "en": (("bank_en1",), ("bank_en2",), ("en1", "en3"), ("en5", "en7"), ("amazon_cells", "yelp"), ("jupyter",)),
}


class Example(NamedTuple):
    """A sentence with its class, the source it comes from, and whether that is an outer one."""

    text: str
    question: str
    language: str
    label: str
    source: str
    outer: bool


@dataclass(frozen=True)
class Fitted:
    """A trained model: weights (features x negative, positive, mixed against neutral) and bias."""

    names: list[str]
    weights: np.ndarray
    bias: np.ndarray

    def logits(self, examples: Iterable[Example]) -> np.ndarray:
        """Scores of the four classes (n x 4)."""
        position = {name: i for i, name in enumerate(self.names)}
        rows = []
        for example in examples:
            total = self.bias.copy()
            for name, value in _features(example):
                if name in position:
                    total += self.weights[position[name]] * value
            rows.append((total[0], 0.0, total[1], total[2]))
        return np.array(rows)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def gold(path: Path) -> list[Example]:
    """Sentences coded with the codebook."""
    return [
        Example(row["text"], row["question"], row["language"], row["sentiment"], row["source"], outer=False)
        for row in _rows(path)
    ]


def outer(folder: Path) -> list[Example]:
    """Sentences labelled by others: three classes in Russian, two in English."""
    found = [
        Example(row["Sentence"], "", "ru", row["Sentiment"].lower(), "opensentimentcorpus", outer=True)
        for row in _rows(folder / "opensentimentcorpus_ru.csv")
    ]
    for name in ("amazon_cells", "imdb", "yelp"):
        for line in (folder / f"uci_{name}.txt").read_text(encoding="utf-8").split("\n"):
            if line.strip():
                text, label = line.rsplit("\t", 1)
                label = "positive" if label.strip() == "1" else "negative"
                found.append(Example(text.strip(), "", "en", label, f"uci_{name}", outer=True))
    return found


def material(shared: Path) -> list[Example]:
    """All training sentences; those that are also in dev.csv are left out, so that it stays unseen."""
    unseen = {_plain(row["text"]) for row in _rows(shared / "gold" / "dev.csv")}
    everything = gold(shared / "gold" / "train.csv") + outer(shared / "data" / "training")
    return [example for example in everything if _plain(example.text) not in unseen and example.label in CLASSES]


@cache
def _seeds(language: str) -> dict[tuple[str, ...], str]:
    return read_seeds(language)


@cache
def _features(example: Example) -> tuple[tuple[str, float], ...]:
    found = features(example.text, example.question, example.language, _seeds(example.language))
    return tuple((feature.name, feature.value) for feature in found)


def _scale(name: str) -> float:
    if name.startswith("@"):
        return SCALE["@"]
    return SCALE["pair" if " " in name else "word"]


def _matrix(examples: list[Example], counted: int) -> tuple[sparse.csr_matrix, list[str]]:
    """Scaled features (n x features), then a column for each outer source.

    Features are those of at least two of the first ``counted`` examples: copies must not make a rare word common.
    """
    counts: dict[str, int] = {}
    for example in examples[:counted]:
        for name, _ in _features(example):
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, n in counts.items() if n >= LEAST_SENTENCES)
    sources = sorted({example.source for example in examples if example.outer})
    column = {name: i for i, name in enumerate(names)}
    data, rows, columns = [], [], []
    for row, example in enumerate(examples):
        cells = [(column[name], value * _scale(name)) for name, value in _features(example) if name in column]
        if example.outer:
            cells.append((len(names) + sources.index(example.source), SOURCE_SCALE))
        for at, value in cells:
            rows.append(row)
            columns.append(at)
            data.append(value)
    return sparse.csr_matrix((data, (rows, columns)), shape=(len(examples), len(names) + len(sources))), names


def fit(examples: list[Example]) -> Fitted:
    """Train one language; the features that weigh least are dropped and the rest rounded to hundredths."""
    from sklearn.linear_model import LogisticRegression

    alone = [example._replace(question="") for example in examples if example.question]
    matrix, names = _matrix(examples + alone, len(examples))
    labels = np.array([CLASSES.index(example.label) for example in examples + alone])
    importance = np.array(
        [OUTER_WEIGHT if example.outer else CLASS_WEIGHT[example.label] for example in examples]
        + [WITHOUT_QUESTION_WEIGHT * CLASS_WEIGHT[example.label] for example in alone]
    )
    model: Any = LogisticRegression(C=REGULARISATION, max_iter=500).fit(matrix, labels, sample_weight=importance)
    scales = np.array([_scale(name) for name in names])
    against_neutral = (model.coef_ - model.coef_[1])[[0, 2, 3], : len(names)].T * scales[:, None]
    bias = (model.intercept_ - model.intercept_[1])[[0, 2, 3]]
    size = np.abs(against_neutral).max(axis=1)
    kept = sorted(sorted(range(len(names)), key=lambda i: (-round(size[i], 6), names[i]))[:MOST_FEATURES])
    return Fitted([names[i] for i in kept], np.round(against_neutral[kept], 2), np.round(bias, 2))


def left_out(examples: list[Example], language: str) -> tuple[np.ndarray, list[Example]]:
    """Logits for the coded sentences, each from a model that never saw its source; and these sentences."""
    logits, tested = [], []
    mine = [example for example in examples if example.language == language]
    for group in GROUPS[language]:
        away = {*group, *(SAME_SOURCE[source] for source in group if source in SAME_SOURCE)}
        held = [example for example in mine if example.source in group]
        logits.append(fit([example for example in mine if example.source not in away]).logits(held))
        tested += held
    return np.concatenate(logits), tested


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def temperature(logits: np.ndarray, examples: list[Example]) -> float:
    """Divisor of the logits that makes the probabilities of sources left out fit best (Guo et al. 2017)."""
    labels = [CLASSES.index(example.label) for example in examples]
    places = np.arange(len(labels))

    def surprise(divisor: float) -> float:
        return float(-np.log(softmax(logits / divisor)[places, labels]).mean())

    return min((divisor / 100 for divisor in range(50, 400, 5)), key=surprise)


def _write(path: Path, model: Fitted, divisor: float) -> None:
    lines = [
        "# feature, then hundredths against neutral: negative, positive, mixed. Made by training/train_sentiment.py"
    ]
    lines.append(f"= temperature\t{round(divisor * 100)}\t0\t0")
    table = zip(["= bias", *model.names], np.vstack([model.bias, model.weights]), strict=True)
    lines += ["\t".join([name, *(str(round(float(w) * 100)) for w in weights)]) for name, weights in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> int:
    """Train and write the weights of both languages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    examples = material(args.material)
    for language in LANGUAGES:
        divisor = temperature(*left_out(examples, language))
        model = fit([example for example in examples if example.language == language])
        _write(args.out / f"sentiment_{language}.tsv", model, divisor)
        print(f"{language}: {len(model.names)} features, temperature {divisor:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
