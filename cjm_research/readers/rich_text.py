"""Rich text (``.rtf``): its words and tables; bold is lost, so speakers need ``Name:``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cjm_research.errors import CjmError
from cjm_research.readers.blocks import join_halves, lay_out, paragraph, table
from cjm_research.readers.decode import Source, fold
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.markers import Line
from cjm_research.readers.roles import Known

__all__ = ["read_rtf"]

# Without its pictures; a Russian letter is four bytes here, and ten hours of talk have half a million letters.
_MOST_BYTES = 4 * 2**20
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
# Pictures are hexadecimal digits by the megabyte, and hold no words.
_PICTURE = re.compile(rb"(?:[0-9a-fA-F]{64,}\s*)+")
_ROW = re.compile(r"[^|]*\|(?:[^|]*\|)*\s*")


def read_rtf(source: Source, known: Known) -> list[Document]:
    """Read an ``.rtf`` transcript. Raises CjmError if it is none or no participant says anything."""
    from striprtf.striprtf import rtf_to_text

    data = _PICTURE.sub(b"", source.data)
    if not data.lstrip().startswith(b"{\\rtf"):
        raise CjmError.one("read.unreadable", source.name, format=".rtf", reason="{\\rtf")
    if len(data) > _MOST_BYTES:
        size = {"size": -(-len(data) // 2**20), "most": _MOST_BYTES // 2**20}
        raise CjmError.one("encoding.too_large", source.name, **size)
    page = _CODE_PAGE.search(data)
    # Bytes above 127 should be escaped; programs that do not escape them use the code page the file names.
    encoding = f"cp{int(page[1])}" if page else "cp1252"
    try:
        raw = data.decode(encoding, errors="replace")
        text: str = rtf_to_text(raw, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    except (LookupError, ValueError, RecursionError, OverflowError) as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=".rtf", reason=reason) from error
    laid_out, lines = lay_out(_lines(join_halves(text).strip("\n").split("\n")))
    if not laid_out.strip():
        raise CjmError.one("read.empty_file", source.name)
    return read_interviews(source, laid_out, lines, known)


def _lines(raw: Sequence[str]) -> list[Line]:
    """Paragraphs as lines; rows of tables come with a bar after each cell."""
    made: list[Line] = []
    rows: list[list[str]] = []
    for line in [*raw, ""]:
        if line.count("|") >= 2 and _ROW.fullmatch(line):
            rows.append([fold(cell) for cell in line.rstrip().removesuffix("|").split("|")])
            continue
        made += table(rows)
        rows = []
        made += paragraph([(line, False)])
    return made[:-1]
