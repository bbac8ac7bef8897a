"""Figures of an evaluation, against small examples reckoned by hand and against published ones."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from cjm_research.codebook import default_codebook
from cjm_research.errors import CjmError
from cjm_research.evaluation import Evaluation, check_gold, compare, read_gold
from cjm_research.evaluation import measures as m
from cjm_research.evaluation.page import draw_trust, make_page
from cjm_research.evaluation.words import code_table, confusion_table, detail_table, error_table, score_table, tidy
from tests.conftest import unbalanced

BOOK = default_codebook()
# Stage: 3 of 6 right. Pains: price, price and defect are there; price and defect are found, price and delay too much.
GOLD = pd.DataFrame(
    {
        "text": ["Пользуюсь", "Works fine", "Оплатил", "Погода", "I use it", "They replied"],
        "question": ["Как вам?", "", "", "", "", ""],
        "stage": ["use", "use", "purchase", "", "use", "support"],
        "sentiment": ["neutral", "2", "0", "", "-1", "mixed"],
        "pains": ["price, delay", "", "defect", "price", "", ""],
    },
    index=[2, 3, 4, 5, 6, 7],
)
CODED = pd.DataFrame(
    {
        "stage": ["use", "purchase", "purchase", "use", "use", "none"],
        "stage_confidence": [0.95, 0.85, 0.75, 0.65, 0.55, 0.45],
        "stage_top3": ["use,none", "purchase,use,none", "review", "use,review,support,none", "use", "support"],
        "sentiment": ["neutral", "positive", "neutral", "negative", "", "negative"],
        "pains": ["price", "price", "defect,delay", "", "", ""],
        "pains_confidence": [0.8, 0.6, 0.9, 0.1, 0.1, 0.1],
    },
    index=GOLD.index,
)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    """The example, compared."""
    return compare(GOLD, CODED, times=200)


def stages(gold: str, coded: str) -> Evaluation:
    """Compare two coders of a published example, whose values 0 1 2 a b … stand for stages."""
    names = [code.code for code in BOOK.stages]
    values = sorted({*gold.split(), *coded.split()})
    as_stage = {value: names[place] for place, value in enumerate(values)}
    one, other = ([as_stage[value] for value in text.split()] for text in (gold, coded))
    return compare(pd.DataFrame({"text": "x", "stage": one}), pd.DataFrame({"stage": other}), times=0)


def test_macro_f1_is_the_mean_over_the_codes_of_gold(found: Evaluation) -> None:
    """use and purchase have F1 2/3, none and support 0: macro-F1 1/3; precision and recall stand beside."""
    codes = found.codes[found.codes["axis"] == "stage"].set_index("code")

    assert found.value("stage") == pytest.approx(1 / 3)
    assert codes.loc["use", ["n_gold", "n_coded"]].tolist() == [3, 3]
    assert codes.loc["purchase", ["precision", "recall"]].tolist() == [0.5, 1.0]
    assert codes.loc["purchase", "f1"] == pytest.approx(2 / 3)
    assert math.isnan(codes.loc["support", "precision"])
    assert codes.loc["support", "f1"] == 0
    assert math.isnan(codes.loc["review", "f1"])


def test_micro_f1_counts_suggestions_of_all_codes(found: Evaluation) -> None:
    """2 right of 4 suggested and 4 there: 2·2 / (4 + 4)."""
    assert found.value("pains") == pytest.approx(0.5)


def test_sentiment_may_be_a_number_and_unscored_rows_count_as_missed(found: Evaluation) -> None:
    """A row nobody judged is out; one left unscored is wrong: F1 1 for neutral, 1 for positive, 0 for the others."""
    assert found.headline.query("axis == 'sentiment' and language == 'all'")["n"].tolist() == [5] * 5
    assert found.value("sentiment") == pytest.approx((1 + 1 + 0 + 0) / 4)
    unscored = found.confusion.query("axis == 'sentiment' and coded == ''")
    assert unscored[["gold", "n"]].to_numpy().tolist() == [["negative", 1]]


def test_calibration_error_is_the_mean_gap_of_the_bins(found: Evaluation) -> None:
    """Six bins of one suggestion each: (0.05 + 0.85 + 0.25 + 0.65 + 0.45 + 0.45) / 6; rows without a pain are out."""
    pains = found.reliability[found.reliability["axis"] == "pains"]

    assert found.value("stage", "ece") == pytest.approx(0.45)
    assert pains[["lo", "n", "precision"]].to_numpy().tolist() == [[0.6, 1, 0], [0.8, 1, 1], [0.9, 1, 0.5]]
    assert found.value("pains", "ece") == pytest.approx((0.6 + 0.2 + 0.4) / 3)


def test_bins_hold_their_lower_end() -> None:
    """0.3 is in the fourth tenth whatever floating point makes of it, and 1 in the last."""
    assert m.bin_of(np.array([0.0, 0.0999, 0.1, 0.3, 0.7, 0.9999, 1.0])).tolist() == [0, 0, 1, 3, 7, 9, 9]


def test_coverage_is_the_precision_of_the_surest(found: Evaluation) -> None:
    """Right are the 1st, 3rd and 5th of six: of the surest half 2 of 3, of 40 % (2.4 of them) 1.4, of all a half."""
    curve = found.coverage[found.coverage["axis"] == "stage"].set_index(["share"])["precision"]

    assert found.value("stage", "precision_40") == pytest.approx(1.4 / 2.4)
    assert curve.iloc[4] == pytest.approx(2 / 3)
    assert curve.iloc[9] == pytest.approx(0.5)


def test_right_stage_among_the_first_three(found: Evaluation) -> None:
    """Gold's stage is among the first three names in 4 of 6 rows; a fourth name does not count."""
    assert found.value("stage", "top3") == pytest.approx(4 / 6)
    assert math.isnan(found.value("pains", "top3"))


