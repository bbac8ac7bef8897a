"""A first guess at the column map of a survey, from headings and values; a person corrects it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import MappingProxyType

from cjm_research.readers.columns import ColumnMap, ColumnRole
from cjm_research.readers.decode import find_date
from cjm_research.readers.sheets import Sheet, read_sheet
from cjm_research.readers.wording import (
    ATTRIBUTES,
    IGNORED,
    RATING,
    RESPONDENT,
    SCALES_BY_WORDING,
    SEVERAL,
    STAGES,
    TIME,
    first_match,
)

__all__ = ["propose_column_map"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SHORT_NAME, _FEW_INITIALS = 4, 4  # letters of an abbreviation kept whole; words that give an initial
_SHORT = 40  # characters: a longer answer is not a choice
_SHORT_OPTION, _FEW_WORDS = 60, 8  # an option with an explanation in brackets; words per answer on average


def propose_column_map(path: Path) -> ColumnMap:
    """Guess what each column of a survey file is.

    Raises CjmError if the file cannot be read or has no answers.
    """
    sheet = read_sheet(path, path.name)
    columns: dict[str, ColumnRole] = {}
    taken: set[str] = set()
    for number, column in enumerate(sheet.columns):
        values = [cells[number].strip() for _, cells in sheet.rows]
        role = _guess((column, sheet.questions[column]), values)
        key = role.name or role.role
        if key in taken and role.role in ("time", "respondent", "scale"):
            role = ColumnRole("ignore")
        elif key in taken and role.role == "attribute":
            role = ColumnRole("attribute", _free_name(role.name, taken))
        if role.role not in ("open", "ignore"):
            taken.add(role.name or role.role)
        columns[column] = role
    return ColumnMap(MappingProxyType(columns), questions=_worth_saying(sheet), prefix=_prefix(path.stem))


def _prefix(stem: str) -> str:
    """Short code of a survey from its file's name: initials of words and the last number, ``ОА-`` or ``NPS26-``."""
    words = re.findall(r"[^\W\d_]+", stem)
    initials = "".join(
        word if word.isupper() and len(word) <= _SHORT_NAME else word[0] for word in words[:_FEW_INITIALS]
    )
    number = "".join(re.findall(r"\d+", stem)[-1:])[-2:]
    return f"{initials.upper()}{number}-" if initials or number else "S-"


def _worth_saying(sheet: Sheet) -> MappingProxyType[str, str]:
    return MappingProxyType({c: q for c, q in sheet.questions.items() if q.casefold() != c.casefold()})


def _free_name(name: str, taken: Iterable[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _guess(names: tuple[str, str], values: Sequence[str]) -> ColumnRole:
    """Role of a column by its name and question: technical columns, ratings, choices, and open answers last."""
    filled = [value for value in values if value]
    question = names[1]
    if role := _technical(names, filled):
        return ColumnRole(role)
    if scale := _scale(question, filled):
        return ColumnRole("scale", scale)
    return _closed(question, filled) or ColumnRole("open", stage=first_match(STAGES, question))


def _technical(names: tuple[str, str], filled: Sequence[str]) -> str:
    """``ignore``, ``respondent`` or ``time`` for a column that tells nothing about the person, else empty."""
    if not filled or any(IGNORED.search(name) for name in names):
        return "ignore"
    if any(RESPONDENT.search(name) for name in names):
        return "respondent"
    dated = sum(bool(find_date(value)) for value in filled) * 2 > len(filled)
    return "time" if dated and any(TIME.search(name) for name in names) else ""


def _scale(question: str, filled: Sequence[str]) -> str:
    """Name of the rating that a column of numbers from 0 to 10 holds, else empty."""
    if not all(_NUMBER.fullmatch(value) for value in filled):
        return ""
    top = max(float(value.replace(",", ".")) for value in filled)
    rated = ("nps" if top > 5 else "csat") if RATING.search(question) else ""
    return (first_match(SCALES_BY_WORDING, question) or rated) if top <= 10 else ""


def _closed(question: str, filled: Sequence[str]) -> ColumnRole | None:
    """Role of a column of choices, None if people answered in their own words."""
    if set(filled) == {filled[0]} and filled[0].casefold() in question.casefold():  # one column per option
        return ColumnRole("multi", _slug(question))
    choice = _is_choice(filled)
    if not choice and not _is_short(filled):
        return None
    name = first_match(ATTRIBUTES, question)
    if _is_multi(filled) or (SEVERAL.search(question) and (name or choice)):
        return ColumnRole("multi", name or _slug(question))
    if name or choice:
        return ColumnRole("attribute", name or _slug(question))
    return None


def _is_short(filled: Sequence[str]) -> bool:
    words = sum(len(value.split()) for value in filled) / len(filled)
    parts = [part for value in filled for part in re.split(r"[;,]", value)]
    return max(map(len, parts)) <= _SHORT_OPTION and words <= _FEW_WORDS


def _is_choice(filled: Sequence[str]) -> bool:
    """Few distinct values: short ones given more than once, or any that come back ten times on average."""
    distinct = set(filled)
    few = len(distinct) <= min(12, max(2, 0.3 * len(filled))) < len(filled)
    return few and (max(map(len, distinct)) <= _SHORT or len(filled) >= 10 * len(distinct))


def _is_multi(filled: Sequence[str]) -> bool:
    """Values that list a few options which come back again and again, at least a tenth of them several."""
    options = Counter(part.strip() for value in filled for part in re.split(r"[;,]\s", value))
    several = sum(bool(re.search(r"[;,]\s", value)) for value in filled)
    return several * 10 >= len(filled) and len(options) <= 12 and sum(options.values()) >= 3 * len(options)


def _slug(heading: str) -> str:
    """Make a name of at most four words of the heading, in lower case, joined by underscores."""
    words = re.findall(r"[^\W_]+", heading.casefold())
    slug = "_".join(words[:4]) or "answer"
    return slug if slug[0].isalpha() else f"q_{slug}"
