"""Survey exports: every respondent is a document whose turns are the open answers."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.columns import ColumnMap, ColumnRole
from cjm_research.readers.decode import find_date, is_day_first
from cjm_research.readers.document import Document, SourceTurn
from cjm_research.readers.multi import SplitRule, is_chosen, split_choices
from cjm_research.readers.sheets import Sheet, read_questions, read_sheet

__all__ = ["read_survey", "stage_of_question"]

_REFUSAL = re.compile(
    r"(?:нет?\b.*|отказ.*|запре.*|no\b.*|not\b.*|n|0|false|nein)\W*"
    r"|(?:i (?:do not|don['’]t)\b|decline|disagree|refuse).*",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def read_survey(path: Path, name: str, column_map: ColumnMap) -> list[Document]:
    """Read a survey export: one document per respondent who answered an open question or a scale.

    name: the file's path below the study folder. The text of a document is question and answer, line by
    line, of the open and scale columns; only open answers are turns, and every answer that is not empty
    is one. Closed answers and scales are attributes. Who did not consent is left out.
    Raises CjmError if the map names columns the file lacks, or nobody answered an open question.
    """
    with _uncollected():
        return _documents(read_sheet(path, name), name, column_map)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector of cycles rest: it would look through millions of new values again and again, for nothing."""
    working = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if working:
            gc.enable()


def _documents(sheet: Sheet, name: str, column_map: ColumnMap) -> list[Document]:
    lacking = [column for column in column_map.columns if column not in sheet.questions]
    if lacking:
        raise CjmError(
            Problem(
                "survey.no_such_column",
                column_map.file or name,
                MappingProxyType({"column": column, "file": name, "known": "; ".join(sheet.columns)}),
            )
            for column in lacking
        )
    reader = _Reader(sheet, column_map)
    agreed = [(row, cells) for row, cells in sheet.rows if reader.consents(cells)]
    documents = [reader.document(row, cells) for row, cells in agreed]
    kept = [document for document in documents if document.text]
    if not any(document.turns for document in kept):
        roles = [role.role for role in column_map.columns.values()]
        closed = sum(role in ("attribute", "multi", "scale") for role in roles)
        raise CjmError.one("survey.no_open_answers", name, closed=closed, rows=len(sheet.rows))
    silent = [row for (row, _), document in zip(agreed, documents, strict=True) if not document.text]
    refused = sorted({row for row, _ in sheet.rows} - {row for row, _ in agreed})
    kept[0] = replace(kept[0], notes=(*sheet.notes, *_notes(sheet, column_map, refused, silent)))
    return kept


def stage_of_question(path: Path, column_map: ColumnMap) -> dict[str, str]:
    """Stage by text of the question, as the turns of this survey carry it, for open columns that have one."""
    questions = read_questions(path)
    return {
        questions[column]: role.stage
        for column, role in column_map.columns.items()
        if role.stage and column in questions
    }


class _Column(NamedTuple):
    """One column that is read: its place in a row, its question and its role."""

    at: int
    question: str
    role: ColumnRole
    rule: SplitRule


class _Reader:
    """Makes documents of the rows of one sheet; what all rows share is worked out once."""

    def __init__(self, sheet: Sheet, column_map: ColumnMap) -> None:
        self._source, self._kind, self._prefix = sheet.source, column_map.kind, column_map.prefix
        place = {column: number for number, column in enumerate(sheet.columns)}
        read = [
            _Column(place[column], sheet.questions[column], role, SplitRule(role.split, role.options))
            for column, role in column_map.columns.items()
        ]
        # Answers stand in the order of the file, whatever that of the map.
        self._said = sorted(column for column in read if column.role.role in ("open", "scale"))
        self._closed = [column for column in read if column.role.role in ("attribute", "scale", "multi")]
        self._time, self._respondent, self._consent = (
            [column.at for column in read if column.role.role == role] for role in ("time", "respondent", "consent")
        )
        self._day_first = is_day_first(cells[at] for _, cells in sheet.rows for at in self._time)

    def consents(self, cells: Sequence[str]) -> bool:
        """Whether this person agreed; a question left open is no yes."""
        return all(cells[at].strip() and not _REFUSAL.fullmatch(cells[at].strip()) for at in self._consent)

    def document(self, row: int, cells: Sequence[str]) -> Document:
        """Make the document of one row; its text is empty if the row has no open answer and no scale."""
        text, turns = self._text(cells)
        return Document(
            transcript_id=f"{self._source.name}#{row}",
            path=self._source.name,
            sha256=self._source.sha256,
            kind=self._kind,
            date=find_date(_first(cells, self._time), day_first=self._day_first),
            text=text,
            turns=turns,
            participant=f"{self._prefix}{row}" if self._prefix else _first(cells, self._respondent),
            attributes=self._attributes(cells),
        )

    def _text(self, cells: Sequence[str]) -> tuple[str, tuple[SourceTurn, ...]]:
        """Question and answer lines, a blank line between pairs, and the open answers' offsets in them."""
        parts: list[str] = []
        turns: list[SourceTurn] = []
        length = 0
        for at, question, role, _ in self._said:
            answer = cells[at].strip()
            if not answer:
                continue
            head = f"\n\n{question}\n" if parts else f"{question}\n"
            length += len(head)
            if role.role == "open":
                turns.append(SourceTurn("", "participant", question, length, length + len(answer)))
            parts += (head, answer)
            length += len(answer)
        return "".join(parts), tuple(turns)

    def _attributes(self, cells: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for at, _, role, rule in self._closed:
            answer = cells[at].strip()
            if role.role == "multi":
                chosen = _choices(answer, role, rule)
                if chosen:
                    found[role.name] = "; ".join((found[role.name], *chosen) if role.name in found else chosen)
            elif answer:
                found[role.name] = _rating(answer) if role.role == "scale" else answer
        return MappingProxyType(found)


def _first(cells: Sequence[str], places: Sequence[int]) -> str:
    return cells[places[0]].strip() if places else ""


def _choices(answer: str, role: ColumnRole, rule: SplitRule) -> tuple[str, ...]:
    if role.option:
        return (role.option,) if is_chosen(answer) else ()
    if rule.mark and answer:
        return split_choices(answer, rule)
    return (answer,) if answer else ()


def _rating(answer: str) -> str:
    """The number of a rating: ``10`` of "10 - Extremely likely", ``4.5`` of «4,5»; other answers as they are."""
    match = _LEADING_NUMBER.match(answer)
    return match[0].replace(",", ".") if match else answer


def _notes(sheet: Sheet, column_map: ColumnMap, refused: Sequence[int], silent: Sequence[int]) -> list[Problem]:
    notes = []
    for key, rows in (("survey.no_consent", refused), ("survey.silent_rows", silent)):
        if rows:
            numbers = ", ".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else "")
            notes.append(Problem(key, sheet.source.name, MappingProxyType({"n": len(rows), "rows": numbers})))
    unused = {column for column in sheet.called_private if _is_unused(column_map.columns.get(column))}
    for key, names in (
        ("survey.private_columns", [column for column in sheet.columns if column in sheet.private | unused]),
        ("survey.unmapped_columns", [column for column in sheet.columns if column not in column_map.columns]),
    ):
        if names:
            notes.append(Problem(key, sheet.source.name, MappingProxyType({"columns": _listed(names)})))
    return notes


def _is_unused(role: ColumnRole | None) -> bool:
    return role is None or role.role == "ignore"


def _listed(names: Iterable[str]) -> str:
    return "; ".join(f"“{name}”" for name in names)
