"""One suggestion from several coders: what the heads say, with the words the rules found as its evidence.

The weights are those of the network in `cjm_research.coding.heads`, which reads the rules as well as the vectors; this
module adds what a network over single passages cannot know. Stage: passages beside each other in one answer are mostly
about the same moment, so the neighbours' probabilities count too (`NEIGHBOUR`, log-linear); a stage that a survey's
column map gives for the question counts like one more witness (`TOLD`). Classes that are rare are helped a little
(`RARE`), else a mixed feeling would never be suggested. A code of many is suggested from `LEAST` on, and so is an
emotion: below, none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cjm_research.coding.heads import AXES, CODES, SINGLE_AXES, Heads, axis_columns
from cjm_research.i18n import LANGUAGES
from cjm_research.tables import CODINGS, make_table

if TYPE_CHECKING:
    import pandas as pd

    from cjm_research.codebook import Codebook

__all__ = ["LEAST", "NEIGHBOUR", "chosen", "combine", "neighbours", "settle"]

NEIGHBOUR = 0.4
TOLD = 2.0
RARE = 0.3
LEAST: Mapping[str, float] = {"emotion": 0.25, "pain": 0.3, "want": 0.3, "channel": 0.3}
_TINY = 1e-4
_SIGN = {"negative": -1.0, "neutral": 0.0, "positive": 1.0, "mixed": 0.0}
_SURELY_STRONG = 0.9  # a feeling that is this clear and that the rules call strong is worth 2


def neighbours(segments: pd.DataFrame) -> list[tuple[int, ...]]:
    """Positions of the passages just before and after each one in the same answer."""
    keys = list(zip(segments["transcript_id"], segments["turn"], segments["question"], strict=True))
    order = sorted(range(len(keys)), key=lambda position: (keys[position], int(segments["start"].iloc[position])))
    beside: list[tuple[int, ...]] = [()] * len(keys)
    for rank, position in enumerate(order):
        near = [order[other] for other in (rank - 1, rank + 1) if 0 <= other < len(order)]
        beside[position] = tuple(other for other in near if keys[other] == keys[position])
    return beside


def settle(
    probabilities: np.ndarray, beside: Sequence[Sequence[int]], told: Sequence[str], codes: Sequence[str] = CODES
) -> np.ndarray:
    """Probabilities of the stages with what neighbours and column maps say of them; other axes stay: (n, codes).

    told: stage code without axis, or empty, for each passage.
    """
    columns = [column for column, code in enumerate(codes) if code.startswith("stage.")]
    logs = np.log(probabilities[:, columns] + _TINY)
    total = logs.copy()
    for position, near in enumerate(beside):
        if near:
            total[position] += NEIGHBOUR * logs[list(near)].mean(axis=0)
        if told[position]:
            total[position] += TOLD * np.array([codes[column] == f"stage.{told[position]}" for column in columns])
    shifted = np.exp(total - total.max(axis=1, keepdims=True))
    settled = probabilities.copy()
    settled[:, columns] = shifted / shifted.sum(axis=1, keepdims=True)
    return settled


def chosen(probabilities: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Which codes are suggested: bool (n, codes). One of each single axis, ``none`` included; of others any number."""
    picked = np.zeros(probabilities.shape, bool)
    for axis in AXES:
        columns = axis_columns(axis)
        if axis in SINGLE_AXES:
            helped = probabilities[:, columns] / np.maximum(prior[columns], _TINY) ** (0.0 if axis == "stage" else RARE)
            if axis == "emotion":
                helped[:, :-1][probabilities[:, columns][:, :-1] < LEAST[axis]] = 0.0
            picked[np.arange(len(helped)), columns.start + helped.argmax(axis=1)] = True
        else:
            picked[:, columns] = probabilities[:, columns] >= LEAST[axis]
    return picked


class _Rules:
    """The codings of the rules by passage and code."""

    def __init__(self, *tables: pd.DataFrame) -> None:
        self._rows: dict[str, dict[str, Any]] = {}
        for table in tables:
            for row in table.itertuples(index=False):
                self._rows.setdefault(str(row.segment_id), {})[str(row.code)] = row

    def of(self, segment_id: str) -> dict[str, Any]:
        return self._rows.get(segment_id, {})


def combine(
    segments: pd.DataFrame, rules: Sequence[pd.DataFrame], heads: Heads, probabilities: np.ndarray, codebook: Codebook
) -> pd.DataFrame:
    """Suggest codes for the passages of table ``segments``; returns table ``codings``.

    rules: codings of the keyword coder and of the sentiment coder. probabilities: (n, codes of the heads), settled.
    Codes the heads do not know, passages in other languages and passages that say nothing keep what the rules found.
    """
    found, picked = _Rules(*rules), chosen(probabilities, heads.prior)
    rows: list[dict[str, object]] = []
    columns = zip(segments["segment_id"], segments["language"], segments["non_answer"], strict=True)
    for position, (segment_id, language, non_answer) in enumerate(columns):
        ruled = found.of(segment_id)
        if language not in LANGUAGES or non_answer:
            rows += [row._asdict() for row in ruled.values()]
            continue
        said = _said(probabilities[position], picked[position], ruled, codebook)
        rows += [{"segment_id": segment_id, "coder": f"combined-{heads.name}", **row} for row in said]
        unknown = (
            row for code, row in ruled.items() if code not in CODES and code not in ("sentiment", "flag.barrier")
        )
        rows += [row._asdict() for row in unknown]
    return make_table(CODINGS, rows)


def _said(
    probabilities: np.ndarray, picked: np.ndarray, ruled: Mapping[str, Any], codebook: Codebook
) -> list[dict[str, object]]:
    """Rows of one passage, without its id."""
    best: dict[str, tuple[float, str]] = {}
    for column in np.flatnonzero(picked):
        code = CODES[column]
        known = code if code.startswith("sentiment.") else getattr(codebook.get(code), "id", "")
        if known and not code.endswith(".none"):
            best[known] = max(best.get(known, (0.0, "")), (float(probabilities[column]), code))
    rows: list[dict[str, object]] = []
    for known, (confidence, code) in best.items():
        if code.startswith("sentiment."):
            rows.append(_feeling(code.removeprefix("sentiment."), confidence, ruled.get("sentiment")))
            continue
        rule = ruled.get(known)
        pain = code.startswith("pain.")
        value = float(rule.value) if rule is not None and pain else 1.0 if pain else float("nan")
        rows.append(_row(known, value, confidence, rule.evidence if rule is not None else ()))
    barrier = ruled.get("flag.barrier")
    if barrier is not None and any(str(row["code"]).startswith("pain.") for row in rows):
        rows.append(_row("flag.barrier", float("nan"), float(barrier.confidence), barrier.evidence))
    return rows


def _feeling(label: str, confidence: float, rule: Any) -> dict[str, object]:
    value = _SIGN[label]
    agrees = rule is not None and np.sign(rule.value) == value and (rule.memo == "mixed") == (label == "mixed")
    if agrees and value and (abs(rule.value) == 2 or confidence >= _SURELY_STRONG):
        value *= 2
    row = _row("sentiment", value, confidence, rule.evidence if agrees else ())
    return row | {"memo": "mixed" if label == "mixed" else ""}


def _row(code: str, value: float, confidence: float, evidence: object) -> dict[str, object]:
    return {
        "code": code,
        "value": value,
        "coder_kind": "model",
        "confidence": round(confidence, 3),
        "evidence": evidence,
        "status": "suggested",
    }
