"""Paragraphs and tables of word processors and web pages, laid out as lines of one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from cjm_research.readers.decode import MOST_LINES, fold, normalise
from cjm_research.readers.labels import is_role_word
from cjm_research.readers.markers import STAMP_ONLY, Line

__all__ = ["Run", "join_halves", "lay_out", "paragraph", "table"]

# A piece of a paragraph, and whether it is bold.
Run = tuple[str, bool]

# What stands over the columns of a transcript in a table.
_COLUMN_TITLES = set(
    "время кто имя говорящий спикер реплика текст время/тайм-код time timecode start who name speaker text "
    "transcript words".split()
)


def join_halves(text: str) -> str:
    """Text in which letters above U+FFFF are whole; halves without a partner become U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def paragraph(runs: Sequence[Run], *, title: bool = False) -> list[Line]:
    """Lines of a paragraph, offsets still open; only the first can open with a bold name.

    title: a heading, which nobody says.
    """
    bold = 0
    for text, is_bold in runs:
        if text.strip() and not is_bold:
            break
        bold += len(text)
    first, *rest = normalise("".join(text for text, _ in runs)).split("\n", MOST_LINES)
    return [Line(0, first, min(bold, len(first)), title, opens=True), *(Line(0, line, 0, title) for line in rest)]


def table(rows: Iterable[Sequence[str]]) -> list[Line]:
    """Rows of a table as ``speaker: words``; a column of times goes before, other cells are joined.

    A table whose left column asks is an interview guide filled in: ``Q:`` and ``A:``.
    """
    cells = [[normalise(cell).strip() for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if len(cells) > 1 and all(fold(cell).casefold() in _COLUMN_TITLES or is_role_word(cell) for cell in cells[0]):
        cells = cells[1:]
    pairs = [row for row in cells if len(row) == 2 and all(row)]
    guide = bool(pairs) and sum(row[0].endswith("?") for row in pairs) * 2 > len(pairs)
    return [line for row in cells for line in _row(row, guide=guide)]


def _row(row: Sequence[str], *, guide: bool) -> Iterable[Line]:
    timed = bool(STAMP_ONLY.match(row[0]))
    stamp = f"[{row[0].strip('[]()')}] " if timed else ""
    words = row[1:] if timed else row
    if guide and len(words) == 2:
        text = f"Q: {fold(words[0])}\nA: {words[1]}"
    elif len(words) == 2 and words[0]:
        text = f"{stamp}{fold(words[0]).rstrip(':')}: {words[1]}"
    else:
        text = stamp + "\n".join(cell for cell in words if cell)
    return (Line(0, part, opens=not number) for number, part in enumerate(text.split("\n")))


def lay_out(lines: Iterable[Line]) -> tuple[str, list[Line]]:
    """Join lines by line ends; they come back with their offsets in the text.

    What is longer than any transcript ends where `read_interviews` will refuse it.
    """
    placed, start = list[Line](), 0
    for line in islice(lines, MOST_LINES + 1):
        placed.append(replace(line, start=start))
        start += len(line.text) + 1
    return "\n".join(line.text for line in placed), placed
