"""Where the answers of a survey export begin, and what the heading rows above them say.

Layouts that are told apart: one heading row (Google Forms, Yandex Forms, Typeform), headings with the
option in them (Alchemer ``Option:Question``, LimeSurvey ``Question [Option]`` and ``Q1. Question``,
Yandex Forms ``Question / Option``), two heading rows (SurveyMonkey, LimeSurvey, Qualtrics without ids),
three (Qualtrics), and a title above the table. Tables of counts are refused: nobody answers in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import fold

__all__ = ["Header", "find_header"]

_Rows = Sequence[tuple[int, Sequence[str]]]
# Under a question SurveyMonkey writes the option, or one of these where there is none.
_NO_OPTION = {"response", "open-ended response", "ответ", "свободный ответ", "antwort", "offene antwort"}
_CODE = re.compile(  # «G01Q02. How …», as LimeSurvey writes them
    r"(?:[A-Za-z]\w*\d+\w*(?:\[\w+\])*|id|submitdate|lastpage|startlanguage|seed|startdate|datestamp|token|ipaddr|refurl)"
    r"[.:]\s+(?=\S)"
)
_BRACKETED = re.compile(r"(?P<question>.*\S)\s*\[(?P<option>[^\[\]]+)\]")
_DASHED = re.compile(r"(?P<question>.*?\S)(?: - Selected Choice)?(?: / | - | – )(?P<option>.*\S)")
_COLON = re.compile(r"(?P<option>[^:]*\S)::?\s*(?P<question>\S.*)")
# Rows and columns that only a table of counts has.
_BASE = re.compile(
    r"(?:(?:un)?weighted )?(?:base|total|sample)(?: size)?\b(?!.*\?).{0,20}"
    r"|(?:взвешенная )?(?:база|итого|всего)\b(?!.*\?).{0,20}|n\s*=\s*\d+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[<>]?-?\d[\d., \u00a0]*\s*%?|[-–—*]|[A-Z]{1,4}")  # letters mark significance
_MOST_TITLE_ROWS = 12


@dataclass(frozen=True)
class Header:
    """What the heading rows say.

    columns: unique names; questions: what people were asked, by column, white space folded.
    options: for a column that stands for one option of a question: that question and the option; the option
        is empty where the cells hold it. choices: columns whose answers are known to come from a list.
    first: position of the first row of answers among the rows given.
    """

    columns: tuple[str, ...]
    questions: dict[str, str]
    options: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    choices: frozenset[str] = frozenset()
    first: int = 1
    notes: tuple[Problem, ...] = ()


def find_header(rows: _Rows, name: str) -> Header:
    """Read the heading rows of a table.

    rows: rows that are not empty, with their numbers; all of one width.
    Raises CjmError for a table of counts, and for a table without a row of answers.
    """
    if _is_crosstab(rows):
        raise CjmError.one("survey.crosstab", name)
    top = _title_rows(rows)
    notes = []
    if rows[top][0] > 1:
        notes.append(Problem("survey.header_row", name, MappingProxyType({"row": rows[top][0]})))
    columns = _unique(rows[top][1])
    texts, options, more = _texts([cells for _, cells in rows[top : top + 3]])
    if len(rows) <= top + 1 + more:
        raise CjmError.one("survey.no_rows", name)
    questions = dict(zip(columns, texts, strict=True))
    found = {column: option for column, option in zip(columns, options, strict=True) if option}
    return Header(columns, questions, MappingProxyType(found), first=top + 1 + more, notes=tuple(notes))


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _title_rows(rows: _Rows) -> int:
    """How many rows of one or two cells stand above the headings of a wider table."""
    widths = [_filled(cells) for _, cells in rows[: _MOST_TITLE_ROWS + 8]]
    top = 0
    while top < min(_MOST_TITLE_ROWS, len(widths) - 2) and widths[top] <= 2:
        below = max(widths[top + 1 : top + 6])
        if below < 3 or widths[top] * 2 >= below or _goes_on(rows[top][1], rows[top + 1][1]):
            break
        top += 1
    return top


def _goes_on(header: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row says in so many words that it belongs to the headings."""
    return any(fold(cell).casefold() in _NO_OPTION for cell in second) and bool(header[0].strip())


