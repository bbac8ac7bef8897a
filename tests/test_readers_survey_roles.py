"""What columns mean: consent, several choices, ratings, contact data, reviews, tickets, answers that say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.coding import code_segments
from cjm_research.journey import map_journey
from cjm_research.language import is_non_answer
from cjm_research.people import build_sources
from cjm_research.personas import assign_personas
from cjm_research.readers import ColumnMap, ColumnRole, load_column_map, propose_column_map, read_survey
from cjm_research.readers.columns import dump_column_map
from cjm_research.readers.multi import SplitRule, learn_split, split_choices
from cjm_research.segments import make_segments
from cjm_research.settings import Settings, load_settings

OPEN = ColumnRole("open")


def write(folder: Path, text: str) -> Path:
    """Write a survey file."""
    path = folder / "s.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_who_did_not_consent_is_left_out_and_told(tmp_path: Path) -> None:
    """Only a yes keeps a person: «нет», "I do not agree" and an open question do not; the rows are named."""
    text = "Я даю согласие на обработку персональных данных,Почему?\n"
    text += '"Да, согласен",а\nнет,б\nI do not agree,в\n,г\nДа,д\n"Нет, не согласен",е\n'
    path = write(tmp_path, text)
    assert propose_column_map(write(tmp_path, "Согласие на обработку данных,Почему?\nДа,а\nНет,б\nДа,в\n")).columns[
        "Согласие на обработку данных"
    ] == ColumnRole("consent")
    path = write(tmp_path, text)
    consent = "Я даю согласие на обработку персональных данных"
    documents = read_survey(path, "s.csv", ColumnMap({consent: ColumnRole("consent"), "Почему?": OPEN}))
    assert [document.text[-1] for document in documents] == ["а", "д"]
    assert [(note.key, dict(note.params)) for note in documents[0].notes] == [
        ("survey.no_consent", {"n": 4, "rows": "3, 4, 5, 7"})
    ]


def test_contact_data_is_not_kept_whatever_the_map_says(tmp_path: Path) -> None:
    """Columns of e-mails, phones, IPs and coordinates are empty on load, even if the map asks for them."""
    rows = ['a@b.ru,+7 900 123-45-67,10.0.0.1,"55.7512, 37.6184",да', "нет,8 (912) 000-11-22,::1:2:3,,долго"]
    path = write(tmp_path, "Как с вами связаться?,Куда звонить,Host,Where,Почему?\n" + "\n".join(rows) + "\n")
    names = ["Как с вами связаться?", "Куда звонить", "Host", "Where"]
    assert [propose_column_map(path).columns[name].role for name in names] == ["ignore"] * 4
    greedy = ColumnMap({name: ColumnRole("attribute", f"c{n}") for n, name in enumerate(names)} | {"Почему?": OPEN})
    documents = read_survey(path, "s.csv", greedy)
    assert [dict(document.attributes) for document in documents] == [{}, {}]
    assert [note.text("ru") for note in documents[0].notes] == [
        "s.csv: личные контактные данные не хранятся; эти столбцы отброшены: "
        + "; ".join(f"“{name}”" for name in names)
    ]


def test_a_question_about_phones_and_letters_is_a_question(tmp_path: Path) -> None:
    """Words like e-mail and телефон in a question do not make its answers contact data."""
    path = write(tmp_path, "How do you like our e-mail newsletters?,Что не так с телефоном?\ntoo many of them,гудки\n")
    assert [role.role for role in propose_column_map(path).columns.values()] == ["open", "open"]
    numbers = write(tmp_path, "Respondent ID,Why?\n3292879998,dear\n3292879538,slow\n")
    assert propose_column_map(numbers).columns["Respondent ID"] == ColumnRole("respondent")


COMMAS = (
    ["Web, Phone (iOS, Android), Yes, sometimes"] * 3 + ["Web", "Phone (iOS, Android)", "Web, Phone (iOS, Android)"],
    ",",
    ("Web", "Phone (iOS, Android)", "Yes, sometimes"),
)
SEMICOLONS = (["calm;quick", "quick", "calm;odd", "odd;quick", "calm"] * 2, ";", ("calm", "quick", "odd"))
TOGETHER = (
    ["Tea, Milk, hot", "Milk, hot", "Tea", "Milk, hot, Juice", "Tea, Juice", "Juice"],
    ",",
    ("Tea", "Milk, hot", "Juice"),
)


@pytest.mark.parametrize(("values", "mark", "options"), [COMMAS, SEMICOLONS, TOGETHER])
def test_options_are_learnt_with_the_commas_they_hold(values: list[str], mark: str, options: tuple[str, ...]) -> None:
    """Commas in brackets and between words that never part belong to the option."""
    assert learn_split(values) == SplitRule(mark, options)


@pytest.mark.parametrize(
    "values",
    [
        ["It was slow, I left", "Dear, and the courier was late, too", "Fine", "No, thanks", "ok"],
        ["We work on the same project, but not the same part", "I am alone"] * 20,
        ["3,5", "4,5", "3,5"] * 5,
    ],
)
def test_sentences_single_choices_and_decimals_are_no_lists(values: list[str]) -> None:
    """Commas alone do not make several choices."""
    assert learn_split(values) is None


def test_what_no_option_matches_is_one_answer() -> None:
    """The person's own words between or after known options keep their commas."""
    rule = SplitRule(",", ("Web", "Phone"))
    assert split_choices("Web, on paper, by hand, Phone, mail, fax", rule) == (
        "Web",
        "on paper, by hand",
        "Phone",
        "mail, fax",
    )


