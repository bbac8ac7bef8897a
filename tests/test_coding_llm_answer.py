"""Answers of a language model: read from whatever is around them, checked, their quotes found word for word."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.coding.llm.answer import AnswerError, Finding, find_quote, read_answer

BOOK = default_codebook()
ENTRY = {
    "stage": {"quote": "paid", "code": "purchase"},
    "sentiment": {"quote": "awful", "code": "-2"},
    "emotion": {"quote": "", "code": "none"},
    "pains": [{"quote": "too dear", "code": "price", "intensity": 2}],
    "wants": [],
    "channels": [{"quote": "site", "code": "website"}, {"quote": "site", "code": "website"}],
    "flags": [],
}
FOUND = [
    ("stage.purchase", "paid", None),
    ("sentiment", "awful", -2.0),
    ("pain.price", "too dear", 2.0),
    ("channel.website", "site", None),
]


def plain(findings: list[Finding]) -> list[tuple[str, str, float | None]]:
    """Code, quote and value (None for none) of each finding."""
    return [(f.code, f.quote, None if math.isnan(f.value) else f.value) for f in findings]


def changed(**changes: Any) -> str:
    """An answer about one passage with some fields changed."""
    return json.dumps({"1": ENTRY | changes})


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"1": ENTRY}),
        f"Here it is:\n```json\n{json.dumps({'1': ENTRY}, indent=2)}\n```\nI hope it helps [a little].",
        f"<think>{{not this}} {{}}</think>\n{json.dumps({'1': ENTRY})}",
        json.dumps({"answers": {"1": ENTRY}}),
        json.dumps({"passages": [ENTRY]}),
        json.dumps([ENTRY]),
        json.dumps(ENTRY),
    ],
)
def test_an_answer_is_found_in_any_wrapping(text: str) -> None:
    """Words, fences, thoughts and other shapes around the entries do not matter."""
    assert [plain(one) for one in read_answer(text, 1, BOOK)] == [FOUND]


@pytest.mark.parametrize(
    ("text", "passages", "reason"),
    [
        ("I cannot do that.", 1, "not_json"),
        ('{"1": {"stage": ', 1, "not_json"),
        ("", 1, "not_json"),
        ("[" * 100_000, 1, "not_json"),
        (json.dumps({"1": ENTRY}), 2, "passages"),
        (json.dumps({"1": ENTRY, "3": ENTRY}), 2, "passages"),
        (json.dumps([ENTRY, ENTRY, ENTRY]), 2, "passages"),
        (json.dumps({"1": "purchase", "2": ENTRY}), 2, "shape"),
        (json.dumps({"1": {}}), 1, "shape"),
        (changed(sentiment={"quote": "", "code": "7"}), 1, "shape"),
        (changed(pains=[["price"]]), 1, "shape"),
        (changed(stage={"quote": 3, "code": "use"}), 1, "shape"),
    ],
)
def test_what_cannot_be_used_is_told_why(text: str, passages: int, reason: str) -> None:
    """An answer that is no JSON, misses a passage or has another form is no answer."""
    with pytest.raises(AnswerError) as caught:
        read_answer(text, passages, BOOK)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("given_one", "value", "mixed"),
    [("-1", -1.0, False), (2, 2.0, False), ("+1", 1.0, False), ("−2", -2.0, False), ("mixed", 0.0, True)],
)
def test_sentiment_is_a_number_or_mixed(given_one: object, value: float, mixed: bool) -> None:
    """Sentiment may be written as number or text, with any minus; mixed is zero and marked."""
    (found,) = read_answer(changed(sentiment={"quote": "", "code": given_one}), 1, BOOK)
    feeling = next(finding for finding in found if finding.code == "sentiment")

    assert (feeling.value, feeling.mixed) == (value, mixed)


def test_codes_alone_are_understood() -> None:
    """A model that is not held to the form may give codes without quotes, or with their axis."""
    (found,) = read_answer(changed(stage="stage.use", emotion=None, sentiment=0, pains=["delay"], channels=[]), 1, BOOK)

    assert plain(found) == [("stage.use", "", None), ("sentiment", "", 0.0), ("pain.delay", "", 1.0)]


def test_unknown_codes_are_marked() -> None:
    """A code the codebook does not have is kept apart and pushes no known one out."""
    entry = changed(stage=[{"code": "teleport", "quote": ""}, {"code": "use", "quote": ""}], pains=["boredom"])
    (found,) = read_answer(entry, 1, BOOK)

    assert [finding.code for finding in found if not finding.known] == ["stage.teleport", "pain.boredom"]
    assert "stage.use" in [finding.code for finding in found if finding.known]


def test_there_is_one_stage_and_one_emotion() -> None:
    """Of several stages or emotions only the first known one counts."""
    (found,) = read_answer(changed(stage=["use", "support"], emotion=["joy", "anger"]), 1, BOOK)

    assert [f.code for f in found if f.code.startswith(("stage.", "emotion."))] == ["stage.use", "emotion.joy"]


def test_a_stage_that_was_merged_becomes_the_one_it_went_into() -> None:
    """With four stages, an answer of a stage of the nine is understood."""
    merged = default_codebook("classic-4")
    (source, target), *_ = merged.merged.items()
    (found,) = read_answer(changed(stage=source.removeprefix("stage.")), 1, merged)

    assert found[0].code == target


@pytest.mark.parametrize(
    ("quote", "text", "there"),
    [
        ("too dear", "It was too dear for me.", "too dear"),
        ("«too  dear»…", "It was too\n dear.", "too\n dear"),
        ("не нашла", "Так и не\u00a0нашла.", "не\u00a0нашла"),
        ("Дорого!", "Дорого! Очень.", "Дорого!"),
        ("too cheap", "It was too dear.", None),
        ("нет", "Интернет пропал.", None),
        ("net", "The internet.", None),
        ("Too dear", "It was too dear.", None),
        ("…", "Well…", None),
        ("", "Well", None),
        ("👍", "👍", None),
    ],
)
def test_a_quote_stands_in_its_passage_or_not(quote: str, text: str, there: str | None) -> None:
    """Only white space and the marks around a quote may differ; a part of a word is no quote."""
    span = find_quote(quote, text)

    assert (text[slice(*span)] if span else None) == there


@given(st.text(max_size=60), st.text(max_size=60), st.text(alphabet="абв xyz", min_size=1, max_size=20))
def test_words_of_a_passage_are_always_found(before: str, after: str, middle: str) -> None:
    """Whatever stands around them, whole words are found, and the place holds these words."""
    text = f"{before} {middle} {after}"
    span = find_quote(middle, text)

    assert (span is None) == (not middle.strip())
    if span:
        assert text[slice(*span)].split() == middle.split()


_KEYS = st.sampled_from(["1", "2", *ENTRY, "code", "quote"])
_LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner)))
def test_no_answer_is_a_mistake_of_the_program(found: object) -> None:
    """Any JSON is either read or refused."""
    try:
        entries = read_answer(json.dumps(found), 2, BOOK)
    except AnswerError:
        return
    assert len(entries) == 2
