"""A study: found by name, read once, redone when something changed, the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.personas import Persona
from cjm_research.readers import load_column_map
from cjm_research.study import Study, open_study
from cjm_research.tables import TABLES
from cjm_research.workspace import find_workspace, write_file
from tests.conftest import write_study

TABLE_FILES = ["codings.csv", "participants.csv", "segments.csv", "transcripts.csv", "turns.csv"]


def keys(raised: pytest.ExceptionInfo[CjmError]) -> list[tuple[str, str]]:
    """Places and keys of the problems of an error."""
    return [(problem.where, problem.key) for problem in raised.value.problems]


def mark_table(study: Study) -> None:
    """Change a table on disk, so that one can see whether it is read or made again."""
    path = study.output / "tables" / "segments.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("A friend told me", "A FRIEND TOLD ME"), encoding="utf-8")


def is_marked(study: Study) -> bool:
    """Whether the tables come from disk as `mark_table` left them."""
    return study.segments["text"].str.contains("A FRIEND TOLD ME").any()


def test_a_folder_becomes_tables(tiny_study: Study) -> None:
    """Two interviews and three answers: five people, README and participants.csv are no sources."""
    tables = tiny_study.tables()
    assert list(tables) == [table.name for table in TABLES]
    assert tables["transcripts"]["transcript_id"].tolist() == [
        "anna.txt",
        "boris.txt",
        *(f"surveys/autumn.csv#{row}" for row in (2, 3, 4)),
    ]
    assert tables["participants"]["participant_id"].tolist() == ["A-2", "A-3", "A-4", "P01", "P02"]
    assert tables["participants"]["persona_id"].tolist() == ["young", "young", "old", "young", "old"]
    assert set(tables["cells"]["persona_id"]) == {"*", "young", "old"}


def test_offsets_hold_from_file_to_table(tiny_study: Study) -> None:
    """Every segment and turn is what stands in the transcript's text at its offsets."""
    texts = dict(zip(tiny_study.transcripts["transcript_id"], tiny_study.transcripts["text"], strict=True))
    for table in (tiny_study.segments, tiny_study.turns):
        for row in table.to_dict("records"):
            assert texts[row["transcript_id"]][row["start"] : row["end"]] == row["text"]


def test_interviewers_words_are_never_coded(tiny_study: Study) -> None:
    """No segment stands in a turn of the interviewer."""
    asked = tiny_study.turns[tiny_study.turns["role"] == "interviewer"]
    assert len(asked) == 4
    both = tiny_study.segments.merge(asked[["transcript_id", "turn"]], on=["transcript_id", "turn"])
    assert both.empty


