"""What coding costs beside turning texts into vectors, and what a second run costs.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.pipeline

Sentences of ``training/examples`` (nothing else is needed), one process, one thread, processor time. The encoder alone
and the whole pipeline read the same texts: each passage, and each passage after its question. A second run of the
same texts finds their vectors; a second run of a study finds its tables.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from cjm_research.coding.passages import with_question
from cjm_research.coding.texts import code_texts
from cjm_research.embedding import open_embedder
from cjm_research.study import open_study
from training.examples import read_own

ROOT = Path(__file__).parents[1]
SENTENCES = {"use": 1500, "e5": 600}


def seconds(action: object) -> float:
    """Processor time of a call."""
    start = time.process_time()
    action()  # type: ignore[operator]
    return time.process_time() - start


def main() -> None:
    """Print the figures."""
    examples = read_own().sample(frac=1, random_state=0)
    for engine, count in SENTENCES.items():
        frame = examples.head(count)[["text", "question", "context", "language"]]
        texts = list(dict.fromkeys([*frame["text"], *map(with_question, frame["text"], frame["question"])]))
        encoder = open_embedder(engine)
        assert encoder is not None
        encoder.encode(texts[:32])
        code_texts(frame.head(32), embedder=engine)
        alone = seconds(lambda encoder=encoder, texts=texts: encoder.encode(texts))
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder)
            first = seconds(lambda: code_texts(frame, embedder=engine, cache=cache))  # noqa: B023
            again = seconds(lambda: code_texts(frame, embedder=engine, cache=cache))  # noqa: B023
        print(f"{engine}: {len(texts)} texts of {count} sentences; sentences a second of processor time")
        print(f"    encoder alone {count / alone:.0f}, pipeline {count / first:.0f}: {alone / first:.2f} of it")
        print(f"    the same table again: {first / again:.0f} times faster")
    with tempfile.TemporaryDirectory() as folder:
        root, name = Path(folder), "project_saas"
        os.environ["CJM_VECTORS"] = str(root / "vectors")
        shutil.copytree(ROOT / "interview_transcripts" / name, root / "interview_transcripts" / name)
        first = seconds(lambda: open_study(name, root).codings)
        again = seconds(lambda: open_study(name, root).codings)
        print(f"study {name}: first run {first:.1f} s, second {again:.2f} s: {first / again:.0f} times faster")


if __name__ == "__main__":
    sys.exit(main())
