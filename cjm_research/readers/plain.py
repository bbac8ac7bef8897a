"""Plain text and Markdown: the normalised file is the text, turns are slices of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cjm_research.readers.decode import Source, decode, find_date
from cjm_research.readers.document import Document
from cjm_research.readers.markers import split_lines
from cjm_research.readers.turns import find_turns

__all__ = ["read_markdown", "read_plain"]

_MARKDOWN_TITLE = re.compile(r"\s{0,3}(#{1,6}\s|(-\s*){3,}$|(\*\s*){3,}$|(_\s*){3,}$)")


def read_plain(source: Source, interviewers: Sequence[str]) -> Document:
    """Read a ``.txt`` transcript; raises CjmError if no participant says anything."""
    return _read(source, interviewers, markdown=False)


def read_markdown(source: Source, interviewers: Sequence[str]) -> Document:
    """Read a ``.md`` transcript, whose headings and rules belong to nobody."""
    return _read(source, interviewers, markdown=True)


def _read(source: Source, interviewers: Sequence[str], *, markdown: bool) -> Document:
    text, notes = decode(source)
    lines = split_lines(text)
    if markdown:
        lines = [replace(line, title=bool(_MARKDOWN_TITLE.match(line.text))) for line in lines]
    found = find_turns(text, lines, interviewers, source.name)
    return Document(
        transcript_id=source.name,
        path=source.name,
        sha256=source.sha256,
        kind="interview",
        date=found.date or find_date(source.name),
        text=text,
        turns=found.turns,
        notes=(*notes, *found.notes),
    )
