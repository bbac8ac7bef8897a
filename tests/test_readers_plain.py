"""Text and Markdown transcripts: every way to mark speakers, and offsets that hold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.readers import Hints, read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cjm_research.readers import Document

Dialogue = list[tuple[str, str]]  # role and words


def read(folder: Path, content: str | bytes, name: str = "p01.txt", interviewers: Sequence[str] = ()) -> Document:
    """Write a transcript and read it back."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_transcript(path, name, Hints(tuple(interviewers)))


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def note_keys(document: Document) -> list[str]:
    """Keys of the notes."""
    return [note.key for note in document.notes]


Q1, A1, Q2, A2 = "Как дела?", "Нормально. (смеётся)", "А потом?", "Потом ушёл."


@pytest.mark.parametrize(
    ("labels", "pattern"),
    [
        (("Интервьюер", "Респондент"), "{label}: {words}\n\n"),
        (("И", "Р"), "{label}: {words}\n"),
        (("Q", "A"), "{label}: {words}\n"),
        (("В", "О"), "{label}: {words}\n"),
        (("Катя", "Олег"), "{label}: {words}\n"),
        (("Светлана Лапина", "Галина Петровна Ежова"), "{label}: {words}\n\n"),
        (("Катя", "Олег"), "[00:01:23] {label}: {words}\n"),
        (("Катя", "Олег"), "00:01:23 {label}: {words}\n"),
        (("Катя", "Олег"), "{label} (01:23): {words}\n"),
        (("Катя", "Олег"), "**{label}:** {words}\n\n"),
        (("Катя", "Олег"), "**{label}**: {words}\n\n"),
        (("Катя", "Олег"), "**{label}** {words}\n\n"),
        (("Speaker 1", "Speaker 2"), "{label}  0:04\n{words}\n\n"),
        (("Катя Иванова", "Олег"), "[00:01:23] {label}\n{words}\n\n"),
        (("Катя", "Олег"), "{label}:\n{words}\n\n"),
        (("", ""), "— {words}\n\n"),
        (("", ""), "– {words}\n"),
        (("", ""), "- {words}\n"),
    ],
)
def test_every_style_gives_speakers_roles_and_bare_words(tmp_path: Path, labels: tuple[str, str], pattern: str) -> None:
    """Whatever the style, turns are the words alone, with the label as written and the right role."""
    asks, answers = labels
    turns = [(asks, Q1), (answers, A1), (asks, Q2), (answers, A2)]
    document = read(tmp_path, "".join(pattern.format(label=label, words=words) for label, words in turns))
    assert said(document) == [
        (asks, "interviewer", Q1),
        (answers, "participant", A1),
        (asks, "interviewer", Q2),
        (answers, "participant", A2),
    ]
    assert [turn.question for turn in document.turns] == ["", Q1, "", Q2]


@pytest.mark.parametrize("stamp", ["[00:01:23] Катя: {}", "01:23 Катя: {}", "Катя (01:23): {}", "Катя  1:23\n{}"])
def test_a_time_stamp_becomes_seconds(tmp_path: Path, stamp: str) -> None:
    """A stamp before, after or above the words is the start of the turn in seconds."""
    text = "\n".join([stamp.format("Как дела?"), stamp.replace("Катя", "Олег").format("Хорошо.")] * 2)
    assert [turn.start_s for turn in read(tmp_path, text).turns] == [83.0] * 4


def test_without_stamps_times_are_unknown(tmp_path: Path) -> None:
    """Seconds are NaN where the source has none."""
    turn = read(tmp_path, "Q: Why?\nA: Because.").turns[0]
    assert math.isnan(turn.start_s)
    assert math.isnan(turn.end_s)


def test_offsets_count_code_points_after_bom_and_crlf(tmp_path: Path) -> None:
    """With a BOM, CRLF and emoji of several code points, start and end still cut out the exact words."""
    raw = "\ufeffИнтервьюер: Ну как? 👩🏽\u200d💻\r\nРеспондент: Супер 👍🏾!\r\n\r\nИ ещё 🇷🇺 раз.\r\n"
    document = read(tmp_path, raw)
    assert document.text == ("Интервьюер: Ну как? 👩🏽\u200d💻\nРеспондент: Супер 👍🏾!\n\nИ ещё 🇷🇺 раз.\n")
    assert [(turn.start, turn.end) for turn in document.turns] == [(12, 24), (37, 61)]
    assert document.text[37:61] == "Супер 👍🏾!\n\nИ ещё 🇷🇺 раз."


