"""How many sentences a second the coders do in one thread, beside TextBlob's sentiment of the same sentences.

    python -m benchmarks.speed

The sentences are those of ``training/examples`` and, if it is there, of the gold set's train.csv; warm, they come
twice, shuffled. Processor time, the best of several rounds in which each coder has its turn. Cold is the first
run of a process: it compiles the codebook and looks every word up in the dictionaries.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.evaluate_keywords import to_segments
from cjm_research.codebook import default_codebook
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.sentiment import suggest_sentiment

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, TIMES = 5, 2


def sentences() -> pd.DataFrame:
    """All sentences there are, as a table of segments."""
    files = [*sorted((ROOT / "training" / "examples").glob("*.csv")), ROOT.parent / "shared" / "gold" / "train.csv"]
    table = pd.concat([pd.read_csv(file, keep_default_na=False) for file in files if file.exists()], ignore_index=True)
    return to_segments(table).assign(non_answer=0, wave="")


def textblob(segments: pd.DataFrame) -> None:
    """TextBlob's polarity and subjectivity of every sentence."""
    from textblob import TextBlob

    for text in segments["text"].tolist():
        _ = TextBlob(text).sentiment


CODERS: dict[str, Callable[[pd.DataFrame], object]] = {
    "TextBlob": textblob,
    "keywords": lambda segments: suggest_keywords(segments, default_codebook()),
    "sentiment": suggest_sentiment,
}


def rate(coder: str, segments: pd.DataFrame) -> float:
    """Sentences a second of processor time."""
    started = time.process_time()
    CODERS[coder](segments)
    return len(segments) / (time.process_time() - started)


def report(kind: str, rates: dict[str, float]) -> None:
    """Print a line for each coder."""
    for coder, value in rates.items():
        print(f"{kind} {coder:10} {value:8,.0f} sentences a second, {value / rates['TextBlob']:.2f} times TextBlob")


def main() -> None:
    """Measure cold, each coder in a process of its own, then warm."""
    segments = sentences()
    if len(sys.argv) > 1:
        print(rate(sys.argv[1], segments))
        return
    cold = {
        coder: float(subprocess.run([sys.executable, __file__, coder], check=True, capture_output=True).stdout)
        for coder in CODERS
    }
    report("cold", cold)
    many = pd.concat([segments] * TIMES, ignore_index=True).sample(frac=1, random_state=1, ignore_index=True)
    many["segment_id"] = [f"s{number}" for number in range(len(many))]
    for coder in CODERS:
        rate(coder, segments)
    rounds = [{coder: rate(coder, many) for coder in CODERS} for _ in range(ROUNDS)]
    report("warm", {coder: max(one[coder] for one in rounds) for coder in CODERS})
    ratios = sorted(one["keywords"] / one["TextBlob"] for one in rounds)
    print(f"keywords against TextBlob, round by round: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")


if __name__ == "__main__":
    main()
