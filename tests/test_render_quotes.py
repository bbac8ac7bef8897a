"""Quotes: verbatim, with who, where and in answer to what."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from cjm_research.render.quotes import QuoteBook
from cjm_research.tables import SEGMENTS, TRANSCRIPTS, TURNS, make_table

SAID = "Too dear. I left 👍🏽."
ROWS = [("a/talk.vtt", "interview", 3725.0), ("b.txt", "interview", math.nan), ("s.csv#12", "survey", math.nan)]


@pytest.fixture
def book() -> QuoteBook:
    """Three sources that say the same two sentences: a recording, a text, a survey answer."""
    turns, segments, transcripts = [], [], []
    for number, (name, kind, start_s) in enumerate(ROWS):
        path = name.partition("#")[0]
        transcripts.append(
            {"transcript_id": name, "path": path, "sha256": "0", "kind": kind, "language": "en", "text": SAID}
        )
        place = {"transcript_id": name, "turn": 4, "participant_id": f"P{9 - number}", "start_s": start_s}
        turns.append(
            place | {"role": "participant", "question": "Why?", "start": 10, "end": 10 + len(SAID), "text": SAID}
        )
        for start, end in ((0, 9), (10, 19)):
            segments.append(
                place | {"segment_id": f"{number}-{start}", "start": 10 + start, "end": 10 + end,
                         "text": SAID[start:end], "language": "en"}
            )  # fmt: skip
    return QuoteBook(
        make_table(SEGMENTS, segments), make_table(TURNS, turns), make_table(TRANSCRIPTS, transcripts), "en"
    )


@pytest.mark.parametrize(
    ("segment", "place", "source", "file"),
    [
        ("0-0", "1:02:05", "P9, 1:02:05", "talk.vtt"),
        ("1-0", "turn 4", "P8, turn 4", "b.txt"),
        ("2-0", "row 12", "P7", "s.csv"),
    ],
)
def test_place_is_what_one_can_look_up(book: QuoteBook, segment: str, place: str, source: str, file: str) -> None:
    """A recording has a time, a text a turn, a survey a row, which stands in the respondent's code already."""
    quote = book.quote(segment)
    assert (quote.place, quote.source, quote.file) == (place, source, file)


def test_a_quote_stands_in_its_turn(book: QuoteBook) -> None:
    """Before, quote and after together are the turn, counted in code points; its question comes along."""
    quote = book.quote("1-10")
    assert (quote.before, quote.text, quote.after) == ("Too dear. ", "I left 👍🏽", ".")
    assert quote.before + quote.text + quote.after == SAID
    assert (quote.question, quote.start, quote.end, quote.anchor) == ("Why?", 20, 29, "q-1-10")


def test_minutes_below_an_hour() -> None:
    """A time is minutes and seconds until an hour is full."""
    turn = {"transcript_id": "t", "turn": 1, "participant_id": "P", "start": 0, "end": 2}
    segment = turn | {"segment_id": "s", "text": "Hi", "language": "en", "start_s": 65.9}
    source = {"transcript_id": "t", "path": "t", "sha256": "0", "kind": "interview", "language": "en", "text": "Hi"}
    book = QuoteBook(
        make_table(SEGMENTS, [segment]),
        make_table(TURNS, [turn | {"role": "participant", "text": "Hi"}]),
        make_table(TRANSCRIPTS, [source]),
        "ru",
    )
    assert book.quote("s").place == "1:05"


def test_order_is_the_given_one_or_that_of_the_sources(book: QuoteBook) -> None:
    """Lists keep their order; the appendix has each quote once, by person, file and place."""
    ids = ["0-10", "2-0", "0-10", "0-0"]
    assert [quote.id for quote in book.quotes(ids)] == ids
    assert [quote.id for quote in book.in_source_order(ids)] == ["2-0", "0-0", "0-10"]


def test_an_unknown_id_is_a_mistake_of_the_program(book: QuoteBook) -> None:
    """Evidence that the tables do not have raises KeyError, it is not left out."""
    with pytest.raises(KeyError):
        book.quotes(pd.Series(["nothing"]))
