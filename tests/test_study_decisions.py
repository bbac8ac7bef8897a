"""From a decision in a study on disk to its map, and back to its words after the files were edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research import summaries
from cjm_research.choices import Choice
from cjm_research.cli import main
from cjm_research.errors import CjmError
from cjm_research.study import Study, open_study
from cjm_research.tables import CELLS, CODINGS, to_csv
from tests.conftest import write_study


def passage(study: Study, words: str) -> str:
    """Id of the passage that begins with these words."""
    found = study.segments[study.segments["text"].str.startswith(words)]
    return str(found["segment_id"].iloc[0])


def statuses(study: Study, words: str) -> dict[str, str]:
    """Status of a passage's codes that people or machines gave, by code and coder kind."""
    found = study.codings[study.codings["segment_id"] == passage(study, words)]
    return {f"{row.code} {row.coder_kind}": row.status for row in found.itertuples()}


@pytest.fixture
def decided(study_folder: Path) -> Study:
    """The tiny study with three people's decisions on interviews and a survey."""
    study = open_study(study_folder)
    study.decide(
        Choice(passage(study, "A friend told"), "channel.word_of_mouth", "add", memo="от подруги"),
        Choice(passage(study, "The website"), "pain.defect", "add", 3.0),
        Choice(passage(study, "Оплата прошла"), "emotion.joy", "add"),
        coder="anna",
    )
    study.decide(Choice(passage(study, "It took far"), "pain.delay", "add"), coder="борис")
    return study


def test_a_decision_shows_at_once_and_in_the_map(decided: Study) -> None:
    """Codings, what counts and the cells have it, in this window and in a new one; nothing is coded again."""
    stamp = decided.output / "tables" / "codings.csv"
    written = stamp.stat().st_mtime_ns
    again = open_study(decided.folder)
    for study in (decided, again):
        assert statuses(study, "The website")["pain.defect human"] == "accepted"
        cells = study.cells
        pains = cells[(cells["lane"] == "pain") & (cells["item"] == "defect") & (cells["stage"] == "*")]
        assert "human" in pains["coder_mix"].iloc[0]
        assert set(study.counted["coder"]) >= {"anna", "борис"}
    assert to_csv(CODINGS, decided.codings) == to_csv(CODINGS, again.codings)
    assert stamp.stat().st_mtime_ns == written


def test_reports_know_of_a_decision_and_of_its_undo(decided: Study) -> None:
    """A decision makes reports out of date and never the tables; its undo makes them as they were, to the byte."""
    before = decided.fingerprint(), decided.report_fingerprint(), to_csv(CELLS, decided.cells)
    [made] = decided.decide(Choice(passage(decided, "In the end"), "pain.price", "add"), coder="anna")
    assert decided.fingerprint() == before[0]
    assert decided.report_fingerprint() != before[1]
    assert decided.undo(coder="anna") == made
    assert (decided.fingerprint(), decided.report_fingerprint(), to_csv(CELLS, decided.cells)) == before
    assert decided.redo(made, coder="борис") == made
    assert decided.report_fingerprint() != before[1]


def test_a_study_without_decisions_stays_without_a_file(study_folder: Path) -> None:
    """Looking makes nothing in the folder people back up."""
    study = open_study(study_folder)
    assert study.decisions.empty
    assert len(study.cells)
    assert study.undo(coder="anna") == ""
    assert not (study_folder / "decisions.db").exists()


def test_every_wrong_choice_is_told_and_nothing_is_saved(study_folder: Path) -> None:
    """A passage, a code, a value or words that are not there: all told together, and not even the right one saved."""
    study = open_study(study_folder)
    right = passage(study, "The website")
    with pytest.raises(CjmError) as raised:
        study.decide(
            Choice(right, "pain.defect", "add"),
            Choice("s000000000000", "pain.defect", "add"),
            Choice(right, "pain.defekt", "add"),
            Choice(right, "sentiment", "change"),
            Choice(right, "sentiment", "change", 3.0),
            Choice(right, "pain.defect", "add", 4.0),
            Choice(right, "emotion.joy", "add", 1.0),
            Choice(right, "pain.defect", "add", words=(0, 4)),
            coder="anna",
        )
    assert [problem.key.removeprefix("store.") for problem in raised.value.problems] == [
        *("unknown_segment", "unknown_code", "value_sentiment", "value_sentiment"),
        *("value_pain", "value_none", "bad_words"),
    ]
    assert "pain.defect" in raised.value.text("en")
    assert study.decisions.empty


