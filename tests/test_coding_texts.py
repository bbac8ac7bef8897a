"""Any table of texts, coded on all axes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cjm_research.coding.heads import AXES
from cjm_research.coding.texts import code_texts, linked
from cjm_research.errors import CjmError

TEXTS = pd.DataFrame(
    {
        "text": [
            "Курьер опоздал на три часа и даже не позвонил.",
            "I asked support twice and nobody ever replied.",
            "Цены выросли вдвое, очень дорого.",
            "Очень понравилось, всё быстро и вежливо!",
            "не скажу, что плохо",
            "I was afraid they would lose my data.",
            "Das Paket kam nie an und niemand hat geantwortet, ärgerlich.",
            "нет",
            "",
        ],
        "question": ["Как прошла доставка?", "", "", "Как вам сервис?", "", "Any worries?", "", "Что неудобно?", ""],
        "mine": range(9),
    },
    index=pd.Index([f"r{number}" for number in range(9)]),
)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for vectors."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="module")
def coded(vectors: Path) -> pd.DataFrame:
    """The texts, coded."""
    return code_texts(TEXTS, cache=vectors)


def test_every_axis_has_its_columns(coded: pd.DataFrame) -> None:
    """Rows, index and other columns stay; each axis gets codes of the codebook and a confidence from 0 to 1."""
    assert list(coded.index) == list(TEXTS.index)
    assert list(coded["mine"]) == list(TEXTS["mine"])
    for axis, codes in AXES.items():
        column = {"pain": "pains", "want": "wants", "channel": "channels"}.get(axis, axis)
        assert set(",".join(coded[column]).split(",")) <= {*codes, ""}
        assert coded[f"{column}_confidence"].between(0, 1).all()
    assert coded["sentiment_score"].dropna().between(-2, 2).all()


def test_plain_sentences_are_understood(coded: pd.DataFrame) -> None:
    """What nobody would doubt is coded so, in both languages."""
    assert "delay" in coded.loc["r0", "pains"]
    assert coded.loc["r0", "sentiment"] == coded.loc["r1", "sentiment"] == "negative"
    assert coded.loc["r1", "stage"] == "support"
    assert "price" in coded.loc["r2", "pains"]
    assert coded.loc["r3", "sentiment"] == "positive"
    assert coded.loc["r4", "sentiment"] != "negative"
    assert coded.loc["r5", "wants"] == "fear"


def test_other_languages_are_not_scored(coded: pd.DataFrame) -> None:
    """German is neither neutral nor of no stage: nothing is said of it."""
    row = coded.loc["r6"]
    assert all(row[name] == "" for name in ("sentiment", "emotion", "pains", "wants", "channels", "stage_top3"))
    assert np.isnan(row["sentiment_score"])


def test_first_three_stages_begin_with_the_one_suggested(coded: pd.DataFrame) -> None:
    """``stage_top3`` is a ranking without repetition, led by ``stage``."""
    for stage, ranked in zip(coded["stage"], coded["stage_top3"], strict=True):
        if ranked:
            names = ranked.split(",")
            assert names[0] == stage
            assert len(set(names)) == 3


def test_order_and_company_do_not_matter(coded: pd.DataFrame, tmp_path: Path) -> None:
    """Shuffled or coded in small batches, without any vector kept, the same texts get the same codes."""
    shuffled = TEXTS.sample(frac=1, random_state=7)
    names = [column for column in coded.columns if not column.endswith(("_confidence", "_score"))]
    again = code_texts(shuffled, cache=tmp_path).loc[TEXTS.index]
    apart = pd.concat([code_texts(TEXTS.iloc[start : start + 2]) for start in range(0, len(TEXTS), 2)])
    for other in (again, apart):
        pd.testing.assert_frame_equal(other[names], coded[names])
        confidences = [column for column in coded.columns if column.endswith(("_confidence", "_score"))]
        np.testing.assert_allclose(other[confidences], coded[confidences], atol=0.0011)


def test_answers_are_linked_by_their_context() -> None:
    """A row's neighbour is the row whose text ends its context, under the same question only."""
    texts = ["Пришёл в офис.", "Ждал час.", "Ждал час."]
    assert linked(texts, ["Q", "Q", "P"], ["", "Пришёл в офис.", "Пришёл в офис."]) == [(1,), (0,), ()]


def test_a_table_without_texts_is_refused() -> None:
    """The message names the columns there are."""
    with pytest.raises(CjmError, match="отзыв"):
        code_texts(pd.DataFrame({"отзыв": ["a"]}))


def test_an_empty_table_stays_empty() -> None:
    """No rows in, no rows out, all columns there."""
    found = code_texts(TEXTS.iloc[:0])
    assert len(found) == 0
    assert "stage_top3" in found.columns
