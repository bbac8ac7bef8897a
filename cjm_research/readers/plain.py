"""Plain text and Markdown: the normalised file is the text, turns are slices of it."""

from __future__ import annotations

import re
from dataclasses import replace

from cjm_research.readers.decode import Source, check_length, decode_mapped
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.markers import split_lines
from cjm_research.readers.roles import Known

__all__ = ["read_markdown", "read_plain"]

_MARKDOWN_TITLE = re.compile(r"\s{0,3}(#{1,6}\s|(-\s*){3,}$|(\*\s*){3,}$|(_\s*){3,}$)")


def read_plain(source: Source, known: Known) -> list[Document]:
    """Read a ``.txt`` transcript; raises CjmError if no participant says anything."""
    return _read(source, known, markdown=False)


def read_markdown(source: Source, known: Known) -> list[Document]:
    """Read a ``.md`` transcript, whose headings and rules belong to nobody."""
    return _read(source, known, markdown=True)


def _read(source: Source, known: Known, *, markdown: bool) -> list[Document]:
    text, notes, source_map = decode_mapped(source)
    check_length(text, source.name)
    lines = split_lines(text)
    if markdown:
        lines = [replace(line, title=bool(_MARKDOWN_TITLE.match(line.text))) for line in lines]
    documents = read_interviews(source, text, lines, known, notes)
    # Only a text that is the whole file has the file's offsets.
    return [replace(d, source_map=source_map) if d.text == text else d for d in documents]
