"""Survey exports: rows to documents, and the column map they are read with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers import (
    ColumnMap,
    ColumnRole,
    dump_column_map,
    load_column_map,
    propose_column_map,
    read_survey,
    stage_of_question,
)

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document

OPEN = ColumnRole("open")


def write(folder: Path, content: str | bytes, name: str = "s.csv") -> Path:
    """Write a survey file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def answers(document: Document) -> list[tuple[str, str]]:
    """Question and answer of every turn."""
    return [(turn.question, document.text[turn.start : turn.end]) for turn in document.turns]


GOOGLE = (
    "Отметка времени,Ваш возраст,Как вы узнали о нас?,Что бы вы улучшили?,Оцените от 0 до 10\r\n"
    '11.03.2024 09:12:44,34,сестра 👍🏾,"шрифт\r\nи цены",9\r\n'
    "2016/12/08 10:01:13 ДП GMT+2,,-,,\r\n"
    "12.03.2024 10:00:00,50,,,10\r\n"
    "13.03.2024 10:00:00,51,,,\r\n"
)


def google_map(**changes: ColumnRole) -> ColumnMap:
    """Map of the columns of GOOGLE."""
    columns = {
        "Отметка времени": ColumnRole("time"),
        "Ваш возраст": ColumnRole("attribute", "age"),
        "Как вы узнали о нас?": ColumnRole("open", stage="awareness"),
        "Что бы вы улучшили?": ColumnRole("open", stage="use"),
        "Оцените от 0 до 10": ColumnRole("scale", "nps"),
    }
    return ColumnMap(columns | changes)


def test_every_row_is_a_document_of_its_open_answers(tmp_path: Path) -> None:
    """Rows keep their number in the spreadsheet; open answers are turns with question, offsets and no guessing."""
    first, second, third = read_survey(write(tmp_path, GOOGLE), "surveys/s.csv", google_map())
    assert (first.transcript_id, first.path, first.kind) == ("surveys/s.csv#2", "surveys/s.csv", "survey")
    assert first.text == (
        "Как вы узнали о нас?\nсестра 👍🏾\n\nЧто бы вы улучшили?\nшрифт\nи цены\n\nОцените от 0 до 10\n9"
    )
    assert [(turn.start, turn.end, turn.role) for turn in first.turns] == [
        (21, 30, "participant"),
        (52, 64, "participant"),
    ]
    assert answers(first) == [("Как вы узнали о нас?", "сестра 👍🏾"), ("Что бы вы улучшили?", "шрифт\nи цены")]
    assert dict(first.attributes) == {"age": "34", "nps": "9"}
    assert [document.date for document in (first, second, third)] == ["2024-03-11", "2016-12-08", "2024-03-12"]
    assert answers(second) == [("Как вы узнали о нас?", "-")]
    assert (third.transcript_id, third.turns) == ("surveys/s.csv#4", ())


def test_rows_without_answers_are_left_out_and_told(tmp_path: Path) -> None:
    """Who answered neither an open question nor a scale is no document; a note gives the row."""
    documents = read_survey(write(tmp_path, GOOGLE), "s.csv", google_map())
    assert len(documents) == 3
    assert [dict(note.params) for note in documents[0].notes] == [{"n": 1, "rows": "5"}]


def test_columns_the_map_does_not_name_are_told(tmp_path: Path) -> None:
    """A column added to the export after the map was made is ignored with a note, not silently."""
    columns = {"Как вы узнали о нас?": OPEN}
    document = read_survey(write(tmp_path, GOOGLE), "s.csv", ColumnMap(columns))[0]
    assert [note.key for note in document.notes] == ["survey.silent_rows", "survey.unmapped_columns"]


def test_a_map_that_names_other_columns_lists_those_there_are(tmp_path: Path) -> None:
    """All columns the file lacks are named at once, with the columns it has."""
    with pytest.raises(CjmError) as error:
        read_survey(write(tmp_path, GOOGLE), "s.csv", google_map(Age=OPEN, Name=OPEN))
    assert [problem.params["column"] for problem in error.value.problems] == ["Age", "Name"]
    assert "Ваш возраст; Как вы узнали о нас?" in str(error.value.problems[0].params["known"])


def test_a_survey_without_open_answers_is_told(tmp_path: Path) -> None:
    """Without one open answer there is nothing to code, and the error says which role to give."""
    with pytest.raises(CjmError) as error:
        read_survey(write(tmp_path, GOOGLE), "s.csv", ColumnMap({"Ваш возраст": ColumnRole("attribute", "age")}))
    assert error.value.problems[0].key == "survey.no_open_answers"


