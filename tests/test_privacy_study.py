"""A study with ``privacy: pseudonymise``: no name below reports, the key apart, everything the same on a second run."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research import summaries
from cjm_research.cli import main
from cjm_research.study import Study, open_study

INTERVIEW = (
    "Интервьюер: Гульнара, как вы о нас узнали?\n"
    "Гульнара: От Марата, мужа. Он дал телефон +7 917 123-45-67, мне понравилось.\n"
    "Интервьюер: Спасибо!\nГульнара: Звоните Гульнаре, на ул. Баумана, д. 12.\n"
)
SURVEY = (
    "Отметка времени,Что вам понравилось?\n2026-05-01 10:00,Курьер Рустам помог\n2026-05-02 10:00,Быстрая доставка\n"
)
SECRETS = ("Гульнар", "гульнар", "Марат", "Рустам", "917", "Баумана")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study of one interview and one survey, with a name in a file's name."""
    folder = tmp_path / "interview_transcripts" / "shop"
    (folder / "surveys").mkdir(parents=True)
    (folder / "study.yml").write_text("privacy: pseudonymise\nlanguages: [ru]\n", encoding="utf-8")
    (folder / "01_Гульнара.txt").write_text(INTERVIEW, encoding="utf-8")
    (folder / "surveys" / "опрос.csv").write_text(SURVEY, encoding="utf-8")
    return open_study(folder)


def test_nothing_below_reports_holds_a_name(study: Study) -> None:
    """Tables on disk hold neither names nor numbers, not in ids and paths either; quotes still fit."""
    study.write_cells()
    assert study.codings is not None
    written = "".join(path.read_text(encoding="utf-8") for path in study.output.rglob("*.csv"))
    assert "transcript-" in written
    assert [secret for secret in SECRETS if secret in written] == []
    texts = dict(zip(study.transcripts["transcript_id"], study.transcripts["text"], strict=True))
    for turn in study.turns.itertuples():
        assert texts[turn.transcript_id][turn.start : turn.end] == turn.text
    assert "Гульнара" in study.documents[0].text


def test_the_key_is_apart_and_keeps_pseudonyms(study: Study) -> None:
    """The key lies in the workspace's private folder; tables made anew from scratch are the same bytes."""
    tables = study.output / "tables" / "turns.csv"
    assert len(study.turns) == 6
    first = tables.read_bytes()
    assert study.key_file == study.folder.parent.parent / "private" / "shop.key.csv"
    assert "Гульнара" in study.key_file.read_text(encoding="utf-8")
    for path in sorted(study.output.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    again = open_study(study.folder)
    assert again.fingerprint() == study.fingerprint()
    assert len(again.turns) == 6
    assert tables.read_bytes() == first


def test_without_the_setting_nothing_changes(study: Study) -> None:
    """The default is none: no key is made and texts stay."""
    (study.folder / "study.yml").write_text("languages: [ru]\n", encoding="utf-8")
    plain = open_study(study.folder)
    assert plain.hidden is None
    assert "Гульнара" in plain.transcripts["text"].iloc[0]
    assert summaries.replacements(plain, "ru").empty
    assert not plain.key_file.exists()


def test_a_lost_key_makes_tables_anew(study: Study) -> None:
    """Tables that no key can undo are never taken from the disk."""
    before = study.fingerprint()
    study.key_file.unlink()
    assert open_study(study.folder).fingerprint() != before


def test_status_shows_what_was_replaced(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """The table counts by kind, and says where the key is."""
    assert main(["--ui-lang", "en", "status", str(study.folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("names")).split()[1:4] == ["6", "3", "2"]
    assert any("shop.key.csv" in line for line in lines)


def test_a_setting_that_is_not_known_is_told(study: Study) -> None:
    """A misspelled wish for privacy is never taken for none."""
    (study.folder / "study.yml").write_text("privacy: yes please\n", encoding="utf-8")
    with pytest.raises(ValueError, match="pseudonymise"):
        _ = open_study(study.folder).settings
