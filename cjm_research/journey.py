"""The journey map as a table: persona × stage × lane × item.

The unit is the participant: passages are first summed up within a person, then
people are counted or averaged. A share is of the people of the persona who
*reached* the stage, that is, who said at least one thing about it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.personas import EVERYONE, UNASSIGNED
from cjm_research.stats import LEVEL, Interval, t_interval, wilson
from cjm_research.tables import CELLS, make_table

__all__ = ["LANES", "LOW_N", "MIN_N", "SCALE", "WHOLE", "map_journey", "person_sentiment"]

LANES = ("people", "channel", "sentiment", "emotion", "quote", "need", "expectation", "fear", "pain")
WHOLE = "*"
MIN_N, LOW_N = 3, 5
SCALE = (-2.0, 2.0)
_ITEM_AXES = {"channel": "channel", "emotion": "emotion", "pain": "pain"}
_WANTS = ("need", "expectation", "fear")
_GRADE_WEAK, _GRADE_MEDIUM = 1, 2
_QUOTES = 8


@dataclass(frozen=True)
class _Place:
    """Where a cell stands, and among how many people it is counted."""

    wave: str
    persona_id: str
    stage: str
    n: int


def person_sentiment(values: Iterable[float]) -> float:
    """A person's feeling at a stage: the mean of the passages that express one, 0 if none does.

    Plain facts are scored 0; averaging over them would pull everyone towards the middle and
    measure how talkative a person is, not how they felt.
    """
    felt = [value for value in values if value != 0]
    return math.fsum(felt) / len(felt) if felt else 0.0


def _coded_passages(segments: pd.DataFrame, codings: pd.DataFrame, participants: pd.DataFrame) -> pd.DataFrame:
    """One row per coding that is not rejected, with its passage, person, stage, wave and persona."""
    valid = codings[codings["status"] != "rejected"]
    stage = valid[valid["code"].str.startswith("stage.")].drop_duplicates("segment_id")
    stage_of = dict(zip(stage["segment_id"], stage["code"].str.removeprefix("stage."), strict=True))
    people = participants[["participant_id", "persona_id", "wave"]]
    rows = valid.merge(
        segments[["segment_id", "participant_id", "wave", "transcript_id", "start", "text"]], on="segment_id"
    )
    rows = rows.merge(people, on=["participant_id", "wave"])
    rows["stage"] = rows["segment_id"].map(stage_of).fillna("")
    # Sorting by the passage's place makes the result independent of the order of the rows given.
    return rows.sort_values(["transcript_id", "start", "code", "coder"], kind="stable")


def _coder_mix(rows: pd.DataFrame) -> str:
    kinds = Counter(rows["coder_kind"])
    total = sum(kinds.values())
    return ", ".join(f"{kind} {round(100 * kinds[kind] / total)}%" for kind in sorted(kinds))


def _strength(row: dict[str, object]) -> float:
    """How telling a passage is: strong feeling or intensity, sure coding, a length that reads well."""
    length = len(str(row["text"]))
    readable = 1.0 if 40 <= length <= 220 else 0.6
    value = float(str(row["value"]))
    return (1 + (0 if math.isnan(value) else abs(value))) * float(str(row["confidence"])) * readable


def rank_evidence(rows: pd.DataFrame) -> tuple[str, ...]:
    """Segment ids, most telling first, taking turns between people so that nobody speaks for all."""
    per_person: dict[str, list[tuple[float, str]]] = {}
    passages: list[dict[str, Any]] = rows.drop_duplicates("segment_id").to_dict("records")  # type: ignore[assignment]
    for row in passages:
        per_person.setdefault(str(row["participant_id"]), []).append((-_strength(row), str(row["segment_id"])))
    ranked = [
        (position, score, segment)
        for of_person in per_person.values()
        for position, (score, segment) in enumerate(sorted(of_person))
    ]
    return tuple(segment for _, _, segment in sorted(ranked))


def _cell(place: _Place, lane: str, item: str, rows: pd.DataFrame, result: Interval) -> dict[str, object]:
    """A cell with everything that is the same for all lanes; share lanes are complete with it."""
    k = int(rows["participant_id"].nunique())
    flags = [flag for flag, limit in (("hidden", MIN_N), ("low_n", LOW_N)) if place.n < limit]
    return {
        "wave": place.wave,
        "persona_id": place.persona_id,
        "stage": place.stage,
        "lane": lane,
        "item": item,
        "stat": "share",
        "value": result.value,
        "lo": result.lo,
        "hi": result.hi,
        "level": LEVEL,
        "method": "wilson",
        "unit": "share",
        "k": k,
        "n": place.n,
        "base_rule": "reached",
        "n_segments": int(rows["segment_id"].nunique()),
        "evidence_ids": rank_evidence(rows),
        "evidence_grade": 0 if k == 0 else _GRADE_WEAK if k < MIN_N else _GRADE_MEDIUM,
        "flags": tuple(flags),
        "coder_mix": _coder_mix(rows) if len(rows) else "",
    }


def _share(place: _Place, lane: str, item: str, rows: pd.DataFrame) -> dict[str, object]:
    return _cell(place, lane, item, rows, wilson(int(rows["participant_id"].nunique()), place.n))


def _sentiment(place: _Place, rows: pd.DataFrame) -> dict[str, object]:
    values = [person_sentiment(list(group["value"])) for _, group in rows.groupby("participant_id", sort=True)]
    result = t_interval(values, SCALE)
    n = len(values)
    felt = rows[rows["value"] != 0]
    cell = _cell(_Place(place.wave, place.persona_id, place.stage, n), "sentiment", "", rows, result)
    method = "none" if math.isnan(result.lo) else "t"
    return cell | {
        "stat": "mean", "method": method, "unit": "-2..2", "n_segments": len(felt), "evidence_ids": rank_evidence(felt)
    }  # fmt: skip


def _pain(place: _Place, item: str, rows: pd.DataFrame, barriers: set[str]) -> dict[str, object]:
    cell = _share(place, "pain", item, rows)
    intensity = rows.groupby("participant_id", sort=True)["value"].max().mean()
    stops = ("barrier",) if barriers & set(rows["segment_id"]) else ()
    return cell | {"intensity": float(intensity), "flags": (*cell["flags"], *stops)}  # type: ignore[misc]


def _quotes(place: _Place, rows: pd.DataFrame) -> dict[str, object]:
    """Passages that show the stage best: with a feeling and a theme, from as many people as there are."""
    telling = rows[(rows["code"] == "sentiment") & (rows["value"] != 0)]
    ids = rank_evidence(telling)[:_QUOTES]
    chosen = rows[rows["segment_id"].isin(ids)]
    cell = _share(place, "quote", "", chosen)
    nothing = {"stat": "count", "value": float(len(ids)), "lo": math.nan, "hi": math.nan, "level": math.nan}
    return cell | nothing | {"method": "none", "unit": "people", "evidence_ids": ids}


def _stage_cells(place: _Place, rows: pd.DataFrame) -> list[dict[str, object]]:
    cells = []
    scored = rows[rows["code"] == "sentiment"]
    if len(scored):
        cells += [_sentiment(place, scored), _quotes(place, rows)]
    barriers = set(rows.loc[rows["code"] == "flag.barrier", "segment_id"])
    any_pain = rows[rows["code"].str.startswith("pain.")]
    if len(any_pain):
        cells.append(_pain(place, "", any_pain, barriers))
    for lane, axis in _ITEM_AXES.items():
        of_axis = rows[rows["code"].str.startswith(f"{axis}.")]
        for code, group in of_axis.groupby("code", sort=True):
            item = str(code).removeprefix(f"{axis}.")
            cells.append(_pain(place, item, group, barriers) if lane == "pain" else _share(place, lane, item, group))
    cells += [_share(place, want, "", group) for want in _WANTS if len(group := rows[rows["code"] == f"want.{want}"])]
    return cells


def _persona_cells(group: _Place, rows: pd.DataFrame, stages: list[str]) -> list[dict[str, object]]:
    """Cells of one wave and persona, for the whole journey and stage by stage; ``group.n`` counts its people."""
    whole = replace(group, stage=WHOLE)
    cells = [_share(whole, "people", "", rows) | {"base_rule": "persona"}]
    cells += [cell | {"base_rule": "persona"} for cell in _stage_cells(whole, rows)]
    for stage in stages:
        at_stage = rows[rows["stage"] == stage]
        people = _share(replace(group, stage=stage), "people", "", at_stage) | {"base_rule": "persona"}
        cells.append(people)
        if len(at_stage):
            cells += _stage_cells(replace(group, stage=stage, n=int(str(people["k"]))), at_stage)
    return cells


def map_journey(
    segments: pd.DataFrame, codings: pd.DataFrame, participants: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Make the table ``cells`` from segments, codings and participants with their personas.

    One set of cells for every wave and persona, for everyone together (``*``) and for the people
    in no persona (``-``). The order of the rows given does not matter; equal input gives equal cells.
    """
    rows = _coded_passages(segments, codings, participants)
    order = {lane: position for position, lane in enumerate(LANES)}
    stages = [code.code for code in codebook.stages]
    place = {stage: position for position, stage in enumerate([WHOLE, *stages])}
    cells: list[dict[str, object]] = []
    for wave in sorted(set(participants["wave"])):
        of_wave = participants[participants["wave"] == wave]
        named = sorted(set(of_wave["persona_id"]) - {UNASSIGNED})
        for persona in [EVERYONE, *named, *([UNASSIGNED] if (of_wave["persona_id"] == UNASSIGNED).any() else [])]:
            members = of_wave if persona == EVERYONE else of_wave[of_wave["persona_id"] == persona]
            theirs = rows[(rows["wave"] == wave) & rows["participant_id"].isin(members["participant_id"])]
            found = _persona_cells(_Place(wave, persona, "", len(members)), theirs, stages)
            cells += sorted(found, key=lambda cell: (place[str(cell["stage"])], order[str(cell["lane"])]))
    return make_table(CELLS, cells)