@given(st.lists(st.sampled_from(["A", "B, c", "D (e, f)", "Ж"]), min_size=1, max_size=4, unique=True))
def test_joined_options_come_apart_again(chosen: list[str]) -> None:
    """What a survey tool joined with commas is split into just those options."""
    assert list(split_choices(", ".join(chosen), SplitRule(",", ("A", "B, c", "D (e, f)", "Ж")))) == chosen


def test_the_map_remembers_what_was_learnt(tmp_path: Path) -> None:
    """Sign, options and the option of a column are written to the map, read back, and decide the reading."""
    text = "Tools?,Devices? [Phone],Devices? [TV],Why?\n" + "".join(
        f'"{tools}",{phone},{tv},because {n}\n'
        for n, (tools, phone, tv) in enumerate(
            [("Pen, Web", "Yes", "No"), ("Web", "No", "Yes"), ("Pen, Web", "Yes", "Yes"), ("Pen", "", "")]
        )
    )
    path = write(tmp_path, text)
    (tmp_path / "s.csv.map.yml").write_text(dump_column_map(propose_column_map(path)), encoding="utf-8")
    column_map = load_column_map(tmp_path / "s.csv.map.yml")
    assert column_map.columns["Tools?"] == ColumnRole("multi", "tools", split=",", options=("Pen", "Web"))
    assert column_map.columns["Devices? [TV]"] == ColumnRole("multi", "device", option="TV")
    assert [dict(document.attributes) for document in read_survey(path, "s.csv", column_map)] == [
        {"tools": "Pen; Web", "device": "Phone"},
        {"tools": "Web", "device": "TV"},
        {"tools": "Pen; Web", "device": "Phone; TV"},
        {"tools": "Pen"},
    ]


@pytest.mark.parametrize(
    ("heading", "values", "name", "numbers"),
    [
        ("How likely to recommend us?", ["10 - Extremely likely", "0 - Not at all", "7"], "nps", ["10", "0", "7"]),
        ("Насколько вы довольны?", ["4,5", "5 (отлично)", "3"], "csat", ["4.5", "5", "3"]),
        ("How easy was it to return it?", ["6/7", "7/7", "1/7"], "ces", ["6", "7", "1"]),
        ("Оцените доставку", ["9 из 10", "10 из 10", "2 из 10"], "nps", ["9", "10", "2"]),
    ],
)  # fmt: skip
def test_ratings_are_numbers_however_they_are_written(
    tmp_path: Path, heading: str, values: list[str], name: str, numbers: list[str]
) -> None:
    """NPS, CSAT and CES scales keep the number and lose the words beside it; decimals get a point."""
    path = write(tmp_path, f'"{heading}","Why?"\n' + "".join(f'"{value}","x{n} y"\n' for n, value in enumerate(values)))
    column_map = propose_column_map(path)
    assert column_map.columns[heading] == ColumnRole("scale", name)
    assert [document.attributes[name] for document in read_survey(path, "s.csv", column_map)] == numbers