def test_confusions_and_errors_are_told_with_their_texts(found: Evaluation) -> None:
    """Pairs are counted; the surest wrong suggestion comes first, with its row and text."""
    pairs = {(g, c): n for g, c, n in found.confusion.query("axis == 'stage'")[["gold", "coded", "n"]].to_numpy()}
    errors = found.errors[found.errors["axis"] == "stage"]

    assert pairs == {
        ("use", "use"): 2,
        ("use", "purchase"): 1,
        ("purchase", "purchase"): 1,
        ("none", "use"): 1,
        ("support", "none"): 1,
    }
    assert errors[["row", "gold", "coded", "text"]].to_numpy().tolist() == [
        [3, "use", "purchase", "Works fine"],
        [5, "none", "use", "Погода"],
        [7, "support", "none", "They replied"],
    ]
    assert found.errors.query("axis == 'pains'")["coded"].tolist() == ["delay,defect", "price"]


@pytest.mark.parametrize(
    ("gold", "coded", "alpha"),
    [
        ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0", 0.095),
        ("a a b b d c c c e d d a", "b a b b b c c c e d d d", 0.692),
    ],
)
def test_alpha_is_the_published_one(gold: str, coded: str, alpha: float) -> None:
    """The examples A (binary) and B (nominal, two coders) of Krippendorff, "Computing Krippendorff's Alpha" (2011)."""
    assert stages(gold, coded).value("stage", "alpha") == pytest.approx(alpha, abs=0.0005)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30))
def test_alpha_is_that_of_nltk(pairs: list[tuple[str, str]]) -> None:
    """For any two coders the same alpha as nltk's; none where only one value was ever used."""
    ours = stages(" ".join(a for a, _ in pairs), " ".join(b for _, b in pairs)).value("stage", "alpha")
    data = [(who, str(n), pair[place]) for n, pair in enumerate(pairs) for place, who in enumerate(("one", "other"))]

    if len({value for pair in pairs for value in pair}) == 1:
        assert math.isnan(ours)
    else:
        assert ours == pytest.approx(AnnotationTask(data).alpha(), abs=1e-9)


def test_alpha_of_many_codes_is_code_by_code(found: Evaluation) -> None:
    """defect: there and found in one row of six, alpha 1; price: agreed on 4 of 6 rows, 4 of 12 values are "there"."""
    alphas = found.codes.query("axis == 'pains'").set_index("code")["alpha"]

    assert alphas["defect"] == pytest.approx(1.0)
    assert alphas["price"] == pytest.approx(1 - 11 * 4 / (144 - 16 - 64))
    assert found.value("pains", "alpha") == pytest.approx(
        np.mean([alphas[code] for code in ("price", "delay", "defect")])
    )


