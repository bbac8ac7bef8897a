"""Bytes to text: the right encoding by evidence, how sure it is, and every damaged place listed."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import (
    MOST_CHARACTERS,
    MOST_LINES,
    TEXT_LIMIT,
    Source,
    check_length,
    decode,
    decode_mapped,
    find_date,
    load_bytes,
)
from cjm_research.readers.encoding import _bad_utf8, damage
from cjm_research.readers.letters import CANDIDATES, guess_legacy

if TYPE_CHECKING:
    from pathlib import Path

RUSSIAN = "Я долго искала, где оплатить. Потом позвонила в поддержку, и мне ответили очень грубо. Больше не пойду!"
WESTERN = (
    "Le café était très cher et le garçon n'a pas été aimable.",
    "Größe und Farbe stimmen nicht, ich möchte mein Geld zurück.",
    "Señor, ¿dónde está el baño? Mañana lo compraré.",
    "It’s a “nice” shop – I don’t mind the wait…",
    "Jag åker på fredag, så det är för sent för mig.",
)
# Sentences of the kind people say; each must be told apart on its own.
SENTENCES = (
    "Мне всё понравилось, но доставка опоздала на два часа.",
    "Приложение постоянно вылетает, невозможно оформить заказ.",
    "Сестра посоветовала, я и попробовала.",
    "Цены выше, чем у соседей, зато всё рядом.",
    "Потом я написал отзыв, и мне вернули деньги.",
    "ЭТО БЫЛО УЖАСНО, НИКОГДА БОЛЬШЕ!",
)


def read(data: bytes) -> tuple[str, list[Problem]]:
    """Text and notes of these bytes."""
    return decode(Source("p01.txt", data, "0"))


def told(notes: list[Problem]) -> list[tuple[str, object]]:
    """Keys of notes and the places they list."""
    return [(note.key, note.params.get("places")) for note in notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_or_without_a_mark_needs_no_guess(encoding: str) -> None:
    """UTF-8, and UTF-16 with a mark, are read without a note, emoji included."""
    text = RUSSIAN + " 🤦🏽\u200d♀️ שלום e\u0301"
    assert read(text.encode(encoding)) == (text, [])


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
@pytest.mark.parametrize("text", [RUSSIAN, "Nothing but ASCII here.", "Да 🙂!\r\nНет."])
def test_utf16_is_known_by_its_bytes_when_the_mark_is_missing(encoding: str, mark: bytes, text: str) -> None:
    """Both byte orders are read with a mark, and without one, which is told as a guess."""
    wanted = text.replace("\r\n", "\n")
    assert read(mark + text.encode(encoding)) == (wanted, [])
    found, [note] = read(text.encode(encoding))
    assert found == wanted
    assert note.key == "read.encoding_guessed"
    assert note.params["encoding"] == "UTF-16"


@pytest.mark.parametrize(("encoding", "label"), [(name, label) for name, label, _ in CANDIDATES if name != "cp1252"])
def test_a_russian_paragraph_is_read_in_every_code_page(encoding: str, label: str) -> None:
    """Windows-1251, KOI8-R, CP866 and Mac Cyrillic are told apart and named, almost surely."""
    text, [note] = read(RUSSIAN.encode(encoding))
    assert text == RUSSIAN
    assert (note.key, note.params["encoding"]) == ("read.encoding_guessed", label)
    assert note.params["sure"] >= 95  # type: ignore[operator]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_single_sentences_are_read_in_every_code_page(encoding: str) -> None:
    """One sentence is enough, also in capitals only."""
    wrong = [
        text for text in SENTENCES if text.encode(encoding).decode(guess_legacy(text.encode(encoding)).encoding) != text
    ]
    assert wrong == []


@pytest.mark.parametrize("text", WESTERN)
def test_western_letters_and_typographic_signs_are_windows_1252(text: str) -> None:
    """French, German, Spanish, Swedish and typographic English are not taken for Cyrillic."""
    found, [note] = read(text.encode("cp1252"))
    assert found == text
    assert note.params["encoding"] == "Windows-1252"


@pytest.mark.parametrize(("encoding", "label"), [("cp866", "CP866 (DOS)"), ("koi8-r", "KOI8-R")])
def test_frames_of_tables_speak_for_their_code_page(encoding: str, label: str) -> None:
    """A table drawn with lines, as DOS and Unix programs made them, is read with its lines."""
    text = "┌────────┬─────┐\n│ Цена   │ 100 │\n└────────┴─────┘"
    found, [note] = read(text.encode(encoding))
    assert found == text
    assert note.params["encoding"] == label


def test_a_short_or_odd_text_is_told_to_be_doubtful_with_its_places() -> None:
    """Where little speaks for any encoding the note says so, and where to look."""
    text, notes = read(b"Expanded Universe?\x8c\xe6\nfine\n\x8c")
    assert text.startswith("Expanded Universe?")
    assert told(notes) == [("encoding.doubtful", "1:19, 3:27")]
    assert notes[0].params["sure"] < 75  # type: ignore[operator]


def test_bad_bytes_in_utf8_are_replaced_counted_and_listed() -> None:
    """Each broken place of a UTF-8 file is one line:byte, of the first ten, and the rest of the text stays."""
    data = "Дорого".encode() + b"\xff\xfe" + "\nи долго\r\nда".encode() + b"\xd0"
    text, notes = read(data)
    assert text == "Дорого\ufffd\ufffd\nи долго\nда\ufffd"
    assert told(notes) == [("encoding.bad_bytes", "1:13, 3:35")]
    assert notes[0].params["n"] == 2
    many, [note] = read(("да".encode() + b"\xff\n") * 12)
    assert many == "да\ufffd\n" * 12
    assert note.params["n"] == 12
    assert str(note.params["places"]).count(":") == 10
    assert "12 places" in note.text("en")


@given(st.lists(st.tuples(st.integers(0, 70_000), st.binary(min_size=1, max_size=3)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_places_do_not_depend_on_where_a_large_file_is_cut_for_reading(spoils: list[tuple[int, bytes]]) -> None:
    """Files are looked through in pieces; every place that does not decode is found once, also at the seams."""
    data = "я🙂".encode() * 13_000
    for at, spoil in spoils:
        data = data[:at] + spoil + data[at:]
    wanted = [match.start() for match in re.finditer("[\udc80-\udcff]+", data.decode(errors="surrogateescape"))]
    assert len(list(_bad_utf8(data))) == len(wanted)


def test_lines_pasted_from_another_encoding_are_read_and_listed() -> None:
    """A line in Windows-1251 within a UTF-8 file keeps its letters; the note says which line and as what."""
    above = f"И: Что было?\nР: {RUSSIAN}\n"
    data = above.encode() + f"Р: {SENTENCES[0]}\n".encode("cp1251") + "И: Ясно.\n".encode()
    text, [note] = read(data)
    assert text == f"И: Что было?\nР: {RUSSIAN}\nР: {SENTENCES[0]}\nИ: Ясно.\n"
    assert note.key == "encoding.mixed"
    assert (note.params["other"], note.params["places"]) == ("Windows-1251", f"3:{1 + len(above.encode())}")


def test_nul_bytes_are_taken_out_and_listed() -> None:
    """NULs that a crash left are no text, but the person learns of them."""
    text, notes = read(b"Q: Why?\nA: Be\0\0cause.\n\0")
    assert text == "Q: Why?\nA: Because.\n"
    assert told(notes) == [("encoding.nul", "2:14, 3:23")]


def test_letters_lost_before_are_told() -> None:
    """A file that already holds replacement signs is readable UTF-8, but not whole."""
    text, notes = read("да\n\ufffd\ufffdет".encode())
    assert text == "да\n\ufffd\ufffdет"
    assert told(notes) == [("encoding.lost", "2:6")]


def test_damaged_utf16_is_read_with_its_places() -> None:
    """Half characters and an odd last byte of UTF-16 are listed by line and byte."""
    data = "\ufeffДа\nн".encode("utf-16-le") + b"\x00\xd8" + "ет".encode("utf-16-le") + b"\x41"
    text, notes = read(data)
    assert text == "Да\nн\ufffdет\ufffd"
    assert told(notes) == [("encoding.bad_bytes", "2:11, 2:17")]


@pytest.mark.parametrize(
    "data",
    [
        random.Random(3).randbytes(4000),  # noqa: S311 - noise for a test
        b"PK\x03\x04" + bytes(range(256)) * 4,
        bytes(range(1, 32)) * 9,
        bytes(random.Random(5).choices(range(128, 256), k=500)),  # noqa: S311
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """Pictures, archives and noise under a text's name are refused with a remedy, not read as letters."""
    with pytest.raises(CjmError) as error:
        read(data)
    assert [problem.key for problem in error.value.problems] == ["encoding.not_text"]


