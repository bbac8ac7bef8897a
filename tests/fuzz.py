"""Fuzzing of all readers: whatever is in a file, it is read or refused, soon and in little memory.

``make fuzz`` tries 2,000 spoiled files per format; ``python -m tests.fuzz --case .docx 17`` tries one again.
Every file is read in a process of its own kind that may have 1 GB of address space and 10 seconds of processor time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fuzz_files import FORMATS, spoiled

__all__ = ["Outcome", "fuzz"]

MEMORY, SECONDS, PATIENCE = 2**30, 10, 120  # bytes; of processor time; of waiting
FULL, FULL_SIZE = 2000, 100_000_000  # files per format; bytes of the longest line
_FRESH = 250  # files that one process reads


@dataclass(frozen=True)
class Outcome:
    """What came of one file: ``read``, ``refused`` or ``failed`` with the reason; seconds it took."""

    name: str
    seed: int
    kind: str
    reason: str
    seconds: float


def _check(document: Any) -> None:
    """What everything after the readers relies on."""
    document.text.encode()  # no halves of characters, which no file could hold
    assert "\r" not in document.text
    assert "\0" not in document.text
    assert all(0 <= turn.start <= turn.end <= len(document.text) for turn in document.turns), "offsets"


def _read(path: Path, *, survey: bool) -> tuple[str, str]:
    """Kind and reason of what the readers do with a file."""
    from cjm_research.errors import CjmError
    from cjm_research.readers import propose_column_map, read_survey, read_transcripts

    try:
        documents = (
            read_survey(path, path.name, propose_column_map(path)) if survey else read_transcripts(path, path.name)
        )
        for document in documents:
            _check(document)
            for note in document.notes:
                note.text("ru")
    except CjmError as error:
        return "refused", error.text("en")
    except BaseException as error:  # panics of libraries in other languages included
        where = traceback.extract_tb(error.__traceback__)
        own = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in where[-3:]]
        return "failed", f"{type(error).__name__}: {str(error)[:200]} ({', '.join(own)})"
    return "read", ""


def _work(pipe: Connection) -> None:
    """Read the files whose paths come through the pipe until it closes."""
    import resource

    import cjm_research.study  # noqa: F401 - before the limit, as a person's program has it

    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - libraries complain about the files at length
    os.dup2(sys.stderr.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            path, survey = pipe.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # ends the process, also within a library
        start = time.process_time()
        kind, reason = _read(path, survey=survey)
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send((kind, reason, time.process_time() - start))


class _Reader:
    """A process that reads files; a new one is started when it dies or has read enough."""

    def __init__(self) -> None:
        self._count = _FRESH

    def _start(self) -> None:
        self._pipe, other = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_work, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._count = 0

    def read(self, path: Path, *, survey: bool) -> tuple[str, str, float]:
        """Kind, reason and seconds."""
        if self._count >= _FRESH:
            self.stop()
            self._start()
        self._count += 1
        self._pipe.send((path, survey))
        try:
            if self._pipe.poll(PATIENCE):
                kind, reason, seconds = self._pipe.recv()
                return kind, reason, seconds
            died = f"no answer for {PATIENCE} s"
        except (EOFError, ConnectionError):
            self._process.join(PATIENCE)
            code = self._process.exitcode or 0
            died = f"over {SECONDS} s" if code == -signal.SIGPROF else f"the process died ({code})"
        self._process.kill()
        self._count = _FRESH
        return "failed", died, float(SECONDS)

    def stop(self) -> None:
        """End the process."""
        if hasattr(self, "_process"):
            self._pipe.close()
            self._process.join(PATIENCE)


def _run(cases: Iterable[tuple[str, int]], folder: Path, big: int) -> Iterator[Outcome]:
    reader = _Reader()
    for name, seed in cases:
        path = folder / f"{name.strip('.').replace('.', '_')}_{seed}.{name.rpartition('.')[2]}"
        path.write_bytes(spoiled(name, seed, big))
        kind, reason, seconds = reader.read(path, survey=name.startswith("survey"))
        path.unlink()
        yield Outcome(name, seed, kind, reason, seconds)
    reader.stop()


def fuzz(names: Iterable[str], seeds: range, big: int, jobs: int = 2) -> list[Outcome]:
    """Read spoiled files of these formats (keys of `FORMATS`), ``jobs`` at a time.

    big: bytes of the longest line. Needs Unix, for the limits.
    """
    cases = [(name, seed) for name in names for seed in seeds]
    # Libraries for numbers reserve address space for every thread.
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        run = partial(_run, folder=Path(folder), big=big)
        parts = pool.map(lambda job: list(run(cases[job::jobs])), range(jobs))
        return sorted((outcome for part in parts for outcome in part), key=lambda o: (o.name, o.seed))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tell(outcomes: list[Outcome]) -> None:
    _say(f"{'format':14}{'files':>7}{'read':>7}{'refused':>9}{'failed':>8}{'slowest, s':>12}")
    for name in dict.fromkeys(outcome.name for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.name == name]
        kinds = Counter(outcome.kind for outcome in own)
        counts = f"{len(own):7}{kinds['read']:7}{kinds['refused']:9}{kinds['failed']:8}"
        _say(f"{name:14}{counts}{max(outcome.seconds for outcome in own):12.1f}")
    for outcome in outcomes:
        if outcome.kind == "failed":
            _say(f"FAILED {outcome.reason}\n    python -m tests.fuzz --case {outcome.name} {outcome.seed}")


def main() -> int:
    """Run from the command line; the exit code is 1 if any file failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FULL, help="spoiled files per format")
    parser.add_argument("--size", type=int, default=FULL_SIZE, help="bytes of the longest line")
    parser.add_argument("--only", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--case", nargs=2, metavar=("FORMAT", "SEED"), help="try one file again and keep it")
    args = parser.parse_args()
    if args.case:
        name, seed = args.case[0], int(args.case[1])
        kept = Path(tempfile.gettempdir()) / f"fuzz_{seed}.{name.rpartition('.')[2]}"
        kept.write_bytes(spoiled(name, seed, args.size))
        _say(str(kept))
        outcomes = fuzz([name], range(seed, seed + 1), args.size, jobs=1)
        _say(str(outcomes[0]))
    else:
        outcomes = fuzz(args.only, range(args.files), args.size)
        _tell(outcomes)
    return int(any(outcome.kind == "failed" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
