"""Any table of texts, coded on all axes: one row in, one row out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cjm_research.codebook import Codebook, default_codebook
from cjm_research.coding.combine import chosen, settle
from cjm_research.coding.heads import AXES, CODES, SINGLE_AXES, Heads, axis_columns, open_heads
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.passages import describe
from cjm_research.embedding import open_embedder
from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES
from cjm_research.language import detect_language, is_non_answer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["code_texts", "linked", "to_table"]

COLUMNS = {"pain": "pains", "want": "wants", "channel": "channels"}
_TAIL = 16  # letters by which a passage is looked for at the end of another's context


def code_texts(
    frame: pd.DataFrame, embedder: str = "e5", codebook: Codebook | None = None, cache: Path | None = None
) -> pd.DataFrame:
    """Code every row of ``frame``; returns it with the codes beside it, in the same order.

    frame: column ``text``; optional ``question`` (what was asked), ``context`` (the sentences before, in the same
    answer) and ``language`` (``ru``, ``en``; else recognised). embedder: ``e5`` or ``use``; cache: folder for vectors.
    Adds ``stage``, ``sentiment``, ``sentiment_score`` (−2…2), ``emotion``, ``pains``, ``wants``, ``channels``
    (codes joined by commas), ``<column>_confidence`` (0…1) and ``stage_top3``. A row's codes depend on itself and on
    rows that stand in its context, not on order. In another language nothing is coded: all is empty.
    Raises CjmError if there is no column ``text`` or no heads for the embedder.
    """
    if "text" not in frame.columns:
        raise CjmError.one("coding.no_text_column", columns=", ".join(map(str, frame.columns)))
    segments = _segments(frame)
    rules = suggest_keywords(segments, codebook or default_codebook())
    engine = open_embedder(embedder, cache=cache)
    if engine is None:
        raise CjmError.one("coding.no_heads", engine=embedder)
    heads = open_heads(engine.name)
    probabilities = heads.probabilities(describe(segments, rules, engine))
    context = _texts(frame, "context")
    beside = linked(list(segments["text"]), list(segments["question"]), context)
    return to_table(frame, segments, settle(probabilities, beside, [""] * len(frame)), heads)


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    import pandas as pd

    if column not in frame.columns:
        return [""] * len(frame)
    return ["" if value is None or pd.isna(value) else str(value) for value in frame[column]]


def _segments(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    texts = _texts(frame, "text")
    said = _texts(frame, "language")
    languages = [name if name in LANGUAGES else detect_language(text) for name, text in zip(said, texts, strict=True)]
    names = [f"row{number}" for number in range(len(frame))]
    return pd.DataFrame(
        {
            "segment_id": names,
            "transcript_id": names,
            "turn": 1,
            "participant_id": "",
            "start": 0,
            "end": [len(text) for text in texts],
            "start_s": float("nan"),
            "text": texts,
            "question": _texts(frame, "question"),
            "language": languages,
            "non_answer": [int(is_non_answer(text)) for text in texts],
            "wave": "",
        }
    )


def linked(texts: Sequence[str], questions: Sequence[str], contexts: Sequence[str]) -> list[tuple[int, ...]]:
    """Positions of the rows just before and after each one in the same answer, found by their contexts."""
    ending: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, (text, question) in enumerate(zip(texts, questions, strict=True)):
        ending[question, text.strip()[-_TAIL:]].append(position)
    beside: list[set[int]] = [set() for _ in texts]
    for position, (question, context) in enumerate(zip(questions, contexts, strict=True)):
        said = context.strip()
        if not said:
            continue
        before = [other for other in ending[question, said[-_TAIL:]] if other != position]
        fitting = [other for other in before if said.endswith(texts[other].strip()) and texts[other].strip()]
        if len({texts[other].strip() for other in fitting}) == 1:
            beside[position].add(fitting[0])
            for other in fitting:
                beside[other].add(position)
    return [tuple(sorted(near)) for near in beside]


def to_table(frame: pd.DataFrame, segments: pd.DataFrame, probabilities: np.ndarray, heads: Heads) -> pd.DataFrame:
    """Probabilities (n, codes) as the columns `code_texts` promises."""
    picked = chosen(probabilities, heads.prior)
    coded = frame.copy()
    known = np.array([language in LANGUAGES for language in segments["language"]], bool)
    for axis in AXES:
        name, columns = COLUMNS.get(axis, axis), axis_columns(axis)
        codes = [code.split(".")[1] for code in CODES[columns]]
        part, taken = probabilities[:, columns], picked[:, columns]
        labels = [",".join(code for code, one in zip(codes, row, strict=True) if one) for row in taken]
        sure = np.array([row[one].mean() if one.any() else 1 - row.max() for row, one in zip(part, taken, strict=True)])
        if axis not in SINGLE_AXES:
            silent = segments["non_answer"].to_numpy() == 1
            labels = ["" if none else label for label, none in zip(labels, silent, strict=True)]
        coded[name] = [label if one else "" for label, one in zip(labels, known, strict=True)]
        coded[f"{name}_confidence"] = np.where(known, np.round(sure, 3), 0.0)
    feeling = probabilities[:, axis_columns("sentiment")]
    score = 2 * (feeling[:, 2] - feeling[:, 0])
    coded["sentiment_score"] = np.where(known, np.round(score, 3), np.nan)
    stages = probabilities[:, axis_columns("stage")]
    ranked = np.argsort(-stages, axis=1, kind="stable")[:, :3]
    top = [",".join(AXES["stage"][column] for column in row) for row in ranked]
    coded["stage_top3"] = [names if one else "" for names, one in zip(top, known, strict=True)]
    return coded
