"""Phones, e-mails, cards, documents, addresses, links and IPs: found by their form, and prices are none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.privacy.detect_numbers import find_numbers, is_card_number


def found(text: str) -> list[tuple[str, str]]:
    """Kind and words of every detail, in the order of the text."""
    return sorted(((f.kind, text[f.start : f.end]) for f in find_numbers(text)), key=lambda pair: text.index(pair[1]))


@pytest.mark.parametrize(
    "phone",
    [
        "+7 917 123-45-67",
        "8 (917) 123-45-67",
        "89171234567",
        "8-917-123-45-67",
        "+7.917.123.45.67",
        "(843) 236-12-08",
        "+375 29 123-45-67",
        "+44 20 7946 0958",
        "07700 900123",
        "(415) 555-2671",
        "415.555.2671",
        "+1-415-555-2671",
    ],
)
def test_phones_are_found_however_they_are_grouped(phone: str) -> None:
    """The whole number is found, and nothing beside it."""
    assert found(f"Звоните {phone}, я дома.") == [("phone", phone)]


@pytest.mark.parametrize(
    ("kind", "detail", "before"),
    [
        ("email", "ivan.petrov+shop@mail.example.ru", "Почта "),
        ("email", "заявки@почта.рф", "Почта "),
        ("handle", "@marina_kzn", "Мой ник "),
        ("card", "4111 1111 1111 1111", "Карта "),
        ("card", "5500-0000-0000-0004", "Paid with "),
        ("passport", "4510 123456", "Паспорт "),
        ("passport", "45 10 № 123456", "Вот серия "),
        ("snils", "112-233-445 95", "СНИЛС "),
        ("inn", "500100732259", "Мой "),
        ("inn", "7707083893", "ИНН "),
        ("id", "078-05-1120", "My SSN is "),
        ("address", "ул. Баумана, д. 12, кв. 45", "Живу на "),
        ("address", "Профсоюзная ул., д. 44", "Указала "),
        ("address", "221B Baker Street", "I live at "),
        ("address", "45 Elm St, Apt 3", "I live at "),
        ("link", "https://example.ru/a?b=1", "См. "),
        ("link", "vk.com/marina.kzn", "См. "),
        ("ip", "192.168.14.7", "Вход с "),
        ("ip", "2001:db8:85a3::8a2e:370:7334", "Вход с "),
    ],
)
def test_every_kind_is_found_whole(kind: str, detail: str, before: str) -> None:
    """The kind is told and the end of the sentence is no part of it."""
    assert found(f"{before}{detail}.") == [(kind, detail)]


@pytest.mark.parametrize(
    "text",
    [
        "Стоит 1 250 000 рублей, скидка 15 %.",
        "Заказ № 4500123456 потерялся.",
        "В 2019–2023 годах, с 9:00 до 21:30, версия 2.10.4.",
        "На улице 15 минут ждали.",
        "Площадь Ленина, 5 минут пешком.",
        "Смотрела на wildberries.ru и ozon.ru.",
        "Order #78451236 took 10 minutes on 12/03/2026.",
        "It cost $1,250,000, version 2.10.4.1 of the app.",
        "и/или, км/ч, 24/7",
    ],
)
def test_prices_years_orders_and_shops_stay(text: str) -> None:
    """Numbers that say nothing about a person are not touched."""
    assert found(text) == []


def test_one_phone_is_one_entity_in_any_grouping() -> None:
    """+7 and 8 before a Russian number mean the same phone."""
    entities = {f.entity for f in find_numbers("+7 917 123-45-67, 8 (917) 123 45 67, 89171234567")}
    assert entities == {"9171234567"}


def test_the_check_digit_tells_a_card() -> None:
    """One digit wrong, and it is no card number."""
    assert is_card_number("4111111111111111")
    assert not is_card_number("4111111111111112")


@given(st.text(alphabet="0123456789+-(). @:/абвAB№,\n", max_size=60))
def test_offsets_fit_any_text_and_nothing_overlaps(text: str) -> None:
    """Every finding lies within the text, is not empty, and shares no letter with another."""
    places = sorted((f.start, f.end) for f in find_numbers(text))
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