QUALTRICS = (
    "\ufeffStartDate,Finished,ResponseId,Q1,Q1_4_TEXT,Q2_NPS_GROUP,Q2,Q3\n"
    "Start Date,Finished,Response ID,Your role?,Your role? - Other,Recommend us? - Group,Recommend us?,"
    '"Why\nthat score?"\n'
    + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in "abcdefgh")
    + "\n"
    + "".join(
        f"2025-03-0{n} 15:44:06,{n < 9},R_{n},Lead,,Passive,{n},{f'x{n}' if n % 2 else ''}\n" for n in range(1, 10)
    )
)


def test_qualtrics_has_three_header_rows_and_ids(tmp_path: Path) -> None:
    """Columns go by id, questions by their text, rows from the fourth; unfinished responses with answers stay."""
    path = write(tmp_path, QUALTRICS)
    columns = {"StartDate": "time", "ResponseId": "respondent", "Q3": "open"}
    documents = read_survey(path, "q.csv", ColumnMap({name: ColumnRole(role) for name, role in columns.items()}))
    assert [document.transcript_id for document in documents] == [f"q.csv#{row}" for row in (4, 6, 8, 10, 12)]
    assert [document.participant for document in documents] == ["R_1", "R_3", "R_5", "R_7", "R_9"]
    assert answers(documents[0]) == [("Why that score?", "x1")]
    assert documents[0].date == "2025-03-01"


def test_a_qualtrics_map_is_proposed_by_the_texts_and_told_in_comments(tmp_path: Path) -> None:
    """Technical columns and the NPS group are ignored, and the question stands beside its id."""
    proposed = propose_column_map(write(tmp_path, QUALTRICS))
    assert dict(proposed.columns) == {
        "StartDate": ColumnRole("time"),
        "Finished": ColumnRole("ignore"),
        "ResponseId": ColumnRole("respondent"),
        "Q1": ColumnRole("attribute", "role"),
        "Q1_4_TEXT": ColumnRole("ignore"),
        "Q2_NPS_GROUP": ColumnRole("ignore"),
        "Q2": ColumnRole("scale", "nps"),
        "Q3": ColumnRole("open", stage="recommendation"),
    }
    assert '  "Q3": {role: open, stage: recommendation}  # Why that score?\n' in dump_column_map(proposed)


