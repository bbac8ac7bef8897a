"""Codes that the codebook does not have yet: what people say again and again and nobody has coded.

Passages that express something (a feeling or a wish) but have no pain, want or channel are grouped by their vectors
(`cjm_research.coding.clusters`) and described by their key phrases (`cjm_research.coding.phrases`). A group of too few
people, or one that no phrase sets apart, is no proposal; a study may have none. What comes out is the same for the same
passages in whatever order they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cjm_research.coding.clusters import directions, find_groups, halves
from cjm_research.coding.cues import is_background
from cjm_research.coding.phrases import KeyPhrase, Vocabulary
from cjm_research.coding.sentiment import read_seeds
from cjm_research.coding.sentiment_features import Seeds, polar_hits, tokens
from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES

if TYPE_CHECKING:
    from cjm_research.codebook import Codebook
    from cjm_research.embedding import Embedder

__all__ = ["Proposer", "code_name", "nearest_codes", "propose_codes"]

COLUMNS = (
    "axis", "code", "label_ru", "label_en", "phrases", "keywords_ru", "keywords_en", "quotes", "people", "passages",
    "stability", "segment_ids",
)  # fmt: skip
_AXES = ("pain", "want", "channel")
_LEAST_PEOPLE, _LEAST_PASSAGES = 3, 4
_QUOTES = 5
_LONGEST_NAME = 40
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),
        strict=True,
    )
)


def propose_codes(
    segments: pd.DataFrame, codings: pd.DataFrame, vectors: np.ndarray, axis: str | None = None, seed: int = 0
) -> pd.DataFrame:
    """Propose new codes, those of most people first; no row if people say nothing new.

    segments: table ``segments``. codings: the codings that count, table ``codings``. vectors: float32 (n, width), one
    a segment. axis: look at passages without a code of this axis; without it, at those with no pain, want or channel.

    Columns: axis (a suggestion: wishes are a want, complaints a pain, else a flag), code (snake_case), label_ru and
    label_en (empty where nobody speaks the language), phrases, keywords_ru and keywords_en (tuples, ready for the
    codebook), quotes (tuple, most typical first, each of another person), people, passages, stability (0–1) and
    segment_ids.
    Raises CjmError if there is not one vector a segment.
    """
    return Proposer(segments, codings, vectors, axis).propose(seed)


class Proposer:
    """The passages that proposals are made of; also joins and parts proposals."""

    def __init__(
        self, segments: pd.DataFrame, codings: pd.DataFrame, vectors: np.ndarray, axis: str | None = None
    ) -> None:
        if len(vectors) != len(segments):
            raise CjmError.one("emergent.vectors", vectors=len(vectors), segments=len(segments))
        # Ids are hashes: their order says nothing, and is the same whatever the order of the rows.
        order = np.argsort(segments["segment_id"].to_numpy(dtype=str), kind="stable")
        self._segments = segments.iloc[order].reset_index(drop=True)
        self._points = directions(vectors[order], list(self._segments["language"]))
        self._vocabulary = Vocabulary(self._segments)
        self._axis = axis
        self._signs = _signs(self._segments, codings)
        self._free = _free_rows(self._segments, codings, axis, self._signs)
        self._row = {segment: row for row, segment in enumerate(self._segments["segment_id"])}

    def propose(self, seed: int = 0) -> pd.DataFrame:
        """All proposals (see `propose_codes`)."""
        groups = find_groups(self._points[self._free], self._points, _LEAST_PASSAGES, seed)
        found = []
        for group in groups:
            rows = [self._free[row] for row in group.rows]
            if len(self._people(rows)) >= _LEAST_PEOPLE:
                found.append(self._describe(rows, group.stability))
        found = [proposal for proposal in found if proposal["phrases"]]
        found.sort(key=lambda one: (-one["people"], -one["passages"], one["segment_ids"]))
        return _named_apart(found)

    def join(self, first: Sequence[str], second: Sequence[str]) -> pd.DataFrame:
        """One proposal of the passages (segment ids) of two."""
        return self._again([sorted({self._row[segment] for segment in (*first, *second)})])

    def part(self, segment_ids: Sequence[str]) -> pd.DataFrame:
        """The passages of a proposal in two; one row as before if there is but one passage."""
        rows = sorted(self._row[segment] for segment in segment_ids)
        parts = [[rows[at] for at in part] for part in halves(self._points[rows])]
        return self._again([part for part in parts if part] or [rows])

    def _again(self, groups: Iterable[list[int]]) -> pd.DataFrame:
        return _named_apart([self._describe(rows, float("nan")) for rows in groups])

    def _people(self, rows: Sequence[int]) -> set[str]:
        return set(self._segments["participant_id"].iloc[list(rows)])

    def _describe(self, rows: list[int], stability: float) -> dict[str, Any]:
        phrases = self._vocabulary.of(rows)
        keywords = self._vocabulary.keywords(phrases, rows)
        return {
            "axis": self._axis or self._likely_axis(rows),
            "code": code_name(_first(phrases, "en") or _first(phrases, "ru") or "new_code"),
            **{f"label_{lang}": _first(phrases, lang).capitalize() for lang in ("ru", "en")},
            "phrases": tuple(phrase.form for phrase in phrases),
            **{f"keywords_{lang}": keywords.get(lang, ()) for lang in ("ru", "en")},
            "quotes": self._quotes(rows),
            "people": len(self._people(rows)),
            "passages": len(rows),
            "stability": stability,
            "segment_ids": tuple(self._segments["segment_id"].iloc[rows]),
        }

    def _likely_axis(self, rows: Sequence[int]) -> str:
        signs = [self._signs[row] for row in rows]
        if 2 * signs.count("wish") >= len(signs):
            return "want"
        return "flag" if 2 * signs.count("positive") > len(signs) else "pain"

    def _quotes(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Passages nearest to the middle of all, one a person."""
        middle = self._points[list(rows)].mean(axis=0)
        nearest = sorted(rows, key=lambda row: (-round(float(self._points[row] @ middle), 9), row))
        people, texts = self._segments["participant_id"], self._segments["text"]
        by_person: dict[str, str] = {}
        for row in nearest:
            by_person.setdefault(people[row], texts[row])
        return tuple(by_person.values())[:_QUOTES]


