"""The journey map as a table: people are counted, every figure can be traced, the order of rows is no matter."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.journey import LANES, map_journey, person_sentiment
from cjm_research.tables import CELLS, CODINGS, PARTICIPANTS, SEGMENTS, make_table, to_csv

BOOK = default_codebook("classic-4")
STAGES = [code.code for code in BOOK.stages]
# One passage: person, stage or "", codes with values.
Passage = tuple[str, str, dict[str, float]]
NO = math.nan


def build(
    passages: list[Passage], personas: dict[str, str], waves: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Segments, codings and participants; personas by person, wave by person (else w1)."""
    waves = waves or {}
    segments: list[dict[str, object]] = []
    codings: list[dict[str, object]] = []
    for number, (person, stage, codes) in enumerate(passages):
        wave, name = waves.get(person, "w1"), f"s{number:03d}"
        segments.append(
            {
                "segment_id": name,
                "transcript_id": f"{person}.txt",
                "turn": 1,
                "participant_id": person,
                "start": number * 10,
                "end": number * 10 + 9,
                "text": f"passage {number}",
                "language": "en",
                "wave": wave,
            }
        )
        all_codes = codes | ({f"stage.{stage}": NO} if stage else {})
        codings += [
            {
                "segment_id": name,
                "code": code,
                "value": value,
                "coder": "hand",
                "coder_kind": "rule",
                "confidence": 0.5,
                "status": "suggested",
            }
            for code, value in all_codes.items()
        ]
    people: list[dict[str, object]] = [
        {"participant_id": person, "persona_id": persona, "wave": waves.get(person, "w1")}
        for person, persona in personas.items()
    ]
    return make_table(SEGMENTS, segments), make_table(CODINGS, codings), make_table(PARTICIPANTS, people)


def cell(cells: pd.DataFrame, persona: str, stage: str, lane: str, item: str = "") -> dict[Any, Any]:
    """The one cell at this place of wave w1."""
    found = cells[
        (cells["wave"] == "w1")
        & (cells["persona_id"] == persona)
        & (cells["stage"] == stage)
        & (cells["lane"] == lane)
        & (cells["item"] == item)
    ]
    assert len(found) == 1
    return found.to_dict("records")[0]


# Four people: three of persona a, one of persona b.
FOUR: list[Passage] = [
    ("A1", "purchase", {"sentiment": -2.0, "pain.price": 3.0, "flag.barrier": NO}),
    ("A1", "purchase", {"sentiment": 0.0, "pain.price": 1.0}),
    ("A2", "purchase", {"sentiment": -1.0, "pain.price": 1.0, "want.fear": NO}),
    ("A3", "purchase", {"sentiment": 0.0}),
    ("A3", "awareness", {"channel.ads": NO, "sentiment": 1.0}),
    ("B1", "purchase", {"sentiment": 2.0, "emotion.joy": NO}),
    ("B1", "", {"channel.phone": NO}),
]
PERSONAS = {"A1": "a", "A2": "a", "A3": "a", "B1": "b"}


@pytest.fixture(scope="module")
def four() -> pd.DataFrame:
    """Cells of the hand-made example."""
    return map_journey(*build(FOUR, PERSONAS), BOOK)


def test_people_who_reached_a_stage(four: pd.DataFrame) -> None:
    """All three of persona a spoke of the purchase, one of them of awareness; Wilson's interval for 1 of 3."""
    purchase, awareness = (cell(four, "a", stage, "people") for stage in ("purchase", "awareness"))
    assert (purchase["k"], purchase["n"], purchase["value"], purchase["hi"]) == (3, 3, 1.0, 1.0)
    assert (awareness["k"], awareness["n"], awareness["base_rule"]) == (1, 3, "persona")
    assert [round(awareness[name], 3) for name in ("value", "lo", "hi")] == [0.333, 0.061, 0.792]
    assert (cell(four, "a", "decision", "people")["k"], cell(four, "a", "decision", "people")["n"]) == (0, 3)


