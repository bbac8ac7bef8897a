"""A folder nobody prepared becomes a study with `cjm init` and `cjm report` alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import cjm_research as cjm
from cjm_research.cli import main
from cjm_research.study import Study

from .pages import read_page

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "interviews"
# Turns of participants and of interviewers, counted by hand in the files.
TURNS = {
    "en_int_01.txt": (14, 14),
    "en_int_03.txt": (14, 14),
    "en_int_05.srt": (13, 13),
    "en_int_07.md": (14, 14),
    "ru_int_01.txt": (13, 13),
    "ru_int_03.txt": (13, 13),
    "ru_int_05.txt": (14, 14),
    "ru_int_07.txt": (14, 14),
}

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study that two commands make of the shared folder."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    workspace = tmp_path_factory.mktemp("fresh")
    with pytest.MonkeyPatch.context() as patch:
        assert main(["init", str(workspace)]) == 0
        patch.chdir(workspace)
        assert main(["init", "mixed", "--from", str(SHARED)]) == 0
        assert main(["report", "mixed"]) == 0
        return cjm.open_study("mixed")


def test_every_interview_is_read_with_the_right_speakers(study: Study) -> None:
    """Each of the 8 interviews has the number of participants' and interviewer's turns counted by hand."""
    counts = study.turns.groupby(["transcript_id", "role"]).size()
    found = {name: (counts[name, "participant"], counts[name, "interviewer"]) for name in TURNS}

    assert found == TURNS


def test_both_surveys_are_read(study: Study) -> None:
    """Every answer to an open question is a turn: 94 of the Google Forms export, 92 of the Qualtrics export."""
    answers = study.turns[study.turns["transcript_id"].str.contains("#")]
    files = answers["transcript_id"].str.rpartition("#")[0].value_counts().to_dict()

    assert files == {"surveys/ru_survey_google_forms.csv": 94, "surveys/en_survey_qualtrics.csv": 92}


def test_every_quote_of_the_reports_is_verbatim(study: Study) -> None:
    """Without personas there is a report over everyone and an overview, and their quotes stand in the sources."""
    texts = dict(zip(study.transcripts["transcript_id"], study.transcripts["text"], strict=True))
    pages = sorted(study.output.rglob("*.html"))
    quotes = [quote for path in pages for quote in read_page(path).quotes]

    assert [path.name for path in pages] == [
        "everyone.en.html",
        "everyone.ru.html",
        "overview.en.html",
        "overview.ru.html",
    ]
    assert len(quotes) > 500
    assert [
        place
        for place, words in quotes
        if texts[place["data-transcript"]][int(place["data-start"]) : int(place["data-end"])] != words
    ] == []
