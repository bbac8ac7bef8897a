"""How a table is described, made, checked, written and read: the same for every table.

Lists of ids and spans are tuples in memory; in CSV files ids are joined by a
space and spans are written ``start-end``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cjm_research.errors import Problems

__all__ = ["Column", "Table", "check_table", "empty_table", "make_table", "read_table", "to_csv"]


@dataclass(frozen=True)
class Column:
    """One column: its kind (``str``, ``int``, ``float``, ``ids``, ``spans``), meaning and allowed values."""

    name: str
    kind: str
    meaning: str
    allowed: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its name, the columns that make a row unique, and all columns in order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    extra_columns: bool = False

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


_DTYPES = {"str": "str", "int": "int64", "float": "float64", "ids": "object", "spans": "object"}
_MISSING: dict[str, object] = {"str": "", "int": 0, "float": float("nan"), "ids": (), "spans": ()}


def empty_table(table: Table) -> pd.DataFrame:
    """A table with its columns and no rows."""
    return pd.DataFrame({column.name: pd.Series([], dtype=_DTYPES[column.kind]) for column in table.columns})


def make_table(table: Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Build a checked table from rows; columns that may be empty may be left out.

    Raises CjmError with every row and column that does not fit.
    """
    if not rows:
        return empty_table(table)
    data: dict[str, pd.Series] = {}
    for column in table.columns:
        # A position that was forgotten must not become 0.
        missing = None if column.kind == "int" and not column.may_be_empty else _MISSING[column.kind]
        values = [row.get(column.name, missing) for row in rows]
        if column.kind == "str":
            values = ["" if value is None else value for value in values]
        data[column.name] = pd.Series(values, dtype=_DTYPES[column.kind])
    if table.extra_columns:
        known = set(data)
        for name in dict.fromkeys(key for row in rows for key in row if key not in known):
            data[name] = pd.Series([row.get(name, "") for row in rows], dtype="str")
    return check_table(table, pd.DataFrame(data))


def check_table(table: Table, df: pd.DataFrame) -> pd.DataFrame:
    """Return ``df`` if it fits the description of ``table``.

    Raises CjmError that names every missing column, repeated key and value that is not allowed.
    """
    problems = Problems()
    for name in (name for name in table.names if name not in df.columns):
        problems.add("table.missing_column", table.name, column=name)
    problems.raise_if_any()
    for row in df.index[df.duplicated(list(table.key))]:
        key = ", ".join(f"{name}={df.loc[row, name]}" for name in table.key)
        problems.add("table.repeated_key", table.name, key=key)
    for column in table.columns:
        if column.kind == "str" and not column.may_be_empty and (df[column.name] == "").any():
            problems.add("table.empty_value", table.name, column=column.name)
        if column.allowed:
            for value in sorted(set(df[column.name]) - set(column.allowed)):
                allowed = ", ".join(column.allowed)
                problems.add("table.not_allowed", table.name, column=column.name, value=value, allowed=allowed)
    problems.raise_if_any()
    return df


def _write_number(value: object) -> str:
    number = float(str(value))
    return "" if math.isnan(number) else format(number, ".10g")


_WRITE: dict[str, Callable[[object], str]] = {
    "str": str,
    "int": lambda value: str(int(str(value))),
    "float": _write_number,
    "ids": lambda ids: " ".join(ids) if isinstance(ids, tuple) else "",
    "spans": lambda spans: " ".join(f"{a}-{b}" for a, b in spans) if isinstance(spans, tuple) else "",
}
_READ: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "float": lambda text: float(text) if text else float("nan"),
    "ids": lambda text: tuple(text.split()),
    "spans": lambda text: tuple(tuple(int(n) for n in span.split("-")) for span in text.split()),
}


def _quoted(cell: str) -> str:
    # Not csv.writer: it leaves a lone carriage return bare, at which every reader ends the row.
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in '",\r\n') else cell


def to_csv(table: Table, df: pd.DataFrame) -> str:
    """Write a table as CSV text, the same bytes for the same rows on every machine."""
    kinds = {column.name: column.kind for column in table.columns}
    names = table.names + [name for name in df.columns if name not in kinds]
    columns = [[_WRITE[kinds.get(name, "str")](value) for value in df[name]] for name in names]
    return "".join(",".join(map(_quoted, row)) + "\n" for row in (names, *zip(*columns, strict=True)))


def read_table(table: Table, path: Path) -> pd.DataFrame:
    """Read back what `to_csv` wrote; extra columns come back as text."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        rows = list(reader)
    kinds = {column.name: column.kind for column in table.columns}
    data = {}
    for position, name in enumerate(names):
        kind = kinds.get(name, "str")
        values = [_READ[kind](row[position]) for row in rows]
        data[name] = pd.Series(values, dtype=_DTYPES[kind])
    return check_table(table, pd.DataFrame(data))
