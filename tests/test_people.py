"""Participants: who said what in which wave, from file names, participants.csv and survey answers."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from cjm_research.errors import CjmError
from cjm_research.people import Sources, build_sources, load_participants
from cjm_research.readers import Document, SourceTurn
from cjm_research.settings import Settings, Wave

ONE = Settings({}, ("en",), ("en",), "journey-9", (Wave("wave-1", {}),), (), "none")
TWO = Settings({}, ("en",), ("en",), "journey-9", (Wave("2026-04", {}), Wave("2026-10", {})), (), "none")


def interview(path: str, *speakers: str) -> Document:
    """A document in which an interviewer asks, then each speaker says one word."""
    text, turns = "Why? ", [SourceTurn("Int", "interviewer", "", 0, 4)]
    for speaker in speakers or ("Anna",):
        turns.append(SourceTurn(speaker, "participant", "Why?", len(text), len(text) + 4))
        text += "Dear "
    return Document(path, path, "0", "interview", "", text, tuple(turns))


def answer(path: str, row: int, participant: str = "", **attributes: str) -> Document:
    """One answer of a survey."""
    turn = SourceTurn("", "participant", "Why?", 5, 9)
    given = MappingProxyType(attributes)
    return Document(f"{path}#{row}", path, "0", "survey", "2026-10-02", "Why?\nDear", (turn,), participant, given)


def ids(sources: Sources) -> list[tuple[str, str]]:
    """Participants with their waves."""
    return list(zip(sources.participants["participant_id"], sources.participants["wave"], strict=True))


def table(tmp_path: Path, content: bytes) -> list[dict[str, str]]:
    """Rows of a participants.csv with this content."""
    path = tmp_path / "participants.csv"
    path.write_bytes(content)
    return load_participants(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("mark", [",", ";"])
def test_russian_headings_marks_and_encodings(tmp_path: Path, encoding: str, mark: str) -> None:
    """Excel's Russian CSV (semicolon, cp1251) reads like any other; headings become standard names."""
    text = "Код,Файл,Пол,Возраст,Город,Любимый цвет\r\nP01,Анна.txt,ж,31,Уфа,синий\r\n".replace(",", mark)
    assert table(tmp_path, text.encode(encoding)) == [
        {"participant_id": "P01", "file": "Анна.txt", "sex": "ж", "age": "31", "place": "Уфа", "Любимый цвет": "синий"}
    ]


def test_blank_lines_are_passed_over_and_no_file_is_no_rows(tmp_path: Path) -> None:
    """Rows of empty cells mean nothing; a study need not have the file."""
    assert table(tmp_path, b"id,age\n,\nP1,30\n\n") == [{"participant_id": "P1", "age": "30"}]
    assert load_participants(tmp_path / "none.csv") == []


def test_rows_without_id_and_repeated_rows_are_told_together(tmp_path: Path) -> None:
    """Each wrong row is named by its line; one person with two files is no mistake."""
    with pytest.raises(CjmError) as raised:
        table(tmp_path, b"id,file\nP1,a.txt\n,b.txt\nP1,c.txt\nP1,a.txt\n")
    assert raised.value.text("en").splitlines() == [
        "participants.csv:3: this row has no participant_id; give each person a short code such as P01",
        "participants.csv:5: “P1” with the same file stands in line 2 already; keep one of the two",
    ]


def test_a_table_without_ids_names_its_columns(tmp_path: Path) -> None:
    """The message shows what was found in the heading."""
    with pytest.raises(CjmError) as raised:
        table(tmp_path, "Имя;Возраст\nАнна;30\n".encode())
    assert raised.value.problems[0].key == "people.no_id_column"
    assert raised.value.problems[0].params["columns"] == "Имя, age"


def test_a_person_is_called_by_the_table_else_by_the_file() -> None:
    """A described file gives its person's code and attributes; another its own name without spaces."""
    described = [{"participant_id": "P01", "file": "a.txt", "age": "31"}]
    found = build_sources([interview("a.txt"), interview("sub/Ivan Petrov.txt")], described, ONE)
    assert ids(found) == [("Ivan_Petrov", "wave-1"), ("P01", "wave-1")]
    assert found.participants["age"].tolist() == ["", "31"]
    assert "file" not in found.participants.columns
    assert found.turns["participant_id"].tolist() == ["P01", "P01", "Ivan_Petrov", "Ivan_Petrov"]


