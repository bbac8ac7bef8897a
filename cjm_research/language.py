"""Words, lemmas and language of a text, for Russian and English.

Russian lemmas come from pymorphy3, English ones from simplemma; both carry
their dictionaries inside, so nothing is downloaded.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

__all__ = ["Word", "detect_language", "lemma", "part_of_speech", "words"]

# A word: letters, with apostrophes and hyphens inside ("don't", "по-моему"), or a number.
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN = re.compile(r"[A-Za-z]")
# Letters of Cyrillic and Latin alphabets that are neither Russian nor English.
_OTHER = re.compile(r"[іїєґўђјљњћџѓќäöüßàâçéèêëîïôûùÿñáíóúąćęłńśźżčďěňřšťůžå]", re.IGNORECASE)


class Word(NamedTuple):
    """A word of a text: code-point offsets into that text, and its lemma in lower case, ё as е."""

    start: int
    end: int
    lemma: str


def detect_language(text: str) -> str:
    """``ru`` or ``en`` by script, or ``und`` where neither alphabet dominates or there are no letters.

    Good enough for two languages in two scripts; other languages in these scripts are
    told apart by letters Russian and English do not have.
    """
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if not cyrillic + latin or len(_OTHER.findall(text)) * 20 > cyrillic + latin:
        return "und"
    return "ru" if cyrillic >= latin else "en"


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


@lru_cache(maxsize=200_000)
def part_of_speech(word: str) -> str:
    """pymorphy3's part-of-speech tag of a Russian word (``NOUN``, ``VERB``, …), empty if unknown."""
    return str(_morph().parse(word.lower())[0].tag.POS or "")


def words(text: str, language: str) -> list[Word]:
    """All words of ``text`` in order, with their offsets in code points and lemmas."""
    return [Word(m.start(), m.end(), lemma(m.group(), language)) for m in _WORD.finditer(text)]
