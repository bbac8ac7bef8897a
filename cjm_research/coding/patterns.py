"""Keywords as patterns over lemmas: how they are written, compiled and found.

A pattern is one word or several, found whatever the grammatical form of the words:

========================  ====================================================
``служба поддержки``      these words in a row, in any form
``ждать … ответ``         up to three words between (``...`` does as well)
``переплат*``             a word or lemma that begins so (three letters at least)
``=better``               exactly this form, not its lemma (which is "good")
``long|endless queue``    either word in this place
``<n> письмо``            a number, in digits or words
========================  ====================================================

Case and the difference between ё and е do not count. English "cannot" and words in *n't*
are read as ``not``: ``not work`` is found in "doesn't work" and "does not work".
A pattern never reaches over the end of a sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from cjm_research.errors import Problems
from cjm_research.language import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Match", "Patterns", "Token", "tokenize"]

_GAP = 3
_PREFIX = 3
_SENTENCE_END = re.compile(r"[.!?…\n]")
_NUMBER = re.compile(
    r"\d+|два|две|двое|три|четыре|пять|шесть|семь|восемь|девять|десять|(один|две|три|четыр|пят|шест|сем|восем|девят)надцать"
    r"|двадцать|тридцать|сорок|пятьдесят|шестьдесят|сто|двести|триста|пятьсот|тысяча|пара|несколько|полтора|полторы"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|several"
)
_CLAUSE_END = re.compile(r"[,;:()—–]| - ")


class Token(NamedTuple):
    """A word: offsets in code points, lemma and lower-case form, number of its sentence and clause."""

    start: int
    end: int
    lemma: str
    form: str
    sentence: int
    clause: int


class Match(NamedTuple):
    """A pattern found: its code, offsets in code points, first and last token, words in the pattern."""

    code: str
    start: int
    end: int
    first: int
    last: int
    size: int


class _Step(NamedTuple):
    lemmas: frozenset[str]
    forms: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int  # words that may stand before it
    number: bool

    def fits(self, token: Token) -> bool:
        if token.lemma in self.lemmas or token.form in self.forms or (self.number and _is_number(token)):
            return True
        return bool(self.prefixes) and (token.lemma.startswith(self.prefixes) or token.form.startswith(self.prefixes))


_Pattern = tuple[str, tuple[_Step, ...]]  # code, steps


def _is_number(token: Token) -> bool:
    return bool(_NUMBER.fullmatch(token.form) or _NUMBER.fullmatch(token.lemma))


def _form(word: str) -> str:
    return word.lower().replace("ё", "е").replace("’", "'")


def _lemma(form: str, lemma: str) -> str:
    return "not" if form.endswith("n't") or form in {"cannot", "cant", "dont", "doesnt", "didnt"} else lemma


def tokenize(text: str, language: str) -> list[Token]:
    """Words of ``text`` as patterns see them; none for a language that has no lemmas."""
    if language == "und":
        return []
    tokens = []
    sentence = clause = end = 0
    for word in words(text, language):
        between = text[end : word.start]
        if _SENTENCE_END.search(between):
            sentence += 1
            clause += 1
        elif _CLAUSE_END.search(between):
            clause += 1
        end = word.end
        form = _form(text[word.start : word.end])
        tokens.append(Token(word.start, word.end, _lemma(form, word.lemma), form, sentence, clause))
    return tokens


class Patterns:
    """Many patterns of one language, compiled once and looked up by their first word."""

    def __init__(self, patterns: Iterable[tuple[str, str]], language: str) -> None:
        """Compile ``(code, pattern)`` pairs. Raises CjmError that names every pattern that cannot be read."""
        self._by_lemma: dict[str, list[_Pattern]] = defaultdict(list)
        self._by_form: dict[str, list[_Pattern]] = defaultdict(list)
        self._by_prefix: dict[str, list[_Pattern]] = defaultdict(list)
        self._by_number: list[_Pattern] = []
        problems = Problems()
        for code, pattern in patterns:
            steps = _compile(pattern, language)
            if not steps:
                problems.add("coding.bad_pattern", code, pattern=pattern)
                continue
            for key in sorted(steps[0].lemmas):
                self._by_lemma[key].append((code, steps))
            for key in sorted(steps[0].forms):
                self._by_form[key].append((code, steps))
            for key in sorted({prefix[:_PREFIX] for prefix in steps[0].prefixes}):
                self._by_prefix[key].append((code, steps))
            if steps[0].number:
                self._by_number.append((code, steps))
        problems.raise_if_any()

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """All matches in order; of those of one code that overlap only the longest."""
        found: list[Match] = []
        for first, token in enumerate(tokens):
            for code, steps in self._starting(token):
                last = _end(steps, tokens, first)
                if last >= 0:
                    found.append(Match(code, token.start, tokens[last].end, first, last, len(steps)))
        return _longest(found)

    def _starting(self, token: Token) -> Iterable[_Pattern]:
        yield from self._by_lemma.get(token.lemma, ())
        yield from self._by_form.get(token.form, ())
        if _is_number(token):
            yield from self._by_number
        for key in {token.lemma[:_PREFIX], token.form[:_PREFIX]}:
            for code, steps in self._by_prefix.get(key, ()):
                if steps[0].fits(token):
                    yield code, steps


def _compile(pattern: str, language: str) -> tuple[_Step, ...]:
    """Read a pattern into its steps; none if it cannot be read."""
    steps: list[_Step] = []
    gap = 0
    for part in pattern.split():
        if part in {"…", "..."}:
            gap = _GAP
            continue
        step = _step(part, language, gap)
        if step is None:
            return ()
        steps.append(step)
        gap = 0
    return () if not steps or gap or steps[0].gap else tuple(steps)


def _step(part: str, language: str, gap: int) -> _Step | None:
    lemmas, forms, prefixes = set(), set(), []
    for choice in part.split("|"):
        if choice == "<n>":
            continue
        if choice.endswith("*") and len(choice) > _PREFIX:
            prefixes.append(_form(choice[:-1]))
            continue
        tokens = tokenize(choice.removeprefix("="), language)
        if len(tokens) != 1 or len(tokens[0].form) != len(choice.removeprefix("=")):
            return None
        if choice.startswith("="):
            forms.add(tokens[0].form)
        else:
            lemmas.add(tokens[0].lemma)
    return _Step(frozenset(lemmas), frozenset(forms), tuple(prefixes), gap, "<n>" in part.split("|"))


def _end(steps: Sequence[_Step], tokens: Sequence[Token], position: int) -> int:
    """Index of the last token if the steps after the first match from ``position`` on, else −1."""
    if len(steps) == 1:
        return position
    sentence = tokens[position].sentence
    for following in range(position + 1, min(position + 2 + steps[1].gap, len(tokens))):
        if tokens[following].sentence != sentence:
            break
        if steps[1].fits(tokens[following]):
            last = _end(steps[1:], tokens, following)
            if last >= 0:
                return last
    return -1


def _longest(found: list[Match]) -> list[Match]:
    kept: list[Match] = []
    taken: set[tuple[str, int]] = set()
    for match in sorted(found, key=lambda m: (-m.size, m.start - m.end, m.start, m.code)):
        cells = {(match.code, position) for position in range(match.first, match.last + 1)}
        if not cells & taken:
            taken |= cells
            kept.append(match)
    return sorted(kept, key=lambda m: (m.start, m.end, m.code))