def test_lone_carriage_returns_and_nul_are_normalised_and_accents_kept(tmp_path: Path) -> None:
    """Old Mac line ends become newlines, NUL goes, decomposed letters stay as they are."""
    document = read(tmp_path, "Q: Cafe\u0301?\rA: No\0ne.\r")
    assert document.text == "Q: Cafe\u0301?\nA: None.\n"


def test_colons_in_ordinary_words_make_no_speaker(tmp_path: Path) -> None:
    """Speech that quotes, tells the time or names an address stays in its turn."""
    words = "Я говорю: дай трубку.\n12:30 было.\nhttp://x.ru: открыл.\nНапример: хлеб.\nНапример: соль.\nОн сказал: да"
    document = read(tmp_path, f"И: Что было?\nР: {words}\nИ: Ясно?\nР: Да.")
    assert [turn[2] for turn in said(document)] == ["Что было?", words, "Ясно?", "Да."]


def test_a_name_said_once_is_told_not_taken(tmp_path: Path) -> None:
    """A label that occurs once and names no role stays in the text, and a note gives its line."""
    document = read(tmp_path, "И: Кто там?\nР: Я.\nМуж: Привет!\nИ: Кто это?\nР: Муж.")
    assert said(document)[1][2] == "Я.\nМуж: Привет!"
    assert [dict(note.params) for note in document.notes] == [{"labels": "Муж (3)"}]


def test_header_lines_are_no_turn_but_tell_date_and_roles(tmp_path: Path) -> None:
    """Facts above the dialogue are not evidence; they name the day and who the interviewer is."""
    header = "Дата: 12.03.2026\nИнтервьюер: Олег\nРеспондент: Катя, 34 года\n\n"
    document = read(tmp_path, header + "Олег: Начнём.\nКатя: Вы кто? Зачем?\nОлег: Сейчас.\nКатя: Хорошо?\n")
    assert document.date == "2026-03-12"
    assert [turn[:2] for turn in said(document)] == [("Олег", "interviewer"), ("Катя", "participant")] * 2
    assert document.attributes == {"age": "34"}
    assert note_keys(document) == ["read.attributes_proposed"]


def test_roles_in_the_header_do_not_hide_the_speakers(tmp_path: Path) -> None:
    """Role words that occur once above named speakers are a header even without other facts."""
    text = "Interviewer: Tom\nParticipant: Anna\n\nAnna: Shall we start?\nTom: Yes. Tell me.\nAnna: I did?\nTom: Go on."
    document = read(tmp_path, text)
    assert [turn[:2] for turn in said(document)] == [("Anna", "participant"), ("Tom", "interviewer")] * 2


def test_the_studys_interviewers_win_over_every_guess(tmp_path: Path) -> None:
    """A label the study names is the interviewer, even if the other one asks all questions."""
    text = "Катя: Рассказывайте.\nОлег: О чём? Обо всём?\nКатя: О себе.\nОлег: Зачем?"
    document = read(tmp_path, text, interviewers=["катя"])
    assert [turn.role for turn in document.turns] == ["interviewer", "participant"] * 2
    assert document.notes == ()


def test_a_guessed_interviewer_is_told_with_the_grounds(tmp_path: Path) -> None:
    """Names without a role are judged by who asks, and the note says how often."""
    document = read(tmp_path, "Олег: Да?\nКатя: Да.\nОлег: И всё?\nКатя: И всё. Правда.")
    [note] = document.notes
    assert note.key == "read.interviewer_guessed"
    assert dict(note.params) == {"names": "Олег", "example": "Олег", "asks": 100, "rest": 0}


def test_letters_are_roles_only_in_pairs(tmp_path: Path) -> None:
    """«И» beside «Р» is the interviewer; «И» beside «К» may be Igor, so who asks decides."""
    pair = read(tmp_path, "И: Рассказывайте.\nР: Что? Всё?\nИ: Да.\nР: Ну?")
    initials = read(tmp_path, "И: Рассказываю.\nК: Что было?\nИ: Всё.\nК: И как?", "p02.txt")
    assert [turn.role for turn in pair.turns] == ["interviewer", "participant"] * 2
    assert [turn.role for turn in initials.turns] == ["participant", "interviewer"] * 2


