"""What a changed codebook changed: passages and people that codes gained and lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

__all__ = ["what_moved"]

_QUOTES = 3
_COLUMNS = (
    "code", "passages_before", "passages_after", "gained", "lost", "people_gained", "people_lost", "quotes_gained",
    "quotes_lost",
)  # fmt: skip


def what_moved(before: pd.DataFrame, after: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Compare the codings that count before and after a study was coded anew.

    before, after: tables ``codings``; rejected ones do not count. segments: table ``segments`` of both.
    A row a code that gained or lost a passage, those that moved most first: passages_before and passages_after,
    gained and lost (tuples of segment ids, in the order of the passages), people_gained and people_lost (people who
    had no passage with the code before, or have none now), quotes_gained and quotes_lost (at most three, each of
    another person).
    """
    old, new = _passages(before), _passages(after)
    people = dict(zip(segments["segment_id"], segments["participant_id"], strict=True))
    texts = dict(zip(segments["segment_id"], segments["text"], strict=True))
    rows: list[dict[str, Any]] = []
    for code in sorted({*old, *new}):
        had, has = old.get(code, set()), new.get(code, set())
        gained, lost = ([segment for segment in texts if segment in moved] for moved in (has - had, had - has))
        if not gained and not lost:
            continue
        were, are = {people.get(segment) for segment in had}, {people.get(segment) for segment in has}
        rows.append(
            {
                "code": code,
                "passages_before": len(had),
                "passages_after": len(has),
                "gained": tuple(gained),
                "lost": tuple(lost),
                "people_gained": len(are - were),
                "people_lost": len(were - are),
                "quotes_gained": _quotes(gained, people, texts),
                "quotes_lost": _quotes(lost, people, texts),
            }
        )
    rows.sort(key=lambda row: (-len(row["gained"]) - len(row["lost"]), row["code"]))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _passages(codings: pd.DataFrame) -> dict[str, set[str]]:
    valid = codings[codings["status"] != "rejected"]
    found: dict[str, set[str]] = {}
    for segment, code in zip(valid["segment_id"], valid["code"], strict=True):
        found.setdefault(code, set()).add(segment)
    return found


def _quotes(moved: Iterable[str], people: dict[str, str], texts: dict[str, str]) -> tuple[str, ...]:
    by_person: dict[str, str] = {}
    for segment in moved:
        by_person.setdefault(people[segment], texts[segment])
    return tuple(by_person.values())[:_QUOTES]
