"""The measured promises: recall on the written sentences, and how little is replaced falsely."""

from __future__ import annotations

from collections import Counter

from benchmarks.privacy import read_rows, score_rows, unmark

NUMBERS = ("phone", "email", "card", "passport", "snils", "inn", "id", "ip")


def test_the_list_of_sentences_is_long_and_balanced() -> None:
    """At least 220 sentences and 60 traps, about half of them Russian, a third held out."""
    rows = list(read_rows())
    groups = Counter((row["group"], row["language"]) for row in rows)
    assert groups["text", "ru"] >= 100
    assert groups["text", "en"] >= 100
    assert groups["text", "ru"] + groups["text", "en"] >= 220
    assert groups["trap", "ru"] >= 30
    assert groups["trap", "en"] >= 30
    assert 0.3 < sum(row["split"] == "held_out" for row in rows) / len(rows) < 0.36
    assert all(unmark(row["sentence"])[1] for row in rows if row["group"] == "text")
    assert not any(unmark(row["sentence"])[1] for row in rows if row["group"] == "trap")


def test_recall_and_false_replacements_keep_the_promise() -> None:
    """Names 0.95, phones, e-mails and numbers 0.99, fewer than 3 false in 1,000 words of all sentences."""
    score, _ = score_rows(list(read_rows()))
    assert score.recall("name") >= 0.95
    assert score.recall(*NUMBERS) >= 0.99
    assert 1000 * score.false / score.words < 3


def test_names_are_found_in_the_held_out_third_as_well() -> None:
    """What was never looked at reaches the same figures."""
    score, _ = score_rows([row for row in read_rows() if row["split"] == "held_out"])
    assert score.recall("name") >= 0.95
    assert score.recall(*NUMBERS) >= 0.99
