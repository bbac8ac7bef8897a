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
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cjm_research.coding.tokens import Token, Tokens, read_word
from cjm_research.errors import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Match", "Patterns", "Token", "tokenize"]

tokenize = Tokens

_GAP = 3
_PREFIX = 3
_NUMBER = re.compile(
    r"\d+|два|две|двое|три|четыре|пять|шесть|семь|восемь|девять|десять|(один|две|три|четыр|пят|шест|сем|восем|девят)надцать"
    r"|двадцать|тридцать|сорок|пятьдесят|шестьдесят|сто|двести|триста|пятьсот|тысяча|пара|несколько|полтора|полторы"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|several"
)
_REMEMBERED = 100_000  # words


class Match(NamedTuple):
    """A pattern found: its code, offsets in code points, first and last token, words in the pattern."""

    code: str
    start: int
    end: int
    first: int
    last: int
    size: int


class _Step(NamedTuple):
    """What one word of a pattern may be."""

    lemmas: frozenset[str]
    forms: frozenset[str]
    prefixes: tuple[str, ...]
    number: bool

    def words(self) -> list[str]:
        return [*self.lemmas, *self.forms, *self.prefixes, *(["<n>"] if self.number else [])]


@dataclass(frozen=True, slots=True, eq=False)
class _Pattern:
    """A pattern as numbers of steps, with how many words on each may be.

    before: how many words before its rarest step it may start. partner: a step beside the rarest one (−1 if there is
    none), and how many words from that it may be.
    """

    code: str
    steps: tuple[int, ...]
    reaches: tuple[int, ...]
    before: int
    partner: int
    distances: range


class _Fit(NamedTuple):
    """What a word may be: the steps it fits, and the patterns whose rarest step is among them.

    alone: patterns of one step. links: distance of another word, and patterns by the step which that word must fit.
    """

    steps: frozenset[int]
    alone: list[_Pattern]
    links: list[tuple[int, frozenset[int], dict[int, list[_Pattern]]]]


class Patterns:
    """Many patterns of one language, compiled once and looked up by their rarest steps.

    What a word may be is remembered for each word. A pattern is looked at where its rarest step is in the text and
    tried only where a step beside that is near, so a search takes hardly longer with more patterns. The rarest step
    is taken to be the one without short words, since frequent words are short (Zipf's law of abbreviation).
    """

    def __init__(self, patterns: Iterable[tuple[str, str]], language: str) -> None:
        """Compile ``(code, pattern)`` pairs. Raises CjmError that names every pattern that cannot be read."""
        self._language = language
        compiled = _compile_all(patterns, language)
        steps = list(dict.fromkeys(step for _, found in compiled for _, step in found))
        self._index_steps(steps)
        numbers = {step: number for number, step in enumerate(steps)}
        length = [min(map(len, step.words())) for step in steps]
        self._by_rarest: dict[int, list[_Pattern]] = defaultdict(list)
        for code, found in compiled:
            order, reaches = [numbers[step] for _, step in found], [reach for reach, _ in found]
            rarest = max(range(len(order)), key=lambda position: length[order[position]])
            self._by_rarest[order[rarest]].append(_pattern(code, order, reaches, rarest))
        self._fit = lru_cache(maxsize=_REMEMBERED)(self._find_fit)

    def _index_steps(self, steps: Sequence[_Step]) -> None:
        self._by_lemma: dict[str, list[int]] = defaultdict(list)
        self._by_form: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._by_number = [number for number, step in enumerate(steps) if step.number]
        for number, step in enumerate(steps):
            for key in step.lemmas:
                self._by_lemma[key].append(number)
            for key in step.forms:
                self._by_form[key].append(number)
            for prefix in step.prefixes:
                self._by_prefix[prefix[:_PREFIX]].append((prefix, number))

    def _find_fit(self, word: str) -> _Fit:
        found = set[int]()
        reading = read_word(word, self._language)
        found.update(self._by_lemma.get(reading.lemma, ()), self._by_form.get(reading.form, ()))
        if any(_NUMBER.fullmatch(one) for one in reading):
            found.update(self._by_number)
        for one in reading:
            found.update(step for prefix, step in self._by_prefix.get(one[:_PREFIX], ()) if one.startswith(prefix))
        patterns = [pattern for step in sorted(found) for pattern in self._by_rarest.get(step, ())]
        links: dict[int, dict[int, list[_Pattern]]] = defaultdict(lambda: defaultdict(list))
        for pattern in patterns:
            for distance in pattern.distances:
                links[distance][pattern.partner].append(pattern)
        return _Fit(
            frozenset(found),
            [pattern for pattern in patterns if len(pattern.steps) == 1],
            [(distance, frozenset(those), those) for distance, those in links.items()],
        )

    def find(self, tokens: Tokens) -> list[Match]:
        """All matches in order; of those of one code that overlap only the longest."""
        fits = [*map(self._fit, tokens.words)]
        last = len(fits) - 1
        found = []
        for position, (_, alone, links) in enumerate(fits):
            if alone:
                found += [_match(pattern, position, position, tokens) for pattern in alone]
            for distance, partners, by_partner in links:
                beside = position + distance
                if 0 <= beside <= last and not partners.isdisjoint(fits[beside].steps):
                    for step in partners & fits[beside].steps:
                        for pattern in by_partner[step]:
                            found += _around(pattern, position, fits, tokens)
        return _longest(found) if len(found) > 1 else found


