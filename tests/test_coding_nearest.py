"""The examples a passage is most like."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cjm_research.coding.heads import CODES
from cjm_research.coding.nearest import Bank, example_texts, open_bank, with_examples

BANK = Bank(
    ("a", "b", "c", "d"),
    (frozenset({"pain.price"}), frozenset({"pain.price"}), frozenset({"pain.delay"}), frozenset({"pain.price"})),
    np.array([[1, 0], [0.8, 0.6], [0, 1], [0, -1]], np.float32),
)


def test_nearest_of_the_same_code_first() -> None:
    """Only examples of the code are shown, the most similar first, at most three; none for a code without any."""
    found = BANK.nearest(np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]), ["pain.price", "pain.delay", "want.need"])
    assert found == [("b", "a", "d"), ("c",), ()]


def test_examples_stand_where_no_words_do() -> None:
    """A suggestion with words as evidence needs no example; one without gets its nearest."""
    codings = pd.DataFrame(
        {
            "segment_id": ["s", "s"],
            "code": ["pain.price", "pain.delay"],
            "value": [1.0, 1.0],
            "evidence": [((0, 3),), ()],
            "memo": ["", ""],
        }
    )
    found = with_examples(codings, pd.DataFrame({"segment_id": ["s"]}), np.array([[0.0, 1.0]]), BANK)
    assert list(found["examples"]) == [(), ("c",)]


def test_shipped_examples_are_whole() -> None:
    """Every shipped example has a text, known codes and a vector of either encoder; every pain has some."""
    texts = example_texts()
    for engine in ("e5", "use"):
        bank = open_bank(engine)
        assert set(bank.ids) == set(texts)
        np.testing.assert_allclose(np.linalg.norm(bank.vectors, axis=1), 1, rtol=1e-4)
    assert all(texts.values())
    met = set().union(*open_bank("e5").codes)
    assert met <= set(CODES)
    assert {code for code in CODES if code.startswith(("pain.", "want.", "channel."))} <= met
