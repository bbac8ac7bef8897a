"""Columns of a survey that lead to a person: addresses, phones, places on the globe. They are not kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cjm_research.language import is_non_answer

__all__ = ["private_columns"]

# Whole headings only: «Что не так с телефоном поддержки?» is a question.
_HEADING = re.compile(
    r"ip|ip.?address|ip.?адрес|(location)?(latitude|longitude)|широта|долгота|gps|coordinates|координаты|geo ?location"
    r"|((your|ваша?|recipient|contact|customer|user) ?)?e-?mail( ?address)?"
    r"|((ваш|ваша|ваш адрес|адрес) )?(электронн\w+ )?почт[аы]|(электронный )?адрес электронн\w+ почты|имейл"
    r"|((your|contact|mobile|cell) )?(tele)?phone( ?(number|no\.?))?|mobile( number)?"
    r"|((ваш|контактный|мобильный|номер|укажите) ){0,3}(телефон\w*|номер мобильного)",
    re.IGNORECASE,
)
_VALUES = (
    re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\W\d_]{2,}"),
    re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"),
    re.compile(r"(?=.*:.*:.*:)[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}"),
    re.compile(
        r"\+\d[\d\s().\-]{8,17}\d|[78][\s(\-]*9\d\d[\s).\-]*\d{3}[\s\-]*\d\d[\s\-]*\d\d|\(?\d{3}\)?[\s\-]\d{3}-\d{4}"
    ),
    re.compile(r"[-+]?\d{1,3}\.\d{3,}\s*[,;]\s*[-+]?\d{1,3}\.\d{3,}"),
)
_SAMPLE = 1000


def private_columns(
    questions: Mapping[str, str], rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Columns with personal contact data: those whose answers are such, and those only called so.

    questions: text by column, in the order of the cells of each row. A column holds such data if at least half
    of its answers that say anything (of the first thousand) are e-mails, IP addresses, phones or coordinates.
    """
    called = {
        column
        for number, (column, question) in enumerate(questions.items())
        if any(_HEADING.fullmatch(name.strip(" :*?.")) for name in (column, question))
        # "Phone" in a column called "Phone" is an option that was chosen.
        and {cells[number].strip() for _, cells in rows[:_SAMPLE]} - {"", column}
    }
    held = {column for number, column in enumerate(questions) if _holds(rows, number)}
    return frozenset(held), frozenset(called - held)


def _holds(rows: Sequence[tuple[int, Sequence[str]]], number: int) -> bool:
    found = seen = 0
    for _, cells in rows:
        value = cells[number].strip()
        if not value or (len(value) < 25 and is_non_answer(value)):
            continue
        seen += 1
        found += len(value) < 80 and any(pattern.fullmatch(value) for pattern in _VALUES)
        # Most columns are decided by their first answers.
        if seen == _SAMPLE or (seen == 40 and found == 0):
            break
    return found > 0 and found * 2 >= seen
