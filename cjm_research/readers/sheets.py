"""Rows of a survey export: CSV of any common delimiter or encoding, Excel, one to three header rows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import Source, decode, fold, load_bytes, normalise

__all__ = ["SURVEY_SUFFIXES", "Sheet", "read_sheet"]

SURVEY_SUFFIXES = (".csv", ".xlsx")
_DELIMITERS = ",;\t"
# Under a question SurveyMonkey writes the option, or one of these where there is none.
_NO_OPTION = {"response", "open-ended response", "ответ", "свободный ответ"}
_Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A survey export: of several sheets of a workbook, the one with most filled cells.

    columns: unique names from the first header row (``Name (2)`` for a repeated one, ``column 5`` for an
        empty one); questions: the text people were asked, by column, white space folded.
    rows: number of the row in the spreadsheet (the first header row is 1) and its cells, one per column.
    """

    source: Source
    columns: tuple[str, ...]
    questions: dict[str, str]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[Problem, ...] = ()


def read_sheet(path: Path, name: str) -> Sheet:
    """Read a ``.csv`` or ``.xlsx`` file; raises CjmError if it cannot be read or has no answers."""
    source = load_bytes(path, name)
    suffix = path.suffix.lower()
    if suffix not in SURVEY_SUFFIXES:
        raise CjmError.one("read.unknown_format", name, known=", ".join(SURVEY_SUFFIXES))
    rows, notes = _excel_rows(source) if suffix == ".xlsx" else _csv_rows(source)
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if len(filled) < 2:
        raise CjmError.one("survey.no_rows", name)
    width = max(len(cells) for _, cells in filled)
    padded = [(number, (*cells, *[""] * (width - len(cells)))) for number, cells in filled]
    header, body = padded[0][1], padded[1:]
    columns = _unique(header)
    questions, headers = _questions(header, body)
    return Sheet(source, columns, dict(zip(columns, questions, strict=True)), tuple(body[headers:]), tuple(notes))


def _csv_rows(source: Source) -> tuple[list[_Row], list[Problem]]:
    text, notes = decode(source)
    try:
        tables = [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in _DELIMITERS]
    except csv.Error as error:
        raise CjmError.one("read.unreadable", source.name, format=".csv", reason=str(error)) from error
    best = max(tables, key=_regularity)
    return list(enumerate(best, start=1)), notes


def _regularity(table: Sequence[Sequence[str]]) -> float:
    """How well a delimiter fits: columns beyond the first, times the share of rows with just as many."""
    widths = [len(cells) for cells in table[:200] if cells]
    if not widths:
        return 0.0
    return (widths[0] - 1) * widths.count(widths[0]) / len(widths)


def _excel_rows(source: Source) -> tuple[list[_Row], list[Problem]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)
        tables = {sheet.title: _sheet_rows(sheet) for sheet in book.worksheets}
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=".xlsx", reason=reason) from error
    title = max(tables, key=lambda name: sum(bool(cell) for _, cells in tables[name] for cell in cells))
    params = MappingProxyType({"sheet": title, "n": len(tables)})
    return tables[title], [Problem("survey.sheet_chosen", source.name, params)] if len(tables) > 1 else []


def _sheet_rows(sheet: Any) -> list[_Row]:
    sheet.reset_dimensions()  # what the file claims may be wrong
    return [(number, [_cell(value) for value in row]) for number, row in enumerate(sheet.values, start=1)]


def _cell(value: object) -> str:
    """Write a cell the way a person sees it: no ``.0`` after whole numbers, nothing for an empty one."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return normalise(str(value))


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    seen: Counter[str] = Counter()
    for number, cell in enumerate(header, start=1):
        name = fold(cell) or f"column {number}"
        seen[name] += 1
        unique = f"{name} ({seen[name]})" if seen[name] > 1 else name
        while unique in names:
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        names.append(unique)
    return tuple(names)


def _holds_options(header: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row goes on with the header: it says so, or fills what many empty headings left open."""
    says_so = any(fold(cell).casefold() in _NO_OPTION for cell in second)
    return says_so or (header.count("") * 3 >= len(header) and second.count("") * 10 <= len(second))


def _questions(header: Sequence[str], body: Sequence[tuple[int, Sequence[str]]]) -> tuple[list[str], int]:
    """Texts of the questions, and how many rows after the first still belong to the header."""
    first = body[0][1]
    if len(body) > 1 and any('{"ImportId"' in cell for cell in body[1][1]):  # Qualtrics: ids, texts, ids again
        return [fold(text) or fold(name) for name, text in zip(header, first, strict=True)], 2
    if "" in header and _holds_options(header, first):  # SurveyMonkey, LimeSurvey
        texts, above = [], ""
        for name, option in zip(header, first, strict=True):
            above = fold(name) or above
            plain = not option.strip() or fold(option).casefold() in _NO_OPTION
            texts.append(above if plain else f"{above} – {fold(option)}")
        return texts, 1
    return [fold(name) or f"column {number}" for number, name in enumerate(header, start=1)], 0
