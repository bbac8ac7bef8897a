"""Phones, e-mails, cards, documents, addresses, links and IP addresses: what has a form of its own."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cjm_research.privacy.finding import Finding, fold

__all__ = ["find_numbers", "is_card_number"]

_GAP = r"[ \u00a0().\-–]{0,3}"
# How far before a number the word stands that says what it is, in characters.
_CUE_DISTANCE = 40
_ORDER = re.compile(
    r"заказ|артикул|\bарт\b|трек|\bкод|товар|накладн|обращени|заявк|счет\b|счёт\b|order|ticket|sku|invoice|#\s*$|track"
)
_PHONE_CUE = re.compile(
    r"тел|звон|номер|городской|домашн|ватсап|вотсап|whatsapp|phone|call|\btel|fax|\brang\b|ring|text|mobile"
)
_CARD_CUE = re.compile(r"карт|card|visa|mastercard")
_PASSPORT_CUE = re.compile(r"паспорт|сери[яиюей]|загран|passport")


@dataclass(frozen=True)
class _Rule:
    """A form of detail: what it looks like, and what must be true of the match and of the words before it."""

    kind: str
    pattern: re.Pattern[str]
    fits: Callable[[str, str], bool] = lambda _match, _before: True


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _checksum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10


def is_card_number(digits: str) -> bool:
    """Whether the last digit is the check digit of Luhn (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_inn(digits: str) -> bool:
    """Whether the two check digits of a Russian person's taxpayer number are right."""
    eleventh = _checksum(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return int(digits[10]) == eleventh and int(digits[11]) == _checksum(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def _fits_card(match: str, before: str) -> bool:
    digits = _digits(match)
    said = bool(_CARD_CUE.search(before))
    return (len(digits) in (15, 16, 18, 19) and is_card_number(digits)) or (said and len(digits) in (13, 14, 15, 16))


def _fits_ip(match: str, before: str) -> bool:
    if re.search(r"верси\w*\s*$|version\s*$|\bv\.?\s*$", before):
        return False
    try:
        ipaddress.ip_address(match)
    except ValueError:
        return False
    return len(re.findall(r"[0-9A-Fa-f]+", match)) >= 3


def _after(cue: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda _match, before: bool(cue.search(before))


def _no_order(_match: str, before: str) -> bool:
    return not _ORDER.search(before[-25:])


def _local_phone(_match: str, before: str) -> bool:
    return bool(_PHONE_CUE.search(before[-25:])) and not _ORDER.search(before[-25:])


# Addresses: a house number must be there; a street alone is a place, not where somebody lives.
_MARK = (
    r"(?:ул\.|ул\b|улиц\w{1,2}|пр-к?т\w*|просп\.|проспект\w*|пр\.|переул\w+|пер\.|шоссе|ш\.|бульвар\w*|б-р\w*|бул\.|"
    r"набережн\w+|наб\.|проезд\w*|пл\.|площад\w+|алле\w+|тракт\w*|микрорайон\w*|мкр\.?|тупик\w*)"
)
_PROPER = r"(?:\d+-?[а-я]{0,2}\s+)?[А-ЯЁ][\w.-]*(?:\s+[А-ЯЁ][\w.-]*){0,3}"
_PROPER_BEFORE = r"(?:(?:Больш|Мал|Нов|Стар|Верхн|Нижн|Перв|Втор|\d+-)\w+\s+)?[А-ЯЁ][\w-]*"
_HOUSE = (
    r",?\s*(?:д(?:ом\w?)?\.?\s*)?№?\s*\d+(?!\d)(?:\s?[а-яА-Я]\b)?(?:[/-]\d+)*"
    r"(?!\s*(?:мин|руб|час|лет|год|метр|км|раз|шт|проц|%|₽|челов|ден|дн|тыс|маш))"
    r"(?:,?\s*(?:корп(?:ус)?|к|стр(?:оение)?|кв(?:артира)?|оф(?:ис)?|под(?:ъезд)?|этаж)\.?\s*№?\s*\d+\w?)*"
)
_WAY = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Terrace|Ter|Court|Ct|Place|Pl|Way|Square|Sq|"
    r"Close|Crescent|Row|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Walk|Mews|Circle)\b"
)
_ADDRESS = (
    rf"(?<!\w){_MARK}\s*{_PROPER}{_HOUSE}|(?<!\w){_PROPER_BEFORE}\s+{_MARK}{_HOUSE}|(?<!\w)ул\.\s*[а-яё]{{3,}}{_HOUSE}|"
    rf"(?<!\w){_PROPER_BEFORE},?\s+(?:д\.|дом)\s*\d+\w?,?\s*кв(?:артира|\.)?\s*\d+|"
    rf"(?<![\w.,])\d{{1,5}}[A-Z]?\s+(?:[A-Z][\w'’.-]*\s+){{1,4}}{_WAY}"
    r"(?:\.?,?\s*(?:Apt|Apartment|Unit|Suite|Ste|Flat|Floor)\b\.?\s*#?\w+)*"
)
_HOST = r"(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"


def _rule(kind: str, pattern: str, fits: Callable[[str, str], bool] | None = None) -> _Rule:
    return _Rule(kind, re.compile(pattern), fits) if fits else _Rule(kind, re.compile(pattern))


# In order: where two fit one place, the first is taken.
_RULES = (
    _rule("link", rf"(?:https?|ftp)://[^\s<>«»\"]+|(?<!\w)www\.[^\s<>«»\"]+|{_HOST}/[^\s<>«»\"]+"),
    _rule("email", r"(?<![\w.+'’-])[\w+][\w.+'’-]*@[\w-]+(?:\.[\w-]+)+"),
    _rule("handle", r"(?<![\w.@/])@[A-Za-z_][\w.]{2,}"),
    _rule("ip", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)", _fits_ip),
    _rule("ip", r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", _fits_ip),
    _rule("address", _ADDRESS),
    _rule("id", r"(?<!\d)\d{20}(?!\d)|(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
    _rule("id", r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"),
    _rule("snils", r"(?<![\d-])\d{3}-\d{3}-\d{3}[ -]\d{2}(?!\d)"),
    _rule("snils", r"(?<!\d)(?:\d{3}[ -]?){3}\d{2}(?!\d)", _after(re.compile(r"снилс|snils"))),
    _rule("inn", r"(?<!\d)(?:\d{12}|\d{10})(?!\d)", _after(re.compile(r"\bинн\b|\binn\b"))),
    _rule("inn", r"(?<!\d)\d{12}(?!\d)", lambda match, _before: _is_inn(match)),
    _rule("passport", r"(?<!\d)\d{2}\s?\d{2}[\s,]*(?:№|номер|N)?\s*\d{6}(?!\d)", _after(_PASSPORT_CUE)),
    _rule("passport", r"(?<![\d ])\d{2} \d{2} (?:№ ?)?\d{6}(?! ?\d)", _no_order),
    _rule("passport", r"(?<!\w)(?:[A-Z]{1,2}\s?)?\d{2}\s?№?\s?\d{4,7}(?!\w)", _after(_PASSPORT_CUE)),
    _rule("card", r"(?<![\d+])\d(?:[ -]?\d){12,18}(?![ -]?\d)", _fits_card),
    _rule("id", r"(?<!\d)\d(?:[ -]?\d){15}(?!\d)", _after(re.compile(r"полис"))),
    _rule("phone", rf"(?<!\w)\+(?:[71](?:{_GAP}\d){{10}}|\d(?:{_GAP}\d){{8,12}})(?!\d)"),
    _rule("phone", rf"(?<![\d,.-])[78]{_GAP}[34589](?:{_GAP}\d){{9}}(?![ -]?\d)", _no_order),
    _rule("phone", r"\(\d{3,5}\)[ -]?\d{1,3}[ .-]?\d{2}[ .-]?\d{2,4}(?!\d)"),
    _rule("phone", r"(?<![\d,.-])9\d{2}[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}(?![ -]?\d)", _no_order),
    _rule("phone", r"(?<![\d,.-])(?:1[ .-])?[2-9]\d{2}([ .-]?)[2-9]?\d{2,3}\1\d{4}(?!\d)", _no_order),
    _rule("phone", r"(?<![\d,.-])0(?:\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|\d{10})(?!\d)", _no_order),
    _rule("phone", r"(?<![\d,.-])\d{3}-\d{2}-\d{2}(?![\d-])", _no_order),
    _rule("phone", r"(?<![\d,.-])(?:\d{2}-\d{2}-\d{2}|\d{3}[ -]\d{4})(?![\d-])", _local_phone),
)
_TRAILING = ".,;:!?)]»”\"'’"


def _entity(kind: str, match: str) -> str:
    if kind == "phone":
        return _digits(match)[-10:]
    if kind == "address":
        words = re.findall(r"\d+\w?|[^\W\d_]{3,}", fold(match))
        return " ".join(word for word in words if not re.fullmatch(r"дом\w?|корпус|квартира|строение|\w*улиц\w*", word))
    if kind in ("email", "handle"):
        return match.lower()
    if kind in ("link", "ip"):
        return match
    return "".join(letter for letter in match.upper() if letter.isdigit() or "A" <= letter <= "Z")


def find_numbers(text: str) -> Iterator[Finding]:
    """Details that their form gives away, in the order of certainty; none overlaps another."""
    if not any(mark in text for mark in "0123456789@/:") and "www." not in text:
        return
    taken = bytearray(len(text))
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if rule.kind in ("link", "email", "handle"):
                end = start + len(match[0].rstrip(_TRAILING))
            before = text[max(0, start - _CUE_DISTANCE) : start].lower()
            if any(taken[start:end]) or not rule.fits(text[start:end], before):
                continue
            taken[start:end] = b"\1" * (end - start)
            yield Finding(start, end, rule.kind, _entity(rule.kind, text[start:end]))
