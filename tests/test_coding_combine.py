"""One suggestion from several coders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cjm_research.codebook import default_codebook
from cjm_research.coding.combine import chosen, combine, neighbours, settle
from cjm_research.coding.heads import AXES, CODES, Heads, axis_columns
from cjm_research.tables import CODINGS, make_table

SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["b", "a", "c", "d"],
        "transcript_id": ["t", "t", "t", "t"],
        "turn": [1, 1, 1, 2],
        "start": [10, 0, 20, 30],
        "end": [20, 10, 30, 40],
        "text": ["x", "x", "x", "x"],
        "question": ["q", "q", "q", "q"],
        "language": ["ru", "ru", "und", "en"],
        "non_answer": [0, 0, 0, 1],
    }
)


def even() -> np.ndarray:
    """Probabilities that favour nothing, for four passages."""
    row = np.concatenate([np.full(len(codes), 1 / len(codes)) for codes in AXES.values()])
    return np.tile(row, (4, 1)).astype(np.float32)


def heads() -> Heads:
    """Heads that are only asked for their name and priors."""
    none = np.zeros(0)
    return Heads("heads-e5@1", none, none, (), (), (), none, none, none, none, np.full(len(CODES), 0.1))


def at(code: str) -> int:
    """Column of a code."""
    return CODES.index(code)


def test_neighbours_stand_beside_in_the_same_answer() -> None:
    """Order in the transcript counts, not order in the table; another turn is no neighbour."""
    assert neighbours(SEGMENTS) == [(1, 2), (0,), (0,), ()]


def test_a_passage_in_doubt_follows_its_neighbours() -> None:
    """Where the passage itself says nothing of the stage, the neighbours' stage is the likeliest; others stay."""
    probabilities = even()
    probabilities[1, axis_columns("stage")] = 0.02
    probabilities[1, at("stage.support")] = 0.82
    settled = settle(probabilities, neighbours(SEGMENTS), [""] * 4)
    assert settled[0, axis_columns("stage")].argmax() == AXES["stage"].index("support")
    np.testing.assert_array_equal(settled[:, 10:], probabilities[:, 10:])
    np.testing.assert_allclose(settled[:, axis_columns("stage")].sum(axis=1), 1, rtol=1e-5)


def test_a_column_map_is_a_witness() -> None:
    """A stage that is told for a question wins where the passage says little, and loses where it says much."""
    probabilities = even()
    probabilities[1, axis_columns("stage")] = 0.001
    probabilities[1, at("stage.review")] = 0.99
    settled = settle(probabilities, [()] * 4, ["use"] * 4)
    assert settled[0].argmax() == at("stage.use")
    assert settled[1, axis_columns("stage")].argmax() == AXES["stage"].index("review")


def test_one_code_of_a_single_axis_and_any_number_of_others() -> None:
    """Exactly one stage, sentiment and emotion; pains, wants and channels from their threshold on."""
    probabilities = even()
    probabilities[:, 23:] = 0.0
    probabilities[0, [at("pain.price"), at("pain.delay")]] = 0.6
    picked = chosen(probabilities, np.full(len(CODES), 0.1))
    assert (picked[:, axis_columns("stage")].sum(axis=1) == 1).all()
    assert {CODES[column] for column in np.flatnonzero(picked[0, 23:]) + 23} == {"pain.price", "pain.delay"}


def test_a_faint_emotion_is_none() -> None:
    """An emotion is rare and therefore helped, but never suggested below its threshold."""
    probabilities = even()
    columns = axis_columns("emotion")
    probabilities[:, columns] = 0.01
    probabilities[:, at("emotion.none")] = 0.6
    probabilities[0, at("emotion.joy")] = 0.24
    probabilities[1, at("emotion.joy")] = 0.38
    prior = np.full(len(CODES), 0.1)
    prior[at("emotion.none")], prior[at("emotion.joy")] = 0.7, 0.02
    picked = chosen(probabilities, prior)
    assert picked[0, at("emotion.none")]
    assert picked[1, at("emotion.joy")]


def test_words_found_by_rules_are_the_evidence() -> None:
    """A suggestion the rules share keeps their words and the pain's intensity; the barrier stands only with a pain."""
    rule = {"coder": "keywords@1", "coder_kind": "rule", "confidence": 0.5, "status": "suggested"}
    rows = [
        {"segment_id": "b", "code": "pain.price", "value": 3.0, "evidence": ((10, 12),), **rule},
        {"segment_id": "b", "code": "flag.barrier", "evidence": ((13, 15),), **rule},
        {"segment_id": "a", "code": "flag.barrier", "evidence": ((1, 2),), **rule},
        {"segment_id": "c", "code": "stage.use", "evidence": ((20, 21),), **rule},
    ]
    probabilities = even()
    probabilities[:, 23:] = 0.0
    probabilities[0, at("pain.price")] = 0.7
    found = combine(SEGMENTS, [make_table(CODINGS, rows)], heads(), probabilities, default_codebook())
    of = {(row.segment_id, row.code): row for row in found.itertuples()}
    assert of["b", "pain.price"].value == 3.0
    assert of["b", "pain.price"].evidence == ((10, 12),)
    assert of["b", "pain.price"].confidence == 0.7
    assert of["b", "flag.barrier"].coder == "combined-heads-e5@1"
    assert ("a", "flag.barrier") not in of
    assert of["c", "stage.use"].coder == "keywords@1"  # another language: what the rules found
    assert not [key for key in of if key[0] == "d"]


def test_stages_follow_the_codebook() -> None:
    """A stage that a preset joins to another is suggested under the other's name."""
    probabilities = even()
    probabilities[:, 23:] = 0.0
    probabilities[0, axis_columns("stage")] = 0.01
    probabilities[0, at("stage.support")] = 0.9
    empty = make_table(CODINGS, [])
    found = combine(SEGMENTS.iloc[:1], [empty], heads(), probabilities[:1], default_codebook("lifecycle-7"))
    assert "stage.use" in set(found["code"])
