"""What people decided, folded into what machines suggested.

Each person's word: of several decisions of a person on one code of a passage the last that holds counts; stage,
emotion and sentiment are of an axis with one code a passage, so there the last code replaces the others.

Several people: a decision of the coder ``consensus`` counts alone. Else the majority does, of those who said
something about the code; on an axis with one code, the code most people chose, if as many chose it as rejected it or
more. Where they are as many for it as against it, or as many for one code as for another, the code (or each of them)
stays and is marked *disputed*. Their sentiments, where no value has a majority, are averaged and marked.

Machines: a suggestion has the status that people gave its code. Where people gave a passage a code of an axis with
one code, the machine's other codes of this axis are rejected. Where nobody said anything, the surest suggestion counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cjm_research.codebook import SINGLE, Codebook
from cjm_research.placement import Placed
from cjm_research.tables import CODINGS, check_table, empty_table, make_table

__all__ = ["CONSENSUS", "counted", "fold", "unknown_codes"]

CONSENSUS = "consensus"
Row = dict[str, Any]


@dataclass(frozen=True)
class _Outcome:
    """What people together say of a code of a passage."""

    status: str
    value: float = math.nan


def _axis(code: str) -> str:
    return code.partition(".")[0]


def _known(code: str, codebook: Codebook) -> str:
    """The code as the codebook has it now (a stage may be merged into another), empty if it has it no more."""
    found = codebook.get(code)
    return code if code == "sentiment" else found.id if found else ""


def unknown_codes(decisions: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Codes that people decided on and the codebook does not have (any more); their decisions wait."""
    return sorted({code for code in decisions["code"] if not _known(code, codebook)})


def _of_people(placed: Placed, codebook: Codebook) -> list[Row]:
    """The codings of each person, one row per passage, code and person."""
    last: dict[tuple[str, str, str], Row] = {}
    chosen: dict[tuple[str, str, str], str] = {}
    rows: list[Row] = placed.decisions.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        code = _known(row["code"], codebook)
        if not code:
            continue
        key = (row["segment_id"], code, row["coder"])
        last.pop(key, None)
        last[key] = row | {"code": code}
        if row["verdict"] != "reject":
            chosen[row["segment_id"], _axis(code), row["coder"]] = code
    places = zip(placed.segments["start"], placed.segments["end"], strict=True)
    spans = dict(zip(placed.segments["segment_id"], places, strict=True))
    return [
        {
            "segment_id": segment,
            "code": code,
            "value": row["value"],
            "coder": coder,
            "coder_kind": "human",
            "confidence": 1.0,
            "evidence": _within(row, *spans[segment]),
            "status": "rejected" if row["verdict"] == "reject" else "accepted",
            "memo": row["memo"],
        }
        for (segment, code, coder), row in last.items()
        if row["verdict"] == "reject" or _axis(code) not in SINGLE or chosen[segment, _axis(code), coder] == code
    ]


