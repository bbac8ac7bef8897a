"""How much longer importing the package takes than importing pandas alone (promised: below 0.3 s)."""

from __future__ import annotations

import subprocess
import sys
import time

ROUNDS = 7


def best(code: str) -> float:
    """Shortest of several fresh interpreters, in seconds: the least disturbed one."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


if __name__ == "__main__":
    alone = best("import pandas")
    for name in ("cjm_research", "cjm_research.study"):
        both = best(f"import pandas, {name}")
        print(f"import pandas {alone:.2f} s; with {name} {both:.2f} s; more by {both - alone:.2f} s")
