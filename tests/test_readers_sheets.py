"""Tables of every format and tool: the same rows whatever the file, and questions as people were asked them."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers import propose_column_map, read_survey
from cjm_research.readers.sheets import Sheet, read_questions, read_sheet

from .workbooks import ods, xls

EXPORTS = Path(__file__).parent / "data" / "survey_exports"


def sheet(folder: Path, content: str | bytes, name: str = "s.csv") -> Sheet:
    """Read a survey file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sheet(path, name)


def refusal(folder: Path, content: str | bytes, name: str = "s.csv") -> str:
    """Key of the only problem of a file that cannot be read."""
    with pytest.raises(CjmError) as error:
        sheet(folder, content, name)
    [problem] = error.value.problems
    assert problem.where == name
    return problem.key


TABLE = [["Дата", "Возраст", "Почему?"], ["12.03.2026", 34.0, "дорого; долго, да"], ["", 40.5, "нет"]]
AS_TEXT = ((2, ("12.03.2026", "34", "дорого; долго, да")), (3, ("", "40.5", "нет")))


@pytest.mark.parametrize(("name", "make"), [("s.xls", xls), ("s.ods", ods)])
def test_old_excel_and_opendocument_are_read_like_the_rest(tmp_path: Path, name: str, make: object) -> None:
    """Numbers, text and empty cells of an xls and an ods workbook are what a person sees in them."""
    assert callable(make)
    read = sheet(tmp_path, make(TABLE), name)
    assert (read.columns, read.rows) == (("Дата", "Возраст", "Почему?"), AS_TEXT)


@pytest.mark.parametrize(("name", "make"), [("s.xls", xls), ("s.ods", ods)])
def test_rows_keep_their_numbers_below_empty_ones(tmp_path: Path, name: str, make: object) -> None:
    """A table that begins in B2 has its first answer in row 3, as the spreadsheet program shows it."""
    assert callable(make)
    read = sheet(tmp_path, make([["", "", ""], ["", "Why?", "How?"], ["", "dear", "slow"]]), name)
    assert read.rows == ((3, ("", "dear", "slow")),)
    assert read.columns == ("column 1", "Why?", "How?")
    assert [dict(note.params) for note in read.notes] == [{"row": 2}]


def test_a_cell_in_the_last_corner_of_excel_costs_nothing(tmp_path: Path) -> None:
    """A stray space a million rows down does not stop the reading, nor make rows of it."""
    book = openpyxl.Workbook()
    for row in (["Why?", "How?"], ["dear", "slow"]):
        book.active.append(row)
    book.active["XFD1048576"] = " "
    book.save(tmp_path / "s.xlsx")
    assert [row for row, _ in read_sheet(tmp_path / "s.xlsx", "s.xlsx").rows] == [2]


def test_a_cell_said_to_be_repeated_a_million_times_is_refused(tmp_path: Path) -> None:
    """An OpenDocument file of two kilobytes cannot fill the memory."""
    assert refusal(tmp_path, ods(TABLE, repeated=1_000_000), "s.ods") == "read.unreadable"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """The size after unpacking is looked at before anything is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", bytes(301 * 2**20))
    assert len(out.getvalue()) < 2**20
    assert refusal(tmp_path, out.getvalue(), "s.xlsx") == "read.too_large"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbooks_are_told_and_nothing_else_happens(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever byte is changed or cut off, the file is read or refused with a sentence."""
    name, make = data.draw(st.sampled_from([("s.xls", xls), ("s.ods", ods)]))
    content = bytearray(make(TABLE))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(bytes(content[:cut]))
    with suppress(CjmError):
        assert read_sheet(path, name).rows


def test_a_line_of_excel_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    """The line sep=; is obeyed, and the rows keep the numbers the file gives them."""
    read = sheet(tmp_path, "sep=;\r\nWhy, really?;Age\r\ndear, slow;3,5\r\n")
    assert (read.columns, read.rows) == (("Why, really?", "Age"), ((3, ("dear, slow", "3,5")),))


