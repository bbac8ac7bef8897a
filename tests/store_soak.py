"""Decisions saved by processes that are killed, and by processes that compete: ``make soak``; the tests run less of it.

A process that saves writes each id to a second file as soon as saving has returned: that is what a person was told.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from cjm_research.store.decision import Decision
from cjm_research.store.decisions import DecisionStore

_TOGETHER = 3  # decisions in one transaction
_CRASHES, _WRITES = 200, 10_000


def _decision(number: int, coder: str) -> Decision:
    return Decision(coder, f"s{number}", "a.txt", 0, 5, "Words", "pain.price", "accept", memo=f"{number}")


def save_on_and_on(file: Path, told: Path, coder: str, times: int, together: int = _TOGETHER) -> None:
    """Save ``times`` transactions and tell the ids of each when it is saved."""
    store, out = DecisionStore(file), os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(times):
        saved = store.save([_decision(number, coder) for _ in range(together)])
        os.write(out, "".join(f"{identifier}\n" for identifier in saved).encode())


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cjm_research.store.decisions"])
    return context


def _told(told: Path) -> list[str]:
    return told.read_text().splitlines() if told.exists() else []


def kill_while_saving(folder: Path, rounds: int) -> dict[str, int]:
    """Kill a saving process again and again; counts of rounds, decisions told as saved, lost, and torn transactions.

    The file is checked after every round; a damaged one raises CjmError.
    """
    file, told, chance = folder / "decisions.db", folder / "told.txt", random.Random(7)  # noqa: S311
    for _ in range(rounds):
        before = len(_told(told))
        process = _context().Process(target=save_on_and_on, args=(file, told, "anna", 1_000_000))
        process.start()
        while len(_told(told)) == before:
            assert process.is_alive(), "the saving process ended by itself"
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
        process.join()
        DecisionStore(file).check()
    there, acknowledged = set(DecisionStore(file).load()["decision_id"]), _told(told)
    # Told ids may lack the end of the last line, as the process was killed while it wrote.
    lost = [identifier for identifier in acknowledged if len(identifier) == 36 and identifier not in there]
    torn = len(there) % _TOGETHER
    return {"rounds": rounds, "acknowledged": len(acknowledged), "lost": len(lost), "torn": torn}


def compete(folder: Path, each: int) -> dict[str, int]:
    """Two processes save at the same time, one decision a transaction; counts of decisions told and lost."""
    file = folder / "decisions.db"
    processes = [
        _context().Process(target=save_on_and_on, args=(file, folder / f"{coder}.txt", coder, each, 1))
        for coder in ("anna", "boris")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    acknowledged = [*_told(folder / "anna.txt"), *_told(folder / "boris.txt")]
    found = DecisionStore(file).load()
    DecisionStore(file).check()
    lost = len(set(acknowledged) - set(found["decision_id"]))
    return {"acknowledged": len(acknowledged), "kept": len(found), "lost": lost}


def main() -> int:
    """Run all of it; returns 0 if nothing was lost."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "kill").mkdir()
        killed = kill_while_saving(Path(name) / "kill", _CRASHES)
        sys.stdout.write(f"killed while saving: {killed}\n")
        competed = compete(Path(name), _WRITES)
        sys.stdout.write(f"two processes at once: {competed}\n")
    whole = competed["acknowledged"] == competed["kept"] == 2 * _WRITES
    return int(bool(killed["lost"] or killed["torn"] or competed["lost"] or not whole))


if __name__ == "__main__":
    sys.exit(main())
