"""Why a code, where no word says so: the coded examples that a passage is most like.

The bank ships with the package: short invented sentences that are typical of their codes, with their vectors in eight
bits. A study's own decisions come first in it as soon as there are some.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["Bank", "example_texts", "open_bank", "save_bank", "with_examples"]

_WEIGHTS = Path(__file__).parent / "weights"
_SHOWN = 3


@dataclass(frozen=True)
class Bank:
    """Coded examples: ids, the codes of each, and vectors of unit length float32 (n, width)."""

    ids: tuple[str, ...]
    codes: tuple[frozenset[str], ...]
    vectors: np.ndarray

    def nearest(self, vectors: np.ndarray, codes: Sequence[str]) -> list[tuple[str, ...]]:
        """For each passage (a row of ``vectors``) and its code, the ids of the most similar examples of that code."""
        found: list[tuple[str, ...]] = [()] * len(codes)
        for code in sorted(set(codes)):
            members = np.array([place for place, known in enumerate(self.codes) if code in known], np.int64)
            rows = np.array([row for row, wanted in enumerate(codes) if wanted == code], np.int64)
            if not len(members):
                continue
            alike = vectors[rows] @ self.vectors[members].T
            # Rounded, so that the last digit of a machine does not change the order.
            best = np.argsort(-np.round(alike, 4), axis=1, kind="stable")[:, :_SHOWN]
            for row, places in zip(rows, best, strict=True):
                found[row] = tuple(self.ids[members[place]] for place in places)
        return found


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    with (_WEIGHTS / "examples.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def example_texts() -> dict[str, str]:
    """Texts of the shipped examples by id."""
    return {row["id"]: row["text"] for row in _rows()}


@lru_cache(maxsize=4)
def open_bank(embedder: str) -> Bank:
    """The shipped examples with their vectors by this embedder."""
    with np.load(_WEIGHTS / f"examples_{embedder}.npz", allow_pickle=False) as file:
        vectors = file["vectors"].astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    rows = _rows()
    return Bank(tuple(row["id"] for row in rows), tuple(frozenset(row["codes"].split()) for row in rows), vectors)


def with_examples(codings: pd.DataFrame, segments: pd.DataFrame, vectors: np.ndarray, bank: Bank) -> pd.DataFrame:
    """Table ``codings`` with the nearest examples of every suggestion that has no words as its evidence.

    vectors: of the passages of table ``segments``, in its order.
    """
    place = {segment: row for row, segment in enumerate(segments["segment_id"])}
    label = {2: "positive", 1: "positive", -1: "negative", -2: "negative"}
    wanted, rows = list[str](), list[int]()
    columns = ("segment_id", "code", "value", "evidence", "memo")
    positions = list[int]()
    for position, (segment, code, value, evidence, memo) in enumerate(
        zip(*(codings[name] for name in columns), strict=True)
    ):
        if not evidence:
            feeling = "mixed" if memo == "mixed" else label.get(value, "neutral")
            wanted.append(f"sentiment.{feeling}" if code == "sentiment" else code)
            rows.append(place[segment])
            positions.append(position)
    found = dict(zip(positions, bank.nearest(vectors[rows], wanted), strict=True))
    examples = [found.get(position, ()) for position in range(len(codings))]
    return codings.assign(examples=pd.Series(examples, index=codings.index, dtype=object))


def save_bank(embedder: str, rows: Sequence[Mapping[str, str]], vectors: np.ndarray) -> None:
    """Write the examples (``id``, ``language``, ``text``, ``codes``) and their vectors for `open_bank`."""
    with (_WEIGHTS / "examples.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "language", "text", "codes"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    eight = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127).astype(np.int8)
    np.savez_compressed(_WEIGHTS / f"examples_{embedder}.npz", allow_pickle=False, vectors=eight)
