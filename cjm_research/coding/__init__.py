"""Coders: functions from segments to codings. Each names itself and its version in every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.sentiment import suggest_sentiment
from cjm_research.tables import CODINGS, check_table

if TYPE_CHECKING:
    from cjm_research.embedding import Embedder

__all__ = ["code_segments"]


def code_segments(
    segments: pd.DataFrame,
    codebook: Codebook,
    stage_of_question: Mapping[str, str],
    sentiment: str = "lemmas",
    embedder: Embedder | None = None,
) -> pd.DataFrame:
    """Run the machine coders over the table ``segments``; returns table ``codings``.

    stage_of_question: stage codes by the text of survey questions, as the column maps say.
    sentiment: engine of the sentiment coder; another than ``lemmas`` is kept as it is.
    embedder: with one that has heads, rules and heads are combined; otherwise the rules speak alone.
    """
    from cjm_research.coding.heads import shipped
    from cjm_research.coding.machine import prepare

    if embedder is not None and shipped(embedder.name) and len(segments):
        return check_table(CODINGS, prepare(segments, codebook, stage_of_question, embedder, sentiment).codings())
    rules = suggest_keywords(segments, codebook, stage_of_question)
    feelings = suggest_sentiment(segments, sentiment, frozenset(stage_of_question))
    found = [table for table in (rules, feelings) if len(table)] or [rules]
    return check_table(CODINGS, pd.concat(found, ignore_index=True))
