"""How well the sentiment coder does: on dev.csv, on sources left out, and beside TextBlob.

    OPENBLAS_NUM_THREADS=1 python benchmarks/evaluate_sentiment.py [--material ../shared]

Prints macro-F1; nothing is tuned here. TextBlob is cut at ±0.1 for four classes and at 0 for two.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

import numpy as np
import train_sentiment as training
from sklearn.metrics import confusion_matrix, f1_score, precision_score
from textblob import TextBlob

from cjm_research.coding.sentiment import CLASSES, LANGUAGES, sentiment_probabilities, suggest_sentiment
from cjm_research.tables import SEGMENTS, make_table

POLAR = ["negative", "positive"]


def _macro(labels: list[str], guessed: list[str], classes: tuple[str, ...] | list[str] = CLASSES) -> float:
    return float(f1_score(labels, guessed, labels=list(classes), average="macro", zero_division=0))


def _textblob(text: str) -> str:
    polarity = TextBlob(text).sentiment.polarity
    return "neutral" if abs(polarity) < 0.1 else "positive" if polarity > 0 else "negative"


def _calibration_error(probabilities: np.ndarray, labels: list[str]) -> float:
    """Expected calibration error of the class chosen, ten bins of equal width (Naeini et al. 2015)."""
    sure = probabilities.max(axis=1)
    right = np.array([CLASSES[k] for k in probabilities.argmax(axis=1)]) == np.array(labels)
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def _show(title: str, labels: list[str], probabilities: np.ndarray) -> None:
    guessed = [CLASSES[k] for k in probabilities.argmax(axis=1)]
    each = f1_score(labels, guessed, labels=list(CLASSES), average=None, zero_division=0)
    precision = precision_score(labels, guessed, labels=POLAR, average=None, zero_division=0)
    sure = probabilities.max(axis=1)
    top = np.argsort(-sure, kind="stable")[: max(1, int(len(sure) * 0.4))]
    surest = float(np.mean([labels[i] == guessed[i] for i in top]))
    print(f"{title}: n={len(labels)} macro-F1={_macro(labels, guessed):.3f}", end=" ")
    print(" ".join(f"{name}={value:.2f}" for name, value in zip(CLASSES, each, strict=True)), end=" ")
    print(f"precision negative={precision[0]:.2f} positive={precision[1]:.2f}", end=" ")
    print(f"surest 40 %={surest:.2f} calibration error={_calibration_error(probabilities, labels):.3f}")
    wrong_way = confusion_matrix(labels, guessed, labels=POLAR)
    print(f"    positive taken for negative {wrong_way[1, 0]}, negative taken for positive {wrong_way[0, 1]}")


def _suggested(examples: list[training.Example]) -> list[str]:
    """Classes as the coder suggests them, with its rules for wishes, questions and answers that say nothing."""
    keys = ("text", "question", "language")
    rows: list[dict[str, object]] = [
        {name: getattr(example, name) for name in keys}
        | {"segment_id": str(i), "transcript_id": "dev", "turn": 1, "participant_id": "P", "start": 0}
        | {"end": len(example.text)}
        for i, example in enumerate(examples)
    ]
    codings = suggest_sentiment(make_table(SEGMENTS, rows))
    sign = np.sign(codings["value"])
    return [
        memo or ("negative", "neutral", "positive")[int(k) + 1] for memo, k in zip(codings["memo"], sign, strict=True)
    ]


def _dev(shared: Path) -> None:
    examples = training.gold(shared / "gold" / "dev.csv")
    for language in LANGUAGES:
        mine = [e for e in examples if e.language == language]
        started = time.process_time()
        found = [sentiment_probabilities(e.text, language, e.question) for e in mine]
        speed = len(mine) / (time.process_time() - started)
        labels = [e.label for e in mine]
        _show(f"dev {language}", labels, np.array([[p[name] for name in CLASSES] for p in found]))
        print(f"    as suggested: macro-F1={_macro(labels, _suggested(mine)):.3f}", end="; ")
        print(f"{speed:.0f} passages per CPU second with lemmas", end="; ")
        print(f"TextBlob macro-F1={_macro(labels, [_textblob(e.text) for e in mine]):.3f}")


def _sources_left_out(examples: list[training.Example]) -> None:
    for language in LANGUAGES:
        logits, tested = training.left_out(examples, language)
        divisor = training.temperature(logits, tested)
        probabilities = training.softmax(logits / divisor)
        labels = [e.label for e in tested]
        _show(f"sources left out {language}", labels, probabilities)
        print(f"    TextBlob macro-F1={_macro(labels, [_textblob(e.text) for e in tested]):.3f}")
        for group in training.GROUPS[language]:
            at = [i for i, e in enumerate(tested) if e.source in group]
            guessed = [CLASSES[k] for k in probabilities[at].argmax(axis=1)]
            print(f"    {'+'.join(group)}: n={len(at)} macro-F1={_macro([labels[i] for i in at], guessed):.3f}")


def _reviews_left_out(examples: list[training.Example], shared: Path) -> None:
    reviews = [e for e in training.outer(shared / "data" / "training") if e.language == "en"]
    same = {outer: inner for inner, outer in training.SAME_SOURCE.items()}
    for source in sorted({e.source for e in reviews}):
        held = [e for e in reviews if e.source == source]
        away = {source, same.get(source, "")}
        model = training.fit([e for e in examples if e.language == "en" and e.source not in away])
        logits = model.logits(held)
        labels = [e.label for e in held]
        ours = ["positive" if row[2] > row[0] else "negative" for row in logits]
        theirs = ["positive" if TextBlob(e.text).sentiment.polarity > 0 else "negative" for e in held]
        print(f"{source} left out: macro-F1={_macro(labels, ours, POLAR):.3f}", end=" ")
        print(f"TextBlob={_macro(labels, theirs, POLAR):.3f}")


def main() -> int:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, default=training.ROOT.parent / "shared")
    shared = parser.parse_args().material
    examples = training.material(shared)
    _dev(shared)
    _sources_left_out(examples)
    _reviews_left_out(examples, shared)
    return 0


if __name__ == "__main__":
    sys.exit(main())
