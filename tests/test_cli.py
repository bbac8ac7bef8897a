"""The command line: complete help in two languages, exit codes, errors without tracebacks."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from cjm_research.cli import build_parser, main

ROOT = Path(__file__).parents[1]
COMMANDS = ["init", "status", "read", "code", "report", "export", "lab"]
INTERVIEW = """Интервьюер: Как вы о нас узнали?
Анна: Сестра посоветовала. Я сначала не поверила.
Интервьюер: Что было трудно?
Анна: Оплата не проходила три раза, это бесило.
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, and a folder ``raw`` with one interview beside it; the current folder."""
    assert main(["init", str(tmp_path / "work")]) == 0
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "анна.txt").write_text(INTERVIEW, encoding="utf-8")
    (tmp_path / "raw" / "song.mp3").write_bytes(b"x")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("CJM_LANG", "en")
    return tmp_path / "work"


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each command explains itself and each of its options, in the language asked for."""
    with pytest.raises(SystemExit) as done:
        main(["--ui-lang", lang, command, "--help"])
    text = capsys.readouterr().out
    parser = next(a.choices for a in build_parser()._actions if a.dest == "command")[command]  # type: ignore[index]

    assert done.value.code == 0
    assert all(action.help for action in parser._actions)
    assert ("использование" in text) == (lang == "ru")
    assert ("usage" in text) == (lang == "en")


def test_a_wrong_call_ends_with_code_2_and_points_to_help(capsys: pytest.CaptureFixture[str]) -> None:
    """A missing argument is told in the chosen language, with the way to the help, and code 2."""
    with pytest.raises(SystemExit) as done:
        main(["--ui-lang", "ru", "report"])

    assert done.value.code == 2
    assert "не хватает: study. Справка: «cjm report --help»." in capsys.readouterr().err


def test_an_unknown_study_ends_with_code_1_and_lists_the_known_ones(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the folder searched and the studies in it; there is no traceback."""
    main(["init", "first", "--from", "../raw"])
    code = main(["report", "secnd"])

    assert code == 1
    assert capsys.readouterr().err.endswith("there is no study “secnd”; studies: first\n")


def test_init_makes_a_study_and_names_what_it_left_out(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A study from a folder has the files, settings, personas and participants; unreadable formats are named."""
    code = main(["init", "first", "--from", "../raw"])
    out = capsys.readouterr().out

    assert code == 0
    assert sorted(path.name for path in (workspace / "interview_transcripts" / "first").iterdir()) == [
        "participants.csv",
        "personas.yml",
        "study.yml",
        "анна.txt",
    ]
    assert "1 file copied" in out
    assert "song.mp3" in out
    assert main(["init", "first", "--from", "../raw"]) == 1


def test_status_and_read_show_turns_speakers_and_guesses(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`cjm status` names each speaker with the role; `cjm read` counts the turns of each file."""
    main(["init", "first", "--from", "../raw"])
    capsys.readouterr()
    assert main(["--ui-lang", "ru", "status", "first"]) == 0
    status = capsys.readouterr().out
    assert main(["--ui-lang", "en", "read", "first"]) == 0
    read = capsys.readouterr().out

    lines = [line.split() for line in status.splitlines()]
    assert ["анна.txt", "Анна", "участник", "P01", "2"] in lines
    assert ["анна.txt", "Интервьюер", "интервьюер", "2"] in lines
    assert "Вне персон" in status
    assert [line.split()[:5] for line in read.splitlines()[1:2]] == [["анна.txt", "wave-1", "1", "2", "2"]]


def test_code_counts_people_and_passages(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`cjm code` prints a line for each code with people and passages: one person tells how she first heard of it."""
    main(["init", "first", "--from", "../raw"])
    capsys.readouterr()
    assert main(["--ui-lang", "en", "code", "first"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]

    told = next(line for line in lines if line[:3] == ["stage", "awareness", "Awareness"])
    assert told[3] == "1"
    assert int(told[4]) >= 1


def test_export_writes_every_table_as_tidy_csv(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seven files named after the tables; a quote of segments.csv stands at its offsets in transcripts.csv."""
    main(["init", "first", "--from", "../raw"])
    assert main(["export", "first", "--to", "csv", "--output", "out dir"]) == 0
    tables = {}
    for path in Path("out dir").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.name] = list(csv.DictReader(file))
    text = tables["transcripts.csv"][0]["text"]

    assert sorted(tables) == [
        "cells.csv",
        "codings.csv",
        "decisions.csv",
        "participants.csv",
        "segments.csv",
        "transcripts.csv",
        "turns.csv",
    ]
    assert [row["text"] for row in tables["segments.csv"]] == [
        "Сестра посоветовала.",
        "Я сначала не поверила.",
        "Оплата не проходила три раза, это бесило.",
    ]
    assert all(text[int(row["start"]) : int(row["end"])] == row["text"] for row in tables["segments.csv"])


def test_a_broken_study_file_is_an_error_with_its_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bad YAML is told with file and line, code 1, no traceback."""
    main(["init", "first", "--from", "../raw"])
    (workspace / "interview_transcripts" / "first" / "study.yml").write_text("name: x\nwaves: [\n", encoding="utf-8")
    code = main(["status", "first"])

    assert code == 1
    assert capsys.readouterr().err.startswith("study.yml:3: this is not valid YAML")


def test_the_module_can_be_run_and_speaks_the_system_language(tmp_path: Path) -> None:
    """`python -m cjm_research.cli` works, and LANG chooses the language when nothing else does."""
    done = subprocess.run(
        [sys.executable, "-m", "cjm_research.cli", "status", "nothing"],
        cwd=tmp_path,
        env={"LANG": "ru_RU.UTF-8", "PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert "нет папки interview_transcripts" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
