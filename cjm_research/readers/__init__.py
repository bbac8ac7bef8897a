"""Readers: one file a format, from a file people have to documents with turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cjm_research.errors import CjmError
from cjm_research.readers.columns import ColumnMap, ColumnRole, dump_column_map, load_column_map
from cjm_research.readers.decode import Source, load_bytes
from cjm_research.readers.document import Document, SourceTurn
from cjm_research.readers.plain import read_markdown, read_plain
from cjm_research.readers.propose import propose_column_map
from cjm_research.readers.sheets import SURVEY_SUFFIXES
from cjm_research.readers.subtitles import read_subtitles
from cjm_research.readers.survey import read_survey, stage_of_question
from cjm_research.readers.word import read_docx

__all__ = [
    "SURVEY_SUFFIXES",
    "TRANSCRIPT_SUFFIXES",
    "ColumnMap",
    "ColumnRole",
    "Document",
    "SourceTurn",
    "dump_column_map",
    "load_column_map",
    "propose_column_map",
    "read_survey",
    "read_transcript",
    "stage_of_question",
]

_READERS: dict[str, Callable[[Source, Sequence[str]], Document]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".docx": read_docx,
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
}
TRANSCRIPT_SUFFIXES = tuple(_READERS)


def read_transcript(path: Path, name: str, interviewers: Sequence[str] = ()) -> Document:
    """Read one interview.

    name: the file's path below the study folder, with forward slashes; it becomes the transcript's id.
    interviewers: speaker labels that are certainly interviewers; without them the reader judges by
        role words and by who asks, and says so in ``notes``.
    Raises CjmError for a file that is empty, unreadable or in which no participant speaks.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise CjmError.one("read.unknown_format", name, known=", ".join(TRANSCRIPT_SUFFIXES))
    return reader(load_bytes(path, name), interviewers)
