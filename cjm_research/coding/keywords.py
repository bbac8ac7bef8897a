"""The keyword coder: what a passage is about, from its words and from the question it answers.

Stage: the words of the passage and the question asked are added up; a stage a survey's column
map gives for the question is the strongest evidence. A neutral follow-up ("А потом?", "Go on")
says nothing, so the stage of the passage before it in the transcript carries on; a question about
the person ("О себе") ends that. Pains, wants and channels: all that are found. Emotion: the one
with most evidence. Denied keywords do not count (see `cjm_research.coding.cues`).

Intensity of a pain: 1 said; 2 stressed by an adverb, capitals or an exclamation mark; 3 it
stopped the person (a barrier word in the passage). An emotion is coded only where a word of feeling
is said: one implied by a pain would only print the pain twice. Confidence is the precision of the
kind of evidence (``benchmarks/evaluate_keywords.py`` prints it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cjm_research.coding.cues import is_background, is_follow_up, is_negated, is_non_answer, is_stressed
from cjm_research.coding.patterns import Match, Patterns
from cjm_research.coding.tokens import Tokens
from cjm_research.i18n import LANGUAGES
from cjm_research.language import detect_language
from cjm_research.tables import CODINGS, make_table

if TYPE_CHECKING:
    import pandas as pd

    from cjm_research.codebook import Codebook

__all__ = ["CODER", "suggest_keywords"]

CODER = "keywords@1"
# Precision of each kind of evidence, taken before train.csv was searched for missing words (it flatters since).
CONFIDENCE = {
    "stage": {"told": 0.9, "both": 0.85, "question": 0.73, "text": 0.55, "carried": 0.5},
    "emotion": {"text": 0.5},
    "pain": {"both": 0.75, "text": 0.55, "question": 0.5},
    "want": {"both": 0.9, "question": 0.6, "text": 0.55},
    "channel": {"both": 0.85, "text": 0.6, "question": 0.55},
    "flag": {"text": 0.5},
}
_WEIGHT = {"told": 4.0, "question": 2.5, "carried": 0.9}
_DENIABLE = frozenset({"pain", "emotion", "want", "flag"})
_NAN = float("nan")


class _Found(NamedTuple):
    """One code for one passage."""

    code: str
    kind: str
    spans: Sequence[Match] = ()
    value: float = _NAN


class _Question(NamedTuple):
    """What a question says of its answers before they are read.

    stage: the one expected; kind: where that comes from: ``told``, ``question``, ``carried`` (the passage before).
    hints: by axis, the codes its words hint at, in the order of the codebook.
    """

    stage: str
    kind: str
    hints: Mapping[str, Sequence[str]]
    follow_up: bool
    told: bool


_Said = Mapping[str, Mapping[str, Sequence[Match]]]  # axis: code id: its keywords, those denied left out


class _Passage(NamedTuple):
    tokens: Tokens
    said: _Said
    hints: Mapping[str, Sequence[str]]
    led: bool  # first passage after a question that is not put to everybody: the question may speak for it


def suggest_keywords(
    segments: pd.DataFrame, codebook: Codebook, stage_of_question: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Suggest codes for passages (table ``segments``, in the order of the transcripts); returns table ``codings``.

    stage_of_question: question → stage code without its axis, from a survey's column map.
    Raises CjmError for keywords of the codebook that cannot be read.
    """
    coder = _KeywordCoder(codebook, stage_of_question or {})
    rows: list[dict[str, object]] = []
    before, asked, stage = ("", 0), "", ""
    columns = ("segment_id", "start", "transcript_id", "turn", "question", "text", "language")
    for segment_id, start, transcript, turn, question, text, language in zip(
        *(segments[name].tolist() for name in columns), strict=True
    ):
        known = coder.question(question)
        if transcript != before[0] or (question != asked and not known.follow_up):
            stage = ""  # nothing to carry on
        led = (transcript, turn) != before and not known.told
        before, asked = (transcript, turn), question
        found = coder.code(Tokens(text, language), known, stage, led)
        stage = found[0].code if found and found[0].code.startswith("stage.") else ""
        rows += [_row(segment_id, start, one) for one in found]
    return make_table(CODINGS, rows)


def _row(segment_id: str, offset: int, found: _Found) -> dict[str, object]:
    return {
        "segment_id": segment_id,
        "code": found.code,
        "value": found.value,
        "coder": CODER,
        "coder_kind": "rule",
        "confidence": CONFIDENCE[_axis(found.code)][found.kind],
        "evidence": tuple([(offset + match.start, offset + match.end) for match in found.spans]) if found.spans else (),
        "status": "suggested",
    }


def _axis(code: str) -> str:
    return code[: code.index(".")]