def test_everyone_in_a_group_answers_the_same_question(tmp_path: Path) -> None:
    """Several participants after one question all carry it; what two interviewer turns ask is joined."""
    asked = "Модератор: Кто начнёт?\nМодератор: Как\nвам?\n"
    text = asked + "Участник 1: Так.\nУчастник 2: Сяк.\nМодератор: Ага.\nУчастник 1: Да."
    document = read(tmp_path, text)
    answers = [(turn.speaker, turn.question) for turn in document.turns if turn.role == "participant"]
    question = "Кто начнёт? Как вам?"
    assert answers == [("Участник 1", question), ("Участник 2", question), ("Участник 1", question)]


def test_lines_under_a_markdown_heading_belong_to_nobody(tmp_path: Path) -> None:
    """The researcher's notes after a heading are not put into the participant's mouth, and a note says so."""
    first = "# P1\n\n**Tom:** Why?\n\n**Ann:** Because.\n\n## Notes\n\nShe was tired.\n\n"
    document = read(tmp_path, first + "---\n\n**Tom:** So?\n\n**Ann:** So.", "p.md")
    assert [turn[2] for turn in said(document)] == ["Why?", "Because.", "So?", "So."]
    assert dict(document.notes[-1].params) == {"lines": "9"}


def test_a_stamp_on_its_own_line_is_no_word(tmp_path: Path) -> None:
    """A line that is only a time stamp belongs to the next turn, or cuts a long turn in two."""
    document = read(tmp_path, "00:01\nQ: Why?\n00:05\nA: First.\n00:09\nThen.\n")
    assert [(turn.start_s, document.text[turn.start : turn.end]) for turn in document.turns] == [
        (1.0, "Why?"),
        (5.0, "First."),
        (9.0, "Then."),
    ]


def test_text_without_speakers_is_a_participants_paragraph_by_paragraph(tmp_path: Path) -> None:
    """An unlabelled text is read whole, and a note says what was assumed."""
    document = read(tmp_path, "Пришла в магазин.\nВзяла хлеб.\n\nОчередь была огромная.\n")
    assert said(document) == [
        ("", "participant", "Пришла в магазин.\nВзяла хлеб."),
        ("", "participant", "Очередь была огромная."),
    ]
    assert note_keys(document) == ["read.no_speakers"]


def test_bold_questions_are_the_interviewers(tmp_path: Path) -> None:
    """A published interview with bold questions and no names has its roles from the bold."""
    document = read(tmp_path, "Intro.\n\n**How was it?**\n\nFine.\n\nReally.\n\n**Why?**\n\nDunno.\n", "p.md")
    assert said(document)[1:3] == [("", "interviewer", "How was it?"), ("", "participant", "Fine.")]
    assert note_keys(document) == ["read.bold_asks"]


def test_a_list_of_notes_is_not_taken_for_a_dialogue(tmp_path: Path) -> None:
    """Bullets among which nobody asks are all the participant's: no evidence is lost to a guess."""
    document = read(tmp_path, "- дорого\n- долго\n- грубо\n")
    assert [turn.role for turn in document.turns] == ["participant"] * 3
    assert note_keys(document) == ["read.nobody_asks"]


def test_indented_bullets_and_bold_questions_keep_markup_out(tmp_path: Path) -> None:
    """A list inside an answer is part of it, and the mark that closes a bold question is no word."""
    bullets = read(tmp_path, "- Как?\n- Так:\n  - раз\n  - два\n- Ещё?\n- Нет.\n")
    bold = read(tmp_path, "**Q: Why?**\n\nA: Because.\n", "p.md")
    assert said(bullets)[1] == ("", "participant", "Так:\n  - раз\n  - два")
    assert said(bold) == [("Q", "interviewer", "Why?"), ("A", "participant", "Because.")]


def test_two_names_said_once_are_told(tmp_path: Path) -> None:
    """Where names occur only once, nothing shows that they are speakers; the note lists them."""
    document = read(tmp_path, "Катя: Привет?\nОлег: Привет.")
    assert [note.params.get("labels") for note in document.notes] == [None, "Катя (1), Олег (2)"]