def test_stages_go_by_the_question_as_the_turns_carry_it(tmp_path: Path) -> None:
    """The stage of an open column is found under the very text its turns have for a question."""
    path = write(tmp_path, QUALTRICS)
    column_map = propose_column_map(path)
    question = read_survey(path, "q.csv", column_map)[0].turns[0].question
    assert stage_of_question(path, column_map) == {question: "recommendation"} == {"Why that score?": "recommendation"}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, mark: str, encoding: str) -> None:
    """Comma, semicolon and tab, with or without BOM, in UTF-8 or Windows-1251: the same answers."""
    rows = [["Город", "Что нравится?"], ["Тула", f"цены{mark} «да»; да, да"], ["Омск", "всё"]]
    text = "".join(mark.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    path = write(tmp_path, text.encode(encoding))
    documents = read_survey(
        path, "s.csv", ColumnMap({"Что нравится?": OPEN, "Город": ColumnRole("attribute", "place")})
    )
    assert [answers(document)[0][1] for document in documents] == [f"цены{mark} «да»; да, да", "всё"]


def test_repeated_and_empty_headings_get_names_of_their_own(tmp_path: Path) -> None:
    """Columns are told apart even if their headings are the same or missing."""
    path = write(tmp_path, "Why?,Why?,,Why? (2)\na,b,c,d\n")
    names = ["Why?", "Why? (2)", "column 3", "Why? (2) (2)"]
    document = read_survey(path, "s.csv", ColumnMap(dict.fromkeys(names, OPEN)))[0]
    assert [answer for _, answer in answers(document)] == ["a", "b", "c", "d"]


def test_two_header_rows_are_one_question_and_options_join(tmp_path: Path) -> None:
    """Where the second row holds the options, questions are made of both, and one person has several choices."""
    path = write(
        tmp_path, "ID,Which films?,,Why?\n,A New Hope,Jedi,Open-Ended Response\n1,A New Hope,Jedi,fun\n2,,Jedi,eh\n"
    )
    films = ColumnRole("multi", "films")
    column_map = ColumnMap({"Which films?": films, "column 3": films, "Why?": OPEN})
    documents = read_survey(path, "s.csv", column_map)
    assert [dict(document.attributes) for document in documents] == [{"films": "A New Hope; Jedi"}, {"films": "Jedi"}]
    assert [document.transcript_id for document in documents] == ["s.csv#3", "s.csv#4"]


def test_excel_is_read_like_csv(tmp_path: Path) -> None:
    """Whole numbers stay whole, days are days, empty cells are empty, the fullest sheet is taken and told."""
    book = openpyxl.Workbook()
    book.active.append(["About this file"])
    sheet = book.create_sheet("Answers")
    for row in (["Дата", "Возраст", "Почему?"], ["2026-03-12 10:00:00", 34.0, "дорого\nи долго"], [None, 40, "нет"]):
        sheet.append(row)
    book.save(tmp_path / "s.xlsx")
    columns = {"Дата": ColumnRole("time"), "Возраст": ColumnRole("attribute", "age"), "Почему?": OPEN}
    first, second = read_survey(tmp_path / "s.xlsx", "s.xlsx", ColumnMap(columns))
    assert (first.date, dict(first.attributes), answers(first)) == (
        "2026-03-12",
        {"age": "34"},
        [("Почему?", "дорого\nи долго")],
    )
    assert (second.transcript_id, second.date) == ("s.xlsx#3", "")
    assert [dict(note.params) for note in first.notes] == [{"sheet": "Answers", "n": 2}]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("s.csv", b"", "read.empty_file"),
        ("s.csv", b"Why?\n", "survey.no_rows"),
        ("s.xlsx", b"not a zip", "read.unreadable"),
        ("s.sav", b"$FL2", "read.unreadable"),
        ("s.ods", b"not a zip", "read.unreadable"),
        ("s.xls", b"no workbook", "read.unreadable"),
        ("s.doc", b"x", "read.unknown_format"),
    ],
)
def test_unreadable_surveys_are_told(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    """Empty, damaged and unknown files are errors with the file's name."""
    with pytest.raises(CjmError) as error:
        propose_column_map(write(tmp_path, content, name))
    assert [(problem.key, problem.where) for problem in error.value.problems] == [(key, name)]


@pytest.mark.parametrize(
    ("heading", "values", "role"),
    [
        ("Отметка времени", ["11.03.2024 09:12:44"], ColumnRole("time")),
        ("Дата покупки: почему тогда?", ["не помню", "в мае"], ColumnRole("open")),
        ("E-mail", ["a@b.ru"], ColumnRole("ignore")),
        ("Ваш телефон", ["+7 900"], ColumnRole("ignore")),
        ("IP Address", ["1.2.3.4"], ColumnRole("ignore")),
        ("Respondent ID", ["12", "13"], ColumnRole("respondent")),
        ("Вероятность, что порекомендуете", ["9", "10"], ColumnRole("scale", "nps")),
        ("Насколько вы удовлетворены?", ["4", "5"], ColumnRole("scale", "csat")),
        ("How easy was it?", ["4", "5"], ColumnRole("scale", "ces")),
        ("Оцените сервис", ["4", "5", "1"], ColumnRole("scale", "csat")),
        ("How old are you?", ["34", "51"], ColumnRole("attribute", "age")),
        ("Gender", ["Female", "Male"], ColumnRole("attribute", "sex")),
        ("Сколько у вас детей?", ["2", "0"], ColumnRole("attribute", "children")),
        ("Profession", ["nurse", "cook"], ColumnRole("attribute", "work")),
        ("Каким способом платите?", ["картой", "наличными"] * 4, ColumnRole("attribute", "каким_способом_платите")),
        ("Какие устройства? (можно несколько)", ["телефон", "ПК, телефон"], ColumnRole("multi", "device", split=",")),
        (
            "What do you use?",
            ["web, app", "app, phone", "web", "phone, web", "app, web"],
            ColumnRole("multi", "what_do_you_use", split=",", options=("web", "app", "phone")),
        ),
        ("С чем сравнивали?", ["с Едомиром", "ни с чем"], ColumnRole("open", stage="consideration")),
        ("What convinced you?", ["the price", "a friend"], ColumnRole("open", stage="decision")),
        ("How was sign-up and paying?", ["ok", "slow"], ColumnRole("open", stage="purchase")),
        ("What do you like in daily use?", ["speed", "looks"], ColumnRole("open", stage="use")),
        ("Чем закончилось обращение в поддержку?", ["ничем", "вернули"], ColumnRole("open", stage="support")),
        ("Оставляли ли вы отзыв? Какой?", ["нет", "да, злой"], ColumnRole("open", stage="review")),
        ("Ваш опыт", [], ColumnRole("ignore")),
    ],
)
def test_the_proposal_reads_headings_and_values(
    tmp_path: Path, heading: str, values: list[str], role: ColumnRole
) -> None:
    """Each kind of column is recognised by what it is called and what it holds."""
    lines = [f'"{heading}","Почему?"', *(f'"{value}","потому {n}"' for n, value in enumerate(values or [""]))]
    assert propose_column_map(write(tmp_path, "\n".join(lines))).columns[heading] == role


def test_only_one_column_is_the_time_and_names_stay_unique(tmp_path: Path) -> None:
    """A second time is ignored, a second attribute of the same name is numbered, so the proposal is a valid map."""
    text = "Start Date,End Date,Age,Age now,Why?\n2026-01-01,2026-01-02,3,4,x\n2026-01-03,2026-01-04,5,6,y\n"
    proposed = propose_column_map(write(tmp_path, text))
    assert [(role.role, role.name) for role in proposed.columns.values()] == [
        ("time", ""),
        ("ignore", ""),
        ("attribute", "age"),
        ("attribute", "age_2"),
        ("open", ""),
    ]


_HEADING = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20)
_ROLES = st.sampled_from(
    [ColumnRole("open"), ColumnRole("open", stage="use"), ColumnRole("multi", "device"), ColumnRole("ignore")]
)


