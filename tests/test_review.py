"""What people decided counts before what machines suggest; who undoes has exactly what was before."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.history import decisions_hash, holding, last_to_redo, last_to_undo, undos_of
from cjm_research.placement import Placed, place
from cjm_research.review import counted, fold, unknown_codes
from cjm_research.segments import segment_id
from cjm_research.store.decision import Decision
from cjm_research.tables import CODINGS, DECISIONS, SEGMENTS, make_table, to_csv

BOOK = default_codebook("classic-4")
TEXT = "Too dear. I left. Then a friend rang."
WORDS = ("Too dear.", "I left.", "Then a friend rang.")
NO = math.nan


def passages() -> pd.DataFrame:
    """Three passages of one transcript."""
    rows: list[dict[str, object]] = []
    for words in WORDS:
        start = TEXT.index(words)
        end = start + len(words)
        own = {"segment_id": segment_id("a.txt", start, end, words), "start": start, "end": end, "text": words}
        rows.append(own | {"transcript_id": "a.txt", "turn": 1, "participant_id": "P1", "language": "en", "wave": "w1"})
    return make_table(SEGMENTS, rows)


SEGMENTS_NOW = passages()
IDS = SEGMENTS_NOW["segment_id"].tolist()


def suggestion(code: str, at: int = 0, value: float = NO, **fields: object) -> dict[str, object]:
    """One coding of a machine."""
    own = {"segment_id": IDS[at], "code": code, "value": value, "coder": "rules 1", "coder_kind": "rule"}
    return own | {"confidence": 0.5, "status": "suggested"} | fields


MACHINE = make_table(
    CODINGS,
    [
        suggestion("stage.purchase"),
        suggestion("pain.price", value=2.0),
        suggestion("sentiment", value=-1.0),
        suggestion("stage.purchase", at=1),
        suggestion("channel.phone", at=2),
    ],
)


def said(code: str, verdict: str, coder: str = "anna", at: int = 0, value: float = NO) -> Decision:
    """A decision on a passage."""
    row = SEGMENTS_NOW.iloc[at]
    where = (row["segment_id"], row["transcript_id"], int(row["start"]), int(row["end"]), row["text"])
    return Decision(coder, *where, code, verdict, value)


def listed(decisions: list[Decision]) -> pd.DataFrame:
    """Table ``decisions``, as if saved one after the other."""
    return make_table(
        DECISIONS, [asdict(one) | {"time": f"2026-01-01T00:00:00.{at:06d}Z"} for at, one in enumerate(decisions)]
    )


def placed(decisions: list[Decision]) -> Placed:
    """Decisions that hold, on the passages."""
    return place(holding(listed(decisions)), SEGMENTS_NOW, {"a.txt": TEXT})


def folded(*decisions: Decision) -> pd.DataFrame:
    """The codings after these decisions."""
    return fold(MACHINE, placed(list(decisions)), BOOK)


def codes(codings: pd.DataFrame, at: int = 0) -> dict[str, str]:
    """Status by code and coder of one passage."""
    of_passage = codings[codings["segment_id"] == IDS[at]]
    return {f"{row.code} {row.coder}": row.status for row in of_passage.itertuples()}


def counts(*decisions: Decision, at: int = 0) -> dict[str, tuple[str, float, str]]:
    """What counts for one passage: status, value and kind of coder by code."""
    table = counted(folded(*decisions), BOOK)
    of_passage = table[table["segment_id"] == IDS[at]]
    assert not of_passage["code"].duplicated().any()
    return {row.code: (row.status, row.value, row.coder_kind) for row in of_passage.itertuples()}


def test_without_decisions_suggestions_stay_as_they_are() -> None:
    """Nothing is copied, marked or moved."""
    assert folded() is MACHINE
    assert counted(MACHINE, BOOK).equals(MACHINE)


def test_acceptance_and_rejection_mark_the_suggestion_and_stand_beside_it() -> None:
    """The person's coding is a row of its own, sure, of kind human; an accepted value is the suggested one."""
    found = folded(said("pain.price", "accept"), said("stage.purchase", "reject"))
    assert codes(found) == {
        "stage.purchase rules 1": "rejected",
        "pain.price rules 1": "accepted",
        "sentiment rules 1": "suggested",
        "pain.price anna": "accepted",
        "stage.purchase anna": "rejected",
    }
    own = found[found["coder"] == "anna"]
    assert set(own["coder_kind"]) == {"human"}
    assert set(own["confidence"]) == {1.0}
    assert own["value"].tolist()[0] == 2.0
    assert set(counts(said("pain.price", "accept"), said("stage.purchase", "reject"))) == {"pain.price", "sentiment"}


