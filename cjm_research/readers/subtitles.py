"""Subtitles (WebVTT, SubRip) and other texts with lines of times, such as Teams transcripts."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cjm_research.errors import CjmError
from cjm_research.readers.cues import Cue, read_cues
from cjm_research.readers.decode import Source, check_length, decode, fold
from cjm_research.readers.document import Document
from cjm_research.readers.labels import looks_like_name
from cjm_research.readers.markers import seconds
from cjm_research.readers.roles import Known

__all__ = ["find_cues", "has_cues", "read_subtitles"]

# Teams writes "0:0:4.120", Whisper "00:04.120".
_TIME = r"(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,7}"
_TIMING = re.compile(rf"\s*(?P<open>\[)?(?P<start>{_TIME})\s*-->\s*(?P<end>{_TIME})(?(open)\]\s*(?P<words>.*)|)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b")


def read_subtitles(source: Source, known: Known) -> list[Document]:
    """Read a ``.vtt`` or ``.srt`` file; the text is ``Speaker: words`` per turn.

    Raises CjmError if it has no cues or no participant says anything.
    """
    raw, notes = decode(source)
    check_length(raw, source.name)
    lines = raw.split("\n")
    if lines[0].startswith("WEBVTT") and not any(line.strip() for line in lines[1:]):
        raise CjmError.one("read.no_words", source.name)
    return read_cues(source, find_cues(lines), known, notes)


def has_cues(lines: Sequence[str]) -> bool:
    """Whether a text is made of cues: at least two lines are times with an arrow, and one opens it."""
    timings = [number for number, line in enumerate(lines) if "-->" in line and _TIMING.match(line)]
    return len(timings) >= 2


def find_cues(lines: Sequence[str]) -> list[Cue]:
    """Cues in order; identifiers, settings, NOTE, STYLE and REGION blocks are no words.

    Where most cues open with a line that is a name said before, it is the speaker.
    """
    blocks = list(_blocks(lines))
    heads = Counter(words[0].strip() for _, _, words in blocks if len(words) > 1 and looks_like_name(words[0]))
    named = sum(count for count in heads.values() if count > 1) * 2 > len(blocks)
    return [cue for start_s, end_s, words in blocks for cue in _cue_lines(words, start_s, end_s, named=named)]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[float, float, list[str]]]:
    timings = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    starts = [number for number, _ in timings] + [len(lines)]
    for (number, timing), end in zip(timings, starts[1:], strict=True):
        words = list(lines[number + 1 : end])
        if end < len(lines) and words and words[-1].strip() and (len(words) == 1 or not words[-2].strip()):
            words.pop()  # the identifier of the next cue
        elif end < len(lines) and words and words[-1].strip().isdigit():
            words.pop()
        if timing["words"]:
            words.insert(0, timing["words"])
        while words and not words[0].strip():
            words.pop(0)
        yield seconds(timing["start"]), seconds(timing["end"]), words


def _cue_lines(lines: Sequence[str], start_s: float, end_s: float, *, named: bool) -> Iterator[Cue]:
    speaker, skipping, blank = "", False, True
    if named and len(lines) > 1 and looks_like_name(lines[0]):
        speaker, lines = fold(lines[0]), lines[1:]
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
                yield Cue(start_s, end_s, speaker, words)
