"""The words of a text as patterns see them: their forms and lemmas, their places, their sentences and clauses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cjm_research.language import lemma, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Layout", "Reading", "Token", "Tokens", "read_word"]

_SENTENCE_END = re.compile(r"[.!?…\n]")
_CLAUSE_END = re.compile(r"[,;:()—–]| - ")


class Reading(NamedTuple):
    """How a word counts: its lemma and its form, in lower case, ё as е."""

    lemma: str
    form: str


class Token(NamedTuple):
    """A word: offsets in code points, lemma and lower-case form, number of its sentence and clause."""

    start: int
    end: int
    lemma: str
    form: str
    sentence: int
    clause: int


class Layout(NamedTuple):
    """For every word of a text: where it starts, in code points, and the number of its sentence and of its clause."""

    starts: list[int]
    sentences: list[int]
    clauses: list[int]


@lru_cache(maxsize=100_000)
def read_word(word: str, language: str) -> Reading:
    """How a word counts; in English, words that deny are all read as ``not``."""
    form = word.lower().replace("ё", "е").replace("’", "'")
    denies = form.endswith("n't") or form in {"cannot", "cant", "dont", "doesnt", "didnt"}
    return Reading("not" if denies else lemma(word, language), form)


class Tokens:
    """The words of a text as patterns see them; none for a language that has no lemmas.

    Most words belong to no pattern, so where they stand and how they are read is found out only when it is asked for.
    """

    __slots__ = ("_layout", "language", "text", "words")

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.words: Sequence[str] = () if language == "und" else split_words(text)
        self._layout: Layout | None = None

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Token]:
        for position, (start, sentence, clause) in enumerate(zip(*self.layout, strict=True)):
            yield Token(start, start + len(self.words[position]), *self.read(position), sentence, clause)

    def read(self, position: int) -> Reading:
        """Lemma and form of a word."""
        return read_word(self.words[position], self.language)

    @property
    def layout(self) -> Layout:
        """Where the words stand."""
        if self._layout is None:
            self._layout = _lay_out(self.text, self.words)
        return self._layout


def _lay_out(text: str, words: Sequence[str]) -> Layout:
    starts, sentences, clauses = [], [], []
    sentence = clause = end = 0
    for word in words:
        start = text.index(word, end)
        between = text[end:start]
        if between != " ":
            ended = bool(_SENTENCE_END.search(between))
            sentence += ended
            clause += ended or bool(_CLAUSE_END.search(between))
        starts.append(start)
        sentences.append(sentence)
        clauses.append(clause)
        end = start + len(word)
    return Layout(starts, sentences, clauses)