def test_tabs_decimal_commas_and_line_breaks_in_quotes_do_not_shift_columns(tmp_path: Path) -> None:
    """Tab-separated text with decimal commas and an answer of two lines gives three columns."""
    read = sheet(tmp_path, 'Оценка\tЦена, руб\tПочему?\n4,5\t1 200,00\t"дорого,\nочень"\n3,5\t900,50\tда\n', "s.tsv")
    assert read.columns == ("Оценка", "Цена, руб", "Почему?")
    assert read.rows == ((2, ("4,5", "1 200,00", "дорого,\nочень")), (3, ("3,5", "900,50", "да")))


def test_headings_lose_no_break_spaces_but_not_their_place(tmp_path: Path) -> None:
    """A no-break space in a heading is a space; repeated and empty headings get names of their own."""
    read = sheet(tmp_path, "Which\u00a0tool?,,Why?,Why?\na,b,c,d\n")
    assert read.columns == ("Which tool?", "column 2", "Why?", "Why? (2)")


def test_a_title_above_the_table_is_left_out_and_told(tmp_path: Path) -> None:
    """Headings are found below a title and an empty row, and the note names their row."""
    read = sheet(tmp_path, "Results of March,,\n,,\nName,Task,Notes\nann,pay,lost\nbob,pay,fine\n")
    assert read.columns == ("Name", "Task", "Notes")
    assert [row for row, _ in read.rows] == [4, 5]
    assert [(note.key, dict(note.params)) for note in read.notes] == [("survey.header_row", {"row": 3})]


CROSSTABS = (
    "Q1. Satisfaction,Total,Men,Women\nBase,1000,480,520\nVery satisfied,35%,30%,40%\nSatisfied,45%,50%,40%\n",
    "Таблица 1;;;\nКак часто покупаете?;Всего;18-34;35+\nБаза: все респонденты;500;210;290\nКаждый день;12,5%;20%;7%\n",
    "Age,All,North A,South B\nn=312,312,150,162\n18-24,12,7 B,5\n25-34,100,50,50\n35+,200,93,107\n",
)


@pytest.mark.parametrize("text", CROSSTABS)
def test_tables_of_counts_are_refused_with_the_remedy(tmp_path: Path, text: str) -> None:
    """A table of shares by group holds no answers; the message asks for one row per respondent."""
    with pytest.raises(CjmError) as error:
        sheet(tmp_path, text)
    assert "one row per respondent" in error.value.text("en")
    assert "одна строка — один респондент" in error.value.text("ru")


def test_a_survey_with_a_column_called_total_is_no_table_of_counts(tmp_path: Path) -> None:
    """Respondents with a total of their order and a short answer are read."""
    read = sheet(tmp_path, "ID,Total,Why?\n1,100,dear\n2,250,slow\n3,90,nice\n")
    assert len(read.rows) == 3


TOOLS: dict[str, tuple[dict[str, int], list[str]]] = {
    "google_en": ({"time": 1, "ignore": 1, "open": 1, "scale": 1, "attribute": 1}, ["How did you hear about us?"]),
    "google_ru": ({"time": 1, "consent": 1, "multi": 1, "open": 1}, ["Почему?"]),
    "yandex_forms": ({"respondent": 1, "time": 1, "multi": 2, "open": 1}, ["Что улучшить?"]),
    "surveymonkey": (
        {"respondent": 1, "ignore": 7, "time": 1, "multi": 2, "open": 2},
        ["Which tools? – Other (please specify)", "Why do you use them?"],
    ),
    "qualtrics_two_rows": ({"time": 1, "ignore": 4, "respondent": 1, "open": 1, "multi": 2}, ["Why us?"]),
    "alchemer": (
        {"respondent": 1, "time": 1, "ignore": 10, "multi": 2, "open": 2},
        ["Other - Write In:Which do you use?", "Why?"],
    ),
    "typeform": (
        {"respondent": 1, "open": 1, "multi": 2, "ignore": 3, "scale": 1, "time": 1},
        ["How did you find us?"],
    ),
    "limesurvey_codes": ({"respondent": 1, "time": 1, "ignore": 3, "open": 1, "multi": 2}, ["G01Q01"]),
    "limesurvey_full": ({"respondent": 1, "time": 1, "ignore": 3, "open": 1, "multi": 2}, ["What hinders you?"]),
    "limesurvey_codes_and_texts": ({"respondent": 1, "time": 1, "open": 1, "multi": 2}, ["What hinders you?"]),
}


