"""Segments: sentences with offsets that never lie, and nothing a participant said lost."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.segments import make_segments, segment_id, split_sentences
from cjm_research.tables import TRANSCRIPTS, TURNS, make_table

HARD = (
    *("\U0001f469\U0001f3fd\u200d\U0001f692", "👍🏽", "и\u0306", "e\u0301", "שלום עולם.", "\u200f", "\u202e", "\u00a0"),
    *("т.е. ", "ул. ", "Mr. ", "3 p.m. ", "…", "?!", "\n\n", "\n- ", "\n1. ", "(смеётся) ", " «Да!» ", "“No.” "),
    *("Дорого. ", "Too dear! ", "\x1c", "\x85", "\u2028", "\ufeff"),
)
TEXT = st.lists(
    st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8),
    max_size=12,
).map("".join)


def cut(text: str, language: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in split_sentences(text, language)]


def tables(text: str, *turns: tuple[str, int, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One transcript with turns (role, start, end)."""
    rows: list[dict[str, object]] = [
        {
            "transcript_id": "a.txt",
            "turn": number,
            "participant_id": "P1",
            "role": role,
            "question": "Why?",
            "start": start,
            "end": end,
            "text": text[start:end],
        }
        for number, (role, start, end) in enumerate(turns, start=1)
    ]
    source = {"transcript_id": "a.txt", "path": "a.txt", "sha256": "0", "kind": "interview", "language": "en"}
    return make_table(TURNS, rows), make_table(TRANSCRIPTS, [source | {"text": text or "-", "wave": "w1"}])


@given(TEXT, st.sampled_from(["ru", "en", "und"]))
@settings(max_examples=80, deadline=None)
def test_sentences_lose_nothing(text: str, language: str) -> None:
    """Sentences come in order, do not overlap, begin and end with no white space, and hold every letter and digit."""
    spans = split_sentences(text, language)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@given(TEXT, TEXT)
@settings(max_examples=60, deadline=None)
def test_offsets_of_segments_never_lie(before: str, said: str) -> None:
    """``text[start:end] == quote`` in the transcript's text, whatever stands before the turn; ids are unique."""
    text = f"{before}|{said}."
    turns, transcripts = tables(text, ("participant", len(before) + 1, len(text)))
    found = make_segments(turns, transcripts)
    assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()
    assert found["segment_id"].is_unique


@pytest.mark.parametrize(
    "sentences",
    [
        ["Мы живём на ул. Ленина, т.е. в центре.", "Курьер приехал в 19 ч. вечера."],
        ["Дорого!", "Но быстро…"],
        ["Он сказал: «Приедем завтра».", "И не приехали."],
        ["Заплатила 3,5 тыс. руб. за всё.", "Это много?"],
    ],
)
def test_russian_abbreviations_do_not_end_a_sentence(sentences: list[str]) -> None:
    """A full stop within an abbreviation does not cut."""
    assert cut(" ".join(sentences), "ru") == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Smith came at 3 p.m. on Friday.", "He left soon."],
        ["It cost approx. 3.50 dollars.", "Too dear, e.g. for us!"],
        ["“Never again.”", "That is what I said."],
        ["Really?", "Yes."],
    ],
)
def test_english_abbreviations_do_not_end_a_sentence(sentences: list[str]) -> None:
    """Titles, times and decimals are kept in one piece."""
    assert cut(" ".join(sentences), "en") == sentences


def test_pieces_without_words_join_the_sentence_before() -> None:
    """Smileys, dots and stage directions are no passages of their own."""
    assert cut("Дорого. ))) 👍🏽", "ru") == ["Дорого. ))) 👍🏽"]
    assert cut("I gave up. (Laughs.) Then I called.", "en") == ["I gave up. (Laughs.)", "Then I called."]


def test_a_text_without_words_is_one_piece() -> None:
    """An answer that is only an emoji is kept."""
    assert cut(" 👍🏽 ", "und") == ["👍🏽"]
    assert cut(" \n ", "en") == []


def test_blank_lines_and_list_items_end_a_passage() -> None:
    """What was written as separate lines of a list stays separate; a plain line break does not cut."""
    text = "Three things\n- price\n- long waits\n2) rude staff\n\nThat is\nall"
    assert cut(text, "en") == ["Three things", "- price", "- long waits", "2) rude staff", "That is\nall"]


def test_only_participants_are_evidence() -> None:
    """Turns of interviewers and others give no segments; a participant's bring their question, turn, wave."""
    text = "Why? Too dear. Door opens."
    turns, transcripts = tables(text, ("interviewer", 0, 4), ("participant", 5, 14), ("other", 15, 26))
    found = make_segments(turns, transcripts).to_dict("records")
    assert [row["text"] for row in found] == ["Too dear."]
    assert {key: found[0][key] for key in ("turn", "start", "end", "question", "language", "wave")} == {
        "turn": 2, "start": 5, "end": 14, "question": "Why?", "language": "en", "wave": "w1",
    }  # fmt: skip
    assert len(make_segments(turns[turns["role"] != "participant"], transcripts)) == 0


def test_ids_are_stable_and_tell_places_apart() -> None:
    """The same words elsewhere have another id; the same words at the same place have the same on every run."""
    assert segment_id("a.txt", 0, 4, "Да.") == "s78df04aa9b69"
    ids = {segment_id(*key) for key in [("a.txt", 0, 4, "Да."), ("a.txt", 5, 9, "Да."), ("b.txt", 0, 4, "Да.")]}
    assert len(ids) == 3
    turns, transcripts = tables("Да. Нет. Да.", ("participant", 0, 12))
    assert make_segments(turns, transcripts)["segment_id"].is_unique


def test_a_sentence_has_its_own_language() -> None:
    """A participant who changes language mid-way is coded in both; a piece without letters takes the turn's."""
    text = "Всё было хорошо, заказали быстро. It was great. 100!"
    turns, transcripts = tables(text, ("participant", 0, len(text)))
    found = make_segments(turns, transcripts)
    assert found["language"].tolist() == ["ru", "en", "ru"]