@pytest.mark.parametrize(
    ("encoding", "words", "name"),
    [("cp1251", "Очень дорого и долго", "Windows-1251"), ("cp1252", "The café was très cher", "Windows-1252")],
)
def test_legacy_encodings_are_recognised_and_told(tmp_path: Path, encoding: str, words: str, name: str) -> None:
    """Windows-1251 and Windows-1252 files are read right, and the note names the guess."""
    document = read(tmp_path, f"Q: Как?\nA: {words}.".replace("Как", "How").encode(encoding))
    assert said(document)[1][2] == f"{words}."
    assert document.notes[0].params["encoding"] == name


def test_utf16_with_a_mark_is_read(tmp_path: Path) -> None:
    """A file saved as «Unicode» by Windows is read without a guess."""
    document = read(tmp_path, "И: Да?\r\nР: Да 🙂.".encode("utf-16"))
    assert said(document) == [("И", "interviewer", "Да?"), ("Р", "participant", "Да 🙂.")]


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("p.txt", b" \r\n", "read.empty_file"),
        ("p.txt", "Интервьюер: Ау?\n".encode(), "read.no_participant"),
        ("p.md", b"# Title only\n", "read.no_participant"),
        ("p.mp3", b"ID3", "read.unknown_format"),
    ],
)
def test_what_cannot_be_evidence_is_an_error(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    """Empty files, files without a participant and unknown formats say so, with the file's name."""
    with pytest.raises(CjmError) as error:
        read(tmp_path, content, name)
    assert [(problem.key, problem.where) for problem in error.value.problems] == [(key, name)]


_WORD = st.sampled_from(
    [
        "да",
        "Я говорю: дай",
        "в 12:30",
        "http://x.ru",
        "(смеётся)",
        "👍🏾",
        "ё",
        "e\u0301",
        "—",
        "Fine",
        "C-3PO",
        "«мол»",
    ]
)
_WORDS = st.lists(_WORD, min_size=1, max_size=6).map(" ".join)
# Every line of a turn begins with a plain word, so that no line opens like a label.
_LINES = st.lists(_WORDS.map("Ну {}".format), min_size=1, max_size=3)
_EXCHANGES = st.lists(st.tuples(_LINES, _LINES, st.sampled_from(["\n", "\n\n"])), min_size=2, max_size=6)


def _inline(pattern: str, names: tuple[str, str]) -> Callable[[Dialogue], str]:
    def write(turns: Dialogue) -> str:
        labels = dict(zip(("interviewer", "participant"), names, strict=True))
        return "".join(pattern.format(label=labels[role], words=words) for role, words in turns)

    return write


_STYLES = {
    "roles": _inline("{label}: {words}\n\n", ("Интервьюер", "Респондент")),
    "letters": _inline("{label}: {words}\n", ("Q", "A")),
    "names": _inline("{label}: {words}\n", ("Anna Lee", "Олег")),
    "stamped": _inline("[00:01:23] {label}: {words}\n", ("Катя", "Олег")),
    "clock": _inline("00:01:23 {label}: {words}\n", ("Катя", "Олег")),
    "bold": _inline("**{label}:** {words}\n\n", ("Moderator", "Larissa")),
    "heading": _inline("{label}  0:04\n{words}\n\n", ("Speaker 1", "Speaker 2")),
    "dashes": _inline("— {words}\n\n", ("", "")),
    "hyphens": _inline("- {words}\n", ("", "")),
}


@pytest.mark.parametrize("style", _STYLES)
@settings(deadline=None)  # a busy machine is no mistake
@given(exchanges=_EXCHANGES, ends=st.sampled_from(["\n", "\r\n"]), bom=st.booleans())
def test_a_dialogue_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    style: str,
    exchanges: list[tuple[list[str], list[str], str]],
    ends: str,
    bom: bool,
) -> None:
    """In every style any dialogue comes back turn by turn: same roles, same words, exact offsets, right question."""
    turns: Dialogue = []
    for asked, answered, gap in exchanges:
        turns += [("interviewer", " ".join(asked) + "?"), ("participant", gap.join(answered) + ".")]
    written = _STYLES[style](turns).replace("\n", ends)
    raw = (b"\xef\xbb\xbf" if bom else b"") + written.encode()
    document = read(tmp_path_factory.mktemp("dialogue"), raw, "p.md" if style == "bold" else "p.txt")
    assert [(role, words) for _, role, words in said(document)] == turns
    expected = [" ".join(words.split()) for role, words in turns if role == "interviewer"]
    assert [turn.question for turn in document.turns if turn.role == "participant"] == expected
