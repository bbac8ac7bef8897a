"""Decisions stand where their words are now, whatever happened to the transcript and its sentences; none is lost."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.anchor import context
from cjm_research.placement import Placed, place
from cjm_research.segments import segment_id
from cjm_research.store.decision import Decision
from cjm_research.tables import DECISIONS, SEGMENTS, make_table

TEXT = "It was dear. I left. Then a friend rang and I came back."
CUT = ("It was dear.", "I left.", "Then a friend rang and I came back.")


def cut(text: str, *pieces: str, transcript: str = "a.txt") -> pd.DataFrame:
    """Passages of a text."""
    rows: list[dict[str, object]] = []
    for words in pieces:
        start, end = text.index(words), text.index(words) + len(words)
        identifier = segment_id(transcript, start, end, words)
        own = {"segment_id": identifier, "transcript_id": transcript, "start": start, "end": end, "text": words}
        rows.append(own | {"turn": 1, "participant_id": "P1", "language": "en", "question": "Q?", "wave": "w1"})
    return make_table(SEGMENTS, rows)


def on(words: str, part: str = "", code: str = "pain.price", verdict: str = "accept") -> Decision:
    """A decision on a passage of the text as it was, or on part of one."""
    start, quote = TEXT.index(part or words), part or words
    end = start + len(quote)
    passage = segment_id("a.txt", TEXT.index(words), TEXT.index(words) + len(words), words)
    return Decision(
        "anna", passage, "a.txt", start, end, quote, code, verdict, float("nan"), "", *context(TEXT, start, end)
    )


def placed(decisions: list[Decision], segments: pd.DataFrame, texts: dict[str, str]) -> Placed:
    """Where decisions stand now; offsets and words of every passage agree, and no decision is lost."""
    rows = [asdict(one) | {"time": f"{at:02d}"} for at, one in enumerate(decisions)]
    found = place(make_table(DECISIONS, rows), segments, texts)
    for row in found.segments.itertuples():
        assert texts[row.transcript_id][row.start : row.end] == row.text
    assert set(found.decisions["segment_id"]) <= set(found.segments["segment_id"])
    assert {*found.decisions["decision_id"], *found.stale["decision_id"]} == {one.decision_id for one in decisions}
    return found


def words_of(found: Placed) -> list[str]:
    """Words of the passage of each decision, in order."""
    text = dict(zip(found.segments["segment_id"], found.segments["text"], strict=True))
    return [text[identifier] for identifier in found.decisions["segment_id"]]


def test_a_decision_stays_on_its_passage_when_text_moves() -> None:
    """A line before shifts all offsets: the passage has another id, and the decision is on it."""
    text = "A line before.\n" + TEXT
    found = placed([on(words) for words in CUT], cut(text, *CUT), {"a.txt": text})
    assert words_of(found) == list(CUT)
    assert found.inside == {}
    assert found.decisions["start"].tolist() == [text.index(words) for words in CUT]


def test_part_of_a_passage_is_a_passage_of_its_own() -> None:
    """What the person narrowed to stands after the passage it is part of, with its person and question."""
    found = placed([on(CUT[2], "a friend rang"), on(CUT[0])], cut(TEXT, *CUT), {"a.txt": TEXT})
    assert words_of(found) == ["a friend rang", CUT[0]]
    assert found.segments["text"].tolist() == [*CUT, "a friend rang"]
    own = found.segments.iloc[-1]
    assert (own["participant_id"], own["question"], own["turn"]) == ("P1", "Q?", 1)
    assert found.inside == {own["segment_id"]: found.segments["segment_id"].iloc[2]}


def test_a_later_decision_on_a_part_is_on_that_part() -> None:
    """Also if it comes first in the list; without the one that made the part it is on the whole passage."""
    narrowed = on(CUT[2], "a friend rang")
    start, end, own = narrowed.start, narrowed.end, segment_id("a.txt", narrowed.start, narrowed.end, "a friend rang")
    later = Decision("boris", own, "a.txt", start, end, "a friend rang", "emotion.joy", "add")
    for decisions in ([narrowed, later], [later, narrowed]):
        assert words_of(placed(decisions, cut(TEXT, *CUT), {"a.txt": TEXT})) == ["a friend rang"] * 2
    assert words_of(placed([later], cut(TEXT, *CUT), {"a.txt": TEXT})) == [CUT[2]]


def test_joined_sentences_take_the_decisions_of_both() -> None:
    """When two sentences are one passage now, decisions on either are on it; no passage is made."""
    joined = "It was dear. I left."
    found = placed([on(CUT[0]), on(CUT[1])], cut(TEXT, joined, CUT[2]), {"a.txt": TEXT})
    assert words_of(found) == [joined, joined]
    assert len(found.segments) == 2


@pytest.mark.parametrize(
    ("code", "verdict"), [("pain.price", "reject"), ("stage.use", "add"), ("emotion.joy", "accept")]
)
def test_what_holds_for_all_of_a_cut_sentence_is_on_every_piece(code: str, verdict: str) -> None:
    """A rejection, a stage and an emotion of a sentence that is two now hold for both."""
    pieces = ("Then a friend rang", "and I came back.")
    found = placed([on(CUT[2], code=code, verdict=verdict)], cut(TEXT, *CUT[:2], *pieces), {"a.txt": TEXT})
    assert words_of(found) == list(pieces)


def test_a_pain_of_a_cut_sentence_stays_on_its_words() -> None:
    """A code that one of the pieces may not say is on the words the person saw, as a passage of its own."""
    pieces = ("Then a friend rang", "and I came back.")
    found = placed([on(CUT[2])], cut(TEXT, *CUT[:2], *pieces), {"a.txt": TEXT})
    assert words_of(found) == [CUT[2]]
    assert len(found.segments) == 5


def test_what_has_no_place_is_stale_with_its_reason() -> None:
    """Words changed inside, a file gone, words that are now an interviewer's: each is listed as it was."""
    text = TEXT.replace("dear", "cheap")
    found = placed([on(CUT[0]), on(CUT[1])], cut(text, CUT[1]), {"a.txt": text})
    assert found.stale[["quote", "reason"]].to_numpy().tolist() == [[CUT[0], "gone"]]
    assert placed([on(CUT[0])], cut(TEXT, CUT[1]), {"a.txt": TEXT}).stale["reason"].tolist() == ["unsaid"]
    assert placed([on(CUT[0])], cut("x.", "x.", transcript="b.txt"), {"b.txt": "x."}).stale["reason"].tolist() == [
        "no_file"
    ]