def test_a_pain_counts_people_not_passages(four: pd.DataFrame) -> None:
    """Two of three name the price, one of them twice; intensity is each person's strongest, (3 + 1) / 2."""
    price = cell(four, "a", "purchase", "pain", "price")
    assert (price["k"], price["n"], price["n_segments"], price["base_rule"]) == (2, 3, 3, "reached")
    assert [round(price[name], 3) for name in ("value", "lo", "hi")] == [0.667, 0.208, 0.939]
    assert price["intensity"] == 2.0
    assert price["evidence_ids"] == ("s000", "s002", "s001")
    assert (price["flags"], price["k_barrier"]) == (("low_n",), 1)
    assert (price["evidence_grade"], price["coder_mix"]) == (1, "rule 100%")
    anything = cell(four, "a", "purchase", "pain")
    assert (anything["k"], anything["n_segments"], anything["k_barrier"]) == (2, 3, 1)


def test_feeling_is_a_mean_over_people(four: pd.DataFrame) -> None:
    """A1 feels −2 (facts of 0 do not dilute), A2 −1, A3 0 as nothing is voiced: mean −1, s = 1, so −1 ± 2.48, cut."""
    found = cell(four, "a", "purchase", "sentiment")
    assert (found["value"], found["lo"], round(found["hi"], 2)) == (-1.0, -2.0, 1.48)
    assert (found["k"], found["n"], found["stat"], found["method"], found["unit"]) == (2, 3, "mean", "t", "-2..2")
    assert found["evidence_ids"] == ("s000", "s002")
    assert found["n_segments"] == 2


def test_one_person_has_a_mean_without_an_interval(four: pd.DataFrame) -> None:
    """Persona b is one person: a value, no t-interval, marked as hidden and low."""
    found = cell(four, "b", "purchase", "sentiment")
    assert (found["value"], found["k"], found["method"], found["flags"]) == (2.0, 1, "none", ("hidden", "low_n"))
    assert math.isnan(found["lo"])
    assert math.isnan(found["hi"])


def test_everyone_is_all_personas_together(four: pd.DataFrame) -> None:
    """The map of “*” counts all four; its emotion and want lanes too."""
    price, fear, joy = (
        cell(four, "*", "purchase", lane, item) for lane, item in [("pain", "price"), ("fear", ""), ("emotion", "joy")]
    )
    assert [(found["k"], found["n"]) for found in (price, fear, joy)] == [(2, 4), (1, 4), (1, 4)]


def test_a_passage_without_a_stage_counts_for_the_whole_journey_only(four: pd.DataFrame) -> None:
    """B1 mentioned the phone at no stage in particular."""
    phone = four[(four["lane"] == "channel") & (four["item"] == "phone")]
    assert [(p, s) for p, s in zip(phone["persona_id"], phone["stage"], strict=True)] == [("*", "*"), ("b", "*")]
    assert cell(four, "b", "*", "channel", "phone")["n"] == 1


def test_quotes_are_the_strongest_feelings_from_different_people(four: pd.DataFrame) -> None:
    """Evidence takes turns between people, strongest first; neutral passages are no quotes."""
    found = cell(four, "*", "purchase", "quote")
    assert found["evidence_ids"] == ("s000", "s005", "s002")
    assert (found["value"], found["k"], found["stat"], found["unit"]) == (3.0, 3, "count", "people")


def test_people_in_no_persona_have_a_map_of_their_own() -> None:
    """The unassigned stay visible under “-”, after the personas."""
    cells = map_journey(*build(FOUR, PERSONAS | {"A2": "-"}), BOOK)
    assert list(dict.fromkeys(cells["persona_id"])) == ["*", "a", "b", "-"]
    assert cell(cells, "-", "purchase", "pain", "price")["k"] == 1


def test_waves_do_not_mix() -> None:
    """The same person in two waves is counted in each by what was said there."""
    segments, codings, people = build(FOUR, PERSONAS)
    later = people[people["participant_id"] == "A1"].assign(wave="w2")
    segments.loc[segments["segment_id"] == "s001", "wave"] = "w2"
    cells = map_journey(segments, codings, pd.concat([people, later], ignore_index=True), BOOK)
    price = cells[(cells["persona_id"] == "a") & (cells["stage"] == "*") & (cells["item"] == "price")]
    assert [(*row,) for row in price[["wave", "k", "n"]].itertuples(index=False)] == [("w1", 2, 3), ("w2", 1, 1)]
    assert price["evidence_ids"].tolist() == [("s000", "s002"), ("s001",)]


