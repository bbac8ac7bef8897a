"""Names are found in every case and spelling; the same letters as a plain word stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.privacy.declension import decline, surname_stem, with_patronymic
from cjm_research.privacy.detect_names import find_names
from cjm_research.privacy.finding import Known


def found(text: str, known: Known | None = None) -> list[str]:
    """The words that are taken for parts of names."""
    return [text[f.start : f.end] for f in find_names(text, known or Known())]


def entities(text: str) -> set[str]:
    """Whose names stand in the text."""
    return {f.entity for f in find_names(text, Known())}


@pytest.mark.parametrize("form", ["Гульнара", "Гульнары", "Гульнаре", "Гульнару", "Гульнарой", "гульнара", "ГУЛЬНАРА"])
def test_a_name_is_found_in_every_case(form: str) -> None:
    """All forms stand for one person."""
    assert entities(f"Мы говорили, и {form} тоже.") == {"гульнара"}


@pytest.mark.parametrize("form", ["Татьяной", "Таню", "Тане", "Танечка", "Танюшу"])
def test_short_forms_stand_for_the_full_name(form: str) -> None:
    """Diminutives of one name are the same person."""
    assert entities(f"Я спросила, и {form} ответили.") == {"татьяна"}


def test_a_short_form_of_two_names_stands_for_itself() -> None:
    """Саша may be Александр or Александра: nobody decides which."""
    assert entities("Звонил Саша.") == {"саша"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Нина Павловна Кузнецова звонила.", ["Нина", "Павловна", "Кузнецова"]),
        ("Договор с Кузнецовым Сергеем готов.", ["Кузнецовым", "Сергеем"]),
        ("Мастер И. П. Соколов приехал.", ["И. П. Соколов"]),
        ("На имя директора, Гаврилова А. С., писала.", ["Гаврилова А. С."]),
        ("Тань, а у тебя как?", ["Тань"]),
        ("меня зовут юля", ["юля"]),
        ("Подруга Вера пользуется.", ["Вера"]),
        ("Надежда Ивановна помогла.", ["Надежда", "Ивановна"]),
        ("Спросила у Розы.", ["Розы"]),
        ("My name is Deepa Rao.", ["Deepa", "Rao"]),
        ("Mr Henderson and Dr. Patel came.", ["Henderson", "Patel"]),
        ("I asked Bill about it.", ["Bill"]),
        ("My friend May told me.", ["May"]),
        ("Michael O'Connor's team left.", ["Michael", "O'Connor"]),
        ("the agent, kevin, hung up", ["kevin"]),
    ],
)
def test_names_are_found_by_lists_morphology_and_context(text: str, names: list[str]) -> None:
    """Surnames, patronymics, initials, calls, small letters, and words that are names here."""
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Надежда умирает последней.",
        "Вера в лучшее держит.",
        "Роза в горшке стоит.",
        "Лев в зоопарке спал.",
        "Жене сказал, она рада.",
        "Света в подъезде не было.",
        "Переехали в Киров из Саратова.",
        "Шоколад «Алёнка» и кухня «Мария».",
        "Метро Пушкинская, антивирус Касперского.",
        "May I cancel? Will it work? The bill came.",
        "I started in May. April was slow.",
        "Grace period. Rose gold. We use Wells Fargo.",
        "The office in Austin is bigger.",
        "She watches TV. Except on Sunday.",
        "Good morning, sir. For the tape, who are you?",
    ],
)
def test_plain_words_places_and_brands_stay(text: str) -> None:
    """The same letters are no name here."""
    assert found(text) == []


def test_what_the_study_knows_wins_over_doubt() -> None:
    """A participant's name is found where the words around would not tell; spared words never are."""
    assert found("Надежда устала.") == []
    assert found("Надежда устала.", Known(entities=frozenset({"надежда"}))) == ["Надежда"]
    assert found("Гульнаре и Марату.", Known(spare=frozenset({"гульнара"}))) == ["Марату"]


def test_declension_tables() -> None:
    """Endings of the classes, with the stems that lose a vowel."""
    assert decline("Ольга", "f") == ("Ольга", "Ольги", "Ольге", "Ольгу", "Ольгой", "Ольге")
    assert decline("Павел", "m") == ("Павел", "Павла", "Павлу", "Павла", "Павлом", "Павле")
    assert decline("Мария", "f")[2] == "Марии"
    assert decline("Игорь", "m")[4] == "Игорем"
    assert decline("Шмидт", "f") == ("Шмидт",) * 6
    assert surname_stem("кузнецовой") == ("ov", "кузнецов", "ой")
    assert surname_stem("добровольской") == ("sky", "добровольск", "ой")
    assert surname_stem("шмидт") is None
    assert with_patronymic("павловне") == ("павл", "овн", "е")


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks the search, and offsets lie within it."""
    assert all(0 <= f.start < f.end <= len(text) for f in find_names(text, Known()))
