"""What people decide in a study changes what is suggested there, and never for the worse without their knowing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from cjm_research.coding.labels import labels_of
from cjm_research.coding.learned import learn
from cjm_research.coding.likeness import Likeness, Material
from cjm_research.coding.passages import Passages
from cjm_research.tables import CODINGS, make_table

CODES = ("stage.purchase", "stage.use", "stage.none", "pain.price", "pain.delay")
WIDTH = 8
Floats = NDArray[np.float64]


def study(n: int = 120, seed: int = 1) -> tuple[Material, Floats]:
    """Passages of three topics whose stage the heads get wrong in one, and their true codes."""
    random = np.random.default_rng(seed)
    topic = np.arange(n) % 3
    centres = random.normal(size=(3, 2 * WIDTH))
    vectors = (centres[topic] + 0.3 * random.normal(size=(n, 2 * WIDTH))).astype(np.float32)
    marks = tuple(frozenset({f"pain.topic{t}@0.5", f"w:{k}", "~short"}) for k, t in enumerate(topic))
    base = np.tile([0.6, 0.3, 0.1, 0.2, 0.2], (n, 1))
    truth = np.zeros((n, 5))
    truth[np.arange(n), topic] = 1.0
    truth[:, 3] = topic == 1
    answers = tuple(f"a{k // 4}" for k in range(n))
    return Material(Passages(vectors, marks), answers, CODES, base), truth


def told(truth: Floats, rows: list[int]) -> Floats:
    """Labels of some passages, the rest unknown."""
    labels = np.full(truth.shape, np.nan)
    labels[rows] = truth[rows]
    return labels


def right(found: NDArray[np.float32], truth: Floats) -> float:
    """Share of passages whose likeliest stage is the right one."""
    return float((found[:, :3].argmax(axis=1) == truth[:, :3].argmax(axis=1)).mean())


def test_decisions_teach_the_rest_of_the_study() -> None:
    """After 30 decisions the passages nobody decided on get the right stage and pain, which the heads did not know."""
    material, truth = study()
    rest = np.arange(30, 120)

    found = learn(material, told(truth, list(range(30)))).probabilities(material)

    assert right(material.base[rest], truth[rest]) < 0.4
    assert right(found[rest], truth[rest]) > 0.9
    assert ((found[rest, 3] > found[rest, 3].mean()) == (truth[rest, 3] == 1)).all()


def test_without_decisions_the_heads_speak_alone() -> None:
    """Nothing decided, or nothing on an axis: its probabilities are those of the heads."""
    material, truth = study()
    labels = told(truth, list(range(40)))
    labels[:, 3:] = np.nan

    untaught = learn(material, np.full(truth.shape, np.nan))
    half = learn(material, labels)

    assert untaught.probabilities(material) == pytest.approx(material.base, abs=1e-3)
    assert half.probabilities(material)[:, 3:] == pytest.approx(material.base[:, 3:], abs=1e-6)
    assert half.report["decided"].tolist() == [40, 0]


def test_probabilities_stay_probabilities() -> None:
    """Codes of an axis of which a passage has one add up to 1; all lie from 0 to 1."""
    material, truth = study()

    found = learn(material, told(truth, list(range(50)))).probabilities(material)

    assert found[:, :3].sum(axis=1) == pytest.approx(np.ones(120), abs=1e-5)
    assert found.min() >= 0
    assert found.max() <= 1


def test_the_same_decisions_teach_the_same() -> None:
    """Learning twice gives identical numbers, and the order of the passages does not matter."""
    material, truth = study()
    labels = told(truth, list(range(15)))
    order = np.random.default_rng(5).permutation(120)

    first = learn(material, labels).probabilities(material)
    shuffled = learn(material.take(order), labels[order]).probabilities(material.take(order))

    assert np.array_equal(first, learn(material, labels).probabilities(material))
    assert shuffled == pytest.approx(first[order], abs=1e-5)


def test_few_decisions_only_change_the_order() -> None:
    """Under 20 decided passages a code's mean logit over the study stays as it was, while passages change places."""
    material, truth = study()
    labels = told(truth, list(range(12)))

    found = learn(material, labels).probabilities(material)[:, 3].astype(float)

    assert np.log(found / (1 - found)).mean() == pytest.approx(math.log(0.2 / 0.8), abs=1e-4)
    assert found.std() > 0.01


def test_noise_is_not_learned() -> None:
    """Where decisions have nothing to do with words and questions, the strength chosen is weak or none."""
    material, _ = study(200)
    random = np.random.default_rng(3)
    labels = np.full((200, 5), np.nan)
    labels[:, :3] = np.eye(3)[random.choice(3, 200, p=[0.6, 0.3, 0.1])]

    assert learn(material, labels).report["strength"].iloc[0] < 1.0