@pytest.mark.parametrize("written", ["Андрей.txt", "./Андрей.txt", " Андрей.txt "])
def test_file_names_match_whatever_their_normal_form(written: str) -> None:
    """A Mac writes “й” as two code points; the table is typed with one, or the other way round."""
    for ours, theirs in [("NFD", "NFC"), ("NFC", "NFD")]:
        document = interview(unicodedata.normalize(ours, "Андрей.txt"))
        described = [{"participant_id": "P01", "file": unicodedata.normalize(theirs, written)}]
        assert ids(build_sources([document], described, ONE)) == [("P01", "wave-1")]


def test_folders_may_be_written_with_backslashes() -> None:
    """A path typed on Windows is the same file."""
    described = [{"participant_id": "P01", "file": "2026-04\\a.txt"}]
    assert ids(build_sources([interview("2026-04/a.txt")], described, TWO)) == [("P01", "2026-04")]


def test_a_described_file_that_is_not_there_is_told() -> None:
    """A typing error in the table does not pass silently."""
    described = [{"participant_id": "P01", "file": "b.txt"}]
    with pytest.raises(CjmError) as raised:
        build_sources([interview("a.txt")], described, ONE)
    assert raised.value.text("en") == (
        "participants.csv: “P01” names the file b.txt, which the study folder does not have; "
        "correct the path in column file"
    )


def test_the_wave_is_the_described_one_else_the_folder() -> None:
    """Column wave comes before the folder's name."""
    described = [{"participant_id": "P01", "file": "2026-04/a.txt", "wave": "2026-10"}]
    found = build_sources([interview("2026-04/a.txt"), interview("2026-04/b.txt")], described, TWO)
    assert found.transcripts["wave"].tolist() == ["2026-10", "2026-04"]
    assert ids(found) == [("P01", "2026-10"), ("b", "2026-04")]


def test_the_only_wave_needs_not_be_said() -> None:
    """A study with one wave has all files in it."""
    assert build_sources([interview("x/a.txt")], [], ONE).transcripts["wave"].tolist() == ["wave-1"]


def test_a_wave_is_a_whole_folder_name() -> None:
    """Wave “1” is not found in P12.txt nor in wave-10; the folder comes before the file's name."""
    waves = Settings({}, (), (), "", (Wave("1", {}), Wave("2", {}), Wave("wave-1", {}), Wave("wave-10", {})), (), "")
    paths = ["1/P12.txt", "2/wave-1.txt", "wave-1/P2.txt", "surveys/wave-10/a.txt", "wave-10_P1.txt"]
    found = build_sources([interview(path) for path in paths], [], waves)
    assert found.transcripts["wave"].tolist() == ["1", "2", "wave-1", "wave-10", "wave-10"]


def test_unknown_waves_are_told_for_all_files() -> None:
    """A file in no wave and one in a wave that study.yml has not are both named, with the waves there are."""
    described = [{"participant_id": "P01", "file": "b.txt", "wave": "winter"}]
    with pytest.raises(CjmError) as raised:
        build_sources([interview("a.txt"), interview("b.txt")], described, TWO)
    assert [(p.where, p.params["wave"], p.params["known"]) for p in raised.value.problems] == [
        ("a.txt", "", "2026-04, 2026-10"),
        ("b.txt", "winter", "2026-04, 2026-10"),
    ]


def test_two_participants_in_one_interview() -> None:
    """Each speaker is a person: the described ones by their codes, others by file and label."""
    described = [{"participant_id": "P01", "file": "pair.txt", "speaker": "Anna", "age": "31"}]
    found = build_sources([interview("pair.txt", "Anna", "Boris", "Anna")], described, ONE)
    assert ids(found) == [("P01", "wave-1"), ("pair/Boris", "wave-1")]
    assert found.turns["participant_id"].tolist() == ["P01", "P01", "pair/Boris", "P01"]
    assert found.turns["role"].tolist() == ["interviewer", "participant", "participant", "participant"]
    assert found.participants["age"].tolist() == ["31", ""]


def test_survey_answers_are_people() -> None:
    """Respondents are called as the reader says, else by file and row; closed answers are their attributes."""
    documents = [answer("surveys/s.csv", 2, "A-2", age="30"), answer("surveys/s.csv", 3)]
    found = build_sources(documents, [], ONE)
    assert ids(found) == [("A-2", "wave-1"), ("s-3", "wave-1")]
    assert found.participants["age"].tolist() == ["30", ""]
    assert found.transcripts["transcript_id"].tolist() == ["surveys/s.csv#2", "surveys/s.csv#3"]
    assert found.transcripts["date"].tolist() == ["2026-10-02", "2026-10-02"]


