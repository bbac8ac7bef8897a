"""Phrases that set some passages apart from all others: lemmas and collocations, Russian and English.

A phrase is one content word, or two in a row that stand together more often than by chance (nltk's collocations).
It is a key phrase of a group of passages if it is in more of them than in the others by Dunning's log-likelihood ratio
(Dunning 1993, "Accurate Methods for the Statistics of Surprise and Coincidence"), counted in passages, and if several
people use it. A word that only praises or blames ("nice") is none by itself. Passages and people are counted, not
mentions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from cjm_research.coding.patterns import Patterns, Token, tokenize
from cjm_research.coding.sentiment import read_seeds
from cjm_research.i18n import LANGUAGES
from cjm_research.language import parses

__all__ = ["KeyPhrase", "Vocabulary"]

_SURE = 10.83  # of a χ² with one degree of freedom: p < 0.001
_SHARE_OF_KEYWORD = 0.5  # of the passages with a keyword, in the group
_LONGEST_LIST = 8
_SMALL_WORDS = {
    "en": frozenset(
        "a able about after again all almost already also always am an and another any anyone anything are as at away "
        "back be because been before being both but by can come could day did do does doing done each either else "
        "even ever every everyone everything few for from get give go good got had has have he her here him his how i "
        "if in into is it its just know let like little lot make many may maybe me might mine more most much must my "
        "need never next no nobody none nor not nothing now of off often ok okay on once one only or other our out "
        "over own people perhaps put quite rather really right same say see seem shall she should since so some "
        "someone something still such sure take tell than that the their them then there these they thing think this "
        "those though through thus to together too two under until up upon us use very want was way we well were what "
        "when where which while who whole whose why will with within without would yes yet you your yourself "
        "yourselves two three four five six "
        "seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen twenty thirty forty fifty hundred thousand first second third minute hour day week month year".split()
    ),
    "ru": frozenset(
        "быть мочь хотеть стать знать сказать говорить сделать делать думать кажется казаться иметь пойти идти взять "
        "дать давать видеть мочь быть один два первый раз минута час день неделя месяц год "
        "сто тысяча человек вещь самый весь сам другой такой свой мой "
        "наш ваш этот тот какой который каждый любой никакой очень просто тоже также ещё еще уже только там тут здесь "
        "всё все так как где когда потом теперь сейчас всегда никогда вообще можно нужно надо нет ничего что-то "
        "как-то какой-то где-то почти совсем хорошо хороший".split()
    ),
}
_CONTENT_TAGS = ("NOUN", "ADJF", "ADJS", "VERB", "INFN", "PRTF", "PRTS", "GRND", "ADVB", "COMP", "PRED", "LATN")


class KeyPhrase(NamedTuple):
    """A phrase of a group: its lemmas, how it is mostly written, and who uses it.

    people: how many in the group. score: log-likelihood ratio. share: of all passages with it, those in the group.
    """

    language: str
    lemmas: tuple[str, ...]
    form: str
    people: int
    score: float
    share: float


class Vocabulary:
    """The words of all passages of table ``segments``; `of` finds what sets some of them apart."""

    def __init__(self, segments: pd.DataFrame) -> None:
        self._texts, self._languages = list(segments["text"]), list(segments["language"])
        self._people = list(segments["participant_id"])

    @cached_property
    def _tokens(self) -> list[Any]:
        return [tokenize(text, language) for text, language in zip(self._texts, self._languages, strict=True)]

    @cached_property
    def _phrases(self) -> list[dict[tuple[str, ...], str]]:
        """Phrases of every passage, each with the form it has there."""
        pairs = {language: self._collocations(language) for language in LANGUAGES}
        polar = {language: read_seeds(language) for language in LANGUAGES}
        found: list[dict[tuple[str, ...], str]] = []
        for tokens, language in zip(self._tokens, self._languages, strict=True):
            bare: dict[tuple[str, ...], str] = {(t.lemma,): t.form for t in tokens if _is_content(t.lemma, language)}
            own = {phrase: form for phrase, form in bare.items() if phrase not in polar.get(language, ())}
            for first, second in _neighbours(tokens, language):
                if (first.lemma, second.lemma) in pairs.get(language, ()):
                    own[first.lemma, second.lemma] = f"{first.form} {second.form}"
            found.append(own)
        return found

    @cached_property
    def _everywhere(self) -> Counter[tuple[str, tuple[str, ...]]]:
        """In how many passages each phrase of a language is."""
        return Counter(
            (language, phrase) for own, language in zip(self._phrases, self._languages, strict=True) for phrase in own
        )

    def _collocations(self, language: str) -> set[tuple[str, str]]:
        """Pairs of content words that stand together more often than by chance, twice at least."""
        from nltk.collocations import BigramCollocationFinder
        from nltk.metrics import BigramAssocMeasures
        from nltk.probability import FreqDist

        spoken = [at for at, known in enumerate(self._languages) if known == language]
        words = Counter(token.lemma for at in spoken for token in self._tokens[at])
        pairs = Counter(
            (first.lemma, second.lemma) for at in spoken for first, second in _neighbours(self._tokens[at], language)
        )
        finder = BigramCollocationFinder(FreqDist(words), FreqDist(pairs))
        finder.apply_freq_filter(2)
        return {pair for pair, score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio) if score > _SURE}

    def of(self, rows: Sequence[int], least_people: int = 2) -> list[KeyPhrase]:
        """Key phrases of the passages in these rows, most telling first, at most eight a language."""
        found: list[KeyPhrase] = []
        for language in LANGUAGES:
            spoken = [row for row in rows if self._languages[row] == language]
            ranked = sorted(self._scored(spoken, language, least_people), key=lambda p: (-p.score, p.lemmas))
            found += _without_parts(ranked)[:_LONGEST_LIST]
        return sorted(found, key=lambda phrase: (-phrase.score, phrase.language, phrase.lemmas))

    def _scored(self, rows: Sequence[int], language: str, least_people: int) -> Iterable[KeyPhrase]:
        from nltk.metrics import BigramAssocMeasures

        total = self._languages.count(language)
        forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        people: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in rows:
            for phrase, form in self._phrases[row].items():
                forms[phrase][form] += 1
                people[phrase].add(self._people[row])
        for phrase, written in forms.items():
            inside, everywhere = written.total(), self._everywhere[language, phrase]
            if len(people[phrase]) < least_people or inside * total <= len(rows) * everywhere:
                continue
            score = BigramAssocMeasures.likelihood_ratio(inside, (len(rows), everywhere), total)
            if score > _SURE:
                form = min(written, key=lambda one: (-written[one], one))
                share = inside / everywhere
                yield KeyPhrase(language, phrase, form, len(people[phrase]), round(float(score), 2), share)

    def keywords(self, phrases: Iterable[KeyPhrase], rows: Sequence[int]) -> dict[str, tuple[str, ...]]:
        """Those key phrases of a group that serve as keywords of the codebook, by language.

        A keyword must be found again by the keyword coder, and at least half of the passages with it must be here.
        """
        found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
        for phrase in phrases:
            if phrase.share < _SHARE_OF_KEYWORD:
                continue
            pattern = Patterns([("", phrase.form)], phrase.language)
            spoken = [row for row in rows if self._languages[row] == phrase.language]
            if any(pattern.find(self._tokens[row]) for row in spoken):
                found[phrase.language].append(phrase.form)
        return {language: tuple(words) for language, words in found.items() if words}


def _neighbours(tokens: Sequence[Token], language: str) -> list[tuple[Token, Token]]:
    """Content words that follow each other in a sentence."""
    return [
        (first, second)
        for first, second in pairwise(tokens)
        if first.sentence == second.sentence
        and _is_content(first.lemma, language)
        and _is_content(second.lemma, language)
    ]


def _without_parts(ranked: Sequence[KeyPhrase]) -> list[KeyPhrase]:
    """Phrases without the words that a longer phrase of about as many people has already."""
    longer = [phrase for phrase in ranked if len(phrase.lemmas) > 1]
    return [
        phrase
        for phrase in ranked
        if len(phrase.lemmas) > 1
        or not any(phrase.lemmas[0] in other.lemmas and 2 * other.people > phrase.people for other in longer)
    ]


@lru_cache(maxsize=50_000)
def _is_content(lemma: str, language: str) -> bool:
    if len(lemma) < 2 or not lemma.replace("-", "").isalpha() or lemma in _SMALL_WORDS.get(language, ()):
        return False
    if language != "ru":
        return len(lemma) > 2
    readings, _ = parses(lemma)
    tag = readings[0][0] if readings else ""
    return tag.startswith(_CONTENT_TAGS) and "Apro" not in tag and "Anum" not in tag