@given(st.permutations(range(6)), st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=6, max_size=6))
def test_no_figure_depends_on_the_order_of_rows(order: list[int], confidence: list[float]) -> None:
    """Rows in another order, many equally sure, give the same figures."""
    coded = CODED.assign(stage_confidence=confidence)
    one, other = compare(GOLD, coded, times=0), compare(GOLD.iloc[order], coded, times=0)

    pd.testing.assert_frame_equal(one.headline, other.headline)
    pd.testing.assert_frame_equal(one.coverage, other.coverage)


def test_intervals_are_over_sources_if_there_are_many() -> None:
    """Ten sources are drawn as wholes: sources wholly right or wholly wrong give a wide interval, rows a narrow one."""
    source = np.repeat([f"s{n}" for n in range(10)], 20)
    gold = pd.DataFrame({"text": "x", "stage": np.where(np.arange(200) % 2, "use", "review"), "source": source})
    wrong = np.isin(source, ["s0", "s1", "s2", "s3", "s4"])
    coded = pd.DataFrame({"stage": np.where(wrong, "support", gold["stage"])})
    widths = {}
    for name, table in (("sources", gold), ("rows", gold.drop(columns="source"))):
        found = compare(table, coded)
        row = found.headline.query("measure == 'f1' and language == 'all'").iloc[0]
        assert found.drawn == name
        assert row["value"] == pytest.approx(2 / 3)
        assert row["lo"] < row["value"] < row["hi"]
        widths[name] = row["hi"] - row["lo"]

    assert widths["sources"] > 2 * widths["rows"]
    pd.testing.assert_frame_equal(compare(gold, coded).headline, compare(gold, coded).headline)


def test_samples_draw_as_many_groups_as_there_are() -> None:
    """Samples are as large as the table when groups are equal, rows of a group go together, and the seed decides."""
    drawn = m.resamples(np.array([0, 0, 1, 1, 2, 2]), 50, 1)

    assert (drawn.sum(axis=1) == 6).all()
    assert (drawn[:, ::2] == drawn[:, 1::2]).all()
    assert (drawn == m.resamples(np.array([0, 0, 1, 1, 2, 2]), 50, 1)).all()
    assert len(np.unique(drawn, axis=0)) > 5


def test_languages_are_told_apart(found: Evaluation) -> None:
    """Without a column for it the language is recognised, and every figure is there for each."""
    english = found.headline.query("axis == 'stage' and language == 'en'")

    assert english["n"].unique().tolist() == [3]
    assert found.value("stage", "f1", "en") == pytest.approx((2 / 3 + 0) / 2)
    assert set(found.headline["language"]) == {"all", "en", "ru"}


def test_everything_wrong_with_a_table_is_told_at_once() -> None:
    """Unknown codes, with a near one, and two stages in a cell are told with rows and columns, in both languages."""
    wrong = GOLD.assign(
        stage=["use", "usse", "use,review", "", "use", "use"], pains=["price", "pain.price", "", "", "", ""]
    )
    with pytest.raises(CjmError) as caught:
        check_gold(wrong, BOOK, "gold.csv")

    assert caught.value.text("en").split("\n") == [
        "gold.csv:3: column stage: “usse” is not a code of the codebook; did you mean: use?",
        "gold.csv:4: column stage holds one code, and this is “use,review”; keep the one that weighs most",
        "gold.csv:3: column pains: “pain.price” is not a code of the codebook; did you mean: price?",
    ]
    assert "gold.csv:3: столбец stage: кода «usse» нет в книге кодов; может быть, use?" in caught.value.text("ru")


def test_a_wholly_wrong_column_is_told_in_twenty_lines() -> None:
    """The first twenty problems, and how many more there are."""
    with pytest.raises(CjmError) as caught:
        check_gold(pd.DataFrame({"text": ["x"] * 100, "sentiment": ["5"] * 100}), BOOK)
    lines = caught.value.text("ru").split("\n")

    assert len(lines) == 21
    assert lines[-1] == "… и ещё 80 таких ошибок."


@pytest.mark.parametrize(
    ("frame", "key"),
    [
        (pd.DataFrame({"Текст": ["x"], "stage": ["use"]}), "evaluate.no_columns"),
        (pd.DataFrame({"text": ["x"], "этап": ["use"]}), "evaluate.no_columns"),
        (pd.DataFrame({"text": ["", " "], "stage": ["use", "use"]}), "evaluate.no_rows"),
    ],
)
def test_a_table_that_is_no_gold_is_refused(frame: pd.DataFrame, key: str) -> None:
    """Without texts or without any axis there is nothing to compare; the columns that are there are named."""
    with pytest.raises(CjmError) as caught:
        check_gold(frame, BOOK)

    assert [problem.key for problem in caught.value.problems] == [key]


