"""Patterns of file names: what they take from a path, and every pattern that cannot be meant."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers import Hints, parse_pattern, read_transcript
from cjm_research.readers.file_names import FilePattern, facts_of_name

WAVES = ("wave_1", "wave_10", "осень")
WORDS = st.text("abcйё09 .-", min_size=1, max_size=9).map(str.strip).filter(lambda word: word.strip("."))


def pattern(text: str) -> FilePattern:
    """The pattern of a text, in a study of three waves."""
    return parse_pattern(text, WAVES, (".txt", ".docx"), "study.yml:4")


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("{wave}_{participant_id}_{city}", "wave_1_P01_Казань.docx", ("P01", "", "wave_1", {"place": "Казань"})),
        (
            "{wave}_{participant_id}_{city}",
            "wave_10_P01_Нижний_Новгород.txt",
            ("P01", "", "wave_10", {"place": "Нижний Новгород"}),
        ),
        ("{wave}_{participant_id}_{city}", "2026/WAVE_1_P01_Уфа.txt", ("P01", "", "wave_1", {"place": "Уфа"})),
        (
            "{волна} {код} ({город}, {возраст})",
            "осень У7 (Тула, 31).vtt",
            ("У7", "", "осень", {"place": "Тула", "age": "31"}),
        ),
        ("{волна}/{пол}/{id}", "data/осень/ж/P-2.txt", ("P-2", "", "осень", {"sex": "ж"})),
        ("{date}_{id}", "2026_03_12_P1.txt", ("P1", "2026-03-12", "", {})),
        ("{id}-{дата}", "P1-12.03.2026.txt", ("P1", "2026-03-12", "", {})),
        ("{date}-{_}-{id}", "20260312-x-P1.txt", ("P1", "2026-03-12", "", {})),
        ("int {_} {id}.txt", "Int 03 P1.txt", ("P1", "", "", {})),
        ("{id}_{favourite colour}", "P1_deep_blue.txt", ("P1", "", "", {"favourite_colour": "deep blue"})),
        ("{_}/{id}", "all.zip/P1.txt", ("P1", "", "", {})),
        ("{id}.v{version}", "P1.v2.txt", ("P1", "", "", {"version": "2"})),
    ],
)
def test_names_give_wave_person_day_and_attributes(
    text: str, name: str, found: tuple[str, str, str, dict[str, str]]
) -> None:
    """Keys of both languages, waves that hold the sign between parts, folders, days, parts that say nothing."""
    participant, date, wave, attributes = found
    facts = facts_of_name(unicodedata.normalize("NFD", name), [pattern(text)])
    assert (facts.participant, facts.date, facts.notes) == (participant, date, ())
    assert facts.attributes == attributes | ({"wave": wave} if wave else {})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{wave}_{id}", "P01.txt"),
        ("{id}.txt", "P01.docx"),
        ("{wave}/{id}", "P01.txt"),
        ("int_{id}", "interview_1.txt"),
        ("{id}_", "P01.txt"),
    ],
)
def test_a_name_that_fits_no_pattern_is_told(text: str, name: str) -> None:
    """Such a file says nothing by its name, and the note names the patterns."""
    facts = facts_of_name(name, [pattern(text), pattern("x{id}y")])
    [note] = facts.notes
    assert (note.key, note.where, note.params["patterns"]) == ("read.file_name_unlike", name, f"{text} · x{{id}}y")
    assert not facts.attributes
    assert not facts.participant


def test_the_first_pattern_that_fits_counts() -> None:
    """Several patterns stand from the most to the least special."""
    facts = facts_of_name("P1_Уфа.txt", [pattern("{id}_{city}_{age}"), pattern("{id}_{city}"), pattern("{name}")])
    assert (facts.participant, facts.attributes) == ("P1", {"place": "Уфа"})


def test_a_day_that_is_none_is_told_and_left_out() -> None:
    """The rest of the name still counts."""
    facts = facts_of_name("soon_P1.txt", [pattern("{date}_{id}")])
    assert [(note.key, note.params["value"]) for note in facts.notes] == [("read.file_name_no_day", "soon")]
    assert (facts.participant, facts.date) == ("P1", "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{wave}_{id", "study.pattern_braces"),
        ("wave}_{id}", "study.pattern_braces"),
        ("{{id}}", "study.pattern_braces"),
        ("{}_{id}", "study.pattern_field"),
        ("{1st}_{id}", "study.pattern_field"),
        ("{wa/ve}_{id}", "study.pattern_field"),
        ("interview", "study.pattern_says_nothing"),
        ("{_}-{_}", "study.pattern_says_nothing"),
        ("{wave}_{id}_{волна}", "study.pattern_repeated"),
        ("{city}_{город}", "study.pattern_repeated"),
        ("{wave}{id}", "study.pattern_touching"),
        ("{id}{_}", "study.pattern_touching"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(text: str, key: str) -> None:
    """Each mistake has its own sentence, in both languages, with the line."""
    with pytest.raises(CjmError) as raised:
        pattern(text)
    [problem] = raised.value.problems
    assert (problem.key, problem.where) == (key, "study.yml:4")
    assert text in problem.text("en")
    assert text in problem.text("ru")


@given(WORDS, WORDS, WORDS)
def test_whatever_stands_between_the_signs_is_found(first: str, second: str, third: str) -> None:
    """Values without the sign come back as they were written."""
    found = pattern("{id}_{a_1}_{b}").match(f"x/{first}_{second}_{third}.docx")
    assert found is not None
    assert found["id"] == first
    assert [found["a_1"].split(), found["b"].split()] == [second.split(), third.split()]


def test_front_matter_comes_before_the_name_and_the_name_before_a_guess(tmp_path: Path) -> None:
    """Front matter says the wave; the name says the place that the header would only be guessed to name."""
    path = tmp_path / "w1_P9_Уфа.txt"
    path.write_text("---\nволна: w2\n---\nГород: Казань\nВозраст: 31\n\nИ: Как?\nР: Так.\nИ: И?\nР: Всё.\n", "utf-8")
    patterns = (parse_pattern("{wave}_{id}_{city}", (), (), ""),)
    document = read_transcript(path, path.name, Hints(patterns=patterns))
    assert document.participant == "P9"
    assert document.attributes == {"wave": "w2", "place": "Уфа", "age": "31"}
    assert [note.params["attributes"] for note in document.notes] == ["age = 31"]


@pytest.mark.parametrize("suffix", [".vtt", ".txt"])
def test_recordings_take_what_their_name_says(tmp_path: Path, suffix: str) -> None:
    """Subtitles have no front matter, but a name."""
    path = tmp_path / f"P9_Уфа_2026-03-01{suffix}"
    cue = "00:00:0{}.000 --> 00:00:0{}.000\n{}\n\n"
    path.write_text("WEBVTT\n\n" + cue.format(1, 2, "Tom: Why?") + cue.format(3, 4, "Ann: So."), "utf-8")
    patterns = (parse_pattern("{id}_{city}_{date}", (), (), ""),)
    document = read_transcript(path, path.name, Hints(patterns=patterns))
    assert (document.participant, document.date, document.attributes) == ("P9", "2026-03-01", {"place": "Уфа"})
