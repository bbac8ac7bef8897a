"""New workspaces and studies: files are copied, nothing is ever overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.people import load_participants
from cjm_research.study import open_study
from cjm_research.study_init import init_study, init_workspace, shipped_notebooks
from tests.conftest import FILES


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "work"
    init_workspace(folder)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder as people have it: an interview, a conversation of two in a sub-folder, a survey, a picture."""
    folder = tmp_path / "from" / "raw"
    (folder / "октябрь").mkdir(parents=True)
    (folder / "anna.txt").write_text(FILES["anna.txt"], encoding="utf-8")
    (folder / "октябрь" / "two.txt").write_text(
        "Интервьюер: Как вам?\nАнна: Хорошо.\nБорис: Дорого.\nИнтервьюер: А цена?\nАнна: Ничего.\nБорис: Дорого!\n",
        encoding="utf-8",
    )
    (folder / "survey.csv").write_text(FILES["surveys/autumn.csv"], encoding="utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """Content of every file by its path below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_workspace_has_its_folders_and_all_notebooks(tmp_path: Path) -> None:
    """A new workspace is what the repository is, without studies; what people write stays out of git."""
    made = init_workspace(tmp_path / "new")
    names = {path.relative_to(tmp_path / "new").as_posix() for path in made}
    notebooks = {f"notebooks/{path.name}" for path in shipped_notebooks().glob("*.ipynb")}
    assert len(notebooks) >= 7
    assert names == {"interview_transcripts", "reports", "notebooks", ".gitignore"} | notebooks
    assert "interview_transcripts/*" in (tmp_path / "new" / ".gitignore").read_text(encoding="utf-8")


def test_a_workspace_is_never_overwritten(workspace: Path) -> None:
    """Made again, it adds what is missing only."""
    (workspace / "notebooks" / "01_read.ipynb").write_text("mine", encoding="utf-8")
    (workspace / ".gitignore").unlink()
    assert init_workspace(workspace) == [workspace / ".gitignore"]
    assert (workspace / "notebooks" / "01_read.ipynb").read_text(encoding="utf-8") == "mine"


def test_a_study_is_a_copy(workspace: Path, source: Path) -> None:
    """Files keep their folders, surveys go to surveys/, unknown formats are named, the source stays as it was."""
    before = files_of(source)
    new = init_study(workspace, "shop", source)
    assert files_of(source) == before
    assert new.copied == ("anna.txt", "surveys/survey.csv", "октябрь/two.txt")
    assert new.left_out == ("photo.png",)
    made = files_of(workspace / "interview_transcripts" / "shop")
    assert sorted(made) == [
        "anna.txt",
        "participants.csv",
        "personas.yml",
        "study.yml",
        "surveys/survey.csv",
        "surveys/survey.csv.map.yml",
        "октябрь/two.txt",
    ]
    assert made["anna.txt"] == before["anna.txt"]


def test_every_interviewed_person_gets_a_row(workspace: Path, source: Path) -> None:
    """participants.csv is proposed with codes, files and, where two speak, the speaker; respondents need none."""
    new = init_study(workspace, "shop", source)
    path = new.study.folder / "participants.csv"
    assert path.read_text(encoding="utf-8") == (
        "participant_id,file,speaker,wave,sex,age,place,work,interests,price_attitude\n"
        "P01,anna.txt,,,,,,,,\nP02,октябрь/two.txt,Анна,,,,,,,\nP03,октябрь/two.txt,Борис,,,,,,,\n"
    )
    assert [row["participant_id"] for row in load_participants(path)] == ["P01", "P02", "P03"]


def test_a_new_study_can_be_used_at_once(workspace: Path, source: Path) -> None:
    """What was proposed reads without a change: settings, personas, maps, people, journey."""
    init_study(workspace, 'Лавка "у дома"', source)
    study = open_study('Лавка "у дома"', workspace)
    assert study.settings.name["ru"] == "Лавка 'у дома'"
    assert study.personas == ()
    assert study.participants["participant_id"].tolist() == ["P01", "P02", "P03", "S-2", "S-3", "S-4"]
    assert len(study.cells) > 0


def test_an_existing_study_is_refused_untouched(workspace: Path, source: Path) -> None:
    """A study of that name stays as it is."""
    folder = workspace / "interview_transcripts" / "shop"
    folder.mkdir()
    (folder / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CjmError) as raised:
        init_study(workspace, "shop", source)
    assert raised.value.problems[0].key == "study.exists"
    assert files_of(folder) == {"mine.txt": b"x"}


def test_a_source_that_gives_nothing_is_refused(workspace: Path, tmp_path: Path) -> None:
    """A folder that is not there, and one without a known format, make no study."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"x")
    for folder, key in [("nowhere", "study.no_source_folder"), ("pictures", "study.nothing_to_read")]:
        with pytest.raises(CjmError) as raised:
            init_study(workspace, "shop", tmp_path / folder)
        assert raised.value.problems[0].key == key
    assert list((workspace / "interview_transcripts").iterdir()) == []


def test_a_source_may_be_given_from_below(workspace: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path with ../.. and one below a hidden folder are as good as any."""
    deep = source.parent / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert "anna.txt" in init_study(workspace, "one", Path("../../raw")).copied
    hidden = source.parent / ".cloud" / "raw"
    hidden.parent.mkdir()
    source.rename(hidden)
    assert "anna.txt" in init_study(workspace, "two", hidden).copied


def test_a_table_of_participants_is_kept(workspace: Path, source: Path) -> None:
    """A participants.csv in the source is the study's, not a survey, and nothing is proposed over it."""
    (source / "participants.csv").write_text("id,file,age\nA1,anna.txt,31\n", encoding="utf-8")
    new = init_study(workspace, "shop", source)
    assert (new.study.folder / "participants.csv").read_text(encoding="utf-8") == "id,file,age\nA1,anna.txt,31\n"
    assert "A1" in set(new.study.participants["participant_id"])


def test_own_settings_and_personas_are_kept(workspace: Path, source: Path) -> None:
    """study.yml and personas.yml of the source are copied, as are column maps beside surveys."""
    (source / "study.yml").write_text("stages: classic-4\n", encoding="utf-8")
    (source / "survey.csv.map.yml").write_text("columns:\n  Age: {role: ignore}\n", encoding="utf-8")
    new = init_study(workspace, "shop", source)
    assert new.study.settings.stages == "classic-4"
    assert "Age: {role: ignore}" in (new.study.folder / "surveys" / "survey.csv.map.yml").read_text(encoding="utf-8")


def test_two_surveys_of_one_name_are_both_kept(workspace: Path, source: Path) -> None:
    """A survey beside the folder surveys and one of the same name in it do not overwrite each other."""
    (source / "surveys").mkdir()
    (source / "surveys" / "survey.csv").write_text("Age,Why?\n40,Because it was there\n", encoding="utf-8")
    new = init_study(workspace, "shop", source)
    copies = {path.read_bytes() for path in new.study.folder.rglob("*.csv") if path.name != "participants.csv"}
    assert copies == {(source / "survey.csv").read_bytes(), (source / "surveys" / "survey.csv").read_bytes()}


def test_unreadable_files_stop_nothing(workspace: Path, source: Path) -> None:
    """A broken survey and a broken Word file are copied; reading names them later."""
    (source / "bad.csv").write_bytes(b"")
    (source / "bad.docx").write_bytes(b"no zip")
    new = init_study(workspace, "shop", source)
    assert [problem.where for problem in new.study.read_documents()[1]] == ["bad.docx", "surveys/bad.csv"]
