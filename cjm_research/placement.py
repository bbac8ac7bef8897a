"""Where people's decisions stand now, whatever happened to transcripts and segments since they were made.

A decision is found by its words and their surroundings (`cjm_research.anchor`). Then:

- words that are a passage: it is on that passage;
- words within a passage of which the person had chosen a part: that part is a passage of its own;
- words within a passage otherwise (sentences were joined since): it is on that passage;
- words over several passages (a sentence was cut since): a rejection, and a code of an axis of which a passage has
  only one, is on each of them that is mostly within the words; any other code is on the words as a passage of its own;
- words that are gone, or that no participant says any more: stale. They stay listed until they are found again.

A transcript that is gone is taken to be renamed if all its decisions stand at the same places of one other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cjm_research.anchor import reanchor, renamed
from cjm_research.codebook import SINGLE
from cjm_research.segments import segment_id
from cjm_research.tables import SEGMENTS, check_table

__all__ = ["Placed", "place"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """Decisions beside the passages as they are now.

    decisions: those with a place, in order, ``segment_id``, ``transcript_id``, ``start``, ``end`` as they are now; one
    that is on several passages has a row for each. segments: table ``segments`` with the passages people made.
    inside: for each passage people made, the one it is part of. stale: decisions without a place, as they were, with
    ``reason``: ``gone`` (the words), ``no_file``, ``unsaid`` (by no participant). renamed: new name by old.
    """

    decisions: pd.DataFrame
    segments: pd.DataFrame
    inside: Mapping[str, str]
    stale: pd.DataFrame
    renamed: Mapping[str, str]


class _Passages:
    """Passages by transcript, and those that people made."""

    def __init__(self, segments: pd.DataFrame) -> None:
        self.by_transcript: dict[str, list[Row]] = {}
        for row in segments.to_dict("records"):
            self.by_transcript.setdefault(str(row["transcript_id"]), []).append(dict(row))  # type: ignore[arg-type]
        self.own: dict[tuple[str, int, int], Row] = {}
        self.inside: dict[str, str] = {}

    def touched(self, transcript: str, start: int, end: int) -> list[Row]:
        """Passages of the source that share characters with these words."""
        rows = self.by_transcript.get(transcript, [])
        return [row for row in rows if row["start"] < end and start < row["end"]]

    def make(self, transcript: str, span: tuple[int, int], text: str) -> str:
        """Id of the passage people made of these words, part of the one that shares most with them."""
        key = (transcript, *span)
        if key not in self.own:
            around = max(self.touched(transcript, *span), key=lambda row: _shared(row, *span))
            identifier = segment_id(transcript, *span, text)
            own = {"segment_id": identifier, "start": span[0], "end": span[1], "text": text, "non_answer": 0}
            self.own[key] = around | own
            self.inside[identifier] = str(around["segment_id"])
        return str(self.own[key]["segment_id"])


def _shared(row: Row, start: int, end: int) -> int:
    return min(int(row["end"]), end) - max(int(row["start"]), start)


def _was_part(decision: Row) -> bool:
    """Whether the person chose only part of a passage: then its id is not that of the words."""
    own = segment_id(decision["transcript_id"], decision["start"], decision["end"], decision["quote"])
    return own != str(decision["segment_id"])


def _passages_of(decision: Row, span: tuple[int, int], passages: _Passages, text: str) -> list[str]:
    """Ids of the passages a decision is on; none if no participant says the words any more."""
    transcript = str(decision["transcript_now"])
    touched = passages.touched(transcript, *span)
    if not touched:
        return []
    for row in touched:
        if (row["start"], row["end"]) == span:
            return [str(row["segment_id"])]
    own = passages.own.get((transcript, *span))
    if own:
        return [str(own["segment_id"])]
    around = [row for row in touched if row["start"] <= span[0] and span[1] <= row["end"]]
    if around and not _was_part(decision):
        return [str(around[0]["segment_id"])]
    if not around and (decision["verdict"] == "reject" or str(decision["code"]).split(".")[0] in SINGLE):
        within = [row for row in touched if 2 * _shared(row, *span) > row["end"] - row["start"]]
        return [str(row["segment_id"]) for row in within or [max(touched, key=lambda row: _shared(row, *span))]]
    return [passages.make(transcript, span, text[slice(*span)])]


def place(decisions: pd.DataFrame, segments: pd.DataFrame, texts: Mapping[str, str]) -> Placed:
    """Put decisions (table ``decisions``, only those that hold) on passages (table ``segments``).

    texts: normalised text of each transcript by its id.
    """
    if decisions.empty:
        return Placed(decisions, segments, {}, decisions.assign(reason=""), {})
    new_names = renamed(decisions, texts)
    now = decisions.assign(transcript_id=decisions["transcript_id"].replace(new_names))
    found = reanchor(now, texts)
    passages = _Passages(segments)
    rows: list[Row] = decisions.assign(transcript_now=now["transcript_id"]).to_dict("records")  # type: ignore[assignment]
    spans = [None if pd.isna(a) else (int(a), int(b)) for a, b in zip(found["start"], found["end"], strict=True)]
    # Parts first: a later decision on a part must find it made.
    order = sorted(range(len(rows)), key=lambda at: (not _was_part(rows[at]), at))
    places: dict[int, list[str]] = {}
    for at in order:
        span, text = spans[at], texts.get(rows[at]["transcript_now"], "")
        places[at] = _passages_of(rows[at], span, passages, text) if span else []
    placed, stale = list[Row](), list[Row]()
    for at, row in enumerate(rows):
        transcript, span = row.pop("transcript_now"), spans[at]
        if span is None or not places[at]:
            reason = "unsaid" if span else "gone" if transcript in texts else "no_file"
            stale.append(row | {"reason": reason})
            continue
        here = {"transcript_id": transcript, "start": span[0], "end": span[1]}
        placed += [row | here | {"segment_id": identifier} for identifier in places[at]]
    columns = list(decisions.columns)
    return Placed(
        pd.DataFrame(placed, columns=columns) if placed else decisions.iloc[:0],
        _with_own(segments, passages),
        passages.inside,
        pd.DataFrame(stale, columns=[*columns, "reason"]),
        new_names,
    )


def _with_own(segments: pd.DataFrame, passages: _Passages) -> pd.DataFrame:
    """Table ``segments`` with the passages people made, each after the one it is part of."""
    if not passages.own:
        return segments
    position = {identifier: at for at, identifier in enumerate(segments["segment_id"])}
    own = sorted(passages.own.values(), key=lambda row: (row["start"], row["end"]))
    table = pd.concat([segments, pd.DataFrame(own, columns=segments.columns)], ignore_index=True)
    after = [position[passages.inside.get(identifier, identifier)] for identifier in table["segment_id"]]
    order = sorted(range(len(table)), key=after.__getitem__)
    return check_table(SEGMENTS, table.iloc[order].reset_index(drop=True).astype(segments.dtypes.to_dict()))
