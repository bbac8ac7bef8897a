"""A first guess at the column map of a survey, from headings and values; a person corrects it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from cjm_research.readers.columns import ColumnMap, ColumnRole
from cjm_research.readers.decode import fold
from cjm_research.readers.guess import guess_role, slug
from cjm_research.readers.sheets import Sheet, read_sheet
from cjm_research.readers.wording import ATTRIBUTES, REVIEW_TEXT, STARS, TICKET, TICKET_TEXT, first_match

__all__ = ["propose_column_map"]

_SHORT_NAME, _FEW_INITIALS = 4, 4  # letters of an abbreviation kept whole; words that give an initial
_SAMPLE = 2000  # answers of a column that are looked at
_ROWS = 20_000  # rows that they are looked for in


def propose_column_map(path: Path, name: str = "") -> ColumnMap:
    """Guess what each column of a survey file is.

    name: what the file is called in messages, as in `read_survey`.
    Raises CjmError if the file cannot be read or has no answers.
    """
    sheet = read_sheet(path, name or path.name, _ROWS)
    kind = _kind(sheet)
    names = _Names()
    columns: dict[str, ColumnRole] = {}
    repeated = False
    for number, column in enumerate(sheet.columns):
        values = _answers(sheet, number)
        role = _role(sheet, column, values, kind)
        columns[column] = names.unique(role, sheet, column)
        repeated |= columns[column].role == "respondent" and len(set(values)) * 2 <= len(values)
    # A person with several rows is no respondent of a survey; rows of a log, tickets and reviews come so.
    prefix = "" if repeated else _prefix(path.stem)
    kind = "notes" if repeated and kind == "survey" else kind
    return ColumnMap(MappingProxyType(columns), kind, _worth_saying(sheet), prefix=prefix)


def _answers(sheet: Sheet, number: int) -> list[str]:
    """The first answers of a column, without empty ones."""
    found: list[str] = []
    for _, cells in sheet.rows:
        if value := cells[number].strip():
            found.append(value)
            if len(found) == _SAMPLE:
                break
    return found


def _headings(sheet: Sheet) -> list[str]:
    return [fold(column).strip(" :*.") for column in sheet.columns]


def _kind(sheet: Sheet) -> str:
    """``review`` or ``ticket`` if the headings are those of such an export, else ``survey``."""
    headings = _headings(sheet)
    if any(TICKET.search(heading) for heading in headings) and any(TICKET_TEXT.search(h) for h in headings):
        return "ticket"
    stars, texts = (any(pattern.search(h) for h in headings) for pattern in (STARS, REVIEW_TEXT))
    return "review" if stars and texts else "survey"


def _role(sheet: Sheet, column: str, values: Sequence[str], kind: str) -> ColumnRole:
    if column in sheet.private or column in sheet.called_private:
        return ColumnRole("ignore")
    heading = fold(column).strip(" :*.")
    text = {"review": REVIEW_TEXT, "ticket": TICKET_TEXT}.get(kind)
    if values and text and text.search(heading):
        return ColumnRole("open")
    question = sheet.questions[column]
    role = guess_role((column, question), values, sheet.options.get(column), known_choices=column in sheet.choices)
    if kind == "review" and role.role == "attribute" and STARS.search(heading) and _is_rating(values):
        return ColumnRole("scale", "csat")
    return replace(role, name="csat") if kind == "review" and role.role == "scale" else role


def _is_rating(values: Sequence[str]) -> bool:
    return all(re.match(r"\d{1,2}(?:[.,]\d+)?(?!\d)", value) for value in values)


class _Names:
    """Names already given: an attribute's is its own, one question's choices share theirs."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._of_question: dict[str, str] = {}

    def unique(self, role: ColumnRole, sheet: Sheet, column: str) -> ColumnRole:
        """The role with a name that no other question has; a second time or respondent is ignored."""
        key = role.name or role.role
        if role.role in ("open", "ignore", "consent"):
            return role
        if role.role == "multi":
            return replace(role, name=self._shared(role, sheet, column))
        if key in self._taken:
            if role.role in ("time", "respondent"):
                return ColumnRole("ignore")
            if role.role == "scale":  # a second rating of the same kind is kept under the words of its question
                role, key = ColumnRole("attribute", "rating"), slug(sheet.questions[column])
            key = _free_name(key, self._taken) if key in self._taken else key
        self._taken.add(key)
        return replace(role, name=key) if role.name else role

    def _shared(self, role: ColumnRole, sheet: Sheet, column: str) -> str:
        stem, option = sheet.options.get(column, (sheet.questions[column], ""))
        if role.option and role.option != option:  # the option is a part of the heading: "3. Python."
            found = re.sub(re.escape(role.option.rstrip(".")), "", sheet.questions[column], flags=re.IGNORECASE)
            stem = found.strip(" .:–-")
        if stem not in self._of_question:
            name = first_match(ATTRIBUTES, stem) or (slug(stem) if stem else "choices")
            self._of_question[stem] = _free_name(name, self._taken) if name in self._taken else name
            self._taken.add(self._of_question[stem])
        return self._of_question[stem]


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
