"""Run by `cjm_research.readers.apart` as a program of its own: a file's bytes from the input, JSON to the output.

The libraries below pyreadstat and calamine can crash, or never end, on a damaged file. Here that ends this program,
and not the notebook of the person who opened the file.
"""

from __future__ import annotations

import io
import json
import sys
from itertools import islice
from typing import Any

# Bytes of addresses, and seconds of work; a damaged file may ask for any number. A million cells take five seconds.
_MOST_MEMORY, _MOST_SECONDS = 3 * 2**30, 200


def _value(value: Any) -> float | str | bool | None:
    """A cell as JSON knows it: days and times as text, nothing for a missing value."""
    if value is None or value != value:  # noqa: PLR0124 – only NaN and NaT differ from themselves
        return None
    if isinstance(value, (bool, str)):
        return value
    return float(value) if isinstance(value, (int, float)) else str(value)


def _spss(data: bytes, limit: int) -> Any:
    """Columns, what is known of them, and cells by column, of at most ``limit`` cases (0: all)."""
    import pyreadstat

    frame, meta = pyreadstat.read_sav(io.BytesIO(data), row_limit=limit)
    return {
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


def _workbook(data: bytes, limit: int) -> Any:
    """Name, empty columns at the left, and rows of every sheet; of a single one at most ``limit`` rows (0: all)."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [(title, book.get_sheet_by_name(title)) for title in book.sheet_names]
    limit = limit if len(sheets) == 1 else 0  # which sheet is fullest only all rows tell
    return [
        [
            title,
            sheet.start[1] if sheet.start else 0,  # calamine gives empty rows at the top, but not columns
            [[_value(cell) for cell in row] for row in islice(sheet.iter_rows(), limit or None)],
        ]
        for title, sheet in sheets
    ]


def _limit(kind: int, most: int) -> None:
    import resource

    allowed = resource.getrlimit(kind)[1]
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(kind, (most, most))


def main() -> None:
    """Read a file from the input as ``argv[1]`` (``spss``, ``workbook``), at most ``argv[2]`` rows of it (0: all)."""
    if sys.platform == "linux":
        import resource

        _limit(resource.RLIMIT_AS, _MOST_MEMORY)
        _limit(resource.RLIMIT_CPU, _MOST_SECONDS)
        _limit(resource.RLIMIT_CORE, 0)
    read = {"spss": _spss, "workbook": _workbook}[sys.argv[1]]
    found = read(sys.stdin.buffer.read(), int(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