def test_a_coder_must_give_the_same_rows_and_axes() -> None:
    """Other rows, or a missing axis, are errors of the call."""
    with pytest.raises(CjmError, match="4"):
        compare(GOLD, CODED.iloc[:4])
    with pytest.raises(CjmError, match="pains"):
        compare(GOLD, CODED.drop(columns="pains"))


def test_gold_is_read_from_a_file_of_any_program(tmp_path: Path) -> None:
    """Windows-1251 with semicolons; rows count as in the spreadsheet; an empty stage is none, other columns go."""
    path = tmp_path / "эталон.csv"
    path.write_bytes("id;text;stage;pains\n01;Дорого и долго;use;price, delay\n02;Живу в Туле;;\n".encode("cp1251"))
    gold, notes = read_gold(path, BOOK)

    assert gold.index.tolist() == [2, 3]
    assert gold[["text", "stage", "pains", "language"]].to_numpy().tolist() == [
        ["Дорого и долго", "use", "price,delay", "ru"],
        ["Живу в Туле", "none", "", "ru"],
    ]
    assert "id" not in gold.columns
    assert [note.key for note in notes] == ["read.encoding_guessed"]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_tables_are_words_in_either_language(found: Evaluation, lang: str) -> None:
    """Figures stand with the decimal mark of the language, what is not known is a dash, axes and codes have names."""
    scores = score_table({"heads": found, "majority": found, "vader": found}, lang)
    codes = code_table(found, BOOK, lang)
    mark = "," if lang == "ru" else "."

    assert scores.iloc[0, 0] == {"en": "stage", "ru": "этап"}[lang]
    assert scores.iloc[0, 3].startswith(f"0{mark}33 (0{mark}")
    assert scores.iloc[0, 4] == f"0{mark}33"
    assert scores["VADER"].iloc[0] == f"0{mark}33 (en)"
    assert detail_table(found, lang).iloc[2, 4] == "–"
    assert {"en": "Use", "ru": "Использование"}[lang] in codes.iloc[:, 2].tolist()
    assert confusion_table(found, "stage", BOOK, lang).iloc[0, 0] == {"en": "Purchase", "ru": "Покупка"}[lang]
    assert confusion_table(found, "pains", BOOK, lang).empty
    assert error_table(found, "stage", 2, lang).iloc[:, 0].tolist() == ["3", "5"]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_holds_everything_and_escapes_texts(lang: str) -> None:
    """One file without scripts or addresses; what a person wrote is shown and not run; every tag is closed."""
    gold = GOLD.assign(text=["<script>alert(1)</script>", *GOLD["text"][1:]])
    coded = CODED.assign(stage=["review", *CODED["stage"][1:]])
    page = make_page({"heads": compare(gold, coded, times=20)}, "<b>gold</b>.csv", BOOK, lang)

    assert unbalanced(page) == []
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "http" not in page
    assert 'src="data:image/png;base64,' in page
    assert f'<html lang="{lang}">' in page


def test_the_picture_says_in_words_what_it_shows(found: Evaluation) -> None:
    """A PNG, the same bytes each time, with the figures as text; without confidence it says so."""
    picture = draw_trust(found, "en")
    silent = draw_trust(compare(GOLD[["text", "stage"]], CODED[["stage"]], times=0), "ru")

    assert picture.png.startswith(b"\x89PNG")
    assert picture.png == draw_trust(found, "en").png
    assert "stage: the surest 40% are right in 58%, calibration error 0.45." in picture.alt
    assert silent.alt == "Этот кодировщик не говорит, насколько он уверен."


def test_all_figures_fit_into_one_table(found: Evaluation) -> None:
    """A row for every coder, axis, code and measure, whose value is that of the evaluation."""
    table = tidy({"heads": found, "majority": found})
    one = table.query("coder == 'heads' and axis == 'pains' and code == 'price' and measure == 'recall'")

    assert one["value"].tolist() == [0.5]
    assert not table.duplicated(["coder", "axis", "code", "language", "measure"]).any()
