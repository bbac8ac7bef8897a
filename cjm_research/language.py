"""Words, lemmas and language of a text, for Russian and English.

Russian lemmas come from pymorphy3, English ones from simplemma; both carry
their dictionaries inside, so nothing is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

__all__ = ["Word", "detect_language", "is_non_answer", "lemma", "parses", "says_nothing", "split_words", "words"]

# A word: letters, with apostrophes and hyphens inside ("don't", "по-моему"), or a number. (++ and *+ never go back.)
_WORD = re.compile(r"[^\W\d_]++(?:['’\-][^\W\d_]++)*+|\d++(?:[.,]\d++)*+")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN = re.compile(r"[A-Za-z]")
# Letters of Cyrillic and Latin alphabets that are neither Russian nor English.
_OTHER = re.compile(r"[іїєґўђјљњћџѓќäöüßàâçéèêëîïôûùÿñáíóúąćęłńśźżčďěňřšťůžå]", re.IGNORECASE)
# Little words of languages written in our scripts; those that English has as well ("die", "on", "me") are left out.
_FOREIGN = frozenset(
    "der das und nicht ist ich ein eine mit auf für von dem den sehr auch aber wir sie keine kein habe wurde "
    "les des est pas une que qui dans avec je nous vous très mais pour sur était j'ai c'est "
    "los las por para muy pero una como más está fue che non sono molto della di il gli "
    "não uma com foi muito het een van niet zijn och jag inte som nie jest się że ja bardzo".split()
)
_ENGLISH = frozenset(
    "the a an and is was to of in it i you that for with not have my we they be are but so at this had me on no "
    "do did as or if all just from by would could been it's don't i'm".split()
)
# Answers that say nothing, as word forms in lower case, ё as е.
_NON_ANSWERS = {
    "нет", "не", "да", "нету", "ничего", "никаких", "никто", "никак", "нигде", "не знаю", "хз", "без понятия",
    "затрудняюсь ответить", "не помню", "все ок", "все норм", "все хорошо", "все отлично", "все нормально",
    "все устраивает", "норм", "нормально", "ок", "хорошо", "отлично", "не было", "проблем нет", "проблем не было",
    "нет проблем", "пока нет", "нет таких", "нечего", "все супер", "супер", "не знаю что сказать", "ничего не нужно",
    "без изменений", "затрудняюсь", "нет ответа", "спасибо", "нет комментариев", "без комментариев", "no", "none",
    "nope", "nah", "nothing", "n a", "na", "n", "yes", "ok", "okay", "fine", "good", "all good", "all ok", "all fine",
    "dont know", "none really", "nothing much", "no answer", "everything is fine", "all fine thanks", "don't know",
    "i don't know", "idk", "dunno", "not sure", "no idea", "not really", "nothing really", "no comment",
    "no comments", "no issues", "no problems", "not applicable", "can't think of any", "can't think of anything",
    "nothing comes to mind", "thanks", "thank you",
}  # fmt: skip
_MOST_WORDS = max(len(answer.split()) for answer in _NON_ANSWERS)


class Word(NamedTuple):
    """A word of a text: code-point offsets into that text, and its lemma in lower case, ё as е."""

    start: int
    end: int
    lemma: str


def detect_language(text: str) -> str:
    """``ru`` or ``en`` by script, or ``und`` where neither alphabet dominates or there are no letters.

    Good enough for two languages in two scripts; other languages in these scripts are
    told apart by letters Russian and English do not have, and by little words.
    """
    if text.isascii():
        return "und" if not _LATIN.search(text) or _is_foreign(text) else "en"
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if not cyrillic + latin or len(_OTHER.findall(text)) * 20 > cyrillic + latin:
        return "und"
    return "ru" if cyrillic >= latin else "und" if _is_foreign(text) else "en"


def _is_foreign(text: str) -> bool:
    """Whether a Latin text has more little words of other languages than English ones, and at least two."""
    forms = [form.lower().replace("’", "'") for form in _WORD.findall(text)]
    foreign = sum(form in _FOREIGN for form in forms)
    return foreign >= 2 and foreign > sum(form in _ENGLISH for form in forms)


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=200_000)
def lemma(word: str, language: str) -> str:
    """Dictionary form of one word, lower case, ё as е; the word itself for languages without a dictionary."""
    lower = word.lower().replace("’", "'")
    if language == "ru":
        try:
            return str(_morph().parse(lower)[0].normal_form).replace("ё", "е")
        except ValueError:  # pymorphy3 asks for the Unicode name of every letter, and some have none
            return lower
    if language == "en":
        import simplemma

        return str(simplemma.lemmatize(lower, lang="en")).lower()
    return lower


def parses(word: str) -> tuple[list[tuple[str, str, float]], bool]:
    """Every reading of a Russian word (pymorphy3's tag, dictionary form, share 0–1), and whether it is a known word."""
    try:
        found = [(str(reading.tag), str(reading.normal_form), float(reading.score)) for reading in _morph().parse(word)]
    except ValueError:  # as in `lemma`
        return [], False
    return found, bool(_morph().word_is_known(word))


def words(text: str, language: str) -> list[Word]:
    """All words of ``text`` in order, with their offsets in code points and lemmas."""
    return [Word(m.start(), m.end(), lemma(m.group(), language)) for m in _WORD.finditer(text)]


def split_words(text: str) -> list[str]:
    """All words of ``text`` in order, as they are written."""
    return _WORD.findall(text)


def says_nothing(words: Sequence[str]) -> bool:
    """Whether an answer, given as its words (see `split_words`), says nothing: «нет», "n/a", no word at all."""
    if len(words) > _MOST_WORDS:
        return False
    return not words or " ".join(words).lower().replace("ё", "е").replace("’", "'") in _NON_ANSWERS


def is_non_answer(text: str) -> bool:
    """Whether an answer says nothing: «нет», "n/a", «всё ок», «хз», signs or emoji only.

    It is an answer all the same: whoever gave it was asked and is counted among those who could have complained.
    """
    return says_nothing(split_words(text))
