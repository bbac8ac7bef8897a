"""Word documents: paragraphs and the rows of tables, joined by line ends, are the text."""

from __future__ import annotations

import io
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.archive import ZIP_DAMAGE, check_sizes
from cjm_research.readers.blocks import lay_out, paragraph, table
from cjm_research.readers.decode import Source
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.markers import Line
from cjm_research.readers.roles import Known

__all__ = ["read_docx"]

# What python-docx, lxml and zipfile raise for a damaged file.
_DAMAGE = (*ZIP_DAMAGE, SyntaxError, AttributeError)
_TITLE_STYLES = ("heading", "title", "subtitle", "заголовок", "название")


def read_docx(source: Source, known: Known) -> list[Document]:
    """Read a ``.docx`` transcript: ``Name:``, bold names, dashes, or a table with a speaker column.

    Raises CjmError if it is no Word document or no participant says anything.
    """
    import docx
    from docx.opc.exceptions import OpcError

    check_sizes(source, ".docx")
    try:
        blocks = docx.Document(io.BytesIO(source.data)).iter_inner_content()
        made = (line for block in blocks for line in (_table(block) if hasattr(block, "rows") else _paragraph(block)))
        text, lines = lay_out(made)
    except (OpcError, *_DAMAGE) as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=".docx", reason=reason) from error
    if not text.strip():
        raise CjmError.one("read.empty_file", source.name)
    return read_interviews(source, text, lines, known)


def _is_bold(run: Any) -> bool:
    style = run.style
    inherited = style is not None and bool(style.font.bold)
    return inherited if run.bold is None else bool(run.bold)


def _paragraph(block: Any) -> list[Line]:
    """Lines of a paragraph; what stands inside links counts as not bold."""
    style = (block.style.name or "").lower() if block.style is not None else ""
    runs = [(part.text, _is_bold(part) if hasattr(part, "bold") else False) for part in block.iter_inner_content()]
    return paragraph(runs, title=style.startswith(_TITLE_STYLES))


def _table(block: Any) -> list[Line]:
    return table(["\n".join(part.text for part in cell.paragraphs) for cell in row.cells] for row in block.rows)