def test_decisions_go_along_with_a_renamed_file() -> None:
    """A transcript that only has another name keeps its decisions."""
    text = TEXT + " And that was all I have to say about it, thank you."
    decision = on(CUT[2])
    before, after = context(text, decision.start, decision.end)
    decision = Decision(**asdict(decision) | {"before": before, "after": after})
    found = placed([decision], cut(text, *CUT, transcript="b/new.txt"), {"b/new.txt": text})
    assert words_of(found) == [CUT[2]]
    assert found.renamed == {"a.txt": "b/new.txt"}
    assert found.decisions["transcript_id"].tolist() == ["b/new.txt"]


SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(lambda s: (s[0], min(len(TEXT), sum(s))))


@given(
    st.lists(
        st.tuples(SPANS, st.sampled_from(["pain.price", "stage.use"]), st.sampled_from(["add", "reject"])), max_size=5
    ),
    st.lists(st.integers(1, len(TEXT) - 1), max_size=6, unique=True).map(sorted),
    st.sampled_from(["", "Before. "]),
)
@settings(max_examples=150, deadline=None)
def test_no_decision_is_ever_lost_or_on_other_words(
    decided: list[tuple[tuple[int, int], str, str]], cuts: list[int], before: str
) -> None:
    """However sentences are cut anew: every decision has a place that shares its words, or is listed."""
    text = before + TEXT
    ends = [0, *cuts, len(TEXT)]
    spans = [(len(before) + a, len(before) + b) for a, b in pairwise(ends)]
    rows: list[dict[str, object]] = [
        {"segment_id": segment_id("a.txt", a, b, text[a:b]), "transcript_id": "a.txt", "turn": 1, "start": a, "end": b,
         "text": text[a:b], "participant_id": "P1", "language": "en"}
        for a, b in spans
    ]  # fmt: skip
    decisions = [
        Decision("anna", "s-old", "a.txt", a, b, TEXT[a:b], code, verdict, float("nan"), "", *context(TEXT, a, b))
        for (a, b), code, verdict in decided
    ]
    found = placed(decisions, make_table(SEGMENTS, rows), {"a.txt": text})
    places = found.segments.set_index("segment_id")
    for row in found.decisions.itertuples():
        passage = places.loc[row.segment_id]
        assert max(row.start, passage["start"]) < min(row.end, passage["end"])
        assert " ".join(text[row.start : row.end].split()) == " ".join(row.quote.split())
