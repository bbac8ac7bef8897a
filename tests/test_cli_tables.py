"""The commands for one file: `cjm evaluate` and `cjm code FILE`, in both languages, with errors that help."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from cjm_research.cli import main
from cjm_research.coding.heads import shipped

GOLD = """id,language,question,context,text,stage,sentiment,emotion,pains,wants,channels,source
a,ru,Как прошла оплата?,,"Оплата не прошла, это ужасно!",purchase,negative,anger,defect,,,one
b,en,How did you hear about us?,,A friend told me about it.,awareness,neutral,none,,,word_of_mouth,one
c,en,,,"I love it, great service.",use,positive,joy,,,,two
d,ru,,,Доставка опоздала на три часа.,use,negative,none,delay,,courier,two
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a gold table in it; messages come in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CJM_LANG", "en")
    (tmp_path / "gold.csv").write_text(GOLD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_evaluate_prints_tables_in_the_language(lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores of the coder beside the baselines, how far to trust it, code by code, and the surest mistakes."""
    code = main(["evaluate", "gold.csv", "--coder", "keywords", "--lang", lang])
    out = capsys.readouterr().out
    titles = {
        "en": ("How well it codes", "How far to trust it", "Code by code", "keywords only", "macro-F1", "TextBlob"),
        "ru": ("Насколько хорошо кодирует", "Насколько доверять", "По кодам", "одни ключевые слова", "макро-F1"),
    }[lang]

    assert code == 0
    assert [title for title in titles if title not in out] == []
    assert ("этап" in out) == (lang == "ru")


def test_evaluate_writes_page_figures_and_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file asked for is written and named; a second run gives the same bytes."""
    names = ["out/page.html", "out/figures.csv", "out/picture.png"]
    call = ["evaluate", "gold.csv", "--coder", "keywords", *(word for name in names for word in ("--report", name))]
    assert main(call) == 0
    first = {name: Path(name).read_bytes() for name in names}
    assert main(call) == 0

    assert {name: Path(name).read_bytes() for name in names} == first
    assert capsys.readouterr().out.splitlines()[-3:] == [str(Path(name)) for name in names]
    figures = pd.read_csv("out/figures.csv")
    assert set(figures["coder"]) >= {"keywords", "majority", "textblob"}
    assert b"How well it codes" in first["out/page.html"]


def test_evaluate_says_what_is_missing_and_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of one axis is evaluated on that one, and the others are named."""
    Path("one.csv").write_text("text;stage\nОплата не прошла;purchase\nСестра сказала;awareness\n", encoding="cp1251")

    assert main(["--ui-lang", "ru", "evaluate", "one.csv", "--coder", "keywords"]) == 0
    out = capsys.readouterr().out
    assert "Не оценено, потому что в таблице нет столбцов: sentiment, emotion, pains, wants, channels" in out
    assert "Windows-1251" in out


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["evaluate", "nothing.csv"], "nothing.csv: there is no such file"),
        (["evaluate", "wrong.csv"], "wrong.csv:2: column stage: “buy” is not a code"),
        (
            ["evaluate", "wrong.csv"],
            "wrong.csv:3: column pains: “prise” is not a code of the codebook; did you mean: pr",
        ),
        (["evaluate", "gold.csv", "--report", "a.doc"], "a.doc: this kind of file cannot be written"),
        (["evaluate", "gold.csv", "--coder", "llm"], "--llm-url and --llm-model"),
        (["code", "gold.csv", "--output", "gold.csv"], "never overwritten"),
        (["code", "gold.csv", "--output", "a.doc"], ".csv, .xlsx"),
        (["code", "gold.csv", "--text-column", "Отзыв"], "there is no column “Отзыв”; name the right one with --text"),
        (["code", "nothing.csv"], "nothing.csv: there is no such file"),
        (["code", "study", "--text-column", "text"], "this is a study and no file"),
    ],
)
def test_errors_name_the_place_and_the_remedy(
    call: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code 1 and a line that says where and what to do; several problems at once; no traceback."""
    Path("wrong.csv").write_text("text,stage,pains\nA,buy,\nB,use,prise\n", encoding="utf-8")

    assert main(call) == 1
    assert said in capsys.readouterr().err
    assert Path("gold.csv").read_text(encoding="utf-8") == GOLD


@pytest.mark.skipif(
    not shipped("use"),
    reason="the heads for the encoder use are not there",
)
def test_code_writes_a_file_with_the_codes_beside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cp1251 file with semicolons and Cyrillic headings: every row and column is kept, the codes are to the right."""
    lines = ["Дата;Отзыв клиента", "05.11;Доставка опоздала на три часа", "06.11;Очень дорого", "07.11;Спасибо!"]
    Path("отзывы.csv").write_text("\n".join(lines), encoding="cp1251")

    assert main(["--ui-lang", "ru", "code", "отзывы.csv", "--text-column", "отзыв клиента", "--embedder", "use"]) == 0
    with Path("отзывы.coded.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Отзыв клиента"] for row in rows] == [line.split(";")[1] for line in lines[1:]]
    assert "text" not in rows[0]
    assert {"Дата", "stage", "sentiment", "pains", "stage_confidence", "stage_top3"} <= set(rows[0])
    assert Path("отзывы.csv").read_text(encoding="cp1251") == "\n".join(lines)
    assert "Закодированы 3 строки: отзывы.coded.csv" in capsys.readouterr().out
