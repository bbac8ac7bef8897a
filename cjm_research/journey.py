"""The journey map as a table: persona × stage × lane × item.

The unit is the participant: passages are first summed up within a person, then
people are counted or averaged. A share is of the people of the persona who
*reached* the stage, that is, who said at least one thing about it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.personas import EVERYONE, UNASSIGNED
from cjm_research.review import counted
from cjm_research.stats import LEVEL, Interval, t_interval, wilson
from cjm_research.tables import CELLS, make_table

__all__ = ["LANES", "LOW_N", "MIN_N", "SCALE", "WHOLE", "map_journey", "person_sentiment"]

LANES = ("people", "channel", "sentiment", "emotion", "quote", "need", "expectation", "fear", "pain")
WHOLE = "*"
MIN_N, LOW_N = 3, 5
SCALE = (-2.0, 2.0)
_SHARED = ("channel", "emotion")
_GRADE_WEAK, _GRADE_MEDIUM = 1, 2
_READABLE = (40, 220)  # characters


@dataclass(frozen=True)
class _Place:
    """Where a cell stands, and among how many people it is counted."""

    wave: str
    persona_id: str
    stage: str
    n: int


class _Coded(NamedTuple):
    """One coding that counts, with its person and the stages of its passage: none, one, or several if disputed."""

    segment_id: str
    person: str
    stages: tuple[str, ...]
    code: str
    value: float
    coder_kind: str
    strength: float
    disputed: bool


def person_sentiment(values: Iterable[float]) -> float:
    """A person's feeling at a stage: the mean of the passages that express one, 0 if none does.

    Plain facts are scored 0; averaging over them would pull everyone towards the middle and
    measure how talkative a person is, not how they felt.
    """
    felt = [value for value in values if value != 0]
    return math.fsum(felt) / len(felt) if felt else 0.0


def _strength(text: str, value: float, confidence: float) -> float:
    """How telling a passage is: strong feeling or intensity, sure coding, a length that reads well."""
    readable = 1.0 if _READABLE[0] <= len(text) <= _READABLE[1] else 0.6
    return (1 + (0 if math.isnan(value) else abs(value))) * confidence * readable


def _coded_passages(
    segments: pd.DataFrame, codings: pd.DataFrame, codebook: Codebook
) -> dict[tuple[str, str], list[_Coded]]:
    """Codings that count by person and wave, in the order of the sources whatever the order of the rows given."""
    valid = counted(codings, codebook)
    staged = valid[valid["code"].str.startswith("stage.")].sort_values("code")
    stages_of: dict[str, tuple[str, ...]] = {}
    for segment, code in zip(staged["segment_id"], staged["code"].str.removeprefix("stage."), strict=True):
        stages_of[segment] = (*stages_of.get(segment, ()), code)
    columns = ["segment_id", "participant_id", "wave", "transcript_id", "start", "text"]
    rows = valid.merge(segments[columns], on="segment_id")
    rows = rows.sort_values(["transcript_id", "start", "code", "coder"], kind="stable")
    found: dict[tuple[str, str], list[_Coded]] = {}
    for row in rows.to_dict("records"):
        coded = _Coded(
            segment_id=row["segment_id"],
            person=row["participant_id"],
            stages=stages_of.get(row["segment_id"], ()),
            code=row["code"],
            value=row["value"],
            coder_kind=row["coder_kind"],
            strength=_strength(row["text"], row["value"], row["confidence"]),
            disputed=row["status"] == "disputed",
        )
        found.setdefault((coded.person, row["wave"]), []).append(coded)
    return found


def _by(rows: Iterable[_Coded], key: Callable[[_Coded], str]) -> dict[str, list[_Coded]]:
    """Rows grouped by a key, keys in alphabetical order."""
    groups: dict[str, list[_Coded]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return dict(sorted(groups.items()))


def rank_evidence(rows: Sequence[_Coded]) -> tuple[str, ...]:
    """Segment ids, most telling first, taking turns between people so that nobody speaks for all."""
    ranked = []
    for of_person in _by(rows, lambda row: row.person).values():
        best: dict[str, float] = {}
        for row in of_person:
            best[row.segment_id] = max(best.get(row.segment_id, 0.0), row.strength)
        order = sorted((-strength, segment) for segment, strength in best.items())
        ranked += [(position, strength, segment) for position, (strength, segment) in enumerate(order)]
    return tuple(segment for _, _, segment in sorted(ranked))


def _coder_mix(rows: Sequence[_Coded]) -> str:
    kinds = Counter(row.coder_kind for row in rows)
    return ", ".join(f"{kind} {round(100 * kinds[kind] / len(rows))}%" for kind in sorted(kinds))


def _cell(place: _Place, lane: str, item: str, rows: Sequence[_Coded], result: Interval) -> dict[str, object]:
    """A cell with everything that is the same for all lanes; share lanes are complete with it."""
    k = len({row.person for row in rows})
    flags = {"hidden": place.n < MIN_N, "low_n": place.n < LOW_N, "disputed": any(row.disputed for row in rows)}
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
        "base_rule": "persona" if place.stage == WHOLE or lane == "people" else "reached",
        "n_segments": len({row.segment_id for row in rows}),
        "evidence_ids": rank_evidence(rows),
        "evidence_grade": 0 if k == 0 else _GRADE_WEAK if k < MIN_N else _GRADE_MEDIUM,
        "flags": tuple(flag for flag, holds in flags.items() if holds),
        "coder_mix": _coder_mix(rows),
        "k_barrier": 0,
    }


def _share(place: _Place, lane: str, item: str, rows: Sequence[_Coded]) -> dict[str, object]:
    return _cell(place, lane, item, rows, wilson(len({row.person for row in rows}), place.n))


def _sentiment(place: _Place, rows: Sequence[_Coded]) -> dict[str, object]:
    """Mean feeling: n people whose words could be scored, k of them voiced a feeling, its evidence what they said."""
    people = _by(rows, lambda row: row.person)
    result = t_interval([person_sentiment(row.value for row in group) for group in people.values()], SCALE)
    cell = _cell(replace(place, n=len(people)), "sentiment", "", rows, result)
    felt = [row for row in rows if row.value != 0]
    method = "none" if math.isnan(result.lo) else "t"
    own: dict[str, object] = {"stat": "mean", "method": method, "unit": "-2..2", "k": len({row.person for row in felt})}
    return cell | own | {"n_segments": len({row.segment_id for row in felt}), "evidence_ids": rank_evidence(felt)}


def _pain(place: _Place, item: str, rows: Sequence[_Coded], barriers: set[str]) -> dict[str, object]:
    """Share of people with a pain; intensity is the strongest mention of each person, averaged over them."""
    known = _by((row for row in rows if not math.isnan(row.value)), lambda row: row.person)
    strongest = [max(row.value for row in group) for group in known.values()]
    cell = _share(place, "pain", item, rows)
    stopped = len({row.person for row in rows if row.segment_id in barriers})
    intensity = math.fsum(strongest) / len(strongest) if strongest else math.nan
    return cell | {"intensity": intensity, "k_barrier": stopped}


def _quotes(place: _Place, rows: Sequence[_Coded]) -> dict[str, object]:
    """Passages with the strongest feeling, from as many people as there are; counts the people quoted."""
    ids = rank_evidence([row for row in rows if row.code == "sentiment" and row.value != 0])
    cell = _share(place, "quote", "", [row for row in rows if row.segment_id in ids])
    nothing = {"lo": math.nan, "hi": math.nan, "level": math.nan, "method": "none"}
    return cell | nothing | {"stat": "count", "value": float(str(cell["k"])), "unit": "people", "evidence_ids": ids}


def _stage_cells(place: _Place, rows: Sequence[_Coded]) -> list[dict[str, object]]:
    cells = []
    codes = _by(rows, lambda row: row.code)
    if "sentiment" in codes:
        cells += [_sentiment(place, codes["sentiment"]), _quotes(place, rows)]
    barriers = {row.segment_id for row in codes.get("flag.barrier", [])}
    if pains := [row for row in rows if row.code.startswith("pain.")]:
        cells.append(_pain(place, "", pains, barriers))
    for code, group in codes.items():
        axis, _, item = code.partition(".")
        if axis == "pain":
            cells.append(_pain(place, item, group, barriers))
        elif axis in _SHARED:
            cells.append(_share(place, axis, item, group))
        elif axis == "want":
            cells.append(_share(place, item, "", group))
    return cells


def _persona_cells(group: _Place, rows: Sequence[_Coded], stages: Sequence[str]) -> list[dict[str, object]]:
    """Cells of one wave and persona, for the whole journey and stage by stage; ``group.n`` counts its people."""
    whole = replace(group, stage=WHOLE)
    cells = [_share(whole, "people", "", rows), *_stage_cells(whole, rows)]
    for stage in stages:
        place, own = replace(group, stage=stage), [row for row in rows if stage in row.stages]
        people = _share(place, "people", "", own)
        cells += [people, *_stage_cells(replace(place, n=int(str(people["k"]))), own)]
    return cells


def map_journey(
    segments: pd.DataFrame, codings: pd.DataFrame, participants: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Make the table ``cells`` from segments, codings and participants with their personas.

    One set of cells for every wave and persona, for everyone together (``*``) and for the people
    in no persona (``-``). Of the codings those count that `cjm_research.review.counted` tells; a passage whose stage is
    disputed is at each of the stages. The order of the rows given does not matter; equal input gives equal cells.
    """
    coded = _coded_passages(segments, codings, codebook)
    stages = [code.code for code in codebook.stages]
    order = [*product([WHOLE, *stages], LANES)]
    cells: list[dict[str, object]] = []
    for wave in sorted(set(participants["wave"])):
        of_wave = participants[participants["wave"] == wave].sort_values("participant_id")
        groups = {EVERYONE: list(of_wave["participant_id"])}
        for persona in sorted(set(of_wave["persona_id"]), key=lambda p: (p == UNASSIGNED, p)):
            groups[persona] = list(of_wave.loc[of_wave["persona_id"] == persona, "participant_id"])
        for persona, people in groups.items():
            rows = [row for person in people for row in coded.get((person, wave), [])]
            found = _persona_cells(_Place(wave, persona, "", len(people)), rows, stages)
            cells += sorted(found, key=lambda cell: order.index((str(cell["stage"]), str(cell["lane"]))))
    return make_table(CELLS, cells)
