"""Patterns: what they find, and that spans are exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.coding.patterns import Patterns, tokenize
from cjm_research.errors import CjmError


def spans(pattern: str, text: str, language: str) -> list[str]:
    """List the words of a text that a pattern finds."""
    found = Patterns([("code", pattern)], language).find(tokenize(text, language))
    return [text[match.start : match.end] for match in found]


@pytest.mark.parametrize(
    ("pattern", "language", "text", "found"),
    [
        ("служба поддержки", "ru", "Писала в службу поддержки дважды", ["службу поддержки"]),
        ("ещё раз", "ru", "Еще раз!", ["Еще раз"]),
        ("ждать … ответ", "ru", "Ждали три дня их ответа", ["Ждали три дня их ответа"]),
        ("ждать … ответ", "ru", "Ждали три с лишним долгих дня ответа", []),
        ("ждать ... ответ", "ru", "Жду ответа", ["Жду ответа"]),
        ("переплат*", "ru", "Одни переплаты, переплатила", ["переплаты", "переплатила"]),
        ("=better", "en", "A good one, a better one", ["better"]),
        ("better", "en", "A good one", ["good"]),
        ("long|endless queue", "en", "Endless queues, long queue", ["Endless queues", "long queue"]),
        ("not work", "en", "It doesn't work and didn’t work", ["doesn't work", "didn’t work"]),
        ("not find", "en", "I couldn't find it", ["couldn't find"]),
        ("<n> письмо", "ru", "9 писем, семь писем, ваши письма", ["9 писем", "семь писем"]),
        ("word of mouth", "en", "Just word. Of mouth", []),
    ],
)
def test_patterns_find(pattern: str, language: str, text: str, found: list[str]) -> None:
    """Each form of pattern finds what its description says, and nothing across the end of a sentence."""
    assert spans(pattern, text, language) == found


def test_longest_of_overlapping_matches_wins() -> None:
    """Of overlapping matches of one code only the longest is kept; other codes keep theirs."""
    patterns = Patterns([("a", "support"), ("a", "customer support"), ("b", "customer")], "en")
    found = patterns.find(tokenize("customer support", "en"))
    assert [(match.code, match.start, match.end) for match in found] == [("b", 0, 8), ("a", 0, 16)]


@pytest.mark.parametrize("pattern", ["", "…", "… ждать", "ждать …", "да*", "что-то!", "a/b"])
def test_unreadable_patterns_are_refused(pattern: str) -> None:
    """A pattern that cannot be read is refused by name."""
    with pytest.raises(CjmError) as error:
        Patterns([("pain.delay", pattern)], "ru")
    assert error.value.text("en").startswith(f"pain.delay: the keyword “{pattern}” cannot be read")


def test_unknown_language_has_no_tokens() -> None:
    """A text in a language without lemmas has no words to match."""
    assert tokenize("Très cher", "und") == []


TEXTS = st.lists(
    st.sampled_from(["дорого", "не", "Ёлка", "slow", "don’t", "😀", "…", ". ", ", ", "7", "e\u0301", "  "])
)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["ru", "en"]))
def test_spans_are_code_points_of_whole_words(parts: list[str], language: str) -> None:
    """Whatever the text, every match covers whole words: its ends are ends of tokens."""
    text = " ".join(parts)
    tokens = tokenize(text, language)
    patterns = Patterns([("a", "=дорого"), ("a", "=slow"), ("b", "<n>"), ("c", "=елка … =дорого")], language)
    starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
    for match in patterns.find(tokens):
        assert match.start in starts
        assert match.end in ends
        assert match.start == tokens[match.first].start


def test_every_keyword_of_the_default_codebook_can_be_read() -> None:
    """Each default keyword and question pattern compiles."""
    for language in ("ru", "en"):
        for code in default_codebook().codes:
            words = (*code.keywords.get(language, ()), *code.questions.get(language, ()))
            Patterns([(code.id, word) for word in words], language)
