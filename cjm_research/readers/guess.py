"""What one column of a survey most likely is: by what it is called, then by what people wrote in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from cjm_research.language import is_non_answer
from cjm_research.readers.columns import ColumnRole
from cjm_research.readers.decode import find_date, fold
from cjm_research.readers.multi import learn_split
from cjm_research.readers.wording import (
    ATTRIBUTES,
    CONSENT,
    IGNORED,
    OTHER,
    RATING,
    RESPONDENT,
    SCALES_BY_WORDING,
    SEVERAL,
    STAGES,
    TIME,
    first_match,
)

__all__ = ["guess_role", "slug"]

# «9», «4,5», "10 - Extremely likely", «5 (отлично)», "8/10", «9 из 10»
_RATED = re.compile(r"(\d{1,2}(?:[.,]\d+)?)(?:\s*(?:[-–—(:=.]\s?\D.*|\D{1,40}\)?|/\s*\d+|из \d+))?")
_NUMBER = re.compile(r"[-+]?[$€£₽]?\d+(?:[.,\s\u00a0]\d+)*\s*(?:%|[$€£₽]|руб\.?|р\.?)?")
_CLOCK = re.compile(r"\d{1,3}:\d\d(?::\d\d)?(?:\s?[AP]M)?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+\.(?:com|org|ru|edu|net|io|html?)(?:/\S*)?")
_YES_NO = {"yes", "no", "y", "n", "true", "false", "да", "нет", "ja", "nein", "checked", "unchecked", "selected"}
_MARKS = _YES_NO | {"1", "0", "x", "✓", "✔", "v", "not selected", "выбрано", "не выбрано", "n/a"}
_SHORT = 40  # characters: a longer answer is not a choice
_SHORT_OPTION, _FEW_WORDS = 60, 8  # an option with an explanation in brackets; words per answer on average


def guess_role(
    names: tuple[str, str], values: Sequence[str], option: tuple[str, str] | None, *, known_choices: bool = False
) -> ColumnRole:
    """Role of a column: technical columns, ratings, choices, and open answers last.

    names: of the column, and its question. values: the answers that are not empty, or the first of them.
    option: the question and the option a column stands for. known_choices: the file says that answers
    come from a list.
    """
    question = names[1]
    if technical := _technical(names, values):
        return ColumnRole(technical)
    if option and (chosen := _one_option(option, values)):
        return chosen
    if option and OTHER.search(option[1]):  # the question's wording is that of the options beside it
        return ColumnRole("open", stage=first_match(STAGES, question))
    if scale := _scale(question, values):
        return ColumnRole("scale", scale)
    if closed := _closed(question, values, known_choices=known_choices):
        return closed
    return ColumnRole("open", stage=first_match(STAGES, question))


def _technical(names: tuple[str, str], values: Sequence[str]) -> str:
    """``ignore``, ``respondent``, ``time`` or ``consent`` for a column that tells nothing about the person."""
    if not values or any(IGNORED.search(name) for name in names):
        return "ignore"
    if any(RESPONDENT.search(name) for name in names):
        return "respondent"
    if any(TIME.search(name) for name in names) and _most(lambda value: bool(find_date(value)), values, 0.5):
        return "time"
    if any(CONSENT.search(name) for name in names) and len(set(values)) <= 3 and _words(values) <= 2 * _FEW_WORDS:
        return "consent"
    return "ignore" if _most(_CLOCK.fullmatch, values, 0.8) or _most(_LINK.fullmatch, values, 0.7) else ""


def _most(test: Callable[[str], object], values: Sequence[str], share: float) -> bool:
    return sum(bool(test(value)) for value in values) > share * len(values)


def _words(values: Sequence[str]) -> float:
    return sum(len(value.split()) for value in values) / len(values)


def _one_option(option: tuple[str, str], values: Sequence[str]) -> ColumnRole | None:
    """Role of a column that stands for one option of a question, if it holds marks or the option itself."""
    question, name = option
    said = {fold(value).casefold().rstrip(".") for value in values}
    if not name:
        return ColumnRole("multi", slug(question))
    if said <= _MARKS or said == {name.casefold().rstrip(".")}:
        return ColumnRole("multi", slug(question), option=name)
    return None


def _scale(question: str, values: Sequence[str]) -> str:
    """Name of the rating that a column of numbers from 0 to 10 holds, else empty."""
    matches = [_RATED.fullmatch(value) for value in values]
    numbers = [float(match[1].replace(",", ".")) for match in matches if match]
    # Words beside the numbers, as in «3 года», are those of a scale only if each number always has the same.
    if len(numbers) < len(values) or len(set(values)) > 21 or max(numbers) > 10:
        return ""
    rated = ("nps" if max(numbers) > 5 else "csat") if RATING.search(question) else ""
    return first_match(SCALES_BY_WORDING, question) or rated


def _closed(question: str, values: Sequence[str], *, known_choices: bool) -> ColumnRole | None:
    """Role of a column of choices or numbers, None if people answered in their own words."""
    own = fold(values[0]).casefold().rstrip(".")
    if {fold(value).casefold().rstrip(".") for value in values} == {own} and own in question.casefold():
        return ColumnRole("multi", slug(question), option=fold(values[0]))  # one column per option
    name = first_match(ATTRIBUTES, question)
    rule = None if known_choices else learn_split(values)
    choice = known_choices or _is_choice(values)
    several = SEVERAL.search(question)
    if rule or (several and not known_choices and (choice or _is_short(values))):
        mark, options = (rule.mark, rule.options) if rule else (_mark(values), ())
        return ColumnRole("multi", name or slug(question), split=mark, options=options)
    if choice or _is_coded(values) or (name and _is_short(values)):
        return ColumnRole("attribute", name or slug(question))
    return None


def _mark(values: Sequence[str]) -> str:
    return ";" if any(";" in value for value in values) else ","


def _is_coded(values: Sequence[str]) -> bool:
    """Numbers and days, or codes of up to three signs that come back."""
    short = 3 if len(set(values)) * 2 <= len(values) else 0
    return _most(lambda value: len(value) <= short or _NUMBER.fullmatch(value) or find_date(value), values, 0.9)


def _is_short(values: Sequence[str]) -> bool:
    longest = max(len(part) for value in values for part in re.split(r"[;,]", value))
    return longest <= _SHORT_OPTION and _words(values) <= _FEW_WORDS


def _is_choice(values: Sequence[str]) -> bool:
    """Few distinct values: short ones given more than once, or any that come back ten times on average.

    Of twenty answers or more, a fifth may be in the person's own words, as under "Other".
    """
    counts, n = Counter(values), len(values)
    if len(counts) * 15 <= n and len(counts) <= 100:
        return True
    listed = {value: count for value, count in counts.items() if count > 1 and not is_non_answer(value)}
    if n >= 20 and 1 < len(listed) <= 12 and sum(listed.values()) >= 0.8 * n:
        return True
    few = len(counts) <= min(12, max(2, 0.3 * n)) < n
    return few and (max(map(len, counts)) <= _SHORT or n >= 10 * len(counts))


def slug(heading: str) -> str:
    """Make a name of at most four words of the heading, in lower case, joined by underscores."""
    words = re.findall(r"[^\W_]+", heading.casefold())
    name = "_".join(words[:4]) or "answer"
    return name if name[0].isalpha() else f"q_{name}"