def test_rejected_codings_do_not_count() -> None:
    """What a person rejected is as if it had never been suggested."""
    segments, codings, people = build(FOUR, PERSONAS)
    gone = codings["code"].isin(["pain.price", "stage.awareness"])
    rejected = codings.assign(status=codings["status"].mask(gone, "rejected"))
    one, two = (map_journey(segments, table, people, BOOK) for table in (rejected, codings[~gone]))
    assert to_csv(CELLS, one) == to_csv(CELLS, two)
    assert "price" not in set(one["item"])
    assert cell(one, "a", "awareness", "people")["k"] == 0


def test_of_two_stages_the_surest_counts_then_the_first_of_the_journey() -> None:
    """Two coders disagree on the stage: confidence decides, not the alphabet; equally sure, the earlier stage."""
    segments, codings, people = build([("A1", "awareness", {"pain.price": 1.0})], {"A1": "a"})
    other = codings[codings["code"] == "stage.awareness"].assign(code="stage.purchase", coder="other")
    for confidence, stage in ((0.9, "purchase"), (0.5, "awareness"), (0.1, "awareness")):
        both = pd.concat([other.assign(confidence=confidence), codings], ignore_index=True)
        cells = map_journey(segments, both, people, BOOK)
        at = cells[(cells["lane"] == "pain") & (cells["item"] == "price") & (cells["persona_id"] == "a")]
        assert at["stage"].tolist() == ["*", stage]


def test_a_passage_of_a_disputed_stage_is_at_both_and_marked() -> None:
    """Two people name two stages: each has the person and the pain, marked; the whole journey counts them once."""
    segments, codings, people = build([("A1", "awareness", {"pain.price": 2.0})], {"A1": "a"})
    told = codings[codings["code"] == "stage.awareness"].assign(coder_kind="human", status="accepted", confidence=1.0)
    both = [told.assign(coder="anna"), told.assign(coder="boris", code="stage.purchase")]
    cells = map_journey(segments, pd.concat([codings, *both], ignore_index=True), people, BOOK)
    for stage in ("awareness", "purchase"):
        assert cell(cells, "a", stage, "people")["k"] == 1
        assert "disputed" in cell(cells, "a", stage, "people")["flags"]
        assert cell(cells, "a", stage, "pain", "price")["k"] == 1
    whole = cell(cells, "a", "*", "pain", "price")
    assert (whole["k"], whole["n_segments"], whole["flags"]) == (1, 1, ("hidden", "low_n"))


def test_a_coding_of_words_that_are_no_segment_never_counts() -> None:
    """Interviewers' words give no segments, so a coding that points at them changes nothing."""
    segments, codings, people = build(FOUR, PERSONAS)
    stray = codings.iloc[[0]].assign(segment_id="s999", code="pain.delay")
    cells = map_journey(segments, pd.concat([codings, stray], ignore_index=True), people, BOOK)
    assert to_csv(CELLS, cells) == to_csv(CELLS, map_journey(segments, codings, people, BOOK))


def test_silent_people_are_still_counted_among() -> None:
    """Who said nothing that could be coded is in n of the whole journey."""
    cells = map_journey(*build(FOUR, PERSONAS | {"A4": "a", "C1": "c"}), BOOK)
    assert (cell(cells, "a", "*", "people")["k"], cell(cells, "a", "*", "people")["n"]) == (3, 4)
    assert (cell(cells, "c", "*", "people")["k"], cell(cells, "c", "*", "people")["n"]) == (0, 1)


