"""How the command line prints tables and progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BAR", "print_table"]

BAR = "{desc} {bar:24} {n_fmt}/{total_fmt} {elapsed} {postfix}"


def print_table(table: pd.DataFrame) -> None:
    """Print a table as aligned text: words to the left, numbers to the right."""
    rows = [
        [str(name) for name in table.columns],
        *([str(value) for value in row] for row in table.itertuples(index=False)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    numeric = [table[name].dtype.kind in "iuf" for name in table.columns]
    for row in rows:
        cells = (cell.rjust(w) if right else cell.ljust(w) for cell, w, right in zip(row, widths, numeric, strict=True))
        print("  ".join(cells).rstrip())
