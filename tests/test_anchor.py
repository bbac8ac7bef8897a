"""Coded words are found again after edits, or listed as stale; none is lost or moved to other words."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.anchor import CONTEXT, context, reanchor, renamed, stale_lines

TEXT = (
    "И: Как вы узнали о магазине?\nР: От подруги. Она хвалила доставку.\n"
    "И: А что было трудно?\nР: Не нашла кнопку оплаты. Да.\nИ: Вы позвонили?\nР: Да.\n"
)


def coded(text: str, *spans: tuple[int, int], transcript: str = "a.txt") -> pd.DataFrame:
    """Decisions on spans of a text, as a store remembers them."""
    rows = [(transcript, text[a:b], *context(text, a, b), a) for a, b in spans]
    return pd.DataFrame(rows, columns=["transcript_id", "quote", "before", "after", "start"])


def on(words: str, text: str = TEXT, number: int = 0) -> pd.DataFrame:
    """A decision on one occurrence of these words."""
    at = -1
    for _ in range(number + 1):
        at = text.index(words, at + 1)
    return coded(text, (at, at + len(words)))


def outcome(old: pd.DataFrame, text: str) -> list[tuple[str, str]]:
    """Status and words of every decision in a changed text; stale ones have no words."""
    found = reanchor(old, {"a.txt": text})
    return [
        (status, "" if pd.isna(start) else text[start:end])
        for start, end, status in found.itertuples(index=False)
    ]  # fmt: skip


def test_context_is_forty_characters_on_either_side() -> None:
    """What is remembered around the words ends at the text's ends."""
    assert CONTEXT == 40
    assert context("ab" + "x" * 50, 1, 2) == ("a", "x" * 40)
    assert context("x" * 50 + "ab", 51, 52) == ("x" * 39 + "a", "")


def test_nothing_moves_in_a_text_that_did_not_change() -> None:
    """Every span is exact, also the second of two equal ones with the same surroundings."""
    text = "Q: Ok?\nA: Да.\n" * 12
    old = coded(text, *((at, at + 3) for at in range(10, len(text), 14)))
    found = reanchor(old, {"a.txt": text})
    assert found["status"].tolist() == ["exact"] * 12
    assert found["start"].tolist() == old["start"].tolist()
    assert found["end"].tolist() == [start + 3 for start in old["start"]]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda text: "Запись 4.\n" + text, "moved"),
        (lambda text: text.replace("От подруги. ", ""), "moved"),
        (lambda text: text + "И: Спасибо!\n", "exact"),
        (lambda text: text.replace("Не нашла", "Не  \n нашла"), "moved"),
        (lambda text: text.replace("А что было трудно?\nР: ", "").replace(" Да.\nИ: Вы", "\nИ: Но вы"), "moved"),
    ],
)
def test_words_said_once_are_found_wherever_they_went(change: object, status: str) -> None:
    """Insertions, deletions and other white space before, after and around leave the decision with its words."""
    text = change(TEXT)  # type: ignore[operator]
    [(found, words)] = outcome(on("Не нашла кнопку оплаты."), text)
    assert found == status
    assert " ".join(words.split()) == "Не нашла кнопку оплаты."


def test_words_said_twice_are_told_apart_by_their_context() -> None:
    """Of two equal answers each decision keeps its own when text is inserted before, between and after."""
    text = "Начало.\n" + TEXT.replace("И: Вы позвонили?", "И: Хорошо, вы позвонили?") + "Конец.\n"
    first, second = on("Да."), on("Да.", number=1)
    found = reanchor(pd.concat([first, second]), {"a.txt": text})
    assert found["start"].tolist() == [text.index("Да."), text.rindex("Да.")]
    assert found["status"].tolist() == ["moved", "moved"]


def test_a_copy_of_the_coded_words_does_not_draw_the_decision_away() -> None:
    """When the same words are added elsewhere, also before, the decision stays in its context."""
    text = "И: Итог?\nР: Не нашла кнопку оплаты.\n" + TEXT
    found = reanchor(on("Не нашла кнопку оплаты."), {"a.txt": text})
    assert found["start"].tolist() == [text.rindex("Не нашла")]


