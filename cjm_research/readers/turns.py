"""From the lines of a transcript to its turns, in whatever style it is written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import find_date
from cjm_research.readers.document import SourceTurn
from cjm_research.readers.inline import split_inside
from cjm_research.readers.markers import STAMP_ONLY, Line, Markers, find_markers, leading_stamp, seconds
from cjm_research.readers.roles import SIDES, Known, RawTurn, assign_roles, with_questions

__all__ = ["Found", "find_turns"]

# A dialogue of dashes needs one side that asks: at least this share of its turns ends with a question mark.
_ASKING_SIDE = 1 / 3
# Lines that are longer than this on average were not broken by hand: each is a paragraph.
_LONG_LINE = 100
# With fewer paragraphs nothing can be said about who speaks when.
_FEWEST_PARAGRAPHS = 4
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(.+)\1\s*")


@dataclass(frozen=True)
class Found:
    """Turns of a transcript, the words above them, the day these name (or empty) and what had to be guessed."""

    turns: tuple[SourceTurn, ...]
    header: str
    date: str
    notes: tuple[Problem, ...]


class _Builder:
    """Collects turns line by line; offsets never include white space at the ends."""

    def __init__(self) -> None:
        self.turns: list[RawTurn] = []
        self._open = False

    def close(self) -> None:
        """Let what follows belong to no turn, until `begin`."""
        self._open = False

    def begin(self, speaker: str, start_s: float) -> None:
        """Open a turn whose words are still to come."""
        self._speaker, self._start_s = speaker, start_s
        self._open, self._fresh = True, True

    def add(self, start: int, words: str) -> bool:
        """Add words (blank ones change nothing); False if no turn is open to take them."""
        stripped = words.strip()
        if not stripped:
            return True
        if not self._open:
            return False
        begin = start + words.index(stripped)
        end = begin + len(stripped)
        if self._fresh:
            self.turns.append(RawTurn(self._speaker, begin, end, self._start_s, math.nan))
            self._fresh = False
        else:
            self.turns[-1] = replace(self.turns[-1], end=end)
        return True


def _labelled(lines: Sequence[Line], markers: Markers) -> tuple[list[RawTurn], list[int]]:
    """Make turns at the markers; the second value numbers later lines that nobody says."""
    builder, loose = _Builder(), []
    speaker, pending = None, math.nan
    for number, line in enumerate(lines):
        marker = markers.by_line.get(number)
        column, stamp = leading_stamp(line.text)
        if marker:
            speaker = marker.label
            builder.begin(speaker, pending if math.isnan(marker.start_s) else marker.start_s)
            builder.add(line.start + marker.column, _without_open_mark(line.text[marker.column :]))
            pending = math.nan
        elif line.title:
            builder.close()
            speaker = None
        elif STAMP_ONLY.match(line.text):
            pending = seconds(line.text.split("-->")[0].split(" - ")[0])
            builder.close()
            if speaker is not None:
                builder.begin(speaker, pending)
        elif column and speaker is not None:
            builder.begin(speaker, stamp)
            builder.add(line.start + column, line.text[column:])
        elif not builder.add(line.start, line.text) and builder.turns:
            loose.append(number)
    return builder.turns, loose


def _without_open_mark(words: str) -> str:
    """Words without the end of a bold mark that began before the label (``**Q: Why?**``)."""
    bare = words.rstrip()
    return bare[:-2] if bare.endswith("**") and bare.count("**") % 2 else words


def _unlabelled(lines: Sequence[Line]) -> tuple[list[RawTurn], list[bool]]:
    """Make every paragraph a turn without a speaker; the second list says which are bold from end to end.

    Paragraphs end with a blank line; in a text without blank lines, long lines are paragraphs.
    """
    builder, strong = _Builder(), list[bool]()
    words = [line.text for line in lines if line.text.strip()]
    solid = "" not in (line.text.strip() for line in lines) and sum(map(len, words)) > _LONG_LINE * len(words)
    inside = False
    for line in lines:
        if not line.text.strip() or line.title or STAMP_ONLY.match(line.text):
            inside = False
            continue
        marked = _BOLD_LINE.fullmatch(line.text)
        bold = bool(marked) or line.bold >= len(line.text.rstrip())
        if not inside or solid or line.opens or bold != strong[-1]:
            builder.begin("", math.nan)
            strong.append(bold)
        builder.add(line.start + (marked.start(2) if marked else 0), marked[2] if marked else line.text)
        inside = True
    return builder.turns, strong


def _bold_roles(
    text: str, turns: Sequence[RawTurn], strong: Sequence[bool], where: str
) -> tuple[list[str], list[Problem]]:
    """Roles of paragraphs without speakers: bold ones ask, if most of them end with a question mark."""
    bold = [turn for turn, is_bold in zip(turns, strong, strict=True) if is_bold]
    if len(bold) < 2 or len(bold) == len(turns) or _asks(text, bold) < 0.5:
        return _paragraph_roles(text, turns, where)
    return ["interviewer" if is_bold else "participant" for is_bold in strong], [Problem("read.bold_asks", where)]


def _paragraph_roles(text: str, turns: Sequence[RawTurn], where: str) -> tuple[list[str], list[Problem]]:
    """Roles of paragraphs with nothing to tell speakers: every other one asks, else those that ask, else nobody."""
    everyone = ["participant"] * len(turns), [Problem("read.no_speakers", where)]
    shares = _asks(text, turns[0::2]), _asks(text, turns[1::2])
    asking = [text[turn.start : turn.end].endswith("?") for turn in turns]
    if len(turns) < _FEWEST_PARAGRAPHS or not 1 / 5 <= sum(asking) / len(turns) <= 2 / 3:
        return everyone
    params = MappingProxyType({"asks": round(100 * max(shares)), "rest": round(100 * min(shares))})
    if max(shares) >= 0.6 and max(shares) - min(shares) >= 0.5:
        roles = [
            "interviewer" if number % 2 == (shares[1] > shares[0]) else "participant" for number in range(len(turns))
        ]
        return roles, [Problem("read.paragraphs_alternate", where, params)]
    roles = ["interviewer" if asks else "participant" for asks in asking]
    return roles, [Problem("read.paragraphs_ask", where, MappingProxyType({"n": sum(asking)}))]


def _asks(text: str, turns: Sequence[RawTurn]) -> float:
    return sum(text[turn.start : turn.end].endswith("?") for turn in turns) / len(turns) if turns else 0.0


def _dash_roles(text: str, turns: Sequence[RawTurn], where: str) -> tuple[list[str], list[Problem]]:
    """Roles of turns that take turns: the side that asks more is the interviewer's."""
    shares = _asks(text, turns[0::2]), _asks(text, turns[1::2])
    if max(shares) < _ASKING_SIDE:
        return ["participant"] * len(turns), [Problem("read.nobody_asks", where)]
    asking = int(shares[1] > shares[0])
    params = MappingProxyType({"asks": round(100 * max(shares)), "rest": round(100 * min(shares))})
    key = "read.dashes_alternate" if max(shares) - min(shares) >= 0.4 else "read.dashes_doubtful"
    roles = ["interviewer" if number % 2 == asking else "participant" for number in range(len(turns))]
    return roles, [Problem(key, where, params)]


