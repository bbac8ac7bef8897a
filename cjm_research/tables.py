"""The tables everything flows through: one description for every column.

Offsets are Unicode code points, half-open, into the normalised text of the
transcript; ``text[start:end] == quote`` holds for every row that has both.
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

__all__ = [
    "CELLS",
    "CODINGS",
    "PARTICIPANTS",
    "SEGMENTS",
    "TABLES",
    "TRANSCRIPTS",
    "TURNS",
    "Column",
    "Table",
    "check_table",
    "empty_table",
    "make_table",
    "read_table",
    "to_csv",
]

ROLES = ("participant", "interviewer", "other")
KINDS = ("interview", "survey", "review", "ticket", "mystery_shopping", "notes")
CODER_KINDS = ("human", "rule", "model")
STATUSES = ("suggested", "accepted", "rejected")


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


def _c(name: str, kind: str, meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, allowed)


def _o(name: str, kind: str, meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, allowed, may_be_empty=True)


TRANSCRIPTS = Table(
    "transcripts",
    ("transcript_id",),
    (
        _c("transcript_id", "str", "file path below the study folder; for a survey answer, path#row"),
        _c("path", "str", "file path below the study folder, with forward slashes"),
        _c("sha256", "str", "hash of the file's bytes"),
        _c("kind", "str", "kind of source", KINDS),
        _c("language", "str", "ru, en or und (not recognised)"),
        _o("wave", "str", "wave of research; empty if the study has none"),
        _o("date", "str", "day of the interview or answer, ISO 8601"),
        _c("text", "str", "normalised text that all offsets count in"),
    ),
)
TURNS = Table(
    "turns",
    ("transcript_id", "turn"),
    (
        _c("transcript_id", "str", "its transcript"),
        _c("turn", "int", "position in the transcript, from 1"),
        _c("participant_id", "str", "the person who is interviewed or answers"),
        _o("speaker", "str", "the label as written in the source"),
        _c("role", "str", "who speaks; only participants are evidence", ROLES),
        _o("question", "str", "the question this turn answers"),
        _c("start", "int", "code points into the transcript's text"),
        _c("end", "int", "code points, exclusive"),
        _o("start_s", "float", "seconds from the start of the recording"),
        _o("end_s", "float", "seconds from the start of the recording"),
        _c("text", "str", "what was said"),
    ),
)
SEGMENTS = Table(
    "segments",
    ("segment_id",),
    (
        _c("segment_id", "str", "derived from transcript, offsets and text"),
        _c("transcript_id", "str", "its transcript"),
        _c("turn", "int", "its turn"),
        _c("participant_id", "str", "whose words these are"),
        _c("start", "int", "code points into the transcript's text"),
        _c("end", "int", "code points, exclusive"),
        _o("start_s", "float", "seconds from the start of the recording, of the turn"),
        _c("text", "str", "the passage, verbatim"),
        _o("question", "str", "the question it answers"),
        _c("language", "str", "ru, en or und (not recognised)"),
        _o("non_answer", "int", "1 if it says nothing (нет, n/a, an emoji): it counts in the base, never as a pain"),
        _o("wave", "str", "wave of its transcript"),
    ),
)
CODINGS = Table(
    "codings",
    ("segment_id", "code", "coder"),
    (
        _c("segment_id", "str", "the coded passage"),
        _c("code", "str", "axis.code of the codebook, or sentiment"),
        _o("value", "float", "sentiment −2…+2; intensity of a pain 1…3"),
        _c("coder", "str", "name of the person, or of the machine coder with its version"),
        _c("coder_kind", "str", "what kind of coder", CODER_KINDS),
        _c("confidence", "float", "0…1; a person's is 1"),
        _o("evidence", "spans", "the words that led to the code: offsets into the transcript's text"),
        _c("status", "str", "what a person has said of it", STATUSES),
        _o("memo", "str", "why"),
    ),
)
PARTICIPANTS = Table(
    "participants",
    ("participant_id", "wave"),
    (
        _c("participant_id", "str", "code that stands for the person in every report"),
        _o("persona_id", "str", "persona; empty if the person is in none"),
        _o("wave", "str", "wave of research"),
    ),
    extra_columns=True,
)
CELLS = Table(
    "cells",
    ("wave", "persona_id", "stage", "lane", "item"),
    (
        _c("wave", "str", "wave of research; * for all"),
        _c("persona_id", "str", "persona; * for everyone, - for people in no persona"),
        _c("stage", "str", "stage of the codebook; * for the whole journey"),
        _c("lane", "str", "row of the map: people, channel, sentiment, emotion, quote, need, expectation, fear, pain"),
        _o("item", "str", "code within the lane; empty where the lane has only one, and for any pain at all"),
        _c("stat", "str", "what value is", ("share", "mean", "count")),
        _o("value", "float", "share 0…1, mean −2…+2, or count"),
        _o("lo", "float", "lower end of the interval, in the unit of value"),
        _o("hi", "float", "upper end of the interval"),
        _o("level", "float", "confidence level of the interval"),
        _c("method", "str", "how the interval was made", ("wilson", "t", "none")),
        _c("unit", "str", "unit of value", ("share", "-2..2", "people")),
        _c("k", "int", "people behind the cell"),
        _c("n", "int", "people it is counted among"),
        _c("base_rule", "str", "who n is", ("reached", "persona")),
        _c("n_segments", "int", "passages behind the cell"),
        _o("intensity", "float", "mean intensity 1…3 over people who have it"),
        _c("k_barrier", "int", "people whom the pain stopped"),
        _o("evidence_ids", "ids", "segment ids, most telling first"),
        _c("evidence_grade", "int", "0 none, 1 weak (1–2 people), 2 medium (3 or more), 3 strong"),
        _o(
            "flags",
            "ids",
            "low_n: counted among fewer than 5 people; hidden: among fewer than 3",
        ),
        _o("coder_mix", "str", "share of codings by kind of coder"),
    ),
)
TABLES = (TRANSCRIPTS, TURNS, SEGMENTS, CODINGS, PARTICIPANTS, CELLS)

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
