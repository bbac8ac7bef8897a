"""Patterns: what they find, and that spans are exact."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.codebook import default_codebook
from cjm_research.coding.patterns import Patterns
from cjm_research.coding.tokens import Tokens
from cjm_research.errors import CjmError
from cjm_research.language import words


def spans(pattern: str, text: str, language: str) -> list[str]:
    """List the words of a text that a pattern finds."""
    found = Patterns([("code", pattern)], language).find(Tokens(text, language))
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
    found = patterns.find(Tokens("customer support", "en"))
    assert [(match.code, match.start, match.end) for match in found] == [("b", 0, 8), ("a", 0, 16)]


@pytest.mark.parametrize("pattern", ["", "…", "… ждать", "ждать …", "да*", "что-то!", "a/b"])
def test_unreadable_patterns_are_refused(pattern: str) -> None:
    """A pattern that cannot be read is refused by name."""
    with pytest.raises(CjmError) as error:
        Patterns([("pain.delay", pattern)], "ru")
    assert error.value.text("en").startswith(f"pain.delay: the keyword “{pattern}” cannot be read")


def test_unknown_language_has_no_tokens() -> None:
    """A text in a language without lemmas has no words to match."""
    assert len(Tokens("Très cher", "und")) == 0


TEXTS = st.lists(
    st.sampled_from(["дорого", "не", "Ёлка", "slow", "don’t", "😀", "…", ". ", ", ", "7", "e\u0301", "  "])
)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["ru", "en"]))
def test_spans_are_code_points_of_whole_words(parts: list[str], language: str) -> None:
    """Whatever the text, every match covers whole words: its ends are ends of words."""
    text = " ".join(parts)
    tokens = Tokens(text, language)
    found = [(word.start, word.end) for word in words(text, language)]
    patterns = Patterns([("a", "=дорого"), ("a", "=slow"), ("b", "<n>"), ("c", "=елка … =дорого")], language)
    assert [(token.start, token.end) for token in tokens] == found
    for match in patterns.find(tokens):
        assert (match.start, match.end) == (found[match.first][0], found[match.last][1])


# Words of a text with their lemmas, and what may stand between two of them: is it the end of a sentence?
WORDS = {"slow": "slow", "slower": "slow", "Slowly": "slowly", "apps": "app", "App": "app", "don't": "not", "7": "7"}
BETWEEN = {" ": False, ", ": False, " - ": False, ". ": True, "\n": True, " … ": True}
CHOICES = ("slow", "app", "not", "=slower", "=apps", "slow*", "app*", "<n>")
STEPS = st.lists(st.tuples(st.sampled_from([1, 4]), st.lists(st.sampled_from(CHOICES), min_size=1, max_size=2)))
PATTERNS = st.lists(st.tuples(st.sampled_from("ab"), STEPS.filter(bool)), max_size=8)


def fits(choice: str, word: str) -> bool:
    """Say whether a word is one that a choice of a pattern means."""
    form, lemma = word.lower(), WORDS[word]
    if choice == "<n>":
        return form == "7"
    if choice.endswith("*"):
        return any(one.startswith(choice[:-1]) for one in (form, lemma))
    return form == choice[1:] if choice.startswith("=") else lemma == choice


def nearest_end(steps: list[tuple[int, list[str]]], said: list[tuple[str, int]], first: int) -> int:
    """Try every word: index of the last one if the steps match from ``first`` on, each as near as can be, else −1."""
    if not any(fits(choice, said[first][0]) for choice in steps[0][1]):
        return -1
    if len(steps) == 1:
        return first
    for position in range(first + 1, min(first + 1 + steps[1][0], len(said))):
        if said[position][1] == said[first][1]:
            last = nearest_end(steps[1:], said, position)
            if last >= 0:
                return last
    return -1


def longest(found: list[tuple[int, int, int, str]]) -> set[tuple[int, int, str]]:
    """Of matches (size, first, last, code) of one code that overlap, those with more steps, more letters, earlier."""
    kept: list[tuple[int, int, int, str]] = []
    for one in found:
        if not any(one[3] == other[3] and one[1] <= other[2] and other[1] <= one[2] for other in kept):
            kept.append(one)
    return {(first, last, code) for _, first, last, code in kept}


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(BETWEEN))), max_size=12))
def test_search_finds_what_trying_everything_finds(
    patterns: list[tuple[str, list[tuple[int, list[str]]]]], parts: list[tuple[str, str]]
) -> None:
    """Random patterns in random texts: the index finds the same as trying each pattern at each word."""
    text = "".join(word + between for word, between in parts)
    sentences = list(accumulate((BETWEEN[between] for _, between in parts), initial=0))
    said = [(word, sentence) for (word, _), sentence in zip(parts, sentences, strict=False)]
    starts = list(accumulate((len(word + between) for word, between in parts), initial=0))
    written, expected = [], []
    for code, steps in patterns:
        steps[0] = (1, steps[0][1])
        written.append((code, " ".join(("… " if reach > 1 else "") + "|".join(words) for reach, words in steps)))
        ends = [(first, nearest_end(steps, said, first)) for first in range(len(said))]
        expected += [(len(steps), first, last, code) for first, last in ends if last >= 0]
    expected.sort(key=lambda m: (-m[0], starts[m[1]] - starts[m[2]] - len(said[m[2]][0]), m[1], m[3]))

    found = Patterns(written, "en").find(Tokens(text, "en"))

    assert {(match.first, match.last, match.code) for match in found} == longest(expected)
    assert found == sorted(found, key=lambda match: (match.start, match.end, match.code))
    for match in found:
        assert (match.start, match.end) == (starts[match.first], starts[match.last] + len(said[match.last][0]))


def test_every_keyword_of_the_default_codebook_can_be_read() -> None:
    """Each default keyword and question pattern compiles."""
    for language in ("ru", "en"):
        for code in default_codebook().codes:
            words = (*code.keywords.get(language, ()), *code.questions.get(language, ()))
            Patterns([(code.id, word) for word in words], language)
