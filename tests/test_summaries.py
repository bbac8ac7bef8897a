"""Small tables for notebooks and ``cjm status``: what has been read and coded."""

from __future__ import annotations

from pathlib import Path

from cjm_research.study import Study, open_study
from cjm_research.summaries import (
    code_counts,
    coded_passages,
    note_lines,
    persona_sizes,
    source_counts,
    speaker_counts,
)


def test_files_with_what_was_read_of_them(tiny_study: Study) -> None:
    """One row per file: a survey of three answers is three documents, questions are counted apart."""
    found = source_counts(tiny_study, "en")
    assert list(found.columns) == [
        "File", "Wave", "Documents", "Participants’ turns", "Interviewer’s turns", "Characters",
    ]  # fmt: skip
    assert found.drop(columns="Characters").values.tolist() == [
        ["anna.txt", "wave-1", 1, 2, 2],
        ["boris.txt", "wave-1", 1, 2, 2],
        ["surveys/autumn.csv", "wave-1", 3, 6, 0],
    ]
    said = tiny_study.turns["text"].str.len().sum()
    assert found["Characters"].sum() == said


def test_speakers_with_their_roles(tiny_study: Study) -> None:
    """Who was taken for whom, in words of the language; respondents of surveys are no speakers."""
    found = speaker_counts(tiny_study, "ru")
    assert found.values.tolist() == [
        ["anna.txt", "Anna", "участник", "P01", 2],
        ["anna.txt", "Interviewer", "интервьюер", "", 2],
        ["boris.txt", "Борис", "участник", "P02", 2],
        ["boris.txt", "Интервьюер", "интервьюер", "", 2],
    ]


def test_people_in_each_persona(tiny_study: Study) -> None:
    """Every persona and those in none, in the order of personas.yml."""
    found = persona_sizes(tiny_study, "en")
    assert found.values.tolist() == [["Young", 3], ["Old", 2], ["In no persona", 0]]


def test_codes_count_people_and_passages(tiny_study: Study) -> None:
    """Every code of the codebook is there, also one that nobody used; counts are those of the codings."""
    found = code_counts(tiny_study, "en").set_index(["Axis", "Code"])
    assert len(found) == len(tiny_study.codebook.codes)
    assert found.loc[("stage", "awareness"), "Name"] == "Awareness"
    coded = tiny_study.codings.merge(tiny_study.segments[["segment_id", "participant_id"]], on="segment_id")
    friends = coded[coded["code"] == "channel.word_of_mouth"]
    assert len(friends) > 0
    assert found.loc[("channel", "word_of_mouth"), "Passages"] == friends["segment_id"].nunique()
    assert found.loc[("channel", "word_of_mouth"), "People"] == friends["participant_id"].nunique()
    assert found.loc[("stage", "decision"), "People"] == 0
    assert code_counts(tiny_study, "ru").columns[0] == "Ось"


def test_every_passage_with_its_codes_in_words(tiny_study: Study) -> None:
    """One row per passage in the order of the sources; a feeling has a real minus, a neutral one is not said."""
    found = coded_passages(tiny_study, "en")
    assert found["Passage"].tolist() == tiny_study.segments["text"].tolist()
    furious = found[found["Passage"].str.contains("furious")].iloc[0]
    assert furious["Question"] == "How was paying?"
    assert {"Purchase", "Website", "Anger", "sentiment −2"} <= set(furious["Codes"].split(", "))
    assert not found["Codes"].str.contains("sentiment 0").any()


def test_what_was_guessed_is_told(study_folder: Path) -> None:
    """Without named interviewers the guess is a sentence that begins with the file."""
    (study_folder / "study.yml").write_text("name: x\n", encoding="utf-8")
    (study_folder / "c.txt").write_text(
        "Zoe: How was it?\nMax: Dear.\nZoe: Why was that?\nMax: No idea.\nZoe: And then?\nMax: I left.\n", "utf-8"
    )
    notes = note_lines(open_study(study_folder), "en")
    assert any(note.startswith("c.txt: ") and "Zoe" in note for note in notes)


def test_nothing_guessed_is_nothing_told(tiny_study: Study) -> None:
    """A study with named interviewers has no notes but the one on its readme."""
    [note] = note_lines(tiny_study, "ru")
    assert "не прочитаны: README.md." in note
