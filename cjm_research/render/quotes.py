"""Quotes with their source: who said it, in which file, where, and in answer to what."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from cjm_research.i18n import t

__all__ = ["Quote", "QuoteBook"]


@dataclass(frozen=True)
class Quote:
    """One passage and its place. ``before`` and ``after`` are the rest of its turn; offsets count code points."""

    id: str
    text: str
    participant: str
    path: str
    place: str
    transcript_id: str
    start: int
    end: int
    question: str
    before: str
    after: str
    lang: str

    @property
    def anchor(self) -> str:
        """Target of links to this quote within a report."""
        return f"q-{self.id}"

    @property
    def source(self) -> str:
        """Who and where, as short as a link needs; the code of a survey respondent ends in the row already."""
        return self.participant if "#" in self.transcript_id else f"{self.participant}, {self.place}"

    @property
    def file(self) -> str:
        """Name of the file, without its folders."""
        return PurePosixPath(self.path).name


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


class QuoteBook:
    """Finds the quote of a segment id, for one set of tables and one language of the report."""

    def __init__(self, segments: pd.DataFrame, turns: pd.DataFrame, transcripts: pd.DataFrame, lang: str) -> None:
        self._segments = {str(row["segment_id"]): row for row in segments.to_dict("records")}
        self._turns = {(row["transcript_id"], row["turn"]): row for row in turns.to_dict("records")}
        self._paths = dict(zip(transcripts["transcript_id"], transcripts["path"], strict=True))
        self._kinds = dict(zip(transcripts["transcript_id"], transcripts["kind"], strict=True))
        self._lang = lang

    def _place(self, transcript_id: str, turn: int, start_s: float) -> str:
        if self._kinds[transcript_id] == "survey":
            return t("map.place_row", self._lang, row=transcript_id.rpartition("#")[2])
        if not math.isnan(start_s):
            return _clock(start_s)
        return t("map.place_turn", self._lang, turn=turn)

    def quote(self, segment_id: str) -> Quote:
        """The passage with this id. Raises KeyError if the tables do not have it."""
        row = self._segments[segment_id]
        turn = self._turns[row["transcript_id"], row["turn"]]
        cut = row["start"] - turn["start"], row["end"] - turn["start"]
        return Quote(
            id=segment_id,
            text=row["text"],
            participant=row["participant_id"],
            path=self._paths[row["transcript_id"]],
            place=self._place(row["transcript_id"], row["turn"], row["start_s"]),
            transcript_id=row["transcript_id"],
            start=row["start"],
            end=row["end"],
            question=turn["question"],
            before=turn["text"][: cut[0]],
            after=turn["text"][cut[1] :],
            lang=row["language"],
        )

    def quotes(self, ids: Iterable[str]) -> list[Quote]:
        """The passages with these ids, in the order given."""
        return [self.quote(segment_id) for segment_id in ids]

    def in_source_order(self, ids: Iterable[str]) -> list[Quote]:
        """The passages with these ids, each once, by person, file and place."""
        found = self.quotes(dict.fromkeys(ids))
        return sorted(found, key=lambda quote: (quote.participant, quote.transcript_id, quote.start))
