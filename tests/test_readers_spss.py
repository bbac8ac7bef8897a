"""SPSS files: labels are what people chose, variable labels what they were asked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers import propose_column_map, read_survey
from cjm_research.readers.sheets import read_sheet

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "spss"
shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the study material is not beside the project"),
]


def write(folder: Path, name: str = "s.sav") -> Path:
    """Write a survey of three people with Russian labels, one missing value and one user-missing value."""
    path = folder / name
    frame = pd.DataFrame({"q1": [1.0, 2.0, 9.0], "q2": ["дорого", "", "да, 👍🏽"], "q3": [10.0, None, 7.5]})
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=["Ваш пол", "Почему?", "Порекомендуете? (0–10)"],
        variable_value_labels={"q1": {1: "Женский", 2: "Мужской", 9: "нет ответа"}},
        missing_ranges={"q1": [9]},
        compress=name.endswith(".zsav"),
    )
    return path


@pytest.mark.parametrize("name", ["s.sav", "s.zsav"])
def test_labels_are_read_and_cases_numbered(tmp_path: Path, name: str) -> None:
    """Values become their labels, user-missing ones nothing; the first case is number 1."""
    sheet = read_sheet(write(tmp_path, name), name)
    assert sheet.questions == {"q1": "Ваш пол", "q2": "Почему?", "q3": "Порекомендуете? (0–10)"}
    assert sheet.rows == (
        (1, ("Женский", "дорого", "10")),
        (2, ("Мужской", "", "")),
        (3, ("", "да, 👍🏽", "7.5")),
    )


def test_an_spss_survey_gives_documents(tmp_path: Path) -> None:
    """With the proposed map people have their sex and rating, and the answer its question."""
    path = write(tmp_path)
    first, third = read_survey(path, "s.sav", propose_column_map(path))
    assert (first.transcript_id, dict(first.attributes)) == ("s.sav#1", {"sex": "Женский", "nps": "10"})
    assert [(turn.question, third.text[turn.start : turn.end]) for turn in third.turns] == [("Почему?", "да, 👍🏽")]


@pytest.mark.parametrize("name", ["pyreadstat_sample.sav", "pyreadstat_sample.zsav"])
@pytest.mark.parametrize("mark", [shared[0]])
def test_the_sample_of_the_study_material(name: str, mark: object) -> None:
    """Five cases: labels of sex and order, days, and one column of text; packed and not, the same."""
    if not DATA.exists():
        pytest.skip("the study material is not beside the project")
    path = DATA / name
    roles = propose_column_map(path).columns
    assert {column: role.role for column, role in roles.items()} == {
        "mychar": "open",
        "mynum": "attribute",
        "mydate": "time",
        "dtime": "ignore",
        "mylabl": "attribute",
        "myord": "attribute",
        "mytime": "ignore",
    }
    documents = read_survey(path, name, propose_column_map(path))
    assert [document.date for document in documents] == ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
    assert [document.attributes["labeled"] for document in documents] == ["Male", "Female", "Male", "Female", "Male"]
    assert [document.attributes["ordinal"] for document in documents] == ["low", "medium", "high", "low", "low"]
    assert [document.text for document in documents] == [f"character\n{letter}" for letter in "abcde"]


@pytest.mark.shared
def test_multiple_response_sets_are_several_choices_of_one_question() -> None:
    """A set of dichotomies gives its chosen options, a set of categories its values, each under one name."""
    path = DATA / "pyreadstat_multiple_response.sav"
    if not path.exists():
        pytest.skip("the study material is not beside the project")
    column_map = propose_column_map(path)
    sets = {column: (role.name, role.option) for column, role in column_map.columns.items() if role.role == "multi"}
    assert sets == {
        "bool1": ("my_multiple_response_set", "Response #1"),
        "bool2": ("my_multiple_response_set", "Response #2"),
        "bool3": ("my_multiple_response_set", "Response #3"),
        "ca_subvar_1": ("categorical_array", ""),
        "ca_subvar_2": ("categorical_array", ""),
        "ca_subvar_3": ("categorical_array", ""),
    }
    documents = {document.transcript_id: document for document in read_survey(path, "m.sav", column_map)}
    raw, _ = pyreadstat.read_sav(str(path))
    first = documents["m.sav#1"].attributes
    ticked = [f"Response #{n}" for n in (1, 2, 3) if raw[f"bool{n}"][0] == 1]
    assert first["my_multiple_response_set"] == "; ".join(ticked) != ""
    assert first["categorical_array"] == "a; a; b"
    # The fifth case has an empty string.
    assert list(documents) == [f"m.sav#{case}" for case in (1, 2, 3, 4, 6)]


def test_a_file_that_crashes_the_library_is_told(tmp_path: Path) -> None:
    """One wrong byte that ends the C library with a segmentation fault gives a sentence, and this program goes on."""
    frame = pd.DataFrame({"q1": [1.0, 2.0, 9.0], "q2": ["дорого", "", "да"], "q3": [10.0, None, 7.5]})
    labels = {"q1": {1: "Ж", 2: "М"}}
    path = tmp_path / "s.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=["Ваш пол", "Почему?", "П"],
        variable_value_labels=labels,
        missing_ranges={"q1": [9]},
    )
    content = bytearray(path.read_bytes())
    content[409] = 107
    path.write_bytes(content)
    with pytest.raises(CjmError) as error:
        read_sheet(path, "s.sav")
    assert [(problem.key, problem.where) for problem in error.value.problems] == [("read.unreadable", "s.sav")]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4), st.integers(1, 3000))
def test_damaged_spss_files_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], cut: int
) -> None:
    """Whatever byte is changed or cut off, there are rows or a sentence, nothing else."""
    path = write(tmp_path_factory.mktemp("damaged"))
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[place % len(content)] = byte
    path.write_bytes(bytes(content[:cut]))
    rows: tuple[object, ...] = ()
    with suppress(CjmError):
        rows = read_sheet(path, "s.sav").rows
    assert len(rows) <= 3