def test_evidence_prefers_what_can_be_read() -> None:
    """Of two equally strong passages the one of readable length comes first, of two people each in turn."""
    segments, codings, people = build([("A1", "", {"pain.price": 2.0}), ("A1", "", {"pain.price": 2.0})], {"A1": "a"})
    segments.loc[1, "text"] = "a passage of more than forty characters, which reads well"
    cells = map_journey(segments, codings, people, BOOK)
    assert cell(cells, "a", "*", "pain", "price")["evidence_ids"] == ("s001", "s000")


@pytest.mark.parametrize(
    ("values", "feeling"), [([-2, 0, 0], -2.0), ([-2, 1], -0.5), ([0, 0], 0.0), ([], 0.0), ([1, 2], 1.5)]
)
def test_a_persons_feeling(values: list[float], feeling: float) -> None:
    """The mean of the passages that express something; plain facts count only if there is nothing else."""
    assert person_sentiment(values) == feeling


CODE = st.sampled_from(
    ["pain.price", "pain.delay", "channel.ads", "emotion.joy", "want.need", "want.fear", "flag.barrier"]
)
PASSAGES = st.lists(
    st.tuples(
        st.sampled_from([f"P{number}" for number in range(7)]),
        st.sampled_from(["", *STAGES]),
        st.dictionaries(CODE, st.sampled_from([1.0, 2.0, 3.0]), max_size=3),
        st.sampled_from([None, -2.0, -1.0, 0.0, 1.0, 2.0]),
    ),
    max_size=25,
).map(
    lambda rows: [
        (person, stage, codes if feeling is None else codes | {"sentiment": feeling})
        for person, stage, codes, feeling in rows
    ]
)


@given(PASSAGES, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_holds_for_every_map(passages: list[Passage], chance: Any) -> None:
    """Counts, intervals, bases and evidence of every cell agree with each other and with the tables."""
    personas = {f"P{number}": "abb--ab"[number] for number in range(7)}
    waves = {"P5": "w2", "P6": "w2"}
    segments, codings, people = build(passages, personas, waves)
    cells = map_journey(segments, codings, people, BOOK)
    wave_of = {person: waves.get(person, "w1") for person in personas}
    person_of = dict(zip(segments["segment_id"], segments["participant_id"], strict=True))
    stage_of = {f"s{number:03d}": stage for number, (_, stage, _) in enumerate(passages)}
    reached = {
        (row["wave"], row["persona_id"], row["stage"]): row["k"]
        for row in cells[cells["lane"] == "people"].to_dict("records")
    }
    for row in cells.to_dict("records"):
        assert row["lane"] in LANES
        assert 0 <= row["k"] <= row["n"]
        if row["base_rule"] == "reached":
            base = reached[row["wave"], row["persona_id"], row["stage"]]
            assert row["n"] <= base if row["lane"] == "sentiment" else row["n"] == base
        behind = {person_of[segment] for segment in row["evidence_ids"]}
        assert row["persona_id"] == "*" or {personas[person] for person in behind} <= {row["persona_id"]}
        assert {wave_of[person] for person in behind} <= {row["wave"]}
        assert row["stage"] == "*" or {stage_of[segment] for segment in row["evidence_ids"]} <= {row["stage"]}
        assert len(set(row["evidence_ids"])) == len(row["evidence_ids"])
        if row["stat"] == "share":
            assert len(behind) == row["k"]
            assert math.isnan(row["value"]) if row["n"] == 0 else 0 <= row["lo"] <= row["value"] <= row["hi"] <= 1
        if row["stat"] == "mean":
            assert -2 <= row["value"] <= 2
            # No interval below 3 people, nor where all feel the same: there is no spread to estimate from.
            assert (row["method"] == "t") == (not math.isnan(row["lo"]))
            assert row["method"] == "none" or (row["n"] >= 3 and -2 <= row["lo"] <= row["value"] <= row["hi"] <= 2)
        assert ("hidden" in row["flags"], "low_n" in row["flags"]) == (row["n"] < 3, row["n"] < 5)
    assert not cells.duplicated(list(CELLS.key)).any()
    mixed = [table.sample(frac=1, random_state=chance.randrange(99)) for table in (segments, codings, people)]
    assert to_csv(CELLS, map_journey(mixed[0], mixed[1], mixed[2], BOOK)) == to_csv(CELLS, cells)
