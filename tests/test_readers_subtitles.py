"""Subtitles: cues, voices, times, and a text of one paragraph per turn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers.decode import Source
from cjm_research.readers.document import Document
from cjm_research.readers.roles import Known
from cjm_research.readers.subtitles import read_subtitles


def read(text: str) -> Document:
    """Read subtitles from text."""
    [document] = read_subtitles(Source("p.vtt", text.encode(), "0" * 64), Known())
    return document


def turns(document: Document) -> list[tuple[str, str, float, float]]:
    """Speaker, words and seconds of every turn."""
    return [(t.speaker, document.text[t.start : t.end], t.start_s, t.end_s) for t in document.turns]


VTT = """WEBVTT - Interview

STYLE
::cue { color: red }

NOTE Tom: this is nobody's
either

intro
00:01.000 --> 00:02.500 align:start
Tom: Hi 👍🏾, how
are you?

2
00:03.000 --> 00:04.000
<i>Ann</i>: Fine &amp; well,

3
00:04.000 --> 00:05.000
thanks.

00:06.000 --> 01:00:07.000
Tom: Really?

00:08.000 --> 01:00:09.000
Ann: Yes.
"""


def test_cues_of_one_speaker_join_to_a_turn_with_its_times() -> None:
    """Notes, styles, identifiers and tags are no words; line breaks become spaces; times span the turn."""
    document = read(VTT)
    assert document.text == "Tom: Hi 👍🏾, how are you?\nAnn: Fine & well, thanks.\nTom: Really?\nAnn: Yes."
    assert turns(document) == [
        ("Tom", "Hi 👍🏾, how are you?", 1.0, 2.5),
        ("Ann", "Fine & well, thanks.", 3.0, 5.0),
        ("Tom", "Really?", 6.0, 3607.0),
        ("Ann", "Yes.", 8.0, 3609.0),
    ]
    assert [turn.role for turn in document.turns] == ["interviewer", "participant"] * 2


def test_voice_tags_name_the_speaker_and_may_change_within_a_cue() -> None:
    """`<v Name>` is the speaker, whatever the name; a cue without a voice goes on with the one before."""
    document = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud tom x>Why?</v> <v Ann>Because</v>\n\n"
        "00:02.000 --> 00:03.000\nof this.\n"
    )
    assert turns(document) == [("tom x", "Why?", 1.0, 2.0), ("Ann", "Because of this.", 1.0, 3.0)]


def test_srt_numbers_are_no_words_even_without_blank_lines() -> None:
    """SubRip numbers its cues; the number is not said, blank lines or not."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nQ: Why?\n2\n00:00:02,500 --> 00:00:03,000\nA: 42\n\n3\n"
    document = read(text + "00:00:04,000 --> 00:00:05,000\nQ: So?\n")
    assert [turn[:2] for turn in turns(document)] == [("Q", "Why?"), ("A", "42"), ("Q", "So?")]


def test_without_speakers_a_pause_or_half_a_minute_ends_a_paragraph() -> None:
    """Unlabelled subtitles stay playable: a turn ends at a pause of two seconds or a sentence after 30 s."""
    cues = [("00:00.000", "00:20.000", "one"), ("00:20.000", "00:40.000", "two."), ("00:40.000", "00:41.000", "three")]
    cues += [("00:43.500", "00:44.000", "four")]
    document = read("WEBVTT\n\n" + "\n".join(f"{start} --> {end}\n{words}\n" for start, end, words in cues))
    assert turns(document) == [("", "one two.", 0.0, 40.0), ("", "three", 40.0, 41.0), ("", "four", 43.5, 44.0)]
    assert [note.key for note in document.notes] == ["read.no_speakers"]


def test_a_file_without_cues_is_told() -> None:
    """Text without timings is no subtitle file."""
    with pytest.raises(CjmError) as error:
        read("WEBVTT\n\nhello\n")
    assert error.value.problems[0].key == "read.no_cues"


_WORDS = st.lists(st.sampled_from(["да", "👍🏾", "a < b", "12:30", "R&D", "«мол»", "e\u0301"]), min_size=1, max_size=5)
_TURNS = st.lists(st.tuples(_WORDS, _WORDS), min_size=2, max_size=6)


@pytest.mark.parametrize("voice", [True, False])
@settings(deadline=None)  # a busy machine is no mistake
@given(exchanges=_TURNS, size=st.integers(1, 3))
def test_a_dialogue_cut_into_cues_reads_back_whole(
    voice: bool,
    exchanges: list[tuple[list[str], list[str]]],
    size: int,
) -> None:
    """However turns are cut into cues, they come back whole, with exact offsets and the times of their cues."""
    said, blocks, clock = [], ["WEBVTT"], 0
    for pair in exchanges:
        for speaker, words in zip(("Tom", "Ann"), ([*pair[0], "eh?"], [*pair[1], "yes."]), strict=True):
            began = clock
            for at in range(0, len(words), size):
                line = " ".join(words[at : at + size]).replace("&", "&amp;").replace("<", "&lt;")
                head = (
                    f"00:{clock // 60:02}:{clock % 60:02}.000 --> 00:{(clock + 1) // 60:02}:{(clock + 1) % 60:02}.000"
                )
                blocks.append(f"{head}\n<v {speaker}>{line}</v>" if voice else f"{head}\n{speaker}: {line}")
                clock += 1
            said.append((speaker, " ".join(words), float(began), float(clock)))
    assert turns(read("\n\n".join(blocks))) == said