def test_two_answers_with_one_code_are_told() -> None:
    """Respondents who would be counted as one person are named by row; in another wave they are welcome."""
    documents = [answer("2026-04/s.csv", 2, "R1"), answer("2026-04/s.csv", 3, "R1"), answer("2026-10/s.csv", 2, "R1")]
    with pytest.raises(CjmError) as raised:
        build_sources(documents, [], TWO)
    assert [(p.key, p.params["row"]) for p in raised.value.problems] == [("people.same_code", "3")]
    assert ids(build_sources([documents[0], documents[2]], [], TWO)) == [("R1", "2026-04"), ("R1", "2026-10")]


def test_one_person_in_two_waves_may_change() -> None:
    """The same code in two waves is two rows, each with the attributes of its own wave."""
    described = [
        {"participant_id": "P01", "file": "2026-04/a.txt", "children": "0"},
        {"participant_id": "P01", "file": "2026-10/a.txt", "children": "1"},
    ]
    found = build_sources([interview("2026-10/a.txt"), interview("2026-04/a.txt")], described, TWO)
    assert ids(found) == [("P01", "2026-04"), ("P01", "2026-10")]
    assert found.participants["children"].tolist() == ["0", "1"]


def test_two_interviews_with_one_person_are_one_person() -> None:
    """Who is interviewed twice in a wave counts once."""
    described = [{"participant_id": "P01", "file": name} for name in ("a.txt", "b.txt")]
    assert ids(build_sources([interview("a.txt"), interview("b.txt")], described, ONE)) == [("P01", "wave-1")]


def test_a_row_without_a_file_describes_a_survey_respondent_by_code() -> None:
    """Attributes of such a row join the respondent's own; a code nobody has is an error."""
    row = {"participant_id": "A-2", "file": "", "place": "Уфа"}
    sources = build_sources([answer("surveys/a.csv", 2, "A-2", age="30")], [row], ONE)
    person = sources.participants.to_dict("records")[0]

    assert (person["age"], person["place"]) == ("30", "Уфа")
    with pytest.raises(CjmError, match="“A-9” has no file and is no respondent"):
        build_sources([answer("surveys/a.csv", 2, "A-2")], [{"participant_id": "A-9", "file": ""}], ONE)


def test_two_people_of_one_file_need_their_speakers() -> None:
    """Two rows for one interview without speakers are an error: nobody may guess who is who."""
    rows = [{"participant_id": code, "file": "a.txt"} for code in ("P1", "P2")]
    with pytest.raises(CjmError, match=r"several people share the file a\.txt"):
        build_sources([interview("a.txt", "Anna", "Boris")], rows, ONE)


def test_what_a_transcript_says_about_its_person_never_beats_the_table() -> None:
    """Attributes of a header fill what participants.csv leaves empty, and only where one person speaks."""
    about = MappingProxyType({"age": "31", "place": "Уфа", "wave": "2026-10"})
    alone = replace(interview("a.txt"), attributes=about, participant="P9")
    group = replace(interview("b.txt", "Anna", "Boris"), attributes=about)
    row = {"participant_id": "P1", "file": "a.txt", "age": "40", "place": ""}

    assert ids(build_sources([alone], [], TWO)) == [("P9", "2026-10")]
    people = build_sources([alone], [row], TWO).participants.iloc[0]
    assert (people["participant_id"], people["age"], people["place"]) == ("P1", "40", "Уфа")
    assert "age" not in build_sources([group], [], TWO).participants.columns


def test_interviews_of_one_file_are_people_of_their_own() -> None:
    """Each is called by its heading's number; rows name it by its id, or by file and speaker."""
    parts = [replace(interview("all.txt", who), transcript_id=f"all.txt@{n}") for n, who in ((1, "Anna"), (2, "Boris"))]
    by_id = [{"participant_id": "P2", "file": "all.txt@2"}]
    by_name = [{"participant_id": who[0], "file": "all.txt", "speaker": who} for who in ("Boris", "Anna")]

    assert ids(build_sources(parts, [], ONE)) == [("all@1", "wave-1"), ("all@2", "wave-1")]
    assert ids(build_sources(parts, by_id, ONE)) == [("P2", "wave-1"), ("all@1", "wave-1")]
    people = build_sources(parts, by_name, ONE)
    assert dict(zip(people.turns["speaker"], people.turns["participant_id"], strict=True))["Anna"] == "A"
    assert [person for person, _ in ids(people)] == ["A", "B"]
