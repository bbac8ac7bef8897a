"""New codes: what repeats and is not coded is proposed, noise is not, and order does not matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cjm_research.codebook import default_codebook
from cjm_research.coding.clusters import directions, find_groups, halves
from cjm_research.coding.emergent import Proposer, code_name, nearest_codes, propose_codes
from cjm_research.coding.moved import what_moved
from cjm_research.coding.phrases import Vocabulary
from cjm_research.errors import CjmError
from cjm_research.tables import CODINGS, SEGMENTS, make_table

PACKAGING = [
    "Слишком много плёнки вокруг каждой банки.",
    "Опять три слоя плёнки, выбрасываю целый мешок.",
    "Каждое яблоко в отдельной плёнке, зачем.",
    "Жалко природу, столько плёнки на ветер.",
    "Плёнку эту режу ножницами по полчаса.",
    "Дома гора плёнки после одной доставки.",
]
TEAPOTS = [
    "The teapot lid rattles every morning.",
    "My teapot lid never sits straight.",
    "A loose teapot lid, what a nuisance.",
    "Had to tape the teapot lid down.",
    "The teapot lid fell into my cup.",
    "That teapot lid again, it slid off.",
]
REST = [f"{word} {place}." for word in ("Скучно", "Грустно", "Тускло") for place in ("во дворе", "на даче", "в гостях")]
REST += [f"{word} {place}." for word in ("Boring", "Gloomy", "Murky") for place in ("outdoors", "upstairs", "abroad")]


def _study(groups: list[list[str]], *, scatter: float = 0.25, width: int = 384) -> tuple[Any, Any, np.ndarray]:
    """Passages of different people, each group of texts around a direction of its own, all of them complaints."""
    rng = np.random.default_rng(5)
    texts = [text for group in groups for text in group]
    points = np.concatenate([_unit(rng.normal(size=width)) + _noise(rng, len(g), width, scatter) for g in groups])
    rows: list[dict[str, object]] = [
        {
            "segment_id": f"s{number * 7919 % 1009:04d}",
            "transcript_id": f"t{number}",
            "turn": 1,
            "participant_id": f"P{number % 9}",
            "start": 0,
            "end": len(text),
            "text": text,
            "language": "en" if text.isascii() else "ru",
        }
        for number, text in enumerate(texts)
    ]
    codings = [_coding(str(row["segment_id"]), "sentiment", -1.0) for row in rows]
    return make_table(SEGMENTS, rows), make_table(CODINGS, codings), points.astype(np.float32)


def _coding(segment: str, code: str, value: float = float("nan")) -> dict[str, object]:
    return {
        "segment_id": segment,
        "code": code,
        "value": value,
        "coder": "rules 1",
        "coder_kind": "rule",
        "confidence": 1.0,
        "status": "suggested",
    }


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / np.linalg.norm(vector))


def _noise(rng: np.random.Generator, count: int, width: int, scatter: float) -> np.ndarray:
    return np.asarray(rng.normal(size=(count, width)) * scatter / np.sqrt(width))


def _alone(texts: list[str]) -> list[list[str]]:
    return [[text] for text in texts]


@pytest.fixture(scope="module")
def study() -> tuple[Any, Any, np.ndarray]:
    """Two themes, one a language, among remarks that have nothing in common."""
    return _study([PACKAGING, TEAPOTS, *_alone(REST * 3)])


def test_what_repeats_is_proposed_with_a_name_and_quotes(study: tuple[Any, Any, np.ndarray]) -> None:
    """Both themes come out, whole and alone, named by the words that set them apart."""
    found = propose_codes(*study)
    texts = dict(zip(study[0]["segment_id"], study[0]["text"], strict=True))
    members = {row.code: {texts[one] for one in row.segment_ids} for row in found.itertuples()}

    assert sorted(map(sorted, members.values())) == sorted([sorted(PACKAGING), sorted(TEAPOTS)])
    assert set(members) == {"plenki", "teapot_lid"}
    row = found.set_index("code").loc["teapot_lid"]
    assert (row["label_en"], row["label_ru"], row["axis"]) == ("Teapot lid", "", "pain")
    assert row["keywords_en"] == ("teapot lid",)
    assert (row["people"], row["passages"]) == (6, 6)
    assert len(row["quotes"]) == 5
    assert set(row["quotes"]) < set(TEAPOTS)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_nothing_repeats_nothing_is_proposed(seed: int) -> None:
    """Vectors without groups give no proposal, few or many, in few dimensions or many."""
    rng = np.random.default_rng(seed)
    for count, width in ((3, 8), (40, 16), (150, 64)):
        segments, codings, _ = _study(_alone((PACKAGING + TEAPOTS + REST) * 8)[:count])
        assert propose_codes(segments, codings, rng.normal(size=(count, width))).empty


def test_the_order_of_rows_does_not_matter(study: tuple[Any, Any, np.ndarray]) -> None:
    """The same passages in another order give the same table."""
    segments, codings, vectors = study
    order = np.random.default_rng(3).permutation(len(segments))
    shuffled = propose_codes(segments.iloc[order], codings.iloc[order[::-1]], vectors[order])

    pd.testing.assert_frame_equal(shuffled, propose_codes(*study))


def test_coded_passages_plain_facts_and_non_answers_are_passed_over(study: tuple[Any, Any, np.ndarray]) -> None:
    """A theme that has its pain, one without feeling and one of non-answers are no news."""
    segments, codings, vectors = study
    lids = set(segments.loc[segments["text"].isin(TEAPOTS), "segment_id"])
    coded = pd.concat([codings, make_table(CODINGS, [_coding(one, "pain.quality", 1.0) for one in sorted(lids)])])
    calm = codings.assign(value=codings["value"].mask(codings["segment_id"].isin(lids), 0.0))
    silent = segments.assign(non_answer=segments["segment_id"].isin(lids).astype(int))
    asked = segments.assign(question=segments["segment_id"].isin(lids).map({True: "How old are you?", False: ""}))

    for changed in ((segments, coded), (segments, calm), (silent, codings), (asked, codings)):
        assert list(propose_codes(*changed, vectors)["code"]) == ["plenki"]


def test_an_axis_looks_at_what_it_lacks(study: tuple[Any, Any, np.ndarray]) -> None:
    """For one axis codes of the others do not hide a passage, and praise is no pain."""
    segments, codings, vectors = study
    lids = sorted(segments.loc[segments["text"].isin(TEAPOTS), "segment_id"])
    told = pd.concat([codings, make_table(CODINGS, [_coding(one, "channel.email") for one in lids])])
    praised = codings.assign(value=codings["value"].mask(codings["segment_id"].isin(lids), 1.0))

    assert set(propose_codes(segments, told, vectors, "pain")["code"]) == {"plenki", "teapot_lid"}
    assert set(propose_codes(segments, told, vectors, "want")["axis"]) == {"want"}
    assert set(propose_codes(segments, praised, vectors, "pain")["code"]) == {"plenki"}
    assert dict(propose_codes(segments, praised, vectors)[["code", "axis"]].values)["teapot_lid"] == "flag"


def test_a_theme_of_two_people_is_none(study: tuple[Any, Any, np.ndarray]) -> None:
    """What only two people say, however often, is not proposed."""
    segments, codings, vectors = study
    lids = segments["text"].isin(TEAPOTS)
    people = segments["participant_id"].where(~lids, ["A", "B"] * (len(segments) // 2) + ["A"] * (len(segments) % 2))

    assert list(propose_codes(segments.assign(participant_id=people), codings, vectors)["code"]) == ["plenki"]


def test_proposals_can_be_joined_and_parted(study: tuple[Any, Any, np.ndarray]) -> None:
    """Two proposals joined hold all passages of both, and parting them again finds the two."""
    found = propose_codes(*study).set_index("code")["segment_ids"]
    proposer = Proposer(*study)
    joined = proposer.join(found["plenki"], found["teapot_lid"])
    parts = proposer.part(joined["segment_ids"][0])

    assert set(joined["segment_ids"][0]) == {*found["plenki"], *found["teapot_lid"]}
    assert joined["label_en"][0] == "Teapot lid"
    assert joined["label_ru"][0] == "Плёнки".replace("ё", "е")
    assert {frozenset(ids) for ids in parts["segment_ids"]} == {frozenset(ids) for ids in found}
    assert list(proposer.part(found["plenki"][:1])["passages"]) == [1]


def test_vectors_must_be_those_of_the_passages(study: tuple[Any, Any, np.ndarray]) -> None:
    """Another number of vectors than passages is refused."""
    with pytest.raises(CjmError, match="one"):
        propose_codes(study[0], study[1], study[2][1:])


def test_an_empty_study_has_no_proposals() -> None:
    """No passage at all gives an empty table with its columns."""
    from cjm_research.tables import empty_table

    found = propose_codes(empty_table(SEGMENTS), empty_table(CODINGS), np.zeros((0, 384), np.float32))
    assert found.empty
    assert "segment_ids" in found


@pytest.mark.parametrize(
    ("phrase", "name"), [("снова ждать", "snova_zhdat"), ("Wi-Fi!", "wi_fi"), ("щёлочь", "shcheloch"), ("№ 5", "5")]
)
def test_names_are_plain_letters(phrase: str, name: str) -> None:
    """A phrase in either script becomes small Latin letters, digits and single underscores."""
    assert code_name(phrase) == name


def test_similar_rows_are_a_group_and_others_are_not() -> None:
    """A tight bundle among random directions is found exactly; its stability is high."""
    rng = np.random.default_rng(0)
    bundle = _unit(rng.normal(size=384)) + _noise(rng, 7, 384, 0.5)
    points = directions(np.concatenate([rng.normal(size=(60, 384)), bundle]), ["ru"] * 67)
    (group,) = find_groups(points, points)

    assert group.rows == tuple(range(60, 67))
    assert group.stability > 0.8


def test_languages_are_not_groups() -> None:
    """A direction that all texts of one language share is taken out."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 30))
    vectors[:20] += 5 * _unit(rng.normal(size=30)) * np.sqrt(30)
    points = directions(vectors, ["ru"] * 20 + ["en"] * 20)

    assert abs(float((points[:20] @ points[20:].T).mean())) < 0.05
    assert find_groups(points, points) == []


