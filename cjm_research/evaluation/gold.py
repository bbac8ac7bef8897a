"""Gold: texts whose codes people have decided, read and checked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.i18n import LANGUAGES
from cjm_research.language import detect_language
from cjm_research.text_files import read_texts

if TYPE_CHECKING:
    import pandas as pd

    from cjm_research.codebook import Codebook

__all__ = ["AXES", "AXIS_OF", "GIVEN", "SENTIMENTS", "SINGLE", "check_gold", "codes_of", "codes_of_axis", "read_gold"]

SINGLE = ("stage", "sentiment", "emotion")  # columns that hold one code
AXIS_OF: Mapping[str, str] = MappingProxyType({"pains": "pain", "wants": "want", "channels": "channel"})
AXES = (*SINGLE, *AXIS_OF)
SENTIMENTS = ("negative", "neutral", "positive", "mixed")
GIVEN = ("text", "question", "context", "language", "source")
_MOST_PROBLEMS = 20


def read_gold(path: Path, codebook: Codebook) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read and check a gold table; returns it as `check_gold` does, and notes of the reader."""
    frame, notes = read_texts(path)
    return check_gold(frame, codebook, path.name), notes


def check_gold(frame: pd.DataFrame, codebook: Codebook, name: str = "") -> pd.DataFrame:
    """Gold in one form: ``text``, ``question``, ``context``, ``language``, ``source``, and the axes there are.

    frame: column ``text`` and at least one of `AXES`; other columns are left out, rows without a text too. Codes come
    without their axis, several with commas between; an empty ``stage`` or ``emotion`` is ``none``; ``sentiment`` is one
    of `SENTIMENTS` or a number from −2 to 2, and empty where nobody judged it.
    Raises CjmError that names every column that is missing and every code, with its row, that the codebook has not.
    """
    axes = [axis for axis in AXES if axis in frame.columns]
    problems = Problems()
    if "text" not in frame.columns or not axes:
        there = ", ".join(map(str, frame.columns))
        missing = [*(["text"] if "text" not in frame.columns else []), *([] if axes else [" / ".join(AXES)])]
        raise CjmError.one("evaluate.no_columns", name, missing=", ".join(missing), there=there)
    texts = {column: frame[column].map(_text) if column in frame.columns else "" for column in (*GIVEN, *axes)}
    gold = frame[[]].assign(**texts)
    gold = gold[gold["text"] != ""].copy()
    if gold.empty:
        raise CjmError.one("evaluate.no_rows", name)
    for axis in axes:
        known = codes_of_axis(axis, codebook)
        gold[axis] = [_checked(value, axis, known, (problems, f"{name}:{row}")) for row, value in gold[axis].items()]
    _raise_first(problems)
    said = zip(gold["language"], gold["text"], strict=True)
    gold["language"] = [one if one in LANGUAGES else detect_language(text) for one, text in said]
    return gold


def codes_of_axis(axis: str, codebook: Codebook) -> tuple[str, ...]:
    """Codes that a column of `AXES` may hold, in the codebook's order; ``none`` is the last of stages and emotions."""
    if axis == "sentiment":
        return SENTIMENTS
    codes = tuple(code.code for code in codebook.by_axis(AXIS_OF.get(axis, axis)))
    return (*codes, "none") if axis in SINGLE else codes


def codes_of(value: object) -> tuple[str, ...]:
    """The codes in a cell, in order, none twice."""
    return tuple(dict.fromkeys(part.strip() for part in _text(value).split(",") if part.strip()))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 – only NaN differs from itself


def _checked(value: str, axis: str, known: tuple[str, ...], to: tuple[Problems, str]) -> str:
    """The cell in its one form; what is wrong with it is noted."""
    problems, where = to
    if axis == "sentiment":
        value = _feeling(value)
    codes = codes_of(value)
    if axis in SINGLE and len(codes) > 1:
        problems.add("evaluate.several_codes", where, column=axis, value=value)
    for code in codes:
        if code not in known:
            near = difflib.get_close_matches(code, known, n=1) or known
            problems.add("evaluate.unknown_code", where, column=axis, code=code, known=", ".join(near))
    return ",".join(codes) or ("none" if axis in ("stage", "emotion") else "")


def _feeling(value: str) -> str:
    try:
        number = float(value.replace("−", "-").replace(",", "."))
    except ValueError:
        return value
    if not abs(number) <= 2:
        return value
    return "negative" if number < 0 else "positive" if number > 0 else "neutral"


def _raise_first(problems: Problems) -> None:
    """Raise what was found, the first twenty and how many more: a wrong column would else fill the screen."""
    found = list(problems)
    if len(found) > _MOST_PROBLEMS:
        more = Problem("evaluate.more_problems", "", MappingProxyType({"n": len(found) - _MOST_PROBLEMS}))
        raise CjmError([*found[:_MOST_PROBLEMS], more])
    problems.raise_if_any()
