"""From words with places on pages to lines of a text: rows, running heads, numbers, columns, paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from cjm_research.readers.blocks import Run, paragraph, table
from cjm_research.readers.markers import Line, opens_turn
from cjm_research.readers.pdf_columns import Row, Word, columns_of, rows_of

__all__ = ["Page", "Word", "layout_lines"]

_MARGIN = 0.1  # share of a page's height where running heads and page numbers stand
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|стр\.?|страница|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|из)\s*\d{1,4})?\W*", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
# A number in the margin is this far from the words (points); fewer are no numbering.
_NUMBER_GAP, _FEWEST_NUMBERS = 6.0, 3
# Between paragraphs there is this much more than between lines; a last line is shorter than this share of the width.
_PARAGRAPH_GAP, _SHORT_LINE, _TITLE_HEIGHT = 1.35, 0.8, 1.2
_LINE_END_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Page:
    """Size of a page in points and its words."""

    width: float
    height: float
    words: Sequence[Word]


@dataclass(frozen=True)
class _Measures:
    """What is usual in a document: height of a row, from row to row, right edge, and how paragraphs are numbered."""

    height: float
    leading: float
    right: float
    numbered: bool


def layout_lines(pages: Sequence[Page]) -> list[Line]:
    """Lines of a document in reading order, offsets still open."""
    # Numbers first: the one of a paragraph that goes on overleaf may stand beside the page's number.
    unnumbered, numbered = _without_numbers([rows_of(page.words) for page in pages])
    rows = _without_running_heads(list(zip(pages, unnumbered, strict=True)))
    flat = [row for page in rows for row in page]
    if not flat:
        return []
    steps = [b.top - a.top for page in rows for a, b in pairwise(page) if b.top > a.top]
    measures = _Measures(
        median(row.bottom - row.top for row in flat),
        median(steps) if steps else 0.0,
        sorted(row.words[-1].x1 for row in flat)[int(len(flat) * 0.95)],
        numbered,
    )
    known = {word.text.casefold().strip('.,;:!?»”")') for row in flat for word in row.words}
    lines, waiting = list[Line](), list[Row]()
    for page_rows in rows:
        for block in columns_of(page_rows, measures.leading):
            if isinstance(block, Row):
                if waiting and _begins(block, waiting[-1], measures):
                    lines += _paragraph(waiting, measures, known)
                    waiting = []
                waiting.append(block)
            else:
                lines += _paragraph(waiting, measures, known)
                waiting = []
                lines += table(block)
    return lines + _paragraph(waiting, measures, known)


def _without_running_heads(pages: Sequence[tuple[Page, list[Row]]]) -> list[list[Row]]:
    """Leave out page numbers and what stands in the margin of at least half of the pages."""

    def in_margin(page: Page, row: Row) -> bool:
        return row.bottom < page.height * _MARGIN or row.top > page.height * (1 - _MARGIN)

    counts = Counter(
        text for page, rows in pages for text in {_DIGITS.sub("0", row.text) for row in rows if in_margin(page, row)}
    )
    heads = {text for text, count in counts.items() if len(pages) > 1 and count * 2 >= len(pages) and count > 1}

    def said(page: Page, row: Row, at_edge: bool) -> bool:
        repeated = _DIGITS.sub("0", row.text) in heads and not _opens(row)
        return not (in_margin(page, row) and (repeated or (at_edge and bool(_PAGE_NUMBER.fullmatch(row.text)))))

    return [
        [row for at, row in enumerate(rows) if said(page, row, at_edge=at in (0, len(rows) - 1))]
        for page, rows in pages
    ]


def _without_numbers(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Row]], bool]:
    """Take numbers of paragraphs or lines out of the margin; rows after one of a paragraph open it."""
    found = [row for page in pages for row in page if _number(row)]
    numbers = [int(row.words[0].text) for row in found]
    steps = [b - a for a, b in pairwise(numbers)]
    beside_words = sum(len(row.words) > 1 for row in found)
    if beside_words < _FEWEST_NUMBERS or steps.count(1) < 0.9 * len(steps):
        return [list(page) for page in pages], False
    of_lines = len(found) > 0.8 * sum(map(len, pages))
    made = [[_unnumbered(row, opens=not of_lines) if _number(row) else row for row in page] for page in pages]
    return [[row for row in page if row.words] for page in made], not of_lines


def _number(row: Row) -> bool:
    first = row.words[0]
    alone = len(row.words) == 1 or row.words[1].x0 - first.x1 >= _NUMBER_GAP
    return first.text.isdecimal() and len(first.text) <= 5 and alone


def _unnumbered(row: Row, *, opens: bool) -> Row:
    return replace(row, words=row.words[1:], opens=opens)


def _opens(row: Row) -> bool:
    return row.opens or opens_turn(row.text)


def _begins(row: Row, before: Row, measures: _Measures) -> bool:
    """Whether a paragraph begins with a row: its number, a speaker, a gap or a short line above say so."""
    if _opens(row):
        return True
    if measures.numbered:
        return False
    step = row.top - before.top
    gap = step > _PARAGRAPH_GAP * measures.leading
    other_size = abs((row.bottom - row.top) - (before.bottom - before.top)) > 0.15 * measures.height
    short = before.words[-1].x1 < _SHORT_LINE * measures.right
    return gap or other_size or short or row.words[0].bold != before.words[-1].bold


def _paragraph(rows: Sequence[Row], measures: _Measures, known: set[str]) -> list[Line]:
    if not rows:
        return []
    runs, joined = list[Run](), ""
    for word in (word for row in rows for word in _marked(row)):
        text = word.text
        if joined.endswith(_LINE_END_HYPHEN):
            hyphenated = f"{joined.rstrip(_LINE_END_HYPHEN)}-{text}".casefold().strip('.,;:!?»”")')
            runs[-1] = (runs[-1][0].rstrip(_LINE_END_HYPHEN) + "-" * (hyphenated in known), runs[-1][1])
        elif runs:
            runs.append((" ", word.bold and runs[-1][1]))
        runs.append((text, word.bold))
        joined = text
    title = len(rows) == 1 and rows[0].bottom - rows[0].top >= _TITLE_HEIGHT * measures.height
    runs = [(text.replace(_LINE_END_HYPHEN, "-"), bold) for text, bold in runs]
    return paragraph(runs, title=title)


def _marked(row: Row) -> Iterable[Word]:
    """Words of a row; a hyphen that ends it is marked, since the word may go on in the next."""
    *words, last = row.words
    if len(last.text) > 2 and last.text[-1] in "-\u2010" and last.text[-2].isalpha():
        last = replace(last, text=last.text[:-1] + _LINE_END_HYPHEN)
    return [*words, last]