def test_halves_hold_every_row_once() -> None:
    """Rows are parted into two that are not empty; less than two rows cannot be."""
    points = directions(np.random.default_rng(0).normal(size=(9, 5)), ["en"] * 9)
    for count in (2, 3, 9):
        first, second = halves(points[:count])
        assert first
        assert second
        assert sorted(first + second) == list(range(count))
    assert halves(np.zeros((2, 4))) == ((0,), (1,))
    assert halves(points[:1]) == ((), ())


def test_a_key_phrase_is_used_by_several_people() -> None:
    """A word that only one person repeats is none, however telling; one of many people is."""
    segments, _, _ = _study([TEAPOTS, *_alone(REST * 3)])
    rows = list(range(len(TEAPOTS)))
    one = segments.assign(participant_id="P1")

    assert [phrase.form for phrase in Vocabulary(segments).of(rows)] == ["teapot lid"]
    assert Vocabulary(one).of(rows) == []


def test_what_moved_counts_passages_and_people() -> None:
    """Gains and losses of each code, people who are new to it or left it, and their words."""
    segments, codings, _ = _study([["a b", "c d", "e f", "g h"]])
    first, second, third, fourth = segments["segment_id"]
    segments["participant_id"] = ["P1", "P1", "P2", "P3"]
    before = pd.concat([codings, make_table(CODINGS, [_coding(first, "pain.price"), _coding(third, "pain.price")])])
    rejected = _coding(fourth, "pain.price") | {"status": "rejected"}
    new = [_coding(first, "pain.price"), _coding(second, "pain.price"), _coding(fourth, "pain.film"), rejected]
    moved = what_moved(before, pd.concat([codings, make_table(CODINGS, new)]), segments)

    price, film = moved.to_dict("records")
    assert (price["code"], price["gained"], price["lost"]) == ("pain.price", (second,), (third,))
    assert (price["people_gained"], price["people_lost"]) == (0, 1)
    assert (price["quotes_gained"], price["quotes_lost"]) == (("c d",), ("e f",))
    assert (film["code"], film["passages_before"], film["passages_after"]) == ("pain.film", 0, 1)
    assert (film["people_gained"], film["quotes_gained"]) == (1, ("g h",))
    assert what_moved(before, before, segments).empty