def _signs(segments: pd.DataFrame, codings: pd.DataFrame) -> list[str]:
    """What each passage expresses: wish, negative, positive, mixed, or nothing."""
    valid = codings[codings["status"] != "rejected"]
    feelings: dict[str, str] = {}
    for segment, code, value, memo in zip(*(valid[c] for c in ("segment_id", "code", "value", "memo")), strict=True):
        if code == "sentiment":
            feelings[segment] = "mixed" if memo == "mixed" else "negative" if value < 0 else "positive" if value else ""
    wishes = {segment for segment, code in zip(valid["segment_id"], valid["code"], strict=True) if code == "want.need"}
    seeds = {language: read_seeds(language) for language in LANGUAGES}
    return [
        "wish" if segment in wishes or _wishes(text, language, seeds) else feelings.get(segment, "")
        for segment, text, language in zip(*(segments[c] for c in ("segment_id", "text", "language")), strict=True)
    ]


def _wishes(text: str, language: str, seeds: Mapping[str, Seeds]) -> bool:
    if language not in seeds:
        return False
    return any(hit.kind == "wish" for hit in polar_hits(tokens(text, language), seeds[language]))


def _free_rows(segments: pd.DataFrame, codings: pd.DataFrame, axis: str | None, signs: Sequence[str]) -> list[int]:
    """Rows of passages that express something and have no code of the axis; what is only praised is no pain or want."""
    starts = tuple(f"{one}." for one in ((axis,) if axis else _AXES))
    wanted = {"wish", "negative", "mixed"} if axis in ("pain", "want") else {"wish", "negative", "mixed", "positive"}
    coded = {
        segment
        for segment, code, status in zip(*(codings[c] for c in ("segment_id", "code", "status")), strict=True)
        if status != "rejected" and code.startswith(starts)
    }
    columns = zip(*(segments[c] for c in ("segment_id", "non_answer", "question")), strict=True)
    return [
        row
        for row, (segment, non_answer, question) in enumerate(columns)
        if signs[row] in wanted and segment not in coded and not non_answer and not is_background(question)
    ]


def _first(phrases: Iterable[KeyPhrase], language: str) -> str:
    return next((phrase.form for phrase in phrases if phrase.language == language), "")


def code_name(phrase: str) -> str:
    """A phrase as the name of a code: ``снова ждать`` → ``snova_zhdat``."""
    letters = "".join(_LATIN.get(letter, letter) for letter in phrase.lower())
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in letters)
    return "_".join(part for part in plain.split("_") if part)[:_LONGEST_NAME].rstrip("_")


def _named_apart(found: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Proposals as a table; of equal names the later ones get a number."""
    used: dict[str, int] = {}
    rows = []
    for proposal in found:
        name = proposal["code"]
        used[name] = used.get(name, 0) + 1
        rows.append(proposal | {"code": name if used[name] == 1 else f"{name}_{used[name]}"})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def nearest_codes(proposals: pd.DataFrame, codebook: Codebook, embedder: Embedder) -> pd.DataFrame:
    """The proposals with the columns nearest (id of the code whose meaning is nearest) and similarity (cosine).

    A code is the mean of its definitions and examples, a proposal that of its quotes. Stages, emotions and flags are
    no hint. The columns are empty where the codebook has no other code.
    """
    codes = [code for code in codebook.codes if code.axis in _AXES]
    texts = [[*code.definition.values(), *(one for many in code.examples.values() for one in many)] for code in codes]
    if not codes or proposals.empty:
        return proposals.assign(nearest="", similarity=float("nan"))
    known, said = _means(texts, embedder), _means([list(quotes) for quotes in proposals["quotes"]], embedder)
    middle = known.mean(axis=0)
    # What all texts have in common would make everything near to everything.
    similar = _unit(said - middle) @ _unit(known - middle).T
    best = similar.argmax(axis=1)
    nearest = [codes[at].id for at in best]
    return proposals.assign(nearest=nearest, similarity=similar.max(axis=1).round(3))


def _means(groups: Sequence[Sequence[str]], embedder: Embedder) -> np.ndarray:
    vectors = embedder.encode([text for group in groups for text in group]).astype(np.float64)
    ends = np.cumsum([len(group) for group in groups])
    return np.array([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
