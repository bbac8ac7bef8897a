"""Words with their offsets, their dictionary forms, and the language of a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.language import detect_language, lemma, split_words, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Купила через приложение", "ru"),
        ("I bought it in the app", "en"),
        ("Написала в support, ответили быстро", "ru"),
        ("See the café menu, please, it is really good", "en"),
        ("", "und"),
        ("5 ★ !!! 👍", "und"),
        ("Я не знаю, що це таке, і їду додому", "und"),
        ("Das war für mich überhaupt nicht schön", "und"),
        ("日本語だけ", "und"),
        ("Das Paket kam nie an und niemand hat geantwortet.", "und"),
        ("La livraison est en retard et je ne sais pas pourquoi, c'est long", "und"),
        ("El pedido no llega y los precios son muy altos para una tienda", "und"),
        ("I die for their pasta, una vita", "en"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    """Russian and English are told by their alphabets; other languages and no letters are not guessed."""
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("word", "language", "form"),
    [
        ("Купили", "ru", "купить"),
        ("ёлки", "ru", "елка"),
        ("людей", "ru", "человек"),
        ("Crashed", "en", "crash"),
        ("prices", "en", "price"),
        ("Häuser", "und", "häuser"),
    ],
)
def test_lemma_is_the_dictionary_form(word: str, language: str, form: str) -> None:
    """Lower case, ё as е; a word of an unknown language is left as it is."""
    assert lemma(word, language) == form


def test_both_apostrophes_are_one() -> None:
    """A typographic apostrophe gives the same lemma as a straight one."""
    assert lemma("don’t", "en") == lemma("don't", "en")


def test_words_are_found_with_offsets_in_code_points() -> None:
    """Hyphens and apostrophes stay inside a word, an emoji before it counts as its code points."""
    text = "👍🏽 По-моему, 3,5 часа — don't"
    found = words(text, "ru")
    assert [text[word.start : word.end] for word in found] == ["По-моему", "3,5", "часа", "don't"]
    assert found[0].start == 3


@given(st.text())
def test_offsets_of_words_never_lie(text: str) -> None:
    """Words come in order, do not overlap, and hold every letter of the text."""
    found = words(text, "und")
    assert split_words(text) == [text[word.start : word.end] for word in found]
    cut = "".join(text[word.start : word.end] for word in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert [letter for letter in cut if letter.isalpha()] == [letter for letter in text if letter.isalpha()]
