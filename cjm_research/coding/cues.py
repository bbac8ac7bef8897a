"""Small words that change what a keyword means: negation, stress, answers that say nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from cjm_research.language import says_nothing

if TYPE_CHECKING:
    from cjm_research.coding.patterns import Match
    from cjm_research.coding.tokens import Tokens

__all__ = ["is_background", "is_follow_up", "is_negated", "is_non_answer", "is_stressed"]

# How far before a keyword a negation reaches, in words of the same clause. Russian «не» belongs to
# the next word (one adverb may stand between); the others reach further.
_NEGATORS = {
    "не": 2, "ни": 2, "без": 2, "никакой": 2, "нет": 2, "никогда": 3, "нисколько": 2, "ничуть": 2, "отнюдь": 2,
    "not": 3, "no": 2, "never": 3, "without": 3, "none": 2, "nothing": 2, "neither": 2, "nor": 2, "zero": 2,
    "hardly": 2, "barely": 2, "cannot": 3,
}  # fmt: skip
# «не только дорого», "not just slow", "no and stop asking"
_NOT_NEGATING = {"только", "просто", "only", "just", "and", "but", "и", "а", "но"}
# «без очередей и задержек», "no queues or fees": these deny what is listed after them as well.
_LIST_NEGATORS = {"без", "никакой", "without", "no"}
_LISTING = {"и", "или", "or", "and"}
# «проблем не было», «очередей нет»
_ABSENT = {"быть", "возникать", "возникнуть", "замечать", "заметить", "видеть", "встречать", "случаться", "наблюдаться"}
_STRESS = {
    "очень", "слишком", "ужасно", "жутко", "страшно", "дико", "безумно", "крайне", "совсем", "совершенно", "вообще",
    "абсолютно", "полностью", "постоянно", "вечно", "снова", "опять", "невероятно", "настолько", "чересчур",
    "капец", "жесть", "кошмар", "ужас", "так", "такой",
    "very", "too", "so", "extremely", "absolutely", "totally", "completely", "incredibly", "really", "way",
    "ridiculously", "insanely", "utterly", "constantly", "always", "again", "super", "terribly", "awfully",
    "bloody", "damn", "such", "ever", "worst",
}  # fmt: skip
_FOLLOW_UP = 5  # words
# Questions about the person, not about the journey.
_BACKGROUND = re.compile(
    r"о себе|как (ваши )?дела|чем (вы )?(сейчас )?(занимае|увлека)|сколько вам лет|род занятий|должность|возраст"
    r"|кто у вас живет|слышно|готовы начать|город$"
    r"|about yourself|a bit about you|how are you|how have you been|what do you do for (work|a living)|hear me"
    r"|occupation|household|where are you (from|based)|ordinary day|your (role|job|background)|how old"
)


def is_negated(tokens: Tokens, match: Match) -> bool:
    """Say whether a keyword is denied: «не дорого», "no hidden fees", «проблем не было».

    A keyword that itself contains a negation ("not work") is negative by nature and never denied.
    """
    if any(tokens.read(position).lemma in _NEGATORS for position in range(match.first, match.last + 1)):
        return False
    clauses = tokens.layout.clauses
    clause = clauses[match.first]
    listed = match.first > 0 and tokens.read(match.first - 1).lemma in _LISTING
    for distance in range(1, min(4, match.first) + 1):
        position = match.first - distance
        if clauses[position] != clause:
            break
        lemma = tokens.read(position).lemma
        reach = _NEGATORS.get(lemma, 0) + (2 if listed and lemma in _LIST_NEGATORS else 0)
        if reach >= distance:
            return tokens.read(position + 1).lemma not in _NOT_NEGATING
    following = range(match.last + 1, min(match.last + 4, len(tokens)))
    after = [tokens.read(position).lemma for position in following if clauses[position] == clause]
    return "нет" in after[:2] or any(a == "не" and b in _ABSENT for a, b in pairwise(after))


def is_stressed(tokens: Tokens, match: Match) -> bool:
    """Say whether a keyword is stressed: an adverb up to two words before it, capitals, an exclamation mark."""
    for position in range(max(match.first - 2, 0), match.last + 1):
        if not _STRESS.isdisjoint(tokens.read(position)):
            return True
    shouted = tokens.text[match.start : match.end]
    return (shouted.isupper() and len(shouted) > 2) or "!" in tokens.text


def is_non_answer(tokens: Tokens) -> bool:
    """Say whether a tokenized answer says nothing (see `cjm_research.language.is_non_answer`)."""
    return says_nothing(tokens.words)


def is_background(question: str) -> bool:
    """Say whether a question is about the person rather than the journey."""
    return bool(_BACKGROUND.search(question.lower().replace("ё", "е")))


def is_follow_up(question: str) -> bool:
    """Say whether a question only asks to go on: no question at all, or a handful of words."""
    return len(question.split()) <= _FOLLOW_UP
