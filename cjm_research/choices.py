"""What a person chooses for a passage becomes a decision that can be found again when the transcript is edited."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cjm_research.anchor import context
from cjm_research.codebook import Codebook
from cjm_research.errors import Problems
from cjm_research.store.decision import Decision

__all__ = ["Choice", "make_decisions"]

_VERSION = 12  # characters of the codebook's fingerprint
# Lowest and highest value by axis, and the sentence for any other.
_VALUES = {"sentiment": (-2.0, 2.0, "store.value_sentiment"), "pain": (1.0, 3.0, "store.value_pain")}


@dataclass(frozen=True)
class Choice:
    """What a person says of one code of one passage.

    verdict: ``accept`` or ``reject`` a suggestion, ``add`` a code, ``change`` the value, or the code of an axis with
    one code. value: sentiment −2…+2, intensity of a pain 1…3; not said when a suggestion is accepted, it stays as
    suggested. words: offsets (code points, half-open, into the transcript) if the code is only for part of the passage.
    """

    segment_id: str
    code: str
    verdict: str
    value: float = math.nan
    memo: str = ""
    words: tuple[int, int] | None = None


def make_decisions(
    choices: Iterable[Choice], coder: str, segments: pd.DataFrame, texts: Mapping[str, str], codebook: Codebook
) -> list[Decision]:
    """Decisions of a person from what they chose, in the same order.

    segments: table ``segments``; texts: text of each transcript by its id. Raises CjmError with every choice that
    names a passage or code that is not there, or a value or words that do not fit.
    """
    problems, decisions, version = Problems(), list[Decision](), codebook.fingerprint[:_VERSION]
    wanted = list(choices)
    rows: list[dict[str, Any]] = segments[segments["segment_id"].isin([c.segment_id for c in wanted])].to_dict(
        "records"
    )  # type: ignore[assignment]
    passages = {row["segment_id"]: row for row in rows}
    for choice in wanted:
        passage = passages.get(choice.segment_id)
        if passage is None:
            problems.add("store.unknown_segment", id=choice.segment_id)
            continue
        start, end = choice.words or (passage["start"], passage["end"])
        if not passage["start"] <= start < end <= passage["end"]:
            problems.add("store.bad_words", id=choice.segment_id, start=start, end=end)
            continue
        _check(choice, codebook, problems)
        text = texts[passage["transcript_id"]]
        before, after = context(text, start, end)
        decisions.append(
            Decision(
                coder=coder,
                segment_id=choice.segment_id,
                transcript_id=passage["transcript_id"],
                start=int(start),
                end=int(end),
                quote=text[start:end],
                code=choice.code,
                verdict=choice.verdict,
                value=float(choice.value),
                memo=choice.memo,
                before=before,
                after=after,
                codebook_version=version,
            )
        )
    problems.raise_if_any()
    return decisions


def _check(choice: Choice, codebook: Codebook, problems: Problems) -> None:
    """Note a code that the codebook does not have, and a value that the code cannot have."""
    axis, value = choice.code.partition(".")[0], choice.value
    if choice.code != "sentiment" and codebook.get(choice.code) is None:
        known = [code.id for code in codebook.codes]
        nearest = " / ".join(difflib.get_close_matches(choice.code, known, n=1) or known[:3])
        problems.add("store.unknown_code", code=choice.code, nearest=nearest)
        return
    low, high, sentence = _VALUES.get(axis, (math.nan, math.nan, "store.value_none"))
    needed = axis == "sentiment" and choice.verdict in ("add", "change")
    if (math.isnan(value) and needed) or not (math.isnan(value) or low <= value <= high):
        problems.add(sentence, choice.segment_id, code=choice.code, value="–" if math.isnan(value) else value)
