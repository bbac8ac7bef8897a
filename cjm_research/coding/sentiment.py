"""The first sentiment coder for Russian and English: a linear model whose every weight can be read.

Multinomial logistic regression over lemmas, pairs of lemmas and polar phrases (`sentiment_features`);
``weights/SOURCES.md`` says what it learned from, ``training/train_sentiment.py`` how. It is made to be
looked through: the evidence of a suggestion is the words that weighed most for it.

Values: negative −1, neutral 0, positive +1, mixed 0 with the memo ``mixed``. A polar value is doubled when the
passage holds a strong word of that polarity that is not negated ("отвратительно", "brilliant"), an intensifier right
before a polar word of it ("very slow"), or when the calibrated probability is at least 0.9. A plain question and a
calm wish are neutral whatever the weights say.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from cjm_research.coding.sentiment_features import (
    Feature,
    Seeds,
    features,
    is_empty,
    is_intense,
    phrase_key,
    polar_hits,
    tokens,
)
from cjm_research.errors import CjmError
from cjm_research.tables import CODINGS, SEGMENTS, check_table, make_table

__all__ = ["CLASSES", "ENGINES", "LANGUAGES", "read_seeds", "sentiment_probabilities", "suggest_sentiment"]

CLASSES = ("negative", "neutral", "positive", "mixed")
ENGINES = ("lemmas", "textblob", "vader", "none")
LANGUAGES = ("en", "ru")
_WEIGHTS = Path(__file__).parent / "weights"
_SIGN = {"negative": -1, "neutral": 0, "positive": 1, "mixed": 0}
_SURELY_STRONG = 0.9
_MOST_WORDS = 5
# A word is evidence if it weighs at least this share of the heaviest one.
_TELLING = 0.25
_ONE_QUESTION = re.compile(r"[^?!.…]+\?\s*")
# Answers that say nothing are neutral, and nobody should rely on it.
_NON_ANSWER_CONFIDENCE = 0.3
_NON_ANSWERS = {
    "ru": frozenset("нет|не знать|хз|ничего|нечего сказать|затрудняться ответить|не помнить|да|все|никакой".split("|")),
    "en": frozenset("no|none|n a|na|nothing|not sure|do not know|i do not know|idk|yes|nope|nil|dunno".split("|")),
}

Span = tuple[int, int]


class Judgement(NamedTuple):
    """What one passage was taken for; ``spans`` are code points into the passage."""

    label: str
    value: float
    confidence: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class _Model:
    """Weights of one language: against neutral, in the order negative, positive, mixed."""

    seeds: Seeds
    temperature: float
    bias: tuple[float, float, float]
    weights: MappingProxyType[str, tuple[float, float, float]]


@cache
def read_seeds(language: str) -> dict[tuple[str, ...], str]:
    """Polar words and phrases of a language, by their lemmas, with their kind."""
    seeds: dict[tuple[str, ...], str] = {}
    kind = ""
    for line in (_WEIGHTS / f"words_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            seeds.update({phrase_key(phrase, language): kind for phrase in line.split(",") if phrase.strip()})
    return seeds


@cache
def _model(language: str) -> _Model:
    """Read the shipped weights: tab-separated feature and three integers, hundredths."""
    rows = (_WEIGHTS / f"sentiment_{language}.tsv").read_text(encoding="utf-8").splitlines()
    weights: dict[str, tuple[float, float, float]] = {}
    for row in rows:
        if not row.startswith("#"):
            name, negative, positive, mixed = row.split("\t")
            weights[name] = (int(negative) / 100, int(positive) / 100, int(mixed) / 100)
    temperature = weights.pop("= temperature")[0]
    bias = weights.pop("= bias")
    return _Model(read_seeds(language), temperature, bias, MappingProxyType(weights))


def _probabilities(model: _Model, found: list[Feature]) -> dict[str, float]:
    sums = list(model.bias)
    for feature in found:
        for k, weight in enumerate(model.weights.get(feature.name, ())):
            sums[k] += weight * feature.value
    scores = [total / model.temperature for total in (sums[0], 0.0, sums[1], sums[2])]
    top = max(scores)
    exponents = [math.exp(score - top) for score in scores]
    whole = sum(exponents)
    return {label: exponent / whole for label, exponent in zip(CLASSES, exponents, strict=True)}


def sentiment_probabilities(text: str, language: str, question: str = "") -> dict[str, float]:
    """Calibrated probability of each of `CLASSES` for a passage in ``ru`` or ``en``, given the question it answers."""
    model = _model(language)
    return _probabilities(model, features(text, question, language, model.seeds))


def _evidence(text: str, language: str, label: str, model: _Model, found: list[Feature]) -> tuple[Span, ...]:
    """The words that weighed most for ``label`` against neutral; a feature of several words is shared among them."""
    if label == "neutral":
        return ()
    column = ("negative", "positive", "mixed").index(label)
    words = tokens(text, language)
    polar = {position for hit in polar_hits(words, model.seeds) for position in hit.tokens}
    weight_of: dict[int, float] = defaultdict(float)
    for feature in found:
        if feature.name in model.weights:
            for position in (p for p in feature.tokens if p in polar or not is_empty(words[p])):
                weight_of[position] += model.weights[feature.name][column] * feature.value / len(feature.tokens)
    if not weight_of:
        return ()
    least = max(weight_of.values()) * _TELLING
    ranked = sorted(weight_of, key=lambda position: (-weight_of[position], position))[:_MOST_WORDS]
    chosen = sorted({words[p][:2] for p in ranked if weight_of[p] > 0 and weight_of[p] >= least})
    spans: list[Span] = []
    for start, end in chosen:
        if spans and not re.search(r"[^\W_]", text[spans[-1][1] : start]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def _is_strong(text: str, language: str, label: str, model: _Model) -> bool:
    words = tokens(text, language)
    way = {"positive": "p", "negative": "n"}[label]
    hits = [hit for hit in polar_hits(words, model.seeds) if hit.direction == way and not hit.negated]
    return any(hit.kind == f"strong_{label}" or is_intense(words, hit, language) for hit in hits)


def _is_calm(text: str, language: str, model: _Model) -> bool:
    """A wish with nothing else polar in it, or a single question without a polar word."""
    hits = polar_hits(tokens(text, language), model.seeds)
    return all(hit.direction == "w" for hit in hits) if hits else bool(_ONE_QUESTION.fullmatch(text))


def _plain_way(text: str, language: str, model: _Model) -> str:
    """The class of a passage whose polar words all go one way and one of which is strong; empty for others."""
    hits = polar_hits(tokens(text, language), model.seeds)
    if len({hit.direction for hit in hits}) != 1 or any(hit.negated for hit in hits):
        return ""
    return next((hit.kind.removeprefix("strong_") for hit in hits if hit.kind.startswith("strong_")), "")


def _judge(text: str, question: str | None, language: str) -> Judgement:
    if " ".join(phrase_key(text, language)) in _NON_ANSWERS[language]:
        return Judgement("neutral", 0.0, _NON_ANSWER_CONFIDENCE, ())
    model = _model(language)
    found = features(text, question, language, model.seeds)
    probabilities = _probabilities(model, found)
    label = "neutral" if _is_calm(text, language, model) else max(CLASSES, key=probabilities.__getitem__)
    label = _plain_way(text, language, model) or label
    value = float(_SIGN[label])
    if value and (probabilities[label] >= _SURELY_STRONG or _is_strong(text, language, label, model)):
        value *= 2
    return Judgement(label, value, probabilities[label], _evidence(text, language, label, model, found))


def _judge_textblob(text: str) -> Judgement:
    """TextBlob's pattern lexicon, English only; polarity −1…+1 cut at ±0.1 and ±0.6, its size as confidence.

    The confidence is not calibrated: TextBlob gives none.
    """
    from textblob import TextBlob

    assessed = TextBlob(text).sentiment_assessments
    polarity = float(assessed.polarity)
    size = abs(polarity)
    value = math.copysign((size >= 0.1) + (size >= 0.6), polarity) if size >= 0.1 else 0.0
    label = "neutral" if not value else "positive" if value > 0 else "negative"
    told = {word for words, score, *_ in assessed.assessments for word in words if score * value > 0}
    spans = tuple(m.span() for m in re.finditer(r"[\w'’]+", text) if m.group().lower() in told)
    return Judgement(label, value, 0.5 + size / 2 if value else 0.5, spans)


@cache
def _vader() -> Any:
    if not find_spec("vaderSentiment"):
        raise CjmError.one("evaluate.no_vader")
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _judge_vader(text: str) -> Judgement:
    """VADER (Hutto & Gilbert 2014), English only; compound −1…+1 cut at ±0.05 as published and at ±0.6 for 2.

    The confidence is not calibrated: VADER gives none.
    """
    compound = float(_vader().polarity_scores(text)["compound"])
    size = abs(compound)
    value = math.copysign(1 + (size >= 0.6), compound) if size >= 0.05 else 0.0
    label = "neutral" if not value else "positive" if value > 0 else "negative"
    return Judgement(label, value, 0.5 + size / 2, ())


def suggest_sentiment(
    segments: pd.DataFrame, engine: str = "lemmas", asked_of_all: Collection[str] = ()
) -> pd.DataFrame:
    """Suggest a sentiment for every passage of table ``segments``; returns table ``codings`` with code ``sentiment``.

    engine: ``lemmas`` (Russian, English), ``textblob``, ``vader`` (English) or ``none``. A passage in a language the
    engine does not know gets no row: it is unscored, not neutral. asked_of_all: questions that a survey puts to
    everybody; "what was inconvenient?" says nothing of this one answer, so they are not heard.
    Evidence counts in the transcript's text.
    Raises CjmError for an unknown engine or a table that is not ``segments``.
    """
    if engine not in ENGINES:
        raise CjmError.one("coding.unknown_engine", engine=engine, known=", ".join(ENGINES))
    check_table(SEGMENTS, segments)
    known = {"lemmas": LANGUAGES, "textblob": ("en",), "vader": ("en",), "none": ()}[engine]
    other = {"textblob": _judge_textblob, "vader": _judge_vader}.get(engine)
    rows: list[dict[str, object]] = []
    columns = ("segment_id", "start", "text", "question", "language")
    for segment_id, start, text, question, language in zip(*(segments[name] for name in columns), strict=True):
        if language not in known:
            continue
        heard = None if question in asked_of_all else question
        judged = other(text) if other else _judge(text, heard, language)
        rows.append(
            {
                "segment_id": segment_id,
                "code": "sentiment",
                "value": judged.value,
                "coder": f"sentiment-{engine}@1",
                "coder_kind": "model" if engine == "lemmas" else "rule",
                "confidence": round(judged.confidence, 4),
                "evidence": tuple((int(start) + a, int(start) + b) for a, b in judged.spans),
                "status": "suggested",
                "memo": "mixed" if judged.label == "mixed" else "",
            }
        )
    return make_table(CODINGS, rows)
