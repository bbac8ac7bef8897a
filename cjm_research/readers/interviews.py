"""From the lines of a file to its interviews: one, or several under headings of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from cjm_research.errors import Problem
from cjm_research.readers.cues import read_cues
from cjm_research.readers.decode import Source, check_length, find_date
from cjm_research.readers.document import Document
from cjm_research.readers.header import FrontMatter, propose_attributes, read_front_matter
from cjm_research.readers.markers import Line, find_markers
from cjm_research.readers.roles import Known
from cjm_research.readers.subtitles import find_cues, has_cues
from cjm_research.readers.turns import find_turns

__all__ = ["read_interviews"]

# "Interview 2", "Интервью №3. Марина, 35 лет", "Respondent 4"; in a heading also "P5" and what comes after a colon.
_KIND = (
    r"interview|transcript|respondent|participant|informant|session|"
    r"интервью|расшифровка|стенограмма|беседа|сессия|респондент(?:ка)?|участни(?:к|ца)|информант(?:ка)?"
)
_HEADING = re.compile(
    rf"[\s#*_]*(?:{_KIND})\s*(?:№|#|no\.?)?\s*(?P<number>\d{{1,4}})\b(?P<rest>[^:]{{0,80}})$", re.IGNORECASE
)
_TITLE = re.compile(
    rf"[\s#*_]*(?:(?:{_KIND})\b\s*(?:№|#|no\.?)?\s*(?P<number>\d{{1,4}})?|[PpРр]-?(?P<code>\d{{1,4}}))\b", re.IGNORECASE
)
_CLOCK = re.compile(r"\d:\d\d")
# What tools write around the words.
_LONGEST_NOISE = 120
_NOISE = re.compile(
    r"(?:Transcribed by https?://\S+|.{1,60} (?:started|stopped) transcription|"
    r".{1,60} (?:начал|начала|остановил|остановила)(?:\(а\))? (?:транскрибирование|расшифровку|запись))\.?"
)


@dataclass(frozen=True)
class _Part:
    """Lines of one interview; number: of its heading, empty for the only one of a file."""

    number: str
    lines: Sequence[Line]


def read_interviews(
    source: Source, text: str, lines: Sequence[Line], known: Known, notes: Sequence[Problem] = ()
) -> list[Document]:
    """Read the interviews of a text; several have ids ``path@number`` and a text of their own each.

    text, lines: the normalised text and its lines (offsets into it). A text made of timed cues is read as such.
    Raises CjmError if no participant says anything, or if there is more text than many interviews have.
    """
    check_length(text, source.name)
    if has_cues([line.text for line in lines]):
        return read_cues(source, find_cues([line.text for line in lines]), known, notes)
    front = read_front_matter(lines, source.name)
    known = replace(known, front=front.roles)
    rest = [replace(line, title=line.title or _is_noise(line.text)) for line in lines[front.lines :]]
    parts = _parts(rest, known)
    whole = Document(
        transcript_id=source.name,
        path=source.name,
        sha256=source.sha256,
        kind="interview",
        date="",
        text=text,
        turns=(),
        participant="" if len(parts) > 1 else front.participant or known.named.participant,
    )
    if len(parts) > 1:
        notes = [*notes, _several(source.name, parts)]
    above = find_date(text[: parts[0].lines[0].start]) if parts[0].lines else ""
    documents = [_document(replace(whole, date=above), part, known, front) for part in parts]
    documents[0] = replace(documents[0], notes=(*notes, *known.named.notes, *front.notes, *documents[0].notes))
    return documents


def _is_noise(line: str) -> bool:
    words = line.strip()
    return len(words) <= _LONGEST_NOISE and bool(_NOISE.fullmatch(words))


def _document(whole: Document, part: _Part, known: Known, front: FrontMatter) -> Document:
    """Make a part of a file a document; offsets count in its own text."""
    name = f"{whole.path}@{part.number}" if part.number else whole.path
    found = find_turns(whole.text, part.lines, known, name)
    begin, end = (part.lines[0].start, part.lines[-1].start + len(part.lines[-1].text)) if part.number else (0, None)
    proposed = propose_attributes(found.header)
    stated = {**known.named.attributes, **front.attributes}
    return replace(
        whole,
        transcript_id=name,
        date=front.date or known.named.date or found.date or whole.date or find_date(whole.path),
        text=whole.text[begin:end],
        turns=tuple(replace(turn, start=turn.start - begin, end=turn.end - begin) for turn in found.turns),
        attributes=MappingProxyType({**proposed, **stated}),
        notes=(*found.notes, *_proposed(proposed, stated, name)),
    )


def _proposed(proposed: Mapping[str, str], stated: Mapping[str, str], where: str) -> list[Problem]:
    """Tell which attributes are a guess; what front matter or the file's name states is none."""
    guesses = ", ".join(f"{name} = {value}" for name, value in proposed.items() if name not in stated)
    return [Problem("read.attributes_proposed", where, MappingProxyType({"attributes": guesses}))] if guesses else []


def _several(where: str, parts: Sequence[_Part]) -> Problem:
    ids = ", ".join(f"@{part.number}" for part in parts)
    return Problem("read.several_interviews", where, MappingProxyType({"n": len(parts), "ids": ids}))


def _heading(line: Line) -> tuple[str, bool]:
    """Number of the interview that a line opens (empty if it has none), and whether it opens one."""
    match = _TITLE.match(line.text) if line.title else _HEADING.match(line.text)
    if not match or (not line.title and _CLOCK.search(match["rest"])):
        return "", False
    return match["number"] or (match["code"] if line.title else "") or "", True


def _parts(lines: Sequence[Line], known: Known) -> list[_Part]:
    """Cut at headings of interviews: at least two, all different, each with words below it."""
    found = [(at, *heading) for at, line in enumerate(lines) if (heading := _heading(line))[1]]
    at_lines = [at for at, _, _ in found]
    names = [" ".join(lines[at].text.casefold().split()) for at in at_lines]
    numbers = [number for _, number, _ in found]
    if len(found) < 2 or len(set(names)) < len(names):
        return [_Part("", lines)]
    if len(set(filter(None, numbers))) < len(numbers):
        if any(numbers):
            return [_Part("", lines)]
        numbers = [str(number) for number in range(1, len(found) + 1)]
    bodies = [lines[begin:end] for begin, end in zip(at_lines, [*at_lines[1:], len(lines)], strict=True)]
    bodies = [[replace(body[0], title=True), *body[1:]] for body in bodies]
    if not all(any(line.text.strip() and not line.title for line in body) for body in bodies):
        return [_Part("", lines)]
    above = lines[: at_lines[0]]
    if find_markers(above, known.labels).style != "none":
        bodies, numbers = [above, *bodies], [str(number) for number in range(1, len(found) + 2)]
    return [_Part(number, body) for number, body in zip(numbers, bodies, strict=True)]
