"""How well the keyword coder does on the gold sentences beside the project.

    python benchmarks/evaluate_keywords.py [table.csv ...]

Prints macro-F1 of stage (with "none") and emotion, micro-F1, precision and recall of pains,
wants and channels, per language; the precision of each kind of evidence on train.csv; and precision
and recall of each code on every other table. Without tables: train.csv and dev.csv of ../shared/gold.
The keyword lists were grown on train.csv and on training/examples/*_a.csv; dev.csv and *_b.csv are for scoring.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd

from cjm_research.codebook import default_codebook
from cjm_research.coding.keywords import CONFIDENCE, suggest_keywords

MANY = {"pains": "pain", "wants": "want", "channels": "channel"}


def to_segments(gold: pd.DataFrame) -> pd.DataFrame:
    """Gold sentences as a table of segments; short exchanges of a bank are transcripts of their own."""
    bank = ~gold["source"].str.fullmatch(r"(ru|en)\d+")
    transcript = gold["source"] + (gold["question"].where(bank, ""))
    return pd.DataFrame(
        {
            "segment_id": gold["id"],
            "transcript_id": transcript,
            "turn": 1,
            "participant_id": "p",
            "start": 0,
            "end": gold["text"].str.len(),
            "start_s": float("nan"),
            "text": gold["text"],
            "question": gold["question"],
            "language": gold["language"],
        }
    )


def f1(right: float, found: float, there: float) -> float:
    """F1 from counts; 0 where it is not defined."""
    return 2 * right / (found + there) if found + there else 0.0


def macro_f1(truth: pd.Series, guess: pd.Series) -> float:
    """Mean F1 of the classes in ``truth``."""
    classes = sorted(set(truth))
    return sum(f1(((truth == c) & (guess == c)).sum(), (guess == c).sum(), (truth == c).sum()) for c in classes) / len(
        classes
    )


def predictions(gold: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the codings, and per sentence what they say on each axis in the form of the gold table."""
    codings = suggest_keywords(to_segments(gold), default_codebook())
    by_segment: dict[tuple[str, str], list[str]] = defaultdict(list)
    for segment_id, code in zip(codings["segment_id"], codings["code"], strict=True):
        axis, _, name = code.partition(".")
        by_segment[segment_id, axis].append(name)
    table = {axis: [(by_segment.get((i, axis)) or ["none"])[0] for i in gold["id"]] for axis in ("stage", "emotion")}
    many = {column: [set(by_segment.get((i, axis), ())) for i in gold["id"]] for column, axis in MANY.items()}
    return codings, pd.DataFrame({**table, **many}, index=gold.index)


def line(name: str, gold: pd.DataFrame, guess: pd.DataFrame) -> str:
    """One line of the table of figures."""
    parts = [f"{name:10} n={len(gold):4}"]
    for axis in ("stage", "emotion"):
        given = guess[axis] != "none"
        precision = (guess[axis] == gold[axis])[given].mean() if given.any() else 0.0
        parts.append(f"{axis} {macro_f1(gold[axis], guess[axis]):.2f} (P {precision:.2f}, {given.mean():.0%})")
    for column in MANY:
        truth = [set(value.split(",")) - {""} for value in gold[column]]
        right = sum(len(a & b) for a, b in zip(truth, guess[column], strict=True))
        there, found = sum(map(len, truth)), sum(map(len, guess[column]))
        precision = right / found if found else 0.0
        parts.append(f"{column} {f1(right, found, there):.2f} (P {precision:.2f} R {right / max(there, 1):.2f})")
    return " | ".join(parts)


def precision_by_kind(gold: pd.DataFrame, codings: pd.DataFrame) -> None:
    """Print the precision of each kind of evidence, found again through its confidence."""
    truth = {
        row.id: {f"stage.{row.stage}", f"emotion.{row.emotion}"}
        | {f"{axis}.{value}" for column, axis in MANY.items() for value in getattr(row, column).split(",") if value}
        for row in gold.itertuples()
    }
    found: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for row in codings.itertuples():
        axis = row.code.split(".")[0]
        kind = next(kind for kind, value in CONFIDENCE[axis].items() if value == row.confidence)
        for key in ((axis, kind), (row.code, kind)):
            found[key] += 1
            right[key] += row.code in truth[row.segment_id]
    for key in sorted(found, key=lambda key: (key[0].split(".")[0], key)):
        if "flag" not in key[0]:
            print(f"{key[0]:28} {key[1]:9} precision {right[key] / found[key]:.2f} of {found[key]}")


def precision_by_code(gold: pd.DataFrame, guess: pd.DataFrame) -> None:
    """Print precision and recall of every code that the table has."""
    for column in ("stage", "emotion", *MANY):
        truth = [set(value.split(",")) - {"", "none"} for value in gold[column]]
        given = [({value} if isinstance(value, str) else value) - {"none"} for value in guess[column]]
        for code in sorted(set().union(*truth)):
            right = sum(code in a and code in b for a, b in zip(truth, given, strict=True))
            found, there = sum(code in b for b in given), sum(code in a for a in truth)
            score = f"precision {right / max(found, 1):.2f} recall {right / there:.2f}"
            print(f"{column + '.' + code:28} {score} of {there}")


def main() -> None:
    """Score the tables named, or train.csv and dev.csv."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "gold"
    for path in [Path(name) for name in sys.argv[1:]] or [folder / "train.csv", folder / "dev.csv"]:
        name, gold = path.stem, pd.read_csv(path, keep_default_na=False)
        codings, guess = predictions(gold)
        print(line(name, gold, guess))
        for language in ("ru", "en"):
            chosen = gold["language"] == language
            if chosen.any() and not chosen.all():
                print(line(f"  {language}", gold[chosen], guess[chosen]))
        if name == "train":
            precision_by_kind(gold, codings)
        else:
            precision_by_code(gold, guess)


if __name__ == "__main__":
    main()
