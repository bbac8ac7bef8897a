"""Readers: one file a format, from a file people have to documents with turns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cjm_research.errors import CjmError
from cjm_research.readers.columns import ColumnMap, ColumnRole, dump_column_map, load_column_map
from cjm_research.readers.decode import Source, load_bytes
from cjm_research.readers.document import Document, SourceTurn
from cjm_research.readers.elan import read_elan
from cjm_research.readers.encoding import damage
from cjm_research.readers.file_names import FilePattern, parse_pattern
from cjm_research.readers.header import role_of
from cjm_research.readers.hints import NOTHING, Hints, RoleRule, unmatched_rules
from cjm_research.readers.lyrics import read_lyrics
from cjm_research.readers.open_document import read_odt
from cjm_research.readers.papers import is_paper
from cjm_research.readers.pdf_text import read_pdf
from cjm_research.readers.plain import read_markdown, read_plain
from cjm_research.readers.propose import propose_column_map
from cjm_research.readers.rich_text import read_rtf
from cjm_research.readers.roles import Known
from cjm_research.readers.sheets import SURVEY_SUFFIXES
from cjm_research.readers.subtitles import read_subtitles
from cjm_research.readers.survey import read_survey, stage_of_question
from cjm_research.readers.web_page import read_html
from cjm_research.readers.whisper import TSV_COLUMNS, read_whisper_json, read_whisper_tsv
from cjm_research.readers.word import read_docx
from cjm_research.readers.zipped import read_zip

__all__ = [
    "SURVEY_SUFFIXES",
    "TRANSCRIPT_SUFFIXES",
    "ColumnMap",
    "ColumnRole",
    "Document",
    "FilePattern",
    "Hints",
    "RoleRule",
    "SourceTurn",
    "dump_column_map",
    "is_paper",
    "is_transcript",
    "load_column_map",
    "parse_pattern",
    "propose_column_map",
    "read_survey",
    "read_transcript",
    "read_transcripts",
    "role_of",
    "stage_of_question",
    "undamaged",
    "unmatched_rules",
]

_READERS: dict[str, Callable[[Source, Known], list[Document]]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pdf": read_pdf,
    ".html": read_html,
    ".htm": read_html,
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
    ".json": read_whisper_json,
    ".tsv": read_whisper_tsv,
    ".lrc": read_lyrics,
    ".eaf": read_elan,
}
TRANSCRIPT_SUFFIXES = (*_READERS, ".zip")


def is_transcript(path: Path) -> bool:
    """Whether a file outside ``surveys/`` is an interview: by suffix and name; a ``.tsv`` by its headings."""
    suffix = path.suffix.lower()
    if is_paper(path):
        return False
    if suffix != ".tsv":
        return suffix in TRANSCRIPT_SUFFIXES
    try:
        with path.open("rb") as file:
            heading = file.readline(1000).decode("utf-8", errors="replace")
    except OSError:
        return True  # reading it says what is wrong
    return tuple(heading.strip("\ufeff \r\n").split("\t")) == TSV_COLUMNS


def read_transcripts(path: Path, name: str, hints: Hints = NOTHING) -> list[Document]:
    """Read the interviews of a file: one, several under headings (``name@2``), or an archive (``name/member``).

    name: the file's path below the study folder, with forward slashes; it becomes the transcript's id.
    hints: who is who and what the file's name means; what they do not say the reader judges by role words
        and by who asks, and says so in ``notes``.
    Raises CjmError for a file that is empty, unreadable or in which no participant speaks.
    """
    suffix = path.suffix.lower()
    if suffix not in TRANSCRIPT_SUFFIXES:
        raise CjmError.one("read.unknown_format", name, known=", ".join(TRANSCRIPT_SUFFIXES))
    source = load_bytes(path, name)
    if suffix == ".zip":
        return read_zip(source, hints, _READERS)
    return _READERS[suffix](source, hints.known(name))


def read_transcript(path: Path, name: str, hints: Hints = NOTHING) -> Document:
    """Read a file that holds one interview, as `read_transcripts` does; raises ValueError if there are several."""
    [document] = read_transcripts(path, name, hints)
    return document


def undamaged(documents: list[Document]) -> list[Document]:
    """The same documents; raises CjmError if letters of any were damaged or its encoding is in doubt."""
    if damaged := damage(note for document in documents for note in document.notes):
        raise CjmError(damaged)
    return documents
