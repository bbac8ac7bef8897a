"""What the heads know of a passage: two vectors and what the rules found in it.

The vectors are of the passage alone and of the passage after its question. What the rules found are named marks:
``pain.price@0.75`` is a code of the keyword coder with the confidence that tells where it came from, ``@negative`` a
polar word, ``~short`` the length, ``w:долго`` a lemma,
``w:!долго`` one that is denied and ``w:долго ждать`` two in a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from cjm_research.coding.sentiment import read_seeds
from cjm_research.coding.sentiment_features import polar_hits, tokens
from cjm_research.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cjm_research.embedding import Embedder

__all__ = ["Passages", "describe", "marks_matrix", "with_question"]

_SHORT, _LONG = 4, 20  # words


@dataclass(frozen=True)
class Passages:
    """Vectors float32 (n, 2 × width) and the marks of each passage."""

    vectors: np.ndarray
    marks: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.marks)


def with_question(text: str, question: str) -> str:
    """The text that is read for the second vector."""
    return f"{question} — {text}" if question else text


def describe(segments: pd.DataFrame, rules: pd.DataFrame, embedder: Embedder) -> Passages:
    """Describe the passages of table ``segments``, in their order; rules: codings of the keyword coder."""
    texts, questions = list(segments["text"]), list(segments["question"])
    asked = [with_question(text, question) for text, question in zip(texts, questions, strict=True)]
    vectors = embedder.encode([*texts, *asked])
    found: dict[str, set[str]] = {segment: set() for segment in segments["segment_id"]}
    for segment, code, confidence in zip(rules["segment_id"], rules["code"], rules["confidence"], strict=True):
        found[segment].add(f"{code}@{confidence:g}")
    marks = [
        frozenset(found[segment] | _surface(text, question, language))
        for segment, text, question, language in zip(
            segments["segment_id"], texts, questions, segments["language"], strict=True
        )
    ]
    return Passages(np.hstack([vectors[: len(texts)], vectors[len(texts) :]]), tuple(marks))


def _surface(text: str, question: str, language: str) -> set[str]:
    words = text.split()
    marks = {"~short"} if len(words) < _SHORT else {"~long"} if len(words) > _LONG else set()
    marks |= {f"~{mark}" for mark in "?!" if mark in text}
    if not question:
        marks.add("~unasked")
    if language in LANGUAGES:
        found = tokens(text, language)
        marks |= {f"@{hit.kind}{'-' if hit.negated else ''}" for hit in polar_hits(found, read_seeds(language))}
        lemmas = [("!" if token.negator >= 0 else "") + token.lemma for token in found]
        marks |= {f"w:{lemma}" for lemma in lemmas}
        marks |= {f"w:{one} {other}" for one, other in pairwise(lemmas)}
    return marks


def marks_matrix(marks: Sequence[frozenset[str]], names: Sequence[str]) -> sparse.csr_array:
    """The marks as numbers: float32 (len(marks), len(names)), 1 where a passage has the mark."""
    position = {name: column for column, name in enumerate(names)}
    columns = [sorted(position[mark] for mark in found if mark in position) for found in marks]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for row in columns for column in row], np.int64)
    return sparse.csr_array((np.ones(len(flat), np.float32), flat, ends), shape=(len(marks), len(names)))
