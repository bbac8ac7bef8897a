"""Errors: everything wrong is told at once, in both languages."""

from __future__ import annotations

import pytest

from cjm_research.errors import CjmError, Problem, Problems


def test_several_problems_are_told_at_once() -> None:
    """All problems that were noted stand in one error, a line each, in the order they were found."""
    problems = Problems()
    problems.add("table.missing_column", "turns", column="text")
    problems.add("study.bad_date", "study.yml:4", value="31.10")
    with pytest.raises(CjmError) as raised:
        problems.raise_if_any()
    assert raised.value.text("en") == (
        "turns: column “text” is missing\nstudy.yml:4: “31.10” is not a day; write it as 2026-10-31"
    )
    assert raised.value.text("ru").splitlines()[0] == "turns: нет столбца «text»"


def test_no_problem_raises_nothing() -> None:
    """An empty collection is false and raises nothing."""
    problems = Problems()
    problems.raise_if_any()
    assert not problems
    assert list(problems) == []


def test_problems_found_elsewhere_join() -> None:
    """Problems of one error can be handed on to another collection."""
    problems = Problems()
    problems.extend(CjmError.one("study.not_mapping", "study.yml").problems)
    assert problems
    assert [problem.key for problem in problems] == ["study.not_mapping"]


def test_place_stands_before_the_sentence_if_there_is_one() -> None:
    """A problem without a place is the sentence alone."""
    assert Problem("read.empty_file").text("en") == "the file is empty; export it again, or delete it"
    assert CjmError.one("read.empty_file", "a.txt").text("ru").startswith("a.txt: файл пуст")


def test_message_follows_the_current_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing an error speaks the language of CJM_LANG."""
    error = CjmError.one("table.missing_column", column="x")
    monkeypatch.setenv("CJM_LANG", "ru")
    assert str(error) == "нет столбца «x»"
    monkeypatch.setenv("CJM_LANG", "en")
    assert str(error) == "column “x” is missing"


def test_a_missing_sentence_is_a_mistake_of_the_program() -> None:
    """A key that no catalogue has raises KeyError, not a CjmError."""
    with pytest.raises(KeyError):
        CjmError.one("no.such_key").text("en")
