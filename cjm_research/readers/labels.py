"""Speaker labels: which words name a role, and what may be a person's name."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["METADATA_KEYS", "is_role_word", "letter_role", "looks_like_name", "same_speakers", "word_role"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = {
    "interviewer": """интервьюер интервьюэр интервьюерка модератор модераторка ведущий ведущая исследователь
        исследовательница вопрос корреспондент журналист interviewer moderator host facilitator researcher
        question int mod вед""",
    "participant": """респондент респондентка участник участница информант информантка собеседник собеседница
        ответ клиент клиентка пользователь покупатель покупательница respondent participant interviewee
        informant answer customer client user guest resp part респ""",
    "other": """наблюдатель наблюдательница переводчик переводчица секретарь стенографист observer interpreter
        translator notetaker transcriber operator unknown неизвестный все all""",
    # Words that mark a speaker without saying which role.
    "": "спикер speaker голос voice",
}
_ROLE_OF_WORD = {word: role for role, words in _WORDS.items() for word in words.split()}
# One letter may as well begin a first name: it names a role only beside a letter or word of the other role.
_ROLE_OF_LETTER = dict.fromkeys("ивмqim", "interviewer") | dict.fromkeys("роуarp", "participant")
METADATA_KEYS = _set(
    """дата время место город проект исследование тема длительность возраст профессия язык сегмент компания
    date time place location city project study topic subject duration length age occupation language segment
    company recorded recording file session файл запись сессия волна wave"""
)
# Words that begin a line before a colon without naming a speaker.
_NOT_NAMES = METADATA_KEYS | _set(
    """я ты он она они мы вы думаю говорю говорит сказал сказала спрашиваю отвечаю например итак плюс плюсы минус
    минусы важно вывод выводы итог итого кстати примечание пример цена внимание цитата короче первое второе
    третье вопросы ответы содержание контакты нет да
    he she they we you said say says plus pros minus cons note notes nb ps example result results summary todo
    important price quote first second third so and but yes no http https ftp mailto step total contents"""
)
_SPLIT = re.compile(r"[\s()\[\]/.,#№\d_-]+")


# Letters that look alike in both scripts: a keyboard left in the other layout makes "Р" of one and "P" of the other.
_LATIN, _CYRILLIC = "aceopxybkmhtABCEHKMOPTXY", "асеорхуькмнтАВСЕНКМОРТХУ"
_TO_LATIN, _TO_CYRILLIC = str.maketrans(_CYRILLIC, _LATIN), str.maketrans(_LATIN, _CYRILLIC)
_CYRILLIC_LETTER = re.compile("[А-Яа-яЁё]")
# With more different labels, most are no speakers, and there is nothing to learn from their spelling.
_MOST_SPEAKERS = 100
_IN_PARENTHESES = re.compile(r"(?P<name>[^()]+?)\s*\((?P<role>[^()]+)\)")


def _parts(label: str) -> list[str]:
    parts = [part for part in _SPLIT.split(label) if part]
    return [(p.translate(_TO_CYRILLIC) if _CYRILLIC_LETTER.search(p) else p).casefold() for p in parts]


def word_role(label: str) -> str:
    """Role that a word of the label names (``Модератор Катя``, ``Participant 3``), else empty."""
    return next((role for part in _parts(label) if (role := _ROLE_OF_WORD.get(part))), "")


def letter_role(label: str) -> str:
    """Role that a one-letter label stands for by custom (``И``, ``Q``, ``P3``), else empty."""
    parts = _parts(label)
    return _ROLE_OF_LETTER.get(parts[0], "") if len(parts) == 1 else ""


def is_role_word(label: str) -> bool:
    """Whether the label says by itself that it is a speaker: at most three words, one of them a role."""
    parts = _parts(label)
    return bool(letter_role(label)) or (0 < len(parts) <= 3 and any(part in _ROLE_OF_WORD for part in parts))


def looks_like_name(label: str) -> bool:
    """Whether the label may be a name: one to four words, each a role or with a capital or a digit first."""
    words = label.replace("(", " ").replace(")", " ").split()
    if not 0 < len(words) <= 4 or words[0].casefold().strip(".") in _NOT_NAMES:
        return False
    return all(word[0].isupper() or word[0].isdigit() or word[0] in "№#" or word_role(word) for word in words)


def same_speakers(labels: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Find labels that are one speaker written in several ways; say also which roles stand in parentheses.

    The first value gives the label to use: the most frequent of those that look alike (``P`` and ``Р``), the
    plain one for ``М (модератор)``, the right one for a role word misspelt once (``Particpant``). The second
    gives names by role word.
    """
    counts = Counter(labels)
    alike: dict[str, str] = {}
    for label in sorted(counts, key=lambda label: -counts[label]):
        alike.setdefault(label.translate(_TO_LATIN).casefold(), label)
    same, names = {label: alike[label.translate(_TO_LATIN).casefold()] for label in counts}, dict[str, str]()
    roles = [label for label, count in counts.items() if count > 1 and is_role_word(label)]
    for label, count in counts.items():
        match = _IN_PARENTHESES.fullmatch(label)
        plain = alike.get(match["name"].translate(_TO_LATIN).casefold()) if match else None
        if match and plain and word_role(match["role"]):
            same[label] = plain
            names[match["role"]] = f"{names[match['role']]}, {plain}" if match["role"] in names else plain
        elif count == 1 and len(label) >= 6 and len(counts) <= _MOST_SPEAKERS and not is_role_word(label):
            same[label] = (difflib.get_close_matches(label, roles, 1, 0.85) or [same[label]])[0]
    return {label: other for label, other in same.items() if label.casefold() != other.casefold()}, names
