"""Count which letter follows which in Russian: the table in ``cjm_research/readers/letters.py``.

Usage: ``python training/count_letter_pairs.py TEXT_FILE...`` prints one line per letter (the first is the edge
of a word), with the cost in bits of every next letter as one hexadecimal digit, at most 15.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

LETTERS = " абвгдежзийклмнопрстуфхцчшщъыьэюяё"


def main(files: list[str]) -> None:
    """Print the table for these UTF-8 files."""
    pairs: Counter[tuple[str, str]] = Counter()
    for file in files:
        for word in re.findall(r"[а-яё]+", Path(file).read_text(encoding="utf-8").lower()):
            pairs.update(pairwise(f" {word} "))
    for first in LETTERS:
        total = sum(pairs[first, second] + 0.1 for second in LETTERS)
        bits = (round(-math.log2((pairs[first, second] + 0.1) / total)) for second in LETTERS)
        print("".join(f"{min(15, value):x}" for value in bits))


if __name__ == "__main__":
    main(sys.argv[1:])
