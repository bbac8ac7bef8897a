"""All that the machine coders know of a study's passages, and the suggestions they make of it together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cjm_research.codebook import Codebook, default_codebook
from cjm_research.coding.combine import chosen, combine, neighbours, settle
from cjm_research.coding.heads import AXES, CODES, Heads, open_heads
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.labels import labels_of
from cjm_research.coding.learned import Learned, learn
from cjm_research.coding.likeness import Material
from cjm_research.coding.nearest import open_bank, with_examples
from cjm_research.coding.passages import Passages, describe
from cjm_research.coding.queue import review_queue
from cjm_research.coding.sentiment import suggest_sentiment

if TYPE_CHECKING:
    from cjm_research.embedding import Embedder

__all__ = ["Machine", "prepare"]


@dataclass(frozen=True)
class Machine:
    """Passages as the coders see them.

    segments: table. rules, feelings: codings of the keyword and of the sentiment coder. told: stage a column map gives
    for the question of each passage, or empty. probabilities: the heads', float32 (n, codes).
    """

    segments: pd.DataFrame
    codebook: Codebook
    rules: pd.DataFrame
    feelings: pd.DataFrame
    told: tuple[str, ...]
    passages: Passages
    heads: Heads
    probabilities: np.ndarray
    embedder: str
    sentiment: str

    @property
    def material(self) -> Material:
        """What learning starts from; codes of the study's codebook that no head knows stand behind the heads'."""
        own = tuple(code.id for code in self.codebook.codes if code.id not in CODES and code.axis in AXES)
        unknown = np.full((len(self.segments), len(own)), np.nan)
        answers = zip(self.segments["transcript_id"], self.segments["turn"], strict=True)
        names = tuple(f"{transcript} {turn}" for transcript, turn in answers)
        return Material(self.passages, names, (*CODES, *own), np.hstack([self.probabilities, unknown]))

    def learn(self, codings: pd.DataFrame, counted: pd.DataFrame) -> Learned:
        """Learn from people's decisions; codings, counted: the tables with decisions on top."""
        material = self.material
        codes = [self.codebook.merged.get(code, code) for code in material.codes]
        return learn(material, labels_of(codings, counted, codes, list(self.segments["segment_id"])))

    def _settled(self, probabilities: np.ndarray) -> np.ndarray:
        return settle(probabilities[:, : len(CODES)], neighbours(self.segments), self.told)

    def codings(self, learned: Learned | None = None) -> pd.DataFrame:
        """Table ``codings``: one suggestion a passage and code, as it is or corrected by what was learned."""
        known = self._settled(self.probabilities if learned is None else learned.probabilities(self.material))
        found = combine(self.segments, (self.rules, self.feelings), self.heads, known, self.codebook)
        own = self.passages.vectors[:, : self.passages.vectors.shape[1] // 2]
        found = with_examples(found, self.segments, own, open_bank(self.embedder))
        if self.sentiment == "lemmas":
            return found
        others = found[found["code"] != "sentiment"]
        return pd.concat([table for table in (others, self.feelings) if len(table)] or [others], ignore_index=True)

    def queue(self, learned: Learned, decided: Collection[str], size: int) -> list[str]:
        """Ids of the passages a person should look at next, those that tell the machine most first.

        decided: ids of passages that need no review.
        """
        ids, material = list(self.segments["segment_id"]), self.material
        corrected = Material(material.passages, material.answers, material.codes, learned.probabilities(material))
        done = self.segments["segment_id"].isin(decided).to_numpy(dtype=bool, copy=True)
        done |= self.segments["non_answer"].to_numpy() == 1
        people = list(self.segments["participant_id"])
        return [ids[row] for row in review_queue(corrected, people, done, size, self._disagreement())]

    def _disagreement(self) -> np.ndarray:
        """Share of the axes on which rules and heads do not say the same, for each passage."""
        picked = chosen(self.probabilities, self.heads.prior)
        said = {segment: set[str]() for segment in self.segments["segment_id"]}
        for segment, code in zip(self.rules["segment_id"], self.rules["code"], strict=True):
            said[segment].add(code)
        axes = [axis for axis in AXES if axis != "sentiment"]
        shares = []
        for row, segment in zip(picked, self.segments["segment_id"], strict=True):
            heads = {CODES[column] for column in np.flatnonzero(row) if not CODES[column].endswith(".none")}
            differ = [axis for axis in axes if _of(heads, axis) != _of(said[segment], axis)]
            shares.append(len(differ) / len(axes))
        return np.array(shares)


def _of(codes: set[str], axis: str) -> set[str]:
    return {code for code in codes if code.startswith(f"{axis}.") and code in CODES}


def prepare(
    segments: pd.DataFrame,
    codebook: Codebook,
    stage_of_question: Mapping[str, str],
    embedder: Embedder,
    sentiment: str = "lemmas",
) -> Machine:
    """Let every coder read the passages of table ``segments``; arguments as for `cjm_research.coding.code_segments`."""
    rules = suggest_keywords(segments, codebook, stage_of_question)
    feelings = suggest_sentiment(segments, sentiment, frozenset(stage_of_question))
    # The heads learned from all nine stages; a preset that joins some of them is applied afterwards.
    heard = suggest_keywords(segments, default_codebook()) if codebook.merged else rules
    heads, passages = open_heads(embedder.name), describe(segments, heard, embedder)
    told = tuple(stage_of_question.get(question, "") for question in segments["question"])
    found = heads.probabilities(passages)
    return Machine(segments, codebook, rules, feelings, told, passages, heads, found, embedder.name, sentiment)
