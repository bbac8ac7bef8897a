"""Gold and a coder compared on every axis: the figures as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cjm_research.codebook import Codebook, default_codebook
from cjm_research.errors import CjmError
from cjm_research.evaluation.gold import AXES, check_gold, codes_of_axis
from cjm_research.evaluation.judged import Judged, judge
from cjm_research.evaluation.measures import (
    BINS,
    MEASURES,
    bin_of,
    code_alpha,
    code_f1,
    counts,
    coverage,
    measure,
    resamples,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Evaluation", "compare"]

_SEED, _TIMES = 2026, 1000
_MANY_SOURCES = 10  # fewer say too little of how sources differ
_MOST_ERRORS = 20
_SHARES = np.arange(1, 11) / 10


@dataclass(frozen=True)
class Evaluation:
    """What `compare` finds, in tidy tables.

    headline: ``axis``, ``language`` (``all``, ``ru``, ``en`` …), ``measure`` (see below), ``value``, ``lo``, ``hi``
        (95 % interval; for ``all`` only, and not of ``ece``) and ``n`` (rows). Measures: ``f1`` (macro for stage,
        sentiment, emotion, micro for the others), ``alpha`` (Krippendorff's, nominal; mean over codes where a passage
        may have several), ``precision_40`` (of the surest 40 % of the suggestions), ``ece`` (expected calibration
        error), ``top3`` (gold's code among the coder's first three).
    codes: ``axis``, ``code``, ``n_gold``, ``n_coded``, ``precision``, ``recall``, ``f1``, ``alpha``.
    reliability: ``axis``, ``lo``, ``hi`` (bin of confidence), ``n``, ``confidence``, ``precision`` (means).
    coverage: ``axis``, ``share`` (0.1 … 1 of the suggestions, surest first), ``precision``.
    confusion: ``axis``, ``gold``, ``coded``, ``n``, for axes with one code; an unscored row is coded "".
    errors: ``axis``, ``row`` (of the gold table's index), ``confidence``, ``gold``, ``coded``, ``question``, ``text``:
        the most confident wrong suggestions, at most 20 an axis.
    drawn: what the bootstrap drew, ``sources`` or ``rows``.
    Suggestions are rows that were given a code; ``none`` is one where only one is possible, an empty list is not.
    """

    headline: pd.DataFrame
    codes: pd.DataFrame
    reliability: pd.DataFrame
    coverage: pd.DataFrame
    confusion: pd.DataFrame
    errors: pd.DataFrame
    drawn: str

    def value(self, axis: str, name: str = "f1", language: str = "all") -> float:
        """One figure of the headline; NaN if there is none."""
        table = self.headline
        found = table[(table["axis"] == axis) & (table["measure"] == name) & (table["language"] == language)]
        return float(found["value"].iloc[0]) if len(found) else float("nan")


def compare(
    gold: pd.DataFrame, coded: pd.DataFrame, codebook: Codebook | None = None, times: int = _TIMES
) -> Evaluation:
    """Compare what a coder says of passages with what gold says.

    gold: as `cjm_research.evaluation.check_gold` takes it. coded: the same rows with the columns of the axes that
    gold has, and if the coder gives them ``<axis>_confidence`` (0…1) and ``stage_top3``. times: bootstrap samples,
    over sources if there are at least ten, else over rows.
    Raises CjmError for gold that `check_gold` refuses and for other rows or missing columns in ``coded``.
    """
    import pandas as pd

    codebook = codebook or default_codebook()
    gold = check_gold(gold, codebook)
    axes = [axis for axis in AXES if axis in gold.columns]
    missing = [axis for axis in axes if axis not in coded.columns]
    if missing:
        there = ", ".join(map(str, coded.columns))
        raise CjmError.one("evaluate.no_columns", "", missing=", ".join(missing), there=there)
    if not (coded.index.is_unique and gold.index.is_unique and gold.index.isin(coded.index).all()):
        raise CjmError.one("evaluate.other_rows", gold=len(gold), coded=len(coded))
    coded = coded.loc[gold.index]
    groups, drawn = _groups(gold)
    samples = resamples(groups, times, _SEED) if times else None
    found = [judge(gold, coded, axis, codes_of_axis(axis, codebook)) for axis in axes]

    def table(make: Any, *more: Any) -> pd.DataFrame:
        parts = [pd.DataFrame(make(one, *more)).assign(axis=one.axis) for one in found]
        # An empty part has no types, and would take them from the others.
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    tables = {
        "headline": table(_headline, gold["language"].to_numpy(), samples),
        "codes": table(_codes),
        "reliability": table(_reliability),
        "coverage": table(_coverage),
        "confusion": table(_confusion),
        "errors": table(_errors, gold),
    }
    ordered = {name: made[["axis", *(c for c in made.columns if c != "axis")]] for name, made in tables.items()}
    return Evaluation(**ordered, drawn=drawn)


def _groups(gold: pd.DataFrame) -> tuple[np.ndarray, str]:
    sources, groups = np.unique(gold["source"].to_numpy(str), return_inverse=True)
    return (groups, "sources") if len(sources) >= _MANY_SOURCES else (np.arange(len(gold)), "rows")


def _headline(judged: Judged, languages: np.ndarray, samples: np.ndarray | None) -> dict[str, list[Any]]:
    rows = []
    for language in ("all", *sorted(set(languages))):
        part = judged if language == "all" else judged.only(languages == language)
        for name in MEASURES:
            value, lo, hi = measure(name, part, samples if language == "all" else None)
            rows.append((language, name, value, lo, hi, len(part)))
    return _columns(("language", "measure", "value", "lo", "hi", "n"), rows)


def _codes(judged: Judged) -> dict[str, Any]:
    ones = np.ones((1, len(judged)))
    right, found, there = (part[0] for part in counts(judged, ones))
    with np.errstate(invalid="ignore"):  # 0 of 0 is NaN, as it should be
        return {
            "code": judged.codes,
            "n_gold": there.astype(int),
            "n_coded": found.astype(int),
            "precision": right / found,
            "recall": right / there,
            "f1": code_f1(judged, ones)[0],
            "alpha": code_alpha(judged, ones)[0],
        }


def _reliability(judged: Judged) -> dict[str, list[Any]]:
    confidence, right = judged.confidence[judged.sure], judged.right[judged.sure]
    place = bin_of(confidence)
    rows = []
    for number in sorted(set(place.tolist())):
        inside = place == number
        means = float(confidence[inside].mean()), float(right[inside].mean())
        rows.append((number / BINS, (number + 1) / BINS, int(inside.sum()), *means))
    return _columns(("lo", "hi", "n", "confidence", "precision"), rows)


def _coverage(judged: Judged) -> dict[str, Any]:
    return {"share": _SHARES, "precision": coverage(judged, np.ones((1, len(judged))), _SHARES)[0]}


def _confusion(judged: Judged) -> dict[str, list[Any]]:
    rows = []
    if judged.single:
        names = np.array([*judged.codes, ""])
        coded = np.where(judged.coded.any(axis=1), judged.coded.argmax(axis=1), len(judged.codes))
        pairs, many = np.unique(np.stack([judged.gold.argmax(axis=1), coded]), axis=1, return_counts=True)
        rows = [(str(names[a]), str(names[b]), int(n)) for a, b, n in zip(*pairs, many, strict=True)]
    return _columns(("gold", "coded", "n"), rows)


def _errors(judged: Judged, gold: pd.DataFrame) -> dict[str, list[Any]]:
    wrong = np.flatnonzero(judged.sure & (judged.right < 1))
    worst = wrong[np.argsort(-judged.confidence[wrong], kind="stable")][:_MOST_ERRORS]
    rows = []
    for n in worst:
        row = gold.iloc[judged.rows[n]]
        said = (_names(judged, part[n]) for part in (judged.gold, judged.coded))
        rows.append((row.name, float(judged.confidence[n]), *said, row["question"], row["text"]))
    return _columns(("row", "confidence", "gold", "coded", "question", "text"), rows)


def _names(judged: Judged, row: np.ndarray) -> str:
    return ",".join(code for code, one in zip(judged.codes, row, strict=True) if one)


def _columns(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
