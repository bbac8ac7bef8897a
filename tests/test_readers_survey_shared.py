"""Every survey of the study material, by the proposed map alone.

The numbers were counted beforehand with Python's csv module over columns picked by hand, without this package.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import propose_column_map, read_survey

DATA = Path(__file__).parents[1].parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the study material is not beside the project"),
]
# File: documents, turns, roles of columns. A document is a row with an answer in an open column or a rating.
FILES = {
    "interviews/ru_survey_google_forms.csv": (20, 94, {"time": 1, "attribute": 3, "open": 5, "scale": 1}),
    "interviews/en_survey_qualtrics.csv": (
        19, 92, {"time": 1, "ignore": 10, "respondent": 1, "attribute": 2, "open": 5, "scale": 1},
    ),
    "surveys/jupyter_2015_surveygizmo_half.csv": (
        488, 4771, {"time": 1, "ignore": 2, "attribute": 7, "multi": 1, "open": 26},
    ),
    "surveys/jupyter_2016_google_forms.csv": (
        121, 630, {"time": 1, "ignore": 2, "attribute": 4, "multi": 9, "open": 9},
    ),
    "surveys/jupyter_2018_usability_log.csv": (1510, 1777, {"respondent": 1, "attribute": 5, "ignore": 1, "open": 2}),
    "surveys/limesurvey_de.csv": (14, 20, {"multi": 13, "attribute": 20, "ignore": 1, "open": 4}),
    "surveys/limesurvey_de.xlsx": (14, 20, {"multi": 13, "attribute": 20, "ignore": 1, "open": 4}),
}  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_every_survey_gives_its_respondents_answers_and_roles(file: str) -> None:
    """Documents, turns and roles of columns are those counted in the file."""
    path = DATA / file
    column_map = propose_column_map(path)
    documents = read_survey(path, path.name, column_map)
    turns = [(document, turn) for document in documents for turn in document.turns]
    roles = dict(Counter(role.role for role in column_map.columns.values()))
    assert (len(documents), len(turns), roles) == FILES[file]
    assert all(document.text[turn.start : turn.end].strip() for document, turn in turns)


@pytest.mark.parametrize(
    ("name", "rows", "closed"),
    [("jupyter_2020_surveymonkey.csv", 1135, 215), ("starwars_surveymonkey_two_headers.csv", 1186, 37)],
)
def test_surveys_of_choices_alone_are_refused_politely(name: str, rows: int, closed: int) -> None:
    """Nobody wrote a word of their own there (no column has more than 8 distinct answers): nothing can be coded."""
    path = DATA / "surveys" / name
    with pytest.raises(CjmError) as error:
        read_survey(path, name, propose_column_map(path))
    text = error.value.text("en")
    assert f"{rows} rows, {closed} columns of closed answers" in text
    assert "move it out of the folder" in text


def test_a_log_has_one_person_in_many_rows() -> None:
    """The usability log has its headings in row 2, and 20 people by code name, not one for each row."""
    path = DATA / "surveys" / "jupyter_2018_usability_log.csv"
    column_map = propose_column_map(path)
    documents = read_survey(path, path.name, column_map)
    assert (column_map.kind, column_map.prefix) == ("notes", "")
    assert documents[0].transcript_id == f"{path.name}#3"
    assert len({document.participant for document in documents}) == 20
    assert {note.key: dict(note.params).get("row") for note in documents[0].notes}["survey.header_row"] == 2


def test_choices_with_commas_inside_stay_whole() -> None:
    """Google Forms joins choices with commas: levels of education keep the commas in their brackets."""
    path = DATA / "surveys" / "jupyter_2016_google_forms.csv"
    levels = Counter(
        level
        for document in read_survey(path, path.name, propose_column_map(path))
        for level in document.attributes["education"].split("; ")
    )
    assert levels["Mixed (conferences, workshops, Software Carpentry style events, etc.)"] > 5
    assert levels["Graduate"] > 20
    assert not any(level.startswith(("workshops", "etc")) for level in levels)


def test_twelve_words_to_tick_are_twelve_options() -> None:
    """The words that SurveyGizmo joins with semicolons are learnt: 12 options."""
    path = DATA / "surveys" / "jupyter_2015_surveygizmo_half.csv"
    column_map = propose_column_map(path)
    [role] = [role for role in column_map.columns.values() if role.role == "multi"]
    assert (role.split, len(role.options)) == (";", 12)
    ticked = [document.attributes.get(role.name, "").split("; ") for document in read_survey(path, "s", column_map)]
    # 9 people ticked words and wrote nothing; without an answer of their own they are no document.
    assert sum(words != [""] for words in ticked) == 368 - 9


def test_contact_data_is_dropped_and_said_so() -> None:
    """The column of IP addresses is named in a note, though its values are masked."""
    path = DATA / "interviews" / "en_survey_qualtrics.csv"
    notes = read_survey(path, path.name, propose_column_map(path))[0].notes
    assert {note.key: note.params.get("columns") for note in notes}["survey.private_columns"] == "“IPAddress”"