def test_reviews_are_proposed_from_their_headings(tmp_path: Path) -> None:
    """Text, stars and date make reviews: the text is open, the stars a rating, the author is not kept."""
    path = write(
        tmp_path,
        "Автор;Дата;Оценка;Достоинства;Недостатки;Отзыв\n"
        "Ира;12.03.2026;2;цена;долго;Ждал час\nОлег;13.03.2026;5;вкус;;Ок\n",
    )
    column_map = propose_column_map(path)
    assert (column_map.kind, [role.role for role in column_map.columns.values()]) == (
        "review",
        ["ignore", "time", "scale", "open", "open", "open"],
    )
    first, second = read_survey(path, "s.csv", column_map)
    assert (first.kind, first.date, first.attributes["csat"]) == ("review", "2026-03-12", "2")
    assert [len(document.turns) for document in (first, second)] == [3, 2]


def test_tickets_are_proposed_from_their_headings(tmp_path: Path) -> None:
    """A helpdesk's export gives tickets: subject and description are open, the customer is the person."""
    path = write(
        tmp_path,
        "Customer ID,Ticket ID,Subject,Description,Priority,Status,Created at\n"
        "c1,1,Refund,Money did not come,High,Open,2026-03-01 10:00\n"
        "c1,2,Again,Still nothing,High,Open,2026-03-02 10:00\n"
        "c2,3,Login,Cannot log in,Low,Closed,2026-03-02 11:00\nc2,4,Login,Works now,Low,Closed,2026-03-03 11:00\n",
    )
    column_map = propose_column_map(path)
    assert (column_map.kind, column_map.prefix) == ("ticket", "")
    documents = read_survey(path, "s.csv", column_map)
    assert [(document.participant, document.date, len(document.turns)) for document in documents] == [
        ("c1", "2026-03-01", 2),
        ("c1", "2026-03-02", 2),
        ("c2", "2026-03-02", 2),
        ("c2", "2026-03-03", 2),
    ]


@pytest.mark.parametrize(
    "text", ["нет", "-", "n/a", "N/A.", "всё ок", "Все ОК!", "👍🏽", "хз", "🙂🙂", "...", "I don’t know", "Нет."]
)
def test_answers_that_say_nothing_are_known(text: str) -> None:
    """Signs, emoji and the usual ways to say nothing, in any case and with ё or е."""
    assert is_non_answer(text)


@pytest.mark.parametrize("text", ["нет, долго ждала", "всё ок, но дорого", "no idea why it crashed", "👍 быстро", "5"])
def test_answers_that_say_something_are_not_taken_for_nothing(text: str) -> None:
    """A no with a reason is an answer."""
    assert not is_non_answer(text)


def test_a_non_answer_counts_in_the_base_and_never_as_a_pain(tmp_path: Path) -> None:
    """Of six people asked what was hard in use, three complain and three say nothing: pains are counted among six."""
    said = ["Очень долго ждать, всё зависает", "Приложение зависает", "Дорого и зависает", "нет", "-", "всё ок"]
    path = write(tmp_path, "Что было сложно при использовании?\n" + "".join(f'"{answer}"\n' for answer in said))
    column_map = ColumnMap({"Что было сложно при использовании?": ColumnRole("open", stage="use")}, prefix="P-")
    sources = build_sources(read_survey(path, "s.csv", column_map), [], _settings(tmp_path))
    segments = make_segments(sources.turns, sources.transcripts)
    assert segments["non_answer"].tolist() == [0, 0, 0, 1, 1, 1]
    codebook = default_codebook("journey-9")
    codings = code_segments(segments, codebook, {"Что было сложно при использовании?": "use"})
    silent = set(segments.loc[segments["non_answer"] == 1, "segment_id"])
    assert {code for s, code in zip(codings["segment_id"], codings["code"], strict=True) if s in silent} <= {
        "stage.use",
        "sentiment",
    }
    cells = map_journey(segments, codings, assign_personas(sources.participants, ()), codebook)
    pains = cells[(cells["lane"] == "pain") & (cells["stage"] == "use") & (cells["item"] == "")]
    assert {(int(k), int(n)) for k, n in zip(pains["k"], pains["n"], strict=True)} == {(3, 6)}


def _settings(folder: Path) -> Settings:
    path = folder / "study.yml"
    path.write_text("name: Test\n", encoding="utf-8")
    return load_settings(path)
