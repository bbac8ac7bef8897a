"""What a language model is told: the codebook, the passages with their neighbours, the decisions most like them."""

from __future__ import annotations

import json
import tomllib
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cjm_research.coding.llm.prompt
from cjm_research.codebook import default_codebook
from cjm_research.coding.llm.answer import read_answer
from cjm_research.coding.llm.batches import lines, make_batches
from cjm_research.coding.llm.examples import Bank
from cjm_research.coding.llm.prompt import complaint, instructions, request
from cjm_research.coding.llm.shape import answer_example, grammar, schema
from tests.test_coding_keywords import segments

BOOK = default_codebook()
DECIDED = pd.DataFrame(
    [
        ("The courier was late again.", "How was delivery?", "en", "use", -1, "none", ("delay",), "", ("courier",)),
        ("The website crashed.", "How was paying?", "en", "purchase", -2.0, "anger", "defect", "", "website"),
        ("Курьер опоздал.", "Как доставка?", "ru", "use", -1, "none", "delay", "", "courier"),
        ("I like the colour.", "", "en", "use", 1, "joy", "", "", float("nan")),
    ],
    columns=["text", "question", "language", "stage", "sentiment", "emotion", "pains", "wants", "channels"],
)


def numbered(*numbers: int) -> str:
    """Passages shown around the rows ``numbers`` of a table of six, four of them of one transcript."""
    table = segments(
        *[("Q1", f"passage {n}") for n in range(3)], ("Q2", "passage 3"), ("Q2", "passage 4"), ("", "last")
    )
    table.loc[4:, "transcript_id"] = "other"
    return request(list(lines(list(table.itertuples(index=False)), numbers)), [], "en")


def test_both_languages_say_the_same() -> None:
    """The sentences for the model exist in both languages."""
    path = Path(cjm_research.coding.llm.prompt.__file__).with_name("prompt.toml")
    found = tomllib.loads(path.read_text(encoding="utf-8"))

    assert set(found["en"]) == set(found["ru"])
    assert all(text.strip() for text in chain(found["en"].values(), found["ru"].values()))
    assert [key for key in found["en"] if found["en"][key].count("{") != found["ru"][key].count("{")] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_instructions_hold_the_whole_codebook(language: str) -> None:
    """Each code stands there with definition, when to use it, when not, and an example, in the language asked for."""
    told = instructions(BOOK, language)

    for code in BOOK.codes:
        line = next(line for line in told.splitlines() if line.startswith(f"- {code.code} ({code.label[language]})"))
        for text in (code.definition, code.use, code.not_use):
            assert text[language] in line
        assert code.examples[language][0] in line.replace('\\"', '"')


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_example_of_an_answer_is_a_right_one(language: str) -> None:
    """The answer a model is shown is read without loss, and its quotes stand in its passage."""
    text, answer = answer_example(BOOK, language)
    (found,) = read_answer(answer, 1, BOOK)

    assert [(finding.code, finding.value) for finding in found] == [("sentiment", -1.0), ("pain.price", 1.0)]
    assert all(finding.quote in text for finding in found)
    assert answer in instructions(BOOK, language)


def test_neighbours_of_the_same_transcript_are_shown() -> None:
    """Two passages before and one after stand around the numbered ones, each question once."""
    shown = numbered(2, 3).splitlines()

    assert shown[1:7] == [
        "– passage 0",
        "– passage 1",
        "Question: Q1",
        "[1] passage 2",
        "Question: Q2",
        "[2] passage 3",
    ]
    assert shown[-1] == "JSON for the passages 1, 2:"
    assert "passage 4" not in numbered(2, 3)
    assert numbered(3).splitlines()[1:4] == ["– passage 1", "– passage 2", "Question: Q2"]
    assert numbered(1).splitlines()[1:5] == ["– passage 0", "Question: Q1", "[1] passage 1", "– passage 2"]


def test_another_transcript_is_told_apart() -> None:
    """Where another text begins a line says so, and a missing question is said to be none."""
    shown = numbered(3, 5)

    assert "[1] passage 3\n\n--- another text ---\n– passage 4\nQuestion: (none)\n[2] last" in shown