def test_the_last_decision_of_a_person_counts() -> None:
    """Accepted, then rejected, then accepted with another value: the last word holds."""
    found = counts(said("pain.price", "accept"), said("pain.price", "reject"), said("pain.price", "change", value=3.0))
    assert found["pain.price"] == ("accepted", 3.0, "human")


@pytest.mark.parametrize(("first", "then"), [("stage.decision", "stage.awareness"), ("emotion.joy", "emotion.anger")])
def test_a_person_has_one_stage_and_one_emotion_for_a_passage(first: str, then: str) -> None:
    """A new one replaces the person's earlier one and the machine's; several pains stay."""
    found = folded(said(first, "add"), said("pain.delay", "add"), said(then, "change"))
    valid = codes(found[found["status"] != "rejected"])
    assert [code for code in valid if code.startswith(first.partition(".")[0])] == [f"{then} anna"]
    assert {"pain.price rules 1", "pain.delay anna"} <= set(valid)
    assert f"{first} anna" not in codes(found)


def test_a_persons_stage_wins_over_the_machines() -> None:
    """Also if the machine's was never looked at; other passages keep theirs."""
    found = folded(said("stage.awareness", "add"))
    assert codes(found)["stage.purchase rules 1"] == "rejected"
    assert codes(found, at=1) == {"stage.purchase rules 1": "suggested"}
    assert counts(said("stage.awareness", "add"))["stage.awareness"][0] == "accepted"


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ({"anna": "add", "boris": "reject"}, "disputed"),
        ({"anna": "add", "boris": "reject", "clara": "add"}, "accepted"),
        ({"anna": "add", "boris": "reject", "clara": "reject"}, "rejected"),
        ({"anna": "add", "boris": "add", "clara": "add", "consensus": "reject"}, "rejected"),
        ({"anna": "reject", "boris": "reject", "consensus": "add"}, "accepted"),
        ({"anna": "add", "boris": "add"}, "accepted"),
    ],
)
def test_of_several_people_consensus_counts_then_the_majority(verdicts: dict[str, str], status: str) -> None:
    """Without either the code stays and is disputed; everybody's own word stays in the table."""
    decisions = [said("pain.price", verdict, coder) for coder, verdict in verdicts.items()]
    assert counts(*decisions).get("pain.price", ("rejected",))[0] == status
    found = codes(folded(*decisions))
    assert found["pain.price rules 1"] == status
    own = {coder: found[f"pain.price {coder}"] for coder in verdicts}
    assert own == {coder: {"add": "accepted", "reject": "rejected"}[verdict] for coder, verdict in verdicts.items()}