@pytest.mark.parametrize("data", [b"\0" * 50, b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf \r\n\0"])
def test_a_file_without_any_character_is_empty(data: bytes) -> None:
    """Marks, NULs and blanks alone are an empty file."""
    with pytest.raises(CjmError) as error:
        read(data)
    assert error.value.problems[0].key == "read.empty_file"


def test_more_text_than_anyone_says_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """A file above the limit is told with its size in megabytes and the limit."""
    with pytest.raises(CjmError) as error:
        read(b"a" * (TEXT_LIMIT + 1))
    assert (error.value.problems[0].key, error.value.problems[0].params["size"]) == ("encoding.too_large", 17)
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(CjmError) as error:
        load_bytes(tmp_path / "huge.txt", "huge.txt")
    assert error.value.problems[0].params["size"] == 300


@pytest.mark.parametrize("text", ["A: ok\n" * (MOST_LINES - 1), "а" * MOST_CHARACTERS])
def test_a_text_as_long_as_many_interviews_is_the_limit(text: str) -> None:
    """Up to 100,000 lines and 2,000,000 characters pass; more of either is refused with both figures."""
    check_length(text, "p.txt")
    with pytest.raises(CjmError) as error:
        check_length(text + "\n\n", "p.txt")
    assert "up to 2000000 in 100000 lines" in error.value.text("en")


def test_strict_studies_refuse_damage_and_doubt_only() -> None:
    """What ``encoding: strict`` refuses is damage and doubt; a sure guess is no reason."""
    assert damage(read(RUSSIAN.encode("koi8-r"))[1]) == []
    assert [note.key for note in damage(read(b"Q: Why?\nA: Be\0cause.\n")[1])] == ["encoding.nul"]
    assert [note.key for note in damage(read(b"Universe?\x8c\xe6")[1])] == ["encoding.doubtful"]


def test_every_offset_leads_back_to_the_source() -> None:
    """Line ends and characters without width shift the source, and the map undoes it."""
    raw = "\ufeffДа\u200b,\r\nя\u00ad по\u200cшла.\0\r\n\r\n🤦🏽\u200d♀️"
    text, _, source_map = decode_mapped(Source("p.txt", raw.encode(), "0"))
    assert text == "Да,\nя пошла.\n\n🤦🏽\u200d♀️"
    assert [raw[source_map.to_source(at)] for at in range(len(text))] == list(text)
    assert source_map.span_to_source(6, 11) == (10, 16)
    assert raw[10:16] == "по\u200cшла"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mar 1, 2026", "2026-03-01"),
        ("Recorded on March 12th, 2026 at 10:00 AM", "2026-03-12"),
        ("Sept. 3 2026", "2026-09-03"),
        ("1 March 2026", "2026-03-01"),
        ("the 1st of May, 2026", "2026-05-01"),
        ("1 марта 2026 г.", "2026-03-01"),
        ("12-го мая 2026 года", "2026-05-12"),
        ("3 мая 2026", "2026-05-03"),
        ("01-03-2026", "2026-03-01"),
        ("2026/3/1 10:00", "2026-03-01"),
        ("Казань, 12 марта 2026; прошлое – 2025-01-01", "2026-03-12"),
        ("12 человек 2026, 31.02.2026, 1.03.2026", "2026-03-01"),
        ("Chapter 12, 2026", ""),
        ("May 2026", ""),
        ("Mar 32, 2026", ""),
    ],
)
def test_days_are_found_as_people_write_them(text: str, day: str) -> None:
    """Words or digits, either language, either order; the first that is a day counts."""
    assert find_date(text) == day