class _KeywordCoder:
    """The patterns of a codebook, compiled, and what is known of each question."""

    def __init__(self, codebook: Codebook, stage_of_question: Mapping[str, str]) -> None:
        self._order = {code.id: position for position, code in enumerate(codebook.codes)}
        self._codebook = codebook
        self._told = stage_of_question
        self._text = {lang: _compiled(tuple(_patterns(codebook, "keywords", lang)), lang) for lang in LANGUAGES}
        self._question = {lang: _compiled(tuple(_patterns(codebook, "questions", lang)), lang) for lang in LANGUAGES}
        self._questions: dict[str, _Question] = {}

    def code(self, tokens: Tokens, question: _Question, previous: str, led: bool) -> list[_Found]:
        """Codes of one passage, its stage first; ``previous`` is the stage of the passage before, or empty."""
        said: dict[str, dict[str, list[Match]]] = {}
        if tokens.language in self._text:
            for match in self._text[tokens.language].find(tokens):
                axis = _axis(match.code)
                if not (axis in _DENIABLE and is_negated(tokens, match)):
                    said.setdefault(axis, {}).setdefault(match.code, []).append(match)
        prior = previous if question.kind == "carried" else question.stage
        found = self._stage(said.get("stage", {}), prior, question.kind)
        if not (said or question.hints) or is_non_answer(tokens):
            return found
        passage = _Passage(tokens, said, question.hints, led)
        wants, channels = self._many(passage, "want"), self._many(passage, "channel")
        return [*found, *wants, *channels, *self._pains(passage), *self._emotion(said.get("emotion", {}))]

    def question(self, question: str) -> _Question:
        """What is known of a question."""
        if question not in self._questions:
            self._questions[question] = self._read_question(question)
        return self._questions[question]

    def _read_question(self, question: str) -> _Question:
        language = detect_language(question)
        sizes: dict[str, int] = {}  # words in the longest pattern
        if language in self._question:
            for match in self._question[language].find(Tokens(question, language)):
                sizes[match.code] = max(sizes.get(match.code, 0), match.size)
        hints: dict[str, list[str]] = defaultdict(list)
        for code in sorted(sizes, key=self._order.__getitem__):
            hints[_axis(code)].append(code)
        stage, kind = "", "" if is_background(question) else "carried"
        told = self._codebook.get(f"stage.{self._told[question]}") if question in self._told else None
        if told:
            stage, kind = told.id, "told"
        elif "stage" in hints:
            stage, kind = max(hints["stage"], key=sizes.__getitem__), "question"
        return _Question(stage, kind, hints, is_follow_up(question), question in self._told)

    def _stage(self, said: Mapping[str, Sequence[Match]], prior: str, kind: str) -> list[_Found]:
        """The stage with most evidence; ``prior`` is the one expected before the passage is read, or empty."""
        scores = {code: sum(0.5 + 0.5 * match.size for match in matches) for code, matches in said.items()}
        if prior:
            scores[prior] = scores.get(prior, 0.0) + _WEIGHT[kind]
        if not scores:
            return []
        best = next(iter(scores))
        if len(scores) > 1:
            best = max(scores, key=lambda code: (scores[code], -self._order[code]))
        spans = said.get(best, ())
        if best != prior:
            kind = "text"
        elif spans and kind != "told":
            kind = "both"
        return [_Found(best, kind, spans)]

    def _many(self, passage: _Passage, axis: str) -> list[_Found]:
        said, asked = passage.said.get(axis, {}), passage.hints.get(axis, ())
        # A question that offers several codes ("Чего ждёте или опасаетесь?"), or that a survey puts to everybody,
        # says nothing of this one answer, and only the first sentence of an answer is surely about it:
        # elsewhere the person's own words count alone.
        alone = asked if len(asked) == 1 and passage.led else ()
        if not said and not alone:
            return []
        found = []
        for code in sorted({*said, *alone}, key=self._order.__getitem__):
            spans = said.get(code, ())
            kind = "text" if code not in asked else "both" if spans else "question"
            found.append(_Found(code, kind, spans))
        return found

    def _pains(self, passage: _Passage) -> list[_Found]:
        pains = self._many(passage, "pain")
        barrier = passage.said.get("flag", {}).get("flag.barrier", ()) if pains else ()
        found = []
        for pain in pains:
            stressed = any(is_stressed(passage.tokens, match) for match in pain.spans)
            found.append(_Found(pain.code, pain.kind, pain.spans, 3.0 if barrier else 2.0 if stressed else 1.0))
        if barrier:  # a barrier is a pain that stopped the person
            found.append(_Found("flag.barrier", "text", barrier))
        return found

    def _emotion(self, said: Mapping[str, Sequence[Match]]) -> list[_Found]:
        """The emotion with most keywords, if any is named."""
        if not said:
            return []
        best = max(said, key=lambda code: (len(said[code]), -self._order[code]))
        return [_Found(best, "text", said[best])]


@lru_cache(maxsize=8)  # half a second for the default codebook, and the same codebook is used again and again
def _compiled(patterns: tuple[tuple[str, str], ...], language: str) -> Patterns:
    return Patterns(patterns, language)


def _patterns(codebook: Codebook, kind: str, language: str) -> Iterable[tuple[str, str]]:
    for code in codebook.codes:
        code_id = code.id
        words = code.keywords if kind == "keywords" else code.questions
        for pattern in words.get(language, ()):
            yield code_id, pattern
