"""Roles that study.yml gives: for a label, for one file, for voices without names; and rules that fit nothing."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import Document, Hints, RoleRule, read_transcript, read_transcripts, unmatched_rules
from cjm_research.study import open_study

TALK = "Анна: Рассказывайте.\nМ: О чём? Обо всём?\nАнна: О себе.\nМ: Зачем?\nЛев: Я пишу.\n"
DASHES = "— Расскажите о себе.\n\n— А зачем?\n\n— Нам важно.\n\n— Правда?\n"


def read(folder: Path, text: str, *rules: RoleRule, interviewers: tuple[str, ...] = ()) -> Document:
    """Read a transcript ``talks/int_03.txt`` with these rules."""
    path = folder / "int_03.txt"
    path.write_text(text, encoding="utf-8")
    return read_transcript(path, "talks/int_03.txt", Hints(interviewers, rules))


def roles(document: Document) -> dict[str, str]:
    """Role by speaker."""
    return {turn.speaker: turn.role for turn in document.turns}


def test_a_rule_comes_before_the_guess(tmp_path: Path) -> None:
    """Without rules who asks is the interviewer; with one, whom it names; nothing is told as a guess then."""
    assert roles(read(tmp_path, TALK))["М"] == "interviewer"
    document = read(tmp_path, TALK, RoleRule("анна", "interviewer"), RoleRule("Лев", "other"))
    assert roles(document) == {"Анна": "interviewer", "М": "participant", "Лев": "other"}
    assert document.notes == ()


@pytest.mark.parametrize("file", ["talks/int_03.txt", "int_03.txt", "./talks\\int_03.txt", "talks/"])
def test_a_rule_for_the_file_comes_before_one_for_all(tmp_path: Path, file: str) -> None:
    """Also before the list of interviewers, whatever order the rules stand in."""
    rules = RoleRule("М", "other", file), RoleRule("М", "participant")
    document = read(tmp_path, TALK, *rules, interviewers=("М", "Лев"))
    assert roles(document) == {"Анна": "participant", "М": "other", "Лев": "interviewer"}


def test_a_rule_for_another_file_says_nothing(tmp_path: Path) -> None:
    """``3.txt`` is not the end of ``int_03.txt``."""
    assert roles(read(tmp_path, TALK, RoleRule("М", "other", "3.txt")))["М"] == "interviewer"


def test_rules_come_before_front_matter_and_role_words(tmp_path: Path) -> None:
    """What a person corrects in study.yml wins over what the file says."""
    text = "---\nroles: {Анна: participant}\n---\nАнна: Да?\nМодератор: Нет.\nАнна: Как?\nМодератор: Так.\n"
    rules = RoleRule("Анна", "interviewer"), RoleRule("Модератор", "participant")
    assert roles(read(tmp_path, text)) == {"Анна": "participant", "Модератор": "interviewer"}
    assert roles(read(tmp_path, text, *rules)) == {"Анна": "interviewer", "Модератор": "participant"}


def test_a_label_that_is_said_once_is_a_speaker_if_a_rule_names_it(tmp_path: Path) -> None:
    """Else a line with a colon may be words."""
    text = "Анна: Да?\nМ: Нет.\nАнна: Как?\nМ: Так.\nтётя зина: Идите есть!\n"
    assert "тётя зина" not in roles(read(tmp_path, text))
    assert roles(read(tmp_path, text, RoleRule("тётя зина", "other")))["тётя зина"] == "other"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"1": "interviewer"}, ["interviewer", "participant"]),
        ({"2": "interviewer"}, ["participant", "interviewer"]),
        ({"2": "participant"}, ["interviewer", "participant"]),
        ({"1": "participant", "2": "other"}, ["participant", "other"]),
    ],
)
@pytest.mark.parametrize("text", [DASHES, DASHES.replace("— ", "")])
def test_voices_without_names_are_called_1_and_2(
    tmp_path: Path, text: str, rules: dict[str, str], expected: list[str]
) -> None:
    """Dashes and paragraphs take turns; the rule for one voice decides on the other."""
    document = read(tmp_path, text, *(RoleRule(label, role, "int_03.txt") for label, role in rules.items()))
    assert [turn.role for turn in document.turns] == expected * 2
    assert document.notes == ()


def test_members_of_an_archive_have_rules_of_their_own(tmp_path: Path) -> None:
    """They are called by the archive's path and their own."""
    path = tmp_path / "all.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TALK)
        archive.writestr("b.txt", TALK)
    documents = read_transcripts(path, "all.zip", Hints(rules=(RoleRule("М", "other", "all.zip/b.txt"),)))
    assert [roles(document)["М"] for document in documents] == ["interviewer", "other"]
    documents = read_transcripts(path, "all.zip", Hints(rules=(RoleRule("М", "other", "all.zip"),)))
    assert [roles(document)["М"] for document in documents] == ["other", "other"]


def test_rules_that_fit_nothing_are_told_with_what_there_is(tmp_path: Path) -> None:
    """A file that is not there, a speaker who is not there; a part of a name is enough."""
    document = read(tmp_path, f"{TALK}Лев: Да.\n".replace("Лев", "Лев Ильин"))
    rules = (
        RoleRule("М", "other", "int_4.txt", "study.yml:2"),
        RoleRule("Нина", "other", "", "study.yml:3"),
        RoleRule("1", "other", "int_03.txt", "study.yml:4"),
        RoleRule("лев", "other", "int_03.txt", "study.yml:5"),
    )
    assert [problem.text("en") for problem in unmatched_rules(rules, [document])] == [
        "study.yml:2: the study has no transcript “int_4.txt” (for “М”); its transcripts: talks/int_03.txt",
        "study.yml:3: nobody is called “Нина” there; speakers: Анна, М, Лев Ильин",
        "study.yml:4: nobody is called “1” there; speakers: Анна, М, Лев Ильин",
    ]


def test_a_study_reads_with_its_roles_and_names(study_folder: Path) -> None:
    """study.yml is heard when the study is read, and a rule that fits nothing stops it with its line."""
    (study_folder / "study.yml").write_text(
        "roles:\n  anna.txt: {Anna: interviewer, Interviewer: участник}\n  Борис: participant\nfile_names: '{name}'\n",
        encoding="utf-8",
    )
    study = open_study(study_folder)
    by_speaker = {turn.speaker: turn.role for document in study.documents for turn in document.turns if turn.speaker}
    assert by_speaker == {
        "Anna": "interviewer",
        "Interviewer": "participant",
        "Борис": "participant",
        "Интервьюер": "interviewer",
    }
    assert set(study.participants["name"]) >= {"anna", "boris"}
    (study_folder / "study.yml").write_text("roles:\n  Zoe: other\n", encoding="utf-8")
    with pytest.raises(CjmError) as raised:
        _ = open_study(study_folder).documents
    assert [(problem.key, problem.where) for problem in raised.value.problems] == [
        ("study.role_no_speaker", "study.yml:2")
    ]