def _is_crosstab(rows: _Rows) -> bool:
    """Whether a table holds counts or shares of people: a base or total, and almost nothing but figures."""
    body = rows[1:60]
    # A column of totals may be that of a shop; what rows are called says more.
    labels = [fold(cells[0]) for _, cells in body] + [fold(cell) for _, cells in rows[:6] for cell in cells[1:2]]
    cells = [fold(cell) for _, row in rows[2:60] for cell in row[1:] if cell.strip()]
    if len(cells) < 4 or not any(_BASE.fullmatch(label) for label in labels):
        return False
    return sum(bool(_FIGURE.fullmatch(cell)) for cell in cells) >= 0.8 * len(cells)


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for number, cell in enumerate(header, start=1):
        name = fold(cell) or f"column {number}"
        seen[name] += 1
        unique = f"{name} ({seen[name]})" if seen[name] > 1 else name
        while unique in taken:
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        names.append(unique)
        taken.add(unique)
    return tuple(names)


_Texts = tuple[list[str], list[tuple[str, str] | None], int]


def _texts(top: Sequence[Sequence[str]]) -> _Texts:
    """Texts of the questions, the options, and how many rows after the first still belong to the headings."""
    header = top[0]
    if len(top) > 2 and any('{"ImportId"' in cell for cell in top[2]):  # Qualtrics: ids, texts, ids again
        return *_one_row([text if text.strip() else name for name, text in zip(header, top[1], strict=True)]), 2
    if len(top) > 1 and _repeats_names(header, top[1]):
        return *_one_row([text if text.strip() else name for name, text in zip(header, top[1], strict=True)]), 1
    if len(top) > 1 and "" in header and _holds_options(header, top[1]):  # SurveyMonkey, LimeSurvey
        return *_two_rows(header, top[1]), 1
    return *_one_row(header), 0


def _repeats_names(header: Sequence[str], second: Sequence[str]) -> bool:
    """Qualtrics without the row of ids: "StartDate" above "Start Date"."""
    pairs = [(fold(a).replace(" ", ""), fold(b)) for a, b in zip(header, second, strict=True)]
    return sum(a in ("StartDate", "EndDate", "ResponseId", "ResponseID") and a == b.replace(" ", "") and a != b
               for a, b in pairs) >= 2  # fmt: skip


def _holds_options(header: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row goes on with the header: it says so, or fills what many empty headings left open."""
    says_so = any(fold(cell).casefold() in _NO_OPTION for cell in second)
    return says_so or (list(header).count("") * 3 >= len(header) and list(second).count("") * 10 <= len(second))


def _two_rows(header: Sequence[str], second: Sequence[str]) -> tuple[list[str], list[tuple[str, str] | None]]:
    texts: list[str] = []
    options: list[tuple[str, str] | None] = []
    above = ""
    for name, cell in zip(header, second, strict=True):
        above, option = fold(name) or above, fold(cell)
        plain = not option or option.casefold() in _NO_OPTION
        texts.append(above if plain else f"{above} – {option}")
        options.append(None if plain else (above, option))
    return texts, options


def _one_row(header: Sequence[str]) -> tuple[list[str], list[tuple[str, str] | None]]:
    """Texts and options of headings that hold both; an option is one only if its question has several."""
    names = [fold(cell) or f"column {number}" for number, cell in enumerate(header, start=1)]
    coded = [_CODE.match(name) for name in names]
    if sum(map(bool, coded)) * 2 >= len(names):
        names = [name[match.end() :] if match else name for name, match in zip(names, coded, strict=True)]
    options: list[tuple[str, str] | None] = [None] * len(names)
    for pattern in (_BRACKETED, _COLON, _DASHED):
        matches = [None if options[i] else pattern.fullmatch(name) for i, name in enumerate(names)]
        asked = Counter(fold(match["question"]) for match in matches if match)
        asked.update(name for name, match in zip(names, matches, strict=True) if not match and name in asked)
        for number, match in enumerate(matches):
            if match and asked[fold(match["question"])] > 1:
                options[number] = (fold(match["question"]), fold(match["option"]))
    return [name.replace(" - Selected Choice", "") for name in names], options
