"""Run by `cjm_research.readers.spss` as a program of its own: SPSS bytes from the input, JSON to the output.

The C library below pyreadstat can crash on a damaged file. Here that ends this program, and not the notebook
of the person who opened the file.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

_MOST_MEMORY = 3 * 2**30  # bytes of addresses; a damaged file may ask for any number


def _value(value: Any) -> float | str | None:
    """A cell as JSON knows it: days and times as text, nothing for a missing value."""
    if value is None or value != value:  # noqa: PLR0124 – only NaN and NaT differ from themselves
        return None
    return float(value) if isinstance(value, (int, float)) else str(value)


def main() -> None:
    """Read a file of at most ``argv[1]`` cases (0: all) from the input and write what is in it."""
    import pyreadstat

    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    frame, meta = pyreadstat.read_sav(io.BytesIO(sys.stdin.buffer.read()), row_limit=int(sys.argv[1]))
    found = {
        "columns": [str(column) for column in frame.columns],
        "questions": meta.column_names_to_labels,
        "labels": {
            name: [[_value(k), v] for k, v in pairs.items()] for name, pairs in meta.variable_value_labels.items()
        },
        "formats": meta.original_variable_types,
        "sets": [
            [name, one["label"], one["is_dichotomy"], one["counted_value"], one["variable_list"]]
            for name, one in meta.mr_sets.items()
        ],
        "cells": [[_value(value) for value in frame[column]] for column in frame.columns],
    }
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
