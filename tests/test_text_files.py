"""Tables of texts: read as they come from other programs, coded part by part, written without touching the input."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.text_files import beside, code_in_parts, pick_columns, read_texts, write_texts

ROWS = [["Дата", "Ваш отзыв", "Вопрос"], ["05.11", "Долго, ждал; час", "Как доставка?"], ["06.11", "=1+1", ""]]


def lengths(texts: pd.DataFrame) -> pd.DataFrame:
    """A coder that sees how many rows with the same question it gets: what a part cuts in two changes its codes."""
    asked = texts["question"] if "question" in texts.columns else pd.Series("", index=texts.index)
    company = asked.map(asked.value_counts()) if "context" in texts.columns else 1
    return texts.assign(stage=texts["text"].str.len().astype(str), company=company)


def as_file(folder: Path, kind: str) -> Path:
    """The example as one kind of file."""
    path = folder / f"отзывы.{kind.split('-', maxsplit=1)[0]}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
            book.active.cell(book.active.max_row, 2).value = row[1]
            book.active.cell(book.active.max_row, 2).data_type = "s"
        book.save(path)
    else:
        encoding, mark = {"csv-cp1251": ("cp1251", ";"), "csv-utf8": ("utf-8-sig", ","), "tsv": ("utf-16", "\t")}[kind]
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark).writerows(ROWS)
    return path


@pytest.mark.parametrize("kind", ["csv-cp1251", "csv-utf8", "tsv", "xlsx"])
def test_a_table_is_read_whatever_program_wrote_it(kind: str, tmp_path: Path) -> None:
    """Cyrillic headings, semicolons, old encodings and workbooks give the same cells and the spreadsheet's rows."""
    frame, _ = read_texts(as_file(tmp_path, kind))

    assert frame.index.tolist() == [2, 3]
    assert [list(frame.columns), *frame.to_numpy().tolist()] == ROWS


def test_contact_data_are_left_out_with_a_note(tmp_path: Path) -> None:
    """A column of addresses is emptied and named, as in surveys."""
    path = tmp_path / "a.csv"
    path.write_text("text,mail\nДорого,anna@example.org\nДолго,boris@example.org\n", encoding="utf-8")
    frame, notes = read_texts(path)

    assert frame["mail"].tolist() == ["", ""]
    assert "mail" in notes[-1].text("en")


def test_columns_are_named_as_a_person_would(tmp_path: Path) -> None:
    """Case and spaces do not matter; a column of the usual name is found by itself, a missing one is no error."""
    frame, _ = read_texts(as_file(tmp_path, "csv-utf8"))
    texts = pick_columns(frame.rename(columns={"Вопрос": "Question"}), {"text": " ваш  ОТЗЫВ"}, "f")

    assert texts.columns.tolist() == ["text", "question"]
    assert texts["text"].tolist() == ["Долго, ждал; час", "=1+1"]


def test_every_missing_column_is_told_with_those_there_are() -> None:
    """Both wrong names and the option for each, in one error; a missing text column is one too."""
    frame = pd.DataFrame({"Отзыв": ["x"]})
    with pytest.raises(CjmError) as caught:
        pick_columns(frame, {"question": "Вопрос"}, "a.csv")
    text = caught.value.text("ru")

    assert "a.csv: столбца «text» нет; назовите нужный ключом --text-column. Есть столбцы: Отзыв" in text
    assert "«Вопрос» нет; назовите нужный ключом --question-column" in text


@given(st.lists(st.sampled_from("abcd"), max_size=900), st.booleans())
def test_parts_give_what_the_whole_gives(questions: list[str], with_context: bool) -> None:
    """A long table coded in parts is the table coded at once, rows of one question together where contexts matter."""
    texts = pd.DataFrame({"text": [q * n for n, q in enumerate(questions)], "question": questions}, dtype=object)
    if with_context:
        texts["context"] = ""
    done: list[int] = []
    parts = code_in_parts(texts, lengths, done.append)

    pd.testing.assert_frame_equal(parts, lengths(texts))
    assert sum(done) == len(texts)
    assert len(done) > 1 or len(texts) < 500 or with_context


def test_a_column_the_table_has_is_kept() -> None:
    """What people coded stays; the coder's column of that name is called coded_…, twice if need be."""
    frame = pd.DataFrame({"text": ["x"], "stage": ["use"], "coded_stage": ["none"], "pains": ["price"]})
    coded = pd.DataFrame({"text": ["x"], "stage": ["review"], "pains": [""], "wants": ["need"]})
    table = beside(frame, coded)

    assert table.iloc[0].to_dict() == {
        "text": "x",
        "stage": "use",
        "coded_stage": "none",
        "pains": "price",
        "coded_coded_stage": "review",
        "coded_pains": "",
        "wants": "need",
    }


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_written_reads_back(suffix: str, tmp_path: Path) -> None:
    """Cells come back as they were, formulas as words, NaN as nothing; twice the same bytes; control signs go."""
    frame = pd.DataFrame({"Отзыв": ["=1+1", "a\nb", "+7, «да»"], "score": [1.5, float("nan"), -0.25]})
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    for path in (one, other):
        write_texts(path, frame, tmp_path / "in.csv")
    back, _ = read_texts(one)

    assert back["Отзыв"].tolist() == ["=1+1", "a\nb", "+7, «да»"]
    assert back["score"].tolist() == ["1.5", "", "-0.25"]
    assert one.read_bytes() == other.read_bytes()
    write_texts(one, pd.DataFrame({"a": ["x\x00y\x0b\ud800"], "b": [1]}), tmp_path / "in.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([one.name, other.name])


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    """Not by its own name, not through a link or another spelling of the path; other formats are refused."""
    path = as_file(tmp_path, "csv-utf8")
    before = path.read_bytes()
    (tmp_path / "link.csv").symlink_to(path)
    frame = pd.DataFrame({"a": ["x"]})
    for target in (path, tmp_path / "link.csv", tmp_path / ".." / tmp_path.name / path.name):
        with pytest.raises(CjmError, match=r"overwritten|переписывается"):
            write_texts(target, frame, path)
    with pytest.raises(CjmError, match=r"\.xlsx"):
        write_texts(tmp_path / "out.doc", frame, path)

    assert path.read_bytes() == before