def _within(row: Row, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The words decided on, if they are less than the passage."""
    span = max(row["start"], start), min(row["end"], end)
    return () if span == (start, end) else (span,)


def _outcomes(codings: pd.DataFrame) -> dict[tuple[str, str], _Outcome]:
    """What people together say, by passage and code."""
    people: dict[tuple[str, str], list[Row]] = {}
    rows: list[Row] = codings[codings["coder_kind"] == "human"].to_dict("records")  # type: ignore[assignment]
    for row in rows:
        people.setdefault((row["segment_id"], _axis(row["code"])), []).append(row)
    outcomes: dict[tuple[str, str], _Outcome] = {}
    for (segment, axis), of_axis in people.items():
        told = [row for row in of_axis if row["coder"] == CONSENSUS]
        agreed = {row["code"] for row in told}
        rest = [row for row in of_axis if row["code"] not in agreed]
        found = _vote(told, axis) | _vote(rest, axis)
        if axis in SINGLE and any(row["status"] == "accepted" for row in told):
            found |= {row["code"]: _Outcome("rejected") for row in rest}
        outcomes |= {(segment, code): outcome for code, outcome in found.items()}
    return outcomes


def _vote(rows: list[Row], axis: str) -> dict[str, _Outcome]:
    """Outcome of each code of an axis that somebody said something about."""
    pro = Counter(row["code"] for row in rows if row["status"] == "accepted")
    con = Counter(row["code"] for row in rows if row["status"] == "rejected")
    most = max(pro.values(), default=0)
    leading, single = [code for code in pro if pro[code] == most], axis in SINGLE
    outcomes = {}
    for code in {**pro, **con}:
        behind = pro[code] < con[code] or (single and pro[code] < most)
        equal = pro[code] == con[code] or (single and len(leading) > 1)
        status = "rejected" if behind else "disputed" if equal else "accepted"
        values = [row["value"] for row in rows if row["code"] == code and row["status"] == "accepted"]
        value, agreed = _common([value for value in values if not math.isnan(value)])
        if code == "sentiment" and status == "accepted" and not agreed:
            status = "disputed"
        outcomes[code] = _Outcome(status, value)
    return outcomes


def _common(values: list[float]) -> tuple[float, bool]:
    """The value that more than half gave, else the mean; and whether it is the former."""
    if not values:
        return math.nan, True
    value, times = Counter(values).most_common(1)[0]
    return (value, True) if 2 * times > len(values) else (math.fsum(values) / len(values), False)


def fold(machine: pd.DataFrame, placed: Placed, codebook: Codebook) -> pd.DataFrame:
    """Table ``codings``: the machines' with the status people gave them, then each person's own.

    machine: table ``codings`` of the machine coders. A person who accepted a suggestion without a value means the
    suggested one. A passage that is part of another is at the other's stage unless a person gave it one.
    """
    people = make_table(CODINGS, _with_values(_of_people(placed, codebook), machine))
    # A person who goes by the name of a machine coder must not stop the study.
    people["coder"] = people["coder"].where(~people["coder"].isin(list(set(machine["coder"]))), people["coder"] + "*")
    if people.empty and not placed.inside:
        return machine
    outcomes = _outcomes(people)
    settled = {(segment, _axis(code)) for (segment, code), found in outcomes.items() if found.status != "rejected"}
    statuses = []
    for segment, code, status in zip(machine["segment_id"], machine["code"], machine["status"], strict=True):
        found = outcomes.get((segment, code))
        if found is None:
            other = _axis(code) in SINGLE and (segment, _axis(code)) in settled
            statuses.append("rejected" if other else status)
        else:
            statuses.append(found.status)
    told = pd.concat([machine.assign(status=pd.Series(statuses, index=machine.index, dtype="str")), people])
    return check_table(CODINGS, pd.concat([told, _stages_within(told, placed.inside)], ignore_index=True))


def _with_values(people: list[Row], machine: pd.DataFrame) -> list[Row]:
    surest = machine.sort_values(["confidence", "coder"], ascending=[True, False], kind="stable")
    values = dict(zip(zip(surest["segment_id"], surest["code"], strict=True), surest["value"], strict=True))
    for row in people:
        if math.isnan(row["value"]) and row["status"] == "accepted":
            row["value"] = values.get((row["segment_id"], row["code"]), math.nan)
    return people


def _stages_within(codings: pd.DataFrame, inside: Mapping[str, str]) -> pd.DataFrame:
    """Stages of the parts that people made of passages and gave no stage themselves."""
    staged = codings[codings["code"].str.startswith("stage.")]
    given = set(staged.loc[staged["status"] == "accepted", "segment_id"])
    parts = pd.DataFrame([*inside.items()], columns=["part", "segment_id"])
    rows = parts[~parts["part"].isin(list(given))].merge(staged, on="segment_id")
    rows = rows.assign(segment_id=rows["part"], evidence=pd.Series([()] * len(rows), dtype="object"))
    return rows[codings.columns] if len(rows) else empty_table(CODINGS)


def counted(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The codings that count: one row per passage and code, one code on stage, emotion and sentiment unless disputed.

    What people settled counts as theirs, with status ``accepted`` or ``disputed``; else the surest suggestion counts.
    Of equally sure ones the code that stands first in the codebook does. Rows keep their order.
    """
    valid = codings[codings["status"] != "rejected"]
    axis = valid["code"].map({code: _axis(code) for code in valid["code"].unique()})
    human = valid["coder_kind"] == "human"
    order = {code.id: at for at, code in enumerate(codebook.codes)}
    ranked = valid.assign(
        axis=axis.where(axis.isin(SINGLE), valid["code"]),
        suggested=valid["status"] == "suggested",
        unsure=-valid["confidence"],
        order=valid["code"].map(lambda code: order.get(code, len(order))),
    )[~human].sort_values(["suggested", "unsure", "order", "coder"], kind="stable")
    surest = ranked.drop_duplicates(["segment_id", "axis"])
    if not (codings["coder_kind"] == "human").any():
        return valid.loc[surest.index.sort_values()]
    outcomes = _outcomes(codings)
    settled = {(s, _axis(c) if _axis(c) in SINGLE else c) for (s, c), o in outcomes.items() if o.status != "rejected"}
    free = [
        (segment, axis) not in settled and (segment, code) not in outcomes
        for segment, axis, code in zip(surest["segment_id"], surest["axis"], surest["code"], strict=True)
    ]
    people = valid[human].sort_values("coder").drop_duplicates(["segment_id", "code"])
    said = [outcomes[key] for key in zip(people["segment_id"], people["code"], strict=True)]
    people = people.assign(status=[o.status for o in said], value=[o.value for o in said])
    people = people[people["status"] != "rejected"]
    return pd.concat([valid.loc[surest.index[free]], people]).sort_index()
