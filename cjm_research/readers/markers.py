"""Where turns begin: speaker labels, speaker headings and dialogue dashes at the start of lines."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from cjm_research.readers.labels import METADATA_KEYS, is_role_word, looks_like_name, same_speakers

__all__ = [
    "STAMP_ONLY",
    "Line",
    "Marker",
    "Markers",
    "find_markers",
    "leading_stamp",
    "opens_turn",
    "seconds",
    "split_lines",
]

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
# Before a label: a quotation mark of e-mails, or the number of the paragraph.
_NUMBER = r"(?:\d{1,4}[.)]?[^\S\n]{1,8}(?=[^\W\d]))?"
_STAMP = rf"(?:[\[(]\s*{_CLOCK}\s*[\])]|{_CLOCK})"
_NAME = r"(?P<name>[^\W\d_](?:[\w .'’()№#/-]{0,39}?[\w.)])?)"
_MARK = r"[*_]{0,3}"
# "Name:", "[00:01:23] Name:", "00:01:23 - Name:", "Name (01:23):", "**Name:**", "**Name**:"
_LABEL = re.compile(
    rf"[>\s]*{_NUMBER}{_MARK}(?:(?P<before>{_STAMP})\s*[-–—]?\s*)?{_MARK}\[?{_NAME}\]?{_MARK}"
    rf"(?:\s*(?P<after>{_STAMP}))?\s?{_MARK}:{_MARK}(?!//|\d)[^\S\n]*"
)
# A line of its own: "Speaker 1  0:04", "[00:01:23] Name"
_HEADING = re.compile(
    rf"\s*{_MARK}\[?{_NAME}\]?{_MARK}\s+(?P<after>{_STAMP}){_MARK}\s*$|"
    rf"\s*{_MARK}(?P<before>{_STAMP})\s*[-–—]?\s*{_MARK}{_NAME.replace('name', 'name2')}{_MARK}\s*$"
)
_BOLD = re.compile(rf"\s*(?P<mark>\*\*|__){_NAME}(?P=mark)\s*")
_DASH = re.compile(r"\s*[—–―−]\s+(?=\S)")
_HYPHEN = re.compile(r"\s*(?P<mark>-)\s+(?=\S)")
STAMP_ONLY = re.compile(rf"\s*{_STAMP}(?:\s*(?:-->|[-–—])\s*{_STAMP})?\s*$")
_LEADING_STAMP = re.compile(rf"\s*(?P<before>[\[(]\s*{_CLOCK}\s*[\])])\s*(?=\S)")
_PAIR = re.compile(r"[>\s*_]*(?P<key>[^\W\d_][\w .'’()-]{0,39}?)[*_]*:[*_]*\s*(?P<value>(?:.*[^*_\s])?)[*_\s]*$")
_SENTENCE_END = re.compile(r"[.!?…]\s*$")


@dataclass(frozen=True)
class Line:
    """One line of a transcript.

    start: its offset in the text; bold: how many leading characters are bold; title: whether it is a
    heading or rule, which nobody says; opens: whether it is known to begin a paragraph.
    """

    start: int
    text: str
    bold: int = 0
    title: bool = False
    opens: bool = False


@dataclass(frozen=True)
class Marker:
    """The start of a turn: line number, label, column where the words begin, seconds or NaN."""

    line: int
    label: str
    column: int
    start_s: float = math.nan


@dataclass(frozen=True)
class Markers:
    """All starts of turns by line, in the one style the text uses.

    style: ``label``, ``dash`` or ``none``; header: first line that may belong to a turn;
    facts: ``key: value`` pairs of the header; rejected: lines that look like a label but were not taken.
    """

    style: str
    by_line: dict[int, Marker]
    header: int
    facts: dict[str, str]
    rejected: tuple[Marker, ...] = ()


def seconds(stamp: str | None) -> float:
    """``[00:01:23]``, ``1:23`` or ``00:01:23,500`` in seconds; NaN for nothing."""
    if not stamp:
        return math.nan
    total = 0.0
    for part in stamp.strip("[]() \t").replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def split_lines(text: str) -> list[Line]:
    r"""Split a text at ``\n``, and only there; the offsets are into that text."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Line(start, line))
        start += len(line) + 1
    return lines


def leading_stamp(line: str) -> tuple[int, float]:
    """Column after a bracketed time stamp that opens the line, and its seconds; ``(0, NaN)`` without one."""
    match = _LEADING_STAMP.match(line)
    return (match.end(), seconds(match["before"])) if match else (0, math.nan)


def opens_turn(line: str) -> bool:
    """Whether a line may begin a turn: it opens with something like a name and a colon, or with a dash."""
    return bool(_LABEL.match(line) or _DASH.match(line))


def _label(number: int, line: Line) -> Marker | None:
    match = _LABEL.match(line.text)
    if not match:
        return None
    return Marker(number, match["name"].strip(), match.end(), seconds(match["before"] or match["after"]))


def _heading(number: int, line: Line) -> Marker | None:
    match = _HEADING.match(line.text)
    if not match:
        return None
    label = (match["name"] or match["name2"]).strip()
    return Marker(number, label, len(line.text), seconds(match["before"] or match["after"]))