def _pattern(code: str, steps: Sequence[int], reaches: Sequence[int], rarest: int) -> _Pattern:
    before = sum(reaches[1 : rarest + 1])
    partner, distances = -1, range(0)
    if rarest + 1 < len(steps):
        partner, distances = steps[rarest + 1], range(1, reaches[rarest + 1] + 1)
    elif rarest:
        partner, distances = steps[rarest - 1], range(-reaches[rarest], 0)
    return _Pattern(code, tuple(steps), tuple(reaches), before, partner, distances)


def _around(pattern: _Pattern, position: int, fits: Sequence[_Fit], tokens: Tokens) -> list[Match]:
    """Matches of a pattern whose rarest step is at ``position``."""
    found = []
    for first in range(max(position - pattern.before, 0), position + 1):
        if pattern.steps[0] in fits[first].steps:
            last = _end(pattern, 1, first, fits, tokens)
            if last >= 0:
                found.append(_match(pattern, first, last, tokens))
    return found


def _match(pattern: _Pattern, first: int, last: int, tokens: Tokens) -> Match:
    starts = tokens.layout.starts
    end = starts[last] + len(tokens.words[last])
    return Match(pattern.code, starts[first], end, first, last, len(pattern.steps))


def _end(pattern: _Pattern, at: int, before: int, fits: Sequence[_Fit], tokens: Tokens) -> int:
    """Index of the last word if the steps from ``at`` on match after the word ``before``, else −1."""
    step = pattern.steps[at]
    for position in range(before + 1, min(before + 1 + pattern.reaches[at], len(fits))):
        if step in fits[position].steps:
            sentences = tokens.layout.sentences
            if sentences[before] != sentences[position]:
                break
            last = position if at + 1 == len(pattern.steps) else _end(pattern, at + 1, position, fits, tokens)
            if last >= 0:
                return last
    return -1


def _compile_all(patterns: Iterable[tuple[str, str]], language: str) -> list[tuple[str, list[tuple[int, _Step]]]]:
    problems = Problems()
    compiled = []
    for code, pattern in patterns:
        steps = _compile(pattern, language)
        compiled.append((code, steps))
        if not steps:
            problems.add("coding.bad_pattern", code, pattern=pattern)
    problems.raise_if_any()
    return compiled


def _compile(pattern: str, language: str) -> list[tuple[int, _Step]]:
    """Read a pattern into its steps, each with how many words on it may be; none if it cannot be read."""
    steps: list[tuple[int, _Step]] = []
    reach = 1
    for part in pattern.split():
        if part in {"…", "..."}:
            reach = 1 + _GAP
            continue
        step = _step(part, language)
        if step is None:
            return []
        steps.append((reach, step))
        reach = 1
    return [] if not steps or reach > 1 or steps[0][0] > 1 else steps


def _step(part: str, language: str) -> _Step | None:
    lemmas, forms, prefixes = set(), set(), []
    choices = part.split("|")
    for choice in choices:
        if choice == "<n>":
            continue
        if choice.endswith("*") and len(choice) > _PREFIX:
            prefixes.append(read_word(choice[:-1], "und").form)
            continue
        word = choice.removeprefix("=")
        tokens = Tokens(word, language)
        if len(tokens) != 1 or len(tokens.read(0).form) != len(word):
            return None
        if choice.startswith("="):
            forms.add(tokens.read(0).form)
        else:
            lemmas.add(tokens.read(0).lemma)
    return _Step(frozenset(lemmas), frozenset(forms), tuple(prefixes), "<n>" in choices)


def _longest(found: list[Match]) -> list[Match]:
    if len({match.code for match in found}) < len(found):
        kept: list[Match] = []
        taken: set[tuple[str, int]] = set()
        for match in sorted(found, key=lambda m: (-m.size, m.start - m.end, m.start, m.code)):
            cells = {(match.code, position) for position in range(match.first, match.last + 1)}
            if not cells & taken:
                taken |= cells
                kept.append(match)
        found = kept
    return sorted(found, key=lambda m: (m.start, m.end, m.code))
