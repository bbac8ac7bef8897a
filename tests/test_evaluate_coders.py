"""Coders to evaluate and baselines: each gives a row for a row, in the form of the gold table."""

from __future__ import annotations

import json
import math
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from cjm_research.codebook import default_codebook
from cjm_research.coding.llm import LlmOptions
from cjm_research.errors import CjmError
from cjm_research.evaluation import check_gold, compare
from cjm_research.evaluation.coders import (
    by_keywords,
    by_llm,
    by_majority,
    by_textblob,
    by_vader,
    to_columns,
    to_segments,
)
from cjm_research.evaluation.gold import AXES
from cjm_research.tables import CODINGS, SEGMENTS, check_table, make_table
from tests.scripted_server import Answer, Body, chat, scripted_server

BOOK = default_codebook()
GOLD = check_gold(
    pd.DataFrame(
        {
            "text": [
                "Оплата не прошла, это ужасно!",
                "I love it, great service.",
                "Das war schön, größer äöü",
                "Сестра.",
            ],
            "question": ["Как прошла оплата?", "", "", "Как вы о нас узнали?"],
            "context": ["Я пришёл.", "", "", ""],
            "stage": ["purchase", "use", "use", "awareness"],
            "sentiment": ["negative", "positive", "positive", ""],
            "emotion": ["anger", "joy", "none", "none"],
            "pains": ["defect", "", "", ""],
            "wants": "",
            "channels": ["", "", "", "word_of_mouth"],
        },
        index=[2, 5, 7, 9],
    ),
    BOOK,
)
TEXTS = GOLD[["text", "question", "context", "language", "source"]]


def test_texts_are_segments() -> None:
    """Rows become a valid table of segments, in order, each a transcript of its own."""
    segments = check_table(SEGMENTS, to_segments(TEXTS))

    assert segments["transcript_id"].is_unique
    assert segments["text"].tolist() == TEXTS["text"].tolist()


def test_codings_become_columns() -> None:
    """The surest code of one-code axes, all of others with their mean confidence, mixed by its memo; none elsewhere."""
    shared = {"coder": "t", "coder_kind": "rule", "status": "suggested"}
    rows = [
        ("0", "stage.use", math.nan, 0.4, ""),
        ("0", "stage.review", math.nan, 0.9, ""),
        ("0", "pain.price", 1.0, 0.5, ""),
        ("0", "pain.delay", 2.0, 0.8, ""),
        ("0", "flag.barrier", math.nan, 0.8, ""),
        ("0", "sentiment", 0.0, 0.7, "mixed unverified_quote"),
        ("1", "sentiment", -2.0, 0.6, ""),
    ]
    names = ("segment_id", "code", "value", "confidence", "memo")
    codings = make_table(CODINGS, [shared | dict(zip(names, row, strict=True)) for row in rows])
    table = to_columns(TEXTS, codings, unscored={"3"})

    assert table.index.tolist() == TEXTS.index.tolist()
    assert table.loc[2, ["stage", "stage_confidence", "sentiment", "emotion", "pains", "wants"]].tolist() == [
        "review",
        0.9,
        "mixed",
        "none",
        "price,delay",
        "",
    ]
    assert table.loc[2, "pains_confidence"] == pytest.approx(0.65)
    assert table["sentiment"].tolist() == ["mixed", "negative", "", ""]
    assert table["stage"].tolist() == ["review", "none", "none", ""]
    assert math.isnan(table.loc[5, "stage_confidence"])


def test_keywords_code_both_languages_and_leave_others_unscored() -> None:
    """The rules find what the words say in Russian and English; German has no stage, not none."""
    table = by_keywords(TEXTS, BOOK)

    assert table["stage"].tolist()[::3] == ["purchase", "awareness"]
    assert table["sentiment"].tolist()[:3] == ["negative", "positive", ""]
    assert table.loc[7, ["stage", "emotion"]].tolist() == ["", ""]
    assert set(AXES) <= set(table.columns)


def test_textblob_knows_english_sentiment_only() -> None:
    """Russian and German are unscored, never neutral, and no other axis is pretended."""
    table = by_textblob(TEXTS, BOOK)

    assert table.to_dict("list") == {"sentiment": ["", "positive", "", ""]}


def test_vader_knows_english_sentiment_only() -> None:
    """With its package English is scored; without it the error says what to install."""
    if find_spec("vaderSentiment"):
        assert by_vader(TEXTS, BOOK)["sentiment"].tolist() == ["", "positive", "", ""]
    else:
        with pytest.raises(CjmError, match=r"pip install .cjm_research\[baselines\]"):
            by_vader(TEXTS, BOOK)


def test_majority_is_the_most_frequent_code_of_each_axis() -> None:
    """use in 2 of 4, positive in 2 of 3, and a code for axes of several; its micro-F1 is what one code gives."""
    table = by_majority(GOLD)
    found = compare(GOLD, table, times=0)

    assert table.iloc[0][["stage", "sentiment", "pains", "wants", "channels"]].tolist() == [
        "use",
        "positive",
        "defect",
        "",
        "word_of_mouth",
    ]
    assert found.value("stage") == pytest.approx((2 * 2 / (4 + 2)) / 3)
    assert found.value("pains") == pytest.approx(2 * 1 / (4 + 1))


def _answer(body: Body, _n: int) -> Answer:
    """Say of every passage asked about that it is about buying, and quote nothing."""
    ids = body["response_format"]["json_schema"]["schema"]["properties"]
    nothing = {"code": "none", "quote": ""}
    entry = {
        "stage": {"code": "purchase", "quote": ""},
        "sentiment": {"code": "-2", "quote": ""},
        "emotion": nothing,
        "pains": [{"code": "defect", "quote": "", "intensity": 1}],
        "wants": [],
        "channels": [],
    }
    return chat(json.dumps(dict.fromkeys(ids, entry)))


def test_a_language_model_is_a_coder_like_others(tmp_path: Path) -> None:
    """It is asked with question and context, codes what is Russian or English, and sees no code of gold."""
    with scripted_server(_answer) as server:
        table, report = by_llm(TEXTS, BOOK, LlmOptions(server.url, "tiny", tmp_path, batch_size=1))
    asked = [body["messages"][-1]["content"] for body in server.asked]

    assert table["stage"].tolist() == ["purchase", "purchase", "", "purchase"]
    assert table["pains"].tolist() == ["defect", "defect", "", "defect"]
    assert (report.passages, report.uncoded) == (3, ())
    assert "Я пришёл." in asked[0]
    assert "Как прошла оплата?" in asked[0]
    assert "word_of_mouth" not in "".join(asked)
    assert not any("Я пришёл." in text for text in asked[1:])