def test_words_that_changed_or_cannot_be_told_apart_are_stale_and_stay_listed() -> None:
    """An edit inside the words, their removal, a lost transcript, copies without context: stale, with all rows kept."""
    quote = on("Не нашла кнопку оплаты.")
    assert outcome(quote, TEXT.replace("кнопку", "кнопочку")) == [("stale", "")]
    assert outcome(quote, TEXT.replace("Не нашла кнопку оплаты.", "")) == [("stale", "")]
    assert outcome(quote, "Не нашла кнопку оплаты. | Не нашла кнопку оплаты.") == [("stale", "")]
    assert outcome(quote, "") == [("stale", "")]
    gone = reanchor(quote, {})
    assert gone["status"].tolist() == ["stale"]
    assert gone["start"].isna().all()


def test_the_rows_keep_their_order_and_index() -> None:
    """The result can be put beside the decisions, whatever their index."""
    old = pd.concat([on("От подруги."), on("нет такого", "нет такого"), on("Она хвалила доставку.")])
    old.index = pd.Index(["c", "a", "b"])
    found = reanchor(old, {"a.txt": TEXT})
    assert found["status"].to_dict() == {"c": "exact", "a": "stale", "b": "exact"}
    assert reanchor(old.iloc[:0], {"a.txt": TEXT}).empty


def test_stale_decisions_are_told_with_file_words_and_remedy() -> None:
    """One line per stale decision in either language, with what happened to its words."""
    old = pd.concat([on("Не нашла кнопку оплаты."), coded("Ушла.", (0, 5), transcript="b.txt"), on("Она хвалила")])
    stale = old.assign(reason=["gone", "no_file", "unsaid"])
    assert stale_lines(stale, "ru") == [
        (
            "a.txt: размеченных здесь слов «Не нашла кнопку оплаты.» в файле больше нет. "
            "Разметьте новую формулировку или верните слова"
        ),
        "b.txt: файла нет, а с ним и размеченных в нём слов «Ушла.». Верните файл или разметьте слова заново",
        (
            "a.txt: размеченных слов «Она хвалила» участник больше не говорит. "
            "Проверьте, кто здесь говорит (cjm status), или разметьте слова заново"
        ),
    ]
    assert "“Ушла.”" in stale_lines(stale, "en")[1]


def test_a_renamed_transcript_is_recognised_by_all_its_coded_words_at_their_places() -> None:
    """Unchanged under one other name: renamed; edited, there twice, or too short to tell: gone."""
    old = pd.concat([on("Не нашла кнопку оплаты."), on("От подруги.")])
    assert renamed(old, {"new.txt": TEXT, "other.txt": "И: Как?\nР: Так.\n"}) == {"a.txt": "new.txt"}
    assert renamed(old, {"a.txt": "", "new.txt": TEXT}) == {}
    assert renamed(old, {"new.txt": "\n" + TEXT}) == {}
    assert renamed(old, {"new.txt": TEXT, "copy.txt": TEXT}) == {}
    assert renamed(coded("Да.", (0, 3)), {"somebody else.txt": "Да."}) == {}


WORDS = st.lists(st.sampled_from(["да", "нет", "дорого", "👩🏽\u200d💻", "и\u0306", "\n", "шум", "שלום"]), max_size=14)


@given(WORDS, WORDS, WORDS, WORDS)
@settings(max_examples=300, deadline=None)
def test_a_decision_is_never_on_other_words(
    before: list[str], said: list[str], after: list[str], new: list[str]
) -> None:
    """Whatever is put before and after, a decision that is not stale has its own words (white space apart)."""
    left, quote, right = (" ".join(words) for words in (before, ["ядро", *said], after))
    text = left + quote + right
    old = coded(text, (len(left), len(left) + len(quote)))
    assert outcome(old, text) == [("exact", quote)]
    for changed in (" ".join(new) + text, left + " ".join(new) + quote + right, text + " ".join(new)):
        [(status, words)] = outcome(old, changed)
        assert status != "stale"
        assert words.split() == quote.split()
