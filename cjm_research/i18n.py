"""Every sentence a person reads, in English and Russian.

Sentences live in ``locale/en.toml`` and ``locale/ru.toml`` under the same keys.
A value is either a template (``"{n} of {total}"``) or a table of CLDR plural
forms (``one``, ``few``, ``many``, ``other``) chosen by the parameter ``n``.
Numbers and dates follow the CLDR rules of the language (through Babel).
"""

from __future__ import annotations

import datetime as dt
import math
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

__all__ = [
    "LANGUAGES",
    "current_language",
    "mean_with_interval",
    "number",
    "percent",
    "pick",
    "share_interval",
    "signed",
    "speaking",
    "t",
    "tdate",
]

LANGUAGES = ("en", "ru")
_LOCALE_DIR = Path(__file__).parent / "locale"
_MINUS = "−"


@cache
def _catalogue(lang: str) -> dict[str, str | dict[str, str]]:
    """Read one language file into ``{"section.key": template or plural table}``."""
    raw = tomllib.loads((_LOCALE_DIR / f"{lang}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": value for section, keys in raw.items() for key, value in keys.items()}


_CHOSEN: ContextVar[str] = ContextVar("chosen_language", default="")


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """While this lasts, messages come in ``lang``; an empty text leaves the choice to the system."""
    token = _CHOSEN.set(lang)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def current_language() -> str:
    """Language for messages: the one chosen by `speaking`, then ``CJM_LANG``, then the system's, then English."""
    if _CHOSEN.get():
        return _CHOSEN.get()
    for variable in ("CJM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")[:2].lower()
        if value in LANGUAGES:
            return value
    return "en"


@cache
def _plural_category(lang: str, n: float) -> str:
    from babel import Locale

    return str(Locale.parse(lang).plural_form(n))


def t(key: str, /, lang: str | None = None, **params: object) -> str:
    """Return the sentence ``key`` in ``lang``, its placeholders filled from ``params``.

    Raises KeyError for a key that no catalogue has: that is a programmer's mistake.
    """
    lang = lang or current_language()
    template = _catalogue(lang)[key]
    if isinstance(template, dict):
        n = params["n"]
        count = abs(n) if isinstance(n, (int, float)) else 0
        template = template.get(_plural_category(lang, count)) or template["other"]
    return template.format(**params)


def number(value: float, lang: str, digits: int = 1) -> str:
    """Format ``value`` with ``digits`` decimals and the language's decimal mark and minus sign."""
    from babel.numbers import format_decimal

    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    rounded = round(value, digits) + 0.0  # no "−0.0"
    return str(format_decimal(rounded, format=pattern, locale=lang)).replace("-", _MINUS)


def signed(value: float, lang: str, digits: int = 1) -> str:
    """Like `number`, with a plus sign before what is greater than zero."""
    text = number(value, lang, digits)
    return f"+{text}" if round(value, digits) > 0 else text


def percent(share: float, lang: str) -> str:
    """Format a share (0–1) as whole per cent; Russian puts a narrow no-break space before the sign."""
    text = f"{round(share * 100):d}"
    return f"{text}\u202f%" if lang == "ru" else f"{text}%"


def share_interval(lo: float, hi: float, lang: str) -> str:
    """Interval of a share (0–1) as ``27–81 %``: the sign stands once."""
    return f"{round(lo * 100):d}–{percent(hi, lang)}"


def mean_with_interval(value: float, lo: float, hi: float, lang: str) -> str:
    """Mean with its interval, ``−0.9 (−1.4…−0.4)``; the mean alone where there is no interval."""
    mean = signed(value, lang)
    return mean if math.isnan(lo) or math.isnan(hi) else f"{mean} ({signed(lo, lang)}…{signed(hi, lang)})"


def tdate(day: dt.date, lang: str) -> str:
    """Write a calendar day in words: ``12 October 2026`` or ``12 октября 2026 г.``."""
    from babel.dates import format_date

    pattern = "d MMMM y 'г'." if lang == "ru" else "d MMMM y"
    return str(format_date(day, format=pattern, locale=lang))


def pick(labels: object, lang: str) -> str:
    """Choose from ``{"ru": …, "en": …}`` the text in ``lang``, else the first there is; text stays as it is."""
    if isinstance(labels, dict):
        chosen = labels.get(lang) or next((value for value in labels.values() if value), "")
        return str(chosen)
    return "" if labels is None else str(labels)