def _sides(known: Known) -> bool:
    """Whether the study says who the voices of a conversation without names are."""
    return any(side in known.roles for side in SIDES)


def _side_roles(turns: Sequence[RawTurn], known: Known) -> list[str]:
    """Roles of turns that take turns, as the study says; the side it does not name is of the other role."""
    first, second = (known.roles.get(side, "") for side in SIDES)
    opposite = {"interviewer": "participant"}
    pair = (first or opposite.get(second, "interviewer"), second or opposite.get(first, "interviewer"))
    return [pair[number % 2] for number in range(len(turns))]


def find_turns(text: str, lines: Sequence[Line], known: Known, where: str) -> Found:
    """Find the turns of a transcript and who says them.

    text, lines: the normalised text and its lines (offsets into it), or some of them.
    Raises CjmError if no participant says anything.
    """
    markers = find_markers(lines, known.labels)
    notes: list[Problem] = []
    lines, names = split_inside(lines, markers)
    if names:
        markers = find_markers(lines, (*known.labels, *names))
        notes.append(Problem("read.names_inside_lines", where, MappingProxyType({"labels": ", ".join(names)})))
    if markers.style == "label":
        raw, loose = _labelled(lines, markers)
        by_speaker, guesses = assign_roles(text, raw, known, markers.facts, where)
        roles = [by_speaker[turn.speaker.casefold()] for turn in raw]
        notes += guesses + _lines_left_out([_line_number(text, lines[number]) for number in loose], where)
    elif markers.style == "dash":
        raw, _ = _labelled(lines, markers)
        roles, guesses = (_side_roles(raw, known), []) if _sides(known) else _dash_roles(text, raw, where)
        notes += guesses
    else:
        raw, strong = _unlabelled(lines[markers.header :])
        roles, guesses = (_side_roles(raw, known), []) if _sides(known) else _bold_roles(text, raw, strong, where)
        notes += guesses
    if "participant" not in roles:
        raise CjmError.one("read.no_participant", where)
    notes += _labels_not_taken(text, lines, markers, where)
    header = text[lines[0].start : raw[0].start]
    return Found(with_questions(text, raw, roles), header, find_date(header), tuple(notes))


def _line_number(text: str, line: Line) -> int:
    return text.count("\n", 0, line.start) + 1


def _labels_not_taken(text: str, lines: Sequence[Line], markers: Markers, where: str) -> list[Problem]:
    if not markers.rejected:
        return []
    places = ((marker.label, _line_number(text, lines[marker.line])) for marker in markers.rejected[:5])
    labels = ", ".join(f"{label} ({number})" for label, number in places)
    return [Problem("read.not_taken_for_speakers", where, MappingProxyType({"labels": labels}))]


def _lines_left_out(loose: Sequence[int], where: str) -> list[Problem]:
    if not loose:
        return []
    numbers = ", ".join(map(str, loose[:10]))
    return [Problem("read.lines_without_speaker", where, MappingProxyType({"lines": numbers}))]