def test_a_long_neighbour_is_cut_and_a_passage_is_not() -> None:
    """Of a long neighbour its end is shown, of a passage every word."""
    table = segments(("", "before " * 200 + "close"), ("", "word " * 2000))
    shown = request(list(lines(list(table.itertuples(index=False)), (1,))), [], "en").splitlines()

    assert (len(shown[1]), shown[1][-5:]) == (302, "close")
    assert shown[3].count("word") == 2000


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_sent(text: str) -> None:
    """Line ends, control characters and halves of letters in a passage break neither the list nor the transport."""
    table = segments(("", "x"))
    table["text"] = table["question"] = [text + "\ud800\0"]
    shown = request(list(lines(list(table.itertuples(index=False)), (0,))), [], "en")

    assert len(shown.splitlines()) == 5
    assert json.loads(json.dumps(shown).encode()) == shown
    assert shown.encode() != b""


def test_nearest_decisions_come_first() -> None:
    """Decisions that share rare words with a passage are shown, nearest first; those that share none are not."""
    found = Bank(DECIDED).nearest([("My courier came late.", "And then?")], "en", 3)

    assert [example.text for example in found] == ["The courier was late again."]
    assert found[0].decision == "stage: use; sentiment: -1; emotion: none; pains: delay; wants: –; channels: courier"
    assert "The courier was late again." in request([], found, "en")


def test_nearest_decisions_do_not_depend_on_their_order() -> None:
    """The same decisions in another order give the same choice."""
    asked = [("The website was late.", "How was it?"), ("Курьер не приехал", "")]

    assert Bank(DECIDED).nearest(asked, "en", 2) == Bank(DECIDED[::-1]).nearest(asked, "en", 2)


def test_a_passage_is_not_shown_its_own_decision() -> None:
    """The decision on the very passage asked about would give the answer away."""
    found = Bank(DECIDED).nearest([("Курьер опоздал.", "Как доставка?")], "ru", 4)

    assert "Курьер опоздал." not in [example.text for example in found]


@pytest.mark.parametrize("table", [None, DECIDED[:0]])
def test_no_decisions_are_no_hindrance(table: pd.DataFrame | None) -> None:
    """Without decisions there are no examples."""
    assert Bank(table).nearest([("text", "")], "en", 5) == []


def test_batches_stay_within_a_file_and_a_language() -> None:
    """A batch has passages of one file and language; answers of one survey are one file; no other language is sent."""
    table = segments(("", "one"), ("", "два"), ("", "three"), ("", "four"), ("", "five"), ("", "six"), ("", "¿?"))
    table["transcript_id"] = ["a.txt", "a.txt", "a.txt", "s.csv#1", "s.csv#2", "s.csv#3", "b.txt"]

    assert [batch.rows for batch in make_batches(table, 2)] == [(0, 2), (1,), (3, 4), (5,)]
    assert [batch.language for batch in make_batches(table, 2)] == ["en", "ru", "en", "en"]


def test_long_passages_go_alone() -> None:
    """Passages of one request have 6,000 characters at the most, unless one alone has more."""
    table = segments(("", "a" * 4000), ("", "b" * 4000), ("", "c"), ("", "d" * 9000))

    assert [batch.rows for batch in make_batches(table, 8)] == [(0,), (1, 2), (3,)]


def test_schema_asks_for_every_passage_and_only_known_codes() -> None:
    """Each number is required; codes are those of the codebook, with none for stage and emotion."""
    form = schema(BOOK, 2)
    entry = form["$defs"]["passage"]["properties"]

    assert form["required"] == ["1", "2"]
    assert entry["stage"]["properties"]["code"]["enum"] == [*(code.code for code in BOOK.stages), "none"]
    assert entry["pains"]["items"]["properties"]["intensity"]["enum"] == [1, 2, 3]
    assert list(entry) == ["stage", "sentiment", "emotion", "pains", "wants", "channels", "flags"]
    assert grammar(BOOK, 2).count('"\\"price\\""') == 1


@pytest.mark.parametrize("reason", ["not_json", "cut_off", "passages", "shape"])
def test_a_complaint_says_what_was_wrong(reason: str) -> None:
    """Each reason has words in both languages, and they differ from those of another reason."""
    others = {complaint(other, "ru") for other in ("not_json", "cut_off", "passages", "shape") if other != reason}

    assert complaint(reason, "ru") not in others
    assert complaint(reason, "en") != complaint(reason, "ru")
