"""The readers on the study material beside the project; counts were made with grep, awk and csv beforehand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import (
    SURVEY_SUFFIXES,
    Document,
    is_paper,
    is_transcript,
    propose_column_map,
    read_survey,
    read_transcript,
)

DATA = Path(__file__).parents[1].parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the study material is not beside the project"),
]


def check_offsets(document: Document) -> None:
    """Words are bare: no white space at the ends, no label or stamp of the line they stand in."""
    for turn in document.turns:
        words = document.text[turn.start : turn.end]
        assert words
        assert words == words.strip()
        assert not words.startswith(("*", "[", "—", f"{turn.speaker}:" if turn.speaker else "—"))


@pytest.mark.parametrize(
    ("name", "interviewer", "participant", "each"),
    [
        ("en_int_01.txt", "Interviewer", "Participant", 14),
        ("en_int_03.txt", "Q", "A", 14),
        ("en_int_05.srt", "Tom", "Danielle", 13),
        ("en_int_07.md", "Moderator", "Larissa", 14),
        ("ru_int_01.txt", "Интервьюер", "Респондент", 13),
        ("ru_int_03.txt", "", "", 13),
        ("ru_int_05.txt", "Катя", "Олег", 14),
        ("ru_int_07.txt", "Светлана Лапина", "Галина Петровна Ежова", 14),
    ],
)
def test_interviews_have_the_right_speakers(name: str, interviewer: str, participant: str, each: int) -> None:
    """Every interview gives as many turns as were counted, by the right people, each answer with its question."""
    document = read_transcript(DATA / "interviews" / name, name)
    counts = Counter((turn.speaker, turn.role) for turn in document.turns)
    assert counts == {(interviewer, "interviewer"): each, (participant, "participant"): each}
    assert all(turn.question for turn in document.turns if turn.role == "participant")
    check_offsets(document)


@pytest.mark.parametrize(
    ("name", "documents", "turns", "left_out", "attributes"),
    [
        ("ru_survey_google_forms.csv", 20, 94, set(), {"age", "sex", "place", "nps"}),
        ("en_survey_qualtrics.csv", 19, 92, {13}, {"age", "role", "nps"}),
    ],
)
def test_surveys_give_every_answer(
    name: str, documents: int, turns: int, left_out: set[int], attributes: set[str]
) -> None:
    """With the proposed map alone every respondent and every open answer is read; only who said nothing is left out."""
    path = DATA / "interviews" / name
    read = read_survey(path, name, propose_column_map(path))
    first = 4 if "qualtrics" in name else 2
    rows = {int(document.transcript_id.rpartition("#")[2]) for document in read}
    assert rows == set(range(first, first + 20)) - left_out
    assert len(read) == documents
    assert sum(len(document.turns) for document in read) == turns
    assert {key for document in read for key in document.attributes} == attributes
    assert all(document.date for document in read)
    for document in read:
        check_offsets(document)


@pytest.mark.parametrize("suffix", [".vtt", ".srt"])
def test_subtitles_without_speakers_are_cut_into_playable_turns(suffix: str) -> None:
    """A podcast of two hours without speakers or punctuation gives turns in order, none much over two minutes."""
    [path] = (DATA / "transcripts" / "hitsave").glob(f"*{suffix}")
    document = read_transcript(path, path.name)
    assert all(turn.end_s - turn.start_s < 140 for turn in document.turns)
    assert [turn.start_s for turn in document.turns] == sorted(turn.start_s for turn in document.turns)
    assert document.turns[0].start_s == 0.0


@pytest.mark.parametrize(
    ("name", "documents"),
    [("jupyter_2015_surveygizmo_half.csv", 488), ("limesurvey_de.csv", 14), ("limesurvey_de.xlsx", 14)],
)
def test_other_tools_exports_are_read(name: str, documents: int) -> None:
    """Exports with semicolons, BOM, two header rows or several sheets give documents with open answers."""
    path = DATA / "surveys" / name
    read = read_survey(path, name, propose_column_map(path))
    assert len(read) == documents
    for document in read:
        for turn in document.turns:
            assert document.text[turn.start : turn.end].strip()


# Lines that begin with "Dan:" or "Participant:" ("Particpant:" once, in P5), counted in the text that pypdfium2
# extracts without any layout.
@pytest.mark.parametrize(
    ("name", "dan", "participant"),
    [("P1", 47, 47), ("P2", 81, 84), ("P3", 61, 61), ("P4", 55, 56), ("P5", 68, 68), ("P6", 51, 49), ("P7", 53, 53)],
)
def test_pdf_interviews_have_the_right_turns(name: str, dan: int, participant: int) -> None:
    """PDFs with numbered paragraphs give as many turns as were counted; no number of a paragraph or page is said."""
    document = read_transcript(DATA / "transcripts" / "pdpilot" / f"{name}.pdf", f"{name}.pdf")
    counts = Counter((turn.speaker, turn.role) for turn in document.turns)
    assert counts == {("Dan", "interviewer"): dan, ("Participant", "participant"): participant}
    assert document.notes == ()
    for turn in document.turns:
        words = document.text[turn.start : turn.end]
        assert words == words.strip()
        assert not words[0].isdigit()
        assert "\n" not in words
    check_offsets(document)


@pytest.mark.parametrize("name", ["code-system.pdf", "coded-segments.pdf"])
def test_exports_of_codes_are_refused(name: str) -> None:
    """The analysts' codes and coded segments are no interviews: their quotes would count twice."""
    with pytest.raises(CjmError) as error:
        read_transcript(DATA / "transcripts" / "pdpilot" / name, name)
    assert [(problem.key, problem.where) for problem in error.value.problems] == [("read.coded_segments", name)]


