"""Participants: who said what, what is known about them, and in which wave.

Interview participants are described in ``participants.csv``; survey respondents
bring their closed answers with them.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from cjm_research.errors import CjmError, Problems
from cjm_research.readers import Document
from cjm_research.settings import Settings
from cjm_research.tables import PARTICIPANTS, TRANSCRIPTS, TURNS, make_table

__all__ = ["Sources", "build_sources", "load_participants"]

# Headings that researchers use, by the attribute's standard name.
_ALIASES = {
    "participant_id": ("id", "код", "участник", "participant", "код участника"),
    "file": ("файл", "transcript", "транскрипт", "path"),
    "wave": ("волна",),
    "sex": ("пол", "gender"),
    "age": ("возраст",),
    "place": ("город", "city", "место", "location"),
    "work": ("работа", "профессия", "occupation", "job"),
    "children": ("дети",),
    "interests": ("интересы",),
    "price_attitude": ("отношение к цене",),
    "device": ("устройство",),
    "date": ("дата",),
}
_STANDARD = {alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)}
_UNSAFE = re.compile(r"\s+")


@dataclass(frozen=True)
class Sources:
    """The tables that reading makes: transcripts, turns and participants (without personas)."""

    transcripts: pd.DataFrame
    turns: pd.DataFrame
    participants: pd.DataFrame


def _same_file(path: str) -> str:
    # A Mac stores "й" as two code points in file names; people type one.
    return unicodedata.normalize("NFC", path.replace("\\", "/")).strip().removeprefix("./")


def load_participants(path: Path) -> list[dict[str, str]]:
    """Read ``participants.csv`` (comma or semicolon; UTF-8 or cp1251); headings become standard names.

    Raises CjmError that names each row without an id and each repeated id.
    """
    if not path.exists():
        return []
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    headings = [_STANDARD.get(h.strip().casefold(), h.strip()) for h in next(reader, [])]
    problems = Problems()
    if "participant_id" not in headings:
        raise CjmError.one("people.no_id_column", path.name, columns=", ".join(headings))
    rows, seen = [], dict[tuple[str, str], int]()
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
        identifier = row.get("participant_id", "")
        if not identifier:
            problems.add("people.no_id", f"{path.name}:{number}")
        # One person may have several interviews, each in a file of its own.
        elif (identifier, row.get("file", "")) in seen:
            line = seen[identifier, row.get("file", "")]
            problems.add("people.repeated", f"{path.name}:{number}", id=identifier, line=line)
        seen[identifier, row.get("file", "")] = number
        rows.append(row)
    problems.raise_if_any()
    return rows


def _wave_of(document: Document, described: str, settings: Settings) -> str:
    """Wave of a document: as described, else by its folders, else by a word of its path, else the only wave."""
    ids = [wave.id for wave in settings.waves]
    if described:
        return described
    in_folders = [wave for wave in ids if wave in PurePosixPath(document.path).parts]
    # Wave "1" does not stand in "P12.txt", nor "wave-1" in "wave-10".
    in_path = [wave for wave in ids if re.search(rf"(?<![^\W_]){re.escape(wave)}(?![^\W_])", document.path)]
    if in_folders or in_path:
        return max(in_folders or in_path, key=len)
    return ids[0] if len(ids) == 1 else ""


def _speakers(document: Document) -> list[str]:
    return list(dict.fromkeys(turn.speaker for turn in document.turns if turn.role == "participant"))


def _person_ids(document: Document, described: Sequence[dict[str, str]]) -> dict[str, str]:
    """Participant id of every speaker who is evidence in a document."""
    speakers = _speakers(document) or [""]
    stem = _UNSAFE.sub("_", PurePosixPath(document.path).stem)
    # Of several interviews in one file each is called by its heading's number: "all@2".
    stem += document.transcript_id.removeprefix(document.path) if _is_part(document) else ""
    if document.kind == "survey":
        return dict.fromkeys(speakers, document.participant or f"{stem}-{document.transcript_id.rpartition('#')[2]}")
    by_speaker = {row["speaker"]: row["participant_id"] for row in described if row.get("speaker")}
    if len(speakers) == 1 or (described and not by_speaker):
        own = document.participant or stem
        return dict.fromkeys(speakers, described[0]["participant_id"] if described else own)
    return {speaker: by_speaker.get(speaker, f"{stem}/{speaker}") for speaker in speakers}


def _rows_of(document: Document, by_file: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """Rows of ``participants.csv`` about a document: they name it (``all.docx@2``), or its file and a speaker."""
    named = by_file.get(_same_file(document.transcript_id), [])
    rows = by_file.get(_same_file(document.path), [])
    if named or not _is_part(document):
        return named or rows
    speakers = _speakers(document)
    return [row for row in rows if row.get("speaker", "") in ("", *speakers)]


def _is_part(document: Document) -> bool:
    """Whether the document is one of several interviews in its file."""
    return document.transcript_id.startswith(f"{document.path}@")


def _turn_rows(document: Document, people: dict[str, str]) -> list[dict[str, object]]:
    first = next(iter(people.values()))
    return [
        {
            "transcript_id": document.transcript_id,
            "turn": number,
            "participant_id": people.get(turn.speaker, first) if turn.role == "participant" else first,
            "speaker": turn.speaker,
            "role": turn.role,
            "question": turn.question,
            "start": turn.start,
            "end": turn.end,
            "start_s": turn.start_s,
            "end_s": turn.end_s,
            "text": document.text[turn.start : turn.end],
        }
        for number, turn in enumerate(document.turns, start=1)
    ]


def _language(document: Document) -> str:
    from cjm_research.language import detect_language

    return detect_language(" ".join(document.text[t.start : t.end] for t in document.turns if t.role == "participant"))


def build_sources(documents: Sequence[Document], described: Sequence[dict[str, str]], settings: Settings) -> Sources:
    """Join documents and ``participants.csv`` into the first three tables.

    Raises CjmError for a described file that is not there, and for a file whose wave is not known.
    """
    by_file: dict[str, list[dict[str, str]]] = {}
    for row in described:
        by_file.setdefault(_same_file(row.get("file", "")), []).append(row)
    problems = Problems()
    paths = {_same_file(name) for document in documents for name in (document.path, document.transcript_id)}
    for file in sorted(set(by_file) - paths - {""}):
        problems.add("people.no_file", "participants.csv", file=file, id=by_file[file][0]["participant_id"])
    transcripts, turns, people = [], [], dict[tuple[str, str], dict[str, object]]()
    for document in documents:
        rows = _rows_of(document, by_file)
        ids = _person_ids(document, rows)
        if len({row["participant_id"] for row in rows}) > 1 and not all(row.get("speaker") for row in rows):
            problems.add("people.which_speaker", "participants.csv", file=document.path)
        stated = (rows[0].get("wave", "") if rows else "") or document.attributes.get("wave", "")
        wave = _wave_of(document, stated, settings)
        if wave not in [known.id for known in settings.waves]:
            known = ", ".join(known.id for known in settings.waves)
            problems.add("people.no_wave", document.path, wave=wave, known=known)
        date = (rows[0].get("date", "") if rows else "") or document.date
        source = {name: getattr(document, name) for name in ("transcript_id", "path", "sha256", "kind", "text")}
        transcripts.append(source | {"language": _language(document), "wave": wave, "date": date})
        turns += _turn_rows(document, ids)
        for person in dict.fromkeys(ids.values()):
            if document.kind == "survey" and (person, wave) in people:
                problems.add(
                    "people.same_code", document.path, id=person, row=document.transcript_id.rpartition("#")[2]
                )
            own = next((row for row in (*rows, *by_file.get("", [])) if row["participant_id"] == person), {})
            # What stands above a conversation of several people says nothing about each of them; an empty cell
            # of participants.csv says nothing either.
            said = document.attributes if len(set(ids.values())) == 1 else {}
            own = {name: value for name, value in own.items() if value or name not in said}
            attributes = {k: v for k, v in {**said, **own}.items() if k not in ("file", "speaker", "date")}
            people.setdefault((person, wave), {**attributes, "participant_id": person, "wave": wave})
    for row in by_file.get("", []):  # a row without a file describes somebody by code, such as a survey respondent
        if row["participant_id"] not in {person for person, _ in people}:
            problems.add("people.no_such_person", "participants.csv", id=row["participant_id"])
    problems.raise_if_any()
    return Sources(
        make_table(TRANSCRIPTS, transcripts),
        make_table(TURNS, turns),
        make_table(PARTICIPANTS, [people[person] for person in sorted(people)]),
    )
