"""How alike passages of a study are: how far what people decided on one speaks for another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cjm_research.coding.passages import Passages, marks_matrix

__all__ = ["Likeness", "Material"]

Floats = NDArray[np.float64]

# How much each thing that two passages share counts; chosen on the training studies (benchmarks/learning_curve.py).
_ANSWER, _QUESTION, _WORDS, _MARKS, _STUDY = 1.5, 0.7, 0.5, 0.7, 0.1
_SURFACE = ("~", "w:")  # length and single words: the vectors know them


@dataclass(frozen=True)
class Material:
    """What is known of a study's passages before anybody decides.

    answers: which answer each passage is part of (transcript and turn, say). codes: what is learned, ``axis.code``,
    ``stage.none`` and the like among them. base: (n, codes) the heads' probabilities, NaN in the columns of codes that
    no head knows.
    """

    passages: Passages
    answers: tuple[str, ...]
    codes: tuple[str, ...]
    base: NDArray[Any]

    def __len__(self) -> int:
        return len(self.answers)

    def take(self, rows: NDArray[np.intp]) -> Material:
        """Some of the passages."""
        marks = tuple(self.passages.marks[row] for row in rows)
        passages = replace(self.passages, vectors=self.passages.vectors[rows], marks=marks)
        return Material(passages, tuple(self.answers[row] for row in rows), self.codes, self.base[rows])


@dataclass(frozen=True)
class View:
    """Passages as they are compared: rows of features, and the answer as a number (−1: of none there was)."""

    features: Floats
    answers: NDArray[np.intp]


class Likeness:
    """Compares passages with those of a study. Words and questions are compared around the study's mean: what all
    passages share says nothing. Marks count the more, the fewer passages have them.
    """

    most = _ANSWER + _QUESTION + _WORDS + _MARKS + _STUDY  # of a passage to itself

    def __init__(self, study: Material) -> None:
        self._study = study
        self._centre = study.passages.vectors.astype(float).mean(axis=0) if len(study) else np.zeros(1)
        counts = Counter(m for marks in study.passages.marks for m in marks if not m.startswith(_SURFACE))
        self._marks = tuple(sorted(counts))
        self._rarity = np.array([1 + np.log((1 + len(study)) / (1 + counts[mark])) for mark in self._marks])
        self._answers = {answer: at for at, answer in enumerate(dict.fromkeys(study.answers))}

    @cached_property
    def own(self) -> View:
        """The study's own passages."""
        return self.view(self._study)

    def view(self, material: Material) -> View:
        """Passages of this study or later ones, ready to be compared."""
        centred = material.passages.vectors - self._centre
        width = centred.shape[1] // 2
        marks = marks_matrix(material.passages.marks, self._marks).toarray() * self._rarity
        parts = ((centred[:, :width], _WORDS), (centred[:, width:], _QUESTION), (marks, _MARKS))
        features = np.hstack([_unit(part) * np.sqrt(weight) for part, weight in parts])
        return View(features, np.array([self._answers.get(answer, -1) for answer in material.answers], np.intp))

    def near(self, view: View, rows: NDArray[np.intp]) -> Floats:
        """How alike passages are to the study's passages in these rows: float64 (passages, rows), at most `most`."""
        same = view.answers[:, None] == self.own.answers[rows]
        return np.asarray(view.features @ self.own.features[rows].T + _ANSWER * same + _STUDY)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))
