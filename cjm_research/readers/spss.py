"""SPSS files: labels instead of codes, and multiple response sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from cjm_research.errors import CjmError
from cjm_research.readers.apart import read_apart
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
    raw = read_apart("spss", source, suffix, limit)
    if not raw["cells"] or not raw["cells"][0]:
        raise CjmError.one("survey.no_rows", source.name)
    columns = tuple(raw["columns"])
    questions = {column: fold(raw["questions"].get(column) or "") or column for column in columns}
    labels = {column: {key: cell_text(text) for key, text in pairs} for column, pairs in raw["labels"].items()}
    options: dict[str, tuple[str, str]] = {}
    counted: dict[str, str] = {}
    for name, label, is_dichotomy, value, variables in raw["sets"]:
        for variable in (variable for variable in variables if variable in questions):
            options[variable] = (fold(label or "") or name, questions[variable] if is_dichotomy else "")
            if is_dichotomy:
                counted[variable] = cell_text(value)
    cells = []
    for column, values in zip(columns, raw["cells"], strict=True):
        if column in counted:
            texts = map(cell_text, values)
            cells.append([("1" if text == counted[column] else "0") if text else "" for text in texts])
        else:
            period = raw["formats"].get(column, "").startswith(_PERIODS)
            cells.append([_cell(value, labels.get(column, {}), period=period) for value in values])
    header = Header(
        columns,
        questions,
        options=MappingProxyType(options),
        choices=frozenset(column for column, known in labels.items() if known),
    )
    return header, [(number, list(row)) for number, row in enumerate(zip(*cells, strict=True), start=1)]


def _cell(value: object, labels: Mapping[object, str], *, period: bool) -> str:
    if value in labels:
        return labels[value]
    if period and isinstance(value, float):
        return (_EPOCH + dt.timedelta(seconds=value)).date().isoformat()
    return cell_text(value)
