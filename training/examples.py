"""The coded sentences that heads are trained and judged on, as tables of the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cjm_research.coding.heads import AXES, CODES

__all__ = ["EXAMPLES", "MATERIAL", "groups", "read_gold", "read_own", "to_segments", "to_truth"]

EXAMPLES = Path(__file__).parent / "examples"
MATERIAL = Path(__file__).parents[2] / "shared"
COLUMN_OF = {axis: axis for axis in ("stage", "sentiment", "emotion")} | {
    "pain": "pains",
    "want": "wants",
    "channel": "channels",
}


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, dtype=str, encoding="utf-8-sig")


def read_own() -> pd.DataFrame:
    """The sentences written for this project."""
    return pd.concat([_read(path) for path in sorted(EXAMPLES.glob("*.csv"))], ignore_index=True)


def read_gold(material: Path = MATERIAL) -> pd.DataFrame:
    """``train.csv`` and ``dev.csv`` of the study material, with column ``part``."""
    parts = [_read(material / "gold" / f"{part}.csv").assign(part=part) for part in ("train", "dev")]
    return pd.concat(parts, ignore_index=True)


def groups(examples: pd.DataFrame) -> pd.Series:
    """What is left out together: a source, and what was taken from the same reviews."""
    return examples["source"].replace({"amazon_cells": "uci", "yelp": "uci"})


def to_segments(examples: pd.DataFrame) -> pd.DataFrame:
    """Sentences as table ``segments``; an interview is one transcript, elsewhere each exchange is one."""
    interview = examples["source"].str.fullmatch(r"(ru|en)\d+")
    return pd.DataFrame(
        {
            "segment_id": examples["id"],
            "transcript_id": examples["source"] + examples["question"].where(~interview, ""),
            "turn": 1,
            "participant_id": "p",
            "start": 0,
            "end": examples["text"].str.len(),
            "start_s": float("nan"),
            "text": examples["text"],
            "question": examples["question"],
            "language": examples["language"],
            "non_answer": 0,
            "wave": "",
        }
    )


def to_truth(examples: pd.DataFrame) -> np.ndarray:
    """Codes as 0 and 1: float32 (n, codes)."""
    columns = []
    for code in CODES:
        axis, name = code.split(".")
        columns.append([name in said.split(",") for said in examples[COLUMN_OF[axis]]])
    truth = np.array(columns, np.float32).T
    for axis, codes in AXES.items():
        unknown = set(",".join(examples[COLUMN_OF[axis]]).split(",")) - {*codes, ""}
        if unknown:
            raise ValueError(f"unknown codes of {axis}: {sorted(unknown)}")
    return truth