@pytest.mark.parametrize(
    ("stages", "counting"),
    [
        ({"anna": "awareness", "boris": "use"}, {"awareness": "disputed", "use": "disputed"}),
        ({"anna": "awareness", "boris": "use", "clara": "use"}, {"use": "accepted"}),
        ({"anna": "awareness", "boris": "use", "consensus": "decision"}, {"decision": "accepted"}),
        ({"anna": "awareness", "boris": "purchase", "clara": "purchase", "consensus": "awareness"},
         {"awareness": "accepted"}),
    ],
)  # fmt: skip
def test_people_who_name_different_stages(stages: dict[str, str], counting: dict[str, str]) -> None:
    """Consensus, else the stage most named, else each of them, disputed; the machine's other stage is gone."""
    book = default_codebook("lifecycle-7")
    wanted = {code.code for code in book.stages}
    decisions = [said(f"stage.{stage}", "add", coder) for coder, stage in stages.items()]
    table = counted(fold(MACHINE, placed(decisions), book), book)
    of_passage = table[(table["segment_id"] == IDS[0]) & table["code"].str.startswith("stage.")]
    expected = {book.get(f"stage.{stage}").id: status for stage, status in counting.items()}  # type: ignore[union-attr]
    assert dict(zip(of_passage["code"], of_passage["status"], strict=True)) == expected
    assert wanted >= {code.removeprefix("stage.") for code in expected}


def test_feelings_of_people_are_the_majoritys_else_their_mean() -> None:
    """Two against one decide; of two people with two values the mean counts and is disputed."""
    two = [said("sentiment", "change", "anna", value=-2.0), said("sentiment", "change", "boris", value=1.0)]
    assert counts(*two)["sentiment"] == ("disputed", -0.5, "human")
    assert counts(*two, said("sentiment", "change", "clara", value=1.0))["sentiment"] == ("accepted", 1.0, "human")
    assert counts(said("sentiment", "accept"))["sentiment"] == ("accepted", -1.0, "human")


def test_of_two_machines_the_surer_counts() -> None:
    """One row per passage and code; one stage per passage; the order of rows is no matter."""
    more = [
        suggestion("stage.awareness", coder="model 1", coder_kind="model", confidence=0.9),
        suggestion("pain.price", value=3.0, coder="model 1", coder_kind="model", confidence=0.4),
    ]
    both = pd.concat([MACHINE, make_table(CODINGS, more)], ignore_index=True)
    for table in (both, both.iloc[::-1]):
        found = counted(table, BOOK)
        first = found[found["segment_id"] == IDS[0]].sort_values("code")
        assert first["code"].tolist() == ["pain.price", "sentiment", "stage.awareness"]
        assert first["value"].tolist()[0] == 2.0


def test_a_person_with_the_name_of_a_machine_is_told_apart() -> None:
    """Both codings stay; the person's has a star."""
    found = codes(folded(said("pain.price", "reject", coder="rules 1")))
    assert (found["pain.price rules 1"], found["pain.price rules 1*"]) == ("rejected", "rejected")


def test_a_code_that_is_no_more_waits() -> None:
    """A decision on a code the codebook has lost changes nothing and is told; a merged stage is its new one."""
    decisions = [said("pain.gone", "add"), said("stage.awareness", "add")]
    assert unknown_codes(listed(decisions), BOOK) == ["pain.gone"]
    assert "pain.gone anna" not in codes(folded(*decisions))
    [(merged, main), *_] = BOOK.merged.items()
    assert f"{main} anna" in codes(folded(said(merged, "add")))


CODERS = ("anna", "boris", "consensus")
STAGES = [code.id for code in BOOK.stages]
DECIDE = st.builds(
    said,
    st.sampled_from(["pain.price", "pain.delay", "channel.phone", "emotion.joy", "emotion.anger", *STAGES]),
    st.sampled_from(["accept", "reject", "add", "change"]),
    st.sampled_from(CODERS),
    st.integers(0, 2),
)
FEEL = st.builds(
    said,
    st.just("sentiment"),
    st.sampled_from(["accept", "reject", "change"]),
    st.sampled_from(CODERS),
    st.integers(0, 2),
    st.sampled_from([-2.0, -1.0, 0.0, 2.0]),
)
ACTION = st.one_of(DECIDE, FEEL, st.tuples(st.sampled_from(["undo", "redo", "undo any"]), st.sampled_from(CODERS)))