CHOSEN = {
    "google_en": [None, None],
    "google_ru": ["Телефон; Ноутбук", "Телефон"],
    "yandex_forms": ["Телефон", "Телефон; Ноутбук"],
    "limesurvey_codes": ["SQ001", "SQ002"],
    "limesurvey_full": ["Phone", "Laptop"],
    "limesurvey_codes_and_texts": ["Phone", "Laptop"],
    "surveymonkey": ["Phone", "Phone; Laptop"],
    "qualtrics_two_rows": ["Phone", "Phone; Laptop"],
    "alchemer": ["Phone", "Phone; Laptop"],
    "typeform": ["Phone", "Phone; Laptop"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_exports_of_each_tool_are_understood(tool: str) -> None:
    """Roles, questions and the two respondents of each tool's export come out of the proposed map alone."""
    roles, questions = TOOLS[tool]
    path = EXPORTS / f"{tool}.csv"
    column_map = propose_column_map(path)
    found = [role.role for role in column_map.columns.values()]
    assert {role: found.count(role) for role in dict.fromkeys(found)} == roles
    documents = read_survey(path, path.name, column_map)
    assert len(documents) == 2
    assert list(dict.fromkeys(turn.question for d in documents for turn in d.turns)) in (questions, questions[::-1])
    devices = [
        next((v for v in d.attributes.values() if v.startswith(("Phone", "Телефон", "SQ00"))), "") for d in documents
    ]
    if "multi" in roles and "limesurvey" not in tool:
        assert devices in (["Phone", "Phone; Laptop"], ["Телефон", "Телефон; Ноутбук"], ["Телефон; Ноутбук", "Телефон"])
    assert all(document.date.startswith(("2026-03", "2016-12")) for document in documents)


def test_questions_come_from_the_sheet_that_is_read(tmp_path: Path) -> None:
    """A legend that is fuller than the first rows of the answers is no reason to ask its questions."""
    book = openpyxl.Workbook()
    legend, answers = book.active, book.create_sheet("Answers")
    for row in range(40):
        legend.append([f"code {row}", "meaning", "more", "and more"])
    answers.append(["Why us?", "Age"])
    for row in range(200):
        answers.append([f"because {row}", 20 + row % 50])
    book.save(tmp_path / "two.xlsx")
    assert list(read_questions(tmp_path / "two.xlsx")) == ["Why us?", "Age"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_yandex_forms_gives_its_ids_times_and_questions(tmp_path: Path, ending: str) -> None:
    """ID and time are columns of the tool; choices stand in one cell or a column each; texts are open answers."""
    rows = [
        ["ID", "Время создания", "Ваш возраст", "Где покупаете?", "Что улучшить в доставке?", "Оцените нас от 0 до 10"],
        ["2417820391", "2026-03-01 10:00:13", "25-34", "Приложение, Сайт", "Чтобы курьер звонил заранее", "7"],
        ["2417820404", "2026-03-02 21:15:40", "35-44", "Сайт", "Ничего, всё и так быстро приезжает", "10"],
        ["2417820415", "2026-03-02 22:01:02", "25-34", "Приложение, Сайт", "", "9"],
        ["2417820416", "2026-03-03 08:40:11", "18-24", "Приложение", "Дешевле; и пакеты без пластика", "3"],
    ]
    path = tmp_path / f"Опрос о доставке{ending}"
    if ending == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    column_map = propose_column_map(path)
    assert {column: role.role for column, role in column_map.columns.items()} == {
        "ID": "respondent",
        "Время создания": "time",
        "Ваш возраст": "attribute",
        "Где покупаете?": "multi",
        "Что улучшить в доставке?": "open",
        "Оцените нас от 0 до 10": "scale",
    }
    documents = read_survey(path, path.name, column_map)
    assert [document.date for document in documents] == ["2026-03-01", "2026-03-02", "2026-03-02", "2026-03-03"]
    assert [d.text[t.start : t.end] for d in documents for t in d.turns] == [rows[1][4], rows[2][4], rows[4][4]]
    assert [dict(document.attributes)["age"] for document in documents] == ["25-34", "35-44", "25-34", "18-24"]
