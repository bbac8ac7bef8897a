"""The learned coder: what the heads say of a passage, corrected by what people decided in this study.

Each code's logit is the heads' plus a correction, a kernel logistic regression with the heads as its offset
(a Gaussian process's mode; Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, chapter 3). Two
passages are alike, and a decision on one speaks for the other, as far as they answer the same question of the same
person, their questions and words are near each other, and the rules found the same things in them. A part that is
the same for all passages is what is usual in this study.

How strongly decisions speak is chosen for each axis by cross-validation, and may be "not at all". Under 20 decided
passages of an axis nothing can be chosen: decisions then only change the order of the passages within each code, and
how often the code is suggested stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cjm_research.codebook import SINGLE
from cjm_research.coding.correction import FEWEST, LEAST, Task, choose, probabilities
from cjm_research.coding.likeness import Likeness, Material

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Learned", "learn"]

Floats = NDArray[np.float64]

# What usually helps, and what may be chosen instead; found on the training studies (benchmarks/learning_curve.py).
_USUAL = {"stage": 1.0}
_ELSE, _UNKNOWN = 0.3, 3.0  # other axes; codes that no head knows
_ROWS = 2000  # passages corrected at once, for the sake of memory


@dataclass(frozen=True)
class Block:
    """Codes that are learned together: an axis with one code a passage, or those of an axis that heads know or not.

    weights: float64 (decided, codes), what each decided passage adds for every code.
    """

    axis: str
    columns: tuple[int, ...]
    decided: NDArray[np.intp]
    weights: Floats
    shift: Floats
    strength: float
    before: float
    after: float

    @property
    def single(self) -> bool:
        """Whether a passage has exactly one of these codes."""
        return self.axis in SINGLE


@dataclass(frozen=True)
class Learned:
    """What was learned from a study's decisions.

    prior: logits of codes that no head knows, NaN for the others.
    """

    likeness: Likeness
    blocks: tuple[Block, ...]
    prior: Floats

    def probabilities(self, material: Material) -> NDArray[np.float32]:
        """Corrected probabilities, float32 (n, codes), of passages of this study or later ones."""
        found = np.empty(material.base.shape, np.float32)
        for start in range(0, len(found), _ROWS):
            some = material.take(np.arange(start, min(start + _ROWS, len(found))))
            view, logits = self.likeness.view(some), _logits(some.base, material.codes, self.prior)
            for block in self.blocks:
                own = logits[:, list(block.columns)]
                if block.strength:
                    own = own + self.likeness.near(view, block.decided) @ block.weights - block.shift
                found[start : start + _ROWS, block.columns] = probabilities(own, block.single)
        return found

    @cached_property
    def report(self) -> pd.DataFrame:
        """What it brings: a row per axis with the passages decided, the strength chosen, and F1 before and after.

        F1 is cross-validated on the decided passages (macro-F1 for axes with one code a passage, else micro-F1),
        NaN where there are too few. Codes that no head knows have a row of their own.
        """
        import pandas as pd

        rows = [(b.axis, len(b.columns), len(b.decided), b.strength, b.before, b.after) for b in self.blocks]
        return pd.DataFrame(rows, columns=["axis", "codes", "decided", "strength", "f1_before", "f1_after"])


def learn(
    material: Material, labels: Floats, weights: Floats | None = None, groups: Sequence[str] = (), seed: int = 0
) -> Learned:
    """Learn from the decisions on some passages of a study.

    material: all its passages. labels: (n, codes), 1 has the code, 0 has it not, NaN not known. weights: (n,) from 0
    to 1, how much a passage's decisions count. groups: passages of one group are never on both sides of the
    cross-validation; by default each passage stands for itself, as the ones still open are of the same answers.
    """
    likeness, single = Likeness(material), [code.partition(".")[0] in SINGLE for code in material.codes]
    prior = _prior(material.base, labels, np.array(single))
    logits = _logits(material.base, material.codes, prior)
    trust = np.ones(len(labels)) if weights is None else np.asarray(weights, float)
    names = np.array(groups or [str(row) for row in range(len(labels))])
    blocks = []
    for axis, columns, known in _split(material, prior):
        wanted = labels[:, list(columns)]
        decided = np.flatnonzero(~np.isnan(wanted).all(axis=1) & (trust > 0))
        near = likeness.near(likeness.own, decided)
        task = Task(near[decided], logits[decided][:, list(columns)], wanted[decided], trust[decided], axis in SINGLE)
        usual = _USUAL.get(axis, _ELSE) if known else _UNKNOWN
        strength, before, after = choose(task, names[decided], usual, seed)
        fitted = task.fit(strength) * strength
        few = 0 < len(decided) < FEWEST
        shift = near.mean(axis=0) @ fitted if few else np.zeros(len(columns))
        blocks.append(Block(axis, columns, decided, fitted, shift, strength, before, after))
    return Learned(likeness, tuple(blocks), prior)


def _split(material: Material, prior: Floats) -> list[tuple[str, tuple[int, ...], bool]]:
    """Axis, columns, and whether heads know them, in the order of the codes."""
    parts: dict[tuple[str, bool], list[int]] = {}
    for column, code in enumerate(material.codes):
        axis = code.partition(".")[0]
        parts.setdefault((axis, axis in SINGLE or bool(np.isnan(prior[column]))), []).append(column)
    return [(axis, tuple(columns), known) for (axis, known), columns in parts.items()]


def _prior(base: Floats, labels: Floats, single: NDArray[np.bool_]) -> Floats:
    """Logit of how often people gave a code that no head knows (log of the share on axes with one code a passage)."""
    known = ~np.isnan(labels)
    share = (np.nansum(labels, axis=0) + 0.5) / (known.sum(axis=0) + 5.0)
    prior = np.where(single, np.log(share), np.log(share / (1 - share)))
    return np.where(np.isnan(base).all(axis=0), prior, np.nan)


def _logits(base: Floats, codes: Sequence[str], prior: Floats) -> Floats:
    single = np.array([code.partition(".")[0] in SINGLE for code in codes])
    p = np.clip(np.asarray(base, float), LEAST, 1 - LEAST)
    logits = np.where(single, np.log(p), np.log(p / (1 - p)))
    return np.where(np.isnan(logits), np.where(np.isnan(prior), np.log(LEAST), prior), logits)