@settings(deadline=None)  # a busy machine is no mistake
@given(columns=st.dictionaries(_HEADING, _ROLES, min_size=1, max_size=5))
def test_a_map_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, ColumnRole]
) -> None:
    """Whatever a heading holds (quotes, colons, emoji), the YAML gives the same map again."""
    path = tmp_path_factory.mktemp("map") / "s.csv.map.yml"
    path.write_text(dump_column_map(ColumnMap(columns, "review", dict.fromkeys(columns, "Why?"))), encoding="utf-8")
    read = load_column_map(path)
    assert (dict(read.columns), read.kind, read.file) == (columns, "review", "s.csv.map.yml")


def test_all_mistakes_of_a_map_come_at_once_with_their_lines(tmp_path: Path) -> None:
    """Every wrong role, name, stage and key is listed with the line to mend."""
    text = """kind: party
colour: red
columns:
  A: {role: opne}
  B: {role: attribute}
  C: {role: scale, name: stars}
  D: {role: time, stage: use}
  E: {role: time}
  F: {role: attribute, name: age, size: 3}
  G: {role: attribute, name: age}
  H: 7
"""
    with pytest.raises(CjmError) as error:
        load_column_map(write(tmp_path, text, "m.yml"))
    assert sorted((problem.where, problem.key) for problem in error.value.problems) == [
        ("m.yml:1", "survey.wrong_kind"),
        ("m.yml:10", "survey.repeated_name"),
        ("m.yml:11", "survey.wrong_role"),
        ("m.yml:2", "survey.unknown_key"),
        ("m.yml:4", "survey.wrong_role"),
        ("m.yml:5", "survey.wrong_name"),
        ("m.yml:6", "survey.wrong_scale"),
        ("m.yml:7", "survey.stage_not_open"),
        ("m.yml:8", "survey.repeated_name"),
        ("m.yml:9", "survey.unknown_key"),
    ]


def test_every_message_of_the_readers_can_be_said_in_both_languages(tmp_path: Path) -> None:
    """An error with parameters is a whole sentence in English and in Russian, with nothing left to fill."""
    with pytest.raises(CjmError) as error:
        load_column_map(write(tmp_path, "columns:\n  A: {role: opne}\n", "m.yml"))
    assert error.value.text("en").startswith("m.yml:2: column “A” has the role “opne”; roles: open, attribute")
    assert error.value.text("ru").startswith("m.yml:2: у столбца «A» роль «opne»; роли: open, attribute")


def test_a_map_without_columns_is_told(tmp_path: Path) -> None:
    """A file that is no column map says what to do."""
    with pytest.raises(CjmError) as error:
        load_column_map(write(tmp_path, "hello\n", "m.yml"))
    assert [problem.key for problem in error.value.problems] == ["survey.no_columns"]
