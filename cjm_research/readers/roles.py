"""Who asks and who answers, and which question each answer belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from cjm_research.errors import Problem
from cjm_research.readers.decode import fold
from cjm_research.readers.document import SourceTurn
from cjm_research.readers.header import FrontMatter
from cjm_research.readers.labels import letter_role, word_role

__all__ = ["SIDES", "Known", "RawTurn", "assign_roles", "called", "with_questions"]

# What the voices of a conversation without names are called in study.yml.
SIDES = ("1", "2")

_SENTENCE = re.compile(r"[^.!?…]+(?P<end>[.!?…]*)")
_LETTER = re.compile(r"[^\W_]")
# What an interviewer says to show attention; the question before it still stands.
_BACK_CHANNEL = re.compile(
    r"(?:(?:ага|угу|так|да|ясно|понятно|хорошо|ок|окей|понял|поняла|спасибо|супер|здорово|"
    r"ok|okay|right|yes|yeah|mm-?hmm?|mhm|uh-huh|i see|sure|got it|great|thanks|thank you)[\s,.!…]*){1,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RawTurn:
    """A turn as found: label and offsets, before anyone knows who is who."""

    speaker: str
    start: int
    end: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Known:
    """What is known about a file before anything is guessed.

    interviewers: labels that the study knows; roles: role by label in lower case, which comes before all else;
    named: what the file's name says; front: role by label from the file's front matter.
    """

    interviewers: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    named: FrontMatter = field(default_factory=FrontMatter)
    front: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels that are certainly speakers."""
        return tuple(dict.fromkeys((*self.interviewers, *self.roles, *self.front, *self.named.roles)))


@dataclass(frozen=True)
class _Habit:
    """How a speaker talks: share of sentences that ask (0–1) and mean length of a turn in characters."""

    asks: float
    length: float


def _habit(texts: Sequence[str]) -> _Habit:
    ends = [match["end"] for text in texts for match in _SENTENCE.finditer(text) if _LETTER.search(match[0])]
    asks = sum("?" in end for end in ends) / len(ends) if ends else 0.0
    return _Habit(asks, sum(map(len, texts)) / len(texts))


def called(name: str, speaker: str) -> bool:
    """Whether a speaker goes by a name: one is the other, or some words of it; both in lower case."""
    words, others = set(name.split()), set(speaker.split())
    return words <= others or others <= words


def _stated_roles(speakers: Sequence[str], stated: Mapping[str, str]) -> dict[str, str]:
    """Roles that somebody wrote down, by the label or by a part of the name (``Anna`` for ``Anna Ivanova``)."""
    roles = {}
    for speaker in speakers:
        near = (role for name, role in stated.items() if called(name, speaker))
        if role := stated.get(speaker) or next(near, ""):
            roles[speaker] = role
    return roles


def _named_roles(speakers: Sequence[str], known: Known, facts: Mapping[str, str]) -> dict[str, str]:
    """Roles that the study, the labels themselves or the header give; speakers without one are left out."""
    given = {name.casefold().strip() for name in known.interviewers}
    if given & set(speakers):
        others = {speaker: "other" if word_role(speaker) == "other" else "participant" for speaker in speakers}
        named = _said_roles(speakers, known) | dict.fromkeys(given & set(speakers), "interviewer")
        return others | named | _stated_roles(speakers, known.roles)
    roles = {speaker: role for speaker in speakers if (role := word_role(speaker))}
    letters = {speaker: role for speaker in speakers if (role := letter_role(speaker))}
    if {"interviewer", "participant"} <= set(letters.values()) | set(roles.values()):
        roles = letters | roles
    for key, value in facts.items():
        names = set(value.casefold().replace(",", " ").split())
        for speaker in speakers:
            if (role := word_role(key)) and names & set(speaker.split()):
                roles.setdefault(speaker, role)
    return roles | _said_roles(speakers, known) | _stated_roles(speakers, known.roles)


def _said_roles(speakers: Sequence[str], known: Known) -> dict[str, str]:
    return _stated_roles(speakers, known.named.roles) | _stated_roles(speakers, known.front)


def _guessed_roles(
    habits: Mapping[str, _Habit], written: Mapping[str, str], where: str
) -> tuple[dict[str, str], list[Problem]]:
    """Interviewers by habit: they ask, their turns are shorter, they speak first; with a note on the grounds.

    habits: speakers in order of appearance; written: their labels as the source writes them.
    """
    longest = max(habit.length for habit in habits.values())
    first = next(iter(habits))

    def score(speaker: str) -> float:
        habit = habits[speaker]
        return 2 * habit.asks + 0.5 * (1 - habit.length / longest) + 0.25 * (speaker == first)

    best = max(habits, key=score)
    if habits[best].asks == 0:
        return dict.fromkeys(habits, "participant"), [Problem("read.nobody_asks", where)]
    asking = [speaker for speaker in habits if speaker == best or habits[speaker].asks >= 0.4]
    if len(asking) == len(habits):
        asking = [best]
    rest = max(habits[speaker].asks for speaker in habits if speaker not in asking)
    key = "read.interviewer_guessed" if habits[best].asks - rest >= 0.25 else "read.interviewer_doubtful"
    params = {
        "names": ", ".join(written[speaker] for speaker in asking),
        "example": written[asking[0]],
        "asks": round(100 * habits[best].asks),
        "rest": round(100 * rest),
    }
    roles = {speaker: "interviewer" if speaker in asking else "participant" for speaker in habits}
    return roles, [Problem(key, where, MappingProxyType(params))]


def assign_roles(
    text: str, turns: Sequence[RawTurn], known: Known, facts: Mapping[str, str], where: str
) -> tuple[dict[str, str], list[Problem]]:
    """Role of every speaker (labels in lower case), and notes on what was guessed.

    The study's rules win, then its interviewers, front matter, the file's name, role words and the header, then
    the way the speakers talk.
    """
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.speaker.casefold(), []).append(text[turn.start : turn.end])
    roles = _named_roles(list(said), known, facts)
    unknown = {speaker: _habit(texts) for speaker, texts in said.items() if speaker not in roles}
    if not unknown:
        return roles, []
    if "interviewer" in roles.values():
        return roles | dict.fromkeys(unknown, "participant"), []
    if "participant" in roles.values() and len(unknown) == 1:
        return roles | dict.fromkeys(unknown, "interviewer"), []
    if len(unknown) == 1:
        return roles | dict.fromkeys(unknown, "participant"), [Problem("read.one_speaker", where)]
    guessed, notes = _guessed_roles(unknown, {turn.speaker.casefold(): turn.speaker for turn in turns}, where)
    return roles | guessed, notes


def with_questions(text: str, turns: Sequence[RawTurn], roles: Sequence[str]) -> tuple[SourceTurn, ...]:
    """Give every participant's turn the question before it: all that interviewers said since the last answer."""
    made, question, answered = [], "", False
    for turn, role in zip(turns, roles, strict=True):
        words = fold(text[turn.start : turn.end])
        if role == "interviewer" and not (question and _BACK_CHANNEL.fullmatch(words)):
            question = words if answered or not question else f"{question} {words}"
            answered = False
        answered = answered or role == "participant"
        asked = question if role == "participant" else ""
        made.append(SourceTurn(turn.speaker, role, asked, turn.start, turn.end, turn.start_s, turn.end_s))
    return tuple(made)
