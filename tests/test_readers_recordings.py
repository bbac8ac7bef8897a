"""What transcribers write with times: Whisper's JSON and tables, timed lyrics, ELAN, Otter and Teams texts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import docx
import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import is_transcript, read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document

Timed = tuple[str, str, float, float]


def read(folder: Path, name: str, content: str) -> Document:
    """Write a file and read it."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return read_transcript(path, name)


def timed(document: Document) -> list[Timed]:
    """Speaker, words and seconds of every turn."""
    return [(turn.speaker, document.text[turn.start : turn.end], turn.start_s, turn.end_s) for turn in document.turns]


def key_of(folder: Path, name: str, content: str) -> str:
    """Key of the only problem that reading raises."""
    with pytest.raises(CjmError) as error:
        read(folder, name, content)
    [problem] = error.value.problems
    assert problem.where == name
    return problem.key


TWO = [("Tom", "Why?", 0.0, 1.5), ("Ann", "Because. Really.", 1.5, 4.0), ("Tom", "So?", 5.0, 6.0)]


def test_whisper_json_with_and_without_speakers(tmp_path: Path) -> None:
    """Segments of one speaker join to a turn; without speakers the words are one paragraph; seconds stay."""
    parts = [("Tom", " Why?", 0, 1.5), ("Ann", " Because.", 1.5, 3), ("Ann", " Really.", 3, 4.0), ("Tom", "So?", 5, 6)]
    entries = [{"speaker": who, "text": words, "start": start, "end": end} for who, words, start, end in parts]
    assert timed(read(tmp_path, "p.json", json.dumps({"text": "x", "segments": entries}))) == TWO
    for entry in entries:
        del entry["speaker"]
    document = read(tmp_path, "p.json", json.dumps({"segments": entries}))
    assert timed(document) == [("", "Why? Because. Really. So?", 0.0, 6.0)]
    assert [note.key for note in document.notes] == ["read.no_speakers"]


def test_half_letters_of_json_do_no_harm(tmp_path: Path) -> None:
    """An escaped emoji is whole; half of one becomes the sign for a lost letter."""
    document = read(tmp_path, "p.json", r'{"segments": [{"start": 0, "end": 1, "text": "a \ud83d\ude00 b \ud83d"}]}')
    assert document.text == "a 😀 b \ufffd"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("{", "read.unreadable"),
        ('{"cells": []}', "read.not_whisper"),
        ("[1, 2]", "read.not_whisper"),
        ('{"segments": []}', "read.no_cues"),
        ("[" * 100_000, "read.unreadable"),
    ],
)
def test_other_json_is_told(tmp_path: Path, content: str, key: str) -> None:
    """JSON of another kind is refused with its name."""
    assert key_of(tmp_path, "p.json", content) == key


def test_whisper_tsv_is_milliseconds(tmp_path: Path) -> None:
    """Start and end are milliseconds; quotes are words; a name at the start of words is the speaker."""
    rows = ['0\t1500\tTom: "Why?"', "1500\t3000\tAnn: Because.", "3000\t4000\tReally.", "5000\t6000\tTom: So?"]
    document = read(tmp_path, "p.tsv", "start\tend\ttext\n" + "\n".join([*rows, "7000\t8000\tAnn: Yes."]))
    assert timed(document)[:2] == [("Tom", '"Why?"', 0.0, 1.5), ("Ann", "Because. Really.", 1.5, 4.0)]
    assert key_of(tmp_path, "q.tsv", "start\tend\ttext\n1\t2\tx\nno row\n") == "read.wrong_rows"


def test_only_a_whisper_tsv_is_a_transcript(tmp_path: Path) -> None:
    """A table with other headings is none; other formats are known by their suffix."""
    (tmp_path / "a.tsv").write_text("start\tend\ttext\n0\t1\thi\n")
    (tmp_path / "b.tsv").write_text("id\tanswer\n1\tfine\n")
    names = ["a.tsv", "b.tsv", "c.PDF", "d.zip", "e.csv", "f.mp3"]
    assert [name for name in names if is_transcript(tmp_path / name)] == ["a.tsv", "c.PDF", "d.zip"]


def test_lyrics_last_until_the_next_stamp(tmp_path: Path) -> None:
    """Facts and word times are no words, an empty line ends the words before it, two stamps say them twice."""
    content = "[ti:Talk]\n[00:01.00]<00:01.00>One <00:01.50>two\n[00:02.50]\n\n[00:03.00][00:09.00]three\n[00:03.50]\n"
    first, last = timed(read(tmp_path, "p.lrc", content))
    assert first == ("", "One two three", 1.0, 3.5)
    assert last[:3] == ("", "three", 9.0)
    assert math.isnan(last[3])
    assert key_of(tmp_path, "q.lrc", "[ti:Talk]\nno stamps\n") == "read.no_cues"


EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="t2" TIME_VALUE="1500"/>
<TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="4000"/><TIME_SLOT TIME_SLOT_ID="t4" TIME_VALUE="5000"/>
<TIME_SLOT TIME_SLOT_ID="t5" TIME_VALUE="6000"/></TIME_ORDER>
<TIER TIER_ID="T" PARTICIPANT="Tom">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2">
<ANNOTATION_VALUE>Why?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="t4" TIME_SLOT_REF2="t5">
<ANNOTATION_VALUE>So?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="Ann"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="t2" TIME_SLOT_REF2="t3">
<ANNOTATION_VALUE>Because.
 Really.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="translation" PARENT_REF="Ann"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a2">
<ANNOTATION_VALUE>Потому.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""


def test_elan_tiers_are_speakers_in_order_of_time(tmp_path: Path) -> None:
    """Annotations of all tiers come in order; a tier that hangs on another is left out and told."""
    document = read(tmp_path, "p.eaf", EAF)
    assert timed(document) == TWO
    assert [turn.role for turn in document.turns] == ["interviewer", "participant", "interviewer"]
    assert dict(document.notes[0].params) == {"tiers": "translation"}


def test_other_xml_and_bombs_are_no_elan(tmp_path: Path) -> None:
    """XML of another kind, and XML that declares entities, are refused."""
    assert key_of(tmp_path, "p.eaf", "<a/>") == "read.unreadable"
    assert key_of(tmp_path, "p.eaf", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') == "read.dangerous_xml"


def test_otter_text_has_names_with_times_and_a_footer(tmp_path: Path) -> None:
    """`Name  0:04` opens a turn; the line about the tool is nobody's."""
    body = "Tom Hill  0:00\nWhy?\n\nSpeaker 1  0:04\nBecause.\n\nTom Hill  0:09\nSo?\n\nSpeaker 1  1:00:10\nYes.\n\n"
    document = read(tmp_path, "p.txt", body + "Transcribed by https://otter.ai\n")
    assert [(*turn[:2], turn[2]) for turn in timed(document)] == [
        ("Tom Hill", "Why?", 0.0),
        ("Speaker 1", "Because.", 4.0),
        ("Tom Hill", "So?", 9.0),
        ("Speaker 1", "Yes.", 3610.0),
    ]


TEAMS = [
    ("0:0:0.0 --> 0:0:1.500", "Tom Hill", "Why?"),
    ("0:0:1.500 --> 0:0:3.0", "Anna", "Because."),
    ("0:0:3.0 --> 0:0:4.0", "Anna", "Really."),
    ("0:0:5.0 --> 0:0:6.0", "Tom Hill", "So?"),
]
TEAMS_TURNS = [("Tom Hill", "Why?", 0.0, 1.5), ("Anna", "Because. Really.", 1.5, 4.0), ("Tom Hill", "So?", 5.0, 6.0)]


def test_teams_blocks_of_time_name_and_words(tmp_path: Path) -> None:
    """A line of times, a name and words: in a text and in a Word file, with or without the name's own paragraph."""
    assert timed(read(tmp_path, "p.txt", "\n\n".join("\n".join(block) for block in TEAMS))) == TEAMS_TURNS
    document = docx.Document()
    for block in TEAMS:
        document.add_paragraph("\n".join(block))
    document.save(str(tmp_path / "p.docx"))
    assert timed(read_transcript(tmp_path / "p.docx", "p.docx")) == TEAMS_TURNS


def test_teams_word_paragraphs_of_bold_name_time_and_words(tmp_path: Path) -> None:
    """The newer Word export has the name in bold and the time beside it; who started the recording is not said."""
    document = docx.Document()
    document.add_paragraph("Tom Hill started transcription")
    for who, clock, words in [("Tom Hill", "0:03", "Why?"), ("Anna", "0:07", "So."), ("Tom Hill", "0:09", "Really?")]:
        paragraph = document.add_paragraph()
        paragraph.add_run(who).bold = True
        paragraph.add_run(f"   {clock}\n{words}")
    paragraph = document.add_paragraph()
    paragraph.add_run("Anna").bold = True
    paragraph.add_run("   1:02:03\nYes.")
    document.add_paragraph("Tom Hill stopped transcription")
    document.save(str(tmp_path / "p.docx"))
    assert [turn[:3] for turn in timed(read_transcript(tmp_path / "p.docx", "p.docx"))] == [
        ("Tom Hill", "Why?", 3.0),
        ("Anna", "So.", 7.0),
        ("Tom Hill", "Really?", 9.0),
        ("Anna", "Yes.", 3723.0),
    ]


def test_whispers_screen_output_is_cues(tmp_path: Path) -> None:
    """`[00:00.000 --> 00:07.680]  words`, as Whisper prints it, keeps its times."""
    body = "[00:00.000 --> 00:02.500]  One two.\n[00:02.500 --> 00:04.000]  Three.\n"
    assert timed(read(tmp_path, "p.txt", body)) == [("", "One two. Three.", 0.0, 4.0)]


@pytest.mark.parametrize("content", ["WEBVTT\n", "WEBVTT - title\n\n\n"])
def test_subtitles_without_a_word_say_so(tmp_path: Path, content: str) -> None:
    """A recording in which nothing was recognised gives a file with a head only."""
    assert key_of(tmp_path, "p.vtt", content) == "read.no_words"
