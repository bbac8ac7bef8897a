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
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cjm_research.coding.cues import is_background, is_follow_up, is_negated, is_non_answer, is_stressed
from cjm_research.coding.patterns import Match, Patterns, Token, tokenize
from cjm_research.i18n import LANGUAGES
from cjm_research.language import detect_language
from cjm_research.tables import CODINGS, make_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
_DENIABLE = ("pain", "emotion", "want", "flag")


class _Found(NamedTuple):
    """One code for one passage."""

    code: str
    kind: str
    spans: tuple[Match, ...] = ()
    value: float = float("nan")


class _Passage(NamedTuple):
    text: str
    tokens: list[Token]
    matches: Mapping[str, list[Match]]  # code id: its keywords, those denied left out
    asked: Mapping[str, int]  # code ids the question hints at: words in the longest pattern
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
    transcript, turn, question, stage = "", 0, "", ""
    for segment in segments.itertuples(index=False):
        if segment.transcript_id != transcript or (segment.question != question and not is_follow_up(segment.question)):
            stage = ""  # nothing to carry on
        led = (segment.transcript_id, segment.turn) != (transcript, turn)
        transcript, turn, question = str(segment.transcript_id), int(str(segment.turn)), str(segment.question)
        found = coder.code(segment, stage, led)
        stage = next((one.code for one in found if one.code.startswith("stage.")), "")
        rows += [_row(str(segment.segment_id), int(str(segment.start)), one) for one in found]
    return make_table(CODINGS, rows)


def _row(segment_id: str, offset: int, found: _Found) -> dict[str, object]:
    return {
        "segment_id": segment_id,
        "code": found.code,
        "value": found.value,
        "coder": CODER,
        "coder_kind": "rule",
        "confidence": CONFIDENCE[found.code.split(".")[0]][found.kind],
        "evidence": tuple((offset + match.start, offset + match.end) for match in found.spans),
        "status": "suggested",
    }


class _KeywordCoder:
    """The patterns of a codebook, compiled, and what is known of each question."""

    def __init__(self, codebook: Codebook, stage_of_question: Mapping[str, str]) -> None:
        self._order = {code.id: position for position, code in enumerate(codebook.codes)}
        self._codebook = codebook
        self._told = stage_of_question
        self._text = {lang: _compiled(tuple(_patterns(codebook, "keywords", lang)), lang) for lang in LANGUAGES}
        self._question = {lang: _compiled(tuple(_patterns(codebook, "questions", lang)), lang) for lang in LANGUAGES}
        self._asked: dict[str, dict[str, int]] = {}

    def code(self, segment: Any, previous: str, led: bool) -> list[_Found]:
        """Codes of one row of table ``segments``; ``previous`` is the stage of the passage before, or empty."""
        text, language, question = str(segment.text), str(segment.language), str(segment.question)
        tokens = tokenize(text, language)
        matches: dict[str, list[Match]] = defaultdict(list)
        if language in self._text:
            for match in self._text[language].find(tokens):
                if not (match.code.startswith(_DENIABLE) and is_negated(tokens, match)):
                    matches[match.code].append(match)
        passage = _Passage(text, tokens, matches, self._hints(question), led and question not in self._told)
        found = self._stage(passage, question, previous)
        if not is_non_answer(tokens):
            found += [*self._many(passage, "want"), *self._many(passage, "channel"), *self._pains(passage)]
            found += self._emotion(passage)
        return found

    def _hints(self, question: str) -> dict[str, int]:
        if question not in self._asked:
            language = detect_language(question)
            hints: dict[str, int] = {}
            if language in self._question:
                for match in self._question[language].find(tokenize(question, language)):
                    hints[match.code] = max(hints.get(match.code, 0), match.size)
            self._asked[question] = hints
        return self._asked[question]

    def _of_axis(self, codes: Iterable[str], axis: str) -> list[str]:
        return sorted((code for code in codes if code.startswith(f"{axis}.")), key=self._order.__getitem__)

    def _stage(self, passage: _Passage, question: str, previous: str) -> list[_Found]:
        scores: dict[str, float] = defaultdict(float)
        for code in self._of_axis(passage.matches, "stage"):
            scores[code] += sum(0.5 + 0.5 * match.size for match in passage.matches[code])
        prior, kind = self._prior(passage, question, previous)
        if prior:
            scores[prior] += _WEIGHT[kind]
        if not scores:
            return []
        best = max(scores, key=lambda code: (scores[code], -self._order[code]))
        spans = tuple(passage.matches.get(best, ()))
        if best != prior:
            kind = "text"
        elif spans and kind != "told":
            kind = "both"
        return [_Found(best, kind, spans)]

    def _prior(self, passage: _Passage, question: str, previous: str) -> tuple[str, str]:
        """Stage expected before the passage is read, and where that comes from; empty if nowhere."""
        told = self._codebook.get(f"stage.{self._told.get(question, '')}")
        if told:
            return told.id, "told"
        asked = self._of_axis(passage.asked, "stage")
        if asked:
            return max(asked, key=lambda code: passage.asked[code]), "question"
        return ("", "") if is_background(question) else (previous, "carried")

    def _many(self, passage: _Passage, axis: str) -> list[_Found]:
        found = []
        asked = self._of_axis(passage.asked, axis)
        # A question that offers several codes ("Чего ждёте или опасаетесь?"), or that a survey puts to everybody,
        # says nothing of this one answer, and only the first sentence of an answer is surely about it:
        # elsewhere the person's own words count alone.
        alone = asked if len(asked) == 1 and passage.led else []
        for code in self._of_axis({*passage.matches, *alone}, axis):
            spans = tuple(passage.matches.get(code, ()))
            kind = "text" if code not in passage.asked else "both" if spans else "question"
            found.append(_Found(code, kind, spans))
        return found

    def _pains(self, passage: _Passage) -> list[_Found]:
        barrier = passage.matches.get("flag.barrier", [])
        found = []
        for pain in self._many(passage, "pain"):
            stressed = any(is_stressed(passage.tokens, match, passage.text) for match in pain.spans)
            found.append(pain._replace(value=3.0 if barrier else 2.0 if stressed else 1.0))
        if found and barrier:  # a barrier is a pain that stopped the person
            found.append(_Found("flag.barrier", "text", tuple(barrier)))
        return found

    def _emotion(self, passage: _Passage) -> list[_Found]:
        """The emotion with most keywords, if any is named."""
        emotions = self._of_axis(passage.matches, "emotion")
        if not emotions:
            return []
        best = max(emotions, key=lambda code: (len(passage.matches[code]), -self._order[code]))
        return [_Found(best, "text", tuple(passage.matches[best]))]


@lru_cache(maxsize=8)  # half a second for the default codebook, and the same codebook is used again and again
def _compiled(patterns: tuple[tuple[str, str], ...], language: str) -> Patterns:
    return Patterns(patterns, language)


def _patterns(codebook: Codebook, kind: str, language: str) -> Iterable[tuple[str, str]]:
    for code in codebook.codes:
        words = code.keywords if kind == "keywords" else code.questions
        for pattern in words.get(language, ()):
            yield code.id, pattern
