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

    rules = suggest_keywords(segments, codebook, stage_of_question)
    feelings = suggest_sentiment(segments, sentiment, frozenset(stage_of_question))
    if embedder is None or not shipped(embedder.name) or not len(segments):
        found = [table for table in (rules, feelings) if len(table)] or [rules]
        return check_table(CODINGS, pd.concat(found, ignore_index=True))
    combined = _combined(segments, codebook, stage_of_question, (rules, feelings), embedder)
    if sentiment != "lemmas":
        others = combined[combined["code"] != "sentiment"]
        combined = pd.concat([table for table in (others, feelings) if len(table)] or [others], ignore_index=True)
    return check_table(CODINGS, combined)


def _combined(
    segments: pd.DataFrame,
    codebook: Codebook,
    stage_of_question: Mapping[str, str],
    rules: tuple[pd.DataFrame, pd.DataFrame],
    embedder: Embedder,
) -> pd.DataFrame:
    from cjm_research.codebook import default_codebook
    from cjm_research.coding.combine import combine, neighbours, settle
    from cjm_research.coding.heads import open_heads
    from cjm_research.coding.nearest import open_bank, with_examples
    from cjm_research.coding.passages import describe

    # The heads learned from all nine stages; a preset that joins some of them is applied afterwards.
    heard = suggest_keywords(segments, default_codebook()) if codebook.merged else rules[0]
    heads = open_heads(embedder.name)
    told = [stage_of_question.get(question, "") for question in segments["question"]]
    passages = describe(segments, heard, embedder)
    settled = settle(heads.probabilities(passages), neighbours(segments), told)
    codings = combine(segments, rules, heads, settled, codebook)
    own = passages.vectors[:, : passages.vectors.shape[1] // 2]
    return with_examples(codings, segments, own, open_bank(embedder.name))
