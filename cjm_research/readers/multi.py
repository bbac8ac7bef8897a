"""Several choices in one cell: which sign stands between them, and which options hold that sign themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from cjm_research.readers.decode import fold

__all__ = ["SplitRule", "is_chosen", "learn_split", "split_choices"]

# Between options; a comma needs a space after it, so that «3,5» stays whole. Not inside brackets.
_MARKS = {
    mark: re.compile(pattern + r"(?![^()]*\))(?![^\[\]]*\])")
    for mark, pattern in ((";", r"\s*;\s*"), ("|", r"\s*\|\s*"), ("\n", r"\s*\n\s*"), (",", r"\s*,\s+"))
}
_JOIN = {";": "; ", "|": " | ", "\n": "\n", ",": ", "}
# What a column of one option holds if the option was not chosen.
_NOT_CHOSEN = {"no", "n", "0", "false", "нет", "nein", "not selected", "unchecked", "не выбрано", "n/a", "-", "off"}
_MOST_OPTIONS, _MOST_WORDS = 40, 12
_OFTEN = 5


@dataclass(frozen=True)
class SplitRule:
    """How to take a cell with several choices apart.

    mark: ``,`` ``;`` ``|`` or a line break. options: the known options, in the order they were met; what
    lies between two of them is one answer in the person's own words, commas and all. Without options the
    mark alone decides.
    """

    mark: str
    options: tuple[str, ...] = ()


def is_chosen(cell: str) -> bool:
    """Whether a column that stands for one option was chosen."""
    return bool(cell) and cell.casefold().strip(" .") not in _NOT_CHOSEN


def _pieces(value: str, mark: str) -> list[str]:
    pattern = _MARKS.get(mark) or re.compile(rf"\s*{re.escape(mark)}\s*")
    return [piece for piece in (fold(piece) for piece in pattern.split(value)) if piece]


@lru_cache(maxsize=50_000)
def split_choices(value: str, rule: SplitRule) -> tuple[str, ...]:
    """The choices of one cell, in their order.

    >>> split_choices("Web, Phone (iOS, Android), Yes, sometimes", SplitRule(",", ("Web", "Yes, sometimes")))
    ('Web', 'Phone (iOS, Android)', 'Yes, sometimes')
    """
    pieces, join = _pieces(value, rule.mark), _JOIN.get(rule.mark, rule.mark)
    if not rule.options:
        return tuple(pieces)
    known = set(rule.options)
    longest = max(len(_pieces(option, rule.mark)) for option in rule.options)
    parts: list[str] = []
    own: list[str] = []
    start = 0
    while start < len(pieces):
        ends = range(min(len(pieces), start + longest), start, -1)
        end = next((end for end in ends if join.join(pieces[start:end]) in known), 0)
        if end and own:
            parts.append(join.join(own))
            own = []
        if end:
            parts.append(join.join(pieces[start:end]))
        else:
            own.append(pieces[start])
        start = end or start + 1
    return (*parts, join.join(own)) if own else tuple(parts)


def learn_split(values: Sequence[str]) -> SplitRule | None:
    """Learn from the answers of one column how they are made of options; None if they are not.

    Pieces that always stand together are one option with the sign inside ("Yes, sometimes"): if the second goes
    on in small letters where the first began with a capital, or if they were met five times and not by nearly all.
    A column has several choices if at least a tenth of its answers do, and most of what was chosen is
    an option that others chose too.
    """
    for mark in _MARKS:
        rule = _learn(values, mark)
        if rule:
            return rule
    return None


def _learn(values: Sequence[str], mark: str) -> SplitRule | None:
    sign = mark.strip() or "\n"
    if sum(sign in value for value in values) * 10 < len(values):
        return None
    lists = [_pieces(value, mark) for value in values]
    while together := _together(lists, len(values)):
        lists = [_joined(pieces, together, _JOIN[mark]) for pieces in lists]
    counts = Counter(piece for pieces in lists for piece in pieces)
    options = tuple(piece for piece, count in counts.items() if count > 1)
    known = sum(counts[option] for option in options)
    several = sum(len(pieces) > 1 for pieces in lists)
    words = max((len(option.split()) for option in options), default=0)
    fits = several * 10 >= len(values) and known * 10 >= 7 * counts.total() and known >= 3 * len(options)
    return SplitRule(mark, options) if fits and len(options) <= _MOST_OPTIONS and words <= 2 * _MOST_WORDS else None


def _together(lists: Sequence[Sequence[str]], n: int) -> dict[str, str]:
    """Pieces that never stand without the other, first → second, no piece twice."""
    counts = Counter(piece for pieces in lists for piece in pieces)
    pairs = Counter(pair for pieces in lists for pair in pairwise(pieces))
    found: dict[str, str] = {}
    used: set[str] = set()
    for (first, second), count in pairs.items():
        always = count == counts[first] == counts[second] and first != second
        goes_on = count > 1 and first[:1].isupper() and second[:1].islower()
        often = count >= _OFTEN and count * 10 <= 9 * n
        if always and (goes_on or often) and not {first, second} & used:
            found[first] = second
            used |= {first, second}
    return found


def _joined(pieces: Sequence[str], together: dict[str, str], join: str) -> list[str]:
    made: list[str] = []
    start = 0
    while start < len(pieces):
        pair = together.get(pieces[start])
        made.append(f"{pieces[start]}{join}{pair}" if pair else pieces[start])
        start += 2 if pair else 1
    return made