def test_a_study_is_found_by_name_path_and_from_within(study_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace is the nearest folder above that has interview_transcripts; results go beside it."""
    workspace = study_folder.parents[1]
    monkeypatch.chdir(study_folder / "surveys")
    assert find_workspace() == workspace
    for study in (open_study("shop"), open_study("shop", workspace), open_study(study_folder)):
        assert (study.folder, study.output, study.name) == (study_folder, workspace / "reports" / "shop", "shop")


def test_unknown_studies_and_places_are_told(study_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A wrong name lists the studies there are; a folder outside any workspace says how to make one."""
    write_study(study_folder.parents[1], "bank")
    with pytest.raises(CjmError) as raised:
        open_study("shoop", study_folder.parents[1])
    assert raised.value.text("en").endswith("there is no study “shoop”; studies: bank, shop")
    with pytest.raises(CjmError) as raised:
        find_workspace(tmp_path_factory.mktemp("elsewhere"))
    assert raised.value.problems[0].key == "study.no_workspace"


def test_unknown_persona_lists_the_known(tiny_study: Study) -> None:
    """Everyone and the unassigned are always there."""
    assert tiny_study.persona("young").name == {"en": "Young", "ru": "Молодые"}
    assert tiny_study.persona("*") == Persona("*", {}, {})
    with pytest.raises(CjmError) as raised:
        tiny_study.persona("yuong")
    assert raised.value.text("en") == "personas.yml: there is no persona “yuong”; personas: young, old, *"


def test_the_second_opening_reads_from_disk(study_folder: Path) -> None:
    """Nothing changed, so nothing is read or coded again."""
    first = open_study(study_folder)
    assert not is_marked(first)
    assert sorted(path.name for path in (first.output / "tables").glob("*.csv")) == TABLE_FILES
    mark_table(first)
    assert is_marked(open_study(study_folder))


def test_tables_from_disk_are_those_that_were_made(study_folder: Path) -> None:
    """Types, empty values and order survive the way through the files."""
    made, read = open_study(study_folder), open_study(study_folder)
    for name, table in made.tables().items():
        assert read.tables()[name].equals(table), name


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("anna.txt", "Interviewer: Who?\nAnna: A friend told me all.\nInterviewer: And?\nAnna: No.\n"),
        ("surveys/autumn.csv", "Age,How did you hear about us?,What went wrong when you paid?\n25,A friend,Nothing\n"),
        ("study.yml", "stages: lifecycle-7\ninterviewers: [Interviewer, Интервьюер]\n"),
        ("codebook.yml", "extends: default\nremove: [pain.price]\n"),
        ("participants.csv", "id,file\nP9,anna.txt\n"),
        ("new.txt", "Interviewer: And?\nZoe: Nothing.\nInterviewer: Why?\nZoe: No.\n"),
    ],
)
def test_whatever_changes_makes_the_tables_again(study_folder: Path, file: str, text: str) -> None:
    """A source, a setting, the codebook, the table of people, a new file: each is seen."""
    first = open_study(study_folder)
    assert len(first.segments)
    mark_table(first)
    (study_folder / file).write_text(text, encoding="utf-8")
    assert not is_marked(open_study(study_folder))


def test_a_changed_column_map_is_seen(study_folder: Path) -> None:
    """Correcting the map of a survey reads the survey again."""
    first = open_study(study_folder)
    assert "A-2" in set(first.participants["participant_id"])
    path = study_folder / "surveys" / "autumn.csv.map.yml"
    path.write_text(path.read_text(encoding="utf-8").replace('"A-"', '"Z"'), encoding="utf-8")
    assert "Z2" in set(open_study(study_folder).participants["participant_id"])


def test_personas_change_without_reading_again(study_folder: Path) -> None:
    """Another rule gives other personas at once; reports know that they are out of date, tables that they are not."""
    first = open_study(study_folder)
    assert len(first.segments)
    before = first.fingerprint(), first.report_fingerprint()
    mark_table(first)
    (study_folder / "personas.yml").write_text("personas:\n  - {id: all, name: All, rules: [{age: {min: 0}}]}\n")
    second = open_study(study_folder)
    assert second.participants["persona_id"].tolist() == ["all"] * 5
    assert is_marked(second)
    assert second.fingerprint() == before[0]
    assert second.report_fingerprint() != before[1]


def test_an_interrupted_run_is_made_again(study_folder: Path) -> None:
    """Tables without their stamp are not trusted."""
    first = open_study(study_folder)
    assert len(first.segments)
    mark_table(first)
    (first.output / "tables" / "fingerprint.txt").unlink()
    assert not is_marked(open_study(study_folder))


def test_the_same_bytes_on_every_run(tmp_path: Path) -> None:
    """Two fresh folders, two processes with different hash seeds: every table is the same file."""
    program = "import sys; from cjm_research.study import open_study; open_study(sys.argv[1]).write_cells()"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(write_study(tmp_path / seed))],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[1],
        )
        for seed in ("1", "77")
    ]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    one, two = (tmp_path / seed / "reports" / "shop" / "tables" for seed in ("1", "77"))
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted([*TABLE_FILES, "cells.csv", "fingerprint.txt"])
    assert [name for name in names if (one / name).read_bytes() != (two / name).read_bytes()] == []


