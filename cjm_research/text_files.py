"""Tables of texts from any program, in and out: no study, no column map, a row each."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.readers.decode import fold
from cjm_research.readers.sheets import read_sheet

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GIVEN", "WRITES", "beside", "check_output", "code_in_parts", "pick_columns", "read_texts", "write_texts"]

GIVEN = ("text", "question", "language", "context")  # what a coder can use of a row
WRITES = (".csv", ".xlsx")
_AT_ONCE = 250  # rows, between two steps of a progress bar
_MOST_LETTERS = 32_767  # characters that a cell of a workbook holds
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # not in XML
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def read_texts(path: Path) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read a table of texts in any survey format: all cells as text, indexed by the row in the spreadsheet, and notes.

    Columns that hold contact data are empty, and a note says so. Raises CjmError if the file cannot be read.
    """
    import pandas as pd

    if not path.is_file():
        raise CjmError.one("evaluate.no_file", str(path))
    sheet = read_sheet(path, path.name)
    notes = list(sheet.notes)
    if sheet.private:
        params = MappingProxyType({"columns": ", ".join(sorted(sheet.private))})
        notes.append(Problem("survey.private_columns", path.name, params))
    index = [number for number, _ in sheet.rows]
    frame = pd.DataFrame([cells for _, cells in sheet.rows], columns=list(sheet.columns), index=index, dtype=object)
    return frame, tuple(notes)


def pick_columns(frame: pd.DataFrame, chosen: Mapping[str, str], name: str) -> pd.DataFrame:
    """The columns a coder can use, under the names of `GIVEN`.

    chosen: the table's column for each of them, as the file calls it (case and spaces do not matter); one that is not
    chosen is the column of that very name, if there is one.
    Raises CjmError that names every column the file has not, and those it has.
    """
    folded = {fold(str(column)).casefold(): column for column in frame.columns}
    problems, found = Problems(), {}
    for role in GIVEN:
        wanted = chosen.get(role, "")
        column = folded.get(fold(wanted or role).casefold())
        if column is not None:
            found[role] = frame[column].astype(str)
        elif wanted or role == "text":
            there = ", ".join(map(str, frame.columns))
            problems.add("evaluate.no_such_column", name, column=wanted or role, option=f"--{role}-column", there=there)
    problems.raise_if_any()
    return frame[[]].assign(**found)


def code_in_parts(
    texts: pd.DataFrame, coder: Callable[[pd.DataFrame], pd.DataFrame], tell: Callable[[int], object]
) -> pd.DataFrame:
    """Code a long table part by part, so that a progress bar can move; the result is that of the whole.

    tell: called with the number of rows done. Rows that may be neighbours, those with the same question where there
    are contexts, stay together.
    """
    import pandas as pd

    parts = []
    for rows in _parts(texts):
        parts.append(coder(texts.iloc[rows]))
        tell(len(rows))
    return pd.concat(parts).loc[texts.index] if parts else coder(texts)


def _parts(texts: pd.DataFrame) -> Iterator[list[int]]:
    if "context" in texts.columns:
        asked = texts["question"] if "question" in texts.columns else [""] * len(texts)
        together: dict[str, list[int]] = {}
        for row, question in enumerate(asked):
            together.setdefault(str(question), []).append(row)
        groups = list(together.values())
    else:
        groups = [[row] for row in range(len(texts))]
    part: list[int] = []
    for group in groups:
        part += group
        if len(part) >= _AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def beside(frame: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The table with the coder's columns to the right; one whose name the table has already is called ``coded_…``."""
    taken, names = set(map(str, frame.columns)), {}
    for column in (str(name) for name in coded.columns if name not in GIVEN):
        name = column
        while name in taken:
            name = f"coded_{name}"
        taken.add(name)
        names[column] = name
    return frame.join(coded[list(names)].rename(columns=names))


def check_output(path: Path, source: Path) -> None:
    """Raise CjmError if a table cannot be written to ``path``: no format of `WRITES`, or the file it comes from."""
    if path.suffix.lower() not in WRITES:
        raise CjmError.one("evaluate.bad_output", str(path), known=", ".join(WRITES))
    if path.exists() and source.exists() and path.samefile(source):
        raise CjmError.one("evaluate.own_input", str(path))


def write_texts(path: Path, frame: pd.DataFrame, source: Path) -> None:
    """Write a table as .csv (UTF-8 with a mark that Excel needs) or .xlsx; the same table gives the same bytes.

    Raises CjmError like `check_output`.
    """
    check_output(path, source)
    rows = [[str(name) for name in frame.columns], *frame.itertuples(index=False, name=None)]
    cells = [["" if value is None or value != value else value for value in row] for row in rows]  # noqa: PLR0124 – NaN
    data = _workbook(cells) if path.suffix.lower() == ".xlsx" else _delimited(cells).encode("utf-8-sig", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)


def _delimited(rows: list[list[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _workbook(rows: list[list[object]]) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("coded")
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, _ILLEGAL.sub("", value)[:_MOST_LETTERS] if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # "=1+1" is what somebody wrote and no formula
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return _without_time(out.getvalue())


def _without_time(workbook: bytes) -> bytes:
    """The same package without the moment it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(part.filename, _NO_TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
