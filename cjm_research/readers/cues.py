"""Cues: words with times. They become one paragraph per turn, with the seconds of the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import MOST_LINES, Source, check_length, find_date
from cjm_research.readers.document import Document
from cjm_research.readers.markers import Line, find_markers
from cjm_research.readers.roles import Known, RawTurn, assign_roles, with_questions

__all__ = ["Cue", "read_cues"]

# Without speakers a turn ends at a pause, or with the first sentence (or cue) after these seconds.
_PAUSE_S, _LONG_S, _TOO_LONG_S = 2.0, 30.0, 120.0


@dataclass(frozen=True)
class Cue:
    """One line of a cue: seconds, speaker (empty if it says none) and words, white space folded."""

    start_s: float
    end_s: float
    speaker: str
    words: str


def read_cues(source: Source, cues: Sequence[Cue], known: Known, notes: Sequence[Problem] = ()) -> list[Document]:
    """Make the one document of a recording's cues; the text is ``Speaker: words`` per turn.

    Raises CjmError if there are no cues or no participant says anything.
    """
    if not cues:
        raise CjmError.one("read.no_cues", source.name)
    # One more than can be, so that a recording of days is refused like a text of as many lines.
    check_length("\n".join(cue.words for cue in cues[: MOST_LINES + 1]), source.name)
    cues = cues if any(cue.speaker for cue in cues) else _labelled(cues, known)
    speakers = any(cue.speaker for cue in cues)
    text, turns = _lay_out(_joined_by_speaker(cues) if speakers else _joined_by_pause(cues))
    if speakers:
        roles, guesses = assign_roles(text, turns, known, {}, source.name)
    else:
        roles, guesses = {"": "participant"}, [Problem("read.no_speakers", source.name)]
    if "participant" not in roles.values():
        raise CjmError.one("read.no_participant", source.name)
    document = Document(
        transcript_id=source.name,
        path=source.name,
        sha256=source.sha256,
        kind="interview",
        date=known.named.date or find_date(source.name),
        text=text,
        turns=with_questions(text, turns, [roles[turn.speaker.casefold()] for turn in turns]),
        participant=known.named.participant,
        attributes=known.named.attributes,
        notes=(*notes, *known.named.notes, *guesses),
    )
    return [document]


def _labelled(cues: Sequence[Cue], known: Known) -> list[Cue]:
    """Take ``Name:`` at the start of cue lines for the speaker, who goes on until the next name."""
    markers = find_markers([Line(0, cue.words) for cue in cues], known.labels)
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


def _join(cues: Sequence[Cue]) -> Cue:
    end_s = max(cue.end_s for cue in cues)
    return replace(cues[0], end_s=end_s, words=" ".join(cue.words for cue in cues))


def _joined_by_speaker(cues: Sequence[Cue]) -> list[Cue]:
    """Join consecutive cues of one speaker; a cue without a voice belongs to the one before."""
    turns: list[list[Cue]] = []
    for cue in cues:
        if turns and cue.speaker in ("", turns[-1][0].speaker):
            turns[-1].append(cue)
        else:
            turns.append([cue])
    return [_join(turn) for turn in turns]


def _joined_by_pause(cues: Sequence[Cue]) -> list[Cue]:
    """Join cues without speakers up to a pause, the end of a sentence after a while, or a length limit."""
    turns: list[list[Cue]] = []
    for cue in cues:
        if turns:
            last = turns[-1][-1]
            lasted = last.end_s - turns[-1][0].start_s
            ended = lasted >= _LONG_S and last.words.endswith((".", "!", "?", "…"))
            if not ended and lasted < _TOO_LONG_S and cue.start_s - last.end_s < _PAUSE_S:
                turns[-1].append(cue)
                continue
        turns.append([cue])
    return [_join(turn) for turn in turns]


def _lay_out(cues: Sequence[Cue]) -> tuple[str, list[RawTurn]]:
    """Write a paragraph per turn; the turns carry their offsets in it."""
    paragraphs, turns, at = [], [], 0
    for cue in cues:
        label = f"{cue.speaker}: " if cue.speaker else ""
        paragraphs.append(label + cue.words)
        start = at + len(label)
        turns.append(RawTurn(cue.speaker, start, start + len(cue.words), cue.start_s, cue.end_s))
        at += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs), turns
