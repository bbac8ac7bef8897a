"""Rows of words on a page, and where they stand in two columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cjm_research.readers.labels import looks_like_name
from cjm_research.readers.markers import STAMP_ONLY

__all__ = ["Row", "Word", "columns_of", "rows_of"]

# Points that lie between two columns at least, and rows that make a table at least.
_GUTTER, _FEWEST_ROWS = 12.0, 3
_ROW_GAP = 1.25
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Word:
    """A word and its box in points from the top left corner of the page."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    bold: bool = False


@dataclass(frozen=True)
class Row:
    """Words that stand beside each other, from left to right; opens: a number in the margin begins a paragraph."""

    words: tuple[Word, ...]
    opens: bool = False
    top: float = field(init=False, default=0.0)
    bottom: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Work out where the row stands."""
        object.__setattr__(self, "top", min((word.top for word in self.words), default=0.0))
        object.__setattr__(self, "bottom", max((word.bottom for word in self.words), default=0.0))

    @property
    def text(self) -> str:
        """Words with spaces between."""
        return " ".join(word.text for word in self.words)


def rows_of(words: Sequence[Word]) -> list[Row]:
    """Rows from top to bottom: words whose middles are less than half a word's height apart."""
    groups: list[list[Word]] = []
    middle = 0.0
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.x0)):
        own = (word.top + word.bottom) / 2
        if groups and own - middle < (groups[-1][0].bottom - groups[-1][0].top) / 2:
            groups[-1].append(word)
        else:
            groups.append([word])
            middle = own
    return [Row(tuple(sorted(group, key=lambda word: word.x0))) for group in groups]


def columns_of(rows: Sequence[Row], leading: float) -> Iterator[Row | list[list[str]]]:
    """Rows in reading order; a two-column table comes as its cells, columns of a page one after the other."""
    at = 0
    gutter = _gutter(rows)
    while at < len(rows):
        end = _run(rows, at, gutter) if gutter is not None else at
        if gutter is None or end == at:
            yield rows[at]
            at += 1
            continue
        cells = _cells(rows[at:end], gutter, leading)
        if _is_table(cells):
            yield [["\n".join(cell) for cell in row] for row in cells]
        else:
            for side in (True, False):
                for row in rows[at:end]:
                    if words := tuple(word for word in row.words if (word.x0 < gutter) == side):
                        yield Row(words, row.opens and side)
        at = end


def _gaps(row: Row) -> list[tuple[float, float]]:
    pairs = zip(row.words, row.words[1:], strict=False)
    return [(a.x1, b.x0) for a, b in pairs if b.x0 - a.x1 >= _GUTTER]


def _gutter(rows: Sequence[Row]) -> float | None:
    """The place that lies in a wide gap of most rows, or None if there are too few."""
    gaps = [gap for row in rows for gap in _gaps(row)]
    places = sorted({round(end - 1) for _, end in gaps})
    counts = {place: sum(start < place < end for start, end in gaps) for place in places}
    best = max(places, key=lambda place: counts[place], default=None)
    return float(best) if best is not None and counts[best] >= _FEWEST_ROWS else None


def _two_sided(row: Row, gutter: float) -> bool:
    return any(start < gutter < end for start, end in _gaps(row))


def _run(rows: Sequence[Row], at: int, gutter: float) -> int:
    """End of the rows from ``at`` that no word joins across the gutter; ``at`` itself if they make no columns."""
    if not _two_sided(rows[at], gutter):
        return at
    end = at
    while end < len(rows) and not any(word.x0 < gutter < word.x1 for word in rows[end].words):
        joined = [w for w in rows[end].words if w.x1 <= gutter], [w for w in rows[end].words if w.x0 >= gutter]
        if all(joined) and not _two_sided(rows[end], gutter):
            break
        end += 1
    both = sum(_two_sided(row, gutter) for row in rows[at:end])
    return end if both >= _FEWEST_ROWS else at


def _cells(rows: Sequence[Row], gutter: float, leading: float) -> list[list[list[str]]]:
    """Left and right cells, each a list of lines joined to one string per paragraph; a row begins on the left."""
    made: list[list[list[str]]] = []
    before: Row | None = None
    for row in rows:
        left = " ".join(word.text for word in row.words if word.x0 < gutter)
        right = " ".join(word.text for word in row.words if word.x0 >= gutter)
        apart = before is not None and row.top - before.top > _ROW_GAP * leading
        last = made[-1][0] if made else []
        begins = bool(left) and (not _left_filled(before, gutter) or apart or (bool(last) and last[-1].endswith("?")))
        if not made or begins or _is_name(left):
            made.append([[], []])
        for cell, words in zip(made[-1], (left, right), strict=True):
            if words:
                cell[:] = [f"{cell[0]} {words}"] if cell else [words]
        before = row
    return made


def _left_filled(row: Row | None, gutter: float) -> bool:
    """Whether a row has words on the left."""
    return row is not None and any(word.x0 < gutter for word in row.words)


def _is_table(cells: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Whether the left column asks, names speakers or gives times; else the page has columns of running text."""
    lefts = [row[0][0] for row in cells if row[0]]
    if len(lefts) < 2:
        return False
    asks = sum(left.endswith("?") for left in lefts)
    names = sum(_is_name(left) or bool(STAMP_ONLY.match(left)) for left in lefts)
    return asks * 3 >= len(lefts) or names * 3 >= 2 * len(lefts)


def _is_name(words: str) -> bool:
    return len(words) <= _LONGEST_NAME and looks_like_name(words)
