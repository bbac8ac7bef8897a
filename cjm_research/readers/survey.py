"""Survey exports: every respondent is a document whose turns are the open answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.columns import ColumnMap
from cjm_research.readers.decode import find_date, is_day_first, normalise
from cjm_research.readers.document import Document, SourceTurn
from cjm_research.readers.sheets import Sheet, read_sheet

__all__ = ["read_survey", "stage_of_question"]


def read_survey(path: Path, name: str, column_map: ColumnMap) -> list[Document]:
    """Read a survey export: one document per respondent who answered an open question or a scale.

    name: the file's path below the study folder. The text of a document is question and answer, line by
    line, of the open and scale columns; only open answers are turns, and every answer that is not empty
    is one. Closed answers and scales are attributes.
    Raises CjmError if the map names columns the file lacks, or nobody answered an open question.
    """
    sheet = read_sheet(path, name)
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
    reader = _Reader(sheet, column_map, _day_first(sheet, column_map))
    documents = [reader.document(row, cells) for row, cells in sheet.rows]
    kept = [document for document in documents if document.text]
    if not any(document.turns for document in kept):
        raise CjmError.one("survey.no_open_answers", name)
    silent = [row for (row, _), document in zip(sheet.rows, documents, strict=True) if not document.text]
    kept[0] = replace(kept[0], notes=(*sheet.notes, *_notes(sheet, column_map, silent)))
    return kept


def stage_of_question(path: Path, column_map: ColumnMap) -> dict[str, str]:
    """Stage by text of the question, as the turns of this survey carry it, for open columns that have one."""
    sheet = read_sheet(path, path.name)
    return {
        sheet.questions[column]: role.stage
        for column, role in column_map.columns.items()
        if role.stage and column in sheet.questions
    }


def _day_first(sheet: Sheet, column_map: ColumnMap) -> bool:
    times = {column for column, role in column_map.columns.items() if role.role == "time"}
    at = [number for number, column in enumerate(sheet.columns) if column in times]
    return is_day_first([cells[number] for _, cells in sheet.rows for number in at])


@dataclass(frozen=True)
class _Reader:
    """Makes documents of the rows of one sheet."""

    sheet: Sheet
    column_map: ColumnMap
    day_first: bool

    def document(self, row: int, cells: Sequence[str]) -> Document:
        """Make the document of one row; its text is empty if the row has no open answer and no scale."""
        answers = dict(zip(self.sheet.columns, (normalise(cell).strip() for cell in cells), strict=True))
        text, turns = self._text(answers)
        by_role = {role.role: answers[column] for column, role in self.column_map.columns.items()}
        name, prefix = self.sheet.source.name, self.column_map.prefix
        return Document(
            transcript_id=f"{name}#{row}",
            path=name,
            sha256=self.sheet.source.sha256,
            kind=self.column_map.kind,
            date=find_date(by_role.get("time", ""), day_first=self.day_first),
            text=text,
            turns=turns,
            participant=f"{prefix}{row}" if prefix else by_role.get("respondent", ""),
            attributes=self._attributes(answers),
        )

    def _text(self, answers: Mapping[str, str]) -> tuple[str, tuple[SourceTurn, ...]]:
        """Question and answer lines, a blank line between pairs, and the open answers' offsets in them."""
        text, turns = "", []
        for column in self.sheet.columns:
            role = self.column_map.columns.get(column)
            answer = answers[column]
            if role is None or role.role not in ("open", "scale") or not answer:
                continue
            question = self.sheet.questions[column]
            text += ("\n\n" if text else "") + question + "\n"
            if role.role == "open":
                turns.append(SourceTurn("", "participant", question, len(text), len(text) + len(answer)))
            text += answer
        return text, tuple(turns)

    def _attributes(self, answers: Mapping[str, str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for column, role in self.column_map.columns.items():
            if role.role in ("attribute", "scale", "multi") and answers[column]:
                before = f"{found[role.name]}; " if role.name in found else ""
                found[role.name] = before + answers[column]
        return MappingProxyType(found)


def _notes(sheet: Sheet, column_map: ColumnMap, silent: Sequence[int]) -> list[Problem]:
    notes = []
    if silent:
        params = {"n": len(silent), "rows": ", ".join(map(str, silent[:10])) + ("…" if len(silent) > 10 else "")}
        notes.append(Problem("survey.silent_rows", sheet.source.name, MappingProxyType(params)))
    if unmapped := [column for column in sheet.columns if column not in column_map.columns]:
        columns = "; ".join(f"“{column}”" for column in unmapped)
        notes.append(Problem("survey.unmapped_columns", sheet.source.name, MappingProxyType({"columns": columns})))
    return notes