def test_formats_of_one_interview_give_the_same_words() -> None:
    """Whisper's JSON, SRT, TSV, TXT and VTT of one talk have the same words; the timed ones the same turns."""
    read = {
        suffix: read_transcript(path, path.name)
        for suffix in ("json", "srt", "tsv", "txt", "vtt")
        for path in (DATA / "transcripts" / "hitsave").glob(f"*.{suffix}")
    }
    words = {suffix: document.text.split() for suffix, document in read.items()}
    assert len(words["txt"]) == 14492  # wc -w
    assert {suffix for suffix in words if words[suffix] != words["txt"]} == set()
    assert len(read) == 5
    timed = {suffix: document for suffix, document in read.items() if suffix != "txt"}
    assert {suffix for suffix in timed if timed[suffix].turns != timed["vtt"].turns} == set()


def test_timed_lyrics_are_read() -> None:
    """Each of the lines with words is in a turn, in order, with its seconds."""
    [path] = (DATA / "transcripts" / "hitsave").glob("*.lrc")
    document = read_transcript(path, path.name)
    lines = [line.partition("]")[2] for line in path.read_text(encoding="utf-8").splitlines()]
    assert document.text.split() == " ".join(lines).split()
    assert document.turns[0].start_s == 43.81
    check_offsets(document)


# First question and answer, last question and answer, by how they begin; copied by eye from the files.
TALKS = {
    "en_int_01.txt": ("Thanks for making the time.", "Yeah, no worries.", "If you could have one", "A phone number."),
    "en_int_03.txt": ("Can you hear me alright?", "I can, yes.", "What would you want them", "Fix the showers."),
    "en_int_05.srt": ("Alright, thanks Danielle. So before we get to Plankyard", "Everything, badly.", "", ""),
    "en_int_07.md": (
        "Thank you for joining.",
        "The last one was in March",
        "What would you change",
        "A person. At the",
    ),
    "ru_int_01.txt": (
        "Добрый день, спасибо",
        "Ну, Антон, тридцать",
        "Если бы у вас была возможность",
        "Кнопку «человек»",
    ),
    "ru_int_03.txt": ("Паш, привет ещё раз.", "Ну... формально хожу.", "Если бы ты был хозяином", "Честную загрузку"),
    "ru_int_05.txt": ("Олег, чем вы сейчас", "Я инженер по", "И последнее: что бы вы им", "Да чтоб не бросали"),
    "ru_int_07.txt": ("Галина Петровна, как вы", "Ой, вы знаете", "Что бы вам хотелось там", "Чтобы время своё"),
}


@pytest.mark.parametrize("name", TALKS)
def test_interviews_begin_and_end_with_the_right_words(name: str) -> None:
    """The first and the last answer are whole and stand beside their own questions."""
    document = read_transcript(DATA / "interviews" / name, name)
    answers = [turn for turn in document.turns if turn.role == "participant"]
    first, last = answers[0], answers[-1]
    words = (first.question, document.text[first.start :], last.question, document.text[last.start :])
    assert [text[: len(start)] for text, start in zip(words, TALKS[name], strict=True)] == list(TALKS[name])
    assert document.text[last.end :].strip() == ""
    if name == "en_int_05.srt":  # one sentence over three cues, the last cue of the file
        assert first.question.endswith("What are you trying to keep track of?")
        assert document.text.endswith("Also maybe fire Greg, but I realize that's not a feature.")


# What becomes of the files of each folder, by the end of their names; the tests above and beside say how.
FATES = {
    "interviews": {"interview": 8, "survey": 2},
    "spss": {"survey": 3},
    "surveys": {"survey": 7},
    "transcripts/hitsave": {"interview": 6, "paper": 1},
    "transcripts/pdpilot": {"interview": 9, "paper": 1, "other": 1},  # two of the nine are refused: codes
}


def test_no_file_of_the_material_is_forgotten() -> None:
    """Every file is an interview, a survey or a paper that is left out; a licence without an ending is unknown."""
    found: dict[str, Counter[str]] = {}
    for path in (path for folder in FATES for path in (DATA / folder).iterdir()):
        if is_transcript(path):
            fate = "interview"
        elif is_paper(path):
            fate = "paper" if path.suffix else "other"
        else:
            fate = "survey" if path.suffix in SURVEY_SUFFIXES else "other"
        found.setdefault(path.parent.relative_to(DATA).as_posix(), Counter())[fate] += 1
    assert found == FATES