def test_the_report_tells_what_it_brings() -> None:
    """The report has F1 before and after, cross-validated on what was decided."""
    material, truth = study()

    report = learn(material, told(truth, list(range(60)))).report

    assert report["f1_after"].iloc[0] > report["f1_before"].iloc[0] + 0.3
    assert report["strength"].iloc[0] > 0
    assert report["decided"].tolist() == [60, 60]


def test_a_rejected_stage_leaves_the_others_open() -> None:
    """Who rejects a stage says nothing about which of the others it is: their proportion stays."""
    material, _ = study()
    labels = np.full((120, 5), np.nan)
    labels[:30, 0] = 0.0

    found = learn(material, labels).probabilities(material)

    assert found[:, 0].mean() < 0.5
    assert found[:, 1] / found[:, 2] == pytest.approx(np.full(120, 3.0), rel=1e-3)


def test_a_code_no_head_knows_is_learned_from_decisions() -> None:
    """A code of the study's own codebook, of which the heads say nothing, is found from decisions alone."""
    material, truth = study()
    material.base[:, 3] = np.nan
    learned = learn(material, told(truth, list(range(45))))
    rest = np.arange(45, 120)

    found = learned.probabilities(material)[rest, 3]

    assert found[truth[rest, 3] == 1].min() > found[truth[rest, 3] == 0].max()
    assert len(learned.report) == 3


def test_passages_that_come_later_are_coded_too() -> None:
    """What was learned holds for passages that were not there yet, say of the next wave."""
    material, truth = study(160)
    first, later = material.take(np.arange(100)), material.take(np.arange(100, 160))
    learned = learn(first, told(truth[:100], list(range(60))))

    assert right(learned.probabilities(later), truth[100:]) > 0.9
    assert learned.probabilities(later.take(np.arange(0))).shape == (0, 5)


def test_weights_tell_how_much_a_decision_counts() -> None:
    """A decision of weight 0 counts as none."""
    material, truth = study()
    weights = np.r_[np.ones(30), np.zeros(90)]

    light = learn(material, told(truth, list(range(60))), weights).probabilities(material)

    assert np.array_equal(light, learn(material, told(truth, list(range(30)))).probabilities(material))


def test_passages_of_one_answer_are_most_alike() -> None:
    """A passage is most like itself, then those of its answer; likeness is symmetric."""
    material, _ = study()
    likeness = Likeness(material)
    near = likeness.near(likeness.own, np.arange(120))

    assert near == pytest.approx(near.T)
    assert (near.argmax(axis=1) == np.arange(120)).all()
    assert near[0, 3] > near[0, 6]  # the same topic, in the same answer and in another


def _coding(segment: str, code: str, status: str, **fields: object) -> dict[str, object]:
    row = {"segment_id": segment, "code": code, "coder": "ann", "coder_kind": "human", "confidence": 1.0}
    return row | {"status": status} | fields


def test_decisions_become_labels() -> None:
    """An accepted stage excludes the others, a rejected one only itself; disputes and silence stay open."""
    codes = ("stage.purchase", "stage.use", "stage.none", "pain.price", "sentiment.negative", "sentiment.mixed")
    rows = [
        _coding("s1", "stage.use", "accepted"),
        _coding("s1", "pain.price", "rejected"),
        _coding("s2", "stage.purchase", "rejected"),
        _coding("s3", "stage.use", "disputed"),
        _coding("s3", "sentiment", "accepted", value=-2.0),
    ]
    machine = {"coder": "m", "coder_kind": "model", "value": 0.0, "memo": "mixed"}
    rows += [_coding("s4", "sentiment", "accepted", value=0.0), _coding("s4", "sentiment", "accepted", **machine)]
    codings = make_table(CODINGS, rows)
    counted = codings[(codings["status"] != "rejected") & (codings["coder_kind"] == "human")]

    labels = labels_of(codings, counted, codes, ["s1", "s2", "s3", "s4", "s5"], reviewed=["s5"])

    no = math.nan
    wanted = [
        [0, 1, 0, 0, no, no],
        [0, no, no, no, no, no],
        [no, no, no, no, 1, 0],
        [no] * 4 + [0, 1],
        [0, 0, 1, 0, no, no],
    ]
    assert np.array_equal(labels, np.array(wanted, float), equal_nan=True)


def test_joined_stages_stay_open_among_themselves() -> None:
    """Where a preset joins two stages, a decision for it says no to the others and leaves open which of the two."""
    codes = ("stage.use", "stage.use", "stage.purchase")
    codings = make_table(CODINGS, [_coding("s1", "stage.use", "accepted")])

    labels = labels_of(codings, codings, codes, ["s1", "s2"])

    assert np.array_equal(labels, np.array([[math.nan, math.nan, 0], [math.nan] * 3]), equal_nan=True)