def test_real_vectors_find_a_theme_and_what_it_is_near_to() -> None:
    """With the shipped encoder people's complaints of one kind are found among others; the hint is a pain."""
    from cjm_research.embedding import open_embedder

    embedder = open_embedder("e5")
    if embedder is None or embedder.name != "e5":
        pytest.skip("the weights of e5 are not installed")
    demo = Path(__file__).parents[1] / "interview_transcripts" / "project_saas" / "P01_deepa.txt"
    said = [line.partition(": ")[2] for line in demo.read_text(encoding="utf-8").splitlines()]
    others = [part for line in said for part in line.split(". ") if len(part) > 20]
    segments, codings, _ = _study([TEAPOTS, *_alone(others[:120])])
    vectors = embedder.encode(list(segments["text"]))
    found = nearest_codes(propose_codes(segments, codings, vectors), default_codebook(), embedder)
    texts = dict(zip(segments["segment_id"], segments["text"], strict=True))
    lids = [row for row in found.itertuples() if row.code == "teapot_lid"]

    assert len(lids) == 1
    members = {texts[one] for one in lids[0].segment_ids}
    assert len(members & set(TEAPOTS)) >= 5
    assert len(members - set(TEAPOTS)) <= 2
    assert lids[0].nearest.startswith(("pain.", "want.", "channel."))
    assert -1 <= lids[0].similarity <= 1
