"""Word documents: paragraphs and the rows of tables, joined by line ends, are the text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.decode import Source, find_date, fold, normalise
from cjm_research.readers.document import Document
from cjm_research.readers.labels import is_role_word
from cjm_research.readers.markers import STAMP_ONLY, Line
from cjm_research.readers.turns import find_turns

__all__ = ["read_docx"]

_TITLE_STYLES = ("heading", "title", "subtitle", "заголовок", "название")
# What stands over the columns of a transcript in a table.
_COLUMN_TITLES = {"время", "кто", "имя", "реплика", "текст", "time", "timecode", "who", "name", "text", "transcript"}


def read_docx(source: Source, interviewers: Sequence[str]) -> Document:
    """Read a ``.docx`` transcript: ``Name:``, bold names, dashes, or a table with a speaker column.

    Raises CjmError if it is no Word document or no participant says anything.
    """
    import docx
    from docx.opc.exceptions import OpcError

    try:
        blocks = list(docx.Document(io.BytesIO(source.data)).iter_inner_content())
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=".docx", reason=reason) from error
    lines, start = [], 0
    for block in blocks:
        for line in _table(block) if hasattr(block, "rows") else _paragraph(block):
            lines.append(replace(line, start=start))
            start += len(line.text) + 1
    text = "\n".join(line.text for line in lines)
    if not text.strip():
        raise CjmError.one("read.empty_file", source.name)
    found = find_turns(text, lines, interviewers, source.name)
    return Document(
        transcript_id=source.name,
        path=source.name,
        sha256=source.sha256,
        kind="interview",
        date=found.date or find_date(source.name),
        text=text,
        turns=found.turns,
        notes=found.notes,
    )


def _is_bold(run: Any) -> bool:
    style = run.style
    inherited = style is not None and bool(style.font.bold)
    return inherited if run.bold is None else bool(run.bold)


def _paragraph(paragraph: Any) -> list[Line]:
    """Make a line (offset still open) of every line of a paragraph; only its first can open with a bold name."""
    style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    bold = 0
    for run in paragraph.runs:
        if run.text.strip() and not _is_bold(run):
            break
        bold += len(run.text)
    first, *rest = normalise(paragraph.text).split("\n")
    title = style.startswith(_TITLE_STYLES)
    return [Line(0, first, min(bold, len(first)), title, opens=True), *(Line(0, line, 0, title) for line in rest)]


def _cell(cell: Any) -> str:
    return normalise("\n".join(paragraph.text for paragraph in cell.paragraphs)).strip()


def _table(table: Any) -> Iterable[Line]:
    """Write rows of a table as ``speaker: words``; a column of times goes before, other cells are joined.

    A table whose left column asks is an interview guide filled in: ``Q:`` and ``A:``.
    """
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    rows = [row for row in rows if any(row)]
    if rows and all(fold(cell).casefold() in _COLUMN_TITLES or is_role_word(cell) for cell in rows[0]):
        rows = rows[1:]
    pairs = [row for row in rows if len(row) == 2 and all(row)]
    guide = bool(pairs) and sum(row[0].endswith("?") for row in pairs) * 2 > len(pairs)
    for row in rows:
        stamp = f"[{row.pop(0).strip('[]()')}] " if STAMP_ONLY.match(row[0]) else ""
        if guide and len(row) == 2:
            text = f"Q: {fold(row[0])}\nA: {row[1]}"
        elif len(row) == 2 and row[0]:
            text = f"{stamp}{fold(row[0]).rstrip(':')}: {row[1]}"
        else:
            text = stamp + "\n".join(cell for cell in row if cell)
        yield from (Line(0, part, opens=not number) for number, part in enumerate(text.split("\n")))