def brief(made: list[Decision]) -> pd.DataFrame:
    """The columns of table ``decisions`` that undo and redo look at, which is quicker a thousand times."""
    columns = ("decision_id", "undoes", "coder", "code", "verdict")
    return pd.DataFrame({name: [getattr(one, name) for one in made] for name in columns}, dtype="str")


def act(made: list[Decision], action: Any, pick: int) -> list[Decision]:
    """The list after a decision, or a person's undo or redo of their last, or of any decision."""
    if isinstance(action, Decision):
        return [*made, replace(action, decision_id=f"00000000-0000-4000-8000-{len(made):012d}")]
    kind, coder = action
    table = brief(made)
    plain = [one.decision_id for one in made if not one.undoes]
    target = {
        "undo": last_to_undo(table, coder),
        "redo": last_to_redo(table, coder),
        "undo any": plain[pick % len(plain)] if plain else "",
    }[kind]
    targets = undos_of(table, target) if kind == "redo" else [target] if target else []
    for undone in targets:
        identifier = f"00000000-0000-4000-8000-{len(made):012d}"
        made = [*made, replace(made[0], coder=coder, verdict="undo", undoes=undone, decision_id=identifier)]
    return made


def undo_and_redo(actions: list[Any], last: Decision, pick: int) -> list[list[Decision]]:
    """A history; the same with one decision more, with that undone, and with the undo taken back."""
    made: list[Decision] = []
    for action in actions:
        made = act(made, action, pick)
    decided = act(made, last, pick)
    undone = act(decided, ("undo", last.coder), pick)
    redone = act(undone, ("redo", last.coder), pick)
    assert len(redone) == len(made) + 3
    assert redone[: len(made)] == made
    return [made, decided, undone, redone]


@given(st.lists(ACTION, max_size=10), DECIDE | FEEL, st.integers(0, 50))
@settings(max_examples=1000, deadline=None)
def test_undo_restores_exactly_what_held(actions: list[Any], last: Decision, pick: int) -> None:
    """After any of a thousand histories: an undo leaves the decisions that hold as they were, redo brings it back."""
    made, decided, undone, redone = (holding(brief(one)) for one in undo_and_redo(actions, last, pick))
    assert undone.equals(made)
    assert redone.equals(decided)
    assert decided["decision_id"].tolist()[:-1] == made["decision_id"].tolist()


@given(st.lists(ACTION, max_size=8), DECIDE | FEEL, st.integers(0, 50))
@settings(max_examples=30, deadline=None)
def test_undo_restores_exactly_what_counted(actions: list[Any], last: Decision, pick: int) -> None:
    """The codings, what counts of them, and the hash that reports depend on are as before, to the byte."""

    def state(made: list[Decision]) -> tuple[str, str, str]:
        codings = fold(MACHINE, placed(made), BOOK)
        return to_csv(CODINGS, codings), to_csv(CODINGS, counted(codings, BOOK)), decisions_hash(listed(made))

    made, decided, undone, redone = map(state, undo_and_redo(actions, last, pick))
    assert (undone, redone) == (made, decided)


@given(st.lists(DECIDE | FEEL, max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_holds_for_every_fold(decisions: list[Decision]) -> None:
    """Every suggestion is still there; each code counts once a passage; one stage unless disputed."""
    codings = folded(*decisions)
    machine = codings[codings["coder_kind"] != "human"]
    assert (
        machine[["segment_id", "code", "value"]].reset_index(drop=True).equals(MACHINE[["segment_id", "code", "value"]])
    )
    found = counted(codings, BOOK)
    assert not found.duplicated(["segment_id", "code"]).any()
    assert not (found["status"] == "rejected").any()
    sure = found[(found["status"] != "disputed") & found["code"].str.startswith("stage.")]
    assert not sure["segment_id"].duplicated().any()
    shuffled = codings.sample(frac=1, random_state=3)
    again = counted(shuffled, BOOK).sort_values(["segment_id", "code"], ignore_index=True)
    assert again.equals(found.sort_values(["segment_id", "code"], ignore_index=True))