def test_a_column_map_is_proposed_once_and_never_overwritten(study_folder: Path) -> None:
    """What a person corrected, or only commented, stays letter for letter."""
    study = open_study(study_folder)
    path = study_folder / "surveys" / "autumn.csv.map.yml"
    assert study.propose_column_maps() == [path]
    mine = path.read_text(encoding="utf-8") + "# mine\n"
    path.write_text(mine, encoding="utf-8")
    assert study.propose_column_maps() == []
    assert len(open_study(study_folder).segments)
    assert path.read_text(encoding="utf-8") == mine


def test_respondents_of_two_surveys_are_told_apart(study_folder: Path) -> None:
    """Two files that would propose the same prefix get two."""
    for name in ("april.csv", "august.csv"):
        (study_folder / "surveys" / name).write_bytes((study_folder / "surveys" / "autumn.csv").read_bytes())
    maps = open_study(study_folder).propose_column_maps()
    assert sorted(load_column_map(path).prefix for path in maps) == ["A-", "A2-", "A3-"]


def test_errors_of_several_files_are_told_together(study_folder: Path) -> None:
    """A broken Word file, an empty transcript and an empty survey are named in one error."""
    (study_folder / "a.docx").write_bytes(b"not a zip")
    (study_folder / "empty.txt").write_bytes(b"")
    map_file = study_folder / "surveys" / "autumn.csv.map.yml"
    map_file.write_text("columns:\n  Shoe size: {role: open}\n", encoding="utf-8")
    study = open_study(study_folder)
    with pytest.raises(CjmError) as raised:
        _ = study.segments
    assert keys(raised) == [
        ("a.docx", "read.unreadable"),
        ("empty.txt", "read.empty_file"),
        ("autumn.csv.map.yml", "survey.no_such_column"),
    ]
    documents, problems = study.read_documents()
    assert [document.transcript_id for document in documents] == ["anna.txt", "boris.txt"]
    assert len(list(problems)) == 3


def test_a_broken_survey_does_not_hide_the_other_files(study_folder: Path) -> None:
    """A survey for which no map can be proposed is told together with other broken files and maps."""
    (study_folder / "empty.txt").write_bytes(b"")
    (study_folder / "surveys" / "autumn.csv.map.yml").write_text("columns: [\n", encoding="utf-8")
    (study_folder / "surveys" / "nothing.csv").write_bytes(b"")
    with pytest.raises(CjmError) as raised:
        _ = open_study(study_folder).segments
    assert keys(raised) == [
        ("empty.txt", "read.empty_file"),
        ("autumn.csv.map.yml:2", "yaml.broken"),
        ("surveys/nothing.csv", "read.empty_file"),
    ]


def test_files_that_are_no_sources_are_left_alone(study_folder: Path) -> None:
    """Hidden files, Office's lock files, metrics and notes are not read; the same word above the study is no matter."""
    for name in ("~$anna.docx", ".hidden.txt", ".git/x.txt", "metrics/ga4.txt", "readme.txt", "surveys/notes.txt"):
        (study_folder / name).parent.mkdir(exist_ok=True)
        (study_folder / name).write_text("Nobody reads this.", encoding="utf-8")
    transcripts, surveys = open_study(study_folder).source_files()
    assert [path.name for path in transcripts + surveys] == ["anna.txt", "boris.txt", "autumn.csv"]
    above = write_study(study_folder.parent / "metrics")
    assert len(open_study(above).source_files()[0]) == 2


def test_a_study_without_sources_says_where_to_put_them(tmp_path: Path) -> None:
    """An empty folder is told, with the formats."""
    folder = tmp_path / "interview_transcripts" / "empty"
    folder.mkdir(parents=True)
    with pytest.raises(CjmError) as raised:
        _ = open_study("empty", tmp_path).segments
    assert keys(raised) == [(str(folder), "study.no_sources")]


def test_files_are_written_whole(tmp_path: Path) -> None:
    """Writing replaces the file, keeps line ends and leaves nothing beside it."""
    path = tmp_path / "a.csv"
    path.write_text("old", encoding="utf-8")
    write_file(path, "x\ny\r\n")
    assert path.read_bytes() == b"x\ny\r\n"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
