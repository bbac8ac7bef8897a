"""The study's own decisions that are most like the passages asked about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from cjm_research.language import words

__all__ = ["Bank", "Example"]

_COLUMNS = ("stage", "sentiment", "emotion", "pains", "wants", "channels")


class Example(NamedTuple):
    """A decided passage, and what was decided as one line."""

    text: str
    question: str
    language: str
    decision: str


class Bank:
    """Decisions to choose from.

    Likeness is the share of words (lemmas) two passages with their questions have in common, rare words weighing more
    (Jaccard index, inverse document frequency); equal likeness is settled by the text, so the choice never varies.
    """

    def __init__(self, table: pd.DataFrame | None) -> None:
        rows = [] if table is None else table.to_dict("records")
        found = {_example(row) for row in rows}
        self._examples = [(one, _lemmas(one.text, one.question, one.language)) for one in sorted(found)]
        counts = Counter(lemma for _, lemmas in self._examples for lemma in lemmas)
        self._weights = {lemma: math.log(1 + len(found) / count) for lemma, count in counts.items()}
        self._unseen = math.log(1 + len(found)) if found else 1.0

    def nearest(self, passages: Sequence[tuple[str, str]], language: str, most: int) -> list[Example]:
        """The ``most`` decisions most like any of the passages (text, question); one on the very passage is no help."""
        if not (self._examples and most):
            return []
        asked = [_lemmas(text, question, language) for text, question in passages]
        known = {(text.strip(), question.strip()) for text, question in passages}
        scored = [
            (-max(self._likeness(lemmas, other) for other in asked), example)
            for example, lemmas in self._examples
            if (example.text.strip(), example.question.strip()) not in known
        ]
        return [example for score, example in sorted(scored)[:most] if score < 0]

    def _likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        return self._weight(one & other) / (self._weight(one | other) or 1.0)

    def _weight(self, lemmas: Iterable[str]) -> float:
        return math.fsum(self._weights.get(lemma, self._unseen) for lemma in lemmas)  # the same in any order


def _lemmas(text: str, question: str, language: str) -> frozenset[str]:
    return frozenset(word.lemma for word in words(f"{question} {text}", language))


def _example(row: Mapping[Hashable, object]) -> Example:
    decision = "; ".join(f"{name}: {_text(row.get(name)) or '–'}" for name in _COLUMNS)
    return Example(_text(row.get("text")), _text(row.get("question")), _text(row.get("language")), decision)


def _text(value: object) -> str:
    """A cell as text: lists joined by commas, codes without their axis, whole numbers without a point."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(item).rpartition(".")[2] for item in sorted(value, key=str))
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
