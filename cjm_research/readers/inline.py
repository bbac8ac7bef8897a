"""Names in the middle of a line: a whole dialogue typed as one paragraph, or two turns run together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cjm_research.readers.labels import looks_like_name, word_role
from cjm_research.readers.markers import Line, Markers

__all__ = ["split_inside"]

# A name with a colon right after the end of a sentence.
_INSIDE = re.compile(r"(?<=[.!?…»”\")\]])\s+(?=(?P<name>[^\W\d_][\w .'’()№#-]{0,39}?)\s?:(?:\s|$))")
# Role words that are also words of everyday speech.
_EVERYDAY = {"вопрос", "ответ", "question", "answer", "все", "all", "голос", "voice"}


def split_inside(lines: Sequence[Line], markers: Markers) -> tuple[list[Line], tuple[str, ...]]:
    """Cut lines before speakers' names inside them; the second value is the names found there, in order.

    A name counts if it opens other lines, or names a role; in a text where at most one line opens with a
    name, also if it occurs twice. The text and its offsets stay as they are.
    """
    found = [(at, match) for at, line in enumerate(lines) if not line.title for match in _INSIDE.finditer(line.text)]
    if not found or markers.style == "dash":
        return list(lines), ()
    opening = {marker.label.casefold() for marker in markers.by_line.values()}
    counts = Counter(match["name"].casefold() for _, match in found if looks_like_name(match["name"]))
    run_together = len(markers.by_line) <= 1

    def counts_as_speaker(name: str) -> bool:
        key = name.casefold()
        role = len(key) > 3 and key not in _EVERYDAY and bool(word_role(key)) and looks_like_name(name)
        return key in opening or role or (run_together and counts[key] >= 2)

    cuts: dict[int, list[int]] = {}
    names = dict[str, None]()
    for at, match in found:
        if counts_as_speaker(match["name"]):
            cuts.setdefault(at, []).append(match.end())
            names[match["name"]] = None
    made: list[Line] = []
    for at, line in enumerate(lines):
        columns = [0, *cuts.get(at, []), len(line.text)]
        for begin, end in pairwise(columns):
            part = replace(line, start=line.start + begin, text=line.text[begin:end], opens=line.opens or begin > 0)
            made.append(replace(part, bold=0) if begin else replace(part, bold=min(line.bold, end)))
    return made, tuple(names)