def _bold(number: int, line: Line) -> Marker | None:
    if line.bold:
        label = line.text[: line.bold].strip(" :\t\xa0")
        return Marker(number, label, line.bold) if label and len(label) <= 40 else None
    match = _BOLD.match(line.text)
    return Marker(number, match["name"].strip(), match.end()) if match else None


def _accept(found: list[Marker], known: Collection[str], *, headings: bool = False) -> list[Marker]:
    """Keep markers whose label is a role word, given by the study, stamped like others, or said again.

    A heading needs more than its stamp: a line may well be "Around 12:30".
    """
    names = Counter(marker.label.casefold() for marker in found if looks_like_name(marker.label))
    stamped = sum(not math.isnan(marker.start_s) for marker in found) >= 3 and not headings

    def good(marker: Marker) -> bool:
        label = marker.label
        if label.casefold() in known:
            return True
        if not looks_like_name(label):
            return False
        if is_role_word(label) and label[0].isupper():
            return True
        return names[label.casefold()] >= 2 or (stamped and not math.isnan(marker.start_s))

    return [marker for marker in found if good(marker)]


def _header(lines: Sequence[Line]) -> tuple[int, dict[str, str]]:
    """First line after an opening block of ``key: value`` facts, and the facts."""
    number = next((number for number, line in enumerate(lines) if line.text.strip()), 0)
    facts: dict[str, str] = {}
    while number < len(lines) and lines[number].text.strip():
        pair = _PAIR.match(lines[number].text)
        if pair and not lines[number].title:
            if pair["key"].casefold() in facts:
                return 0, {}
            facts[pair["key"].casefold()] = pair["value"]
        elif not lines[number].title:
            return 0, {}
        number += 1
    return (number, facts) if METADATA_KEYS & set(facts) else (0, {})


def _unified(markers: Sequence[Marker]) -> tuple[list[Marker], dict[str, str]]:
    """Give one speaker one label; the second value is names by the role word beside them in parentheses."""
    same, names = same_speakers(marker.label for marker in markers)
    return [replace(marker, label=same.get(marker.label, marker.label)) for marker in markers], names


def _without_header_roles(markers: list[Marker], lines: Sequence[Line]) -> tuple[list[Marker], dict[str, str]]:
    """Take out labels that only say who is who (``Interviewer: Tom``) before the speakers' own labels begin."""
    counts = Counter(marker.label.casefold() for marker in markers)
    begin = next((at for at, marker in enumerate(markers) if counts[marker.label.casefold()] > 1), 0)
    speakers = {word for label, n in counts.items() if n > 1 for word in label.split()}
    kept, facts = [], {}
    for at, marker in enumerate(markers):
        value = lines[marker.line].text[marker.column :].strip(" *_")
        names = set(value.casefold().replace(",", " ").split())
        brief = len(value.split()) <= 4 and not _SENTENCE_END.search(value)
        if at < begin and value and (brief or (len(value.split()) <= 10 and names & speakers)):
            facts[marker.label.casefold()] = value
        else:
            kept.append(marker)
    return kept, facts


def find_markers(lines: Sequence[Line], known: Collection[str] = ()) -> Markers:
    """Find where turns begin, in the style that explains most lines: labels, headings, bold names, dashes.

    known: labels (any case) that are certainly speakers.
    """
    header, facts = _header(lines)
    wanted = {name.casefold().strip() for name in known}
    body = [(number, line) for number, line in enumerate(lines) if number >= header and not line.title]

    def all_of(make: Callable[[int, Line], Marker | None]) -> list[Marker]:
        return [marker for number, line in body if (marker := make(number, line))]

    candidates, names = _unified(all_of(_label))
    headings, _ = _unified(all_of(_heading))
    accepted = (
        _accept(candidates, wanted),
        _accept(headings, wanted, headings=True),
        _accept(all_of(_bold), wanted),
    )
    labelled = max(accepted, key=len)
    labelled, roles = _without_header_roles(labelled, lines)
    roles |= names
    dashes = _dashes(body)
    repeated = len({marker.label.casefold() for marker in labelled}) < len(labelled)
    style, taken = "none", list[Marker]()
    if labelled and (repeated or len(labelled) >= len(dashes)):
        style, taken = "label", labelled
    elif len(dashes) >= 2:
        style, taken = "dash", dashes
    by_line = {marker.line: marker for marker in taken}
    first = taken[0].line if taken else -1
    rejected = (m for m in candidates if m.line > first and m.line not in by_line and looks_like_name(m.label))
    return Markers(style, by_line, header, facts | roles, tuple(rejected))


def _dashes(body: Sequence[tuple[int, Line]]) -> list[Marker]:
    """Lines that open with a dialogue dash; hyphens count only without real dashes, and not in indented lists."""
    if found := [(number, match) for number, line in body if (match := _DASH.match(line.text))]:
        return [Marker(number, "", match.end()) for number, match in found]
    found = [(number, match) for number, line in body if (match := _HYPHEN.match(line.text))]
    indent = min((match.start("mark") for _, match in found), default=0)
    return [Marker(number, "", match.end()) for number, match in found if match.start("mark") == indent]
