"""SPSS files: labels instead of codes, and multiple response sets."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.decode import Source, fold
from cjm_research.readers.grid import cell_text
from cjm_research.readers.layouts import Header

__all__ = ["SPSS_SUFFIXES", "read_spss"]

SPSS_SUFFIXES = (".sav", ".zsav")
# SPSS counts seconds from the first day of the Gregorian calendar; pyreadstat leaves these formats as numbers.
_EPOCH = dt.datetime(1582, 10, 14)  # noqa: DTZ001 – a calendar day, no moment
_PERIODS = ("QYR", "MOYR", "WKYR")


def read_spss(source: Source, suffix: str, limit: int | None = None) -> tuple[Header, list[tuple[int, list[str]]]]:
    """Read a ``.sav`` or ``.zsav`` file: its variables as columns, and its cases, numbered from 1.

    Variable labels are the questions, value labels the answers, user-missing values empty. The variables of a
    multiple response set are options of one question; in a set of dichotomies a cell holds ``1`` if chosen.
    Raises CjmError if the file cannot be read or has no cases.
    """
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(io.BytesIO(source.data), row_limit=limit or 0)
    except Exception as error:  # pyreadstat raises errors of its own, of pandas and of the codec
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=reason) from error
    if frame.empty:
        raise CjmError.one("survey.no_rows", source.name)
    columns = tuple(map(str, frame.columns))
    questions = {column: fold(meta.column_names_to_labels.get(column) or "") or column for column in columns}
    counted = _counted(meta.mr_sets)
    cells = [_cells(list(frame[column]), column, meta, counted) for column in columns]
    header = Header(
        columns,
        questions,
        options=_options(meta.mr_sets, questions),
        choices=frozenset(column for column, labels in meta.variable_value_labels.items() if labels),
    )
    return header, [(number, list(row)) for number, row in enumerate(zip(*cells, strict=True), start=1)]


def _options(sets: Mapping[str, Any], questions: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    """Question and option of each variable of a multiple response set."""
    found = {}
    for name, one in sets.items():
        for variable in one["variable_list"]:
            option = questions[variable] if one["is_dichotomy"] else ""
            found[variable] = (fold(one["label"] or "") or name, option)
    return MappingProxyType(found)


def _counted(sets: Mapping[str, Any]) -> dict[str, str]:
    """The value that means "chosen", by variable of a set of dichotomies."""
    return {
        variable: cell_text(one["counted_value"])
        for one in sets.values()
        if one["is_dichotomy"]
        for variable in one["variable_list"]
    }


def _cells(values: Sequence[Any], column: str, meta: Any, counted: Mapping[str, str]) -> list[str]:
    labels = meta.variable_value_labels.get(column, {})
    form = str(meta.original_variable_types.get(column, ""))
    cells = []
    for value in values:
        if column in counted:
            text = cell_text(value)
            # Codes are numbers in the data and may be either in the set.
            chosen = text == counted[column]
            cells.append("1" if chosen else "0" if text else "")
        elif value in labels:
            cells.append(cell_text(labels[value]))
        elif form.startswith(_PERIODS) and isinstance(value, float) and value == value:  # noqa: PLR0124 – not NaN
            cells.append((_EPOCH + dt.timedelta(seconds=value)).date().isoformat())
        else:
            cells.append(cell_text(value))
    return cells
