"""Coders to evaluate, each a function from texts to the columns that `cjm_research.code_texts` gives; and baselines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cjm_research.codebook import Codebook
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.sentiment import suggest_sentiment
from cjm_research.errors import CjmError
from cjm_research.evaluation.gold import AXES, AXIS_OF, SINGLE, codes_of
from cjm_research.i18n import LANGUAGES
from cjm_research.language import is_non_answer

if TYPE_CHECKING:
    import pandas as pd

    from cjm_research.coding.llm import LlmOptions, LlmReport

__all__ = ["BASELINES", "by_keywords", "by_llm", "by_majority", "by_textblob", "by_vader", "to_columns", "to_segments"]

_SIGN = {-1: "negative", 0: "neutral", 1: "positive"}
_POLAR = 0.05  # the authors' bound of VADER's compound score (Hutto & Gilbert 2014)


def to_segments(texts: pd.DataFrame) -> pd.DataFrame:
    """Texts as table ``segments``, each a transcript of its own; the ids are their places in the table, from 0."""
    ids = [str(place) for place in range(len(texts))]
    return texts[["text", "question", "language"]].assign(
        segment_id=ids,
        transcript_id=ids,
        turn=1,
        participant_id="p",
        start=0,
        end=texts["text"].str.len(),
        start_s=float("nan"),
        non_answer=[int(is_non_answer(text)) for text in texts["text"]],
        wave="",
    )


def to_columns(texts: pd.DataFrame, codings: pd.DataFrame, unscored: Collection[str] = ()) -> pd.DataFrame:
    """Codings of `to_segments` as columns: a column for each of `AXES` and its ``_confidence``; index as in ``texts``.

    unscored: segment ids of which nothing is known; their stage, sentiment and emotion are empty, not ``none``.
    A stage or emotion that is not suggested is ``none``, and how sure that is, is not known. The confidence of several
    codes is their mean.
    """
    import pandas as pd

    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    columns = (codings[name] for name in ("segment_id", "code", "value", "memo", "confidence"))
    for segment_id, code, value, memo, confidence in zip(*columns, strict=True):
        axis, _, name = str(code).partition(".")
        if axis == "sentiment":
            name = "mixed" if "mixed" in str(memo).split() else _SIGN[(value > 0) - (value < 0)]
        found[str(segment_id), axis][name] = float(confidence)
    ids = [str(place) for place in range(len(texts))]
    data: dict[str, list[Any]] = {}
    for axis in AXES:
        said = [found[one, AXIS_OF.get(axis, axis)] for one in ids]
        data[axis] = [_cell(axis, codes, one in unscored) for one, codes in zip(ids, said, strict=True)]
        data[f"{axis}_confidence"] = [_confidence(axis, codes) for codes in said]
    return pd.DataFrame(data, index=texts.index)


def _cell(axis: str, codes: Mapping[str, float], unscored: bool) -> str:
    if axis not in SINGLE:
        return ",".join(codes)
    nothing = "" if unscored or axis == "sentiment" else "none"
    return max(codes, key=lambda code: codes[code], default=nothing)


def _confidence(axis: str, codes: Mapping[str, float]) -> float:
    if not codes:
        return float("nan")
    return max(codes.values()) if axis in SINGLE else sum(codes.values()) / len(codes)


def _foreign(texts: pd.DataFrame, known: Collection[str] = LANGUAGES) -> set[str]:
    return {str(place) for place, language in enumerate(texts["language"]) if language not in known}


def by_keywords(texts: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """What the rules alone say: the keyword coder, and the sentiment coder over lemmas."""
    import pandas as pd

    segments = to_segments(texts)
    codings = pd.concat([suggest_keywords(segments, codebook), suggest_sentiment(segments)], ignore_index=True)
    return to_columns(texts, codings, _foreign(texts))


def by_textblob(texts: pd.DataFrame, _codebook: Codebook) -> pd.DataFrame:
    """TextBlob's lexicon: sentiment of English texts and nothing else."""
    return to_columns(texts, suggest_sentiment(to_segments(texts), "textblob"))[["sentiment"]]


def by_vader(texts: pd.DataFrame, _codebook: Codebook) -> pd.DataFrame:
    """VADER (Hutto & Gilbert 2014), sentiment of English texts and nothing else; bounds as published.

    Raises CjmError if its package is not installed.
    """
    if not find_spec("vaderSentiment"):
        raise CjmError.one("evaluate.no_vader")
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    labels = []
    for text, language in zip(texts["text"], texts["language"], strict=True):
        score = analyser.polarity_scores(text)["compound"] if language == "en" else 0.0
        labels.append(_SIGN[(score >= _POLAR) - (score <= -_POLAR)] if language == "en" else "")
    return texts[[]].assign(sentiment=labels)


def by_majority(gold: pd.DataFrame) -> pd.DataFrame:
    """The most frequent code of each axis of gold, for every text: what knowing nothing but that would give."""
    columns: dict[str, Any] = {}
    for axis in (name for name in AXES if name in gold.columns):
        many = Counter(code for value in gold[axis] for code in codes_of(value))
        best = max(sorted(many), key=lambda code: many[code], default="")
        columns[axis] = best
        columns[f"{axis}_confidence"] = many[best] / len(gold)
    return gold[[]].assign(**columns)


def by_llm(
    texts: pd.DataFrame, codebook: Codebook, options: LlmOptions, examples: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, LlmReport]:
    """What a language model says, with each text's question and what was said before it, and how that went.

    examples: a gold table to choose decisions from that are shown.
    Raises CjmError like `cjm_research.coding.llm.run_llm`.
    """
    import pandas as pd

    from cjm_research.coding.llm import run_llm

    segments = to_segments(texts)
    # What was said before is shown and, being in no language, not coded.
    before = segments.assign(text=texts["context"], language="und", segment_id="before " + segments["segment_id"])
    both = pd.concat([before[before["text"] != ""].assign(at=0), segments.assign(at=1, start=1)])
    both["place"] = both["transcript_id"].astype(int)
    ordered = both.sort_values(["place", "at"], kind="stable").drop(columns=["at", "place"]).reset_index(drop=True)
    codings, report = run_llm(ordered, codebook, options, examples, progress=True)
    return to_columns(texts, codings, {*report.uncoded, *_foreign(texts)}), report


BASELINES: Mapping[str, Callable[[pd.DataFrame, Codebook], pd.DataFrame]] = MappingProxyType(
    {"keywords": by_keywords, "textblob": by_textblob, "vader": by_vader}
)
