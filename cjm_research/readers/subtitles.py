"""Subtitles (WebVTT, SubRip): cues become one paragraph per turn, with the times of the recording."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import Source, decode, find_date, fold
from cjm_research.readers.document import Document
from cjm_research.readers.markers import Line, find_markers, seconds
from cjm_research.readers.roles import RawTurn, assign_roles, with_questions

__all__ = ["read_subtitles"]

_TIME = r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*(?P<start>{_TIME})\s*-->\s*(?P<end>{_TIME})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b")
# Without speakers a turn ends at a pause, or with the first sentence (or cue) after these seconds.
_PAUSE_S, _LONG_S, _TOO_LONG_S = 2.0, 30.0, 120.0


@dataclass(frozen=True)
class _Cue:
    """One line of a cue: seconds, speaker (empty if it says none) and words."""

    start_s: float
    end_s: float
    speaker: str
    words: str


def read_subtitles(source: Source, interviewers: Sequence[str]) -> Document:
    """Read a ``.vtt`` or ``.srt`` file; the text is ``Speaker: words`` per turn.

    Raises CjmError if it has no cues or no participant says anything.
    """
    raw, notes = decode(source)
    cues = list(_cues(raw.split("\n")))
    if not cues:
        raise CjmError.one("read.no_cues", source.name)
    cues = cues if any(cue.speaker for cue in cues) else _labelled(cues, interviewers)
    speakers = any(cue.speaker for cue in cues)
    text, turns = _lay_out(_joined_by_speaker(cues) if speakers else _joined_by_pause(cues))
    if speakers:
        roles, guesses = assign_roles(text, turns, interviewers, {}, source.name)
    else:
        roles, guesses = {"": "participant"}, [Problem("read.no_speakers", source.name)]
    if "participant" not in roles.values():
        raise CjmError.one("read.no_participant", source.name)
    return Document(
        transcript_id=source.name,
        path=source.name,
        sha256=source.sha256,
        kind="interview",
        date=find_date(source.name),
        text=text,
        turns=with_questions(text, turns, [roles[turn.speaker.casefold()] for turn in turns]),
        notes=(*notes, *guesses),
    )


def _cues(lines: Sequence[str]) -> Iterator[_Cue]:
    """Lines of all cues in order; identifiers, settings, NOTE, STYLE and REGION blocks are no words."""
    timings = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    starts = [number for number, _ in timings] + [len(lines)]
    for (number, timing), end in zip(timings, starts[1:], strict=True):
        words = list(lines[number + 1 : end])
        if end < len(lines) and words and words[-1].strip() and (len(words) == 1 or not words[-2].strip()):
            words.pop()  # the identifier of the next cue
        elif end < len(lines) and words and words[-1].strip().isdigit():
            words.pop()
        yield from _cue_lines(words, seconds(timing["start"]), seconds(timing["end"]))


def _cue_lines(lines: Sequence[str], start_s: float, end_s: float) -> Iterator[_Cue]:
    speaker, skipping, blank = "", False, True
    for line in lines:
        if blank and _BLOCK.match(line):
            skipping = True
        blank = not line.strip()
        skipping = skipping and not blank
        if skipping or blank:
            continue
        for part in re.split(r"(?=<v[\s.])", line):
            if voice := _VOICE.match(part):
                speaker = fold(html.unescape(voice["name"]))
            if words := fold(html.unescape(_TAG.sub("", part))):
                yield _Cue(start_s, end_s, speaker, words)


def _labelled(cues: Sequence[_Cue], interviewers: Sequence[str]) -> list[_Cue]:
    """Take ``Name:`` at the start of cue lines for the speaker, who goes on until the next name."""
    markers = find_markers([Line(0, cue.words) for cue in cues], interviewers)
    if markers.style != "label":
        return list(cues)
    made, speaker = [], ""
    for number, cue in enumerate(cues):
        if marker := markers.by_line.get(number):
            speaker = marker.label
            made.append(replace(cue, speaker=speaker, words=cue.words[marker.column :].strip()))
        else:
            made.append(replace(cue, speaker=speaker))
    return [cue for cue in made if cue.words]


def _join(cue: _Cue, later: _Cue) -> _Cue:
    return replace(cue, end_s=max(cue.end_s, later.end_s), words=f"{cue.words} {later.words}")


def _joined_by_speaker(cues: Sequence[_Cue]) -> list[_Cue]:
    """Join consecutive cues of one speaker; a cue without a voice belongs to the one before."""
    turns: list[_Cue] = []
    for cue in cues:
        if turns and cue.speaker in ("", turns[-1].speaker):
            turns[-1] = _join(turns[-1], cue)
        else:
            turns.append(cue)
    return turns


def _joined_by_pause(cues: Sequence[_Cue]) -> list[_Cue]:
    """Join cues without speakers up to a pause, the end of a sentence after a while, or a length limit."""
    turns: list[_Cue] = []
    for cue in cues:
        if turns:
            last = turns[-1]
            lasted = last.end_s - last.start_s
            ended = lasted >= _LONG_S and last.words.endswith((".", "!", "?", "…"))
            if not ended and lasted < _TOO_LONG_S and cue.start_s - last.end_s < _PAUSE_S:
                turns[-1] = _join(last, cue)
                continue
        turns.append(cue)
    return turns


def _lay_out(cues: Sequence[_Cue]) -> tuple[str, list[RawTurn]]:
    """Write a paragraph per turn; the turns carry their offsets in it."""
    paragraphs, turns, at = [], [], 0
    for cue in cues:
        label = f"{cue.speaker}: " if cue.speaker else ""
        paragraphs.append(label + cue.words)
        start = at + len(label)
        turns.append(RawTurn(cue.speaker, start, start + len(cue.words), cue.start_s, cue.end_s))
        at += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs), turns
