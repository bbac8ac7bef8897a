"""A survey export as a table: delimited text, workbooks and SPSS files, with the questions its headings ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import Source, load_bytes
from cjm_research.readers.grid import GRID_SUFFIXES, Row, read_grid
from cjm_research.readers.layouts import Header, find_header
from cjm_research.readers.private import private_columns
from cjm_research.readers.spss import SPSS_SUFFIXES, read_spss

__all__ = ["SURVEY_SUFFIXES", "Sheet", "read_questions", "read_sheet"]

SURVEY_SUFFIXES = (*GRID_SUFFIXES, *SPSS_SUFFIXES)
_HEAD = 40  # rows that are enough to find the headings


@dataclass(frozen=True)
class Sheet:
    """A survey export: of several sheets of a workbook, the one with most filled cells.

    columns: unique names from the first header row (``Name (2)`` for a repeated one, ``column 5`` for an
        empty one); questions: the text people were asked, by column, white space folded.
    options, choices: see `cjm_research.readers.layouts.Header`.
    rows: number of the row in the spreadsheet (the first is 1; in SPSS, of the case) and its cells, one per column.
    private: columns whose cells were contact data; they are empty here.
    called_private: columns that are only called so; their cells are here.
    """

    source: Source
    columns: tuple[str, ...]
    questions: dict[str, str]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[Problem, ...] = ()
    options: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    choices: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    called_private: frozenset[str] = frozenset()


def read_sheet(path: Path, name: str, limit: int | None = None) -> Sheet:
    """Read a survey file, or its first rows.

    Raises CjmError if it cannot be read, has no answers or is a table of counts.
    """
    source = load_bytes(path, name)
    header, rows, notes = _table(source, path.suffix.lower(), limit)
    held, called = private_columns(header.questions, rows)
    hidden = [number for number, column in enumerate(header.columns) if column in held]
    if hidden:
        for _, cells in rows:
            for number in hidden:
                cells[number] = ""
    return Sheet(
        source,
        header.columns,
        header.questions,
        tuple((number, tuple(cells)) for number, cells in rows),
        (*notes, *header.notes),
        header.options,
        header.choices,
        held,
        called,
    )


def read_questions(path: Path) -> dict[str, str]:
    """Text of the question by column, from the first rows only; raises CjmError like `read_sheet`."""
    source = load_bytes(path, path.name)
    return _table(source, path.suffix.lower(), _HEAD)[0].questions


def _table(source: Source, suffix: str, limit: int | None) -> tuple[Header, list[Row], list[Problem]]:
    """Headings and rows of answers, each as wide as the widest."""
    if suffix in SPSS_SUFFIXES:
        return *read_spss(source, suffix, limit), []
    if suffix not in GRID_SUFFIXES:
        raise CjmError.one("read.unknown_format", source.name, known=", ".join(SURVEY_SUFFIXES))
    rows, notes = read_grid(source, suffix, limit)
    filled = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
    if len(filled) < 2:
        raise CjmError.one("survey.no_rows", source.name)
    width = max(len(cells) for _, cells in filled)
    for _, cells in filled:
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
    header = find_header(filled, source.name)
    return header, filled[header.first :], notes
