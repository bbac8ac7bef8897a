"""SPSS files: labels instead of codes, and multiple response sets."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
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
_MOST_SECONDS = 300
_PERIODS = ("QYR", "MOYR", "WKYR")


def read_spss(source: Source, suffix: str, limit: int | None = None) -> tuple[Header, list[tuple[int, list[str]]]]:
    """Read a ``.sav`` or ``.zsav`` file: its variables as columns, and its cases, numbered from 1.

    Variable labels are the questions, value labels the answers, user-missing values empty. The variables of a
    multiple response set are options of one question; in a set of dichotomies a cell holds ``1`` if chosen.
    Raises CjmError if the file cannot be read or has no cases.
    """
    raw = _read_apart(source, suffix, limit or 0)
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


def _read_apart(source: Source, suffix: str, limit: int) -> Any:
    """What `cjm_research.readers.spss_raw` finds, in a process of its own: a damaged file can end it."""
    program = [sys.executable, str(Path(__file__).with_name("spss_raw.py")), str(limit)]
    try:
        done = subprocess.run(program, input=source.data, capture_output=True, timeout=_MOST_SECONDS, check=True)  # noqa: S603 – our own program
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=f"> {_MOST_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().rpartition("\n")[2] if error.returncode > 0 else ""
        reason = last.rpartition(": ")[2] or "ReadStat"
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=reason) from error