def test_who_decides_is_said_or_known(study_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument, then CJM_CODER, then study.yml, then the user of the computer."""
    study = open_study(study_folder)
    choice = Choice(passage(study, "The website"), "pain.defect", "add")
    monkeypatch.delenv("CJM_CODER", raising=False)
    monkeypatch.setenv("LOGNAME", "user")
    study.decide(choice)
    (study_folder / "study.yml").write_text("coder: Вера\ninterviewers: [Interviewer, Интервьюер]\n", encoding="utf-8")
    study = open_study(study_folder)
    study.decide(choice)
    monkeypatch.setenv("CJM_CODER", "env")
    study.decide(choice)
    study.decide(choice, coder="said")
    assert study.decisions["coder"].tolist() == ["user", "Вера", "env", "said"]


def edit(path: Path, old: str, new: str) -> None:
    """Change words of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_decisions_outlive_edits_and_status_lists_what_is_gone(
    decided: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line before: found; a word changed inside: listed with file and quote in both languages; none is lost."""
    folder = decided.folder
    edit(folder / "anna.txt", "Interviewer: How did", "Interviewer: Good morning!\nAnna: Hello.\nInterviewer: How did")
    edit(folder / "boris.txt", "мне очень понравилось", "мне, в общем, понравилось")
    study = open_study(folder)
    assert statuses(study, "A friend told")["channel.word_of_mouth human"] == "accepted"
    assert statuses(study, "The website")["pain.defect human"] == "accepted"
    assert "emotion.joy human" not in statuses(study, "Оплата прошла")
    assert len(study.decisions) == 4
    expected = {
        "en": "- boris.txt: the words coded here, “Оплата прошла быстро, мне очень понравилось.”, are no longer found",
        "ru": "- boris.txt: размеченных здесь слов «Оплата прошла быстро, мне очень понравилось.» в файле больше нет",
    }
    for lang, start in expected.items():
        assert main(["--ui-lang", lang, "status", str(folder)]) == 0
        out = capsys.readouterr().out.splitlines()
        [line] = [one for one in out if one.startswith("- boris.txt")]
        assert line.startswith(start)
        assert [one.split()[1:] for one in out if one.startswith("anna ")] == [["3", "0", "1"]]
    edit(folder / "boris.txt", "мне, в общем, понравилось", "мне очень понравилось")
    assert statuses(open_study(folder), "Оплата прошла")["emotion.joy human"] == "accepted"


def test_a_renamed_file_takes_its_decisions_along(decided: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """The same words under another name: found, and told; under its old name it is as before."""
    (decided.folder / "anna.txt").rename(decided.folder / "P01 Анна.txt")
    edit(decided.folder / "participants.csv", "anna.txt", "P01 Анна.txt")
    study = open_study(decided.folder)
    assert statuses(study, "The website")["pain.defect human"] == "accepted"
    assert study.placed.stale.empty
    assert main(["--ui-lang", "ru", "status", str(decided.folder)]) == 0
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("- anna.txt")]
    assert "P01 Анна.txt" in line


def test_a_deleted_file_leaves_its_decisions_listed(decided: Study) -> None:
    """The file gone, its decisions wait; the file back, they count again."""
    path, described = decided.folder / "anna.txt", decided.folder / "participants.csv"
    text, people = path.read_text(encoding="utf-8"), described.read_text(encoding="utf-8")
    path.unlink()
    edit(described, "P01,anna.txt,31,Leeds\n", "")
    study = open_study(decided.folder)
    assert study.placed.stale[["transcript_id", "reason"]].to_numpy().tolist() == [["anna.txt", "no_file"]] * 2
    assert len(summaries.decision_lines(study, "en")) == 2
    path.write_text(text, encoding="utf-8", newline="\n")
    described.write_text(people, encoding="utf-8", newline="\n")
    assert open_study(decided.folder).placed.stale.empty


def test_a_part_of_a_passage_is_a_passage_at_the_same_stage(study_folder: Path) -> None:
    """Words chosen within a passage become one of their own, at its stage, in the table and in the map."""
    study = open_study(study_folder)
    whole = passage(study, "The website")
    row = study.segments.set_index("segment_id").loc[whole]
    start = int(row["start"]) + row["text"].index("kept crashing")
    study.decide(
        Choice(whole, "stage.purchase", "change"),
        Choice(whole, "pain.defect", "add", words=(start, start + len("kept crashing"))),
        coder="anna",
    )
    part = passage(study, "kept crashing")
    found = study.counted[study.counted["segment_id"] == part]
    assert sorted(found["code"]) == ["pain.defect", "stage.purchase"]
    assert (
        study.segments["text"].tolist().index("kept crashing") == study.segments["segment_id"].tolist().index(whole) + 1
    )
    study.undo(coder="anna")
    assert "kept crashing" not in set(study.segments["text"])


def test_copies_and_colleagues_files_are_united(
    decided: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """cjm backup writes a copy, once for the same decisions; cjm merge adds what is missing, and tells how many."""
    assert main(["--ui-lang", "en", "backup", str(decided.folder)]) == 0
    [copy] = (tmp_path / "backups" / "shop").iterdir()
    assert copy.name.endswith("-4.db")
    assert main(["--ui-lang", "en", "backup", str(decided.folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"4 decisions copied: {copy}",
        f"The copy is there already: {copy}",
    ]
    own = tmp_path / "own copy.db"
    assert main(["--ui-lang", "en", "backup", str(decided.folder), "--output", str(own)]) == 0
    assert main(["--ui-lang", "en", "backup", str(decided.folder), "--output", str(own)]) == 1
    other = open_study(write_study(tmp_path, "other"))
    capsys.readouterr()
    for added in ("4 decisions added", "0 decisions added"):
        assert main(["--ui-lang", "en", "merge", str(other.folder), str(copy)]) == 0
        assert capsys.readouterr().out.startswith(added)
    assert main(["--ui-lang", "ru", "merge", str(other.folder), "нет.db"]) == 1
    assert "нет.db" in capsys.readouterr().err
    assert to_csv(CODINGS, open_study(other.folder).codings) == to_csv(CODINGS, decided.codings)
    empty = write_study(tmp_path, "empty")
    assert main(["--ui-lang", "en", "backup", str(empty)]) == 0
    assert capsys.readouterr().out == "There are no decisions to copy.\n"


def test_a_pseudonymised_study_keeps_only_pseudonyms(tmp_path: Path) -> None:
    """Nothing a decision remembers of the transcript holds a name: neither words nor what stands around them."""
    text = (
        "Интервьюер: Гульнара, как вы о нас узнали?\nГульнара: От Марата, мужа. Он дал телефон.\n"
        "Интервьюер: Спасибо!\nГульнара: Звоните Гульнаре.\n"
    )
    changes = {"study.yml": "privacy: pseudonymise\ninterviewers: [Интервьюер]\n", "01_Гульнара.txt": text}
    study = open_study(write_study(tmp_path, changes=changes))
    named = study.segments[study.segments["text"].str.startswith("От ")]["segment_id"]
    study.decide(*(Choice(identifier, "channel.word_of_mouth", "add") for identifier in named), coder="anna")
    kept = (study.folder / "decisions.db").read_bytes().decode("utf-8", errors="replace")
    assert "мужа" in kept
    assert [name for name in ("Гульнар", "Марат") if name in kept] == []
    assert open_study(study.folder).placed.stale.empty


def test_a_damaged_file_stops_reports_and_stays(decided: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """A study never goes on as if nothing had been decided."""
    path = decided.folder / "decisions.db"
    path.write_bytes(b"\x00" * 5000)
    assert main(["--ui-lang", "en", "status", str(decided.folder)]) == 1
    assert "cjm merge" in capsys.readouterr().err
    assert path.read_bytes() == b"\x00" * 5000
