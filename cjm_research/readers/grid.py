"""Rows of cells from a file of any table format: delimited text and workbooks."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any
from xml.parsers import expat

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.apart import read_apart
from cjm_research.readers.decode import Source, decode, normalise

__all__ = ["GRID_SUFFIXES", "Row", "cell_text", "read_grid"]

Row = tuple[int, list[str]]
GRID_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_DELIMITERS = ",;\t|"
_SAMPLE, _HEAD = 200, 400_000  # rows and characters that decide on the delimiter
_MOST_UNPACKED = 300 * 2**20  # bytes
_MOST_OF_A_TAG = 2**20  # bytes; a cell has 32,767 characters at most
_MOST_CELLS = 10_000_000  # of one OpenDocument sheet, empty ones between filled ones included
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,12})"')


def read_grid(source: Source, suffix: str, limit: int | None = None) -> tuple[list[Row], list[Problem]]:
    """Rows of a file with their numbers in the spreadsheet, from 1, and notes on what was chosen.

    suffix: one of `GRID_SUFFIXES`; limit: how many rows to read at most, all if None or of several sheets.
    Raises CjmError if the file is damaged, or unpacks to more than 300 MB.
    """
    if suffix in (".csv", ".tsv"):
        text, notes = decode(source, _MOST_UNPACKED)
        try:
            return list(enumerate(islice(_delimited(text), limit), start=1)), notes
        except csv.Error as error:
            raise CjmError.one("read.unreadable", source.name, format=suffix, reason=str(error)) from error
    try:
        sheets = _open_workbook(source, limit) if suffix == ".xlsx" else _other_workbook(source, suffix, limit)
    except (CjmError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # what these libraries raise on a damaged file has no common family, panics included
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=reason) from error
    if not sheets:
        raise CjmError.one("survey.no_rows", source.name)
    return _fullest(sheets, source.name)


def _delimited(text: str) -> Iterator[list[str]]:
    """Rows of delimited text. Excel may say the delimiter in a first line ``sep=;``."""
    first, _, rest = text.partition("\n")
    if first.startswith("sep=") and len(first) == 5:
        yield []
        yield from csv.reader(io.StringIO(rest, newline=""), delimiter=first[4])
        return
    head = text[:_HEAD]
    mark = max(_DELIMITERS, key=lambda mark: _regularity(head, mark))
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _regularity(text: str, mark: str) -> float:
    """How well a delimiter fits: columns beyond the first, times the share of rows with just as many."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    widths = [len(cells) for cells in islice(reader, _SAMPLE) if cells]
    if not widths:
        return 0.0
    counts = Counter(widths)
    return max((width - 1) * count / len(widths) for width, count in counts.items())


def _check_size(source: Source) -> None:
    """Refuse a package that unpacks to too much, or in which one tag never ends: expat reads those again and again."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        parts = package.infolist()
        size = sum(part.file_size for part in parts)
        if size > _MOST_UNPACKED:
            raise CjmError.one("read.too_large", source.name, size=size // 2**20, most=_MOST_UNPACKED // 2**20)
        for part in parts:
            if part.filename.endswith(".xml"):
                with package.open(part) as stream:
                    while chunk := stream.read(_MOST_OF_A_TAG):
                        if len(chunk) == _MOST_OF_A_TAG and b">" not in chunk:
                            raise CjmError.one("read.damaged_member", f"{source.name}/{part.filename}", reason="<…")


def _open_workbook(source: Source, limit: int | None) -> dict[str, list[Row]]:
    # openpyxl, because it goes row by row: a cell in the last column of the last row costs nothing.
    import openpyxl

    _check_size(source)
    book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)
    tables = {}
    limit = limit if len(book.worksheets) == 1 else None  # which sheet is fullest only all rows tell
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file claims may be wrong
        tables[sheet.title] = _rows(islice(sheet.values, limit))
    book.close()
    return tables


def _other_workbook(source: Source, suffix: str, limit: int | None) -> dict[str, list[Row]]:
    if suffix == ".ods":
        _check_size(source)
        _check_area(source)
    sheets = read_apart("workbook", source, suffix, limit)
    return {
        title: [(number, [""] * left + cells if cells else []) for number, cells in _rows(rows)]
        for title, left, rows in sheets
    }


def _check_area(source: Source) -> None:
    """Refuse an OpenDocument sheet that says "this cell a billion times", as calamine lays every cell out in memory.

    Also one that is no XML: at the end of a sheet that breaks off calamine waits for ever.
    """
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        content = package.read("content.xml")
    expat.ParserCreate().Parse(content, True)
    rows = filled_rows = columns = width = times = 0
    for tag in re.finditer(rb"<(table:table|table:table-row|table:(?:covered-)?table-cell)\b(?!-)([^>]*)>", content):
        repeat = _REPEATED.search(tag[2])
        count = int(repeat[1]) if repeat else 1
        if tag[1] == b"table:table":
            rows = filled_rows = width = 0
        elif tag[1] == b"table:table-row":
            rows, columns, times = rows + count, 0, count
        else:
            columns += count
            if b"value" in tag[2] or not tag[2].endswith(b"/"):
                filled_rows, width = rows, max(width, columns)
        if filled_rows * width > _MOST_CELLS:
            reason = f"{times} × {columns}"
            raise CjmError.one("read.unreadable", source.name, format=".ods", reason=reason)


def _rows(values: Iterable[Sequence[Any]]) -> list[Row]:
    """Numbered rows of texts; what is empty at the end of a row is left out."""
    rows = []
    for number, row in enumerate(values, start=1):
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        rows.append((number, cells))
    return rows


def cell_text(value: object) -> str:
    """A cell as a person sees it: no ``.0`` after whole numbers, nothing for an empty one."""
    if value is None or value != value:  # noqa: PLR0124 – only NaN differs from itself
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return normalise(str(value))


def _fullest(tables: dict[str, list[Row]], name: str) -> tuple[list[Row], list[Problem]]:
    title = max(tables, key=lambda sheet: sum(bool(cell) for _, cells in tables[sheet] for cell in cells))
    params = MappingProxyType({"sheet": title, "n": len(tables)})
    return tables[title], [Problem("survey.sheet_chosen", name, params)] if len(tables) > 1 else []
