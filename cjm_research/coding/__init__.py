"""Coders: functions from segments to codings. Each names itself and its version in every row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.sentiment import suggest_sentiment
from cjm_research.tables import CODINGS, check_table

__all__ = ["code_segments"]


def code_segments(
    segments: pd.DataFrame, codebook: Codebook, stage_of_question: Mapping[str, str], sentiment: str = "lemmas"
) -> pd.DataFrame:
    """Run every machine coder over the table ``segments``; returns table ``codings``.

    stage_of_question: stage codes by the text of survey questions, as the column maps say.
    sentiment: engine of the sentiment coder.
    """
    found = [
        suggest_keywords(segments, codebook, stage_of_question),
        suggest_sentiment(segments, sentiment, frozenset(stage_of_question)),
    ]
    codings = pd.concat([table for table in found if len(table)] or found[:1], ignore_index=True)
    return check_table(CODINGS, codings)
